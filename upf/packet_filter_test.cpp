// SPDX-License-Identifier: Apache-2.0
#include "upf/packet_filter.hpp"

#include <catch2/catch.hpp>

#include "upf/test_packet_builder.hpp"

namespace zerocell::upf {
namespace {

using build::ip;
using build::pattern;

constexpr const char* kUe = "10.45.0.2";
constexpr const char* kHost = "203.0.113.9";
constexpr const char* kUe6 = "2001:db8:45:2::1";
constexpr const char* kHost6 = "2001:db8:99::9";

bool match(const PacketFilter& filter, const ByteVector& packet, bool from_network) {
  const auto inner = parse_inner(packet);
  REQUIRE(inner);
  return matches(filter, packet.data(), *inner, from_network);
}

PacketFilter::Address masked(const char* address, std::initializer_list<std::uint8_t> mask) {
  PacketFilter::Address made;
  std::ranges::copy(ip(address).octets(), made.value.begin());
  std::ranges::copy(mask, made.mask.begin());
  return made;
}

using Direction = PacketFilter::Direction;

TEST_CASE("filter_without_components_matches_everything_of_its_direction") {
  const auto down = build::udp(kHost, 53, kUe, 4000, pattern(8));
  const auto up = build::udp(kUe, 4000, kHost, 53, pattern(8));
  CHECK(match({.direction = Direction::both}, down, true));
  CHECK(match({.direction = Direction::both}, up, false));
  CHECK(match({.direction = Direction::downlink}, down, true));
  CHECK_FALSE(match({.direction = Direction::downlink}, up, false));
  CHECK_FALSE(match({.direction = Direction::uplink}, down, true));
}

TEST_CASE("remote_is_the_networks_side_whichever_way_a_packet_goes") {
  PacketFilter filter{.version = 4};
  filter.remote = masked("203.0.113.0", {255, 255, 255, 0});
  filter.local = masked(kUe, {255, 255, 255, 255});
  filter.remote_port = {50, 60};
  filter.local_port = {4000, 4000};
  CHECK(match(filter, build::udp(kHost, 53, kUe, 4000, pattern(8)), true));
  CHECK(match(filter, build::udp(kUe, 4000, kHost, 53, pattern(8)), false));
  CHECK_FALSE(match(filter, build::udp(kUe, 4000, kHost, 53, pattern(8)), true));
  CHECK_FALSE(match(filter, build::udp("203.0.114.9", 53, kUe, 4000, pattern(8)), true));
  CHECK_FALSE(match(filter, build::udp(kHost, 61, kUe, 4000, pattern(8)), true));
  CHECK_FALSE(match(filter, build::udp(kHost, 53, kUe, 4001, pattern(8)), true));
  CHECK_FALSE(match(filter, build::udp(kHost, 53, "10.45.0.3", 4000, pattern(8)), true));
}

TEST_CASE("ipv6_filter_matches_prefix_flow_label_and_traffic_class") {
  PacketFilter filter{.version = 6};
  filter.remote = masked("2001:db8:99::", {255, 255, 255, 255, 255, 255});
  auto packet = build::udp(kHost6, 53, kUe6, 4000, pattern(8));
  CHECK(match(filter, packet, true));
  CHECK_FALSE(match(filter, build::udp(kHost, 53, kUe, 4000, pattern(8)), true));
  filter.flow_label = 0xABCDE;
  CHECK_FALSE(match(filter, packet, true));
  store_u32(packet.data(), 0x6B8ABCDE);
  CHECK(match(filter, packet, true));
  filter.type_of_service = {0xB8, 0xFC};
  CHECK(match(filter, packet, true));
  filter.type_of_service = {0x28, 0xFC};
  CHECK_FALSE(match(filter, packet, true));
}

TEST_CASE("ipv4_filter_matches_protocol_and_type_of_service") {
  PacketFilter filter;
  filter.protocol = kProtocolTcp;
  filter.type_of_service = {0xB8, 0xFC};
  auto packet = build::tcp(kHost, 443, kUe, 4000, pattern(8));
  CHECK_FALSE(match(filter, packet, true));
  packet[1] = 0xB9;
  CHECK(match(filter, packet, true));
  filter.protocol = kProtocolUdp;
  CHECK_FALSE(match(filter, packet, true));
}

TEST_CASE("security_parameter_index_is_found_in_esp_and_in_ah") {
  PacketFilter filter;
  filter.security_parameter_index = 0x11223344;
  const auto body = from_hex("11223344 00000001 11223344 0000").value();
  CHECK(match(filter, build::ip_packet(ip(kHost), ip(kUe), 50, body), true));
  CHECK(match(filter,
              build::ip_packet(ip(kHost), ip(kUe), 51, from_hex("32040000 11223344 00000001").value()),
              true));
  CHECK_FALSE(match(filter, build::ip_packet(ip(kHost), ip(kUe), 50, from_hex("112233").value()), true));
  CHECK_FALSE(match(filter, build::udp(kHost, 53, kUe, 4000, pattern(8)), true));
}

TEST_CASE("ah_of_ipv6_is_matched_by_its_protocol_and_its_index_as_that_of_ipv4_is") {
  auto packet = build::udp(kHost6, 53, kUe6, 4000, pattern(8));
  const auto ah = from_hex("11040000 11223344 00000001 aabbccdd eeff0011 22334455").value();
  packet[6] = 51;
  packet.insert(packet.begin() + 40, ah.begin(), ah.end());
  store_u16(packet.data() + 4, static_cast<std::uint16_t>(packet.size() - 40));
  PacketFilter index;
  index.security_parameter_index = 0x11223344;
  CHECK(match(index, packet, true));
  index.protocol = 51;
  CHECK(match(index, packet, true));
  index.security_parameter_index = 0x11223345;
  CHECK_FALSE(match(index, packet, true));
  // What is behind it is not hidden.
  PacketFilter transport;
  transport.protocol = kProtocolUdp;
  transport.remote_port = {53, 53};
  CHECK(match(transport, packet, true));
  transport.protocol = kProtocolTcp;
  CHECK_FALSE(match(transport, packet, true));
  PacketFilter protocol;
  protocol.protocol = 51;
  CHECK_FALSE(match(protocol, build::udp(kHost6, 53, kUe6, 4000, pattern(8)), true));
}

TEST_CASE("ports_of_sctp_are_ports_and_those_of_later_fragments_are_unknown") {
  PacketFilter filter;
  filter.remote_port = {36412, 36412};
  CHECK(
      match(filter, build::ip_packet(ip(kHost), ip(kUe), 132, from_hex("8e3c0001 00000000").value()), true));
  CHECK_FALSE(
      match(filter, build::ip_packet(ip(kHost), ip(kUe), 1, from_hex("8e3c0001 00000000").value()), true));
  filter.remote_port = {53, 53};
  CHECK_FALSE(match(
      filter, build::udp(kHost, 53, kUe, 4000, pattern(8), {.dont_fragment = false, .fragment_field = 9}),
      true));
}

}  // namespace
}  // namespace zerocell::upf
