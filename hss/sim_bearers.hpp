// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hss/sim_fields.hpp"

namespace zerocell::hss {

/// Replaces the dedicated bearers of a draft by those of a text:
///
///     bearers = bearer (";" bearer)*
///     bearer  = [APN "="] NAME key* ":" filter ("|" filter)*
///     key     = " qci=" N | " arp=" PRIORITY | " preempts=" yes|no | " preemptable=" yes|no
///             | " gbr=" UP/DOWN | " mbr=" UP/DOWN        bit/s, such as 64k/64k
///
/// such as "voice qci=1 gbr=64k/64k: both with 203.0.113.0/24 proto udp port 5004-5060"; a filter is what
/// nas::parse_filter reads. Without an APN a bearer is the default one's. "none": there are none. The error
/// says which part was wrong.
std::optional<std::string> set_bearers(SimDraft& draft, std::string_view text);
/// The same text back; what is the default is left out. Empty where there are none.
std::string bearers_text(const store::Profile& profile);

}  // namespace zerocell::hss
