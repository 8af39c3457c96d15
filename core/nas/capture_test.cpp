// SPDX-License-Identifier: Apache-2.0

// Messages of a live network (PLMN 208 01 and 208 10), as published with the tests of pycrate, a public
// Python library of mobile protocols (test/test_mobile.py): octets that phones and an MME sent, not our
// encoder.

#include <deque>

#include <catch2/catch.hpp>

#include "core/nas/codec.hpp"
#include "core/nas/security.hpp"

namespace zerocell::nas {
namespace {

/// Kept for good, since messages point into what they were read from.
const ByteVector& hex(std::string_view text) {
  static std::deque<ByteVector> kept;
  return kept.emplace_back(from_hex(text).value());
}

template <class M>
M read(const ByteVector& octets) {
  const auto message = decode<M>(octets);
  REQUIRE(message.has_value());
  return *message;
}

template <class M>
std::string written(const M& message) {
  std::array<std::uint8_t, 1024> room{};
  Writer out(room);
  REQUIRE(encode(message, out));
  return to_hex(out.written());
}

/// Reads and writes back, octet for octet.
template <class M>
M same_both_ways(const ByteVector& octets) {
  const M message = read<M>(octets);
  CHECK(written(message) == to_hex(octets));
  return message;
}

TEST_CASE("captured_attach_request_reads_as_it_was_sent") {
  const ByteVector sent =
      hex("17D2EBA20A020741020BF602F8107500E0C301732F04E060C04000240202D011D1271D8080211001000010810600000000"
          "83060000"
          "0000000D00000A000010005C0A003103E5E0341302F810040511035758A65D0100C1");
  const auto envelope = read_envelope(sent);
  REQUIRE(envelope.has_value());
  CHECK(envelope->header == SecurityHeader::integrity);
  CHECK(envelope->sequence_number == 2);
  const ByteVector plain(envelope->message.begin(), envelope->message.end());
  const auto request = same_both_ways<AttachRequest>(plain);
  CHECK(request.eps_attach_type == EpsAttachType::combined);
  CHECK(request.nas_key_set_identifier.value == 0);
  REQUIRE(request.eps_mobile_identity.guti());
  CHECK(request.eps_mobile_identity.guti()->gummei.plmn.text() == "20801");
  CHECK(request.eps_mobile_identity.guti()->gummei.group == 0x7500);
  CHECK(request.eps_mobile_identity.guti()->gummei.code == 0xE0);
  CHECK(request.eps_mobile_identity.guti()->m_tmsi == 0xC301732F);
  CHECK(request.ue_network_capability.eea(2));
  CHECK_FALSE(request.ue_network_capability.eea(3));
  CHECK(request.ue_network_capability.eia(1));
  CHECK_FALSE(request.ue_network_capability.eia(0));
  CHECK(request.ms_network_capability->octets.size == 3);
  CHECK(request.old_location_area_identification->lac == 0x0405);
  CHECK(request.voice_domain_preference == std::uint8_t{0});
  CHECK(request.ms_network_feature_support == MsNetworkFeatureSupport::extended_periodic_timers);
  CHECK_FALSE(request.tmsi_status.has_value());

  const ByteVector esm(request.esm_message_container.begin(), request.esm_message_container.end());
  const auto pdn = same_both_ways<PdnConnectivityRequest>(esm);
  CHECK(pdn.procedure_transaction_identity == 2);
  CHECK(pdn.request_type == RequestType::initial);
  CHECK(pdn.pdn_type == PdnType::ipv4);
  CHECK(pdn.esm_information_transfer_flag == EsmInformationTransfer::required);
  const auto& options = *pdn.protocol_configuration_options;
  CHECK(options.has(PcoId::dns_server_ipv4));
  CHECK(options.has(PcoId::ip_address_allocation_via_nas));
  CHECK(options.has(PcoId::ipv4_link_mtu));
  const auto ipcp = decode_ipcp(options.find(PcoId::ipcp)->contents);
  REQUIRE(ipcp.has_value());
  CHECK(ipcp->code == 1);
  CHECK(ipcp->primary_dns == Ipv4Address{});
}

TEST_CASE("captured_attach_accept_reads_as_it_was_sent") {
  const ByteVector sent = hex(
      "07420249062302f810c4c000725202c101081a066f72616e6765066d6e63303031066d6363323038046770727305010a745641"
      "5d01"
      "0030101c911f7396fefe734bffff00fa00fa003203843401005e06fefedddd1010272780000d04c0a80a6e80210a0300000a81"
      "06c0"
      "a80a6e80210a0400000a83060000000000100205dc500bf602f8108003c8c2e65e9a1302f81004055949640103f05e0106");
  const auto accept = same_both_ways<AttachAccept>(sent);
  CHECK(accept.eps_attach_result == EpsAttachResult::combined);
  CHECK(accept.t3412_value.seconds() == 9u * 360);
  REQUIRE(accept.tai_list.size() == 4);
  CHECK(accept.tai_list.tais()[0] == Tai{*Plmn::parse("20801"), 0xC4C0});
  CHECK(accept.tai_list.tais()[3].tac == 0xC4C3);
  CHECK(accept.guti->guti()->m_tmsi == 0xC2E65E9A);
  CHECK(accept.location_area_identification->lac == 0x0405);
  CHECK(accept.t3423_value->seconds() == 9u * 360);
  CHECK(accept.eps_network_feature_support ==
        EpsNetworkFeatureSupport{.ims_voice_over_ps = true, .emergency_bearers = true});
  CHECK(accept.additional_update_result == AdditionalUpdateResult::none);
  CHECK(accept.t3412_extended_value->seconds() == 6u * 600);

  const ByteVector esm(accept.esm_message_container.begin(), accept.esm_message_container.end());
  const auto bearer = read<ActivateDefaultEpsBearerContextRequest>(esm);
  CHECK(bearer.eps_bearer_identity == 5);
  CHECK(bearer.procedure_transaction_identity == 2);
  CHECK(bearer.eps_qos == EpsQos{.qci = 8});
  CHECK(bearer.access_point_name.text() == "orange.mnc001.mcc208.gprs");
  CHECK(bearer.pdn_address == PdnAddress{.type = PdnType::ipv4, .ipv4 = {{10, 116, 86, 65}}});
  // DDDD and 1010 of the extensions: 128 M + 35 * 2 M, and 16 * 256 M.
  CHECK(bearer.apn_ambr->downlink == 198'000u + 16 * 256'000);
  CHECK(bearer.apn_ambr->uplink == 198'000u + 16 * 256'000);
  const auto& options = *bearer.protocol_configuration_options;
  CHECK(equal(options.find(PcoId::dns_server_ipv4)->contents, hex("c0a80a6e")));
  CHECK(equal(options.find(PcoId::ipv4_link_mtu)->contents, hex("05dc")));
  CHECK(decode_ipcp(options.find(PcoId::ipcp)->contents)->primary_dns == Ipv4Address{{192, 168, 10, 110}});
}

TEST_CASE("captured_tracking_area_update_reads_as_it_was_sent") {
  const auto request =
      same_both_ways<TrackingAreaUpdateRequest>(hex("0748610bf602f8108003c8c2e65e9a5804e060c0405202f810c4c25c"
                                                    "0a00570220003103e5e0341302f810040511035758a65d01"
                                                    "00c1"));
  CHECK(request.eps_update_type == EpsUpdateType{.value = EpsUpdateType::Value::combined, .active = false});
  CHECK(request.nas_key_set_identifier.value == 6);
  CHECK(request.last_visited_registered_tai->tac == 0xC4C2);
  CHECK(request.eps_bearer_context_status->active(5));
  CHECK_FALSE(request.eps_bearer_context_status->active(6));

  const auto accept = same_both_ways<TrackingAreaUpdateAccept>(
      hex("0749015a4954062202f810c4a0570220001302f81004045949640103f05e0106"));
  CHECK(accept.eps_update_result == EpsUpdateResult::combined);
  CHECK(accept.t3412_value->seconds() == 9u * 360);
  CHECK(accept.tai_list->size() == 3);
  CHECK(accept.tai_list->tais()[2].tac == 0xC4A2);
  CHECK(accept.eps_bearer_context_status->bits == 1 << 5);
}

TEST_CASE("captured_authentication_and_security_messages_read_as_they_were_sent") {
  const auto request = same_both_ways<AuthenticationRequest>(
      hex("075206905ADA1E7DA557ADA1E72650E21EE5E3104BFB73F6B4558000B1903AB88A27237F"));
  CHECK(request.nas_key_set_identifier.value == 6);
  CHECK(to_hex(request.rand) == "905ada1e7da557ada1e72650e21ee5e3");
  CHECK(to_hex(request.autn) == "4bfb73f6b4558000b1903ab88a27237f");

  const auto protected_command = hex("37E8A14BCF00075D220605E060C04070C1");
  const auto claimed = claimed_security_mode_command(protected_command);
  REQUIRE(claimed.has_value());
  const auto command = same_both_ways<SecurityModeCommand>({claimed->begin(), claimed->end()});
  CHECK(command.selected_nas_security_algorithms ==
        NasSecurityAlgorithms{.ciphering = CipheringAlgorithm::eea2, .integrity = IntegrityAlgorithm::eia2});
  CHECK(command.nas_key_set_identifier.value == 6);
  CHECK(command.imeisv_request == ImeisvRequest::requested);
  // The MME replayed what the captured ATTACH REQUEST told: E060C040 and GEA1 to 3 of E5E034.
  CHECK(to_hex(command.replayed_ue_security_capabilities.octets.bytes()) == "e060c04070");
  UeNetworkCapability network;
  MsNetworkCapability ms;
  REQUIRE(network.octets.assign(hex("E060C040")));
  REQUIRE(ms.octets.assign(hex("E5E034")));
  CHECK(replayed_security_capability(network, ms) == command.replayed_ue_security_capabilities);

  const auto complete = same_both_ways<SecurityModeComplete>(hex("075e23093395684292874145f0"));
  CHECK(complete.imeisv->imei()->text() == "3598624297814540");
  const auto response = same_both_ways<AuthenticationResponse>(hex("0753083ec3a476f829b414"));
  CHECK(to_hex(response.authentication_response_parameter.res.bytes()) == "3ec3a476f829b414");
}

TEST_CASE("captured_small_messages_read_as_they_were_sent") {
  CHECK(same_both_ways<IdentityRequest>(hex("075501")).identity_type == IdentityType::imsi);
  const auto identity = same_both_ways<IdentityResponse>(hex("0756080900000000000000"));
  CHECK(identity.mobile_identity.imsi()->text() == "000000000000000");
  const auto information = same_both_ways<EsmInformationResponse>(hex("0202da2807066f72616e6765"));
  CHECK(information.procedure_transaction_identity == 2);
  CHECK(information.access_point_name->text() == "orange");
  const auto complete = same_both_ways<AttachComplete>(hex("074300035200c2"));
  CHECK(to_hex(complete.esm_message_container) == "5200c2");
  same_both_ways<ActivateDefaultEpsBearerContextAccept>(hex("5200c2"));
  same_both_ways<EsmInformationRequest>(hex("0202d9"));
  const auto service = same_both_ways<ServiceRequest>(hex("c7060500"));
  CHECK(service.ksi == 0);
  CHECK(service.sequence_number == 6);
  CHECK(service.short_mac == 0x0500);
  const auto extended = same_both_ways<ExtendedServiceRequest>(hex("074c6005f4c2e65e9a57022000"));
  CHECK(extended.service_type == ServiceType::mobile_originating_cs_fallback);
  CHECK(extended.nas_key_set_identifier.value == 6);
  CHECK(extended.m_tmsi.tmsi()->value == 0xC2E65E9A);
  same_both_ways<TrackingAreaUpdateComplete>(hex("074a"));
  const auto sms = same_both_ways<UplinkNasTransport>(
      hex("07632009011d00010007913386094000f01101830a816000000000000005d4f29cae00"));
  CHECK(sms.nas_message_container.size() == 32);
  same_both_ways<DownlinkNasTransport>(hex("0762028904"));
  const auto detach = same_both_ways<DetachRequestUeOriginating>(hex("0745630bf602f8108003c8c2e65e9a"));
  CHECK(detach.detach_type == UeDetachType{.value = UeDetachType::Value::combined, .switch_off = false});
  same_both_ways<DetachAccept>(hex("0746"));

  const auto control_plane =
      read<ControlPlaneServiceRequest>(hex("074d707800040200e86f6703091011570233c9d1"));
  CHECK(decode<EsmStatus>(*control_plane.esm_message_container)->esm_cause ==
        EsmCause::protocol_error_unspecified);
  CHECK(to_hex(*control_plane.nas_message_container) == "091011");
  CHECK(control_plane.device_properties == DeviceProperties::low_priority);
}

TEST_CASE("captured_emm_information_tells_the_network_name_and_the_time") {
  const auto information =
      read<EmmInformation>(hex("07614308004f79d87d2e838c4508004f79d87d2e838c4771019190616180490101"));
  CHECK(information.full_name_for_network->to_text() == "Orange F");
  CHECK(information.short_name_for_network == information.full_name_for_network);
  CHECK(
      information.universal_time_and_local_time_zone ==
      UniversalTime{.year = 17, .month = 10, .day = 19, .hour = 9, .minute = 16, .second = 16, .zone = {8}});
  CHECK(information.network_daylight_saving_time == DaylightSavingTime::plus_one_hour);
}

}  // namespace

TEST_CASE("9_9_3_36_replayed_capability_has_octets_5_to_7_only_for_algorithms_that_the_ue_has") {
  struct Row {
    const char* network;
    std::optional<const char*> ms;
    const char* replayed;
  };
  for (const Row& row :
       {Row{"f0f0", {}, "f0f0"}, Row{"f0f00000c0", {}, "f0f0"},
        Row{"f0f00080", {}, "f0f0"},  // UCS2 is no algorithm.
        Row{"f0f0c040", {}, "f0f0c040"}, Row{"f0f00040", {}, "f0f00040"}, Row{"f0f0", "0000", "f0f0"},
        Row{"f0f0", "8000", "f0f0000040"}, Row{"f0f0c0c0", "0020", "f0f0c04010"}}) {
    UeNetworkCapability network;
    REQUIRE(decode_value(Bytes(*from_hex(row.network)), network));
    std::optional<MsNetworkCapability> ms;
    if (row.ms) REQUIRE(decode_value(Bytes(*from_hex(*row.ms)), ms.emplace()));
    CHECK(to_hex(replayed_security_capability(network, ms).octets.bytes()) == row.replayed);
  }
}

}  // namespace zerocell::nas
