// SPDX-License-Identifier: Apache-2.0
#include "core/state/id_cipher.hpp"

#include <bit>
#include <cstring>

namespace zerocell {

std::uint64_t siphash24(std::uint64_t k0, std::uint64_t k1, std::uint64_t word) {
  std::uint64_t v0 = k0 ^ 0x736f6d6570736575;
  std::uint64_t v1 = k1 ^ 0x646f72616e646f6d;
  std::uint64_t v2 = k0 ^ 0x6c7967656e657261;
  std::uint64_t v3 = k1 ^ 0x7465646279746573;
  const auto rounds = [&](int count) {
    while (count-- > 0) {
      v0 += v1;
      v1 = std::rotl(v1, 13) ^ v0;
      v0 = std::rotl(v0, 32);
      v2 += v3;
      v3 = std::rotl(v3, 16) ^ v2;
      v0 += v3;
      v3 = std::rotl(v3, 21) ^ v0;
      v2 += v1;
      v1 = std::rotl(v1, 17) ^ v2;
      v2 = std::rotl(v2, 32);
    }
  };
  const auto absorb = [&](std::uint64_t block) {
    v3 ^= block;
    rounds(2);
    v0 ^= block;
  };
  absorb(word);
  absorb(std::uint64_t{8} << 56);  // The last block holds the length.
  v2 ^= 0xff;
  rounds(4);
  return v0 ^ v1 ^ v2 ^ v3;
}

IdCipher::IdCipher(const std::array<std::uint8_t, 16>& key) {
  std::memcpy(&k0_, key.data(), 8);
  std::memcpy(&k1_, key.data() + 8, 8);
}

std::uint16_t IdCipher::round(unsigned number, std::uint16_t half) const {
  return static_cast<std::uint16_t>(siphash24(k0_, k1_, std::uint64_t{number} << 16 | half));
}

std::uint32_t IdCipher::encrypt(std::uint32_t plain) const {
  auto left = static_cast<std::uint16_t>(plain >> 16);
  auto right = static_cast<std::uint16_t>(plain);
  for (unsigned number = 0; number < 4; ++number) {
    const auto next = static_cast<std::uint16_t>(left ^ round(number, right));
    left = right;
    right = next;
  }
  return std::uint32_t{left} << 16 | right;
}

std::uint32_t IdCipher::decrypt(std::uint32_t hidden) const {
  auto left = static_cast<std::uint16_t>(hidden >> 16);
  auto right = static_cast<std::uint16_t>(hidden);
  for (unsigned number = 4; number-- > 0;) {
    const auto previous = static_cast<std::uint16_t>(right ^ round(number, left));
    right = left;
    left = previous;
  }
  return std::uint32_t{left} << 16 | right;
}

}  // namespace zerocell
