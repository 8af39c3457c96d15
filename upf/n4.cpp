// SPDX-License-Identifier: Apache-2.0
#include "upf/n4.hpp"

namespace zerocell::upf {

std::string_view to_string(N4Error error) {
  switch (error) {
    case N4Error::no_session:
      return "session context not found";
    case N4Error::no_resources:
      return "no resources available";
    case N4Error::no_address:
      return "neither IPv4 address nor IPv6 prefix";
    case N4Error::address_not_served:
      return "the UE's address is in none of the pools";
    case N4Error::address_in_use:
      return "another session has the UE's address";
    case N4Error::bad_peer:
      return "the peer has no TEID or no address of a family served here";
    case N4Error::bad_bearer:
      return "EPS bearer id outside 5 to 15";
    case N4Error::no_bearer:
      return "the session has no such bearer";
    case N4Error::bad_route:
      return "a framed route lies in a pool, holds an address of the core, or is another session's";
  }
  return "unknown";
}

}  // namespace zerocell::upf
