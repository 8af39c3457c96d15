// SPDX-License-Identifier: Apache-2.0
#include <set>

#include <catch2/catch.hpp>

#include "asn1/s1ap/management.hpp"
#include "mme/test_world.hpp"

using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

/// A world that is busy with attaches which the HSS is slow to serve: `busy` of them, until it is not.
class Busy : public World {
 public:
  Busy() : enb(add_enb(1)) {
    settings.congestion.low_priority_procedures = 10;
    settings.congestion.all_procedures = 20;
    settings.congestion.clear_procedures = 5;
  }
  void keep_busy(unsigned procedures) {
    hss.delay = 10s;
    for (unsigned i = 0; i < procedures; ++i) {
      auto& ue = add_ue(enb, 100 + static_cast<unsigned>(attaching.size()));
      attaching.push_back(std::make_unique<lab::Running<lab::UeResult<lab::Registration>>>(ue.attach()));
      wait(1ms);
    }
    wait(100ms);
  }
  void calm_down() {
    hss.delay = {};
    wait(1min);
  }
  lab::Enb& enb;
  std::vector<std::unique_ptr<lab::Running<lab::UeResult<lab::Registration>>>> attaching;
};

}  // namespace

TEST_CASE("under_load_devices_of_low_priority_are_sent_away_first_and_stay_away_for_a_drawn_time") {
  Busy world;
  world.keep_busy(12);
  CHECK(world.mme->congestion().load() == Load::low_priority_refused);
  std::set<std::uint32_t> times;
  for (unsigned i = 1; i <= 20; ++i) {
    auto& meter = world.add_ue(world.enb, i);
    meter.settings().low_priority = true;
    const auto refused = world.attach(meter);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().emm_cause == nas::EmmCause::congestion);
    REQUIRE(refused.error().back_off_seconds);
    CHECK(*refused.error().back_off_seconds >= 900);
    CHECK(*refused.error().back_off_seconds <= 1800);
    times.insert(*refused.error().back_off_seconds);
  }
  CHECK(times.size() > 5);
  auto& phone = world.add_ue(world.enb, 50);
  world.hss.delay = {};
  CHECK(world.attach(phone));
}

TEST_CASE("with_more_load_everybody_is_sent_away_and_the_enbs_help_until_it_is_over") {
  Busy world;
  world.keep_busy(25);
  CHECK(world.mme->congestion().load() == Load::all_refused);
  CHECK(world.enb.received(s1ap::MessageType::overload_start) == 2);
  CHECK(world.enb.overloaded());
  auto& phone = world.add_ue(world.enb, 50);
  const auto refused = world.attach(phone);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().emm_cause == nas::EmmCause::congestion);
  world.calm_down();
  CHECK(world.mme->congestion().load() == Load::normal);
  CHECK(world.enb.received(s1ap::MessageType::overload_stop) == 1);
  CHECK(world.attach(phone));
}

TEST_CASE("core_whose_messages_wait_sends_ues_away_however_few_procedures_run") {
  Busy world;
  world.net.faults().waiting = 35ms;
  CHECK(world.attach(world.add_ue(world.enb, 2)));
  auto& meter = world.add_ue(world.enb, 1);
  meter.settings().low_priority = true;
  const auto refused = world.attach(meter);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().emm_cause == nas::EmmCause::congestion);
  CHECK(world.mme->congestion().load() == Load::low_priority_refused);

  world.net.faults().waiting = 70ms;
  world.wait(100ms);
  CHECK_FALSE(world.attach(world.add_ue(world.enb, 3)));
  CHECK(world.mme->congestion().load() == Load::all_refused);
  CHECK(world.enb.overloaded());

  // Nobody comes any more, and still the end is seen.
  world.net.faults().waiting = 20ms;
  world.wait(1s);
  CHECK(world.mme->congestion().load() == Load::all_refused);
  world.net.faults().waiting = 0ms;
  world.wait(1s);
  CHECK(world.mme->congestion().load() == Load::normal);
  CHECK_FALSE(world.enb.overloaded());
}

TEST_CASE("registered_ue_that_was_paged_is_served_under_load_and_one_that_was_not_is_sent_away") {
  Busy world;
  auto& ue = world.add_ue(world.enb, 1);
  REQUIRE(world.attach(ue));
  world.wait(100ms);
  world.go_idle(world.enb, ue);
  world.keep_busy(25);
  const auto refused = lab::finish(world.loop, ue.service_request());
  REQUIRE_FALSE(*refused);
  CHECK(refused->error().emm_cause == nas::EmmCause::congestion);
  CHECK(refused->error().back_off_seconds >= 900);
  world.wait(100ms);
  const auto update = lab::finish(world.loop, ue.tracking_area_update());
  REQUIRE_FALSE(*update);
  CHECK(update->error().emm_cause == nas::EmmCause::congestion);
  world.wait(100ms);
  CHECK(world.record(1)->emm_state == EmmState::registered);
  lab::Running<lab::UeResult<void>> answering(ue.answer_page(10s));
  world.downlink_packet(1, 8);
  world.wait(1s);
  REQUIRE(answering.done());
  CHECK(answering.result());
}

TEST_CASE("connected_ue_that_has_its_bearers_is_not_sent_away_under_load_for_asking_for_them") {
  Busy world;
  auto& ue = world.add_ue(world.enb, 1);
  REQUIRE(world.attach(ue));
  world.wait(100ms);
  world.keep_busy(25);
  REQUIRE(world.mme->congestion().load() == Load::all_refused);
  ue.send(nas::EmmMessage(nas::ExtendedServiceRequest{
      .service_type = nas::ServiceType::packet_services_via_s1, .m_tmsi = nas::Tmsi{ue.guti()->m_tmsi}}));
  world.wait(100ms);
  CHECK(ue.received(nas::EmmType::service_reject) == 0);
  CHECK(ue.connected());
  CHECK(world.gateway.sessions.at(1).access);
}

TEST_CASE("registered_ue_that_attaches_under_load_has_nothing_left_of_what_it_had") {
  Busy world;
  auto& ue = world.add_ue(world.enb, 1);
  REQUIRE(world.attach(ue));
  world.wait(100ms);
  world.keep_busy(22);
  REQUIRE(world.mme->congestion().load() == Load::all_refused);
  const auto refused = world.attach(ue);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().emm_cause == nas::EmmCause::congestion);
  CHECK(world.record(1)->emm_state == EmmState::deregistered);
  CHECK(world.gateway.sessions.empty());
}

TEST_CASE("under_load_nobody_is_paged_for_packets_of_low_priority") {
  Busy world;
  auto& ue = world.add_ue(world.enb, 1);
  REQUIRE(world.attach(ue));
  world.wait(100ms);
  world.go_idle(world.enb, ue);
  world.keep_busy(12);
  CHECK(world.downlink_packet(1, 9).cause == gtp::Cause::request_accepted);
  world.wait(1min);
  world.hss.delay = 10s;
  const auto pages = world.enb.received(s1ap::MessageType::paging);
  world.keep_busy(25);
  REQUIRE(world.mme->congestion().load() == Load::all_refused);
  CHECK(world.downlink_packet(1, 9).cause == gtp::Cause::unable_to_page_ue);
  world.wait(1s);
  CHECK(world.enb.received(s1ap::MessageType::paging) == pages);
  CHECK(world.downlink_packet(1, 8).cause == gtp::Cause::request_accepted);
  // It is looked for already.
  CHECK(world.downlink_packet(1, 9).cause == gtp::Cause::request_accepted);
  world.wait(100ms);
  CHECK(world.enb.received(s1ap::MessageType::paging) == pages + 1);
}

TEST_CASE("under_load_the_gateway_is_asked_for_fewer_notifications") {
  Busy world;
  world.settings.congestion.throttling_percent = GENERATE(std::uint8_t{70}, std::uint8_t{0});
  const auto percent = world.settings.congestion.throttling_percent;
  auto& ue = world.add_ue(world.enb, 1);
  REQUIRE(world.attach(ue));
  world.wait(100ms);
  world.go_idle(world.enb, ue);
  CHECK_FALSE(world.downlink_packet(1, 8).throttling);
  world.wait(1min);
  const auto asked = [&] {
    const auto throttling = world.downlink_packet(1, 9).throttling;
    CHECK((!throttling || throttling->delay.count() == world.settings.congestion.throttling_seconds));
    return throttling ? throttling->percent : 0;
  };
  world.keep_busy(12);
  REQUIRE(world.mme->congestion().load() == Load::low_priority_refused);
  CHECK(asked() == percent);
  world.keep_busy(13);
  REQUIRE(world.mme->congestion().load() == Load::all_refused);
  CHECK(asked() == percent);
  world.calm_down();
  CHECK(asked() == 0);
}

TEST_CASE("apn_without_resources_is_left_alone_for_a_drawn_time") {
  Busy world;
  world.gateway.refuses = gtp::Cause::all_dynamic_addresses_occupied;
  const auto refused = world.attach(world.add_ue(world.enb, 1));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().esm_cause == nas::EsmCause::insufficient_resources);
  REQUIRE(refused.error().back_off_seconds);
  CHECK(*refused.error().back_off_seconds >= 720);
  CHECK(*refused.error().back_off_seconds <= 1800);
}

TEST_CASE("access_point_without_resources_is_left_alone_by_an_attached_ue_too") {
  Busy world;
  auto& ue = world.add_ue(world.enb, 1);
  REQUIRE(world.attach(ue));
  world.wait(100ms);
  world.gateway.refuses = gtp::Cause::all_dynamic_addresses_occupied;
  const auto refused = lab::finish(world.loop, ue.connect_pdn(Apn::parse("ims")));
  REQUIRE_FALSE(*refused);
  CHECK(refused->error().esm_cause == nas::EsmCause::insufficient_resources);
  REQUIRE(refused->error().back_off_seconds);
  CHECK(*refused->error().back_off_seconds >= 720);
  CHECK(*refused->error().back_off_seconds <= 1800);
}

TEST_CASE("under_load_no_ue_gets_more_connections_and_those_of_low_priority_are_refused_first") {
  Busy world;
  auto& phone = world.add_ue(world.enb, 1);
  auto& meter = world.add_ue(world.enb, 2);
  meter.settings().low_priority = true;
  REQUIRE(world.attach(phone));
  REQUIRE(world.attach(meter));
  world.wait(100ms);
  const auto refusal = [&](auto task) {
    const auto result = lab::finish(world.loop, std::move(task));
    REQUIRE(result);
    REQUIRE_FALSE(*result);
    CHECK(result->error().esm_cause == nas::EsmCause::insufficient_resources);
    REQUIRE(result->error().back_off_seconds);
    CHECK(*result->error().back_off_seconds >= 720);
  };
  world.keep_busy(12);
  refusal(meter.connect_pdn(Apn::parse("ims")));
  // A wrong filter: it is not even looked at.
  refusal(meter.allocate_resource(5, {0x20}, {.qci = 8}));
  refusal(meter.modify_resource(5, {0x20}));
  for (const ByteVector& giving : {ByteVector{0xa1, 0x00}, ByteVector{0x40}}) {
    const auto answer = lab::finish(world.loop, meter.modify_resource(9, giving));
    REQUIRE(answer);
    REQUIRE_FALSE(*answer);  // What is given back is looked at: there is no such bearer.
    CHECK(answer->error().esm_cause == nas::EsmCause::invalid_eps_bearer_identity);
    CHECK_FALSE(answer->error().back_off_seconds);
  }
  world.hss.delay = {};
  CHECK(*lab::finish(world.loop, phone.connect_pdn(Apn::parse("ims"))));
  world.keep_busy(15);
  REQUIRE(world.mme->congestion().load() == Load::all_refused);
  refusal(phone.connect_pdn(Apn::parse("third")));
  // What frees resources is served, and so is who calls for help: the refusal is not for the load.
  CHECK(*lab::finish(world.loop, phone.disconnect_pdn(6)));
  const auto call =
      lab::finish(world.loop, phone.connect_pdn({}, nas::PdnType::ipv4, nas::RequestType::emergency));
  REQUIRE_FALSE(*call);
  CHECK(call->error().esm_cause == nas::EsmCause::service_option_not_supported);
}

TEST_CASE("extended_service_request_says_itself_whether_it_is_of_low_priority") {
  Busy world;
  auto& ue = world.add_ue(world.enb, 1);
  REQUIRE(world.attach(ue));
  world.wait(100ms);
  world.go_idle(world.enb, ue);
  world.keep_busy(12);
  REQUIRE(world.mme->congestion().load() == Load::low_priority_refused);
  ue.settings().low_priority = true;
  const auto refused =
      lab::finish(world.loop, ue.extended_service_request(nas::ServiceType::packet_services_via_s1));
  REQUIRE_FALSE(*refused);
  CHECK(refused->error().emm_cause == nas::EmmCause::congestion);
}

TEST_CASE("registered_ue_is_not_taken_for_gone_before_its_back_off_is_over") {
  // TS 24.301 §5.3.5.
  Busy world;
  world.settings.t3412_seconds = 60;
  auto& ue = world.add_ue(world.enb, 90);
  REQUIRE(world.attach(ue));
  world.wait(100ms);
  world.go_idle(world.enb, ue);
  world.keep_busy(25);
  const auto refused = lab::finish(world.loop, ue.service_request());
  REQUIRE(refused);
  REQUIRE_FALSE(*refused);
  REQUIRE(refused->error().back_off_seconds);
  world.calm_down();
  const UeRecord& record = *world.record(90);
  world.wait(std::chrono::seconds(*refused->error().back_off_seconds) - 1min);
  CHECK(record.idle_wait == IdleWait::mobile_reachable);
  world.wait(std::chrono::seconds(world.settings.mobile_reachable_margin_seconds) + 2min);
  CHECK(record.idle_wait == IdleWait::implicit_detach);
}

TEST_CASE("under_load_access_of_high_priority_and_answers_to_pages_are_served") {
  // TS 23.401 §4.3.7.4.2, TS 24.301 §5.3.9.
  Busy world;
  auto& idle = world.add_ue(world.enb, 1);
  REQUIRE(world.attach(idle));
  world.wait(100ms);
  world.go_idle(world.enb, idle);
  std::optional<s1ap::OverloadAction> asked;
  world.enb.on_message = [&](const s1ap::Message& message) {
    if (const auto* start = message.as<s1ap::OverloadStart>())
      asked = std::get<s1ap::OverloadAction>(start->overload_response);
  };
  world.keep_busy(25);
  REQUIRE(world.mme->congestion().load() == Load::all_refused);
  // Emergency, high priority and mobile terminated access are none of what it has eNodeBs reject.
  CHECK(asked == s1ap::OverloadAction::reject_rrc_cr_signalling);
  SECTION("an answer to a page that is not looked for any more") {
    CHECK(*lab::finish(world.loop, idle.service_request(s1ap::RrcEstablishmentCause::mt_access)));
  }
  SECTION("an update that answers one") {
    idle.behaviour().establishment_cause = s1ap::RrcEstablishmentCause::mt_access;
    CHECK(*lab::finish(world.loop, idle.tracking_area_update()));
  }
  SECTION("service of high priority") {
    CHECK(*lab::finish(world.loop, idle.service_request(s1ap::RrcEstablishmentCause::high_priority_access)));
    world.wait(100ms);
    world.hss.delay = {};
    CHECK(*lab::finish(world.loop, idle.connect_pdn(Apn::parse("ims"))));
  }
  SECTION("an update of high priority") {
    idle.behaviour().establishment_cause = s1ap::RrcEstablishmentCause::high_priority_access;
    CHECK(*lab::finish(world.loop, idle.tracking_area_update()));
  }
  SECTION("an attach of high priority, and none that says that it answers a page") {
    auto& answers = world.add_ue(world.enb, 50);
    auto& prior = world.add_ue(world.enb, 51);
    answers.behaviour().establishment_cause = s1ap::RrcEstablishmentCause::mt_access;
    prior.behaviour().establishment_cause = s1ap::RrcEstablishmentCause::high_priority_access;
    world.hss.delay = {};
    CHECK_FALSE(world.attach(answers));
    REQUIRE(world.mme->congestion().load() == Load::all_refused);
    CHECK(world.attach(prior));
  }
}

TEST_CASE("under_load_an_update_of_a_ue_that_was_paged_for_signalling_is_served") {
  Busy world;
  auto& ue = world.add_ue(world.enb, 1);
  REQUIRE(world.attach(ue));
  world.wait(100ms);
  world.go_idle(world.enb, ue);
  world.keep_busy(25);
  REQUIRE(world.mme->congestion().load() == Load::all_refused);
  lab::Running<Ue*> reaching(world.mme->reach(*world.mme->directory().find(test_imsi(1))));
  world.wait(100ms);
  CHECK(*lab::finish(world.loop, ue.tracking_area_update()));
  world.wait(100ms);
  REQUIRE(reaching.done());
  CHECK(reaching.result() != nullptr);
}
