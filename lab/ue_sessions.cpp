// SPDX-License-Identifier: Apache-2.0
// What a UE asks for of its sessions, TS 24.301 §6.5.
#include "lab/ue.hpp"

namespace zerocell::lab {
namespace {

constexpr Duration kT3480 = std::chrono::seconds(8);  // TS 24.301 table 10.3.1
constexpr Duration kT3481 = std::chrono::seconds(8);
constexpr Duration kT3482 = std::chrono::seconds(8);
constexpr Duration kT3492 = std::chrono::seconds(6);
constexpr unsigned kSentMost = 5;  // The fifth expiry aborts.

constexpr std::uint8_t kHighestPti = 254;  // TS 24.007 §11.2.3.1a

struct Answer {
  nas::EpsBearerIdentity bearer = 0;
  nas::ProcedureTransactionIdentity transaction = 0;
  std::optional<nas::EsmCause> refusal{};
  std::optional<std::uint32_t> back_off_seconds{};
};

/// What a message says as the answer to a request of the UE; nothing for one that answers none.
std::optional<Answer> answer_in(const nas::EsmMessage& message) {
  return std::visit(
      []<class M>(const M& one) -> std::optional<Answer> {
        Answer answer{one.eps_bearer_identity, one.procedure_transaction_identity, {}};
        if constexpr (std::is_same_v<M, nas::PdnConnectivityReject> ||
                      std::is_same_v<M, nas::PdnDisconnectReject> ||
                      std::is_same_v<M, nas::BearerResourceAllocationReject> ||
                      std::is_same_v<M, nas::BearerResourceModificationReject>) {
          answer.refusal = one.esm_cause;
          if constexpr (requires { one.back_off_timer_value; })
            if (one.back_off_timer_value) answer.back_off_seconds = one.back_off_timer_value->seconds();
          return answer;
        } else if constexpr (std::is_same_v<M, nas::ActivateDefaultEpsBearerContextRequest> ||
                             std::is_same_v<M, nas::ActivateDedicatedEpsBearerContextRequest> ||
                             std::is_same_v<M, nas::ModifyEpsBearerContextRequest> ||
                             std::is_same_v<M, nas::DeactivateEpsBearerContextRequest>) {
          return answer;
        } else {
          return std::nullopt;
        }
      },
      message);
}

}  // namespace

nas::ProcedureTransactionIdentity Ue::next_transaction() {
  transaction_ = transaction_ == kHighestPti ? 1 : transaction_ + 1;
  return transaction_;
}

const Bearer* Ue::bearer(nas::EpsBearerIdentity identity) const {
  const auto found = std::ranges::find(bearers_, identity, &Bearer::eps_bearer_identity);
  return found == bearers_.end() ? nullptr : &*found;
}

Task<UeResult<nas::EpsBearerIdentity>> Ue::transact(nas::EsmMessage request, Duration timer) {
  if (!connection_) co_return std::unexpected(UeFailure{UeFailure::Kind::no_radio});
  const auto transaction = transaction_;
  for (unsigned sent = 0; sent < kSentMost; ++sent) {
    send(request);
    const auto event = co_await exchange_.receive(loop_, timer, [transaction](const Event& offered) {
      if (offered.released) return true;
      const auto answer = offered.esm ? answer_in(*offered.esm) : std::nullopt;
      return answer && answer->transaction == transaction;
    });
    if (!event) continue;
    if ((*event)->released) co_return std::unexpected(UeFailure{UeFailure::Kind::released});
    const Answer answer = *answer_in(*(*event)->esm);
    if (answer.refusal)
      co_return std::unexpected(
          UeFailure{UeFailure::Kind::rejected, {}, answer.refusal, answer.back_off_seconds});
    co_return answer.bearer;
  }
  co_return std::unexpected(UeFailure{UeFailure::Kind::timeout});
}

Task<UeResult<Bearer>> Ue::connect_pdn(std::optional<Apn> apn, nas::PdnType type, nas::RequestType kind) {
  nas::PdnConnectivityRequest request;
  request.procedure_transaction_identity = next_transaction();
  request.request_type = kind;
  request.pdn_type = type;
  request.access_point_name = apn;
  if (settings_.low_priority) request.device_properties = nas::DeviceProperties::low_priority;
  const auto identity = co_await transact(request, kT3482);
  if (!identity) co_return std::unexpected(identity.error());
  const Bearer* const activated = bearer(*identity);
  if (!activated) co_return std::unexpected(UeFailure{UeFailure::Kind::misunderstood});
  co_return *activated;
}

Task<UeResult<void>> Ue::disconnect_pdn(nas::EpsBearerIdentity linked) {
  nas::PdnDisconnectRequest request;
  request.procedure_transaction_identity = next_transaction();
  request.linked_eps_bearer_identity = static_cast<nas::LinkedBearer>(linked);
  const auto identity = co_await transact(request, kT3492);
  if (!identity) co_return std::unexpected(identity.error());
  co_return UeResult<void>();
}

Task<UeResult<Bearer>> Ue::allocate_resource(nas::EpsBearerIdentity linked, ByteVector filters,
                                             nas::EpsQos qos) {
  nas::BearerResourceAllocationRequest request;
  request.procedure_transaction_identity = next_transaction();
  request.linked_eps_bearer_identity = static_cast<nas::LinkedBearer>(linked);
  request.traffic_flow_aggregate.octets = Bytes(filters);
  request.required_traffic_flow_qos = qos;
  if (settings_.low_priority) request.device_properties = nas::DeviceProperties::low_priority;
  const auto identity = co_await transact(request, kT3480);
  if (!identity) co_return std::unexpected(identity.error());
  const Bearer* const activated = bearer(*identity);
  if (!activated) co_return std::unexpected(UeFailure{UeFailure::Kind::misunderstood});
  co_return *activated;
}

Task<UeResult<void>> Ue::modify_resource(nas::EpsBearerIdentity identity, ByteVector filters,
                                         std::optional<nas::EpsQos> qos) {
  nas::BearerResourceModificationRequest request;
  request.procedure_transaction_identity = next_transaction();
  request.eps_bearer_identity_for_packet_filter = static_cast<nas::LinkedBearer>(identity);
  request.traffic_flow_aggregate.octets = Bytes(filters);
  request.required_traffic_flow_qos = qos;
  if (settings_.low_priority) request.device_properties = nas::DeviceProperties::low_priority;
  const auto changed = co_await transact(request, kT3481);
  if (!changed) co_return std::unexpected(changed.error());
  co_return UeResult<void>();
}

}  // namespace zerocell::lab
