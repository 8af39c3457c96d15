// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

/// Enumerations of S1AP, in the order of the specification: the value is the index, extensions last.
namespace zerocell::s1ap {

/// §9.2.1.13.
enum class HandoverType : std::uint8_t {
  intra_lte,
  lte_to_utran,
  lte_to_geran,
  utran_to_lte,
  geran_to_lte,
  eps_to_5gs,
  five_gs_to_eps
};

enum class CauseRadioNetwork : std::uint8_t {
  unspecified,
  tx2reloc_overall_expiry,
  successful_handover,
  release_due_to_eutran_generated_reason,
  handover_cancelled,
  partial_handover,
  ho_failure_in_target_epc_enb_or_target_system,
  ho_target_not_allowed,
  ts1_relocoverall_expiry,
  ts1_relocprep_expiry,
  cell_not_available,
  unknown_target_id,
  no_radio_resources_available_in_target_cell,
  unknown_mme_ue_s1ap_id,
  unknown_enb_ue_s1ap_id,
  unknown_pair_ue_s1ap_id,
  handover_desirable_for_radio_reason,
  time_critical_handover,
  resource_optimisation_handover,
  reduce_load_in_serving_cell,
  user_inactivity,
  radio_connection_with_ue_lost,
  load_balancing_tau_required,
  cs_fallback_triggered,
  ue_not_available_for_ps_service,
  radio_resources_not_available,
  failure_in_radio_interface_procedure,
  invalid_qos_combination,
  interrat_redirection,
  interaction_with_other_procedure,
  unknown_erab_id,
  multiple_erab_id_instances,
  encryption_and_or_integrity_protection_algorithms_not_supported,
  s1_intra_system_handover_triggered,
  s1_inter_system_handover_triggered,
  x2_handover_triggered,
  redirection_towards1xrtt,
  not_supported_qci_value,
  invalid_csg_id,
  release_due_to_pre_emption,
  n26_interface_not_available,
  insufficient_ue_capabilities,
  maximum_bearer_pre_emption_rate_exceeded,
  up_integrity_protection_not_possible
};

enum class CauseTransport : std::uint8_t { transport_resource_unavailable, unspecified };

enum class CauseNas : std::uint8_t {
  normal_release,
  authentication_failure,
  detach,
  unspecified,
  csg_subscription_expiry,
  ue_not_in_plmn_serving_area
};

enum class CauseProtocol : std::uint8_t {
  transfer_syntax_error,
  abstract_syntax_error_reject,
  abstract_syntax_error_ignore_and_notify,
  message_not_compatible_with_receiver_state,
  semantic_error,
  abstract_syntax_error_falsely_constructed_message,
  unspecified
};

enum class CauseMisc : std::uint8_t {
  control_processing_overload,
  not_enough_user_plane_processing_resources,
  hardware_failure,
  om_intervention,
  unspecified,
  unknown_plmn
};

/// §9.2.3.15.
enum class DirectForwardingPathAvailability : std::uint8_t { direct_path_available };

/// §9.2.1.59.
enum class SrvccHoIndication : std::uint8_t { ps_and_cs, cs_only };

/// §9.2.1.74.
enum class CellAccessMode : std::uint8_t { hybrid };

/// §9.2.1.77.
enum class PsServiceNotAvailable : std::uint8_t { ps_service_not_available };

enum class TypeOfError : std::uint8_t { not_understood, missing };

enum class PreEmptionCapability : std::uint8_t { shall_not_trigger_pre_emption, may_trigger_pre_emption };

enum class PreEmptionVulnerability : std::uint8_t { not_pre_emptable, pre_emptable };

/// §9.2.1.76.
enum class DataForwardingNotPossible : std::uint8_t { data_forwarding_not_possible };

/// §9.2.1.116.
enum class BearerType : std::uint8_t { non_ip };

/// §9.2.1.147.
enum class EthernetType : std::uint8_t { true_ };

enum class IntegrityProtectionIndication : std::uint8_t { required, preferred, not_needed };

enum class ForbiddenInterRats : std::uint8_t {
  all,
  geran,
  utran,
  cdma2000,
  geranandutran,
  cdma2000_andutran
};

enum class NrRestrictionInEpsAsSecondaryRat : std::uint8_t { nr_restricted_in_eps_as_secondary_rat };

enum class UnlicensedSpectrumRestriction : std::uint8_t { unlicensed_restricted };

enum class CnType : std::uint8_t { five_gc_forbidden, epc_forbiddden };

enum class NrRestrictionIn5gs : std::uint8_t { nr_restricted_in_5gs };

enum class TraceDepth : std::uint8_t {
  minimum,
  medium,
  maximum,
  minimum_without_vendor_specific_extension,
  medium_without_vendor_specific_extension,
  maximum_without_vendor_specific_extension
};

enum class MdtActivation : std::uint8_t {
  immediate_mdt_only,
  immediate_mdt_and_trace,
  logged_mdt_only,
  logged_mbsfn_mdt
};

enum class M1ReportingTrigger : std::uint8_t { periodic, a2_eventtriggered, a2_eventtriggered_periodic };

enum class ReportIntervalMdt : std::uint8_t {
  ms120,
  ms240,
  ms480,
  ms640,
  ms1024,
  ms2048,
  ms5120,
  ms10240,
  min1,
  min6,
  min12,
  min30,
  min60
};

enum class ReportAmountMdt : std::uint8_t { r1, r2, r4, r8, r16, r32, r64, rinfinity };

enum class M3Period : std::uint8_t {
  ms100,
  ms1000,
  ms10000,
  ms1024,
  ms1280,
  ms2048,
  ms2560,
  ms5120,
  ms10240,
  min1
};

enum class M4Period : std::uint8_t { ms1024, ms2048, ms5120, ms10240, min1 };

enum class LinksToLog : std::uint8_t { uplink, downlink, both_uplink_and_downlink };

enum class M5Period : std::uint8_t { ms1024, ms2048, ms5120, ms10240, min1 };

enum class M6ReportInterval : std::uint8_t { ms1024, ms2048, ms5120, ms10240 };

enum class M6DelayThreshold : std::uint8_t {
  ms30,
  ms40,
  ms50,
  ms60,
  ms70,
  ms80,
  ms90,
  ms100,
  ms150,
  ms300,
  ms500,
  ms750
};

enum class BluetoothMeasConfig : std::uint8_t { setup };

enum class BluetoothMeasurementConfigurationBtRssi : std::uint8_t { true_ };

enum class WlanMeasConfig : std::uint8_t { setup };

enum class WlanMeasurementConfigurationWlanRssi : std::uint8_t { true_ };

enum class WlanMeasurementConfigurationWlanRtt : std::uint8_t { true_ };

enum class SensorMeasConfig : std::uint8_t { setup };

enum class SensorNameConfigUncompensatedBarometricConfig : std::uint8_t { true_ };

enum class LoggingInterval : std::uint8_t {
  ms1280,
  ms2560,
  ms5120,
  ms10240,
  ms20480,
  ms30720,
  ms40960,
  ms61440
};

enum class LoggingDuration : std::uint8_t { m10, m20, m40, m60, m90, m120 };

enum class EventTriggerOutOfCoverage : std::uint8_t { true_ };

enum class TimeToTrigger : std::uint8_t {
  ms0,
  ms40,
  ms64,
  ms80,
  ms100,
  ms128,
  ms160,
  ms256,
  ms320,
  ms480,
  ms512,
  ms640,
  ms1024,
  ms1280,
  ms2560,
  ms5120
};

enum class ServiceType : std::uint8_t { qmc_for_streaming_service, qmc_for_mtsi_service };

enum class EventType : std::uint8_t { direct, change_of_serve_cell, stop_change_of_serve_cell };

enum class ReportArea : std::uint8_t { ecgi };

enum class RequestTypeAdditionalInfo : std::uint8_t { include_ps_cell };

/// §9.2.1.58.
enum class SrvccOperationPossible : std::uint8_t { possible };

/// §9.2.1.73.
enum class CsgMembershipStatus : std::uint8_t { member, not_member };

/// §9.2.1.83.
enum class ManagementBasedMdtAllowed : std::uint8_t { allowed };

enum class SourceOfUeActivityBehaviourInformation : std::uint8_t { subscription_information, statistics };

enum class ExpectedHoInterval : std::uint8_t { sec15, sec30, sec60, sec90, sec120, sec180, long_time };

enum class ProseDirectDiscovery : std::uint8_t { authorized, not_authorized };

enum class ProseDirectCommunication : std::uint8_t { authorized, not_authorized };

enum class ProseUeToNetworkRelaying : std::uint8_t { authorized, not_authorized };

/// §9.2.1.113.
enum class UeUserPlaneCiotSupportIndicator : std::uint8_t { supported };

enum class VehicleUe : std::uint8_t { authorized, not_authorized };

enum class PedestrianUe : std::uint8_t { authorized, not_authorized };

/// §9.2.1.123.
enum class EnhancedCoverageRestricted : std::uint8_t { restricted };

/// §9.2.1.129.
enum class CeModeBRestricted : std::uint8_t { restricted, not_restricted };

/// §9.2.1.136.
enum class AerialUeSubscriptionInformation : std::uint8_t { allowed, not_allowed };

/// §9.2.3.55.
enum class PendingDataIndication : std::uint8_t { true_ };

enum class SubscriptionBasedUeDifferentiationInfoPeriodicCommunicationIndicator : std::uint8_t {
  periodically,
  ondemand
};

enum class SubscriptionBasedUeDifferentiationInfoStationaryIndication : std::uint8_t { stationary, mobile };

enum class SubscriptionBasedUeDifferentiationInfoTrafficProfile : std::uint8_t {
  single_packet,
  dual_packets,
  multiple_packets
};

enum class SubscriptionBasedUeDifferentiationInfoBatteryIndication : std::uint8_t {
  battery_powered,
  battery_powered_not_rechargeable_or_replaceable,
  not_battery_powered
};

/// §9.2.1.146.
enum class IabAuthorized : std::uint8_t { authorized, not_authorized };

/// §9.1.2.3.
enum class Range : std::uint8_t { m50, m80, m180, m200, m350, m400, m500, m700, m1000 };

/// §9.2.1.118.
enum class CeModeBSupportIndicator : std::uint8_t { supported };

enum class NotifySourceEnb : std::uint8_t { notify_source };

enum class RrcEstablishmentCause : std::uint8_t {
  emergency,
  high_priority_access,
  mt_access,
  mo_signalling,
  mo_data,
  delay_tolerant_access,
  mo_voice_call,
  mo_exception_data
};

enum class SecondaryRatDataUsageRequest : std::uint8_t { requested };

enum class SecondaryRatType : std::uint8_t { nr, unlicensed };

/// §9.2.3.21.
enum class CsFallbackIndicator : std::uint8_t { cs_fallback_required, cs_fallback_high_priority };

/// §9.2.3.37.
enum class AdditionalCsFallbackIndicator : std::uint8_t { no_restriction, restriction };

/// §9.2.1.84.
enum class GwContextReleaseIndication : std::uint8_t { true_ };

/// §9.2.1.16.
enum class PagingDrx : std::uint8_t { v32, v64, v128, v256 };

/// §9.2.3.22.
enum class CnDomain : std::uint8_t { ps, cs };

/// §9.2.1.78.
enum class PagingPriority : std::uint8_t {
  priolevel1,
  priolevel2,
  priolevel3,
  priolevel4,
  priolevel5,
  priolevel6,
  priolevel7,
  priolevel8
};

enum class NextPagingAreaScope : std::uint8_t { same, changed };

enum class PagingEdrxCycle : std::uint8_t {
  hfhalf,
  hf1,
  hf2,
  hf4,
  hf6,
  hf8,
  hf10,
  hf12,
  hf14,
  hf16,
  hf32,
  hf64,
  hf128,
  hf256
};

enum class PagingTimeWindow : std::uint8_t {
  s1,
  s2,
  s3,
  s4,
  s5,
  s6,
  s7,
  s8,
  s9,
  s10,
  s11,
  s12,
  s13,
  s14,
  s15,
  s16
};

enum class NbIotPagingEdrxCycle : std::uint8_t {
  hf2,
  hf4,
  hf6,
  hf8,
  hf10,
  hf12,
  hf14,
  hf16,
  hf32,
  hf64,
  hf128,
  hf256,
  hf512,
  hf1024
};

enum class NbIotPagingTimeWindow : std::uint8_t {
  s1,
  s2,
  s3,
  s4,
  s5,
  s6,
  s7,
  s8,
  s9,
  s10,
  s11,
  s12,
  s13,
  s14,
  s15,
  s16
};

enum class PagingProbabilityInformation : std::uint8_t {
  p00,
  p05,
  p10,
  p15,
  p20,
  p25,
  p30,
  p35,
  p40,
  p45,
  p50,
  p55,
  p60,
  p65,
  p70,
  p75,
  p80,
  p85,
  p90,
  p95,
  p100
};

/// §9.2.1.159.
enum class NbIotPagingDrx : std::uint8_t { v32, v64, v128, v256, v512, v1024 };

/// §9.2.1.17.
enum class PagingCause : std::uint8_t { voice };

enum class DlNasPduDeliveryAckRequest : std::uint8_t { requested };

/// §9.2.3.51.
enum class UeCapabilityInfoRequest : std::uint8_t { requested };

/// §9.2.3.54.
enum class EndIndication : std::uint8_t { no_further_data, further_data_exists };

/// §9.2.1.79.
enum class RelayNodeIndicator : std::uint8_t { true_ };

enum class GummeiType : std::uint8_t { native, mapped, mapped_from5_g };

enum class CoverageLevel : std::uint8_t { extended_coverage };

enum class EdtSession : std::uint8_t { true_ };

enum class IabNodeIndication : std::uint8_t { true_ };

enum class ResetAll : std::uint8_t { reset_all };

/// §9.2.1.117.
enum class RatType : std::uint8_t {
  nbiot,
  nbiot_leo,
  nbiot_meo,
  nbiot_geo,
  nbiot_othersat,
  eutran_leo,
  eutran_meo,
  eutran_geo,
  eutran_othersat
};

/// §9.2.1.112.
enum class UeRetentionInformation : std::uint8_t { ues_retained };

/// §9.2.1.114.
enum class NbIotDefaultPagingDrx : std::uint8_t { v128, v256, v512, v1024 };

/// §9.2.1.82.
enum class MmeRelaySupportIndicator : std::uint8_t { true_ };

enum class IabSupported : std::uint8_t { true_ };

/// §9.2.1.61.
enum class TimeToWait : std::uint8_t { v1s, v2s, v5s, v10s, v20s, v60s };

/// §9.2.1.28.
enum class Cdma2000HoStatus : std::uint8_t { ho_success, ho_failure };

/// §9.2.1.24.
enum class Cdma2000RatType : std::uint8_t { hrpd, onex_rtt };

/// §9.2.1.29.
enum class Cdma2000HoRequiredIndication : std::uint8_t { true_ };

/// §9.2.1.119.
enum class SrvccOperationNotPossible : std::uint8_t { not_possible };

/// §9.2.1.135.
enum class LteMIndication : std::uint8_t { lte_m };

enum class PrivacyIndicator : std::uint8_t { immediate_mdt, logged_mdt };

/// §9.2.3.20.
enum class OverloadAction : std::uint8_t {
  reject_non_emergency_mo_dt,
  reject_rrc_cr_signalling,
  permit_emergency_sessions_and_mobile_terminated_services_only,
  permit_high_priority_sessions_and_mobile_terminated_services_only,
  reject_delay_tolerant_access,
  permit_high_priority_sessions_and_exception_reporting_and_mobile_terminated_services_only,
  not_accept_mo_data_or_delay_tolerant_access_from_cp_ciot
};

/// §9.2.1.72.
enum class ConcurrentWarningMessageIndicator : std::uint8_t { true_ };

enum class SonInformationRequest : std::uint8_t {
  x2_tnl_configuration_info,
  time_synchronisation_info,
  activate_muting,
  deactivate_muting
};

enum class SynchronisationStatus : std::uint8_t { synchronous, asynchronous };

enum class MutingAvailabilityIndication : std::uint8_t { available, unavailable };

enum class MutingPatternInformationMutingPatternPeriod : std::uint8_t {
  ms0,
  ms1280,
  ms2560,
  ms5120,
  ms10240
};

enum class ListeningSubframePatternPatternPeriod : std::uint8_t { ms1280, ms2560, ms5120, ms10240 };

enum class KillAllWarningMessages : std::uint8_t { true_ };

/// §9.2.1.85.
enum class VoiceSupportMatchIndicator : std::uint8_t { supported, not_supported };

/// §9.2.1.125.
enum class HandoverFlag : std::uint8_t { handover_preparation };

}  // namespace zerocell::s1ap
