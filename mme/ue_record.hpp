// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/gtp/session_types.hpp"
#include "core/nas/ie/capability.hpp"
#include "core/nas/ie/timer.hpp"
#include "core/nas/security.hpp"
#include "core/state/record_timers.hpp"
#include "core/types/identity.hpp"

namespace zerocell::mme {

/// EMM main states of the network side, TS 24.301 §5.1.3.4.
enum class EmmState : std::uint8_t { deregistered, registered };

/// What the timer of an idle UE's record waits for.
enum class IdleWait : std::uint8_t {
  none,
  mobile_reachable,  ///< TS 24.301 §5.3.5: a periodic update is due before it ends.
  implicit_detach,   ///< The update did not come: the UE is not paged any more (PPF is cleared).
  purge,             ///< Detached: in the end nothing is kept (TS 23.401 §5.3.9.3).
};

/// Everything that the MME keeps of a UE that is registered or was: plain data in a mapped table. What only a
/// connected UE needs is in its Ue.
struct UeRecord {
  static constexpr std::uint32_t kLayoutVersion = 11;
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
  std::uint32_t connection = kNoConnection;  ///< Place of its Ue: ECM-CONNECTED.
  std::uint32_t radio_capability = kNoRadioCapability;  ///< Number in the MME's store of capabilities.
  gtp::Ambr ue_ambr;                                    ///< Subscribed.
  std::uint32_t first_bearer = kNoBearer;               ///< Of its bearers (mme/bearers.hpp).
  Tai tai;                                              ///< Last known.
  Tai listed_from;      ///< Where it was when it was given its TAI list: Mme::tai_list makes the same again.
  Tai old_listed_from;  ///< The same of the list that is valid too while `old_m_tmsi` is.
  Ecgi ecgi;
  nas::UeNetworkCapability ue_network_capability;
  nas::MsNetworkCapability ms_network_capability;  ///< Empty where the UE sent none.
  /// The algorithms for NR as secondary radio access, where the UE sent them.
  std::optional<nas::UeAdditionalSecurityCapability> additional_capability;
  RecordTimer idle_timer;  ///< Ticks are seconds of the loop (mme/idle_timers.hpp).
  std::uint32_t paging_capability =
      kNoRadioCapability;                      ///< UE radio capability for paging, in the same store.
  std::uint32_t idle_since = 0;                ///< Tick of the last connection's end.
  std::uint32_t t3412_seconds = 0;             ///< Periodic update, as granted; 0: never.
  std::uint32_t t3412_subscribed = 0;          ///< What the subscription says of it, seconds; 0: nothing.
  std::uint32_t backs_off_until = 0;           ///< Tick: until then it was told to stay away (T3346).
  std::uint32_t t3324_seconds = kNoT3324;      ///< Active time before the UE sleeps, as granted.
  std::uint32_t old_t3324_seconds = kNoT3324;  ///< While `old_m_tmsi` is valid: as granted with that.
  std::uint8_t tmsi_generation = 0;
  std::uint8_t access = kAnywhere;         ///< Place in config::Mme::access: where it is served.
  std::uint8_t listed_access = kAnywhere;  ///< The same when it was given its TAI list.
  std::uint8_t old_listed_access = kAnywhere;
  EmmState emm_state = EmmState::deregistered;
  IdleWait idle_wait = IdleWait::none;
  std::uint8_t drx_cycle = 0;             ///< nas::DrxParameter::s1_cycle_code: 6 to 9, else none of its own.
  std::uint8_t edrx_cycle = kNoEdrx;      ///< TS 24.008 table 10.5.5.32, as granted: 0 to 13.
  std::uint8_t edrx_window = 0;           ///< Paging time window as granted: (n + 1) * 1.28 s.
  std::uint8_t old_edrx_cycle = kNoEdrx;  ///< While `old_m_tmsi` is valid: as granted with that.
  std::uint8_t old_edrx_window = 0;
  std::uint8_t power_group = kNoPowerGroup;  ///< Place in config::Mme::power_saving.
  std::uint8_t guti_services = 0;            ///< Service requests under this GUTI.
  bool low_priority = false;                 ///< Signals low access priority, TS 24.301 §4.2A.
  bool t3412_extended = false;               ///< It was granted as T3412 extended value.
  nas::GprsTimer t3412;                      ///< T3412 value as granted, beside an extended one too.

  static constexpr std::uint32_t kNoT3324 = 0xFFFFFFFF;
  static constexpr std::uint8_t kNoEdrx = 0xFF;
  static constexpr std::uint8_t kNoPowerGroup = 0xFF;
  bool emergency = false;            ///< Attached for emergency bearer services, and for nothing else.
  std::uint8_t emergency_idles = 0;  ///< How often it went idle with emergency bearers: whose time is up.
  bool nr_restricted = false;  ///< The subscription forbids NR as secondary radio access (dual connectivity).
  bool wb_forbidden = false;   ///< It forbids wideband E-UTRAN; below, NB-IoT.
  bool nb_iot_forbidden = false;
  bool nb_iot = false;          ///< It came over NB-IoT the last time.
  Plmn located_in;              ///< What the HSS was told of where it is; none where that is not known.
  std::uint8_t hss_resets = 0;  ///< How many the MME had seen when its location was last updated.
};
static_assert(sizeof(UeRecord) + 16 <= 512, "a UE's slot stays within half a kilobyte");

}  // namespace zerocell::mme
