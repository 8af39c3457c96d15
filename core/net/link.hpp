// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <vector>

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
/// Routes the prefix into the interface, which is up. Fine when the route is there.
std::expected<void, NetError> add_route(unsigned interface_index, const IpPrefix& prefix);
/// Takes that route away again. Fine when it is not there.
std::expected<void, NetError> remove_route(unsigned interface_index, const IpPrefix& prefix);
/// Every address of every interface.
std::vector<IpAddress> local_addresses();
/// Whether the kernel forwards packets of this family between interfaces.
bool forwarding_enabled(bool v4);

}  // namespace zerocell::net
