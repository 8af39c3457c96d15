// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "asn1/s1ap/message_type.hpp"
#include "asn1/s1ap/values.hpp"

/// E-RAB management, TS 36.413 §8.2.
namespace zerocell::s1ap {

struct ErabToBeSetupItemBearerSuReq {
  std::uint8_t erab_id = 0;  ///< 0 to 15, extensible.
  ErabLevelQosParameters erab_level_qos_parameters{};
  TransportLayerAddress transport_layer_address{};
  std::uint32_t gtp_teid = 0;
  Bytes nas_pdu{};
  std::optional<std::uint32_t> correlation_id{};
  std::optional<std::uint32_t> sipto_correlation_id{};
  std::optional<BearerType> bearer_type{};
  std::optional<EthernetType> ethernet_type{};
  std::optional<SecurityIndication> security_indication{};
};

struct ErabSetupItemBearerSuRes {
  std::uint8_t erab_id = 0;  ///< 0 to 15, extensible.
  TransportLayerAddress transport_layer_address{};
  std::uint32_t gtp_teid = 0;
};

struct TransportInformation {
  TransportLayerAddress transport_layer_address{};
  std::uint32_t ul_gtp_teid = 0;
};

struct ErabToBeModifiedItemBearerModReq {
  std::uint8_t erab_id = 0;  ///< 0 to 15, extensible.
  ErabLevelQosParameters erab_level_qos_parameters{};
  Bytes nas_pdu{};
  std::optional<TransportInformation> transport_information{};
};

struct ErabModifyItemBearerModRes {
  std::uint8_t erab_id = 0;  ///< 0 to 15, extensible.
};

struct ErabReleaseItemBearerRelComp {
  std::uint8_t erab_id = 0;  ///< 0 to 15, extensible.
};

struct ErabToBeModifiedItemBearerModInd {
  std::uint8_t erab_id = 0;  ///< 0 to 15, extensible.
  TransportLayerAddress transport_layer_address{};
  std::uint32_t dl_gtp_teid = 0;
};

struct ErabNotToBeModifiedItemBearerModInd {
  std::uint8_t erab_id = 0;  ///< 0 to 15, extensible.
  TransportLayerAddress transport_layer_address{};
  std::uint32_t dl_gtp_teid = 0;
};

struct ErabModifyItemBearerModConf {
  std::uint8_t erab_id = 0;  ///< 0 to 15, extensible.
};

/// §9.1.3.1, MME to eNB.
struct ErabSetupRequest {
  static constexpr MessageType kType = MessageType::erab_setup_request;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  std::optional<UeAggregateMaximumBitrate> ue_aggregate_maximum_bitrate{};
  List<ErabToBeSetupItemBearerSuReq> erab_to_be_setup_list{};  ///< At most 256.
};

/// §9.1.3.2, eNB to MME.
struct ErabSetupResponse {
  static constexpr MessageType kType = MessageType::erab_setup_response;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;                  ///< 0 to 16777215.
  List<ErabSetupItemBearerSuRes> erab_setup_list{};  ///< At most 256; empty when absent.
  List<ErabItem> erab_failed_to_setup_list{};        ///< At most 256; empty when absent.
  std::optional<CriticalityDiagnostics> criticality_diagnostics{};
  std::optional<UserLocationInformation> user_location_information{};
};

/// §9.1.3.3, MME to eNB.
struct ErabModifyRequest {
  static constexpr MessageType kType = MessageType::erab_modify_request;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  std::optional<UeAggregateMaximumBitrate> ue_aggregate_maximum_bitrate{};
  List<ErabToBeModifiedItemBearerModReq> erab_to_be_modified_list{};  ///< At most 256.
  std::optional<SecondaryRatDataUsageRequest> secondary_rat_data_usage_request{};
};

/// §9.1.3.4, eNB to MME.
struct ErabModifyResponse {
  static constexpr MessageType kType = MessageType::erab_modify_response;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;                     ///< 0 to 16777215.
  List<ErabModifyItemBearerModRes> erab_modify_list{};  ///< At most 256; empty when absent.
  List<ErabItem> erab_failed_to_modify_list{};          ///< At most 256; empty when absent.
  std::optional<CriticalityDiagnostics> criticality_diagnostics{};
  List<SecondaryRatDataUsageReportItem>
      secondary_rat_data_usage_report_list{};  ///< At most 256; empty when absent.
  std::optional<UserLocationInformation> user_location_information{};
};

/// §9.1.3.5, MME to eNB.
struct ErabReleaseCommand {
  static constexpr MessageType kType = MessageType::erab_release_command;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  std::optional<UeAggregateMaximumBitrate> ue_aggregate_maximum_bitrate{};
  List<ErabItem> erab_to_be_released_list{};  ///< At most 256.
  std::optional<Bytes> nas_pdu{};
};

/// §9.1.3.6, eNB to MME.
struct ErabReleaseResponse {
  static constexpr MessageType kType = MessageType::erab_release_response;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;                        ///< 0 to 16777215.
  List<ErabReleaseItemBearerRelComp> erab_release_list{};  ///< At most 256; empty when absent.
  List<ErabItem> erab_failed_to_release_list{};            ///< At most 256; empty when absent.
  std::optional<CriticalityDiagnostics> criticality_diagnostics{};
  std::optional<UserLocationInformation> user_location_information{};
  List<SecondaryRatDataUsageReportItem>
      secondary_rat_data_usage_report_list{};  ///< At most 256; empty when absent.
};

/// §9.1.3.7, eNB to MME.
struct ErabReleaseIndication {
  static constexpr MessageType kType = MessageType::erab_release_indication;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;     ///< 0 to 16777215.
  List<ErabItem> erab_released_list{};  ///< At most 256.
  std::optional<UserLocationInformation> user_location_information{};
  List<SecondaryRatDataUsageReportItem>
      secondary_rat_data_usage_report_list{};  ///< At most 256; empty when absent.
};

/// §9.1.3.8, eNB to MME.
struct ErabModificationIndication {
  static constexpr MessageType kType = MessageType::erab_modification_indication;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;                                   ///< 0 to 16777215.
  List<ErabToBeModifiedItemBearerModInd> erab_to_be_modified_list{};  ///< At most 256.
  List<ErabNotToBeModifiedItemBearerModInd>
      erab_not_to_be_modified_list{};  ///< At most 256; empty when absent.
  std::optional<CsgMembershipInfo> csg_membership_info{};
  std::optional<TunnelInformation> tunnel_information_for_bbf{};
  List<SecondaryRatDataUsageReportItem>
      secondary_rat_data_usage_report_list{};  ///< At most 256; empty when absent.
  std::optional<UserLocationInformation> user_location_information{};
};

/// §9.1.3.9, MME to eNB.
struct ErabModificationConfirm {
  static constexpr MessageType kType = MessageType::erab_modification_confirm;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;                      ///< 0 to 16777215.
  List<ErabModifyItemBearerModConf> erab_modify_list{};  ///< At most 256; empty when absent.
  List<ErabItem> erab_failed_to_modify_list{};           ///< At most 256; empty when absent.
  List<ErabItem> erab_to_be_released_list{};             ///< At most 256; empty when absent.
  std::optional<CriticalityDiagnostics> criticality_diagnostics{};
  std::optional<CsgMembershipStatus> csg_membership_status{};
};

/// §9.1.20.1, eNB to MME.
struct SecondaryRatDataUsageReport {
  static constexpr MessageType kType = MessageType::secondary_rat_data_usage_report;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;                                              ///< 0 to 16777215.
  List<SecondaryRatDataUsageReportItem> secondary_rat_data_usage_report_list{};  ///< At most 256.
  std::optional<HandoverFlag> handover_flag{};
  std::optional<UserLocationInformation> user_location_information{};
  std::optional<std::uint32_t> time_since_secondary_node_release{};
};

}  // namespace zerocell::s1ap
