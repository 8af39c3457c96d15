// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>

#include "core/runtime/clock.hpp"
#include "upf/path_batch.hpp"
#include "upf/settings.hpp"

namespace zerocell::upf {

/// Path management of GTP-U, TS 29.281 §7.2 and TS 23.007 §20.3.1: an Echo Request to each peer that sessions
/// use, at the configured interval; no answer to N3-REQUESTS of them, T3-RESPONSE apart, is a path failure. A
/// peer that has never answered is told of once, and its path is taken to work, unless the settings say
/// otherwise.
class PeerPaths {
 public:
  explicit PeerPaths(const Settings& settings);

  void add(const OuterAddress& peer, Time now);
  void remove(const OuterAddress& peer);
  /// Sends what is due and tells of failed paths.
  void tick(Time now, PathOutput& output, Signals& signals);
  /// An Echo Response came; it counts only when it answers our last request to that peer.
  void answered(const OuterAddress& peer, std::uint16_t sequence, Signals& signals);

  std::size_t size() const { return peers_.size(); }

 private:
  struct Less {
    bool operator()(const OuterAddress& a, const OuterAddress& b) const {
      return std::tie(a.v6, a.octets) < std::tie(b.v6, b.octets);
    }
  };
  struct Path {
    Time due;  // Of the next request.
    std::uint16_t sequence = 0;
    std::uint32_t unanswered = 0;  // Requests of this round without an answer.
    bool failed = false;
    bool answered = false;  // At any time since sessions use it.
    bool told_silent = false;
  };
  void no_answer(const OuterAddress& peer, Path& path, Signals& signals) const;

  std::map<OuterAddress, Path, Less> peers_;
  Time next_tick_{};
  Duration interval_;
  Duration t3_response_;
  std::uint32_t n3_requests_;
  bool echo_required_;
  std::size_t peers_max_;
  std::uint16_t port_;
  std::uint16_t sequence_ = 0;
};

}  // namespace zerocell::upf
