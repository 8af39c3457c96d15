// SPDX-License-Identifier: Apache-2.0
#include "app/sim_conflicts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "pgw/subscribed.hpp"

namespace zerocell::app {
namespace {

template <class Visit>
void for_each_address(const store::Subscriber& subscriber, Visit visit) {
  for (const store::StaticAddress& address : subscriber.static_addresses) {
    if (!address.ipv4.unspecified()) visit(IpAddress(address.ipv4));
    if (!address.ipv6_prefix.unspecified()) visit(IpAddress(address.ipv6_prefix));
  }
}

template <class Visit>
void for_each_route(const store::Subscriber& subscriber, Visit visit) {
  for (const store::FramedRoutes& routes : subscriber.framed_routes)
    for (const IpPrefix& prefix : routes.prefixes) visit(prefix);
}

}  // namespace

std::optional<std::string> route_conflict(const IpPrefix& prefix, const Imsi& imsi,
                                          const config::Config& config) {
  for (const config::ApnConfig& apn : config.apns) {
    for (const auto& pool : {apn.ipv4_pool, apn.ipv6_pool})
      if (pool && pool->overlaps(prefix))
        return fmt::format("{} overlaps the pool {} of APN {}; choose a prefix outside of all pools",
                           prefix.text(), pool->text(), apn.name.text());
    for (const config::FramedRoutes& routes : apn.framed_routes)
      for (const IpPrefix& taken : routes.prefixes)
        if (routes.imsi != imsi && taken.overlaps(prefix))
          return fmt::format("{} overlaps {}, which the configuration of APN {} gives to SIM {}",
                             prefix.text(), taken.text(), apn.name.text(), routes.imsi.text());
  }
  for (const auto* listening : {&config.s1ap.bind, &config.upf.gtpu_bind})
    for (const IpAddress& address : *listening)
      if (prefix.contains(address))
        return fmt::format("{} holds {}, which the core itself listens on; choose a prefix without it",
                           prefix.text(), address.text());
  return std::nullopt;
}

store::Result<void> SimConflicts::read() {
  if (std::exchange(read_, true)) return {};
  const auto addresses = subscribers_.static_addresses();
  if (!addresses) return std::unexpected(addresses.error());
  static_addresses_.insert(addresses->begin(), addresses->end());
  const auto routes = subscribers_.framed_routes();
  if (!routes) return std::unexpected(routes.error());
  for (const store::OwnedRoute& route : *routes) routes_.emplace(route.prefix, route.imsi);
  return {};
}

std::optional<std::string> SimConflicts::routes(const store::Subscriber& subscriber) const {
  std::optional<std::string> problem;
  for_each_route(subscriber, [&](const IpPrefix& prefix) {
    if (problem) return;
    if (config_ != nullptr)
      if (const auto conflict = route_conflict(prefix, subscriber.imsi, *config_))
        problem = "framed route " + *conflict;
    const auto held = static_addresses_.lower_bound(prefix.address);
    if (!problem && held != static_addresses_.end() && prefix.contains(*held))
      problem = fmt::format("framed route {} holds the static address {} of a SIM; choose another prefix",
                            prefix.text(), held->text());
  });
  return problem;
}

store::Result<std::optional<std::string>> SimConflicts::addresses(const store::Subscriber& subscriber) const {
  std::vector<IpAddress> own;
  for_each_address(subscriber, [&](const IpAddress& address) { own.push_back(address); });
  for (const IpAddress& address : own) {
    // No two routes overlap: only the last one that begins before the address can hold it.
    auto route = routes_.upper_bound({address, static_cast<std::uint8_t>(address.is_v4() ? 32 : 128)});
    if (route == routes_.begin() || !(--route)->first.contains(address)) continue;
    // This command may have taken it from its SIM meanwhile.
    const auto owner = subscribers_.find(route->second);
    if (!owner) return std::unexpected(owner.error());
    bool has = false;
    const auto look = [&](const IpPrefix& prefix) { has |= prefix == route->first; };
    if (route->second == subscriber.imsi)
      for_each_route(subscriber, look);
    else if (*owner)
      for_each_route((*owner)->subscriber, look);
    if (has)
      return fmt::format("static address {} lies in the framed route {} of SIM {}; choose another address",
                         address.text(), route->first.text(), route->second.text());
  }
  return std::nullopt;
}

std::optional<std::string> SimConflicts::bearers(const store::Subscriber& subscriber) const {
  if (config_ == nullptr) return std::nullopt;
  const store::Profile& profile = *subscriber.profile;
  for (const store::ApnSubscription& apn : profile.apns) {
    const auto served = std::ranges::find(config_->apns, apn.apn, &config::ApnConfig::name);
    if (apn.bearers.empty() || served == config_->apns.end()) continue;
    const auto refusal =
        pgw::refusal_of(apn.bearers, *served, pgw::configured_rules(*served, profile.group.text()));
    if (refusal) return fmt::format("bearers of APN {}: {}", apn.apn.text(), *refusal);
  }
  return std::nullopt;
}

store::Result<std::optional<std::string>> SimConflicts::look_at(const store::Subscriber& subscriber) {
  if (auto problem = bearers(subscriber)) return problem;
  if (subscriber.static_addresses.empty() && subscriber.framed_routes.empty()) return std::nullopt;
  if (const auto done = read(); !done) return std::unexpected(done.error());
  if (auto problem = routes(subscriber)) return problem;
  for_each_route(subscriber,
                 [&](const IpPrefix& prefix) { routes_.insert_or_assign(prefix, subscriber.imsi); });
  auto problem = addresses(subscriber);
  if (!problem || *problem) return problem;
  for_each_address(subscriber, [&](const IpAddress& address) { static_addresses_.insert(address); });
  return std::nullopt;
}

}  // namespace zerocell::app
