// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mme/procedures.hpp"

/// What a UE can, where keys are bound to it: a claim until a security mode command has replayed it to the
/// UE, and in its record only then (TS 33.401 §7.2.4.4). The algorithms for NR as secondary radio access
/// (EN-DC) are among it: UE additional security capability, TS 24.301 §9.9.3.53.
///
/// A UE that can use NR as secondary access (DCNR in its UE network capability) and sends no such capability
/// has none here, and nothing is derived for it: its eNodeB makes those for NR from those for E-UTRA, where
/// INITIAL CONTEXT SETUP REQUEST brings none (TS 33.401 annex E.3, TS 33.216 §4.2.2.1.13).
namespace zerocell::mme {

/// What the UE says of itself is what its record has.
bool same_capabilities(const AttachIntent& intent, const UeRecord& record);
/// Replays what the UE sent, TS 24.301 §5.4.3.2: the additional security capability where it sent one.
void replay_capabilities(const AttachIntent& intent, nas::SecurityModeCommand& command);
/// The UE has confirmed what was replayed to it.
void keep_capabilities(const AttachIntent& intent, UeRecord& record);

/// UE security capabilities as S1AP has them, TS 36.413 §9.2.1.40.
s1ap::UeSecurityCapabilities s1ap_security_capabilities(const UeRecord& record);
/// NR UE security capabilities as S1AP has them, TS 36.413 §9.2.1.127; nothing where the UE sent none. Told
/// whether or not the subscription allows NR: that travels as NR restriction, and may change.
std::optional<s1ap::NrUeSecurityCapabilities> s1ap_nr_security_capabilities(const UeRecord& record);

/// Both, into a message that gives its eNodeB a context, or another key.
template <class Message>
void put_security_capabilities(const UeRecord& record, Message& message) {
  message.ue_security_capabilities = s1ap_security_capabilities(record);
  message.nr_ue_security_capabilities = s1ap_nr_security_capabilities(record);
}

}  // namespace zerocell::mme
