// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <coroutine>
#include <optional>
#include <utility>

#include "core/runtime/frame_pool.hpp"
#include "core/types/assert.hpp"

namespace zerocell {

template <class T>
class Task;

namespace detail {

/// Told when a task that nobody awaits has ended. It may destroy the task's frame.
class Completion {
 public:
  virtual void task_ended() noexcept = 0;

 protected:
  ~Completion() = default;
};

class PromiseBase {
 public:
  static void* operator new(std::size_t size) { return allocate_frame(size); }
  static void operator delete(void* frame, std::size_t size) noexcept { release_frame(frame, size); }

  std::suspend_always initial_suspend() const noexcept { return {}; }

  struct FinalAwaiter {
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> ended) const noexcept {
      PromiseBase& promise = ended.promise();
      if (promise.awaiting) return promise.awaiting;
      // Last use of the frame: the completion may destroy it.
      if (promise.completion != nullptr) promise.completion->task_ended();
      return std::noop_coroutine();
    }
    void await_resume() const noexcept {}
  };
  FinalAwaiter final_suspend() const noexcept { return {}; }

  /// Procedures report failure by value; an exception that reaches here is a broken invariant.
  [[noreturn]] void unhandled_exception() const noexcept {
    assertion_failed("no exception leaves a task", __FILE__, __LINE__);
  }

  std::coroutine_handle<> awaiting;
  Completion* completion = nullptr;
};

template <class T>
class Promise final : public PromiseBase {
 public:
  Task<T> get_return_object() noexcept;
  template <class Value>
  void return_value(Value&& result) {
    value.emplace(std::forward<Value>(result));
  }
  T take() { return std::move(*value); }

  std::optional<T> value;
};

template <>
class Promise<void> final : public PromiseBase {
 public:
  Task<void> get_return_object() noexcept;
  void return_void() const noexcept {}
  void take() const noexcept {}
};

}  // namespace detail

/// A procedure, or a part of one. It starts when it is awaited (or given to a `TaskSlot`) and runs on the
/// thread that resumes it. Destroying a task that waits cancels it: its destructors run, innermost first, and
/// give back what they hold; an awaitable therefore takes itself out of whatever it waits on in its
/// destructor.
template <class T = void>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::Promise<T>;

  Task() = default;
  explicit Task(std::coroutine_handle<promise_type> handle) noexcept : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      destroy();
      handle_ = std::exchange(other.handle_, {});
    }
    return *this;
  }
  ~Task() { destroy(); }

  class Awaiter {
   public:
    explicit Awaiter(std::coroutine_handle<promise_type> handle) noexcept : handle_(handle) {}
    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) const noexcept {
      handle_.promise().awaiting = awaiting;
      return handle_;
    }
    T await_resume() const { return handle_.promise().take(); }

   private:
    std::coroutine_handle<promise_type> handle_;
  };
  Awaiter operator co_await() const noexcept { return Awaiter(handle_); }

  explicit operator bool() const noexcept { return static_cast<bool>(handle_); }
  std::coroutine_handle<promise_type> handle() const noexcept { return handle_; }

 private:
  void destroy() noexcept {
    if (auto handle = std::exchange(handle_, {})) handle.destroy();
  }
  std::coroutine_handle<promise_type> handle_;
};

namespace detail {
template <class T>
Task<T> Promise<T>::get_return_object() noexcept {
  return Task<T>(std::coroutine_handle<Promise>::from_promise(*this));
}
inline Task<void> Promise<void>::get_return_object() noexcept {
  return Task<void>(std::coroutine_handle<Promise>::from_promise(*this));
}
}  // namespace detail

/// Owns one running root task at most. When the task ends by itself, its frame is destroyed and `on_end` is
/// called with its result; `on_end` may destroy the slot or start the next task in it. `cancel()` destroys
/// the task without calling `on_end`. A task must not cancel or destroy the slot that it runs in: it ends,
/// and lets `on_end` act.
template <class T, class OnEnd>
class TaskSlot final : private detail::Completion {
 public:
  explicit TaskSlot(OnEnd on_end) : on_end_(std::move(on_end)) {}
  TaskSlot(const TaskSlot&) = delete;
  TaskSlot& operator=(const TaskSlot&) = delete;
  ~TaskSlot() { cancel(); }

  /// Runs `task` up to its first wait, in this call. The slot must be free.
  void start(Task<T> task) {
    ZC_ASSERT(!task_);
    task_ = std::move(task);
    auto handle = task_.handle();
    handle.promise().completion = this;
    handle.resume();
  }
  bool busy() const noexcept { return static_cast<bool>(task_); }
  void cancel() noexcept { task_ = Task<T>(); }

 private:
  void task_ended() noexcept override {
    Task<T> ended = std::move(task_);
    OnEnd& on_end = on_end_;
    if constexpr (std::is_void_v<T>) {
      ended = Task<T>();
      on_end();
    } else {
      T result = ended.handle().promise().take();
      ended = Task<T>();
      on_end(std::move(result));
    }
  }

  OnEnd on_end_;
  Task<T> task_;
};

}  // namespace zerocell
