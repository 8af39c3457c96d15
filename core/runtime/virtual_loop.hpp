// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <random>
#include <vector>

#include "core/runtime/loop.hpp"

namespace zerocell {

/// Simulated time for a whole core and its peers in one thread. Jobs that are ready at the same moment run in
/// an order drawn from the seed; when none is ready, time jumps to the next timer. The same seed gives the
/// same run.
class VirtualLoop final : public Loop {
 public:
  explicit VirtualLoop(std::uint64_t seed, WallTime start = WallTime());

  /// Runs what is ready now, and all that follows from it without time passing.
  void run_ready();
  /// Runs until `duration` of virtual time has passed.
  void run_for(Duration duration);
  /// Runs until `done()` holds, at most for `limit` of virtual time. Whether it holds.
  bool run_until(const std::function<bool()>& done, Duration limit);

  Time now() const override { return now_; }
  WallTime wall_time() const override { return start_ + (now_ - Time()); }
  void post(Job job) override { ready_.push_back(std::move(job)); }
  /// The loop's only source of chance; for delays and losses of a simulated network too.
  std::mt19937_64& chance() { return chance_; }

  /// There are no descriptors in virtual time: calling either is a broken invariant.
  std::unique_ptr<Watch> watch_readable(int descriptor, std::function<void()> ready) override;
  std::unique_ptr<Watch> watch_writable(int descriptor, std::function<void()> ready) override;

 private:
  void armed() override {}
  bool run_one();

  std::mt19937_64 chance_;
  WallTime start_;
  Time now_{};
  std::vector<Job> ready_;
};

}  // namespace zerocell
