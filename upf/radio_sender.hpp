// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/net/udp.hpp"
#include "upf/path_batch.hpp"

namespace zerocell::upf {

/// Turns packets for UEs into G-PDUs and sends them: cuts what the kernel left joined (TCP and UDP
/// segmentation), completes checksums, and joins datagrams to one eNB into few messages (UDP_SEGMENT). The
/// packets to one eNB keep their order.
class RadioSender {
 public:
  struct Counts {
    std::uint64_t datagrams = 0;
    std::uint64_t failed_messages = 0;
  };

  /// The sockets, where there are any, must outlive the sender. `port` is the peers' port, `mtu` that of the
  /// links towards them: larger datagrams are left to IP fragmentation.
  RadioSender(const net::UdpSocket* v4, const net::UdpSocket* v6, std::uint16_t port, std::uint16_t mtu);

  /// Sends all; the packets' memory may be used again afterwards.
  void send(std::span<const RadioPacket> packets);
  void send(std::span<const PeerMessage> messages);
  const Counts& counts() const { return counts_; }

 private:
  static constexpr std::size_t kHeadersOctets = 136;  ///< G-PDU, IP and TCP header: 8 + 60 + 60, aligned.
  static constexpr std::size_t kHeadersMax = 4096;    ///< Segments between two calls of the kernel.

  /// The socket of a family, and the message to which a further datagram may be added.
  struct Way {
    const net::UdpSocket* socket = nullptr;
    net::UdpSender sender;
    OuterAddress peer;
    std::uint8_t dscp = 0;
    std::size_t segments = 0;          ///< In the message; 0: none is open.
    std::uint32_t segment_octets = 0;  ///< Of each datagram but the last.
    std::uint32_t octets = 0;
    bool closed = false;
    std::uint32_t datagram_octets_max = 0;  ///< Larger ones are fragmented, and go alone.
  };

  void datagram(Way& way, const RadioPacket& packet, std::uint8_t* head, std::uint32_t head_octets,
                const std::uint8_t* rest, std::uint32_t rest_octets);
  void segments(Way& way, const RadioPacket& packet);
  void end_message(Way& way);
  void flush(Way& way);
  Way& way_of(const OuterAddress& peer) { return peer.v6 ? v6_ : v4_; }

  Way v4_;
  Way v6_;
  std::uint16_t port_;
  std::unique_ptr<std::uint8_t[]> headers_;
  std::size_t headers_used_ = 0;
  Counts counts_;
};

}  // namespace zerocell::upf
