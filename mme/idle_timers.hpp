// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "core/runtime/loop.hpp"
#include "core/state/record_timers.hpp"
#include "mme/ue_directory.hpp"

namespace zerocell::mme {

/// The timers of UEs that are not connected: each lives in its UE's record, and one timer of the loop serves
/// them all, so that a million idle UEs cost nothing between expiries.
class IdleTimers {
 public:
  IdleTimers(Loop& loop, UeDirectory& directory, std::function<void(UeDirectory::Index)> expired)
      : loop_(loop),
        directory_(directory),
        expired_(std::move(expired)),
        timers_(TimerOf{&directory}, now()),
        sweep_([this] { sweep(); }) {}
  IdleTimers(const IdleTimers&) = delete;

  /// Seconds of the loop: what records keep as a time.
  std::uint32_t now() const {
    return static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::seconds>(loop_.now().time_since_epoch()).count());
  }
  /// Replaces what the record waited for.
  void arm(UeDirectory::Index index, IdleWait what, std::uint32_t after_seconds) {
    directory_[index].idle_wait = what;
    // A second more: the current one has begun, and no timer ends early.
    timers_.arm(index, now() + after_seconds + 1);
    plan();
  }
  void disarm(UeDirectory::Index index) {
    directory_[index].idle_wait = IdleWait::none;
    timers_.disarm(index);
  }
  std::size_t armed() const { return timers_.armed(); }

 private:
  struct TimerOf {
    UeDirectory* directory;
    RecordTimer& operator()(std::uint32_t index) const { return (*directory)[index].idle_timer; }
  };

  void sweep() {
    planned_.reset();
    timers_.advance(now(), [this](UeDirectory::Index index) { expired_(index); });
    plan();
  }
  void plan() {
    const auto next = timers_.next();
    if (!next || (planned_ && *planned_ <= *next)) return;
    planned_ = *next;
    const Time when{std::chrono::seconds(*next)};
    loop_.arm(sweep_, std::max(when - loop_.now(), Duration::zero()));
  }

  Loop& loop_;
  UeDirectory& directory_;
  std::function<void(UeDirectory::Index)> expired_;
  RecordTimers<TimerOf> timers_;
  std::optional<std::uint32_t> planned_;  ///< Tick that sweep_ is armed for.
  CallbackTimer sweep_;
};

}  // namespace zerocell::mme
