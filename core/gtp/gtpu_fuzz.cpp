// SPDX-License-Identifier: Apache-2.0
// Any datagram decodes to a value or an error; what decodes agrees with the fast path and stays inside the
// datagram.
#include "core/gtp/gtpu.hpp"
#include "core/types/assert.hpp"

namespace {

bool inside(zerocell::Bytes part, zerocell::Bytes whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace zerocell;
  const Bytes datagram(data, size);
  const auto plain = gtp::plain_gpdu(datagram);
  const auto message = gtp::decode_gtpu(datagram);
  if (plain) {
    ZC_ASSERT(message && message->teid == plain->teid && message->payload.data() == plain->payload.data() &&
              message->payload.size() == plain->payload.size());
  }
  if (!message) {
    ZC_ASSERT(message.error().offset <= size);
    return 0;
  }
  for (const Bytes part :
       {message->payload, message->udp_port, message->pdcp_pdu_number, message->pdu_session_container})
    ZC_ASSERT(inside(part, datagram));
  if (message->type == gtp::GtpuType::error_indication) {
    const auto indication = gtp::decode_error_indication(*message);
    if (!indication) return 0;
    std::array<std::uint8_t, 64> memory;
    Writer out(memory);
    gtp::encode_error_indication(out, *indication);
    ZC_ASSERT(out.ok());
    const auto again = gtp::decode_gtpu(out.written());
    ZC_ASSERT(again);
    const auto same = gtp::decode_error_indication(*again);
    ZC_ASSERT(same && *same == *indication);
  }
  return 0;
}
