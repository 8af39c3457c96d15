// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "core/net/sctp.hpp"
#include "core/net/sctp_raw.hpp"
#include "core/runtime/loop.hpp"

namespace zerocell::net {

/// A local port on one or more local addresses.
struct UsrsctpEndpoint {
  std::vector<IpAddress> addresses;
  std::uint16_t port = 0;
  SctpHandler* listener = nullptr;
  std::size_t links = 0;
  std::vector<SctpPortLock> locks;
};

/// How long packets waited in the socket: of each stretch of time the shortest, since a thread that was held
/// up once says nothing of the load.
class WaitMeter {
 public:
  void add(Time now, Duration waited) {
    if (now < ends_) {
      least_ = std::min(least_, waited);
      return;
    }
    before_ = now < ends_ + kStretch ? least_ : Duration{};
    least_ = waited;
    ends_ = now + kStretch;
  }
  Duration lately(Time now) const { return now < ends_ + kStretch ? before_ : Duration{}; }

 private:
  static constexpr Duration kStretch = std::chrono::milliseconds(20);
  Time ends_{};
  Duration least_{};
  Duration before_{};
};

/// A raw socket on one local address, shared by the ports on it.
struct UsrsctpInterface {
  std::unique_ptr<SctpRawSocket> socket;
  std::unordered_map<std::uint16_t, UsrsctpEndpoint*> ports;
  std::unique_ptr<Watch> watch;  // Goes before the socket.
  WaitMeter waits;
};

/// The local side of a transport: its ports, and the addresses that they are open on.
class UsrsctpPorts {
 public:
  /// What is called when packets wait on an address; true: there were some.
  using Readable = std::function<bool(UsrsctpInterface&)>;
  UsrsctpPorts(Loop& loop, Readable readable) : loop_(loop), readable_(std::move(readable)) {}

  /// Opens one port on these addresses. `doing` is for errors: "listen on"; `lock`: no other process may have
  /// it too. EINVAL where the ports differ, EADDRINUSE, and what opening a socket says.
  std::expected<UsrsctpEndpoint*, NetError> open(const std::vector<Endpoint>& local, std::string_view doing,
                                                 bool lock);
  /// Addresses that no port is open on any more are closed at forget_closed().
  void close(UsrsctpEndpoint& endpoint);
  UsrsctpEndpoint* find(const std::vector<Endpoint>& local);
  bool conflicts(const IpAddress& address, std::uint16_t port) const;
  /// Opened where it is not yet.
  std::expected<UsrsctpInterface*, NetError> interface(const IpAddress& address);
  const std::vector<std::unique_ptr<UsrsctpInterface>>& interfaces() const { return interfaces_; }

  /// Nobody reads from them any more.
  void forget_closed() { retired_.clear(); }
  /// Readable is not called any more.
  void unwatch();

 private:
  void retire_interfaces();
  void update_filter(UsrsctpInterface& interface);

  Loop& loop_;
  Readable readable_;
  std::vector<std::unique_ptr<UsrsctpEndpoint>> endpoints_;
  std::vector<std::unique_ptr<UsrsctpInterface>> interfaces_;
  std::vector<std::unique_ptr<UsrsctpInterface>>
      retired_;  // Until the turn that may still read from them ends.
};

}  // namespace zerocell::net
