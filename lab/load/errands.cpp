// SPDX-License-Identifier: Apache-2.0
// What one arrival makes a UE do, and how each procedure of it begins and ends.
#include "lab/load/generator.hpp"

namespace zerocell::load {
namespace {

using enum Procedure;

/// A UE that has just been connected stays so long with its eNodeB before it moves: the other one's path
/// switch request takes an association of its own, and must not overtake the answer that bearers are up.
constexpr Duration kDwell = std::chrono::milliseconds(20);

constexpr std::array kAttachOnlySteps = {attach};
constexpr std::array kAttachAndIdleSteps = {attach, Procedure::release};
constexpr std::array kAttachAndDetachSteps = {attach, detach};
constexpr std::array kDetachSteps = {detach};
constexpr std::array kServiceSteps = {service_request, Procedure::release};
constexpr std::array kConnectSteps = {service_request};
constexpr std::array kTrackingAreaSteps = {tracking_area};
constexpr std::array kPagingSteps = {paging, Procedure::release};
constexpr std::array kX2Steps = {x2_handover};
constexpr std::array kS1Steps = {s1_handover};
constexpr std::array kDriveSteps = {service_request, x2_handover, Procedure::release};
constexpr std::array kReplaceSteps = {detach, attach, Procedure::release};

constexpr std::array<Errand, kErrands> kSteps = {
    Errand{},      kAttachOnlySteps, kAttachAndIdleSteps, kAttachAndDetachSteps, kDetachSteps,
    kServiceSteps, kConnectSteps,    kTrackingAreaSteps,  kPagingSteps,          kX2Steps,
    kS1Steps,      kDriveSteps,      kReplaceSteps};

/// Of a hundred arrivals in a day of sensors and meters: most report something, or say that they are there.
struct Share {
  unsigned percent;
  ErrandName errand;
};
constexpr std::array<Share, 5> kIotDay = {{{55, kService},  // A reading goes up.
                                           {30, kTrackingArea},
                                           {8, kPaging},     // A command comes down.
                                           {4, kDrive},      // A tracker moves.
                                           {3, kReplace}}};  // A battery was changed.

}  // namespace

std::uint8_t Generator::errand_for(const LoadUe& ue) {
  switch (settings_.scenario) {
    case Scenario::attach:
      return kAttachAndDetach;
    case Scenario::registration:
      return kAttachAndIdle;
    case Scenario::x2_handover:
    case Scenario::s1_handover:
      if (!ue.registered) return kAttachOnly;
      if (!ue.connected) return kConnect;
      return settings_.scenario == Scenario::x2_handover ? kX2 : kS1;
    default:
      break;
  }
  if (!ue.registered) return kAttachAndIdle;
  if (settings_.scenario == Scenario::service_request) return kService;
  if (settings_.scenario == Scenario::tracking_area) return kTrackingArea;
  if (settings_.scenario == Scenario::paging) return kPaging;
  auto drawn = static_cast<unsigned>(chance_() % 100);
  for (const Share& share : kIotDay) {
    if (drawn < share.percent)
      return share.errand == kPaging && !settings_.receive_packets ? kService : share.errand;
    drawn -= share.percent;
  }
  return kService;
}

void Generator::start_errand(LoadUe& ue, std::uint8_t errand, Time due) {
  ue.errand = errand;
  ue.step = 0;
  ue.statistics = phase_ == Phase::preparing ? 0 : phase_ == Phase::clearing ? 2 : 1;
  ++outstanding_;
  begin(ue, due);
}

void Generator::begin(LoadUe& ue, Time due) {
  ue.procedure = kSteps[ue.errand][ue.step];
  ue.begun = due;
  ue.accepted = false;
  ue.packets_sent = ue.packets_here = 0;
  ++ue.turn;
  ++statistics(ue).of(ue.procedure).begun;
  if (Outcome::Slice* slice = slice_now()) ++slice->begun;
  patiences_.push_back({parts_.loop.now() + settings_.patience, number(ue), ue.turn});
  bool left = false;
  switch (ue.procedure) {
    case attach:
      left = send_attach(ue);
      break;
    case detach:
      left = send_detach(ue);
      break;
    case service_request:
      left = send_service_request(ue, s1ap::RrcEstablishmentCause::mo_data);
      break;
    case Procedure::release:
      if (!ue.connected) return succeed(ue);  // The MME was first.
      left = send_release_request(ue, s1ap::CauseRadioNetwork::user_inactivity);
      break;
    case tracking_area:
      left = send_tracking_area_update(ue);
      break;
    case paging:
      left = send_packets(ue);
      break;
    case x2_handover:
      left = send_path_switch(ue);
      break;
    case s1_handover:
      left = send_handover_required(ue);
      break;
  }
  if (!left && ue.errand != 0) fail(ue, enb_of(ue).ready() ? "not sent" : "the eNodeB has no MME");
}

void Generator::succeed(LoadUe& ue) {
  auto& counted = statistics(ue).of(ue.procedure);
  ++counted.done;
  if (Outcome::Slice* slice = slice_now()) ++slice->done;
  // The update was timed when it was accepted; the release after it is the network's matter.
  if (ue.procedure != tracking_area) counted.took.add(parts_.loop.now() - ue.begun);
  advance(ue);
}

void Generator::advance(LoadUe& ue) {
  if (++ue.step == kSteps[ue.errand].size()) return end_errand(ue, true);
  if (kSteps[ue.errand][ue.step] == x2_handover) {
    ++ue.turn;  // The patience for what has ended well is no more.
    dwelling_.push_back({parts_.loop.now() + kDwell, number(ue), ue.turn});
    return;
  }
  begin(ue, parts_.loop.now());
}

void Generator::end_dwelling() {
  while (!dwelling_.empty() && dwelling_.front().until <= parts_.loop.now()) {
    const Patience ended = dwelling_.front();
    dwelling_.pop_front();
    LoadUe& ue = ues_[ended.ue];
    if (ue.errand != 0 && ue.turn == ended.turn) begin(ue, parts_.loop.now());
  }
}

void Generator::end_errand(LoadUe& ue, bool well) {
  if (well && ue.statistics == 1) {
    ++outcome_.done;
    if (phase_ == Phase::running) ++outcome_.done_in_time;
  }
  ue.errand = 0;
  ue.sent = Sent::nothing;
  ++ue.turn;
  --outstanding_;
  now_free(ue);
}

void Generator::fail(LoadUe& ue, std::string_view why) {
  auto& counted = statistics(ue);
  ++counted.of(ue.procedure).failed;
  if (Outcome::Slice* slice = slice_now()) ++slice->failed;
  std::string text(name_of(ue.procedure));
  text += ": ";
  text += why;
  if (ue.sent != Sent::nothing) {
    text += " to ";
    text += name_of(ue.sent);
  }
  ++counted.failures[text];
  if (ue.procedure == attach || ue.procedure == detach) registered(ue, false);
  abandon(ue);
  end_errand(ue, false);
}

void Generator::registered(LoadUe& ue, bool now) {
  if (ue.registered == now) return;
  ue.registered = now;
  now ? ++registered_ : --registered_;
  if (now)
    note_memory();
  else
    now_free(ue);
}

void Generator::disconnected(LoadUe& ue) {
  ue.connected = false;
  ue.mme_id_known = false;
  ue.secure_exchange = false;
  ue.at_target = false;
}

/// The UE's radio is gone: the eNodeB asks the MME to release what it still has of it.
void Generator::abandon(LoadUe& ue) {
  if (!ue.connected) return;
  if (ue.mme_id_known && enb_of(ue).ready())
    (void)send_release_request(ue, s1ap::CauseRadioNetwork::radio_connection_with_ue_lost);
  disconnected(ue);
}

}  // namespace zerocell::load
