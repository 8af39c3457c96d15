// SPDX-License-Identifier: Apache-2.0
#include "hss/authentication_centre.hpp"

#include <algorithm>

#include "core/crypto/milenage.hpp"
#include "core/crypto/tuak.hpp"
#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"

namespace zerocell::hss {

namespace {

Counter vectors_made{"zerocell_hss_vectors_total", "Authentication vectors that were made."};
Counter resynchronizations{"zerocell_hss_resynchronizations_total",
                           "Sequence numbers that were set by a verified AUTS."};
Counter resynchronizations_refused{"zerocell_hss_resynchronizations_refused_total",
                                   "AUTS whose MAC-S was wrong."};
Counter sequence_blocks{"zerocell_hss_sequence_blocks_total",
                        "Blocks of sequence numbers that one subscriber reserved."};

std::uint32_t digest(const store::SequenceState& state) {
  return static_cast<std::uint32_t>(static_cast<std::uint64_t>(state.offset) ^
                                    state.written_at_grant * 0x9E3779B97F4A7C15u >> 17);
}

/// Calls `use` with the functions f1 to f5* of one subscriber.
template <class Use>
auto with_algorithm(const SubscriberCache& cache, SubscriberCache::Index index, Use use) {
  if (const store::SimSecrets* secrets = cache.tuak(index)) {
    const auto tuak =
        Tuak::make(secrets->k_bytes(), secrets->op_c, secrets->tuak_res_octets, secrets->tuak_iterations);
    ZC_ASSERT(tuak.has_value());  // The store refuses other lengths.
    return use(*tuak);
  }
  const CachedSubscriber& subscriber = cache[index];
  return use(Milenage(subscriber.k, subscriber.op_c));
}

constexpr S6aError kUnavailable{S6aResult::authentication_data_unavailable};

}  // namespace

AuthenticationCentre::AuthenticationCentre(store::SubscriberStore& store, SubscriberCache& cache,
                                           Random& random, const config::Hss& settings, std::uint64_t grant)
    : store_(store), cache_(cache), random_(random), settings_(settings), grant_(grant) {}

Sqn AuthenticationCentre::sqn_of(std::uint64_t number) const {
  // SEQ 0 would not be new to a USIM that was never used.
  const std::uint64_t seq = number + 1;
  const std::uint64_t ind = seq & ((std::uint64_t{1} << settings_.sqn_ind_bits) - 1);
  return Sqn(seq << settings_.sqn_ind_bits | ind);
}

void AuthenticationCentre::open_block(CachedSubscriber& subscriber,
                                      const store::SequenceState& sequence) const {
  subscriber.sequence_seen = digest(sequence);
  subscriber.sequence_left = 0;
  if (sequence.written_at_grant > grant_) return;
  subscriber.sequence_next = static_cast<std::uint64_t>(sequence.offset) + grant_;
  subscriber.sequence_left = settings_.sqn_block;
}

void AuthenticationCentre::check_block(CachedSubscriber& subscriber,
                                       const store::SequenceState& sequence) const {
  if (subscriber.sequence_seen == digest(sequence)) return;
  subscriber.sequence_seen = digest(sequence);
  // It may have gone down, which the next block is to be taken for all the same.
  subscriber.sequence_next =
      static_cast<std::uint64_t>(sequence.offset) + std::max(grant_, sequence.written_at_grant);
  subscriber.sequence_left = 0;
}

Task<S6aAnswer<AuthenticationInformationAnswer>> AuthenticationCentre::vectors(
    AuthenticationInformationRequest request) {
  const auto count = std::clamp<std::uint8_t>(request.vectors, 1, static_cast<std::uint8_t>(kVectorsMax));
  auto index = cache_.find(request.imsi);
  if (!index) co_return std::unexpected(S6aError{S6aResult::user_unknown});

  store::SequenceFloor floor;
  if (request.resynchronization) {
    const auto wanted = resynchronize(*index, *request.resynchronization);
    if (!wanted) co_return std::unexpected(wanted.error());
    floor = *wanted;
  }
  Block block{cache_[*index].sequence_next, cache_[*index].sequence_left};
  if (block.left < count || floor.kind != store::SequenceFloor::Kind::next) {
    auto reserved = co_await reserve(request.imsi, floor);
    if (!reserved) co_return std::unexpected(reserved.error());
    block = *reserved;
    index = cache_.find(request.imsi);
    if (!index) co_return std::unexpected(S6aError{S6aResult::user_unknown});
  }
  if (seq_of(sqn_of(block.next + count)) != block.next + count + 1) {
    log::error("sequence_numbers_exhausted",
               {.imsi = request.imsi, .procedure = "authentication_information"},
               {{"do", "replace the SIM"}});
    co_return std::unexpected(kUnavailable);
  }

  S6aAnswer<AuthenticationInformationAnswer> answer;
  make(*index, block, request.visited_plmn, count, *answer);
  // Of two blocks (another request reserved one meanwhile) the later is kept; numbers only go up. A floor
  // that went down replaces what was there.
  CachedSubscriber& subscriber = cache_[*index];
  if (block.next > subscriber.sequence_next || floor.kind == store::SequenceFloor::Kind::exactly) {
    subscriber.sequence_next = block.next;
    subscriber.sequence_left = block.left;
  }
  vectors_made.add(count);
  if (subscriber.sequence_left <= reserved_at_once() / 4) reserve_ahead(request.imsi);
  co_return answer;
}

S6aAnswer<store::SequenceFloor> AuthenticationCentre::resynchronize(
    SubscriberCache::Index index, const Resynchronization& resynchronization) {
  const auto sqn_ms = with_algorithm(cache_, index, [&](const AuthenticationAlgorithm& algorithm) {
    return open_auts(algorithm, resynchronization.rand, resynchronization.auts);
  });
  const log::Subject subject{.imsi = cache_[index].imsi, .procedure = "resynchronization"};
  if (!sqn_ms) {
    resynchronizations_refused.add();
    static log::RateLimit limit;
    limit.warning("auts_refused", subject, {{"reason", "MAC-S is wrong"}});
    return std::unexpected(kUnavailable);
  }
  const std::uint64_t seq_ms = seq_of(*sqn_ms);
  const std::uint64_t next_seq = cache_[index].sequence_next + 1;
  resynchronizations.add();
  log::info("sequence_resynchronized", subject, {{"seq_ms", seq_ms}, {"seq_he", next_seq - 1}});
  // TS 33.102 §6.3.5 (2): where the USIM would take our next number, nothing is to be set.
  using Kind = store::SequenceFloor::Kind;
  if (next_seq > seq_ms && next_seq - seq_ms <= settings_.sqn_delta) return store::SequenceFloor{};
  // Number n stands for SEQ n + 1: the first above SEQ_MS.
  if (next_seq > seq_ms) return store::SequenceFloor{Kind::exactly, seq_ms};
  return store::SequenceFloor{Kind::at_least, seq_ms};
}

Task<S6aAnswer<AuthenticationCentre::Block>> AuthenticationCentre::reserve(Imsi imsi,
                                                                           store::SequenceFloor floor) {
  const std::uint32_t count = reserved_at_once();
  const auto first = co_await store_.reserve_sequence(imsi, floor, count);
  if (!first) {
    if (first.error().kind == store::ErrorKind::not_found)
      co_return std::unexpected(S6aError{S6aResult::user_unknown});
    static log::RateLimit limit;
    limit.warning("sequence_not_reserved", {.imsi = imsi, .procedure = "authentication_information"},
                  {{"error", first.error().message}});
    co_return std::unexpected(
        first.error().kind == store::ErrorKind::overloaded ? S6aError{S6aResult::too_busy} : kUnavailable);
  }
  sequence_blocks.add();
  co_return Block{*first, count};
}

std::uint32_t AuthenticationCentre::reserved_at_once() const {
  return std::max<std::uint32_t>(settings_.sqn_block, kVectorsMax);
}

void AuthenticationCentre::reserve_ahead(const Imsi& imsi) {
  if (!reserving_.insert(imsi).second) return;
  background_.start([](AuthenticationCentre& self, Imsi who) -> Task<void> {
    const auto reserved = co_await self.reserve(who, {});
    self.reserving_.erase(who);
    const auto index = self.cache_.find(who);
    if (!reserved || !index) co_return;
    CachedSubscriber& subscriber = self.cache_[*index];
    if (reserved->next == subscriber.sequence_next + subscriber.sequence_left) {
      subscriber.sequence_left += reserved->left;
    } else if (reserved->next > subscriber.sequence_next) {
      // Somebody else reserved between. Numbers only go up: what is left below is given up.
      subscriber.sequence_next = reserved->next;
      subscriber.sequence_left = reserved->left;
    }
  }(*this, imsi));
}

void AuthenticationCentre::make(SubscriberCache::Index index, Block& block, const Plmn& serving_network,
                                std::uint8_t count, AuthenticationInformationAnswer& answer) {
  Amf amf = cache_[index].amf;
  amf[0] |= 0x80;  // Separation bit, TS 33.401 §6.1.2: no vector for GSM or UMTS.
  with_algorithm(cache_, index, [&](const AuthenticationAlgorithm& algorithm) {
    for (; answer.count < count; ++answer.count, ++block.next, --block.left)
      answer.vectors[answer.count] =
          make_eps_vector(algorithm, random_.octets<16>(), sqn_of(block.next), serving_network, amf);
    return 0;
  });
}

}  // namespace zerocell::hss
