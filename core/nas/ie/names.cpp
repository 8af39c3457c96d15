// SPDX-License-Identifier: Apache-2.0
#include "core/nas/ie/cause.hpp"
#include "core/nas/ie/message_type.hpp"

namespace zerocell::nas {

std::string_view name_of(EmmCause cause) {
  switch (cause) {
    case EmmCause::imsi_unknown_in_hss:
      return "IMSI unknown in HSS";
    case EmmCause::illegal_ue:
      return "illegal UE";
    case EmmCause::imei_not_accepted:
      return "IMEI not accepted";
    case EmmCause::illegal_me:
      return "illegal ME";
    case EmmCause::eps_services_not_allowed:
      return "EPS services not allowed";
    case EmmCause::eps_and_non_eps_services_not_allowed:
      return "EPS and non EPS services not allowed";
    case EmmCause::ue_identity_cannot_be_derived:
      return "UE identity cannot be derived";
    case EmmCause::implicitly_detached:
      return "implicitly detached";
    case EmmCause::plmn_not_allowed:
      return "PLMN not allowed";
    case EmmCause::tracking_area_not_allowed:
      return "tracking area not allowed";
    case EmmCause::roaming_not_allowed_in_tracking_area:
      return "roaming not allowed in tracking area";
    case EmmCause::eps_services_not_allowed_in_plmn:
      return "EPS services not allowed in PLMN";
    case EmmCause::no_suitable_cells_in_tracking_area:
      return "no suitable cells in tracking area";
    case EmmCause::msc_temporarily_not_reachable:
      return "MSC temporarily not reachable";
    case EmmCause::network_failure:
      return "network failure";
    case EmmCause::cs_domain_not_available:
      return "CS domain not available";
    case EmmCause::esm_failure:
      return "ESM failure";
    case EmmCause::mac_failure:
      return "MAC failure";
    case EmmCause::synch_failure:
      return "synch failure";
    case EmmCause::congestion:
      return "congestion";
    case EmmCause::ue_security_capabilities_mismatch:
      return "UE security capabilities mismatch";
    case EmmCause::security_mode_rejected_unspecified:
      return "security mode rejected unspecified";
    case EmmCause::not_authorized_for_csg:
      return "not authorized for CSG";
    case EmmCause::non_eps_authentication_unacceptable:
      return "non EPS authentication unacceptable";
    case EmmCause::redirection_to_5gcn_required:
      return "redirection to 5GCN required";
    case EmmCause::requested_service_option_not_authorized:
      return "requested service option not authorized";
    case EmmCause::iab_node_operation_not_authorized:
      return "IAB node operation not authorized";
    case EmmCause::cs_service_temporarily_not_available:
      return "CS service temporarily not available";
    case EmmCause::no_eps_bearer_context_activated:
      return "no EPS bearer context activated";
    case EmmCause::severe_network_failure:
      return "severe network failure";
    case EmmCause::plmn_not_allowed_at_present_location:
      return "PLMN not allowed at present location";
    case EmmCause::semantically_incorrect_message:
      return "semantically incorrect message";
    case EmmCause::invalid_mandatory_information:
      return "invalid mandatory information";
    case EmmCause::message_type_non_existent:
      return "message type non existent";
    case EmmCause::message_type_not_compatible_with_state:
      return "message type not compatible with state";
    case EmmCause::information_element_non_existent:
      return "information element non existent";
    case EmmCause::conditional_ie_error:
      return "conditional ie error";
    case EmmCause::message_not_compatible_with_state:
      return "message not compatible with state";
    case EmmCause::protocol_error_unspecified:
      return "protocol error unspecified";
  }
  return "unknown cause";
}

std::string_view name_of(EsmCause cause) {
  switch (cause) {
    case EsmCause::operator_determined_barring:
      return "operator determined barring";
    case EsmCause::insufficient_resources:
      return "insufficient resources";
    case EsmCause::missing_or_unknown_apn:
      return "missing or unknown APN";
    case EsmCause::unknown_pdn_type:
      return "unknown PDN type";
    case EsmCause::user_authentication_failed:
      return "user authentication failed";
    case EsmCause::request_rejected_by_gateway:
      return "request rejected by gateway";
    case EsmCause::request_rejected_unspecified:
      return "request rejected unspecified";
    case EsmCause::service_option_not_supported:
      return "service option not supported";
    case EsmCause::requested_service_option_not_subscribed:
      return "requested service option not subscribed";
    case EsmCause::service_option_temporarily_out_of_order:
      return "service option temporarily out of order";
    case EsmCause::pti_already_in_use:
      return "PTI already in use";
    case EsmCause::regular_deactivation:
      return "regular deactivation";
    case EsmCause::eps_qos_not_accepted:
      return "EPS QoS not accepted";
    case EsmCause::network_failure:
      return "network failure";
    case EsmCause::reactivation_requested:
      return "reactivation requested";
    case EsmCause::semantic_error_in_tft:
      return "semantic error in TFT";
    case EsmCause::syntactical_error_in_tft:
      return "syntactical error in TFT";
    case EsmCause::invalid_eps_bearer_identity:
      return "invalid EPS bearer identity";
    case EsmCause::semantic_errors_in_packet_filters:
      return "semantic errors in packet filters";
    case EsmCause::syntactical_errors_in_packet_filters:
      return "syntactical errors in packet filters";
    case EsmCause::pti_mismatch:
      return "PTI mismatch";
    case EsmCause::last_pdn_disconnection_not_allowed:
      return "last PDN disconnection not allowed";
    case EsmCause::pdn_type_ipv4_only_allowed:
      return "PDN type IPv4 only allowed";
    case EsmCause::pdn_type_ipv6_only_allowed:
      return "PDN type IPv6 only allowed";
    case EsmCause::single_address_bearers_only_allowed:
      return "single address bearers only allowed";
    case EsmCause::esm_information_not_received:
      return "ESM information not received";
    case EsmCause::pdn_connection_does_not_exist:
      return "PDN connection does not exist";
    case EsmCause::multiple_pdn_connections_for_apn_not_allowed:
      return "multiple PDN connections for APN not allowed";
    case EsmCause::collision_with_network_initiated_request:
      return "collision with network initiated request";
    case EsmCause::pdn_type_ipv4v6_only_allowed:
      return "PDN type IPv4v6 only allowed";
    case EsmCause::pdn_type_non_ip_only_allowed:
      return "PDN type non IP only allowed";
    case EsmCause::unsupported_qci_value:
      return "unsupported QCI value";
    case EsmCause::bearer_handling_not_supported:
      return "bearer handling not supported";
    case EsmCause::pdn_type_ethernet_only_allowed:
      return "PDN type ethernet only allowed";
    case EsmCause::maximum_number_of_eps_bearers_reached:
      return "maximum number of EPS bearers reached";
    case EsmCause::requested_apn_not_supported_in_rat_and_plmn:
      return "requested APN not supported in RAT and PLMN";
    case EsmCause::invalid_pti_value:
      return "invalid PTI value";
    case EsmCause::semantically_incorrect_message:
      return "semantically incorrect message";
    case EsmCause::invalid_mandatory_information:
      return "invalid mandatory information";
    case EsmCause::message_type_non_existent:
      return "message type non existent";
    case EsmCause::message_type_not_compatible_with_state:
      return "message type not compatible with state";
    case EsmCause::information_element_non_existent:
      return "information element non existent";
    case EsmCause::conditional_ie_error:
      return "conditional ie error";
    case EsmCause::message_not_compatible_with_state:
      return "message not compatible with state";
    case EsmCause::protocol_error_unspecified:
      return "protocol error unspecified";
    case EsmCause::apn_restriction_value_incompatible:
      return "APN restriction value incompatible";
    case EsmCause::multiple_accesses_to_pdn_connection_not_allowed:
      return "multiple accesses to PDN connection not allowed";
  }
  return "unknown cause";
}

std::string_view name_of(EmmType type) {
  switch (type) {
    case EmmType::attach_request:
      return "attach request";
    case EmmType::attach_accept:
      return "attach accept";
    case EmmType::attach_complete:
      return "attach complete";
    case EmmType::attach_reject:
      return "attach reject";
    case EmmType::detach_request:
      return "detach request";
    case EmmType::detach_accept:
      return "detach accept";
    case EmmType::tracking_area_update_request:
      return "tracking area update request";
    case EmmType::tracking_area_update_accept:
      return "tracking area update accept";
    case EmmType::tracking_area_update_complete:
      return "tracking area update complete";
    case EmmType::tracking_area_update_reject:
      return "tracking area update reject";
    case EmmType::extended_service_request:
      return "extended service request";
    case EmmType::control_plane_service_request:
      return "control plane service request";
    case EmmType::service_reject:
      return "service reject";
    case EmmType::service_accept:
      return "service accept";
    case EmmType::guti_reallocation_command:
      return "GUTI reallocation command";
    case EmmType::guti_reallocation_complete:
      return "GUTI reallocation complete";
    case EmmType::authentication_request:
      return "authentication request";
    case EmmType::authentication_response:
      return "authentication response";
    case EmmType::authentication_reject:
      return "authentication reject";
    case EmmType::identity_request:
      return "identity request";
    case EmmType::identity_response:
      return "identity response";
    case EmmType::authentication_failure:
      return "authentication failure";
    case EmmType::security_mode_command:
      return "security mode command";
    case EmmType::security_mode_complete:
      return "security mode complete";
    case EmmType::security_mode_reject:
      return "security mode reject";
    case EmmType::emm_status:
      return "EMM status";
    case EmmType::emm_information:
      return "EMM information";
    case EmmType::downlink_nas_transport:
      return "downlink NAS transport";
    case EmmType::uplink_nas_transport:
      return "uplink NAS transport";
    case EmmType::cs_service_notification:
      return "CS service notification";
    case EmmType::downlink_generic_nas_transport:
      return "downlink generic NAS transport";
    case EmmType::uplink_generic_nas_transport:
      return "uplink generic NAS transport";
    case EmmType::service_request:
      return "service request";
  }
  return "unknown message";
}

std::string_view name_of(EsmType type) {
  switch (type) {
    case EsmType::activate_default_eps_bearer_context_request:
      return "activate default EPS bearer context request";
    case EsmType::activate_default_eps_bearer_context_accept:
      return "activate default EPS bearer context accept";
    case EsmType::activate_default_eps_bearer_context_reject:
      return "activate default EPS bearer context reject";
    case EsmType::activate_dedicated_eps_bearer_context_request:
      return "activate dedicated EPS bearer context request";
    case EsmType::activate_dedicated_eps_bearer_context_accept:
      return "activate dedicated EPS bearer context accept";
    case EsmType::activate_dedicated_eps_bearer_context_reject:
      return "activate dedicated EPS bearer context reject";
    case EsmType::modify_eps_bearer_context_request:
      return "modify EPS bearer context request";
    case EsmType::modify_eps_bearer_context_accept:
      return "modify EPS bearer context accept";
    case EsmType::modify_eps_bearer_context_reject:
      return "modify EPS bearer context reject";
    case EsmType::deactivate_eps_bearer_context_request:
      return "deactivate EPS bearer context request";
    case EsmType::deactivate_eps_bearer_context_accept:
      return "deactivate EPS bearer context accept";
    case EsmType::pdn_connectivity_request:
      return "PDN connectivity request";
    case EsmType::pdn_connectivity_reject:
      return "PDN connectivity reject";
    case EsmType::pdn_disconnect_request:
      return "PDN disconnect request";
    case EsmType::pdn_disconnect_reject:
      return "PDN disconnect reject";
    case EsmType::bearer_resource_allocation_request:
      return "bearer resource allocation request";
    case EsmType::bearer_resource_allocation_reject:
      return "bearer resource allocation reject";
    case EsmType::bearer_resource_modification_request:
      return "bearer resource modification request";
    case EsmType::bearer_resource_modification_reject:
      return "bearer resource modification reject";
    case EsmType::esm_information_request:
      return "ESM information request";
    case EsmType::esm_information_response:
      return "ESM information response";
    case EsmType::notification:
      return "notification";
    case EsmType::esm_dummy_message:
      return "ESM dummy message";
    case EsmType::esm_status:
      return "ESM status";
    case EsmType::remote_ue_report:
      return "remote UE report";
    case EsmType::remote_ue_report_response:
      return "remote UE report response";
    case EsmType::esm_data_transport:
      return "ESM data transport";
  }
  return "unknown message";
}

}  // namespace zerocell::nas
