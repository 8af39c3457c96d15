// SPDX-License-Identifier: Apache-2.0
#include "app/operations.hpp"

#include <fmt/format.h>

#include "core/telemetry/log.hpp"

namespace zerocell::app {
namespace {

// The interfaces of an eNodeB, TS 36.413 §9.2.1.4: S1-MME, X2 and Uu; the first bit is the highest.
constexpr std::uint8_t kInterfacesOfEnb = 0xE0;

std::string text_of(const Tai& tai) {
  return fmt::format("{}-{}", tai.plmn.text(), tai.tac);
}
std::string text_of(const Ecgi& cell) {
  return fmt::format("{}-{:#x}-{}", cell.plmn.text(), cell.cell >> 8, cell.cell & 0xFF);
}

void log_location(const mme::LocationReported& report) {
  if (report.failure) return;  // The MME has said why.
  log::info("location_reported", {.imsi = report.imsi},
            {{"tai", text_of(report.tai)}, {"cell", text_of(report.ecgi)}});
}

void log_trace(const mme::TraceReported& report) {
  std::string id;
  for (const std::uint8_t octet : report.trace) id += fmt::format("{:02x}", octet);
  if (report.failure)
    log::warning("trace_failed", {.imsi = report.imsi}, {{"trace", id}});
  else
    log::info("cell_traffic_traced", {.imsi = report.imsi},
              {{"trace", id},
               {"imei", report.imei.text()},
               {"cell", report.ecgi ? text_of(*report.ecgi) : std::string("unknown")}});
}

s1ap::OverloadAction action_of(api::Overload what) {
  using enum s1ap::OverloadAction;
  switch (what) {
    case api::Overload::data:
      return reject_non_emergency_mo_dt;
    case api::Overload::signalling:
      return reject_rrc_cr_signalling;
    case api::Overload::all_but_emergency:
      return permit_emergency_sessions_and_mobile_terminated_services_only;
    case api::Overload::all_but_high_priority:
      return permit_high_priority_sessions_and_mobile_terminated_services_only;
    case api::Overload::delay_tolerant:
      break;
  }
  return reject_delay_tolerant_access;
}

}  // namespace

Operations::Operations(mme::Mme& mme) : mme_(mme) {
  mme_.observers().location = log_location;
  mme_.observers().trace = log_trace;
}

std::vector<api::EnbView> Operations::enbs() {
  std::vector<api::EnbView> views;
  mme_.for_each_enb([&](const mme::Enb& enb) {
    views.push_back({.id = enb.text(),
                     .name = enb.name,
                     .peer = enb.peer,
                     .tais = enb.tais,
                     .connected_ues = enb.ues.size()});
  });
  return views;
}

std::optional<s1ap::GlobalEnbId> Operations::find(std::string_view id) {
  std::optional<s1ap::GlobalEnbId> found;
  mme_.for_each_enb([&](const mme::Enb& enb) {
    if (enb.text() == id) found = enb.id;
  });
  return found;
}

bool Operations::reset_enb(std::string_view id) {
  const auto enb = find(id);
  return enb && mme_.reset_enb(*enb, s1ap::CauseMisc::om_intervention);
}

bool Operations::reset_ues(std::string_view id, const std::vector<Imsi>& imsis) {
  const auto enb = find(id);
  return enb && mme_.reset_ues(*enb, imsis, s1ap::CauseMisc::om_intervention);
}

void Operations::start_overload(api::Overload what, std::optional<std::uint8_t> percent) {
  mme_.congestion().start_overload(action_of(what), percent);
}

void Operations::stop_overload() {
  mme_.congestion().stop_overload();
}

bool Operations::locate(const Imsi& imsi, api::Location what) {
  using enum s1ap::EventType;
  s1ap::RequestType request;
  request.event_type = what == api::Location::once      ? direct
                       : what == api::Location::changes ? change_of_serve_cell
                                                        : stop_change_of_serve_cell;
  return mme_.observation().control_location_reporting(imsi, request);
}

bool Operations::start_trace(const Imsi& imsi, const api::Trace& trace) {
  s1ap::TraceActivation activation;
  activation.eutran_trace_id = trace.id;
  activation.interfaces_to_trace = kInterfacesOfEnb;
  activation.trace_depth = trace.depth == api::Trace::Depth::minimum  ? s1ap::TraceDepth::minimum
                           : trace.depth == api::Trace::Depth::medium ? s1ap::TraceDepth::medium
                                                                      : s1ap::TraceDepth::maximum;
  activation.trace_collection_entity_ip_address = s1ap::TransportLayerAddress::of(trace.collector);
  return mme_.observation().start_trace(imsi, activation);
}

bool Operations::stop_trace(const Imsi& imsi, const std::array<std::uint8_t, 8>& id) {
  return mme_.observation().deactivate_trace(imsi, id);
}

bool Operations::detach(const Imsi& imsi, bool attach_again) {
  const auto index = mme_.directory().find(imsi);
  if (!index || mme_.directory()[*index].emm_state != mme::EmmState::registered) return false;
  using enum nas::NetworkDetachType;
  mme_.detach(*index, attach_again ? reattach_required : reattach_not_required, std::nullopt);
  return true;
}

}  // namespace zerocell::app
