// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "test/lives/overlaps.hpp"

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
  unsigned procedures = 0;              ///< What was begun, whatever came of it.
  unsigned handovers = 0;               ///< S1 handovers whose UE came to its target.
  unsigned path_switches = 0;           ///< X2 handovers that the MME followed.
  unsigned emergencies = 0;             ///< Emergency attaches, and emergency PDN connections beside others.
  unsigned sent_away = 0;               ///< Refused with #22, since too much ran.
  Overlaps overlaps{};                  ///< What began in the middle of what.
};

/// UEs attach, sleep, wake, move between eNodeBs, open and close sessions, vanish and misbehave, each by
/// itself; messages are lost, doubled and late; eNodeBs reset, break and fall silent; the operator suspends
/// and removes SIMs and changes subscriptions; gateways make and end bearers; packets come for who is idle.
/// About every second thing that a UE does is begun in the middle of another one. Then the faults end: every
/// UE must be able to attach, to be idle, to be served and to detach, and nothing may be left of it.
RunResult run(const RunSettings& settings);

}  // namespace zerocell::lives
