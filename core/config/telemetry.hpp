// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/types/identity.hpp"
#include "core/types/ip.hpp"

namespace zerocell::config {

class Fields;
class Report;

enum class LogLevel : std::uint8_t { trace, debug, info, warning, error, off };
enum class LogFormat : std::uint8_t { text, json };

/// Section `log`.
struct Log {
  LogLevel level = LogLevel::info;
  LogFormat format = LogFormat::text;
  std::string file = {};  ///< Empty: standard error.
  std::uint64_t queue_bytes_max =
      4 * 1024 * 1024;  ///< Lines that wait for the disk; more are dropped and counted.
  friend bool operator==(const Log&, const Log&) = default;
};

/// A capture of one SIM's signalling.
struct PcapImsi {
  Imsi imsi = {};
  std::string file = {};
  friend bool operator==(const PcapImsi&, const PcapImsi&) = default;
};

/// Section `pcap`: captures of signalling for Wireshark.
struct Pcap {
  std::string file = {};                         ///< All signalling; empty: none.
  std::vector<PcapImsi> imsis = {};              ///< One file a SIM.
  std::uint64_t file_bytes_max = 1'000'000'000;  ///< A file stops growing here; what is left out is counted.
  std::uint64_t queue_bytes_max = 8 * 1024 * 1024;
  friend bool operator==(const Pcap&, const Pcap&) = default;
};

/// Section `metrics`: the Prometheus endpoint.
struct Metrics {
  std::optional<Endpoint> bind = {};  ///< Absent: no endpoint.
  friend bool operator==(const Metrics&, const Metrics&) = default;
};

void describe(Fields& fields, Log& log);
void validate(const Log& log, const Report& report);
void describe(Fields& fields, PcapImsi& imsi);
void describe(Fields& fields, Pcap& pcap);
void validate(const Pcap& pcap, const Report& report);
void describe(Fields& fields, Metrics& metrics);
void validate(const Metrics& metrics, const Report& report);

/// Section `control`: the socket of `zerocell ue`.
struct Control {
  std::string socket = {};  ///< Path; empty: that of the store, with `.control` behind it.
  friend bool operator==(const Control&, const Control&) = default;
};

void describe(Fields& fields, Control& control);
void validate(const Control& control, const Report& report);

}  // namespace zerocell::config
