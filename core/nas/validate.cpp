// SPDX-License-Identifier: Apache-2.0
#include "core/nas/validate.hpp"

namespace zerocell::nas {
namespace {

constexpr ProcedureTransactionIdentity kReservedPti = 255;

Fault wrong(std::size_t offset, const char* reason, EmmCause cause) {
  return {{offset, reason}, static_cast<std::uint8_t>(cause)};
}
Fault wrong(std::size_t offset, const char* reason, EsmCause cause) {
  return {{offset, reason}, static_cast<std::uint8_t>(cause)};
}

constexpr bool starts_transaction(EsmType type) {
  return type == EsmType::pdn_connectivity_request || type == EsmType::pdn_disconnect_request ||
         type == EsmType::bearer_resource_allocation_request ||
         type == EsmType::bearer_resource_modification_request;
}
/// Messages of a bearer context: requests to set one up, change or end it, and their answers.
constexpr bool of_a_bearer(EsmType type) {
  return type >= EsmType::activate_default_eps_bearer_context_request &&
         type <= EsmType::deactivate_eps_bearer_context_accept;
}

/// TS 24.301 §7.3.1 and §7.3.2, as far as the message alone shows it.
std::optional<Fault> identities(EsmType type, EpsBearerIdentity bearer, ProcedureTransactionIdentity pti) {
  // §7.3.1: only who asks for something under a reserved identity hears of it.
  if (pti == kReservedPti && !starts_transaction(type))
    return Fault{{1, "reserved procedure transaction identity"}, 0};
  if (pti == kReservedPti || (pti == kNoProcedureTransactionIdentity &&
                              (starts_transaction(type) || type == EsmType::esm_information_response)))
    return wrong(1, "unassigned or reserved procedure transaction identity", EsmCause::invalid_pti_value);
  if (starts_transaction(type) && bearer != kNoEpsBearerIdentity)
    return wrong(0, "an EPS bearer identity where none belongs", EsmCause::invalid_eps_bearer_identity);
  if (of_a_bearer(type) && bearer == kNoEpsBearerIdentity)
    return wrong(0, "unassigned EPS bearer identity", EsmCause::invalid_eps_bearer_identity);
  return std::nullopt;
}

template <class M>
concept HasLinkedBearer = requires(const M& message) { message.linked_eps_bearer_identity; };

}  // namespace

// §5.5.1.2.7 b, §5.5.3.2.7 b: the causes that ATTACH REJECT and TRACKING AREA UPDATE REJECT may give for a
// protocol error; #95 is none of them.
std::optional<Fault> semantic_error(const AttachRequest& message) {
  const EpsAttachType type = as_network_reads(message.eps_attach_type);
  if (type == EpsAttachType::reserved)
    return wrong(2, "reserved EPS attach type", EmmCause::invalid_mandatory_information);
  const bool may_be_anonymous = type == EpsAttachType::emergency || type == EpsAttachType::rlos;
  if (message.eps_mobile_identity.imei() && !may_be_anonymous)
    return wrong(3, "IMEI as identity without emergency", EmmCause::invalid_mandatory_information);
  return std::nullopt;
}

std::optional<Fault> semantic_error(const TrackingAreaUpdateRequest& message) {
  // Table 9.9.3.14.1: 4 and 5 are read as TA updating, 6 and 7 are reserved.
  if (static_cast<unsigned>(message.eps_update_type.value) > 5)
    return wrong(2, "reserved EPS update type", EmmCause::invalid_mandatory_information);
  return std::nullopt;
}

std::optional<Fault> semantic_error(const AuthenticationFailure& message) {
  // §8.2.5.2: AUTS stands exactly with synch failure.
  if (message.emm_cause == EmmCause::synch_failure && !message.authentication_failure_parameter)
    return wrong(3, "synch failure without AUTS", EmmCause::conditional_ie_error);
  return std::nullopt;
}

std::optional<Fault> semantic_error(const SecurityModeCommand& message) {
  if (!message.selected_nas_security_algorithms.known())
    return wrong(2, "unknown NAS security algorithm", EmmCause::ue_security_capabilities_mismatch);
  return std::nullopt;
}

std::optional<Fault> semantic_error(const SecurityModeComplete& message) {
  if (message.replayed_nas_message_container) {
    // §5.4.3.3: the initial ATTACH REQUEST or TRACKING AREA UPDATE REQUEST, in plain.
    const auto inner = peek(*message.replayed_nas_message_container);
    if (!inner || inner->discriminator != kEmmDiscriminator ||
        inner->security_header != SecurityHeader::plain ||
        (inner->emm_type != EmmType::attach_request &&
         inner->emm_type != EmmType::tracking_area_update_request))
      return wrong(2, "replayed NAS message is no initial request", EmmCause::semantically_incorrect_message);
  }
  return std::nullopt;
}

std::optional<Fault> semantic_error(const PdnConnectivityRequest& message) {
  if (auto fault =
          identities(message.kType, message.eps_bearer_identity, message.procedure_transaction_identity))
    return fault;
  switch (as_network_reads(message.pdn_type)) {
    case PdnType::ipv4:
    case PdnType::ipv6:
    case PdnType::ipv4v6:
    case PdnType::non_ip:
    case PdnType::ethernet:
      return std::nullopt;
    default:
      return wrong(3, "reserved PDN type", EsmCause::unknown_pdn_type);
  }
}

std::optional<Fault> semantic_error(const EmmMessage& message) {
  return std::visit(
      []<class M>(const M& one) -> std::optional<Fault> {
        if constexpr (requires { static_cast<std::optional<Fault> (*)(const M&)>(&semantic_error); })
          return semantic_error(one);
        else
          return std::nullopt;
      },
      message);
}

std::optional<Fault> semantic_error(const EsmMessage& message) {
  return std::visit(
      []<class M>(const M& one) -> std::optional<Fault> {
        if constexpr (std::is_same_v<M, PdnConnectivityRequest>) return semantic_error(one);
        if (auto fault = identities(M::kType, one.eps_bearer_identity, one.procedure_transaction_identity))
          return fault;
        if constexpr (HasLinkedBearer<M>)
          if (static_cast<unsigned>(one.linked_eps_bearer_identity) == 0)
            return wrong(3, "unassigned linked EPS bearer identity", EsmCause::invalid_eps_bearer_identity);
        return std::nullopt;
      },
      message);
}

}  // namespace zerocell::nas
