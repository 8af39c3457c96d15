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
constexpr std::uint8_t kHopLimitNeighbors = 255;  // RFC 4861: receivers drop any other.

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
  out.u8(0);   // Neither managed addresses nor other stateful configuration.
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

std::size_t write_neighbor_advertisement(MutableBytes memory, const std::uint8_t* solicitation,
                                         const InnerPacket& inner, const Ipv6Address& gateway) {
  if (inner.transport_octets < 24 || solicitation[7] != kHopLimitNeighbors) return 0;
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
  // Behind IPv6 extension headers nothing is looked for: such an error passes by no flow.
  const std::size_t transport = inner.version == 4 ? (quoted[0] & 0x0Fu) * 4u : header;
  if (transport < header || transport + 8 > octets) return std::nullopt;
  Quoted found{.packet = quoted, .protocol = inner.version == 4 ? quoted[9] : quoted[6]};
  const std::uint8_t* at = quoted + transport;
  if (found.protocol == kProtocolTcp || found.protocol == kProtocolUdp) {
    found.source_port = load_u16(at);
    found.destination_port = load_u16(at + 2);
  } else if ((found.protocol == kProtocolIcmp && at[0] == kIcmpEchoRequest) ||
             (found.protocol == kProtocolIcmpv6 && at[0] == kIcmpv6EchoRequest)) {
    found.source_port = load_u16(at + 4);
  }
  return found;
}

}  // namespace zerocell::upf
