// SPDX-License-Identifier: Apache-2.0
// What the commands ask of a core that runs.
#pragma once

#include <memory>
#include <string>

#include <CLI/App.hpp>
#include <nlohmann/json.hpp>

namespace zerocell::app {

/// Where a core that runs is to be found.
struct CoreOptions {
  std::string config;
  std::string socket;
};

/// --config and --socket.
void add_core_options(CLI::App* command, const std::shared_ptr<CoreOptions>& options);

/// A core that runs.
class ControlClient {
 public:
  /// Throws Failed where the configuration is wrong, which has been said.
  explicit ControlClient(const CoreOptions& options);

  /// What the core answers. Throws Failed with what is wrong where it does not, or refuses.
  nlohmann::json get(const std::string& target) const { return ask("GET", target); }
  nlohmann::json post(const std::string& target) const { return ask("POST", target); }

 private:
  nlohmann::json ask(const char* method, const std::string& target) const;

  std::string socket_;
};

}  // namespace zerocell::app
