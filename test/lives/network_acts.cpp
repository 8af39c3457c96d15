// SPDX-License-Identifier: Apache-2.0
// What the network does about UEs, by itself or for an operator.
#include "asn1/s1ap/management.hpp"
#include "test/lives/story.hpp"

namespace zerocell::lives {
namespace {

pgw::BearerRule rule(Network& network) {
  pgw::BearerRule made;
  made.name = "drawn";
  const bool guaranteed = network.draw(2) == 0;
  made.qos.qci = guaranteed ? 1 : 7;
  made.qos.arp.priority = static_cast<std::uint8_t>(1 + network.draw(14));
  if (guaranteed) made.qos.gbr = made.qos.mbr = {64, 64};
  nas::PacketFilter filter;
  filter.contents.protocol = 17;
  const auto port = static_cast<std::uint16_t>(6000 + network.draw(1000));
  filter.contents.remote_port = nas::PortRange{port, port};
  made.filters.push_back(filter);
  return made;
}

template <class T>
Task<bool> ended(Task<T> task) {
  (void)co_await task;
  co_return true;
}

void create_bearer(Story& story, unsigned who) {
  Network& network = story.network;
  const mme::BearerRecord* bearer = network.any_bearer_of(who);
  if (bearer == nullptr) return;
  story.errand(ended(network.core.pgw->create_dedicated_bearer(bearer->session, rule(network))));
}

void modify_bearer(Story& story, unsigned who) {
  Network& network = story.network;
  const mme::BearerRecord* bearer = network.any_bearer_of(who);
  if (bearer == nullptr) return;
  const pgw::BearerRule other = rule(network);
  if (bearer->is_default()) {
    const gtp::Ambr ambr{1'000'000u * (1 + network.draw(50)), 2'000'000u * (1 + network.draw(50))};
    return story.errand(ended(network.core.pgw->modify_default_bearer(bearer->session, ambr, bearer->qos)));
  }
  pgw::Pgw::BearerChange change;
  if (network.draw(2) == 0) change.qos = other.qos;
  if (network.draw(2) == 0) change.filters = other.filters;
  story.errand(
      ended(network.core.pgw->modify_dedicated_bearer(bearer->session, bearer->ebi, std::move(change))));
}

void delete_bearer(Story& story, unsigned who) {
  Network& network = story.network;
  const mme::BearerRecord* bearer = network.any_bearer_of(who);
  if (bearer == nullptr) return;
  std::optional<gtp::Cause> cause;
  if (network.draw(3) == 0) cause = gtp::Cause::reactivation_requested;
  story.errand(ended(network.core.pgw->delete_bearer(bearer->session, bearer->ebi, 0, cause)));
}

/// What the eNodeB tells for the paging of UEs that it releases: nothing, its neighbours, or an area.
void recommend(lab::Enb& enb) {
  const Plmn plmn = enb.settings().tracking_area.plmn;
  const std::uint32_t id = enb.settings().enb_id;
  if (id % 3 == 0) return;
  auto& behaviour = enb.behaviour();
  behaviour.recommended_cells = {{.eutran_cgi = {plmn, id << 8}, .time_stayed_in_cell = 7}};
  behaviour.recommended_enbs = {{s1ap::GlobalEnbId{plmn, s1ap::MacroEnbId{id + 1}}},
                                {Tai{plmn, enb.settings().tracking_area.tac}}};
  if (id % 3 == 1) behaviour.ce_level = {0x12};
}

/// The eNodeB answers some requests with an Error Indication, from now on.
void understand_less(Network& network, lab::Enb& enb) {
  using enum s1ap::MessageType;
  constexpr s1ap::MessageType kRequests[] = {initial_context_setup_request,
                                             ue_context_modification_request,
                                             ue_context_release_command,
                                             erab_setup_request,
                                             erab_modify_request,
                                             erab_release_command,
                                             handover_request,
                                             s1ap::MessageType::reset,
                                             mme_configuration_update,
                                             downlink_nas_transport,
                                             s1ap::MessageType::handover_command};
  enb.behaviour().not_understood = {kRequests[network.draw(std::size(kRequests))]};
  enb.behaviour().tells_no_diagnostics = network.draw(2) == 0;
}

/// An eNodeB, or its user plane, has lost what it was told.
void error_indication(Network& network, const lab::Ue& ue) {
  lab::Enb& enb = network.enb_of(ue);
  if (!ue.connection()) return;
  const auto erabs = enb.erabs(*ue.connection());
  if (network.draw(2) == 0 && !erabs.empty() && enb.settings().gtpu_v4) {
    const lab::Erab& erab = erabs[network.draw(static_cast<unsigned>(erabs.size()))];
    using Kind = upf::Report::Kind;
    (void)network.core.user_plane->signals().reports.put(
        {.kind = network.draw(4) == 0 ? Kind::path_failure : Kind::error_indication,
         .teid = erab.downlink_teid,
         .peer = upf::OuterAddress::of(IpAddress(*enb.settings().gtpu_v4))});
    return network.core.user_plane->signals().wake_owner();
  }
  s1ap::ErrorIndication indication;
  indication.mme_ue_s1ap_id = enb.mme_ue_s1ap_id(*ue.connection());
  if (network.draw(2) == 0) indication.enb_ue_s1ap_id = *ue.connection();
  indication.cause = network.draw(2) == 0 ? s1ap::Cause(s1ap::CauseRadioNetwork::unknown_enb_ue_s1ap_id)
                                          : s1ap::Cause(s1ap::CauseProtocol::semantic_error);
  enb.send(indication);
}

void network_detach(Network& network, unsigned who) {
  const auto index = network.core.mme->directory().find(network.imsi(who));
  if (!index) return;
  const bool registered = network.core.mme->directory()[*index].emm_state == mme::EmmState::registered;
  if (!registered && network.core.mme->connected(*index) == nullptr) return;
  network.watch->network_begins(network.imsi(who), Begins::detach_by_network);
  network.core.mme->detach(*index,
                           network.draw(2) == 0 ? nas::NetworkDetachType::reattach_required
                                                : nas::NetworkDetachType::reattach_not_required,
                           std::nullopt);
}

void cancel_location(Story& story, unsigned who) {
  Network& network = story.network;
  constexpr hss::CancellationType kTypes[] = {hss::CancellationType::subscription_withdrawal,
                                              hss::CancellationType::mme_update_procedure,
                                              hss::CancellationType::initial_attach_procedure};
  hss::CancelLocationRequest request{.imsi = network.imsi(who), .type = kTypes[network.draw(3)]};
  if (network.draw(2) == 0)
    request.flags = {hss::ClrFlag::s6a_s6d_indicator, hss::ClrFlag::reattach_required};
  network.watch->network_begins(network.imsi(who), Begins::cancel_location);
  story.errand(ended(network.core.mme->cancel_location(request)));
}

void reset_by_mme(Network& network, unsigned who) {
  lab::Enb& enb = network.enb_of(*network.ues[who]);
  if (network.draw(2) == 0)
    network.core.mme->reset_ues(enb.global_id(), {network.imsi(who)}, s1ap::CauseMisc::om_intervention);
  else
    network.core.mme->reset_enb(enb.global_id(), s1ap::CauseMisc::om_intervention);
}

}  // namespace

void announce_handovers(Network& network, lab::Enb& enb) {
  enb.behaviour().busy_with_handover = network.draw(2) == 0
                                           ? s1ap::CauseRadioNetwork::x2_handover_triggered
                                           : s1ap::CauseRadioNetwork::s1_intra_system_handover_triggered;
}

void network_acts(Story& story, unsigned who, Act what) {
  Network& network = story.network;
  switch (what) {
    case Act::network_detach:
      return network_detach(network, who);
    case Act::cancel_location:
      return cancel_location(story, who);
    case Act::suspend:
      network.watch->network_begins(network.imsi(who), Begins::cancel_location);
      return network.set_state(who,
                               network.draw(2) == 0 ? store::SimState::suspended : store::SimState::inactive);
    case Act::remove_sim:
      return network.remove(who);
    case Act::change_subscription:
      return network.change_subscription(who);
    case Act::create_bearer:
      return create_bearer(story, who);
    case Act::modify_bearer:
      return modify_bearer(story, who);
    case Act::delete_bearer:
      return delete_bearer(story, who);
    case Act::downlink_packet:
      return network.downlink_packet();
    case Act::error_indication:
      return error_indication(network, *network.ues[who]);
    case Act::reset_by_mme:
      return reset_by_mme(network, who);
    default:
      return;
  }
}

Task<bool> trouble(Story& story) {
  Network& network = story.network;
  while (!story.peace) {
    co_await sleep(network.loop, pause(network));
    if (story.peace) break;
    story.sweep_errands();
    const unsigned who = network.draw(story.settings.ues);
    lab::Enb& enb = network.any_enb();
    switch (network.draw(24)) {
      case 0:
        co_await act(story, who, Act::reset_by_enb);
        break;
      case 1:
        if (enb.associated()) enb.abort();
        break;
      case 2:
        if (const auto association = enb.association(); association && enb.associated())
          network.net.lose(*association);
        break;
      case 3:
        network_acts(story, who, Act::suspend);
        break;
      case 4:
      case 5:
        network.set_state(who, store::SimState::active);
        break;
      case 6:
        enb.behaviour() = {};
        enb.behaviour().fails_initial_context_setup = network.draw(4) == 0;
        enb.behaviour().ignores_initial_context_setup = network.draw(4) == 0;
        enb.behaviour().ignores_release_command = network.draw(4) == 0;
        enb.behaviour().ignores_erab_requests = network.draw(6) == 0;
        enb.behaviour().delivers_nas_first = network.draw(2) == 0;
        enb.behaviour().ignores_reset = network.draw(6) == 0;
        enb.behaviour().refuses_configuration = network.draw(3);
        if (network.draw(6) == 0) announce_handovers(network, enb);
        if (network.draw(4) == 0) understand_less(network, enb);
        recommend(enb);
        if (network.draw(3) == 0)
          enb.behaviour().refuses_erabs.push_back(static_cast<std::uint8_t>(5 + network.draw(3)));
        break;
      case 7:
        network_acts(story, who, Act::remove_sim);
        break;
      case 8:
        network_acts(story, who, Act::change_subscription);
        break;
      case 9:
        network_acts(story, who, Act::network_detach);
        break;
      case 10:
        network_acts(story, who, Act::cancel_location);
        break;
      case 11:
        network_acts(story, who, Act::reset_by_mme);
        break;
      case 12:
        network_acts(story, who, Act::error_indication);
        break;
      case 13:
        network.core.mme->update_configuration();
        break;
      case 14:
        network.core.mme->congestion().start_overload(s1ap::OverloadAction::reject_non_emergency_mo_dt);
        break;
      case 15:
        network.core.mme->congestion().stop_overload();
        break;
      case 16:
      case 17:
        network_acts(story, who, Act::create_bearer);
        break;
      case 18:
        network_acts(story, who, Act::modify_bearer);
        break;
      case 19:
        network_acts(story, who, Act::delete_bearer);
        break;
      default:
        network.downlink_packet();
        break;
    }
    for (std::size_t i = 0; i < network.enbs.size(); ++i)
      if (!network.enbs[i]->associated() && !story.busy[i]) {
        story.busy[i] = true;
        // One whose S1 Setup was lost begins anew.
        if (!co_await network.enbs[i]->connect()) network.enbs[i]->abort();
        story.busy[i] = false;
      }
  }
  co_return true;
}

}  // namespace zerocell::lives
