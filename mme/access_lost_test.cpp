// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "asn1/s1ap/messages.hpp"
#include "mme/test_world.hpp"

/// UEs whose eNodeB the gateway cannot reach with their packets, TS 23.007 §20.3.1, §21.
using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

/// One registered UE that is connected, and an eNodeB that it could move to.
class Reached : public World {
 public:
  Reached() : enb(add_enb(1)), target(add_enb(2)), ue(add_ue(enb, 1)) {
    ZC_ASSERT(attach(ue).has_value());
    wait(100ms);
    enb.on_message = [this](const s1ap::Message& message) {
      if (const auto* command = message.as<s1ap::UeContextReleaseCommand>())
        causes.push_back(std::string(s1ap::name(command->cause)));
    };
  }
  gtp::Cause lose_access(gtp::Cause cause = gtp::Cause::s1_u_path_failure, std::uint8_t ebi = 5) {
    return mme
        ->downlink_data({.session = sgw::SessionId{1}, .imsi = test_imsi(1), .ebi = ebi, .cause = cause})
        .cause;
  }
  std::size_t pages() const {
    return enb.received(s1ap::MessageType::paging) + target.received(s1ap::MessageType::paging);
  }
  bool has_access() const { return gateway.sessions.at(1).access.has_value(); }

  lab::Enb& enb;
  lab::Enb& target;
  lab::Ue& ue;
  std::vector<std::string> causes{};
};

}  // namespace

TEST_CASE("ue_whose_user_plane_path_has_failed_is_released_and_paged_for_what_comes_then") {
  for (const auto cause : {gtp::Cause::s1_u_path_failure, gtp::Cause::error_indication_received}) {
    Reached world;
    CHECK(world.lose_access(cause) == gtp::Cause::request_accepted);
    // Its other bearers say the same.
    world.lose_access(cause, 6);
    world.wait(1s);
    CHECK(world.causes == std::vector<std::string>{"transport-resource-unavailable"});
    CHECK_FALSE(world.ue.connected());
    CHECK_FALSE(world.has_access());
    CHECK(world.record(1)->emm_state == EmmState::registered);
    CHECK(world.pages() == 0);
    lab::Running<lab::UeResult<void>> answering(world.ue.answer_page(1min));
    world.downlink_packet(1);
    world.wait(1s);
    CHECK(answering.done());
    CHECK(world.has_access());
    CHECK(world.complaints() == "");
  }
}

TEST_CASE("packet_that_waits_while_the_ue_is_being_released_for_a_failed_path_has_it_paged") {
  Reached world;
  world.lose_access();
  CHECK(world.downlink_packet(1).cause == gtp::Cause::request_accepted);
  lab::Running<lab::UeResult<void>> answering(world.ue.answer_page(1min));
  world.wait(2s);
  CHECK(answering.done());
  CHECK(world.pages() == 1);
  CHECK(world.has_access());
}

TEST_CASE("failed_path_of_a_ue_that_is_idle_or_unknown_does_nothing") {
  Reached world;
  world.go_idle(world.enb, world.ue);
  world.causes.clear();
  CHECK(world.lose_access() == gtp::Cause::request_accepted);
  CHECK(world.mme
            ->downlink_data(
                {.session = sgw::SessionId{7}, .imsi = test_imsi(1), .cause = gtp::Cause::s1_u_path_failure})
            .cause == gtp::Cause::context_not_found);
  world.wait(1min);
  CHECK(world.causes.empty());
  CHECK(world.pages() == 0);
  CHECK(world.mme->waits() == 0);
}

TEST_CASE("ue_that_leaves_the_enb_of_a_failed_path_by_handover_stays_connected") {
  Reached world;
  const auto connection = *world.ue.connection();
  const auto order =
      lab::finish(world.loop, world.enb.prepare_handover(connection, world.target.as_target(), true));
  REQUIRE((order && *order));
  world.lose_access();
  SECTION("it arrives") {
    world.target.notify_arrival(world.enb, connection, (*order)->connection);
    world.wait(10s);
    CHECK(world.ue.connected());
    CHECK(world.gateway.sessions.at(1).access->v4 == world.target.settings().gtpu_v4);
    // There it can lose its access again.
    world.lose_access();
    world.wait(1s);
    CHECK_FALSE(world.ue.connected());
  }
  SECTION("it does not") {
    REQUIRE(lab::finish(world.loop, world.enb.cancel_handover(connection)));
    world.wait(10s);
    CHECK_FALSE(world.ue.connected());
    CHECK_FALSE(world.has_access());
  }
  CHECK(world.mme->waits() == 0);
  CHECK(world.complaints() == "");
}
