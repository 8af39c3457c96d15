// SPDX-License-Identifier: Apache-2.0
#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"
#include "mme/esm_procedures.hpp"
#include "mme/lost_bearers.hpp"
#include "mme/mme.hpp"
#include "mme/procedures.hpp"

/// S1AP messages about one UE, TS 36.413 §8.2, §8.3, §8.6.
namespace zerocell::mme {
namespace {

Gauge connected_ues_now{"zerocell_mme_ues_connected", "UEs with an S1 connection (ECM-CONNECTED)."};
Counter nas_not_delivered{"zerocell_mme_nas_not_delivered_total",
                          "NAS messages that an eNodeB could not deliver."};

constexpr unsigned kPlaceBits =
    20;  // An MME UE S1AP ID is a place, and above it bits that cannot be guessed.
constexpr std::uint32_t kPlaces = 1u << kPlaceBits;

constexpr auto kNotNow = s1ap::CauseProtocol::message_not_compatible_with_receiver_state;

/// The plain message of one that was sent to a UE and came back: it opens as the UE would have opened it.
/// Only the last message of its sequence number can.
std::expected<nas::VerifiedNas, nas::Refusal> open_returned(const nas::EpsSecurityContext& context, Bytes pdu,
                                                            MutableBytes scratch) {
  constexpr std::uint32_t kSequenceNumbers = 256;
  nas::EpsSecurityContext sent = context;
  const std::uint32_t next = sent.downlink_count;
  sent.downlink_count = next - std::min(next, kSequenceNumbers);
  auto opened = nas::open(sent, nas::Role::ue, pdu, scratch);
  nas::wipe(sent);
  // Without a real MAC anything would open.
  if (opened && (opened->count() >= next || context.null_integrity))
    return std::unexpected(nas::Refusal::bad_mac);
  return opened;
}

}  // namespace

Ue* Mme::connected(UeDirectory::Index index) {
  const std::uint32_t place = directory_[index].connection;
  return place == UeRecord::kNoConnection ? nullptr : ues_[place].get();
}

Ue* Mme::find_connected(const Imsi& imsi) {
  const auto index = directory_.find(imsi);
  Ue* const ue = index ? connected(*index) : nullptr;
  return ue != nullptr && ue->context_set_up ? ue : nullptr;
}

Ue* Mme::add_ue(Enb& enb, std::uint32_t enb_ue_s1ap_id) {
  std::uint32_t place;
  if (!free_places_.empty()) {
    place = free_places_.back();
    free_places_.pop_back();
  } else if (ues_.size() < kPlaces) {
    place = static_cast<std::uint32_t>(ues_.size());
    ues_.emplace_back();
  } else {
    return nullptr;
  }
  const std::uint32_t id = parts_.random.u32() << kPlaceBits | place;
  ues_[place] = std::make_unique<Ue>(*this, enb, place, id, enb_ue_s1ap_id);
  Ue& ue = *ues_[place];
  join_enb(ue);
  connected_ues_now.set(static_cast<std::int64_t>(++connected_));
  return &ue;
}

std::uint32_t Mme::place_of(std::uint32_t mme_ue_s1ap_id) {
  return mme_ue_s1ap_id % kPlaces;
}

void Mme::join_enb(Ue& ue) {
  Enb& enb = *ue.enb;
  // Stream 0 is for what concerns no UE (TS 36.412 §7); R15: a peer may have given us only that one.
  ue.stream =
      enb.streams < 2 ? std::uint16_t{0} : static_cast<std::uint16_t>(1 + ue.place % (enb.streams - 1u));
  ue.place_at_enb = enb.ues.size();
  enb.ues.push_back(ue.place);
  if (ue.enb_ue_s1ap_id != Ue::kNoEnbUeS1apId) by_enb_id_.insert({&enb, ue.enb_ue_s1ap_id}, ue.place);
}

void Mme::leave_enb(Ue& ue) {
  if (ue.enb_ue_s1ap_id != Ue::kNoEnbUeS1apId) by_enb_id_.erase({ue.enb, ue.enb_ue_s1ap_id});
  auto& places = ue.enb->ues;
  const std::uint32_t last = places.back();
  places[ue.place_at_enb] = last;
  ues_[last]->place_at_enb = ue.place_at_enb;
  places.pop_back();
}

Ue* Mme::find_ue(const Enb& enb, std::optional<std::uint32_t> mme_ue_s1ap_id,
                 std::optional<std::uint32_t> enb_ue_s1ap_id) {
  if (!mme_ue_s1ap_id) return enb_ue_s1ap_id ? find_at(enb, *enb_ue_s1ap_id) : nullptr;
  Ue* ue = find_ue(*mme_ue_s1ap_id);
  if (ue == nullptr || ue->enb != &enb) return nullptr;
  // The target of a handover tells its id with the first message that it sends.
  const bool same =
      !enb_ue_s1ap_id || ue->enb_ue_s1ap_id == *enb_ue_s1ap_id || ue->enb_ue_s1ap_id == Ue::kNoEnbUeS1apId;
  return same ? ue : nullptr;
}

void Mme::remove(Ue& ue) {
  std::optional<UeDirectory::Index> idle;
  if (ue.record) {
    UeRecord& record = directory_[*ue.record];
    if (record.connection == ue.place) {
      record.connection = UeRecord::kNoConnection;
      idle = ue.record;
      emergency_idle(*ue.record);
      connection_ended(*ue.record);
    }
  }
  end_handover(ue);
  leave_enb(ue);
  const std::uint32_t place = ue.place;
  ues_[place].reset();
  free_places_.push_back(place);
  connected_ues_now.set(static_cast<std::int64_t>(--connected_));
  if (idle) went_idle(*idle);
}

void Mme::drop(Ue& ue) {
  end_handover(ue);
  cancel_procedure(ue);
  if (ue.record && directory_[*ue.record].emm_state == EmmState::registered)
    hold_downlink(directory_[*ue.record]);
  remove(ue);
}

void Mme::hold_downlink(UeRecord& record) {
  forget_gbr_bearers(*this, record);
  release_access_bearers(record);
}

void Mme::release_access_bearers(UeRecord& record) {
  for (const BearerRecord& bearer : bearers_.of(record)) {
    if (!bearer.is_default()) continue;
    background_.start([](sgw::S11& gateway, sgw::SessionId session) -> Task<void> {
      co_await gateway.release_access_bearers({session});
    }(parts_.gateway, bearer.session));
  }
}

void Mme::handle_initial(Enb& enb, const s1ap::InitialUeMessage& message, const s1ap::Inbound& inbound) {
  // An area of ours that the eNodeB did not tell us of. In one that is not ours the UE hears it by NAS.
  if (!enb.supports(message.tai) && parts_.network.serves(message.tai))
    return logical_error(enb, inbound, s1ap::CauseProtocol::semantic_error, nullptr);
  // TS 36.413 §8.6.2.1: an eNodeB that uses its id again has forgotten the connection that had it.
  if (Ue* stale = find_at(enb, message.enb_ue_s1ap_id)) drop(*stale);

  Ue* ue = add_ue(enb, message.enb_ue_s1ap_id);
  if (ue == nullptr)
    return logical_error(enb, inbound, s1ap::CauseMisc::control_processing_overload, nullptr);
  ue->tai = message.tai;
  ue->ecgi = message.eutran_cgi;
  // TS 36.413 §10.3.5: a cause that is not told is no call for help.
  ue->establishment_cause = inbound.lacks(s1ap::IeId::rrc_establishment_cause)
                                ? s1ap::RrcEstablishmentCause::mo_signalling
                                : message.rrc_establishment_cause;
  initial_nas(*ue, message.nas_pdu, message.s_tmsi);
}

void Mme::handle_ue(Enb& enb, const s1ap::Inbound& inbound) {
  using enum s1ap::MessageType;
  // §10.3.5: an answer may lack one of the ids.
  Ue* ue = find_ue(enb, inbound.mme_ue_s1ap_id, inbound.enb_ue_s1ap_id);
  if (ue == nullptr) {
    // Some messages have no id that we could know: they name no UE.
    const bool names_one =
        inbound.mme_ue_s1ap_id || (inbound.enb_ue_s1ap_id && inbound.lacks(s1ap::IeId::mme_ue_s1ap_id));
    return names_one ? refuse_unknown_ids(enb, inbound) : logical_error(enb, inbound, kNotNow, nullptr);
  }
  note_secondary_rat_usage(*ue, inbound.message);
  if (inbound.message.type == secondary_rat_data_usage_report) return;
  if (inbound.message.type == uplink_ue_associated_lppa_transport) return ignore_lppa();
  if (ue->handover_source != nullptr) return handle_at_target(*ue, inbound);
  if (const auto* required = inbound.message.as<s1ap::HandoverRequired>())
    return handle(*ue, *required, inbound);
  if (const auto* cancel = inbound.message.as<s1ap::HandoverCancel>()) return handle(*ue, *cancel, inbound);
  if (const auto* transfer = inbound.message.as<s1ap::EnbStatusTransfer>())
    return handle(*ue, *transfer, inbound);
  if (const auto* transfer = inbound.message.as<s1ap::EnbEarlyStatusTransfer>())
    return handle(*ue, *transfer, inbound);
  if (const auto* transport = inbound.message.as<s1ap::UplinkNasTransport>()) {
    // Where nobody is served it has to hear so.
    const bool told = !inbound.lacks(s1ap::IeId::tai);
    if (told && (enb.supports(transport->tai) || !network().serves(transport->tai))) {
      ue->tai = transport->tai;
      if (!inbound.lacks(s1ap::IeId::eutran_cgi)) ue->ecgi = transport->eutran_cgi;
    }
    return uplink_nas(*ue, transport->nas_pdu);
  }
  if (const auto* request = inbound.message.as<s1ap::UeContextReleaseRequest>()) return handle(*ue, *request);
  if (const auto* indication = inbound.message.as<s1ap::UeCapabilityInfoIndication>();
      indication != nullptr && !inbound.lacks(s1ap::IeId::ue_radio_capability))
    return handle(*ue, *indication);
  if (const auto* indication = inbound.message.as<s1ap::ErabReleaseIndication>())
    return handle(*ue, *indication);
  if (const auto* indication = inbound.message.as<s1ap::ErabModificationIndication>())
    return handle(*ue, *indication, inbound);
  if (const auto* lost = inbound.message.as<s1ap::NasNonDeliveryIndication>()) return handle(*ue, *lost);
  if (const auto* indication = inbound.message.as<s1ap::UeContextModificationIndication>();
      indication != nullptr && ue->context_set_up)
    return handle(*ue, *indication, inbound);
  if (observation_.told(*ue, inbound.message)) return;
  const bool about_context = inbound.message.type == initial_context_setup_response ||
                             inbound.message.type == initial_context_setup_failure;
  // An answer to nothing, or the same once more, says nothing of the context.
  if (about_context && !ue->context_requested) return not_expected(*ue, inbound.message);
  note_context(*ue, inbound.message);
  UeEvent event{.kind = UeEvent::Kind::s1ap, .s1ap = &inbound.message};
  if (ue->inbox.offer(event)) return;
  // Nothing follows from what nobody asked to be told.
  if (inbound.message.type == nas_delivery_indication) return;
  if (inbound.kind == s1ap::PduKind::initiating_message) return logical_error(enb, inbound, kNotNow, ue);
  // TS 36.413 §8.3.4: what was modified holds.
  if (inbound.message.type == ue_context_modification_response) {
    ue->ambr_refusals = 0;
    return;
  }
  if (const auto* failure = inbound.message.as<s1ap::UeContextModificationFailure>())
    return handle(*ue, *failure);
  not_expected(*ue, inbound.message);
  take_late_answer(*ue, inbound.message);  // Last: it may begin what waits.
}

void Mme::not_expected(const Ue& ue, const s1ap::Message& message) {
  static log::RateLimit limit;
  limit.warning("s1ap_message_not_expected", {.imsi = ue.imsi(), .procedure = ue.procedure_name()},
                {{"message", s1ap::name(message.type)}});
}

void Mme::handle_at_target(Ue& leg, const s1ap::Inbound& inbound) {
  // Before the UE has come, its target may answer, give up, or say that it is there.
  if (const auto* request = inbound.message.as<s1ap::UeContextReleaseRequest>()) return handle(leg, *request);
  // Without its own id the target could not be told anything about the UE.
  if (inbound.message.type == s1ap::MessageType::handover_request_acknowledge &&
      inbound.lacks(s1ap::IeId::enb_ue_s1ap_id))
    return refused_by_target(leg, inbound);
  UeEvent event{.kind = UeEvent::Kind::s1ap, .s1ap = &inbound.message};
  if (!leg.inbox.offer(event)) logical_error(*leg.enb, inbound, kNotNow, &leg);
}

void Mme::handle(Ue& ue, const s1ap::UeContextModificationFailure& failure) {
  // What nobody waits for is the UE-AMBR. A failure leaves one that is enforced at the gateway too; but after
  // a handover that fails the eNodeB takes it.
  if (!ue.record || !refuses_for_handover(failure.cause) || ++ue.ambr_refusals >= kAskedForHandoversMax)
    return log::info("ue_context_not_modified", {.imsi = ue.imsi(), .procedure = ue.procedure_name()},
                     {{"cause", s1ap::name(failure.cause)}});
  ue.ambr_untold = true;
  if (!ue.in_handover()) expect_handover(ue);
}

void Mme::handle(Ue& ue, const s1ap::UeContextModificationIndication& indication,
                 const s1ap::Inbound& inbound) {
  // TS 36.413 §9.1.4.14: nobody is a member of a closed subscriber group, of which this network has none.
  s1ap::UeContextModificationConfirm confirm;
  confirm.mme_ue_s1ap_id = ue.mme_ue_s1ap_id;
  confirm.enb_ue_s1ap_id = ue.enb_ue_s1ap_id;
  if (indication.csg_membership_info) confirm.csg_membership_status = s1ap::CsgMembershipStatus::not_member;
  confirm.criticality_diagnostics = diagnostics_of(inbound);
  send(ue, confirm);
}

void Mme::handle(Ue& ue, const s1ap::NasNonDeliveryIndication& lost) {
  nas_not_delivered.add();
  log::info("nas_not_delivered", {.imsi = ue.imsi(), .procedure = ue.procedure_name()},
            {{"cause", s1ap::name(lost.cause)}});
  // TS 24.301 §5.4.2.7 j and its siblings: after a handover it is sent again. With a radio that is lost the
  // procedure ends, or its timer sends again.
  if (!ue.in_handover() && (!refuses_for_handover(lost.cause) || ue.handovers_unmet >= kAskedForHandoversMax))
    return;
  if (!ue.record || ue.security == nullptr) return;
  const auto returned = open_returned(*ue.security, lost.nas_pdu, nas_in_);
  if (!returned) return;
  hold_returned(ue, returned->security_header(), returned->message());
  if (!ue.in_handover()) expect_handover(ue);
}

void Mme::handle(Ue& ue, const s1ap::UeContextReleaseRequest& request) {
  log::info("s1_release_requested", {.imsi = ue.imsi(), .procedure = ue.procedure_name()},
            {{"cause", s1ap::name(request.cause)}});
  // A release that runs already is what the eNodeB asks for.
  if (ue.runs(ProcedureKind::s1_release)) return;
  supersede_with_release(ue, request.cause);
}

void Mme::handle(Ue& ue, const s1ap::UeCapabilityInfoIndication& indication) {
  if (!ue.record) return;
  UeRecord& record = directory_[*ue.record];
  const std::uint32_t before = record.radio_capability;
  record.radio_capability = radio_capabilities_.add(indication.ue_radio_capability);
  radio_capabilities_.release(before);
  if (!indication.ue_radio_capability_for_paging) return;
  const std::uint32_t paging_before = record.paging_capability;
  record.paging_capability = radio_capabilities_.add(*indication.ue_radio_capability_for_paging);
  radio_capabilities_.release(paging_before);
}

}  // namespace zerocell::mme
