// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>

#include "core/types/assert.hpp"

namespace zerocell {

/// A list of at most `kMax` values inside its owner: no heap. What a caller may not know to fit is asked
/// with `full()` first.
template <class T, std::size_t kMax>
class InlineList {
 public:
  constexpr InlineList() = default;
  constexpr InlineList(std::initializer_list<T> values) {
    for (const T& value : values) push_back(value);
  }

  constexpr void push_back(T value) {
    ZC_ASSERT(size_ < kMax);
    values_[size_++] = std::move(value);
  }
  constexpr void clear() { size_ = 0; }
  constexpr bool empty() const { return size_ == 0; }
  constexpr bool full() const { return size_ == kMax; }
  constexpr std::size_t size() const { return size_; }
  constexpr T* begin() { return values_.data(); }
  constexpr T* end() { return values_.data() + size_; }
  constexpr const T* begin() const { return values_.data(); }
  constexpr const T* end() const { return values_.data() + size_; }
  constexpr T& operator[](std::size_t at) { return values_[at]; }
  constexpr const T& operator[](std::size_t at) const { return values_[at]; }

  friend constexpr bool operator==(const InlineList& a, const InlineList& b) {
    if (a.size_ != b.size_) return false;
    for (std::size_t i = 0; i < a.size_; ++i)
      if (!(a.values_[i] == b.values_[i])) return false;
    return true;
  }

 private:
  std::array<T, kMax> values_{};
  std::size_t size_ = 0;
};

}  // namespace zerocell
