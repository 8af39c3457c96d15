// SPDX-License-Identifier: Apache-2.0
#include "core/telemetry/log.hpp"
#include "mme/access.hpp"
#include "mme/bearer_exchange.hpp"
#include "mme/handover.hpp"

/// Which connection is a UE's while it moves between eNodeBs.
namespace zerocell::mme {

Ue* Mme::find_ue(std::uint32_t mme_ue_s1ap_id) {
  const std::uint32_t place = place_of(mme_ue_s1ap_id);
  if (place >= ues_.size() || !ues_[place] || ues_[place]->mme_ue_s1ap_id != mme_ue_s1ap_id) return nullptr;
  return ues_[place].get();
}

Ue* Mme::find_at(const Enb& enb, std::uint32_t enb_ue_s1ap_id) {
  const auto place = by_enb_id_.find({&enb, enb_ue_s1ap_id});
  return place ? ues_[*place].get() : nullptr;
}

void Mme::for_each_connection(const std::function<void(const Ue&)>& visit) const {
  for (const auto& ue : ues_)
    if (ue) visit(*ue);
}

bool Mme::may_move(const Ue& ue) {
  if (!ue.record || ue.runs(ProcedureKind::s1_release)) return false;
  // Its eNodeB may have set the context up, and its answer be on its way.
  if (!ue.context_set_up && !ue.context_requested) return false;
  const UeRecord& record = directory_[*ue.record];
  if (record.emm_state == EmmState::registered) return true;
  // TS 24.301 §5.5.1.2.4: a UE that was accepted goes on as a registered one, whether or not its ATTACH
  // COMPLETE has come; that may come by way of the next eNodeB.
  return ue.runs(ProcedureKind::attach) && !bearers_.of(record).empty();
}

void Mme::move(Ue& ue, Enb& target, std::uint32_t enb_ue_s1ap_id) {
  leave_enb(ue);
  ue.enb = &target;
  ue.enb_ue_s1ap_id = enb_ue_s1ap_id;
  ue.ambr_asked = false;
  join_enb(ue);
  identified(ue, ue.imsi());
}

bool Mme::told_enb_id(Ue& leg, std::uint32_t enb_ue_s1ap_id) {
  Ue* stale = find_at(*leg.enb, enb_ue_s1ap_id);
  if (stale == leg.handover_source) return false;
  if (stale != nullptr && stale != &leg) drop(*stale);
  leave_enb(leg);
  leg.enb_ue_s1ap_id = enb_ue_s1ap_id;
  join_enb(leg);
  return true;
}

void Mme::arrive(Ue& ue, Ue& leg, Task<Next> bearers) {
  std::swap(ues_[ue.place], ues_[leg.place]);
  std::swap(ue.enb, leg.enb);
  std::swap(ue.place, leg.place);
  std::swap(ue.mme_ue_s1ap_id, leg.mme_ue_s1ap_id);
  std::swap(ue.enb_ue_s1ap_id, leg.enb_ue_s1ap_id);
  std::swap(ue.place_at_enb, leg.place_at_enb);
  std::swap(ue.stream, leg.stream);
  ue.handover_target = leg.handover_source = nullptr;
  ue.access_in_question.reset();  // HANDOVER REQUEST had no E-RAB that the UE had not answered about.
  ue.ambr_asked = false;
  ue.tai = leg.tai;
  ue.ecgi = leg.ecgi;
  UeRecord& record = ue.stored();
  record.connection = ue.place;
  record.tai = ue.tai;
  record.ecgi = ue.ecgi;
  identified(ue, record.imsi);
  ue.mobility.start(std::move(bearers));
}

void Mme::part(Ue& leg, s1ap::Cause cause) {
  Ue& ue = *leg.handover_source;
  ue.handover_target = leg.handover_source = nullptr;
  if (!leg.handover_commanded) refuse_handover(ue, cause, leg.handover_diagnostics.told());
  handover_over(ue);
}

void Mme::end_handover(Ue& ue) {
  ue.mobility.cancel();
  if (ue.handover_source != nullptr)
    part(ue, s1ap::CauseRadioNetwork::ho_failure_in_target_epc_enb_or_target_system);
  if (Ue* leg = ue.handover_target) {
    ue.handover_target = leg->handover_source = nullptr;
    supersede_with_release(*leg, s1ap::CauseRadioNetwork::handover_cancelled);
  }
}

void Mme::hold(Ue& ue, nas::SecurityHeader header, Bytes plain) {
  const bool repeated = std::ranges::any_of(
      ue.held_nas, [&](const HeldNas& held) { return held.header == header && equal(held.plain, plain); });
  if (repeated || ue.held_nas.size() == kHeldNasMax) return;
  ue.held_nas.push_back({header, ByteVector(plain.begin(), plain.end())});
}

void Mme::hold_returned(Ue& ue, nas::SecurityHeader header, Bytes plain) {
  const std::size_t held = ue.held_nas.size();
  hold(ue, header, plain);
  if (ue.held_nas.size() == held) return;
  ue.held_nas.back().given_back = true;
  ue.held_nas.back().of_procedure = ue.procedure.busy();
}

void Mme::resume_nas(Ue& ue) {
  ue.hold_nas = false;
  for (const HeldNas& held : std::exchange(ue.held_nas, {}))
    if (held.header == nas::SecurityHeader::plain || ue.security != nullptr)
      send_nas(ue, held.header, held.plain);
}

void Mme::handover_over(Ue& ue) {
  ue.handover_expected = false;
  resume_nas(ue);
  // Where another key waits for the same eNodeB, it goes along with that: one request at a time.
  if (ue.record && !ue.access_keys_old && std::exchange(ue.ambr_untold, false)) send_ue_ambr(ue);
  if (!ue.record || (!ue.inbox.waited_on() && !waiting_.has(*ue.record))) return;
  // Posted: whoever ended the handover is not through with the UE.
  parts_.loop.post([this, index = *ue.record] {
    Ue* const still = directory_.records().live(index) ? connected(index) : nullptr;
    if (still == nullptr || still->in_handover()) return;
    UeEvent over{.kind = UeEvent::Kind::handover_over};
    if (!still->inbox.offer(over)) begin_waiting(*still);
  });
}

void Mme::expect_handover(Ue& ue) {
  if (std::exchange(ue.handover_expected, true)) return;
  background_.start([](Mme& mme, UeDirectory::Index index) -> Task<void> {
    co_await sleep(mme.loop(), std::chrono::milliseconds(mme.settings().handover_completion_ms));
    Ue* const still = mme.directory().records().live(index) ? mme.connected(index) : nullptr;
    if (still == nullptr) co_return;
    if (!std::exchange(still->handover_expected, false) || still->in_handover()) co_return;
    if (still->handovers_unmet < kAskedForHandoversMax) ++still->handovers_unmet;
    mme.handover_over(*still);
  }(*this, *ue.record));
}

void Ue::OnMobilityEnd::operator()(Next next) const {
  ue->mme.finish_mobility(*ue, next);
}

void Mme::finish_mobility(Ue& ue, Next next) {
  if (next.kind == Next::Kind::stay) {
    ue.handovers_unmet = 0;
    ue.ambr_untold = false;  // The eNodeB has it with the E-RABs.
    resume_nas(ue);
    // TS 23.401 §5.5.1.1.2: an X2 handover asks nobody where the UE may be.
    const bool forbidden = access_refusal(settings(), ue.stored(), *ue.enb, ue.tai).has_value();
    const auto index = *ue.record;
    if (forbidden && bearers_.emergency_of(ue.stored()) != nullptr) keep_emergency_only(index);
    if (Ue* still = connected(index)) handover_over(*still);  // What began may have ended it.
    return;
  }
  // Nothing of the UE could be brought along (TS 23.401 §5.5.1.1.2): it is detached, and cannot be told.
  cancel_procedure(ue);
  delete_sessions(ue.stored());
  ue.stored().emm_state = EmmState::deregistered;
  log::warning("detached", {.imsi = ue.imsi(), .procedure = "handover"}, {{"by", "lost bearers"}});
  if (next.kind == Next::Kind::release) return begin_release(ue, next.cause);
  drop(ue);
}

}  // namespace zerocell::mme
