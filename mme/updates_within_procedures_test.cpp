// SPDX-License-Identifier: Apache-2.0
// Tracking area updates, and attaches, in the middle of something else of the same UE: TS 24.301 §4.2, §5.5.
#include <catch2/catch.hpp>

#include "asn1/s1ap/messages.hpp"
#include "mme/test_bearing.hpp"

using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

TEST_CASE("update_of_a_ue_that_is_asked_about_a_bearer_is_served_at_once_and_the_bearer_comes_up") {
  // TS 24.301 §4.2: the UE suspends its ESM messages until it has its answer.
  Bearing t;
  t.ue.behaviour().deaf_to_esm = {nas::EsmType::activate_dedicated_eps_bearer_context_request};
  lab::Running running(t.world.mme->create_bearer(t.create_request()));
  t.world.wait(1s);
  lab::UpdateRequest wanted;
  if (GENERATE(false, true)) {
    // It has heard of no other bearer yet.
    wanted.bearers.emplace();
    wanted.bearers->set(5);
  }
  const auto updated = lab::finish(t.world.loop, t.ue.tracking_area_update(wanted), 2s);
  REQUIRE(updated);
  REQUIRE(*updated);
  CHECK_FALSE(running.done());
  t.ue.behaviour().deaf_to_esm.clear();
  t.world.wait(10s);
  REQUIRE(running.done());
  REQUIRE(running.result());
  CHECK(running.result()->ebi == 6);
  CHECK(t.ue.bearer(6));
  CHECK(t.erabs() == 2);
  CHECK(t.world.record(1)->old_m_tmsi == 0);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("refused_update_of_a_ue_that_is_asked_about_a_bearer_ends_the_question_and_the_connection") {
  Bearing t;
  t.ue.behaviour().deaf_to_esm = {nas::EsmType::activate_dedicated_eps_bearer_context_request};
  lab::Running running(t.world.mme->create_bearer(t.create_request()));
  t.world.wait(1s);
  t.world.settings.access = {{.group = "default", .tacs = {{8, 9}}}};
  auto& directory = t.world.mme->directory();
  directory[*directory.find(test_imsi(1))].access = 0;
  const auto updated = lab::finish(t.world.loop, t.ue.tracking_area_update(), 2s);
  REQUIRE(updated);
  REQUIRE_FALSE(*updated);
  CHECK(updated->error().emm_cause == nas::EmmCause::no_suitable_cells_in_tracking_area);
  t.world.wait(1s);
  REQUIRE(running.done());
  CHECK_FALSE(running.result());
  CHECK(t.world.mme->connected_ues() == 0);
  CHECK(t.bearers_of_record() == 1);
}

TEST_CASE("ue_that_refuses_new_keys_in_the_middle_of_a_question_about_a_bearer_is_let_go_without_a_word") {
  Bearing t;
  t.ue.behaviour().deaf_to_esm = {nas::EsmType::activate_dedicated_eps_bearer_context_request};
  lab::Running running(t.world.mme->create_bearer(t.create_request(1)));
  t.world.wait(1s);
  // Other capabilities want other keys.
  t.ue.settings().network_capability = nas::UeNetworkCapability{{.data = {0xE0, 0x60}, .size = 2}};
  t.ue.behaviour().rejects_security_mode = true;
  const auto updated = lab::finish(t.world.loop, t.ue.tracking_area_update(), 1min);
  REQUIRE(updated);
  CHECK_FALSE(*updated);
  t.world.wait(1s);
  REQUIRE(running.done());
  CHECK_FALSE(running.result());
  CHECK(t.world.mme->connected_ues() == 0);
}

TEST_CASE("update_that_meets_an_erab_setup_waits_for_the_answer_of_the_enb_and_for_nothing_else") {
  Bearing t;
  t.enb.behaviour().ignores_erab_requests = true;
  lab::Running running(t.world.mme->create_bearer(t.create_request()));
  t.world.wait(100ms);
  const lab::Running updating(t.ue.tracking_area_update());
  t.world.wait(1s);
  CHECK_FALSE(updating.done());
  s1ap::ErabSetupItemBearerSuRes item;
  item.erab_id = 6;
  item.transport_layer_address = s1ap::TransportLayerAddress::of(*IpAddress::parse("127.0.2.1"));
  item.gtp_teid = 77;
  s1ap::ErabSetupResponse response;
  response.mme_ue_s1ap_id = *t.enb.mme_ue_s1ap_id(*t.ue.connection());
  response.enb_ue_s1ap_id = *t.ue.connection();
  response.erab_setup_list = {&item, 1};
  t.enb.send(response, 1);
  t.world.wait(1s);
  CHECK(updating.done());
  // The eNodeB has kept the request to itself: it comes again by itself.
  t.world.wait(10s);
  REQUIRE(running.done());
  REQUIRE(running.result());
  CHECK(running.result()->access.teid == 77);
  CHECK(t.ue.bearer(6));
}

TEST_CASE("update_that_comes_while_the_gateway_is_asked_is_served_before_the_ue_is") {
  Bearing t;
  t.world.gateway.delay = 3s;
  bool served_before = false;
  t.enb.on_message = [&](const s1ap::Message& message) {
    if (message.type == s1ap::MessageType::erab_setup_request)
      served_before = t.ue.received(nas::EmmType::tracking_area_update_accept) == 1;
  };
  nas::PdnConnectivityRequest request;
  request.procedure_transaction_identity = 9;
  request.request_type = nas::RequestType::initial;
  request.pdn_type = nas::PdnType::ipv4;
  request.access_point_name = Apn::parse("ims");
  t.ue.send(request);
  t.world.wait(1s);
  lab::Running updating(t.ue.tracking_area_update());
  t.world.wait(10s);
  REQUIRE(updating.done());
  CHECK(updating.result());
  CHECK(served_before);
}

TEST_CASE("update_that_waits_is_none_any_more_when_its_ue_attaches") {
  Bearing t;
  t.enb.behaviour().ignores_erab_requests = true;
  lab::Running running(t.world.mme->create_bearer(t.create_request()));
  t.world.wait(100ms);
  std::optional<lab::Running<lab::UeResult<lab::Update>>> updating(std::in_place,
                                                                   t.ue.tracking_area_update());
  t.world.wait(1s);
  CHECK_FALSE(updating->done());
  updating.reset();
  t.enb.behaviour() = {};
  REQUIRE(t.world.attach(t.ue));
  t.world.wait(10s);
  CHECK(t.ue.received(nas::EmmType::tracking_area_update_accept) == 0);
  CHECK(t.ue.received(nas::EmmType::tracking_area_update_reject) == 0);
  CHECK(t.ue.connected());
  CHECK(t.world.record(1)->emm_state == EmmState::registered);
}

TEST_CASE("what_a_ue_asked_for_before_it_attaches_anew_does_not_come_after_it") {
  Bearing t;
  t.ue.behaviour().deaf_to_esm = {nas::EsmType::activate_dedicated_eps_bearer_context_request};
  lab::Running running(t.world.mme->create_bearer(t.create_request()));
  t.world.wait(1s);
  nas::PdnConnectivityRequest request;
  request.procedure_transaction_identity = 9;
  request.request_type = nas::RequestType::initial;
  request.pdn_type = nas::PdnType::ipv4;
  request.access_point_name = Apn::parse("ims");
  t.ue.send(request);
  t.world.wait(100ms);
  t.ue.behaviour() = {};
  REQUIRE(t.world.attach(t.ue));
  t.world.wait(10s);
  CHECK(t.world.gateway.created == 2);  // One for each attach.
  CHECK(t.world.gateway.sessions.size() == 1);
  CHECK(t.bearers_of_record() == 1);
}

TEST_CASE("update_where_nobody_is_served_ends_whatever_runs_and_the_connection") {
  Bearing t;
  t.ue.behaviour().deaf_to_esm = {nas::EsmType::activate_dedicated_eps_bearer_context_request};
  lab::Running running(t.world.mme->create_bearer(t.create_request()));
  t.world.wait(1s);
  // Another cell of its eNodeB, of which the network knows nothing.
  t.enb.settings_mutable().tracking_area.tac = 100;
  const auto updated = lab::finish(t.world.loop, t.ue.tracking_area_update(), 2s);
  REQUIRE(updated);
  REQUIRE_FALSE(*updated);
  CHECK(updated->error().emm_cause == nas::EmmCause::no_suitable_cells_in_tracking_area);
  t.world.wait(1s);
  REQUIRE(running.done());
  CHECK_FALSE(running.result());
  CHECK(t.world.mme->connected_ues() == 0);
  CHECK(t.bearers_of_record() == 1);
}

TEST_CASE("ue_that_an_update_keeps_connected_for_its_signalling_gets_what_it_asks_for") {
  // TS 24.301 §5.5.3.2.2: the "signalling active" flag is for what follows.
  Attached t;
  t.world.go_idle(t.enb, t.ue);
  REQUIRE(*lab::finish(t.world.loop, t.ue.tracking_area_update({.signalling_active = true})));
  t.world.wait(100ms);
  REQUIRE(t.ue.connected());
  CHECK_FALSE(t.world.gateway.sessions.at(1).access);
  const auto connected = t.connect_ims();
  REQUIRE(connected);
  CHECK(t.ue.received(nas::EsmType::pdn_connectivity_reject) == 0);
  CHECK(t.world.gateway.sessions.at(1).access);
  CHECK(t.world.gateway.sessions.at(2).access);
  CHECK(t.world.complaints() == "");
}
