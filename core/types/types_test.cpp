// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "core/types/apn.hpp"
#include "core/types/bytes.hpp"
#include "core/types/identity.hpp"
#include "core/types/ip.hpp"

using namespace zerocell;

TEST_CASE("reader_past_the_end_yields_zero_and_remembers_the_first_offset") {
  const ByteVector data{1, 2, 3};
  Reader in(data);
  CHECK(in.u16() == 0x0102);
  CHECK(in.u16() == 0);
  CHECK(in.u8() == 0);
  CHECK_FALSE(in.ok());
  CHECK(in.failed_at() == 2);
}

TEST_CASE("writer_that_overflows_gives_nothing") {
  std::array<std::uint8_t, 3> room{};
  Writer out(room);
  out.u16(0xABCD);
  CHECK(to_hex(out.written()) == "abcd");
  out.u16(1);
  out.u8(1);
  CHECK_FALSE(out.ok());
  CHECK(out.written().empty());
  CHECK(room[2] == 0);
}

TEST_CASE("hex_goes_both_ways_and_names_the_bad_position") {
  CHECK(to_hex(*from_hex("00 FFa5")) == "00ffa5");
  CHECK_FALSE(from_hex("0"));
  CHECK(from_hex("00 zz").error() == "not a pair of hexadecimal digits at position 3");
}

TEST_CASE("imsi_keeps_leading_zeros_and_refuses_other_than_6_to_15_digits") {
  const auto imsi = Imsi::parse("001010123456780");
  REQUIRE(imsi);
  CHECK(imsi->text() == "001010123456780");
  CHECK(Imsi::parse("00101012345678") != imsi);
  CHECK_FALSE(Imsi::parse("0010101234567801"));
  CHECK_FALSE(Imsi::parse("00101"));
  CHECK_FALSE(Imsi::parse("00101012345678a"));
  CHECK(Imsi(DecimalDigits<15>::from_packed(imsi->packed())) == *imsi);
}

TEST_CASE("imei_and_imeisv_name_the_same_equipment") {
  CHECK(Imei::parse("354000110012345")->equipment == Imei::parse("3540001100123417")->equipment);
  CHECK(Imei::parse("3540001100123417")->text() == "3540001100123417");
  CHECK(Imei::parse("3540001100123417")->software_version == 17);
  CHECK_FALSE(Imei::parse("35400011001234170"));
}

TEST_CASE("plmn_stands_on_the_wire_as_24_008_10_5_1_13_says") {
  CHECK(to_hex(Plmn::parse("00101")->octets()) == "00f110");
  CHECK(to_hex(Plmn::parse("310/410")->octets()) == "130014");
  CHECK(Plmn::parse("99970")->text() == "99970");
  CHECK(Plmn::parse("310410")->mnc() == "410");
  CHECK_FALSE(Plmn::parse("0010"));
  CHECK_FALSE(Plmn::parse("00 01"));
  CHECK_FALSE(Plmn({0xAA, 0xF1, 0x10}).valid());
  CHECK(Plmn::parse("00101")->is_home_of(*Imsi::parse("001010123456780")));
  CHECK_FALSE(Plmn::parse("001010")->is_home_of(*Imsi::parse("001011123456780")));
}

TEST_CASE("addresses_and_prefixes_parse_strictly") {
  CHECK(Ipv4Address::parse("10.45.0.1")->to_host() == 0x0A2D0001);
  CHECK(IpAddress::parse("fd00::1")->text() == "fd00::1");
  CHECK_FALSE(IpAddress::parse("10.45.0"));
  CHECK_FALSE(IpPrefix::parse("10.45.0.1/16"));
  CHECK_FALSE(IpPrefix::parse("10.45.0.0/33"));
  const auto pool = IpPrefix::parse("10.45.0.0/17");
  REQUIRE(pool);
  CHECK(pool->contains(*IpAddress::parse("10.45.127.255")));
  CHECK_FALSE(pool->contains(*IpAddress::parse("10.45.128.0")));
  CHECK_FALSE(pool->contains(*IpAddress::parse("fd00::")));
  CHECK(Endpoint{*IpAddress::parse("fd00::1"), 36412}.text() == "[fd00::1]:36412");
}

TEST_CASE("apn_goes_through_the_wire_form_and_compares_without_case") {
  const auto apn = Apn::parse("Internet.mnc001.mcc001.gprs");
  REQUIRE(apn);
  std::array<std::uint8_t, 100> room;
  Writer out(room);
  apn->to_wire(out);
  CHECK(out.written()[0] == 8);
  CHECK(*Apn::from_wire(out.written()) == *Apn::parse("internet.MNC001.mcc001.gprs"));
}

TEST_CASE("N12_apn_with_an_invalid_label_is_an_error_not_a_length") {
  CHECK_FALSE(Apn::from_wire({}));
  for (const auto* hex : {"00", "05616263", "40", "ff616263", "0361626300", "03612e62"})
    CHECK_FALSE(Apn::from_wire(*from_hex(hex)));
  CHECK_FALSE(Apn::from_wire(ByteVector(101, 1)));
  CHECK_FALSE(Apn::parse("a..b"));
  CHECK_FALSE(Apn::parse(""));
  CHECK_FALSE(Apn::parse("int ernet"));
}
