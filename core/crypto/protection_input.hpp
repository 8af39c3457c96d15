// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
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

  /// COUNT ‖ BEARER ‖ DIRECTION ‖ 26 zero bits: how 128-EEA2 and 128-EIA2 begin, §B.1.3 and §B.2.3.
  std::array<std::uint8_t, 8> octets() const noexcept {
    return {static_cast<std::uint8_t>(count >> 24),
            static_cast<std::uint8_t>(count >> 16),
            static_cast<std::uint8_t>(count >> 8),
            static_cast<std::uint8_t>(count),
            static_cast<std::uint8_t>(bearer << 3 | static_cast<std::uint8_t>(direction) << 2),
            0,
            0,
            0};
  }
};

}  // namespace zerocell
