// SPDX-License-Identifier: Apache-2.0
#include "core/store/subscriber_store.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"

namespace zerocell::store {

namespace {
Counter groups_committed{"zerocell_store_groups_total", "Groups of writes that were made durable."};
Counter writes_committed{"zerocell_store_writes_total", "Writes that were made durable."};
Counter calls_failed{"zerocell_store_failures_total", "Calls to the subscriber store that failed."};
Histogram group_seconds{"zerocell_store_group_seconds", "Time to make one group of writes durable.",
                        kSecondsBounds};

/// What a caller may have asked for wrongly; everything else is the store's own trouble.
bool is_callers_fault(ErrorKind kind) {
  return kind == ErrorKind::not_found || kind == ErrorKind::already_exists || kind == ErrorKind::conflict ||
         kind == ErrorKind::invalid;
}
}  // namespace

/// One call, from its beginning on the loop through the worker back to the loop.
class SubscriberStore::Operation {
 public:
  Operation(bool writes, bool edits) : writes_(writes), edits_(edits) {}
  virtual ~Operation() = default;
  bool writes() const { return writes_; }
  bool edits() const { return edits_; }

  virtual void run(Subscribers& subscribers) = 0;
  virtual void fail(const Error& error) = 0;
  virtual bool failed() const = 0;
  /// On the loop.
  virtual void finish() = 0;

 private:
  const bool writes_;  ///< Must be durable before finish().
  const bool edits_;   ///< Changes what others cache.
};

template <class T>
class SubscriberStore::Waited final : public Operation {
 public:
  Waited(bool writes, bool edits, std::move_only_function<Result<T>(Subscribers&)> work)
      : Operation(writes, edits), work_(std::move(work)) {}
  void run(Subscribers& subscribers) override { result_.emplace(work_(subscribers)); }
  void fail(const Error& error) override { result_.emplace(std::unexpected(error)); }
  bool failed() const override { return !result_->has_value() && !is_callers_fault(result_->error().kind); }
  void finish() override { answer.set(std::move(*result_)); }

  Promised<Result<T>> answer;

 private:
  std::move_only_function<Result<T>(Subscribers&)> work_;
  std::optional<Result<T>> result_;
};

class SubscriberStore::Noted final : public Operation {
 public:
  Noted(const Imsi& imsi, Location location)
      : Operation(true, false), imsi_(imsi), location_(std::move(location)) {}
  void run(Subscribers& subscribers) override {
    if (auto done = subscribers.set_location(imsi_, location_); !done) fail(done.error());
  }
  void fail(const Error& error) override {
    static log::RateLimit limit;
    failed_ = true;
    limit.warning("location_not_stored", {.imsi = imsi_, .procedure = "update_location"},
                  {{"error", error.message}});
  }
  bool failed() const override { return failed_; }
  void finish() override {}

 private:
  Imsi imsi_;
  Location location_;
  bool failed_ = false;
};

class SubscriberStore::Worker final : public std::enable_shared_from_this<Worker> {
 public:
  using Operations = std::vector<std::shared_ptr<Operation>>;

  Worker(Loop& loop, std::unique_ptr<Subscribers> subscribers, Options options)
      : loop_(loop), subscribers_(std::move(subscribers)), options_(options) {}

  void start() {
    if (options_.execution == Execution::own_thread) thread_ = std::thread([this] { work(); });
  }
  void stop() {
    on_changes = nullptr;
    after_changes = nullptr;
    if (thread_.joinable()) {
      {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
      }
      wake_.notify_one();
      thread_.join();
      return;
    }
    Operations left = take();
    run_group(left);
    subscribers_.reset();
  }

  [[nodiscard]] bool accept(std::shared_ptr<Operation> operation, bool urgent) {
    bool first;
    {
      const std::lock_guard lock(mutex_);
      if (waiting_.size() >= options_.waiting_max) return false;
      first = waiting_.empty() || (urgent && !urgent_);
      waiting_.push_back(std::move(operation));
      urgent_ = urgent_ || urgent;
    }
    if (!first) return true;
    if (thread_.joinable())
      wake_.notify_one();
    else
      loop_.post([self = shared_from_this()] { self->run_on_loop(); });
    return true;
  }
  void look() {
    if (thread_.joinable()) {
      const std::lock_guard lock(mutex_);
      look_now_ = true;
      wake_.notify_one();
    } else {
      loop_.post([self = shared_from_this()] { self->look_for_changes(true); });
    }
  }
  Subscribers& subscribers() { return *subscribers_; }

  std::function<void(Changes)> on_changes;  // The loop's thread only.
  std::function<void()> after_changes;      // The same.

 private:
  using Clock = std::chrono::steady_clock;

  Operations take() {
    const std::lock_guard lock(mutex_);
    urgent_ = false;
    return std::exchange(waiting_, {});
  }
  void run_on_loop() {
    if (!subscribers_) return;
    Operations group = take();
    run_group(group);
    for (const auto& operation : group) operation->finish();
  }

  void work() {
    pthread_setname_np(pthread_self(), "store");
    Clock::time_point next_look = Clock::now() + options_.look_every;
    for (;;) {
      bool look = false;
      {
        std::unique_lock lock(mutex_);
        wake_.wait_until(lock, next_look, [this] { return stopping_ || look_now_ || !waiting_.empty(); });
        // Nobody waits for these: more may come for the same sync.
        if (!stopping_ && !waiting_.empty() && !urgent_)
          wake_.wait_for(lock, options_.collect_for, [this] { return stopping_ || urgent_; });
        look = std::exchange(look_now_, false);
        if (stopping_ && waiting_.empty()) break;
      }
      Operations group = take();
      if (!group.empty()) {
        run_group(group);
        loop_.post([done = std::move(group)] {
          for (const auto& operation : done) operation->finish();
        });
      }
      if (look || Clock::now() >= next_look) {
        look_for_changes(look);
        next_look = Clock::now() + options_.look_every;
      }
    }
    subscribers_.reset();
  }

  void run_group(const Operations& group) {
    const bool writes = std::ranges::any_of(group, &Operation::writes);
    bool edits = false;
    if (!writes) {
      for (const auto& operation : group) operation->run(*subscribers_);
    } else if (const auto done = run_writes(group); done) {
      edits = std::ranges::any_of(group, &Operation::edits);
    } else {
      static log::RateLimit limit;
      limit.write(log::Level::error, "store_write_failed", {}, {{"error", done.error().message}});
      // Reads saw what was rolled back.
      for (const auto& operation : group) {
        if (operation->writes())
          operation->fail(done.error());
        else
          operation->run(*subscribers_);
      }
    }
    for (const auto& operation : group) calls_failed.add(operation->failed());
    if (edits) look_for_changes(true);
  }

  Result<void> run_writes(const Operations& group) {
    const auto started = Clock::now();
    for (;;) {
      auto begun = subscribers_->begin();
      if (begun) break;
      const bool again = begun.error().kind == ErrorKind::busy && thread_.joinable() &&
                         Clock::now() - started < options_.busy_for;
      if (!again) return begun;
    }
    for (const auto& operation : group) operation->run(*subscribers_);
    if (auto committed = subscribers_->commit(); !committed) return committed;
    groups_committed.add();
    writes_committed.add(static_cast<std::uint64_t>(std::ranges::count_if(group, &Operation::writes)));
    group_seconds.observe(std::chrono::duration<double>(Clock::now() - started).count());
    return {};
  }

  void look_for_changes(bool own_too) {
    if (!subscribers_) return;
    auto changes = subscribers_->changes(own_too);
    if (!changes) {
      static log::RateLimit limit;
      limit.write(log::Level::error, "store_changes_unknown", {}, {{"error", changes.error().message}});
      return;
    }
    if (changes->empty()) return;
    loop_.post([self = shared_from_this(), found = std::move(*changes)]() mutable {
      if (self->on_changes) self->on_changes(std::move(found));
      if (self->after_changes) self->after_changes();
    });
  }

  Loop& loop_;
  std::unique_ptr<Subscribers> subscribers_;  // The worker's thread, where there is one.
  const Options options_;
  std::mutex mutex_;
  std::condition_variable wake_;
  Operations waiting_;
  bool urgent_ = false;  // Somebody waits for one of them.
  bool look_now_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

SubscriberStore::SubscriberStore(Loop& loop, std::unique_ptr<Subscribers> subscribers, Options options)
    : worker_(std::make_shared<Worker>(loop, std::move(subscribers), options)) {
  worker_->start();
}
SubscriberStore::~SubscriberStore() {
  worker_->stop();
}

Result<std::uint64_t> SubscriberStore::open_sequence_grant(std::uint32_t count) {
  return worker_->subscribers().open_sequence_grant(count);
}

template <class T, class Work>
Task<Result<T>> SubscriberStore::perform(bool writes, bool edits, Work work) {
  const auto operation = std::make_shared<Waited<T>>(writes, edits, std::move(work));
  if (!worker_->accept(operation, true))
    co_return std::unexpected(Error{ErrorKind::overloaded, "the subscriber store has too much to do"});
  co_return co_await operation->answer;
}

Task<Result<std::optional<SubscriberRecord>>> SubscriberStore::find(Imsi imsi) {
  return perform<std::optional<SubscriberRecord>>(false, false,
                                                  [imsi](Subscribers& all) { return all.find(imsi); });
}
Task<Result<std::vector<SubscriberRecord>>> SubscriberStore::list(Imsi after, std::size_t limit) {
  return perform<std::vector<SubscriberRecord>>(
      false, false, [after, limit](Subscribers& all) { return all.list(after, limit); });
}
Task<Result<std::vector<IpAddress>>> SubscriberStore::static_addresses() {
  return perform<std::vector<IpAddress>>(false, false,
                                         [](Subscribers& all) { return all.static_addresses(); });
}
Task<Result<std::vector<OwnedRoute>>> SubscriberStore::framed_routes() {
  return perform<std::vector<OwnedRoute>>(false, false, [](Subscribers& all) { return all.framed_routes(); });
}
Task<Result<void>> SubscriberStore::insert(Subscriber subscriber) {
  return perform<void>(true, true,
                       [made = std::move(subscriber)](Subscribers& all) { return all.insert(made); });
}
Task<Result<void>> SubscriberStore::update(Subscriber subscriber) {
  return perform<void>(true, true,
                       [made = std::move(subscriber)](Subscribers& all) { return all.update(made); });
}
Task<Result<void>> SubscriberStore::remove(Imsi imsi) {
  return perform<void>(true, true, [imsi](Subscribers& all) { return all.remove(imsi); });
}
Task<Result<std::uint64_t>> SubscriberStore::reserve_sequence(Imsi imsi, SequenceFloor floor,
                                                              std::uint32_t count) {
  return perform<std::uint64_t>(true, false, [imsi, floor, count](Subscribers& all) {
    return all.reserve_sequence(imsi, floor, count);
  });
}

void SubscriberStore::note_location(Imsi imsi, Location location) {
  const auto noted = std::make_shared<Noted>(imsi, std::move(location));
  if (!worker_->accept(noted, false)) noted->fail({ErrorKind::overloaded, "the store has too much to do"});
}

void SubscriberStore::on_changes(std::function<void(Changes)> call) {
  worker_->on_changes = std::move(call);
}
void SubscriberStore::after_changes(std::function<void()> call) {
  worker_->after_changes = std::move(call);
}
void SubscriberStore::look_for_changes() {
  worker_->look();
}

}  // namespace zerocell::store
