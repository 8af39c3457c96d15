// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "core/net/sctp.hpp"
#include "lab/app/core_process.hpp"
#include "lab/app/report.hpp"
#include "lab/app/topology.hpp"
#include "lab/live/s1u.hpp"
#include "lab/live/ue_device.hpp"
#include "lab/live/web_server.hpp"
#include "lab/scenarios.hpp"

namespace zerocell::lab {

/// What scripts/run shows: a core, an eNodeB, a device, an internet, and what passes between them.
class Demo {
 public:
  Demo(Loop& loop, Options options);
  ~Demo();

  /// From nothing to a device that attached, talked, was denied, detached and attached again. With an empty
  /// result failure, the lab is up afterwards.
  Task<Result> run();
  /// What a person can do now.
  void invite();
  Task<bool> stop();

 private:
  using Step = std::expected<void, std::string>;

  Task<Step> all();
  Step wire();
  Task<Step> start_core();
  Task<Step> start_radio();
  Task<Step> attach();
  Task<Step> ping();
  Task<Step> fetch();
  Task<Step> denied();
  Task<Step> detach_and_return();
  Task<Step> global_ipv6();
  void bearer_changed(const Bearer& bearer, bool up);

  Loop& loop_;
  Options options_;
  Screen screen_;
  Result result_;
  Topology hosts_;
  CoreProcess core_;
  Program capture_;
  std::unique_ptr<WebServer> web_;
  std::unique_ptr<net::SctpTransport> sctp_;
  std::unique_ptr<S1u> s1u_;
  std::unique_ptr<Enb> enb_;
  std::unique_ptr<UeDevice> device_;
  std::unique_ptr<Ue> ue_;
  std::optional<Erab> erab_;
};

}  // namespace zerocell::lab
