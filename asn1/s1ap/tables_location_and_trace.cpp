// SPDX-License-Identifier: Apache-2.0
#include "asn1/s1ap/location_and_trace.hpp"
#include "asn1/s1ap/shapes_trace.hpp"
#include "asn1/s1ap/tables_all.hpp"

namespace zerocell::s1ap {
namespace {

namespace location_reporting_control {
using T = LocationReportingControl;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(request_type, ignore, mandatory, RequestType),
};
}  // namespace location_reporting_control

namespace location_reporting_failure_indication {
using T = LocationReportingFailureIndication;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(cause, ignore, mandatory, Cause),
};
}  // namespace location_reporting_failure_indication

namespace location_report {
using T = LocationReport;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(eutran_cgi, ignore, mandatory, EUTRAN_CGI),
    ZC_IE(tai, ignore, mandatory, TAI),
    ZC_IE(request_type, ignore, mandatory, RequestType),
    ZC_IE(ps_cell_information, ignore, optional, PSCellInformation),
    ZC_IE(lte_ntn_tai_information, ignore, optional, LTE_NTN_TAI_Information),
};
}  // namespace location_report

namespace trace_start {
using T = TraceStart;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(trace_activation, ignore, mandatory, TraceActivation),
};
}  // namespace trace_start

namespace trace_failure_indication {
using T = TraceFailureIndication;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(eutran_trace_id, ignore, mandatory, E_UTRAN_Trace_ID),
    ZC_IE(cause, ignore, mandatory, Cause),
};
}  // namespace trace_failure_indication

namespace deactivate_trace {
using T = DeactivateTrace;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(eutran_trace_id, ignore, mandatory, E_UTRAN_Trace_ID),
};
}  // namespace deactivate_trace

namespace cell_traffic_trace {
using T = CellTrafficTrace;
constexpr std::array kIes{
    ZC_IE(mme_ue_s1ap_id, reject, mandatory, MME_UE_S1AP_ID),
    ZC_IE(enb_ue_s1ap_id, reject, mandatory, ENB_UE_S1AP_ID),
    ZC_IE(eutran_trace_id, ignore, mandatory, E_UTRAN_Trace_ID),
    ZC_IE(eutran_cgi, ignore, mandatory, EUTRAN_CGI),
    ZC_IE(trace_collection_entity_ip_address, ignore, mandatory, TransportLayerAddress),
    ZC_IE(privacy_indicator, ignore, optional, PrivacyIndicator),
};
}  // namespace cell_traffic_trace

}  // namespace

namespace tables {

constinit const MessageTable location_reporting_control = message_table<LocationReportingControl>(
    "LocationReportingControl", Procedure::location_reporting_control, PduKind::initiating_message,
    s1ap::location_reporting_control::kIes);
constinit const MessageTable location_reporting_failure_indication =
    message_table<LocationReportingFailureIndication>(
        "LocationReportingFailureIndication", Procedure::location_reporting_failure_indication,
        PduKind::initiating_message, s1ap::location_reporting_failure_indication::kIes);
constinit const MessageTable location_report = message_table<LocationReport>(
    "LocationReport", Procedure::location_report, PduKind::initiating_message, s1ap::location_report::kIes);
constinit const MessageTable trace_start = message_table<TraceStart>(
    "TraceStart", Procedure::trace_start, PduKind::initiating_message, s1ap::trace_start::kIes);
constinit const MessageTable trace_failure_indication =
    message_table<TraceFailureIndication>("TraceFailureIndication", Procedure::trace_failure_indication,
                                          PduKind::initiating_message, s1ap::trace_failure_indication::kIes);
constinit const MessageTable deactivate_trace =
    message_table<DeactivateTrace>("DeactivateTrace", Procedure::deactivate_trace,
                                   PduKind::initiating_message, s1ap::deactivate_trace::kIes);
constinit const MessageTable cell_traffic_trace =
    message_table<CellTrafficTrace>("CellTrafficTrace", Procedure::cell_traffic_trace,
                                    PduKind::initiating_message, s1ap::cell_traffic_trace::kIes);

}  // namespace tables
}  // namespace zerocell::s1ap
