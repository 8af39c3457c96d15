// SPDX-License-Identifier: Apache-2.0
#include "pgw/subscribed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/telemetry/log.hpp"
#include "pgw/network.hpp"

/// What subscriptions give PDN connections beside the configuration: framed routes (TS 29.061 §16.4) and
/// dedicated bearers; at their beginning, and when a subscription changes (TS 23.401 §5.4.2.2).
namespace zerocell::pgw {
namespace {

const gtp::BearerRule* find_rule(const gtp::BearerRules& rules, std::string_view name) {
  const auto found = std::ranges::find(rules, name, &gtp::BearerRule::name);
  return found == rules.end() ? nullptr : found;
}

}  // namespace

bool is_only_away(gtp::Cause cause) {
  switch (cause) {
    case gtp::Cause::ue_not_responding:
    case gtp::Cause::unable_to_page_ue:
    case gtp::Cause::remote_peer_not_responding:
    case gtp::Cause::temporarily_rejected_due_to_handover:
    case gtp::Cause::ue_temporarily_not_reachable_due_to_power_saving:
      return true;
    default:
      return false;
  }
}

std::size_t configured_rules(const config::ApnConfig& apn, std::string_view group) {
  return static_cast<std::size_t>(
      std::ranges::count_if(apn.bearers, [&](const config::BearerRule& rule) { return rule.serves(group); }));
}

std::optional<std::string> refusal_of(const gtp::BearerRules& rules, const config::ApnConfig& apn,
                                      std::size_t configured_rules) {
  if (!rules.empty() && rules.size() + configured_rules > gtp::kBearerRulesMax)
    return fmt::format(
        "{} bearers and {} of the configuration; a UE has room for {} beside its default bearer",
        rules.size(), configured_rules, gtp::kBearerRulesMax);
  std::uint64_t uplink_bps = 0;
  std::uint64_t downlink_bps = 0;
  for (const gtp::BearerRule& rule : rules) {
    uplink_bps += rule.gbr_uplink_bps;
    downlink_bps += rule.gbr_downlink_bps;
  }
  const auto over = [](std::uint64_t bps, std::uint64_t most, std::string_view key) {
    return fmt::format("bearers guarantee {} bit/s in all, and {} is {}", bps, key, most);
  };
  if (uplink_bps > apn.subscribed_gbr_uplink_bps_max)
    return over(uplink_bps, apn.subscribed_gbr_uplink_bps_max, "subscribed_gbr_uplink_bps_max");
  if (downlink_bps > apn.subscribed_gbr_downlink_bps_max)
    return over(downlink_bps, apn.subscribed_gbr_downlink_bps_max, "subscribed_gbr_downlink_bps_max");
  return std::nullopt;
}

/// Those of the subscription and those of the configuration, of the families that the PDN connection carries:
/// a UE may have one for each (TS 24.301 §6.2.2).
std::vector<IpPrefix> Pgw::framed_routes(const Network& network, const Imsi& imsi, gtp::PdnType type,
                                         const std::vector<IpPrefix>& subscribed) const {
  std::vector<IpPrefix> all;
  const auto add = [&](const std::vector<IpPrefix>& prefixes) {
    for (const IpPrefix& prefix : prefixes)
      if ((prefix.address.is_v4() ? has_ipv4(type) : has_ipv6(type)) &&
          std::ranges::find(all, prefix) == all.end())
        all.push_back(prefix);
  };
  add(subscribed);
  for (const config::FramedRoutes& routes : network.config.framed_routes)
    if (routes.imsi == imsi) add(routes.prefixes);
  return all;
}

/// Gives a session its routes. One that somebody else has still is his until he gives it up; what the SIM has
/// no longer goes at once, whatever becomes of the others.
void Pgw::install_routes(Sessions::Index index) {
  const SessionRecord& record = sessions_[index];
  Subscribed& own = subscribed_[index];
  const std::vector<IpPrefix> wanted =
      framed_routes(networks_[record.apn], record.imsi, record.address.type, own.routes);
  const auto install = [&](const std::vector<IpPrefix>& routes) {
    upf::SessionModification change;
    change.framed_routes = routes;
    return user_plane_.modify(record.user_plane, change).has_value();
  };
  const bool known_to_miss = missing_routes_.erase(index) != 0;
  if (!install(wanted)) {
    std::vector<IpPrefix> installed;
    missing_routes_.insert(index);
    for (const IpPrefix& prefix : wanted) {
      installed.push_back(prefix);
      if (install(installed)) continue;
      installed.pop_back();
      if (!known_to_miss)
        log::warning("framed_route_refused", {.imsi = record.imsi, .procedure = "modify_bearer"},
                     {{"route", prefix.text()}});
    }
    (void)install(installed);
  }
  if (own.empty()) subscribed_.erase(index);
}

/// Somebody has given routes up: perhaps another waits for them.
void Pgw::install_missing_routes() {
  const auto missing = missing_routes_;
  for (const Sessions::Index index : missing) install_routes(index);
}

void Pgw::change_routes(Sessions::Index index, std::vector<IpPrefix> routes) {
  const auto known = subscribed_.find(index);
  if (known == subscribed_.end() ? routes.empty() : known->second.routes == routes) return;
  subscribed_[index].routes = std::move(routes);
  log::info("framed_routes_changed", {.imsi = sessions_[index].imsi, .procedure = "modify_bearer"},
            {{"routes", subscribed_[index].routes.size()}});
  install_routes(index);
  install_missing_routes();
}

/// True when there is something to do.
bool Pgw::change_rules(Sessions::Index index, const gtp::BearerRules& rules) {
  const auto known = subscribed_.find(index);
  if (known == subscribed_.end() ? rules.empty() : known->second.rules == rules) return false;
  subscribed_[index].rules = rules;
  return true;
}

/// As modify_default_bearer; a UE that cannot be reached hears of it when it is there again. One that
/// refuses, or whose eNodeB does, keeps what it has (TS 24.301 §6.4.3.4) and is asked once more then, and not
/// again for this change.
Task<void> Pgw::change_default_bearer(SessionId session, Subscribed::Default wanted) {
  auto index = find(session);
  if (!index) co_return;
  Answer<void> modified;
  if (sessions_[*index].ambr != wanted.ambr || sessions_[*index].qos != wanted.qos)
    modified = co_await modify_default_bearer(session, wanted.ambr, wanted.qos);
  else
    enforce(sessions_[*index],
            wanted.ambr);  // A lower one may hold that the UE did not take, and has no more.
  index = find(session);
  if (!index) co_return;
  const bool away = !modified && is_only_away(modified.error());
  const bool due = away || (!modified && !wanted.refused);
  wanted.refused |= !away;
  if (due) sessions_[*index].rules_due |= SessionRecord::kSubscribedRulesDue;
  if (due)
    subscribed_[*index].default_due = wanted;
  else if (const auto known = subscribed_.find(*index); known != subscribed_.end())
    known->second.default_due.reset();
}

/// All that the UE of a session has yet to hear of its subscription.
Task<void> Pgw::apply_subscription(SessionId session) {
  const auto index = find(session);
  const auto known = index ? subscribed_.find(*index) : subscribed_.end();
  if (known == subscribed_.end()) co_return;
  if (const auto due = known->second.default_due) co_await change_default_bearer(session, *due);
  co_await apply_subscribed_rules(session);
}

/// Brings the bearers of a session to what its subscription says now. A bearer that was refused is not tried
/// again until its rule changes; one that could not be asked for, or was lost, is when the UE is there again.
Task<void> Pgw::apply_subscribed_rules(SessionId session) {
  auto index = find(session);
  if (!index || !subscribed_.contains(*index)) co_return;
  gtp::BearerRules wanted = subscribed_[*index].rules;
  if (const auto refusal =
          refusal_of(wanted, networks_[sessions_[*index].apn].config, sessions_[*index].configured_rules)) {
    log::warning("subscribed_bearers_refused", {.imsi = sessions_[*index].imsi, .procedure = "create_bearer"},
                 {{"reason", *refusal}});
    wanted = {};
  }

  // What goes first makes room for what comes.
  for (std::size_t i = 0; i < subscribed_[*index].made.size();) {
    const Subscribed::Made made = subscribed_[*index].made[i];
    const gtp::BearerRule* rule = find_rule(wanted, made.rule->name);
    const bool has_filters =
        rule != nullptr && !filters_for(sessions_[*index].address.type, make_rule(*rule).filters).empty();
    if (has_filters && rule->qos().guaranteed() == made.rule->qos().guaranteed()) {
      ++i;
      continue;
    }
    const DedicatedBearerRecord* bearer = bearers_.find(sessions_[*index], made.bearer);
    if (bearer != nullptr) {
      const auto deleted = co_await delete_bearer(session, bearer->ebi);
      index = find(session);
      if (!index) co_return;
      if (!deleted) {
        sessions_[*index].rules_due |= SessionRecord::kSubscribedRulesDue;
        ++i;
        continue;
      }
    }
    std::erase_if(subscribed_[*index].made, [&](const auto& one) { return one.rule == made.rule; });
  }

  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto done = co_await apply_subscribed_rule(session, wanted, i);
    index = find(session);
    if (!index) co_return;
    if (!done && is_only_away(done.error()))
      sessions_[*index].rules_due |= SessionRecord::kSubscribedRulesDue;
  }
  if (subscribed_[*index].empty()) subscribed_.erase(*index);
}

Task<Answer<void>> Pgw::apply_subscribed_rule(SessionId session, gtp::BearerRules rules,
                                              std::size_t position) {
  const gtp::BearerRule& rule = rules.begin()[position];
  const auto index = find(session);
  if (!index) co_return std::unexpected(gtp::Cause::context_not_found);
  const auto made_of = [this, session, &rule]() -> Subscribed::Made* {
    const auto still = find(session);
    const auto own = still ? subscribed_.find(*still) : subscribed_.end();
    if (own == subscribed_.end()) return nullptr;
    for (Subscribed::Made& made : own->second.made)
      if (made.rule->name == rule.name) return &made;
    return nullptr;
  };
  const auto note = [this, session, &rules, &rule, made_of](upf::BearerId bearer) {
    const auto still = find(session);
    if (!still) return;
    if (Subscribed::Made* made = made_of())
      *made = {rules, &rule, bearer};
    else
      subscribed_[*still].made.push_back({rules, &rule, bearer});
  };

  const Subscribed::Made* made = made_of();
  // Filters are asked in the order of the subscription, however a session came to its rules.
  const bool moved =
      made != nullptr && made->rule - made->of.begin() != static_cast<std::ptrdiff_t>(position);
  BearerRule ranged = make_rule(rule);
  for (nas::PacketFilter& filter : ranged.filters)
    filter.precedence = static_cast<std::uint8_t>(position * gtp::kRuleFiltersMax);
  ranged.filters = filters_for(sessions_[*index].address.type, std::move(ranged.filters));
  if (ranged.filters.empty()) {
    // For connections of the other family. One that could not be ended yet is not forgotten.
    if (made == nullptr || bearers_.find(sessions_[*index], made->bearer) == nullptr) note({});
    co_return Answer<void>();
  }
  ranged.qos = with_maximum_rates(ranged.qos, sessions_[*index].ambr);
  // Where the rule names no maximum the APN-AMBR is it, and may have changed.
  const DedicatedBearerRecord* const as_it_is =
      made != nullptr ? bearers_.find(sessions_[*index], made->bearer) : nullptr;
  const bool follows_ambr = as_it_is != nullptr && rule.qos() != ranged.qos && as_it_is->qos != ranged.qos;
  if (made != nullptr && !made->lost && *made->rule == rule && !moved && !follows_ambr) {
    // A lower rate that was on its way to a UE that was away is not wanted any more; one that it refused is.
    if (const DedicatedBearerRecord* kept = bearers_.find(sessions_[*index], made->bearer))
      enforce_least(sessions_[*index], *kept, ranged.qos);
    note(made->bearer);
    co_return Answer<void>();
  }
  const DedicatedBearerRecord* bearer =
      made != nullptr && !made->lost ? bearers_.find(sessions_[*index], made->bearer) : nullptr;
  if (bearer != nullptr) {
    const upf::BearerId id = made->bearer;
    const auto modified = co_await rewrite_bearer(session, bearer->ebi, std::move(ranged));
    // A change that was refused is not tried again, as a bearer is not.
    if (modified || !is_only_away(modified.error())) note(id);
    co_return modified;
  }
  const auto created = co_await create_dedicated_bearer(session, std::move(ranged));
  if (!created) {
    if (!is_only_away(created.error())) note({});
    co_return std::unexpected(created.error());
  }
  if (const auto still = find(session))
    if (const DedicatedBearerRecord* fresh = bearers_.find(sessions_[*still], *created))
      note(fresh->user_plane);
  co_return Answer<void>();
}

/// Makes a bearer what its rule says now. A TFT operation replaces, adds or deletes filters, one of the three
/// at a time (TS 24.008 §10.5.6.12): what differs in their number is a second modification. Between the two
/// the UE has a filter for uplink packets, too, without which it would refuse (TS 24.301 §6.4.3.4 c).
Task<Answer<void>> Pgw::rewrite_bearer(SessionId session, std::uint8_t ebi, BearerRule rule) {
  const auto index = find(session);
  const DedicatedBearerRecord* bearer = index ? bearers_.find(sessions_[*index], ebi) : nullptr;
  if (bearer == nullptr) co_return std::unexpected(gtp::Cause::context_not_found);
  std::vector<nas::PacketFilter> before = bearer->filters();
  if (const auto uplink = std::ranges::find_if(before, nas::is_for_uplink); uplink != before.end())
    std::rotate(before.begin(), uplink, uplink + 1);

  BearerChange change;
  if (bearer->qos != rule.qos) change.qos = rule.qos;
  // As for an APN-AMBR, whatever becomes of the steps below.
  enforce_least(sessions_[*index], *bearer, rule.qos);
  auto taken = precedences(sessions_[*index]);
  const std::size_t common = std::min(before.size(), rule.filters.size());
  const auto split = static_cast<std::ptrdiff_t>(common);
  const std::span surplus = std::span(before).subspan(common);
  for (const nas::PacketFilter& filter : std::span(before).first(common)) taken[filter.precedence] = false;
  if (!number_filters(rule.filters, {}, taken)) co_return std::unexpected(gtp::Cause::no_resources_available);
  const auto first_uplink = std::ranges::find_if(rule.filters, nas::is_for_uplink);
  if (first_uplink != rule.filters.end()) std::rotate(rule.filters.begin(), first_uplink, first_uplink + 1);
  // Those that are replaced keep their identifiers, others get free ones.
  std::array<bool, 16> identifiers{};
  for (std::size_t i = 0; i < common; ++i) {
    rule.filters[i].identifier = before[i].identifier;
    identifiers[before[i].identifier] = true;
  }
  for (nas::PacketFilter& filter : std::span(rule.filters).subspan(common)) {
    const auto free = std::ranges::find(identifiers, false);
    *free = true;
    filter.identifier = static_cast<std::uint8_t>(free - identifiers.begin());
  }

  const std::vector<nas::PacketFilter> kept(before.begin(), before.begin() + split);
  const std::vector<nas::PacketFilter> after(rule.filters.begin(), rule.filters.begin() + split);
  std::vector<BearerChange> steps;
  if (after != kept) {
    change.tft = write_tft(nas::Tft::Operation::replace_filters, after);
    change.filters = after;
    change.filters->insert(change.filters->end(), surplus.begin(), surplus.end());
  }
  if (change.qos || change.filters) steps.push_back(std::move(change));
  if (!surplus.empty()) {
    BearerChange fewer;
    fewer.filters = after;
    fewer.tft = write_tft(nas::Tft::Operation::delete_filters, surplus);
    steps.push_back(std::move(fewer));
    const bool crowded =
        after != kept && write_tft(nas::Tft::Operation::create, *steps.front().filters).empty();
    if (crowded) {  // What is long makes room first.
      std::swap(steps.front(), steps.back());
      steps.front().filters = kept;
      steps.back().filters = after;
    }
  }
  if (rule.filters.size() > common) {
    BearerChange more;
    more.tft = write_tft(nas::Tft::Operation::add_filters, std::span(rule.filters).subspan(common));
    more.filters = std::move(rule.filters);
    steps.push_back(std::move(more));
  }
  for (BearerChange& step : steps) {
    const auto modified = co_await modify_dedicated_bearer(session, ebi, std::move(step));
    if (!modified) co_return modified;
  }
  co_return Answer<void>();
}

}  // namespace zerocell::pgw
