// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <thread>

#include "core/runtime/live_loop.hpp"

namespace zerocell {

/// A thread with a loop of its own. Everything that it owns is touched on that thread only.
class Shard {
 public:
  /// `name` shows in `top -H` (its first 15 characters).
  explicit Shard(std::string name);
  /// Stops the loop and waits for the thread.
  ~Shard();
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  LiveLoop& loop() { return loop_; }
  /// Starts the thread. What was posted before runs first.
  void start();
  void stop();

 private:
  std::string name_;
  LiveLoop loop_;
  std::thread thread_;
};

}  // namespace zerocell
