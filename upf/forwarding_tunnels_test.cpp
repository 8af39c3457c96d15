// SPDX-License-Identifier: Apache-2.0
// What goes to eNodeBs when a UE moves: End Markers, and packets that another eNodeB forwards.
#include <catch2/catch.hpp>

#include "upf/test_path.hpp"

namespace zerocell::upf {
namespace {

using namespace fixture;
using build::gpdu;
using build::ip;
using build::pattern;

constexpr std::uint32_t kVoiceTeid = 0x0e0b0101;

void a_second_later(Plane& plane) {
  plane.loop.run_for(std::chrono::seconds(1));
  plane.path.run_due(plane.now());
  plane.path.output().clear();
}

TEST_CASE("path_switch_sends_an_end_marker_on_each_old_path") {
  Plane plane;
  const auto voice = plane.dedicate({.filters = {udp_filter(kHost4, 5060, 10)}}, 6, kVoiceTeid);
  a_second_later(plane);
  auto moved = Plane::forward_to("172.16.0.10", 600);
  moved.end_marker_to_old_peer = true;
  REQUIRE(plane.plane.modify(plane.ue.session, {.downlink = moved}));
  REQUIRE(plane.plane.modify_bearer(plane.ue.session, voice.bearer, {.downlink = moved}));
  plane.path.run_due(plane.now());
  const auto& messages = plane.path.output().messages;
  REQUIRE(messages.size() == 2);
  CHECK(to_hex({messages[0].octets, messages[0].size}) == "30fe00000e0b0001");
  CHECK(to_hex({messages[1].octets, messages[1].size}) == "30fe00000e0b0101");
  for (const auto& message : messages) CHECK(message.peer.address() == ip(kEnb4));
  // A tunnel that stays in use has no end.
  a_second_later(plane);
  REQUIRE(plane.plane.modify(plane.ue.session, {.downlink = moved}));
  REQUIRE(plane.plane.modify_bearer(plane.ue.session, voice.bearer, {.downlink = moved}));
  plane.path.run_due(plane.now());
  CHECK(plane.path.output().messages.empty());
}

TEST_CASE("forwarding_tunnel_relays_packets_and_end_markers_as_they_are_until_it_ends") {
  Plane plane;
  gtp::Fteid target{.teid = 0x7A00001, .v4 = Ipv4Address::parse("172.16.0.10")};
  const auto tunnel = plane.plane.forward(plane.ue.session, target, 9);
  REQUIRE(tunnel);
  CHECK(tunnel->v4 == Ipv4Address::parse(kCore4));
  // With a PDCP PDU number and a sequence number, whatever the inner packet is.
  ByteVector datagram = from_hex("36ff000d 00000000 0007 00 c0 01 0009 00 abcdef0102").value();
  store_u32(datagram.data() + 4, tunnel->teid);
  CHECK(plane.uplink(datagram) == Verdict::relayed);
  REQUIRE(plane.path.output().messages.size() == 1);
  store_u32(datagram.data() + 4, target.teid);
  const auto& sent = plane.path.output().messages[0];
  CHECK(to_hex({sent.octets, sent.size}) == to_hex(datagram));
  CHECK(sent.peer.address() == ip("172.16.0.10"));
  ByteVector marker = from_hex("30fe0000 00000000").value();
  store_u32(marker.data() + 4, tunnel->teid);
  CHECK(plane.uplink(marker) == Verdict::relayed);
  CHECK(to_hex({plane.path.output().messages[0].octets, 8}) == "30fe000007a00001");

  plane.plane.stop_forwarding(plane.ue.session);
  CHECK(plane.uplink(gpdu(tunnel->teid, pattern(8))) == Verdict::unknown_tunnel);
  CHECK(plane.uplink(marker) == Verdict::answered);
  CHECK(plane.plane.forwarding_tunnels() == 0);
  plane.loop.run_for(std::chrono::milliseconds(2));
  CHECK(plane.loop.timers_armed() == 0);
}

TEST_CASE("end_markers_and_forwarded_packets_are_marked_as_the_packets_of_their_bearer") {
  auto made = settings();
  made.dscp[1] = 46;
  made.dscp[6] = 10;
  Plane plane(made);
  const auto voice = plane.dedicate({.filters = {udp_filter(kHost4, 5060, 10)}, .qci = 1}, 6, kVoiceTeid);
  a_second_later(plane);
  const auto marks = [&] {
    std::string all;
    for (const PeerMessage& message : plane.path.output().messages) all += std::to_string(message.dscp) + " ";
    return all;
  };
  REQUIRE(plane.plane.modify(plane.ue.session, {.qci = 6}));
  auto moved = Plane::forward_to("172.16.0.10", 600);
  moved.end_marker_to_old_peer = true;
  REQUIRE(plane.plane.modify(plane.ue.session, {.downlink = moved}));
  REQUIRE(plane.plane.modify_bearer(plane.ue.session, voice.bearer, {.downlink = moved}));
  plane.path.run_due(plane.now());
  CHECK(marks() == "10 46 ");

  const gtp::Fteid target{.teid = 0x7A00001, .v4 = Ipv4Address::parse("172.16.0.10")};
  const auto relayed = [&](std::uint8_t qci, const char* datagram) {
    auto octets = from_hex(datagram).value();
    store_u32(octets.data() + 4, plane.plane.forward(plane.ue.session, target, qci).value().teid);
    REQUIRE(plane.uplink(octets) == Verdict::relayed);
    return marks();
  };
  CHECK(relayed(1, "30ff0001 00000000 00") == "46 ");
  CHECK(relayed(6, "30fe0000 00000000") == "10 ");
  CHECK(relayed(9, "30fe0000 00000000") == "0 ");
}

TEST_CASE("forwarding_tunnel_passes_on_what_only_an_endpoint_must_comprehend_and_drops_what_is_for_one_hop") {
  Plane plane;
  const gtp::Fteid target{.teid = 0x7A00001, .v4 = Ipv4Address::parse("172.16.0.10")};
  const auto tunnel = plane.plane.forward(plane.ue.session, target, 9);
  REQUIRE(tunnel);
  const auto sent = [&](std::string_view datagram) {
    auto octets = from_hex(datagram).value();
    store_u32(octets.data() + 4, tunnel->teid);
    const Verdict verdict = plane.uplink(octets);
    const auto& messages = plane.path.output().messages;
    REQUIRE(messages.size() == 1);
    return std::string(to_string(verdict)) + " " + to_hex({messages[0].octets, messages[0].size});
  };
  // Types 8F and 0F are nobody's. The endpoint judges them.
  CHECK(sent("34ff000e 00000000 000000 8f 01aaaa 0f 01bbbb00 cccc") ==
        "relayed 34ff000e07a000010000008f01aaaa0f01bbbb00cccc");
  CHECK(sent("34fe0008 00000000 000000 8f 01aaaa00") == "relayed 34fe000807a000010000008f01aaaa00");
  // Type 40 is for us alone, wherever it stands in the chain.
  CHECK(sent("34ff0016 00000000 000000 40 01aaaa c0 01bbbb 4f 02000000000000 00 cccc") ==
        "relayed 34ff000a07a00001000000c001bbbb00cccc");
  CHECK(sent("34ff000a 00000000 000000 40 01aaaa 00 cccc") == "relayed 34ff000607a0000100000000cccc");
  // Type CF every node must comprehend.
  CHECK(sent("34ff000c 00000000 000000 8f 01aaaa cf 01bbbb 00").starts_with("unknown_extension 321f"));
}

TEST_CASE("forwarding_tunnel_ends_after_its_time_and_with_its_session") {
  Plane plane;
  const gtp::Fteid target{.teid = 5, .v4 = Ipv4Address::parse("172.16.0.10")};
  const auto first = plane.plane.forward(plane.ue.session, target, 9);
  plane.loop.run_for(std::chrono::seconds(6));
  const auto second = plane.plane.forward(plane.other.session, target, 9);
  const auto third = plane.plane.forward(plane.ue.session, target, 9);
  REQUIRE((first && second && third));
  CHECK(plane.plane.forwarding_tunnels() == 3);
  plane.loop.run_for(std::chrono::seconds(5));
  CHECK(plane.uplink(gpdu(first->teid, pattern(8))) == Verdict::unknown_tunnel);
  CHECK(plane.uplink(gpdu(second->teid, pattern(8))) == Verdict::relayed);
  REQUIRE(plane.plane.release(plane.other.session));
  CHECK(plane.uplink(gpdu(second->teid, pattern(8))) == Verdict::unknown_tunnel);
  plane.loop.run_for(std::chrono::seconds(6));
  CHECK(plane.plane.forwarding_tunnels() == 0);
  CHECK(plane.plane.forward(plane.ue.session, {}, 9).error() == N4Error::bad_peer);
  CHECK(plane.plane.forward(plane.other.session, target, 9).error() == N4Error::no_session);
}

}  // namespace
}  // namespace zerocell::upf
