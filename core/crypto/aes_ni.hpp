// SPDX-License-Identifier: Apache-2.0
// AES-128 by the processor's own instructions, for the files of this folder only. Everything here is inlined
// into functions that carry the same target attribute and are called only where aes_ni_available().
#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "core/crypto/key.hpp"

#define ZC_AES_NI [[gnu::target("aes,avx")]]
#define ZC_AES_NI_INLINE [[gnu::always_inline]] ZC_AES_NI inline

namespace zerocell {

inline bool aes_ni_available() noexcept {
  return __builtin_cpu_supports("aes") && __builtin_cpu_supports("avx");
}

namespace aes_ni {

constexpr std::size_t kRounds = 10;

ZC_AES_NI_INLINE __m128i load(const void* from) {
  return _mm_loadu_si128(static_cast<const __m128i*>(from));
}
ZC_AES_NI_INLINE void store(void* to, __m128i value) {
  _mm_storeu_si128(static_cast<__m128i*>(to), value);
}

/// The next round key, FIPS 197 §5.2. SubWord(RotWord(w3)) comes from AESENCLAST on four copies of it, which
/// has a shorter latency than AESKEYGENASSIST.
ZC_AES_NI_INLINE __m128i next_round_key(__m128i key, int round_constant) {
  const __m128i rotated = _mm_shuffle_epi8(key, _mm_set1_epi32(0x0c0f0e0d));
  const __m128i substituted = _mm_aesenclast_si128(rotated, _mm_set1_epi32(round_constant));
  key = _mm_xor_si128(key, _mm_slli_si128(key, 4));
  key = _mm_xor_si128(key, _mm_slli_si128(key, 8));
  return _mm_xor_si128(key, substituted);
}

/// An expanded key. It lives in registers for one message or vector and is made anew for the next: the
/// processor expands beside the first block, so that it costs less than keeping 176 octets for every UE.
class Schedule {
 public:
  ZC_AES_NI_INLINE explicit Schedule(KeyView<16> key_octets) {
    constexpr int kConstants[kRounds] = {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0x1b, 0x36};
    round_[0] = load(key_octets.reveal().data());
#pragma GCC unroll 10
    for (std::size_t i = 0; i < kRounds; ++i) round_[i + 1] = next_round_key(round_[i], kConstants[i]);
  }
  Schedule(const Schedule&) = delete;
  Schedule& operator=(const Schedule&) = delete;

  /// Encrypts `N` blocks side by side: the rounds of one hide the latency of the others.
  template <std::size_t N>
  ZC_AES_NI_INLINE void encrypt(__m128i (&block)[N]) const {
#pragma GCC unroll 8
    for (std::size_t n = 0; n < N; ++n) block[n] = _mm_xor_si128(block[n], round_[0]);
#pragma GCC unroll 10
    for (std::size_t i = 1; i < kRounds; ++i)
#pragma GCC unroll 8
      for (std::size_t n = 0; n < N; ++n) block[n] = _mm_aesenc_si128(block[n], round_[i]);
#pragma GCC unroll 8
    for (std::size_t n = 0; n < N; ++n) block[n] = _mm_aesenclast_si128(block[n], round_[kRounds]);
  }

  // A chain of blocks (CBC-MAC) by its shortest path: the last round of one block carries the next block and
  // its first round key, so that nothing stands between the rounds of the two.
  ZC_AES_NI_INLINE __m128i chain_begin(__m128i block) const { return _mm_xor_si128(block, round_[0]); }
  ZC_AES_NI_INLINE __m128i chain_next(__m128i chain, __m128i block) const {
    const __m128i key = _mm_xor_si128(_mm_xor_si128(round_[kRounds], round_[0]), block);
    return _mm_aesenclast_si128(middle_rounds(chain), key);
  }
  ZC_AES_NI_INLINE __m128i chain_end(__m128i chain) const {
    return _mm_aesenclast_si128(middle_rounds(chain), round_[kRounds]);
  }

 private:
  ZC_AES_NI_INLINE __m128i middle_rounds(__m128i block) const {
#pragma GCC unroll 10
    for (std::size_t i = 1; i < kRounds; ++i) block = _mm_aesenc_si128(block, round_[i]);
    return block;
  }

  __m128i round_[kRounds + 1];
};

}  // namespace aes_ni

}  // namespace zerocell
