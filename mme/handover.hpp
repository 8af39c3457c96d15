// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mme/radio_bearers.hpp"

/// A connected UE moves from one eNodeB to another, TS 23.401 §5.5.1.
namespace zerocell::mme {

constexpr std::size_t kErabsMax = 256;  // TS 36.413 maxnoofE-RABs: what a message can list, known or not.

/// E-RABs that an eNodeB has to give up, or has given up, and why.
struct ErabsLost {
  InlineList<s1ap::ErabItem, kErabsMax> list{};

  void add(std::uint8_t ebi, s1ap::Cause cause) {
    if (!list.full()) list.push_back({ebi, cause});
  }
  bool has(std::uint8_t ebi) const {
    return std::ranges::any_of(list, [ebi](const s1ap::ErabItem& item) { return item.erab_id == ebi; });
  }
  aper::List<s1ap::ErabItem> items() const { return {list.begin(), list.size()}; }
};

/// What became of the bearers of a UE whose user plane moved.
struct BearersMoved {
  /// Those whose uplink packets go somewhere else now: the gateway changed.
  InlineList<sgw::BearerAccess, sgw::kBearersMax> uplink{};
  ErabsLost refused{};   ///< The target has them, the gateways do not.
  bool goes_on = false;  ///< At least one PDN connection does.
};

/// Moves the bearers whose E-RABs the target eNodeB has; the UE is there already. The others are lost: a PDN
/// connection with its default bearer, and a dedicated bearer by Delete Bearer Command (TS 23.401
/// §5.5.1.1.2).
Task<BearersMoved> move_bearers(Ue& ue, ErabsSetUp erabs);

/// PATH SWITCH REQUEST, as far as it lasts longer than the message.
struct PathSwitch {
  ErabsSetUp erabs{};
  ErabsLost unknown{};                      ///< E-RABs of the request that the UE does not have.
  std::optional<gtp::Fteid> in_question{};  ///< Where the one is that the UE has not answered about.
  /// The eNodeB was told other security capabilities than the UE's.
  bool capabilities_differ = false;
  bool nr_capabilities_differ = false;
  /// It says none, and the UE has some.
  bool lacks_capabilities = false;
  bool lacks_nr_capabilities = false;
  /// The source had been asked for a context, and its answer was not here yet.
  bool begins_context = false;
  KeptDiagnostics diagnostics{};
};
/// X2 handover from step 3 on, TS 23.401 §5.5.1.1.2. Runs in Ue::mobility.
Task<Next> switch_path(Ue& ue, PathSwitch wanted);

/// HANDOVER REQUIRED, as far as it lasts longer than the message.
struct HandoverWanted {
  s1ap::Cause cause{};
  bool direct_forwarding = false;  ///< The source reaches the target over X2.
  bool emergency_only = false;     ///< The target's area is forbidden for all other bearers.
  ByteVector container;            ///< Source to target, transparent.
};
/// S1 handover inside this MME from step 3 on, TS 23.401 §5.5.1.2.2. Runs in the procedure of the connection
/// at the target. At its end that object holds the connection that is to be released: the target's when the
/// handover failed, the source's when it succeeded.
Task<Next> s1_handover(Ue& leg, HandoverWanted wanted);

}  // namespace zerocell::mme
