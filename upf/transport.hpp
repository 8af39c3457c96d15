// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "upf/path_batch.hpp"

/// What is done to TCP and UDP headers on the way.
namespace zerocell::upf {

// TCP flags, RFC 9293 §3.1.
constexpr std::uint8_t kTcpFin = 0x01;
constexpr std::uint8_t kTcpSyn = 0x02;
constexpr std::uint8_t kTcpRst = 0x04;
constexpr std::uint8_t kTcpPsh = 0x08;
constexpr std::uint8_t kTcpAck = 0x10;

inline std::uint8_t tcp_flags(const std::uint8_t* packet, const InnerPacket& inner) noexcept {
  return packet[inner.header_octets + 13];
}
inline std::size_t tcp_header_octets(const std::uint8_t* packet, const InnerPacket& inner) noexcept {
  return (packet[inner.header_octets + 12] >> 4) * 4u;
}
/// Octets of the transport header; 0 for neither TCP nor UDP.
inline std::size_t transport_header_octets(const std::uint8_t* packet, const InnerPacket& inner) noexcept {
  if (!inner.ports) return 0;
  return inner.protocol == kProtocolTcp ? tcp_header_octets(packet, inner) : 8;
}

/// Lowers the maximum segment size that a SYN offers (RFC 9293 §3.7.1) to what fits `link_mtu`, and corrects
/// the checksum, whole or partial. The packet must be TCP with its ports.
void clamp_mss(std::uint8_t* packet, const InnerPacket& inner, std::uint16_t link_mtu) noexcept;

/// Whether the checksum of a TCP or UDP packet is right. False for a UDP packet without one.
bool transport_checksum_holds(const std::uint8_t* packet, const InnerPacket& inner) noexcept;

/// Makes a partial transport checksum whole. The packet must be TCP or UDP, and no fragment.
void complete_checksum(std::uint8_t* packet, const InnerPacket& inner) noexcept;

/// How many packets the packet stands for, and their octets together.
struct Extent {
  std::uint32_t packets = 1;
  std::uint32_t octets = 0;
  std::uint32_t largest = 0;  ///< Octets of the largest of them.
};
Extent extent_of(const std::uint8_t* packet, const InnerPacket& inner, const Offload& offload) noexcept;

}  // namespace zerocell::upf
