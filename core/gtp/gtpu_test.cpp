// SPDX-License-Identifier: Apache-2.0
#include "core/gtp/gtpu.hpp"

#include <catch2/catch.hpp>

namespace zerocell::gtp {
namespace {

ByteVector hex(std::string_view text) {
  return from_hex(text).value();
}

template <class Encode>
ByteVector encoded(Encode encode) {
  std::array<std::uint8_t, 128> memory;
  Writer out(memory);
  encode(out);
  REQUIRE(out.ok());
  return {out.written().begin(), out.written().end()};
}

TEST_CASE("gpdu_without_options_yields_teid_and_payload") {
  const auto datagram = hex("30 ff 0004 0a0b0c0d 45000001");
  const auto message = decode_gtpu(datagram);
  REQUIRE(message);
  CHECK(message->type == GtpuType::g_pdu);
  CHECK(message->teid == 0x0a0b0c0d);
  CHECK(to_hex(message->payload) == "45000001");
  CHECK_FALSE(message->sequence);
  const auto plain = plain_gpdu(datagram);
  REQUIRE(plain);
  CHECK(plain->teid == message->teid);
  CHECK(to_hex(plain->payload) == "45000001");
}

TEST_CASE("octets_behind_the_length_are_not_payload") {
  const auto datagram = hex("30 ff 0001 0a0b0c0d 45 00000000");
  CHECK(decode_gtpu(datagram)->payload.size() == 1);
  CHECK(plain_gpdu(datagram)->payload.size() == 1);
}

TEST_CASE("any_optional_flag_brings_all_four_octets") {
  struct Row {
    const char* datagram;
    bool sequence, n_pdu;
  };
  for (const Row& row : {Row{"32 ff 0006 00000001 1234 05 85 aabb", true, false},
                         Row{"31 ff 0006 00000001 1234 05 85 aabb", false, true},
                         Row{"33 ff 0006 00000001 1234 05 85 aabb", true, true}}) {
    const auto datagram = hex(row.datagram);
    const auto message = decode_gtpu(datagram);
    REQUIRE(message);
    CHECK(message->sequence.has_value() == row.sequence);
    CHECK(message->n_pdu.has_value() == row.n_pdu);
    CHECK(to_hex(message->payload) == "aabb");
    CHECK_FALSE(plain_gpdu(datagram));
  }
}

TEST_CASE("extension_headers_are_walked_in_any_order") {
  const auto datagram = hex("34 ff 000f 00000001 0000 00 c0 01 4321 85 01 1009 40 01 0868 00 45");
  const auto message = decode_gtpu(datagram);
  REQUIRE_FALSE(message);  // The chain is one octet longer than the length says.
  const auto longer = hex("34 ff 0011 00000001 0000 00 c0 01 4321 85 01 1009 40 01 0868 00 45");
  const auto whole = decode_gtpu(longer);
  REQUIRE(whole);
  CHECK(to_hex(whole->pdcp_pdu_number) == "4321");
  CHECK(to_hex(whole->pdu_session_container) == "1009");
  CHECK(to_hex(whole->udp_port) == "0868");
  CHECK(to_hex(whole->payload) == "45");
  CHECK_FALSE(whole->not_comprehended);
}

TEST_CASE("unknown_extension_header_matters_only_if_comprehension_is_required") {
  for (const int type : {0x21, 0x41, 0x83, 0xC1, 0xFF}) {
    auto datagram = hex("34 ff 0009 00000001 0000 00 00 01 0000 00 45");
    datagram[11] = static_cast<std::uint8_t>(type);
    const auto message = decode_gtpu(datagram);
    REQUIRE(message);
    CHECK(message->not_comprehended.has_value() == (type >= 0x80));
    CHECK(to_hex(message->payload) == "45");
  }
}

TEST_CASE("extension_header_of_length_zero_is_refused") {
  const auto datagram = hex("34 ff 0008 00000001 0000 00 85 00 0000 00");
  const auto message = decode_gtpu(datagram);
  REQUIRE_FALSE(message);
  CHECK(message.error() == DecodeError{13, "extension header of length 0"});
}

TEST_CASE("wrong_version_protocol_type_and_length_are_refused") {
  CHECK(decode_gtpu(hex("50 ff 0000 00000001")).error().reason == std::string("version is not 1"));
  CHECK(decode_gtpu(hex("20 ff 0000 00000001")).error().reason == std::string("GTP' is not GTP-U"));
  CHECK(decode_gtpu(hex("30 ff 0001 00000001")).error() == DecodeError{2, "length exceeds the datagram"});
  CHECK_FALSE(plain_gpdu(hex("30 ff ffff 00000001 45")));
}

TEST_CASE("every_truncation_of_a_message_ends_in_an_error_or_in_fewer_octets") {
  const auto whole = hex("37 ff 0011 00000001 0001 02 c0 01 4321 85 01 1009 40 01 0868 00 45");
  for (std::size_t size = 0; size < whole.size(); ++size) CHECK_FALSE(decode_gtpu(Bytes(whole).first(size)));
}

TEST_CASE("echo_pair_is_as_the_clause_lays_it_out") {
  CHECK(to_hex(encoded([](Writer& out) { encode_echo_request(out, 0x0102); })) == "320100040000000001020000");
  CHECK(to_hex(encoded([](Writer& out) { encode_echo_response(out, 0x0102); })) ==
        "3202000600000000010200000e00");
}

TEST_CASE("end_marker_carries_the_tunnel_and_nothing_else") {
  CHECK(to_hex(encoded([](Writer& out) { encode_end_marker(out, 0xdeadbeef); })) == "30fe0000deadbeef");
}

TEST_CASE("supported_extension_headers_are_listed") {
  const auto datagram = encoded([](Writer& out) { encode_supported_extension_headers(out); });
  CHECK(to_hex(datagram) == "321f000b00000000000000008d054020c08285");
}

TEST_CASE("error_indication_comes_back_as_it_was_sent") {
  const IpAddress v4 = *Ipv4Address::parse("192.0.2.7");
  const IpAddress v6 = *Ipv6Address::parse("2001:db8::7");
  for (const ErrorIndication& sent :
       {ErrorIndication{0x01020304, v4, std::nullopt}, ErrorIndication{0xffffffff, v6, 2152}}) {
    const auto datagram = encoded([&](Writer& out) { encode_error_indication(out, sent); });
    const auto message = decode_gtpu(datagram);
    REQUIRE(message);
    CHECK(message->type == GtpuType::error_indication);
    CHECK(message->sequence == 0);
    const auto received = decode_error_indication(*message);
    REQUIRE(received);
    CHECK(*received == sent);
  }
}

TEST_CASE("error_indication_without_a_mandatory_ie_is_refused") {
  const auto reason = [](std::string_view ies) {
    const auto payload = hex(ies);
    GtpuMessage message;
    message.payload = payload;
    const auto indication = decode_error_indication(message);
    return indication ? std::string("fine") : std::string(indication.error().reason);
  };
  CHECK(reason("10 00000001 85 0004 c0000207") == "fine");
  CHECK(reason("10 00000001 e7 0002 0000 85 0004 c0000207") == "fine");  // An unknown TLV IE.
  CHECK(reason("85 0004 c0000207") == "TEID Data I is missing");
  CHECK(reason("10 00000001") == "GTP-U Peer Address is missing");
  CHECK(reason("10 00000001 85 0005 c000020700") == "GTP-U Peer Address of neither 4 nor 16 octets");
  CHECK(reason("10 00000001 85 0004 c00002") == "IE cut off");
  CHECK(reason("7f 00000001") == "unknown IE of fixed length");
  CHECK(reason("") == "TEID Data I is missing");
}

TEST_CASE("transport_layer_address_has_four_sixteen_or_twenty_octets") {
  const auto v4 = hex("c0000201");
  const auto v6 = hex("20010db8000000000000000000000001");
  auto both = v4;
  both.insert(both.end(), v6.begin(), v6.end());
  for (const ByteVector& address : {v4, v6, both}) {
    const auto fteid = Fteid::from_transport_layer_address(address, 9);
    REQUIRE(fteid);
    CHECK(fteid->valid());
    CHECK(encoded([&](Writer& out) { fteid->to_transport_layer_address(out); }) == address);
  }
  CHECK(Fteid::from_transport_layer_address(both, 9)->v4 == Ipv4Address::parse("192.0.2.1"));
  CHECK(Fteid::from_transport_layer_address(both, 9)->v6 == Ipv6Address::parse("2001:db8::1"));
  for (const std::size_t size : {0u, 3u, 5u, 19u, 21u})
    CHECK_FALSE(Fteid::from_transport_layer_address(ByteVector(size), 9));
}

}  // namespace
}  // namespace zerocell::gtp
