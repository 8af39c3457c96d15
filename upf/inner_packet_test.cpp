// SPDX-License-Identifier: Apache-2.0
#include "upf/inner_packet.hpp"

#include <catch2/catch.hpp>

#include "upf/test_packet_builder.hpp"

namespace zerocell::upf {
namespace {

/// An IPv6 packet whose chain of extension headers is `chain` (types and contents), before UDP.
ByteVector with_extensions(std::string_view chain_hex, std::uint8_t first) {
  auto packet = build::udp("2001:db8::1", 4000, "2001:db8::2", 53, build::pattern(8));
  const auto chain = from_hex(chain_hex).value();
  packet[6] = first;
  packet.insert(packet.begin() + 40, chain.begin(), chain.end());
  store_u16(packet.data() + 4, static_cast<std::uint16_t>(packet.size() - 40));
  return packet;
}

TEST_CASE("ports_are_found_behind_options_and_extension_headers") {
  auto v4 = build::udp("10.0.0.1", 4000, "10.0.0.2", 53, build::pattern(8));
  v4.insert(v4.begin() + 20, 4, 1);  // Four NOP options.
  v4[0] = 0x46;
  v4[3] = static_cast<std::uint8_t>(v4.size());
  const auto four = parse_inner(v4);
  REQUIRE(four);
  CHECK(four->header_octets == 24);
  CHECK(four->destination_port == 53);

  // Hop-by-hop, destination options, an atomic fragment header.
  const auto six = parse_inner(with_extensions("3c00000000000000 2c00000000000000 1100000000000007", 0));
  REQUIRE(six);
  CHECK(six->header_octets == 64);
  CHECK(six->source_port == 4000);
  CHECK_FALSE(six->fragment);
}

TEST_CASE("fragments_are_told_apart") {
  const auto first = parse_inner(with_extensions("1100000100000007", 44));
  REQUIRE(first);
  CHECK(first->fragment);
  CHECK(first->first_fragment);
  CHECK(first->fragment_id == 7);
  const auto later = parse_inner(with_extensions("1100010100000007", 44));
  REQUIRE(later);
  CHECK_FALSE(later->first_fragment);
  CHECK_FALSE(later->ports);
}

TEST_CASE("first_fragment_without_its_transport_header_is_refused") {
  auto packet = build::udp("10.0.0.1", 4000, "10.0.0.2", 53, {}, {.fragment_field = 0x2000});
  packet.resize(24);
  packet[3] = 24;
  CHECK_FALSE(parse_inner(packet));
}

TEST_CASE("lengths_that_do_not_fit_are_refused") {
  const auto whole = build::tcp("10.0.0.1", 1, "10.0.0.2", 2, build::pattern(4));
  CHECK(parse_inner(whole));
  const auto changed = [&](std::size_t at, int value) {
    auto packet = whole;
    packet[at] = static_cast<std::uint8_t>(value);
    return parse_inner(packet).has_value();
  };
  CHECK_FALSE(changed(0, 0x44));   // A header of 16 octets.
  CHECK_FALSE(changed(0, 0x4F));   // A header that takes the TCP header's place.
  CHECK_FALSE(changed(3, 19));     // A total length within the header.
  CHECK_FALSE(changed(3, 45));     // Past the end.
  CHECK_FALSE(changed(32, 0x40));  // A TCP header of 16 octets.
  CHECK_FALSE(changed(32, 0x70));  // Past the end.
  for (std::size_t size = 0; size < whole.size(); ++size) CHECK_FALSE(parse_inner(Bytes(whole).first(size)));
  auto udp = build::udp("10.0.0.1", 1, "10.0.0.2", 2, build::pattern(4));
  udp[25] = 13;  // A UDP length past the packet.
  CHECK_FALSE(parse_inner(udp));
}

TEST_CASE("chain_of_extension_headers_ends_somewhere") {
  std::string chain;
  for (std::size_t i = 0; i < kIpv6ExtensionHeadersMax; ++i) chain += "3c00000000000000";
  chain[chain.size() - 16] = '1';
  chain[chain.size() - 15] = '1';
  CHECK(parse_inner(with_extensions(chain, 60)));
  CHECK_FALSE(parse_inner(with_extensions("3c00000000000000" + chain, 60)));
  CHECK_FALSE(parse_inner(with_extensions("3cff000000000000", 60)));  // Longer than the packet.
}

}  // namespace
}  // namespace zerocell::upf
