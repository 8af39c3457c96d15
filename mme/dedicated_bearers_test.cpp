// SPDX-License-Identifier: Apache-2.0
// Bearers that the network, the UE or the eNodeB changes: TS 23.401 §5.4, TS 24.301 §6.4 to §6.6, TS 36.413
// §8.2.
#include <catch2/catch.hpp>

#include "core/telemetry/metrics.hpp"
#include "mme/test_bearing.hpp"

using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

TEST_CASE("dedicated_bearer_comes_up_at_the_ue_the_enb_and_the_gateway") {
  Bearing t;
  t.enb.behaviour().delivers_nas_first = GENERATE(false, true);
  const auto answer = t.create();
  REQUIRE(answer);
  CHECK(answer->ebi == 6);
  const lab::Bearer* bearer = t.ue.bearer(6);
  REQUIRE(bearer);
  CHECK(bearer->linked_identity == 5);
  CHECK(bearer->qci == 1);
  CHECK(bearer->tft == tft());
  REQUIRE(bearer->rates);
  CHECK(bearer->rates->gbr_downlink == 64);
  REQUIRE(bearer->erab);
  CHECK(bearer->erab->uplink_teid == 0x2000);
  CHECK(answer->access.teid == bearer->erab->downlink_teid);
  CHECK(answer->access.v4 == Ipv4Address::parse("127.0.2.1"));
  CHECK(t.world.complaints() == "");
}

TEST_CASE("network_requests_of_one_ue_wait_for_each_other") {
  Bearing t;
  lab::Running first(t.world.mme->create_bearer(t.create_request()));
  lab::Running second(t.world.mme->create_bearer(t.create_request()));
  lab::Running third(t.world.mme->delete_bearer({.session = kSession, .imsi = test_imsi(1), .ebi = 6}));
  CHECK_FALSE(first.done());
  t.world.wait(1s);
  REQUIRE((first.done() && second.done() && third.done()));
  REQUIRE(first.result());
  REQUIRE(second.result());
  CHECK(first.result()->ebi == 6);
  CHECK(second.result()->ebi == 7);
  CHECK(third.result());
  CHECK(t.ue.bearers().size() == 2);
  CHECK(t.erabs() == 2);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("ue_has_at_most_eleven_bearers") {
  Bearing t;
  for (std::uint8_t ebi = 6; ebi <= 15; ++ebi) {
    const auto answer = t.create();
    REQUIRE(answer);
    CHECK(answer->ebi == ebi);
  }
  CHECK(t.create().error() == gtp::Cause::no_resources_available);
  CHECK(t.connect_ims().error().esm_cause == nas::EsmCause::maximum_number_of_eps_bearers_reached);
  const auto asked = lab::finish(t.world.loop, t.ue.allocate_resource(5, tft(), {.qci = 8}));
  REQUIRE(asked);
  CHECK(asked->error().esm_cause == nas::EsmCause::maximum_number_of_eps_bearers_reached);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("refused_dedicated_bearer_is_told_to_the_gateway_with_its_cause_and_leaves_nothing") {
  Bearing t;
  SECTION("by the eNodeB") {
    t.enb.behaviour().refuses_erabs = {6};
    CHECK(t.create().error() == gtp::Cause::no_resources_available);
  }
  SECTION("by an eNodeB that does not answer") {
    t.enb.behaviour().ignores_erab_requests = true;
    CHECK(t.create().error() == gtp::Cause::remote_peer_not_responding);
  }
  SECTION("by the UE") {
    const auto [says, hears] = GENERATE(table<nas::EsmCause, gtp::Cause>(
        {{nas::EsmCause::insufficient_resources, gtp::Cause::no_resources_available},
         {nas::EsmCause::semantic_error_in_tft, gtp::Cause::semantic_error_in_tft_operation},
         {nas::EsmCause::syntactical_error_in_tft, gtp::Cause::syntactic_error_in_tft_operation},
         {nas::EsmCause::semantic_errors_in_packet_filters, gtp::Cause::semantic_errors_in_packet_filters},
         {nas::EsmCause::syntactical_errors_in_packet_filters,
          gtp::Cause::syntactic_errors_in_packet_filters},
         {nas::EsmCause::eps_qos_not_accepted, gtp::Cause::ue_refuses}}));
    t.ue.behaviour().refuses_bearers = says;
    CHECK(t.create().error() == hears);
  }
  SECTION("by a UE that hears nothing") {
    t.ue.behaviour().deaf_to_esm = {nas::EsmType::activate_dedicated_eps_bearer_context_request};
    CHECK(t.create().error() == gtp::Cause::ue_not_responding);
  }
  SECTION("by ESM STATUS") {
    t.ue.behaviour().deaf_to_esm = {nas::EsmType::activate_dedicated_eps_bearer_context_request};
    lab::Running running(t.world.mme->create_bearer(t.create_request()));
    t.world.wait(1s);
    t.ue.send(
        nas::EsmStatus{.eps_bearer_identity = 6, .esm_cause = nas::EsmCause::protocol_error_unspecified});
    t.world.wait(1s);
    REQUIRE(running.done());
    CHECK(running.result().error() == gtp::Cause::ue_refuses);
  }
  t.world.wait(1s);
  CHECK(t.bearers_of_record() == 1);
  CHECK(t.erabs() == 1);
  CHECK(t.ue.bearers().size() == 1);
  CHECK(t.ue.registered());
  CHECK(t.world.complaints() == "");
}

TEST_CASE("gateway_that_asks_about_nothing_that_there_is_hears_so") {
  Bearing t;
  auto request = t.create_request();
  request.session = sgw::SessionId{99};
  CHECK(lab::finish(t.world.loop, t.world.mme->create_bearer(request))->error() ==
        gtp::Cause::context_not_found);
  request.imsi = test_imsi(2);
  CHECK(lab::finish(t.world.loop, t.world.mme->create_bearer(request))->error() ==
        gtp::Cause::context_not_found);
  CHECK(t.update({.ebi = 9}).error() == gtp::Cause::context_not_found);
  CHECK(t.remove(9).error() == gtp::Cause::context_not_found);
  // Another session's bearer is not this one's.
  CHECK(t.remove(5, {}, sgw::SessionId{2}).error() == gtp::Cause::context_not_found);
}

TEST_CASE("dedicated_bearer_is_wanted_while_the_ue_attaches_and_comes_after_it") {
  World world;
  auto& enb = world.add_enb();
  auto& ue = world.add_ue(enb, 1);
  lab::Running attach(ue.attach());
  std::optional<lab::Running<sgw::Answer<sgw::CreateBearerResponse>>> running;
  world.loop.run_until([&] { return world.gateway.created == 1; }, 10s);
  running.emplace(
      world.mme->create_bearer({.session = kSession,
                                .imsi = test_imsi(1),
                                .qos = voice_qos(),
                                .tft = tft(),
                                .user_plane = {.teid = 7, .v4 = Ipv4Address::parse("10.0.0.1")}}));
  world.wait(5s);
  REQUIRE(attach.done());
  REQUIRE(attach.result());
  REQUIRE(running->done());
  CHECK(running->result());
  CHECK(ue.bearers().size() == 2);
  CHECK(world.complaints() == "");
}

TEST_CASE("attach_that_fails_answers_what_waited_for_it") {
  World world;
  auto& enb = world.add_enb();
  auto& ue = world.add_ue(enb, 1);
  enb.behaviour().fails_initial_context_setup = true;
  lab::Running attach(ue.attach());
  world.loop.run_until([&] { return world.gateway.created == 1; }, 10s);
  lab::Running running(world.mme->create_bearer({.session = kSession, .imsi = test_imsi(1), .tft = tft()}));
  world.wait(30s);
  REQUIRE(running.done());
  CHECK_FALSE(running.result());
}

TEST_CASE("gateway_ends_a_dedicated_bearer") {
  Bearing t;
  REQUIRE(t.create());
  REQUIRE(t.remove(6));
  CHECK(t.ue.bearers().size() == 1);
  CHECK(t.erabs() == 1);
  CHECK(t.kept(6) == nullptr);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("gateway_ends_a_pdn_connection_with_all_its_bearers_and_asks_the_ue_to_come_again") {
  Bearing t;
  REQUIRE(t.connect_ims());
  auto request = t.create_request();
  request.session = sgw::SessionId{2};
  REQUIRE(*lab::finish(t.world.loop, t.world.mme->create_bearer(request)));
  CHECK(t.ue.bearers().size() == 3);
  REQUIRE(t.remove(6, gtp::Cause::reactivation_requested, sgw::SessionId{2}));
  CHECK(t.ue.bearers().size() == 1);
  CHECK(t.erabs() == 1);
  CHECK(t.bearers_of_record() == 1);
  CHECK(t.ue.deactivation_cause() == nas::EsmCause::reactivation_requested);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("gateway_that_ends_the_last_pdn_connection_detaches_the_ue") {
  Bearing t;
  lab::Running detached(t.ue.network_detach(10s));
  REQUIRE(t.remove(5, gtp::Cause::reactivation_requested));
  t.world.wait(1s);
  CHECK(detached.done());
  CHECK(t.ue.received(nas::EmmType::detach_request) == 1);
  CHECK(t.world.record(1)->emm_state == EmmState::deregistered);
  CHECK(t.bearers_of_record() == 0);
  CHECK(t.world.mme->connected_ues() == 0);
}

TEST_CASE("ue_whose_connection_is_lost_while_its_last_bearer_ends_is_not_registered_any_more") {
  Bearing t;
  t.ue.behaviour().deaf_to = {nas::EmmType::detach_request};
  lab::Running ended(t.world.mme->delete_bearer({.session = kSession, .imsi = test_imsi(1), .ebi = 5}));
  t.world.wait(1s);
  CHECK(ended.done());
  t.enb.abort();
  t.world.wait(1s);
  CHECK(t.world.record(1)->emm_state == EmmState::deregistered);
  CHECK(t.bearers_of_record() == 0);
}

TEST_CASE("ue_that_is_silent_loses_its_bearer_all_the_same") {
  Bearing t;
  REQUIRE(t.create());
  t.ue.behaviour().deaf_to_esm = {nas::EsmType::deactivate_eps_bearer_context_request};
  CHECK(t.remove(6));
  CHECK(t.kept(6) == nullptr);
}

TEST_CASE("disconnect_of_the_pdn_connection_ends_the_activation_of_its_bearer") {
  Bearing t;
  REQUIRE(t.connect_ims());
  t.ue.behaviour().deaf_to_esm = {nas::EsmType::activate_dedicated_eps_bearer_context_request};
  auto request = t.create_request();
  request.session = sgw::SessionId{2};
  lab::Running running(t.world.mme->create_bearer(request));
  t.world.wait(1s);
  CHECK(t.erabs() == 3);
  REQUIRE(t.disconnect(6));
  REQUIRE(running.done());
  CHECK(running.result().error() == gtp::Cause::context_not_found);
  CHECK(t.world.gateway.sessions.size() == 1);
  CHECK(t.bearers_of_record() == 1);
  CHECK(t.erabs() == 1);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("disconnect_of_the_pdn_connection_in_the_middle_of_the_deactivation_of_its_bearer_ends_both") {
  Bearing t;
  REQUIRE(t.connect_ims());
  auto request = t.create_request();
  request.session = sgw::SessionId{2};
  REQUIRE(*lab::finish(t.world.loop, t.world.mme->create_bearer(request)));
  REQUIRE(t.erabs() == 3);
  const std::uint8_t ended = GENERATE(as<std::uint8_t>(), 6, 7);
  INFO("EPS bearer " << unsigned{ended});
  t.ue.behaviour().deaf_to_esm = {nas::EsmType::deactivate_eps_bearer_context_request};
  lab::Running removed(
      t.world.mme->delete_bearer({.session = sgw::SessionId{2}, .imsi = test_imsi(1), .ebi = ended}));
  t.world.wait(1s);
  REQUIRE_FALSE(removed.done());
  lab::Running disconnected(t.ue.disconnect_pdn(6));
  t.world.wait(1s);
  // The UE sends its request more than once before it has an answer, and that is the same one.
  t.ue.behaviour().deaf_to_esm.clear();
  t.world.wait(10s);
  REQUIRE((removed.done() && disconnected.done()));
  CHECK(removed.result());
  // What the gateway has ended already is not there to be disconnected.
  CHECK(disconnected.result().has_value() == (ended == 7));
  if (!disconnected.result())
    CHECK(disconnected.result().error().esm_cause == nas::EsmCause::invalid_eps_bearer_identity);
  CHECK(t.ue.received(nas::EsmType::deactivate_eps_bearer_context_request) == (ended == 7 ? 2 : 1));
  CHECK(t.ue.bearers().size() == 1);
  CHECK(t.bearers_of_record() == 1);
  CHECK(t.erabs() == 1);
  CHECK(t.world.gateway.sessions.size() == (ended == 7 ? 1 : 2));  // Else it is the gateway that ended it.
  CHECK(t.world.mme->waits() == 0);
  CHECK(t.ue.registered());
  CHECK(t.world.complaints() == "");
}

TEST_CASE("ue_that_goes_away_answers_the_gateway_for_what_runs_and_for_what_waits") {
  Bearing t;
  t.enb.behaviour().ignores_erab_requests = true;
  lab::Running runs(t.world.mme->create_bearer(t.create_request()));
  lab::Running waits(t.world.mme->create_bearer(t.create_request()));
  t.world.wait(1s);
  REQUIRE(lab::finish(t.world.loop, t.ue.detach()));
  t.world.wait(1s);
  REQUIRE((runs.done() && waits.done()));
  CHECK(runs.result().error() == gtp::Cause::ue_not_responding);
  CHECK(waits.result().error() == gtp::Cause::unable_to_page_ue);
  CHECK(t.world.mme->bearers().size() == 0);
  CHECK(t.world.gateway.sessions.empty());
}

TEST_CASE("bearer_that_the_enb_drops_is_given_back_without_a_word_to_the_ue") {
  Bearing t;
  REQUIRE(t.create());
  t.enb.release_erabs(*t.ue.connection(), {6});
  t.world.wait(1s);
  CHECK(t.world.gateway.sessions.at(1).dedicated.empty());
  CHECK(t.bearers_of_record() == 1);
  CHECK(t.ue.bearers().size() == 1);
  CHECK(t.ue.received(nas::EsmType::deactivate_eps_bearer_context_request) == 0);
  // What the gateway then asks for is done already.
  CHECK(t.remove(6).error() == gtp::Cause::context_not_found);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("pdn_connection_whose_default_bearer_the_enb_drops_is_lost") {
  Bearing t;
  REQUIRE(t.connect_ims());
  auto request = t.create_request();
  request.session = sgw::SessionId{2};
  REQUIRE(*lab::finish(t.world.loop, t.world.mme->create_bearer(request)));
  CHECK(t.erabs() == 3);
  t.enb.release_erabs(*t.ue.connection(), {6});
  t.world.wait(1s);
  CHECK(t.world.gateway.sessions.size() == 1);
  CHECK(t.bearers_of_record() == 1);
  CHECK(t.erabs() == 1);
  CHECK(t.ue.bearers().size() == 1);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("ue_whose_only_bearer_the_enb_drops_goes_idle_and_keeps_it") {
  Bearing t;
  t.enb.release_erabs(*t.ue.connection(), {5});
  t.world.wait(1s);
  CHECK(t.world.gateway.sessions.size() == 1);
  CHECK(t.world.record(1)->emm_state == EmmState::registered);
  CHECK_FALSE(t.ue.connected());
}

TEST_CASE("usage_of_a_secondary_radio_access_is_counted_wherever_it_is_told_and_changes_nothing") {
  Bearing t;
  REQUIRE(t.create());
  const auto counted = [](const char* direction) {
    const std::string all = prometheus_text();
    const std::string key =
        "zerocell_mme_secondary_rat_octets_total{direction=\"" + std::string(direction) + "\"} ";
    const auto at = all.find("\n" + key);
    REQUIRE(at != std::string::npos);
    return std::stoull(all.substr(at + 1 + key.size()));
  };
  const auto connection = *t.ue.connection();
  const s1ap::ErabUsageReportItem period{.usage_count_ul = 1000, .usage_count_dl = 2000};
  s1ap::SecondaryRatDataUsageReportItem item;
  item.erab_id = 5;
  item.erab_usage_report_list = {&period, 1};
  const auto tell = [&](auto message) {
    const auto uplink = counted("uplink");
    const auto downlink = counted("downlink");
    message.mme_ue_s1ap_id = *t.enb.mme_ue_s1ap_id(connection);
    message.enb_ue_s1ap_id = connection;
    message.secondary_rat_data_usage_report_list = {&item, 1};
    t.enb.send(message, 1);
    t.world.wait(1s);
    CHECK(counted("uplink") == uplink + 1000);
    CHECK(counted("downlink") == downlink + 2000);
  };
  tell(s1ap::SecondaryRatDataUsageReport{});
  tell(s1ap::ErabModifyResponse{});
  tell(s1ap::ErabReleaseResponse{});
  const s1ap::ErabItem gone{6, s1ap::CauseRadioNetwork::unspecified};
  s1ap::ErabReleaseIndication released;
  released.erab_released_list = {&gone, 1};
  tell(released);
  CHECK(t.ue.connected());
  CHECK(t.enb.received(s1ap::MessageType::error_indication) == 0);
  // The last one comes twice, in the request and in the answer to the release.
  t.enb.behaviour().ignores_release_command = true;
  s1ap::UeContextReleaseRequest request;
  request.cause = s1ap::CauseRadioNetwork::user_inactivity;
  tell(request);
  tell(s1ap::UeContextReleaseComplete{});
  CHECK(t.world.mme->connected_ues() == 0);
}

TEST_CASE("enb_is_told_of_a_ue_that_may_not_use_nr_as_secondary_access") {
  World world;
  const bool restricted = GENERATE(false, true);
  if (restricted) world.hss.restrictions.set(hss::AccessRestriction::nr_as_secondary_rat);
  auto& enb = world.add_enb();
  std::optional<bool> told;
  enb.on_message = [&](const s1ap::Message& message) {
    if (const auto* setup = message.as<s1ap::InitialContextSetupRequest>())
      told = setup->handover_restriction_list &&
             setup->handover_restriction_list->nr_restriction_in_eps_as_secondary_rat.has_value();
  };
  REQUIRE(world.attach(world.add_ue(enb, 1)));
  CHECK(told == restricted);
  CHECK(world.complaints() == "");
}

TEST_CASE("idle_ue_is_paged_for_what_the_gateway_wants_of_it") {
  Bearing t;
  t.enb.request_release(*t.ue.connection());
  t.world.wait(1s);
  REQUIRE_FALSE(t.ue.connected());
  SECTION("and gets its bearer when it answers") {
    lab::Running answers(t.ue.answer_page(30s));
    const auto answer = t.create();
    REQUIRE(answer);
    CHECK(answers.done());
    CHECK(t.ue.bearers().size() == 2);
    CHECK(t.erabs() == 2);
  }
  SECTION("and the gateway hears when it does not") {
    CHECK(t.create().error() == gtp::Cause::unable_to_page_ue);
    CHECK(t.bearers_of_record() == 1);
  }
  CHECK(t.world.complaints() == "");
}

TEST_CASE("idle_ue_is_paged_for_the_end_of_a_bearer_only_where_it_is_to_come_again_or_has_no_other") {
  Bearing t;
  REQUIRE(t.create());
  REQUIRE(t.connect_ims());
  t.world.go_idle(t.enb, t.ue);
  SECTION("a dedicated one") {
    REQUIRE(t.remove(6));
    CHECK(t.ue.pages() == 0);
    CHECK(t.bearers_of_record() == 2);
    REQUIRE(*lab::finish(t.world.loop, t.ue.service_request()));
    t.world.wait(1s);
    CHECK(t.erabs() == 2);
    CHECK(t.world.complaints() == "");
  }
  SECTION("one of two PDN connections") {
    REQUIRE(t.remove(5));
    CHECK(t.ue.pages() == 0);
    CHECK(t.bearers_of_record() == 1);
    SECTION("and then the other") {
      t.world.gateway.sessions.erase(1);
      const lab::Running answers(t.ue.answer_page(30s));
      REQUIRE(t.remove(7, {}, sgw::SessionId{2}));
      CHECK(t.ue.pages() == 1);
      CHECK(t.world.record(1)->emm_state == EmmState::deregistered);
    }
  }
  SECTION("one that the UE is to ask for again") {
    const lab::Running answers(t.ue.answer_page(30s));
    REQUIRE(t.remove(7, gtp::Cause::reactivation_requested, sgw::SessionId{2}));
    CHECK(t.ue.pages() == 1);
    CHECK(t.ue.deactivation_cause() == nas::EsmCause::reactivation_requested);
  }
}

TEST_CASE("ue_that_answers_a_page_with_an_update_gets_its_bearers_and_then_what_it_was_paged_for") {
  Bearing t;
  t.enb.request_release(*t.ue.connection());
  t.world.wait(1s);
  lab::Running created(t.world.mme->create_bearer(t.create_request()));
  t.world.wait(1s);
  CHECK(t.ue.pages() == 1);
  REQUIRE(lab::finish(t.world.loop, t.ue.tracking_area_update()));
  t.world.wait(1s);
  REQUIRE(created.done());
  CHECK(created.result());
  CHECK(t.ue.connected());
  CHECK(t.erabs() == 2);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("bearer_that_is_lost_before_the_gateway_hears_of_it_is_none") {
  Bearing t;
  lab::Running created(t.world.mme->create_bearer(t.create_request()));
  REQUIRE(t.world.loop.run_until(
      [&] {
        Ue* ue = t.world.mme->connected(*t.world.mme->directory().find(test_imsi(1)));
        return ue != nullptr && ue->has_active(6);
      },
      5s));
  REQUIRE_FALSE(created.done());
  // The bearer is one of guaranteed bit rate: it ends with the radio (TS 23.401 §5.3.5).
  const s1ap::GlobalEnbId enb{t.enb.settings().tracking_area.plmn, s1ap::MacroEnbId{t.enb.settings().enb_id}};
  REQUIRE(t.world.mme->reset_ues(enb, {test_imsi(1)}, s1ap::CauseMisc::om_intervention));
  t.world.wait(1s);
  REQUIRE(created.done());
  CHECK(created.result().error() == gtp::Cause::context_not_found);
  CHECK(t.bearers_of_record() == 1);
}

TEST_CASE("bearer_of_a_ue_that_cannot_be_reached_ends_all_the_same") {
  Bearing t;
  REQUIRE(t.create());
  t.enb.request_release(*t.ue.connection());
  t.world.wait(1s);
  CHECK(t.remove(6));
  CHECK(t.kept(6) == nullptr);
}

TEST_CASE("bearer_that_ends_while_its_ue_is_released_pages_nobody") {
  Bearing t;
  REQUIRE(t.create());
  t.enb.behaviour().ignores_release_command = true;
  t.enb.request_release(*t.ue.connection());
  t.world.wait(100ms);
  REQUIRE(t.remove(6));
  t.world.wait(1min);
  CHECK(t.ue.pages() == 0);
  CHECK(t.enb.received(s1ap::MessageType::paging) == 0);
  CHECK(t.bearers_of_record() == 1);
}
