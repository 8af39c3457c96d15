// SPDX-License-Identifier: Apache-2.0
#include "mme/observation.hpp"

#include "asn1/s1ap/ue_information.hpp"
#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"
#include "mme/mme.hpp"

namespace zerocell::mme {
namespace {

Counter location_reports{"zerocell_mme_location_reports_total", "Location reports of eNodeBs."};
Counter traces{"zerocell_mme_cell_traffic_traces_total", "Cell traffic traces that eNodeBs told of."};

/// A trace with the octets that it consists of: its views are into a message of its own.
struct KeptTrace {
  static constexpr std::size_t kOctetsMax = 32768;  // MDT for a list of cells, and what applications measure.
  static constexpr std::size_t kValuesMax = 65536;

  ByteVector octets = ByteVector(kOctetsMax);
  ByteVector values = ByteVector(kValuesMax);
  s1ap::TraceActivation activation;
};

/// Nothing, where it is more than one message can say.
std::shared_ptr<const s1ap::TraceActivation> kept(const s1ap::TraceActivation& activation) {
  const auto own = std::make_shared<KeptTrace>();
  const auto octets = s1ap::encode(s1ap::TraceStart{.trace_activation = activation}, own->octets);
  if (!octets) return nullptr;
  Arena arena(own->values);
  const s1ap::Inbound read = s1ap::decode(*octets, arena);
  const auto* start = read.message.as<s1ap::TraceStart>();
  if (start == nullptr) return nullptr;
  own->activation = start->trace_activation;
  return {own, &own->activation};
}

}  // namespace

const Observation::Wanted* Observation::wanted(const Imsi& imsi) const {
  const auto found = wanted_.find(imsi);
  return found == wanted_.end() ? nullptr : &found->second;
}

void Observation::drop_if_empty(const Imsi& imsi) {
  const auto found = wanted_.find(imsi);
  if (!found->second.location && !found->second.trace) wanted_.erase(found);
}

bool Observation::ask_for_location(Ue& ue, const s1ap::RequestType& request) {
  if (request.event_type == s1ap::EventType::change_of_serve_cell) ue.location_at_enb = true;
  if (request.event_type == s1ap::EventType::stop_change_of_serve_cell) ue.location_at_enb = false;
  s1ap::LocationReportingControl control;
  control.mme_ue_s1ap_id = ue.mme_ue_s1ap_id;
  control.enb_ue_s1ap_id = ue.enb_ue_s1ap_id;
  control.request_type = request;
  return mme_.send(ue, control);
}

bool Observation::begin_trace(Ue& ue, const s1ap::TraceActivation& activation) {
  ue.trace_at_enb = activation.eutran_trace_id;
  s1ap::TraceStart start;
  start.mme_ue_s1ap_id = ue.mme_ue_s1ap_id;
  start.enb_ue_s1ap_id = ue.enb_ue_s1ap_id;
  start.trace_activation = activation;
  return mme_.send(ue, start);
}

bool Observation::end_trace(Ue& ue, const TraceId& trace) {
  if (ue.trace_at_enb == trace) ue.trace_at_enb.reset();
  s1ap::DeactivateTrace deactivate;
  deactivate.mme_ue_s1ap_id = ue.mme_ue_s1ap_id;
  deactivate.enb_ue_s1ap_id = ue.enb_ue_s1ap_id;
  deactivate.eutran_trace_id = trace;
  return mme_.send(ue, deactivate);
}

void Observation::go_on(Ue& ue) {
  const Wanted* of = ue.record ? wanted(ue.stored().imsi) : nullptr;
  if (of == nullptr) return;
  if (of->location) ask_for_location(ue, *of->location);
  if (of->trace && ue.trace_at_enb != of->trace->eutran_trace_id) begin_trace(ue, *of->trace);
}

void Observation::go_on_with_another(Ue& ue) {
  if (const auto trace = ue.trace_at_enb) end_trace(ue, *trace);
  if (ue.location_at_enb) {
    s1ap::RequestType stop;
    stop.event_type = s1ap::EventType::stop_change_of_serve_cell;
    ask_for_location(ue, stop);
  }
  if (ue.context_set_up) go_on(ue);
}

bool Observation::control_location_reporting(const Imsi& imsi, const s1ap::RequestType& request) {
  const bool begins = request.event_type == s1ap::EventType::change_of_serve_cell;
  const bool ends = request.event_type == s1ap::EventType::stop_change_of_serve_cell;
  // What goes on until it is stopped goes on at the next eNodeB too (TS 36.413 §8.4.2.2).
  if (begins || ends) {
    wanted_[imsi].location = begins ? std::optional(request) : std::nullopt;
    drop_if_empty(imsi);
  }
  Ue* ue = mme_.find_connected(imsi);
  return ue != nullptr && ask_for_location(*ue, request);
}

void Observation::told(Ue& ue, const s1ap::LocationReport& report) {
  if (!ue.record) return;
  location_reports.add();
  // TS 36.413 §10.3.5: what is not told stays as it was.
  const Tai tai = report.tai != Tai() ? report.tai : ue.tai;
  const Ecgi ecgi = report.eutran_cgi != Ecgi() ? report.eutran_cgi : ue.ecgi;
  if (ue.enb->supports(tai)) {
    ue.tai = ue.stored().tai = tai;
    ue.ecgi = ue.stored().ecgi = ecgi;
  }
  if (mme_.observers().location)
    mme_.observers().location({.imsi = ue.stored().imsi, .tai = tai, .ecgi = ecgi});
}

void Observation::told(Ue& ue, const s1ap::LocationReportingFailureIndication& indication) {
  if (!ue.record) return;
  log::info("location_reporting_failed", {.imsi = ue.imsi(), .procedure = ue.procedure_name()},
            {{"cause", s1ap::name(indication.cause)}});
  if (mme_.observers().location)
    mme_.observers().location(
        {.imsi = ue.stored().imsi, .tai = ue.tai, .ecgi = ue.ecgi, .failure = indication.cause});
}

bool Observation::start_trace(const Imsi& imsi, const s1ap::TraceActivation& activation) {
  // The next eNodeB goes on with it (TS 36.413 §8.4.2.2).
  wanted_[imsi].trace = kept(activation);
  drop_if_empty(imsi);
  Ue* ue = mme_.find_connected(imsi);
  return ue != nullptr && begin_trace(*ue, activation);
}

bool Observation::deactivate_trace(const Imsi& imsi, const TraceId& trace) {
  if (const auto found = wanted_.find(imsi); found != wanted_.end()) {
    auto& known = found->second.trace;
    if (known && known->eutran_trace_id == trace) known.reset();
    drop_if_empty(imsi);
  }
  Ue* ue = mme_.find_connected(imsi);
  return ue != nullptr && end_trace(*ue, trace);
}

void Observation::told(Ue& ue, const s1ap::CellTrafficTrace& told) {
  if (!ue.record) return;
  traces.add();
  const UeRecord& record = ue.stored();
  log::info("cell_traffic_trace", {.imsi = record.imsi, .procedure = ue.procedure_name()},
            {{"trace", to_hex(told.eutran_trace_id)}, {"enb", *ue.enb}});
  if (mme_.observers().trace)
    mme_.observers().trace(
        {.imsi = record.imsi, .imei = record.imei, .trace = told.eutran_trace_id, .ecgi = told.eutran_cgi});
}

void Observation::told(Ue& ue, const s1ap::TraceFailureIndication& indication) {
  if (!ue.record) return;
  const UeRecord& record = ue.stored();
  log::warning("trace_failed", {.imsi = record.imsi, .procedure = ue.procedure_name()},
               {{"trace", to_hex(indication.eutran_trace_id)}, {"cause", s1ap::name(indication.cause)}});
  if (mme_.observers().trace)
    mme_.observers().trace({.imsi = record.imsi,
                            .imei = record.imei,
                            .trace = indication.eutran_trace_id,
                            .failure = indication.cause});
}

bool Observation::told(Ue& ue, const s1ap::Message& message) {
  if (const auto* report = message.as<s1ap::LocationReport>())
    told(ue, *report);
  else if (const auto* failed = message.as<s1ap::LocationReportingFailureIndication>())
    told(ue, *failed);
  else if (const auto* trace = message.as<s1ap::CellTrafficTrace>())
    told(ue, *trace);
  else if (const auto* untraced = message.as<s1ap::TraceFailureIndication>())
    told(ue, *untraced);
  else if (const auto* response = message.as<s1ap::UeRadioCapabilityMatchResponse>())
    told(ue, *response);
  else
    return false;
  return true;
}

bool Observation::match_radio_capability(const Imsi& imsi) {
  Ue* ue = mme_.find_connected(imsi);
  if (ue == nullptr) return false;
  s1ap::UeRadioCapabilityMatchRequest request;
  request.mme_ue_s1ap_id = ue->mme_ue_s1ap_id;
  request.enb_ue_s1ap_id = ue->enb_ue_s1ap_id;
  if (const Bytes capability = mme_.radio_capabilities().get(ue->stored().radio_capability);
      !capability.empty())
    request.ue_radio_capability = capability;
  return mme_.send(*ue, request);
}

void Observation::told(Ue& ue, const s1ap::UeRadioCapabilityMatchResponse& response) {
  if (!ue.record) return;
  ue.voice_support_match =
      response.voice_support_match_indicator == s1ap::VoiceSupportMatchIndicator::supported;
  log::debug("radio_capability_matched", {.imsi = ue.imsi(), .procedure = ue.procedure_name()},
             {{"voice", *ue.voice_support_match}});
}

std::optional<bool> Observation::voice_support_match(const Imsi& imsi) {
  const Ue* ue = mme_.find_connected(imsi);
  return ue == nullptr ? std::nullopt : ue->voice_support_match;
}

}  // namespace zerocell::mme
