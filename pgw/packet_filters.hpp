// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/gtp/session_types.hpp"
#include "core/nas/filter_text.hpp"
#include "upf/packet_filter.hpp"

/// Packet filters in their three forms: as an operator writes them, as NAS carries them (TS 24.008
/// §10.5.6.12), and as the user plane applies them.
namespace zerocell::pgw {

using nas::FilterError;
using nas::parse_filter;
using nas::write_tft;

upf::PacketFilter to_user_plane(const nas::PacketFilter& filter);
std::vector<upf::PacketFilter> to_user_plane(std::span<const nas::PacketFilter> filters);

/// Whether a PDN connection of this type has packets of the filter's family; one that names none fits each.
bool fits(gtp::PdnType type, const nas::PacketFilter& filter);

/// The cause that tells what is wrong with a traffic flow aggregate, TS 29.274 §8.4.
gtp::Cause tad_cause(nas::EsmCause cause);

}  // namespace zerocell::pgw
