// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mme/procedures.hpp"

/// E-RABs: the radio side of bearers, as S1AP speaks of them (TS 36.413 §8.2, §8.3.1).
namespace zerocell::mme {

/// The E-RABs that an eNodeB says it has set up, each with the endpoint for its downlink packets.
struct ErabsSetUp {
  InlineList<sgw::BearerAccess, sgw::kBearersMax> list{};

  bool has(std::uint8_t ebi) const {
    return std::ranges::any_of(list, [ebi](const sgw::BearerAccess& bearer) { return bearer.ebi == ebi; });
  }
};
/// Those of an answer to Initial Context Setup; one that names no endpoint counts as failed.
ErabsSetUp set_up_in(const s1ap::InitialContextSetupResponse& response);
ErabsSetUp set_up_in(const s1ap::ErabSetupResponse& response);
/// Of these E-RABs those of one PDN connection that `keep(erab)` keeps.
template <class Erabs, class Keep>
InlineList<sgw::BearerAccess, sgw::kBearersMax> of_session(Ue& ue, sgw::SessionId session, const Erabs& erabs,
                                                           Keep keep) {
  InlineList<sgw::BearerAccess, sgw::kBearersMax> kept;
  for (const sgw::BearerAccess& erab : erabs) {
    const BearerRecord* bearer = ue.mme.bearers().find(ue.stored(), erab.ebi);
    if (bearer != nullptr && bearer->session == session && keep(erab)) kept.push_back(erab);
  }
  return kept;
}
/// All of them.
template <class Erabs>
auto of_session(Ue& ue, sgw::SessionId session, const Erabs& erabs) {
  return of_session(ue, session, erabs, [](const sgw::BearerAccess&) { return true; });
}
/// Notes what an answer says of the UE's context and its E-RABs, whether a procedure waits for it or not.
void note_context(Ue& ue, const s1ap::Message& message);
/// After `note_context`, of an answer that no procedure has taken. What it has set up for a bearer that was
/// given up meanwhile is released.
void take_late_answer(Ue& ue, const s1ap::Message& message);

s1ap::UeAggregateMaximumBitrate s1ap_ambr(const gtp::Ambr& ambr);
s1ap::ErabLevelQosParameters s1ap_qos(const gtp::BearerQos& qos);
s1ap::TransportLayerAddress s1ap_address(const gtp::Fteid& endpoint);
/// The endpoint that S1AP tells; invalid where it names none.
gtp::Fteid fteid(const s1ap::TransportLayerAddress& address, std::uint32_t teid);

/// INITIAL CONTEXT SETUP REQUEST for all bearers of the UE, TS 36.413 §8.3.1. K_eNB follows from
/// Ue::k_enb_count. False when it could not be sent.
struct ContextSetup {
  Bytes nas{};               ///< Plain NAS message that travels along and is protected here; empty: none.
  std::uint8_t nas_ebi = 5;  ///< The bearer in whose item it travels.
};
bool send_initial_context_setup(Ue& ue, const ContextSetup& setup);

/// K_eNB re-keying, TS 33.401 §7.2.9.2, by UE CONTEXT MODIFICATION: where NAS keys came after those that the
/// eNodeB has, `Ue::access_keys_old`. False when the eNodeB cannot.
Task<bool> rekey_access(Ue& ue);

/// Where the eNodeB has a context of the UE, or is about to, its E-RABs are released and its keys follow from
/// the NAS keys in use: a context is set up once in a connection (TS 36.413 §8.3.1), and what comes next are
/// E-RAB SETUP REQUESTs. Before the bearers are taken out of the record. False when the eNodeB cannot: the
/// connection is to be released.
Task<bool> clear_context(Ue& ue);

/// Tells the gateways where downlink packets of these bearers go now, each PDN connection with one Modify
/// Bearer Request, and notes them as active. False when a gateway refused.
Task<bool> connect_bearers(Ue& ue, ErabsSetUp erabs);

}  // namespace zerocell::mme
