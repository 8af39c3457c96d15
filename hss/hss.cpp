// SPDX-License-Identifier: Apache-2.0
#include "hss/hss.hpp"

#include <algorithm>

#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"

namespace zerocell::hss {

namespace {

constexpr std::size_t kErrandsAtOnce = 32;  // Tasks that tell MMEs of changes.
constexpr std::uint32_t kInactiveRetrySeconds =
    1800;  // Ours: how soon a SIM that is not in service asks again.
constexpr Duration kStoreRetry = std::chrono::seconds(1);

/// One counter for each request, by what it was answered with.
struct Answers {
  CounterBy<11> counter;
  static constexpr std::array<S6aResult, 9> kResults{S6aResult::too_busy,
                                                     S6aResult::authentication_data_unavailable,
                                                     S6aResult::user_unknown,
                                                     S6aResult::roaming_not_allowed,
                                                     S6aResult::unable_to_comply,
                                                     S6aResult::unknown_eps_subscription,
                                                     S6aResult::rat_not_allowed,
                                                     S6aResult::unknown_serving_node,
                                                     S6aResult::authorization_rejected};
  Answers(const char* name, const char* help)
      : counter(name, help, "result",
                {"success", "too_busy", "authentication_data_unavailable", "user_unknown",
                 "roaming_not_allowed", "unable_to_comply", "unknown_eps_subscription", "rat_not_allowed",
                 "unknown_serving_node", "authorization_rejected", "other"}) {}
  template <class T>
  S6aAnswer<T> count(S6aAnswer<T> answer) {
    std::size_t place = 0;
    if (!answer)
      place =
          1 + static_cast<std::size_t>(std::ranges::find(kResults, answer.error().result) - kResults.begin());
    counter.add(place);
    return answer;
  }
};
Answers authentication_answers{"zerocell_hss_authentication_information_total",
                               "Authentication Information Requests, by answer."};
Answers location_answers{"zerocell_hss_update_location_total", "Update Location Requests, by answer."};
Counter purges{"zerocell_hss_purge_ue_total", "Purge UE Requests."};
Counter notifications{"zerocell_hss_notify_total", "Notify Requests."};
Counter cancellations{"zerocell_hss_cancel_location_total", "Cancel Location Requests sent to MMEs."};
Counter insertions{"zerocell_hss_insert_subscriber_data_total",
                   "Insert Subscriber Data Requests sent to MMEs."};
Gauge cached{"zerocell_hss_subscribers_cached", "Subscribers that were used since the start."};

constexpr auto refused(S6aResult result, std::optional<ErrorDiagnostic> diagnostic = {}) {
  return std::unexpected(S6aError{result, diagnostic});
}

bool in_service(store::SimState state) {
  return state == store::SimState::active || state == store::SimState::test;
}

std::uint32_t digest(std::span<const std::uint64_t> words) {
  std::uint64_t mixed = 0;
  for (const std::uint64_t word : words) mixed = (mixed ^ word) * 0x9E3779B97F4A7C15u + 1;
  return static_cast<std::uint32_t>(mixed >> 32);
}

std::uint32_t digest(const Imei& terminal) {
  const std::uint64_t words[]{terminal.equipment.packed(), terminal.software_version};
  return digest(words);
}

/// Of a location without its terminal.
std::uint32_t digest(std::string_view mme, std::uint16_t rat_type, const Plmn& visited, bool purged) {
  const std::uint64_t words[]{std::hash<std::string_view>{}(mme), rat_type,
                              std::uint64_t{visited.octets()[0]} << 16 |
                                  std::uint64_t{visited.octets()[1]} << 8 | visited.octets()[2],
                              purged};
  return digest(words);
}

}  // namespace

/// S6a as one MME sees it.
class Hss::Connection final : public S6a {
 public:
  Connection(Hss& hss, std::uint16_t mme) : hss_(hss), mme_(mme) {}
  ~Connection() override { hss_.disconnect(mme_); }

  Task<S6aAnswer<AuthenticationInformationAnswer>> authentication_information(
      AuthenticationInformationRequest request) override {
    return hss_.authentication_information(std::move(request));
  }
  Task<S6aAnswer<UpdateLocationAnswer>> update_location(UpdateLocationRequest request) override {
    return hss_.update_location(mme_, request);
  }
  Task<S6aAnswer<PurgeUeAnswer>> purge_ue(PurgeUeRequest request) override {
    return hss_.purge_ue(mme_, request);
  }
  Task<S6aAnswer<NotifyAnswer>> notify(NotifyRequest request) override { return hss_.notify(mme_, request); }

 private:
  Hss& hss_;
  const std::uint16_t mme_;
};

/// The tasks that run errands; each goes on until none is left.
class Hss::Callers {
 public:
  explicit Callers(Hss& hss) : hss_(hss) { talks_to_.fill(CachedSubscriber::kNoMme); }
  void wake() {
    for (std::size_t caller = 0; caller < kErrandsAtOnce; ++caller) {
      auto& slot = slots_[caller];
      if (slot && slot->busy()) continue;
      if (!slot) slot = std::make_unique<Slot>(Ended{});
      slot->start(hss_.errands(caller));
      return;
    }
  }
  /// While it lives, the caller waits for an MME.
  class Talk {
   public:
    Talk(Callers& callers, std::size_t caller, std::uint16_t mme) : talks_to_(callers.talks_to_[caller]) {
      talks_to_ = mme;
    }
    Talk(const Talk&) = delete;
    ~Talk() { talks_to_ = CachedSubscriber::kNoMme; }

   private:
    std::uint16_t& talks_to_;
  };
  /// Ends what waits for an MME that goes away.
  void forget(std::uint16_t mme) {
    for (std::size_t caller = 0; caller < kErrandsAtOnce; ++caller)
      if (slots_[caller] && slots_[caller]->busy() && talks_to_[caller] == mme) slots_[caller]->cancel();
    wake();
  }
  bool idle() const {
    return std::ranges::none_of(slots_, [](const auto& slot) { return slot && slot->busy(); });
  }

 private:
  struct Ended {
    void operator()() const {}
  };
  using Slot = TaskSlot<void, Ended>;
  Hss& hss_;
  std::array<std::uint16_t, kErrandsAtOnce> talks_to_;
  std::array<std::unique_ptr<Slot>, kErrandsAtOnce> slots_;
};

store::Result<std::unique_ptr<Hss>> Hss::open(Loop& loop, store::SubscriberStore& store, Random& random,
                                              const config::Hss& settings) {
  const auto grant = store.open_sequence_grant(settings.sqn_block);
  if (!grant) return std::unexpected(grant.error());
  return std::unique_ptr<Hss>(new Hss(loop, store, random, settings, *grant));
}

Hss::Hss(Loop& loop, store::SubscriberStore& store, Random& random, const config::Hss& settings,
         std::uint64_t grant)
    : loop_(loop),
      store_(store),
      authentication_(store, cache_, random, settings, grant),
      callers_(std::make_shared<Callers>(*this)) {
  store_.on_changes([this](const store::Changes& changes) { changed(changes); });
}
Hss::~Hss() {
  store_.on_changes({});
}

std::unique_ptr<S6a> Hss::connect(S6aMme& mme, std::string identity) {
  const std::uint16_t number = mme_number(identity);
  if (number == CachedSubscriber::kNoMme) return nullptr;
  mmes_[number].connected = &mme;
  return std::make_unique<Connection>(*this, number);
}

void Hss::disconnect(std::uint16_t mme) {
  mmes_[mme].connected = nullptr;
  callers_->forget(mme);
}

bool Hss::quiet() const {
  return errands_.empty() && callers_->idle();
}

std::uint16_t Hss::mme_number(std::string_view identity) {
  const auto known = std::ranges::find(mmes_, identity, &Mme::identity);
  if (known != mmes_.end()) return static_cast<std::uint16_t>(known - mmes_.begin());
  if (mmes_.size() >= kMmesMax) return CachedSubscriber::kNoMme;
  mmes_.push_back({std::string(identity), nullptr});
  return static_cast<std::uint16_t>(mmes_.size() - 1);
}

// ---- cache ----------------------------------------------------------------------------------------------

Task<S6aAnswer<Hss::Index>> Hss::load(Imsi imsi) {
  const auto found = co_await store_.find(imsi);
  if (!found) {
    static log::RateLimit limit;
    limit.write(log::Level::error, "subscriber_not_read", {.imsi = imsi, .procedure = {}},
                {{"error", found.error().message}});
    co_return refused(found.error().kind == store::ErrorKind::overloaded ? S6aResult::too_busy
                                                                         : S6aResult::unable_to_comply);
  }
  if (!*found) co_return refused(S6aResult::user_unknown);
  // Another request may have been faster: a block of sequence numbers is opened once only.
  if (const auto index = cache_.find(imsi)) co_return *index;
  co_return keep(**found);
}

S6aAnswer<Hss::Index> Hss::keep(const store::SubscriberRecord& record) {
  const auto index = cache_.insert(record.subscriber);
  if (!index) return refused(S6aResult::too_busy);
  CachedSubscriber& subscriber = cache_[*index];
  authentication_.open_block(subscriber, record.sequence);
  if (!record.location.mme.empty()) {
    subscriber.mme = mme_number(record.location.mme);
    subscriber.purged = record.location.purged;
    subscriber.visited_plmn = record.location.visited_plmn;
    subscriber.rat = static_cast<RatType>(record.location.rat_type);
    const store::Location& stored = record.location;
    subscriber.location_stored = digest(stored.mme, stored.rat_type, stored.visited_plmn, stored.purged);
    subscriber.terminal_stored = digest(record.location.terminal);
  }
  cached.set(static_cast<std::int64_t>(cache_.size()));
  return *index;
}

// ---- requests of MMEs -----------------------------------------------------------------------------------

Task<S6aAnswer<AuthenticationInformationAnswer>> Hss::authentication_information(
    AuthenticationInformationRequest request) {
  auto index = cache_.find(request.imsi);
  if (!index) {
    const auto loaded = co_await load(request.imsi);
    if (!loaded)
      co_return authentication_answers.count<AuthenticationInformationAnswer>(
          std::unexpected(loaded.error()));
    index = *loaded;
  }
  // A SIM that is not in service yet may come back later. A suspended one is told so after it has proven who
  // it is, in Update Location.
  if (cache_[*index].state == store::SimState::inactive)
    co_return authentication_answers.count<AuthenticationInformationAnswer>(
        std::unexpected(S6aError{S6aResult::authentication_data_unavailable, {}, kInactiveRetrySeconds}));
  co_return authentication_answers.count(co_await authentication_.vectors(std::move(request)));
}

std::optional<S6aError> Hss::refuses(Index index, const Plmn& visited, RatType rat) const {
  const CachedSubscriber& subscriber = cache_[index];
  if (subscriber.state == store::SimState::suspended)
    return S6aError{S6aResult::unknown_eps_subscription, ErrorDiagnostic::no_gprs_data_subscribed};
  if (!in_service(subscriber.state)) return S6aError{S6aResult::unable_to_comply, {}, kInactiveRetrySeconds};
  const SubscriptionData& data = cache_.shared_data(index);
  if (data.barring.has(Barring::all_packet_services))
    return S6aError{S6aResult::roaming_not_allowed, ErrorDiagnostic::odb_all_apn};
  if (!cache_.profile(index).roaming_allowed && !visited.is_home_of(subscriber.imsi))
    return S6aError{S6aResult::roaming_not_allowed, {}};
  if (data.forbids(rat)) return S6aError{S6aResult::rat_not_allowed, {}};
  return std::nullopt;
}

Task<S6aAnswer<UpdateLocationAnswer>> Hss::update_location(std::uint16_t mme, UpdateLocationRequest request) {
  auto index = cache_.find(request.imsi);
  if (!index) {
    const auto loaded = co_await load(request.imsi);
    if (!loaded) co_return location_answers.count<UpdateLocationAnswer>(std::unexpected(loaded.error()));
    index = *loaded;
  }
  if (const auto refusal = refuses(*index, request.visited_plmn, request.rat))
    co_return location_answers.count<UpdateLocationAnswer>(std::unexpected(*refusal));

  CachedSubscriber& subscriber = cache_[*index];
  if (subscriber.registered() && subscriber.mme != mme)
    run({.kind = Errand::Kind::cancel,
         .cancellation = request.flags.has(UlrFlag::initial_attach)
                             ? CancellationType::initial_attach_procedure
                             : CancellationType::mme_update_procedure,
         .mme = subscriber.mme,
         .imsi = request.imsi});
  subscriber.mme = mme;
  subscriber.purged = false;
  subscriber.visited_plmn = request.visited_plmn;
  subscriber.rat = request.rat;
  subscriber.terminal_told =
      request.terminal.known() || (subscriber.terminal_told && !request.flags.has(UlrFlag::initial_attach));
  ImeiLock* lock = cache_.imei_lock(*index);
  if (lock != nullptr && lock->wants_to_learn() && request.terminal.known()) {
    // What the store learns with the location holds at once. It must be written even where it seems known.
    lock->digits = request.terminal.equipment;
    subscriber.location_stored = 0;
    log::info("imei_learnt", {.imsi = subscriber.imsi, .procedure = "update_location"},
              {{"imei", request.terminal.text()}});
  }
  store_location(*index, request.terminal);

  UpdateLocationAnswer answer;
  answer.flags.set(UlaFlag::separation);  // §7.3.8: the MME is told apart from an SGSN.
  if (!request.flags.has(UlrFlag::skip_subscriber_data)) answer.subscription = cache_.subscription(*index);
  co_return location_answers.count<UpdateLocationAnswer>(std::move(answer));
}

void Hss::store_location(Index index, const Imei& terminal) {
  CachedSubscriber& subscriber = cache_[index];
  const std::string& mme = mmes_[subscriber.mme].identity;
  const auto rat_type = static_cast<std::uint16_t>(subscriber.rat);
  // A SIM that comes back where it was costs no write.
  const std::uint32_t now = digest(mme, rat_type, subscriber.visited_plmn, subscriber.purged);
  const std::uint32_t device = terminal.known() ? digest(terminal) : subscriber.terminal_stored;
  if (subscriber.location_stored == now && subscriber.terminal_stored == device) return;
  subscriber.location_stored = now;
  subscriber.terminal_stored = device;
  store_.note_location(
      subscriber.imsi,
      {.mme = mme,
       .visited_plmn = subscriber.visited_plmn,
       .rat_type = rat_type,
       .purged = subscriber.purged,
       .terminal = terminal,
       .updated_at =
           std::chrono::duration_cast<std::chrono::seconds>(loop_.wall_time().time_since_epoch()).count()});
}

Task<S6aAnswer<PurgeUeAnswer>> Hss::purge_ue(std::uint16_t mme, PurgeUeRequest request) {
  purges.add();
  auto index = cache_.find(request.imsi);
  if (!index) {
    const auto loaded = co_await load(request.imsi);
    if (!loaded) co_return std::unexpected(loaded.error());
    index = *loaded;
  }
  // §5.2.1.3.3: only the MME that serves the UE can purge it; another one forgets what was moved long ago.
  CachedSubscriber& subscriber = cache_[*index];
  if (subscriber.mme != mme) co_return PurgeUeAnswer{};
  subscriber.purged = true;
  subscriber.terminal_told = false;
  store_location(*index, {});
  co_return PurgeUeAnswer{.freeze_m_tmsi = true};
}

Task<S6aAnswer<NotifyAnswer>> Hss::notify(std::uint16_t mme, NotifyRequest request) {
  notifications.add();
  auto index = cache_.find(request.imsi);
  if (!index) {
    const auto loaded = co_await load(request.imsi);
    if (!loaded) co_return std::unexpected(loaded.error());
    index = *loaded;
  }
  if (cache_[*index].mme != mme) co_return refused(S6aResult::unknown_serving_node);
  if (request.terminal.known()) {
    cache_[*index].terminal_told = true;
    store_location(*index, request.terminal);
  }
  co_return NotifyAnswer{};
}

// ---- changes that operators made ------------------------------------------------------------------------

void Hss::changed(const store::Changes& changes) {
  log::info("subscribers_changed",
            {{"subscribers", changes.everything ? cache_.size() : changes.subscribers.size()}});
  // Who is not cached was not used since the start, or will be read as he is now.
  if (changes.everything)
    cache_.for_each(
        [this](const CachedSubscriber& subscriber) { errands_.push_back({.imsi = subscriber.imsi}); });
  for (const Imsi& imsi : changes.subscribers)
    if (cache_.find(imsi)) errands_.push_back({.imsi = imsi});
  for (std::size_t i = 0; i < std::min(errands_.size(), kErrandsAtOnce); ++i) callers_->wake();
}

void Hss::run(Errand errand) {
  errands_.push_front(errand);
  // Later: the one who asked has his answer first, and no MME is called from within its own call.
  loop_.post([callers = std::weak_ptr(callers_)] {
    if (const auto alive = callers.lock()) alive->wake();
  });
}

bool Hss::serves(std::uint16_t mme, const Imsi& imsi) const {
  const auto index = cache_.find(imsi);
  return index && cache_[*index].registered() && cache_[*index].mme == mme;
}

Task<> Hss::errands(std::size_t caller) {
  while (!errands_.empty()) {
    const Errand errand = errands_.front();
    errands_.pop_front();
    if (errand.kind == Errand::Kind::cancel && serves(errand.mme, errand.imsi)) continue;  // Again.
    if (errand.kind == Errand::Kind::cancel)
      co_await cancel(caller, errand.imsi, errand.mme, errand.cancellation);
    else
      co_await refresh(caller, errand.imsi);
  }
}

Task<> Hss::refresh(std::size_t caller, Imsi imsi) {
  auto found = co_await store_.find(imsi);
  while (!found) {
    static log::RateLimit limit;
    limit.warning("subscriber_not_refreshed", {.imsi = imsi, .procedure = {}},
                  {{"error", found.error().message}});
    co_await sleep(loop_, kStoreRetry);
    found = co_await store_.find(imsi);
  }
  const auto index = cache_.find(imsi);
  if (!index) co_return;
  if (!*found) {
    const bool registered = cache_[*index].registered();
    const std::uint16_t mme = cache_[*index].mme;
    cache_.erase(*index);
    cached.set(static_cast<std::int64_t>(cache_.size()));
    if (registered) co_await cancel(caller, imsi, mme, CancellationType::subscription_withdrawal);
    co_return;
  }

  const SubscriptionData before = cache_.subscription(*index);
  cache_.update(*index, (*found)->subscriber);
  authentication_.check_block(cache_[*index], (*found)->sequence);
  const CachedSubscriber& subscriber = cache_[*index];
  if (!subscriber.registered()) co_return;
  const auto refusal = refuses(*index, subscriber.visited_plmn, subscriber.rat);
  // A forbidden radio access is the MME's to act on: it knows which one the UE is on.
  if (refusal && refusal->result != S6aResult::rat_not_allowed) {
    co_await withdraw(caller, imsi);
    co_return;
  }
  // A device that its SIM is no longer bound to, or may be in another group for no longer, is let in, or not,
  // by an attach: so is one that is not known to be the one that it was.
  const auto bars = [&](const ImeiLock& lock) {
    return !lock.off() && lock.on_mismatch != ImeiMismatch::alarm &&
           !(subscriber.terminal_told && lock.admits((*found)->location.terminal));
  };
  const ImeiLock lock = cache_.subscription(*index).imei_lock;
  const bool was_quarantined =
      before.imei_lock.on_mismatch == ImeiMismatch::quarantine && bars(before.imei_lock);
  if (lock != before.imei_lock && (bars(lock) || was_quarantined)) {
    co_await withdraw(caller, imsi, true);
    co_return;
  }
  SubscriptionChange change = change_between(before, cache_.subscription(*index));
  if (!change.empty()) co_await insert(caller, imsi, subscriber.mme, std::move(change));
}

Task<> Hss::withdraw(std::size_t caller, Imsi imsi, bool reattach) {
  const auto index = cache_.find(imsi);
  const std::uint16_t mme = cache_[*index].mme;
  cache_[*index].purged = true;
  cache_[*index].terminal_told = false;
  store_location(*index, {});
  Flags<ClrFlag> flags{ClrFlag::s6a_s6d_indicator};
  if (reattach) flags.set(ClrFlag::reattach_required);
  co_await cancel(caller, imsi, mme, CancellationType::subscription_withdrawal, flags);
}

Task<> Hss::cancel(std::size_t caller, Imsi imsi, std::uint16_t mme, CancellationType type,
                   Flags<ClrFlag> flags) {
  S6aMme* const connected = mmes_[mme].connected;
  if (connected == nullptr) co_return;
  cancellations.add();
  const Callers::Talk talk(*callers_, caller, mme);
  const auto answer = co_await connected->cancel_location({.imsi = imsi, .type = type, .flags = flags});
  if (!answer)
    log::warning("cancel_location_failed", {.imsi = imsi, .procedure = "cancel_location"},
                 {{"mme", mmes_[mme].identity}, {"result", to_string(answer.error().result)}});
}

Task<> Hss::insert(std::size_t caller, Imsi imsi, std::uint16_t mme, SubscriptionChange change) {
  S6aMme* const connected = mmes_[mme].connected;
  if (connected == nullptr) co_return;
  insertions.add();
  const Callers::Talk talk(*callers_, caller, mme);
  const auto answer = co_await connected->insert_subscriber_data({.imsi = imsi, .change = std::move(change)});
  if (answer) co_return;
  // §5.2.2.1.3: the MME does not know this user. Then it serves him no more.
  if (answer.error().result == S6aResult::user_unknown) {
    if (const auto index = cache_.find(imsi); index && cache_[*index].mme == mme)
      cache_[*index].purged = true;
    co_return;
  }
  log::warning("insert_subscriber_data_failed", {.imsi = imsi, .procedure = "insert_subscriber_data"},
               {{"mme", mmes_[mme].identity}, {"result", to_string(answer.error().result)}});
}

}  // namespace zerocell::hss
