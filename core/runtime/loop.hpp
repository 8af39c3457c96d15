// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <coroutine>
#include <functional>
#include <memory>
#include <optional>

#include "core/runtime/clock.hpp"
#include "core/runtime/timer_wheel.hpp"

namespace zerocell {

/// Watches one descriptor for as long as it lives.
class Watch {
 public:
  virtual ~Watch() = default;
};

/// The event loop that one shard runs on, and its clock: everything that a procedure may wait for comes
/// through here. `LiveLoop` is the machine's time and descriptors; `VirtualLoop` is simulated time,
/// reproducible from a seed. All calls but `post` belong to the loop's own thread.
class Loop {
 public:
  using Job = std::move_only_function<void()>;

  virtual ~Loop() = default;
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  virtual Time now() const = 0;
  virtual WallTime wall_time() const = 0;

  /// Runs `job` later on this loop's thread, after what runs now. From any thread.
  virtual void post(Job job) = 0;

  /// Calls `ready` whenever `descriptor` is readable (level-triggered), until the watch is destroyed, which
  /// `ready` may do. The descriptor stays the caller's and must outlive the watch.
  virtual std::unique_ptr<Watch> watch_readable(int descriptor, std::function<void()> ready) = 0;
  /// The same for who reads all that there is: `read` says whether there was anything. A loop that looks
  /// about rather than sleep calls it over and over, and so saves to ask first whether `descriptor` is
  /// readable.
  virtual std::unique_ptr<Watch> watch_polled(int descriptor, std::function<bool()> read) {
    return watch_readable(descriptor, [call = std::move(read)] { (void)call(); });
  }
  /// The same as `watch_readable` for writable; meant to live only while something waits to be written.
  virtual std::unique_ptr<Watch> watch_writable(int descriptor, std::function<void()> ready) = 0;

  void arm(Timer& timer, Duration after) {
    timers_.arm(timer, now() + after);
    armed();
  }
  std::size_t timers_armed() const noexcept { return timers_.armed(); }

 protected:
  explicit Loop(Time start) : timers_(start) {}
  /// A timer was armed: the loop may have to wake earlier than it planned.
  virtual void armed() = 0;

  TimerWheel timers_;
};

/// A timer that calls a function. For what is not a coroutine.
class CallbackTimer final : public Timer {
 public:
  explicit CallbackTimer(std::function<void()> on_expiry) : on_expiry_(std::move(on_expiry)) {}

 private:
  void expired() override { on_expiry_(); }
  std::function<void()> on_expiry_;
};

/// `co_await sleep(loop, 5s);`
class [[nodiscard]] Sleep final : private Timer {
 public:
  Sleep(Loop& loop, Duration duration) : loop_(loop), duration_(duration) {}
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiting) {
    waiting_ = waiting;
    loop_.arm(*this, duration_);
  }
  void await_resume() const noexcept {}

 private:
  void expired() override { waiting_.resume(); }
  Loop& loop_;
  Duration duration_;
  std::coroutine_handle<> waiting_;
};
inline Sleep sleep(Loop& loop, Duration duration) {
  return {loop, duration};
}

}  // namespace zerocell
