// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <map>
#include <memory>

#include "core/runtime/loop.hpp"
#include "core/runtime/task.hpp"
#include "pgw/s5.hpp"

namespace zerocell::pgw {

/// Procedures that the gateway runs by itself: each begins after the call that led to it has returned, and
/// those of one session run one after another.
class Procedures {
 public:
  explicit Procedures(Loop& loop) : loop_(loop) {}
  Procedures(const Procedures&) = delete;
  ~Procedures() { *self_ = nullptr; }

  void start(SessionId session, Task<void> procedure) {
    auto& run = runs_[session];
    const bool idle = run == nullptr;
    if (idle) run = std::make_unique<Run>(Next{this, session});
    run->waiting.push_back(std::move(procedure));
    if (!idle) return;
    loop_.post([self = self_, session] {
      if (*self != nullptr) (*self)->next(session);
    });
  }
  /// Ends all of them where they are.
  void cancel() { runs_.clear(); }
  std::size_t running() const { return runs_.size(); }

 private:
  struct Next {
    Procedures* procedures;
    SessionId session;
    void operator()() { procedures->next(session); }
  };
  struct Run {
    explicit Run(Next next) : slot(next) {}
    std::deque<Task<void>> waiting;
    TaskSlot<void, Next> slot;
  };

  void next(SessionId session) {
    const auto run = runs_.find(session);
    if (run == runs_.end()) return;
    if (run->second->waiting.empty()) {
      runs_.erase(run);
      return;
    }
    Task<void> procedure = std::move(run->second->waiting.front());
    run->second->waiting.pop_front();
    run->second->slot.start(std::move(procedure));
  }

  Loop& loop_;
  std::map<SessionId, std::unique_ptr<Run>> runs_;
  std::shared_ptr<Procedures*> self_ = std::make_shared<Procedures*>(this);
};

}  // namespace zerocell::pgw
