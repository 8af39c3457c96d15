// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace zerocell::mme {

/// What runs for a UE, one at a time, in Ue::procedure.
enum class ProcedureKind : std::uint8_t {
  none,
  attach,
  detach,
  s1_release,
  service_request,
  tracking_area_update,
  pdn_connectivity,
  pdn_disconnect,     ///< By the UE.
  pdn_disconnection,  ///< By the network.
  dedicated_bearer_activation,
  bearer_modification,
  bearer_deactivation,
  bearer_resource_allocation,
  bearer_resource_modification,
  esm_refusal,
  bearer_lost,  ///< The eNodeB or the UE has it no more.
  erab_modification,
  access_lost,  ///< The gateway cannot reach the eNodeB.
  ue_context_modification,
  s1_handover,  ///< Of the connection at the target.
};

/// As logs have it; empty for none.
constexpr std::string_view name_of(ProcedureKind kind) {
  switch (kind) {
    case ProcedureKind::none:
      return "";
    case ProcedureKind::attach:
      return "attach";
    case ProcedureKind::detach:
      return "detach";
    case ProcedureKind::s1_release:
      return "s1_release";
    case ProcedureKind::service_request:
      return "service_request";
    case ProcedureKind::tracking_area_update:
      return "tracking_area_update";
    case ProcedureKind::pdn_connectivity:
      return "pdn_connectivity";
    case ProcedureKind::pdn_disconnect:
      return "pdn_disconnect";
    case ProcedureKind::pdn_disconnection:
      return "pdn_disconnection";
    case ProcedureKind::dedicated_bearer_activation:
      return "dedicated_bearer_activation";
    case ProcedureKind::bearer_modification:
      return "bearer_modification";
    case ProcedureKind::bearer_deactivation:
      return "bearer_deactivation";
    case ProcedureKind::bearer_resource_allocation:
      return "bearer_resource_allocation";
    case ProcedureKind::bearer_resource_modification:
      return "bearer_resource_modification";
    case ProcedureKind::esm_refusal:
      return "esm_refusal";
    case ProcedureKind::bearer_lost:
      return "bearer_lost";
    case ProcedureKind::erab_modification:
      return "erab_modification";
    case ProcedureKind::access_lost:
      return "access_lost";
    case ProcedureKind::ue_context_modification:
      return "ue_context_modification";
    case ProcedureKind::s1_handover:
      return "s1_handover";
  }
  return "";
}

}  // namespace zerocell::mme
