// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "mme/test_readable.hpp"

/// An attach that comes before IDENTITY REQUEST is answered: TS 24.301 §5.4.4.6 c and d.
using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

/// A UE that attaches by a GUTI that nobody has, and does not hear that it is asked for its IMSI.
struct Unknown : Readable {
  Unknown() {
    ue.set_guti(Guti{{*Plmn::parse("00101"), 0x8001, 0x1A}, 0x12345678});
    lose(nas::EmmType::identity_request, 99);
    attaching.emplace(ue.attach());
    wait(500ms);
    REQUIRE(seen == 1);
  }
  std::optional<lab::Running<lab::UeResult<lab::Registration>>> attaching{};
};

}  // namespace

TEST_CASE("5_4_4_6_d_same_attach_request_while_the_ue_is_asked_who_it_is_is_ignored") {
  Unknown world;
  world.ue.repeat_request();
  world.wait(1s);
  world.hears_all();
  world.wait(1s);
  // It is asked as if nothing had come: neither sooner nor later nor more often.
  CHECK(tenths_after_first(world.seen_at) == std::vector<long>{0, 10, 20});
  REQUIRE(world.attaching->done());
  CHECK(world.attaching->result());
  CHECK(world.hss.vectors_given == 1);
  CHECK(world.gateway.created == 1);
  CHECK(world.complaints() == "");
}

TEST_CASE("5_4_4_6_d_other_attach_request_while_the_ue_is_asked_who_it_is_is_served_in_place_of_the_first") {
  Unknown world;
  world.attaching.reset();
  SECTION("one that says it") {
    REQUIRE(world.attach(world.ue, lab::UeIdentity::imsi));
    world.wait(10s);
    CHECK(world.seen == 1);
  }
  SECTION("one that has to be asked too") {
    world.ue.settings().pdn_type = nas::PdnType::ipv6;
    world.hears_all();
    const auto attached = world.attach(world.ue);
    REQUIRE(attached);
    CHECK(attached->bearer.pdn_type == nas::PdnType::ipv6);
    world.wait(10s);
    CHECK(world.seen == 2);
  }
  CHECK(world.hss.vectors_given == 1);
  CHECK(world.gateway.created == 1);
  CHECK(world.ue.received(nas::EmmType::attach_accept) == 1);
  CHECK(world.mme->connected_ues() == 1);
  CHECK(world.complaints() == "");
}

TEST_CASE("5_4_4_6_c_attach_while_the_ue_is_asked_for_its_device_for_something_else_goes_on") {
  Readable world;
  ImeiLock lock{.on_mismatch = ImeiMismatch::reject};
  REQUIRE(parse_imei_lock(world.ue.settings().imei.text().substr(0, 8), lock));
  world.hss.imei_locks[test_imsi(1)] = lock;
  REQUIRE(world.attach(world.ue));
  world.wait(1s);
  world.go_idle(world.enb, world.ue);
  REQUIRE(*lab::finish(world.loop, world.ue.service_request()));
  world.wait(1s);
  // On this connection it has not said what it is.
  world.lose(nas::EmmType::identity_request, 1);
  std::optional<lab::Running<lab::UeResult<lab::Bearer>>> connecting(std::in_place,
                                                                     world.ue.connect_pdn(Apn::parse("ims")));
  world.wait(500ms);
  REQUIRE(world.seen == 1);
  connecting.reset();
  REQUIRE(world.attach(world.ue));
  world.wait(30s);
  // The attach asks it by itself, and the connection that it wanted before is none.
  CHECK(world.seen == 2);
  CHECK(world.gateway.created == 2);
  CHECK(world.gateway.sessions.size() == 1);
  CHECK(world.record(1)->emm_state == EmmState::registered);
  CHECK(world.complaints() == "");
}
