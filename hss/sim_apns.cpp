// SPDX-License-Identifier: Apache-2.0
#include "hss/sim_apns.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hss/sim_routes.hpp"
#include "hss/sim_text.hpp"

namespace zerocell::hss {

namespace {

using store::ApnSubscription;
using store::StaticAddress;

struct ApnText {
  ApnSubscription apn;
  StaticAddress address;
};

struct Key {
  std::string_view name;
  std::string_view expected;
  bool (*set)(ApnText& to, std::string_view text);
};

constexpr std::array kKeys{
    Key{"context", "1 to 50",
        [](ApnText& to, std::string_view text) { return parse_number(text, to.apn.context_id); }},
    Key{"type", "ipv4, ipv6, ipv4v6 or ipv4_or_ipv6",
        [](ApnText& to, std::string_view text) {
          const auto type = store::parse_pdn_type(text);
          if (type) to.apn.pdn_type = *type;
          return type.has_value();
        }},
    Key{"qci", "a number", [](ApnText& to, std::string_view text) { return parse_number(text, to.apn.qci); }},
    Key{"arp", "a priority from 1 to 15",
        [](ApnText& to, std::string_view text) { return parse_number(text, to.apn.arp.priority); }},
    Key{"preempts", "yes or no",
        [](ApnText& to, std::string_view text) { return parse_yes_no(text, to.apn.arp.may_preempt); }},
    Key{"preemptable", "yes or no",
        [](ApnText& to, std::string_view text) { return parse_yes_no(text, to.apn.arp.may_be_preempted); }},
    Key{"ambr", "UPLINK/DOWNLINK in bit/s, such as 10M/50M",
        [](ApnText& to, std::string_view text) {
          const auto ambr = parse_ambr(text);
          if (ambr) to.apn.ambr = *ambr;
          return ambr.has_value();
        }},
    Key{"ipv4", "an IPv4 address",
        [](ApnText& to, std::string_view text) {
          const auto address = Ipv4Address::parse(text);
          if (address) to.address.ipv4 = *address;
          return address.has_value();
        }},
    Key{"ipv6", "an IPv6 /64 prefix, such as fd00:45:0:9::",
        [](ApnText& to, std::string_view text) {
          if (text.ends_with("/64")) text.remove_suffix(3);
          const auto prefix = Ipv6Address::parse(text);
          if (prefix) to.address.ipv6_prefix = *prefix;
          return prefix.has_value();
        }},
    Key{"charging", "4 hexadecimal digits",
        [](ApnText& to, std::string_view text) {
          return text.size() == 4 && parse_number(text, to.apn.charging_characteristics, 16);
        }},
    Key{"vplmn", "yes or no",
        [](ApnText& to, std::string_view text) {
          return parse_yes_no(text, to.apn.vplmn_dynamic_address_allowed);
        }},
};

std::expected<ApnText, std::string> parse_apn(std::string_view text, std::uint32_t position) {
  ApnText parsed;
  parsed.apn.context_id = position;
  const std::string_view name = take(text, ',');
  if (name != "*") {
    const auto apn = Apn::parse(name);
    if (!apn) return std::unexpected(fmt::format("\"{}\" is no APN", name));
    parsed.apn.apn = *apn;
  }
  while (!text.empty()) {
    std::string_view value = take(text, ',');
    const std::string_view key = take(value, '=');
    const auto known = std::ranges::find(kKeys, key, &Key::name);
    if (known == kKeys.end()) {
      std::string names;
      for (const Key& one : kKeys) names += fmt::format("{}{}", names.empty() ? "" : ", ", one.name);
      return std::unexpected(fmt::format("{}: \"{}\" is unknown; expected {}", name, key, names));
    }
    if (!known->set(parsed, value))
      return std::unexpected(fmt::format("{}: {}=\"{}\"; expected {}", name, key, value, known->expected));
  }
  parsed.address.context_id = parsed.apn.context_id;
  return parsed;
}

/// What the APNs of a draft keep that go by the same names afterwards.
void keep_what_apns_have(const SimDraft& before, std::vector<ApnSubscription>& apns,
                         std::vector<store::FramedRoutes>& routes) {
  for (ApnSubscription& apn : apns) {
    const auto known = std::ranges::find(before.profile.apns, apn.apn, &ApnSubscription::apn);
    if (known == before.profile.apns.end()) continue;
    apn.bearers = known->bearers;
    for (const store::FramedRoutes& one : before.subscriber.framed_routes)
      if (one.context_id == known->context_id) routes.push_back({apn.context_id, one.prefixes});
  }
  put_in_order(routes);
}

}  // namespace

std::expected<std::uint32_t, std::string> context_of(const store::Profile& profile,
                                                     std::optional<std::string_view> name) {
  if (!name) return profile.default_context_id;
  std::string known;
  for (const ApnSubscription& apn : profile.apns) {
    const std::string_view own = apn_name(profile, apn.context_id);
    if (own == *name) return apn.context_id;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", own);
  }
  return std::unexpected(fmt::format("\"{}\" is none of the SIM's APNs; expected {}", *name, known));
}

std::string_view apn_name(const store::Profile& profile, std::uint32_t context_id) {
  const auto apn = std::ranges::find(profile.apns, context_id, &ApnSubscription::context_id);
  return apn == profile.apns.end() || apn->apn.empty() ? "*" : apn->apn.text();
}

std::optional<std::string> set_apns(SimDraft& draft, std::string_view text) {
  if (text.empty()) return "expected at least one APN";
  std::vector<ApnSubscription> apns;
  std::vector<StaticAddress> addresses;
  while (!text.empty()) {
    auto parsed = parse_apn(take(text, ';'), static_cast<std::uint32_t>(apns.size()) + 1);
    if (!parsed) return parsed.error();
    apns.push_back(parsed->apn);
    if (!parsed->address.ipv4.unspecified() || !parsed->address.ipv6_prefix.unspecified())
      addresses.push_back(parsed->address);
  }
  std::vector<store::FramedRoutes> routes;
  keep_what_apns_have(draft, apns, routes);
  draft.profile.default_context_id = apns.front().context_id;
  std::ranges::sort(apns, {}, &ApnSubscription::context_id);
  std::ranges::sort(addresses, {}, &StaticAddress::context_id);
  draft.profile.apns = std::move(apns);
  draft.subscriber.static_addresses = std::move(addresses);
  draft.subscriber.framed_routes = std::move(routes);
  return std::nullopt;
}

std::string apns_text(const store::Subscriber& subscriber) {
  std::string text;
  std::uint32_t position = 0;
  // set_apns makes the first the default one.
  std::vector<const ApnSubscription*> ordered;
  for (const ApnSubscription& apn : subscriber.profile->apns) ordered.push_back(&apn);
  const auto first =
      std::ranges::find(ordered, subscriber.profile->default_context_id, &ApnSubscription::context_id);
  if (first != ordered.end()) std::rotate(ordered.begin(), first, first + 1);
  for (const ApnSubscription* apn : ordered) {
    const ApnSubscription usual;
    text += fmt::format("{}{}", text.empty() ? "" : ";", apn->apn.empty() ? "*" : apn->apn.text());
    if (apn->context_id != ++position) text += fmt::format(",context={}", apn->context_id);
    if (apn->pdn_type != usual.pdn_type) text += fmt::format(",type={}", to_string(apn->pdn_type));
    if (apn->qci != usual.qci) text += fmt::format(",qci={}", apn->qci);
    if (apn->arp.priority != usual.arp.priority) text += fmt::format(",arp={}", apn->arp.priority);
    if (apn->arp.may_preempt != usual.arp.may_preempt)
      text += fmt::format(",preempts={}", apn->arp.may_preempt ? "yes" : "no");
    if (apn->arp.may_be_preempted != usual.arp.may_be_preempted)
      text += fmt::format(",preemptable={}", apn->arp.may_be_preempted ? "yes" : "no");
    if (apn->ambr != usual.ambr) text += fmt::format(",ambr={}", ambr_text(apn->ambr));
    const auto address =
        std::ranges::find(subscriber.static_addresses, apn->context_id, &StaticAddress::context_id);
    if (address != subscriber.static_addresses.end()) {
      if (!address->ipv4.unspecified()) text += fmt::format(",ipv4={}", address->ipv4.text());
      if (!address->ipv6_prefix.unspecified()) text += fmt::format(",ipv6={}", address->ipv6_prefix.text());
    }
    if (apn->charging_characteristics != 0)
      text += fmt::format(",charging={:04x}", apn->charging_characteristics);
    if (apn->vplmn_dynamic_address_allowed) text += ",vplmn=yes";
  }
  return text;
}

}  // namespace zerocell::hss
