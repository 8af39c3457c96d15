// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/random.hpp"

#include <set>

#include <catch2/catch.hpp>

namespace zerocell {

TEST_CASE("the_same_seed_gives_the_same_octets_and_another_seed_others") {
  SeededRandom a(7);
  SeededRandom b(7);
  SeededRandom c(8);
  const auto first = a.octets<32>();
  CHECK(first == b.octets<32>());
  CHECK(first != c.octets<32>());
  CHECK(first != a.octets<32>());
}

TEST_CASE("system_random_never_repeats_and_fills_any_length") {
  SystemRandom random;
  std::set<std::array<std::uint8_t, 16>> seen;
  for (int i = 0; i < 1000; ++i) CHECK(seen.insert(random.octets<16>()).second);
  for (const std::size_t length : {0u, 1u, 31u, 256u, 257u, 511u, 512u, 513u, 5000u}) {
    // A run of 64 zeros in what is long enough to hold one would be a place that was not filled.
    ByteVector out(length);
    random.fill(out);
    std::size_t zeros = 0;
    for (const auto octet : out) {
      zeros = octet == 0 ? zeros + 1 : 0;
      REQUIRE(zeros < 8);
    }
  }
}

TEST_CASE("below_reaches_every_number_under_its_bound_and_none_above") {
  SeededRandom random(1);
  for (const std::uint32_t bound : {1u, 2u, 3u, 7u, 100u}) {
    std::vector<int> hits(bound);
    for (std::uint32_t i = 0; i < bound * 1000; ++i) {
      const auto drawn = random.below(bound);
      REQUIRE(drawn < bound);
      ++hits[drawn];
    }
    for (const int count : hits) CHECK((count > 850 && count < 1150));
  }
  // A bound that a plain remainder would favour by a factor of two below its middle.
  int low = 0;
  for (int i = 0; i < 30000; ++i) low += random.below(0xc0000000u) < 0x60000000u;
  CHECK((low > 14500 && low < 15500));
}

}  // namespace zerocell
