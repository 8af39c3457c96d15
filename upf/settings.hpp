// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "core/types/ip.hpp"

namespace zerocell::config {
struct ApnConfig;
struct Upf;
}  // namespace zerocell::config

namespace zerocell::upf {

constexpr std::uint16_t kPortGtpu = 2152;  // TS 29.281 §4.4.2

constexpr std::size_t kDnsServersMax = 8;  ///< As many as an APN has.

/// One pool of UE addresses. Its gateway answers ping and is no UE's address.
struct Pool {
  IpPrefix prefix;    ///< IPv4 up to /30; IPv6 /32 to /63, a /64 for each UE.
  IpAddress gateway;  ///< Inside the prefix.
  /// IPv6: how long the prefix is that each UE gets, 48 to 64. From a shorter one than /64 the first /64 is
  /// its link's, and the rest is delegated to it (TS 23.401 §5.3.1.2.6).
  std::uint8_t ue_prefix_length = 64;
  /// IPv6: told in router advertisements (RFC 8106) and by DHCPv6; at most kDnsServersMax.
  std::vector<Ipv6Address> dns_servers = {};
};

/// What the user plane is built from. The file's sections `upf` and `apns` become this with make_settings.
struct Settings {
  std::vector<IpAddress> gtpu_addresses;  ///< At most one of each family.
  std::uint16_t gtpu_port = kPortGtpu;
  /// Who may speak GTP-U to us. Others get neither answer nor service. Empty: everybody.
  std::vector<IpPrefix> gtpu_peers;
  std::uint16_t gtpu_mtu = 1500;  ///< MTU of the links towards eNBs, octets.
  /// Differentiated Services Code Points, by QCI, of G-PDUs towards eNBs (TS 23.401 §4.4.3.2).
  std::array<std::uint8_t, 256> dscp{};

  std::vector<Pool> pools;
  std::uint16_t link_mtu = 1400;  ///< Of sessions that name none, octets: 1280 to 9000.
  bool ue_to_ue = false;          ///< Whether one UE may reach another.
  /// Addresses of the core: no UE reaches them, whatever a policy says.
  std::vector<IpAddress> core_addresses;

  std::uint32_t sessions_max = 1u << 20;            ///< PDN connections; up to 2^24.
  std::uint32_t flows_max = 1u << 18;               ///< Flows whose verdict is remembered; up to 2^24.
  std::uint32_t flows_per_session_max = 1024;       ///< One session's share of them.
  std::uint32_t bearers_max = 1u << 16;             ///< Dedicated bearers; up to 2^24.
  std::uint32_t forwarding_tunnels_max = 1u << 12;  ///< Indirect forwarding; up to 2^20.
  std::uint32_t forwarding_seconds = 10;            ///< How long such a tunnel lives at most.
  std::uint16_t buffered_packets_max = 32;          ///< Downlink packets kept for one bearer.
  std::uint32_t buffered_octets_max = 64u << 20;    ///< Downlink octets kept in all.
  std::uint32_t buffered_seconds_max = 60;          ///< How long a packet is kept.
  std::uint32_t peers_max = 1u << 16;               ///< eNB addresses with a session.

  std::uint32_t echo_interval_seconds = 60;  ///< TS 29.281 §7.2.1: 60 or more; 0: no Echo Request is sent.
  std::uint32_t t3_response_ms = 3000;       ///< T3-RESPONSE, TS 29.281 §12.
  std::uint32_t n3_requests = 5;             ///< N3-REQUESTS, TS 29.281 §12.
  /// Whether a peer that has never answered an Echo Request has a failed path. It should answer each
  /// (§7.2.1); some eNodeBs of labs answer none.
  bool echo_required = false;
};

/// The settings that the configuration asks for. `core_addresses` are all that the core itself listens on.
Settings make_settings(const config::Upf& upf, const std::vector<config::ApnConfig>& apns,
                       std::vector<IpAddress> core_addresses);

/// Nothing when the settings hold together; otherwise what is wrong and what was expected.
std::expected<void, std::string> validate(const Settings& settings);

}  // namespace zerocell::upf
