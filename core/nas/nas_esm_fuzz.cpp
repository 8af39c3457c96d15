// SPDX-License-Identifier: Apache-2.0
#include "core/nas/validate.hpp"
#include "core/types/assert.hpp"

using namespace zerocell;
using namespace zerocell::nas;

namespace {

void walk(const PcoOptions& options) {
  std::size_t octets = 0;
  for (const PcoContainer& container : options) {
    octets += container.contents.size();
    std::array<std::uint8_t, 1024> room;
    if (const auto ipcp = decode_ipcp(container.contents)) {
      Writer out(room);
      encode_ipcp(*ipcp, out);
      ZC_ASSERT(decode_ipcp(out.written()) == ipcp);
    }
    if (const auto pap = decode_pap_request(container.contents)) {
      Writer out(room);
      encode_pap_request(*pap, out);
      ZC_ASSERT(!out.ok() || decode_pap_request(out.written()) == pap);
    }
    if (const auto chap = decode_chap(container.contents)) {
      Writer out(room);
      encode_chap(*chap, out);
      ZC_ASSERT(!out.ok() || decode_chap(out.written()) == chap);
    }
  }
  ZC_ASSERT(octets <= options.value().size());
}

void walk(const TftView& view) {
  const auto tft = decode_tft(view.octets);
  if (!tft) return;
  (void)rule_error(*tft);
  std::array<std::uint8_t, 256> room;
  Writer out(room);
  // A filter can grow by what a component was shortened to, so only what still fits must read back.
  if (!encode_tft(*tft, out)) return;
  const auto again = decode_tft(out.written());
  ZC_ASSERT(again.has_value() && *again == *tft);
}

template <class M>
void walk_inside(const M& message) {
  if constexpr (requires { message.protocol_configuration_options; })
    if (message.protocol_configuration_options) walk(*message.protocol_configuration_options);
  if constexpr (requires { message.extended_protocol_configuration_options; })
    if (message.extended_protocol_configuration_options)
      walk(*message.extended_protocol_configuration_options);
  if constexpr (requires { message.traffic_flow_aggregate; }) walk(message.traffic_flow_aggregate);
  if constexpr (requires { walk(message.tft); }) walk(message.tft);
  if constexpr (requires { walk(*message.tft); })
    if (message.tft) walk(*message.tft);
}

}  // namespace

/// What decodes must encode, and decode to the same again. The first octet says which way the message goes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input(data, size);
  const Direction direction = size != 0 && data[0] & 1 ? Direction::downlink : Direction::uplink;
  const Bytes message = size == 0 ? input : input.subspan(1);
  const auto decoded = decode_esm(message, direction);
  if (!decoded) {
    ZC_ASSERT(decoded.error().offset <= message.size());
    return 0;
  }
  (void)semantic_error(*decoded);
  std::visit([](const auto& one) { walk_inside(one); }, *decoded);
  static std::array<std::uint8_t, 70'000 * 3> room;
  Writer out(room);
  ZC_ASSERT(encode(*decoded, out));
  const auto again = decode_esm(out.written(), direction);
  ZC_ASSERT(again.has_value());
  ZC_ASSERT(*again == *decoded);
  return 0;
}
