// SPDX-License-Identifier: Apache-2.0
#include "upf/downlink_buffer.hpp"

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

bool DownlinkBuffer::keep(std::uint32_t queue, const NetworkPacket& packet, const InnerPacket& inner) {
  auto& packets = queues_[queue - 1].packets;
  if (packets.size() >= packets_max_ || packet.size > octets_max_ - octets_) return false;
  Kept kept{.memory = std::make_unique_for_overwrite<std::uint8_t[]>(kHeadroom + packet.size),
            .size = packet.size,
            .offload = packet.offload,
            .inner = inner};
  std::memcpy(kept.packet(), packet.octets, packet.size);
  octets_ += packet.size;
  packets.push_back(std::move(kept));
  return true;
}

std::vector<DownlinkBuffer::Kept> DownlinkBuffer::close(std::uint32_t queue) {
  Queue& closed = queues_[queue - 1];
  for (const Kept& kept : closed.packets) octets_ -= kept.size;
  closed.reported = false;
  free_.push_back(queue);
  return std::exchange(closed.packets, {});
}

}  // namespace zerocell::upf
