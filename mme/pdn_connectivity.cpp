// SPDX-License-Identifier: Apache-2.0
#include <tuple>

#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"
#include "mme/attach_messages.hpp"
#include "mme/emergency.hpp"
#include "mme/esm_procedures.hpp"

/// PDN connections beside the one of the attach, TS 23.401 §5.10, TS 24.301 §6.5.1 and §6.5.2.
namespace zerocell::mme {
namespace {

Counter connections_asked{"zerocell_mme_pdn_connectivity_total",
                          "PDN connectivity procedures of attached UEs that began."};
Counter connections_refused{"zerocell_mme_pdn_connectivity_rejected_total",
                            "PDN connectivity procedures of attached UEs that did not complete."};
Counter emergency_connections{"zerocell_mme_emergency_connections_total",
                              "PDN connections for emergency bearer services of UEs that were attached."};
Counter disconnections{"zerocell_mme_pdn_disconnects_total", "PDN connections that their UE has ended."};

Next refuse_connectivity(Ue& ue, std::uint8_t transaction, nas::EsmCause cause,
                         Scarce scarce = Scarce::core) {
  connections_refused.add();
  log::info("pdn_connectivity_rejected", {.imsi = ue.imsi(), .procedure = "pdn_connectivity"},
            {{"cause", nas::name_of(cause)}});
  ue.mme.send_nas(ue, nas::SecurityHeader::integrity_ciphered,
                  esm_refusal<nas::PdnConnectivityReject>(ue, transaction, cause, scarce).bytes());
  return Next::stay();
}

Next refuse_connectivity(Ue& ue, const Rejection& why) {
  return refuse_connectivity(ue, why.transaction,
                             why.connectivity_cause.value_or(nas::EsmCause::network_failure));
}

Next refuse_disconnect(Ue& ue, std::uint8_t transaction, nas::EsmCause cause) {
  log::info("pdn_disconnect_rejected", {.imsi = ue.imsi(), .procedure = "pdn_disconnect"},
            {{"cause", nas::name_of(cause)}});
  ue.mme.send_nas(ue, nas::SecurityHeader::integrity_ciphered,
                  PlainMessage(nas::PdnDisconnectReject{.procedure_transaction_identity = transaction,
                                                        .esm_cause = cause})
                      .bytes());
  return Next::stay();
}

/// The UE's connections to one APN, by their default bearers, as a request for another one finds them.
struct ConnectionsTo {
  /// The combination of APN and PDN type that is asked for, as the UE asked then or as it got it: §6.5.1.6 a.
  const BearerRecord* same = nullptr;
  /// One with a version of IP in common: a UE has one for each (§6.2.2), the other where it was told #52.
  const BearerRecord* overlapping = nullptr;
};
ConnectionsTo connections_to(Ue& ue, const Apn& apn, gtp::PdnType type) {
  const std::uint16_t number = ue.mme.access_point(apn);
  const auto versions = static_cast<unsigned>(type);
  ConnectionsTo found;
  for (const BearerRecord& bearer : ue.mme.bearers().of(ue.stored())) {
    if (!bearer.is_default() || bearer.emergency || bearer.apn != number) continue;
    if (bearer.pdn_type == type || bearer.pdn_type_asked == type)
      found.same = &bearer;
    else if ((static_cast<unsigned>(bearer.pdn_type) & versions) != 0)
      found.overlapping = &bearer;
  }
  return found;
}

/// TS 24.301 §6.5.1.6 a: a UE that asks for the same once more has it no more, and nobody tells it.
Task<void> end_without_a_word(Ue& ue, sgw::SessionId session, std::uint8_t ebi) {
  log::info("pdn_connection_ended", {.imsi = ue.imsi(), .procedure = "pdn_connectivity"},
            {{"ebi", ebi}, {"reason", "the UE asks for it again"}});
  // It is about to be made anew: that a call for help would be alone meanwhile does not count.
  UeRecord& record = ue.stored();
  const auto before = std::pair(record.emergency, record.access);
  const Ebis erabs = take_out(ue, ebi);
  std::tie(record.emergency, record.access) = before;
  co_await ue.mme.gateway().delete_session({session});
  if (!erabs.empty()) co_await release_erabs(ue, erabs, s1ap::CauseNas::normal_release);
}

/// A UE whose only connection ended so, and that got no other, is not attached any more, however the
/// procedure ends: also where the UE has come on another connection, and its record is that one's now. One
/// that has a call for help alone is attached for that.
class RegisteredWhileConnected {
 public:
  explicit RegisteredWhileConnected(Ue& ue) : mme_(ue.mme), index_(*ue.record) {}
  RegisteredWhileConnected(const RegisteredWhileConnected&) = delete;
  ~RegisteredWhileConnected() {
    if (!mme_.directory().records().live(index_)) return;
    UeRecord& record = mme_.directory()[index_];
    if (!has_connection()) record.emm_state = EmmState::deregistered;
    mme_.bearers().note_emergency_alone(record);
  }
  bool has_connection() const { return !mme_.bearers().of(mme_.directory()[index_]).empty(); }

 private:
  Mme& mme_;
  UeDirectory::Index index_;
};

/// What the connection is made from: the subscription, or for emergency bearer services the configuration
/// (TS 23.401 §4.3.12.4), whatever the UE says of an APN.
Task<std::expected<hss::SubscriptionData, nas::EsmCause>> subscription_for(Ue& ue,
                                                                           ConnectivityWanted& wanted) {
  if (wanted.request == nas::RequestType::emergency) {
    // §4.3.12.1: a UE has one such connection.
    if (ue.mme.bearers().emergency_of(ue.stored()) != nullptr)
      co_return std::unexpected(nas::EsmCause::multiple_pdn_connections_for_apn_not_allowed);
    wanted.apn.reset();
    auto subscription = emergency_subscription(ue.mme.settings());
    subscription.msisdn = ue.stored().msisdn;
    subscription.ue_ambr = ue.stored().ue_ambr;
    co_return subscription;
  }
  // §4.3.12.1: who is here to call for help gets nothing else.
  if (ue.stored().emergency)
    co_return std::unexpected(nas::EsmCause::requested_service_option_not_subscribed);
  auto subscription = co_await located_subscription(ue, false);
  if (!subscription) co_return std::unexpected(nas::EsmCause::network_failure);
  wanted.apn = subscribed_name(*subscription->apns, wanted.apn, ue.stored().imsi, ue.tai.plmn);
  const auto apn = choose_apn(*subscription->apns, wanted.apn);
  if (!apn) co_return std::unexpected(apn.error());
  const ConnectionsTo had = connections_to(ue, wanted.apn.value_or((*apn)->apn), wanted.type);
  if (had.same != nullptr)
    co_await end_without_a_word(ue, had.same->session, had.same->ebi);
  else if (had.overlapping != nullptr)
    co_return std::unexpected(nas::EsmCause::multiple_pdn_connections_for_apn_not_allowed);
  co_return std::move(*subscription);
}

Task<Next> connect(Ue& ue, ByteVector message) {
  UeRecord& record = ue.stored();
  // 1.
  auto wanted = co_await wanted_connectivity(ue, message);
  if (ue.update_ended) co_return Next::stay();
  if (!wanted) co_return refuse_connectivity(ue, wanted.error());
  const std::uint8_t transaction = wanted->transaction;
  if (const auto wrong = request_type_error(ue.mme.settings(), wanted->request))
    co_return refuse_connectivity(ue, transaction, *wrong);

  // 2-6.
  const auto subscription = co_await subscription_for(ue, *wanted);
  if (!subscription) co_return refuse_connectivity(ue, transaction, subscription.error());
  const auto ebi = ue.mme.bearers().free_ebi(record);
  if (!ebi)
    co_return refuse_connectivity(ue, transaction, nas::EsmCause::maximum_number_of_eps_bearers_reached);
  const auto connection = co_await create_pdn_connection(ue, *ebi, *subscription, *wanted);
  if (!connection) co_return refuse_connectivity(ue, connection.error());
  if (!keep_pdn_connection(ue, *ebi, *connection)) {
    ue.mme.delete_session(connection->session.session);
    co_return refuse_connectivity(ue, transaction, nas::EsmCause::insufficient_resources);
  }
  BearerRollback rollback(ue, *ue.mme.bearers().find(record, *ebi));

  // 7-11.
  const PlainMessage activate = activate_default_request(*ebi, *wanted, *connection);
  const BearerAnswers answers =
      co_await ask_about_bearer(ue, {.ebi = *ebi,
                                     .pti = transaction,
                                     .nas = activate.bytes(),
                                     .send = erab_setup(*ebi, connection->session.session, activate.bytes()),
                                     .timer = std::chrono::milliseconds(ue.mme.settings().t3485_ms),
                                     .accept = nas::EsmType::activate_default_eps_bearer_context_accept,
                                     .reject = nas::EsmType::activate_default_eps_bearer_context_reject,
                                     .erab_answer = s1ap::MessageType::erab_setup_response});
  if (ue.update_ended && !answers.radio) co_return Next::stay();
  if (!answers.sent) co_return refuse_connectivity(ue, transaction, nas::EsmCause::network_failure);
  if (!answers.done()) {
    co_await undo_activation(ue, *ebi, answers);
    if (!answers.radio && answers.nas == BearerAnswers::Nas::none)
      co_return refuse_connectivity(ue, transaction, nas::EsmCause::insufficient_resources, Scarce::radio);
    // The UE has said, or knows, why.
    connections_refused.add();
    log::info("default_bearer_not_activated", {.imsi = record.imsi, .procedure = "pdn_connectivity"},
              {{"ebi", *ebi},
               {"cause", answers.nas == BearerAnswers::Nas::rejected ? nas::name_of(answers.esm_cause)
                                                                     : std::string_view("no answer")}});
    co_return Next::stay();
  }

  // 13-14.
  if (ue.has_erab(*ebi)) ue.activate(*ebi);  // It may have been released again.
  ErabsSetUp access;
  access.list.push_back({*ebi, answers.access});
  if (!co_await connect_bearers(ue, access)) {
    connections_refused.add();
    ue.mme.delete_session(connection->session.session);
    const Ebis erabs = take_out(ue, *ebi);
    co_await deactivate_at_ue(ue, *ebi, erabs, 0, nas::EsmCause::network_failure);
    co_return Next::stay();
  }
  rollback.keep();
  if (connection->emergency) emergency_connections.add();
  log::info(
      "pdn_connected", {.imsi = record.imsi, .procedure = "pdn_connectivity"},
      {{"apn", connection->apn.text()},
       {"ebi", *ebi},
       {"ue_ipv4", gtp::has_ipv4(connection->session.address.type) ? connection->session.address.v4.text()
                                                                   : std::string("none")}});
  co_return Next::stay();
}

}  // namespace

Task<Next> pdn_connectivity(Ue& ue, ByteVector message) {
  connections_asked.add();
  const RegisteredWhileConnected registered(ue);
  const Next next = co_await connect(ue, std::move(message));
  if (next.kind != Next::Kind::stay || ue.update_ended || registered.has_connection()) co_return next;
  co_return co_await detach_by_network(ue, nas::NetworkDetachType::reattach_required, std::nullopt);
}

Task<Next> pdn_disconnect(Ue& ue, ByteVector message) {
  UeRecord& record = ue.stored();
  // 1.
  const auto request = nas::decode<nas::PdnDisconnectRequest>(message);
  if (!request) co_return Next::stay();  // It was decoded before it came here.
  const auto linked = static_cast<std::uint8_t>(request->linked_eps_bearer_identity);
  const std::uint8_t transaction = request->procedure_transaction_identity;
  const BearerRecord* bearer = ue.mme.bearers().find(record, linked);
  if (bearer == nullptr || !bearer->is_default())
    co_return refuse_disconnect(ue, transaction, nas::EsmCause::invalid_eps_bearer_identity);
  if (ue.mme.bearers().pdn_connections(record) == 1)
    co_return refuse_disconnect(ue, transaction, nas::EsmCause::last_pdn_disconnection_not_allowed);
  disconnections.add();

  // 2-6. Out of the record first: what the gateways have no more must not stay there, however this goes on.
  const sgw::SessionId session = bearer->session;
  const Ebis erabs = take_out(ue, linked);
  co_await ue.mme.gateway().delete_session({session});

  // 7-10.
  co_await deactivate_at_ue(ue, linked, erabs, transaction, nas::EsmCause::regular_deactivation);
  log::info("pdn_disconnected", {.imsi = record.imsi, .procedure = "pdn_disconnect"}, {{"ebi", linked}});
  co_return Next::stay();
}

Ebis take_out(Ue& ue, std::uint8_t ebi) {
  UeRecord& record = ue.stored();
  Ebis erabs;
  const BearerRecord* bearer = ue.mme.bearers().find(record, ebi);
  if (bearer == nullptr) return erabs;
  const bool whole = bearer->is_default();
  for (const BearerRecord& other : ue.mme.bearers().of(record))
    if ((whole ? other.linked_ebi == ebi : other.ebi == ebi) && ue.has_active(other.ebi))
      erabs.push_back(other.ebi);
  ue.mme.bearers().remove_with_connection(record, *bearer);
  for (const std::uint8_t erab : erabs) ue.deactivate(erab);
  return erabs;
}

Task<void> undo_activation(Ue& ue, std::uint8_t ebi, BearerAnswers answers) {
  // What the UE has accepted came with its E-RAB.
  const bool accepted = answers.nas == BearerAnswers::Nas::accepted;
  const bool has_erab = ue.has_erab(ebi) && (answers.answered || accepted);
  if (accepted)
    co_await ask_to_deactivate(ue, ebi, has_erab ? Ebis{ebi} : Ebis{}, 0,
                               nas::EsmCause::insufficient_resources);
  else if (has_erab)
    co_await release_erabs(ue, {ebi}, s1ap::CauseNas::unspecified);
}

Task<void> deactivate_at_ue(Ue& ue, std::uint8_t ebi, Ebis erabs, std::uint8_t transaction,
                            nas::EsmCause cause) {
  // The UE has deactivated what it has no radio bearers for (TS 24.301 §6.4.4.6), unless it asks itself.
  if (!erabs.empty() || transaction != 0) co_await ask_to_deactivate(ue, ebi, erabs, transaction, cause);
}

Task<void> ask_to_deactivate(Ue& ue, std::uint8_t ebi, Ebis erabs, std::uint8_t transaction,
                             nas::EsmCause cause) {
  const PlainMessage deactivate(nas::DeactivateEpsBearerContextRequest{
      .eps_bearer_identity = ebi, .procedure_transaction_identity = transaction, .esm_cause = cause});
  // The target of a handover has no E-RABs of bearers that the record has no more.
  const auto send = [nas = deactivate.bytes(), erabs, at = ue.enb](Ue& where) {
    if (erabs.empty() || where.enb != at)
      return where.mme.send_nas(where, nas::SecurityHeader::integrity_ciphered, nas) ? Sent::alone : Sent::no;
    return send_erab_release(where, erabs, s1ap::CauseNas::normal_release, nas) ? Sent::with_erab_request
                                                                                : Sent::no;
  };
  co_await ask_about_bearer(ue, {.ebi = ebi,
                                 .pti = transaction,
                                 .nas = deactivate.bytes(),
                                 .send = send,
                                 .timer = std::chrono::milliseconds(ue.mme.settings().t3495_ms),
                                 .accept = nas::EsmType::deactivate_eps_bearer_context_accept,
                                 .reject = nas::EsmType::deactivate_eps_bearer_context_accept,
                                 .erab_answer = s1ap::MessageType::erab_release_response});
}

}  // namespace zerocell::mme
