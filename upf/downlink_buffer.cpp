// SPDX-License-Identifier: Apache-2.0
#include "upf/downlink_buffer.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace zerocell::upf {

std::uint32_t DownlinkBuffer::Queue::octets() const {
  std::uint32_t sum = 0;
  for (const Kept& kept : packets) sum += kept.size;
  return sum;
}

void DownlinkBuffer::count_in(const Queue& queue, std::uint32_t octets) {
  octets_ += octets;
  if (queue.quiet_until_s != 0) quiet_octets_ += octets;
}

void DownlinkBuffer::count_out(const Queue& queue, std::uint32_t octets) {
  octets_ -= octets;
  if (queue.quiet_until_s != 0) quiet_octets_ -= octets;
}

std::uint32_t DownlinkBuffer::room(const Queue& queue) const {
  const std::uint32_t left = limits_.octets_max - octets_;
  return queue.quiet_until_s == 0 ? left : std::min(left, quiet_octets_max() - quiet_octets_);
}

void DownlinkBuffer::end_silence_when_over(Queue& queue, std::uint32_t now_s) {
  if (queue.quiet_until_s == 0 || now_s < queue.quiet_until_s) return;
  quiet_octets_ -= queue.octets();
  queue.quiet_until_s = 0;
  queue.packets_max = 0;
  queue.reported = false;
}

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
  end_silence_when_over(to, now_s);
  // What is dead already takes no room from what lives.
  expire(to, now_s);
  if (to.packets_max == kSuggestNone) return false;
  const std::size_t packets_max = to.packets_max != 0 ? to.packets_max : limits_.packets_max;
  if (to.packets.size() >= packets_max || packet.size > room(to)) return false;
  Kept kept{.memory = std::make_unique_for_overwrite<std::uint8_t[]>(kHeadroom + packet.size),
            .size = packet.size,
            .until_s = std::max(now_s + limits_.lifetime_seconds, to.quiet_until_s),
            .offload = packet.offload,
            .inner = inner};
  std::memcpy(kept.packet(), packet.octets, packet.size);
  count_in(to, packet.size);
  to.packets.push_back(std::move(kept));
  return true;
}

bool DownlinkBuffer::unreported(std::uint32_t queue, std::uint32_t now_s) {
  Queue& asked = queues_[queue - 1];
  end_silence_when_over(asked, now_s);
  return asked.quiet_until_s == 0 && !asked.reported;
}

std::size_t DownlinkBuffer::extend(std::uint32_t queue, std::uint32_t until_s, std::uint16_t packets) {
  Queue& extended = queues_[queue - 1];
  if (extended.quiet_until_s == 0) quiet_octets_ += extended.octets();
  extended.quiet_until_s = until_s;
  extended.packets_max = packets;
  std::size_t dropped = 0;
  for (; quiet_octets_ > quiet_octets_max() && !extended.packets.empty(); ++dropped) {
    count_out(extended, extended.packets.back().size);
    extended.packets.pop_back();
  }
  for (Kept& kept : extended.packets) kept.until_s = std::max(kept.until_s, until_s);
  return dropped;
}

std::vector<DownlinkBuffer::Kept> DownlinkBuffer::close(std::uint32_t queue) {
  Queue& closed = queues_[queue - 1];
  count_out(closed, closed.octets());
  free_.push_back(queue);
  return std::exchange(closed, {}).packets;
}

std::size_t DownlinkBuffer::expire(Queue& queue, std::uint32_t now_s) {
  std::size_t dropped = 0;
  // They were kept in the order in which they end.
  while (dropped < queue.packets.size() && queue.packets[dropped].until_s <= now_s)
    count_out(queue, queue.packets[dropped++].size);
  if (dropped > 0)
    queue.packets.erase(queue.packets.begin(), queue.packets.begin() + static_cast<std::ptrdiff_t>(dropped));
  // The owner's answer to the report did not come in all that time: the next packet asks again.
  if (dropped > 0 && queue.quiet_until_s <= now_s) queue.reported = false;
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
