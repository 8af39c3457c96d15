// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/tuak.hpp"

#include <catch2/catch.hpp>

#include "core/crypto/keccak.hpp"
#include "core/crypto/test_tuak_vectors.hpp"
#include "core/crypto/test_vector_text.hpp"

namespace zerocell {

namespace {

std::string hex_of_first(const Key<32>& value, std::size_t octets) {
  // What lies behind the length that was asked for stays zero.
  const auto all = value.reveal();
  CHECK(to_hex(all.subspan(octets)) == std::string(2 * (32 - octets), '0'));
  return to_hex(all.first(octets));
}

}  // namespace

TEST_CASE("keccak_f1600_gives_what_ts_35_232_prints") {
  for (const auto& vector : kKeccakVectors) {
    auto state = octets_of<200>(vector.in);
    keccak_f1600(state);
    CHECK(to_hex(state) == vector.out);
  }
}

TEST_CASE("tuak_gives_what_ts_35_233_prints_for_every_length") {
  for (const auto& vector : kTuakVectors) {
    INFO(vector.source);
    const auto& p = vector.parameters;
    REQUIRE(TuakFunctions::check(p).has_value());
    const auto key = octets_of(vector.key);
    const auto top_c = TuakFunctions::top_c(p, key, key_of<32>(vector.top));
    REQUIRE(hex_of(top_c) == vector.top_c);
    const auto rand = octets_of<16>(vector.rand);
    const Sqn sqn(octets_of<6>(vector.sqn));
    const auto amf = octets_of<2>(vector.amf);

    CHECK(hex_of_first(TuakFunctions::f1(p, key, top_c, rand, sqn, amf), p.mac_octets) == vector.f1);
    CHECK(hex_of_first(TuakFunctions::f1_star(p, key, top_c, rand, sqn, amf), p.mac_octets) ==
          vector.f1_star);
    const auto keys = TuakFunctions::f2_to_f5(p, key, top_c, rand);
    CHECK(hex_of_first(keys.res, p.res_octets) == vector.f2);
    CHECK(hex_of_first(keys.ck, p.ck_octets) == vector.f3);
    CHECK(hex_of_first(keys.ik, p.ik_octets) == vector.f4);
    CHECK(to_hex(keys.ak) == vector.f5);
    CHECK(to_hex(TuakFunctions::f5_star(p, key, top_c, rand)) == vector.f5_star);
  }
}

TEST_CASE("tuak_for_eps_gives_the_octets_of_the_sets_that_fit_eps") {
  int fitting = 0;
  for (const auto& vector : kTuakVectors) {
    const auto& p = vector.parameters;
    const auto tuak = Tuak::make(octets_of(vector.key), key_of<32>(vector.top_c), p.res_octets, p.iterations);
    REQUIRE(tuak.has_value() == (p.res_octets <= 16));
    if (!tuak) continue;
    INFO(vector.source);
    const auto rand = octets_of<16>(vector.rand);
    const Sqn sqn(octets_of<6>(vector.sqn));
    const auto amf = octets_of<2>(vector.amf);
    if (p.mac_octets == 8) {
      CHECK(to_hex(tuak->f1(rand, sqn, amf)) == vector.f1);
      CHECK(to_hex(tuak->f1_star(rand, sqn, amf)) == vector.f1_star);
    }
    if (p.ck_octets == 16 && p.ik_octets == 16) {
      const auto keys = tuak->f1_to_f5(rand, sqn, amf).keys;
      CHECK(to_hex(keys.res.octets()) == vector.f2);
      CHECK(hex_of(keys.ck) == vector.f3);
      CHECK(hex_of(keys.ik) == vector.f4);
      CHECK(to_hex(keys.ak) == vector.f5);
      ++fitting;
    }
    CHECK(to_hex(tuak->f5_star(rand)) == vector.f5_star);
  }
  CHECK(fitting == 3);
}

TEST_CASE("tuak_refuses_lengths_that_ts_35_231_does_not_know") {
  CHECK_FALSE(TuakFunctions::check({.key_octets = 24}).has_value());
  CHECK_FALSE(TuakFunctions::check({.mac_octets = 4}).has_value());
  CHECK_FALSE(TuakFunctions::check({.res_octets = 12}).has_value());
  CHECK_FALSE(TuakFunctions::check({.ck_octets = 8}).has_value());
  CHECK_FALSE(TuakFunctions::check({.ik_octets = 64}).has_value());
  CHECK_FALSE(TuakFunctions::check({.iterations = 0}).has_value());
  const ByteVector key(24);
  CHECK_FALSE(Tuak::make(key, Key<32>()).has_value());
  CHECK_FALSE(Tuak::make(Bytes(key).first(16), Key<32>(), 32).has_value());
}

}  // namespace zerocell
