// SPDX-License-Identifier: Apache-2.0
#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"
#include "mme/esm_procedures.hpp"

/// Bearers as the PDN gateway wants them, TS 23.401 §5.4, TS 24.301 §6.4.
namespace zerocell::mme {
namespace {

CounterBy<3> bearer_procedures{"zerocell_mme_bearer_procedures_total",
                               "Bearer procedures that a gateway began.",
                               "procedure",
                               {"activation", "modification", "deactivation"}};
CounterBy<3> bearer_failures{"zerocell_mme_bearer_procedure_failures_total",
                             "Bearer procedures that a gateway began and that changed nothing.",
                             "procedure",
                             {"activation", "modification", "deactivation"}};
enum Procedure : std::size_t { kActivation, kModification, kDeactivation };

/// What the gateway hears of a UE's refusal, TS 29.274 annex C.
gtp::Cause gtp_cause(nas::EsmCause cause) {
  switch (cause) {
    case nas::EsmCause::insufficient_resources:
      return gtp::Cause::no_resources_available;
    case nas::EsmCause::semantic_error_in_tft:
      return gtp::Cause::semantic_error_in_tft_operation;
    case nas::EsmCause::syntactical_error_in_tft:
      return gtp::Cause::syntactic_error_in_tft_operation;
    case nas::EsmCause::semantic_errors_in_packet_filters:
      return gtp::Cause::semantic_errors_in_packet_filters;
    case nas::EsmCause::syntactical_errors_in_packet_filters:
      return gtp::Cause::syntactic_errors_in_packet_filters;
    case nas::EsmCause::invalid_eps_bearer_identity:
      return gtp::Cause::context_not_found;
    default:
      return gtp::Cause::ue_refuses;
  }
}

/// Why a bearer is not as the gateway wants it.
gtp::Cause gtp_cause(const BearerAnswers& answers) {
  if (answers.nas == BearerAnswers::Nas::collided) return gtp::Cause::context_not_found;
  if (!answers.sent) return gtp::Cause::request_rejected;
  if (!answers.answered) return gtp::Cause::remote_peer_not_responding;
  if (answers.in_handover) return gtp::Cause::temporarily_rejected_due_to_handover;
  if (!answers.radio) return gtp::Cause::no_resources_available;
  switch (answers.nas) {
    case BearerAnswers::Nas::rejected:
      return gtp_cause(answers.esm_cause);
    default:
      return gtp::Cause::ue_not_responding;
  }
}

/// Which sides may have taken a modification that the other one did not. An eNodeB that refuses does not pass
/// the NAS message on, and one that says nothing may have done anything (TS 36.413 §8.2.2).
struct ChangedSides {
  bool enb = false;
  bool ue = false;
};
ChangedSides changed_sides(const BearerAnswers& answers) {
  if (!answers.sent) return {};
  if (answers.answered && !answers.radio) return {.ue = answers.nas == BearerAnswers::Nas::accepted};
  return {.enb = true, .ue = answers.nas != BearerAnswers::Nas::rejected};
}

/// The UE says that it does not have the bearer that was to be modified.
bool knows_no_such_bearer(const BearerAnswers& answers) {
  return answers.nas == BearerAnswers::Nas::rejected &&
         answers.esm_cause == nas::EsmCause::invalid_eps_bearer_identity;
}

/// Sends a modification: with another QoS through the eNodeB, if the bearer has a radio bearer.
std::move_only_function<Sent(Ue&)> modification(std::optional<gtp::BearerQos> qos, std::uint8_t ebi,
                                                Bytes nas) {
  return [qos, ebi, nas](Ue& ue) {
    if (nas.empty()) return Sent::no;
    if (!qos)
      return ue.mme.send_nas(ue, nas::SecurityHeader::integrity_ciphered, nas) ? Sent::alone : Sent::no;
    return send_erab_modify(ue, ebi, *qos, nas) ? Sent::with_erab_request : Sent::no;
  };
}

/// A modification failed that one side has taken: TS 24.301 §6.4.3.4 and §6.4.3.6 a leave the bearer active
/// as it was, so that side is told again what the gateway, and with it the MME, still has. An E-RAB MODIFY
/// REQUEST has no item without a NAS message (TS 36.413 §9.1.3.3), and the UE may have missed that it had
/// changed anything: it is told too.
Task<Next> restore_bearer(Ue& ue, sgw::SessionId session, std::uint8_t ebi, bool at_enb) {
  const BearerRecord* bearer = ue.mme.bearers().find(ue.stored(), ebi);
  if (bearer == nullptr || bearer->session != session || !ue.has_active(ebi)) co_return Next::stay();
  nas::ModifyEpsBearerContextRequest modify;
  modify.eps_bearer_identity = ebi;
  modify.new_eps_qos = nas_qos(bearer->qos);
  if (bearer->is_default()) set_apn_ambr(modify, bearer->ambr);
  const PlainMessage plain(modify);
  log::info("bearer_restored", {.imsi = ue.imsi(), .procedure = ue.procedure_name()},
            {{"ebi", ebi}, {"enb", at_enb}, {"qci", bearer->qos.qci}});
  const BearerAnswers answers = co_await ask_about_bearer(
      ue, {.ebi = ebi,
           .linked_ebi = bearer->linked_ebi,
           .nas = plain.bytes(),
           .send = modification(at_enb ? std::optional(bearer->qos) : std::nullopt, ebi, plain.bytes()),
           .timer = std::chrono::milliseconds(ue.mme.settings().t3486_ms),
           .accept = nas::EsmType::modify_eps_bearer_context_accept,
           .reject = nas::EsmType::modify_eps_bearer_context_reject,
           .erab_answer = s1ap::MessageType::erab_modify_response});
  if (knows_no_such_bearer(answers)) co_return co_await end_unknown_bearer(ue, ebi);
  // A UE that refuses what it has, or is silent once more, is at least not asked for anything else. But an
  // eNodeB that cannot go back is told all anew, in the Initial Context Setup of the UE's next connection;
  // and a UE that could not hear it is told there, too.
  if (answers.radio) co_return Next::stay();
  if (answers.nas == BearerAnswers::Nas::none)
    ue.mme.at_turn(
        ue, ProcedureKind::bearer_modification,
        [session, ebi](Ue& again) { return restore_bearer(again, session, ebi, false); },
        Waits::over_connections);
  co_return Next::release(s1ap::CauseNas::unspecified);
}

Task<Next> tell_ue_ambr(Ue& ue) {
  send_ue_ambr(ue);
  co_return Next::stay();
}

/// What a UE asked for, and has not heard the end of.
struct Asked {
  std::uint8_t ebi = 0;  ///< The bearer that it asked about; 0: one that it was to get.
  std::uint8_t pti = 0;  ///< 0: it has not asked, or knows.
  Scarce scarce = Scarce::core;
  std::optional<nas::EsmCause> why{};  ///< Where the gateway's cause does not say it.
};
/// An eNodeB that refuses does not let the UE know, and one that is silent may not have heard.
Asked unheard(std::uint8_t ebi, std::uint8_t pti, const BearerAnswers& answers) {
  if (answers.nas != BearerAnswers::Nas::none) return {};
  return {.ebi = ebi, .pti = pti, .scarce = Scarce::radio};
}

template <class T>
Next refuse(Ue& ue, Procedure procedure, Reply<T>& reply, gtp::Cause cause, Asked asked = {}) {
  bearer_failures.add(procedure);
  log::info("bearer_procedure_failed", {.imsi = ue.imsi(), .procedure = ue.procedure_name()},
            {{"cause", gtp::to_string(cause)}});
  if (asked.pti != 0)
    refuse_bearer_resource(ue, asked.ebi, asked.pti, asked.why.value_or(esm_cause(cause)), asked.scarce);
  reply.give(std::unexpected(cause));
  return Next::stay();
}

}  // namespace

Task<Next> activate_dedicated_bearer(Ue& ue, sgw::CreateBearerRequest request,
                                     Reply<sgw::CreateBearerResponse> reply) {
  bearer_procedures.add(kActivation);
  UeRecord& record = ue.stored();
  Bearers& bearers = ue.mme.bearers();
  // 3. The bearer identity is the MME's to give.
  const BearerRecord* linked = bearers.default_of(record, request.session);
  const Asked asked{.ebi = 0, .pti = request.pti};
  if (linked == nullptr) co_return refuse(ue, kActivation, reply, gtp::Cause::context_not_found, asked);
  const std::uint8_t linked_ebi = linked->ebi;
  const auto ebi = bearers.free_ebi(record);
  if (!ebi)
    co_return refuse(ue, kActivation, reply, gtp::Cause::no_resources_available,
                     {.pti = request.pti, .why = nas::EsmCause::maximum_number_of_eps_bearers_reached});
  BearerRecord* bearer = bearers.add(record, *ebi, linked_ebi);
  if (bearer == nullptr) co_return refuse(ue, kActivation, reply, gtp::Cause::no_resources_available, asked);
  bearer->session = request.session;
  bearer->user_plane = request.user_plane;
  bearer->qos = request.qos;
  bearer->emergency = linked->emergency;
  BearerRollback rollback(ue, *bearer);

  // 4-9.
  nas::ActivateDedicatedEpsBearerContextRequest activate;
  activate.eps_bearer_identity = *ebi;
  activate.procedure_transaction_identity = request.pti;
  activate.linked_eps_bearer_identity = static_cast<nas::LinkedBearer>(linked_ebi);
  activate.eps_qos = nas_qos(request.qos);
  activate.tft.octets = Bytes(request.tft);
  const PlainMessage plain(activate);
  const BearerAnswers answers =
      co_await ask_about_bearer(ue, {.ebi = *ebi,
                                     .pti = request.pti,
                                     .linked_ebi = linked_ebi,
                                     .nas = plain.bytes(),
                                     .send = erab_setup(*ebi, request.session, plain.bytes()),
                                     .timer = std::chrono::milliseconds(ue.mme.settings().t3485_ms),
                                     .accept = nas::EsmType::activate_dedicated_eps_bearer_context_accept,
                                     .reject = nas::EsmType::activate_dedicated_eps_bearer_context_reject,
                                     .erab_answer = s1ap::MessageType::erab_setup_response});
  if (!answers.done()) {
    co_await undo_activation(ue, *ebi, answers);
    co_return refuse(ue, kActivation, reply, gtp_cause(answers), unheard(0, request.pti, answers));
  }

  // 10.
  rollback.keep();
  if (ue.has_erab(*ebi)) ue.activate(*ebi);  // It may have been released again.
  log::info("dedicated_bearer_activated", {.imsi = record.imsi, .procedure = ue.procedure_name()},
            {{"ebi", *ebi}, {"linked_ebi", linked_ebi}, {"qci", request.qos.qci}});
  reply.give(sgw::CreateBearerResponse{.ebi = *ebi, .access = answers.access});
  co_return Next::stay();
}

Task<Next> modify_bearer(Ue& ue, sgw::UpdateBearerRequest request, Reply<void> reply) {
  bearer_procedures.add(kModification);
  UeRecord& record = ue.stored();
  BearerRecord* bearer = ue.mme.bearers().find(record, request.ebi);
  if (bearer == nullptr || bearer->session != request.session)
    co_return refuse(ue, kModification, reply, gtp::Cause::context_not_found,
                     {.ebi = request.ebi, .pti = request.pti});
  const std::uint8_t linked_ebi = bearer->linked_ebi;
  const bool qos_changes = request.qos && *request.qos != bearer->qos;
  const bool ambr_changes = request.ambr && bearer->is_default() && *request.ambr != bearer->ambr;

  // 4-7.
  nas::ModifyEpsBearerContextRequest modify;
  modify.eps_bearer_identity = request.ebi;
  modify.procedure_transaction_identity = request.pti;
  if (qos_changes) modify.new_eps_qos = nas_qos(*request.qos);
  if (!request.tft.empty()) modify.tft = nas::TftView{Bytes(request.tft)};
  if (ambr_changes) set_apn_ambr(modify, *request.ambr);
  const PlainMessage plain(modify);
  // With the QoS the radio bearer changes; a TFT or an APN-AMBR is between the UE and the gateway (§5.4.3).
  const bool radio = qos_changes && ue.has_active(request.ebi);
  const BearerAnswers answers = co_await ask_about_bearer(
      ue, {.ebi = request.ebi,
           .pti = request.pti,
           .linked_ebi = linked_ebi,
           .nas = plain.bytes(),
           .send = modification(radio ? request.qos : std::nullopt, request.ebi, plain.bytes()),
           .timer = std::chrono::milliseconds(ue.mme.settings().t3486_ms),
           .accept = nas::EsmType::modify_eps_bearer_context_accept,
           .reject = nas::EsmType::modify_eps_bearer_context_reject,
           .erab_answer = s1ap::MessageType::erab_modify_response});

  bearer = ue.mme.bearers().find(record, request.ebi);
  if (!answers.done()) {
    const Next next =
        refuse(ue, kModification, reply, gtp_cause(answers), unheard(request.ebi, request.pti, answers));
    if (knows_no_such_bearer(answers)) co_return co_await end_unknown_bearer(ue, request.ebi);
    if (bearer == nullptr || !radio) co_return next;
    const auto sides = changed_sides(answers);
    if (!sides.enb && !sides.ue) co_return next;
    // Where the UE disconnects the PDN connection its request waits already, and leaves nothing to restore.
    ue.mme.at_turn(ue, ProcedureKind::bearer_modification,
                   [session = request.session, ebi = request.ebi, at_enb = sides.enb](Ue& changed) {
                     return restore_bearer(changed, session, ebi, at_enb);
                   });
    co_return next;
  }
  if (bearer == nullptr) co_return refuse(ue, kModification, reply, gtp::Cause::context_not_found);
  // An S1 handover began with what the record had.
  const bool leaving = ue.handover_target != nullptr;
  if (qos_changes) bearer->qos = *request.qos;
  if (ambr_changes) {
    const gtp::Ambr before = ue.mme.bearers().used_ue_ambr(record);
    bearer->ambr = *request.ambr;
    if (ue.mme.bearers().used_ue_ambr(record) != before) {
      if (leaving)
        ue.mme.at_turn(ue, ProcedureKind::ue_context_modification, tell_ue_ambr);
      else
        send_ue_ambr(ue);
    }
  }
  if (answers.moved || (radio && leaving))
    ue.mme.at_turn(ue, ProcedureKind::bearer_modification,
                   [session = request.session, ebi = request.ebi](Ue& there) {
                     return restore_bearer(there, session, ebi, true);
                   });
  log::info("bearer_modified", {.imsi = record.imsi, .procedure = ue.procedure_name()},
            {{"ebi", request.ebi}});
  reply.give({});
  co_return Next::stay();
}

Task<Next> deactivate_bearer(Ue& ue, sgw::DeleteBearerRequest request, Reply<void> reply) {
  bearer_procedures.add(kDeactivation);
  UeRecord& record = ue.stored();
  const BearerRecord* bearer = ue.mme.bearers().find(record, request.ebi);
  if (bearer == nullptr || bearer->session != request.session)
    co_return refuse(ue, kDeactivation, reply, gtp::Cause::context_not_found,
                     {.ebi = request.ebi, .pti = request.pti});
  const bool reactivate = request.cause == gtp::Cause::reactivation_requested;
  if (bearer->is_default() && ue.mme.bearers().pdn_connections(record) == 1) {
    // Without its last PDN connection a UE is not attached (TS 23.401 §5.4.4.1): it is told so, and comes
    // again where it shall.
    const bool lasts = !reactivate;
    ue.mme.bearers().remove_all(record);
    record.emm_state = EmmState::deregistered;  // Also where the connection ends before it has answered.
    reply.give({});
    co_return co_await detach_by_network(
        ue, lasts ? nas::NetworkDetachType::reattach_not_required : nas::NetworkDetachType::reattach_required,
        std::nullopt);
  }
  // 4-7.
  const Ebis erabs = take_out(ue, request.ebi);
  co_await deactivate_at_ue(
      ue, request.ebi, erabs, request.pti,
      reactivate ? nas::EsmCause::reactivation_requested : nas::EsmCause::regular_deactivation);
  log::info("bearer_deactivated", {.imsi = record.imsi, .procedure = ue.procedure_name()},
            {{"ebi", request.ebi}});
  reply.give({});
  co_return Next::stay();
}

}  // namespace zerocell::mme
