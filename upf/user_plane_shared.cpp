// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "upf/user_plane.hpp"

/// What several sessions share: limits of one UE, and the tree of framed routes.
namespace zerocell::upf {

std::uint32_t UserPlane::join_ue_rate(const UeRate& rate) {
  auto index = ue_rates_.find(rate.ue);
  if (!index) {
    // There are as many places as sessions.
    if (ue_rates_free_ != kNoIndex) {
      index = ue_rates_free_;
      ue_rates_free_ = table_.ue_rates[*index].next_free;
    } else {
      index = ue_rates_used_++;
    }
    table_.ue_rates[*index].ue = rate.ue;
    table_.ue_rates[*index].sessions = 0;
    table_.ue_rates[*index].generation.fetch_add(1, std::memory_order_relaxed);
    ue_rates_.insert(rate.ue, *index);
  }
  ++table_.ue_rates[*index].sessions;
  set_ue_rate(*index, rate.rate);
  return *index;
}

void UserPlane::set_ue_rate(std::uint32_t index, const BitRate& rate) {
  SharedRate& shared = table_.ue_rates[index];
  shared.uplink_units.store(rate_units(rate.uplink_bps), std::memory_order_relaxed);
  shared.downlink_units.store(rate_units(rate.downlink_bps), std::memory_order_relaxed);
}

void UserPlane::leave_ue_rate(std::uint32_t index) {
  SharedRate& shared = table_.ue_rates[index];
  if (--shared.sessions > 0) return;
  ue_rates_.erase(shared.ue);
  shared.next_free = ue_rates_free_;
  ue_rates_free_ = index;
}

bool UserPlane::may_be_routed(const IpPrefix& prefix) const {
  return !table_.addresses.overlaps(prefix) &&
         std::ranges::none_of(settings_.core_addresses,
                              [&](const IpAddress& address) { return prefix.contains(address); });
}

/// All framed routes of a session from now on; where one is refused, it keeps those that it has.
std::expected<void, N4Error> UserPlane::set_routes(const std::vector<IpPrefix>& routes, std::uint32_t session,
                                                   std::uint32_t generation) {
  const Extras* known = extras_of(session);
  const std::vector<IpPrefix> before = known != nullptr ? known->routes : std::vector<IpPrefix>();
  const auto has = [](const std::vector<IpPrefix>& list, const IpPrefix& prefix) {
    return std::ranges::find(list, prefix) != list.end();
  };
  std::vector<IpPrefix> added;
  for (const IpPrefix& route : routes) {
    if (has(before, route)) continue;
    if (may_be_routed(route) && table_.routes.add(route, {session, generation})) {
      added.push_back(route);
      continue;
    }
    for (const IpPrefix& undone : added) table_.routes.remove(undone);
    return std::unexpected(N4Error::bad_route);
  }
  for (const IpPrefix& route : before)
    if (!has(routes, route)) table_.routes.remove(route);
  if (!routes.empty())
    extras_[session].routes = routes;
  else if (Extras* own = extras_of(session); own != nullptr)
    own->routes.clear();
  drop_extras_if_empty(session);
  return {};
}

}  // namespace zerocell::upf
