// SPDX-License-Identifier: Apache-2.0
#include "core/config/mme.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/config/fields.hpp"
#include "core/config/report.hpp"
#include "core/types/apn.hpp"

namespace zerocell::config {

template <>
struct Names<Integrity> {
  static constexpr std::array<std::pair<std::string_view, Integrity>, 3> kNames{
      {{"eia1", Integrity::eia1}, {"eia2", Integrity::eia2}, {"eia3", Integrity::eia3}}};
  static std::string_view explain(std::string_view name) {
    if (name != "eia0") return {};
    return "eia0 is no integrity protection, and is never used for a normal UE (TS 33.401 §5.1.4.1 allows it "
           "for "
           "unauthenticated emergency calls only); expected eia1 | eia2 | eia3";
  }
};

template <>
struct Names<Ciphering> {
  static constexpr std::array<std::pair<std::string_view, Ciphering>, 4> kNames{{{"eea0", Ciphering::eea0},
                                                                                 {"eea1", Ciphering::eea1},
                                                                                 {"eea2", Ciphering::eea2},
                                                                                 {"eea3", Ciphering::eea3}}};
};

template <>
struct Names<EmergencyAttach> {
  static constexpr std::array<std::pair<std::string_view, EmergencyAttach>, 3> kNames{
      {{"off", EmergencyAttach::off},
       {"authenticated", EmergencyAttach::authenticated},
       {"any", EmergencyAttach::any}}};
};

namespace {

constexpr Limits kTimerMs{100, 600'000};
constexpr Limits kRetransmissions{0, 10};
// A UE that was refused waits for its release as long as T3440 runs: 10 s, TS 24.301 §10.2.
constexpr Limits kReleaseDelayMs{0, 5000};
// GPRS timer, TS 24.008 §10.5.7.3: 31 steps of a deci-hour is the longest it says.
constexpr Limits kGprsTimerSeconds{2, 31 * 360};
// GPRS timer 3, TS 24.008 §10.5.7.4a: 31 steps of 320 hours is the longest it says.
constexpr Limits kGprsTimer3Seconds{2, 31 * 1'152'000};

/// Whether a GPRS timer of TS 24.008 §10.5.7.3 can say so many seconds: 0 to 31 steps of 2 s, a minute or 6
/// minutes.
bool is_gprs_timer(std::uint32_t seconds) {
  return std::ranges::any_of(std::array{2u, 60u, 360u}, [seconds](std::uint32_t unit) {
    return seconds % unit == 0 && seconds / unit <= 31;
  });
}

template <class Algorithm>
void validate_order(const std::vector<Algorithm>& order, std::string_view key, const Report& report) {
  for (std::size_t i = 0; i < order.size(); ++i)
    if (std::find(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(i), order[i]) !=
        order.begin() + static_cast<std::ptrdiff_t>(i))
      report(fmt::format("{}[{}]", key, i), "stands in the order twice; remove one");
}

constexpr std::size_t kAccessMax = 250;       // A UE's record keeps the place of its item in an octet.
constexpr std::size_t kPowerSavingMax = 250;  // A UE's record keeps the place of its item in an octet.

void validate_range(const Report& report, std::string_view key, std::uint32_t low, std::uint32_t high) {
  if (low > high)
    report(key, fmt::format("is {}, more than its upper limit {}; expected at most that", low, high));
}
constexpr std::size_t kApnMax = 100;              // TS 23.003 §9.1
constexpr std::size_t kEmergencyNumbersMax = 10;  // TS 24.301 §5.5.1.2.4: a UE keeps ten.

}  // namespace

bool Access::allows(std::uint16_t tac) const {
  return std::ranges::any_of(
      tacs, [tac](const TacRange& range) { return range.first <= tac && tac <= range.last; });
}

const Access* Mme::access_of(std::string_view group) const {
  const auto named = [&](std::string_view name) { return std::ranges::find(access, name, &Access::group); };
  auto found = named(group);
  if (found == access.end()) found = named("default");
  return found == access.end() ? nullptr : &*found;
}

std::optional<std::uint8_t> Mme::paging_priority_of(std::uint8_t arp_priority) const {
  const auto found = std::ranges::find(paging_priorities, arp_priority, &PagingPriority::arp_priority);
  if (found == paging_priorities.end()) return std::nullopt;
  return found->priority;
}

void describe(Fields& fields, PagingPriority& priority) {
  fields.required("arp_priority", priority.arp_priority, "ARP priority level of bearers; 1 is the highest",
                  {1, 15});
  fields.required("priority", priority.priority, "Paging Priority that eNodeBs are told; 1 is the highest",
                  {1, 8});
}

void describe(Fields& fields, Access& access) {
  fields.required("group", access.group,
                  "Policy group of these SIMs; `default` is for the groups without an item", {1, 64});
  fields.key("tacs", access.tacs, "Tracking area codes where they are served; elsewhere they are refused",
             {0, 256});
}

void describe(Fields& fields, Mme& mme) {
  fields.key(
      "integrity", mme.integrity,
      "NAS integrity algorithms, the preferred first; a UE that supports none is rejected. eia0 is refused",
      {1, 3});
  fields.key(
      "ciphering", mme.ciphering,
      "NAS ciphering algorithms, the preferred first; eea0 is no ciphering: for labs, and where the law asks",
      {1, 4});
  fields.key("request_imeisv", mme.request_imeisv, "Ask for the IMEISV in Security Mode Command");
  fields.key("emm_information", mme.emm_information, "Send the network's name and the time after an attach");
  fields.key(
      "ims_voice_over_ps", mme.ims_voice_over_ps,
      "Tell UEs that they can call over IMS here; phones that prefer voice leave a network without it");
  fields.key("ues_max", mme.ues_max,
             "UEs that are kept, registered or detached; when all are registered, further ones are refused",
             Limits{1, 1u << 24});
  fields.key("t3402_seconds", mme.t3402_seconds, "How long a UE waits after five failed attempts",
             kGprsTimerSeconds);
  fields.key("t3412_seconds", mme.t3412_seconds, "Interval of periodic tracking area updates",
             kGprsTimerSeconds);
  fields.key("mobile_reachable_margin_seconds", mme.mobile_reachable_margin_seconds,
             "Mobile reachable timer: so much longer than T3412", {1, 86400});
  fields.key("implicit_detach_seconds", mme.implicit_detach_seconds,
             "From the end of the mobile reachable timer to the detach of the UE", {1, 864000});
  fields.key("purge_seconds", mme.purge_seconds,
             "How long a detached UE's record is kept: its GUTI and keys make the next attach cheaper",
             {1, 31'536'000});
  fields.key("t3413_ms", mme.t3413_ms, "Paging", kTimerMs);
  fields.key("paging_retransmissions", mme.paging_retransmissions, "Further pagings without an answer",
             kRetransmissions);
  fields.sections("paging_priorities", mme.paging_priorities,
                  "Bearers whose packets have a UE paged with priority; others have it paged without one");
  fields.key("t3422_ms", mme.t3422_ms, "Detach by the network", kTimerMs);
  fields.key("t3450_ms", mme.t3450_ms, "Attach accept, tracking area update accept, GUTI reallocation",
             kTimerMs);
  fields.key("t3460_ms", mme.t3460_ms, "Authentication, security mode command", kTimerMs);
  fields.key("t3470_ms", mme.t3470_ms, "Identification", kTimerMs);
  fields.key("emm_retransmissions", mme.emm_retransmissions,
             "Of T3422, T3450, T3460 and T3470, before the procedure is aborted", kRetransmissions);
  fields.key("t3485_ms", mme.t3485_ms, "Bearer context activation", kTimerMs);
  fields.key("t3486_ms", mme.t3486_ms, "Bearer context modification", kTimerMs);
  fields.key("t3489_ms", mme.t3489_ms, "ESM information request", kTimerMs);
  fields.key("t3495_ms", mme.t3495_ms, "Bearer context deactivation", kTimerMs);
  fields.key("esm_retransmissions", mme.esm_retransmissions,
             "Of T3485, T3486 and T3495, before the procedure is aborted", kRetransmissions);
  fields.key("t3489_retransmissions", mme.t3489_retransmissions, "Of T3489, before the procedure is aborted",
             kRetransmissions);
  fields.key("s1_response_ms", mme.s1_response_ms, "How long an eNodeB may take to answer an S1AP request",
             kTimerMs);
  fields.key("release_delay_ms", mme.release_delay_ms,
             "How long an eNodeB has for a UE's last NAS message before it is told to release the UE",
             kReleaseDelayMs);
  fields.key("handover_completion_ms", mme.handover_completion_ms,
             "How long a UE may take from Handover Command to the target eNodeB", kTimerMs);
  fields.key("forwarding_ms", mme.forwarding_ms,
             "How long the source of an S1 handover is left to forward packets to the target", kTimerMs);
  fields.key("attach_guard_ms", mme.attach_guard_ms, "Longest time for a whole attach", {1000, 600'000});
  fields.key(
      "emergency_attach", mme.emergency_attach,
      "Who gets emergency bearers, and may attach for them: nobody, every SIM that proves to be itself, or "
      "anybody");
  fields.key("emergency_apn", mme.emergency_apn, "The access point of emergency bearers", {1, kApnMax});
  fields.key("emergency_numbers", mme.emergency_numbers, "Further emergency numbers that UEs are told of",
             {0, kEmergencyNumbersMax});
  fields.key("emergency_inactive_seconds", mme.emergency_inactive_seconds,
             "How long an idle UE keeps emergency bearers", {1, 86400});
  fields.sections("access", mme.access,
                  "Where policy groups are served; groups without an item are served everywhere");
  fields.key(
      "guti_services_max", mme.guti_services_max,
      "Service requests under one GUTI before the UE gets another; 0: only with an attach or an update",
      {0, 255});
  fields.sections("power_saving", mme.power_saving,
                  "What policy groups may have of PSM and eDRX; without an item, nothing");
  fields.key("sleep_buffer_packets", mme.sleep_buffer_packets,
             "Downlink packets that the gateway is advised to keep for a UE that sleeps", {0, 65534});
  fields.key(
      "hyper_frame_epoch_unix_seconds", mme.hyper_frame_epoch_unix_seconds,
      "When hyper-frame 0 of the cells began, seconds since 1970; by default the start of GPS time, less "
      "the 18 leap seconds since then");
  fields.section("congestion", mme.congestion, "Who is sent away under load, and for how long");
}

void describe(Fields& fields, PowerSaving& saving) {
  fields.required("group", saving.group,
                  "Policy group of these SIMs; `default` serves those whose group has no item", {1, 64});
  fields.key("psm", saving.psm, "Grant power saving mode to UEs that ask for it");
  fields.key("t3324_min_seconds", saving.t3324_min_seconds, "Least active time before a UE sleeps",
             {0, 31 * 360});
  fields.key("t3324_max_seconds", saving.t3324_max_seconds, "Most active time before a UE sleeps",
             {0, 31 * 360});
  fields.key("t3412_min_seconds", saving.t3412_min_seconds, "Least extended T3412: how long a UE sleeps",
             kGprsTimer3Seconds);
  fields.key("t3412_max_seconds", saving.t3412_max_seconds, "Most extended T3412", kGprsTimer3Seconds);
  fields.key("edrx", saving.edrx, "Grant extended DRX to UEs that ask for it");
  fields.key("edrx_cycle_max_ms", saving.edrx_cycle_max_ms, "Longest eDRX cycle", {5120, 2'621'440});
  fields.key("edrx_window_max_ms", saving.edrx_window_max_ms, "Longest paging time window", {1280, 20'480});
}

void describe(Fields& fields, Congestion& congestion) {
  constexpr Limits kProcedures{1, 1u << 20};
  constexpr Limits kWaitMs{1, 60'000};
  fields.key("low_priority_wait_ms", congestion.low_priority_wait_ms,
             "Time that messages wait before they are read from which on UEs of low access priority are sent "
             "away, milliseconds. Known where the core brings its own SCTP",
             kWaitMs);
  fields.key("all_wait_ms", congestion.all_wait_ms, "The same for all that were not paged", kWaitMs);
  fields.key("clear_wait_ms", congestion.clear_wait_ms, "The same below which nobody is any more", kWaitMs);
  fields.key("low_priority_procedures", congestion.low_priority_procedures,
             "Procedures at a time from which on UEs of low access priority are sent away", kProcedures);
  fields.key("all_procedures", congestion.all_procedures,
             "Procedures at a time from which on all are that were not paged", kProcedures);
  fields.key("clear_procedures", congestion.clear_procedures,
             "Procedures at a time below which nobody is any more", kProcedures);
  fields.key("paged_arp_priority", congestion.paged_arp_priority,
             "Lowest ARP priority level of bearers whose packets UEs are paged for while all are sent away",
             {1, 15});
  fields.key("throttling_percent", congestion.throttling_percent,
             "Share of the notifications of packets for idle UEs, of bearers below that priority, that the "
             "gateway leaves out under load, percent; 0: none",
             {0, 100});
  fields.key("throttling_seconds", congestion.throttling_seconds,
             "How long it does so after each answer that it gets", {2, 62});
  fields.key("t3346_min_seconds", congestion.t3346_min_seconds,
             "Shortest time for which a UE that is sent away stays away (T3346)", kGprsTimerSeconds);
  fields.key("t3346_max_seconds", congestion.t3346_max_seconds,
             "Longest such time; a UE without keys draws one of 15 to 30 minutes itself", kGprsTimerSeconds);
  fields.key("t3396_min_seconds", congestion.t3396_min_seconds,
             "Shortest time for which a UE asks no more for an APN without resources (T3396)",
             kGprsTimer3Seconds);
  fields.key("t3396_max_seconds", congestion.t3396_max_seconds, "Longest such time", kGprsTimer3Seconds);
}

void validate(const Mme& mme, const Report& report) {
  validate_order(mme.integrity, "integrity", report);
  validate_order(mme.ciphering, "ciphering", report);
  const auto gprs_timer = [&report](std::string_view key, std::uint32_t seconds) {
    if (!is_gprs_timer(seconds))
      report(key, fmt::format(
                      "is {}, which its information element cannot say; expected 1 to 31 times 2, 60 or 360 "
                      "seconds (TS 24.008 §10.5.7.3)",
                      seconds));
  };
  gprs_timer("t3402_seconds", mme.t3402_seconds);
  gprs_timer("t3412_seconds", mme.t3412_seconds);
  if (!Apn::parse(mme.emergency_apn))
    report("emergency_apn", fmt::format("{} is no access point name", quoted(mme.emergency_apn)));
  for (std::size_t i = 0; i < mme.emergency_numbers.size(); ++i)
    if (!DecimalDigits<15>::parse(mme.emergency_numbers[i]))
      report(fmt::format("emergency_numbers[{}]", i),
             fmt::format("{} is no number; expected 1 to 15 digits", quoted(mme.emergency_numbers[i])));
  for (std::size_t i = 0; i < mme.access.size(); ++i)
    if (std::ranges::find(mme.access, mme.access[i].group, &Access::group) !=
        mme.access.begin() + static_cast<std::ptrdiff_t>(i))
      report.in("access", i)(
          "group", fmt::format("{} stands in the list twice; remove one", quoted(mme.access[i].group)));
  for (std::size_t i = 0; i < mme.paging_priorities.size(); ++i)
    if (std::ranges::find(mme.paging_priorities, mme.paging_priorities[i].arp_priority,
                          &PagingPriority::arp_priority) !=
        mme.paging_priorities.begin() + static_cast<std::ptrdiff_t>(i))
      report.in("paging_priorities", i)("arp_priority", fmt::format("{} stands in the list twice; remove one",
                                                                    mme.paging_priorities[i].arp_priority));
  if (mme.access.size() > kAccessMax)
    report("access", fmt::format("has {} items; expected at most {}", mme.access.size(), kAccessMax));
  for (std::size_t i = 0; i < mme.power_saving.size(); ++i) {
    const PowerSaving& saving = mme.power_saving[i];
    const Report here = report.in("power_saving", i);
    if (std::ranges::find(mme.power_saving, saving.group, &PowerSaving::group) !=
        mme.power_saving.begin() + static_cast<std::ptrdiff_t>(i))
      here("group", fmt::format("{} stands in the list twice; remove one", quoted(saving.group)));
    validate_range(here, "t3324_min_seconds", saving.t3324_min_seconds, saving.t3324_max_seconds);
    validate_range(here, "t3412_min_seconds", saving.t3412_min_seconds, saving.t3412_max_seconds);
  }
  if (mme.power_saving.size() > kPowerSavingMax)
    report("power_saving",
           fmt::format("has {} items; expected at most {}", mme.power_saving.size(), kPowerSavingMax));
  const Report congestion = report.in("congestion");
  validate_range(congestion, "clear_wait_ms", mme.congestion.clear_wait_ms,
                 mme.congestion.low_priority_wait_ms);
  validate_range(congestion, "low_priority_wait_ms", mme.congestion.low_priority_wait_ms,
                 mme.congestion.all_wait_ms);
  validate_range(congestion, "clear_procedures", mme.congestion.clear_procedures,
                 mme.congestion.low_priority_procedures);
  validate_range(congestion, "low_priority_procedures", mme.congestion.low_priority_procedures,
                 mme.congestion.all_procedures);
  validate_range(congestion, "t3346_min_seconds", mme.congestion.t3346_min_seconds,
                 mme.congestion.t3346_max_seconds);
  validate_range(congestion, "t3396_min_seconds", mme.congestion.t3396_min_seconds,
                 mme.congestion.t3396_max_seconds);
}

}  // namespace zerocell::config
