// SPDX-License-Identifier: Apache-2.0
#include "core/nas/validate.hpp"
#include "core/types/assert.hpp"

using namespace zerocell;
using namespace zerocell::nas;

/// What decodes must encode, and decode to the same again. The first octet says which way the message goes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input(data, size);
  const Direction direction = size != 0 && data[0] & 1 ? Direction::downlink : Direction::uplink;
  const Bytes message = size == 0 ? input : input.subspan(1);
  const auto decoded = decode_emm(message, direction);
  if (!decoded) {
    ZC_ASSERT(decoded.error().offset <= message.size());
    return 0;
  }
  (void)semantic_error(*decoded);
  static std::array<std::uint8_t, 70'000 * 4> room;
  Writer out(room);
  ZC_ASSERT(encode(*decoded, out));
  const auto again = decode_emm(out.written(), direction);
  ZC_ASSERT(again.has_value());
  ZC_ASSERT(*again == *decoded);
  return 0;
}
