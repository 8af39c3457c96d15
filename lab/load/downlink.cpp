// SPDX-License-Identifier: Apache-2.0
// What S1AP tells eNodeBs about their UEs, TS 36.413 §8.3 to §8.6.
#include "asn1/s1ap/erab.hpp"
#include "asn1/s1ap/nas_transport.hpp"
#include "asn1/s1ap/ue_information.hpp"
#include "core/crypto/eps_keys.hpp"
#include "lab/handover_containers.hpp"
#include "lab/load/generator.hpp"
#include "lab/load/ue_constants.hpp"

namespace zerocell::load {

/// The UE of both ids; null when they name none that is connected here.
LoadUe* Generator::find(LoadEnb& enb, std::uint32_t mme_id, std::uint32_t enb_id) {
  if (enb_id < ues_.size()) {
    LoadUe& ue = ues_[enb_id];
    if (ue.connected && ue.enb == enb.number()) {
      if (ue.mme_id_known && ue.mme_ue_s1ap_id == mme_id) return &ue;
      // A connection that its UE gave up keeps the old identity until the MME has released it.
      if (!ue.mme_id_known && ue.mme_ue_s1ap_id != mme_id) {
        ue.mme_ue_s1ap_id = mme_id;
        ue.mme_id_known = true;
        return &ue;
      }
    }
  }
  return nullptr;
}

void Generator::downlink(LoadEnb& enb, const s1ap::Message& message) {
  using s1ap::MessageType;
  switch (message.type) {
    case MessageType::downlink_nas_transport: {
      const auto& transport = *message.as<s1ap::DownlinkNasTransport>();
      if (LoadUe* ue = find(enb, transport.mme_ue_s1ap_id, transport.enb_ue_s1ap_id))
        return downlink_nas(*ue, transport.nas_pdu);
      return complain("a NAS message for a UE that is not here");
    }
    case MessageType::initial_context_setup_request:
      return context_setup(enb, *message.as<s1ap::InitialContextSetupRequest>());
    case MessageType::ue_context_release_command:
      return release(enb, *message.as<s1ap::UeContextReleaseCommand>());
    case MessageType::paging:
      return page(enb, *message.as<s1ap::Paging>());
    case MessageType::path_switch_request_acknowledge:
      return path_switched(enb, *message.as<s1ap::PathSwitchRequestAcknowledge>());
    case MessageType::path_switch_request_failure: {
      const auto& failure = *message.as<s1ap::PathSwitchRequestFailure>();
      LoadUe* const ue = failure.enb_ue_s1ap_id < ues_.size() ? &ues_[failure.enb_ue_s1ap_id] : nullptr;
      if (ue && running(*ue, Procedure::x2_handover)) fail(*ue, s1ap::name(failure.cause));
      return;
    }
    case MessageType::handover_request:
      return handover_request(enb, *message.as<s1ap::HandoverRequest>());
    case MessageType::handover_command:
      return handover_command(enb, *message.as<s1ap::HandoverCommand>());
    case MessageType::handover_preparation_failure: {
      const auto& failure = *message.as<s1ap::HandoverPreparationFailure>();
      LoadUe* const ue = find(enb, failure.mme_ue_s1ap_id, failure.enb_ue_s1ap_id);
      if (ue && running(*ue, Procedure::s1_handover)) fail(*ue, s1ap::name(failure.cause));
      return;
    }
    case MessageType::mme_status_transfer:
      return status_transferred(enb, *message.as<s1ap::MmeStatusTransfer>());
    case MessageType::location_reporting_control:
      return locate(enb, *message.as<s1ap::LocationReportingControl>());
    case MessageType::ue_context_modification_request: {
      const auto& request = *message.as<s1ap::UeContextModificationRequest>();
      s1ap::UeContextModificationResponse response;
      response.mme_ue_s1ap_id = request.mme_ue_s1ap_id;
      response.enb_ue_s1ap_id = request.enb_ue_s1ap_id;
      (void)enb.send(response, enb.stream_of(request.enb_ue_s1ap_id));
      return;
    }
    default:
      return complain("not answered: " + std::string(s1ap::name(message.type)));
  }
}

/// §8.11.1. A UE that stays in its cell has one report to make.
void Generator::locate(LoadEnb& enb, const s1ap::LocationReportingControl& control) {
  if (find(enb, control.mme_ue_s1ap_id, control.enb_ue_s1ap_id) == nullptr ||
      control.request_type.event_type == s1ap::EventType::stop_change_of_serve_cell)
    return;
  s1ap::LocationReport report;
  report.mme_ue_s1ap_id = control.mme_ue_s1ap_id;
  report.enb_ue_s1ap_id = control.enb_ue_s1ap_id;
  report.eutran_cgi = enb.cell();
  report.tai = enb.tai();
  report.request_type = control.request_type;
  (void)enb.send(report, enb.stream_of(control.enb_ue_s1ap_id));
}

/// §8.3.1.
void Generator::context_setup(LoadEnb& enb, const s1ap::InitialContextSetupRequest& request) {
  LoadUe* const ue = find(enb, request.mme_ue_s1ap_id, request.enb_ue_s1ap_id);
  if (ue == nullptr) return complain("a context for a UE that is not here");
  const std::uint16_t stream = enb.stream_of(number(*ue));
  answered(*ue);
  if (request.erab_to_be_setup_list.empty() || !ue->security.valid() ||
      !equal(k_enb(ue->security.k_asme, ue->k_enb_count).reveal(), request.security_key)) {
    s1ap::InitialContextSetupFailure failure;
    failure.mme_ue_s1ap_id = request.mme_ue_s1ap_id;
    failure.enb_ue_s1ap_id = request.enb_ue_s1ap_id;
    failure.cause = s1ap::CauseRadioNetwork::failure_in_radio_interface_procedure;
    (void)enb.send(failure, stream);
    if (ue->errand != 0) fail(*ue, "another K_eNB than the UE's");
    return;
  }
  if (!request.ue_radio_capability) {
    s1ap::UeCapabilityInfoIndication capability;
    capability.mme_ue_s1ap_id = request.mme_ue_s1ap_id;
    capability.enb_ue_s1ap_id = request.enb_ue_s1ap_id;
    capability.ue_radio_capability = kRadioCapability;
    (void)enb.send(capability, stream);
  }
  std::array<s1ap::ErabSetupItemCtxtSuRes, 11> items;  // Bearers 5 to 15.
  std::size_t count = 0;
  for (const auto& asked : request.erab_to_be_setup_list) {
    if (count == items.size()) break;
    items[count++] = {asked.erab_id, s1ap::TransportLayerAddress::of(settings_.gtpu),
                      teid_of(number(*ue), ue->path)};
  }
  ue->erab_id = request.erab_to_be_setup_list[0].erab_id;
  ue->uplink_teid = request.erab_to_be_setup_list[0].gtp_teid;
  s1ap::InitialContextSetupResponse response;
  response.mme_ue_s1ap_id = request.mme_ue_s1ap_id;
  response.enb_ue_s1ap_id = request.enb_ue_s1ap_id;
  response.erab_setup_list = {items.data(), count};
  (void)enb.send(response, stream);
  // TS 24.301 §5.6.1.4: bearers are the answer to a service request, under the security that is on.
  ue->secure_exchange = true;
  if (running(*ue, Procedure::service_request)) return succeed(*ue);
  for (const auto& asked : request.erab_to_be_setup_list)
    if (asked.nas_pdu) downlink_nas(*ue, *asked.nas_pdu);
}

/// §8.3.3.
void Generator::release(LoadEnb& enb, const s1ap::UeContextReleaseCommand& command) {
  std::optional<std::uint32_t> enb_id;
  std::uint32_t mme_id = 0;
  if (const auto* pair = std::get_if<s1ap::UeS1apIdPair>(&command.ue_s1ap_ids)) {
    mme_id = pair->mme_ue_s1ap_id;
    enb_id = pair->enb_ue_s1ap_id;
  } else {
    mme_id = std::get<s1ap::MmeUeS1apId>(command.ue_s1ap_ids).value;
    const auto found = std::ranges::find_if(ues_, [&](const LoadUe& ue) {
      return ue.mme_id_known && ue.mme_ue_s1ap_id == mme_id && ue.enb == enb.number();
    });
    if (found != ues_.end()) enb_id = number(*found);
  }
  if (!enb_id) return complain("a release of a UE that is not here");
  s1ap::UeContextReleaseComplete complete;
  complete.mme_ue_s1ap_id = mme_id;
  complete.enb_ue_s1ap_id = *enb_id;
  (void)enb.send(complete, enb.stream_of(*enb_id));

  if (*enb_id < ues_.size() && ues_[*enb_id].at_target && ues_[*enb_id].enb != enb.number()) {
    // The source of a handover; the UE goes on at the target.
    LoadUe& moved = ues_[*enb_id];
    moved.at_target = false;
    answered(moved);
    if (running(moved, Procedure::s1_handover)) succeed(moved);
    return;
  }
  LoadUe* const ue = find(enb, mme_id, *enb_id);
  if (ue == nullptr) return;  // Its UE gave it up before.
  const bool asked = ue->sent == Sent::ue_context_release_request;
  if (asked) answered(*ue);
  disconnected(*ue);
  ue->mme_ue_s1ap_id = kNoMmeId;
  if (ue->errand == 0) return;
  switch (ue->procedure) {
    case Procedure::release:
      return succeed(*ue);
    case Procedure::detach:
    case Procedure::tracking_area:
      if (ue->accepted) return succeed(*ue);
      break;
    default:
      break;
  }
  fail(*ue, std::string("released, ") + std::string(s1ap::name(command.cause)));
}

/// §8.5.
void Generator::page(LoadEnb& enb, const s1ap::Paging& paging) {
  const auto* s_tmsi = std::get_if<STmsi>(&paging.ue_paging_id);
  LoadUe* const ue = s_tmsi ? find_by_m_tmsi(s_tmsi->m_tmsi) : nullptr;
  if (ue == nullptr || ue->enb != enb.number() || ue->connected) return;
  if (!running(*ue, Procedure::paging)) return complain("a page for a UE without a packet");
  if (ue->sent != Sent::downlink_packet) return;  // Paged again.
  answered(*ue);
  if (!send_service_request(*ue, s1ap::RrcEstablishmentCause::mt_access) && ue->errand != 0)
    fail(*ue, "not sent");
}

LoadUe* Generator::ue_of_tunnel(std::uint32_t teid) {
  const std::uint32_t number = (teid & ((1u << kPathShift) - 1)) - 1;
  if (number < ues_.size()) return &ues_[number];
  complain("a packet of no tunnel");
  return nullptr;
}

/// Those of a procedure come in order, each once, and after a path switch by the new path.
void Generator::packet(std::uint32_t teid, std::uint32_t number) {
  LoadUe* const ue = ue_of_tunnel(teid);
  if (ue == nullptr) return;
  const bool paged = running(*ue, Procedure::paging) && ue->secure_exchange;
  const bool moves = running(*ue, Procedure::x2_handover);
  if ((!paged && !moves) || number >> 8 != (ue->turn & kTurnMask))
    return complain("a packet that nobody waits for");
  if ((number & 0xFF) != ue->packets_here) return fail(*ue, "a packet is lost, twice, or out of order");
  const bool by_old_path = moves && path_of(teid) != (ue->switched ? ue->path : path_after(ue->path));
  if (by_old_path && ue->old_path_ended) return fail(*ue, "a packet after the end marker");
  ++ue->packets_here;
  if (paged && ue->packets_here == 1) statistics(*ue).first_packet.add(parts_.loop.now() - ue->sent_at);
  if (paged && ue->packets_here == kPagingPackets) return succeed(*ue);
  if (!moves || ue->packets_here != kSwitchPackets) return;
  if (by_old_path) return fail(*ue, "a packet by the old path after the acknowledge");
  statistics(*ue).first_packet.add(parts_.loop.now() - ue->sent_at);
  switched(*ue);
}

/// TS 23.401 §5.5.1.1.2 step 5: behind the last packet of the old path.
void Generator::end_marker(std::uint32_t teid) {
  LoadUe* const ue = ue_of_tunnel(teid);
  if (ue == nullptr || !running(*ue, Procedure::x2_handover)) return;
  ue->old_path_ended = true;
  switched(*ue);
}

void Generator::switched(LoadUe& ue) {
  if (ue.switched && (!parts_.user_data || (ue.packets_here == kSwitchPackets && ue.old_path_ended)))
    succeed(ue);
}

/// §8.4.4.2.
void Generator::path_switched(LoadEnb& enb, const s1ap::PathSwitchRequestAcknowledge& acknowledge) {
  LoadUe* const ue = acknowledge.enb_ue_s1ap_id < ues_.size() ? &ues_[acknowledge.enb_ue_s1ap_id] : nullptr;
  if (ue == nullptr || !ue->connected || ue->target_enb != enb.number() ||
      !running(*ue, Procedure::x2_handover))
    return complain("a path switch that nobody asked for");
  answered(*ue);
  ue->enb = enb.number();
  ue->mme_ue_s1ap_id = acknowledge.mme_ue_s1ap_id;
  if (!acknowledge.erab_to_be_released_list.empty()) return fail(*ue, "its bearer was not switched");
  ue->path = path_after(ue->path);
  ue->switched = true;
  if (parts_.user_data && !send_packet(*ue)) return fail(*ue, "not sent");
  switched(*ue);
}

/// §8.4.2, at the target.
void Generator::handover_request(LoadEnb& enb, const s1ap::HandoverRequest& request) {
  const auto told = lab::visited_cell(request.source_to_target_transparent_container, 1);
  LoadUe* const ue = told && *told < ues_.size() ? &ues_[*told] : nullptr;
  if (ue == nullptr || ue->target_enb != enb.number() || !running(*ue, Procedure::s1_handover) ||
      request.erab_to_be_setup_list.empty()) {
    s1ap::HandoverFailure failure;
    failure.mme_ue_s1ap_id = request.mme_ue_s1ap_id;
    failure.cause = s1ap::CauseRadioNetwork::ho_failure_in_target_epc_enb_or_target_system;
    (void)enb.send(failure, 0);
    return complain("a handover of a UE that does not move");
  }
  ue->target_mme_ue_s1ap_id = request.mme_ue_s1ap_id;
  s1ap::ErabAdmittedItem bearer;
  bearer.erab_id = request.erab_to_be_setup_list[0].erab_id;
  bearer.transport_layer_address = s1ap::TransportLayerAddress::of(settings_.gtpu);
  bearer.gtp_teid = teid_of(number(*ue), path_after(ue->path));
  const auto container = lab::target_container(static_cast<std::uint16_t>(number(*ue)));
  s1ap::HandoverRequestAcknowledge acknowledge;
  acknowledge.mme_ue_s1ap_id = request.mme_ue_s1ap_id;
  acknowledge.enb_ue_s1ap_id = number(*ue);
  acknowledge.erab_admitted_list = {&bearer, 1};
  acknowledge.target_to_source_transparent_container = container;
  (void)enb.send(acknowledge, enb.stream_of(number(*ue)));
}

/// §8.4.1.2, at the source: the UE goes over at once, and the target tells.
void Generator::handover_command(LoadEnb& enb, const s1ap::HandoverCommand& command) {
  LoadUe* const ue = find(enb, command.mme_ue_s1ap_id, command.enb_ue_s1ap_id);
  if (ue == nullptr || !running(*ue, Procedure::s1_handover))
    return complain("a handover command that nobody asked for");
  answered(*ue);
  s1ap::BearersSubjectToStatusTransferItem bearer;
  bearer.erab_id = ue->erab_id;
  s1ap::EnbStatusTransfer status;
  status.mme_ue_s1ap_id = ue->mme_ue_s1ap_id;
  status.enb_ue_s1ap_id = number(*ue);
  status.enb_status_transfer_transparent_container.bearers_subject_to_status_transfer_list = {&bearer, 1};
  (void)enb.send(status, enb.stream_of(number(*ue)));

  ue->enb = ue->target_enb;
  ue->path = path_after(ue->path);
  ue->mme_ue_s1ap_id = ue->target_mme_ue_s1ap_id;
  ue->at_target = true;
}

/// §8.4.7, §8.4.3: the UE is at the target when that knows what it is to go on with. Without a wait for it,
/// the notify would overtake the status, which takes the source's association.
void Generator::status_transferred(LoadEnb& enb, const s1ap::MmeStatusTransfer& status) {
  LoadUe* const ue = find(enb, status.mme_ue_s1ap_id, status.enb_ue_s1ap_id);
  if (ue == nullptr || !ue->at_target || !running(*ue, Procedure::s1_handover))
    return complain("a status transfer that nobody waited for");
  s1ap::HandoverNotify notify;
  notify.mme_ue_s1ap_id = ue->mme_ue_s1ap_id;
  notify.enb_ue_s1ap_id = number(*ue);
  notify.eutran_cgi = enb.cell();
  notify.tai = enb.tai();
  sent(*ue, Sent::handover_notify);
  if (!enb.send(notify, enb.stream_of(number(*ue)))) fail(*ue, "not sent");
}

// ---- M-TMSIs ----------------------------------------------------------------------------------------------

void Generator::index(const LoadUe& ue) {
  if (by_m_tmsi_.empty() || ue.m_tmsi == 0) return;
  const std::size_t mask = by_m_tmsi_.size() - 1;
  // Every GUTI that was ever given has a place: when half are taken, the old ones go.
  if (++m_tmsis_indexed_ > by_m_tmsi_.size() / 2) {
    std::ranges::fill(by_m_tmsi_, 0u);
    m_tmsis_indexed_ = 0;
    for (const LoadUe& each : ues_)
      if (&each != &ue) index(each);
    ++m_tmsis_indexed_;
  }
  std::size_t place = (ue.m_tmsi * 0x9E3779B1u >> 4) & mask;
  while (by_m_tmsi_[place] != 0) place = (place + 1) & mask;
  by_m_tmsi_[place] = number(ue) + 1;
}

LoadUe* Generator::find_by_m_tmsi(std::uint32_t m_tmsi) {
  if (by_m_tmsi_.empty()) return nullptr;
  const std::size_t mask = by_m_tmsi_.size() - 1;
  for (std::size_t place = (m_tmsi * 0x9E3779B1u >> 4) & mask; by_m_tmsi_[place] != 0;
       place = (place + 1) & mask) {
    LoadUe& ue = ues_[by_m_tmsi_[place] - 1];
    if (ue.m_tmsi == m_tmsi) return &ue;
  }
  return nullptr;
}

}  // namespace zerocell::load
