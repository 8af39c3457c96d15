// SPDX-License-Identifier: Apache-2.0
#include "upf/settings.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/config/apns.hpp"
#include "core/config/upf.hpp"

namespace zerocell::upf {

namespace {

/// ::1 of the pool's first /64.
Ipv6Address first_host(Ipv6Address prefix) {
  prefix.octets[15] = 1;
  return prefix;
}

std::vector<Ipv6Address> ipv6_of(const std::vector<IpAddress>& addresses) {
  std::vector<Ipv6Address> found;
  for (const IpAddress& address : addresses)
    if (const Ipv6Address* v6 = address.v6()) found.push_back(*v6);
  return found;
}

std::expected<void, std::string> check_pool(const Pool& pool) {
  const bool v4 = pool.prefix.address.is_v4();
  const auto wrong = [&](std::string_view what) {
    return std::unexpected(fmt::format("pool {}: {}", pool.prefix.text(), what));
  };
  if (v4 && (pool.prefix.length < 8 || pool.prefix.length > 30)) return wrong("expected a length of 8 to 30");
  if (!v4 && (pool.prefix.length < 32 || pool.prefix.length > 63))
    return wrong("expected a length of 32 to 63, since each UE gets a /64");
  if (!v4 && (pool.ue_prefix_length < 48 || pool.ue_prefix_length > 64 ||
              pool.ue_prefix_length <= pool.prefix.length || pool.ue_prefix_length - pool.prefix.length > 32))
    return wrong("expected UE prefixes of 48 to 64 bits, longer than the pool's by 1 to 32");
  if (pool.dns_servers.size() > kDnsServersMax) return wrong("expected at most 8 DNS servers");
  if (pool.gateway.is_v4() != v4 || !pool.prefix.contains(pool.gateway))
    return wrong(fmt::format("expected a gateway inside it, not {}", pool.gateway.text()));
  return {};
}

}  // namespace

Settings make_settings(const config::Upf& upf, const std::vector<config::ApnConfig>& apns,
                       std::vector<IpAddress> core_addresses) {
  Settings settings;
  settings.gtpu_addresses = upf.gtpu_bind;
  settings.gtpu_port = upf.gtpu_port;
  settings.gtpu_peers = upf.gtpu_peers;
  settings.gtpu_mtu = upf.gtpu_mtu;
  for (const config::DscpOfQci& marking : upf.dscp) settings.dscp[marking.qci] = marking.dscp;
  settings.ue_to_ue = upf.ue_to_ue;
  settings.sessions_max = upf.sessions_max;
  settings.flows_max = upf.flows_max;
  settings.flows_per_session_max = upf.flows_per_session_max;
  settings.bearers_max = upf.dedicated_bearers_max;
  settings.forwarding_tunnels_max = upf.forwarding_tunnels_max;
  settings.forwarding_seconds = upf.forwarding_seconds;
  settings.buffered_seconds_max = upf.buffered_seconds_max;
  settings.buffered_packets_max = upf.buffered_packets_max;
  settings.buffered_octets_max = upf.buffered_octets_max;
  settings.echo_interval_seconds = upf.echo_interval_seconds;
  settings.t3_response_ms = upf.t3_response_ms;
  settings.n3_requests = upf.n3_requests;
  settings.echo_required = upf.echo_required;
  settings.core_addresses = std::move(core_addresses);
  if (!apns.empty()) settings.link_mtu = std::ranges::max(apns, {}, &config::ApnConfig::mtu).mtu;
  for (const config::ApnConfig& apn : apns) {
    if (apn.ipv4_pool) settings.pools.push_back({*apn.ipv4_pool, apn.gateway()});
    if (apn.ipv6_pool)
      settings.pools.push_back({*apn.ipv6_pool, first_host(*apn.ipv6_pool->address.v6()),
                                apn.ipv6_prefix_length, ipv6_of(apn.dns)});
  }
  return settings;
}

std::expected<void, std::string> validate(const Settings& settings) {
  const auto& own = settings.gtpu_addresses;
  if (std::ranges::count_if(own, &IpAddress::is_v4) > 1 ||
      own.size() - std::ranges::count_if(own, &IpAddress::is_v4) > 1)
    return std::unexpected("GTP-U addresses: expected at most one of each family");
  for (const Pool& pool : settings.pools)
    if (auto checked = check_pool(pool); !checked) return checked;
  if (std::ranges::max(settings.dscp) > 63)
    return std::unexpected("Differentiated Services Code Points: expected at most 63");
  if (settings.link_mtu < 1280 || settings.link_mtu > 9000)
    return std::unexpected("link MTU: expected 1280 to 9000 octets");
  if (settings.sessions_max == 0 || settings.sessions_max > 1u << 24)
    return std::unexpected("sessions: expected a maximum of 1 to 16777216");
  if (settings.bearers_max > 1u << 24)
    return std::unexpected("dedicated bearers: expected a maximum of at most 16777216");
  if (settings.forwarding_tunnels_max > 1u << 20)
    return std::unexpected("forwarding tunnels: expected a maximum of at most 1048576");
  if (settings.buffered_seconds_max == 0)
    return std::unexpected("buffered packets: expected a lifetime of at least 1 second");
  if (settings.flows_max == 0 || settings.flows_max > 1u << 24)
    return std::unexpected("flows: expected a maximum of 1 to 16777216");
  if (settings.echo_interval_seconds != 0 && settings.echo_interval_seconds < 60)
    return std::unexpected("echo interval: expected 0 or at least 60 seconds (TS 29.281 §7.2.1)");
  return {};
}

}  // namespace zerocell::upf
