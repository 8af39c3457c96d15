// SPDX-License-Identifier: Apache-2.0
// What signalling costs the core without a kernel's or any other SCTP.
#include <array>
#include <map>
#include <string>
#include <vector>

#include "bench/core_in_memory.hpp"
#include "bench/row/row.hpp"

namespace {

using namespace zerocell;
using namespace zerocell::bench;

constexpr std::uint32_t kUesMax = 65'536;
constexpr std::array<const char*, 2> kRows = {"attach.rate.memory", "service_request.rate.memory"};

double us_each(Duration spent, const CoreInMemory::Result& result) {
  return std::chrono::duration<double, std::micro>(spent).count() / static_cast<double>(result.done);
}

void measure(const char* name, load::Scenario scenario, const char* what, bool quick) {
  load::Settings settings;
  settings.ues = quick ? 500 : 20'000;
  settings.scenario = scenario;
  settings.keep = scenario != load::Scenario::attach;
  CoreInMemory core(kUesMax);
  // Subscribers are read from the store at their first attach.
  load::Settings first = settings;
  first.scenario = load::Scenario::attach;
  first.keep = false;
  first.arrivals_max = settings.ues;
  first.duration = std::chrono::seconds(60);
  const auto cold = core.run(first);
  settings.duration = quick ? std::chrono::milliseconds(50) : std::chrono::milliseconds(1200);
  std::vector<double> rates;
  std::map<std::string, std::uint64_t> failures;
  CoreInMemory::Result last;
  for (int i = 0; i < (quick ? 1 : 5); ++i) {
    last = core.run(settings);
    rates.push_back(1e6 / us_each(last.spent.core, last));
    for (const auto& [why, times] : last.failures) failures[why] += times;
  }
  Row row = make_row(name, "1/s", rates);
  char text[256];
  std::snprintf(text, sizeof text,
                "a second of the core's own processor time, of which %s takes %.2f us; the generator and the "
                "network took %.2f us more on the same thread",
                what, 1e6 / *row.value, us_each(last.spent.others, last));
  row.note = text;
  if (scenario == load::Scenario::attach) {
    std::snprintf(text, sizeof text, "; the first time %.1f us", us_each(cold.spent.core, cold));
    row.note += text;
  }
  for (const auto& [why, times] : failures) row.note += "; " + std::to_string(times) + " " + why;
  print(row);
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments = read_arguments(argc, argv, kRows);
  if (arguments.wants(kRows[0]))
    measure(kRows[0], load::Scenario::attach, "an attach with its detach", arguments.quick);
  if (arguments.wants(kRows[1]))
    measure(kRows[1], load::Scenario::service_request, "a service request with its release", arguments.quick);
}
