// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "upf/inner_packet.hpp"
#include "upf/signals.hpp"

namespace zerocell::upf {

/// One bearer of a session with several, as the packet path sees it.
struct Bearer {
  std::uint32_t slot = kNoIndex;  ///< Of its uplink line. The default bearer's is the session's index.
  std::uint32_t generation = 0;   ///< Of a dedicated bearer's slot.
  std::uint8_t ebi = 0;
  bool dedicated = false;
  bool guaranteed_uplink = false;
  bool guaranteed_downlink = false;
  // Of a dedicated bearer; the default bearer's stand in the session's lines.
  DownlinkAction action = DownlinkAction::drop;
  gtp::Teid peer_teid = 0;
  OuterAddress peer{};
  std::uint8_t dscp = 0;
  std::uint32_t mbr_uplink_units = 0;
  std::uint32_t mbr_downlink_units = 0;
};

/// All bearers of a session that has packet filters. Never changed: a change makes another.
struct BearerSet {
  struct Filter {
    PacketFilter filter;
    std::uint8_t bearer = 0;  ///< Position in `bearers`.
    bool downlink = true;     ///< False while the bearer's far end is not known.
  };
  std::uint32_t session_generation = 0;
  bool default_filtered = false;
  std::vector<Bearer> bearers;  ///< The default bearer first.
  std::vector<Filter> filters;  ///< Of all bearers, in the order of precedence.

  /// The bearer of a downlink packet, TS 23.060 §15.3.2: that of the first filter that matches, else the
  /// default bearer where it has no filter; else null, and the packet is to be dropped.
  const Bearer* downlink_bearer(const std::uint8_t* packet, const InnerPacket& inner) const noexcept {
    for (const Filter& one : filters)
      if (one.downlink && matches(one.filter, packet, inner, true)) return &bearers[one.bearer];
    return default_filtered ? nullptr : &bearers.front();
  }
  /// Whether an uplink packet may come on this bearer: by one of its own filters, where it has any.
  bool carries_uplink(const Bearer& bearer, const std::uint8_t* packet,
                      const InnerPacket& inner) const noexcept {
    if (!bearer.dedicated && !default_filtered) return true;
    for (const Filter& one : filters)
      if (&bearers[one.bearer] == &bearer && matches(one.filter, packet, inner, false)) return true;
    return false;
  }
  const Bearer* by_slot(std::uint32_t slot) const noexcept {
    for (const Bearer& bearer : bearers)
      if (bearer.slot == slot) return &bearer;
    return nullptr;
  }
  const Bearer* by_position(std::uint8_t position) const noexcept {
    return position < bearers.size() ? &bearers[position] : nullptr;
  }
};

/// The session's line as a dedicated bearer of it has it.
inline DownlinkLine line_of(DownlinkLine line, const Bearer& bearer) noexcept {
  line.action = bearer.action;
  line.peer = bearer.peer.octets;
  line.peer_teid = bearer.peer_teid;
  line.flags = static_cast<std::uint8_t>((line.flags & ~kLineOuterV6) | (bearer.peer.v6 ? kLineOuterV6 : 0));
  line.ebi = bearer.ebi;
  line.dscp = bearer.dscp;
  return line;
}

}  // namespace zerocell::upf
