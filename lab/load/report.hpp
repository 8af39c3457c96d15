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
/// From the end of the storm until answers are as fast as they ever were in a slice before it, and no eNodeB
/// is told of overload any more. Nothing where that did not come, or where there was no storm to recover
/// from.
std::optional<Duration> recovery(const Settings& settings, const Outcome& outcome);
/// Errands that ended well, a second, while work arrived.
double rate_of(const Outcome& outcome);

}  // namespace zerocell::load
