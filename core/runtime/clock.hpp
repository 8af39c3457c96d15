// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

namespace zerocell {

using Duration = std::chrono::nanoseconds;

/// Monotonic time of one loop. Its zero has no meaning; only differences do.
struct LoopClock {
  using rep = std::int64_t;
  using period = std::nano;
  using duration = Duration;
  using time_point = std::chrono::time_point<LoopClock>;
  static constexpr bool is_steady = true;
};
using Time = LoopClock::time_point;

/// Wall-clock time, for what people and networks read (EMM information, logs, captures).
using WallTime = std::chrono::sys_time<Duration>;

}  // namespace zerocell
