// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/crypto/eps_algorithms.hpp"
#include "core/types/assert.hpp"

namespace zerocell {

/// COUNT, BEARER and DIRECTION, TS 33.401 annex B, for the files of this folder.
struct ProtectionInput {
  ProtectionInput(std::uint32_t count_, std::uint8_t bearer_, Direction direction_) noexcept
      : count(count_), bearer(bearer_), direction(direction_) {
    ZC_ASSERT(bearer_ < 32);
  }

  std::uint32_t count;
  std::uint8_t bearer;
  Direction direction;

  /// COUNT ‖ BEARER ‖ DIRECTION ‖ 26 zero bits, as eight octets lie in memory: how 128-EEA2 and 128-EIA2
  /// begin, §B.1.3 and §B.2.3.
  std::uint64_t head() const noexcept {
    return __builtin_bswap64(std::uint64_t{count} << 32 | std::uint64_t{bearer} << 27 |
                             static_cast<std::uint64_t>(direction) << 26);
  }
};

}  // namespace zerocell
