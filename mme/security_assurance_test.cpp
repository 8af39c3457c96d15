// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "mme/test_world.hpp"

/// Test cases of TS 33.116 (security assurance of an MME) that no other test shows under its name.
using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

TEST_CASE("NAS_confidentiality_protection_covers_every_message_after_security_mode") {
  World world;
  world.settings.ciphering = config::Mme{}.ciphering;  // As operators get it.
  auto& enb = world.add_enb(1);
  auto& ue = world.add_ue(enb, 1);
  unsigned ciphered = 0;
  unsigned clear_after = 0;
  bool secured = false;
  ue.behaviour().downlink = [&](Bytes message) {
    const auto envelope = nas::read_envelope(message);
    REQUIRE(envelope);
    if (envelope->header == nas::SecurityHeader::integrity_new_context)
      secured = true;
    else if (secured)
      ++(envelope->header == nas::SecurityHeader::integrity_ciphered ? ciphered : clear_after);
    return true;
  };
  REQUIRE(world.attach(ue));
  world.wait(1s);
  CHECK(ue.security().algorithms.ciphering == CipheringAlgorithm::eea2);
  CHECK(ciphered >= 2);  // Attach Accept and EMM Information at least.
  CHECK(clear_after == 0);
}

namespace {

/// What a UE hears and says of its security, and why.
struct Heard {
  explicit Heard(lab::Ue& ue) {
    ue.behaviour().downlink = [this](Bytes message) {
      if (const auto reject = nas::decode<nas::AttachReject>(message)) attach_reject = reject->emm_cause;
      if (nas::decode<nas::AuthenticationReject>(message)) authentication_rejected = true;
      if (const auto claimed = nas::claimed_security_mode_command(message))
        if (const auto command = nas::decode<nas::SecurityModeCommand>(*claimed))
          replayed = command->replayed_ue_security_capabilities;
      return true;
    };
    ue.behaviour().uplink = [this](ByteVector& message) {
      if (change && change(message)) change = {};
      if (const auto reject = nas::decode<nas::SecurityModeReject>(message))
        security_mode_reject = reject->emm_cause;
      const auto envelope = nas::read_envelope(message);
      if (envelope && envelope->header != nas::SecurityHeader::plain) protects = true;
      return true;
    };
  }
  std::function<bool(ByteVector& message)> change{};  ///< Until it has changed one.
  std::optional<nas::EmmCause> attach_reject{};
  bool authentication_rejected = false;
  std::optional<nas::UeSecurityCapability> replayed{};
  std::optional<nas::EmmCause> security_mode_reject{};
  bool protects = false;
};

void check_that_nobody_was_let_in(World& world) {
  world.wait(60s);
  CHECK(world.mme->connected_ues() == 0);
  CHECK(world.gateway.created == 0);
  CHECK(world.record(1) == nullptr);
  CHECK(world.hss.locations_updated == 0);
}

}  // namespace

TEST_CASE(
    "Access_with_GSM_SIM_forbidden_a_sim_for_which_the_hss_has_no_eps_vector_is_refused_with_its_cause") {
  World world;
  auto& ue = world.add_ue(world.add_enb(1), 1);
  Heard heard(ue);
  world.hss.refused[test_imsi(1)] = {hss::S6aResult::unknown_eps_subscription};
  CHECK_FALSE(world.attach(ue));
  CHECK(heard.attach_reject == nas::EmmCause::no_suitable_cells_in_tracking_area);
  CHECK(ue.received(nas::EmmType::authentication_request) == 0);
  CHECK(ue.received(nas::EmmType::security_mode_command) == 0);
  check_that_nobody_was_let_in(world);
}

TEST_CASE("Access_with_GSM_SIM_forbidden_a_sim_that_takes_no_eps_challenge_gets_authentication_reject") {
  World world;
  auto& ue = world.add_ue(world.add_enb(1), 1);
  Heard heard(ue);
  ue.behaviour().uplink = [](ByteVector& message) {
    if (nas::decode<nas::AuthenticationResponse>(message))
      message = {0x07, 0x5C, 26};  // AUTHENTICATION FAILURE: non-EPS authentication unacceptable.
    return true;
  };
  const auto result = world.attach(ue);
  REQUIRE_FALSE(result);
  CHECK(result.error().kind == lab::UeFailure::Kind::authentication_rejected);
  CHECK(heard.authentication_rejected);
  CHECK(ue.received(nas::EmmType::security_mode_command) == 0);
  check_that_nobody_was_let_in(world);
}

TEST_CASE(
    "Bidding_down_prevention_request_that_loses_EEA_or_EIA_is_refused_by_its_ue_with_23_and_lets_nobody_in") {
  struct Row {
    const char* lost;
    std::array<std::uint8_t, 2> left;  ///< Of EEA0 to 3, and EIA1 to 3.
  };
  const Row rows[] = {{"EEA1 to EEA3", {0x80, 0x70}},
                      {"EEA2", {0xD0, 0x70}},
                      {"EIA2", {0xF0, 0x50}},
                      {"EIA1 and EIA3", {0xF0, 0x20}},
                      {"all but EEA0 and EIA1", {0x80, 0x40}}};
  for (const Row& row : rows) {
    INFO(row.lost);
    World world;
    world.settings.ciphering = {config::Ciphering::eea2, config::Ciphering::eea1, config::Ciphering::eea0};
    auto& ue = world.add_ue(world.add_enb(1), 1);
    Heard heard(ue);
    heard.change = [&row](ByteVector& message) {
      const std::array<std::uint8_t, 3> sent{2, 0xF0, 0x70};
      const auto found = std::ranges::search(message, sent);
      if (found.empty()) return false;
      std::ranges::copy(row.left, found.begin() + 1);
      return true;
    };
    CHECK_FALSE(world.attach(ue));
    REQUIRE(heard.replayed);
    CHECK(heard.replayed ==
          nas::replayed_security_capability({{.data = {row.left[0], row.left[1]}, .size = 2}}, std::nullopt));
    CHECK(heard.security_mode_reject == nas::EmmCause::ue_security_capabilities_mismatch);
    CHECK(static_cast<unsigned>(*heard.security_mode_reject) == 23);
    CHECK_FALSE(heard.protects);
    CHECK_FALSE(heard.attach_reject);
    CHECK(ue.received(nas::EmmType::attach_accept) == 0);
    check_that_nobody_was_let_in(world);
  }
}

TEST_CASE("Integrity_check_of_Attach_message_one_with_a_wrong_MAC_opens_no_stored_context") {
  World world;
  auto& enb = world.add_enb(1);
  auto& ue = world.add_ue(enb, 1);
  REQUIRE(world.attach(ue));
  REQUIRE(lab::finish(world.loop, ue.detach(true)));
  world.wait(1s);
  const unsigned vectors = world.hss.vectors_given;
  bool first = true;
  ue.behaviour().uplink = [&](ByteVector& message) {
    if (std::exchange(first, false)) message[1] ^= 0x55;
    return true;
  };
  REQUIRE(world.attach(ue));
  CHECK(world.hss.vectors_given == vectors + 1);  // A new challenge, whatever the message claimed.
}
