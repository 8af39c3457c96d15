// SPDX-License-Identifier: Apache-2.0
#include "core/telemetry/metrics.hpp"

#include <algorithm>
#include <thread>

#include <catch2/catch.hpp>

using namespace zerocell;

TEST_CASE("metrics_stand_in_prometheus_text_by_name") {
  Histogram seconds{"zerocell_test_b_seconds", "Something that takes time.", {0.5, 1, 2.5}};
  Counter total{"zerocell_test_a_total", "Something that happened."};
  Gauge now{"zerocell_test_c", "Something that is."};
  CounterBy<2> causes{"zerocell_test_d_total", "Something refused.", "cause", {"congestion", "other"}};
  total.add();
  total.add(2);
  now.set(5);
  now.subtract(7);
  causes.add(0);
  causes.add(1);
  causes.add(99);
  seconds.observe(0.5);
  seconds.observe(0.75);
  seconds.observe(100);
  const std::string text = prometheus_text();
  CHECK(text.find("# HELP zerocell_test_a_total Something that happened.\n"
                  "# TYPE zerocell_test_a_total counter\n"
                  "zerocell_test_a_total 3\n"
                  "# HELP zerocell_test_b_seconds Something that takes time.\n"
                  "# TYPE zerocell_test_b_seconds histogram\n"
                  "zerocell_test_b_seconds_bucket{le=\"0.5\"} 1\n"
                  "zerocell_test_b_seconds_bucket{le=\"1\"} 2\n"
                  "zerocell_test_b_seconds_bucket{le=\"2.5\"} 2\n"
                  "zerocell_test_b_seconds_bucket{le=\"+Inf\"} 3\n"
                  "zerocell_test_b_seconds_sum 101.25\n"
                  "zerocell_test_b_seconds_count 3\n"
                  "# HELP zerocell_test_c Something that is.\n"
                  "# TYPE zerocell_test_c gauge\n"
                  "zerocell_test_c -2\n"
                  "# HELP zerocell_test_d_total Something refused.\n"
                  "# TYPE zerocell_test_d_total counter\n"
                  "zerocell_test_d_total{cause=\"congestion\"} 1\n"
                  "zerocell_test_d_total{cause=\"other\"} 2\n") != std::string::npos);
  CHECK(metric_problems() == std::vector<std::string>{});
}

TEST_CASE("metric_that_ended_is_in_the_list_no_more") {
  {
    Counter gone{"zerocell_test_gone_total", "Something short-lived."};
  }
  CHECK(prometheus_text().find("zerocell_test_gone_total") == std::string::npos);
}

TEST_CASE("metric_without_a_valid_name_and_help_is_found") {
  Counter a{"zerocell_test_twice_total", "Something that happened."};
  Counter b{"zerocell_test_twice_total", "Something that happened."};
  Counter c{"zerocell_test_count", "Something that happened."};
  Gauge d{"zerocell_test_gauge_total", "Something that is."};
  Gauge e{"test.gauge", "Something that is."};
  Gauge f{"zerocell_test_helpless", ""};
  CHECK(metric_problems() ==
        std::vector<std::string>{
            "test.gauge: expected a name of zerocell_, then lower-case letters, digits and _",
            "zerocell_test_count: expected a counter's name to end with _total",
            "zerocell_test_gauge_total: only a counter's name ends with _total",
            "zerocell_test_helpless: expected a help text of one line that ends with a full stop",
            "zerocell_test_twice_total: another metric has this name, too"});
}

TEST_CASE("threads_lose_no_count") {
  Counter total{"zerocell_test_threads_total", "Something that happened."};
  Histogram seconds{"zerocell_test_threads_seconds", "Something that takes time.", {1}};
  const auto work = [&] {
    for (int i = 0; i < 10000; ++i) {
      total.add();
      seconds.observe(0.5);
    }
  };
  std::thread other(work);
  work();
  other.join();
  CHECK(total.value() == 20000);
  CHECK(seconds.count() == 20000);
  CHECK(seconds.sum() == 10000);
}
