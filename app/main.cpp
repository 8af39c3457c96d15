// SPDX-License-Identifier: Apache-2.0
#include <sys/resource.h>

#include <cstdio>
#include <exception>
#include <memory>
#include <string>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "app/commands.hpp"

namespace {

constexpr const char* kFooter =
    "To begin with:\n"
    "  zerocell check-config FILE              What is wrong in a configuration, by line\n"
    "  zerocell sim add IMSI --k K --opc OPC   A SIM, with the keys that its maker gave you\n"
    "  zerocell run -c FILE                    The core\n"
    "'zerocell COMMAND --help' explains each command.";

/// Breaks what is said of an option into lines that a terminal shows whole.
class WrappingFormatter final : public CLI::Formatter {
 public:
  std::string make_option_desc(const CLI::Option* option) const override {
    constexpr std::size_t kWidth = 70;  // Behind the column of names.
    std::string text = CLI::Formatter::make_option_desc(option);
    for (std::size_t begin = 0; text.size() - begin > kWidth;) {
      const auto space = text.rfind(' ', begin + kWidth);
      if (space == std::string::npos || space <= begin) break;
      text[space] = '\n';
      begin = space + 1;
    }
    return text;
  }
};

/// As many as the system lets us have. Each association of the kernel's SCTP takes a descriptor; systems give
/// 1024 to begin with for the sake of select(), which nothing here calls.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace zerocell::app;
  raise_descriptor_limit();
  int status = kDone;
  CLI::App root("Zerocell: a 4G mobile core in one process", "zerocell");
  root.require_subcommand(1);
  root.formatter(std::make_shared<WrappingFormatter>());
  root.set_version_flag("--version", version_text(), "Print the version");
  add_run_command(root, status);
  add_check_config_command(root, status);
  add_config_command(root, status);
  add_sim_command(root, status);
  add_enb_command(root, status);
  add_ue_command(root, status);
  add_bench_command(root, status);
  add_version_command(root, status);
  root.footer(kFooter);  // Last: commands that are added later have it too.
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
