// SPDX-License-Identifier: Apache-2.0
// What a UE does by itself, and with the eNodeB that it is connected to.
#include "core/nas/ie/tft.hpp"
#include "test/lives/story.hpp"

namespace zerocell::lives {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kReleasePatience = seconds(6);

/// Holds an eNodeB's one wait for an answer of the MME's.
class Busy {
 public:
  Busy(Story& story, std::size_t enb) : story_(story), enb_(enb) { story_.busy[enb_] = true; }
  Busy(const Busy&) = delete;
  ~Busy() { story_.busy[enb_] = false; }

 private:
  Story& story_;
  std::size_t enb_;
};

void misbehave(Network& network, lab::UeBehaviour& behaviour) {
  behaviour = {};
  switch (network.draw(14)) {
    case 0:
      behaviour.wrong_res = true;
      return;
    case 1:
      behaviour.wrong_mac = true;
      return;
    case 2:
      behaviour.plain_after_security = true;
      return;
    case 3:
      behaviour.rejects_security_mode = true;
      return;
    case 4:
      behaviour.withholds_attach_complete = true;
      return;
    case 5:
      behaviour.wrong_k_enb = true;
      return;
    case 6:
      behaviour.replays = true;
      return;
    case 7:
      behaviour.withholds_update_complete = true;
      return;
    case 8:
      behaviour.refuses_bearers = nas::EsmCause::insufficient_resources;
      return;
    default:
      return;
  }
}

/// One filter: UDP to some ports of the other side.
ByteVector filters(Network& network, nas::Tft::Operation operation) {
  nas::Tft tft{.operation = operation};
  nas::PacketFilter filter{.identifier = static_cast<std::uint8_t>(network.draw(3)),
                           .precedence = static_cast<std::uint8_t>(network.draw(200))};
  const auto port = static_cast<std::uint16_t>(5000 + network.draw(1000));
  filter.contents.protocol = 17;
  filter.contents.remote_port = nas::PortRange{port, port};
  ZC_ASSERT(tft.add(filter));
  ByteVector octets(255);
  Writer out(octets);
  ZC_ASSERT(nas::encode_tft(tft, out));
  octets.resize(out.size());
  return octets;
}

std::uint8_t any_bearer(Network& network, const lab::Ue& ue) {
  if (ue.bearers().empty() || network.draw(10) == 0) return static_cast<std::uint8_t>(5 + network.draw(11));
  return ue.bearers()[network.draw(static_cast<unsigned>(ue.bearers().size()))].eps_bearer_identity;
}

std::uint8_t any_linked_bearer(Network& network, const lab::Ue& ue) {
  const lab::Bearer* bearer = ue.bearer(any_bearer(network, ue));
  return bearer != nullptr ? bearer->linked_identity : 5;
}

Guti strange_guti(Story& story, const lab::Ue& ue) {
  Network& network = story.network;
  if (!story.old_gutis.empty() && network.draw(2) == 0)
    return story.old_gutis[network.draw(static_cast<unsigned>(story.old_gutis.size()))];
  Guti guti{{network.core.config.network.plmns.front(), network.core.config.network.mme_group_id,
             network.core.config.network.mme_code},
            0};
  if (network.draw(4) == 0) guti.gummei.group ^= 0x100;  // Another MME's.
  guti.m_tmsi = static_cast<std::uint32_t>(network.chance());
  return ue.guti() && network.draw(4) == 0 ? *ue.guti() : guti;
}

template <class T>
void note_refusal(Story& story, const lab::UeResult<T>& result) {
  if (!result && result.error().emm_cause == nas::EmmCause::congestion) ++story.result.sent_away;
}

Task<void> attach(Story& story, lab::Ue& ue, lab::UeIdentity identity) {
  ue.settings().emergency = false;
  if (ue.guti()) story.old_gutis.push_back(*ue.guti());
  const auto registration = co_await ue.attach(identity);
  if (registration) ++story.result.attached;
  note_refusal(story, registration);
}

/// TS 24.301 §5.5.1.2: with what the UE has, or as one without a SIM.
Task<void> attach_for_emergency(Story& story, lab::Ue& ue) {
  ue.settings().emergency = true;
  constexpr lab::UeIdentity kIdentities[] = {lab::UeIdentity::guti_if_known, lab::UeIdentity::imsi,
                                             lab::UeIdentity::imei};
  if (co_await ue.attach(kIdentities[story.network.draw(3)])) ++story.result.emergencies;
}

Task<void> call(Story& story, lab::Ue& ue) {
  const auto bearer = co_await ue.connect_pdn({}, nas::PdnType::ipv4, nas::RequestType::emergency);
  if (bearer) ++story.result.emergencies;
}

Task<void> go_idle(Story& story, lab::Ue& ue) {
  if (!ue.connection()) co_return;
  lab::Enb& enb = story.network.enb_of(ue);
  if (story.network.draw(4) == 0)
    enb.request_release(*ue.connection(), s1ap::CauseRadioNetwork::radio_connection_with_ue_lost);
  else
    enb.request_release(*ue.connection());
  (void)co_await ue.idle(kReleasePatience);
}

/// TS 23.401 §5.5.1.2: also cancelled, refused, unanswered, never completed, or back again.
Task<void> s1_handover(Story& story, lab::Ue& ue) {
  Network& network = story.network;
  lab::Enb& source = network.enb_of(ue);
  const std::size_t place = network.place_of(source);
  lab::Enb& target = network.any_enb();
  if (!ue.connection() || story.busy[place] || (&target == &source && network.draw(8) != 0)) co_return;
  const lab::Radio::Connection connection = *ue.connection();
  if (!source.mme_ue_s1ap_id(connection)) co_return;
  const Busy hold(story, place);
  target.behaviour().refuses_handover = network.draw(8) == 0;
  target.behaviour().ignores_handover_request = network.draw(10) == 0;
  target.behaviour().forwards = network.draw(2) == 0;
  s1ap::TargetEnbId where = target.as_target();
  if (network.draw(16) == 0) where.selected_tai.tac = 99;
  if (network.draw(8) == 0) {
    // Cancelled before there is an answer.
    std::optional<lab::Running<lab::EnbResult<lab::HandoverOrder>>> preparing(
        std::in_place, source.prepare_handover(connection, where));
    co_await sleep(network.loop, milliseconds(network.draw(60)));
    preparing.reset();
    (void)co_await source.cancel_handover(connection);
    co_return;
  }
  const auto order = co_await source.prepare_handover(connection, where, network.draw(2) == 0);
  if (!order) co_return;
  if (network.draw(3) == 0) source.transfer_status(connection);
  co_await sleep(network.loop,
                 network.draw(6) == 0 ? seconds(network.draw(15)) : milliseconds(network.draw(80)));
  switch (network.draw(6)) {
    case 0:
      (void)co_await source.cancel_handover(connection);
      co_return;
    case 1:
      co_return;
    default:
      break;
  }
  const bool both_have_it = source.mme_ue_s1ap_id(connection) && target.mme_ue_s1ap_id(order->connection);
  if (ue.connection() != connection || &network.enb_of(ue) != &source || !both_have_it) co_return;
  target.notify_arrival(source, connection, order->connection);
  ++story.result.handovers;
}

/// TS 23.401 §5.5.1.1.
Task<void> x2_handover(Story& story, lab::Ue& ue) {
  Network& network = story.network;
  lab::Enb& source = network.enb_of(ue);
  lab::Enb& target = network.any_enb();
  const std::size_t place = network.place_of(target);
  if (!ue.connection() || &target == &source || story.busy[place] || !target.associated()) co_return;
  if (!source.has_context(*ue.connection())) co_return;
  const Busy hold(story, place);
  target.behaviour().not_admitted.clear();
  if (network.draw(6) == 0)
    target.behaviour().not_admitted.push_back(static_cast<std::uint8_t>(5 + network.draw(3)));
  lab::PathSwitchLies lies;
  if (network.draw(12) == 0) lies.also.push_back(static_cast<std::uint8_t>(5 + network.draw(11)));
  if (network.draw(24) == 0) lies.source_mme_ue_s1ap_id = static_cast<std::uint32_t>(network.chance());
  if (co_await target.take_over(source, *ue.connection(), lies)) ++story.result.path_switches;
}

void send_junk(Network& network, lab::Ue& ue) {
  switch (network.draw(5)) {
    case 0:
      return ue.send(nas::EmmStatus{.emm_cause = nas::EmmCause::protocol_error_unspecified});
    case 1:
      return ue.send(nas::AttachComplete{});
    case 2:
      return ue.send(nas::GutiReallocationComplete{});
    case 3:
      return ue.send(nas::TrackingAreaUpdateComplete{});
    default:
      return ue.send(nas::EsmStatus{.eps_bearer_identity = any_bearer(network, ue),
                                    .esm_cause = nas::EsmCause::invalid_eps_bearer_identity});
  }
}

Task<void> reset_by_enb(Story& story, lab::Enb& enb, lab::Ue& ue) {
  const std::size_t place = story.network.place_of(enb);
  if (story.busy[place] || !enb.associated()) co_return;
  const Busy hold(story, place);
  if (ue.connection() && &story.network.enb_of(ue) == &enb && story.network.draw(2) == 0) {
    std::vector<lab::Radio::Connection> some{*ue.connection()};
    (void)co_await enb.reset(some);
  } else {
    (void)co_await enb.reset();
  }
}

nas::EpsBearerContextStatus bearers_of(const lab::Ue& ue) {
  nas::EpsBearerContextStatus status;
  for (const lab::Bearer& bearer : ue.bearers()) status.set(bearer.eps_bearer_identity);
  return status;
}

/// EEA3 and what the UE can of NR come and go, one of the two each time: keys are bound to what it can.
void change_capabilities(lab::UeSettings& settings) {
  auto& nr = settings.additional_security_capability;
  if (nr.has_value() == settings.network_capability.eea(3))
    settings.network_capability.octets.data[0] ^= 0x10;
  else
    nr = nr ? std::nullopt : std::optional(nas::UeAdditionalSecurityCapability{.ea = 0xE000, .ia = 0xE000});
}

}  // namespace

Duration pause(Network& network) {
  switch (network.draw(8)) {
    case 0:
      return seconds(network.draw(7200));
    case 1:
    case 2:
      return seconds(network.draw(40));
    default:
      return milliseconds(network.draw(60));
  }
}

Task<void> act(Story& story, unsigned who, Act what) {
  Network& network = story.network;
  lab::Ue& ue = *network.ues[who];
  ++story.result.procedures;
  using UpdateType = nas::EpsUpdateType::Value;
  switch (what) {
    case Act::attach_by_imsi:
      co_return co_await attach(story, ue, lab::UeIdentity::imsi);
    case Act::attach_by_guti:
      co_return co_await attach(story, ue, lab::UeIdentity::guti_if_known);
    case Act::attach_by_strange_guti:
      ue.set_guti(strange_guti(story, ue));
      co_return co_await attach(story, ue, lab::UeIdentity::guti_if_known);
    case Act::attach_with_other_capabilities:
      change_capabilities(ue.settings());
      co_return co_await attach(story, ue, lab::UeIdentity::guti_if_known);
    case Act::repeat_request:
      ue.repeat_request();
      co_return;
    case Act::detach:
    case Act::switch_off:
      (void)co_await ue.detach(what == Act::switch_off);
      co_return;
    case Act::service_request:
      if (ue.security().valid()) note_refusal(story, co_await ue.service_request());
      co_return;
    case Act::extended_service_request:
      if (!ue.connection())
        (void)co_await ue.extended_service_request(nas::ServiceType::packet_services_via_s1);
      co_return;
    case Act::cs_fallback:
      (void)co_await ue.extended_service_request(nas::ServiceType::mobile_originating_cs_fallback);
      co_return;
    case Act::answer_page:
      (void)co_await ue.answer_page(seconds(network.draw(30)));
      co_return;
    case Act::tracking_area_update: {
      lab::UpdateRequest wanted{.type =
                                    network.draw(4) == 0 ? UpdateType::combined : UpdateType::ta_updating};
      if (network.draw(3) == 0) wanted.bearers = bearers_of(ue);
      note_refusal(story, co_await ue.tracking_area_update(wanted));
      co_return;
    }
    case Act::periodic_update:
      (void)co_await ue.tracking_area_update({.type = UpdateType::periodic});
      co_return;
    case Act::update_with_active_flag:
      (void)co_await ue.tracking_area_update({.active = true});
      co_return;
    case Act::connect_pdn:
      (void)co_await ue.connect_pdn(Apn::parse(network.draw(4) == 0 ? "internet" : "ims"),
                                    network.draw(3) == 0 ? nas::PdnType::ipv6 : nas::PdnType::ipv4);
      co_return;
    case Act::disconnect_pdn:
      (void)co_await ue.disconnect_pdn(any_linked_bearer(network, ue));
      co_return;
    case Act::allocate_resource:
      (void)co_await ue.allocate_resource(
          any_linked_bearer(network, ue), filters(network, nas::Tft::Operation::create),
          network.draw(2) == 0 ? nas::EpsQos{.qci = 8}
                               : nas::EpsQos{.qci = 1, .rates = nas::BearerBitRates{64, 64, 64, 64}});
      co_return;
    case Act::modify_resource:
      (void)co_await ue.modify_resource(
          any_bearer(network, ue),
          filters(network, network.draw(3) == 0 ? nas::Tft::Operation::delete_filters
                                                : nas::Tft::Operation::replace_filters));
      co_return;
    case Act::call:
      co_return co_await call(story, ue);
    case Act::attach_for_emergency:
      co_return co_await attach_for_emergency(story, ue);
    case Act::junk:
      send_junk(network, ue);
      co_return;
    case Act::go_idle:
      co_return co_await go_idle(story, ue);
    case Act::lose_radio:
      ue.lose_radio();
      co_return;
    case Act::move:
      ue.move_to(network.any_enb());
      co_return;
    case Act::misbehave:
      misbehave(network, ue.behaviour());
      co_return;
    case Act::s1_handover:
      co_return co_await s1_handover(story, ue);
    case Act::x2_handover:
      co_return co_await x2_handover(story, ue);
    case Act::lose_erabs:
      if (ue.connection()) network.enb_of(ue).release_erabs(*ue.connection(), {any_bearer(network, ue)});
      co_return;
    case Act::reset_by_enb:
      co_return co_await reset_by_enb(
          story, story.busy[network.place_of(ue.radio())] ? network.any_enb() : network.enb_of(ue), ue);
    default:
      network_acts(story, who, what);
      co_return;
  }
}

}  // namespace zerocell::lives
