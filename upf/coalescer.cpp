// SPDX-License-Identifier: Apache-2.0
#include "upf/coalescer.hpp"

#include <cstring>

#include "upf/checksum.hpp"
#include "upf/transport.hpp"

namespace zerocell::upf {
namespace {

bool dont_fragment(const std::uint8_t* packet) {
  return (packet[6] & 0x40) != 0;
}

/// Whether the IP headers differ only in what segmentation sets anew. `position` counts packets in the frame.
bool same_network_header(const EgressPacket& first, const EgressPacket& packet, std::uint32_t position) {
  const std::uint8_t* a = first.octets;
  const std::uint8_t* b = packet.octets;
  if (first.inner.version == 4) {
    // Type of service; flags; TTL and protocol; addresses. The identification counts up, where it matters.
    if (a[1] != b[1] || std::memcmp(a + 6, b + 6, 4) != 0 || std::memcmp(a + 12, b + 12, 8) != 0)
      return false;
    return dont_fragment(a) || load_u16(b + 4) == static_cast<std::uint16_t>(load_u16(a + 4) + position);
  }
  return std::memcmp(a, b, 4) == 0 && std::memcmp(a + 6, b + 6, 34) == 0;
}

/// Ports, acknowledgement, header length, window and options; the flags without PSH.
bool same_tcp_header(const std::uint8_t* a, const std::uint8_t* b, std::size_t octets) {
  return std::memcmp(a, b, 4) == 0 && std::memcmp(a + 8, b + 8, 5) == 0 &&
         ((a[13] ^ b[13]) & ~kTcpPsh) == 0 && std::memcmp(a + 14, b + 14, 2) == 0 &&
         std::memcmp(a + 20, b + 20, octets - 20) == 0;
}

}  // namespace

bool Coalescer::may_join(const EgressPacket& packet) const {
  const InnerPacket& inner = packet.inner;
  if (packet.flow == kNoIndex || !inner.ports || inner.fragment) return false;
  if (inner.header_octets != (inner.version == 4 ? 20 : kIpv6HeaderOctets)) return false;
  const std::size_t header = transport_header_octets(packet.octets, inner);
  if (header >= inner.transport_octets) return false;
  if (inner.protocol == kProtocolUdp)
    return joins_udp_ && load_u16(packet.octets + inner.header_octets + 4) == inner.transport_octets;
  return (tcp_flags(packet.octets, inner) & ~kTcpPsh) == kTcpAck;
}

void Coalescer::start(std::span<const EgressPacket> packets, std::uint32_t index) {
  const EgressPacket& packet = packets[index];
  const InnerPacket& inner = packet.inner;
  frames_.push_back({.first = index, .octets = packet.size});
  Open open{.last = index, .closed = true};
  if (may_join(packet)) {
    open.transport_header = static_cast<std::uint16_t>(transport_header_octets(packet.octets, inner));
    open.payload = inner.transport_octets - open.transport_header;
    open.closed = false;
    if (inner.protocol == kProtocolTcp) {
      const std::uint8_t* tcp = packet.octets + inner.header_octets;
      open.next_sequence = load_u32(tcp + 4) + open.payload;
      open.closed = (tcp[13] & kTcpPsh) != 0;
    }
  }
  open_.push_back(open);
}

bool Coalescer::append(std::span<const EgressPacket> packets, std::uint32_t at, std::uint32_t index) {
  Frame& frame = frames_[at];
  Open& open = open_[at];
  const EgressPacket& first = packets[frame.first];
  const EgressPacket& packet = packets[index];
  const InnerPacket& inner = packet.inner;
  if (open.closed || frame.packets == kPacketsMax || !may_join(packet)) return false;
  if (inner.version != first.inner.version || inner.protocol != first.inner.protocol) return false;
  const std::uint8_t* a = first.octets + first.inner.header_octets;
  const std::uint8_t* b = packet.octets + inner.header_octets;
  const std::size_t header = transport_header_octets(packet.octets, inner);
  const std::uint32_t payload = inner.transport_octets - static_cast<std::uint32_t>(header);
  const std::uint32_t segment = frame.packets == 1 ? open.payload : frame.segment_octets;
  if (header != open.transport_header || payload > segment || frame.octets + payload > kFrameOctetsMax)
    return false;
  if (!same_network_header(first, packet, frame.packets)) return false;
  const bool tcp = inner.protocol == kProtocolTcp;
  if (tcp && (load_u32(b + 4) != open.next_sequence || !same_tcp_header(a, b, header))) return false;
  if (!open.verified) {
    if (!transport_checksum_holds(first.octets, first.inner)) {
      open.closed = true;
      return false;
    }
    open.verified = true;
  }
  if (!transport_checksum_holds(packet.octets, inner)) return false;

  next_[open.last] = index;
  open.last = index;
  open.next_sequence += payload;
  open.payload += payload;
  frame.segment_octets = static_cast<std::uint16_t>(segment);
  frame.octets += payload;
  ++frame.packets;
  // A shorter packet ends the frame; so does one that asks to be pushed.
  open.closed = payload < segment || (tcp && (b[13] & kTcpPsh) != 0);
  return true;
}

void Coalescer::finish(const EgressPacket& first, Frame& frame, std::uint32_t payload) {
  std::uint8_t* packet = first.octets;
  const InnerPacket& inner = first.inner;
  std::uint8_t* transport = packet + inner.header_octets;
  const auto transport_octets = static_cast<std::uint32_t>(transport_header_octets(packet, inner)) + payload;
  frame.header_octets = static_cast<std::uint16_t>(frame.octets - payload);
  if (inner.version == 4) {
    store_u16(packet + 2, static_cast<std::uint16_t>(frame.octets));
    set_ipv4_checksum(packet);
  } else {
    store_u16(packet + 4, static_cast<std::uint16_t>(frame.octets - kIpv6HeaderOctets));
  }
  if (inner.protocol == kProtocolUdp) store_u16(transport + 4, static_cast<std::uint16_t>(transport_octets));
  store_sum(transport + offload_of(first).checksum_offset,
            pseudo_header_sum(packet, inner.protocol, transport_octets));
}

std::span<const Frame> Coalescer::join(std::span<const EgressPacket> packets, FlowTable& flows) {
  frames_.clear();
  open_.clear();
  next_.assign(packets.size(), kNoIndex);
  if (++batch_ == 0) ++batch_;  // 0 is what new flows carry.
  for (std::uint32_t index = 0; index < packets.size(); ++index) {
    const EgressPacket& packet = packets[index];
    if (packet.flow == kNoIndex) {
      start(packets, index);
      continue;
    }
    Flow& flow = flows[packet.flow];
    if (flow.batch == batch_ && append(packets, flow.group, index)) continue;
    start(packets, index);
    flow.batch = batch_;
    flow.group = static_cast<std::uint32_t>(frames_.size() - 1);
  }
  for (std::size_t i = 0; i < frames_.size(); ++i) {
    Frame& frame = frames_[i];
    if (frame.packets == 1) continue;
    const EgressPacket& last = packets[open_[i].last];
    const EgressPacket& first = packets[frame.first];
    if (first.inner.protocol == kProtocolTcp && (tcp_flags(last.octets, last.inner) & kTcpPsh) != 0)
      first.octets[first.inner.header_octets + 13] |= kTcpPsh;
    finish(first, frame, open_[i].payload);
  }
  return frames_;
}

}  // namespace zerocell::upf
