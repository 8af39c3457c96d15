// SPDX-License-Identifier: Apache-2.0
#include "asn1/s1ap/handover.hpp"
#include "asn1/s1ap/shapes_trace.hpp"
#include "asn1/s1ap/tables_all.hpp"

namespace zerocell::aper {

ZC_SEQUENCE(Cgi, ZC_MEMBER(plmn_identity), ZC_MEMBER(lac), ZC_MEMBER(ci), ZC_MEMBER(rac));

ZC_WRAPPER(GnbId);
ZC_SEQUENCE(GlobalGnbId, ZC_MEMBER(plmn_identity), ZC_MEMBER(gnb_id));

ZC_SEQUENCE(Gnb, ZC_MEMBER(global_gnb_id));

ZC_SEQUENCE(NgEnb, ZC_MEMBER(global_ng_enb_id));

ZC_SEQUENCE(TargetNgRanNodeId, ZC_MEMBER(global_ran_node_id), ZC_MEMBER(selected_tai));

template <>
struct SequenceOf<s1ap::ErabToBeSetupItemHoReq> {
  using T = s1ap::ErabToBeSetupItemHoReq;
  static constexpr std::array fields{ZC_MEMBER(erab_id), ZC_MEMBER(transport_layer_address),
                                     ZC_MEMBER(gtp_teid), ZC_MEMBER(erab_level_qos_parameters)};
  static constexpr std::array extensions{
      ZC_EXTENSION(data_forwarding_not_possible, ignore, Data_Forwarding_Not_Possible),
      ZC_EXTENSION(bearer_type, reject, BearerType), ZC_EXTENSION(ethernet_type, ignore, Ethernet_Type),
      ZC_EXTENSION(security_indication, reject, SecurityIndication)};
};

ZC_CONTAINER(ErabToBeSetupItemHoReq, erab_to_be_setup_item_ho_req, reject, E_RABToBeSetupItemHOReq);

ZC_SEQUENCE(ErabAdmittedItem, ZC_MEMBER(erab_id), ZC_MEMBER(transport_layer_address), ZC_MEMBER(gtp_teid),
            ZC_MEMBER(dl_transport_layer_address), ZC_MEMBER(dl_gtp_teid),
            ZC_MEMBER(ul_transport_layer_address), ZC_MEMBER(ul_gtp_teid));

ZC_CONTAINER(ErabAdmittedItem, erab_admitted_item, ignore, E_RABAdmittedItem);

ZC_SEQUENCE(ErabFailedToSetupItemHoReqAck, ZC_MEMBER(erab_id), ZC_MEMBER(cause));

ZC_CONTAINER(ErabFailedToSetupItemHoReqAck, erab_failed_to_setup_item_ho_req_ack, ignore,
             E_RABFailedToSetupItemHOReqAck);

template <>
struct SequenceOf<s1ap::ErabToBeSwitchedDlItem> {
  using T = s1ap::ErabToBeSwitchedDlItem;
  static constexpr std::array fields{ZC_MEMBER(erab_id), ZC_MEMBER(transport_layer_address),
                                     ZC_MEMBER(gtp_teid)};
  static constexpr std::array extensions{ZC_EXTENSION(security_indication, ignore, SecurityIndication)};
};

ZC_CONTAINER(ErabToBeSwitchedDlItem, erab_to_be_switched_dl_item, reject, E_RABToBeSwitchedDLItem);

ZC_SEQUENCE(ErabToBeSwitchedUlItem, ZC_MEMBER(erab_id), ZC_MEMBER(transport_layer_address),
            ZC_MEMBER(gtp_teid));

ZC_CONTAINER(ErabToBeSwitchedUlItem, erab_to_be_switched_ul_item, ignore, E_RABToBeSwitchedULItem);

ZC_SEQUENCE(ErabToBeUpdatedItem, ZC_MEMBER(erab_id), ZC_MEMBER(security_indication));

ZC_CONTAINER(ErabToBeUpdatedItem, erab_to_be_updated_item, ignore, E_RABToBeUpdatedItem);

ZC_SEQUENCE(CountValue, ZC_MEMBER(pdcp_sn), ZC_MEMBER(hfn));

ZC_SEQUENCE(CountValueExtended, ZC_MEMBER(pdcp_sn_extended), ZC_MEMBER(hfn_modified));

ZC_SEQUENCE(CountValuePdcpSnLength18, ZC_MEMBER(pdcp_sn_length18), ZC_MEMBER(hfn_for_pdcp_sn_length18));

template <>
struct SequenceOf<s1ap::BearersSubjectToStatusTransferItem> {
  using T = s1ap::BearersSubjectToStatusTransferItem;
  static constexpr std::array fields{ZC_MEMBER(erab_id), ZC_MEMBER(ul_count_value), ZC_MEMBER(dl_count_value),
                                     ZC_MEMBER(receive_status_of_ul_pdcp_sdus)};
  static constexpr std::array extensions{
      ZC_EXTENSION(ul_count_value_extended, ignore, COUNTValueExtended),
      ZC_EXTENSION(dl_count_value_extended, ignore, COUNTValueExtended),
      ZC_EXTENSION(receive_status_of_ul_pdcp_sdus_extended, ignore, ReceiveStatusOfULPDCPSDUsExtended),
      ZC_EXTENSION(ul_count_value_pdcp_sn_length18, ignore, COUNTvaluePDCP_SNlength18),
      ZC_EXTENSION(dl_count_value_pdcp_sn_length18, ignore, COUNTvaluePDCP_SNlength18),
      ZC_EXTENSION(receive_status_of_ul_pdcp_sdus_pdcp_sn_length18, ignore,
                   ReceiveStatusOfULPDCPSDUsPDCP_SNlength18)};
};

ZC_CONTAINER(BearersSubjectToStatusTransferItem, bearers_subject_to_status_transfer_item, ignore,
             Bearers_SubjectToStatusTransfer_Item);

ZC_SEQUENCE(EnbStatusTransferTransparentContainer, ZC_MEMBER(bearers_subject_to_status_transfer_list));

ZC_SEQUENCE(BearersSubjectToEarlyStatusTransferItem, ZC_MEMBER(erab_id), ZC_MEMBER(dl_count_pdcp_sn_length));

ZC_CONTAINER(BearersSubjectToEarlyStatusTransferItem, bearers_subject_to_early_status_transfer_item, ignore,
             Bearers_SubjectToEarlyStatusTransfer_Item);

ZC_SEQUENCE(EnbEarlyStatusTransferTransparentContainer,
            ZC_MEMBER(bearers_subject_to_early_status_transfer_list));

}  // namespace zerocell::aper

namespace zerocell::s1ap {
namespace {

/// ifSRVCCtoGERAN, §9.1.5.1.
bool srvcc_to_geran(const void* message) {
  const auto& required = *static_cast<const HandoverRequired*>(message);
  return required.handover_type == HandoverType::lte_to_geran && required.srvcc_ho_indication.has_value();
}

/// iftoUTRANGERAN, §9.1.5.2.
bool to_utran_or_geran(const void* message) {
  const HandoverType type = static_cast<const HandoverCommand*>(message)->handover_type;
  return type == HandoverType::lte_to_utran || type == HandoverType::lte_to_geran;
}

/// iffromUTRANGERAN, §9.1.5.4.
bool from_utran_or_geran(const void* message) {
  const HandoverType type = static_cast<const HandoverRequest*>(message)->handover_type;
  return type == HandoverType::utran_to_lte || type == HandoverType::geran_to_lte;
}

namespace handover_required {
using T = HandoverRequired;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(handover_type, reject, mandatory, HandoverType),
    ZC_IE(cause, ignore, mandatory, Cause),
    ZC_IE(target_id, reject, mandatory, TargetID),
    ZC_IE(direct_forwarding_path_availability, ignore, optional, Direct_Forwarding_Path_Availability),
    ZC_IE(srvcc_ho_indication, reject, optional, SRVCCHOIndication),
    ZC_IE(source_to_target_transparent_container, reject, mandatory, Source_ToTarget_TransparentContainer),
    ZC_IE(source_to_target_transparent_container_secondary, reject, optional,
          Source_ToTarget_TransparentContainer),
    ZC_IE_IF(ms_classmark_2, reject, MSClassmark2, srvcc_to_geran),
    ZC_IE_IF(ms_classmark_3, ignore, MSClassmark3, srvcc_to_geran),
    ZC_IE(csg_id, reject, optional, CSG_Id),
    ZC_IE(cell_access_mode, reject, optional, CellAccessMode),
    ZC_IE(ps_service_not_available, ignore, optional, PS_ServiceNotAvailable),
};
}  // namespace handover_required

namespace handover_command {
using T = HandoverCommand;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(handover_type, reject, mandatory, HandoverType),
    ZC_IE_IF(nas_security_parameters_from_eutran, reject, NASSecurityParametersfromE_UTRAN,
             to_utran_or_geran),
    ZC_IE(erab_subject_to_data_forwarding_list, ignore, optional, E_RABSubjecttoDataForwardingList),
    ZC_IE_AS(e_ra_bto_release_list, e_ra_bto_release_list_ho_cmd, ignore, optional, E_RABList),
    ZC_IE(target_to_source_transparent_container, reject, mandatory, Target_ToSource_TransparentContainer),
    ZC_IE(target_to_source_transparent_container_secondary, reject, optional,
          Target_ToSource_TransparentContainer),
    ZC_IE(criticality_diagnostics, ignore, optional, CriticalityDiagnostics),
};
}  // namespace handover_command

namespace handover_preparation_failure {
using T = HandoverPreparationFailure;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, ignore, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, ignore, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(cause, ignore, mandatory, Cause),
    ZC_IE(criticality_diagnostics, ignore, optional, CriticalityDiagnostics),
};
}  // namespace handover_preparation_failure

namespace handover_request {
using T = HandoverRequest;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(handover_type, reject, mandatory, HandoverType),
    ZC_IE(cause, ignore, mandatory, Cause),
    ZC_IE(ue_aggregate_maximum_bitrate, reject, mandatory, UEAggregateMaximumBitrate),
    ZC_IE_AS(erab_to_be_setup_list, erab_to_be_setup_list_ho_req, reject, mandatory, E_RABToBeSetupListHOReq),
    ZC_IE(source_to_target_transparent_container, reject, mandatory, Source_ToTarget_TransparentContainer),
    ZC_IE(ue_security_capabilities, reject, mandatory, UESecurityCapabilities),
    ZC_IE(handover_restriction_list, ignore, optional, HandoverRestrictionList),
    ZC_IE(trace_activation, ignore, optional, TraceActivation),
    ZC_IE(request_type, ignore, optional, RequestType),
    ZC_IE(srvcc_operation_possible, ignore, optional, SRVCCOperationPossible),
    ZC_IE(security_context, reject, mandatory, SecurityContext),
    ZC_IE_IF(nas_security_parameters_to_eutran, reject, NASSecurityParameterstoE_UTRAN, from_utran_or_geran),
    ZC_IE(csg_id, reject, optional, CSG_Id),
    ZC_IE(csg_membership_status, ignore, optional, CSGMembershipStatus),
    ZC_IE(gummei_id, ignore, optional, GUMMEI),
    ZC_IE(mme_ue_s1ap_id_2, ignore, optional, MME_UE_S1AP_ID),
    ZC_IE(management_based_mdt_allowed, ignore, optional, ManagementBasedMDTAllowed),
    ZC_IE(management_based_mdt_plmn_list, ignore, optional, MDTPLMNList),
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
    ZC_IE(iab_authorized, reject, optional, IAB_Authorized),
    ZC_IE(nr_v2x_services_authorized, ignore, optional, NRV2XServicesAuthorized),
    ZC_IE(nr_ue_sidelink_aggregate_maximum_bitrate, ignore, optional, NRUESidelinkAggregateMaximumBitrate),
    ZC_IE(pc5_qos_parameters, ignore, optional, PC5QoSParameters),
    ZC_IE(ue_radio_capability_id, reject, optional, UERadioCapabilityID),
};
}  // namespace handover_request

namespace handover_request_acknowledge {
using T = HandoverRequestAcknowledge;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, ignore, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, ignore, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(erab_admitted_list, ignore, mandatory, E_RABAdmittedList),
    ZC_IE_AS(erab_failed_to_setup_list, erab_failed_to_setup_list_ho_req_ack, ignore, optional,
             E_RABFailedtoSetupListHOReqAck),
    ZC_IE(target_to_source_transparent_container, reject, mandatory, Target_ToSource_TransparentContainer),
    ZC_IE(csg_id, ignore, optional, CSG_Id),
    ZC_IE(criticality_diagnostics, ignore, optional, CriticalityDiagnostics),
    ZC_IE(cell_access_mode, ignore, optional, CellAccessMode),
    ZC_IE(ce_mode_b_support_indicator, ignore, optional, CE_mode_B_SupportIndicator),
};
}  // namespace handover_request_acknowledge

namespace handover_failure {
using T = HandoverFailure;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, ignore, mandatory, MME_UE_S1AP_ID),
    ZC_IE(cause, ignore, mandatory, Cause),
    ZC_IE(criticality_diagnostics, ignore, optional, CriticalityDiagnostics),
};
}  // namespace handover_failure

namespace handover_notify {
using T = HandoverNotify;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(eutran_cgi, ignore, mandatory, EUTRAN_CGI),
    ZC_IE(tai, ignore, mandatory, TAI),
    ZC_IE(tunnel_information_for_bbf, ignore, optional, TunnelInformation),
    ZC_IE(lhn_id, ignore, optional, LHN_ID),
    ZC_IE(ps_cell_information, ignore, optional, PSCellInformation),
    ZC_IE(notify_source_enb, ignore, optional, NotifySourceeNB),
    ZC_IE(lte_ntn_tai_information, ignore, optional, LTE_NTN_TAI_Information),
};
}  // namespace handover_notify

namespace path_switch_request {
using T = PathSwitchRequest;
constexpr std::array kIes{
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(erab_to_be_switched_dl_list, reject, mandatory, E_RABToBeSwitchedDLList),
    ZC_IE(source_mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(eutran_cgi, ignore, mandatory, EUTRAN_CGI),
    ZC_IE(tai, ignore, mandatory, TAI),
    ZC_IE(ue_security_capabilities, ignore, mandatory, UESecurityCapabilities),
    ZC_IE(csg_id, ignore, optional, CSG_Id),
    ZC_IE(cell_access_mode, ignore, optional, CellAccessMode),
    ZC_IE(source_mme_gummei, ignore, optional, GUMMEI),
    ZC_IE(csg_membership_status, ignore, optional, CSGMembershipStatus),
    ZC_IE(tunnel_information_for_bbf, ignore, optional, TunnelInformation),
    ZC_IE(lhn_id, ignore, optional, LHN_ID),
    ZC_IE(rrc_resume_cause, ignore, optional, RRC_Establishment_Cause),
    ZC_IE(nr_ue_security_capabilities, ignore, optional, NRUESecurityCapabilities),
    ZC_IE(ps_cell_information, ignore, optional, PSCellInformation),
    ZC_IE(lte_ntn_tai_information, ignore, optional, LTE_NTN_TAI_Information),
};
}  // namespace path_switch_request

namespace path_switch_request_acknowledge {
using T = PathSwitchRequestAcknowledge;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, ignore, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, ignore, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(ue_aggregate_maximum_bitrate, ignore, optional, UEAggregateMaximumBitrate),
    ZC_IE(erab_to_be_switched_ul_list, ignore, optional, E_RABToBeSwitchedULList),
    ZC_IE(erab_to_be_released_list, ignore, optional, E_RABList),
    ZC_IE(security_context, reject, mandatory, SecurityContext),
    ZC_IE(criticality_diagnostics, ignore, optional, CriticalityDiagnostics),
    ZC_IE(mme_ue_s1ap_id_2, ignore, optional, MME_UE_S1AP_ID),
    ZC_IE(csg_membership_status, ignore, optional, CSGMembershipStatus),
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
    ZC_IE(handover_restriction_list, ignore, optional, HandoverRestrictionList),
    ZC_IE(additional_rrm_priority_index, ignore, optional, AdditionalRRMPriorityIndex),
    ZC_IE(nr_v2x_services_authorized, ignore, optional, NRV2XServicesAuthorized),
    ZC_IE(nr_ue_sidelink_aggregate_maximum_bitrate, ignore, optional, NRUESidelinkAggregateMaximumBitrate),
    ZC_IE(pc5_qos_parameters, ignore, optional, PC5QoSParameters),
    ZC_IE(ue_radio_capability_id, reject, optional, UERadioCapabilityID),
    ZC_IE(ue_security_capabilities, ignore, optional, UESecurityCapabilities),
    ZC_IE(erab_to_be_updated_list, ignore, optional, E_RABToBeUpdatedList),
};
}  // namespace path_switch_request_acknowledge

namespace path_switch_request_failure {
using T = PathSwitchRequestFailure;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, ignore, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, ignore, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(cause, ignore, mandatory, Cause),
    ZC_IE(criticality_diagnostics, ignore, optional, CriticalityDiagnostics),
};
}  // namespace path_switch_request_failure

namespace handover_cancel {
using T = HandoverCancel;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(cause, ignore, mandatory, Cause),
};
}  // namespace handover_cancel

namespace handover_cancel_acknowledge {
using T = HandoverCancelAcknowledge;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, ignore, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, ignore, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(criticality_diagnostics, ignore, optional, CriticalityDiagnostics),
};
}  // namespace handover_cancel_acknowledge

namespace handover_success {
using T = HandoverSuccess;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
};
}  // namespace handover_success

namespace enb_status_transfer {
using T = EnbStatusTransfer;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(enb_status_transfer_transparent_container, reject, mandatory,
          ENB_StatusTransfer_TransparentContainer),
};
}  // namespace enb_status_transfer

namespace mme_status_transfer {
using T = MmeStatusTransfer;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(enb_status_transfer_transparent_container, reject, mandatory,
          ENB_StatusTransfer_TransparentContainer),
};
}  // namespace mme_status_transfer

namespace enb_early_status_transfer {
using T = EnbEarlyStatusTransfer;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(enb_early_status_transfer_transparent_container, reject, mandatory,
          ENB_EarlyStatusTransfer_TransparentContainer),
};
}  // namespace enb_early_status_transfer

namespace mme_early_status_transfer {
using T = MmeEarlyStatusTransfer;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(enb_early_status_transfer_transparent_container, reject, mandatory,
          ENB_EarlyStatusTransfer_TransparentContainer),
};
}  // namespace mme_early_status_transfer

}  // namespace

namespace tables {

constinit const MessageTable handover_required =
    message_table<HandoverRequired>("HandoverRequired", Procedure::handover_preparation,
                                    PduKind::initiating_message, s1ap::handover_required::kIes);
constinit const MessageTable handover_command =
    message_table<HandoverCommand>("HandoverCommand", Procedure::handover_preparation,
                                   PduKind::successful_outcome, s1ap::handover_command::kIes);
constinit const MessageTable handover_preparation_failure = message_table<HandoverPreparationFailure>(
    "HandoverPreparationFailure", Procedure::handover_preparation, PduKind::unsuccessful_outcome,
    s1ap::handover_preparation_failure::kIes);
constinit const MessageTable handover_request =
    message_table<HandoverRequest>("HandoverRequest", Procedure::handover_resource_allocation,
                                   PduKind::initiating_message, s1ap::handover_request::kIes);
constinit const MessageTable handover_request_acknowledge = message_table<HandoverRequestAcknowledge>(
    "HandoverRequestAcknowledge", Procedure::handover_resource_allocation, PduKind::successful_outcome,
    s1ap::handover_request_acknowledge::kIes);
constinit const MessageTable handover_failure =
    message_table<HandoverFailure>("HandoverFailure", Procedure::handover_resource_allocation,
                                   PduKind::unsuccessful_outcome, s1ap::handover_failure::kIes);
constinit const MessageTable handover_notify =
    message_table<HandoverNotify>("HandoverNotify", Procedure::handover_notification,
                                  PduKind::initiating_message, s1ap::handover_notify::kIes);
constinit const MessageTable path_switch_request =
    message_table<PathSwitchRequest>("PathSwitchRequest", Procedure::path_switch_request,
                                     PduKind::initiating_message, s1ap::path_switch_request::kIes);
constinit const MessageTable path_switch_request_acknowledge = message_table<PathSwitchRequestAcknowledge>(
    "PathSwitchRequestAcknowledge", Procedure::path_switch_request, PduKind::successful_outcome,
    s1ap::path_switch_request_acknowledge::kIes);
constinit const MessageTable path_switch_request_failure = message_table<PathSwitchRequestFailure>(
    "PathSwitchRequestFailure", Procedure::path_switch_request, PduKind::unsuccessful_outcome,
    s1ap::path_switch_request_failure::kIes);
constinit const MessageTable handover_cancel = message_table<HandoverCancel>(
    "HandoverCancel", Procedure::handover_cancel, PduKind::initiating_message, s1ap::handover_cancel::kIes);
constinit const MessageTable handover_cancel_acknowledge = message_table<HandoverCancelAcknowledge>(
    "HandoverCancelAcknowledge", Procedure::handover_cancel, PduKind::successful_outcome,
    s1ap::handover_cancel_acknowledge::kIes);
constinit const MessageTable handover_success =
    message_table<HandoverSuccess>("HandoverSuccess", Procedure::handover_success,
                                   PduKind::initiating_message, s1ap::handover_success::kIes);
constinit const MessageTable enb_status_transfer =
    message_table<EnbStatusTransfer>("ENBStatusTransfer", Procedure::enb_status_transfer,
                                     PduKind::initiating_message, s1ap::enb_status_transfer::kIes);
constinit const MessageTable mme_status_transfer =
    message_table<MmeStatusTransfer>("MMEStatusTransfer", Procedure::mme_status_transfer,
                                     PduKind::initiating_message, s1ap::mme_status_transfer::kIes);
constinit const MessageTable enb_early_status_transfer =
    message_table<EnbEarlyStatusTransfer>("ENBEarlyStatusTransfer", Procedure::enb_early_status_transfer,
                                          PduKind::initiating_message, s1ap::enb_early_status_transfer::kIes);
constinit const MessageTable mme_early_status_transfer =
    message_table<MmeEarlyStatusTransfer>("MMEEarlyStatusTransfer", Procedure::mme_early_status_transfer,
                                          PduKind::initiating_message, s1ap::mme_early_status_transfer::kIes);

}  // namespace tables
}  // namespace zerocell::s1ap
