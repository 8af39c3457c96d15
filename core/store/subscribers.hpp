// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/store/subscriber.hpp"

namespace zerocell::store {

/// Where a block of sequence numbers starts.
struct SequenceFloor {
  enum class Kind : std::uint8_t {
    next,      ///< Behind all that was ever reserved.
    at_least,  ///< The same, but not below `value`: a USIM is ahead of us.
    exactly,   ///< At `value`: a USIM refuses what we reached (TS 33.102 §C.2.1), or the operator says so.
  };
  Kind kind = Kind::next;
  std::uint64_t value = 0;
};

/// A framed route, and the SIM that it leads to.
struct OwnedRoute {
  Imsi imsi{};
  IpPrefix prefix{};
  friend bool operator==(const OwnedRoute&, const OwnedRoute&) = default;
};

/// A static address (or the address of a /64), and the SIM whose it is.
struct OwnedAddress {
  Imsi imsi{};
  IpAddress address{};
  friend bool operator==(const OwnedAddress&, const OwnedAddress&) = default;
};

/// Why a subscriber may not have this route.
std::string route_taken(const Imsi& imsi, const IpPrefix& wanted, const OwnedRoute& taken);

/// What others (another process, or the operator through SQL) changed.
struct Changes {
  bool everything = false;  ///< Too many to list: treat every subscriber as changed.
  std::vector<Imsi> subscribers;
  /// A SIM is noted for each of its rows: here once.
  void list_each_once();
  bool empty() const { return !everything && subscribers.empty(); }
};

/// The seam under which a database stands: subscribers, and nothing more general. Calls block, and belong to
/// one thread at a time; procedures use SubscriberStore, which gives them a thread.
///
/// Writes take part in the group that begin() opened and commit() makes durable: after commit() has returned
/// without error, neither a crash of the process nor of the machine loses them. Each write is applied as a
/// whole or not at all; one that fails for its values leaves its group intact. A write without a group is a
/// group of its own.
class Subscribers {
 public:
  virtual ~Subscribers() = default;

  virtual Result<void> begin() = 0;
  virtual Result<void> commit() = 0;
  virtual void rollback() = 0;

  /// Nothing when there is no such subscriber.
  virtual Result<std::optional<SubscriberRecord>> find(const Imsi& imsi) = 0;
  virtual Result<std::optional<Imsi>> find_by_msisdn(const Msisdn& msisdn) = 0;
  virtual Result<std::optional<Imsi>> find_by_iccid(const Iccid& iccid) = 0;
  /// At most `limit` in ascending order of the IMSI's text, those behind `after`; an empty `after` starts at
  /// the first.
  virtual Result<std::vector<SubscriberRecord>> list(const Imsi& after, std::size_t limit) = 0;
  virtual Result<std::uint64_t> count() = 0;
  /// Every static address and prefix of every subscriber, in no order. One that is stored but cannot be read
  /// is left out, with a warning that names its SIM; so with the two that follow.
  virtual Result<std::vector<IpAddress>> static_addresses() = 0;
  /// The same, with their SIMs. As it is here: no SIM has any.
  virtual Result<std::vector<OwnedAddress>> owned_addresses() { return std::vector<OwnedAddress>(); }
  /// Every framed route of every subscriber, in ascending order of the prefixes. No two overlap.
  virtual Result<std::vector<OwnedRoute>> framed_routes() = 0;

  /// invalid, already_exists, conflict.
  virtual Result<void> insert(const Subscriber& subscriber) = 0;
  /// Replaces all but sequence and location. invalid, not_found, conflict.
  virtual Result<void> update(const Subscriber& subscriber) = 0;
  /// Its sequence is kept, so that the same card provisioned again continues. not_found.
  virtual Result<void> remove(const Imsi& imsi) = 0;

  /// Sequence numbers (SEQ of TS 33.102 annex C) are durable before they are used, without a write for each
  /// subscriber: every subscriber's next number is its stored offset plus one counter that all share. A
  /// process raises that counter by `count` once, durably, and may then use `count` numbers from
  /// `offset + grant` of every subscriber whose `written_at_grant` is not above the grant; for more, and for
  /// the others, it reserves. Returns the grant. Not within a group.
  virtual Result<std::uint64_t> open_sequence_grant(std::uint32_t count) = 0;
  /// Reserves `count` numbers for one subscriber; returns the first. No process is ever given them again,
  /// except below a floor that says `exactly`. With a count of 0 it only moves the start. not_found.
  virtual Result<std::uint64_t> reserve_sequence(const Imsi& imsi, SequenceFloor floor,
                                                 std::uint32_t count) = 0;
  /// The number that a reservation would start with.
  virtual Result<std::uint64_t> next_sequence(const Imsi& imsi) = 0;

  /// A terminal that is not known leaves the one that is stored; a known one is what a lock that has yet to
  /// learn its device learns.
  virtual Result<void> set_location(const Imsi& imsi, const Location& location) = 0;

  /// What changed since the last call (the first call: since now). `own_too`: also what this object wrote;
  /// else it may be left out. Cheap when nothing changed.
  virtual Result<Changes> changes(bool own_too) = 0;
};

}  // namespace zerocell::store
