// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "core/config/hss.hpp"
#include "core/crypto/random.hpp"
#include "core/runtime/loop.hpp"
#include "core/store/subscriber_store.hpp"
#include "hss/authentication_centre.hpp"
#include "hss/s6a.hpp"
#include "hss/subscriber_cache.hpp"

namespace zerocell::hss {

/// The Home Subscriber Server, TS 23.002 §4.1.1.1.1, for EPS: what S6a asks is answered here, whichever
/// binding carries it. A subscriber is read from the store at the first use, and kept. Belongs to one loop.
class Hss {
 public:
  /// Makes the sequence numbers of this run durable, so it blocks for one write: for the start. The store,
  /// the loop and the generator outlive the HSS.
  static store::Result<std::unique_ptr<Hss>> open(Loop& loop, store::SubscriberStore& store, Random& random,
                                                  const config::Hss& settings);
  ~Hss();
  Hss(const Hss&) = delete;
  Hss& operator=(const Hss&) = delete;

  /// S6a of one MME, in process. `identity` is its Diameter identity: under this name it is known over
  /// restarts. At most kMmesMax of them in a store's life; null beyond. `mme` outlives the result; the
  /// result, and every task it gave, end before the HSS.
  std::unique_ptr<S6a> connect(S6aMme& mme, std::string identity);

  std::size_t subscribers_cached() const { return cache_.size(); }
  /// Whether nothing is left to be told to an MME: for tests.
  bool quiet() const;

  static constexpr std::size_t kMmesMax = 4096;

 private:
  class Connection;
  class Callers;
  using Index = SubscriberCache::Index;
  struct Mme {
    std::string identity;
    S6aMme* connected = nullptr;
  };

  Hss(Loop& loop, store::SubscriberStore& store, Random& random, const config::Hss& settings,
      std::uint64_t grant);

  Task<S6aAnswer<AuthenticationInformationAnswer>> authentication_information(
      AuthenticationInformationRequest request);
  Task<S6aAnswer<UpdateLocationAnswer>> update_location(std::uint16_t mme, UpdateLocationRequest request);
  Task<S6aAnswer<PurgeUeAnswer>> purge_ue(std::uint16_t mme, PurgeUeRequest request);
  Task<S6aAnswer<NotifyAnswer>> notify(std::uint16_t mme, NotifyRequest request);

  /// Brings a subscriber into the cache.
  Task<S6aAnswer<Index>> load(Imsi imsi);
  S6aAnswer<Index> keep(const store::SubscriberRecord& record);
  std::optional<S6aError> refuses(Index index, const Plmn& visited, RatType rat) const;
  void store_location(Index index, const Imei& terminal);
  std::uint16_t mme_number(std::string_view identity);
  void disconnect(std::uint16_t mme);

  /// What is to be told to MMEs, in order, by a bounded number of tasks.
  struct Errand {
    enum class Kind : std::uint8_t { refresh, cancel };
    Kind kind = Kind::refresh;
    CancellationType cancellation = CancellationType::subscription_withdrawal;
    std::uint16_t mme = 0;
    Imsi imsi;
  };
  void changed(const store::Changes& changes);
  void run(Errand errand);
  bool serves(std::uint16_t mme, const Imsi& imsi) const;
  /// Runs errands until none is left; `caller` is the number of the task that does.
  Task<> errands(std::size_t caller);
  Task<> refresh(std::size_t caller, Imsi imsi);
  /// `reattach`: it is to come again, and to be looked at anew.
  Task<> withdraw(std::size_t caller, Imsi imsi, bool reattach = false);
  Task<> cancel(std::size_t caller, Imsi imsi, std::uint16_t mme, CancellationType type,
                Flags<ClrFlag> flags = {ClrFlag::s6a_s6d_indicator});
  Task<> insert(std::size_t caller, Imsi imsi, std::uint16_t mme, SubscriptionChange change);

  Loop& loop_;
  store::SubscriberStore& store_;
  SubscriberCache cache_;
  AuthenticationCentre authentication_;
  std::vector<Mme> mmes_;
  std::deque<Errand> errands_;
  std::shared_ptr<Callers> callers_;
};

}  // namespace zerocell::hss
