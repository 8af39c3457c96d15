// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hss/sim_fields.hpp"

namespace zerocell::hss {

/// Replaces the framed routes of a draft by those of a text such as
/// "192.168.7.0/24;iot.example=192.168.8.0/24+2001:db8:8::/48"; without an APN they are the default one's.
/// "none": it has none. The error says which part was wrong.
std::optional<std::string> set_framed_routes(SimDraft& draft, std::string_view text);
/// The same text back; empty where there are none.
std::string framed_routes_text(const store::Subscriber& subscriber);

/// Those of each APN together, in their order, without APNs that have none.
void put_in_order(std::vector<store::FramedRoutes>& routes);

}  // namespace zerocell::hss
