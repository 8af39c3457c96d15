// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "core/config/config.hpp"
#include "core/net/link.hpp"
#include "core/store/subscribers.hpp"

namespace zerocell::app {

/// What the kernel routes into the TUN device for SIMs: the framed routes of all subscriptions, whether the
/// UE is there or not, so that no packet for one of them goes elsewhere. A prefix that would take packets of
/// the core or of this machine, or that the machine routes elsewhere, is left out.
class KernelRoutes {
 public:
  /// The configuration outlives it.
  KernelRoutes(unsigned interface_index, const config::Config& config)
      : kernel_(interface_index), config_(config) {}
  /// Takes its routes back: a device that was made beforehand stays, and keeps what leads into it.
  ~KernelRoutes();
  KernelRoutes(const KernelRoutes&) = delete;
  KernelRoutes& operator=(const KernelRoutes&) = delete;

  /// These from now on. What cannot be routed is logged once for its SIM. The first time, what a process that
  /// crashed has left in the device is taken away.
  void set(const std::vector<store::OwnedRoute>& routes);

 private:
  struct Known {
    Imsi imsi{};
    bool routed = false;  ///< By us.
  };
  /// What one call of set() asks the machine for once, where it must.
  struct Machine {
    std::optional<std::vector<IpAddress>> addresses{};
    std::optional<std::map<IpPrefix, bool>> routes{};  ///< Into the device, and whether they are as ours.
  };

  bool configured(const IpPrefix& prefix) const;
  const std::map<IpPrefix, bool>& present(Machine& machine);
  bool add(const store::OwnedRoute& route, Machine& machine);
  bool take_back(const IpPrefix& prefix, const Imsi& imsi);
  void take_back_left_ones(Machine& machine);

  net::LinkRoutes kernel_;
  const config::Config& config_;
  std::vector<store::OwnedRoute> last_;
  std::map<IpPrefix, Known> known_;
  bool cleaned_ = false;
  bool unfinished_ = false;  ///< A route could not be taken back.
};

}  // namespace zerocell::app
