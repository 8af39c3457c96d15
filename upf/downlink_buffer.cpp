// SPDX-License-Identifier: Apache-2.0
#include "upf/downlink_buffer.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace zerocell::upf {

std::uint32_t DownlinkBuffer::open() {
  if (!free_.empty()) {
    const std::uint32_t queue = free_.back();
    free_.pop_back();
    return queue;
  }
  queues_.emplace_back();
  return static_cast<std::uint32_t>(queues_.size());
}

bool DownlinkBuffer::keep(std::uint32_t queue, const NetworkPacket& packet, const InnerPacket& inner,
                          std::uint32_t now_s) {
  Queue& to = queues_[queue - 1];
  // What is dead already takes no room from what lives.
  expire(to, now_s);
  const std::size_t packets_max = to.packets_max != 0 ? to.packets_max : limits_.packets_max;
  if (to.packets.size() >= packets_max || packet.size > limits_.octets_max - octets_) return false;
  Kept kept{.memory = std::make_unique_for_overwrite<std::uint8_t[]>(kHeadroom + packet.size),
            .size = packet.size,
            .until_s = std::max(now_s + limits_.lifetime_seconds, to.quiet_until_s),
            .offload = packet.offload,
            .inner = inner};
  std::memcpy(kept.packet(), packet.octets, packet.size);
  octets_ += packet.size;
  to.packets.push_back(std::move(kept));
  return true;
}

bool DownlinkBuffer::unreported(std::uint32_t queue, std::uint32_t now_s) {
  Queue& asked = queues_[queue - 1];
  if (asked.quiet_until_s != 0) {
    if (now_s < asked.quiet_until_s) return false;
    asked.quiet_until_s = 0;
    asked.packets_max = 0;
    asked.reported = false;
  }
  return !asked.reported;
}

void DownlinkBuffer::extend(std::uint32_t queue, std::uint32_t until_s, std::uint16_t packets) {
  Queue& extended = queues_[queue - 1];
  extended.quiet_until_s = until_s;
  extended.packets_max = packets;
  for (Kept& kept : extended.packets) kept.until_s = std::max(kept.until_s, until_s);
}

std::vector<DownlinkBuffer::Kept> DownlinkBuffer::close(std::uint32_t queue) {
  Queue& closed = queues_[queue - 1];
  for (const Kept& kept : closed.packets) octets_ -= kept.size;
  free_.push_back(queue);
  return std::exchange(closed, {}).packets;
}

std::size_t DownlinkBuffer::expire(Queue& queue, std::uint32_t now_s) {
  std::size_t dropped = 0;
  // They were kept in the order in which they end.
  while (dropped < queue.packets.size() && queue.packets[dropped].until_s <= now_s)
    octets_ -= queue.packets[dropped++].size;
  if (dropped > 0)
    queue.packets.erase(queue.packets.begin(), queue.packets.begin() + static_cast<std::ptrdiff_t>(dropped));
  // The owner's answer to the report did not come in all that time: the next packet asks again.
  if (dropped > 0 && queue.packets.empty() && queue.quiet_until_s <= now_s) queue.reported = false;
  return dropped;
}

std::size_t DownlinkBuffer::expire(std::size_t calls_for_all, std::uint32_t now_s) {
  std::size_t dropped = 0;
  const std::size_t count = std::min(queues_.size(), queues_.size() / calls_for_all + 1);
  for (std::size_t i = 0; i < count; ++i) {
    if (next_to_expire_ >= queues_.size()) next_to_expire_ = 0;
    dropped += expire(queues_[next_to_expire_++], now_s);
  }
  return dropped;
}

}  // namespace zerocell::upf
