// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include "core/runtime/exchange.hpp"
#include "core/runtime/task.hpp"
#include "core/store/subscribers.hpp"

namespace zerocell::store {

/// How procedures use a store: every call is a task that waits for a thread of the store's own, and a loop
/// never waits for a disk. Calls that come while a group is being made durable form the next group: one sync
/// serves them all. An answer to a write means that it is durable. All calls on the loop's thread.
class SubscriberStore {
 public:
  enum class Execution : std::uint8_t {
    own_thread,
    on_loop,  ///< For simulations: on the loop itself, in an order that its seed draws.
  };
  struct Options {
    Execution execution = Execution::own_thread;
    Duration collect_for = std::chrono::milliseconds(2);   ///< Writes that nobody waits for.
    Duration look_every = std::chrono::milliseconds(200);  ///< For changes that others made.
    Duration busy_for = std::chrono::seconds(30);  ///< How long a group waits for another process's lock.
    std::size_t waiting_max = 65'536;              ///< Calls not yet begun; more are `overloaded`.
  };

  SubscriberStore(Loop& loop, std::unique_ptr<Subscribers> subscribers, Options options);
  /// Everything that was accepted is finished before it returns; whoever still waits is not told.
  ~SubscriberStore();
  SubscriberStore(const SubscriberStore&) = delete;
  SubscriberStore& operator=(const SubscriberStore&) = delete;

  /// Blocks until durable: for the start, before the loop runs. Once.
  Result<std::uint64_t> open_sequence_grant(std::uint32_t count);

  Task<Result<std::optional<SubscriberRecord>>> find(Imsi imsi);
  Task<Result<std::vector<SubscriberRecord>>> list(Imsi after, std::size_t limit);
  Task<Result<std::vector<IpAddress>>> static_addresses();
  Task<Result<std::vector<OwnedRoute>>> framed_routes();
  Task<Result<void>> insert(Subscriber subscriber);
  Task<Result<void>> update(Subscriber subscriber);
  Task<Result<void>> remove(Imsi imsi);
  Task<Result<std::uint64_t>> reserve_sequence(Imsi imsi, SequenceFloor floor, std::uint32_t count);

  /// Written soon; a failure is logged and counted, and nothing else: a location that is lost is learned
  /// again.
  void note_location(Imsi imsi, Location location);

  /// Called on the loop when subscribers were changed, by others or through this object.
  void on_changes(std::function<void(Changes)> call);
  /// Called after that, for somebody who asks anew instead of looking at what changed.
  void after_changes(std::function<void()> call);
  /// Looks for changes now. A store on the loop looks only then, and after its own writes.
  void look_for_changes();

 private:
  class Operation;
  template <class T>
  class Waited;
  class Noted;
  class Worker;
  template <class T, class Work>
  Task<Result<T>> perform(bool writes, bool edits, Work work);

  std::shared_ptr<Worker> worker_;
};

}  // namespace zerocell::store
