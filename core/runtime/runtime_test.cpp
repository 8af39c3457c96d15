// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <memory>
#include <random>
#include <string>
#include <thread>

#include <catch2/catch.hpp>

#include "core/runtime/exchange.hpp"
#include "core/runtime/live_loop.hpp"
#include "core/runtime/mailbox.hpp"
#include "core/runtime/shard.hpp"
#include "core/runtime/task.hpp"
#include "core/runtime/virtual_loop.hpp"

using namespace zerocell;
using namespace std::chrono_literals;

namespace {

struct Note {
  std::string& log;
  std::string text;
  ~Note() { log += text; }
};

template <class T, class F>
auto slot(F on_end) {
  return std::make_unique<TaskSlot<T, F>>(std::move(on_end));
}

Task<int> inner(Loop& loop, std::string& log) {
  const Note note{log, "inner;"};
  co_await sleep(loop, 10ms);
  co_return 7;
}

Task<int> outer(Loop& loop, std::string& log) {
  const Note note{log, "outer;"};
  const int value = co_await inner(loop, log);
  co_return value + 1;
}

struct Message {
  int kind;
  std::string_view text;
};

}  // namespace

TEST_CASE("task_runs_its_parts_in_order_and_gives_its_result") {
  VirtualLoop loop(1);
  std::string log;
  int result = 0;
  auto running = slot<int>([&](int value) { result = value; });
  running->start(outer(loop, log));
  CHECK(running->busy());
  loop.run_for(1s);
  CHECK(result == 8);
  CHECK(log == "inner;outer;");
  CHECK_FALSE(running->busy());
  CHECK(frames_in_use() == 0);
}

TEST_CASE("cancelled_task_gives_back_innermost_first_and_its_timer_is_disarmed") {
  VirtualLoop loop(1);
  std::string log;
  bool ended = false;
  auto running = slot<int>([&](int) { ended = true; });
  running->start(outer(loop, log));
  CHECK(loop.timers_armed() == 1);
  running.reset();
  CHECK(log == "inner;outer;");
  CHECK(loop.timers_armed() == 0);
  CHECK(frames_in_use() == 0);
  loop.run_for(1s);
  CHECK_FALSE(ended);
}

TEST_CASE("exchange_gives_only_what_the_filter_takes_and_then_times_out") {
  VirtualLoop loop(1);
  Exchange<Message> exchange;
  std::string log;
  const auto procedure = [](Loop& on, Exchange<Message>& from, std::string& out) -> Task<int> {
    const auto wanted = [](const Message& message) { return message.kind == 2; };
    const auto first = co_await from.receive(on, 6s, wanted);
    out += first ? std::string((*first)->text) : "none";
    const auto second = co_await from.receive(on, 6s, wanted);
    out += second ? "more" : "/timeout";
    co_return 0;
  };
  bool ended = false;
  auto running = slot<int>([&](int) { ended = true; });
  running->start(procedure(loop, exchange, log));
  Message other{1, "other"};
  Message wanted{2, "wanted"};
  CHECK_FALSE(exchange.offer(other));
  CHECK(exchange.offer(wanted));
  CHECK(log == "wanted");
  loop.run_for(5999ms);
  CHECK_FALSE(ended);
  loop.run_for(1ms);
  CHECK(log == "wanted/timeout");
  CHECK(ended);
  CHECK_FALSE(exchange.offer(wanted));
}

TEST_CASE("slot_may_be_destroyed_or_used_again_when_its_task_ends") {
  VirtualLoop loop(1);
  const auto nap = [](Loop& on) -> Task<void> { co_await sleep(on, 1ms); };
  struct Owner {
    Owner(Loop& on, std::function<void()> then) : loop(on), ended{std::move(then)}, procedure(ended) {}
    Loop& loop;
    std::function<void()> ended;
    TaskSlot<void, std::function<void()>> procedure;
  };
  std::unique_ptr<Owner> owner;
  int ends = 0;
  owner = std::make_unique<Owner>(loop, [&] {
    if (++ends == 3) return owner.reset();
    owner->procedure.start(nap(loop));
  });
  owner->procedure.start(nap(loop));
  loop.run_for(1s);
  CHECK(ends == 3);
  CHECK(owner == nullptr);
  CHECK(frames_in_use() == 0);
}

TEST_CASE("promised_value_reaches_one_who_waits_before_or_after") {
  VirtualLoop loop(1);
  const auto add = [](Promised<int>& a, Promised<int>& b) -> Task<int> { co_return co_await a + co_await b; };
  Promised<int> early;
  Promised<int> late;
  early.set(40);
  int result = 0;
  auto running = slot<int>([&](int value) { result = value; });
  running->start(add(early, late));
  CHECK(result == 0);
  late.set(2);
  CHECK(result == 42);
}

TEST_CASE("timers_fire_in_order_never_early_and_at_most_one_tick_late") {
  std::mt19937_64 random(7);
  TimerWheel wheel{Time()};
  struct Recorded final : Timer {
    void expired() override { fired_at = *now; }
    Time* now = nullptr;
    Time due, fired_at = Time(Duration(-1));
  };
  std::vector<std::unique_ptr<Recorded>> timers;
  Time now{};
  for (int i = 0; i < 20'000; ++i) {
    auto& timer = *timers.emplace_back(std::make_unique<Recorded>());
    timer.now = &now;
    timer.due = Time(Duration(random() % (std::uint64_t{1} << (20 + random() % 33))));
    wheel.arm(timer, timer.due);
  }
  for (int i = 0; i < 20'000; i += 10) timers[static_cast<std::size_t>(i)]->disarm();
  std::size_t steps = 0;
  while (const auto deadline = wheel.next_deadline()) {
    REQUIRE(*deadline > now);
    now = *deadline;
    wheel.advance(now);
    REQUIRE(++steps < 200'000);
  }
  CHECK(wheel.armed() == 0);
  for (std::size_t i = 0; i < timers.size(); ++i) {
    if (i % 10 == 0) {
      REQUIRE(timers[i]->fired_at == Time(Duration(-1)));
    } else {
      REQUIRE(timers[i]->fired_at >= timers[i]->due);
      REQUIRE(timers[i]->fired_at - timers[i]->due <= TimerWheel::kTick);
    }
  }
}

TEST_CASE("timer_armed_again_moves_and_a_long_jump_passes_nothing_over") {
  VirtualLoop loop(1);
  std::string log;
  CallbackTimer a([&] { log += "a"; });
  CallbackTimer b([&] {
    log += "b";
    if (log.size() < 4) loop.arm(b, 1h);
  });
  loop.arm(a, 5s);
  loop.arm(b, 6s);
  loop.arm(a, 7s);
  loop.run_for(std::chrono::hours(24 * 400));
  CHECK(log == "babb");
}

TEST_CASE("virtual_loop_replays_a_run_from_its_seed") {
  const auto run = [](std::uint64_t seed) {
    VirtualLoop loop(seed);
    std::string order;
    for (char c = 'a'; c <= 'z'; ++c) loop.post([&order, c] { order += c; });
    loop.run_ready();
    return order;
  };
  CHECK(run(1) == run(1));
  CHECK(run(1) != run(2));
}

TEST_CASE("live_loop_runs_timers_descriptors_and_jobs_of_other_threads_on_one_thread") {
  Shard shard("test");
  int pipe_ends[2];
  REQUIRE(pipe(pipe_ends) == 0);
  std::string log;
  std::unique_ptr<Watch> watch;
  Mailbox<int> box(shard.loop(), 2, [&](int value) { log += std::to_string(value); });
  CallbackTimer timer([&] { log += 't'; });
  shard.loop().post([&] {
    CHECK(box.put(1));
    CHECK(box.put(2));
    CHECK_FALSE(box.put(3));
    watch = shard.loop().watch_readable(pipe_ends[0], [&] {
      char c;
      if (read(pipe_ends[0], &c, 1) == 1) log += c;
      watch.reset();
      shard.loop().arm(timer, 1ms);
    });
  });
  shard.start();
  CHECK(write(pipe_ends[1], "p", 1) == 1);
  for (int i = 0; i < 1000; ++i) {
    std::this_thread::sleep_for(5ms);
    std::promise<bool> done;
    shard.loop().post([&] { done.set_value(log.contains('t')); });
    if (done.get_future().get()) break;
  }
  shard.stop();
  CHECK(log.find('1') < log.find('2'));
  CHECK(log.find('p') < log.find('t'));
  CHECK(log.size() == 4);
  close(pipe_ends[0]);
  close(pipe_ends[1]);
}

TEST_CASE("a_loop_that_looks_about_hears_its_descriptors_awake_and_asleep") {
  // One never sleeps; the other one sleeps between what comes.
  for (const Duration busy_poll : {Duration(1h), Duration(1us)}) {
    LiveLoop loop(busy_poll);
    int pipe_ends[2];
    REQUIRE(pipe2(pipe_ends, O_NONBLOCK) == 0);
    std::string log;
    std::atomic<char> heard = 0;
    std::unique_ptr<Watch> watch = loop.watch_polled(pipe_ends[0], [&] {
      char c;
      if (read(pipe_ends[0], &c, 1) != 1) return false;
      log += c;
      heard = c;
      if (c == 'e') watch.reset();
      return true;
    });
    std::atomic<bool> given_up = false;
    CallbackTimer patience([&] { loop.stop(); });
    loop.arm(patience, 20s);
    std::thread writer([&] {
      for (const char* c = "abcdef"; *c != 0; ++c) {
        std::this_thread::sleep_for(2ms);
        CHECK(write(pipe_ends[1], c, 1) == 1);
        // What it does not hear at all is for the test's patience.
        while (*c <= 'e' && heard < *c && !given_up) std::this_thread::yield();
      }
      loop.post([&] { loop.stop(); });
    });
    loop.run();
    given_up = true;
    writer.join();
    CHECK(log == "abcde");
    close(pipe_ends[0]);
    close(pipe_ends[1]);
  }
}

TEST_CASE("a_loop_that_looks_about_runs_timers_and_jobs_meanwhile") {
  LiveLoop loop(1h);
  std::string log;
  std::unique_ptr<Watch> look = loop.look_about([&] {
    if (log.empty()) loop.post([&] { log += 'j'; });
    return true;  // Always something to do, and yet the others have their turn.
  });
  CallbackTimer timer([&] {
    log += 't';
    look.reset();
    loop.post([&] { loop.stop(); });
  });
  loop.arm(timer, 5ms);
  loop.run();
  CHECK(log.front() == 'j');
  CHECK(log.back() == 't');
}
