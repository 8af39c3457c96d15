// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "asn1/s1ap/messages.hpp"
#include "mme/test_world.hpp"

/// An attach, or an update, on a connection whose eNodeB has a context of the UE: TS 36.413 §8.3.1, TS 24.301
/// §5.5.1.2.7, TS 33.401 §7.2.9.2.
using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

using s1ap::MessageType;

struct Connected : World {
  Connected() {
    REQUIRE(attach(ue));
    wait(1s);
  }
  /// The UE has one session, whose downlink leads to the E-RAB that its eNodeB has.
  void check_served() {
    wait(1s);
    REQUIRE(gateway.sessions.size() == 1);
    const TestGateway::Session& session = gateway.sessions.begin()->second;
    REQUIRE(ue.connection());
    const auto erabs = enb.erabs(*ue.connection());
    REQUIRE(erabs.size() == 1);
    REQUIRE(session.access);
    CHECK(session.access->teid == erabs.front().downlink_teid);
    CHECK(session.user_plane.teid == erabs.front().uplink_teid);
    CHECK(record(1)->emm_state == EmmState::registered);
    CHECK(complaints() == "");
  }
  /// The eNodeB says that it has set up the context, with its default bearer's packets to TEID 0x77.
  void answer_context_setup() {
    const s1ap::ErabSetupItemCtxtSuRes item{
        5, s1ap::TransportLayerAddress::of(IpAddress(*Ipv4Address::parse("127.0.2.1"))), 0x77};
    s1ap::InitialContextSetupResponse response;
    response.mme_ue_s1ap_id = *enb.mme_ue_s1ap_id(*ue.connection());
    response.enb_ue_s1ap_id = *ue.connection();
    response.erab_setup_list = {&item, 1};
    enb.send(response, 1);
    wait(100ms);
  }
  /// Keys are bound to what the UE can: these will not do.
  void needs_new_keys() { ue.settings().network_capability.octets.data[0] = 0xE0; }

  lab::Enb& enb = add_enb();
  lab::Ue& ue = add_ue(enb, 1);
};

}  // namespace

TEST_CASE("attach_on_a_connection_with_a_context_releases_its_erabs_and_sets_the_new_one_up_beside_it") {
  Connected world;
  REQUIRE(lab::finish(world.loop, world.ue.connect_pdn(Apn::parse("ims")))->has_value());
  world.wait(1s);
  REQUIRE(world.attach(world.ue));
  CHECK(world.enb.received(MessageType::initial_context_setup_request) == 1);
  CHECK(world.enb.received(MessageType::erab_release_command) == 1);
  CHECK(world.enb.received(MessageType::ue_context_modification_request) == 0);
  world.check_served();
  // What follows an attach follows this one too.
  REQUIRE(lab::finish(world.loop, world.ue.connect_pdn(Apn::parse("ims")))->has_value());
  world.wait(1s);
  CHECK(world.gateway.sessions.size() == 2);
  CHECK(world.complaints() == "");
}

TEST_CASE("attach_that_brings_new_keys_rekeys_the_context_that_is_there") {
  Connected world;
  world.needs_new_keys();
  std::optional<s1ap::UeSecurityCapabilities> told;
  world.enb.on_message = [&](const s1ap::Message& message) {
    if (const auto* modification = message.as<s1ap::UeContextModificationRequest>())
      told = modification->ue_security_capabilities;
  };
  REQUIRE(world.attach(world.ue));
  CHECK(world.enb.received(MessageType::initial_context_setup_request) == 1);
  REQUIRE(told);
  CHECK(told->encryption_algorithms == 0xC000);
  world.check_served();
  // The next eNodeB goes on from the new key.
  lab::Enb& other = world.add_enb(2);
  REQUIRE(*lab::finish(world.loop, other.take_over(world.enb, *world.ue.connection())));
  world.wait(1s);
  CHECK(world.complaints() == "");
}

TEST_CASE("update_that_brings_new_keys_rekeys_the_context_that_is_there") {
  Connected world;
  world.needs_new_keys();
  REQUIRE(*lab::finish(world.loop, world.ue.tracking_area_update()));
  world.wait(1s);
  CHECK(world.enb.received(MessageType::ue_context_modification_request) == 1);
  CHECK(world.enb.received(MessageType::initial_context_setup_request) == 1);
  world.check_served();
  // The next eNodeB goes on from the new key.
  lab::Enb& other = world.add_enb(2);
  REQUIRE(*lab::finish(world.loop, other.take_over(world.enb, *world.ue.connection())));
  world.wait(1s);
  CHECK(world.complaints() == "");
  // An update that proves itself changes no key.
  REQUIRE(*lab::finish(world.loop, world.ue.tracking_area_update()));
  CHECK(other.received(MessageType::ue_context_modification_request) == 0);
}

TEST_CASE("update_whose_new_keys_cross_a_handover_brings_them_to_the_next_enb") {
  Connected world;
  lab::Enb& other = world.add_enb(2);
  world.needs_new_keys();
  const std::uint32_t id = *world.ue.connection();
  std::optional<lab::Running<lab::EnbResult<lab::Enb::Connection>>> moving;
  world.ue.behaviour().uplink = [&](ByteVector&) {
    // The UE leaves as soon as it has said Complete, which is what the eNodeB's new key waits for.
    if (world.ue.received(nas::EmmType::tracking_area_update_accept) != 0 && !moving)
      world.loop.post([&] { moving.emplace(other.take_over(world.enb, id)); });
    return true;
  };
  REQUIRE(*lab::finish(world.loop, world.ue.tracking_area_update()));
  world.wait(10s);
  REQUIRE(moving);
  REQUIRE(moving->done());
  CHECK(moving->result());
  CHECK(world.enb.received(MessageType::ue_context_modification_request) == 1);
  CHECK(other.received(MessageType::ue_context_modification_request) == 1);
  CHECK(world.ue.connected());
}

TEST_CASE("enb_that_cannot_clear_its_context_has_the_ue_released_and_it_comes_again") {
  Connected world;
  world.needs_new_keys();
  SECTION("it fails to rekey") {
    world.enb.behaviour().fails_context_modification = true;
  }
  SECTION("it does not answer") {
    world.enb.behaviour().ignores_erab_requests = true;
  }
  const auto refused = world.attach(world.ue);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == lab::UeFailure::Kind::released);
  world.wait(1s);
  CHECK(world.mme->connected_ues() == 0);
  world.enb.behaviour() = {};
  REQUIRE(world.attach(world.ue));
  CHECK(world.enb.received(MessageType::initial_context_setup_request) == 2);
  world.check_served();
}

TEST_CASE("enb_that_sets_up_no_erab_of_an_attach_ends_it_and_it_gives_everything_back") {
  Connected world;
  world.enb.on_message = [&](const s1ap::Message& message) {
    // It has cleared the context, and goes silent.
    if (message.type == MessageType::erab_setup_request) world.enb.behaviour().ignores_erab_requests = true;
  };
  CHECK_FALSE(world.attach(world.ue));
  world.wait(120s);
  CHECK(world.enb.received(MessageType::erab_setup_request) == 1);
  CHECK(world.record(1)->emm_state == EmmState::deregistered);
  CHECK(world.gateway.sessions.empty());
  CHECK(world.mme->bearers().size() == 0);
  CHECK(world.mme->connected_ues() == 0);
  world.enb.on_message = nullptr;
  world.enb.behaviour() = {};
  REQUIRE(world.attach(world.ue));
}

TEST_CASE("5_5_1_2_7_d_other_attach_after_the_accept_of_one_keeps_the_context_that_was_set_up_for_it") {
  World world;
  auto& enb = world.add_enb();
  auto& ue = world.add_ue(enb, 1);
  ue.behaviour().withholds_attach_complete = true;
  REQUIRE(world.attach(ue));
  world.wait(1s);
  ue.behaviour() = {};
  REQUIRE(world.attach(ue, lab::UeIdentity::imsi));
  world.wait(1s);
  CHECK(enb.received(MessageType::initial_context_setup_request) == 1);
  CHECK(enb.erabs(*ue.connection()).size() == 1);
  CHECK(world.gateway.sessions.size() == 1);
  CHECK(world.gateway.sessions.begin()->second.access);
  CHECK(world.complaints() == "");
}

TEST_CASE("attach_waits_for_the_context_that_was_asked_for_before_it") {
  World world;
  auto& enb = world.add_enb();
  auto& ue = world.add_ue(enb, 1);
  enb.behaviour().ignores_initial_context_setup = true;
  std::optional<lab::Running<lab::UeResult<lab::Registration>>> first(std::in_place, ue.attach());
  world.wait(1s);
  REQUIRE(enb.received(MessageType::initial_context_setup_request) == 1);
  first.reset();
  SECTION("in vain: the UE is released") {
    enb.behaviour() = {};
    const auto refused = world.attach(ue, lab::UeIdentity::imsi);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == lab::UeFailure::Kind::released);
    CHECK(enb.received(MessageType::initial_context_setup_request) == 1);
  }
  SECTION("until it fails: then it is asked for again") {
    enb.behaviour() = {};
    lab::Running second(ue.attach(lab::UeIdentity::imsi));
    world.wait(1s);
    s1ap::InitialContextSetupFailure failure;
    failure.mme_ue_s1ap_id = *enb.mme_ue_s1ap_id(*ue.connection());
    failure.enb_ue_s1ap_id = *ue.connection();
    failure.cause = s1ap::CauseRadioNetwork::unspecified;
    enb.send(failure, 1);
    world.wait(1s);
    REQUIRE(second.done());
    CHECK(second.result());
    CHECK(enb.received(MessageType::initial_context_setup_request) == 2);
  }
  world.wait(10s);
  REQUIRE(world.attach(ue));
  world.wait(1s);
  CHECK(world.gateway.sessions.size() == 1);
}

TEST_CASE("5_6_1_7_e_update_in_place_of_a_service_request_goes_on_with_the_context_that_was_asked_for") {
  Connected world;
  world.go_idle(world.enb, world.ue);
  world.enb.behaviour().ignores_initial_context_setup = true;
  world.settings.t3460_ms = 1000;  // Well within the UE's T3417.
  const lab::Running serving(world.ue.service_request());
  world.wait(100ms);
  REQUIRE(world.enb.received(MessageType::initial_context_setup_request) == 2);
  nas::TrackingAreaUpdateRequest update;
  update.eps_update_type.value = nas::EpsUpdateType::Value::periodic;
  update.old_guti = *world.ue.guti();
  const bool challenged = GENERATE(false, true);
  if (challenged) update.ue_network_capability = nas::UeNetworkCapability{{.data = {0xE0, 0x70}, .size = 2}};
  world.ue.behaviour().deaf_to = {nas::EmmType::authentication_request};
  world.ue.send(nas::EmmMessage(update), nas::SecurityHeader::integrity_ciphered);
  world.wait(100ms);
  // Its answer comes while the update waits for it, or for the UE to prove itself.
  world.answer_context_setup();
  if (challenged) {
    world.ue.behaviour() = {};
    world.ue.settings().network_capability.octets.data[0] = 0xE0;
    world.wait(2s);
  }
  CHECK(world.enb.received(MessageType::initial_context_setup_request) == 2);
  REQUIRE(world.gateway.sessions.size() == 1);
  REQUIRE(world.gateway.sessions.begin()->second.access);
  CHECK(world.gateway.sessions.begin()->second.access->teid == 0x77);
  CHECK(world.record(1)->emm_state == EmmState::registered);
}

TEST_CASE("answer_to_a_context_setup_that_nobody_asked_for_changes_nothing") {
  Connected world;
  world.answer_context_setup();
  REQUIRE(lab::finish(world.loop, world.ue.connect_pdn(Apn::parse("ims")))->has_value());
  REQUIRE(*lab::finish(world.loop, world.ue.tracking_area_update()));
  world.wait(1s);
  CHECK(world.gateway.sessions.size() == 2);
  CHECK(world.gateway.sessions.begin()->second.access->teid != 0x77);
  REQUIRE(world.attach(world.ue));
  world.check_served();
}
