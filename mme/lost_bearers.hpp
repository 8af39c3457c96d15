// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mme/radio_bearers.hpp"

/// Bearers that one side has no more: the other sides hear of it, and the UE notices by itself.
namespace zerocell::mme {

/// INITIAL CONTEXT SETUP for all bearers, and its answer. The error is the cause to release the connection
/// with: the eNodeB failed, or did not answer.
Task<std::expected<ErabsSetUp, s1ap::Cause>> set_up_context(Ue& ue, ContextSetup setup);

/// Ends one bearer here and at the gateway: a default bearer takes its PDN connection with it, a dedicated
/// one goes by Delete Bearer Command (TS 29.274 §7.2.17.1).
void forget_bearer(Mme& mme, UeRecord& record, std::uint8_t ebi);
/// Those that the UE says it has no more (EPS bearer context status, TS 24.301 §5.5.3.2.4, §5.6.1.4).
void forget_bearers_without(Ue& ue, const nas::EpsBearerContextStatus& status);
/// Those that the eNodeB did not set up, TS 23.401 §5.3.4.1.
void release_bearers_not_in(Ue& ue, const ErabsSetUp& access);
/// GBR bearers of a UE whose connection was lost, TS 23.401 §5.3.5 step 6: there is nothing to guarantee.
void forget_gbr_bearers(Mme& mme, UeRecord& record);
/// What the UE hears of its bearers, TS 24.301 §9.9.2.1.
nas::EpsBearerContextStatus bearer_context_status(Mme& mme, const UeRecord& record);

}  // namespace zerocell::mme
