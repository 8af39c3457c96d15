// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/eps_aes.hpp"

#include <cstring>

#include "core/crypto/aes_evp.hpp"
#include "core/crypto/aes_ni.hpp"

namespace zerocell {

namespace {

// The templates carry the attribute for the sake of ByProcessor; a compiler never emits AES instructions of
// its own accord, so ByEvp runs anywhere.

using ByProcessor = aes_ni::Schedule;

class ByEvp {
 public:
  explicit ByEvp(KeyView<16> key) : key_(key) {}
  template <std::size_t N>
  void encrypt(__m128i (&blocks)[N]) const {
    aes128_by_evp(key_, MutableBytes(reinterpret_cast<std::uint8_t*>(blocks), sizeof(blocks)));
  }
  __m128i chain_begin(__m128i block) const { return block; }
  __m128i chain_next(__m128i chain, __m128i block) const { return _mm_xor_si128(chain_end(chain), block); }
  __m128i chain_end(__m128i chain) const {
    __m128i block[1] = {chain};
    encrypt(block);
    return block[0];
  }

 private:
  KeyView<16> key_;
};

/// The block as a number, doubled in GF(2^128), NIST SP 800-38B §6.1; without a branch on the key.
ZC_AES_NI_INLINE __m128i doubled(__m128i block) {
  const auto high = __builtin_bswap64(static_cast<std::uint64_t>(_mm_cvtsi128_si64(block)));
  const auto low = __builtin_bswap64(static_cast<std::uint64_t>(_mm_extract_epi64(block, 1)));
  const std::uint64_t carry = high >> 63;
  return _mm_set_epi64x(static_cast<long long>(__builtin_bswap64(low << 1 ^ (0x87 & -carry))),
                        static_cast<long long>(__builtin_bswap64(high << 1 | low >> 63)));
}

/// The last 1 to 16 octets of a message that has at least 16, zeros behind them; by one load and one shuffle.
ZC_AES_NI_INLINE __m128i last_octets(const std::uint8_t* end, std::size_t octets) {
  alignas(16) static constexpr std::uint8_t kTurn[32] = {
      0,    1,    2,    3,    4,    5,    6,    7,    8,    9,    10,   11,   12,   13,   14,   15,
      0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80};
  return _mm_shuffle_epi8(aes_ni::load(end - 16), aes_ni::load(kTurn + 16 - octets));
}
/// Behind that many octets a bit 1, NIST SP 800-38B §6.2; nothing behind 16.
ZC_AES_NI_INLINE __m128i padding(std::size_t octets) {
  alignas(16) static constexpr std::uint8_t kMark[32] = {0, 0, 0, 0, 0, 0, 0, 0,   0,
                                                         0, 0, 0, 0, 0, 0, 0, 0x80};
  return aes_ni::load(kMark + 16 - octets);
}

/// The same for a message of any length, whose last octet may count in part.
ZC_AES_NI_INLINE __m128i last_bits(std::uint8_t (&block)[16], std::size_t bits) {
  if (bits != 128) {
    auto& octet = block[bits / 8];
    const unsigned kept = bits % 8;
    octet = static_cast<std::uint8_t>((octet & ~(0xffu >> kept)) | 0x80u >> kept);
  }
  return aes_ni::load(block);
}

/// The key that the last block takes, NIST SP 800-38B §6.1: K1 for a whole block, K2 for a padded one.
template <class Cipher>
ZC_AES_NI_INLINE __m128i subkey(const Cipher& cipher, bool whole) {
  __m128i zero[1] = {_mm_setzero_si128()};
  cipher.encrypt(zero);
  const __m128i k1 = doubled(zero[0]);
  return whole ? k1 : doubled(k1);
}

template <class Cipher>
ZC_AES_NI_INLINE std::uint32_t cmac_with(KeyView<16> key, const ProtectionInput& input, Bytes message,
                                         std::size_t bits) {
  const Cipher cipher(key);
  const std::uint64_t head = input.head();
  const std::uint8_t* from = message.data();
  const std::uint8_t* const end = from + (bits + 7) / 8;
  alignas(16) std::uint8_t block[16] = {};
  std::size_t left = 64 + bits;  // Bits that are not in the chain yet.
  __m128i chain;
  if (left > 128) {
    std::uint64_t first;
    std::memcpy(&first, from, 8);
    chain = cipher.chain_begin(_mm_set_epi64x(static_cast<long long>(first), static_cast<long long>(head)));
    from += 8;
    for (left -= 128; left > 128; left -= 128, from += 16)
      chain = cipher.chain_next(chain, aes_ni::load(from));
    __m128i last;
    if (bits >= 128 && bits % 8 == 0) [[likely]] {
      last = _mm_or_si128(last_octets(end, left / 8), padding(left / 8));
    } else {
      std::memcpy(block, from, (left + 7) / 8);
      last = last_bits(block, left);
    }
    chain = cipher.chain_next(chain, _mm_xor_si128(last, subkey(cipher, left == 128)));
  } else {
    std::memcpy(block, &head, 8);
    if (bits != 0) std::memcpy(block + 8, from, (bits + 7) / 8);
    chain = cipher.chain_begin(_mm_xor_si128(last_bits(block, left), subkey(cipher, left == 128)));
  }
  return __builtin_bswap32(static_cast<std::uint32_t>(_mm_cvtsi128_si32(cipher.chain_end(chain))));
}

template <class Cipher>
ZC_AES_NI_INLINE void ctr_with(KeyView<16> key, const ProtectionInput& input, MutableBytes data) {
  const Cipher cipher(key);
  const auto head = static_cast<long long>(input.head());
  std::uint8_t* at = data.data();
  std::size_t left = data.size();
  constexpr std::size_t kLanes = 4;
  for (std::uint64_t counter = 0; left != 0; counter += kLanes) {
    __m128i key_stream[kLanes];
#pragma GCC unroll 4
    for (std::size_t i = 0; i < kLanes; ++i)
      key_stream[i] = _mm_set_epi64x(static_cast<long long>(__builtin_bswap64(counter + i)), head);
    cipher.encrypt(key_stream);
    if (left >= 16 * kLanes) [[likely]] {
#pragma GCC unroll 4
      for (std::size_t i = 0; i < kLanes; ++i)
        aes_ni::store(at + 16 * i, _mm_xor_si128(aes_ni::load(at + 16 * i), key_stream[i]));
      at += 16 * kLanes;
      left -= 16 * kLanes;
      continue;
    }
    std::size_t i = 0;
    for (; left >= 16; ++i, at += 16, left -= 16)
      aes_ni::store(at, _mm_xor_si128(aes_ni::load(at), key_stream[i]));
    if (left == 0) break;
    alignas(16) std::uint8_t tail[16];
    aes_ni::store(tail, key_stream[i]);
    for (std::size_t n = 0; n < left; ++n) at[n] ^= tail[n];
    break;
  }
}

ZC_AES_NI std::uint32_t cmac_by_processor(KeyView<16> key, const ProtectionInput& input, Bytes message,
                                          std::size_t bits) {
  return cmac_with<ByProcessor>(key, input, message, bits);
}
ZC_AES_NI std::uint32_t cmac_by_evp(KeyView<16> key, const ProtectionInput& input, Bytes message,
                                    std::size_t bits) {
  return cmac_with<ByEvp>(key, input, message, bits);
}
ZC_AES_NI void ctr_by_processor(KeyView<16> key, const ProtectionInput& input, MutableBytes data) {
  ctr_with<ByProcessor>(key, input, data);
}
ZC_AES_NI void ctr_by_evp(KeyView<16> key, const ProtectionInput& input, MutableBytes data) {
  ctr_with<ByEvp>(key, input, data);
}

}  // namespace

AesBy aes_here() noexcept {
  return aes_ni_available() ? AesBy::processor : AesBy::evp;
}

std::uint32_t cmac(KeyView<16> key, const ProtectionInput& input, Bytes message, std::size_t bits,
                   AesBy by) noexcept {
  return by == AesBy::processor ? cmac_by_processor(key, input, message, bits)
                                : cmac_by_evp(key, input, message, bits);
}

void ctr_apply(KeyView<16> key, const ProtectionInput& input, MutableBytes data, AesBy by) noexcept {
  by == AesBy::processor ? ctr_by_processor(key, input, data) : ctr_by_evp(key, input, data);
}

}  // namespace zerocell
