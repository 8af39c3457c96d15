// SPDX-License-Identifier: Apache-2.0
// The EVP interface costs more than the hash itself on a string of this size; the low-level one, deprecated
// but present in OpenSSL 3, runs the same assembly.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "core/crypto/kdf.hpp"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include "core/types/assert.hpp"

namespace zerocell {

namespace {

constexpr std::size_t kBlock = SHA256_CBLOCK;
using Pad = std::array<std::uint8_t, kBlock>;

/// SHA-256(pad ‖ message).
void hash(const Pad& pad, Bytes message, std::span<std::uint8_t, 32> out) {
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, pad.data(), pad.size());
  SHA256_Update(&context, message.data(), message.size());
  SHA256_Final(out.data(), &context);
  OPENSSL_cleanse(&context, sizeof(context));
}

}  // namespace

Key<32> hmac_sha256(Bytes key, Bytes message) {
  Pad pad{};
  if (key.size() > kBlock)
    SHA256(key.data(), key.size(), pad.data());
  else
    std::ranges::copy(key, pad.begin());
  for (auto& octet : pad) octet ^= 0x36;
  Key<32> inner;
  hash(pad, message, inner.reveal_mutable());
  for (auto& octet : pad) octet ^= 0x36 ^ 0x5c;
  Key<32> result;
  hash(pad, inner.reveal(), result.reveal_mutable());
  wipe(pad);
  return result;
}

KdfInput& KdfInput::add(Bytes parameter) {
  ZC_ASSERT(parameter.size() + 2 <= kOctetsMax - size_);
  std::ranges::copy(parameter, octets_.begin() + static_cast<std::ptrdiff_t>(size_));
  size_ += parameter.size();
  octets_[size_++] = static_cast<std::uint8_t>(parameter.size() >> 8);
  octets_[size_++] = static_cast<std::uint8_t>(parameter.size());
  return *this;
}

}  // namespace zerocell
