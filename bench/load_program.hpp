// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bench/core_under_load.hpp"
#include "bench/row/row.hpp"

/// What the programs have in common that put a core under load:
///
///   PROGRAM --zerocell FILE [--echo COMMAND] [--quick] NAME...
///     --echo COMMAND   measures sctp.echo, the baseline of attaches
namespace zerocell::bench {

struct LoadSettings {
  std::string program;  ///< Its own name, for errors.
  std::string zerocell;
  std::string echo;
  bool quick = false;
  std::vector<std::string> names;

  bool wants(const std::string& name) const;
  int repetitions(int full) const { return quick ? 1 : full; }
  std::string seconds(double full) const {
    return std::to_string(quick ? std::min(full, kQuickSeconds) : full);
  }
  std::uint32_t ues(std::uint32_t full) const { return quick ? std::min(full, kQuickUes) : full; }

  [[noreturn]] void fail(const std::string& why) const;
  nlohmann::json must(std::optional<nlohmann::json> report, const char* what) const;

  static constexpr double kQuickSeconds = 0.3;
  static constexpr std::uint32_t kQuickUes = 1000;
};

/// Rows of one measurement, and what measures them.
struct LoadMeasurement {
  std::vector<const char*> rows;
  std::function<void(const LoadSettings&)> measure;
};

/// Measures the rows that are named. For main().
int run_load_program(const char* name, int argc, char** argv,
                     const std::vector<LoadMeasurement>& measurements);

/// How many failed, for a row's note; empty for none.
std::string failures_of(const nlohmann::json& report);
void note(Row& row, const std::string& text);
/// `format` has one place for a double.
std::string text_of(const char* format, double value);

}  // namespace zerocell::bench
