// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>

#include <CLI/App.hpp>

#include "app/commands.hpp"
#include "app/configuration.hpp"
#include "app/run.hpp"
#include "core/telemetry/log.hpp"

namespace zerocell::app {
namespace {

struct Options {
  std::string config = kDefaultConfiguration;
  std::string pcap;
  std::vector<std::string> pcap_imsis;  ///< Each "IMSI=FILE".
  std::vector<std::string> roles;
};

constexpr std::array<std::pair<std::string_view, bool Roles::*>, 5> kRoles{{{"mme", &Roles::mme},
                                                                            {"hss", &Roles::hss},
                                                                            {"sgw", &Roles::sgw},
                                                                            {"pgw", &Roles::pgw},
                                                                            {"upf", &Roles::upf}}};

/// All of them where none is named.
Roles roles_of(const std::vector<std::string>& names) {
  Roles roles;
  if (names.empty()) return roles;
  for (const auto& [name, role] : kRoles) roles.*role = std::ranges::find(names, name) != names.end();
  return roles;
}

std::string check_pcap_imsi(const std::string& text) {
  const auto equals = text.find('=');
  const bool good =
      equals != std::string::npos && Imsi::parse(text.substr(0, equals)) && equals + 1 < text.size();
  return good ? "" : "\"" + text + "\" is not IMSI=FILE, such as 001010000000001=sim.pcap";
}

std::string check_role(const std::string& text) {
  const bool known = std::ranges::any_of(kRoles, [&text](const auto& role) { return role.first == text; });
  return known ? "" : "\"" + text + "\" is no role; expected mme, hss, sgw, pgw or upf";
}

void apply(const Options& options, config::Pcap& pcap) {
  if (!options.pcap.empty()) pcap.file = options.pcap;
  for (const std::string& text : options.pcap_imsis) {
    const auto equals = text.find('=');
    const Imsi imsi = *Imsi::parse(std::string_view(text).substr(0, equals));
    std::erase_if(pcap.imsis,
                  [&imsi](const config::PcapImsi& configured) { return configured.imsi == imsi; });
    pcap.imsis.push_back({imsi, text.substr(equals + 1)});
  }
}

int serve(const Options& options) {
  auto config = load_configuration(options.config);
  if (!config) return kBadConfiguration;
  apply(options, config->pcap);
  if (const auto started = log::start(config->log); !started) {
    std::fprintf(stderr, "zerocell: log.file: %s\n", started.error().c_str());
    return kFailed;
  }
  const auto done = run(*config, roles_of(options.roles));
  // Standard error gets it below; where that is the log, once is enough.
  if (!done && !config->log.file.empty()) log::error("failed", {{"reason", done.error()}});
  log::stop();
  if (done) return kDone;
  std::fprintf(stderr, "zerocell: %s\n", done.error().c_str());
  return kFailed;
}

}  // namespace

void add_run_command(CLI::App& root, int& status) {
  CLI::App* command = root.add_subcommand("run", "Run the core until SIGINT or SIGTERM");
  const auto options = std::make_shared<Options>();
  command->add_option("-c,--config", options->config, "Configuration of the core")
      ->type_name("FILE")
      ->capture_default_str();
  command->add_option("--pcap", options->pcap, "Write all signalling to this file, for Wireshark")
      ->type_name("FILE");
  command
      ->add_option("--pcap-imsi", options->pcap_imsis,
                   "Write the signalling of one SIM to a file; may be repeated")
      ->type_name("IMSI=FILE")
      ->check(check_pcap_imsi);
  command
      ->add_option(
          "--roles", options->roles,
          "Functions of this process, of mme,hss,sgw,pgw,upf; all by default, and this version needs all")
      ->type_name("ROLE,...")
      ->delimiter(',')
      ->check(check_role);
  command->callback([options, &status] { status = serve(*options); });
}

}  // namespace zerocell::app
