// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "upf/inner_packet.hpp"

/// Packets that the gateway itself sends to UEs and to hosts: ICMP (RFC 792), ICMPv6 (RFC 4443), neighbour
/// discovery (RFC 4861, as TS 29.061 §11.2.1.3 asks).
namespace zerocell::upf {

/// The gateway's link-local address on each UE's link: fe80::1.
constexpr Ipv6Address kGatewayLinkLocal{{0xFE, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
constexpr Ipv6Address kAllNodes{{0xFF, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
constexpr Ipv6Address kAllRouters{{0xFF, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2}};

// ICMPv6 types that the gateway answers.
constexpr std::uint8_t kIcmpv6EchoRequest = 128;
constexpr std::uint8_t kIcmpv6EchoReply = 129;
constexpr std::uint8_t kRouterSolicitation = 133;
constexpr std::uint8_t kNeighborSolicitation = 135;
constexpr std::uint8_t kIcmpEchoRequest = 8;
constexpr std::uint8_t kIcmpEchoReply = 0;

/// Turns a whole echo request into its reply, in place. False, and unchanged, for anything else.
bool turn_into_echo_reply(std::uint8_t* packet, const InnerPacket& inner);

/// How often a router advertisement is repeated while the UE sends, and how long it holds: TS 29.061
/// §11.2.1.3.4 (MaxRtrAdvInterval 6 h, AdvDefaultLifetime 3 times that).
constexpr std::uint32_t kAdvertisementIntervalSeconds = 21600;
constexpr std::uint16_t kRouterLifetimeSeconds = 64800;

/// Router advertisement of one /64 (autonomous, not on-link) with MTU and DNS servers, to all nodes of the
/// UE's link. Returns its size; 0 when `out` is too small.
std::size_t write_router_advertisement(MutableBytes out, std::uint64_t prefix, std::uint16_t link_mtu,
                                       const std::vector<Ipv6Address>& dns_servers);

/// Whether a router or neighbour solicitation of a UE is valid, RFC 4861 §6.1.1 and §7.1.1; others are
/// discarded.
bool is_valid_solicitation(const std::uint8_t* packet, const InnerPacket& inner) noexcept;

/// The gateway's answer to a neighbour solicitation for one of its addresses, which is valid; 0 for any
/// other.
std::size_t write_neighbor_advertisement(MutableBytes out, const std::uint8_t* solicitation,
                                         const InnerPacket& inner, const Ipv6Address& gateway);

/// "Fragmentation needed" (RFC 1191) or "packet too big" (RFC 8201) about `packet`, to its source. Returns
/// its size; 0 when none may be sent (about an ICMP error, a later fragment, to a multicast address: RFC 1122
/// §3.2.2, RFC 4443 §2.4).
std::size_t write_too_big(MutableBytes out, const std::uint8_t* packet, const InnerPacket& inner,
                          const IpAddress& gateway, std::uint16_t mtu);
constexpr std::size_t kTooBigOctetsMax = 1280;  // RFC 4443 §3.2: as much as fits the minimum MTU.

/// Whether the packet is an ICMP or ICMPv6 error, which quotes another packet.
bool is_icmp_error(const std::uint8_t* packet, const InnerPacket& inner) noexcept;
/// The beginning of the packet that an ICMP error quotes.
struct Quoted {
  const std::uint8_t* packet = nullptr;
  std::uint8_t protocol = 0;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  bool later_fragment = false;  ///< Then it has no ports, and
  std::uint32_t fragment_id = 0;
};
std::optional<Quoted> quoted_packet(const std::uint8_t* packet, const InnerPacket& inner) noexcept;

}  // namespace zerocell::upf
