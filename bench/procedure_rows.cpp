// SPDX-License-Identifier: Apache-2.0
// Procedures of UEs that are registered, and a storm: `zerocell bench` against `zerocell run`, each a process
// on a processor of its own. Runs in a network namespace (test/wire/in_netns).
#include <string>
#include <vector>

#include "bench/load_program.hpp"

namespace {

using namespace zerocell::bench;
using nlohmann::json;

constexpr const char* kGtpu = kEnbAddress;

void services(const LoadSettings& settings) {
  const std::uint32_t ues = settings.ues(10'000);
  CoreUnderLoad core({.program = settings.zerocell, .sims = ues});
  if (!core.running()) settings.fail("the core did not start");
  std::vector<double> rates;
  std::vector<double> cpu_us;
  double own_us = 0;
  std::string failed;
  for (int i = 0; i < settings.repetitions(3); ++i) {
    const json report = settings.must(
        core.load({"--scenario", "service-request", "--ues", std::to_string(ues), "--enbs", "16", "--rate",
                   "0", "--window", "256", "--seconds", settings.seconds(3), "--keep"}),
        "service-request");
    if (!report["core"]["cpu_us_per_done"].is_number()) settings.fail("no service request ended well");
    rates.push_back(report["rate"]);
    cpu_us.push_back(report["core"]["cpu_us_per_done"]);
    own_us = report["generator"]["cpu_us_per_done"];
    failed = failures_of(report);
  }
  Row row = make_row("service_request.rate", "1/s", rates);
  note(row, text_of("a service request and a release take the core %.1f us", spread(cpu_us).median));
  note(row, text_of("the generator took %.1f us", own_us));
  note(row, failed);
  print(row);
}

/// Median and 99th percentile of a time that the row is about.
Row latency_row(const char* name, const json& report, const json& times) {
  Row row{.name = name, .value = times["p50_us"].get<double>(), .unit = "us"};
  note(row, text_of("p99 %.0f us", times["p99_us"].get<double>()));
  note(row, text_of("at %.0f a second", report["rate"].get<double>()));
  return row;
}

/// What is told of packets: any that is lost, doubled, late or out of order is a failure, and so counted.
void packets(const LoadSettings& settings) {
  const std::uint32_t ues = settings.ues(4000);
  CoreUnderLoad core({.program = settings.zerocell, .sims = ues});
  if (!core.running()) settings.fail("the core did not start");
  const auto load = [&](const char* scenario, const char* rate) {
    return settings.must(
        core.load({"--scenario", scenario, "--ues", std::to_string(ues), "--enbs", "16", "--rate", rate,
                   "--seconds", settings.seconds(4), "--gtpu", kGtpu, "--spin"}),
        scenario);
  };
  const auto whole = [](const json& report) {
    std::uint64_t complaints = 0;
    for (const auto& [what, times] : report["complaints"].items()) complaints += times.get<std::uint64_t>();
    const std::string failed = failures_of(report);
    return failed.empty() && complaints == 0
               ? "no packet lost, doubled or out of order"
               : failed + ", " + std::to_string(complaints) + " packets or messages that nobody waited for";
  };
  if (settings.wants("path_switch.latency")) {
    const json report = load("x2-handover", "1000");
    const json& measured = report["measured"];
    if (measured["first_packet"]["count"] == 0) settings.fail("no path was switched");
    Row row = latency_row("path_switch.latency", report, measured["first_packet"]);
    note(row, text_of("from the request until a packet sent at the acknowledge is here by the new path; the "
                      "acknowledge alone %.0f us",
                      measured["messages"]["path_switch_request"]["p50_us"].get<double>()));
    note(row, whole(report));
    print(row);
  }
  if (settings.wants("paging.first_packet")) {
    const json report = load("paging", "500");
    const json& measured = report["measured"];
    if (measured["first_packet"]["count"] == 0) settings.fail("no packet arrived");
    Row row = latency_row("paging.first_packet", report, measured["first_packet"]);
    note(row, text_of("from the service request on; from the packet to the page %.0f us",
                      measured["messages"]["downlink_packet"]["p50_us"].get<double>()));
    note(row, whole(report));
    print(row);
  }
}

/// UEs attach at a tenth of what the core can serve; for a second, ten times what it can serve come besides.
void overload(const LoadSettings& settings) {
  const std::uint32_t steady_ues = settings.ues(20'000);
  const std::uint32_t storm_ues = settings.quick ? 2000 : 280'000;
  CoreUnderLoad core({.program = settings.zerocell, .sims = steady_ues + storm_ues});
  if (!core.running()) settings.fail("the core did not start");
  const json full =
      settings.must(core.load({"--ues", std::to_string(steady_ues), "--enbs", "16", "--rate", "0", "--window",
                               settings.quick ? "20" : "256", "--seconds", settings.seconds(2)}),
                    "attach");
  const double rate = full["rate"];
  if (rate <= 0) settings.fail("no attach ended well");
  const double after = settings.quick ? 0.5 : 2;
  const double lasts = settings.quick ? 0.1 : 1;
  const json report =
      settings.must(core.load({"--ues", std::to_string(steady_ues + storm_ues), "--enbs", "16", "--rate",
                               std::to_string(rate / 10), "--storm-rate", std::to_string(rate * 10),
                               "--storm-ues", std::to_string(storm_ues), "--storm-after",
                               std::to_string(after), "--storm-seconds", std::to_string(lasts), "--seconds",
                               std::to_string(after + lasts + (settings.quick ? 0.8 : 3)), "--keep"}),
                    "storm");
  double came = 0;
  double served = 0;
  for (const json& slice : report["slices"]) {
    const double at = slice["at_s"];
    if (at < after || at >= after + lasts) continue;
    came += slice["begun"].get<double>();
    served += slice["done"].get<double>();
  }
  Row row{.name = "overload.recovery", .unit = "s"};
  if (const json& seconds = report["overload"]["recovery_s"]; seconds.is_number()) row.value = seconds;
  note(row,
       text_of("until p99 of the answers was again what it had been, and every eNodeB had OVERLOAD STOP, "
               "after %.0f attaches a second came",
               came / lasts));
  note(row, text_of("to a core that serves %.0f", rate));
  note(row, text_of("meanwhile %.0f procedures a second ended well", served / lasts));
  for (const auto& [what, times] : report["measured"]["failures"].items())
    note(row, std::to_string(times.get<std::uint64_t>()) + " " + what);
  print(row);
}

}  // namespace

int main(int argc, char** argv) {
  return run_load_program("procedure_rows", argc, argv,
                          {{{"service_request.rate"}, services},
                           {{"path_switch.latency", "paging.first_packet"}, packets},
                           {{"overload.recovery"}, overload}});
}
