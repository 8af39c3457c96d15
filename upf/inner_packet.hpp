// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>

#include "core/types/bytes.hpp"
#include "core/types/ip.hpp"

/// Reading the packets of UEs: IPv4 (RFC 791), IPv6 (RFC 8200) and the transport header behind them.
namespace zerocell::upf {

constexpr std::uint8_t kProtocolIcmp = 1;
constexpr std::uint8_t kProtocolTcp = 6;
constexpr std::uint8_t kProtocolUdp = 17;
constexpr std::uint8_t kProtocolIcmpv6 = 58;

constexpr std::size_t kIpv6HeaderOctets = 40;
constexpr std::size_t kIpv6ExtensionHeadersMax = 8;  ///< Longer chains are refused, as RFC 7112 allows.

/// Where things stand in one IP packet. Offsets count from its first octet.
struct InnerPacket {
  std::uint8_t version = 0;   ///< 4 or 6.
  std::uint8_t protocol = 0;  ///< The transport's, behind all extension headers.
  bool fragment = false;
  bool first_fragment = true;  ///< Has the transport header; true for what is no fragment.
  bool more_fragments = false;
  bool ports = false;                  ///< TCP or UDP, and the ports are there.
  std::uint16_t header_octets = 0;     ///< IP header with options or extension headers.
  std::uint16_t transport_octets = 0;  ///< Transport header and payload.
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint32_t fragment_id = 0;
  std::uint16_t authentication = 0;  ///< Offset of the first AH of an IPv6 packet, RFC 4302; 0: none.

  std::size_t octets() const { return std::size_t{header_octets} + transport_octets; }
};

/// Nothing for what is no whole IP packet: a bad version, header length or total length, a transport header
/// that is cut off, an extension chain that is too long. Octets behind the packet's length are ignored.
std::optional<InnerPacket> parse_inner(Bytes packet) noexcept;

/// The IPv6 header and its extension headers, of a packet that may be cut off behind them, as an ICMPv6 error
/// quotes it: `transport_octets` counts what is there, and no port is looked for.
std::optional<InnerPacket> parse_ipv6_headers(Bytes packet) noexcept;

inline std::uint16_t load_u16(const std::uint8_t* at) noexcept {
  return static_cast<std::uint16_t>(at[0] << 8 | at[1]);
}
inline std::uint32_t load_u32(const std::uint8_t* at) noexcept {
  return std::uint32_t{load_u16(at)} << 16 | load_u16(at + 2);
}
inline std::uint64_t load_u64(const std::uint8_t* at) noexcept {
  return std::uint64_t{load_u32(at)} << 32 | load_u32(at + 4);
}
inline void store_u16(std::uint8_t* at, std::uint16_t value) noexcept {
  at[0] = static_cast<std::uint8_t>(value >> 8);
  at[1] = static_cast<std::uint8_t>(value);
}
inline void store_u32(std::uint8_t* at, std::uint32_t value) noexcept {
  store_u16(at, static_cast<std::uint16_t>(value >> 16));
  store_u16(at + 2, static_cast<std::uint16_t>(value));
}
inline void store_u64(std::uint8_t* at, std::uint64_t value) noexcept {
  store_u32(at, static_cast<std::uint32_t>(value >> 32));
  store_u32(at + 4, static_cast<std::uint32_t>(value));
}

inline std::uint32_t ipv4_source(const std::uint8_t* packet) noexcept {
  return load_u32(packet + 12);
}
inline std::uint32_t ipv4_destination(const std::uint8_t* packet) noexcept {
  return load_u32(packet + 16);
}
inline const std::uint8_t* ipv6_source(const std::uint8_t* packet) noexcept {
  return packet + 8;
}
inline const std::uint8_t* ipv6_destination(const std::uint8_t* packet) noexcept {
  return packet + 24;
}

inline IpAddress address_at(const std::uint8_t* at, std::uint8_t version) {
  if (version == 4) {
    Ipv4Address v4;
    std::copy_n(at, 4, v4.octets.begin());
    return v4;
  }
  Ipv6Address v6;
  std::copy_n(at, 16, v6.octets.begin());
  return v6;
}

}  // namespace zerocell::upf
