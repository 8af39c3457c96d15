// SPDX-License-Identifier: Apache-2.0
#include "core/nas/ie/pco.hpp"

namespace zerocell::nas {
namespace {

// Extension bit, and configuration protocol 0: PPP for use with the IP PDP type, TS 24.008 §10.5.6.3.
constexpr std::uint8_t kHeader = 0x80;

constexpr std::uint8_t kIpcpPrimaryDns = 129;    // RFC 1877 §1.1
constexpr std::uint8_t kIpcpSecondaryDns = 131;  // RFC 1877 §1.3

std::optional<Ipv4Address> ipv4_of(Bytes octets) {
  if (octets.size() != 4) return std::nullopt;
  return Ipv4Address{{octets[0], octets[1], octets[2], octets[3]}};
}

/// Code, identifier and the octets that the packet's own length tells, RFC 1661 §5. What is behind is
/// padding.
struct PppPacket {
  std::uint8_t code = 0;
  std::uint8_t identifier = 0;
  Bytes data;
};
std::optional<PppPacket> read_packet(Bytes contents) {
  Reader in(contents);
  PppPacket packet;
  packet.code = in.u8();
  packet.identifier = in.u8();
  const std::size_t length = in.u16();
  if (!in.ok() || length < 4) return std::nullopt;
  packet.data = in.take(length - 4);
  if (!in.ok()) return std::nullopt;
  return packet;
}
void write_header(std::uint8_t code, std::uint8_t identifier, std::size_t data_octets, Writer& out) {
  out.u8(code);
  out.u8(identifier);
  out.u16(static_cast<std::uint16_t>(4 + data_octets));
}

}  // namespace

PcoOptions::Iterator& PcoOptions::Iterator::operator++() {
  if (reader_.empty()) {
    done_ = true;
    return *this;
  }
  current_.id = static_cast<PcoId>(reader_.u16());
  const std::size_t length = length_octets(current_.id, lengths_) == 2 ? reader_.u16() : reader_.u8();
  current_.contents = reader_.take(length);
  done_ = !reader_.ok();
  return *this;
}

bool PcoOptions::well_formed() const {
  if (value_.empty()) return false;
  auto it = begin();
  while (it != end()) ++it;
  return it.reader_.ok();
}

std::optional<PcoContainer> PcoOptions::find(PcoId id) const {
  for (const PcoContainer& container : *this)
    if (container.id == id) return container;
  return std::nullopt;
}

PcoWriter::PcoWriter(MutableBytes room, PcoLengths lengths) : out_(room), lengths_(lengths) {
  out_.u8(kHeader);
}

PcoWriter& PcoWriter::add(PcoId id, Bytes contents) {
  const bool two = length_octets(id, lengths_) == 2;
  full_ = full_ || contents.size() > (two ? 0xFFFFu : 0xFFu) ||
          out_.room() < sizeof(id) + (two ? 2 : 1) + contents.size();
  if (full_) return *this;
  out_.u16(static_cast<std::uint16_t>(id));
  if (two)
    out_.u16(static_cast<std::uint16_t>(contents.size()));
  else
    out_.u8(static_cast<std::uint8_t>(contents.size()));
  out_.bytes(contents);
  return *this;
}
PcoWriter& PcoWriter::dns(const Ipv4Address& address) {
  return add(PcoId::dns_server_ipv4, address.octets);
}
PcoWriter& PcoWriter::dns(const Ipv6Address& address) {
  return add(PcoId::dns_server_ipv6, address.octets);
}
PcoWriter& PcoWriter::p_cscf(const Ipv4Address& address) {
  return add(PcoId::p_cscf_ipv4, address.octets);
}
PcoWriter& PcoWriter::p_cscf(const Ipv6Address& address) {
  return add(PcoId::p_cscf_ipv6, address.octets);
}

PcoWriter& PcoWriter::ipv4_link_mtu(std::uint16_t octets) {
  const std::uint8_t mtu[] = {static_cast<std::uint8_t>(octets >> 8), static_cast<std::uint8_t>(octets)};
  return add(PcoId::ipv4_link_mtu, mtu);
}
PcoWriter& PcoWriter::non_ip_link_mtu(std::uint16_t octets) {
  const std::uint8_t mtu[] = {static_cast<std::uint8_t>(octets >> 8), static_cast<std::uint8_t>(octets)};
  return add(PcoId::non_ip_link_mtu, mtu);
}
PcoWriter& PcoWriter::apn_rate_control(std::uint8_t unit, bool additional_exception_reports,
                                       std::uint32_t maximum) {
  const std::uint8_t parameters[] = {
      static_cast<std::uint8_t>((additional_exception_reports ? 0x08 : 0) | (unit & 7)),
      static_cast<std::uint8_t>(maximum >> 16), static_cast<std::uint8_t>(maximum >> 8),
      static_cast<std::uint8_t>(maximum)};
  return add(PcoId::apn_rate_control, parameters);
}
Octets PcoWriter::value() const {
  return Octets(out_.written());
}

std::optional<Ipcp> decode_ipcp(Bytes contents) {
  const auto packet = read_packet(contents);
  if (!packet) return std::nullopt;
  Ipcp ipcp{.code = packet->code, .identifier = packet->identifier};
  Reader in(packet->data);
  while (!in.empty()) {
    const std::uint8_t type = in.u8();
    const std::size_t length = in.u8();
    if (!in.ok() || length < 2) return std::nullopt;
    const Bytes option = in.take(length - 2);
    if (!in.ok()) return std::nullopt;
    if (type == kIpcpPrimaryDns) ipcp.primary_dns = ipv4_of(option);
    if (type == kIpcpSecondaryDns) ipcp.secondary_dns = ipv4_of(option);
  }
  return ipcp;
}
void encode_ipcp(const Ipcp& ipcp, Writer& out) {
  const auto option = [&out](std::uint8_t type, const std::optional<Ipv4Address>& address) {
    if (!address) return;
    out.u8(type);
    out.u8(6);
    out.bytes(address->octets);
  };
  write_header(ipcp.code, ipcp.identifier, (ipcp.primary_dns ? 6u : 0u) + (ipcp.secondary_dns ? 6u : 0u),
               out);
  option(kIpcpPrimaryDns, ipcp.primary_dns);
  option(kIpcpSecondaryDns, ipcp.secondary_dns);
}

std::optional<PapRequest> decode_pap_request(Bytes contents) {
  const auto packet = read_packet(contents);
  if (!packet || packet->code != 1) return std::nullopt;
  Reader in(packet->data);
  PapRequest request{.identifier = packet->identifier};
  request.peer = in.take(in.u8());
  request.password = in.take(in.u8());
  if (!in.ok()) return std::nullopt;
  return request;
}
void encode_pap_request(const PapRequest& request, Writer& out) {
  write_header(1, request.identifier, 2 + request.peer.size() + request.password.size(), out);
  out.u8(static_cast<std::uint8_t>(request.peer.size()));
  out.bytes(request.peer);
  out.u8(static_cast<std::uint8_t>(request.password.size()));
  out.bytes(request.password);
}
void encode_pap_answer(bool accepted, std::uint8_t identifier, Writer& out) {
  write_header(accepted ? 2 : 3, identifier, 1, out);
  out.u8(0);
}

std::optional<Chap> decode_chap(Bytes contents) {
  const auto packet = read_packet(contents);
  if (!packet || packet->code < 1 || packet->code > 2) return std::nullopt;
  Reader in(packet->data);
  Chap chap{.code = packet->code, .identifier = packet->identifier};
  chap.value = in.take(in.u8());
  chap.name = in.rest();
  if (!in.ok()) return std::nullopt;
  return chap;
}
void encode_chap(const Chap& chap, Writer& out) {
  write_header(chap.code, chap.identifier, 1 + chap.value.size() + chap.name.size(), out);
  out.u8(static_cast<std::uint8_t>(chap.value.size()));
  out.bytes(chap.value);
  out.bytes(chap.name);
}

bool decode_value(Bytes value, Pco& out) {
  out = Pco(value);
  return out.well_formed();
}
void encode_value(const Pco& options, Writer& out) {
  out.bytes(options.value());
}
bool decode_value(Bytes value, ExtendedPco& out) {
  out = ExtendedPco(value, out.lengths());
  return out.well_formed();
}
void encode_value(const ExtendedPco& options, Writer& out) {
  out.bytes(options.value());
}

}  // namespace zerocell::nas
