// SPDX-License-Identifier: Apache-2.0
// For tests and benchmarks: packets from their parts. The checksums here are computed octet by octet, on
// purpose not with the code under test.
#pragma once

#include <string_view>

#include "upf/inner_packet.hpp"

namespace zerocell::upf::build {

inline std::uint16_t reference_checksum(Bytes octets, std::uint32_t sum = 0) {
  for (std::size_t i = 0; i < octets.size(); ++i) sum += i % 2 == 0 ? octets[i] * 256u : octets[i];
  while (sum > 0xFFFF) sum = (sum & 0xFFFF) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

inline std::uint32_t reference_pseudo_sum(const IpAddress& from, const IpAddress& to, std::uint8_t protocol,
                                          std::size_t octets) {
  std::uint32_t sum = protocol + static_cast<std::uint32_t>(octets);
  for (const IpAddress* address : {&from, &to})
    for (std::size_t i = 0; i < address->octets().size(); ++i)
      sum += i % 2 == 0 ? address->octets()[i] * 256u : address->octets()[i];
  return sum;
}

inline IpAddress ip(std::string_view text) {
  return IpAddress::parse(text).value();
}

struct IpOptions {
  bool dont_fragment = true;
  std::uint16_t id = 0x1234;
  std::uint16_t fragment_field = 0;  ///< IPv4: more-fragments bit and offset.
  std::uint8_t hop_limit = 64;
};

/// An IP packet with this payload; both addresses of one family.
inline ByteVector ip_packet(const IpAddress& from, const IpAddress& to, std::uint8_t protocol, Bytes payload,
                            const IpOptions& options = {}) {
  ByteVector packet;
  if (from.is_v4()) {
    packet.resize(20);
    packet[0] = 0x45;
    store_u16(packet.data() + 2, static_cast<std::uint16_t>(20 + payload.size()));
    store_u16(packet.data() + 4, options.id);
    store_u16(packet.data() + 6,
              static_cast<std::uint16_t>(options.fragment_field | (options.dont_fragment ? 0x4000 : 0)));
    packet[8] = options.hop_limit;
    packet[9] = protocol;
    std::ranges::copy(from.octets(), packet.begin() + 12);
    std::ranges::copy(to.octets(), packet.begin() + 16);
    store_u16(packet.data() + 10, reference_checksum(packet));
  } else {
    packet.resize(40);
    packet[0] = 0x60;
    store_u16(packet.data() + 4, static_cast<std::uint16_t>(payload.size()));
    packet[6] = protocol;
    packet[7] = options.hop_limit;
    std::ranges::copy(from.octets(), packet.begin() + 8);
    std::ranges::copy(to.octets(), packet.begin() + 24);
  }
  packet.insert(packet.end(), payload.begin(), payload.end());
  return packet;
}

/// Payload octets that differ from place to place.
inline ByteVector pattern(std::size_t octets, std::uint8_t start = 0) {
  ByteVector payload(octets);
  for (std::size_t i = 0; i < octets; ++i) payload[i] = static_cast<std::uint8_t>(start + i * 7);
  return payload;
}

inline ByteVector udp(std::string_view from, std::uint16_t source_port, std::string_view to,
                      std::uint16_t destination_port, Bytes payload, const IpOptions& options = {}) {
  ByteVector segment(8);
  store_u16(segment.data(), source_port);
  store_u16(segment.data() + 2, destination_port);
  store_u16(segment.data() + 4, static_cast<std::uint16_t>(8 + payload.size()));
  segment.insert(segment.end(), payload.begin(), payload.end());
  const auto sum = reference_pseudo_sum(ip(from), ip(to), kProtocolUdp, segment.size());
  store_u16(segment.data() + 6, reference_checksum(segment, sum));
  return ip_packet(ip(from), ip(to), kProtocolUdp, segment, options);
}

struct TcpOptions {
  std::uint32_t sequence = 1000;
  std::uint32_t acknowledgement = 2000;
  std::uint8_t flags = 0x10;
  std::uint16_t mss = 0;  ///< An MSS option where not 0.
};

inline ByteVector tcp(std::string_view from, std::uint16_t source_port, std::string_view to,
                      std::uint16_t destination_port, Bytes payload, const TcpOptions& tcp_options = {},
                      const IpOptions& options = {}) {
  ByteVector segment(tcp_options.mss != 0 ? 24 : 20);
  store_u16(segment.data(), source_port);
  store_u16(segment.data() + 2, destination_port);
  store_u32(segment.data() + 4, tcp_options.sequence);
  store_u32(segment.data() + 8, tcp_options.acknowledgement);
  segment[12] = static_cast<std::uint8_t>(segment.size() / 4 << 4);
  segment[13] = tcp_options.flags;
  store_u16(segment.data() + 14, 0xFFFF);
  if (tcp_options.mss != 0) {
    segment[20] = 2;
    segment[21] = 4;
    store_u16(segment.data() + 22, tcp_options.mss);
  }
  segment.insert(segment.end(), payload.begin(), payload.end());
  const auto sum = reference_pseudo_sum(ip(from), ip(to), kProtocolTcp, segment.size());
  store_u16(segment.data() + 16, reference_checksum(segment, sum));
  return ip_packet(ip(from), ip(to), kProtocolTcp, segment, options);
}

/// ICMP or ICMPv6, by the family of the addresses. `body` is what follows the checksum.
inline ByteVector icmp(std::string_view from, std::string_view to, std::uint8_t type, std::uint8_t code,
                       Bytes body, const IpOptions& options = {}) {
  const bool v4 = ip(from).is_v4();
  ByteVector message{type, code, 0, 0};
  message.insert(message.end(), body.begin(), body.end());
  const std::uint8_t protocol = v4 ? kProtocolIcmp : kProtocolIcmpv6;
  const auto sum = v4 ? 0 : reference_pseudo_sum(ip(from), ip(to), protocol, message.size());
  store_u16(message.data() + 2, reference_checksum(message, sum));
  return ip_packet(ip(from), ip(to), protocol, message, options);
}

/// Identifier 0x0042, sequence 1, and eight octets.
inline ByteVector echo(std::string_view from, std::string_view to, bool reply = false) {
  const ByteVector body = from_hex("00420001 6162636465666768").value();
  const bool v4 = ip(from).is_v4();
  const int type = v4 ? (reply ? 0 : 8) : (reply ? 129 : 128);
  return icmp(from, to, static_cast<std::uint8_t>(type), 0, body);
}

inline ByteVector gpdu(std::uint32_t teid, Bytes inner) {
  ByteVector datagram{0x30, 0xFF};
  datagram.resize(8);
  store_u16(datagram.data() + 2, static_cast<std::uint16_t>(inner.size()));
  store_u32(datagram.data() + 4, teid);
  datagram.insert(datagram.end(), inner.begin(), inner.end());
  return datagram;
}

}  // namespace zerocell::upf::build
