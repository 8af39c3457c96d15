// SPDX-License-Identifier: Apache-2.0
#include "app/run.hpp"

#include <csignal>

#include "api/metrics_page.hpp"
#include "app/core.hpp"
#include "app/version.hpp"
#include "core/runtime/live_loop.hpp"
#include "core/telemetry/log.hpp"

namespace zerocell::app {
namespace {

/// How long eNodeBs have to answer our SHUTDOWN before the process ends all the same.
constexpr auto kFarewell = std::chrono::milliseconds(300);

}  // namespace

std::expected<void, std::string> run(const config::Config& config, const Roles& roles) {
  if (!roles.mme || !roles.hss || !roles.sgw || !roles.pgw || !roles.upf)
    return std::unexpected(
        "--roles: this version has no reference point on the wire yet, so one process runs all roles; leave "
        "--roles out");
  if (config.s1ap.bind.empty())
    return std::unexpected("s1ap.bind: name an address for eNodeBs to connect to");
  if (config.upf.gtpu_bind.empty())
    return std::unexpected("upf.gtpu_bind: name an address for eNodeBs to send user packets to");
  LiveLoop loop(std::chrono::microseconds(config.runtime.busy_poll_us));
  auto core = Core::start(loop, config);
  if (!core) return std::unexpected(core.error());
  std::unique_ptr<api::HttpServer> metrics;
  if (config.metrics.bind) {
    auto opened = api::HttpServer::open(loop, *config.metrics.bind, api::metrics_page);
    if (!opened) return std::unexpected("metrics.bind: " + opened.error().message);
    metrics = std::move(*opened);
    log::info("metrics_listening", {{"address", metrics->local()}});
  }

  CallbackTimer farewell([&loop] { loop.stop(); });
  loop.on_signals({SIGINT, SIGTERM}, [&](int signal) {
    log::info("stop_requested", {{"signal", signal == SIGINT ? "SIGINT" : "SIGTERM"}});
    if (farewell.armed()) return loop.stop();
    (*core)->stop_serving();
    loop.arm(farewell, kFarewell);
  });
  log::info("started", {{"version", kVersion}, {"mme_name", config.network.mme_name}});
  loop.run();
  metrics.reset();
  core->reset();
  log::info("stopped");
  return {};
}

}  // namespace zerocell::app
