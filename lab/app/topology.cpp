// SPDX-License-Identifier: Apache-2.0
#include "lab/app/topology.hpp"

namespace zerocell::lab {

std::expected<void, std::string> Topology::create() const {
  for (const Host* host : {&core, &ran, &ue, &inet})
    if (auto made = host->create(); !made) return made;
  if (auto wired = core.ip("link add s1 type veth peer name s1 netns ran\n"
                           "link add sgi type veth peer name sgi netns inet\n"
                           "addr add 10.10.0.1/24 dev s1\n"
                           "addr add fd00:10::1/64 dev s1 nodad\n"
                           "addr add 203.0.113.1/24 dev sgi\n"
                           "addr add 2001:db8:113::1/64 dev sgi nodad\n"
                           "link set s1 up\n"
                           "link set sgi up\n");
      !wired)
    return wired;
  if (auto wired =
          ran.ip("addr add 10.10.0.2/24 dev s1\naddr add fd00:10::2/64 dev s1 nodad\nlink set s1 up\n");
      !wired)
    return wired;
  if (auto wired = inet.ip("addr add 203.0.113.10/24 dev sgi\n"
                           "addr add 198.51.100.10/32 dev sgi\n"
                           "addr add 2001:db8:113::10/64 dev sgi nodad\n"
                           "link set sgi up\n"
                           "route add 10.45.0.0/16 via 203.0.113.1\n"
                           "route add fd00:45::/48 via 2001:db8:113::1\n");
      !wired)
    return wired;
  if (auto routed = core.ip("route add 198.51.100.0/24 via 203.0.113.10\n"); !routed) return routed;
  // The egress hands packets to the core's kernel, which routes them on.
  if (auto set = core.sysctl("net/ipv4/ip_forward", "1"); !set) return set;
  return core.sysctl("net/ipv6/conf/all/forwarding", "1");
}

}  // namespace zerocell::lab
