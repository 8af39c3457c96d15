// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>

#include "core/runtime/loop.hpp"

namespace zerocell {

/// The machine's clock and descriptors, on Boost.Asio. One thread calls `run`.
class LiveLoop final : public Loop {
 public:
  /// `busy_poll` is how long it looks for more to do before it sleeps.
  explicit LiveLoop(Duration busy_poll = {});
  ~LiveLoop() override;

  /// Runs until `stop`.
  void run();
  /// Makes `run` return after the job that runs now. From any thread.
  void stop();
  /// Calls `on_signal` for each of these signals, on the loop's thread, in place of their default action.
  void on_signals(std::initializer_list<int> signals, std::function<void(int)> on_signal);

  Time now() const override;
  WallTime wall_time() const override;
  void post(Job job) override;
  std::unique_ptr<Watch> watch_readable(int descriptor, std::function<void()> ready) override;
  std::unique_ptr<Watch> watch_polled(int descriptor, std::function<bool()> read) override;
  std::unique_ptr<Watch> watch_writable(int descriptor, std::function<void()> ready) override;
  /// Calls `look` over and over while the loop looks for more to do; it says whether it had anything.
  std::unique_ptr<Watch> look_about(std::function<bool()> look);

 private:
  void armed() override;

  class Engine;
  class PolledWatch;
  std::unique_ptr<Engine> engine_;
};

}  // namespace zerocell
