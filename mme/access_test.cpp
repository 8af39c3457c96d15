// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "asn1/s1ap/messages.hpp"
#include "mme/reject_cause.hpp"
#include "mme/test_world.hpp"

using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

TEST_CASE("group_is_served_in_its_tracking_areas_and_sent_to_look_for_them_elsewhere") {
  World world;
  world.settings.access = {{.group = "default", .tacs = {{8, 9}}}};
  auto& enb = world.add_enb(1);
  auto& other = world.add_enb(2);
  other.settings_mutable().tracking_area.tac = 8;
  REQUIRE(lab::finish(world.loop, other.setup())->has_value());
  auto& ue = world.add_ue(enb, 1);
  const auto refused = world.attach(ue);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().emm_cause == nas::EmmCause::no_suitable_cells_in_tracking_area);
  CHECK(world.gateway.sessions.empty());
  ue.move_to(other);
  CHECK(world.attach(ue));
}

TEST_CASE("group_that_is_served_nowhere_is_sent_to_another_network") {
  World world;
  world.settings.access = {{.group = "default"}};
  auto& ue = world.add_ue(world.add_enb(1), 1);
  const auto refused = world.attach(ue);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().emm_cause == nas::EmmCause::eps_services_not_allowed_in_plmn);
}

TEST_CASE("enb_is_told_where_a_ue_may_not_go_and_a_handover_there_is_refused") {
  World world;
  world.settings.access = {{.group = "default", .tacs = {{7, 7}}}};
  auto& enb = world.add_enb(1);
  auto& other = world.add_enb(2);
  other.settings_mutable().tracking_area.tac = 8;
  REQUIRE(lab::finish(world.loop, other.setup())->has_value());
  std::vector<std::uint16_t> forbidden;
  enb.on_message = [&](const s1ap::Message& message) {
    if (const auto* setup = message.as<s1ap::InitialContextSetupRequest>())
      if (setup->handover_restriction_list)
        for (const auto& item : setup->handover_restriction_list->forbidden_tas)
          forbidden.assign(item.forbidden_tacs.begin(), item.forbidden_tacs.end());
  };
  auto& ue = world.add_ue(enb, 1);
  REQUIRE(world.attach(ue));
  CHECK(forbidden == std::vector<std::uint16_t>{8, 9});
  const auto order = lab::finish(world.loop, enb.prepare_handover(*ue.connection(), other.as_target()));
  REQUIRE(order);
  REQUIRE_FALSE(*order);
  CHECK(s1ap::name(*order->error().cause) == "ho-target-not-allowed");
}

TEST_CASE("every_reason_to_refuse_a_ue_has_one_cause_and_says_what_the_ue_does") {
  for (const auto reason : {Unserved::unknown_sim, Unserved::no_packet_service, Unserved::no_service_in_plmn,
                            Unserved::no_area_here, Unserved::not_in_this_area, Unserved::not_over_this_rat,
                            Unserved::trouble_of_ours}) {
    const auto rows = reject_rows();
    CHECK(std::ranges::count(rows, reason, &RejectRow::reason) == 1);
    CHECK(std::string_view(std::ranges::find(rows, reason, &RejectRow::reason)->then).size() > 20);
  }
  // Only what trying again cannot mend bars the SIM.
  CHECK(cause_of(Unserved::unknown_sim) == nas::EmmCause::eps_and_non_eps_services_not_allowed);
  CHECK(cause_of(Unserved::trouble_of_ours) == nas::EmmCause::network_failure);
  CHECK(emm_cause({hss::S6aResult::too_busy}) == nas::EmmCause::network_failure);
}
