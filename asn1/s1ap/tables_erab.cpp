// SPDX-License-Identifier: Apache-2.0
#include "asn1/s1ap/erab.hpp"
#include "asn1/s1ap/shapes.hpp"
#include "asn1/s1ap/tables_all.hpp"

namespace zerocell::aper {

template <>
struct SequenceOf<s1ap::ErabToBeSetupItemBearerSuReq> {
  using T = s1ap::ErabToBeSetupItemBearerSuReq;
  static constexpr std::array fields{ZC_MEMBER(erab_id), ZC_MEMBER(erab_level_qos_parameters),
                                     ZC_MEMBER(transport_layer_address), ZC_MEMBER(gtp_teid),
                                     ZC_MEMBER(nas_pdu)};
  static constexpr std::array extensions{ZC_EXTENSION(correlation_id, ignore, Correlation_ID),
                                         ZC_EXTENSION(sipto_correlation_id, ignore, Correlation_ID),
                                         ZC_EXTENSION(bearer_type, reject, BearerType),
                                         ZC_EXTENSION(ethernet_type, ignore, Ethernet_Type),
                                         ZC_EXTENSION(security_indication, reject, SecurityIndication)};
};

ZC_CONTAINER(ErabToBeSetupItemBearerSuReq, erab_to_be_setup_item_bearer_su_req, reject,
             E_RABToBeSetupItemBearerSUReq);

ZC_SEQUENCE(ErabSetupItemBearerSuRes, ZC_MEMBER(erab_id), ZC_MEMBER(transport_layer_address),
            ZC_MEMBER(gtp_teid));

ZC_CONTAINER(ErabSetupItemBearerSuRes, erab_setup_item_bearer_su_res, ignore, E_RABSetupItemBearerSURes);

ZC_SEQUENCE(TransportInformation, ZC_MEMBER(transport_layer_address), ZC_MEMBER(ul_gtp_teid));

template <>
struct SequenceOf<s1ap::ErabToBeModifiedItemBearerModReq> {
  using T = s1ap::ErabToBeModifiedItemBearerModReq;
  static constexpr std::array fields{ZC_MEMBER(erab_id), ZC_MEMBER(erab_level_qos_parameters),
                                     ZC_MEMBER(nas_pdu)};
  static constexpr std::array extensions{ZC_EXTENSION(transport_information, reject, TransportInformation)};
};

ZC_CONTAINER(ErabToBeModifiedItemBearerModReq, erab_to_be_modified_item_bearer_mod_req, reject,
             E_RABToBeModifiedItemBearerModReq);

ZC_SEQUENCE(ErabModifyItemBearerModRes, ZC_MEMBER(erab_id));

ZC_CONTAINER(ErabModifyItemBearerModRes, erab_modify_item_bearer_mod_res, ignore,
             E_RABModifyItemBearerModRes);

ZC_SEQUENCE(ErabReleaseItemBearerRelComp, ZC_MEMBER(erab_id));

ZC_CONTAINER(ErabReleaseItemBearerRelComp, erab_release_item_bearer_rel_comp, ignore,
             E_RABReleaseItemBearerRelComp);

ZC_SEQUENCE(ErabToBeModifiedItemBearerModInd, ZC_MEMBER(erab_id), ZC_MEMBER(transport_layer_address),
            ZC_MEMBER(dl_gtp_teid));

ZC_CONTAINER(ErabToBeModifiedItemBearerModInd, erab_to_be_modified_item_bearer_mod_ind, reject,
             E_RABToBeModifiedItemBearerModInd);

ZC_SEQUENCE(ErabNotToBeModifiedItemBearerModInd, ZC_MEMBER(erab_id), ZC_MEMBER(transport_layer_address),
            ZC_MEMBER(dl_gtp_teid));

ZC_CONTAINER(ErabNotToBeModifiedItemBearerModInd, erab_not_to_be_modified_item_bearer_mod_ind, reject,
             E_RABNotToBeModifiedItemBearerModInd);

ZC_SEQUENCE(ErabModifyItemBearerModConf, ZC_MEMBER(erab_id));

ZC_CONTAINER(ErabModifyItemBearerModConf, erab_modify_item_bearer_mod_conf, ignore,
             E_RABModifyItemBearerModConf);

}  // namespace zerocell::aper

namespace zerocell::s1ap {
namespace {

namespace erab_setup_request {
using T = ErabSetupRequest;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(ue_aggregate_maximum_bitrate, reject, optional, UEAggregateMaximumBitrate),
    ZC_IE_AS(erab_to_be_setup_list, erab_to_be_setup_list_bearer_su_req, reject, mandatory,
             E_RABToBeSetupListBearerSUReq),
};
}  // namespace erab_setup_request

namespace erab_setup_response {
using T = ErabSetupResponse;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, ignore, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, ignore, mandatory, ENB_UE_S1AP_ID),
    ZC_IE_AS(erab_setup_list, erab_setup_list_bearer_su_res, ignore, optional, E_RABSetupListBearerSURes),
    ZC_IE_AS(erab_failed_to_setup_list, erab_failed_to_setup_list_bearer_su_res, ignore, optional, E_RABList),
    ZC_IE(criticality_diagnostics, ignore, optional, CriticalityDiagnostics),
    ZC_IE(user_location_information, ignore, optional, UserLocationInformation),
};
}  // namespace erab_setup_response

namespace erab_modify_request {
using T = ErabModifyRequest;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(ue_aggregate_maximum_bitrate, reject, optional, UEAggregateMaximumBitrate),
    ZC_IE_AS(erab_to_be_modified_list, erab_to_be_modified_list_bearer_mod_req, reject, mandatory,
             E_RABToBeModifiedListBearerModReq),
    ZC_IE(secondary_rat_data_usage_request, ignore, optional, SecondaryRATDataUsageRequest),
};
}  // namespace erab_modify_request

namespace erab_modify_response {
using T = ErabModifyResponse;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, ignore, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, ignore, mandatory, ENB_UE_S1AP_ID),
    ZC_IE_AS(erab_modify_list, erab_modify_list_bearer_mod_res, ignore, optional,
             E_RABModifyListBearerModRes),
    ZC_IE(erab_failed_to_modify_list, ignore, optional, E_RABList),
    ZC_IE(criticality_diagnostics, ignore, optional, CriticalityDiagnostics),
    ZC_IE(secondary_rat_data_usage_report_list, ignore, optional, SecondaryRATDataUsageReportList),
    ZC_IE(user_location_information, ignore, optional, UserLocationInformation),
};
}  // namespace erab_modify_response

namespace erab_release_command {
using T = ErabReleaseCommand;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(ue_aggregate_maximum_bitrate, reject, optional, UEAggregateMaximumBitrate),
    ZC_IE(erab_to_be_released_list, ignore, mandatory, E_RABList),
    ZC_IE(nas_pdu, ignore, optional, NAS_PDU),
};
}  // namespace erab_release_command

namespace erab_release_response {
using T = ErabReleaseResponse;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, ignore, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, ignore, mandatory, ENB_UE_S1AP_ID),
    ZC_IE_AS(erab_release_list, erab_release_list_bearer_rel_comp, ignore, optional,
             E_RABReleaseListBearerRelComp),
    ZC_IE(erab_failed_to_release_list, ignore, optional, E_RABList),
    ZC_IE(criticality_diagnostics, ignore, optional, CriticalityDiagnostics),
    ZC_IE(user_location_information, ignore, optional, UserLocationInformation),
    ZC_IE(secondary_rat_data_usage_report_list, ignore, optional, SecondaryRATDataUsageReportList),
};
}  // namespace erab_release_response

namespace erab_release_indication {
using T = ErabReleaseIndication;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(erab_released_list, ignore, mandatory, E_RABList),
    ZC_IE(user_location_information, ignore, optional, UserLocationInformation),
    ZC_IE(secondary_rat_data_usage_report_list, ignore, optional, SecondaryRATDataUsageReportList),
};
}  // namespace erab_release_indication

namespace erab_modification_indication {
using T = ErabModificationIndication;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE_AS(erab_to_be_modified_list, erab_to_be_modified_list_bearer_mod_ind, reject, mandatory,
             E_RABToBeModifiedListBearerModInd),
    ZC_IE_AS(erab_not_to_be_modified_list, erab_not_to_be_modified_list_bearer_mod_ind, reject, optional,
             E_RABNotToBeModifiedListBearerModInd),
    ZC_IE(csg_membership_info, reject, optional, CSGMembershipInfo),
    ZC_IE(tunnel_information_for_bbf, ignore, optional, TunnelInformation),
    ZC_IE(secondary_rat_data_usage_report_list, ignore, optional, SecondaryRATDataUsageReportList),
    ZC_IE(user_location_information, ignore, optional, UserLocationInformation),
};
}  // namespace erab_modification_indication

namespace erab_modification_confirm {
using T = ErabModificationConfirm;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, ignore, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, ignore, mandatory, ENB_UE_S1AP_ID),
    ZC_IE_AS(erab_modify_list, erab_modify_list_bearer_mod_conf, ignore, optional,
             E_RABModifyListBearerModConf),
    ZC_IE_AS(erab_failed_to_modify_list, erab_failed_to_modify_list_bearer_mod_conf, ignore, optional,
             E_RABList),
    ZC_IE_AS(erab_to_be_released_list, erab_to_be_released_list_bearer_mod_conf, ignore, optional, E_RABList),
    ZC_IE(criticality_diagnostics, ignore, optional, CriticalityDiagnostics),
    ZC_IE(csg_membership_status, ignore, optional, CSGMembershipStatus),
};
}  // namespace erab_modification_confirm

namespace secondary_rat_data_usage_report {
using T = SecondaryRatDataUsageReport;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, ignore, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, ignore, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(secondary_rat_data_usage_report_list, ignore, mandatory, SecondaryRATDataUsageReportList),
    ZC_IE(handover_flag, ignore, optional, HandoverFlag),
    ZC_IE(user_location_information, ignore, optional, UserLocationInformation),
    ZC_IE(time_since_secondary_node_release, ignore, optional, TimeSinceSecondaryNodeRelease),
};
}  // namespace secondary_rat_data_usage_report

}  // namespace

namespace tables {

constinit const MessageTable erab_setup_request = message_table<ErabSetupRequest>(
    "E-RABSetupRequest", Procedure::erab_setup, PduKind::initiating_message, s1ap::erab_setup_request::kIes);
constinit const MessageTable erab_setup_response =
    message_table<ErabSetupResponse>("E-RABSetupResponse", Procedure::erab_setup, PduKind::successful_outcome,
                                     s1ap::erab_setup_response::kIes);
constinit const MessageTable erab_modify_request =
    message_table<ErabModifyRequest>("E-RABModifyRequest", Procedure::erab_modify,
                                     PduKind::initiating_message, s1ap::erab_modify_request::kIes);
constinit const MessageTable erab_modify_response =
    message_table<ErabModifyResponse>("E-RABModifyResponse", Procedure::erab_modify,
                                      PduKind::successful_outcome, s1ap::erab_modify_response::kIes);
constinit const MessageTable erab_release_command =
    message_table<ErabReleaseCommand>("E-RABReleaseCommand", Procedure::erab_release,
                                      PduKind::initiating_message, s1ap::erab_release_command::kIes);
constinit const MessageTable erab_release_response =
    message_table<ErabReleaseResponse>("E-RABReleaseResponse", Procedure::erab_release,
                                       PduKind::successful_outcome, s1ap::erab_release_response::kIes);
constinit const MessageTable erab_release_indication =
    message_table<ErabReleaseIndication>("E-RABReleaseIndication", Procedure::erab_release_indication,
                                         PduKind::initiating_message, s1ap::erab_release_indication::kIes);
constinit const MessageTable erab_modification_indication = message_table<ErabModificationIndication>(
    "E-RABModificationIndication", Procedure::erab_modification_indication, PduKind::initiating_message,
    s1ap::erab_modification_indication::kIes);
constinit const MessageTable erab_modification_confirm = message_table<ErabModificationConfirm>(
    "E-RABModificationConfirm", Procedure::erab_modification_indication, PduKind::successful_outcome,
    s1ap::erab_modification_confirm::kIes);
constinit const MessageTable secondary_rat_data_usage_report = message_table<SecondaryRatDataUsageReport>(
    "SecondaryRATDataUsageReport", Procedure::secondary_rat_data_usage_report, PduKind::initiating_message,
    s1ap::secondary_rat_data_usage_report::kIes);

}  // namespace tables
}  // namespace zerocell::s1ap
