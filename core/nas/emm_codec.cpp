// SPDX-License-Identifier: Apache-2.0
#include "core/nas/ie_table.hpp"

namespace zerocell::nas {

namespace {
bool imsi_or_tmsi(const MobileIdentity& identity) {
  return identity.imsi() || identity.tmsi();
}
bool tmsi(const MobileIdentity& identity) {
  return identity.tmsi() != nullptr;
}
bool imeisv(const MobileIdentity& identity) {
  return identity.imei() && identity.imei()->software_version != Imei::kNoVersion;
}
}  // namespace

// Tables 8.2.1.1 to 8.2.34.1 of TS 24.301, release 17. The rows stand in the order of the tables, which is
// the order on the wire.

template <>
struct Layout<AttachRequest> {
  using M = AttachRequest;
  static constexpr Field kFields[] = {
      halves<&M::eps_attach_type, &M::nas_key_set_identifier>(),
      lv<&M::eps_mobile_identity>(4, 11),
      lv<&M::ue_network_capability>(2, 13),
      lv_e<&M::esm_message_container>(3),
      tv<&M::old_p_tmsi_signature>(0x19, 3),
      tlv<&M::additional_guti>(0x50, 11, 11),
      tv<&M::last_visited_registered_tai>(0x52, 5),
      tv<&M::drx_parameter>(0x5C, 2),
      tlv<&M::ms_network_capability>(0x31, 2, 8),
      tv<&M::old_location_area_identification>(0x13, 5),
      tv_half<&M::tmsi_status>(0x9),
      tlv<&M::mobile_station_classmark_2>(0x11, 3, 3),
      tlv<&M::mobile_station_classmark_3>(0x20, 0, 32),
      tlv<&M::supported_codecs>(0x40, 3, 255),
      tv_half<&M::additional_update_type>(0xF),
      tlv<&M::voice_domain_preference>(0x5D, 1, 1),
      tv_half<&M::device_properties>(0xD),
      tv_half<&M::old_guti_type>(0xE),
      tv_half<&M::ms_network_feature_support>(0xC),
      tlv<&M::tmsi_based_nri_container>(0x10, 2, 2),
      tlv<&M::t3324_value>(0x6A, 1, 1),
      tlv<&M::t3412_extended_value>(0x5E, 1, 1),
      tlv<&M::extended_drx_parameters>(0x6E, 1, 2),
      tlv<&M::ue_additional_security_capability>(0x6F, 4, 4),
      tlv<&M::ue_status>(0x6D, 1, 1),
      tv<&M::additional_information_requested>(0x17, 1),
      tlv<&M::n1_ue_network_capability>(0x32, 1, 13),
      tlv<&M::ue_radio_capability_id_availability>(0x34, 1, 1),
      tlv<&M::requested_wus_assistance_information>(0x35, 1, 255),
      tlv<&M::drx_parameter_in_nb_s1_mode>(0x36, 1, 1),
      tlv<&M::requested_imsi_offset>(0x38, 2, 2),
  };
};
template <>
struct Layout<AttachAccept> {
  using M = AttachAccept;
  static constexpr Field kFields[] = {
      half<&M::eps_attach_result>(),
      v<&M::t3412_value>(1),
      lv<&M::tai_list>(6, 96),
      lv_e<&M::esm_message_container>(3),
      tlv<&M::guti>(0x50, 11, 11),
      tv<&M::location_area_identification>(0x13, 5),
      only<&M::ms_identity, imsi_or_tmsi>(tlv<&M::ms_identity>(0x23, 5, 8)),
      tv<&M::emm_cause>(0x53, 1),
      tv<&M::t3402_value>(0x17, 1),
      tv<&M::t3423_value>(0x59, 1),
      tlv<&M::equivalent_plmns>(0x4A, 3, 45),
      tlv<&M::emergency_number_list>(0x34, 3, 48),
      tlv<&M::eps_network_feature_support>(0x64, 1, 3),
      tv_half<&M::additional_update_result>(0xF),
      tlv<&M::t3412_extended_value>(0x5E, 1, 1),
      tlv<&M::t3324_value>(0x6A, 1, 1),
      tlv<&M::extended_drx_parameters>(0x6E, 1, 2),
      tlv<&M::dcn_id>(0x65, 2, 2),
      tv_half<&M::sms_services_status>(0xE),
      tv_half<&M::non_3gpp_nw_provided_policies>(0xD),
      tlv<&M::t3448_value>(0x6B, 1, 1),
      tv_half<&M::network_policy>(0xC),
      tlv<&M::t3447_value>(0x6C, 1, 1),
      tlv_e<&M::extended_emergency_number_list>(0x7A, 4),
      tlv_e<&M::ciphering_key_data>(0x7C, 32, 2288),
      tlv<&M::ue_radio_capability_id>(0x66, 1, 255),
      tv_half<&M::ue_radio_capability_id_deletion_indication>(0xB),
      tlv<&M::negotiated_wus_assistance_information>(0x35, 1, 255),
      tlv<&M::negotiated_drx_parameter_in_nb_s1_mode>(0x36, 1, 1),
      tlv<&M::negotiated_imsi_offset>(0x38, 2, 2),
      tlv<&M::forbidden_tais_for_roaming>(0x1D, 6, 96),
      tlv<&M::forbidden_tais_for_regional_provision>(0x1E, 6, 96),
  };
};
template <>
struct Layout<AttachComplete> {
  using M = AttachComplete;
  static constexpr Field kFields[] = {
      lv_e<&M::esm_message_container>(3),
  };
};
template <>
struct Layout<AttachReject> {
  using M = AttachReject;
  static constexpr Field kFields[] = {
      v<&M::emm_cause>(1),
      tlv_e<&M::esm_message_container>(0x78, 3),
      tlv<&M::t3346_value>(0x5F, 1, 1),
      tlv<&M::t3402_value>(0x16, 1, 1),
      tv_half<&M::extended_emm_cause>(0xA),
      tlv<&M::lower_bound_timer_value>(0x1C, 1, 1),
      tlv<&M::forbidden_tais_for_roaming>(0x1D, 6, 96),
      tlv<&M::forbidden_tais_for_regional_provision>(0x1E, 6, 96),
  };
};
template <>
struct Layout<AuthenticationFailure> {
  using M = AuthenticationFailure;
  static constexpr Field kFields[] = {
      v<&M::emm_cause>(1),
      tlv<&M::authentication_failure_parameter>(0x30, 14, 14),
  };
};
template <>
struct Layout<AuthenticationRequest> {
  using M = AuthenticationRequest;
  static constexpr Field kFields[] = {
      half<&M::nas_key_set_identifier>(),
      v<&M::rand>(16),
      lv<&M::autn>(16, 16),
  };
};
template <>
struct Layout<AuthenticationResponse> {
  using M = AuthenticationResponse;
  static constexpr Field kFields[] = {
      lv<&M::authentication_response_parameter>(4, 16),
  };
};
template <>
struct Layout<CsServiceNotification> {
  using M = CsServiceNotification;
  static constexpr Field kFields[] = {
      v<&M::paging_identity>(1),
      tlv<&M::cli>(0x60, 1, 10),
      tv<&M::ss_code>(0x61, 1),
      tv<&M::lcs_indicator>(0x62, 1),
      tlv<&M::lcs_client_identity>(0x63, 1, 255),
  };
};
template <>
struct Layout<DetachRequestUeOriginating> {
  using M = DetachRequestUeOriginating;
  static constexpr Field kFields[] = {
      halves<&M::detach_type, &M::nas_key_set_identifier>(),
      lv<&M::eps_mobile_identity>(4, 11),
  };
};
template <>
struct Layout<DetachRequestUeTerminated> {
  using M = DetachRequestUeTerminated;
  static constexpr Field kFields[] = {
      half<&M::detach_type>(),
      tv<&M::emm_cause>(0x53, 1),
      tlv<&M::lower_bound_timer_value>(0x1C, 1, 1),
      tlv<&M::forbidden_tais_for_roaming>(0x1D, 6, 96),
      tlv<&M::forbidden_tais_for_regional_provision>(0x1E, 6, 96),
  };
};
template <>
struct Layout<DownlinkNasTransport> {
  using M = DownlinkNasTransport;
  static constexpr Field kFields[] = {
      lv<&M::nas_message_container>(2, 251),
  };
};
template <>
struct Layout<EmmInformation> {
  using M = EmmInformation;
  static constexpr Field kFields[] = {
      tlv<&M::full_name_for_network>(0x43, 1, 255),
      tlv<&M::short_name_for_network>(0x45, 1, 255),
      tv<&M::local_time_zone>(0x46, 1),
      tv<&M::universal_time_and_local_time_zone>(0x47, 7),
      tlv<&M::network_daylight_saving_time>(0x49, 1, 1),
  };
};
template <>
struct Layout<EmmStatus> {
  using M = EmmStatus;
  static constexpr Field kFields[] = {
      v<&M::emm_cause>(1),
  };
};
template <>
struct Layout<ExtendedServiceRequest> {
  using M = ExtendedServiceRequest;
  static constexpr Field kFields[] = {
      halves<&M::service_type, &M::nas_key_set_identifier>(),
      only<&M::m_tmsi, tmsi>(lv<&M::m_tmsi>(5, 5)),
      tv_half<&M::csfb_response>(0xB),
      tlv<&M::eps_bearer_context_status>(0x57, 2, 2),
      tv_half<&M::device_properties>(0xD),
      tlv<&M::ue_request_type>(0x29, 1, 1),
      tlv<&M::paging_restriction>(0x28, 1, 3),
  };
};
template <>
struct Layout<GutiReallocationCommand> {
  using M = GutiReallocationCommand;
  static constexpr Field kFields[] = {
      lv<&M::guti>(11, 11),
      tlv<&M::tai_list>(0x54, 6, 96),
      tlv<&M::dcn_id>(0x65, 2, 2),
      tlv<&M::ue_radio_capability_id>(0x66, 1, 255),
      tv_half<&M::ue_radio_capability_id_deletion_indication>(0xB),
  };
};
template <>
struct Layout<IdentityRequest> {
  using M = IdentityRequest;
  static constexpr Field kFields[] = {
      half<&M::identity_type>(),
  };
};
template <>
struct Layout<IdentityResponse> {
  using M = IdentityResponse;
  static constexpr Field kFields[] = {
      lv<&M::mobile_identity>(3, 9),
  };
};
template <>
struct Layout<SecurityModeCommand> {
  using M = SecurityModeCommand;
  static constexpr Field kFields[] = {
      v<&M::selected_nas_security_algorithms>(1),
      half<&M::nas_key_set_identifier>(),
      lv<&M::replayed_ue_security_capabilities>(2, 5),
      tv_half<&M::imeisv_request>(0xC),
      tv<&M::replayed_nonce_ue>(0x55, 4),
      tv<&M::nonce_mme>(0x56, 4),
      tlv<&M::hash_mme>(0x4F, 8, 8),
      tlv<&M::replayed_ue_additional_security_capability>(0x6F, 4, 4),
      tlv<&M::ue_radio_capability_id_request>(0x37, 1, 1),
  };
};
template <>
struct Layout<SecurityModeComplete> {
  using M = SecurityModeComplete;
  static constexpr Field kFields[] = {
      only<&M::imeisv, imeisv>(tlv<&M::imeisv>(0x23, 9, 9)),
      tlv_e<&M::replayed_nas_message_container>(0x79, 0),
      tlv<&M::ue_radio_capability_id>(0x66, 1, 255),
  };
};
template <>
struct Layout<SecurityModeReject> {
  using M = SecurityModeReject;
  static constexpr Field kFields[] = {
      v<&M::emm_cause>(1),
  };
};
template <>
struct Layout<ServiceReject> {
  using M = ServiceReject;
  static constexpr Field kFields[] = {
      v<&M::emm_cause>(1),
      tv<&M::t3442_value>(0x5B, 1),
      tlv<&M::t3346_value>(0x5F, 1, 1),
      tlv<&M::t3448_value>(0x6B, 1, 1),
      tlv<&M::lower_bound_timer_value>(0x1C, 1, 1),
      tlv<&M::forbidden_tais_for_roaming>(0x1D, 6, 96),
      tlv<&M::forbidden_tais_for_regional_provision>(0x1E, 6, 96),
  };
};
template <>
struct Layout<TrackingAreaUpdateAccept> {
  using M = TrackingAreaUpdateAccept;
  static constexpr Field kFields[] = {
      half<&M::eps_update_result>(),
      tv<&M::t3412_value>(0x5A, 1),
      tlv<&M::guti>(0x50, 11, 11),
      tlv<&M::tai_list>(0x54, 6, 96),
      tlv<&M::eps_bearer_context_status>(0x57, 2, 2),
      tv<&M::location_area_identification>(0x13, 5),
      only<&M::ms_identity, imsi_or_tmsi>(tlv<&M::ms_identity>(0x23, 5, 8)),
      tv<&M::emm_cause>(0x53, 1),
      tv<&M::t3402_value>(0x17, 1),
      tv<&M::t3423_value>(0x59, 1),
      tlv<&M::equivalent_plmns>(0x4A, 3, 45),
      tlv<&M::emergency_number_list>(0x34, 3, 48),
      tlv<&M::eps_network_feature_support>(0x64, 1, 3),
      tv_half<&M::additional_update_result>(0xF),
      tlv<&M::t3412_extended_value>(0x5E, 1, 1),
      tlv<&M::t3324_value>(0x6A, 1, 1),
      tlv<&M::extended_drx_parameters>(0x6E, 1, 2),
      tlv<&M::header_compression_configuration_status>(0x68, 2, 2),
      tlv<&M::dcn_id>(0x65, 2, 2),
      tv_half<&M::sms_services_status>(0xE),
      tv_half<&M::non_3gpp_nw_provided_policies>(0xD),
      tlv<&M::t3448_value>(0x6B, 1, 1),
      tv_half<&M::network_policy>(0xC),
      tlv<&M::t3447_value>(0x6C, 1, 1),
      tlv_e<&M::extended_emergency_number_list>(0x7A, 4),
      tlv_e<&M::ciphering_key_data>(0x7C, 32, 2288),
      tlv<&M::ue_radio_capability_id>(0x66, 1, 255),
      tv_half<&M::ue_radio_capability_id_deletion_indication>(0xB),
      tlv<&M::negotiated_wus_assistance_information>(0x35, 1, 255),
      tlv<&M::negotiated_drx_parameter_in_nb_s1_mode>(0x36, 1, 1),
      tlv<&M::negotiated_imsi_offset>(0x38, 2, 2),
      tlv<&M::eps_additional_request_result>(0x37, 1, 1),
      tlv<&M::forbidden_tais_for_roaming>(0x1D, 6, 96),
      tlv<&M::forbidden_tais_for_regional_provision>(0x1E, 6, 96),
  };
};
template <>
struct Layout<TrackingAreaUpdateReject> {
  using M = TrackingAreaUpdateReject;
  static constexpr Field kFields[] = {
      v<&M::emm_cause>(1),
      tlv<&M::t3346_value>(0x5F, 1, 1),
      tv_half<&M::extended_emm_cause>(0xA),
      tlv<&M::lower_bound_timer_value>(0x1C, 1, 1),
      tlv<&M::forbidden_tais_for_roaming>(0x1D, 6, 96),
      tlv<&M::forbidden_tais_for_regional_provision>(0x1E, 6, 96),
  };
};
template <>
struct Layout<TrackingAreaUpdateRequest> {
  using M = TrackingAreaUpdateRequest;
  static constexpr Field kFields[] = {
      halves<&M::eps_update_type, &M::nas_key_set_identifier>(),
      lv<&M::old_guti>(11, 11),
      tv_half<&M::non_current_native_nas_key_set_identifier>(0xB),
      tv_half<&M::gprs_ciphering_key_sequence_number>(0x8),
      tv<&M::old_p_tmsi_signature>(0x19, 3),
      tlv<&M::additional_guti>(0x50, 11, 11),
      tv<&M::nonce_ue>(0x55, 4),
      tlv<&M::ue_network_capability>(0x58, 2, 13),
      tv<&M::last_visited_registered_tai>(0x52, 5),
      tv<&M::drx_parameter>(0x5C, 2),
      tv_half<&M::ue_radio_capability_information_update_needed>(0xA),
      tlv<&M::eps_bearer_context_status>(0x57, 2, 2),
      tlv<&M::ms_network_capability>(0x31, 2, 8),
      tv<&M::old_location_area_identification>(0x13, 5),
      tv_half<&M::tmsi_status>(0x9),
      tlv<&M::mobile_station_classmark_2>(0x11, 3, 3),
      tlv<&M::mobile_station_classmark_3>(0x20, 0, 32),
      tlv<&M::supported_codecs>(0x40, 3, 255),
      tv_half<&M::additional_update_type>(0xF),
      tlv<&M::voice_domain_preference>(0x5D, 1, 1),
      tv_half<&M::old_guti_type>(0xE),
      tv_half<&M::device_properties>(0xD),
      tv_half<&M::ms_network_feature_support>(0xC),
      tlv<&M::tmsi_based_nri_container>(0x10, 2, 2),
      tlv<&M::t3324_value>(0x6A, 1, 1),
      tlv<&M::t3412_extended_value>(0x5E, 1, 1),
      tlv<&M::extended_drx_parameters>(0x6E, 1, 2),
      tlv<&M::ue_additional_security_capability>(0x6F, 4, 4),
      tlv<&M::ue_status>(0x6D, 1, 1),
      tv<&M::additional_information_requested>(0x17, 1),
      tlv<&M::n1_ue_network_capability>(0x32, 1, 13),
      tlv<&M::ue_radio_capability_id_availability>(0x34, 1, 1),
      tlv<&M::requested_wus_assistance_information>(0x35, 1, 255),
      tlv<&M::drx_parameter_in_nb_s1_mode>(0x36, 1, 1),
      tlv<&M::requested_imsi_offset>(0x38, 2, 2),
      tlv<&M::ue_request_type>(0x29, 1, 1),
      tlv<&M::paging_restriction>(0x28, 1, 3),
  };
};
template <>
struct Layout<UplinkNasTransport> {
  using M = UplinkNasTransport;
  static constexpr Field kFields[] = {
      lv<&M::nas_message_container>(2, 251),
  };
};
template <>
struct Layout<DownlinkGenericNasTransport> {
  using M = DownlinkGenericNasTransport;
  static constexpr Field kFields[] = {
      v<&M::generic_message_container_type>(1),
      lv_e<&M::generic_message_container>(1),
      tlv<&M::additional_information>(0x65, 1, 255),
  };
};
template <>
struct Layout<UplinkGenericNasTransport> {
  using M = UplinkGenericNasTransport;
  static constexpr Field kFields[] = {
      v<&M::generic_message_container_type>(1),
      lv_e<&M::generic_message_container>(1),
      tlv<&M::additional_information>(0x65, 1, 255),
  };
};
template <>
struct Layout<ControlPlaneServiceRequest> {
  using M = ControlPlaneServiceRequest;
  static constexpr Field kFields[] = {
      halves<&M::control_plane_service_type, &M::nas_key_set_identifier>(),
      tlv_e<&M::esm_message_container>(0x78, 0),
      tlv<&M::nas_message_container>(0x67, 2, 251),
      tlv<&M::eps_bearer_context_status>(0x57, 2, 2),
      tv_half<&M::device_properties>(0xD),
      tlv<&M::ue_request_type>(0x29, 1, 1),
      tlv<&M::paging_restriction>(0x28, 1, 3),
  };
};
template <>
struct Layout<ServiceAccept> {
  using M = ServiceAccept;
  static constexpr Field kFields[] = {
      tlv<&M::eps_bearer_context_status>(0x57, 2, 2),
      tlv<&M::t3448_value>(0x6B, 1, 1),
      tlv<&M::eps_additional_request_result>(0x37, 1, 1),
      tlv<&M::forbidden_tais_for_roaming>(0x1D, 6, 96),
      tlv<&M::forbidden_tais_for_regional_provision>(0x1E, 6, 96),
  };
};

namespace {

constexpr std::size_t kHeaderOctets = 2;
constexpr std::size_t kServiceRequestOctets = 4;

using DecodeAny = NasDecoded<EmmMessage> (*)(Bytes message);
template <class M>
NasDecoded<EmmMessage> decode_any(Bytes message) {
  auto decoded = decode<M>(message);
  if (!decoded) return std::unexpected(decoded.error());
  return EmmMessage(std::in_place_type<M>, std::move(*decoded));
}

/// Which message a type is in each direction; nullptr where it does not go.
struct TypeRow {
  EmmType type;
  DecodeAny uplink;
  DecodeAny downlink;
};
template <class M>
constexpr TypeRow up() {
  return {M::kType, &decode_any<M>, nullptr};
}
template <class M>
constexpr TypeRow down() {
  return {M::kType, nullptr, &decode_any<M>};
}
template <class Up, class Down = Up>
constexpr TypeRow both() {
  return {Up::kType, &decode_any<Up>, &decode_any<Down>};
}
constexpr TypeRow kTypes[] = {
    up<AttachRequest>(),
    down<AttachAccept>(),
    up<AttachComplete>(),
    down<AttachReject>(),
    both<DetachRequestUeOriginating, DetachRequestUeTerminated>(),
    both<DetachAccept>(),
    up<TrackingAreaUpdateRequest>(),
    down<TrackingAreaUpdateAccept>(),
    up<TrackingAreaUpdateComplete>(),
    down<TrackingAreaUpdateReject>(),
    up<ExtendedServiceRequest>(),
    up<ControlPlaneServiceRequest>(),
    down<ServiceReject>(),
    down<ServiceAccept>(),
    down<GutiReallocationCommand>(),
    up<GutiReallocationComplete>(),
    down<AuthenticationRequest>(),
    up<AuthenticationResponse>(),
    down<AuthenticationReject>(),
    down<IdentityRequest>(),
    up<IdentityResponse>(),
    up<AuthenticationFailure>(),
    down<SecurityModeCommand>(),
    up<SecurityModeComplete>(),
    up<SecurityModeReject>(),
    both<EmmStatus>(),
    down<EmmInformation>(),
    down<DownlinkNasTransport>(),
    up<UplinkNasTransport>(),
    down<CsServiceNotification>(),
    down<DownlinkGenericNasTransport>(),
    up<UplinkGenericNasTransport>(),
};

}  // namespace

template <class M>
NasDecoded<M> decode(Bytes message) {
  if (message.size() < kHeaderOctets) return std::unexpected(ignored(0, "too short for a message type"));
  if (message[0] != kEmmDiscriminator) return std::unexpected(ignored(0, "no plain EMM message"));
  if (message[1] != static_cast<std::uint8_t>(M::kType))
    return std::unexpected(fault(1, "another message type", EmmCause::message_type_non_existent));
  Reader in(message);
  in.skip(kHeaderOctets);
  NasDecoded<M> decoded;
  if (const auto wrong = decode_fields(in, Layout<M>::kFields, &*decoded)) return std::unexpected(*wrong);
  return decoded;
}

template <class M>
bool encode(const M& message, Writer& out) {
  out.u8(kEmmDiscriminator);
  out.u8(static_cast<std::uint8_t>(M::kType));
  return encode_fields(&message, Layout<M>::kFields, out);
}

template NasDecoded<AttachRequest> decode<AttachRequest>(Bytes);
template bool encode<AttachRequest>(const AttachRequest&, Writer&);
template NasDecoded<AttachAccept> decode<AttachAccept>(Bytes);
template bool encode<AttachAccept>(const AttachAccept&, Writer&);
template NasDecoded<AttachComplete> decode<AttachComplete>(Bytes);
template bool encode<AttachComplete>(const AttachComplete&, Writer&);
template NasDecoded<AttachReject> decode<AttachReject>(Bytes);
template bool encode<AttachReject>(const AttachReject&, Writer&);
template NasDecoded<AuthenticationFailure> decode<AuthenticationFailure>(Bytes);
template bool encode<AuthenticationFailure>(const AuthenticationFailure&, Writer&);
template NasDecoded<AuthenticationReject> decode<AuthenticationReject>(Bytes);
template bool encode<AuthenticationReject>(const AuthenticationReject&, Writer&);
template NasDecoded<AuthenticationRequest> decode<AuthenticationRequest>(Bytes);
template bool encode<AuthenticationRequest>(const AuthenticationRequest&, Writer&);
template NasDecoded<AuthenticationResponse> decode<AuthenticationResponse>(Bytes);
template bool encode<AuthenticationResponse>(const AuthenticationResponse&, Writer&);
template NasDecoded<CsServiceNotification> decode<CsServiceNotification>(Bytes);
template bool encode<CsServiceNotification>(const CsServiceNotification&, Writer&);
template NasDecoded<DetachAccept> decode<DetachAccept>(Bytes);
template bool encode<DetachAccept>(const DetachAccept&, Writer&);
template NasDecoded<DetachRequestUeOriginating> decode<DetachRequestUeOriginating>(Bytes);
template bool encode<DetachRequestUeOriginating>(const DetachRequestUeOriginating&, Writer&);
template NasDecoded<DetachRequestUeTerminated> decode<DetachRequestUeTerminated>(Bytes);
template bool encode<DetachRequestUeTerminated>(const DetachRequestUeTerminated&, Writer&);
template NasDecoded<DownlinkNasTransport> decode<DownlinkNasTransport>(Bytes);
template bool encode<DownlinkNasTransport>(const DownlinkNasTransport&, Writer&);
template NasDecoded<EmmInformation> decode<EmmInformation>(Bytes);
template bool encode<EmmInformation>(const EmmInformation&, Writer&);
template NasDecoded<EmmStatus> decode<EmmStatus>(Bytes);
template bool encode<EmmStatus>(const EmmStatus&, Writer&);
template NasDecoded<ExtendedServiceRequest> decode<ExtendedServiceRequest>(Bytes);
template bool encode<ExtendedServiceRequest>(const ExtendedServiceRequest&, Writer&);
template NasDecoded<GutiReallocationCommand> decode<GutiReallocationCommand>(Bytes);
template bool encode<GutiReallocationCommand>(const GutiReallocationCommand&, Writer&);
template NasDecoded<GutiReallocationComplete> decode<GutiReallocationComplete>(Bytes);
template bool encode<GutiReallocationComplete>(const GutiReallocationComplete&, Writer&);
template NasDecoded<IdentityRequest> decode<IdentityRequest>(Bytes);
template bool encode<IdentityRequest>(const IdentityRequest&, Writer&);
template NasDecoded<IdentityResponse> decode<IdentityResponse>(Bytes);
template bool encode<IdentityResponse>(const IdentityResponse&, Writer&);
template NasDecoded<SecurityModeCommand> decode<SecurityModeCommand>(Bytes);
template bool encode<SecurityModeCommand>(const SecurityModeCommand&, Writer&);
template NasDecoded<SecurityModeComplete> decode<SecurityModeComplete>(Bytes);
template bool encode<SecurityModeComplete>(const SecurityModeComplete&, Writer&);
template NasDecoded<SecurityModeReject> decode<SecurityModeReject>(Bytes);
template bool encode<SecurityModeReject>(const SecurityModeReject&, Writer&);
template NasDecoded<ServiceReject> decode<ServiceReject>(Bytes);
template bool encode<ServiceReject>(const ServiceReject&, Writer&);
template NasDecoded<TrackingAreaUpdateAccept> decode<TrackingAreaUpdateAccept>(Bytes);
template bool encode<TrackingAreaUpdateAccept>(const TrackingAreaUpdateAccept&, Writer&);
template NasDecoded<TrackingAreaUpdateComplete> decode<TrackingAreaUpdateComplete>(Bytes);
template bool encode<TrackingAreaUpdateComplete>(const TrackingAreaUpdateComplete&, Writer&);
template NasDecoded<TrackingAreaUpdateReject> decode<TrackingAreaUpdateReject>(Bytes);
template bool encode<TrackingAreaUpdateReject>(const TrackingAreaUpdateReject&, Writer&);
template NasDecoded<TrackingAreaUpdateRequest> decode<TrackingAreaUpdateRequest>(Bytes);
template bool encode<TrackingAreaUpdateRequest>(const TrackingAreaUpdateRequest&, Writer&);
template NasDecoded<UplinkNasTransport> decode<UplinkNasTransport>(Bytes);
template bool encode<UplinkNasTransport>(const UplinkNasTransport&, Writer&);
template NasDecoded<DownlinkGenericNasTransport> decode<DownlinkGenericNasTransport>(Bytes);
template bool encode<DownlinkGenericNasTransport>(const DownlinkGenericNasTransport&, Writer&);
template NasDecoded<UplinkGenericNasTransport> decode<UplinkGenericNasTransport>(Bytes);
template bool encode<UplinkGenericNasTransport>(const UplinkGenericNasTransport&, Writer&);
template NasDecoded<ControlPlaneServiceRequest> decode<ControlPlaneServiceRequest>(Bytes);
template bool encode<ControlPlaneServiceRequest>(const ControlPlaneServiceRequest&, Writer&);
template NasDecoded<ServiceAccept> decode<ServiceAccept>(Bytes);
template bool encode<ServiceAccept>(const ServiceAccept&, Writer&);

template <>
NasDecoded<ServiceRequest> decode<ServiceRequest>(Bytes message) {
  if (message.size() < kServiceRequestOctets) return std::unexpected(ignored(0, "SERVICE REQUEST cut off"));
  if ((message[0] & 0xF) != kEmmDiscriminator ||
      message[0] >> 4 < static_cast<int>(SecurityHeader::service_request))
    return std::unexpected(ignored(0, "no SERVICE REQUEST"));
  return ServiceRequest{.ksi = static_cast<std::uint8_t>(message[1] >> 5),
                        .sequence_number = static_cast<std::uint8_t>(message[1] & 0x1F),
                        .short_mac = static_cast<std::uint16_t>(message[2] << 8 | message[3])};
}

template <>
bool encode<ServiceRequest>(const ServiceRequest& message, Writer& out) {
  out.u8(static_cast<std::uint8_t>(static_cast<unsigned>(SecurityHeader::service_request) << 4 |
                                   kEmmDiscriminator));
  out.u8(static_cast<std::uint8_t>(message.ksi << 5 | (message.sequence_number & 0x1F)));
  out.u16(message.short_mac);
  return out.ok();
}

NasDecoded<EmmMessage> decode_emm(Bytes message, Direction direction) {
  const auto header = peek(message);
  if (!header) return std::unexpected(header.error());
  if (header->discriminator != kEmmDiscriminator) return std::unexpected(ignored(0, "no EMM message"));
  if (header->security_header == SecurityHeader::service_request) {
    if (direction == Direction::uplink) return decode_any<ServiceRequest>(message);
    return std::unexpected(ignored(0, "SERVICE REQUEST from the network"));
  }
  if (header->security_header != SecurityHeader::plain)
    return std::unexpected(ignored(0, "no plain EMM message"));
  for (const TypeRow& row : kTypes) {
    const DecodeAny decode_it = direction == Direction::uplink ? row.uplink : row.downlink;
    if (row.type == header->emm_type && decode_it != nullptr) return decode_it(message);
  }
  return std::unexpected(
      fault(1, "message type does not exist in this direction", EmmCause::message_type_non_existent));
}

bool encode(const EmmMessage& message, Writer& out) {
  return std::visit([&out](const auto& one) { return encode(one, out); }, message);
}

}  // namespace zerocell::nas
