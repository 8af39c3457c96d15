// SPDX-License-Identifier: Apache-2.0
#include "core/config/config.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "core/config/fields.hpp"
#include "core/config/report.hpp"
#include "core/config/tree_reader.hpp"

namespace zerocell::config {
namespace {

template <class Section>
void validate_section(const Section& section, std::string_view name, const Report& report) {
  // What was not read is not judged: it would be complained of twice.
  const Report here = report.in(name);
  if (here.clean()) validate(section, here);
}

void validate(const Config& config, const Report& report) {
  validate_section(config.network, "network", report);
  validate_section(config.s1ap, "s1ap", report);
  validate_section(config.mme, "mme", report);
  validate_section(config.upf, "upf", report);
  validate(config.apns, report.in("apns"));
  validate_section(config.egress, "egress", report);
  validate_section(config.store, "store", report);
  validate_section(config.hss, "hss", report);
  validate_section(config.log, "log", report);
  validate_section(config.pcap, "pcap", report);
  validate_section(config.metrics, "metrics", report);
  validate_section(config.control, "control", report);
  validate_section(config.runtime, "runtime", report);
}

}  // namespace

void describe(Fields& fields, Config& config) {
  fields.section("network", config.network, "Who this network is to its eNodeBs and UEs.");
  fields.section("s1ap", config.s1ap, "Where eNodeBs connect.");
  fields.section("mme", config.mme, "NAS security and timers (TS 24.301 §10.2, §10.3).");
  fields.section("upf", config.upf, "The packet path.");
  fields.sections("apns", config.apns, "Packet data networks: one item for each access point name.");
  fields.section("egress", config.egress, "What a SIM's packets may reach.");
  fields.section("store", config.store, "Where subscribers are kept.");
  fields.section("hss", config.hss, "Sequence numbers of the authentication centre (TS 33.102 annex C).");
  fields.section("log", config.log, "Log of events.");
  fields.section("pcap", config.pcap, "Captures of signalling, for Wireshark.");
  fields.section("metrics", config.metrics, "Prometheus endpoint.");
  fields.section("control", config.control, "What a core that runs is asked by its operator.");
  fields.section("runtime", config.runtime, "The thread of signalling, and runs that repeat.");
}

std::string control_socket(const Config& config) {
  return config.control.socket.empty() ? config.store.path + ".control" : config.control.socket;
}

std::expected<Config, std::vector<Problem>> parse(std::string_view yaml, std::string_view path,
                                                  std::span<const Check> checks) {
  Problems problems(path);
  Config config;
  const auto tree = parse_tree(yaml);
  if (!tree) {
    problems.add_at(tree.error().position, "", tree.error().message);
    return std::unexpected(std::move(problems).sorted());
  }
  // An empty file is a map without keys: what is missing is then said key by key.
  const bool empty = tree->kind == Node::Kind::null;
  if (!empty && tree->kind != Node::Kind::map) {
    problems.add_at(tree->position, "",
                    "is " + std::string(name_of(tree->kind)) + "; expected sections such as network:");
    return std::unexpected(std::move(problems).sorted());
  }
  read_tree(empty ? Node{.kind = Node::Kind::map} : *tree, "", problems,
            [&config](Fields& fields) { describe(fields, config); });
  validate(config, Report(problems));
  for (const Check check : checks) check(config, Report(problems));
  if (!problems.empty()) return std::unexpected(std::move(problems).sorted());
  return config;
}

std::expected<Config, std::vector<Problem>> load(const std::string& path, std::span<const Check> checks) {
  const auto failed = [&path](const std::string& message) {
    return std::unexpected(std::vector<Problem>{{.file = path, .message = message}});
  };
  errno = 0;
  struct stat status{};
  if (::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode))
    return failed("is a directory; expected a YAML file");
  std::ifstream in(path, std::ios::binary);
  if (!in) return failed("cannot be read: " + std::string(std::strerror(errno)) + "; expected a YAML file");
  std::ostringstream text;
  text << in.rdbuf();
  if (in.bad()) return failed("cannot be read: " + std::string(std::strerror(errno)));
  return parse(text.view(), path, checks);
}

}  // namespace zerocell::config
