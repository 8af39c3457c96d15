// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/authentication.hpp"

#include <memory>

#include <catch2/catch.hpp>

#include "core/crypto/eps_keys.hpp"
#include "core/crypto/milenage.hpp"
#include "core/crypto/random.hpp"
#include "core/crypto/test_milenage_vectors.hpp"
#include "core/crypto/test_vector_text.hpp"
#include "core/crypto/tuak.hpp"

namespace zerocell {

namespace {

const MilenageVector& kSet = kMilenageVectors[0];

Milenage milenage_of(const MilenageVector& vector) {
  return Milenage(key_of<16>(vector.k), key_of<16>(vector.op_c));
}

/// One of each kind, with keys of its own.
std::vector<std::unique_ptr<AuthenticationAlgorithm>> algorithms() {
  SeededRandom random(33102);
  std::vector<std::unique_ptr<AuthenticationAlgorithm>> all;
  all.push_back(std::make_unique<Milenage>(random.key<16>(), random.key<16>()));
  all.push_back(std::make_unique<Tuak>(Tuak::make(random.key<16>().reveal(), random.key<32>()).value()));
  all.push_back(
      std::make_unique<Tuak>(Tuak::make(random.key<32>().reveal(), random.key<32>(), 16, 2).value()));
  return all;
}

}  // namespace

TEST_CASE("autn_is_concealed_sqn_then_amf_then_mac") {
  // TS 33.102 §6.3.2 over the outputs that TS 35.207 prints for set 1.
  const auto vector = make_vector(milenage_of(kSet), octets_of<16>(kSet.rand), Sqn(octets_of<6>(kSet.sqn)),
                                  octets_of<2>(kSet.amf));
  CHECK(to_hex(vector.autn) ==
        "55f328b43577"  // ff9bb4d0b607 ⊕ aa689c648370
        "b9b9"          // AMF
        "4a9ffac354dfafb3");
  CHECK(to_hex(vector.xres.octets()) == kSet.f2);
  CHECK(hex_of(vector.ck) == kSet.f3);
  CHECK(hex_of(vector.ik) == kSet.f4);
  CHECK(to_hex(vector.rand) == kSet.rand);
}

TEST_CASE("the_eps_vector_carries_k_asme_and_the_separation_bit") {
  const auto plmn = Plmn::parse("00101").value();
  const auto eps = make_eps_vector(milenage_of(kSet), octets_of<16>(kSet.rand), Sqn(5), plmn);
  CHECK(eps.autn[6] == 0x80);
  CHECK(separation_bit({eps.autn[6], eps.autn[7]}));
  CHECK_FALSE(separation_bit({0x7f, 0xff}));
  const auto concealed = conceal(Sqn(5), octets_of<6>(kSet.f5));
  CHECK(std::ranges::equal(concealed, Bytes(eps.autn).first(6)));
  CHECK((eps.k_asme == k_asme(key_of<16>(kSet.f3), key_of<16>(kSet.f4), plmn, concealed)));
}

TEST_CASE("the_usim_opens_what_the_authentication_centre_made") {
  SeededRandom random(1);
  for (const auto& algorithm : algorithms())
    for (const std::uint64_t sqn : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{32}, Sqn::kMax}) {
      const auto rand = random.octets<16>();
      const auto vector = make_vector(*algorithm, rand, Sqn(sqn), kAmfEps);
      const auto opened = open_autn(*algorithm, rand, vector.autn);
      REQUIRE(opened.has_value());
      CHECK(opened->sqn.value() == sqn);
      CHECK(opened->amf == kAmfEps);
      CHECK((opened->keys.res == vector.xres));
      CHECK((opened->keys.ck == vector.ck));
      CHECK((opened->keys.ik == vector.ik));
    }
}

TEST_CASE("an_autn_with_any_bit_wrong_is_a_mac_failure") {
  for (const auto& algorithm : algorithms()) {
    const Rand rand{1, 2, 3};
    const auto vector = make_vector(*algorithm, rand, Sqn(1000), kAmfEps);
    for (std::size_t bit = 0; bit < 128; ++bit) {
      auto autn = vector.autn;
      autn[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
      REQUIRE_FALSE(open_autn(*algorithm, rand, autn).has_value());
    }
    CHECK_FALSE(open_autn(*algorithm, Rand{1, 2, 4}, vector.autn).has_value());
  }
}

TEST_CASE("auts_brings_sqn_ms_back_to_the_authentication_centre") {
  for (const auto& algorithm : algorithms()) {
    const Rand rand{7, 7, 7};
    const auto auts = make_auts(*algorithm, rand, Sqn(0xff9bb4d0b607));
    const auto sqn = open_auts(*algorithm, rand, auts);
    REQUIRE(sqn.has_value());
    CHECK(sqn->value() == 0xff9bb4d0b607);
    for (std::size_t bit = 0; bit < 112; ++bit) {
      auto forged = auts;
      forged[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
      REQUIRE_FALSE(open_auts(*algorithm, rand, forged).has_value());
    }
    // Of another challenge: a replayed AUTS.
    CHECK_FALSE(open_auts(*algorithm, Rand{7, 7, 8}, auts).has_value());
  }
}

TEST_CASE("auts_uses_f1_star_f5_star_and_an_amf_of_zeros") {
  // TS 33.102 §6.3.3: SQN_MS ⊕ f5*(RAND) ‖ f1*(SQN_MS ‖ RAND ‖ AMF*).
  for (const auto& vector : kMilenageVectors) {
    const auto milenage = milenage_of(vector);
    const auto rand = octets_of<16>(vector.rand);
    const Sqn sqn(octets_of<6>(vector.sqn));
    const auto auts = make_auts(milenage, rand, sqn);
    CHECK(std::ranges::equal(Bytes(auts).first(6), conceal(sqn, octets_of<6>(vector.f5_star))));
    CHECK(std::ranges::equal(Bytes(auts).subspan(6), milenage.f1_star(rand, sqn, Amf{0, 0})));
  }
}

TEST_CASE("an_auts_of_any_other_length_is_refused") {
  const auto milenage = milenage_of(kSet);
  const Rand rand{};
  const auto auts = make_auts(milenage, rand, Sqn(1));
  ByteVector wire(auts.begin(), auts.end());
  wire.resize(40);
  for (std::size_t length = 0; length <= wire.size(); ++length)
    CHECK(open_auts(milenage, rand, Bytes(wire).first(length)).has_value() == (length == 14));
}

TEST_CASE("a_response_matches_only_itself_in_full") {
  const auto octets = octets_of("a54211d5e3ba50bf");
  const auto xres = Response::from(octets).value();
  CHECK(xres.matches(octets));
  CHECK_FALSE(xres.matches(Bytes(octets).first(7)));
  CHECK_FALSE(xres.matches({}));
  auto wrong = octets;
  wrong[7] ^= 1;
  CHECK_FALSE(xres.matches(wrong));
  // One that was never set matches nothing, not even nothing.
  CHECK_FALSE(Response().matches({}));
  CHECK_FALSE(Response::from(Bytes(octets).first(3)).has_value());
  CHECK_FALSE(Response::from(ByteVector(17)).has_value());
  STATIC_REQUIRE(std::is_trivially_copyable_v<Response>);
}

TEST_CASE("an_sqn_keeps_48_bits") {
  CHECK(Sqn(std::uint64_t{1} << 48).value() == 0);
  CHECK(Sqn(octets_of<6>("0123456789ab")).value() == 0x0123456789ab);
  CHECK(to_hex(Sqn(0x0123456789ab).octets()) == "0123456789ab");
}

}  // namespace zerocell
