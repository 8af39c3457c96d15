// SPDX-License-Identifier: Apache-2.0
// How the commands of `zerocell` end where something is wrong.
#pragma once

#include <cstdio>
#include <expected>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include <CLI/App.hpp>

#include "app/commands.hpp"

namespace zerocell::app {

/// Ends a command with a message and an exit code.
struct Failed {
  int status = kFailed;
  std::string message;  ///< Empty: what is wrong has been said.
};
[[noreturn]] inline void fail(std::string message, int status = kFailed) {
  throw Failed{status, std::move(message)};
}
/// The value; without one the command ends with what the error says.
template <class T, class E>
T must(std::expected<T, E> result) {
  if (!result) fail(result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

/// Runs `act` when `command` was chosen.
template <class Options, class Act>
void on_call(CLI::App& command, const std::shared_ptr<Options>& options, int& status, Act act) {
  command.callback([options, &status, act] {
    try {
      act(*options);
      status = kDone;
    } catch (const Failed& failed) {
      if (!failed.message.empty()) std::fprintf(stderr, "zerocell: %s\n", failed.message.c_str());
      status = failed.status;
    }
  });
}

}  // namespace zerocell::app
