// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "asn1/s1ap/s1ap.hpp"
#include "core/net/sctp.hpp"
#include "core/runtime/exchange.hpp"
#include "core/runtime/loop.hpp"
#include "core/runtime/task.hpp"
#include "core/types/identity.hpp"

namespace zerocell::mme {

// Ours: an association without S1 Setup serves nobody, and whoever reaches the port may have one. An eNodeB
// sets S1 up at once, or again when its Time to Wait (60 s at the most, TS 36.413 §9.2.1.61) is over.
constexpr Duration kSetUpWithin = std::chrono::seconds(120);
constexpr std::size_t kNotSetUpPerPeerMax = 32;  // Of one address; eNodeBs may share one behind a NAT.
constexpr std::size_t kNotSetUpMax = 512;

/// An eNodeB: one S1 association, and what it told us over it.
struct Enb {
  net::AssociationId association{};
  Endpoint peer;
  Endpoint local;
  std::uint16_t streams = 1;                  ///< Outbound streams of the association.
  bool set_up = false;                        ///< S1 Setup succeeded: other procedures may run.
  std::optional<CallbackTimer> set_up_guard;  ///< Ends the association while it is not set up.
  s1ap::GlobalEnbId id;
  std::string name;
  std::vector<Tai> tais;           ///< What it supports, of what we serve; sorted.
  std::vector<Tai> nb_iot_tais;    ///< Those of them that it serves over NB-IoT; sorted.
  std::vector<std::uint32_t> ues;  ///< Places of its UEs in the table of connected UEs.

  // What we began, and where its answer goes: Reset, and MME Configuration Update.
  struct Nothing {
    void operator()() const {}
  };
  Exchange<const s1ap::Message*> reset_answers;
  Exchange<const s1ap::Message*> update_answers;
  TaskSlot<void, Nothing> reset{Nothing{}};
  TaskSlot<void, Nothing> update{Nothing{}};

  bool supports(const Tai& tai) const { return std::ranges::binary_search(tais, tai); }
  /// "00101-macro-0x1A2D0".
  std::string text() const;
};

}  // namespace zerocell::mme
