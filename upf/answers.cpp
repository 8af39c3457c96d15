// SPDX-License-Identifier: Apache-2.0
#include "upf/answers.hpp"

#include <cstring>

#include "upf/checksum.hpp"

namespace zerocell::upf {
namespace {

constexpr std::uint8_t kRouterAdvertisement = 134;
constexpr std::uint8_t kNeighborAdvertisement = 136;
constexpr std::uint8_t kIcmpUnreachable = 3;
constexpr std::uint8_t kIcmpFragmentationNeeded = 4;  // Code of kIcmpUnreachable.
constexpr std::uint8_t kIcmpTimeExceeded = 11;
constexpr std::uint8_t kIcmpParameterProblem = 12;
constexpr std::uint8_t kPacketTooBig = 2;
constexpr std::uint8_t kHopLimitNeighbors = 255;     // RFC 4861: receivers drop any other.
constexpr std::uint8_t kSourceLinkLayerAddress = 1;  // RFC 4861 §4.6.1.
/// The beginning of solicited-node addresses, RFC 4291 §2.7.1.
constexpr std::array<std::uint8_t, 13> kSolicitedNode = {0xFF, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x01, 0xFF};

std::size_t ipv6_header(Writer& out, std::uint8_t hop_limit, const Ipv6Address& from, const Ipv6Address& to) {
  out.u32(0x60000000);
  out.u16(0);  // The length, by finish_icmpv6.
  out.u8(kProtocolIcmpv6);
  out.u8(hop_limit);
  out.bytes(from.octets);
  out.bytes(to.octets);
  return out.size();
}

std::size_t finish_icmpv6(Writer& out) {
  if (!out.ok()) return 0;
  std::uint8_t* packet = out.written_mutable().data();
  const std::size_t octets = out.size() - kIpv6HeaderOctets;
  store_u16(packet + 4, static_cast<std::uint16_t>(octets));
  store_sum(packet + kIpv6HeaderOctets + 2, 0);
  const std::uint16_t sum = add_sums(pseudo_header_sum(packet, kProtocolIcmpv6, octets),
                                     sum_octets({packet + kIpv6HeaderOctets, octets}));
  store_sum(packet + kIpv6HeaderOctets + 2, static_cast<std::uint16_t>(~sum));
  return out.size();
}

Ipv6Address ipv6_at(const std::uint8_t* at) {
  Ipv6Address address;
  std::copy_n(at, 16, address.octets.begin());
  return address;
}

}  // namespace

bool turn_into_echo_reply(std::uint8_t* packet, const InnerPacket& inner) {
  if (inner.fragment || inner.transport_octets < 8) return false;
  std::uint8_t* icmp = packet + inner.header_octets;
  std::array<std::uint8_t, 16> other;
  if (inner.version == 4) {
    if (inner.protocol != kProtocolIcmp || icmp[0] != kIcmpEchoRequest || icmp[1] != 0) return false;
    std::memcpy(other.data(), packet + 12, 4);
    std::memcpy(packet + 12, packet + 16, 4);
    std::memcpy(packet + 16, other.data(), 4);
    packet[8] = 64;
    set_ipv4_checksum(packet);
  } else {
    if (inner.protocol != kProtocolIcmpv6 || icmp[0] != kIcmpv6EchoRequest || icmp[1] != 0) return false;
    std::memcpy(other.data(), packet + 8, 16);
    std::memcpy(packet + 8, packet + 24, 16);
    std::memcpy(packet + 24, other.data(), 16);
    packet[7] = 64;
  }
  const std::uint16_t before = load_sum(icmp);
  icmp[0] = inner.version == 4 ? kIcmpEchoReply : kIcmpv6EchoReply;
  update_checksum(icmp + 2, before, load_sum(icmp));
  return true;
}

std::size_t write_router_advertisement(MutableBytes memory, std::uint64_t prefix, std::uint16_t link_mtu,
                                       const std::vector<Ipv6Address>& dns_servers) {
  Writer out(memory);
  ipv6_header(out, kHopLimitNeighbors, kGatewayLinkLocal, kAllNodes);
  out.u8(kRouterAdvertisement);
  out.u8(0);
  out.u16(0);
  out.u8(64);  // Hop limit that hosts should use.
  // No managed addresses; other configuration by DHCPv6, which names the DNS servers too (RFC 8106 §5.3.1).
  out.u8(dns_servers.empty() ? 0x00 : 0x40);
  out.u16(kRouterLifetimeSeconds);
  out.u32(0);  // Reachable time and retransmission timer: unspecified.
  out.u32(0);
  // Prefix information, RFC 4861 §4.6.2: A set, L not, for ever (TS 29.061 §11.2.1.3.2).
  out.u8(3);
  out.u8(4);
  out.u8(64);
  out.u8(0x40);
  out.u32(0xFFFFFFFF);
  out.u32(0xFFFFFFFF);
  out.u32(0);
  out.u64(prefix);
  out.u64(0);
  // MTU, RFC 4861 §4.6.4.
  out.u8(5);
  out.u8(1);
  out.u16(0);
  out.u32(link_mtu);
  // Recursive DNS servers, RFC 8106 §5.1.
  if (!dns_servers.empty()) {
    out.u8(25);
    out.u8(static_cast<std::uint8_t>(1 + 2 * dns_servers.size()));
    out.u16(0);
    out.u32(kRouterLifetimeSeconds);
    for (const Ipv6Address& server : dns_servers) out.bytes(server.octets);
  }
  return finish_icmpv6(out);
}

bool is_valid_solicitation(const std::uint8_t* packet, const InnerPacket& inner) noexcept {
  const std::uint8_t* icmp = packet + inner.header_octets;
  const bool neighbor = icmp[0] == kNeighborSolicitation;
  const std::size_t fixed = neighbor ? 24 : 8;
  // Fragments: RFC 6980.
  if (packet[7] != kHopLimitNeighbors || inner.fragment || inner.transport_octets < fixed || icmp[1] != 0)
    return false;
  const std::uint16_t sum = add_sums(pseudo_header_sum(packet, kProtocolIcmpv6, inner.transport_octets),
                                     sum_octets({icmp, inner.transport_octets}));
  if (sum != 0xFFFF) return false;
  bool source_link_layer = false;
  for (std::size_t at = fixed; at < inner.transport_octets;) {
    const std::size_t left = inner.transport_octets - at;
    const std::size_t octets = left >= 8 ? icmp[at + 1] * 8u : 0;
    if (octets == 0 || octets > left) return false;
    source_link_layer |= icmp[at] == kSourceLinkLayerAddress;
    at += octets;
  }
  const bool nameless = ipv6_at(ipv6_source(packet)).unspecified();
  if (nameless && source_link_layer) return false;
  if (!neighbor) return true;
  if (icmp[8] == 0xFF) return false;  // The target is a multicast address.
  return !nameless || std::equal(kSolicitedNode.begin(), kSolicitedNode.end(), ipv6_destination(packet));
}

std::size_t write_neighbor_advertisement(MutableBytes memory, const std::uint8_t* solicitation,
                                         const InnerPacket& inner, const Ipv6Address& gateway) {
  const Ipv6Address target = ipv6_at(solicitation + inner.header_octets + 8);
  const Ipv6Address asker = ipv6_at(ipv6_source(solicitation));
  if ((target != kGatewayLinkLocal && target != gateway) || asker.unspecified()) return 0;
  Writer out(memory);
  ipv6_header(out, kHopLimitNeighbors, target, asker);
  out.u8(kNeighborAdvertisement);
  out.u8(0);
  out.u16(0);
  out.u32(0xE0000000);  // Router, solicited, override.
  out.bytes(target.octets);
  return finish_icmpv6(out);
}

std::size_t write_too_big(MutableBytes memory, const std::uint8_t* packet, const InnerPacket& inner,
                          const IpAddress& gateway, std::uint16_t mtu) {
  if (!inner.first_fragment || is_icmp_error(packet, inner)) return 0;
  if (inner.version == 4) {
    const Ipv4Address* from = gateway.v4();
    const std::uint32_t to = ipv4_source(packet);
    if (from == nullptr || to >> 28 == 0xE || to == 0) return 0;
    // The header and what of the payload keeps the error within 576 octets, RFC 1812 §4.3.2.3.
    const std::size_t quoted = std::min<std::size_t>(inner.octets(), 576 - 28);
    Writer out(memory);
    out.u16(0x4500);
    out.u16(static_cast<std::uint16_t>(28 + quoted));
    out.u32(0);
    out.u8(64);
    out.u8(kProtocolIcmp);
    out.u16(0);
    out.bytes(from->octets);
    out.u32(to);
    out.u8(kIcmpUnreachable);
    out.u8(kIcmpFragmentationNeeded);
    out.u32(0);
    out.u16(mtu);
    out.bytes({packet, quoted});
    if (!out.ok()) return 0;
    std::uint8_t* answer = out.written_mutable().data();
    set_ipv4_checksum(answer);
    store_sum(answer + 22, static_cast<std::uint16_t>(~sum_octets({answer + 20, 8 + quoted})));
    return out.size();
  }
  const Ipv6Address* from = gateway.v6();
  const Ipv6Address to = ipv6_at(ipv6_source(packet));
  if (from == nullptr || to.unspecified() || to.octets[0] == 0xFF) return 0;
  const std::size_t quoted = std::min<std::size_t>(inner.octets(), kTooBigOctetsMax - kIpv6HeaderOctets - 8);
  Writer out(memory);
  ipv6_header(out, 64, *from, to);
  out.u8(kPacketTooBig);
  out.u8(0);
  out.u16(0);
  out.u32(mtu);
  out.bytes({packet, quoted});
  return finish_icmpv6(out);
}

bool is_icmp_error(const std::uint8_t* packet, const InnerPacket& inner) noexcept {
  if (!inner.first_fragment || inner.transport_octets < 1) return false;
  const std::uint8_t type = packet[inner.header_octets];
  if (inner.version == 4 && inner.protocol == kProtocolIcmp)
    return type == kIcmpUnreachable || type == kIcmpTimeExceeded || type == kIcmpParameterProblem;
  if (inner.version == 6 && inner.protocol == kProtocolIcmpv6) return type < kIcmpv6EchoRequest;
  return false;
}

std::optional<Quoted> quoted_packet(const std::uint8_t* packet, const InnerPacket& inner) noexcept {
  const std::size_t header = inner.version == 4 ? 20 : kIpv6HeaderOctets;
  if (inner.transport_octets < 8 + header + 8) return std::nullopt;
  const std::uint8_t* quoted = packet + inner.header_octets + 8;
  const std::size_t octets = inner.transport_octets - 8u;
  if (quoted[0] >> 4 != inner.version) return std::nullopt;
  Quoted found{.packet = quoted};
  std::size_t transport = header;
  if (inner.version == 4) {
    transport = (quoted[0] & 0x0Fu) * 4u;
    found.protocol = quoted[9];
    found.later_fragment = (load_u16(quoted + 6) & 0x1FFF) != 0;
    found.fragment_id = load_u16(quoted + 4);
  } else {
    const auto headers = parse_ipv6_headers({quoted, octets});
    if (!headers) return std::nullopt;
    transport = headers->header_octets;
    found.protocol = headers->protocol;
    found.later_fragment = !headers->first_fragment;
    found.fragment_id = headers->fragment_id;
  }
  if (found.later_fragment) return found;
  if (transport < header || transport + 8 > octets) return std::nullopt;
  const std::uint8_t* at = quoted + transport;
  const bool v4 = inner.version == 4;
  if (found.protocol == kProtocolTcp || found.protocol == kProtocolUdp) {
    found.source_port = load_u16(at);
    found.destination_port = load_u16(at + 2);
  } else if (found.protocol == (v4 ? kProtocolIcmp : kProtocolIcmpv6)) {
    // Whoever asked has the identifier for its port, as in the flow's key.
    if (at[0] == (v4 ? kIcmpEchoRequest : kIcmpv6EchoRequest)) found.source_port = load_u16(at + 4);
    if (at[0] == (v4 ? kIcmpEchoReply : kIcmpv6EchoReply)) found.destination_port = load_u16(at + 4);
  }
  return found;
}

}  // namespace zerocell::upf
