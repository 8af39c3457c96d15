// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/types/ip.hpp"

namespace zerocell::config {

class Fields;
class Report;

/// Section `upf`: the packet path.
struct Upf {
  std::vector<IpAddress> gtpu_bind;  ///< At most one address a family. Empty: no user plane.
  std::uint16_t gtpu_port = 2152;    ///< TS 29.281 §4.4.2.
  std::string tun = "zerocell0";     ///< Name of the TUN device, at most 15 characters; empty: none is made.
  std::uint16_t mtu = 1400;          ///< Octets of an inner packet that fit everywhere between us and the UE.
  std::uint32_t echo_interval_seconds =
      60;                                 ///< Echo Request to each eNB, 0 or at least 60: TS 29.281 §7.2.1.
  std::uint32_t echo_response_ms = 3000;  ///< T3-RESPONSE.
  std::uint32_t echo_requests = 5;        ///< N3-REQUESTS: a path is down after as many without an answer.
  std::uint32_t workers = 1;              ///< Packet path threads.

  friend bool operator==(const Upf&, const Upf&) = default;
};

void describe(Fields& fields, Upf& upf);
void validate(const Upf& upf, const Report& report);

}  // namespace zerocell::config
