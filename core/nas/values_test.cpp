// SPDX-License-Identifier: Apache-2.0

// Values of information elements against the tables of TS 24.301 and TS 24.008.

#include <catch2/catch.hpp>

#include "core/nas/examples/examples.hpp"
#include "core/nas/ie/value.hpp"

namespace zerocell::nas {
namespace {

ByteVector hex(std::string_view text) {
  return from_hex(text).value();
}

template <class T>
std::optional<T> value_of(std::string_view text) {
  T out{};
  if (!decode_value(hex(text), out)) return std::nullopt;
  return out;
}

template <class T>
std::string wire(const T& value) {
  std::array<std::uint8_t, 512> room{};
  Writer out(room);
  encode_value(value, out);
  REQUIRE(out.ok());
  return to_hex(out.written());
}

Tai tai(const char* plmn, std::uint16_t tac) {
  return {*Plmn::parse(plmn), tac};
}

TEST_CASE("gprs_timers_count_in_the_units_of_the_tables") {
  CHECK(GprsTimer{0x00}.seconds() == 0u);
  CHECK(GprsTimer{0x05}.seconds() == 10u);
  CHECK(GprsTimer{0x21}.seconds() == 60u);
  CHECK(GprsTimer{0x49}.seconds() == 3240u);
  CHECK(GprsTimer{0x65}.seconds() == 300u);  // A unit that is not listed means minutes.
  CHECK_FALSE(GprsTimer{0xE0}.seconds().has_value());
  CHECK(GprsTimer::from_seconds(6).octet == 0x03);
  CHECK(GprsTimer::from_seconds(7).octet == 0x04);
  CHECK(GprsTimer::from_seconds(62).octet == 0x1F);
  CHECK(GprsTimer::from_seconds(63).octet == 0x22);
  CHECK(GprsTimer::from_seconds(3240).octet == 0x49);
  CHECK(GprsTimer::from_seconds(1'000'000).octet == 0x5F);

  CHECK(GprsTimer3{0x61}.seconds() == 2u);
  CHECK(GprsTimer3{0x81}.seconds() == 30u);
  CHECK(GprsTimer3{0xA1}.seconds() == 60u);
  CHECK(GprsTimer3{0x01}.seconds() == 600u);
  CHECK(GprsTimer3{0x21}.seconds() == 3600u);
  CHECK(GprsTimer3{0x41}.seconds() == 36'000u);
  CHECK(GprsTimer3{0xC1}.seconds() == 1'152'000u);
  CHECK_FALSE(GprsTimer3{0xE1}.seconds().has_value());
  CHECK(GprsTimer3::from_seconds(10).octet == 0x65);
  CHECK(GprsTimer3::from_seconds(4u * 3600).octet == 0x18);
  CHECK(GprsTimer3::from_seconds(86'400).octet == 0x38);
  CHECK(GprsTimer3::from_seconds(31u * 1'152'000).octet == 0xDF);
  CHECK(GprsTimer3::from_seconds(~0u).octet == 0xDF);
}

TEST_CASE("timer_rounds_up_and_never_comes_early") {
  for (std::uint32_t seconds = 0; seconds < 12'000; seconds += 7) {
    CHECK(*GprsTimer3::from_seconds(seconds).seconds() >= seconds);
    if (seconds <= 11'160) CHECK(*GprsTimer::from_seconds(seconds).seconds() >= seconds);
  }
}

TEST_CASE("ue_additional_security_capability_is_two_octets_of_ciphering_and_two_of_integrity") {
  const UeAdditionalSecurityCapability some{.ea = 0xF001, .ia = 0xC080};  // 5G-EA0 to 3, 15; 5G-IA0, 1, 8.
  CHECK(wire(some) == "f001c080");
  CHECK(value_of<UeAdditionalSecurityCapability>("f001c080") == some);
  CHECK_FALSE(value_of<UeAdditionalSecurityCapability>("f001c0"));
}

TEST_CASE("ue_additional_security_capability_too_short_is_none_and_a_longer_one_is_read_as_far_as_known") {
  const auto replayed = [](std::string_view element) {
    const auto command = decode<SecurityModeCommand>(hex("075d220302f070" + std::string(element)));
    REQUIRE(command);
    return command->replayed_ue_additional_security_capability;
  };
  constexpr UeAdditionalSecurityCapability kSome{.ea = 0xF001, .ia = 0xC080};
  CHECK(replayed("6f04f001c080") == kSome);
  CHECK(replayed("6f05f001c08000") == kSome);
  CHECK_FALSE(replayed("6f03f001c0"));
}

TEST_CASE("tai_list_uses_the_three_kinds_of_partial_list") {
  CHECK(wire(TaiList{tai("00101", 7)}) == "0000f1100007");
  CHECK(wire(TaiList{tai("00101", 1), tai("00101", 2), tai("00101", 3)}) == "2200f1100001");
  CHECK(wire(TaiList{tai("00101", 1), tai("00101", 9)}) == "0100f11000010009");
  CHECK(wire(TaiList{tai("00101", 1), tai("310410", 2)}) == "4100f11000011300140002");
  CHECK(value_of<TaiList>("2200f1100001") == TaiList{tai("00101", 1), tai("00101", 2), tai("00101", 3)});
  CHECK(value_of<TaiList>("0000f1100007 0000f1100009") == TaiList{tai("00101", 7), tai("00101", 9)});
}

TEST_CASE("tai_list_keeps_order_and_fits_whatever_its_areas") {
  TaiList list;
  for (std::uint16_t i = 0; i < 20; ++i) {
    const bool added = list.add(tai(i % 3 == 0   ? "00101"
                                    : i % 3 == 1 ? "26201"
                                                 : "26201",
                                    static_cast<std::uint16_t>(i * 5)));
    CHECK(added == (i < kTaisPerListMax));
  }
  const std::string text = wire(list);
  CHECK(text.size() / 2 <= 96);
  CHECK(value_of<TaiList>(text) == list);
}

TEST_CASE("tai_list_that_is_badly_coded_is_none") {
  CHECK_FALSE(value_of<TaiList>("").has_value());
  CHECK_FALSE(value_of<TaiList>("6000f1100007").has_value());               // Type 3.
  CHECK_FALSE(value_of<TaiList>("0100f1100007").has_value());               // Counts two, has one.
  CHECK_FALSE(value_of<TaiList>("2100f110ffff").has_value());               // Runs over the last TAC.
  CHECK_FALSE(value_of<TaiList>("2f00f1100001 0000f1100099").has_value());  // Seventeen.
  CHECK(value_of<TaiList>("3f00f1100001")->size() == 16);                   // Counts over 16 are read as 16.
}

TEST_CASE("mobile_identities_stand_digit_by_digit") {
  CHECK(wire(EpsMobileIdentity(*Imsi::parse("001010123456789"))) == "0910101032547698");
  CHECK(wire(EpsMobileIdentity(*Imsi::parse("26201012345678"))) == "21261010325476f8");
  CHECK(value_of<EpsMobileIdentity>("0910101032547698")->imsi()->text() == "001010123456789");
  CHECK(wire(MobileIdentity(*Imei::parse("352099001234561"))) == "3a25900910325406");
  CHECK(value_of<MobileIdentity>("3a25900910325416")->imei()->text() == "35209900123456");
  CHECK(wire(MobileIdentity(*Imei::parse("3520990012345612"))) == "3325900910325416f2");
  CHECK(value_of<MobileIdentity>("f4c2e65e9a")->tmsi()->value == 0xC2E65E9A);
  CHECK(value_of<MobileIdentity>("000000")->none());
  CHECK(wire(MobileIdentity()) == "000000");
}

TEST_CASE("N8_mobile_identity_truncated_or_with_its_parity_flipped_is_none") {
  const ByteVector good = hex("0910101032547698");
  for (std::size_t size = 0; size < good.size(); ++size) {
    EpsMobileIdentity eps;
    MobileIdentity identity;
    const Bytes cut = Bytes(good).first(size);
    const bool enough_digits = size >= 4;  // Seven digits are an IMSI, if nobody's.
    CHECK(decode_value(cut, eps) == enough_digits);
    CHECK(decode_value(cut, identity) == enough_digits);
  }
  // Even, but the last half octet is a digit, no filler.
  CHECK_FALSE(value_of<EpsMobileIdentity>("0110101032547698").has_value());
  // Odd, but the last half octet is the filler.
  CHECK_FALSE(value_of<EpsMobileIdentity>("09101010325476f8").has_value());
  CHECK_FALSE(value_of<EpsMobileIdentity>("09101010325476a8").has_value());
  CHECK_FALSE(value_of<EpsMobileIdentity>("f602f8107500e0c30173").has_value());  // A GUTI one octet short.
  CHECK_FALSE(value_of<EpsMobileIdentity>("0c10101032547698").has_value());      // No such type.
  CHECK_FALSE(value_of<MobileIdentity>("0510101032547698").has_value());         // A TMGI.
  CHECK_FALSE(value_of<MobileIdentity>("f4c2e65e").has_value());
  // The message around it gets "invalid mandatory information", and nothing of it is kept.
  const auto fault = decode<IdentityResponse>(hex("0756080110101032547698"));
  REQUIRE_FALSE(fault.has_value());
  CHECK(fault.error().emm_cause() == EmmCause::invalid_mandatory_information);
}

TEST_CASE("eps_qos_climbs_the_ladder_of_the_table") {
  const auto with = [](BitRate rate) {
    return EpsQos{.qci = 1, .rates = BearerBitRates{rate, rate, rate, rate}};
  };
  CHECK(wire(EpsQos{.qci = 9}) == "09");
  CHECK(wire(with(0)) == "01ffffffff");
  CHECK(wire(with(1)) == "0101010101");
  CHECK(wire(with(63)) == "013f3f3f3f");
  CHECK(wire(with(64)) == "0140404040");
  CHECK(wire(with(65)) == "0141414141");
  CHECK(wire(with(568)) == "017f7f7f7f");
  CHECK(wire(with(569)) == "0180808080");
  CHECK(wire(with(576)) == "0180808080");
  CHECK(wire(with(8640)) == "01fefefefe");
  CHECK(wire(with(8641)) == "01fefefefe01010101");
  CHECK(wire(with(16'000)) == "01fefefefe4a4a4a4a");
  CHECK(wire(with(17'000)) == "01fefefefe4b4b4b4b");
  CHECK(wire(with(128'000)) == "01fefefefebabababa");
  CHECK(wire(with(130'000)) == "01fefefefebbbbbbbb");
  CHECK(wire(with(256'000)) == "01fefefefefafafafa");
  CHECK(wire(with(260'000)) == "01fefefefefafafafa01010101");
  CHECK(wire(with(500'000)) == "01fefefefefafafafa3d3d3d3d");
  CHECK(wire(with(1'500'000)) == "01fefefefefafafafaa1a1a1a1");
  CHECK(wire(with(10'000'000)) == "01fefefefefafafafaf6f6f6f6");
  CHECK(wire(with(90'000'000)) == "01fefefefefafafafaf6f6f6f6");
  CHECK(wire(with(kSubscribedBitRate)) == "0100000000");
  CHECK(value_of<EpsQos>("0100000000")->rates->mbr_uplink == kSubscribedBitRate);
  CHECK_FALSE(value_of<EpsQos>("01ff").has_value());
  CHECK_FALSE(value_of<EpsQos>("01fefefefe0101").has_value());
}

TEST_CASE("every_rate_is_told_by_the_next_step_that_reaches_it") {
  for (BitRate rate = 1; rate < 10'000'000; rate += 1 + rate / 57) {
    const EpsQos qos{.qci = 1, .rates = BearerBitRates{rate, rate, rate, rate}};
    const auto told = value_of<EpsQos>(wire(qos));
    REQUIRE(told.has_value());
    CHECK(told->rates->mbr_downlink >= rate);
    CHECK(told->rates->mbr_downlink <= rate + std::max<BitRate>(rate / 8, 8));
    CHECK(wire(*told) == wire(qos));
    const auto ambr = value_of<ApnAmbr>(wire(ApnAmbr{.downlink = rate, .uplink = rate}));
    REQUIRE(ambr.has_value());
    CHECK(ambr->downlink >= rate);
    CHECK(ambr->downlink <= rate + std::max<BitRate>(rate / 8, 8));
  }
}

TEST_CASE("apn_ambr_adds_its_second_extension") {
  CHECK(wire(ApnAmbr{.downlink = 8640, .uplink = 1000}) == "fe87");
  CHECK(wire(ApnAmbr{.downlink = 100'000, .uplink = 50'000}) == "fefe9e6c");
  CHECK(wire(ApnAmbr{.downlink = 1'000'000, .uplink = 256'000}) == "fefeeefa0300");
  CHECK(value_of<ApnAmbr>("fefeeefa0300") == ApnAmbr{.downlink = 1'000'000, .uplink = 256'000});
  CHECK(value_of<ApnAmbr>("feff0000ff00")->downlink == 255u * 256'000 + 8640);
  CHECK_FALSE(value_of<ApnAmbr>("fe").has_value());
  CHECK_FALSE(value_of<ApnAmbr>("fefe01").has_value());
}

TEST_CASE("extended_rates_pick_a_unit_that_tells_them_exactly") {
  CHECK(wire(ExtendedApnAmbr{.downlink = 80'000'000, .uplink = 70'000'000}) == "034e2003445c");
  const ExtendedApnAmbr huge{.downlink = 9'000'000'000, .uplink = 1'000'000};
  CHECK(value_of<ExtendedApnAmbr>(wire(huge)) == huge);
  CHECK(wire(huge) == "0723280300fa");
  CHECK(value_of<ExtendedApnAmbr>("010001020001") == ExtendedApnAmbr{.downlink = 0, .uplink = 0});
  // The slow direction of a fast one: an APN-AMBR has no unit below 4 Mbit/s.
  CHECK(wire(ExtendedApnAmbr{.downlink = 80'000'000, .uplink = 1'000'000}) == "034e200300fa");
  CHECK(wire(ExtendedApnAmbr{.downlink = 65'281'000, .uplink = 64}) == "033fc1030001");
  CHECK(value_of<ExtendedApnAmbr>("030001040001") == ExtendedApnAmbr{.downlink = 4000, .uplink = 16'000});
}

TEST_CASE("pdn_address_holds_what_its_type_says") {
  CHECK(wire(PdnAddress{.type = PdnType::ipv4, .ipv4 = {{10, 45, 0, 2}}}) == "010a2d0002");
  CHECK(wire(PdnAddress{.type = PdnType::ipv6, .ipv6_interface_id = {0, 0, 0, 0, 0, 0, 0, 9}}) ==
        "020000000000000009");
  CHECK(wire(PdnAddress{.type = PdnType::ipv4v6, .ipv4 = {{10, 45, 0, 2}}, .ipv6_interface_id = {1}}) ==
        "0301000000000000000a2d0002");
  CHECK(wire(PdnAddress{.type = PdnType::non_ip}) == "0500000000");
  CHECK(value_of<PdnAddress>("0301000000000000000a2d0002")->ipv4 == Ipv4Address{{10, 45, 0, 2}});
}

TEST_CASE("network_names_are_packed_seven_bits_a_letter") {
  const auto name = NetworkName::from_text("Zerocell");
  REQUIRE(name.has_value());
  CHECK(name->to_text() == "Zerocell");
  CHECK(name->text.size == 7);
  CHECK(name->spare_bits == 0);
  CHECK(NetworkName::from_text("Test")->spare_bits == 4);
  CHECK(NetworkName::from_text("Test")->to_text() == "Test");
  CHECK(NetworkName::from_text("Orange F")->text.bytes()[0] == 0x4F);
  CHECK(to_hex(NetworkName::from_text("Orange F")->text.bytes()) == "4f79d87d2e838c");
  CHECK_FALSE(NetworkName::from_text("").has_value());
  CHECK_FALSE(NetworkName::from_text("caf\xC3\xA9").has_value());
  CHECK_FALSE(NetworkName::from_text("a_b").has_value());
  CHECK_FALSE(NetworkName::from_text(std::string(74, 'x')).has_value());
  CHECK(NetworkName::from_text(std::string(73, 'x'))->to_text() == std::string(73, 'x'));
}

TEST_CASE("time_zone_is_told_in_quarters_with_a_sign") {
  CHECK(wire(TimeZone{8}) == "80");
  CHECK(wire(TimeZone{-14}) == "49");
  CHECK(wire(TimeZone{53}) == "35");
  CHECK(value_of<TimeZone>("49")->quarters == -14);
  CHECK_FALSE(value_of<TimeZone>("a0").has_value());
  CHECK(value_of<UniversalTime>("71019190616180")->zone.quarters == 8);
  CHECK_FALSE(value_of<UniversalTime>("7101919061f180").has_value());
}

TEST_CASE("N15_emergency_number_list_that_runs_over_is_none") {
  CHECK(value_of<EmergencyNumberList>("03 01 11f0")->numbers[0].digits.text() == "110");
  CHECK_FALSE(value_of<EmergencyNumberList>("ff 01 11f0").has_value());
  CHECK_FALSE(value_of<EmergencyNumberList>("03 01 11f0 30").has_value());
  CHECK_FALSE(value_of<EmergencyNumberList>("00").has_value());
  CHECK_FALSE(value_of<EmergencyNumberList>("01 01").has_value());       // No digit at all.
  CHECK_FALSE(value_of<EmergencyNumberList>("03 01 1af0").has_value());  // '*' is no digit.
  // Twenty numbers: the first ten are kept.
  std::string many;
  for (int i = 0; i < 20; ++i) many += "02011" + std::to_string(i % 10);
  CHECK(value_of<EmergencyNumberList>(many)->size == kEmergencyNumbersMax);
  // An oversize list in a message: cut to what the table knows, and so none; the message stands.
  AttachAccept accept{.tai_list = {tai("00101", 1)}, .esm_message_container = {}};
  const ByteVector dummy = hex("0200dc");
  accept.esm_message_container = dummy;
  ByteVector message = examples::octets_of(accept);
  message.push_back(0x34);
  message.push_back(0xFF);
  message.insert(message.end(), 255, 0x41);
  const auto read = decode<AttachAccept>(message);
  REQUIRE(read.has_value());
  CHECK_FALSE(read->emergency_number_list.has_value());
}

TEST_CASE("N12_apn_with_a_bad_label_or_length_is_none") {
  const auto request = [](std::string_view apn) {
    const ByteVector value = hex(apn);
    ByteVector message = hex("0201d01128");
    message.push_back(static_cast<std::uint8_t>(value.size()));
    message.insert(message.end(), value.begin(), value.end());
    message.insert(message.end(), {0xC1});
    return message;
  };
  const auto name = [&](std::string_view apn) {
    const auto message = decode<PdnConnectivityRequest>(request(apn));
    REQUIRE(message.has_value());
    CHECK(message->device_properties == DeviceProperties::low_priority);  // What follows is still read.
    return message->access_point_name;
  };
  CHECK(name("03696f74")->text() == "iot");
  CHECK_FALSE(name("").has_value());
  CHECK_FALSE(name("00").has_value());
  CHECK_FALSE(name("04696f74").has_value());  // The label runs over the IE.
  CHECK_FALSE(name("ff696f74").has_value());
  CHECK_FALSE(name("03696f7400").has_value());                  // An empty label at the end.
  CHECK_FALSE(name("03690074").has_value());                    // No letter.
  CHECK_FALSE(name("40" + std::string(128, '6')).has_value());  // A label over 63 octets.
  // The IE's own length runs over the message.
  const auto cut = decode<PdnConnectivityRequest>(hex("0201d0112864 03696f74"));
  REQUIRE(cut.has_value());
  CHECK_FALSE(cut->access_point_name.has_value());
}

TEST_CASE("eps_network_feature_support_is_as_long_as_it_must_be") {
  CHECK(wire(EpsNetworkFeatureSupport{.ims_voice_over_ps = true, .emergency_bearers = true}) == "03");
  CHECK(wire(EpsNetworkFeatureSupport{.control_plane_ciot = true}) == "80");
  CHECK(wire(EpsNetworkFeatureSupport{.extended_pco = true}) == "0008");
  CHECK(wire(EpsNetworkFeatureSupport{.octet_5 = 1}) == "000001");
}

TEST_CASE("header_compression_and_edrx_keep_their_parts") {
  CHECK(wire(ExtendedDrxParameters{.paging_time_window = 3, .edrx_value = 5}) == "35");
  CHECK(wire(ExtendedDrxParameters{.paging_time_window = 3, .edrx_value = 5, .extension = 0x12}) == "3512");
  CHECK(value_of<ExtendedDrxParameters>("3512")->extension == std::uint8_t{0x12});
  CHECK(wire(HeaderCompressionConfiguration{.profiles = 0x7F, .max_cid = 0x3FFF}) == "7f3fff");
  CHECK_FALSE(value_of<HeaderCompressionConfiguration>("7f3f").has_value());
}

TEST_CASE("causes_and_types_have_names") {
  CHECK(name_of(EmmCause::ue_identity_cannot_be_derived) == "UE identity cannot be derived");
  CHECK(name_of(EsmCause::missing_or_unknown_apn) == "missing or unknown APN");
  CHECK(name_of(static_cast<EmmCause>(1)) == "unknown cause");
  CHECK(name_of(EmmType::attach_request) == "attach request");
  CHECK(name_of(EsmType::pdn_connectivity_request) == "PDN connectivity request");
  CHECK(name_of(static_cast<EsmType>(0)) == "unknown message");
}

}  // namespace
}  // namespace zerocell::nas
