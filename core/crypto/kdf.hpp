// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "core/crypto/key.hpp"

namespace zerocell {

/// HMAC-SHA-256, RFC 2104, FIPS 180-4.
Key<32> hmac_sha256(Bytes key, Bytes message);

/// The string S of the 3GPP key derivation function, TS 33.220 §B.2: FC, then each parameter followed by its
/// length in two octets.
class KdfInput {
 public:
  /// The longest of TS 33.401 and 33.501 hold a serving network name and a few octets more.
  static constexpr std::size_t kOctetsMax = 119;

  explicit KdfInput(std::uint8_t fc) noexcept : octets_{fc}, size_(1) {}
  KdfInput(const KdfInput&) = delete;
  KdfInput& operator=(const KdfInput&) = delete;
  ~KdfInput() { wipe(MutableBytes(octets_.data(), size_)); }

  KdfInput& add(Bytes parameter);
  /// A parameter of one octet.
  KdfInput& add(std::uint8_t parameter) { return add(Bytes(&parameter, 1)); }
  Bytes octets() const noexcept { return Bytes(octets_.data(), size_); }

 private:
  std::array<std::uint8_t, kOctetsMax> octets_;
  std::size_t size_;
};

/// derived key = HMAC-SHA-256(key, S), TS 33.220 §B.2.
inline Key<32> kdf(Bytes key, const KdfInput& input) {
  return hmac_sha256(key, input.octets());
}

}  // namespace zerocell
