// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "core/net/sctp.hpp"

namespace zerocell::net {

/// What a simulated network does to traffic. Changing it affects what is sent afterwards. A message here is
/// one of the layer above: SCTP itself neither drops nor doubles, but an eNodeB or its radio does, and that
/// looks the same from the other end.
struct SimulatedFaults {
  Duration delay_min{};  ///< One way; drawn evenly between the two. Order within each stream is kept.
  Duration delay_max{};
  std::uint32_t dropped_per_million = 0;     ///< Messages that never arrive.
  std::uint32_t duplicated_per_million = 0;  ///< Messages that arrive twice.
  std::uint32_t aborted_per_million = 0;     ///< Messages in whose place an ABORT arrives, at both ends.
  std::uint32_t connects_refused_per_million = 0;
  Duration waiting{};  ///< What `waiting` says, at every host.
};

/// Hosts that talk SCTP to each other without any kernel: transports made here reach each other by endpoint.
/// What happens, and in which order, follows from the seed, the loop and the calls. With a `VirtualLoop` all
/// delays are simulated time; with a `LiveLoop` it is a network in memory.
class SimulatedNetwork {
 public:
  SimulatedNetwork(Loop& loop, std::uint64_t seed);
  SimulatedNetwork(const SimulatedNetwork&) = delete;
  SimulatedNetwork& operator=(const SimulatedNetwork&) = delete;
  ~SimulatedNetwork();

  /// One more host. Destroying it is a restart: peers hear `abort`, its own handlers nothing.
  [[nodiscard]] std::unique_ptr<SctpTransport> make_transport(const SctpOptions& options = {});

  SimulatedFaults& faults();

  /// Both ends of the association that `id` is an end of hear `lost`, at once.
  void lose(AssociationId id);
  /// The end `id` falls silent for ever, and its handler hears nothing more: power is off. The other end goes
  /// on sending, and hears `lost` when its heartbeats would have given up.
  void vanish(AssociationId id);
  /// The end `id` reads nothing until `resume`: the sender's buffer fills, and then `send` says `full`.
  void pause(AssociationId id);
  void resume(AssociationId id);

  /// Ends of associations that exist: two each. For leak checks.
  std::size_t ends() const;

  class Core;

 private:
  std::shared_ptr<Core> core_;
};

}  // namespace zerocell::net
