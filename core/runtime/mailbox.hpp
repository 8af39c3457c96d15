// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <mutex>
#include <vector>

#include "core/runtime/loop.hpp"

namespace zerocell {

/// Messages from other threads to one loop. Many may put; the owner's `receive` is called on the loop's
/// thread, in order. One wake-up serves all that is in the box. What arrives past the limit is refused, so
/// that a flood grows nothing.
template <class Message>
class Mailbox {
 public:
  Mailbox(Loop& loop, std::size_t limit, std::function<void(Message)> receive)
      : shared_(std::make_shared<Shared>(limit, std::move(receive))), loop_(loop) {}
  /// Messages not yet received are dropped with the box. On the loop's thread.
  ~Mailbox() { shared_->receive = nullptr; }
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  /// From any thread, while the box lives. False when the box is full.
  [[nodiscard]] bool put(Message message) {
    bool wake;
    {
      const std::lock_guard lock(shared_->mutex);
      if (shared_->waiting.size() >= shared_->limit) return false;
      wake = shared_->waiting.empty();
      shared_->waiting.push_back(std::move(message));
    }
    if (wake) loop_.post([shared = shared_] { shared->drain(); });
    return true;
  }

 private:
  struct Shared {
    Shared(std::size_t most, std::function<void(Message)> call) : limit(most), receive(std::move(call)) {}
    void drain() {
      std::vector<Message> batch;
      {
        const std::lock_guard lock(mutex);
        batch.swap(waiting);
      }
      for (auto& message : batch)
        if (receive) receive(std::move(message));
    }
    const std::size_t limit;
    std::function<void(Message)> receive;  // Empty once the box has gone.
    std::mutex mutex;
    std::vector<Message> waiting;
  };
  std::shared_ptr<Shared> shared_;
  Loop& loop_;
};

}  // namespace zerocell
