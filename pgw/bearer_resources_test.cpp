// SPDX-License-Identifier: Apache-2.0
// Bearer resources that UEs ask for.
#include "pgw/test_network.hpp"

using namespace zerocell;
using namespace zerocell::pgw;
using namespace zerocell::pgw::test;

namespace {

// TS 24.008 §10.5.6.12: "create new TFT" with one filter on a remote port, of identifier 0.
constexpr const char* kCreate =
    "21"
    "30"
    "05"
    "03"
    "5013c4";

}  // namespace

TEST_CASE("ue_gets_the_bearer_that_it_asks_for_with_its_transaction") {
  Network network;
  network.attach_complete();
  CHECK_FALSE(network.ask(kCreate, gtp::BearerQos{.qci = 7}));
  REQUIRE(network.mme.created.size() == 1);
  CHECK(network.mme.created[0].pti == 33);
  CHECK(network.mme.created[0].qos.qci == 7);
  CHECK(to_hex(network.mme.created[0].tft) == kCreate);
  CHECK(network.bearer().made.filters.at(0).remote_port == upf::PacketFilter::Ports{5060, 5060});
  CHECK(network.bearer().made.filters.at(0).precedence == 5);
  // The next one has the same precedence, and gets a free one.
  CHECK_FALSE(network.ask(kCreate, gtp::BearerQos{.qci = 7}));
  CHECK(to_hex(network.mme.created[1].tft) ==
        "21"
        "30"
        "06"
        "03"
        "5013c4");
}

TEST_CASE("N14_traffic_flow_aggregate_that_is_wrong_is_refused_with_its_cause") {
  Network network;
  network.attach_complete();
  const gtp::BearerQos qos{.qci = 7};
  using gtp::Cause;
  CHECK(network.ask("", qos) == Cause::syntactic_error_in_tad_operation);
  CHECK(network.ask("20", qos) == Cause::syntactic_error_in_tad_operation);  // No filter.
  CHECK(network.ask("22"
                    "300003"
                    "5013c4",
                    qos) == Cause::syntactic_error_in_tad_operation);
  CHECK(network.ask("e1"
                    "300003"
                    "5013c4",
                    qos) == Cause::syntactic_error_in_tad_operation);  // Reserved.
  CHECK(network.ask("21"
                    "300009"
                    "5013c4",
                    qos) == Cause::syntactic_errors_in_packet_filters);
  CHECK(network.ask("21"
                    "300003"
                    "9913c4",
                    qos) == Cause::syntactic_errors_in_packet_filters);
  CHECK(network.ask("21"
                    "300008"
                    "5013c4"
                    "6000000001",
                    qos) == Cause::semantic_errors_in_packet_filters);
  CHECK(network.ask("21"
                    "300500",
                    qos) == Cause::syntactic_errors_in_packet_filters);  // No component.
  CHECK(network.ask("21"
                    "300006"
                    "80000005"
                    "3011",
                    qos) == Cause::semantic_errors_in_packet_filters);  // A flow label and a protocol.
  CHECK(network.ask("61"
                    "300003"
                    "5013c4",
                    qos) == Cause::semantic_error_in_tad_operation);  // Adds to nothing.
  CHECK(network.ask(kCreate) == Cause::mandatory_ie_incorrect);
  CHECK(network.ask(kCreate, qos, 0, 6) == Cause::context_not_found);
  CHECK(network.ask("61"
                    "300003"
                    "5013c4",
                    qos, 9) == Cause::context_not_found);
  CHECK(network.ask("61"
                    "300003"
                    "5013c4",
                    qos, 5) == Cause::service_denied);
  CHECK(network.mme.created.empty());
  CHECK(network.user_plane.bearers.empty());
}

TEST_CASE("guaranteed_bit_rate_is_given_up_to_the_apns_limit") {
  auto apn = internet();
  const gtp::BearerQos qos{.qci = 1, .mbr = {60, 60}, .gbr = {60, 60}};
  {
    Network network(apn);
    network.attach_complete();
    CHECK(network.ask(kCreate, qos) == gtp::Cause::service_denied);
  }
  apn.requested_gbr_uplink_bps_max = apn.requested_gbr_downlink_bps_max = 100'000;
  Network network(apn);
  network.attach_complete();
  CHECK(network.ask(kCreate, gtp::BearerQos{.qci = 1}) == gtp::Cause::service_denied);
  CHECK_FALSE(network.ask(kCreate, qos));
  CHECK(network.ask(kCreate, qos) == gtp::Cause::service_denied);  // 120 kbit/s together.
  gtp::BearerQos more = qos;
  more.gbr = more.mbr = {100, 100};
  CHECK_FALSE(network.ask("c0", more, 6));  // Instead of what it has.
  CHECK(network.mme.updated.at(0).qos->gbr == more.gbr);
  CHECK(network.bearer().made.mbr.uplink_bps == 100'000);
  more.gbr = {101, 100};
  CHECK(network.ask("c0", more, 6) == gtp::Cause::service_denied);
}

TEST_CASE("what_a_ue_may_send_outside_of_its_ambr_is_limited_by_the_maximum_bit_rates_that_it_asks_for") {
  auto apn = internet();
  apn.requested_gbr_uplink_bps_max = apn.requested_gbr_downlink_bps_max = 100'000;
  Network network(apn);
  network.attach_complete();
  CHECK_FALSE(network.ask(kCreate, gtp::BearerQos{.qci = 1, .mbr = {10'000'000, 500}, .gbr = {1, 0}}));
  REQUIRE(network.mme.created.size() == 1);
  // The other direction is within the AMBR, and its rate is the UE's own affair.
  CHECK(network.mme.created[0].qos.mbr == gtp::BearerRates{100, 500});
  CHECK(network.bearer().made.mbr.uplink_bps == 100'000);
  CHECK(network.bearer().made.gbr.uplink_bps == 1'000);
  CHECK(network.bearer().made.gbr.downlink_bps == 0);
  CHECK(network.ask(kCreate, gtp::BearerQos{.qci = 1, .mbr = {1, 0}, .gbr = {1, 0}}) ==
        gtp::Cause::service_denied);
  CHECK_FALSE(network.ask("c0", gtp::BearerQos{.qci = 1, .mbr = {60, 0}, .gbr = {1, 0}}, 6));
  CHECK_FALSE(network.ask(kCreate, gtp::BearerQos{.qci = 1, .mbr = {90, 0}, .gbr = {40, 0}}));
  CHECK(network.mme.created[1].qos.mbr == gtp::BearerRates{40, 0});
}

TEST_CASE("what_a_ue_asks_for_on_several_connections_to_one_apn_is_limited_together") {
  auto apn = internet();
  apn.requested_gbr_uplink_bps_max = apn.requested_gbr_downlink_bps_max = 100'000;
  Network network(apn);
  network.attach_complete();
  const gtp::BearerQos qos{.qci = 1, .mbr = {60, 60}, .gbr = {60, 60}};
  CHECK_FALSE(network.ask(kCreate, qos));
  auto wanted = request(1, gtp::PdnType::ipv6);
  wanted.ebi = 7;
  const auto other = now(network.sgw.create_session(wanted));
  REQUIRE(other);
  network.mme.failed.clear();
  REQUIRE(now(network.sgw.bearer_resource_command({.session = other->session,
                                                   .linked_ebi = 7,
                                                   .pti = 34,
                                                   .traffic_flow_aggregate = *from_hex(kCreate),
                                                   .flow_qos = qos})));
  network.loop.run_ready();
  REQUIRE(network.mme.failed.size() == 1);
  CHECK(network.mme.failed[0].cause == gtp::Cause::service_denied);
}

TEST_CASE("ue_may_ask_for_the_qcis_of_its_apn_and_leave_the_choice_to_it") {
  auto apn = internet();
  apn.qci = 80;
  Network network(apn);
  network.attach_complete();
  for (const std::uint8_t qci : {5, 69, 70, 80, 128})
    CHECK(network.ask(kCreate, gtp::BearerQos{.qci = qci}) == gtp::Cause::service_denied);
  CHECK_FALSE(network.ask(kCreate, gtp::BearerQos{.qci = 8}));
  CHECK(network.ask("c0", gtp::BearerQos{.qci = 7}, 6) == gtp::Cause::service_denied);
  CHECK_FALSE(network.ask(kCreate, gtp::BearerQos{.qci = 0}));
  CHECK(network.mme.created.at(1).qos.qci == 80);
  apn.requested_qcis = {5};
  Network other(apn);
  other.attach_complete();
  CHECK_FALSE(other.ask(kCreate, gtp::BearerQos{.qci = 5}));
  CHECK(other.ask(kCreate, gtp::BearerQos{.qci = 8}) == gtp::Cause::service_denied);
}

TEST_CASE("ue_adds_replaces_and_deletes_filters_of_its_bearer_until_it_has_none") {
  Network network;
  network.attach_complete();
  CHECK_FALSE(network.ask(kCreate, gtp::BearerQos{.qci = 7}));
  CHECK_FALSE(
      network.ask("61"
                  "300703"
                  "501000",
                  {}, 6));
  CHECK(to_hex(network.mme.updated.at(0).tft) ==
        "61"
        "310703"
        "501000");  // The network's identifier.
  CHECK(network.mme.updated[0].pti == 33);
  CHECK_FALSE(network.mme.updated[0].qos);
  REQUIRE(network.bearer().made.filters.size() == 2);
  CHECK_FALSE(
      network.ask("81"
                  "310803"
                  "502000",
                  {}, 6));
  CHECK(network.bearer().made.filters[1].remote_port == upf::PacketFilter::Ports{0x2000, 0x2000});
  // TS 24.301 §6.5.4.4 b: one that is not there is added by being replaced, and deleted already.
  CHECK_FALSE(
      network.ask("81"
                  "320903"
                  "502000",
                  {}, 6));
  REQUIRE(network.bearer().made.filters.size() == 3);
  CHECK(network.ask("81"
                    "310503"
                    "502000",
                    {}, 6) == gtp::Cause::syntactic_errors_in_packet_filters);
  for (int i = 0; i < 2; ++i) {
    CHECK_FALSE(
        network.ask("a1"
                    "02",
                    {}, 6));
    CHECK(network.bearer().made.filters.size() == 2);
  }
  CHECK(network.ask("c0", {}, 6) == gtp::Cause::semantic_error_in_tad_operation);
  CHECK(network.ask(kCreate, {}, 6) == gtp::Cause::semantic_error_in_tad_operation);
  CHECK_FALSE(
      network.ask("a1"
                  "00",
                  {}, 6));
  REQUIRE(network.bearer().made.filters.size() == 1);
  CHECK_FALSE(
      network.ask("a1"
                  "01",
                  {}, 6));
  CHECK(network.mme.deleted.at(0).ebi == 6);
  CHECK(network.mme.deleted[0].pti == 33);
  CHECK(network.user_plane.bearers.empty());
}

TEST_CASE("ue_that_gives_a_guaranteed_bearer_back_need_not_ask_for_any_rate") {
  auto apn = internet();
  apn.requested_qcis = {1};
  apn.requested_gbr_uplink_bps_max = apn.requested_gbr_downlink_bps_max = 1'000'000;
  Network network(apn);
  network.attach_complete();
  const gtp::BearerRates rates{64, 64};
  REQUIRE_FALSE(network.ask(kCreate, gtp::BearerQos{.qci = 1, .mbr = rates, .gbr = rates}));
  CHECK(network.ask("a1"
                    "07",
                    gtp::BearerQos{.qci = 1}, 6) == gtp::Cause::service_denied);
  CHECK_FALSE(
      network.ask("a1"
                  "00",
                  gtp::BearerQos{.qci = 1}, 6));
  CHECK(network.mme.deleted.size() == 1);
  CHECK(network.user_plane.bearers.empty());
}

TEST_CASE("ue_may_let_its_filters_change_places_in_the_order_of_evaluation") {
  Network network;
  network.attach_complete();
  CHECK_FALSE(
      network.ask("22"
                  "3005035013c4"
                  "310603501000",
                  gtp::BearerQos{.qci = 7}));
  CHECK_FALSE(
      network.ask("82"
                  "3006035013c4"
                  "310503501000",
                  {}, 6));
  REQUIRE(network.bearer().made.filters.size() == 2);
  CHECK(network.bearer().made.filters[0].precedence == 6);
  CHECK(network.bearer().made.filters[1].precedence == 5);
  // Two of them cannot have the same one.
  CHECK(network.ask("82"
                    "3005035013c4"
                    "310503501000",
                    {}, 6) == gtp::Cause::syntactic_errors_in_packet_filters);
}

TEST_CASE("procedures_of_one_session_run_one_after_another") {
  Network network;
  network.attach_complete();
  network.mme.waits = true;
  for (int i = 0; i < 2; ++i)
    REQUIRE(now(network.sgw.bearer_resource_command({.session = network.session,
                                                     .pti = static_cast<std::uint8_t>(40 + i),
                                                     .traffic_flow_aggregate = *from_hex(kCreate),
                                                     .flow_qos = gtp::BearerQos{.qci = 7}})));
  network.loop.run_ready();
  CHECK(network.mme.created.size() == 1);
  network.mme.answer();
  CHECK(network.mme.created.size() == 2);
  network.mme.answer();
  CHECK(network.user_plane.bearers.size() == 2);
}

TEST_CASE("two_quick_requests_of_a_ue_are_each_judged_by_what_the_other_left") {
  auto apn = internet();
  apn.requested_gbr_uplink_bps_max = apn.requested_gbr_downlink_bps_max = 100'000;
  Network network(apn);
  network.attach_complete();
  const auto command = [&](std::uint8_t pti, std::string_view aggregate, std::optional<gtp::BearerQos> qos,
                           std::uint8_t ebi) {
    REQUIRE(now(network.sgw.bearer_resource_command({.session = network.session,
                                                     .ebi = ebi,
                                                     .pti = pti,
                                                     .traffic_flow_aggregate = *from_hex(aggregate),
                                                     .flow_qos = qos})));
  };
  SECTION("filters of both are there") {
    CHECK_FALSE(network.ask(kCreate, gtp::BearerQos{.qci = 7}));
    command(40, "61300703501000", {}, 6);
    command(41, "61300803502000", {}, 6);
    network.loop.run_ready();
    CHECK(to_hex(network.mme.updated.at(0).tft) == "61310703501000");
    CHECK(to_hex(network.mme.updated.at(1).tft) == "61320803502000");
    CHECK(network.bearer().made.filters.size() == 3);
  }
  SECTION("rates of both are counted") {
    const gtp::BearerQos qos{.qci = 1, .mbr = {60, 60}, .gbr = {60, 60}};
    command(40, kCreate, qos, 0);
    command(41, kCreate, qos, 0);
    network.loop.run_ready();
    CHECK(network.mme.created.size() == 1);
    REQUIRE(network.mme.failed.size() == 1);
    CHECK(network.mme.failed[0].pti == 41);
    CHECK(network.mme.failed[0].cause == gtp::Cause::service_denied);
  }
}

TEST_CASE("request_that_a_ue_repeats_while_it_waits_for_its_turn_is_one") {
  Network network;
  network.attach_complete();
  const auto ask = [&](std::uint8_t pti, std::string_view aggregate, std::uint8_t ebi = 0) {
    REQUIRE(now(network.sgw.bearer_resource_command({.session = network.session,
                                                     .ebi = ebi,
                                                     .pti = pti,
                                                     .traffic_flow_aggregate = *from_hex(aggregate),
                                                     .flow_qos = gtp::BearerQos{.qci = 7}})));
    network.loop.run_ready();
  };
  constexpr std::string_view kOther = "21300703502000";
  network.mme.waits = true;
  ask(40, kCreate);
  REQUIRE(network.mme.created.size() == 1);
  SECTION("as it is") {
    ask(41, kOther);
    ask(41, kOther);
  }
  SECTION("as what the UE wants instead") {
    ask(41, kCreate);
    ask(41, kOther);
  }
  network.mme.answer();
  REQUIRE(network.mme.created.size() == 2);
  CHECK(network.mme.created[1].pti == 41);
  CHECK(to_hex(network.mme.created[1].tft).ends_with("03502000"));
  // The MME has it from here on, and takes no repetition of it for another.
  ask(41, "61300803502000", 6);
  network.mme.answer();
  CHECK(network.mme.created.size() == 2);
  CHECK(network.mme.updated.size() == 1);
  network.mme.answer();
  CHECK(network.user_plane.bearers.size() == 2);
}

TEST_CASE("ue_hears_that_there_is_no_room_for_the_bearer_that_it_asks_for") {
  Network network;
  network.attach_complete();
  network.user_plane.refuses = upf::N4Error::no_resources;
  CHECK(network.ask(kCreate, gtp::BearerQos{.qci = 7}) == gtp::Cause::no_resources_available);
  network.user_plane.refuses.reset();
  CHECK_FALSE(network.ask(kCreate, gtp::BearerQos{.qci = 7}));
  // What the MME was asked for it tells the UE of itself; and the network's own wish is nobody's request.
  network.mme.refuses = gtp::Cause::no_resources_available;
  CHECK_FALSE(network.ask(kCreate, gtp::BearerQos{.qci = 7}));
  network.user_plane.refuses = upf::N4Error::no_resources;
  CHECK_FALSE(now(network.pgw.create_dedicated_bearer(
      network.session,
      {.name = "test", .qos = {.qci = 7}, .filters = {*parse_filter("both with 203.0.113.9")}})));
  CHECK(network.mme.failed.empty());
}

TEST_CASE("filter_of_a_ue_for_a_family_that_its_connection_does_not_have_is_refused") {
  auto wanted = request(1, gtp::PdnType::ipv4);
  Network network(internet(), wanted);
  network.attach_complete();
  const gtp::BearerQos qos{.qci = 7};
  CHECK(network
            .ask("213000128020"
                 "010db8000000000000000000000000"
                 "00"
                 "20",
                 qos)
            .has_value());
  constexpr const char* kSix =
      "21300012"
      "2120010db800000000000000000000000020";
  CHECK(network.ask(kSix, qos) == gtp::Cause::semantic_errors_in_packet_filters);
  CHECK_FALSE(network.ask("213005035013c4", qos));
  CHECK(network.ask("61300012"
                    "2120010db800000000000000000000000020",
                    {}, 6) == gtp::Cause::semantic_errors_in_packet_filters);
}
