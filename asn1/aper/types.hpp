// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <variant>

#include "core/types/bytes.hpp"

/// Plain values that stand for ASN.1 types in decoded messages. All are trivially copyable and own nothing:
/// views lead into the message or into the arena that it was decoded with.
namespace zerocell::aper {

/// SEQUENCE OF. Where the specification has no empty list, an empty one means that the list is absent.
template <class T>
using List = std::span<const T>;

/// NULL.
struct Null {
  friend constexpr bool operator==(Null, Null) = default;
};

/// BIT STRING of any length: the first bit is the highest of the first octet, unused bits of the last are 0.
struct BitString {
  Bytes octets{};
  std::uint32_t bits = 0;
};

/// BIT STRING of at most 32 bits whose length varies, as a number: its last bit is the lowest.
struct BitNumber {
  std::uint32_t value = 0;
  std::uint8_t bits = 0;
  friend constexpr bool operator==(const BitNumber&, const BitNumber&) = default;
};

/// BIT STRING of at most 8 * kMaxOctets bits, kept in place; unused bits are 0.
template <std::size_t kMaxOctets>
struct InlineBits {
  std::array<std::uint8_t, kMaxOctets> storage{};
  std::uint8_t bits = 0;
  friend constexpr bool operator==(const InlineBits&, const InlineBits&) = default;
};

/// OCTET STRING of at most kMax octets, kept in place.
template <std::size_t kMax>
struct InlineOctets {
  std::array<std::uint8_t, kMax> storage{};
  std::uint8_t size = 0;
  Bytes octets() const { return Bytes(storage).first(size); }
  friend constexpr bool operator==(const InlineOctets&, const InlineOctets&) = default;
};

}  // namespace zerocell::aper
