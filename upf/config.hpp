// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "core/types/ip.hpp"

namespace zerocell::upf {

constexpr std::uint16_t kPortGtpu = 2152;  // TS 29.281 §4.4.2

/// One pool of UE addresses. Its gateway answers ping and is nobody else's.
struct PoolConfig {
  IpPrefix prefix;  ///< IPv4 /8 to /30, or IPv6 /36 to /63: a /64 for each UE.
  std::optional<IpAddress>
      gateway;  ///< In the prefix; its first host address by default (IPv6: first /64, ::1).
};

/// Configuration of the user plane, section `upf`.
struct Config {
  /// Where GTP-U is received and sent from: at most one address of each family.
  std::vector<IpAddress> gtpu_addresses;
  /// Who may speak GTP-U to us. Others get neither answer nor service. Empty: everybody.
  std::vector<IpPrefix> gtpu_peers;
  std::uint16_t gtpu_mtu = 1500;  ///< MTU of the links towards eNBs, octets: 1280 to 9216.

  std::vector<PoolConfig> pools;
  std::uint16_t link_mtu = 1400;         ///< MTU of the UE's link, octets: 1280 to 9000.
  std::vector<Ipv6Address> dns_servers;  ///< In router advertisements (RFC 8106); at most 3.
  bool ue_to_ue = false;                 ///< Whether one UE may reach another.
  /// Addresses of the core: no UE reaches them, whatever a policy says.
  std::vector<IpAddress> core_addresses;

  std::uint32_t sessions_max = 1u << 20;          ///< PDN connections, up to 2^24.
  std::uint32_t flows_max = 1u << 18;             ///< Flows whose verdict is remembered, up to 2^24.
  std::uint32_t flows_per_session_max = 1024;     ///< A session's own share of them.
  std::uint16_t buffered_packets_max = 32;        ///< Downlink packets kept for one session.
  std::uint32_t buffered_octets_max = 64u << 20;  ///< Downlink octets kept in all.

  /// Echo Requests to each peer with a session (TS 29.281 §7.2.1: 60 or more; 0: none).
  std::uint16_t echo_interval_seconds = 60;
  std::uint16_t t3_response_ms = 3000;  ///< T3-RESPONSE, TS 29.281 §12.
  std::uint8_t n3_requests = 3;         ///< N3-REQUESTS, TS 29.281 §12.

  /// Nothing when the configuration holds together; otherwise which key, and what was expected.
  std::expected<void, std::string> validate() const;
};

}  // namespace zerocell::upf
