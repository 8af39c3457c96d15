// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <vector>

#include "core/config/config.hpp"
#include "core/store/subscribers.hpp"

namespace zerocell::app {

/// What the kernel routes into the TUN device for SIMs: the framed routes of all subscriptions, whether the
/// UE is there or not, so that no packet for one of them goes elsewhere. A prefix that would take packets of
/// the core or of this machine is left out.
class KernelRoutes {
 public:
  /// The configuration outlives it.
  KernelRoutes(unsigned interface_index, const config::Config& config)
      : interface_index_(interface_index), config_(config) {}

  /// These from now on. What cannot be routed is logged once.
  void set(const std::vector<store::OwnedRoute>& routes);

 private:
  bool add(const store::OwnedRoute& route);

  unsigned interface_index_;
  const config::Config& config_;
  std::map<IpPrefix, bool> known_;  ///< And whether the kernel has it.
};

}  // namespace zerocell::app
