// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "asn1/s1ap/message_type.hpp"
#include "asn1/s1ap/values.hpp"

/// Interface management, TS 36.413 §8.7.
namespace zerocell::s1ap {

struct UeAssociatedLogicalS1ConnectionItem {
  std::optional<std::uint32_t> mme_ue_s1ap_id{};
  std::optional<std::uint32_t> enb_ue_s1ap_id{};  ///< 0 to 16777215.
};

struct PartOfS1Interface {
  List<UeAssociatedLogicalS1ConnectionItem> value{};  ///< At most 256.
};

struct ResetType : std::variant<ResetAll, PartOfS1Interface> {
  using variant::variant;
};

struct SupportedTasItem {
  std::uint16_t tac = 0;
  List<Plmn> broadcast_plmns{};  ///< At most 6.
  std::optional<RatType> rat_type{};
};

struct ConnectedEnGnbItem {
  BitNumber en_gnb_id{};                   ///< 22 to 32 bits.
  List<SupportedTasItem> supported_tas{};  ///< At most 256.
};

struct ServedGummeisItem {
  List<Plmn> served_plmns{};               ///< At most 32.
  List<std::uint16_t> served_group_ids{};  ///< At most 65535.
  List<std::uint8_t> served_mmecs{};       ///< At most 256.
  std::optional<GummeiType> gummei_type{};
};

struct ServedDcnsItem {
  std::uint16_t dcn_id = 0;
  std::uint8_t relative_dcn_capacity = 0;
};

/// §9.2.3.19.
struct OverloadResponse : std::variant<OverloadAction> {
  using variant::variant;
};

/// §9.1.8.4, eNB to MME.
struct S1SetupRequest {
  static constexpr MessageType kType = MessageType::s1_setup_request;
  GlobalEnbId global_enb_id{};
  std::optional<std::string_view> enb_name{};  ///< 1 to 150 characters.
  List<SupportedTasItem> supported_tas{};      ///< At most 256.
  PagingDrx default_paging_drx{};
  List<CsgIdListItem> csg_id_list{};  ///< At most 256; empty when absent.
  std::optional<UeRetentionInformation> ue_retention_information{};
  std::optional<NbIotDefaultPagingDrx> nb_iot_default_paging_drx{};
  List<ConnectedEnGnbItem> connected_en_gnb_list{};  ///< At most 256; empty when absent.
};

/// §9.1.8.5, MME to eNB.
struct S1SetupResponse {
  static constexpr MessageType kType = MessageType::s1_setup_response;
  std::optional<std::string_view> mme_name{};  ///< 1 to 150 characters.
  List<ServedGummeisItem> served_gummeis{};    ///< At most 8.
  std::uint8_t relative_mme_capacity = 0;
  std::optional<MmeRelaySupportIndicator> mme_relay_support_indicator{};
  std::optional<CriticalityDiagnostics> criticality_diagnostics{};
  std::optional<UeRetentionInformation> ue_retention_information{};
  std::optional<List<ServedDcnsItem>> served_dcns{};  ///< At most 32.
  std::optional<IabSupported> iab_supported{};
};

/// §9.1.8.6, MME to eNB.
struct S1SetupFailure {
  static constexpr MessageType kType = MessageType::s1_setup_failure;
  Cause cause{};
  std::optional<TimeToWait> time_to_wait{};
  std::optional<CriticalityDiagnostics> criticality_diagnostics{};
};

/// §9.1.8.7, eNB to MME.
struct EnbConfigurationUpdate {
  static constexpr MessageType kType = MessageType::enb_configuration_update;
  std::optional<std::string_view> enb_name{};  ///< 1 to 150 characters.
  List<SupportedTasItem> supported_tas{};      ///< At most 256; empty when absent.
  List<CsgIdListItem> csg_id_list{};           ///< At most 256; empty when absent.
  std::optional<PagingDrx> default_paging_drx{};
  std::optional<NbIotDefaultPagingDrx> nb_iot_default_paging_drx{};
  List<ConnectedEnGnbItem> connected_en_gnb_to_add_list{};     ///< At most 256; empty when absent.
  List<ConnectedEnGnbItem> connected_en_gnb_to_remove_list{};  ///< At most 256; empty when absent.
};

/// §9.1.8.8, MME to eNB.
struct EnbConfigurationUpdateAcknowledge {
  static constexpr MessageType kType = MessageType::enb_configuration_update_acknowledge;
  std::optional<CriticalityDiagnostics> criticality_diagnostics{};
};

/// §9.1.8.9, MME to eNB.
struct EnbConfigurationUpdateFailure {
  static constexpr MessageType kType = MessageType::enb_configuration_update_failure;
  Cause cause{};
  std::optional<TimeToWait> time_to_wait{};
  std::optional<CriticalityDiagnostics> criticality_diagnostics{};
};

/// §9.1.8.10, MME to eNB.
struct MmeConfigurationUpdate {
  static constexpr MessageType kType = MessageType::mme_configuration_update;
  std::optional<std::string_view> mme_name{};  ///< 1 to 150 characters.
  List<ServedGummeisItem> served_gummeis{};    ///< At most 8; empty when absent.
  std::optional<std::uint8_t> relative_mme_capacity{};
  std::optional<List<ServedDcnsItem>> served_dcns{};  ///< At most 32.
};

/// §9.1.8.11, eNB to MME.
struct MmeConfigurationUpdateAcknowledge {
  static constexpr MessageType kType = MessageType::mme_configuration_update_acknowledge;
  std::optional<CriticalityDiagnostics> criticality_diagnostics{};
};

/// §9.1.8.12, eNB to MME.
struct MmeConfigurationUpdateFailure {
  static constexpr MessageType kType = MessageType::mme_configuration_update_failure;
  Cause cause{};
  std::optional<TimeToWait> time_to_wait{};
  std::optional<CriticalityDiagnostics> criticality_diagnostics{};
};

/// §9.1.8.1, either way.
struct Reset {
  static constexpr MessageType kType = MessageType::reset;
  Cause cause{};
  ResetType reset_type{};
};

/// §9.1.8.2, either way.
struct ResetAcknowledge {
  static constexpr MessageType kType = MessageType::reset_acknowledge;
  List<UeAssociatedLogicalS1ConnectionItem>
      ue_associated_logical_s1_connection_list{};  ///< At most 256; empty when absent.
  std::optional<CriticalityDiagnostics> criticality_diagnostics{};
};

/// §9.1.8.3, either way.
struct ErrorIndication {
  static constexpr MessageType kType = MessageType::error_indication;
  std::optional<std::uint32_t> mme_ue_s1ap_id{};
  std::optional<std::uint32_t> enb_ue_s1ap_id{};  ///< 0 to 16777215.
  std::optional<Cause> cause{};
  std::optional<CriticalityDiagnostics> criticality_diagnostics{};
  std::optional<STmsi> s_tmsi{};
};

/// §9.1.8.13, MME to eNB.
struct OverloadStart {
  static constexpr MessageType kType = MessageType::overload_start;
  OverloadResponse overload_response{};
  List<Gummei> gummei_list{};                                       ///< At most 256; empty when absent.
  std::optional<std::uint8_t> traffic_load_reduction_indication{};  ///< 1 to 99.
};

/// §9.1.8.14, MME to eNB.
struct OverloadStop {
  static constexpr MessageType kType = MessageType::overload_stop;
  List<Gummei> gummei_list{};  ///< At most 256; empty when absent.
};

}  // namespace zerocell::s1ap
