// SPDX-License-Identifier: Apache-2.0
// What UEs and their eNodeBs send.
#include "asn1/s1ap/nas_transport.hpp"
#include "asn1/s1ap/ue_information.hpp"
#include "core/nas/codec.hpp"
#include "lab/handover_containers.hpp"
#include "lab/load/generator.hpp"
#include "lab/load/ue_constants.hpp"

namespace zerocell::load {
namespace {

constexpr std::uint8_t kHighestPti = 254;  // TS 24.007 §11.2.3.1a

}  // namespace

void Generator::sent(LoadUe& ue, Sent what) {
  ue.sent = what;
  ue.sent_at = parts_.loop.now();
}

void Generator::answered(LoadUe& ue) {
  if (ue.sent == Sent::nothing) return;
  const Duration took = parts_.loop.now() - ue.sent_at;
  statistics(ue).of(ue.sent).add(took);
  if (Outcome::Slice* slice = slice_now()) slice->answers.add(took);
  ue.sent = Sent::nothing;
}

bool Generator::establish(LoadUe& ue, Bytes nas, s1ap::RrcEstablishmentCause cause) {
  LoadEnb& enb = enb_of(ue);
  if (!enb.ready()) return false;
  if (!enb.admits(cause)) {
    fail(ue, "barred by overload");
    return false;
  }
  s1ap::InitialUeMessage message;
  message.enb_ue_s1ap_id = number(ue);
  message.nas_pdu = nas;
  message.tai = enb.tai();
  message.eutran_cgi = enb.cell();
  message.rrc_establishment_cause = cause;
  // TS 24.301 §5.3.1.1: where it is registered, the S-TMSI.
  if (ue.m_tmsi != 0) {
    if (ue.registered) message.s_tmsi = STmsi{ue.gummei.code, ue.m_tmsi};
    message.gummei_id = ue.gummei;
  }
  if (!enb.send(message, enb.stream_of(number(ue)))) return false;
  ue.connected = true;
  ue.mme_id_known = false;
  ue.secure_exchange = false;
  return true;
}

/// §4.4.5: what opens a connection is not ciphered, since the network must learn whose it is.
bool Generator::establish_protected(LoadUe& ue, Bytes plain, s1ap::RrcEstablishmentCause cause) {
  ue.k_enb_count = ue.security.uplink_count;
  std::array<std::uint8_t, 512> room;
  const auto message = nas::protect(ue.security, nas::Role::ue, nas::SecurityHeader::integrity, plain, room);
  return message && establish(ue, *message, cause);
}

bool Generator::uplink_nas(LoadUe& ue, Bytes nas) {
  if (!ue.connected || !ue.mme_id_known) return false;
  LoadEnb& enb = enb_of(ue);
  s1ap::UplinkNasTransport message;
  message.mme_ue_s1ap_id = ue.mme_ue_s1ap_id;
  message.enb_ue_s1ap_id = number(ue);
  message.nas_pdu = nas;
  message.eutran_cgi = enb.cell();
  message.tai = enb.tai();
  return enb.send(message, enb.stream_of(number(ue)));
}

bool Generator::uplink_protected(LoadUe& ue, nas::SecurityHeader header, Bytes plain) {
  std::array<std::uint8_t, 512> room;
  const auto message = nas::protect(ue.security, nas::Role::ue, header, plain, room);
  return message && uplink_nas(ue, *message);
}

/// §5.5.1.2.2.
bool Generator::send_attach(LoadUe& ue) {
  registered(ue, false);
  const bool known = settings_.by_guti && ue.m_tmsi != 0 && ue.security.valid();
  if (!known) {
    ue.security = {};
    ue.m_tmsi = 0;
  }
  ue.transaction = ue.transaction == kHighestPti ? 1 : static_cast<std::uint8_t>(ue.transaction + 1);
  nas::PdnConnectivityRequest connectivity;
  connectivity.procedure_transaction_identity = ue.transaction;
  connectivity.pdn_type = settings_.pdn_type;
  std::array<std::uint8_t, 64> options;
  if (settings_.apn.empty())
    connectivity.protocol_configuration_options = requested_options(settings_.pdn_type, options);
  else
    connectivity.esm_information_transfer_flag = nas::EsmInformationTransfer::required;
  std::array<std::uint8_t, 128> container;
  Writer inner(container);
  nas::AttachRequest request;
  request.nas_key_set_identifier.value = ue.security.ksi;
  if (known)
    request.eps_mobile_identity = guti(ue);
  else
    request.eps_mobile_identity = ue.imsi;
  request.ue_network_capability = kNetworkCapability;
  std::array<std::uint8_t, 256> room;
  Writer out(room);
  if (!nas::encode(connectivity, inner)) return false;
  request.esm_message_container = nas::Octets(inner.written());
  if (!nas::encode(request, out)) return false;
  sent(ue, Sent::attach_request);
  ue.sent_at = std::min(ue.sent_at, ue.begun);  // An arrival's first answer counts from when it was due.
  return known ? establish_protected(ue, out.written(), s1ap::RrcEstablishmentCause::mo_signalling)
               : establish(ue, out.written(), s1ap::RrcEstablishmentCause::mo_signalling);
}

/// §5.5.2.2.
bool Generator::send_detach(LoadUe& ue) {
  registered(ue, false);
  nas::DetachRequestUeOriginating request;
  request.nas_key_set_identifier.value = ue.security.ksi;
  request.eps_mobile_identity = guti(ue);
  std::array<std::uint8_t, 64> room;
  Writer out(room);
  if (!nas::encode(request, out)) return false;
  sent(ue, Sent::detach_request);
  if (ue.connected) return uplink_protected(ue, nas::SecurityHeader::integrity_ciphered, out.written());
  ue.sent_at = std::min(ue.sent_at, ue.begun);
  return establish_protected(ue, out.written(), s1ap::RrcEstablishmentCause::mo_signalling);
}

/// §5.6.1.2.
bool Generator::send_service_request(LoadUe& ue, s1ap::RrcEstablishmentCause cause) {
  if (ue.connected) return false;
  ue.k_enb_count = ue.security.uplink_count;
  const auto request = nas::protect_service_request(ue.security);
  if (!request) return false;
  sent(ue, Sent::service_request);
  if (ue.procedure == Procedure::service_request) ue.sent_at = std::min(ue.sent_at, ue.begun);
  return establish(ue, *request, cause);
}

/// §5.5.3.2.2, periodic.
bool Generator::send_tracking_area_update(LoadUe& ue) {
  if (ue.connected) return false;
  nas::TrackingAreaUpdateRequest request;
  request.eps_update_type = {nas::EpsUpdateType::Value::periodic, false};
  request.nas_key_set_identifier.value = ue.security.ksi;
  request.old_guti = guti(ue);
  nas::EpsBearerContextStatus bearers;
  bearers.set(ue.erab_id);
  request.eps_bearer_context_status = bearers;
  std::array<std::uint8_t, 128> room;
  Writer out(room);
  if (!nas::encode(request, out)) return false;
  sent(ue, Sent::tracking_area_update_request);
  ue.sent_at = std::min(ue.sent_at, ue.begun);
  return establish_protected(ue, out.written(), s1ap::RrcEstablishmentCause::mo_signalling);
}

/// TS 36.413 §8.3.2.
bool Generator::send_release_request(LoadUe& ue, s1ap::CauseRadioNetwork cause) {
  LoadEnb& enb = enb_of(ue);
  s1ap::UeContextReleaseRequest request;
  request.mme_ue_s1ap_id = ue.mme_ue_s1ap_id;
  request.enb_ue_s1ap_id = number(ue);
  request.cause = cause;
  sent(ue, Sent::ue_context_release_request);
  return ue.mme_id_known && enb.send(request, enb.stream_of(number(ue)));
}

/// TS 36.413 §8.4.4: the target has the UE already, over X2.
bool Generator::send_path_switch(LoadUe& ue) {
  if (!ue.connected || !ue.mme_id_known) return false;
  LoadEnb& target = *enbs_[neighbour_of(ue.enb, settings_)];
  if (!target.ready()) return false;
  s1ap::ErabToBeSwitchedDlItem bearer;
  bearer.erab_id = ue.erab_id;
  bearer.transport_layer_address = s1ap::TransportLayerAddress::of(settings_.gtpu);
  bearer.gtp_teid = teid_of(number(ue), path_after(ue.path));
  s1ap::PathSwitchRequest request;
  request.enb_ue_s1ap_id = number(ue);
  request.erab_to_be_switched_dl_list = {&bearer, 1};
  request.source_mme_ue_s1ap_id = ue.mme_ue_s1ap_id;
  request.eutran_cgi = target.cell();
  request.tai = target.tai();
  request.ue_security_capabilities = kSecurityCapabilities;
  ue.target_enb = target.number();
  ue.switched = ue.old_path_ended = false;
  // Packets on both sides of the request, and one after the answer: none may be lost.
  if (parts_.user_data && !send_packet(ue)) return false;
  sent(ue, Sent::path_switch_request);
  ue.sent_at = std::min(ue.sent_at, ue.begun);
  return target.send(request, target.stream_of(number(ue))) && (!parts_.user_data || send_packet(ue));
}

/// TS 36.413 §8.4.1. The container is a matter between eNodeBs: the cell before the last one, in ours, is the
/// UE's number.
bool Generator::send_handover_required(LoadUe& ue) {
  if (!ue.connected || !ue.mme_id_known) return false;
  LoadEnb& source = enb_of(ue);
  LoadEnb& target = *enbs_[neighbour_of(ue.enb, settings_)];
  if (!target.ready()) return false;
  const s1ap::TargetEnbId to{{settings_.plmn, s1ap::MacroEnbId{target.enb_id()}}, target.tai()};
  const std::array<Ecgi, 2> visited = {source.cell(), {settings_.plmn, number(ue)}};
  const ByteVector container = lab::source_container(to, visited);
  s1ap::HandoverRequired required;
  required.mme_ue_s1ap_id = ue.mme_ue_s1ap_id;
  required.enb_ue_s1ap_id = number(ue);
  required.handover_type = s1ap::HandoverType::intra_lte;
  required.cause = s1ap::CauseRadioNetwork::handover_desirable_for_radio_reason;
  required.target_id = to;
  required.source_to_target_transparent_container = container;
  ue.target_enb = target.number();
  ue.at_target = false;
  sent(ue, Sent::handover_required);
  ue.sent_at = std::min(ue.sent_at, ue.begun);
  return source.send(required, source.stream_of(number(ue)));
}

/// The next of its procedure, numbered so that a late one is not taken for it.
bool Generator::send_packet(LoadUe& ue) {
  if (parts_.user_data == nullptr || ue.ipv4.unspecified()) return false;
  return parts_.user_data->send(ue.ipv4, (ue.turn & kTurnMask) << 8 | ue.packets_sent++);
}

/// The first has the UE paged; all of them wait for it.
bool Generator::send_packets(LoadUe& ue) {
  sent(ue, Sent::downlink_packet);
  ue.sent_at = std::min(ue.sent_at, ue.begun);
  while (ue.packets_sent < kPagingPackets)
    if (!send_packet(ue)) return false;
  return true;
}

}  // namespace zerocell::load
