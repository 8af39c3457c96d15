// SPDX-License-Identifier: Apache-2.0
// A PDN connection to an APN that the UE is connected to, TS 24.301 §6.2.2, §6.5.1.6 a.
#include <catch2/catch.hpp>

#include "mme/test_attached.hpp"

using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

std::optional<nas::EsmCause> cause_of(const lab::UeResult<lab::Bearer>& result) {
  return result ? std::nullopt : result.error().esm_cause;
}

nas::PdnConnectivityRequest first_connection_again(bool esm_information) {
  nas::PdnConnectivityRequest request;
  request.procedure_transaction_identity = 9;
  request.request_type = nas::RequestType::initial;
  request.pdn_type = nas::PdnType::ipv4;
  if (esm_information) request.esm_information_transfer_flag = nas::EsmInformationTransfer::required;
  return request;
}

}  // namespace

TEST_CASE(
    "pdn_connection_that_has_a_version_of_ip_in_common_with_another_to_that_apn_is_refused_with_cause_55") {
  Attached t;
  const auto multiple = nas::EsmCause::multiple_pdn_connections_for_apn_not_allowed;
  CHECK(cause_of(t.connect(Apn::parse("internet"), nas::PdnType::ipv4v6)) == multiple);
  CHECK(cause_of(t.connect(std::nullopt, nas::PdnType::ipv4v6)) == multiple);
  // The other version of IP is another connection (TS 24.301 §6.2.2).
  CHECK(t.connect(Apn::parse("internet"), nas::PdnType::ipv6));
  CHECK(t.world.complaints() == "");
}

TEST_CASE("6_5_1_6_a_pdn_connection_that_is_asked_for_again_takes_the_place_of_the_one_that_the_ue_lost") {
  Attached t;
  const auto erab_teids = [&] {
    std::vector<std::uint32_t> teids;
    for (const auto& erab : t.enb.erabs(*t.ue.connection())) teids.push_back(erab.downlink_teid);
    return teids;
  };
  SECTION("beside another one") {
    REQUIRE(t.connect_ims());
    const auto before = erab_teids();
    const auto again = t.connect_ims();
    REQUIRE(again);
    CHECK(again->eps_bearer_identity == 6);
    CHECK(erab_teids().size() == 2);
    CHECK(erab_teids() != before);
    CHECK(t.world.gateway.sessions.size() == 2);
    CHECK(t.world.gateway.sessions.contains(3));
    CHECK(t.bearers_of_record() == 2);
  }
  SECTION("its only one") {
    const auto again = t.connect(std::nullopt);
    REQUIRE(again);
    CHECK(erab_teids().size() == 1);
    CHECK(t.world.gateway.sessions.size() == 1);
    CHECK(t.world.gateway.sessions.contains(2));
    CHECK(t.world.record(1)->emm_state == EmmState::registered);
  }
  CHECK(t.ue.received(nas::EsmType::deactivate_eps_bearer_context_request) == 0);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("6_5_1_6_a_connection_that_the_gateway_narrowed_is_the_same_by_the_type_that_was_asked_for") {
  Attached t;
  t.world.gateway.has_only = gtp::PdnType::ipv4;
  t.world.gateway.narrows_with = GENERATE(gtp::Cause::new_pdn_type_network_preference,
                                          gtp::Cause::new_pdn_type_single_address_bearer_only);
  const auto first = t.connect(Apn::parse("ims"), nas::PdnType::ipv4v6);
  REQUIRE(first);
  CHECK(first->pdn_type == nas::PdnType::ipv4);
  CHECK(first->cause);
  // As it asked before, and as it has come to know what it gets.
  for (const auto type : {nas::PdnType::ipv4v6, nas::PdnType::ipv4}) {
    const auto again = t.connect(Apn::parse("ims"), type);
    REQUIRE(again);
    CHECK(again->eps_bearer_identity == first->eps_bearer_identity);
    CHECK(t.world.gateway.sessions.size() == 2);
    CHECK(t.bearers_of_record() == 2);
  }
  CHECK(t.world.complaints() == "");
}

TEST_CASE("ue_that_was_told_52_has_a_connection_for_each_version_of_ip_and_gets_either_again") {
  Attached t;
  auto& gateway = t.world.gateway;
  gateway.has_only = gtp::PdnType::ipv4;
  gateway.narrows_with = gtp::Cause::new_pdn_type_single_address_bearer_only;
  const auto first = t.connect(Apn::parse("ims"), nas::PdnType::ipv4v6);
  REQUIRE(first);
  CHECK(first->cause == nas::EsmCause::single_address_bearers_only_allowed);
  // The second one is found before the first.
  REQUIRE(t.disconnect(5));
  gateway.has_only.reset();
  const auto second = t.connect(Apn::parse("ims"), nas::PdnType::ipv6);
  REQUIRE(second);
  CHECK(second->eps_bearer_identity == 5);
  gateway.has_only = gtp::PdnType::ipv4;
  const auto first_again = t.connect(Apn::parse("ims"), nas::PdnType::ipv4v6);
  REQUIRE(first_again);
  CHECK(first_again->eps_bearer_identity == 6);
  gateway.has_only.reset();
  const auto second_again = t.connect(Apn::parse("ims"), nas::PdnType::ipv6);
  REQUIRE(second_again);
  CHECK(second_again->eps_bearer_identity == 5);
  CHECK(gateway.sessions.size() == 2);
  CHECK(t.bearers_of_record() == 2);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("6_5_1_6_a_ue_that_gets_no_other_in_place_of_its_only_connection_is_to_attach_again") {
  Attached t;
  SECTION("the gateway has none") {
    t.world.gateway.refuses = gtp::Cause::all_dynamic_addresses_occupied;
    CHECK(cause_of(t.connect(std::nullopt)) == nas::EsmCause::insufficient_resources);
    CHECK(t.ue.received(nas::EmmType::detach_request) == 1);
    t.world.gateway.refuses.reset();
  }
  SECTION("its connection is lost meanwhile") {
    t.world.gateway.delay = 5s;
    const lab::Running asking(t.ue.connect_pdn(std::nullopt));
    t.world.wait(1s);
    t.world.go_idle(t.enb, t.ue, s1ap::CauseRadioNetwork::radio_connection_with_ue_lost);
    t.world.gateway.delay = {};
  }
  t.world.wait(10s);
  CHECK(t.world.record(1)->emm_state == EmmState::deregistered);
  CHECK(t.world.gateway.sessions.empty());
  CHECK(t.world.mme->connected_ues() == 0);
  REQUIRE(t.world.attach(t.ue));
}

TEST_CASE("update_while_the_only_connection_is_made_anew_leaves_the_ue_connected") {
  Attached t;
  t.ue.behaviour().deaf_to_esm = {nas::EsmType::activate_default_eps_bearer_context_request};
  t.ue.send(first_connection_again(false));
  t.world.wait(1s);
  lab::UpdateRequest wanted;
  wanted.active = GENERATE(false, true);
  const auto updated = lab::finish(t.world.loop, t.ue.tracking_area_update(wanted), 2s);
  REQUIRE(updated);
  REQUIRE(*updated);
  t.world.wait(1s);
  CHECK(t.ue.connected());
  t.ue.behaviour().deaf_to_esm.clear();
  t.world.wait(10s);
  CHECK(t.ue.connected());
  CHECK(t.world.record(1)->emm_state == EmmState::registered);
  CHECK(t.world.gateway.sessions.size() == 1);
}

TEST_CASE("update_that_ends_the_registration_ends_what_it_came_within_without_another_word") {
  Attached t;
  t.ue.behaviour().deaf_to_esm = {nas::EsmType::esm_information_request};
  t.ue.send(first_connection_again(true));
  t.world.wait(1s);
  CHECK(t.ue.received(nas::EsmType::esm_information_request) == 0);
  lab::UpdateRequest wanted;
  wanted.bearers.emplace();
  const auto updated = lab::finish(t.world.loop, t.ue.tracking_area_update(wanted), 2s);
  REQUIRE(updated);
  REQUIRE_FALSE(*updated);
  CHECK(updated->error().emm_cause == nas::EmmCause::implicitly_detached);
  t.world.wait(2s);
  CHECK(t.ue.received(nas::EmmType::detach_request) == 0);
  CHECK(t.ue.received(nas::EsmType::pdn_connectivity_reject) == 0);
  CHECK(t.world.mme->connected_ues() == 0);
  CHECK(t.world.gateway.sessions.empty());
}

TEST_CASE("connection_that_is_made_anew_beside_a_call_for_help_leaves_the_ue_attached_as_before") {
  Attached t;
  t.world.settings.emergency_attach = config::EmergencyAttach::authenticated;
  const auto call = lab::finish(
      t.world.loop, t.ue.connect_pdn(std::nullopt, nas::PdnType::ipv4, nas::RequestType::emergency));
  REQUIRE(call);
  REQUIRE(*call);
  t.world.wait(1s);
  SECTION("and made") {
    REQUIRE(t.connect(std::nullopt));
    CHECK_FALSE(t.world.record(1)->emergency);
    REQUIRE(t.connect_ims());
  }
  SECTION("and not made") {
    t.world.gateway.refuses = gtp::Cause::all_dynamic_addresses_occupied;
    CHECK_FALSE(t.connect(std::nullopt));
    CHECK(t.world.record(1)->emergency);
    CHECK(t.world.record(1)->emm_state == EmmState::registered);
    CHECK(t.bearers_of_record() == 1);
  }
}
