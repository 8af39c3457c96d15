// SPDX-License-Identifier: Apache-2.0
// What signalling costs the core: `zerocell bench` against `zerocell run`, each a process on a processor of
// its own. Runs in a network namespace (test/wire/in_netns).
//
//   load_rows --zerocell FILE --echo COMMAND [--quick] NAME...
//     --echo COMMAND   measures sctp.echo, the baseline of attaches
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "bench/core_under_load.hpp"
#include "bench/row/row.hpp"

namespace {

using namespace zerocell::bench;
using nlohmann::json;

constexpr double kEchoesOfAnAttach = 5;
constexpr double kMemoryForUes = 24.0 * (1 << 30);

struct Settings {
  std::string zerocell;
  std::string echo;
  bool quick = false;
  std::vector<std::string> names;

  bool wants(const std::string& name) const { return std::ranges::find(names, name) != names.end(); }
  int repetitions(int full) const { return quick ? 1 : full; }
  std::string seconds(double full) const { return std::to_string(quick ? std::min(full, 0.5) : full); }
  std::uint32_t ues(std::uint32_t full) const { return quick ? std::min(full, 2000u) : full; }
};

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "load_rows: %s\n", why.c_str());
  std::exit(1);
}

json must(std::optional<json> report, const char* what) {
  if (!report) fail(std::string(what) + ": no result");
  return std::move(*report);
}

/// How many failed, for a row's note; empty for none.
std::string failures_of(const json& report) {
  std::uint64_t count = report["nobody_free"];
  for (const char* when : {"prepared", "measured", "cleared"})
    for (const auto& [what, times] : report[when]["failures"].items()) count += times.get<std::uint64_t>();
  return count == 0 ? "" : std::to_string(count) + " failed";
}

void note(Row& row, const std::string& text) {
  if (text.empty()) return;
  if (!row.note.empty()) row.note += "; ";
  row.note += text;
}

std::string text_of(const char* format, double value) {
  std::array<char, 96> text;
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

/// Attach and detach, by UEs that the core has met before, then what single messages take at half that rate.
void attaches(const Settings& settings) {
  const std::uint32_t ues = settings.ues(20'000);
  CoreUnderLoad core({.program = settings.zerocell, .sims = ues});
  if (!core.running()) fail("the core did not start");
  const std::vector<std::string> common = {"--ues", std::to_string(ues), "--enbs", "16"};
  const auto load = [&](std::vector<std::string> more) {
    more.insert(more.end(), common.begin(), common.end());
    return must(core.load(more), "attach");
  };
  // The first time each subscriber is read from the store: that is the start of a network, not its life.
  const json first =
      load({"--rate", "0", "--window", "256", "--count", std::to_string(ues), "--seconds", "60"});
  std::vector<double> cpu_us;
  std::vector<double> rates;
  std::vector<double> echoes_us;
  std::vector<double> echo_rates;
  std::string failed;
  double own_us = 0;
  for (int i = 0; i < settings.repetitions(3); ++i) {
    const auto echo_us =
        value_of(settings.echo + (settings.quick ? " --quick" : "") + " sctp.echo", "sctp.echo");
    if (!echo_us) fail("sctp.echo gave no row");
    const json report = load({"--rate", "0", "--window", "256", "--seconds", settings.seconds(3)});
    if (!report["core"]["cpu_us_per_arrival"].is_number()) fail("no attach ended well");
    cpu_us.push_back(report["core"]["cpu_us_per_arrival"]);
    rates.push_back(report["rate"]);
    echoes_us.push_back(kEchoesOfAnAttach * *echo_us);
    echo_rates.push_back(1e6 / echoes_us.back());
    own_us = report["generator"]["cpu_us_per_arrival"];
    failed = failures_of(report);
  }
  if (settings.wants("attach.cpu")) {
    Row row = make_row("attach.cpu", "us", cpu_us, echoes_us);
    note(row, text_of("the first time %.0f us, with the subscriber read from the store",
                      first["core"]["cpu_us_per_arrival"].get<double>()));
    note(row, text_of("the generator took %.1f us", own_us));
    note(row, failed);
    print(row);
  }
  const double rate = spread(rates).median;
  if (settings.wants("attach.rate.sctp")) {
    Row row = make_row("attach.rate.sctp", "1/s", rates, echo_rates);
    note(row, failed);
    print(row);
  }
  if (!settings.wants("message.p50") && !settings.wants("message.p99")) return;
  const json open = load({"--rate", std::to_string(rate / 2), "--seconds", settings.seconds(5), "--spin"});
  for (const auto& [name, key] : {std::pair("message.p50", "p50_us"), std::pair("message.p99", "p99_us")}) {
    if (!settings.wants(name)) continue;
    // The worst of the messages, so that none hides behind another.
    Row row{.name = name, .value = 0, .unit = "us"};
    std::string worst;
    for (const auto& [message, times] : open["measured"]["messages"].items()) {
      if (times[key].get<double>() <= *row.value) continue;
      row.value = times[key].get<double>();
      worst = message;
    }
    note(row, "answer to " + worst + text_of(", at %.0f attaches a second", open["rate"].get<double>()));
    note(row, text_of("the generator was late by %.1f us at the same quantile",
                      open["generator"]["lateness"][key].get<double>()));
    note(row, failures_of(open));
    print(row);
  }
}

/// UEs register, go idle and stay.
void memory(const Settings& settings) {
  const std::uint32_t ues = settings.quick ? 4000 : 400'000;
  CoreUnderLoad core({.program = settings.zerocell, .sims = ues});
  if (!core.running()) fail("the core did not start");
  const json report = must(core.load({"--scenario", "registration", "--ues", std::to_string(ues), "--enbs",
                                      "16", "--rate", "0", "--window", "256", "--seconds", "100", "--keep"}),
                           "registration");
  if (!report["core"]["octets_per_ue"].is_number()) fail("too few UEs registered");
  const double octets = report["core"]["octets_per_ue"];
  const auto registered = report["measured"]["procedures"]["attach"]["done"].get<double>();
  const std::string how = text_of("slope of the resident memory up to %.0f UEs", registered);
  if (settings.wants("ue.bytes")) {
    Row row{.name = "ue.bytes", .value = octets, .unit = "B"};
    note(row, how);
    note(row, failures_of(report));
    print(row);
  }
  if (settings.wants("ue.max")) {
    const auto base = report["core"]["resident_octets"].get<double>() - octets * registered;
    Row row{.name = "ue.max", .value = (kMemoryForUes - base) / octets, .unit = "UEs"};
    note(row, "24 GiB by the " + how);
    print(row);
  }
}

const std::vector<std::pair<std::vector<const char*>, std::function<void(const Settings&)>>> kPrograms = {
    {{"attach.cpu", "attach.rate.sctp", "message.p50", "message.p99"}, attaches},
    {{"ue.bytes", "ue.max"}, memory},
};

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    std::string* const value = word == "--zerocell" ? &settings.zerocell
                               : word == "--echo"   ? &settings.echo
                                                    : nullptr;
    if (value) {
      if (++i == argc) fail(word + " wants a value");
      *value = argv[i];
    } else if (word == "--quick") {
      settings.quick = true;
    } else {
      settings.names.push_back(word);
    }
  }
  for (const auto& [rows, program] : kPrograms)
    if (std::ranges::any_of(rows, [&](const char* row) { return settings.wants(row); })) program(settings);
  return 0;
}
