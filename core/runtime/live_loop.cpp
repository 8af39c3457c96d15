// SPDX-License-Identifier: Apache-2.0
#include "core/runtime/live_loop.hpp"

#include <mutex>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/descriptor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

namespace zerocell {

namespace asio = boost::asio;

namespace {
Time steady_now() {
  return Time(std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch()));
}
}  // namespace

class LiveLoop::Engine {
 public:
  Engine(LiveLoop& loop, Duration busy_poll) : loop_(loop), busy_poll_(busy_poll) {}

  void run() {
    context_.restart();
    if (busy_poll_ == Duration::zero()) {
      context_.run();
      return;
    }
    Time worked = steady_now();
    while (!context_.stopped()) {
      if (context_.poll() == 0) {
        if (steady_now() - worked < busy_poll_) continue;
        if (context_.run_one() == 0) return;
      }
      worked = steady_now();
    }
  }

  /// Has the wheel advanced at its next deadline. An earlier wake-up that is pending already serves as well.
  void schedule() {
    const auto deadline = loop_.timers_.next_deadline();
    if (!deadline || (planned_ && *planned_ <= *deadline)) return;
    planned_ = *deadline;
    timer_.expires_at(std::chrono::steady_clock::time_point(
        std::chrono::duration_cast<std::chrono::steady_clock::duration>(deadline->time_since_epoch())));
    timer_.async_wait([this](boost::system::error_code error) {
      if (error) return;
      planned_.reset();
      loop_.timers_.advance(loop_.now());
      schedule();
    });
  }

  /// Jobs of other threads, and later ones of our own, wait here; one wake-up serves all that came before it
  /// ran.
  void post(Job job) {
    bool wake;
    {
      const std::lock_guard lock(mutex_);
      wake = inbox_.empty();
      inbox_.push_back(std::move(job));
    }
    if (wake) context_.post([this] { drain(); });
  }

  LiveLoop& loop_;
  const Duration busy_poll_;
  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> keep_running_{context_.get_executor()};
  asio::steady_timer timer_{context_};
  asio::signal_set signals_{context_};
  std::function<void(int)> on_signal_;

  void wait_for_signal() {
    signals_.async_wait([this](boost::system::error_code error, int signal) {
      if (error) return;
      on_signal_(signal);
      wait_for_signal();
    });
  }

 private:
  void drain() {
    {
      const std::lock_guard lock(mutex_);
      running_.swap(inbox_);
    }
    for (auto& job : running_) job();
    running_.clear();
  }

  std::optional<Time> planned_;
  std::mutex mutex_;
  std::vector<Job> inbox_;
  std::vector<Job> running_;
};

namespace {

class DescriptorWatch final : public Watch {
 public:
  DescriptorWatch(asio::io_context& context, int descriptor, asio::posix::descriptor_base::wait_type event,
                  std::function<void()> ready)
      : state_(std::make_shared<State>(context, descriptor, event, std::move(ready))) {
    State::wait(state_);
  }
  ~DescriptorWatch() override {
    state_->ended = true;
    // The descriptor is not ours to close.
    boost::system::error_code ignored;
    state_->descriptor.cancel(ignored);
    state_->descriptor.release();
  }

 private:
  struct State {
    State(asio::io_context& context, int fd, asio::posix::descriptor_base::wait_type what,
          std::function<void()> call)
        : descriptor(context, fd), event(what), ready(std::move(call)) {}

    static void wait(const std::shared_ptr<State>& state) {
      state->descriptor.async_wait(state->event, [state](boost::system::error_code error) {
        if (state->ended || error) return;
        state->ready();
        if (!state->ended) wait(state);
      });
    }

    asio::posix::stream_descriptor descriptor;
    asio::posix::descriptor_base::wait_type event;
    std::function<void()> ready;
    bool ended = false;
  };
  std::shared_ptr<State> state_;
};

}  // namespace

LiveLoop::LiveLoop(Duration busy_poll)
    : Loop(steady_now()), engine_(std::make_unique<Engine>(*this, busy_poll)) {}
LiveLoop::~LiveLoop() = default;

void LiveLoop::run() {
  engine_->run();
}

void LiveLoop::stop() {
  engine_->context_.stop();
}

void LiveLoop::on_signals(std::initializer_list<int> signals, std::function<void(int)> on_signal) {
  for (const int signal : signals) engine_->signals_.add(signal);
  engine_->on_signal_ = std::move(on_signal);
  engine_->wait_for_signal();
}

Time LiveLoop::now() const {
  return steady_now();
}

WallTime LiveLoop::wall_time() const {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

void LiveLoop::post(Job job) {
  engine_->post(std::move(job));
}

std::unique_ptr<Watch> LiveLoop::watch_readable(int descriptor, std::function<void()> ready) {
  return std::make_unique<DescriptorWatch>(engine_->context_, descriptor,
                                           asio::posix::descriptor_base::wait_read, std::move(ready));
}

std::unique_ptr<Watch> LiveLoop::watch_writable(int descriptor, std::function<void()> ready) {
  return std::make_unique<DescriptorWatch>(engine_->context_, descriptor,
                                           asio::posix::descriptor_base::wait_write, std::move(ready));
}

void LiveLoop::armed() {
  engine_->schedule();
}

}  // namespace zerocell
