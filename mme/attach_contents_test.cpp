// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "mme/test_world.hpp"

/// What an attach, an update or a service request says to the UE and to its eNodeB, and what of the UE is
/// kept or forgotten with it.
using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

/// NAS messages that can be read on their way.
struct Readable : World {
  Readable() { settings.ciphering = {config::Ciphering::eea0}; }
  /// What the last downlink message of this kind said.
  template <class M>
  void watch(std::optional<M>& last) {
    ue.behaviour().downlink = [this, &last](Bytes octets) {
      const auto envelope = nas::read_envelope(octets);
      kept_.assign(envelope->message.begin(), envelope->message.end());
      if (auto message = nas::decode<M>(kept_)) last = *message;
      return true;
    };
  }
  lab::UeResult<lab::Update> update(lab::UpdateRequest wanted = {}) {
    return *lab::finish(loop, ue.tracking_area_update(wanted));
  }
  /// So many Initial Context Setups had the UE's radio capability, so many had none.
  void count_capabilities() {
    enb.on_message = [this](const s1ap::Message& message) {
      if (const auto* setup = message.as<s1ap::InitialContextSetupRequest>())
        ++(setup->ue_radio_capability ? with_capability : without_capability);
    };
  }

  lab::Enb& enb = add_enb();
  lab::Ue& ue = add_ue(enb, 1);
  unsigned with_capability = 0;
  unsigned without_capability = 0;

 private:
  ByteVector kept_;
};

}  // namespace

// ---- what is said ---------------------------------------------------------------------------------------

TEST_CASE("attach_and_update_tell_a_ue_the_same_of_the_network_and_how_long_it_waits_after_failures") {
  Readable world;
  world.settings.ims_voice_over_ps = GENERATE(false, true);
  world.settings.t3402_seconds = 720;
  const bool restricted = GENERATE(false, true);
  if (restricted) world.hss.restrictions.set(hss::AccessRestriction::nr_as_secondary_rat);
  std::optional<nas::AttachAccept> attached;
  world.watch(attached);
  REQUIRE(world.attach(world.ue));
  REQUIRE(attached);
  const auto told = attached->eps_network_feature_support;
  REQUIRE(told);
  CHECK(told->ims_voice_over_ps == world.settings.ims_voice_over_ps);
  CHECK(told->restrict_dual_connectivity_nr == restricted);
  CHECK(told->extended_pco);
  CHECK(told->extended_service_request_ps);
  CHECK(attached->t3402_value == nas::GprsTimer::from_seconds(720));

  world.wait(1s);
  world.go_idle(world.enb, world.ue);
  std::optional<nas::TrackingAreaUpdateAccept> updated;
  world.watch(updated);
  REQUIRE(world.update());
  REQUIRE(updated);
  CHECK(updated->eps_network_feature_support == told);
  CHECK(updated->t3402_value == nas::GprsTimer::from_seconds(720));
  CHECK(world.complaints() == "");
}

TEST_CASE("enb_whose_context_stays_is_told_what_the_ue_may_no_more_with_the_next_nas_message") {
  Readable world;
  world.settings.emm_information = GENERATE(false, true);
  REQUIRE(world.attach(world.ue));
  world.wait(1s);
  unsigned lists = 0;
  bool restricted = false;
  world.enb.on_message = [&](const s1ap::Message& message) {
    const auto* transport = message.as<s1ap::DownlinkNasTransport>();
    if (transport == nullptr || !transport->handover_restriction_list) return;
    ++lists;
    restricted = transport->handover_restriction_list->nr_restriction_in_eps_as_secondary_rat.has_value();
  };
  world.hss.restrictions.set(hss::AccessRestriction::nr_as_secondary_rat);
  REQUIRE(world.attach(world.ue));
  world.wait(1s);
  CHECK(world.enb.received(s1ap::MessageType::initial_context_setup_request) == 1);
  CHECK(lists == 1);
  CHECK(restricted);
  // And where nothing is restricted any more, of that.
  world.hss.restrictions = {};
  REQUIRE(world.attach(world.ue));
  world.wait(1s);
  CHECK(lists == 2);
  CHECK_FALSE(restricted);
  CHECK(world.complaints() == "");
}

TEST_CASE("enb_of_a_connected_ue_is_told_at_once_what_its_subscription_allows_no_more") {
  Readable world;
  REQUIRE(world.attach(world.ue));
  world.wait(1s);
  std::optional<bool> restricted;
  world.enb.on_message = [&](const s1ap::Message& message) {
    const auto* transport = message.as<s1ap::DownlinkNasTransport>();
    if (transport == nullptr || !transport->handover_restriction_list) return;
    restricted = transport->handover_restriction_list->nr_restriction_in_eps_as_secondary_rat.has_value();
  };
  hss::InsertSubscriberDataRequest request{.imsi = test_imsi(1)};
  request.change.access_restrictions.emplace().set(hss::AccessRestriction::nr_as_secondary_rat);
  REQUIRE(lab::finish(world.loop, world.mme->insert_subscriber_data(request))->has_value());
  world.wait(1s);
  CHECK(restricted == true);
  // What it knows is not told again.
  restricted.reset();
  REQUIRE(lab::finish(world.loop, world.mme->insert_subscriber_data(request))->has_value());
  world.wait(1s);
  CHECK_FALSE(restricted);
  CHECK(world.ue.connected());
  CHECK(world.complaints() == "");
}

TEST_CASE("restriction_that_comes_while_new_keys_are_in_doubt_is_told_once_they_are_not") {
  Readable world;
  world.settings.emm_information = GENERATE(false, true);
  REQUIRE(world.attach(world.ue));
  world.wait(1s);
  const auto informed = world.ue.received(nas::EmmType::emm_information);
  std::optional<bool> restricted;
  world.enb.on_message = [&](const s1ap::Message& message) {
    const auto* transport = message.as<s1ap::DownlinkNasTransport>();
    if (transport == nullptr || !transport->handover_restriction_list) return;
    restricted = transport->handover_restriction_list->nr_restriction_in_eps_as_secondary_rat.has_value();
  };
  const auto restrict = [&] {
    hss::InsertSubscriberDataRequest request{.imsi = test_imsi(1)};
    request.change.access_restrictions.emplace().set(hss::AccessRestriction::nr_as_secondary_rat);
    REQUIRE(lab::finish(world.loop, world.mme->insert_subscriber_data(request))->has_value());
  };
  // Other capabilities are bound to other keys.
  world.ue.settings().network_capability.octets.data[0] = 0xE0;
  SECTION("the UE has not answered") {
    world.ue.behaviour().deaf_to = {nas::EmmType::security_mode_command};
    lab::Running updating(world.ue.tracking_area_update());
    world.wait(1s);
    restrict();
    world.wait(1s);
    CHECK_FALSE(restricted);
    CHECK(world.ue.received(nas::EmmType::emm_information) == informed);
    world.ue.behaviour().deaf_to.clear();
    world.wait(10s);
    REQUIRE(updating.done());
    CHECK(updating.result());
    CHECK(restricted == true);
    CHECK(world.ue.connected());
  }
  SECTION("the UE has refused") {
    world.settings.release_delay_ms = 100;
    world.ue.behaviour().rejects_security_mode = true;
    lab::Running updating(world.ue.tracking_area_update());
    world.loop.run_until([&] { return world.ue.received(nas::EmmType::security_mode_command) == 1; }, 1s);
    world.wait(1ms);
    REQUIRE(world.ue.connected());
    restrict();
    world.wait(10s);
    // Those that it had stay in use (TS 24.301 §5.4.3.5).
    CHECK(restricted == true);
    CHECK(world.ue.received(nas::EmmType::emm_information) == informed + 1);
    CHECK_FALSE(world.ue.connected());
    restricted.reset();
    // With its next context the eNodeB knows.
    world.ue.behaviour().rejects_security_mode = false;
    world.enb.on_message = [&](const s1ap::Message& message) {
      const auto* setup = message.as<s1ap::InitialContextSetupRequest>();
      if (setup != nullptr) restricted = setup->handover_restriction_list.has_value();
    };
    REQUIRE(lab::finish(world.loop, world.ue.service_request())->has_value());
    CHECK(restricted == true);
  }
  CHECK(world.complaints() == "");
}

// ---- what is kept ---------------------------------------------------------------------------------------

TEST_CASE("radio_capability_is_kept_until_the_ue_attaches_anew_or_says_that_it_has_changed") {
  Readable world;
  world.count_capabilities();
  REQUIRE(world.attach(world.ue));
  world.wait(1s);
  CHECK(world.without_capability == 1);
  world.go_idle(world.enb, world.ue);
  REQUIRE(lab::finish(world.loop, world.ue.service_request())->has_value());
  world.wait(1s);
  CHECK(world.with_capability == 1);
  SECTION("an attach: it may be another phone") {
    world.go_idle(world.enb, world.ue);
    REQUIRE(world.attach(world.ue));
    CHECK(world.without_capability == 2);
  }
  SECTION("an update without a word about it") {
    world.go_idle(world.enb, world.ue);
    REQUIRE(world.update({.active = true}));
    world.wait(1s);
    CHECK(world.with_capability == 2);
  }
  SECTION("an update that says so, with bearers") {
    world.go_idle(world.enb, world.ue);
    REQUIRE(world.update({.active = true, .radio_capability_changed = true}));
    world.wait(1s);
    CHECK(world.without_capability == 2);
  }
  SECTION("an update that says so, and a service request later") {
    world.go_idle(world.enb, world.ue);
    REQUIRE(world.update({.radio_capability_changed = true}));
    world.wait(1s);
    REQUIRE(lab::finish(world.loop, world.ue.service_request())->has_value());
    CHECK(world.without_capability == 2);
  }
  world.wait(1s);
  CHECK(world.with_capability + world.without_capability == 3);
  CHECK(world.complaints() == "");
}

TEST_CASE("ue_that_leaves_the_cs_domain_alone_is_answered_and_keeps_its_sessions") {
  Readable world;
  REQUIRE(world.attach(world.ue));
  world.wait(1s);
  const bool idle = GENERATE(false, true);
  if (idle) world.go_idle(world.enb, world.ue);
  world.ue.send(nas::EmmMessage(nas::DetachRequestUeOriginating{
      .detach_type = {.value = nas::UeDetachType::Value::imsi}, .eps_mobile_identity = *world.ue.guti()}));
  world.wait(1s);
  CHECK(world.ue.received(nas::EmmType::detach_accept) == 1);
  CHECK(world.record(1)->emm_state == EmmState::registered);
  CHECK(world.gateway.sessions.size() == 1);
  CHECK(world.ue.connected() == !idle);
}

TEST_CASE("ue_from_another_radio_access_is_found_by_its_guti_of_here_beside_the_one_of_there") {
  Readable world;
  REQUIRE(world.attach(world.ue));
  world.wait(1s);
  world.go_idle(world.enb, world.ue);
  const unsigned vectors = world.hss.vectors_given;
  const Guti ours = *world.ue.guti();
  const Guti mapped{{*Plmn::parse("00101"), 0x0101, 0x02}, 0xC0112233};
  SECTION("update") {
    world.ue.send(nas::EmmMessage(
        nas::TrackingAreaUpdateRequest{.old_guti = mapped, .additional_guti = nas::EpsMobileIdentity(ours)}));
    world.wait(1s);
    CHECK(world.ue.received(nas::EmmType::tracking_area_update_accept) == 1);
  }
  SECTION("attach") {
    nas::AttachRequest request;
    request.eps_mobile_identity = mapped;
    request.additional_guti = nas::EpsMobileIdentity(ours);
    request.ue_network_capability = world.ue.settings().network_capability;
    request.ms_network_capability = world.ue.settings().ms_network_capability;
    const PlainMessage esm(nas::PdnConnectivityRequest{.procedure_transaction_identity = 1,
                                                       .request_type = nas::RequestType::initial,
                                                       .pdn_type = nas::PdnType::ipv4});
    request.esm_message_container = nas::Octets(esm.bytes());
    world.ue.send(nas::EmmMessage(request), nas::SecurityHeader::integrity);
    world.wait(1s);
    CHECK(world.ue.received(nas::EmmType::attach_accept) == 2);
  }
  CHECK(world.hss.vectors_given == vectors);
  CHECK(world.ue.received(nas::EmmType::identity_request) == 0);
  CHECK(world.gateway.sessions.size() == 1);
}

// ---- what is asked for ----------------------------------------------------------------------------------

TEST_CASE("attach_that_wants_a_connection_of_another_access_is_refused_since_there_is_none") {
  Readable world;
  world.ue.settings().first_request = nas::RequestType::handover;
  const auto refused = world.attach(world.ue);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().emm_cause == nas::EmmCause::esm_failure);
  CHECK(refused.error().esm_cause == nas::EsmCause::pdn_connection_does_not_exist);
  CHECK(world.gateway.created == 0);
  CHECK(world.complaints() == "");
}

TEST_CASE("esm_information_of_another_transaction_is_answered_with_its_status_and_the_attach_goes_on") {
  Readable world;
  world.ue.settings().apn = Apn::parse("internet");
  bool twisted = false;
  world.ue.behaviour().downlink = [&](Bytes octets) {
    const auto envelope = nas::read_envelope(octets);
    const auto peeked = nas::peek(envelope->message);
    if (twisted || !peeked || peeked->esm_type != nas::EsmType::esm_information_request) return true;
    twisted = true;
    const auto other = static_cast<std::uint8_t>(peeked->procedure_transaction_identity + 1);
    world.ue.send(nas::EsmMessage(nas::EsmInformationResponse{.procedure_transaction_identity = other}));
    return true;
  };
  REQUIRE(world.attach(world.ue));
  CHECK(twisted);
  CHECK(world.ue.status_cause() == nas::EsmCause::pti_mismatch);
  CHECK(world.gateway.sessions.size() == 1);
}

TEST_CASE("pdn_connection_asked_for_right_after_attach_complete_waits_for_the_enbs_answer") {
  Readable world;
  world.enb.behaviour().keeps_context_setup_response = true;
  REQUIRE(world.attach(world.ue));
  lab::Running another(world.ue.connect_pdn(Apn::parse("ims")));
  world.wait(100ms);
  CHECK_FALSE(another.done());
  const s1ap::ErabSetupItemCtxtSuRes item{
      5, s1ap::TransportLayerAddress::of(IpAddress(*Ipv4Address::parse("127.0.2.1"))), 0x77};
  s1ap::InitialContextSetupResponse response;
  response.mme_ue_s1ap_id = *world.enb.mme_ue_s1ap_id(*world.ue.connection());
  response.enb_ue_s1ap_id = *world.ue.connection();
  response.erab_setup_list = {&item, 1};
  world.enb.send(response, 1);
  world.wait(1s);
  REQUIRE(another.done());
  CHECK(another.result());
  CHECK(world.gateway.sessions.size() == 2);
}

TEST_CASE("extended_service_request_is_read_as_its_table_says_and_there_is_no_cs_domain_to_fall_back_to") {
  Readable world;
  REQUIRE(world.attach(world.ue));
  world.wait(1s);
  world.go_idle(world.enb, world.ue);
  std::optional<nas::ServiceReject> rejected;
  world.watch(rejected);
  const auto ask = [&](unsigned type) {
    rejected.reset();
    const nas::ExtendedServiceRequest request{.service_type = static_cast<nas::ServiceType>(type),
                                              .m_tmsi = nas::Tmsi{world.ue.guti()->m_tmsi}};
    world.ue.send(nas::EmmMessage(request), world.ue.connected() ? nas::SecurityHeader::integrity_ciphered
                                                                 : nas::SecurityHeader::integrity);
    world.wait(1s);
  };
  const unsigned falls_back = GENERATE(0u, 1u, 2u, 3u, 4u);
  ask(falls_back);
  REQUIRE(rejected);
  CHECK(rejected->emm_cause == nas::EmmCause::cs_domain_not_available);
  CHECK_FALSE(world.ue.connected());
  CHECK(world.record(1)->emm_state == EmmState::registered);
  const unsigned packets = GENERATE(8u, 9u, 10u, 11u);
  ask(packets);
  CHECK_FALSE(rejected);
  CHECK(world.ue.connected());
  // Connected, it keeps what it has.
  ask(falls_back);
  CHECK(rejected);
  CHECK(world.ue.connected());
  CHECK(world.gateway.sessions.at(1).access);
}
