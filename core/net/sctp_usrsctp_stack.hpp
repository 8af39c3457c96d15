// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "core/net/sctp_sender.hpp"

struct socket;  // usrsctp's, not the kernel's.

namespace zerocell::net {

class UsrsctpEngine;
struct UsrsctpEndpoint;

/// One association as the driver sees it. usrsctp knows the peer by a port number that stands for it, and
/// never sees an IP address: the driver translates on the way in and out.
struct UsrsctpLink {
  enum class State : std::uint8_t { coming, up, down };

  std::uint16_t number = 0;  ///< The peer's port, as usrsctp sees it.
  State state = State::coming;
  bool connected_out = false;
  bool told_up = false;          ///< The handler heard `association_up` for this generation.
  bool closing = false;          ///< `shutdown` was called.
  bool aborting = false;         ///< `abort` was called.
  std::uint32_t generation = 0;  ///< Differs from that of every link before.
  std::uint32_t usrsctp_id = 0;
  std::uint32_t local_tag = 0;  ///< What the peer's packets carry, once the association is up.
  UsrsctpEngine* engine = nullptr;
  UsrsctpEndpoint* endpoint = nullptr;
  SctpHandler* handler = nullptr;
  std::uint16_t peer_port = 0;
  std::uint16_t outbound_streams = 0;
  std::uint16_t inbound_streams = 0;
  SctpPath path;                                       ///< Where to send.
  std::array<IpAddress, kSctpPeerAddressesMax> peers;  ///< The one that shook hands comes first.
  std::size_t peer_count = 0;
  Time heard;
  unsigned sent_since_heard = 0;

  AssociationId id() const { return AssociationId{std::uint64_t{generation} << 32 | number}; }
};

/// usrsctp, which exists once in a process, shared by all transports on it, whichever threads they run on.
/// Everything here and every call into usrsctp happens under `mutex`.
class UsrsctpStack {
 public:
  static constexpr unsigned kCandidates = 8;
  static constexpr std::uint16_t kFirstLink = 1024;  ///< Numbers below are engines.

  static UsrsctpStack& instance();

  /// Holds the stack for one engine, whose thread this is. Callbacks for other engines wake theirs.
  class Use {
   public:
    Use(UsrsctpStack& stack, UsrsctpEngine& engine) : lock_(stack.mutex_), stack_(stack) {
      stack_.calling_ = &engine;
    }
    ~Use() { stack_.calling_ = nullptr; }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

   private:
    std::lock_guard<std::mutex> lock_;
    UsrsctpStack& stack_;
  };

  UsrsctpEngine* calling() const { return calling_; }
  /// What usrsctp takes all its peers' addresses for.
  void* anchor() { return this; }

  /// Gives the engine a socket that is bound to a port of its own and listens. Nothing when there are too
  /// many engines.
  std::optional<std::uint16_t> add(UsrsctpEngine& engine, struct socket* with);
  void remove(UsrsctpEngine& engine, std::uint16_t number);
  UsrsctpEngine* engine(std::uint16_t number) { return number < kFirstLink ? engines_[number] : nullptr; }

  bool is_free(std::uint16_t number) const { return number >= kFirstLink && !links_[number]; }
  UsrsctpLink* link(std::uint16_t number) { return links_[number].get(); }
  /// The number must be free.
  UsrsctpLink& open(UsrsctpEngine& engine, std::uint16_t number);
  void close(UsrsctpLink& link) { links_[link.number].reset(); }

  std::uint32_t next_generation() { return ++last_generation_; }

  /// What `candidate` makes numbers from: follows from the peer and a secret alone.
  std::uint64_t seed_of(std::uint16_t engine, std::uint16_t local_port, const IpAddress& peer,
                        std::uint16_t peer_port) const;
  /// The numbers that a peer may get, a few of which are free: they follow from its seed, so that a COOKIE
  /// ECHO leads to them again.
  static std::uint16_t candidate(std::uint64_t seed, unsigned attempt);
  /// The free one of the `kCandidates` candidates from `first` on that was longest promised to no other peer.
  /// Nothing when none is free.
  std::optional<std::uint16_t> choose(std::uint64_t seed, unsigned first = 0) const;
  /// Notes that an INIT is answered with this number: the cookie is good for it alone, and if another peer
  /// takes it first, the one that was promised it cannot get in. A promise binds nobody where no better
  /// number is free, so that a flood of INITs denies nothing.
  void promise(std::uint16_t number, std::uint64_t seed);

  /// Lets usrsctp's timers catch up.
  void run_timers(Time now);

 private:
  /// Of a number: the last peer whose INIT was answered with it.
  struct Promise {
    std::uint32_t peer = 0;  ///< A half of its seed.
    std::uint32_t at = 0;    ///< How many promises there were then; 0: none yet.
  };

  UsrsctpStack();

  std::mutex mutex_;
  UsrsctpEngine* calling_ = nullptr;
  std::vector<std::unique_ptr<UsrsctpLink>> links_;
  std::vector<Promise> promises_;  // By number: what strangers send takes no more memory than this.
  std::uint32_t promised_ = 0;
  std::uint32_t last_generation_ = 0;
  std::array<UsrsctpEngine*, kFirstLink> engines_{};
  std::uint16_t last_engine_ = 0;
  std::array<std::uint64_t, 2> secret_{};
  std::optional<Time> timers_at_;
};

}  // namespace zerocell::net
