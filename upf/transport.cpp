// SPDX-License-Identifier: Apache-2.0
#include "upf/transport.hpp"

#include "upf/checksum.hpp"

namespace zerocell::upf {
namespace {

constexpr std::uint8_t kOptionEnd = 0;
constexpr std::uint8_t kOptionNop = 1;
constexpr std::uint8_t kOptionMss = 2;

std::size_t checksum_offset(const InnerPacket& inner) {
  return inner.header_octets + (inner.protocol == kProtocolTcp ? 16u : 6u);
}

/// Changes a 16-bit word at `at` and the checksum over it, whatever its alignment to the checksum's words.
void change_word(std::uint8_t* at, std::uint16_t value, bool odd, std::uint8_t* checksum) {
  const auto swapped = [odd](std::uint16_t sum) { return odd ? std::byteswap(sum) : sum; };
  const std::uint16_t before = swapped(load_sum(at));
  store_u16(at, value);
  update_checksum(checksum, before, swapped(load_sum(at)));
}

}  // namespace

void clamp_mss(std::uint8_t* packet, const InnerPacket& inner, std::uint16_t link_mtu) noexcept {
  const std::size_t headers = (inner.version == 4 ? 20u : kIpv6HeaderOctets) + 20;
  const auto limit = static_cast<std::uint16_t>(link_mtu - headers);
  std::uint8_t* tcp = packet + inner.header_octets;
  const std::size_t end = tcp_header_octets(packet, inner);
  for (std::size_t at = 20; at < end;) {
    const std::uint8_t kind = tcp[at];
    if (kind == kOptionEnd) return;
    if (kind == kOptionNop) {
      ++at;
      continue;
    }
    if (at + 2 > end || tcp[at + 1] < 2 || at + tcp[at + 1] > end) return;
    if (kind == kOptionMss && tcp[at + 1] == 4 && load_u16(tcp + at + 2) > limit)
      change_word(tcp + at + 2, limit, at % 2 != 0, tcp + 16);
    at += tcp[at + 1];
  }
}

bool transport_checksum_holds(const std::uint8_t* packet, const InnerPacket& inner) noexcept {
  const std::uint8_t* transport = packet + inner.header_octets;
  std::size_t octets = inner.transport_octets;
  if (inner.protocol == kProtocolUdp) {
    if (load_u16(transport + 6) == 0) return false;
    octets = load_u16(transport + 4);
    if (octets < 8 || octets > inner.transport_octets) return false;
  }
  return add_sums(pseudo_header_sum(packet, inner.protocol, octets), sum_octets({transport, octets})) ==
         0xFFFF;
}

void complete_checksum(std::uint8_t* packet, const InnerPacket& inner) noexcept {
  std::uint8_t* checksum = packet + checksum_offset(inner);
  store_sum(checksum, 0);
  const std::size_t octets = inner.transport_octets;
  auto whole = static_cast<std::uint16_t>(~add_sums(pseudo_header_sum(packet, inner.protocol, octets),
                                                    sum_octets({packet + inner.header_octets, octets})));
  if (whole == 0 && inner.protocol == kProtocolUdp) whole = 0xFFFF;  // RFC 768: 0 means that there is none.
  store_sum(checksum, whole);
}

Extent extent_of(const std::uint8_t* packet, const InnerPacket& inner, const Offload& offload) noexcept {
  const auto octets = static_cast<std::uint32_t>(inner.octets());
  if (offload.segment_octets == 0) return {1, octets, octets};
  const auto headers =
      static_cast<std::uint32_t>(inner.header_octets + transport_header_octets(packet, inner));
  const std::uint32_t payload = octets - headers;
  const std::uint32_t packets =
      std::max<std::uint32_t>(1, (payload + offload.segment_octets - 1) / offload.segment_octets);
  return {packets, payload + packets * headers,
          headers + std::min<std::uint32_t>(payload, offload.segment_octets)};
}

}  // namespace zerocell::upf
