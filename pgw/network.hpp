// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "pgw/pgw.hpp"

namespace zerocell::pgw {

/// Where the precedences of the configuration's filters begin: those of a subscription are asked before them,
/// whichever of the two a session gets first. Each of its rules has a range by its place in the subscription.
constexpr std::uint8_t kConfiguredPrecedence = gtp::kBearerRulesMax * gtp::kRuleFiltersMax;

/// A packet data network: its configuration, what is left of its addresses, and its rules.
struct Pgw::Network {
  explicit Network(const config::ApnConfig& apn) : config(apn) {
    const std::chrono::seconds rest(apn.address_rest_seconds);
    if (apn.ipv4_pool) ipv4.emplace(*apn.ipv4_pool, apn.gateway(), rest);
    if (apn.ipv6_pool) ipv6.emplace(*apn.ipv6_pool, apn.ipv6_prefix_length, rest);
    for (const config::BearerRule& rule : apn.bearers) {
      rules.push_back(make_rule(rule.rule()));
      for (nas::PacketFilter& filter : rules.back().filters) filter.precedence = kConfiguredPrecedence;
    }
  }
  config::ApnConfig config;
  std::optional<Ipv4Pool> ipv4;
  std::optional<Ipv6Pool> ipv6;
  std::vector<BearerRule> rules;  ///< In the order of `config.bearers`.
};

/// The limit that all sessions of this SIM share.
inline upf::UeRate ue_rate_of(const Imsi& imsi, const gtp::Ambr& ambr) {
  return {imsi.packed(), {ambr.uplink_bps, ambr.downlink_bps}};
}

}  // namespace zerocell::pgw
