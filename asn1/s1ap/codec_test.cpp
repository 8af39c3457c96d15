// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "asn1/s1ap/messages.hpp"
#include "asn1/s1ap/s1ap.hpp"

namespace zerocell::s1ap {
namespace {

template <class M>
Bytes encoded(const M& message, MutableBytes buffer) {
  const auto result = encode(message, buffer);
  INFO((result ? "" : result.error().element) << ": " << (result ? "" : result.error().reason));
  REQUIRE(result);
  return *result;
}

TEST_CASE("an_initial_ue_message_comes_back_as_it_was") {
  std::array<std::uint8_t, 4096> buffer;
  InlineArena<65536> arena;
  const auto nas = *from_hex(
      "0741710bf600f110000201030003e605f07000001000050215d011d15200f11030395c0a003103e5e0349011035758a65d0100"
      "e0c1");
  const InitialUeMessage message{.enb_ue_s1ap_id = 7,
                                 .nas_pdu = nas,
                                 .tai = {*Plmn::parse("00101"), 7},
                                 .eutran_cgi = {*Plmn::parse("00101"), 0x19B01},
                                 .rrc_establishment_cause = RrcEstablishmentCause::mo_signalling};
  const Bytes octets = encoded(message, buffer);
  const Inbound inbound = decode(octets, arena);
  REQUIRE(inbound.verdict == Verdict::act);
  REQUIRE(inbound.message.as<InitialUeMessage>() != nullptr);
  CHECK(equal(inbound.message, {.type = InitialUeMessage::kType, .body = &message}));
  CHECK(inbound.enb_ue_s1ap_id == 7);
}

TEST_CASE("an_initial_context_setup_request_comes_back_as_it_was") {
  std::array<std::uint8_t, 4096> buffer;
  InlineArena<65536> arena;
  const auto nas = *from_hex("27f7c3fdc8010742012ee2000f");
  const std::array items{ErabToBeSetupItemCtxtSuReq{
      .erab_id = 5,
      .erab_level_qos_parameters = {.qci = 9, .allocation_retention_priority = {.priority_level = 8}},
      .transport_layer_address = TransportLayerAddress::of(*IpAddress::parse("127.0.1.100")),
      .gtp_teid = 0x01020304,
      .nas_pdu = nas}};
  InitialContextSetupRequest message{.mme_ue_s1ap_id = 0xDEADBEEF, .enb_ue_s1ap_id = 1};
  message.ue_aggregate_maximum_bitrate = {.ue_aggregate_maximum_bit_rate_dl = 1'000'000'000,
                                          .ue_aggregate_maximum_bit_rate_ul = 1'000};
  message.erab_to_be_setup_list = items;
  message.ue_security_capabilities = {.encryption_algorithms = 0xE000,
                                      .integrity_protection_algorithms = 0xE000};
  message.security_key.fill(0x5A);
  const Bytes octets = encoded(message, buffer);
  const Inbound inbound = decode(octets, arena);
  REQUIRE(inbound.verdict == Verdict::act);
  CHECK(equal(inbound.message, {.type = InitialContextSetupRequest::kType, .body = &message}));
}

}  // namespace
}  // namespace zerocell::s1ap
