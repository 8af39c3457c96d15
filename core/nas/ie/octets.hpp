// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/types/bytes.hpp"

namespace zerocell::nas {

/// A view of octets that somebody else owns (in a decoded message: the input), which compares by content, so
/// that messages compare by meaning.
class Octets : public Bytes {
 public:
  using Bytes::Bytes;
  constexpr Octets() = default;
  constexpr Octets(Bytes bytes) : Bytes(bytes) {}  // NOLINT: a view is a view.
  friend bool operator==(const Octets& a, const Octets& b) { return equal(a, b); }
};

/// Up to kMax octets in place: plain data, for values that outlive the message they came in.
template <std::size_t kMax>
struct ShortOctets {
  static_assert(kMax < 256);
  std::array<std::uint8_t, kMax> data{};
  std::uint8_t size = 0;

  constexpr Bytes bytes() const { return {data.data(), size}; }
  constexpr bool empty() const { return size == 0; }
  /// The octet at `index`; 0 past the end, which is what a missing capability octet means.
  constexpr std::uint8_t operator[](std::size_t index) const { return index < size ? data[index] : 0; }
  /// False, and unchanged, when `octets` are more than kMax.
  constexpr bool assign(Bytes octets) {
    if (octets.size() > kMax) return false;
    data = {};
    std::ranges::copy(octets, data.begin());
    size = static_cast<std::uint8_t>(octets.size());
    return true;
  }
  friend constexpr bool operator==(const ShortOctets&, const ShortOctets&) = default;
};

}  // namespace zerocell::nas
