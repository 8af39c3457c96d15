// SPDX-License-Identifier: Apache-2.0
#include "core/config/telemetry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/config/fields.hpp"
#include "core/config/report.hpp"

namespace zerocell::config {

template <>
struct Names<LogLevel> {
  static constexpr std::array<std::pair<std::string_view, LogLevel>, 6> kNames{
      {{"trace", LogLevel::trace},
       {"debug", LogLevel::debug},
       {"info", LogLevel::info},
       {"warning", LogLevel::warning},
       {"error", LogLevel::error},
       {"off", LogLevel::off}}};
};

template <>
struct Names<LogFormat> {
  static constexpr std::array<std::pair<std::string_view, LogFormat>, 2> kNames{
      {{"text", LogFormat::text}, {"json", LogFormat::json}}};
};

namespace {

constexpr Limits kPath{0, 4096};
constexpr Limits kSocketPath{0, 107};  // sun_path of unix(7), with its end.
constexpr Limits kQueue{64 * 1024, 1024 * 1024 * 1024};

bool is_loopback(const IpAddress& address) {
  return address.is_v4() ? address.v4()->octets[0] == 127 : address == IpAddress(*Ipv6Address::parse("::1"));
}

}  // namespace

void describe(Fields& fields, Log& log) {
  fields.key("level", log.level, "Events of this level and above are logged");
  fields.key("format", log.format, "key=value text, or one JSON object a line");
  fields.key("file", log.file, "File that lines are appended to; empty: standard error", kPath);
  fields.key("queue_bytes_max", log.queue_bytes_max,
             "Octets of lines that may wait for a slow disk; more are dropped and counted", kQueue);
}

void validate(const Log&, const Report&) {}

void describe(Fields& fields, PcapImsi& imsi) {
  fields.required("imsi", imsi.imsi, "SIM whose signalling is captured");
  fields.required("file", imsi.file, "File for it, overwritten", {1, 4096});
}

void describe(Fields& fields, Pcap& pcap) {
  fields.key("file", pcap.file, "File for all signalling (S1AP with NAS, GTP, S6a), overwritten; empty: none",
             kPath);
  fields.sections("imsis", pcap.imsis, "One file more for each of these SIMs");
  fields.key("file_bytes_max", pcap.file_bytes_max, "A file stops growing here; packets left out are counted",
             {4096, std::uint64_t{1} << 50});
  fields.key("queue_bytes_max", pcap.queue_bytes_max,
             "Octets of packets that may wait for a slow disk; more are dropped and counted", kQueue);
}

void validate(const Pcap& pcap, const Report& report) {
  std::vector<std::string_view> files;
  if (!pcap.file.empty()) files.emplace_back(pcap.file);
  for (std::size_t i = 0; i < pcap.imsis.size(); ++i) {
    const Report here = report.in("imsis", i);
    if (std::ranges::find(files, pcap.imsis[i].file) != files.end())
      here("file", fmt::format("{} is written by another capture, too; expected a file of its own",
                               quoted(pcap.imsis[i].file)));
    files.emplace_back(pcap.imsis[i].file);
    for (std::size_t j = 0; j < i; ++j)
      if (pcap.imsis[i].imsi == pcap.imsis[j].imsi) here("imsi", "stands in the list twice; remove one");
  }
}

void describe(Fields& fields, Control& control) {
  fields.key(
      "socket", control.socket,
      "Path of a socket for its owner alone, which `zerocell ue` and `zerocell enb` ask; empty: the store's with "
      ".control behind it",
      kSocketPath);
}

void validate(const Control&, const Report&) {}

void describe(Fields& fields, Metrics& metrics) {
  fields.key("bind", metrics.bind,
             "Loopback address and port that Prometheus reads from; without it there is no endpoint");
}

void validate(const Metrics& metrics, const Report& report) {
  if (metrics.bind && !is_loopback(metrics.bind->address))
    report(
        "bind",
        fmt::format("is {}; expected an address of the loopback, since nobody is asked for a password there",
                    metrics.bind->text()));
}

}  // namespace zerocell::config
