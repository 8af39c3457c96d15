// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace zerocell::nas {

/// EMM cause, TS 24.301 §9.9.3.9 and annex A. Any octet can stand on the wire; a receiver treats one that is
/// not listed as protocol_error_unspecified.
enum class EmmCause : std::uint8_t {
  imsi_unknown_in_hss = 2,
  illegal_ue = 3,
  imei_not_accepted = 5,
  illegal_me = 6,
  eps_services_not_allowed = 7,
  eps_and_non_eps_services_not_allowed = 8,
  ue_identity_cannot_be_derived = 9,
  implicitly_detached = 10,
  plmn_not_allowed = 11,
  tracking_area_not_allowed = 12,
  roaming_not_allowed_in_tracking_area = 13,
  eps_services_not_allowed_in_plmn = 14,
  no_suitable_cells_in_tracking_area = 15,
  msc_temporarily_not_reachable = 16,
  network_failure = 17,
  cs_domain_not_available = 18,
  esm_failure = 19,
  mac_failure = 20,
  synch_failure = 21,
  congestion = 22,
  ue_security_capabilities_mismatch = 23,
  security_mode_rejected_unspecified = 24,
  not_authorized_for_csg = 25,
  non_eps_authentication_unacceptable = 26,
  redirection_to_5gcn_required = 31,
  requested_service_option_not_authorized = 35,
  iab_node_operation_not_authorized = 36,
  cs_service_temporarily_not_available = 39,
  no_eps_bearer_context_activated = 40,
  severe_network_failure = 42,
  plmn_not_allowed_at_present_location = 78,
  semantically_incorrect_message = 95,
  invalid_mandatory_information = 96,
  message_type_non_existent = 97,
  message_type_not_compatible_with_state = 98,
  information_element_non_existent = 99,
  conditional_ie_error = 100,
  message_not_compatible_with_state = 101,
  protocol_error_unspecified = 111,
};

/// ESM cause, TS 24.301 §9.9.4.4 and annex B.
enum class EsmCause : std::uint8_t {
  operator_determined_barring = 8,
  insufficient_resources = 26,
  missing_or_unknown_apn = 27,
  unknown_pdn_type = 28,
  user_authentication_failed = 29,
  request_rejected_by_gateway = 30,
  request_rejected_unspecified = 31,
  service_option_not_supported = 32,
  requested_service_option_not_subscribed = 33,
  service_option_temporarily_out_of_order = 34,
  pti_already_in_use = 35,
  regular_deactivation = 36,
  eps_qos_not_accepted = 37,
  network_failure = 38,
  reactivation_requested = 39,
  semantic_error_in_tft = 41,
  syntactical_error_in_tft = 42,
  invalid_eps_bearer_identity = 43,
  semantic_errors_in_packet_filters = 44,
  syntactical_errors_in_packet_filters = 45,
  pti_mismatch = 47,
  last_pdn_disconnection_not_allowed = 49,
  pdn_type_ipv4_only_allowed = 50,
  pdn_type_ipv6_only_allowed = 51,
  single_address_bearers_only_allowed = 52,
  esm_information_not_received = 53,
  pdn_connection_does_not_exist = 54,
  multiple_pdn_connections_for_apn_not_allowed = 55,
  collision_with_network_initiated_request = 56,
  pdn_type_ipv4v6_only_allowed = 57,
  pdn_type_non_ip_only_allowed = 58,
  unsupported_qci_value = 59,
  bearer_handling_not_supported = 60,
  pdn_type_ethernet_only_allowed = 61,
  maximum_number_of_eps_bearers_reached = 65,
  requested_apn_not_supported_in_rat_and_plmn = 66,
  invalid_pti_value = 81,
  semantically_incorrect_message = 95,
  invalid_mandatory_information = 96,
  message_type_non_existent = 97,
  message_type_not_compatible_with_state = 98,
  information_element_non_existent = 99,
  conditional_ie_error = 100,
  message_not_compatible_with_state = 101,
  protocol_error_unspecified = 111,
  apn_restriction_value_incompatible = 112,
  multiple_accesses_to_pdn_connection_not_allowed = 113,
};

/// The cause's words in annex A or B, for logs; "unknown cause" for a number that is not listed.
std::string_view name_of(EmmCause cause);
std::string_view name_of(EsmCause cause);

}  // namespace zerocell::nas
