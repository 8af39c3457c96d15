// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unordered_set>

#include "core/config/hss.hpp"
#include "core/crypto/random.hpp"
#include "core/runtime/background.hpp"
#include "core/store/subscriber_store.hpp"
#include "hss/s6a.hpp"
#include "hss/subscriber_cache.hpp"

namespace zerocell::hss {

/// Makes authentication vectors, TS 33.102 §6.3.2 and TS 33.401 §6.1.2, and keeps sequence numbers as its
/// annex C describes: SQN = SEQ ‖ IND, SEQ counts a subscriber's vectors (§C.1.1.1, not time-based), IND are
/// the lowest bits of SEQ, so that it goes round as §C.3.4 recommends.
///
/// Every SEQ is durable before the vector exists: see Subscribers::open_sequence_grant.
class AuthenticationCentre {
 public:
  /// `grant`: from open_sequence_grant, with `settings.sqn_block` numbers.
  AuthenticationCentre(store::SubscriberStore& store, SubscriberCache& cache, Random& random,
                       const config::Hss& settings, std::uint64_t grant);

  /// The block that the grant gives a subscriber who was just read; an empty one where the store moved on.
  void open_block(CachedSubscriber& subscriber, const store::SequenceState& sequence) const;
  /// Takes the block away if the stored sequence is not what it was.
  void check_block(CachedSubscriber& subscriber, const store::SequenceState& sequence) const;

  /// Vectors for a cached subscriber. user_unknown if he is removed meanwhile;
  /// authentication_data_unavailable for a wrong AUTS, and where nothing can be made durable.
  Task<S6aAnswer<AuthenticationInformationAnswer>> vectors(AuthenticationInformationRequest request);

  /// SEQ and IND of the vector that the counter `number` stands for, and back.
  Sqn sqn_of(std::uint64_t number) const;
  std::uint64_t seq_of(Sqn sqn) const { return sqn.value() >> settings_.sqn_ind_bits; }

 private:
  struct Block {
    std::uint64_t next = 0;
    std::uint32_t left = 0;
  };
  Task<S6aAnswer<Block>> reserve(Imsi imsi, store::SequenceFloor floor);
  std::uint32_t reserved_at_once() const;
  /// Of the next block, before the last number is used: so no vector waits for the disk. One that fails is
  /// tried again with the next vector.
  void reserve_ahead(const Imsi& imsi);
  S6aAnswer<store::SequenceFloor> resynchronize(SubscriberCache::Index index,
                                                const Resynchronization& resynchronization);
  void make(SubscriberCache::Index index, Block& block, const Plmn& serving_network, std::uint8_t count,
            AuthenticationInformationAnswer& answer);

  store::SubscriberStore& store_;
  SubscriberCache& cache_;
  Random& random_;
  const config::Hss settings_;
  const std::uint64_t grant_;
  std::unordered_set<Imsi> reserving_;
  Background background_;
};

}  // namespace zerocell::hss
