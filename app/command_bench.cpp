// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>

#include <CLI/App.hpp>

#include "app/commands.hpp"
#include "core/runtime/live_loop.hpp"
#include "hss/sim_file.hpp"
#include "lab/load/live_user_data.hpp"
#include "lab/load/report.hpp"

namespace zerocell::app {
namespace {

using load::Settings;

/// As they were typed.
struct Options {
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
};

constexpr Duration kStormSlice = std::chrono::milliseconds(50);
constexpr Duration kForEver = std::chrono::hours(24 * 365);

struct Failed {
  int status = kBadUsage;
  std::string message;
};
[[noreturn]] void fail(std::string message, int status = kBadUsage) {
  throw Failed{status, std::move(message)};
}
template <class T>
T must(std::optional<T> value, std::string_view option, std::string_view text, std::string_view expected) {
  if (!value) fail(fmt::format("{}: \"{}\" is not {}", option, text, expected));
  return *value;
}

/// "7" or "7-9".
void set_tacs(Settings& settings, const std::string& text) {
  unsigned first = 0;
  unsigned last = 0;
  char rest = 0;
  const int read = std::sscanf(text.c_str(), "%u-%u%c", &first, &last, &rest);
  if (read == 1) last = first;
  if ((read != 1 && read != 2) || first == 0 || last < first || last > 65534)
    fail("--tac: \"" + text + "\" is no tracking area code, nor two with '-' between them");
  settings.tac_first = static_cast<std::uint16_t>(first);
  settings.tac_count = static_cast<std::uint16_t>(last - first + 1);
}

void read_sims(Settings& settings, const std::string& path) {
  std::ifstream file(path);
  if (!file) fail("--sims: cannot read " + path, kFailed);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  std::string problem;
  hss::read_sims(
      text, path.ends_with(".json") ? hss::SimFormat::json : hss::SimFormat::csv,
      [&](hss::SimRow& row) {
        if (!problem.empty()) return;
        hss::SimDraft draft;
        const auto wrong = row.apply(draft);
        const auto sim = draft.finish();
        if (wrong || !sim)
          problem = fmt::format("{}:{}: {}", path, row.line, wrong ? *wrong : sim.error());
        else if (sim->secrets.algorithm != store::Algorithm::milenage)
          problem = fmt::format("{}:{}: only SIMs with MILENAGE can be simulated", path, row.line);
        else
          settings.sims.push_back({sim->imsi,
                                   {Key<16>(std::span(sim->secrets.k.reveal()).first<16>()),
                                    Key<16>(std::span(sim->secrets.op_c.reveal()).first<16>())}});
      },
      [&](const hss::SimFileProblem& wrong) {
        if (problem.empty()) problem = fmt::format("{}:{}: {}", path, wrong.line, wrong.message);
      });
  if (!problem.empty()) fail(problem);
}

Key<16> key(const char* option, const std::string& text) {
  auto read = Key<16>::from_hex(text);
  if (!read) fail(fmt::format("{}: {}", option, read.error()));
  return *read;
}

Duration duration(double seconds) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

Settings settings_of(const Options& options) {
  Settings settings;
  settings.mme = {must(IpAddress::parse(options.mme), "--mme", options.mme, "an IP address"), options.port};
  for (const std::string& text : options.enb_addresses)
    settings.enb_addresses.push_back(must(IpAddress::parse(text), "--enb-address", text, "an IP address"));
  settings.plmn = must(Plmn::parse(options.plmn), "--plmn", options.plmn, "a PLMN such as 00101");
  set_tacs(settings, options.tacs);
  settings.enbs = options.enbs;
  settings.enb_id_first = options.enb_id;
  settings.ues = options.ues;
  if (options.sims.empty()) {
    if (options.imsi.empty() || options.k.empty() || options.op_c.empty())
      fail(
          "which SIMs? Give --imsi, --k and --opc, as they were given to 'zerocell sim add --count', or "
          "--sims");
    settings.imsi_first = must(Imsi::parse(options.imsi), "--imsi", options.imsi, "an IMSI");
    settings.keys = {key("--k", options.k), key("--opc", options.op_c)};
  } else {
    read_sims(settings, options.sims);
  }
  if (!options.apn.empty()) settings.apn = must(Apn::parse(options.apn), "--apn", options.apn, "an APN");
  settings.pdn_type = options.pdn_type == "ipv6"     ? nas::PdnType::ipv6
                      : options.pdn_type == "ipv4v6" ? nas::PdnType::ipv4v6
                                                     : nas::PdnType::ipv4;
  settings.by_guti = options.identity == "guti";
  settings.scenario =
      must(load::scenario_of(options.scenario), "--scenario", options.scenario, "the name of a scenario");
  settings.rate = options.rate;
  settings.window = options.window;
  settings.arrivals = options.arrivals == "fixed" ? load::ArrivalKind::fixed : load::ArrivalKind::poisson;
  settings.duration = duration(options.seconds);
  settings.storm = {.rate = options.storm_rate,
                    .ues = options.storm_ues,
                    .after = duration(options.storm_after),
                    .duration = duration(options.storm_seconds)};
  settings.slice = duration(options.slice_seconds);
  if (settings.storm.rate > 0 && settings.slice == Duration::zero()) settings.slice = kStormSlice;
  settings.arrivals_max = options.count;
  settings.seed = options.seed;
  settings.patience = duration(options.patience_seconds);
  settings.keep = options.keep;
  if (!options.gtpu.empty()) {
    settings.gtpu = must(Ipv4Address::parse(options.gtpu), "--gtpu", options.gtpu, "an IPv4 address");
    settings.receive_packets = true;
  }
  if (const auto problem = load::problem_of(settings)) fail(*problem);
  return settings;
}

/// What a person sees meanwhile: one line that changes on a terminal, a line for each phase elsewhere.
class Display {
 public:
  Display(Loop& loop, const load::Generator& generator)
      : loop_(loop),
        generator_(generator),
        terminal_(::isatty(STDOUT_FILENO) == 1),
        timer_([this] { show(); }) {
    show();
  }
  ~Display() {
    if (terminal_) std::fputs("\r\033[K", stdout);
  }

 private:
  void show() {
    const load::Progress now = generator_.progress();
    const double passed = std::chrono::duration<double>(loop_.now() - at_).count();
    if (now.phase != last_.phase) last_ = {.phase = now.phase};
    const double rate = passed > 0 ? static_cast<double>(now.done - last_.done) / passed : 0;
    if (terminal_) {
      constexpr std::size_t kCells = 30;
      const auto full = static_cast<std::size_t>(now.share * kCells);
      fmt::print("\r\033[K{:<10} [{}{}] {:>3.0f} %  {:>8.0f}/s  {} done, {} failed", load::name_of(now.phase),
                 std::string(full, '#'), std::string(kCells - full, ' '), now.share * 100, rate, now.done,
                 now.failed);
    } else if (now.phase != shown_ || loop_.now() - line_at_ > std::chrono::seconds(10)) {
      fmt::print("{}: {} done, {} failed\n", load::name_of(now.phase), now.done, now.failed);
      shown_ = now.phase;
      line_at_ = loop_.now();
    }
    std::fflush(stdout);
    last_ = now;
    at_ = loop_.now();
    loop_.arm(timer_, std::chrono::milliseconds(250));
  }

  Loop& loop_;
  const load::Generator& generator_;
  const bool terminal_;
  load::Progress last_;
  std::optional<load::Phase> shown_;
  Time at_{};
  Time line_at_{};
  CallbackTimer timer_;
};

int run(const Options& options) {
  const Settings settings = settings_of(options);
  LiveLoop loop(options.spin ? kForEver : Duration::zero());
  net::SctpOptions sctp;
  sctp.outbound_streams = 16;
  sctp.associations_max = settings.enbs;
  auto transport = net::make_sctp_transport(loop,
                                            options.sctp == "kernel"    ? net::SctpKind::kernel
                                            : options.sctp == "usrsctp" ? net::SctpKind::usrsctp
                                                                        : net::SctpKind::automatic,
                                            sctp);
  if (!transport) fail("sctp: " + transport.error().message, kFailed);
  std::optional<load::CoreMeter> core;
  if (options.pid != 0) {
    auto meter = load::CoreMeter::of(options.pid);
    if (!meter) fail("--pid: " + meter.error());
    core = *meter;
  }
  std::unique_ptr<load::UserData> user_data;
  if (settings.receive_packets) {
    auto opened = load::open_live_user_data(loop, settings.gtpu);
    if (!opened) fail("--gtpu: " + opened.error(), kFailed);
    user_data = std::move(*opened);
  }
  fmt::print("{} eNodeBs with {} UEs connect to {} over SCTP ({}): {}, {}\n", settings.enbs, settings.ues,
             settings.mme.text(), (*transport)->name(), load::name_of(settings.scenario),
             settings.rate > 0 ? fmt::format("{} arrivals a second", settings.rate)
                               : fmt::format("{} at once", settings.window));
  load::Generator generator({.loop = loop,
                             .sctp = **transport,
                             .alarm =
                                 [&](Loop& on, std::function<void()> ring) {
                                   return options.spin ? load::make_spinning_alarm(loop, std::move(ring))
                                                       : load::make_kernel_alarm(on, std::move(ring));
                                 },
                             .user_data = user_data.get(),
                             .core = core ? &*core : nullptr},
                            settings);
  std::expected<void, std::string> how;
  loop.on_signals({SIGINT, SIGTERM}, [&, asked = 0](int) mutable {
    // The second time nothing is waited for.
    if (asked++ == 0) return generator.stop();
    how = std::unexpected("stopped");
    loop.stop();
  });
  generator.start([&](std::expected<void, std::string> result) {
    how = std::move(result);
    loop.stop();
  });
  {
    const Display display(loop, generator);
    loop.run();
  }
  if (!how) fail(how.error(), kFailed);
  std::fputs(load::text_report(settings, generator.outcome()).c_str(), stdout);
  if (!options.json.empty()) {
    std::ofstream file(options.json);
    file << load::json_report(settings, generator.outcome());
    if (!file.flush()) fail("cannot write " + options.json, kFailed);
  }
  return kDone;
}

int guarded(const Options& options) {
  try {
    return run(options);
  } catch (const Failed& failed) {
    std::fprintf(stderr, "zerocell: bench: %s\n", failed.message.c_str());
    return failed.status;
  }
}

}  // namespace

void add_bench_command(CLI::App& root, int& status) {
  CLI::App* command = root.add_subcommand(
      "bench", "Simulate many eNodeBs and UEs against an MME, ours or another's, and measure it");
  const auto o = std::make_shared<Options>();
  command->add_option("--mme", o->mme, "Address of the MME")->required();
  command->add_option("--port", o->port, "Its SCTP port")->capture_default_str();
  command->add_option("--sctp", o->sctp, "SCTP stack of the eNodeBs")
      ->check(CLI::IsMember({"auto", "kernel", "usrsctp"}))
      ->capture_default_str();
  command->add_option("--enb-address", o->enb_addresses, "Where eNodeBs connect from; may be repeated");
  command->add_option("--plmn", o->plmn, "PLMN of the eNodeBs")->capture_default_str();
  command->add_option("--tac", o->tacs, "Tracking area code, or a range such as 1-4")->capture_default_str();
  command->add_option("--enbs", o->enbs, "Number of eNodeBs")->capture_default_str();
  command->add_option("--enb-id", o->enb_id, "Macro eNB id of the first")->capture_default_str();
  command->add_option("--ues", o->ues, "Number of UEs")->capture_default_str();
  command->add_option("--imsi", o->imsi, "IMSI of the first; counted up for the others");
  command->add_option("--k", o->k, "K of all of them, as 'zerocell sim add --count' gives one to all")
      ->type_name("HEX");
  command->add_option("--opc", o->op_c, "OPc of all of them")->type_name("HEX");
  command->add_option("--sims", o->sims, "SIMs instead: as 'zerocell sim export --with-keys' writes them")
      ->type_name("FILE");
  command->add_option("--apn", o->apn, "APN that UEs ask for; the network's default when left out");
  command->add_option("--pdn-type", o->pdn_type, "PDN type")
      ->check(CLI::IsMember({"ipv4", "ipv6", "ipv4v6"}))
      ->capture_default_str();
  command->add_option("--identity", o->identity, "How UEs attach again")
      ->check(CLI::IsMember({"imsi", "guti"}))
      ->capture_default_str();
  command
      ->add_option("--scenario", o->scenario,
                   "attach, registration, service-request, tau, paging, x2-handover, s1-handover or iot-day")
      ->capture_default_str();
  command
      ->add_option("--rate", o->rate,
                   "Arrivals a second, which wait for no answer; 0: as many as --window allows")
      ->capture_default_str();
  command->add_option("--window", o->window, "UEs at once, without a rate and while preparing")
      ->capture_default_str();
  command->add_option("--arrivals", o->arrivals, "How arrivals are spread over time")
      ->check(CLI::IsMember({"poisson", "fixed"}))
      ->capture_default_str();
  command->add_option("--seconds", o->seconds, "So long work arrives")->capture_default_str();
  command
      ->add_option("--storm-rate", o->storm_rate,
                   "Arrivals a second of a storm besides, by UEs of its own; 0: no storm")
      ->capture_default_str();
  command->add_option("--storm-ues", o->storm_ues, "So many of the UEs are in the storm only")
      ->capture_default_str();
  command->add_option("--storm-after", o->storm_after, "Seconds before it")->capture_default_str();
  command->add_option("--storm-seconds", o->storm_seconds, "How long it lasts")->capture_default_str();
  command
      ->add_option("--slice", o->slice_seconds,
                   "Seconds of each slice of time that --json tells of; 0: only the whole")
      ->capture_default_str();
  command->add_option("--count", o->count, "So many arrivals at most; 0: as many as the time allows")
      ->capture_default_str();
  command->add_option("--seed", o->seed, "Of every drawn number")->capture_default_str();
  command->add_option("--patience", o->patience_seconds, "Seconds that a UE waits for a procedure")
      ->capture_default_str();
  command->add_flag("--keep", o->keep, "Leave the UEs attached at the end");
  command->add_flag("--spin", o->spin, "Never sleep: exact to a microsecond, and costs a whole processor");
  command->add_option("--gtpu", o->gtpu,
                      "Address for the eNodeBs' user data; paging needs it, and a route to the UEs");
  command->add_option("--pid", o->pid,
                      "Process of the core on this machine: its CPU and memory are measured");
  command->add_option("--json", o->json, "Write the result")->type_name("FILE");
  command->callback([o, &status] { status = guarded(*o); });
}

}  // namespace zerocell::app
