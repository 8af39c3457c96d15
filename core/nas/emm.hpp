// SPDX-License-Identifier: Apache-2.0
#pragma once

// EPS mobility management messages, TS 24.301 §8.2 (release 17). One plain struct a message, its members
// named after the information elements and in their order; what is optional or conditional is a
// std::optional. Views (Octets and what is built on it) point into the octets that were decoded.

#include <optional>

#include "core/nas/ie/area.hpp"
#include "core/nas/ie/capability.hpp"
#include "core/nas/ie/cause.hpp"
#include "core/nas/ie/emm_values.hpp"
#include "core/nas/ie/message_type.hpp"
#include "core/nas/ie/mobile_identity.hpp"
#include "core/nas/ie/network.hpp"
#include "core/nas/ie/octets.hpp"
#include "core/nas/ie/timer.hpp"

namespace zerocell::nas {

/// ATTACH REQUEST, §8.2.4, uplink.
struct AttachRequest {
  static constexpr EmmType kType = EmmType::attach_request;
  EpsAttachType eps_attach_type = EpsAttachType::eps;
  NasKeySetIdentifier nas_key_set_identifier{};
  EpsMobileIdentity eps_mobile_identity{};
  UeNetworkCapability ue_network_capability{};
  Octets esm_message_container{};
  std::optional<std::array<std::uint8_t, 3>> old_p_tmsi_signature{};
  std::optional<EpsMobileIdentity> additional_guti{};
  std::optional<Tai> last_visited_registered_tai{};
  std::optional<DrxParameter> drx_parameter{};
  std::optional<MsNetworkCapability> ms_network_capability{};
  std::optional<Lai> old_location_area_identification{};
  std::optional<TmsiStatus> tmsi_status{};
  std::optional<std::array<std::uint8_t, 3>> mobile_station_classmark_2{};
  std::optional<ShortOctets<32>> mobile_station_classmark_3{};
  std::optional<Octets> supported_codecs{};
  std::optional<AdditionalUpdateType> additional_update_type{};
  std::optional<std::uint8_t> voice_domain_preference{};
  std::optional<DeviceProperties> device_properties{};
  std::optional<GutiType> old_guti_type{};
  std::optional<MsNetworkFeatureSupport> ms_network_feature_support{};
  std::optional<std::uint16_t> tmsi_based_nri_container{};
  std::optional<GprsTimer> t3324_value{};
  std::optional<GprsTimer3> t3412_extended_value{};
  std::optional<ExtendedDrxParameters> extended_drx_parameters{};
  std::optional<UeAdditionalSecurityCapability> ue_additional_security_capability{};
  std::optional<std::uint8_t> ue_status{};
  std::optional<std::uint8_t> additional_information_requested{};
  std::optional<ShortOctets<13>> n1_ue_network_capability{};
  std::optional<std::uint8_t> ue_radio_capability_id_availability{};
  std::optional<Octets> requested_wus_assistance_information{};
  std::optional<std::uint8_t> drx_parameter_in_nb_s1_mode{};
  std::optional<std::uint16_t> requested_imsi_offset{};
  friend bool operator==(const AttachRequest&, const AttachRequest&) = default;
};

/// ATTACH ACCEPT, §8.2.1, downlink.
struct AttachAccept {
  static constexpr EmmType kType = EmmType::attach_accept;
  EpsAttachResult eps_attach_result = EpsAttachResult::eps_only;
  GprsTimer t3412_value{};
  TaiList tai_list{};
  Octets esm_message_container{};
  std::optional<EpsMobileIdentity> guti{};
  std::optional<Lai> location_area_identification{};
  std::optional<MobileIdentity> ms_identity{};
  std::optional<EmmCause> emm_cause{};
  std::optional<GprsTimer> t3402_value{};
  std::optional<GprsTimer> t3423_value{};
  std::optional<PlmnList> equivalent_plmns{};
  std::optional<EmergencyNumberList> emergency_number_list{};
  std::optional<EpsNetworkFeatureSupport> eps_network_feature_support{};
  std::optional<AdditionalUpdateResult> additional_update_result{};
  std::optional<GprsTimer3> t3412_extended_value{};
  std::optional<GprsTimer> t3324_value{};
  std::optional<ExtendedDrxParameters> extended_drx_parameters{};
  std::optional<std::uint16_t> dcn_id{};
  std::optional<SmsServicesStatus> sms_services_status{};
  std::optional<Non3gppPolicies> non_3gpp_nw_provided_policies{};
  std::optional<GprsTimer> t3448_value{};
  std::optional<NetworkPolicy> network_policy{};
  std::optional<GprsTimer3> t3447_value{};
  std::optional<Octets> extended_emergency_number_list{};
  std::optional<Octets> ciphering_key_data{};
  std::optional<Octets> ue_radio_capability_id{};
  std::optional<RadioCapabilityIdDeletion> ue_radio_capability_id_deletion_indication{};
  std::optional<Octets> negotiated_wus_assistance_information{};
  std::optional<std::uint8_t> negotiated_drx_parameter_in_nb_s1_mode{};
  std::optional<std::uint16_t> negotiated_imsi_offset{};
  std::optional<TaiList> forbidden_tais_for_roaming{};
  std::optional<TaiList> forbidden_tais_for_regional_provision{};
  friend bool operator==(const AttachAccept&, const AttachAccept&) = default;
};

/// ATTACH COMPLETE, §8.2.2, uplink.
struct AttachComplete {
  static constexpr EmmType kType = EmmType::attach_complete;
  Octets esm_message_container{};
  friend bool operator==(const AttachComplete&, const AttachComplete&) = default;
};

/// ATTACH REJECT, §8.2.3, downlink.
struct AttachReject {
  static constexpr EmmType kType = EmmType::attach_reject;
  EmmCause emm_cause{};
  std::optional<Octets> esm_message_container{};
  std::optional<GprsTimer> t3346_value{};
  std::optional<GprsTimer> t3402_value{};
  std::optional<ExtendedEmmCause> extended_emm_cause{};
  std::optional<GprsTimer3> lower_bound_timer_value{};
  std::optional<TaiList> forbidden_tais_for_roaming{};
  std::optional<TaiList> forbidden_tais_for_regional_provision{};
  friend bool operator==(const AttachReject&, const AttachReject&) = default;
};

/// AUTHENTICATION FAILURE, §8.2.5, uplink.
struct AuthenticationFailure {
  static constexpr EmmType kType = EmmType::authentication_failure;
  EmmCause emm_cause{};
  std::optional<std::array<std::uint8_t, 14>> authentication_failure_parameter{};
  friend bool operator==(const AuthenticationFailure&, const AuthenticationFailure&) = default;
};

/// AUTHENTICATION REJECT, §8.2.6, downlink.
struct AuthenticationReject {
  static constexpr EmmType kType = EmmType::authentication_reject;
  friend bool operator==(const AuthenticationReject&, const AuthenticationReject&) = default;
};

/// AUTHENTICATION REQUEST, §8.2.7, downlink.
struct AuthenticationRequest {
  static constexpr EmmType kType = EmmType::authentication_request;
  NasKeySetIdentifier nas_key_set_identifier{};
  std::array<std::uint8_t, 16> rand{};
  std::array<std::uint8_t, 16> autn{};
  friend bool operator==(const AuthenticationRequest&, const AuthenticationRequest&) = default;
};

/// AUTHENTICATION RESPONSE, §8.2.8, uplink.
struct AuthenticationResponse {
  static constexpr EmmType kType = EmmType::authentication_response;
  AuthenticationResponseParameter authentication_response_parameter{};
  friend bool operator==(const AuthenticationResponse&, const AuthenticationResponse&) = default;
};

/// CS SERVICE NOTIFICATION, §8.2.9, downlink.
struct CsServiceNotification {
  static constexpr EmmType kType = EmmType::cs_service_notification;
  PagingIdentity paging_identity{};
  std::optional<ShortOctets<10>> cli{};
  std::optional<std::uint8_t> ss_code{};
  std::optional<std::uint8_t> lcs_indicator{};
  std::optional<Octets> lcs_client_identity{};
  friend bool operator==(const CsServiceNotification&, const CsServiceNotification&) = default;
};

/// DETACH ACCEPT, §8.2.10, both directions.
struct DetachAccept {
  static constexpr EmmType kType = EmmType::detach_accept;
  friend bool operator==(const DetachAccept&, const DetachAccept&) = default;
};

/// DETACH REQUEST UE ORIGINATING, §8.2.11.1, uplink.
struct DetachRequestUeOriginating {
  static constexpr EmmType kType = EmmType::detach_request;
  UeDetachType detach_type{};
  NasKeySetIdentifier nas_key_set_identifier{};
  EpsMobileIdentity eps_mobile_identity{};
  friend bool operator==(const DetachRequestUeOriginating&, const DetachRequestUeOriginating&) = default;
};

/// DETACH REQUEST UE TERMINATED, §8.2.11.2, downlink.
struct DetachRequestUeTerminated {
  static constexpr EmmType kType = EmmType::detach_request;
  NetworkDetachType detach_type = NetworkDetachType::reattach_not_required;
  std::optional<EmmCause> emm_cause{};
  std::optional<GprsTimer3> lower_bound_timer_value{};
  std::optional<TaiList> forbidden_tais_for_roaming{};
  std::optional<TaiList> forbidden_tais_for_regional_provision{};
  friend bool operator==(const DetachRequestUeTerminated&, const DetachRequestUeTerminated&) = default;
};

/// DOWNLINK NAS TRANSPORT, §8.2.12, downlink: 2 to 251 octets of an SMS.
struct DownlinkNasTransport {
  static constexpr EmmType kType = EmmType::downlink_nas_transport;
  Octets nas_message_container{};
  friend bool operator==(const DownlinkNasTransport&, const DownlinkNasTransport&) = default;
};

/// EMM INFORMATION, §8.2.13, downlink.
struct EmmInformation {
  static constexpr EmmType kType = EmmType::emm_information;
  std::optional<NetworkName> full_name_for_network{};
  std::optional<NetworkName> short_name_for_network{};
  std::optional<TimeZone> local_time_zone{};
  std::optional<UniversalTime> universal_time_and_local_time_zone{};
  std::optional<DaylightSavingTime> network_daylight_saving_time{};
  friend bool operator==(const EmmInformation&, const EmmInformation&) = default;
};

/// EMM STATUS, §8.2.14, both directions.
struct EmmStatus {
  static constexpr EmmType kType = EmmType::emm_status;
  EmmCause emm_cause{};
  friend bool operator==(const EmmStatus&, const EmmStatus&) = default;
};

/// EXTENDED SERVICE REQUEST, §8.2.15, uplink.
struct ExtendedServiceRequest {
  static constexpr EmmType kType = EmmType::extended_service_request;
  ServiceType service_type{};
  NasKeySetIdentifier nas_key_set_identifier{};
  MobileIdentity m_tmsi{};
  std::optional<CsfbResponse> csfb_response{};
  std::optional<EpsBearerContextStatus> eps_bearer_context_status{};
  std::optional<DeviceProperties> device_properties{};
  std::optional<std::uint8_t> ue_request_type{};
  std::optional<Octets> paging_restriction{};
  friend bool operator==(const ExtendedServiceRequest&, const ExtendedServiceRequest&) = default;
};

/// GUTI REALLOCATION COMMAND, §8.2.16, downlink.
struct GutiReallocationCommand {
  static constexpr EmmType kType = EmmType::guti_reallocation_command;
  EpsMobileIdentity guti{};
  std::optional<TaiList> tai_list{};
  std::optional<std::uint16_t> dcn_id{};
  std::optional<Octets> ue_radio_capability_id{};
  std::optional<RadioCapabilityIdDeletion> ue_radio_capability_id_deletion_indication{};
  friend bool operator==(const GutiReallocationCommand&, const GutiReallocationCommand&) = default;
};

/// GUTI REALLOCATION COMPLETE, §8.2.17, uplink.
struct GutiReallocationComplete {
  static constexpr EmmType kType = EmmType::guti_reallocation_complete;
  friend bool operator==(const GutiReallocationComplete&, const GutiReallocationComplete&) = default;
};

/// IDENTITY REQUEST, §8.2.18, downlink.
struct IdentityRequest {
  static constexpr EmmType kType = EmmType::identity_request;
  IdentityType identity_type = IdentityType::imsi;
  friend bool operator==(const IdentityRequest&, const IdentityRequest&) = default;
};

/// IDENTITY RESPONSE, §8.2.19, uplink.
struct IdentityResponse {
  static constexpr EmmType kType = EmmType::identity_response;
  MobileIdentity mobile_identity{};
  friend bool operator==(const IdentityResponse&, const IdentityResponse&) = default;
};

/// SECURITY MODE COMMAND, §8.2.20, downlink.
struct SecurityModeCommand {
  static constexpr EmmType kType = EmmType::security_mode_command;
  NasSecurityAlgorithms selected_nas_security_algorithms{};
  NasKeySetIdentifier nas_key_set_identifier{};
  UeSecurityCapability replayed_ue_security_capabilities{};
  std::optional<ImeisvRequest> imeisv_request{};
  std::optional<std::uint32_t> replayed_nonce_ue{};
  std::optional<std::uint32_t> nonce_mme{};
  std::optional<std::array<std::uint8_t, 8>> hash_mme{};
  std::optional<UeAdditionalSecurityCapability> replayed_ue_additional_security_capability{};
  std::optional<std::uint8_t> ue_radio_capability_id_request{};
  friend bool operator==(const SecurityModeCommand&, const SecurityModeCommand&) = default;
};

/// SECURITY MODE COMPLETE, §8.2.21, uplink.
struct SecurityModeComplete {
  static constexpr EmmType kType = EmmType::security_mode_complete;
  std::optional<MobileIdentity> imeisv{};
  std::optional<Octets> replayed_nas_message_container{};
  std::optional<Octets> ue_radio_capability_id{};
  friend bool operator==(const SecurityModeComplete&, const SecurityModeComplete&) = default;
};

/// SECURITY MODE REJECT, §8.2.22, uplink.
struct SecurityModeReject {
  static constexpr EmmType kType = EmmType::security_mode_reject;
  EmmCause emm_cause{};
  friend bool operator==(const SecurityModeReject&, const SecurityModeReject&) = default;
};

/// SERVICE REJECT, §8.2.24, downlink.
struct ServiceReject {
  static constexpr EmmType kType = EmmType::service_reject;
  EmmCause emm_cause{};
  std::optional<GprsTimer> t3442_value{};
  std::optional<GprsTimer> t3346_value{};
  std::optional<GprsTimer> t3448_value{};
  std::optional<GprsTimer3> lower_bound_timer_value{};
  std::optional<TaiList> forbidden_tais_for_roaming{};
  std::optional<TaiList> forbidden_tais_for_regional_provision{};
  friend bool operator==(const ServiceReject&, const ServiceReject&) = default;
};

/// TRACKING AREA UPDATE ACCEPT, §8.2.26, downlink.
struct TrackingAreaUpdateAccept {
  static constexpr EmmType kType = EmmType::tracking_area_update_accept;
  EpsUpdateResult eps_update_result{};
  std::optional<GprsTimer> t3412_value{};
  std::optional<EpsMobileIdentity> guti{};
  std::optional<TaiList> tai_list{};
  std::optional<EpsBearerContextStatus> eps_bearer_context_status{};
  std::optional<Lai> location_area_identification{};
  std::optional<MobileIdentity> ms_identity{};
  std::optional<EmmCause> emm_cause{};
  std::optional<GprsTimer> t3402_value{};
  std::optional<GprsTimer> t3423_value{};
  std::optional<PlmnList> equivalent_plmns{};
  std::optional<EmergencyNumberList> emergency_number_list{};
  std::optional<EpsNetworkFeatureSupport> eps_network_feature_support{};
  std::optional<AdditionalUpdateResult> additional_update_result{};
  std::optional<GprsTimer3> t3412_extended_value{};
  std::optional<GprsTimer> t3324_value{};
  std::optional<ExtendedDrxParameters> extended_drx_parameters{};
  std::optional<std::uint16_t> header_compression_configuration_status{};
  std::optional<std::uint16_t> dcn_id{};
  std::optional<SmsServicesStatus> sms_services_status{};
  std::optional<Non3gppPolicies> non_3gpp_nw_provided_policies{};
  std::optional<GprsTimer> t3448_value{};
  std::optional<NetworkPolicy> network_policy{};
  std::optional<GprsTimer3> t3447_value{};
  std::optional<Octets> extended_emergency_number_list{};
  std::optional<Octets> ciphering_key_data{};
  std::optional<Octets> ue_radio_capability_id{};
  std::optional<RadioCapabilityIdDeletion> ue_radio_capability_id_deletion_indication{};
  std::optional<Octets> negotiated_wus_assistance_information{};
  std::optional<std::uint8_t> negotiated_drx_parameter_in_nb_s1_mode{};
  std::optional<std::uint16_t> negotiated_imsi_offset{};
  std::optional<std::uint8_t> eps_additional_request_result{};
  std::optional<TaiList> forbidden_tais_for_roaming{};
  std::optional<TaiList> forbidden_tais_for_regional_provision{};
  friend bool operator==(const TrackingAreaUpdateAccept&, const TrackingAreaUpdateAccept&) = default;
};

/// TRACKING AREA UPDATE COMPLETE, §8.2.27, uplink.
struct TrackingAreaUpdateComplete {
  static constexpr EmmType kType = EmmType::tracking_area_update_complete;
  friend bool operator==(const TrackingAreaUpdateComplete&, const TrackingAreaUpdateComplete&) = default;
};

/// TRACKING AREA UPDATE REJECT, §8.2.28, downlink.
struct TrackingAreaUpdateReject {
  static constexpr EmmType kType = EmmType::tracking_area_update_reject;
  EmmCause emm_cause{};
  std::optional<GprsTimer> t3346_value{};
  std::optional<ExtendedEmmCause> extended_emm_cause{};
  std::optional<GprsTimer3> lower_bound_timer_value{};
  std::optional<TaiList> forbidden_tais_for_roaming{};
  std::optional<TaiList> forbidden_tais_for_regional_provision{};
  friend bool operator==(const TrackingAreaUpdateReject&, const TrackingAreaUpdateReject&) = default;
};

/// TRACKING AREA UPDATE REQUEST, §8.2.29, uplink.
struct TrackingAreaUpdateRequest {
  static constexpr EmmType kType = EmmType::tracking_area_update_request;
  EpsUpdateType eps_update_type{};
  NasKeySetIdentifier nas_key_set_identifier{};
  EpsMobileIdentity old_guti{};
  std::optional<NasKeySetIdentifier> non_current_native_nas_key_set_identifier{};
  std::optional<CipheringKeySequenceNumber> gprs_ciphering_key_sequence_number{};
  std::optional<std::array<std::uint8_t, 3>> old_p_tmsi_signature{};
  std::optional<EpsMobileIdentity> additional_guti{};
  std::optional<std::uint32_t> nonce_ue{};
  std::optional<UeNetworkCapability> ue_network_capability{};
  std::optional<Tai> last_visited_registered_tai{};
  std::optional<DrxParameter> drx_parameter{};
  std::optional<RadioCapabilityUpdate> ue_radio_capability_information_update_needed{};
  std::optional<EpsBearerContextStatus> eps_bearer_context_status{};
  std::optional<MsNetworkCapability> ms_network_capability{};
  std::optional<Lai> old_location_area_identification{};
  std::optional<TmsiStatus> tmsi_status{};
  std::optional<std::array<std::uint8_t, 3>> mobile_station_classmark_2{};
  std::optional<ShortOctets<32>> mobile_station_classmark_3{};
  std::optional<Octets> supported_codecs{};
  std::optional<AdditionalUpdateType> additional_update_type{};
  std::optional<std::uint8_t> voice_domain_preference{};
  std::optional<GutiType> old_guti_type{};
  std::optional<DeviceProperties> device_properties{};
  std::optional<MsNetworkFeatureSupport> ms_network_feature_support{};
  std::optional<std::uint16_t> tmsi_based_nri_container{};
  std::optional<GprsTimer> t3324_value{};
  std::optional<GprsTimer3> t3412_extended_value{};
  std::optional<ExtendedDrxParameters> extended_drx_parameters{};
  std::optional<UeAdditionalSecurityCapability> ue_additional_security_capability{};
  std::optional<std::uint8_t> ue_status{};
  std::optional<std::uint8_t> additional_information_requested{};
  std::optional<ShortOctets<13>> n1_ue_network_capability{};
  std::optional<std::uint8_t> ue_radio_capability_id_availability{};
  std::optional<Octets> requested_wus_assistance_information{};
  std::optional<std::uint8_t> drx_parameter_in_nb_s1_mode{};
  std::optional<std::uint16_t> requested_imsi_offset{};
  std::optional<std::uint8_t> ue_request_type{};
  std::optional<Octets> paging_restriction{};
  friend bool operator==(const TrackingAreaUpdateRequest&, const TrackingAreaUpdateRequest&) = default;
};

/// UPLINK NAS TRANSPORT, §8.2.30, uplink: 2 to 251 octets of an SMS.
struct UplinkNasTransport {
  static constexpr EmmType kType = EmmType::uplink_nas_transport;
  Octets nas_message_container{};
  friend bool operator==(const UplinkNasTransport&, const UplinkNasTransport&) = default;
};

/// DOWNLINK GENERIC NAS TRANSPORT, §8.2.31, downlink.
struct DownlinkGenericNasTransport {
  static constexpr EmmType kType = EmmType::downlink_generic_nas_transport;
  GenericContainerType generic_message_container_type{};
  Octets generic_message_container{};
  std::optional<Octets> additional_information{};
  friend bool operator==(const DownlinkGenericNasTransport&, const DownlinkGenericNasTransport&) = default;
};

/// UPLINK GENERIC NAS TRANSPORT, §8.2.32, uplink.
struct UplinkGenericNasTransport {
  static constexpr EmmType kType = EmmType::uplink_generic_nas_transport;
  GenericContainerType generic_message_container_type{};
  Octets generic_message_container{};
  std::optional<Octets> additional_information{};
  friend bool operator==(const UplinkGenericNasTransport&, const UplinkGenericNasTransport&) = default;
};

/// CONTROL PLANE SERVICE REQUEST, §8.2.33, uplink.
struct ControlPlaneServiceRequest {
  static constexpr EmmType kType = EmmType::control_plane_service_request;
  ControlPlaneServiceType control_plane_service_type{};
  NasKeySetIdentifier nas_key_set_identifier{};
  std::optional<Octets> esm_message_container{};
  std::optional<Octets> nas_message_container{};
  std::optional<EpsBearerContextStatus> eps_bearer_context_status{};
  std::optional<DeviceProperties> device_properties{};
  std::optional<std::uint8_t> ue_request_type{};
  std::optional<Octets> paging_restriction{};
  friend bool operator==(const ControlPlaneServiceRequest&, const ControlPlaneServiceRequest&) = default;
};

/// SERVICE ACCEPT, §8.2.34, downlink.
struct ServiceAccept {
  static constexpr EmmType kType = EmmType::service_accept;
  std::optional<EpsBearerContextStatus> eps_bearer_context_status{};
  std::optional<GprsTimer> t3448_value{};
  std::optional<std::uint8_t> eps_additional_request_result{};
  std::optional<TaiList> forbidden_tais_for_roaming{};
  std::optional<TaiList> forbidden_tais_for_regional_provision{};
  friend bool operator==(const ServiceAccept&, const ServiceAccept&) = default;
};

/// SERVICE REQUEST, §8.2.25, uplink: four octets in all, without a message type. The short MAC is the lower
/// half of the MAC over the first two octets; the sequence number is the lower five bits of the uplink NAS
/// COUNT.
struct ServiceRequest {
  static constexpr EmmType kType = EmmType::service_request;
  std::uint8_t ksi = 0;              ///< 0 to 7.
  std::uint8_t sequence_number = 0;  ///< 0 to 31.
  std::uint16_t short_mac = 0;
  friend bool operator==(const ServiceRequest&, const ServiceRequest&) = default;
};

}  // namespace zerocell::nas
