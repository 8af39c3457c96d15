// SPDX-License-Identifier: Apache-2.0
#include "hss/hss.hpp"

#include <deque>
#include <set>

#include <catch2/catch.hpp>

#include "core/crypto/eps_keys.hpp"
#include "core/crypto/milenage.hpp"
#include "core/crypto/tuak.hpp"
#include "core/runtime/virtual_loop.hpp"
#include "core/store/test_subscribers.hpp"

using namespace zerocell;
using namespace zerocell::hss;
using store::testing::Backend;
using store::testing::imsi;
using store::testing::Kind;
using store::testing::must;
using store::testing::subscriber;

#define OVER_ALL_STORES Fixture fixture(GENERATE(Kind::memory, Kind::sqlite))

namespace {

const Plmn kHome = *Plmn::parse("00101");
const Plmn kElsewhere = *Plmn::parse("26242");

/// Runs a task to its end and gives its result.
template <class T>
class Run {
 public:
  Run(VirtualLoop& loop, Task<T> task) : slot_(Keep{result_}) {
    slot_.start(std::move(task));
    loop.run_until([this] { return result_.has_value(); }, std::chrono::seconds(60));
  }
  bool ended() const { return result_.has_value(); }
  T& operator*() {
    REQUIRE(result_.has_value());
    return *result_;
  }

 private:
  struct Keep {
    void operator()(T value) const { result.emplace(std::move(value)); }
    std::optional<T>& result;
  };
  std::optional<T> result_;
  TaskSlot<T, Keep> slot_;
};
template <class T>
Run(VirtualLoop&, Task<T>) -> Run<T>;

/// An MME that notes what it is told.
class NotingMme final : public S6aMme {
 public:
  Task<S6aAnswer<CancelLocationAnswer>> cancel_location(CancelLocationRequest request) override {
    cancelled.push_back(request);
    co_return CancelLocationAnswer{};
  }
  Task<S6aAnswer<InsertSubscriberDataAnswer>> insert_subscriber_data(
      InsertSubscriberDataRequest request) override {
    inserted.push_back(request);
    if (never_answers) co_await nothing;
    if (knows_nobody) co_return std::unexpected(S6aError{S6aResult::user_unknown, {}});
    co_return InsertSubscriberDataAnswer{};
  }
  Task<S6aAnswer<DeleteSubscriberDataAnswer>> delete_subscriber_data(DeleteSubscriberDataRequest) override {
    co_return DeleteSubscriberDataAnswer{};
  }
  Task<S6aAnswer<ResetAnswer>> reset(ResetRequest) override { co_return ResetAnswer{}; }

  std::vector<CancelLocationRequest> cancelled;
  std::vector<InsertSubscriberDataRequest> inserted;
  bool knows_nobody = false;
  bool never_answers = false;
  Promised<int> nothing;
};

struct Fixture {
  explicit Fixture(Kind kind) : backend(kind) { start(); }
  ~Fixture() { stop(); }

  void start() {
    subscribers = std::make_unique<store::SubscriberStore>(
        loop, backend.open(),
        store::SubscriberStore::Options{.execution = store::SubscriberStore::Execution::on_loop});
    hss = must(Hss::open(loop, *subscribers, random, settings));
    s6a = hss->connect(mme, "mme1.epc.example");
    s6a_of_other = hss->connect(other_mme, "mme2.epc.example");
  }
  void stop() {
    s6a.reset();
    s6a_of_other.reset();
    hss.reset();
    subscribers.reset();
  }
  /// What an operator does in another process, and the core's next look.
  void by_operator(const std::function<void(store::Subscribers&)>& act) {
    auto command = backend.open();
    act(*command);
    subscribers->look_for_changes();
    loop.run_until([&] { return hss->quiet(); }, std::chrono::seconds(1));
    loop.run_ready();
  }

  S6aAnswer<AuthenticationInformationAnswer> authenticate(std::uint64_t number, std::uint8_t vectors = 1,
                                                          std::optional<Resynchronization> resync = {}) {
    return *Run(
        loop,
        s6a->authentication_information(
            {.imsi = imsi(number), .visited_plmn = kHome, .vectors = vectors, .resynchronization = resync}));
  }
  S6aAnswer<UpdateLocationAnswer> locate(std::uint64_t number, S6a* from = nullptr,
                                         Flags<UlrFlag> flags = {UlrFlag::s6a_s6d_indicator}) {
    return *Run(loop, (from != nullptr ? from : s6a.get())
                          ->update_location({.imsi = imsi(number), .visited_plmn = kHome, .flags = flags}));
  }
  void settle() { loop.run_for(std::chrono::milliseconds(100)); }

  VirtualLoop loop{7};
  Backend backend;
  SeededRandom random{7};
  config::Hss settings{};
  NotingMme mme;
  NotingMme other_mme;
  std::unique_ptr<store::SubscriberStore> subscribers;
  std::unique_ptr<Hss> hss;
  std::unique_ptr<S6a> s6a;
  std::unique_ptr<S6a> s6a_of_other;
};

Milenage functions_of(const store::Subscriber& card) {
  return {KeyView<16>(card.secrets.k.reveal().first<16>()),
          KeyView<16>(card.secrets.op_c.reveal().first<16>())};
}

/// A USIM with the array of TS 33.102 §C.2.1: one SEQ_MS for each IND.
class Usim {
 public:
  explicit Usim(const store::Subscriber& card) : milenage_(functions_of(card)) {}
  enum class Verdict { accepted, mac_failure, synch_failure };
  Verdict take(const EpsVector& vector) {
    const auto opened = open_autn(milenage_, vector.rand, vector.autn);
    if (!opened) return Verdict::mac_failure;
    amf = opened->amf;
    const std::uint64_t seq = opened->sqn.value() >> 5;
    const std::uint64_t ind = opened->sqn.value() & 31;
    last_seen = seq;
    if (seq > highest() + delta || seq <= accepted_[ind]) return Verdict::synch_failure;
    accepted_[ind] = seq;
    CHECK(opened->keys.res == vector.xres);
    CHECK(k_asme(opened->keys.ck, opened->keys.ik, kHome, first_six(vector.autn)) == vector.k_asme);
    return Verdict::accepted;
  }
  Auts auts(const Rand& rand) const { return make_auts(milenage_, rand, Sqn(highest() << 5)); }
  void used_elsewhere_up_to(std::uint64_t seq) { accepted_.fill(seq); }
  std::uint64_t highest() const { return *std::max_element(accepted_.begin(), accepted_.end()); }

  std::uint64_t delta = std::uint64_t{1} << 28;
  std::uint64_t last_seen = 0;
  Amf amf{};

 private:
  static std::array<std::uint8_t, 6> first_six(const Autn& autn) {
    std::array<std::uint8_t, 6> six;
    std::copy_n(autn.begin(), 6, six.begin());
    return six;
  }
  Milenage milenage_;
  std::array<std::uint64_t, 32> accepted_{};
};

}  // namespace

// ---- authentication information -------------------------------------------------------------------------

TEST_CASE("usim_accepts_every_vector_in_order_and_across_restarts") {
  OVER_ALL_STORES;
  fixture.settings.sqn_block = 8;
  fixture.stop();
  fixture.start();
  fixture.by_operator([](auto& all) { must(all.insert(subscriber(1))); });
  Usim usim(subscriber(1));
  for (int life = 0; life < 4; ++life) {
    for (int round = 0; round < 9; ++round) {
      const auto answer = fixture.authenticate(1, static_cast<std::uint8_t>(1 + round % 5));
      REQUIRE(answer.has_value());
      REQUIRE(answer->count == 1 + round % 5);
      for (std::size_t i = 0; i < answer->count; ++i)
        REQUIRE(usim.take(answer->vectors[i]) == Usim::Verdict::accepted);
    }
    fixture.stop();
    fixture.start();
  }
}

TEST_CASE("eps_vector_has_the_separation_bit_whatever_amf_is_stored") {
  OVER_ALL_STORES;
  store::Subscriber card = subscriber(1);
  card.amf = {0x12, 0x34};
  fixture.by_operator([&](auto& all) { must(all.insert(card)); });
  Usim usim(card);
  REQUIRE(usim.take(fixture.authenticate(1)->vectors[0]) == Usim::Verdict::accepted);
  CHECK(usim.amf == Amf{0x92, 0x34});
}

TEST_CASE("k_asme_is_bound_to_the_serving_network") {
  OVER_ALL_STORES;
  fixture.by_operator([](auto& all) { must(all.insert(subscriber(1))); });
  const auto answer = *Run(
      fixture.loop, fixture.s6a->authentication_information({.imsi = imsi(1), .visited_plmn = kElsewhere}));
  const EpsVector& vector = answer->vectors[0];
  const auto keys = functions_of(subscriber(1)).f2_to_f5(vector.rand);
  std::array<std::uint8_t, 6> concealed;
  std::copy_n(vector.autn.begin(), 6, concealed.begin());
  CHECK(k_asme(keys.ck, keys.ik, kElsewhere, concealed) == vector.k_asme);
  CHECK_FALSE(k_asme(keys.ck, keys.ik, kHome, concealed) == vector.k_asme);
}

TEST_CASE("tuak_subscriber_gets_vectors_that_his_card_accepts") {
  OVER_ALL_STORES;
  store::Subscriber card = subscriber(1);
  card.secrets.algorithm = store::Algorithm::tuak;
  card.secrets.k_octets = 32;
  card.secrets.tuak_res_octets = 16;
  card.secrets.k = SeededRandom(1).key<32>();
  card.secrets.op_c = SeededRandom(2).key<32>();
  fixture.by_operator([&](auto& all) { must(all.insert(card)); });
  const auto answer = fixture.authenticate(1);
  REQUIRE(answer.has_value());
  const auto tuak = Tuak::make(card.secrets.k.reveal(), card.secrets.op_c, 16, 1);
  const auto opened = open_autn(*tuak, answer->vectors[0].rand, answer->vectors[0].autn);
  REQUIRE(opened);
  CHECK(opened->keys.res == answer->vectors[0].xres);
  CHECK(answer->vectors[0].xres.octets().size() == 16);
}

TEST_CASE("verified_auts_moves_the_sequence_past_the_usims") {
  OVER_ALL_STORES;
  fixture.by_operator([](auto& all) { must(all.insert(subscriber(1))); });
  Usim usim(subscriber(1));
  usim.used_elsewhere_up_to(5'000'000);
  const EpsVector refused = fixture.authenticate(1)->vectors[0];
  REQUIRE(usim.take(refused) == Usim::Verdict::synch_failure);
  const auto answer = fixture.authenticate(1, 2, Resynchronization{refused.rand, usim.auts(refused.rand)});
  REQUIRE(answer.has_value());
  CHECK(usim.take(answer->vectors[0]) == Usim::Verdict::accepted);
  CHECK(usim.last_seen == 5'000'001);
  CHECK(usim.take(answer->vectors[1]) == Usim::Verdict::accepted);
  // The new place outlives the process.
  fixture.stop();
  fixture.start();
  CHECK(usim.take(fixture.authenticate(1)->vectors[0]) == Usim::Verdict::accepted);
  CHECK(usim.last_seen > 5'000'002);
}

TEST_CASE("auts_of_a_usim_far_behind_moves_the_sequence_down_to_what_it_accepts") {
  OVER_ALL_STORES;
  fixture.by_operator([](auto& all) {
    must(all.insert(subscriber(1)));
    must(all.reserve_sequence(imsi(1), {store::SequenceFloor::Kind::exactly, std::uint64_t{1} << 40}, 0));
  });
  Usim usim(subscriber(1));
  const EpsVector refused = fixture.authenticate(1)->vectors[0];
  REQUIRE(usim.take(refused) == Usim::Verdict::synch_failure);
  const auto answer = fixture.authenticate(1, 1, Resynchronization{refused.rand, usim.auts(refused.rand)});
  REQUIRE(answer.has_value());
  CHECK(usim.take(answer->vectors[0]) == Usim::Verdict::accepted);
  CHECK(usim.last_seen == 1);
}

TEST_CASE("wrong_auts_moves_nothing_and_is_refused") {
  OVER_ALL_STORES;
  fixture.by_operator([](auto& all) { must(all.insert(subscriber(1))); });
  Usim usim(subscriber(1));
  const EpsVector first = fixture.authenticate(1)->vectors[0];
  usim.used_elsewhere_up_to(9000);
  Auts forged = usim.auts(first.rand);
  forged[13] ^= 1;
  const auto answer = fixture.authenticate(1, 1, Resynchronization{first.rand, forged});
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().result == S6aResult::authentication_data_unavailable);
  // The right AUTS under another RAND is as wrong.
  Rand other = first.rand;
  other[0] ^= 1;
  CHECK_FALSE(fixture.authenticate(1, 1, Resynchronization{other, usim.auts(first.rand)}).has_value());
  usim.take(fixture.authenticate(1)->vectors[0]);
  CHECK(usim.last_seen == 2);
}

TEST_CASE("request_for_many_vectors_gets_five_and_for_none_gets_one") {
  OVER_ALL_STORES;
  fixture.by_operator([](auto& all) { must(all.insert(subscriber(1))); });
  CHECK(fixture.authenticate(1, 255)->count == 5);
  CHECK(fixture.authenticate(1, 0)->count == 1);
}

TEST_CASE("unknown_imsi_is_user_unknown_and_costs_no_memory") {
  OVER_ALL_STORES;
  for (std::uint64_t number = 0; number < 20; ++number) {
    CHECK(fixture.authenticate(number).error().result == S6aResult::user_unknown);
    CHECK(fixture.locate(number).error().result == S6aResult::user_unknown);
  }
  CHECK(fixture.hss->subscribers_cached() == 0);
}

TEST_CASE("two_requests_at_once_for_a_new_subscriber_share_no_number") {
  OVER_ALL_STORES;
  fixture.settings.sqn_block = 6;
  fixture.stop();
  fixture.start();
  fixture.by_operator([](auto& all) { must(all.insert(subscriber(1))); });
  struct Ended {
    void operator()(S6aAnswer<AuthenticationInformationAnswer> answer) const { answers.push_back(answer); }
    std::vector<S6aAnswer<AuthenticationInformationAnswer>>& answers;
  };
  std::vector<S6aAnswer<AuthenticationInformationAnswer>> answers;
  std::deque<TaskSlot<S6aAnswer<AuthenticationInformationAnswer>, Ended>> slots;
  for (int round = 0; round < 8; ++round) {
    for (int i = 0; i < 5; ++i)
      slots.emplace_back(Ended{answers})
          .start(fixture.s6a->authentication_information(
              {.imsi = imsi(1), .visited_plmn = kHome, .vectors = static_cast<std::uint8_t>(i + 1)}));
    fixture.settle();
  }
  std::set<std::uint64_t> used;
  Usim usim(subscriber(1));
  REQUIRE(answers.size() == 40);
  for (const auto& answer : answers)
    for (std::size_t i = 0; i < answer->count; ++i) {
      usim.take(answer->vectors[i]);
      CHECK(used.insert(usim.last_seen).second);
    }
}

TEST_CASE("vector_is_not_given_when_its_number_cannot_be_made_durable") {
  Fixture fixture(Kind::memory);
  fixture.settings.sqn_block = 2;
  fixture.stop();
  fixture.start();
  fixture.by_operator([](auto& all) { must(all.insert(subscriber(1))); });
  fixture.backend.memory->refuse_writes = store::ErrorKind::no_space;
  CHECK(fixture.authenticate(1, 2)->count == 2);
  CHECK(fixture.authenticate(1).error().result == S6aResult::authentication_data_unavailable);
  fixture.backend.memory->refuse_writes.reset();
  CHECK(fixture.authenticate(1)->count == 1);
}

TEST_CASE("next_numbers_are_made_durable_before_the_last_are_used") {
  Fixture fixture(Kind::memory);
  fixture.settings.sqn_block = 8;
  fixture.stop();
  fixture.start();
  fixture.by_operator([](auto& all) { must(all.insert(subscriber(1))); });
  Usim usim(subscriber(1));
  for (int given = 0; given < 6; ++given)
    CHECK(usim.take(fixture.authenticate(1)->vectors[0]) == Usim::Verdict::accepted);
  fixture.settle();
  fixture.backend.memory->refuse_writes = store::ErrorKind::no_space;
  for (int given = 6; given < 16; ++given)
    CHECK(usim.take(fixture.authenticate(1)->vectors[0]) == Usim::Verdict::accepted);
  CHECK(fixture.authenticate(1).error().result == S6aResult::authentication_data_unavailable);
}

// ---- life cycle -----------------------------------------------------------------------------------------

TEST_CASE("inactive_sim_gets_no_vector_and_active_one_does") {
  OVER_ALL_STORES;
  store::Subscriber card = subscriber(1);
  card.state = store::SimState::inactive;
  fixture.by_operator([&](auto& all) { must(all.insert(card)); });
  CHECK(fixture.authenticate(1).error().result == S6aResult::authentication_data_unavailable);
  CHECK(fixture.locate(1).error().result == S6aResult::unable_to_comply);
  CHECK(fixture.locate(1).error().retry_after_seconds == 1800);
  card.state = store::SimState::test;
  fixture.by_operator([&](auto& all) { must(all.update(card)); });
  CHECK(fixture.authenticate(1).has_value());
  CHECK(fixture.locate(1).has_value());
}

TEST_CASE("suspended_sim_proves_itself_and_is_then_refused_for_good") {
  OVER_ALL_STORES;
  store::Subscriber card = subscriber(1);
  card.state = store::SimState::suspended;
  fixture.by_operator([&](auto& all) { must(all.insert(card)); });
  CHECK(fixture.authenticate(1).has_value());
  const auto answer = fixture.locate(1);
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error() ==
        S6aError{S6aResult::unknown_eps_subscription, ErrorDiagnostic::no_gprs_data_subscribed});
}

// ---- update location ------------------------------------------------------------------------------------

TEST_CASE("update_location_carries_the_subscription") {
  OVER_ALL_STORES;
  store::Subscriber card = subscriber(1);
  card.msisdn = *Msisdn::parse("491700000001");
  store::Profile profile = *card.profile;
  profile.ue_ambr = {.uplink_bps = 1'000'000, .downlink_bps = 2'000'000};
  profile.group = *GroupName::parse("meters");
  profile.rau_tau_timer_seconds = 7200;
  profile.access_restrictions = 1 << 6;
  profile.apns.push_back(
      {.context_id = 3, .apn = *Apn::parse("ims"), .pdn_type = store::PdnType::ipv6, .qci = 5});
  card.profile = std::make_shared<const store::Profile>(profile);
  card.static_addresses = {{.context_id = 1,
                            .ipv4 = *Ipv4Address::parse("10.45.0.7"),
                            .ipv6_prefix = *Ipv6Address::parse("fd00:1::")}};
  fixture.by_operator([&](auto& all) {
    must(all.insert(card));
    store::Subscriber second = subscriber(2);
    second.profile = std::make_shared<const store::Profile>(profile);
    must(all.insert(second));
  });
  const auto answer = fixture.locate(1);
  REQUIRE(answer.has_value());
  CHECK(answer->flags.has(UlaFlag::separation));
  const SubscriptionData& data = *answer->subscription;
  CHECK(data.msisdn == card.msisdn);
  CHECK(data.status == SubscriberStatus::service_granted);
  CHECK(data.ue_ambr == profile.ue_ambr);
  CHECK(data.policy_group.text() == "meters");
  CHECK(data.rau_tau_timer_seconds == 7200u);
  CHECK(data.access_restrictions.has(AccessRestriction::nb_iot));
  REQUIRE(data.apns->configurations.size() == 2);
  CHECK(data.apns->default_configuration()->apn.text() == "internet");
  CHECK(data.apns->default_configuration()->static_ipv4 == *Ipv4Address::parse("10.45.0.7"));
  CHECK(data.apns->default_configuration()->static_ipv6_prefix == *Ipv6Address::parse("fd00:1::"));
  CHECK(data.apns->by_apn(*Apn::parse("ims"))->pdn_type == PdnType::ipv6);
  CHECK(data.apns->by_apn(*Apn::parse("else")) == nullptr);
  // A static address is one SIM's own: the other SIM of the profile has none.
  const auto second = fixture.locate(2);
  CHECK(second->subscription->apns->default_configuration()->static_ipv4.unspecified());
  CHECK(second->subscription->msisdn.empty());
}

TEST_CASE("lock_learns_the_first_device_and_keeps_it_over_a_restart") {
  OVER_ALL_STORES;
  store::Subscriber card = subscriber(1);
  card.imei_lock.mode = ImeiLock::Mode::learn;
  card.imei_lock.on_mismatch = ImeiMismatch::quarantine;
  fixture.by_operator([&](auto& all) { must(all.insert(card)); });
  const auto lock_after = [&](const char* device) {
    UpdateLocationRequest request{.imsi = imsi(1), .visited_plmn = kHome};
    if (device != nullptr) request.terminal = *Imei::parse(device);
    const auto answer = *Run(fixture.loop, fixture.s6a->update_location(request));
    return answer->subscription->imei_lock;
  };
  CHECK(lock_after(nullptr).wants_to_learn());
  CHECK(imei_lock_text(lock_after("3534900698733101")) == "learn:35349006987331");
  CHECK(imei_lock_text(lock_after("35349006000000")) == "learn:35349006987331");
  CHECK(lock_after(nullptr).on_mismatch == ImeiMismatch::quarantine);
  fixture.settle();
  fixture.stop();
  fixture.start();
  CHECK(imei_lock_text(lock_after("35349006000000")) == "learn:35349006987331");
  // An operator has it learn again.
  fixture.by_operator([&](auto& all) { must(all.update(card)); });
  CHECK(imei_lock_text(lock_after("35349006000000")) == "learn:35349006000000");
}

TEST_CASE("device_that_is_not_told_this_time_costs_no_write") {
  OVER_ALL_STORES;
  fixture.by_operator([](auto& all) { must(all.insert(subscriber(1))); });
  const auto locate = [&](const Imei& device) {
    UpdateLocationRequest request{.imsi = imsi(1), .visited_plmn = *Plmn::parse("00101")};
    request.flags.set(UlrFlag::initial_attach);
    request.terminal = device;
    CHECK((*Run(fixture.loop, fixture.s6a->update_location(request))).has_value());
    fixture.loop.run_for(std::chrono::seconds(10));
    return must(fixture.backend.open()->find(imsi(1)))->location;
  };
  const Imei device = *Imei::parse("3534900698733190");
  const auto first = locate(device);
  CHECK(first.terminal == device);
  CHECK(locate({}).updated_at == first.updated_at);
  CHECK(locate(device).updated_at == first.updated_at);
  const auto other = locate(*Imei::parse("3534900698733191"));
  CHECK(other.updated_at > first.updated_at);
}

TEST_CASE("skip_subscriber_data_is_honoured") {
  OVER_ALL_STORES;
  fixture.by_operator([](auto& all) { must(all.insert(subscriber(1))); });
  CHECK_FALSE(fixture.locate(1, nullptr, {UlrFlag::skip_subscriber_data})->subscription);
}

TEST_CASE("new_mme_cancels_the_location_at_the_old_one") {
  OVER_ALL_STORES;
  fixture.by_operator([](auto& all) { must(all.insert(subscriber(1))); });
  CHECK(fixture.locate(1).has_value());
  CHECK(fixture.locate(1).has_value());
  fixture.settle();
  CHECK(fixture.mme.cancelled.empty());
  CHECK(fixture.locate(1, fixture.s6a_of_other.get()).has_value());
  fixture.settle();
  REQUIRE(fixture.mme.cancelled.size() == 1);
  CHECK(fixture.mme.cancelled[0].imsi == imsi(1));
  CHECK(fixture.mme.cancelled[0].type == CancellationType::mme_update_procedure);
  CHECK(fixture.other_mme.cancelled.empty());
  // Back by an initial attach, and after a restart that forgot nothing.
  fixture.settle();
  fixture.stop();
  fixture.start();
  CHECK(fixture.locate(1, nullptr, {UlrFlag::s6a_s6d_indicator, UlrFlag::initial_attach}).has_value());
  fixture.settle();
  REQUIRE(fixture.other_mme.cancelled.size() == 1);
  CHECK(fixture.other_mme.cancelled[0].type == CancellationType::initial_attach_procedure);
}

TEST_CASE("location_of_a_ue_that_is_back_before_it_could_be_cancelled_is_not") {
  OVER_ALL_STORES;
  fixture.by_operator([](auto& all) { must(all.insert(subscriber(1))); });
  REQUIRE(fixture.locate(1).has_value());
  fixture.settle();
  REQUIRE(fixture.locate(1, fixture.s6a_of_other.get()).has_value());
  REQUIRE(fixture.locate(1).has_value());
  fixture.settle();
  CHECK(fixture.mme.cancelled.empty());
  CHECK(fixture.other_mme.cancelled.size() == 1);
}

TEST_CASE("roaming_barring_and_radio_access_are_refused_with_their_own_results") {
  OVER_ALL_STORES;
  const auto provision = [&](std::uint64_t number, auto change) {
    store::Subscriber card = subscriber(number);
    store::Profile profile = *card.profile;
    change(profile);
    card.profile = std::make_shared<const store::Profile>(profile);
    fixture.by_operator([&](auto& all) { must(all.insert(card)); });
  };
  const auto result = [&](std::uint64_t number, const Plmn& visited, RatType rat) {
    const auto answer =
        *Run(fixture.loop,
             fixture.s6a->update_location({.imsi = imsi(number), .visited_plmn = visited, .rat = rat}));
    REQUIRE_FALSE(answer.has_value());
    return answer.error();
  };
  provision(1, [](auto& profile) { profile.roaming_allowed = false; });
  CHECK(result(1, kElsewhere, RatType::eutran) == S6aError{S6aResult::roaming_not_allowed, {}});
  CHECK(fixture.locate(1).has_value());
  provision(2, [](auto& profile) { profile.barring = 1; });
  CHECK(result(2, kHome, RatType::eutran) ==
        S6aError{S6aResult::roaming_not_allowed, ErrorDiagnostic::odb_all_apn});
  provision(3, [](auto& profile) { profile.access_restrictions = 1 << 4; });
  CHECK(result(3, kHome, RatType::eutran) == S6aError{S6aResult::rat_not_allowed, {}});
  CHECK((*Run(fixture.loop, fixture.s6a->update_location(
                                {.imsi = imsi(3), .visited_plmn = kHome, .rat = RatType::eutran_nb_iot})))
            .has_value());
}

// ---- purge, notify --------------------------------------------------------------------------------------

TEST_CASE("purge_by_the_serving_mme_freezes_the_m_tmsi_and_ends_the_registration") {
  OVER_ALL_STORES;
  fixture.by_operator([](auto& all) { must(all.insert(subscriber(1))); });
  CHECK(fixture.locate(1).has_value());
  CHECK_FALSE((*Run(fixture.loop, fixture.s6a_of_other->purge_ue({.imsi = imsi(1)})))->freeze_m_tmsi);
  CHECK((*Run(fixture.loop, fixture.s6a->purge_ue({.imsi = imsi(1)})))->freeze_m_tmsi);
  CHECK(fixture.locate(1, fixture.s6a_of_other.get()).has_value());
  fixture.settle();
  CHECK(fixture.mme.cancelled.empty());
  CHECK((*Run(fixture.loop, fixture.s6a->purge_ue({.imsi = imsi(9)}))).error().result ==
        S6aResult::user_unknown);
}

TEST_CASE("notify_is_taken_from_the_serving_mme_only") {
  OVER_ALL_STORES;
  fixture.by_operator([](auto& all) { must(all.insert(subscriber(1))); });
  CHECK(fixture.locate(1).has_value());
  const Imei imei = *Imei::parse("3534900698733190");
  CHECK((*Run(fixture.loop, fixture.s6a->notify({.imsi = imsi(1), .terminal = imei}))).has_value());
  CHECK((*Run(fixture.loop, fixture.s6a_of_other->notify({.imsi = imsi(1)}))).error().result ==
        S6aResult::unknown_serving_node);
  CHECK((*Run(fixture.loop, fixture.s6a->notify({.imsi = imsi(9)}))).error().result ==
        S6aResult::user_unknown);
  fixture.settle();
  CHECK(must(fixture.backend.open()->find(imsi(1)))->location.terminal == imei);
  CHECK(must(fixture.backend.open()->find(imsi(1)))->location.mme == "mme1.epc.example");
}

// ---- edits by an operator -------------------------------------------------------------------------------

TEST_CASE("edit_of_a_registered_sim_reaches_its_mme_with_what_changed") {
  OVER_ALL_STORES;
  fixture.by_operator([](auto& all) {
    must(all.insert(subscriber(1)));
    must(all.insert(subscriber(2)));
  });
  CHECK(fixture.locate(1).has_value());
  CHECK(fixture.authenticate(2).has_value());
  store::Subscriber card = subscriber(1);
  store::Profile profile = *card.profile;
  profile.ue_ambr = {.uplink_bps = 64'000, .downlink_bps = 64'000};
  card.profile = std::make_shared<const store::Profile>(profile);
  fixture.by_operator([&](auto& all) {
    must(all.update(card));
    card.imsi = imsi(2);
    must(all.update(card));
  });
  REQUIRE(fixture.mme.inserted.size() == 1);  // SIM 2 is served by nobody.
  const auto& request = fixture.mme.inserted[0];
  CHECK(request.imsi == imsi(1));
  CHECK(request.change.ue_ambr == profile.ue_ambr);
  CHECK_FALSE(request.change.apns);
  CHECK_FALSE(request.change.msisdn);
  CHECK(fixture.mme.cancelled.empty());
  CHECK(fixture.locate(1)->subscription->ue_ambr == profile.ue_ambr);
}

TEST_CASE("framed_routes_are_one_sims_own_and_bearers_are_shared_and_both_reach_the_mme_when_they_change") {
  OVER_ALL_STORES;
  store::Profile profile = *store::default_profile();
  profile.apns.front().bearers =
      std::vector{gtp::BearerRule{.name = "voice", .qci = 5, .filters = {"both proto udp"}}};
  store::Subscriber card = subscriber(1);
  card.profile = std::make_shared<const store::Profile>(profile);
  card.framed_routes = {{.context_id = 1, .prefixes = {*IpPrefix::parse("192.168.7.0/24")}}};
  store::Subscriber other = subscriber(2);
  other.profile = std::make_shared<const store::Profile>(profile);
  fixture.by_operator([&](auto& all) {
    must(all.insert(card));
    must(all.insert(other));
  });
  const auto first = fixture.locate(1);
  const auto second = fixture.locate(2);
  REQUIRE(first.has_value());
  REQUIRE(second.has_value());
  const ApnConfiguration& own = *first->subscription->apns->default_configuration();
  const ApnConfiguration& shared = *second->subscription->apns->default_configuration();
  CHECK(own.framed_routes == card.framed_routes.front().prefixes);
  CHECK(shared.framed_routes.empty());
  CHECK(own.bearers == profile.apns.front().bearers);
  // One list for all, however many SIMs have addresses of their own.
  CHECK(own.bearers.begin() == shared.bearers.begin());

  card.framed_routes.front().prefixes = {*IpPrefix::parse("192.168.8.0/24")};
  fixture.by_operator([&](auto& all) { must(all.update(card)); });
  REQUIRE(fixture.mme.inserted.size() == 1);
  CHECK(fixture.mme.inserted[0].imsi == imsi(1));
  REQUIRE(fixture.mme.inserted[0].change.apns);
  CHECK(fixture.mme.inserted[0].change.apns->default_configuration()->framed_routes.front().text() ==
        "192.168.8.0/24");
  profile.apns.front().bearers = {};
  card.profile = std::make_shared<const store::Profile>(profile);
  fixture.by_operator([&](auto& all) { must(all.update(card)); });
  REQUIRE(fixture.mme.inserted.size() == 2);
  CHECK(fixture.mme.inserted[1].change.apns->default_configuration()->bearers.empty());
  // Nothing is new: nobody is told.
  fixture.by_operator([&](auto& all) { must(all.update(card)); });
  CHECK(fixture.mme.inserted.size() == 2);
}

TEST_CASE("suspension_and_removal_of_a_registered_sim_withdraw_the_subscription") {
  OVER_ALL_STORES;
  fixture.by_operator([](auto& all) {
    must(all.insert(subscriber(1)));
    must(all.insert(subscriber(2)));
  });
  CHECK(fixture.locate(1).has_value());
  CHECK(fixture.locate(2).has_value());
  store::Subscriber card = subscriber(1);
  card.state = store::SimState::suspended;
  fixture.by_operator([&](auto& all) { must(all.update(card)); });
  REQUIRE(fixture.mme.cancelled.size() == 1);
  CHECK(fixture.mme.cancelled[0].imsi == imsi(1));
  CHECK(fixture.mme.cancelled[0].type == CancellationType::subscription_withdrawal);
  // Told once: it is served no more.
  card.msisdn = *Msisdn::parse("123");
  fixture.by_operator([&](auto& all) { must(all.update(card)); });
  CHECK(fixture.mme.cancelled.size() == 1);
  fixture.by_operator([&](auto& all) { must(all.remove(imsi(2))); });
  REQUIRE(fixture.mme.cancelled.size() == 2);
  CHECK(fixture.mme.cancelled[1].imsi == imsi(2));
  CHECK(fixture.authenticate(2).error().result == S6aResult::user_unknown);
  CHECK(fixture.mme.inserted.empty());
}

TEST_CASE("device_that_its_sim_is_no_longer_bound_to_is_to_attach_again") {
  OVER_ALL_STORES;
  store::Subscriber card = subscriber(1);
  fixture.by_operator([&](auto& all) { must(all.insert(card)); });
  CHECK(fixture.locate(1).has_value());
  const Imei device = *Imei::parse("3534900698733190");
  CHECK((*Run(fixture.loop, fixture.s6a->notify({.imsi = imsi(1), .terminal = device}))).has_value());
  fixture.loop.run_for(std::chrono::seconds(1));
  const auto bind = [&](const char* text, ImeiMismatch action) {
    REQUIRE(parse_imei_lock(text, card.imei_lock));
    card.imei_lock.on_mismatch = action;
    fixture.by_operator([&](auto& all) { must(all.update(card)); });
  };
  bind("35349006", ImeiMismatch::reject);  // Its own type allocation code.
  bind("86012304", ImeiMismatch::alarm);
  CHECK(fixture.mme.cancelled.empty());
  bind("86012304", ImeiMismatch::quarantine);
  REQUIRE(fixture.mme.cancelled.size() == 1);
  CHECK(fixture.mme.cancelled[0].type == CancellationType::subscription_withdrawal);
  CHECK(fixture.mme.cancelled[0].flags.has(ClrFlag::reattach_required));
}

TEST_CASE("device_that_need_not_be_in_quarantine_any_more_or_is_not_known_is_to_attach_again") {
  OVER_ALL_STORES;
  store::Subscriber card = subscriber(1);
  REQUIRE(parse_imei_lock("86012304", card.imei_lock));
  card.imei_lock.on_mismatch = ImeiMismatch::quarantine;
  fixture.by_operator([&](auto& all) { must(all.insert(card)); });
  CHECK(fixture.locate(1).has_value());
  const Imei device = *Imei::parse("3534900698733190");
  CHECK((*Run(fixture.loop, fixture.s6a->notify({.imsi = imsi(1), .terminal = device}))).has_value());
  fixture.loop.run_for(std::chrono::seconds(1));
  const auto bind = [&](const char* text) {
    REQUIRE(parse_imei_lock(text, card.imei_lock));
    fixture.by_operator([&](auto& all) { must(all.update(card)); });
  };
  bind("off");
  REQUIRE(fixture.mme.cancelled.size() == 1);
  CHECK(fixture.mme.cancelled[0].flags.has(ClrFlag::reattach_required));
  // It comes back without saying in what.
  CHECK(fixture.locate(1).has_value());
  bind("35349006");
  CHECK(fixture.mme.cancelled.size() == 2);
}

TEST_CASE("card_that_is_removed_and_provisioned_again_sees_no_number_twice") {
  OVER_ALL_STORES;
  fixture.by_operator([](auto& all) { must(all.insert(subscriber(1))); });
  Usim usim(subscriber(1));
  for (int round = 0; round < 5; ++round) {
    CHECK(usim.take(fixture.authenticate(1, 3)->vectors[2]) == Usim::Verdict::accepted);
    fixture.by_operator([](auto& all) { must(all.remove(imsi(1))); });
    fixture.by_operator([](auto& all) { must(all.insert(subscriber(1))); });
  }
}

TEST_CASE("sequence_that_an_operator_sets_is_used_by_a_running_core") {
  OVER_ALL_STORES;
  fixture.by_operator([](auto& all) { must(all.insert(subscriber(1))); });
  Usim usim(subscriber(1));
  usim.take(fixture.authenticate(1)->vectors[0]);
  CHECK(usim.last_seen == 1);
  fixture.by_operator(
      [](auto& all) { must(all.reserve_sequence(imsi(1), {store::SequenceFloor::Kind::exactly, 7000}, 0)); });
  usim.take(fixture.authenticate(1)->vectors[0]);
  CHECK(usim.last_seen == 7001);
  // One that went down, too, and goes on from there.
  fixture.by_operator(
      [](auto& all) { must(all.reserve_sequence(imsi(1), {store::SequenceFloor::Kind::exactly, 100}, 0)); });
  for (int i = 0; i < 10; ++i) usim.take(fixture.authenticate(1)->vectors[0]);
  CHECK(usim.last_seen == 110);
}

TEST_CASE("mme_that_does_not_know_the_user_is_told_no_more") {
  OVER_ALL_STORES;
  fixture.by_operator([](auto& all) { must(all.insert(subscriber(1))); });
  CHECK(fixture.locate(1).has_value());
  fixture.mme.knows_nobody = true;
  store::Subscriber card = subscriber(1);
  for (const char* msisdn : {"1", "2", "3"}) {
    card.msisdn = *Msisdn::parse(msisdn);
    fixture.by_operator([&](auto& all) { must(all.update(card)); });
  }
  CHECK(fixture.mme.inserted.size() == 1);
}

TEST_CASE("mme_that_goes_away_while_it_is_told_something_holds_up_nobody") {
  OVER_ALL_STORES;
  fixture.by_operator([](auto& all) {
    for (std::uint64_t i = 0; i < 100; ++i) must(all.insert(subscriber(i)));
  });
  for (std::uint64_t i = 0; i < 100; ++i)
    CHECK(fixture.locate(i, i < 50 ? fixture.s6a.get() : fixture.s6a_of_other.get()).has_value());
  fixture.mme.never_answers = true;
  fixture.by_operator([](auto& all) {
    for (std::uint64_t i = 0; i < 100; ++i) {
      store::Subscriber card = subscriber(i);
      card.msisdn = *Msisdn::parse(std::to_string(i + 1));
      must(all.update(card));
    }
  });
  CHECK_FALSE(fixture.hss->quiet());
  fixture.s6a.reset();
  fixture.settle();
  CHECK(fixture.hss->quiet());
  CHECK(fixture.other_mme.inserted.size() == 50);
}

TEST_CASE("cached_subscriber_is_small") {
  // TS 23.008 in a record: a tenth of what an idle UE may cost.
  STATIC_REQUIRE(RecordTable<CachedSubscriber>::kSlotOctets <= 104);
}
