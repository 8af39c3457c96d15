// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "upf/inner_packet.hpp"
#include "upf/signals.hpp"

/// What goes into the packet path and what comes out of it, a batch at a time. Packets stay where they are:
/// the path changes them in place.
namespace zerocell::upf {

/// Octets before each packet that the path may write to: the GTP-U header of a packet that goes back out.
constexpr std::size_t kHeadroom = 16;

/// Who sent a datagram. One object for all datagrams that came together.
struct OuterSource {
  OuterAddress address;
  std::uint16_t port = 0;
};

/// One GTP-U datagram from the radio side.
struct GtpuDatagram {
  std::uint8_t* octets = nullptr;
  std::uint32_t size = 0;
  const OuterSource* source = nullptr;
};

/// How the parts of a packet that a network device would do are still to be done: the meaning of a virtio
/// network header.
struct Offload {
  std::uint16_t segment_octets = 0;  ///< Transport payload of each segment; 0: it is one packet.
  bool checksum_partial = false;     ///< The transport checksum holds the pseudo-header's sum only.
};

/// One IP packet from the network side, with kHeadroom before it. With offloads it may stand for several.
struct NetworkPacket {
  std::uint8_t* octets = nullptr;
  std::uint32_t size = 0;
  Offload offload;
};

/// An IP packet that leaves towards the network.
struct EgressPacket {
  std::uint8_t* octets = nullptr;
  std::uint32_t size = 0;
  std::uint32_t flow = kNoIndex;  ///< Index of its flow: packets of one flow stay in order.
  std::uint16_t egress = 0;
  InnerPacket inner;
};

/// An IP packet that leaves towards an eNB, with kHeadroom before it; the G-PDU header is still to be
/// written.
struct RadioPacket {
  std::uint8_t* octets = nullptr;
  std::uint32_t size = 0;
  Offload offload;
  gtp::Teid teid = 0;
  OuterAddress peer;
  InnerPacket inner;
  std::uint8_t dscp = 0;  ///< Of the outer header.
};

/// A GTP-U message that is no G-PDU.
struct PeerMessage {
  OuterAddress peer;
  std::uint16_t port = 0;
  const std::uint8_t* octets = nullptr;
  std::uint32_t size = 0;
  std::uint8_t dscp = 0;  ///< Of the outer header; of path management, which is no bearer's, none.
};

/// What a batch led to. The memory of packets in it is valid until `clear`. Its room is fixed when it is
/// made.
class PathOutput {
 public:
  PathOutput();

  std::vector<EgressPacket> egress;
  std::vector<RadioPacket> radio;
  std::vector<PeerMessage> messages;
  /// Memory of packets in `radio` that were buffered until now.
  std::vector<std::unique_ptr<std::uint8_t[]>> kept;

  /// Room for a packet of our own, with kHeadroom before it; empty when this batch has used it all.
  MutableBytes allocate(std::size_t octets) noexcept;
  void clear() noexcept;

 private:
  static constexpr std::size_t kArenaOctets = 256 * 1024;
  std::unique_ptr<std::uint8_t[]> arena_;
  std::size_t used_ = 0;
};

}  // namespace zerocell::upf
