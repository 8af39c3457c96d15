// SPDX-License-Identifier: Apache-2.0
// How eNodeBs of a load connect, lose their associations and connect again.
#include "lab/load/generator.hpp"

#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

#include "asn1/s1ap/enb_id.hpp"
#include "asn1/s1ap/management.hpp"
#include "core/net/sctp_simulated.hpp"
#include "core/runtime/virtual_loop.hpp"

namespace zerocell::load {
namespace {

using namespace std::chrono_literals;

/// Sets up S1 as long as it has room, and answers nothing else.
class SmallMme final : public net::SctpHandler {
 public:
  SmallMme(net::SimulatedNetwork& network, const Endpoint& at) : network_(network), at_(at) { start(); }

  /// Anew, where it ran: its associations are aborted.
  void start() {
    transport_.reset();
    waiting_.clear();
    set_up_.clear();
    transport_ = network_.make_transport();
    REQUIRE(transport_->listen({at_}, *this));
  }
  std::size_t enbs() const { return set_up_.size(); }

  std::size_t room = 4096;
  std::optional<s1ap::TimeToWait> time_to_wait;
  std::uint32_t silent_to = 0;   ///< The eNodeBs with an id up to this.
  std::size_t waiting_most = 0;  ///< Associations without S1 Setup, at one time.

 private:
  void association_up(net::AssociationId id, const net::AssociationInfo&) override {
    waiting_.insert(id);
    waiting_most = std::max(waiting_most, waiting_.size());
  }
  void association_down(net::AssociationId id, net::AssociationEnd) override {
    waiting_.erase(id);
    set_up_.erase(id);
  }
  void message(net::AssociationId id, std::uint16_t, std::uint32_t, Bytes octets) override {
    std::array<std::uint8_t, 16 * 1024> memory;
    Arena arena(memory);
    const s1ap::Inbound inbound = s1ap::decode(octets, arena);
    if (inbound.message.type != s1ap::MessageType::s1_setup_request) return;
    const auto& request = *inbound.message.as<s1ap::S1SetupRequest>();
    if (s1ap::number_of(request.global_enb_id.enb_id) <= silent_to) return;
    if (set_up_.size() >= room) {
      s1ap::S1SetupFailure failure;
      failure.cause = s1ap::CauseMisc::control_processing_overload;
      failure.time_to_wait = time_to_wait;
      return answer(id, failure);
    }
    waiting_.erase(id);
    set_up_.insert(id);
    const std::array<Plmn, 1> plmns = {*Plmn::parse("00101")};
    const std::array<std::uint16_t, 1> groups = {1};
    const std::array<std::uint8_t, 1> codes = {1};
    const s1ap::ServedGummeisItem served{plmns, groups, codes, {}};
    s1ap::S1SetupResponse response;
    response.served_gummeis = {&served, 1};
    answer(id, response);
  }
  template <class M>
  void answer(net::AssociationId id, const M& message) {
    std::array<std::uint8_t, 1024> room_for_it;
    const auto encoded = s1ap::encode(message, room_for_it);
    REQUIRE(encoded);
    CHECK(transport_->send(id, 0, s1ap::kPayloadProtocol, *encoded) == net::SendOutcome::sent);
  }

  net::SimulatedNetwork& network_;
  const Endpoint at_;
  std::set<net::AssociationId> waiting_;
  std::set<net::AssociationId> set_up_;
  std::unique_ptr<net::SctpTransport> transport_;
};

struct Fixture {
  explicit Fixture(std::uint32_t enbs, double rate = 1) {
    settings.mme = at;
    settings.plmn = *Plmn::parse("00101");
    settings.enbs = enbs;
    settings.ues = 10;
    settings.imsi_first = *Imsi::parse("001010000000001");
    settings.rate = rate;
    settings.duration = 2min;
    settings.patience = 1s;
    network.faults() = {.delay_min = 5ms, .delay_max = 5ms};
    generator.emplace(Generator::Parts{.loop = loop, .sctp = *transport, .alarm = make_wheel_alarm},
                      settings);
  }
  void start() {
    generator->start([this](std::expected<void, std::string> how) { ended = std::move(how); });
  }
  bool run_until(const std::function<bool()>& done, Duration limit = 1min) {
    return loop.run_until(done, limit);
  }
  Phase phase() const { return generator->progress().phase; }

  VirtualLoop loop{1};
  net::SimulatedNetwork network{loop, 1};
  const Endpoint at{*IpAddress::parse("127.0.1.100"), net::kPortS1ap};
  SmallMme mme{network, at};
  std::unique_ptr<net::SctpTransport> transport = network.make_transport();
  Settings settings;
  std::optional<Generator> generator;
  std::optional<std::expected<void, std::string>> ended;
};

TEST_CASE("enbs_that_are_refused_or_lost_while_others_connect_are_connected_all_the_same") {
  Fixture f(200);
  f.network.faults().connects_refused_per_million = 200'000;
  f.start();
  REQUIRE(f.run_until([&] { return f.mme.enbs() > 60; }));
  REQUIRE(f.phase() == Phase::connecting);
  f.mme.start();
  REQUIRE(f.run_until([&] { return f.phase() != Phase::connecting; }));
  REQUIRE_FALSE(f.ended);
  CHECK(f.mme.enbs() == 200);
  const auto& complaints = f.generator->outcome().complaints;
  CHECK(complaints.at("an eNodeB lost its association") >= 50);
  CHECK(complaints.at("an eNodeB could not connect: no association: nobody answers there") >= 50);
}

TEST_CASE("enbs_connect_few_at_a_time_also_when_all_are_lost_at_once") {
  Fixture f(200, GENERATE(1, 0));  // Also where each end is the next one's beginning.
  f.start();
  REQUIRE(f.run_until([&] { return f.phase() == Phase::running; }));
  CHECK(f.mme.waiting_most <= 32);
  f.mme.start();
  REQUIRE(f.run_until([&] { return f.mme.enbs() == 200; }));
  CHECK(f.mme.waiting_most <= 32);
  CHECK(f.phase() == Phase::running);
  CHECK(f.generator->outcome().complaints.at("an eNodeB lost its association") == 200);
}

TEST_CASE("enbs_that_hear_no_answer_to_s1_setup_give_their_places_to_others_and_try_again") {
  Fixture f(100);
  f.start();
  REQUIRE(f.run_until([&] { return f.phase() == Phase::running; }));
  f.mme.silent_to = 64;  // More than connect at a time.
  f.mme.start();
  REQUIRE(f.run_until([&] { return f.mme.enbs() == 36; }));
  const auto& complaints = f.generator->outcome().complaints;
  CHECK(complaints.at("an eNodeB could not connect: no answer to S1 SETUP REQUEST") == 64);
  f.mme.silent_to = 0;
  REQUIRE(f.run_until([&] { return f.mme.enbs() == 100; }));
  CHECK(f.phase() == Phase::running);
}

TEST_CASE("load_that_no_mme_answers_ends_with_the_reason") {
  Fixture f(4);
  f.mme.silent_to = 4;
  f.start();
  REQUIRE(f.run_until([&] { return f.ended.has_value(); }));
  REQUIRE_FALSE(f.ended->has_value());
  CHECK(f.ended->error().find("no answer to S1 SETUP REQUEST") != std::string::npos);
}

TEST_CASE("an_enb_that_the_mme_has_no_room_for_asks_again_when_it_was_told_to") {
  Fixture f(8);
  f.mme.room = 4;
  SECTION("and gets in") {
    f.mme.time_to_wait = s1ap::TimeToWait::v5s;
    f.start();
    f.loop.run_for(4s);
    CHECK(f.mme.enbs() == 4);
    f.mme.room = 8;
    REQUIRE(f.run_until([&] { return f.phase() != Phase::connecting; }));
    CHECK_FALSE(f.ended);
    CHECK(f.mme.enbs() == 8);
  }
  SECTION("until patience ends, with the last reason") {
    f.mme.time_to_wait = s1ap::TimeToWait::v1s;
    f.start();
    f.loop.run_for(25s);
    CHECK_FALSE(f.ended);
    REQUIRE(f.run_until([&] { return f.ended.has_value(); }));
    REQUIRE_FALSE(f.ended->has_value());
    CHECK(f.ended->error().find("S1 SETUP FAILURE") != std::string::npos);
  }
  SECTION("and not when it was not") {
    f.start();
    f.loop.run_for(1s);
    REQUIRE(f.ended);
    REQUIRE_FALSE(f.ended->has_value());
    CHECK(f.ended->error().find("S1 SETUP FAILURE") != std::string::npos);
  }
}

}  // namespace
}  // namespace zerocell::load
