// SPDX-License-Identifier: Apache-2.0
#include "core/nas/examples/examples.hpp"

#include "core/types/assert.hpp"

namespace zerocell::nas::examples {
namespace {

template <std::size_t kMax>
ShortOctets<kMax> short_octets(std::initializer_list<std::uint8_t> octets) {
  ShortOctets<kMax> out;
  ZC_ASSERT(out.assign({octets.begin(), octets.size()}));
  return out;
}

const Plmn kPlmn = *Plmn::parse("00101");
const Imsi kImsi = *Imsi::parse("001010123456789");
const Guti kGuti{{kPlmn, 0x8001, 0x1A}, 0xC0FFEE42};
const Imei kImeisv = *Imei::parse("3520990012345612");
const UeNetworkCapability kUeNetworkCapability{short_octets<13>({0xF0, 0x70, 0xC0, 0x40, 0x19, 0x80, 0x20})};
const MsNetworkCapability kMsNetworkCapability{short_octets<8>({0xE5, 0xE0, 0x3E})};
const UeSecurityCapability kUeSecurityCapability{short_octets<5>({0xF0, 0x70, 0xC0, 0x40, 0x70})};
const ShortOctets<32> kClassmark3 = short_octets<32>({0x60, 0x14, 0x04, 0xEF, 0x65, 0x23, 0x3B, 0x88});
const ShortOctets<13> kN1Capability = short_octets<13>({0x15});
const AuthenticationResponseParameter kRes{
    short_octets<16>({0xA5, 0x42, 0x11, 0xD5, 0xE3, 0xBA, 0x50, 0xBF})};
const ShortOctets<10> kCli = short_octets<10>({0x91, 0x21, 0x43, 0x65, 0xF7});
constexpr std::array<std::uint8_t, 16> kSixteen{0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17,
                                                0x18, 0x19, 0x1A, 0x1B, 0x1C, 0x1D, 0x1E, 0x1F};

const TaiList kTaiList{{kPlmn, 1}, {kPlmn, 2}, {kPlmn, 3}, {*Plmn::parse("310410"), 7}, {kPlmn, 99}};
const PlmnList kPlmnList{{*Plmn::parse("310410"), *Plmn::parse("26201")}, 2};
const EmergencyNumberList kEmergencyNumbers{{EmergencyNumber{0x01, *DecimalDigits<15>::parse("110")},
                                             EmergencyNumber{0x1F, *DecimalDigits<15>::parse("1122")}},
                                            2};
const EpsNetworkFeatureSupport kFeatures{.ims_voice_over_ps = true,
                                         .emergency_bearers = true,
                                         .location_services_epc = true,
                                         .location_services_cs = 1,
                                         .extended_service_request_ps = true,
                                         .attach_without_pdn = true,
                                         .control_plane_ciot = true,
                                         .user_plane_ciot = true,
                                         .s1_u_data = true,
                                         .header_compression_control_plane = true,
                                         .extended_pco = true,
                                         .restrict_enhanced_coverage = true,
                                         .restrict_dual_connectivity_nr = true,
                                         .interworking_without_n26 = true,
                                         .fifteen_bearers = true};
const EpsQos kQos{.qci = 1,
                  .rates = BearerBitRates{
                      .mbr_uplink = 64, .mbr_downlink = 300'000, .gbr_uplink = 64, .gbr_downlink = 128'000}};
const PdnAddress kPdnAddress{
    .type = PdnType::ipv4v6, .ipv4 = {{10, 45, 0, 7}}, .ipv6_interface_id = {0, 0, 0, 0, 0, 0, 0, 7}};

// Views: static, since messages only point to them.
constexpr std::uint8_t kEsmDummy[] = {0x02, 0x00, 0xDC};
constexpr std::uint8_t kCodecs[] = {0x04, 0x02, 0x60, 0x04, 0x00, 0x02, 0x1F, 0x02};
constexpr std::uint8_t kSms[] = {0x09, 0x04};  // CP-ACK
constexpr std::uint8_t kRadioCapabilityId[] = {0x10, 0x32, 0x54, 0x76};
constexpr std::uint8_t kExtendedEmergencyNumbers[] = {0x00, 0x03, 0x11, 0xF2, 0x01, 0x00};
// One data set: identifier, key, c0, positioning SIB types, validity from 2026-11-23 22:05 for an hour, no
// TAIs.
constexpr std::uint8_t kCipheringKeyData[] = {
    0x00, 0x01, 0,    1,    2,    3,    4,    5,    6,    7,    8,    9,    10,   11,   12,   13,
    14,   15,   0x01, 0xAA, 0x80, 0x00, 0x00, 0x00, 0x62, 0x11, 0x32, 0x22, 0x50, 0x00, 0x3C, 0x00};
constexpr std::uint8_t kWus[] = {0x14};
constexpr std::uint8_t kLcsClient[] = {0x30, 0x03, 0x80, 0x01, 0x02};  // LCS-ClientID of TS 29.002, in BER.

constexpr std::uint8_t kPagingRestriction[] = {0x01};
constexpr std::uint8_t kGeneric[] = {0xDE, 0xAD};
constexpr std::uint8_t kNbifom[] = {0x01, 0x01, 0x01};
constexpr std::uint8_t kTransaction[] = {0x10};
constexpr std::uint8_t kOldQos[] = {0x23, 0x62, 0x1F, 0x72, 0x96, 0x7B, 0x7B, 0x74, 0x7B, 0x00, 0x00, 0x00};
constexpr std::uint8_t kUserData[] = {0x45, 0x00, 0x00, 0x1C, 0x00, 0x01, 0x00, 0x00, 0x40, 0x11,
                                      0x00, 0x00, 0x0A, 0x2D, 0x00, 0x07, 0x0A, 0x2D, 0x00, 0x01,
                                      0x10, 0x00, 0x10, 0x01, 0x00, 0x08, 0x00, 0x00};
// One context: an IMSI as user identity, and an IPv4 address.
constexpr std::uint8_t kRemoteUe[] = {0x01, 0x0F, 0x01, 0x08, 0x0A, 0x10, 0x10, 0x10, 0x32,
                                      0x54, 0x76, 0x98, 0x01, 0x0A, 0x01, 0x02, 0x03};
// Create a new TFT: UDP to 10.1.2.0/24, ports 5000 to 5100, both ways; and ICMPv6 of 2001:db8::/32, downlink.
constexpr std::uint8_t kTft[] = {0x22, 0x31, 0x0A, 0x10, 0x10, 0x0A, 0x01, 0x02, 0x00, 0xFF, 0xFF,
                                 0xFF, 0x00, 0x30, 0x11, 0x51, 0x13, 0x88, 0x13, 0xEC, 0x12, 0x14,
                                 0x14, 0x21, 0x20, 0x01, 0x0D, 0xB8, 0x00, 0x00, 0x00, 0x00, 0x00,
                                 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x20, 0x30, 0x3A};
// IPCP Configure-Request for both DNS servers, and requests for DNS (v4, v6), P-CSCF and the link MTU.
constexpr std::uint8_t kPco[] = {0x80, 0x80, 0x21, 0x10, 0x01, 0x00, 0x00, 0x10, 0x81, 0x06, 0x00, 0x00, 0x00,
                                 0x00, 0x83, 0x06, 0x00, 0x00, 0x00, 0x00, 0x00, 0x0D, 0x00, 0x00, 0x03, 0x00,
                                 0x00, 0x0A, 0x00, 0x00, 0x05, 0x00, 0x00, 0x10, 0x00, 0x00, 0x0C, 0x00};
constexpr std::uint8_t kExtendedPco[] = {0x80, 0x00, 0x0D, 0x04, 0x08, 0x08, 0x08,
                                         0x08, 0x00, 0x10, 0x02, 0x05, 0x78};
const HeaderCompressionConfiguration kHeaderCompression{.profiles = 0x02, .max_cid = 15};

const ByteVector& replayed_attach_request() {
  static const ByteVector octets = octets_of(ordinary_attach_request());
  return octets;
}

}  // namespace

PdnConnectivityRequest ordinary_pdn_connectivity_request() {
  PdnConnectivityRequest request;
  request.procedure_transaction_identity = 1;
  request.pdn_type = PdnType::ipv4v6;
  request.esm_information_transfer_flag = EsmInformationTransfer::required;
  request.protocol_configuration_options = Pco(kPco);
  return request;
}

AttachRequest ordinary_attach_request() {
  static const ByteVector pdn_connectivity = octets_of(ordinary_pdn_connectivity_request());
  AttachRequest request;
  request.eps_attach_type = EpsAttachType::combined;
  request.nas_key_set_identifier.value = NasKeySetIdentifier::kNoKey;
  request.eps_mobile_identity = kImsi;
  request.ue_network_capability = kUeNetworkCapability;
  request.esm_message_container = pdn_connectivity;
  request.last_visited_registered_tai = Tai{kPlmn, 1};
  request.drx_parameter = DrxParameter{.split_pg_cycle_code = 0x0A, .octet_3 = 0};
  request.ms_network_capability = kMsNetworkCapability;
  request.old_location_area_identification = Lai{kPlmn, 0xFFFE};
  request.tmsi_status = TmsiStatus::no_valid_tmsi;
  request.voice_domain_preference = std::uint8_t{0x03};
  request.old_guti_type = GutiType::native;
  return request;
}

std::vector<EmmExample> every_emm_message(bool newest) {
  const Octets replayed = replayed_attach_request();
  std::vector<EmmExample> all;
  {
    AttachRequest m;
    m.eps_attach_type = EpsAttachType::combined;
    m.nas_key_set_identifier = NasKeySetIdentifier{.value = 3, .mapped = false};
    m.eps_mobile_identity = EpsMobileIdentity(kImsi);
    m.ue_network_capability = kUeNetworkCapability;
    m.esm_message_container = kEsmDummy;
    m.old_p_tmsi_signature = std::array<std::uint8_t, 3>{0x53, 0x19, 0x82};
    m.additional_guti = EpsMobileIdentity(kGuti);
    m.last_visited_registered_tai = Tai{kPlmn, 0x1234};
    m.drx_parameter = DrxParameter{.split_pg_cycle_code = 0x0A, .octet_3 = 0x60};
    m.ms_network_capability = kMsNetworkCapability;
    m.old_location_area_identification = Lai{kPlmn, 0x4321};
    m.tmsi_status = TmsiStatus::valid_tmsi;
    m.mobile_station_classmark_2 = std::array<std::uint8_t, 3>{0x53, 0x19, 0x82};
    m.mobile_station_classmark_3 = kClassmark3;
    m.supported_codecs = kCodecs;
    m.additional_update_type =
        AdditionalUpdateType{.sms_only = true,
                             .signalling_active = true,
                             .preferred_ciot = AdditionalUpdateType::Ciot::control_plane};
    m.voice_domain_preference = std::uint8_t{0x05};
    m.device_properties = DeviceProperties::low_priority;
    m.old_guti_type = GutiType::mapped;
    m.ms_network_feature_support = MsNetworkFeatureSupport::extended_periodic_timers;
    m.tmsi_based_nri_container = std::uint16_t{0x1240};
    m.t3324_value = GprsTimer::from_seconds(3240);
    m.t3412_extended_value = GprsTimer3::from_seconds(36000);
    m.extended_drx_parameters = ExtendedDrxParameters{.paging_time_window = 3, .edrx_value = 5};
    m.ue_additional_security_capability = UeAdditionalSecurityCapability{.ea = 0xE001, .ia = 0xC100};
    m.ue_status = std::uint8_t{0x01};
    m.additional_information_requested = std::uint8_t{0x01};
    m.n1_ue_network_capability = kN1Capability;
    if (newest) {
      m.ue_radio_capability_id_availability = std::uint8_t{0x01};
      m.requested_wus_assistance_information = kWus;
      m.drx_parameter_in_nb_s1_mode = std::uint8_t{0x03};
      m.requested_imsi_offset = std::uint16_t{0x1240};
    }
    all.push_back({m, Direction::uplink});
  }
  {
    AttachAccept m;
    m.eps_attach_result = EpsAttachResult::combined;
    m.t3412_value = GprsTimer::from_seconds(3240);
    m.tai_list = kTaiList;
    m.esm_message_container = kEsmDummy;
    m.guti = EpsMobileIdentity(kGuti);
    m.location_area_identification = Lai{kPlmn, 0x4321};
    m.ms_identity = MobileIdentity(Tmsi{0x01020304});
    m.emm_cause = EmmCause::cs_domain_not_available;
    m.t3402_value = GprsTimer::from_seconds(3240);
    m.t3423_value = GprsTimer::from_seconds(3240);
    m.equivalent_plmns = kPlmnList;
    m.emergency_number_list = kEmergencyNumbers;
    m.eps_network_feature_support = kFeatures;
    m.additional_update_result = AdditionalUpdateResult::sms_only;
    m.t3412_extended_value = GprsTimer3::from_seconds(36000);
    m.t3324_value = GprsTimer::from_seconds(3240);
    m.extended_drx_parameters = ExtendedDrxParameters{.paging_time_window = 3, .edrx_value = 5};
    m.dcn_id = std::uint16_t{0x1240};
    m.sms_services_status = SmsServicesStatus::congestion;
    m.non_3gpp_nw_provided_policies = Non3gppPolicies::emergency_supported;
    m.t3448_value = GprsTimer::from_seconds(3240);
    m.network_policy = NetworkPolicy::unsecured_redirection_to_geran_not_allowed;
    m.t3447_value = GprsTimer3::from_seconds(36000);
    m.extended_emergency_number_list = kExtendedEmergencyNumbers;
    m.ciphering_key_data = kCipheringKeyData;
    m.ue_radio_capability_id = kRadioCapabilityId;
    m.ue_radio_capability_id_deletion_indication = RadioCapabilityIdDeletion::network_assigned;
    if (newest) {
      m.negotiated_wus_assistance_information = kWus;
      m.negotiated_drx_parameter_in_nb_s1_mode = std::uint8_t{0x03};
      m.negotiated_imsi_offset = std::uint16_t{0x1240};
      m.forbidden_tais_for_roaming = kTaiList;
      m.forbidden_tais_for_regional_provision = kTaiList;
    }
    all.push_back({m, Direction::downlink});
  }
  {
    AttachComplete m;
    m.esm_message_container = kEsmDummy;
    all.push_back({m, Direction::uplink});
  }
  {
    AttachReject m;
    m.emm_cause = EmmCause::cs_domain_not_available;
    m.esm_message_container = kEsmDummy;
    m.t3346_value = GprsTimer::from_seconds(3240);
    m.t3402_value = GprsTimer::from_seconds(3240);
    m.extended_emm_cause =
        ExtendedEmmCause{.e_utran_not_allowed = true, .eps_optimization_not_supported = true};
    if (newest) {
      m.lower_bound_timer_value = GprsTimer3::from_seconds(36000);
      m.forbidden_tais_for_roaming = kTaiList;
      m.forbidden_tais_for_regional_provision = kTaiList;
    }
    all.push_back({m, Direction::downlink});
  }
  {
    AuthenticationFailure m;
    m.emm_cause = EmmCause::cs_domain_not_available;
    m.authentication_failure_parameter =
        std::array<std::uint8_t, 14>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14};
    all.push_back({m, Direction::uplink});
  }
  {
    AuthenticationReject m;
    all.push_back({m, Direction::downlink});
  }
  {
    AuthenticationRequest m;
    m.nas_key_set_identifier = NasKeySetIdentifier{.value = 3, .mapped = false};
    m.rand = kSixteen;
    m.autn = kSixteen;
    all.push_back({m, Direction::downlink});
  }
  {
    AuthenticationResponse m;
    m.authentication_response_parameter = kRes;
    all.push_back({m, Direction::uplink});
  }
  {
    CsServiceNotification m;
    m.paging_identity = PagingIdentity::tmsi;
    m.cli = kCli;
    m.ss_code = std::uint8_t{0x2A};
    m.lcs_indicator = std::uint8_t{0x01};
    m.lcs_client_identity = kLcsClient;
    all.push_back({m, Direction::downlink});
  }
  {
    DetachAccept m;
    all.push_back({m, Direction::uplink});
  }
  {
    DetachRequestUeOriginating m;
    m.detach_type = UeDetachType{.value = UeDetachType::Value::combined, .switch_off = true};
    m.nas_key_set_identifier = NasKeySetIdentifier{.value = 3, .mapped = false};
    m.eps_mobile_identity = EpsMobileIdentity(kImsi);
    all.push_back({m, Direction::uplink});
  }
  {
    DetachRequestUeTerminated m;
    m.detach_type = NetworkDetachType::reattach_required;
    m.emm_cause = EmmCause::cs_domain_not_available;
    if (newest) {
      m.lower_bound_timer_value = GprsTimer3::from_seconds(36000);
      m.forbidden_tais_for_roaming = kTaiList;
      m.forbidden_tais_for_regional_provision = kTaiList;
    }
    all.push_back({m, Direction::downlink});
  }
  {
    DownlinkNasTransport m;
    m.nas_message_container = kSms;
    all.push_back({m, Direction::downlink});
  }
  {
    EmmInformation m;
    m.full_name_for_network = *NetworkName::from_text("Zerocell");
    m.short_name_for_network = *NetworkName::from_text("Zerocell");
    m.local_time_zone = TimeZone{-14};
    m.universal_time_and_local_time_zone =
        UniversalTime{.year = 26, .month = 11, .day = 23, .hour = 22, .minute = 5, .second = 59, .zone = {8}};
    m.network_daylight_saving_time = DaylightSavingTime::plus_one_hour;
    all.push_back({m, Direction::downlink});
  }
  {
    EmmStatus m;
    m.emm_cause = EmmCause::cs_domain_not_available;
    all.push_back({m, Direction::uplink});
  }
  {
    ExtendedServiceRequest m;
    m.service_type = ServiceType::packet_services_via_s1;
    m.nas_key_set_identifier = NasKeySetIdentifier{.value = 3, .mapped = false};
    m.m_tmsi = MobileIdentity(Tmsi{0x01020304});
    m.csfb_response = CsfbResponse::accepted;
    m.eps_bearer_context_status = EpsBearerContextStatus{0x8060};
    m.device_properties = DeviceProperties::low_priority;
    if (newest) {
      m.ue_request_type = std::uint8_t{0x01};
      m.paging_restriction = kPagingRestriction;
    }
    all.push_back({m, Direction::uplink});
  }
  {
    GutiReallocationCommand m;
    m.guti = EpsMobileIdentity(kGuti);
    m.tai_list = kTaiList;
    m.dcn_id = std::uint16_t{0x1240};
    m.ue_radio_capability_id = kRadioCapabilityId;
    m.ue_radio_capability_id_deletion_indication = RadioCapabilityIdDeletion::network_assigned;
    all.push_back({m, Direction::downlink});
  }
  {
    GutiReallocationComplete m;
    all.push_back({m, Direction::uplink});
  }
  {
    IdentityRequest m;
    m.identity_type = IdentityType::imeisv;
    all.push_back({m, Direction::downlink});
  }
  {
    IdentityResponse m;
    m.mobile_identity = MobileIdentity(kImsi);
    all.push_back({m, Direction::uplink});
  }
  {
    SecurityModeCommand m;
    m.selected_nas_security_algorithms =
        NasSecurityAlgorithms{.ciphering = CipheringAlgorithm::eea2, .integrity = IntegrityAlgorithm::eia2};
    m.nas_key_set_identifier = NasKeySetIdentifier{.value = 3, .mapped = false};
    m.replayed_ue_security_capabilities = kUeSecurityCapability;
    m.imeisv_request = ImeisvRequest::requested;
    m.replayed_nonce_ue = 0xA1B2C3D4;
    m.nonce_mme = 0xA1B2C3D4;
    m.hash_mme = std::array<std::uint8_t, 8>{8, 7, 6, 5, 4, 3, 2, 1};
    m.replayed_ue_additional_security_capability = UeAdditionalSecurityCapability{.ea = 0xE001, .ia = 0xC100};
    m.ue_radio_capability_id_request = std::uint8_t{0x01};
    all.push_back({m, Direction::downlink});
  }
  {
    SecurityModeComplete m;
    m.imeisv = MobileIdentity(kImeisv);
    m.replayed_nas_message_container = replayed;
    m.ue_radio_capability_id = kRadioCapabilityId;
    all.push_back({m, Direction::uplink});
  }
  {
    SecurityModeReject m;
    m.emm_cause = EmmCause::cs_domain_not_available;
    all.push_back({m, Direction::uplink});
  }
  {
    ServiceReject m;
    m.emm_cause = EmmCause::cs_domain_not_available;
    m.t3442_value = GprsTimer::from_seconds(3240);
    m.t3346_value = GprsTimer::from_seconds(3240);
    m.t3448_value = GprsTimer::from_seconds(3240);
    if (newest) {
      m.lower_bound_timer_value = GprsTimer3::from_seconds(36000);
      m.forbidden_tais_for_roaming = kTaiList;
      m.forbidden_tais_for_regional_provision = kTaiList;
    }
    all.push_back({m, Direction::downlink});
  }
  {
    TrackingAreaUpdateAccept m;
    m.eps_update_result = EpsUpdateResult::combined;
    m.t3412_value = GprsTimer::from_seconds(3240);
    m.guti = EpsMobileIdentity(kGuti);
    m.tai_list = kTaiList;
    m.eps_bearer_context_status = EpsBearerContextStatus{0x8060};
    m.location_area_identification = Lai{kPlmn, 0x4321};
    m.ms_identity = MobileIdentity(Tmsi{0x01020304});
    m.emm_cause = EmmCause::cs_domain_not_available;
    m.t3402_value = GprsTimer::from_seconds(3240);
    m.t3423_value = GprsTimer::from_seconds(3240);
    m.equivalent_plmns = kPlmnList;
    m.emergency_number_list = kEmergencyNumbers;
    m.eps_network_feature_support = kFeatures;
    m.additional_update_result = AdditionalUpdateResult::sms_only;
    m.t3412_extended_value = GprsTimer3::from_seconds(36000);
    m.t3324_value = GprsTimer::from_seconds(3240);
    m.extended_drx_parameters = ExtendedDrxParameters{.paging_time_window = 3, .edrx_value = 5};
    m.header_compression_configuration_status = std::uint16_t{0x2000};
    m.dcn_id = std::uint16_t{0x1240};
    m.sms_services_status = SmsServicesStatus::congestion;
    m.non_3gpp_nw_provided_policies = Non3gppPolicies::emergency_supported;
    m.t3448_value = GprsTimer::from_seconds(3240);
    m.network_policy = NetworkPolicy::unsecured_redirection_to_geran_not_allowed;
    m.t3447_value = GprsTimer3::from_seconds(36000);
    m.extended_emergency_number_list = kExtendedEmergencyNumbers;
    m.ciphering_key_data = kCipheringKeyData;
    m.ue_radio_capability_id = kRadioCapabilityId;
    m.ue_radio_capability_id_deletion_indication = RadioCapabilityIdDeletion::network_assigned;
    if (newest) {
      m.negotiated_wus_assistance_information = kWus;
      m.negotiated_drx_parameter_in_nb_s1_mode = std::uint8_t{0x03};
      m.negotiated_imsi_offset = std::uint16_t{0x1240};
      m.eps_additional_request_result = std::uint8_t{0x01};
      m.forbidden_tais_for_roaming = kTaiList;
      m.forbidden_tais_for_regional_provision = kTaiList;
    }
    all.push_back({m, Direction::downlink});
  }
  {
    TrackingAreaUpdateComplete m;
    all.push_back({m, Direction::uplink});
  }
  {
    TrackingAreaUpdateReject m;
    m.emm_cause = EmmCause::cs_domain_not_available;
    m.t3346_value = GprsTimer::from_seconds(3240);
    m.extended_emm_cause =
        ExtendedEmmCause{.e_utran_not_allowed = true, .eps_optimization_not_supported = true};
    if (newest) {
      m.lower_bound_timer_value = GprsTimer3::from_seconds(36000);
      m.forbidden_tais_for_roaming = kTaiList;
      m.forbidden_tais_for_regional_provision = kTaiList;
    }
    all.push_back({m, Direction::downlink});
  }
  {
    TrackingAreaUpdateRequest m;
    m.eps_update_type = EpsUpdateType{.value = EpsUpdateType::Value::combined, .active = true};
    m.nas_key_set_identifier = NasKeySetIdentifier{.value = 3, .mapped = false};
    m.old_guti = EpsMobileIdentity(kGuti);
    m.non_current_native_nas_key_set_identifier = NasKeySetIdentifier{.value = 3, .mapped = false};
    m.gprs_ciphering_key_sequence_number = static_cast<CipheringKeySequenceNumber>(5);
    m.old_p_tmsi_signature = std::array<std::uint8_t, 3>{0x53, 0x19, 0x82};
    m.additional_guti = EpsMobileIdentity(kGuti);
    m.nonce_ue = 0xA1B2C3D4;
    m.ue_network_capability = kUeNetworkCapability;
    m.last_visited_registered_tai = Tai{kPlmn, 0x1234};
    m.drx_parameter = DrxParameter{.split_pg_cycle_code = 0x0A, .octet_3 = 0x60};
    m.ue_radio_capability_information_update_needed = RadioCapabilityUpdate::needed;
    m.eps_bearer_context_status = EpsBearerContextStatus{0x8060};
    m.ms_network_capability = kMsNetworkCapability;
    m.old_location_area_identification = Lai{kPlmn, 0x4321};
    m.tmsi_status = TmsiStatus::valid_tmsi;
    m.mobile_station_classmark_2 = std::array<std::uint8_t, 3>{0x53, 0x19, 0x82};
    m.mobile_station_classmark_3 = kClassmark3;
    m.supported_codecs = kCodecs;
    m.additional_update_type =
        AdditionalUpdateType{.sms_only = true,
                             .signalling_active = true,
                             .preferred_ciot = AdditionalUpdateType::Ciot::control_plane};
    m.voice_domain_preference = std::uint8_t{0x05};
    m.old_guti_type = GutiType::mapped;
    m.device_properties = DeviceProperties::low_priority;
    m.ms_network_feature_support = MsNetworkFeatureSupport::extended_periodic_timers;
    m.tmsi_based_nri_container = std::uint16_t{0x1240};
    m.t3324_value = GprsTimer::from_seconds(3240);
    m.t3412_extended_value = GprsTimer3::from_seconds(36000);
    m.extended_drx_parameters = ExtendedDrxParameters{.paging_time_window = 3, .edrx_value = 5};
    m.ue_additional_security_capability = UeAdditionalSecurityCapability{.ea = 0xE001, .ia = 0xC100};
    m.ue_status = std::uint8_t{0x01};
    m.additional_information_requested = std::uint8_t{0x01};
    m.n1_ue_network_capability = kN1Capability;
    if (newest) {
      m.ue_radio_capability_id_availability = std::uint8_t{0x01};
      m.requested_wus_assistance_information = kWus;
      m.drx_parameter_in_nb_s1_mode = std::uint8_t{0x03};
      m.requested_imsi_offset = std::uint16_t{0x1240};
      m.ue_request_type = std::uint8_t{0x01};
      m.paging_restriction = kPagingRestriction;
    }
    all.push_back({m, Direction::uplink});
  }
  {
    UplinkNasTransport m;
    m.nas_message_container = kSms;
    all.push_back({m, Direction::uplink});
  }
  {
    DownlinkGenericNasTransport m;
    m.generic_message_container_type = GenericContainerType::location_services;
    m.generic_message_container = kGeneric;
    m.additional_information = kGeneric;
    all.push_back({m, Direction::downlink});
  }
  {
    UplinkGenericNasTransport m;
    m.generic_message_container_type = GenericContainerType::location_services;
    m.generic_message_container = kGeneric;
    m.additional_information = kGeneric;
    all.push_back({m, Direction::uplink});
  }
  {
    ControlPlaneServiceRequest m;
    m.control_plane_service_type = ControlPlaneServiceType{.mobile_terminating = true, .active = true};
    m.nas_key_set_identifier = NasKeySetIdentifier{.value = 3, .mapped = false};
    m.esm_message_container = kEsmDummy;
    m.nas_message_container = kSms;
    m.eps_bearer_context_status = EpsBearerContextStatus{0x8060};
    m.device_properties = DeviceProperties::low_priority;
    if (newest) {
      m.ue_request_type = std::uint8_t{0x01};
      m.paging_restriction = kPagingRestriction;
    }
    all.push_back({m, Direction::uplink});
  }
  {
    ServiceAccept m;
    m.eps_bearer_context_status = EpsBearerContextStatus{0x8060};
    m.t3448_value = GprsTimer::from_seconds(3240);
    if (newest) {
      m.eps_additional_request_result = std::uint8_t{0x01};
      m.forbidden_tais_for_roaming = kTaiList;
      m.forbidden_tais_for_regional_provision = kTaiList;
    }
    all.push_back({m, Direction::downlink});
  }
  all.push_back({ServiceRequest{.ksi = 3, .sequence_number = 17, .short_mac = 0xBEEF}, Direction::uplink});
  return all;
}

std::vector<EsmExample> every_esm_message() {
  std::vector<EsmExample> all;
  {
    ActivateDedicatedEpsBearerContextAccept m;
    m.eps_bearer_identity = 5;
    m.procedure_transaction_identity = 1;
    m.protocol_configuration_options = Pco(kPco);
    m.nbifom_container = kNbifom;
    m.extended_protocol_configuration_options = ExtendedPco(kExtendedPco, PcoLengths::from_ue);
    all.push_back({m, Direction::uplink});
  }
  {
    ActivateDedicatedEpsBearerContextReject m;
    m.eps_bearer_identity = 5;
    m.procedure_transaction_identity = 1;
    m.esm_cause = EsmCause::pdn_type_ipv4_only_allowed;
    m.protocol_configuration_options = Pco(kPco);
    m.nbifom_container = kNbifom;
    m.extended_protocol_configuration_options = ExtendedPco(kExtendedPco, PcoLengths::from_ue);
    all.push_back({m, Direction::uplink});
  }
  {
    ActivateDedicatedEpsBearerContextRequest m;
    m.eps_bearer_identity = 5;
    m.procedure_transaction_identity = 1;
    m.linked_eps_bearer_identity = static_cast<LinkedBearer>(5);
    m.eps_qos = kQos;
    m.tft = TftView{kTft};
    m.transaction_identifier = kTransaction;
    m.negotiated_qos = kOldQos;
    m.negotiated_llc_sapi = std::uint8_t{0x03};
    m.radio_priority = static_cast<RadioPriority>(4);
    m.packet_flow_identifier = std::uint8_t{0x22};
    m.protocol_configuration_options = Pco(kPco);
    m.wlan_offload_indication = WlanOffload::both;
    m.nbifom_container = kNbifom;
    m.extended_protocol_configuration_options = ExtendedPco(kExtendedPco);
    m.extended_eps_qos = ExtendedEpsQos{{.mbr_uplink = 20'000'000,
                                         .mbr_downlink = 40'000'000,
                                         .gbr_uplink = 11'000'000,
                                         .gbr_downlink = 12'000'000}};
    all.push_back({m, Direction::downlink});
  }
  {
    ActivateDefaultEpsBearerContextAccept m;
    m.eps_bearer_identity = 5;
    m.procedure_transaction_identity = 1;
    m.protocol_configuration_options = Pco(kPco);
    m.extended_protocol_configuration_options = ExtendedPco(kExtendedPco, PcoLengths::from_ue);
    all.push_back({m, Direction::uplink});
  }
  {
    ActivateDefaultEpsBearerContextReject m;
    m.eps_bearer_identity = 5;
    m.procedure_transaction_identity = 1;
    m.esm_cause = EsmCause::pdn_type_ipv4_only_allowed;
    m.protocol_configuration_options = Pco(kPco);
    m.extended_protocol_configuration_options = ExtendedPco(kExtendedPco, PcoLengths::from_ue);
    all.push_back({m, Direction::uplink});
  }
  {
    ActivateDefaultEpsBearerContextRequest m;
    m.eps_bearer_identity = 5;
    m.procedure_transaction_identity = 1;
    m.eps_qos = kQos;
    m.access_point_name = *Apn::parse("internet.iot");
    m.pdn_address = kPdnAddress;
    m.transaction_identifier = kTransaction;
    m.negotiated_qos = kOldQos;
    m.negotiated_llc_sapi = std::uint8_t{0x03};
    m.radio_priority = static_cast<RadioPriority>(4);
    m.packet_flow_identifier = std::uint8_t{0x22};
    m.apn_ambr = ApnAmbr{.downlink = 600'000, .uplink = 50'000};
    m.esm_cause = EsmCause::pdn_type_ipv4_only_allowed;
    m.protocol_configuration_options = Pco(kPco);
    m.connectivity_type = ConnectivityType::lipa;
    m.wlan_offload_indication = WlanOffload::both;
    m.nbifom_container = kNbifom;
    m.header_compression_configuration = kHeaderCompression;
    m.control_plane_only_indication = ControlPlaneOnly::yes;
    m.extended_protocol_configuration_options = ExtendedPco(kExtendedPco);
    m.serving_plmn_rate_control = std::uint16_t{0x1240};
    m.extended_apn_ambr = ExtendedApnAmbr{.downlink = 80'000'000, .uplink = 70'000'000};
    all.push_back({m, Direction::downlink});
  }
  {
    BearerResourceAllocationReject m;
    m.eps_bearer_identity = 0;
    m.procedure_transaction_identity = 1;
    m.esm_cause = EsmCause::pdn_type_ipv4_only_allowed;
    m.protocol_configuration_options = Pco(kPco);
    m.back_off_timer_value = GprsTimer3::from_seconds(36000);
    m.re_attempt_indicator = ReattemptIndicator{.not_in_iu_or_n1_mode = true, .not_in_equivalent_plmn = true};
    m.nbifom_container = kNbifom;
    m.extended_protocol_configuration_options = ExtendedPco(kExtendedPco);
    all.push_back({m, Direction::downlink});
  }
  {
    BearerResourceAllocationRequest m;
    m.eps_bearer_identity = 0;
    m.procedure_transaction_identity = 1;
    m.linked_eps_bearer_identity = static_cast<LinkedBearer>(5);
    m.traffic_flow_aggregate = TftView{kTft};
    m.required_traffic_flow_qos = kQos;
    m.protocol_configuration_options = Pco(kPco);
    m.device_properties = DeviceProperties::low_priority;
    m.nbifom_container = kNbifom;
    m.extended_protocol_configuration_options = ExtendedPco(kExtendedPco, PcoLengths::from_ue);
    m.extended_eps_qos = ExtendedEpsQos{{.mbr_uplink = 20'000'000,
                                         .mbr_downlink = 40'000'000,
                                         .gbr_uplink = 11'000'000,
                                         .gbr_downlink = 12'000'000}};
    all.push_back({m, Direction::uplink});
  }
  {
    BearerResourceModificationReject m;
    m.eps_bearer_identity = 0;
    m.procedure_transaction_identity = 1;
    m.esm_cause = EsmCause::pdn_type_ipv4_only_allowed;
    m.protocol_configuration_options = Pco(kPco);
    m.back_off_timer_value = GprsTimer3::from_seconds(36000);
    m.re_attempt_indicator = ReattemptIndicator{.not_in_iu_or_n1_mode = true, .not_in_equivalent_plmn = true};
    m.nbifom_container = kNbifom;
    m.extended_protocol_configuration_options = ExtendedPco(kExtendedPco);
    all.push_back({m, Direction::downlink});
  }
  {
    BearerResourceModificationRequest m;
    m.eps_bearer_identity = 0;
    m.procedure_transaction_identity = 1;
    m.eps_bearer_identity_for_packet_filter = static_cast<LinkedBearer>(5);
    m.traffic_flow_aggregate = TftView{kTft};
    m.required_traffic_flow_qos = kQos;
    m.esm_cause = EsmCause::pdn_type_ipv4_only_allowed;
    m.protocol_configuration_options = Pco(kPco);
    m.device_properties = DeviceProperties::low_priority;
    m.nbifom_container = kNbifom;
    m.header_compression_configuration = kHeaderCompression;
    m.extended_protocol_configuration_options = ExtendedPco(kExtendedPco, PcoLengths::from_ue);
    m.extended_eps_qos = ExtendedEpsQos{{.mbr_uplink = 20'000'000,
                                         .mbr_downlink = 40'000'000,
                                         .gbr_uplink = 11'000'000,
                                         .gbr_downlink = 12'000'000}};
    all.push_back({m, Direction::uplink});
  }
  {
    DeactivateEpsBearerContextAccept m;
    m.eps_bearer_identity = 5;
    m.procedure_transaction_identity = 1;
    m.protocol_configuration_options = Pco(kPco);
    m.extended_protocol_configuration_options = ExtendedPco(kExtendedPco, PcoLengths::from_ue);
    all.push_back({m, Direction::uplink});
  }
  {
    DeactivateEpsBearerContextRequest m;
    m.eps_bearer_identity = 5;
    m.procedure_transaction_identity = 1;
    m.esm_cause = EsmCause::pdn_type_ipv4_only_allowed;
    m.protocol_configuration_options = Pco(kPco);
    m.t3396_value = GprsTimer3::from_seconds(36000);
    m.wlan_offload_indication = WlanOffload::both;
    m.nbifom_container = kNbifom;
    m.extended_protocol_configuration_options = ExtendedPco(kExtendedPco);
    all.push_back({m, Direction::downlink});
  }
  {
    EsmDummyMessage m;
    m.eps_bearer_identity = 0;
    m.procedure_transaction_identity = 0;
    all.push_back({m, Direction::uplink});
  }
  {
    EsmInformationRequest m;
    m.eps_bearer_identity = 0;
    m.procedure_transaction_identity = 1;
    all.push_back({m, Direction::downlink});
  }
  {
    EsmInformationResponse m;
    m.eps_bearer_identity = 0;
    m.procedure_transaction_identity = 1;
    m.access_point_name = *Apn::parse("internet.iot");
    m.protocol_configuration_options = Pco(kPco);
    m.extended_protocol_configuration_options = ExtendedPco(kExtendedPco, PcoLengths::from_ue);
    all.push_back({m, Direction::uplink});
  }
  {
    EsmStatus m;
    m.eps_bearer_identity = 5;
    m.procedure_transaction_identity = 1;
    m.esm_cause = EsmCause::pdn_type_ipv4_only_allowed;
    all.push_back({m, Direction::uplink});
  }
  {
    ModifyEpsBearerContextAccept m;
    m.eps_bearer_identity = 5;
    m.procedure_transaction_identity = 1;
    m.protocol_configuration_options = Pco(kPco);
    m.nbifom_container = kNbifom;
    m.extended_protocol_configuration_options = ExtendedPco(kExtendedPco, PcoLengths::from_ue);
    all.push_back({m, Direction::uplink});
  }
  {
    ModifyEpsBearerContextReject m;
    m.eps_bearer_identity = 5;
    m.procedure_transaction_identity = 1;
    m.esm_cause = EsmCause::pdn_type_ipv4_only_allowed;
    m.protocol_configuration_options = Pco(kPco);
    m.nbifom_container = kNbifom;
    m.extended_protocol_configuration_options = ExtendedPco(kExtendedPco, PcoLengths::from_ue);
    all.push_back({m, Direction::uplink});
  }
  {
    ModifyEpsBearerContextRequest m;
    m.eps_bearer_identity = 5;
    m.procedure_transaction_identity = 1;
    m.new_eps_qos = kQos;
    m.tft = TftView{kTft};
    m.new_qos = kOldQos;
    m.negotiated_llc_sapi = std::uint8_t{0x03};
    m.radio_priority = static_cast<RadioPriority>(4);
    m.packet_flow_identifier = std::uint8_t{0x22};
    m.apn_ambr = ApnAmbr{.downlink = 600'000, .uplink = 50'000};
    m.protocol_configuration_options = Pco(kPco);
    m.wlan_offload_indication = WlanOffload::both;
    m.nbifom_container = kNbifom;
    m.header_compression_configuration = kHeaderCompression;
    m.extended_protocol_configuration_options = ExtendedPco(kExtendedPco);
    m.extended_apn_ambr = ExtendedApnAmbr{.downlink = 80'000'000, .uplink = 70'000'000};
    m.extended_eps_qos = ExtendedEpsQos{{.mbr_uplink = 20'000'000,
                                         .mbr_downlink = 40'000'000,
                                         .gbr_uplink = 11'000'000,
                                         .gbr_downlink = 12'000'000}};
    all.push_back({m, Direction::downlink});
  }
  {
    Notification m;
    m.eps_bearer_identity = 5;
    m.procedure_transaction_identity = 1;
    m.notification_indicator = NotificationIndicator::srvcc_handover_cancelled;
    all.push_back({m, Direction::downlink});
  }
  {
    PdnConnectivityReject m;
    m.eps_bearer_identity = 0;
    m.procedure_transaction_identity = 1;
    m.esm_cause = EsmCause::pdn_type_ipv4_only_allowed;
    m.protocol_configuration_options = Pco(kPco);
    m.back_off_timer_value = GprsTimer3::from_seconds(36000);
    m.re_attempt_indicator = ReattemptIndicator{.not_in_iu_or_n1_mode = true, .not_in_equivalent_plmn = true};
    m.nbifom_container = kNbifom;
    m.extended_protocol_configuration_options = ExtendedPco(kExtendedPco);
    all.push_back({m, Direction::downlink});
  }
  {
    PdnConnectivityRequest m;
    m.eps_bearer_identity = 0;
    m.procedure_transaction_identity = 1;
    m.request_type = RequestType::emergency;
    m.pdn_type = PdnType::ipv4v6;
    m.esm_information_transfer_flag = EsmInformationTransfer::required;
    m.access_point_name = *Apn::parse("internet.iot");
    m.protocol_configuration_options = Pco(kPco);
    m.device_properties = DeviceProperties::low_priority;
    m.nbifom_container = kNbifom;
    m.header_compression_configuration = kHeaderCompression;
    m.extended_protocol_configuration_options = ExtendedPco(kExtendedPco, PcoLengths::from_ue);
    all.push_back({m, Direction::uplink});
  }
  {
    PdnDisconnectReject m;
    m.eps_bearer_identity = 0;
    m.procedure_transaction_identity = 1;
    m.esm_cause = EsmCause::pdn_type_ipv4_only_allowed;
    m.protocol_configuration_options = Pco(kPco);
    m.extended_protocol_configuration_options = ExtendedPco(kExtendedPco);
    all.push_back({m, Direction::downlink});
  }
  {
    PdnDisconnectRequest m;
    m.eps_bearer_identity = 0;
    m.procedure_transaction_identity = 1;
    m.linked_eps_bearer_identity = static_cast<LinkedBearer>(5);
    m.protocol_configuration_options = Pco(kPco);
    m.extended_protocol_configuration_options = ExtendedPco(kExtendedPco, PcoLengths::from_ue);
    all.push_back({m, Direction::uplink});
  }
  {
    RemoteUeReport m;
    m.eps_bearer_identity = 5;
    m.procedure_transaction_identity = 1;
    m.remote_ue_context_connected = kRemoteUe;
    m.remote_ue_context_disconnected = kRemoteUe;
    m.prose_key_management_function_address = PkmfAddress{Ipv4Address{{10, 1, 2, 3}}};
    all.push_back({m, Direction::uplink});
  }
  {
    RemoteUeReportResponse m;
    m.eps_bearer_identity = 5;
    m.procedure_transaction_identity = 1;
    all.push_back({m, Direction::downlink});
  }
  {
    EsmDataTransport m;
    m.eps_bearer_identity = 5;
    m.procedure_transaction_identity = 0;
    m.user_data_container = kUserData;
    m.release_assistance_indication = ReleaseAssistance::no_further_data;
    all.push_back({m, Direction::uplink});
  }
  return all;
}

}  // namespace zerocell::nas::examples
