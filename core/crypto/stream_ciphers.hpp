// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/crypto/protection_input.hpp"

namespace zerocell {

// SNOW 3G and ZUC by intel-ipsec-mb, for the files of this folder. Messages have at least one bit and at most
// kProtectedOctetsMax octets, which is all that the library takes.

/// 128-EIA1, TS 33.401 §B.2.2: UIA2 of TS 35.215 with FRESH = BEARER ‖ 0.
std::uint32_t snow3g_mac(KeyView<16> key, const ProtectionInput& input, Bytes message,
                         std::size_t bits) noexcept;
/// 128-EEA1, TS 33.401 §B.1.2: UEA2 of TS 35.215.
void snow3g_apply(KeyView<16> key, const ProtectionInput& input, MutableBytes data) noexcept;

/// 128-EIA3, TS 35.221.
std::uint32_t zuc_mac(KeyView<16> key, const ProtectionInput& input, Bytes message,
                      std::size_t bits) noexcept;
/// 128-EEA3, TS 35.221.
void zuc_apply(KeyView<16> key, const ProtectionInput& input, MutableBytes data) noexcept;

}  // namespace zerocell
