// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <coroutine>
#include <expected>
#include <optional>
#include <utility>

#include "core/runtime/loop.hpp"
#include "core/types/assert.hpp"

namespace zerocell {

/// Why a wait ended without what it waited for.
enum class Failure { timeout, cancelled, rejected };

/// Where one coroutine waits and a dispatcher hands it events, in the dispatcher's own call: no queue and no
/// copy. An event that the wait's filter does not take stays the dispatcher's, so that a collision of
/// procedures is decided in one place. Views inside an event are valid until the coroutine waits again.
template <class Event>
class Exchange {
 public:
  class Wait;

  /// Gives `event` to the waiting coroutine and runs it up to its next wait. False, and nothing happened,
  /// when nobody waits or the filter refuses it. The coroutine may end the exchange's owner: touch nothing of
  /// it afterwards.
  [[nodiscard]] bool offer(Event& event) {
    Wait* wait = waiting_;
    if (wait == nullptr || !wait->takes(event)) return false;
    wait->end(&event);
    return true;
  }
  bool waited_on() const noexcept { return waiting_ != nullptr; }

  /// Ends the current wait, if there is one, with `failure`.
  void fail(Failure failure) {
    if (Wait* wait = waiting_) wait->end(std::unexpected(failure));
  }

  /// An awaitable that yields `std::expected<Event*, Failure>`. `filter(event)` says which events it takes;
  /// it runs in `offer`.
  template <class Filter>
  auto receive(Loop& loop, Duration timeout, Filter filter) {
    return FilteredWait<Filter>(*this, loop, timeout, std::move(filter));
  }

  class Wait : private Timer {
   public:
    Wait(Exchange& exchange, Loop& loop, Duration timeout)
        : exchange_(exchange), loop_(loop), timeout_(timeout) {}
    ~Wait() override { leave(); }
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) {
      ZC_ASSERT(exchange_.waiting_ == nullptr);
      waiting_ = waiting;
      exchange_.waiting_ = this;
      loop_.arm(*this, timeout_);
    }
    std::expected<Event*, Failure> await_resume() const noexcept { return outcome_; }

   private:
    friend class Exchange;
    virtual bool takes(Event& event) = 0;
    void expired() override { end(std::unexpected(Failure::timeout)); }
    void leave() noexcept {
      if (exchange_.waiting_ == this) exchange_.waiting_ = nullptr;
    }
    void end(std::expected<Event*, Failure> outcome) {
      leave();
      disarm();
      outcome_ = outcome;
      waiting_.resume();
    }

    Exchange& exchange_;
    Loop& loop_;
    Duration timeout_;
    std::coroutine_handle<> waiting_;
    std::expected<Event*, Failure> outcome_ = std::unexpected(Failure::cancelled);
  };

 private:
  template <class Filter>
  class FilteredWait final : public Wait {
   public:
    FilteredWait(Exchange& exchange, Loop& loop, Duration timeout, Filter filter)
        : Wait(exchange, loop, timeout), filter_(std::move(filter)) {}

   private:
    bool takes(Event& event) override { return filter_(event); }
    Filter filter_;
  };

  Wait* waiting_ = nullptr;
};

/// A value that comes once, from another part of the same loop: `co_await` it, or give it before anybody
/// waits.
template <class T>
class Promised {
 public:
  Promised() = default;
  Promised(const Promised&) = delete;
  Promised& operator=(const Promised&) = delete;

  void set(T value) {
    value_.emplace(std::move(value));
    if (auto waiting = std::exchange(waiting_, {})) waiting.resume();
  }
  auto operator co_await() {
    struct Awaiter {
      explicit Awaiter(Promised& promised) : promised_(promised) {}
      Awaiter(const Awaiter&) = delete;
      ~Awaiter() { promised_.waiting_ = {}; }
      bool await_ready() const noexcept { return promised_.value_.has_value(); }
      void await_suspend(std::coroutine_handle<> waiting) { promised_.waiting_ = waiting; }
      T await_resume() { return std::move(*promised_.value_); }
      Promised& promised_;
    };
    return Awaiter(*this);
  }

 private:
  std::optional<T> value_;
  std::coroutine_handle<> waiting_;
};

}  // namespace zerocell
