// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

namespace zerocell::config {

class Fields;
class Report;

/// Section `runtime`.
struct Runtime {
  /// Draws every random number from this seed, so that a run repeats. Keys and identities become predictable:
  /// labs only.
  std::optional<std::uint64_t> lab_seed = {};
  /// How long the control plane's thread looks for more to do before it sleeps, microseconds. A thread that
  /// sleeps answers later by what it takes to wake it; one that looks about costs its processor.
  std::uint32_t busy_poll_us = 0;
  friend bool operator==(const Runtime&, const Runtime&) = default;
};

void describe(Fields& fields, Runtime& runtime);
void validate(const Runtime& runtime, const Report& report);

}  // namespace zerocell::config
