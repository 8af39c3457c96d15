// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "app/static_addresses.hpp"
#include "core/config/config.hpp"
#include "core/store/subscriber_store.hpp"
#include "egress/policy_egress.hpp"
#include "hss/hss.hpp"
#include "mme/mme.hpp"
#include "pgw/pgw.hpp"
#include "sgw/sgw.hpp"
#include "upf/sockets_driver.hpp"
#include "upf/user_plane.hpp"

namespace zerocell::app {

/// All functions of the core, wired to each other. Clock, network, store and randomness are given: `zerocell
/// run` gives it a kernel's, and a simulation its own, so that everything runs in one thread.
///
/// In the order in which each may use those before it; destroyed from the last to the first.
struct CoreFunctions {
  using Opened = std::expected<void, std::string>;
  using Database = std::unique_ptr<store::Subscribers>;

  /// Loop and randomness outlive it.
  CoreFunctions(Loop& on, Random& with, config::Config from)
      : loop(on), random(with), config(std::move(from)) {}
  ~CoreFunctions();
  CoreFunctions(const CoreFunctions&) = delete;
  CoreFunctions& operator=(const CoreFunctions&) = delete;

  // In this order, each once. An error says, for a person, what could not be done.
  Opened open_hss(Database database, const store::SubscriberStore::Options& options);
  /// Without a driver nothing carries packets, until the owner has put one there.
  Opened open_user_plane();
  Opened open_gateways();
  /// Listens for eNodeBs. The capture may be null, and outlives it.
  Opened open_mme(std::unique_ptr<net::SctpTransport> transport, SignallingCapture* capture = nullptr);
  /// All of that, in the loop's thread alone.
  Opened open(Database database, std::unique_ptr<net::SctpTransport> transport);

  Loop& loop;
  Random& random;
  config::Config config;  ///< Whoever runs it may change what its functions look at as they go.
  std::unique_ptr<store::SubscriberStore> subscribers;
  std::unique_ptr<hss::Hss> hss;
  std::unique_ptr<egress::PolicyEgress> egress;
  std::unique_ptr<upf::UserPlane> user_plane;
  std::unique_ptr<upf::SocketsDriver> driver;
  std::unique_ptr<pgw::Pgw> pgw;
  std::vector<IpAddress> static_at_start;  ///< Addresses of SIMs that nobody else may have.
  std::unique_ptr<StaticAddresses> static_addresses;
  std::unique_ptr<sgw::CombinedSgw> sgw;
  std::unique_ptr<net::SctpTransport> sctp;
  std::unique_ptr<mme::Mme> mme;
  std::unique_ptr<hss::S6a> s6a;
};

}  // namespace zerocell::app
