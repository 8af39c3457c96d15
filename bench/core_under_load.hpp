// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace zerocell::bench {

/// Runs a program to its end; what it prints is dropped. Whether it ended with 0.
bool run_program(const std::vector<std::string>& arguments, int processor);

/// Whether an MME listens in this network namespace.
bool somebody_listens();

constexpr const char* kCoreAddress = "127.0.1.100";
constexpr const char* kEnbAddress = "127.0.2.1";
constexpr int kCoreProcessor = 0;
constexpr int kLoadProcessor = 1;

/// What a core is started from: a configuration, a store and SIMs of its own, in a temporary directory that
/// goes with it. For a program that runs in a network namespace of its own.
class CoreRoom {
 public:
  struct Options {
    std::string program;  ///< The zerocell binary.
    std::uint32_t sims = 10'000;
    std::string log_level = "warning";
    std::string more;  ///< Further lines of the configuration.
  };
  explicit CoreRoom(const Options& options);
  ~CoreRoom();
  CoreRoom(const CoreRoom&) = delete;
  CoreRoom& operator=(const CoreRoom&) = delete;

  /// False when the SIMs could not be added.
  bool ready() const { return ready_; }
  const std::string& program() const { return options_.program; }
  std::string file(const std::string& name) const { return directory_ + "/" + name; }
  /// Begins `zerocell run` on its processor; the process, which ends with us.
  int start() const;

 private:
  Options options_;
  std::string directory_;
  bool ready_ = false;
};

/// `zerocell run` on a processor of its own, and `zerocell bench` against it on the other one.
class CoreUnderLoad {
 public:
  using Options = CoreRoom::Options;
  explicit CoreUnderLoad(const Options& options);
  ~CoreUnderLoad();
  CoreUnderLoad(const CoreUnderLoad&) = delete;
  CoreUnderLoad& operator=(const CoreUnderLoad&) = delete;

  bool running() const { return process_ > 0; }
  int process() const { return process_; }
  /// What `zerocell bench` reports with these arguments; nothing when it failed.
  std::optional<nlohmann::json> load(std::vector<std::string> arguments);

 private:
  CoreRoom room_;
  int process_ = 0;
};

}  // namespace zerocell::bench
