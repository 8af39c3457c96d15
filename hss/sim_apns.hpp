// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hss/sim_fields.hpp"

namespace zerocell::hss {

/// Replaces the APNs and static addresses of a draft by those of a text such as
/// "internet;iot.example,type=ipv4,ambr=64k/64k,ipv4=10.45.0.9". The error says which key was wrong.
std::optional<std::string> set_apns(SimDraft& draft, std::string_view text);
/// The same text back; what is the default is left out.
std::string apns_text(const store::Subscriber& subscriber);

}  // namespace zerocell::hss
