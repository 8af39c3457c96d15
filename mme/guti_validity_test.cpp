// SPDX-License-Identifier: Apache-2.0
// Which GUTI and which TAI list a UE has that may not have heard of the last ones, TS 24.301 §5.4.1.6,
// §5.5.3.2.7.
#include <catch2/catch.hpp>

#include "asn1/s1ap/paging.hpp"
#include "mme/test_world.hpp"

using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;
using Type = nas::EpsUpdateType::Value;

namespace {

/// A UE that attached in area 18 of 20, of which it was told 16: its own and 1 to 15.
class Doubted : public World {
 public:
  Doubted() {
    ZC_ASSERT(attach(ue).has_value());
    wait(100ms);
    go_idle(home, ue);
    first = ue.guti()->m_tmsi;
  }
  const UeRecord& stored() { return *record(1); }
  lab::UeResult<lab::Update> update(lab::UpdateRequest wanted = {}) {
    auto result = lab::finish(loop, ue.tracking_area_update(wanted), 1min);
    ZC_ASSERT(result.has_value());
    wait(500ms);
    return *result;
  }
  /// The UE hears nothing of what this update gives it.
  void lose_accept() {
    ue.behaviour().deaf_to = {nas::EmmType::tracking_area_update_accept};
    ZC_ASSERT(!update().has_value());
    wait(1min);
    ue.behaviour().deaf_to.clear();
    ZC_ASSERT(stored().old_m_tmsi == first && mme->connected_ues() == 0);
  }
  lab::Enb& add_enb_of(std::uint32_t number, std::uint16_t tac) {
    network.tacs = {{1, 20}};
    lab::Enb& made = add_enb(number);
    made.settings_mutable().tracking_area.tac = tac;
    ZC_ASSERT(lab::finish(loop, made.setup())->has_value());
    return made;
  }

  lab::Enb& home = add_enb_of(1, 18);
  lab::Enb& away = add_enb_of(2, 17);
  lab::Ue& ue = add_ue(home, 1);
  std::uint32_t first = 0;
};

}  // namespace

TEST_CASE("ue_that_goes_on_under_the_old_guti_has_not_taken_the_new_one") {
  Doubted world;
  world.lose_accept();
  const std::uint32_t lost = world.stored().m_tmsi;
  SECTION("it updates, and is given none") {
    REQUIRE(world.update({.type = Type::periodic}));
    CHECK(world.stored().m_tmsi == world.first);
    CHECK(world.stored().old_m_tmsi == 0);
  }
  SECTION("it asks for service, and is given another") {
    REQUIRE(*lab::finish(world.loop, world.ue.service_request()));
    world.wait(100ms);
    CHECK(world.ue.received(nas::EmmType::guti_reallocation_command) == 1);
    CHECK(world.ue.guti()->m_tmsi != world.first);
    CHECK(world.stored().m_tmsi == world.ue.guti()->m_tmsi);
    CHECK(world.stored().old_m_tmsi == 0);
    world.go_idle(world.home, world.ue);
  }
  CHECK_FALSE(world.mme->directory().find_by_m_tmsi(lost));
  lab::Running<lab::UeResult<void>> answering(world.ue.answer_page(1min));
  world.downlink_packet(1);
  world.wait(1s);
  REQUIRE(answering.done());
  CHECK(answering.result());
  CHECK(world.home.received(s1ap::MessageType::paging) == 1);
  CHECK(world.complaints() == "");
}

TEST_CASE("ue_whose_guti_is_in_doubt_is_paged_by_both_at_once") {
  Doubted world;
  world.lose_accept();
  lab::Running<lab::UeResult<void>> answering(world.ue.answer_page(1min));
  world.downlink_packet(1);
  world.wait(1s);
  REQUIRE(answering.done());
  CHECK(answering.result());
  CHECK(world.complaints() == "");
}

TEST_CASE("ue_that_may_not_have_heard_of_other_areas_is_looked_for_in_those_that_it_knows_too") {
  Doubted world;
  // In area 17 it would have been told of that one, and not of 18.
  world.ue.move_to(world.away);
  world.lose_accept();
  world.ue.move_to(world.home);
  lab::Running<lab::UeResult<void>> answering(world.ue.answer_page(1min));
  world.downlink_packet(1);
  world.wait(8s);
  REQUIRE(answering.done());
  CHECK(answering.result());
  // It is sure of its areas again: it is told of those that it has now.
  world.wait(1s);
  CHECK(world.stored().old_m_tmsi == 0);
  const auto areas = world.mme->tracking_areas().paged(world.stored());
  CHECK(std::ranges::find(areas, Tai{world.network.plmns.front(), 18}) != areas.end());
  CHECK(world.complaints() == "");
}

TEST_CASE("update_under_the_new_guti_confirms_it_on_the_same_connection_too") {
  Doubted world;
  REQUIRE(*lab::finish(world.loop, world.ue.service_request()));
  world.wait(100ms);
  world.ue.behaviour().withholds_update_complete = true;
  REQUIRE(world.update());
  const auto second = world.ue.guti();
  REQUIRE(second->m_tmsi != world.first);
  // What the next one gives it never hears.
  world.ue.behaviour().deaf_to = {nas::EmmType::tracking_area_update_accept};
  REQUIRE_FALSE(world.update());
  world.wait(1min);
  world.ue.behaviour() = {};
  CHECK(world.ue.guti() == second);
  REQUIRE(*lab::finish(world.loop, world.ue.service_request()));
  CHECK(world.complaints() == "");
}

TEST_CASE("complete_counts_although_the_enb_sets_nothing_up_after_it") {
  Doubted world;
  world.home.behaviour().ignores_initial_context_setup = true;
  REQUIRE(world.update({.active = true}));
  world.wait(1min);
  REQUIRE(world.mme->connected_ues() == 0);
  CHECK(world.stored().old_m_tmsi == 0);
  CHECK(world.stored().m_tmsi == world.ue.guti()->m_tmsi);
}

TEST_CASE("hss_hears_that_a_ue_is_back_which_has_not_heard_that_another_network_would_have_it") {
  Doubted world;
  const Plmn own = world.network.plmns.front();
  const Plmn partner = *Plmn::parse("00102");
  world.network.plmns.push_back(partner);
  lab::Enb& shared = world.add_enb(9);
  shared.settings_mutable().broadcast_plmns = world.network.plmns;
  shared.settings_mutable().tracking_area = {partner, 18};
  REQUIRE(lab::finish(world.loop, shared.setup())->has_value());
  world.ue.move_to(shared);
  world.lose_accept();
  CHECK(world.hss.located.back().first == partner);
  world.ue.move_to(world.home);
  REQUIRE(world.update());
  CHECK(world.hss.located.back().first == own);
  CHECK(world.complaints() == "");
}
