// SPDX-License-Identifier: Apache-2.0
#include "asn1/s1ap/context.hpp"
#include "asn1/s1ap/shapes_trace.hpp"
#include "asn1/s1ap/tables_all.hpp"

namespace zerocell::aper {

template <>
struct SequenceOf<s1ap::ErabToBeSetupItemCtxtSuReq> {
  using T = s1ap::ErabToBeSetupItemCtxtSuReq;
  static constexpr std::array fields{ZC_MEMBER(erab_id), ZC_MEMBER(erab_level_qos_parameters),
                                     ZC_MEMBER(transport_layer_address), ZC_MEMBER(gtp_teid),
                                     ZC_MEMBER(nas_pdu)};
  static constexpr std::array extensions{ZC_EXTENSION(correlation_id, ignore, Correlation_ID),
                                         ZC_EXTENSION(sipto_correlation_id, ignore, Correlation_ID),
                                         ZC_EXTENSION(bearer_type, reject, BearerType),
                                         ZC_EXTENSION(ethernet_type, ignore, Ethernet_Type),
                                         ZC_EXTENSION(security_indication, reject, SecurityIndication)};
};

ZC_CONTAINER(ErabToBeSetupItemCtxtSuReq, erab_to_be_setup_item_ctxt_su_req, reject,
             E_RABToBeSetupItemCtxtSUReq);

ZC_SEQUENCE(ErabSetupItemCtxtSuRes, ZC_MEMBER(erab_id), ZC_MEMBER(transport_layer_address),
            ZC_MEMBER(gtp_teid));

ZC_CONTAINER(ErabSetupItemCtxtSuRes, erab_setup_item_ctxt_su_res, ignore, E_RABSetupItemCtxtSURes);

ZC_SEQUENCE(UeS1apIdPair, ZC_MEMBER(mme_ue_s1ap_id), ZC_MEMBER(enb_ue_s1ap_id));

ZC_WRAPPER(MmeUeS1apId);
ZC_SEQUENCE(RecommendedEnbItem, ZC_MEMBER(mme_paging_target));

ZC_CONTAINER(RecommendedEnbItem, recommended_enb_item, ignore, RecommendedENBItem);

ZC_SEQUENCE(RecommendedEnbsForPaging, ZC_MEMBER(recommended_enb_list));

ZC_SEQUENCE(InformationOnRecommendedCellsAndEnbsForPaging, ZC_MEMBER(recommended_cells_for_paging),
            ZC_MEMBER(recommend_enbs_for_paging));

ZC_SEQUENCE(ErabFailedToResumeItemResumeReq, ZC_MEMBER(erab_id), ZC_MEMBER(cause));

ZC_CONTAINER(ErabFailedToResumeItemResumeReq, erab_failed_to_resume_item_resume_req, reject,
             E_RABFailedToResumeItemResumeReq);

ZC_SEQUENCE(ErabFailedToResumeItemResumeRes, ZC_MEMBER(erab_id), ZC_MEMBER(cause));

ZC_CONTAINER(ErabFailedToResumeItemResumeRes, erab_failed_to_resume_item_resume_res, reject,
             E_RABFailedToResumeItemResumeRes);

}  // namespace zerocell::aper

namespace zerocell::s1ap {
namespace {

/// ifCSFBhighpriority, §9.1.4.1 and §9.1.4.8.
template <class M>
bool high_priority_fallback(const void* message) {
  return static_cast<const M*>(message)->cs_fallback_indicator ==
         CsFallbackIndicator::cs_fallback_high_priority;
}

namespace initial_context_setup_request {
using T = InitialContextSetupRequest;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(ue_aggregate_maximum_bitrate, reject, mandatory, UEAggregateMaximumBitrate),
    ZC_IE_AS(erab_to_be_setup_list, erab_to_be_setup_list_ctxt_su_req, reject, mandatory,
             E_RABToBeSetupListCtxtSUReq),
    ZC_IE(ue_security_capabilities, reject, mandatory, UESecurityCapabilities),
    ZC_IE(security_key, reject, mandatory, SecurityKey),
    ZC_IE(trace_activation, ignore, optional, TraceActivation),
    ZC_IE(handover_restriction_list, ignore, optional, HandoverRestrictionList),
    ZC_IE(ue_radio_capability, ignore, optional, UERadioCapability),
    ZC_IE(subscriber_profile_id_for_rfp, ignore, optional, SubscriberProfileIDforRFP),
    ZC_IE(cs_fallback_indicator, reject, optional, CSFallbackIndicator),
    ZC_IE(srvcc_operation_possible, ignore, optional, SRVCCOperationPossible),
    ZC_IE(csg_membership_status, ignore, optional, CSGMembershipStatus),
    ZC_IE(registered_lai, ignore, optional, LAI),
    ZC_IE(gummei_id, ignore, optional, GUMMEI),
    ZC_IE(mme_ue_s1ap_id_2, ignore, optional, MME_UE_S1AP_ID),
    ZC_IE(management_based_mdt_allowed, ignore, optional, ManagementBasedMDTAllowed),
    ZC_IE(management_based_mdt_plmn_list, ignore, optional, MDTPLMNList),
    ZC_IE_IF(additional_cs_fallback_indicator, ignore, AdditionalCSFallbackIndicator,
             high_priority_fallback<InitialContextSetupRequest>),
    ZC_IE(masked_imeisv, ignore, optional, Masked_IMEISV),
    ZC_IE(expected_ue_behaviour, ignore, optional, ExpectedUEBehaviour),
    ZC_IE(prose_authorized, ignore, optional, ProSeAuthorized),
    ZC_IE(ue_user_plane_ciot_support_indicator, ignore, optional, UEUserPlaneCIoTSupportIndicator),
    ZC_IE(v2x_services_authorized, ignore, optional, V2XServicesAuthorized),
    ZC_IE(ue_sidelink_aggregate_maximum_bitrate, ignore, optional, UESidelinkAggregateMaximumBitrate),
    ZC_IE(enhanced_coverage_restricted, ignore, optional, EnhancedCoverageRestricted),
    ZC_IE(nr_ue_security_capabilities, ignore, optional, NRUESecurityCapabilities),
    ZC_IE(ce_mode_b_restricted, ignore, optional, CE_ModeBRestricted),
    ZC_IE(aerial_ue_subscription_information, ignore, optional, AerialUEsubscriptionInformation),
    ZC_IE(pending_data_indication, ignore, optional, PendingDataIndication),
    ZC_IE(subscription_based_ue_differentiation_info, ignore, optional,
          Subscription_Based_UE_DifferentiationInfo),
    ZC_IE(additional_rrm_priority_index, ignore, optional, AdditionalRRMPriorityIndex),
    ZC_IE(iab_authorized, ignore, optional, IAB_Authorized),
    ZC_IE(nr_v2x_services_authorized, ignore, optional, NRV2XServicesAuthorized),
    ZC_IE(nr_ue_sidelink_aggregate_maximum_bitrate, ignore, optional, NRUESidelinkAggregateMaximumBitrate),
    ZC_IE(pc5_qos_parameters, ignore, optional, PC5QoSParameters),
    ZC_IE(ue_radio_capability_id, reject, optional, UERadioCapabilityID),
};
}  // namespace initial_context_setup_request

namespace initial_context_setup_response {
using T = InitialContextSetupResponse;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, ignore, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, ignore, mandatory, ENB_UE_S1AP_ID),
    ZC_IE_AS(erab_setup_list, erab_setup_list_ctxt_su_res, ignore, mandatory, E_RABSetupListCtxtSURes),
    ZC_IE_AS(erab_failed_to_setup_list, erab_failed_to_setup_list_ctxt_su_res, ignore, optional, E_RABList),
    ZC_IE(criticality_diagnostics, ignore, optional, CriticalityDiagnostics),
};
}  // namespace initial_context_setup_response

namespace initial_context_setup_failure {
using T = InitialContextSetupFailure;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, ignore, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, ignore, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(cause, ignore, mandatory, Cause),
    ZC_IE(criticality_diagnostics, ignore, optional, CriticalityDiagnostics),
};
}  // namespace initial_context_setup_failure

namespace ue_context_release_request {
using T = UeContextReleaseRequest;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(cause, ignore, mandatory, Cause),
    ZC_IE(gw_context_release_indication, reject, optional, GWContextReleaseIndication),
    ZC_IE(secondary_rat_data_usage_report_list, ignore, optional, SecondaryRATDataUsageReportList),
};
}  // namespace ue_context_release_request

namespace ue_context_release_command {
using T = UeContextReleaseCommand;
constexpr std::array kIes{
    ZC_IE(ue_s1ap_ids, reject, mandatory, UE_S1AP_IDs),
    ZC_IE(cause, ignore, mandatory, Cause),
};
}  // namespace ue_context_release_command

namespace ue_context_release_complete {
using T = UeContextReleaseComplete;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, ignore, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, ignore, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(criticality_diagnostics, ignore, optional, CriticalityDiagnostics),
    ZC_IE(user_location_information, ignore, optional, UserLocationInformation),
    ZC_IE(information_on_recommended_cells_and_enbs_for_paging, ignore, optional,
          InformationOnRecommendedCellsAndENBsForPaging),
    ZC_IE(cell_identifier_and_ce_level_for_ce_capable_ues, ignore, optional,
          CellIdentifierAndCELevelForCECapableUEs),
    ZC_IE(secondary_rat_data_usage_report_list, ignore, optional, SecondaryRATDataUsageReportList),
    ZC_IE(time_since_secondary_node_release, ignore, optional, TimeSinceSecondaryNodeRelease),
};
}  // namespace ue_context_release_complete

namespace ue_context_modification_request {
using T = UeContextModificationRequest;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(security_key, reject, optional, SecurityKey),
    ZC_IE(subscriber_profile_id_for_rfp, ignore, optional, SubscriberProfileIDforRFP),
    ZC_IE(ue_aggregate_maximum_bitrate, ignore, optional, UEAggregateMaximumBitrate),
    ZC_IE(cs_fallback_indicator, reject, optional, CSFallbackIndicator),
    ZC_IE(ue_security_capabilities, reject, optional, UESecurityCapabilities),
    ZC_IE(csg_membership_status, ignore, optional, CSGMembershipStatus),
    ZC_IE(registered_lai, ignore, optional, LAI),
    ZC_IE_IF(additional_cs_fallback_indicator, ignore, AdditionalCSFallbackIndicator,
             high_priority_fallback<UeContextModificationRequest>),
    ZC_IE(prose_authorized, ignore, optional, ProSeAuthorized),
    ZC_IE(srvcc_operation_possible, ignore, optional, SRVCCOperationPossible),
    ZC_IE(srvcc_operation_not_possible, ignore, optional, SRVCCOperationNotPossible),
    ZC_IE(v2x_services_authorized, ignore, optional, V2XServicesAuthorized),
    ZC_IE(ue_sidelink_aggregate_maximum_bitrate, ignore, optional, UESidelinkAggregateMaximumBitrate),
    ZC_IE(nr_ue_security_capabilities, ignore, optional, NRUESecurityCapabilities),
    ZC_IE(aerial_ue_subscription_information, ignore, optional, AerialUEsubscriptionInformation),
    ZC_IE(additional_rrm_priority_index, ignore, optional, AdditionalRRMPriorityIndex),
    ZC_IE(iab_authorized, ignore, optional, IAB_Authorized),
    ZC_IE(nr_v2x_services_authorized, ignore, optional, NRV2XServicesAuthorized),
    ZC_IE(nr_ue_sidelink_aggregate_maximum_bitrate, ignore, optional, NRUESidelinkAggregateMaximumBitrate),
    ZC_IE(pc5_qos_parameters, ignore, optional, PC5QoSParameters),
    ZC_IE(ue_radio_capability_id, reject, optional, UERadioCapabilityID),
};
}  // namespace ue_context_modification_request

namespace ue_context_modification_response {
using T = UeContextModificationResponse;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, ignore, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, ignore, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(criticality_diagnostics, ignore, optional, CriticalityDiagnostics),
};
}  // namespace ue_context_modification_response

namespace ue_context_modification_failure {
using T = UeContextModificationFailure;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, ignore, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, ignore, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(cause, ignore, mandatory, Cause),
    ZC_IE(criticality_diagnostics, ignore, optional, CriticalityDiagnostics),
};
}  // namespace ue_context_modification_failure

namespace ue_context_modification_indication {
using T = UeContextModificationIndication;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(csg_membership_info, reject, optional, CSGMembershipInfo),
};
}  // namespace ue_context_modification_indication

namespace ue_context_modification_confirm {
using T = UeContextModificationConfirm;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, ignore, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, ignore, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(csg_membership_status, ignore, optional, CSGMembershipStatus),
    ZC_IE(criticality_diagnostics, ignore, optional, CriticalityDiagnostics),
};
}  // namespace ue_context_modification_confirm

namespace ue_context_suspend_request {
using T = UeContextSuspendRequest;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(information_on_recommended_cells_and_enbs_for_paging, ignore, optional,
          InformationOnRecommendedCellsAndENBsForPaging),
    ZC_IE(cell_identifier_and_ce_level_for_ce_capable_ues, ignore, optional,
          CellIdentifierAndCELevelForCECapableUEs),
    ZC_IE(secondary_rat_data_usage_report_list, ignore, optional, SecondaryRATDataUsageReportList),
    ZC_IE(user_location_information, ignore, optional, UserLocationInformation),
    ZC_IE(time_since_secondary_node_release, ignore, optional, TimeSinceSecondaryNodeRelease),
};
}  // namespace ue_context_suspend_request

namespace ue_context_suspend_response {
using T = UeContextSuspendResponse;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, ignore, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, ignore, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(criticality_diagnostics, ignore, optional, CriticalityDiagnostics),
    ZC_IE(security_context, reject, optional, SecurityContext),
};
}  // namespace ue_context_suspend_response

namespace ue_context_resume_request {
using T = UeContextResumeRequest;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE_AS(erab_failed_to_resume_list, erab_failed_to_resume_list_resume_req, reject, optional,
             E_RABFailedToResumeListResumeReq),
    ZC_IE(rrc_resume_cause, ignore, optional, RRC_Establishment_Cause),
};
}  // namespace ue_context_resume_request

namespace ue_context_resume_response {
using T = UeContextResumeResponse;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, ignore, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, ignore, mandatory, ENB_UE_S1AP_ID),
    ZC_IE_AS(erab_failed_to_resume_list, erab_failed_to_resume_list_resume_res, reject, optional,
             E_RABFailedToResumeListResumeRes),
    ZC_IE(criticality_diagnostics, ignore, optional, CriticalityDiagnostics),
    ZC_IE(security_context, reject, optional, SecurityContext),
    ZC_IE(pending_data_indication, ignore, optional, PendingDataIndication),
};
}  // namespace ue_context_resume_response

namespace ue_context_resume_failure {
using T = UeContextResumeFailure;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, ignore, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, ignore, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(cause, ignore, mandatory, Cause),
    ZC_IE(criticality_diagnostics, ignore, optional, CriticalityDiagnostics),
};
}  // namespace ue_context_resume_failure

}  // namespace

namespace tables {

constinit const MessageTable initial_context_setup_request = message_table<InitialContextSetupRequest>(
    "InitialContextSetupRequest", Procedure::initial_context_setup, PduKind::initiating_message,
    s1ap::initial_context_setup_request::kIes);
constinit const MessageTable initial_context_setup_response = message_table<InitialContextSetupResponse>(
    "InitialContextSetupResponse", Procedure::initial_context_setup, PduKind::successful_outcome,
    s1ap::initial_context_setup_response::kIes);
constinit const MessageTable initial_context_setup_failure = message_table<InitialContextSetupFailure>(
    "InitialContextSetupFailure", Procedure::initial_context_setup, PduKind::unsuccessful_outcome,
    s1ap::initial_context_setup_failure::kIes);
constinit const MessageTable ue_context_release_request = message_table<UeContextReleaseRequest>(
    "UEContextReleaseRequest", Procedure::ue_context_release_request, PduKind::initiating_message,
    s1ap::ue_context_release_request::kIes);
constinit const MessageTable ue_context_release_command = message_table<UeContextReleaseCommand>(
    "UEContextReleaseCommand", Procedure::ue_context_release, PduKind::initiating_message,
    s1ap::ue_context_release_command::kIes);
constinit const MessageTable ue_context_release_complete = message_table<UeContextReleaseComplete>(
    "UEContextReleaseComplete", Procedure::ue_context_release, PduKind::successful_outcome,
    s1ap::ue_context_release_complete::kIes);
constinit const MessageTable ue_context_modification_request = message_table<UeContextModificationRequest>(
    "UEContextModificationRequest", Procedure::ue_context_modification, PduKind::initiating_message,
    s1ap::ue_context_modification_request::kIes);
constinit const MessageTable ue_context_modification_response = message_table<UeContextModificationResponse>(
    "UEContextModificationResponse", Procedure::ue_context_modification, PduKind::successful_outcome,
    s1ap::ue_context_modification_response::kIes);
constinit const MessageTable ue_context_modification_failure = message_table<UeContextModificationFailure>(
    "UEContextModificationFailure", Procedure::ue_context_modification, PduKind::unsuccessful_outcome,
    s1ap::ue_context_modification_failure::kIes);
constinit const MessageTable ue_context_modification_indication =
    message_table<UeContextModificationIndication>(
        "UEContextModificationIndication", Procedure::ue_context_modification_indication,
        PduKind::initiating_message, s1ap::ue_context_modification_indication::kIes);
constinit const MessageTable ue_context_modification_confirm = message_table<UeContextModificationConfirm>(
    "UEContextModificationConfirm", Procedure::ue_context_modification_indication,
    PduKind::successful_outcome, s1ap::ue_context_modification_confirm::kIes);
constinit const MessageTable ue_context_suspend_request = message_table<UeContextSuspendRequest>(
    "UEContextSuspendRequest", Procedure::ue_context_suspend, PduKind::initiating_message,
    s1ap::ue_context_suspend_request::kIes);
constinit const MessageTable ue_context_suspend_response = message_table<UeContextSuspendResponse>(
    "UEContextSuspendResponse", Procedure::ue_context_suspend, PduKind::successful_outcome,
    s1ap::ue_context_suspend_response::kIes);
constinit const MessageTable ue_context_resume_request =
    message_table<UeContextResumeRequest>("UEContextResumeRequest", Procedure::ue_context_resume,
                                          PduKind::initiating_message, s1ap::ue_context_resume_request::kIes);
constinit const MessageTable ue_context_resume_response = message_table<UeContextResumeResponse>(
    "UEContextResumeResponse", Procedure::ue_context_resume, PduKind::successful_outcome,
    s1ap::ue_context_resume_response::kIes);
constinit const MessageTable ue_context_resume_failure = message_table<UeContextResumeFailure>(
    "UEContextResumeFailure", Procedure::ue_context_resume, PduKind::unsuccessful_outcome,
    s1ap::ue_context_resume_failure::kIes);

}  // namespace tables
}  // namespace zerocell::s1ap
