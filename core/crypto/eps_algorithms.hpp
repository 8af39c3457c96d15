// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/crypto/key.hpp"
#include "core/types/assert.hpp"

namespace zerocell {

/// EPS integrity algorithm identities, TS 33.401 §5.1.4.2.
enum class IntegrityAlgorithm : std::uint8_t {
  eia0 = 0,  ///< Null: for unauthenticated emergency calls only.
  eia1 = 1,  ///< 128-EIA1: SNOW 3G.
  eia2 = 2,  ///< 128-EIA2: AES-CMAC.
  eia3 = 3,  ///< 128-EIA3: ZUC.
};

/// EPS encryption algorithm identities, TS 33.401 §5.1.3.2.
enum class CipheringAlgorithm : std::uint8_t {
  eea0 = 0,  ///< Null.
  eea1 = 1,  ///< 128-EEA1: SNOW 3G.
  eea2 = 2,  ///< 128-EEA2: AES-CTR.
  eea3 = 3,  ///< 128-EEA3: ZUC.
};

/// DIRECTION of TS 33.401 annex B.
enum class Direction : std::uint8_t { uplink = 0, downlink = 1 };

/// No longer message is protected: the longest PDCP SDU, TS 36.323 §4.3.1, so no UE can send one.
inline constexpr std::size_t kProtectedOctetsMax = 8188;

/// An integrity key with its algorithm: 128-EIA0 to 3 of TS 33.401 §B.2. As cheap to make as to copy; keep
/// it, or make it for each message. `bearer` is 5 bits: 0 for NAS, TS 24.301 §4.4.3.3.
class IntegrityKey {
 public:
  IntegrityKey(IntegrityAlgorithm algorithm, KeyView<16> key) noexcept
      : key_(key.reveal()), algorithm_(algorithm) {
    // A number that names no algorithm must not end as null integrity.
    ZC_ASSERT(algorithm <= IntegrityAlgorithm::eia3);
  }

  IntegrityAlgorithm algorithm() const noexcept { return algorithm_; }

  /// MAC-I or NAS-MAC of 1 to kProtectedOctetsMax octets of our own; 0 with EIA0.
  std::uint32_t mac(std::uint32_t count, std::uint8_t bearer, Direction direction,
                    Bytes message) const noexcept {
    return mac_of_bits(count, bearer, direction, message, message.size() * 8);
  }
  /// The same over the first `bits` bits of `message`.
  std::uint32_t mac_of_bits(std::uint32_t count, std::uint8_t bearer, Direction direction, Bytes message,
                            std::size_t bits) const noexcept;
  /// For what a peer sent: false for a wrong MAC, for an empty message and for one over kProtectedOctetsMax.
  bool verifies(std::uint32_t count, std::uint8_t bearer, Direction direction, Bytes message,
                std::uint32_t received_mac) const noexcept;

 private:
  Key<16> key_;
  IntegrityAlgorithm algorithm_;
};

/// A ciphering key with its algorithm: 128-EEA0 to 3 of TS 33.401 §B.1.
class CipheringKey {
 public:
  CipheringKey(CipheringAlgorithm algorithm, KeyView<16> key) noexcept
      : key_(key.reveal()), algorithm_(algorithm) {
    ZC_ASSERT(algorithm <= CipheringAlgorithm::eea3);
  }

  CipheringAlgorithm algorithm() const noexcept { return algorithm_; }

  /// Enciphers or deciphers in place, which is the same; at most kProtectedOctetsMax octets.
  void apply(std::uint32_t count, std::uint8_t bearer, Direction direction, MutableBytes data) const noexcept;

 private:
  Key<16> key_;
  CipheringAlgorithm algorithm_;
};

}  // namespace zerocell
