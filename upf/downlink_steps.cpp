// SPDX-License-Identifier: Apache-2.0
#include "upf/answers.hpp"
#include "upf/packet_path.hpp"
#include "upf/transport.hpp"

namespace zerocell::upf {

Verdict PacketPath::known_ue(Packet& packet) {
  const auto place = packet.inner.version == 4
                         ? table_.addresses.find_v4(ipv4_destination(packet.octets))
                         : table_.addresses.find_v6(load_u64(ipv6_destination(packet.octets)));
  if (place.session == nullptr) return routed_ue(packet);
  const std::uint32_t session = place.session->load(std::memory_order_acquire);
  if (session == 0) return Verdict::unknown_ue;
  packet.session = session - 1;
  __builtin_prefetch(&table_.downlinks[packet.session]);
  return Verdict::pass;
}

Verdict PacketPath::routed_ue(Packet& packet) {
  if (table_.routes.empty(packet.inner.version)) return Verdict::unknown_ue;
  const std::uint8_t* destination = packet.octets + (packet.inner.version == 4 ? 16 : 24);
  const auto* route = table_.routes.find(destination, packet.inner.version);
  if (route == nullptr) return Verdict::unknown_ue;
  packet.session = route->session;
  packet.routed = true;
  return Verdict::pass;
}

Verdict PacketPath::downlink_session(Packet& packet) {
  const auto line = table_.downlinks[packet.session].read();
  if (!line) return Verdict::line_busy;
  // The index may have been read just before the slot got another session.
  const bool own = packet.routed ? (line->flags & kLineRouted) != 0
                   : packet.inner.version == 4
                       ? (line->flags & kLineV4) != 0 && line->ue_ipv4 == ipv4_destination(packet.octets)
                       : (line->flags & kLineV6) != 0 && in_prefix(load_u64(ipv6_destination(packet.octets)),
                                                                   line->ue_prefix, line->prefix_length);
  if ((line->flags & kLineLive) == 0 || !own) return Verdict::unknown_ue;
  packet.down = *line;
  return Verdict::pass;
}

Verdict PacketPath::downlink_bearer(Packet& packet) {
  if (packet.down.bearers == kNoIndex) return Verdict::pass;
  const BearerSet* set = bearers_of(packet.session, packet.generation());
  if (set == nullptr) return Verdict::pass;  // The last dedicated bearer has just ended.
  const Bearer* bearer = packet.inner.first_fragment ? nullptr : bearer_of_first_fragment(packet, *set);
  if (bearer == nullptr) bearer = set->downlink_bearer(packet.octets, packet.inner);
  if (bearer == nullptr) return Verdict::no_bearer;
  if (packet.inner.fragment && packet.inner.first_fragment) {
    if (Fragments* fragments = fragments_.find(fragments_key(packet), now_s_))
      fragments->bearer = static_cast<std::uint8_t>(bearer - set->bearers.data() + 1);
  }
  if (!bearer->dedicated) return Verdict::pass;
  packet.bearer = bearer;
  packet.down = line_of(packet.down, *bearer);
  return Verdict::pass;
}

/// One UE's packets, whoever sends them, leave errors for those of the others.
bool PacketPath::admit_icmp_error(std::uint32_t session) {
  SessionErrors& own = session_errors_[session];
  if (own.second != now_s_) own = {.second = now_s_, .used = 0};
  if (own.used == kTooBigPerSessionPerSecond) return false;
  ++own.used;
  return icmp_errors_.admit(now_s_);
}

void PacketPath::tell_too_big(const Packet& packet) {
  if (!admit_icmp_error(packet.session)) return;
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
  if (!keeps_rates(packet, meter, extent.octets)) return Verdict::rate;
  meter.downlink_octets.store(meter.downlink_octets.load(std::memory_order_relaxed) + extent.octets,
                              std::memory_order_relaxed);
  meter.downlink_packets.store(meter.downlink_packets.load(std::memory_order_relaxed) + extent.packets,
                               std::memory_order_relaxed);
  return Verdict::pass;
}

Verdict PacketPath::to_radio(Packet& packet) {
  Meter& meter = table_.meters[packet.session];
  std::uint32_t& queue = packet.bearer == nullptr ? meter.buffer : meter_of(*packet.bearer).buffer;
  switch (packet.down.action) {
    case DownlinkAction::forward:
      if (queue != 0) flush(queue, packet.down);
      return emit(packet.down, packet.octets, packet.size, packet.inner, packet.offload);
    case DownlinkAction::buffer:
      return buffer(packet, meter, queue);
    case DownlinkAction::drop:
      return Verdict::no_downlink;
  }
  return Verdict::no_downlink;
}

Verdict PacketPath::buffer(Packet& packet, Meter& meter, std::uint32_t& queue) {
  if (queue == 0) {
    queue = buffer_.open();
    // While a UE sleeps it is the default bearer's queue that knows, for all bearers.
    if (meter.buffer != 0 && meter.buffer != queue) buffer_.extend_as(queue, meter.buffer, now_s_);
  }
  const bool kept = buffer_.keep(queue, {packet.octets, packet.size, packet.offload}, packet.inner, now_s_);
  if (buffer_.unreported(queue, now_s_)) {
    // When the owner's queue is full, the next packet tries again.
    buffer_.set_reported(queue, signals_.reports.put({.kind = Report::Kind::downlink_data,
                                                      .ebi = packet.down.ebi,
                                                      .session = packet.session,
                                                      .session_generation = packet.generation()}));
    signals_.wake_owner();
  }
  return kept ? Verdict::buffered : Verdict::buffer_full;
}

}  // namespace zerocell::upf
