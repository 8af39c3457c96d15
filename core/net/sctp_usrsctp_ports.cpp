// SPDX-License-Identifier: Apache-2.0
#include "core/net/sctp_usrsctp_ports.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace zerocell::net {

void UsrsctpPorts::unwatch() {
  for (auto& each : interfaces_) each->watch.reset();
}

bool UsrsctpPorts::conflicts(const IpAddress& address, std::uint16_t port) const {
  for (const auto& each : interfaces_) {
    const SctpRawSocket& socket = *each->socket;
    if (socket.local().is_v4() != address.is_v4() || !each->ports.contains(port)) continue;
    if (socket.local() == address || socket.any() || SctpRawSocket::is_any(address)) return true;
  }
  return false;
}

UsrsctpEndpoint* UsrsctpPorts::find(const std::vector<Endpoint>& local) {
  for (const auto& each : endpoints_) {
    if (local.empty() || each->port != local.front().port || each->addresses.size() != local.size()) continue;
    if (std::ranges::equal(each->addresses, local, {}, {}, &Endpoint::address)) return each.get();
  }
  return nullptr;
}

std::expected<UsrsctpInterface*, NetError> UsrsctpPorts::interface(const IpAddress& address) {
  for (const auto& each : interfaces_) {
    if (each->socket->local() == address) return each.get();
  }
  auto socket = SctpRawSocket::open(address);
  if (!socket) return std::unexpected(socket.error());
  auto made = std::make_unique<UsrsctpInterface>();
  UsrsctpInterface* const at = made.get();
  made->socket = std::move(*socket);
  made->watch = loop_.watch_polled(made->socket->descriptor(), [this, at] { return readable_(*at); });
  interfaces_.push_back(std::move(made));
  return at;
}

void UsrsctpPorts::update_filter(UsrsctpInterface& interface) {
  std::vector<std::uint16_t> ports;
  for (const auto& [port, endpoint] : interface.ports) ports.push_back(port);
  interface.socket->listen_to(ports);
}

std::expected<UsrsctpEndpoint*, NetError> UsrsctpPorts::open(const std::vector<Endpoint>& local,
                                                             std::string_view doing, bool lock) {
  auto made = std::make_unique<UsrsctpEndpoint>();
  made->port = local.front().port;
  std::vector<UsrsctpInterface*> on;
  const auto fail = [this](NetError error) {
    retire_interfaces();
    return std::unexpected(std::move(error));
  };
  for (const Endpoint& each : local) {
    if (each.port != made->port) {
      return fail({EINVAL, fmt::format("cannot {} {} and {} as one: the ports differ", doing,
                                       local.front().text(), each.text())});
    }
    if (conflicts(each.address, each.port)) return fail(describe_socket_error(EADDRINUSE, doing, each));
    if (lock) {
      auto taken = SctpPortLock::take(each);
      if (!taken) return fail(taken.error());
      made->locks.push_back(std::move(*taken));
    }
    const auto found = interface(each.address);
    if (!found) return fail(found.error());
    on.push_back(*found);
    made->addresses.push_back(each.address);
  }
  for (UsrsctpInterface* each : on) {
    each->ports[made->port] = made.get();
    update_filter(*each);
  }
  endpoints_.push_back(std::move(made));
  return endpoints_.back().get();
}

void UsrsctpPorts::close(UsrsctpEndpoint& endpoint) {
  for (const auto& each : interfaces_) {
    const auto found = each->ports.find(endpoint.port);
    if (found == each->ports.end() || found->second != &endpoint) continue;
    each->ports.erase(found);
    update_filter(*each);
  }
  retire_interfaces();
  std::erase_if(endpoints_, [&endpoint](const auto& each) { return each.get() == &endpoint; });
}

void UsrsctpPorts::retire_interfaces() {
  const auto gone =
      std::ranges::partition(interfaces_, [](const auto& each) { return !each->ports.empty(); });
  for (auto& each : gone) {
    each->watch.reset();
    retired_.push_back(std::move(each));
  }
  interfaces_.erase(gone.begin(), gone.end());
}

}  // namespace zerocell::net
