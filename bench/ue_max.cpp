// SPDX-License-Identifier: Apache-2.0
// How many idle UEs a core holds: it attaches them, leaves them idle, and tells what each million costs. All
// functions of the core, with the load generator's UEs beside it in the same process
// (bench/core_in_memory.hpp).
//
//   ue_max [--quick] [--ues N] [ue.max]
//
// The row has as many UEs as its time allows, and says what the others would need; `--ues 10000000` attaches
// ten million.
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "bench/core_in_memory.hpp"
#include "bench/row/row.hpp"
#include "lab/load/core_meter.hpp"

namespace {

using namespace zerocell;
using namespace zerocell::bench;

constexpr std::array<const char*, 1> kRows = {"ue.max"};
constexpr std::uint32_t kUes = 1'000'000;
constexpr std::uint32_t kUesQuick = 20'000;
constexpr double kMemoryForUes = 24.0 * (1 << 30);

std::uint64_t resident_octets() {
  static const auto meter = load::CoreMeter::of(::getpid());
  const auto usage = meter ? meter->read() : std::nullopt;
  return usage ? usage->resident_octets : 0;
}

/// What there was when so many UEs had attached and were idle.
struct Step {
  std::uint64_t ues = 0;
  std::uint64_t octets = 0;  ///< Of the process: what the generator holds of its UEs is there from the start.
  Duration core{};
  Time at{};
};

class Fill {
 public:
  explicit Fill(std::uint32_t ues)
      : ues_(ues), each_(std::min<std::uint32_t>(1'000'000, ues / 2)), core_(ues) {
    before_generator_ = resident_octets();
  }

  void run(bool quick) {
    load::Settings settings;
    settings.ues = ues_;
    // Those that are all idle have their turns in the end: each that asks is served.
    settings.scenario = load::Scenario::service_request;
    settings.duration = quick ? std::chrono::milliseconds(50) : std::chrono::seconds(2);
    settings.keep = true;
    // What the generator remembers of procedures is soon as much as it will be.
    settings.patience = std::chrono::seconds(2);
    std::fprintf(stderr, "%12s %10s %12s %12s %18s %10s\n", "UEs", "B each", "core, MiB", "attaches/s",
                 "longest turn, ms", "seconds");
    result_ = core_.run(settings, [this](const load::Generator& generator, const CoreInMemory::Spent& spent) {
      look(generator, spent);
    });
  }

  Row row() {
    const Step& first = steps_.at(1);
    const Step& last = steps_.back();
    const double each = slope(first, last);
    const double base =
        static_cast<double>(last.octets - generator_octets_) - each * static_cast<double>(last.ues);
    // More than an M-TMSI can tell apart there cannot be.
    const double fit = std::min<double>((kMemoryForUes - base) / each, mme::UeDirectory::kRecordsMax);
    Row row{.name = "ue.max", .value = fit, .unit = "UEs"};
    char text[512];
    std::snprintf(
        text, sizeof text,
        "that fit into 24 GiB, and into 24 bits: %llu were attached and idle, the core grew by %.0f B for "
        "each from "
        "%llu on and by %.0f B in the last step; %.0f attaches a second of the core's processor time, "
        "%.0f in the last step; then %.0f service requests a second; the generator's %.0f B for each "
        "are not in it",
        static_cast<unsigned long long>(last.ues), each, static_cast<unsigned long long>(first.ues),
        slope(steps_.end()[-2], last), rate(steps_.front(), last), rate(steps_.end()[-2], last),
        static_cast<double>(result_.done) / seconds(result_.spent.core),
        static_cast<double>(generator_octets_ - before_generator_) / ues_);
    row.note = text;
    const auto idle = core_.functions().mme->directory().size() - core_.functions().mme->connected_ues();
    if (idle != ues_ || core_.functions().user_plane->sessions() != ues_)
      row.note += "; only " + std::to_string(idle) + " are idle with " +
                  std::to_string(core_.functions().user_plane->sessions()) + " sessions";
    for (const auto& [why, times] : result_.failures) row.note += "; " + std::to_string(times) + " " + why;
    return row;
  }

 private:
  static double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }
  static double slope(const Step& from, const Step& to) {
    return static_cast<double>(to.octets - from.octets) / static_cast<double>(to.ues - from.ues);
  }
  static double rate(const Step& from, const Step& to) {
    return static_cast<double>(to.ues - from.ues) / seconds(to.core - from.core);
  }

  void look(const load::Generator& generator, const CoreInMemory::Spent& spent) {
    if (steps_.empty()) generator_octets_ = resident_octets();
    longest_ = std::max(longest_, spent.core - core_before_);
    core_before_ = spent.core;
    const bool filled = generator.progress().phase != load::Phase::connecting &&
                        generator.progress().phase != load::Phase::preparing;
    if (!steps_.empty() && (last_ || (generator.registered() < steps_.back().ues + each_ && !filled))) return;
    last_ = filled;
    const Step now{generator.registered(), resident_octets(), spent.core,
                   Time(std::chrono::steady_clock::now().time_since_epoch())};
    if (!steps_.empty() && now.ues == steps_.back().ues) return;
    if (!steps_.empty())
      std::fprintf(stderr, "%12llu %10.1f %12.1f %12.0f %18.1f %10.1f\n",
                   static_cast<unsigned long long>(now.ues), slope(steps_.back(), now),
                   static_cast<double>(now.octets - generator_octets_) / (1 << 20), rate(steps_.back(), now),
                   seconds(longest_) * 1e3, seconds(now.at - steps_.front().at));
    steps_.push_back(now);
    longest_ = {};
  }

  const std::uint32_t ues_;
  const std::uint32_t each_;
  std::uint64_t before_generator_ = 0;
  std::uint64_t generator_octets_ = 0;  ///< Of the process, when the generator was there and no UE had come.
  CoreInMemory core_;
  CoreInMemory::Result result_;
  std::vector<Step> steps_;
  bool last_ = false;
  Duration core_before_{};
  Duration longest_{};  ///< Turn of the core's in this step.
};

}  // namespace

int main(int argc, char** argv) {
  std::uint32_t ues = 0;
  std::vector<char*> words;
  for (int i = 0; i < argc; ++i) {
    if (std::strcmp(argv[i], "--ues") == 0 && i + 1 < argc)
      ues = static_cast<std::uint32_t>(std::strtoul(argv[++i], nullptr, 10));
    else
      words.push_back(argv[i]);
  }
  const Arguments arguments = read_arguments(static_cast<int>(words.size()), words.data(), kRows);
  if (ues == 0) ues = arguments.quick ? kUesQuick : kUes;
  Fill fill(std::min(ues, load::kUesMax - 1));
  fill.run(arguments.quick);
  print(fill.row());
}
