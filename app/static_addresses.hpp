// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>

#include "core/runtime/loop.hpp"
#include "core/runtime/task.hpp"
#include "core/store/subscriber_store.hpp"
#include "core/telemetry/log.hpp"
#include "pgw/pgw.hpp"

namespace zerocell::app {

/// Keeps the PDN gateway from giving a subscriber's static address to anybody else, and tells where framed
/// routes lead: at the start, and after each change of the store. Must not outlive the loop, the store
/// or the gateway.
class StaticAddresses {
 public:
  StaticAddresses(Loop& loop, store::SubscriberStore& store, pgw::Pgw& gateway, std::vector<IpAddress> known)
      : loop_(loop), store_(store), gateway_(gateway) {
    gateway_.reserve(std::move(known));
    store_.after_changes([this] { read(); });
  }
  StaticAddresses(const StaticAddresses&) = delete;
  ~StaticAddresses() { store_.after_changes({}); }

  /// Is told of the framed routes of all subscriptions: soon, and after each change.
  void on_routes(std::function<void(const std::vector<store::OwnedRoute>&)> call) {
    on_routes_ = std::move(call);
    read();
  }

 private:
  static constexpr auto kReadAgainAfter = std::chrono::seconds(5);

  /// What cannot be read now is read again later; until then what was known holds.
  struct Known {
    store::Result<std::vector<IpAddress>> addresses;
    store::Result<std::vector<store::OwnedRoute>> routes;
  };

  static Task<Known> read_all(store::SubscriberStore& store) {
    auto addresses = co_await store.static_addresses();
    auto routes = co_await store.framed_routes();
    co_return Known{std::move(addresses), std::move(routes)};
  }
  void read() {
    changed_ = reading_.busy();
    if (!changed_) reading_.start(read_all(store_));
  }
  void have(Known known) {
    if (known.addresses)
      gateway_.reserve(std::move(*known.addresses));
    else
      failed("static_addresses_not_read", known.addresses.error());
    if (!known.routes)
      failed("framed_routes_not_read", known.routes.error());
    else if (on_routes_)
      on_routes_(*known.routes);
    if (changed_) read();
  }
  void failed(std::string_view event, const store::Error& error) {
    log::warning(event, {{"reason", error.message}});
    if (!again_.armed()) loop_.arm(again_, kReadAgainAfter);
  }

  struct Have {
    StaticAddresses* self;
    void operator()(Known known) { self->have(std::move(known)); }
  };
  Loop& loop_;
  store::SubscriberStore& store_;
  pgw::Pgw& gateway_;
  bool changed_ = false;  ///< While they were being read.
  std::function<void(const std::vector<store::OwnedRoute>&)> on_routes_;
  TaskSlot<Known, Have> reading_{Have{this}};
  CallbackTimer again_{[this] { read(); }};
};

}  // namespace zerocell::app
