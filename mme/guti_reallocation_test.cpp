// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "mme/test_readable.hpp"

/// What a UE begins before it has answered GUTI REALLOCATION COMMAND: TS 24.301 §5.4.1.6 c to f.
using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

/// A UE that was given another GUTI with its service, and does not hear of it.
struct Reallocating : Readable {
  Reallocating() {
    REQUIRE(attach(ue));
    wait(1s);
    go_idle(enb, ue);
    first = ue.guti()->m_tmsi;
    settings.guti_services_max = 1;
    lose(nas::EmmType::guti_reallocation_command, 99);
    REQUIRE(*lab::finish(loop, ue.service_request()));
    wait(100ms);
    REQUIRE(seen == 1);
    never_heard = record(1)->m_tmsi;
    REQUIRE(never_heard != first);
  }
  /// The reallocation is over, and the UE has the one name that its record has.
  void check_aborted() {
    wait(10s);
    CHECK(seen == 1);
    CHECK(record(1)->old_m_tmsi == 0);
    CHECK(record(1)->m_tmsi == ue.guti()->m_tmsi);
    for (const std::uint32_t gone : {first, never_heard}) CHECK_FALSE(mme->directory().find_by_m_tmsi(gone));
    CHECK(complaints() == "");
  }
  std::uint32_t first = 0;
  std::uint32_t never_heard = 0;
};

}  // namespace

TEST_CASE("5_4_1_6_c_attach_in_the_middle_of_a_guti_reallocation_goes_on_without_what_the_ue_had") {
  Reallocating world;
  const auto attached = world.attach(world.ue);
  REQUIRE(attached);
  CHECK(attached->guti);
  world.check_aborted();
  CHECK(world.gateway.created == 2);
  CHECK(world.gateway.sessions.size() == 1);
  CHECK(world.record(1)->emm_state == EmmState::registered);
}

TEST_CASE("5_4_1_6_d_detach_in_the_middle_of_a_guti_reallocation_ends_it") {
  Reallocating world;
  const bool switch_off = GENERATE(false, true);
  REQUIRE(*lab::finish(world.loop, world.ue.detach(switch_off)));
  world.wait(10s);
  CHECK(world.seen == 1);
  CHECK(world.ue.received(nas::EmmType::detach_accept) == (switch_off ? 0 : 1));
  CHECK(world.record(1)->emm_state == EmmState::deregistered);
  CHECK(world.gateway.sessions.empty());
  CHECK(world.mme->connected_ues() == 0);
  // It comes again by the name that it knows, and need not prove itself anew.
  REQUIRE(world.attach(world.ue));
  CHECK(world.hss.vectors_given == 1);
  CHECK(world.complaints() == "");
}

TEST_CASE("5_4_1_6_e_update_in_the_middle_of_a_guti_reallocation_gives_another_guti_in_its_place") {
  Reallocating world;
  const auto updated = *lab::finish(world.loop, world.ue.tracking_area_update());
  REQUIRE(updated);
  CHECK(updated->guti);
  world.check_aborted();
  CHECK(world.ue.connected());
  CHECK(world.gateway.created == 1);
  CHECK(world.gateway.sessions.at(1).access);
}

TEST_CASE("5_4_1_6_f_request_for_service_and_a_guti_reallocation_both_go_on") {
  Reallocating world;
  const auto ask_for = [&](nas::ServiceType type) {
    world.ue.send(nas::ExtendedServiceRequest{.service_type = type, .m_tmsi = nas::Tmsi{world.first}});
    world.wait(100ms);
  };
  SECTION("for packets, which it has") {
    ask_for(nas::ServiceType::packet_services_via_s1);
    CHECK(world.ue.received(nas::EmmType::service_reject) == 0);
  }
  SECTION("for a CS domain that there is not") {
    ask_for(nas::ServiceType::mobile_originating_cs_fallback);
    CHECK(world.ue.received(nas::EmmType::service_reject) == 1);
  }
  world.wait(1s);
  world.hears_all();
  world.wait(5s);
  CHECK(tenths_after_first(world.seen_at) == std::vector<long>{0, 10, 20});
  CHECK(world.ue.guti()->m_tmsi == world.never_heard);
  CHECK(world.record(1)->m_tmsi == world.never_heard);
  CHECK(world.record(1)->old_m_tmsi == 0);
  CHECK_FALSE(world.mme->directory().find_by_m_tmsi(world.first));
  CHECK(world.ue.connected());
  CHECK(world.gateway.sessions.at(1).access);
  CHECK(world.complaints() == "");
}
