// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "core/config/config.hpp"
#include "core/runtime/live_loop.hpp"

namespace zerocell::app {

/// All functions of the core in one process, built from a configuration and wired to each other: MME, HSS,
/// SGW, PGW, user plane and egress. Belongs to one loop.
class Core {
 public:
  /// Opens the store, the user plane and the S1AP server. The error says what could not be done, and what to
  /// do.
  static std::expected<std::unique_ptr<Core>, std::string> start(LiveLoop& loop,
                                                                 const config::Config& config);
  /// Ends everything in order; what is durable stays.
  ~Core();
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  /// Takes no more eNodeBs and ends the associations in order; the destructor does the rest.
  void stop_serving();

 private:
  struct Parts;
  explicit Core(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace zerocell::app
