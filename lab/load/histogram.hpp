// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "core/runtime/clock.hpp"

namespace zerocell::load {

/// Counts durations so that any quantile of them can be told with an error below 1 %, whatever their range
/// (as HDR histograms do): each power of two of nanoseconds has 128 buckets of equal width. Fixed memory.
class Histogram {
 public:
  void add(Duration duration) {
    const auto value = static_cast<std::uint64_t>(std::max<Duration::rep>(duration.count(), 0));
    ++buckets_[bucket_of(value)];
    ++count_;
    sum_ += value;
    largest_ = std::max(largest_, value);
  }
  void add(const Histogram& other);

  std::uint64_t count() const { return count_; }
  Duration largest() const { return Duration(static_cast<Duration::rep>(largest_)); }
  Duration mean() const;
  /// The duration that a share `quantile` (0 to 1) of all is not longer than; zero where nothing was counted.
  Duration at(double quantile) const;

 private:
  static constexpr unsigned kBits = 7;         // 128 buckets a power of two.
  static constexpr unsigned kLargestBit = 44;  // 2^44 ns are five hours; what is longer counts as that.
  static constexpr std::size_t kBuckets = (kLargestBit - kBits + 2) << kBits;

  static constexpr std::size_t bucket_of(std::uint64_t value) {
    value = std::min(value, (std::uint64_t{1} << (kLargestBit + 1)) - 1);
    if (value < (1u << kBits)) return value;
    const auto highest = static_cast<unsigned>(std::bit_width(value)) - 1;
    const unsigned shift = highest - kBits;
    return (std::size_t{shift + 1} << kBits) + ((value >> shift) & ((1u << kBits) - 1));
  }
  /// The highest value that falls into the bucket.
  static constexpr std::uint64_t highest_in(std::size_t bucket) {
    if (bucket < (1u << kBits)) return bucket;
    const auto shift = static_cast<unsigned>(bucket >> kBits) - 1;
    const std::uint64_t low = (std::uint64_t{1} << kBits | (bucket & ((1u << kBits) - 1))) << shift;
    return low + (std::uint64_t{1} << shift) - 1;
  }

  std::array<std::uint64_t, kBuckets> buckets_{};
  std::uint64_t count_ = 0;
  std::uint64_t sum_ = 0;
  std::uint64_t largest_ = 0;
};

}  // namespace zerocell::load
