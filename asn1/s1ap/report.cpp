// SPDX-License-Identifier: Apache-2.0
#include "asn1/s1ap/messages.hpp"
#include "asn1/s1ap/tables.hpp"

namespace zerocell::s1ap {
namespace {

Bytes encode_error_indication(const Inbound& inbound, MutableBytes out) {
  ErrorIndication indication{.mme_ue_s1ap_id = inbound.mme_ue_s1ap_id,
                             .enb_ue_s1ap_id = inbound.enb_ue_s1ap_id,
                             .cause = inbound.cause};
  if (inbound.type_of_message_known) {
    indication.criticality_diagnostics = inbound.diagnostics;
    indication.criticality_diagnostics->procedure_code = inbound.procedure;
    indication.criticality_diagnostics->triggering_message = inbound.kind;
    indication.criticality_diagnostics->procedure_criticality = inbound.procedure_criticality;
  }
  return encode(indication, out).value_or(Bytes());
}

/// The failure message M, or nothing when an id that it has to carry was not readable.
template <class M>
Bytes encode_failure(const Inbound& inbound, MutableBytes out) {
  M failure;
  if constexpr (requires { failure.mme_ue_s1ap_id; }) {
    if (!inbound.mme_ue_s1ap_id) return {};
    failure.mme_ue_s1ap_id = *inbound.mme_ue_s1ap_id;
  }
  if constexpr (requires { failure.enb_ue_s1ap_id; }) {
    if (!inbound.enb_ue_s1ap_id) return {};
    failure.enb_ue_s1ap_id = *inbound.enb_ue_s1ap_id;
  }
  failure.cause = inbound.cause;
  if (!inbound.diagnostics.ies_criticality_diagnostics.empty())
    failure.criticality_diagnostics = inbound.diagnostics;
  return encode(failure, out).value_or(Bytes());
}

Bytes encode_unsuccessful_outcome(const Inbound& inbound, MutableBytes out) {
  switch (static_cast<Procedure>(inbound.procedure)) {
    case Procedure::handover_preparation:
      return encode_failure<HandoverPreparationFailure>(inbound, out);
    case Procedure::handover_resource_allocation:
      return encode_failure<HandoverFailure>(inbound, out);
    case Procedure::path_switch_request:
      return encode_failure<PathSwitchRequestFailure>(inbound, out);
    case Procedure::initial_context_setup:
      return encode_failure<InitialContextSetupFailure>(inbound, out);
    case Procedure::s1_setup:
      return encode_failure<S1SetupFailure>(inbound, out);
    case Procedure::enb_configuration_update:
      return encode_failure<EnbConfigurationUpdateFailure>(inbound, out);
    case Procedure::mme_configuration_update:
      return encode_failure<MmeConfigurationUpdateFailure>(inbound, out);
    case Procedure::ue_context_modification:
      return encode_failure<UeContextModificationFailure>(inbound, out);
    case Procedure::ue_context_resume:
      return encode_failure<UeContextResumeFailure>(inbound, out);
    default:
      return {};
  }
}

}  // namespace

Bytes encode_report(const Inbound& inbound, MutableBytes out) {
  if (inbound.report == Report::unsuccessful_outcome)
    if (const Bytes failure = encode_unsuccessful_outcome(inbound, out); !failure.empty()) return failure;
  if (inbound.report == Report::unsuccessful_outcome || inbound.report == Report::error_indication)
    return encode_error_indication(inbound, out);
  return {};
}

}  // namespace zerocell::s1ap
