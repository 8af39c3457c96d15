// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>

#include <CLI/App.hpp>

#include "app/bench_display.hpp"
#include "app/bench_options.hpp"
#include "app/command_frame.hpp"
#include "core/runtime/live_loop.hpp"
#include "lab/load/live_user_data.hpp"
#include "lab/load/report.hpp"

namespace zerocell::app {
namespace {

constexpr Duration kForEver = std::chrono::hours(24 * 365);

std::unique_ptr<net::SctpTransport> open_transport(Loop& loop, const load::Settings& settings) {
  net::SctpOptions options;
  options.outbound_streams = 16;
  options.associations_max = settings.enbs;
  auto transport = net::make_sctp_transport(loop, settings.sctp, options);
  if (!transport) fail("--sctp: " + transport.error().message);
  return std::move(*transport);
}

std::optional<load::CoreMeter> open_meter(int pid) {
  if (pid == 0) return std::nullopt;
  auto meter = load::CoreMeter::of(pid);
  if (!meter) fail("--pid: " + meter.error(), kBadUsage);
  return *meter;
}

std::unique_ptr<load::UserData> open_user_data(Loop& loop, const load::Settings& settings) {
  if (!settings.receive_packets) return nullptr;
  auto opened = load::open_live_user_data(loop, settings.gtpu);
  if (!opened) fail("--gtpu: " + opened.error());
  return std::move(*opened);
}

/// Before the load begins: after minutes of it is too late to learn that the path is wrong. A report that is
/// there stays until there is another one.
void check_report(const std::string& path) {
  if (path.empty()) return;
  if (!std::ofstream(path, std::ios::app))
    fail(fmt::format("--json: cannot write {}: {}", path, std::strerror(errno)));
}

void write_report(const std::string& path, const std::string& report) {
  if (path.empty()) return;
  std::ofstream file(path);
  file << report;
  if (!file.flush()) fail("--json: cannot write " + path);
}

/// Runs the load to its end, which a first signal brings nearer, and a second one about at once.
void run_to_end(LiveLoop& loop, load::Generator& generator) {
  std::expected<void, std::string> how;
  BenchDisplay display(loop, generator);
  loop.on_signals({SIGINT, SIGTERM}, [&, asked = 0](int) mutable {
    if (asked++ != 0) {
      how = std::unexpected("stopped");
      return loop.stop();
    }
    display.say(generator.settings().keep
                    ? "stopping: what has begun ends; Ctrl-C again ends at once"
                    : "stopping: what has begun ends, and UEs detach; Ctrl-C again ends at once");
    generator.stop();
  });
  generator.start([&](std::expected<void, std::string> result) {
    how = std::move(result);
    loop.stop();
  });
  loop.run();
  if (!how) fail(how.error());
}

void run(const BenchOptions& options) {
  const load::Settings settings = settings_of(options);
  check_report(options.json);
  LiveLoop loop(settings.spin ? kForEver : Duration::zero());
  const auto transport = open_transport(loop, settings);
  auto core = open_meter(options.pid);
  const auto user_data = open_user_data(loop, settings);
  fmt::print("MME: {} over SCTP ({}); eNodeBs: {}; UEs: {}; scenario: {}, {} for {} s\n", settings.mme.text(),
             transport->name(), settings.enbs, settings.ues, load::name_of(settings.scenario),
             settings.rate > 0 ? fmt::format("{} arrivals a second", settings.rate)
                               : fmt::format("{} at once", settings.window),
             options.seconds);
  load::Generator generator({.loop = loop,
                             .sctp = *transport,
                             .alarm =
                                 [&](Loop& on, std::function<void()> ring) {
                                   return settings.spin ? load::make_spinning_alarm(loop, std::move(ring))
                                                        : load::make_kernel_alarm(on, std::move(ring));
                                 },
                             .user_data = user_data.get(),
                             .core = core ? &*core : nullptr},
                            settings);
  run_to_end(loop, generator);
  const load::Outcome& outcome = generator.outcome();
  std::fputs(load::text_report(settings, outcome).c_str(), stdout);
  std::fflush(stdout);
  write_report(options.json, load::json_report(settings, outcome));
  if (outcome.arrived == 0) fail("nothing arrived, so nothing was measured");
  if (outcome.done == 0) fail(fmt::format("none of {} arrivals ended well", outcome.arrived));
}

}  // namespace

void add_bench_command(CLI::App& root, int& status) {
  CLI::App* command = root.add_subcommand(
      "bench", "Simulate many eNodeBs and UEs against an MME, ours or another's, and measure it");
  const auto options = std::make_shared<BenchOptions>();
  options->add_options(*command);
  on_call(*command, options, status, run);
}

}  // namespace zerocell::app
