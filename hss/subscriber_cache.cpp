// SPDX-License-Identifier: Apache-2.0
#include "hss/subscriber_cache.hpp"

#include <algorithm>

namespace zerocell::hss {

namespace {

ApnConfiguration to_s6a(const store::ApnSubscription& apn) {
  ApnConfiguration made;
  made.context_id = apn.context_id;
  made.apn = apn.apn;
  made.pdn_type = static_cast<PdnType>(apn.pdn_type);  // The same order.
  made.qci = apn.qci;
  made.arp = apn.arp;
  made.ambr = apn.ambr;
  made.vplmn_dynamic_address_allowed = apn.vplmn_dynamic_address_allowed;
  made.charging_characteristics = apn.charging_characteristics;
  made.bearers = apn.bearers;
  return made;
}
static_assert(static_cast<int>(store::PdnType::ipv4_or_ipv6) == static_cast<int>(PdnType::ipv4_or_ipv6) &&
              static_cast<int>(store::PdnType::ipv6) == static_cast<int>(PdnType::ipv6));

SubscriptionData to_s6a(const store::Profile& profile) {
  SubscriptionData data;
  data.barring = Flags<Barring>::from_wire(profile.barring);
  if (!data.barring.none()) data.status = SubscriberStatus::operator_determined_barring;
  data.network_access_mode =
      profile.packet_only ? NetworkAccessMode::only_packet : NetworkAccessMode::packet_and_circuit;
  data.access_restrictions = AccessRestrictions::from_wire(profile.access_restrictions);
  data.ue_ambr = profile.ue_ambr;
  data.rau_tau_timer_seconds = profile.rau_tau_timer_seconds;
  data.charging_characteristics = profile.charging_characteristics;
  data.policy_group = profile.group;
  ApnConfigurationProfile apns;
  apns.default_context_id = profile.default_context_id;
  for (const store::ApnSubscription& apn : profile.apns) apns.configurations.push_back(to_s6a(apn));
  std::ranges::sort(apns.configurations, {}, &ApnConfiguration::context_id);
  data.apns = std::make_shared<const ApnConfigurationProfile>(std::move(apns));
  return data;
}

/// The profile with what is this subscriber's alone; null where there is nothing.
ApnProfile with_own_addresses(const ApnConfigurationProfile& shared, const store::Subscriber& subscriber) {
  if (subscriber.static_addresses.empty() && subscriber.framed_routes.empty()) return nullptr;
  auto own = std::make_shared<ApnConfigurationProfile>(shared);
  const auto find = [&](std::uint32_t context_id) {
    return std::ranges::find(own->configurations, context_id, &ApnConfiguration::context_id);
  };
  for (const store::StaticAddress& address : subscriber.static_addresses)
    if (const auto apn = find(address.context_id); apn != own->configurations.end()) {
      apn->static_ipv4 = address.ipv4;
      apn->static_ipv6_prefix = address.ipv6_prefix;
    }
  for (const store::FramedRoutes& routes : subscriber.framed_routes)
    if (const auto apn = find(routes.context_id); apn != own->configurations.end())
      apn->framed_routes = routes.prefixes;
  return own;
}

RecordTable<CachedSubscriber> make_table() {
  auto table = RecordTable<CachedSubscriber>::open({.path = {}, .capacity = kCachedSubscribersMax});
  ZC_ASSERT(table.has_value());  // Address space, not memory.
  return std::move(*table);
}

}  // namespace

SubscriberCache::SubscriberCache() : table_(make_table()), by_imsi_(ImsiOf{&table_}) {}

std::optional<SubscriberCache::Index> SubscriberCache::insert(const store::Subscriber& subscriber) {
  const auto index = table_.allocate();
  if (!index) return std::nullopt;
  table_[*index].imsi = subscriber.imsi;
  table_[*index].profile = acquire(subscriber.profile);
  fill(*index, subscriber);
  by_imsi_.insert(subscriber.imsi, *index);
  return index;
}

void SubscriberCache::update(Index index, const store::Subscriber& subscriber) {
  const std::uint32_t before = table_[index].profile;
  table_[index].profile = acquire(subscriber.profile);
  release(before);
  fill(index, subscriber);
}

void SubscriberCache::erase(Index index) {
  by_imsi_.erase(table_[index].imsi);
  release(table_[index].profile);
  extras_.erase(index);
  table_.release(index);
}

void SubscriberCache::fill(Index index, const store::Subscriber& subscriber) {
  CachedSubscriber& record = table_[index];
  record.msisdn = subscriber.msisdn;
  record.state = subscriber.state;
  record.amf = subscriber.amf;
  Extras extras;
  const store::SimSecrets& secrets = subscriber.secrets;
  if (secrets.algorithm == store::Algorithm::tuak) {
    extras.tuak = secrets;
    record.k = {};
    record.op_c = {};
  } else {
    record.k = StoredKey<16>(secrets.k.reveal().first<16>());
    record.op_c = StoredKey<16>(secrets.op_c.reveal().first<16>());
  }
  extras.apns = with_own_addresses(*profiles_[record.profile].data.apns, subscriber);
  extras.imei_lock = subscriber.imei_lock;
  record.has_extras = extras.tuak || extras.apns || extras.imei_lock != ImeiLock{};
  if (record.has_extras)
    extras_.insert_or_assign(index, std::move(extras));
  else
    extras_.erase(index);
}

SubscriptionData SubscriberCache::subscription(Index index) const {
  const CachedSubscriber& record = table_[index];
  SubscriptionData data = profiles_[record.profile].data;
  data.msisdn = record.msisdn;
  if (!record.has_extras) return data;
  const Extras& own = extras_.at(index);
  if (own.apns) data.apns = own.apns;
  data.imei_lock = own.imei_lock;
  return data;
}

const store::SimSecrets* SubscriberCache::tuak(Index index) const {
  if (!table_[index].has_extras) return nullptr;
  const Extras& extras = extras_.at(index);
  return extras.tuak ? &*extras.tuak : nullptr;
}

ImeiLock* SubscriberCache::imei_lock(Index index) {
  if (!table_[index].has_extras) return nullptr;
  ImeiLock& lock = extras_.at(index).imei_lock;
  return lock.off() ? nullptr : &lock;
}

std::uint32_t SubscriberCache::acquire(const store::SharedProfile& profile) {
  if (const auto known = profile_by_address_.find(profile.get()); known != profile_by_address_.end()) {
    ++profiles_[known->second].users;
    return known->second;
  }
  std::string key = store::to_json(*profile);
  if (const auto known = profile_by_key_.find(key); known != profile_by_key_.end()) {
    ++profiles_[known->second].users;
    return known->second;
  }
  auto number = static_cast<std::uint32_t>(profiles_.size());
  if (free_profiles_.empty()) {
    profiles_.emplace_back();
  } else {
    number = free_profiles_.back();
    free_profiles_.pop_back();
  }
  profile_by_address_.emplace(profile.get(), number);
  profile_by_key_.emplace(key, number);
  profiles_[number] = SharedProfile{profile, to_s6a(*profile), std::move(key), 1};
  return number;
}

void SubscriberCache::release(std::uint32_t number) {
  SharedProfile& profile = profiles_[number];
  if (--profile.users != 0) return;
  profile_by_address_.erase(profile.stored.get());
  profile_by_key_.erase(profile.key);
  profile = {};
  free_profiles_.push_back(number);
}

}  // namespace zerocell::hss
