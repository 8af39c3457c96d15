// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "core/net/descriptor.hpp"
#include "core/net/net_error.hpp"
#include "core/types/ip.hpp"

/// Network interfaces of this machine (of its network namespace), through rtnetlink: no other program is
/// needed. Changing one needs CAP_NET_ADMIN.
namespace zerocell::net {

/// Sets the interface up, with this MTU.
std::expected<void, NetError> set_link_up(unsigned interface_index, unsigned mtu);
/// Adds `address` with its prefix; the connected route to the prefix comes with it. Fine when it is there.
std::expected<void, NetError> add_address(unsigned interface_index, const IpAddress& address,
                                          std::uint8_t prefix_length);
/// Routes the prefix into the interface, which is up, whatever route it had. Fine when the route is there.
std::expected<void, NetError> add_route(unsigned interface_index, const IpPrefix& prefix);
/// Lets IPv4 packets come out of the interface whose source is an address of this machine; by default the
/// kernel drops them (accept_local, Documentation/networking/ip-sysctl). Fine when it is so already.
std::expected<void, NetError> accept_own_sources(const std::string& interface);
/// Every address of every interface.
std::vector<IpAddress> local_addresses();
/// Whether the kernel forwards packets of this family between interfaces.
bool forwarding_enabled(bool v4);

/// Routes into one interface that come and go beside those of others. One socket serves all calls.
class LinkRoutes {
 public:
  struct Route {
    IpPrefix prefix;
    bool ours = false;  ///< As add() makes them, now or in a process before this one.
  };

  explicit LinkRoutes(unsigned interface_index) : interface_index_(interface_index) {}

  /// Takes no route from anybody: EEXIST where the machine routes this very prefix already, to here or
  /// elsewhere.
  std::expected<void, NetError> add(const IpPrefix& prefix);
  /// What add() made. Fine when it is not there, or the interface is gone.
  std::expected<void, NetError> remove(const IpPrefix& prefix);
  /// All that lead into the interface, in no order.
  std::expected<std::vector<Route>, NetError> all();

 private:
  /// 0, or an errno.
  int open();
  int send(std::uint16_t type, std::uint16_t flags, const IpPrefix& prefix);

  unsigned interface_index_;
  Descriptor socket_;  ///< Closed after an error: an answer that comes late is nobody's.
};

}  // namespace zerocell::net
