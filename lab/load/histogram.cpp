// SPDX-License-Identifier: Apache-2.0
#include "lab/load/histogram.hpp"

#include <algorithm>
#include <cmath>

namespace zerocell::load {

void Histogram::add(const Histogram& other) {
  for (std::size_t i = 0; i < kBuckets; ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  sum_ += other.sum_;
  largest_ = std::max(largest_, other.largest_);
}

Duration Histogram::mean() const {
  return Duration(count_ == 0 ? 0 : static_cast<Duration::rep>(sum_ / count_));
}

Duration Histogram::at(double quantile) const {
  if (count_ == 0) return Duration::zero();
  const auto wanted = static_cast<std::uint64_t>(
      std::max(1.0, std::ceil(std::clamp(quantile, 0.0, 1.0) * static_cast<double>(count_))));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    seen += buckets_[i];
    if (seen >= wanted) return Duration(static_cast<Duration::rep>(std::min(highest_in(i), largest_)));
  }
  return largest();
}

}  // namespace zerocell::load
