// SPDX-License-Identifier: Apache-2.0
// Dedicated bearers: who asks for them, what the MME hears, and what the user plane does.
#include "pgw/test_network.hpp"

using namespace zerocell;
using namespace zerocell::pgw;
using namespace zerocell::pgw::test;

namespace {

config::ApnConfig with_voice() {
  auto apn = internet();
  apn.bearers = {
      {.name = "voice",
       .qci = 1,
       .arp_priority = 2,
       .gbr_uplink_bps = 64'000,
       .gbr_downlink_bps = 128'000,
       .filters = {{"down from 203.0.113.0/24 proto udp port 5060"}, {"up to 203.0.113.0/24"}}},
      {.name = "meters", .qci = 6, .filters = {{"both with 198.51.100.7"}}, .groups = {"meters"}},
      {.name = "cameras", .qci = 7, .filters = {{"both with 198.51.100.8"}}, .groups = {"cameras"}}};
  return apn;
}

BearerRule rule(std::string_view filter = "both with 203.0.113.9", std::uint8_t qci = 7) {
  return {.name = "test", .qos = {.qci = qci}, .filters = {*parse_filter(filter)}};
}

}  // namespace

TEST_CASE("configured_bearers_of_the_sims_group_follow_the_first_modify_bearer") {
  Network network(with_voice());
  CHECK(network.mme.created.empty());
  network.attach_complete();
  REQUIRE(network.mme.created.size() == 2);
  const CreateBearerRequest& voice = network.mme.created[0];
  CHECK(voice.linked_ebi == 5);
  CHECK(voice.pti == 0);
  CHECK(voice.qos.qci == 1);
  CHECK(voice.qos.arp.priority == 2);
  CHECK(voice.qos.gbr == gtp::BearerRates{64, 128});
  CHECK(voice.qos.mbr == gtp::BearerRates{64, 128});
  CHECK(to_hex(voice.tft) ==
        "22"
        "10"
        "96"
        "0e"
        "10cb007100ffffff00"
        "3011"
        "5013c4"
        "21"
        "97"
        "09"
        "10cb007100ffffff00");
  REQUIRE(network.user_plane.bearers.size() == 2);
  const auto& made = network.bearer();
  CHECK(made.ebi == 6);
  CHECK(made.downlink.action == upf::DownlinkAction::forward);
  CHECK(made.downlink.peer.teid == 700);
  CHECK(made.made.gbr.uplink_bps == 64'000);
  CHECK(made.made.mbr.downlink_bps == 128'000);
  CHECK(made.made.filters.size() == 2);
  CHECK(voice.user_plane.teid == 1000 + network.user_plane.bearers.begin()->first);
  CHECK(network.mme.created[1].qos.qci == 6);
  CHECK(network.mme.created[1].charging_id != voice.charging_id);
  // Once a session: not with each service request.
  network.attach_complete();
  CHECK(network.mme.created.size() == 2);
}

TEST_CASE("Charging_ID_uniqueness_each_session_and_each_bearer_has_one_of_its_own") {
  Network network(with_voice());
  std::map<std::uint32_t, int> seen;
  for (int i = 0; i < 10; ++i) {
    REQUIRE(now(network.sgw.delete_session({network.session})));
    const auto created = now(network.sgw.create_session(request()));
    REQUIRE(created);
    network.session = created->session;
    ++seen[created->charging_id];
    network.attach_complete();
  }
  REQUIRE(network.mme.created.size() == 20);
  for (const CreateBearerRequest& bearer : network.mme.created) ++seen[bearer.charging_id];
  CHECK(seen.size() == 30);
}

TEST_CASE("refused_bearer_leaves_nothing_and_is_not_tried_again") {
  Network network(with_voice());
  network.mme.refuses = gtp::Cause::ue_refuses;
  network.attach_complete();
  CHECK(network.mme.created.size() == 2);
  CHECK(network.user_plane.bearers.empty());
  CHECK(network.pgw.dedicated_bearers() == 0);
  network.mme.refuses.reset();
  network.attach_complete();
  CHECK(network.mme.created.size() == 2);
}

TEST_CASE("new_bearer_whose_enb_cannot_be_reached_ends_at_the_mme_too") {
  Network network(with_voice());
  network.user_plane.refuses_bearers = upf::N4Error::bad_peer;
  network.attach_complete();
  CHECK(network.mme.created.size() == 2);
  REQUIRE(network.mme.deleted.size() == 2);
  CHECK(network.mme.deleted[0].ebi == 6);
  CHECK(network.pgw.dedicated_bearers() == 0);
}

TEST_CASE("bearer_that_cannot_be_reached_takes_no_other_along") {
  Network network(with_voice());
  network.attach_complete();
  network.user_plane.refuses_bearers = upf::N4Error::bad_peer;
  const gtp::Fteid access{.teid = 99, .v4 = Ipv4Address::parse("10.0.0.9")};
  const auto modified =
      now(network.sgw.modify_bearer({.session = network.session, .bearers = {{6, access}, {5, access}}}));
  REQUIRE(modified);
  REQUIRE(modified->bearers.size() == 1);
  CHECK(modified->bearers[0].ebi == 5);
  CHECK(now(network.sgw.modify_bearer({.session = network.session, .bearers = {{6, access}}})).error() ==
        gtp::Cause::mandatory_ie_incorrect);
}

TEST_CASE("session_that_ends_while_the_mme_is_asked_leaves_nothing") {
  Network network(with_voice());
  network.mme.waits = true;
  network.attach_complete();
  REQUIRE(network.mme.created.size() == 1);
  CHECK(network.bearer().downlink.action == upf::DownlinkAction::drop);
  REQUIRE(now(network.sgw.delete_session({network.session})));
  CHECK(network.user_plane.bearers.empty());
  network.mme.waits = false;
  network.mme.answer();
  CHECK(network.mme.created.size() == 1);
  CHECK(network.pgw.dedicated_bearers() == 0);
  CHECK(network.user_plane.bearers.empty());
}

TEST_CASE("every_bearer_waits_while_idle_and_goes_where_it_is_told") {
  Network network;
  network.attach_complete();
  REQUIRE(now(network.pgw.create_dedicated_bearer(network.session, rule())) == 6);
  REQUIRE(now(network.sgw.release_access_bearers({network.session})));
  CHECK(network.bearer().downlink.action == upf::DownlinkAction::buffer);
  CHECK(network.user_plane.downlinks[1].action == upf::DownlinkAction::buffer);
  gtp::Fteid other = kAccess;
  other.teid = 101;
  const auto modified = now(network.sgw.modify_bearer(
      {.session = network.session, .bearers = {{5, kAccess}, {6, other}, {9, other}}, .path_switch = true}));
  REQUIRE(modified);
  // The bearer that the gateway does not know is missing.
  REQUIRE(modified->bearers.size() == 2);
  CHECK(modified->bearers[1].ebi == 6);
  CHECK(modified->bearers[1].access.teid == 1000 + network.user_plane.bearers.begin()->first);
  CHECK(network.bearer().downlink.peer == other);
  CHECK(network.bearer().downlink.end_marker_to_old_peer);
}

TEST_CASE("network_changes_and_deletes_a_bearer") {
  Network network;
  network.attach_complete();
  REQUIRE(now(network.pgw.create_dedicated_bearer(network.session, rule())) == 6);
  Pgw::BearerChange change;
  change.qos = gtp::BearerQos{.qci = 2, .mbr = {300, 400}, .gbr = {100, 200}};
  change.filters = std::vector{*parse_filter("both with 203.0.113.10")};
  network.mme.refuses = gtp::Cause::ue_refuses;
  CHECK(now(network.pgw.modify_dedicated_bearer(network.session, 6, change)).error() ==
        gtp::Cause::ue_refuses);
  // What the bearer may send is less than before in any case.
  CHECK(network.bearer().made.mbr.uplink_bps == 300'000);
  CHECK(network.bearer().made.gbr.uplink_bps == 0);
  CHECK(network.bearer().made.filters.at(0).remote->value[3] == 9);
  network.mme.refuses.reset();
  REQUIRE(now(network.pgw.modify_dedicated_bearer(network.session, 6, change)));
  REQUIRE(network.mme.updated.size() == 2);
  CHECK(to_hex(network.mme.updated[1].tft).starts_with("81"));  // Replace packet filters.
  CHECK(network.mme.updated[1].qos == change.qos);
  CHECK(network.bearer().made.mbr.uplink_bps == 300'000);
  CHECK(to_hex(network.bearer().made.filters.at(0).remote->value).starts_with("cb00710a"));
  CHECK(now(network.pgw.modify_dedicated_bearer(network.session, 9, change)).error() ==
        gtp::Cause::context_not_found);

  REQUIRE(now(network.pgw.delete_bearer(network.session, 6)));
  CHECK(network.mme.deleted.at(0).ebi == 6);
  CHECK(network.user_plane.bearers.empty());
  CHECK(network.pgw.dedicated_bearers() == 0);
  CHECK(now(network.pgw.delete_bearer(network.session, 6)).error() == gtp::Cause::context_not_found);
}

TEST_CASE("lower_rate_of_a_bearer_holds_before_the_ue_has_it_and_a_higher_one_after") {
  Network network;
  network.attach_complete();
  const auto mbr = [&] { return network.bearer().made.mbr; };
  auto made = rule();
  made.qos = {.qci = 2, .mbr = {200, 200}, .gbr = {100, 100}};
  REQUIRE(now(network.pgw.create_dedicated_bearer(network.session, made)) == 6);
  network.mme.waits = true;
  Pgw::BearerChange change;
  change.qos = gtp::BearerQos{.qci = 2, .mbr = {150, 300}, .gbr = {100, 100}};
  const auto keep = [](Answer<void>) {};
  TaskSlot<Answer<void>, decltype(keep)> slot(keep);
  slot.start(network.pgw.modify_dedicated_bearer(network.session, 6, change));
  CHECK(mbr().uplink_bps == 150'000);
  CHECK(mbr().downlink_bps == 200'000);
  network.mme.refuses = gtp::Cause::ue_refuses;
  network.mme.answer();
  CHECK(mbr().uplink_bps == 150'000);
  CHECK(mbr().downlink_bps == 200'000);
  network.mme.refuses.reset();
  slot.start(network.pgw.modify_dedicated_bearer(network.session, 6, change));
  network.mme.answer();
  CHECK(mbr().downlink_bps == 300'000);
}

TEST_CASE("uplink_by_old_and_new_filters_passes_while_a_bearer_changes") {
  Network network;
  network.attach_complete();
  REQUIRE(now(network.pgw.create_dedicated_bearer(network.session, rule())) == 6);
  const bool refused = GENERATE(false, true);
  network.mme.waits = true;
  Pgw::BearerChange change;
  change.filters =
      std::vector{*parse_filter("both with 203.0.113.10"), *parse_filter("down from 203.0.113.11")};
  std::optional<bool> done;
  const auto keep = [&](Answer<void> answer) { done = answer.has_value(); };
  TaskSlot<Answer<void>, decltype(keep)> slot(keep);
  slot.start(network.pgw.modify_dedicated_bearer(network.session, 6, change));
  using Direction = upf::PacketFilter::Direction;
  const auto& filters = network.bearer().made.filters;
  REQUIRE(filters.size() == 2);
  CHECK((filters[0].remote->value[3] == 9 && filters[0].direction == Direction::both));
  CHECK((filters[1].remote->value[3] == 10 && filters[1].direction == Direction::uplink));
  if (refused) network.mme.refuses = gtp::Cause::ue_refuses;
  network.mme.answer();
  CHECK(done == !refused);
  REQUIRE(filters.size() == (refused ? 1 : 2));
  CHECK(filters[0].remote->value[3] == (refused ? 9 : 10));
  CHECK(filters[0].direction == Direction::both);
}

TEST_CASE("bearer_that_the_mme_has_no_more_ends_at_the_gateway_too") {
  Network network;
  network.attach_complete();
  REQUIRE(now(network.pgw.create_dedicated_bearer(network.session, rule())) == 6);
  network.mme.refuses = gtp::Cause::unable_to_page_ue;
  CHECK(now(network.pgw.delete_bearer(network.session, 6)).error() == gtp::Cause::unable_to_page_ue);
  CHECK(network.pgw.dedicated_bearers() == 1);
  network.mme.refuses = gtp::Cause::context_not_found;
  CHECK(now(network.pgw.delete_bearer(network.session, 6)));
  CHECK(network.pgw.dedicated_bearers() == 0);
  CHECK(network.user_plane.bearers.empty());
}

TEST_CASE("deleting_the_default_bearer_ends_the_session") {
  Network network;
  network.attach_complete();
  REQUIRE(now(network.pgw.create_dedicated_bearer(network.session, rule())));
  REQUIRE(now(network.pgw.delete_bearer(network.session, 5, 0, gtp::Cause::reactivation_requested)));
  CHECK(network.mme.deleted.at(0).cause == gtp::Cause::reactivation_requested);
  CHECK(network.pgw.sessions() == 0);
  CHECK(network.user_plane.sessions.empty());
}

TEST_CASE("bearer_of_the_operator_is_not_the_ues_to_change") {
  Network network(with_voice());
  network.attach_complete();
  CHECK(network.ask("a1"
                    "00",
                    {}, 6) == gtp::Cause::service_denied);
}

TEST_CASE("bearers_that_the_enb_lost_are_deleted_everywhere") {
  Network network;
  network.attach_complete();
  REQUIRE(now(network.pgw.create_dedicated_bearer(network.session, rule())));
  REQUIRE(now(network.pgw.create_dedicated_bearer(network.session, rule("both with 203.0.113.8"))));
  CHECK(now(network.sgw.delete_bearer_command({network.session, {9}})).error() ==
        gtp::Cause::context_not_found);
  REQUIRE(now(network.sgw.delete_bearer_command({network.session, {6, 7, 9}})));
  network.loop.run_ready();
  CHECK(network.mme.deleted.size() == 2);
  CHECK(network.user_plane.bearers.empty());
}

TEST_CASE("changed_subscription_reaches_the_ue_and_the_user_plane_within_the_apns_limits") {
  Network network;
  network.attach_complete();
  REQUIRE(now(network.sgw.modify_bearer_command(
      {.session = network.session, .ambr = {500'000, 9'000'000}, .qos = {.qci = 8}})));
  network.loop.run_ready();
  REQUIRE(network.mme.updated.size() == 1);
  CHECK(network.mme.updated[0].ebi == 5);
  CHECK(network.mme.updated[0].qos->qci == 8);
  CHECK(network.mme.updated[0].ambr == gtp::Ambr{500'000, 2'000'000});
  const auto& change = network.user_plane.changes.back();
  REQUIRE(change.ambr);
  CHECK(change.ambr->uplink_bps == 500'000);
  CHECK(now(network.sgw.modify_bearer_command({.session = network.session, .qos = {.qci = 1}})).error() ==
        gtp::Cause::mandatory_ie_incorrect);
}

TEST_CASE("changed_apn_ambr_holds_for_all_connections_of_the_ue_to_the_apn") {
  Network network(internet(), request(1, gtp::PdnType::ipv4));
  network.attach_complete();
  REQUIRE(now(network.sgw.create_session(request(1, gtp::PdnType::ipv6))));
  REQUIRE(now(network.sgw.create_session(request(2, gtp::PdnType::ipv4))));
  REQUIRE(now(network.sgw.modify_bearer_command(
      {.session = network.session, .ambr = {500'000, 600'000}, .qos = request().qos})));
  network.loop.run_ready();
  const auto& sessions = network.user_plane.sessions;
  for (const std::uint64_t connection : {1, 2}) {
    CHECK(sessions.at(connection).ambr.uplink_bps == 500'000);
    CHECK(sessions.at(connection).ambr.downlink_bps == 600'000);
  }
  CHECK(sessions.at(3).ambr.uplink_bps == 1'000'000);
}

TEST_CASE("raised_apn_ambr_holds_from_the_first_connection_on_that_the_ue_takes_it_on") {
  auto wanted = request(1, gtp::PdnType::ipv4);
  wanted.ambr = {300'000, 400'000};
  Network network(internet(), wanted);
  network.attach_complete();
  wanted.pdn_type = gtp::PdnType::ipv6;
  const SessionId second = now(network.sgw.create_session(wanted))->session;
  REQUIRE(now(network.sgw.modify_bearer({.session = second, .bearers = {{5, kAccess}}})));
  network.loop.run_ready();
  const auto in_force = [&] {
    const auto& sessions = network.user_plane.sessions;
    CHECK(sessions.at(1).ambr.uplink_bps == sessions.at(2).ambr.uplink_bps);
    CHECK(sessions.at(1).ambr.downlink_bps == sessions.at(2).ambr.downlink_bps);
    return gtp::Ambr{sessions.at(1).ambr.uplink_bps, sessions.at(1).ambr.downlink_bps};
  };
  const auto change = [&](SessionId session, const gtp::Ambr& ambr) {
    REQUIRE(now(network.sgw.modify_bearer_command({.session = session, .ambr = ambr, .qos = request().qos})));
    network.loop.run_ready();
  };
  const bool newest_first = GENERATE(true, false);
  const SessionId one = newest_first ? second : network.session;
  const SessionId other = newest_first ? network.session : second;
  network.mme.waits = true;
  change(one, {500'000, 600'000});
  CHECK(in_force() == gtp::Ambr{300'000, 400'000});
  network.mme.answer();
  CHECK(in_force() == gtp::Ambr{500'000, 600'000});
  // The other one is asked when its turn comes, and answers when it can, or not at all.
  change(other, {500'000, 600'000});
  CHECK(network.mme.updated.size() == 2);
  CHECK(in_force() == gtp::Ambr{500'000, 600'000});
  network.mme.refuses = gtp::Cause::unable_to_page_ue;
  network.mme.answer();
  CHECK(in_force() == gtp::Ambr{500'000, 600'000});
  // A lower one is not lifted by it.
  network.mme.waits = false;
  network.mme.refuses = gtp::Cause::ue_refuses;
  change(one, {100'000, 700'000});
  CHECK(in_force() == gtp::Ambr{100'000, 600'000});
  change(other, {100'000, 700'000});
  CHECK(in_force() == gtp::Ambr{100'000, 600'000});
}

TEST_CASE("bearers_are_told_to_the_user_plane_with_their_qci") {
  auto wanted = request();
  wanted.qos.qci = 6;
  Network network(internet(), wanted);
  network.attach_complete();
  CHECK(network.user_plane.sessions.begin()->second.qci == 6);
  REQUIRE(now(network.pgw.create_dedicated_bearer(network.session, rule())) == 6);
  CHECK(network.bearer().made.qci == 7);
  Pgw::BearerChange change;
  change.qos = gtp::BearerQos{.qci = 8};
  REQUIRE(now(network.pgw.modify_dedicated_bearer(network.session, 6, change)));
  CHECK(network.bearer().made.qci == 8);
  REQUIRE(now(network.sgw.modify_bearer_command(
      {.session = network.session, .ambr = {500'000, 9'000'000}, .qos = {.qci = 8}})));
  network.loop.run_ready();
  CHECK(network.user_plane.changes.back().qci == 8);
}

TEST_CASE("gateway_that_stops_waits_for_nobody") {
  Network network(with_voice());
  network.mme.waits = true;
  network.attach_complete();
  network.pgw.end_procedures();
  CHECK(network.user_plane.bearers.empty());
  CHECK(network.pgw.dedicated_bearers() == 0);
}

TEST_CASE("downlink_data_is_notified_with_the_bearers_priority_and_the_answer_obeyed") {
  Network network;
  network.attach_complete();
  auto urgent = rule();
  urgent.qos.arp.priority = 1;
  REQUIRE(now(network.pgw.create_dedicated_bearer(network.session, urgent)));
  const auto report = [&](std::uint8_t ebi) {
    network.user_plane.changes.clear();
    network.user_plane.reports->downlink_data(upf::SessionId{1}, std::to_underlying(network.session), ebi);
  };
  report(6);
  REQUIRE(network.mme.notified.size() == 1);
  CHECK(network.mme.notified[0].ebi == 6);
  CHECK(network.mme.notified[0].arp.priority == 1);
  CHECK(network.user_plane.changes.empty());
  network.mme.acknowledge.buffering = std::chrono::seconds(90);
  network.mme.acknowledge.suggested_packets = 4;
  report(5);
  REQUIRE(network.user_plane.changes.size() == 1);
  CHECK(network.user_plane.changes[0].buffering == std::chrono::seconds(90));
  CHECK(network.user_plane.changes[0].suggested_packets == 4);
  network.sgw.downlink_data_failed({.session = network.session});
  network.mme.acknowledge = {.cause = gtp::Cause::unable_to_page_ue};
  report(5);
  // The urgent one may be paged for all the same.
  CHECK(network.user_plane.changes.empty());
  report(6);
  REQUIRE(network.user_plane.changes.size() == 1);
  CHECK(network.user_plane.changes[0].drop_buffered);
  CHECK(network.user_plane.changes[0].buffering == std::chrono::seconds(5));
  CHECK(network.user_plane.changes[0].suggested_packets == upf::kSuggestNone);
  network.mme.acknowledge = {.cause = gtp::Cause::temporarily_rejected_due_to_handover};
  report(5);
  CHECK(network.user_plane.changes.empty());
  network.user_plane.changes.clear();
  network.sgw.downlink_data_failed({.session = network.session});
  REQUIRE(network.user_plane.changes.size() == 1);
  CHECK(network.user_plane.changes[0].drop_buffered);
}

TEST_CASE("error_indication_of_an_enb_makes_that_bearer_wait") {
  Network network;
  network.attach_complete();
  REQUIRE(now(network.pgw.create_dedicated_bearer(network.session, rule())));
  const auto seid = std::to_underlying(network.session);
  network.user_plane.reports->error_indication(upf::SessionId{1}, seid, 6, kAccess);
  CHECK(network.bearer().downlink.action == upf::DownlinkAction::buffer);
  CHECK(network.user_plane.downlinks[1].action == upf::DownlinkAction::forward);
  REQUIRE(network.mme.notified.size() == 1);
  CHECK(network.mme.notified[0].ebi == 6);
  CHECK(network.mme.notified[0].cause == gtp::Cause::error_indication_received);
  network.user_plane.reports->error_indication(upf::SessionId{1}, seid, 5, kAccess);
  CHECK(network.user_plane.downlinks[1].action == upf::DownlinkAction::buffer);
}

TEST_CASE("bearers_on_a_failed_path_wait_and_the_mme_hears_of_each") {
  Network network;
  network.attach_complete();
  REQUIRE(now(network.pgw.create_dedicated_bearer(network.session, rule())));
  const auto seid = std::to_underlying(network.session);
  upf::N4Reports& reports = *network.user_plane.reports;
  reports.path_failure(*IpAddress::parse("10.0.0.9"));
  CHECK(network.user_plane.downlinks[1].action == upf::DownlinkAction::forward);
  reports.bearer_path_failure(upf::SessionId{1}, seid, 5);
  reports.bearer_path_failure(upf::SessionId{1}, seid, 6);
  CHECK(network.user_plane.downlinks[1].action == upf::DownlinkAction::buffer);
  CHECK(network.bearer().downlink.action == upf::DownlinkAction::buffer);
  REQUIRE(network.mme.notified.size() == 2);
  for (const auto& notified : network.mme.notified) CHECK(notified.cause == gtp::Cause::s1_u_path_failure);
  // Of a bearer, and of a session, that have ended meanwhile.
  reports.bearer_path_failure(upf::SessionId{1}, seid, 9);
  reports.bearer_path_failure(upf::SessionId{5}, seid + 99, 5);
  CHECK(network.mme.notified.size() == 2);
}

TEST_CASE("indirect_tunnels_forward_to_the_target_until_they_are_deleted") {
  Network network;
  network.attach_complete();
  const gtp::Fteid target{.teid = 1, .v4 = Ipv4Address::parse("10.0.0.10")};
  const auto made = now(network.sgw.create_indirect_tunnel(
      {.session = network.session, .downlink = {{5, target}, {8, target}}, .uplink = {{5, target}}}));
  REQUIRE(made);
  REQUIRE(made->downlink.size() == 1);
  CHECK(made->downlink[0].access.teid == 5001);
  CHECK(made->uplink.size() == 1);
  CHECK(network.user_plane.forwards.size() == 2);
  REQUIRE(now(network.pgw.create_dedicated_bearer(network.session, rule())) == 6);
  REQUIRE(now(network.sgw.create_indirect_tunnel({.session = network.session, .downlink = {{6, target}}})));
  CHECK(network.user_plane.forwarded_qcis == std::vector<std::uint8_t>{9, 9, 7});
  REQUIRE(now(network.sgw.delete_indirect_tunnel(network.session)));
  CHECK(network.user_plane.forwards.empty());
  CHECK(now(network.sgw.create_indirect_tunnel({.session = network.session, .downlink = {{8, target}}}))
            .error() == gtp::Cause::context_not_found);
  CHECK(now(network.sgw.delete_indirect_tunnel(SessionId{7})).error() == gtp::Cause::context_not_found);
}
