// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "asn1/s1ap/messages.hpp"
#include "lab/handover_containers.hpp"
#include "mme/test_world.hpp"

/// S1 handover, TS 23.401 §5.5.1.2 and TS 36.413 §8.4.1 to §8.4.7.
using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

class TwoCells : public World {
 public:
  TwoCells() : source(add_enb(1)), target(add_enb(2)), ue(add_ue(source, 1)) {
    target.settings_mutable().tracking_area.tac = 8;
    ZC_ASSERT(lab::finish(loop, target.setup()).has_value());
    ZC_ASSERT(attach(ue).has_value());
    wait(1s);
  }
  lab::EnbResult<lab::HandoverOrder> prepare(bool direct = true) {
    auto order = lab::finish(loop, source.prepare_handover(*ue.connection(), target.as_target(), direct));
    ZC_ASSERT(order.has_value());
    return std::move(*order);
  }
  std::string refusal(const lab::EnbResult<lab::HandoverOrder>& order) {
    REQUIRE_FALSE(order);
    REQUIRE(order.error().cause);
    return std::string(s1ap::name(*order.error().cause));
  }
  /// Nothing of the handover is left, and the UE is where it was.
  void check_at_source() {
    wait(30s);
    CHECK(ue.connected());
    CHECK(mme->connected_ues() == 1);
    CHECK(source.connections() == 1);
    CHECK(target.connections() == 0);
    CHECK(access()->v4 == source.settings().gtpu_v4);
    CHECK(gateway.forwarding.empty());
    // It can still be reached, and released.
    source.request_release(*ue.connection());
    wait(1s);
    CHECK(mme->connected_ues() == 0);
  }
  /// Bearer 6 beside the default one, at the source: a path switch there and back made its E-RAB known.
  UeRecord& add_dedicated() {
    UeRecord& record = mme->directory()[*mme->directory().find(test_imsi(1))];
    BearerRecord* dedicated = mme->bearers().add(record, 6, 5);
    REQUIRE(dedicated);
    const BearerRecord& default_bearer = *mme->bearers().find(record, 5);
    dedicated->session = default_bearer.session;
    dedicated->user_plane = default_bearer.user_plane;
    for (auto [from, to] : {std::pair(&source, &target), std::pair(&target, &source)})
      REQUIRE(lab::finish(loop, to->take_over(*from, *ue.connection(), {.also = {6}}))->has_value());
    return record;
  }
  std::optional<gtp::Fteid> access() { return gateway.sessions.begin()->second.access; }

  lab::Enb& source;
  lab::Enb& target;
  lab::Ue& ue;
};

}  // namespace

TEST_CASE("s1_handover_moves_the_ue_and_releases_the_source_with_successful_handover") {
  TwoCells world;
  const auto at_source = *world.ue.connection();
  std::optional<std::string> cause;
  world.source.on_message = [&](const s1ap::Message& message) {
    if (const auto* command = message.as<s1ap::UeContextReleaseCommand>())
      cause = std::string(s1ap::name(command->cause));
  };
  const auto order = world.prepare();
  REQUIRE(order);
  CHECK(order->forwarding.empty());
  CHECK(world.mme->connected_ues() == 2);
  world.source.transfer_status(at_source);
  world.wait(100ms);
  world.target.notify_arrival(world.source, at_source, order->connection);
  world.wait(1s);
  CHECK(cause == "successful-handover");
  CHECK(world.target.received(s1ap::MessageType::mme_status_transfer) == 1);
  CHECK(world.mme->connected_ues() == 1);
  CHECK(world.source.connections() == 0);
  CHECK(world.access()->v4 == world.target.settings().gtpu_v4);
  CHECK(world.gateway.path_switches == 1);
  CHECK(world.record(1)->tai.tac == 8);
  CHECK(world.ue.connected());
  // The UE's messages come over the target now, and it can leave there.
  REQUIRE(lab::finish(world.loop, world.ue.detach()));
  world.wait(1s);
  CHECK(world.mme->connected_ues() == 0);
  CHECK(world.gateway.sessions.empty());
  CHECK(world.complaints() == "");
}

TEST_CASE("handovers_over_s1_and_x2_share_one_key_chain") {
  TwoCells world;
  lab::Enb* at = &world.source;
  lab::Enb* other = &world.target;
  for (unsigned i = 0; i < 10; ++i) {
    const auto connection = *world.ue.connection();
    if (i % 2 == 0) {
      const auto order = lab::finish(world.loop, at->prepare_handover(connection, other->as_target(), true));
      REQUIRE((order && *order));
      other->notify_arrival(*at, connection, (*order)->connection);
      world.wait(1s);
    } else {
      REQUIRE(lab::finish(world.loop, other->take_over(*at, connection))->has_value());
    }
    std::swap(at, other);
  }
  CHECK(world.ue.connected());
  CHECK(world.mme->connected_ues() == 1);
  CHECK(world.complaints() == "");
}

TEST_CASE("key_chain_is_the_ues_own_after_any_number_of_preparations_that_came_to_nothing") {
  // TS 33.401 §7.2.8.4.4: three bits tell the UE how far to go.
  const unsigned failures = GENERATE(1u, 5u, 6u, 7u, 8u, 20u);
  INFO(failures);
  TwoCells world;
  world.target.behaviour().refuses_handover = true;
  for (unsigned i = 0; i < failures; ++i) {
    REQUIRE_FALSE(world.prepare());
    world.wait(100ms);
  }
  world.target.behaviour().refuses_handover = false;
  const auto connection = *world.ue.connection();
  const auto order =
      lab::finish(world.loop, world.source.prepare_handover(connection, world.target.as_target(), true));
  REQUIRE((order && *order));
  world.target.notify_arrival(world.source, connection, (*order)->connection);
  world.wait(1s);
  // X2 follows from the same chain, back and once more.
  REQUIRE(lab::finish(world.loop, world.source.take_over(world.target, *world.ue.connection()))->has_value());
  REQUIRE(lab::finish(world.loop, world.target.take_over(world.source, *world.ue.connection()))->has_value());
  CHECK(world.ue.connected());
  CHECK(world.complaints() == "");
}

TEST_CASE("key_chain_of_x2_is_the_ues_own_beside_preparations_that_came_to_nothing") {
  TwoCells world;
  lab::Enb* at = &world.source;
  lab::Enb* other = &world.target;
  for (unsigned i = 0; i < 12; ++i) {
    other->behaviour().refuses_handover = true;
    for (unsigned failures = 0; failures < i; ++failures) {
      const auto order =
          lab::finish(world.loop, at->prepare_handover(*world.ue.connection(), other->as_target(), true));
      REQUIRE((order && !*order));
      world.wait(100ms);
    }
    REQUIRE(lab::finish(world.loop, other->take_over(*at, *world.ue.connection()))->has_value());
    std::swap(at, other);
  }
  CHECK(world.ue.connected());
  CHECK(world.complaints() == "");
}

TEST_CASE("s1_handover_to_an_unknown_or_unsuitable_target_is_refused_with_its_cause") {
  TwoCells world;
  auto target = world.target.as_target();
  target.global_enb_id.enb_id = s1ap::MacroEnbId{0xBEEF};
  const auto unknown = lab::finish(world.loop, world.source.prepare_handover(*world.ue.connection(), target));
  REQUIRE(unknown);
  CHECK(world.refusal(*unknown) == "unknown-targetID");
  target = world.target.as_target();
  target.selected_tai.tac = 9;
  const auto area = lab::finish(world.loop, world.source.prepare_handover(*world.ue.connection(), target));
  REQUIRE(area);
  CHECK(world.refusal(*area) == "ho-target-not-allowed");
  world.check_at_source();
}

TEST_CASE("target_that_refuses_or_is_silent_leaves_the_ue_at_its_source") {
  for (const bool silent : {false, true}) {
    TwoCells world;
    (silent ? world.target.behaviour().ignores_handover_request : world.target.behaviour().refuses_handover) =
        true;
    const auto order = world.prepare();
    CHECK(world.refusal(order) == (silent ? "ho-failure-in-target-EPC-eNB-or-target-system"
                                          : "no-radio-resources-available-in-target-cell"));
    world.wait(10s);
    CHECK(world.ue.connected());
    CHECK(world.mme->connected_ues() == 1);
  }
}

TEST_CASE("target_that_admits_no_default_bearer_is_released_and_the_source_hears_why") {
  for (const bool nothing : {false, true}) {
    TwoCells world;
    world.add_dedicated();
    world.target.behaviour().not_admitted = {5};
    if (nothing) world.target.behaviour().not_admitted.push_back(6);
    CHECK(world.refusal(world.prepare()) == "no-radio-resources-available-in-target-cell");
    world.check_at_source();
  }
}

TEST_CASE("bearer_that_the_target_has_no_room_for_is_released_and_the_rest_goes_on") {
  TwoCells world;
  UeRecord& record = world.add_dedicated();
  world.target.behaviour().not_admitted = {6};
  const auto at_source = *world.ue.connection();
  const auto order = world.prepare();
  REQUIRE(order);
  CHECK(order->released == std::vector<std::uint8_t>{6});
  CHECK(world.gateway.lost.empty());  // Not before the UE has gone.
  world.target.notify_arrival(world.source, at_source, order->connection);
  world.wait(1s);
  REQUIRE(world.gateway.lost.size() == 1);
  CHECK(world.gateway.lost[0].ebis[0] == 6);
  CHECK(world.mme->bearers().find(record, 6) == nullptr);
  CHECK(world.mme->bearers().find(record, 5) != nullptr);
}

TEST_CASE("bearers_that_the_target_was_not_asked_for_are_not_released_at_the_source_nor_one_twice") {
  TwoCells world;
  world.add_dedicated();
  world.target.behaviour().ignores_handover_request = true;
  std::optional<std::uint32_t> at_target;
  world.target.on_message = [&](const s1ap::Message& message) {
    if (const auto* request = message.as<s1ap::HandoverRequest>()) at_target = request->mme_ue_s1ap_id;
  };
  lab::Running preparing(
      world.source.prepare_handover(*world.ue.connection(), world.target.as_target(), true));
  world.wait(100ms);
  REQUIRE(at_target);
  const auto address = s1ap::TransportLayerAddress::of(*IpAddress::parse("127.0.2.2"));
  const s1ap::ErabAdmittedItem admitted{5, address, 66, {}, {}, {}, {}};
  const auto no_room = s1ap::CauseRadioNetwork::radio_resources_not_available;
  const std::vector<s1ap::ErabFailedToSetupItemHoReqAck> failed{
      {9, no_room}, {6, no_room}, {6, no_room}, {3, no_room}};
  const auto container = lab::target_container(1);
  s1ap::HandoverRequestAcknowledge acknowledge;
  acknowledge.mme_ue_s1ap_id = *at_target;
  acknowledge.enb_ue_s1ap_id = 1;
  acknowledge.erab_admitted_list = {&admitted, 1};
  acknowledge.erab_failed_to_setup_list = failed;
  acknowledge.target_to_source_transparent_container = container;
  world.target.send(acknowledge, 1);
  world.wait(100ms);
  REQUIRE(preparing.done());
  REQUIRE(preparing.result());
  CHECK(preparing.result()->released == std::vector<std::uint8_t>{6});
}

TEST_CASE("forwarding_goes_directly_where_the_enbs_reach_each_other") {
  TwoCells world;
  world.target.behaviour().forwards = true;
  const auto at_source = *world.ue.connection();
  const auto order = world.prepare(true);
  REQUIRE(order);
  REQUIRE(order->forwarding.size() == 1);
  CHECK(order->forwarding[0].dl_transport_layer_address->v4() == world.target.settings().gtpu_v4);
  CHECK(world.gateway.forwarding.empty());
  world.target.notify_arrival(world.source, at_source, order->connection);
  world.wait(500ms);
  CHECK(world.source.connections() == 1);  // It still forwards.
  world.wait(1s);
  CHECK(world.source.connections() == 0);
}

TEST_CASE("forwarding_goes_through_the_gateway_where_they_do_not_and_its_tunnels_end") {
  TwoCells world;
  world.target.behaviour().forwards = true;
  const auto at_source = *world.ue.connection();
  const auto order = world.prepare(false);
  REQUIRE(order);
  REQUIRE(order->forwarding.size() == 1);
  CHECK(order->forwarding[0].dl_transport_layer_address->v4() == Ipv4Address::parse("10.0.0.1"));
  CHECK(order->forwarding[0].dl_gtp_teid == 0xF005);
  CHECK(world.gateway.forwarding.size() == 1);
  world.target.notify_arrival(world.source, at_source, order->connection);
  world.wait(500ms);
  CHECK(world.gateway.forwarding.size() == 1);
  world.wait(1s);
  CHECK(world.gateway.forwarding.empty());
  CHECK(world.source.connections() == 0);
  CHECK(world.mme->connected_ues() == 1);
}

TEST_CASE("cancelled_handover_releases_the_target_and_is_acknowledged") {
  TwoCells world;
  world.target.behaviour().forwards = true;
  REQUIRE(world.prepare(false));
  CHECK(world.target.connections() == 1);
  const auto cancelled = lab::finish(world.loop, world.source.cancel_handover(*world.ue.connection()));
  REQUIRE((cancelled && *cancelled));
  world.check_at_source();
  CHECK(world.complaints() == "");
}

TEST_CASE("what_waits_for_a_handover_goes_on_when_it_is_cancelled") {
  TwoCells world;
  REQUIRE(world.prepare());
  lab::Running waiting(
      world.mme->delete_bearer({.session = sgw::SessionId{1}, .imsi = test_imsi(1), .ebi = 5}));
  world.wait(2s);
  CHECK_FALSE(waiting.done());
  REQUIRE(lab::finish(world.loop, world.source.cancel_handover(*world.ue.connection())));
  world.wait(5s);
  CHECK(waiting.done());
  CHECK(world.ue.received(nas::EmmType::detach_request) == 1);
  CHECK(world.mme->connected_ues() == 0);
  CHECK(world.complaints() == "");
}

TEST_CASE("nas_messages_that_wait_for_a_handover_leave_when_it_is_cancelled") {
  TwoCells world;
  REQUIRE(world.prepare());
  lab::Running cancelling(world.mme->cancel_location(
      {.imsi = test_imsi(1), .type = hss::CancellationType::subscription_withdrawal}));
  world.wait(2s);
  CHECK(world.ue.received(nas::EmmType::detach_request) == 0);
  REQUIRE(lab::finish(world.loop, world.source.cancel_handover(*world.ue.connection())));
  world.wait(2s);
  CHECK(world.ue.received(nas::EmmType::detach_request) == 1);
  CHECK(world.mme->connected_ues() == 0);
}

TEST_CASE("cancel_without_a_handover_is_acknowledged_all_the_same") {
  TwoCells world;
  const auto cancelled = lab::finish(world.loop, world.source.cancel_handover(*world.ue.connection()));
  REQUIRE((cancelled && *cancelled));
  world.check_at_source();
}

TEST_CASE("ue_that_never_arrives_is_given_up_at_the_target_and_stays_at_the_source") {
  TwoCells world;
  REQUIRE(world.prepare());
  world.wait(11s);
  world.check_at_source();
  CHECK(world.complaints() == "");
}

TEST_CASE("second_handover_required_while_one_runs_is_refused_and_the_first_goes_on") {
  TwoCells world;
  lab::Enb& third = world.add_enb(3);
  const auto at_source = *world.ue.connection();
  const auto order = world.prepare();
  REQUIRE(order);
  const auto again = lab::finish(world.loop, world.source.prepare_handover(at_source, third.as_target()));
  REQUIRE(again);
  CHECK(world.refusal(*again) == "interaction-with-other-procedure");
  world.target.notify_arrival(world.source, at_source, order->connection);
  world.wait(1s);
  CHECK(world.access()->v4 == world.target.settings().gtpu_v4);
  CHECK(world.mme->connected_ues() == 1);
}

TEST_CASE("nas_messages_wait_for_the_end_of_a_handover") {
  TwoCells world;
  const auto at_source = *world.ue.connection();
  const auto order = world.prepare();
  REQUIRE(order);
  lab::Running cancelling(world.mme->cancel_location(
      {.imsi = test_imsi(1), .type = hss::CancellationType::subscription_withdrawal}));
  world.wait(2s);
  CHECK(world.ue.received(nas::EmmType::detach_request) == 0);
  world.target.notify_arrival(world.source, at_source, order->connection);
  world.wait(10s);
  CHECK(world.ue.received(nas::EmmType::detach_request) == 1);
  CHECK(world.mme->connected_ues() == 0);
  CHECK(world.complaints() == "");
}

TEST_CASE("either_end_of_a_handover_that_vanishes_at_any_step_leaves_nothing_behind") {
  for (const bool target_vanishes : {false, true})
    for (unsigned after_ms = 0; after_ms < 12; ++after_ms) {
      TwoCells world;
      world.net.faults().delay_min = world.net.faults().delay_max = 1ms;
      world.target.behaviour().forwards = true;
      world.gateway.modify_delay = 2ms;
      const auto at_source = *world.ue.connection();
      lab::Running preparing(world.source.prepare_handover(at_source, world.target.as_target(), false));
      for (unsigned ms = 0; ms < after_ms; ++ms) {
        world.wait(1ms);
        if (ms == 6 && preparing.done() && preparing.result())
          world.target.notify_arrival(world.source, at_source, preparing.result()->connection);
      }
      (target_vanishes ? world.target : world.source).abort();
      world.wait(60s);
      CHECK(world.mme->connected_ues() <= 1);
      CHECK(world.gateway.forwarding.empty());
      CHECK(world.gateway.sessions.size() == 1);
      for (lab::Enb* enb : {&world.source, &world.target})
        if (enb->associated()) REQUIRE(lab::finish(world.loop, enb->reset()));
      world.wait(10s);
      CHECK(world.mme->connected_ues() == 0);
      CHECK_FALSE(world.access());
    }
}

TEST_CASE("R17_messages_of_a_handover_from_an_enb_that_has_no_part_in_it_change_nothing") {
  TwoCells world;
  lab::Enb& attacker = world.add_enb(3);
  const auto at_source = *world.ue.connection();
  std::optional<std::uint32_t> at_target;
  world.target.on_message = [&](const s1ap::Message& message) {
    if (const auto* request = message.as<s1ap::HandoverRequest>()) at_target = request->mme_ue_s1ap_id;
  };
  world.target.behaviour().ignores_handover_request = true;
  lab::Running preparing(world.source.prepare_handover(at_source, world.target.as_target(), true));
  world.wait(100ms);
  REQUIRE(at_target);
  const std::array<std::uint8_t, 4> container{};
  const s1ap::ErabAdmittedItem item{
      5, s1ap::TransportLayerAddress::of(*IpAddress::parse("127.0.2.3")), 66, {}, {}, {}, {}};
  s1ap::HandoverRequestAcknowledge acknowledge;
  acknowledge.mme_ue_s1ap_id = *at_target;
  acknowledge.enb_ue_s1ap_id = 1;
  acknowledge.erab_admitted_list = {&item, 1};
  acknowledge.target_to_source_transparent_container = container;
  attacker.send(acknowledge, 1);
  s1ap::HandoverFailure failure;
  failure.mme_ue_s1ap_id = *at_target;
  failure.cause = s1ap::CauseRadioNetwork::unspecified;
  attacker.send(failure, 1);
  s1ap::HandoverNotify notify;
  notify.mme_ue_s1ap_id = *at_target;
  notify.enb_ue_s1ap_id = 1;
  notify.tai = attacker.settings().tracking_area;
  notify.eutran_cgi = {notify.tai.plmn, 3 << 8};
  attacker.send(notify, 1);
  s1ap::HandoverCancel cancel;
  cancel.mme_ue_s1ap_id = *world.source.mme_ue_s1ap_id(at_source);
  cancel.enb_ue_s1ap_id = at_source;
  cancel.cause = s1ap::CauseRadioNetwork::handover_cancelled;
  attacker.send(cancel, 1);
  world.wait(100ms);
  CHECK(attacker.received(s1ap::MessageType::error_indication) == 4);
  CHECK_FALSE(preparing.done());
  // NAS from the target before the UE has come is nobody's.
  s1ap::UplinkNasTransport transport;
  transport.mme_ue_s1ap_id = *at_target;
  transport.enb_ue_s1ap_id = 7;
  const std::array<std::uint8_t, 2> nas{0x07, 0x45};
  transport.nas_pdu = nas;
  transport.tai = world.target.settings().tracking_area;
  transport.eutran_cgi = {transport.tai.plmn, 2 << 8};
  world.target.send(transport, 1);
  world.wait(10s);
  REQUIRE(preparing.done());
  CHECK_FALSE(preparing.result());
  CHECK(world.ue.connected());
  CHECK(world.mme->connected_ues() == 1);
}
