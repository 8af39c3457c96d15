// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

namespace zerocell {

/// The permutation Keccak-f[1600], FIPS 202 §3.3, in place. OpenSSL has it, but exports only the hashes on
/// top.
void keccak_f1600(std::array<std::uint8_t, 200>& state) noexcept;

}  // namespace zerocell
