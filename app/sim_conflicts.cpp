// SPDX-License-Identifier: Apache-2.0
#include "app/sim_conflicts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

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

constexpr std::uint8_t kPrefixBitsMax = 128;

/// A static IPv6 address stands for its /64.
IpPrefix prefix_of(const IpAddress& address) {
  if (address.is_v4()) return {address, 32};
  Ipv6Address first = *address.v6();
  std::ranges::fill(std::span(first.octets).last<8>(), std::uint8_t{0});
  return {first, 64};
}

std::string text_of(const IpPrefix& held) {
  return held.address.is_v4() ? held.address.text() : held.text();
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
  if (read_) return {};
  const auto addresses = subscribers_.owned_addresses();
  if (!addresses) return std::unexpected(addresses.error());
  const auto routes = subscribers_.framed_routes();
  if (!routes) return std::unexpected(routes.error());
  for (const store::OwnedAddress& owned : *addresses)
    static_addresses_.emplace(prefix_of(owned.address), owned.imsi);
  for (const store::OwnedRoute& route : *routes) routes_.emplace(route.prefix, route.imsi);
  read_ = true;
  return {};
}

void SimConflicts::note(const store::Subscriber& subscriber) {
  for_each_route(subscriber, [&](const IpPrefix& prefix) { routes_.emplace(prefix, subscriber.imsi); });
  for_each_address(subscriber, [&](const IpAddress& address) {
    static_addresses_.emplace(prefix_of(address), subscriber.imsi);
  });
}

void SimConflicts::forget(const store::Subscriber& subscriber) {
  const auto erase = [&](Prefixes& from, const IpPrefix& prefix) {
    const auto [first, last] = from.equal_range(prefix);
    const auto own =
        std::find_if(first, last, [&](const auto& one) { return one.second == subscriber.imsi; });
    if (own != last) from.erase(own);
  };
  for_each_route(subscriber, [&](const IpPrefix& prefix) { erase(routes_, prefix); });
  for_each_address(subscriber,
                   [&](const IpAddress& address) { erase(static_addresses_, prefix_of(address)); });
}

const SimConflicts::Prefixes::value_type* SimConflicts::overlapping(const Prefixes& among,
                                                                    const IpPrefix& prefix) {
  // They are apart from each other, or the same: only the last one that begins before its end can meet it.
  auto found = among.upper_bound({prefix.last(), kPrefixBitsMax});
  if (found == among.begin()) return nullptr;
  --found;
  return found->first.overlaps(prefix) ? &*found : nullptr;
}

std::optional<std::string> SimConflicts::routes(const store::Subscriber& subscriber) const {
  std::optional<std::string> problem;
  for_each_route(subscriber, [&](const IpPrefix& prefix) {
    if (problem) return;
    if (config_ != nullptr)
      if (const auto conflict = route_conflict(prefix, subscriber.imsi, *config_)) {
        problem = "framed route " + *conflict;
        return;
      }
    if (const auto* held = overlapping(static_addresses_, prefix))
      problem =
          fmt::format("framed route {} {} {} of SIM {}; choose another prefix", prefix.text(),
                      held->first.address.is_v4() ? "holds the static address" : "overlaps the static prefix",
                      text_of(held->first), held->second.text());
  });
  return problem;
}

std::optional<std::string> SimConflicts::addresses(const store::Subscriber& subscriber) const {
  Prefixes own;
  for_each_route(subscriber, [&](const IpPrefix& prefix) { own.emplace(prefix, subscriber.imsi); });
  std::optional<std::string> problem;
  for_each_address(subscriber, [&](const IpAddress& address) {
    if (problem) return;
    const IpPrefix prefix = prefix_of(address);
    const auto* route = overlapping(routes_, prefix);
    if (route == nullptr) route = overlapping(own, prefix);
    if (route != nullptr)
      problem = fmt::format("static {} {} {} the framed route {} of SIM {}; choose another {}",
                            address.is_v4() ? "address" : "prefix", text_of(prefix),
                            address.is_v4() ? "lies in" : "overlaps", route->first.text(),
                            route->second.text(), address.is_v4() ? "address" : "prefix");
  });
  return problem;
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
  // As long as no SIM with addresses of its own has come, nothing was read that it could have lost.
  if (!read_ && subscriber.static_addresses.empty() && subscriber.framed_routes.empty()) return std::nullopt;
  if (const auto done = read(); !done) return std::unexpected(done.error());
  const auto before = subscribers_.find(subscriber.imsi);
  if (!before) return std::unexpected(before.error());
  if (*before) forget((*before)->subscriber);
  auto problem = routes(subscriber);
  if (!problem) problem = addresses(subscriber);
  if (!problem)
    note(subscriber);
  else if (*before)
    note((*before)->subscriber);
  return problem;
}

}  // namespace zerocell::app
