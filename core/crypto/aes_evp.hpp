// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/crypto/key.hpp"

namespace zerocell {

/// AES-128 of each 16-octet block of `blocks`, in place, by OpenSSL's EVP: for processors without AES-NI, and
/// as the second opinion of tests.
void aes128_by_evp(KeyView<16> key, MutableBytes blocks);

}  // namespace zerocell
