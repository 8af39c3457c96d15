// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/gtp/fteid.hpp"
#include "core/gtp/session_types.hpp"
#include "core/types/identity.hpp"
#include "upf/n4.hpp"

namespace zerocell::pgw {

/// One PDN connection, as both gateways keep it: plain data in a mapped table.
struct SessionRecord {
  static constexpr std::uint32_t kLayoutVersion = 1;
  static constexpr const char* kName = "session";

  Imsi imsi;
  upf::SessionId user_plane{};
  gtp::Fteid access;  ///< Where uplink packets of the default bearer go.
  upf::SecurityId security_id = 0;
  std::uint32_t charging_id = 0;
  gtp::PdnAddress address;
  gtp::Ambr ambr;
  gtp::BearerQos qos;
  std::uint16_t apn = 0;  ///< Index into the configured APNs.
  std::uint8_t ebi = 5;
};
static_assert(sizeof(SessionRecord) <= 160);

}  // namespace zerocell::pgw
