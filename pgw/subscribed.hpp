// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/config/apns.hpp"
#include "upf/n4.hpp"

namespace zerocell::pgw {

/// What a subscription gives a PDN connection beside its default bearer. Few have any, so it stands beside
/// the sessions' records.
struct Subscribed {
  std::vector<IpPrefix> routes{};
  gtp::BearerRules rules{};
  /// What was made of a rule; the bearer may be gone since, or was refused.
  struct Made {
    gtp::BearerRules of;  ///< Keeps `rule`.
    const gtp::BearerRule* rule = nullptr;
    upf::BearerId bearer{};
    bool lost = false;  ///< The MME has it no more: it is to be made again.
  };
  std::vector<Made> made{};
  /// What the default bearer is to have, and the UE is asked for when it is there again: it could not be
  /// reached, or has refused it once.
  struct Default {
    gtp::Ambr ambr;
    gtp::BearerQos qos;
    bool refused = false;
  };
  std::optional<Default> default_due{};
  bool empty() const { return routes.empty() && rules.empty() && made.empty() && !default_due; }
};

/// By a session's index.
using SubscribedOfSessions = std::unordered_map<std::uint32_t, Subscribed>;

/// Why an APN does not give these rules of a subscription, beside so many of its own; for a person.
std::optional<std::string> refusal_of(const gtp::BearerRules& rules, const config::ApnConfig& apn,
                                      std::size_t configured_rules);
/// Whether a UE that has not taken a bearer may take it later: nobody has refused it.
bool is_only_away(gtp::Cause cause);
/// How many rules of the configuration a SIM of this policy group gets.
std::size_t configured_rules(const config::ApnConfig& apn, std::string_view group);

}  // namespace zerocell::pgw
