// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/gtp/fteid.hpp"
#include "core/gtp/session_types.hpp"
#include "core/types/identity.hpp"
#include "upf/n4.hpp"

namespace zerocell::pgw {

/// One PDN connection, as both gateways keep it: plain data in a mapped table.
struct SessionRecord {
  static constexpr std::uint32_t kLayoutVersion = 5;
  static constexpr const char* kName = "session";
  static constexpr std::uint32_t kNoBearer = 0xFFFFFFFF;
  /// Of `rules_due`, beside the configured ones: the UE has its default bearer yet to get; and the bearers of
  /// its subscription are to be looked at when it is there.
  static constexpr std::uint16_t kNotUp = 0x8000;
  static constexpr std::uint16_t kSubscribedRulesDue = 0x4000;

  Imsi imsi;
  upf::SessionId user_plane{};
  gtp::Fteid access;  ///< Where uplink packets of the default bearer go.
  upf::SecurityId security_id = 0;
  std::uint32_t charging_id = 0;
  gtp::PdnAddress address;
  gtp::Ambr ambr;
  gtp::BearerQos qos;
  std::uint32_t first_bearer = kNoBearer;  ///< Its dedicated bearers (dedicated_bearers.hpp).
  std::uint16_t apn = 0;                   ///< Index into the configured APNs.
  std::uint16_t rules_due = 0;             ///< One bit for each configured bearer that it is still to get.
  std::uint8_t ebi = 5;
  bool quarantined = false;           ///< For its device, whatever group the SIM is in.
  bool emergency = false;             ///< It lasts whatever the network wants.
  std::uint8_t configured_rules = 0;  ///< How many bearers the configuration gives to its policy group.
};
static_assert(sizeof(SessionRecord) <= 160);

}  // namespace zerocell::pgw
