// SPDX-License-Identifier: Apache-2.0
#include "core/telemetry/packet_maker.hpp"

namespace zerocell {
namespace {

constexpr std::uint8_t kProtocolTcp = 6;
constexpr std::uint8_t kProtocolUdp = 17;
constexpr std::uint8_t kProtocolSctp = 132;
constexpr std::size_t kIpHeaderMax = 40;
constexpr std::size_t kPayloadMax = 60000;  // Of one packet: with every header under IPv4's 65535.
constexpr std::size_t kFlowsMax = 65536;    // Two for each connection; beyond, numbering starts again.

constexpr std::array<std::uint32_t, 256> kCrc32cTable = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0x82F63B78u : 0);
    table[i] = crc;
  }
  return table;
}();

/// Sum of 16-bit words for the Internet checksum, RFC 1071.
std::uint32_t words(Bytes data, std::uint32_t sum = 0) {
  std::size_t i = 0;
  for (; i + 1 < data.size(); i += 2) sum += std::uint32_t{data[i]} << 8 | data[i + 1];
  if (i < data.size()) sum += std::uint32_t{data[i]} << 8;
  while (sum >> 16 != 0) sum = (sum & 0xFFFF) + (sum >> 16);
  return sum;
}

/// With the pseudo header of RFC 768, RFC 9293, RFC 8200 §8.1.
std::uint16_t checksum(const Endpoint& from, const Endpoint& to, std::uint8_t protocol, Bytes segment) {
  std::uint32_t sum = words(from.address.octets(), words(to.address.octets()));
  sum += protocol + static_cast<std::uint32_t>(segment.size());
  return static_cast<std::uint16_t>(~words(segment, sum));
}

void put_u16(MutableBytes at, std::size_t offset, std::uint16_t value) {
  at[offset] = static_cast<std::uint8_t>(value >> 8);
  at[offset + 1] = static_cast<std::uint8_t>(value);
}

/// Any number that is the same for all packets towards one end, and not 0.
std::uint32_t tag_of(const Endpoint& end) {
  const auto octets = end.address.octets();
  return (crc32c(octets) ^ end.port) | 1;
}

}  // namespace

std::uint32_t crc32c(Bytes data) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const std::uint8_t octet : data) crc = crc >> 8 ^ kCrc32cTable[(crc ^ octet) & 0xFF];
  return ~crc;
}

PacketMaker::Flow& PacketMaker::flow(const Endpoint& from, const Endpoint& to) {
  if (flows_.size() >= kFlowsMax) flows_.clear();
  return flows_[{from, to}];
}

MutableBytes PacketMaker::segment(std::size_t size) {
  packet_.assign(kIpHeaderMax + size, 0);
  return MutableBytes(packet_).subspan(kIpHeaderMax);
}

Bytes PacketMaker::with_ip(const Endpoint& from, const Endpoint& to, std::uint8_t protocol,
                           std::size_t segment_size) {
  const bool v4 = from.address.is_v4();
  const std::size_t header_size = v4 ? 20 : 40;
  const MutableBytes header = MutableBytes(packet_).subspan(kIpHeaderMax - header_size, header_size);
  Writer out(header);
  if (v4) {
    out.u16(0x4500);
    out.u16(static_cast<std::uint16_t>(header_size + segment_size));
    out.u16(++ip_id_);
    out.u16(0x4000);  // Don't fragment.
    out.u8(64);
    out.u8(protocol);
    out.u16(0);
  } else {
    out.u32(0x60000000);
    out.u16(static_cast<std::uint16_t>(segment_size));
    out.u8(protocol);
    out.u8(64);
  }
  out.bytes(from.address.octets());
  out.bytes(to.address.octets());
  if (v4) put_u16(header, 10, static_cast<std::uint16_t>(~words(header)));
  return Bytes(packet_).subspan(kIpHeaderMax - header_size);
}

void PacketMaker::sctp(const Endpoint& from, const Endpoint& to, std::uint16_t stream, std::uint32_t ppid,
                       Bytes message, const Use& use) {
  constexpr std::size_t kHeaders =
      12 + 16;  // Common header, and that of a DATA chunk: RFC 9260 §3.1, §3.3.1.
  if (from.address.is_v4() != to.address.is_v4()) return;
  Flow& flow_of = flow(from, to);
  const std::uint16_t sequence = flow_of.stream_next[stream]++;
  for (bool first = true; first || !message.empty(); first = false) {
    const Bytes part = message.first(std::min(message.size(), kPayloadMax));
    message = message.subspan(part.size());
    const std::size_t size = (kHeaders + part.size() + 3) & ~std::size_t{3};
    const MutableBytes packet = segment(size);
    Writer out(packet);
    out.u16(from.port);
    out.u16(to.port);
    out.u32(tag_of(to));
    out.u32(0);
    out.u8(0);  // DATA
    out.u8(static_cast<std::uint8_t>((first ? 2 : 0) | (message.empty() ? 1 : 0)));
    out.u16(static_cast<std::uint16_t>(16 + part.size()));
    out.u32(flow_of.next++);
    out.u16(stream);
    out.u16(sequence);
    out.u32(ppid);
    out.bytes(part);
    const std::uint32_t crc = crc32c(packet);
    for (std::size_t i = 0; i < 4; ++i) packet[8 + i] = static_cast<std::uint8_t>(crc >> (8 * i));
    use(with_ip(from, to, kProtocolSctp, size));
  }
}

void PacketMaker::udp(const Endpoint& from, const Endpoint& to, Bytes message, const Use& use) {
  constexpr std::size_t kHeader = 8;
  if (from.address.is_v4() != to.address.is_v4() || message.size() > kPayloadMax) return;
  const std::size_t size = kHeader + message.size();
  const MutableBytes packet = segment(size);
  Writer out(packet);
  out.u16(from.port);
  out.u16(to.port);
  out.u16(static_cast<std::uint16_t>(size));
  out.u16(0);
  out.bytes(message);
  const std::uint16_t sum = checksum(from, to, kProtocolUdp, packet);
  put_u16(packet, 6, sum == 0 ? 0xFFFF : sum);  // 0 would say that there is none.
  use(with_ip(from, to, kProtocolUdp, size));
}

void PacketMaker::tcp(const Endpoint& from, const Endpoint& to, Bytes message, const Use& use) {
  constexpr std::size_t kHeader = 20;
  if (from.address.is_v4() != to.address.is_v4()) return;
  Flow& back = flow(to, from);
  const std::uint32_t acknowledged = back.next;
  Flow& forth = flow(from, to);
  while (!message.empty()) {
    const Bytes part = message.first(std::min(message.size(), kPayloadMax));
    message = message.subspan(part.size());
    const std::size_t size = kHeader + part.size();
    const MutableBytes packet = segment(size);
    Writer out(packet);
    out.u16(from.port);
    out.u16(to.port);
    out.u32(forth.next);
    out.u32(acknowledged);
    out.u16(0x5018);  // Header of five words; ACK, PSH.
    out.u16(0xFFFF);
    out.u32(0);  // Checksum, urgent pointer.
    out.bytes(part);
    forth.next += static_cast<std::uint32_t>(part.size());
    put_u16(packet, 16, checksum(from, to, kProtocolTcp, packet));
    use(with_ip(from, to, kProtocolTcp, size));
  }
}

}  // namespace zerocell
