// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/gtp/session_types.hpp"
#include "core/nas/ie/capability.hpp"
#include "core/nas/security.hpp"
#include "core/types/identity.hpp"

namespace zerocell::mme {

/// EMM main states of the network side, TS 24.301 §5.1.3.4.
enum class EmmState : std::uint8_t { deregistered, registered };

/// Everything that the MME keeps of a UE that is registered or was: plain data in a mapped table. What only a
/// connected UE needs is in its UeConnection.
struct UeRecord {
  static constexpr std::uint32_t kLayoutVersion = 3;
  static constexpr const char* kName = "UE";
  static constexpr std::uint32_t kNoConnection = 0xFFFFFFFF;
  static constexpr std::uint32_t kNoRadioCapability = 0xFFFFFFFF;
  static constexpr std::uint32_t kNoBearer = 0xFFFFFFFF;
  static constexpr std::uint8_t kAnywhere = 0xFF;

  Imsi imsi;
  Msisdn msisdn;
  Imei imei;
  nas::EpsSecurityContext security;
  std::uint32_t m_tmsi = 0;                  ///< 0: none was given.
  std::uint32_t old_m_tmsi = 0;              ///< Valid too until the UE has confirmed m_tmsi; 0: none.
  std::uint32_t connection = kNoConnection;  ///< Place of its UeConnection: ECM-CONNECTED.
  std::uint32_t radio_capability = kNoRadioCapability;  ///< Number in the MME's store of capabilities.
  gtp::Ambr ue_ambr;                                    ///< Subscribed.
  std::uint32_t first_bearer = kNoBearer;               ///< Of its bearers (mme/bearers.hpp).
  Tai tai;                                              ///< Last known.
  Ecgi ecgi;
  nas::UeNetworkCapability ue_network_capability;
  nas::MsNetworkCapability ms_network_capability;  ///< Empty where the UE sent none.
  std::uint8_t tmsi_generation = 0;
  std::uint8_t access = kAnywhere;  ///< Place in config::Mme::access: where it is served.
  EmmState emm_state = EmmState::deregistered;
};
static_assert(sizeof(UeRecord) + 16 <= 512, "a UE's slot stays within half a kilobyte");

}  // namespace zerocell::mme
