// SPDX-License-Identifier: Apache-2.0
#include "app/kernel_routes.hpp"

#include <algorithm>
#include <cerrno>

#include "app/sim_conflicts.hpp"
#include "core/net/link.hpp"
#include "core/telemetry/log.hpp"

namespace zerocell::app {

bool KernelRoutes::add(const store::OwnedRoute& route) {
  const auto left_out = [&](std::string_view reason) {
    log::warning("framed_route_not_routed", {.imsi = route.imsi, .procedure = {}},
                 {{"route", route.prefix.text()}, {"reason", reason}});
    return false;
  };
  for (const config::ApnConfig& apn : config_.apns)
    for (const config::FramedRoutes& configured : apn.framed_routes)
      if (std::ranges::find(configured.prefixes, route.prefix) != configured.prefixes.end())
        return false;  // It is routed for good.
  if (const auto conflict = route_conflict(route.prefix, route.imsi, config_)) return left_out(*conflict);
  const auto own = net::local_addresses();
  const auto held =
      std::ranges::find_if(own, [&](const IpAddress& address) { return route.prefix.contains(address); });
  if (held != own.end()) return left_out("it holds " + held->text() + ", an address of this machine");
  const auto added = net::add_route(interface_index_, route.prefix);
  if (!added) return left_out(added.error().message);
  return true;
}

void KernelRoutes::set(const std::vector<store::OwnedRoute>& routes) {
  std::map<IpPrefix, bool> now;
  for (const store::OwnedRoute& route : routes) {
    const auto known = known_.find(route.prefix);
    now[route.prefix] = known != known_.end() ? known->second : false;
  }
  // First what goes: a prefix may have become a longer or a shorter one.
  for (const auto& [prefix, routed] : known_)
    if (routed && !now.contains(prefix)) (void)net::remove_route(interface_index_, prefix);
  for (const store::OwnedRoute& route : routes)
    if (!known_.contains(route.prefix)) now[route.prefix] = add(route);
  known_ = std::move(now);
}

}  // namespace zerocell::app
