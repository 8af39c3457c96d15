// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "core/crypto/protection_input.hpp"

namespace zerocell {

// SNOW 3G and ZUC by intel-ipsec-mb, for the files of this folder. Schedules are 16-octet aligned; ZUC's is
// the key itself. Messages have at least one bit and at most kProtectedOctetsMax octets, which is all that
// the library takes.

/// TS 35.216.
void snow3g_schedule(KeyView<16> key, std::span<std::uint8_t, 16> schedule) noexcept;
/// 128-EIA1, TS 33.401 §B.2.2: UIA2 with FRESH = BEARER ‖ 0.
std::uint32_t snow3g_mac(std::span<const std::uint8_t, 16> schedule, const ProtectionInput& input,
                         Bytes message, std::size_t bits) noexcept;
/// 128-EEA1, TS 33.401 §B.1.2: UEA2.
void snow3g_apply(std::span<const std::uint8_t, 16> schedule, const ProtectionInput& input,
                  MutableBytes data) noexcept;

/// 128-EIA3, TS 35.221.
std::uint32_t zuc_mac(std::span<const std::uint8_t, 16> key, const ProtectionInput& input, Bytes message,
                      std::size_t bits) noexcept;
/// 128-EEA3, TS 35.221.
void zuc_apply(std::span<const std::uint8_t, 16> key, const ProtectionInput& input,
               MutableBytes data) noexcept;

}  // namespace zerocell
