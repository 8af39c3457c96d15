// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

namespace zerocell::bench {

/// Baseline B2: one packet a system call. Up: recvfrom, write to TUN; down: read from TUN, sendto. It looks
/// nothing up and checks nothing, so that no forwarder of this kind is faster.
class PlainForwarder {
 public:
  /// Opens its socket at kBaselineRadioAddress and its TUN device with kBaselinePool, and runs: a thread each
  /// way.
  PlainForwarder();
  ~PlainForwarder();
  PlainForwarder(const PlainForwarder&) = delete;

  struct Way {
    std::atomic<std::uint64_t> packets{0};  ///< That the kernel took.
    std::atomic<int> thread_id{0};
    std::thread thread;
  };
  const Way& up() const { return up_; }
  const Way& down() const { return down_; }

 private:
  void run_up();
  void run_down();

  int socket_ = -1;
  int tun_ = -1;
  std::atomic<bool> stop_{false};
  Way up_;
  Way down_;
};

}  // namespace zerocell::bench
