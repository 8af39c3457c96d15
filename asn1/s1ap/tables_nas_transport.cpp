// SPDX-License-Identifier: Apache-2.0
#include "asn1/s1ap/nas_transport.hpp"
#include "asn1/s1ap/shapes.hpp"
#include "asn1/s1ap/tables_all.hpp"

namespace zerocell::aper {

ZC_SEQUENCE(AdditionalGuti, ZC_MEMBER(gummei), ZC_MEMBER(m_tmsi));

}  // namespace zerocell::aper

namespace zerocell::s1ap {
namespace {

namespace initial_ue_message {
using T = InitialUeMessage;
constexpr std::array kIes{
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(nas_pdu, reject, mandatory, NAS_PDU),
    ZC_IE(tai, reject, mandatory, TAI),
    ZC_IE(eutran_cgi, ignore, mandatory, EUTRAN_CGI),
    ZC_IE(rrc_establishment_cause, ignore, mandatory, RRC_Establishment_Cause),
    ZC_IE(s_tmsi, reject, optional, S_TMSI),
    ZC_IE(csg_id, reject, optional, CSG_Id),
    ZC_IE(gummei_id, reject, optional, GUMMEI),
    ZC_IE(cell_access_mode, reject, optional, CellAccessMode),
    ZC_IE(gw_transport_layer_address, ignore, optional, TransportLayerAddress),
    ZC_IE(relay_node_indicator, reject, optional, RelayNode_Indicator),
    ZC_IE(gummei_type, ignore, optional, GUMMEIType),
    ZC_IE(tunnel_information_for_bbf, ignore, optional, TunnelInformation),
    ZC_IE(sipto_l_gw_transport_layer_address, ignore, optional, TransportLayerAddress),
    ZC_IE(lhn_id, ignore, optional, LHN_ID),
    ZC_IE(mme_group_id, ignore, optional, MME_Group_ID),
    ZC_IE(ue_usage_type, ignore, optional, UE_Usage_Type),
    ZC_IE(ce_mode_b_support_indicator, ignore, optional, CE_mode_B_SupportIndicator),
    ZC_IE(dcn_id, ignore, optional, DCN_ID),
    ZC_IE(coverage_level, ignore, optional, Coverage_Level),
    ZC_IE(ue_application_layer_measurement_capability, ignore, optional,
          UE_Application_Layer_Measurement_Capability),
    ZC_IE(edt_session, ignore, optional, EDT_Session),
    ZC_IE(iab_node_indication, reject, optional, IAB_Node_Indication),
    ZC_IE(lte_ntn_tai_information, ignore, optional, LTE_NTN_TAI_Information),
};
}  // namespace initial_ue_message

namespace downlink_nas_transport {
using T = DownlinkNasTransport;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(nas_pdu, reject, mandatory, NAS_PDU),
    ZC_IE(handover_restriction_list, ignore, optional, HandoverRestrictionList),
    ZC_IE(subscriber_profile_id_for_rfp, ignore, optional, SubscriberProfileIDforRFP),
    ZC_IE(srvcc_operation_possible, ignore, optional, SRVCCOperationPossible),
    ZC_IE(ue_radio_capability, ignore, optional, UERadioCapability),
    ZC_IE(dl_nas_pdu_delivery_ack_request, ignore, optional, DLNASPDUDeliveryAckRequest),
    ZC_IE(enhanced_coverage_restricted, ignore, optional, EnhancedCoverageRestricted),
    ZC_IE(nr_ue_security_capabilities, ignore, optional, NRUESecurityCapabilities),
    ZC_IE(ce_mode_b_restricted, ignore, optional, CE_ModeBRestricted),
    ZC_IE(ue_capability_info_request, ignore, optional, UECapabilityInfoRequest),
    ZC_IE(end_indication, ignore, optional, EndIndication),
    ZC_IE(pending_data_indication, ignore, optional, PendingDataIndication),
    ZC_IE(subscription_based_ue_differentiation_info, ignore, optional,
          Subscription_Based_UE_DifferentiationInfo),
    ZC_IE(additional_rrm_priority_index, ignore, optional, AdditionalRRMPriorityIndex),
    ZC_IE(ue_radio_capability_id, reject, optional, UERadioCapabilityID),
    ZC_IE(masked_imeisv, ignore, optional, Masked_IMEISV),
};
}  // namespace downlink_nas_transport

namespace uplink_nas_transport {
using T = UplinkNasTransport;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(nas_pdu, reject, mandatory, NAS_PDU),
    ZC_IE(eutran_cgi, ignore, mandatory, EUTRAN_CGI),
    ZC_IE(tai, ignore, mandatory, TAI),
    ZC_IE(gw_transport_layer_address, ignore, optional, TransportLayerAddress),
    ZC_IE(sipto_l_gw_transport_layer_address, ignore, optional, TransportLayerAddress),
    ZC_IE(lhn_id, ignore, optional, LHN_ID),
    ZC_IE(ps_cell_information, ignore, optional, PSCellInformation),
    ZC_IE(lte_ntn_tai_information, ignore, optional, LTE_NTN_TAI_Information),
};
}  // namespace uplink_nas_transport

namespace nas_non_delivery_indication {
using T = NasNonDeliveryIndication;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(nas_pdu, ignore, mandatory, NAS_PDU),
    ZC_IE(cause, ignore, mandatory, Cause),
};
}  // namespace nas_non_delivery_indication

namespace nas_delivery_indication {
using T = NasDeliveryIndication;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
};
}  // namespace nas_delivery_indication

namespace reroute_nas_request {
using T = RerouteNasRequest;
constexpr std::array kIes{
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(mme_ue_s1ap_id, ignore, optional, MME_UE_S1AP_ID),
    ZC_IE(s1_message, reject, mandatory, S1_Message),
    ZC_IE(mme_group_id, reject, mandatory, MME_Group_ID),
    ZC_IE(additional_guti, ignore, optional, Additional_GUTI),
    ZC_IE(ue_usage_type, ignore, optional, UE_Usage_Type),
};
}  // namespace reroute_nas_request

}  // namespace

namespace tables {

constinit const MessageTable initial_ue_message =
    message_table<InitialUeMessage>("InitialUEMessage", Procedure::initial_ue_message,
                                    PduKind::initiating_message, s1ap::initial_ue_message::kIes);
constinit const MessageTable downlink_nas_transport =
    message_table<DownlinkNasTransport>("DownlinkNASTransport", Procedure::downlink_nas_transport,
                                        PduKind::initiating_message, s1ap::downlink_nas_transport::kIes);
constinit const MessageTable uplink_nas_transport =
    message_table<UplinkNasTransport>("UplinkNASTransport", Procedure::uplink_nas_transport,
                                      PduKind::initiating_message, s1ap::uplink_nas_transport::kIes);
constinit const MessageTable nas_non_delivery_indication = message_table<NasNonDeliveryIndication>(
    "NASNonDeliveryIndication", Procedure::nas_non_delivery_indication, PduKind::initiating_message,
    s1ap::nas_non_delivery_indication::kIes);
constinit const MessageTable nas_delivery_indication =
    message_table<NasDeliveryIndication>("NASDeliveryIndication", Procedure::nas_delivery_indication,
                                         PduKind::initiating_message, s1ap::nas_delivery_indication::kIes);
constinit const MessageTable reroute_nas_request =
    message_table<RerouteNasRequest>("RerouteNASRequest", Procedure::reroute_nas_request,
                                     PduKind::initiating_message, s1ap::reroute_nas_request::kIes);

}  // namespace tables
}  // namespace zerocell::s1ap
