// SPDX-License-Identifier: Apache-2.0
#include "asn1/s1ap/handover.hpp"
#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"
#include "mme/access.hpp"
#include "mme/handover.hpp"
#include "mme/ue_capabilities.hpp"

namespace zerocell::mme {
namespace {

CounterBy<2> path_switches{"zerocell_mme_path_switches_total",
                           "Path switch requests after X2 handovers, by outcome.",
                           "outcome",
                           {"done", "refused"}};
enum Outcome : std::size_t { kDone, kRefused };
Counter capabilities_differed{
    "zerocell_mme_path_switch_capabilities_differed_total",
    "Path switch requests whose UE security capabilities were not those of the UE."};

void send_failure(Mme& mme, Enb& enb, const s1ap::PathSwitchRequest& request, const s1ap::Inbound& inbound,
                  s1ap::Cause cause) {
  path_switches.add(kRefused);
  static log::RateLimit limit;
  limit.warning("path_switch_refused", {{"enb", enb}, {"cause", s1ap::name(cause)}});
  s1ap::PathSwitchRequestFailure failure;
  failure.mme_ue_s1ap_id = request.source_mme_ue_s1ap_id;
  failure.enb_ue_s1ap_id = request.enb_ue_s1ap_id;
  failure.cause = cause;
  failure.criticality_diagnostics = diagnostics_of(inbound);
  mme.answer(enb, failure);
}

bool names_an_erab_twice(const s1ap::PathSwitchRequest& request) {
  std::array<bool, 256> seen{};
  return std::ranges::any_of(request.erab_to_be_switched_dl_list,
                             [&](const auto& item) { return std::exchange(seen[item.erab_id], true); });
}

PathSwitch read(Ue& ue, const s1ap::PathSwitchRequest& request, const s1ap::Inbound& inbound) {
  PathSwitch wanted;
  for (const auto& item : request.erab_to_be_switched_dl_list) {
    const gtp::Fteid access = fteid(item.transport_layer_address, item.gtp_teid);
    // One that the UE has not answered about is the running procedure's (TS 23.401 §5.4.1): the gateway
    // learns of it at that one's end.
    if (item.erab_id != 0 && item.erab_id == ue.bearer_in_question && !ue.has_active(item.erab_id) &&
        ue.has_erab(item.erab_id) && access.valid())
      wanted.in_question = access;
    else if (ue.mme.bearers().find(ue.stored(), item.erab_id) == nullptr)
      wanted.unknown.add(item.erab_id, s1ap::CauseRadioNetwork::unknown_erab_id);
    else if (!access.valid())
      wanted.unknown.add(item.erab_id, s1ap::CauseTransport::transport_resource_unavailable);
    else
      wanted.erabs.list.push_back({item.erab_id, access});
  }
  wanted.lacks_capabilities = inbound.lacks(s1ap::IeId::ue_security_capabilities);
  wanted.capabilities_differ = !wanted.lacks_capabilities &&
                               request.ue_security_capabilities != s1ap_security_capabilities(ue.stored());
  if (const auto nr = s1ap_nr_security_capabilities(ue.stored())) {
    wanted.lacks_nr_capabilities = !request.nr_ue_security_capabilities;
    wanted.nr_capabilities_differ = request.nr_ue_security_capabilities.value_or(*nr) != *nr;
  }
  wanted.diagnostics = KeptDiagnostics(inbound);
  return wanted;
}

/// Stands for the answer of the source to the request for a context, which is not here yet and is nobody's
/// when it comes: a UE cannot have moved with E-RABs that were not set up.
void answer_for_source(Ue& ue, const ErabsSetUp& erabs) {
  std::array<s1ap::ErabSetupItemCtxtSuRes, sgw::kBearersMax> items;
  for (std::size_t i = 0; i < erabs.list.size(); ++i)
    items[i] = {erabs.list[i].ebi, s1ap_address(erabs.list[i].access), erabs.list[i].access.teid};
  s1ap::InitialContextSetupResponse response;
  response.mme_ue_s1ap_id = ue.mme_ue_s1ap_id;
  response.enb_ue_s1ap_id = ue.enb_ue_s1ap_id;
  response.erab_setup_list = {items.data(), erabs.list.size()};
  const s1ap::Message message{s1ap::MessageType::initial_context_setup_response, &response};
  UeEvent event{.kind = UeEvent::Kind::s1ap, .s1ap = &message};
  if (!ue.inbox.offer(event) && ue.active_bearers == 0) take_late_answer(ue, message);
}

/// TS 33.401 §7.2.4.2.2, annex E.3 for those for NR: somebody may have made the source believe that the UE
/// can less than it can. The target hears what the UE did say. That it says none is no alarm: it lets us
/// ignore that (TS 36.413 §10.3.5), and the source may be an eNodeB that cannot tell those for NR.
void alarm_about_capabilities(const Ue& ue) {
  capabilities_differed.add();
  log::error("ue_security_capabilities_differ", {.imsi = ue.imsi(), .procedure = "path_switch"},
             {{"enb", *ue.enb}, {"reason", "bidding down is possible, TS 33.401 7.2.4.2.2"}});
}

void send_acknowledge(Ue& ue, const PathSwitch& wanted, const BearersMoved& moved) {
  std::array<s1ap::ErabToBeSwitchedUlItem, sgw::kBearersMax> uplink;
  for (std::size_t i = 0; i < moved.uplink.size(); ++i) {
    uplink[i].erab_id = moved.uplink[i].ebi;
    uplink[i].transport_layer_address = s1ap_address(moved.uplink[i].access);
    uplink[i].gtp_teid = moved.uplink[i].access.teid;
  }
  ErabsLost released = wanted.unknown;
  for (const s1ap::ErabItem& item : moved.refused.list) released.add(item.erab_id, item.cause);

  s1ap::PathSwitchRequestAcknowledge acknowledge;
  acknowledge.mme_ue_s1ap_id = ue.mme_ue_s1ap_id;
  acknowledge.enb_ue_s1ap_id = ue.enb_ue_s1ap_id;
  acknowledge.ue_aggregate_maximum_bitrate = s1ap_ambr(ue.mme.bearers().used_ue_ambr(ue.stored()));
  acknowledge.erab_to_be_switched_ul_list = {uplink.data(), moved.uplink.size()};
  acknowledge.erab_to_be_released_list = released.items();
  acknowledge.criticality_diagnostics = wanted.diagnostics.told();
  if (wanted.capabilities_differ || wanted.lacks_capabilities)
    acknowledge.ue_security_capabilities = s1ap_security_capabilities(ue.stored());
  if (wanted.nr_capabilities_differ || wanted.lacks_nr_capabilities)
    acknowledge.nr_ue_security_capabilities = s1ap_nr_security_capabilities(ue.stored());
  // TS 36.413 §8.4.4.2: the source has told those that hold in its own PLMN, which may not be the target's.
  std::optional<HandoverRestrictions> restrictions;
  if (ue.mme.network().plmns.size() > 1) {
    restrictions.emplace(ue.mme, ue.stored(), ue.tai.plmn);
    acknowledge.handover_restriction_list = restrictions->whole();
  }
  // TS 33.401 §7.2.8.4.3: the pair is for the next handover; the target had its key from the source.
  ue.next_hop.advance_for_switch();
  acknowledge.security_context.next_hop_chaining_count = ue.next_hop.chaining_count();
  std::ranges::copy(ue.next_hop.key().reveal(), acknowledge.security_context.next_hop_parameter.begin());
  ue.mme.send(ue, acknowledge);
  wipe(acknowledge.security_context.next_hop_parameter);
}

}  // namespace

void Mme::handle(Enb& enb, const s1ap::PathSwitchRequest& request, const s1ap::Inbound& inbound) {
  const auto refuse = [&](s1ap::Cause cause) { send_failure(*this, enb, request, inbound, cause); };
  // TS 36.413 §8.4.4.2: the UE is known by its MME UE S1AP ID at the source, and by that alone.
  Ue* ue = find_ue(request.source_mme_ue_s1ap_id);
  if (ue == nullptr) return refuse(s1ap::CauseRadioNetwork::unknown_mme_ue_s1ap_id);
  if (!may_move(*ue)) return refuse(s1ap::CauseProtocol::message_not_compatible_with_receiver_state);
  if (names_an_erab_twice(request)) return refuse(s1ap::CauseRadioNetwork::multiple_erab_id_instances);
  const bool tells_tai = !inbound.lacks(s1ap::IeId::tai);
  if (tells_tai && !enb.supports(request.tai)) return refuse(s1ap::CauseRadioNetwork::ho_target_not_allowed);
  PathSwitch wanted = read(*ue, request, inbound);
  // A request with none of the UE's bearers is no handover of this UE: it stays where it is.
  if (wanted.erabs.list.empty()) return refuse(s1ap::CauseRadioNetwork::unknown_erab_id);

  end_handover(*ue);
  if (Ue* stale = find_at(enb, request.enb_ue_s1ap_id); stale != nullptr && stale != ue) drop(*stale);
  move(*ue, enb, request.enb_ue_s1ap_id);
  if (tells_tai) ue->tai = request.tai;
  if (!inbound.lacks(s1ap::IeId::eutran_cgi)) ue->ecgi = request.eutran_cgi;
  ue->stored().tai = ue->tai;
  ue->stored().ecgi = ue->ecgi;
  ue->access_in_question = wanted.in_question;
  ue->hold_nas = true;
  wanted.begins_context = std::exchange(ue->context_requested, false);
  if (wanted.begins_context) ue->context_set_up = true;
  const bool answers = wanted.begins_context;
  const ErabsSetUp erabs = wanted.erabs;
  const std::uint32_t id = ue->mme_ue_s1ap_id;
  ue->mobility.start(switch_path(*ue, std::move(wanted)));
  // Last: whoever waited for it may end the UE, as a path that cannot be switched may have.
  if (Ue* const still = answers ? find_ue(id) : nullptr) answer_for_source(*still, erabs);
}

Task<Next> switch_path(Ue& ue, PathSwitch wanted) {
  const Time begun = ue.mme.loop().now();
  if (wanted.capabilities_differ || wanted.nr_capabilities_differ) alarm_about_capabilities(ue);
  // 3-5. End markers follow the last packet of the old path.
  const BearersMoved moved = co_await move_bearers(ue, wanted.erabs);
  if (!moved.goes_on) {
    // TS 36.413 §8.4.4.3; the UE is detached where no default bearer could be switched (TS 23.401
    // §5.5.1.1.2).
    path_switches.add(kRefused);
    log::warning("path_switch_failed", {.imsi = ue.imsi(), .procedure = "path_switch"}, {{"enb", *ue.enb}});
    s1ap::PathSwitchRequestFailure failure;
    failure.mme_ue_s1ap_id = ue.mme_ue_s1ap_id;
    failure.enb_ue_s1ap_id = ue.enb_ue_s1ap_id;
    failure.cause = s1ap::CauseTransport::transport_resource_unavailable;
    failure.criticality_diagnostics = wanted.diagnostics.told();
    ue.mme.send(ue, failure);
    co_return Next::gone();
  }
  // 6.
  send_acknowledge(ue, wanted, moved);
  if (wanted.begins_context) ue.mme.observation().go_on(ue);
  path_switches.add(kDone);
  log::info("path_switched", {.imsi = ue.imsi(), .procedure = "path_switch"},
            {{"enb", *ue.enb},
             {"tac", ue.tai.tac},
             {"microseconds",
              std::chrono::duration_cast<std::chrono::microseconds>(ue.mme.loop().now() - begun).count()}});
  co_return Next::stay();
}

}  // namespace zerocell::mme
