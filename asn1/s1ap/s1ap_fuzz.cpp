// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "asn1/s1ap/s1ap.hpp"
#include "core/types/assert.hpp"

/// Any octets are a message or not; what is a message is one again after it was written, and whatever is owed
/// for one that is not can be said.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace zerocell;
  using namespace zerocell::s1ap;
  static const auto arena = std::make_unique<InlineArena<kArenaOctets>>();
  static const auto second_arena = std::make_unique<InlineArena<kArenaOctets>>();
  static ByteVector buffer(256 * 1024);
  // Octets of exactly this size, so that a read past them is seen.
  const std::unique_ptr<std::uint8_t[]> octets(new std::uint8_t[size]);
  std::copy_n(data, size, octets.get());
  arena->reset();
  second_arena->reset();
  const Inbound inbound = decode({octets.get(), size}, *arena);

  if (inbound.report == Report::error_indication || inbound.report == Report::unsuccessful_outcome) {
    const Bytes report = encode_report(inbound, buffer);
    ZC_ASSERT(!report.empty());
    const Inbound back = decode(report, *second_arena);
    ZC_ASSERT(back.verdict == Verdict::act && back.report == Report::nothing);
    second_arena->reset();
  }
  if (inbound.verdict == Verdict::refuse || inbound.lacking != 0) return 0;
  // A list that may be ignored may be left empty, which is not to be written.
  const auto again = encode(inbound.message.type, inbound.message.body, buffer);
  if (!again) return 0;
  const Inbound back = decode(*again, *second_arena);
  ZC_ASSERT(back.verdict == Verdict::act && equal(inbound.message, back.message));
  return 0;
}
