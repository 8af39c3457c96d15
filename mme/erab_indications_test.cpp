// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "asn1/s1ap/messages.hpp"
#include "mme/test_bearing.hpp"

/// E-RABs whose downlink an eNodeB moves to another node, TS 36.413 §8.2.4.
using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

using Moved = std::vector<s1ap::ErabToBeModifiedItemBearerModInd>;
using Failed = std::map<std::uint8_t, std::string>;

s1ap::ErabToBeModifiedItemBearerModInd elsewhere(std::uint8_t erab_id) {
  return {erab_id, s1ap::TransportLayerAddress::of(*IpAddress::parse("127.0.9.9")), 1u + erab_id};
}

s1ap::ErabModificationIndication indication_of(const lab::Enb& enb, const lab::Ue& ue, const Moved& moved) {
  s1ap::ErabModificationIndication indication;
  indication.mme_ue_s1ap_id = *enb.mme_ue_s1ap_id(*ue.connection());
  indication.enb_ue_s1ap_id = *ue.connection();
  indication.erab_to_be_modified_list = moved;
  return indication;
}

/// What the eNodeB hears when these have moved.
struct Moving : Bearing {
  void move(const Moved& moved) {
    enb.on_message = [this](const s1ap::Message& message) {
      if (const auto* command = message.as<s1ap::UeContextReleaseCommand>())
        released_for = s1ap::name(command->cause);
      const auto* confirm = message.as<s1ap::ErabModificationConfirm>();
      if (confirm == nullptr) return;
      for (const auto& item : confirm->erab_modify_list) done.push_back(item.erab_id);
      for (const auto& item : confirm->erab_failed_to_modify_list)
        failed[item.erab_id] = s1ap::name(item.cause);
    };
    enb.send(indication_of(enb, ue, moved), 1);
    world.wait(1s);
    enb.on_message = nullptr;
  }
  std::vector<std::uint8_t> done{};
  Failed failed{};
  std::string released_for{};
};

}  // namespace

TEST_CASE("downlink_of_a_bearer_moves_to_the_secondary_node_and_is_confirmed") {
  Bearing t;
  REQUIRE(t.create());
  const auto secondary = *Ipv4Address::parse("127.0.9.9");
  const auto confirmed = lab::finish(t.world.loop, t.enb.move_erabs(*t.ue.connection(), {6}, secondary));
  REQUIRE(confirmed);
  REQUIRE(*confirmed);
  CHECK(**confirmed == std::vector<std::uint8_t>{6});
  CHECK(t.world.gateway.sessions.at(1).dedicated.at(6).v4 == secondary);
  CHECK(t.world.gateway.sessions.at(1).access->v4 == Ipv4Address::parse("127.0.2.1"));
  CHECK(t.world.complaints() == "");
}

TEST_CASE("erab_modification_indication_that_does_not_fit_the_ue_releases_it") {
  Moving t;
  REQUIRE(t.create());
  std::string why;
  SECTION("a bearer is missing") {
    t.move({elsewhere(6)});
    why = "semantic-error";
  }
  SECTION("a bearer stands twice") {
    t.move({elsewhere(5), elsewhere(6), elsewhere(6)});
    why = "multiple-E-RAB-ID-instances";
  }
  SECTION("a bearer that there cannot be stands twice") {
    t.move({elsewhere(5), elsewhere(6), elsewhere(3), elsewhere(3)});
    why = "multiple-E-RAB-ID-instances";
  }
  CHECK(t.released_for == why);
  CHECK_FALSE(t.ue.connected());
  CHECK(t.world.record(1)->emm_state == EmmState::registered);
  CHECK(t.world.gateway.sessions.size() == 1);
}

TEST_CASE("erab_modification_indication_names_the_bearers_that_could_not_be_moved") {
  Moving t;
  t.move(
      {elsewhere(0), elsewhere(5), elsewhere(4), elsewhere(9), elsewhere(15), elsewhere(16), elsewhere(255)});
  const std::string unknown = "unknown-E-RAB-ID";
  CHECK(t.failed ==
        Failed{{0, unknown}, {4, unknown}, {9, unknown}, {15, unknown}, {16, unknown}, {255, unknown}});
  CHECK(t.done == std::vector<std::uint8_t>{5});
  CHECK(t.released_for == "");
  CHECK(t.world.gateway.sessions.at(1).access->v4 == Ipv4Address::parse("127.0.9.9"));
  CHECK(t.ue.connected());
}

TEST_CASE("erab_modification_indication_that_too_much_waits_before_is_answered_and_moves_nothing") {
  Moving t;
  t.enb.behaviour().ignores_erab_requests = true;
  std::vector<std::unique_ptr<lab::Running<sgw::Answer<sgw::CreateBearerResponse>>>> created;
  // One that runs, and as many that wait as can.
  for (std::size_t i = 0; i <= WaitingRequests::kPerUeMax; ++i)
    created.push_back(std::make_unique<lab::Running<sgw::Answer<sgw::CreateBearerResponse>>>(
        t.world.mme->create_bearer(t.create_request())));
  const auto before = t.world.gateway.sessions.at(1).access;
  t.move({elsewhere(5)});
  CHECK(t.failed == Failed{{5, "control-processing-overload"}});
  CHECK(t.done.empty());
  CHECK(t.world.gateway.sessions.at(1).access == before);
  CHECK(t.ue.connected());
}

TEST_CASE("bearer_that_an_enb_releases_ends_however_much_waits_before_it") {
  Moving t;
  REQUIRE(t.create());
  t.enb.behaviour().ignores_erab_requests = true;
  std::vector<std::unique_ptr<lab::Running<sgw::Answer<sgw::CreateBearerResponse>>>> created;
  for (std::size_t i = 0; i <= WaitingRequests::kPerUeMax; ++i)
    created.push_back(std::make_unique<lab::Running<sgw::Answer<sgw::CreateBearerResponse>>>(
        t.world.mme->create_bearer(t.create_request())));
  t.enb.release_erabs(*t.ue.connection(), {6});
  t.world.wait(1s);
  CHECK(t.kept(6) != nullptr);
  t.enb.behaviour().ignores_erab_requests = false;
  t.world.wait(10min);
  CHECK(t.world.gateway.lost.size() == 1);
}

TEST_CASE("erab_that_is_set_up_after_its_bearer_was_given_up_is_released") {
  Bearing t;
  std::optional<s1ap::ErabSetupResponse> late;
  s1ap::ErabSetupItemBearerSuRes item;
  t.enb.on_message = [&](const s1ap::Message& message) {
    const auto* request = message.as<s1ap::ErabSetupRequest>();
    if (request == nullptr) return;
    item.erab_id = request->erab_to_be_setup_list[0].erab_id;
    item.transport_layer_address = s1ap::TransportLayerAddress::of(*IpAddress::parse("127.0.2.1"));
    item.gtp_teid = 77;
    late.emplace();
    late->mme_ue_s1ap_id = request->mme_ue_s1ap_id;
    late->enb_ue_s1ap_id = request->enb_ue_s1ap_id;
    late->erab_setup_list = {&item, 1};
  };
  t.enb.behaviour().ignores_erab_requests = true;
  const auto created = t.create();
  REQUIRE_FALSE(created);
  CHECK(created.error() == gtp::Cause::remote_peer_not_responding);
  REQUIRE(late);
  CHECK(item.erab_id == 6);
  t.enb.behaviour().ignores_erab_requests = false;
  CHECK(t.enb.received(s1ap::MessageType::erab_release_command) == 0);
  SECTION("it is nobody's") {
    t.enb.send(*late, 1);
    t.world.wait(1s);
    CHECK(t.enb.received(s1ap::MessageType::erab_release_command) == 1);
    // And once more it is not there.
    t.enb.send(*late, 1);
    t.world.wait(1s);
    CHECK(t.enb.received(s1ap::MessageType::erab_release_command) == 1);
  }
  SECTION("another bearer has its identity by now") {
    t.enb.on_message = nullptr;
    REQUIRE(t.create());
    t.enb.send(*late, 1);
    t.world.wait(1s);
    CHECK(t.enb.received(s1ap::MessageType::erab_release_command) == 0);
    CHECK(t.kept(6) != nullptr);
  }
  CHECK(t.ue.connected());
}

TEST_CASE("erab_modification_indication_for_a_ue_without_a_context_is_an_error_and_ends_no_attach") {
  World world;
  auto& enb = world.add_enb();
  auto& ue = world.add_ue(enb, 1);
  enb.behaviour().ignores_initial_context_setup = true;
  lab::Running attaching(ue.attach());
  world.wait(100ms);
  std::string cause;
  enb.on_message = [&](const s1ap::Message& message) {
    if (const auto* indication = message.as<s1ap::ErrorIndication>()) cause = s1ap::name(*indication->cause);
  };
  enb.send(indication_of(enb, ue, {elsewhere(5)}), 1);
  world.wait(500ms);
  enb.on_message = nullptr;
  CHECK(cause == "message-not-compatible-with-receiver-state");
  CHECK(enb.received(s1ap::MessageType::ue_context_release_command) == 0);
  CHECK(world.gateway.sessions.size() == 1);
}
