// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "upf/n4.hpp"

namespace zerocell::upf {

/// The first packet of a flow, as a policy sees it: from the UE's side, whoever sent it.
struct FlowQuery {
  SecurityId security_id = 0;
  std::array<std::uint8_t, 16> remote{};  ///< IPv4 in the first four octets.
  bool v6 = false;
  bool from_network = false;  ///< The remote side began it.
  std::uint8_t protocol = 0;
  bool ports = false;             ///< Whether the ports mean something.
  std::uint16_t remote_port = 0;  ///< What the UE wants to reach, when the UE began it.
  std::uint16_t local_port = 0;   ///< What the remote side wants to reach, when it began.
};

/// What a policy decided, and with which of its states.
struct FlowDecision {
  bool allowed = false;
  std::uint16_t egress = 0;  ///< Which way out; 0 is `direct`.
  std::uint32_t rule = 0;    ///< For logs: the position of the rule, from 1; 0 for the default.
  std::uint32_t epoch = 0;
};

/// Decides about flows; the egress implements it. Called by the packet path, on its thread.
class FlowPolicy {
 public:
  virtual ~FlowPolicy() = default;
  /// Never waits, never allocates without a limit.
  virtual FlowDecision decide(const FlowQuery& query) noexcept = 0;
  /// The epoch that decisions must have; it changes before a change of policy is said to be done.
  std::uint32_t epoch() const noexcept { return epoch_.load(std::memory_order_acquire); }

 protected:
  std::atomic<std::uint32_t> epoch_{1};
};

}  // namespace zerocell::upf
