// SPDX-License-Identifier: Apache-2.0
// What the eNodeB does for each UE, TS 36.413 §8.2, §8.3, §8.5 and §8.6.
#include "asn1/s1ap/erab.hpp"
#include "asn1/s1ap/nas_transport.hpp"
#include "asn1/s1ap/paging.hpp"
#include "asn1/s1ap/ue_information.hpp"
#include "lab/enb.hpp"

namespace zerocell::lab {
namespace {

constexpr std::uint32_t kEnbUeIdEnd = 1u << 24;  // TS 36.413 §9.2.3.4
/// UE-RadioAccessCapabilityInformation of TS 36.331 §10.2.2, with no radio access in its list, and
/// UERadioPagingInformation: no core looks into them, but Wireshark does.
constexpr std::array<std::uint8_t, 4> kRadioCapability = {0x00, 0x10, 0x00, 0x00};
constexpr std::array<std::uint8_t, 3> kPagingCapability = {0x00, 0x08, 0x00};

}  // namespace

Radio::Connection Enb::new_connection() {
  while (ues_.contains(next_connection_)) next_connection_ = (next_connection_ + 1) % kEnbUeIdEnd;
  const Connection connection = next_connection_;
  next_connection_ = (next_connection_ + 1) % kEnbUeIdEnd;
  ues_[connection].stream =
      static_cast<std::uint16_t>(settings_.streams > 1 ? 1 + connection % (settings_.streams - 1u) : 0);
  return connection;
}

std::optional<Radio::Connection> Enb::establish(RadioUe& ue, const Establishment& establishment, Bytes nas) {
  if (!associated()) return std::nullopt;
  const Connection connection = new_connection();
  ues_[connection].ue = &ue;
  const std::uint16_t stream = ues_[connection].stream;

  s1ap::InitialUeMessage message;
  message.enb_ue_s1ap_id = connection;
  message.nas_pdu = nas;
  message.tai = settings_.tracking_area;
  message.eutran_cgi = cell();
  message.rrc_establishment_cause = establishment.cause;
  message.s_tmsi = establishment.s_tmsi;
  message.gummei_id = establishment.registered_mme;
  send(message, stream);
  return connection;
}

void Enb::uplink_nas(Connection connection, Bytes nas) {
  const auto found = ues_.find(connection);
  if (found == ues_.end()) return;
  s1ap::UplinkNasTransport message;
  message.mme_ue_s1ap_id = found->second.mme_ue_s1ap_id.value_or(0);
  message.enb_ue_s1ap_id = connection;
  message.nas_pdu = nas;
  message.eutran_cgi = cell();
  message.tai = settings_.tracking_area;
  // §8.6.2.3: nothing goes up before the MME has told its identity.
  if (found->second.mme_ue_s1ap_id) send(message, found->second.stream);
}

void Enb::forget(Connection connection) {
  const auto found = ues_.find(connection);
  if (found != ues_.end()) found->second.ue = nullptr;
}

void Enb::request_release(Connection connection, s1ap::Cause cause) {
  const auto found = ues_.find(connection);
  if (found == ues_.end() || !found->second.mme_ue_s1ap_id) return;
  s1ap::UeContextReleaseRequest request;
  request.mme_ue_s1ap_id = *found->second.mme_ue_s1ap_id;
  request.enb_ue_s1ap_id = connection;
  request.cause = cause;
  send(request, found->second.stream);
}

std::optional<std::uint32_t> Enb::mme_ue_s1ap_id(Connection connection) const {
  const auto found = ues_.find(connection);
  return found == ues_.end() ? std::nullopt : found->second.mme_ue_s1ap_id;
}

std::vector<Erab> Enb::erabs(Connection connection) const {
  const auto found = ues_.find(connection);
  return found == ues_.end() ? std::vector<Erab>() : found->second.erabs;
}

Enb::Attached* Enb::find(std::uint32_t mme_id, std::uint32_t enb_id) {
  const auto found = ues_.find(enb_id);
  if (found != ues_.end() && found->second.mme_ue_s1ap_id.value_or(mme_id) == mme_id) {
    found->second.mme_ue_s1ap_id = mme_id;
    return &found->second;
  }
  s1ap::ErrorIndication indication;
  indication.mme_ue_s1ap_id = mme_id;
  indication.enb_ue_s1ap_id = enb_id;
  indication.cause = found == ues_.end() ? s1ap::CauseRadioNetwork::unknown_enb_ue_s1ap_id
                                         : s1ap::CauseRadioNetwork::unknown_pair_ue_s1ap_id;
  send(indication);
  complain("a message for a UE that is not here: MME UE S1AP ID " + std::to_string(mme_id) +
           ", eNB UE S1AP ID " + std::to_string(enb_id));
  return nullptr;
}

void Enb::drop(Connection connection) {
  const auto found = ues_.find(connection);
  if (found == ues_.end()) return;
  RadioUe* const ue = found->second.ue;
  ues_.erase(found);
  if (ue) ue->radio_released();
}

void Enb::drop_all() {
  while (!ues_.empty()) drop(ues_.begin()->first);
}

Erab Enb::make_erab(std::uint8_t id, std::uint8_t qci, const s1ap::TransportLayerAddress& address,
                    std::uint32_t uplink_teid) {
  if (!address.v4() && !address.v6()) complain("a transport layer address of neither family");
  return {.erab_id = id,
          .qci = qci,
          .core_v4 = address.v4(),
          .core_v6 = address.v6(),
          .uplink_teid = uplink_teid,
          .downlink_teid = next_teid_++};
}

/// §8.3.1.
void Enb::initial_context_setup(const s1ap::InitialContextSetupRequest& request) {
  Attached* const attached = find(request.mme_ue_s1ap_id, request.enb_ue_s1ap_id);
  if (!attached || behaviour_.ignores_initial_context_setup) return;
  const std::uint16_t stream = attached->stream;
  RadioUe* const ue = attached->ue;

  s1ap::InitialContextSetupFailure failure;
  failure.mme_ue_s1ap_id = request.mme_ue_s1ap_id;
  failure.enb_ue_s1ap_id = request.enb_ue_s1ap_id;
  if (attached->context) {
    complain("an Initial Context Setup for a UE that has its context, TS 36.413 §8.3.1");
    failure.cause = s1ap::CauseProtocol::message_not_compatible_with_receiver_state;
    return send(failure, stream);
  }
  if (behaviour_.fails_initial_context_setup || !ue) {
    failure.cause = s1ap::CauseRadioNetwork::radio_resources_not_available;
    return send(failure, stream);
  }
  if (!ue->secure_radio(request.security_key)) {
    failure.cause = s1ap::CauseRadioNetwork::failure_in_radio_interface_procedure;
    return send(failure, stream);
  }
  if (behaviour_.sends_capability && !request.ue_radio_capability) {
    s1ap::UeCapabilityInfoIndication capability;
    capability.mme_ue_s1ap_id = request.mme_ue_s1ap_id;
    capability.enb_ue_s1ap_id = request.enb_ue_s1ap_id;
    capability.ue_radio_capability = kRadioCapability;
    capability.ue_radio_capability_for_paging = kPagingCapability;
    send(capability, stream);
  }

  std::vector<Erab> erabs;
  std::vector<s1ap::ErabSetupItemCtxtSuRes> items;
  std::vector<s1ap::ErabItem> failed;
  for (const auto& asked : request.erab_to_be_setup_list) {
    if (std::ranges::find(behaviour_.refuses_erabs, asked.erab_id) != behaviour_.refuses_erabs.end()) {
      failed.push_back({asked.erab_id, s1ap::CauseRadioNetwork::radio_resources_not_available});
      continue;
    }
    erabs.push_back(make_erab(asked.erab_id, asked.erab_level_qos_parameters.qci,
                              asked.transport_layer_address, asked.gtp_teid));
    items.push_back({asked.erab_id, transport_layer_address(), erabs.back().downlink_teid});
  }
  if (erabs.empty()) {
    failure.cause = s1ap::CauseRadioNetwork::radio_resources_not_available;
    return send(failure, stream);
  }
  attached->erabs = erabs;
  attached->context = true;
  attached->keys = {.k_enb = Key<32>(std::span<const std::uint8_t, 32>(request.security_key))};
  attached->capabilities = request.ue_security_capabilities;
  attached->nr_capabilities = request.nr_ue_security_capabilities;
  s1ap::InitialContextSetupResponse response;
  response.mme_ue_s1ap_id = request.mme_ue_s1ap_id;
  response.enb_ue_s1ap_id = request.enb_ue_s1ap_id;
  response.erab_setup_list = items;
  response.erab_failed_to_setup_list = failed;
  if (!behaviour_.keeps_context_setup_response) send(response, stream);
  for (const Erab& erab : erabs) ue->erab_up(erab);
  ue->context_set_up();
  for (const auto& asked : request.erab_to_be_setup_list)
    if (asked.nas_pdu) downlink_nas(request.mme_ue_s1ap_id, request.enb_ue_s1ap_id, *asked.nas_pdu);
}

void Enb::downlink_nas(std::uint32_t mme_id, std::uint32_t enb_id, Bytes nas) {
  if (Attached* const attached = find(mme_id, enb_id); attached && attached->ue)
    attached->ue->downlink_nas(nas);
}

/// §8.3.3.
void Enb::release(const s1ap::UeContextReleaseCommand& command) {
  if (behaviour_.ignores_release_command) return;
  auto found = ues_.end();
  if (const auto* pair = std::get_if<s1ap::UeS1apIdPair>(&command.ue_s1ap_ids)) {
    if (!find(pair->mme_ue_s1ap_id, pair->enb_ue_s1ap_id)) return;
    found = ues_.find(pair->enb_ue_s1ap_id);
  } else {
    const std::uint32_t id = std::get<s1ap::MmeUeS1apId>(command.ue_s1ap_ids).value;
    found = std::ranges::find_if(ues_, [id](const auto& entry) { return entry.second.mme_ue_s1ap_id == id; });
    if (found == ues_.end()) return complain("a release by an MME UE S1AP ID that is not here");
  }
  s1ap::UeContextReleaseComplete complete;
  complete.mme_ue_s1ap_id = found->second.mme_ue_s1ap_id.value_or(0);
  complete.enb_ue_s1ap_id = found->first;
  if (!behaviour_.recommended_cells.empty() && !behaviour_.recommended_enbs.empty())
    complete.information_on_recommended_cells_and_enbs_for_paging =
        s1ap::InformationOnRecommendedCellsAndEnbsForPaging{
            .recommended_cells_for_paging = {.recommended_cell_list = behaviour_.recommended_cells},
            .recommend_enbs_for_paging = {.recommended_enb_list = behaviour_.recommended_enbs}};
  if (!behaviour_.ce_level.empty())
    complete.cell_identifier_and_ce_level_for_ce_capable_ues = s1ap::CellIdentifierAndCeLevelForCeCapableUes{
        .global_cell_id = cell(), .ce_level = behaviour_.ce_level};
  send(complete, found->second.stream);
  drop(found->first);
}

/// §8.5.
void Enb::page(const s1ap::Message& message) {
  const auto& paging = *message.as<s1ap::Paging>();
  const bool ours = std::ranges::any_of(
      paging.tai_list, [this](const s1ap::TaiItem& item) { return item.tai == settings_.tracking_area; });
  if (!ours) return complain("paging for tracking areas that are not this cell's");
  if (const auto* s_tmsi = std::get_if<STmsi>(&paging.ue_paging_id)) {
    const std::vector<RadioUe*> camping = camping_;
    for (RadioUe* const ue : camping) ue->paged(*s_tmsi);
  }
}

}  // namespace zerocell::lab
