// SPDX-License-Identifier: Apache-2.0
#include "core/telemetry/log.hpp"
#include "mme/mme.hpp"

/// What did not succeed since one side did not understand the other, TS 36.413 §8.7.2, §10.3: it ends at
/// once, and not when an answer is overdue.
namespace zerocell::mme {
namespace {

/// What is asked of an eNodeB about a UE that has its context, and has an answer that is waited for.
constexpr std::array kAnswered = {s1ap::Procedure::erab_setup, s1ap::Procedure::erab_modify,
                                  s1ap::Procedure::erab_release, s1ap::Procedure::ue_context_modification,
                                  s1ap::Procedure::ue_context_release};

bool is_unknown_id(const std::optional<s1ap::Cause>& cause) {
  const auto* radio = cause ? std::get_if<s1ap::CauseRadioNetwork>(&*cause) : nullptr;
  return radio != nullptr && (*radio == s1ap::CauseRadioNetwork::unknown_enb_ue_s1ap_id ||
                              *radio == s1ap::CauseRadioNetwork::unknown_mme_ue_s1ap_id ||
                              *radio == s1ap::CauseRadioNetwork::unknown_pair_ue_s1ap_id);
}

/// Calls `then` with the message M about the UE, of which only that it failed is told.
template <class M>
void with(const Ue& ue, const s1ap::Cause& cause, auto then) {
  M message;
  message.mme_ue_s1ap_id = ue.mme_ue_s1ap_id;
  message.enb_ue_s1ap_id = ue.enb_ue_s1ap_id;
  if constexpr (requires { message.cause = cause; }) message.cause = cause;
  then(s1ap::Message{M::kType, &message});
}

/// The answer without success to what was asked about the UE: the failure of the procedure, or its response
/// with nothing in it. Nothing for what has neither.
void with_failure_of(s1ap::Procedure procedure, const Ue& ue, const s1ap::Cause& cause, auto then) {
  switch (procedure) {
    using enum s1ap::Procedure;
    case initial_context_setup:
      return with<s1ap::InitialContextSetupFailure>(ue, cause, then);
    case s1ap::Procedure::ue_context_modification:
      return with<s1ap::UeContextModificationFailure>(ue, cause, then);
    case erab_setup:
      return with<s1ap::ErabSetupResponse>(ue, cause, then);
    case erab_modify:
      return with<s1ap::ErabModifyResponse>(ue, cause, then);
    case erab_release:
      return with<s1ap::ErabReleaseResponse>(ue, cause, then);
    case ue_context_release:
      return with<s1ap::UeContextReleaseComplete>(ue, cause, then);
    case location_reporting_control:
      return with<s1ap::LocationReportingFailureIndication>(ue, cause, then);
    default:
      return;
  }
}

/// The eNodeB has no E-RAB of the bearer that the UE is asked about, where its answer is waited for: then the
/// question is over, and the UE perhaps gone.
bool set_up_not_understood(Ue& ue, const s1ap::Cause& cause) {
  const std::uint8_t ebi = ue.bearer_in_question;
  if (!ue.has_erab(ebi) || ue.has_active(ebi)) return false;
  ue.remove_erab(ebi);
  bool taken = false;
  with_failure_of(s1ap::Procedure::erab_setup, ue, cause, [&](const s1ap::Message& message) {
    UeEvent event{.kind = UeEvent::Kind::s1ap, .s1ap = &message};
    taken = ue.inbox.offer(event);
  });
  if (!taken) ue.add_erab(ebi);
  return taken;
}

}  // namespace

void Mme::end_unsuccessfully(Ue& ue, s1ap::Procedure procedure, const s1ap::Cause& cause) {
  with_failure_of(procedure, ue, cause, [&](const s1ap::Message& message) {
    s1ap::Inbound told;
    told.message = message;
    told.kind = s1ap::kind(message.type);
    told.mme_ue_s1ap_id = ue.mme_ue_s1ap_id;
    told.enb_ue_s1ap_id = ue.enb_ue_s1ap_id;
    handle_ue(*ue.enb, told);
  });
}

void Mme::refused(Enb& enb, const s1ap::Inbound& inbound) {
  // §10.3.4.2, §10.3.5: an answer that is refused ends its procedure at once, without success.
  if (inbound.message.body == nullptr || inbound.kind == s1ap::PduKind::initiating_message) return;
  const auto procedure = s1ap::procedure(inbound.message.type);
  if (!inbound.mme_ue_s1ap_id && !inbound.enb_ue_s1ap_id) return not_understood(enb, {}, procedure);
  Ue* ue = find_ue(enb, inbound.mme_ue_s1ap_id, inbound.enb_ue_s1ap_id);
  if (ue == nullptr) return;
  ue->handover_source != nullptr ? refused_by_target(*ue, inbound)
                                 : end_unsuccessfully(*ue, procedure, inbound.cause);
}

void Mme::refused_by_target(Ue& leg, const s1ap::Inbound& inbound) {
  if (inbound.message.type == s1ap::MessageType::handover_failure) {
    // Whatever was wrong with it: the target has nothing of the UE.
    s1ap::HandoverFailure failure;
    failure.mme_ue_s1ap_id = leg.mme_ue_s1ap_id;
    failure.cause = s1ap::CauseRadioNetwork::ho_failure_in_target_epc_enb_or_target_system;
    const s1ap::Message message{s1ap::HandoverFailure::kType, &failure};
    UeEvent event{.kind = UeEvent::Kind::s1ap, .s1ap = &message};
    (void)leg.inbox.offer(event);
    return;
  }
  // What the target has set up it is told to release, by both ids where it has told its own.
  if (inbound.message.type == s1ap::MessageType::handover_request_acknowledge && inbound.enb_ue_s1ap_id &&
      leg.enb_ue_s1ap_id == Ue::kNoEnbUeS1apId)
    (void)told_enb_id(leg, *inbound.enb_ue_s1ap_id);
  not_understood(leg, {}, s1ap::procedure(inbound.message.type));
}

void Mme::handle(Enb& enb, const s1ap::ErrorIndication& indication) {
  static log::RateLimit limit;
  limit.warning(
      "error_indication",
      {{"enb", enb}, {"cause", indication.cause ? s1ap::name(*indication.cause) : std::string_view("none")}});
  Ue* ue = find_ue(enb, indication.mme_ue_s1ap_id, indication.enb_ue_s1ap_id);
  // §10.6: the eNodeB does not know the UE (any more); neither need we hold the connection.
  if (ue != nullptr && is_unknown_id(indication.cause)) return drop(*ue);
  const auto& diagnostics = indication.criticality_diagnostics;
  // What it did not understand of an answer of ours ends nothing that was asked of it.
  if (diagnostics && diagnostics->triggering_message &&
      *diagnostics->triggering_message != s1ap::PduKind::initiating_message)
    return;
  const auto procedure = diagnostics && diagnostics->procedure_code
                             ? std::optional(static_cast<s1ap::Procedure>(*diagnostics->procedure_code))
                             : std::nullopt;
  if (ue != nullptr) return not_understood(*ue, indication, procedure);
  if (!indication.mme_ue_s1ap_id && !indication.enb_ue_s1ap_id && procedure)
    not_understood(enb, indication, *procedure);
}

void Mme::not_understood(Ue& ue, const s1ap::ErrorIndication& indication,
                         std::optional<s1ap::Procedure> procedure) {
  if (ue.handover_source != nullptr) {
    const s1ap::Message message{s1ap::MessageType::error_indication, &indication};
    UeEvent event{.kind = UeEvent::Kind::s1ap, .s1ap = &message};
    (void)ue.inbox.offer(event);
    return;
  }
  // It has done nothing of what it was asked for.
  if (procedure.value_or(s1ap::Procedure::ue_context_modification) ==
      s1ap::Procedure::ue_context_modification)
    ue.ambr_asked = false;
  const s1ap::Cause cause = indication.cause.value_or(s1ap::CauseProtocol::unspecified);
  const bool may_be_set_up = !procedure && !ue.context_requested;
  if ((may_be_set_up || procedure == s1ap::Procedure::erab_setup) && set_up_not_understood(ue, cause)) return;
  if (procedure) return end_unsuccessfully(ue, *procedure, cause);
  // Where it does not say what it was, it is what an answer of this eNodeB is waited for.
  if (ue.context_requested) return end_unsuccessfully(ue, s1ap::Procedure::initial_context_setup, cause);
  bool ended = false;
  for (const s1ap::Procedure asked : kAnswered) {
    if (ended) return;  // It may have been the last thing of the UE.
    with_failure_of(asked, ue, cause, [&](const s1ap::Message& message) {
      UeEvent event{.kind = UeEvent::Kind::s1ap, .s1ap = &message};
      ended = ue.inbox.offer(event);
    });
  }
}

void Mme::not_understood(Enb& enb, const s1ap::ErrorIndication& indication, s1ap::Procedure procedure) {
  const s1ap::Message message{s1ap::MessageType::error_indication, &indication};
  const s1ap::Message* told = &message;
  switch (procedure) {
    case s1ap::Procedure::reset:
      (void)enb.reset_answers.offer(told);
      return;
    case s1ap::Procedure::mme_configuration_update:
      (void)enb.update_answers.offer(told);
      return;
    case s1ap::Procedure::write_replace_warning:
    case s1ap::Procedure::kill:
      return warnings_.not_understood(enb, procedure == s1ap::Procedure::kill);
    default:
      return;
  }
}

}  // namespace zerocell::mme
