// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "core/runtime/loop.hpp"
#include "lab/load/generator.hpp"

namespace zerocell::app {

/// What a person sees while a load runs: one line that changes on a terminal, a line for each phase
/// elsewhere.
class BenchDisplay {
 public:
  BenchDisplay(Loop& loop, const load::Generator& generator);
  ~BenchDisplay();
  BenchDisplay(const BenchDisplay&) = delete;
  BenchDisplay& operator=(const BenchDisplay&) = delete;

  /// A line of its own, which stays.
  void say(std::string_view text);

 private:
  void show();

  Loop& loop_;
  const load::Generator& generator_;
  const bool terminal_;
  load::Progress last_;
  std::optional<load::Phase> shown_;
  bool refusal_told_ = false;
  Time at_{};
  Time line_at_{};
  CallbackTimer timer_;
};

}  // namespace zerocell::app
