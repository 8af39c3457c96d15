// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string>

#include "core/config/config.hpp"

namespace zerocell::app {

/// Which functions this process is.
struct Roles {
  bool mme = true;
  bool hss = true;
  bool sgw = true;
  bool pgw = true;
  bool upf = true;
};

/// Builds the functions, wires them, and serves until SIGINT or SIGTERM. The error says what could not be
/// done, where, and what to do about it. The log is running.
std::expected<void, std::string> run(const config::Config& config, const Roles& roles);

}  // namespace zerocell::app
