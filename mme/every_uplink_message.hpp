// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <catch2/catch.hpp>

#include "mme/test_world.hpp"

namespace zerocell::mme {

/// A plain message, and what TS 24.301 §4.4.4.3 has the network process before the exchange of NAS messages
/// is secure: without protection, or with a MAC that is wrong.
struct UplinkMessage {
  const char* name;
  ByteVector plain;
  bool taken_without_proof = false;
  bool taken_with_wrong_mac = taken_without_proof;
};

/// Whom the messages speak of: a UE with bearers 5 and 6.
struct SpokenOf {
  Guti guti;
  Imsi imsi;
  std::uint8_t pti = 1;
};

/// One of every type that a UE can send, EMM and ESM, such that much would come of it if it were taken.
inline std::vector<UplinkMessage> every_uplink_message(const SpokenOf& of) {
  std::vector<UplinkMessage> all;
  const auto add = [&all](const char* name, const auto& message, bool taken_without_proof = false,
                          bool taken_with_wrong_mac = false) {
    const PlainMessage plain(message);
    all.push_back({name,
                   {plain.bytes().begin(), plain.bytes().end()},
                   taken_without_proof,
                   taken_without_proof || taken_with_wrong_mac});
  };
  const PlainMessage connectivity(nas::PdnConnectivityRequest{.procedure_transaction_identity = 1});
  const PlainMessage accepted(nas::ActivateDefaultEpsBearerContextAccept{.eps_bearer_identity = 5});
  const ByteVector two{1, 2};

  add("ATTACH REQUEST",
      nas::AttachRequest{.eps_mobile_identity = of.imsi,
                         .ue_network_capability = nas::UeNetworkCapability{{.data = {0xF0, 0x70}, .size = 2}},
                         .esm_message_container = nas::Octets(connectivity.bytes())},
      true);
  add("ATTACH COMPLETE", nas::AttachComplete{nas::Octets(accepted.bytes())});
  nas::DetachRequestUeOriginating detach{.eps_mobile_identity = of.guti};
  add("DETACH REQUEST", detach, true);
  detach.detach_type.switch_off = true;
  add("DETACH REQUEST, switch off", detach, true);
  add("DETACH ACCEPT", nas::DetachAccept{}, true);
  add("TRACKING AREA UPDATE REQUEST",
      nas::TrackingAreaUpdateRequest{.old_guti = of.guti,
                                     .eps_bearer_context_status = nas::EpsBearerContextStatus{}},
      true);
  add("TRACKING AREA UPDATE COMPLETE", nas::TrackingAreaUpdateComplete{});
  add("EXTENDED SERVICE REQUEST",
      nas::ExtendedServiceRequest{.service_type = nas::ServiceType::mobile_originating_cs_fallback,
                                  .m_tmsi = nas::Tmsi{of.guti.m_tmsi}},
      false, true);
  add("CONTROL PLANE SERVICE REQUEST", nas::ControlPlaneServiceRequest{}, false, true);
  add("GUTI REALLOCATION COMPLETE", nas::GutiReallocationComplete{});
  nas::AuthenticationResponse response;
  (void)response.authentication_response_parameter.res.assign(ByteVector(8, 0x5A));
  add("AUTHENTICATION RESPONSE", response, true);
  add("AUTHENTICATION FAILURE", nas::AuthenticationFailure{nas::EmmCause::mac_failure, {}}, true);
  add("IDENTITY RESPONSE, IMSI", nas::IdentityResponse{of.imsi}, true);
  add("IDENTITY RESPONSE, IMEISV", nas::IdentityResponse{*Imei::parse("3588640112345601")});
  add("SECURITY MODE COMPLETE", nas::SecurityModeComplete{.imeisv = *Imei::parse("3588640112345601")});
  add("SECURITY MODE REJECT", nas::SecurityModeReject{nas::EmmCause::ue_security_capabilities_mismatch},
      true);
  add("EMM STATUS", nas::EmmStatus{nas::EmmCause::protocol_error_unspecified});
  add("UPLINK NAS TRANSPORT", nas::UplinkNasTransport{nas::Octets(Bytes(two))});
  add("UPLINK GENERIC NAS TRANSPORT",
      nas::UplinkGenericNasTransport{.generic_message_container_type = nas::GenericContainerType::lpp,
                                     .generic_message_container = nas::Octets(Bytes(two))});

  constexpr auto kRefused = nas::EsmCause::insufficient_resources;
  for (const std::uint8_t ebi : {5, 6}) {
    add("ACTIVATE DEFAULT EPS BEARER CONTEXT ACCEPT",
        nas::ActivateDefaultEpsBearerContextAccept{.eps_bearer_identity = ebi});
    add("ACTIVATE DEFAULT EPS BEARER CONTEXT REJECT",
        nas::ActivateDefaultEpsBearerContextReject{.eps_bearer_identity = ebi, .esm_cause = kRefused});
    add("ACTIVATE DEDICATED EPS BEARER CONTEXT ACCEPT",
        nas::ActivateDedicatedEpsBearerContextAccept{.eps_bearer_identity = ebi});
    add("ACTIVATE DEDICATED EPS BEARER CONTEXT REJECT",
        nas::ActivateDedicatedEpsBearerContextReject{.eps_bearer_identity = ebi, .esm_cause = kRefused});
    add("MODIFY EPS BEARER CONTEXT ACCEPT", nas::ModifyEpsBearerContextAccept{.eps_bearer_identity = ebi});
    add("MODIFY EPS BEARER CONTEXT REJECT",
        nas::ModifyEpsBearerContextReject{.eps_bearer_identity = ebi, .esm_cause = kRefused});
    add("DEACTIVATE EPS BEARER CONTEXT ACCEPT",
        nas::DeactivateEpsBearerContextAccept{.eps_bearer_identity = ebi});
    add("ESM STATUS",
        nas::EsmStatus{.eps_bearer_identity = ebi, .esm_cause = nas::EsmCause::invalid_eps_bearer_identity});
  }
  add("PDN CONNECTIVITY REQUEST", nas::PdnConnectivityRequest{.procedure_transaction_identity = of.pti,
                                                              .access_point_name = Apn::parse("ims")});
  for (const std::uint8_t linked : {5, 6})
    add("PDN DISCONNECT REQUEST",
        nas::PdnDisconnectRequest{.procedure_transaction_identity = of.pti,
                                  .linked_eps_bearer_identity = nas::LinkedBearer{linked}});
  add("ESM INFORMATION RESPONSE", nas::EsmInformationResponse{.procedure_transaction_identity = of.pti,
                                                              .access_point_name = Apn::parse("ims")});
  add("ESM DUMMY MESSAGE", nas::EsmDummyMessage{});
  add("REMOTE UE REPORT", nas::RemoteUeReport{.procedure_transaction_identity = of.pti});
  add("ESM DATA TRANSPORT",
      nas::EsmDataTransport{.eps_bearer_identity = 5, .user_data_container = nas::Octets(Bytes(two))});
  // One filter, all UDP; QCI 9.
  all.push_back({"BEARER RESOURCE ALLOCATION REQUEST",
                 {0x02, of.pti, 0xD4, 0x05, 0x06, 0x21, 0x30, 0x01, 0x02, 0x30, 0x11, 0x01, 0x09}});
  all.push_back({"BEARER RESOURCE MODIFICATION REQUEST",
                 {0x02, of.pti, 0xD6, 0x05, 0x06, 0x21, 0x30, 0x01, 0x02, 0x30, 0x11, 0x5B, 0x01, 0x09}});

  for (const UplinkMessage& one : all) {
    INFO(one.name);
    const auto peeked = nas::peek(one.plain);
    REQUIRE(peeked);
    if (peeked->discriminator == nas::kEsmDiscriminator)
      REQUIRE(nas::decode_esm(one.plain, Direction::uplink));
    else
      REQUIRE(nas::decode_emm(one.plain, Direction::uplink));
  }
  return all;
}

/// It under a protection that nobody computed.
inline ByteVector with_mac(Bytes plain, std::uint8_t header, std::uint8_t mac, std::uint8_t sequence) {
  ByteVector octets{
      static_cast<std::uint8_t>(header << 4 | nas::kEmmDiscriminator), mac, mac, mac, mac, sequence};
  octets.insert(octets.end(), plain.begin(), plain.end());
  return octets;
}

}  // namespace zerocell::mme
