// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstring>

#include "core/types/bytes.hpp"

/// The Internet checksum, RFC 1071. Sums are kept in the octet order of memory, folded only at the end.
namespace zerocell::upf {

/// One's complement sum of `octets`, as if zero-padded to an even length; at most 16 bits are set. Pieces add
/// up with add_sums when all but the last have an even length.
std::uint16_t sum_octets(Bytes octets) noexcept;

constexpr std::uint16_t fold_sum(std::uint64_t sum) noexcept {
  sum = (sum & 0xFFFFFFFF) + (sum >> 32);
  sum = (sum & 0xFFFF) + (sum >> 16);
  sum = (sum & 0xFFFF) + (sum >> 16);
  sum = (sum & 0xFFFF) + (sum >> 16);
  return static_cast<std::uint16_t>(sum);
}
constexpr std::uint16_t add_sums(std::uint16_t a, std::uint16_t b) noexcept {
  return fold_sum(std::uint64_t{a} + b);
}
/// A 16-bit number of the host, as it counts in a sum.
constexpr std::uint16_t sum_of(std::uint16_t value) noexcept {
  return std::endian::native == std::endian::little ? std::byteswap(value) : value;
}

inline std::uint16_t load_sum(const std::uint8_t* at) noexcept {
  std::uint16_t sum;
  std::memcpy(&sum, at, 2);
  return sum;
}
/// Writes a sum, or the complement of one, where a checksum stands.
inline void store_sum(std::uint8_t* at, std::uint16_t sum) noexcept {
  std::memcpy(at, &sum, 2);
}
/// Corrects a checksum at `at` for a 16-bit word that changed, RFC 1624 (equation 3). Both words as sums.
inline void update_checksum(std::uint8_t* at, std::uint16_t before, std::uint16_t after) noexcept {
  const auto inverted = static_cast<std::uint16_t>(~load_sum(at));
  const auto less = static_cast<std::uint16_t>(~before);
  store_sum(at, static_cast<std::uint16_t>(~fold_sum(std::uint64_t{inverted} + less + after)));
}

/// Sum of the pseudo-header of TCP, UDP and ICMPv6: RFC 9293 §3.1, RFC 8200 §8.1. The packet begins with its
/// IPv4 or IPv6 header; `octets` is the length of the transport header and payload.
std::uint16_t pseudo_header_sum(const std::uint8_t* packet, std::uint8_t protocol,
                                std::size_t octets) noexcept;

/// Sets the header checksum of the IPv4 packet that begins at `packet`.
void set_ipv4_checksum(std::uint8_t* packet) noexcept;

}  // namespace zerocell::upf
