// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "mme/test_readable.hpp"

/// Abnormal cases of TS 24.301 §5.4 and §5.5 on the network's side, by clause.
using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

TEST_CASE("5_4_4_6_b_identity_request_is_repeated_and_the_fifth_expiry_of_t3470_aborts") {
  for (const unsigned lost : {4u, 5u}) {
    Readable world;
    world.ue.set_guti(Guti{{*Plmn::parse("00101"), 0x8001, 0x1A}, 0x12345678});
    world.lose(nas::EmmType::identity_request, lost);
    const auto result = world.attach(world.ue);
    world.wait(60s);
    CHECK(result.has_value() == (lost == 4));
    CHECK(world.seen == 5);
    if (!result) CHECK(world.mme->connected_ues() == 0);
  }
}

TEST_CASE("5_4_2_7_b_authentication_request_is_repeated_as_it_was_and_costs_one_vector") {
  Readable world;
  world.lose(nas::EmmType::authentication_request, 4);
  CHECK(world.attach(world.ue));
  CHECK(world.seen == 5);
  CHECK(world.hss.vectors_given == 1);
}

TEST_CASE("5_4_2_7_e_second_synch_failure_in_a_row_ends_in_authentication_reject") {
  Readable world;
  // The SIM runs ahead of whatever the HSS learns.
  std::uint64_t ahead = 1 << 20;
  world.ue.behaviour().downlink = [&](Bytes message) {
    if (is(message, nas::EmmType::authentication_request)) world.ue.usim().set_highest(Sqn(ahead <<= 2));
    return true;
  };
  const auto result = world.attach(world.ue);
  REQUIRE_FALSE(result);
  CHECK(result.error().kind == lab::UeFailure::Kind::authentication_rejected);
  CHECK(world.hss.vectors_given == 2);
  CHECK(world.hss.resynchronized == 1);
  world.wait(10s);
  CHECK(world.mme->connected_ues() == 0);
}

TEST_CASE("5_4_2_answer_to_a_challenge_that_says_nothing_is_ignored_and_bars_no_sim") {
  const ByteVector nonsense = GENERATE(ByteVector{0x07, 0x5C},        // A failure without its cause.
                                       ByteVector{0x07, 0x5C, 0x6F},  // Of no cause that there is.
                                       ByteVector{0x07, 0x5C, 0x15},  // #21 without AUTS.
                                       ByteVector{0x07, 0x53});       // A response without RES.
  Readable world;
  unsigned answers = 0;
  world.ue.behaviour().uplink = [&](ByteVector& message) {
    if (is(message, nas::EmmType::authentication_response) && ++answers == 1) message = nonsense;
    return true;
  };
  CHECK(world.attach(world.ue));
  CHECK(answers == 2);
  CHECK(world.hss.vectors_given == 1);
  CHECK(world.ue.received(nas::EmmType::authentication_reject) == 0);
}

TEST_CASE("5_4_2_7_c_mac_failure_of_a_sim_with_another_key_ends_in_authentication_reject") {
  Readable world;
  auto card = test_sim(2);
  card.k = test_key(0xEE);
  world.ues.push_back(std::make_unique<lab::Ue>(world.loop, world.enb, lab::UeSettings{.sim = card}));
  const auto result = world.attach(*world.ues.back());
  REQUIRE_FALSE(result);
  CHECK(result.error().kind == lab::UeFailure::Kind::authentication_rejected);
  world.wait(10s);
  CHECK(world.record(2) == nullptr);
  CHECK(world.mme->connected_ues() == 0);
}

TEST_CASE("5_4_3_7_b_security_mode_command_is_repeated_and_the_fifth_expiry_of_t3460_aborts") {
  for (const unsigned lost : {4u, 5u}) {
    Readable world;
    world.lose(nas::EmmType::security_mode_command, lost);
    const auto result = world.attach(world.ue);
    world.wait(60s);
    CHECK(result.has_value() == (lost == 4));
    CHECK(world.seen == 5);
    if (!result) CHECK(world.record(1) == nullptr);
  }
}

TEST_CASE("6_6_1_2_6_a_esm_information_request_is_repeated_and_the_third_expiry_of_t3489_rejects") {
  for (const unsigned lost : {2u, 3u}) {
    Readable world;
    world.lose(nas::EsmType::esm_information_request, lost);
    const auto result = world.attach(world.ue);
    CHECK(result.has_value() == (lost == 2));
    CHECK(world.seen == 3);
    if (result) continue;
    CHECK(result.error().emm_cause == nas::EmmCause::esm_failure);
    CHECK(result.error().esm_cause == nas::EsmCause::esm_information_not_received);
    CHECK(world.gateway.created == 0);
  }
}

TEST_CASE("5_5_1_2_7_c_attach_accept_is_repeated_and_the_fifth_expiry_of_t3450_gives_everything_back") {
  for (const unsigned lost : {4u, 5u}) {
    Readable world;
    world.lose(nas::EmmType::attach_accept, lost);
    lab::Running running(world.ue.attach());
    world.wait(60s);
    CHECK(world.seen == 5);
    CHECK(world.gateway.sessions.size() == (lost == 4 ? 1 : 0));
    REQUIRE(world.record(1));
    CHECK(world.record(1)->emm_state == (lost == 4 ? EmmState::registered : EmmState::deregistered));
  }
}

TEST_CASE("5_5_1_2_7_detach_in_the_middle_of_an_attach_ends_it_and_gives_everything_back") {
  Readable world;
  world.ue.behaviour().withholds_attach_complete = true;
  lab::Running running(world.ue.attach());
  world.wait(2s);
  REQUIRE(world.gateway.sessions.size() == 1);
  world.ue.send(nas::EmmMessage(nas::DetachRequestUeOriginating{.detach_type = {.switch_off = true},
                                                                .eps_mobile_identity = test_imsi(1)}));
  world.wait(5s);
  CHECK(world.gateway.sessions.empty());
  CHECK(world.mme->connected_ues() == 0);
  CHECK(world.record(1)->emm_state == EmmState::deregistered);
}

TEST_CASE("5_5_2_2_detach_in_the_middle_of_a_release_is_one") {
  Readable world;
  REQUIRE(world.attach(world.ue));
  world.wait(1s);
  world.enb.behaviour().ignores_release_command = true;
  world.enb.request_release(*world.ue.connection());
  world.wait(100ms);
  REQUIRE(world.ue.connected());
  const bool switch_off = GENERATE(false, true);
  lab::Running detaching(world.ue.detach(switch_off));
  world.wait(100ms);
  CHECK(world.ue.received(nas::EmmType::detach_accept) == (switch_off ? 0 : 1));
  CHECK(world.record(1)->emm_state == EmmState::deregistered);
  CHECK(world.gateway.sessions.empty());
  CHECK(world.enb.received(s1ap::MessageType::ue_context_release_command) == 1);
  world.wait(10s);
  CHECK(world.mme->connected_ues() == 0);
}

TEST_CASE("5_5_1_2_7_f_attach_that_is_refused_ends_what_the_ue_had_before") {
  const bool idle = GENERATE(true, false);
  const auto [cause, spoil] = GENERATE(table<nas::EmmCause, void (*)(Readable&)>(
      {{nas::EmmCause::no_suitable_cells_in_tracking_area,
        [](Readable& world) { world.network.tacs = {{8, 9}}; }},
       {nas::EmmCause::esm_failure, [](Readable& world) { world.ue.settings().emergency = true; }},
       // There is no other access.
       {nas::EmmCause::esm_failure,
        [](Readable& world) { world.ue.settings().first_request = nas::RequestType::handover; }},
       // Its APN is never told.
       {nas::EmmCause::esm_failure, [](Readable& world) {
          world.settings.t3489_ms = 1000;
          world.ue.behaviour().deaf_to_esm = {nas::EsmType::esm_information_request};
        }}}));
  Readable world;
  REQUIRE(world.attach(world.ue));
  world.wait(1s);
  if (idle) world.go_idle(world.enb, world.ue);
  spoil(world);
  const auto refused = world.attach(world.ue);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().emm_cause == cause);
  world.wait(10s);
  CHECK(world.record(1)->emm_state == EmmState::deregistered);
  CHECK(world.gateway.sessions.empty());
  CHECK(world.mme->connected_ues() == 0);
}

TEST_CASE("5_5_1_2_7_f_attach_that_proves_nothing_ends_nothing_when_it_is_refused") {
  Readable world;
  REQUIRE(world.attach(world.ue));
  world.wait(1s);
  world.go_idle(world.enb, world.ue);
  world.ue.behaviour().wrong_mac = true;
  world.network.tacs = {{8, 9}};
  CHECK_FALSE(world.attach(world.ue));
  CHECK(world.record(1)->emm_state == EmmState::registered);
  CHECK(world.gateway.sessions.size() == 1);
}

TEST_CASE("5_5_2_3_ue_whose_radio_goes_while_the_network_detaches_it_is_detached") {
  Readable world;
  REQUIRE(world.attach(world.ue));
  world.wait(1s);
  world.ue.behaviour().deaf_to = {nas::EmmType::detach_request};
  world.mme->detach(*world.mme->directory().find(test_imsi(1)), nas::NetworkDetachType::reattach_not_required,
                    nas::EmmCause::eps_services_not_allowed);
  world.wait(1s);
  SECTION("as its eNodeB says") {
    world.go_idle(world.enb, world.ue, s1ap::CauseRadioNetwork::radio_connection_with_ue_lost);
  }
  SECTION("with its eNodeB's association") {
    world.enb.abort();
    world.wait(1s);
    REQUIRE(lab::finish(world.loop, world.enb.connect())->has_value());
  }
  const auto served = *lab::finish(world.loop, world.ue.service_request());
  REQUIRE_FALSE(served);
  CHECK(served.error().emm_cause == nas::EmmCause::implicitly_detached);
  CHECK(world.record(1)->emm_state == EmmState::deregistered);
  CHECK(world.gateway.sessions.empty());
}

TEST_CASE("5_5_2_3_5_d_attach_in_the_middle_of_a_detach_waits_where_the_ue_is_not_to_attach_again") {
  const auto type =
      GENERATE(nas::NetworkDetachType::reattach_not_required, nas::NetworkDetachType::reattach_required);
  const bool ignored = type == nas::NetworkDetachType::reattach_not_required;
  Readable world;
  REQUIRE(world.attach(world.ue));
  world.wait(1s);
  world.settings.t3422_ms = 1000;
  world.ue.behaviour().deaf_to = {nas::EmmType::detach_request};
  world.mme->detach(*world.mme->directory().find(test_imsi(1)), type, std::nullopt);
  world.wait(100ms);
  const auto attached = world.attach(world.ue);
  CHECK(attached.has_value() == !ignored);
  world.wait(10s);
  CHECK((world.record(1)->emm_state == EmmState::registered) == !ignored);
  CHECK(world.gateway.sessions.size() == (ignored ? 0 : 1));
  if (!ignored) return;
  CHECK(world.mme->connected_ues() == 0);
  REQUIRE(world.attach(world.ue));
}

TEST_CASE("5_5_2_3_5_ue_that_comes_by_another_way_in_the_middle_of_its_detach_is_detached_there") {
  Readable world;
  lab::Enb& other = world.add_enb(2);
  REQUIRE(world.attach(world.ue));
  world.wait(1s);
  world.ue.behaviour().deaf_to = {nas::EmmType::detach_request};
  const auto type =
      GENERATE(nas::NetworkDetachType::reattach_not_required, nas::NetworkDetachType::reattach_required);
  world.mme->detach(*world.mme->directory().find(test_imsi(1)), type, std::nullopt);
  world.wait(1s);
  world.ue.behaviour().deaf_to.clear();
  world.ue.move_to(other);
  std::size_t heard = 1;
  SECTION("d, where it attaches and is not to") {
    const bool attaches = type == nas::NetworkDetachType::reattach_required;
    CHECK(world.attach(world.ue).has_value() == attaches);
    if (attaches) return;
  }
  SECTION("e, where it updates") {
    CHECK_FALSE(*lab::finish(world.loop, world.ue.tracking_area_update()));
  }
  SECTION("f, where it asks for service") {
    CHECK_FALSE(*lab::finish(world.loop, world.ue.service_request()));
  }
  SECTION("c, but not where it detaches itself") {
    CHECK(*lab::finish(world.loop, world.ue.detach()));
    heard = 0;
  }
  world.wait(10s);
  CHECK(world.ue.received(nas::EmmType::detach_request) == heard);
  CHECK(world.record(1)->emm_state == EmmState::deregistered);
  CHECK(world.gateway.sessions.empty());
  CHECK(world.mme->connected_ues() == 0);
  REQUIRE(world.attach(world.ue));
}

TEST_CASE("5_5_2_3_5_d_attach_elsewhere_that_proves_nothing_is_ignored_while_its_ue_is_not_to_attach") {
  Readable world;
  lab::Enb& other = world.add_enb(2);
  REQUIRE(world.attach(world.ue));
  world.wait(1s);
  world.settings.t3422_ms = 1000;
  world.ue.behaviour().deaf_to = {nas::EmmType::detach_request};
  world.mme->detach(*world.mme->directory().find(test_imsi(1)), nas::NetworkDetachType::reattach_not_required,
                    std::nullopt);
  world.wait(100ms);
  const unsigned vectors = world.hss.vectors_given;
  lab::Ue& without_keys = world.add_ue(other, 1);
  without_keys.usim().set_highest(world.ue.usim().highest());
  SECTION("by IMSI") {
    CHECK_FALSE(world.attach(without_keys));
  }
  SECTION("by a GUTI that is asked about") {
    without_keys.set_guti(Guti{{*Plmn::parse("00101"), 0x8001, 0x1A}, 0x12345678});
    CHECK_FALSE(world.attach(without_keys));
  }
  world.wait(100ms);
  CHECK(world.hss.vectors_given == vectors);
  CHECK(world.mme->connected_ues() == 1);
  CHECK(world.ue.connected());
  world.wait(10s);
  CHECK(world.record(1)->emm_state == EmmState::deregistered);
  CHECK(world.mme->connected_ues() == 0);
  REQUIRE(world.attach(without_keys));
}

TEST_CASE("call_for_help_in_the_middle_of_a_detach_is_served") {
  Readable world;
  world.settings.emergency_attach = config::EmergencyAttach::authenticated;
  REQUIRE(world.attach(world.ue));
  world.wait(1s);
  world.ue.behaviour().deaf_to = {nas::EmmType::detach_request};
  world.mme->detach(*world.mme->directory().find(test_imsi(1)), nas::NetworkDetachType::reattach_not_required,
                    std::nullopt);
  world.wait(100ms);
  world.ue.settings().emergency = true;
  SECTION("where it is told") {}
  SECTION("elsewhere") {
    world.ue.move_to(world.add_enb(2));
  }
  REQUIRE(world.attach(world.ue));
  world.wait(1s);
  CHECK(world.record(1)->emergency);
  CHECK(world.gateway.sessions.size() == 1);
}

TEST_CASE("5_4_detach_ends_whatever_asks_who_the_ue_is_or_gives_it_keys") {
  Readable world;
  SECTION("5_4_4_6 identification") {
    world.ue.set_guti(Guti{{*Plmn::parse("00101"), 0x8001, 0x1A}, 0x12345678});
    world.lose(nas::EmmType::identity_request, 9);
  }
  SECTION("5_4_2_7 authentication") {
    world.lose(nas::EmmType::authentication_request, 9);
  }
  SECTION("5_4_3_7 security mode control") {
    world.ue.behaviour().uplink = [&](ByteVector&) {
      return world.ue.received(nas::EmmType::security_mode_command) == 0;  // Its answer is lost.
    };
  }
  world.settings.t3460_ms = world.settings.t3470_ms = 60'000;
  std::optional<lab::Running<lab::UeResult<lab::Registration>>> attaching(std::in_place, world.ue.attach());
  world.wait(1s);
  REQUIRE(world.mme->connected_ues() == 1);
  attaching.reset();
  world.ue.behaviour() = {};
  const auto detached = lab::finish(world.loop, world.ue.detach());
  REQUIRE(detached);
  CHECK(*detached);
  world.wait(1s);
  CHECK(world.mme->connected_ues() == 0);
  CHECK(world.gateway.created == 0);
  CHECK(world.complaints() == "");
}

TEST_CASE("5_5_2_3_5_a_detach_request_is_repeated_and_the_fifth_expiry_of_t3422_detaches_all_the_same") {
  for (const unsigned lost : {4u, 5u}) {
    Readable world;
    REQUIRE(world.attach(world.ue));
    world.lose(nas::EmmType::detach_request, lost);
    REQUIRE(lab::finish(world.loop, world.mme->cancel_location({.imsi = test_imsi(1)})));
    world.wait(60s);
    CHECK(world.seen == 5);
    CHECK(world.gateway.sessions.empty());
    CHECK(world.mme->connected_ues() == 0);
  }
}

TEST_CASE("5_4_3_imeisv_is_asked_for_only_where_the_operator_wants_it") {
  for (const bool wanted : {true, false}) {
    Readable world;
    world.settings.request_imeisv = wanted;
    REQUIRE(world.attach(world.ue));
    CHECK(world.record(1)->imei.known() == wanted);
    CHECK(world.complaints() == "");
  }
}

TEST_CASE("8_2_16_nas_non_delivery_leaves_the_repetition_to_the_timer") {
  Readable world;
  unsigned lost = 0;
  world.ue.behaviour().downlink = [&](Bytes message) {
    if (!is(message, nas::EmmType::authentication_request) || lost++ > 0) return true;
    s1ap::NasNonDeliveryIndication indication;
    indication.mme_ue_s1ap_id = *world.enb.mme_ue_s1ap_id(*world.ue.connection());
    indication.enb_ue_s1ap_id = *world.ue.connection();
    indication.nas_pdu = message;
    indication.cause = s1ap::CauseRadioNetwork::unspecified;
    world.enb.send(indication, 1);
    return false;
  };
  CHECK(world.attach(world.ue));
  CHECK(lost == 2);
  CHECK(world.hss.vectors_given == 1);
}
