// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace zerocell::bench {

/// Runs a program to its end; what it prints is dropped. Whether it ended with 0.
bool run_program(const std::vector<std::string>& arguments, int processor);

/// `zerocell run` on a processor of its own, with a configuration, a store and SIMs of its own in a temporary
/// directory that goes with it; and `zerocell bench` against it on the other processor. For a program that
/// runs in a network namespace of its own.
class CoreUnderLoad {
 public:
  struct Options {
    std::string program;  ///< The zerocell binary.
    std::uint32_t sims = 10'000;
    std::string log_level = "warning";
    std::string more;  ///< Further lines of the configuration.
  };
  explicit CoreUnderLoad(const Options& options);
  ~CoreUnderLoad();
  CoreUnderLoad(const CoreUnderLoad&) = delete;
  CoreUnderLoad& operator=(const CoreUnderLoad&) = delete;

  bool running() const { return process_ > 0; }
  int process() const { return process_; }
  /// What `zerocell bench` reports with these arguments; nothing when it failed.
  std::optional<nlohmann::json> load(std::vector<std::string> arguments);

 private:
  Options options_;
  std::string directory_;
  int process_ = 0;
};

}  // namespace zerocell::bench
