// SPDX-License-Identifier: Apache-2.0
// What signalling costs the core: `zerocell bench` against `zerocell run`, each a process on a processor of
// its own. Runs in a network namespace (test/wire/in_netns).
#include <string>
#include <vector>

#include "bench/load_program.hpp"

namespace {

using namespace zerocell::bench;
using nlohmann::json;

constexpr double kEchoesOfAnAttach = 5;

constexpr std::uint32_t kUes = 20'000;
constexpr double kHalfOfTheAim = 10'000;  // Attaches a second.

std::vector<std::string> by(const LoadSettings& settings, std::vector<std::string> more) {
  const std::vector<std::string> common = {"--ues", std::to_string(settings.ues(kUes)), "--enbs", "16"};
  more.insert(more.end(), common.begin(), common.end());
  return more;
}

/// The first time each subscriber is read from the store: that is the start of a network, not its life.
json attach_everybody(const LoadSettings& settings, CoreUnderLoad& core) {
  if (!core.running()) settings.fail("the core did not start");
  return settings.must(core.load(by(settings, {"--rate", "0", "--window", "256", "--count",
                                               std::to_string(settings.ues(kUes)), "--seconds", "60"})),
                       "attach");
}

json attach_as_fast_as_it_can(const LoadSettings& settings, CoreUnderLoad& core) {
  return settings.must(
      core.load(by(settings, {"--rate", "0", "--window", "256", "--seconds", settings.seconds(3)})),
      "attach");
}

/// The worst of the messages, so that none hides behind another.
std::pair<std::string, double> slowest(const json& report, const char* quantile) {
  std::pair<std::string, double> worst;
  for (const auto& [message, times] : report["measured"]["messages"].items())
    if (times[quantile].get<double>() > worst.second) worst = {message, times[quantile]};
  return worst;
}

/// What single messages take at half the rate, from a core whose thread looks for more to do before it
/// sleeps.
void messages(const LoadSettings& settings) {
  CoreUnderLoad core(
      {.program = settings.zerocell, .sims = settings.ues(kUes), .more = "runtime:\n  busy_poll_us: 100\n"});
  (void)attach_everybody(settings, core);
  // Those that were busy when they were picked meet the core here.
  const double rate = attach_as_fast_as_it_can(settings, core)["rate"];
  const auto at = [&](double per_second) {
    return settings.must(core.load(by(settings, {"--rate", std::to_string(per_second), "--seconds",
                                                 settings.seconds(5), "--spin"})),
                         "attach");
  };
  const json open = at(rate / 2);
  const json at_aim = at(settings.quick ? rate / 4 : kHalfOfTheAim);
  for (const auto& [name, key] : {std::pair("message.p50", "p50_us"), std::pair("message.p99", "p99_us")}) {
    if (!settings.wants(name)) continue;
    const auto [message, time] = slowest(open, key);
    Row row{.name = name, .value = time, .unit = "us"};
    note(row, "answer to " + message + text_of(", at %.0f attaches a second", open["rate"].get<double>()));
    note(row, text_of("the generator was late by %.1f us at the same quantile",
                      open["generator"]["lateness"][key].get<double>()));
    note(row, text_of("%.0f us", slowest(at_aim, key).second) +
                  text_of(" at %.0f attaches a second", at_aim["rate"].get<double>()));
    note(row, failures_of(open));
    print(row);
  }
}

/// Attach and detach, by UEs that the core has met before.
void attaches(const LoadSettings& settings) {
  CoreUnderLoad core({.program = settings.zerocell, .sims = settings.ues(kUes)});
  const json first = attach_everybody(settings, core);
  std::vector<double> cpu_us;
  std::vector<double> rates;
  std::vector<double> echoes_us;
  std::vector<double> echo_rates;
  std::string failed;
  double own_us = 0;
  for (int i = 0; i < settings.repetitions(3); ++i) {
    const auto echo_us =
        value_of(settings.echo + (settings.quick ? " --quick" : "") + " sctp.echo", "sctp.echo");
    if (!echo_us) settings.fail("sctp.echo gave no row");
    const json report = attach_as_fast_as_it_can(settings, core);
    if (!report["core"]["cpu_us_per_done"].is_number()) settings.fail("no attach ended well");
    cpu_us.push_back(report["core"]["cpu_us_per_done"]);
    rates.push_back(report["rate"]);
    echoes_us.push_back(kEchoesOfAnAttach * *echo_us);
    echo_rates.push_back(1e6 / echoes_us.back());
    own_us = report["generator"]["cpu_us_per_done"];
    failed = failures_of(report);
  }
  if (settings.wants("attach.cpu")) {
    Row row = make_row("attach.cpu", "us", cpu_us, echoes_us);
    note(row, text_of("the first time %.0f us, with the subscriber read from the store",
                      first["core"]["cpu_us_per_done"].get<double>()));
    note(row, text_of("the generator took %.1f us", own_us));
    note(row, failed);
    print(row);
  }
  if (settings.wants("attach.rate.sctp")) {
    Row row = make_row("attach.rate.sctp", "1/s", rates, echo_rates);
    note(row, failed);
    print(row);
  }
}

/// UEs register, go idle and stay.
void memory(const LoadSettings& settings) {
  const std::uint32_t ues = settings.quick ? 4000 : 1'000'000;
  const std::uint32_t from = ues / 10;  // What a core needs for anybody at all is there by then.
  CoreUnderLoad core({.program = settings.zerocell, .sims = ues});
  if (!core.running()) settings.fail("the core did not start");
  const json report =
      settings.must(core.load({"--scenario", "registration", "--ues", std::to_string(ues), "--enbs", "16",
                               "--rate", "0", "--window", "256", "--seconds", "130", "--keep"}),
                    "registration");
  const json& memory = report["core"]["memory"];
  const auto registered_at = [](const json& point) { return point["registered"].get<double>(); };
  const auto first =
      std::ranges::find_if(memory, [&](const json& point) { return registered_at(point) >= from; });
  if (first == memory.end() || registered_at(memory.back()) < 2 * from)
    settings.fail("too few UEs registered");
  const double registered = registered_at(memory.back());
  const double octets = (memory.back()["octets"].get<double>() - (*first)["octets"].get<double>()) /
                        (registered - registered_at(*first));
  const std::string how = text_of("slope of the resident memory from %.0f UEs", registered_at(*first)) +
                          text_of(" to %.0f", registered);
  Row row{.name = "ue.bytes", .value = octets, .unit = "B"};
  note(row, how);
  note(row, failures_of(report));
  print(row);
}

}  // namespace

int main(int argc, char** argv) {
  return run_load_program("load_rows", argc, argv,
                          {{{"attach.cpu", "attach.rate.sctp"}, attaches},
                           {{"message.p50", "message.p99"}, messages},
                           {{"ue.bytes"}, memory}});
}
