// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// What the programs of bench/rows.list share. A program is called as
///
///   COMMAND [--quick] NAME...
///
/// measures the rows that are named, prints each as one line of JSON on standard output (`print`), and ends
/// with 0. Words for people go to standard error. `--quick` is for a test of the program, not of speed.
namespace zerocell::bench {

/// The middle of measurements and what the middle half of them spans.
struct Spread {
  double median = 0;
  double low = 0;   ///< First quartile.
  double high = 0;  ///< Third quartile.
};
Spread spread(std::vector<double> measurements);

/// One result. `ratio` is value to baseline, and the baseline's unit is the value's.
struct Row {
  std::string name;
  std::optional<double> value;  ///< None for a run that is void; `note` says why.
  std::string unit;             ///< ns, us, ms, s, B, 1/s.
  std::optional<double> baseline;
  std::optional<double> ratio;
  std::optional<double> low;   ///< The spread of the value.
  std::optional<double> high;  ///< The spread of the value.
  std::string note;            ///< What a reader must know with it: loss, the generator's CPU time.
};

/// A row from repetitions that stand alone.
Row make_row(std::string name, std::string unit, std::vector<double> measurements);
/// A row from repetitions interleaved with those of its baseline: `ratio` is the median of the ratios of
/// pairs, so that what slows both for a while is in neither.
Row make_row(std::string name, std::string unit, std::vector<double> measurements,
             std::span<const double> baselines);

/// One line of JSON on standard output.
void print(const Row& row);

/// Runs another program of bench/rows.list, and gives the value of its row `name`: so a program takes a
/// baseline that another one measures (`sctp.echo`) in between its own repetitions. None when it failed.
std::optional<double> value_of(const std::string& command, std::string_view name);

struct Arguments {
  bool quick = false;
  std::vector<std::string> names;

  bool wants(std::string_view name) const;
};
/// Ends the program, with usage, when a name is none of `known`. No name means all.
Arguments read_arguments(int argc, char** argv, std::span<const char* const> known);

/// The share of processor time that the hypervisor gave to others since it was made. A run that lost more
/// than `kStolenMax` is void.
constexpr double kStolenMax = 0.01;
class StolenTime {
 public:
  StolenTime();
  double share() const;

 private:
  struct Ticks {
    std::uint64_t stolen = 0;
    std::uint64_t all = 0;
  };
  static Ticks now();
  Ticks begin_;
};

}  // namespace zerocell::bench
