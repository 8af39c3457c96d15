// SPDX-License-Identifier: Apache-2.0
#include "mme/congestion.hpp"

#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"
#include "mme/mme.hpp"

namespace zerocell::mme {
namespace {

Gauge load_now{"zerocell_mme_load_level",
               "0: everybody is served; 1: not those of low priority; 2: only who was paged."};

constexpr Duration kLookAgain = std::chrono::milliseconds(50);

std::string_view name_of(Load load) {
  switch (load) {
    case Load::normal:
      return "normal";
    case Load::low_priority_refused:
      return "low priority is refused";
    case Load::all_refused:
      return "all are refused that were not paged";
  }
  return "";
}

std::uint32_t drawn_between(Random& random, std::uint32_t low, std::uint32_t high) {
  return low +
         static_cast<std::uint32_t>((std::uint64_t{random.u32()} * (std::uint64_t{high} - low + 1)) >> 32);
}

/// How much an action keeps back, TS 36.413 §8.7.6.2: each leaves less than those before it.
unsigned severity(s1ap::OverloadAction action) {
  using enum s1ap::OverloadAction;
  switch (action) {
    case reject_delay_tolerant_access:
      return 0;
    case not_accept_mo_data_or_delay_tolerant_access_from_cp_ciot:
      return 1;
    case reject_non_emergency_mo_dt:
      return 2;
    case reject_rrc_cr_signalling:
      return 3;
    case permit_high_priority_sessions_and_exception_reporting_and_mobile_terminated_services_only:
      return 4;
    case permit_high_priority_sessions_and_mobile_terminated_services_only:
      return 5;
    case permit_emergency_sessions_and_mobile_terminated_services_only:
      break;
  }
  return 6;
}

}  // namespace

void Congestion::check() {
  // Between the marks it stays as it is, so that the load does not make it flap.
  const config::Congestion& marks = mme_.settings().congestion;
  const Duration waiting = sctp_.waiting();
  const auto passed = [&](std::uint32_t procedures, std::uint32_t wait_ms) {
    return procedures_ > procedures || waiting > std::chrono::milliseconds(wait_ms);
  };
  Load load = load_;
  if (passed(marks.all_procedures, marks.all_wait_ms))
    load = Load::all_refused;
  else if (passed(marks.low_priority_procedures, marks.low_priority_wait_ms))
    load = std::max(load, Load::low_priority_refused);
  else if (procedures_ < marks.clear_procedures && waiting < std::chrono::milliseconds(marks.clear_wait_ms))
    load = Load::normal;
  // When it ends, nothing may happen that would show it.
  if (load != Load::normal) mme_.loop().arm(look_again_, kLookAgain);
  if (load == load_) return;
  load_ = load;
  load_now.set(std::to_underlying(load));
  log::warning("load_changed",
               {{"load", name_of(load)},
                {"procedures", procedures_},
                {"waiting_ms", std::chrono::floor<std::chrono::milliseconds>(waiting).count()}});
  // The eNodeBs turn UEs away before they cost anything here.
  const auto before = overload();
  switch (load) {
    case Load::normal:
      of_load_.reset();
      break;
    case Load::low_priority_refused:
      of_load_ = {s1ap::OverloadAction::reject_delay_tolerant_access};
      break;
    case Load::all_refused:
      // TS 36.413 §8.7.6.2: of the actions the one that leaves calls for help, high priority and answers to
      // pages.
      of_load_ = {s1ap::OverloadAction::reject_rrc_cr_signalling};
      break;
  }
  overload_changed(before);
}

const std::optional<Congestion::Overload>& Congestion::overload() const {
  if (!asked_ || !of_load_) return asked_ ? asked_ : of_load_;
  const auto traffic = [](const Overload& each) { return std::pair(severity(each.action), each.percent()); };
  return traffic(*asked_) < traffic(*of_load_) ? of_load_ : asked_;
}

void Congestion::start_overload(s1ap::OverloadAction action, std::optional<std::uint8_t> reduction_percent) {
  const auto before = overload();
  asked_ = Overload{action, reduction_percent};
  overload_changed(before);
}

void Congestion::stop_overload() {
  const auto before = overload();
  asked_.reset();
  overload_changed(before);
}

void Congestion::overload_changed(std::optional<Overload> before) {
  if (overload() == before) return;
  mme_.for_each_enb([this](Enb& enb) {
    // §8.7.6.2: another Overload Start replaces the one before.
    if (overload())
      tell_overload(enb);
    else
      mme_.send(enb, s1ap::OverloadStop{});
  });
}

void Congestion::tell_overload(Enb& enb) {
  if (!overload()) return;
  s1ap::OverloadStart start;
  start.overload_response = s1ap::OverloadResponse(overload()->action);
  start.traffic_load_reduction_indication = overload()->reduction_percent;
  mme_.send(enb, start);
}

void Congestion::procedure_ended() {
  --procedures_;
  if (load_ != Load::normal) check();
}

bool Congestion::refuses(const Ue& ue, bool low_priority) const {
  if (ue.calls_for_help() || ue.has_priority()) return false;
  return load_ == Load::all_refused || (load_ == Load::low_priority_refused && low_priority);
}

std::optional<sgw::DownlinkThrottling> Congestion::throttling() const {
  const config::Congestion& wanted = mme_.settings().congestion;
  if (load_ == Load::normal || wanted.throttling_percent == 0) return std::nullopt;
  return sgw::DownlinkThrottling{wanted.throttling_percent, std::chrono::seconds(wanted.throttling_seconds)};
}

nas::GprsTimer Congestion::back_off(Ue& ue, std::uint32_t seconds) {
  const auto timer = nas::GprsTimer::from_seconds(seconds);
  if (ue.record) ue.stored().backs_off_until = mme_.idle_timers().now() + timer.seconds().value_or(0);
  return timer;
}

nas::GprsTimer Congestion::t3346(Ue& ue) {
  const config::Congestion& range = mme_.settings().congestion;
  return back_off(ue, drawn_between(mme_.random(), range.t3346_min_seconds, range.t3346_max_seconds));
}

nas::GprsTimer3 Congestion::t3396() {
  const config::Congestion& range = mme_.settings().congestion;
  return nas::GprsTimer3::from_seconds(
      drawn_between(mme_.random(), range.t3396_min_seconds, range.t3396_max_seconds));
}

}  // namespace zerocell::mme
