// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "core/runtime/clock.hpp"

namespace zerocell::load {

/// What a process has used, in total, and holds.
struct CoreUsage {
  Duration cpu{};  ///< On a processor, in user and system mode, all threads together.
  std::uint64_t resident_octets = 0;
};

/// Looks at a process on this machine through /proc.
class CoreMeter {
 public:
  /// The error says what cannot be read.
  static std::expected<CoreMeter, std::string> of(int process);
  /// Nothing once the process is gone.
  std::optional<CoreUsage> read() const;

 private:
  explicit CoreMeter(int process) : process_(process) {}
  int process_;
};

/// CPU time of this process.
Duration own_cpu();

}  // namespace zerocell::load
