// SPDX-License-Identifier: Apache-2.0
// E-RABs of UEs that have their context, TS 36.413 §8.2.
#include "asn1/s1ap/erab.hpp"
#include "asn1/s1ap/nas_transport.hpp"
#include "lab/enb.hpp"

namespace zerocell::lab {
namespace {

constexpr Duration kConfirmPatience = std::chrono::seconds(5);

bool contains(const std::vector<std::uint8_t>& ids, std::uint8_t id) {
  return std::ranges::find(ids, id) != ids.end();
}

Erab* find_erab(std::vector<Erab>& erabs, std::uint8_t id) {
  const auto found = std::ranges::find(erabs, id, &Erab::erab_id);
  return found == erabs.end() ? nullptr : &*found;
}

}  // namespace

void Enb::erab_messages(const s1ap::Message& message) {
  if (behaviour_.busy_with_handover && refuse_for_handover(message, *behaviour_.busy_with_handover)) return;
  if (const auto* transport = message.as<s1ap::DownlinkNasTransport>())
    return downlink_nas(transport->mme_ue_s1ap_id, transport->enb_ue_s1ap_id, transport->nas_pdu);
  if (const auto* request = message.as<s1ap::UeContextModificationRequest>()) {
    // §8.3.4: a change of the UE-AMBR holds at once, and so does another key (TS 33.401 §7.2.9.2).
    Attached* const attached = find(request->mme_ue_s1ap_id, request->enb_ue_s1ap_id);
    if (!attached) return;
    if (behaviour_.fails_context_modification ||
        (request->security_key && !(attached->ue && attached->ue->secure_radio(*request->security_key)))) {
      s1ap::UeContextModificationFailure failure;
      failure.mme_ue_s1ap_id = request->mme_ue_s1ap_id;
      failure.enb_ue_s1ap_id = request->enb_ue_s1ap_id;
      failure.cause = s1ap::CauseRadioNetwork::failure_in_radio_interface_procedure;
      return send(failure, attached->stream);
    }
    if (request->security_key)
      attached->keys = {.k_enb = Key<32>(std::span<const std::uint8_t, 32>(*request->security_key))};
    if (request->ue_security_capabilities) attached->capabilities = *request->ue_security_capabilities;
    if (request->nr_ue_security_capabilities)
      attached->nr_capabilities = request->nr_ue_security_capabilities;
    s1ap::UeContextModificationResponse response;
    response.mme_ue_s1ap_id = request->mme_ue_s1ap_id;
    response.enb_ue_s1ap_id = request->enb_ue_s1ap_id;
    return send(response, attached->stream);
  }
  if (behaviour_.ignores_erab_requests) return;
  if (const auto* setup = message.as<s1ap::ErabSetupRequest>()) return set_up_erabs(*setup);
  if (const auto* modify = message.as<s1ap::ErabModifyRequest>()) return modify_erabs(*modify);
  if (const auto* release = message.as<s1ap::ErabReleaseCommand>()) return release_erabs(*release);
}

bool Enb::refuse_for_handover(const s1ap::Message& message, s1ap::Cause cause) {
  std::vector<s1ap::ErabItem> failed;
  const auto answer = [&](auto response, const auto& request, auto... list) {
    response.mme_ue_s1ap_id = request.mme_ue_s1ap_id;
    response.enb_ue_s1ap_id = request.enb_ue_s1ap_id;
    ((response.*list = failed), ...);
    if (const Attached* attached = find(request.mme_ue_s1ap_id, request.enb_ue_s1ap_id))
      send(response, attached->stream);
    return true;
  };
  if (const auto* transport = message.as<s1ap::DownlinkNasTransport>()) {
    s1ap::NasNonDeliveryIndication indication;
    indication.nas_pdu = transport->nas_pdu;
    indication.cause = cause;
    return answer(indication, *transport);
  }
  if (const auto* request = message.as<s1ap::UeContextModificationRequest>()) {
    s1ap::UeContextModificationFailure failure;
    failure.cause = cause;
    return answer(failure, *request);
  }
  if (const auto* setup = message.as<s1ap::ErabSetupRequest>()) {
    for (const auto& item : setup->erab_to_be_setup_list) failed.push_back({item.erab_id, cause});
    return answer(s1ap::ErabSetupResponse{}, *setup, &s1ap::ErabSetupResponse::erab_failed_to_setup_list);
  }
  if (const auto* modify = message.as<s1ap::ErabModifyRequest>()) {
    for (const auto& item : modify->erab_to_be_modified_list) failed.push_back({item.erab_id, cause});
    return answer(s1ap::ErabModifyResponse{}, *modify, &s1ap::ErabModifyResponse::erab_failed_to_modify_list);
  }
  if (const auto* release = message.as<s1ap::ErabReleaseCommand>()) {
    for (const auto& item : release->erab_to_be_released_list) failed.push_back({item.erab_id, cause});
    return answer(s1ap::ErabReleaseResponse{}, *release,
                  &s1ap::ErabReleaseResponse::erab_failed_to_release_list);
  }
  return false;
}

/// §8.2.1: the NAS message of an E-RAB that is refused is not passed on.
void Enb::set_up_erabs(const s1ap::ErabSetupRequest& request) {
  Attached* const attached = find(request.mme_ue_s1ap_id, request.enb_ue_s1ap_id);
  if (!attached) return;
  std::vector<s1ap::ErabSetupItemBearerSuRes> items;
  std::vector<s1ap::ErabItem> failed;
  std::vector<Bytes> messages;
  for (const auto& asked : request.erab_to_be_setup_list) {
    if (find_erab(attached->erabs, asked.erab_id)) {
      complain("an E-RAB that is set up already, TS 36.413 §8.2.1.4");
      failed.push_back({asked.erab_id, s1ap::CauseRadioNetwork::multiple_erab_id_instances});
      continue;
    }
    if (contains(behaviour_.refuses_erabs, asked.erab_id)) {
      failed.push_back({asked.erab_id, s1ap::CauseRadioNetwork::radio_resources_not_available});
      if (behaviour_.passes_nas_of_refused_erabs) messages.push_back(asked.nas_pdu);
      continue;
    }
    attached->erabs.push_back(make_erab(asked.erab_id, asked.erab_level_qos_parameters.qci,
                                        asked.transport_layer_address, asked.gtp_teid));
    items.push_back({asked.erab_id, transport_layer_address(),
                     behaviour_.tells_no_teid ? 0 : attached->erabs.back().downlink_teid});
    messages.push_back(asked.nas_pdu);
    if (attached->ue) attached->ue->erab_up(attached->erabs.back());
  }
  s1ap::ErabSetupResponse response;
  response.mme_ue_s1ap_id = request.mme_ue_s1ap_id;
  response.enb_ue_s1ap_id = request.enb_ue_s1ap_id;
  response.erab_setup_list = items;
  response.erab_failed_to_setup_list = failed;
  const auto stream = attached->stream;
  if (!behaviour_.delivers_nas_first) send(response, stream);
  for (const Bytes nas : messages) downlink_nas(request.mme_ue_s1ap_id, request.enb_ue_s1ap_id, nas);
  if (behaviour_.delivers_nas_first) send(response, stream);
}

/// §8.2.2.
void Enb::modify_erabs(const s1ap::ErabModifyRequest& request) {
  Attached* const attached = find(request.mme_ue_s1ap_id, request.enb_ue_s1ap_id);
  if (!attached) return;
  std::vector<s1ap::ErabModifyItemBearerModRes> items;
  std::vector<s1ap::ErabItem> failed;
  std::vector<Bytes> messages;
  for (const auto& asked : request.erab_to_be_modified_list) {
    Erab* const erab = find_erab(attached->erabs, asked.erab_id);
    if (!erab) {
      complain("a modification of an E-RAB that is not there, TS 36.413 §8.2.2.4");
      failed.push_back({asked.erab_id, s1ap::CauseRadioNetwork::unknown_erab_id});
    } else if (contains(behaviour_.refuses_erabs, asked.erab_id)) {
      failed.push_back({asked.erab_id, s1ap::CauseRadioNetwork::radio_resources_not_available});
      if (behaviour_.passes_nas_of_refused_erabs) messages.push_back(asked.nas_pdu);
    } else {
      erab->qci = asked.erab_level_qos_parameters.qci;
      items.push_back({asked.erab_id});
      messages.push_back(asked.nas_pdu);
    }
  }
  s1ap::ErabModifyResponse response;
  response.mme_ue_s1ap_id = request.mme_ue_s1ap_id;
  response.enb_ue_s1ap_id = request.enb_ue_s1ap_id;
  response.erab_modify_list = items;
  response.erab_failed_to_modify_list = failed;
  const auto stream = attached->stream;
  if (!behaviour_.delivers_nas_first) send(response, stream);
  for (const Bytes nas : messages) downlink_nas(request.mme_ue_s1ap_id, request.enb_ue_s1ap_id, nas);
  if (behaviour_.delivers_nas_first) send(response, stream);
}

/// §8.2.3.2.1.
void Enb::release_erabs(const s1ap::ErabReleaseCommand& command) {
  Attached* const attached = find(command.mme_ue_s1ap_id, command.enb_ue_s1ap_id);
  if (!attached) return;
  std::vector<s1ap::ErabReleaseItemBearerRelComp> items;
  std::vector<s1ap::ErabItem> failed;
  for (const auto& item : command.erab_to_be_released_list) {
    if (!find_erab(attached->erabs, item.erab_id)) {
      complain("a release of an E-RAB that is not there, TS 36.413 §8.2.3.2.1");
      failed.push_back({item.erab_id, s1ap::CauseRadioNetwork::unknown_erab_id});
      continue;
    }
    std::erase_if(attached->erabs, [&item](const Erab& erab) { return erab.erab_id == item.erab_id; });
    items.push_back({item.erab_id});
    if (!attached->ue) continue;
    if (command.nas_pdu)
      attached->ue->erab_down(item.erab_id);
    else
      attached->ue->erab_lost(item.erab_id);
  }
  s1ap::ErabReleaseResponse response;
  response.mme_ue_s1ap_id = command.mme_ue_s1ap_id;
  response.enb_ue_s1ap_id = command.enb_ue_s1ap_id;
  response.erab_release_list = items;
  response.erab_failed_to_release_list = failed;
  const auto stream = attached->stream;
  if (!behaviour_.delivers_nas_first) send(response, stream);
  if (command.nas_pdu) downlink_nas(command.mme_ue_s1ap_id, command.enb_ue_s1ap_id, *command.nas_pdu);
  if (behaviour_.delivers_nas_first) send(response, stream);
}

void Enb::release_erabs(Connection connection, const std::vector<std::uint8_t>& ids, s1ap::Cause cause) {
  const auto found = ues_.find(connection);
  if (found == ues_.end() || !found->second.mme_ue_s1ap_id) return;
  std::vector<s1ap::ErabItem> items;
  for (const std::uint8_t id : ids) {
    items.push_back({id, cause});
    std::erase_if(found->second.erabs, [id](const Erab& erab) { return erab.erab_id == id; });
    if (found->second.ue) found->second.ue->erab_lost(id);
  }
  s1ap::ErabReleaseIndication indication;
  indication.mme_ue_s1ap_id = *found->second.mme_ue_s1ap_id;
  indication.enb_ue_s1ap_id = connection;
  indication.erab_released_list = items;
  send(indication, found->second.stream);
}

Task<EnbResult<std::vector<std::uint8_t>>> Enb::move_erabs(Connection connection,
                                                           std::vector<std::uint8_t> ids,
                                                           Ipv4Address target) {
  const auto found = ues_.find(connection);
  if (found == ues_.end() || !found->second.mme_ue_s1ap_id)
    co_return std::unexpected(EnbFailure{EnbFailure::Kind::no_association});
  std::vector<s1ap::ErabToBeModifiedItemBearerModInd> moved;
  std::vector<s1ap::ErabNotToBeModifiedItemBearerModInd> others;
  for (Erab& erab : found->second.erabs) {
    if (contains(ids, erab.erab_id)) {
      erab.downlink_teid = next_teid_++;
      moved.push_back({erab.erab_id, s1ap::TransportLayerAddress::of(IpAddress(target)), erab.downlink_teid});
    } else {
      others.push_back({erab.erab_id, transport_layer_address(), erab.downlink_teid});
    }
  }
  s1ap::ErabModificationIndication indication;
  indication.mme_ue_s1ap_id = *found->second.mme_ue_s1ap_id;
  indication.enb_ue_s1ap_id = connection;
  indication.erab_to_be_modified_list = moved;
  indication.erab_not_to_be_modified_list = others;
  send(indication, found->second.stream);
  const auto event = co_await exchange_.receive(loop_, kConfirmPatience, [connection](const Event& offered) {
    if (offered.down) return true;
    const auto* confirm = offered.message ? offered.message->as<s1ap::ErabModificationConfirm>() : nullptr;
    return confirm && confirm->enb_ue_s1ap_id == connection;
  });
  if (!event) co_return std::unexpected(EnbFailure{EnbFailure::Kind::timeout});
  if ((*event)->down) co_return std::unexpected(EnbFailure{EnbFailure::Kind::no_association});
  std::vector<std::uint8_t> confirmed;
  for (const auto& item : (*event)->message->as<s1ap::ErabModificationConfirm>()->erab_modify_list)
    confirmed.push_back(item.erab_id);
  co_return confirmed;
}

}  // namespace zerocell::lab
