// SPDX-License-Identifier: Apache-2.0
#include "asn1/s1ap/shapes.hpp"
#include "asn1/s1ap/tables_all.hpp"
#include "asn1/s1ap/warning.hpp"

namespace zerocell::aper {

ZC_WRAPPER(CellIdList);
ZC_WRAPPER(EmergencyAreaIdList);
ZC_WRAPPER(TrackingAreaListForWarning);
ZC_SEQUENCE(CellIdBroadcastItem, ZC_MEMBER(ecgi));

ZC_SEQUENCE(CompletedCellInTaiItem, ZC_MEMBER(ecgi));

ZC_SEQUENCE(TaiBroadcastItem, ZC_MEMBER(tai), ZC_MEMBER(completed_cell_in_tai));

ZC_SEQUENCE(CompletedCellInEaiItem, ZC_MEMBER(ecgi));

ZC_SEQUENCE(EmergencyAreaIdBroadcastItem, ZC_MEMBER(emergency_area_id), ZC_MEMBER(completed_cell_in_eai));

ZC_WRAPPER(CellIdBroadcast);
ZC_WRAPPER(EmergencyAreaIdBroadcast);
ZC_WRAPPER(TaiBroadcast);
ZC_SEQUENCE(CellIdCancelledItem, ZC_MEMBER(ecgi), ZC_MEMBER(number_of_broadcasts));

ZC_SEQUENCE(CancelledCellInTaiItem, ZC_MEMBER(ecgi), ZC_MEMBER(number_of_broadcasts));

ZC_SEQUENCE(TaiCancelledItem, ZC_MEMBER(tai), ZC_MEMBER(cancelled_cell_in_tai));

ZC_SEQUENCE(CancelledCellInEaiItem, ZC_MEMBER(ecgi), ZC_MEMBER(number_of_broadcasts));

ZC_SEQUENCE(EmergencyAreaIdCancelledItem, ZC_MEMBER(emergency_area_id), ZC_MEMBER(cancelled_cell_in_eai));

ZC_WRAPPER(CellIdCancelled);
ZC_WRAPPER(EmergencyAreaIdCancelled);
ZC_WRAPPER(TaiCancelled);
}  // namespace zerocell::aper

namespace zerocell::s1ap {
namespace {

namespace write_replace_warning_request {
using T = WriteReplaceWarningRequest;
constexpr std::array kIes{
    ZC_IE(message_identifier, reject, mandatory, MessageIdentifier),
    ZC_IE(serial_number, reject, mandatory, SerialNumber),
    ZC_IE(warning_area_list, ignore, optional, WarningAreaList),
    ZC_IE(repetition_period, reject, mandatory, RepetitionPeriod),
    ZC_IE(extended_repetition_period, reject, optional, ExtendedRepetitionPeriod),
    ZC_IE(number_of_broadcast_request, reject, mandatory, NumberofBroadcastRequest),
    ZC_IE(warning_type, ignore, optional, WarningType),
    ZC_IE(warning_security_info, ignore, optional, WarningSecurityInfo),
    ZC_IE(data_coding_scheme, ignore, optional, DataCodingScheme),
    ZC_IE(warning_message_contents, ignore, optional, WarningMessageContents),
    ZC_IE(concurrent_warning_message_indicator, reject, optional, ConcurrentWarningMessageIndicator),
    ZC_IE(warning_area_coordinates, ignore, optional, WarningAreaCoordinates),
};
}  // namespace write_replace_warning_request

namespace write_replace_warning_response {
using T = WriteReplaceWarningResponse;
constexpr std::array kIes{
    ZC_IE(message_identifier, reject, mandatory, MessageIdentifier),
    ZC_IE(serial_number, reject, mandatory, SerialNumber),
    ZC_IE(broadcast_completed_area_list, ignore, optional, BroadcastCompletedAreaList),
    ZC_IE(criticality_diagnostics, ignore, optional, CriticalityDiagnostics),
};
}  // namespace write_replace_warning_response

namespace kill_request {
using T = KillRequest;
constexpr std::array kIes{
    ZC_IE(message_identifier, reject, mandatory, MessageIdentifier),
    ZC_IE(serial_number, reject, mandatory, SerialNumber),
    ZC_IE(warning_area_list, ignore, optional, WarningAreaList),
    ZC_IE(kill_all_warning_messages, reject, optional, KillAllWarningMessages),
};
}  // namespace kill_request

namespace kill_response {
using T = KillResponse;
constexpr std::array kIes{
    ZC_IE(message_identifier, reject, mandatory, MessageIdentifier),
    ZC_IE(serial_number, reject, mandatory, SerialNumber),
    ZC_IE(broadcast_cancelled_area_list, ignore, optional, BroadcastCancelledAreaList),
    ZC_IE(criticality_diagnostics, ignore, optional, CriticalityDiagnostics),
};
}  // namespace kill_response

namespace pws_restart_indication {
using T = PwsRestartIndication;
constexpr std::array kIes{
    ZC_IE(ecgi_list_for_restart, reject, mandatory, ECGIListForRestart),
    ZC_IE(global_enb_id, reject, mandatory, Global_ENB_ID),
    ZC_IE(tai_list_for_restart, reject, mandatory, TAIListForRestart),
    ZC_IE(emergency_area_id_list_for_restart, reject, optional, EmergencyAreaIDListForRestart),
};
}  // namespace pws_restart_indication

namespace pws_failure_indication {
using T = PwsFailureIndication;
constexpr std::array kIes{
    ZC_IE(pws_failed_ecgi_list, reject, mandatory, PWSfailedECGIList),
    ZC_IE(global_enb_id, reject, mandatory, Global_ENB_ID),
};
}  // namespace pws_failure_indication

}  // namespace

namespace tables {

constinit const MessageTable write_replace_warning_request = message_table<WriteReplaceWarningRequest>(
    "WriteReplaceWarningRequest", Procedure::write_replace_warning, PduKind::initiating_message,
    s1ap::write_replace_warning_request::kIes);
constinit const MessageTable write_replace_warning_response = message_table<WriteReplaceWarningResponse>(
    "WriteReplaceWarningResponse", Procedure::write_replace_warning, PduKind::successful_outcome,
    s1ap::write_replace_warning_response::kIes);
constinit const MessageTable kill_request = message_table<KillRequest>(
    "KillRequest", Procedure::kill, PduKind::initiating_message, s1ap::kill_request::kIes);
constinit const MessageTable kill_response = message_table<KillResponse>(
    "KillResponse", Procedure::kill, PduKind::successful_outcome, s1ap::kill_response::kIes);
constinit const MessageTable pws_restart_indication =
    message_table<PwsRestartIndication>("PWSRestartIndication", Procedure::pws_restart_indication,
                                        PduKind::initiating_message, s1ap::pws_restart_indication::kIes);
constinit const MessageTable pws_failure_indication =
    message_table<PwsFailureIndication>("PWSFailureIndication", Procedure::pws_failure_indication,
                                        PduKind::initiating_message, s1ap::pws_failure_indication::kIes);

}  // namespace tables
}  // namespace zerocell::s1ap
