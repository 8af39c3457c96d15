// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include <CLI/App.hpp>

#include "app/commands.hpp"
#include "app/version.hpp"

namespace zerocell::app {

std::string version_text() {
  return std::string("zerocell ") + kVersion;
}

void add_version_command(CLI::App& root, int&) {
  CLI::App* command = root.add_subcommand("version", "Print the version");
  command->callback([] { std::printf("%s\n", version_text().c_str()); });
}

}  // namespace zerocell::app
