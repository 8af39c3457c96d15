// SPDX-License-Identifier: Apache-2.0
#include "lab/usim.hpp"

#include <catch2/catch.hpp>

using namespace zerocell;
using namespace zerocell::lab;

namespace {

const Plmn kServing = *Plmn::parse("001/01");

SimCard card() {
  return {*Imsi::parse("001010000000001"), *Key<16>::from_hex("465b5ce8b199b49faa5f0a2ee238a6bc"),
          *Key<16>::from_hex("cd63cb71954a9f4e48a5994e37a02baf")};
}

/// The authentication centre's side.
EpsVector vector(std::uint64_t sqn, std::uint8_t rand = 0x11, Amf amf = kAmfEps) {
  const SimCard sim = card();
  Rand challenge;
  challenge.fill(rand);
  return make_eps_vector(Milenage(sim.k, sim.op_c), challenge, Sqn(sqn), kServing, amf);
}

Usim::Answer ask(Usim& usim, const EpsVector& vector) {
  return usim.authenticate(vector.rand, vector.autn, kServing);
}

}  // namespace

TEST_CASE("fresh_challenge_is_answered_with_the_network's_own_res_and_key") {
  Usim usim(card());
  const EpsVector fresh = vector(32);
  const auto answer = ask(usim, fresh);
  REQUIRE(std::holds_alternative<Usim::Proven>(answer));
  CHECK(std::get<Usim::Proven>(answer).res == fresh.xres);
  CHECK(std::get<Usim::Proven>(answer).k_asme == fresh.k_asme);
  CHECK(usim.highest() == Sqn(32));
}

TEST_CASE("challenge_that_was_accepted_once_gets_auts_with_the_highest_number") {
  Usim usim(card());
  (void)ask(usim, vector(32 * 7));
  const EpsVector again = vector(32 * 7, 0x22);
  const auto answer = ask(usim, again);
  REQUIRE(std::holds_alternative<Usim::SynchFailure>(answer));
  const SimCard sim = card();
  const auto opened =
      open_auts(Milenage(sim.k, sim.op_c), again.rand, std::get<Usim::SynchFailure>(answer).auts);
  REQUIRE(opened);
  CHECK(*opened == Sqn(32 * 7));
}

TEST_CASE("older_number_of_another_entry_is_still_fresh") {
  Usim usim(card());
  (void)ask(usim, vector(32 * 7 + 1));
  CHECK(std::holds_alternative<Usim::Proven>(ask(usim, vector(32 * 5 + 2, 0x22))));
  CHECK(usim.highest() == Sqn(32 * 7 + 1));
}

TEST_CASE("number_that_jumps_beyond_delta_is_refused") {
  Usim usim(card());
  (void)ask(usim, vector(32));
  CHECK(std::holds_alternative<Usim::SynchFailure>(ask(usim, vector((Usim::kDelta + 2) << Usim::kIndBits))));
  CHECK(std::holds_alternative<Usim::Proven>(ask(usim, vector((Usim::kDelta + 1) << Usim::kIndBits))));
}

TEST_CASE("challenge_of_another_network_operator_is_a_mac_failure") {
  SimCard other = card();
  other.op_c = *Key<16>::from_hex("00000000000000000000000000000001");
  Usim usim(other);
  CHECK(std::holds_alternative<Usim::MacFailure>(ask(usim, vector(32))));
}

TEST_CASE("vector_without_the_separation_bit_is_not_for_eps") {
  Usim usim(card());
  CHECK(std::holds_alternative<Usim::NonEpsAuthentication>(ask(usim, vector(32, 0x11, {0x00, 0x00}))));
}
