// SPDX-License-Identifier: Apache-2.0
#pragma once

// Messages to test with: one of every type with all of its optional IEs, and what an ordinary attach
// exchanges. For the tests, the fuzz corpora and the benchmarks of this folder.

#include "core/nas/codec.hpp"
#include "core/types/assert.hpp"

namespace zerocell::nas::examples {

struct EmmExample {
  EmmMessage message;
  Direction direction{};
};
struct EsmExample {
  EsmMessage message;
  Direction direction{};
};

/// Every type, in the order of the specification, filled. Without the `newest` IEs there is none that
/// Wireshark 4.0 does not know yet.
std::vector<EmmExample> every_emm_message(bool newest = true);
std::vector<EsmExample> every_esm_message();

/// As a phone sends it: IMSI, PDN CONNECTIVITY REQUEST with PCO inside, and the usual optional IEs.
AttachRequest ordinary_attach_request();
PdnConnectivityRequest ordinary_pdn_connectivity_request();

/// The octets of a message; asserts that it can be encoded.
template <class M>
ByteVector octets_of(const M& message) {
  ByteVector room(4096);
  Writer out(room);
  ZC_ASSERT(encode(message, out));
  room.resize(out.size());
  return room;
}

}  // namespace zerocell::nas::examples
