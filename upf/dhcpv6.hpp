// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "upf/inner_packet.hpp"

/// The DHCPv6 server on each UE's link (RFC 8415): it delegates the UE's own prefix (TS 23.401 §5.3.1.2.6)
/// and tells DNS servers. What it gives follows from the session alone, so it keeps no state; addresses come
/// by router advertisement, and it gives none.
namespace zerocell::upf {

constexpr std::uint16_t kDhcpv6ClientPort = 546;
constexpr std::uint16_t kDhcpv6ServerPort = 547;
/// All_DHCP_Relay_Agents_and_Servers, RFC 8415 §7.1.
constexpr Ipv6Address kAllDhcpServers{{0xFF, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2}};
constexpr std::size_t kDhcpv6AnswerOctetsMax = 1280;

/// Seconds. A delegated prefix lives as long as the session; so long may a router use it without asking.
constexpr std::uint32_t kDelegationPreferredSeconds = 86400;
constexpr std::uint32_t kDelegationValidSeconds = 172800;

struct Dhcpv6Link {
  std::uint64_t prefix = 0;         ///< Upper half of the UE's prefix, whose first /64 is the link's.
  std::uint8_t prefix_length = 64;  ///< 64: there is nothing to delegate.
  const std::vector<Ipv6Address>& dns_servers;
};

/// The whole IPv6 packet that answers a UDP packet to the server's port. Returns its size; 0 where RFC 8415
/// §16 wants silence.
std::size_t answer_dhcpv6(MutableBytes out, const std::uint8_t* packet, const InnerPacket& inner,
                          const Dhcpv6Link& link);

}  // namespace zerocell::upf
