// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <CLI/App.hpp>

#include "core/net/sctp.hpp"
#include "lab/load/settings.hpp"

namespace zerocell::app {

/// The options of `zerocell bench`, as they were typed.
struct BenchOptions {
  std::string mme;
  std::uint16_t port = net::kPortS1ap;
  std::string sctp = "auto";
  std::vector<std::string> enb_addresses;
  std::string plmn = "00101";
  std::string tacs = "1";
  std::uint32_t enbs = 16;
  std::uint32_t enb_id = 1;
  std::uint32_t ues = 10'000;
  std::string imsi;
  std::string k;
  std::string op_c;
  std::string sims;
  std::string apn;
  std::string pdn_type = "ipv4";
  std::string identity = "imsi";
  std::string scenario = "attach";
  double rate = 1000;
  std::uint32_t window = 64;
  std::string arrivals = "poisson";
  double seconds = 10;
  double storm_rate = 0;
  std::uint32_t storm_ues = 0;
  double storm_after = 2;
  double storm_seconds = 1;
  double slice_seconds = 0;
  std::uint64_t count = 0;
  std::uint64_t seed = 1;
  double patience_seconds = 15;
  bool keep = false;
  bool spin = false;
  std::string gtpu;
  int pid = 0;
  std::string json;

  void add_options(CLI::App& command);

 private:
  void add_target_options(CLI::App& command);
  void add_enb_options(CLI::App& command);
  void add_ue_options(CLI::App& command);
  void add_load_options(CLI::App& command);
  void add_storm_options(CLI::App& command);
};

/// What they mean. Ends the command where they mean nothing, or SIMs cannot be read.
load::Settings settings_of(const BenchOptions& options);

}  // namespace zerocell::app
