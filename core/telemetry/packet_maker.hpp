// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>

#include "core/types/bytes.hpp"
#include "core/types/ip.hpp"

namespace zerocell {

/// CRC32c of RFC 9260 appendix A, as it stands in an SCTP header read as little-endian.
std::uint32_t crc32c(Bytes data);

/// Makes up the IP packets that could have carried a message. Not for the wire: for captures. Keeps per
/// direction the numbers that make packets of one connection follow each other.
class PacketMaker {
 public:
  using Use = std::function<void(Bytes packet)>;

  /// One or, for a long message, more packets, each valid during the call of `use`. Nothing where the two
  /// addresses are not of one family.
  void sctp(const Endpoint& from, const Endpoint& to, std::uint16_t stream, std::uint32_t ppid, Bytes message,
            const Use& use);
  void udp(const Endpoint& from, const Endpoint& to, Bytes message, const Use& use);
  void tcp(const Endpoint& from, const Endpoint& to, Bytes message, const Use& use);

 private:
  struct Flow {
    std::uint32_t next = 1;  ///< TSN, or TCP sequence number.
    std::map<std::uint16_t, std::uint16_t> stream_next;
  };
  Flow& flow(const Endpoint& from, const Endpoint& to);
  /// Adds the IP header in front of `segment`, which starts at kSegmentStart of packet_.
  Bytes with_ip(const Endpoint& from, const Endpoint& to, std::uint8_t protocol, std::size_t segment_size);
  MutableBytes segment(std::size_t size);

  std::map<std::pair<Endpoint, Endpoint>, Flow> flows_;
  ByteVector packet_;
  std::uint16_t ip_id_ = 0;
};

}  // namespace zerocell
