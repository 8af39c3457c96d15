// SPDX-License-Identifier: Apache-2.0
#include "lab/load/alarm.hpp"

#include <sys/timerfd.h>
#include <unistd.h>

namespace zerocell::load {
namespace {

class WheelAlarm final : public Alarm {
 public:
  WheelAlarm(Loop& loop, std::function<void()> ring) : loop_(loop), timer_(std::move(ring)) {}
  void set(Time when) override { loop_.arm(timer_, when - loop_.now()); }

 private:
  Loop& loop_;
  CallbackTimer timer_;
};

class KernelAlarm final : public Alarm {
 public:
  KernelAlarm(Loop& loop, int descriptor, std::function<void()> ring)
      : descriptor_(descriptor), watch_(loop.watch_readable(descriptor, [this, call = std::move(ring)] {
          std::uint64_t expiries = 0;
          if (::read(descriptor_, &expiries, sizeof expiries) == sizeof expiries) call();
        })) {}
  KernelAlarm(const KernelAlarm&) = delete;
  KernelAlarm& operator=(const KernelAlarm&) = delete;
  ~KernelAlarm() override {
    watch_.reset();
    ::close(descriptor_);
  }

  void set(Time when) override {
    // The loop's time is CLOCK_MONOTONIC. Zero would switch the timer off.
    const auto ns = std::max<Duration::rep>(when.time_since_epoch().count(), 1);
    itimerspec until{};
    until.it_value.tv_sec = ns / 1'000'000'000;
    until.it_value.tv_nsec = ns % 1'000'000'000;
    ::timerfd_settime(descriptor_, TFD_TIMER_ABSTIME, &until, nullptr);
  }

 private:
  int descriptor_;
  std::unique_ptr<Watch> watch_;
};

class SpinningAlarm final : public Alarm {
 public:
  SpinningAlarm(LiveLoop& loop, std::function<void()> ring)
      : loop_(loop), ring_(std::move(ring)), watch_(loop.look_about([this] { return look(); })) {}
  void set(Time when) override { when_ = when; }

 private:
  bool look() {
    if (!when_ || *when_ > loop_.now()) return false;
    when_.reset();
    ring_();
    return true;
  }
  LiveLoop& loop_;
  std::function<void()> ring_;
  std::optional<Time> when_;
  std::unique_ptr<Watch> watch_;
};

}  // namespace

std::unique_ptr<Alarm> make_wheel_alarm(Loop& loop, std::function<void()> ring) {
  return std::make_unique<WheelAlarm>(loop, std::move(ring));
}

std::unique_ptr<Alarm> make_kernel_alarm(Loop& loop, std::function<void()> ring) {
  const int descriptor = ::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  if (descriptor < 0) return make_wheel_alarm(loop, std::move(ring));
  return std::make_unique<KernelAlarm>(loop, descriptor, std::move(ring));
}

std::unique_ptr<Alarm> make_spinning_alarm(LiveLoop& loop, std::function<void()> ring) {
  return std::make_unique<SpinningAlarm>(loop, std::move(ring));
}

}  // namespace zerocell::load
