// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include <CLI/App.hpp>

#include "app/commands.hpp"
#include "app/version.hpp"

namespace zerocell::app {

void add_version_command(CLI::App& root, int&) {
  CLI::App* command = root.add_subcommand("version", "Print the version");
  command->callback([] { std::printf("zerocell %s\n", kVersion); });
}

}  // namespace zerocell::app
