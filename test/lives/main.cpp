// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <csignal>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/common_interface_defs.h>
#endif
#endif

#include <CLI/CLI.hpp>

#include "core/telemetry/log.hpp"
#include "test/lives/life.hpp"

namespace {

using namespace zerocell;

// A run that ends the process, or never ends, says how it is repeated before everything is over.

constexpr unsigned kSecondsPerRun = 300;

std::array<char, 160> replay_text;

std::string replay_of(const lives::RunSettings& settings) {
  return fmt::format("  replay: lives --seed {} --lives 1 --ues {} --enbs {} --steps {} --verbose\n",
                     settings.seed, settings.ues, settings.enbs, settings.steps);
}

/// Only what a signal handler may call.
void say_replay() {
  (void)!::write(STDERR_FILENO, replay_text.data(), std::strlen(replay_text.data()));
}

void on_signal(int signal) {
  constexpr std::string_view kTooLong = "a run did not end\n";
  if (signal == SIGALRM) (void)!::write(STDERR_FILENO, kTooLong.data(), kTooLong.size());
  say_replay();
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void watch_run(const lives::RunSettings& settings) {
  const std::string text = replay_of(settings);
  text.copy(replay_text.data(), replay_text.size() - 1);
  replay_text[std::min(text.size(), replay_text.size() - 1)] = 0;
  ::alarm(kSecondsPerRun);
}

void print(const lives::Overlaps& overlaps) {
  for (std::size_t running = 0; running < lives::kRunnings; ++running)
    for (std::size_t begins = 0; begins < lives::kBegins; ++begins) {
      const auto first = static_cast<lives::Running>(running);
      const auto second = static_cast<lives::Begins>(begins);
      if (const auto count = overlaps.of(first, second))
        fmt::print("{:>9} times {} during {}\n", count, name_of(second), name_of(first));
    }
}

unsigned missing_collisions(const lives::Overlaps& overlaps) {
  unsigned missing = 0;
  for (const lives::Collision& collision : lives::collisions()) {
    if (overlaps.of(collision.running, collision.begins) != 0) continue;
    ++missing;
    fmt::print("never: {} during {} ({})\n", name_of(collision.begins), name_of(collision.running),
               collision.clause);
  }
  return missing;
}

}  // namespace

/// Sweeps seeds: each is some UEs' lives. A seed that violates anything is printed, and replays with --seed.
int main(int argc, char** argv) {
  std::uint64_t lives_wanted = 1500;
  lives::RunSettings settings;
  bool verbose = false, wants_collisions = false;
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
  options.add_flag("--verbose", verbose, "Show the core's log, and what began in the middle of what");
  options.add_flag("--collisions", wants_collisions, "Fail when a collision of TS 24.301 did not occur");
  CLI11_PARSE(options, argc, argv);

  std::signal(SIGABRT, on_signal);
  std::signal(SIGALRM, on_signal);
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
  __sanitizer_set_death_callback(say_replay);
#endif
#endif
  unsigned failed = 0;
  std::uint64_t lived = 0, attached = 0, procedures = 0, handovers = 0, path_switches = 0, emergencies = 0,
                sent_away = 0;
  lives::Overlaps overlaps;
  const bool shows_progress = ::isatty(STDOUT_FILENO) != 0;
  for (; lived < lives_wanted; lived += settings.ues, ++settings.seed) {
    watch_run(settings);
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
    handovers += result.handovers;
    path_switches += result.path_switches;
    emergencies += result.emergencies;
    sent_away += result.sent_away;
    overlaps.add(result.overlaps);
    if (!result.violations.empty()) {
      ++failed;
      fmt::print("seed {}: {} violations\n", settings.seed, result.violations.size());
      for (const auto& violation : result.violations) fmt::print("  {}\n", violation);
      fmt::print("{}", replay_of(settings));
    }
    if (shows_progress) {
      fmt::print("\r{} of {} lives", lived + settings.ues, lives_wanted);
      std::fflush(stdout);
    }
  }
  if (verbose) print(overlaps);
  const unsigned missing = wants_collisions ? missing_collisions(overlaps) : 0;
  fmt::print(
      "{}{} lives, {} procedures, {} attaches, {} handovers, {} path switches, {} emergencies and {} sent "
      "away "
      "in trouble, {} runs with violations\n",
      shows_progress ? "\r" : "", lived, procedures, attached, handovers, path_switches, emergencies,
      sent_away, failed);
  if (wants_collisions && (emergencies == 0 || sent_away == 0)) return 1;
  return failed == 0 && missing == 0 ? 0 : 1;
}
