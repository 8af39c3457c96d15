// SPDX-License-Identifier: Apache-2.0
#include "upf/checksum.hpp"

#include <random>

#include <catch2/catch.hpp>

#include "upf/test_packet_builder.hpp"
#include "upf/transport.hpp"

namespace zerocell::upf {
namespace {

TEST_CASE("sum_agrees_with_octet_by_octet_addition_at_every_length_and_alignment") {
  std::mt19937 chance(1);
  ByteVector memory(4096);
  for (auto& octet : memory) octet = static_cast<std::uint8_t>(chance());
  for (std::size_t start = 0; start < 8; ++start)
    for (std::size_t size = 0; size < 300; ++size) {
      const Bytes part = Bytes(memory).subspan(start, size);
      const auto ours = static_cast<std::uint16_t>(~sum_octets(part));
      const std::uint16_t reference = build::reference_checksum(part);
      if (sum_of(ours) != reference) FAIL("start " << start << " size " << size);
    }
  const ByteVector ones(65535, 0xFF);  // The largest sum.
  CHECK(sum_of(static_cast<std::uint16_t>(~sum_octets(ones))) == build::reference_checksum(ones));
}

TEST_CASE("checksum_of_rfc_1071_is_met") {
  // RFC 1071 §3: 00 01 f2 03 f4 f5 f6 f7 sums to ddf2.
  CHECK(sum_of(sum_octets(from_hex("0001f203f4f5f6f7").value())) == 0xddf2);
}

TEST_CASE("changed_word_keeps_the_checksum_right") {
  std::mt19937 chance(2);
  for (int round = 0; round < 10000; ++round) {
    ByteVector packet(40);
    for (auto& octet : packet) octet = static_cast<std::uint8_t>(chance());
    store_u16(packet.data(), 0);
    store_u16(packet.data(), build::reference_checksum(packet));
    const std::uint16_t before = load_sum(packet.data() + 10);
    store_u16(packet.data() + 10, static_cast<std::uint16_t>(chance()));
    update_checksum(packet.data(), before, load_sum(packet.data() + 10));
    const std::uint16_t left = build::reference_checksum(packet);
    if (left != 0) FAIL("round " << round);
  }
}

TEST_CASE("segment_size_is_lowered_wherever_the_option_stands") {
  for (const std::size_t padding : {0u, 1u, 2u, 3u}) {
    INFO(padding);
    // NOPs before the option move it to odd offsets too.
    auto packet = build::tcp("10.45.0.2", 1, "198.51.100.7", 2, {}, {.flags = 2, .mss = 1460});
    packet.insert(packet.begin() + 40, padding, 1);
    packet.insert(packet.end(), (4 - padding) % 4, 0);
    packet[3] = static_cast<std::uint8_t>(packet.size());
    packet[32] = static_cast<std::uint8_t>((packet.size() - 20) / 4 << 4);
    store_u16(packet.data() + 36, 0);
    const auto sum =
        build::reference_pseudo_sum(build::ip("10.45.0.2"), build::ip("198.51.100.7"), 6, packet.size() - 20);
    store_u16(packet.data() + 36, build::reference_checksum(Bytes(packet).subspan(20), sum));
    const auto inner = parse_inner(packet);
    REQUIRE(inner);
    REQUIRE(transport_checksum_holds(packet.data(), *inner));
    clamp_mss(packet.data(), *inner, 1400);
    CHECK(load_u16(packet.data() + 42 + padding) == 1360);
    CHECK(transport_checksum_holds(packet.data(), *inner));
  }
}

TEST_CASE("broken_tcp_options_are_left_alone") {
  for (const char* options : {"02040000", "02ff05b4", "0103ff00", "02000000", "0201ffff"}) {
    auto packet = build::tcp("10.45.0.2", 1, "198.51.100.7", 2, {}, {.flags = 2, .mss = 1460});
    const auto octets = from_hex(options).value();
    std::ranges::copy(octets, packet.begin() + 40);
    const auto inner = parse_inner(packet);
    REQUIRE(inner);
    const auto before = packet;
    clamp_mss(packet.data(), *inner, 1400);
    CHECK(std::equal(before.begin(), before.begin() + 40, packet.begin()));
  }
}

TEST_CASE("partial_checksum_becomes_whole") {
  for (const bool tcp : {true, false})
    for (const bool v4 : {true, false}) {
      const char* from = v4 ? "198.51.100.7" : "2001:db8:99::7";
      const char* to = v4 ? "10.45.0.2" : "2001:db8:45:2::1";
      const auto whole = tcp ? build::tcp(from, 80, to, 4000, build::pattern(1001))
                             : build::udp(from, 80, to, 4000, build::pattern(1001));
      auto packet = whole;
      const auto inner = parse_inner(packet).value();
      store_sum(packet.data() + inner.header_octets + (tcp ? 16 : 6),
                pseudo_header_sum(packet.data(), inner.protocol, inner.transport_octets));
      complete_checksum(packet.data(), inner);
      CHECK(packet == whole);
    }
}

}  // namespace
}  // namespace zerocell::upf
