// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "asn1/s1ap/message_type.hpp"
#include "asn1/s1ap/values.hpp"

/// NAS transport, TS 36.413 §8.6.
namespace zerocell::s1ap {

/// §9.2.3.45.
struct AdditionalGuti {
  Gummei gummei{};
  std::uint32_t m_tmsi = 0;
};

/// §9.1.7.1, eNB to MME.
struct InitialUeMessage {
  static constexpr MessageType kType = MessageType::initial_ue_message;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  Bytes nas_pdu{};
  Tai tai{};
  Ecgi eutran_cgi{};
  RrcEstablishmentCause rrc_establishment_cause{};
  std::optional<STmsi> s_tmsi{};
  std::optional<std::uint32_t> csg_id{};  ///< 27 bits.
  std::optional<Gummei> gummei_id{};
  std::optional<CellAccessMode> cell_access_mode{};
  std::optional<TransportLayerAddress> gw_transport_layer_address{};
  std::optional<RelayNodeIndicator> relay_node_indicator{};
  std::optional<GummeiType> gummei_type{};
  std::optional<TunnelInformation> tunnel_information_for_bbf{};
  std::optional<TransportLayerAddress> sipto_l_gw_transport_layer_address{};
  std::optional<Bytes> lhn_id{};  ///< 32 to 256 octets.
  std::optional<std::uint16_t> mme_group_id{};
  std::optional<std::uint8_t> ue_usage_type{};
  std::optional<CeModeBSupportIndicator> ce_mode_b_support_indicator{};
  std::optional<std::uint16_t> dcn_id{};
  std::optional<CoverageLevel> coverage_level{};
  std::optional<std::uint8_t> ue_application_layer_measurement_capability{};
  std::optional<EdtSession> edt_session{};
  std::optional<IabNodeIndication> iab_node_indication{};
  std::optional<LteNtnTaiInformation> lte_ntn_tai_information{};
};

/// §9.1.7.2, MME to eNB.
struct DownlinkNasTransport {
  static constexpr MessageType kType = MessageType::downlink_nas_transport;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  Bytes nas_pdu{};
  std::optional<HandoverRestrictionList> handover_restriction_list{};
  std::optional<std::uint16_t> subscriber_profile_id_for_rfp{};  ///< 1 to 256.
  std::optional<SrvccOperationPossible> srvcc_operation_possible{};
  std::optional<Bytes> ue_radio_capability{};
  std::optional<DlNasPduDeliveryAckRequest> dl_nas_pdu_delivery_ack_request{};
  std::optional<EnhancedCoverageRestricted> enhanced_coverage_restricted{};
  std::optional<NrUeSecurityCapabilities> nr_ue_security_capabilities{};
  std::optional<CeModeBRestricted> ce_mode_b_restricted{};
  std::optional<UeCapabilityInfoRequest> ue_capability_info_request{};
  std::optional<EndIndication> end_indication{};
  std::optional<PendingDataIndication> pending_data_indication{};
  std::optional<SubscriptionBasedUeDifferentiationInfo> subscription_based_ue_differentiation_info{};
  std::optional<std::uint32_t> additional_rrm_priority_index{};
  std::optional<Bytes> ue_radio_capability_id{};
  std::optional<std::uint64_t> masked_imeisv{};
};

/// §9.1.7.3, eNB to MME.
struct UplinkNasTransport {
  static constexpr MessageType kType = MessageType::uplink_nas_transport;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  Bytes nas_pdu{};
  Ecgi eutran_cgi{};
  Tai tai{};
  std::optional<TransportLayerAddress> gw_transport_layer_address{};
  std::optional<TransportLayerAddress> sipto_l_gw_transport_layer_address{};
  std::optional<Bytes> lhn_id{};  ///< 32 to 256 octets.
  std::optional<PsCellInformation> ps_cell_information{};
  std::optional<LteNtnTaiInformation> lte_ntn_tai_information{};
};

/// §9.1.7.4, eNB to MME.
struct NasNonDeliveryIndication {
  static constexpr MessageType kType = MessageType::nas_non_delivery_indication;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  Bytes nas_pdu{};
  Cause cause{};
};

/// §9.1.7.4a, eNB to MME.
struct NasDeliveryIndication {
  static constexpr MessageType kType = MessageType::nas_delivery_indication;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
};

/// §9.1.7.5, MME to eNB.
struct RerouteNasRequest {
  static constexpr MessageType kType = MessageType::reroute_nas_request;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  std::optional<std::uint32_t> mme_ue_s1ap_id{};
  Bytes s1_message{};
  std::uint16_t mme_group_id = 0;
  std::optional<AdditionalGuti> additional_guti{};
  std::optional<std::uint8_t> ue_usage_type{};
};

}  // namespace zerocell::s1ap
