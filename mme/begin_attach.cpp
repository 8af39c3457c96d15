// SPDX-License-Identifier: Apache-2.0
#include "core/nas/validate.hpp"
#include "core/telemetry/log.hpp"
#include "mme/access.hpp"
#include "mme/attach_messages.hpp"
#include "mme/emergency.hpp"
#include "mme/power_saving.hpp"

/// ATTACH REQUEST, until the procedure begins or the UE has heard why not: TS 24.301 §5.5.1.2.
namespace zerocell::mme {
namespace {

AttachIntent intent_of(const nas::AttachRequest& request, const UeEvent& event) {
  const Bytes container = request.esm_message_container;
  return {.type = nas::as_network_reads(request.eps_attach_type),
          .identity = native_identity(request),
          .key_set = request.nas_key_set_identifier,
          .ue_network_capability = request.ue_network_capability,
          .ms_network_capability = request.ms_network_capability.value_or(nas::MsNetworkCapability{}),
          .additional_capability = request.ue_additional_security_capability,
          .verified = event.verified,
          .message = ByteVector(event.nas.begin(), event.nas.end()),
          .esm_container = ByteVector(container.begin(), container.end()),
          .idle_mode = idle_mode_wanted(request)};
}

/// Why nobody is asked who the UE is; nothing: it is.
std::optional<Rejection> refusal_of(Ue& ue, const AttachIntent& intent) {
  Mme& mme = ue.mme;
  if (const auto unserved = network_refusal(mme.network(), ue.tai)) return Rejection{*unserved};
  if (!offers(mme.settings(), intent.type)) {
    // §5.5.1.1 wants a reject and names no cause. One that is the service's fault and not the SIM's: a caller
    // keeps what it has elsewhere.
    const auto asked = nas::peek(intent.esm_container);
    return Rejection::esm(nas::EsmCause::service_option_not_supported,
                          asked ? asked->procedure_transaction_identity : std::uint8_t{0});
  }
  // TS 23.401 §4.3.7.4.2: a call for help is not sent away.
  if (!is_emergency(intent) && mme.congestion().refuses(ue, intent.idle_mode.low_priority))
    return Rejection{.cause = nas::EmmCause::congestion,
                     .back_off_seconds = mme.congestion().t3346(ue).seconds().value_or(0)};
  return std::nullopt;
}

}  // namespace

void Mme::begin_attach(Ue& ue, const UeEvent& event) {
  const auto request = nas::decode<nas::AttachRequest>(event.nas);
  if (const auto wrong = request ? nas::semantic_error(*request) : std::optional(request.error())) {
    // §5.5.1.2.7 b.
    if (wrong->ignore()) return;
    refuse_attach(ue, event.verified, {.cause = wrong->emm_cause()});
    return supersede_with_release(ue, s1ap::CauseNas::unspecified);
  }
  if (ue.runs(ProcedureKind::s1_release)) return;
  // §5.5.2.3.5 d: first it has to hear that it is not to attach.
  if (ue.detaching && ue.detaching->ignores(event)) return;
  if (ue.procedure.busy() && ue.attach_intent && equal(ue.attach_intent->message, event.nas)) {
    // §5.5.1.2.7 d 2, e 2: the same request again; before the accept it is ignored, after it
    // the accept goes out again.
    UeEvent repetition = event;
    if (ue.attach_accepted) (void)ue.inbox.offer(repetition);
    return;
  }
  AttachIntent intent = intent_of(*request, event);
  if (const Imsi* imsi = request->eps_mobile_identity.imsi()) ue.claimed_imsi = *imsi;
  // Another request than the one that runs: that one is aborted (§5.5.1.2.7 d 1, e 1), and so
  // is a handover: what it moves is about to go.
  end_handover(ue);
  resume_nas(ue);
  cancel_procedure(ue);
  ue.later_update.reset();
  ue.access_lost = false;
  ue.attach_intent = std::move(intent);
  if (const auto refusal = refusal_of(ue, *ue.attach_intent)) {
    refuse_attach(ue, event.verified, *refusal);
    return begin_release(ue, s1ap::CauseNas::normal_release);
  }
  log::debug("attach_requested", {.imsi = ue.imsi(), .procedure = "attach"},
             {{"enb", *ue.enb}, {"verified", event.verified}});
  guard_attach(ue);
  run(ue, ProcedureKind::attach, attach(ue));
}

void Mme::refuse_attach(Ue& ue, bool verified, const Rejection& why) {
  if (verified && ue.record && bearers_.emergency_of(ue.stored()) == nullptr) deregister(ue.stored());
  send_attach_reject(ue, why);
}

void Mme::guard_attach(Ue& ue) {
  ue.guard.emplace([this, place = ue.place] {
    if (!ues_[place]) return;
    Ue& late = *ues_[place];
    log::warning("attach_took_too_long", {.imsi = late.imsi(), .procedure = "attach"},
                 {{"enb", *late.enb}, {"attach_guard_ms", settings().attach_guard_ms}});
    // Under keys that it has not been heard to have, it would not understand why.
    if (late.fresh.uplink_count == 0) keep_previous_keys(late);
    send_attach_reject(late, {.cause = nas::EmmCause::network_failure});
    supersede_with_release(late, s1ap::CauseNas::unspecified);
  });
  loop().arm(*ue.guard, std::chrono::milliseconds(settings().attach_guard_ms));
}

}  // namespace zerocell::mme
