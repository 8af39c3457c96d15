// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "upf/flow_table.hpp"
#include "upf/path_batch.hpp"

namespace zerocell::upf {

/// One or several IP packets that leave as one: the pieces follow each other. With `segment_octets` the first
/// piece begins with headers for all of them, and the transport checksum is partial.
struct Frame {
  std::uint32_t first = 0;  ///< Index of the first packet; `Coalescer::next` leads to the others.
  std::uint32_t packets = 1;
  std::uint32_t octets = 0;  ///< Of the frame, the headers counted once.
  std::uint16_t segment_octets = 0;
  std::uint16_t header_octets = 0;
};

/// Joins packets of one flow that follow each other, as a network card would (generic receive offload): TCP
/// segments in sequence, and UDP datagrams of one size. The packets of a flow keep their order. Only what a
/// card would cut into exactly the same packets again is joined; their checksums are verified first, so that
/// damage is not hidden.
class Coalescer {
 public:
  static constexpr std::uint32_t kFrameOctetsMax = 65535;
  static constexpr std::uint32_t kPacketsMax = 256;  ///< In one frame: each is a piece of a gathering write.

  explicit Coalescer(bool joins_udp) : joins_udp_(joins_udp) {}

  /// Groups the packets; the headers of joined ones are rewritten in place. The result is valid until the
  /// next call.
  std::span<const Frame> join(std::span<const EgressPacket> packets, FlowTable& flows);
  /// The packet behind `index` in its frame.
  std::uint32_t next(std::uint32_t index) const { return next_[index]; }

 private:
  /// A frame that may still grow.
  struct Open {
    std::uint32_t last = 0;
    std::uint32_t next_sequence = 0;
    std::uint32_t payload = 0;
    std::uint16_t transport_header = 0;
    bool closed = false;
    bool verified = false;  // The first packet's checksum.
  };
  bool may_join(const EgressPacket& packet) const;
  bool append(std::span<const EgressPacket> packets, std::uint32_t frame, std::uint32_t index);
  void start(std::span<const EgressPacket> packets, std::uint32_t index);
  static void finish(const EgressPacket& first, Frame& frame, std::uint32_t payload);

  bool joins_udp_;
  std::uint32_t batch_ = 0;
  std::vector<Frame> frames_;
  std::vector<Open> open_;
  std::vector<std::uint32_t> next_;
};

/// The virtio form of a frame's type.
struct FrameOffload {
  bool tcp = false;
  std::uint16_t transport_start = 0;
  std::uint16_t checksum_offset = 0;
};
inline FrameOffload offload_of(const EgressPacket& first) {
  const bool tcp = first.inner.protocol == kProtocolTcp;
  return {tcp, first.inner.header_octets, static_cast<std::uint16_t>(tcp ? 16 : 6)};
}

}  // namespace zerocell::upf
