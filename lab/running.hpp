// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/runtime/task.hpp"
#include "core/runtime/virtual_loop.hpp"

namespace zerocell::lab {

/// A procedure that runs beside others, and what came of it: thousands of UEs attach as thousands of these.
template <class T>
class Running {
 public:
  explicit Running(Task<T> task) : slot_(Keep{this}) { slot_.start(std::move(task)); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  bool done() const { return result_.has_value(); }
  T& result() { return *result_; }

 private:
  struct Keep {
    Running* running;
    void operator()(T result) const { running->result_.emplace(std::move(result)); }
  };
  std::optional<T> result_;
  TaskSlot<T, Keep> slot_;
};

/// Runs `task` to its end in virtual time; nothing when `limit` passes first, and then it is cancelled.
template <class T>
std::optional<T> finish(VirtualLoop& loop, Task<T> task, Duration limit = std::chrono::minutes(5)) {
  Running<T> running(std::move(task));
  if (!loop.run_until([&running] { return running.done(); }, limit)) return std::nullopt;
  return std::move(running.result());
}

}  // namespace zerocell::lab
