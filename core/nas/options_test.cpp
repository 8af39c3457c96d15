// SPDX-License-Identifier: Apache-2.0

// Protocol configuration options and traffic flow templates, against TS 24.008 §10.5.6.3 and §10.5.6.12.

#include <catch2/catch.hpp>

#include "core/nas/ie/pco.hpp"
#include "core/nas/ie/tft.hpp"

namespace zerocell::nas {
namespace {

ByteVector hex(std::string_view text) {
  return from_hex(text).value();
}

TEST_CASE("options_are_written_container_by_container") {
  std::array<std::uint8_t, 128> room{};
  PcoWriter writer(room);
  writer.dns(Ipv4Address{{8, 8, 8, 8}})
      .dns(*Ipv6Address::parse("2001:4860:4860::8888"))
      .p_cscf(Ipv4Address{{10, 0, 0, 9}})
      .ipv4_link_mtu(1400)
      .non_ip_link_mtu(128)
      .apn_rate_control(2, true, 1000)
      .add(PcoId::bearer_control_mode, hex("02"));
  CHECK(to_hex(writer.value()) ==
        "80000d0408080808000310200148604860000000000000000088880"
        "00c040a00000900100205780015020080001604"
        "0a0003e800050102");
  const Pco options(writer.value());
  CHECK(options.well_formed());
  CHECK(equal(options.find(PcoId::ipv4_link_mtu)->contents, hex("0578")));
  CHECK_FALSE(options.has(PcoId::msisdn));
}

TEST_CASE("options_end_before_the_first_that_does_not_fit") {
  std::array<std::uint8_t, 14> room{};
  CHECK(to_hex(PcoWriter(room)
                   .ipv4_link_mtu(1400)
                   .dns(Ipv4Address{{8, 8, 8, 8}})
                   .dns(Ipv4Address{{8, 8, 8, 9}})
                   .add(PcoId::msisdn)
                   .value()) ==
        "80"
        "0010020578"
        "000d0408080808");
  std::array<std::uint8_t, 400> big{};
  const ByteVector contents(256, 1);
  CHECK(to_hex(PcoWriter(big).add(PcoId::msisdn, contents).value()) == "80");
}

TEST_CASE("extended_options_have_lengths_of_two_octets_where_the_network_tells_rules") {
  std::array<std::uint8_t, 400> room{};
  const ByteVector rules(300, 0xAA);
  PcoWriter writer(room, PcoLengths::from_network);
  writer.add(PcoId::qos_rules, rules).ipv4_link_mtu(1400);
  const ExtendedPco down(writer.value());
  CHECK(down.well_formed());
  CHECK(down.find(PcoId::qos_rules)->contents.size() == 300);
  CHECK(down.has(PcoId::ipv4_link_mtu));
  // From the UE the same identifier is a request without contents, with one octet of length.
  const ByteVector request = hex("80 002300 001000");
  CHECK(ExtendedPco(request, PcoLengths::from_ue).has(PcoId::ipv4_link_mtu));
  CHECK_FALSE(ExtendedPco(request).well_formed());
}

TEST_CASE("ipcp_pap_and_chap_packets_read_and_write") {
  const ByteVector configure = hex("01000010 8106 00000000 8306 00000000");
  const auto ipcp = decode_ipcp(configure);
  REQUIRE(ipcp.has_value());
  CHECK(*ipcp == Ipcp{.code = 1, .primary_dns = Ipv4Address{}, .secondary_dns = Ipv4Address{}});
  std::array<std::uint8_t, 64> room{};
  Writer nak(room);
  encode_ipcp({.code = 3, .identifier = 7, .primary_dns = Ipv4Address{{1, 2, 3, 4}}}, nak);
  CHECK(to_hex(nak.written()) == "0307000a810601020304");
  CHECK_FALSE(decode_ipcp(hex("010000")).has_value());
  CHECK_FALSE(decode_ipcp(hex("01000003")).has_value());
  CHECK_FALSE(decode_ipcp(hex("01000010 8106")).has_value());
  CHECK_FALSE(decode_ipcp(hex("01000006 8100")).has_value());

  const ByteVector pap = hex("0105000f 0475736572 0670617373776f72");
  CHECK_FALSE(decode_pap_request(pap).has_value());  // The password runs over the packet's length.
  const ByteVector good = hex("0105000e 0475736572 0470617373");
  const auto request = decode_pap_request(good);
  REQUIRE(request.has_value());
  CHECK(request->identifier == 5);
  CHECK(equal(request->peer, hex("75736572")));
  CHECK(equal(request->password, hex("70617373")));
  Writer answer(room);
  encode_pap_answer(true, 5, answer);
  CHECK(to_hex(answer.written()) == "0205000500");

  const ByteVector challenge = hex("0102000b 04deadbeef 6162");
  const auto chap = decode_chap(challenge);
  REQUIRE(chap.has_value());
  CHECK(chap->code == 1);
  CHECK(equal(chap->value, hex("deadbeef")));
  CHECK(equal(chap->name, hex("6162")));
}

TEST_CASE("tft_reads_and_writes_each_component") {
  // Create, one filter, both directions, precedence 10: every component once.
  const ByteVector octets =
      hex("21 3f0a50"
          "10 0a010200ffffff00"
          "11 0a2d0007ffffffff"
          "21 20010db8000000000000000000000000 20"
          "23 20010db8000000000000000000000001 80"
          "30 11"
          "40 1388"
          "51 00500051"
          "60 01020304"
          "70 b8fc"
          "80 0abcde");
  ByteVector fixed = octets;
  fixed[3] = static_cast<std::uint8_t>(octets.size() - 4);
  const auto tft = decode_tft(fixed);
  REQUIRE(tft.has_value());
  CHECK(tft->operation == Tft::Operation::create);
  REQUIRE(tft->list().size() == 1);
  const PacketFilter& filter = tft->list()[0];
  CHECK(filter.identifier == 15);
  CHECK(filter.direction == PacketFilter::Direction::both);
  CHECK(filter.precedence == 10);
  CHECK(filter.contents.ipv4_remote == Ipv4Match{{{10, 1, 2, 0}}, {{255, 255, 255, 0}}});
  CHECK(filter.contents.ipv4_local->address == Ipv4Address{{10, 45, 0, 7}});
  CHECK(filter.contents.ipv6_remote->prefix_length == 32);
  CHECK(filter.contents.ipv6_local->prefix_length == 128);
  CHECK(filter.contents.protocol == std::uint8_t{17});
  CHECK(filter.contents.local_port == PortRange{5000, 5000});
  CHECK(filter.contents.remote_port == PortRange{80, 81});
  CHECK(filter.contents.security_parameter_index == 0x01020304u);
  CHECK(filter.contents.type_of_service == TypeOfService{0xB8, 0xFC});
  CHECK(filter.contents.flow_label == 0xABCDEu);
  std::array<std::uint8_t, 255> room{};
  Writer out(room);
  REQUIRE(encode_tft(*tft, out));
  CHECK(to_hex(out.written()) == to_hex(fixed));
}

TEST_CASE("tft_deletes_by_identifier_and_carries_parameters") {
  const ByteVector octets = hex("b2 03 05 03 01 07");
  const auto tft = decode_tft(octets);
  REQUIRE(tft.has_value());
  CHECK(tft->operation == Tft::Operation::delete_filters);
  CHECK(tft->list()[0].identifier == 3);
  CHECK(tft->list()[1].identifier == 5);
  CHECK(equal(tft->parameters, hex("030107")));
  std::array<std::uint8_t, 255> room{};
  Writer out(room);
  REQUIRE(encode_tft(*tft, out));
  CHECK(to_hex(out.written()) == to_hex(octets));
}

TEST_CASE("rules_of_a_tft_name_their_causes") {
  const auto cause = [](const Tft& tft) {
    const auto error = rule_error(tft);
    return error ? error->cause : EsmCause{};
  };
  Tft tft{.operation = Tft::Operation::create};
  CHECK(cause(tft) == EsmCause::syntactical_error_in_tft);
  PacketFilter filter{.identifier = 1, .precedence = 1, .contents = {.protocol = 17}};
  REQUIRE(tft.add(filter));
  CHECK(cause(tft) == EsmCause{});
  filter.precedence = 2;
  REQUIRE(tft.add(filter));
  CHECK(cause(tft) == EsmCause::syntactical_errors_in_packet_filters);  // One identifier twice.
  tft.filters[1].identifier = 2;
  CHECK(cause(tft) == EsmCause{});
  tft.filters[1].precedence = 1;
  CHECK(cause(tft) == EsmCause::syntactical_errors_in_packet_filters);
  tft.filters[1].precedence = 2;
  tft.filters[1].contents.remote_port = PortRange{20, 10};
  CHECK(cause(tft) == EsmCause::semantic_errors_in_packet_filters);
  tft.filters[1].contents = {.ipv4_remote = Ipv4Match{}, .ipv6_remote = Ipv6Match{}};
  CHECK(cause(tft) == EsmCause::semantic_errors_in_packet_filters);
  CHECK(cause(Tft{.operation = Tft::Operation::delete_existing}) == EsmCause{});
}

TEST_CASE("tft_of_more_filters_than_can_be_counted_is_not_written") {
  Tft tft{.operation = Tft::Operation::create};
  for (std::size_t i = 0; i < kPacketFiltersMax; ++i)
    REQUIRE(
        tft.add({.identifier = static_cast<std::uint8_t>(i), .precedence = static_cast<std::uint8_t>(i)}));
  CHECK_FALSE(tft.add({}));
  std::array<std::uint8_t, 255> room{};
  Writer out(room);
  CHECK(encode_tft(tft, out));
  for (auto& filter : tft.filters) filter.contents = {.ipv6_remote = Ipv6Match{}, .ipv6_local = Ipv6Match{}};
  Writer again(room);
  CHECK_FALSE(encode_tft(tft, again));  // Longer than its IE.
}

}  // namespace
}  // namespace zerocell::nas
