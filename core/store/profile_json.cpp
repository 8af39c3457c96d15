// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include <nlohmann/json.hpp>

#include "core/store/subscriber.hpp"

namespace zerocell::store {

namespace {

using Json = nlohmann::json;

/// Reads the members of one object; remembers the first problem, and what nobody asked for is one.
class Members {
 public:
  Members(const Json& object, std::string path, std::string& problem)
      : object_(object), path_(std::move(path)), problem_(problem) {
    if (!object_.is_object()) fail("", "expected an object");
  }

  template <std::unsigned_integral T>
  void number(const char* name, T& out, std::uint64_t most = std::numeric_limits<T>::max()) {
    const Json* value = member(name);
    if (value == nullptr) return;
    if (!value->is_number_unsigned() || value->get<std::uint64_t>() > most)
      return fail(name, fmt::format("expected a whole number up to {}", most));
    out = static_cast<T>(value->get<std::uint64_t>());
  }
  void boolean(const char* name, bool& out) {
    const Json* value = member(name);
    if (value == nullptr) return;
    if (!value->is_boolean()) return fail(name, "expected true or false");
    out = value->get<bool>();
  }
  /// `parse` gives an optional; `expected` says what it takes.
  template <class T, class Parse>
  void text(const char* name, T& out, Parse parse, std::string_view expected) {
    const Json* value = member(name);
    if (value == nullptr) return;
    const auto parsed = value->is_string() ? parse(value->get_ref<const std::string&>()) : std::nullopt;
    if (!parsed) return fail(name, fmt::format("expected {}", expected));
    out = *parsed;
  }
  const Json* member(const char* name) {
    known_.push_back(name);
    if (!object_.is_object()) return nullptr;
    const auto found = object_.find(name);
    return found == object_.end() ? nullptr : &*found;
  }
  std::string path(std::string_view name) const {
    return path_.empty() ? std::string(name) : fmt::format("{}.{}", path_, name);
  }
  void fail(std::string_view name, std::string_view what) {
    if (!problem_.empty()) return;
    const std::string where = name.empty() ? path_ : path(name);
    problem_ = where.empty() ? std::string(what) : fmt::format("{}: {}", where, what);
  }
  /// After the last member.
  void end() {
    if (!object_.is_object()) return;
    for (const auto& [name, value] : object_.items())
      if (std::ranges::find(known_, name) == known_.end()) fail(name, "unknown");
  }

 private:
  const Json& object_;
  std::string path_;
  std::string& problem_;
  std::vector<std::string_view> known_;
};

Json ambr_json(const gtp::Ambr& ambr) {
  return {{"uplink_bps", ambr.uplink_bps}, {"downlink_bps", ambr.downlink_bps}};
}

void read_ambr(Members& members, const char* name, gtp::Ambr& ambr, std::string& problem) {
  const Json* value = members.member(name);
  if (value == nullptr) return;
  Members inner(*value, members.path(name), problem);
  inner.number("uplink_bps", ambr.uplink_bps);
  inner.number("downlink_bps", ambr.downlink_bps);
  inner.end();
}

/// Below 1 kbit/s NAS says 0 (TS 24.301 §9.9.4.2); it was allowed once.
void raise_to_least(gtp::Ambr& ambr) {
  constexpr std::uint64_t kLeastBps = 1000;
  if (ambr.uplink_bps != 0) ambr.uplink_bps = std::max(ambr.uplink_bps, kLeastBps);
  if (ambr.downlink_bps != 0) ambr.downlink_bps = std::max(ambr.downlink_bps, kLeastBps);
}

Json bearer_json(const gtp::BearerRule& rule) {
  return {{"name", rule.name},
          {"qci", rule.qci},
          {"arp_priority", rule.arp.priority},
          {"arp_preempts", rule.arp.may_preempt},
          {"arp_preemptable", rule.arp.may_be_preempted},
          {"gbr_uplink_bps", rule.gbr_uplink_bps},
          {"gbr_downlink_bps", rule.gbr_downlink_bps},
          {"mbr_uplink_bps", rule.mbr_uplink_bps},
          {"mbr_downlink_bps", rule.mbr_downlink_bps},
          {"filters", rule.filters}};
}

/// Members are those of `apns[].bearers` of a configuration.
gtp::BearerRule read_bearer(const Json& json, const std::string& path, std::string& problem) {
  gtp::BearerRule rule;
  Members members(json, path, problem);
  const auto any = [](const std::string& text) { return std::optional(text); };
  members.text("name", rule.name, any, "a text");
  members.number("qci", rule.qci);
  members.number("arp_priority", rule.arp.priority);
  members.boolean("arp_preempts", rule.arp.may_preempt);
  members.boolean("arp_preemptable", rule.arp.may_be_preempted);
  members.number("gbr_uplink_bps", rule.gbr_uplink_bps);
  members.number("gbr_downlink_bps", rule.gbr_downlink_bps);
  members.number("mbr_uplink_bps", rule.mbr_uplink_bps);
  members.number("mbr_downlink_bps", rule.mbr_downlink_bps);
  if (const Json* filters = members.member("filters")) {
    if (!filters->is_array()) members.fail("filters", "expected a list");
    for (const Json& filter : filters->is_array() ? *filters : Json::array()) {
      if (!filter.is_string()) members.fail("filters", "expected texts");
      rule.filters.push_back(filter.is_string() ? filter.get<std::string>() : std::string());
    }
  }
  members.end();
  return rule;
}

Json apn_json(const ApnSubscription& apn) {
  Json json{{"context_id", apn.context_id},
            {"apn", apn.apn.empty() ? "*" : apn.apn.text()},
            {"pdn_type", to_string(apn.pdn_type)},
            {"qci", apn.qci},
            {"arp",
             {{"priority", apn.arp.priority},
              {"may_preempt", apn.arp.may_preempt},
              {"may_be_preempted", apn.arp.may_be_preempted}}},
            {"ambr", ambr_json(apn.ambr)},
            {"vplmn_dynamic_address_allowed", apn.vplmn_dynamic_address_allowed},
            {"charging_characteristics", apn.charging_characteristics}};
  // Left out where there are none: so a profile from before there were any is still the same text.
  for (const gtp::BearerRule& rule : apn.bearers) json["bearers"].push_back(bearer_json(rule));
  return json;
}

ApnSubscription read_apn(const Json& json, const std::string& path, std::string& problem) {
  ApnSubscription apn;
  Members members(json, path, problem);
  members.number("context_id", apn.context_id);
  members.text(
      "apn", apn.apn,
      [](std::string_view text) { return text == "*" ? std::optional<Apn>(Apn()) : Apn::parse(text); },
      "an APN, or \"*\"");
  members.text("pdn_type", apn.pdn_type, parse_pdn_type, "ipv4, ipv6, ipv4v6 or ipv4_or_ipv6");
  members.number("qci", apn.qci);
  if (const Json* arp = members.member("arp")) {
    Members inner(*arp, members.path("arp"), problem);
    inner.number("priority", apn.arp.priority);
    inner.boolean("may_preempt", apn.arp.may_preempt);
    inner.boolean("may_be_preempted", apn.arp.may_be_preempted);
    inner.end();
  }
  read_ambr(members, "ambr", apn.ambr, problem);
  members.boolean("vplmn_dynamic_address_allowed", apn.vplmn_dynamic_address_allowed);
  members.number("charging_characteristics", apn.charging_characteristics);
  if (const Json* bearers = members.member("bearers")) {
    if (!bearers->is_array()) members.fail("bearers", "expected a list");
    std::vector<gtp::BearerRule> rules;
    for (std::size_t i = 0; bearers->is_array() && i < bearers->size(); ++i)
      rules.push_back(read_bearer((*bearers)[i], fmt::format("{}.bearers[{}]", path, i), problem));
    apn.bearers = std::move(rules);
  }
  members.end();
  return apn;
}

}  // namespace

std::string to_json(const Profile& profile) {
  Json json{{"ue_ambr", ambr_json(profile.ue_ambr)},
            {"access_restrictions", profile.access_restrictions},
            {"barring", profile.barring},
            {"packet_only", profile.packet_only},
            {"roaming_allowed", profile.roaming_allowed},
            {"charging_characteristics", profile.charging_characteristics},
            {"group", profile.group.text()},
            {"default_context_id", profile.default_context_id},
            {"apns", Json::array()}};
  if (profile.rau_tau_timer_seconds) json["rau_tau_timer_seconds"] = *profile.rau_tau_timer_seconds;
  for (const ApnSubscription& apn : profile.apns) json["apns"].push_back(apn_json(apn));
  return json.dump();
}

std::expected<Profile, std::string> profile_from_json(std::string_view text, bool stored) {
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return std::unexpected("not JSON");
  std::string problem;
  Profile profile = *default_profile();
  Members members(json, "", problem);
  read_ambr(members, "ue_ambr", profile.ue_ambr, problem);
  members.number("access_restrictions", profile.access_restrictions);
  members.number("barring", profile.barring);
  members.boolean("packet_only", profile.packet_only);
  members.boolean("roaming_allowed", profile.roaming_allowed);
  members.number("charging_characteristics", profile.charging_characteristics);
  members.text("group", profile.group, GroupName::parse, "at most 31 printable characters without spaces");
  members.number("default_context_id", profile.default_context_id);
  if (members.member("rau_tau_timer_seconds") != nullptr) {
    std::uint32_t seconds = 0;
    members.number("rau_tau_timer_seconds", seconds);
    profile.rau_tau_timer_seconds = seconds;
  }
  if (const Json* apns = members.member("apns")) {
    profile.apns.clear();
    if (!apns->is_array()) members.fail("apns", "expected a list");
    for (std::size_t i = 0; apns->is_array() && i < apns->size(); ++i)
      profile.apns.push_back(read_apn((*apns)[i], fmt::format("apns[{}]", i), problem));
    std::ranges::sort(profile.apns, {}, &ApnSubscription::context_id);
  }
  members.end();
  if (!problem.empty()) return std::unexpected(std::move(problem));
  if (stored) {
    raise_to_least(profile.ue_ambr);
    for (ApnSubscription& apn : profile.apns) raise_to_least(apn.ambr);
  }
  if (auto wrong = problem_with(profile, stored)) return std::unexpected(std::move(*wrong));
  return profile;
}

}  // namespace zerocell::store
