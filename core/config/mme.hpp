// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/network.hpp"

namespace zerocell::config {

class Fields;
class Report;

/// NAS integrity algorithms for a normal UE; the numbers are those of TS 24.301 §9.9.3.23. EIA0 is not
/// among them: TS 33.401 §5.1.4.1 allows it for unauthenticated emergency calls only.
enum class Integrity : std::uint8_t { eia1 = 1, eia2 = 2, eia3 = 3 };
/// NAS ciphering algorithms; the numbers are those of TS 24.301 §9.9.3.23.
enum class Ciphering : std::uint8_t { eea0 = 0, eea1 = 1, eea2 = 2, eea3 = 3 };

/// Who may have emergency bearer services, TS 23.401 §4.3.12.1: attached for them, or beside a normal
/// registration.
enum class EmergencyAttach : std::uint8_t {
  off,
  authenticated,  ///< Every SIM that proves to be itself, whatever its subscription says.
  any,            ///< Anybody, with null integrity where nothing can be proven: TS 33.401 §15.2.2.
};

/// One item of `access`: where the SIMs of a policy group are served.
struct Access {
  std::string group = {};           ///< As subscriptions name it; `default` is for groups without an item.
  std::vector<TacRange> tacs = {};  ///< Elsewhere they are refused.

  bool allows(std::uint16_t tac) const;
  friend bool operator==(const Access&, const Access&) = default;
};

/// One item of `paging_priorities`: how eNodeBs page for bearers of an ARP priority level, TS 23.401
/// §5.3.4.3.
struct PagingPriority {
  std::uint8_t arp_priority = 1;  ///< 1, the highest, to 15.
  std::uint8_t priority = 1;      ///< Paging Priority, TS 36.413 §9.2.1.78: 1, the highest, to 8.
  friend bool operator==(const PagingPriority&, const PagingPriority&) = default;
};

/// One item of `power_saving`: what the SIMs of a policy group may have of what they ask for.
struct PowerSaving {
  std::string group;  ///< As subscriptions name it; `default` serves the SIMs of groups that have no item.
  bool psm = false;   ///< Power saving mode, TS 23.682 §4.5.4.
  std::uint32_t t3324_min_seconds = 0;  ///< Active time.
  std::uint32_t t3324_max_seconds = 600;
  std::uint32_t t3412_min_seconds = 3600;  ///< Extended periodic update: how long it sleeps.
  std::uint32_t t3412_max_seconds = 864'000;
  bool edrx = false;                            ///< Extended idle mode DRX, TS 23.682 §4.5.13.
  std::uint32_t edrx_cycle_max_ms = 2'621'440;  ///< The longest cycle; a UE that asks for more gets this.
  std::uint32_t edrx_window_max_ms = 20'480;    ///< The longest paging time window.
  friend bool operator==(const PowerSaving&, const PowerSaving&) = default;
};

/// Congestion control, TS 23.401 §4.3.7.4: who is sent away, and for how long. The load is the number of UEs
/// with a procedure that runs, and how long messages wait before they are read; either is enough.
struct Congestion {
  std::uint32_t low_priority_wait_ms = 30;         ///< From here on UEs of low access priority are.
  std::uint32_t all_wait_ms = 60;                  ///< From here on everybody is who was not paged.
  std::uint32_t clear_wait_ms = 10;                ///< Below, nobody is any more.
  std::uint32_t low_priority_procedures = 10'000;  ///< From here on UEs of low access priority are.
  std::uint32_t all_procedures = 20'000;           ///< From here on everybody is who was not paged.
  std::uint32_t clear_procedures = 5'000;          ///< Below, nobody is any more.
  std::uint8_t paged_arp_priority = 8;
  std::uint8_t throttling_percent = 50;   ///< Of the notifications below that priority, TS 29.274 §8.85.
  std::uint32_t throttling_seconds = 10;  ///< For which the gateway leaves them out.
  std::uint32_t t3346_min_seconds = 900;  ///< EMM back-off: drawn between the two.
  std::uint32_t t3346_max_seconds = 1800;
  std::uint32_t t3396_min_seconds = 720;  ///< ESM back-off, where a gateway has no resources.
  std::uint32_t t3396_max_seconds = 1500;
  friend bool operator==(const Congestion&, const Congestion&) = default;
};

/// Section `mme`: security choice, and the timers of TS 24.301 §10.2 and §10.3 with their defaults.
struct Mme {
  /// In order of preference; the first that the UE supports is taken.
  std::vector<Integrity> integrity{Integrity::eia2, Integrity::eia1, Integrity::eia3};
  std::vector<Ciphering> ciphering{Ciphering::eea2, Ciphering::eea1, Ciphering::eea3};
  bool request_imeisv = true;   ///< In Security Mode Command.
  bool emm_information = true;  ///< Send EMM INFORMATION with name and time after attach.

  bool ims_voice_over_ps = false;  ///< Told to every UE; there is an IMS behind an access point.

  std::uint32_t ues_max = 1u << 20;  ///< UEs that are kept, registered or detached.

  std::uint32_t t3402_seconds = 720;
  std::uint32_t t3412_seconds = 3240;
  std::uint32_t mobile_reachable_margin_seconds = 240;  ///< Added to T3412, §5.3.5.
  std::uint32_t implicit_detach_seconds = 240;          ///< After the mobile reachable timer.
  std::uint32_t purge_seconds = 86400;                  ///< From a detach on.
  std::uint32_t t3413_ms = 6000;                        ///< Paging; the network's choice.
  std::uint32_t paging_retransmissions = 2;
  std::vector<PagingPriority> paging_priorities = {};  ///< Bearers of other levels have none.
  std::uint32_t t3422_ms = 6000;
  std::uint32_t t3450_ms = 6000;
  std::uint32_t t3460_ms = 6000;
  std::uint32_t t3470_ms = 6000;
  std::uint32_t emm_retransmissions = 4;  ///< Of T3422, T3450, T3460, T3470: the fifth expiry aborts.
  std::uint32_t t3485_ms = 8000;
  std::uint32_t t3486_ms = 8000;
  std::uint32_t t3489_ms = 4000;
  std::uint32_t t3495_ms = 8000;
  std::uint32_t esm_retransmissions = 4;    ///< Of T3485, T3486, T3495: the fifth expiry aborts.
  std::uint32_t t3489_retransmissions = 2;  ///< The third expiry aborts.

  std::uint32_t s1_response_ms = 5000;           ///< How long an eNodeB may take to answer an S1AP request.
  std::uint32_t release_delay_ms = 0;            ///< From a UE's last NAS message to its release.
  std::uint32_t handover_completion_ms = 10000;  ///< From Handover Command to Handover Notify.
  std::uint32_t forwarding_ms = 1000;  ///< How long the source of an S1 handover may still forward packets.
  std::uint32_t attach_guard_ms = 60000;  ///< A whole attach; one of its timers may expire five times.

  EmergencyAttach emergency_attach = EmergencyAttach::off;
  std::string emergency_apn = "sos";                ///< Of emergency bearers.
  std::vector<std::string> emergency_numbers = {};  ///< Told to every UE; at most ten, decimal digits.
  std::uint32_t emergency_inactive_seconds = 300;   ///< An idle UE keeps its emergency bearers so long.
  std::vector<Access> access = {};                  ///< Groups without an item are served everywhere.

  /// The item for a policy group; null: it has none, and there is none for `default`.
  const Access* access_of(std::string_view group) const;
  /// The Paging Priority for a bearer of this ARP priority level, where it has one.
  std::optional<std::uint8_t> paging_priority_of(std::uint8_t arp_priority) const;
  /// Service requests under one GUTI, before the UE gets another; 0: only with an attach or an update.
  std::uint32_t guti_services_max = 0;
  std::vector<PowerSaving> power_saving;
  std::uint32_t sleep_buffer_packets = 16;  ///< Kept for a UE that sleeps: what the gateway is advised.
  /// When hyper-frame 0 of every cell began, TS 23.682 §4.5.13.3. GPS time does not stop for leap seconds, of
  /// which there were 18 since it began.
  std::uint64_t hyper_frame_epoch_unix_seconds = 315'964'800 - 18;
  Congestion congestion;

  friend bool operator==(const Mme&, const Mme&) = default;
};

void describe(Fields& fields, Access& access);
void describe(Fields& fields, PagingPriority& priority);
void describe(Fields& fields, PowerSaving& saving);
void describe(Fields& fields, Congestion& congestion);
void describe(Fields& fields, Mme& mme);
void validate(const Mme& mme, const Report& report);

}  // namespace zerocell::config
