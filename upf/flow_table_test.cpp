// SPDX-License-Identifier: Apache-2.0
#include "upf/flow_table.hpp"

#include <catch2/catch.hpp>

namespace zerocell::upf {
namespace {

constexpr std::array<std::uint64_t, 4> kSecret = {0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0,
                                                  0x082efa98ec4e6c89};

FlowKey key(std::uint32_t number) {
  FlowKey made;
  made.session = number;
  made.remote_port = static_cast<std::uint16_t>(number * 31);
  made.protocol = 17;
  return made;
}
std::uint32_t insert(FlowTable& table, std::uint32_t number, std::uint32_t now_s,
                     std::optional<Flow>& displaced) {
  displaced.reset();
  return table.insert(key(number), table.hash(key(number)), true, now_s, displaced).value();
}
bool insert_denied(FlowTable& table, std::uint32_t number, std::uint32_t now_s,
                   std::optional<Flow>& displaced) {
  displaced.reset();
  return table.insert(key(number), table.hash(key(number)), false, now_s, displaced).has_value();
}

TEST_CASE("flows_are_found_again_until_their_set_is_full") {
  FlowTable table(1024, kSecret);
  std::optional<Flow> displaced;
  std::size_t lost = 0;
  for (std::uint32_t i = 0; i < 600; ++i) {
    insert(table, i, 1, displaced);
    lost += displaced ? 1 : 0;
  }
  std::size_t found = 0;
  for (std::uint32_t i = 0; i < 600; ++i) found += table.find(key(i), table.hash(key(i))) ? 1 : 0;
  CHECK(found + lost == 600);
  CHECK(lost < 30);
  CHECK_FALSE(table.find(key(9999), table.hash(key(9999))));
}

TEST_CASE("flow_that_was_idle_longest_makes_room") {
  FlowTable table(8, kSecret);  // One set.
  std::optional<Flow> displaced;
  for (std::uint32_t i = 0; i < 8; ++i) {
    insert(table, i, 100 + i, displaced);
    CHECK_FALSE(displaced);
  }
  table[*table.find(key(0), table.hash(key(0)))].seen_s = 200;
  insert(table, 8, 201, displaced);
  REQUIRE(displaced);
  CHECK(displaced->key == key(1));
}

TEST_CASE("denied_flow_displaces_none_that_is_allowed_and_lives_and_makes_room_for_it") {
  FlowTable table(8, kSecret);  // One set.
  std::optional<Flow> displaced;
  for (std::uint32_t i = 0; i < 7; ++i) insert(table, i, 100, displaced);
  CHECK(insert_denied(table, 7, 101, displaced));  // A free place.
  CHECK_FALSE(displaced);
  CHECK(insert_denied(table, 8, 102, displaced));  // That of another denied one.
  REQUIRE(displaced);
  CHECK(displaced->key == key(7));
  insert(table, 9, 102, displaced);
  REQUIRE(displaced);
  CHECK(displaced->key == key(8));
  CHECK_FALSE(insert_denied(table, 10, 103, displaced));
  CHECK_FALSE(displaced);
  CHECK(insert_denied(table, 10, 100 + kUdpIdleSeconds, displaced));
  CHECK(displaced);
}

TEST_CASE("sweep_ends_what_was_idle_for_its_protocols_time") {
  FlowTable table(64, kSecret);
  std::optional<Flow> displaced;
  const std::uint32_t index = insert(table, 1, 1000, displaced);
  const auto sweep = [&](std::uint32_t now_s) {
    int ended = 0;
    table.sweep(table.sets(), now_s, [&](std::uint32_t gone) {
      CHECK(table[gone].key == key(1));
      ++ended;
    });
    return ended;
  };
  CHECK(sweep(1000 + kUdpIdleSeconds - 1) == 0);
  table[index].key.protocol = 17;
  CHECK(sweep(1000 + kUdpIdleSeconds) == 1);
  CHECK_FALSE(table.find(key(1), table.hash(key(1))));
  CHECK(sweep(1000 + kUdpIdleSeconds) == 0);
}

TEST_CASE("idle_times_follow_protocol_and_state") {
  Flow flow;
  CHECK(idle_seconds(flow) == kDeniedIdleSeconds);
  flow.flags = kFlowLive | kFlowAllowed;
  flow.key.protocol = 6;
  CHECK(idle_seconds(flow) == kTcpTransitorySeconds);
  flow.flags |= kFlowAnswered;
  CHECK(idle_seconds(flow) == kTcpIdleSeconds);
  flow.flags |= kFlowClosing;
  CHECK(idle_seconds(flow) == kTcpTransitorySeconds);
  flow.key.protocol = 58;
  CHECK(idle_seconds(flow) == kIcmpIdleSeconds);
  flow.key.protocol = 17;
  CHECK(idle_seconds(flow) == kUdpIdleSeconds);
}

}  // namespace
}  // namespace zerocell::upf
