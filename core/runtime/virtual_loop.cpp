// SPDX-License-Identifier: Apache-2.0
#include "core/runtime/virtual_loop.hpp"

#include "core/types/assert.hpp"

namespace zerocell {

VirtualLoop::VirtualLoop(std::uint64_t seed, WallTime start) : Loop(Time()), chance_(seed), start_(start) {}

bool VirtualLoop::run_one() {
  if (ready_.empty()) return false;
  // Plain modulo: the standard's distributions differ between libraries, and a seed must replay everywhere.
  const auto chosen = static_cast<std::size_t>(chance_() % ready_.size());
  Job job = std::move(ready_[chosen]);
  ready_[chosen] = std::move(ready_.back());
  ready_.pop_back();
  job();
  return true;
}

void VirtualLoop::run_ready() {
  while (run_one()) {
  }
}

void VirtualLoop::run_for(Duration duration) {
  run_until([] { return false; }, duration);
}

bool VirtualLoop::run_until(const std::function<bool()>& done, Duration limit) {
  const Time end = now_ + limit;
  for (;;) {
    while (!done() && run_one()) {
    }
    if (done()) return true;
    const auto deadline = timers_.next_deadline();
    if (!deadline || *deadline > end) break;
    now_ = std::max(now_, *deadline);
    timers_.advance(now_);
  }
  now_ = end;
  timers_.advance(now_);
  return done();
}

std::unique_ptr<Watch> VirtualLoop::watch_readable(int, std::function<void()>) {
  ZC_ASSERT(!"a descriptor in virtual time");
  return nullptr;
}

std::unique_ptr<Watch> VirtualLoop::watch_writable(int, std::function<void()>) {
  ZC_ASSERT(!"a descriptor in virtual time");
  return nullptr;
}

}  // namespace zerocell
