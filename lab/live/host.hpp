// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/runtime/loop.hpp"
#include "core/runtime/task.hpp"
#include "core/types/bytes.hpp"

namespace zerocell::lab {

/// A program that runs, and what it printed. Killed and reaped at the end of this object.
class Program {
 public:
  Program() = default;
  Program(Program&& other) noexcept;
  Program& operator=(Program&& other) noexcept;
  ~Program() { kill(); }

  bool running();
  /// Exit status, or 128 and more for a signal; once it does not run any more.
  int status() const { return status_; }
  /// What it wrote to its standard output and error so far.
  std::string output() const;
  void signal(int number) const;
  /// SIGKILL, and waits for the end.
  void kill();

 private:
  friend class Host;
  int process_ = -1;
  int output_ = -1;
  int status_ = -1;
};

/// A network namespace, /run/netns/NAME: one machine of the lab.
class Host {
 public:
  explicit Host(std::string name) : name_(std::move(name)) {}

  const std::string& name() const { return name_; }
  /// Makes the namespace, with its loopback up.
  std::expected<void, std::string> create() const;
  /// Runs `ip` commands here, one a line.
  std::expected<void, std::string> ip(std::string_view commands) const;
  std::expected<void, std::string> sysctl(std::string_view path, std::string_view value) const;

  struct Start {
    std::vector<std::string> arguments;  ///< The program, found by PATH, and its arguments.
    std::string directory{};             ///< Working directory; empty: ours.
    std::string output{};                ///< File for output and errors; empty: kept for `Program::output`.
  };
  std::expected<Program, std::string> start(const Start& start) const;
  /// Runs a program to its end, at most for `patience`, then kills it.
  Task<std::expected<Program, std::string>> run(Loop& loop, Start start, Duration patience) const;

  /// Calls `inside` with this thread in the namespace: sockets and devices it makes belong there.
  std::expected<void, std::string> within(
      const std::function<std::expected<void, std::string>()>& inside) const;
  /// Moves this thread, and threads it starts later, into the namespace for good.
  std::expected<void, std::string> enter() const;

 private:
  std::string name_;
};

}  // namespace zerocell::lab
