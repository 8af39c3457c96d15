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
  friend bool operator==(const Runtime&, const Runtime&) = default;
};

void describe(Fields& fields, Runtime& runtime);
void validate(const Runtime& runtime, const Report& report);

}  // namespace zerocell::config
