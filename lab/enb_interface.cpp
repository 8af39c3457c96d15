// SPDX-License-Identifier: Apache-2.0
// What the MME asks an eNodeB, about the interface or about a UE, TS 36.413 §8.3.6, §8.7.5, §8.11, §8.12.
#include "lab/enb.hpp"

namespace zerocell::lab {

bool Enb::answer_mme(const s1ap::Message& message) {
  if (const auto* update = message.as<s1ap::MmeConfigurationUpdate>())
    answer(*update);
  else if (const auto* warning = message.as<s1ap::WriteReplaceWarningRequest>())
    answer(*warning);
  else if (const auto* kill = message.as<s1ap::KillRequest>())
    answer(*kill);
  else if (const auto* control = message.as<s1ap::LocationReportingControl>())
    answer(*control);
  else if (const auto* match = message.as<s1ap::UeRadioCapabilityMatchRequest>())
    answer(*match);
  else
    return false;
  return true;
}

void Enb::answer(const s1ap::MmeConfigurationUpdate&) {
  if (behaviour_.refuses_configuration == 0) return send(s1ap::MmeConfigurationUpdateAcknowledge{});
  --behaviour_.refuses_configuration;
  s1ap::MmeConfigurationUpdateFailure failure;
  failure.cause = s1ap::CauseMisc::control_processing_overload;
  failure.time_to_wait = s1ap::TimeToWait::v1s;
  send(failure);
}

void Enb::answer(const s1ap::WriteReplaceWarningRequest& request) {
  if (behaviour_.ignores_warnings) return;
  const s1ap::CellIdBroadcastItem item{cell()};
  s1ap::WriteReplaceWarningResponse response;
  response.message_identifier = request.message_identifier;
  response.serial_number = request.serial_number;
  response.broadcast_completed_area_list = s1ap::CellIdBroadcast{{&item, 1}};
  send(response);
}

void Enb::answer(const s1ap::KillRequest& request) {
  if (behaviour_.ignores_warnings) return;
  const s1ap::CellIdCancelledItem item{cell(), 3};
  s1ap::KillResponse response;
  response.message_identifier = request.message_identifier;
  response.serial_number = request.serial_number;
  response.broadcast_cancelled_area_list = s1ap::CellIdCancelled{{&item, 1}};
  send(response);
}

void Enb::answer(const s1ap::LocationReportingControl& control) {
  const Attached* attached = find(control.mme_ue_s1ap_id, control.enb_ue_s1ap_id);
  if (!attached || control.request_type.event_type == s1ap::EventType::stop_change_of_serve_cell) return;
  s1ap::LocationReport report;
  report.mme_ue_s1ap_id = control.mme_ue_s1ap_id;
  report.enb_ue_s1ap_id = control.enb_ue_s1ap_id;
  report.eutran_cgi = cell();
  report.tai = settings_.tracking_area;
  report.request_type = control.request_type;
  send(report, attached->stream);
}

void Enb::answer(const s1ap::UeRadioCapabilityMatchRequest& request) {
  const Attached* attached = find(request.mme_ue_s1ap_id, request.enb_ue_s1ap_id);
  if (!attached) return;
  s1ap::UeRadioCapabilityMatchResponse response;
  response.mme_ue_s1ap_id = request.mme_ue_s1ap_id;
  response.enb_ue_s1ap_id = request.enb_ue_s1ap_id;
  response.voice_support_match_indicator = s1ap::VoiceSupportMatchIndicator::supported;
  send(response, attached->stream);
}

}  // namespace zerocell::lab
