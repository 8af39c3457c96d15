// SPDX-License-Identifier: Apache-2.0
#include "core/gtp/session_types.hpp"

namespace zerocell::gtp {

std::string_view to_string(Cause cause) {
  switch (cause) {
    case Cause::error_indication_received:
      return "Error Indication received from the eNodeB";
    case Cause::reactivation_requested:
      return "reactivation requested";
    case Cause::request_accepted:
      return "request accepted";
    case Cause::request_accepted_partially:
      return "request accepted partially";
    case Cause::new_pdn_type_network_preference:
      return "new PDN type due to network preference";
    case Cause::new_pdn_type_single_address_bearer_only:
      return "new PDN type due to single address bearer only";
    case Cause::context_not_found:
      return "context not found";
    case Cause::service_not_supported:
      return "service not supported";
    case Cause::mandatory_ie_incorrect:
      return "mandatory IE incorrect";
    case Cause::system_failure:
      return "system failure";
    case Cause::no_resources_available:
      return "no resources available";
    case Cause::semantic_error_in_tft_operation:
      return "semantic error in the TFT operation";
    case Cause::syntactic_error_in_tft_operation:
      return "syntactic error in the TFT operation";
    case Cause::semantic_errors_in_packet_filters:
      return "semantic errors in packet filters";
    case Cause::syntactic_errors_in_packet_filters:
      return "syntactic errors in packet filters";
    case Cause::missing_or_unknown_apn:
      return "missing or unknown APN";
    case Cause::preferred_pdn_type_not_supported:
      return "preferred PDN type not supported";
    case Cause::all_dynamic_addresses_occupied:
      return "all dynamic addresses are occupied";
    case Cause::ue_not_responding:
      return "UE not responding";
    case Cause::ue_refuses:
      return "UE refuses";
    case Cause::service_denied:
      return "service denied";
    case Cause::unable_to_page_ue:
      return "unable to page UE";
    case Cause::apn_access_denied:
      return "APN access denied, no subscription";
    case Cause::request_rejected:
      return "request rejected";
    case Cause::semantic_error_in_tad_operation:
      return "semantic error in the TAD operation";
    case Cause::syntactic_error_in_tad_operation:
      return "syntactic error in the TAD operation";
    case Cause::remote_peer_not_responding:
      return "remote peer not responding";
    case Cause::apn_restriction_incompatible:
      return "APN restriction incompatible with an active PDN connection";
    case Cause::data_forwarding_not_supported:
      return "data forwarding not supported";
    case Cause::temporarily_rejected_due_to_handover:
      return "temporarily rejected, handover in progress";
    case Cause::ue_temporarily_not_reachable_due_to_power_saving:
      return "UE is temporarily not reachable due to power saving";
    case Cause::s1_u_path_failure:
      return "S1-U path failure";
  }
  return "unknown cause";
}

}  // namespace zerocell::gtp
