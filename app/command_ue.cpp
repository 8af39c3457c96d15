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
  std::string imsi;
  bool json = false;
  bool changes = false;
  bool stop = false;
  bool attach_again = false;
  std::string trace;
  std::string collector;
  std::string depth = "medium";
};

/// What a person wants to know of its reachability.
std::string when_of(const Json& ue) {
  if (ue.contains("awake_at")) return "awake at " + ue["awake_at"].get<std::string>();
  if (ue.contains("listens_in_seconds"))
    return fmt::format("listens in {:.0f} s", ue["listens_in_seconds"].get<double>());
  return "";
}

std::string addresses_of(const Json& ue) {
  std::string text;
  for (const Json& connection : ue["connections"])
    for (const char* family : {"ipv4", "ipv6_prefix"})
      if (connection.contains(family))
        text += (text.empty() ? "" : ", ") + connection[family].get<std::string>();
  return text;
}

void list(const Options& options) {
  const ControlClient core(*options.core);
  std::size_t count = 0;
  std::string array = "[";  // Printed when it is whole: half an answer would be no JSON.
  for (std::string target = "/ues"; !target.empty();) {
    const Json page = core.get(target);
    for (const Json& ue : page["ues"]) {
      const bool first = count++ == 0;
      if (options.json) {
        array += (first ? "\n" : ",\n") + ue.dump();
        continue;
      }
      if (first)
        fmt::print("{:<16} {:<10} {:<14} {:<40} {}\n", "IMSI", "STATE", "TAI", "ADDRESSES", "REACHABLE");
      fmt::print("{:<16} {:<10} {:<14} {:<40} {}\n", ue["imsi"].get<std::string>(),
                 ue["state"].get<std::string>(), ue.value("tai", "-"), addresses_of(ue), when_of(ue));
    }
    target = page.contains("next") ? fmt::format("/ues?from={}", page["next"].get<std::uint32_t>()) : "";
  }
  if (options.json)
    fmt::print("{}{}]\n", array, count == 0 ? "" : "\n");
  else if (count == 0)
    fmt::print("no UE is known to the core\n");
}

void show(const Options& options) {
  const Json ue = ControlClient(*options.core).get("/ues/" + options.imsi);
  if (options.json) return fmt::print("{}\n", ue.dump());
  for (const auto& [key, value] : ue.items()) {
    if (key == "connections") continue;
    fmt::print("{:<20} {}\n", key, value.is_string() ? value.get<std::string>() : value.dump());
  }
  for (const Json& connection : ue["connections"]) {
    fmt::print("connection           {}\n", connection["apn"].get<std::string>());
    for (const auto& [key, value] : connection.items())
      if (key != "apn")
        fmt::print("  {:<18} {}\n", key, value.is_string() ? value.get<std::string>() : value.dump());
  }
}

/// Asks for something to be done to the UE, and says what came of it.
void act(const Options& options, const std::string& what, std::string_view done, std::string_view later) {
  const bool now = ControlClient(*options.core).post("/ues/" + options.imsi + what).value("done", false);
  if (!now && later.empty()) fail("UE " + options.imsi + " is not connected to an eNodeB");
  fmt::print("UE {} {}\n", options.imsi, now ? done : later);
}

void locate(const Options& options) {
  if (options.stop)
    return act(options, "/location?report=stop", "is followed no more", "is followed no more");
  if (options.changes)
    return act(options, "/location?report=changes", "is followed; the core logs location_reported",
               "is followed from its next connection on; the core logs location_reported");
  act(options, "/location?report=once",
      "is asked for; the core logs location_reported, and zerocell ue show has it", "");
}

void trace(const Options& options) {
  if (options.stop)
    return act(options, "/trace?stop=" + options.trace, "is traced no more", "is traced no more");
  act(options,
      fmt::format("/trace?id={}&collector={}&depth={}", options.trace, options.collector, options.depth),
      "is traced", "is traced from its next connection on");
}

void detach(const Options& options) {
  act(options, options.attach_again ? "/detach?attach_again=yes" : "/detach", "is being detached", "");
}

CLI::App* add(CLI::App* to, const char* name, const char* what, const std::shared_ptr<Options>& options) {
  CLI::App* command = to->add_subcommand(name, what);
  add_core_options(command, options->core);
  return command;
}

}  // namespace

void add_ue_command(CLI::App& root, int& status) {
  CLI::App* command = root.add_subcommand("ue", "List and show the UEs of a core that runs, and act on them");
  command->require_subcommand(1);
  const auto options = std::make_shared<Options>();
  const auto add_for_one = [&](const char* name, const char* what) {
    CLI::App* one = add(command, name, what, options);
    one->add_option("imsi", options->imsi, "IMSI of the UE")->required();
    return one;
  };
  CLI::App* all =
      add(command, "list", "List all UEs: where they are, and when one that sleeps is awake", options);
  all->add_flag("--json", options->json, "Print a JSON array, with one object for each UE");
  on_call(*all, options, status, list);
  CLI::App* one = add_for_one("show", "Show everything about one UE");
  one->add_flag("--json", options->json, "Print one JSON object");
  on_call(*one, options, status, show);
  CLI::App* where = add_for_one("locate", "Ask the eNodeB which cell a connected UE is in");
  where->add_flag("--changes", options->changes, "Hear of each change of its cell from now on");
  where->add_flag("--stop", options->stop, "Hear of them no more")->excludes("--changes");
  on_call(*where, options, status, locate);
  CLI::App* traced = add_for_one("trace", "Have eNodeBs trace the UE's signalling, TS 32.422");
  traced
      ->add_option("--id", options->trace, "Trace: PLMN, number and recording session, 16 hexadecimal digits")
      ->required();
  CLI::Option* collector =
      traced->add_option("--collector", options->collector, "Address that eNodeBs send the records to");
  traced->add_option("--depth", options->depth, "minimum, medium or maximum")->capture_default_str();
  CLI::Option* stop = traced->add_flag("--stop", options->stop, "End it")->excludes(collector);
  on_call(*traced, options, status, [collector, stop](const Options& chosen) {
    if (collector->count() + stop->count() == 0)
      fail("--collector or --stop: one of them is needed", kBadUsage);
    trace(chosen);
  });
  CLI::App* gone = add_for_one("detach", "Detach a UE; one that is idle is paged for it");
  gone->add_flag("--attach-again", options->attach_again, "It is told to attach again");
  on_call(*gone, options, status, detach);
}

}  // namespace zerocell::app
