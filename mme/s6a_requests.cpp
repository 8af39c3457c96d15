// SPDX-License-Identifier: Apache-2.0
#include "core/telemetry/log.hpp"
#include "mme/access.hpp"
#include "mme/attach_messages.hpp"
#include "mme/bearer_exchange.hpp"
#include "mme/power_saving.hpp"

/// What the HSS asks of the MME, TS 29.272 §5.2.
namespace zerocell::mme {

Task<hss::S6aAnswer<hss::CancelLocationAnswer>> Mme::cancel_location(hss::CancelLocationRequest request) {
  const auto index = directory_.find(request.imsi);
  if (!index) co_return hss::CancelLocationAnswer{};
  UeRecord& record = directory_[*index];
  log::info("location_cancelled", {.imsi = request.imsi, .procedure = "cancel_location"},
            {{"type", static_cast<unsigned>(request.type)}});
  const bool withdrawn = request.type == hss::CancellationType::subscription_withdrawal;
  const bool reattach = request.flags.has(hss::ClrFlag::reattach_required);
  const auto how =
      reattach ? nas::NetworkDetachType::reattach_required : nas::NetworkDetachType::reattach_not_required;
  const auto cause =
      reattach ? std::nullopt : std::optional(nas::EmmCause::eps_and_non_eps_services_not_allowed);
  if (record.connection == UeRecord::kNoConnection) {
    // TS 23.401 §5.3.8.4: a UE that must go is paged to be told; one that has gone elsewhere is not looked
    // for.
    if (withdrawn && record.emm_state == EmmState::registered) {
      detach(*index, how, cause);
    } else {
      deregister(record);
      went_idle(*index);
    }
    co_return hss::CancelLocationAnswer{};
  }
  Ue& ue = *ues_[record.connection];
  if (ue.runs(ProcedureKind::detach)) co_return hss::CancelLocationAnswer{};
  // Posted: the request may come from within what this UE's own procedure asked for.
  parts_.loop.post([this, imsi = request.imsi, how, cause, withdrawn] {
    const auto still = directory_.find(imsi);
    Ue* const there = still ? connected(*still) : nullptr;
    if (there == nullptr) return;
    if (withdrawn) return detach(*there, how, cause);
    // TS 23.401 §5.3.2.1 step 9: it is another MME's by now, and hears nothing of it here.
    if (there->runs(ProcedureKind::detach) || keeps_emergency(*still)) return;
    deregister(directory_[*still]);
    if (there->runs(ProcedureKind::s1_release)) return;
    supersede_with_release(*there, s1ap::CauseNas::normal_release);
  });
  co_return hss::CancelLocationAnswer{};
}

Task<hss::S6aAnswer<hss::InsertSubscriberDataAnswer>> Mme::insert_subscriber_data(
    hss::InsertSubscriberDataRequest request) {
  const auto index = directory_.find(request.imsi);
  if (!index) co_return std::unexpected(hss::S6aError{hss::S6aResult::user_unknown});
  UeRecord& record = directory_[*index];
  if (request.change.ue_ambr) {
    record.ue_ambr = *request.change.ue_ambr;
    modify_ue_ambr(record);
    tell_sessions(record, {.ue_ambr = record.ue_ambr});
  }
  if (request.change.access_restrictions || request.change.policy_group) {
    const bool told_otherwise = change_access(settings(), record, request.change);
    access_changed(*index);
    // Its eNodeB, of what holds from now on; while keys are in doubt, with the next message.
    Ue* ue = connected(*index);
    if (told_otherwise && ue != nullptr && ue->context_set_up && record.emm_state == EmmState::registered) {
      ue->restrictions_changed = true;
      if (ue->security == &record.security) send_emm_information(*ue);
    }
  }
  if (request.change.policy_group) change_group(record, request.change.policy_group->text());
  if (request.change.apns) change_sessions(*index, *request.change.apns, request.change.all_apns_included);
  // With the UE's next attach or update.
  if (request.change.rau_tau_timer_seconds) record.t3412_subscribed = *request.change.rau_tau_timer_seconds;
  if (request.change.msisdn) record.msisdn = *request.change.msisdn;
  hss::InsertSubscriberDataAnswer answer;
  if (request.flags.has(hss::IdrFlag::eps_user_state)) {
    const bool connected = record.connection != UeRecord::kNoConnection;
    const bool silent = record.idle_wait == IdleWait::implicit_detach || !until_ue_listens(record);
    answer.user_state = record.emm_state == EmmState::deregistered ? hss::UserState::detached
                        : connected ? hss::UserState::connected_reachable_for_paging
                        : silent    ? hss::UserState::attached_not_reachable_for_paging
                                    : hss::UserState::attached_reachable_for_paging;
  }
  if (request.flags.has(hss::IdrFlag::eps_location_information))
    answer.location = hss::EpsLocation{.ecgi = record.ecgi, .tai = record.tai};
  answer.rat = record.nb_iot ? hss::RatType::eutran_nb_iot : hss::RatType::eutran;
  // A UE that must not stay for what else may have changed (barring) is detached by Cancel Location.
  co_return answer;
}

Task<hss::S6aAnswer<hss::DeleteSubscriberDataAnswer>> Mme::delete_subscriber_data(
    hss::DeleteSubscriberDataRequest request) {
  if (!directory_.find(request.imsi)) co_return std::unexpected(hss::S6aError{hss::S6aResult::user_unknown});
  co_return hss::DeleteSubscriberDataAnswer{};
}

Task<hss::S6aAnswer<hss::ResetAnswer>> Mme::reset(hss::ResetRequest) {
  // TS 29.272 §5.2.4.1.2, for whichever UEs: what is told once too often is not wrong. The next attach of
  // each tells the HSS in any case, and so does its next update.
  ++hss_resets_;
  co_return hss::ResetAnswer{};
}

/// HSS initiated subscribed QoS modification, TS 23.401 §5.4.2.2 step 2: the gateway knows what it has of the
/// subscription, and what is new in it. A PDN connection whose APN is granted no more ends.
void Mme::change_sessions(UeDirectory::Index index, const hss::ApnConfigurationProfile& apns, bool all) {
  const UeRecord& record = directory_[index];
  if (record.emergency) return;  // Its access point is the network's, not a subscription's.
  InlineList<sgw::SessionId, sgw::kBearersMax> withdrawn;
  for (const BearerRecord& bearer : bearers_.of(record)) {
    if (!bearer.is_default() || bearer.emergency) continue;
    const hss::ApnConfiguration* apn = apns.by_apn(access_point(bearer.apn));
    if ((apn == nullptr || apn->wildcard()) && !all) continue;
    if (apn == nullptr) {
      withdrawn.push_back(bearer.session);
      continue;
    }
    background_.start([](sgw::S11& gateway, sgw::ModifyBearerCommand command) -> Task<void> {
      (void)co_await gateway.modify_bearer_command(std::move(command));
    }(parts_.gateway, {.session = bearer.session,
                       .ambr = apn->ambr,
                       .qos = {apn->qci, apn->arp},
                       .framed_routes = apn->framed_routes,
                       .bearers = apn->bearers}));
  }
  for (const sgw::SessionId session : withdrawn) withdraw_connection(index, session);
}

/// Its packets go by the policy of the new group at once.
void Mme::change_group(UeRecord& record, std::string_view group) {
  if (record.emergency) return;
  record.power_group = power_group(settings(), group);
  tell_sessions(record, {.policy_group = std::string(group)});
}

/// The gateway, of each PDN connection of the subscription.
void Mme::tell_sessions(const UeRecord& record, const sgw::ModifyBearerCommand& what) {
  for (const BearerRecord& bearer : bearers_.of(record)) {
    if (!bearer.is_default() || bearer.emergency) continue;
    sgw::ModifyBearerCommand told = what;
    told.session = bearer.session;
    told.ambr = bearer.ambr;
    told.qos = bearer.qos;
    background_.start([](sgw::S11& gateway, sgw::ModifyBearerCommand command) -> Task<void> {
      (void)co_await gateway.modify_bearer_command(std::move(command));
    }(parts_.gateway, std::move(told)));
  }
}

void Mme::access_changed(UeDirectory::Index index) {
  const UeRecord& record = directory_[index];
  // An idle UE hears of it when it comes.
  const Ue* ue = connected(index);
  if (ue == nullptr || record.emm_state != EmmState::registered || record.emergency) return;
  if (!access_refusal(settings(), record, *ue->enb, ue->tai)) return;
  // Posted: the request may come from within what this UE's own procedure asked for.
  parts_.loop.post([this, imsi = record.imsi] {
    const auto still = directory_.find(imsi);
    Ue* const there = still ? connected(*still) : nullptr;
    if (there == nullptr || directory_[*still].emm_state != EmmState::registered) return;
    // TS 24.301 §5.5.2.3.1: with the cause it looks for a cell where it may be, and attaches there.
    if (const auto refused = access_refusal(settings(), directory_[*still], *there->enb, there->tai))
      detach(*there, nas::NetworkDetachType::reattach_not_required, refused);
  });
}

void Mme::modify_ue_ambr(const UeRecord& record) {
  if (record.connection == UeRecord::kNoConnection) return;
  Ue& connected = *ues_[record.connection];
  // With its context the eNodeB is told in any case.
  if (!connected.context_set_up && !connected.procedure.busy()) return;
  at_turn(connected, ProcedureKind::ue_context_modification, [](Ue& ue) -> Task<Next> {
    send_ue_ambr(ue);
    co_return Next::stay();
  });
}

}  // namespace zerocell::mme
