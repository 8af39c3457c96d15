// SPDX-License-Identifier: Apache-2.0
#include "core/runtime/live_loop.hpp"

#include <atomic>
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
  /// Who is asked directly while the loop does not sleep.
  class Looker : public Watch {
   public:
    Looker(Engine& engine, std::function<bool()> look)
        : engine_(engine), look_(std::make_shared<std::function<bool()>>(std::move(look))) {
      engine_.lookers_.push_back(this);
    }
    ~Looker() override { std::erase(engine_.lookers_, this); }
    bool look() const {
      const auto keep = look_;  // It may end this watch.
      return (*keep)();
    }
    /// From now on only the descriptors tell.
    virtual void about_to_sleep() {}

   private:
    Engine& engine_;
    std::shared_ptr<std::function<bool()>> look_;
  };

  Engine(LiveLoop& loop, Duration busy_poll) : loop_(loop), busy_poll_(busy_poll) {}

  void run() {
    context_.restart();
    if (busy_poll_ == Duration::zero()) {
      context_.run();
      return;
    }
    Time worked = steady_now();
    Time polled{};
    while (!context_.stopped()) {
      bool found = look();
      const Time now = steady_now();
      if (posted_.load(std::memory_order_relaxed)) {
        drain();
        found = true;
      }
      if (now - polled >= kPollEvery) {
        polled = now;
        found |= context_.poll() != 0;
      }
      if (found) {
        worked = now;
      } else if (now - worked >= busy_poll_) {
        for (Looker* each : lookers_) each->about_to_sleep();
        if (context_.run_one() == 0) return;
        worked = steady_now();
      }
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
    if (!wake) return;
    posted_.store(true, std::memory_order_relaxed);
    context_.post([this] { drain(); });
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
  /// Descriptors without a looker, timers and jobs of other threads have their turn so often at least.
  static constexpr Duration kPollEvery = std::chrono::microseconds(10);

  bool look() {
    bool found = false;
    for (std::size_t i = 0; i < lookers_.size(); ++i) found |= lookers_[i]->look();
    return found;
  }

  void drain() {
    posted_.store(false, std::memory_order_relaxed);
    {
      const std::lock_guard lock(mutex_);
      running_.swap(inbox_);
    }
    for (auto& job : running_) job();
    running_.clear();
  }

  std::vector<Looker*> lookers_;
  std::atomic<bool> posted_ = false;
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

/// Asks the kernel for the descriptor only when the loop goes to sleep.
class LiveLoop::PolledWatch final : public LiveLoop::Engine::Looker {
 public:
  PolledWatch(Engine& engine, int descriptor, std::function<bool()> read)
      : Looker(engine, std::move(read)),
        state_(std::make_shared<State>(engine.context_, descriptor, *this)) {}
  ~PolledWatch() override {
    state_->watch = nullptr;
    // The descriptor is not ours to close.
    boost::system::error_code ignored;
    state_->descriptor.cancel(ignored);
    state_->descriptor.release();
  }

 private:
  struct State {
    State(asio::io_context& context, int fd, const PolledWatch& of) : descriptor(context, fd), watch(&of) {}
    asio::posix::stream_descriptor descriptor;
    const PolledWatch* watch;
    bool waits = false;
  };

  void about_to_sleep() override {
    if (std::exchange(state_->waits, true)) return;
    state_->descriptor.async_wait(asio::posix::descriptor_base::wait_read,
                                  [state = state_](boost::system::error_code error) {
                                    state->waits = false;
                                    if (state->watch != nullptr && !error) (void)state->watch->look();
                                  });
  }

  std::shared_ptr<State> state_;
};

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

std::unique_ptr<Watch> LiveLoop::watch_polled(int descriptor, std::function<bool()> read) {
  if (engine_->busy_poll_ == Duration::zero()) return Loop::watch_polled(descriptor, std::move(read));
  return std::make_unique<PolledWatch>(*engine_, descriptor, std::move(read));
}

std::unique_ptr<Watch> LiveLoop::look_about(std::function<bool()> look) {
  return std::make_unique<Engine::Looker>(*engine_, std::move(look));
}

std::unique_ptr<Watch> LiveLoop::watch_writable(int descriptor, std::function<void()> ready) {
  return std::make_unique<DescriptorWatch>(engine_->context_, descriptor,
                                           asio::posix::descriptor_base::wait_write, std::move(ready));
}

void LiveLoop::armed() {
  engine_->schedule();
}

}  // namespace zerocell
