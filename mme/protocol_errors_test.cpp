// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "mme/test_overheard.hpp"

/// NAS messages that are unknown, unforeseen or erroneous, TS 24.301 §7 and §6.7.
using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

TEST_CASE("7_2_what_is_no_message_is_ignored_and_asks_for_no_service") {
  Overheard world;
  world.ue.behaviour().withholds_attach_complete = true;  // Who asks for service now is refused.
  world.attach_ue();
  // Too short, of another protocol, and protected messages within one.
  for (const char* hex : {"0201", "0841", "17a5a5a5a5000741", "27a5a5a5a5000745", "c7000000"}) world.say(hex);
  CHECK(world.ue.received(nas::EmmType::service_reject) == 0);
  CHECK(world.ue.received(nas::EmmType::emm_status) == 0);
  CHECK(world.ue.connected());
}

TEST_CASE("7_4_type_octet_0_is_unknown_and_no_service_request") {
  Overheard world;
  world.attach_ue();
  world.say("0700");
  CHECK(world.emm_status == nas::EmmCause::message_type_non_existent);
  world.go_idle(world.enb, world.ue);
  world.ue.send_octets(*from_hex("17a5a5a5a5000700"));
  world.wait(1s);
  CHECK(world.ue.received(nas::EmmType::service_reject) == 0);
  CHECK(world.mme->connected_ues() == 0);
}

TEST_CASE("7_4_message_of_a_service_that_is_not_implemented_is_answered_with_97") {
  Overheard world;
  world.attach_ue();
  SECTION("SMS") {
    world.say("076303010203");
    CHECK(world.emm_status == nas::EmmCause::message_type_non_existent);
  }
  SECTION("generic transport") {
    world.say("0769010003010203");
    CHECK(world.emm_status == nas::EmmCause::message_type_non_existent);
  }
  SECTION("data over the control plane") {
    world.say("5200eb00020102");
    CHECK(world.ue.status_cause() == nas::EsmCause::message_type_non_existent);
  }
  SECTION("remote UEs") {
    world.say("5205e9");
    CHECK(world.ue.status_cause() == nas::EsmCause::message_type_non_existent);
  }
  CHECK(world.ue.connected());
}

TEST_CASE("answer_of_a_ue_that_comes_twice_or_late_is_for_nobody_and_has_no_status") {
  Overheard world;
  world.attach_ue();
  world.say(attach_complete(nas::ActivateDefaultEpsBearerContextAccept{.eps_bearer_identity = 5}));
  world.say(octets_of_plain(PlainMessage(nas::TrackingAreaUpdateComplete{})));
  world.say(octets_of_plain(PlainMessage(nas::GutiReallocationComplete{})));
  world.say(octets_of_plain(PlainMessage(nas::SecurityModeComplete{})),
            nas::SecurityHeader::integrity_ciphered_new_context);
  world.say("07530801020304 05060708");
  world.say(octets_of_plain(PlainMessage(nas::IdentityResponse{.mobile_identity = test_imsi(1)})));
  CHECK_FALSE(world.emm_status);
  CHECK(world.state() == EmmState::registered);
  CHECK(world.complaints() == "");
}

TEST_CASE("5_5_1_2_7_b_5_5_3_2_7_b_request_of_a_reserved_type_is_refused_with_96") {
  Overheard world;
  SECTION("an attach") {
    world.ue.behaviour().uplink = [](ByteVector& message) {
      if (message[0] == 0x07 && message[1] == 0x41) message[2] = static_cast<std::uint8_t>(message[2] | 7);
      return true;
    };
    const auto refused = world.attach(world.ue);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().emm_cause == nas::EmmCause::invalid_mandatory_information);
  }
  SECTION("an update") {
    world.attach_ue();
    std::optional<nas::EmmCause> told;
    world.on_downlink = [&](Bytes plain) {
      if (const auto reject = nas::decode<nas::TrackingAreaUpdateReject>(plain)) told = reject->emm_cause;
      return true;
    };
    world.ue.send(nas::EmmMessage(nas::TrackingAreaUpdateRequest{
        .eps_update_type = {.value = static_cast<nas::EpsUpdateType::Value>(7)},
        .old_guti = *world.ue.guti()}));
    world.wait(1s);
    CHECK(told == nas::EmmCause::invalid_mandatory_information);
  }
}

TEST_CASE("7_3_1_status_is_answered_with_none_and_a_reserved_transaction_with_silence") {
  Overheard world;
  world.attach_ue();
  // A status without its cause; one, and an answer about a bearer, under the reserved transaction.
  for (const char* hex : {"0201e8", "02ffe82b", "52ffca"}) world.say(hex);
  CHECK(world.ue.received(nas::EsmType::esm_status) == 0);
  CHECK(world.gateway.sessions.size() == 1);
}

TEST_CASE("6_7_status_that_knows_nothing_of_the_transaction_ends_the_question_for_esm_information") {
  const auto cause = GENERATE(nas::EsmCause::pti_mismatch, nas::EsmCause::invalid_pti_value,
                              nas::EsmCause::message_type_non_existent);
  Overheard world;
  world.ue.settings().apn = Apn::parse("internet");
  unsigned asked = 0;
  world.on_downlink = [&](Bytes plain) {
    const auto question = nas::decode<nas::EsmInformationRequest>(plain);
    if (!question) return true;
    ++asked;
    world.ue.send(nas::EsmMessage(nas::EsmStatus{
        .procedure_transaction_identity = question->procedure_transaction_identity, .esm_cause = cause}));
    return false;
  };
  const auto refused = world.attach(world.ue);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().esm_cause == nas::EsmCause::esm_information_not_received);
  CHECK(asked == 1);
}

TEST_CASE("7_3_2_attach_complete_about_another_bearer_is_told_so_and_the_right_one_is_waited_for") {
  Overheard world;
  world.ue.behaviour().withholds_attach_complete = true;
  world.attach_ue();
  world.say(attach_complete(nas::ActivateDefaultEpsBearerContextAccept{.eps_bearer_identity = 6}));
  CHECK(world.ue.status_cause() == nas::EsmCause::invalid_eps_bearer_identity);
  world.say(attach_complete(nas::EsmInformationResponse{.procedure_transaction_identity = 1}));
  CHECK(world.ue.status_cause() == nas::EsmCause::message_type_not_compatible_with_state);
  CHECK(world.state() == EmmState::deregistered);
  CHECK(world.ue.connected());
  world.say(attach_complete(nas::ActivateDefaultEpsBearerContextAccept{.eps_bearer_identity = 5}));
  CHECK(world.state() == EmmState::registered);
  CHECK(world.gateway.sessions.size() == 1);
}

TEST_CASE("6_4_1_4_ue_that_refuses_the_bearer_of_its_attach_is_to_attach_again") {
  Overheard world;
  world.ue.behaviour().withholds_attach_complete = true;
  world.attach_ue();
  world.say(attach_complete(nas::ActivateDefaultEpsBearerContextReject{
      .eps_bearer_identity = 5, .esm_cause = nas::EsmCause::insufficient_resources}));
  CHECK(world.detached == nas::NetworkDetachType::reattach_required);
  world.wait(1s);
  CHECK(world.state() == EmmState::deregistered);
  CHECK(world.gateway.sessions.empty());
  CHECK(world.mme->connected_ues() == 0);
}

TEST_CASE("transaction_identity_that_is_used_again_before_the_radio_is_done_is_for_another_request") {
  Overheard world;
  world.attach_ue();
  world.gateway.delay = 5s;
  world.say(octets_of_plain(PlainMessage(nas::PdnConnectivityRequest{
      .procedure_transaction_identity = 9, .access_point_name = Apn::parse("ims")})));
  const ByteVector disconnect = octets_of_plain(PlainMessage(nas::PdnDisconnectRequest{
      .procedure_transaction_identity = 9, .linked_eps_bearer_identity = nas::LinkedBearer{5}}));
  world.say(disconnect);
  world.say(disconnect);  // The same request again is one.
  world.wait(10s);
  CHECK(world.ue.received(nas::EsmType::activate_default_eps_bearer_context_request) == 1);
  CHECK(world.ue.received(nas::EsmType::deactivate_eps_bearer_context_request) == 1);
  CHECK(world.ue.received(nas::EsmType::pdn_disconnect_reject) == 0);
  CHECK(world.gateway.sessions.size() == 1);
}

TEST_CASE("5_5_1_2_7_f_ue_that_begins_anew_gets_nothing_of_what_it_had_asked_for") {
  Overheard world;
  lab::Enb& other = world.add_enb(2);
  world.attach_ue();
  world.gateway.delay = 5s;
  nas::PdnConnectivityRequest request{.procedure_transaction_identity = 9,
                                      .access_point_name = Apn::parse("ims")};
  world.say(octets_of_plain(PlainMessage(request)));
  request.procedure_transaction_identity = 10;
  world.say(octets_of_plain(PlainMessage(request)));  // It waits for its turn.
  SECTION("with an attach on the same connection") {
    REQUIRE(world.attach(world.ue));
  }
  SECTION("on another connection") {
    world.ue.move_to(other);
    REQUIRE(*lab::finish(world.loop, world.ue.service_request()));
  }
  world.wait(20s);
  CHECK(world.ue.registered());
  CHECK(world.gateway.sessions.size() == 1);
}

TEST_CASE("7_5_1_identity_response_that_cannot_be_read_is_none_and_the_next_one_counts") {
  World world;
  auto& enb = world.add_enb();
  auto& ue = world.add_ue(enb, 1);
  ue.set_guti(Guti{{*Plmn::parse("00101"), 0x8001, 0x1A}, 0x12345678});
  unsigned answers = 0;
  ue.behaviour().uplink = [&](ByteVector& message) {
    const bool answer =
        message[0] == 0x07 && message[1] == static_cast<std::uint8_t>(nas::EmmType::identity_response);
    if (answer && answers++ == 0) message = *from_hex("07560900");
    return true;
  };
  REQUIRE(world.attach(ue));
  CHECK(answers == 2);
  CHECK(ue.received(nas::EmmType::attach_reject) == 0);
}

TEST_CASE("5_6_1_7_b_control_plane_service_request_is_refused_with_111_and_the_ue_stays_registered") {
  Overheard world;
  world.attach_ue();
  const bool idle = GENERATE(false, true);
  if (idle) world.go_idle(world.enb, world.ue);
  std::optional<nas::EmmCause> cause;
  world.on_downlink = [&cause](Bytes plain) {
    if (const auto reject = nas::decode<nas::ServiceReject>(plain)) cause = reject->emm_cause;
    return true;
  };
  world.ue.send(nas::ControlPlaneServiceRequest{});
  world.wait(1s);
  CHECK(world.ue.received(nas::EmmType::service_reject) == 1);
  CHECK(cause == nas::EmmCause::protocol_error_unspecified);
  // Who came for it alone has nothing to stay for.
  CHECK(world.ue.connected() == !idle);
  CHECK(world.mme->connected_ues() == (idle ? 0 : 1));
  CHECK(world.state() == EmmState::registered);
  CHECK(world.gateway.sessions.size() == 1);
  CHECK(world.gateway.sessions.at(1).access.has_value() == !idle);
  REQUIRE(*lab::finish(world.loop, world.ue.service_request()));
  CHECK(world.complaints() == "");
}
