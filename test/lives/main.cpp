// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "core/telemetry/log.hpp"
#include "test/lives/life.hpp"

/// Sweeps seeds: each is some UEs' lives. A seed that violates anything is printed, and replays with --seed.
int main(int argc, char** argv) {
  using namespace zerocell;
  std::uint64_t lives_wanted = 1500;
  lives::RunSettings settings;
  bool verbose = false;
  CLI::App options("Simulated lives of UEs around the whole core, in virtual time.");
  options.add_option("--lives", lives_wanted, "UE lives in all")->capture_default_str();
  options.add_option("--seed", settings.seed, "The first run's seed; the next ones count up")
      ->capture_default_str();
  options.add_option("--ues", settings.ues, "UEs of one run")
      ->check(CLI::Range(1, 200))
      ->capture_default_str();
  options.add_option("--enbs", settings.enbs, "eNodeBs of one run")
      ->check(CLI::Range(1, 16))
      ->capture_default_str();
  options.add_option("--steps", settings.steps, "What each UE does")->capture_default_str();
  options.add_flag("--verbose", verbose, "Show the core's log");
  CLI11_PARSE(options, argc, argv);

  unsigned failed = 0;
  std::uint64_t lived = 0, attached = 0, procedures = 0;
  const bool shows_progress = ::isatty(STDOUT_FILENO) != 0;
  for (; lived < lives_wanted; lived += settings.ues, ++settings.seed) {
    log::Capture log(verbose ? log::Level::debug : log::Level::error);
    lives::RunResult result = lives::run(settings);
    if (verbose) {
      fmt::print("{}", log.text());
    } else if (!log.text().empty()) {
      // The core calls nothing an error that a peer can bring about.
      result.violations.push_back("errors in the log:\n" + log.text());
    }
    attached += result.attached;
    procedures += result.procedures;
    if (!result.violations.empty()) {
      ++failed;
      fmt::print("seed {}: {} violations\n", settings.seed, result.violations.size());
      for (const auto& violation : result.violations) fmt::print("  {}\n", violation);
      fmt::print("  replay: lives --seed {} --lives 1 --ues {} --enbs {} --steps {} --verbose\n",
                 settings.seed, settings.ues, settings.enbs, settings.steps);
    }
    if (shows_progress) {
      fmt::print("\r{} of {} lives", lived + settings.ues, lives_wanted);
      std::fflush(stdout);
    }
  }
  fmt::print("{}{} lives, {} procedures, {} attaches in trouble, {} runs with violations\n",
             shows_progress ? "\r" : "", lived, procedures, attached, failed);
  return failed == 0 ? 0 : 1;
}
