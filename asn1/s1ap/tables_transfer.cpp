// SPDX-License-Identifier: Apache-2.0
#include "asn1/s1ap/shapes.hpp"
#include "asn1/s1ap/tables_all.hpp"
#include "asn1/s1ap/transfer.hpp"

namespace zerocell::aper {

ZC_SEQUENCE(Cdma2000OnexSrvccInfo, ZC_MEMBER(cdma2000_onex_meid), ZC_MEMBER(cdma2000_onex_msi),
            ZC_MEMBER(cdma2000_onex_pilot));

ZC_SEQUENCE(GeranCellId, ZC_MEMBER(lai), ZC_MEMBER(rac), ZC_MEMBER(ci));

ZC_WRAPPER(EhrpdSectorId);
ZC_SEQUENCE(RimTransfer, ZC_MEMBER(rim_information), ZC_MEMBER(rim_routing_address));

ZC_SEQUENCE(SourceEnbId, ZC_MEMBER(global_enb_id), ZC_MEMBER(selected_tai));

ZC_SEQUENCE(EnbX2ExtTla, ZC_MEMBER(ipsec_tla), ZC_MEMBER(gtp_tlas));

template <>
struct SequenceOf<s1ap::X2TnlConfigurationInfo> {
  using T = s1ap::X2TnlConfigurationInfo;
  static constexpr std::array fields{ZC_MEMBER(enb_x2_transport_layer_addresses)};
  static constexpr std::array extensions{
      ZC_EXTENSION(enb_x2_extended_transport_layer_addresses, ignore, ENBX2ExtTLAs),
      ZC_EXTENSION(enb_indirect_x2_transport_layer_addresses, ignore, ENBIndirectX2TransportLayerAddresses)};
};

template <>
struct SequenceOf<s1ap::TimeSynchronisationInfo> {
  using T = s1ap::TimeSynchronisationInfo;
  static constexpr std::array fields{ZC_MEMBER(stratum_level), ZC_MEMBER(synchronisation_status)};
  static constexpr std::array extensions{
      ZC_EXTENSION(muting_availability_indication, ignore, MutingAvailabilityIndication)};
};

ZC_SEQUENCE(MutingPatternInformation, ZC_MEMBER(muting_pattern_period), ZC_MEMBER(muting_pattern_offset));

template <>
struct SequenceOf<s1ap::SonInformationReply> {
  using T = s1ap::SonInformationReply;
  static constexpr std::array fields{ZC_MEMBER(x2_tnl_configuration_info)};
  static constexpr std::array extensions{
      ZC_EXTENSION(time_synchronisation_info, ignore, TimeSynchronisationInfo),
      ZC_EXTENSION(muting_pattern_information, ignore, MutingPatternInformation)};
};

template <>
struct SequenceOf<s1ap::RlfReportInformation> {
  using T = s1ap::RlfReportInformation;
  static constexpr std::array fields{ZC_MEMBER(ue_rlf_report_container),
                                     ZC_MEMBER(ue_rlf_report_container_for_extended_bands)};
  static constexpr std::array extensions{
      ZC_EXTENSION(nb_iot_rlf_report_container, ignore, NB_IoT_RLF_Report_Container)};
};

ZC_CONTAINER(SonInformationReport, son_information_report, ignore, SONInformationReport);

ZC_SEQUENCE(ListeningSubframePattern, ZC_MEMBER(pattern_period), ZC_MEMBER(pattern_offset));

ZC_SEQUENCE(SynchronisationInformation, ZC_MEMBER(source_stratum_level),
            ZC_MEMBER(listening_subframe_pattern), ZC_MEMBER(aggressor_ecgi_list));

template <>
struct SequenceOf<s1ap::SonConfigurationTransfer> {
  using T = s1ap::SonConfigurationTransfer;
  static constexpr std::array fields{ZC_MEMBER(target_enb_id), ZC_MEMBER(source_enb_id),
                                     ZC_MEMBER(son_information)};
  static constexpr std::array extensions{
      ZC_EXTENSION(x2_tnl_configuration_info, ignore, X2TNLConfigurationInfo),
      ZC_EXTENSION(synchronisation_information, ignore, SynchronisationInformation)};
};

ZC_SEQUENCE(EnDcSonEnbIdentification, ZC_MEMBER(global_enb_id), ZC_MEMBER(selected_tai));

ZC_SEQUENCE(GlobalEnGnbId, ZC_MEMBER(plmn_identity), ZC_MEMBER(en_gnb_id));

ZC_SEQUENCE(EnDcSonEnGnbIdentification, ZC_MEMBER(global_en_gnb_id), ZC_MEMBER(selected_tai));

ZC_SEQUENCE(EnDcTransferTypeRequest, ZC_MEMBER(source_enb), ZC_MEMBER(target_en_gnb), ZC_MEMBER(target_enb),
            ZC_MEMBER(associated_tai), ZC_MEMBER(broadcast_5gs_tai));

ZC_SEQUENCE(EnDcTransferTypeReply, ZC_MEMBER(source_en_gnb), ZC_MEMBER(target_enb));

ZC_SEQUENCE(EnDcSonConfigurationTransfer, ZC_MEMBER(transfer_type), ZC_MEMBER(son_information),
            ZC_MEMBER(x2_tnl_config_info));

ZC_WRAPPER(GlobalId);
ZC_WRAPPER(LocalId);
ZC_SEQUENCE(PrivateIe, ZC_MEMBER(id), ZC_MEMBER(criticality), ZC_MEMBER(value));
ZC_SEQUENCE(PrivateMessage, ZC_MEMBER(private_ies));

}  // namespace zerocell::aper

namespace zerocell::s1ap {
namespace {

namespace enb_direct_information_transfer {
using T = EnbDirectInformationTransfer;
constexpr std::array kIes{
    ZC_IE(inter_system_information_transfer_type_edt, reject, mandatory, Inter_SystemInformationTransferType),
};
}  // namespace enb_direct_information_transfer

namespace mme_direct_information_transfer {
using T = MmeDirectInformationTransfer;
constexpr std::array kIes{
    ZC_IE(inter_system_information_transfer_type_mdt, reject, mandatory, Inter_SystemInformationTransferType),
};
}  // namespace mme_direct_information_transfer

namespace enb_configuration_transfer {
using T = EnbConfigurationTransfer;
constexpr std::array kIes{
    ZC_IE(son_configuration_transfer_ect, ignore, optional, SONConfigurationTransfer),
    ZC_IE(en_dc_son_configuration_transfer_ect, ignore, optional, EN_DCSONConfigurationTransfer),
    ZC_IE(intersystem_son_configuration_transfer_ect, ignore, optional, IntersystemSONConfigurationTransfer),
};
}  // namespace enb_configuration_transfer

namespace mme_configuration_transfer {
using T = MmeConfigurationTransfer;
constexpr std::array kIes{
    ZC_IE(son_configuration_transfer_mct, ignore, optional, SONConfigurationTransfer),
    ZC_IE(en_dc_son_configuration_transfer_mct, ignore, optional, EN_DCSONConfigurationTransfer),
    ZC_IE(intersystem_son_configuration_transfer_mct, ignore, optional, IntersystemSONConfigurationTransfer),
};
}  // namespace mme_configuration_transfer

namespace downlink_ue_associated_lppa_transport {
using T = DownlinkUeAssociatedLppaTransport;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(routing_id, reject, mandatory, Routing_ID),
    ZC_IE(lppa_pdu, reject, mandatory, LPPa_PDU),
};
}  // namespace downlink_ue_associated_lppa_transport

namespace uplink_ue_associated_lppa_transport {
using T = UplinkUeAssociatedLppaTransport;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(routing_id, reject, mandatory, Routing_ID),
    ZC_IE(lppa_pdu, reject, mandatory, LPPa_PDU),
};
}  // namespace uplink_ue_associated_lppa_transport

namespace downlink_non_ue_associated_lppa_transport {
using T = DownlinkNonUeAssociatedLppaTransport;
constexpr std::array kIes{
    ZC_IE(routing_id, reject, mandatory, Routing_ID),
    ZC_IE(lppa_pdu, reject, mandatory, LPPa_PDU),
};
}  // namespace downlink_non_ue_associated_lppa_transport

namespace uplink_non_ue_associated_lppa_transport {
using T = UplinkNonUeAssociatedLppaTransport;
constexpr std::array kIes{
    ZC_IE(routing_id, reject, mandatory, Routing_ID),
    ZC_IE(lppa_pdu, reject, mandatory, LPPa_PDU),
};
}  // namespace uplink_non_ue_associated_lppa_transport

namespace downlink_s1_cdma2000_tunnelling {
using T = DownlinkS1Cdma2000Tunnelling;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(erab_subject_to_data_forwarding_list, ignore, optional, E_RABSubjecttoDataForwardingList),
    ZC_IE(cdma2000_ho_status, ignore, optional, Cdma2000HOStatus),
    ZC_IE(cdma2000_rat_type, reject, mandatory, Cdma2000RATType),
    ZC_IE(cdma2000_pdu, reject, mandatory, Cdma2000PDU),
};
}  // namespace downlink_s1_cdma2000_tunnelling

namespace uplink_s1_cdma2000_tunnelling {
using T = UplinkS1Cdma2000Tunnelling;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(cdma2000_rat_type, reject, mandatory, Cdma2000RATType),
    ZC_IE(cdma2000_sector_id, reject, mandatory, Cdma2000SectorID),
    ZC_IE(cdma2000_ho_required_indication, ignore, optional, Cdma2000HORequiredIndication),
    ZC_IE(cdma2000_onex_srvcc_info, reject, optional, Cdma2000OneXSRVCCInfo),
    ZC_IE(cdma2000_onex_rand, reject, optional, Cdma2000OneXRAND),
    ZC_IE(cdma2000_pdu, reject, mandatory, Cdma2000PDU),
    ZC_IE(eutran_round_trip_delay_estimation_info, ignore, optional, EUTRANRoundTripDelayEstimationInfo),
};
}  // namespace uplink_s1_cdma2000_tunnelling

}  // namespace

namespace tables {

constinit const MessageTable enb_direct_information_transfer = message_table<EnbDirectInformationTransfer>(
    "ENBDirectInformationTransfer", Procedure::enb_direct_information_transfer, PduKind::initiating_message,
    s1ap::enb_direct_information_transfer::kIes);
constinit const MessageTable mme_direct_information_transfer = message_table<MmeDirectInformationTransfer>(
    "MMEDirectInformationTransfer", Procedure::mme_direct_information_transfer, PduKind::initiating_message,
    s1ap::mme_direct_information_transfer::kIes);
constinit const MessageTable enb_configuration_transfer = message_table<EnbConfigurationTransfer>(
    "ENBConfigurationTransfer", Procedure::enb_configuration_transfer, PduKind::initiating_message,
    s1ap::enb_configuration_transfer::kIes);
constinit const MessageTable mme_configuration_transfer = message_table<MmeConfigurationTransfer>(
    "MMEConfigurationTransfer", Procedure::mme_configuration_transfer, PduKind::initiating_message,
    s1ap::mme_configuration_transfer::kIes);
constinit const MessageTable downlink_ue_associated_lppa_transport =
    message_table<DownlinkUeAssociatedLppaTransport>(
        "DownlinkUEAssociatedLPPaTransport", Procedure::downlink_ue_associated_lppa_transport,
        PduKind::initiating_message, s1ap::downlink_ue_associated_lppa_transport::kIes);
constinit const MessageTable uplink_ue_associated_lppa_transport =
    message_table<UplinkUeAssociatedLppaTransport>(
        "UplinkUEAssociatedLPPaTransport", Procedure::uplink_ue_associated_lppa_transport,
        PduKind::initiating_message, s1ap::uplink_ue_associated_lppa_transport::kIes);
constinit const MessageTable downlink_non_ue_associated_lppa_transport =
    message_table<DownlinkNonUeAssociatedLppaTransport>(
        "DownlinkNonUEAssociatedLPPaTransport", Procedure::downlink_non_ue_associated_lppa_transport,
        PduKind::initiating_message, s1ap::downlink_non_ue_associated_lppa_transport::kIes);
constinit const MessageTable uplink_non_ue_associated_lppa_transport =
    message_table<UplinkNonUeAssociatedLppaTransport>(
        "UplinkNonUEAssociatedLPPaTransport", Procedure::uplink_non_ue_associated_lppa_transport,
        PduKind::initiating_message, s1ap::uplink_non_ue_associated_lppa_transport::kIes);
constinit const MessageTable downlink_s1_cdma2000_tunnelling = message_table<DownlinkS1Cdma2000Tunnelling>(
    "DownlinkS1cdma2000tunnelling", Procedure::downlink_s1_cdma2000_tunnelling, PduKind::initiating_message,
    s1ap::downlink_s1_cdma2000_tunnelling::kIes);
constinit const MessageTable uplink_s1_cdma2000_tunnelling = message_table<UplinkS1Cdma2000Tunnelling>(
    "UplinkS1cdma2000tunnelling", Procedure::uplink_s1_cdma2000_tunnelling, PduKind::initiating_message,
    s1ap::uplink_s1_cdma2000_tunnelling::kIes);
constinit const MessageTable private_message = [] {
  auto table = message_table<PrivateMessage>("PrivateMessage", Procedure::private_message,
                                             PduKind::initiating_message, {});
  table.plain = &asn_DEF_PrivateMessage;
  table.plain_form = aper::form_of<PrivateMessage>();
  return table;
}();

}  // namespace tables
}  // namespace zerocell::s1ap
