// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "upf/flow_table.hpp"

namespace zerocell::upf {

/// Which flows of the table are a session's own: one ring for each session, with a hand that goes around. So
/// a session at its limit finds a flow that nobody misses, with few looks. One thread uses it.
class SessionFlows {
 public:
  /// Flows that are looked at for one new one; more only while not too many were in this second.
  static constexpr std::size_t kLooks = 8;
  static constexpr std::size_t kLooksMax = 256;
  static constexpr std::uint32_t kLooksPerSecond = 100'000;

  SessionFlows(std::size_t flows, std::size_t sessions) : links_(flows), hands_(sessions) {}

  /// `flow` is in no ring yet.
  void add(std::uint32_t session, std::uint32_t flow) noexcept;
  /// What is in no ring stays so.
  void remove(std::uint32_t session, std::uint32_t flow) noexcept;
  /// The next one of the session, as the hand goes on; kNoIndex where there is none.
  std::uint32_t next(std::uint32_t session) noexcept;

 private:
  struct Link {
    std::uint32_t before;  // Index + 1; 0: in no ring.
    std::uint32_t after;
  };
  MappedArray<Link> links_;
  MappedArray<std::uint32_t> hands_;  // Index + 1; 0: no flow.
};

/// How little a flow would be missed: 0 for one that is in use, and more the longer it was idle for its kind.
/// An open TCP connection, whose ends may be silent for hours, comes behind everything else.
std::uint32_t dispensability(const Flow& flow, std::uint32_t now_s) noexcept;

}  // namespace zerocell::upf
