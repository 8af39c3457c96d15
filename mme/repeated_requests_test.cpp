// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "asn1/s1ap/messages.hpp"
#include "mme/test_readable.hpp"

/// A request that comes again, or another one in its place, before the first has come to its end: TS 24.301
/// §5.5.1.2.7 d and e, §5.5.3.2.7 d and e, §5.6.1.7 c to e.
using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;
using s1ap::MessageType;

namespace {

/// T3450 of 1 s: begun anew by a repetition after 0.8 s, which counts as no expiry; four more follow.
const std::vector<long> kRepeatedAfter8Tenths = {0, 8, 18, 28, 38, 48};

struct Registered : Readable {
  Registered() {
    REQUIRE(attach(ue));
    wait(1s);
  }
  /// Keys are bound to what the UE can: these will not do.
  void needs_new_keys() { ue.settings().network_capability.octets.data[0] = 0xE0; }
  lab::UeResult<lab::Update> update(lab::UpdateRequest wanted = {}) {
    auto updated = lab::finish(loop, ue.tracking_area_update(wanted));
    REQUIRE(updated);
    wait(100ms);
    return *updated;
  }
  const UeRecord& stored() { return *record(1); }
};

/// An update of this type is accepted for EPS alone, and the accept says why.
constexpr lab::UpdateRequest kCombined{.type = nas::EpsUpdateType::Value::combined};

struct Idle : Registered {
  Idle() { go_idle(enb, ue); }
  void ask_for_service_again() {
    const auto octets = nas::protect_service_request(ue.security_mutable());
    REQUIRE(octets);
    ue.send_octets(*octets);
    wait(100ms);
  }
  void ask_for(nas::ServiceType type) {
    ue.send(nas::EmmMessage(
                nas::ExtendedServiceRequest{.service_type = type, .m_tmsi = nas::Tmsi{ue.guti()->m_tmsi}}),
            nas::SecurityHeader::integrity_ciphered);
    wait(100ms);
  }
  /// The eNodeB says that it has set up the context, with its default bearer's packets to TEID 0x77.
  void answer_context_setup() {
    const s1ap::ErabSetupItemCtxtSuRes item{
        5, s1ap::TransportLayerAddress::of(IpAddress(*Ipv4Address::parse("127.0.2.1"))), 0x77};
    s1ap::InitialContextSetupResponse response;
    response.mme_ue_s1ap_id = *enb.mme_ue_s1ap_id(*ue.connection());
    response.enb_ue_s1ap_id = *ue.connection();
    response.erab_setup_list = {&item, 1};
    enb.send(response, 1);
    wait(100ms);
  }
  std::size_t contexts_asked() const { return enb.received(MessageType::initial_context_setup_request) - 1; }
};

}  // namespace

TEST_CASE("5_5_1_2_7_e_same_attach_request_before_the_accept_is_ignored_at_each_step") {
  const auto repeats_before = [](Readable& world, auto type) {
    world.ue.behaviour().downlink = [&world, type, repeated = false](Bytes message) mutable {
      if (is(message, type) && !std::exchange(repeated, true)) world.ue.repeat_request();
      return true;
    };
  };
  Readable world;
  SECTION("it has been asked to prove who it is") {
    repeats_before(world, nas::EmmType::authentication_request);
  }
  SECTION("it has been asked to take keys") {
    repeats_before(world, nas::EmmType::security_mode_command);
  }
  SECTION("it has been asked for its APN") {
    repeats_before(world, nas::EsmType::esm_information_request);
  }
  CHECK(world.attach(world.ue));
  world.wait(10s);
  CHECK(world.hss.vectors_given == 1);
  CHECK(world.gateway.created == 1);
  CHECK(world.ue.received(nas::EmmType::authentication_request) == 1);
  CHECK(world.ue.received(nas::EmmType::security_mode_command) == 1);
  CHECK(world.ue.received(nas::EsmType::esm_information_request) == 1);
  CHECK(world.ue.received(nas::EmmType::attach_accept) == 1);
  CHECK(world.complaints() == "");
}

TEST_CASE("5_5_1_2_7_e_other_attach_request_before_the_accept_is_the_one_that_is_answered") {
  Readable world;
  world.ue.settings().pdn_type = nas::PdnType::ipv4;
  unsigned vectors = 2;
  SECTION("the HSS has been asked for a vector") {
    world.hss.delay = 1s;
    vectors = 1;  // Nobody waited for the other one any more.
  }
  SECTION("it has been asked to prove who it is") {
    world.lose(nas::EmmType::authentication_request, 1);
  }
  SECTION("it has been asked to take keys") {
    world.lose(nas::EmmType::security_mode_command, 1);
  }
  SECTION("it has been asked for its APN") {
    world.lose(nas::EsmType::esm_information_request, 1);
    vectors = 1;  // It has keys, and proves itself by them.
  }
  std::optional<lab::Running<lab::UeResult<lab::Registration>>> first(std::in_place, world.ue.attach());
  world.wait(500ms);
  REQUIRE_FALSE(first->done());
  first.reset();
  // The UE takes the answer to this one alone: by its transaction, which is the next one.
  world.ue.settings().pdn_type = nas::PdnType::ipv6;
  const auto attached = world.attach(world.ue);
  REQUIRE(attached);
  CHECK(attached->bearer.pdn_type == nas::PdnType::ipv6);
  world.wait(10s);
  CHECK(world.seen <= 2);  // What the first one had asked is not asked again.
  CHECK(world.hss.vectors_given == vectors);
  CHECK(world.ue.received(nas::EmmType::attach_accept) == 1);
  CHECK(world.gateway.created == 1);
  CHECK(world.mme->connected_ues() == 1);
  CHECK(world.complaints() == "");
}

TEST_CASE("5_5_1_2_7_d_same_attach_request_after_the_accept_has_it_sent_again_and_counts_as_no_expiry") {
  Readable world;
  world.lose(nas::EmmType::attach_accept, 99);
  std::optional<lab::Running<lab::UeResult<lab::Registration>>> attaching(std::in_place, world.ue.attach());
  world.wait(800ms);
  REQUIRE(world.seen == 1);
  const ByteVector accept = world.last;
  SECTION("and heard") {
    world.hears_all();
    world.ue.repeat_request();
    world.wait(100ms);
    CHECK(world.seen == 2);
    CHECK(world.last == accept);
    REQUIRE(attaching->done());
    CHECK(attaching->result());
    world.wait(10s);
    CHECK(world.seen == 2);
    CHECK(world.gateway.sessions.size() == 1);
    CHECK(world.record(1)->emm_state == EmmState::registered);
    CHECK(world.complaints() == "");
  }
  SECTION("and never heard") {
    world.ue.repeat_request();
    attaching.reset();
    world.wait(10s);
    CHECK(tenths_after_first(world.seen_at) == kRepeatedAfter8Tenths);
    CHECK(world.last == accept);
    CHECK(world.gateway.sessions.empty());
    CHECK(world.record(1)->emm_state == EmmState::deregistered);
    CHECK(world.mme->connected_ues() == 0);
  }
  CHECK(world.hss.vectors_given == 1);
  CHECK(world.gateway.created == 1);
  CHECK(world.enb.received(MessageType::initial_context_setup_request) == 1);
}

TEST_CASE("5_5_1_2_7_d_other_attach_request_after_the_accept_is_served_and_the_first_is_given_back") {
  Readable world;
  world.ue.settings().pdn_type = nas::PdnType::ipv4;
  world.lose(nas::EmmType::attach_accept, 1);
  std::optional<lab::Running<lab::UeResult<lab::Registration>>> first(std::in_place, world.ue.attach());
  world.wait(800ms);
  REQUIRE(world.seen == 1);
  REQUIRE(world.gateway.sessions.contains(1));
  first.reset();
  world.ue.settings().pdn_type = nas::PdnType::ipv6;
  const auto attached = world.attach(world.ue);
  REQUIRE(attached);
  CHECK(attached->bearer.pdn_type == nas::PdnType::ipv6);
  world.wait(10s);
  CHECK(world.seen == 2);
  CHECK(world.gateway.created == 2);
  CHECK_FALSE(world.gateway.sessions.contains(1));
  CHECK(world.gateway.sessions.contains(2));
  CHECK(world.record(1)->emm_state == EmmState::registered);
  CHECK(world.record(1)->m_tmsi == world.ue.guti()->m_tmsi);
  CHECK(world.complaints() == "");
}

TEST_CASE("5_5_3_2_7_e_same_update_request_before_the_accept_is_ignored") {
  Registered world;
  world.needs_new_keys();
  bool repeated = false;
  world.ue.behaviour().downlink = [&](Bytes message) {
    if (is(message, nas::EmmType::authentication_request) && !std::exchange(repeated, true))
      world.ue.repeat_request();
    return true;
  };
  REQUIRE(world.update());
  world.wait(10s);
  CHECK(repeated);
  CHECK(world.hss.vectors_given == 2);
  CHECK(world.ue.received(nas::EmmType::authentication_request) == 2);
  CHECK(world.ue.received(nas::EmmType::tracking_area_update_accept) == 1);
  CHECK(world.complaints() == "");
}

TEST_CASE("5_5_3_2_7_e_other_update_request_before_the_accept_is_the_one_that_is_answered") {
  Registered world;
  world.needs_new_keys();
  world.lose(nas::EmmType::authentication_request, 1);
  std::optional<lab::Running<lab::UeResult<lab::Update>>> first(std::in_place,
                                                                world.ue.tracking_area_update(kCombined));
  world.wait(500ms);
  REQUIRE(world.seen == 1);
  first.reset();
  const auto updated = world.update();
  REQUIRE(updated);
  CHECK_FALSE(updated->cause);
  world.wait(10s);
  CHECK(world.seen == 2);
  CHECK(world.ue.received(nas::EmmType::tracking_area_update_accept) == 1);
  CHECK(world.stored().m_tmsi == world.ue.guti()->m_tmsi);
  CHECK(world.complaints() == "");
}

TEST_CASE("5_5_3_2_7_d_same_update_request_after_the_accept_has_it_sent_again_and_counts_as_no_expiry") {
  Registered world;
  const std::uint32_t before = world.ue.guti()->m_tmsi;
  world.lose(nas::EmmType::tracking_area_update_accept, 99);
  std::optional<lab::Running<lab::UeResult<lab::Update>>> updating(std::in_place,
                                                                   world.ue.tracking_area_update());
  world.wait(800ms);
  REQUIRE(world.seen == 1);
  const ByteVector accept = world.last;
  SECTION("and heard") {
    world.hears_all();
    world.ue.repeat_request();
    world.wait(100ms);
    CHECK(world.seen == 2);
    CHECK(world.last == accept);
    REQUIRE(updating->done());
    CHECK(updating->result());
    CHECK(world.stored().old_m_tmsi == 0);
    world.wait(10s);
    CHECK(world.seen == 2);
    CHECK(world.ue.connected());
    CHECK(world.complaints() == "");
  }
  SECTION("and never heard") {
    world.ue.repeat_request();
    updating.reset();
    world.wait(10s);
    CHECK(tenths_after_first(world.seen_at) == kRepeatedAfter8Tenths);
    CHECK(world.last == accept);
    CHECK(world.mme->connected_ues() == 0);
    CHECK(world.stored().old_m_tmsi == before);
    CHECK(world.stored().emm_state == EmmState::registered);
    CHECK(world.gateway.sessions.size() == 1);
  }
}

TEST_CASE("5_5_3_2_7_d_other_update_request_after_the_accept_is_served_in_place_of_the_first") {
  Registered world;
  world.lose(nas::EmmType::tracking_area_update_accept, 1);
  std::optional<lab::Running<lab::UeResult<lab::Update>>> first(std::in_place,
                                                                world.ue.tracking_area_update(kCombined));
  world.wait(800ms);
  REQUIRE(world.seen == 1);
  const std::uint32_t never_heard = world.stored().m_tmsi;
  first.reset();
  const auto updated = world.update();
  REQUIRE(updated);
  CHECK_FALSE(updated->cause);
  world.wait(10s);
  CHECK(world.seen == 2);
  CHECK(world.stored().old_m_tmsi == 0);
  CHECK(world.stored().m_tmsi == world.ue.guti()->m_tmsi);
  CHECK_FALSE(world.mme->directory().find_by_m_tmsi(never_heard));
  CHECK(world.ue.connected());
  CHECK(world.complaints() == "");
}

TEST_CASE("5_6_1_7_c_service_request_that_comes_again_is_the_one_that_is_served_already") {
  Idle world;
  const auto again = GENERATE(std::optional<nas::ServiceType>(), nas::ServiceType::packet_services_via_s1);
  const auto ask_again = [&] { again ? world.ask_for(*again) : world.ask_for_service_again(); };
  std::optional<lab::Running<lab::UeResult<void>>> serving;
  SECTION("while the eNodeB has not answered") {
    world.enb.behaviour().ignores_initial_context_setup = true;
    serving.emplace(world.ue.service_request());
    world.wait(100ms);
    ask_again();
    CHECK(world.contexts_asked() == 1);
    world.answer_context_setup();
  }
  SECTION("while the gateway has not answered") {
    world.gateway.modify_delay = 2s;
    serving.emplace(world.ue.service_request());
    world.wait(100ms);
    ask_again();
  }
  world.wait(3s);
  CHECK(world.contexts_asked() == 1);
  CHECK(world.ue.received(nas::EmmType::service_reject) == 0);
  CHECK(world.gateway.sessions.at(1).access);
  CHECK(world.stored().emm_state == EmmState::registered);
  CHECK(world.mme->connected_ues() == 1);
}

TEST_CASE("5_6_1_7_c_service_request_from_another_cell_takes_the_place_of_the_one_that_is_not_served_yet") {
  Idle world;
  lab::Enb& other = world.add_enb(2);
  const auto released = world.enb.received(MessageType::ue_context_release_command);
  SECTION("the eNodeB has not answered") {
    world.enb.behaviour().ignores_initial_context_setup = true;
  }
  SECTION("the gateway has not answered") {
    world.gateway.modify_delay = 2s;
  }
  const lab::Running first(world.ue.service_request());
  world.wait(100ms);
  world.ue.move_to(other);
  REQUIRE(*lab::finish(world.loop, world.ue.service_request()));
  world.wait(10s);
  CHECK(world.enb.received(MessageType::ue_context_release_command) == released + 1);
  CHECK(other.received(MessageType::initial_context_setup_request) == 1);
  REQUIRE(world.gateway.sessions.at(1).access);
  CHECK(world.gateway.sessions.at(1).access->v4 == other.settings().gtpu_v4);
  CHECK(world.mme->connected_ues() == 1);
  CHECK(world.complaints() == "");
}

TEST_CASE("5_6_1_7_c_request_for_a_service_that_is_not_offered_leaves_the_one_that_runs_alone") {
  Idle world;
  std::optional<nas::EmmCause> cause;
  world.ue.behaviour().downlink = [&](Bytes message) {
    if (const auto reject = nas::decode<nas::ServiceReject>(readable(message))) cause = reject->emm_cause;
    return true;
  };
  world.enb.behaviour().ignores_initial_context_setup = true;
  const lab::Running serving(world.ue.service_request());
  world.wait(100ms);
  world.ask_for(nas::ServiceType::mobile_originating_cs_fallback);
  CHECK(cause == nas::EmmCause::cs_domain_not_available);
  world.answer_context_setup();
  CHECK(world.contexts_asked() == 1);
  CHECK(world.gateway.sessions.at(1).access);
  CHECK(world.stored().emm_state == EmmState::registered);
}

TEST_CASE("5_6_1_7_d_attach_in_the_middle_of_a_service_request_is_what_is_served") {
  Idle world;
  world.gateway.modify_delay = 2s;
  std::optional<lab::Running<lab::UeResult<void>>> serving(std::in_place, world.ue.service_request());
  world.wait(100ms);
  serving.reset();
  REQUIRE(world.attach(world.ue));
  world.wait(5s);
  CHECK(world.gateway.created == 2);
  REQUIRE(world.gateway.sessions.size() == 1);
  REQUIRE(world.gateway.sessions.contains(2));
  CHECK(world.gateway.sessions.at(2).access);
  CHECK(world.stored().emm_state == EmmState::registered);
  CHECK(world.complaints() == "");
}
