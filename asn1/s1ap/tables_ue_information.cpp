// SPDX-License-Identifier: Apache-2.0
#include "asn1/s1ap/shapes.hpp"
#include "asn1/s1ap/tables_all.hpp"
#include "asn1/s1ap/ue_information.hpp"

namespace zerocell::aper {

ZC_SEQUENCE(DlCpSecurityInformation, ZC_MEMBER(dl_nas_mac));

ZC_SEQUENCE(UlCpSecurityInformation, ZC_MEMBER(ul_nas_mac), ZC_MEMBER(ul_nas_count));

}  // namespace zerocell::aper

namespace zerocell::s1ap {
namespace {

namespace ue_capability_info_indication {
using T = UeCapabilityInfoIndication;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(ue_radio_capability, ignore, mandatory, UERadioCapability),
    ZC_IE(ue_radio_capability_for_paging, ignore, optional, UERadioCapabilityForPaging),
    ZC_IE(ue_application_layer_measurement_capability, ignore, optional,
          UE_Application_Layer_Measurement_Capability),
    ZC_IE(lte_m_indication, ignore, optional, LTE_M_Indication),
    ZC_IE(ue_radio_capability_nr_format, ignore, optional, UERadioCapability),
    ZC_IE(ue_radio_capability_for_paging_nr_format, ignore, optional, UERadioCapabilityForPaging),
};
}  // namespace ue_capability_info_indication

namespace ue_radio_capability_match_request {
using T = UeRadioCapabilityMatchRequest;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(ue_radio_capability, ignore, optional, UERadioCapability),
    ZC_IE(ue_radio_capability_id, reject, optional, UERadioCapabilityID),
};
}  // namespace ue_radio_capability_match_request

namespace ue_radio_capability_match_response {
using T = UeRadioCapabilityMatchResponse;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, ignore, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, ignore, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(voice_support_match_indicator, reject, mandatory, VoiceSupportMatchIndicator),
    ZC_IE(criticality_diagnostics, ignore, optional, CriticalityDiagnostics),
};
}  // namespace ue_radio_capability_match_response

namespace ue_radio_capability_id_mapping_request {
using T = UeRadioCapabilityIdMappingRequest;
constexpr std::array kIes{
    ZC_IE(ue_radio_capability_id, reject, mandatory, UERadioCapabilityID),
};
}  // namespace ue_radio_capability_id_mapping_request

namespace ue_radio_capability_id_mapping_response {
using T = UeRadioCapabilityIdMappingResponse;
constexpr std::array kIes{
    ZC_IE(ue_radio_capability_id, reject, mandatory, UERadioCapabilityID),
    ZC_IE(ue_radio_capability, ignore, mandatory, UERadioCapability),
    ZC_IE(criticality_diagnostics, ignore, optional, CriticalityDiagnostics),
};
}  // namespace ue_radio_capability_id_mapping_response

namespace connection_establishment_indication {
using T = ConnectionEstablishmentIndication;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, ignore, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, ignore, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(ue_radio_capability, ignore, optional, UERadioCapability),
    ZC_IE(enhanced_coverage_restricted, ignore, optional, EnhancedCoverageRestricted),
    ZC_IE(dl_cp_security_information, ignore, optional, DL_CP_SecurityInformation),
    ZC_IE(ce_mode_b_restricted, ignore, optional, CE_ModeBRestricted),
    ZC_IE(end_indication, ignore, optional, EndIndication),
    ZC_IE(subscription_based_ue_differentiation_info, ignore, optional,
          Subscription_Based_UE_DifferentiationInfo),
    ZC_IE(ue_level_qos_parameters, ignore, optional, E_RABLevelQoSParameters),
    ZC_IE(ue_radio_capability_id, reject, optional, UERadioCapabilityID),
    ZC_IE(masked_imeisv, ignore, optional, Masked_IMEISV),
};
}  // namespace connection_establishment_indication

namespace retrieve_ue_information {
using T = RetrieveUeInformation;
constexpr std::array kIes{
    ZC_IE(s_tmsi, reject, mandatory, S_TMSI),
};
}  // namespace retrieve_ue_information

namespace ue_information_transfer {
using T = UeInformationTransfer;
constexpr std::array kIes{
    ZC_IE(s_tmsi, reject, mandatory, S_TMSI),
    ZC_IE(ue_level_qos_parameters, ignore, optional, E_RABLevelQoSParameters),
    ZC_IE(ue_radio_capability, ignore, optional, UERadioCapability),
    ZC_IE(subscription_based_ue_differentiation_info, ignore, optional,
          Subscription_Based_UE_DifferentiationInfo),
    ZC_IE(pending_data_indication, ignore, optional, PendingDataIndication),
    ZC_IE(masked_imeisv, ignore, optional, Masked_IMEISV),
};
}  // namespace ue_information_transfer

namespace enb_cp_relocation_indication {
using T = EnbCpRelocationIndication;
constexpr std::array kIes{
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(s_tmsi, reject, mandatory, S_TMSI),
    ZC_IE(eutran_cgi, ignore, mandatory, EUTRAN_CGI),
    ZC_IE(tai, ignore, mandatory, TAI),
    ZC_IE(ul_cp_security_information, reject, mandatory, UL_CP_SecurityInformation),
    ZC_IE(lte_ntn_tai_information, ignore, optional, LTE_NTN_TAI_Information),
};
}  // namespace enb_cp_relocation_indication

namespace mme_cp_relocation_indication {
using T = MmeCpRelocationIndication;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
};
}  // namespace mme_cp_relocation_indication

}  // namespace

namespace tables {

constinit const MessageTable ue_capability_info_indication = message_table<UeCapabilityInfoIndication>(
    "UECapabilityInfoIndication", Procedure::ue_capability_info_indication, PduKind::initiating_message,
    s1ap::ue_capability_info_indication::kIes);
constinit const MessageTable ue_radio_capability_match_request = message_table<UeRadioCapabilityMatchRequest>(
    "UERadioCapabilityMatchRequest", Procedure::ue_radio_capability_match, PduKind::initiating_message,
    s1ap::ue_radio_capability_match_request::kIes);
constinit const MessageTable ue_radio_capability_match_response =
    message_table<UeRadioCapabilityMatchResponse>(
        "UERadioCapabilityMatchResponse", Procedure::ue_radio_capability_match, PduKind::successful_outcome,
        s1ap::ue_radio_capability_match_response::kIes);
constinit const MessageTable ue_radio_capability_id_mapping_request =
    message_table<UeRadioCapabilityIdMappingRequest>(
        "UERadioCapabilityIDMappingRequest", Procedure::ue_radio_capability_id_mapping,
        PduKind::initiating_message, s1ap::ue_radio_capability_id_mapping_request::kIes);
constinit const MessageTable ue_radio_capability_id_mapping_response =
    message_table<UeRadioCapabilityIdMappingResponse>(
        "UERadioCapabilityIDMappingResponse", Procedure::ue_radio_capability_id_mapping,
        PduKind::successful_outcome, s1ap::ue_radio_capability_id_mapping_response::kIes);
constinit const MessageTable connection_establishment_indication =
    message_table<ConnectionEstablishmentIndication>(
        "ConnectionEstablishmentIndication", Procedure::connection_establishment_indication,
        PduKind::initiating_message, s1ap::connection_establishment_indication::kIes);
constinit const MessageTable retrieve_ue_information =
    message_table<RetrieveUeInformation>("RetrieveUEInformation", Procedure::retrieve_ue_information,
                                         PduKind::initiating_message, s1ap::retrieve_ue_information::kIes);
constinit const MessageTable ue_information_transfer =
    message_table<UeInformationTransfer>("UEInformationTransfer", Procedure::ue_information_transfer,
                                         PduKind::initiating_message, s1ap::ue_information_transfer::kIes);
constinit const MessageTable enb_cp_relocation_indication = message_table<EnbCpRelocationIndication>(
    "ENBCPRelocationIndication", Procedure::enb_cp_relocation_indication, PduKind::initiating_message,
    s1ap::enb_cp_relocation_indication::kIes);
constinit const MessageTable mme_cp_relocation_indication = message_table<MmeCpRelocationIndication>(
    "MMECPRelocationIndication", Procedure::mme_cp_relocation_indication, PduKind::initiating_message,
    s1ap::mme_cp_relocation_indication::kIes);

}  // namespace tables
}  // namespace zerocell::s1ap
