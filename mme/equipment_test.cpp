// SPDX-License-Identifier: Apache-2.0
// SIMs that are bound to a device.
#include <catch2/catch.hpp>

#include "mme/test_world.hpp"

using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

const Imei kOther = *Imei::parse("3588640112345601");

ImeiLock lock(std::string_view text, ImeiMismatch action = ImeiMismatch::reject) {
  ImeiLock made{.on_mismatch = action};
  REQUIRE(parse_imei_lock(text, made));
  return made;
}

struct Locked {
  World world;
  lab::Enb& enb = world.add_enb();
  lab::Ue& ue = world.add_ue(enb, 1);
  explicit Locked(ImeiLock bound) { world.hss.imei_locks[test_imsi(1)] = bound; }
};

}  // namespace

TEST_CASE("sim_that_is_bound_to_its_device_attaches_as_ever") {
  Locked t(lock(GENERATE("35349006987331", "353490069873319", "3534900698733199", "35349006", "35")));
  REQUIRE(t.world.attach(t.ue));
  CHECK(t.world.gateway.sessions.at(1).policy_group == "");
  CHECK(t.world.complaints() == "");
}

TEST_CASE("sim_in_another_device_is_refused_as_illegal_and_has_no_session") {
  Locked t(lock(GENERATE("35349006987332", "35349007", "36")));
  const auto result = t.world.attach(t.ue);
  REQUIRE_FALSE(result);
  CHECK(result.error().emm_cause == nas::EmmCause::illegal_me);
  CHECK(t.world.gateway.created == 0);
  t.world.wait(1s);
  CHECK(t.world.mme->connected_ues() == 0);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("sim_in_another_device_is_quarantined_with_all_its_sessions") {
  Locked t(lock("35349007", ImeiMismatch::quarantine));
  REQUIRE(t.world.attach(t.ue));
  REQUIRE(*lab::finish(t.world.loop, t.ue.connect_pdn(Apn::parse("ims"))));
  for (const std::uint64_t session : {1u, 2u}) {
    CHECK(t.world.gateway.sessions.at(session).policy_group == "quarantine");
    CHECK(t.world.gateway.sessions.at(session).quarantined);
  }
}

TEST_CASE("sim_in_another_device_is_served_where_only_an_alarm_is_wanted") {
  Locked t(lock("35349007", ImeiMismatch::alarm));
  REQUIRE(t.world.attach(t.ue));
  CHECK(t.world.gateway.sessions.at(1).policy_group == "");
  CHECK_FALSE(t.world.gateway.sessions.at(1).quarantined);
}

TEST_CASE("sim_learns_its_first_device_and_is_refused_in_the_next") {
  Locked t(lock("learn"));
  REQUIRE(t.world.attach(t.ue));
  CHECK(imei_lock_text(t.world.hss.imei_locks[test_imsi(1)]) == "learn:35349006987331");
  REQUIRE(lab::finish(t.world.loop, t.ue.detach()));
  t.world.wait(1s);
  t.ue.settings().imei = kOther;
  // The SIM took its keys along: nothing but a question would tell.
  const auto result = t.world.attach(t.ue);
  CHECK(t.world.hss.vectors_given == 1);
  REQUIRE_FALSE(result);
  CHECK(result.error().emm_cause == nas::EmmCause::illegal_me);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("device_that_does_not_say_what_it_is_is_none_that_a_sim_is_bound_to") {
  Locked t(lock("35349006"));
  t.world.settings.request_imeisv = false;
  SECTION("it says so when it is asked") {
    REQUIRE(t.world.attach(t.ue));
    CHECK(t.ue.received(nas::EmmType::identity_request) == 1);
    CHECK(t.world.hss.terminals.back().known());
  }
}

TEST_CASE("device_that_is_not_heard_when_it_is_asked_what_it_is_is_no_other_device") {
  Locked t(lock("35349006", GENERATE(ImeiMismatch::reject, ImeiMismatch::quarantine)));
  t.world.settings.request_imeisv = false;
  t.ue.behaviour().deaf_to = {nas::EmmType::identity_request};
  CHECK_FALSE(t.world.attach(t.ue));
  t.world.wait(1min);
  CHECK(t.world.gateway.created == 0);
  CHECK(t.ue.received(nas::EmmType::attach_reject) == 0);
  t.ue.behaviour().deaf_to.clear();
  REQUIRE(t.world.attach(t.ue));
  CHECK(t.world.gateway.sessions.begin()->second.policy_group == "");
  CHECK(t.world.complaints() == "");
}

TEST_CASE("lock_that_is_to_learn_learns_the_device_that_the_sim_is_in_and_not_the_one_before") {
  Locked t(ImeiLock{});
  REQUIRE(t.world.attach(t.ue));
  REQUIRE(lab::finish(t.world.loop, t.ue.detach()));
  t.world.wait(1s);
  t.world.hss.imei_locks[test_imsi(1)] = lock("learn");
  t.ue.settings().imei = kOther;  // With its keys.
  REQUIRE(t.world.attach(t.ue));
  CHECK(t.world.hss.vectors_given == 1);
  CHECK(imei_lock_text(t.world.hss.imei_locks[test_imsi(1)]) == "learn:35886401123456");
  CHECK(t.world.complaints() == "");
}

TEST_CASE("device_is_read_for_another_pdn_connection_too_where_the_sim_is_bound") {
  Locked t(ImeiLock{});
  REQUIRE(t.world.attach(t.ue));
  t.world.wait(1s);
  t.world.go_idle(t.enb, t.ue);
  t.world.hss.imei_locks[test_imsi(1)] = lock("35349006987331");
  t.ue.settings().imei = kOther;
  REQUIRE(lab::finish(t.world.loop, t.ue.service_request())->has_value());
  CHECK_FALSE(*lab::finish(t.world.loop, t.ue.connect_pdn(Apn::parse("ims"))));
  CHECK(t.ue.received(nas::EmmType::identity_request) == 1);
  CHECK(t.world.gateway.created == 1);
}

TEST_CASE("sim_that_is_bound_to_nothing_is_asked_for_nothing") {
  World world;
  auto& ue = world.add_ue(world.add_enb(), 1);
  world.settings.request_imeisv = false;
  REQUIRE(world.attach(ue));
  CHECK(ue.received(nas::EmmType::identity_request) == 0);
}

TEST_CASE("sim_that_is_not_in_service_is_told_when_to_come_again") {
  World world;
  auto& ue = world.add_ue(world.add_enb(), 1);
  world.hss.refused[test_imsi(1)] = {hss::S6aResult::authentication_data_unavailable, {}, 1800};
  std::optional<nas::AttachReject> told;
  ue.behaviour().downlink = [&](Bytes message) {
    if (const auto reject = nas::decode<nas::AttachReject>(message)) told = *reject;
    return true;
  };
  const auto result = world.attach(ue);
  REQUIRE_FALSE(result);
  CHECK(result.error().emm_cause == nas::EmmCause::congestion);
  REQUIRE(told);
  REQUIRE(told->t3346_value);
  CHECK(told->t3346_value->seconds() >= 1800u);
  CHECK(told->t3346_value->seconds() <= 2880u);  // In steps of six minutes.
}
