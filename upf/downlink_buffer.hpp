// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "upf/path_batch.hpp"

namespace zerocell::upf {

/// Downlink packets of sessions that cannot be reached now, in order, within limits for each session and for
/// all. A packet that does not fit is refused; none is displaced, since the first ones matter most to a
/// protocol that starts.
class DownlinkBuffer {
 public:
  DownlinkBuffer(std::uint16_t packets_max, std::uint32_t octets_max)
      : packets_max_(packets_max), octets_max_(octets_max) {}

  struct Kept {
    std::unique_ptr<std::uint8_t[]> memory;  ///< kHeadroom octets, then the packet.
    std::uint32_t size = 0;
    Offload offload;
    InnerPacket inner;
    std::uint8_t* packet() const { return memory.get() + kHeadroom; }
  };

  /// A queue for a session; never 0. A queue exists while it has packets or its session was reported.
  std::uint32_t open();
  /// Copies the packet to the end of the queue; false when a limit is reached.
  bool keep(std::uint32_t queue, const NetworkPacket& packet, const InnerPacket& inner);
  bool reported(std::uint32_t queue) const { return queues_[queue - 1].reported; }
  void set_reported(std::uint32_t queue, bool reported) { queues_[queue - 1].reported = reported; }
  /// Ends the queue and gives what was in it.
  std::vector<Kept> close(std::uint32_t queue);

  std::uint32_t octets() const { return octets_; }

 private:
  struct Queue {
    std::vector<Kept> packets;
    bool reported = false;
  };
  std::uint16_t packets_max_;
  std::uint32_t octets_max_;
  std::uint32_t octets_ = 0;
  std::vector<Queue> queues_;
  std::vector<std::uint32_t> free_;
};

}  // namespace zerocell::upf
