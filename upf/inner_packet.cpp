// SPDX-License-Identifier: Apache-2.0
#include "upf/inner_packet.hpp"

namespace zerocell::upf {
namespace {

// IPv6 extension headers, RFC 8200 §4.1, RFC 4302.
constexpr std::uint8_t kHopByHop = 0;
constexpr std::uint8_t kRouting = 43;
constexpr std::uint8_t kFragment = 44;
constexpr std::uint8_t kAuthentication = 51;
constexpr std::uint8_t kDestinationOptions = 60;

constexpr std::size_t kTcpHeaderOctets = 20;
constexpr std::size_t kUdpHeaderOctets = 8;

/// The transport header's own checks; false when it is cut off.
bool parse_transport(Bytes packet, InnerPacket& inner) {
  if (!inner.first_fragment) return true;
  const std::size_t need = inner.protocol == kProtocolTcp   ? kTcpHeaderOctets
                           : inner.protocol == kProtocolUdp ? kUdpHeaderOctets
                                                            : 0;
  if (need == 0) return true;
  if (inner.transport_octets < need) return false;
  const std::uint8_t* transport = packet.data() + inner.header_octets;
  inner.source_port = load_u16(transport);
  inner.destination_port = load_u16(transport + 2);
  inner.ports = true;
  if (inner.protocol == kProtocolTcp) {
    const std::size_t header = (transport[12] >> 4) * 4u;
    return header >= kTcpHeaderOctets && header <= inner.transport_octets;
  }
  return inner.fragment || load_u16(transport + 4) <= inner.transport_octets;
}

std::optional<InnerPacket> parse_v4(Bytes packet) {
  if (packet.size() < 20) return std::nullopt;
  const std::size_t header = (packet[0] & 0x0Fu) * 4u;
  const std::size_t total = load_u16(packet.data() + 2);
  if (header < 20 || total < header || total > packet.size()) return std::nullopt;
  InnerPacket inner;
  inner.version = 4;
  inner.protocol = packet[9];
  inner.header_octets = static_cast<std::uint16_t>(header);
  inner.transport_octets = static_cast<std::uint16_t>(total - header);
  const std::uint16_t fragment = load_u16(packet.data() + 6);
  inner.fragment = (fragment & 0x3FFF) != 0;
  inner.first_fragment = (fragment & 0x1FFF) == 0;
  inner.more_fragments = (fragment & 0x2000) != 0;
  if (inner.fragment) inner.fragment_id = load_u16(packet.data() + 4);
  if (!parse_transport(packet, inner)) return std::nullopt;
  return inner;
}

std::optional<InnerPacket> parse_v6(Bytes packet) {
  if (packet.size() < kIpv6HeaderOctets) return std::nullopt;
  const std::size_t total = kIpv6HeaderOctets + load_u16(packet.data() + 4);
  if (total > packet.size() || total > 0xFFFF) return std::nullopt;
  auto inner = parse_ipv6_headers(packet.first(total));
  if (!inner || !parse_transport(packet, *inner)) return std::nullopt;
  return inner;
}

}  // namespace

std::optional<InnerPacket> parse_ipv6_headers(Bytes packet) noexcept {
  if (packet.size() < kIpv6HeaderOctets) return std::nullopt;
  InnerPacket inner;
  inner.version = 6;
  std::uint8_t next = packet[6];
  std::size_t at = kIpv6HeaderOctets;
  for (std::size_t headers = 0;; ++headers) {
    const bool extension = next == kHopByHop || next == kRouting || next == kFragment ||
                           next == kAuthentication || next == kDestinationOptions;
    if (!extension || !inner.first_fragment) break;
    if (headers == kIpv6ExtensionHeadersMax || at + 8 > packet.size()) return std::nullopt;
    const std::uint8_t* header = packet.data() + at;
    std::size_t octets = (header[1] + 1u) * 8u;
    if (next == kAuthentication) {
      octets = (header[1] + 2u) * 4u;
      if (inner.authentication == 0) inner.authentication = static_cast<std::uint16_t>(at);
    }
    if (next == kFragment) {
      octets = 8;
      inner.fragment = (load_u16(header + 2) & 0xFFF9) != 0;  // An atomic fragment is none, RFC 6946.
      inner.first_fragment = (load_u16(header + 2) & 0xFFF8) == 0;
      inner.more_fragments = (load_u16(header + 2) & 1) != 0;
      inner.fragment_id = load_u32(header + 4);
    }
    if (at + octets > packet.size()) return std::nullopt;
    next = header[0];
    at += octets;
  }
  inner.protocol = next;
  inner.header_octets = static_cast<std::uint16_t>(at);
  inner.transport_octets = static_cast<std::uint16_t>(packet.size() - at);
  return inner;
}

std::optional<InnerPacket> parse_inner(Bytes packet) noexcept {
  if (packet.empty()) return std::nullopt;
  if (packet[0] >> 4 == 4) return parse_v4(packet);
  if (packet[0] >> 4 == 6) return parse_v6(packet);
  return std::nullopt;
}

}  // namespace zerocell::upf
