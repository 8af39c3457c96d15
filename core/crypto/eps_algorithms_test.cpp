// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/eps_algorithms.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <thread>

#include <catch2/catch.hpp>

#include "core/crypto/aes_ni.hpp"
#include "core/crypto/eps_aes.hpp"
#include "core/crypto/random.hpp"
#include "core/crypto/test_eps_algorithms_vectors.hpp"
#include "core/crypto/test_vector_text.hpp"

namespace zerocell {

namespace {

constexpr IntegrityAlgorithm kIntegrity[] = {IntegrityAlgorithm::eia0, IntegrityAlgorithm::eia1,
                                             IntegrityAlgorithm::eia2, IntegrityAlgorithm::eia3};
constexpr CipheringAlgorithm kCiphering[] = {CipheringAlgorithm::eea0, CipheringAlgorithm::eea1,
                                             CipheringAlgorithm::eea2, CipheringAlgorithm::eea3};

/// The bits behind the last one are nobody's.
void clear_behind(ByteVector& octets, std::size_t bits) {
  if (bits % 8 != 0) octets.back() &= static_cast<std::uint8_t>(0xff << (8 - bits % 8));
}

std::uint32_t evp_cmac(Bytes key, Bytes message) {
  std::size_t length = 0;
  std::uint8_t mac[16];
  REQUIRE(EVP_Q_mac(nullptr, "CMAC", nullptr, "AES-128-CBC", nullptr, key.data(), key.size(), message.data(),
                    message.size(), mac, sizeof(mac), &length) != nullptr);
  return std::uint32_t{mac[0]} << 24 | std::uint32_t{mac[1]} << 16 | std::uint32_t{mac[2]} << 8 | mac[3];
}

/// A message whose last octet is the last of a page that nothing may touch behind.
class AtPageEnd {
 public:
  explicit AtPageEnd(std::size_t length)
      : page_(static_cast<std::size_t>(::sysconf(_SC_PAGESIZE))), length_(length) {
    // 3 pages: forbidden, message, forbidden.
    ZC_ASSERT(length <= page_);
    base_ =
        static_cast<std::uint8_t*>(::mmap(nullptr, 3 * page_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    ZC_ASSERT(base_ != MAP_FAILED);
    ZC_ASSERT(::mprotect(base_ + page_, page_, PROT_READ | PROT_WRITE) == 0);
  }
  ~AtPageEnd() { ::munmap(base_, 3 * page_); }
  AtPageEnd(const AtPageEnd&) = delete;
  AtPageEnd& operator=(const AtPageEnd&) = delete;
  MutableBytes at_end() { return {base_ + 2 * page_ - length_, length_}; }
  MutableBytes at_begin() { return {base_ + page_, length_}; }

 private:
  std::size_t page_;
  std::size_t length_;
  std::uint8_t* base_;
};

}  // namespace

TEST_CASE("ciphering_gives_what_the_specifications_print") {
  for (const auto& vector : kCipheringVectors) {
    INFO(vector.source);
    auto data = octets_of(vector.plain);
    auto expected = octets_of(vector.ciphered);
    const CipheringKey key(vector.algorithm, key_of<16>(vector.key));
    key.apply(vector.count, vector.bearer, static_cast<Direction>(vector.direction), data);
    clear_behind(data, vector.bits);
    clear_behind(expected, vector.bits);
    CHECK(to_hex(data) == to_hex(expected));
  }
}

TEST_CASE("integrity_gives_what_the_specifications_print_to_the_bit") {
  for (const auto& vector : kIntegrityVectors) {
    INFO(vector.source);
    const IntegrityKey key(vector.algorithm, key_of<16>(vector.key));
    const auto direction = static_cast<Direction>(vector.direction);
    auto message = octets_of(vector.message);
    CHECK(key.mac_of_bits(vector.count, vector.bearer, direction, message, vector.bits) == vector.mac);
    // What stands behind the last bit does not count.
    if (vector.bits % 8 != 0) message.back() ^= 1;
    CHECK(key.mac_of_bits(vector.count, vector.bearer, direction, message, vector.bits) == vector.mac);
    if (vector.bits % 8 == 0) {
      CHECK(key.mac(vector.count, vector.bearer, direction, message) == vector.mac);
      CHECK(key.verifies(vector.count, vector.bearer, direction, message, vector.mac));
      CHECK_FALSE(key.verifies(vector.count, vector.bearer, direction, message, vector.mac ^ 1));
    }
  }
}

TEST_CASE("aes_by_processor_by_evp_and_by_openssl_cmac_and_ctr_agree_for_every_length") {
  SeededRandom random(33401);
  for (std::size_t length = 1; length <= 200; ++length) {
    const auto raw = random.key<16>();
    ByteVector message(length);
    random.fill(message);
    const ProtectionInput input(random.u32(), static_cast<std::uint8_t>(random.below(32)),
                                static_cast<Direction>(random.below(2)));
    const auto bits = 8 * length - random.below(8);
    REQUIRE(cmac(raw, input, message, bits) == cmac(raw, input, message, bits, AesBy::evp));

    std::array<std::uint8_t, 8> head{};
    Writer(head).u32(input.count);
    head[4] = static_cast<std::uint8_t>(input.bearer << 3 | static_cast<std::uint8_t>(input.direction) << 2);
    ByteVector whole(head.begin(), head.end());
    whole.insert(whole.end(), message.begin(), message.end());
    REQUIRE(cmac(raw, input, message, 8 * length) == evp_cmac(raw.reveal(), whole));

    auto a = message;
    auto b = message;
    ctr_apply(raw, input, a);
    ctr_apply(raw, input, b, AesBy::evp);
    REQUIRE(a == b);

    std::array<std::uint8_t, 16> counter{};
    std::ranges::copy(head, counter.begin());
    ByteVector c(length);
    int written = 0;
    EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
    REQUIRE(EVP_EncryptInit_ex(context, EVP_aes_128_ctr(), nullptr, raw.reveal().data(), counter.data()) ==
            1);
    REQUIRE(EVP_EncryptUpdate(context, c.data(), &written, message.data(), static_cast<int>(length)) == 1);
    EVP_CIPHER_CTX_free(context);
    REQUIRE(a == c);
  }
}

TEST_CASE("applying_a_ciphering_key_twice_gives_the_message_back") {
  SeededRandom random(1);
  for (const auto algorithm : kCiphering)
    for (const std::size_t length : {0u, 1u, 15u, 16u, 17u, 63u, 64u, 65u, 1500u, 8188u}) {
      const CipheringKey key(algorithm, random.key<16>());
      ByteVector message(length);
      random.fill(message);
      auto data = message;
      key.apply(77, 0, Direction::downlink, data);
      if (algorithm == CipheringAlgorithm::eea0)
        REQUIRE(data == message);
      else if (length > 8)
        REQUIRE(data != message);
      key.apply(77, 0, Direction::downlink, data);
      REQUIRE(data == message);
    }
}

TEST_CASE("a_mac_depends_on_count_bearer_direction_key_and_every_octet") {
  const auto raw = key_of<16>("2bd6459f82c5b300952c49104881ff48");
  for (const auto algorithm : kIntegrity) {
    if (algorithm == IntegrityAlgorithm::eia0) continue;
    const IntegrityKey key(algorithm, raw);
    ByteVector message(70, 0x5a);
    const auto mac = key.mac(1000, 0, Direction::uplink, message);
    CHECK(mac != 0);
    CHECK_FALSE(key.verifies(1001, 0, Direction::uplink, message, mac));
    CHECK_FALSE(key.verifies(1000 + (1u << 24), 0, Direction::uplink, message, mac));
    CHECK_FALSE(key.verifies(1000, 1, Direction::uplink, message, mac));
    CHECK_FALSE(key.verifies(1000, 0, Direction::downlink, message, mac));
    CHECK_FALSE(key.verifies(1000, 0, Direction::uplink, Bytes(message).first(69), mac));
    CHECK_FALSE(IntegrityKey(algorithm, Key<16>()).verifies(1000, 0, Direction::uplink, message, mac));
    for (auto& octet : message) {
      octet ^= 1;
      REQUIRE_FALSE(key.verifies(1000, 0, Direction::uplink, message, mac));
      octet ^= 1;
    }
    CHECK(key.verifies(1000, 0, Direction::uplink, message, mac));
  }
}

TEST_CASE("null_integrity_gives_zeros") {
  const IntegrityKey key(IntegrityAlgorithm::eia0, Key<16>());
  CHECK(key.mac(1, 0, Direction::uplink, ByteVector(10, 1)) == 0);
}

TEST_CASE("a_message_that_no_ue_can_send_verifies_never") {
  const ByteVector message(kProtectedOctetsMax + 1);
  for (const auto algorithm : kIntegrity) {
    const IntegrityKey key(algorithm, Key<16>());
    const auto longest = Bytes(message).first(kProtectedOctetsMax);
    CHECK(key.verifies(0, 0, Direction::uplink, longest, key.mac(0, 0, Direction::uplink, longest)));
    CHECK_FALSE(key.verifies(0, 0, Direction::uplink, message, 0));
    CHECK_FALSE(key.verifies(0, 0, Direction::uplink, {}, 0));
  }
}

TEST_CASE("no_algorithm_touches_an_octet_outside_the_message") {
  const auto raw = key_of<16>("2bd6459f82c5b300952c49104881ff48");
  for (std::size_t length = 1; length <= 300; ++length) {
    AtPageEnd place(length);
    for (const auto message : {place.at_end(), place.at_begin()}) {
      std::ranges::fill(message, std::uint8_t{0x5a});
      for (const auto algorithm : kIntegrity)
        (void)IntegrityKey(algorithm, raw).mac(1, 2, Direction::uplink, message);
      for (const auto algorithm : kCiphering) {
        const CipheringKey key(algorithm, raw);
        // In a buffer with room the result is the same, and the room stays as it was.
        ByteVector roomy(length + 64, 0x5a);
        key.apply(1, 2, Direction::uplink, MutableBytes(roomy).first(length));
        REQUIRE(
            std::ranges::all_of(std::span(roomy).subspan(length), [](auto octet) { return octet == 0x5a; }));
        key.apply(1, 2, Direction::uplink, message);
        REQUIRE(std::ranges::equal(message, std::span(roomy).first(length)));
        key.apply(1, 2, Direction::uplink, message);
      }
    }
  }
}

TEST_CASE("threads_that_use_the_algorithms_at_once_get_the_same_as_one_alone") {
  const auto work = [](std::uint64_t seed) {
    SeededRandom random(seed);
    std::uint32_t sum = 0;
    for (int i = 0; i < 3000; ++i) {
      const auto raw = random.key<16>();
      ByteVector message(1 + random.below(100));
      random.fill(message);
      const auto n = random.below(4);
      CipheringKey(kCiphering[n], raw).apply(random.u32(), 0, Direction::uplink, message);
      sum = sum * 31 + IntegrityKey(kIntegrity[n], raw).mac(random.u32(), 0, Direction::uplink, message);
    }
    return sum;
  };
  constexpr std::size_t kThreads = 4;
  std::array<std::uint32_t, kThreads> together{};
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < kThreads; ++i) threads.emplace_back([&, i] { together[i] = work(i); });
  }
  for (std::size_t i = 0; i < kThreads; ++i) CHECK(together[i] == work(i));
}

TEST_CASE("a_copied_key_works_like_its_original") {
  const auto raw = key_of<16>("2bd6459f82c5b300952c49104881ff48");
  const ByteVector message(33, 9);
  for (const auto algorithm : kIntegrity) {
    const IntegrityKey key(algorithm, raw);
    const IntegrityKey copy = key;
    CHECK(copy.mac(1, 0, Direction::uplink, message) == key.mac(1, 0, Direction::uplink, message));
  }
}

}  // namespace zerocell
