// SPDX-License-Identifier: Apache-2.0
// What an eNodeB has done, and the UE has not answered yet, when the UE goes to another eNodeB: TS 23.401
// §5.5.1.
#include <catch2/catch.hpp>

#include "asn1/s1ap/messages.hpp"
#include "mme/test_bearing.hpp"

using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

constexpr auto kT3485 = 8s;

struct Moving : Bearing {
  lab::Enb& target = world.add_enb(2);

  void deaf_to(nas::EsmType type) { ue.behaviour().deaf_to_esm = {type}; }
  /// It hears the next repetition.
  void listens() {
    ue.behaviour().deaf_to_esm.clear();
    world.wait(kT3485 + 1s);
  }
  void move_over_x2() {
    const auto moved = lab::finish(world.loop, target.take_over(enb, *ue.connection()));
    REQUIRE((moved && *moved));
    world.wait(1s);
  }
  lab::HandoverOrder prepare(lab::Enb& from, lab::Enb& to, bool direct = true) {
    const auto order =
        lab::finish(world.loop, from.prepare_handover(*ue.connection(), to.as_target(), direct));
    REQUIRE((order && *order));
    return **order;
  }
  void move_over_s1() {
    const auto order = prepare(enb, target);
    target.notify_arrival(enb, *ue.connection(), order.connection);
    world.wait(1s);
  }
  std::vector<std::uint8_t> erabs_at(lab::Enb& of) {
    std::vector<std::uint8_t> ids;
    for (const lab::Erab& erab : of.erabs(*ue.connection())) ids.push_back(erab.erab_id);
    return ids;
  }
  std::uint32_t teid_at(lab::Enb& of, std::uint8_t ebi) {
    for (const lab::Erab& erab : of.erabs(*ue.connection()))
      if (erab.erab_id == ebi) return erab.downlink_teid;
    return 0;
  }
};

}  // namespace

TEST_CASE("bearer_that_a_path_switch_took_along_before_the_ue_answered_is_where_the_target_said") {
  Moving t;
  t.deaf_to(nas::EsmType::activate_dedicated_eps_bearer_context_request);
  lab::Running created(t.world.mme->create_bearer(t.create_request()));
  t.world.wait(1s);
  REQUIRE_FALSE(created.done());
  t.move_over_x2();
  CHECK(t.erabs_at(t.target) == std::vector<std::uint8_t>{5, 6});
  t.listens();
  REQUIRE(created.done());
  REQUIRE(created.result());
  CHECK(t.target.received(s1ap::MessageType::erab_setup_request) == 0);
  CHECK(created.result()->access.v4 == t.target.settings().gtpu_v4);
  CHECK(created.result()->access.teid == t.teid_at(t.target, 6));
  REQUIRE(t.ue.bearer(6));
  CHECK(t.world.complaints() == "");
}

TEST_CASE("new_bearer_that_an_s1_handover_leaves_behind_is_asked_of_the_target") {
  Moving t;
  t.deaf_to(nas::EsmType::activate_dedicated_eps_bearer_context_request);
  lab::Running created(t.world.mme->create_bearer(t.create_request()));
  t.world.wait(1s);
  REQUIRE_FALSE(created.done());
  t.ue.behaviour().deaf_to_esm.clear();
  t.move_over_s1();
  REQUIRE(created.done());
  REQUIRE(created.result());
  CHECK(t.target.received(s1ap::MessageType::erab_setup_request) == 1);
  CHECK(t.erabs_at(t.target) == std::vector<std::uint8_t>{5, 6});
  CHECK(created.result()->access.v4 == t.target.settings().gtpu_v4);
  REQUIRE(t.ue.bearer(6));
  CHECK(t.world.complaints() == "");
}

TEST_CASE("qos_that_the_source_had_taken_before_an_s1_handover_reaches_the_target") {
  Moving t;
  REQUIRE(t.create());
  t.deaf_to(nas::EsmType::modify_eps_bearer_context_request);
  lab::Running updated(t.world.mme->update_bearer(
      {.session = kSession, .imsi = test_imsi(1), .ebi = 6, .qos = voice_qos(128)}));
  t.world.wait(1s);
  REQUIRE_FALSE(updated.done());
  std::optional<std::uint64_t> told_bps;
  t.target.on_message = [&](const s1ap::Message& message) {
    if (const auto* modify = message.as<s1ap::ErabModifyRequest>())
      for (const auto& item : modify->erab_to_be_modified_list)
        told_bps = item.erab_level_qos_parameters.gbr_qos_information->erab_guaranteed_bitrate_dl;
  };
  t.move_over_s1();
  t.listens();
  REQUIRE(updated.done());
  CHECK(updated.result());
  t.world.wait(1s);
  CHECK(told_bps == 128'000u);
  CHECK(t.kept(6)->qos == voice_qos(128));
  CHECK(t.world.complaints() == "");
}

TEST_CASE("pdn_connection_whose_ue_moves_before_it_answers_has_its_packets_at_the_target") {
  Moving t;
  t.deaf_to(nas::EsmType::activate_default_eps_bearer_context_request);
  lab::Running connected(t.ue.connect_pdn(Apn::parse("ims")));
  t.world.wait(1s);
  REQUIRE_FALSE(connected.done());
  SECTION("over X2") {
    t.move_over_x2();
    t.listens();
  }
  SECTION("over S1") {
    t.ue.behaviour().deaf_to_esm.clear();
    t.move_over_s1();
    t.world.wait(kT3485 + 1s);
  }
  REQUIRE(connected.done());
  REQUIRE(connected.result());
  CHECK(t.erabs_at(t.target) == std::vector<std::uint8_t>{5, 6});
  const auto& access = t.world.gateway.sessions.at(2).access;
  REQUIRE(access);
  CHECK(access->v4 == t.target.settings().gtpu_v4);
  CHECK(access->teid == t.teid_at(t.target, 6));
  CHECK(t.world.complaints() == "");
}

TEST_CASE("update_with_bearers_has_them_connected_before_its_complete_and_where_the_ue_went_after_it") {
  Moving t;
  t.enb.request_release(*t.ue.connection());
  t.world.wait(1s);
  REQUIRE_FALSE(t.ue.connected());
  t.ue.behaviour().withholds_update_complete = true;
  lab::Running updated(t.ue.tracking_area_update({.active = true}));
  t.world.wait(1s);
  const auto& access = t.world.gateway.sessions.at(1).access;
  REQUIRE(access);
  CHECK(access->v4 == t.enb.settings().gtpu_v4);
  t.move_over_x2();
  t.ue.behaviour().withholds_update_complete = false;
  t.world.wait(7s);  // T3450
  REQUIRE(access);
  CHECK(access->v4 == t.target.settings().gtpu_v4);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("erab_modification_of_an_enb_that_the_ue_has_left_is_void") {
  Moving t;
  const auto at_source = *t.ue.connection();
  const auto order = t.prepare(t.enb, t.target);
  lab::Running moved(t.enb.move_erabs(at_source, {5}, *Ipv4Address::parse("127.0.0.77")));
  t.world.wait(100ms);
  t.target.notify_arrival(t.enb, at_source, order.connection);
  t.world.wait(2s);
  CHECK(t.world.gateway.sessions.at(1).access->v4 == t.target.settings().gtpu_v4);
  CHECK(t.target.received(s1ap::MessageType::erab_modification_confirm) == 0);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("erab_that_the_target_of_an_s1_handover_has_for_nothing_is_released_there") {
  Moving t;
  REQUIRE(t.connect_ims());
  const auto order = t.prepare(t.enb, t.target);
  t.world.gateway.sessions.erase(2);  // The gateway has lost it.
  t.target.notify_arrival(t.enb, *t.ue.connection(), order.connection);
  t.world.wait(1s);
  CHECK(t.erabs_at(t.target) == std::vector<std::uint8_t>{5});
  CHECK(t.bearers_of_record() == 1);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("second_handover_keeps_its_forwarding_when_the_first_ones_time_is_over") {
  Moving t;
  t.enb.behaviour().forwards = t.target.behaviour().forwards = true;
  const auto first = t.prepare(t.enb, t.target, false);
  t.target.notify_arrival(t.enb, *t.ue.connection(), first.connection);
  t.world.wait(100ms);
  const auto second = t.prepare(t.target, t.enb, false);
  REQUIRE_FALSE(second.forwarding.empty());
  t.world.wait(std::chrono::milliseconds(t.world.settings.forwarding_ms));
  CHECK(t.world.gateway.forwarding.size() == 1);
  t.enb.notify_arrival(t.target, *t.ue.connection(), second.connection);
  t.world.wait(std::chrono::milliseconds(t.world.settings.forwarding_ms) + 1s);
  CHECK(t.world.gateway.forwarding.empty());
  CHECK(t.world.complaints() == "");
}

TEST_CASE("source_that_keeps_the_ue_until_it_has_arrived_hears_of_it") {
  Moving t;
  const bool waits = GENERATE(true, false);
  const auto order = t.prepare(t.enb, t.target);
  t.target.notify_arrival(t.enb, *t.ue.connection(), order.connection, waits);
  t.world.wait(1s);
  CHECK(t.enb.received(s1ap::MessageType::handover_success) == (waits ? 1 : 0));
  CHECK(t.world.complaints() == "");
}

TEST_CASE("erab_that_is_released_before_the_ue_has_answered_leaves_no_bearer") {
  Moving t;
  t.deaf_to(nas::EsmType::activate_dedicated_eps_bearer_context_request);
  lab::Running created(t.world.mme->create_bearer(t.create_request()));
  t.world.wait(1s);
  REQUIRE_FALSE(created.done());
  t.enb.release_erabs(*t.ue.connection(), {6});
  t.listens();
  REQUIRE(created.done());
  CHECK(t.kept(6) == nullptr);
  CHECK(t.bearers_of_record() == 1);
  REQUIRE(t.world.gateway.lost.size() == 1);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("erab_that_is_released_before_attach_complete_carries_nothing") {
  World world;
  lab::Enb& enb = world.add_enb();
  lab::Ue& ue = world.add_ue(enb, 1);
  ByteVector complete;
  ue.behaviour().uplink = [&](ByteVector& message) {
    if (enb.received(s1ap::MessageType::initial_context_setup_request) == 0) return true;
    complete = message;
    return false;
  };
  lab::Running attached(ue.attach());
  world.wait(1s);
  REQUIRE_FALSE(complete.empty());
  s1ap::ErabItem item{5, s1ap::CauseRadioNetwork::unspecified};
  s1ap::ErabReleaseIndication indication;
  indication.mme_ue_s1ap_id = *enb.mme_ue_s1ap_id(*ue.connection());
  indication.enb_ue_s1ap_id = *ue.connection();
  indication.erab_released_list = {&item, 1};
  enb.send(indication, 1);
  ue.behaviour().uplink = nullptr;
  ue.send_octets(complete);
  world.wait(1s);
  // Registered, and idle: it asks for its bearer when it needs it.
  CHECK_FALSE(ue.connected());
  CHECK(world.mme->connected_ues() == 0);
  CHECK(world.record(1)->emm_state == EmmState::registered);
  CHECK_FALSE(world.gateway.sessions.at(1).access);
}

TEST_CASE("erab_id_that_no_bearer_can_have_names_none") {
  Moving t;
  t.deaf_to(nas::EsmType::activate_dedicated_eps_bearer_context_request);
  lab::Running created(t.world.mme->create_bearer(t.create_request()));
  t.world.wait(1s);
  // Of 32 and 5, or 6, the lower bits are those of a bearer; the one with 6 has yet to be answered by its UE.
  const auto id = GENERATE(as<std::uint8_t>(), 21, 22, 37, 38, 255);
  s1ap::ErabItem item{id, s1ap::CauseRadioNetwork::unspecified};
  s1ap::ErabReleaseIndication indication;
  indication.mme_ue_s1ap_id = *t.enb.mme_ue_s1ap_id(*t.ue.connection());
  indication.enb_ue_s1ap_id = *t.ue.connection();
  indication.erab_released_list = {&item, 1};
  t.enb.send(indication, 1);
  t.listens();
  REQUIRE(created.done());
  CHECK(created.result());
  t.move_over_s1();
  CHECK(t.erabs_at(t.target) == std::vector<std::uint8_t>{5, 6});
  CHECK(t.bearers_of_record() == 2);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("ue_that_has_accepted_a_bearer_which_its_enb_refuses_is_told_that_it_has_none") {
  Moving t;
  t.enb.behaviour().delivers_nas_first = true;
  t.enb.behaviour().passes_nas_of_refused_erabs = true;
  t.enb.behaviour().refuses_erabs = {6};
  SECTION("a dedicated one") {
    CHECK_FALSE(t.create());
  }
  SECTION("a PDN connection") {
    lab::Running connected(t.ue.connect_pdn(Apn::parse("ims")));
    t.world.wait(1s);
    CHECK(t.world.gateway.sessions.size() == 1);
  }
  t.world.wait(1s);
  CHECK(t.ue.bearer(6) == nullptr);
  CHECK(t.ue.received(nas::EsmType::deactivate_eps_bearer_context_request) == 1);
  CHECK(t.ue.received(nas::EsmType::pdn_connectivity_reject) == 0);
  CHECK(t.bearers_of_record() == 1);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("erab_that_an_enb_has_set_up_where_nobody_can_send_to_is_released") {
  Moving t;
  t.enb.behaviour().tells_no_teid = true;
  CHECK_FALSE(t.create());
  t.world.wait(1s);
  CHECK(t.erabs() == 1);
  t.enb.behaviour().tells_no_teid = false;
  CHECK(t.create());
  CHECK(t.erabs() == 2);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("dedicated_bearer_that_the_gateway_cannot_reach_ends_alone") {
  Moving t;
  REQUIRE(t.create());
  t.world.go_idle(t.enb, t.ue);
  t.world.gateway.unreachable = 6;
  REQUIRE(*lab::finish(t.world.loop, t.ue.service_request()));
  t.world.wait(1s);
  CHECK(t.ue.connected());
  CHECK(t.erabs() == 1);
  CHECK(t.kept(6) == nullptr);
  CHECK(t.world.gateway.sessions.at(1).access);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("qos_that_a_ue_accepts_while_its_s1_handover_is_prepared_reaches_the_target") {
  Moving t;
  REQUIRE(t.create());
  ByteVector accept;
  t.ue.behaviour().uplink = [&](ByteVector& message) {
    accept = message;
    return false;
  };
  lab::Running updated(t.world.mme->update_bearer(
      {.session = kSession, .imsi = test_imsi(1), .ebi = 6, .qos = voice_qos(128)}));
  t.world.wait(1s);
  REQUIRE_FALSE(accept.empty());
  std::optional<std::uint64_t> told_bps;
  t.target.on_message = [&](const s1ap::Message& message) {
    if (const auto* modify = message.as<s1ap::ErabModifyRequest>())
      for (const auto& item : modify->erab_to_be_modified_list)
        told_bps = item.erab_level_qos_parameters.gbr_qos_information->erab_guaranteed_bitrate_dl;
  };
  const auto order = t.prepare(t.enb, t.target);
  t.ue.behaviour().uplink = nullptr;
  t.ue.send_octets(accept);
  t.world.wait(100ms);
  REQUIRE(updated.done());
  CHECK(updated.result());
  t.target.notify_arrival(t.enb, *t.ue.connection(), order.connection);
  t.world.wait(2s);
  CHECK(told_bps == 128'000u);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("error_indication_about_something_else_leaves_an_erab_that_is_set_up_where_it_is") {
  Moving t;
  t.deaf_to(nas::EsmType::activate_dedicated_eps_bearer_context_request);
  lab::Running created(t.world.mme->create_bearer(t.create_request()));
  t.world.wait(1s);
  s1ap::ErrorIndication indication;
  indication.mme_ue_s1ap_id = *t.enb.mme_ue_s1ap_id(*t.ue.connection());
  indication.enb_ue_s1ap_id = *t.ue.connection();
  indication.cause = s1ap::CauseProtocol::semantic_error;
  t.enb.send(indication, 1);
  t.listens();
  REQUIRE(created.done());
  REQUIRE(created.result());
  t.move_over_s1();
  CHECK(t.erabs_at(t.target) == std::vector<std::uint8_t>{5, 6});
  CHECK(t.world.complaints() == "");
}

namespace {

/// A UE whose attach is accepted, and not complete yet, when it goes to another eNodeB.
struct MovingEarly : World {
  lab::Enb& source = add_enb(1);
  lab::Enb& target = add_enb(2);
  lab::Ue& ue = add_ue(source, 1);
  ByteVector complete{};  ///< ATTACH COMPLETE, which is on its way for long.

  lab::UeResult<lab::Registration> attach_as_far() {
    ue.behaviour().uplink = [this](ByteVector& message) {
      if (source.received(s1ap::MessageType::initial_context_setup_request) == 0) return true;
      complete = message;
      return false;
    };
    auto attached = attach(ue);
    wait(500ms);
    ue.behaviour().uplink = nullptr;
    REQUIRE(record(1)->emm_state == EmmState::deregistered);
    return attached;
  }
  void move_over_x2() {
    const auto moved = lab::finish(loop, target.take_over(source, *ue.connection()));
    REQUIRE(moved);
    REQUIRE(*moved);
  }
  lab::HandoverOrder prepare() {
    const auto order = lab::finish(loop, source.prepare_handover(*ue.connection(), target.as_target(), true));
    REQUIRE(order);
    REQUIRE(*order);
    return **order;
  }
  /// The UE is registered, and served at the target.
  void check_arrived() {
    wait(1s);
    CHECK(record(1)->emm_state == EmmState::registered);
    CHECK(mme->connected_ues() == 1);
    REQUIRE(gateway.sessions.size() == 1);
    REQUIRE(ue.connection());
    const auto erabs = target.erabs(*ue.connection());
    REQUIRE(erabs.size() == 1);
    const auto& access = gateway.sessions.begin()->second.access;
    REQUIRE(access);
    CHECK(access->v4 == target.settings().gtpu_v4);
    CHECK(access->teid == erabs.front().downlink_teid);
    // It can go on from there as any other.
    CHECK(*lab::finish(loop, ue.connect_pdn(Apn::parse("ims"))));
    CHECK(complaints() == "");
  }
};

}  // namespace

TEST_CASE("ue_that_moves_over_x2_before_its_attach_complete_completes_it_at_the_target") {
  MovingEarly world;
  REQUIRE(world.attach_as_far());
  SECTION("whose complete comes by the target") {
    world.move_over_x2();
    world.ue.send_octets(world.complete);
  }
  SECTION("whose complete overtakes the gateway's answer about the path") {
    world.gateway.modify_delay = 1s;
    lab::Running moving(world.target.take_over(world.source, *world.ue.connection()));
    world.wait(500ms);
    s1ap::UplinkNasTransport transport;
    const auto on_target = *world.ue.connection();
    world.mme->for_each_connection([&](const Ue& one) { transport.mme_ue_s1ap_id = one.mme_ue_s1ap_id; });
    transport.enb_ue_s1ap_id = on_target;
    transport.nas_pdu = world.complete;
    transport.tai = world.target.settings().tracking_area;
    transport.eutran_cgi = {transport.tai.plmn, 2 << 8};
    world.target.send(transport, 1);
    world.wait(2s);
    REQUIRE(moving.done());
    CHECK(moving.result());
    world.gateway.modify_delay = {};
  }
  SECTION("twice") {
    world.move_over_x2();
    REQUIRE(*lab::finish(world.loop, world.source.take_over(world.target, *world.ue.connection())));
    world.move_over_x2();
    world.ue.send_octets(world.complete);
  }
  world.check_arrived();
}

TEST_CASE("attach_accept_is_repeated_where_the_ue_has_gone_to_before_it_had_heard_it") {
  MovingEarly world;
  // Its radio bearer is there, and the accept that came with it is lost.
  world.ue.behaviour().deaf_to = {nas::EmmType::attach_accept};
  world.source.behaviour().keeps_context_setup_response = GENERATE(false, true);
  lab::Running attaching(world.ue.attach());
  world.wait(500ms);
  REQUIRE(world.source.received(s1ap::MessageType::initial_context_setup_request) == 1);
  world.move_over_x2();
  world.ue.behaviour().deaf_to.clear();
  const auto before = world.target.received(s1ap::MessageType::downlink_nas_transport);
  world.wait(7s);  // T3450
  CHECK(world.target.received(s1ap::MessageType::downlink_nas_transport) > before);
  REQUIRE(attaching.done());
  CHECK(attaching.result());
  world.check_arrived();
}

TEST_CASE("path_switch_that_comes_before_the_answer_about_the_context_answers_for_the_source") {
  MovingEarly world;
  world.source.behaviour().keeps_context_setup_response = true;
  REQUIRE(world.attach_as_far());
  SECTION("before the attach is complete") {
    world.move_over_x2();
    world.ue.send_octets(world.complete);
  }
  SECTION("after its complete has come") {
    world.ue.send_octets(world.complete);
    world.wait(1s);
    world.move_over_x2();
  }
  world.check_arrived();
}

TEST_CASE("ue_that_comes_back_and_moves_before_its_enb_has_answered_is_served_at_the_target") {
  const bool update = GENERATE(false, true);
  MovingEarly world;
  REQUIRE(world.attach(world.ue));
  world.wait(1s);
  world.go_idle(world.source, world.ue);
  world.source.behaviour().keeps_context_setup_response = true;
  lab::Running serving([](lab::Ue& ue, bool updates) -> Task<bool> {
    if (updates) co_return (co_await ue.tracking_area_update({.active = true})).has_value();
    co_return (co_await ue.service_request()).has_value();
  }(world.ue, update));
  world.wait(500ms);
  REQUIRE(world.source.received(s1ap::MessageType::initial_context_setup_request) == 2);
  world.move_over_x2();
  world.wait(1s);
  REQUIRE(serving.done());
  CHECK(serving.result());
  world.check_arrived();
}

TEST_CASE("ue_that_moves_over_s1_before_its_attach_complete_completes_it_at_the_target") {
  MovingEarly world;
  REQUIRE(world.attach_as_far());
  const auto order = world.prepare();
  const auto at_source = *world.ue.connection();
  SECTION("whose complete comes by the target") {
    world.target.notify_arrival(world.source, at_source, order.connection);
    world.wait(100ms);
    world.ue.send_octets(world.complete);
  }
  SECTION("whose complete comes by the source while the handover goes on") {
    world.ue.send_octets(world.complete);
    world.wait(1s);
    CHECK_FALSE(world.gateway.sessions.begin()->second.access);
    world.target.notify_arrival(world.source, at_source, order.connection);
  }
  SECTION("that has not heard the accept") {
    world.target.notify_arrival(world.source, at_source, order.connection);
    const auto before = world.target.received(s1ap::MessageType::downlink_nas_transport);
    world.wait(7s);  // T3450
    CHECK(world.target.received(s1ap::MessageType::downlink_nas_transport) == before + 1);
    world.ue.send_octets(world.complete);
  }
  world.check_arrived();
}

TEST_CASE("attach_whose_handover_is_given_up_goes_on_at_the_source") {
  MovingEarly world;
  REQUIRE(world.attach_as_far());
  (void)world.prepare();
  world.ue.send_octets(world.complete);
  world.wait(1s);
  REQUIRE(*lab::finish(world.loop, world.source.cancel_handover(*world.ue.connection())));
  world.wait(1s);
  CHECK(world.record(1)->emm_state == EmmState::registered);
  CHECK(world.mme->connected_ues() == 1);
  CHECK(world.gateway.sessions.begin()->second.access->v4 == world.source.settings().gtpu_v4);
  CHECK(world.complaints() == "");
}

TEST_CASE("attach_whose_path_cannot_be_switched_leaves_nothing") {
  MovingEarly world;
  REQUIRE(world.attach_as_far());
  world.gateway.refuses_modify = gtp::Cause::no_resources_available;
  const auto moved = lab::finish(world.loop, world.target.take_over(world.source, *world.ue.connection()));
  REQUIRE(moved);
  CHECK_FALSE(*moved);
  world.wait(10s);
  CHECK(world.record(1)->emm_state == EmmState::deregistered);
  CHECK(world.gateway.sessions.empty());
  CHECK(world.mme->connected_ues() == 0);
  world.gateway.refuses_modify.reset();
  world.ue.move_to(world.target);
  REQUIRE(world.attach(world.ue));
}
