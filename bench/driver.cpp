// SPDX-License-Identifier: Apache-2.0
// Runs the programs of bench/rows.list one after another and shows their rows. scripts/bench builds them and
// calls it.
//
//   zerocell-bench --build DIRECTORY [--list FILE] [--json FILE] [--quick] [NAME...]
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "bench/row/row.hpp"

namespace {

using namespace zerocell::bench;
using nlohmann::ordered_json;

/// The whole of it stays within 5 minutes: past this, a void run is not tried again.
constexpr double kSecondsForRepeats = 200;
constexpr int kAttemptsMax = 3;

struct Options {
  std::string build;
  std::string list = "bench/rows.list";
  std::string json;
  bool quick = false;
  std::vector<std::string> names;
};

struct Entry {
  std::string name;
  std::string aim;
  std::string command;
};

[[noreturn]] void fail(const std::string& why) {
  std::cerr << "zerocell-bench: " << why << '\n';
  std::exit(2);
}

double seconds_since_start() {
  static const auto start = std::chrono::steady_clock::now();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Options read_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    std::string* const target = argument == "--build"  ? &options.build
                                : argument == "--list" ? &options.list
                                : argument == "--json" ? &options.json
                                                       : nullptr;
    if (target) {
      if (++i == argc) fail(argument + " wants a value");
      *target = argv[i];
    } else if (argument == "--quick") {
      options.quick = true;
    } else if (argument.starts_with("--")) {
      fail("unknown option " + argument);
    } else {
      options.names.push_back(argument);
    }
  }
  if (options.build.empty()) fail("--build DIRECTORY is missing");
  return options;
}

bool chosen(const std::string& name, const std::vector<std::string>& wanted) {
  return wanted.empty() ||
         std::ranges::any_of(wanted, [&](const auto& w) { return name == w || name.starts_with(w + "."); });
}

std::vector<Entry> read_list(const Options& options) {
  std::ifstream file(options.list);
  if (!file) fail("cannot read " + options.list);
  std::vector<Entry> entries;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    Entry entry;
    std::string target;
    if (!(words >> entry.name) || entry.name.starts_with('#')) continue;
    if (!(words >> entry.aim >> target >> std::ws) || !std::getline(words, entry.command))
      fail(options.list + ": a line is `name aim target command`, not: " + line);
    for (std::size_t at; (at = entry.command.find("{build}")) != std::string::npos;)
      entry.command.replace(at, 7, options.build);
    if (chosen(entry.name, options.names)) entries.push_back(entry);
  }
  if (entries.empty()) fail("no row of " + options.list + " has such a name");
  return entries;
}

/// The program's rows, or none when it failed or said something else.
std::optional<std::vector<ordered_json>> run(const std::string& command) {
  std::FILE* const pipe = ::popen(command.c_str(), "r");
  if (!pipe) return std::nullopt;
  std::string said;
  std::array<char, 4096> part;
  for (std::size_t n; (n = std::fread(part.data(), 1, part.size(), pipe)) > 0;) said.append(part.data(), n);
  bool good = ::pclose(pipe) == 0;
  std::vector<ordered_json> rows;
  std::istringstream lines(said);
  for (std::string line; std::getline(lines, line);) {
    ordered_json row = ordered_json::parse(line, nullptr, false);
    const bool is_row = row.is_object() && row.contains("name") && row.contains("value") &&
                        row.contains("unit") && row.contains("baseline") && row.contains("ratio");
    if (is_row)
      rows.push_back(std::move(row));
    else
      std::cerr << "not a row: " << line << '\n';
    good &= is_row;
  }
  if (!good) return std::nullopt;
  return rows;
}

std::string percent(double share) {
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "%.1f%%", share * 100);
  return text.data();
}

/// A run in which others took the processors is repeated, and void when none was quiet.
std::optional<std::vector<ordered_json>> run_undisturbed(const std::string& command, bool quick) {
  for (int attempt = 1;; ++attempt) {
    const StolenTime stolen;
    auto rows = run(command);
    const double share = stolen.share();
    if (!rows || quick || share <= kStolenMax) return rows;
    if (attempt < kAttemptsMax && seconds_since_start() < kSecondsForRepeats) continue;
    for (ordered_json& row : *rows) {
      row["note"] =
          "void: " + percent(share) + " of processor time was stolen; it read " + row["value"].dump();
      row["value"] = row["baseline"] = row["ratio"] = nullptr;
    }
    return rows;
  }
}

std::string number(const ordered_json& row, const char* key) {
  if (!row.contains(key) || !row[key].is_number()) return "-";
  const double value = row[key];
  std::array<char, 32> text;
  const int decimals = value >= 1000 ? 0 : value >= 100 ? 1 : value >= 1 ? 2 : 3;
  std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return text.data();
}

/// "<=100 met", ">=10x missed": the aim and whether it is reached.
std::string against_aim(const ordered_json& row, const std::string& aim) {
  if (aim.size() < 3 || aim == "-") return "-";
  const bool of_ratio = aim.ends_with('x');
  const ordered_json& judged = row[of_ratio ? "ratio" : "value"];
  if (!judged.is_number()) return aim;
  const double limit = std::strtod(aim.c_str() + 2, nullptr);
  const bool met = aim.starts_with("<=") ? judged.get<double>() <= limit : judged.get<double>() >= limit;
  return aim + (met ? " met" : " missed");
}

void show_header() {
  std::printf("%-44s %10s %-4s %21s %10s %7s  %s\n", "name", "value", "unit", "middle half", "baseline",
              "ratio", "aim");
}

void show(const ordered_json& row, const std::string& aim) {
  const std::string spread =
      number(row, "low") == "-" ? "-" : number(row, "low") + " .. " + number(row, "high");
  std::printf("%-44s %10s %-4s %21s %10s %7s  %s\n", row["name"].get<std::string>().c_str(),
              number(row, "value").c_str(), row["unit"].get<std::string>().c_str(), spread.c_str(),
              number(row, "baseline").c_str(), number(row, "ratio").c_str(), against_aim(row, aim).c_str());
  if (row.contains("note")) std::printf("    %s\n", row["note"].get<std::string>().c_str());
  std::fflush(stdout);
}

class Session {
 public:
  explicit Session(const Options& options) : options_(options), entries_(read_list(options)) {}

  bool measure_all() {
    show_header();
    for (std::size_t first = 0; first < entries_.size();) {
      std::size_t end = first + 1;
      while (end < entries_.size() && entries_[end].command == entries_[first].command) ++end;
      measure(first, end);
      first = end;
    }
    return good_;
  }

  void write() const {
    std::ofstream file(options_.json);
    file << "[\n";
    for (std::size_t i = 0; i < rows_.size(); ++i)
      file << "  " << rows_[i].dump() << (i + 1 < rows_.size() ? ",\n" : "\n");
    file << "]\n";
    if (!file.flush()) fail("cannot write " + options_.json);
  }

 private:
  void measure(std::size_t first, std::size_t end) {
    std::string command = entries_[first].command + (options_.quick ? " --quick" : "");
    for (std::size_t i = first; i < end; ++i) command += " " + entries_[i].name;
    const auto rows = run_undisturbed(command, options_.quick);
    if (!rows) {
      std::cerr << "failed: " << command << '\n';
      good_ = false;
      return;
    }
    for (const ordered_json& row : *rows) {
      const auto entry = std::ranges::find(entries_, row["name"].get<std::string>(), &Entry::name);
      show(row, entry == entries_.end() ? "-" : entry->aim);
      rows_.push_back(row);
    }
    for (std::size_t i = first; i < end; ++i) {
      if (std::ranges::any_of(*rows, [&](const auto& row) { return row["name"] == entries_[i].name; }))
        continue;
      std::cerr << "failed: " << command << "\n  gave no row " << entries_[i].name << '\n';
      good_ = false;
    }
  }

  const Options& options_;
  std::vector<Entry> entries_;
  std::vector<ordered_json> rows_;
  bool good_ = true;
};

}  // namespace

int main(int argc, char** argv) {
  (void)seconds_since_start();
  const Options options = read_options(argc, argv);
  Session session(options);
  const bool good = session.measure_all();
  if (!options.json.empty()) session.write();
  return good ? 0 : 1;
}
