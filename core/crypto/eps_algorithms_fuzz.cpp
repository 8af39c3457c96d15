// SPDX-License-Identifier: Apache-2.0
// A protected message as a peer may send it: algorithm, COUNT (4), BEARER and DIRECTION, MAC (4), message.
#include "core/crypto/eps_algorithms.hpp"
#include "core/types/assert.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace zerocell;
  Reader reader{Bytes(data, size)};
  const auto algorithm = reader.u8();
  const auto count = reader.u32();
  const auto bearer = reader.u8();
  const auto direction = bearer & 0x20 ? Direction::downlink : Direction::uplink;
  const auto mac = reader.u32();
  const auto message = reader.rest();
  static const auto raw = Key<16>::from_hex("2bd6459f82c5b300952c49104881ff48").value();

  const IntegrityKey integrity(static_cast<IntegrityAlgorithm>(algorithm & 3), raw);
  const auto number = static_cast<std::uint8_t>(bearer & 31);
  if (integrity.verifies(count, number, direction, message, mac))
    ZC_ASSERT(integrity.mac(count, number, direction, message) == mac);

  if (message.size() > kProtectedOctetsMax) return 0;
  const CipheringKey ciphering(static_cast<CipheringAlgorithm>(algorithm >> 2 & 3), raw);
  ByteVector deciphered(message.begin(), message.end());
  ciphering.apply(count, number, direction, deciphered);
  ciphering.apply(count, number, direction, deciphered);
  ZC_ASSERT(equal(deciphered, message));
  return 0;
}
