// SPDX-License-Identifier: Apache-2.0
#include "core/gtp/bearer_rule.hpp"

#include <fmt/format.h>

namespace zerocell::gtp {
namespace {

std::uint32_t kilobits(std::uint64_t bps) {
  return static_cast<std::uint32_t>((bps + 999) / 1000);
}

}  // namespace

BearerQos BearerRule::qos() const {
  return {.qci = qci,
          .arp = arp,
          .mbr = {kilobits(mbr_uplink_bps == 0 ? gbr_uplink_bps : mbr_uplink_bps),
                  kilobits(mbr_downlink_bps == 0 ? gbr_downlink_bps : mbr_downlink_bps)},
          .gbr = {kilobits(gbr_uplink_bps), kilobits(gbr_downlink_bps)}};
}

std::vector<RuleProblem> problems_with(const BearerRule& rule) {
  std::vector<RuleProblem> problems;
  const auto wrong = [&](std::string_view member, std::string message) {
    problems.push_back({member, std::move(message)});
  };
  if (rule.name.empty() || rule.name.size() > kRuleNameMax)
    wrong("name", fmt::format("has {} characters; expected 1 to {}", rule.name.size(), kRuleNameMax));
  if (rule.qci < 1 || rule.qci > 254) wrong("qci", fmt::format("is {}; expected 1 to 254", rule.qci));
  if (rule.arp.priority < 1 || rule.arp.priority > 15)
    wrong("arp_priority", fmt::format("is {}; expected 1 to 15", rule.arp.priority));
  for (const auto& [member, bps] : {std::pair{"gbr_uplink_bps", rule.gbr_uplink_bps},
                                    std::pair{"gbr_downlink_bps", rule.gbr_downlink_bps},
                                    std::pair{"mbr_uplink_bps", rule.mbr_uplink_bps},
                                    std::pair{"mbr_downlink_bps", rule.mbr_downlink_bps}})
    if (bps > kRuleBpsMax) wrong(member, fmt::format("is {}; expected at most {}", bps, kRuleBpsMax));
  const bool guaranteed = rule.gbr_uplink_bps != 0 || rule.gbr_downlink_bps != 0;
  if (guaranteed && !is_gbr_qci(rule.qci))
    wrong("qci", fmt::format("is {}, which guarantees no bit rate, but the bearer has one", rule.qci));
  if (!guaranteed && is_gbr_qci(rule.qci))
    wrong("qci", fmt::format("is {}, a guaranteed bit rate; expected gbr_uplink_bps or gbr_downlink_bps, or "
                             "another QCI",
                             rule.qci));
  if (rule.mbr_uplink_bps != 0 && rule.mbr_uplink_bps < rule.gbr_uplink_bps)
    wrong("mbr_uplink_bps", "is less than gbr_uplink_bps");
  if (rule.mbr_downlink_bps != 0 && rule.mbr_downlink_bps < rule.gbr_downlink_bps)
    wrong("mbr_downlink_bps", "is less than gbr_downlink_bps");
  if (rule.filters.empty()) wrong("filters", "is missing; expected what takes the bearer");
  if (rule.filters.size() > kRuleFiltersMax)
    wrong("filters", fmt::format("has {} items; expected at most {}", rule.filters.size(), kRuleFiltersMax));
  return problems;
}

}  // namespace zerocell::gtp
