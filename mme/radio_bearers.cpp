// SPDX-License-Identifier: Apache-2.0
#include "mme/radio_bearers.hpp"

#include "core/crypto/eps_keys.hpp"
#include "mme/access.hpp"
#include "mme/esm_procedures.hpp"
#include "mme/ue_capabilities.hpp"

namespace zerocell::mme {
namespace {

constexpr std::uint64_t kBitsPerKilobit = 1000;
constexpr std::uint64_t kS1apBitRateMax = 10'000'000'000;  // TS 36.413 §9.2.1.19; above it the extended IE.

template <class List>
ErabsSetUp listed(const List& items) {
  ErabsSetUp erabs;
  for (const auto& item : items) {
    const gtp::Fteid access = fteid(item.transport_layer_address, item.gtp_teid);
    if (access.valid() && !erabs.list.full() && !erabs.has(item.erab_id))
      erabs.list.push_back({item.erab_id, access});
  }
  return erabs;
}

std::uint64_t bps(std::uint32_t kbps) {
  return std::min(std::uint64_t{kbps} * kBitsPerKilobit, kS1apBitRateMax);
}

}  // namespace

s1ap::UeAggregateMaximumBitrate s1ap_ambr(const gtp::Ambr& ambr) {
  s1ap::UeAggregateMaximumBitrate value;
  value.ue_aggregate_maximum_bit_rate_dl = std::min(ambr.downlink_bps, kS1apBitRateMax);
  value.ue_aggregate_maximum_bit_rate_ul = std::min(ambr.uplink_bps, kS1apBitRateMax);
  if (ambr.downlink_bps > kS1apBitRateMax)
    value.extended_ue_aggregate_maximum_bit_rate_dl = ambr.downlink_bps;
  if (ambr.uplink_bps > kS1apBitRateMax) value.extended_ue_aggregate_maximum_bit_rate_ul = ambr.uplink_bps;
  return value;
}

s1ap::ErabLevelQosParameters s1ap_qos(const gtp::BearerQos& qos) {
  s1ap::ErabLevelQosParameters parameters;
  parameters.qci = qos.qci;
  auto& priority = parameters.allocation_retention_priority;
  priority.priority_level = qos.arp.priority;
  priority.pre_emption_capability = qos.arp.may_preempt
                                        ? s1ap::PreEmptionCapability::may_trigger_pre_emption
                                        : s1ap::PreEmptionCapability::shall_not_trigger_pre_emption;
  priority.pre_emption_vulnerability = qos.arp.may_be_preempted
                                           ? s1ap::PreEmptionVulnerability::pre_emptable
                                           : s1ap::PreEmptionVulnerability::not_pre_emptable;
  if (qos.guaranteed()) {
    auto& gbr = parameters.gbr_qos_information.emplace();
    gbr.erab_maximum_bitrate_dl = bps(qos.mbr.downlink_kbps);
    gbr.erab_maximum_bitrate_ul = bps(qos.mbr.uplink_kbps);
    gbr.erab_guaranteed_bitrate_dl = bps(qos.gbr.downlink_kbps);
    gbr.erab_guaranteed_bitrate_ul = bps(qos.gbr.uplink_kbps);
  }
  return parameters;
}

s1ap::TransportLayerAddress s1ap_address(const gtp::Fteid& endpoint) {
  if (endpoint.v4 && endpoint.v6) return s1ap::TransportLayerAddress::of(*endpoint.v4, *endpoint.v6);
  return s1ap::TransportLayerAddress::of(endpoint.v4 ? IpAddress(*endpoint.v4) : IpAddress(*endpoint.v6));
}

gtp::Fteid fteid(const s1ap::TransportLayerAddress& address, std::uint32_t teid) {
  return {.teid = teid, .v4 = address.v4(), .v6 = address.v6()};
}

ErabsSetUp set_up_in(const s1ap::InitialContextSetupResponse& response) {
  return listed(response.erab_setup_list);
}
ErabsSetUp set_up_in(const s1ap::ErabSetupResponse& response) {
  return listed(response.erab_setup_list);
}

void note_context(Ue& ue, const s1ap::Message& message) {
  if (const auto* response = message.as<s1ap::InitialContextSetupResponse>()) {
    ue.context_requested = false;
    ue.context_set_up = true;
    ue.erabs_at_enb = 0;
    for (const auto& item : response->erab_setup_list) ue.add_erab(item.erab_id);
    ue.mme.observation().go_on(ue);
  } else if (message.type == s1ap::MessageType::initial_context_setup_failure) {
    ue.context_requested = false;
    ue.erabs_at_enb = 0;
    ue.trace_at_enb.reset();
  } else if (const auto* setup = message.as<s1ap::ErabSetupResponse>()) {
    for (const auto& item : setup->erab_failed_to_setup_list) ue.remove_erab(item.erab_id);
  } else if (message.type == s1ap::MessageType::ue_context_modification_response ||
             message.type == s1ap::MessageType::ue_context_modification_failure) {
    ue.ambr_asked = false;
  }
}

namespace {

Ebis without_bearers(Ue& ue, const Ebis& erabs) {
  Ebis without;
  for (const std::uint8_t ebi : erabs)
    if (ue.has_erab(ebi) && ue.mme.bearers().find(ue.stored(), ebi) == nullptr) without.push_back(ebi);
  return without;
}

Task<Next> release_late_erabs(Ue& ue, Ebis late) {
  if (const Ebis erabs = without_bearers(ue, late); !erabs.empty())
    co_await release_erabs(ue, erabs, s1ap::CauseNas::normal_release);
  co_return Next::stay();
}

}  // namespace

void take_late_answer(Ue& ue, const s1ap::Message& message) {
  if (const auto* response = message.as<s1ap::InitialContextSetupResponse>()) {
    ue.erabs_answered_late = set_up_in(*response).list;
  } else if (const auto* setup = message.as<s1ap::ErabSetupResponse>(); setup != nullptr && ue.record) {
    Ebis erabs;
    for (const auto& item : setup->erab_setup_list)
      if (!erabs.full()) erabs.push_back(item.erab_id);
    if (const Ebis late = without_bearers(ue, erabs); !late.empty())
      ue.mme.at_turn(
          ue, ProcedureKind::bearer_lost, [late](Ue& target) { return release_late_erabs(target, late); },
          Waits::if_room);
  }
}

bool send_initial_context_setup(Ue& ue, const ContextSetup& setup) {
  const UeRecord& record = ue.stored();
  Bytes nas_pdu;
  if (!setup.nas.empty()) {
    nas_pdu = ue.mme.protect(ue, nas::SecurityHeader::integrity_ciphered, setup.nas);
    if (nas_pdu.empty()) return false;
  }
  std::array<s1ap::ErabToBeSetupItemCtxtSuReq, sgw::kBearersMax> items;
  std::size_t count = 0;
  std::uint16_t asked = 0;
  for (const BearerRecord& bearer : ue.mme.bearers().of(record)) {
    s1ap::ErabToBeSetupItemCtxtSuReq& item = items[count++];
    item.erab_id = bearer.ebi;
    item.erab_level_qos_parameters = s1ap_qos(bearer.qos);
    item.transport_layer_address = s1ap_address(bearer.user_plane);
    item.gtp_teid = bearer.user_plane.teid;
    if (!nas_pdu.empty() && bearer.ebi == setup.nas_ebi) item.nas_pdu = nas_pdu;
    asked = static_cast<std::uint16_t>(asked | bit_of(bearer.ebi));
  }
  s1ap::InitialContextSetupRequest request;
  request.mme_ue_s1ap_id = ue.mme_ue_s1ap_id;
  request.enb_ue_s1ap_id = ue.enb_ue_s1ap_id;
  request.ue_aggregate_maximum_bitrate = s1ap_ambr(ue.mme.bearers().used_ue_ambr(record));
  request.erab_to_be_setup_list = {items.data(), count};
  put_security_capabilities(record, request);
  const HandoverRestrictions restrictions(ue.mme, record, ue.tai.plmn);
  request.handover_restriction_list = restrictions.list();
  const Key<32> key = k_enb(KeyView<32>(record.security.k_asme), ue.k_enb_count);
  std::ranges::copy(key.reveal(), request.security_key.begin());
  if (const Bytes capability = ue.mme.radio_capabilities().get(record.radio_capability); !capability.empty())
    request.ue_radio_capability = capability;
  if (const Observation::Wanted* observed = ue.mme.observation().wanted(record.imsi))
    if (observed->trace) request.trace_activation = *observed->trace;
  ue.next_hop.begin(KeyView<32>(record.security.k_asme), key);
  const bool sent = ue.mme.send(ue, request);
  wipe(request.security_key);
  if (!sent) return false;
  if (request.trace_activation) ue.trace_at_enb = request.trace_activation->eutran_trace_id;
  ue.context_requested = true;
  ue.erabs_at_enb = asked;
  ue.access_keys_old = false;
  ue.restrictions_changed = false;
  return true;
}

namespace {

/// `later`: once the handover is over that its eNodeB expects; `moved`: to the eNodeB where the UE is by now.
enum class Rekeyed : std::uint8_t { no, yes, later, moved };

Task<Rekeyed> try_to_rekey(Ue& ue) {
  const UeRecord& record = ue.stored();
  // §15.2.2: what has no keys goes on without any only from the beginning of a context.
  if (record.security.null_integrity) co_return Rekeyed::no;
  const auto is_answer = [](const UeEvent& event) {
    return event.is(s1ap::MessageType::ue_context_modification_response) ||
           event.is(s1ap::MessageType::ue_context_modification_failure);
  };
  const Duration patience = std::chrono::milliseconds(ue.mme.settings().s1_response_ms);
  // The answer to a UE-AMBR says nothing of a key (TS 33.401 §7.2.9.2): one request at a time.
  if (ue.ambr_asked) {
    const auto told = co_await ue.inbox.receive(ue.mme.loop(), patience, is_answer);
    ue.ambr_asked = false;
    if (const auto* refused = told ? (*told)->s1ap->as<s1ap::UeContextModificationFailure>() : nullptr)
      ue.ambr_untold |= refuses_for_handover(refused->cause);
  }
  const Key<32> key = k_enb(KeyView<32>(record.security.k_asme), ue.k_enb_count);
  s1ap::UeContextModificationRequest request;
  request.mme_ue_s1ap_id = ue.mme_ue_s1ap_id;
  request.enb_ue_s1ap_id = ue.enb_ue_s1ap_id;
  std::ranges::copy(key.reveal(), request.security_key.emplace().begin());
  put_security_capabilities(record, request);
  const bool with_ambr = std::exchange(ue.ambr_untold, false);
  if (with_ambr) request.ue_aggregate_maximum_bitrate = s1ap_ambr(ue.mme.bearers().used_ue_ambr(record));
  const Enb* const whom = ue.enb;
  const bool sent = ue.mme.send(ue, request);
  wipe(*request.security_key);
  if (!sent) co_return Rekeyed::no;
  // TS 33.401 §7.2.10: a handover that crosses it goes on with the keys before, and is followed by these.
  const auto answer = co_await ue.inbox.receive(ue.mme.loop(), patience, [&](const UeEvent& event) {
    return is_answer(event) || (event.kind == UeEvent::Kind::handover_over && ue.enb != whom);
  });
  if (ue.enb != whom) {
    ue.ambr_untold |= with_ambr;
    co_return ue.in_handover() ? Rekeyed::later : Rekeyed::moved;
  }
  if (!answer) co_return Rekeyed::no;
  if (const auto* failure = (*answer)->s1ap->as<s1ap::UeContextModificationFailure>()) {
    ue.ambr_untold = with_ambr;
    co_return refuses_for_handover(failure->cause) ? Rekeyed::later : Rekeyed::no;
  }
  ue.access_keys_old = false;
  ue.next_hop.begin(KeyView<32>(record.security.k_asme), key);
  co_return Rekeyed::yes;
}

}  // namespace

Task<bool> rekey_access(Ue& ue) {
  for (unsigned asked = 0; asked < kAskedForHandoversMax; ++asked) {
    const Rekeyed rekeyed = co_await try_to_rekey(ue);
    if (rekeyed == Rekeyed::yes) co_return true;
    if (rekeyed == Rekeyed::no) co_return false;
    if (rekeyed == Rekeyed::later) co_await await_handover(ue);
  }
  co_return false;
}

Task<bool> clear_context(Ue& ue) {
  const Duration patience = std::chrono::milliseconds(ue.mme.settings().s1_response_ms);
  if (ue.context_requested) {
    co_await ue.inbox.receive(ue.mme.loop(), patience, [](const UeEvent& event) {
      return event.is(s1ap::MessageType::initial_context_setup_response) ||
             event.is(s1ap::MessageType::initial_context_setup_failure);
    });
    if (ue.context_requested) co_return false;
  }
  ue.erabs_answered_late.clear();
  ue.active_bearers = 0;
  if (!ue.context_set_up) co_return true;
  Ebis erabs;
  for (std::uint8_t ebi = Bearers::kFirstEbi; ebi <= Bearers::kLastEbi; ++ebi)
    if (ue.has_erab(ebi)) erabs.push_back(ebi);
  if (!erabs.empty()) {
    if (!send_erab_release(ue, erabs, s1ap::CauseNas::normal_release, {})) co_return false;
    const auto released = co_await ue.inbox.receive(ue.mme.loop(), patience, [](const UeEvent& event) {
      return event.is(s1ap::MessageType::erab_release_response);
    });
    if (!released) co_return false;
  }
  if (ue.access_keys_old) co_return co_await rekey_access(ue);
  co_return true;
}

Task<bool> connect_bearers(Ue& ue, ErabsSetUp erabs) {
  for (const auto& connection : ue.mme.bearers().connections_of(ue.stored())) {
    sgw::ModifyBearerRequest request{.session = connection.session};
    // One that the eNodeB has meanwhile released is none.
    request.bearers = of_session(ue, connection.session, erabs.list,
                                 [&](const sgw::BearerAccess& erab) { return ue.has_erab(erab.ebi); });
    if (request.bearers.empty()) continue;
    const auto modified = co_await ue.mme.gateway().modify_bearer(request);
    if (!modified) co_return false;
    for (const sgw::BearerAccess& bearer : modified->bearers) ue.activate(bearer.ebi);
    Ebis unreachable;
    for (const sgw::BearerAccess& asked : request.bearers) {
      if (ue.has_active(asked.ebi)) continue;
      const BearerRecord* bearer = ue.mme.bearers().find(ue.stored(), asked.ebi);
      if (bearer == nullptr || bearer->is_default()) co_return false;
      unreachable.push_back(asked.ebi);
    }
    if (!unreachable.empty())
      ue.mme.at_turn(ue, ProcedureKind::bearer_lost,
                     [unreachable](Ue& target) { return give_up_unreachable_bearers(target, unreachable); });
  }
  co_return true;
}

}  // namespace zerocell::mme
