// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/types/ip.hpp"

namespace zerocell::config {

class Fields;
class Report;

/// One item of `dscp`: how packets of bearers with a QCI are marked on their way to eNodeBs, TS 23.401
/// §4.4.3.2.
struct DscpOfQci {
  std::uint8_t qci = 1;   ///< 1 to 254.
  std::uint8_t dscp = 0;  ///< Differentiated Services Code Point, RFC 2474: 0 to 63.
  friend bool operator==(const DscpOfQci&, const DscpOfQci&) = default;
};

/// Section `upf`: the packet path.
struct Upf {
  std::vector<IpAddress> gtpu_bind = {};            ///< At most one address a family. Empty: no user plane.
  std::uint16_t gtpu_port = 2152;                   ///< TS 29.281 §4.4.2.
  std::vector<IpPrefix> gtpu_peers = {};            ///< Who may speak GTP-U to us. Empty: everybody.
  std::uint16_t gtpu_mtu = 1500;                    ///< MTU of the links towards eNodeBs, octets.
  std::vector<DscpOfQci> dscp = {};                 ///< By QCI; bearers of others are not marked.
  bool ue_to_ue = false;                            ///< Whether one UE may reach another.
  std::uint32_t sessions_max = 1u << 20;            ///< PDN connections.
  std::uint32_t flows_max = 1u << 18;               ///< Flows whose verdict is remembered.
  std::uint32_t flows_per_session_max = 1024;       ///< A session's own share of them.
  std::uint32_t dedicated_bearers_max = 1u << 18;   ///< Beside the default bearer of each session.
  std::uint32_t forwarding_tunnels_max = 1u << 12;  ///< Indirect forwarding, TS 23.401 §5.5.1.2.2.
  std::uint16_t forwarding_seconds = 10;            ///< The longest that such a tunnel lives.
  std::uint16_t buffered_packets_max = 32;          ///< Downlink packets kept for one bearer.
  std::uint32_t buffered_octets_max = 64u << 20;    ///< Downlink octets kept in all.
  std::uint16_t buffered_seconds_max = 60;          ///< How long a packet is kept.
  std::uint16_t echo_interval_seconds = 60;         ///< 0, or at least 60: TS 29.281 §7.2.1.
  std::uint16_t t3_response_ms = 3000;              ///< TS 29.281 §12.
  std::uint8_t n3_requests = 3;                     ///< TS 29.281 §12.
  bool echo_required = false;                       ///< Silence from the first is a path failure too.

  friend bool operator==(const Upf&, const Upf&) = default;
};

void describe(Fields& fields, DscpOfQci& marking);
void describe(Fields& fields, Upf& upf);
void validate(const Upf& upf, const Report& report);

}  // namespace zerocell::config
