// SPDX-License-Identifier: Apache-2.0
// For tests: octets of fixed length from the hexadecimal text of a vector.
#pragma once

#include <array>
#include <string_view>

#include "core/crypto/key.hpp"

namespace zerocell {

inline ByteVector octets_of(std::string_view hex) {
  return from_hex(hex).value();
}
template <std::size_t N>
std::array<std::uint8_t, N> octets_of(std::string_view hex) {
  const auto read = octets_of(hex);
  std::array<std::uint8_t, N> octets{};
  std::ranges::copy(std::span(read).first<N>(), octets.begin());
  return octets;
}
template <std::size_t N>
Key<N> key_of(std::string_view hex) {
  return Key<N>::from_hex(hex).value();
}
template <std::size_t N>
std::string hex_of(const Key<N>& key) {
  return to_hex(key.reveal());
}

}  // namespace zerocell
