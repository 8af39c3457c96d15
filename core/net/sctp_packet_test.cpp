// SPDX-License-Identifier: Apache-2.0
#include "core/net/sctp_packet.hpp"

#include <catch2/catch.hpp>

using namespace zerocell;
using namespace zerocell::net;

namespace {

ByteVector bytes_of(std::string_view hex) {
  return from_hex(hex).value();
}

ByteVector sealed(std::string_view hex) {
  ByteVector packet = bytes_of(hex);
  seal_sctp_packet(packet);
  return packet;
}

IpAddress address(const char* text) {
  return IpAddress::parse(text).value();
}

/// Ports 36412 and 5000, tag 0x01020304, no checksum yet.
const std::string kHeader = "8e3c 1388 01020304 00000000";

}  // namespace

TEST_CASE("crc32c_agrees_with_rfc_3720_b4") {
  CHECK(crc32c(ByteVector(32, 0x00)) == 0x8a9136aa);
  CHECK(crc32c(ByteVector(32, 0xff)) == 0x62a8ab43);
  ByteVector rising(32);
  for (std::size_t i = 0; i < rising.size(); ++i) rising[i] = static_cast<std::uint8_t>(i);
  CHECK(crc32c(rising) == 0x46dd794e);
  const std::string_view check = "123456789";
  CHECK(crc32c({reinterpret_cast<const std::uint8_t*>(check.data()), check.size()}) == 0xe3069283);
}

TEST_CASE("packet_is_read_when_its_checksum_is_right_and_only_then") {
  // COOKIE ACK.
  ByteVector packet = sealed(kHeader + "0b000004");
  const auto header = read_sctp_packet(packet);
  REQUIRE(header);
  CHECK(header->source_port == 36412);
  CHECK(header->destination_port == 5000);
  CHECK(header->verification_tag == 0x01020304);
  for (std::size_t i = 0; i < packet.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      packet[i] ^= static_cast<std::uint8_t>(1 << bit);
      CHECK(!read_sctp_packet(packet));
      packet[i] ^= static_cast<std::uint8_t>(1 << bit);
    }
  }
  for (std::size_t length = 0; length < packet.size(); ++length)
    CHECK(!read_sctp_packet(Bytes(packet).first(length)));
}

TEST_CASE("packet_without_ports_or_with_a_chunk_beyond_its_end_is_refused") {
  CHECK(!read_sctp_packet(sealed("0000 1388 01020304 00000000 0b000004")));
  CHECK(!read_sctp_packet(sealed("8e3c 0000 01020304 00000000 0b000004")));
  CHECK(!read_sctp_packet(sealed(kHeader + "0b000003")));
  CHECK(!read_sctp_packet(sealed(kHeader + "0b000005")));
  CHECK(!read_sctp_packet(sealed(kHeader + "0b00ffff")));
}

TEST_CASE("chunks_are_walked_with_their_padding") {
  const ByteVector packet = sealed(kHeader + "05000006 aabb0000 06010004 00030005 ff");
  std::size_t offset = kSctpHeaderOctets;
  const auto first = next_chunk(packet, offset);
  REQUIRE(first);
  CHECK(first->type == 5);
  CHECK(equal(first->value, bytes_of("aabb")));
  const auto second = next_chunk(packet, offset);
  REQUIRE(second);
  CHECK(second->type == chunk::kAbort);
  CHECK(second->flags == 1);
  CHECK(second->value.empty());
  // The last one may lack its padding.
  const auto third = next_chunk(packet, offset);
  REQUIRE(third);
  CHECK(equal(third->value, bytes_of("ff")));
  CHECK(!next_chunk(packet, offset));
  CHECK(!next_chunk(packet, offset));
}

TEST_CASE("addresses_of_an_init_are_read_past_other_parameters") {
  const ByteVector init = bytes_of(
      "00000001 00010000 000a 000a 00000001"       // tag, window, streams, TSN
      "000c0006 00050000"                          // supported address types, padded
      "00050008 7f000201"                          // IPv4
      "00060014 fd000000000000000000000000000001"  // IPv6
      "00050007 0a0b0c00"                          // too short for an address
      "00050008 7f000301");
  std::array<IpAddress, 8> found;
  REQUIRE(read_init_addresses(init, found) == 3);
  CHECK(found[0] == address("127.0.2.1"));
  CHECK(found[1] == address("fd00::1"));
  CHECK(found[2] == address("127.0.3.1"));
  CHECK(read_init_addresses(init, std::span(found).first(1)) == 1);
  for (std::size_t length = 0; length < init.size(); ++length) {
    CHECK(read_init_addresses(Bytes(init).first(length), found) <= 3);
  }
}

TEST_CASE("addresses_are_appended_to_an_init_and_read_back") {
  // With a parameter that is not padded yet: its padding is filled in.
  ByteVector packet = bytes_of(kHeader + "0100001a 00000001 00010000 000a000a 00000001 000c0006 0005");
  const std::size_t length = packet.size();
  packet.resize(200, 0xee);
  const std::vector<IpAddress> added = {address("127.0.1.100"), address("fd00::2")};
  const std::size_t grown = append_init_addresses(packet, length, added);
  CHECK(grown == length + 2 + 8 + 20);
  packet.resize(grown);
  seal_sctp_packet(packet);
  REQUIRE(read_sctp_packet(packet));
  std::size_t offset = kSctpHeaderOctets;
  const auto init = next_chunk(packet, offset);
  REQUIRE(init);
  CHECK(offset == packet.size());
  std::array<IpAddress, 8> found;
  REQUIRE(read_init_addresses(init->value, found) == 2);
  CHECK(found[0] == added[0]);
  CHECK(found[1] == added[1]);
}

TEST_CASE("addresses_are_appended_to_nothing_else_and_not_beyond_the_buffer") {
  const std::vector<IpAddress> added = {address("127.0.1.100")};
  ByteVector data = bytes_of(kHeader + "00030014 00000001 00000000 00000012 deadbeef");
  data.resize(100);
  CHECK(append_init_addresses(data, 32, added) == 32);
  ByteVector init = bytes_of(kHeader + "01000014 00000001 00010000 000a000a 00000001");
  CHECK(append_init_addresses(init, init.size(), added) == 32);
}

TEST_CASE("out_of_the_blue_answers_follow_rfc_9260_8_4") {
  const auto answer_to = [](std::string_view chunks) {
    const ByteVector packet = sealed(kHeader + std::string(chunks));
    std::array<std::uint8_t, 16> out;
    const auto said = answer_out_of_the_blue(packet, read_sctp_packet(packet).value(), out);
    return ByteVector(said.begin(), said.end());
  };
  // DATA: ABORT with the tag reflected.
  const ByteVector abort = answer_to("00030014 00000001 00000000 00000012 deadbeef");
  const auto header = read_sctp_packet(abort);
  REQUIRE(header);
  CHECK(header->source_port == 5000);
  CHECK(header->destination_port == 36412);
  CHECK(header->verification_tag == 0x01020304);
  CHECK(equal(Bytes(abort).subspan(12), bytes_of("06010004")));
  // SHUTDOWN ACK: SHUTDOWN COMPLETE, also when bundled.
  CHECK(equal(Bytes(answer_to("08000004")).subspan(12), bytes_of("0e010004")));
  // ABORT, SHUTDOWN COMPLETE, and what opens associations: silence.
  for (const char* silent :
       {"06000004", "0e000004", "0a000008 00000000", "01000014 00000001 00010000 000a000a 00000001",
        "04000004 06000004", "c1000004"}) {
    CHECK(answer_to(silent).empty());
  }
}
