// SPDX-License-Identifier: Apache-2.0
#include "upf/packet_filter.hpp"

#include "upf/inner_packet.hpp"

namespace zerocell::upf {
namespace {

constexpr std::uint8_t kProtocolEsp = 50;
constexpr std::uint8_t kProtocolAh = 51;
constexpr std::uint8_t kProtocolDccp = 33;
constexpr std::uint8_t kProtocolSctp = 132;
constexpr std::uint8_t kProtocolUdpLite = 136;

bool matches(const PacketFilter::Address& wanted, const std::uint8_t* address, std::size_t octets) {
  for (std::size_t i = 0; i < octets; ++i)
    if (((address[i] ^ wanted.value[i]) & wanted.mask[i]) != 0) return false;
  return true;
}

bool matches_addresses(const PacketFilter& filter, const std::uint8_t* packet, const InnerPacket& inner,
                       bool from_network) {
  const bool v4 = inner.version == 4;
  const std::uint8_t* source = packet + (v4 ? 12 : 8);
  const std::uint8_t* destination = packet + (v4 ? 16 : 24);
  const std::size_t octets = v4 ? 4 : 16;
  if (filter.remote && !matches(*filter.remote, from_network ? source : destination, octets)) return false;
  return !filter.local || matches(*filter.local, from_network ? destination : source, octets);
}

struct PortPair {
  std::uint16_t source;
  std::uint16_t destination;
};
/// Ports stand at the same place in every transport that has them.
std::optional<PortPair> ports_of(const std::uint8_t* packet, const InnerPacket& inner) {
  if (inner.ports) return PortPair{inner.source_port, inner.destination_port};
  const bool has_ports = inner.protocol == kProtocolSctp || inner.protocol == kProtocolDccp ||
                         inner.protocol == kProtocolUdpLite;
  if (!has_ports || !inner.first_fragment || inner.transport_octets < 4) return std::nullopt;
  const std::uint8_t* at = packet + inner.header_octets;
  return PortPair{load_u16(at), load_u16(at + 2)};
}

bool matches_ports(const PacketFilter& filter, const std::uint8_t* packet, const InnerPacket& inner,
                   bool from_network) {
  if (!filter.remote_port && !filter.local_port) return true;
  const auto ports = ports_of(packet, inner);
  if (!ports) return false;
  const std::uint16_t remote = from_network ? ports->source : ports->destination;
  const std::uint16_t local = from_network ? ports->destination : ports->source;
  return (!filter.remote_port || filter.remote_port->contains(remote)) &&
         (!filter.local_port || filter.local_port->contains(local));
}

/// In IPv6, AH is a header in front of the transport's, and both are the packet's.
bool matches_protocol(std::uint8_t wanted, const InnerPacket& inner) {
  return wanted == inner.protocol || (wanted == kProtocolAh && inner.authentication != 0);
}

/// Of an ESP (RFC 4303 §2) or AH (RFC 4302 §2.4) header.
bool matches_security_parameter_index(std::uint32_t wanted, const std::uint8_t* packet,
                                      const InnerPacket& inner) {
  if (inner.authentication != 0 && load_u32(packet + inner.authentication + 4) == wanted) return true;
  const std::size_t at = inner.protocol == kProtocolEsp ? 0 : 4;
  const bool secured = inner.protocol == kProtocolEsp || inner.protocol == kProtocolAh;
  if (!secured || !inner.first_fragment || inner.transport_octets < at + 4) return false;
  return load_u32(packet + inner.header_octets + at) == wanted;
}

std::uint8_t type_of_service(const std::uint8_t* packet, const InnerPacket& inner) {
  return inner.version == 4 ? packet[1] : static_cast<std::uint8_t>(load_u16(packet) >> 4);
}

}  // namespace

bool matches(const PacketFilter& filter, const std::uint8_t* packet, const InnerPacket& inner,
             bool from_network) noexcept {
  const auto way = from_network ? PacketFilter::Direction::downlink : PacketFilter::Direction::uplink;
  if (filter.direction != way && filter.direction != PacketFilter::Direction::both) return false;
  if (filter.version != 0 && filter.version != inner.version) return false;
  if (filter.protocol && !matches_protocol(*filter.protocol, inner)) return false;
  if (!matches_addresses(filter, packet, inner, from_network)) return false;
  if (!matches_ports(filter, packet, inner, from_network)) return false;
  if (filter.security_parameter_index &&
      !matches_security_parameter_index(*filter.security_parameter_index, packet, inner))
    return false;
  if (filter.type_of_service) {
    const auto& wanted = *filter.type_of_service;
    if (((type_of_service(packet, inner) ^ wanted.value) & wanted.mask) != 0) return false;
  }
  if (filter.flow_label) return inner.version == 6 && (load_u32(packet) & 0xFFFFF) == *filter.flow_label;
  return true;
}

}  // namespace zerocell::upf
