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

TEST_CASE("Access_with_GSM_SIM_forbidden_a_sim_that_cannot_do_eps_aka_is_let_in_by_nothing") {
  // An HSS that has only triplets for it has no EPS vector; a SIM that answers none is refused in the end.
  World world;
  auto& enb = world.add_enb(1);
  auto& ue = world.add_ue(enb, 1);
  world.hss.refused[test_imsi(1)] = {hss::S6aResult::unknown_eps_subscription};
  CHECK_FALSE(world.attach(ue));
  world.hss.refused.clear();
  ue.behaviour().uplink = [](ByteVector& message) {
    if (message.size() < 2 || message[0] != 0x07 || message[1] != 0x53) return true;
    message = {0x07, 0x5C, 26};  // AUTHENTICATION FAILURE: non-EPS authentication unacceptable.
    return true;
  };
  CHECK_FALSE(world.attach(ue));
  world.wait(60s);
  CHECK(world.mme->connected_ues() == 0);
  CHECK(world.gateway.sessions.empty());
  CHECK(world.record(1) == nullptr);
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
