// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unordered_map>

#include "core/state/record_index.hpp"
#include "core/state/record_table.hpp"
#include "core/store/subscriber.hpp"
#include "hss/subscription.hpp"

namespace zerocell::hss {

/// A subscriber who was used since the start: all that the hot path needs, in plain data.
struct CachedSubscriber {
  static constexpr std::uint32_t kLayoutVersion = 1;
  static constexpr const char* kName = "cached subscribers";
  static constexpr std::uint16_t kNoMme = 0xFFFF;

  Imsi imsi;
  Msisdn msisdn;
  StoredKey<16> k;  ///< Of MILENAGE; TUAK's longer ones stand aside.
  StoredKey<16> op_c;
  std::uint64_t sequence_next = 0;  ///< The block of sequence numbers that may be used: durable already.
  std::uint32_t sequence_left = 0;
  std::uint32_t sequence_seen = 0;    ///< Digest of what the store said, to see an operator's change.
  std::uint32_t location_stored = 0;  ///< Digest of the location that the store has, or will have soon.
  std::uint32_t terminal_stored = 0;  ///< The same of the device that was told last.
  std::uint32_t profile = 0;
  std::uint16_t mme = kNoMme;  ///< Who serves it; by number of the HSS's list.
  Amf amf{};
  Plmn visited_plmn;
  store::SimState state = store::SimState::active;
  RatType rat = RatType::eutran;
  bool purged : 1 = false;
  bool has_extras : 1 = false;
  bool terminal_told : 1 = false;  ///< Its MME has read the equipment since it came.

  bool registered() const { return mme != kNoMme && !purged; }
};

constexpr std::uint32_t kCachedSubscribersMax = 1u << 24;  // Each 104 octets, and only those that are used

/// Subscribers by IMSI. Profiles are shared: a million SIMs of ten kinds hold ten.
class SubscriberCache {
 public:
  using Index = std::uint32_t;
  SubscriberCache();

  std::optional<Index> find(const Imsi& imsi) const { return by_imsi_.find(imsi); }
  CachedSubscriber& operator[](Index index) { return table_[index]; }
  const CachedSubscriber& operator[](Index index) const { return table_[index]; }
  std::size_t size() const { return table_.size(); }

  /// Nothing when the cache is full. Sequence and location are the caller's to fill in.
  std::optional<Index> insert(const store::Subscriber& subscriber);
  /// Everything that an operator may edit.
  void update(Index index, const store::Subscriber& subscriber);
  void erase(Index index);
  template <class Visit>
  void for_each(Visit visit) {
    table_.for_each([&](Index, const CachedSubscriber& subscriber) { visit(subscriber); });
  }

  SubscriptionData subscription(Index index) const;
  /// What it shares with others: all but its number and its own addresses.
  const SubscriptionData& shared_data(Index index) const { return profiles_[table_[index].profile].data; }
  const store::Profile& profile(Index index) const { return *profiles_[table_[index].profile].stored; }
  /// The secrets of a SIM with TUAK; null: it has MILENAGE, with `k` and `op_c` of the record.
  const store::SimSecrets* tuak(Index index) const;
  /// The lock of a SIM that is bound to a device; null: it is not.
  ImeiLock* imei_lock(Index index);

 private:
  struct SharedProfile {
    store::SharedProfile stored;
    SubscriptionData data;  ///< Of a subscriber without a number of its own.
    std::string key;
    std::uint32_t users = 0;
  };
  /// What few subscribers have.
  struct Extras {
    ApnProfile apns;  ///< With static addresses and framed routes; null where there are none.
    std::optional<store::SimSecrets> tuak;
    ImeiLock imei_lock;
  };
  struct ImsiOf {
    const RecordTable<CachedSubscriber>* table;
    const Imsi& operator()(std::uint32_t index) const { return (*table)[index].imsi; }
  };

  void fill(Index index, const store::Subscriber& subscriber);
  std::uint32_t acquire(const store::SharedProfile& profile);
  void release(std::uint32_t profile);

  RecordTable<CachedSubscriber> table_;
  RecordIndex<Imsi, ImsiOf> by_imsi_;
  std::vector<SharedProfile> profiles_;
  std::vector<std::uint32_t> free_profiles_;
  std::unordered_map<std::string, std::uint32_t> profile_by_key_;
  std::unordered_map<const store::Profile*, std::uint32_t> profile_by_address_;
  std::unordered_map<Index, Extras> extras_;
};

}  // namespace zerocell::hss
