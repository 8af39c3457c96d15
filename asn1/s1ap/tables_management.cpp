// SPDX-License-Identifier: Apache-2.0
#include "asn1/s1ap/management.hpp"
#include "asn1/s1ap/shapes.hpp"
#include "asn1/s1ap/tables_all.hpp"

namespace zerocell::aper {

ZC_SEQUENCE(UeAssociatedLogicalS1ConnectionItem, ZC_MEMBER(mme_ue_s1ap_id), ZC_MEMBER(enb_ue_s1ap_id));

ZC_CONTAINER(UeAssociatedLogicalS1ConnectionItem, ue_associated_logical_s1_connection_item, reject,
             UE_associatedLogicalS1_ConnectionItem);

ZC_WRAPPER(PartOfS1Interface);
template <>
struct SequenceOf<s1ap::SupportedTasItem> {
  using T = s1ap::SupportedTasItem;
  static constexpr std::array fields{ZC_MEMBER(tac), ZC_MEMBER(broadcast_plmns)};
  static constexpr std::array extensions{ZC_EXTENSION(rat_type, reject, RAT_Type)};
};

ZC_SEQUENCE(ConnectedEnGnbItem, ZC_MEMBER(en_gnb_id), ZC_MEMBER(supported_tas));

template <>
struct SequenceOf<s1ap::ServedGummeisItem> {
  using T = s1ap::ServedGummeisItem;
  static constexpr std::array fields{ZC_MEMBER(served_plmns), ZC_MEMBER(served_group_ids),
                                     ZC_MEMBER(served_mmecs)};
  static constexpr std::array extensions{ZC_EXTENSION(gummei_type, ignore, GUMMEIType)};
};

ZC_SEQUENCE(ServedDcnsItem, ZC_MEMBER(dcn_id), ZC_MEMBER(relative_dcn_capacity));

}  // namespace zerocell::aper

namespace zerocell::s1ap {
namespace {

namespace s1_setup_request {
using T = S1SetupRequest;
constexpr std::array kIes{
    ZC_IE(global_enb_id, reject, mandatory, Global_ENB_ID),
    ZC_IE(enb_name, ignore, optional, ENBname),
    ZC_IE(supported_tas, reject, mandatory, SupportedTAs),
    ZC_IE(default_paging_drx, ignore, mandatory, PagingDRX),
    ZC_IE(csg_id_list, reject, optional, CSG_IdList),
    ZC_IE(ue_retention_information, ignore, optional, UE_RetentionInformation),
    ZC_IE(nb_iot_default_paging_drx, ignore, optional, NB_IoT_DefaultPagingDRX),
    ZC_IE(connected_en_gnb_list, ignore, optional, ConnectedengNBList),
};
}  // namespace s1_setup_request

namespace s1_setup_response {
using T = S1SetupResponse;
constexpr std::array kIes{
    ZC_IE(mme_name, ignore, optional, MMEname),
    ZC_IE(served_gummeis, reject, mandatory, ServedGUMMEIs),
    ZC_IE(relative_mme_capacity, ignore, mandatory, RelativeMMECapacity),
    ZC_IE(mme_relay_support_indicator, ignore, optional, MMERelaySupportIndicator),
    ZC_IE(criticality_diagnostics, ignore, optional, CriticalityDiagnostics),
    ZC_IE(ue_retention_information, ignore, optional, UE_RetentionInformation),
    ZC_IE(served_dcns, ignore, optional, ServedDCNs),
    ZC_IE(iab_supported, ignore, optional, IAB_Supported),
};
}  // namespace s1_setup_response

namespace s1_setup_failure {
using T = S1SetupFailure;
constexpr std::array kIes{
    ZC_IE(cause, ignore, mandatory, Cause),
    ZC_IE(time_to_wait, ignore, optional, TimeToWait),
    ZC_IE(criticality_diagnostics, ignore, optional, CriticalityDiagnostics),
};
}  // namespace s1_setup_failure

namespace enb_configuration_update {
using T = EnbConfigurationUpdate;
constexpr std::array kIes{
    ZC_IE(enb_name, ignore, optional, ENBname),
    ZC_IE(supported_tas, reject, optional, SupportedTAs),
    ZC_IE(csg_id_list, reject, optional, CSG_IdList),
    ZC_IE(default_paging_drx, ignore, optional, PagingDRX),
    ZC_IE(nb_iot_default_paging_drx, ignore, optional, NB_IoT_DefaultPagingDRX),
    ZC_IE(connected_en_gnb_to_add_list, ignore, optional, ConnectedengNBList),
    ZC_IE(connected_en_gnb_to_remove_list, ignore, optional, ConnectedengNBList),
};
}  // namespace enb_configuration_update

namespace enb_configuration_update_acknowledge {
using T = EnbConfigurationUpdateAcknowledge;
constexpr std::array kIes{
    ZC_IE(criticality_diagnostics, ignore, optional, CriticalityDiagnostics),
};
}  // namespace enb_configuration_update_acknowledge

namespace enb_configuration_update_failure {
using T = EnbConfigurationUpdateFailure;
constexpr std::array kIes{
    ZC_IE(cause, ignore, mandatory, Cause),
    ZC_IE(time_to_wait, ignore, optional, TimeToWait),
    ZC_IE(criticality_diagnostics, ignore, optional, CriticalityDiagnostics),
};
}  // namespace enb_configuration_update_failure

namespace mme_configuration_update {
using T = MmeConfigurationUpdate;
constexpr std::array kIes{
    ZC_IE(mme_name, ignore, optional, MMEname),
    ZC_IE(served_gummeis, reject, optional, ServedGUMMEIs),
    ZC_IE(relative_mme_capacity, reject, optional, RelativeMMECapacity),
    ZC_IE(served_dcns, ignore, optional, ServedDCNs),
};
}  // namespace mme_configuration_update

namespace mme_configuration_update_acknowledge {
using T = MmeConfigurationUpdateAcknowledge;
constexpr std::array kIes{
    ZC_IE(criticality_diagnostics, ignore, optional, CriticalityDiagnostics),
};
}  // namespace mme_configuration_update_acknowledge

namespace mme_configuration_update_failure {
using T = MmeConfigurationUpdateFailure;
constexpr std::array kIes{
    ZC_IE(cause, ignore, mandatory, Cause),
    ZC_IE(time_to_wait, ignore, optional, TimeToWait),
    ZC_IE(criticality_diagnostics, ignore, optional, CriticalityDiagnostics),
};
}  // namespace mme_configuration_update_failure

namespace reset {
using T = Reset;
constexpr std::array kIes{
    ZC_IE(cause, ignore, mandatory, Cause),
    ZC_IE(reset_type, reject, mandatory, ResetType),
};
}  // namespace reset

namespace reset_acknowledge {
using T = ResetAcknowledge;
constexpr std::array kIes{
    ZC_IE_AS(ue_associated_logical_s1_connection_list, ue_associated_logical_s1_connection_list_res_ack,
             ignore, optional, UE_associatedLogicalS1_ConnectionListResAck),
    ZC_IE(criticality_diagnostics, ignore, optional, CriticalityDiagnostics),
};
}  // namespace reset_acknowledge

namespace error_indication {
using T = ErrorIndication;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, ignore, optional, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, ignore, optional, ENB_UE_S1AP_ID),
    ZC_IE(cause, ignore, optional, Cause),
    ZC_IE(criticality_diagnostics, ignore, optional, CriticalityDiagnostics),
    ZC_IE(s_tmsi, ignore, optional, S_TMSI),
};
}  // namespace error_indication

namespace overload_start {
using T = OverloadStart;
constexpr std::array kIes{
    ZC_IE(overload_response, reject, mandatory, OverloadResponse),
    ZC_IE(gummei_list, ignore, optional, GUMMEIList),
    ZC_IE(traffic_load_reduction_indication, ignore, optional, TrafficLoadReductionIndication),
};
}  // namespace overload_start

namespace overload_stop {
using T = OverloadStop;
constexpr std::array kIes{
    ZC_IE(gummei_list, ignore, optional, GUMMEIList),
};
}  // namespace overload_stop

}  // namespace

namespace tables {

constinit const MessageTable s1_setup_request = message_table<S1SetupRequest>(
    "S1SetupRequest", Procedure::s1_setup, PduKind::initiating_message, s1ap::s1_setup_request::kIes);
constinit const MessageTable s1_setup_response = message_table<S1SetupResponse>(
    "S1SetupResponse", Procedure::s1_setup, PduKind::successful_outcome, s1ap::s1_setup_response::kIes);
constinit const MessageTable s1_setup_failure = message_table<S1SetupFailure>(
    "S1SetupFailure", Procedure::s1_setup, PduKind::unsuccessful_outcome, s1ap::s1_setup_failure::kIes);
constinit const MessageTable enb_configuration_update =
    message_table<EnbConfigurationUpdate>("ENBConfigurationUpdate", Procedure::enb_configuration_update,
                                          PduKind::initiating_message, s1ap::enb_configuration_update::kIes);
constinit const MessageTable enb_configuration_update_acknowledge =
    message_table<EnbConfigurationUpdateAcknowledge>(
        "ENBConfigurationUpdateAcknowledge", Procedure::enb_configuration_update, PduKind::successful_outcome,
        s1ap::enb_configuration_update_acknowledge::kIes);
constinit const MessageTable enb_configuration_update_failure = message_table<EnbConfigurationUpdateFailure>(
    "ENBConfigurationUpdateFailure", Procedure::enb_configuration_update, PduKind::unsuccessful_outcome,
    s1ap::enb_configuration_update_failure::kIes);
constinit const MessageTable mme_configuration_update =
    message_table<MmeConfigurationUpdate>("MMEConfigurationUpdate", Procedure::mme_configuration_update,
                                          PduKind::initiating_message, s1ap::mme_configuration_update::kIes);
constinit const MessageTable mme_configuration_update_acknowledge =
    message_table<MmeConfigurationUpdateAcknowledge>(
        "MMEConfigurationUpdateAcknowledge", Procedure::mme_configuration_update, PduKind::successful_outcome,
        s1ap::mme_configuration_update_acknowledge::kIes);
constinit const MessageTable mme_configuration_update_failure = message_table<MmeConfigurationUpdateFailure>(
    "MMEConfigurationUpdateFailure", Procedure::mme_configuration_update, PduKind::unsuccessful_outcome,
    s1ap::mme_configuration_update_failure::kIes);
constinit const MessageTable reset =
    message_table<Reset>("Reset", Procedure::reset, PduKind::initiating_message, s1ap::reset::kIes);
constinit const MessageTable reset_acknowledge = message_table<ResetAcknowledge>(
    "ResetAcknowledge", Procedure::reset, PduKind::successful_outcome, s1ap::reset_acknowledge::kIes);
constinit const MessageTable error_indication =
    message_table<ErrorIndication>("ErrorIndication", Procedure::error_indication,
                                   PduKind::initiating_message, s1ap::error_indication::kIes);
constinit const MessageTable overload_start = message_table<OverloadStart>(
    "OverloadStart", Procedure::overload_start, PduKind::initiating_message, s1ap::overload_start::kIes);
constinit const MessageTable overload_stop = message_table<OverloadStop>(
    "OverloadStop", Procedure::overload_stop, PduKind::initiating_message, s1ap::overload_stop::kIes);

}  // namespace tables
}  // namespace zerocell::s1ap
