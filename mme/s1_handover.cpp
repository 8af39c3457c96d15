// SPDX-License-Identifier: Apache-2.0
#include "asn1/s1ap/enb_id.hpp"
#include "asn1/s1ap/handover.hpp"
#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"
#include "mme/access.hpp"
#include "mme/bearer_exchange.hpp"
#include "mme/handover.hpp"
#include "mme/ue_capabilities.hpp"

namespace zerocell::mme {
namespace {

CounterBy<4> handovers{"zerocell_mme_s1_handovers_total",
                       "S1 handovers inside this MME, by outcome.",
                       "outcome",
                       {"done", "refused", "failed", "not_completed"}};
enum Outcome : std::size_t { kDone, kRefused, kFailed, kNotCompleted };

constexpr auto kNotNow = s1ap::CauseProtocol::message_not_compatible_with_receiver_state;

/// The source was told to send the UE over: what it says of PDCP is for the target.
bool was_commanded(const Ue& ue) {
  return ue.handover_target != nullptr && ue.handover_target->handover_commanded;
}

/// Stands for the cell of a UE that has come to this eNodeB and nobody said where.
Ecgi some_cell_of(const Enb& enb) {
  return {enb.id.plmn_identity, s1ap::first_cell(enb.id.enb_id)};
}

constexpr auto kTargetFailed = s1ap::CauseRadioNetwork::ho_failure_in_target_epc_enb_or_target_system;

/// TS 23.401 §5.5.1.2.2: where a UE may not be, its emergency bearers go alone. Of one that attaches the
/// eNodeB has the bearer before the gateway hears of it.
bool goes_along(const Ue& ue, const BearerRecord& bearer, const HandoverWanted& wanted) {
  const bool at_source =
      ue.has_active(bearer.ebi) || (ue.runs(ProcedureKind::attach) && ue.has_erab(bearer.ebi));
  return at_source && (bearer.emergency || !wanted.emergency_only);
}

bool send_handover_request(Ue& leg, const HandoverWanted& wanted) {
  Ue& ue = *leg.handover_source;
  const UeRecord& record = ue.stored();
  std::array<s1ap::ErabToBeSetupItemHoReq, sgw::kBearersMax> items;
  std::size_t count = 0;
  for (const BearerRecord& bearer : ue.mme.bearers().of(record)) {
    if (!goes_along(ue, bearer, wanted)) continue;
    s1ap::ErabToBeSetupItemHoReq& item = items[count++];
    item.erab_id = bearer.ebi;
    item.transport_layer_address = s1ap_address(bearer.user_plane);
    item.gtp_teid = bearer.user_plane.teid;
    item.erab_level_qos_parameters = s1ap_qos(bearer.qos);
  }
  s1ap::HandoverRequest request;
  request.mme_ue_s1ap_id = leg.mme_ue_s1ap_id;
  request.handover_type = s1ap::HandoverType::intra_lte;
  request.cause = wanted.cause;
  request.ue_aggregate_maximum_bitrate = s1ap_ambr(ue.mme.bearers().used_ue_ambr(record));
  request.erab_to_be_setup_list = {items.data(), count};
  request.source_to_target_transparent_container = wanted.container;
  put_security_capabilities(record, request);
  const HandoverRestrictions restrictions(ue.mme, record, leg.tai.plmn);
  request.handover_restriction_list = restrictions.list();
  if (const Observation::Wanted* observed = ue.mme.observation().wanted(record.imsi)) {
    request.request_type = observed->location;
    if (observed->trace) request.trace_activation = *observed->trace;
  }
  // TS 33.401 §7.2.8.4.2: a fresh pair for every Handover Required.
  ue.next_hop.advance();
  request.security_context.next_hop_chaining_count = ue.next_hop.chaining_count();
  std::ranges::copy(ue.next_hop.key().reveal(), request.security_context.next_hop_parameter.begin());
  const bool sent = count > 0 && ue.mme.send(leg, request);
  wipe(request.security_context.next_hop_parameter);
  return sent;
}

/// What the target admits, kept for the rest of the procedure.
struct Admission {
  std::uint16_t at_target =
      0;  ///< A bit for each E-RAB that it has set up, whether or not the core takes it.
  ErabsSetUp erabs;
  ErabsLost lost;  ///< Of those that were asked for.
  InlineList<sgw::BearerAccess, sgw::kBearersMax> forwarding_downlink;
  InlineList<sgw::BearerAccess, sgw::kBearersMax> forwarding_uplink;
  ByteVector container;  ///< Target to source, transparent.
};

gtp::Fteid endpoint(const std::optional<s1ap::TransportLayerAddress>& address,
                    const std::optional<std::uint32_t>& teid) {
  return address && teid ? fteid(*address, *teid) : gtp::Fteid{};
}

Admission read(Ue& ue, const HandoverWanted& wanted, const s1ap::HandoverRequestAcknowledge& acknowledge) {
  Admission admission;
  const auto asked = [&](std::uint8_t ebi) {
    const BearerRecord* bearer = ue.mme.bearers().find(ue.stored(), ebi);
    return bearer != nullptr && goes_along(ue, *bearer, wanted);
  };
  for (const auto& item : acknowledge.erab_admitted_list) {
    const gtp::Fteid access = fteid(item.transport_layer_address, item.gtp_teid);
    admission.at_target = static_cast<std::uint16_t>(admission.at_target | bit_of(item.erab_id));
    if (!asked(item.erab_id) || !access.valid() || admission.erabs.has(item.erab_id)) continue;
    admission.erabs.list.push_back({item.erab_id, access});
    if (const auto down = endpoint(item.dl_transport_layer_address, item.dl_gtp_teid); down.valid())
      admission.forwarding_downlink.push_back({item.erab_id, down});
    if (const auto up = endpoint(item.ul_transport_layer_address, item.ul_gtp_teid); up.valid())
      admission.forwarding_uplink.push_back({item.erab_id, up});
  }
  for (const auto& item : acknowledge.erab_failed_to_setup_list)
    if (asked(item.erab_id) && !admission.erabs.has(item.erab_id) && !admission.lost.has(item.erab_id))
      admission.lost.add(item.erab_id, item.cause);
  for (const BearerRecord& bearer : ue.mme.bearers().of(ue.stored()))
    if (ue.has_active(bearer.ebi) && !admission.erabs.has(bearer.ebi) && !admission.lost.has(bearer.ebi))
      admission.lost.add(bearer.ebi, s1ap::CauseRadioNetwork::unspecified);
  admission.container.assign(acknowledge.target_to_source_transparent_container.begin(),
                             acknowledge.target_to_source_transparent_container.end());
  return admission;
}

bool keeps_a_connection(Ue& ue, const ErabsSetUp& erabs) {
  return std::ranges::any_of(erabs.list, [&](const sgw::BearerAccess& erab) {
    const BearerRecord* bearer = ue.mme.bearers().find(ue.stored(), erab.ebi);
    return bearer != nullptr && bearer->is_default();
  });
}

/// Indirect forwarding tunnels at the gateway, steps 6, 8 and 21: they go when this does, however the
/// handover ends.
class ForwardingTunnels {
 public:
  explicit ForwardingTunnels(Mme& mme) : mme_(mme) {}
  ForwardingTunnels(const ForwardingTunnels&) = delete;
  ~ForwardingTunnels() { remove(); }

  void add(sgw::SessionId session) {
    sessions_.push_back(session);
    ++mme_.forwarding()[session];
  }
  void remove() {
    for (const sgw::SessionId session : sessions_) {
      // Those of a handover that followed go with that one: a session's are deleted together (TS 29.274
      // §7.2.20).
      const auto users = mme_.forwarding().find(session);
      if (--users->second != 0) continue;
      mme_.forwarding().erase(users);
      mme_.background().start([](sgw::S11& gateway, sgw::SessionId id) -> Task<void> {
        co_await gateway.delete_indirect_tunnel(id);
      }(mme_.gateway(), session));
    }
    sessions_.clear();
  }

 private:
  Mme& mme_;
  InlineList<sgw::SessionId, sgw::kBearersMax> sessions_;
};

/// Where there is no X2 between the eNodeBs, the source forwards to the gateway, and that one to the target.
/// Without tunnels the handover goes on, and what is on its way is lost.
Task<void> forward_indirectly(Ue& ue, Admission& admission, ForwardingTunnels& tunnels) {
  const auto down = std::exchange(admission.forwarding_downlink, {});
  const auto up = std::exchange(admission.forwarding_uplink, {});
  for (const auto& [session, ebi, emergency] : ue.mme.bearers().connections_of(ue.stored())) {
    sgw::CreateIndirectTunnelRequest request{
        .session = session, .downlink = of_session(ue, session, down), .uplink = of_session(ue, session, up)};
    if (request.downlink.empty() && request.uplink.empty()) continue;
    const auto created = co_await ue.mme.gateway().create_indirect_tunnel(request);
    if (!created) continue;
    tunnels.add(session);
    for (const auto& at_gateway : created->downlink)
      if (!admission.forwarding_downlink.full()) admission.forwarding_downlink.push_back(at_gateway);
    for (const auto& at_gateway : created->uplink)
      if (!admission.forwarding_uplink.full()) admission.forwarding_uplink.push_back(at_gateway);
  }
}

bool send_handover_command(Ue& ue, const Admission& admission) {
  InlineList<s1ap::ErabDataForwardingItem, sgw::kBearersMax> forwarding;
  for (const sgw::BearerAccess& erab : admission.erabs.list) {
    s1ap::ErabDataForwardingItem item{.erab_id = erab.ebi};
    for (const auto& down : admission.forwarding_downlink)
      if (down.ebi == erab.ebi) {
        item.dl_transport_layer_address = s1ap_address(down.access);
        item.dl_gtp_teid = down.access.teid;
      }
    for (const auto& up : admission.forwarding_uplink)
      if (up.ebi == erab.ebi) {
        item.ul_transport_layer_address = s1ap_address(up.access);
        item.ul_gtp_teid = up.access.teid;
      }
    if (item.dl_gtp_teid || item.ul_gtp_teid) forwarding.push_back(item);
  }
  s1ap::HandoverCommand command;
  command.mme_ue_s1ap_id = ue.mme_ue_s1ap_id;
  command.enb_ue_s1ap_id = ue.enb_ue_s1ap_id;
  command.handover_type = s1ap::HandoverType::intra_lte;
  command.erab_subject_to_data_forwarding_list = {forwarding.begin(), forwarding.size()};
  command.e_ra_bto_release_list = admission.lost.items();
  command.target_to_source_transparent_container = admission.container;
  command.criticality_diagnostics = ue.handover_target->handover_diagnostics.told();
  return ue.mme.send(ue, command);
}

/// The target cannot take the UE, which stays where it is.
void give_up(Ue& leg, Outcome outcome, s1ap::Cause cause) {
  handovers.add(outcome);
  log::info("s1_handover_failed", {.imsi = leg.handover_source->imsi(), .procedure = "s1_handover"},
            {{"target", *leg.enb}, {"cause", s1ap::name(cause)}});
  leg.mme.part(leg, cause);
}

/// Steps 15 to 18. Without a PDN connection the UE is let go.
Task<Next> bring_bearers(Ue& ue, ErabsSetUp erabs, std::uint16_t at_target) {
  const BearersMoved moved = co_await move_bearers(ue, erabs);
  // What the target has for nothing, since the gateways do not take it or the bearer has gone meanwhile, goes
  // at once: its identity may be another bearer's soon.
  Ebis unused;
  for (std::uint8_t ebi = Bearers::kFirstEbi; ebi <= Bearers::kLastEbi; ++ebi)
    if ((at_target & bit_of(ebi)) != 0 && !ue.has_active(ebi)) unused.push_back(ebi);
  ue.erabs_at_enb = static_cast<std::uint16_t>(ue.erabs_at_enb | at_target);
  if (moved.goes_on && !unused.empty()) send_erab_release(ue, unused, s1ap::CauseNas::normal_release, {});
  co_return moved.goes_on ? Next::stay()
                          : Next::release(s1ap::CauseTransport::transport_resource_unavailable);
}

/// TS 36.413 §8.4.1.2: which eNodeB the source means.
const s1ap::TargetEnbId* target_of(const s1ap::HandoverRequired& required) {
  return required.handover_type == s1ap::HandoverType::intra_lte
             ? std::get_if<s1ap::TargetEnbId>(&required.target_id)
             : nullptr;
}

}  // namespace

void Mme::refuse_handover(Ue& ue, s1ap::Cause cause,
                          const std::optional<s1ap::CriticalityDiagnostics>& diagnostics) {
  s1ap::HandoverPreparationFailure failure;
  failure.mme_ue_s1ap_id = ue.mme_ue_s1ap_id;
  failure.enb_ue_s1ap_id = ue.enb_ue_s1ap_id;
  failure.cause = cause;
  failure.criticality_diagnostics = diagnostics;
  send(ue, failure);
}

void Mme::handle(Ue& ue, const s1ap::HandoverRequired& required, const s1ap::Inbound& inbound) {
  const auto refuse = [&](s1ap::Cause cause) {
    handovers.add(kRefused);
    log::info("handover_required_refused", {.imsi = ue.imsi(), .procedure = "s1_handover"},
              {{"cause", s1ap::name(cause)}});
    refuse_handover(ue, cause, diagnostics_of(inbound));
    // What the eNodeB refused for the sake of it can be done now.
    if (!ue.in_handover()) handover_over(ue);
  };
  // One that attaches anew is about to lose the bearers that it would take along.
  const bool begins_anew =
      ue.runs(ProcedureKind::attach) && ue.record && ue.stored().emm_state == EmmState::registered;
  if (!may_move(ue) || !ue.context_set_up || begins_anew)
    return refuse(s1ap::CauseProtocol::message_not_compatible_with_receiver_state);
  if (ue.in_handover()) return refuse(s1ap::CauseRadioNetwork::interaction_with_other_procedure);
  const s1ap::TargetEnbId* target_id = target_of(required);
  Enb* target = target_id != nullptr ? find_enb(target_id->global_enb_id) : nullptr;
  if (target == nullptr) return refuse(s1ap::CauseRadioNetwork::unknown_target_id);
  const bool forbidden =
      access_refusal(settings(), ue.stored(), *target, target_id->selected_tai).has_value();
  if (!target->supports(target_id->selected_tai) ||
      (forbidden && bearers_.emergency_of(ue.stored()) == nullptr))
    return refuse(s1ap::CauseRadioNetwork::ho_target_not_allowed);
  Ue* leg = add_ue(*target, Ue::kNoEnbUeS1apId);
  if (leg == nullptr) return refuse(s1ap::CauseMisc::control_processing_overload);
  leg->tai = target_id->selected_tai;
  leg->claimed_imsi = ue.imsi();
  leg->secure_exchange = true;  // Nothing plain is taken from it, ever.
  leg->handover_source = &ue;
  leg->handover_diagnostics = KeptDiagnostics(inbound);
  ue.handover_target = leg;
  ue.hold_nas = true;
  HandoverWanted wanted{.cause = required.cause,
                        .direct_forwarding = required.direct_forwarding_path_availability.has_value(),
                        .emergency_only = forbidden,
                        .container = ByteVector(required.source_to_target_transparent_container.begin(),
                                                required.source_to_target_transparent_container.end())};
  run(*leg, ProcedureKind::s1_handover, s1_handover(*leg, std::move(wanted)));
}

void Mme::handle(Ue& ue, const s1ap::HandoverCancel& cancel, const s1ap::Inbound& inbound) {
  log::info("handover_cancelled", {.imsi = ue.imsi(), .procedure = "s1_handover"},
            {{"cause", s1ap::name(cancel.cause)}});
  // The acknowledge has no failure: where there is nothing to cancel, it is cancelled (TS 36.413 §8.4.5).
  if (ue.handover_target != nullptr) {
    ue.handover_target->handover_commanded = true;  // The source needs no word.
    end_handover(ue);
  }
  s1ap::HandoverCancelAcknowledge acknowledge;
  acknowledge.mme_ue_s1ap_id = ue.mme_ue_s1ap_id;
  acknowledge.enb_ue_s1ap_id = ue.enb_ue_s1ap_id;
  acknowledge.criticality_diagnostics = diagnostics_of(inbound);
  send(ue, acknowledge);
  // The UE stays: what waited for the end of its handover goes on.
  if (!ue.in_handover()) handover_over(ue);
}

void Mme::handle(Ue& ue, const s1ap::EnbStatusTransfer& transfer, const s1ap::Inbound& inbound) {
  // Step 10: PDCP counts go on to the target, which knows them from nowhere else.
  if (!was_commanded(ue)) return logical_error(*ue.enb, inbound, kNotNow, &ue);
  s1ap::MmeStatusTransfer onward;
  onward.mme_ue_s1ap_id = ue.handover_target->mme_ue_s1ap_id;
  onward.enb_ue_s1ap_id = ue.handover_target->enb_ue_s1ap_id;
  onward.enb_status_transfer_transparent_container = transfer.enb_status_transfer_transparent_container;
  send(*ue.handover_target, onward);
}

void Mme::handle(Ue& ue, const s1ap::EnbEarlyStatusTransfer& transfer, const s1ap::Inbound& inbound) {
  // TS 36.413 §9.1.5.16, §9.1.5.17: the same, of a UE that keeps its source for a while (DAPS).
  if (!was_commanded(ue)) return logical_error(*ue.enb, inbound, kNotNow, &ue);
  s1ap::MmeEarlyStatusTransfer onward;
  onward.mme_ue_s1ap_id = ue.handover_target->mme_ue_s1ap_id;
  onward.enb_ue_s1ap_id = ue.handover_target->enb_ue_s1ap_id;
  onward.enb_early_status_transfer_transparent_container =
      transfer.enb_early_status_transfer_transparent_container;
  send(*ue.handover_target, onward);
}

Task<Next> s1_handover(Ue& leg, HandoverWanted wanted) {
  Ue& ue = *leg.handover_source;
  const auto& settings = ue.mme.settings();
  // 4. HANDOVER REQUEST.
  if (!send_handover_request(leg, wanted)) {
    // Without a bearer there is nothing to hand over, which is not the target's fault.
    give_up(leg, kFailed, ue.active_bearers == 0 ? s1ap::Cause(kNotNow) : s1ap::Cause(kTargetFailed));
    co_return Next::gone();
  }
  // 5.
  const auto answer = co_await leg.inbox.receive(
      ue.mme.loop(), std::chrono::milliseconds(settings.s1_response_ms), [](const UeEvent& event) {
        return event.is(s1ap::MessageType::handover_request_acknowledge) ||
               event.is(s1ap::MessageType::handover_failure) || event.is(s1ap::MessageType::error_indication);
      });
  if (!answer) {
    give_up(leg, kFailed, kTargetFailed);
    co_return Next::release(s1ap::CauseRadioNetwork::ts1_relocprep_expiry);
  }
  if ((*answer)->is(s1ap::MessageType::error_indication)) {
    give_up(leg, kFailed, kTargetFailed);
    co_return Next::release(s1ap::CauseProtocol::unspecified);
  }
  if (const auto* failure = (*answer)->s1ap->as<s1ap::HandoverFailure>()) {
    give_up(leg, kRefused, failure->cause);
    co_return Next::gone();
  }
  const auto& acknowledge = *(*answer)->s1ap->as<s1ap::HandoverRequestAcknowledge>();
  if (!ue.mme.told_enb_id(leg, acknowledge.enb_ue_s1ap_id)) {
    give_up(leg, kFailed, kTargetFailed);
    co_return Next::gone();
  }
  Admission admission = read(ue, wanted, acknowledge);
  if (!keeps_a_connection(ue, admission.erabs)) {
    give_up(leg, kRefused, s1ap::CauseRadioNetwork::no_radio_resources_available_in_target_cell);
    co_return Next::release(s1ap::CauseRadioNetwork::radio_resources_not_available);
  }
  // 6. Only where the eNodeBs do not reach each other.
  ForwardingTunnels tunnels(ue.mme);
  if (!wanted.direct_forwarding) co_await forward_indirectly(ue, admission, tunnels);
  // 9.
  leg.handover_commanded = true;
  if (!send_handover_command(ue, admission)) {
    give_up(leg, kFailed, kTargetFailed);
    co_return Next::release(s1ap::CauseRadioNetwork::handover_cancelled);
  }
  // 10-13. The status transfer passes by (TS 36.413 §8.4.6, §8.4.7).
  const auto notified = co_await leg.inbox.receive(
      ue.mme.loop(), std::chrono::milliseconds(settings.handover_completion_ms),
      [](const UeEvent& event) { return event.is(s1ap::MessageType::handover_notify); });
  if (!notified) {
    // The UE came neither here nor, as far as we know, back: the source has a timer of its own.
    give_up(leg, kNotCompleted, s1ap::CauseRadioNetwork::ts1_relocoverall_expiry);
    co_return Next::release(s1ap::CauseRadioNetwork::ts1_relocoverall_expiry);
  }
  const auto& notify = *(*notified)->s1ap->as<s1ap::HandoverNotify>();
  if (leg.enb->supports(notify.tai)) leg.tai = notify.tai;
  // One that came without its cell is at least at this eNodeB.
  leg.ecgi = notify.eutran_cgi != Ecgi() ? notify.eutran_cgi : some_cell_of(*leg.enb);
  handovers.add(kDone);
  log::info("s1_handover_done", {.imsi = ue.imsi(), .procedure = "s1_handover"},
            {{"enb", *leg.enb}, {"source", *ue.enb}, {"tac", leg.tai.tac}});
  // HANDOVER SUCCESS: a source that the UE has kept until now (DAPS, TS 36.300 §10.1.2.1) stops when it hears
  // so.
  if (notify.notify_source_enb) {
    s1ap::HandoverSuccess success;
    success.mme_ue_s1ap_id = ue.mme_ue_s1ap_id;
    success.enb_ue_s1ap_id = ue.enb_ue_s1ap_id;
    ue.mme.send(ue, success);
  }
  // 15-18, in the UE's own connection, which is the one at the target from here on.
  ue.next_hop.taken();
  const bool forwards = !admission.forwarding_downlink.empty() || !admission.forwarding_uplink.empty();
  ue.mme.arrive(ue, leg, bring_bearers(ue, admission.erabs, admission.at_target));
  // 19-21. The source goes on forwarding for a while.
  if (forwards) co_await sleep(leg.mme.loop(), std::chrono::milliseconds(settings.forwarding_ms));
  co_return Next::release(s1ap::CauseRadioNetwork::successful_handover);
}

}  // namespace zerocell::mme
