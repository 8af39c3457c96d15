// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "mme/test_world.hpp"

using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

/// A world with one registered UE that is idle.
class Idle : public World {
 public:
  Idle() : enb(add_enb(1)), ue(add_ue(enb, 1)) {
    ZC_ASSERT(attach(ue).has_value());
    wait(100ms);
    go_idle(enb, ue);
  }
  lab::UeResult<void> request_service(lab::Ue& who) {
    auto result = lab::finish(loop, who.service_request(), 1min);
    ZC_ASSERT(result.has_value());
    wait(100ms);
    return *result;
  }
  lab::UeResult<void> request_service() { return request_service(ue); }
  UeRecord& stored() { return mme->directory()[*mme->directory().find(test_imsi(1))]; }
  /// Gives the UE a bearer more, as a bearer procedure would; `linked` to its own EBI is another PDN
  /// connection.
  void add_bearer(std::uint8_t ebi, std::uint8_t linked, std::uint8_t qci = 9) {
    BearerRecord* added = mme->bearers().add(stored(), ebi, linked);
    if (ebi == linked) {
      auto created = lab::finish(loop, gateway.create_session({.imsi = test_imsi(1), .ebi = ebi}));
      added->session = (*created)->session;
      added->user_plane = (*created)->user_plane;
    } else {
      const BearerRecord* primary = mme->bearers().find(stored(), linked);
      added->session = primary->session;
      added->user_plane = primary->user_plane;
    }
    added->qos.qci = qci;
    if (gtp::is_gbr_qci(qci)) added->qos.gbr = {64, 64};
  }
  /// SERVICE REQUEST octets on a connection of their own, with this S-TMSI; what came back.
  const lab::Ue& forge(Bytes octets, std::optional<Guti> guti) {
    auto& forger = add_ue(enb, 2);
    forger.set_guti(guti);
    forger.send_octets(octets);
    wait(1s);
    return forger;
  }

  lab::Enb& enb;
  lab::Ue& ue;
};

}  // namespace

TEST_CASE("idle_ue_asks_for_service_and_its_downlink_flows_to_the_new_tunnel") {
  Idle world;
  CHECK_FALSE(world.gateway.sessions.at(1).access);
  REQUIRE(world.request_service());
  const auto access = world.gateway.sessions.at(1).access;
  REQUIRE(access);
  CHECK(access->teid == world.ue.bearers().front().erab->downlink_teid);
  CHECK(world.hss.vectors_given == 1);
  CHECK(world.mme->connected_ues() == 1);
  CHECK(world.complaints() == "");
}

TEST_CASE("ue_comes_and_goes_a_hundred_times_under_one_context_and_from_whichever_enb") {
  Idle world;
  auto& other = world.add_enb(2);
  for (int i = 0; i < 100; ++i) {
    auto& here = i % 2 == 0 ? other : world.enb;
    world.ue.move_to(here);
    REQUIRE(world.request_service());
    CHECK(world.gateway.sessions.at(1).access->v4 == here.settings().gtpu_v4);
    world.go_idle(here, world.ue);
  }
  CHECK(world.hss.vectors_given == 1);
  CHECK(world.mme->connected_ues() == 0);
  CHECK(world.complaints() == "");
}

TEST_CASE("Replay_protection_of_NAS_replayed_service_request_is_rejected_and_moves_nothing") {
  Idle world;
  ByteVector heard;
  world.ue.behaviour().uplink = [&](ByteVector& message) {
    if (heard.empty()) heard = message;
    return true;
  };
  REQUIRE(world.request_service());
  world.ue.behaviour().uplink = {};
  world.go_idle(world.enb, world.ue);
  const std::uint32_t count = world.stored().security.uplink_count;
  const auto& forger = world.forge(heard, world.ue.guti());
  CHECK(forger.received(nas::EmmType::service_reject) == 1);
  CHECK(world.stored().security.uplink_count == count);
  CHECK(world.stored().connection == UeRecord::kNoConnection);
  CHECK_FALSE(world.gateway.sessions.at(1).access);
  REQUIRE(world.request_service());
}

TEST_CASE("service_request_with_a_wrong_mac_an_unknown_or_a_foreign_identity_gets_9_and_changes_nothing") {
  Idle world;
  const UeRecord before = world.stored();
  auto guti = world.ue.guti();
  SECTION("a wrong MAC") {}
  SECTION("an M-TMSI that nobody has") {
    guti->m_tmsi ^= 0x5A5A;
  }
  SECTION("another MME's") {
    guti->gummei.code ^= 1;
  }
  const std::array<std::uint8_t, 4> octets{0xC7, 0x03, 0x12, 0x34};
  const auto& forger = world.forge(octets, guti);
  CHECK(forger.received(nas::EmmType::service_reject) == 1);
  CHECK_FALSE(forger.connected());
  CHECK(world.stored().security.uplink_count == before.security.uplink_count);
  CHECK(world.stored().emm_state == EmmState::registered);
  CHECK(world.stored().idle_since == before.idle_since);
  CHECK(world.gateway.sessions.size() == 1);
  REQUIRE(world.request_service());
}

TEST_CASE("service_request_of_a_ue_that_was_detached_meanwhile_gets_10_and_it_attaches") {
  Idle world;
  world.mme->deregister(world.stored());
  const auto result = world.request_service();
  REQUIRE_FALSE(result);
  CHECK(result.error().emm_cause == nas::EmmCause::implicitly_detached);
  REQUIRE(world.attach(world.ue));
  CHECK(world.complaints() == "");
}

TEST_CASE("dedicated_bearer_that_the_enb_does_not_set_up_ends_here_and_at_the_gateway") {
  Idle world;
  world.add_bearer(6, 5);
  world.enb.behaviour().refuses_erabs = {6};
  REQUIRE(world.request_service());
  CHECK(world.mme->bearers().find(world.stored(), 6) == nullptr);
  CHECK(world.mme->bearers().find(world.stored(), 5) != nullptr);
  REQUIRE(world.gateway.lost.size() == 1);
  CHECK(world.gateway.lost.front().ebis == InlineList<std::uint8_t, sgw::kBearersMax>{6});
  CHECK(world.gateway.sessions.at(1).access);
}

TEST_CASE("default_bearer_that_the_enb_does_not_set_up_takes_its_pdn_connection_with_it") {
  Idle world;
  world.add_bearer(7, 7);
  world.add_bearer(8, 7);
  world.enb.behaviour().refuses_erabs = {7};
  REQUIRE(world.request_service());
  CHECK(world.mme->bearers().pdn_connections(world.stored()) == 1);
  CHECK(world.gateway.sessions.size() == 1);
  CHECK(world.gateway.sessions.contains(1));
}

TEST_CASE("initial_context_setup_that_fails_leaves_the_ue_idle_and_registered") {
  const bool update = GENERATE(false, true);
  Idle world;
  world.add_bearer(6, 5, 1);
  world.add_bearer(7, 5);
  world.gateway.sessions.at(1).dedicated = {{6, {}}, {7, {}}};
  SECTION("the eNodeB refuses") {
    world.enb.behaviour().fails_initial_context_setup = true;
  }
  SECTION("the eNodeB does not answer") {
    world.enb.behaviour().ignores_initial_context_setup = true;
  }
  SECTION("the gateway does not take what was set up") {
    world.gateway.refuses_modify = gtp::Cause::no_resources_available;
  }
  if (update)
    lab::finish(world.loop, world.ue.tracking_area_update({.active = true}), 1min);
  else
    world.request_service();
  world.wait(1min);
  CHECK(world.stored().emm_state == EmmState::registered);
  CHECK(world.mme->connected_ues() == 0);
  // TS 23.401 §5.3.4.1, §5.4.4.2: there was nothing that could guarantee anything.
  CHECK(world.mme->bearers().find(world.stored(), 6) == nullptr);
  CHECK(world.mme->bearers().find(world.stored(), 7) != nullptr);
  REQUIRE(world.gateway.lost.size() == 1);
  CHECK(world.gateway.lost[0].ebis[0] == 6);
  world.enb.behaviour() = {};
  world.gateway.refuses_modify.reset();
  REQUIRE(world.request_service());
  CHECK(world.enb.erabs(*world.ue.connection()).size() == 2);
}

TEST_CASE("extended_service_request_for_packets_is_served_and_says_which_bearers_are_left") {
  Idle world;
  world.add_bearer(6, 5);
  nas::ExtendedServiceRequest request{.service_type = nas::ServiceType::packet_services_via_s1,
                                      .m_tmsi = nas::Tmsi{world.ue.guti()->m_tmsi}};
  request.eps_bearer_context_status.emplace().set(5);
  world.ue.send(request);
  world.wait(1s);
  CHECK(world.ue.connected());
  CHECK(world.gateway.sessions.at(1).access);
  CHECK(world.mme->bearers().find(world.stored(), 6) == nullptr);
  CHECK(world.gateway.lost.size() == 1);
  CHECK(world.complaints() == "");
}

TEST_CASE("service_request_of_a_ue_that_has_no_bearer_left_is_rejected_and_it_is_not_registered") {
  Idle world;
  nas::ExtendedServiceRequest request{.service_type = nas::ServiceType::packet_services_via_s1,
                                      .m_tmsi = nas::Tmsi{world.ue.guti()->m_tmsi}};
  request.eps_bearer_context_status.emplace();
  world.ue.send(request);
  world.wait(1s);
  CHECK(world.ue.received(nas::EmmType::service_reject) == 1);
  CHECK_FALSE(world.ue.connected());
  CHECK(world.stored().emm_state == EmmState::deregistered);
  CHECK(world.gateway.sessions.empty());
  CHECK(world.mme->connected_ues() == 0);
}

TEST_CASE("cs_fallback_is_refused_since_there_is_no_cs_domain_and_the_ue_stays_registered") {
  Idle world;
  world.ue.send(nas::ExtendedServiceRequest{.service_type = nas::ServiceType::mobile_originating_cs_fallback,
                                            .m_tmsi = nas::Tmsi{world.ue.guti()->m_tmsi}});
  world.wait(1s);
  CHECK(world.ue.received(nas::EmmType::service_reject) == 1);
  CHECK_FALSE(world.ue.connected());
  CHECK(world.stored().emm_state == EmmState::registered);
  CHECK(world.gateway.sessions.size() == 1);
  REQUIRE(world.request_service());
}

TEST_CASE("service_request_from_a_second_cell_ends_the_connection_in_the_first") {
  Idle world;
  auto& other = world.add_enb(2);
  REQUIRE(world.request_service());
  // The UE lost its radio, and the first eNodeB has not noticed.
  world.ue.move_to(other);
  REQUIRE(world.request_service());
  CHECK(world.enb.connections() == 0);
  CHECK(world.gateway.sessions.at(1).access->v4 == other.settings().gtpu_v4);
  CHECK(world.mme->connected_ues() == 1);
}

TEST_CASE("packets_go_nowhere_for_a_ue_that_has_left_its_enb_and_updates_elsewhere_without_bearers") {
  Idle world;
  auto& other = world.add_enb(2);
  REQUIRE(world.request_service());
  world.ue.move_to(other);
  REQUIRE(*lab::finish(world.loop, world.ue.tracking_area_update({.signalling_active = true})));
  world.wait(100ms);
  REQUIRE(world.ue.connected());
  CHECK_FALSE(world.gateway.sessions.at(1).access);
  // One that comes now is told of, and brings the bearers up.
  CHECK(world.downlink_packet(1).cause == gtp::Cause::request_accepted);
  world.wait(1s);
  REQUIRE(world.gateway.sessions.at(1).access);
  CHECK(world.gateway.sessions.at(1).access->v4 == other.settings().gtpu_v4);
  CHECK(world.complaints() == "");
}

TEST_CASE("detach_in_the_middle_of_a_service_request_supersedes_it") {
  Idle world;
  world.enb.behaviour().ignores_initial_context_setup = true;
  lab::Running<lab::UeResult<void>> service(world.ue.service_request());
  world.wait(50ms);
  nas::DetachRequestUeOriginating detach{.eps_mobile_identity = *world.ue.guti()};
  detach.detach_type.switch_off = true;
  world.ue.send(detach, nas::SecurityHeader::integrity);
  world.wait(1s);
  CHECK(world.stored().emm_state == EmmState::deregistered);
  CHECK(world.gateway.sessions.empty());
  CHECK(world.mme->connected_ues() == 0);
}
