// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/eps_algorithms.hpp"

#include "core/crypto/eps_aes.hpp"
#include "core/crypto/stream_ciphers.hpp"
#include "core/types/assert.hpp"

namespace zerocell {

IntegrityKey::IntegrityKey(IntegrityAlgorithm algorithm, KeyView<16> key) noexcept : algorithm_(algorithm) {
  switch (algorithm) {
    case IntegrityAlgorithm::eia0:
      return;
    case IntegrityAlgorithm::eia1:
      snow3g_schedule(key, MutableBytes(schedule_).first<16>());
      return;
    case IntegrityAlgorithm::eia2:
      cmac_schedule(key, schedule_);
      return;
    case IntegrityAlgorithm::eia3:
      std::ranges::copy(key.reveal(), schedule_.begin());
      return;
  }
  // A number that names no algorithm must not end as null integrity.
  ZC_ASSERT(!"integrity algorithm");
}

IntegrityKey::~IntegrityKey() {
  wipe(schedule_);
}

std::uint32_t IntegrityKey::mac_of_bits(std::uint32_t count, std::uint8_t bearer, Direction direction,
                                        Bytes message, std::size_t bits) const noexcept {
  ZC_ASSERT(message.size() <= kProtectedOctetsMax && bits != 0 && bits <= message.size() * 8);
  const ProtectionInput input(count, bearer, direction);
  switch (algorithm_) {
    case IntegrityAlgorithm::eia0:
      break;
    case IntegrityAlgorithm::eia1:
      return snow3g_mac(Bytes(schedule_).first<16>(), input, message, bits);
    case IntegrityAlgorithm::eia2:
      return cmac(schedule_, input, message, bits);
    case IntegrityAlgorithm::eia3:
      return zuc_mac(Bytes(schedule_).first<16>(), input, message, bits);
  }
  return 0;
}

bool IntegrityKey::verifies(std::uint32_t count, std::uint8_t bearer, Direction direction, Bytes message,
                            std::uint32_t received_mac) const noexcept {
  if (message.empty() || message.size() > kProtectedOctetsMax) return false;
  // Two words compare in constant time.
  return mac(count, bearer, direction, message) == received_mac;
}

CipheringKey::CipheringKey(CipheringAlgorithm algorithm, KeyView<16> key) noexcept : algorithm_(algorithm) {
  switch (algorithm) {
    case CipheringAlgorithm::eea0:
      return;
    case CipheringAlgorithm::eea1:
      snow3g_schedule(key, MutableBytes(schedule_).first<16>());
      return;
    case CipheringAlgorithm::eea2:
      ctr_schedule(key, schedule_);
      return;
    case CipheringAlgorithm::eea3:
      std::ranges::copy(key.reveal(), schedule_.begin());
      return;
  }
  ZC_ASSERT(!"ciphering algorithm");
}

CipheringKey::~CipheringKey() {
  wipe(schedule_);
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
      return snow3g_apply(Bytes(schedule_).first<16>(), input, data);
    case CipheringAlgorithm::eea2:
      return ctr_apply(schedule_, input, data);
    case CipheringAlgorithm::eea3:
      return zuc_apply(Bytes(schedule_).first<16>(), input, data);
  }
}

}  // namespace zerocell
