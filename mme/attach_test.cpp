// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "mme/pdn_connection.hpp"
#include "mme/test_world.hpp"

using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

TEST_CASE("sim_attaches_by_imsi_and_gets_what_its_subscription_grants") {
  World world;
  auto& enb = world.add_enb();
  auto& ue = world.add_ue(enb, 1);
  const auto registered = world.attach(ue);
  REQUIRE(registered);
  CHECK(registered->bearer.ipv4 == Ipv4Address::parse("10.45.0.2"));
  CHECK(registered->bearer.apn == Apn::parse("internet"));
  CHECK(registered->bearer.qci == 9);
  CHECK(registered->tai_list.contains(Tai{*Plmn::parse("00101"), 9}));
  REQUIRE(registered->guti);
  CHECK(registered->guti->gummei == Gummei{*Plmn::parse("00101"), 0x8001, 0x1A});
  world.wait(100ms);
  CHECK(ue.network_name() == "Zerocell");
  REQUIRE(world.gateway.sessions.size() == 1);
  const auto access = world.gateway.sessions.begin()->second.access;
  REQUIRE(access);
  CHECK(access->v4 == Ipv4Address::parse("127.0.2.1"));
  CHECK(access->teid == ue.bearers().front().erab->downlink_teid);
  REQUIRE(world.record(1));
  CHECK(world.record(1)->imei == *Imei::parse("3534900698733101"));
  CHECK(world.record(1)->emm_state == EmmState::registered);
  CHECK(world.complaints() == "");
}

TEST_CASE("ue_attaches_again_by_its_guti_without_a_new_challenge_and_gets_another_one") {
  World world;
  auto& enb = world.add_enb();
  auto& ue = world.add_ue(enb, 1);
  const auto first = world.attach(ue);
  REQUIRE(first);
  REQUIRE(lab::finish(world.loop, ue.detach()));
  world.wait(1s);
  CHECK(world.gateway.sessions.empty());
  CHECK(world.mme->connected_ues() == 0);
  const auto again = world.attach(ue);
  REQUIRE(again);
  CHECK(world.hss.vectors_given == 1);
  CHECK(again->guti->m_tmsi != first->guti->m_tmsi);
  CHECK(world.complaints() == "");
}

TEST_CASE("unknown_guti_is_answered_with_a_question_for_the_imsi") {
  World world;
  auto& enb = world.add_enb();
  auto& ue = world.add_ue(enb, 1);
  ue.set_guti(Guti{{*Plmn::parse("00101"), 0x8001, 0x1A}, 0x12345678});
  REQUIRE(world.attach(ue));
  CHECK(ue.received(nas::EmmType::identity_request) == 1);
  CHECK(world.complaints() == "");
}

TEST_CASE("known_guti_with_a_wrong_mac_is_challenged_and_opens_no_stored_context") {
  World world;
  auto& enb = world.add_enb();
  auto& ue = world.add_ue(enb, 1);
  REQUIRE(world.attach(ue));
  REQUIRE(lab::finish(world.loop, ue.detach(true)));
  world.wait(1s);
  ue.security_mutable().k_nas_int = StoredKey<16>();
  REQUIRE(world.attach(ue));
  CHECK(world.hss.vectors_given == 2);
  CHECK(world.complaints() == "");
}

TEST_CASE("forged_guti_of_another_subscriber_touches_nothing_of_its_owner") {
  World world;
  auto& enb = world.add_enb();
  auto& victim = world.add_ue(enb, 1);
  REQUIRE(world.attach(victim));
  world.wait(1s);
  const UeRecord before = *world.record(1);
  auto& forger = world.add_ue(enb, 2);
  forger.set_guti(victim.guti());
  // The challenge is for the GUTI's owner: the forger's SIM finds its MAC wrong, and then says who it is.
  REQUIRE(world.attach(forger));
  const UeRecord& after = *world.record(1);
  CHECK(after.m_tmsi == before.m_tmsi);
  CHECK(after.connection == before.connection);
  CHECK(after.emm_state == EmmState::registered);
  CHECK(after.security.uplink_count == before.security.uplink_count);
  CHECK(world.gateway.sessions.size() == 2);
  CHECK(victim.registered());
}

TEST_CASE("sim_with_a_wrong_key_gets_authentication_reject_and_leaves_nothing") {
  World world;
  auto& enb = world.add_enb();
  auto& ue = world.add_ue(enb, 1);
  ue.behaviour().wrong_res = true;
  const auto result = world.attach(ue);
  REQUIRE_FALSE(result);
  CHECK(result.error().kind == lab::UeFailure::Kind::authentication_rejected);
  world.wait(10s);
  CHECK(world.record(1) == nullptr);
  CHECK(world.mme->connected_ues() == 0);
  CHECK(world.gateway.created == 0);
  CHECK(enb.connections() == 0);
}

TEST_CASE("Re_synchronization_one_synch_failure_is_mended_by_the_sims_own_number") {
  World world;
  auto& enb = world.add_enb();
  auto& ue = world.add_ue(enb, 1);
  ue.usim().set_highest(Sqn(1 << 20));
  REQUIRE(world.attach(ue));
  CHECK(world.hss.resynchronized == 1);
  CHECK(world.hss.vectors_given == 2);
}

TEST_CASE("challenge_bound_to_another_network_ends_in_a_rejected_security_mode") {
  World world;
  auto& enb = world.add_enb();
  auto& ue = world.add_ue(enb, 1);
  world.hss.wrong_plmn = true;
  REQUIRE_FALSE(world.attach(ue));
  world.wait(60s);
  CHECK(world.mme->connected_ues() == 0);
  CHECK(world.record(1) == nullptr);
}

TEST_CASE("NAS_integrity_algorithm_selection_and_use_follows_the_operators_order") {
  for (const std::uint8_t expected : {1, 2, 3}) {
    World world;
    world.settings.integrity = {static_cast<config::Integrity>(expected), config::Integrity::eia2};
    world.settings.ciphering = {static_cast<config::Ciphering>(expected)};
    auto& enb = world.add_enb();
    auto& ue = world.add_ue(enb, 1);
    REQUIRE(world.attach(ue));
    CHECK(static_cast<unsigned>(ue.security().algorithms.integrity) == expected);
    CHECK(static_cast<unsigned>(ue.security().algorithms.ciphering) == expected);
  }
}

TEST_CASE("NAS_NULL_integrity_protection_is_refused_to_a_ue_that_offers_nothing_else") {
  World world;
  auto& enb = world.add_enb();
  auto& ue = world.add_ue(enb, 1);
  ue.settings().network_capability.octets.data[1] = 0x80;  // EIA0 only.
  const auto result = world.attach(ue);
  REQUIRE_FALSE(result);
  // #23 is the UE's to say: annex A.3.
  CHECK(result.error().emm_cause == nas::EmmCause::protocol_error_unspecified);
}

TEST_CASE("Bidding_down_prevention_changed_capabilities_are_found_by_the_ue") {
  World world;
  auto& enb = world.add_enb();
  auto& ue = world.add_ue(enb, 1);
  // On its way the request loses EEA2 and EIA2: the ue must notice when they are replayed to it.
  bool changed = false;
  ue.behaviour().uplink = [&](ByteVector& message) {
    if (!changed && message.size() > 2 && message[1] == 0x41) {
      for (std::size_t i = 0; i + 2 < message.size(); ++i)
        if (message[i] == 2 && message[i + 1] == 0xF0 && message[i + 2] == 0x70)
          message[i + 1] = 0x80, changed = true;
    }
    return true;
  };
  const auto result = world.attach(ue);
  CHECK(changed);
  CHECK_FALSE(result);
  world.wait(60s);
  CHECK(world.mme->connected_ues() == 0);
  CHECK(world.gateway.sessions.empty());
}

TEST_CASE("subscriber_that_the_hss_does_not_know_is_told_so_for_good") {
  World world;
  auto& enb = world.add_enb();
  auto& ue = world.add_ue(enb, 1);
  world.hss.refused[test_imsi(1)] = {hss::S6aResult::user_unknown};
  const auto result = world.attach(ue);
  REQUIRE_FALSE(result);
  CHECK(result.error().emm_cause == nas::EmmCause::eps_and_non_eps_services_not_allowed);
}

TEST_CASE("roaming_not_allowed_comes_after_authentication_and_deletes_nothing_of_others") {
  World world;
  auto& enb = world.add_enb();
  auto& ue = world.add_ue(enb, 1);
  world.hss.barred[test_imsi(1)] = {hss::S6aResult::roaming_not_allowed};
  const auto result = world.attach(ue);
  REQUIRE_FALSE(result);
  CHECK(result.error().emm_cause == nas::EmmCause::plmn_not_allowed);
  CHECK(world.gateway.created == 0);
}

TEST_CASE("gateway_refusal_reaches_the_ue_as_esm_failure_with_its_cause") {
  World world;
  auto& enb = world.add_enb();
  auto& ue = world.add_ue(enb, 1);
  world.gateway.refuses = gtp::Cause::all_dynamic_addresses_occupied;
  const auto result = world.attach(ue);
  REQUIRE_FALSE(result);
  CHECK(result.error().emm_cause == nas::EmmCause::esm_failure);
  CHECK(result.error().esm_cause == nas::EsmCause::insufficient_resources);
}

TEST_CASE("apn_that_is_not_subscribed_is_refused_and_one_told_after_security_is_used") {
  World world;
  auto& enb = world.add_enb();
  auto& ue = world.add_ue(enb, 1);
  ue.settings().apn = Apn::parse("secret");
  const auto refused = world.attach(ue);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().esm_cause == nas::EsmCause::missing_or_unknown_apn);
  world.wait(1s);
  ue.settings().apn = Apn::parse("internet");
  REQUIRE(world.attach(ue));
  CHECK(world.complaints() == "");
}

TEST_CASE("pdn_type_is_cut_to_the_subscription_and_the_ue_is_told_why") {
  struct Row {
    nas::PdnType wanted;
    hss::PdnType subscribed;
    std::optional<nas::PdnType> given;
    std::optional<nas::EsmCause> cause;
  };
  const Row rows[] = {
      {nas::PdnType::ipv4v6, hss::PdnType::ipv4v6, nas::PdnType::ipv4v6, {}},
      {nas::PdnType::ipv6, hss::PdnType::ipv4v6, nas::PdnType::ipv6, {}},
      {nas::PdnType::ipv4v6, hss::PdnType::ipv4, nas::PdnType::ipv4,
       nas::EsmCause::pdn_type_ipv4_only_allowed},
      {nas::PdnType::ipv4v6, hss::PdnType::ipv6, nas::PdnType::ipv6,
       nas::EsmCause::pdn_type_ipv6_only_allowed},
      {nas::PdnType::ipv4v6, hss::PdnType::ipv4_or_ipv6, nas::PdnType::ipv4,
       nas::EsmCause::single_address_bearers_only_allowed},
      {nas::PdnType::ipv6, hss::PdnType::ipv4, {}, nas::EsmCause::pdn_type_ipv4_only_allowed},
  };
  for (const Row& row : rows) {
    World world;
    auto& enb = world.add_enb();
    auto& ue = world.add_ue(enb, 1);
    ue.settings().pdn_type = row.wanted;
    world.hss.pdn_type = row.subscribed;
    const auto result = world.attach(ue);
    REQUIRE(result.has_value() == row.given.has_value());
    if (result) {
      CHECK(result->bearer.pdn_type == *row.given);
      CHECK(result->bearer.cause == row.cause);
    } else {
      CHECK(result.error().esm_cause == row.cause);
    }
  }
}

TEST_CASE("of_two_single_pdn_types_that_are_subscribed_a_ue_gets_the_one_that_its_access_point_has") {
  World world;
  auto& enb = world.add_enb();
  auto& ue = world.add_ue(enb, 1);
  ue.settings().pdn_type = nas::PdnType::ipv4v6;
  world.hss.pdn_type = hss::PdnType::ipv4_or_ipv6;
  // The first question is answered after a second, the next one a second later.
  world.gateway.delay = 1s;
  world.gateway.refuses = gtp::Cause::preferred_pdn_type_not_supported;
  lab::Running attaching(ue.attach());
  world.wait(1500ms);
  world.gateway.refuses.reset();
  world.wait(1500ms);
  REQUIRE(attaching.done());
  REQUIRE(attaching.result());
  CHECK(attaching.result()->bearer.pdn_type == nas::PdnType::ipv6);
  CHECK(attaching.result()->bearer.cause == nas::EsmCause::pdn_type_ipv6_only_allowed);
  CHECK(world.gateway.sessions.size() == 1);
  CHECK(world.complaints() == "");
}

TEST_CASE("apn_with_the_operator_identifier_of_its_network_is_known_and_that_of_another_is_not") {
  World world;
  auto& enb = world.add_enb();
  auto& ue = world.add_ue(enb, 1);
  ue.settings().apn = Apn::parse("internet.mnc002.mcc001.gprs");
  const auto refused = world.attach(ue);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().esm_cause == nas::EsmCause::missing_or_unknown_apn);
  world.wait(1s);
  ue.settings().apn = Apn::parse("internet.MNC001.mcc001.gprs");
  REQUIRE(world.attach(ue));
  const auto second =
      lab::finish(world.loop, ue.connect_pdn(Apn::parse("ims.mnc001.mcc001.gprs"), nas::PdnType::ipv4));
  REQUIRE(second);
  REQUIRE(*second);
  CHECK((*second)->apn == Apn::parse("ims"));
  CHECK(world.complaints() == "");
  // One that is subscribed with it is asked for with it.
  hss::ApnConfigurationProfile subscribed;
  const Apn whole = *Apn::parse("corp.mnc001.mcc001.gprs");
  const Plmn here = *Plmn::parse("00101");
  CHECK(subscribed_name(subscribed, whole, test_imsi(1), here) == Apn::parse("corp"));
  subscribed.configurations.push_back({.apn = whole});
  CHECK(subscribed_name(subscribed, whole, test_imsi(1), here) == whole);
}

TEST_CASE("lost_messages_are_sent_again_and_the_fifth_expiry_ends_it") {
  for (const auto lost : {nas::EmmType::authentication_request, nas::EmmType::security_mode_command}) {
    World world;
    auto& enb = world.add_enb();
    auto& ue = world.add_ue(enb, 1);
    unsigned to_lose = 2;
    ue.behaviour().downlink = [&](Bytes message) {
      const auto envelope = nas::read_envelope(message);
      const auto peeked = envelope ? nas::peek(envelope->message) : nas::peek(message);
      return !(peeked && peeked->emm_type == lost && to_lose > 0 && to_lose-- > 0);
    };
    CHECK(world.attach(ue));
    CHECK(to_lose == 0);
  }
  World world;
  auto& enb = world.add_enb();
  auto& ue = world.add_ue(enb, 1);
  ue.behaviour().deaf_to = {nas::EmmType::authentication_request};
  REQUIRE_FALSE(world.attach(ue));
  world.wait(60s);
  CHECK(world.mme->connected_ues() == 0);
}

TEST_CASE("attach_complete_that_never_comes_gives_the_session_back") {
  World world;
  auto& enb = world.add_enb();
  auto& ue = world.add_ue(enb, 1);
  ue.behaviour().withholds_attach_complete = true;
  lab::Running running(ue.attach());
  world.wait(2s);
  CHECK(world.gateway.sessions.size() == 1);
  world.wait(120s);
  CHECK(world.gateway.sessions.empty());
  CHECK(world.mme->connected_ues() == 0);
  REQUIRE(world.record(1));
  CHECK(world.record(1)->emm_state == EmmState::deregistered);
}

TEST_CASE("initial_context_setup_that_fails_or_is_ignored_ends_the_attach_and_gives_everything_back") {
  for (const bool ignored : {false, true}) {
    World world;
    auto& enb = world.add_enb();
    enb.behaviour().fails_initial_context_setup = !ignored;
    enb.behaviour().ignores_initial_context_setup = ignored;
    auto& ue = world.add_ue(enb, 1);
    CHECK_FALSE(world.attach(ue));
    world.wait(120s);
    CHECK(world.gateway.sessions.empty());
    CHECK(world.mme->connected_ues() == 0);
  }
}

TEST_CASE("enb_that_vanishes_in_the_middle_of_an_attach_takes_nothing_with_it") {
  for (unsigned after_ms = 0; after_ms < 30; after_ms += 3) {
    World world;
    world.net.faults().delay_min = world.net.faults().delay_max = 1ms;
    world.hss.delay = 2ms;
    world.gateway.delay = 2ms;
    auto& enb = world.add_enb();
    auto& ue = world.add_ue(enb, 1);
    lab::Running running(ue.attach());
    world.wait(std::chrono::milliseconds(after_ms));
    enb.abort();
    world.wait(60s);
    CHECK(world.mme->enbs() == 0);
    CHECK(world.mme->connected_ues() == 0);
    if (world.record(1) != nullptr && world.record(1)->emm_state == EmmState::registered) {
      REQUIRE(world.gateway.sessions.size() == 1);
      CHECK_FALSE(world.gateway.sessions.begin()->second.access);
    } else {
      CHECK(world.gateway.sessions.empty());
    }
  }
}

TEST_CASE("s1_release_leaves_the_ue_registered_with_its_downlink_held_back") {
  World world;
  auto& enb = world.add_enb();
  auto& ue = world.add_ue(enb, 1);
  REQUIRE(world.attach(ue));
  enb.request_release(*ue.connection());
  world.wait(1s);
  CHECK(world.mme->connected_ues() == 0);
  CHECK(ue.registered());
  CHECK(world.record(1)->emm_state == EmmState::registered);
  CHECK(world.record(1)->connection == UeRecord::kNoConnection);
  REQUIRE(world.gateway.sessions.size() == 1);
  CHECK_FALSE(world.gateway.sessions.begin()->second.access);
  CHECK(world.complaints() == "");
}

TEST_CASE("the_same_sim_on_a_second_connection_takes_over_and_the_first_is_released") {
  World world;
  auto& enb = world.add_enb();
  auto& first = world.add_ue(enb, 1);
  REQUIRE(world.attach(first));
  auto& second = world.add_ue(enb, 1);
  second.usim().set_highest(first.usim().highest());
  REQUIRE(world.attach(second));
  world.wait(10s);
  CHECK(world.mme->connected_ues() == 1);
  CHECK(world.gateway.sessions.size() == 1);
  CHECK_FALSE(first.connected());
}

TEST_CASE("record_of_a_detached_ue_makes_room_and_the_hss_hears_of_it") {
  World world(1, 2);
  auto& enb = world.add_enb();
  for (unsigned number = 1; number <= 3; ++number) {
    auto& ue = world.add_ue(enb, number);
    REQUIRE(world.attach(ue));
    REQUIRE(lab::finish(world.loop, ue.detach(true)));
    world.wait(1s);
  }
  CHECK(world.mme->directory().size() == 2);
  CHECK(world.hss.purged == 1);
  auto& fourth = world.add_ue(enb, 4);
  auto& fifth = world.add_ue(enb, 5);
  auto& sixth = world.add_ue(enb, 6);
  REQUIRE(world.attach(fourth));
  REQUIRE(world.attach(fifth));
  const auto refused = world.attach(sixth);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().emm_cause == nas::EmmCause::congestion);
}

TEST_CASE("thousand_ues_attach_and_detach_and_leave_nothing_behind") {
  World world(7, 1000);
  world.net.faults().delay_max = 5ms;
  std::vector<lab::Enb*> enbs;
  for (std::uint32_t id = 1; id <= 8; ++id) enbs.push_back(&world.add_enb(id));
  std::vector<std::unique_ptr<lab::Running<lab::UeResult<lab::Registration>>>> attaching;
  for (unsigned number = 1; number <= 1000; ++number)
    attaching.push_back(std::make_unique<lab::Running<lab::UeResult<lab::Registration>>>(
        world.add_ue(*enbs[number % 8], number).attach()));
  world.wait(60s);
  for (const auto& running : attaching) {
    REQUIRE(running->done());
    REQUIRE(running->result().has_value());
  }
  CHECK(world.gateway.sessions.size() == 1000);
  CHECK(world.mme->connected_ues() == 1000);
  for (const auto& ue : world.ues) REQUIRE(lab::finish(world.loop, ue->detach(true)));
  world.wait(60s);
  CHECK(world.gateway.sessions.empty());
  CHECK(world.mme->connected_ues() == 0);
  CHECK(world.complaints() == "");
}
