// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "mme/test_overheard.hpp"

/// Under which keys, and how protected, the network takes what a UE says: TS 24.301 §4.4.4, §4.4.5, §5.4.2
/// and §5.4.3.
using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;
using nas::SecurityHeader;

namespace {

nas::PdnConnectivityRequest ims_request() {
  return {.procedure_transaction_identity = 9, .access_point_name = Apn::parse("ims")};
}

nas::DetachRequestUeOriginating detach_of(const lab::Ue& ue) {
  return {.eps_mobile_identity = *ue.guti()};
}

/// Its keys have to be new ones, and it does not hear so.
struct Rekeyed : Overheard {
  Rekeyed() {
    settings.t3460_ms = 1000;
    attach_ue();
    ue.settings().network_capability.octets.data[0] = 0xE0;
    ue.behaviour().deaf_to = {nas::EmmType::security_mode_command};
    updating.emplace(ue.tracking_area_update());
    wait(100ms);
    REQUIRE(hss.vectors_given == 2);
    REQUIRE_FALSE(updating->done());
  }
  /// And does not wait for it.
  void give_up() {
    updating.reset();
    ue.settings().network_capability.octets.data[0] = 0xF0;
    ue.behaviour().deaf_to.clear();
  }
  std::optional<lab::Running<lab::UeResult<lab::Update>>> updating{};
};

}  // namespace

TEST_CASE("4_4_5_message_that_is_not_ciphered_where_it_should_be_is_discarded") {
  Overheard world;
  world.attach_ue();
  const ByteVector request = octets_of_plain(PlainMessage(ims_request()));
  for (const auto header : {SecurityHeader::integrity, SecurityHeader::integrity_new_context,
                            SecurityHeader::integrity_ciphered_new_context}) {
    world.say(request, header);
    CHECK(world.gateway.created == 1);
  }
  world.say(request);
  CHECK(world.gateway.created == 2);
}

TEST_CASE("4_4_5_attach_complete_that_is_not_ciphered_completes_nothing") {
  Overheard world;
  world.ue.behaviour().withholds_attach_complete = true;
  world.attach_ue();
  const ByteVector complete =
      attach_complete(nas::ActivateDefaultEpsBearerContextAccept{.eps_bearer_identity = 5});
  world.say(complete, SecurityHeader::integrity);
  CHECK(world.state() == EmmState::deregistered);
  world.say(complete);
  CHECK(world.state() == EmmState::registered);
}

TEST_CASE("4_4_5_security_mode_complete_counts_under_its_own_header_alone") {
  const auto header = GENERATE(as<std::uint8_t>(), 0x17, 0x27, 0x37);
  Overheard world;
  world.settings.t3460_ms = 1000;
  bool changed = false;
  world.ue.behaviour().uplink = [&](ByteVector& message) {
    if (!changed && message[0] == 0x47) {
      message[0] = header;
      changed = true;
    }
    return true;
  };
  world.attach_ue();
  CHECK(changed);
  CHECK(world.ue.received(nas::EmmType::security_mode_command) == 2);
}

TEST_CASE("4_4_5_what_may_open_a_connection_need_not_be_ciphered_on_one_that_is_there") {
  Overheard world;
  world.attach_ue();
  world.say(octets_of_plain(PlainMessage(detach_of(world.ue))), SecurityHeader::integrity);
  CHECK(world.ue.received(nas::EmmType::detach_accept) == 1);
  CHECK(world.state() == EmmState::deregistered);
}

TEST_CASE("4_4_4_3_ue_that_is_to_take_new_keys_is_heard_under_those_in_use_alone") {
  Rekeyed world;
  SECTION("whoever refuses the new ones") {
    world.ue.send(nas::EmmMessage(nas::SecurityModeReject{nas::EmmCause::security_mode_rejected_unspecified}),
                  SecurityHeader::plain);
  }
  SECTION("whoever detaches it") {
    world.ue.send(nas::EmmMessage(detach_of(world.ue)), SecurityHeader::plain);
  }
  SECTION("whoever attaches") {
    nas::AttachRequest request;
    request.eps_mobile_identity = test_imsi(1);
    request.ue_network_capability = world.ue.settings().network_capability;
    const PlainMessage container(nas::PdnConnectivityRequest{.procedure_transaction_identity = 1});
    request.esm_message_container = nas::Octets(container.bytes());
    world.ue.send(nas::EmmMessage(request), SecurityHeader::plain);
  }
  world.wait(100ms);
  world.ue.behaviour().deaf_to.clear();
  world.wait(2s);
  REQUIRE(world.updating->done());
  CHECK(world.updating->result());
  CHECK(world.ue.received(nas::EmmType::detach_accept) == 0);
  CHECK(world.ue.connected());
  CHECK(world.state() == EmmState::registered);
  CHECK(world.hss.vectors_given == 2);
  CHECK(world.complaints() == "");
}

TEST_CASE("5_4_3_7_c_request_under_the_keys_in_use_goes_before_new_ones") {
  Rekeyed world;
  world.give_up();
  SECTION("a detach") {
    const auto detached = lab::finish(world.loop, world.ue.detach());
    REQUIRE(detached);
    CHECK(*detached);
    CHECK(world.state() == EmmState::deregistered);
    CHECK(world.gateway.sessions.empty());
  }
  SECTION("a switch-off") {
    REQUIRE(lab::finish(world.loop, world.ue.detach(true)));
    world.wait(100ms);
    CHECK(world.state() == EmmState::deregistered);
  }
  SECTION("an attach") {
    CHECK(world.attach(world.ue));
    world.wait(1s);
    CHECK(world.state() == EmmState::registered);
  }
  SECTION("an update") {
    const auto updated = lab::finish(world.loop, world.ue.tracking_area_update());
    REQUIRE(updated);
    CHECK(*updated);
    CHECK(world.state() == EmmState::registered);
  }
  CHECK(world.hss.vectors_given == 2);
  CHECK(world.complaints() == "");
}

TEST_CASE("5_4_3_7_c_detach_by_the_network_goes_on_under_the_keys_in_use_whatever_the_ue_asks_under_them") {
  Rekeyed world;
  world.give_up();
  world.mme->detach(*world.mme->directory().find(test_imsi(1)), nas::NetworkDetachType::reattach_not_required,
                    std::nullopt);
  world.wait(100ms);
  CHECK(world.ue.received(nas::EmmType::detach_request) == 0);  // It came under the keys that are not in use.
  CHECK_FALSE(world.attach(world.ue));
  CHECK(world.ue.received(nas::EmmType::detach_request) == 1);
  CHECK(world.state() == EmmState::deregistered);
  world.wait(1min);
  CHECK(world.mme->connected_ues() == 0);
}

TEST_CASE("5_5_2_3_detach_by_the_network_that_crosses_the_answer_to_new_keys_is_heard_at_once") {
  Rekeyed world;
  world.ue.behaviour().deaf_to.clear();
  world.ue.behaviour().uplink = [&](ByteVector& message) {
    if (message[0] == 0x47)  // SECURITY MODE COMPLETE's header.
      world.mme->detach(*world.mme->directory().find(test_imsi(1)),
                        nas::NetworkDetachType::reattach_not_required, std::nullopt);
    return true;
  };
  world.wait(2s);
  CHECK(world.ue.received(nas::EmmType::detach_request) == 1);
  CHECK(world.state() == EmmState::deregistered);
  CHECK(world.mme->connected_ues() == 0);
  CHECK(world.complaints() == "");
}

TEST_CASE("attach_that_takes_too_long_for_new_keys_is_refused_under_those_in_use") {
  Overheard world;
  world.settings.attach_guard_ms = 3000;
  world.attach_ue();
  world.ue.settings().network_capability.octets.data[0] = 0xE0;
  world.ue.behaviour().deaf_to = {nas::EmmType::security_mode_command};
  const auto refused = world.attach(world.ue);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().emm_cause == nas::EmmCause::network_failure);
  CHECK(world.complaints() == "");
}

TEST_CASE("4_4_4_3_detach_without_a_proof_is_taken_from_a_sender_that_then_proves_itself") {
  Overheard world;
  world.attach_ue();
  world.go_idle(world.enb, world.ue);
  world.ue.security_mutable() = {};  // It has lost its keys, and not its name.
  SECTION("and does") {
    const auto detached = lab::finish(world.loop, world.ue.detach());
    REQUIRE(detached);
    CHECK(*detached);
    CHECK(world.state() == EmmState::deregistered);
    CHECK(world.gateway.sessions.empty());
  }
  SECTION("and cannot") {
    world.ue.behaviour().wrong_res = true;
    CHECK_FALSE(*lab::finish(world.loop, world.ue.detach()));
    CHECK(world.ue.received(nas::EmmType::detach_accept) == 0);
    CHECK(world.state() == EmmState::registered);
    CHECK(world.gateway.sessions.size() == 1);
  }
  world.wait(1s);
  CHECK(world.hss.vectors_given == 2);
  CHECK(world.mme->connected_ues() == 0);
  CHECK(world.complaints() == "");
}

TEST_CASE("4_4_4_3_detach_that_comes_again_while_its_sender_is_asked_to_prove_itself_is_one") {
  Overheard world;
  world.attach_ue();
  world.go_idle(world.enb, world.ue);
  world.ue.security_mutable() = {};
  world.ue.behaviour().deaf_to = {nas::EmmType::authentication_request};
  lab::Running detaching(world.ue.detach());
  world.wait(100ms);
  world.ue.send(nas::EmmMessage(detach_of(world.ue)), SecurityHeader::plain);
  world.wait(100ms);
  world.ue.behaviour().deaf_to.clear();
  world.wait(10s);
  REQUIRE(detaching.done());
  CHECK(detaching.result());
  CHECK(world.hss.vectors_given == 2);
  CHECK(world.state() == EmmState::deregistered);
}

TEST_CASE("4_4_4_3_answer_to_the_challenge_of_an_update_is_no_proof_of_a_detach_that_came_with_it") {
  Overheard world;
  world.attach_ue();
  world.go_idle(world.enb, world.ue);
  world.ue.security_mutable() = {};
  world.ue.behaviour().deaf_to = {nas::EmmType::authentication_request};
  lab::Running updating(world.ue.tracking_area_update({.active = true}));
  world.wait(100ms);
  world.ue.send(nas::EmmMessage(detach_of(world.ue)), SecurityHeader::plain);
  world.wait(100ms);
  world.ue.behaviour().deaf_to.clear();
  world.wait(10s);  // T3460
  CHECK(world.hss.vectors_given == 2);
  CHECK(world.ue.received(nas::EmmType::detach_accept) == 0);
  REQUIRE(updating.done());
  CHECK(updating.result());
  CHECK(world.state() == EmmState::registered);
  CHECK(world.gateway.sessions.size() == 1);
  // One that is meant comes again (T3421), by now under the keys of its UE.
  world.ue.send(nas::EmmMessage(detach_of(world.ue)));
  world.wait(1s);
  CHECK(world.ue.received(nas::EmmType::detach_accept) == 1);
  CHECK(world.state() == EmmState::deregistered);
  CHECK(world.gateway.sessions.empty());
  CHECK(world.mme->connected_ues() == 0);
}

TEST_CASE("5_4_2_4_challenge_is_for_a_key_set_that_neither_side_has_keys_under") {
  Overheard world;
  world.attach_ue();
  REQUIRE(world.record(1)->security.ksi == 0);
  world.go_idle(world.enb, world.ue);
  SECTION("whatever the UE says of its own") {
    world.ue.security_mutable() = {};
    world.ue.set_guti({});
    REQUIRE(world.attach(world.ue));
    CHECK(world.key_set == 1);
  }
  SECTION("nor under one that it has beside that in use") {
    const nas::TrackingAreaUpdateRequest update{
        .nas_key_set_identifier = {.value = 0},
        .old_guti = *world.ue.guti(),
        .non_current_native_nas_key_set_identifier = nas::NasKeySetIdentifier{.value = 1}};
    world.ue.send(nas::EmmMessage(update), SecurityHeader::plain);
    world.wait(1s);
    CHECK(world.key_set == 2);
  }
}

TEST_CASE(
    "5_4_3_7_c_update_that_crosses_the_answer_to_security_mode_control_is_accepted_under_the_new_keys") {
  Overheard world;
  world.attach_ue();
  world.ue.settings().network_capability.octets.data[0] = 0xE0;  // It has to have new keys.
  bool crossed = false;
  world.on_downlink = [&](Bytes plain) {
    const auto peeked = nas::peek(plain);
    if (!crossed && peeked && peeked->emm_type == nas::EmmType::security_mode_command) {
      crossed = true;
      nas::TrackingAreaUpdateRequest request;
      request.old_guti = *world.ue.guti();
      request.nas_key_set_identifier.value = world.ue.security().ksi;
      world.ue.send(nas::EmmMessage(request));
    }
    return true;
  };
  const auto updated = lab::finish(world.loop, world.ue.tracking_area_update(), 5s);
  CHECK(crossed);
  REQUIRE(updated);
  REQUIRE(*updated);
  world.wait(1s);
  CHECK(world.hss.vectors_given == 2);
  CHECK(world.record(1)->security.ksi == world.ue.security().ksi);
  CHECK(world.record(1)->old_m_tmsi == 0);
  CHECK(*lab::finish(world.loop, world.ue.connect_pdn(Apn::parse("ims"))));
}
