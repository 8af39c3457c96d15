// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>

#include "core/config/config.hpp"
#include "core/store/subscribers.hpp"

namespace zerocell::app {

/// Why no SIM may have this prefix behind it in this network: it meets a pool, the core, or a SIM of the
/// configuration other than `imsi`. For a person; nothing: it may.
std::optional<std::string> route_conflict(const IpPrefix& prefix, const Imsi& imsi,
                                          const config::Config& config);

/// What an operator's command looks for before it stores a SIM: what the store itself cannot know, because it
/// is the configuration's, or because it would read every other SIM for it.
class SimConflicts {
 public:
  /// `config` may be null: then only SIMs are compared. Both outlive it.
  SimConflicts(const config::Config* config, store::Subscribers& subscribers)
      : config_(config), subscribers_(subscribers) {}

  /// What is wrong, where, and what to do; nothing when the SIM may be stored, and then it counts as stored.
  store::Result<std::optional<std::string>> look_at(const store::Subscriber& subscriber);

 private:
  /// Prefixes, and the SIMs whose they are; those of one collection are apart from each other, or the same.
  using Prefixes = std::multimap<IpPrefix, Imsi>;

  store::Result<void> read();
  void note(const store::Subscriber& subscriber);
  void forget(const store::Subscriber& subscriber);
  static const Prefixes::value_type* overlapping(const Prefixes& among, const IpPrefix& prefix);
  std::optional<std::string> routes(const store::Subscriber& subscriber) const;
  std::optional<std::string> addresses(const store::Subscriber& subscriber) const;
  std::optional<std::string> bearers(const store::Subscriber& subscriber) const;

  const config::Config* config_;
  store::Subscribers& subscribers_;
  // Of all SIMs; read when the first SIM with an address of its own comes.
  bool read_ = false;
  Prefixes static_addresses_;
  Prefixes routes_;
};

}  // namespace zerocell::app
