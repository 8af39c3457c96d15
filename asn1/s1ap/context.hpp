// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "asn1/s1ap/message_type.hpp"
#include "asn1/s1ap/trace_activation.hpp"

/// UE context management, TS 36.413 §8.3.
namespace zerocell::s1ap {

struct ErabToBeSetupItemCtxtSuReq {
  std::uint8_t erab_id = 0;  ///< 0 to 15, extensible.
  ErabLevelQosParameters erab_level_qos_parameters{};
  TransportLayerAddress transport_layer_address{};
  std::uint32_t gtp_teid = 0;
  std::optional<Bytes> nas_pdu{};
  std::optional<std::uint32_t> correlation_id{};
  std::optional<std::uint32_t> sipto_correlation_id{};
  std::optional<BearerType> bearer_type{};
  std::optional<EthernetType> ethernet_type{};
  std::optional<SecurityIndication> security_indication{};
};

struct ErabSetupItemCtxtSuRes {
  std::uint8_t erab_id = 0;  ///< 0 to 15, extensible.
  TransportLayerAddress transport_layer_address{};
  std::uint32_t gtp_teid = 0;
};

/// §9.2.3.18.
struct UeS1apIdPair {
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
};

struct MmeUeS1apId {
  std::uint32_t value = 0;
};

struct UeS1apIds : std::variant<UeS1apIdPair, MmeUeS1apId> {
  using variant::variant;
};

struct MmePagingTarget : std::variant<GlobalEnbId, Tai> {
  using variant::variant;
};

struct RecommendedEnbItem {
  MmePagingTarget mme_paging_target{};
};

/// §9.2.1.107.
struct RecommendedEnbsForPaging {
  List<RecommendedEnbItem> recommended_enb_list{};  ///< At most 16.
};

/// §9.2.1.105.
struct InformationOnRecommendedCellsAndEnbsForPaging {
  RecommendedCellsForPaging recommended_cells_for_paging{};
  RecommendedEnbsForPaging recommend_enbs_for_paging{};
};

struct ErabFailedToResumeItemResumeReq {
  std::uint8_t erab_id = 0;  ///< 0 to 15, extensible.
  Cause cause{};
};

struct ErabFailedToResumeItemResumeRes {
  std::uint8_t erab_id = 0;  ///< 0 to 15, extensible.
  Cause cause{};
};

/// §9.1.4.1, MME to eNB.
struct InitialContextSetupRequest {
  static constexpr MessageType kType = MessageType::initial_context_setup_request;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  UeAggregateMaximumBitrate ue_aggregate_maximum_bitrate{};
  List<ErabToBeSetupItemCtxtSuReq> erab_to_be_setup_list{};  ///< At most 256.
  UeSecurityCapabilities ue_security_capabilities{};
  std::array<std::uint8_t, 32> security_key{};  ///< 256 bits.
  std::optional<TraceActivation> trace_activation{};
  std::optional<HandoverRestrictionList> handover_restriction_list{};
  std::optional<Bytes> ue_radio_capability{};
  std::optional<std::uint16_t> subscriber_profile_id_for_rfp{};  ///< 1 to 256.
  std::optional<CsFallbackIndicator> cs_fallback_indicator{};
  std::optional<SrvccOperationPossible> srvcc_operation_possible{};
  std::optional<CsgMembershipStatus> csg_membership_status{};
  std::optional<Lai> registered_lai{};
  std::optional<Gummei> gummei_id{};
  std::optional<std::uint32_t> mme_ue_s1ap_id_2{};
  std::optional<ManagementBasedMdtAllowed> management_based_mdt_allowed{};
  List<Plmn> management_based_mdt_plmn_list{};  ///< At most 16; empty when absent.
  std::optional<AdditionalCsFallbackIndicator> additional_cs_fallback_indicator{};
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

/// §9.1.4.3, eNB to MME.
struct InitialContextSetupResponse {
  static constexpr MessageType kType = MessageType::initial_context_setup_response;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;                ///< 0 to 16777215.
  List<ErabSetupItemCtxtSuRes> erab_setup_list{};  ///< At most 256.
  List<ErabItem> erab_failed_to_setup_list{};      ///< At most 256; empty when absent.
  std::optional<CriticalityDiagnostics> criticality_diagnostics{};
};

/// §9.1.4.4, eNB to MME.
struct InitialContextSetupFailure {
  static constexpr MessageType kType = MessageType::initial_context_setup_failure;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  Cause cause{};
  std::optional<CriticalityDiagnostics> criticality_diagnostics{};
};

/// §9.1.4.5, eNB to MME.
struct UeContextReleaseRequest {
  static constexpr MessageType kType = MessageType::ue_context_release_request;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  Cause cause{};
  std::optional<GwContextReleaseIndication> gw_context_release_indication{};
  List<SecondaryRatDataUsageReportItem>
      secondary_rat_data_usage_report_list{};  ///< At most 256; empty when absent.
};

/// §9.1.4.6, MME to eNB.
struct UeContextReleaseCommand {
  static constexpr MessageType kType = MessageType::ue_context_release_command;
  UeS1apIds ue_s1ap_ids{};
  Cause cause{};
};

/// §9.1.4.7, eNB to MME.
struct UeContextReleaseComplete {
  static constexpr MessageType kType = MessageType::ue_context_release_complete;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  std::optional<CriticalityDiagnostics> criticality_diagnostics{};
  std::optional<UserLocationInformation> user_location_information{};
  std::optional<InformationOnRecommendedCellsAndEnbsForPaging>
      information_on_recommended_cells_and_enbs_for_paging{};
  std::optional<CellIdentifierAndCeLevelForCeCapableUes> cell_identifier_and_ce_level_for_ce_capable_ues{};
  List<SecondaryRatDataUsageReportItem>
      secondary_rat_data_usage_report_list{};  ///< At most 256; empty when absent.
  std::optional<std::uint32_t> time_since_secondary_node_release{};
};

/// §9.1.4.8, MME to eNB.
struct UeContextModificationRequest {
  static constexpr MessageType kType = MessageType::ue_context_modification_request;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;                              ///< 0 to 16777215.
  std::optional<std::array<std::uint8_t, 32>> security_key{};    ///< 256 bits.
  std::optional<std::uint16_t> subscriber_profile_id_for_rfp{};  ///< 1 to 256.
  std::optional<UeAggregateMaximumBitrate> ue_aggregate_maximum_bitrate{};
  std::optional<CsFallbackIndicator> cs_fallback_indicator{};
  std::optional<UeSecurityCapabilities> ue_security_capabilities{};
  std::optional<CsgMembershipStatus> csg_membership_status{};
  std::optional<Lai> registered_lai{};
  std::optional<AdditionalCsFallbackIndicator> additional_cs_fallback_indicator{};
  std::optional<ProseAuthorized> prose_authorized{};
  std::optional<SrvccOperationPossible> srvcc_operation_possible{};
  std::optional<SrvccOperationNotPossible> srvcc_operation_not_possible{};
  std::optional<V2xServicesAuthorized> v2x_services_authorized{};
  std::optional<UeSidelinkAggregateMaximumBitrate> ue_sidelink_aggregate_maximum_bitrate{};
  std::optional<NrUeSecurityCapabilities> nr_ue_security_capabilities{};
  std::optional<AerialUeSubscriptionInformation> aerial_ue_subscription_information{};
  std::optional<std::uint32_t> additional_rrm_priority_index{};
  std::optional<IabAuthorized> iab_authorized{};
  std::optional<NrV2xServicesAuthorized> nr_v2x_services_authorized{};
  std::optional<NrUeSidelinkAggregateMaximumBitrate> nr_ue_sidelink_aggregate_maximum_bitrate{};
  std::optional<Pc5QosParameters> pc5_qos_parameters{};
  std::optional<Bytes> ue_radio_capability_id{};
};

/// §9.1.4.9, eNB to MME.
struct UeContextModificationResponse {
  static constexpr MessageType kType = MessageType::ue_context_modification_response;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  std::optional<CriticalityDiagnostics> criticality_diagnostics{};
};

/// §9.1.4.10, eNB to MME.
struct UeContextModificationFailure {
  static constexpr MessageType kType = MessageType::ue_context_modification_failure;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  Cause cause{};
  std::optional<CriticalityDiagnostics> criticality_diagnostics{};
};

/// §9.1.4.13, eNB to MME.
struct UeContextModificationIndication {
  static constexpr MessageType kType = MessageType::ue_context_modification_indication;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  std::optional<CsgMembershipInfo> csg_membership_info{};
};

/// §9.1.4.14, MME to eNB.
struct UeContextModificationConfirm {
  static constexpr MessageType kType = MessageType::ue_context_modification_confirm;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  std::optional<CsgMembershipStatus> csg_membership_status{};
  std::optional<CriticalityDiagnostics> criticality_diagnostics{};
};

/// §9.1.4.15, eNB to MME.
struct UeContextSuspendRequest {
  static constexpr MessageType kType = MessageType::ue_context_suspend_request;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  std::optional<InformationOnRecommendedCellsAndEnbsForPaging>
      information_on_recommended_cells_and_enbs_for_paging{};
  std::optional<CellIdentifierAndCeLevelForCeCapableUes> cell_identifier_and_ce_level_for_ce_capable_ues{};
  List<SecondaryRatDataUsageReportItem>
      secondary_rat_data_usage_report_list{};  ///< At most 256; empty when absent.
  std::optional<UserLocationInformation> user_location_information{};
  std::optional<std::uint32_t> time_since_secondary_node_release{};
};

/// §9.1.4.16, MME to eNB.
struct UeContextSuspendResponse {
  static constexpr MessageType kType = MessageType::ue_context_suspend_response;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  std::optional<CriticalityDiagnostics> criticality_diagnostics{};
  std::optional<SecurityContext> security_context{};
};

/// §9.1.4.17, eNB to MME.
struct UeContextResumeRequest {
  static constexpr MessageType kType = MessageType::ue_context_resume_request;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;                                    ///< 0 to 16777215.
  List<ErabFailedToResumeItemResumeReq> erab_failed_to_resume_list{};  ///< At most 256; empty when absent.
  std::optional<RrcEstablishmentCause> rrc_resume_cause{};
};

/// §9.1.4.18, MME to eNB.
struct UeContextResumeResponse {
  static constexpr MessageType kType = MessageType::ue_context_resume_response;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;                                    ///< 0 to 16777215.
  List<ErabFailedToResumeItemResumeRes> erab_failed_to_resume_list{};  ///< At most 256; empty when absent.
  std::optional<CriticalityDiagnostics> criticality_diagnostics{};
  std::optional<SecurityContext> security_context{};
  std::optional<PendingDataIndication> pending_data_indication{};
};

/// §9.1.4.19, MME to eNB.
struct UeContextResumeFailure {
  static constexpr MessageType kType = MessageType::ue_context_resume_failure;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  Cause cause{};
  std::optional<CriticalityDiagnostics> criticality_diagnostics{};
};

}  // namespace zerocell::s1ap
