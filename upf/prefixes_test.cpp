// SPDX-License-Identifier: Apache-2.0
// Prefixes behind a UE: delegated ones and framed routes.
#include <catch2/catch.hpp>

#include "upf/answers.hpp"
#include "upf/dhcpv6.hpp"
#include "upf/test_path.hpp"

namespace zerocell::upf {
namespace {

using namespace fixture;
using build::gpdu;
using build::pattern;
using build::tcp;
using build::udp;

constexpr const char* kClientDuid = "00030001020304050607";
constexpr const char* kServerDuid = "0003001b0000000000000001";

/// A plane whose UEs get a /56; the UE's link is 2001:db8:45:200::/64.
Settings delegating() {
  auto made = settings();
  made.pools[1].ue_prefix_length = 56;
  return made;
}
struct Delegating : Plane {
  Delegating() : Plane(delegating(), no_sessions) {
    ue = establish(nullptr, "2001:db8:45:200::", kEnbTeid, 7).value();
    other = establish(nullptr, "2001:db8:45:300::", kEnbTeid + 1, 8).value();
    path.run_due(now());
    path.output().clear();
  }
  /// The payload of the answer, in hexadecimal; empty for none.
  std::string ask(std::string_view message, std::string_view to = "ff02::1:2") {
    const auto payload = from_hex(message).value();
    const Verdict verdict = from_ue(udp(kUeLinkLocal, 546, to, 547, payload));
    const auto& radio = path.output().radio;
    if (radio.empty()) return "";
    CHECK(verdict == Verdict::answered);
    const ByteVector answer(radio[0].octets, radio[0].octets + radio[0].size);
    const Bytes contents = Bytes(answer).subspan(48);
    CHECK(answer == udp("fe80::1", 547, kUeLinkLocal, 546, contents));
    return to_hex(contents);
  }
};

std::string option(unsigned code, const std::string& value) {
  std::array<std::uint8_t, 4> header;
  store_u16(header.data(), static_cast<std::uint16_t>(code));
  store_u16(header.data() + 2, static_cast<std::uint16_t>(value.size() / 2));
  return to_hex(header) + value;
}
const std::string kIds = option(2, kServerDuid) + option(1, kClientDuid);
const std::string kT1T2 = "0000a8c000010e00";
// The upper half of the UE's /56, which does not hold its link.
const std::string kUpperHalf = option(26,
                                      "00015180"
                                      "0002a300"
                                      "39"
                                      "20010db8004502800000000000000000");
const std::string kDelegated = option(25, "00000001" + kT1T2 + kUpperHalf);

TEST_CASE("router_gets_a_prefix_by_solicit_and_request") {
  Delegating plane;
  const std::string ia = option(25,
                                "00000001"
                                "00000000"
                                "00000000");
  CHECK(plane.ask("01abcdef" + option(1, kClientDuid) + ia) == "02abcdef" + kIds + kDelegated);
  CHECK(plane.ask("03abcdf0" + kIds + ia) == "07abcdf0" + kIds + kDelegated);
  CHECK(plane.ask("05abcdf1" + kIds + ia) == "07abcdf1" + kIds + kDelegated);
  CHECK(plane.ask("06abcdf2" + option(1, kClientDuid) + ia) == "07abcdf2" + kIds + kDelegated);
  CHECK(plane.ask("08abcdf3" + kIds + ia) == "07abcdf3" + kIds + option(13, "0000"));
  // Unicast to the gateway too.
  CHECK(plane.ask("03abcdf0" + kIds + ia, "fe80::1") == "07abcdf0" + kIds + kDelegated);
}

TEST_CASE("rapid_commit_saves_the_request") {
  Delegating plane;
  const std::string ia = option(25,
                                "00000001"
                                "00000000"
                                "00000000");
  CHECK(plane.ask("01abcdef" + option(1, kClientDuid) + option(14, "") + ia) ==
        "07abcdef" + kIds + option(14, "") + kDelegated);
}

TEST_CASE("router_that_can_exclude_the_link_gets_the_whole_prefix") {
  Delegating plane;
  const std::string ia = option(25,
                                "00000001"
                                "00000000"
                                "00000000");
  const std::string whole = option(26,
                                   "00015180"
                                   "0002a300"
                                   "38"
                                   "20010db8004502000000000000000000" +
                                       option(67, "4000"));
  CHECK(plane.ask("01abcdef" + option(1, kClientDuid) + option(6, "00430017") + ia) ==
        "02abcdef" + kIds + option(25, "00000001" + kT1T2 + whole) +
            option(23, "20010db8009900000000000000000053"));
}

TEST_CASE("prefix_of_another_session_is_told_to_be_over") {
  Delegating plane;
  const std::string stale =
      "0000000000000000"
      "38"
      "20010db8004503000000000000000000";
  const std::string ia = option(25,
                                "00000001"
                                "00000000"
                                "00000000" +
                                    option(26, stale));
  CHECK(plane.ask("06abcdef" + option(1, kClientDuid) + ia) ==
        "07abcdef" + kIds + option(25, "00000001" + kT1T2 + kUpperHalf + option(26, stale)));
}

TEST_CASE("addresses_and_second_prefixes_are_not_given_and_the_router_hears_why") {
  Delegating plane;
  const std::string ia =
      "00000000"
      "00000000";
  CHECK(plane.ask("01abcdef" + option(1, kClientDuid) + option(3, "00000009" + ia) +
                  option(25, "00000001" + ia) + option(25, "00000002" + ia)) ==
        "02abcdef" + kIds + option(3, "00000009" + ia + option(13, "0002")) + kDelegated +
            option(25, "00000002" + ia + option(13, "0006")));
}

TEST_CASE("session_of_a_64_bit_prefix_has_nothing_to_delegate_but_tells_dns") {
  Plane plane;
  const auto ask = [&](const std::string& message) {
    (void)plane.from_ue(udp(kUeLinkLocal, 546, "ff02::1:2", 547, from_hex(message).value()));
    const auto& radio = plane.path.output().radio;
    return radio.empty() ? std::string() : to_hex({radio[0].octets + 48, radio[0].size - 48});
  };
  CHECK(ask("01abcdef" + option(1, kClientDuid) +
            option(25,
                   "00000001"
                   "00000000"
                   "00000000")) == "02abcdef" + kIds +
                                       option(25,
                                              "00000001"
                                              "00000000"
                                              "00000000" +
                                                  option(13, "0006")));
  CHECK(ask("0babcdef" + option(6, "0017")) ==
        "07abcdef" + option(2, kServerDuid) + option(23, "20010db8009900000000000000000053"));
}

TEST_CASE("dhcp_messages_that_a_server_must_not_answer_get_silence") {
  Delegating plane;
  const std::string ia = option(25,
                                "00000001"
                                "00000000"
                                "00000000");
  for (const std::string& message : {
           std::string(),
           std::string("01"),
           "01abcdef" + ia,                                                          // Who is it?
           "01abcdef" + kIds + ia,                                                   // Not to one server.
           "03abcdef" + option(1, kClientDuid) + ia,                                 // To whom?
           "03abcdef" + option(1, kClientDuid) + option(2, "00030001ffffffffffff"),  // To another.
           "04abcdef" + option(1, kClientDuid),
           "07abcdef" + kIds,
           "0cabcdef" + kIds,  // Not for a server.
           std::string("01abcdef0001ffff00"),
           "01abcdef" + option(1, std::string(300, '0')),
       }) {
    INFO(message);
    CHECK(plane.ask(message).empty());
  }
}

TEST_CASE("whole_prefix_of_a_ue_is_its_own_both_ways_and_nothing_beside_it") {
  Delegating plane;
  const char* host = "2001:db8:45:280::7";
  CHECK(plane.from_ue(udp(host, 4000, kHost6, 53, pattern(8))) == Verdict::to_egress);
  CHECK(plane.downlink(udp(kHost6, 53, host, 4000, pattern(8))) == Verdict::to_radio);
  CHECK(plane.path.output().radio.at(0).teid == kEnbTeid);
  // The same interface identifier in another /64 is another host.
  CHECK(plane.downlink(udp(kHost6, 53, "2001:db8:45:281::7", 4000, pattern(8))) == Verdict::denied);
  CHECK(plane.from_ue(udp("2001:db8:45:300::7", 4000, kHost6, 53, pattern(8))) == Verdict::foreign_source);
  CHECK(plane.from_ue(udp(host, 4000, "2001:db8:45:3ff::1", 53, pattern(8))) == Verdict::other_ue);
  CHECK(plane.downlink(udp(kHost6, 53, "2001:db8:45:400::7", 4000, pattern(8))) == Verdict::unknown_ue);
}

struct Routed : Plane {
  Routed() {
    SessionEstablishment request{.control_seid = 9, .ue_ipv4 = Ipv4Address::parse("10.45.0.9")};
    request.framed_routes = {*IpPrefix::parse("192.168.7.0/24"), *IpPrefix::parse("2001:db8:77::/48")};
    request.downlink = forward_to(kEnb4, 900);
    router = plane.establish(request).value();
  }
  Verdict from_router(const ByteVector& inner) { return uplink(gpdu(router.uplink.teid, inner)); }
  SessionEstablished router;
};

TEST_CASE("host_behind_a_framed_route_talks_through_its_ue") {
  Routed plane;
  CHECK(plane.from_router(udp("192.168.7.20", 4000, kHost4, 53, pattern(8))) == Verdict::to_egress);
  CHECK(plane.downlink(udp(kHost4, 53, "192.168.7.20", 4000, pattern(8))) == Verdict::to_radio);
  CHECK(plane.path.output().radio.at(0).teid == 900);
  CHECK(plane.downlink(udp(kHost4, 53, "192.168.7.21", 4000, pattern(8))) == Verdict::denied);
  CHECK(plane.from_router(udp("2001:db8:77:1::5", 4000, kHost6, 53, pattern(8))) == Verdict::to_egress);
  CHECK(plane.downlink(udp(kHost6, 53, "2001:db8:77:1::5", 4000, pattern(8))) == Verdict::to_radio);
  CHECK(plane.from_router(udp("10.45.0.9", 4000, kHost4, 53, pattern(8))) == Verdict::to_egress);
}

TEST_CASE("router_sends_icmp_errors_about_packets_to_hosts_behind_it") {
  Routed plane;
  const auto error = [](const char* from, const char* to, const ByteVector& quoted) {
    const bool v6 = std::string_view(from).contains(':');
    ByteVector body(4);
    body.insert(body.end(), quoted.begin(), quoted.end());
    return build::icmp(from, to, v6 ? 1 : 3, v6 ? 3 : 1, body);
  };
  const auto to_host = udp(kHost4, 53, "192.168.7.20", 4000, pattern(8));
  const auto to_router = udp(kHost4, 53, "10.45.0.9", 4000, pattern(8));
  const auto to_host6 = udp(kHost6, 53, "2001:db8:77:1::5", 4000, pattern(8));
  CHECK(plane.from_router(error("10.45.0.9", kHost4, to_host)) == Verdict::denied);  // No such flow yet.
  for (const char* host : {"192.168.7.20", "10.45.0.9"})
    REQUIRE(plane.from_router(udp(host, 4000, kHost4, 53, pattern(8))) == Verdict::to_egress);
  REQUIRE(plane.from_router(udp("2001:db8:77:1::5", 4000, kHost6, 53, pattern(8))) == Verdict::to_egress);
  CHECK(plane.from_router(error("10.45.0.9", kHost4, to_host)) == Verdict::to_egress);
  CHECK(plane.from_router(error("192.168.7.1", kHost4, to_router)) == Verdict::to_egress);
  CHECK(plane.from_router(error("2001:db8:77::1", kHost6, to_host6)) == Verdict::to_egress);
  // To nobody but the sender of what it quotes, and about no other UE's packets.
  for (const char* from : {"10.45.0.9", "192.168.7.20"})
    CHECK(plane.from_router(error(from, kDenied4, to_host)) == Verdict::denied);
  REQUIRE(plane.from_ue(udp(kUe4, 4000, kHost4, 53, pattern(8))) == Verdict::to_egress);
  CHECK(plane.from_router(error("10.45.0.9", kHost4, udp(kHost4, 53, kUe4, 4000, pattern(8)))) ==
        Verdict::denied);
}

TEST_CASE("framed_route_is_its_ues_alone") {
  Routed plane;
  CHECK(plane.from_ue(udp("192.168.7.20", 4000, kHost4, 53, pattern(8))) == Verdict::foreign_source);
  CHECK(plane.from_router(udp("192.168.8.20", 4000, kHost4, 53, pattern(8))) == Verdict::foreign_source);
  CHECK(plane.from_router(udp(kUe4, 4000, kHost4, 53, pattern(8))) == Verdict::foreign_source);
  CHECK(plane.from_ue(udp(kUe4, 4000, "192.168.7.20", 53, pattern(8))) == Verdict::other_ue);
  CHECK(plane.downlink(udp(kHost4, 53, "192.168.8.20", 4000, pattern(8))) == Verdict::unknown_ue);
}

TEST_CASE("longest_of_several_framed_routes_wins_and_ends_with_its_session") {
  Routed plane;
  SessionEstablishment request{.control_seid = 10, .ue_ipv4 = Ipv4Address::parse("10.45.0.10")};
  request.framed_routes = {*IpPrefix::parse("192.168.7.128/25")};
  request.downlink = Plane::forward_to(kEnb4, 901);
  const auto longer = plane.plane.establish(request);
  REQUIRE(longer);
  const auto reach = [&](const char* address) {
    (void)plane.downlink(tcp(kHost4, 5000, address, 22, {}, {.flags = 2}));
    const auto& radio = plane.path.output().radio;
    return radio.empty() ? 0u : radio[0].teid;
  };
  CHECK(reach("192.168.7.200") == 901);
  CHECK(reach("192.168.7.100") == 900);
  REQUIRE(plane.plane.release(longer->session));
  CHECK(reach("192.168.7.200") == 900);
  REQUIRE(plane.plane.release(plane.router.session));
  CHECK(reach("192.168.7.200") == 0);
}

TEST_CASE("framed_routes_of_pools_and_of_other_sessions_are_refused_whole") {
  Routed plane;
  const auto refusal = [&](const char* route) {
    SessionEstablishment request{.control_seid = 11, .ue_ipv4 = Ipv4Address::parse("10.45.0.11")};
    request.framed_routes = {*IpPrefix::parse("192.0.2.0/24"), *IpPrefix::parse(route)};
    const auto made = plane.plane.establish(request);
    return made ? std::string("accepted") : std::string(to_string(made.error()));
  };
  for (const char* route : {"192.168.7.0/24", "10.45.3.0/24", "10.0.0.0/8", "0.0.0.0/0", "2001:db8:45:5::/64",
                            "2001:db8::/32", "192.0.2.0/24"})
    CHECK(refusal(route) == to_string(N4Error::bad_route));
  CHECK(plane.plane.sessions() == 3);
  CHECK(refusal("192.0.3.0/24") == "accepted");
}

TEST_CASE("framed_routes_of_a_session_change_while_it_lives") {
  Routed plane;
  const auto change = [&](std::vector<const char*> routes) {
    SessionModification modification;
    modification.framed_routes.emplace();
    for (const char* route : routes) modification.framed_routes->push_back(*IpPrefix::parse(route));
    const auto done = plane.plane.modify(plane.router.session, modification);
    return done ? std::string("done") : std::string(to_string(done.error()));
  };
  const auto speaks_for = [&](const char* address) {
    const bool v6 = std::string_view(address).contains(':');
    return plane.from_router(udp(address, 4000, v6 ? kHost6 : kHost4, 53, pattern(8))) == Verdict::to_egress;
  };
  const auto reached = [&](const char* address) {
    (void)plane.downlink(tcp(kHost4, 5000, address, 22, {}, {.flags = 2}));
    return !plane.path.output().radio.empty();
  };
  CHECK(change({"192.168.8.0/24", "2001:db8:77::/48"}) == "done");
  CHECK_FALSE(speaks_for("192.168.7.20"));
  CHECK_FALSE(reached("192.168.7.20"));
  CHECK(speaks_for("192.168.8.20"));
  CHECK(reached("192.168.8.20"));
  CHECK(speaks_for("2001:db8:77:1::5"));

  // One that may not be leaves all as they were.
  CHECK(change({"192.168.9.0/24", "10.45.3.0/24"}) == to_string(N4Error::bad_route));
  CHECK_FALSE(speaks_for("192.168.9.20"));
  CHECK(speaks_for("192.168.8.20"));
  // What was given up is anybody's.
  SessionEstablishment other{.control_seid = 11, .ue_ipv4 = Ipv4Address::parse("10.45.0.11")};
  other.framed_routes = {*IpPrefix::parse("192.168.7.0/24"), *IpPrefix::parse("192.168.9.0/24")};
  REQUIRE(plane.plane.establish(other));
  CHECK(change({"192.168.7.0/24"}) == to_string(N4Error::bad_route));

  CHECK(change({}) == "done");
  CHECK_FALSE(speaks_for("192.168.8.20"));
  CHECK(speaks_for("10.45.0.9"));
  // A session that began without any gets some, on its dedicated bearers, too.
  const auto bearer = plane.plane.establish_bearer(plane.router.session, {.filters = {PacketFilter{}}});
  REQUIRE(bearer);
  CHECK(change({"192.168.8.0/24"}) == "done");
  CHECK(speaks_for("192.168.8.20"));
  CHECK(plane.uplink(gpdu(bearer->uplink.teid, udp("192.168.8.21", 4000, kHost4, 53, pattern(8)))) ==
        Verdict::to_egress);
  CHECK(change({}) == "done");
  CHECK(plane.uplink(gpdu(bearer->uplink.teid, udp("192.168.8.21", 4000, kHost4, 53, pattern(8)))) ==
        Verdict::foreign_source);
  REQUIRE(plane.plane.release(plane.router.session));
}

TEST_CASE("framed_route_that_holds_an_address_of_the_core_is_refused") {
  Routed plane;
  const IpAddress core = plane.plane.settings().core_addresses.at(0);
  SessionModification modification;
  modification.framed_routes = {{core, static_cast<std::uint8_t>(core.is_v4() ? 32 : 128)}};
  CHECK(plane.plane.modify(plane.router.session, modification).error() == N4Error::bad_route);
}

}  // namespace
}  // namespace zerocell::upf
