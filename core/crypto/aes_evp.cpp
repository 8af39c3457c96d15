// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/aes_evp.hpp"

#include <openssl/evp.h>

#include <memory>

#include "core/types/assert.hpp"

namespace zerocell {

void aes128_by_evp(KeyView<16> key, MutableBytes blocks) {
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(EVP_CIPHER_CTX_new(),
                                                                                EVP_CIPHER_CTX_free);
  ZC_ASSERT(context);
  ZC_ASSERT(EVP_EncryptInit_ex(context.get(), EVP_aes_128_ecb(), nullptr, key.reveal().data(), nullptr) == 1);
  EVP_CIPHER_CTX_set_padding(context.get(), 0);
  int written = 0;
  ZC_ASSERT(EVP_EncryptUpdate(context.get(), blocks.data(), &written, blocks.data(),
                              static_cast<int>(blocks.size())) == 1);
  ZC_ASSERT(static_cast<std::size_t>(written) == blocks.size());
}

}  // namespace zerocell
