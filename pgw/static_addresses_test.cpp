// SPDX-License-Identifier: Apache-2.0
// A static address that somebody else has when its owner comes.
#include "pgw/test_network.hpp"

using namespace zerocell;
using namespace zerocell::pgw;
using namespace zerocell::pgw::test;

namespace {

/// A session has the address that becomes another SIM's.
struct Held : Network {
  explicit Held(const CreateSessionRequest& wanted = request()) : Network(internet(), wanted) {
    attach_complete();
    owner.static_ipv4 = held.v4;
    pgw.reserve({held.v4});
  }
  using Outcome = std::optional<Answer<CreateSessionResponse>>;
  struct Keep {
    Outcome* outcome;
    void operator()(Answer<CreateSessionResponse> answer) { outcome->emplace(std::move(answer)); }
  };
  /// The owner's Create Session: it may wait.
  struct Coming {
    explicit Coming(Held& at) : slot(Keep{&outcome}) { slot.start(at.sgw.create_session(at.owner)); }
    Outcome outcome;
    TaskSlot<Answer<CreateSessionResponse>, Keep> slot;
  };

  gtp::PdnAddress held = *pgw.address_of(session);
  CreateSessionRequest owner = request(2);
};

}  // namespace

TEST_CASE("owner_of_a_static_address_gets_it_when_its_holder_has_gone_to_come_again") {
  Held network;
  SECTION("IPv4") {}
  SECTION("IPv6") {
    network.owner.static_ipv4 = {};
    network.owner.static_ipv6_prefix = network.held.v6;
  }
  SECTION("both, which one session has") {
    network.owner.static_ipv6_prefix = network.held.v6;
  }
  Held::Coming coming(network);
  CHECK_FALSE(coming.outcome);
  network.loop.run_ready();
  REQUIRE(network.mme.deleted.size() == 1);
  CHECK(network.mme.deleted[0].session == network.session);
  CHECK(network.mme.deleted[0].ebi == 5);
  CHECK(network.mme.deleted[0].cause == gtp::Cause::reactivation_requested);
  CHECK(network.pgw.sessions() == 1);
  REQUIRE(coming.outcome);
  REQUIRE(*coming.outcome);
  const auto given = (*coming.outcome)->address;
  CHECK((given.v4 == network.held.v4 || network.owner.static_ipv4.unspecified()));
  CHECK((std::equal(given.v6.octets.begin(), given.v6.octets.begin() + 8, network.held.v6.octets.begin()) ||
         network.owner.static_ipv6_prefix.unspecified()));
  CHECK(network.loop.timers_armed() == 0);
  // It is not asked for its own.
  CHECK(now(network.sgw.create_session(network.owner)).error() == gtp::Cause::request_rejected);
  network.loop.run_ready();
  CHECK(network.mme.deleted.size() == 1);
}

TEST_CASE("holder_of_a_static_address_is_asked_once_and_its_owner_waits_for_a_time") {
  Held network;
  network.mme.waits = true;
  Held::Coming first(network);
  network.loop.run_ready();
  {
    // One whose UE has given up.
    Held::Coming second(network);
    CHECK_FALSE(second.outcome);
  }
  network.loop.run_for(std::chrono::minutes(1));
  REQUIRE(first.outcome);
  CHECK(first.outcome->error() == gtp::Cause::request_rejected);
  Held::Coming third(network);
  network.loop.run_ready();
  CHECK(network.mme.deleted.size() == 1);
  SECTION("the holder goes at last") {
    network.mme.answer();
    REQUIRE(third.outcome);
    CHECK(*third.outcome);
  }
  SECTION("the holder stays") {
    network.mme.refuses = gtp::Cause::request_rejected;
    network.mme.answer();
    REQUIRE(third.outcome);
    CHECK(third.outcome->error() == gtp::Cause::request_rejected);
    CHECK(network.pgw.sessions() == 1);
    // And is asked anew.
    network.mme.refuses.reset();
    network.mme.waits = false;
    Held::Coming fourth(network);
    network.loop.run_ready();
    REQUIRE(fourth.outcome);
    CHECK(*fourth.outcome);
    CHECK(network.mme.deleted.size() == 2);
  }
  CHECK(network.pgw.sessions() == 1);
}

TEST_CASE("owner_of_two_addresses_waits_for_both_of_their_holders") {
  Held network;
  const auto other = now(network.sgw.create_session(request(3)))->session;
  network.owner.static_ipv6_prefix = network.pgw.address_of(other)->v6;
  network.mme.waits = GENERATE(true, false);
  Held::Coming coming(network);
  network.loop.run_ready();
  CHECK(network.mme.deleted.size() == 2);
  if (network.mme.waits) {
    network.loop.run_for(std::chrono::minutes(1));
    REQUIRE(coming.outcome);
    CHECK_FALSE(*coming.outcome);
    return;
  }
  REQUIRE(coming.outcome);
  CHECK(*coming.outcome);
  CHECK(network.pgw.sessions() == 1);
}

TEST_CASE("emergency_call_keeps_an_address_that_becomes_another_sims_until_it_ends") {
  auto caller = request();
  caller.emergency = true;
  Held network(caller);
  CHECK(now(network.sgw.create_session(network.owner)).error() == gtp::Cause::request_rejected);
  network.loop.run_ready();
  CHECK(network.mme.deleted.empty());
  CHECK(network.pgw.sessions() == 1);
  REQUIRE(now(network.sgw.delete_session({.session = network.session})));
  CHECK(now(network.sgw.create_session(network.owner)));
}

TEST_CASE("each_of_many_addresses_is_found_with_the_session_that_has_it_now") {
  Held network;
  std::vector<SessionId> sessions{network.session};
  for (unsigned i = 3; i <= 5; ++i) sessions.push_back(now(network.sgw.create_session(request(i)))->session);
  const auto wanted = *network.pgw.address_of(sessions[2]);
  REQUIRE(now(network.sgw.delete_session({.session = sessions[1]})));
  network.owner.static_ipv4 = wanted.v4;
  Held::Coming coming(network);
  network.loop.run_ready();
  REQUIRE(network.mme.deleted.size() == 1);
  CHECK(network.mme.deleted[0].session == sessions[2]);
  REQUIRE(coming.outcome);
  CHECK(*coming.outcome);
}

TEST_CASE("gateway_that_stops_while_an_owner_waits_leaves_nothing_behind") {
  Held network;
  network.mme.waits = true;
  Held::Coming coming(network);
  network.loop.run_ready();
  network.pgw.end_procedures();
  network.loop.run_for(std::chrono::minutes(1));
  REQUIRE(coming.outcome);
  CHECK_FALSE(*coming.outcome);
}
