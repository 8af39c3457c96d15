// SPDX-License-Identifier: Apache-2.0
#include "lab/load/histogram.hpp"

#include <algorithm>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

#include "lab/load/arrivals.hpp"

namespace zerocell::load {
namespace {

using namespace std::chrono_literals;

TEST_CASE("a_histogram_tells_any_quantile_within_one_percent_of_the_sorted_truth") {
  std::mt19937_64 chance(7);
  std::lognormal_distribution<double> spread(11, 2);  // Around 60 us, with a long tail.
  Histogram histogram;
  std::vector<Duration::rep> truth;
  for (int i = 0; i < 100'000; ++i) {
    truth.push_back(static_cast<Duration::rep>(spread(chance)));
    histogram.add(Duration(truth.back()));
  }
  std::ranges::sort(truth);
  for (const double quantile : {0.001, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    const auto exact = static_cast<double>(
        truth[static_cast<std::size_t>(std::ceil(quantile * static_cast<double>(truth.size()))) - 1]);
    CHECK(static_cast<double>(histogram.at(quantile).count()) == Approx(exact).epsilon(0.01));
  }
  CHECK(histogram.count() == 100'000);
  CHECK(histogram.largest().count() == truth.back());
}

TEST_CASE("a_histogram_keeps_small_values_exactly_and_counts_huge_and_negative_ones") {
  Histogram histogram;
  histogram.add(Duration(-5));
  histogram.add(Duration(100));
  histogram.add(24h * 365);
  CHECK(histogram.at(0.1) == Duration(0));
  CHECK(histogram.at(0.5) == Duration(100));
  CHECK(histogram.at(1.0) > 5h);
  CHECK(histogram.largest() == 24h * 365);
  CHECK(Histogram().at(0.5) == Duration::zero());
}

TEST_CASE("histograms_add_up") {
  Histogram a;
  Histogram b;
  a.add(10us);
  b.add(30us);
  a.add(b);
  CHECK(a.count() == 2);
  CHECK(a.mean() == 20us);
  CHECK(a.largest() == 30us);
}

TEST_CASE("arrivals_keep_their_rate_and_repeat_from_their_seed") {
  const auto kind = GENERATE(ArrivalKind::poisson, ArrivalKind::fixed);
  Arrivals arrivals(kind, 30'000, Time(), 3);
  Arrivals again(kind, 30'000, Time(), 3);
  Time before{};
  for (int i = 0; i < 300'000; ++i) {
    REQUIRE(arrivals.next() >= before);
    REQUIRE(arrivals.next() == again.next());
    before = arrivals.next();
    arrivals.step();
    again.step();
  }
  CHECK(std::chrono::duration<double>(before - Time()).count() == Approx(10.0).epsilon(0.01));
}

}  // namespace
}  // namespace zerocell::load
