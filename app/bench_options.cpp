// SPDX-License-Identifier: Apache-2.0
#include "app/bench_options.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "app/bench_sims.hpp"
#include "app/command_frame.hpp"

namespace zerocell::app {
namespace {

using load::Settings;

constexpr Duration kStormSlice = std::chrono::milliseconds(50);

[[noreturn]] void wrong(std::string message) {
  fail(std::move(message), kBadUsage);
}
template <class T>
T parsed(std::optional<T> value, std::string_view option, std::string_view text, std::string_view expected) {
  if (!value) wrong(fmt::format("{}: \"{}\" is not {}", option, text, expected));
  return *value;
}

/// "7" or "7-9".
void set_tacs(Settings& settings, const std::string& text) {
  unsigned first = 0;
  unsigned last = 0;
  const char* const end = text.data() + text.size();
  auto read = std::from_chars(text.data(), end, first);
  last = first;
  if (read.ec == std::errc() && read.ptr != end && *read.ptr == '-')
    read = std::from_chars(read.ptr + 1, end, last);
  if (read.ec != std::errc() || read.ptr != end || first == 0 || last < first || last > 65534)
    wrong("--tac: \"" + text + "\" is no tracking area code, nor two with '-' between them");
  settings.tac_first = static_cast<std::uint16_t>(first);
  settings.tac_count = static_cast<std::uint16_t>(last - first + 1);
}

Key<16> key(const char* option, const std::string& text) {
  auto read = Key<16>::from_hex(text);
  if (!read) wrong(fmt::format("{}: {}", option, read.error()));
  return *read;
}

/// At most some three years: what is more, or no number, is no time to wait.
Duration duration(const char* option, double seconds) {
  constexpr double kMost = 1e8;
  if (!std::isfinite(seconds) || std::abs(seconds) > kMost)
    wrong(fmt::format("{}: expected at most {} seconds", option, kMost));
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

}  // namespace

void BenchOptions::add_target_options(CLI::App& command) {
  constexpr const char* kGroup = "The MME";
  command.add_option("--mme", mme, "IP address of the MME")->required()->group(kGroup);
  command.add_option("--port", port, "SCTP port of the MME")->capture_default_str()->group(kGroup);
  command.add_option("--sctp", sctp, "SCTP stack to use; auto: the kernel's where it has SCTP, else usrsctp")
      ->check(CLI::IsMember({"auto", "kernel", "usrsctp"}))
      ->capture_default_str()
      ->group(kGroup);
  command
      .add_option(
          "--pid", pid,
          "Process id of the core, when it runs on this machine: its CPU time and memory are measured")
      ->group(kGroup);
}

void BenchOptions::add_enb_options(CLI::App& command) {
  constexpr const char* kGroup = "Simulated eNodeBs";
  command.add_option("--enbs", enbs, "Number of eNodeBs")->capture_default_str()->group(kGroup);
  command
      .add_option("--enb-id", enb_id, "Macro eNB id of the first eNodeB; the others have the ids after it")
      ->capture_default_str()
      ->group(kGroup);
  command
      .add_option("--enb-address", enb_addresses,
                  "IP address of this machine that eNodeBs connect from; several are used in turn. "
                  "By default the system chooses")
      ->type_name("IP")
      ->group(kGroup);
  command.add_option("--plmn", plmn, "PLMN of the eNodeBs: MCC and MNC, five or six digits")
      ->capture_default_str()
      ->group(kGroup);
  command
      .add_option("--tac", tacs,
                  "Tracking area code, or a range such as 1-4 over which the eNodeBs are spread")
      ->capture_default_str()
      ->group(kGroup);
  command
      .add_option(
          "--gtpu", gtpu,
          "IPv4 address of this machine for the eNodeBs' user packets. Needed by the scenario paging, "
          "with a route to the UEs; handovers and iot-day then have user packets too. "
          "By default there are none")
      ->type_name("IP")
      ->group(kGroup);
}

void BenchOptions::add_ue_options(CLI::App& command) {
  constexpr const char* kGroup = "Simulated UEs";
  command.add_option("--ues", ues, "Number of UEs")->capture_default_str()->group(kGroup);
  command.add_option("--imsi", imsi, "IMSI of the first UE; the others have the IMSIs after it")
      ->group(kGroup);
  command.add_option("--k", k, "K of all UEs, 32 hexadecimal digits, as given to 'zerocell sim add --count'")
      ->type_name("HEX")
      ->group(kGroup);
  command.add_option("--opc", op_c, "OPc of all UEs, 32 hexadecimal digits")->type_name("HEX")->group(kGroup);
  command
      .add_option("--sims", sims,
                  "In place of --imsi, --k and --opc: a file of SIMs, one for each UE, "
                  "as 'zerocell sim export --with-keys' writes it")
      ->type_name("FILE")
      ->group(kGroup);
  command.add_option("--apn", apn, "APN that UEs ask for; by default none, and the network chooses")
      ->group(kGroup);
  command.add_option("--pdn-type", pdn_type, "PDN type that UEs ask for")
      ->check(CLI::IsMember({"ipv4", "ipv6", "ipv4v6"}))
      ->capture_default_str()
      ->group(kGroup);
  command
      .add_option("--identity", identity,
                  "What a UE says that it is when it attaches again: its IMSI, which means a new "
                  "authentication, or its GUTI, which does not. The first attach is by IMSI")
      ->check(CLI::IsMember({"imsi", "guti"}))
      ->capture_default_str()
      ->group(kGroup);
  command
      .add_option("--patience", patience_seconds,
                  "Seconds after which a procedure without an answer counts as failed")
      ->capture_default_str()
      ->group(kGroup);
  command.add_flag("--keep", keep, "Leave the UEs attached at the end; by default they detach")
      ->group(kGroup);
}

void BenchOptions::add_load_options(CLI::App& command) {
  constexpr const char* kGroup = "Load";
  const auto names = load::scenario_names();
  command.add_option("--scenario", scenario, "What an arrival makes a UE do; docs/load.md explains each")
      ->check(CLI::IsMember(std::vector<std::string>(names.begin(), names.end())))
      ->capture_default_str()
      ->group(kGroup);
  command
      .add_option("--rate", rate,
                  "Arrivals a second; they do not wait for answers. 0: as many as possible, --window at once")
      ->capture_default_str()
      ->group(kGroup);
  command
      .add_option("--window", window,
                  "Number of UEs that are busy at once: with --rate 0, and while UEs attach before the "
                  "measurement or detach after it")
      ->capture_default_str()
      ->group(kGroup);
  command
      .add_option("--arrivals", arrivals,
                  "Time between arrivals: drawn at random (poisson), or always the same (fixed)")
      ->check(CLI::IsMember({"poisson", "fixed"}))
      ->capture_default_str()
      ->group(kGroup);
  command.add_option("--seconds", seconds, "Seconds during which UEs arrive and are measured")
      ->capture_default_str()
      ->group(kGroup);
  command.add_option("--count", count, "End after this number of arrivals; 0: after --seconds only")
      ->capture_default_str()
      ->group(kGroup);
  command.add_option("--seed", seed, "Seed of all random numbers: the same seed, the same arrivals")
      ->capture_default_str()
      ->group(kGroup);
  command
      .add_flag("--spin", spin,
                "Never sleep: this program keeps one processor busy, and its clock is exact to a "
                "microsecond")
      ->group(kGroup);
}

void BenchOptions::add_storm_options(CLI::App& command) {
  constexpr const char* kGroup = "Storm: more UEs that arrive all at once, beside the load";
  command.add_option("--storm-rate", storm_rate, "Arrivals a second in the storm; 0: no storm")
      ->capture_default_str()
      ->group(kGroup);
  command
      .add_option("--storm-ues", storm_ues,
                  "Number of the --ues that arrive in the storm only; needed with --storm-rate")
      ->capture_default_str()
      ->group(kGroup);
  command.add_option("--storm-after", storm_after, "Seconds from the first arrival until the storm begins")
      ->capture_default_str()
      ->group(kGroup);
  command.add_option("--storm-seconds", storm_seconds, "Seconds that the storm lasts")
      ->capture_default_str()
      ->group(kGroup);
}

void BenchOptions::add_options(CLI::App& command) {
  add_target_options(command);
  add_enb_options(command);
  add_ue_options(command);
  add_load_options(command);
  add_storm_options(command);
  constexpr const char* kGroup = "Report";
  command.add_option("--json", json, "Write the report as JSON to this file, besides the text")
      ->type_name("FILE")
      ->group(kGroup);
  command
      .add_option("--slice", slice_seconds,
                  "Seconds of each slice of time that the JSON report has figures of; "
                  "0: no slices, or of 0.05 seconds with a storm")
      ->capture_default_str()
      ->group(kGroup);
}

load::Settings settings_of(const BenchOptions& options) {
  Settings settings;
  settings.spin = options.spin;
  settings.sctp = options.sctp == "kernel"    ? net::SctpKind::kernel
                  : options.sctp == "usrsctp" ? net::SctpKind::usrsctp
                                              : net::SctpKind::automatic;
  settings.mme = {parsed(IpAddress::parse(options.mme), "--mme", options.mme, "an IP address"), options.port};
  for (const std::string& text : options.enb_addresses)
    settings.enb_addresses.push_back(parsed(IpAddress::parse(text), "--enb-address", text, "an IP address"));
  settings.plmn = parsed(Plmn::parse(options.plmn), "--plmn", options.plmn, "a PLMN such as 00101");
  set_tacs(settings, options.tacs);
  settings.enbs = options.enbs;
  settings.enb_id_first = options.enb_id;
  settings.ues = options.ues;
  if (options.sims.empty()) {
    if (options.imsi.empty() || options.k.empty() || options.op_c.empty())
      wrong(
          "which SIMs do the UEs have? Give --imsi, --k and --opc as they were given to 'zerocell sim add "
          "--count', or "
          "--sims");
    settings.imsi_first =
        parsed(Imsi::parse(options.imsi), "--imsi", options.imsi, "an IMSI, such as 001010000000001");
    settings.keys = {key("--k", options.k), key("--opc", options.op_c)};
  } else {
    settings.sims = read_load_sims(options.sims);
  }
  if (!options.apn.empty()) settings.apn = parsed(Apn::parse(options.apn), "--apn", options.apn, "an APN");
  settings.pdn_type = options.pdn_type == "ipv6"     ? nas::PdnType::ipv6
                      : options.pdn_type == "ipv4v6" ? nas::PdnType::ipv4v6
                                                     : nas::PdnType::ipv4;
  settings.by_guti = options.identity == "guti";
  settings.scenario =
      parsed(load::scenario_of(options.scenario), "--scenario", options.scenario, "the name of a scenario");
  settings.rate = options.rate;
  settings.window = options.window;
  settings.arrivals = options.arrivals == "fixed" ? load::ArrivalKind::fixed : load::ArrivalKind::poisson;
  settings.duration = duration("--seconds", options.seconds);
  settings.storm = {.rate = options.storm_rate,
                    .ues = options.storm_ues,
                    .after = duration("--storm-after", options.storm_after),
                    .duration = duration("--storm-seconds", options.storm_seconds)};
  settings.slice = duration("--slice", options.slice_seconds);
  if (settings.storm.rate > 0 && settings.slice == Duration::zero()) settings.slice = kStormSlice;
  settings.arrivals_max = options.count;
  settings.seed = options.seed;
  settings.patience = duration("--patience", options.patience_seconds);
  settings.keep = options.keep;
  if (!options.gtpu.empty()) {
    settings.gtpu = parsed(Ipv4Address::parse(options.gtpu), "--gtpu", options.gtpu, "an IPv4 address");
    settings.receive_packets = true;
  }
  if (const auto problem = load::problem_of(settings)) wrong(*problem);
  return settings;
}

}  // namespace zerocell::app
