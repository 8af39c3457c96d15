// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "asn1/s1ap/basic.hpp"
#include "asn1/s1ap/enumerations.hpp"

/// Values that messages of several procedures carry.
namespace zerocell::s1ap {

/// §9.2.1.3.
struct Cause : std::variant<CauseRadioNetwork, CauseTransport, CauseNas, CauseProtocol, CauseMisc> {
  using variant::variant;
};

struct MacroEnbId {
  std::uint32_t value = 0;  ///< 20 bits.
  friend constexpr bool operator==(const MacroEnbId&, const MacroEnbId&) = default;
};

struct HomeEnbId {
  std::uint32_t value = 0;  ///< 28 bits.
  friend constexpr bool operator==(const HomeEnbId&, const HomeEnbId&) = default;
};

struct ShortMacroEnbId {
  std::uint32_t value = 0;  ///< 18 bits.
  friend constexpr bool operator==(const ShortMacroEnbId&, const ShortMacroEnbId&) = default;
};

struct LongMacroEnbId {
  std::uint32_t value = 0;  ///< 21 bits.
  friend constexpr bool operator==(const LongMacroEnbId&, const LongMacroEnbId&) = default;
};

struct EnbId : std::variant<MacroEnbId, HomeEnbId, ShortMacroEnbId, LongMacroEnbId> {
  using variant::variant;
  friend constexpr bool operator==(const EnbId&, const EnbId&) = default;
};

/// §9.2.1.37.
struct GlobalEnbId {
  Plmn plmn_identity{};
  EnbId enb_id{};
  friend constexpr bool operator==(const GlobalEnbId&, const GlobalEnbId&) = default;
};

struct TargetEnbId {
  GlobalEnbId global_enb_id{};
  Tai selected_tai{};
};

/// §9.2.3.1.
struct Lai {
  Plmn plmn_identity{};
  std::uint16_t lac = 0;
  friend constexpr bool operator==(const Lai&, const Lai&) = default;
};

struct TargetRncId {
  Lai lai{};
  std::optional<std::uint8_t> rac{};
  std::uint16_t rnc_id = 0;                        ///< 0 to 4095.
  std::optional<std::uint16_t> extended_rnc_id{};  ///< 4096 to 65535.
};

struct FivegsTai {
  Plmn plmn_identity{};
  std::array<std::uint8_t, 3> fivegs_tac{};
};

struct ErabDataForwardingItem {
  std::uint8_t erab_id = 0;  ///< 0 to 15, extensible.
  std::optional<TransportLayerAddress> dl_transport_layer_address{};
  std::optional<std::uint32_t> dl_gtp_teid{};
  std::optional<TransportLayerAddress> ul_transport_layer_address{};
  std::optional<std::uint32_t> ul_gtp_teid{};
};

struct ErabItem {
  std::uint8_t erab_id = 0;  ///< 0 to 15, extensible.
  Cause cause{};
};

struct CriticalityDiagnosticsIeItem {
  Criticality ie_criticality{};
  std::uint16_t ie_id = 0;
  TypeOfError type_of_error{};
};

/// §9.2.1.21.
struct CriticalityDiagnostics {
  std::optional<std::uint8_t> procedure_code{};
  std::optional<PduKind> triggering_message{};
  std::optional<Criticality> procedure_criticality{};
  List<CriticalityDiagnosticsIeItem> ies_criticality_diagnostics{};  ///< At most 256; empty when absent.
};

/// §9.2.1.20.
struct UeAggregateMaximumBitrate {
  std::uint64_t ue_aggregate_maximum_bit_rate_dl = 0;  ///< 0 to 10000000000.
  std::uint64_t ue_aggregate_maximum_bit_rate_ul = 0;  ///< 0 to 10000000000.
  std::optional<std::uint64_t>
      extended_ue_aggregate_maximum_bit_rate_dl{};  ///< 10000000001 to 4000000000000, extensible.
  std::optional<std::uint64_t>
      extended_ue_aggregate_maximum_bit_rate_ul{};  ///< 10000000001 to 4000000000000, extensible.
  friend constexpr bool operator==(const UeAggregateMaximumBitrate&,
                                   const UeAggregateMaximumBitrate&) = default;
};

/// §9.2.1.60.
struct AllocationAndRetentionPriority {
  std::uint8_t priority_level = 0;  ///< 0 to 15.
  PreEmptionCapability pre_emption_capability{};
  PreEmptionVulnerability pre_emption_vulnerability{};
  friend constexpr bool operator==(const AllocationAndRetentionPriority&,
                                   const AllocationAndRetentionPriority&) = default;
};

/// §9.2.1.18.
struct GbrQosInformation {
  std::uint64_t erab_maximum_bitrate_dl = 0;     ///< 0 to 10000000000.
  std::uint64_t erab_maximum_bitrate_ul = 0;     ///< 0 to 10000000000.
  std::uint64_t erab_guaranteed_bitrate_dl = 0;  ///< 0 to 10000000000.
  std::uint64_t erab_guaranteed_bitrate_ul = 0;  ///< 0 to 10000000000.
  std::optional<std::uint64_t>
      extended_erab_maximum_bitrate_dl{};  ///< 10000000001 to 4000000000000, extensible.
  std::optional<std::uint64_t>
      extended_erab_maximum_bitrate_ul{};  ///< 10000000001 to 4000000000000, extensible.
  std::optional<std::uint64_t>
      extended_erab_guaranteed_bitrate_dl{};  ///< 10000000001 to 4000000000000, extensible.
  std::optional<std::uint64_t>
      extended_erab_guaranteed_bitrate_ul{};  ///< 10000000001 to 4000000000000, extensible.
  friend constexpr bool operator==(const GbrQosInformation&, const GbrQosInformation&) = default;
};

/// §9.2.1.15.
struct ErabLevelQosParameters {
  std::uint8_t qci = 0;
  AllocationAndRetentionPriority allocation_retention_priority{};
  std::optional<GbrQosInformation> gbr_qos_information{};
  std::optional<std::uint16_t> downlink_packet_loss_rate{};  ///< 0 to 1000.
  std::optional<std::uint16_t> uplink_packet_loss_rate{};    ///< 0 to 1000.
  friend constexpr bool operator==(const ErabLevelQosParameters&, const ErabLevelQosParameters&) = default;
};

/// §9.2.1.163.
struct SecurityIndication {
  IntegrityProtectionIndication integrity_protection_indication{};
};

/// §9.2.1.40.
struct UeSecurityCapabilities {
  std::uint16_t encryption_algorithms = 0;
  std::uint16_t integrity_protection_algorithms = 0;
  friend constexpr bool operator==(const UeSecurityCapabilities&, const UeSecurityCapabilities&) = default;
};

struct ForbiddenTasItem {
  Plmn plmn_identity{};
  List<std::uint16_t> forbidden_tacs{};  ///< At most 4096.
};

struct ForbiddenLasItem {
  Plmn plmn_identity{};
  List<std::uint16_t> forbidden_lacs{};  ///< At most 4096.
};

struct CnTypeRestrictionsItem {
  Plmn plmn_identity{};
  CnType cn_type{};
};

struct RatRestrictionsItem {
  Plmn plmn_identity{};
  std::uint8_t rat_restriction_information = 0;
};

/// §9.2.1.22.
struct HandoverRestrictionList {
  Plmn serving_plmn{};
  List<Plmn> equivalent_plmns{};           ///< At most 15; empty when absent.
  List<ForbiddenTasItem> forbidden_tas{};  ///< At most 16; empty when absent.
  List<ForbiddenLasItem> forbidden_las{};  ///< At most 16; empty when absent.
  std::optional<ForbiddenInterRats> forbidden_inter_rats{};
  std::optional<NrRestrictionInEpsAsSecondaryRat> nr_restriction_in_eps_as_secondary_rat{};
  std::optional<UnlicensedSpectrumRestriction> unlicensed_spectrum_restriction{};
  List<CnTypeRestrictionsItem> cn_type_restrictions{};  ///< At most 16; empty when absent.
  std::optional<NrRestrictionIn5gs> nr_restriction_in_5gs{};
  std::optional<Plmn> last_ng_ran_plmn_identity{};
  List<RatRestrictionsItem> rat_restrictions{};  ///< At most 16; empty when absent.
};

/// §9.2.1.34.
struct RequestType {
  EventType event_type{};
  ReportArea report_area{};
  std::optional<RequestTypeAdditionalInfo> request_type_additional_info{};
};

/// §9.2.1.26.
struct SecurityContext {
  std::uint8_t next_hop_chaining_count = 0;           ///< 0 to 7.
  std::array<std::uint8_t, 32> next_hop_parameter{};  ///< 256 bits.
};

/// §9.2.1.97.
struct ExpectedUeActivityBehaviour {
  std::optional<std::uint8_t> expected_activity_period{};  ///< 1 to 181, extensible.
  std::optional<std::uint8_t> expected_idle_period{};      ///< 1 to 181, extensible.
  std::optional<SourceOfUeActivityBehaviourInformation> source_of_ue_activity_behaviour_information{};
};

/// §9.2.1.96.
struct ExpectedUeBehaviour {
  std::optional<ExpectedUeActivityBehaviour> expected_activity{};
  std::optional<ExpectedHoInterval> expected_ho_interval{};
};

/// §9.2.1.99.
struct ProseAuthorized {
  std::optional<ProseDirectDiscovery> prose_direct_discovery{};
  std::optional<ProseDirectCommunication> prose_direct_communication{};
  std::optional<ProseUeToNetworkRelaying> prose_ue_to_network_relaying{};
};

/// §9.2.1.120.
struct V2xServicesAuthorized {
  std::optional<VehicleUe> vehicle_ue{};
  std::optional<PedestrianUe> pedestrian_ue{};
};

/// §9.2.1.122.
struct UeSidelinkAggregateMaximumBitrate {
  std::uint64_t ue_sidelink_aggregate_maximum_bit_rate = 0;  ///< 0 to 10000000000.
};

/// §9.2.1.127.
struct NrUeSecurityCapabilities {
  std::uint16_t nr_encryption_algorithms = 0;
  std::uint16_t nr_integrity_protection_algorithms = 0;
  friend constexpr bool operator==(const NrUeSecurityCapabilities&,
                                   const NrUeSecurityCapabilities&) = default;
};

struct ScheduledCommunicationTime {
  std::optional<std::uint8_t> day_of_week{};         ///< 7 bits.
  std::optional<std::uint32_t> time_of_day_start{};  ///< 0 to 86399, extensible.
  std::optional<std::uint32_t> time_of_day_end{};    ///< 0 to 86399, extensible.
};

struct SubscriptionBasedUeDifferentiationInfo {
  std::optional<SubscriptionBasedUeDifferentiationInfoPeriodicCommunicationIndicator>
      periodic_communication_indicator{};
  std::optional<std::uint16_t> periodic_time{};  ///< 1 to 3600, extensible.
  std::optional<ScheduledCommunicationTime> scheduled_communication_time{};
  std::optional<SubscriptionBasedUeDifferentiationInfoStationaryIndication> stationary_indication{};
  std::optional<SubscriptionBasedUeDifferentiationInfoTrafficProfile> traffic_profile{};
  std::optional<SubscriptionBasedUeDifferentiationInfoBatteryIndication> battery_indication{};
};

/// §9.2.1.148.
struct NrV2xServicesAuthorized {
  std::optional<VehicleUe> vehicle_ue{};
  std::optional<PedestrianUe> pedestrian_ue{};
};

/// §9.2.1.149.
struct NrUeSidelinkAggregateMaximumBitrate {
  std::uint64_t ue_aggregate_maximum_bit_rate = 0;  ///< 0 to 10000000000.
};

struct Pc5FlowBitRates {
  std::uint64_t guaranteed_flow_bit_rate = 0;  ///< 0 to 10000000000.
  std::uint64_t maximum_flow_bit_rate = 0;     ///< 0 to 10000000000.
};

struct Pc5QosFlowItem {
  std::uint8_t pqi = 0;
  std::optional<Pc5FlowBitRates> pc5_flow_bit_rates{};
  std::optional<Range> range{};
};

/// §9.2.1.150.
struct Pc5QosParameters {
  List<Pc5QosFlowItem> pc5_qos_flow_list{};                      ///< At most 2048.
  std::optional<std::uint64_t> pc5_link_aggregated_bit_rates{};  ///< 0 to 10000000000.
};

/// §9.2.2.3.
struct TunnelInformation {
  TransportLayerAddress transport_layer_address{};
  std::optional<std::uint16_t> udp_port_number{};
};

/// §9.2.1.142.
struct NrCgi {
  Plmn plmn_identity{};
  std::uint64_t nr_cell_identity = 0;  ///< 36 bits.
};

/// §9.2.1.141.
struct PsCellInformation {
  NrCgi ncgi{};
};

/// §9.2.3.56.
struct LteNtnTaiInformation {
  Plmn serving_plmn{};
  List<std::uint16_t> tac_list_in_lte_ntn{};  ///< At most 12.
  std::optional<std::uint16_t> ue_location_derived_tac{};
};

/// §9.2.1.93.
struct UserLocationInformation {
  Ecgi eutran_cgi{};
  Tai tai{};
  std::optional<PsCellInformation> ps_cell_information{};
  std::optional<LteNtnTaiInformation> lte_ntn_tai_information{};
};

struct ErabUsageReportItem {
  std::uint32_t start_timestamp = 0;
  std::uint32_t end_timestamp = 0;
  std::uint64_t usage_count_ul = 0;
  std::uint64_t usage_count_dl = 0;
};

struct SecondaryRatDataUsageReportItem {
  std::uint8_t erab_id = 0;  ///< 0 to 15, extensible.
  SecondaryRatType secondary_rat_type{};
  List<ErabUsageReportItem> erab_usage_report_list{};  ///< At most 2.
};

struct CsgIdListItem {
  std::uint32_t csg_id = 0;  ///< 27 bits.
};

struct RecommendedCellItem {
  Ecgi eutran_cgi{};
  std::optional<std::uint16_t> time_stayed_in_cell{};  ///< 0 to 4095.
};

/// §9.2.1.106.
struct RecommendedCellsForPaging {
  List<RecommendedCellItem> recommended_cell_list{};  ///< At most 16.
};

struct CellIdentifierAndCeLevelForCeCapableUes {
  Ecgi global_cell_id{};
  Bytes ce_level{};
};

struct CsgMembershipInfo {
  CsgMembershipStatus csg_membership_status{};
  std::uint32_t csg_id = 0;  ///< 27 bits.
  std::optional<CellAccessMode> cell_access_mode{};
  std::optional<Plmn> plmn_identity{};
};

}  // namespace zerocell::s1ap
