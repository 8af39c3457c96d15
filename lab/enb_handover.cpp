// SPDX-License-Identifier: Apache-2.0
// The eNodeB's side of handovers, TS 36.300 §10.1.2 and TS 36.413 §8.4.
#include "core/crypto/eps_keys.hpp"
#include "lab/enb.hpp"
#include "lab/handover_containers.hpp"

namespace zerocell::lab {
namespace {

constexpr Duration kPatience = std::chrono::seconds(20);
constexpr std::uint32_t kEarfcn = 1300;

}  // namespace

s1ap::TargetEnbId Enb::as_target() const {
  return {global_id(), settings_.tracking_area};
}

/// The UE goes from one eNodeB to the other, with the E-RABs that this one has for it.
void Enb::bring(Enb& source, Connection at_source, Connection here) {
  Attached& attached = ues_[here];
  RadioUe* const ue = std::exchange(source.ues_[at_source].ue, nullptr);
  attached.ue = ue;
  if (!ue) return;
  HandoverKey key{
      .chaining_count = attached.keys.chaining_count, .physical_cell = physical_cell(), .earfcn = kEarfcn};
  std::ranges::copy(attached.keys.k_enb.reveal(), key.k_enb.begin());
  const auto before = source.ues_[at_source].erabs;
  const auto now = attached.erabs;
  ue->handed_over(*this, here, key);
  for (const Erab& erab : before)
    if (std::ranges::find(now, erab.erab_id, &Erab::erab_id) == now.end()) ue->erab_lost(erab.erab_id);
  for (const Erab& erab : now) ue->erab_up(erab);
}

// X2.

Task<EnbResult<Radio::Connection>> Enb::take_over(Enb& source, Connection at_source, PathSwitchLies lies) {
  const auto found = source.ues_.find(at_source);
  if (found == source.ues_.end() || !found->second.mme_ue_s1ap_id)
    co_return std::unexpected(EnbFailure{EnbFailure::Kind::no_association});
  const Attached before = found->second;
  const Connection here = new_connection();
  ues_[here].capabilities = before.capabilities;
  ues_[here].nr_capabilities = before.nr_capabilities;
  ues_[here].context = before.context;
  // TS 33.401 §7.2.8.4.3: from the fresh pair where there is one, else from the key in use.
  const auto& fresh = before.keys.fresh;
  ues_[here].keys = {.k_enb = k_enb_star(fresh ? fresh->key : before.keys.k_enb, physical_cell(), kEarfcn),
                     .chaining_count = fresh ? fresh->chaining_count : before.keys.chaining_count};
  std::vector<s1ap::ErabToBeSwitchedDlItem> items;
  for (Erab erab : before.erabs) {
    if (lacks_room_for(erab.erab_id)) continue;
    erab.downlink_teid = next_teid_++;
    ues_[here].erabs.push_back(erab);
    items.push_back({erab.erab_id, transport_layer_address(), erab.downlink_teid, {}});
  }
  for (const std::uint8_t id : lies.also) items.push_back({id, transport_layer_address(), next_teid_++, {}});
  bring(source, at_source, here);
  source.ues_.erase(at_source);

  s1ap::PathSwitchRequest request;
  request.enb_ue_s1ap_id = here;
  request.erab_to_be_switched_dl_list = items;
  request.source_mme_ue_s1ap_id = lies.source_mme_ue_s1ap_id.value_or(*before.mme_ue_s1ap_id);
  request.eutran_cgi = cell();
  request.tai = settings_.tracking_area;
  request.ue_security_capabilities = lies.capabilities.value_or(before.capabilities);
  if (!lies.keeps_nr_capabilities)
    request.nr_ue_security_capabilities =
        lies.nr_capabilities ? lies.nr_capabilities : before.nr_capabilities;
  send(request, ues_[here].stream);
  const auto event = co_await exchange_.receive(loop_, kPatience, [here](const Event& offered) {
    if (offered.down) return true;
    const auto* acknowledge =
        offered.message ? offered.message->as<s1ap::PathSwitchRequestAcknowledge>() : nullptr;
    const auto* failure = offered.message ? offered.message->as<s1ap::PathSwitchRequestFailure>() : nullptr;
    return (acknowledge && acknowledge->enb_ue_s1ap_id == here) ||
           (failure && failure->enb_ue_s1ap_id == here);
  });
  if (!event) {
    drop(here);
    co_return std::unexpected(EnbFailure{EnbFailure::Kind::timeout});
  }
  if ((*event)->down || !ues_.contains(here))
    co_return std::unexpected(EnbFailure{EnbFailure::Kind::no_association});
  if (const auto* failure = (*event)->message->as<s1ap::PathSwitchRequestFailure>()) {
    const s1ap::Cause cause = failure->cause;
    drop(here);
    co_return std::unexpected(EnbFailure{EnbFailure::Kind::rejected, cause, {}});
  }
  acknowledged(here, *(*event)->message->as<s1ap::PathSwitchRequestAcknowledge>());
  co_return here;
}

void Enb::acknowledged(Connection connection, const s1ap::PathSwitchRequestAcknowledge& acknowledge) {
  Attached& attached = ues_[connection];
  attached.mme_ue_s1ap_id = acknowledge.mme_ue_s1ap_id;
  attached.keys.fresh = {
      Key<32>(std::span<const std::uint8_t, 32>(acknowledge.security_context.next_hop_parameter)),
      acknowledge.security_context.next_hop_chaining_count};
  if (acknowledge.ue_security_capabilities) attached.capabilities = *acknowledge.ue_security_capabilities;
  if (acknowledge.nr_ue_security_capabilities)
    attached.nr_capabilities = acknowledge.nr_ue_security_capabilities;
  for (const auto& item : acknowledge.erab_to_be_switched_ul_list)
    for (Erab& erab : attached.erabs)
      if (erab.erab_id == item.erab_id) {
        erab.core_v4 = item.transport_layer_address.v4();
        erab.core_v6 = item.transport_layer_address.v6();
        erab.uplink_teid = item.gtp_teid;
      }
  for (const auto& item : acknowledge.erab_to_be_released_list) {
    std::erase_if(attached.erabs, [&item](const Erab& erab) { return erab.erab_id == item.erab_id; });
    if (attached.ue) attached.ue->erab_down(item.erab_id);
  }
}

// S1, at the source.

Task<EnbResult<HandoverOrder>> Enb::prepare_handover(Connection connection, s1ap::TargetEnbId target,
                                                     bool direct_forwarding) {
  const auto found = ues_.find(connection);
  if (found == ues_.end() || !found->second.mme_ue_s1ap_id)
    co_return std::unexpected(EnbFailure{EnbFailure::Kind::no_association});
  const Ecgi here = cell();
  const ByteVector container = source_container(target, {&here, 1});
  s1ap::HandoverRequired required;
  required.mme_ue_s1ap_id = *found->second.mme_ue_s1ap_id;
  required.enb_ue_s1ap_id = connection;
  required.handover_type = s1ap::HandoverType::intra_lte;
  required.cause = s1ap::CauseRadioNetwork::handover_desirable_for_radio_reason;
  required.target_id = target;
  if (direct_forwarding)
    required.direct_forwarding_path_availability =
        s1ap::DirectForwardingPathAvailability::direct_path_available;
  required.source_to_target_transparent_container = container;
  send(required, found->second.stream);
  const auto event = co_await exchange_.receive(loop_, kPatience, [connection](const Event& offered) {
    if (offered.down) return true;
    const auto* command = offered.message ? offered.message->as<s1ap::HandoverCommand>() : nullptr;
    const auto* failure = offered.message ? offered.message->as<s1ap::HandoverPreparationFailure>() : nullptr;
    return (command && command->enb_ue_s1ap_id == connection) ||
           (failure && failure->enb_ue_s1ap_id == connection);
  });
  if (!event) co_return std::unexpected(EnbFailure{EnbFailure::Kind::timeout});
  if ((*event)->down) co_return std::unexpected(EnbFailure{EnbFailure::Kind::no_association});
  if (const auto* failure = (*event)->message->as<s1ap::HandoverPreparationFailure>())
    co_return std::unexpected(EnbFailure{EnbFailure::Kind::rejected, failure->cause, {}});
  const auto& command = *(*event)->message->as<s1ap::HandoverCommand>();
  HandoverOrder order{.connection = c_rnti_in(command.target_to_source_transparent_container)};
  for (const auto& item : command.e_ra_bto_release_list) order.released.push_back(item.erab_id);
  order.forwarding.assign(command.erab_subject_to_data_forwarding_list.begin(),
                          command.erab_subject_to_data_forwarding_list.end());
  co_return order;
}

Task<EnbResult<void>> Enb::cancel_handover(Connection connection) {
  const auto found = ues_.find(connection);
  if (found == ues_.end()) co_return std::unexpected(EnbFailure{EnbFailure::Kind::no_association});
  s1ap::HandoverCancel cancel;
  cancel.mme_ue_s1ap_id = found->second.mme_ue_s1ap_id.value_or(0);
  cancel.enb_ue_s1ap_id = connection;
  cancel.cause = s1ap::CauseRadioNetwork::handover_cancelled;
  send(cancel, found->second.stream);
  const auto event = co_await exchange_.receive(loop_, kPatience, [](const Event& offered) {
    return offered.down ||
           (offered.message && offered.message->type == s1ap::MessageType::handover_cancel_acknowledge);
  });
  if (!event) co_return std::unexpected(EnbFailure{EnbFailure::Kind::timeout});
  if ((*event)->down) co_return std::unexpected(EnbFailure{EnbFailure::Kind::no_association});
  co_return EnbResult<void>();
}

void Enb::transfer_status(Connection connection) {
  const auto found = ues_.find(connection);
  if (found == ues_.end()) return;
  std::vector<s1ap::BearersSubjectToStatusTransferItem> items;
  for (const Erab& erab : found->second.erabs)
    items.push_back({.erab_id = erab.erab_id, .ul_count_value = {100, 1}, .dl_count_value = {200, 2}});
  s1ap::EnbStatusTransfer transfer;
  transfer.mme_ue_s1ap_id = found->second.mme_ue_s1ap_id.value_or(0);
  transfer.enb_ue_s1ap_id = connection;
  transfer.enb_status_transfer_transparent_container.bearers_subject_to_status_transfer_list = items;
  send(transfer, found->second.stream);
}

// S1, at the target.

void Enb::handover_request(const s1ap::HandoverRequest& request) {
  if (behaviour_.ignores_handover_request) return;
  const Connection here = new_connection();
  const std::uint16_t stream = ues_[here].stream;
  const bool no_room = std::ranges::all_of(
      request.erab_to_be_setup_list, [this](const auto& asked) { return lacks_room_for(asked.erab_id); });
  if (behaviour_.refuses_handover || no_room) {
    ues_.erase(here);
    s1ap::HandoverFailure failure;
    failure.mme_ue_s1ap_id = request.mme_ue_s1ap_id;
    failure.cause = s1ap::CauseRadioNetwork::no_radio_resources_available_in_target_cell;
    return send(failure, stream);
  }
  Attached& attached = ues_[here];
  attached.mme_ue_s1ap_id = request.mme_ue_s1ap_id;
  attached.capabilities = request.ue_security_capabilities;
  attached.nr_capabilities = request.nr_ue_security_capabilities;
  attached.context = true;
  const Key<32> next_hop(std::span<const std::uint8_t, 32>(request.security_context.next_hop_parameter));
  attached.keys = {.k_enb = k_enb_star(next_hop, physical_cell(), kEarfcn),
                   .chaining_count = request.security_context.next_hop_chaining_count};
  std::vector<s1ap::ErabAdmittedItem> admitted;
  std::vector<s1ap::ErabFailedToSetupItemHoReqAck> failed;
  for (const auto& asked : request.erab_to_be_setup_list) {
    if (lacks_room_for(asked.erab_id)) {
      failed.push_back({asked.erab_id, s1ap::CauseRadioNetwork::radio_resources_not_available});
      continue;
    }
    attached.erabs.push_back(make_erab(asked.erab_id, asked.erab_level_qos_parameters.qci,
                                       asked.transport_layer_address, asked.gtp_teid));
    s1ap::ErabAdmittedItem item{
        asked.erab_id, transport_layer_address(), attached.erabs.back().downlink_teid, {}, {}, {}, {}};
    if (behaviour_.forwards) {
      item.dl_transport_layer_address = transport_layer_address();
      item.dl_gtp_teid = next_teid_++;
    }
    admitted.push_back(item);
  }
  // The new C-RNTI is our name for the UE.
  ZC_ASSERT(here <= 0xFFFF);
  const auto container = target_container(static_cast<std::uint16_t>(here));
  s1ap::HandoverRequestAcknowledge acknowledge;
  acknowledge.mme_ue_s1ap_id = request.mme_ue_s1ap_id;
  acknowledge.enb_ue_s1ap_id = here;
  acknowledge.erab_admitted_list = admitted;
  acknowledge.erab_failed_to_setup_list = failed;
  acknowledge.target_to_source_transparent_container = container;
  send(acknowledge, stream);
}

void Enb::notify_arrival(Enb& source, Connection at_source, Connection here, bool source_waits) {
  const auto found = ues_.find(here);
  if (found == ues_.end()) return complain("a handover to a connection that is not prepared");
  bring(source, at_source, here);
  s1ap::HandoverNotify notify;
  notify.mme_ue_s1ap_id = found->second.mme_ue_s1ap_id.value_or(0);
  notify.enb_ue_s1ap_id = here;
  notify.eutran_cgi = cell();
  notify.tai = settings_.tracking_area;
  if (source_waits) notify.notify_source_enb = s1ap::NotifySourceEnb::notify_source;
  send(notify, found->second.stream);
}

}  // namespace zerocell::lab
