// SPDX-License-Identifier: Apache-2.0
#include "core/state/record_timers.hpp"

#include <map>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

using namespace zerocell;

namespace {

struct Timers {
  explicit Timers(std::uint32_t records, std::uint32_t now = 0)
      : nodes(records), wheel(NodeOf{&nodes}, now) {}
  struct NodeOf {
    std::vector<RecordTimer>* nodes;
    RecordTimer& operator()(std::uint32_t index) const { return (*nodes)[index]; }
  };
  std::vector<std::uint32_t> advance(std::uint32_t now) {
    std::vector<std::uint32_t> fired;
    wheel.advance(now, [&](std::uint32_t index) { fired.push_back(index); });
    return fired;
  }
  std::vector<RecordTimer> nodes;
  RecordTimers<NodeOf> wheel;
};

}  // namespace

TEST_CASE("record_timer_fires_at_its_tick_and_no_sooner") {
  for (const std::uint32_t due : {1u, 63u, 64u, 65u, 4095u, 4096u, 100'000u, 0x7FFFFFFFu}) {
    Timers timers(1);
    timers.wheel.arm(0, due);
    CHECK(timers.advance(due - 1).empty());
    CHECK(timers.advance(due) == std::vector<std::uint32_t>{0});
    CHECK(timers.wheel.armed() == 0);
    CHECK_FALSE(timers.wheel.next());
  }
}

TEST_CASE("record_timer_that_is_late_already_fires_at_the_next_tick") {
  Timers timers(1, 1000);
  timers.wheel.arm(0, 3);
  CHECK(timers.wheel.next() == 1001);
  CHECK(timers.advance(1001).size() == 1);
}

TEST_CASE("moved_and_disarmed_record_timers_fire_once_or_never") {
  Timers timers(3);
  timers.wheel.arm(0, 10);
  timers.wheel.arm(1, 10);
  timers.wheel.arm(2, 10);
  timers.wheel.arm(0, 500);
  timers.wheel.disarm(1);
  timers.wheel.disarm(1);
  CHECK(timers.wheel.armed() == 2);
  CHECK(timers.advance(499) == std::vector<std::uint32_t>{2});
  CHECK(timers.advance(500) == std::vector<std::uint32_t>{0});
}

TEST_CASE("record_timer_may_arm_itself_and_disarm_its_neighbour_as_it_fires") {
  Timers timers(2);
  timers.wheel.arm(0, 64);
  timers.wheel.arm(1, 64);
  unsigned fired = 0;
  timers.wheel.advance(64, [&](std::uint32_t index) {
    ++fired;
    timers.wheel.disarm(1 - index);
    timers.wheel.arm(index, 64);
  });
  CHECK(fired == 1);
  CHECK(timers.advance(65).size() == 1);
}

TEST_CASE("ten_thousand_record_timers_fire_in_order_as_a_list_of_them_would") {
  std::mt19937 chance(7);
  constexpr std::uint32_t kRecords = 10'000;
  Timers timers(kRecords);
  std::multimap<std::uint32_t, std::uint32_t> expected;
  for (std::uint32_t index = 0; index < kRecords; ++index) {
    const std::uint32_t due = 1 + chance() % 300'000;
    timers.wheel.arm(index, due);
    expected.emplace(due, index);
  }
  std::size_t fired = 0;
  std::uint32_t now = 0;
  std::size_t wakings = 0;
  while (const auto next = timers.wheel.next()) {
    REQUIRE(*next > now);
    now = *next;
    ++wakings;
    timers.wheel.advance(now, [&](std::uint32_t index) {
      CHECK(timers.nodes[index].due == now);
      ++fired;
    });
  }
  CHECK(fired == kRecords);
  CHECK(now == expected.rbegin()->first);
  // A waking is for a tick with timers, or for a turn of a coarser wheel; idle time has none.
  CHECK(wakings < 2 * kRecords);
}
