// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>

#include "app/command_frame.hpp"
#include "app/control_client.hpp"

namespace zerocell::app {
namespace {

using Json = nlohmann::json;

struct Options {
  std::shared_ptr<CoreOptions> core = std::make_shared<CoreOptions>();
  bool json = false;
  std::string enb;
  std::vector<std::string> imsis;
  std::string keep_back;
  unsigned percent = 100;
};

void list(const Options& options) {
  const Json enbs = ControlClient(*options.core).get("/enbs")["enbs"];
  if (options.json) {
    std::string array = "[";
    for (const Json& enb : enbs) array += (array.size() == 1 ? "\n" : ",\n") + enb.dump();
    return fmt::print("{}{}]\n", array, enbs.empty() ? "" : "\n");
  }
  if (enbs.empty()) return fmt::print("no eNodeB is connected to the core\n");
  fmt::print("{:<28} {:<20} {:<24} {:>5}  {}\n", "ENODEB", "NAME", "ADDRESS", "UES", "TAIS");
  for (const Json& enb : enbs) {
    std::string tais;
    for (const Json& tai : enb["tais"]) tais += (tais.empty() ? "" : ", ") + tai.get<std::string>();
    fmt::print("{:<28} {:<20} {:<24} {:>5}  {}\n", enb["id"].get<std::string>(),
               enb["name"].get<std::string>(), enb["address"].get<std::string>(),
               enb["connected_ues"].get<std::size_t>(), tais);
  }
}

void reset(const Options& options) {
  std::string target = "/enbs/" + options.enb + "/reset";
  for (const std::string& imsi : options.imsis)
    target += (&imsi == &options.imsis.front() ? "?imsi=" : "&imsi=") + imsi;
  ControlClient(*options.core).post(target);
  fmt::print("eNodeB {} is being reset{}\n", options.enb, options.imsis.empty() ? "" : " for these UEs");
}

void overload(const Options& options) {
  ControlClient(*options.core)
      .post(fmt::format("/overload?keep_back={}&percent={}", options.keep_back, options.percent));
  if (options.keep_back == "nothing") return fmt::print("eNodeBs keep nothing back for your sake any more\n");
  fmt::print("eNodeBs keep {} back, {}%\n", options.keep_back, options.percent);
}

}  // namespace

void add_enb_command(CLI::App& root, int& status) {
  CLI::App* command = root.add_subcommand("enb", "List the eNodeBs of a core that runs, and act on them");
  command->require_subcommand(1);
  const auto options = std::make_shared<Options>();
  CLI::App* all = command->add_subcommand("list", "List all eNodeBs: their areas and connected UEs");
  add_core_options(all, options->core);
  all->add_flag("--json", options->json, "Print a JSON array, with one object for each eNodeB");
  on_call(*all, options, status, list);
  CLI::App* one = command->add_subcommand("reset", "Disconnect the UEs of an eNodeB, TS 36.413 §8.7.1");
  add_core_options(one, options->core);
  one->add_option("enodeb", options->enb, "Its id, as zerocell enb list shows it")->required();
  one->add_option("--imsi", options->imsis, "Only this UE; may be repeated");
  on_call(*one, options, status, reset);
  CLI::App* over = command->add_subcommand(
      "overload", "Have all eNodeBs keep UEs back, TS 36.413 §8.7.6, until told otherwise");
  add_core_options(over, options->core);
  over->add_option("what", options->keep_back,
                   "data, signalling, all-but-emergency, all-but-high-priority, delay-tolerant; or nothing")
      ->required();
  over->add_option("--percent", options->percent, "How much of it, 1 to 100")->capture_default_str();
  on_call(*over, options, status, overload);
}

}  // namespace zerocell::app
