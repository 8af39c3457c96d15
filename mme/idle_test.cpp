// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "mme/test_world.hpp"

using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

class Idle : public World {
 public:
  Idle() : enb(add_enb(1)), ue(add_ue(enb, 1)) {
    ZC_ASSERT(attach(ue).has_value());
    wait(100ms);
    go_idle(enb, ue);
  }
  lab::Enb& enb;
  lab::Ue& ue;
};

}  // namespace

TEST_CASE("silent_ue_is_paged_no_more_after_its_update_is_overdue_and_then_detached_and_then_forgotten") {
  Idle world;
  world.wait(std::chrono::seconds(3240 + 240 - 10));
  CHECK(world.record(1)->idle_wait == IdleWait::mobile_reachable);
  world.wait(20s);
  CHECK(world.record(1)->emm_state == EmmState::registered);
  CHECK(world.downlink_packet(1).cause == gtp::Cause::unable_to_page_ue);
  world.wait(240s);
  CHECK(world.record(1)->emm_state == EmmState::deregistered);
  CHECK(world.gateway.sessions.empty());
  CHECK(world.enb.received(s1ap::MessageType::paging) == 0);
  CHECK(world.hss.purged == 0);
  world.wait(24h + 10s);
  CHECK(world.record(1) == nullptr);
  CHECK(world.hss.purged == 1);
}

TEST_CASE("ue_that_comes_back_before_its_implicit_detach_is_as_if_it_had_never_been_away") {
  Idle world;
  world.wait(std::chrono::seconds(3240 + 240 + 200));
  REQUIRE(*lab::finish(world.loop, world.ue.service_request()));
  world.wait(1h);
  CHECK(world.record(1)->emm_state == EmmState::registered);
  CHECK(world.gateway.sessions.at(1).access);
  world.go_idle(world.enb, world.ue);
  world.wait(std::chrono::seconds(3240));
  CHECK(world.downlink_packet(1).cause == gtp::Cause::request_accepted);
}

TEST_CASE("detached_ue_is_purged_a_day_later_and_one_that_attaches_again_is_not") {
  Idle world;
  REQUIRE(lab::finish(world.loop, world.ue.detach()));
  world.wait(23h);
  REQUIRE(world.record(1));
  REQUIRE(world.attach(world.ue));
  world.wait(2h);
  CHECK(world.record(1) != nullptr);
  CHECK(world.hss.purged == 0);
}

TEST_CASE("idle_ues_have_one_timer_of_the_loop_together") {
  World world;
  auto& enb = world.add_enb();
  for (unsigned i = 1; i <= 200; ++i) {
    auto& ue = world.add_ue(enb, i);
    REQUIRE(world.attach(ue));
    world.go_idle(enb, ue);
  }
  world.wait(1min);
  const std::size_t with_200 = world.loop.timers_armed();
  auto& another = world.add_ue(enb, 201);
  REQUIRE(world.attach(another));
  world.go_idle(enb, another);
  world.wait(1min);
  CHECK(world.loop.timers_armed() == with_200);
}

TEST_CASE("lost_radio_ends_gbr_bearers_and_inactivity_does_not") {
  Idle world;
  REQUIRE(*lab::finish(world.loop, world.ue.service_request()));
  world.wait(100ms);
  UeRecord& record = world.mme->directory()[*world.mme->directory().find(test_imsi(1))];
  BearerRecord* voice = world.mme->bearers().add(record, 6, 5);
  voice->session = world.mme->bearers().find(record, 5)->session;
  voice->qos = {.qci = 1, .gbr = {64, 64}};
  SECTION("inactivity") {
    world.go_idle(world.enb, world.ue);
    CHECK(world.mme->bearers().find(record, 6) != nullptr);
  }
  SECTION("the radio was lost") {
    world.go_idle(world.enb, world.ue, s1ap::CauseRadioNetwork::radio_connection_with_ue_lost);
    CHECK(world.mme->bearers().find(record, 6) == nullptr);
    CHECK(world.gateway.lost.size() == 1);
  }
  SECTION("the eNodeB was lost") {
    world.enb.abort();
    world.wait(1s);
    CHECK(world.mme->bearers().find(record, 6) == nullptr);
    CHECK(world.gateway.lost.size() == 1);
  }
  CHECK(world.mme->bearers().find(record, 5) != nullptr);
  CHECK(record.emm_state == EmmState::registered);
  CHECK_FALSE(world.gateway.sessions.at(1).access);
}

TEST_CASE("gbr_bearers_outlast_inactivity_and_redirection_and_no_other_release_by_an_enb") {
  Idle world;
  UeRecord& record = world.mme->directory()[*world.mme->directory().find(test_imsi(1))];
  std::size_t lost = 0;
  const auto check = [&](const s1ap::Cause& cause, bool outlasts) {
    INFO(s1ap::name(cause));
    REQUIRE(*lab::finish(world.loop, world.ue.service_request()));
    world.wait(100ms);
    if (world.mme->bearers().find(record, 6) == nullptr) {
      BearerRecord* voice = world.mme->bearers().add(record, 6, 5);
      voice->session = world.mme->bearers().find(record, 5)->session;
      voice->qos = {.qci = 1, .gbr = {64, 64}};
    }
    world.go_idle(world.enb, world.ue, cause);
    CHECK((world.mme->bearers().find(record, 6) != nullptr) == outlasts);
    lost += outlasts ? 0 : 1;
    CHECK(world.gateway.lost.size() == lost);
    CHECK(world.mme->bearers().find(record, 5) != nullptr);
    CHECK(record.emm_state == EmmState::registered);
  };
  using Radio = s1ap::CauseRadioNetwork;
  const std::array kept{Radio::user_inactivity, Radio::interrat_redirection, Radio::redirection_towards1xrtt,
                        Radio::cs_fallback_triggered, Radio::successful_handover};
  for (unsigned code = 0; code <= static_cast<unsigned>(Radio::up_integrity_protection_not_possible); ++code)
    check(Radio(code), std::ranges::find(kept, Radio(code)) != kept.end());
  for (const s1ap::Cause cause :
       {s1ap::Cause(s1ap::CauseTransport::transport_resource_unavailable),
        s1ap::Cause(s1ap::CauseProtocol::unspecified), s1ap::Cause(s1ap::CauseMisc::om_intervention),
        s1ap::Cause(s1ap::CauseMisc::hardware_failure)})
    check(cause, false);
}

TEST_CASE("every_cause_that_an_enb_releases_a_ue_with_leaves_it_idle_and_registered") {
  Idle world;
  for (const s1ap::Cause cause :
       {s1ap::Cause(s1ap::CauseRadioNetwork::user_inactivity),
        s1ap::Cause(s1ap::CauseRadioNetwork::radio_connection_with_ue_lost),
        s1ap::Cause(s1ap::CauseRadioNetwork::cs_fallback_triggered),
        s1ap::Cause(s1ap::CauseTransport::transport_resource_unavailable),
        s1ap::Cause(s1ap::CauseMisc::om_intervention), s1ap::Cause(s1ap::CauseProtocol::unspecified)}) {
    REQUIRE(*lab::finish(world.loop, world.ue.service_request()));
    world.wait(100ms);
    world.go_idle(world.enb, world.ue, cause);
    CHECK(world.record(1)->emm_state == EmmState::registered);
    CHECK_FALSE(world.gateway.sessions.at(1).access);
    CHECK(world.mme->connected_ues() == 0);
  }
  CHECK(world.complaints() == "");
}

TEST_CASE("guti_is_given_anew_after_so_many_services_and_the_old_one_stays_valid_until_that_is_confirmed") {
  Idle world;
  world.settings.guti_services_max = 2;
  const auto first = world.ue.guti();
  REQUIRE(*lab::finish(world.loop, world.ue.service_request()));
  world.wait(100ms);
  CHECK(world.ue.guti() == first);
  world.go_idle(world.enb, world.ue);
  SECTION("confirmed") {
    REQUIRE(*lab::finish(world.loop, world.ue.service_request()));
    world.wait(100ms);
    CHECK(world.ue.guti() != first);
    CHECK(world.record(1)->old_m_tmsi == 0);
    CHECK_FALSE(world.mme->directory().find_by_m_tmsi(first->m_tmsi));
  }
  SECTION("never heard") {
    world.ue.behaviour().deaf_to = {nas::EmmType::guti_reallocation_command};
    REQUIRE(*lab::finish(world.loop, world.ue.service_request()));
    world.wait(1min);
    CHECK(world.record(1)->old_m_tmsi == first->m_tmsi);
    world.ue.behaviour().deaf_to.clear();
  }
  world.go_idle(world.enb, world.ue);
  REQUIRE(*lab::finish(world.loop, world.ue.service_request()));
  CHECK(world.complaints() == "");
}

TEST_CASE("subscription_says_how_often_a_ue_updates_and_how_long_it_is_waited_for") {
  // TS 23.401 §4.3.17.3. 50 hours are more than T3412 can say: for UEs that know it there is T3412 extended
  // value.
  const auto [subscribed, knows, granted, extended] =
      GENERATE(table<std::uint32_t, bool, std::uint32_t, std::optional<std::uint32_t>>(
          {{7200, true, 7200, std::nullopt},
           {180'000, false, 11'160, std::nullopt},
           {180'000, true, 11'160, 180'000}}));
  World world;
  world.hss.periodic_update_seconds = subscribed;
  auto& enb = world.add_enb(1);
  auto& ue = world.add_ue(enb, 1);
  ue.settings().extended_periodic_timers = knows;
  const auto attached = world.attach(ue);
  REQUIRE(attached);
  CHECK(attached->t3412_seconds == granted);
  CHECK(attached->idle_mode.t3412_extended_seconds == extended);
  world.wait(100ms);
  world.go_idle(enb, ue);
  const auto period = std::chrono::seconds(extended.value_or(granted));
  const auto margin = std::chrono::seconds(world.settings.mobile_reachable_margin_seconds);
  world.wait(period + margin - 2s);
  CHECK(world.record(1)->idle_wait == IdleWait::mobile_reachable);
  world.wait(4s);
  CHECK(world.record(1)->idle_wait == IdleWait::implicit_detach);
  // What changes holds from the next update on.
  REQUIRE(lab::finish(world.loop, ue.tracking_area_update())->has_value());
  world.wait(1s);
  REQUIRE(lab::finish(world.loop, world.mme->insert_subscriber_data(
                                      {.imsi = test_imsi(1), .change = {.rau_tau_timer_seconds = 600}})));
  CHECK(world.record(1)->t3412_seconds == static_cast<std::uint32_t>(period.count()));
  REQUIRE(lab::finish(world.loop, ue.tracking_area_update())->has_value());
  CHECK(world.record(1)->t3412_seconds == 600);
}

TEST_CASE("ue_whose_last_bearer_ends_while_it_cannot_be_reached_is_waited_for_as_a_detached_one") {
  Idle world;
  lab::Running ended(
      world.mme->delete_bearer({.session = sgw::SessionId{1}, .imsi = test_imsi(1), .ebi = 5}));
  world.wait(1min);
  REQUIRE(ended.done());
  CHECK(ended.result());
  CHECK(world.record(1)->emm_state == EmmState::deregistered);
  CHECK(world.record(1)->idle_wait == IdleWait::purge);
  world.wait(24h);
  CHECK(world.record(1) == nullptr);
}
