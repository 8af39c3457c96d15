// SPDX-License-Identifier: Apache-2.0
#include "bench/load_program.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

namespace zerocell::bench {

using nlohmann::json;

bool LoadSettings::wants(const std::string& name) const {
  return std::ranges::find(names, name) != names.end();
}

void LoadSettings::fail(const std::string& why) const {
  std::fprintf(stderr, "%s: %s\n", program.c_str(), why.c_str());
  std::exit(1);
}

json LoadSettings::must(std::optional<json> report, const char* what) const {
  if (!report) fail(std::string(what) + ": no result");
  return std::move(*report);
}

int run_load_program(const char* name, int argc, char** argv,
                     const std::vector<LoadMeasurement>& measurements) {
  LoadSettings settings{.program = name};
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    std::string* const value = word == "--zerocell" ? &settings.zerocell
                               : word == "--echo"   ? &settings.echo
                                                    : nullptr;
    if (value) {
      if (++i == argc) settings.fail(word + " wants a value");
      *value = argv[i];
    } else if (word == "--quick") {
      settings.quick = true;
    } else {
      settings.names.push_back(word);
    }
  }
  for (const LoadMeasurement& one : measurements)
    if (std::ranges::any_of(one.rows, [&](const char* row) { return settings.wants(row); }))
      one.measure(settings);
  return 0;
}

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
  std::array<char, 160> text;
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

}  // namespace zerocell::bench
