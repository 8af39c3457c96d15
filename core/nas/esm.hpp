// SPDX-License-Identifier: Apache-2.0
#pragma once

// EPS session management messages, TS 24.301 §8.3 (release 17); written as in core/nas/emm.hpp. Every message
// begins with the bearer and the transaction it belongs to.

#include <optional>

#include "core/nas/ie/capability.hpp"
#include "core/nas/ie/cause.hpp"
#include "core/nas/ie/emm_values.hpp"
#include "core/nas/ie/esm_values.hpp"
#include "core/nas/ie/message_type.hpp"
#include "core/nas/ie/octets.hpp"
#include "core/nas/ie/pco.hpp"
#include "core/nas/ie/qos.hpp"
#include "core/nas/ie/tft.hpp"
#include "core/nas/ie/timer.hpp"
#include "core/types/apn.hpp"

namespace zerocell::nas {

/// ACTIVATE DEDICATED EPS BEARER CONTEXT ACCEPT, §8.3.1, uplink.
struct ActivateDedicatedEpsBearerContextAccept {
  static constexpr EsmType kType = EsmType::activate_dedicated_eps_bearer_context_accept;
  EpsBearerIdentity eps_bearer_identity = kNoEpsBearerIdentity;
  ProcedureTransactionIdentity procedure_transaction_identity = kNoProcedureTransactionIdentity;
  std::optional<Pco> protocol_configuration_options{};
  std::optional<Octets> nbifom_container{};
  std::optional<ExtendedPco> extended_protocol_configuration_options{};
  friend bool operator==(const ActivateDedicatedEpsBearerContextAccept&,
                         const ActivateDedicatedEpsBearerContextAccept&) = default;
};

/// ACTIVATE DEDICATED EPS BEARER CONTEXT REJECT, §8.3.2, uplink.
struct ActivateDedicatedEpsBearerContextReject {
  static constexpr EsmType kType = EsmType::activate_dedicated_eps_bearer_context_reject;
  EpsBearerIdentity eps_bearer_identity = kNoEpsBearerIdentity;
  ProcedureTransactionIdentity procedure_transaction_identity = kNoProcedureTransactionIdentity;
  EsmCause esm_cause{};
  std::optional<Pco> protocol_configuration_options{};
  std::optional<Octets> nbifom_container{};
  std::optional<ExtendedPco> extended_protocol_configuration_options{};
  friend bool operator==(const ActivateDedicatedEpsBearerContextReject&,
                         const ActivateDedicatedEpsBearerContextReject&) = default;
};

/// ACTIVATE DEDICATED EPS BEARER CONTEXT REQUEST, §8.3.3, downlink.
struct ActivateDedicatedEpsBearerContextRequest {
  static constexpr EsmType kType = EsmType::activate_dedicated_eps_bearer_context_request;
  EpsBearerIdentity eps_bearer_identity = kNoEpsBearerIdentity;
  ProcedureTransactionIdentity procedure_transaction_identity = kNoProcedureTransactionIdentity;
  LinkedBearer linked_eps_bearer_identity{};
  EpsQos eps_qos{};
  TftView tft{};
  std::optional<Octets> transaction_identifier{};
  std::optional<Octets> negotiated_qos{};
  std::optional<std::uint8_t> negotiated_llc_sapi{};
  std::optional<RadioPriority> radio_priority{};
  std::optional<std::uint8_t> packet_flow_identifier{};
  std::optional<Pco> protocol_configuration_options{};
  std::optional<WlanOffload> wlan_offload_indication{};
  std::optional<Octets> nbifom_container{};
  std::optional<ExtendedPco> extended_protocol_configuration_options{};
  std::optional<ExtendedEpsQos> extended_eps_qos{};
  friend bool operator==(const ActivateDedicatedEpsBearerContextRequest&,
                         const ActivateDedicatedEpsBearerContextRequest&) = default;
};

/// ACTIVATE DEFAULT EPS BEARER CONTEXT ACCEPT, §8.3.4, uplink.
struct ActivateDefaultEpsBearerContextAccept {
  static constexpr EsmType kType = EsmType::activate_default_eps_bearer_context_accept;
  EpsBearerIdentity eps_bearer_identity = kNoEpsBearerIdentity;
  ProcedureTransactionIdentity procedure_transaction_identity = kNoProcedureTransactionIdentity;
  std::optional<Pco> protocol_configuration_options{};
  std::optional<ExtendedPco> extended_protocol_configuration_options{};
  friend bool operator==(const ActivateDefaultEpsBearerContextAccept&,
                         const ActivateDefaultEpsBearerContextAccept&) = default;
};

/// ACTIVATE DEFAULT EPS BEARER CONTEXT REJECT, §8.3.5, uplink.
struct ActivateDefaultEpsBearerContextReject {
  static constexpr EsmType kType = EsmType::activate_default_eps_bearer_context_reject;
  EpsBearerIdentity eps_bearer_identity = kNoEpsBearerIdentity;
  ProcedureTransactionIdentity procedure_transaction_identity = kNoProcedureTransactionIdentity;
  EsmCause esm_cause{};
  std::optional<Pco> protocol_configuration_options{};
  std::optional<ExtendedPco> extended_protocol_configuration_options{};
  friend bool operator==(const ActivateDefaultEpsBearerContextReject&,
                         const ActivateDefaultEpsBearerContextReject&) = default;
};

/// ACTIVATE DEFAULT EPS BEARER CONTEXT REQUEST, §8.3.6, downlink.
struct ActivateDefaultEpsBearerContextRequest {
  static constexpr EsmType kType = EsmType::activate_default_eps_bearer_context_request;
  EpsBearerIdentity eps_bearer_identity = kNoEpsBearerIdentity;
  ProcedureTransactionIdentity procedure_transaction_identity = kNoProcedureTransactionIdentity;
  EpsQos eps_qos{};
  Apn access_point_name{};
  PdnAddress pdn_address{};
  std::optional<Octets> transaction_identifier{};
  std::optional<Octets> negotiated_qos{};
  std::optional<std::uint8_t> negotiated_llc_sapi{};
  std::optional<RadioPriority> radio_priority{};
  std::optional<std::uint8_t> packet_flow_identifier{};
  std::optional<ApnAmbr> apn_ambr{};
  std::optional<EsmCause> esm_cause{};
  std::optional<Pco> protocol_configuration_options{};
  std::optional<ConnectivityType> connectivity_type{};
  std::optional<WlanOffload> wlan_offload_indication{};
  std::optional<Octets> nbifom_container{};
  std::optional<HeaderCompressionConfiguration> header_compression_configuration{};
  std::optional<ControlPlaneOnly> control_plane_only_indication{};
  std::optional<ExtendedPco> extended_protocol_configuration_options{};
  std::optional<std::uint16_t> serving_plmn_rate_control{};
  std::optional<ExtendedApnAmbr> extended_apn_ambr{};
  friend bool operator==(const ActivateDefaultEpsBearerContextRequest&,
                         const ActivateDefaultEpsBearerContextRequest&) = default;
};

/// BEARER RESOURCE ALLOCATION REJECT, §8.3.7, downlink.
struct BearerResourceAllocationReject {
  static constexpr EsmType kType = EsmType::bearer_resource_allocation_reject;
  EpsBearerIdentity eps_bearer_identity = kNoEpsBearerIdentity;
  ProcedureTransactionIdentity procedure_transaction_identity = kNoProcedureTransactionIdentity;
  EsmCause esm_cause{};
  std::optional<Pco> protocol_configuration_options{};
  std::optional<GprsTimer3> back_off_timer_value{};
  std::optional<ReattemptIndicator> re_attempt_indicator{};
  std::optional<Octets> nbifom_container{};
  std::optional<ExtendedPco> extended_protocol_configuration_options{};
  friend bool operator==(const BearerResourceAllocationReject&,
                         const BearerResourceAllocationReject&) = default;
};

/// BEARER RESOURCE ALLOCATION REQUEST, §8.3.8, uplink.
struct BearerResourceAllocationRequest {
  static constexpr EsmType kType = EsmType::bearer_resource_allocation_request;
  EpsBearerIdentity eps_bearer_identity = kNoEpsBearerIdentity;
  ProcedureTransactionIdentity procedure_transaction_identity = kNoProcedureTransactionIdentity;
  LinkedBearer linked_eps_bearer_identity{};
  TftView traffic_flow_aggregate{};
  EpsQos required_traffic_flow_qos{};
  std::optional<Pco> protocol_configuration_options{};
  std::optional<DeviceProperties> device_properties{};
  std::optional<Octets> nbifom_container{};
  std::optional<ExtendedPco> extended_protocol_configuration_options{};
  std::optional<ExtendedEpsQos> extended_eps_qos{};
  friend bool operator==(const BearerResourceAllocationRequest&,
                         const BearerResourceAllocationRequest&) = default;
};

/// BEARER RESOURCE MODIFICATION REJECT, §8.3.9, downlink.
struct BearerResourceModificationReject {
  static constexpr EsmType kType = EsmType::bearer_resource_modification_reject;
  EpsBearerIdentity eps_bearer_identity = kNoEpsBearerIdentity;
  ProcedureTransactionIdentity procedure_transaction_identity = kNoProcedureTransactionIdentity;
  EsmCause esm_cause{};
  std::optional<Pco> protocol_configuration_options{};
  std::optional<GprsTimer3> back_off_timer_value{};
  std::optional<ReattemptIndicator> re_attempt_indicator{};
  std::optional<Octets> nbifom_container{};
  std::optional<ExtendedPco> extended_protocol_configuration_options{};
  friend bool operator==(const BearerResourceModificationReject&,
                         const BearerResourceModificationReject&) = default;
};

/// BEARER RESOURCE MODIFICATION REQUEST, §8.3.10, uplink.
struct BearerResourceModificationRequest {
  static constexpr EsmType kType = EsmType::bearer_resource_modification_request;
  EpsBearerIdentity eps_bearer_identity = kNoEpsBearerIdentity;
  ProcedureTransactionIdentity procedure_transaction_identity = kNoProcedureTransactionIdentity;
  LinkedBearer eps_bearer_identity_for_packet_filter{};
  TftView traffic_flow_aggregate{};
  std::optional<EpsQos> required_traffic_flow_qos{};
  std::optional<EsmCause> esm_cause{};
  std::optional<Pco> protocol_configuration_options{};
  std::optional<DeviceProperties> device_properties{};
  std::optional<Octets> nbifom_container{};
  std::optional<HeaderCompressionConfiguration> header_compression_configuration{};
  std::optional<ExtendedPco> extended_protocol_configuration_options{};
  std::optional<ExtendedEpsQos> extended_eps_qos{};
  friend bool operator==(const BearerResourceModificationRequest&,
                         const BearerResourceModificationRequest&) = default;
};

/// DEACTIVATE EPS BEARER CONTEXT ACCEPT, §8.3.11, uplink.
struct DeactivateEpsBearerContextAccept {
  static constexpr EsmType kType = EsmType::deactivate_eps_bearer_context_accept;
  EpsBearerIdentity eps_bearer_identity = kNoEpsBearerIdentity;
  ProcedureTransactionIdentity procedure_transaction_identity = kNoProcedureTransactionIdentity;
  std::optional<Pco> protocol_configuration_options{};
  std::optional<ExtendedPco> extended_protocol_configuration_options{};
  friend bool operator==(const DeactivateEpsBearerContextAccept&,
                         const DeactivateEpsBearerContextAccept&) = default;
};

/// DEACTIVATE EPS BEARER CONTEXT REQUEST, §8.3.12, downlink.
struct DeactivateEpsBearerContextRequest {
  static constexpr EsmType kType = EsmType::deactivate_eps_bearer_context_request;
  EpsBearerIdentity eps_bearer_identity = kNoEpsBearerIdentity;
  ProcedureTransactionIdentity procedure_transaction_identity = kNoProcedureTransactionIdentity;
  EsmCause esm_cause{};
  std::optional<Pco> protocol_configuration_options{};
  std::optional<GprsTimer3> t3396_value{};
  std::optional<WlanOffload> wlan_offload_indication{};
  std::optional<Octets> nbifom_container{};
  std::optional<ExtendedPco> extended_protocol_configuration_options{};
  friend bool operator==(const DeactivateEpsBearerContextRequest&,
                         const DeactivateEpsBearerContextRequest&) = default;
};

/// ESM DUMMY MESSAGE, §8.3.12A, both directions.
struct EsmDummyMessage {
  static constexpr EsmType kType = EsmType::esm_dummy_message;
  EpsBearerIdentity eps_bearer_identity = kNoEpsBearerIdentity;
  ProcedureTransactionIdentity procedure_transaction_identity = kNoProcedureTransactionIdentity;
  friend bool operator==(const EsmDummyMessage&, const EsmDummyMessage&) = default;
};

/// ESM INFORMATION REQUEST, §8.3.13, downlink.
struct EsmInformationRequest {
  static constexpr EsmType kType = EsmType::esm_information_request;
  EpsBearerIdentity eps_bearer_identity = kNoEpsBearerIdentity;
  ProcedureTransactionIdentity procedure_transaction_identity = kNoProcedureTransactionIdentity;
  friend bool operator==(const EsmInformationRequest&, const EsmInformationRequest&) = default;
};

/// ESM INFORMATION RESPONSE, §8.3.14, uplink.
struct EsmInformationResponse {
  static constexpr EsmType kType = EsmType::esm_information_response;
  EpsBearerIdentity eps_bearer_identity = kNoEpsBearerIdentity;
  ProcedureTransactionIdentity procedure_transaction_identity = kNoProcedureTransactionIdentity;
  std::optional<Apn> access_point_name{};
  std::optional<Pco> protocol_configuration_options{};
  std::optional<ExtendedPco> extended_protocol_configuration_options{};
  friend bool operator==(const EsmInformationResponse&, const EsmInformationResponse&) = default;
};

/// ESM STATUS, §8.3.15, both directions.
struct EsmStatus {
  static constexpr EsmType kType = EsmType::esm_status;
  EpsBearerIdentity eps_bearer_identity = kNoEpsBearerIdentity;
  ProcedureTransactionIdentity procedure_transaction_identity = kNoProcedureTransactionIdentity;
  EsmCause esm_cause{};
  friend bool operator==(const EsmStatus&, const EsmStatus&) = default;
};

/// MODIFY EPS BEARER CONTEXT ACCEPT, §8.3.16, uplink.
struct ModifyEpsBearerContextAccept {
  static constexpr EsmType kType = EsmType::modify_eps_bearer_context_accept;
  EpsBearerIdentity eps_bearer_identity = kNoEpsBearerIdentity;
  ProcedureTransactionIdentity procedure_transaction_identity = kNoProcedureTransactionIdentity;
  std::optional<Pco> protocol_configuration_options{};
  std::optional<Octets> nbifom_container{};
  std::optional<ExtendedPco> extended_protocol_configuration_options{};
  friend bool operator==(const ModifyEpsBearerContextAccept&, const ModifyEpsBearerContextAccept&) = default;
};

/// MODIFY EPS BEARER CONTEXT REJECT, §8.3.17, uplink.
struct ModifyEpsBearerContextReject {
  static constexpr EsmType kType = EsmType::modify_eps_bearer_context_reject;
  EpsBearerIdentity eps_bearer_identity = kNoEpsBearerIdentity;
  ProcedureTransactionIdentity procedure_transaction_identity = kNoProcedureTransactionIdentity;
  EsmCause esm_cause{};
  std::optional<Pco> protocol_configuration_options{};
  std::optional<Octets> nbifom_container{};
  std::optional<ExtendedPco> extended_protocol_configuration_options{};
  friend bool operator==(const ModifyEpsBearerContextReject&, const ModifyEpsBearerContextReject&) = default;
};

/// MODIFY EPS BEARER CONTEXT REQUEST, §8.3.18, downlink.
struct ModifyEpsBearerContextRequest {
  static constexpr EsmType kType = EsmType::modify_eps_bearer_context_request;
  EpsBearerIdentity eps_bearer_identity = kNoEpsBearerIdentity;
  ProcedureTransactionIdentity procedure_transaction_identity = kNoProcedureTransactionIdentity;
  std::optional<EpsQos> new_eps_qos{};
  std::optional<TftView> tft{};
  std::optional<Octets> new_qos{};
  std::optional<std::uint8_t> negotiated_llc_sapi{};
  std::optional<RadioPriority> radio_priority{};
  std::optional<std::uint8_t> packet_flow_identifier{};
  std::optional<ApnAmbr> apn_ambr{};
  std::optional<Pco> protocol_configuration_options{};
  std::optional<WlanOffload> wlan_offload_indication{};
  std::optional<Octets> nbifom_container{};
  std::optional<HeaderCompressionConfiguration> header_compression_configuration{};
  std::optional<ExtendedPco> extended_protocol_configuration_options{};
  std::optional<ExtendedApnAmbr> extended_apn_ambr{};
  std::optional<ExtendedEpsQos> extended_eps_qos{};
  friend bool operator==(const ModifyEpsBearerContextRequest&,
                         const ModifyEpsBearerContextRequest&) = default;
};

/// NOTIFICATION, §8.3.18A, downlink.
struct Notification {
  static constexpr EsmType kType = EsmType::notification;
  EpsBearerIdentity eps_bearer_identity = kNoEpsBearerIdentity;
  ProcedureTransactionIdentity procedure_transaction_identity = kNoProcedureTransactionIdentity;
  NotificationIndicator notification_indicator{};
  friend bool operator==(const Notification&, const Notification&) = default;
};

/// PDN CONNECTIVITY REJECT, §8.3.19, downlink.
struct PdnConnectivityReject {
  static constexpr EsmType kType = EsmType::pdn_connectivity_reject;
  EpsBearerIdentity eps_bearer_identity = kNoEpsBearerIdentity;
  ProcedureTransactionIdentity procedure_transaction_identity = kNoProcedureTransactionIdentity;
  EsmCause esm_cause{};
  std::optional<Pco> protocol_configuration_options{};
  std::optional<GprsTimer3> back_off_timer_value{};
  std::optional<ReattemptIndicator> re_attempt_indicator{};
  std::optional<Octets> nbifom_container{};
  std::optional<ExtendedPco> extended_protocol_configuration_options{};
  friend bool operator==(const PdnConnectivityReject&, const PdnConnectivityReject&) = default;
};

/// PDN CONNECTIVITY REQUEST, §8.3.20, uplink.
struct PdnConnectivityRequest {
  static constexpr EsmType kType = EsmType::pdn_connectivity_request;
  EpsBearerIdentity eps_bearer_identity = kNoEpsBearerIdentity;
  ProcedureTransactionIdentity procedure_transaction_identity = kNoProcedureTransactionIdentity;
  RequestType request_type = RequestType::initial;
  PdnType pdn_type = PdnType::ipv4;
  std::optional<EsmInformationTransfer> esm_information_transfer_flag{};
  std::optional<Apn> access_point_name{};
  std::optional<Pco> protocol_configuration_options{};
  std::optional<DeviceProperties> device_properties{};
  std::optional<Octets> nbifom_container{};
  std::optional<HeaderCompressionConfiguration> header_compression_configuration{};
  std::optional<ExtendedPco> extended_protocol_configuration_options{};
  friend bool operator==(const PdnConnectivityRequest&, const PdnConnectivityRequest&) = default;
};

/// PDN DISCONNECT REJECT, §8.3.21, downlink.
struct PdnDisconnectReject {
  static constexpr EsmType kType = EsmType::pdn_disconnect_reject;
  EpsBearerIdentity eps_bearer_identity = kNoEpsBearerIdentity;
  ProcedureTransactionIdentity procedure_transaction_identity = kNoProcedureTransactionIdentity;
  EsmCause esm_cause{};
  std::optional<Pco> protocol_configuration_options{};
  std::optional<ExtendedPco> extended_protocol_configuration_options{};
  friend bool operator==(const PdnDisconnectReject&, const PdnDisconnectReject&) = default;
};

/// PDN DISCONNECT REQUEST, §8.3.22, uplink.
struct PdnDisconnectRequest {
  static constexpr EsmType kType = EsmType::pdn_disconnect_request;
  EpsBearerIdentity eps_bearer_identity = kNoEpsBearerIdentity;
  ProcedureTransactionIdentity procedure_transaction_identity = kNoProcedureTransactionIdentity;
  LinkedBearer linked_eps_bearer_identity{};
  std::optional<Pco> protocol_configuration_options{};
  std::optional<ExtendedPco> extended_protocol_configuration_options{};
  friend bool operator==(const PdnDisconnectRequest&, const PdnDisconnectRequest&) = default;
};

/// REMOTE UE REPORT, §8.3.23, uplink.
struct RemoteUeReport {
  static constexpr EsmType kType = EsmType::remote_ue_report;
  EpsBearerIdentity eps_bearer_identity = kNoEpsBearerIdentity;
  ProcedureTransactionIdentity procedure_transaction_identity = kNoProcedureTransactionIdentity;
  std::optional<Octets> remote_ue_context_connected{};
  std::optional<Octets> remote_ue_context_disconnected{};
  std::optional<PkmfAddress> prose_key_management_function_address{};
  friend bool operator==(const RemoteUeReport&, const RemoteUeReport&) = default;
};

/// REMOTE UE REPORT RESPONSE, §8.3.24, downlink.
struct RemoteUeReportResponse {
  static constexpr EsmType kType = EsmType::remote_ue_report_response;
  EpsBearerIdentity eps_bearer_identity = kNoEpsBearerIdentity;
  ProcedureTransactionIdentity procedure_transaction_identity = kNoProcedureTransactionIdentity;
  friend bool operator==(const RemoteUeReportResponse&, const RemoteUeReportResponse&) = default;
};

/// ESM DATA TRANSPORT, §8.3.25, both directions.
struct EsmDataTransport {
  static constexpr EsmType kType = EsmType::esm_data_transport;
  EpsBearerIdentity eps_bearer_identity = kNoEpsBearerIdentity;
  ProcedureTransactionIdentity procedure_transaction_identity = kNoProcedureTransactionIdentity;
  Octets user_data_container{};
  std::optional<ReleaseAssistance> release_assistance_indication{};
  friend bool operator==(const EsmDataTransport&, const EsmDataTransport&) = default;
};

}  // namespace zerocell::nas
