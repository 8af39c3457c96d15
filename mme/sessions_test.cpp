// SPDX-License-Identifier: Apache-2.0
// PDN connections beside the one of the attach, TS 23.401 §5.10, TS 24.301 §6.5.1 and §6.5.2.
#include <catch2/catch.hpp>

#include "mme/test_attached.hpp"

using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

std::optional<nas::EsmCause> cause_of(const lab::UeResult<lab::Bearer>& result) {
  return result ? std::nullopt : result.error().esm_cause;
}

}  // namespace

TEST_CASE("second_pdn_connection_has_a_bearer_an_address_and_a_radio_bearer_of_its_own") {
  Attached t;
  std::uint64_t ue_ambr_dl = 0;
  t.enb.on_message = [&](const s1ap::Message& message) {
    if (const auto* setup = message.as<s1ap::ErabSetupRequest>())
      ue_ambr_dl = setup->ue_aggregate_maximum_bitrate->ue_aggregate_maximum_bit_rate_dl;
  };
  const auto bearer = t.connect_ims();
  REQUIRE(bearer);
  CHECK(bearer->eps_bearer_identity == 6);
  CHECK(bearer->apn == Apn::parse("ims"));
  CHECK(bearer->qci == 5);
  CHECK(bearer->ipv4 == Ipv4Address::parse("10.45.0.3"));
  REQUIRE(bearer->erab);
  CHECK(bearer->erab->uplink_teid == 0x1002);
  // The sum of both APN-AMBRs, since it is below the subscribed UE-AMBR (TS 23.401 §4.7.3).
  CHECK(ue_ambr_dl == 22'000'000);
  REQUIRE(t.world.gateway.sessions.size() == 2);
  const auto& session = t.world.gateway.sessions.at(2);
  REQUIRE(session.access);
  CHECK(session.access->teid == bearer->erab->downlink_teid);
  CHECK(t.ue.bearers().size() == 2);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("second_pdn_connection_is_set_up_whichever_of_the_two_answers_comes_first") {
  Attached t;
  t.enb.behaviour().delivers_nas_first = true;
  REQUIRE(t.connect_ims());
  CHECK(t.world.gateway.sessions.at(2).access);
  CHECK(t.world.complaints() == "");
}

namespace {

/// What the HSS says of the two APNs anew.
hss::InsertSubscriberDataRequest anew() {
  auto profile = std::make_shared<hss::ApnConfigurationProfile>();
  hss::ApnConfiguration internet{.context_id = 1, .apn = *Apn::parse("internet"), .qci = 8};
  internet.arp = {.priority = 3};
  internet.ambr = {5'000'000, 6'000'000};
  internet.framed_routes = {*IpPrefix::parse("192.168.8.0/24")};
  hss::ApnConfiguration ims{.context_id = 2, .apn = *Apn::parse("ims"), .qci = 5};
  ims.bearers = std::vector{gtp::BearerRule{.name = "voice", .qci = 1, .gbr_uplink_bps = 64'000}};
  profile->configurations = {internet, ims};
  hss::InsertSubscriberDataRequest request{.imsi = test_imsi(1)};
  request.change.apns = std::move(profile);
  return request;
}

}  // namespace

TEST_CASE("framed_routes_and_bearers_of_the_subscription_go_to_the_gateway_with_the_session") {
  World world;
  lab::Enb& enb = world.add_enb();
  lab::Ue& ue = world.add_ue(enb, 1);
  world.hss.framed_routes = {*IpPrefix::parse("192.168.7.0/24"), *IpPrefix::parse("2001:db8:7::/48")};
  world.hss.bearers = std::vector{gtp::BearerRule{.name = "voice", .qci = 1, .gbr_uplink_bps = 64'000}};
  REQUIRE(world.attach(ue));
  const auto second = lab::finish(world.loop, ue.connect_pdn(Apn::parse("ims"), nas::PdnType::ipv4));
  REQUIRE(second);
  REQUIRE(*second);
  CHECK(world.gateway.sessions.at(1).framed_routes == world.hss.framed_routes);
  CHECK(world.gateway.sessions.at(1).bearers == world.hss.bearers);
  CHECK(world.gateway.sessions.at(2).framed_routes.empty());
  CHECK(world.gateway.sessions.at(2).bearers.empty());
}

TEST_CASE("changed_subscription_goes_to_the_gateway_for_each_pdn_connection_of_the_ue") {
  Attached t;
  REQUIRE(t.connect_ims());
  auto& subscribed = t.world.gateway.subscribed;
  REQUIRE(lab::finish(t.world.loop, t.world.mme->insert_subscriber_data(anew())));
  REQUIRE(subscribed.size() == 2);
  CHECK(std::to_underlying(subscribed[0].session) == 1);
  CHECK(subscribed[0].qos.qci == 8);
  CHECK(subscribed[0].qos.arp.priority == 3);
  CHECK(subscribed[0].ambr == gtp::Ambr{5'000'000, 6'000'000});
  REQUIRE(subscribed[0].framed_routes);
  CHECK(subscribed[0].framed_routes->front().text() == "192.168.8.0/24");
  CHECK(subscribed[0].bearers == gtp::BearerRules());
  CHECK(std::to_underlying(subscribed[1].session) == 2);
  CHECK(subscribed[1].framed_routes->empty());
  CHECK(subscribed[1].bearers->size() == 1);

  // An idle UE is not disturbed: whether it must hear of it, the gateway knows.
  subscribed.clear();
  t.enb.request_release(*t.ue.connection());
  t.world.wait(1s);
  REQUIRE(lab::finish(t.world.loop, t.world.mme->insert_subscriber_data(anew())));
  CHECK(subscribed.size() == 2);
  t.world.wait(30s);
  CHECK(t.ue.pages() == 0);

  // A part of the APNs says nothing of the others, and none of them nothing at all.
  subscribed.clear();
  auto part = anew();
  auto wildcard = std::make_shared<hss::ApnConfigurationProfile>();
  wildcard->configurations = {part.change.apns->configurations[1], hss::ApnConfiguration{.context_id = 3}};
  part.change.apns = wildcard;
  part.change.all_apns_included = false;
  REQUIRE(lab::finish(t.world.loop, t.world.mme->insert_subscriber_data(part)));
  REQUIRE(subscribed.size() == 1);
  CHECK(std::to_underlying(subscribed[0].session) == 2);
  hss::InsertSubscriberDataRequest other{.imsi = test_imsi(1)};
  other.change.ue_ambr = gtp::Ambr{1'000'000, 1'000'000};
  REQUIRE(lab::finish(t.world.loop, t.world.mme->insert_subscriber_data(other)));
  REQUIRE(subscribed.size() == 3);
  CHECK(subscribed[1].ue_ambr == other.change.ue_ambr);
  CHECK(std::to_underlying(subscribed[2].session) == 2);
  CHECK_FALSE(subscribed[2].bearers);
}

TEST_CASE("pdn_connection_whose_apn_is_taken_from_the_sim_ends_and_the_others_stay") {
  Attached t;
  REQUIRE(t.connect_ims());
  auto without = anew();
  auto profile = std::make_shared<hss::ApnConfigurationProfile>(*without.change.apns);
  profile->configurations.pop_back();
  without.change.apns = profile;
  SECTION("connected: it is told") {
    REQUIRE(lab::finish(t.world.loop, t.world.mme->insert_subscriber_data(without)));
    t.world.wait(1s);
    CHECK(t.ue.received(nas::EsmType::deactivate_eps_bearer_context_request) == 1);
    CHECK(t.ue.bearers().size() == 1);
    CHECK(t.enb.erabs(*t.ue.connection()).size() == 1);
  }
  SECTION("idle: it notices, and is not looked for") {
    t.world.go_idle(t.enb, t.ue);
    REQUIRE(lab::finish(t.world.loop, t.world.mme->insert_subscriber_data(without)));
    t.world.wait(1s);
    CHECK(t.enb.received(s1ap::MessageType::paging) == 0);
    REQUIRE(*lab::finish(t.world.loop, t.ue.service_request()));
    t.world.wait(1s);
    CHECK(t.enb.erabs(*t.ue.connection()).size() == 1);
  }
  SECTION("gone before its turn") {
    t.ue.behaviour().deaf_to_esm = {nas::EsmType::activate_default_eps_bearer_context_request};
    t.enb.behaviour().ignores_erab_requests = true;
    t.ue.send(nas::PdnConnectivityRequest{.procedure_transaction_identity = 77});
    REQUIRE(lab::finish(t.world.loop, t.world.mme->insert_subscriber_data(without)));
    t.world.go_idle(t.enb, t.ue);
    t.world.wait(5s);
  }
  CHECK(t.world.gateway.sessions.size() == 1);
  CHECK(t.world.gateway.sessions.contains(1));
  CHECK(t.bearers_of_record() == 1);
  REQUIRE(t.world.gateway.subscribed.size() == 1);
  CHECK(std::to_underlying(t.world.gateway.subscribed[0].session) == 1);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("ue_without_an_apn_that_its_sim_still_has_is_detached_and_may_come_again") {
  Attached t;
  auto without = anew();
  auto profile = std::make_shared<hss::ApnConfigurationProfile>(*without.change.apns);
  profile->configurations.erase(profile->configurations.begin());
  without.change.apns = profile;
  lab::Running answering(t.ue.answer_page(30s));
  if (GENERATE(false, true)) t.world.go_idle(t.enb, t.ue);
  REQUIRE(lab::finish(t.world.loop, t.world.mme->insert_subscriber_data(without)));
  t.world.wait(3s);
  CHECK(t.ue.received(nas::EmmType::detach_request) == 1);
  CHECK(t.world.record(1)->emm_state == EmmState::deregistered);
  CHECK(t.world.gateway.sessions.empty());
  CHECK(t.bearers_of_record() == 0);
}

TEST_CASE("ue_that_comes_back_while_its_last_connection_is_withdrawn_has_none") {
  Attached t;
  auto without = anew();
  auto profile = std::make_shared<hss::ApnConfigurationProfile>(*without.change.apns);
  profile->configurations.erase(profile->configurations.begin());
  without.change.apns = profile;
  t.ue.behaviour().deaf_to = {nas::EmmType::detach_request};
  REQUIRE(lab::finish(t.world.loop, t.world.mme->insert_subscriber_data(without)));
  t.world.wait(3s);
  t.ue.behaviour() = {};
  t.ue.move_to(t.world.add_enb(2));
  const auto served = *lab::finish(t.world.loop, t.ue.service_request());
  REQUIRE_FALSE(served);
  // It is told where it has come to (TS 24.301 §5.5.2.3.5 f).
  CHECK(t.ue.received(nas::EmmType::detach_request) == 1);
  CHECK(t.world.record(1)->emm_state == EmmState::deregistered);
  CHECK(t.world.gateway.sessions.empty());
}

TEST_CASE("gateway_hears_of_the_most_stringent_apn_restriction_of_a_ue_and_refuses_what_does_not_fit") {
  Attached t;
  const auto maximum = [&] { return t.world.mme->bearers().maximum_apn_restriction(*t.world.record(1)); };
  CHECK(maximum() == 0);
  t.world.gateway.apn_restriction = 2;
  REQUIRE(t.connect_ims());
  CHECK(t.world.gateway.sessions.at(2).maximum_apn_restriction == 0);
  CHECK(maximum() == 2);
  t.world.gateway.apn_restriction = 1;
  REQUIRE(t.connect(Apn::parse("internet"), nas::PdnType::ipv6));
  CHECK(t.world.gateway.sessions.at(3).maximum_apn_restriction == 2);
  CHECK(maximum() == 2);
  t.world.gateway.refuses = gtp::Cause::apn_restriction_incompatible;
  CHECK(cause_of(t.connect(Apn::parse("ims"), nas::PdnType::ipv6)) ==
        nas::EsmCause::apn_restriction_value_incompatible);
  t.world.gateway.refuses.reset();
  t.disconnect(6);
  CHECK(maximum() == 1);
}

TEST_CASE("pdn_connectivity_that_cannot_be_is_refused_with_its_cause_and_leaves_nothing") {
  Attached t;
  SECTION("an APN that is not subscribed") {
    CHECK(cause_of(t.connect(Apn::parse("elsewhere"))) == nas::EsmCause::missing_or_unknown_apn);
  }
  SECTION("a PDN type that nobody has") {
    CHECK(cause_of(t.connect(Apn::parse("ims"), nas::PdnType::non_ip)) == nas::EsmCause::unknown_pdn_type);
  }
  SECTION("a gateway without addresses") {
    t.world.gateway.refuses = gtp::Cause::all_dynamic_addresses_occupied;
    CHECK(cause_of(t.connect_ims()) == nas::EsmCause::insufficient_resources);
  }
  SECTION("an HSS that does not answer well") {
    t.world.hss.barred[test_imsi(1)] = {hss::S6aResult::unable_to_comply};
    CHECK(cause_of(t.connect_ims()) == nas::EsmCause::network_failure);
  }
  SECTION("an eNodeB without resources") {
    t.enb.behaviour().refuses_erabs = {6};
    const auto refused = t.connect_ims();
    CHECK(cause_of(refused) == nas::EsmCause::insufficient_resources);
    CHECK_FALSE(refused.error().back_off_seconds);  // The access point itself is not short of anything.
  }
  SECTION("an emergency, which is not served") {
    const auto result = lab::finish(
        t.world.loop, t.ue.connect_pdn(Apn::parse("ims"), nas::PdnType::ipv4, nas::RequestType::emergency));
    REQUIRE(result);
    CHECK(cause_of(*result) == nas::EsmCause::service_option_not_supported);
  }
  SECTION("a handover from an access that there is not") {
    const auto result = lab::finish(
        t.world.loop, t.ue.connect_pdn(Apn::parse("ims"), nas::PdnType::ipv4, nas::RequestType::handover));
    REQUIRE(result);
    CHECK(cause_of(*result) == nas::EsmCause::pdn_connection_does_not_exist);
  }
  t.world.wait(1s);
  CHECK(t.world.gateway.sessions.size() == 1);
  CHECK(t.bearers_of_record() == 1);
  CHECK(t.ue.registered());
  CHECK(t.world.complaints() == "");
}

TEST_CASE("ue_that_refuses_its_second_bearer_is_left_without_it") {
  Attached t;
  t.ue.behaviour().refuses_bearers = nas::EsmCause::insufficient_resources;
  const auto result = lab::finish(t.world.loop, t.ue.connect_pdn(Apn::parse("ims")));
  t.world.wait(1s);
  CHECK(t.world.gateway.sessions.size() == 1);
  CHECK(t.bearers_of_record() == 1);
  CHECK(t.enb.erabs(*t.ue.connection()).size() == 1);
  // And it may try again.
  t.ue.behaviour().refuses_bearers.reset();
  CHECK(t.connect_ims());
  CHECK(t.world.complaints() == "");
}

TEST_CASE("lost_request_for_a_default_bearer_is_sent_again_at_each_expiry_of_T3485") {
  Attached t;
  unsigned lost = 0;
  SECTION("until it arrives") {
    t.ue.behaviour().downlink = [&](Bytes message) {
      return message.size() < 20 || ++lost > 2;  // Only the activation is that long.
    };
    CHECK(t.connect_ims());
    CHECK(t.world.gateway.sessions.size() == 2);
  }
  SECTION("four times, and then the connection is given up") {
    t.ue.behaviour().deaf_to_esm = {nas::EsmType::activate_default_eps_bearer_context_request};
    lab::Running running(t.ue.connect_pdn(Apn::parse("ims")));
    t.world.wait(39s);
    CHECK(t.world.gateway.sessions.size() == 2);
    t.world.wait(2s);
    CHECK(t.world.gateway.sessions.size() == 1);
    CHECK(t.enb.erabs(*t.ue.connection()).size() == 1);
    CHECK(t.enb.received(s1ap::MessageType::erab_setup_request) == 1);
  }
  CHECK(t.world.complaints() == "");
}

TEST_CASE("enb_that_answers_no_erab_setup_costs_the_ue_its_new_connection_only") {
  Attached t;
  t.world.settings.t3485_ms = 3000;  // Before the UE asks again.
  t.enb.behaviour().ignores_erab_requests = true;
  CHECK(cause_of(t.connect_ims()) == nas::EsmCause::insufficient_resources);
  CHECK(t.world.gateway.sessions.size() == 1);
  CHECK(t.ue.registered());
}

TEST_CASE("enb_that_answers_no_erab_release_holds_nothing_up") {
  Attached t;
  REQUIRE(t.connect_ims());
  t.enb.behaviour().ignores_erab_requests = true;
  lab::Running ending(t.ue.disconnect_pdn(6));
  t.world.wait(1s);
  CHECK(t.ue.received(nas::EsmType::deactivate_eps_bearer_context_request) == 0);
  // T3495, after which nothing is repeated: the request for the E-RAB went by the same way.
  t.world.wait(std::chrono::milliseconds(t.world.settings.t3495_ms));
  CHECK(t.enb.received(s1ap::MessageType::erab_release_command) == 1);
  CHECK(t.world.gateway.sessions.size() == 1);
  CHECK(t.bearers_of_record() == 1);
  CHECK(t.world.mme->waits() == 0);
  t.enb.behaviour().ignores_erab_requests = false;
  t.world.wait(30s);
  CHECK(t.ue.connected());
  CHECK(t.world.record(1)->emm_state == EmmState::registered);
  REQUIRE(lab::finish(t.world.loop, t.ue.detach()));
  t.world.wait(1s);
  CHECK(t.world.gateway.sessions.empty());
  CHECK(t.world.mme->bearers().size() == 0);
}

TEST_CASE("repeated_pdn_connectivity_request_makes_one_connection") {
  Attached t;
  t.world.gateway.delay = 10s;  // T3482 expires at the UE meanwhile.
  CHECK(t.connect_ims());
  t.world.wait(30s);
  CHECK(t.world.gateway.created == 2);
  CHECK(t.bearers_of_record() == 2);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("ue_ends_a_pdn_connection_and_keeps_the_others") {
  Attached t;
  REQUIRE(t.connect_ims());
  REQUIRE(t.disconnect(6));
  CHECK(t.world.gateway.sessions.size() == 1);
  CHECK(t.world.gateway.sessions.contains(1));
  CHECK(t.ue.bearers().size() == 1);
  CHECK(t.bearers_of_record() == 1);
  CHECK(t.enb.erabs(*t.ue.connection()).size() == 1);
  // Its identity is free again.
  const auto again = t.connect_ims();
  REQUIRE(again);
  CHECK(again->eps_bearer_identity == 6);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("bearers_that_a_connected_ue_says_it_has_no_more_end_at_the_enb_too") {
  Attached t;
  REQUIRE(t.connect_ims());
  std::vector<std::uint8_t> released;
  std::optional<std::uint64_t> ambr;
  t.enb.on_message = [&](const s1ap::Message& message) {
    const auto* command = message.as<s1ap::ErabReleaseCommand>();
    if (command == nullptr) return;
    CHECK(t.ue.received(nas::EmmType::tracking_area_update_accept) == 1);
    for (const auto& item : command->erab_to_be_released_list) released.push_back(item.erab_id);
    if (command->ue_aggregate_maximum_bitrate)
      ambr = command->ue_aggregate_maximum_bitrate->ue_aggregate_maximum_bit_rate_dl;
  };
  nas::EpsBearerContextStatus status;
  status.set(5);
  REQUIRE(*lab::finish(t.world.loop, t.ue.tracking_area_update({.bearers = status})));
  t.world.wait(1s);
  CHECK(released == std::vector<std::uint8_t>{6});
  CHECK(ambr == 20'000'000);
  CHECK(t.enb.erabs(*t.ue.connection()).size() == 1);
  CHECK(t.world.gateway.sessions.size() == 1);
  t.enb.on_message = {};
  // Its identity is free, at the eNodeB too.
  const auto again = t.connect_ims();
  REQUIRE(again);
  CHECK(again->eps_bearer_identity == 6);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("last_pdn_connection_is_not_ended_and_an_unknown_one_cannot_be") {
  Attached t;
  CHECK(t.disconnect(5).error().esm_cause == nas::EsmCause::last_pdn_disconnection_not_allowed);
  CHECK(t.disconnect(7).error().esm_cause == nas::EsmCause::invalid_eps_bearer_identity);
  CHECK(t.world.gateway.sessions.size() == 1);
  CHECK(t.ue.registered());
  CHECK(t.world.complaints() == "");
}

TEST_CASE("deactivation_that_the_ue_never_answers_ends_after_four_repetitions") {
  Attached t;
  REQUIRE(t.connect_ims());
  t.ue.behaviour().deaf_to_esm = {nas::EsmType::deactivate_eps_bearer_context_request};
  lab::Running running(t.ue.disconnect_pdn(6));
  t.world.wait(1s);
  CHECK(t.world.gateway.sessions.size() == 1);
  CHECK(t.bearers_of_record() == 1);
  t.world.wait(45s);
  // It is over at the network: the next request has its turn.
  t.ue.behaviour().deaf_to_esm.clear();
  CHECK(t.connect_ims());
}

TEST_CASE("detach_ends_every_pdn_connection") {
  Attached t;
  REQUIRE(t.connect_ims());
  REQUIRE(lab::finish(t.world.loop, t.ue.detach()));
  t.world.wait(1s);
  CHECK(t.world.gateway.sessions.empty());
  CHECK(t.world.mme->bearers().size() == 0);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("ue_that_leaves_in_the_middle_of_pdn_connectivity_leaves_no_session_behind") {
  Attached t;
  t.world.gateway.delay = 2s;
  lab::Running running(t.ue.connect_pdn(Apn::parse("ims")));
  SECTION("while the gateway works") {
    t.world.wait(1s);
  }
  SECTION("while the eNodeB does") {
    t.enb.behaviour().ignores_erab_requests = true;
    t.world.wait(3s);
    CHECK(t.world.gateway.sessions.size() == 2);
  }
  t.enb.request_release(*t.ue.connection());
  t.world.wait(5s);
  CHECK(t.world.gateway.sessions.size() == 1);
  CHECK(t.bearers_of_record() == 1);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("esm_message_with_a_bad_transaction_or_bearer_is_answered_as_clause_7_3_wants") {
  Attached t;
  SECTION("a reserved transaction") {
    nas::PdnConnectivityRequest request;
    request.procedure_transaction_identity = 255;
    t.ue.send(request);
    t.world.wait(1s);
    CHECK(t.ue.received(nas::EsmType::pdn_connectivity_reject) == 1);
  }
  SECTION("no transaction") {
    nas::PdnDisconnectRequest request;
    request.linked_eps_bearer_identity = nas::LinkedBearer{5};
    t.ue.send(request);
    t.world.wait(1s);
    CHECK(t.ue.received(nas::EsmType::pdn_disconnect_reject) == 1);
  }
  SECTION("an answer about a bearer that there is not") {
    t.ue.send(nas::ModifyEpsBearerContextAccept{.eps_bearer_identity = 9});
    t.world.wait(1s);
    CHECK(t.ue.status_cause() == nas::EsmCause::invalid_eps_bearer_identity);
  }
  SECTION("an answer that nobody waits for changes nothing") {
    t.ue.send(nas::ModifyEpsBearerContextAccept{.eps_bearer_identity = 5});
    t.world.wait(1s);
    CHECK_FALSE(t.ue.status_cause());
  }
  CHECK(t.bearers_of_record() == 1);
  CHECK(t.ue.registered());
  CHECK(t.world.complaints() == "");
}

TEST_CASE("ue_that_does_not_have_its_only_bearer_is_to_attach_again") {
  Attached t;
  lab::Running detached(t.ue.network_detach(10s));
  SECTION("as its status says") {
    t.ue.send(
        nas::EsmStatus{.eps_bearer_identity = 5, .esm_cause = nas::EsmCause::invalid_eps_bearer_identity});
  }
  SECTION("as it says to a modification") {
    t.ue.behaviour().refuses_bearers = nas::EsmCause::invalid_eps_bearer_identity;
    const auto updated = lab::finish(
        t.world.loop,
        t.world.mme->update_bearer(
            {.session = sgw::SessionId{1}, .imsi = test_imsi(1), .ebi = 5, .ambr = gtp::Ambr{1000, 1000}}));
    CHECK(updated->error() == gtp::Cause::context_not_found);
    t.ue.behaviour() = {};
  }
  t.world.wait(1s);
  REQUIRE(detached.done());
  CHECK(detached.result());
  CHECK(t.world.record(1)->emm_state == EmmState::deregistered);
  CHECK(t.world.gateway.sessions.empty());
  CHECK(t.world.mme->connected_ues() == 0);
  REQUIRE(t.world.attach(t.ue));
}

TEST_CASE("status_about_a_bearer_that_the_ue_does_not_have_ends_it_at_the_network") {
  Attached t;
  REQUIRE(t.connect_ims());
  t.ue.send(
      nas::EsmStatus{.eps_bearer_identity = 6, .esm_cause = nas::EsmCause::invalid_eps_bearer_identity});
  t.world.wait(1s);
  CHECK(t.world.gateway.sessions.size() == 1);
  CHECK(t.bearers_of_record() == 1);
  CHECK(t.enb.erabs(*t.ue.connection()).size() == 1);
}
