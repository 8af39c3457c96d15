// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/apns.hpp"
#include "core/config/egress.hpp"
#include "core/config/hss.hpp"
#include "core/config/mme.hpp"
#include "core/config/network.hpp"
#include "core/config/runtime.hpp"
#include "core/config/s1ap.hpp"
#include "core/config/telemetry.hpp"
#include "core/config/upf.hpp"

namespace zerocell::config {

/// The whole file. A room takes only its own section, and includes only that section's header.
struct Config {
  Network network;
  S1ap s1ap;
  Mme mme;
  Upf upf;
  std::vector<ApnConfig> apns = {};
  Egress egress;
  Store store;
  Hss hss;
  Log log;
  Pcap pcap;
  Metrics metrics;
  Control control;
  Runtime runtime;
  friend bool operator==(const Config&, const Config&) = default;
};

void describe(Fields& fields, Config& config);

/// Where `zerocell ue` finds a core of this configuration.
std::string control_socket(const Config& config);

/// One thing wrong with the file.
struct Problem {
  std::string file = {};
  std::uint32_t line = 0;  ///< From 1; 0 where the file as a whole is meant.
  std::uint32_t column = 0;
  std::string key = {};      ///< "apns[0].ipv4_pool"; empty where no key is meant.
  std::string message = {};  ///< What is wrong, and what was expected.
  /// "FILE:LINE:COLUMN: KEY: MESSAGE".
  std::string text() const;
};

/// What a room beside this one knows of right and wrong, such as the syntax of an egress rule. Reports; see
/// report.hpp.
using Check = void (*)(const Config& config, const Report& report);

/// Reads and validates, with the further checks. The error lists every problem, in the order of the file.
/// `path` names the file in them.
std::expected<Config, std::vector<Problem>> parse(std::string_view yaml, std::string_view path,
                                                  std::span<const Check> checks = {});
std::expected<Config, std::vector<Problem>> load(const std::string& path, std::span<const Check> checks = {});

/// Every key with its value, as YAML that parse() reads back into an equal Config.
std::string dump(const Config& config);

/// One key of the file.
struct KeyInfo {
  std::string path = {};      ///< "apns[].ipv4_pool".
  std::string type = {};      ///< "integer 1..65535", "list of PLMN".
  std::string fallback = {};  ///< The default as it would stand in the file; "required"; "none".
  std::string meaning = {};
};
/// Every key, in the order of the file.
std::vector<KeyInfo> keys();
/// keys() as the tables of docs/configuration.md, one for each section.
std::string keys_as_markdown();

}  // namespace zerocell::config
