// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "asn1/s1ap/message_type.hpp"
#include "asn1/s1ap/values.hpp"

/// UE capabilities and UE information, TS 36.413 §8.3, §8.9.
namespace zerocell::s1ap {

/// §9.2.3.49.
struct DlCpSecurityInformation {
  std::uint16_t dl_nas_mac = 0;
};

/// §9.2.3.50.
struct UlCpSecurityInformation {
  std::uint16_t ul_nas_mac = 0;
  std::uint8_t ul_nas_count = 0;  ///< 5 bits.
};

/// §9.1.10, eNB to MME.
struct UeCapabilityInfoIndication {
  static constexpr MessageType kType = MessageType::ue_capability_info_indication;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  Bytes ue_radio_capability{};
  std::optional<Bytes> ue_radio_capability_for_paging{};
  std::optional<std::uint8_t> ue_application_layer_measurement_capability{};
  std::optional<LteMIndication> lte_m_indication{};
  std::optional<Bytes> ue_radio_capability_nr_format{};
  std::optional<Bytes> ue_radio_capability_for_paging_nr_format{};
};

/// §9.1.4.11, MME to eNB.
struct UeRadioCapabilityMatchRequest {
  static constexpr MessageType kType = MessageType::ue_radio_capability_match_request;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  std::optional<Bytes> ue_radio_capability{};
  std::optional<Bytes> ue_radio_capability_id{};
};

/// §9.1.4.12, eNB to MME.
struct UeRadioCapabilityMatchResponse {
  static constexpr MessageType kType = MessageType::ue_radio_capability_match_response;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  VoiceSupportMatchIndicator voice_support_match_indicator{};
  std::optional<CriticalityDiagnostics> criticality_diagnostics{};
};

/// §9.1.21.1, eNB to MME.
struct UeRadioCapabilityIdMappingRequest {
  static constexpr MessageType kType = MessageType::ue_radio_capability_id_mapping_request;
  Bytes ue_radio_capability_id{};
};

/// §9.1.21.2, MME to eNB.
struct UeRadioCapabilityIdMappingResponse {
  static constexpr MessageType kType = MessageType::ue_radio_capability_id_mapping_response;
  Bytes ue_radio_capability_id{};
  Bytes ue_radio_capability{};
  std::optional<CriticalityDiagnostics> criticality_diagnostics{};
};

/// §9.1.4.20, MME to eNB.
struct ConnectionEstablishmentIndication {
  static constexpr MessageType kType = MessageType::connection_establishment_indication;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  std::optional<Bytes> ue_radio_capability{};
  std::optional<EnhancedCoverageRestricted> enhanced_coverage_restricted{};
  std::optional<DlCpSecurityInformation> dl_cp_security_information{};
  std::optional<CeModeBRestricted> ce_mode_b_restricted{};
  std::optional<EndIndication> end_indication{};
  std::optional<SubscriptionBasedUeDifferentiationInfo> subscription_based_ue_differentiation_info{};
  std::optional<ErabLevelQosParameters> ue_level_qos_parameters{};
  std::optional<Bytes> ue_radio_capability_id{};
  std::optional<std::uint64_t> masked_imeisv{};
};

/// §9.1.4.21, eNB to MME.
struct RetrieveUeInformation {
  static constexpr MessageType kType = MessageType::retrieve_ue_information;
  STmsi s_tmsi{};
};

/// §9.1.4.22, MME to eNB.
struct UeInformationTransfer {
  static constexpr MessageType kType = MessageType::ue_information_transfer;
  STmsi s_tmsi{};
  std::optional<ErabLevelQosParameters> ue_level_qos_parameters{};
  std::optional<Bytes> ue_radio_capability{};
  std::optional<SubscriptionBasedUeDifferentiationInfo> subscription_based_ue_differentiation_info{};
  std::optional<PendingDataIndication> pending_data_indication{};
  std::optional<std::uint64_t> masked_imeisv{};
};

/// §9.1.4.23, eNB to MME.
struct EnbCpRelocationIndication {
  static constexpr MessageType kType = MessageType::enb_cp_relocation_indication;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  STmsi s_tmsi{};
  Ecgi eutran_cgi{};
  Tai tai{};
  UlCpSecurityInformation ul_cp_security_information{};
  std::optional<LteNtnTaiInformation> lte_ntn_tai_information{};
};

/// §9.1.4.24, MME to eNB.
struct MmeCpRelocationIndication {
  static constexpr MessageType kType = MessageType::mme_cp_relocation_indication;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
};

}  // namespace zerocell::s1ap
