// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/crypto/protection_input.hpp"

namespace zerocell {

// 128-EIA2 and 128-EEA2, TS 33.401 §B.2.3 and §B.1.3, for the files of this folder.

enum class AesBy { processor, evp };
/// By the processor's instructions where it has them.
AesBy aes_here() noexcept;

/// The first 32 bits of the CMAC over the input's head and the first `bits` bits of `message`.
std::uint32_t cmac(KeyView<16> key, const ProtectionInput& input, Bytes message, std::size_t bits,
                   AesBy by = aes_here()) noexcept;

void ctr_apply(KeyView<16> key, const ProtectionInput& input, MutableBytes data,
               AesBy by = aes_here()) noexcept;

}  // namespace zerocell
