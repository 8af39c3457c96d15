// SPDX-License-Identifier: Apache-2.0
#include "core/types/ip.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace zerocell {
namespace {

/// inet_pton wants a terminated string; 64 octets hold any address text.
template <class Address>
std::optional<Address> parse_as(int family, std::string_view text) {
  char buffer[64];
  if (text.size() >= sizeof buffer) return std::nullopt;
  *std::ranges::copy(text, buffer).out = 0;
  Address address;
  if (inet_pton(family, buffer, address.octets.data()) != 1) return std::nullopt;
  return address;
}

/// Whether the first `length` bits of both are the same.
bool same_prefix(Bytes a, Bytes b, unsigned length) {
  const std::size_t whole = length / 8;
  if (!std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(whole), b.begin())) return false;
  const unsigned rest = length % 8;
  return rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0;
}

}  // namespace

std::optional<Ipv4Address> Ipv4Address::parse(std::string_view text) {
  return parse_as<Ipv4Address>(AF_INET, text);
}

std::string Ipv4Address::text() const {
  char buffer[INET_ADDRSTRLEN];
  return inet_ntop(AF_INET, octets.data(), buffer, sizeof buffer);
}

std::optional<Ipv6Address> Ipv6Address::parse(std::string_view text) {
  return parse_as<Ipv6Address>(AF_INET6, text);
}

std::string Ipv6Address::text() const {
  char buffer[INET6_ADDRSTRLEN];
  return inet_ntop(AF_INET6, octets.data(), buffer, sizeof buffer);
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (const auto v4 = Ipv4Address::parse(text)) return IpAddress(*v4);
  if (const auto v6 = Ipv6Address::parse(text)) return IpAddress(*v6);
  return std::nullopt;
}

std::string Endpoint::text() const {
  return (address.is_v4() ? address.text() : "[" + address.text() + "]") + ":" + std::to_string(port);
}

std::optional<IpPrefix> IpPrefix::parse(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  const auto digits = text.substr(slash + 1);
  unsigned length = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  const std::size_t bits = address->octets().size() * 8;
  if (length > bits) return std::nullopt;
  for (std::size_t bit = length; bit < bits; ++bit)
    if (address->octets()[bit / 8] >> (7 - bit % 8) & 1) return std::nullopt;
  return IpPrefix{*address, static_cast<std::uint8_t>(length)};
}

bool IpPrefix::contains(const IpAddress& other) const {
  return other.is_v4() == address.is_v4() && same_prefix(address.octets(), other.octets(), length);
}

bool IpPrefix::overlaps(const IpPrefix& other) const {
  return contains(other.address) || other.contains(address);
}

IpAddress IpPrefix::last() const {
  const auto filled = [this](auto last) {
    for (unsigned bit = length; bit < last.octets.size() * 8; ++bit)
      last.octets[bit / 8] |= static_cast<std::uint8_t>(0x80u >> bit % 8);
    return last;
  };
  return address.is_v4() ? IpAddress(filled(*address.v4())) : IpAddress(filled(*address.v6()));
}

std::string IpPrefix::text() const {
  return address.text() + "/" + std::to_string(length);
}

}  // namespace zerocell
