// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/runtime/task.hpp"
#include "core/store/subscriber_store.hpp"
#include "pgw/pgw.hpp"

namespace zerocell::app {

/// Keeps the PDN gateway from giving a subscriber's static address to anybody else: at the start, and after
/// each change of the store. Must not outlive the store or the gateway.
class StaticAddresses {
 public:
  StaticAddresses(store::SubscriberStore& store, pgw::Pgw& gateway, std::vector<IpAddress> known)
      : store_(store), gateway_(gateway) {
    gateway_.reserve(std::move(known));
    store_.after_changes([this] { read(); });
  }
  StaticAddresses(const StaticAddresses&) = delete;
  ~StaticAddresses() { store_.after_changes({}); }

 private:
  using Addresses = store::Result<std::vector<IpAddress>>;

  void read() {
    changed_ = reading_.busy();
    if (!changed_) reading_.start(store_.static_addresses());
  }
  void have(Addresses addresses) {
    // What cannot be read now is read after the next change; until then what was known holds.
    if (addresses) gateway_.reserve(std::move(*addresses));
    if (changed_) read();
  }

  struct Have {
    StaticAddresses* self;
    void operator()(Addresses addresses) { self->have(std::move(addresses)); }
  };
  store::SubscriberStore& store_;
  pgw::Pgw& gateway_;
  bool changed_ = false;  ///< While they were being read.
  TaskSlot<Addresses, Have> reading_{Have{this}};
};

}  // namespace zerocell::app
