// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "mme/test_world.hpp"

/// Emergency attach, TS 23.401 §4.3.12, TS 24.301 §5.5.1.2, TS 33.401 §15.2.2.
using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

class Emergency : public World {
 public:
  explicit Emergency(config::EmergencyAttach mode) : enb(add_enb(1)) {
    settings.emergency_attach = mode;
    settings.emergency_numbers = {"112", "911"};
  }
  lab::Ue& caller(unsigned number) {
    lab::Ue& ue = add_ue(enb, number);
    ue.settings().emergency = true;
    return ue;
  }

  lab::Enb& enb;
};

}  // namespace

TEST_CASE("emergency_attach_is_refused_where_the_operator_does_not_offer_it") {
  Emergency world(config::EmergencyAttach::off);
  const auto refused = world.attach(world.caller(1));
  REQUIRE_FALSE(refused);
  // Nothing that bars its SIM.
  CHECK(refused.error().emm_cause == nas::EmmCause::esm_failure);
  CHECK(refused.error().esm_cause == nas::EsmCause::service_option_not_supported);
  CHECK(world.gateway.sessions.empty());
}

TEST_CASE("sim_that_may_not_attach_gets_emergency_service_and_its_access_point_alone") {
  Emergency world(config::EmergencyAttach::authenticated);
  world.hss.barred[test_imsi(1)] = {hss::S6aResult::roaming_not_allowed};
  lab::Ue& ue = world.caller(1);
  ue.settings().apn = Apn::parse("internet");
  ue.settings().esm_information_transfer = true;
  const auto registered = world.attach(ue);
  REQUIRE(registered);
  CHECK(registered->bearer.apn == *Apn::parse("sos"));
  CHECK(world.hss.locations_updated == 0);
  CHECK(world.record(1)->emergency);
  CHECK_FALSE(world.record(1)->security.null_integrity);
  CHECK(ue.security().algorithms.integrity == IntegrityAlgorithm::eia2);
  CHECK(world.complaints() == "");
}

TEST_CASE("sim_that_fails_its_proof_gets_no_emergency_service_where_a_proof_is_asked") {
  Emergency world(config::EmergencyAttach::authenticated);
  lab::Ue& ue = world.caller(1);
  ue.behaviour().wrong_res = true;
  CHECK_FALSE(world.attach(ue));
  const auto imei = world.attach(world.caller(2), lab::UeIdentity::imei);
  REQUIRE_FALSE(imei);
  CHECK(imei.error().emm_cause == nas::EmmCause::imei_not_accepted);
  world.wait(60s);
  CHECK(world.gateway.sessions.empty());
  CHECK(world.mme->connected_ues() == 0);
}

TEST_CASE("NAS_NULL_integrity_protection_is_for_emergency_calls_without_a_proof_alone") {
  Emergency world(config::EmergencyAttach::any);
  // A phone without a SIM, and one whose SIM nobody knows or that fails.
  lab::Ue& without_sim = world.caller(1);
  REQUIRE(world.attach(without_sim, lab::UeIdentity::imei));
  CHECK(without_sim.security().null_integrity);
  world.hss.refused[test_imsi(2)] = {hss::S6aResult::user_unknown};
  REQUIRE(world.attach(world.caller(2)));
  lab::Ue& impostor = world.caller(3);
  impostor.behaviour().wrong_res = true;
  REQUIRE(world.attach(impostor));
  CHECK(world.gateway.sessions.size() == 3);
  // None of them is the subscriber that it claims to be.
  for (unsigned number = 1; number <= 3; ++number) CHECK(world.record(number) == nullptr);
  // A SIM that can prove itself has keys, and so has everybody who does not call for help.
  lab::Ue& proven = world.caller(4);
  REQUIRE(world.attach(proven));
  CHECK_FALSE(proven.security().null_integrity);
  CHECK(proven.security().algorithms.integrity == IntegrityAlgorithm::eia2);
  lab::Ue& normal = world.add_ue(world.enb, 5);
  normal.behaviour().wrong_res = true;
  CHECK_FALSE(world.attach(normal));
  CHECK(world.complaints() == "");
}

TEST_CASE("5_4_3_2_caller_without_a_proof_can_tell_that_its_request_was_changed_on_its_way") {
  Emergency world(config::EmergencyAttach::any);
  lab::Ue& caller = world.caller(1);
  std::optional<nas::SecurityModeCommand> command;
  caller.behaviour().downlink = [&](Bytes message) {
    const auto envelope = nas::read_envelope(message);
    if (envelope && envelope->header == nas::SecurityHeader::integrity_new_context)
      if (const auto read = nas::decode<nas::SecurityModeCommand>(envelope->message)) command = *read;
    return true;
  };
  REQUIRE(world.attach(caller, lab::UeIdentity::imei));
  REQUIRE(command);
  CHECK(command->hash_mme.has_value());
}

TEST_CASE("caller_without_a_proof_cannot_make_its_call_an_ordinary_attach_afterwards") {
  Emergency world(config::EmergencyAttach::any);
  lab::Ue& caller = world.caller(1);
  caller.behaviour().wrong_res = true;
  const auto type = GENERATE(nas::EpsAttachType::emergency, nas::EpsAttachType::eps);
  ByteVector request;
  caller.behaviour().uplink = [&](ByteVector& message) {
    if (message[0] == 0x07 && message[1] == 0x41) {
      request = message;
      request[2] = static_cast<std::uint8_t>((request[2] & 0xF8) | static_cast<unsigned>(type));
    }
    // SECURITY MODE COMPLETE, which nothing protects: with another request as the one that was sent.
    if (message.size() > 8 && message[6] == 0x07 && message[7] == 0x5E) {
      for (const std::size_t octet : {std::size_t{0x79}, request.size() >> 8, request.size() & 0xFF})
        message.push_back(static_cast<std::uint8_t>(octet));
      message.insert(message.end(), request.begin(), request.end());
    }
    return true;
  };
  const bool served = type == nas::EpsAttachType::emergency;
  CHECK(world.attach(caller, lab::UeIdentity::imsi).has_value() == served);
  world.wait(1min);
  CHECK(world.gateway.sessions.size() == (served ? 1 : 0));
  CHECK(world.hss.locations_updated == 0);
  CHECK(world.mme->connected_ues() == (served ? 1 : 0));
}

TEST_CASE("unauthenticated_call_in_the_name_of_a_registered_ue_does_not_touch_it") {
  Emergency world(config::EmergencyAttach::any);
  lab::Ue& victim = world.add_ue(world.enb, 1);
  REQUIRE(world.attach(victim));
  world.wait(1s);
  lab::Ue& impostor = world.caller(1);
  impostor.behaviour().wrong_res = true;
  REQUIRE(world.attach(impostor, lab::UeIdentity::imsi));
  CHECK(victim.connected());
  CHECK_FALSE(world.record(1)->emergency);
  CHECK_FALSE(world.record(1)->security.null_integrity);
  CHECK(world.gateway.sessions.size() == 2);
}

TEST_CASE("keys_of_a_call_without_a_proof_never_become_those_of_a_registered_ue") {
  Emergency world(config::EmergencyAttach::any);
  lab::Ue& ue = world.add_ue(world.enb, 1);
  REQUIRE(world.attach(ue));
  world.wait(1s);
  const nas::EpsSecurityContext keys = ue.security();
  const std::uint32_t id = *ue.connection();
  ue.settings().emergency = true;
  ue.settings().network_capability.octets.data[0] = 0xE0;  // Which its keys are not bound to.
  ue.behaviour().wrong_res = true;
  ue.behaviour().deaf_to = {nas::EmmType::security_mode_command, nas::EmmType::authentication_reject};
  std::optional<lab::Running<lab::UeResult<lab::Registration>>> calling(std::in_place,
                                                                        ue.attach(lab::UeIdentity::imsi));
  world.wait(1s);
  REQUIRE(world.mme->connected_ues() == 1);
  calling.reset();
  SECTION("whatever it asks for under its own while the call's are on their way") {
    ue.settings().emergency = false;
    ue.security_mutable() = keys;
    ue.security_mutable().uplink_count += 2;
    const nas::TrackingAreaUpdateRequest update{.old_guti = *ue.guti()};
    ue.send(nas::EmmMessage(update), nas::SecurityHeader::integrity_ciphered);
  }
  SECTION("whoever detaches it then") {
    world.mme->detach(*world.mme->directory().find(test_imsi(1)), nas::NetworkDetachType::reattach_required,
                      std::nullopt);
  }
  world.wait(100ms);
  // SECURITY MODE COMPLETE as anybody can say it who has no keys.
  const std::array<std::uint8_t, 8> complete{0x47, 0, 0, 0, 0, 0, 0x07, 0x5E};
  s1ap::UplinkNasTransport transport;
  transport.mme_ue_s1ap_id = *world.enb.mme_ue_s1ap_id(id);
  transport.enb_ue_s1ap_id = id;
  transport.nas_pdu = complete;
  transport.tai = world.enb.settings().tracking_area;
  transport.eutran_cgi = {transport.tai.plmn, 256};
  world.enb.send(transport, 1);
  world.wait(100ms);
  REQUIRE(world.record(1) != nullptr);
  CHECK_FALSE(world.record(1)->security.null_integrity);
}

TEST_CASE("what_waits_for_a_ue_whose_connection_turns_out_to_be_somebody_elses_is_dropped") {
  Emergency world(config::EmergencyAttach::any);
  world.settings.t3460_ms = 2000;
  lab::Ue& ue = world.caller(1);
  REQUIRE(world.attach(ue, lab::UeIdentity::imei));
  world.wait(1s);
  ue.behaviour().deaf_to = {nas::EmmType::security_mode_command};
  lab::Running again(ue.attach(lab::UeIdentity::imei));
  world.wait(500ms);
  world.enb.release_erabs(*ue.connection(), {5});
  world.wait(100ms);
  REQUIRE(world.mme->waits() == 1);
  ue.behaviour() = {};
  world.wait(10s);  // It gets another identity that is nobody's.
  CHECK(world.mme->waits() == 0);
}

TEST_CASE("Inactive_emergency_PDN_release_lets_an_idle_caller_go_and_forgets_one_without_a_proof") {
  Emergency world(config::EmergencyAttach::any);
  lab::Ue& without_sim = world.caller(1);
  REQUIRE(world.attach(without_sim, lab::UeIdentity::imei));
  lab::Ue& proven = world.caller(2);
  REQUIRE(world.attach(proven));
  world.wait(1s);
  const std::size_t records = world.mme->directory().size();
  world.enb.request_release(*without_sim.connection());
  world.enb.request_release(*proven.connection());
  world.wait(299s);
  CHECK(world.gateway.sessions.size() == 2);
  world.wait(10s);
  CHECK(world.gateway.sessions.empty());
  CHECK(world.mme->directory().size() == records - 1);
  CHECK(world.record(2)->emm_state == EmmState::deregistered);
  // The one that proved itself attaches again as anybody.
  proven.settings().emergency = false;
  REQUIRE(world.attach(proven));
  CHECK_FALSE(world.record(2)->emergency);
}

TEST_CASE("5_4_3_4_attach_that_was_made_a_call_for_help_on_its_way_is_the_one_that_its_ue_sent") {
  Emergency world(GENERATE(config::EmergencyAttach::authenticated, config::EmergencyAttach::any));
  lab::Ue& ue = world.add_ue(world.enb, 1);
  ue.settings().apn = Apn::parse("internet");
  bool changed = false;
  ue.behaviour().uplink = [&](ByteVector& message) {
    if (changed || message[0] != 0x07 || message[1] != 0x41) return true;
    message[2] = static_cast<std::uint8_t>((message[2] & 0xF8) | 6);
    return changed = true;
  };
  const auto registered = world.attach(ue);
  REQUIRE(registered);
  CHECK(changed);
  CHECK(registered->bearer.apn == *Apn::parse("internet"));
  CHECK_FALSE(world.record(1)->emergency);
  CHECK(world.hss.locations_updated == 1);
  CHECK(world.complaints() == "");
}
