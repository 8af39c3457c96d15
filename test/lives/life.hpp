// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace zerocell::lives {

/// One run: some UEs and eNodeBs whose whole history follows from the seed.
struct RunSettings {
  std::uint64_t seed = 1;
  unsigned ues = 16;
  unsigned enbs = 3;
  unsigned steps = 14;  ///< What each UE does before all is put in order again.
};

struct RunResult {
  std::vector<std::string> violations;  ///< What no core may do or leave behind; empty is right.
  unsigned attached = 0;                ///< Attaches that succeeded while everything went wrong.
  unsigned procedures = 0;              ///< What UEs began, whatever came of it.
};

/// UEs attach, sleep, wake, move, vanish and misbehave, each by itself; messages are lost, doubled and late;
/// eNodeBs reset, break and fall silent; the operator suspends SIMs; packets come for who is idle. Then the
/// faults end: every UE must be able to attach and to detach, and nothing may be left of it.
RunResult run(const RunSettings& settings);

}  // namespace zerocell::lives
