// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "asn1/s1ap/message_type.hpp"
#include "asn1/s1ap/values.hpp"

/// Information that passes through the MME, TS 36.413 §8.8, §8.13 to §8.17.
namespace zerocell::s1ap {

struct Cdma2000OnexSrvccInfo {
  Bytes cdma2000_onex_meid{};
  Bytes cdma2000_onex_msi{};
  Bytes cdma2000_onex_pilot{};
};

struct GeranCellId {
  Lai lai{};
  std::uint8_t rac = 0;
  std::uint16_t ci = 0;
};

struct EhrpdSectorId {
  std::array<std::uint8_t, 16> value{};
};

/// §9.2.3.25.
struct RimRoutingAddress : std::variant<GeranCellId, TargetRncId, EhrpdSectorId> {
  using variant::variant;
};

/// §9.2.3.23.
struct RimTransfer {
  Bytes rim_information{};
  std::optional<RimRoutingAddress> rim_routing_address{};
};

/// §9.2.1.55.
struct InterSystemInformationTransferType : std::variant<RimTransfer> {
  using variant::variant;
};

struct SourceEnbId {
  GlobalEnbId global_enb_id{};
  Tai selected_tai{};
};

struct EnbX2ExtTla {
  std::optional<TransportLayerAddress> ipsec_tla{};
  List<TransportLayerAddress> gtp_tlas{};  ///< At most 16; empty when absent.
};

/// §9.2.3.29.
struct X2TnlConfigurationInfo {
  List<TransportLayerAddress> enb_x2_transport_layer_addresses{};  ///< At most 2.
  List<EnbX2ExtTla> enb_x2_extended_transport_layer_addresses{};   ///< At most 16; empty when absent.
  List<TransportLayerAddress> enb_indirect_x2_transport_layer_addresses{};  ///< At most 2; empty when absent.
};

/// §9.2.3.34.
struct TimeSynchronisationInfo {
  std::uint8_t stratum_level = 0;  ///< 0 to 3, extensible.
  SynchronisationStatus synchronisation_status{};
  std::optional<MutingAvailabilityIndication> muting_availability_indication{};
};

/// §9.2.3.41.
struct MutingPatternInformation {
  MutingPatternInformationMutingPatternPeriod muting_pattern_period{};
  std::optional<std::uint16_t> muting_pattern_offset{};  ///< 0 to 10239, extensible.
};

/// §9.2.3.28.
struct SonInformationReply {
  std::optional<X2TnlConfigurationInfo> x2_tnl_configuration_info{};
  std::optional<TimeSynchronisationInfo> time_synchronisation_info{};
  std::optional<MutingPatternInformation> muting_pattern_information{};
};

/// §9.2.3.40.
struct RlfReportInformation {
  Bytes ue_rlf_report_container{};
  std::optional<Bytes> ue_rlf_report_container_for_extended_bands{};
  std::optional<Bytes> nb_iot_rlf_report_container{};
};

/// §9.2.3.39.
struct SonInformationReport : std::variant<RlfReportInformation> {
  using variant::variant;
};

/// §9.2.3.27.
struct SonInformation : std::variant<SonInformationRequest, SonInformationReply, SonInformationReport> {
  using variant::variant;
};

/// §9.2.3.43.
struct ListeningSubframePattern {
  ListeningSubframePatternPatternPeriod pattern_period{};
  std::uint16_t pattern_offset = 0;  ///< 0 to 10239, extensible.
};

/// §9.2.3.42.
struct SynchronisationInformation {
  std::optional<std::uint8_t> source_stratum_level{};  ///< 0 to 3, extensible.
  std::optional<ListeningSubframePattern> listening_subframe_pattern{};
  List<Ecgi> aggressor_ecgi_list{};  ///< At most 256; empty when absent.
};

/// §9.2.3.26.
struct SonConfigurationTransfer {
  TargetEnbId target_enb_id{};
  SourceEnbId source_enb_id{};
  SonInformation son_information{};
  std::optional<X2TnlConfigurationInfo> x2_tnl_configuration_info{};
  std::optional<SynchronisationInformation> synchronisation_information{};
};

struct EnDcSonEnbIdentification {
  GlobalEnbId global_enb_id{};
  Tai selected_tai{};
};

struct GlobalEnGnbId {
  Plmn plmn_identity{};
  BitNumber en_gnb_id{};  ///< 22 to 32 bits.
};

struct EnDcSonEnGnbIdentification {
  GlobalEnGnbId global_en_gnb_id{};
  Tai selected_tai{};
};

struct EnDcTransferTypeRequest {
  EnDcSonEnbIdentification source_enb{};
  EnDcSonEnGnbIdentification target_en_gnb{};
  std::optional<EnDcSonEnbIdentification> target_enb{};
  std::optional<Tai> associated_tai{};
  std::optional<FivegsTai> broadcast_5gs_tai{};
};

struct EnDcTransferTypeReply {
  EnDcSonEnGnbIdentification source_en_gnb{};
  EnDcSonEnbIdentification target_enb{};
};

struct EnDcSonTransferType : std::variant<EnDcTransferTypeRequest, EnDcTransferTypeReply> {
  using variant::variant;
};

struct EnDcSonConfigurationTransfer {
  EnDcSonTransferType transfer_type{};
  SonInformation son_information{};
  std::optional<X2TnlConfigurationInfo> x2_tnl_config_info{};
};

struct LocalId {
  std::uint16_t value = 0;
};

struct GlobalId {
  Bytes value{};
};

struct PrivateIeId : std::variant<LocalId, GlobalId> {
  using variant::variant;
};

/// An IE of a Private Message; what it means is between the two vendors.
struct PrivateIe {
  PrivateIeId id{};
  Criticality criticality = Criticality::ignore;
  Bytes value{};  ///< Its encoding.
};

/// §9.1.14, eNB to MME.
struct EnbDirectInformationTransfer {
  static constexpr MessageType kType = MessageType::enb_direct_information_transfer;
  InterSystemInformationTransferType inter_system_information_transfer_type_edt{};
};

/// §9.1.15, MME to eNB.
struct MmeDirectInformationTransfer {
  static constexpr MessageType kType = MessageType::mme_direct_information_transfer;
  InterSystemInformationTransferType inter_system_information_transfer_type_mdt{};
};

/// §9.1.16, eNB to MME.
struct EnbConfigurationTransfer {
  static constexpr MessageType kType = MessageType::enb_configuration_transfer;
  std::optional<SonConfigurationTransfer> son_configuration_transfer_ect{};
  std::optional<EnDcSonConfigurationTransfer> en_dc_son_configuration_transfer_ect{};
  std::optional<Bytes> intersystem_son_configuration_transfer_ect{};
};

/// §9.1.17, MME to eNB.
struct MmeConfigurationTransfer {
  static constexpr MessageType kType = MessageType::mme_configuration_transfer;
  std::optional<SonConfigurationTransfer> son_configuration_transfer_mct{};
  std::optional<EnDcSonConfigurationTransfer> en_dc_son_configuration_transfer_mct{};
  std::optional<Bytes> intersystem_son_configuration_transfer_mct{};
};

/// §9.1.19.1, MME to eNB.
struct DownlinkUeAssociatedLppaTransport {
  static constexpr MessageType kType = MessageType::downlink_ue_associated_lppa_transport;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  std::uint8_t routing_id = 0;
  Bytes lppa_pdu{};
};

/// §9.1.19.2, eNB to MME.
struct UplinkUeAssociatedLppaTransport {
  static constexpr MessageType kType = MessageType::uplink_ue_associated_lppa_transport;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  std::uint8_t routing_id = 0;
  Bytes lppa_pdu{};
};

/// §9.1.19.3, MME to eNB.
struct DownlinkNonUeAssociatedLppaTransport {
  static constexpr MessageType kType = MessageType::downlink_non_ue_associated_lppa_transport;
  std::uint8_t routing_id = 0;
  Bytes lppa_pdu{};
};

/// §9.1.19.4, eNB to MME.
struct UplinkNonUeAssociatedLppaTransport {
  static constexpr MessageType kType = MessageType::uplink_non_ue_associated_lppa_transport;
  std::uint8_t routing_id = 0;
  Bytes lppa_pdu{};
};

/// §9.1.9.1, MME to eNB.
struct DownlinkS1Cdma2000Tunnelling {
  static constexpr MessageType kType = MessageType::downlink_s1_cdma2000_tunnelling;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;                                     ///< 0 to 16777215.
  List<ErabDataForwardingItem> erab_subject_to_data_forwarding_list{};  ///< At most 256; empty when absent.
  std::optional<Cdma2000HoStatus> cdma2000_ho_status{};
  Cdma2000RatType cdma2000_rat_type{};
  Bytes cdma2000_pdu{};
};

/// §9.1.9.2, eNB to MME.
struct UplinkS1Cdma2000Tunnelling {
  static constexpr MessageType kType = MessageType::uplink_s1_cdma2000_tunnelling;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  Cdma2000RatType cdma2000_rat_type{};
  Bytes cdma2000_sector_id{};
  std::optional<Cdma2000HoRequiredIndication> cdma2000_ho_required_indication{};
  std::optional<Cdma2000OnexSrvccInfo> cdma2000_onex_srvcc_info{};
  std::optional<Bytes> cdma2000_onex_rand{};
  Bytes cdma2000_pdu{};
  std::optional<std::uint16_t> eutran_round_trip_delay_estimation_info{};  ///< 0 to 2047.
};

/// §8.15, either way.
struct PrivateMessage {
  static constexpr MessageType kType = MessageType::private_message;
  List<PrivateIe> private_ies{};  ///< At least one.
};

}  // namespace zerocell::s1ap
