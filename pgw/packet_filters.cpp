// SPDX-License-Identifier: Apache-2.0
#include "pgw/packet_filters.hpp"

#include <algorithm>

namespace zerocell::pgw {

upf::PacketFilter to_user_plane(const nas::PacketFilter& filter) {
  upf::PacketFilter made{.precedence = filter.precedence};
  const nas::PacketFilterContents& contents = filter.contents;
  switch (filter.direction) {
    case nas::PacketFilter::Direction::downlink:
      made.direction = upf::PacketFilter::Direction::downlink;
      break;
    case nas::PacketFilter::Direction::uplink:
      made.direction = upf::PacketFilter::Direction::uplink;
      break;
    case nas::PacketFilter::Direction::pre_release_7:
    case nas::PacketFilter::Direction::both:
      break;
  }
  const auto ipv4 =
      [&](const std::optional<nas::Ipv4Match>& match) -> std::optional<upf::PacketFilter::Address> {
    if (!match) return std::nullopt;
    made.version = 4;
    upf::PacketFilter::Address address;
    std::ranges::copy(match->address.octets, address.value.begin());
    std::ranges::copy(match->mask.octets, address.mask.begin());
    return address;
  };
  const auto ipv6 =
      [&](const std::optional<nas::Ipv6Match>& match) -> std::optional<upf::PacketFilter::Address> {
    if (!match) return std::nullopt;
    made.version = 6;
    upf::PacketFilter::Address address{.value = match->address.octets};
    if (match->mask)
      address.mask = match->mask->octets;
    else
      for (unsigned bit = 0; bit < match->prefix_length; ++bit)
        address.mask[bit / 8] |= static_cast<std::uint8_t>(0x80u >> bit % 8);
    return address;
  };
  made.remote = contents.ipv6_remote ? ipv6(contents.ipv6_remote) : ipv4(contents.ipv4_remote);
  made.local = contents.ipv6_local ? ipv6(contents.ipv6_local) : ipv4(contents.ipv4_local);
  made.protocol = contents.protocol;
  const auto ports = [](const nas::PortRange& range) {
    return upf::PacketFilter::Ports{range.low, range.high};
  };
  made.remote_port = contents.remote_port.transform(ports);
  made.local_port = contents.local_port.transform(ports);
  made.security_parameter_index = contents.security_parameter_index;
  if (contents.type_of_service)
    made.type_of_service = {contents.type_of_service->value, contents.type_of_service->mask};
  made.flow_label = contents.flow_label;
  if (made.flow_label) made.version = 6;
  return made;
}

std::vector<upf::PacketFilter> to_user_plane(std::span<const nas::PacketFilter> filters) {
  std::vector<upf::PacketFilter> made;
  for (const nas::PacketFilter& filter : filters) made.push_back(to_user_plane(filter));
  return made;
}

bool fits(gtp::PdnType type, const nas::PacketFilter& filter) {
  const nas::PacketFilterContents& contents = filter.contents;
  const bool v4 = contents.ipv4_remote || contents.ipv4_local;
  const bool v6 = contents.ipv6_remote || contents.ipv6_local || contents.flow_label;
  return (!v4 || has_ipv4(type)) && (!v6 || has_ipv6(type));
}

gtp::Cause tad_cause(nas::EsmCause cause) {
  switch (cause) {
    case nas::EsmCause::semantic_error_in_tft:
      return gtp::Cause::semantic_error_in_tad_operation;
    case nas::EsmCause::semantic_errors_in_packet_filters:
      return gtp::Cause::semantic_errors_in_packet_filters;
    case nas::EsmCause::syntactical_errors_in_packet_filters:
      return gtp::Cause::syntactic_errors_in_packet_filters;
    default:
      return gtp::Cause::syntactic_error_in_tad_operation;
  }
}

}  // namespace zerocell::pgw
