// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <string>

#include "core/runtime/live_loop.hpp"

namespace zerocell::load {

/// Calls back at a time that is set. One at a time: setting it again moves it.
class Alarm {
 public:
  virtual ~Alarm() = default;
  virtual void set(Time when) = 0;
};
using AlarmMaker = std::function<std::unique_ptr<Alarm>(Loop& loop, std::function<void()> ring)>;

/// On the loop's timer wheel, exact to its tick of a millisecond. For virtual time.
std::unique_ptr<Alarm> make_wheel_alarm(Loop& loop, std::function<void()> ring);

/// On a timer of the kernel's, exact to microseconds, since a load at an open rate begins thousands of
/// procedures a second. Only for a LiveLoop. Falls back to the wheel where the kernel gives no timer.
std::unique_ptr<Alarm> make_kernel_alarm(Loop& loop, std::function<void()> ring);

/// Looks at the clock in every turn of a loop that never sleeps: exact, and costs a whole processor.
std::unique_ptr<Alarm> make_spinning_alarm(LiveLoop& loop, std::function<void()> ring);

}  // namespace zerocell::load
