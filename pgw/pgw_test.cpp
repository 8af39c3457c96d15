// SPDX-License-Identifier: Apache-2.0
#include "pgw/pgw.hpp"

#include "core/nas/ie/pco.hpp"
#include "pgw/test_gateway.hpp"

using namespace zerocell;
using namespace zerocell::pgw;
using namespace zerocell::pgw::test;

TEST_CASE("session_gets_addresses_of_both_families_and_its_identity_is_admitted") {
  Gateway gateway;
  const auto created = now(gateway.sgw.create_session(request()));
  REQUIRE(created);
  CHECK(created->address.v4 == *Ipv4Address::parse("10.45.0.2"));
  CHECK(created->address.v6.text().starts_with("fd00:45:0:1:"));
  CHECK(created->ambr == gtp::Ambr{1'000'000, 2'000'000});
  REQUIRE(gateway.user_plane.sessions.size() == 1);
  const auto& established = gateway.user_plane.sessions.begin()->second;
  CHECK(established.ue_ipv4 == created->address.v4);
  CHECK(established.downlink.action == upf::DownlinkAction::buffer);
  CHECK(established.security_id == 1);
  CHECK(gateway.egress.admitted[1].group == "meters");
}

TEST_CASE("downlink_goes_to_the_enb_while_connected_and_waits_while_idle") {
  Gateway gateway;
  const auto created = now(gateway.sgw.create_session(request()));
  REQUIRE(created);
  const gtp::Fteid access{.teid = 99, .v4 = Ipv4Address::parse("10.0.0.9")};
  REQUIRE(now(gateway.sgw.modify_bearer({.session = created->session, .bearers = {{5, access}}})));
  CHECK(gateway.user_plane.downlinks[1].action == upf::DownlinkAction::forward);
  CHECK(gateway.user_plane.downlinks[1].peer == access);
  REQUIRE(now(gateway.sgw.release_access_bearers({created->session})));
  CHECK(gateway.user_plane.downlinks[1].action == upf::DownlinkAction::buffer);
  CHECK(now(gateway.sgw.modify_bearer({.session = created->session, .bearers = {{6, access}}})).error() ==
        gtp::Cause::context_not_found);
}

TEST_CASE("deleted_session_gives_everything_back_and_its_id_never_names_another") {
  Gateway gateway;
  const auto first = now(gateway.sgw.create_session(request()));
  REQUIRE(first);
  REQUIRE(now(gateway.sgw.delete_session({first->session})));
  CHECK(gateway.user_plane.sessions.empty());
  CHECK(gateway.egress.admitted.empty());
  CHECK(gateway.pgw.sessions() == 0);
  const auto second = now(gateway.sgw.create_session(request()));
  REQUIRE(second);
  CHECK(second->session != first->session);
  CHECK(now(gateway.sgw.delete_session({first->session})).error() == gtp::Cause::context_not_found);
  CHECK(gateway.pgw.sessions() == 1);
}

TEST_CASE("refused_session_leaves_no_address_no_identity_and_no_record_behind") {
  Gateway gateway;
  gateway.user_plane.refuses = upf::N4Error::no_resources;
  for (int i = 0; i < 20; ++i)
    CHECK(now(gateway.sgw.create_session(request())).error() == gtp::Cause::no_resources_available);
  gateway.user_plane.refuses.reset();
  gateway.egress.full = true;
  for (int i = 0; i < 20; ++i)
    CHECK(now(gateway.sgw.create_session(request())).error() == gtp::Cause::no_resources_available);
  gateway.egress.full = false;
  CHECK(gateway.egress.admitted.empty());
  for (unsigned number = 1; number <= 4; ++number) CHECK(now(gateway.sgw.create_session(request(number))));
  CHECK(now(gateway.sgw.create_session(request(5))).error() == gtp::Cause::no_resources_available);
}

TEST_CASE("static_address_is_given_to_its_owner_and_reserved_ones_to_nobody_else") {
  Gateway gateway;
  const auto reserved = *Ipv4Address::parse("10.45.0.2");
  gateway.pgw.reserve({reserved});
  const auto other = now(gateway.sgw.create_session(request(1, gtp::PdnType::ipv4)));
  REQUIRE(other);
  CHECK(other->address.v4 != reserved);
  auto wanted = request(2, gtp::PdnType::ipv4);
  wanted.static_ipv4 = reserved;
  const auto owner = now(gateway.sgw.create_session(wanted));
  REQUIRE(owner);
  CHECK(owner->address.v4 == reserved);
  CHECK(now(gateway.sgw.create_session(wanted)).error() == gtp::Cause::request_rejected);
  wanted.static_ipv4 = *Ipv4Address::parse("192.0.2.1");
  CHECK(now(gateway.sgw.create_session(wanted)).error() == gtp::Cause::request_rejected);
  // Once it is no subscription's, it is an address like the others.
  REQUIRE(now(gateway.sgw.delete_session({owner->session})));
  gateway.pgw.reserve({*IpAddress::parse("10.45.0.6"), *IpAddress::parse("fd00:45:0:1::")});
  std::vector<Ipv4Address> given;
  for (unsigned number = 3; number <= 5; ++number)
    given.push_back(now(gateway.sgw.create_session(request(number, gtp::PdnType::ipv4)))->address.v4);
  CHECK(std::ranges::find(given, reserved) != given.end());
  CHECK(std::ranges::find(given, *Ipv4Address::parse("10.45.0.6")) == given.end());
}

TEST_CASE("unknown_apn_and_pdn_types_that_it_does_not_offer_are_refused_or_cut") {
  Gateway gateway;
  auto unknown = request();
  unknown.apn = *Apn::parse("elsewhere");
  CHECK(now(gateway.sgw.create_session(unknown)).error() == gtp::Cause::missing_or_unknown_apn);

  auto apn = internet();
  const auto choose = [&](std::vector<config::PdnType> offered, gtp::PdnType wanted) {
    apn.pdn_types = std::move(offered);
    return choose_pdn_type(apn, wanted);
  };
  using config::PdnType;
  CHECK(choose({PdnType::ipv4}, gtp::PdnType::ipv4v6)->cause == gtp::Cause::new_pdn_type_network_preference);
  CHECK(choose({PdnType::ipv6}, gtp::PdnType::ipv4v6)->type == gtp::PdnType::ipv6);
  CHECK(choose({PdnType::ipv4, PdnType::ipv6}, gtp::PdnType::ipv4v6)->cause ==
        gtp::Cause::new_pdn_type_single_address_bearer_only);
  CHECK(choose({PdnType::ipv4}, gtp::PdnType::ipv6).error() == gtp::Cause::preferred_pdn_type_not_supported);
  CHECK(choose({PdnType::ipv4v6}, gtp::PdnType::ipv6)->type == gtp::PdnType::ipv6);
}

TEST_CASE("options_are_answered_where_the_ue_asked_and_only_there") {
  const auto apn = internet();
  std::array<std::uint8_t, 64> room;
  const auto ask =
      nas::PcoWriter(room).add(nas::PcoId::dns_server_ipv4).add(nas::PcoId::ipv4_link_mtu).value();
  const ByteVector answer = answer_pco(ask, false, apn);
  const nas::Pco options{nas::Octets(Bytes(answer))};
  REQUIRE(options.well_formed());
  REQUIRE(options.find(nas::PcoId::dns_server_ipv4));
  CHECK(to_hex(options.find(nas::PcoId::dns_server_ipv4)->contents) == "09090909");
  CHECK(to_hex(options.find(nas::PcoId::ipv4_link_mtu)->contents) == "0578");
  CHECK_FALSE(options.has(nas::PcoId::dns_server_ipv6));
  CHECK(answer_pco(nas::PcoWriter(room).add(nas::PcoId::p_cscf_ipv4).value(), false, apn).empty());
}

TEST_CASE("ue_hears_that_filters_may_name_local_addresses_and_that_both_sides_control_bearers") {
  const auto apn = internet();
  std::array<std::uint8_t, 64> room;
  const auto ask =
      nas::PcoWriter(room).add(nas::PcoId::local_address_in_tft).add(nas::PcoId::bearer_control_mode).value();
  for (const bool extended : {false, true}) {
    const ByteVector answer = answer_pco(ask, extended, apn);
    const nas::Pco options{nas::Octets(Bytes(answer))};
    REQUIRE(options.well_formed());
    REQUIRE(options.find(nas::PcoId::local_address_in_tft));
    CHECK(options.find(nas::PcoId::local_address_in_tft)->contents.empty());
    REQUIRE(options.find(nas::PcoId::bearer_control_mode));
    CHECK(to_hex(options.find(nas::PcoId::bearer_control_mode)->contents) == "02");
  }
}

TEST_CASE("N13_malformed_options_are_answered_with_none") {
  const auto apn = internet();
  for (const auto* hex :
       {"", "80", "80000d", "80000dff", "808021ff01", "80802110010000108106000000008306000000"})
    CHECK(answer_pco(*from_hex(hex), false, apn).empty());
  ByteVector many{0x80};
  for (int i = 0; i < 80; ++i) many.insert(many.end(), {0x00, 0x0d, 0x00});
  const ByteVector answer = answer_pco(many, false, apn);
  CHECK(answer.size() == 1 + 7);
}

TEST_CASE("ipcp_gives_the_servers_that_there_are_and_rejects_what_there_is_not") {
  auto apn = internet();
  const auto ipcp = [&](std::string_view options) {
    const ByteVector octets = *from_hex(options);
    ByteVector packet{0x01, 0x07, 0x00, static_cast<std::uint8_t>(4 + octets.size())};
    packet.insert(packet.end(), octets.begin(), octets.end());
    std::array<std::uint8_t, 251> room;
    const ByteVector answer =
        answer_pco(nas::PcoWriter(room).add(nas::PcoId::ipcp, packet).value(), false, apn);
    const nas::Pco told{nas::Octets(Bytes(answer))};
    const auto found = told.find(nas::PcoId::ipcp);
    return found ? to_hex(found->contents) : std::string();
  };
  const std::string address = "030600000000";
  const std::string primary = "810600000000";
  const std::string nbns = "820600000000";
  const std::string secondary = "830600000000";
  const std::string own = "810608080808";
  // One server: the other option is left out of a Nak, and rejected by itself.
  CHECK(ipcp(primary) == "0307000a810609090909");
  CHECK(ipcp(primary + secondary) == "0307000a810609090909");
  CHECK(ipcp(secondary) == "0407000a" + secondary);
  // An Ack is the request; what cannot be acknowledged is rejected, with nothing else.
  CHECK(ipcp(own) == "0207000a" + own);
  CHECK(ipcp("") == "02070004");
  CHECK(ipcp(address + own + nbns) == "04070010" + address + nbns);
  CHECK(ipcp(address + primary + nbns) == "0307000a810609090909");
  apn.dns.clear();
  CHECK(ipcp(primary + secondary) == "04070010" + primary + secondary);
  CHECK(ipcp("8101").empty());
  CHECK(ipcp("8107000000").empty());
}

TEST_CASE("options_that_have_no_room_for_all_have_what_comes_first_and_extended_ones_have_more") {
  auto apn = internet();
  apn.dns.assign(8, *IpAddress::parse("2620:fe::fe"));
  apn.p_cscf.assign(8, *IpAddress::parse("fd00:9::1"));
  std::array<std::uint8_t, 64> room;
  const auto ask = nas::PcoWriter(room)
                       .add(nas::PcoId::dns_server_ipv6)
                       .add(nas::PcoId::p_cscf_ipv6)
                       .add(nas::PcoId::ipv4_link_mtu)
                       .value();
  const ByteVector some = answer_pco(ask, false, apn);
  const nas::Pco options{nas::Octets(Bytes(some))};
  REQUIRE(options.well_formed());
  CHECK(some.size() == 1 + 13 * 19);
  CHECK(options.has(nas::PcoId::p_cscf_ipv6));
  const ByteVector all = answer_pco(ask, true, apn);
  CHECK(all.size() == 1 + 16 * 19 + 5);
}

TEST_CASE("ims_client_is_told_the_p_cscf_addresses_of_the_families_that_it_asked_for") {
  auto apn = internet();
  apn.p_cscf = {*IpAddress::parse("10.9.9.1"), *IpAddress::parse("fd00:9::1"), *IpAddress::parse("10.9.9.2")};
  std::array<std::uint8_t, 64> room;
  const ByteVector answer = answer_pco(nas::PcoWriter(room).add(nas::PcoId::p_cscf_ipv4).value(), false, apn);
  CHECK(to_hex(answer) ==
        "80"
        "000c04"
        "0a090901"
        "000c04"
        "0a090902");
  const ByteVector six = answer_pco(nas::PcoWriter(room).add(nas::PcoId::p_cscf_ipv6).value(), false, apn);
  CHECK(to_hex(six) ==
        "80"
        "000110"
        "fd000009000000000000000000000001");
}

TEST_CASE("IP_address_reallocation_interval_an_address_that_was_given_back_is_given_again_last") {
  Gateway gateway;
  const auto wanted = request(1, gtp::PdnType::ipv4);
  const auto first = now(gateway.sgw.create_session(wanted));
  REQUIRE(first);
  std::vector<Ipv4Address> given;
  CreateSessionResponse last = *first;
  for (int i = 0; i < 4; ++i) {
    REQUIRE(now(gateway.sgw.delete_session({last.session})));
    const auto next = now(gateway.sgw.create_session(wanted));
    REQUIRE(next);
    last = *next;
    given.push_back(next->address.v4);
  }
  // Of the five addresses that the pool has.
  CHECK(std::ranges::find(given, first->address.v4) == given.end());
}

TEST_CASE("IP_address_reallocation_interval_an_address_rests_for_the_time_that_its_apn_says") {
  auto apn = internet();
  apn.ipv4_pool = IpPrefix::parse("10.45.0.0/30");
  apn.address_rest_seconds = 60;
  Gateway gateway(apn);
  const auto wanted = request(1, gtp::PdnType::ipv4);
  const auto first = now(gateway.sgw.create_session(wanted));
  REQUIRE(first);
  REQUIRE(now(gateway.sgw.delete_session({first->session})));
  CHECK(now(gateway.sgw.create_session(wanted)).error() == gtp::Cause::all_dynamic_addresses_occupied);
  gateway.loop.run_for(std::chrono::seconds(62));
  CHECK(now(gateway.sgw.create_session(wanted))->address.v4 == first->address.v4);
}

TEST_CASE("apn_restriction_keeps_private_networks_and_public_ones_apart") {
  // What may be added to the most stringent one that a UE has, TS 23.060 table 7.
  const std::array<std::string_view, 5> allowed{"01234", "0123", "012", "01", ""};
  for (std::uint8_t added = 0; added <= 4; ++added) {
    auto apn = internet();
    apn.restriction = added;
    Gateway gateway(apn);
    for (std::uint8_t highest = 0; highest <= 4; ++highest) {
      auto wanted = request();
      wanted.maximum_apn_restriction = highest;
      const auto answer = now(gateway.sgw.create_session(wanted));
      INFO(int{added} << " beside " << int{highest});
      CHECK(answer.has_value() == allowed[highest].contains(static_cast<char>('0' + added)));
      if (answer) {
        CHECK(answer->apn_restriction == added);
        REQUIRE(now(gateway.sgw.delete_session({answer->session})));
      } else {
        CHECK(answer.error() == gtp::Cause::apn_restriction_incompatible);
      }
    }
  }
}

TEST_CASE("prefix_that_is_shorter_than_64_bits_is_leased_whole") {
  auto apn = internet();
  apn.ipv6_pool = IpPrefix::parse("fd00:45::/48");
  apn.ipv6_prefix_length = 56;
  Gateway gateway(apn);
  const auto first = now(gateway.sgw.create_session(request(1, gtp::PdnType::ipv6)));
  const auto second = now(gateway.sgw.create_session(request(2, gtp::PdnType::ipv6)));
  REQUIRE((first && second));
  CHECK(gateway.user_plane.sessions[1].ue_ipv6_prefix == *Ipv6Address::parse("fd00:45:0:100::"));
  CHECK(gateway.user_plane.sessions[2].ue_ipv6_prefix == *Ipv6Address::parse("fd00:45:0:200::"));
  auto wanted = request(2, gtp::PdnType::ipv6);
  wanted.static_ipv6_prefix = *Ipv6Address::parse("fd00:45:0:280::");  // Inside of the one that it has.
  CHECK(now(gateway.sgw.create_session(wanted)).error() == gtp::Cause::request_rejected);
  REQUIRE(now(gateway.sgw.delete_session({second->session})));
  const auto third = now(gateway.sgw.create_session(wanted));
  REQUIRE(third);
  CHECK(gateway.user_plane.sessions[3].ue_ipv6_prefix == *Ipv6Address::parse("fd00:45:0:200::"));
}

TEST_CASE("framed_routes_and_ue_ambr_reach_the_user_plane") {
  auto apn = internet();
  apn.framed_routes = {{*Imsi::parse("001010000000001"), {*IpPrefix::parse("192.168.7.0/24")}}};
  Gateway gateway(apn);
  auto wanted = request(1);
  wanted.ue_ambr = {5'000'000, 6'000'000};
  REQUIRE(now(gateway.sgw.create_session(wanted)));
  REQUIRE(now(gateway.sgw.create_session(request(2))));
  CHECK(gateway.user_plane.sessions[1].framed_routes == apn.framed_routes[0].prefixes);
  REQUIRE(gateway.user_plane.sessions[1].ue_rate);
  CHECK(gateway.user_plane.sessions[1].ue_rate->rate.uplink_bps == 5'000'000);
  CHECK(gateway.user_plane.sessions[2].framed_routes.empty());
  CHECK_FALSE(gateway.user_plane.sessions[2].ue_rate);
}

TEST_CASE("changed_ue_ambr_holds_in_the_user_plane_at_once") {
  // TS 23.401 §5.4.2.2, §4.7.3.
  Gateway gateway(internet());
  auto wanted = request(1);
  wanted.ue_ambr = GENERATE(gtp::Ambr{}, gtp::Ambr{5'000'000, 6'000'000});
  const auto made = now(gateway.sgw.create_session(wanted));
  REQUIRE(made);
  REQUIRE(now(gateway.sgw.modify_bearer_command(
      {.session = made->session, .ue_ambr = gtp::Ambr{7'000'000, 8'000'000}})));
  REQUIRE(gateway.user_plane.sessions[1].ue_rate);
  CHECK(gateway.user_plane.sessions[1].ue_rate->ue == wanted.imsi.packed());
  CHECK(gateway.user_plane.sessions[1].ue_rate->rate.downlink_bps == 8'000'000);
}

TEST_CASE("connections_of_one_ue_to_one_apn_share_its_apn_ambr") {
  // TS 23.401 §4.7.3: one of IPv4 and one of IPv6, as after ESM cause #52.
  Gateway gateway;
  auto& sessions = gateway.user_plane.sessions;
  REQUIRE(now(gateway.sgw.create_session(request(1, gtp::PdnType::ipv4))));
  CHECK_FALSE(sessions[1].ambr_share);  // Most UEs have one, whose limit is its own.
  auto wanted = request(1, gtp::PdnType::ipv6);
  wanted.ambr = {500'000, 600'000};
  REQUIRE(now(gateway.sgw.create_session(wanted)));
  REQUIRE(sessions[2].ambr_share);
  CHECK(sessions[1].ambr_share == sessions[2].ambr_share);
  // The newest one says how much it is.
  CHECK(sessions[1].ambr.uplink_bps == 500'000);
  CHECK(sessions[2].ambr.downlink_bps == 600'000);

  // Another UE has its own.
  REQUIRE(now(gateway.sgw.create_session(request(2, gtp::PdnType::ipv4))));
  CHECK_FALSE(sessions[3].ambr_share);
  REQUIRE(now(gateway.sgw.create_session(request(2, gtp::PdnType::ipv6))));
  REQUIRE(sessions[4].ambr_share);
  CHECK(sessions[4].ambr_share != sessions[1].ambr_share);
  CHECK(sessions[1].ambr.uplink_bps == 500'000);
}

TEST_CASE("call_for_help_shares_its_ambr_with_no_other_connection") {
  Gateway gateway;
  REQUIRE(now(gateway.sgw.create_session(request(1, gtp::PdnType::ipv4))));
  auto help = request(1, gtp::PdnType::ipv6);
  help.emergency = true;
  REQUIRE(now(gateway.sgw.create_session(help)));
  for (const std::uint64_t number : {1u, 2u}) CHECK_FALSE(gateway.user_plane.sessions[number].ambr_share);
}

TEST_CASE("connection_that_comes_when_others_have_ended_joins_the_share_that_is_left") {
  Gateway gateway;
  auto& sessions = gateway.user_plane.sessions;
  const bool newest_ends = GENERATE(true, false);
  const auto first = now(gateway.sgw.create_session(request(1, gtp::PdnType::ipv4)));
  const auto second = now(gateway.sgw.create_session(request(1, gtp::PdnType::ipv6)));
  REQUIRE((first && second));
  REQUIRE(now(gateway.sgw.delete_session({newest_ends ? second->session : first->session})));
  const auto left = sessions.begin()->second.ambr_share;
  REQUIRE(left);
  const auto third = now(gateway.sgw.create_session(request(1, gtp::PdnType::ipv4)));
  REQUIRE(third);
  CHECK(sessions[3].ambr_share == left);
  REQUIRE(now(gateway.sgw.delete_session({third->session})));
  REQUIRE(now(gateway.sgw.delete_session({newest_ends ? first->session : second->session})));
  // The next one is alone again.
  REQUIRE(now(gateway.sgw.create_session(request(1, gtp::PdnType::ipv4))));
  CHECK_FALSE(sessions[4].ambr_share);
}

TEST_CASE("connections_of_one_ue_to_different_apns_have_an_ambr_each") {
  VirtualLoop loop{1};
  SeededRandom random{1};
  TestUserPlane user_plane;
  TestEgress egress;
  auto office = internet();
  office.name = *Apn::parse("office");
  Pgw pgw{{internet(), office}, *Pgw::Sessions::open({"", 4}), user_plane, egress, random, loop};
  auto wanted = request(1, gtp::PdnType::ipv4);
  REQUIRE(now(pgw.create_session(wanted)));
  wanted.apn = office.name;
  REQUIRE(now(pgw.create_session(wanted)));
  CHECK_FALSE(user_plane.sessions[1].ambr_share);
  CHECK_FALSE(user_plane.sessions[2].ambr_share);
}
