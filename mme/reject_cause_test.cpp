// SPDX-License-Identifier: Apache-2.0
#include "mme/reject_cause.hpp"

#include <set>

#include <catch2/catch.hpp>

#include "mme/test_world.hpp"

/// What a UE hears when it is not served, in each procedure that can say so, as tables: TS 24.301 §5.5.1.2.5,
/// §5.5.3.2.5 and §5.6.1.5, TS 29.272 annex A.
using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

using nas::EmmCause;

/// What a UE is told.
struct Told {
  EmmCause cause{};
  std::uint32_t t3346_seconds = 0;  ///< 0: none.
};

template <class T>
Told told_in(const std::optional<lab::UeResult<T>>& result) {
  REQUIRE(result);
  REQUIRE_FALSE(*result);
  REQUIRE(result->error().emm_cause);
  return {*result->error().emm_cause, result->error().back_off_seconds.value_or(0)};
}

/// One UE of each kind, at one eNodeB: a newcomer, and two that are registered and idle.
struct Callers : World {
  Callers() {
    for (lab::Ue* ue : {&mover, &caller}) {
      ZC_ASSERT(attach(*ue).has_value());
      wait(1s);
      go_idle(enb, *ue);
    }
  }
  Told attach_refused() { return told_in(lab::finish(loop, newcomer.attach())); }
  Told update_refused() { return told_in(lab::finish(loop, mover.tracking_area_update())); }
  Told service_refused() { return told_in(lab::finish(loop, caller.service_request())); }
  /// The subscription of all three is another one from now on.
  void subscribe(hss::AccessRestrictions restrictions, const char* group = nullptr) {
    hss.restrictions = restrictions;
    for (const unsigned number : {2u, 3u}) {
      hss::InsertSubscriberDataRequest request{.imsi = test_imsi(number)};
      request.change.access_restrictions = restrictions;
      if (group != nullptr) request.change.policy_group = GroupName::parse(group);
      ZC_ASSERT(lab::finish(loop, mme->insert_subscriber_data(request)).has_value());
    }
  }
  /// The group of all three is served in these areas alone.
  void confine_to(std::vector<config::TacRange> tacs) {
    settings.access = {{.group = "default", .tacs = tacs}};
    subscribe({}, "default");
  }
  void stand_in(const Tai& tai) { enb.settings_mutable().tracking_area = tai; }

  lab::Enb& enb = add_enb(1);
  lab::Ue& newcomer = add_ue(enb, 1);
  lab::Ue& mover = add_ue(enb, 2);
  lab::Ue& caller = add_ue(enb, 3);
};

void check(const Told& told, EmmCause cause, std::pair<std::uint32_t, std::uint32_t> t3346) {
  CHECK(nas::name_of(told.cause) == nas::name_of(cause));
  CHECK(told.t3346_seconds >= t3346.first);
  CHECK(told.t3346_seconds <= t3346.second);
}

using hss::ErrorDiagnostic;
using hss::S6aResult;

struct HssRow {
  hss::S6aError answer;
  EmmCause cause;
  std::pair<std::uint32_t, std::uint32_t> t3346{0, 0};  ///< From, to; in the steps that the timer has.
};
constexpr std::uint32_t kHalfAnHour = 1800;
const HssRow kHssRows[] = {
    // #8, #7: for good.
    {{S6aResult::user_unknown}, EmmCause::eps_and_non_eps_services_not_allowed},
    {{S6aResult::unknown_eps_subscription, ErrorDiagnostic::no_gprs_data_subscribed},
     EmmCause::eps_services_not_allowed},
    // #15: not here, and not this way.
    {{S6aResult::unknown_eps_subscription, ErrorDiagnostic::gprs_data_subscribed},
     EmmCause::no_suitable_cells_in_tracking_area},
    {{S6aResult::unknown_eps_subscription}, EmmCause::no_suitable_cells_in_tracking_area},
    {{S6aResult::rat_not_allowed}, EmmCause::no_suitable_cells_in_tracking_area},
    {{S6aResult::roaming_not_allowed, ErrorDiagnostic::odb_all_apn},
     EmmCause::no_suitable_cells_in_tracking_area},
    {{S6aResult::authorization_rejected}, EmmCause::no_suitable_cells_in_tracking_area},
    // #11: not in this network.
    {{S6aResult::roaming_not_allowed}, EmmCause::plmn_not_allowed},
    // #17: the UE tries again by itself.
    {{S6aResult::unable_to_deliver}, EmmCause::network_failure},
    {{S6aResult::too_busy}, EmmCause::network_failure},
    {{S6aResult::authentication_data_unavailable}, EmmCause::network_failure},
    {{S6aResult::unable_to_comply}, EmmCause::network_failure},
    {{S6aResult::unknown_serving_node}, EmmCause::network_failure},
    // #22 with T3346: not before then. Half as long again at the most, in steps of six minutes.
    {{S6aResult::authentication_data_unavailable, {}, kHalfAnHour}, EmmCause::congestion, {1800, 2880}},
    {{S6aResult::unable_to_comply, {}, kHalfAnHour}, EmmCause::congestion, {1800, 2880}},
};

struct PlaceRow {
  const char* reason;
  std::optional<Unserved> unserved;
  std::function<void(Callers&)> impose;
  EmmCause cause;
  std::pair<std::uint32_t, std::uint32_t> t3346{0, 0};
};
const Plmn kPlmn = *Plmn::parse("00101");
const std::vector<PlaceRow> kPlaceRows = {
    {"an area where its group is not served", Unserved::not_in_this_area,
     [](Callers& t) { t.confine_to({{8, 9}}); }, EmmCause::no_suitable_cells_in_tracking_area},
    {"no area where its group is served", Unserved::no_area_here, [](Callers& t) { t.confine_to({}); },
     EmmCause::eps_services_not_allowed_in_plmn},
    {"an area that is nobody's here", Unserved::not_in_this_area,
     [](Callers& t) { t.stand_in({kPlmn, 1000}); }, EmmCause::no_suitable_cells_in_tracking_area},
    {"another network's cell", Unserved::no_service_in_plmn,
     [](Callers& t) { t.stand_in({*Plmn::parse("99999"), 7}); }, EmmCause::plmn_not_allowed},
    {"a radio access that it may not use", Unserved::not_over_this_rat,
     [](Callers& t) { t.subscribe(hss::AccessRestrictions{hss::AccessRestriction::wb_eutran}); },
     EmmCause::no_suitable_cells_in_tracking_area},
    {"a cell of NB-IoT, which it may not use", Unserved::not_over_this_rat,
     [](Callers& t) {
       // With an address of its own: tshark reads what goes there as NB-IoT from then on.
       lab::Enb& narrow = t.add_enb(77);
       narrow.settings_mutable().nb_iot = true;
       ZC_ASSERT(lab::finish(t.loop, narrow.setup()).has_value());
       for (lab::Ue* ue : {&t.newcomer, &t.mover, &t.caller}) ue->move_to(narrow);
       t.subscribe(hss::AccessRestrictions{hss::AccessRestriction::nb_iot});
     },
     EmmCause::no_suitable_cells_in_tracking_area},
    {"a core that has too much to do",
     std::nullopt,
     [](Callers& t) {
       t.net.faults().waiting = 10s;
       lab::Ue& busy = t.add_ue(t.enb, 9);
       if (t.attach(busy)) t.go_idle(t.enb, busy);
     },
     EmmCause::congestion,
     {900, 1800}},
};

}  // namespace

TEST_CASE("answer_of_the_hss_that_refuses_is_heard_as_its_row_says_in_attach_and_update") {
  for (const HssRow& row : kHssRows) {
    INFO(hss::to_string(row.answer.result) << (row.answer.diagnostic ? " with a diagnostic" : "")
                                           << ", again after " << row.answer.retry_after_seconds << " s");
    Callers world;
    // Update Location, after the proof; then Authentication Information, before it.
    world.hss.barred[test_imsi(1)] = row.answer;
    check(world.attach_refused(), row.cause, row.t3346);
    world.wait(1s);
    world.hss.barred.clear();
    world.hss.refused[test_imsi(1)] = world.hss.refused[test_imsi(2)] = row.answer;
    world.newcomer.set_guti({});
    check(world.attach_refused(), row.cause, row.t3346);
    // An update asks the HSS for nothing but a proof, where its own is none.
    world.mover.security_mutable().k_nas_int = StoredKey<16>();
    check(world.update_refused(), row.cause, row.t3346);
    world.wait(10s);
    CHECK(world.mme->connected_ues() == 0);
    CHECK(world.record(2)->emm_state == EmmState::registered);
    CHECK(world.complaints() == "");
  }
}

TEST_CASE("place_or_time_where_a_ue_is_not_served_is_heard_as_its_row_says_in_every_procedure") {
  std::set<Unserved> shown;
  for (const PlaceRow& row : kPlaceRows) {
    INFO(row.reason);
    Callers world;
    row.impose(world);
    if (row.unserved) {
      CHECK(cause_of(*row.unserved) == row.cause);
      shown.insert(*row.unserved);
    }
    check(world.attach_refused(), row.cause, row.t3346);
    check(world.update_refused(), row.cause, row.t3346);
    // SERVICE REJECT has no #14: the UE hears it when it attaches.
    const bool unsaid = row.cause == EmmCause::eps_services_not_allowed_in_plmn;
    check(world.service_refused(), unsaid ? EmmCause::implicitly_detached : row.cause, row.t3346);
    world.wait(10s);
    CHECK(world.mme->connected_ues() == 0);
    const EmmState after = ends_registration(row.cause) ? EmmState::deregistered : EmmState::registered;
    CHECK(world.record(2)->emm_state == after);
    // Outside of its areas a UE that asks for service does not say who it is.
    const bool named = row.cause != EmmCause::plmn_not_allowed;
    CHECK(world.record(3)->emm_state == (named ? after : EmmState::registered));
    CHECK(world.complaints() == "");
  }
  for (const HssRow& row : kHssRows)
    for (const RejectRow& reject : reject_rows())
      if (emm_cause(row.answer) == reject.cause) shown.insert(reject.reason);
  CHECK(shown.size() == reject_rows().size());
}

TEST_CASE("sim_of_another_network_that_nobody_here_knows_is_sent_there_and_keeps_its_own") {
  const auto [equivalent, cause] = GENERATE(table<bool, EmmCause>(
      {{false, EmmCause::plmn_not_allowed}, {true, EmmCause::eps_and_non_eps_services_not_allowed}}));
  Callers world;
  if (equivalent) world.network.equivalent_plmns = {*Plmn::parse("99970")};
  lab::SimCard card = test_sim(4);
  card.imsi = *Imsi::parse("999700000000004");
  world.ues.push_back(std::make_unique<lab::Ue>(world.loop, world.enb, lab::UeSettings{.sim = card}));
  lab::Ue& guest = *world.ues.back();
  world.hss.refused[card.imsi] = {S6aResult::user_unknown};
  check(told_in(lab::finish(world.loop, guest.attach())), cause, {0, 0});
  CHECK(world.complaints() == "");
}

TEST_CASE("pdn_type_that_its_access_point_does_not_have_is_answered_with_the_one_that_it_has") {
  const auto [type, cause] = GENERATE(
      table<nas::PdnType, nas::EsmCause>({{nas::PdnType::ipv6, nas::EsmCause::pdn_type_ipv4_only_allowed},
                                          {nas::PdnType::ipv4, nas::EsmCause::pdn_type_ipv6_only_allowed}}));
  World world;
  world.gateway.refuses = gtp::Cause::preferred_pdn_type_not_supported;
  lab::Ue& ue = world.add_ue(world.add_enb(), 1);
  ue.settings().pdn_type = type;
  const auto refused = world.attach(ue);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().emm_cause == EmmCause::esm_failure);
  CHECK(refused.error().esm_cause == cause);
}
