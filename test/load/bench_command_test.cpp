// SPDX-License-Identifier: Apache-2.0
// `zerocell bench` against `zerocell run`, over SCTP in a network namespace: what a person gets.
#include <catch2/catch.hpp>

#include "bench/core_under_load.hpp"

namespace zerocell::bench {
namespace {

TEST_CASE("a_bench_of_attaches_reports_times_failures_and_what_the_core_used") {
  CoreUnderLoad core({.program = ZEROCELL_BINARY, .sims = 500});
  REQUIRE(core.running());
  const auto report = core.load({"--ues", "500", "--enbs", "4", "--rate", "100", "--seconds", "3"});
  REQUIRE(report);
  INFO(report->dump(2));
  const auto& measured = (*report)["measured"];
  CHECK(measured["failures"].empty());
  CHECK((*report)["complaints"].empty());
  CHECK((*report)["arrived"].get<int>() > 200);
  CHECK((*report)["done"] == (*report)["arrived"]);
  for (const char* procedure : {"attach", "detach"}) {
    INFO(procedure);
    const auto& times = measured["procedures"][procedure];
    CHECK(times["done"] == (*report)["arrived"]);
    CHECK(times["failed"] == 0);
    CHECK(times["p50_us"].get<double>() > 0);
    CHECK(times["p99_us"].get<double>() >= times["p50_us"].get<double>());
    CHECK(times["p999_us"].get<double>() >= times["p99_us"].get<double>());
  }
  for (const char* message : {"attach_request", "authentication_response", "security_mode_complete"})
    CHECK(measured["messages"][message]["count"] == (*report)["arrived"]);
  CHECK((*report)["target"]["mme_name"] == "zerocell");
  CHECK((*report)["core"]["cpu_us_per_done"].get<double>() > 1);
  CHECK((*report)["core"]["resident_octets"].get<double>() > 1e6);
}

TEST_CASE("ues_that_register_stay_and_their_memory_is_told") {
  CoreUnderLoad core({.program = ZEROCELL_BINARY, .sims = 2000});
  REQUIRE(core.running());
  const auto report = core.load({"--scenario", "registration", "--ues", "2000", "--rate", "0", "--keep"});
  REQUIRE(report);
  INFO(report->dump(2));
  CHECK((*report)["measured"]["procedures"]["release"]["done"] == 2000);
  CHECK((*report)["measured"]["failures"].empty());
  CHECK((*report)["core"]["octets_per_ue"].get<double>() > 300);
  CHECK((*report)["core"]["memory"].back()["registered"].get<int>() > 1800);
}

TEST_CASE("packets_of_paged_and_of_moving_ues_arrive_in_order_and_by_the_right_path") {
  CoreUnderLoad core({.program = ZEROCELL_BINARY, .sims = 200});
  REQUIRE(core.running());
  for (const char* scenario : {"paging", "x2-handover"}) {
    const auto report = core.load({"--scenario", scenario, "--ues", "200", "--enbs", "4", "--rate", "50",
                                   "--seconds", "2", "--gtpu", kEnbAddress});
    REQUIRE(report);
    INFO(report->dump(2));
    CHECK((*report)["measured"]["failures"].empty());
    CHECK((*report)["complaints"].empty());
    CHECK((*report)["arrived"].get<int>() > 50);
    CHECK((*report)["measured"]["first_packet"]["count"] == (*report)["arrived"]);
  }
}

TEST_CASE("a_sim_that_the_network_does_not_know_is_a_counted_failure") {
  CoreUnderLoad core({.program = ZEROCELL_BINARY, .sims = 1});
  REQUIRE(core.running());
  const auto report = core.load({"--ues", "2", "--enbs", "1", "--rate", "20", "--seconds", "1"});
  REQUIRE(report);
  const auto& failures = (*report)["measured"]["failures"];
  INFO(failures.dump());
  REQUIRE(failures.size() == 1);
  CHECK(failures.begin().key().starts_with("attach: rejected, #"));
}

TEST_CASE("a_bench_of_which_nothing_ends_well_fails") {
  CoreUnderLoad core({.program = ZEROCELL_BINARY, .sims = 10});
  REQUIRE(core.running());
  const std::vector<std::string> load = {"--ues", "10", "--enbs", "1", "--rate", "20", "--seconds", "1"};
  CHECK(core.load(load));
  std::vector<std::string> refused = load;
  refused.insert(refused.end(), {"--apn", "nowhere"});
  CHECK_FALSE(core.load(refused));
}

TEST_CASE("a_bench_that_cannot_be_fails_with_its_reason") {
  CHECK_FALSE(run_program({ZEROCELL_BINARY, "bench", "--mme", "127.0.1.9", "--ues", "0"}, 0));
  CHECK_FALSE(run_program({ZEROCELL_BINARY, "bench", "--mme", "nowhere"}, 0));
}

}  // namespace
}  // namespace zerocell::bench
