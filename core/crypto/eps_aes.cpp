// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/eps_aes.hpp"

#include <bit>
#include <cstring>

#include "core/crypto/aes_evp.hpp"
#include "core/crypto/aes_ni.hpp"

namespace zerocell {

namespace {

constexpr std::size_t kSubkey1At = 176;
constexpr std::size_t kSubkey2At = 192;

/// Both ciphers take the schedule as it lies in memory and encrypt N blocks.
struct ByProcessor {
  const __m128i* round;
  explicit ByProcessor(const std::uint8_t* schedule) : round(reinterpret_cast<const __m128i*>(schedule)) {}
  template <std::size_t N>
  ZC_AES_NI_INLINE void operator()(__m128i (&blocks)[N]) const {
    aes_ni::encrypt(round, blocks);
  }
};
struct ByEvp {
  KeyView<16> key;
  explicit ByEvp(const std::uint8_t* schedule) : key(std::span<const std::uint8_t, 16>(schedule, 16)) {}
  template <std::size_t N>
  void operator()(__m128i (&blocks)[N]) const {
    aes128_by_evp(key, MutableBytes(reinterpret_cast<std::uint8_t*>(blocks), sizeof(blocks)));
  }
};

/// The block as a number, doubled in GF(2^128), NIST SP 800-38B §6.1; without a branch on the key.
void doubled(const std::uint8_t* from, std::uint8_t* to) {
  std::uint64_t high;
  std::uint64_t low;
  std::memcpy(&high, from, 8);
  std::memcpy(&low, from + 8, 8);
  high = __builtin_bswap64(high);
  low = __builtin_bswap64(low);
  const std::uint64_t carry = high >> 63;
  high = __builtin_bswap64(high << 1 | low >> 63);
  low = __builtin_bswap64(low << 1 ^ (0x87 & -carry));
  std::memcpy(to, &high, 8);
  std::memcpy(to + 8, &low, 8);
}

// The templates carry the attribute for the sake of ByProcessor; a compiler never emits AES instructions of
// its own accord, so ByEvp runs anywhere.

template <class Cipher>
ZC_AES_NI_INLINE void make_subkeys(std::uint8_t* schedule) {
  __m128i zero[1] = {_mm_setzero_si128()};
  const Cipher cipher(schedule);
  cipher(zero);
  aes_ni::store(schedule + kSubkey1At, zero[0]);
  doubled(schedule + kSubkey1At, schedule + kSubkey1At);
  doubled(schedule + kSubkey1At, schedule + kSubkey2At);
}

template <class Cipher>
ZC_AES_NI_INLINE std::uint32_t cmac_with(const std::uint8_t* schedule, const ProtectionInput& input,
                                         Bytes message, std::size_t bits) {
  const Cipher cipher(schedule);
  const auto head = input.octets();
  const std::uint8_t* from = message.data();
  __m128i chain[1] = {_mm_setzero_si128()};
  alignas(16) std::uint8_t last[16] = {};
  std::size_t last_bits = 64 + bits;
  if (last_bits > 128) {
    std::memcpy(last, head.data(), 8);
    std::memcpy(last + 8, from, 8);
    chain[0] = aes_ni::load(last);
    cipher(chain);
    from += 8;
    for (last_bits -= 128; last_bits > 128; last_bits -= 128, from += 16) {
      chain[0] = _mm_xor_si128(chain[0], aes_ni::load(from));
      cipher(chain);
    }
    std::memset(last, 0, sizeof(last));
    std::memcpy(last, from, (last_bits + 7) / 8);
  } else {
    std::memcpy(last, head.data(), 8);
    if (bits != 0) std::memcpy(last + 8, from, (bits + 7) / 8);
  }
  const bool complete = last_bits == 128;
  if (!complete) {
    // One bit 1, then zeros, behind the last bit of the message.
    auto& octet = last[last_bits / 8];
    const unsigned kept = last_bits % 8;
    octet = static_cast<std::uint8_t>((octet & ~(0xffu >> kept)) | 0x80u >> kept);
  }
  chain[0] = _mm_xor_si128(chain[0], aes_ni::load(last));
  chain[0] = _mm_xor_si128(chain[0], aes_ni::load(schedule + (complete ? kSubkey1At : kSubkey2At)));
  cipher(chain);
  return __builtin_bswap32(static_cast<std::uint32_t>(_mm_cvtsi128_si32(chain[0])));
}

template <class Cipher>
ZC_AES_NI_INLINE void ctr_with(const std::uint8_t* schedule, const ProtectionInput& input,
                               MutableBytes data) {
  const Cipher cipher(schedule);
  const auto head = input.octets();
  const auto first = static_cast<long long>(std::bit_cast<std::uint64_t>(head));
  std::uint8_t* at = data.data();
  std::size_t left = data.size();
  constexpr std::size_t kLanes = 4;
  for (std::uint64_t counter = 0; left != 0; counter += kLanes) {
    __m128i key_stream[kLanes];
#pragma GCC unroll 4
    for (std::size_t i = 0; i < kLanes; ++i)
      key_stream[i] = _mm_set_epi64x(static_cast<long long>(__builtin_bswap64(counter + i)), first);
    cipher(key_stream);
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

ZC_AES_NI void expand_by_processor(KeyView<16> key, std::uint8_t* schedule) {
  aes_ni::expand(aes_ni::load(key.reveal().data()), reinterpret_cast<__m128i*>(schedule));
}
ZC_AES_NI void cmac_schedule_by_processor(KeyView<16> key, std::uint8_t* schedule) {
  aes_ni::expand(aes_ni::load(key.reveal().data()), reinterpret_cast<__m128i*>(schedule));
  make_subkeys<ByProcessor>(schedule);
}
ZC_AES_NI void cmac_schedule_by_evp(KeyView<16> key, std::uint8_t* schedule) {
  std::ranges::copy(key.reveal(), schedule);
  make_subkeys<ByEvp>(schedule);
}
ZC_AES_NI std::uint32_t cmac_by_processor(const std::uint8_t* schedule, const ProtectionInput& input,
                                          Bytes message, std::size_t bits) {
  return cmac_with<ByProcessor>(schedule, input, message, bits);
}
ZC_AES_NI std::uint32_t cmac_by_evp(const std::uint8_t* schedule, const ProtectionInput& input, Bytes message,
                                    std::size_t bits) {
  return cmac_with<ByEvp>(schedule, input, message, bits);
}
ZC_AES_NI void ctr_by_processor(const std::uint8_t* schedule, const ProtectionInput& input,
                                MutableBytes data) {
  ctr_with<ByProcessor>(schedule, input, data);
}
ZC_AES_NI void ctr_by_evp(const std::uint8_t* schedule, const ProtectionInput& input, MutableBytes data) {
  ctr_with<ByEvp>(schedule, input, data);
}

}  // namespace

AesBy aes_here() noexcept {
  return aes_ni_available() ? AesBy::processor : AesBy::evp;
}

void cmac_schedule(KeyView<16> key, CmacSchedule schedule, AesBy by) noexcept {
  by == AesBy::processor ? cmac_schedule_by_processor(key, schedule.data())
                         : cmac_schedule_by_evp(key, schedule.data());
}

std::uint32_t cmac(std::span<const std::uint8_t, 208> schedule, const ProtectionInput& input, Bytes message,
                   std::size_t bits, AesBy by) noexcept {
  return by == AesBy::processor ? cmac_by_processor(schedule.data(), input, message, bits)
                                : cmac_by_evp(schedule.data(), input, message, bits);
}

void ctr_schedule(KeyView<16> key, CtrSchedule schedule, AesBy by) noexcept {
  if (by == AesBy::processor)
    expand_by_processor(key, schedule.data());
  else
    std::ranges::copy(key.reveal(), schedule.data());
}

void ctr_apply(std::span<const std::uint8_t, 176> schedule, const ProtectionInput& input, MutableBytes data,
               AesBy by) noexcept {
  by == AesBy::processor ? ctr_by_processor(schedule.data(), input, data)
                         : ctr_by_evp(schedule.data(), input, data);
}

}  // namespace zerocell
