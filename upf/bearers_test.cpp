// SPDX-License-Identifier: Apache-2.0
// Sessions with several bearers: classification, limits, buffers.
#include <map>

#include <catch2/catch.hpp>

#include "upf/test_path.hpp"

namespace zerocell::upf {
namespace {

using namespace fixture;
using build::gpdu;
using build::ip;
using build::pattern;
using build::tcp;
using build::udp;

constexpr std::uint32_t kVoiceTeid = 0x0e0b0101;
constexpr std::uint32_t kVideoTeid = 0x0e0b0102;

struct Reports final : N4Reports {
  void downlink_data(SessionId, std::uint64_t, std::uint8_t ebi) override {
    said += "data " + std::to_string(ebi) + ";";
  }
  void error_indication(SessionId, std::uint64_t, std::uint8_t ebi, const gtp::Fteid&) override {
    said += "error " + std::to_string(ebi) + ";";
  }
  void path_failure(const IpAddress&) override { said += "failure;"; }
  void bearer_path_failure(SessionId, std::uint64_t control_seid, std::uint8_t ebi) override {
    said += "unreachable " + std::to_string(control_seid) + " " + std::to_string(ebi) + ";";
  }
  void path_recovered(const IpAddress&) override { said += "recovered;"; }
  void peer_silent(const IpAddress&) override {}
  std::string said;
};

/// Where the only packet that left towards the radio went; 0 for none.
std::uint32_t tunnel(const Plane& plane) {
  const auto& radio = const_cast<Plane&>(plane).path.output().radio;
  return radio.size() == 1 ? radio[0].teid : 0;
}

/// From host 198.51.100.7, in flows that the UE began.
struct Traffic {
  explicit Traffic(Plane& on) : plane(on) {
    for (const std::uint16_t port : {53, 5060, 5004, 80})
      (void)plane.from_ue(udp(kUe4, 4000, kHost4, port, pattern(8)));
  }
  Verdict down(std::uint16_t port, std::size_t octets = 8, std::uint8_t start = 0) const {
    return plane.downlink(udp(kHost4, port, kUe4, 4000, pattern(octets, start)));
  }
  Verdict up(const BearerEstablished& bearer, std::uint16_t port, std::size_t octets = 8) const {
    return plane.uplink(gpdu(bearer.uplink.teid, udp(kUe4, 4000, kHost4, port, pattern(octets))));
  }
  Plane& plane;
};

void a_second_later(Plane& plane) {
  plane.loop.run_for(std::chrono::seconds(1));
  plane.path.run_due(plane.now());
  plane.path.output().clear();
}

TEST_CASE(
    "Per_user_packet_filtering_each_packet_takes_the_bearer_of_its_filter_and_the_rest_the_default_one") {
  Plane plane;
  const Traffic traffic(plane);
  plane.dedicate({.filters = {udp_filter(kHost4, 5060, 10)}}, 6, kVoiceTeid);
  plane.dedicate({.filters = {udp_filter(kHost4, 5004, 20)}}, 7, kVideoTeid);
  CHECK(traffic.down(5060) == Verdict::to_radio);
  CHECK(tunnel(plane) == kVoiceTeid);
  CHECK(traffic.down(5004) == Verdict::to_radio);
  CHECK(tunnel(plane) == kVideoTeid);
  CHECK(traffic.down(53) == Verdict::to_radio);
  CHECK(tunnel(plane) == kEnbTeid);
  CHECK(plane.plane.usage(plane.other.session) == Usage{});
}

TEST_CASE("packets_are_marked_by_the_qci_of_their_bearer") {
  auto made = settings();
  made.dscp[1] = 46;
  made.dscp[6] = 10;
  Plane plane(made);
  const Traffic traffic(plane);
  const auto marked = [&](std::uint16_t port, std::size_t octets = 8) {
    (void)traffic.down(port, octets);
    std::string all;
    for (const RadioPacket& packet : plane.path.output().radio) all += std::to_string(packet.dscp) + " ";
    return all;
  };
  CHECK(marked(53) == "0 ");
  REQUIRE(plane.plane.modify(plane.ue.session, {.qci = 6}));
  CHECK(marked(53) == "10 ");
  const auto voice = plane.dedicate({.filters = {udp_filter(kHost4, 5060, 10)}, .qci = 1}, 6, kVoiceTeid);
  CHECK(marked(5060) == "46 ");
  CHECK(marked(53) == "10 ");
  (void)plane.downlink(udp(kHost4, 5060, kUe4, 4000, pattern(1500), {.dont_fragment = false}));
  CHECK(plane.path.output().radio.size() == 2);
  for (const RadioPacket& packet : plane.path.output().radio) CHECK(packet.dscp == 46);
  REQUIRE(plane.plane.modify_bearer(plane.ue.session, voice.bearer, {.qci = 9}));
  CHECK(marked(5060) == "0 ");
}

TEST_CASE("filters_of_all_bearers_are_asked_in_the_order_of_their_precedence") {
  Plane plane;
  const Traffic traffic(plane);
  PacketFilter all_udp{.precedence = 30};
  all_udp.protocol = kProtocolUdp;
  const auto wide = plane.dedicate({.filters = {all_udp}}, 6, kVoiceTeid);
  plane.dedicate({.filters = {udp_filter(kHost4, 5004, 20)}}, 7, kVideoTeid);
  (void)traffic.down(5004);
  CHECK(tunnel(plane) == kVideoTeid);
  (void)traffic.down(53);
  CHECK(tunnel(plane) == kVoiceTeid);
  all_udp.precedence = 5;
  REQUIRE(plane.plane.modify_bearer(plane.ue.session, wide.bearer, {.filters = {{all_udp}}}));
  (void)traffic.down(5004);
  CHECK(tunnel(plane) == kVoiceTeid);
}

TEST_CASE("default_bearer_with_filters_drops_what_matches_none") {
  Plane plane;
  const Traffic traffic(plane);
  SessionModification change;
  change.filters = {udp_filter(kHost4, 53, 200)};
  REQUIRE(plane.plane.modify(plane.ue.session, change));
  CHECK(traffic.down(53) == Verdict::to_radio);
  CHECK(traffic.down(80) == Verdict::no_bearer);
  CHECK(plane.from_ue(udp(kUe4, 4000, kHost4, 53, pattern(8))) == Verdict::to_egress);
  CHECK(plane.from_ue(udp(kUe4, 4000, kHost4, 80, pattern(8))) == Verdict::wrong_bearer);
  change.filters = std::vector<PacketFilter>();
  REQUIRE(plane.plane.modify(plane.ue.session, change));
  CHECK(traffic.down(80) == Verdict::to_radio);
  CHECK(plane.from_ue(udp(kUe4, 4000, kHost4, 80, pattern(8))) == Verdict::to_egress);
}

TEST_CASE("uplink_packet_on_a_bearer_whose_filters_it_does_not_match_is_dropped") {
  Plane plane;
  const Traffic traffic(plane);
  const auto voice = plane.dedicate({.filters = {udp_filter(kHost4, 5060, 10)}}, 6, kVoiceTeid);
  CHECK(traffic.up(voice, 5060) == Verdict::to_egress);
  CHECK(traffic.up(voice, 53) == Verdict::wrong_bearer);
  // The source check is the session's, whichever bearer a packet comes on.
  CHECK(plane.uplink(gpdu(voice.uplink.teid, udp(kOtherUe4, 4000, kHost4, 5060, pattern(8)))) ==
        Verdict::foreign_source);
  PacketFilter down_only = udp_filter(kHost4, 5060, 10);
  down_only.direction = PacketFilter::Direction::downlink;
  REQUIRE(plane.plane.modify_bearer(plane.ue.session, voice.bearer, {.filters = {{down_only}}}));
  CHECK(traffic.up(voice, 5060) == Verdict::wrong_bearer);
  CHECK(traffic.down(5060) == Verdict::to_radio);
  CHECK(tunnel(plane) == kVoiceTeid);
}

TEST_CASE("bearer_takes_no_downlink_packet_before_its_far_end_is_known") {
  Plane plane;
  const Traffic traffic(plane);
  const auto made =
      plane.plane.establish_bearer(plane.ue.session, {.filters = {udp_filter(kHost4, 5060, 10)}});
  REQUIRE(made);
  CHECK(traffic.down(5060) == Verdict::to_radio);
  CHECK(tunnel(plane) == kEnbTeid);
  CHECK(traffic.up(*made, 5060) == Verdict::to_egress);
}

TEST_CASE("later_fragments_go_by_the_bearer_of_their_first_one") {
  Plane plane;
  const Traffic traffic(plane);
  plane.dedicate({.filters = {udp_filter(kHost4, 5060, 10)}}, 6, kVoiceTeid);
  const auto fragment = [](std::uint16_t field) {
    return udp(kHost4, 5060, kUe4, 4000, pattern(16),
               {.dont_fragment = false, .id = 5, .fragment_field = field});
  };
  CHECK(plane.downlink(fragment(0x2000)) == Verdict::to_radio);
  CHECK(tunnel(plane) == kVoiceTeid);
  CHECK(plane.downlink(fragment(3)) == Verdict::to_radio);
  CHECK(tunnel(plane) == kVoiceTeid);
}

TEST_CASE("later_uplink_fragment_passes_behind_its_first_one_in_the_same_batch") {
  Plane plane;
  const Traffic traffic(plane);
  const auto voice = plane.dedicate({.filters = {udp_filter(kHost4, 5060, 10)}}, 6, kVoiceTeid);
  const auto fragment = [&](std::uint16_t field) {
    return gpdu(voice.uplink.teid, udp(kUe4, 4000, kHost4, 5060, pattern(16),
                                       {.dont_fragment = false, .id = 5, .fragment_field = field}));
  };
  CHECK(plane.uplink_together({fragment(0x2000), fragment(3)}) ==
        std::vector{Verdict::to_egress, Verdict::to_egress});
}

TEST_CASE("later_uplink_fragments_may_come_where_their_first_one_came_and_nowhere_else") {
  Plane plane;
  const Traffic traffic(plane);
  const auto voice = plane.dedicate({.filters = {udp_filter(kHost4, 5060, 10)}}, 6, kVoiceTeid);
  const auto video = plane.dedicate({.filters = {udp_filter(kHost4, 5004, 20)}}, 7, kVideoTeid);
  SessionModification change;
  change.filters = {udp_filter(kHost4, 53, 200)};
  REQUIRE(plane.plane.modify(plane.ue.session, change));
  const auto send = [&](gtp::Teid teid, std::uint16_t port, std::uint16_t id, std::uint16_t field) {
    return plane.uplink(gpdu(teid, udp(kUe4, 4000, kHost4, port, pattern(16),
                                       {.dont_fragment = false, .id = id, .fragment_field = field})));
  };
  CHECK(send(voice.uplink.teid, 5060, 5, 3) == Verdict::wrong_bearer);
  CHECK(send(voice.uplink.teid, 5060, 5, 0x2000) == Verdict::to_egress);
  CHECK(send(voice.uplink.teid, 5060, 5, 3) == Verdict::to_egress);
  CHECK(send(voice.uplink.teid, 5060, 6, 3) == Verdict::wrong_bearer);
  CHECK(send(video.uplink.teid, 5060, 5, 3) == Verdict::wrong_bearer);
  CHECK(send(plane.ue.uplink.teid, 53, 7, 0x2000) == Verdict::to_egress);
  CHECK(send(plane.ue.uplink.teid, 53, 7, 3) == Verdict::to_egress);
  CHECK(send(voice.uplink.teid, 53, 7, 3) == Verdict::wrong_bearer);
  // The number of a packet may be another's soon.
  CHECK(send(video.uplink.teid, 5004, 5, 0x2000) == Verdict::to_egress);
  CHECK(send(video.uplink.teid, 5004, 5, 3) == Verdict::to_egress);
}

TEST_CASE("ended_bearer_leaves_its_packets_to_the_default_one_and_its_tunnel_to_nobody") {
  Plane plane;
  const Traffic traffic(plane);
  const auto voice = plane.dedicate({.filters = {udp_filter(kHost4, 5060, 10)}}, 6, kVoiceTeid);
  CHECK(plane.plane.bearers() == 1);
  REQUIRE(plane.plane.release_bearer(plane.ue.session, voice.bearer));
  CHECK(plane.plane.release_bearer(plane.ue.session, voice.bearer).error() == N4Error::no_bearer);
  CHECK(plane.plane.modify_bearer(plane.ue.session, voice.bearer, {}).error() == N4Error::no_bearer);
  CHECK(traffic.up(voice, 5060) == Verdict::unknown_tunnel);
  CHECK(traffic.down(5060) == Verdict::to_radio);
  CHECK(tunnel(plane) == kEnbTeid);
  CHECK(plane.plane.bearers() == 0);
}

TEST_CASE("session_takes_its_bearers_with_it") {
  Plane plane;
  const auto voice = plane.dedicate({.filters = {udp_filter(kHost4, 5060, 10)}}, 6, kVoiceTeid);
  REQUIRE(plane.plane.release(plane.ue.session));
  CHECK(plane.plane.bearers() == 0);
  CHECK(plane.uplink(gpdu(voice.uplink.teid, udp(kUe4, 4000, kHost4, 5060, pattern(8)))) ==
        Verdict::unknown_tunnel);
  CHECK(plane.plane.establish_bearer(plane.ue.session, {}).error() == N4Error::no_session);
}

TEST_CASE("session_has_no_more_bearers_than_identities_for_them") {
  Plane plane;
  for (std::size_t i = 0; i < kBearersPerSessionMax; ++i)
    REQUIRE(plane.plane.establish_bearer(plane.ue.session, {}));
  CHECK(plane.plane.establish_bearer(plane.ue.session, {}).error() == N4Error::no_resources);
}

TEST_CASE("refused_bearers_take_nothing") {
  auto made = settings();
  made.bearers_max = 2;
  Plane plane(made);
  REQUIRE(plane.plane.establish_bearer(plane.ue.session, {}));
  const auto second = plane.plane.establish_bearer(plane.other.session, {});
  REQUIRE(second);
  CHECK(plane.plane.establish_bearer(plane.ue.session, {}).error() == N4Error::no_resources);
  CHECK(plane.plane.modify_bearer(plane.ue.session, second->bearer, {}).error() == N4Error::no_bearer);
  CHECK(plane.plane.modify_bearer(plane.other.session, second->bearer, {.ebi = 4}).error() ==
        N4Error::bad_bearer);
  CHECK(plane.plane
            .modify_bearer(plane.other.session, second->bearer, {.downlink = Plane::forward_to(kEnb4, 0)})
            .error() == N4Error::bad_peer);
  REQUIRE(plane.plane.release_bearer(plane.other.session, second->bearer));
  const auto again = plane.plane.establish_bearer(plane.ue.session, {});
  REQUIRE(again);
  CHECK(again->uplink.teid != second->uplink.teid);
}

/// How many of 2,000 packets of 1,000 octets pass in one second, 16 Mbit/s.
template <class Send>
int passed_in_a_second(Plane& plane, Send send) {
  int passed = 0;
  for (int i = 0; i < 2000; ++i) {
    const Verdict verdict = send();
    passed += verdict == Verdict::to_egress || verdict == Verdict::to_radio ? 1 : 0;
    plane.loop.run_for(std::chrono::microseconds(500));
  }
  return passed;
}
constexpr int kBucketPackets = 101;

TEST_CASE("guaranteed_bearer_keeps_its_own_maximum_and_is_outside_of_the_ambr") {
  Plane plane;
  const Traffic traffic(plane);
  plane.loop.run_for(std::chrono::seconds(2));
  REQUIRE(plane.plane.modify(plane.ue.session, {.ambr = BitRate{8000, 8000}}));
  const auto voice = plane.dedicate(
      {.gbr = {1, 1}, .mbr = {4'000'000, 8'000'000}, .filters = {udp_filter(kHost4, 5060, 10)}}, 6,
      kVoiceTeid);
  const int down = passed_in_a_second(plane, [&] { return traffic.down(5060, 972); });
  CHECK((down >= 990 && down <= 1000 + kBucketPackets));
  const int up = passed_in_a_second(plane, [&] { return traffic.up(voice, 5060, 972); });
  CHECK((up >= 490 && up <= 500 + kBucketPackets));
  // The default bearer has what the AMBR leaves: one packet a second after the bucket.
  const int other = passed_in_a_second(plane, [&] { return traffic.down(53, 972); });
  CHECK(other <= 1 + kBucketPackets);
}

TEST_CASE("direction_of_a_bearer_that_is_not_guaranteed_stays_within_the_ambr") {
  Plane plane;
  const Traffic traffic(plane);
  plane.loop.run_for(std::chrono::seconds(2));
  REQUIRE(plane.plane.modify(plane.ue.session, {.ambr = BitRate{8000, 8000}}));
  const auto camera = plane.dedicate(
      {.gbr = {4'000'000, 0}, .mbr = {4'000'000, 0}, .filters = {udp_filter(kHost4, 5060, 10)}}, 6,
      kVoiceTeid);
  const int up = passed_in_a_second(plane, [&] { return traffic.up(camera, 5060, 972); });
  CHECK((up >= 490 && up <= 500 + kBucketPackets));
  const int down = passed_in_a_second(plane, [&] { return traffic.down(5060, 972); });
  CHECK(down <= 1 + kBucketPackets);
}

TEST_CASE("bearers_that_are_not_guaranteed_share_the_ambr") {
  Plane plane;
  const Traffic traffic(plane);
  plane.dedicate({.filters = {udp_filter(kHost4, 5060, 10)}}, 6, kVoiceTeid);
  REQUIRE(plane.plane.modify(plane.ue.session, {.ambr = BitRate{0, 8'000'000}}));
  plane.loop.run_for(std::chrono::seconds(2));
  bool voice = false;
  const int down = passed_in_a_second(plane, [&] { return traffic.down((voice = !voice) ? 5060 : 53, 972); });
  CHECK((down >= 990 && down <= 1000 + kBucketPackets));
}

TEST_CASE("sessions_of_one_ue_share_its_ambr_and_other_ues_do_not") {
  auto made = settings();
  Plane plane(made, Plane::no_sessions);
  const auto establish = [&](const char* address, std::uint64_t ue) {
    SessionEstablishment request{.control_seid = 1,
                                 .ue_ipv4 = Ipv4Address::parse(address),
                                 .ue_rate = UeRate{ue, {8'000'000, 8'000'000}},
                                 .downlink = Plane::forward_to(kEnb4, 1)};
    return plane.plane.establish(request).value();
  };
  std::array sessions{establish("10.45.0.10", 77), establish("10.45.0.11", 77), establish("10.45.0.12", 78)};
  const std::array addresses{"10.45.0.10", "10.45.0.11", "10.45.0.12"};
  plane.loop.run_for(std::chrono::seconds(2));
  const auto send = [&](std::size_t which) {
    return plane.uplink(
        gpdu(sessions[which].uplink.teid, udp(addresses[which], 4000, kHost4, 53, pattern(972))));
  };
  std::size_t turn = 0;
  const int both = passed_in_a_second(plane, [&] { return send(turn++ % 2); });
  CHECK((both >= 990 && both <= 1000 + kBucketPackets));
  const int other = passed_in_a_second(plane, [&] { return send(2); });
  CHECK(other >= 990);
  REQUIRE(plane.plane.modify(sessions[0].session, {.ue_rate = UeRate{77, {}}}));
  CHECK(passed_in_a_second(plane, [&] { return send(1); }) == 2000);
  // One that had no limit gets one, and then shares it.
  REQUIRE(plane.plane.release(sessions[2].session));
  SessionEstablishment free{.control_seid = 1,
                            .ue_ipv4 = Ipv4Address::parse("10.45.0.12"),
                            .downlink = Plane::forward_to(kEnb4, 1)};
  sessions[2] = plane.plane.establish(free).value();
  CHECK(passed_in_a_second(plane, [&] { return send(2); }) == 2000);
  REQUIRE(plane.plane.modify(sessions[2].session, {.ue_rate = UeRate{77, {8'000'000, 8'000'000}}}));
  plane.loop.run_for(std::chrono::seconds(2));
  const int joined = passed_in_a_second(plane, [&] { return send(1 + turn++ % 2); });
  CHECK((joined >= 990 && joined <= 1000 + kBucketPackets));
  for (const auto& session : sessions) REQUIRE(plane.plane.release(session.session));
}

TEST_CASE("ue_does_not_wait_for_what_another_one_took_ahead_before_it") {
  Plane plane;
  const auto establish = [&](std::uint64_t ue) {
    return plane.plane
        .establish({.control_seid = 1,
                    .ue_ipv4 = Ipv4Address::parse("10.45.0.10"),
                    .ue_rate = UeRate{ue, {64'000, 64'000}},
                    .downlink = Plane::forward_to(kEnb4, 1)})
        .value();
  };
  const auto begin = [&](const SessionEstablished& session) {
    return plane.uplink(gpdu(session.uplink.teid, udp("10.45.0.10", 4000, kHost4, 53, pattern(8))));
  };
  const auto read = [&] {
    return plane.downlink(udp(kHost4, 53, "10.45.0.10", 4000, pattern(40'000)), {.segment_octets = 1000});
  };
  const auto first = establish(77);
  REQUIRE(begin(first) == Verdict::to_egress);
  CHECK(read() == Verdict::to_radio);
  CHECK(read() == Verdict::rate);
  REQUIRE(plane.plane.release(first.session));
  REQUIRE(begin(establish(78)) == Verdict::to_egress);
  CHECK(read() == Verdict::to_radio);
}

TEST_CASE("each_bearer_buffers_by_itself_reports_once_and_delivers_in_order") {
  Plane plane;
  Reports reports;
  plane.plane.set_reports(&reports);
  const Traffic traffic(plane);
  const auto voice = plane.dedicate({.filters = {udp_filter(kHost4, 5060, 10)}}, 6, kVoiceTeid);
  const Downlink idle{.action = DownlinkAction::buffer};
  REQUIRE(plane.plane.modify(plane.ue.session, {.downlink = idle}));
  REQUIRE(plane.plane.modify_bearer(plane.ue.session, voice.bearer, {.downlink = idle}));
  plane.path.run_due(plane.now());
  for (std::uint8_t i = 0; i < 40; ++i)
    CHECK(traffic.down(5060, 8, i) == (i < 32 ? Verdict::buffered : Verdict::buffer_full));
  CHECK(traffic.down(53) == Verdict::buffered);
  plane.loop.run_ready();
  CHECK(reports.said == "data 6;data 5;");
  REQUIRE(
      plane.plane.modify_bearer(plane.ue.session, voice.bearer, {.downlink = Plane::forward_to(kEnb4, 900)}));
  // A packet that comes before the path has heard of the change does not overtake.
  CHECK(traffic.down(5060, 8, 32) == Verdict::to_radio);
  const auto& radio = plane.path.output().radio;
  REQUIRE(radio.size() == 33);
  for (std::uint8_t i = 0; i < 33; ++i) {
    CHECK(radio[i].teid == 900);
    CHECK(ByteVector(radio[i].octets, radio[i].octets + radio[i].size) ==
          udp(kHost4, 5060, kUe4, 4000, pattern(8, i)));
  }
  CHECK(plane.path.buffered_octets() == 36);
  REQUIRE(plane.plane.modify(plane.ue.session, {.downlink = Plane::forward_to(kEnb4, 901)}));
  plane.path.output().clear();
  plane.path.run_due(plane.now());
  CHECK(tunnel(plane) == 901);
}

TEST_CASE("bearer_that_ends_takes_its_buffer_with_it") {
  Plane plane;
  const Traffic traffic(plane);
  const auto voice = plane.dedicate({.filters = {udp_filter(kHost4, 5060, 10)}}, 6, kVoiceTeid);
  REQUIRE(plane.plane.modify_bearer(plane.ue.session, voice.bearer,
                                    {.downlink = Downlink{.action = DownlinkAction::buffer}}));
  CHECK(traffic.down(5060) == Verdict::buffered);
  REQUIRE(plane.plane.release_bearer(plane.ue.session, voice.bearer));
  a_second_later(plane);
  CHECK(plane.path.buffered_octets() == 0);
}

TEST_CASE("packet_that_waited_longer_than_configured_is_dropped_and_the_next_asks_again") {
  auto made = settings();
  made.buffered_seconds_max = 20;
  Plane plane(made);
  Reports reports;
  plane.plane.set_reports(&reports);
  const Traffic traffic(plane);
  REQUIRE(plane.plane.modify(plane.ue.session, {.downlink = Downlink{.action = DownlinkAction::buffer}}));
  plane.path.run_due(plane.now());
  CHECK(traffic.down(53) == Verdict::buffered);
  plane.loop.run_for(std::chrono::seconds(19));
  a_second_later(plane);
  CHECK(plane.path.buffered_octets() == 0);
  CHECK(traffic.down(53) == Verdict::buffered);
  plane.loop.run_ready();
  CHECK(reports.said == "data 5;data 5;");
}

TEST_CASE("sleeping_ue_keeps_its_packets_and_nobody_is_asked_before_it_wakes") {
  Plane plane;
  Reports reports;
  plane.plane.set_reports(&reports);
  const Traffic traffic(plane);
  const auto voice = plane.dedicate({.filters = {udp_filter(kHost4, 5060, 10)}}, 6, kVoiceTeid);
  const Downlink idle{.action = DownlinkAction::buffer};
  REQUIRE(plane.plane.modify(plane.ue.session, {.downlink = idle}));
  REQUIRE(plane.plane.modify_bearer(plane.ue.session, voice.bearer, {.downlink = idle}));
  plane.path.run_due(plane.now());
  CHECK(traffic.down(53) == Verdict::buffered);
  plane.loop.run_ready();
  SessionModification sleep;
  sleep.buffering = std::chrono::seconds(1000);
  sleep.suggested_packets = 2;
  REQUIRE(plane.plane.modify(plane.ue.session, sleep));
  plane.path.run_due(plane.now());
  plane.loop.run_for(std::chrono::seconds(99));
  a_second_later(plane);
  CHECK(traffic.down(5060) == Verdict::buffered);  // Another bearer of the same UE.
  CHECK(traffic.down(5060) == Verdict::buffered);
  CHECK(traffic.down(5060) == Verdict::buffer_full);
  plane.loop.run_for(std::chrono::seconds(199));
  a_second_later(plane);
  CHECK(plane.path.buffered_octets() == 3 * 36);
  plane.loop.run_for(std::chrono::seconds(600));
  a_second_later(plane);
  CHECK(traffic.down(53) == Verdict::buffered);
  CHECK(traffic.down(53) == Verdict::buffer_full);
  plane.loop.run_ready();
  CHECK(reports.said == "data 5;");
  CHECK(plane.path.buffered_octets() == 4 * 36);
  plane.loop.run_for(std::chrono::seconds(101));
  CHECK(traffic.down(53) == Verdict::buffered);
  plane.loop.run_ready();
  CHECK(reports.said == "data 5;data 5;");
}

TEST_CASE("ues_that_sleep_take_half_of_the_buffer_and_leave_the_rest_to_those_that_are_paged") {
  auto made = settings();
  made.buffered_octets_max = 8 * 100;
  Plane plane(made);
  const auto send = [&](const char* to) {
    return plane.downlink(tcp(kHost4, 5000, to, 22, pattern(60), {.flags = 2}));  // 100 octets.
  };
  const Downlink idle{.action = DownlinkAction::buffer};
  for (const auto& session : {plane.ue, plane.other})
    REQUIRE(plane.plane.modify(session.session, {.downlink = idle}));
  const auto sleep = [&](const SessionEstablished& session) {
    SessionModification change;
    change.buffering = std::chrono::seconds(1000);
    REQUIRE(plane.plane.modify(session.session, change));
    plane.path.run_due(plane.now());
  };
  plane.path.run_due(plane.now());
  CHECK(send(kUe4) == Verdict::buffered);
  sleep(plane.ue);
  for (int i = 0; i < 2; ++i) CHECK(send(kUe4) == Verdict::buffered);
  for (int i = 0; i < 3; ++i) CHECK(send(kOtherUe4) == Verdict::buffered);
  CHECK(plane.path.buffered_octets() == 600);
  // It sleeps too: the last of its packets find no room among those that do.
  sleep(plane.other);
  CHECK(plane.path.buffered_octets() == 400);
  CHECK(send(kUe4) == Verdict::buffer_full);
  CHECK(send(kOtherUe4) == Verdict::buffer_full);
  const auto third = plane.establish("10.45.0.4", nullptr, 77, 9);
  REQUIRE(third);
  REQUIRE(plane.plane.modify(third->session, {.downlink = idle}));
  for (int i = 0; i < 4; ++i) CHECK(send("10.45.0.4") == Verdict::buffered);
  CHECK(send("10.45.0.4") == Verdict::buffer_full);
  // Awake, it is one of the others, and what it leaves is free for those that sleep.
  REQUIRE(plane.plane.modify(plane.ue.session, {.downlink = Plane::forward_to(kEnb4, 78)}));
  plane.path.run_due(plane.now());
  CHECK(plane.path.buffered_octets() == 500);
  CHECK(send(kOtherUe4) == Verdict::buffered);
  // So is one whose time to sleep is over.
  plane.loop.run_for(std::chrono::seconds(1001));
  for (int turn = 0; turn < 10; ++turn) {
    plane.loop.run_for(std::chrono::milliseconds(100));
    plane.path.run_due(plane.now());
  }
  CHECK(plane.path.buffered_octets() == 0);
  for (int i = 0; i < 8; ++i) CHECK(send(kOtherUe4) == Verdict::buffered);
  CHECK(send(kOtherUe4) == Verdict::buffer_full);
}

TEST_CASE("paging_in_vain_drops_what_waits_and_the_next_packet_asks_again") {
  Plane plane;
  Reports reports;
  plane.plane.set_reports(&reports);
  const Traffic traffic(plane);
  REQUIRE(plane.plane.modify(plane.ue.session, {.downlink = Downlink{.action = DownlinkAction::buffer}}));
  plane.path.run_due(plane.now());
  CHECK(traffic.down(53) == Verdict::buffered);
  SessionModification failed;
  failed.drop_buffered = true;
  REQUIRE(plane.plane.modify(plane.ue.session, failed));
  plane.path.run_due(plane.now());
  CHECK(plane.path.buffered_octets() == 0);
  CHECK(traffic.down(53) == Verdict::buffered);
  plane.loop.run_ready();
  CHECK(reports.said == "data 5;data 5;");
}

TEST_CASE("packets_of_a_ue_that_is_not_to_be_paged_are_not_told_of_one_by_one") {
  Plane plane;
  Reports reports;
  plane.plane.set_reports(&reports);
  const Traffic traffic(plane);
  REQUIRE(plane.plane.modify(plane.ue.session, {.downlink = Downlink{.action = DownlinkAction::buffer}}));
  plane.path.run_due(plane.now());
  CHECK(traffic.down(53) == Verdict::buffered);
  plane.loop.run_ready();
  SessionModification refused;
  refused.drop_buffered = true;
  refused.buffering = std::chrono::seconds(5);
  refused.suggested_packets = kSuggestNone;
  REQUIRE(plane.plane.modify(plane.ue.session, refused));
  plane.path.run_due(plane.now());
  for (int i = 0; i < 10; ++i) CHECK(traffic.down(53) == Verdict::buffer_full);
  plane.loop.run_ready();
  CHECK(reports.said == "data 5;");
  plane.loop.run_for(std::chrono::seconds(6));
  CHECK(traffic.down(53) == Verdict::buffered);
  plane.loop.run_ready();
  CHECK(reports.said == "data 5;data 5;");
}

TEST_CASE("bearer_whose_packets_run_out_of_time_is_told_of_again_though_others_wait") {
  Plane plane;
  Reports reports;
  plane.plane.set_reports(&reports);
  const Traffic traffic(plane);
  REQUIRE(plane.plane.modify(plane.ue.session, {.downlink = Downlink{.action = DownlinkAction::buffer}}));
  plane.path.run_due(plane.now());
  for (int i = 0; i < 35; ++i) {
    CHECK(traffic.down(53) == Verdict::buffered);
    plane.loop.run_for(std::chrono::seconds(2));
  }
  CHECK(reports.said.starts_with("data 5;data 5;"));
}

TEST_CASE("error_indication_names_the_bearer_whose_tunnel_is_lost") {
  Plane plane;
  Reports reports;
  plane.plane.set_reports(&reports);
  const auto voice = plane.dedicate({.filters = {udp_filter(kHost4, 5060, 10)}}, 6, kVoiceTeid);
  const auto indicate = [&](std::uint32_t teid) {
    std::array<std::uint8_t, 64> memory;
    Writer out(memory);
    gtp::encode_error_indication(out, {teid, ip(kEnb4), std::nullopt});
    (void)plane.uplink(ByteVector(out.written().begin(), out.written().end()));
    plane.loop.run_ready();
  };
  indicate(kVoiceTeid);
  indicate(kEnbTeid);
  CHECK(reports.said == "error 6;error 5;");
  REQUIRE(plane.plane.release_bearer(plane.ue.session, voice.bearer));
  indicate(kVoiceTeid);
  CHECK(reports.said == "error 6;error 5;");
}

TEST_CASE("failed_path_is_reported_for_each_bearer_on_it_and_for_no_other") {
  Plane plane;
  Reports reports;
  plane.plane.set_reports(&reports);
  (void)plane.dedicate({.filters = {udp_filter(kHost4, 5060, 10)}}, 6, kVoiceTeid);
  const auto moved = plane.dedicate({.filters = {udp_filter(kHost4, 5004, 11)}}, 7, kVideoTeid);
  REQUIRE(plane.plane.modify_bearer(plane.ue.session, moved.bearer,
                                    {.downlink = Plane::forward_to("172.16.0.10", 600)}));
  const auto waiting = plane.establish("10.45.0.20", nullptr, 601, 70);
  REQUIRE(waiting);
  REQUIRE(plane.plane.modify(waiting->session, {.downlink = Downlink{.action = DownlinkAction::buffer}}));
  REQUIRE(plane.establish("10.45.0.21", nullptr, 602, 71));
  const auto peer = OuterAddress::of(ip(kEnb4));
  REQUIRE(plane.plane.signals().reports.put({.kind = Report::Kind::path_failure, .peer = peer}));
  plane.plane.deliver_reports();
  plane.loop.run_ready();
  CHECK(reports.said == "failure;unreachable 7 5;unreachable 7 6;unreachable 8 5;unreachable 71 5;");
  // A path that has recovered before they are all told of is none of theirs.
  reports.said.clear();
  REQUIRE(plane.plane.signals().reports.put({.kind = Report::Kind::path_failure, .peer = peer}));
  REQUIRE(plane.plane.signals().reports.put({.kind = Report::Kind::path_recovered, .peer = peer}));
  plane.plane.deliver_reports();
  plane.loop.run_ready();
  CHECK(reports.said == "failure;recovered;");
}

TEST_CASE("packet_path_is_woken_once_for_many_changes_that_no_packet_waits_for") {
  Plane plane;
  plane.loop.run_for(std::chrono::seconds(1));
  int woken = 0;
  plane.plane.signals().wake_path = [&] { ++woken; };
  for (int i = 0; i < 10; ++i) {
    REQUIRE(plane.plane.modify(plane.ue.session, {.downlink = Downlink{.action = DownlinkAction::buffer}}));
    REQUIRE(plane.plane.modify(plane.ue.session, {.downlink = Plane::forward_to(kEnb4, kEnbTeid)}));
  }
  plane.loop.run_ready();
  CHECK(woken == 0);
  plane.loop.run_for(std::chrono::milliseconds(2));
  CHECK(woken == 1);
}

TEST_CASE("packet_path_is_woken_at_once_for_a_session_whose_packets_wait") {
  Plane plane;
  plane.loop.run_for(std::chrono::seconds(1));
  REQUIRE(plane.plane.modify(plane.ue.session, {.downlink = Downlink{.action = DownlinkAction::buffer}}));
  plane.loop.run_for(std::chrono::seconds(1));
  plane.path.run_due(plane.now());
  const auto packet = build::udp(kHost4, 5000, kUe4, 22, build::pattern(8));
  Reports reports;
  plane.plane.set_reports(&reports);
  REQUIRE(plane.downlink(packet) == Verdict::buffered);
  plane.loop.run_ready();
  REQUIRE(reports.said == "data 5;");
  int woken = 0;
  plane.plane.signals().wake_path = [&] { ++woken; };
  SECTION("and now have somewhere to go") {
    REQUIRE(plane.plane.modify(plane.ue.session, {.downlink = Plane::forward_to(kEnb4, kEnbTeid)}));
  }
  SECTION("and are not wanted any more") {
    REQUIRE(plane.plane.modify(plane.ue.session, {.drop_buffered = true}));
  }
  plane.loop.run_ready();
  CHECK(woken == 1);
}

TEST_CASE("TEID_uniqueness_no_two_bearers_or_tunnels_that_exist_have_one") {
  auto made = settings();
  made.sessions_max = 300;
  Plane plane(made);
  std::map<gtp::Teid, int> seen;
  for (unsigned i = 0; i < 200; ++i) {
    const std::string address = "10.45.1." + std::to_string(i);
    const auto session = plane.establish(address.c_str(), nullptr, 5000 + i, i);
    REQUIRE(session);
    ++seen[session->uplink.teid];
    for (int bearer = 0; bearer < 3; ++bearer)
      ++seen[plane.plane.establish_bearer(session->session, {}).value().uplink.teid];
    ++seen
        [plane.plane.forward(session->session, {.teid = 1, .v4 = Ipv4Address::parse(kEnb4)}, 9).value().teid];
  }
  CHECK(seen.size() == 1000);
}

TEST_CASE("Unpredictable_GTP_TEID_those_of_bearers_that_follow_each_other_have_no_common_distance") {
  Plane plane;
  std::map<std::uint32_t, int> distances;
  gtp::Teid last = 0;
  for (int i = 0; i < 500; ++i) {
    const auto bearer = plane.plane.establish_bearer(plane.ue.session, {}).value();
    ++distances[bearer.uplink.teid - last];
    last = bearer.uplink.teid;
    REQUIRE(plane.plane.release_bearer(plane.ue.session, bearer.bearer));
  }
  CHECK(distances.size() >= 495);
}

TEST_CASE("MS_UE_mutual_access_prevention_no_bearer_leads_from_one_ue_to_another") {
  Plane plane;
  PacketFilter all;
  const auto bearer = plane.dedicate({.filters = {all}}, 6, kVoiceTeid);
  for (const char* other : {kOtherUe4, "10.45.200.1"})
    CHECK(plane.uplink(gpdu(bearer.uplink.teid, udp(kUe4, 4000, other, 53, pattern(8)))) ==
          Verdict::other_ue);
  CHECK(plane.uplink(gpdu(bearer.uplink.teid, udp(kUe4, 4000, kCore4, 2152, pattern(8)))) ==
        Verdict::core_address);
}

TEST_CASE("G9_inner_packet_of_length_0_and_gtp_in_gtp_are_dropped_on_every_bearer") {
  Plane plane;
  PacketFilter all;
  const auto bearer = plane.dedicate({.filters = {all}}, 6, kVoiceTeid);
  CHECK(plane.uplink(gpdu(bearer.uplink.teid, {})) == Verdict::empty);
  CHECK(plane.uplink(gpdu(bearer.uplink.teid, udp(kUe4, 2152, kHost4, 2152, pattern(8)))) ==
        Verdict::gtp_in_gtp);
}

TEST_CASE("what_the_path_may_still_read_is_kept_until_its_batch_is_over") {
  ReaderGate gate;
  Retired retired(gate);
  auto first = std::make_shared<int>(1);
  const std::weak_ptr<int> watched = first;
  {
    const ReaderGate::Reading reading(gate);
    {
      const ReaderGate::Reading nested(gate);
    }
    retired.add(std::exchange(first, nullptr));
    CHECK_FALSE(watched.expired());
    retired.collect();
    CHECK_FALSE(watched.expired());
  }
  retired.collect();
  CHECK(watched.expired());
  CHECK(retired.waiting() == 0);
}

}  // namespace
}  // namespace zerocell::upf
