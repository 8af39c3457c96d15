// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/runtime/clock.hpp"
#include "sgw/s11.hpp"

namespace zerocell::sgw {

/// What an MME under load has asked for, TS 23.401 §4.3.7.4.1a: its share of notifications is left out,
/// spread evenly, until its time is over.
class DownlinkThrottle {
 public:
  void obey(const DownlinkThrottling& asked, Time now) {
    percent_ = asked.percent;
    until_ = now + asked.delay;
  }
  /// Whether the next one is left out, of those that may be.
  bool leaves_out(Time now) {
    if (now >= until_) return false;
    owed_percent_ += percent_;
    if (owed_percent_ < 100) return false;
    owed_percent_ -= 100;
    return true;
  }

 private:
  Time until_{};
  unsigned percent_ = 0;
  unsigned owed_percent_ = 0;
};

}  // namespace zerocell::sgw
