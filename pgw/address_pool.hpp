// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <deque>
#include <expected>
#include <optional>
#include <vector>

#include "core/runtime/clock.hpp"
#include "core/types/ip.hpp"

namespace zerocell::pgw {

constexpr unsigned kPoolBitsMax = 24;  // One octet a place: 16 MiB at most for a pool.

/// Why an address was not given.
enum class PoolError {
  exhausted,       ///< Every dynamic address is in use.
  outside,         ///< The address is not in the pool.
  in_use,          ///< Another session has it.
  not_assignable,  ///< The network's, the gateway's or the broadcast address.
};

/// Numbered places of a pool, from 0. The place that was given back longest ago is given next, and none
/// before it has rested (TS 33.250 §4.2.6.3: an address is not used again at once). Reserved places are never
/// given dynamically: they belong to subscriptions.
class PlacePool {
 public:
  PlacePool(std::uint32_t count, std::chrono::seconds rest);

  std::expected<std::uint32_t, PoolError> take_any(Time now);
  /// Whoever names it need not wait.
  std::expected<void, PoolError> take(std::uint32_t place);
  void give_back(std::uint32_t place, Time now);
  /// As if it had not been taken: nobody has used it.
  void untake(std::uint32_t place);
  /// A place in use stays in use; it is not given to anybody else afterwards.
  void reserve(std::uint32_t place);
  void unreserve(std::uint32_t place, Time now);
  /// Never given at all.
  void exclude(std::uint32_t place);
  std::uint32_t in_use() const { return in_use_; }

 private:
  enum Mark : std::uint8_t {
    kInUse = 1,
    kReserved = 2,
    kExcluded = 4,
    kQueued = 8,        ///< In `returned_`.
    kUsedSince = 0x10,  ///< Since it came there: it has yet to rest.
  };
  struct Returned {
    std::uint32_t place;
    std::uint32_t free_from_s;
  };
  void queue(std::uint32_t place, Time now);

  std::vector<std::uint8_t> marks_;
  std::uint32_t next_unused_ = 0;
  std::deque<Returned> returned_;
  std::uint32_t rest_s_;
  std::uint32_t in_use_ = 0;
};

/// IPv4 addresses of one prefix, but for the network's, the gateway's and the broadcast address.
class Ipv4Pool {
 public:
  /// The prefix is 8 to 30 bits long; the gateway lies inside it.
  Ipv4Pool(const IpPrefix& prefix, Ipv4Address gateway, std::chrono::seconds rest = {});

  std::expected<Ipv4Address, PoolError> allocate(Time now);
  /// This very address: one of a subscription.
  std::expected<void, PoolError> allocate(Ipv4Address address);
  void release(Ipv4Address address, Time now);
  /// Of one that nobody has heard of yet.
  void give_up(Ipv4Address address);
  void reserve(Ipv4Address address);
  void unreserve(Ipv4Address address, Time now);
  std::uint32_t in_use() const { return places_.in_use(); }

 private:
  std::optional<std::uint32_t> place_of(Ipv4Address address) const;
  IpPrefix prefix_;
  PlacePool places_;
};

/// Prefixes of one length out of a shorter one, but for the first, in which the gateway lives. Of longer
/// pools than 2^24 prefixes only the first 2^24 are given.
class Ipv6Pool {
 public:
  /// `length` of each that is given, up to 64.
  explicit Ipv6Pool(const IpPrefix& prefix, std::uint8_t length = 64, std::chrono::seconds rest = {});

  /// A prefix, all behind its length zero. A static one is named by any address in it.
  std::expected<Ipv6Address, PoolError> allocate(Time now);
  std::expected<void, PoolError> allocate(const Ipv6Address& prefix);
  /// The prefix that holds the address, whosever it is.
  Ipv6Address prefix_of(const Ipv6Address& address) const;
  void release(const Ipv6Address& prefix, Time now);
  void give_up(const Ipv6Address& prefix);
  void reserve(const Ipv6Address& prefix);
  void unreserve(const Ipv6Address& prefix, Time now);
  std::uint32_t in_use() const { return places_.in_use(); }

 private:
  std::optional<std::uint32_t> place_of(const Ipv6Address& prefix) const;
  IpPrefix prefix_;
  std::uint8_t length_;
  PlacePool places_;
};

}  // namespace zerocell::pgw
