// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>

#include "core/types/bytes.hpp"
#include "core/types/ip.hpp"

namespace zerocell::net {

// SCTP packets (RFC 9260 §3) as far as a driver below an SCTP stack reads and changes them. Pure functions.

constexpr std::size_t kSctpHeaderOctets = 12;
constexpr std::size_t kSctpChunkHeaderOctets = 4;
constexpr std::size_t kSctpPeerAddressesMax = 8;  ///< Further addresses of a peer are not used.

namespace chunk {
constexpr std::uint8_t kData = 0;
constexpr std::uint8_t kInit = 1;
constexpr std::uint8_t kInitAck = 2;
constexpr std::uint8_t kSack = 3;
constexpr std::uint8_t kAbort = 6;
constexpr std::uint8_t kShutdownAck = 8;
constexpr std::uint8_t kCookieEcho = 10;
constexpr std::uint8_t kShutdownComplete = 14;
}  // namespace chunk

/// CRC32c (RFC 9260 appendix A), of which the low octet goes first on the wire.
std::uint32_t crc32c(Bytes octets) noexcept;

struct SctpHeader {
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint32_t verification_tag = 0;
};

struct SctpChunk {
  std::uint8_t type = 0;
  std::uint8_t flags = 0;
  Bytes value;  ///< Without the chunk's header and padding.
};

/// The common header of a packet with a right checksum, ports that are not 0 and at least one chunk that
/// lies inside. Nothing for any other octets.
std::optional<SctpHeader> read_sctp_packet(Bytes packet) noexcept;

/// The chunk at `offset` of a packet, and moves `offset` to the next. Nothing at the end, or when the chunk
/// does not lie inside.
std::optional<SctpChunk> next_chunk(Bytes packet, std::size_t& offset) noexcept;

/// Fills in the checksum. The packet is at least a header long.
void seal_sctp_packet(MutableBytes packet) noexcept;

/// The IPv4 and IPv6 address parameters of an INIT or INIT ACK, `init` being the chunk's value. At most
/// `out.size()` are read; how many.
std::size_t read_init_addresses(Bytes init, std::span<IpAddress> out) noexcept;

/// Appends the address parameters to the INIT or INIT ACK that is the packet's only chunk, and returns the
/// new length: `length` when it does not fit or is no such packet.
std::size_t append_init_addresses(MutableBytes buffer, std::size_t length,
                                  std::span<const IpAddress> addresses) noexcept;

/// What RFC 9260 §8.4 answers to a packet that belongs to no association: SHUTDOWN COMPLETE, ABORT, or
/// nothing. Sealed; empty when there is nothing to say.
std::span<std::uint8_t> answer_out_of_the_blue(Bytes packet, const SctpHeader& header,
                                               std::span<std::uint8_t, 16> out) noexcept;

}  // namespace zerocell::net
