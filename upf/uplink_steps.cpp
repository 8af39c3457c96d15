// SPDX-License-Identifier: Apache-2.0
#include "core/telemetry/metrics.hpp"
#include "upf/answers.hpp"
#include "upf/dhcpv6.hpp"
#include "upf/packet_path.hpp"
#include "upf/transport.hpp"

namespace zerocell::upf {
namespace {

inline Counter error_indications_sent{"zerocell_upf_error_indications_sent_total",
                                      "Error Indications about tunnels that no session has."};
inline Counter error_indications_received{"zerocell_upf_error_indications_received_total",
                                          "Error Indications from eNBs."};

// Inner packets to these ports are GTP again: GTP-C, GTP-U, GTP'.
constexpr std::array<std::uint16_t, 3> kGtpPorts = {2123, kPortGtpu, 3386};

/// IPv4 destinations that no network routes: RFC 6890, RFC 5771.
bool never_routed(std::uint32_t address) {
  return address >> 24 == 0 || address >> 24 == 127 || address >> 16 == 0xA9FE || address >> 28 >= 0xE;
}

bool is_link_local(const std::uint8_t* v6) {
  return v6[0] == 0xFE && (v6[1] & 0xC0) == 0x80;
}

bool starts_with_zeros(const std::uint8_t* v6, std::size_t octets) {
  return std::all_of(v6, v6 + octets, [](std::uint8_t octet) { return octet == 0; });
}

/// IPv6 destinations that no network routes: RFC 6890. IPv4-mapped ones are among them.
bool never_routed(const std::uint8_t* v6) {
  if (v6[0] == 0xFF || is_link_local(v6)) return true;
  return starts_with_zeros(v6, 10) && ((v6[10] == 0xFF && v6[11] == 0xFF) || starts_with_zeros(v6 + 10, 5));
}

bool same(const std::uint8_t* at, const Ipv6Address& address) {
  return std::memcmp(at, address.octets.data(), 16) == 0;
}

}  // namespace

bool PacketPath::known_peer(const OuterSource& source) {
  if (settings_.gtpu_peers.empty()) return true;
  if (checked_source_ != &source) {
    const IpAddress address = source.address.address();
    checked_source_ = &source;
    checked_source_known_ = std::ranges::any_of(
        settings_.gtpu_peers, [&](const IpPrefix& prefix) { return prefix.contains(address); });
  }
  return checked_source_known_;
}

Verdict PacketPath::outer_header(Packet& packet) {
  if (!known_peer(*packet.source)) return Verdict::unknown_peer;
  const Bytes datagram(packet.octets, packet.size);
  packet.outer = packet.octets;
  packet.outer_size = packet.size;
  if (const auto plain = gtp::plain_gpdu(datagram)) {
    packet.teid = plain->teid;
    packet.octets += gtp::kGtpuHeaderOctets;
    packet.size = static_cast<std::uint32_t>(plain->payload.size());
  } else {
    const auto message = gtp::decode_gtpu(datagram);
    if (!message) return Verdict::bad_outer;
    // On a forwarding tunnel we are an intermediate node, TS 29.281 §5.2.1.
    if (message->not_comprehended && (message->not_comprehended_on_the_way || !relay_line(message->teid)))
      return refuse_extension(packet);
    if (message->type != gtp::GtpuType::g_pdu) return peer_message(packet, *message);
    packet.teid = message->teid;
    packet.octets += message->payload.data() - datagram.data();
    packet.size = static_cast<std::uint32_t>(message->payload.size());
  }
  const std::uint32_t index = table_.teids.index(packet.teid);
  if (index < table_.uplinks.size()) __builtin_prefetch(&table_.uplinks[index]);
  return Verdict::pass;
}

Verdict PacketPath::refuse_extension(const Packet& packet) {
  if (!extension_notices_.admit(now_s_)) return Verdict::unknown_extension;
  const MutableBytes memory = message_memory(32);
  Writer out(memory);
  gtp::encode_supported_extension_headers(out);
  if (out.ok()) send_message(*packet.source, settings_.gtpu_port, out, memory.data());
  return Verdict::unknown_extension;
}

Verdict PacketPath::peer_message(Packet& packet, const gtp::GtpuMessage& message) {
  const OuterSource& source = *packet.source;
  switch (message.type) {
    case gtp::GtpuType::echo_request: {
      if (!echo_responses_.admit(now_s_)) return Verdict::answered;
      const MutableBytes memory = message_memory(16);
      Writer out(memory);
      gtp::encode_echo_response(out, message.sequence.value_or(0));
      if (out.ok()) send_message(source, source.port, out, memory.data());
      return Verdict::answered;
    }
    case gtp::GtpuType::echo_response:
      peers_.answered(source.address, message.sequence.value_or(0), signals_);
      return Verdict::answered;
    case gtp::GtpuType::error_indication: {
      const auto indication = gtp::decode_error_indication(message);
      if (!indication) return Verdict::bad_outer;
      error_indications_received.add();
      // Another node speaks for the tunnel's end only where the configuration says who our peers are.
      const OuterAddress about = OuterAddress::of(indication->peer);
      if (about != source.address && settings_.gtpu_peers.empty()) return Verdict::bad_outer;
      // A full queue loses it; the next packet into the lost tunnel brings another.
      (void)signals_.reports.put(
          {.kind = Report::Kind::error_indication, .teid = indication->teid, .peer = about});
      signals_.wake_owner();
      return Verdict::answered;
    }
    case gtp::GtpuType::end_marker: {
      const auto line = relay_line(message.teid);
      return line ? relay(packet.outer, packet.outer_size, *line) : Verdict::answered;
    }
    case gtp::GtpuType::tunnel_status:
    case gtp::GtpuType::supported_extension_headers_notification:
      return Verdict::answered;
    case gtp::GtpuType::g_pdu:
      break;
  }
  return Verdict::bad_outer;
}

Verdict PacketPath::unknown_tunnel(Packet& packet) {
  if (!error_indications_.admit(now_s_)) return Verdict::unknown_tunnel;
  const OuterSource& source = *packet.source;
  gtp::ErrorIndication indication{.teid = packet.teid, .peer = {}, .udp_port = source.port};
  for (const IpAddress& own : settings_.gtpu_addresses)
    if (own.is_v4() != source.address.v6) indication.peer = own;
  const MutableBytes memory = message_memory(48);
  Writer out(memory);
  gtp::encode_error_indication(out, indication);
  if (!out.ok()) return Verdict::unknown_tunnel;
  send_message(source, settings_.gtpu_port, out, memory.data());
  error_indications_sent.add();
  return Verdict::unknown_tunnel;
}

Verdict PacketPath::uplink_session(Packet& packet) {
  const std::uint32_t index = table_.teids.index(packet.teid);
  if (packet.teid == 0 || index >= table_.uplinks.size()) return unknown_tunnel(packet);
  const auto line = table_.uplinks[index].read();
  if (!line) return Verdict::line_busy;
  if ((line->flags & kLineLive) == 0 || line->teid != packet.teid) return unknown_tunnel(packet);
  if ((line->flags & kLineRelay) != 0) return relay(packet.outer, packet.outer_size, *line);
  if ((line->flags & kLineOpen) == 0) return Verdict::gate_closed;
  packet.up = *line;
  packet.session = line->session;
  return Verdict::pass;
}

std::optional<UplinkLine> PacketPath::relay_line(gtp::Teid teid) const {
  const std::uint32_t index = table_.teids.index(teid);
  if (teid == 0 || index >= table_.uplinks.size()) return std::nullopt;
  const auto line = table_.uplinks[index].read();
  if (!line || line->teid != teid || (line->flags & kLineRelay) == 0) return std::nullopt;
  return line;
}

Verdict PacketPath::relay(std::uint8_t* datagram, std::uint32_t size, const UplinkLine& line) {
  // Extension headers (PDCP PDU numbers, TS 29.281 §5.2.2.2) and sequence numbers are between the eNBs.
  size = static_cast<std::uint32_t>(gtp::drop_hop_extensions({datagram, size}));
  store_u32(datagram + 4, line.ue_ipv4);
  const OuterAddress peer{line.peer, (line.flags & kLineOuterV6) != 0};
  output_.messages.push_back({peer, settings_.gtpu_port, datagram, size, line.dscp});
  return Verdict::relayed;
}

bool PacketPath::is_assigned(const Packet& packet, const std::uint8_t* address) const {
  const UplinkLine& line = packet.up;
  if (packet.inner.version == 4) return (line.flags & kLineV4) != 0 && load_u32(address) == line.ue_ipv4;
  return (line.flags & kLineV6) != 0 && in_prefix(load_u64(address), line.ue_prefix, line.prefix_length);
}

bool PacketPath::is_routed(const Packet& packet, const std::uint8_t* address) const {
  if ((packet.up.flags & kLineRouted) == 0) return false;
  const auto* route = table_.routes.find(address, packet.inner.version);
  return route != nullptr && route->session == packet.session &&
         route->session_generation == packet.up.session_generation;
}

Verdict PacketPath::own_source(Packet& packet) {
  const bool v4 = packet.inner.version == 4;
  const std::uint8_t* source = packet.octets + (v4 ? 12 : 8);
  if (is_assigned(packet, source)) return Verdict::pass;
  // What stays on the UE's own link may come from a link-local address, or from none yet.
  if (!v4 && (packet.up.flags & kLineV6) != 0 && (is_link_local(source) || starts_with_zeros(source, 16)))
    return link_local(packet);
  packet.routed = is_routed(packet, source);
  return packet.routed ? Verdict::pass : Verdict::foreign_source;
}

Verdict PacketPath::uplink_bearer(Packet& packet) {
  if ((packet.up.flags & (kLineDedicated | kLineFiltered)) == 0) return Verdict::pass;
  const bool dedicated = (packet.up.flags & kLineDedicated) != 0;
  const BearerSet* set = bearers_of(packet.session, packet.up.session_generation);
  const Bearer* bearer = set != nullptr ? set->by_slot(table_.teids.index(packet.teid)) : nullptr;
  // It is just being changed: as with a line that is being written.
  if (bearer == nullptr || bearer->dedicated != dedicated) return Verdict::line_busy;
  // Later fragments show no ports: they belong where the first one came.
  const bool belongs = set->carries_uplink(*bearer, packet.octets, packet.inner) ||
                       (!packet.inner.first_fragment && bearer_of_first_fragment(packet, *set) == bearer);
  if (!belongs) return Verdict::wrong_bearer;
  if (!dedicated) return Verdict::pass;
  packet.bearer = bearer;
  packet.bearer_position = static_cast<std::uint8_t>(bearer - set->bearers.data());
  return Verdict::pass;
}

bool PacketPath::reaches_ue(const Packet& packet, const AddressIndex::Place& place) const {
  if (place.session != nullptr) return true;
  const std::uint8_t version = packet.inner.version;
  return !table_.routes.empty(version) &&
         table_.routes.find(packet.octets + (version == 4 ? 16 : 24), version) != nullptr;
}

bool PacketPath::is_core_address(const IpAddress& address) const {
  return std::ranges::find(core_addresses_, address) != core_addresses_.end();
}

Verdict PacketPath::destination_v4(Packet& packet) {
  const std::uint32_t destination = ipv4_destination(packet.octets);
  if (never_routed(destination)) return Verdict::no_destination;
  const auto place = table_.addresses.find_v4(destination);
  if (place.gateway) return answer_ping(packet);
  if (is_core_address(Ipv4Address::from_host(destination))) return Verdict::core_address;
  if (!settings_.ue_to_ue && reaches_ue(packet, place)) return Verdict::other_ue;
  return Verdict::pass;
}

Verdict PacketPath::destination_v6(Packet& packet) {
  const std::uint8_t* destination = ipv6_destination(packet.octets);
  if (never_routed(destination)) return link_local(packet);
  const auto place = table_.addresses.find_v6(load_u64(destination));
  if (place.gateway) return answer_ping(packet);
  if (is_core_address(address_at(destination, 6))) return Verdict::core_address;
  if (!settings_.ue_to_ue && reaches_ue(packet, place)) return Verdict::other_ue;
  return Verdict::pass;
}

Verdict PacketPath::permitted_destination(Packet& packet) {
  const Verdict verdict = packet.inner.version == 4 ? destination_v4(packet) : destination_v6(packet);
  if (verdict != Verdict::pass) return verdict;
  if (packet.inner.ports && packet.inner.protocol == kProtocolUdp &&
      std::ranges::find(kGtpPorts, packet.inner.destination_port) != kGtpPorts.end())
    return Verdict::gtp_in_gtp;
  return Verdict::pass;
}

Verdict PacketPath::answer_ping(Packet& packet) {
  if (!turn_into_echo_reply(packet.octets, packet.inner)) return Verdict::gateway;
  const Verdict sent = send_to_ue(packet.session, packet.generation(), {packet.octets, packet.size});
  return sent == Verdict::to_radio ? Verdict::answered : sent;
}

Verdict PacketPath::link_local(Packet& packet) {
  const InnerPacket& inner = packet.inner;
  const std::uint8_t* destination = ipv6_destination(packet.octets);
  const bool to_us = same(destination, kGatewayLinkLocal) || same(destination, kAllRouters);
  if (inner.ports && inner.protocol == kProtocolUdp && inner.destination_port == kDhcpv6ServerPort &&
      (same(destination, kAllDhcpServers) || same(destination, kGatewayLinkLocal)))
    return answer_dhcp(packet);
  const bool icmpv6 =
      inner.protocol == kProtocolIcmpv6 && inner.first_fragment && inner.transport_octets >= 8;
  if (!icmpv6) return Verdict::no_destination;
  const std::uint8_t type = packet.octets[inner.header_octets];
  if (type == kRouterSolicitation && to_us) {
    if (!is_valid_solicitation(packet.octets, inner)) return Verdict::bad_inner;
    if (const auto line = table_.downlinks[packet.session].read(); line) advertise(packet.session, *line);
    return Verdict::answered;
  }
  if (type == kNeighborSolicitation) {
    if (!is_valid_solicitation(packet.octets, inner)) return Verdict::bad_inner;
    const Ipv6Address gateway = table_.addresses.gateway_v6(packet.up.ue_prefix);
    const MutableBytes memory = output_.allocate(kIpv6HeaderOctets + 24);
    const std::size_t size = write_neighbor_advertisement(memory, packet.octets, inner, gateway);
    // Duplicate address detection and the like get silence: nobody else is on the link.
    if (size > 0) (void)send_to_ue(packet.session, packet.generation(), memory.first(size));
    return Verdict::answered;
  }
  if (same(destination, kGatewayLinkLocal)) return answer_ping(packet);
  return Verdict::no_destination;
}

Verdict PacketPath::answer_dhcp(Packet& packet) {
  const auto line = table_.downlinks[packet.session].read();
  if (!line || (line->flags & kLineLive) == 0) return Verdict::line_busy;
  const MutableBytes memory = output_.allocate(kDhcpv6AnswerOctetsMax);
  const std::size_t size = answer_dhcpv6(memory, packet.octets, packet.inner,
                                         {.prefix = line->ue_prefix,
                                          .prefix_length = line->prefix_length,
                                          .dns_servers = table_.addresses.dns_servers(line->ue_prefix)});
  if (size == 0) return Verdict::no_destination;
  (void)send_to_ue(packet.session, packet.generation(), memory.first(size));
  return Verdict::answered;
}

Verdict PacketPath::uplink_rate(Packet& packet) {
  Meter& meter = meter_of(packet.session, packet.generation());
  if (!keeps_rates(packet, meter, packet.size)) return Verdict::rate;
  meter.uplink_octets.store(meter.uplink_octets.load(std::memory_order_relaxed) + packet.size,
                            std::memory_order_relaxed);
  meter.uplink_packets.store(meter.uplink_packets.load(std::memory_order_relaxed) + 1,
                             std::memory_order_relaxed);
  // A long session learns its prefix again while its UE is awake anyway.
  if ((packet.up.flags & kLineV6) != 0 && now_s_ >= meter.announce_due)
    if (const auto line = table_.downlinks[packet.session].read(); line) advertise(packet.session, *line);
  return Verdict::pass;
}

Verdict PacketPath::to_egress(Packet& packet) {
  if (settings_.ue_to_ue) {
    const auto place = packet.inner.version == 4
                           ? table_.addresses.find_v4(ipv4_destination(packet.octets))
                           : table_.addresses.find_v6(load_u64(ipv6_destination(packet.octets)));
    if (reaches_ue(packet, place)) {
      between_ues_.push_back({packet.octets, packet.size, {}});
      return Verdict::to_egress;
    }
  }
  output_.egress.push_back({packet.octets, packet.size, packet.flow, packet.egress, packet.inner});
  return Verdict::to_egress;
}

}  // namespace zerocell::upf
