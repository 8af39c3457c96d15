// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "asn1/s1ap/messages.hpp"
#include "mme/test_bearing.hpp"

/// Emergency bearers beside a normal registration, TS 23.401 §4.3.12, §5.10.2, TS 24.301 §6.5.1.
using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

/// A UE that is attached, and may be in tracking area 7 alone.
class Calling : public World {
 public:
  Calling() : enb(add_enb(1)), forbidden(add_enb(2)), ue(add_ue(enb, 1)) {
    settings.emergency_attach = config::EmergencyAttach::authenticated;
    settings.access = {{.group = "default", .tacs = {{7, 7}}}};
    forbidden.settings_mutable().tracking_area.tac = 8;
    REQUIRE(lab::finish(loop, forbidden.setup())->has_value());
    REQUIRE(attach(ue));
    wait(1s);
  }
  lab::UeResult<lab::Bearer> connect(std::optional<Apn> apn, nas::RequestType type) {
    auto result = lab::finish(loop, ue.connect_pdn(apn, nas::PdnType::ipv4, type));
    REQUIRE(result);
    wait(1s);
    return std::move(*result);
  }
  lab::UeResult<lab::Bearer> call(std::optional<Apn> apn = {}) {
    return connect(apn, nas::RequestType::emergency);
  }
  void idle() { go_idle(ue.radio().tracking_area().tac == 8 ? forbidden : enb, ue); }
  lab::UeResult<lab::Update> update(lab::UpdateRequest wanted = {}) {
    auto updated = lab::finish(loop, ue.tracking_area_update(wanted));
    REQUIRE(updated);
    wait(1s);
    return std::move(*updated);
  }
  /// Nothing but the emergency connection is left, on any side, and nothing else can be had.
  void check_emergency_alone() {
    wait(1s);
    REQUIRE(gateway.sessions.size() == 1);
    CHECK(gateway.sessions.begin()->second.policy_group == "emergency");
    CHECK(gateway.sessions.begin()->second.emergency);
    REQUIRE(ue.bearers().size() == 1);
    CHECK(ue.bearers().front().apn == *Apn::parse("sos"));
    CHECK(record(1)->emm_state == EmmState::registered);
    CHECK(record(1)->emergency);
    CHECK(mme->bearers().pdn_connections(*record(1)) == 1);
    if (!ue.connected()) REQUIRE(lab::finish(loop, ue.service_request())->has_value());
    wait(1s);
    CHECK(gateway.sessions.begin()->second.access);
    const auto refused = connect(Apn::parse("ims"), nas::RequestType::initial);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().esm_cause == nas::EsmCause::requested_service_option_not_subscribed);
    CHECK(complaints() == "");
  }

  lab::Enb& enb;
  lab::Enb& forbidden;
  lab::Ue& ue;
};

}  // namespace

TEST_CASE("changed_subscription_says_nothing_of_an_emergency_connection") {
  Calling world;
  REQUIRE(world.call());
  auto profile = std::make_shared<hss::ApnConfigurationProfile>();
  profile->configurations = {hss::ApnConfiguration{.context_id = 1}};  // The wildcard.
  hss::InsertSubscriberDataRequest request{.imsi = test_imsi(1)};
  request.change.apns = std::move(profile);
  REQUIRE(lab::finish(world.loop, world.mme->insert_subscriber_data(request)));
  REQUIRE(world.gateway.subscribed.size() == 1);
  CHECK(std::to_underlying(world.gateway.subscribed[0].session) == 1);
}

TEST_CASE("registered_ue_gets_an_emergency_connection_beside_its_others_and_nobody_is_asked") {
  Calling world;
  std::optional<s1ap::AllocationAndRetentionPriority> priority;
  world.enb.on_message = [&](const s1ap::Message& message) {
    if (const auto* setup = message.as<s1ap::ErabSetupRequest>())
      priority = setup->erab_to_be_setup_list[0].erab_level_qos_parameters.allocation_retention_priority;
  };
  world.hss.barred[test_imsi(1)] = {hss::S6aResult::roaming_not_allowed};
  const auto bearer = world.call(Apn::parse("internet"));
  REQUIRE(bearer);
  CHECK(bearer->eps_bearer_identity == 6);
  CHECK(bearer->apn == *Apn::parse("sos"));
  CHECK(world.hss.locations_updated == 1);
  CHECK(world.gateway.sessions.at(1).policy_group != "emergency");
  CHECK_FALSE(world.gateway.sessions.at(1).emergency);
  CHECK(world.gateway.sessions.at(2).policy_group == "emergency");
  CHECK(world.gateway.sessions.at(2).access);
  REQUIRE(priority);
  CHECK(priority->priority_level == 1);
  CHECK(priority->pre_emption_capability == s1ap::PreEmptionCapability::may_trigger_pre_emption);
  CHECK(priority->pre_emption_vulnerability == s1ap::PreEmptionVulnerability::not_pre_emptable);
  CHECK_FALSE(world.record(1)->emergency);
  // One is all it gets; its other connections are as ever.
  const auto second = world.call();
  REQUIRE_FALSE(second);
  CHECK(second.error().esm_cause == nas::EsmCause::multiple_pdn_connections_for_apn_not_allowed);
  world.hss.barred.clear();
  CHECK(world.connect(Apn::parse("ims"), nas::RequestType::initial));
  REQUIRE(lab::finish(world.loop, world.ue.disconnect_pdn(6))->has_value());
  world.wait(1s);
  CHECK(world.gateway.sessions.size() == 2);
  CHECK_FALSE(world.record(1)->emergency);
  CHECK(world.call());
  CHECK(world.complaints() == "");
}

TEST_CASE("emergency_connection_is_refused_where_the_operator_does_not_offer_it") {
  Calling world;
  world.settings.emergency_attach = config::EmergencyAttach::off;
  for (const auto type : {nas::RequestType::emergency, nas::RequestType::handover_of_emergency}) {
    const auto refused = world.connect({}, type);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().esm_cause == nas::EsmCause::service_option_not_supported);
  }
  world.settings.emergency_attach = config::EmergencyAttach::any;
  const auto elsewhere = world.connect({}, nas::RequestType::handover_of_emergency);
  REQUIRE_FALSE(elsewhere);
  CHECK(elsewhere.error().esm_cause == nas::EsmCause::pdn_connection_does_not_exist);
  CHECK(world.gateway.sessions.size() == 1);
}

TEST_CASE("ue_that_attaches_as_ever_with_an_emergency_request_gets_emergency_bearers_alone") {
  Calling world;
  REQUIRE(lab::finish(world.loop, world.ue.detach())->has_value());
  world.wait(1s);
  world.ue.settings().first_request = nas::RequestType::emergency;
  SECTION("which its subscription allows") {
    const auto registered = world.attach(world.ue);
    REQUIRE(registered);
    CHECK(registered->bearer.apn == *Apn::parse("sos"));
    CHECK(world.hss.locations_updated == 2);
    world.check_emergency_alone();
  }
  SECTION("which is not offered") {
    world.settings.emergency_attach = config::EmergencyAttach::off;
    const auto refused = world.attach(world.ue);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().esm_cause == nas::EsmCause::service_option_not_supported);
    CHECK(world.gateway.sessions.empty());
  }
}

TEST_CASE("bearer_resources_cannot_be_asked_for_of_an_emergency_connection") {
  Calling world;
  REQUIRE(world.call());
  const auto allocated = lab::finish(world.loop, world.ue.allocate_resource(6, tft(), nas::EpsQos{.qci = 8}));
  REQUIRE_FALSE(*allocated);
  CHECK(allocated->error().esm_cause == nas::EsmCause::request_rejected_by_gateway);
  const auto modified =
      lab::finish(world.loop, world.ue.modify_resource(6, tft(nas::Tft::Operation::add_filters)));
  REQUIRE_FALSE(*modified);
  CHECK(modified->error().esm_cause == nas::EsmCause::request_rejected_by_gateway);
  CHECK(world.gateway.commands.empty());
  // The network adds what the call needs.
  const auto call_bearer = lab::finish(
      world.loop,
      world.mme->create_bearer({.session = sgw::SessionId{2},
                                .imsi = test_imsi(1),
                                .qos = voice_qos(),
                                .tft = tft(),
                                .user_plane = {.teid = 0x2000, .v4 = Ipv4Address::parse("10.0.0.1")}}));
  REQUIRE(*call_bearer);
  CHECK(world.mme->bearers().find(*world.record(1), (*call_bearer)->ebi)->emergency);
}

TEST_CASE("update_in_an_area_that_is_forbidden_leaves_a_calling_ue_its_emergency_bearers_alone") {
  Calling world;
  REQUIRE(world.connect(Apn::parse("ims"), nas::RequestType::initial));
  REQUIRE(world.call());
  world.idle();
  world.ue.move_to(world.forbidden);
  SECTION("told by the bearer status") {
    const auto updated = world.update();
    REQUIRE(updated);
    REQUIRE(updated->bearers);
    CHECK(updated->bearers->active(7));
    CHECK_FALSE(updated->bearers->active(5));
    CHECK_FALSE(updated->bearers->active(6));
  }
  SECTION("and those alone are set up") {
    REQUIRE(world.update({.active = true}));
    CHECK(world.forbidden.erabs(*world.ue.connection()).size() == 1);
  }
  SECTION("by a service request, where it was not forbidden when it was told its areas") {
    const auto access = std::exchange(world.settings.access, {});
    world.ue.move_to(world.enb);
    REQUIRE(world.update());
    world.settings.access = access;
    world.ue.move_to(world.forbidden);
    REQUIRE(lab::finish(world.loop, world.ue.service_request())->has_value());
    CHECK(world.forbidden.erabs(*world.ue.connection()).size() == 1);
  }
  world.check_emergency_alone();
  // Where it may be, it attaches as anybody.
  world.idle();
  world.ue.move_to(world.enb);
  REQUIRE(world.attach(world.ue));
  CHECK_FALSE(world.record(1)->emergency);
  CHECK(world.record(1)->access != UeRecord::kAnywhere);
  world.wait(1s);
  CHECK(world.gateway.sessions.size() == 1);
  CHECK(world.gateway.sessions.begin()->second.policy_group != "emergency");
}

TEST_CASE("update_in_a_forbidden_area_of_a_ue_that_has_its_emergency_bearers_no_more_is_refused") {
  Calling world;
  REQUIRE(world.call());
  world.idle();
  world.ue.move_to(world.forbidden);
  nas::EpsBearerContextStatus status;
  status.set(5);
  const auto refused = world.update({.bearers = status});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().emm_cause == nas::EmmCause::no_suitable_cells_in_tracking_area);
}

TEST_CASE("service_where_a_ue_may_not_be_is_not_given_for_emergency_bearers_that_it_has_no_more") {
  Calling world;
  REQUIRE(world.call());
  world.idle();
  world.settings.access = {{.group = "default"}};
  nas::ExtendedServiceRequest request{.service_type = nas::ServiceType::packet_services_via_s1,
                                      .m_tmsi = nas::Tmsi{world.ue.guti()->m_tmsi}};
  request.eps_bearer_context_status.emplace().set(5);
  world.ue.send(request);
  world.wait(1s);
  CHECK(world.ue.received(nas::EmmType::service_reject) == 1);
  // Served nowhere (#14), it is registered no more.
  CHECK(world.record(1)->emm_state == EmmState::deregistered);
  CHECK(world.gateway.sessions.empty());
  CHECK(world.mme->connected_ues() == 0);
}

TEST_CASE("handover_into_a_forbidden_area_takes_the_emergency_bearers_along_and_no_others") {
  Calling world;
  REQUIRE(world.connect(Apn::parse("ims"), nas::RequestType::initial));
  REQUIRE(world.call());
  SECTION("over S1") {
    std::size_t asked = 0;
    world.forbidden.on_message = [&](const s1ap::Message& message) {
      if (const auto* request = message.as<s1ap::HandoverRequest>())
        asked = request->erab_to_be_setup_list.size();
    };
    const auto connection = *world.ue.connection();
    const auto order =
        lab::finish(world.loop, world.enb.prepare_handover(connection, world.forbidden.as_target(), true));
    REQUIRE(*order);
    CHECK(asked == 1);
    CHECK((*order)->released == std::vector<std::uint8_t>{5, 6});
    world.forbidden.notify_arrival(world.enb, connection, (*order)->connection);
  }
  SECTION("over X2") {
    REQUIRE(*lab::finish(world.loop, world.forbidden.take_over(world.enb, *world.ue.connection())));
  }
  world.wait(2s);
  CHECK(world.forbidden.erabs(*world.ue.connection()).size() == 1);
  world.check_emergency_alone();
}

TEST_CASE("update_of_a_connected_ue_in_a_forbidden_area_has_its_other_connections_deactivated") {
  Calling world;
  REQUIRE(world.call());
  world.settings.access.front().tacs = {{9, 9}};
  REQUIRE(world.update());
  world.wait(1s);
  CHECK(world.ue.received(nas::EsmType::deactivate_eps_bearer_context_request) == 1);
  CHECK(world.enb.erabs(*world.ue.connection()).size() == 1);
  world.check_emergency_alone();
}

TEST_CASE("calling_ue_whose_subscription_ends_keeps_its_emergency_bearers") {
  Calling world;
  REQUIRE(world.connect(Apn::parse("ims"), nas::RequestType::initial));
  REQUIRE(world.call());
  const auto cancel = [&] {
    REQUIRE(lab::finish(world.loop, world.mme->cancel_location({.imsi = test_imsi(1)})));
    world.wait(1s);
  };
  SECTION("connected") {
    cancel();
    CHECK(world.enb.erabs(*world.ue.connection()).size() == 1);
    CHECK(world.ue.received(nas::EsmType::deactivate_eps_bearer_context_request) == 2);
  }
  SECTION("idle, without being paged for it") {
    world.idle();
    cancel();
    CHECK(world.ue.pages() == 0);
    CHECK(world.gateway.sessions.size() == 1);
    REQUIRE(lab::finish(world.loop, world.ue.service_request())->has_value());
  }
  SECTION("lost in the middle of something else") {
    world.ue.behaviour().deaf_to_esm = {nas::EsmType::modify_eps_bearer_context_request};
    const lab::Running waiting(world.mme->update_bearer(
        {.session = sgw::SessionId{1}, .imsi = test_imsi(1), .ebi = 5, .ambr = gtp::Ambr{1000, 1000}}));
    cancel();
    CHECK(world.gateway.sessions.size() == 3);
    world.idle();
    world.wait(2s);
    CHECK(world.gateway.sessions.size() == 1);
    world.ue.behaviour() = {};
    REQUIRE(lab::finish(world.loop, world.ue.service_request())->has_value());
  }
  CHECK(world.ue.received(nas::EmmType::detach_request) == 0);
  world.check_emergency_alone();
  // And the UE itself may go.
  REQUIRE(lab::finish(world.loop, world.ue.detach())->has_value());
  world.wait(1s);
  CHECK(world.gateway.sessions.empty());
  CHECK(world.record(1)->emm_state == EmmState::deregistered);
}

TEST_CASE("ue_that_ends_all_its_other_connections_is_attached_for_emergency_services_only") {
  Calling world;
  REQUIRE(world.call());
  REQUIRE(lab::finish(world.loop, world.ue.disconnect_pdn(5))->has_value());
  world.check_emergency_alone();
  const auto last = lab::finish(world.loop, world.ue.disconnect_pdn(6));
  REQUIRE_FALSE(*last);
  CHECK(last->error().esm_cause == nas::EsmCause::last_pdn_disconnection_not_allowed);
}

TEST_CASE("calls_for_help_are_not_sent_away_under_load") {
  Calling world;
  REQUIRE(world.call());
  world.idle();
  auto& second = world.add_ue(world.enb, 2);
  auto& stranger = world.add_ue(world.enb, 3);
  REQUIRE(world.attach(second));
  world.wait(1s);
  world.go_idle(world.enb, second);
  world.settings.congestion = {.low_priority_procedures = 0, .all_procedures = 1, .clear_procedures = 0};
  world.hss.delay = 20s;
  lab::Running first(world.add_ue(world.enb, 100).attach()), other(world.add_ue(world.enb, 101).attach());
  world.wait(100ms);
  REQUIRE(world.mme->congestion().load() == Load::all_refused);
  const auto refused = lab::finish(world.loop, second.service_request());
  REQUIRE_FALSE(*refused);
  CHECK(refused->error().emm_cause == nas::EmmCause::congestion);
  world.wait(100ms);
  // Who has emergency bearers, who is about to ask for them, and who attaches for them.
  CHECK(world.update());
  CHECK_FALSE(world.ue.connected());
  CHECK(*lab::finish(world.loop, world.ue.service_request()));
  CHECK(*lab::finish(world.loop, second.service_request(s1ap::RrcEstablishmentCause::emergency)));
  stranger.settings().emergency = true;
  world.hss.delay = 0s;
  CHECK(world.attach(stranger));
}

TEST_CASE("emergency_connection_of_an_idle_ue_ends_when_it_is_not_used_and_the_others_stay") {
  Calling world;
  REQUIRE(world.call());
  world.idle();
  world.wait(200s);
  REQUIRE(lab::finish(world.loop, world.ue.service_request())->has_value());
  world.wait(1s);
  world.idle();
  world.wait(299s);
  CHECK(world.gateway.sessions.size() == 2);
  world.wait(10s);
  REQUIRE(world.gateway.sessions.size() == 1);
  CHECK(world.gateway.sessions.begin()->second.policy_group != "emergency");
  CHECK(world.record(1)->emm_state == EmmState::registered);
  REQUIRE(lab::finish(world.loop, world.ue.service_request())->has_value());
  CHECK(world.ue.bearers().size() == 1);
  CHECK(world.complaints() == "");
}

TEST_CASE("ue_with_emergency_bearers_does_not_sleep") {
  Calling world;
  REQUIRE(lab::finish(world.loop, world.ue.detach())->has_value());
  world.wait(1s);
  world.settings.power_saving = {{.group = "default", .psm = true, .t3412_min_seconds = 60, .edrx = true}};
  world.ue.settings().t3324_seconds = 10;
  world.ue.settings().t3412_extended_seconds = 36'000;
  REQUIRE(world.attach(world.ue)->idle_mode.t3324_seconds == 10);
  world.wait(1s);
  REQUIRE(world.call());
  world.idle();
  world.wait(100s);
  world.downlink_packet(1);
  world.wait(1s);
  CHECK(world.ue.pages() == 1);
  const auto updated = world.update();
  REQUIRE(updated);
  CHECK_FALSE(updated->idle_mode.t3324_seconds);
}
