// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hss/sim_fields.hpp"

namespace zerocell::hss {

/// Which APN of the profile a text names ("*": the wildcard; nothing: the default one), by its context. The
/// error says what was expected.
std::expected<std::uint32_t, std::string> context_of(const store::Profile& profile,
                                                     std::optional<std::string_view> name);
/// "*" for the wildcard, and for a context that is not there.
std::string_view apn_name(const store::Profile& profile, std::uint32_t context_id);

/// Replaces the APNs and static addresses of a draft by those of a text such as
/// "internet;iot.example,type=ipv4,ambr=64k/64k,ipv4=10.45.0.9". An APN that was there keeps its framed
/// routes and dedicated bearers. The error says which key was wrong.
std::optional<std::string> set_apns(SimDraft& draft, std::string_view text);
/// The same text back; what is the default is left out.
std::string apns_text(const store::Subscriber& subscriber);

}  // namespace zerocell::hss
