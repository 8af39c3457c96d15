// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/eps_algorithms.hpp"

#include "core/crypto/eps_aes.hpp"
#include "core/crypto/stream_ciphers.hpp"

namespace zerocell {

std::uint32_t IntegrityKey::mac_of_bits(std::uint32_t count, std::uint8_t bearer, Direction direction,
                                        Bytes message, std::size_t bits) const noexcept {
  ZC_ASSERT(message.size() <= kProtectedOctetsMax && bits != 0 && bits <= message.size() * 8);
  const ProtectionInput input(count, bearer, direction);
  switch (algorithm_) {
    case IntegrityAlgorithm::eia0:
      break;
    case IntegrityAlgorithm::eia1:
      return snow3g_mac(key_, input, message, bits);
    case IntegrityAlgorithm::eia2:
      return cmac(key_, input, message, bits);
    case IntegrityAlgorithm::eia3:
      return zuc_mac(key_, input, message, bits);
  }
  return 0;
}

bool IntegrityKey::verifies(std::uint32_t count, std::uint8_t bearer, Direction direction, Bytes message,
                            std::uint32_t received_mac) const noexcept {
  if (message.empty() || message.size() > kProtectedOctetsMax) return false;
  // Two words compare in constant time.
  return mac(count, bearer, direction, message) == received_mac;
}

void CipheringKey::apply(std::uint32_t count, std::uint8_t bearer, Direction direction,
                         MutableBytes data) const noexcept {
  ZC_ASSERT(data.size() <= kProtectedOctetsMax);
  if (data.empty()) return;
  const ProtectionInput input(count, bearer, direction);
  switch (algorithm_) {
    case CipheringAlgorithm::eea0:
      return;
    case CipheringAlgorithm::eea1:
      return snow3g_apply(key_, input, data);
    case CipheringAlgorithm::eea2:
      return ctr_apply(key_, input, data);
    case CipheringAlgorithm::eea3:
      return zuc_apply(key_, input, data);
  }
}

}  // namespace zerocell
