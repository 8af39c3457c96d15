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

namespace {

/// A UE in a cell of E-UTRAN, and an NB-IoT cell beside it.
class TwoAccesses : public World {
 public:
  TwoAccesses() {
    narrow.settings_mutable().tracking_area.tac = 8;
    narrow.settings_mutable().nb_iot = true;
    ZC_ASSERT(lab::finish(loop, narrow.setup())->has_value());
  }
  void change(std::optional<hss::AccessRestriction> restriction, const char* group = nullptr) {
    hss::InsertSubscriberDataRequest request{.imsi = test_imsi(1)};
    if (restriction) request.change.access_restrictions = hss::AccessRestrictions{*restriction};
    if (group != nullptr) request.change.policy_group = GroupName::parse(group);
    ZC_ASSERT(lab::finish(loop, mme->insert_subscriber_data(request)).has_value());
    wait(1s);
  }
  lab::Enb& enb = add_enb(1);
  // With an address of its own: tshark reads what goes there as NB-IoT from then on.
  lab::Enb& narrow = add_enb(77);
  lab::Ue& ue = add_ue(enb, 1);
};

constexpr auto kElsewhere = nas::EmmCause::no_suitable_cells_in_tracking_area;

}  // namespace

TEST_CASE("sim_that_may_not_use_nb_iot_is_served_there_by_no_procedure") {
  TwoAccesses world;
  world.hss.restrictions.set(hss::AccessRestriction::nb_iot);
  // Its list holds the area where that is not one of NB-IoT yet.
  const bool listed = GENERATE(true, false);
  const auto becomes = [&](bool nb_iot) {
    world.narrow.settings_mutable().nb_iot = nb_iot;
    REQUIRE(*lab::finish(world.loop, world.narrow.configuration_update({})));
  };
  if (listed) becomes(false);
  REQUIRE(world.attach(world.ue));
  world.wait(1s);
  if (listed) becomes(true);
  const auto order =
      lab::finish(world.loop, world.enb.prepare_handover(*world.ue.connection(), world.narrow.as_target()));
  REQUIRE(order);
  REQUIRE_FALSE(*order);
  CHECK(s1ap::name(*order->error().cause) == "ho-target-not-allowed");
  world.go_idle(world.enb, world.ue);
  world.ue.move_to(world.narrow);
  if (listed) {
    const auto served = lab::finish(world.loop, world.ue.service_request());
    REQUIRE_FALSE(*served);
    CHECK(served->error().emm_cause == kElsewhere);
  } else {
    const auto updated = lab::finish(world.loop, world.ue.tracking_area_update());
    REQUIRE_FALSE(*updated);
    CHECK(updated->error().emm_cause == kElsewhere);
  }
  CHECK(world.record(1)->emm_state == EmmState::registered);
  CHECK(world.complaints() == "");
}

TEST_CASE("tai_list_has_areas_of_one_radio_access_alone") {
  TwoAccesses world;
  const auto in = [&](const nas::TaiList& list, std::uint16_t tac) {
    return list.contains(Tai{world.network.plmns.front(), tac});
  };
  const auto wide = world.attach(world.ue);
  REQUIRE(wide);
  CHECK(in(wide->tai_list, 7));
  CHECK_FALSE(in(wide->tai_list, 8));
  CHECK(in(wide->tai_list, 9));
  world.wait(1s);
  world.go_idle(world.enb, world.ue);
  world.ue.move_to(world.narrow);
  const auto narrow = *lab::finish(world.loop, world.ue.tracking_area_update());
  REQUIRE(narrow);
  CHECK(narrow->tai_list == nas::TaiList{{world.network.plmns.front(), 8}});
  // An area whose radio access is another one now, by the word of its eNodeB.
  world.narrow.settings_mutable().nb_iot = false;
  REQUIRE(*lab::finish(world.loop, world.narrow.configuration_update({})));
  const auto again = *lab::finish(world.loop, world.ue.tracking_area_update());
  REQUIRE(again);
  CHECK(in(again->tai_list, 9));
  CHECK(world.complaints() == "");
}

TEST_CASE("ue_is_paged_in_the_last_area_of_its_list_however_many_there_are_of_another_access") {
  World world;
  world.network.tacs = {{1, 32}};
  const auto in = [&](unsigned number, std::uint16_t tac, bool nb_iot) -> lab::Enb& {
    lab::Enb& enb = world.add_enb(number);
    enb.settings_mutable().tracking_area.tac = tac;
    enb.settings_mutable().nb_iot = nb_iot;
    REQUIRE(lab::finish(world.loop, enb.setup())->has_value());
    return enb;
  };
  for (std::uint16_t tac = 1; tac <= 16; ++tac) in(76u + tac, tac, true);
  lab::Enb& first = in(1, 17, false);
  lab::Enb& last = in(2, 31, false);  // With 7, where each was set up first, the sixteenth.
  auto& ue = world.add_ue(first, 1);
  REQUIRE(world.attach(ue));
  world.wait(1s);
  world.go_idle(first, ue);
  ue.move_to(last);
  world.downlink_packet(1);
  world.wait(30s);
  CHECK(last.received(s1ap::MessageType::paging) > 0);
}

TEST_CASE("radio_capability_is_of_the_access_that_it_was_told_over") {
  TwoAccesses world;
  REQUIRE(world.attach(world.ue));
  world.wait(1s);
  CHECK(world.record(1)->radio_capability != UeRecord::kNoRadioCapability);
  world.go_idle(world.enb, world.ue);
  bool told = true;
  world.narrow.behaviour().sends_capability = false;
  world.narrow.on_message = [&](const s1ap::Message& message) {
    if (const auto* setup = message.as<s1ap::InitialContextSetupRequest>())
      told = setup->ue_radio_capability.has_value();
  };
  world.ue.move_to(world.narrow);
  REQUIRE(*lab::finish(world.loop, world.ue.tracking_area_update({.active = true})));
  world.wait(1s);
  CHECK_FALSE(told);
  CHECK(world.record(1)->radio_capability == UeRecord::kNoRadioCapability);
  // Idle, its HSS is still told where it is.
  world.go_idle(world.narrow, world.ue);
  const auto answer = lab::finish(world.loop, world.mme->insert_subscriber_data({.imsi = test_imsi(1)}));
  CHECK((*answer)->rat == hss::RatType::eutran_nb_iot);
}

TEST_CASE("enb_is_told_where_a_ue_may_not_go_in_each_network_that_it_may_be_handed_over_to") {
  World world;
  const Plmn home = world.network.plmns.front();
  const Plmn shared = *Plmn::parse("00102");
  const Plmn elsewhere = *Plmn::parse("00103");
  world.network.plmns.push_back(shared);
  world.network.equivalent_plmns = {shared, elsewhere};
  world.settings.access = {{.group = "default", .tacs = {{7, 7}}}};
  std::map<std::string, std::vector<std::uint16_t>> forbidden;
  auto& enb = world.add_enb(1);
  enb.on_message = [&](const s1ap::Message& message) {
    if (const auto* setup = message.as<s1ap::InitialContextSetupRequest>())
      for (const auto& item : setup->handover_restriction_list->forbidden_tas)
        forbidden[item.plmn_identity.text()].assign(item.forbidden_tacs.begin(), item.forbidden_tacs.end());
  };
  REQUIRE(world.attach(world.add_ue(enb, 1)));
  using Tacs = std::vector<std::uint16_t>;
  CHECK(forbidden == std::map<std::string, Tacs>{{home.text(), {8, 9}}, {shared.text(), {8, 9}}});
  CHECK(world.complaints() == "");
}

TEST_CASE("hss_is_told_over_which_radio_access_a_sim_comes") {
  TwoAccesses world;
  world.hss.restrictions.set(hss::AccessRestriction::wb_eutran);
  world.ue.move_to(world.narrow);
  REQUIRE(world.attach(world.ue));
  REQUIRE(world.hss.located.size() == 1);
  CHECK(world.hss.located[0].second == hss::RatType::eutran_nb_iot);
  const auto answer = lab::finish(world.loop, world.mme->insert_subscriber_data({.imsi = test_imsi(1)}));
  REQUIRE(answer);
  REQUIRE(*answer);
  CHECK((*answer)->rat == hss::RatType::eutran_nb_iot);
}

TEST_CASE("changed_restriction_detaches_a_connected_ue_and_waits_for_an_idle_one") {
  TwoAccesses world;
  REQUIRE(world.attach(world.ue));
  world.wait(1s);
  SECTION("one that does not concern it changes nothing") {
    world.change(hss::AccessRestriction::nb_iot);
    CHECK(world.ue.connected());
    CHECK(world.ue.registered());
  }
  SECTION("of the radio access, connected") {
    world.change(hss::AccessRestriction::wb_eutran);
    CHECK(world.ue.received(nas::EmmType::detach_request) == 1);
    CHECK(world.record(1)->emm_state == EmmState::deregistered);
    CHECK(world.gateway.sessions.empty());
  }
  SECTION("of the radio access, idle") {
    world.go_idle(world.enb, world.ue);
    world.change(hss::AccessRestriction::wb_eutran);
    CHECK(world.record(1)->emm_state == EmmState::registered);
    CHECK(world.enb.received(s1ap::MessageType::paging) == 0);
    const auto served = lab::finish(world.loop, world.ue.service_request());
    REQUIRE_FALSE(*served);
    CHECK(served->error().emm_cause == kElsewhere);
  }
  SECTION("and is taken back in time") {
    world.go_idle(world.enb, world.ue);
    world.change(hss::AccessRestriction::wb_eutran);
    world.change(hss::AccessRestriction::utran);
    CHECK(*lab::finish(world.loop, world.ue.service_request()));
  }
  CHECK(world.complaints() == "");
}

TEST_CASE("changed_policy_group_serves_a_ue_in_the_areas_of_the_new_one") {
  TwoAccesses world;
  world.settings.access = {{.group = "meters", .tacs = {{8, 9}}}};
  REQUIRE(world.attach(world.ue));
  world.wait(1s);
  const bool connected = GENERATE(false, true);
  if (!connected) world.go_idle(world.enb, world.ue);
  world.change({}, "meters");
  REQUIRE(world.gateway.subscribed.size() == 1);
  CHECK(world.gateway.subscribed[0].policy_group == "meters");
  CHECK_FALSE(world.gateway.subscribed[0].framed_routes);
  CHECK(world.ue.received(nas::EmmType::detach_request) == (connected ? 1 : 0));
  if (connected) return;
  const auto served = lab::finish(world.loop, world.ue.service_request());
  REQUIRE_FALSE(*served);
  CHECK(served->error().emm_cause == kElsewhere);
  CHECK(world.complaints() == "");
}

TEST_CASE("ue_whose_new_group_is_served_nowhere_is_not_registered_once_it_has_come") {
  TwoAccesses world;
  world.settings.access = {{.group = "meters"}};
  REQUIRE(world.attach(world.ue));
  world.wait(1s);
  world.go_idle(world.enb, world.ue);
  world.change({}, "meters");
  SECTION("for service: SERVICE REJECT has no such cause") {
    const auto served = lab::finish(world.loop, world.ue.service_request());
    REQUIRE_FALSE(*served);
    CHECK(served->error().emm_cause == nas::EmmCause::implicitly_detached);
  }
  SECTION("with an update") {
    const auto updated = lab::finish(world.loop, world.ue.tracking_area_update());
    REQUIRE_FALSE(*updated);
    CHECK(updated->error().emm_cause == nas::EmmCause::eps_services_not_allowed_in_plmn);
  }
  world.wait(1s);
  CHECK(world.record(1)->emm_state == EmmState::deregistered);
  CHECK(world.gateway.sessions.empty());
  CHECK(world.mme->connected_ues() == 0);
  CHECK(world.complaints() == "");
}

TEST_CASE("every_reason_to_refuse_a_ue_has_one_cause_and_says_what_the_ue_does") {
  for (const auto reason : {Unserved::unknown_sim, Unserved::unknown_guest, Unserved::no_packet_service,
                            Unserved::no_service_in_plmn, Unserved::no_area_here, Unserved::not_in_this_area,
                            Unserved::not_over_this_rat, Unserved::trouble_of_ours}) {
    const auto rows = reject_rows();
    CHECK(std::ranges::count(rows, reason, &RejectRow::reason) == 1);
    CHECK(std::string_view(std::ranges::find(rows, reason, &RejectRow::reason)->then).size() > 20);
  }
  // Only what trying again cannot mend bars the SIM.
  CHECK(cause_of(Unserved::unknown_sim) == nas::EmmCause::eps_and_non_eps_services_not_allowed);
  CHECK(cause_of(Unserved::trouble_of_ours) == nas::EmmCause::network_failure);
  CHECK(emm_cause({hss::S6aResult::too_busy}) == nas::EmmCause::network_failure);
}

TEST_CASE("tai_list_has_no_area_where_the_ue_is_not_served") {
  World world;
  world.settings.access = {{.group = "default", .tacs = {{8, 9}}}};
  auto& enb = world.add_enb(1);
  enb.settings_mutable().tracking_area.tac = 8;
  REQUIRE(lab::finish(world.loop, enb.setup())->has_value());
  auto& ue = world.add_ue(enb, 1);
  const auto attached = world.attach(ue);
  REQUIRE(attached);
  const Plmn plmn = *Plmn::parse("00101");
  CHECK(attached->tai_list == nas::TaiList{{plmn, 8}, {plmn, 9}});
  world.wait(100ms);
  world.go_idle(enb, ue);
  const auto updated = lab::finish(world.loop, ue.tracking_area_update());
  REQUIRE(updated);
  REQUIRE(*updated);
  CHECK((*updated)->tai_list == attached->tai_list);
}
