// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "lab/load/generator.hpp"

namespace zerocell::load {

/// The outcome as one JSON object: times in microseconds, memory in octets.
std::string json_report(const Settings& settings, const Outcome& outcome);
/// The same as tables for a terminal.
std::string text_report(const Settings& settings, const Outcome& outcome);

/// Octets of the core's memory a registered UE, by the slope over what was seen while UEs registered: what
/// the process holds anyway is not in it. Nothing where too little was seen.
std::optional<double> octets_per_ue(const Outcome& outcome);
/// The core's processor time, what it spent on failures included, for each errand that ended well. Nothing
/// where it was not measured, or none did.
std::optional<Duration> core_cpu_per_done(const Outcome& outcome);
/// How slices before the storm went, the first left out: in it caches are cold.
struct Usual {
  Duration p99{};         ///< Of the answers: nine of ten slices were faster by a third.
  double done_share = 1;  ///< Of procedures that ended, by the median slice.
};
/// Nothing where there was no storm, or too little before it.
std::optional<Usual> usual_before_storm(const Settings& settings, const Outcome& outcome);
/// So many slices in a row show that a core is itself again.
constexpr std::size_t kGoodSlices = 3;
constexpr double kDoneShareSlack = 0.1;  ///< A good slice has no more than this below the usual share.
/// From the end of the storm until the end of the first of `kGoodSlices` slices in a row that are as before
/// it, in p99 of the answers and in what was done of what ended, and no eNodeB is told of overload any more.
/// Nothing where that did not come, or where there was no storm to recover from.
std::optional<Duration> recovery(const Settings& settings, const Outcome& outcome);
/// Errands that ended well, a second, while work arrived.
double rate_of(const Outcome& outcome);

}  // namespace zerocell::load
