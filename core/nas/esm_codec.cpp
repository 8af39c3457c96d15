// SPDX-License-Identifier: Apache-2.0
#include "core/nas/ie_table.hpp"

namespace zerocell::nas {

// Tables 8.3.1.1 to 8.3.25.1 of TS 24.301, release 17. The rows stand in the order of the tables, which is
// the order on the wire.

template <>
struct Layout<ActivateDedicatedEpsBearerContextAccept> {
  using M = ActivateDedicatedEpsBearerContextAccept;
  static constexpr Field kFields[] = {
      tlv<&M::protocol_configuration_options>(0x27, 1, 251),
      tlv<&M::nbifom_container>(0x33, 1, 255),
      extended_pco<&M::extended_protocol_configuration_options, PcoLengths::from_ue>(),
  };
};
template <>
struct Layout<ActivateDedicatedEpsBearerContextReject> {
  using M = ActivateDedicatedEpsBearerContextReject;
  static constexpr Field kFields[] = {
      v<&M::esm_cause>(1),
      tlv<&M::protocol_configuration_options>(0x27, 1, 251),
      tlv<&M::nbifom_container>(0x33, 1, 255),
      extended_pco<&M::extended_protocol_configuration_options, PcoLengths::from_ue>(),
  };
};
template <>
struct Layout<ActivateDedicatedEpsBearerContextRequest> {
  using M = ActivateDedicatedEpsBearerContextRequest;
  static constexpr Field kFields[] = {
      half<&M::linked_eps_bearer_identity>(),
      lv<&M::eps_qos>(1, 13),
      lv<&M::tft>(1, 255),
      tlv<&M::transaction_identifier>(0x5D, 1, 2),
      tlv<&M::negotiated_qos>(0x30, 12, 20),
      tv<&M::negotiated_llc_sapi>(0x32, 1),
      tv_half<&M::radio_priority>(0x8),
      tlv<&M::packet_flow_identifier>(0x34, 1, 1),
      tlv<&M::protocol_configuration_options>(0x27, 1, 251),
      tv_half<&M::wlan_offload_indication>(0xC),
      tlv<&M::nbifom_container>(0x33, 1, 255),
      extended_pco<&M::extended_protocol_configuration_options, PcoLengths::from_network>(),
      tlv<&M::extended_eps_qos>(0x5C, 10, 10),
  };
};
template <>
struct Layout<ActivateDefaultEpsBearerContextAccept> {
  using M = ActivateDefaultEpsBearerContextAccept;
  static constexpr Field kFields[] = {
      tlv<&M::protocol_configuration_options>(0x27, 1, 251),
      extended_pco<&M::extended_protocol_configuration_options, PcoLengths::from_ue>(),
  };
};
template <>
struct Layout<ActivateDefaultEpsBearerContextReject> {
  using M = ActivateDefaultEpsBearerContextReject;
  static constexpr Field kFields[] = {
      v<&M::esm_cause>(1),
      tlv<&M::protocol_configuration_options>(0x27, 1, 251),
      extended_pco<&M::extended_protocol_configuration_options, PcoLengths::from_ue>(),
  };
};
template <>
struct Layout<ActivateDefaultEpsBearerContextRequest> {
  using M = ActivateDefaultEpsBearerContextRequest;
  static constexpr Field kFields[] = {
      lv<&M::eps_qos>(1, 13),
      lv<&M::access_point_name>(1, 100),
      lv<&M::pdn_address>(5, 29),
      tlv<&M::transaction_identifier>(0x5D, 1, 2),
      tlv<&M::negotiated_qos>(0x30, 12, 20),
      tv<&M::negotiated_llc_sapi>(0x32, 1),
      tv_half<&M::radio_priority>(0x8),
      tlv<&M::packet_flow_identifier>(0x34, 1, 1),
      tlv<&M::apn_ambr>(0x5E, 2, 6),
      tv<&M::esm_cause>(0x58, 1),
      tlv<&M::protocol_configuration_options>(0x27, 1, 251),
      tv_half<&M::connectivity_type>(0xB),
      tv_half<&M::wlan_offload_indication>(0xC),
      tlv<&M::nbifom_container>(0x33, 1, 255),
      tlv<&M::header_compression_configuration>(0x66, 3, 255),
      tv_half<&M::control_plane_only_indication>(0x9),
      extended_pco<&M::extended_protocol_configuration_options, PcoLengths::from_network>(),
      tlv<&M::serving_plmn_rate_control>(0x6E, 2, 2),
      tlv<&M::extended_apn_ambr>(0x5F, 6, 6),
  };
};
template <>
struct Layout<BearerResourceAllocationReject> {
  using M = BearerResourceAllocationReject;
  static constexpr Field kFields[] = {
      v<&M::esm_cause>(1),
      tlv<&M::protocol_configuration_options>(0x27, 1, 251),
      tlv<&M::back_off_timer_value>(0x37, 1, 1),
      tlv<&M::re_attempt_indicator>(0x6B, 1, 1),
      tlv<&M::nbifom_container>(0x33, 1, 255),
      extended_pco<&M::extended_protocol_configuration_options, PcoLengths::from_network>(),
  };
};
template <>
struct Layout<BearerResourceAllocationRequest> {
  using M = BearerResourceAllocationRequest;
  static constexpr Field kFields[] = {
      half<&M::linked_eps_bearer_identity>(),
      lv<&M::traffic_flow_aggregate>(1, 255),
      lv<&M::required_traffic_flow_qos>(1, 13),
      tlv<&M::protocol_configuration_options>(0x27, 1, 251),
      tv_half<&M::device_properties>(0xC),
      tlv<&M::nbifom_container>(0x33, 1, 255),
      extended_pco<&M::extended_protocol_configuration_options, PcoLengths::from_ue>(),
      tlv<&M::extended_eps_qos>(0x5C, 10, 10),
  };
};
template <>
struct Layout<BearerResourceModificationReject> {
  using M = BearerResourceModificationReject;
  static constexpr Field kFields[] = {
      v<&M::esm_cause>(1),
      tlv<&M::protocol_configuration_options>(0x27, 1, 251),
      tlv<&M::back_off_timer_value>(0x37, 1, 1),
      tlv<&M::re_attempt_indicator>(0x6B, 1, 1),
      tlv<&M::nbifom_container>(0x33, 1, 255),
      extended_pco<&M::extended_protocol_configuration_options, PcoLengths::from_network>(),
  };
};
template <>
struct Layout<BearerResourceModificationRequest> {
  using M = BearerResourceModificationRequest;
  static constexpr Field kFields[] = {
      half<&M::eps_bearer_identity_for_packet_filter>(),
      lv<&M::traffic_flow_aggregate>(1, 255),
      tlv<&M::required_traffic_flow_qos>(0x5B, 1, 13),
      tv<&M::esm_cause>(0x58, 1),
      tlv<&M::protocol_configuration_options>(0x27, 1, 251),
      tv_half<&M::device_properties>(0xC),
      tlv<&M::nbifom_container>(0x33, 1, 255),
      tlv<&M::header_compression_configuration>(0x66, 3, 255),
      extended_pco<&M::extended_protocol_configuration_options, PcoLengths::from_ue>(),
      tlv<&M::extended_eps_qos>(0x5C, 10, 10),
  };
};
template <>
struct Layout<DeactivateEpsBearerContextAccept> {
  using M = DeactivateEpsBearerContextAccept;
  static constexpr Field kFields[] = {
      tlv<&M::protocol_configuration_options>(0x27, 1, 251),
      extended_pco<&M::extended_protocol_configuration_options, PcoLengths::from_ue>(),
  };
};
template <>
struct Layout<DeactivateEpsBearerContextRequest> {
  using M = DeactivateEpsBearerContextRequest;
  static constexpr Field kFields[] = {
      v<&M::esm_cause>(1),
      tlv<&M::protocol_configuration_options>(0x27, 1, 251),
      tlv<&M::t3396_value>(0x37, 1, 1),
      tv_half<&M::wlan_offload_indication>(0xC),
      tlv<&M::nbifom_container>(0x33, 1, 255),
      extended_pco<&M::extended_protocol_configuration_options, PcoLengths::from_network>(),
  };
};
template <>
struct Layout<EsmInformationResponse> {
  using M = EsmInformationResponse;
  static constexpr Field kFields[] = {
      tlv<&M::access_point_name>(0x28, 1, 100),
      tlv<&M::protocol_configuration_options>(0x27, 1, 251),
      extended_pco<&M::extended_protocol_configuration_options, PcoLengths::from_ue>(),
  };
};
template <>
struct Layout<EsmStatus> {
  using M = EsmStatus;
  static constexpr Field kFields[] = {
      v<&M::esm_cause>(1),
  };
};
template <>
struct Layout<ModifyEpsBearerContextAccept> {
  using M = ModifyEpsBearerContextAccept;
  static constexpr Field kFields[] = {
      tlv<&M::protocol_configuration_options>(0x27, 1, 251),
      tlv<&M::nbifom_container>(0x33, 1, 255),
      extended_pco<&M::extended_protocol_configuration_options, PcoLengths::from_ue>(),
  };
};
template <>
struct Layout<ModifyEpsBearerContextReject> {
  using M = ModifyEpsBearerContextReject;
  static constexpr Field kFields[] = {
      v<&M::esm_cause>(1),
      tlv<&M::protocol_configuration_options>(0x27, 1, 251),
      tlv<&M::nbifom_container>(0x33, 1, 255),
      extended_pco<&M::extended_protocol_configuration_options, PcoLengths::from_ue>(),
  };
};
template <>
struct Layout<ModifyEpsBearerContextRequest> {
  using M = ModifyEpsBearerContextRequest;
  static constexpr Field kFields[] = {
      tlv<&M::new_eps_qos>(0x5B, 1, 13),
      tlv<&M::tft>(0x36, 1, 255),
      tlv<&M::new_qos>(0x30, 12, 20),
      tv<&M::negotiated_llc_sapi>(0x32, 1),
      tv_half<&M::radio_priority>(0x8),
      tlv<&M::packet_flow_identifier>(0x34, 1, 1),
      tlv<&M::apn_ambr>(0x5E, 2, 6),
      tlv<&M::protocol_configuration_options>(0x27, 1, 251),
      tv_half<&M::wlan_offload_indication>(0xC),
      tlv<&M::nbifom_container>(0x33, 1, 255),
      tlv<&M::header_compression_configuration>(0x66, 3, 255),
      extended_pco<&M::extended_protocol_configuration_options, PcoLengths::from_network>(),
      tlv<&M::extended_apn_ambr>(0x5F, 6, 6),
      tlv<&M::extended_eps_qos>(0x5C, 10, 10),
  };
};
template <>
struct Layout<Notification> {
  using M = Notification;
  static constexpr Field kFields[] = {
      lv<&M::notification_indicator>(1, 1),
  };
};
template <>
struct Layout<PdnConnectivityReject> {
  using M = PdnConnectivityReject;
  static constexpr Field kFields[] = {
      v<&M::esm_cause>(1),
      tlv<&M::protocol_configuration_options>(0x27, 1, 251),
      tlv<&M::back_off_timer_value>(0x37, 1, 1),
      tlv<&M::re_attempt_indicator>(0x6B, 1, 1),
      tlv<&M::nbifom_container>(0x33, 1, 255),
      extended_pco<&M::extended_protocol_configuration_options, PcoLengths::from_network>(),
  };
};
template <>
struct Layout<PdnConnectivityRequest> {
  using M = PdnConnectivityRequest;
  static constexpr Field kFields[] = {
      halves<&M::request_type, &M::pdn_type>(),
      tv_half<&M::esm_information_transfer_flag>(0xD),
      tlv<&M::access_point_name>(0x28, 1, 100),
      tlv<&M::protocol_configuration_options>(0x27, 1, 251),
      tv_half<&M::device_properties>(0xC),
      tlv<&M::nbifom_container>(0x33, 1, 255),
      tlv<&M::header_compression_configuration>(0x66, 3, 255),
      extended_pco<&M::extended_protocol_configuration_options, PcoLengths::from_ue>(),
  };
};
template <>
struct Layout<PdnDisconnectReject> {
  using M = PdnDisconnectReject;
  static constexpr Field kFields[] = {
      v<&M::esm_cause>(1),
      tlv<&M::protocol_configuration_options>(0x27, 1, 251),
      extended_pco<&M::extended_protocol_configuration_options, PcoLengths::from_network>(),
  };
};
template <>
struct Layout<PdnDisconnectRequest> {
  using M = PdnDisconnectRequest;
  static constexpr Field kFields[] = {
      half<&M::linked_eps_bearer_identity>(),
      tlv<&M::protocol_configuration_options>(0x27, 1, 251),
      extended_pco<&M::extended_protocol_configuration_options, PcoLengths::from_ue>(),
  };
};
template <>
struct Layout<RemoteUeReport> {
  using M = RemoteUeReport;
  static constexpr Field kFields[] = {
      tlv_e<&M::remote_ue_context_connected>(0x79, 1),
      tlv_e<&M::remote_ue_context_disconnected>(0x7A, 1),
      tlv<&M::prose_key_management_function_address>(0x6F, 5, 17),
  };
};
template <>
struct Layout<EsmDataTransport> {
  using M = EsmDataTransport;
  static constexpr Field kFields[] = {
      lv_e<&M::user_data_container>(0),
      tv_half<&M::release_assistance_indication>(0xF),
  };
};

namespace {

constexpr std::size_t kHeaderOctets = 3;

using DecodeAny = NasDecoded<EsmMessage> (*)(Bytes message);
template <class M>
NasDecoded<EsmMessage> decode_any(Bytes message) {
  auto decoded = decode<M>(message);
  if (!decoded) return std::unexpected(decoded.error());
  return EsmMessage(std::in_place_type<M>, std::move(*decoded));
}

struct TypeRow {
  EsmType type;
  bool uplink;
  bool downlink;
  DecodeAny decode;
};
template <class M>
constexpr TypeRow up() {
  return {M::kType, true, false, &decode_any<M>};
}
template <class M>
constexpr TypeRow down() {
  return {M::kType, false, true, &decode_any<M>};
}
template <class M>
constexpr TypeRow both() {
  return {M::kType, true, true, &decode_any<M>};
}
constexpr TypeRow kTypes[] = {
    up<ActivateDedicatedEpsBearerContextAccept>(),
    up<ActivateDedicatedEpsBearerContextReject>(),
    down<ActivateDedicatedEpsBearerContextRequest>(),
    up<ActivateDefaultEpsBearerContextAccept>(),
    up<ActivateDefaultEpsBearerContextReject>(),
    down<ActivateDefaultEpsBearerContextRequest>(),
    down<BearerResourceAllocationReject>(),
    up<BearerResourceAllocationRequest>(),
    down<BearerResourceModificationReject>(),
    up<BearerResourceModificationRequest>(),
    up<DeactivateEpsBearerContextAccept>(),
    down<DeactivateEpsBearerContextRequest>(),
    both<EsmDummyMessage>(),
    down<EsmInformationRequest>(),
    up<EsmInformationResponse>(),
    both<EsmStatus>(),
    up<ModifyEpsBearerContextAccept>(),
    up<ModifyEpsBearerContextReject>(),
    down<ModifyEpsBearerContextRequest>(),
    down<Notification>(),
    down<PdnConnectivityReject>(),
    up<PdnConnectivityRequest>(),
    down<PdnDisconnectReject>(),
    up<PdnDisconnectRequest>(),
    up<RemoteUeReport>(),
    down<RemoteUeReportResponse>(),
    both<EsmDataTransport>(),
};

}  // namespace

template <class M>
NasDecoded<M> decode(Bytes message) {
  if (message.size() < kHeaderOctets) return std::unexpected(ignored(0, "too short for a message type"));
  if ((message[0] & 0xF) != kEsmDiscriminator) return std::unexpected(ignored(0, "no ESM message"));
  if (message[2] != static_cast<std::uint8_t>(M::kType))
    return std::unexpected(fault(2, "another message type", EmmCause::message_type_non_existent));
  Reader in(message);
  in.skip(kHeaderOctets);
  NasDecoded<M> decoded;
  decoded->eps_bearer_identity = message[0] >> 4;
  decoded->procedure_transaction_identity = message[1];
  if (const auto wrong = decode_fields(in, Layout<M>::kFields, &*decoded)) return std::unexpected(*wrong);
  return decoded;
}

template <class M>
bool encode(const M& message, Writer& out) {
  out.u8(static_cast<std::uint8_t>((message.eps_bearer_identity & 0xF) << 4 | kEsmDiscriminator));
  out.u8(message.procedure_transaction_identity);
  out.u8(static_cast<std::uint8_t>(M::kType));
  return encode_fields(&message, Layout<M>::kFields, out);
}

template NasDecoded<ActivateDedicatedEpsBearerContextAccept> decode<ActivateDedicatedEpsBearerContextAccept>(
    Bytes);
template bool encode<ActivateDedicatedEpsBearerContextAccept>(const ActivateDedicatedEpsBearerContextAccept&,
                                                              Writer&);
template NasDecoded<ActivateDedicatedEpsBearerContextReject> decode<ActivateDedicatedEpsBearerContextReject>(
    Bytes);
template bool encode<ActivateDedicatedEpsBearerContextReject>(const ActivateDedicatedEpsBearerContextReject&,
                                                              Writer&);
template NasDecoded<ActivateDedicatedEpsBearerContextRequest>
    decode<ActivateDedicatedEpsBearerContextRequest>(Bytes);
template bool encode<ActivateDedicatedEpsBearerContextRequest>(
    const ActivateDedicatedEpsBearerContextRequest&, Writer&);
template NasDecoded<ActivateDefaultEpsBearerContextAccept> decode<ActivateDefaultEpsBearerContextAccept>(
    Bytes);
template bool encode<ActivateDefaultEpsBearerContextAccept>(const ActivateDefaultEpsBearerContextAccept&,
                                                            Writer&);
template NasDecoded<ActivateDefaultEpsBearerContextReject> decode<ActivateDefaultEpsBearerContextReject>(
    Bytes);
template bool encode<ActivateDefaultEpsBearerContextReject>(const ActivateDefaultEpsBearerContextReject&,
                                                            Writer&);
template NasDecoded<ActivateDefaultEpsBearerContextRequest> decode<ActivateDefaultEpsBearerContextRequest>(
    Bytes);
template bool encode<ActivateDefaultEpsBearerContextRequest>(const ActivateDefaultEpsBearerContextRequest&,
                                                             Writer&);
template NasDecoded<BearerResourceAllocationReject> decode<BearerResourceAllocationReject>(Bytes);
template bool encode<BearerResourceAllocationReject>(const BearerResourceAllocationReject&, Writer&);
template NasDecoded<BearerResourceAllocationRequest> decode<BearerResourceAllocationRequest>(Bytes);
template bool encode<BearerResourceAllocationRequest>(const BearerResourceAllocationRequest&, Writer&);
template NasDecoded<BearerResourceModificationReject> decode<BearerResourceModificationReject>(Bytes);
template bool encode<BearerResourceModificationReject>(const BearerResourceModificationReject&, Writer&);
template NasDecoded<BearerResourceModificationRequest> decode<BearerResourceModificationRequest>(Bytes);
template bool encode<BearerResourceModificationRequest>(const BearerResourceModificationRequest&, Writer&);
template NasDecoded<DeactivateEpsBearerContextAccept> decode<DeactivateEpsBearerContextAccept>(Bytes);
template bool encode<DeactivateEpsBearerContextAccept>(const DeactivateEpsBearerContextAccept&, Writer&);
template NasDecoded<DeactivateEpsBearerContextRequest> decode<DeactivateEpsBearerContextRequest>(Bytes);
template bool encode<DeactivateEpsBearerContextRequest>(const DeactivateEpsBearerContextRequest&, Writer&);
template NasDecoded<EsmDummyMessage> decode<EsmDummyMessage>(Bytes);
template bool encode<EsmDummyMessage>(const EsmDummyMessage&, Writer&);
template NasDecoded<EsmInformationRequest> decode<EsmInformationRequest>(Bytes);
template bool encode<EsmInformationRequest>(const EsmInformationRequest&, Writer&);
template NasDecoded<EsmInformationResponse> decode<EsmInformationResponse>(Bytes);
template bool encode<EsmInformationResponse>(const EsmInformationResponse&, Writer&);
template NasDecoded<EsmStatus> decode<EsmStatus>(Bytes);
template bool encode<EsmStatus>(const EsmStatus&, Writer&);
template NasDecoded<ModifyEpsBearerContextAccept> decode<ModifyEpsBearerContextAccept>(Bytes);
template bool encode<ModifyEpsBearerContextAccept>(const ModifyEpsBearerContextAccept&, Writer&);
template NasDecoded<ModifyEpsBearerContextReject> decode<ModifyEpsBearerContextReject>(Bytes);
template bool encode<ModifyEpsBearerContextReject>(const ModifyEpsBearerContextReject&, Writer&);
template NasDecoded<ModifyEpsBearerContextRequest> decode<ModifyEpsBearerContextRequest>(Bytes);
template bool encode<ModifyEpsBearerContextRequest>(const ModifyEpsBearerContextRequest&, Writer&);
template NasDecoded<Notification> decode<Notification>(Bytes);
template bool encode<Notification>(const Notification&, Writer&);
template NasDecoded<PdnConnectivityReject> decode<PdnConnectivityReject>(Bytes);
template bool encode<PdnConnectivityReject>(const PdnConnectivityReject&, Writer&);
template NasDecoded<PdnConnectivityRequest> decode<PdnConnectivityRequest>(Bytes);
template bool encode<PdnConnectivityRequest>(const PdnConnectivityRequest&, Writer&);
template NasDecoded<PdnDisconnectReject> decode<PdnDisconnectReject>(Bytes);
template bool encode<PdnDisconnectReject>(const PdnDisconnectReject&, Writer&);
template NasDecoded<PdnDisconnectRequest> decode<PdnDisconnectRequest>(Bytes);
template bool encode<PdnDisconnectRequest>(const PdnDisconnectRequest&, Writer&);
template NasDecoded<RemoteUeReport> decode<RemoteUeReport>(Bytes);
template bool encode<RemoteUeReport>(const RemoteUeReport&, Writer&);
template NasDecoded<RemoteUeReportResponse> decode<RemoteUeReportResponse>(Bytes);
template bool encode<RemoteUeReportResponse>(const RemoteUeReportResponse&, Writer&);
template NasDecoded<EsmDataTransport> decode<EsmDataTransport>(Bytes);
template bool encode<EsmDataTransport>(const EsmDataTransport&, Writer&);

NasDecoded<EsmMessage> decode_esm(Bytes message, Direction direction) {
  const auto header = peek(message);
  if (!header) return std::unexpected(header.error());
  if (header->discriminator != kEsmDiscriminator) return std::unexpected(ignored(0, "no ESM message"));
  for (const TypeRow& row : kTypes)
    if (row.type == header->esm_type && (direction == Direction::uplink ? row.uplink : row.downlink))
      return row.decode(message);
  return std::unexpected(
      fault(2, "message type does not exist in this direction", EmmCause::message_type_non_existent));
}

bool encode(const EsmMessage& message, Writer& out) {
  return std::visit([&out](const auto& one) { return encode(one, out); }, message);
}

}  // namespace zerocell::nas
