// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/milenage.hpp"

#include <catch2/catch.hpp>

#include "core/crypto/aes_ni.hpp"
#include "core/crypto/milenage_outputs.hpp"
#include "core/crypto/random.hpp"
#include "core/crypto/test_milenage_vectors.hpp"
#include "core/crypto/test_vector_text.hpp"

namespace zerocell {

TEST_CASE("milenage_gives_what_ts_35_207_and_ts_35_208_print") {
  for (const auto& vector : kMilenageVectors) {
    INFO(vector.source);
    const auto k = key_of<16>(vector.k);
    const auto op_c = Milenage::op_c(k, key_of<16>(vector.op));
    REQUIRE(hex_of(op_c) == vector.op_c);
    const Milenage milenage(k, op_c);
    const auto rand = octets_of<16>(vector.rand);
    const Sqn sqn(octets_of<6>(vector.sqn));
    const auto amf = octets_of<2>(vector.amf);

    CHECK(to_hex(milenage.f1(rand, sqn, amf)) == vector.f1);
    CHECK(to_hex(milenage.f1_star(rand, sqn, amf)) == vector.f1_star);
    CHECK(to_hex(milenage.f5_star(rand)) == vector.f5_star);
    const auto keys = milenage.f2_to_f5(rand);
    CHECK(to_hex(keys.res.octets()) == vector.f2);
    CHECK(hex_of(keys.ck) == vector.f3);
    CHECK(hex_of(keys.ik) == vector.f4);
    CHECK(to_hex(keys.ak) == vector.f5);
    const auto all = milenage.f1_to_f5(rand, sqn, amf);
    CHECK(to_hex(all.mac_a) == vector.f1);
    CHECK(to_hex(all.keys.res.octets()) == vector.f2);
    CHECK(hex_of(all.keys.ck) == vector.f3);
    CHECK(hex_of(all.keys.ik) == vector.f4);
    CHECK(to_hex(all.keys.ak) == vector.f5);
  }
}

TEST_CASE("milenage_without_aes_instructions_gives_the_same") {
  if (!aes_ni_available()) return;
  SeededRandom random(35206);
  for (int i = 0; i < 1000; ++i) {
    const auto k = random.key<16>();
    const auto op_c = random.key<16>();
    const auto rand = random.octets<16>();
    const auto sqn_amf = random.u64();
    milenage::Outputs by_processor;
    milenage::Outputs by_evp;
    milenage::outputs_by_aes_ni(k, op_c, rand, sqn_amf, by_processor);
    milenage::outputs_by_evp(k, op_c, rand, sqn_amf, by_evp);
    REQUIRE(by_processor == by_evp);
  }
}

}  // namespace zerocell
