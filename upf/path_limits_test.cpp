// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "upf/fragment_table.hpp"
#include "upf/test_path.hpp"

namespace zerocell::upf {
namespace {

using namespace fixture;
using build::ip;
using build::pattern;
using build::tcp;
using build::udp;

constexpr std::uint16_t kMore = 0x2000;

ByteVector fragment(std::uint16_t id, std::uint16_t field) {
  return udp(kUe4, 4000, kHost4, 53, pattern(16),
             {.dont_fragment = false, .id = id, .fragment_field = field});
}

Settings few_flows() {
  auto made = settings();
  made.flows_per_session_max = 10;
  return made;
}

TEST_CASE("fragmented_datagrams_take_nothing_from_a_sessions_flows") {
  Plane plane(few_flows());
  for (std::uint16_t id = 1; id <= 200; ++id) {
    CHECK(plane.from_ue(fragment(id, kMore)) == Verdict::to_egress);
    CHECK(plane.from_ue(fragment(id, 3)) == Verdict::to_egress);
  }
  for (std::uint16_t port = 1; port <= 9; ++port)
    CHECK(plane.from_ue(udp(kUe4, port, kHost4, 53, pattern(8))) == Verdict::to_egress);
}

TEST_CASE("fragments_are_waited_for_some_seconds_and_behind_the_last_one_shortly") {
  Plane plane;
  const auto pass = [&](std::uint32_t seconds) { plane.loop.run_for(std::chrono::seconds(seconds)); };
  CHECK(plane.from_ue(fragment(1, kMore)) == Verdict::to_egress);
  pass(kFragmentsIdleSeconds - 1);
  CHECK(plane.from_ue(fragment(1, kMore | 3)) == Verdict::to_egress);
  pass(kFragmentsIdleSeconds - 1);
  CHECK(plane.from_ue(fragment(1, 6)) == Verdict::to_egress);
  // One that was overtaken.
  pass(kFragmentsLateSeconds - 1);
  CHECK(plane.from_ue(fragment(1, kMore | 3)) == Verdict::to_egress);
  pass(kFragmentsLateSeconds);
  CHECK(plane.from_ue(fragment(1, 6)) == Verdict::no_first_fragment);
  // The identification may be used again.
  CHECK(plane.from_ue(fragment(1, kMore)) == Verdict::to_egress);
  pass(kFragmentsIdleSeconds - 1);
  CHECK(plane.from_ue(fragment(1, 6)) == Verdict::to_egress);
}

TEST_CASE("fragments_towards_the_ue_are_not_those_that_it_sends_itself") {
  Plane plane;
  const auto down = [](std::uint16_t field) {
    return udp(kHost4, 53, kUe4, 4000, pattern(16),
               {.dont_fragment = false, .id = 1, .fragment_field = field});
  };
  CHECK(plane.from_ue(fragment(1, kMore)) == Verdict::to_egress);
  CHECK(plane.downlink(down(3)) == Verdict::no_first_fragment);
  CHECK(plane.downlink(down(kMore)) == Verdict::to_radio);
  CHECK(plane.downlink(down(3)) == Verdict::to_radio);
}

TEST_CASE("session_with_many_fragmented_packets_displaces_its_own_oldest") {
  FragmentTable table(1, {7, 11});  // One set, for two sessions.
  const auto key = [](std::uint32_t session, std::uint16_t id) {
    FlowKey made;
    made.session = session;
    made.local_port = id;
    return made;
  };
  table.insert(key(1, 1), 100);
  for (std::uint16_t id = 1; id <= 1000; ++id) table.insert(key(2, id), 100);
  CHECK(table.find(key(1, 1), 100) != nullptr);
  CHECK(table.find(key(2, 1000 - FragmentTable::kSessionMax), 100) == nullptr);
  for (std::size_t back = 0; back < FragmentTable::kSessionMax; ++back)
    CHECK(table.find(key(2, static_cast<std::uint16_t>(1000 - back)), 100) != nullptr);
}

TEST_CASE("session_at_its_flow_limit_ends_its_idle_flows_for_new_ones") {
  Plane plane(few_flows());
  const auto from = [&](std::uint16_t port) {
    return plane.from_ue(udp(kUe4, port, kHost4, 53, pattern(8)));
  };
  const auto answer = [&](std::uint16_t port) {
    return plane.downlink(udp(kHost4, 53, kUe4, port, pattern(8)));
  };
  // An open connection, and as many questions as there is room for.
  const ByteVector segment = tcp(kHost4, 443, kUe4, 4000, pattern(8));
  REQUIRE(plane.from_ue(tcp(kUe4, 4000, kHost4, 443, pattern(8))) == Verdict::to_egress);
  REQUIRE(plane.downlink(segment) == Verdict::to_radio);
  for (std::uint16_t port = 1; port <= 9; ++port) CHECK(from(port) == Verdict::to_egress);
  CHECK(from(10) == Verdict::flow_limit);

  plane.loop.run_for(std::chrono::seconds(2));
  CHECK(from(9) == Verdict::to_egress);
  // What is denied ends nothing.
  for (std::uint16_t port = 1; port <= 20; ++port)
    CHECK(plane.from_ue(udp(kUe4, port, kDenied4, 53, pattern(8))) == Verdict::denied);
  CHECK(answer(8) == Verdict::to_radio);
  for (std::uint16_t port = 101; port <= 107; ++port) CHECK(from(port) == Verdict::to_egress);
  CHECK(from(108) == Verdict::flow_limit);
  for (const std::uint16_t port : {1, 7}) CHECK(answer(port) == Verdict::flow_limit);
  for (const std::uint16_t port : {8, 9, 101, 107}) CHECK(answer(port) == Verdict::to_radio);
  CHECK(plane.downlink(segment) == Verdict::to_radio);
}

TEST_CASE("flows_of_a_former_session_in_the_same_slot_make_room_for_the_next_one") {
  auto made = few_flows();
  made.sessions_max = 2;
  Plane plane(made);
  for (int round = 0; round < 3; ++round) {
    for (std::uint16_t port = 1; port <= 10; ++port)
      CHECK(plane.from_ue(udp(kUe4, port, kHost4, 53, pattern(8))) == Verdict::to_egress);
    CHECK(plane.from_ue(udp(kUe4, 11, kHost4, 53, pattern(8))) == Verdict::flow_limit);
    REQUIRE(plane.plane.release(plane.ue.session));
    plane.ue = plane.establish(kUe4, kUe6, kEnbTeid, 9).value();
  }
  // At its limit the next one ends its own, and those of the one before are none of them.
  const auto from = [&](std::uint16_t port) {
    return plane.from_ue(udp(kUe4, port, kHost4, 53, pattern(8)));
  };
  for (std::uint16_t port = 1; port <= 10; ++port) CHECK(from(port) == Verdict::to_egress);
  plane.loop.run_for(std::chrono::seconds(2));
  for (std::uint16_t port = 101; port <= 110; ++port) CHECK(from(port) == Verdict::to_egress);
  for (std::uint16_t port = 1; port <= 10; ++port)
    CHECK(plane.downlink(udp(kHost4, 53, kUe4, port, pattern(8))) == Verdict::flow_limit);
}

TEST_CASE("extension_headers_that_nobody_knows_leave_echo_requests_their_answers") {
  Plane plane;
  const ByteVector strange = from_hex("34ff0008 00000000 000000 ff 010000 00").value();
  std::size_t notices = 0;
  for (std::uint32_t i = 0; i < kEchoResponsesPerSecond + 1; ++i) {
    CHECK(plane.uplink(strange) == Verdict::unknown_extension);
    notices += plane.path.output().messages.size();
  }
  CHECK(notices == kExtensionNoticesPerSecond);
  CHECK(plane.uplink(from_hex("32010004 00000000 01020000").value()) == Verdict::answered);
  CHECK(plane.path.output().messages.size() == 1);
}

TEST_CASE("packets_that_are_too_big_for_one_ue_leave_others_their_errors") {
  Plane plane;
  const auto errors = [&](const char* ue, std::uint32_t packets) {
    std::size_t sent = 0;
    for (std::uint32_t i = 0; i < packets; ++i) {
      CHECK(plane.downlink(udp(kHost4, 53, ue, 22, pattern(1500))) == Verdict::too_big);
      sent += plane.path.output().egress.size();
    }
    return sent;
  };
  CHECK(errors(kUe4, kIcmpErrorsPerSecond + 1) == kTooBigPerSessionPerSecond);
  CHECK(errors(kOtherUe4, 1) == 1);
  plane.loop.run_for(std::chrono::seconds(1));
  CHECK(errors(kUe4, 1) == 1);
}

TEST_CASE("rate_below_eight_kilobits_is_kept_as_it_is") {
  Plane plane;
  REQUIRE(plane.plane.modify(plane.ue.session, {.ambr = BitRate{1000, 1000}}));  // 125 octets a second.
  const auto passed = [&](int seconds) {
    int packets = 0;
    for (int i = 0; i < seconds * 10; ++i) {
      packets += plane.from_ue(udp(kUe4, 4000, kHost4, 53, pattern(97))) == Verdict::to_egress ? 1 : 0;
      plane.loop.run_for(std::chrono::milliseconds(100));
    }
    return packets;
  };
  (void)passed(10);  // What the bucket held.
  const int packets = passed(100);
  CHECK(packets >= 99);
  CHECK(packets <= 101);
}

}  // namespace
}  // namespace zerocell::upf
