// SPDX-License-Identifier: Apache-2.0
// The inside of MILENAGE, for its own file and its tests.
#pragma once

#include <array>

#include "core/crypto/authentication.hpp"

namespace zerocell::milenage {

/// OUT1 to OUT5 of TS 35.206 §4.1. The five blocks are computed side by side, which costs no more than one.
/// `sqn_amf` is SQN ‖ AMF as a number: half of IN1.
using Outputs = std::array<std::array<std::uint8_t, 16>, 5>;

void outputs_by_aes_ni(KeyView<16> k, KeyView<16> op_c, const Rand& rand, std::uint64_t sqn_amf,
                       Outputs& outputs);
void outputs_by_evp(KeyView<16> k, KeyView<16> op_c, const Rand& rand, std::uint64_t sqn_amf,
                    Outputs& outputs);

}  // namespace zerocell::milenage
