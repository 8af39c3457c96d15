// SPDX-License-Identifier: Apache-2.0
#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"
#include "mme/esm_procedures.hpp"

/// What the serving gateway asks of the MME, TS 29.274 §7.2. Each request is a procedure of its UE and takes
/// its turn there.
namespace zerocell::mme {

namespace {

CounterBy<2> accesses_lost{"zerocell_mme_accesses_lost_total",
                           "Connected UEs whose eNodeB the gateway could not reach with their packets.",
                           "cause",
                           {"error_indication", "path_failure"}};

constexpr s1ap::Cause kAccessLost = s1ap::CauseTransport::transport_resource_unavailable;

/// A UE that has meanwhile moved has its packets by another way.
Task<Next> leave_lost_access(Ue& ue, net::AssociationId from) {
  ue.access_lost = false;
  if (ue.enb->association != from) co_return Next::stay();
  co_return Next::release(kAccessLost);
}

/// Of the bearer that the request is about; nothing where it does not say.
std::optional<gtp::Arp> arp_of(const sgw::CreateBearerRequest& request) {
  return request.qos.arp;
}
std::optional<gtp::Arp> arp_of(const sgw::UpdateBearerRequest& request) {
  return request.qos ? std::optional(request.qos->arp) : std::nullopt;
}
std::optional<gtp::Arp> arp_of(const sgw::DeleteBearerRequest&) {
  return std::nullopt;
}

/// The bearer that a UE's own request for this was about, as it hears of it; 0: one that it was to get.
std::uint8_t asked_about(const sgw::CreateBearerRequest&) {
  return 0;
}
std::uint8_t asked_about(const sgw::UpdateBearerRequest& request) {
  return request.ebi;
}
std::uint8_t asked_about(const sgw::DeleteBearerRequest& request) {
  return request.ebi;
}

}  // namespace

void Mme::page_for_request(UeDirectory::Index index, std::optional<gtp::Arp> arp) {
  background_.start([](Mme& mme, UeDirectory::Index ue, std::optional<gtp::Arp> priority) -> Task<void> {
    // A UE that was found has begun what waits for it by itself.
    if (co_await mme.reach(ue, priority) == nullptr) mme.waiting_.drop(ue);
  }(*this, index, arp));
}

template <class T, class Request>
Task<sgw::Answer<T>> Mme::take_turn(Request request, ProcedureKind kind,
                                    Task<Next> (*procedure)(Ue&, Request, Reply<T>)) {
  const auto index = directory_.find(request.imsi);
  if (!index) co_return std::unexpected(gtp::Cause::context_not_found);
  const UeRecord& record = directory_[*index];
  const bool connected = record.connection != UeRecord::kNoConnection;
  // While a UE attaches its session may be at the gateway already, and not yet here.
  if (!connected && bearers_.default_of(record, request.session) == nullptr)
    co_return std::unexpected(gtp::Cause::context_not_found);

  const auto arp = arp_of(request);
  const bool prior = arp && settings().paging_priority_of(arp->priority);
  const bool paged = waiting_.has(*index) && !prior;
  const std::uint8_t transaction = request.pti;
  const std::uint8_t about = asked_about(request);
  auto place = std::make_shared<Promised<sgw::Answer<T>>>();
  WaitingRequests::Request waiting{
      .kind = kind,
      .begin =
          [procedure, asked = std::move(request), reply = Reply<T>(parts_.loop, place)](Ue& ue) mutable {
            reply.begun();
            return procedure(ue, std::move(asked), std::move(reply));
          },
      .transaction = {.pti = transaction},
      .outlives_connection = true,
      .always_kept = std::is_same_v<Request, sgw::DeleteBearerRequest>};
  if (!waiting_.add(*index, std::move(waiting))) {
    if (connected && transaction != 0)
      refuse_bearer_resource(*ues_[record.connection], about, transaction,
                             nas::EsmCause::insufficient_resources, Scarce::turns);
    co_return std::unexpected(gtp::Cause::no_resources_available);
  }
  if (connected)
    begin_waiting(*ues_[record.connection]);
  else if (!paged)
    page_for_request(*index, arp);
  co_return co_await *place;
}

Task<sgw::Answer<sgw::CreateBearerResponse>> Mme::create_bearer(sgw::CreateBearerRequest request) {
  const Imsi imsi = request.imsi;
  const gtp::Fteid user_plane = request.user_plane;
  auto answer = co_await take_turn<sgw::CreateBearerResponse>(
      std::move(request), ProcedureKind::dedicated_bearer_activation, &activate_dedicated_bearer);
  if (!answer) co_return answer;
  // Given up before the gateway has heard of it: what told it so found nothing to end.
  const auto index = directory_.find(imsi);
  const BearerRecord* bearer = index ? bearers_.find(directory_[*index], answer->ebi) : nullptr;
  if (bearer == nullptr || bearer->user_plane != user_plane)
    co_return std::unexpected(gtp::Cause::context_not_found);
  co_return answer;
}

Task<sgw::Answer<void>> Mme::update_bearer(sgw::UpdateBearerRequest request) {
  return take_turn<void>(std::move(request), ProcedureKind::bearer_modification, &modify_bearer);
}

Task<sgw::Answer<void>> Mme::delete_bearer(sgw::DeleteBearerRequest request) {
  const Imsi imsi = request.imsi;
  const sgw::SessionId session = request.session;
  const std::uint8_t ebi = request.ebi;
  if (const auto index = directory_.find(imsi)) {
    // A bearer that ended here before needs neither a turn nor a paging.
    UeRecord& record = directory_[*index];
    const BearerRecord* bearer = bearers_.find(record, ebi);
    const bool known = bearer != nullptr && bearer->session == session;
    if (bearers_.default_of(record, session) != nullptr && !known)
      co_return std::unexpected(gtp::Cause::context_not_found);
    // TS 24.301 §6.4.4.2: an idle UE hears of it when it next comes. It is paged only where it would have
    // nothing left, or is to ask for the connection again (TS 23.401 §5.4.4.1).
    const bool last = known && bearer->is_default() && bearers_.pdn_connections(record) == 1;
    const Ue* ue = connected(*index);
    const bool idle = ue == nullptr || ue->runs(ProcedureKind::s1_release);
    if (known && idle && !last && request.cause != gtp::Cause::reactivation_requested) {
      bearers_.remove_with_connection(record, *bearer);
      co_return sgw::Answer<void>();
    }
  }
  auto answer =
      co_await take_turn<void>(std::move(request), ProcedureKind::bearer_deactivation, &deactivate_bearer);
  if (answer || answer.error() == gtp::Cause::context_not_found) co_return answer;
  // TS 23.401 §5.4.4.1: a UE that cannot be reached is told by the bearer status when it next comes; the
  // bearer ends in any case.
  if (const auto index = directory_.find(imsi)) {
    UeRecord& record = directory_[*index];
    const BearerRecord* bearer = bearers_.find(record, ebi);
    if (bearer != nullptr && bearer->session == session) {
      bearers_.remove_with_connection(record, *bearer);
      if (bearers_.of(record).empty()) {
        record.emm_state = EmmState::deregistered;
        if (connected(*index) == nullptr) went_idle(*index);
      }
    }
  }
  co_return sgw::Answer<void>();
}

sgw::DownlinkDataAcknowledge Mme::downlink_data(const sgw::DownlinkDataNotification& notification) {
  const auto index = directory_.find(notification.imsi);
  if (!index || bearers_.default_of(directory_[*index], notification.session) == nullptr)
    return {.cause = gtp::Cause::context_not_found};
  if (notification.cause) {
    access_lost(*index, *notification.cause);
    return {};
  }
  auto told = paging_.notify(*index, notification);
  told.throttling = congestion_.throttling();
  return told;
}

void Mme::access_lost(UeDirectory::Index index, gtp::Cause cause) {
  Ue* ue = connected(index);
  if (ue == nullptr || ue->access_lost || ue->active_bearers == 0 || ue->runs(ProcedureKind::s1_release))
    return;
  accesses_lost.add(cause == gtp::Cause::s1_u_path_failure ? 1 : 0);
  log::info("access_lost", {.imsi = ue->imsi(), .procedure = ue->procedure_name()},
            {{"enb", *ue->enb}, {"cause", gtp::to_string(cause)}});
  ue->access_lost = true;
  // When its turn comes: what runs may give it bearers elsewhere, or end its connection anyway.
  at_turn(*ue, ProcedureKind::access_lost,
          [from = ue->enb->association](Ue& target) { return leave_lost_access(target, from); });
}

}  // namespace zerocell::mme
