// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <bit>
#include <memory>
#include <optional>

namespace zerocell {

/// A bounded queue between one thread that puts and one that takes. Neither ever waits for the other.
template <class T>
class Ring {
 public:
  /// Room for `capacity` elements, rounded up to a power of two.
  explicit Ring(std::size_t capacity)
      : mask_(std::bit_ceil(capacity) - 1), places_(std::make_unique<T[]>(mask_ + 1)) {}

  /// False, and nothing happened, when it is full.
  [[nodiscard]] bool put(const T& value) noexcept {
    const std::size_t tail = tail_.load(std::memory_order_relaxed);
    if (tail - head_.load(std::memory_order_acquire) > mask_) return false;
    places_[tail & mask_] = value;
    tail_.store(tail + 1, std::memory_order_release);
    return true;
  }
  std::optional<T> take() noexcept {
    const std::size_t head = head_.load(std::memory_order_relaxed);
    if (head == tail_.load(std::memory_order_acquire)) return std::nullopt;
    T value = places_[head & mask_];
    head_.store(head + 1, std::memory_order_release);
    return value;
  }
  bool empty() const noexcept {
    return head_.load(std::memory_order_acquire) == tail_.load(std::memory_order_acquire);
  }

 private:
  const std::size_t mask_;
  std::unique_ptr<T[]> places_;
  alignas(64) std::atomic<std::size_t> head_{0};
  alignas(64) std::atomic<std::size_t> tail_{0};
};

}  // namespace zerocell
