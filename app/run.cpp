// SPDX-License-Identifier: Apache-2.0
#include "app/run.hpp"

#include <csignal>

#include "app/version.hpp"
#include "core/runtime/live_loop.hpp"
#include "core/telemetry/log.hpp"

namespace zerocell::app {

std::expected<void, std::string> run(const config::Config& config, const Roles&) {
  LiveLoop loop;
  loop.on_signals({SIGINT, SIGTERM}, [&loop](int signal) {
    log::info("stop_requested", {{"signal", signal == SIGINT ? "SIGINT" : "SIGTERM"}});
    loop.stop();
  });
  log::info("started", {{"version", kVersion}, {"mme_name", config.network.mme_name}});
  loop.run();
  log::info("stopped");
  return {};
}

}  // namespace zerocell::app
