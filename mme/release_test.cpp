// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "mme/test_world.hpp"

/// When an eNodeB is told to release a UE, TS 23.401 §5.3.5 and TS 36.413 §8.3.3.
using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

class Delayed : public World {
 public:
  Delayed() : enb(add_enb()), ue(add_ue(enb, 1)) { settings.release_delay_ms = 3000; }
  std::size_t releases() const { return enb.received(s1ap::MessageType::ue_context_release_command); }

  lab::Enb& enb;
  lab::Ue& ue;
};

}  // namespace

TEST_CASE("enb_has_time_for_the_last_nas_message_before_the_release_that_follows_it") {
  Delayed world;
  SECTION("a detach is accepted") {
    REQUIRE(world.attach(world.ue));
    world.wait(1min);
    REQUIRE(lab::finish(world.loop, world.ue.detach()));
    CHECK(world.ue.received(nas::EmmType::detach_accept) == 1);
  }
  SECTION("an attach is refused") {
    world.hss.refused[test_imsi(1)] = {hss::S6aResult::user_unknown};
    lab::Running<lab::UeResult<lab::Registration>> attaching(world.ue.attach());
    world.wait(1s);
    CHECK(world.ue.received(nas::EmmType::attach_reject) == 1);
  }
  world.wait(1s);
  CHECK(world.releases() == 0);
  CHECK(world.mme->connected_ues() == 1);
  // Its eNodeB may ask for what is about to come.
  if (world.ue.connection()) world.enb.request_release(*world.ue.connection());
  world.wait(5s);
  CHECK(world.releases() == 1);
  CHECK(world.mme->connected_ues() == 0);
  CHECK(world.complaints() == "");
}

TEST_CASE("release_that_follows_no_nas_message_or_a_lost_radio_is_not_delayed") {
  Delayed world;
  REQUIRE(world.attach(world.ue));
  s1ap::Cause cause = s1ap::CauseRadioNetwork::user_inactivity;
  SECTION("the last message is long over") {
    world.wait(1min);
  }
  SECTION("the radio is lost with it") {
    cause = s1ap::CauseRadioNetwork::radio_connection_with_ue_lost;
  }
  world.enb.request_release(*world.ue.connection(), cause);
  world.wait(100ms);
  CHECK(world.releases() == 1);
  CHECK(world.mme->connected_ues() == 0);
}

TEST_CASE("connection_that_breaks_while_its_release_is_delayed_is_gone_at_once") {
  Delayed world;
  REQUIRE(world.attach(world.ue));
  REQUIRE(lab::finish(world.loop, world.ue.detach()));
  CHECK(world.mme->connected_ues() == 1);
  world.enb.abort();
  world.wait(100ms);
  CHECK(world.mme->connected_ues() == 0);
  CHECK(world.mme->enbs() == 0);
}

TEST_CASE("ue_that_comes_back_elsewhere_while_it_is_released_has_its_release_commanded_once") {
  Delayed world;
  world.settings.release_delay_ms = 0;
  auto& other = world.add_enb(2);
  REQUIRE(world.attach(world.ue));
  world.wait(1s);
  world.enb.behaviour().ignores_release_command = true;
  world.enb.request_release(*world.ue.connection());
  world.wait(100ms);
  REQUIRE(world.releases() == 1);
  world.ue.move_to(other);
  REQUIRE(*lab::finish(world.loop, world.ue.service_request()));
  world.wait(1s);
  CHECK(world.releases() == 1);
  CHECK(world.mme->connected_ues() == 2);
  world.wait(10s);
  CHECK(world.mme->connected_ues() == 1);
  CHECK(world.gateway.sessions.at(1).access->v4 == other.settings().gtpu_v4);
  CHECK(world.complaints() == "");
}
