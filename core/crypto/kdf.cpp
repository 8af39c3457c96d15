// SPDX-License-Identifier: Apache-2.0
// EVP costs several times the hash itself on a string of this size. The low-level block function, deprecated
// but present in OpenSSL 3, runs the same assembly.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "core/crypto/kdf.hpp"

#include <openssl/sha.h>

#include "core/types/assert.hpp"

namespace zerocell {

namespace {

constexpr std::size_t kBlock = SHA256_CBLOCK;
using Block = std::array<std::uint8_t, kBlock>;

/// SHA-256 of one block, then of the message behind it: an inner or outer half of HMAC.
class Half {
 public:
  explicit Half(const Block& pad) noexcept {
    SHA256_Init(&context_);
    SHA256_Transform(&context_, pad.data());
  }
  Half(const Half&) = delete;
  Half& operator=(const Half&) = delete;
  ~Half() { wipe(MutableBytes(reinterpret_cast<std::uint8_t*>(&context_), sizeof(context_))); }

  void digest(Bytes message, std::span<std::uint8_t, 32> out) noexcept {
    const std::uint64_t bits = 8 * (kBlock + message.size());
    for (; message.size() >= kBlock; message = message.subspan(kBlock))
      SHA256_Transform(&context_, message.data());
    // FIPS 180-4 §5.1.1: a bit 1, zeros, the length in 64 bits.
    Block last{};
    std::ranges::copy(message, last.begin());
    last[message.size()] = 0x80;
    if (message.size() > kBlock - 9) {
      SHA256_Transform(&context_, last.data());
      last.fill(0);
    }
    put(__builtin_bswap64(bits), &last[kBlock - 8]);
    SHA256_Transform(&context_, last.data());
    for (std::size_t i = 0; i < 8; ++i) put(__builtin_bswap32(context_.h[i]), &out[4 * i]);
    wipe(last);
  }

 private:
  template <class Word>
  static void put(Word word, std::uint8_t* to) noexcept {
    std::memcpy(to, &word, sizeof(word));
  }

  SHA256_CTX context_;
};

}  // namespace

Key<32> hmac_sha256(Bytes key, Bytes message) {
  Block pad{};
  if (key.size() > kBlock)
    SHA256(key.data(), key.size(), pad.data());
  else
    std::ranges::copy(key, pad.begin());
  for (auto& octet : pad) octet ^= 0x36;
  Key<32> digest;
  Half(pad).digest(message, digest.reveal_mutable());
  for (auto& octet : pad) octet ^= 0x36 ^ 0x5c;
  Half(pad).digest(digest.reveal(), digest.reveal_mutable());
  wipe(pad);
  return digest;
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
