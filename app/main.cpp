// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <exception>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "app/commands.hpp"

int main(int argc, char** argv) {
  using namespace zerocell::app;
  int status = kDone;
  CLI::App root("Zerocell: a 4G mobile core in one process", "zerocell");
  root.require_subcommand(1);
  root.set_version_flag("--version", version_text());
  root.footer(
      "To begin with:\n"
      "  zerocell check-config FILE            what is wrong in a configuration, by line\n"
      "  zerocell sim add IMSI --k K --opc OPC  a SIM, with the keys that its maker gave you\n"
      "  zerocell run -c FILE                  the core\n"
      "'zerocell COMMAND --help' explains each command.");
  add_run_command(root, status);
  add_check_config_command(root, status);
  add_config_command(root, status);
  add_sim_command(root, status);
  add_ue_command(root, status);
  add_bench_command(root, status);
  add_version_command(root, status);
  try {
    root.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // Help is asked for with an exception, too; its code is 0.
    return root.exit(error) == 0 ? kDone : kBadUsage;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "zerocell: %s\n", error.what());
    return kFailed;
  }
  return status;
}
