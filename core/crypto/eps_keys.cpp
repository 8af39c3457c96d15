// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/eps_keys.hpp"

#include "core/types/assert.hpp"

namespace zerocell {

namespace {

// FC, TS 33.401 annex A; allocated by TS 33.220 §B.2.2.
constexpr std::uint8_t kFcKAsme = 0x10;
constexpr std::uint8_t kFcKEnb = 0x11;
constexpr std::uint8_t kFcNextHop = 0x12;
constexpr std::uint8_t kFcKEnbStar = 0x13;
constexpr std::uint8_t kFcAlgorithmKey = 0x15;

/// Algorithm type distinguisher, TS 33.401 table A.7-1.
enum class KeyUse : std::uint8_t { nas_enc = 1, nas_int = 2 };

std::array<std::uint8_t, 4> big_endian(std::uint32_t value) {
  return {static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
          static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
}

Key<16> algorithm_key(KeyView<32> key, KeyUse use, std::uint8_t algorithm) {
  KdfInput input(kFcAlgorithmKey);
  input.add(static_cast<std::uint8_t>(use)).add(algorithm);
  const auto derived = kdf(key.reveal(), input);
  return Key<16>(derived.reveal().last<16>());
}

}  // namespace

Key<32> k_asme(KeyView<16> ck, KeyView<16> ik, const Plmn& serving_network,
               const std::array<std::uint8_t, 6>& sqn_xor_ak) {
  Key<32> ck_ik;
  std::ranges::copy(ck.reveal(), ck_ik.reveal_mutable().begin());
  std::ranges::copy(ik.reveal(), ck_ik.reveal_mutable().begin() + 16);
  KdfInput input(kFcKAsme);
  input.add(serving_network.octets()).add(sqn_xor_ak);
  return kdf(ck_ik.reveal(), input);
}

Key<32> k_enb(KeyView<32> k_asme, std::uint32_t uplink_nas_count) {
  KdfInput input(kFcKEnb);
  input.add(big_endian(uplink_nas_count));
  return kdf(k_asme.reveal(), input);
}

Key<32> next_hop(KeyView<32> k_asme, KeyView<32> sync_input) {
  KdfInput input(kFcNextHop);
  input.add(sync_input.reveal());
  return kdf(k_asme.reveal(), input);
}

Key<32> k_enb_star(KeyView<32> next_hop_or_k_enb, std::uint16_t physical_cell, std::uint32_t earfcn_dl) {
  ZC_ASSERT(earfcn_dl < 1u << 18);
  const auto cell = big_endian(physical_cell);
  const auto earfcn = big_endian(earfcn_dl);
  KdfInput input(kFcKEnbStar);
  // Two octets up to 65535, three above.
  input.add(Bytes(cell).last(2)).add(Bytes(earfcn).last(earfcn_dl > 0xffff ? 3 : 2));
  return kdf(next_hop_or_k_enb.reveal(), input);
}

Key<16> k_nas_enc(KeyView<32> k_asme, CipheringAlgorithm algorithm) {
  return algorithm_key(k_asme, KeyUse::nas_enc, static_cast<std::uint8_t>(algorithm));
}
Key<16> k_nas_int(KeyView<32> k_asme, IntegrityAlgorithm algorithm) {
  return algorithm_key(k_asme, KeyUse::nas_int, static_cast<std::uint8_t>(algorithm));
}

std::array<std::uint8_t, 8> hash_mme(Bytes plain_request) {
  // The key is 256 zero bits and S is the message alone, without FC: a hash, not a secret.
  const auto derived = hmac_sha256(Key<32>().reveal(), plain_request);
  std::array<std::uint8_t, 8> hash;
  std::ranges::copy(derived.reveal().last<8>(), hash.begin());
  return hash;
}

}  // namespace zerocell
