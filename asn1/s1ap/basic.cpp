// SPDX-License-Identifier: Apache-2.0
#include "asn1/s1ap/basic.hpp"

namespace zerocell::s1ap {
namespace {

constexpr std::uint8_t kV4Bits = 32;
constexpr std::uint8_t kV6Bits = 128;

}  // namespace

TransportLayerAddress TransportLayerAddress::of(const IpAddress& address) {
  TransportLayerAddress result;
  std::ranges::copy(address.octets(), result.storage.begin());
  result.bits = address.is_v4() ? kV4Bits : kV6Bits;
  return result;
}

TransportLayerAddress TransportLayerAddress::of(const Ipv4Address& v4, const Ipv6Address& v6) {
  TransportLayerAddress result;
  std::ranges::copy(v6.octets, std::ranges::copy(v4.octets, result.storage.begin()).out);
  result.bits = kV4Bits + kV6Bits;
  return result;
}

std::optional<Ipv4Address> TransportLayerAddress::v4() const {
  if (bits != kV4Bits && bits != kV4Bits + kV6Bits) return std::nullopt;
  Ipv4Address address;
  std::ranges::copy_n(storage.begin(), 4, address.octets.begin());
  return address;
}

std::optional<Ipv6Address> TransportLayerAddress::v6() const {
  if (bits != kV6Bits && bits != kV4Bits + kV6Bits) return std::nullopt;
  Ipv6Address address;
  std::ranges::copy_n(storage.begin() + (bits == kV6Bits ? 0 : 4), 16, address.octets.begin());
  return address;
}

}  // namespace zerocell::s1ap
