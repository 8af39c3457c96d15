// SPDX-License-Identifier: Apache-2.0
#include "mme/lost_bearers.hpp"

#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"

namespace zerocell::mme {
namespace {

Counter bearers_lost{"zerocell_mme_bearers_lost_total",
                     "Bearers that ended since one side had them no more."};

using Ebis = InlineList<std::uint8_t, sgw::kBearersMax>;

template <class Lost>
void forget_where(Mme& mme, UeRecord& record, Lost lost) {
  Ebis gone;
  for (const BearerRecord& bearer : mme.bearers().of(record))
    if (lost(bearer)) gone.push_back(bearer.ebi);
  for (const std::uint8_t ebi : gone) forget_bearer(mme, record, ebi);
}

}  // namespace

Task<std::expected<ErabsSetUp, s1ap::Cause>> set_up_context(Ue& ue, ContextSetup setup) {
  // TS 36.413 §8.3.1: the eNodeB has, or makes, a context of the UE whose E-RABs nobody uses. The UE comes
  // again, and all begins anew.
  if (ue.context_set_up || ue.context_requested) co_return std::unexpected(s1ap::CauseNas::unspecified);
  if (!send_initial_context_setup(ue, setup)) co_return std::unexpected(s1ap::CauseNas::unspecified);
  const auto answer = co_await ue.inbox.receive(
      ue.mme.loop(), std::chrono::milliseconds(ue.mme.settings().s1_response_ms), [](const UeEvent& event) {
        return event.is(s1ap::MessageType::initial_context_setup_response) ||
               event.is(s1ap::MessageType::initial_context_setup_failure);
      });
  if (!answer) {
    log::warning("initial_context_setup_not_answered", {.imsi = ue.imsi(), .procedure = ue.procedure_name()},
                 {{"enb", *ue.enb}});
    co_return std::unexpected(s1ap::CauseRadioNetwork::unspecified);
  }
  if (const auto* failure = (*answer)->s1ap->as<s1ap::InitialContextSetupFailure>()) {
    log::warning("initial_context_setup_failed", {.imsi = ue.imsi(), .procedure = ue.procedure_name()},
                 {{"cause", s1ap::name(failure->cause)}});
    // TS 23.401 §5.3.4.1, TS 36.413 §8.3.1.3: none of its bearers was accepted. With this cause those that
    // guarantee something end (§5.4.4.2); the others are there when the UE asks again.
    co_return std::unexpected(s1ap::CauseRadioNetwork::unspecified);
  }
  co_return set_up_in(*(*answer)->s1ap->as<s1ap::InitialContextSetupResponse>());
}

void forget_bearer(Mme& mme, UeRecord& record, std::uint8_t ebi) {
  const BearerRecord* bearer = mme.bearers().find(record, ebi);
  if (bearer == nullptr) return;  // It went with its default bearer.
  bearers_lost.add();
  log::info("bearer_lost", {.imsi = record.imsi, .procedure = "bearer_loss"},
            {{"ebi", ebi}, {"default", bearer->is_default()}});
  const sgw::SessionId session = bearer->session;
  const bool whole = bearer->is_default();
  mme.bearers().remove_with_connection(record, *bearer);
  if (whole) return mme.delete_session(session);
  mme.background().start([](sgw::S11& gateway, sgw::SessionId id, std::uint8_t lost) -> Task<void> {
    co_await gateway.delete_bearer_command({.session = id, .ebis = {lost}});
  }(mme.gateway(), session, ebi));
}

void forget_bearers_without(Ue& ue, const nas::EpsBearerContextStatus& status) {
  // One that the UE is being asked about it may not have yet.
  forget_where(ue.mme, ue.stored(), [&](const BearerRecord& bearer) {
    return !status.active(bearer.ebi) && bearer.ebi != ue.bearer_in_question;
  });
}

void release_bearers_not_in(Ue& ue, const ErabsSetUp& access) {
  forget_where(ue.mme, ue.stored(), [&](const BearerRecord& bearer) { return !access.has(bearer.ebi); });
}

void forget_gbr_bearers(Mme& mme, UeRecord& record) {
  forget_where(mme, record,
               [](const BearerRecord& bearer) { return !bearer.is_default() && bearer.qos.guaranteed(); });
}

nas::EpsBearerContextStatus bearer_context_status(Mme& mme, const UeRecord& record) {
  nas::EpsBearerContextStatus status;
  for (const BearerRecord& bearer : mme.bearers().of(record)) status.set(bearer.ebi);
  return status;
}

}  // namespace zerocell::mme
