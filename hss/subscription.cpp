// SPDX-License-Identifier: Apache-2.0
#include "hss/subscription.hpp"

#include <algorithm>

namespace zerocell::hss {

const ApnConfiguration* ApnConfigurationProfile::by_context(std::uint32_t context_id) const {
  const auto found = std::ranges::find(configurations, context_id, &ApnConfiguration::context_id);
  return found == configurations.end() ? nullptr : &*found;
}

const ApnConfiguration* ApnConfigurationProfile::by_apn(const Apn& apn) const {
  const ApnConfiguration* wildcard = nullptr;
  for (const ApnConfiguration& configuration : configurations) {
    if (configuration.wildcard())
      wildcard = &configuration;
    else if (configuration.apn == apn)
      return &configuration;
  }
  return wildcard;
}

bool SubscriptionData::forbids(RatType rat) const {
  switch (rat) {
    case RatType::utran:
      return access_restrictions.has(AccessRestriction::utran);
    case RatType::geran:
      return access_restrictions.has(AccessRestriction::geran);
    case RatType::eutran:
      return access_restrictions.has(AccessRestriction::wb_eutran) ||
             access_restrictions.has(AccessRestriction::wb_eutran_except_lte_m);
    case RatType::eutran_nb_iot:
      return access_restrictions.has(AccessRestriction::nb_iot);
    case RatType::nr:
      return access_restrictions.has(AccessRestriction::nr_in_5gs);
    case RatType::lte_m:
      return access_restrictions.has(AccessRestriction::lte_m) ||
             access_restrictions.has(AccessRestriction::wb_eutran);
  }
  return true;
}

namespace {
bool same(const ApnProfile& a, const ApnProfile& b) {
  return a == b || (a && b && *a == *b);
}

template <class T>
void note(std::optional<T>& change, const T& before, const T& after) {
  if (before != after) change = after;
}

template <class T>
void replace(T& value, const std::optional<T>& change) {
  if (change) value = *change;
}

/// Configurations that `change` names replace those of the same context, others are added.
ApnProfile merged(const ApnProfile& before, const ApnConfigurationProfile& change) {
  auto after = std::make_shared<ApnConfigurationProfile>(change);
  if (before)
    for (const ApnConfiguration& kept : before->configurations)
      if (change.by_context(kept.context_id) == nullptr) after->configurations.push_back(kept);
  std::ranges::sort(after->configurations, {}, &ApnConfiguration::context_id);
  return after;
}
}  // namespace

bool operator==(const SubscriptionData& a, const SubscriptionData& b) {
  return change_between(a, b).empty();
}

bool SubscriptionChange::empty() const {
  return !status && !barring && !msisdn && !network_access_mode && !access_restrictions && !ue_ambr &&
         !apns && !rau_tau_timer_seconds && !charging_characteristics && !policy_group && !imei_lock;
}

SubscriptionChange change_between(const SubscriptionData& before, const SubscriptionData& after) {
  SubscriptionChange change;
  note(change.status, before.status, after.status);
  note(change.barring, before.barring, after.barring);
  note(change.msisdn, before.msisdn, after.msisdn);
  note(change.network_access_mode, before.network_access_mode, after.network_access_mode);
  note(change.access_restrictions, before.access_restrictions, after.access_restrictions);
  note(change.ue_ambr, before.ue_ambr, after.ue_ambr);
  if (!same(before.apns, after.apns)) change.apns = after.apns;
  if (before.rau_tau_timer_seconds != after.rau_tau_timer_seconds)
    change.rau_tau_timer_seconds = after.rau_tau_timer_seconds.value_or(0);
  note(change.charging_characteristics, before.charging_characteristics, after.charging_characteristics);
  note(change.policy_group, before.policy_group, after.policy_group);
  note(change.imei_lock, before.imei_lock, after.imei_lock);
  return change;
}

void apply(const SubscriptionChange& change, SubscriptionData& data) {
  replace(data.status, change.status);
  replace(data.barring, change.barring);
  replace(data.msisdn, change.msisdn);
  replace(data.network_access_mode, change.network_access_mode);
  replace(data.access_restrictions, change.access_restrictions);
  replace(data.ue_ambr, change.ue_ambr);
  if (change.apns) data.apns = change.all_apns_included ? change.apns : merged(data.apns, *change.apns);
  if (change.rau_tau_timer_seconds == 0u)
    data.rau_tau_timer_seconds.reset();
  else if (change.rau_tau_timer_seconds)
    data.rau_tau_timer_seconds = change.rau_tau_timer_seconds;
  replace(data.charging_characteristics, change.charging_characteristics);
  replace(data.policy_group, change.policy_group);
  replace(data.imei_lock, change.imei_lock);
}

}  // namespace zerocell::hss
