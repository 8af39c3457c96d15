// SPDX-License-Identifier: Apache-2.0
// Several hosts in one test process: each has a network namespace of its own.
#pragma once

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdlib>
#include <functional>
#include <future>
#include <mutex>
#include <string>
#include <thread>

#include <catch2/catch.hpp>

namespace zerocell::wire {

/// Runs a shell command in the calling thread's namespace; what it prints is seen only when it fails.
inline void sh(const std::string& command) {
  INFO(command);
  const std::string quiet = "out=$(" + command + " 2>&1) || { status=$?; echo \"$out\" >&2; exit $status; }";
  REQUIRE(std::system(quiet.c_str()) == 0);
}

/// A thread in a namespace of its own. What runs in it, and the commands that it starts, are on that host.
class Host {
 public:
  Host() {
    std::promise<int> started;
    thread_ = std::thread([this, &started] {
      started.set_value(::unshare(CLONE_NEWNET) == 0 ? static_cast<int>(::syscall(SYS_gettid)) : -1);
      work();
    });
    id_ = started.get_future().get();
    REQUIRE(id_ > 0);
    run([] { sh("ip link set lo up"); });
  }
  ~Host() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  /// For "ip link set … netns ID".
  std::string id() const { return std::to_string(id_); }

  /// Runs `job` there, and returns when it has.
  void run(std::function<void()> job) { start(std::move(job)).get(); }
  /// Runs it there; several jobs run one after the other.
  std::future<void> start(std::function<void()> job) {
    std::packaged_task<void()> task(std::move(job));
    auto done = task.get_future();
    {
      const std::lock_guard lock(mutex_);
      jobs_.push_back(std::move(task));
    }
    wake_.notify_one();
    return done;
  }

 private:
  void work() {
    for (;;) {
      std::packaged_task<void()> job;
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
        if (jobs_.empty()) return;
        job = std::move(jobs_.front());
        jobs_.erase(jobs_.begin());
      }
      job();
    }
  }
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<std::packaged_task<void()>> jobs_;
  bool stopping_ = false;
  int id_ = 0;
  std::thread thread_;
};

}  // namespace zerocell::wire
