// SPDX-License-Identifier: Apache-2.0
// Bearer resources that a UE asks for, TS 23.401 §5.4.5, TS 24.301 §6.5.3, §6.5.4.
#include <catch2/catch.hpp>

#include "mme/test_bearing.hpp"

using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

TEST_CASE("ue_asks_for_a_bearer_and_gets_one_with_its_own_transaction") {
  Bearing t;
  lab::Running asks(
      t.ue.allocate_resource(5, tft(), {.qci = 1, .rates = nas::BearerBitRates{64, 64, 64, 64}}));
  t.world.wait(1s);
  REQUIRE(t.world.gateway.commands.size() == 1);
  const auto& command = t.world.gateway.commands.front();
  CHECK(command.linked_ebi == 5);
  CHECK(command.ebi == 0);
  CHECK(command.traffic_flow_aggregate == tft());
  REQUIRE(command.flow_qos);
  CHECK(command.flow_qos->qci == 1);
  CHECK(command.flow_qos->gbr.uplink_kbps == 64);
  REQUIRE(t.create(command.pti));
  t.world.wait(1s);
  REQUIRE(asks.done());
  REQUIRE(asks.result());
  CHECK(asks.result()->eps_bearer_identity == 6);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("bearer_resource_request_that_comes_again_while_its_bearer_is_made_makes_no_other") {
  Bearing t;
  t.ue.behaviour().deaf_to_esm = {nas::EsmType::activate_dedicated_eps_bearer_context_request};
  lab::Running asks(t.ue.allocate_resource(5, tft(), {.qci = 8}));
  t.world.wait(1s);
  REQUIRE(t.world.gateway.commands.size() == 1);
  lab::Running created(t.world.mme->create_bearer(t.create_request(t.world.gateway.commands.front().pti)));
  t.world.wait(7500ms);  // T3480 expires at the UE, before T3485 does here.
  t.ue.behaviour().deaf_to_esm.clear();
  t.world.wait(10s);
  CHECK(t.world.gateway.commands.size() == 1);
  REQUIRE(created.done());
  CHECK(created.result());
  REQUIRE(asks.done());
  CHECK(asks.result());
  CHECK(t.bearers_of_record() == 2);
}

TEST_CASE("ue_may_leave_the_qci_of_the_bearer_that_it_asks_for_to_the_network") {
  Bearing t;
  lab::Running asks(t.ue.allocate_resource(5, tft(), {.qci = 0}));
  t.world.wait(1s);
  REQUIRE(t.world.gateway.commands.size() == 1);
  CHECK(t.world.gateway.commands.front().flow_qos->qci == 0);
  REQUIRE(t.create(t.world.gateway.commands.front().pti));
  t.world.wait(1s);
  CHECK(asks.result());
  lab::Running changes(
      t.ue.modify_resource(6, tft(nas::Tft::Operation::replace_filters, 7000),
                           nas::EpsQos{.qci = 0, .rates = nas::BearerBitRates{128, 128, 128, 128}}));
  t.world.wait(1s);
  REQUIRE(t.world.gateway.commands.size() == 2);
  CHECK(t.world.gateway.commands.back().flow_qos->qci == 1);
}

TEST_CASE("ue_hears_that_the_bearer_that_it_asked_for_does_not_come") {
  Bearing t;
  lab::Running asks(t.ue.allocate_resource(5, tft(), {.qci = 8}));
  t.world.wait(1s);
  REQUIRE(t.world.gateway.commands.size() == 1);
  const std::uint8_t pti = t.world.gateway.commands.front().pti;
  SECTION("since the eNodeB does not set it up") {
    t.enb.behaviour().refuses_erabs = {6};
    CHECK(t.create(pti).error() == gtp::Cause::no_resources_available);
    t.world.wait(100ms);
    REQUIRE(asks.done());
    CHECK(asks.result().error().esm_cause == nas::EsmCause::insufficient_resources);
    // Elsewhere there may be room: the UE need not leave the access point alone.
    CHECK_FALSE(asks.result().error().back_off_seconds);
  }
  SECTION("since the gateway has no room for it") {
    t.world.mme->bearer_resource_failed(
        {.session = kSession, .imsi = test_imsi(1), .pti = pti, .cause = gtp::Cause::no_resources_available});
    t.world.wait(100ms);
    REQUIRE(asks.done());
    CHECK(asks.result().error().esm_cause == nas::EsmCause::insufficient_resources);
    CHECK(asks.result().error().back_off_seconds);
  }
  SECTION("and not when it refuses it itself") {
    t.ue.behaviour().refuses_bearers = nas::EsmCause::semantic_error_in_tft;
    CHECK(t.create(pti).error() == gtp::Cause::semantic_error_in_tft_operation);
    t.world.wait(100ms);
    CHECK(t.ue.received(nas::EsmType::bearer_resource_allocation_reject) == 0);
  }
  CHECK(t.world.complaints() == "");
}

TEST_CASE("ue_hears_that_its_bearer_does_not_change_as_it_asked") {
  Bearing t;
  REQUIRE(t.create());
  lab::Running asks(
      t.ue.modify_resource(6, tft(nas::Tft::Operation::replace_filters, 7000),
                           nas::EpsQos{.qci = 1, .rates = nas::BearerBitRates{128, 128, 128, 128}}));
  t.world.wait(1s);
  REQUIRE(t.world.gateway.commands.size() == 1);
  const std::uint8_t pti = t.world.gateway.commands.front().pti;
  SECTION("since the eNodeB cannot") {
    t.enb.behaviour().refuses_erabs = {6};
    CHECK(t.update({.ebi = 6, .pti = pti, .qos = voice_qos(128)}).error() ==
          gtp::Cause::no_resources_available);
  }
  SECTION("since the gateway will not") {
    t.world.mme->bearer_resource_failed({.session = kSession,
                                         .imsi = test_imsi(1),
                                         .ebi = 6,
                                         .pti = pti,
                                         .cause = gtp::Cause::no_resources_available});
  }
  t.world.wait(100ms);
  REQUIRE(asks.done());
  CHECK(asks.result().error().esm_cause == nas::EsmCause::insufficient_resources);
}

TEST_CASE("ue_asks_for_another_rate_of_its_bearer") {
  Bearing t;
  REQUIRE(t.create());
  lab::Running asks(
      t.ue.modify_resource(6, tft(nas::Tft::Operation::replace_filters, 7000),
                           nas::EpsQos{.qci = 1, .rates = nas::BearerBitRates{128, 128, 128, 128}}));
  t.world.wait(1s);
  REQUIRE(t.world.gateway.commands.size() == 1);
  const auto& command = t.world.gateway.commands.front();
  CHECK(command.ebi == 6);
  REQUIRE(t.update({.ebi = 6, .pti = command.pti, .qos = voice_qos(128)}));
  t.world.wait(1s);
  REQUIRE(asks.done());
  CHECK(asks.result());
  CHECK(t.world.complaints() == "");
}

TEST_CASE("rates_of_a_qci_without_a_guaranteed_one_are_ignored") {
  Bearing t;
  // A maximum below what is guaranteed would be refused of another one.
  for (const std::uint8_t qci : {0, 8, 130}) {
    lab::Running asks(
        t.ue.allocate_resource(5, tft(), {.qci = qci, .rates = nas::BearerBitRates{64, 64, 128, 128}}));
    t.world.wait(1s);
    REQUIRE_FALSE(t.world.gateway.commands.empty());
    const auto command = t.world.gateway.commands.back();
    t.world.gateway.commands.clear();
    CHECK(command.flow_qos == gtp::BearerQos{.qci = qci, .arp = command.flow_qos->arp});
    REQUIRE(t.create(command.pti));
    t.world.wait(1s);
    CHECK(asks.result());
  }
  CHECK(t.world.complaints() == "");
}

TEST_CASE("identifiers_of_the_filters_that_a_ue_asks_for_anew_mean_nothing") {
  Bearing t;
  REQUIRE(t.create());
  const auto two = [](const char* operation) {
    return from_hex(std::string(operation) + "3001035013c4" + "3002035013c5").value();
  };
  lab::Running asks(t.ue.allocate_resource(5, two("22"), {.qci = 8}));
  t.world.wait(1s);
  REQUIRE(t.world.gateway.commands.size() == 1);
  CHECK(t.world.gateway.commands[0].traffic_flow_aggregate == two("22"));
  REQUIRE(t.create(t.world.gateway.commands[0].pti));
  lab::Running adds(t.ue.modify_resource(6, two("62")));
  t.world.wait(1s);
  REQUIRE(t.world.gateway.commands.size() == 2);
  t.world.mme->bearer_resource_failed({.session = kSession,
                                       .imsi = test_imsi(1),
                                       .ebi = 6,
                                       .pti = t.world.gateway.commands[1].pti,
                                       .cause = gtp::Cause::no_resources_available});
  t.world.wait(1s);
  REQUIRE(adds.done());
  // Those of filters that it has do.
  const auto replaces = lab::finish(t.world.loop, t.ue.modify_resource(6, two("82")));
  REQUIRE(replaces);
  REQUIRE_FALSE(*replaces);
  CHECK(replaces->error().esm_cause == nas::EsmCause::syntactical_errors_in_packet_filters);
}

TEST_CASE("bearer_resource_request_that_is_wrong_is_refused_with_its_cause") {
  Bearing t;
  const auto asked = [&](std::uint8_t linked, ByteVector filters, nas::EpsQos qos) {
    const auto result = lab::finish(t.world.loop, t.ue.allocate_resource(linked, std::move(filters), qos));
    REQUIRE(result);
    REQUIRE_FALSE(*result);
    return result->error().esm_cause;
  };
  const nas::EpsQos plain{.qci = 8};
  CHECK(asked(9, tft(), plain) == nas::EsmCause::invalid_eps_bearer_identity);
  CHECK(asked(5, tft(nas::Tft::Operation::add_filters), plain) == nas::EsmCause::semantic_error_in_tft);
  // Create without a filter.
  CHECK(asked(5, ByteVector{0x20}, plain) == nas::EsmCause::syntactical_error_in_tft);
  // One filter is announced, and is cut.
  CHECK(asked(5, ByteVector{0x21, 0x30}, plain) == nas::EsmCause::syntactical_errors_in_packet_filters);
  for (const std::uint8_t qci : {11, 64, 68, 77, 81, 86, 127, 255})
    CHECK(asked(5, tft(), {.qci = qci}) == nas::EsmCause::unsupported_qci_value);
  CHECK(asked(5, tft(), {.qci = 1}) == nas::EsmCause::eps_qos_not_accepted);
  CHECK(asked(5, tft(), {.qci = 1, .rates = nas::BearerBitRates{64, 64, 128, 128}}) ==
        nas::EsmCause::eps_qos_not_accepted);
  CHECK(t.world.gateway.commands.empty());
  t.world.gateway.refuses = gtp::Cause::service_not_supported;
  CHECK(asked(5, tft(), plain) == nas::EsmCause::service_option_not_supported);
  t.world.gateway.refuses = gtp::Cause::semantic_error_in_tad_operation;
  CHECK(asked(5, tft(), plain) == nas::EsmCause::semantic_error_in_tft);
  t.world.gateway.refuses = gtp::Cause::syntactic_errors_in_packet_filters;
  CHECK(asked(5, tft(), plain) == nas::EsmCause::syntactical_errors_in_packet_filters);
  t.world.gateway.refuses.reset();
  const auto unknown = lab::finish(t.world.loop, t.ue.modify_resource(9, tft()));
  REQUIRE(unknown);
  CHECK(unknown->error().esm_cause == nas::EsmCause::invalid_eps_bearer_identity);
  CHECK(t.world.complaints() == "");
}

namespace {

/// A request of the UE that the gateway has taken: its transaction.
std::uint8_t taken_by_gateway(Bearing& t) {
  t.world.wait(1s);
  REQUIRE(t.world.gateway.commands.size() == 1);
  return t.world.gateway.commands.front().pti;
}

using Created = lab::Running<sgw::Answer<sgw::CreateBearerResponse>>;

/// The gateway wants more of a UE, which is silent, than is kept.
std::vector<std::unique_ptr<Created>> fill_the_turns_of(Bearing& t) {
  t.ue.behaviour().deaf_to_esm = {nas::EsmType::activate_dedicated_eps_bearer_context_request};
  std::vector<std::unique_ptr<Created>> wanted;
  for (std::size_t each = 0; each <= WaitingRequests::kPerUeMax; ++each)
    wanted.push_back(std::make_unique<Created>(t.world.mme->create_bearer(t.create_request())));
  t.world.wait(100ms);
  for (const auto& one : wanted) REQUIRE_FALSE(one->done());
  return wanted;
}

}  // namespace

TEST_CASE("ue_whose_keys_are_in_doubt_hears_that_its_request_came_to_nothing_once_they_are_not") {
  Bearing t;
  t.world.settings.t3460_ms = 2000;
  const ByteVector filters = tft();
  nas::BearerResourceAllocationRequest request;
  request.procedure_transaction_identity = 7;
  request.linked_eps_bearer_identity = nas::LinkedBearer{5};
  request.traffic_flow_aggregate.octets = Bytes(filters);
  request.required_traffic_flow_qos.qci = 8;
  t.ue.send(request);
  const std::uint8_t pti = taken_by_gateway(t);
  // Other capabilities want other keys.
  t.ue.settings().network_capability = nas::UeNetworkCapability{{.data = {0xE0, 0x60}, .size = 2}};
  std::size_t commands = 0;
  t.ue.behaviour().downlink = [&](Bytes message) {
    const auto envelope = nas::read_envelope(message);
    const bool command = envelope && envelope->header == nas::SecurityHeader::integrity_new_context;
    return !command || ++commands > 1;  // The first one is lost.
  };
  lab::Running updating(t.ue.tracking_area_update());
  t.world.wait(1s);
  REQUIRE(commands == 1);
  t.world.mme->bearer_resource_failed(
      {.session = kSession, .imsi = test_imsi(1), .pti = pti, .cause = gtp::Cause::no_resources_available});
  t.world.wait(500ms);
  CHECK(t.ue.received(nas::EsmType::bearer_resource_allocation_reject) == 0);
  t.world.wait(5s);
  REQUIRE(updating.done());
  CHECK(updating.result());
  CHECK(t.ue.received(nas::EsmType::bearer_resource_allocation_reject) == 1);
  CHECK(t.world.gateway.commands.size() == 1);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("ue_whose_bearer_finds_no_turn_hears_so_and_need_not_leave_its_access_point_alone") {
  Bearing t;
  lab::Running asks(t.ue.allocate_resource(5, tft(), {.qci = 8}));
  const std::uint8_t pti = taken_by_gateway(t);
  const auto wanted = fill_the_turns_of(t);
  CHECK(t.create(pti).error() == gtp::Cause::no_resources_available);
  t.world.wait(100ms);
  REQUIRE(asks.done());
  CHECK(asks.result().error().esm_cause == nas::EsmCause::insufficient_resources);
  CHECK_FALSE(asks.result().error().back_off_seconds);
}

TEST_CASE("request_of_a_ue_that_finds_no_turn_is_refused_without_a_back_off_time") {
  Bearing t;
  const auto wanted = fill_the_turns_of(t);
  const auto asked = lab::finish(t.world.loop, t.ue.allocate_resource(5, tft(), {.qci = 8}));
  REQUIRE(asked);
  REQUIRE_FALSE(*asked);
  CHECK(asked->error().esm_cause == nas::EsmCause::insufficient_resources);
  CHECK_FALSE(asked->error().back_off_seconds);
}

TEST_CASE("end_of_a_bearer_has_its_turn_however_much_waits") {
  Bearing t;
  REQUIRE(t.create());
  const auto wanted = fill_the_turns_of(t);
  lab::Running ended(t.world.mme->delete_bearer({.session = kSession, .imsi = test_imsi(1), .ebi = 6}));
  t.world.wait(100ms);
  CHECK_FALSE(ended.done());
  CHECK(t.ue.bearer(6));
  t.ue.behaviour().deaf_to_esm.clear();
  t.world.wait(1min);
  REQUIRE(ended.done());
  CHECK(ended.result());
  CHECK(t.ue.received(nas::EsmType::deactivate_eps_bearer_context_request) == 1);
  CHECK(t.kept(6) == nullptr);
  CHECK_FALSE(t.ue.bearer(6));
  CHECK(t.world.complaints() == "");
}

TEST_CASE("ue_whose_bearer_finds_no_identity_left_hears_65_and_need_not_leave_its_access_point_alone") {
  Bearing t;
  for (std::uint8_t ebi = 6; ebi < Bearers::kLastEbi; ++ebi) REQUIRE(t.create());
  lab::Running asks(t.ue.allocate_resource(5, tft(), {.qci = 8}));
  const std::uint8_t pti = taken_by_gateway(t);
  REQUIRE(t.create());
  CHECK(t.create(pti).error() == gtp::Cause::no_resources_available);
  t.world.wait(100ms);
  REQUIRE(asks.done());
  CHECK(asks.result().error().esm_cause == nas::EsmCause::maximum_number_of_eps_bearers_reached);
  CHECK_FALSE(asks.result().error().back_off_seconds);
}
