// SPDX-License-Identifier: Apache-2.0
#include "bench/row/row.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string_view>

#include <nlohmann/json.hpp>

namespace zerocell::bench {
namespace {

double quantile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

nlohmann::json number_or_null(const std::optional<double>& value) {
  return value ? nlohmann::json(*value) : nlohmann::json(nullptr);
}

}  // namespace

Spread spread(std::vector<double> measurements) {
  if (measurements.empty()) return {};
  std::ranges::sort(measurements);
  return {.median = quantile(measurements, 0.5),
          .low = quantile(measurements, 0.25),
          .high = quantile(measurements, 0.75)};
}

Row make_row(std::string name, std::string unit, std::vector<double> measurements) {
  const Spread all = spread(std::move(measurements));
  return {.name = std::move(name),
          .value = all.median,
          .unit = std::move(unit),
          .low = all.low,
          .high = all.high};
}

Row make_row(std::string name, std::string unit, std::vector<double> measurements,
             std::span<const double> baselines) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < std::min(measurements.size(), baselines.size()); ++i)
    ratios.push_back(measurements[i] / baselines[i]);
  Row row = make_row(std::move(name), std::move(unit), std::move(measurements));
  row.baseline = spread({baselines.begin(), baselines.end()}).median;
  row.ratio = spread(std::move(ratios)).median;
  return row;
}

void print(const Row& row) {
  nlohmann::ordered_json json;
  json["name"] = row.name;
  json["value"] = number_or_null(row.value);
  json["unit"] = row.unit;
  json["baseline"] = number_or_null(row.baseline);
  json["ratio"] = number_or_null(row.ratio);
  if (row.low) json["low"] = *row.low;
  if (row.high) json["high"] = *row.high;
  if (!row.note.empty()) json["note"] = row.note;
  std::puts(json.dump().c_str());
  std::fflush(stdout);
}

std::optional<double> value_of(const std::string& command, std::string_view name) {
  std::FILE* const pipe = ::popen(command.c_str(), "r");
  if (!pipe) return std::nullopt;
  std::string said;
  std::array<char, 4096> part;
  for (std::size_t n; (n = std::fread(part.data(), 1, part.size(), pipe)) > 0;) said.append(part.data(), n);
  if (::pclose(pipe) != 0) return std::nullopt;
  std::istringstream lines(said);
  for (std::string line; std::getline(lines, line);) {
    const auto row = nlohmann::json::parse(line, nullptr, false);
    if (row.is_object() && row.value("name", "") == name && row.contains("value") && row["value"].is_number())
      return row["value"].get<double>();
  }
  return std::nullopt;
}

bool Arguments::wants(std::string_view name) const {
  return names.empty() || std::ranges::find(names, name) != names.end();
}

Arguments read_arguments(int argc, char** argv, std::span<const char* const> known) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--quick") {
      arguments.quick = true;
    } else if (std::ranges::find(known, argument) != known.end()) {
      arguments.names.emplace_back(argument);
    } else {
      std::fprintf(stderr, "usage: %s [--quick] [NAME...], where NAME is one of:\n", argv[0]);
      for (const char* const name : known) std::fprintf(stderr, "  %s\n", name);
      std::exit(2);
    }
  }
  return arguments;
}

StolenTime::StolenTime() : begin_(now()) {}

StolenTime::Ticks StolenTime::now() {
  // user nice system idle iowait irq softirq steal; guest time is within user time.
  std::ifstream file("/proc/stat");
  std::string label;
  file >> label;
  Ticks ticks;
  for (int i = 0; i < 8; ++i) {
    std::uint64_t value = 0;
    file >> value;
    ticks.all += value;
    if (i == 7) ticks.stolen = value;
  }
  return ticks;
}

double StolenTime::share() const {
  const Ticks end = now();
  if (end.all <= begin_.all) return 0;
  return static_cast<double>(end.stolen - begin_.stolen) / static_cast<double>(end.all - begin_.all);
}

}  // namespace zerocell::bench
