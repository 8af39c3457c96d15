// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/eps_keys.hpp"
#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"
#include "mme/access.hpp"
#include "mme/attach_messages.hpp"
#include "mme/bearer_exchange.hpp"
#include "mme/emergency.hpp"
#include "mme/pdn_connection.hpp"
#include "mme/power_saving.hpp"
#include "mme/radio_bearers.hpp"
#include "mme/ue_capabilities.hpp"

namespace zerocell::mme {
namespace {

Counter attaches{"zerocell_mme_attaches_total", "Attach procedures that began."};
Counter attaches_accepted{"zerocell_mme_attaches_accepted_total", "Attach procedures that completed."};
Counter attaches_rejected{"zerocell_mme_attaches_rejected_total",
                          "Attach procedures that ended in Attach Reject or without an answer."};
Histogram attach_seconds{"zerocell_mme_attach_seconds", "Attach Request to Attach Complete.", kSecondsBounds};

constexpr std::uint8_t kDefaultBearer = 5;  // TS 24.007 §11.2.3.1.5: the first one that can be given.

/// Until the attach is complete its PDN connection is on loan: an attach that ends early, or is cancelled,
/// gives it back.
class AttachRollback {
 public:
  explicit AttachRollback(Ue& ue) : ue_(&ue) {}
  AttachRollback(const AttachRollback&) = delete;
  ~AttachRollback() {
    // Without its record the UE goes on under another connection, which has taken care of it.
    if (ue_ != nullptr && ue_->record) ue_->mme.delete_sessions(ue_->stored());
  }
  void keep() { ue_ = nullptr; }

 private:
  Ue* ue_;
};

Next reject(Ue& ue, const Rejection& rejection) {
  attaches_rejected.add();
  log::info("attach_rejected", {.imsi = ue.imsi(), .procedure = "attach"},
            {{"cause", rejection.silent ? std::string_view("no answer") : nas::name_of(rejection.cause)},
             {"esm_cause", rejection.connectivity_cause ? nas::name_of(*rejection.connectivity_cause)
                                                        : std::string_view("none")},
             {"enb", *ue.enb}});
  if (!rejection.silent) send_attach_reject(ue, rejection);
  return release_after(rejection);
}

/// TS 24.301 §5.5.1.2.7 f: what a UE had that is known to attach anew is gone, also where it is refused.
Next reject_proven(Ue& ue, const Rejection& rejection) {
  ue.mme.deregister(ue.stored());
  return reject(ue, rejection);
}

/// A request that was verified needs no new keys, unless what they must be bound to has changed.
bool context_still_serves(const Ue& ue, const UeRecord& record) {
  const AttachIntent& intent = *ue.attach_intent;
  return intent.verified && same_capabilities(intent, record) && !record.security.near_exhaustion() &&
         !record.security.null_integrity;
}

/// Steps 4 and 5a.
Task<std::expected<SecuredUe, Rejection>> identify_and_secure(Ue& ue) {
  if (ue.record && context_still_serves(ue, ue.stored())) co_return resume_security(ue);

  Imsi imsi;
  auto source = IdentitySource::imsi;
  const nas::EpsMobileIdentity claimed = ue.attach_intent->identity;
  if (const Imsi* stated = claimed.imsi()) {
    imsi = *stated;
  } else if (const auto known = ue.mme.find_by_guti(claimed);
             known && !ue.mme.directory()[*known].security.null_integrity) {
    // A claimed identity opens no stored context: it only selects the vector.
    imsi = ue.mme.directory()[*known].imsi;
    source = IdentitySource::guti;
  } else if (claimed.guti() != nullptr) {
    const auto told = co_await identify(ue);
    if (!told) co_return std::unexpected(told.error());
    imsi = *told;
  } else {
    co_return std::unexpected(Rejection{nas::EmmCause::imei_not_accepted});
  }
  ue.claimed_imsi = imsi;
  ue.mme.identified(ue, imsi);
  // TS 24.301 §5.5.2.3.5 d: who is being told elsewhere not to attach again is not heard here.
  const auto index = ue.mme.directory().find(imsi);
  const auto detaching = index ? ue.mme.detach_under_way(*index) : std::nullopt;
  if (detaching && !detaching->lets_attach(is_emergency(*ue.attach_intent)))
    co_return std::unexpected(Rejection::without_answer());

  auto subscriber = co_await authenticate(ue, imsi, source);
  if (!subscriber) co_return std::unexpected(subscriber.error());
  co_return co_await take_security_into_use(ue, std::move(*subscriber));
}

/// Steps 4 and 5a of an attach for emergency bearer services: where the network serves anybody, what cannot
/// be proven is not held against the UE (TS 24.301 §5.5.1.2.4). One that does not answer is not there.
Task<std::expected<SecuredUe, Rejection>> identify_and_secure_for_emergency(Ue& ue) {
  auto secured = co_await identify_and_secure(ue);
  if (secured || secured.error().silent || !serves_anybody(ue.mme.settings())) co_return secured;
  co_return co_await serve_unauthenticated(ue);
}

/// What ATTACH COMPLETE says of the default bearer.
enum class Activation { accepted, refused, unsaid };

/// TS 24.301 §7.3.2, §7.4: of anything else than an answer about that bearer the UE is told, and its answer
/// is still to come.
Activation activation_in(Ue& ue, Bytes attach_complete) {
  const auto complete = nas::decode<nas::AttachComplete>(attach_complete);
  if (!complete) {
    if (!complete.error().ignore()) ue.mme.send_emm_status(ue, complete.error().emm_cause());
    return Activation::unsaid;
  }
  const auto peeked = nas::peek(complete->esm_message_container);
  const auto inner = nas::decode_esm(complete->esm_message_container, Direction::uplink);
  if (!peeked || (!inner && inner.error().ignore())) return Activation::unsaid;
  auto wrong = nas::EsmCause::message_type_not_compatible_with_state;
  if (!inner) {
    wrong = inner.error().esm_cause();
  } else if (std::holds_alternative<nas::ActivateDefaultEpsBearerContextAccept>(*inner) ||
             std::holds_alternative<nas::ActivateDefaultEpsBearerContextReject>(*inner)) {
    const bool refused = std::holds_alternative<nas::ActivateDefaultEpsBearerContextReject>(*inner);
    if (peeked->eps_bearer_identity == kDefaultBearer)
      return refused ? Activation::refused : Activation::accepted;
    wrong = nas::EsmCause::invalid_eps_bearer_identity;
  }
  ue.mme.send_nas(
      ue, nas::SecurityHeader::integrity_ciphered,
      PlainMessage(nas::EsmStatus{.eps_bearer_identity = peeked->eps_bearer_identity,
                                  .procedure_transaction_identity = peeked->procedure_transaction_identity,
                                  .esm_cause = wrong})
          .bytes());
  return Activation::unsaid;
}

/// A UE that attaches on a connection whose context is set up has it still (TS 24.301 §5.5.1.2.7 f): only the
/// E-RAB is new.
bool send_with_radio_side(Ue& ue, Bytes accept) {
  if (!ue.context_set_up) return send_initial_context_setup(ue, {.nas = accept, .nas_ebi = kDefaultBearer});
  return send_erab_setup(ue, *ue.mme.bearers().find(ue.stored(), kDefaultBearer), accept);
}

/// Steps 17 to 22: the accept travels in the request that sets up the radio side, and two answers come, in
/// any order. The error has an ESM cause where the UE will not have its default bearer.
Task<std::expected<ErabsSetUp, Rejection>> accept(Ue& ue, const AttachAcceptMessage& accept) {
  const auto& settings = ue.mme.settings();
  if (!send_with_radio_side(ue, accept.bytes()))
    co_return std::unexpected(Rejection{nas::EmmCause::network_failure});
  ue.attach_accepted = true;
  std::optional<ErabsSetUp> access;
  // A path switch answers for the source, whose own answer is nobody's any more.
  const auto answered = [&] { return access || ue.has_active(kDefaultBearer); };
  bool complete = false;
  unsigned expiries = 0;
  while (!answered() || !complete) {
    const auto event = co_await ue.inbox.receive(
        ue.mme.loop(), std::chrono::milliseconds(settings.t3450_ms), [&](const UeEvent& candidate) {
          return (!answered() && (candidate.is(s1ap::MessageType::initial_context_setup_response) ||
                                  candidate.is(s1ap::MessageType::initial_context_setup_failure) ||
                                  candidate.is(s1ap::MessageType::erab_setup_response))) ||
                 (candidate.verified && candidate.is(nas::EmmType::attach_complete)) ||
                 candidate.is(nas::EmmType::attach_request) || candidate.kind == UeEvent::Kind::handover_over;
        });
    if (!event) {
      // TS 24.301 §5.5.1.2.7 c: four repetitions; both GUTIs stay valid. An eNodeB that does not answer at
      // all gets none.
      const bool enb_is_silent = !answered() && !ue.in_handover();
      if (enb_is_silent || ++expiries > settings.emm_retransmissions)
        co_return std::unexpected(Rejection::without_answer());
      if (!complete) ue.mme.send_nas(ue, nas::SecurityHeader::integrity_ciphered, accept.bytes());
    } else if ((*event)->kind == UeEvent::Kind::handover_over) {
      continue;  // It goes on where the UE is now.
    } else if ((*event)->is(nas::EmmType::attach_request)) {
      // §5.5.1.2.7 d 2: the same request again gets the same accept again.
      ue.mme.send_nas(ue, nas::SecurityHeader::integrity_ciphered, accept.bytes());
    } else if ((*event)->is(nas::EmmType::attach_complete)) {
      const Activation activation = activation_in(ue, (*event)->nas);
      if (activation == Activation::refused)
        co_return std::unexpected(Rejection::esm(nas::EsmCause::request_rejected_unspecified, 0));
      if (activation == Activation::accepted) complete = true;
    } else if (const auto* response = (*event)->s1ap->as<s1ap::InitialContextSetupResponse>()) {
      access = set_up_in(*response);
      if (!access->has(kDefaultBearer)) co_return std::unexpected(Rejection::without_answer());
    } else if (const auto* setup = (*event)->s1ap->as<s1ap::ErabSetupResponse>()) {
      access = set_up_in(*setup);
      if (!access->has(kDefaultBearer)) co_return std::unexpected(Rejection::without_answer());
    } else {
      const auto* failure = (*event)->s1ap->as<s1ap::InitialContextSetupFailure>();
      log::warning("initial_context_setup_failed", {.imsi = ue.imsi(), .procedure = "attach"},
                   {{"cause", failure != nullptr ? s1ap::name(failure->cause) : std::string_view("none")}});
      co_return std::unexpected(Rejection::without_answer());
    }
  }
  co_return access.value_or(ErabsSetUp{});
}

}  // namespace

Task<Next> attach(Ue& ue) {
  attaches.add();
  const Time begun = ue.mme.loop().now();

  // 4-5a.
  auto secured = is_emergency(*ue.attach_intent) ? co_await identify_and_secure_for_emergency(ue)
                                                 : co_await identify_and_secure(ue);
  if (!secured) {
    const bool proven = ue.record && ue.attach_intent->verified;
    co_return proven ? reject_proven(ue, secured.error()) : reject(ue, secured.error());
  }
  UeRecord& record = secured->record();
  record.tai = ue.tai;
  record.ecgi = ue.ecgi;
  ue.mme.forget_radio_capability(record);

  // 5b-6. What was asked for counts only now: the request may have come again inside Security Mode Complete.
  auto wanted = co_await wanted_connectivity(ue, ue.attach_intent->esm_container);
  if (!wanted) co_return reject_proven(ue, wanted.error());
  const bool emergency = is_emergency(*ue.attach_intent);
  if (!offers(ue.mme.settings(), ue.attach_intent->type))
    co_return reject_proven(ue,
                            Rejection::esm(nas::EsmCause::service_option_not_supported, wanted->transaction));
  if (emergency) wanted->request = nas::RequestType::emergency;
  // TS 24.301 §5.5.1.2.1: a UE may attach as ever, and its first PDN connection be for an emergency call.
  const bool for_emergency = wanted->request == nas::RequestType::emergency;
  if (const auto wrong = request_type_error(ue.mme.settings(), wanted->request))
    co_return reject_proven(ue, Rejection::esm(*wrong, wanted->transaction));
  if (for_emergency) wanted->apn.reset();  // TS 23.401 §4.3.12.4: the network's own choice.

  // 7, 10. Bearers that the UE no longer has, nor may its eNodeB.
  if (!co_await clear_context(ue)) {
    log::warning("context_not_cleared", {.imsi = ue.imsi(), .procedure = "attach"}, {{"enb", *ue.enb}});
    co_return reject_proven(ue, Rejection::without_answer());
  }
  ue.mme.deregister(record);
  ue.mme.drop_requests(ue);

  // 8-11.
  const auto subscription =
      emergency ? emergency_subscription(ue.mme.settings()) : co_await located_subscription(ue, true);
  if (!subscription) co_return reject(ue, subscription.error());
  record.power_group = power_group(ue.mme.settings(), subscription->policy_group.text());
  record.t3412_subscribed = subscription->rau_tau_timer_seconds.value_or(0);
  record.drx_cycle = 0;  // Another device may have had one before.
  record.backs_off_until = 0;
  grant_idle_mode(ue.mme.settings(), record,
                  for_emergency ? without_sleep(ue.attach_intent->idle_mode) : ue.attach_intent->idle_mode,
                  rat_of(*ue.enb, ue.tai));
  record.emergency = for_emergency;
  record.msisdn = subscription->msisdn;
  record.ue_ambr = subscription->ue_ambr;
  if (for_emergency && std::exchange(record.access, UeRecord::kAnywhere) != UeRecord::kAnywhere)
    ue.restrictions_changed = ue.context_set_up;

  // 12-16.
  const auto bearer = co_await create_pdn_connection(
      ue, kDefaultBearer, for_emergency ? emergency_subscription(ue.mme.settings()) : *subscription, *wanted);
  if (!bearer) co_return reject(ue, bearer.error());
  if (!keep_pdn_connection(ue, kDefaultBearer, *bearer)) {
    ue.mme.delete_session(bearer->session.session);
    co_return reject(ue, Rejection::esm(nas::EsmCause::insufficient_resources, wanted->transaction));
  }
  AttachRollback rollback(ue);

  // 17-22.
  ue.mme.directory().reallocate_m_tmsi(*ue.record);
  const AttachAcceptMessage message(ue, *wanted, *bearer);
  const auto access = co_await accept(ue, message);
  ue.attach_accepted = false;
  if (!access && access.error().connectivity_cause) {
    // TS 24.301 §6.4.1.4: it has said Attach Complete, and so is told that it is not attached.
    attaches_rejected.add();
    co_return co_await detach_by_network(ue, nas::NetworkDetachType::reattach_required, std::nullopt);
  }
  if (!access) co_return reject(ue, access.error());
  ue.mme.directory().confirm_m_tmsi(*ue.record);

  // 23-24. One that has moved before its complete came has told the gateway so (TS 23.401 §5.5.1).
  if (ue.in_handover()) co_await await_handover(ue);
  if (!ue.has_active(kDefaultBearer) && !co_await connect_bearers(ue, *access))
    co_return reject(ue, Rejection::without_answer());
  record.emm_state = EmmState::registered;
  rollback.keep();
  ue.attach_intent.reset();

  attaches_accepted.add();
  attach_seconds.observe(std::chrono::duration<double>(ue.mme.loop().now() - begun).count());
  const auto& address = bearer->session.address;
  if (log::enabled(log::Level::info))
    log::info("attach_accepted", {.imsi = record.imsi, .procedure = "attach"},
              {{"apn", bearer->apn},
               {"ue_ipv4", gtp::has_ipv4(address.type) ? address.v4.text() : std::string("none")},
               {"ue_ipv6", gtp::has_ipv6(address.type) ? address.v6.text() : std::string("none")},
               {"imei", record.imei.known() ? record.imei.text() : std::string("unknown")},
               {"enb", *ue.enb}});
  send_emm_information(ue);
  co_return Next::stay();
}

}  // namespace zerocell::mme
