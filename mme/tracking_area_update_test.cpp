// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "asn1/s1ap/messages.hpp"
#include "mme/test_world.hpp"

using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;
using Type = nas::EpsUpdateType::Value;

namespace {

class Idle : public World {
 public:
  Idle() : enb(add_enb(1)), other(add_enb(2)), ue(add_ue(enb, 1)) {
    other.settings_mutable().tracking_area.tac = 8;
    ZC_ASSERT(lab::finish(loop, other.setup()).has_value());
    ZC_ASSERT(attach(ue).has_value());
    wait(100ms);
    go_idle(enb, ue);
  }
  lab::UeResult<lab::Update> update(lab::Ue& who, lab::UpdateRequest wanted = {}) {
    auto result = lab::finish(loop, who.tracking_area_update(wanted), 1min);
    ZC_ASSERT(result.has_value());
    wait(500ms);
    return *result;
  }
  lab::UeResult<lab::Update> update(lab::UpdateRequest wanted = {}) { return update(ue, wanted); }
  /// The UE is in another network, which shares this MME. What its PLMN is.
  Plmn move_to_partner() {
    const Plmn partner = *Plmn::parse("00102");
    network.plmns.push_back(partner);
    lab::Enb& shared = add_enb(9);
    shared.settings_mutable().broadcast_plmns = network.plmns;
    shared.settings_mutable().tracking_area.plmn = partner;
    ZC_ASSERT(lab::finish(loop, shared.setup())->has_value());
    ue.move_to(shared);
    return partner;
  }
  UeRecord& stored() { return mme->directory()[*mme->directory().find(test_imsi(1))]; }

  lab::Enb& enb;
  lab::Enb& other;
  lab::Ue& ue;
};

}  // namespace

TEST_CASE("periodic_update_keeps_the_registration_and_the_ue_goes_idle_again_at_once") {
  Idle world;
  const auto guti = world.ue.guti();
  for (int i = 0; i < 5; ++i) {
    world.wait(3240s);
    const auto updated = world.update({.type = Type::periodic});
    REQUIRE(updated);
    CHECK_FALSE(updated->guti);
    CHECK_FALSE(world.ue.connected());
  }
  CHECK(world.stored().emm_state == EmmState::registered);
  CHECK(world.ue.guti() == guti);
  CHECK(world.hss.vectors_given == 1);
  CHECK(world.gateway.sessions.size() == 1);
  CHECK_FALSE(world.gateway.sessions.at(1).access);
  CHECK(world.complaints() == "");
}

TEST_CASE("update_from_another_area_gives_another_guti_and_the_ue_is_paged_there") {
  Idle world;
  const auto guti = world.ue.guti();
  world.ue.move_to(world.other);
  const auto updated = world.update();
  REQUIRE(updated);
  REQUIRE(updated->guti);
  CHECK(updated->guti != guti);
  CHECK(updated->tai_list.tais().front().tac == 8);
  CHECK(world.stored().tai.tac == 8);
  CHECK(world.stored().old_m_tmsi == 0);
  CHECK_FALSE(world.ue.connected());
  world.downlink_packet(1);
  world.wait(100ms);
  CHECK(world.other.received(s1ap::MessageType::paging) == 1);
  CHECK(world.enb.received(s1ap::MessageType::paging) == 0);
  CHECK(world.complaints() == "");
}

TEST_CASE("update_in_another_network_that_shares_this_mme_is_for_the_hss_to_allow") {
  Idle world;
  const Plmn partner = world.move_to_partner();
  const unsigned before = world.hss.locations_updated;
  SECTION("it does") {
    REQUIRE(world.update());
    CHECK(world.hss.located.back().first == partner);
    CHECK(world.ue.guti()->gummei.plmn == partner);
  }
  SECTION("it does not") {
    world.hss.barred[test_imsi(1)] = {hss::S6aResult::roaming_not_allowed};
    const auto refused = world.update();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().emm_cause == nas::EmmCause::plmn_not_allowed);
  }
  CHECK(world.hss.locations_updated == before + (world.hss.barred.empty() ? 1 : 0));
}

TEST_CASE("hss_hears_where_a_ue_is_whose_update_elsewhere_it_may_have_heard_of") {
  Idle world;
  world.move_to_partner();
  world.hss.delay = 1s;
  std::optional<lab::Running<lab::UeResult<lab::Update>>> updating(std::in_place,
                                                                   world.ue.tracking_area_update());
  world.wait(500ms);
  updating.reset();
  world.ue.move_to(world.enb);
  const auto before = world.hss.located.size();
  REQUIRE(world.update());
  CHECK(world.hss.located.size() > before);
  CHECK(world.hss.located.back().first == world.network.plmns.front());
}

TEST_CASE("hss_that_has_lost_where_its_sims_are_hears_it_with_the_next_update_of_each") {
  Idle world;
  REQUIRE(lab::finish(world.loop, world.mme->reset({})));
  const unsigned before = world.hss.locations_updated;
  // What it has trouble with does not concern a UE that is where it was.
  world.hss.barred[test_imsi(1)] = {hss::S6aResult::too_busy};
  REQUIRE(world.update());
  world.hss.barred.clear();
  REQUIRE(world.update());
  CHECK(world.hss.locations_updated == before + 1);
  REQUIRE(world.update());
  CHECK(world.hss.locations_updated == before + 1);
}

TEST_CASE("update_with_the_active_flag_brings_the_bearers_back") {
  Idle world;
  const auto updated = world.update({.active = true});
  REQUIRE(updated);
  CHECK(world.ue.connected());
  REQUIRE(world.gateway.sessions.at(1).access);
  CHECK(world.gateway.sessions.at(1).access->teid == world.ue.bearers().front().erab->downlink_teid);
  CHECK(world.complaints() == "");
}

TEST_CASE("update_of_a_connected_ue_leaves_it_connected_with_its_bearers") {
  Idle world;
  REQUIRE(*lab::finish(world.loop, world.ue.service_request()));
  world.wait(100ms);
  const auto access = world.gateway.sessions.at(1).access;
  REQUIRE(world.update());
  world.wait(10s);
  CHECK(world.ue.connected());
  CHECK(world.gateway.sessions.at(1).access == access);
  CHECK(world.complaints() == "");
}

TEST_CASE("bearers_that_the_ue_has_no_more_end_and_it_hears_which_ones_the_network_has") {
  Idle world;
  BearerRecord* dedicated = world.mme->bearers().add(world.stored(), 6, 5);
  dedicated->session = world.mme->bearers().find(world.stored(), 5)->session;
  nas::EpsBearerContextStatus status;
  SECTION("one of two") {
    status.set(5);
    status.set(9);
    const auto updated = world.update({.bearers = status});
    REQUIRE(updated);
    REQUIRE(updated->bearers);
    CHECK(updated->bearers->active(5));
    CHECK_FALSE(updated->bearers->active(6));
    CHECK_FALSE(updated->bearers->active(9));
    CHECK(world.gateway.lost.size() == 1);
    CHECK(world.mme->bearers().find(world.stored(), 6) == nullptr);
  }
  SECTION("all") {
    const auto updated = world.update({.bearers = status});
    REQUIRE_FALSE(updated);
    CHECK(updated.error().emm_cause == nas::EmmCause::implicitly_detached);  // §5.5.3.2.5.
    CHECK(world.gateway.sessions.empty());
    CHECK(world.stored().emm_state == EmmState::deregistered);
  }
}

TEST_CASE("combined_update_is_one_for_eps_only_and_says_why") {
  Idle world;
  for (const Type type : {Type::combined, Type::combined_with_imsi_attach}) {
    const auto updated = world.update({.type = type});
    REQUIRE(updated);
    CHECK(updated->cause == nas::EmmCause::cs_domain_not_available);
  }
}

TEST_CASE("update_with_a_guti_that_nobody_has_or_another_mme_gave_gets_9_and_the_ue_attaches") {
  Idle world;
  auto guti = *world.ue.guti();
  SECTION("unknown") {
    guti.m_tmsi ^= 0x1234;
  }
  SECTION("foreign") {
    guti.gummei.group ^= 1;
  }
  world.ue.set_guti(guti);
  const auto updated = world.update();
  REQUIRE_FALSE(updated);
  CHECK(updated.error().emm_cause == nas::EmmCause::ue_identity_cannot_be_derived);
  CHECK(world.stored().emm_state == EmmState::registered);
  CHECK(world.gateway.sessions.size() == 1);
  REQUIRE(world.attach(world.ue));
}

TEST_CASE("update_of_a_ue_that_was_detached_meanwhile_gets_10") {
  Idle world;
  world.mme->deregister(world.stored());
  const auto updated = world.update();
  REQUIRE_FALSE(updated);
  CHECK(updated.error().emm_cause == nas::EmmCause::implicitly_detached);
}

TEST_CASE("update_whose_integrity_fails_is_challenged_and_goes_on_when_the_sim_proves_itself") {
  Idle world;
  world.ue.security_mutable().k_nas_int = StoredKey<16>();
  const auto updated = world.update();
  REQUIRE(updated);
  CHECK(world.hss.vectors_given == 2);
  CHECK(updated->guti);
  CHECK(world.stored().emm_state == EmmState::registered);
  CHECK(world.gateway.sessions.size() == 1);
  CHECK(world.complaints() == "");
}

TEST_CASE("forged_guti_in_an_update_is_challenged_and_touches_nothing_of_its_owner") {
  Idle world;
  const UeRecord before = world.stored();
  auto& forger = world.add_ue(world.enb, 2);
  forger.set_guti(world.ue.guti());
  const auto updated = world.update(forger, {.active = true});
  REQUIRE_FALSE(updated);
  world.wait(1min);
  CHECK(world.stored().security.uplink_count == before.security.uplink_count);
  CHECK(world.stored().m_tmsi == before.m_tmsi);
  CHECK(world.stored().connection == UeRecord::kNoConnection);
  CHECK(world.stored().idle_since == before.idle_since);
  CHECK(world.stored().emm_state == EmmState::registered);
  CHECK(world.gateway.sessions.size() == 1);
  CHECK_FALSE(world.gateway.sessions.at(1).access);
}

TEST_CASE("5_4_3_7_c_update_before_security_mode_is_complete_is_challenged_again") {
  Idle world;
  world.ue.behaviour().wrong_mac = true;
  world.ue.behaviour().uplink = [&](ByteVector&) {
    return world.ue.received(nas::EmmType::security_mode_command) < 2;  // Its answer is lost.
  };
  std::optional<lab::Running<lab::UeResult<lab::Update>>> first(std::in_place,
                                                                world.ue.tracking_area_update());
  world.wait(1s);
  REQUIRE(world.ue.received(nas::EmmType::security_mode_command) == 2);
  first.reset();
  world.ue.behaviour() = {};
  const auto updated = lab::finish(world.loop, world.ue.tracking_area_update({.active = true}));
  REQUIRE(updated);
  REQUIRE(*updated);
  CHECK(world.ue.received(nas::EmmType::security_mode_command) == 3);
  CHECK(world.stored().emm_state == EmmState::registered);
}

TEST_CASE("5_4_3_7_c_request_of_a_connected_ue_under_keys_that_are_not_confirmed_is_no_proof") {
  Idle world;
  REQUIRE(lab::finish(world.loop, world.ue.service_request()));
  world.ue.settings().network_capability.octets.data[0] = 0xE0;  // It has to have new keys.
  world.ue.behaviour().uplink = [&](ByteVector&) {
    return world.ue.received(nas::EmmType::security_mode_command) < 2;  // Its answer is lost.
  };
  std::optional<lab::Running<lab::UeResult<lab::Registration>>> first(std::in_place,
                                                                      world.ue.attach(lab::UeIdentity::imsi));
  world.wait(1s);
  REQUIRE(world.ue.received(nas::EmmType::security_mode_command) == 2);
  first.reset();
  world.ue.behaviour() = {};
  SECTION("another attach") {
    REQUIRE(world.attach(world.ue));
  }
  SECTION("a detach, which is answered") {
    const auto detached = lab::finish(world.loop, world.ue.detach());
    REQUIRE(detached);
    CHECK(*detached);
    CHECK(world.hss.vectors_given == 3);  // It was asked to prove it (§4.4.4.3).
    CHECK(world.stored().emm_state == EmmState::deregistered);
    world.wait(1s);
    CHECK(world.mme->connected_ues() == 0);
  }
  SECTION("a switch-off") {
    REQUIRE(lab::finish(world.loop, world.ue.detach(true)));
    world.wait(1s);
    CHECK(world.mme->connected_ues() == 0);
    CHECK(world.stored().emm_state == EmmState::registered);
  }
}

TEST_CASE("5_4_3_5_refusal_of_new_keys_comes_under_the_old_ones_which_then_stay_in_use") {
  Idle world;
  REQUIRE(lab::finish(world.loop, world.ue.service_request()));
  world.wait(1s);
  const auto commands = world.ue.received(nas::EmmType::security_mode_command);
  world.ue.settings().network_capability.octets.data[0] = 0xE0;  // It has to have new keys.
  world.ue.behaviour().rejects_security_mode = true;
  lab::Running updating(world.ue.tracking_area_update());
  world.wait(1s);
  CHECK(world.ue.received(nas::EmmType::security_mode_command) == commands + 1);
  CHECK(world.mme->connected_ues() == 0);
  CHECK(world.stored().emm_state == EmmState::registered);
  CHECK(*lab::finish(world.loop, world.ue.service_request()));
  CHECK(world.hss.vectors_given == 2);
  CHECK(world.complaints() == "");
}

TEST_CASE("5_4_2_5_ue_that_hears_authentication_reject_is_registered_no_more_and_its_eNodeB_hears_why") {
  Idle world;
  std::optional<s1ap::Cause> cause;
  world.enb.on_message = [&](const s1ap::Message& message) {
    if (const auto* command = message.as<s1ap::UeContextReleaseCommand>()) cause = command->cause;
  };
  world.ue.behaviour().wrong_res = true;
  SECTION("in an update that had proven who it is") {
    world.ue.settings().network_capability.octets.data[0] = 0xE0;  // It has to have new keys.
    CHECK_FALSE(world.update());
  }
  SECTION("in an attach that had") {
    world.ue.settings().network_capability.octets.data[0] = 0xE0;
    CHECK_FALSE(world.attach(world.ue));
  }
  world.wait(1s);
  CHECK(world.ue.received(nas::EmmType::authentication_reject) == 1);
  CHECK(world.stored().emm_state == EmmState::deregistered);
  CHECK(world.gateway.sessions.empty());
  REQUIRE(cause);
  CHECK(s1ap::name(*cause) == s1ap::name(s1ap::Cause(s1ap::CauseNas::authentication_failure)));
}

TEST_CASE("ue_without_keys_that_is_let_go_is_detached_without_a_word") {
  Idle world;
  REQUIRE(lab::finish(world.loop, world.ue.service_request()));
  world.ue.settings().network_capability.octets.data[0] = 0xE0;
  world.ue.behaviour().deaf_to = {nas::EmmType::security_mode_command};
  world.enb.behaviour().ignores_release_command = true;
  lab::Running attaching(world.ue.attach());
  world.wait(31s);
  REQUIRE(world.stored().connection != UeRecord::kNoConnection);
  world.mme->detach(*world.mme->directory().find(test_imsi(1)), nas::NetworkDetachType::reattach_not_required,
                    std::nullopt);
  world.wait(10s);
  CHECK(world.stored().emm_state == EmmState::deregistered);
  CHECK(world.gateway.sessions.empty());
  CHECK(world.mme->connected_ues() == 0);
}

TEST_CASE("replayed_update_is_no_proof") {
  Idle world;
  ByteVector heard;
  world.ue.behaviour().uplink = [&](ByteVector& message) {
    if (heard.empty()) heard = message;
    return true;
  };
  REQUIRE(world.update({.type = Type::periodic}));
  world.ue.behaviour().uplink = {};
  const UeRecord before = world.stored();
  auto& forger = world.add_ue(world.enb, 2);
  forger.send_octets(heard);
  world.wait(1min);
  CHECK(world.stored().security.uplink_count == before.security.uplink_count);
  CHECK(world.stored().connection == UeRecord::kNoConnection);
  CHECK(world.stored().emm_state == EmmState::registered);
  REQUIRE(world.update());
}

TEST_CASE("changed_capabilities_are_bound_to_new_keys") {
  Idle world;
  world.ue.settings().network_capability = nas::UeNetworkCapability{{.data = {0xE0, 0x60}, .size = 2}};
  REQUIRE(world.update());
  CHECK(world.hss.vectors_given == 2);
  CHECK(world.stored().ue_network_capability == world.ue.settings().network_capability);
  CHECK(world.complaints() == "");
}

TEST_CASE("accept_whose_complete_does_not_come_is_sent_five_times_and_both_gutis_stay_valid") {
  Idle world;
  const auto first = world.ue.guti();
  world.ue.behaviour().withholds_update_complete = true;
  const auto updated = world.update();
  REQUIRE(updated);
  world.wait(1min);
  CHECK(world.ue.received(nas::EmmType::tracking_area_update_accept) == 5);
  CHECK(world.mme->connected_ues() == 0);
  CHECK(world.mme->directory().find_by_m_tmsi(first->m_tmsi));
  CHECK(world.mme->directory().find_by_m_tmsi(updated->guti->m_tmsi));
  world.ue.behaviour().withholds_update_complete = false;
  REQUIRE(world.update());
  CHECK(world.stored().old_m_tmsi == 0);
}

TEST_CASE("update_before_the_attach_is_complete_ends_that_attach_with_10") {
  Idle world;
  auto& ue = world.add_ue(world.enb, 3);
  ue.behaviour().withholds_attach_complete = true;
  REQUIRE(world.attach(ue));
  const auto updated = world.update(ue);
  REQUIRE_FALSE(updated);
  CHECK(updated.error().emm_cause == nas::EmmCause::implicitly_detached);
  CHECK(world.gateway.sessions.size() == 1);
  CHECK(world.record(3)->emm_state == EmmState::deregistered);
}

TEST_CASE("update_before_an_attach_on_a_connection_with_bearers_is_complete_lets_that_connection_go") {
  Idle world;
  auto& ue = world.add_ue(world.enb, 3);
  REQUIRE(world.attach(ue));
  ue.behaviour().withholds_attach_complete = true;
  REQUIRE(world.attach(ue));
  const auto updated = world.update(ue);
  REQUIRE_FALSE(updated);
  CHECK(updated.error().emm_cause == nas::EmmCause::implicitly_detached);
  world.wait(1s);
  CHECK_FALSE(ue.connected());
  CHECK(world.enb.connections() == 0);
  CHECK(world.mme->connected_ues() == 0);
}

TEST_CASE("packet_that_comes_during_an_update_brings_the_bearers_back_without_a_paging") {
  Idle world;
  std::optional<gtp::Cause> told;
  world.enb.on_message = [&](const s1ap::Message& message) {
    if (message.type == s1ap::MessageType::downlink_nas_transport && !told)
      told = world.downlink_packet(1).cause;
  };
  REQUIRE(world.update());
  CHECK(told == gtp::Cause::request_accepted);
  CHECK(world.ue.connected());
  CHECK(world.gateway.sessions.at(1).access);
  CHECK(world.enb.received(s1ap::MessageType::paging) == 0);
}

TEST_CASE("bearer_that_ended_while_the_ue_was_idle_is_missing_in_the_next_accept") {
  // TS 24.301 §5.5.3.2.4.
  Idle world;
  BearerRecord* added = world.mme->bearers().add(world.stored(), 6, 5);
  REQUIRE(added != nullptr);
  added->session = world.mme->bearers().find(world.stored(), 5)->session;
  world.mme->bearers().remove(world.stored(), 6);
  const auto updated = world.update({.type = Type::periodic});
  REQUIRE(updated);
  REQUIRE(updated->bearers);
  CHECK(updated->bearers->active(5));
  CHECK_FALSE(updated->bearers->active(6));
}

TEST_CASE("update_of_a_connected_ue_where_nobody_is_served_gets_15_and_it_is_let_go") {
  Idle world;
  REQUIRE(*lab::finish(world.loop, world.ue.service_request()));
  world.wait(100ms);
  // Another cell of its eNodeB, of which the network knows nothing.
  world.enb.settings_mutable().tracking_area.tac = 100;
  const auto updated = world.update();
  REQUIRE_FALSE(updated);
  CHECK(updated.error().emm_cause == nas::EmmCause::no_suitable_cells_in_tracking_area);
  CHECK(world.mme->connected_ues() == 0);
  CHECK(world.stored().emm_state == EmmState::registered);
}

TEST_CASE("guti_that_the_ue_has_used_stays_its_own_although_no_complete_came") {
  Idle world;
  world.ue.behaviour().withholds_update_complete = true;
  REQUIRE(world.update());
  const auto second = world.ue.guti();
  world.wait(1min);
  // It asks under the second; the third never reaches it.
  world.ue.behaviour().deaf_to = {nas::EmmType::tracking_area_update_accept};
  CHECK_FALSE(lab::finish(world.loop, world.ue.tracking_area_update(), 2min)->has_value());
  world.wait(1min);
  world.ue.behaviour() = {};
  CHECK(world.ue.guti() == second);
  REQUIRE(lab::finish(world.loop, world.ue.service_request())->has_value());
}

TEST_CASE("update_that_the_hss_has_no_answer_for_yet_keeps_the_ue_until_it_may_come_again") {
  Idle world;
  world.hss.refused[test_imsi(1)] = {hss::S6aResult::authentication_data_unavailable, {}, 1800};
  world.ue.settings().network_capability = nas::UeNetworkCapability{{.data = {0xE0, 0x60}, .size = 2}};
  REQUIRE_FALSE(world.update());
  CHECK(world.stored().backs_off_until >= 1800);
  world.hss.refused.clear();
  REQUIRE(lab::finish(world.loop, world.ue.attach(), 1min)->has_value());
  CHECK(world.stored().backs_off_until == 0);
}
