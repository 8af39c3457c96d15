// SPDX-License-Identifier: Apache-2.0
#include "upf/answers.hpp"
#include "upf/packet_path.hpp"
#include "upf/transport.hpp"

namespace zerocell::upf {

Verdict PacketPath::known_ue(Packet& packet) {
  const auto place = packet.inner.version == 4
                         ? table_.addresses.find_v4(ipv4_destination(packet.octets))
                         : table_.addresses.find_v6(load_u64(ipv6_destination(packet.octets)));
  if (place.session == nullptr) return Verdict::unknown_ue;
  const std::uint32_t session = place.session->load(std::memory_order_acquire);
  if (session == 0) return Verdict::unknown_ue;
  packet.session = session - 1;
  __builtin_prefetch(&table_.downlinks[packet.session]);
  return Verdict::pass;
}

Verdict PacketPath::downlink_session(Packet& packet) {
  const auto line = table_.downlinks[packet.session].read();
  if (!line) return Verdict::line_busy;
  // The index may have been read just before the slot got another session.
  const bool own =
      packet.inner.version == 4
          ? (line->flags & kLineV4) != 0 && line->ue_ipv4 == ipv4_destination(packet.octets)
          : (line->flags & kLineV6) != 0 && line->ue_prefix == load_u64(ipv6_destination(packet.octets));
  if ((line->flags & kLineLive) == 0 || !own) return Verdict::unknown_ue;
  packet.down = *line;
  return Verdict::pass;
}

void PacketPath::tell_too_big(const Packet& packet) {
  if (!icmp_errors_.admit(now_s_)) return;
  const MutableBytes memory = output_.allocate(kTooBigOctetsMax);
  if (memory.empty()) return;
  const IpAddress gateway =
      packet.inner.version == 4
          ? IpAddress(Ipv4Address::from_host(table_.addresses.gateway_v4(packet.down.ue_ipv4)))
          : IpAddress(table_.addresses.gateway_v6(packet.down.ue_prefix));
  const std::size_t size = write_too_big(memory, packet.octets, packet.inner, gateway, packet.down.link_mtu);
  if (size == 0) return;
  const auto inner = parse_inner(memory.first(size));
  output_.egress.push_back({memory.data(), static_cast<std::uint32_t>(size), kNoIndex, 0, *inner});
}

Verdict PacketPath::fits_link(Packet& packet) {
  const Extent extent = extent_of(packet.octets, packet.inner, packet.offload);
  if (extent.largest <= packet.down.link_mtu) return Verdict::pass;
  const bool may_fragment = packet.inner.version == 4 && (packet.octets[6] & 0x40) == 0;
  if (may_fragment && packet.offload.segment_octets == 0) return Verdict::pass;
  tell_too_big(packet);
  return Verdict::too_big;
}

Verdict PacketPath::downlink_rate(Packet& packet) {
  Meter& meter = meter_of(packet.session, packet.generation());
  const Extent extent = extent_of(packet.octets, packet.inner, packet.offload);
  if (!take_tokens(packet.down.ambr_units, extent.octets, meter.downlink_tokens, meter.downlink_filled_us))
    return Verdict::rate;
  meter.downlink_octets.store(meter.downlink_octets.load(std::memory_order_relaxed) + extent.octets,
                              std::memory_order_relaxed);
  meter.downlink_packets.store(meter.downlink_packets.load(std::memory_order_relaxed) + extent.packets,
                               std::memory_order_relaxed);
  return Verdict::pass;
}

Verdict PacketPath::to_radio(Packet& packet) {
  Meter& meter = table_.meters[packet.session];
  switch (packet.down.action) {
    case DownlinkAction::forward:
      if (meter.buffer != 0) flush(packet.session, packet.down);
      return emit(packet.down, packet.octets, packet.size, packet.inner, packet.offload);
    case DownlinkAction::buffer:
      return buffer(packet, meter);
    case DownlinkAction::drop:
      return Verdict::no_downlink;
  }
  return Verdict::no_downlink;
}

Verdict PacketPath::buffer(Packet& packet, Meter& meter) {
  if (meter.buffer == 0) meter.buffer = buffer_.open();
  const bool kept = buffer_.keep(meter.buffer, {packet.octets, packet.size, packet.offload}, packet.inner);
  if (!buffer_.reported(meter.buffer)) {
    // When the owner's queue is full, the next packet tries again.
    buffer_.set_reported(meter.buffer, signals_.reports.put({.kind = Report::Kind::downlink_data,
                                                             .ebi = packet.down.ebi,
                                                             .session = packet.session,
                                                             .session_generation = packet.generation()}));
    signals_.wake_owner();
  }
  return kept ? Verdict::buffered : Verdict::buffer_full;
}

}  // namespace zerocell::upf
