// SPDX-License-Identifier: Apache-2.0
#include "app/kernel_routes.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "app/sim_conflicts.hpp"
#include "core/telemetry/log.hpp"

namespace zerocell::app {

KernelRoutes::~KernelRoutes() {
  for (const auto& [prefix, known] : known_)
    if (known.routed) take_back(prefix, known.imsi);
}

bool KernelRoutes::configured(const IpPrefix& prefix) const {
  for (const config::ApnConfig& apn : config_.apns)
    for (const config::FramedRoutes& routes : apn.framed_routes)
      if (std::ranges::find(routes.prefixes, prefix) != routes.prefixes.end()) return true;
  return false;
}

const std::map<IpPrefix, bool>& KernelRoutes::present(Machine& machine) {
  if (machine.routes) return *machine.routes;
  machine.routes.emplace();
  const auto all = kernel_.all();
  if (!all) log::warning("kernel_routes_not_listed", {{"reason", all.error().message}});
  if (all)
    for (const net::LinkRoutes::Route& route : *all) (*machine.routes)[route.prefix] |= route.ours;
  return *machine.routes;
}

bool KernelRoutes::add(const store::OwnedRoute& route, Machine& machine) {
  const auto left_out = [&](std::string_view reason) {
    log::warning("framed_route_not_routed", {.imsi = route.imsi, .procedure = {}},
                 {{"route", route.prefix.text()}, {"reason", reason}});
    return false;
  };
  if (configured(route.prefix)) return false;  // It is routed for good.
  if (const auto conflict = route_conflict(route.prefix, route.imsi, config_)) return left_out(*conflict);
  if (!machine.addresses) machine.addresses = net::local_addresses();
  const auto held = std::ranges::find_if(
      *machine.addresses, [&](const IpAddress& address) { return route.prefix.contains(address); });
  if (held != machine.addresses->end())
    return left_out("it holds " + held->text() + ", an address of this machine");
  const auto added = kernel_.add(route.prefix);
  if (added) return true;
  // It may lead here already: a process that crashed has left it, or the administrator, whose it then stays.
  const auto& here = present(machine);
  if (const auto there = here.find(route.prefix); there != here.end()) return there->second;
  if (added.error().code == EEXIST) return left_out("the machine routes it elsewhere");
  return left_out(added.error().message);
}

bool KernelRoutes::take_back(const IpPrefix& prefix, const Imsi& imsi) {
  const auto removed = kernel_.remove(prefix);
  if (removed) return true;
  log::warning("framed_route_still_routed", {.imsi = imsi, .procedure = {}},
               {{"route", prefix.text()}, {"reason", removed.error().message}});
  return false;
}

void KernelRoutes::take_back_left_ones(Machine& machine) {
  for (const auto& [prefix, ours] : present(machine)) {
    const auto known = known_.find(prefix);
    if (!ours || configured(prefix) || (known != known_.end() && known->second.routed)) continue;
    if (!take_back(prefix, {})) return;
    log::info("left_route_taken_back", {{"route", prefix.text()}});
  }
}

void KernelRoutes::set(const std::vector<store::OwnedRoute>& routes) {
  if (cleaned_ && !unfinished_ && routes == last_) return;
  Machine machine;
  if (!cleaned_) (void)present(machine);
  std::map<IpPrefix, Known> now;
  for (const store::OwnedRoute& route : routes) {
    const auto known = known_.find(route.prefix);
    if (known == known_.end()) continue;
    // Another SIM's now: what is routed stays so, and what was left out because of the first is tried again.
    if (known->second.imsi == route.imsi ||
        (known->second.routed && !route_conflict(route.prefix, route.imsi, config_)))
      now[route.prefix] = {route.imsi, known->second.routed};
  }
  // First what goes: a prefix may have become a longer or a shorter one.
  unfinished_ = false;
  for (const auto& [prefix, known] : known_) {
    if (!known.routed || now.contains(prefix) || take_back(prefix, known.imsi)) continue;
    unfinished_ = true;
    now[prefix] = known;
  }
  for (const store::OwnedRoute& route : routes)
    if (!now.contains(route.prefix)) now[route.prefix] = {route.imsi, add(route, machine)};
  known_ = std::move(now);
  last_ = routes;
  if (!std::exchange(cleaned_, true)) take_back_left_ones(machine);
}

}  // namespace zerocell::app
