// SPDX-License-Identifier: Apache-2.0
#include "core/net/sctp_packet.hpp"

#if defined(__SSE4_2__)
#include <nmmintrin.h>
#endif

namespace zerocell::net {

namespace {

constexpr std::size_t kChecksumOffset = 8;
constexpr std::size_t kInitFixedOctets = 16;        // Of an INIT's value, RFC 9260 §3.3.2.
constexpr std::uint16_t kParameterIpv4 = 5;         // RFC 9260 §3.3.2.1.1
constexpr std::uint16_t kParameterIpv6 = 6;         // RFC 9260 §3.3.2.1.2
constexpr std::uint8_t kFlagTagReflected = 0x01;    // The T bit, RFC 9260 §3.3.7, §3.3.13.
constexpr std::uint8_t kFirstUnknownToAnswer = 64;  // Chunk types of RFC 9260 and its extensions lie below.

constexpr std::size_t padded(std::size_t length) {
  return (length + 3) & ~std::size_t{3};
}

#if defined(__SSE4_2__)
std::uint32_t crc_more(std::uint32_t crc, Bytes octets) noexcept {
  const std::uint8_t* data = octets.data();
  std::size_t left = octets.size();
  std::uint64_t wide = crc;
  for (; left >= 8; left -= 8, data += 8) {
    std::uint64_t word;
    std::memcpy(&word, data, 8);
    wide = _mm_crc32_u64(wide, word);
  }
  auto narrow = static_cast<std::uint32_t>(wide);
  for (; left != 0; --left, ++data) narrow = _mm_crc32_u8(narrow, *data);
  return narrow;
}
#else
constexpr std::uint32_t kCastagnoli = 0x82f63b78;  // Bit-reversed.

constexpr std::array<std::uint32_t, 256> kCrcTable = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = value & 1 ? value >> 1 ^ kCastagnoli : value >> 1;
    table[i] = value;
  }
  return table;
}();

std::uint32_t crc_more(std::uint32_t crc, Bytes octets) noexcept {
  for (const std::uint8_t octet : octets) crc = crc >> 8 ^ kCrcTable[(crc ^ octet) & 0xff];
  return crc;
}
#endif

std::uint32_t packet_checksum(Bytes packet) noexcept {
  static constexpr std::array<std::uint8_t, 4> kZero{};
  std::uint32_t crc = crc_more(0xffffffff, packet.first(kChecksumOffset));
  crc = crc_more(crc, kZero);
  return ~crc_more(crc, packet.subspan(kSctpHeaderOctets));
}

std::uint16_t u16_at(Bytes data, std::size_t offset) {
  return static_cast<std::uint16_t>(data[offset] << 8 | data[offset + 1]);
}

}  // namespace

std::uint32_t crc32c(Bytes octets) noexcept {
  return ~crc_more(0xffffffff, octets);
}

std::optional<SctpHeader> read_sctp_packet(Bytes packet) noexcept {
  if (packet.size() < kSctpHeaderOctets + kSctpChunkHeaderOctets) return std::nullopt;
  Reader reader(packet);
  SctpHeader header;
  header.source_port = reader.u16();
  header.destination_port = reader.u16();
  header.verification_tag = reader.u32();
  if (header.source_port == 0 || header.destination_port == 0) return std::nullopt;
  std::size_t offset = kSctpHeaderOctets;
  if (!next_chunk(packet, offset)) return std::nullopt;
  const std::uint32_t sent = packet[8] | std::uint32_t{packet[9]} << 8 | std::uint32_t{packet[10]} << 16 |
                             std::uint32_t{packet[11]} << 24;
  if (packet_checksum(packet) != sent) return std::nullopt;
  return header;
}

std::optional<SctpChunk> next_chunk(Bytes packet, std::size_t& offset) noexcept {
  if (offset > packet.size() || packet.size() - offset < kSctpChunkHeaderOctets) return std::nullopt;
  const std::size_t length = u16_at(packet, offset + 2);
  if (length < kSctpChunkHeaderOctets || length > packet.size() - offset) return std::nullopt;
  SctpChunk found{packet[offset], packet[offset + 1],
                  packet.subspan(offset + kSctpChunkHeaderOctets, length - kSctpChunkHeaderOctets)};
  // The padding of the last chunk may be absent.
  offset = std::min(offset + padded(length), packet.size());
  return found;
}

void seal_sctp_packet(MutableBytes packet) noexcept {
  const std::uint32_t sum = packet_checksum(packet);
  for (std::size_t i = 0; i < 4; ++i) packet[kChecksumOffset + i] = static_cast<std::uint8_t>(sum >> 8 * i);
}

std::size_t read_init_addresses(Bytes init, std::span<IpAddress> out) noexcept {
  std::size_t found = 0;
  std::size_t offset = kInitFixedOctets;
  while (found < out.size() && offset + 4 <= init.size()) {
    const std::uint16_t type = u16_at(init, offset);
    const std::size_t length = u16_at(init, offset + 2);
    if (length < 4 || length > init.size() - offset) break;
    const Bytes value = init.subspan(offset + 4, length - 4);
    if (type == kParameterIpv4 && value.size() == 4) {
      Ipv4Address address;
      std::ranges::copy(value, address.octets.begin());
      out[found++] = address;
    } else if (type == kParameterIpv6 && value.size() == 16) {
      Ipv6Address address;
      std::ranges::copy(value, address.octets.begin());
      out[found++] = address;
    }
    offset += padded(length);
  }
  return found;
}

std::size_t append_init_addresses(MutableBytes buffer, std::size_t length,
                                  std::span<const IpAddress> addresses) noexcept {
  if (length < kSctpHeaderOctets + kSctpChunkHeaderOctets || length > buffer.size()) return length;
  const std::uint8_t type = buffer[kSctpHeaderOctets];
  if (type != chunk::kInit && type != chunk::kInitAck) return length;
  const std::size_t chunk_length = u16_at(buffer, kSctpHeaderOctets + 2);
  if (padded(chunk_length) + kSctpHeaderOctets != padded(length)) return length;
  Writer writer(buffer.subspan(kSctpHeaderOctets + chunk_length));
  writer.reserve(padded(chunk_length) - chunk_length);
  for (const IpAddress& address : addresses) {
    const Bytes octets = address.octets();
    writer.u16(address.is_v4() ? kParameterIpv4 : kParameterIpv6);
    writer.u16(static_cast<std::uint16_t>(4 + octets.size()));
    writer.bytes(octets);
  }
  const std::size_t grown = chunk_length + writer.size();
  if (!writer.ok() || grown > 0xffff) return length;
  buffer[kSctpHeaderOctets + 2] = static_cast<std::uint8_t>(grown >> 8);
  buffer[kSctpHeaderOctets + 3] = static_cast<std::uint8_t>(grown);
  return kSctpHeaderOctets + grown;
}

std::span<std::uint8_t> answer_out_of_the_blue(Bytes packet, const SctpHeader& header,
                                               std::span<std::uint8_t, 16> out) noexcept {
  std::uint8_t answer = chunk::kAbort;
  std::size_t offset = kSctpHeaderOctets;
  while (const auto found = next_chunk(packet, offset)) {
    switch (found->type) {
      case chunk::kAbort:
      case chunk::kShutdownComplete:
      case chunk::kInit:  // A new association: not out of the blue, only not wanted.
      case chunk::kInitAck:
      case chunk::kCookieEcho:
        return {};
      case chunk::kShutdownAck:
        answer = chunk::kShutdownComplete;
        break;
      default:
        if (found->type >= kFirstUnknownToAnswer) return {};
    }
  }
  Writer writer(out);
  writer.u16(header.destination_port);
  writer.u16(header.source_port);
  writer.u32(header.verification_tag);
  writer.u32(0);
  writer.u8(answer);
  writer.u8(kFlagTagReflected);
  writer.u16(kSctpChunkHeaderOctets);
  seal_sctp_packet(out);
  return out;
}

}  // namespace zerocell::net
