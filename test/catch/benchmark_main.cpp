// SPDX-License-Identifier: Apache-2.0
// The main of every *_bench. Without arguments, or with those of Google Benchmark, it is Google Benchmark's
// own.
//
//   X_bench [--quick] --rows NAME...
//
// runs the benchmarks of these names, each interleaved in random order with its baseline, which is registered
// as PREFIX/NAME (B3/crypto.kdf), and prints rows for scripts/bench: ns of CPU time a call.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bench/row/row.hpp"

namespace {

using namespace zerocell::bench;

/// Keeps every repetition.
class RowReporter final : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.error_occurred) {
        std::fprintf(stderr, "%s: %s\n", run.benchmark_name().c_str(), run.error_message.c_str());
        failed = true;
      }
      if (run.run_type == Run::RT_Iteration)
        measured[run.run_name.function_name].push_back(run.GetAdjustedCPUTime());
    }
  }

  std::map<std::string, std::vector<double>> measured;
  bool failed = false;
};

std::string escaped(std::string_view name) {
  std::string result;
  for (const char letter : name) {
    if (letter == '.') result += '\\';
    result += letter;
  }
  return result;
}

bool print_rows(const RowReporter& reporter, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const auto own = reporter.measured.find(name);
    if (own == reporter.measured.end()) {
      std::fprintf(stderr, "no benchmark is called %s\n", name.c_str());
      return false;
    }
    const auto baseline = std::ranges::find_if(
        reporter.measured, [&](const auto& other) { return other.first.ends_with("/" + name); });
    print(baseline == reporter.measured.end() ? make_row(name, "ns", own->second)
                                              : make_row(name, "ns", own->second, baseline->second));
  }
  return !reporter.failed;
}

int run_rows(const char* program, bool quick, const std::vector<std::string>& names) {
  std::string filter = "--benchmark_filter=^([A-Za-z0-9]+/)?(";
  for (const std::string& name : names) filter += (&name == names.data() ? "" : "|") + escaped(name);
  filter += ")$";
  std::vector<std::string> options = {program, filter, "--benchmark_enable_random_interleaving=true",
                                      quick ? "--benchmark_repetitions=2" : "--benchmark_repetitions=15",
                                      quick ? "--benchmark_min_time=0.001" : "--benchmark_min_time=0.03"};
  std::vector<char*> pointers;
  for (std::string& option : options) pointers.push_back(option.data());
  int count = static_cast<int>(pointers.size());
  benchmark::Initialize(&count, pointers.data());
  RowReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  return print_rows(reporter, names) ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  bool quick = false;
  bool rows = false;
  std::vector<std::string> names;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    quick |= argument == "--quick";
    rows |= argument == "--rows";
    if (!argument.starts_with("--")) names.emplace_back(argument);
  }
  if (rows) return run_rows(argv[0], quick, names);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
