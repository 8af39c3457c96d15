// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "asn1/s1ap/message_type.hpp"
#include "asn1/s1ap/trace_activation.hpp"

/// Handover signalling, TS 36.413 §8.4.
namespace zerocell::s1ap {

struct Cgi {
  Plmn plmn_identity{};
  std::uint16_t lac = 0;
  std::uint16_t ci = 0;
  std::optional<std::uint8_t> rac{};
};

struct GnbId {
  BitNumber value{};  ///< 22 to 32 bits.
};

struct GnbIdentity : std::variant<GnbId> {
  using variant::variant;
};

/// §9.2.1.132.
struct GlobalGnbId {
  Plmn plmn_identity{};
  GnbIdentity gnb_id{};
};

struct Gnb {
  GlobalGnbId global_gnb_id{};
};

struct NgEnb {
  GlobalEnbId global_ng_enb_id{};
};

struct GlobalRanNodeId : std::variant<Gnb, NgEnb> {
  using variant::variant;
};

struct TargetNgRanNodeId {
  GlobalRanNodeId global_ran_node_id{};
  FivegsTai selected_tai{};
};

/// §9.2.1.6.
struct TargetId : std::variant<TargetEnbId, TargetRncId, Cgi, TargetNgRanNodeId> {
  using variant::variant;
};

struct ErabToBeSetupItemHoReq {
  std::uint8_t erab_id = 0;  ///< 0 to 15, extensible.
  TransportLayerAddress transport_layer_address{};
  std::uint32_t gtp_teid = 0;
  ErabLevelQosParameters erab_level_qos_parameters{};
  std::optional<DataForwardingNotPossible> data_forwarding_not_possible{};
  std::optional<BearerType> bearer_type{};
  std::optional<EthernetType> ethernet_type{};
  std::optional<SecurityIndication> security_indication{};
};

struct ErabAdmittedItem {
  std::uint8_t erab_id = 0;  ///< 0 to 15, extensible.
  TransportLayerAddress transport_layer_address{};
  std::uint32_t gtp_teid = 0;
  std::optional<TransportLayerAddress> dl_transport_layer_address{};
  std::optional<std::uint32_t> dl_gtp_teid{};
  std::optional<TransportLayerAddress> ul_transport_layer_address{};
  std::optional<std::uint32_t> ul_gtp_teid{};
};

struct ErabFailedToSetupItemHoReqAck {
  std::uint8_t erab_id = 0;  ///< 0 to 15, extensible.
  Cause cause{};
};

struct ErabToBeSwitchedDlItem {
  std::uint8_t erab_id = 0;  ///< 0 to 15, extensible.
  TransportLayerAddress transport_layer_address{};
  std::uint32_t gtp_teid = 0;
  std::optional<SecurityIndication> security_indication{};
};

struct ErabToBeSwitchedUlItem {
  std::uint8_t erab_id = 0;  ///< 0 to 15, extensible.
  TransportLayerAddress transport_layer_address{};
  std::uint32_t gtp_teid = 0;
};

struct ErabToBeUpdatedItem {
  std::uint8_t erab_id = 0;  ///< 0 to 15, extensible.
  std::optional<SecurityIndication> security_indication{};
};

/// §9.2.1.32.
struct CountValue {
  std::uint16_t pdcp_sn = 0;  ///< 0 to 4095.
  std::uint32_t hfn = 0;      ///< 0 to 1048575.
};

/// §9.2.1.90.
struct CountValueExtended {
  std::uint16_t pdcp_sn_extended = 0;  ///< 0 to 32767.
  std::uint32_t hfn_modified = 0;      ///< 0 to 131071.
};

struct CountValuePdcpSnLength18 {
  std::uint32_t pdcp_sn_length18 = 0;          ///< 0 to 262143.
  std::uint16_t hfn_for_pdcp_sn_length18 = 0;  ///< 0 to 16383.
};

struct BearersSubjectToStatusTransferItem {
  std::uint8_t erab_id = 0;  ///< 0 to 15, extensible.
  CountValue ul_count_value{};
  CountValue dl_count_value{};
  std::optional<BitString> receive_status_of_ul_pdcp_sdus{};  ///< 4096 bits.
  std::optional<CountValueExtended> ul_count_value_extended{};
  std::optional<CountValueExtended> dl_count_value_extended{};
  std::optional<BitString> receive_status_of_ul_pdcp_sdus_extended{};  ///< 1 to 16384 bits.
  std::optional<CountValuePdcpSnLength18> ul_count_value_pdcp_sn_length18{};
  std::optional<CountValuePdcpSnLength18> dl_count_value_pdcp_sn_length18{};
  std::optional<BitString> receive_status_of_ul_pdcp_sdus_pdcp_sn_length18{};  ///< 1 to 131072 bits.
};

/// §9.2.1.31.
struct EnbStatusTransferTransparentContainer {
  List<BearersSubjectToStatusTransferItem> bearers_subject_to_status_transfer_list{};  ///< At most 256.
};

struct DlCountPdcpSnLength : std::variant<CountValue, CountValueExtended, CountValuePdcpSnLength18> {
  using variant::variant;
};

struct BearersSubjectToEarlyStatusTransferItem {
  std::uint8_t erab_id = 0;  ///< 0 to 15, extensible.
  DlCountPdcpSnLength dl_count_pdcp_sn_length{};
};

/// §9.2.1.157.
struct EnbEarlyStatusTransferTransparentContainer {
  List<BearersSubjectToEarlyStatusTransferItem>
      bearers_subject_to_early_status_transfer_list{};  ///< At most 256.
};

/// §9.1.5.1, eNB to MME.
struct HandoverRequired {
  static constexpr MessageType kType = MessageType::handover_required;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  HandoverType handover_type{};
  Cause cause{};
  TargetId target_id{};
  std::optional<DirectForwardingPathAvailability> direct_forwarding_path_availability{};
  std::optional<SrvccHoIndication> srvcc_ho_indication{};
  Bytes source_to_target_transparent_container{};
  std::optional<Bytes> source_to_target_transparent_container_secondary{};
  std::optional<Bytes> ms_classmark_2{};
  std::optional<Bytes> ms_classmark_3{};
  std::optional<std::uint32_t> csg_id{};  ///< 27 bits.
  std::optional<CellAccessMode> cell_access_mode{};
  std::optional<PsServiceNotAvailable> ps_service_not_available{};
};

/// §9.1.5.2, MME to eNB.
struct HandoverCommand {
  static constexpr MessageType kType = MessageType::handover_command;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  HandoverType handover_type{};
  std::optional<Bytes> nas_security_parameters_from_eutran{};
  List<ErabDataForwardingItem> erab_subject_to_data_forwarding_list{};  ///< At most 256; empty when absent.
  List<ErabItem> e_ra_bto_release_list{};                               ///< At most 256; empty when absent.
  Bytes target_to_source_transparent_container{};
  std::optional<Bytes> target_to_source_transparent_container_secondary{};
  std::optional<CriticalityDiagnostics> criticality_diagnostics{};
};

/// §9.1.5.3, MME to eNB.
struct HandoverPreparationFailure {
  static constexpr MessageType kType = MessageType::handover_preparation_failure;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  Cause cause{};
  std::optional<CriticalityDiagnostics> criticality_diagnostics{};
};

/// §9.1.5.4, MME to eNB.
struct HandoverRequest {
  static constexpr MessageType kType = MessageType::handover_request;
  std::uint32_t mme_ue_s1ap_id = 0;
  HandoverType handover_type{};
  Cause cause{};
  UeAggregateMaximumBitrate ue_aggregate_maximum_bitrate{};
  List<ErabToBeSetupItemHoReq> erab_to_be_setup_list{};  ///< At most 256.
  Bytes source_to_target_transparent_container{};
  UeSecurityCapabilities ue_security_capabilities{};
  std::optional<HandoverRestrictionList> handover_restriction_list{};
  std::optional<TraceActivation> trace_activation{};
  std::optional<RequestType> request_type{};
  std::optional<SrvccOperationPossible> srvcc_operation_possible{};
  SecurityContext security_context{};
  std::optional<Bytes> nas_security_parameters_to_eutran{};
  std::optional<std::uint32_t> csg_id{};  ///< 27 bits.
  std::optional<CsgMembershipStatus> csg_membership_status{};
  std::optional<Gummei> gummei_id{};
  std::optional<std::uint32_t> mme_ue_s1ap_id_2{};
  std::optional<ManagementBasedMdtAllowed> management_based_mdt_allowed{};
  List<Plmn> management_based_mdt_plmn_list{};  ///< At most 16; empty when absent.
  std::optional<std::uint64_t> masked_imeisv{};
  std::optional<ExpectedUeBehaviour> expected_ue_behaviour{};
  std::optional<ProseAuthorized> prose_authorized{};
  std::optional<UeUserPlaneCiotSupportIndicator> ue_user_plane_ciot_support_indicator{};
  std::optional<V2xServicesAuthorized> v2x_services_authorized{};
  std::optional<UeSidelinkAggregateMaximumBitrate> ue_sidelink_aggregate_maximum_bitrate{};
  std::optional<EnhancedCoverageRestricted> enhanced_coverage_restricted{};
  std::optional<NrUeSecurityCapabilities> nr_ue_security_capabilities{};
  std::optional<CeModeBRestricted> ce_mode_b_restricted{};
  std::optional<AerialUeSubscriptionInformation> aerial_ue_subscription_information{};
  std::optional<PendingDataIndication> pending_data_indication{};
  std::optional<SubscriptionBasedUeDifferentiationInfo> subscription_based_ue_differentiation_info{};
  std::optional<std::uint32_t> additional_rrm_priority_index{};
  std::optional<IabAuthorized> iab_authorized{};
  std::optional<NrV2xServicesAuthorized> nr_v2x_services_authorized{};
  std::optional<NrUeSidelinkAggregateMaximumBitrate> nr_ue_sidelink_aggregate_maximum_bitrate{};
  std::optional<Pc5QosParameters> pc5_qos_parameters{};
  std::optional<Bytes> ue_radio_capability_id{};
};

/// §9.1.5.5, eNB to MME.
struct HandoverRequestAcknowledge {
  static constexpr MessageType kType = MessageType::handover_request_acknowledge;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;                                 ///< 0 to 16777215.
  List<ErabAdmittedItem> erab_admitted_list{};                      ///< At most 256.
  List<ErabFailedToSetupItemHoReqAck> erab_failed_to_setup_list{};  ///< At most 256; empty when absent.
  Bytes target_to_source_transparent_container{};
  std::optional<std::uint32_t> csg_id{};  ///< 27 bits.
  std::optional<CriticalityDiagnostics> criticality_diagnostics{};
  std::optional<CellAccessMode> cell_access_mode{};
  std::optional<CeModeBSupportIndicator> ce_mode_b_support_indicator{};
};

/// §9.1.5.6, eNB to MME.
struct HandoverFailure {
  static constexpr MessageType kType = MessageType::handover_failure;
  std::uint32_t mme_ue_s1ap_id = 0;
  Cause cause{};
  std::optional<CriticalityDiagnostics> criticality_diagnostics{};
};

/// §9.1.5.7, eNB to MME.
struct HandoverNotify {
  static constexpr MessageType kType = MessageType::handover_notify;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  Ecgi eutran_cgi{};
  Tai tai{};
  std::optional<TunnelInformation> tunnel_information_for_bbf{};
  std::optional<Bytes> lhn_id{};  ///< 32 to 256 octets.
  std::optional<PsCellInformation> ps_cell_information{};
  std::optional<NotifySourceEnb> notify_source_enb{};
  std::optional<LteNtnTaiInformation> lte_ntn_tai_information{};
};

/// §9.1.5.8, eNB to MME.
struct PathSwitchRequest {
  static constexpr MessageType kType = MessageType::path_switch_request;
  std::uint32_t enb_ue_s1ap_id = 0;                            ///< 0 to 16777215.
  List<ErabToBeSwitchedDlItem> erab_to_be_switched_dl_list{};  ///< At most 256.
  std::uint32_t source_mme_ue_s1ap_id = 0;
  Ecgi eutran_cgi{};
  Tai tai{};
  UeSecurityCapabilities ue_security_capabilities{};
  std::optional<std::uint32_t> csg_id{};  ///< 27 bits.
  std::optional<CellAccessMode> cell_access_mode{};
  std::optional<Gummei> source_mme_gummei{};
  std::optional<CsgMembershipStatus> csg_membership_status{};
  std::optional<TunnelInformation> tunnel_information_for_bbf{};
  std::optional<Bytes> lhn_id{};  ///< 32 to 256 octets.
  std::optional<RrcEstablishmentCause> rrc_resume_cause{};
  std::optional<NrUeSecurityCapabilities> nr_ue_security_capabilities{};
  std::optional<PsCellInformation> ps_cell_information{};
  std::optional<LteNtnTaiInformation> lte_ntn_tai_information{};
};

/// §9.1.5.9, MME to eNB.
struct PathSwitchRequestAcknowledge {
  static constexpr MessageType kType = MessageType::path_switch_request_acknowledge;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  std::optional<UeAggregateMaximumBitrate> ue_aggregate_maximum_bitrate{};
  List<ErabToBeSwitchedUlItem> erab_to_be_switched_ul_list{};  ///< At most 256; empty when absent.
  List<ErabItem> erab_to_be_released_list{};                   ///< At most 256; empty when absent.
  SecurityContext security_context{};
  std::optional<CriticalityDiagnostics> criticality_diagnostics{};
  std::optional<std::uint32_t> mme_ue_s1ap_id_2{};
  std::optional<CsgMembershipStatus> csg_membership_status{};
  std::optional<ProseAuthorized> prose_authorized{};
  std::optional<UeUserPlaneCiotSupportIndicator> ue_user_plane_ciot_support_indicator{};
  std::optional<V2xServicesAuthorized> v2x_services_authorized{};
  std::optional<UeSidelinkAggregateMaximumBitrate> ue_sidelink_aggregate_maximum_bitrate{};
  std::optional<EnhancedCoverageRestricted> enhanced_coverage_restricted{};
  std::optional<NrUeSecurityCapabilities> nr_ue_security_capabilities{};
  std::optional<CeModeBRestricted> ce_mode_b_restricted{};
  std::optional<AerialUeSubscriptionInformation> aerial_ue_subscription_information{};
  std::optional<PendingDataIndication> pending_data_indication{};
  std::optional<SubscriptionBasedUeDifferentiationInfo> subscription_based_ue_differentiation_info{};
  std::optional<HandoverRestrictionList> handover_restriction_list{};
  std::optional<std::uint32_t> additional_rrm_priority_index{};
  std::optional<NrV2xServicesAuthorized> nr_v2x_services_authorized{};
  std::optional<NrUeSidelinkAggregateMaximumBitrate> nr_ue_sidelink_aggregate_maximum_bitrate{};
  std::optional<Pc5QosParameters> pc5_qos_parameters{};
  std::optional<Bytes> ue_radio_capability_id{};
  std::optional<UeSecurityCapabilities> ue_security_capabilities{};
  List<ErabToBeUpdatedItem> erab_to_be_updated_list{};  ///< At most 256; empty when absent.
};

/// §9.1.5.10, MME to eNB.
struct PathSwitchRequestFailure {
  static constexpr MessageType kType = MessageType::path_switch_request_failure;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  Cause cause{};
  std::optional<CriticalityDiagnostics> criticality_diagnostics{};
};

/// §9.1.5.11, eNB to MME.
struct HandoverCancel {
  static constexpr MessageType kType = MessageType::handover_cancel;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  Cause cause{};
};

/// §9.1.5.12, MME to eNB.
struct HandoverCancelAcknowledge {
  static constexpr MessageType kType = MessageType::handover_cancel_acknowledge;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  std::optional<CriticalityDiagnostics> criticality_diagnostics{};
};

/// §9.1.5.15, MME to eNB.
struct HandoverSuccess {
  static constexpr MessageType kType = MessageType::handover_success;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
};

/// §9.1.5.13, eNB to MME.
struct EnbStatusTransfer {
  static constexpr MessageType kType = MessageType::enb_status_transfer;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  EnbStatusTransferTransparentContainer enb_status_transfer_transparent_container{};
};

/// §9.1.5.14, MME to eNB.
struct MmeStatusTransfer {
  static constexpr MessageType kType = MessageType::mme_status_transfer;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  EnbStatusTransferTransparentContainer enb_status_transfer_transparent_container{};
};

/// §9.1.5.16, eNB to MME.
struct EnbEarlyStatusTransfer {
  static constexpr MessageType kType = MessageType::enb_early_status_transfer;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  EnbEarlyStatusTransferTransparentContainer enb_early_status_transfer_transparent_container{};
};

/// §9.1.5.17, MME to eNB.
struct MmeEarlyStatusTransfer {
  static constexpr MessageType kType = MessageType::mme_early_status_transfer;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  EnbEarlyStatusTransferTransparentContainer enb_early_status_transfer_transparent_container{};
};

}  // namespace zerocell::s1ap
