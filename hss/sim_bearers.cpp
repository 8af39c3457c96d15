// SPDX-License-Identifier: Apache-2.0
#include "hss/sim_bearers.hpp"

#include <fmt/format.h>

#include <map>
#include <utility>

#include "core/nas/filter_text.hpp"
#include "hss/sim_apns.hpp"
#include "hss/sim_text.hpp"

namespace zerocell::hss {

namespace {

using gtp::BearerRule;

struct Key {
  std::string_view name;
  std::string_view expected;
  bool (*set)(BearerRule& to, std::string_view text);
};

constexpr std::string_view kRates = "UPLINK/DOWNLINK in bit/s, such as 64k/128k";
constexpr std::array kKeys{
    Key{"qci", "a number", [](BearerRule& to, std::string_view text) { return parse_number(text, to.qci); }},
    Key{"arp", "a priority from 1 to 15",
        [](BearerRule& to, std::string_view text) { return parse_number(text, to.arp.priority); }},
    Key{"preempts", "yes or no",
        [](BearerRule& to, std::string_view text) { return parse_yes_no(text, to.arp.may_preempt); }},
    Key{"preemptable", "yes or no",
        [](BearerRule& to, std::string_view text) { return parse_yes_no(text, to.arp.may_be_preempted); }},
    Key{"gbr", kRates,
        [](BearerRule& to, std::string_view text) {
          const auto rates = parse_rates(text);
          if (rates) std::tie(to.gbr_uplink_bps, to.gbr_downlink_bps) = *rates;
          return rates.has_value();
        }},
    Key{"mbr", kRates,
        [](BearerRule& to, std::string_view text) {
          const auto rates = parse_rates(text);
          if (rates) std::tie(to.mbr_uplink_bps, to.mbr_downlink_bps) = *rates;
          return rates.has_value();
        }},
};

std::optional<std::string> set_key(BearerRule& rule, std::string_view value) {
  const std::string_view key = take(value, '=');
  const auto known = std::ranges::find(kKeys, key, &Key::name);
  if (known == kKeys.end()) {
    std::string names;
    for (const Key& one : kKeys) names += fmt::format("{}{}", names.empty() ? "" : ", ", one.name);
    return fmt::format("\"{}\" is unknown; expected {}, and ':' before the filters", key, names);
  }
  if (!known->set(rule, value)) return fmt::format("{}=\"{}\"; expected {}", key, value, known->expected);
  return std::nullopt;
}

/// What follows the APN. `head` stands before the filters.
std::expected<BearerRule, std::string> parse_bearer(std::string_view head, std::string_view filters) {
  BearerRule rule;
  rule.name = take(head, ' ');
  for (head = trimmed(head); !head.empty(); head = trimmed(head))
    if (const auto problem = set_key(rule, take(head, ' ')))
      return std::unexpected(fmt::format("{}: {}", rule.name, *problem));
  do {
    const std::string_view filter = trimmed(take(filters, '|'));
    if (const auto parsed = nas::parse_filter(filter); !parsed)
      return std::unexpected(fmt::format("{}: filter \"{}\", character {}: {}", rule.name, filter,
                                         parsed.error().column, parsed.error().message));
    rule.filters.emplace_back(filter);
  } while (!filters.empty());
  return rule;
}

}  // namespace

std::optional<std::string> set_bearers(SimDraft& draft, std::string_view text) {
  if (text == "none") text = {};
  std::map<std::uint32_t, std::vector<BearerRule>> rules;
  while (!text.empty()) {
    std::string_view filters = take(text, ';');
    std::string_view head = trimmed(take(filters, ':'));
    std::optional<std::string_view> apn;
    if (const auto equals = head.find('='); equals < head.find(' ')) apn = take(head, '=');
    const auto context = context_of(draft.profile, apn);
    if (!context) return context.error();
    auto rule = parse_bearer(head, filters);
    if (!rule) return rule.error();
    rules[*context].push_back(std::move(*rule));
  }
  for (store::ApnSubscription& apn : draft.profile.apns) apn.bearers = std::move(rules[apn.context_id]);
  return std::nullopt;
}

std::string bearers_text(const store::Profile& profile) {
  std::string text;
  const BearerRule usual;
  for (const store::ApnSubscription& apn : profile.apns)
    for (const BearerRule& rule : apn.bearers) {
      text += fmt::format("{}{}={} qci={}", text.empty() ? "" : ";", apn_name(profile, apn.context_id),
                          rule.name, rule.qci);
      if (rule.arp.priority != usual.arp.priority) text += fmt::format(" arp={}", rule.arp.priority);
      if (rule.arp.may_preempt != usual.arp.may_preempt)
        text += fmt::format(" preempts={}", rule.arp.may_preempt ? "yes" : "no");
      if (rule.arp.may_be_preempted != usual.arp.may_be_preempted)
        text += fmt::format(" preemptable={}", rule.arp.may_be_preempted ? "yes" : "no");
      if (rule.gbr_uplink_bps != 0 || rule.gbr_downlink_bps != 0)
        text += " gbr=" + rates_text(rule.gbr_uplink_bps, rule.gbr_downlink_bps);
      if (rule.mbr_uplink_bps != 0 || rule.mbr_downlink_bps != 0)
        text += " mbr=" + rates_text(rule.mbr_uplink_bps, rule.mbr_downlink_bps);
      std::string_view separator = ": ";
      for (const std::string& filter : rule.filters)
        text += fmt::format("{}{}", std::exchange(separator, " | "), filter);
    }
  return text;
}

}  // namespace zerocell::hss
