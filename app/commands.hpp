// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace zerocell::app {

/// What the process ends with.
enum ExitCode : int {
  kDone = 0,
  kFailed = 1,            ///< At run time: a port in use, a missing capability, a full disk …
  kBadConfiguration = 2,  ///< Every problem of the file was printed.
  kBadUsage = 64,         ///< The command line itself; sysexits' EX_USAGE.
};

// Each subcommand is one file, command_NAME.cpp, with one function that adds it to the command line. When it
// was chosen and is done, it puts its exit code into `status`.
void add_bench_command(CLI::App& root, int& status);
void add_run_command(CLI::App& root, int& status);
void add_check_config_command(CLI::App& root, int& status);
void add_config_command(CLI::App& root, int& status);
void add_enb_command(CLI::App& root, int& status);
void add_sim_command(CLI::App& root, int& status);
void add_ue_command(CLI::App& root, int& status);
void add_version_command(CLI::App& root, int& status);

/// As `zerocell version` and `zerocell --version` print it.
std::string version_text();

}  // namespace zerocell::app
