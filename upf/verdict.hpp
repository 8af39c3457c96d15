// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace zerocell::upf {

/// What became of a packet. A step of the path returns one of these, or `pass` for the next step to decide.
enum class Verdict : std::uint8_t {
  pass,
  to_egress,  ///< Left towards the network.
  to_radio,   ///< Left towards the eNB.
  answered,   ///< Taken by the path itself, which answered where an answer is due.
  buffered,   ///< Kept until the bearer's downlink is back.
  relayed,    ///< Went on through a forwarding tunnel, as it was.
  // Dropped, because of
  bad_outer,          ///< a GTP-U header that does not decode, or an unexpected message.
  unknown_peer,       ///< a sender that is none of the configured peers.
  unknown_extension,  ///< an extension header that had to be comprehended.
  unknown_tunnel,     ///< a TEID that no session has; an Error Indication went back.
  empty,              ///< an inner packet of length 0.
  bad_inner,          ///< an inner packet that is no whole IP packet.
  gtp_in_gtp,         ///< an inner packet that is GTP itself.
  gate_closed,        ///< the closed gate of its bearer.
  foreign_source,     ///< a source address that is not the UE's own.
  core_address,       ///< a destination that is the core's own.
  other_ue,           ///< a destination that is another UE.
  no_destination,     ///< a destination that is never routed: multicast, loopback, unspecified, link-local.
  gateway,            ///< something other than a ping to the pool's gateway.
  unknown_ue,         ///< a downlink destination that no session has.
  denied,             ///< the policy.
  flow_limit,         ///< too many flows of its session.
  no_first_fragment,  ///< a fragment whose first one did not pass before it.
  rate,               ///< the maximum bit rate of its bearer, its session or its UE.
  wrong_bearer,       ///< an uplink bearer none of whose packet filters it matches.
  no_bearer,          ///< packet filters of which none matches, on a session whose default bearer has some.
  too_big,            ///< the UE's MTU; the sender was told.
  no_downlink,        ///< a session whose downlink action is to drop.
  buffer_full,        ///< a full buffer.
  line_busy,          ///< a line that its owner was writing.
  no_room,            ///< an output batch that was full.
};
constexpr std::size_t kVerdicts = static_cast<std::size_t>(Verdict::no_room) + 1;

/// As in the code; stable, since metrics and logs carry it.
std::string_view to_string(Verdict verdict);

}  // namespace zerocell::upf
