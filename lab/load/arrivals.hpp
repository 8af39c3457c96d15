// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <random>

#include "core/runtime/clock.hpp"

namespace zerocell::load {

enum class ArrivalKind : std::uint8_t {
  poisson,  ///< Independent of each other, as devices are.
  fixed,    ///< At equal distances.
};

/// The times at which work arrives, drawn beforehand: whether anybody is ready does not move them.
class Arrivals {
 public:
  /// `per_second` is above 0. The first arrival is after `start`.
  Arrivals(ArrivalKind kind, double per_second, Time start, std::uint64_t seed)
      : kind_(kind), period_ns_(1e9 / per_second), start_(start), chance_(seed) {
    step();
  }

  /// When the next one is due.
  Time next() const { return start_ + Duration(static_cast<Duration::rep>(at_ns_)); }
  void step() {
    // Of the sum, not of each distance, the fraction of a nanosecond is cut off: the rate stays exact.
    at_ns_ += kind_ == ArrivalKind::fixed ? period_ns_ : -std::log1p(-share_(chance_)) * period_ns_;
  }

 private:
  ArrivalKind kind_;
  double period_ns_;
  double at_ns_ = 0;
  Time start_;
  std::mt19937_64 chance_;
  std::uniform_real_distribution<double> share_{0.0, 1.0};
};

}  // namespace zerocell::load
