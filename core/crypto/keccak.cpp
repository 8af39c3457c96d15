// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/keccak.hpp"

#include <bit>
#include <cstddef>
#include <cstring>

#include "core/crypto/key.hpp"

namespace zerocell {

namespace {

static_assert(std::endian::native == std::endian::little, "lanes are little-endian words");

using Lanes = std::array<std::uint64_t, 25>;  ///< Lane (x, y) at x + 5 y.

/// RC of every round, FIPS 202 §3.2.5: bits of the LFSR x^8 + x^6 + x^5 + x^4 + 1 at the positions 2^j - 1.
consteval std::array<std::uint64_t, 24> round_constants() {
  std::array<std::uint64_t, 24> constants{};
  unsigned lfsr = 1;
  for (auto& constant : constants)
    for (unsigned j = 0; j < 7; ++j) {
      if (lfsr & 1) constant |= std::uint64_t{1} << ((1u << j) - 1);
      lfsr = lfsr << 1 ^ (lfsr & 0x80 ? 0x171 : 0);
    }
  return constants;
}

/// Where each lane goes in ρ and π, and by how much it turns, FIPS 202 §3.2.2 and §3.2.3.
struct Move {
  std::size_t to;
  int rotation;
};
consteval std::array<Move, 25> moves() {
  std::array<Move, 25> table{};
  table[0] = {0, 0};
  std::size_t x = 1;
  std::size_t y = 0;
  for (int t = 0; t < 24; ++t) {
    table[x + 5 * y] = {y + 5 * ((2 * x + 3 * y) % 5), (t + 1) * (t + 2) / 2 % 64};
    const auto next_y = (2 * x + 3 * y) % 5;
    x = y;
    y = next_y;
  }
  return table;
}

constexpr auto kRoundConstants = round_constants();
constexpr auto kMoves = moves();

template <std::size_t... I>
[[gnu::always_inline]] inline void rho_pi(const Lanes& from, const std::array<std::uint64_t, 5>& theta,
                                          Lanes& to, std::index_sequence<I...>) {
  ((to[kMoves[I].to] = std::rotl(from[I] ^ theta[I % 5], kMoves[I].rotation)), ...);
}

}  // namespace

void keccak_f1600(std::array<std::uint8_t, 200>& state) noexcept {
  Lanes a;
  Lanes b;
  std::memcpy(a.data(), state.data(), state.size());
  for (const auto constant : kRoundConstants) {
    std::array<std::uint64_t, 5> column;
    for (std::size_t x = 0; x < 5; ++x) column[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
    std::array<std::uint64_t, 5> theta;
    for (std::size_t x = 0; x < 5; ++x) theta[x] = column[(x + 4) % 5] ^ std::rotl(column[(x + 1) % 5], 1);
    rho_pi(a, theta, b, std::make_index_sequence<25>());
    for (std::size_t y = 0; y < 25; y += 5)
      for (std::size_t x = 0; x < 5; ++x) a[y + x] = b[y + x] ^ (~b[y + (x + 1) % 5] & b[y + (x + 2) % 5]);
    a[0] ^= constant;
  }
  std::memcpy(state.data(), a.data(), state.size());
  wipe(MutableBytes(reinterpret_cast<std::uint8_t*>(a.data()), sizeof(a)));
  wipe(MutableBytes(reinterpret_cast<std::uint8_t*>(b.data()), sizeof(b)));
}

}  // namespace zerocell
