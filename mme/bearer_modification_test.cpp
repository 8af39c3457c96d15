// SPDX-License-Identifier: Apache-2.0
// Bearer modification by the PDN gateway, TS 23.401 §5.4.2.1 and §5.4.3, TS 24.301 §6.4.3, TS 36.413 §8.2.2.
#include <catch2/catch.hpp>

#include "mme/pdn_connection.hpp"
#include "mme/test_bearing.hpp"

using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

TEST_CASE("qos_of_a_bearer_changes_at_the_enb_and_the_ue") {
  Bearing t;
  REQUIRE(t.create());
  REQUIRE(t.update({.ebi = 6, .qos = voice_qos(128)}));
  CHECK(t.enb.received(s1ap::MessageType::erab_modify_request) == 1);
  CHECK(t.ue.bearer(6)->rates->gbr_uplink == 128);
  CHECK(t.kept(6)->qos == voice_qos(128));
  CHECK(t.world.complaints() == "");
}

TEST_CASE("tft_of_a_bearer_changes_without_the_enb") {
  Bearing t;
  REQUIRE(t.create());
  const ByteVector filters = tft(nas::Tft::Operation::replace_filters, 6000);
  REQUIRE(t.update({.ebi = 6, .tft = filters}));
  CHECK(t.enb.received(s1ap::MessageType::erab_modify_request) == 0);
  CHECK(t.ue.bearer(6)->tft == filters);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("apn_ambr_changes_at_the_ue_and_the_ue_ambr_at_the_enb") {
  Bearing t;
  std::optional<s1ap::UeAggregateMaximumBitrate> told;
  t.enb.on_message = [&](const s1ap::Message& message) {
    if (const auto* modification = message.as<s1ap::UeContextModificationRequest>())
      told = modification->ue_aggregate_maximum_bitrate;
  };
  REQUIRE(t.update({.ebi = 5, .ambr = gtp::Ambr{1'024'000, 3'008'000}}));
  t.world.wait(1s);
  CHECK(t.ue.bearer(5)->ambr == nas::ApnAmbr{.downlink = 3008, .uplink = 1024});
  REQUIRE(told);
  CHECK(told->ue_aggregate_maximum_bit_rate_dl == 3'008'000);
  CHECK(told->ue_aggregate_maximum_bit_rate_ul == 1'024'000);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("apn_ambr_is_told_rounded_up_and_beyond_its_reach_in_the_extended_one_too") {
  const auto told = [](const gtp::Ambr& ambr) {
    nas::ModifyEpsBearerContextRequest message;
    set_apn_ambr(message, ambr);
    return message;
  };
  const auto low = told({1'001, 999'001});
  CHECK(low.apn_ambr == nas::ApnAmbr{.downlink = 1000, .uplink = 2});
  CHECK_FALSE(low.extended_apn_ambr);
  CHECK_FALSE(told({65'280'000'000, 65'280'000'000}).extended_apn_ambr);
  for (const gtp::Ambr& high :
       {gtp::Ambr{100'000'000'000, 64'000'000}, gtp::Ambr{64'000'000, 4'000'000'000'000}}) {
    const auto message = told(high);
    CHECK(message.apn_ambr);
    REQUIRE(message.extended_apn_ambr);
    CHECK(message.extended_apn_ambr->downlink == high.downlink_bps / 1000);
    CHECK(message.extended_apn_ambr->uplink == high.uplink_bps / 1000);
  }
  // On the wire, to a UE.
  Bearing t;
  REQUIRE(t.update({.ebi = 5, .ambr = gtp::Ambr{100'000'000'000, 100'000'000'000}}));
  t.world.wait(1s);
  CHECK(t.ue.received(nas::EsmType::modify_eps_bearer_context_request) == 1);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("refused_modification_leaves_the_bearer_as_it_was") {
  Bearing t;
  REQUIRE(t.create());
  SECTION("by the eNodeB") {
    t.enb.behaviour().refuses_erabs = {6};
    CHECK(t.update({.ebi = 6, .qos = voice_qos(128)}).error() == gtp::Cause::no_resources_available);
  }
  SECTION("by the UE") {
    t.ue.behaviour().refuses_bearers = nas::EsmCause::insufficient_resources;
    CHECK(t.update({.ebi = 6, .qos = voice_qos(128)}).error() == gtp::Cause::no_resources_available);
  }
  SECTION("by a UE that hears nothing") {
    t.ue.behaviour().deaf_to_esm = {nas::EsmType::modify_eps_bearer_context_request};
    CHECK(t.update({.ebi = 6, .tft = tft(nas::Tft::Operation::replace_filters)}).error() ==
          gtp::Cause::ue_not_responding);
  }
  CHECK(t.kept(6)->qos == voice_qos());
  CHECK(t.ue.bearer(6)->rates->gbr_uplink == 64);
  CHECK(t.erabs() == 2);
}

TEST_CASE("modification_that_one_side_refuses_leaves_the_old_qos_at_the_ue_the_enb_and_the_gateway") {
  Bearing t;
  REQUIRE(t.create());
  t.enb.behaviour().delivers_nas_first = GENERATE(false, true);
  gtp::BearerQos other = voice_qos(128);
  other.qci = 2;
  const auto qci_at_enb = [&] { return t.enb.erabs(*t.ue.connection()).back().qci; };
  SECTION("the UE refuses") {
    t.ue.behaviour().refuses_bearers = nas::EsmCause::insufficient_resources;
    CHECK(t.update({.ebi = 6, .qos = other}).error() == gtp::Cause::no_resources_available);
    t.world.wait(1s);
    CHECK(t.enb.received(s1ap::MessageType::erab_modify_request) == 2);
    t.ue.behaviour() = {};
  }
  SECTION("the UE does not hear") {
    t.ue.behaviour().deaf_to_esm = {nas::EsmType::modify_eps_bearer_context_request};
    CHECK(t.update({.ebi = 6, .qos = other}).error() == gtp::Cause::ue_not_responding);
    t.ue.behaviour() = {};
    t.world.wait(1s);
  }
  SECTION("the UE hears, and its answers are lost") {
    t.ue.behaviour().uplink = [](ByteVector&) { return false; };
    lab::Running updating(
        t.world.mme->update_bearer({.session = kSession, .imsi = test_imsi(1), .ebi = 6, .qos = other}));
    t.world.wait(39s);
    CHECK(t.ue.bearer(6)->qci == 2);
    t.world.wait(2s);
    REQUIRE(updating.done());
    CHECK(updating.result().error() == gtp::Cause::ue_not_responding);
    t.ue.behaviour() = {};
    t.world.wait(10s);
  }
  CHECK(qci_at_enb() == 1);
  CHECK(t.ue.bearer(6)->qci == 1);
  CHECK(t.ue.bearer(6)->rates->gbr_uplink == 64);
  CHECK(t.kept(6)->qos == voice_qos());
  // And the next change finds all three ready.
  REQUIRE(t.update({.ebi = 6, .qos = other}));
  CHECK(qci_at_enb() == 2);
  CHECK(t.ue.bearer(6)->qci == 2);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("ue_that_took_what_its_enb_refuses_is_given_the_old_qos_again_and_the_enb_is_not_asked") {
  Bearing t;
  REQUIRE(t.create());
  // This eNodeB passes the NAS message on before it finds that it has no resources.
  t.enb.behaviour().refuses_erabs = {6};
  t.enb.behaviour().delivers_nas_first = t.enb.behaviour().passes_nas_of_refused_erabs = true;
  CHECK(t.update({.ebi = 6, .qos = voice_qos(128)}).error() == gtp::Cause::no_resources_available);
  t.world.wait(1s);
  CHECK(t.ue.bearer(6)->rates->gbr_uplink == 64);
  CHECK(t.ue.received(nas::EsmType::modify_eps_bearer_context_request) == 2);
  CHECK(t.enb.received(s1ap::MessageType::erab_modify_request) == 1);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("enb_that_cannot_go_back_to_the_old_qos_gets_it_with_the_ues_next_connection") {
  Bearing t;
  REQUIRE(t.create());
  gtp::BearerQos other = voice_qos(128);
  other.qci = 2;
  t.ue.behaviour().refuses_bearers = nas::EsmCause::insufficient_resources;
  unsigned asked = 0;
  t.enb.on_message = [&](const s1ap::Message& message) {
    if (message.as<s1ap::ErabModifyRequest>() && ++asked > 1) t.enb.behaviour().refuses_erabs = {6};
  };
  CHECK_FALSE(t.update({.ebi = 6, .qos = other}));
  t.world.wait(2s);
  CHECK_FALSE(t.ue.connected());
  CHECK(t.world.record(1)->emm_state == EmmState::registered);
  t.enb.behaviour() = {};
  t.ue.behaviour() = {};
  REQUIRE(*lab::finish(t.world.loop, t.ue.service_request()));
  t.world.wait(1s);
  CHECK(t.enb.erabs(*t.ue.connection()).back().qci == 1);
  CHECK(t.ue.bearer(6)->qci == 1);
  CHECK(t.kept(6)->qos == voice_qos());
}

TEST_CASE("ue_that_may_have_taken_what_its_enb_did_not_is_told_the_old_qos_in_its_next_connection") {
  Bearing t;
  REQUIRE(t.create());
  t.enb.behaviour().ignores_erab_requests = true;
  lab::Running answering(t.ue.answer_page(5min));
  CHECK(t.update({.ebi = 6, .qos = voice_qos(128)}).error() == gtp::Cause::remote_peer_not_responding);
  t.world.wait(1s);
  CHECK(t.ue.received(nas::EsmType::modify_eps_bearer_context_request) == 0);
  t.world.loop.run_until([&] { return !t.ue.connected(); }, 1min);
  t.enb.behaviour() = {};
  t.world.wait(5s);
  CHECK(answering.done());
  CHECK(t.ue.received(nas::EsmType::modify_eps_bearer_context_request) == 1);
  CHECK(t.ue.bearer(6)->rates->gbr_uplink == 64);
  CHECK(t.world.mme->waits() == 0);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("disconnect_in_the_middle_of_a_modification_leaves_nothing_to_restore") {
  Bearing t;
  REQUIRE(t.connect_ims());
  t.ue.behaviour().deaf_to_esm = {nas::EsmType::modify_eps_bearer_context_request};
  gtp::BearerQos other = t.kept(6)->qos;
  other.qci = 9;
  lab::Running running(t.world.mme->update_bearer(
      {.session = sgw::SessionId{2}, .imsi = test_imsi(1), .ebi = 6, .qos = other}));
  t.world.wait(1s);
  REQUIRE(t.disconnect(6));
  REQUIRE(running.done());
  CHECK_FALSE(running.result());
  CHECK(t.enb.received(s1ap::MessageType::erab_modify_request) == 1);
  CHECK(t.ue.bearers().size() == 1);
  CHECK(t.erabs() == 1);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("modification_of_a_pdn_connection_that_the_ue_does_not_have_ends_it") {
  Bearing t;
  REQUIRE(t.connect_ims());
  t.ue.behaviour().refuses_bearers = nas::EsmCause::invalid_eps_bearer_identity;
  gtp::BearerQos other = t.kept(6)->qos;
  other.qci = 9;
  sgw::UpdateBearerRequest request{.session = sgw::SessionId{2}, .imsi = test_imsi(1), .ebi = 6};
  SECTION("of its APN-AMBR") {
    request.ambr = gtp::Ambr{1'024'000, 3'008'000};
  }
  SECTION("of its QoS, through the eNodeB") {
    request.qos = other;
  }
  const auto answer = lab::finish(t.world.loop, t.world.mme->update_bearer(request));
  REQUIRE(answer);
  CHECK(answer->error() == gtp::Cause::context_not_found);
  t.world.wait(1s);
  CHECK(t.kept(6) == nullptr);
  CHECK(t.erabs() == 1);
  CHECK(t.world.gateway.sessions.size() == 1);
  CHECK(t.ue.received(nas::EsmType::modify_eps_bearer_context_request) == 1);
  CHECK(t.ue.registered());
}

TEST_CASE("modification_of_a_bearer_that_the_ue_does_not_have_ends_it") {
  Bearing t;
  REQUIRE(t.create());
  t.ue.behaviour().refuses_bearers = nas::EsmCause::invalid_eps_bearer_identity;
  CHECK(t.update({.ebi = 6, .tft = tft(nas::Tft::Operation::replace_filters)}).error() ==
        gtp::Cause::context_not_found);
  t.world.wait(1s);
  CHECK(t.kept(6) == nullptr);
  CHECK(t.erabs() == 1);
  CHECK(t.world.gateway.sessions.at(1).dedicated.empty());
}
