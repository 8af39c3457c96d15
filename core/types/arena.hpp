// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <type_traits>

#include "core/types/bytes.hpp"

namespace zerocell {

/// Bump allocator over memory that the caller owns. Nothing is freed singly; `reset` takes it all back. It
/// holds only types without a destructor, and its capacity is the limit on what one message can make us keep.
class Arena {
 public:
  explicit Arena(MutableBytes memory) noexcept
      : begin_(memory.data()), cursor_(begin_), end_(begin_ + memory.size()) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  /// `size` octets aligned to `alignment` (a power of two), or null when they do not fit.
  void* allocate(std::size_t size, std::size_t alignment) noexcept {
    const auto address = reinterpret_cast<std::uintptr_t>(cursor_);
    const std::size_t padding = (alignment - address % alignment) % alignment;
    if (const auto room = static_cast<std::size_t>(end_ - cursor_); padding > room || size > room - padding)
      return nullptr;
    void* const place = cursor_ + padding;
    cursor_ += padding + size;
    return place;
  }

  /// A value-initialised T, or null when it does not fit.
  template <class T>
  T* make() noexcept {
    static_assert(std::is_trivially_destructible_v<T>);
    void* const place = allocate(sizeof(T), alignof(T));
    return place ? ::new (place) T{} : nullptr;
  }

  /// `count` value-initialised T; empty when they do not fit.
  template <class T>
  std::span<T> make_array(std::size_t count) noexcept {
    static_assert(std::is_trivially_destructible_v<T>);
    if (count > static_cast<std::size_t>(end_ - cursor_) / sizeof(T)) return {};
    auto* const place = static_cast<T*>(allocate(count * sizeof(T), alignof(T)));
    if (!place) return {};
    std::uninitialized_value_construct_n(place, count);
    return {place, count};
  }

  /// A copy of `bytes`; empty when they do not fit.
  Bytes copy(Bytes bytes) noexcept {
    auto* const place = static_cast<std::uint8_t*>(allocate(bytes.size(), 1));
    if (!place) return {};
    std::ranges::copy(bytes, place);
    return {place, bytes.size()};
  }

  /// Gives everything back. What was handed out must not be used any more.
  void reset() noexcept { cursor_ = begin_; }
  std::size_t used() const noexcept { return static_cast<std::size_t>(cursor_ - begin_); }
  std::size_t capacity() const noexcept { return static_cast<std::size_t>(end_ - begin_); }

 private:
  std::uint8_t* begin_;
  std::uint8_t* cursor_;
  std::uint8_t* end_;
};

/// An Arena with its memory inside: for the stack, or as a member of a shard.
template <std::size_t kOctets>
class InlineArena : public Arena {
 public:
  InlineArena() noexcept : Arena(memory_) {}

 private:
  alignas(std::max_align_t) std::array<std::uint8_t, kOctets> memory_;
};

}  // namespace zerocell
