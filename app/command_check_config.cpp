// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <memory>

#include <CLI/App.hpp>

#include "app/commands.hpp"
#include "app/configuration.hpp"

namespace zerocell::app {

void add_check_config_command(CLI::App& root, int& status) {
  CLI::App* command =
      root.add_subcommand("check-config", "Say whether a configuration is right, and what is wrong with it");
  const auto path = std::make_shared<std::string>(kDefaultConfiguration);
  command->add_option("file", *path, "Configuration to read")->capture_default_str();
  command->callback([path, &status] {
    status = kBadConfiguration;
    if (!load_configuration(*path)) return;
    std::printf("%s: OK\n", path->c_str());
    status = kDone;
  });
}

}  // namespace zerocell::app
