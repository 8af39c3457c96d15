// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/eps_keys.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <catch2/catch.hpp>

#include "core/crypto/random.hpp"
#include "core/crypto/test_vector_text.hpp"

namespace zerocell {

namespace {

/// The other opinion: OpenSSL's HMAC over a string S that the test writes out itself.
std::string evp_hmac(Bytes key, Bytes message) {
  ByteVector out(32);
  unsigned length = 0;
  REQUIRE(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), message.data(), message.size(),
               out.data(), &length) != nullptr);
  REQUIRE(length == 32);
  return to_hex(out);
}

const Key<32> kKey = key_of<32>("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
const Key<16> kCk = key_of<16>("000102030405060708090a0b0c0d0e0f");
const Key<16> kIk = key_of<16>("101112131415161718191a1b1c1d1e1f");

std::string derived_from(std::string_view s) {
  return evp_hmac(kKey.reveal(), octets_of(s));
}
std::string truncated(std::string_view s) {
  return derived_from(s).substr(32);
}

}  // namespace

TEST_CASE("hmac_sha256_gives_what_rfc_4231_prints") {
  const auto check = [](const ByteVector& key, const ByteVector& data, std::string_view expected) {
    CHECK(hex_of(hmac_sha256(key, data)) == expected);
  };
  const auto text = [](std::string_view characters) {
    return ByteVector(characters.begin(), characters.end());
  };
  check(ByteVector(20, 0x0b), text("Hi There"),
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  check(text("Jefe"), text("what do ya want for nothing?"),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  check(ByteVector(20, 0xaa), ByteVector(50, 0xdd),
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  check(octets_of("0102030405060708090a0b0c0d0e0f10111213141516171819"), ByteVector(50, 0xcd),
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
  check(ByteVector(131, 0xaa), text("Test Using Larger Than Block-Size Key - Hash Key First"),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  check(ByteVector(131, 0xaa),
        text("This is a test using a larger than block-size key and a larger than block-size data. The key "
             "needs to be "
             "hashed before being used by the HMAC algorithm."),
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

TEST_CASE("hmac_sha256_agrees_with_evp_for_every_length") {
  SeededRandom random(4231);
  for (std::size_t length = 0; length < 300; ++length) {
    ByteVector key(1 + length % 80);
    ByteVector message(length);
    random.fill(key);
    random.fill(message);
    REQUIRE(hex_of(hmac_sha256(key, message)) == evp_hmac(key, message));
  }
}

TEST_CASE("every_eps_key_is_the_hmac_of_the_string_that_annex_a_writes") {
  // TS 33.401 §A.2 to A.7: FC, parameters, lengths, written out by hand.
  const auto plmn = Plmn({0x02, 0xf8, 0x39});
  CHECK(hex_of(k_asme(kCk, kIk, plmn, {1, 2, 3, 4, 5, 6})) ==
        derived_from("10 02f839 0003 010203040506 0006"));
  CHECK(hex_of(k_enb(kKey, 0x102)) == derived_from("11 00000102 0004"));
  CHECK(hex_of(k_enb(kKey, 0xffffffff)) == derived_from("11 ffffffff 0004"));
  CHECK(hex_of(next_hop(kKey, kKey)) ==
        derived_from("12 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f 0020"));
  CHECK(hex_of(k_enb_star(kKey, 42, 6300)) == derived_from("13 002a 0002 189c 0002"));
  CHECK(hex_of(k_enb_star(kKey, 503, 65535)) == derived_from("13 01f7 0002 ffff 0002"));
  CHECK(hex_of(k_enb_star(kKey, 503, 65536)) == derived_from("13 01f7 0002 010000 0003"));
  CHECK(hex_of(k_nas_enc(kKey, CipheringAlgorithm::eea2)) == truncated("15 01 0001 02 0001"));
  CHECK(hex_of(k_nas_int(kKey, IntegrityAlgorithm::eia1)) == truncated("15 02 0001 01 0001"));
}

TEST_CASE("another_implementation_derives_the_same_eps_keys") {
  // Values that a core of other authors derives from the same inputs.
  CHECK(hex_of(k_asme(kCk, kIk, Plmn({0x02, 0xf8, 0x39}), {1, 2, 3, 4, 5, 6})) ==
        "8a58509be1c244dc519dd5fbd4305f4192c782fe6ff79438d1fa7ff9740bbb30");
  CHECK(hex_of(k_nas_enc(kKey, CipheringAlgorithm::eea2)) == "4eb6379f81a769c754e9dc2534ff77b9");
  CHECK(hex_of(k_enb(kKey, 258)) == "5df775f16633b7e14575d47423c64d2062b6c8a5f10f3db6c234cbbf4dbe3237");
  CHECK(hex_of(next_hop(kKey, kKey)) == "7bf9464bc8eeb207517c813f7dbc0ab8e69a410bbfc42c44c98cc7ea8ae30c7b");
  CHECK(hex_of(k_enb_star(kKey, 42, 6300)) ==
        "f93166c8f78f1df39674bae749e42483fb6c7310aba47a0250b58a7fc1b50c20");
  CHECK(hex_of(k_enb_star(kKey, 42, 70000)) ==
        "3618729a2dc241123c1e08bc76aa2828bd3a1c67c6317116c53148c470bd33b2");
}

TEST_CASE("hash_mme_is_what_a_network_sent_for_the_captured_attach_request") {
  // Attach Requests and the HASHMME of the Security Mode Commands that answered them.
  CHECK(to_hex(hash_mme(octets_of("07410108991007000020160605e0e000000000250243d011d1271d80802110010000108106"
                                  "00000000830600000000000a00000d"
                                  "00001000c0d0c1"))) == "b1e1115a6c47a750");
  CHECK(to_hex(hash_mme(octets_of("07410108991007000020160605e0e000000000250244d011d1271d80802110010000108106"
                                  "00000000830600000000000a00000d"
                                  "00001000c0d0c1"))) == "6b9a4755adf9bf7e");
}

TEST_CASE("N4_hash_mme_covers_requests_whose_length_is_a_multiple_of_256") {
  // A length cut to one octet would hash nothing, and give the same for both.
  for (const std::size_t length : {256u, 512u, 1024u, 8192u, 65536u}) {
    ByteVector request(length, 0x07);
    const auto hash = hash_mme(request);
    CHECK(to_hex(hash) == evp_hmac(ByteVector(32), request).substr(48));
    request.back() ^= 1;
    CHECK(hash != hash_mme(request));
    CHECK(hash != hash_mme({}));
  }
}

}  // namespace zerocell
