// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hss/subscription.hpp"
#include "mme/procedures.hpp"

/// Emergency attach, TS 23.401 §4.3.12, TS 24.301 §5.5.1.2: limited service for those who would have none.
/// Such a UE has one PDN connection, to the configured access point, under the policy group "emergency".
namespace zerocell::mme {

constexpr std::string_view kEmergencyGroup = "emergency";

bool is_emergency(const AttachIntent& intent);
/// Whether UEs may attach for this at all, TS 24.301 §5.5.1.1.
bool offers(const config::Mme& settings, nas::EpsAttachType type);
/// Whether UEs of whom nothing is proven may have it.
bool serves_anybody(const config::Mme& settings);
/// In place of a subscription: nothing is asked of an HSS (TS 23.401 §5.3.2.1, steps 8 to 11 are left out).
hss::SubscriptionData emergency_subscription(const config::Mme& settings);
/// The numbers that a UE hears of; nothing where there are none.
std::optional<nas::EmergencyNumberList> emergency_numbers(const config::Mme& settings);

/// Security mode control with EIA0 and EEA0 for a UE that cannot be authenticated, TS 33.401 §15.2.2. It gets
/// a record of its own: the claimed identity selects nobody's.
Task<std::expected<SecuredUe, Rejection>> serve_unauthenticated(Ue& ue);

}  // namespace zerocell::mme
