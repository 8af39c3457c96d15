// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "asn1/s1ap/shape_macros.hpp"
#include "asn1/s1ap/values.hpp"

/// Shapes of the values of values.hpp: which member holds which element.
namespace zerocell::aper {

template <>
inline constexpr bool is_octet_array<Plmn> = sizeof(Plmn) == 3;

ZC_SEQUENCE(Tai, ZC_MEMBER(plmn), ZC_MEMBER(tac));
ZC_SEQUENCE(Ecgi, ZC_MEMBER(plmn), ZC_MEMBER(cell));
ZC_SEQUENCE(Gummei, ZC_MEMBER(plmn), ZC_MEMBER(group), ZC_MEMBER(code));
ZC_SEQUENCE(STmsi, ZC_MEMBER(mme_code), ZC_MEMBER(m_tmsi));
ZC_SEQUENCE(ProtocolIeField, ZC_MEMBER(id), ZC_MEMBER(criticality), ZC_MEMBER(value));

ZC_WRAPPER(HomeEnbId);
ZC_WRAPPER(LongMacroEnbId);
ZC_WRAPPER(MacroEnbId);
ZC_WRAPPER(ShortMacroEnbId);
ZC_SEQUENCE(GlobalEnbId, ZC_MEMBER(plmn_identity), ZC_MEMBER(enb_id));

ZC_SEQUENCE(TargetEnbId, ZC_MEMBER(global_enb_id), ZC_MEMBER(selected_tai));

ZC_SEQUENCE(Lai, ZC_MEMBER(plmn_identity), ZC_MEMBER(lac));

ZC_SEQUENCE(TargetRncId, ZC_MEMBER(lai), ZC_MEMBER(rac), ZC_MEMBER(rnc_id), ZC_MEMBER(extended_rnc_id));

ZC_SEQUENCE(FivegsTai, ZC_MEMBER(plmn_identity), ZC_MEMBER(fivegs_tac));

ZC_SEQUENCE(ErabDataForwardingItem, ZC_MEMBER(erab_id), ZC_MEMBER(dl_transport_layer_address),
            ZC_MEMBER(dl_gtp_teid), ZC_MEMBER(ul_transport_layer_address), ZC_MEMBER(ul_gtp_teid));

ZC_CONTAINER(ErabDataForwardingItem, erab_data_forwarding_item, ignore, E_RABDataForwardingItem);

ZC_SEQUENCE(ErabItem, ZC_MEMBER(erab_id), ZC_MEMBER(cause));

ZC_CONTAINER(ErabItem, erab_item, ignore, E_RABItem);

ZC_SEQUENCE(CriticalityDiagnosticsIeItem, ZC_MEMBER(ie_criticality), ZC_MEMBER(ie_id),
            ZC_MEMBER(type_of_error));

ZC_SEQUENCE(CriticalityDiagnostics, ZC_MEMBER(procedure_code), ZC_MEMBER(triggering_message),
            ZC_MEMBER(procedure_criticality), ZC_MEMBER(ies_criticality_diagnostics));

template <>
struct SequenceOf<s1ap::UeAggregateMaximumBitrate> {
  using T = s1ap::UeAggregateMaximumBitrate;
  static constexpr std::array fields{ZC_MEMBER(ue_aggregate_maximum_bit_rate_dl),
                                     ZC_MEMBER(ue_aggregate_maximum_bit_rate_ul)};
  static constexpr std::array extensions{
      ZC_EXTENSION(extended_ue_aggregate_maximum_bit_rate_dl, ignore, ExtendedBitRate),
      ZC_EXTENSION(extended_ue_aggregate_maximum_bit_rate_ul, ignore, ExtendedBitRate)};
};

ZC_SEQUENCE(AllocationAndRetentionPriority, ZC_MEMBER(priority_level), ZC_MEMBER(pre_emption_capability),
            ZC_MEMBER(pre_emption_vulnerability));

template <>
struct SequenceOf<s1ap::GbrQosInformation> {
  using T = s1ap::GbrQosInformation;
  static constexpr std::array fields{ZC_MEMBER(erab_maximum_bitrate_dl), ZC_MEMBER(erab_maximum_bitrate_ul),
                                     ZC_MEMBER(erab_guaranteed_bitrate_dl),
                                     ZC_MEMBER(erab_guaranteed_bitrate_ul)};
  static constexpr std::array extensions{
      ZC_EXTENSION(extended_erab_maximum_bitrate_dl, ignore, ExtendedBitRate),
      ZC_EXTENSION(extended_erab_maximum_bitrate_ul, ignore, ExtendedBitRate),
      ZC_EXTENSION(extended_erab_guaranteed_bitrate_dl, ignore, ExtendedBitRate),
      ZC_EXTENSION(extended_erab_guaranteed_bitrate_ul, ignore, ExtendedBitRate)};
};

template <>
struct SequenceOf<s1ap::ErabLevelQosParameters> {
  using T = s1ap::ErabLevelQosParameters;
  static constexpr std::array fields{ZC_MEMBER(qci), ZC_MEMBER(allocation_retention_priority),
                                     ZC_MEMBER(gbr_qos_information)};
  static constexpr std::array extensions{ZC_EXTENSION(downlink_packet_loss_rate, ignore, Packet_LossRate),
                                         ZC_EXTENSION(uplink_packet_loss_rate, ignore, Packet_LossRate)};
};

ZC_SEQUENCE(SecurityIndication, ZC_MEMBER(integrity_protection_indication));

ZC_SEQUENCE(UeSecurityCapabilities, ZC_MEMBER(encryption_algorithms),
            ZC_MEMBER(integrity_protection_algorithms));

ZC_SEQUENCE(ForbiddenTasItem, ZC_MEMBER(plmn_identity), ZC_MEMBER(forbidden_tacs));

ZC_SEQUENCE(ForbiddenLasItem, ZC_MEMBER(plmn_identity), ZC_MEMBER(forbidden_lacs));

ZC_SEQUENCE(CnTypeRestrictionsItem, ZC_MEMBER(plmn_identity), ZC_MEMBER(cn_type));

ZC_SEQUENCE(RatRestrictionsItem, ZC_MEMBER(plmn_identity), ZC_MEMBER(rat_restriction_information));

template <>
struct SequenceOf<s1ap::HandoverRestrictionList> {
  using T = s1ap::HandoverRestrictionList;
  static constexpr std::array fields{ZC_MEMBER(serving_plmn), ZC_MEMBER(equivalent_plmns),
                                     ZC_MEMBER(forbidden_tas), ZC_MEMBER(forbidden_las),
                                     ZC_MEMBER(forbidden_inter_rats)};
  static constexpr std::array extensions{
      ZC_EXTENSION(nr_restriction_in_eps_as_secondary_rat, ignore, NRrestrictioninEPSasSecondaryRAT),
      ZC_EXTENSION(unlicensed_spectrum_restriction, ignore, UnlicensedSpectrumRestriction),
      ZC_EXTENSION(cn_type_restrictions, ignore, CNTypeRestrictions),
      ZC_EXTENSION(nr_restriction_in_5gs, ignore, NRrestrictionin5GS),
      ZC_EXTENSION(last_ng_ran_plmn_identity, ignore, PLMNidentity),
      ZC_EXTENSION(rat_restrictions, ignore, RAT_Restrictions)};
};

template <>
struct SequenceOf<s1ap::RequestType> {
  using T = s1ap::RequestType;
  static constexpr std::array fields{ZC_MEMBER(event_type), ZC_MEMBER(report_area)};
  static constexpr std::array extensions{
      ZC_EXTENSION(request_type_additional_info, ignore, RequestTypeAdditionalInfo)};
};

ZC_SEQUENCE(SecurityContext, ZC_MEMBER(next_hop_chaining_count), ZC_MEMBER(next_hop_parameter));

ZC_SEQUENCE(ExpectedUeActivityBehaviour, ZC_MEMBER(expected_activity_period), ZC_MEMBER(expected_idle_period),
            ZC_MEMBER(source_of_ue_activity_behaviour_information));

ZC_SEQUENCE(ExpectedUeBehaviour, ZC_MEMBER(expected_activity), ZC_MEMBER(expected_ho_interval));

template <>
struct SequenceOf<s1ap::ProseAuthorized> {
  using T = s1ap::ProseAuthorized;
  static constexpr std::array fields{ZC_MEMBER(prose_direct_discovery),
                                     ZC_MEMBER(prose_direct_communication)};
  static constexpr std::array extensions{
      ZC_EXTENSION(prose_ue_to_network_relaying, ignore, ProSeUEtoNetworkRelaying)};
};

ZC_SEQUENCE(V2xServicesAuthorized, ZC_MEMBER(vehicle_ue), ZC_MEMBER(pedestrian_ue));

ZC_SEQUENCE(UeSidelinkAggregateMaximumBitrate, ZC_MEMBER(ue_sidelink_aggregate_maximum_bit_rate));

ZC_SEQUENCE(NrUeSecurityCapabilities, ZC_MEMBER(nr_encryption_algorithms),
            ZC_MEMBER(nr_integrity_protection_algorithms));

ZC_SEQUENCE(ScheduledCommunicationTime, ZC_MEMBER(day_of_week), ZC_MEMBER(time_of_day_start),
            ZC_MEMBER(time_of_day_end));

ZC_SEQUENCE(SubscriptionBasedUeDifferentiationInfo, ZC_MEMBER(periodic_communication_indicator),
            ZC_MEMBER(periodic_time), ZC_MEMBER(scheduled_communication_time),
            ZC_MEMBER(stationary_indication), ZC_MEMBER(traffic_profile), ZC_MEMBER(battery_indication));

ZC_SEQUENCE(NrV2xServicesAuthorized, ZC_MEMBER(vehicle_ue), ZC_MEMBER(pedestrian_ue));

ZC_SEQUENCE(NrUeSidelinkAggregateMaximumBitrate, ZC_MEMBER(ue_aggregate_maximum_bit_rate));

ZC_SEQUENCE(Pc5FlowBitRates, ZC_MEMBER(guaranteed_flow_bit_rate), ZC_MEMBER(maximum_flow_bit_rate));

ZC_SEQUENCE(Pc5QosFlowItem, ZC_MEMBER(pqi), ZC_MEMBER(pc5_flow_bit_rates), ZC_MEMBER(range));

ZC_SEQUENCE(Pc5QosParameters, ZC_MEMBER(pc5_qos_flow_list), ZC_MEMBER(pc5_link_aggregated_bit_rates));

ZC_SEQUENCE(TunnelInformation, ZC_MEMBER(transport_layer_address), ZC_MEMBER(udp_port_number));

ZC_SEQUENCE(NrCgi, ZC_MEMBER(plmn_identity), ZC_MEMBER(nr_cell_identity));

ZC_SEQUENCE(PsCellInformation, ZC_MEMBER(ncgi));

ZC_SEQUENCE(LteNtnTaiInformation, ZC_MEMBER(serving_plmn), ZC_MEMBER(tac_list_in_lte_ntn),
            ZC_MEMBER(ue_location_derived_tac));

template <>
struct SequenceOf<s1ap::UserLocationInformation> {
  using T = s1ap::UserLocationInformation;
  static constexpr std::array fields{ZC_MEMBER(eutran_cgi), ZC_MEMBER(tai)};
  static constexpr std::array extensions{
      ZC_EXTENSION(ps_cell_information, ignore, PSCellInformation),
      ZC_EXTENSION(lte_ntn_tai_information, ignore, LTE_NTN_TAI_Information)};
};

ZC_SEQUENCE(ErabUsageReportItem, ZC_MEMBER(start_timestamp), ZC_MEMBER(end_timestamp),
            ZC_MEMBER(usage_count_ul), ZC_MEMBER(usage_count_dl));

ZC_CONTAINER(ErabUsageReportItem, erab_usage_report_item, ignore, E_RABUsageReportItem);

ZC_SEQUENCE(SecondaryRatDataUsageReportItem, ZC_MEMBER(erab_id), ZC_MEMBER(secondary_rat_type),
            ZC_MEMBER(erab_usage_report_list));

ZC_CONTAINER(SecondaryRatDataUsageReportItem, secondary_rat_data_usage_report_item, ignore,
             SecondaryRATDataUsageReportItem);

ZC_SEQUENCE(CsgIdListItem, ZC_MEMBER(csg_id));

ZC_SEQUENCE(RecommendedCellItem, ZC_MEMBER(eutran_cgi), ZC_MEMBER(time_stayed_in_cell));

ZC_CONTAINER(RecommendedCellItem, recommended_cell_item, ignore, RecommendedCellItem);

ZC_SEQUENCE(RecommendedCellsForPaging, ZC_MEMBER(recommended_cell_list));

ZC_SEQUENCE(CellIdentifierAndCeLevelForCeCapableUes, ZC_MEMBER(global_cell_id), ZC_MEMBER(ce_level));

ZC_SEQUENCE(CsgMembershipInfo, ZC_MEMBER(csg_membership_status), ZC_MEMBER(csg_id),
            ZC_MEMBER(cell_access_mode), ZC_MEMBER(plmn_identity));

}  // namespace zerocell::aper
