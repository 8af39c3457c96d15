// SPDX-License-Identifier: Apache-2.0
#include "core/nas/validate.hpp"
#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"
#include "mme/esm_procedures.hpp"

/// ESM messages that no procedure waits for: those that begin one, and what TS 24.301 §6.7 and §7 want done
/// about the others.
namespace zerocell::mme {
namespace {

using nas::EsmCause;
using nas::EsmType;

Counter not_served{"zerocell_mme_esm_refused_for_load_total",
                   "Requests for PDN connections and bearer resources that were refused for the load."};

/// Refuses a message: a UE's request by the message of that procedure, anything else by ESM STATUS.
void refuse(Ue& ue, const nas::Peek& message, EsmCause cause, Scarce scarce = Scarce::core) {
  const auto transaction = message.procedure_transaction_identity;
  const auto answer = [&ue](const PlainMessage& refusal) {
    ue.mme.send_nas(ue, nas::SecurityHeader::integrity_ciphered, refusal.bytes());
  };
  switch (message.esm_type) {
    case EsmType::pdn_connectivity_request:
      return answer(esm_refusal<nas::PdnConnectivityReject>(ue, transaction, cause, scarce));
    case EsmType::pdn_disconnect_request:
      return answer(esm_refusal<nas::PdnDisconnectReject>(ue, transaction, cause));
    case EsmType::bearer_resource_allocation_request:
      return answer(esm_refusal<nas::BearerResourceAllocationReject>(ue, transaction, cause, scarce));
    case EsmType::bearer_resource_modification_request:
      return answer(esm_refusal<nas::BearerResourceModificationReject>(ue, transaction, cause, scarce));
    default:
      return answer(PlainMessage(nas::EsmStatus{.eps_bearer_identity = message.eps_bearer_identity,
                                                .procedure_transaction_identity = transaction,
                                                .esm_cause = cause}));
  }
}

/// Whether the UE gives something back, whatever else it says of the bearer (TS 24.301 §6.5.4.2).
bool gives_back(const nas::BearerResourceModificationRequest& request) {
  using enum nas::Tft::Operation;
  const Bytes aggregate = request.traffic_flow_aggregate.octets;
  const auto operation = aggregate.empty() ? ignore : static_cast<nas::Tft::Operation>(aggregate[0] >> 5);
  return request.esm_cause == EsmCause::regular_deactivation || operation == delete_existing ||
         operation == delete_filters;
}

/// Whether a request asks for more than the UE has, for which load may refuse it (TS 23.401 §4.3.7.4.2); and
/// whether its UE signals low access priority in it. A call for help is none.
bool may_be_refused_for_load(const nas::EsmMessage& message, bool& low_priority) {
  return std::visit(
      [&low_priority]<class M>(const M& one) {
        if constexpr (requires { one.device_properties; }) {
          if (one.device_properties)
            low_priority = one.device_properties == nas::DeviceProperties::low_priority;
          if constexpr (std::is_same_v<M, nas::PdnConnectivityRequest>)
            return one.request_type != nas::RequestType::emergency &&
                   one.request_type != nas::RequestType::handover_of_emergency;
          if constexpr (std::is_same_v<M, nas::BearerResourceModificationRequest>) return !gives_back(one);
          return true;
        } else {
          return false;
        }
      },
      message);
}

struct UeProcedure {
  ProcedureKind kind;
  Task<Next> (*begin)(Ue& ue, ByteVector message);
};

std::optional<UeProcedure> begun_by(EsmType type) {
  switch (type) {
    case EsmType::pdn_connectivity_request:
      return UeProcedure{ProcedureKind::pdn_connectivity, &pdn_connectivity};
    case EsmType::pdn_disconnect_request:
      return UeProcedure{ProcedureKind::pdn_disconnect, &pdn_disconnect};
    case EsmType::bearer_resource_allocation_request:
      return UeProcedure{ProcedureKind::bearer_resource_allocation, &allocate_bearer_resource};
    case EsmType::bearer_resource_modification_request:
      return UeProcedure{ProcedureKind::bearer_resource_modification, &modify_bearer_resource};
    default:
      return std::nullopt;
  }
}

WaitingRequests::Request request_of(const UeProcedure& procedure, Bytes message, std::uint8_t transaction) {
  ByteVector kept(message.begin(), message.end());
  return {.kind = procedure.kind,
          .begin = [begin = procedure.begin, kept](Ue& ue) mutable { return begin(ue, std::move(kept)); },
          .transaction = {.pti = transaction, .request = std::move(kept)}};
}

/// Answers about bearers: one that comes twice, since the question went twice, is for nobody.
bool answers_about_bearer(EsmType type) {
  switch (type) {
    case EsmType::activate_default_eps_bearer_context_accept:
    case EsmType::activate_default_eps_bearer_context_reject:
    case EsmType::activate_dedicated_eps_bearer_context_accept:
    case EsmType::activate_dedicated_eps_bearer_context_reject:
    case EsmType::modify_eps_bearer_context_accept:
    case EsmType::modify_eps_bearer_context_reject:
    case EsmType::deactivate_eps_bearer_context_accept:
      return true;
    default:
      return false;
  }
}

bool asks_for_resource(EsmType type) {
  return type == EsmType::bearer_resource_allocation_request ||
         type == EsmType::bearer_resource_modification_request;
}

}  // namespace

bool EsmTransaction::repeated_by(Bytes message) const {
  const auto peeked = nas::peek(message);
  if (pti == 0 || !peeked || peeked->procedure_transaction_identity != pti) return false;
  return request.empty() ? asks_for_resource(peeked->esm_type) : equal(request, message);
}

void Mme::unexpected_esm(Ue& ue, const UeEvent& event) {
  const auto peeked = nas::peek(event.nas);
  if (!event.verified || !ue.record || !peeked)
    return not_expected(ue, nas::name_of(event.esm_type), event.verified);
  const auto decoded = nas::decode_esm(event.nas, Direction::uplink);
  if (!decoded) {
    // A status is not answered with a status.
    if (!decoded.error().ignore() && !event.is(EsmType::esm_status))
      refuse(ue, *peeked, decoded.error().esm_cause());
    return;
  }
  if (const auto wrong = nas::semantic_error(*decoded)) {
    log::info("esm_message_wrong", {.imsi = ue.imsi(), .procedure = ue.procedure_name()},
              {{"message", nas::name_of(event.esm_type)}, {"reason", wrong->reason}});
    if (!wrong->ignore()) refuse(ue, *peeked, wrong->esm_cause());
    return;
  }
  if (const auto* status = std::get_if<nas::EsmStatus>(&*decoded)) return esm_status(ue, *status);
  bool low_priority = ue.stored().low_priority;
  if (may_be_refused_for_load(*decoded, low_priority) && congestion_.refuses(ue, low_priority) &&
      !begun_before(ue, event.nas)) {
    not_served.add();
    return refuse(ue, *peeked, EsmCause::insufficient_resources);
  }
  if (const auto procedure = begun_by(event.esm_type))
    return begin_esm(ue, request_of(*procedure, event.nas, peeked->procedure_transaction_identity), *peeked);

  not_expected(ue, nas::name_of(event.esm_type), event.verified);
  if (answers_about_bearer(event.esm_type)) {
    // §7.3.2. That a bearer is deactivated is agreed, whoever said it last.
    const bool known = bearers_.find(ue.stored(), peeked->eps_bearer_identity) != nullptr;
    if (!known && event.esm_type != EsmType::deactivate_eps_bearer_context_accept)
      refuse(ue, *peeked, EsmCause::invalid_eps_bearer_identity);
    return;
  }
  // The same answer again, to a question that was repeated.
  if (event.esm_type == EsmType::esm_information_response && ue.procedure.busy() &&
      ue.transaction.pti == peeked->procedure_transaction_identity)
    return;
  // §7.3.1: an answer to nothing that was asked. §7.4: ESM DATA TRANSPORT and REMOTE UE REPORT, which are not
  // implemented here.
  refuse(ue, *peeked,
         event.esm_type == EsmType::esm_information_response ? EsmCause::pti_mismatch
                                                             : EsmCause::message_type_non_existent);
}

bool Mme::begun_before(const Ue& ue, Bytes request) const {
  return (ue.procedure.busy() && ue.transaction.repeated_by(request)) || waiting_.has(*ue.record, request);
}

void Mme::begin_esm(Ue& ue, WaitingRequests::Request request, const nas::Peek& message) {
  const UeRecord& record = ue.stored();
  // The same request again: what it leads to is repeated by timers of its own.
  if (begun_before(ue, request.transaction.request)) return;
  // Who has said Attach Complete may go on at once; its eNodeB's answer is still on its way.
  if (record.emm_state != EmmState::registered && !ue.attach_accepted)
    return refuse(ue, message, EsmCause::message_type_not_compatible_with_state);
  if (!waiting_.add(*ue.record, std::move(request)))
    return refuse(ue, message, EsmCause::insufficient_resources, Scarce::turns);
  begin_waiting(ue);
}

void Mme::begin_next(Ue& ue, const UeEvent& event) {
  const auto procedure = begun_by(event.esm_type);
  const auto peeked = nas::peek(event.nas);
  if (procedure && peeked)
    waiting_.add_first(*ue.record, request_of(*procedure, event.nas, peeked->procedure_transaction_identity));
}

void Mme::refuse_in_turn(Ue& ue, std::uint8_t transaction, std::move_only_function<Task<Next>(Ue&)> refuse) {
  (void)waiting_.add(*ue.record, {.kind = ProcedureKind::esm_refusal,
                                  .begin = std::move(refuse),
                                  .transaction = {.pti = transaction},
                                  .always_kept = true});
}

void Mme::esm_status(Ue& ue, const nas::EsmStatus& status) {
  log::info("esm_status", {.imsi = ue.imsi(), .procedure = ue.procedure_name()},
            {{"cause", nas::name_of(status.esm_cause)}, {"ebi", status.eps_bearer_identity}});
  // §6.7: a bearer that the UE does not have is none here either. About other causes there is nothing to do.
  if (status.esm_cause != EsmCause::invalid_eps_bearer_identity) return;
  const BearerRecord* bearer = bearers_.find(ue.stored(), status.eps_bearer_identity);
  if (bearer == nullptr || ue.stored().emm_state != EmmState::registered) return;
  at_turn(
      ue, ProcedureKind::bearer_lost,
      [ebi = status.eps_bearer_identity](Ue& target) { return end_unknown_bearer(target, ebi); },
      Waits::if_room);
}

bool Mme::at_turn(Ue& ue, ProcedureKind kind, std::move_only_function<Task<Next>(Ue&)> begin, Waits waits) {
  if (!ue.record || !waiting_.add(*ue.record, {.kind = kind,
                                               .begin = std::move(begin),
                                               .outlives_connection = waits == Waits::over_connections,
                                               .always_kept = waits != Waits::if_room}))
    return false;
  begin_waiting(ue);
  return true;
}

bool Mme::begin_waiting(Ue& ue) {
  if (ue.procedure.busy() || ue.in_handover() || !ue.record || ue.security == nullptr ||
      ue.stored().emm_state != EmmState::registered || !waiting_.has(*ue.record))
    return false;
  if (!ue.context_set_up) {
    // It is here for signalling alone: its bearers first, and then its turn.
    set_up_bearers(ue);
    return true;
  }
  auto request = waiting_.take(*ue.record);
  if (!request) return false;
  ue.transaction = std::move(request->transaction);
  run(ue, request->kind, request->begin(ue));
  return true;
}

void Mme::connection_ended(UeDirectory::Index index) {
  waiting_.drop_of_connection(index);
  if (!waiting_.has(index)) return;
  if (directory_[index].emm_state != EmmState::registered) return waiting_.drop(index);
  // The UE is asked back for what it was not there for. Posted: its connection is only just going.
  parts_.loop.post([this, index] {
    if (!waiting_.has(index) || !directory_.records().live(index)) return;
    if (directory_[index].connection != UeRecord::kNoConnection) return;
    page_for_request(index);
  });
}

}  // namespace zerocell::mme
