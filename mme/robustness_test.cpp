// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "asn1/s1ap/messages.hpp"
#include "mme/test_watched_world.hpp"

/// What crashed or misled other cores, sent to ours: the process lives, only who sent it is affected, and a
/// bystander's record stays as it was, byte for byte.
using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

TEST_CASE("R5_initial_ue_message_before_s1_setup_is_answered_with_an_error_and_no_state") {
  Watched world;
  lab::EnbSettings described = world.enb.settings();
  described.enb_id = 77;
  described.local = {{*IpAddress::parse("127.0.2.77"), 36412}};
  const auto radio = world.net.make_transport();
  lab::Enb early(world.loop, *radio, described);
  REQUIRE(lab::finish(world.loop, early.associate()));
  const auto nas = attach_request(test_imsi(5));
  s1ap::InitialUeMessage message;
  message.enb_ue_s1ap_id = 1;
  message.nas_pdu = nas;
  message.tai = {*Plmn::parse("00101"), 7};
  message.eutran_cgi = {*Plmn::parse("00101"), 1};
  early.send(message);
  world.wait(100ms);
  CHECK(early.received(s1ap::MessageType::error_indication) == 1);
  CHECK(world.mme->connected_ues() == 0);
  CHECK(world.bystander_unchanged());
}

TEST_CASE("R6_R7_procedure_without_handler_and_outcome_out_of_the_blue_are_survived") {
  Watched world;
  // Procedure code 255; a successfulOutcome of Initial Context Setup for nobody; an unsuccessfulOutcome;
  // garbage.
  for (const auto* hex : {"00ff400400000000", "2009000f000002000000020001000800020001", "400900050000010000",
                          "00", "ffffffff", "6000000400000000"})
    world.enb.send_octets(*from_hex(hex));
  world.wait(100ms);
  CHECK(world.enb.associated());
  CHECK(world.bystander_unchanged());
}

TEST_CASE("R17_ue_id_of_another_enb_does_not_exist_there") {
  Watched world;
  auto& victim = world.add_ue(world.enb, 1);
  REQUIRE(world.attach(victim));
  world.wait(1s);
  const ByteVector before = octets_of(world.record(1));
  const auto mme_id = *world.enb.mme_ue_s1ap_id(*victim.connection());
  const std::size_t errors = world.other_enb.received(s1ap::MessageType::error_indication);

  s1ap::UeContextReleaseRequest release;
  release.mme_ue_s1ap_id = mme_id;
  release.enb_ue_s1ap_id = *victim.connection();
  release.cause = s1ap::CauseRadioNetwork::user_inactivity;
  world.other_enb.send(release);
  s1ap::UplinkNasTransport transport;
  transport.mme_ue_s1ap_id = mme_id;
  transport.enb_ue_s1ap_id = *victim.connection();
  const auto nas = attach_request(test_imsi(1));
  transport.nas_pdu = nas;
  transport.tai = {*Plmn::parse("00101"), 7};
  transport.eutran_cgi = {*Plmn::parse("00101"), 1};
  world.other_enb.send(transport);
  world.wait(1s);
  CHECK(world.other_enb.received(s1ap::MessageType::error_indication) == errors + 2);
  CHECK(victim.connected());
  CHECK(octets_of(world.record(1)) == before);
  CHECK(world.bystander_unchanged());
}

TEST_CASE("R19_ids_that_do_not_go_together_end_both_connections_of_that_enb_and_no_other") {
  Watched world;
  auto& ue = world.add_ue(world.enb, 1);
  auto& same = world.add_ue(world.enb, 2);
  auto& third = world.add_ue(world.enb, 3);
  auto& elsewhere = world.add_ue(world.other_enb, 4);
  for (lab::Ue* each : {&ue, &same, &third, &elsewhere}) REQUIRE(world.attach(*each));
  world.wait(1s);
  s1ap::UeContextReleaseRequest release;
  release.mme_ue_s1ap_id = *world.enb.mme_ue_s1ap_id(*ue.connection());
  release.enb_ue_s1ap_id = *same.connection();
  release.cause = s1ap::CauseRadioNetwork::user_inactivity;
  std::optional<s1ap::Cause> cause;
  world.enb.on_message = [&](const s1ap::Message& message) {
    if (const auto* indication = message.as<s1ap::ErrorIndication>()) cause = indication->cause;
  };
  world.enb.send(release, 1);
  world.wait(100ms);
  REQUIRE(cause);
  CHECK(s1ap::name(*cause) == s1ap::name(s1ap::Cause(s1ap::CauseRadioNetwork::unknown_pair_ue_s1ap_id)));
  CHECK(world.mme->connected_ues() == 2);
  CHECK((third.connected() && elsewhere.connected()));
  // They are as after a release: registered, idle, and come again.
  for (const unsigned number : {1u, 2u}) {
    CHECK(world.record(number)->emm_state == EmmState::registered);
    CHECK(world.record(number)->connection == UeRecord::kNoConnection);
  }
  CHECK(world.attach(ue));
  world.enb.on_message = nullptr;
  CHECK(world.bystander_unchanged());
}

TEST_CASE("R19_release_complete_with_ids_that_do_not_go_together_is_let_pass") {
  Watched world;
  auto& ue = world.add_ue(world.enb, 1);
  REQUIRE(world.attach(ue));
  const auto errors = world.enb.received(s1ap::MessageType::error_indication);
  s1ap::UeContextReleaseComplete complete;
  complete.mme_ue_s1ap_id = *world.enb.mme_ue_s1ap_id(*ue.connection());
  complete.enb_ue_s1ap_id = *ue.connection() + 1000;
  world.enb.send(complete, 1);
  world.wait(100ms);
  CHECK(world.enb.received(s1ap::MessageType::error_indication) == errors);
  CHECK(world.mme->connected_ues() == 1);
  CHECK(ue.connected());
}

TEST_CASE("N1_N2_N5_nas_messages_of_no_or_two_octets_and_empty_ciphered_ones_leave_no_state") {
  Watched world;
  unsigned number = 10;
  for (const auto* hex : {"", "07", "c700", "17", "1700000000", "170000000000", "27aabbccdd00",
                          "37000000000007", "0741", "0755", "c7000000", "02", "020100"}) {
    const auto octets = *from_hex(hex);
    world.first_message(number++, octets);
    world.wait(10s);
    CHECK(world.mme->connected_ues() == 0);
  }
  // The same on a live, secure connection.
  auto& ue = world.add_ue(world.enb, 1);
  REQUIRE(world.attach(ue));
  for (const auto* hex : {"", "07", "c700", "17", "270000000000", "0741", "020000"})
    ue.send_octets(*from_hex(hex));
  world.wait(1s);
  CHECK(ue.connected());
  CHECK(world.bystander_unchanged());
}

TEST_CASE("N3_esm_container_that_was_emptied_on_its_way_comes_again_under_security") {
  // HASH_MME does not agree: the UE sends the whole request again (TS 24.301 §5.4.3.3), and that one counts.
  Watched world;
  auto& ue = world.add_ue(world.enb, 1);
  ue.behaviour().uplink = [](ByteVector& message) {
    if (message.size() > 4 && message[0] == 0x07 && message[1] == 0x41) {
      const auto request = nas::decode<nas::AttachRequest>(message);
      if (request) {
        nas::AttachRequest empty = *request;
        empty.esm_message_container = {};
        ByteVector octets(512);
        Writer out(octets);
        if (nas::encode(empty, out)) {
          octets.resize(out.size());
          message = octets;
        }
      }
    }
    return true;
  };
  CHECK(world.attach(ue));
  CHECK(world.gateway.sessions.size() == 2);
  CHECK(world.bystander_unchanged());
}

TEST_CASE("N4_attach_request_of_a_multiple_of_256_octets_is_hashed_whole") {
  Watched world;
  const std::size_t bare = attach_request(test_imsi(5)).size();
  for (const std::size_t size : {256u, 512u, 1024u}) {
    const auto request = attach_request(test_imsi(static_cast<unsigned>(size)), size - bare);
    REQUIRE(request.size() == size);
    world.first_message(static_cast<unsigned>(size), request);
  }
  world.wait(120s);
  CHECK(world.mme->connected_ues() == 0);
  CHECK(world.bystander_unchanged());
}

TEST_CASE("N17_attach_request_of_another_subscriber_on_a_live_association_changes_nothing") {
  Watched world;
  auto& ue = world.add_ue(world.enb, 1);
  REQUIRE(world.attach(ue));
  world.wait(1s);
  const ByteVector before = octets_of(world.record(1));
  ue.send_octets(attach_request(test_imsi(900)));
  world.wait(1s);
  CHECK(octets_of(world.record(1)) == before);
  CHECK(ue.connected());
  CHECK(world.bystander_unchanged());
}

TEST_CASE("N18_security_mode_complete_as_a_first_message_registers_nobody") {
  Watched world;
  for (const auto* hex : {"075e", "370000000000075e", "47000000000007 5e", "270000000000075e"}) {
    auto& ue = world.first_message(1, *from_hex(hex));
    world.wait(10s);
    CHECK_FALSE(ue.connected());
    CHECK(world.record(1) == nullptr);
  }
  CHECK(world.mme->connected_ues() == 0);
  CHECK(world.bystander_unchanged());
}

TEST_CASE("N19_identity_response_that_nobody_asked_for_starts_nothing") {
  Watched world;
  const unsigned vectors = world.hss.vectors_given;
  const PlainMessage response(nas::IdentityResponse{.mobile_identity = test_imsi(1)});
  world.first_message(1, response.bytes());
  world.wait(10s);
  CHECK(world.hss.vectors_given == vectors);
  CHECK(world.mme->connected_ues() == 0);
  CHECK(world.bystander_unchanged());
}

TEST_CASE("N20_every_message_in_every_state_of_an_attach_is_survived") {
  // Each uplink message, plain and under a forged header, sent at each step; then the attach goes on or ends,
  // and nothing is left behind when the UE has gone.
  std::vector<ByteVector> messages;
  for (unsigned type = 0; type < 256; ++type) {
    messages.push_back({0x07, static_cast<std::uint8_t>(type), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    messages.push_back({0x27, 1, 2, 3, 4, 5, 0x07, static_cast<std::uint8_t>(type), 0, 0, 0, 0});
    messages.push_back({0x52, 1, static_cast<std::uint8_t>(type), 0, 0, 0, 0});
  }
  for (unsigned step_ms = 0; step_ms < 16; step_ms += 2) {
    Watched world;
    world.net.faults().delay_min = world.net.faults().delay_max = 1ms;
    auto& ue = world.add_ue(world.enb, 1);
    lab::Running running(ue.attach());
    world.wait(std::chrono::milliseconds(step_ms));
    for (const auto& message : messages)
      if (ue.connected()) ue.send_octets(message);
    world.wait(300s);
    REQUIRE(running.done());
    if (ue.connected()) {
      world.enb.request_release(*ue.connection());
      world.wait(10s);
    }
    CHECK(world.mme->connected_ues() == 0);
    CHECK(world.bystander_unchanged());
  }
}

TEST_CASE("N21_answer_of_the_hss_or_the_gateway_after_the_ue_has_gone_finds_nothing_to_change") {
  for (const bool from_gateway : {false, true}) {
    Watched world;
    (from_gateway ? world.gateway.delay : world.hss.delay) = 5s;
    auto& ue = world.add_ue(world.enb, 1);
    lab::Running running(ue.attach());
    world.wait(1s);
    REQUIRE(ue.connected());
    REQUIRE(lab::finish(world.loop, world.enb.reset()));
    world.wait(60s);
    CHECK(world.mme->connected_ues() == 0);
    CHECK(world.bystander_unchanged());
    CHECK(world.gateway.sessions.size() == 1);
  }
}

TEST_CASE("forged_detach_of_a_registered_ue_detaches_nobody") {
  Watched world;
  const Guti guti = *world.bystander.guti();
  for (const bool switch_off : {false, true}) {
    const PlainMessage detach(nas::DetachRequestUeOriginating{.detach_type = {.switch_off = switch_off},
                                                              .nas_key_set_identifier = {.value = 0},
                                                              .eps_mobile_identity = guti});
    world.first_message(1, detach.bytes());
    ByteVector forged{0x17, 1, 2, 3, 4, 9};
    forged.insert(forged.end(), detach.bytes().begin(), detach.bytes().end());
    world.first_message(2, forged);
  }
  world.wait(10s);
  CHECK(world.mme->connected_ues() == 0);
  CHECK(world.bystander_unchanged());
}

TEST_CASE("replayed_attach_request_under_a_stored_context_is_a_claim_and_no_more") {
  Watched world;
  auto& ue = world.add_ue(world.enb, 1);
  REQUIRE(world.attach(ue));
  REQUIRE(lab::finish(world.loop, ue.detach(true)));
  world.wait(1s);
  ByteVector overheard;
  ue.behaviour().uplink = [&](ByteVector& message) {
    if (overheard.empty()) overheard = message;
    return true;
  };
  REQUIRE(world.attach(ue));
  world.wait(1s);
  const ByteVector before = octets_of(world.record(1));
  REQUIRE_FALSE(overheard.empty());
  world.first_message(2, overheard);
  world.wait(1s);
  CHECK(octets_of(world.record(1)) == before);
  CHECK(ue.connected());
}

TEST_CASE("reset_of_everything_and_of_a_part_leaves_the_rest") {
  Watched world;
  auto& first = world.add_ue(world.enb, 1);
  auto& second = world.add_ue(world.enb, 2);
  auto& elsewhere = world.add_ue(world.other_enb, 3);
  REQUIRE(world.attach(first));
  REQUIRE(world.attach(second));
  REQUIRE(world.attach(elsewhere));
  REQUIRE(lab::finish(world.loop, world.enb.reset({*first.connection()})));
  CHECK(world.mme->connected_ues() == 2);
  CHECK(second.connected());
  REQUIRE(lab::finish(world.loop, world.enb.reset()));
  CHECK(world.mme->connected_ues() == 1);
  CHECK(elsewhere.connected());
  CHECK(world.record(1)->emm_state == EmmState::registered);
  CHECK(world.bystander_unchanged());
}

TEST_CASE("s1_setup_is_refused_with_the_cause_that_helps") {
  World world;
  auto& enb = world.add_enb(1);
  enb.settings_mutable().broadcast_plmns = {*Plmn::parse("99999")};
  const auto foreign = lab::finish(world.loop, enb.setup());
  REQUIRE(foreign);
  REQUIRE_FALSE(*foreign);
  CHECK(s1ap::name(*foreign->error().cause) == s1ap::name(s1ap::Cause(s1ap::CauseMisc::unknown_plmn)));
  enb.settings_mutable().broadcast_plmns = {*Plmn::parse("00101")};
  enb.settings_mutable().tracking_area = {*Plmn::parse("00101"), 1000};
  const auto unserved = lab::finish(world.loop, enb.setup());
  REQUIRE(unserved);
  CHECK_FALSE(*unserved);
  enb.settings_mutable().tracking_area = {*Plmn::parse("00101"), 8};
  const auto served = lab::finish(world.loop, enb.setup());
  REQUIRE(served);
  REQUIRE(*served);
  CHECK((*served)->name == "zerocell");
  REQUIRE(lab::finish(world.loop, enb.configuration_update("another name")));
}

TEST_CASE("overload_start_and_stop_reach_every_enb") {
  World world;
  auto& first = world.add_enb(1);
  auto& second = world.add_enb(2);
  world.mme->congestion().start_overload(s1ap::OverloadAction::reject_rrc_cr_signalling);
  world.wait(100ms);
  CHECK((first.overloaded() && second.overloaded()));
  world.mme->congestion().stop_overload();
  world.wait(100ms);
  CHECK_FALSE((first.overloaded() || second.overloaded()));
}

TEST_CASE("ue_that_is_another_mmes_is_let_go_without_a_word") {
  World world;
  auto& enb = world.add_enb();
  auto& ue = world.add_ue(enb, 1);
  REQUIRE(world.attach(ue));
  world.wait(1s);
  REQUIRE(lab::finish(world.loop,
                      world.mme->cancel_location(
                          {.imsi = test_imsi(1), .type = hss::CancellationType::mme_update_procedure})));
  world.wait(1s);
  CHECK(ue.received(nas::EmmType::detach_request) == 0);
  CHECK(world.mme->connected_ues() == 0);
  CHECK(world.record(1)->emm_state == EmmState::deregistered);
  CHECK(world.gateway.sessions.empty());
}

TEST_CASE("cancel_location_detaches_a_connected_ue_and_pages_an_idle_one_to_tell_it") {
  Watched world;
  auto& ue = world.add_ue(world.enb, 1);
  REQUIRE(world.attach(ue));
  REQUIRE(lab::finish(world.loop, world.mme->cancel_location({.imsi = test_imsi(1)})));
  world.wait(10s);
  CHECK_FALSE(ue.registered());
  CHECK(world.mme->connected_ues() == 0);
  CHECK(world.gateway.sessions.size() == 1);
  REQUIRE(lab::finish(world.loop, world.mme->cancel_location({.imsi = test_imsi(900)})));
  world.wait(1min);
  CHECK(world.enb.received(s1ap::MessageType::paging) == 3);
  CHECK(world.record(900)->emm_state == EmmState::deregistered);
  CHECK(world.gateway.sessions.empty());
}
