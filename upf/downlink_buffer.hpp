// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "upf/path_batch.hpp"

namespace zerocell::upf {

/// Downlink packets of bearers that cannot be reached now, in order, within limits for each bearer and for
/// all. A packet that does not fit is refused; none is displaced by another, since the first ones matter most
/// to a protocol that starts. A packet that waited for too long is dropped. Bearers of UEs that sleep for
/// long have half of the room at most, whatever the others leave: those are paged and need theirs for
/// seconds.
class DownlinkBuffer {
 public:
  struct Limits {
    std::uint16_t packets_max;       ///< Of one bearer.
    std::uint32_t octets_max;        ///< Of all.
    std::uint32_t lifetime_seconds;  ///< Of a packet.
  };
  explicit DownlinkBuffer(const Limits& limits) : limits_(limits) {}

  struct Kept {
    std::unique_ptr<std::uint8_t[]> memory;  ///< kHeadroom octets, then the packet.
    std::uint32_t size = 0;
    std::uint32_t until_s = 0;
    Offload offload;
    InnerPacket inner;
    std::uint8_t* packet() const { return memory.get() + kHeadroom; }
  };

  /// A queue for a bearer; never 0. A queue exists while it has packets or its bearer was reported.
  std::uint32_t open();
  /// Copies the packet to the end of the queue; false when a limit is reached.
  bool keep(std::uint32_t queue, const NetworkPacket& packet, const InnerPacket& inner, std::uint32_t now_s);
  /// Whether the owner is to hear of packets in this queue: it did not yet, and did not ask for silence.
  bool unreported(std::uint32_t queue, std::uint32_t now_s);
  /// Whether silence was asked for, and is not over.
  bool quiet(std::uint32_t queue, std::uint32_t now_s) const {
    return now_s < queues_[queue - 1].quiet_until_s;
  }
  void set_reported(std::uint32_t queue, bool reported) { queues_[queue - 1].reported = reported; }
  /// Extended buffering, TS 23.401 §5.3.4.3: what is in the queue, and what comes, lives until then at least,
  /// and the owner hears of nothing before. `packets`, where not 0, replaces the configured maximum.
  /// Gives how many of the last packets had to go, since the share of those that sleep is full.
  std::size_t extend(std::uint32_t queue, std::uint32_t until_s, std::uint16_t packets);
  /// The same for a queue that opens while silence is kept for another bearer of its UE.
  void extend_as(std::uint32_t queue, std::uint32_t other, std::uint32_t now_s) {
    if (quiet(other, now_s)) extend(queue, queues_[other - 1].quiet_until_s, queues_[other - 1].packets_max);
  }
  /// Ends the queue and gives what was in it.
  std::vector<Kept> close(std::uint32_t queue);

  /// Drops what has waited for too long in a part of the queues, all of them in so many calls; gives how many
  /// packets that were.
  std::size_t expire(std::size_t calls_for_all, std::uint32_t now_s);

  std::uint32_t octets() const { return octets_; }

 private:
  struct Queue {
    std::vector<Kept> packets;
    std::uint32_t quiet_until_s = 0;  ///< 0: no silence was asked for.
    std::uint16_t packets_max = 0;    ///< 0: as configured.
    bool reported = false;
    std::uint32_t octets() const;
  };
  std::size_t expire(Queue& queue, std::uint32_t now_s);
  void end_silence_when_over(Queue& queue, std::uint32_t now_s);
  std::uint32_t room(const Queue& queue) const;
  void count_in(const Queue& queue, std::uint32_t octets);
  void count_out(const Queue& queue, std::uint32_t octets);
  std::uint32_t quiet_octets_max() const { return limits_.octets_max / 2; }

  Limits limits_;
  std::uint32_t octets_ = 0;
  std::uint32_t quiet_octets_ = 0;  // Of queues for which silence was asked.
  std::vector<Queue> queues_;
  std::vector<std::uint32_t> free_;
  std::size_t next_to_expire_ = 0;
};

}  // namespace zerocell::upf
