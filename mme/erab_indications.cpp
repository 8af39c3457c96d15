// SPDX-License-Identifier: Apache-2.0
#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"
#include "mme/esm_procedures.hpp"

/// What an eNodeB tells of bearers by itself, TS 36.413 §8.2.3.2.2, §8.2.4 and §8.19.
namespace zerocell::mme {
namespace {

Counter lost_bearers{"zerocell_mme_bearers_released_by_enb_total",
                     "Bearers that an eNodeB released by itself, or that a UE does not have."};
Counter moved_bearers{"zerocell_mme_bearers_moved_total",
                      "Bearers whose downlink an eNodeB moved to another node."};
CounterBy<2> secondary_rat_octets{"zerocell_mme_secondary_rat_octets_total",
                                  "Octets that eNodeBs report of traffic over a secondary radio access.",
                                  "direction",
                                  {"uplink", "downlink"}};
enum Way : std::size_t { kUplink, kDownlink };

/// Every message of an eNodeB that this MME takes and that can carry it.
s1ap::List<s1ap::SecondaryRatDataUsageReportItem> usage_in(const s1ap::Message& message) {
  const auto in = [&]<class... M>() {
    s1ap::List<s1ap::SecondaryRatDataUsageReportItem> found;
    const auto look = [&](const auto* one) {
      if (one != nullptr) found = one->secondary_rat_data_usage_report_list;
    };
    (look(message.as<M>()), ...);
    return found;
  };
  return in.template
  operator()<s1ap::SecondaryRatDataUsageReport, s1ap::UeContextReleaseRequest, s1ap::UeContextReleaseComplete,
             s1ap::ErabModifyResponse, s1ap::ErabReleaseResponse, s1ap::ErabReleaseIndication,
             s1ap::ErabModificationIndication>();
}

/// E-RAB MODIFICATION CONFIRM: these have moved, and the others have not, which is `why` where the UE has
/// them.
void send_confirm(Ue& ue, const ErabsMoved& erabs, const Ebis& moved, s1ap::Cause why) {
  InlineList<s1ap::ErabModifyItemBearerModConf, sgw::kBearersMax> done;
  ErabsLost failed = erabs.unknown;
  for (const sgw::BearerAccess& erab : erabs.moved) {
    if (std::ranges::find(moved, erab.ebi) != moved.end())
      done.push_back({.erab_id = erab.ebi});
    else
      failed.add(erab.ebi, ue.has_active(erab.ebi) ? why : s1ap::CauseRadioNetwork::unknown_erab_id);
  }
  moved_bearers.add(done.size());
  s1ap::ErabModificationConfirm confirm;
  confirm.mme_ue_s1ap_id = ue.mme_ue_s1ap_id;
  confirm.enb_ue_s1ap_id = ue.enb_ue_s1ap_id;
  confirm.erab_modify_list = {done.begin(), done.size()};
  confirm.erab_failed_to_modify_list = failed.items();
  confirm.criticality_diagnostics = erabs.diagnostics.told();
  ue.mme.send(ue, confirm);
}

}  // namespace

void Mme::handle(Ue& ue, const s1ap::ErabReleaseIndication& indication) {
  Ebis lost;
  for (const auto& released : indication.erab_released_list) {
    const std::uint8_t ebi = released.erab_id;
    // What it was asked for it may release before the UE has answered.
    const bool had = ue.has_active(ebi) || ue.has_erab(ebi);
    ue.remove_erab(ebi);
    if (!had || !ue.record || bearers_.find(ue.stored(), ebi) == nullptr) continue;
    log::info("erab_released_by_enb", {.imsi = ue.imsi(), .procedure = ue.procedure_name()},
              {{"ebi", ebi}, {"cause", s1ap::name(released.cause)}});
    ue.deactivate(ebi);
    lost.push_back(ebi);
  }
  if (!lost.empty())
    at_turn(ue, ProcedureKind::bearer_lost,
            [lost](Ue& target) { return give_up_lost_bearers(target, lost); });
}

void Mme::handle(Ue& ue, const s1ap::ErabModificationIndication& indication, const s1ap::Inbound& inbound) {
  if (!ue.record || !ue.context_set_up)
    return logical_error(*ue.enb, inbound, s1ap::CauseProtocol::message_not_compatible_with_receiver_state,
                         &ue);
  ErabsMoved erabs = moved_in(ue, indication);
  if (erabs.inconsistent) {
    // TS 36.413 §8.2.4.4: the two sides do not agree on what the UE has; it comes again.
    log::warning("erab_modification_inconsistent", {.imsi = ue.imsi(), .procedure = ue.procedure_name()},
                 {{"enb", *ue.enb}});
    if (ue.runs(ProcedureKind::s1_release)) return;
    return supersede_with_release(ue, *erabs.inconsistent);
  }
  erabs.diagnostics = KeptDiagnostics(inbound);
  const bool queued = at_turn(
      ue, ProcedureKind::erab_modification,
      [erabs, from = ue.enb->association](Ue& target) { return move_erabs(target, from, erabs); },
      Waits::if_room);
  if (!queued) send_confirm(ue, erabs, {}, s1ap::CauseMisc::control_processing_overload);
}

Task<Next> give_up_lost_bearers(Ue& ue, Ebis lost) {
  Ebis still;
  for (const std::uint8_t ebi : lost)
    if (!ue.has_erab(ebi)) still.push_back(ebi);
  return give_up_bearers(ue, still);
}

Task<Next> give_up_unreachable_bearers(Ue& ue, Ebis ebis) {
  Ebis still;
  for (const std::uint8_t ebi : ebis)
    if (!ue.has_active(ebi)) still.push_back(ebi);
  if (still.empty()) co_return Next::stay();
  co_await release_erabs(ue, still, s1ap::CauseTransport::transport_resource_unavailable);
  co_return co_await give_up_bearers(ue, still);
}

Task<Next> give_up_bearers(Ue& ue, Ebis lost) {
  UeRecord& record = ue.stored();
  Bearers& bearers = ue.mme.bearers();
  const gtp::Ambr before = bearers.used_ue_ambr(record);
  for (const std::uint8_t ebi : lost) {
    const BearerRecord* bearer = bearers.find(record, ebi);
    if (bearer == nullptr) continue;  // Gone with its default bearer.
    lost_bearers.add();
    const sgw::SessionId session = bearer->session;
    const bool whole = bearer->is_default();
    if (whole && bearers.pdn_connections(record) == 1) {
      // Its last PDN connection: the UE is better off idle, and asks for its bearers when it needs them.
      co_return Next::release(s1ap::CauseRadioNetwork::unspecified);
    }
    // TS 23.401 §5.4.4.2: the Delete Bearer Request that the gateway answers with finds nothing here any
    // more.
    const Ebis erabs = take_out(ue, ebi);  // Those that the eNodeB still has.
    if (whole)
      co_await ue.mme.gateway().delete_session({session});
    else
      co_await ue.mme.gateway().delete_bearer_command({.session = session, .ebis = {ebi}});
    if (!erabs.empty()) co_await release_erabs(ue, erabs, s1ap::CauseNas::normal_release);
    log::info("bearer_lost", {.imsi = record.imsi, .procedure = ue.procedure_name()},
              {{"ebi", ebi}, {"pdn_connection", whole}});
  }
  if (bearers.used_ue_ambr(record) != before) send_ue_ambr(ue);
  co_return Next::stay();
}

Task<Next> end_unknown_bearer(Ue& ue, std::uint8_t ebi) {
  const BearerRecord* bearer = ue.mme.bearers().find(ue.stored(), ebi);
  if (bearer != nullptr && bearer->is_default() && ue.mme.bearers().pdn_connections(ue.stored()) == 1) {
    lost_bearers.add();
    return detach_by_network(ue, nas::NetworkDetachType::reattach_required, std::nullopt);
  }
  return give_up_bearers(ue, {ebi});
}

ErabsMoved moved_in(Ue& ue, const s1ap::ErabModificationIndication& indication) {
  // §8.2.4.4: every E-RAB of the UE stands in one of the lists, and in one only.
  ErabsMoved erabs;
  std::array<bool, 256> named{};
  const auto name = [&](std::uint8_t erab_id) {
    if (std::exchange(named[erab_id], true))
      erabs.inconsistent = s1ap::CauseRadioNetwork::multiple_erab_id_instances;
  };
  for (const auto& item : indication.erab_to_be_modified_list) {
    name(item.erab_id);
    if (erabs.inconsistent) return erabs;
    if (item.erab_id < Bearers::kFirstEbi || item.erab_id > Bearers::kLastEbi)
      erabs.unknown.add(item.erab_id, s1ap::CauseRadioNetwork::unknown_erab_id);
    else
      erabs.moved.push_back({item.erab_id, fteid(item.transport_layer_address, item.dl_gtp_teid)});
  }
  for (const auto& item : indication.erab_not_to_be_modified_list) name(item.erab_id);
  for (std::uint8_t ebi = Bearers::kFirstEbi; ebi <= Bearers::kLastEbi; ++ebi)
    if (!erabs.inconsistent && ue.has_active(ebi) && !named[ebi])
      erabs.inconsistent = s1ap::CauseProtocol::semantic_error;
  return erabs;
}

Task<Next> move_erabs(Ue& ue, net::AssociationId from, ErabsMoved erabs) {
  // Where the UE has meanwhile moved on, the E-RABs are another eNodeB's.
  if (ue.enb->association != from) co_return Next::stay();
  Ebis moved;
  for (const auto& connection : ue.mme.bearers().connections_of(ue.stored())) {
    sgw::ModifyBearerRequest request{.session = connection.session};
    request.bearers = of_session(ue, connection.session, erabs.moved, [&](const sgw::BearerAccess& erab) {
      return ue.has_active(erab.ebi) && erab.access.valid();
    });
    if (request.bearers.empty()) continue;
    // The old path ends with an End Marker (TS 36.300 §10.1.2.8), as in a path switch.
    request.path_switch = true;
    const auto modified = co_await ue.mme.gateway().modify_bearer(request);
    if (!modified) continue;
    for (const sgw::BearerAccess& bearer : modified->bearers) moved.push_back(bearer.ebi);
  }
  send_confirm(ue, erabs, moved, s1ap::CauseTransport::unspecified);
  co_return Next::stay();
}

void note_secondary_rat_usage(const Ue& ue, const s1ap::Message& message) {
  for (const auto& report : usage_in(message)) {
    std::uint64_t uplink = 0;
    std::uint64_t downlink = 0;
    for (const auto& period : report.erab_usage_report_list) {
      uplink += period.usage_count_ul;
      downlink += period.usage_count_dl;
    }
    secondary_rat_octets.add(kUplink, uplink);
    secondary_rat_octets.add(kDownlink, downlink);
    log::info("secondary_rat_usage", {.imsi = ue.imsi(), .procedure = "secondary_rat_usage"},
              {{"ebi", report.erab_id}, {"uplink_octets", uplink}, {"downlink_octets", downlink}});
  }
}

}  // namespace zerocell::mme
