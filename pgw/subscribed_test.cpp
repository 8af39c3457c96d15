// SPDX-License-Identifier: Apache-2.0
// What a subscription gives a PDN connection: framed routes and dedicated bearers.
#include "pgw/test_network.hpp"

using namespace zerocell;
using namespace zerocell::pgw;
using namespace zerocell::pgw::test;

namespace {

using Rules = std::vector<gtp::BearerRule>;

gtp::BearerRule voice() {
  return {.name = "voice",
          .qci = 1,
          .gbr_uplink_bps = 64'000,
          .gbr_downlink_bps = 64'000,
          .filters = {"both with 203.0.113.0/24 proto udp", "up proto udp port 5060"}};
}
gtp::BearerRule video() {
  return {.name = "video", .qci = 7, .filters = {"both with 203.0.113.7"}};
}

CreateSessionRequest with_rules(Rules rules) {
  auto wanted = request();
  wanted.bearers = std::move(rules);
  return wanted;
}

CreateSessionRequest with_routes(unsigned number, std::vector<const char*> routes) {
  auto wanted = request(number);
  for (const char* route : routes) wanted.framed_routes.push_back(*IpPrefix::parse(route));
  return wanted;
}

std::vector<std::uint8_t> precedences(const upf::BearerEstablishment& bearer) {
  std::vector<std::uint8_t> all;
  for (const upf::PacketFilter& filter : bearer.filters) all.push_back(filter.precedence);
  return all;
}

struct Subscription : Network {
  using Network::Network;
  /// The subscription says this of the APN now; the rest is as it was.
  void change(std::optional<Rules> rules, std::optional<std::vector<const char*>> routes = {}) {
    ModifyBearerCommand command{.session = session, .ambr = {1'000'000, 2'000'000}, .qos = request().qos};
    if (rules) command.bearers = std::move(*rules);
    if (routes) command.framed_routes = with_routes(1, *routes).framed_routes;
    REQUIRE(now(sgw.modify_bearer_command(std::move(command))));
    loop.run_ready();
  }
  std::size_t asked() const { return mme.created.size() + mme.updated.size() + mme.deleted.size(); }
  std::vector<std::string> routes(std::uint64_t user_plane_session = 1) const {
    std::vector<std::string> all;
    for (const IpPrefix& route : user_plane.sessions.at(user_plane_session).framed_routes)
      all.push_back(route.text());
    return all;
  }
};

using Routes = std::vector<std::string>;

}  // namespace

TEST_CASE("bearers_of_the_subscription_come_with_the_session_and_are_asked_before_the_configurations") {
  auto apn = internet();
  apn.bearers = {{.name = "all", .qci = 6, .filters = {{"both tos 0/0"}}}};
  Subscription network(apn, with_rules({voice(), video()}));
  CHECK(network.mme.created.empty());
  network.attach_complete();
  REQUIRE(network.mme.created.size() == 3);
  CHECK(network.mme.created[0].qos.qci == 1);
  CHECK(network.mme.created[0].qos.gbr == gtp::BearerRates{64, 64});
  CHECK(network.mme.created[1].qos.qci == 7);
  CHECK(network.mme.created[2].qos.qci == 6);
  auto bearer = network.user_plane.bearers.begin();
  CHECK(precedences((bearer++)->second.made) == std::vector<std::uint8_t>{0, 1});
  CHECK(precedences((bearer++)->second.made) == std::vector<std::uint8_t>{15});
  const std::uint8_t configured = precedences(bearer->second.made).at(0);
  CHECK(configured >= 150);
  // What the subscription says later is asked before the configuration's, too.
  auto more = video();
  more.name = "more";
  network.change(Rules{voice(), video(), more});
  CHECK(precedences(network.user_plane.bearers.rbegin()->second.made).at(0) < configured);
  // No Modify Bearer Request of the session brings them again.
  network.attach_complete();
  CHECK(network.mme.created.size() == 4);
}

TEST_CASE("bearer_of_a_rule_that_was_lost_comes_again_when_the_ue_is_there_again") {
  auto apn = internet();
  apn.bearers = {{.name = "all", .qci = 6, .filters = {{"both tos 0/0"}}}};
  Subscription network(apn, with_rules({voice(), video()}));
  network.attach_complete();
  REQUIRE(network.mme.created.size() == 3);
  // 6 is the subscription's, 8 the configuration's.
  REQUIRE(now(network.sgw.delete_bearer_command({network.session, {6, 8}})));
  network.loop.run_ready();
  CHECK(network.user_plane.bearers.size() == 1);
  CHECK(network.mme.created.size() == 3);
  network.attach_complete();
  REQUIRE(network.mme.created.size() == 5);
  CHECK(network.mme.created[3].qos.qci == 1);
  CHECK(network.mme.created[4].qos.qci == 6);
  CHECK(network.user_plane.bearers.size() == 3);
  network.attach_complete();
  CHECK(network.mme.created.size() == 5);
}

TEST_CASE("lost_bearer_that_is_then_refused_is_not_tried_again") {
  Subscription network(internet(), with_rules({voice()}));
  network.attach_complete();
  REQUIRE(now(network.sgw.delete_bearer_command({network.session, {6}})));
  network.loop.run_ready();
  network.mme.refuses = gtp::Cause::no_resources_available;
  network.attach_complete();
  network.mme.refuses.reset();
  const auto asked = network.mme.created.size();
  network.attach_complete();
  CHECK(network.mme.created.size() == asked);
  CHECK(network.user_plane.bearers.empty());
}

TEST_CASE("framed_routes_of_the_subscription_stand_beside_the_configurations") {
  auto apn = internet();
  apn.framed_routes = {
      {request().imsi, {*IpPrefix::parse("192.168.7.0/24"), *IpPrefix::parse("192.168.9.0/24")}}};
  Subscription network(apn, with_routes(1, {"192.168.8.0/24", "192.168.9.0/24"}));
  CHECK(network.routes() == Routes{"192.168.8.0/24", "192.168.9.0/24", "192.168.7.0/24"});
  network.change({}, {{"192.168.10.0/24"}});
  CHECK(network.routes() == Routes{"192.168.10.0/24", "192.168.7.0/24", "192.168.9.0/24"});
}

TEST_CASE("each_of_two_pdn_connections_to_an_apn_has_the_framed_routes_of_its_own_family") {
  Subscription network;
  auto six = with_routes(1, {"192.168.7.0/24", "2001:db8:7::/48"});
  six.pdn_type = gtp::PdnType::ipv6;
  auto four = six;
  four.pdn_type = gtp::PdnType::ipv4;
  four.ebi = 6;
  REQUIRE(now(network.sgw.create_session(six)));
  REQUIRE(now(network.sgw.create_session(four)));
  CHECK(network.routes(2) == Routes{"2001:db8:7::/48"});
  CHECK(network.routes(3) == Routes{"192.168.7.0/24"});
}

TEST_CASE("session_whose_framed_route_is_another_ones_is_refused_and_takes_nothing") {
  Subscription network(internet(), with_routes(1, {"192.168.7.0/24"}));
  CHECK(now(network.sgw.create_session(with_routes(2, {"192.168.7.0/24"}))).error() ==
        gtp::Cause::request_rejected);
  CHECK(network.pgw.sessions() == 1);
  CHECK(network.egress.admitted.size() == 1);
  REQUIRE(now(network.sgw.delete_session({network.session})));
  CHECK(now(network.sgw.create_session(with_routes(2, {"192.168.7.0/24"}))));
}

TEST_CASE("changed_framed_routes_hold_at_once_and_the_ue_hears_nothing") {
  Subscription network(internet(), with_routes(1, {"192.168.7.0/24"}));
  network.change({}, {{"192.168.8.0/24", "2001:db8:7::/48"}});
  CHECK(network.routes() == Routes{"192.168.8.0/24", "2001:db8:7::/48"});
  network.change({}, std::vector<const char*>{});
  CHECK(network.routes().empty());
  network.change({}, {{"192.168.7.0/24"}});
  CHECK(network.routes() == Routes{"192.168.7.0/24"});
  CHECK(network.asked() == 0);
}

TEST_CASE("framed_route_that_moves_to_another_sim_is_his_once_the_first_has_lost_it") {
  Subscription network(internet(), with_routes(1, {"192.168.7.0/24", "192.168.6.0/24"}));
  SessionId first = network.session;
  network.session = now(network.sgw.create_session(with_routes(2, {"192.168.8.0/24"})))->session;
  // The second one hears of it before the first: what he has lost himself goes at once, what is free comes.
  network.change({}, {{"192.168.7.0/24", "192.168.9.0/24"}});
  CHECK(network.routes(2) == Routes{"192.168.9.0/24"});
  std::swap(network.session, first);
  network.change({}, {{"192.168.6.0/24"}});
  CHECK(network.routes(1) == Routes{"192.168.6.0/24"});
  CHECK(network.routes(2) == Routes{"192.168.7.0/24", "192.168.9.0/24"});
  // The same when the first one's session ends.
  std::swap(network.session, first);
  network.change({}, {{"192.168.6.0/24"}});
  CHECK(network.routes(2).empty());
  REQUIRE(now(network.sgw.delete_session({first})));
  CHECK(network.routes(2) == Routes{"192.168.6.0/24"});
}

TEST_CASE("changed_rules_make_change_and_end_bearers_of_a_session_that_is_up") {
  Subscription network(internet(), with_rules({voice(), video()}));
  network.attach_complete();
  REQUIRE(network.mme.created.size() == 2);
  const auto bearers = [&] { return network.user_plane.bearers.size(); };

  // What is the same changes nothing.
  network.change(Rules{voice(), video()});
  CHECK(network.asked() == 2);

  auto faster = voice();
  faster.gbr_uplink_bps = 128'000;
  network.change(Rules{faster, video()});
  REQUIRE(network.mme.updated.size() == 1);
  CHECK(network.mme.updated[0].ebi == 6);
  CHECK(network.mme.updated[0].qos->gbr == gtp::BearerRates{128, 64});
  CHECK(network.mme.updated[0].tft.empty());

  // Another filter in the place of one: "replace packet filters", with its identifier.
  auto moved = video();
  moved.filters = {"both with 203.0.113.8"};
  network.change(Rules{faster, moved});
  REQUIRE(network.mme.updated.size() == 2);
  CHECK(network.mme.updated[1].ebi == 7);
  CHECK_FALSE(network.mme.updated[1].qos);
  CHECK(to_hex(network.mme.updated[1].tft) ==
        "81"
        "30"
        "0f"
        "09"
        "10cb007108ffffffff");
  CHECK(network.user_plane.bearers.rbegin()->second.made.filters.at(0).remote->value[3] == 8);

  // More filters are added, fewer are deleted.
  moved.filters.push_back("both with 203.0.113.9");
  network.change(Rules{faster, moved});
  REQUIRE(network.mme.updated.size() == 3);
  CHECK(to_hex(network.mme.updated[2].tft)
            .starts_with("61"
                         "31"
                         "10"));
  moved.filters.erase(moved.filters.begin());
  network.change(Rules{faster, moved});
  REQUIRE(network.mme.updated.size() == 5);
  CHECK(to_hex(network.mme.updated[3].tft)
            .starts_with("81"
                         "30"
                         "0f"));
  CHECK(to_hex(network.mme.updated[4].tft) == "a101");
  CHECK(network.user_plane.bearers.rbegin()->second.made.filters.size() == 1);
  CHECK(network.user_plane.bearers.rbegin()->second.made.filters.at(0).remote->value[3] == 9);

  // A guaranteed bit rate comes and goes with the bearer (TS 23.401 §5.4.2.1 knows no other way).
  auto plain = faster;
  plain.qci = 5;
  plain.gbr_uplink_bps = plain.gbr_downlink_bps = 0;
  network.change(Rules{plain, moved});
  REQUIRE(network.mme.deleted.size() == 1);
  CHECK(network.mme.deleted[0].ebi == 6);
  REQUIRE(network.mme.created.size() == 3);
  CHECK(network.mme.created[2].qos.qci == 5);
  CHECK(bearers() == 2);

  network.change(Rules{moved});
  REQUIRE(network.mme.deleted.size() == 2);
  CHECK(network.mme.deleted[1].ebi == 8);
  network.change(Rules{});
  CHECK(network.mme.deleted.size() == 3);
  CHECK(bearers() == 0);
  CHECK(network.pgw.dedicated_bearers() == 0);
}

TEST_CASE("filters_are_asked_in_the_order_of_the_subscription_however_a_session_came_to_them") {
  Subscription network(internet(), with_rules({video()}));
  network.attach_complete();
  network.change(Rules{voice(), video()});
  const auto& bearers = network.user_plane.bearers;
  REQUIRE(bearers.size() == 2);
  const auto of_video = [&] { return precedences(bearers.begin()->second.made).at(0); };
  const auto of_voice = [&] { return precedences(bearers.rbegin()->second.made); };
  CHECK(of_voice().back() < of_video());
  network.change(Rules{video(), voice()});
  CHECK(of_video() < of_voice().front());
}

TEST_CASE("bearer_of_the_subscription_that_is_refused_is_tried_again_when_its_rule_changes") {
  Subscription network(internet(), with_rules({voice(), video()}));
  network.mme.refuses = gtp::Cause::ue_refuses;
  network.attach_complete();
  CHECK(network.mme.created.size() == 2);
  network.mme.refuses.reset();
  network.attach_complete();
  auto other = video();
  other.qci = 6;
  network.change(Rules{voice(), other});
  REQUIRE(network.mme.created.size() == 3);
  CHECK(network.mme.created[2].qos.qci == 6);
  CHECK(network.mme.updated.empty());
}

TEST_CASE("ue_that_cannot_be_reached_gets_its_changed_bearers_when_it_comes") {
  Subscription network(internet(), with_rules({video()}));
  network.attach_complete();
  network.mme.refuses = gtp::Cause::unable_to_page_ue;
  auto changed = video();
  changed.qci = 6;
  network.change(Rules{changed, voice()});
  const std::size_t asked = network.asked();
  CHECK(network.user_plane.bearers.size() == 1);
  network.mme.refuses.reset();
  network.attach_complete();
  CHECK(network.asked() == asked + 2);
  CHECK(network.mme.updated.back().qos->qci == 6);
  CHECK(network.mme.created.back().qos.qci == 1);
  CHECK(network.user_plane.bearers.size() == 2);
  network.attach_complete();
  CHECK(network.asked() == asked + 2);
  // The same for one that is to go.
  network.mme.refuses = gtp::Cause::unable_to_page_ue;
  network.change(Rules{voice()});
  CHECK(network.user_plane.bearers.size() == 2);
  network.mme.refuses.reset();
  network.attach_complete();
  CHECK(network.user_plane.bearers.size() == 1);
}

TEST_CASE("ue_that_cannot_be_reached_hears_of_its_changed_ambr_when_it_comes") {
  Subscription network;
  network.attach_complete();
  const auto change = [&](std::uint64_t uplink_bps) {
    REQUIRE(now(network.sgw.modify_bearer_command(
        {.session = network.session, .ambr = {uplink_bps, 2'000'000}, .qos = request().qos})));
    network.loop.run_ready();
  };
  network.mme.refuses = gtp::Cause::ue_temporarily_not_reachable_due_to_power_saving;
  change(300'000);
  change(400'000);
  CHECK(network.mme.updated.size() == 2);
  network.mme.refuses.reset();
  network.attach_complete();
  REQUIRE(network.mme.updated.size() == 3);
  CHECK(network.mme.updated[2].ambr->uplink_bps == 400'000);
  network.attach_complete();
  CHECK(network.mme.updated.size() == 3);
  CHECK(network.pgw.subscribed() == 0);
  // What is taken back before it came is not told.
  network.mme.refuses = gtp::Cause::unable_to_page_ue;
  change(300'000);
  change(400'000);
  network.mme.refuses.reset();
  network.attach_complete();
  CHECK(network.mme.updated.size() == 4);
}

TEST_CASE("ue_that_refuses_a_changed_ambr_is_asked_once_more_when_it_comes_again") {
  Subscription network;
  network.attach_complete();
  const auto change = [&](std::uint64_t uplink_bps) {
    REQUIRE(now(network.sgw.modify_bearer_command(
        {.session = network.session, .ambr = {uplink_bps, 2'000'000}, .qos = request().qos})));
    network.loop.run_ready();
  };
  network.mme.refuses = GENERATE(gtp::Cause::ue_refuses, gtp::Cause::no_resources_available);
  change(300'000);
  REQUIRE(network.mme.updated.size() == 1);
  SECTION("and takes it") {
    network.mme.refuses.reset();
    network.attach_complete();
    REQUIRE(network.mme.updated.size() == 2);
    CHECK(network.mme.updated[1].ambr->uplink_bps == 300'000);
    network.attach_complete();
    CHECK(network.mme.updated.size() == 2);
  }
  SECTION("and refuses, so that only another change is asked for") {
    const auto refusal = *network.mme.refuses;
    network.mme.refuses = gtp::Cause::unable_to_page_ue;
    network.attach_complete();
    CHECK(network.mme.updated.size() == 2);
    network.mme.refuses = refusal;
    network.attach_complete();
    CHECK(network.mme.updated.size() == 3);
    network.attach_complete();
    CHECK(network.mme.updated.size() == 3);
    change(200'000);
    network.attach_complete();
    network.attach_complete();
    CHECK(network.mme.updated.size() == 5);
  }
  CHECK(network.pgw.subscribed() == 0);
}

TEST_CASE("lower_apn_ambr_holds_whether_the_ue_takes_it_or_not") {
  Subscription network;
  network.attach_complete();
  const auto change = [&](std::uint64_t uplink_bps) {
    REQUIRE(now(network.sgw.modify_bearer_command(
        {.session = network.session, .ambr = {uplink_bps, 2'000'000}, .qos = request().qos})));
    network.loop.run_ready();
    return network.user_plane.changes.back().ambr->uplink_bps;
  };
  network.mme.waits = true;
  CHECK(change(300'000) == 300'000);
  network.mme.answer();
  CHECK(change(400'000) == 300'000);
  network.mme.answer();
  CHECK(network.user_plane.changes.back().ambr->uplink_bps == 400'000);
  network.mme.waits = false;
  network.mme.refuses = gtp::Cause::ue_refuses;
  CHECK(change(100'000) == 100'000);
  CHECK(change(500'000) == 400'000);
  CHECK(change(200'000) == 200'000);
  // What the UE has still holds again without a word.
  const auto asked = network.asked();
  CHECK(change(400'000) == 400'000);
  CHECK(network.asked() == asked);
}

TEST_CASE("lower_rate_of_a_rule_that_the_ue_did_not_take_holds_until_the_rule_is_the_old_one_again") {
  Subscription network(internet(), with_rules({voice()}));
  network.attach_complete();
  const auto uplink_bps = [&] { return network.bearer().made.mbr.uplink_bps; };
  const auto before = uplink_bps();
  network.mme.refuses = GENERATE(gtp::Cause::ue_refuses, gtp::Cause::unable_to_page_ue);
  auto slower = voice();
  slower.gbr_uplink_bps = before / 2;
  network.change(Rules{slower});
  CHECK(uplink_bps() == before / 2);
  // Another look at the rules does not lift it.
  network.change(Rules{slower, video()});
  CHECK(uplink_bps() == before / 2);
  network.change(Rules{voice()});
  CHECK(uplink_bps() == before);
}

TEST_CASE("step_of_a_change_that_is_about_filters_alone_lifts_no_lower_rate") {
  Subscription network(internet(), with_rules({voice()}));
  network.attach_complete();
  const auto uplink_bps = [&] { return network.bearer().made.mbr.uplink_bps; };
  const auto before = uplink_bps();
  network.mme.waits = true;
  auto slower = voice();
  slower.gbr_uplink_bps = before / 2;
  slower.filters.pop_back();
  network.change(Rules{slower});
  REQUIRE(network.mme.updated.size() == 1);
  CHECK(network.mme.updated.back().qos);
  network.mme.answer();
  REQUIRE(network.mme.updated.size() == 2);
  CHECK_FALSE(network.mme.updated.back().qos);
  CHECK(uplink_bps() == before / 2);
  network.mme.refuses = gtp::Cause::ue_refuses;
  network.mme.answer();
  CHECK(uplink_bps() == before / 2);
}

TEST_CASE("change_before_the_ue_has_its_default_bearer_waits_for_it") {
  Subscription network(internet(), with_rules({video()}));
  network.change(Rules{voice()});
  CHECK(network.asked() == 0);
  network.attach_complete();
  REQUIRE(network.mme.created.size() == 1);
  CHECK(network.mme.created[0].qos.qci == 1);
}

TEST_CASE("rules_that_the_configuration_does_not_allow_are_refused_together_and_the_session_stays") {
  auto apn = internet();
  apn.bearers = {{.name = "mine", .qci = 6, .filters = {{"both with 198.51.100.7"}}, .groups = {"meters"}},
                 {.name = "not mine", .qci = 6, .filters = {{"both tos 0/0"}}, .groups = {"cameras"}}};
  apn.subscribed_gbr_uplink_bps_max = 100'000;
  auto second = voice();
  second.name = "second";
  CHECK_FALSE(refusal_of(Rules{voice(), video()}, apn, configured_rules(apn, "meters")));
  CHECK(refusal_of(Rules{voice(), second}, apn, 1).value() ==
        "bearers guarantee 128000 bit/s in all, and subscribed_gbr_uplink_bps_max is 100000");
  Rules many(10, video());
  CHECK(refusal_of(many, apn, configured_rules(apn, "meters")).value() ==
        "10 bearers and 1 of the configuration; a UE has room for 10 beside its default bearer");

  Subscription network(apn, with_rules({voice(), second}));
  network.attach_complete();
  REQUIRE(network.mme.created.size() == 1);
  CHECK(network.mme.created[0].qos.qci == 6);
  network.change(Rules{second});
  CHECK(network.mme.created.size() == 2);
}

TEST_CASE("bearer_that_is_lost_while_others_change_does_not_take_the_one_that_got_its_identity") {
  Subscription network(internet(), with_rules({video()}));
  network.attach_complete();
  REQUIRE(network.user_plane.bearers.size() == 1);
  const std::uint64_t first = network.user_plane.bearers.begin()->first;
  network.mme.waits = true;
  auto changed = video();
  changed.qci = 6;
  network.change(Rules{changed, voice()});
  REQUIRE(network.mme.updated.size() == 1);
  // The UE does not know the bearer that is to change: the MME has it no more, and gives its identity anew.
  REQUIRE(now(network.sgw.delete_bearer_command({network.session, {6}})));
  network.mme.refuses = gtp::Cause::context_not_found;
  network.mme.next_ebi = 6;
  network.mme.waits = false;
  const auto refuse_one = [&] {
    network.mme.answer();
    network.loop.run_ready();
  };
  network.mme.waits = true;
  refuse_one();
  REQUIRE(network.mme.created.size() == 2);
  network.mme.refuses.reset();
  network.mme.waits = false;
  refuse_one();
  CHECK(network.mme.deleted.empty());
  REQUIRE(network.user_plane.bearers.size() == 1);
  CHECK(network.user_plane.bearers.begin()->first != first);
  CHECK(network.user_plane.bearers.begin()->second.made.gbr.uplink_bps > 0);
  CHECK(network.pgw.dedicated_bearers() == 1);
}

TEST_CASE("session_that_ends_in_the_middle_of_a_change_leaves_nothing") {
  Subscription network(internet(), with_rules({voice(), video()}));
  network.attach_complete();
  auto changed = video();
  changed.filters = {"both with 203.0.113.8", "both with 203.0.113.9"};
  network.mme.waits = true;
  // Held at each of its requests in turn: one ends a bearer, two change one, one makes one.
  for (unsigned held = 0; held < 4; ++held) {
    network.mme.waits = false;
    auto more = with_rules({voice(), video()});
    more.imsi = *Imsi::parse("00101000000002" + std::to_string(held));
    network.session = now(network.sgw.create_session(more))->session;
    network.attach_complete();
    network.mme.waits = true;
    auto third = video();
    third.name = "third";
    network.change(Rules{changed, third});
    for (unsigned i = 0; i < held; ++i) network.mme.answer();
    REQUIRE(now(network.sgw.delete_session({network.session})));
    network.mme.answer();
    network.loop.run_ready();
    CHECK(network.pgw.sessions() == 1);
    CHECK(network.pgw.dedicated_bearers() == 2);
    CHECK(network.user_plane.bearers.size() == 2);
  }
}

TEST_CASE("same_subscription_asks_the_ue_for_nothing") {
  Subscription network(internet(), with_rules({video()}));
  network.attach_complete();
  const std::size_t asked = network.asked();
  network.change(Rules{video()}, std::vector<const char*>{});
  CHECK(network.asked() == asked);
}

TEST_CASE("changed_policy_group_holds_at_once_unless_the_sim_is_quarantined_for_its_device") {
  auto wanted = request();
  wanted.policy_group = GENERATE("meters", "quarantine");
  wanted.quarantined = wanted.policy_group == "quarantine" && GENERATE(false, true);
  Subscription network(internet(), wanted);
  network.attach_complete();
  const auto asked = network.asked();
  REQUIRE(now(network.sgw.modify_bearer_command({.session = network.session, .policy_group = "phones"})));
  network.loop.run_ready();
  CHECK(network.egress.admitted.begin()->second.group == (wanted.quarantined ? "quarantine" : "phones"));
  CHECK(network.egress.admitted.begin()->second.imsi == wanted.imsi);
  CHECK(network.asked() == asked);
}
