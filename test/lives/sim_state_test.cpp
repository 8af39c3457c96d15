// SPDX-License-Identifier: Apache-2.0
// The state of a SIM, from the operator's word to what its UE hears and may do.
#include <catch2/catch.hpp>

#include "test/lives/network.hpp"

using namespace zerocell;
using namespace std::chrono_literals;

namespace {

using nas::EmmCause;
using store::SimState;

struct Core {
  Core() { REQUIRE(lab::finish(network.loop, network.enbs[0]->connect())->has_value()); }
  void become(SimState state) {
    network.set_state(0, state);
    network.loop.run_for(1s);
  }
  lab::UeResult<lab::Registration> attach() {
    auto result = lab::finish(network.loop, ue.attach());
    REQUIRE(result);
    network.loop.run_for(10s);
    return std::move(*result);
  }
  lives::Network network{2, 1, 1};
  lab::Ue& ue = *network.ues[0];
};

/// Whether a UE that hears this holds its SIM for valid (TS 24.301 §5.5.1.2.5).
bool leaves_the_sim_valid(EmmCause cause) {
  return cause != EmmCause::illegal_ue && cause != EmmCause::illegal_me &&
         cause != EmmCause::eps_services_not_allowed &&
         cause != EmmCause::eps_and_non_eps_services_not_allowed;
}

}  // namespace

TEST_CASE("each_state_of_a_sim_is_heard_as_its_row_says_and_ends_with_the_next_one") {
  struct Row {
    SimState state;
    std::optional<EmmCause> cause;  ///< Nothing: it is served.
    bool with_time;                 ///< T3346: the modem comes again by itself, and not before then.
  };
  const Row rows[] = {{SimState::inactive, EmmCause::congestion, true},
                      {SimState::suspended, EmmCause::eps_services_not_allowed, false},
                      {SimState::active, {}, false},
                      {SimState::test, {}, false}};
  for (const Row& row : rows) {
    INFO(store::to_string(row.state));
    Core core;
    core.become(row.state);
    const auto result = core.attach();
    CHECK(result.has_value() == !row.cause);
    if (result) continue;
    CHECK(result.error().emm_cause == row.cause);
    CHECK(result.error().back_off_seconds.has_value() == row.with_time);
    CHECK(leaves_the_sim_valid(*row.cause) == row.with_time);
    core.become(SimState::active);
    CHECK(core.attach());
    CHECK(core.ue.complaints().empty());
  }
}

TEST_CASE("sim_that_leaves_service_is_detached_connected_or_idle_and_one_that_stays_in_it_is_not") {
  for (const SimState state : {SimState::inactive, SimState::suspended, SimState::test})
    for (const bool idle : {false, true}) {
      INFO(store::to_string(state) << (idle ? ", idle" : ", connected"));
      Core core;
      REQUIRE(core.attach());
      std::optional<lab::Running<lab::UeResult<void>>> answering;
      if (idle) {
        core.network.enbs[0]->request_release(*core.ue.connection());
        core.network.loop.run_for(1s);
        answering.emplace(core.ue.answer_page(3600s));
      }
      core.become(state);
      core.network.loop.run_for(60s);
      const bool served = state == SimState::test;
      CHECK(core.ue.registered() == served);
      CHECK(core.ue.received(nas::EmmType::detach_request) == (served ? 0 : 1));
      if (served) continue;
      answering.reset();
      const auto again = core.attach();
      REQUIRE_FALSE(again);
      CHECK(again.error().emm_cause ==
            (state == SimState::inactive ? EmmCause::congestion : EmmCause::eps_services_not_allowed));
      CHECK(core.network.inconsistencies(false).empty());
    }
}
