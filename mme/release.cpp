// SPDX-License-Identifier: Apache-2.0
#include "core/telemetry/log.hpp"
#include "mme/lost_bearers.hpp"
#include "mme/procedures.hpp"

namespace zerocell::mme {

namespace {

/// Whether GBR bearers outlast it, TS 23.401 §5.3.5 step 6: where the UE has nothing to say, goes to another
/// access, or is let go by us with a cause of NAS, where nobody had tried to set its bearers up, or they are
/// to be set up again at once. Otherwise there is nothing any more that could guarantee anything.
bool keeps_gbr_bearers(const s1ap::Cause& cause) {
  if (std::holds_alternative<s1ap::CauseNas>(cause)) return true;
  const auto* radio = std::get_if<s1ap::CauseRadioNetwork>(&cause);
  if (radio == nullptr) return false;
  switch (*radio) {
    case s1ap::CauseRadioNetwork::user_inactivity:
    case s1ap::CauseRadioNetwork::interrat_redirection:
    case s1ap::CauseRadioNetwork::redirection_towards1xrtt:
    case s1ap::CauseRadioNetwork::cs_fallback_triggered:
    case s1ap::CauseRadioNetwork::successful_handover:
      return true;
    default:
      return false;
  }
}

/// The radio was lost: nothing reaches the UE any more.
bool radio_lost(const s1ap::Cause& cause) {
  const auto* radio = std::get_if<s1ap::CauseRadioNetwork>(&cause);
  return radio != nullptr && (*radio == s1ap::CauseRadioNetwork::radio_connection_with_ue_lost ||
                              *radio == s1ap::CauseRadioNetwork::failure_in_radio_interface_procedure);
}

/// How long the UE's last NAS message may still be on its way.
Duration nas_delivery(const Ue& ue) {
  if (!ue.nas_sent_at) return Duration::zero();
  const Duration delay = std::chrono::milliseconds(ue.mme.settings().release_delay_ms);
  return *ue.nas_sent_at + delay - ue.mme.loop().now();
}

}  // namespace

Task<Next> release(Ue& ue, s1ap::Cause cause) {
  ue.mme.end_handover(ue);
  ue.mme.resume_nas(ue);
  // 2-3. Downlink packets wait at the gateway from here on.
  if (ue.record && ue.stored().emm_state == EmmState::registered) {
    if (!keeps_gbr_bearers(cause)) forget_gbr_bearers(ue.mme, ue.stored());
    for (const auto& connection : ue.mme.bearers().connections_of(ue.stored()))
      co_await ue.mme.gateway().release_access_bearers({connection.session});
  }
  // Few eNodeBs can tell when the UE has a NAS message, and some throw away what it does not have yet when
  // they are told to release it. A UE that was refused waits for its release (T3440, TS 24.301 §5.3.1.2).
  if (!radio_lost(cause)) {
    const Duration wait = nas_delivery(ue);
    if (wait > Duration::zero()) co_await sleep(ue.mme.loop(), wait);
  }
  // 4-6.
  s1ap::UeContextReleaseCommand command;
  if (ue.enb_ue_s1ap_id == Ue::kNoEnbUeS1apId)
    command.ue_s1ap_ids = s1ap::MmeUeS1apId{ue.mme_ue_s1ap_id};
  else
    command.ue_s1ap_ids = s1ap::UeS1apIdPair{ue.mme_ue_s1ap_id, ue.enb_ue_s1ap_id};
  command.cause = cause;
  ue.release_commanded = ue.mme.send(ue, command);
  if (ue.release_commanded) {
    const auto complete = co_await ue.inbox.receive(
        ue.mme.loop(), std::chrono::milliseconds(ue.mme.settings().s1_response_ms),
        [](const UeEvent& event) { return event.is(s1ap::MessageType::ue_context_release_complete); });
    if (complete && ue.record && ue.stored().emm_state == EmmState::registered) {
      const auto& told = *(*complete)->s1ap->as<s1ap::UeContextReleaseComplete>();
      // TS 23.401 §5.3.5: where it was last; there it is looked for first.
      if (const auto& where = told.user_location_information; where && ue.enb->supports(where->tai)) {
        ue.stored().tai = where->tai;
        ue.stored().ecgi = where->eutran_cgi;
      }
      ue.mme.paging_assistance().keep(*ue.record, told);
    }
    if (!complete)
      log::warning("ue_context_release_not_answered", {.imsi = ue.imsi(), .procedure = "s1_release"},
                   {{"enb", *ue.enb}});
  }
  co_return Next::gone();
}

void Mme::release_if_nothing_comes(Ue& ue) {
  background_.start([](Mme& mme, UeDirectory::Index index, std::uint32_t id) -> Task<void> {
    co_await sleep(mme.loop(), std::chrono::milliseconds(mme.settings().s1_response_ms));
    if (!mme.directory().records().live(index)) co_return;
    Ue* const still = mme.connected(index);
    if (still == nullptr || still->mme_ue_s1ap_id != id || still->procedure.busy() || still->in_handover() ||
        still->context_set_up || still->context_requested)
      co_return;
    mme.begin_release(*still, s1ap::CauseNas::normal_release);
  }(*this, *ue.record, ue.mme_ue_s1ap_id));
}

}  // namespace zerocell::mme
