// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <optional>
#include <variant>

#include "core/types/bytes.hpp"

namespace zerocell {

/// IPv4 address in the octet order of the wire. Plain data.
struct Ipv4Address {
  std::array<std::uint8_t, 4> octets{};

  static std::optional<Ipv4Address> parse(std::string_view text);
  static constexpr Ipv4Address from_host(std::uint32_t value) {
    return {{static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
             static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)}};
  }
  constexpr std::uint32_t to_host() const {
    return std::uint32_t{octets[0]} << 24 | std::uint32_t{octets[1]} << 16 | std::uint32_t{octets[2]} << 8 |
           octets[3];
  }
  constexpr bool unspecified() const { return to_host() == 0; }
  std::string text() const;
  friend constexpr auto operator<=>(const Ipv4Address&, const Ipv4Address&) = default;
};

/// IPv6 address in the octet order of the wire. Plain data.
struct Ipv6Address {
  std::array<std::uint8_t, 16> octets{};

  static std::optional<Ipv6Address> parse(std::string_view text);
  constexpr bool unspecified() const { return *this == Ipv6Address{}; }
  std::string text() const;
  friend constexpr auto operator<=>(const Ipv6Address&, const Ipv6Address&) = default;
};

/// An address of either family.
class IpAddress {
 public:
  constexpr IpAddress() = default;
  constexpr IpAddress(Ipv4Address v4) : value_(v4) {}  // NOLINT: either family is an IpAddress.
  constexpr IpAddress(Ipv6Address v6) : value_(v6) {}  // NOLINT
  static std::optional<IpAddress> parse(std::string_view text);

  constexpr bool is_v4() const { return std::holds_alternative<Ipv4Address>(value_); }
  constexpr const Ipv4Address* v4() const { return std::get_if<Ipv4Address>(&value_); }
  constexpr const Ipv6Address* v6() const { return std::get_if<Ipv6Address>(&value_); }
  /// 4 or 16 octets.
  Bytes octets() const { return is_v4() ? Bytes(v4()->octets) : Bytes(v6()->octets); }
  std::string text() const { return is_v4() ? v4()->text() : v6()->text(); }
  friend constexpr auto operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  std::variant<Ipv4Address, Ipv6Address> value_;
};

/// Address and port (SCTP or UDP).
struct Endpoint {
  IpAddress address;
  std::uint16_t port = 0;
  /// "10.0.0.1:36412" or "[fd00::1]:36412".
  std::string text() const;
  friend constexpr auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

/// A prefix such as 10.45.0.0/16 or fd00:45::/48; bits below the length are zero.
struct IpPrefix {
  IpAddress address;
  std::uint8_t length = 0;

  /// Nothing for a bad address, a bad length, or host bits that are set.
  static std::optional<IpPrefix> parse(std::string_view text);
  bool contains(const IpAddress& other) const;
  /// Whether an address lies in both.
  bool overlaps(const IpPrefix& other) const;
  /// The address with all bits behind the length set.
  IpAddress last() const;
  std::string text() const;
  friend constexpr auto operator<=>(const IpPrefix&, const IpPrefix&) = default;
};

}  // namespace zerocell
