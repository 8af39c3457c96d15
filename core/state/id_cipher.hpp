// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

namespace zerocell {

/// A keyed permutation of 32-bit numbers. It turns an index with generation bits into an identifier that
/// tells an observer nothing and still finds its record without a look-up (M-TMSI, TS 33.401 asks that it
/// cannot be predicted). Four Feistel rounds over SipHash-2-4.
class IdCipher {
 public:
  /// The key: 16 octets of a CSPRNG.
  explicit IdCipher(const std::array<std::uint8_t, 16>& key);

  std::uint32_t encrypt(std::uint32_t plain) const;
  std::uint32_t decrypt(std::uint32_t hidden) const;

 private:
  std::uint16_t round(unsigned number, std::uint16_t half) const;
  std::uint64_t k0_;
  std::uint64_t k1_;
};

/// SipHash-2-4 of one 64-bit word (J.-P. Aumasson, D. J. Bernstein: SipHash, 2012), octets in little-endian
/// order.
std::uint64_t siphash24(std::uint64_t k0, std::uint64_t k1, std::uint64_t word);

}  // namespace zerocell
