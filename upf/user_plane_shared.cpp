// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/types/assert.hpp"
#include "upf/user_plane.hpp"

/// What several sessions share: limits of one UE or of one UE at one APN, and the tree of framed routes.
namespace zerocell::upf {
namespace {

BitRate bits_of(std::uint32_t uplink_units, std::uint32_t downlink_units) {
  return {std::uint64_t{uplink_units} * 1000, std::uint64_t{downlink_units} * 1000};
}

}  // namespace

std::uint32_t UserPlane::join_rate(SharedRates& rates, std::uint64_t key, const BitRate& first) {
  auto index = rates.find(key);
  if (!index) {
    // There are as many places as all sessions together may be in.
    if (shared_rates_free_ != kNoIndex) {
      index = shared_rates_free_;
      shared_rates_free_ = table_.shared_rates[*index].next_free;
    } else {
      index = shared_rates_used_++;
    }
    ZC_ASSERT(*index < table_.shared_rates.size());
    SharedRate& fresh = table_.shared_rates[*index];
    fresh.key = key;
    fresh.sessions = 0;
    fresh.generation.fetch_add(1, std::memory_order_relaxed);
    rates.insert(key, *index);
    set_rate(*index, first);
  }
  ++table_.shared_rates[*index].sessions;
  return *index;
}

void UserPlane::set_rate(std::uint32_t index, const BitRate& rate) {
  SharedRate& shared = table_.shared_rates[index];
  shared.uplink_units.store(rate_units(rate.uplink_bps), std::memory_order_relaxed);
  shared.downlink_units.store(rate_units(rate.downlink_bps), std::memory_order_relaxed);
}

void UserPlane::leave_rate(SharedRates& rates, std::uint32_t index) {
  SharedRate& shared = table_.shared_rates[index];
  if (--shared.sessions > 0) return;
  rates.erase(shared.key);
  shared.next_free = shared_rates_free_;
  shared_rates_free_ = index;
}

/// Its AMBR in lines that are yet to be published, and the share that they leave. The packet path may have
/// them still: the share is left when it has others.
std::optional<std::uint32_t> UserPlane::set_ambr(const std::optional<std::uint64_t>& share,
                                                 const std::optional<BitRate>& rate, UplinkLine& uplink,
                                                 DownlinkLine& downlink) {
  std::optional<std::uint32_t> left;
  if (share) {
    if (downlink.ambr_shared) left = downlink.ambr_units;
    const BitRate own = left ? rate_of(*left) : bits_of(uplink.ambr_units, downlink.ambr_units);
    uplink.ambr_units = downlink.ambr_units = join_rate(ambr_shares_, *share, rate.value_or(own));
    uplink.ambr_shared = downlink.ambr_shared = true;
  }
  if (!rate) return left;
  if (downlink.ambr_shared) {
    set_rate(downlink.ambr_units, *rate);
  } else {
    uplink.ambr_units = rate_units(rate->uplink_bps);
    downlink.ambr_units = rate_units(rate->downlink_bps);
  }
  return left;
}

BitRate UserPlane::rate_of(std::uint32_t index) const {
  const SharedRate& shared = table_.shared_rates[index];
  return bits_of(shared.uplink_units.load(std::memory_order_relaxed),
                 shared.downlink_units.load(std::memory_order_relaxed));
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
