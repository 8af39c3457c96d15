// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "core/crypto/authentication.hpp"
#include "core/crypto/eps_algorithms.hpp"
#include "core/crypto/kdf.hpp"
#include "core/types/identity.hpp"

namespace zerocell {

/// K_ASME, TS 33.401 §A.2. `sqn_xor_ak`: the first six octets of AUTN.
Key<32> k_asme(KeyView<16> ck, KeyView<16> ik, const Plmn& serving_network,
               const std::array<std::uint8_t, 6>& sqn_xor_ak);

/// K_eNB, TS 33.401 §A.3. `uplink_nas_count`: all 32 bits, the upper 8 zero.
Key<32> k_enb(KeyView<32> k_asme, std::uint32_t uplink_nas_count);

/// NH, TS 33.401 §A.4. `sync_input`: the new K_eNB for the first NH, else the NH before.
Key<32> next_hop(KeyView<32> k_asme, KeyView<32> sync_input);

/// K_eNB*, TS 33.401 §A.5, from the NH or the K_eNB. `earfcn_dl` is at most 262143 (18 bits).
Key<32> k_enb_star(KeyView<32> next_hop_or_k_enb, std::uint16_t physical_cell, std::uint32_t earfcn_dl);

/// Keys of the NAS algorithms, TS 33.401 §A.7: the 128 least significant bits of what the KDF gives.
Key<16> k_nas_enc(KeyView<32> k_asme, CipheringAlgorithm algorithm);
Key<16> k_nas_int(KeyView<32> k_asme, IntegrityAlgorithm algorithm);

/// HASH_MME and HASH_UE, TS 33.401 §I.2: 64 bits over the plain Attach Request or Tracking Area Update
/// Request as it was sent, of any length.
std::array<std::uint8_t, 8> hash_mme(Bytes plain_request);

}  // namespace zerocell
