// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>

#include "core/runtime/task.hpp"

namespace zerocell {

/// Tasks that nobody waits for: requests that give something back after the procedure that held it has gone.
/// Destroying this cancels what still runs.
class Background {
 public:
  void start(Task<void> task) {
    auto& running = running_.emplace_back(End{this});
    running.place = std::prev(running_.end());
    running.slot.start(std::move(task));
  }
  void cancel() { running_.clear(); }
  std::size_t running() const { return running_.size(); }

 private:
  struct Running;
  struct End {
    Background* background;
    Running* running = nullptr;
    void operator()() const { background->running_.erase(running->place); }
  };
  struct Running {
    explicit Running(End end) : slot(End{end.background, this}) {}
    std::list<Running>::iterator place;
    TaskSlot<void, End> slot;
  };
  std::list<Running> running_;
};

}  // namespace zerocell
