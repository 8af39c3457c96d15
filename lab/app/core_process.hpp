// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "lab/app/options.hpp"
#include "lab/live/host.hpp"
#include "lab/usim.hpp"

namespace zerocell::lab {

/// The core under test: `zerocell run`, a process of its own on a host of its own.
class CoreProcess {
 public:
  CoreProcess(Loop& loop, const Host& host, const Options& options)
      : loop_(loop), host_(host), options_(options) {}

  /// Provisions a SIM with `zerocell sim add`.
  Task<std::expected<void, std::string>> add(SimCard card);
  /// Starts it, and waits until it listens for eNodeBs.
  Task<std::expected<void, std::string>> start();
  /// The rule that denied this address, in the words of the core's log; nothing when no line came in time.
  Task<std::optional<std::string>> denial_of(std::string address, Duration patience);
  /// SIGTERM; whether it ended by itself, in order.
  Task<bool> stop();

  bool running() { return process_.running(); }
  std::string log_file() const { return options_.directory + "/core.log"; }
  /// For a person who wants to know what went wrong.
  std::string last_log_lines(unsigned count) const;

 private:
  Loop& loop_;
  const Host& host_;
  const Options& options_;
  Program process_;
};

}  // namespace zerocell::lab
