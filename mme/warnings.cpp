// SPDX-License-Identifier: Apache-2.0
#include "mme/warnings.hpp"

#include "asn1/s1ap/enb_id.hpp"
#include "core/telemetry/log.hpp"
#include "mme/mme.hpp"

/// Public warning system, TS 36.413 §8.12, TS 23.041 §9.1.3.4.
namespace zerocell::mme {
namespace {

constexpr std::uint32_t kRepetitionSecondsMax = 4095;  // TS 36.413 §9.1.13.1; more is the extended period.

bool concerns(const Enb& enb, const WarningArea& area) {
  if (!area.enbs.empty() && std::ranges::find(area.enbs, enb.id) == area.enbs.end()) return false;
  if (!area.cells.empty())
    return std::ranges::any_of(area.cells,
                               [&](const Ecgi& cell) { return s1ap::has_cell(enb.id.enb_id, cell.cell); });
  if (!area.tracking_areas.empty())
    return std::ranges::any_of(area.tracking_areas, [&](const Tai& tai) { return enb.supports(tai); });
  // What emergency areas an eNodeB has, only its own operator knows: it finds out itself.
  return true;
}

std::optional<s1ap::WarningAreaList> area_list(const WarningArea& area) {
  if (!area.cells.empty()) return s1ap::CellIdList{area.cells};
  if (!area.tracking_areas.empty()) return s1ap::TrackingAreaListForWarning{area.tracking_areas};
  if (!area.emergency_areas.empty()) return s1ap::EmergencyAreaIdList{area.emergency_areas};
  return std::nullopt;
}

void note(WarningAnswer& answer, const s1ap::BroadcastCompletedAreaList& completed) {
  if (const auto* cells = std::get_if<s1ap::CellIdBroadcast>(&completed))
    for (const auto& item : cells->value) answer.cells.push_back(item.ecgi);
  if (const auto* tais = std::get_if<s1ap::TaiBroadcast>(&completed))
    for (const auto& tai : tais->value)
      for (const auto& item : tai.completed_cell_in_tai) answer.cells.push_back(item.ecgi);
  if (const auto* areas = std::get_if<s1ap::EmergencyAreaIdBroadcast>(&completed))
    for (const auto& area : areas->value)
      for (const auto& item : area.completed_cell_in_eai) answer.cells.push_back(item.ecgi);
}

void note(WarningAnswer& answer, const s1ap::BroadcastCancelledAreaList& cancelled) {
  const auto take = [&](const auto& item) {
    answer.cells.push_back(item.ecgi);
    answer.broadcasts += item.number_of_broadcasts;
  };
  if (const auto* cells = std::get_if<s1ap::CellIdCancelled>(&cancelled)) {
    for (const auto& item : cells->value) take(item);
  } else if (const auto* tais = std::get_if<s1ap::TaiCancelled>(&cancelled)) {
    for (const auto& tai : tais->value)
      for (const auto& item : tai.cancelled_cell_in_tai) take(item);
  } else {
    for (const auto& area : std::get<s1ap::EmergencyAreaIdCancelled>(cancelled).value)
      for (const auto& item : area.cancelled_cell_in_eai) take(item);
  }
}

}  // namespace

bool WarningArea::valid() const {
  return !cells.empty() + !tracking_areas.empty() + !emergency_areas.empty() <= 1;
}

/// Stands in the list while its answers are awaited.
class Warnings::Running {
 public:
  Running(Warnings& all, bool kill, std::uint16_t identifier, std::uint16_t serial)
      : all_(all), kill_(kill), identifier_(identifier), serial_(serial) {
    all_.running_.push_back(this);
  }
  Running(const Running&) = delete;
  ~Running() { std::erase(all_.running_, this); }

  void expect(const Enb& enb) { answers_.push_back({.enb = enb.id}); }
  bool is(bool kill, std::uint16_t identifier, std::uint16_t serial) const {
    return kill_ == kill && identifier_ == identifier && serial_ == serial;
  }
  /// False when this is none that the eNodeB still has to answer; so below.
  template <class List>
  bool answered(const Enb& enb, const std::optional<List>& areas) {
    const auto answer = std::ranges::find(answers_, enb.id, &WarningAnswer::enb);
    if (answer == answers_.end() || over(*answer)) return false;
    answer->answered = true;
    if (areas) note(*answer, *areas);
    end_if_complete();
    return true;
  }
  bool not_understood(const Enb& enb, bool kill) {
    const auto answer = std::ranges::find(answers_, enb.id, &WarningAnswer::enb);
    if (kill_ != kill || answer == answers_.end() || over(*answer)) return false;
    answer->not_understood = true;
    end_if_complete();
    return true;
  }
  /// Until all have answered, or time is up.
  Task<std::vector<WarningAnswer>> collect() {
    if (!answers_.empty())
      (void)co_await inbox_.receive(all_.mme_.loop(),
                                    std::chrono::milliseconds(all_.mme_.settings().s1_response_ms),
                                    [](const Complete&) { return true; });
    co_return std::move(answers_);
  }

 private:
  struct Complete {};
  static bool over(const WarningAnswer& answer) { return answer.answered || answer.not_understood; }
  void end_if_complete() {
    Complete complete;
    if (std::ranges::all_of(answers_, over)) (void)inbox_.offer(complete);
  }

  Warnings& all_;
  bool kill_;
  std::uint16_t identifier_;
  std::uint16_t serial_;
  std::vector<WarningAnswer> answers_;
  Exchange<Complete> inbox_;
};

Task<std::vector<WarningAnswer>> Warnings::broadcast(Warning warning) {
  s1ap::WriteReplaceWarningRequest request;
  request.message_identifier = warning.message_identifier;
  request.serial_number = warning.serial_number;
  request.warning_area_list = area_list(warning.area);
  // §9.1.13.1: what does not fit is another IE, and then this one is not looked at.
  request.repetition_period =
      static_cast<std::uint16_t>(std::min(warning.repetition_seconds, kRepetitionSecondsMax));
  if (warning.repetition_seconds > kRepetitionSecondsMax)
    request.extended_repetition_period = warning.repetition_seconds;
  request.number_of_broadcast_request = warning.broadcasts;
  request.warning_type = warning.type;
  if (!warning.contents.empty()) {
    request.data_coding_scheme = warning.data_coding_scheme;
    request.warning_message_contents = warning.contents;
  }
  if (warning.concurrent)
    request.concurrent_warning_message_indicator = s1ap::ConcurrentWarningMessageIndicator::true_;
  Running running(*this, false, warning.message_identifier, warning.serial_number);
  mme_.for_each_enb([&](Enb& enb) {
    if (warning.area.valid() && concerns(enb, warning.area) && mme_.send(enb, request)) running.expect(enb);
  });
  auto answers = co_await running.collect();
  log::info("warning_broadcast", {{"message", warning.message_identifier},
                                  {"enbs", answers.size()},
                                  {"answered", std::ranges::count_if(answers, &WarningAnswer::answered)}});
  co_return answers;
}

Task<std::vector<WarningAnswer>> Warnings::cancel(std::uint16_t message_identifier,
                                                  std::uint16_t serial_number, WarningArea area) {
  return kill({.message_identifier = message_identifier, .serial_number = serial_number}, std::move(area));
}

Task<std::vector<WarningAnswer>> Warnings::cancel_all(WarningArea area) {
  return kill({.kill_all_warning_messages = s1ap::KillAllWarningMessages::true_}, std::move(area));
}

Task<std::vector<WarningAnswer>> Warnings::kill(s1ap::KillRequest request, WarningArea area) {
  request.warning_area_list = area_list(area);
  Running running(*this, true, request.message_identifier, request.serial_number);
  mme_.for_each_enb([&](Enb& enb) {
    if (area.valid() && concerns(enb, area) && mme_.send(enb, request)) running.expect(enb);
  });
  auto answers = co_await running.collect();
  co_return answers;
}

void Warnings::answered(const Enb& enb, const s1ap::WriteReplaceWarningResponse& response) {
  for (Running* running : running_)
    if (running->is(false, response.message_identifier, response.serial_number) &&
        running->answered(enb, response.broadcast_completed_area_list))
      return;
}

void Warnings::answered(const Enb& enb, const s1ap::KillResponse& response) {
  for (Running* running : running_)
    if (running->is(true, response.message_identifier, response.serial_number) &&
        running->answered(enb, response.broadcast_cancelled_area_list))
      return;
}

void Warnings::not_understood(const Enb& enb, bool kill) {
  // It does not say which: they are answered in the order that they were asked in.
  for (Running* running : running_)
    if (running->not_understood(enb, kill)) return;
}

void Warnings::lost(const Enb& enb, const s1ap::PwsRestartIndication& indication) {
  log::warning("warnings_restarted", {{"enb", enb}, {"cells", indication.ecgi_list_for_restart.size()}});
  if (mme_.observers().warnings_lost)
    mme_.observers().warnings_lost(
        {.enb = enb.id,
         .cells = {indication.ecgi_list_for_restart.begin(), indication.ecgi_list_for_restart.end()}});
}

void Warnings::lost(const Enb& enb, const s1ap::PwsFailureIndication& indication) {
  log::warning("warnings_failed", {{"enb", enb}, {"cells", indication.pws_failed_ecgi_list.size()}});
  if (mme_.observers().warnings_lost)
    mme_.observers().warnings_lost(
        {.enb = enb.id,
         .cells = {indication.pws_failed_ecgi_list.begin(), indication.pws_failed_ecgi_list.end()},
         .failed = true});
}

}  // namespace zerocell::mme
