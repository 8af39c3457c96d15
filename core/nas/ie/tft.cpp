// SPDX-License-Identifier: Apache-2.0
#include "core/nas/ie/tft.hpp"

namespace zerocell::nas {
namespace {

// Component types, TS 24.008 table 10.5.162.
constexpr std::uint8_t kIpv4Remote = 0x10;
constexpr std::uint8_t kIpv4Local = 0x11;
constexpr std::uint8_t kIpv6Remote = 0x20;
constexpr std::uint8_t kIpv6RemotePrefix = 0x21;
constexpr std::uint8_t kIpv6LocalPrefix = 0x23;
constexpr std::uint8_t kProtocol = 0x30;
constexpr std::uint8_t kLocalPort = 0x40;
constexpr std::uint8_t kLocalPorts = 0x41;
constexpr std::uint8_t kRemotePort = 0x50;
constexpr std::uint8_t kRemotePorts = 0x51;
constexpr std::uint8_t kSecurityParameterIndex = 0x60;
constexpr std::uint8_t kTypeOfService = 0x70;
constexpr std::uint8_t kFlowLabel = 0x80;

constexpr std::uint8_t kParametersFollow = 0x10;
constexpr std::uint32_t kFlowLabelMask = 0xFFFFF;

using Operation = Tft::Operation;

bool carries_filters(Operation operation) {
  return operation == Operation::create || operation == Operation::add_filters ||
         operation == Operation::replace_filters;
}

Ipv4Address read_ipv4(Reader& in) {
  return Ipv4Address::from_host(in.u32());
}
Ipv6Address read_ipv6(Reader& in) {
  Ipv6Address address;
  const Bytes octets = in.take(16);
  if (in.ok()) std::ranges::copy(octets, address.octets.begin());
  return address;
}

/// Sets a component once; a second of its kind is an error.
template <class T>
bool once(std::optional<T>& slot, const T& value) {
  if (slot) return false;
  slot = value;
  return true;
}

bool read_component(Reader& in, PacketFilterContents& out) {
  switch (in.u8()) {
    case kIpv4Remote: {
      const Ipv4Address address = read_ipv4(in);
      return once(out.ipv4_remote, {address, read_ipv4(in)});
    }
    case kIpv4Local: {
      const Ipv4Address address = read_ipv4(in);
      return once(out.ipv4_local, {address, read_ipv4(in)});
    }
    case kIpv6Remote: {
      const Ipv6Address address = read_ipv6(in);
      return once(out.ipv6_remote, {.address = address, .prefix_length = 128, .mask = read_ipv6(in)});
    }
    case kIpv6RemotePrefix: {
      const Ipv6Address address = read_ipv6(in);
      const std::uint8_t length = in.u8();
      return length <= 128 && once(out.ipv6_remote, {.address = address, .prefix_length = length});
    }
    case kIpv6LocalPrefix: {
      const Ipv6Address address = read_ipv6(in);
      const std::uint8_t length = in.u8();
      return length <= 128 && once(out.ipv6_local, {.address = address, .prefix_length = length});
    }
    case kProtocol:
      return once(out.protocol, in.u8());
    case kLocalPort: {
      const std::uint16_t port = in.u16();
      return once(out.local_port, {port, port});
    }
    case kLocalPorts: {
      const std::uint16_t low = in.u16();
      return once(out.local_port, {low, in.u16()});
    }
    case kRemotePort: {
      const std::uint16_t port = in.u16();
      return once(out.remote_port, {port, port});
    }
    case kRemotePorts: {
      const std::uint16_t low = in.u16();
      return once(out.remote_port, {low, in.u16()});
    }
    case kSecurityParameterIndex:
      return once(out.security_parameter_index, in.u32());
    case kTypeOfService: {
      const std::uint8_t value = in.u8();
      return once(out.type_of_service, {value, in.u8()});
    }
    case kFlowLabel:
      return once(out.flow_label, in.u24() & kFlowLabelMask);
    default:
      return false;
  }
}

bool read_filter(Reader& in, PacketFilter& out) {
  const std::uint8_t octet = in.u8();
  out.identifier = octet & 0xF;
  out.direction = static_cast<PacketFilter::Direction>(octet >> 4 & 3);
  out.precedence = in.u8();
  Reader contents(in.take(in.u8()));
  while (!contents.empty())
    if (!read_component(contents, out.contents)) return false;
  return in.ok() && contents.ok();
}

bool parameters_well_formed(Bytes parameters) {
  Reader in(parameters);
  while (!in.empty()) {
    in.skip(1);
    in.skip(in.u8());
  }
  return in.ok();
}

void write_ports(std::uint8_t one, std::uint8_t range, const std::optional<PortRange>& ports, Writer& out) {
  if (!ports) return;
  out.u8(ports->low == ports->high ? one : range);
  out.u16(ports->low);
  if (ports->low != ports->high) out.u16(ports->high);
}

void write_contents(const PacketFilterContents& contents, Writer& out) {
  const auto ipv4 = [&out](std::uint8_t type, const std::optional<Ipv4Match>& match) {
    if (!match) return;
    out.u8(type);
    out.bytes(match->address.octets);
    out.bytes(match->mask.octets);
  };
  const auto ipv6 = [&out](std::uint8_t type, const std::optional<Ipv6Match>& match) {
    if (!match) return;
    const bool masked = match->mask && type == kIpv6RemotePrefix;
    out.u8(masked ? kIpv6Remote : type);
    out.bytes(match->address.octets);
    if (masked)
      out.bytes(match->mask->octets);
    else
      out.u8(match->prefix_length);
  };
  ipv4(kIpv4Remote, contents.ipv4_remote);
  ipv4(kIpv4Local, contents.ipv4_local);
  ipv6(kIpv6RemotePrefix, contents.ipv6_remote);
  ipv6(kIpv6LocalPrefix, contents.ipv6_local);
  if (contents.protocol) {
    out.u8(kProtocol);
    out.u8(*contents.protocol);
  }
  write_ports(kLocalPort, kLocalPorts, contents.local_port, out);
  write_ports(kRemotePort, kRemotePorts, contents.remote_port, out);
  if (contents.security_parameter_index) {
    out.u8(kSecurityParameterIndex);
    out.u32(*contents.security_parameter_index);
  }
  if (contents.type_of_service) {
    out.u8(kTypeOfService);
    out.u8(contents.type_of_service->value);
    out.u8(contents.type_of_service->mask);
  }
  if (contents.flow_label) {
    out.u8(kFlowLabel);
    out.u24(*contents.flow_label & kFlowLabelMask);
  }
}

TftError operation_error(std::size_t offset, const char* reason) {
  return {EsmCause::syntactical_error_in_tft, offset, reason};
}
TftError filter_error(std::size_t offset, const char* reason) {
  return {EsmCause::syntactical_errors_in_packet_filters, offset, reason};
}

/// Whether the components may stand together: TS 24.301 §6.4.2.4 c, TS 23.060 table 12.
bool can_stand_together(const PacketFilterContents& contents) {
  const bool v4 = contents.ipv4_remote || contents.ipv4_local;
  const bool v6 = contents.ipv6_remote || contents.ipv6_local || contents.flow_label;
  if (v4 && v6) return false;
  const bool ports = contents.local_port || contents.remote_port;
  if (ports && contents.security_parameter_index) return false;
  if (contents.flow_label && (contents.protocol || ports || contents.security_parameter_index)) return false;
  for (const auto& range : {contents.local_port, contents.remote_port})
    if (range && range->low > range->high) return false;
  return true;
}

}  // namespace

std::expected<Tft, TftError> decode_tft(Bytes value) {
  Reader in(value);
  const std::uint8_t octet = in.u8();
  if (!in.ok()) return std::unexpected(operation_error(0, "empty TFT"));
  Tft tft;
  tft.operation = static_cast<Operation>(octet >> 5);
  tft.has_parameters = octet & kParametersFollow;
  const std::size_t count = octet & 0xF;
  if (tft.operation == Operation::reserved)
    return std::unexpected(operation_error(0, "reserved TFT operation"));
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = in.offset();
    PacketFilter filter;
    if (tft.operation == Operation::delete_filters) {
      filter.identifier = in.u8() & 0xF;
      if (!in.ok()) return std::unexpected(operation_error(at, "fewer packet filters than counted"));
    } else if (carries_filters(tft.operation)) {
      if (in.empty()) return std::unexpected(operation_error(at, "fewer packet filters than counted"));
      if (!read_filter(in, filter)) return std::unexpected(filter_error(at, "packet filter badly coded"));
    } else {
      return std::unexpected(operation_error(0, "operation with packet filters that takes none"));
    }
    if (!tft.add(filter))
      return std::unexpected(operation_error(at, "more packet filters than can be counted"));
  }
  if (tft.has_parameters) {
    const std::size_t at = in.offset();
    tft.parameters = in.rest();
    if (!parameters_well_formed(tft.parameters))
      return std::unexpected(operation_error(at, "parameters list badly coded"));
  } else if (!in.empty()) {
    return std::unexpected(operation_error(in.offset(), "octets behind the packet filters"));
  }
  return tft;
}

bool encode_tft(const Tft& tft, Writer& out) {
  const std::size_t start = out.size();

  if (tft.filter_count != 0 && !carries_filters(tft.operation) && tft.operation != Operation::delete_filters)
    return false;
  out.u8(static_cast<std::uint8_t>(static_cast<unsigned>(tft.operation) << 5 |
                                   (tft.has_parameters ? kParametersFollow : 0) | tft.filter_count));
  for (const PacketFilter& filter : tft.list()) {
    if (tft.operation == Operation::delete_filters) {
      out.u8(filter.identifier & 0xF);
      continue;
    }
    out.u8(static_cast<std::uint8_t>((static_cast<unsigned>(filter.direction) & 3) << 4 |
                                     (filter.identifier & 0xF)));
    out.u8(filter.precedence);
    const MutableBytes length = out.reserve(1);
    const std::size_t before = out.size();
    write_contents(filter.contents, out);
    if (!out.ok() || out.size() - before > 0xFF) return false;
    length[0] = static_cast<std::uint8_t>(out.size() - before);
  }
  if (tft.has_parameters) out.bytes(tft.parameters);
  return out.ok() && out.size() - start <= 0xFF;
}

std::optional<TftError> rule_error(const Tft& tft) {
  const bool needs_filters = carries_filters(tft.operation) || tft.operation == Operation::delete_filters;
  if (needs_filters && tft.filter_count == 0) return operation_error(0, "operation without packet filters");
  if (!needs_filters && tft.filter_count != 0)
    return operation_error(0, "operation with packet filters that takes none");
  const auto filters = tft.list();
  for (std::size_t i = 0; i < filters.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (filters[i].identifier == filters[j].identifier)
        return filter_error(0, "two packet filters with one identifier");
      if (carries_filters(tft.operation) && filters[i].precedence == filters[j].precedence)
        return filter_error(0, "two packet filters with one evaluation precedence");
    }
    if (!carries_filters(tft.operation)) continue;
    // TS 23.060 §15.3.2: at least one attribute.
    if (filters[i].contents == PacketFilterContents{})
      return filter_error(0, "a packet filter without a component");
    if (!can_stand_together(filters[i].contents))
      return TftError{EsmCause::semantic_errors_in_packet_filters, 0,
                      "a packet filter whose components exclude each other"};
  }
  return std::nullopt;
}

bool decode_value(Bytes value, TftView& out) {
  out.octets = value;
  return !value.empty();
}
void encode_value(const TftView& tft, Writer& out) {
  out.bytes(tft.octets);
}

}  // namespace zerocell::nas
