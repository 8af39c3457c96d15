// SPDX-License-Identifier: Apache-2.0
#include "core/nas/validate.hpp"
#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"
#include "mme/access.hpp"
#include "mme/attach_messages.hpp"
#include "mme/bearer_exchange.hpp"
#include "mme/lost_bearers.hpp"
#include "mme/pdn_connection.hpp"
#include "mme/power_saving.hpp"
#include "mme/procedures.hpp"
#include "mme/ue_capabilities.hpp"

namespace zerocell::mme {
namespace {

CounterBy<4> updates{"zerocell_mme_tracking_area_updates_total",
                     "Tracking area update procedures that began, by their type.",
                     "type",
                     {"ta_updating", "combined", "combined_with_imsi_attach", "periodic"}};
Counter updates_accepted{"zerocell_mme_tracking_area_updates_accepted_total",
                         "Tracking area update procedures that completed."};
Counter updates_rejected{"zerocell_mme_tracking_area_updates_rejected_total",
                         "TRACKING AREA UPDATE REJECT messages."};

constexpr auto kUnknown = nas::EmmCause::ue_identity_cannot_be_derived;
constexpr auto kDetached = nas::EmmCause::implicitly_detached;

/// A request that was verified needs no new keys, unless what they are bound to has changed.
bool context_still_serves(const Ue& ue, const UeRecord& record) {
  const AttachIntent& intent = *ue.attach_intent;
  return intent.verified && same_capabilities(intent, record) && !record.security.near_exhaustion();
}

/// TS 24.301 §4.4.4.3: a request without a right MAC only selects whom to challenge.
Task<std::expected<SecuredUe, Rejection>> secure(Ue& ue) {
  if (ue.record && context_still_serves(ue, ue.stored())) co_return resume_security(ue);
  Imsi imsi;
  auto source = IdentitySource::guti;
  if (ue.attach_intent->verified) {
    imsi = ue.stored().imsi;
    source = IdentitySource::imsi;
  } else {
    const auto known = ue.mme.find_by_guti(ue.attach_intent->identity);
    if (!known || ue.mme.directory()[*known].emm_state != EmmState::registered)
      co_return std::unexpected(Rejection{kUnknown});
    imsi = ue.mme.directory()[*known].imsi;
  }
  ue.claimed_imsi = imsi;
  auto subscriber = co_await authenticate(ue, imsi, source);
  if (!subscriber) co_return std::unexpected(subscriber.error());
  co_return co_await take_security_into_use(ue, std::move(*subscriber));
}

/// The gateways learn of another area, TS 23.401 §5.3.3.2 step 9.
void tell_location(Ue& ue) {
  for (const BearerRecord& bearer : ue.mme.bearers().of(ue.stored())) {
    if (!bearer.is_default()) continue;
    ue.mme.background().start(
        [](sgw::S11& gateway, sgw::SessionId session, sgw::UserLocation location) -> Task<void> {
          co_await gateway.modify_bearer({.session = session, .location = location});
        }(ue.mme.gateway(), bearer.session, {ue.tai, ue.ecgi}));
  }
}

/// E-RABs of bearers that the UE has told it has no more: a connected one had them until now.
Ebis erabs_without_bearers(Ue& ue) {
  Ebis erabs;
  for (std::uint8_t ebi = Bearers::kFirstEbi; ebi <= Bearers::kLastEbi; ++ebi)
    if (ue.has_active(ebi) && ue.mme.bearers().find(ue.stored(), ebi) == nullptr) erabs.push_back(ebi);
  return erabs;
}

/// §5.5.3.2.4: what the UE deactivated by itself has no radio bearers either. A handover takes none of them
/// along.
Task<void> release_lost_erabs(Ue& ue) {
  if (ue.in_handover()) co_await await_handover(ue);
  if (const Ebis erabs = erabs_without_bearers(ue); !erabs.empty())
    co_await release_erabs(ue, erabs, s1ap::CauseNas::normal_release);
}

/// Whether the UE has emergency bearers, as far as both sides know.
bool has_emergency(Ue& ue, const std::optional<nas::EpsBearerContextStatus>& told) {
  const BearerRecord* bearer = ue.mme.bearers().emergency_of(ue.stored());
  return bearer != nullptr && (!told || told->active(bearer->ebi));
}

ByteVector accept_message(Ue& ue, const UpdateWanted& wanted, bool new_guti) {
  const UeRecord& record = ue.stored();
  const auto& settings = ue.mme.settings();
  nas::TrackingAreaUpdateAccept accept;
  accept.eps_update_result = nas::EpsUpdateResult::ta_updated;
  if (new_guti) accept.guti = ue.mme.guti(record, ue.tai.plmn);
  accept.tai_list = ue.mme.tracking_areas().give(ue);
  // §5.5.3.2.4: of bearers that ended while it was idle it hears here.
  accept.eps_bearer_context_status = bearer_context_status(ue.mme, record);
  // §5.5.3.3.4.3: a combined update that succeeded for EPS only says why; there is no MSC here.
  if (wanted.type.value == nas::EpsUpdateType::Value::combined ||
      wanted.type.value == nas::EpsUpdateType::Value::combined_with_imsi_attach)
    accept.emm_cause = nas::EmmCause::cs_domain_not_available;
  accept.t3402_value = nas::GprsTimer::from_seconds(settings.t3402_seconds);
  accept.eps_network_feature_support = network_feature_support(ue);
  tell_idle_mode(record, accept);
  accept.equivalent_plmns = equivalent_plmns(ue.mme.network());
  const PlainMessage plain(accept);
  return {plain.bytes().begin(), plain.bytes().end()};
}

bool has_bearers(Ue& ue) {
  return !ue.mme.bearers().of(ue.stored()).empty();
}

/// TS 23.401 §5.3.3.1 step 22 and on: the eNodeB's answer goes to the gateway at once, since the UE may move
/// before it has answered itself. False when the user plane cannot be had. Without a default bearer the UE is
/// registered no more.
Task<bool> take_access(Ue& ue, ErabsSetUp access) {
  release_bearers_not_in(ue, access);
  if (!has_bearers(ue)) {
    ue.mme.deregister(ue.stored());
    co_return true;
  }
  co_return co_await connect_bearers(ue, access);
}

/// The accept, and what comes back: TRACKING AREA UPDATE COMPLETE where the UE got another GUTI, and the
/// answer of the eNodeB where bearers are set up, in any order. The error is what to release the connection
/// with.
Task<std::expected<void, s1ap::Cause>> accept(Ue& ue, Bytes message, bool new_guti, bool with_bearers) {
  const auto& settings = ue.mme.settings();
  std::uint8_t sent_under = 0;
  const auto send = [&] {
    sent_under = ue.security->ksi;
    return ue.mme.send_nas(ue, nas::SecurityHeader::integrity_ciphered, message);
  };
  // A service request that the update came in place of has asked for the context already (§5.6.1.7 e).
  const bool late = !ue.erabs_answered_late.empty();
  bool connected = late || !with_bearers;
  const bool asks = !connected && !ue.context_requested;
  if (!send() || (asks && (ue.context_set_up || !send_initial_context_setup(ue, {}))))
    co_return std::unexpected(s1ap::CauseNas::unspecified);
  if (late && !co_await take_access(ue, {std::exchange(ue.erabs_answered_late, {})}))
    co_return std::unexpected(s1ap::CauseTransport::transport_resource_unavailable);
  bool complete = !new_guti;
  unsigned expiries = 0;
  while (has_bearers(ue) && (!complete || !connected)) {
    const auto event = co_await ue.inbox.receive(
        ue.mme.loop(), std::chrono::milliseconds(settings.t3450_ms), [&](const UeEvent& candidate) {
          return candidate.is(s1ap::MessageType::initial_context_setup_response) ||
                 candidate.is(s1ap::MessageType::initial_context_setup_failure) ||
                 (candidate.verified && candidate.is(nas::EmmType::tracking_area_update_complete)) ||
                 (candidate.is(nas::EmmType::security_mode_complete) && ue.security->ksi != sent_under) ||
                 (candidate.verified && candidate.is(nas::EmmType::tracking_area_update_request) &&
                  equal(ue.attach_intent->message, candidate.nas));
        });
    if (!event) {
      // §5.5.3.2.7 c: four repetitions; both GUTIs stay valid. An eNodeB that does not answer gets none.
      if (complete || ++expiries > settings.emm_retransmissions)
        co_return std::unexpected(s1ap::CauseRadioNetwork::unspecified);
      send();
    } else if ((*event)->is(nas::EmmType::tracking_area_update_request)) {
      send();  // §5.5.3.2.7 d 2: the same request again gets the same accept again.
    } else if ((*event)->is(nas::EmmType::security_mode_complete)) {
      send();  // It has other keys than those that it was to hear it under.
    } else if ((*event)->is(nas::EmmType::tracking_area_update_complete)) {
      complete = true;
      // §5.5.3.2.4: whatever its eNodeB says.
      if (new_guti) ue.mme.directory().confirm_m_tmsi(*ue.record);
    } else if (const auto* response = (*event)->s1ap->as<s1ap::InitialContextSetupResponse>()) {
      connected = true;
      if (!co_await take_access(ue, set_up_in(*response)))
        co_return std::unexpected(s1ap::CauseTransport::transport_resource_unavailable);
    } else {
      // As set_up_context: what guaranteed something was not accepted, and ends.
      co_return std::unexpected(s1ap::CauseRadioNetwork::unspecified);
    }
  }
  co_return std::expected<void, s1ap::Cause>();
}

Task<Next> rekey_in_turn(Ue& ue) {
  if (!ue.context_set_up || !ue.access_keys_old || co_await rekey_access(ue)) co_return Next::stay();
  log::warning("access_not_rekeyed", {.imsi = ue.imsi(), .procedure = "ue_context_modification"},
               {{"enb", *ue.enb}});
  co_return Next::release(s1ap::CauseNas::unspecified);
}

/// `may_end`: the UE is the one of its record, and has no emergency bearers: some causes end its
/// registration.
Next reject(Ue& ue, const Rejection& rejection, bool may_end) {
  if (may_end && (rejection.silent ? rejection.authentication_failed : ends_registration(rejection.cause)))
    ue.mme.deregister(ue.stored());
  updates_rejected.add();
  log::info("tracking_area_update_rejected", {.imsi = ue.imsi(), .procedure = "tracking_area_update"},
            {{"cause", rejection.silent ? std::string_view("no answer") : nas::name_of(rejection.cause)},
             {"enb", *ue.enb}});
  ue.attach_intent.reset();
  if (rejection.silent) return release_after(rejection);
  nas::TrackingAreaUpdateReject message{.emm_cause = rejection.cause};
  if (rejection.back_off_seconds != 0)
    message.t3346_value = ue.mme.congestion().back_off(ue, rejection.back_off_seconds);
  ue.mme.send_nas(ue, ue.header(), PlainMessage(message).bytes());
  return Next::release(s1ap::CauseNas::normal_release);
}

}  // namespace

void take_update(AttachIntent& intent, const nas::TrackingAreaUpdateRequest& request) {
  intent.identity = native_identity(request);
  intent.key_set = request.nas_key_set_identifier;
  intent.other_key_set = request.non_current_native_nas_key_set_identifier;
  if (request.ue_network_capability) intent.ue_network_capability = *request.ue_network_capability;
  if (request.ms_network_capability) intent.ms_network_capability = *request.ms_network_capability;
  // §5.5.3.2.2: a UE that has one sends it wherever it says what it can.
  if (request.ue_network_capability || request.ue_additional_security_capability)
    intent.additional_capability = request.ue_additional_security_capability;
  intent.idle_mode = idle_mode_wanted(request);
  intent.update =
      UpdateWanted{.type = request.eps_update_type,
                   .bearers = request.eps_bearer_context_status,
                   .signalling_active =
                       request.additional_update_type && request.additional_update_type->signalling_active,
                   .radio_capability_changed = request.ue_radio_capability_information_update_needed ==
                                               nas::RadioCapabilityUpdate::needed};
}

void Mme::begin_tracking_area_update(Ue& ue, const UeEvent& event) {
  // What ends the registration goes on (§5.5.2.3.5 d); so does what ends the connection.
  if (ue.runs(ProcedureKind::s1_release) || ue.runs(ProcedureKind::detach)) return;
  const auto request = nas::decode<nas::TrackingAreaUpdateRequest>(event.nas);
  const auto wrong = request ? nas::semantic_error(*request) : std::optional(request.error());
  if (wrong) {
    if (!wrong->ignore()) refuse_tracking_area_update(ue, wrong->emm_cause());
    return;
  }
  if (const auto unserved = network_refusal(network(), ue.tai)) {
    if (event.verified && ue.record) {
      deregister_for(ue, *unserved, bearers_.emergency_of(ue.stored()) != nullptr);
      // §5.5.3.2.5: it has no service where it is, whatever runs and whatever bearers it has.
      cancel_procedure(ue);
      ue.active_bearers = 0;
    }
    return refuse_tracking_area_update(ue, *unserved);
  }
  // §5.5.1.2.7 g: the attach is over, and this is no update of it.
  if (ue.attach_accepted) return refuse_tracking_area_update(ue, kDetached);
  if (ue.runs(ProcedureKind::attach)) return;
  // §5.5.3.2.7 e 2: the same request again before its accept; after it (d 2), the procedure has taken it.
  if (ue.runs(ProcedureKind::tracking_area_update) && ue.attach_intent &&
      equal(ue.attach_intent->message, event.nas))
    return;
  // §5.5.3.2.7 a: who uses its new GUTI has it, although its complete was lost.
  if (const auto identity = native_identity(*request); event.verified && ue.record &&
                                                       find_by_guti(identity) == ue.record &&
                                                       identity.guti()->m_tmsi == ue.stored().m_tmsi)
    directory_.confirm_m_tmsi(*ue.record);
  AttachIntent intent{.verified = event.verified, .message = ByteVector(event.nas.begin(), event.nas.end())};
  // What the request does not say has not changed; for one that proves nothing it is whose it claims to be.
  const auto claimed = event.verified ? ue.record : find_by_guti(native_identity(*request));
  if (claimed) {
    intent.ue_network_capability = directory_[*claimed].ue_network_capability;
    intent.ms_network_capability = directory_[*claimed].ms_network_capability;
    intent.additional_capability = directory_[*claimed].additional_capability;
  }
  take_update(intent, *request);
  const bool calls = claimed && bearers_.emergency_of(directory_[*claimed]) != nullptr;
  const bool paged = ue.answers_page() || (claimed && paging_.wanted(*claimed));
  if (!calls && !paged && congestion_.refuses(ue, intent.idle_mode.low_priority) && ue.active_bearers == 0)
    return refuse_tracking_area_update(ue, nas::EmmCause::congestion);
  if (ue.procedure.busy() && !ue.runs(ProcedureKind::tracking_area_update) &&
      !ue.runs(ProcedureKind::service_request)) {
    ue.later_update = std::move(intent);
    UeEvent waits{.kind = UeEvent::Kind::update_waits};
    (void)ue.inbox.offer(waits);
    return;
  }
  // §5.5.3.2.7 d 1, e 1, §5.6.1.7 e: another request than the one that runs, or an update in place of a
  // service.
  cancel_procedure(ue);
  ue.attach_intent = std::move(intent);
  run(ue, ProcedureKind::tracking_area_update, tracking_area_update(ue));
}

void Mme::update_later(Ue& ue) {
  ue.attach_intent = std::exchange(ue.later_update, std::nullopt);
  run(ue, ProcedureKind::tracking_area_update, tracking_area_update(ue));
}

Task<bool> serve_waiting_updates(Ue& ue) {
  while (ue.later_update) {
    ue.attach_intent = std::exchange(ue.later_update, std::nullopt);
    const auto within = std::exchange(ue.procedure_kind, ProcedureKind::tracking_area_update);
    const Next next = co_await tracking_area_update(ue, true);
    ue.procedure_kind = within;
    if (next.kind == Next::Kind::stay) continue;
    ue.update_ended = next;
    co_return false;
  }
  co_return true;
}

void Mme::refuse_tracking_area_update(Ue& ue, nas::EmmCause cause) {
  updates_rejected.add();
  nas::TrackingAreaUpdateReject reject{.emm_cause = cause};
  if (cause == nas::EmmCause::congestion) reject.t3346_value = congestion_.t3346(ue);
  send_nas(ue, ue.header(), PlainMessage(reject).bytes());
  if (cause == kDetached && ue.record) {
    // Whatever bearers its eNodeB still has are nobody's.
    deregister(ue.stored());
    return supersede_with_release(ue, s1ap::CauseNas::normal_release);
  }
  if (!ue.procedure.busy() && ue.active_bearers == 0) begin_release(ue, s1ap::CauseNas::normal_release);
}

Task<Next> tracking_area_update(Ue& ue, bool within_procedure) {
  updates.add(std::to_underlying(ue.attach_intent->update->type.value));

  // 6. Security, from the stored context or anew.
  const auto secured = co_await secure(ue);
  if (!secured)
    co_return reject(
        ue, secured.error(),
        ue.record && ue.attach_intent->verified && ue.mme.bearers().emergency_of(ue.stored()) == nullptr);
  const UpdateWanted wanted = *ue.attach_intent->update;
  UeRecord& record = secured->record();
  if (record.emm_state != EmmState::registered) co_return reject(ue, Rejection{kDetached}, true);
  // §5.5.3.2.4: emergency bearers are served anywhere; with them the UE is, too, and has nothing else.
  const bool emergency = has_emergency(ue, wanted.bearers);
  const auto forbidden = access_refusal(ue.mme.settings(), record, *ue.enb, ue.tai);
  if (forbidden && !emergency) co_return reject(ue, Rejection{*forbidden}, true);
  // 11-16. Whether a SIM may be in a network is its HSS's to say (TS 23.401 §5.3.3.1; networks share this
  // MME), and a HSS that has lost where its SIMs are has to hear it again.
  const bool elsewhere = record.located_in != ue.tai.plmn;
  // Who is here to call for help alone is nobody that it serves.
  const bool to_be_located =
      (elsewhere || record.hss_resets != ue.mme.hss_resets()) && !emergency && !record.emergency;
  if (to_be_located) {
    const auto located = co_await update_location(ue, false);
    // One that is where it was does not suffer from what its HSS has trouble with: that hears it the next
    // time.
    const bool may_stay = !elsewhere && !located &&
                          (located.error().cause == nas::EmmCause::network_failure ||
                           located.error().cause == nas::EmmCause::congestion);
    if (!located && !may_stay) co_return reject(ue, located.error(), true);
  }

  const bool moved = record.tai != ue.tai;
  record.tai = ue.tai;
  record.ecgi = ue.ecgi;
  if (wanted.radio_capability_changed) ue.mme.forget_radio_capability(record);

  // §5.5.3.2.4: bearers that the UE has no more. Without any it has to attach: §5.5.3.2.5 has #10 where the
  // last ones end here; #40 is of a network that had none before (annex A).
  const bool had_bearers = has_bearers(ue);
  if (wanted.bearers) forget_bearers_without(ue, *wanted.bearers);
  if (!has_bearers(ue)) {
    ue.mme.deregister(record);
    const auto why = had_bearers ? kDetached : nas::EmmCause::no_eps_bearer_context_activated;
    co_return reject(ue, Rejection{why}, true);
  }
  // One that is idle is told by the bearer status; from another the others are taken after its accept.
  const bool ends_others = forbidden && ue.active_bearers == 0;
  if (ends_others) ue.mme.end_normal_connections(record);
  if (moved) tell_location(ue);

  // 20-21. Another GUTI whenever the UE moved or proved itself anew; a periodic update that did neither is
  // short.
  const bool new_guti =
      wanted.type.value != nas::EpsUpdateType::Value::periodic || !ue.attach_intent->verified;
  if (new_guti) {
    ue.mme.directory().reallocate_m_tmsi(*ue.record);
    record.guti_services = 0;
    ue.guti_not_taken = false;
  }
  // After that: what was granted before holds too while the old GUTI does.
  const IdleModeWanted& idle_mode = ue.attach_intent->idle_mode;
  grant_idle_mode(ue.mme.settings(), record, emergency ? without_sleep(idle_mode) : idle_mode,
                  rat_of(*ue.enb, ue.tai));
  const bool waited_for = ue.mme.paging().downlink_waits(*ue.record);
  const bool begun = ue.context_requested || !ue.erabs_answered_late.empty();
  const bool with_bearers =
      (wanted.type.active || waited_for || begun) && ue.active_bearers == 0 && !within_procedure;
  const ByteVector message = accept_message(ue, wanted, new_guti);
  const auto accepted = co_await accept(ue, message, new_guti, with_bearers);
  ue.attach_intent.reset();
  if (!accepted) co_return Next::release(accepted.error());
  // The eNodeB could set up none of its default bearers.
  if (!has_bearers(ue))
    co_return co_await detach_by_network(ue, nas::NetworkDetachType::reattach_required, std::nullopt);
  updates_accepted.add();
  if (!erabs_without_bearers(ue).empty()) co_await release_lost_erabs(ue);
  // The UE was challenged while its eNodeB had a context: both go on with the keys of that.
  if (ue.context_set_up && ue.access_keys_old && ue.active_bearers != 0)
    ue.mme.at_turn(ue, ProcedureKind::ue_context_modification, rekey_in_turn);
  if (forbidden && !ends_others) ue.mme.keep_emergency_only(*ue.record);
  // §5.3.3.1 step 21: a UE that came from idle, and wants nothing more, goes idle again.
  const bool wants_more = ue.active_bearers != 0 || wanted.signalling_active || within_procedure;
  const bool stays = wants_more || ue.mme.paging().wanted(*ue.record);
  if (stays && !wants_more) ue.mme.release_if_nothing_comes(ue);
  co_return stays ? Next::stay() : Next::release(s1ap::CauseNas::normal_release);
}

}  // namespace zerocell::mme
