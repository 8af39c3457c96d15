// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "core/crypto/protection_input.hpp"

namespace zerocell {

// 128-EIA2 and 128-EEA2, TS 33.401 §B.2.3 and §B.1.3, for the files of this folder. A schedule is 16-octet
// aligned and begins with the key itself.

enum class AesBy { processor, evp };
/// By the processor's instructions where it has them.
AesBy aes_here() noexcept;

using CmacSchedule = std::span<std::uint8_t, 208>;  ///< 11 round keys, K1, K2.
using CtrSchedule = std::span<std::uint8_t, 176>;   ///< 11 round keys.

void cmac_schedule(KeyView<16> key, CmacSchedule schedule, AesBy by = aes_here()) noexcept;
/// The first 32 bits of the CMAC over the first `bits` bits of `message`, behind the input's octets.
std::uint32_t cmac(std::span<const std::uint8_t, 208> schedule, const ProtectionInput& input, Bytes message,
                   std::size_t bits, AesBy by = aes_here()) noexcept;

void ctr_schedule(KeyView<16> key, CtrSchedule schedule, AesBy by = aes_here()) noexcept;
void ctr_apply(std::span<const std::uint8_t, 176> schedule, const ProtectionInput& input, MutableBytes data,
               AesBy by = aes_here()) noexcept;

}  // namespace zerocell
