// SPDX-License-Identifier: Apache-2.0
#include "upf/packet_path.hpp"

#include <catch2/catch.hpp>

#include "core/config/apns.hpp"
#include "core/config/upf.hpp"
#include "upf/answers.hpp"
#include "upf/test_path.hpp"

namespace zerocell::upf {
namespace {

using namespace fixture;
using build::echo;
using build::gpdu;
using build::icmp;
using build::ip;
using build::pattern;
using build::tcp;
using build::udp;

ByteVector copy(const std::uint8_t* octets, std::size_t size) {
  return {octets, octets + size};
}

std::string to_egress(Plane& plane) {
  const auto& out = plane.path.output().egress;
  return out.size() == 1 ? to_hex(copy(out[0].octets, out[0].size)) : std::to_string(out.size()) + " packets";
}
std::string to_radio(Plane& plane) {
  const auto& out = plane.path.output().radio;
  return out.size() == 1 ? to_hex(copy(out[0].octets, out[0].size)) : std::to_string(out.size()) + " packets";
}
std::string message(Plane& plane) {
  const auto& out = plane.path.output().messages;
  return out.size() == 1 ? to_hex(copy(out[0].octets, out[0].size))
                         : std::to_string(out.size()) + " messages";
}

/// Remembers what was reported, as text.
struct Reports final : N4Reports {
  void downlink_data(SessionId, std::uint64_t control_seid, std::uint8_t ebi) override {
    said += "data " + std::to_string(control_seid) + " " + std::to_string(ebi) + ";";
  }
  void error_indication(SessionId, std::uint64_t control_seid, std::uint8_t ebi,
                        const gtp::Fteid& peer) override {
    said += "error " + std::to_string(control_seid) + " " + std::to_string(ebi) + " " +
            std::to_string(peer.teid) + ";";
  }
  void path_failure(const IpAddress& peer) override { said += "failure " + peer.text() + ";"; }
  void bearer_path_failure(SessionId, std::uint64_t control_seid, std::uint8_t ebi) override {
    said += "unreachable " + std::to_string(control_seid) + " " + std::to_string(ebi) + ";";
  }
  void path_recovered(const IpAddress& peer) override { said += "recovered " + peer.text() + ";"; }
  void peer_silent(const IpAddress& peer) override { said += "silent " + peer.text() + ";"; }
  std::string said;
};

void check(Plane& plane, const Row& row, Verdict verdict) {
  INFO(row.description);
  CHECK(to_string(verdict) == to_string(row.verdict));
  const bool leaves = row.verdict == Verdict::to_egress;
  CHECK(plane.path.output().egress.size() == (leaves ? 1 : 0));
  CHECK(plane.path.output().radio.size() == (!leaves && !row.out.empty() ? 1 : 0));
  if (!row.out.empty()) CHECK((leaves ? to_egress(plane) : to_radio(plane)) == to_hex(row.out));
  CHECK(plane.path.count(row.verdict) > 0);
}

TEST_CASE("every_uplink_packet_comes_to_its_verdict") {
  for (const Row& row : uplink_rows()) {
    Plane plane;
    check(plane, row, plane.from_ue(row.in));
  }
}

TEST_CASE("every_downlink_packet_comes_to_its_verdict") {
  Plane plane;
  for (const Row& row : uplink_rows()) (void)plane.from_ue(row.in);
  for (const Row& row : downlink_rows()) check(plane, row, plane.downlink(row.in));
}

TEST_CASE("a_whole_batch_gets_the_same_verdicts_as_packets_one_by_one") {
  Plane plane;
  const auto rows = uplink_rows();
  std::vector<ByteVector> memory;
  std::vector<GtpuDatagram> batch;
  for (int round = 0; round < 5; ++round)
    for (const Row& row : rows) memory.push_back(gpdu(plane.ue.uplink.teid, row.in));
  for (ByteVector& datagram : memory) {
    const auto size = static_cast<std::uint32_t>(datagram.size());
    datagram.insert(datagram.begin(), kHeadroom, 0);
    batch.push_back({datagram.data() + kHeadroom, size, &plane.source});
  }
  std::vector<Verdict> verdicts(batch.size());
  plane.path.uplink(batch, plane.now(), verdicts);
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    INFO(rows[i % rows.size()].description);
    CHECK(to_string(verdicts[i]) == to_string(rows[i % rows.size()].verdict));
  }
}

TEST_CASE("downlink_goes_to_the_tunnel_of_its_ue") {
  Plane plane;
  (void)plane.from_ue(udp(kUe4, 4000, kHost4, 53, pattern(8)));
  REQUIRE(plane.downlink(udp(kHost4, 53, kUe4, 4000, pattern(8))) == Verdict::to_radio);
  const RadioPacket& out = plane.path.output().radio.at(0);
  CHECK(out.teid == kEnbTeid);
  CHECK(out.peer.address() == ip(kEnb4));
}

TEST_CASE("unknown_tunnel_gets_an_error_indication") {
  Plane plane;
  CHECK(plane.uplink(gpdu(kUnknownTeid, udp(kUe4, 1, kHost4, 53, pattern(8)))) == Verdict::unknown_tunnel);
  const auto& sent = plane.path.output().messages.at(0);
  CHECK(sent.peer.address() == ip(kEnb4));
  CHECK(sent.port == kPortGtpu);
  const auto decoded = gtp::decode_gtpu({sent.octets, sent.size});
  REQUIRE(decoded);
  const auto indication = gtp::decode_error_indication(*decoded);
  REQUIRE(indication);
  CHECK(indication->teid == kUnknownTeid);
  CHECK(indication->peer == ip(kCore4));
}

TEST_CASE("error_indications_are_limited_in_rate") {
  Plane plane;
  std::size_t sent = 0;
  for (std::uint32_t i = 0; i < kErrorIndicationsPerSecond + 500; ++i) {
    (void)plane.uplink(gpdu(kUnknownTeid, pattern(1)));
    sent += plane.path.output().messages.size();
  }
  CHECK(sent == kErrorIndicationsPerSecond);
}

TEST_CASE("teid_that_differs_in_one_bit_finds_nothing") {
  Plane plane;
  for (unsigned bit = 0; bit < 32; ++bit)
    CHECK(plane.uplink(gpdu(plane.ue.uplink.teid ^ 1u << bit, udp(kUe4, 1, kHost4, 53, pattern(8)))) ==
          Verdict::unknown_tunnel);
}

TEST_CASE("echo_request_is_answered_to_the_port_that_asked") {
  Plane plane;
  plane.source.port = 40000;
  CHECK(plane.uplink(from_hex("32010004 00000000 01020000").value()) == Verdict::answered);
  CHECK(message(plane) == "3202000600000000010200000e00");
  CHECK(plane.path.output().messages[0].port == 40000);
}

TEST_CASE("extension_header_that_must_be_comprehended_is_refused_with_the_list") {
  Plane plane;
  auto datagram = from_hex("34ff0008 00000000 000000 ff 010000 00").value();
  CHECK(plane.uplink(datagram) == Verdict::unknown_extension);
  CHECK(message(plane) == "321f000b00000000000000008d054020c08285");
}

TEST_CASE("gpdu_with_known_extension_headers_and_sequence_number_passes") {
  Plane plane;
  const auto inner = udp(kUe4, 4000, kHost4, 53, pattern(8));
  ByteVector datagram = from_hex("36ff0000 00000000 0007 00 c0 01 0001 00").value();
  datagram.insert(datagram.end(), inner.begin(), inner.end());
  store_u16(datagram.data() + 2, static_cast<std::uint16_t>(datagram.size() - 8));
  store_u32(datagram.data() + 4, plane.ue.uplink.teid);
  CHECK(plane.uplink(datagram) == Verdict::to_egress);
  CHECK(to_egress(plane) == to_hex(inner));
}

TEST_CASE("strangers_get_neither_answer_nor_service_where_peers_are_configured") {
  auto made = settings();
  made.gtpu_peers = {IpPrefix::parse("172.16.0.8/29").value()};
  Plane plane(made);
  const auto packet = udp(kUe4, 4000, kHost4, 53, pattern(8));
  CHECK(plane.from_ue(packet) == Verdict::to_egress);
  plane.source.address = OuterAddress::of(ip("172.16.0.16"));
  CHECK(plane.from_ue(packet) == Verdict::unknown_peer);
  CHECK(plane.uplink(from_hex("32010004 00000000 01020000").value()) == Verdict::unknown_peer);
  CHECK(plane.uplink(gpdu(kUnknownTeid, packet)) == Verdict::unknown_peer);
  CHECK(plane.path.output().messages.empty());
}

TEST_CASE("error_indication_from_the_peer_itself_is_reported") {
  Plane plane;
  Reports reports;
  plane.plane.set_reports(&reports);
  std::array<std::uint8_t, 64> memory;
  Writer out(memory);
  gtp::encode_error_indication(out, {kEnbTeid, ip(kEnb4), std::nullopt});
  const ByteVector datagram(out.written().begin(), out.written().end());
  CHECK(plane.uplink(datagram) == Verdict::answered);
  CHECK(reports.said.empty());
  plane.loop.run_ready();
  CHECK(reports.said == "error 7 5 " + std::to_string(kEnbTeid) + ";");

  plane.source.address = OuterAddress::of(ip("172.16.0.66"));  // Somebody else speaks for the eNB.
  CHECK(plane.uplink(datagram) == Verdict::bad_outer);
  plane.loop.run_ready();
  CHECK(reports.said == "error 7 5 " + std::to_string(kEnbTeid) + ";");
}

TEST_CASE("router_solicitation_gets_prefix_mtu_and_dns") {
  Plane plane;
  const auto solicitation =
      icmp(kUeLinkLocal, "ff02::2", 133, 0, from_hex("00000000").value(), {.hop_limit = 255});
  CHECK(plane.from_ue(solicitation) == Verdict::answered);
  const auto expected =
      icmp("fe80::1", "ff02::1", 134, 0,
           from_hex("40 40 fd20 00000000 00000000"
                    "03 04 40 40 ffffffff ffffffff 00000000 20010db8004500020000000000000000"
                    "05 01 0000 00000578"
                    "19 03 0000 0000fd20 20010db8009900000000000000000053")
               .value(),
           {.hop_limit = 255});
  CHECK(to_radio(plane) == to_hex(expected));
  // Off-link solicitations are forged, RFC 4861 §6.1.1.
  CHECK(plane.from_ue(icmp(kUeLinkLocal, "ff02::2", 133, 0, from_hex("00000000").value())) ==
        Verdict::bad_inner);
}

TEST_CASE("router_advertisement_and_dhcp_name_the_dns_servers_of_the_ues_own_apn") {
  config::ApnConfig internet{.ipv6_pool = IpPrefix::parse("2001:db8:45::/48")};
  config::ApnConfig ims{.ipv6_pool = IpPrefix::parse("2001:db8:46::/48")};
  internet.dns = {ip("192.0.2.53"), ip("2001:db8:99::1"), ip("2001:db8:99::2"), ip("2001:db8:99::3")};
  ims.dns = {ip("2001:db8:99::5")};
  auto made = settings();
  made.pools = make_settings({}, {internet, ims}, {}).pools;
  Plane plane(made, Plane::no_sessions);
  const auto told = [&](const char* prefix) {
    plane.ue = plane.establish(nullptr, prefix, 77, 9).value();
    plane.path.output().clear();
    plane.path.run_due(plane.now());
    std::string both = to_radio(plane);
    (void)plane.from_ue(udp(kUeLinkLocal, 546, "ff02::1:2", 547,
                            from_hex("0babcdef 0001000a 00030001020304050607 00060002 0017").value()));
    return both + to_radio(plane);
  };
  const std::string option = "20010db80099000000000000000000";
  const std::string three = option + "01" + option + "02" + option + "03";
  const std::string first = told("2001:db8:45:7::");
  CHECK(
      first.contains("19070000"
                     "0000fd20" +
                     three));
  CHECK(first.contains("00170030" + three));
  const std::string second = told("2001:db8:46:7::");
  CHECK(
      second.contains("19030000"
                      "0000fd20" +
                      option + "05"));
  CHECK(second.contains("00170010" + option + "05"));
}

TEST_CASE("ipv6_session_is_greeted_with_a_router_advertisement_once") {
  Plane plane;
  const auto third = plane.establish(nullptr, "2001:db8:45:7::", 77, 9);
  REQUIRE(third);
  plane.path.run_due(plane.now());
  REQUIRE(plane.path.output().radio.size() == 1);
  CHECK(plane.path.output().radio[0].teid == 77);
  CHECK(plane.path.output().radio[0].octets[40] == 134);
  plane.path.output().clear();
  REQUIRE(plane.plane.modify(third->session, {.downlink = Plane::forward_to(kEnb4, 78)}));
  plane.path.run_due(plane.now());
  CHECK(plane.path.output().radio.empty());
}

TEST_CASE("ue_that_slept_longer_than_the_advertisement_holds_gets_another_when_it_wakes") {
  Plane plane;
  REQUIRE(plane.plane.modify(plane.ue.session, {.downlink = Downlink{.action = DownlinkAction::buffer}}));
  plane.loop.run_for(std::chrono::seconds(kRouterLifetimeSeconds + 1));
  plane.path.run_due(plane.now());
  plane.path.output().clear();
  REQUIRE(plane.plane.modify(plane.ue.session, {.downlink = Plane::forward_to(kEnb4, 78)}));
  plane.path.run_due(plane.now());
  REQUIRE(plane.path.output().radio.size() == 1);
  CHECK(plane.path.output().radio[0].octets[40] == 134);
}

TEST_CASE("advertisement_is_repeated_when_the_ue_speaks_hours_later") {
  Plane plane;
  const auto packet = udp(kUe6, 4000, kHost6, 53, pattern(8));
  CHECK(plane.from_ue(packet) == Verdict::to_egress);
  CHECK(plane.path.output().radio.empty());
  plane.loop.run_for(std::chrono::seconds(kAdvertisementIntervalSeconds + 1));
  CHECK(plane.from_ue(packet) == Verdict::to_egress);
  CHECK(plane.path.output().radio.size() == 1);
}

TEST_CASE("changed_policy_decides_about_running_flows_anew") {
  Plane plane;
  const auto packet = udp(kUe4, 4000, kHost4, 53, pattern(8));
  const auto answer = udp(kHost4, 53, kUe4, 4000, pattern(8));
  CHECK(plane.from_ue(packet) == Verdict::to_egress);
  CHECK(plane.from_ue(packet) == Verdict::to_egress);
  CHECK(plane.policy.asked == 1);
  plane.policy.deny_all = true;
  CHECK(plane.from_ue(packet) == Verdict::to_egress);  // Cached: the change is not yet done.
  plane.policy.flip();
  CHECK(plane.from_ue(packet) == Verdict::denied);
  CHECK(plane.downlink(answer) == Verdict::denied);
  plane.policy.deny_all = false;
  plane.policy.flip();
  CHECK(plane.from_ue(packet) == Verdict::to_egress);
  CHECK(plane.downlink(answer) == Verdict::to_radio);
}

TEST_CASE("changed_security_id_decides_about_running_flows_anew") {
  Plane plane;
  const auto packet = udp(kUe4, 4000, kHost4, 53, pattern(8));
  CHECK(plane.from_ue(packet) == Verdict::to_egress);
  plane.policy.deny_all = true;
  REQUIRE(plane.plane.modify(plane.ue.session, {.security_id = 99}));
  CHECK(plane.from_ue(packet) == Verdict::denied);
}

TEST_CASE("flow_that_was_denied_from_the_network_can_be_begun_by_the_ue") {
  Plane plane;
  CHECK(plane.downlink(udp(kHost4, 53, kUe4, 4000, pattern(8))) == Verdict::denied);
  CHECK(plane.from_ue(udp(kUe4, 4000, kHost4, 53, pattern(8))) == Verdict::to_egress);
  CHECK(plane.downlink(udp(kHost4, 53, kUe4, 4000, pattern(8))) == Verdict::to_radio);
}

TEST_CASE("one_session_cannot_take_all_flows") {
  auto made = settings();
  made.flows_per_session_max = 10;
  Plane plane(made);
  for (std::uint16_t port = 1; port <= 10; ++port)
    CHECK(plane.from_ue(udp(kUe4, port, kHost4, 53, pattern(8))) == Verdict::to_egress);
  CHECK(plane.from_ue(udp(kUe4, 11, kHost4, 53, pattern(8))) == Verdict::flow_limit);
  CHECK(plane.from_ue(udp(kUe4, 10, kHost4, 53, pattern(8))) == Verdict::to_egress);
  // Idle flows make room.
  plane.loop.run_for(std::chrono::seconds(kUdpIdleSeconds + 1));
  for (int turn = 0; turn < 101; ++turn) {
    plane.loop.run_for(std::chrono::milliseconds(100));
    plane.path.run_due(plane.now());
  }
  CHECK(plane.from_ue(udp(kUe4, 11, kHost4, 53, pattern(8))) == Verdict::to_egress);
}

TEST_CASE("strangers_whose_packets_are_denied_take_nothing_from_a_sessions_flows") {
  auto made = settings();
  made.flows_per_session_max = 10;
  Plane plane(made);
  for (std::uint16_t port = 1; port <= 10; ++port)
    CHECK(plane.downlink(udp(kHost4, port, kUe4, 4999, pattern(8))) == Verdict::denied);
  for (std::uint16_t port = 1; port <= 10; ++port)
    CHECK(plane.from_ue(udp(kUe4, port, kHost4, 53, pattern(8))) == Verdict::to_egress);
  // One that the UE begins itself is one of its own from then on.
  CHECK(plane.from_ue(udp(kUe4, 4999, kHost4, 1, pattern(8))) == Verdict::flow_limit);
  // Denied by a new policy, they make room; allowed again, they take it.
  plane.policy.deny_all = true;
  plane.policy.flip();
  for (std::uint16_t port = 1; port <= 10; ++port)
    CHECK(plane.from_ue(udp(kUe4, port, kHost4, 53, pattern(8))) == Verdict::denied);
  plane.policy.deny_all = false;
  plane.policy.flip();
  CHECK(plane.from_ue(udp(kUe4, 4999, kHost4, 1, pattern(8))) == Verdict::to_egress);
  for (std::uint16_t port = 1; port <= 10; ++port)
    CHECK(plane.from_ue(udp(kUe4, port, kHost4, 53, pattern(8))) ==
          (port < 10 ? Verdict::to_egress : Verdict::flow_limit));
}

TEST_CASE("fragments_follow_the_verdict_of_their_first_one") {
  Plane plane;
  const auto fragment = [](const char* to, std::uint16_t field, std::uint16_t id) {
    return udp(kUe4, 4000, to, 53, pattern(16), {.dont_fragment = false, .id = id, .fragment_field = field});
  };
  CHECK(plane.from_ue(fragment(kHost4, 3, 5)) == Verdict::no_first_fragment);
  CHECK(plane.from_ue(fragment(kHost4, 0x2000, 5)) == Verdict::to_egress);
  CHECK(plane.from_ue(fragment(kHost4, 3, 5)) == Verdict::to_egress);
  CHECK(plane.from_ue(fragment(kHost4, 3, 6)) == Verdict::no_first_fragment);
  CHECK(plane.from_ue(fragment(kDenied4, 0x2000, 7)) == Verdict::denied);
  CHECK(plane.from_ue(fragment(kDenied4, 3, 7)) == Verdict::no_first_fragment);
}

TEST_CASE("icmp_error_passes_only_with_the_flow_that_it_quotes") {
  Plane plane;
  const auto packet = udp(kUe4, 4000, kHost4, 53, pattern(8));
  const auto error_about = [](const ByteVector& quoted) {
    ByteVector body(4);
    body.insert(body.end(), quoted.begin(), quoted.end());
    return icmp("192.0.2.1", kUe4, 3, 4, body);  // From a router on the way.
  };
  CHECK(plane.downlink(error_about(packet)) == Verdict::denied);
  CHECK(plane.from_ue(packet) == Verdict::to_egress);
  CHECK(plane.downlink(error_about(packet)) == Verdict::to_radio);
  CHECK(plane.downlink(error_about(udp(kOtherUe4, 4000, kHost4, 53, pattern(8)))) == Verdict::denied);
  CHECK(plane.downlink(error_about(udp(kUe4, 4000, kHost4, 54, pattern(8)))) == Verdict::denied);
}

TEST_CASE("packet_larger_than_the_link_is_refused_with_its_mtu") {
  Plane plane;
  (void)plane.from_ue(udp(kUe4, 4000, kHost4, 53, pattern(8)));
  const auto large = udp(kHost4, 53, kUe4, 4000, pattern(1373));  // 1401 octets.
  CHECK(plane.downlink(udp(kHost4, 53, kUe4, 4000, pattern(1372))) == Verdict::to_radio);
  CHECK(plane.downlink(large) == Verdict::too_big);
  ByteVector body = from_hex("0000 0578").value();
  body.insert(body.end(), large.begin(), large.begin() + 548);
  const auto expected = icmp(kGateway4, kHost4, 3, 4, body, {.dont_fragment = true, .id = 0});
  auto sent = to_egress(plane);
  // The identification and DF of the answer are ours to choose: compare from the addresses on.
  CHECK(sent.substr(24) == to_hex(expected).substr(24));
}

TEST_CASE("ipv6_packet_larger_than_the_link_is_refused_with_its_mtu") {
  Plane plane;
  (void)plane.from_ue(udp(kUe6, 4000, kHost6, 53, pattern(8)));
  const auto large = udp(kHost6, 53, kUe6, 4000, pattern(1353));
  CHECK(plane.downlink(large) == Verdict::too_big);
  ByteVector body = from_hex("00000578").value();
  body.insert(body.end(), large.begin(), large.begin() + (1280 - 48));
  CHECK(to_egress(plane) == to_hex(icmp(kGateway6, kHost6, 2, 0, body)));
}

TEST_CASE("packet_that_may_be_fragmented_is_and_loses_no_octet") {
  Plane plane;
  (void)plane.from_ue(udp(kUe4, 4000, kHost4, 53, pattern(8)));
  const auto large = udp(kHost4, 53, kUe4, 4000, pattern(4000), {.dont_fragment = false});
  CHECK(plane.downlink(large) == Verdict::to_radio);
  const auto& radio = plane.path.output().radio;
  REQUIRE(radio.size() == 3);
  ByteVector joined;
  for (std::size_t i = 0; i < radio.size(); ++i) {
    const auto part = copy(radio[i].octets, radio[i].size);
    CHECK(part.size() <= 1400);
    CHECK(build::reference_checksum(Bytes(part).first(20)) == 0);
    CHECK((load_u16(part.data() + 6) & 0x1FFF) * 8u == joined.size());
    CHECK(((load_u16(part.data() + 6) & 0x2000) != 0) == (i + 1 < radio.size()));
    joined.insert(joined.end(), part.begin() + 20, part.end());
  }
  CHECK(joined == ByteVector(large.begin() + 20, large.end()));
}

TEST_CASE("session_ambr_is_enforced_both_ways") {
  Plane plane;
  REQUIRE(plane.plane.modify(plane.ue.session, {.ambr = BitRate{8'000'000, 8'000'000}}));  // 1 MB/s.
  const auto up = udp(kUe4, 4000, kHost4, 53, pattern(972));                               // 1000 octets.
  const auto down = udp(kHost4, 53, kUe4, 4000, pattern(972));
  plane.loop.run_for(std::chrono::seconds(2));
  for (const bool uplink : {true, false}) {
    // Twice what is allowed, over one second.
    int passed = 0;
    for (int i = 0; i < 2000; ++i) {
      const Verdict verdict = uplink ? plane.from_ue(up) : plane.downlink(down);
      passed += verdict == Verdict::to_egress || verdict == Verdict::to_radio ? 1 : 0;
      CHECK((verdict == Verdict::rate || verdict == (uplink ? Verdict::to_egress : Verdict::to_radio)));
      plane.loop.run_for(std::chrono::microseconds(500));
    }
    CHECK(passed >= 990);
    CHECK(passed <= 1000 + 101);  // And the bucket: a tenth of a second.
  }
}

TEST_CASE("slow_session_gets_all_of_its_rate_and_no_more_however_much_is_sent") {
  Plane plane;
  REQUIRE(plane.plane.modify(plane.ue.session, {.ambr = BitRate{8000, 8000}}));  // 1000 octets a second.
  const auto up = udp(kUe4, 4000, kHost4, 53, pattern(72));                      // 100 octets.
  const auto down = udp(kHost4, 53, kUe4, 4000, pattern(72));
  REQUIRE(plane.from_ue(up) == Verdict::to_egress);
  plane.loop.run_for(std::chrono::seconds(10));
  for (const bool uplink : {true, false}) {
    const auto passed_in_seconds = [&](int seconds) {
      int passed = 0;
      for (int i = 0; i < seconds * 1'000'000 / 190; ++i) {
        const Verdict verdict = uplink ? plane.from_ue(up) : plane.downlink(down);
        passed += verdict == Verdict::rate ? 0 : 1;
        plane.loop.run_for(std::chrono::microseconds(190));
      }
      return passed;
    };
    CHECK(passed_in_seconds(1) <= 10 + 61);  // And the bucket.
    const int passed = passed_in_seconds(4);
    CHECK(passed >= 39);
    CHECK(passed <= 41);
  }
}

TEST_CASE("read_of_many_segments_passes_a_slow_session_and_what_follows_waits_for_it") {
  Plane plane;
  REQUIRE(plane.from_ue(udp(kUe4, 4000, kHost4, 53, pattern(8))) == Verdict::to_egress);
  REQUIRE(plane.plane.modify(plane.ue.session, {.ambr = BitRate{64'000, 64'000}}));
  const auto joined = udp(kHost4, 53, kUe4, 4000, pattern(40'000));
  CHECK(plane.downlink(joined, {.segment_octets = 1000}) == Verdict::to_radio);
  plane.loop.run_for(std::chrono::milliseconds(4300));  // 41,120 octets less 6,000 take 4.39 s.
  CHECK(plane.downlink(udp(kHost4, 53, kUe4, 4000, pattern(8))) == Verdict::rate);
  plane.loop.run_for(std::chrono::milliseconds(100));
  CHECK(plane.downlink(udp(kHost4, 53, kUe4, 4000, pattern(8))) == Verdict::to_radio);
}

TEST_CASE("usage_counts_what_was_forwarded") {
  Plane plane;
  const auto up = udp(kUe4, 4000, kHost4, 53, pattern(72));
  const auto down = udp(kHost4, 53, kUe4, 4000, pattern(172));
  (void)plane.from_ue(up);
  (void)plane.from_ue(up);
  (void)plane.from_ue(udp(kUe4, 4000, kDenied4, 53, pattern(72)));
  (void)plane.downlink(down);
  CHECK(plane.plane.usage(plane.ue.session) == Usage{200, 2, 200, 1});
  CHECK(plane.plane.usage(plane.other.session) == Usage{});
  CHECK(plane.plane.release(plane.ue.session) == Usage{200, 2, 200, 1});
}

TEST_CASE("idle_downlink_is_buffered_reported_once_and_delivered_in_order") {
  Plane plane;
  Reports reports;
  plane.plane.set_reports(&reports);
  (void)plane.from_ue(udp(kUe4, 4000, kHost4, 53, pattern(8)));
  REQUIRE(plane.plane.modify(plane.ue.session, {.downlink = Downlink{.action = DownlinkAction::buffer}}));
  plane.path.run_due(plane.now());
  for (std::uint8_t i = 0; i < 40; ++i)
    CHECK(plane.downlink(udp(kHost4, 53, kUe4, 4000, pattern(8, i))) ==
          (i < 32 ? Verdict::buffered : Verdict::buffer_full));
  plane.loop.run_ready();
  CHECK(reports.said == "data 7 5;");
  CHECK(plane.path.buffered_octets() == 32 * 36);

  REQUIRE(plane.plane.modify(plane.ue.session, {.downlink = Plane::forward_to(kEnb4, 555)}));
  // A packet that comes before the path has heard of the change does not overtake.
  CHECK(plane.downlink(udp(kHost4, 53, kUe4, 4000, pattern(8, 32))) == Verdict::to_radio);
  const auto& radio = plane.path.output().radio;
  REQUIRE(radio.size() == 33);
  for (std::uint8_t i = 0; i < 33; ++i) {
    CHECK(radio[i].teid == 555);
    CHECK(copy(radio[i].octets, radio[i].size) == udp(kHost4, 53, kUe4, 4000, pattern(8, i)));
  }
  CHECK(plane.path.buffered_octets() == 0);
  plane.path.run_due(plane.now());
  CHECK(plane.path.output().radio.size() == 33);
}

TEST_CASE("buffered_packets_leave_when_the_path_hears_of_the_new_tunnel") {
  Plane plane;
  (void)plane.from_ue(udp(kUe4, 4000, kHost4, 53, pattern(8)));
  REQUIRE(plane.plane.modify(plane.ue.session, {.downlink = Downlink{.action = DownlinkAction::buffer}}));
  (void)plane.downlink(udp(kHost4, 53, kUe4, 4000, pattern(8)));
  plane.path.output().clear();
  REQUIRE(plane.plane.modify(plane.ue.session, {.downlink = Plane::forward_to(kEnb4, 555)}));
  plane.path.run_due(plane.now());
  CHECK(plane.path.output().radio.size() == 1);
}

TEST_CASE("buffer_of_an_ended_session_never_reaches_the_next_one") {
  auto made = settings();
  made.sessions_max = 2;
  Plane plane(made);
  (void)plane.from_ue(udp(kUe4, 4000, kHost4, 53, pattern(8)));
  REQUIRE(plane.plane.modify(plane.ue.session, {.downlink = Downlink{.action = DownlinkAction::buffer}}));
  (void)plane.downlink(udp(kHost4, 53, kUe4, 4000, pattern(8)));
  REQUIRE(plane.plane.release(plane.ue.session));
  const auto next = plane.establish(kUe4, nullptr, 900, 10);
  REQUIRE(next);
  plane.path.run_due(plane.now());
  CHECK(plane.path.output().radio.empty());
  CHECK(plane.path.buffered_octets() == 0);
  // Nor do its flows.
  CHECK(plane.downlink(udp(kHost4, 53, kUe4, 4000, pattern(8))) == Verdict::denied);
  CHECK(plane.plane.usage(next->session) == Usage{});
}

TEST_CASE("dropping_downlink_drops_what_was_buffered") {
  Plane plane;
  (void)plane.from_ue(udp(kUe4, 4000, kHost4, 53, pattern(8)));
  REQUIRE(plane.plane.modify(plane.ue.session, {.downlink = Downlink{.action = DownlinkAction::buffer}}));
  (void)plane.downlink(udp(kHost4, 53, kUe4, 4000, pattern(8)));
  REQUIRE(plane.plane.modify(plane.ue.session, {.downlink = Downlink{.action = DownlinkAction::drop}}));
  plane.path.run_due(plane.now());
  CHECK(plane.path.buffered_octets() == 0);
  CHECK(plane.downlink(udp(kHost4, 53, kUe4, 4000, pattern(8))) == Verdict::no_downlink);
}

TEST_CASE("denied_downlink_wakes_nobody") {
  Plane plane;
  Reports reports;
  plane.plane.set_reports(&reports);
  REQUIRE(plane.plane.modify(plane.ue.session, {.downlink = Downlink{.action = DownlinkAction::buffer}}));
  CHECK(plane.downlink(udp(kHost4, 53, kUe4, 4999, pattern(8))) == Verdict::denied);
  plane.loop.run_ready();
  CHECK(reports.said.empty());
}

TEST_CASE("end_marker_goes_down_the_old_tunnel") {
  Plane plane;
  auto moved = Plane::forward_to("172.16.0.10", 600);
  moved.end_marker_to_old_peer = true;
  REQUIRE(plane.plane.modify(plane.ue.session, {.downlink = moved}));
  plane.path.run_due(plane.now());
  CHECK(message(plane) == "30fe00000e0b0001");
  CHECK(plane.path.output().messages[0].peer.address() == ip(kEnb4));
}

TEST_CASE("dual_stack_peer_is_reached_over_a_family_that_we_serve") {
  auto made = settings();
  made.gtpu_addresses = {ip(kCore6)};
  Plane plane(made, Plane::no_sessions);
  Downlink both = Plane::forward_to(kEnb4, 5);
  both.peer.v6 = Ipv6Address::parse("2001:db8:e::1");
  SessionEstablishment request{.control_seid = 1, .ue_ipv4 = Ipv4Address::parse(kUe4), .downlink = both};
  const auto made_session = plane.plane.establish(request);
  REQUIRE(made_session);
  CHECK_FALSE(made_session->uplink.v4);
  CHECK(made_session->uplink.v6 == Ipv6Address::parse(kCore6));
  plane.ue = *made_session;
  (void)plane.from_ue(udp(kUe4, 4000, kHost4, 53, pattern(8)));
  REQUIRE(plane.downlink(udp(kHost4, 53, kUe4, 4000, pattern(8))) == Verdict::to_radio);
  CHECK(plane.path.output().radio[0].peer.address() == ip("2001:db8:e::1"));
  CHECK(plane.plane.modify(made_session->session, {.downlink = Plane::forward_to(kEnb4, 5)}).error() ==
        N4Error::bad_peer);
}

/// The echo requests that leave as time passes, and answers to them.
struct Echoes {
  explicit Echoes(Settings made = settings()) : plane(std::move(made)) { plane.plane.set_reports(&reports); }
  void run(int seconds) {
    for (int i = 0; i < seconds * 10; ++i) {
      plane.loop.run_for(std::chrono::milliseconds(100));
      plane.path.output().clear();
      plane.path.run_due(plane.now());
      requests += plane.path.output().messages.size();
      for (const auto& sent : plane.path.output().messages) last = copy(sent.octets, sent.size);
    }
    plane.loop.run_ready();
  }
  void answer_last() {
    last[1] = 2;  // Our last request, as its response.
    CHECK(plane.uplink(last) == Verdict::answered);
    plane.loop.run_ready();
  }
  Plane plane;
  Reports reports;
  std::size_t requests = 0;
  ByteVector last;
};

TEST_CASE("peer_that_falls_silent_is_a_path_failure_of_its_bearers_and_its_answer_a_recovery") {
  Echoes echoes;
  echoes.run(59);
  CHECK(echoes.requests == 0);  // Not more often than every 60 s.
  echoes.run(2);
  CHECK(echoes.requests == 1);
  echoes.answer_last();
  echoes.run(60);
  CHECK(echoes.requests == 2);
  echoes.run(12);
  CHECK(echoes.requests == 6);
  CHECK(echoes.reports.said.empty());
  echoes.run(4);
  CHECK(echoes.reports.said == "failure 172.16.0.9;unreachable 7 5;unreachable 8 5;");
  echoes.run(60);
  CHECK(echoes.requests == 7);
  echoes.answer_last();
  CHECK(echoes.reports.said == "failure 172.16.0.9;unreachable 7 5;unreachable 8 5;recovered 172.16.0.9;");
}

TEST_CASE("peer_that_has_never_answered_is_told_of_once_and_its_bearers_go_on") {
  Echoes echoes;
  echoes.run(61 + 18);
  CHECK(echoes.reports.said == "silent 172.16.0.9;");
  echoes.run(207);
  CHECK(echoes.reports.said == "silent 172.16.0.9;");
  // Once it has answered, its silence means something.
  echoes.answer_last();
  echoes.run(200);
  CHECK(echoes.reports.said == "silent 172.16.0.9;failure 172.16.0.9;unreachable 7 5;unreachable 8 5;");
}

TEST_CASE("peer_that_has_never_answered_is_a_path_failure_where_echo_is_required") {
  auto made = settings();
  made.echo_required = true;
  Echoes echoes(made);
  echoes.run(61 + 18);
  CHECK(echoes.reports.said == "failure 172.16.0.9;unreachable 7 5;unreachable 8 5;");
}

TEST_CASE("MS_UE_mutual_access_prevention_ue_to_ue_traffic_passes_only_where_it_is_configured") {
  const auto packet = tcp(kUe4, 4000, kOtherUe4, 22, {}, {.flags = 2});
  CHECK(Plane().from_ue(packet) == Verdict::other_ue);
  auto made = settings();
  made.ue_to_ue = true;
  Plane plane(made);
  CHECK(plane.from_ue(packet) == Verdict::to_egress);
  REQUIRE(plane.path.output().radio.size() == 1);
  CHECK(plane.path.output().radio[0].teid == kEnbTeid + 1);
  CHECK(plane.path.output().egress.empty());
  // The other UE's policy is asked too.
  CHECK(plane.from_ue(tcp(kUe4, 4000, kOtherUe4, 23, {}, {.flags = 2})) == Verdict::to_egress);
  CHECK(plane.path.output().radio.empty());
}

TEST_CASE("closed_gate_lets_nothing_up") {
  Plane plane;
  REQUIRE(plane.plane.modify(plane.ue.session, {.uplink_open = false}));
  CHECK(plane.from_ue(udp(kUe4, 4000, kHost4, 53, pattern(8))) == Verdict::gate_closed);
}

}  // namespace
}  // namespace zerocell::upf
