// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "asn1/s1ap/message_type.hpp"
#include "asn1/s1ap/values.hpp"

/// Warning message transmission, TS 36.413 §8.12.
namespace zerocell::s1ap {

struct CellIdList {
  List<Ecgi> value{};  ///< At most 65535.
};

struct TrackingAreaListForWarning {
  List<Tai> value{};  ///< At most 65535.
};

struct EmergencyAreaIdList {
  List<std::array<std::uint8_t, 3>> value{};  ///< At most 65535.
};

/// §9.2.1.46.
struct WarningAreaList : std::variant<CellIdList, TrackingAreaListForWarning, EmergencyAreaIdList> {
  using variant::variant;
};

struct CellIdBroadcastItem {
  Ecgi ecgi{};
};

struct CompletedCellInTaiItem {
  Ecgi ecgi{};
};

struct TaiBroadcastItem {
  Tai tai{};
  List<CompletedCellInTaiItem> completed_cell_in_tai{};  ///< At most 65535.
};

struct CompletedCellInEaiItem {
  Ecgi ecgi{};
};

struct EmergencyAreaIdBroadcastItem {
  std::array<std::uint8_t, 3> emergency_area_id{};
  List<CompletedCellInEaiItem> completed_cell_in_eai{};  ///< At most 65535.
};

struct CellIdBroadcast {
  List<CellIdBroadcastItem> value{};  ///< At most 65535.
};

struct TaiBroadcast {
  List<TaiBroadcastItem> value{};  ///< At most 65535.
};

struct EmergencyAreaIdBroadcast {
  List<EmergencyAreaIdBroadcastItem> value{};  ///< At most 65535.
};

/// §9.2.1.54.
struct BroadcastCompletedAreaList : std::variant<CellIdBroadcast, TaiBroadcast, EmergencyAreaIdBroadcast> {
  using variant::variant;
};

struct CellIdCancelledItem {
  Ecgi ecgi{};
  std::uint16_t number_of_broadcasts = 0;
};

struct CancelledCellInTaiItem {
  Ecgi ecgi{};
  std::uint16_t number_of_broadcasts = 0;
};

struct TaiCancelledItem {
  Tai tai{};
  List<CancelledCellInTaiItem> cancelled_cell_in_tai{};  ///< At most 65535.
};

struct CancelledCellInEaiItem {
  Ecgi ecgi{};
  std::uint16_t number_of_broadcasts = 0;
};

struct EmergencyAreaIdCancelledItem {
  std::array<std::uint8_t, 3> emergency_area_id{};
  List<CancelledCellInEaiItem> cancelled_cell_in_eai{};  ///< At most 65535.
};

struct CellIdCancelled {
  List<CellIdCancelledItem> value{};  ///< At most 65535.
};

struct TaiCancelled {
  List<TaiCancelledItem> value{};  ///< At most 65535.
};

struct EmergencyAreaIdCancelled {
  List<EmergencyAreaIdCancelledItem> value{};  ///< At most 65535.
};

/// §9.2.1.70.
struct BroadcastCancelledAreaList : std::variant<CellIdCancelled, TaiCancelled, EmergencyAreaIdCancelled> {
  using variant::variant;
};

/// §9.1.13.1, MME to eNB.
struct WriteReplaceWarningRequest {
  static constexpr MessageType kType = MessageType::write_replace_warning_request;
  std::uint16_t message_identifier = 0;
  std::uint16_t serial_number = 0;
  std::optional<WarningAreaList> warning_area_list{};
  std::uint16_t repetition_period = 0;                        ///< 0 to 4095.
  std::optional<std::uint32_t> extended_repetition_period{};  ///< 4096 to 131071.
  std::uint16_t number_of_broadcast_request = 0;
  std::optional<std::uint16_t> warning_type{};
  std::optional<std::array<std::uint8_t, 50>> warning_security_info{};
  std::optional<std::uint8_t> data_coding_scheme{};
  std::optional<Bytes> warning_message_contents{};  ///< 1 to 9600 octets.
  std::optional<ConcurrentWarningMessageIndicator> concurrent_warning_message_indicator{};
  std::optional<Bytes> warning_area_coordinates{};  ///< 1 to 1024 octets.
};

/// §9.1.13.2, eNB to MME.
struct WriteReplaceWarningResponse {
  static constexpr MessageType kType = MessageType::write_replace_warning_response;
  std::uint16_t message_identifier = 0;
  std::uint16_t serial_number = 0;
  std::optional<BroadcastCompletedAreaList> broadcast_completed_area_list{};
  std::optional<CriticalityDiagnostics> criticality_diagnostics{};
};

/// §9.1.13.3, MME to eNB.
struct KillRequest {
  static constexpr MessageType kType = MessageType::kill_request;
  std::uint16_t message_identifier = 0;
  std::uint16_t serial_number = 0;
  std::optional<WarningAreaList> warning_area_list{};
  std::optional<KillAllWarningMessages> kill_all_warning_messages{};
};

/// §9.1.13.4, eNB to MME.
struct KillResponse {
  static constexpr MessageType kType = MessageType::kill_response;
  std::uint16_t message_identifier = 0;
  std::uint16_t serial_number = 0;
  std::optional<BroadcastCancelledAreaList> broadcast_cancelled_area_list{};
  std::optional<CriticalityDiagnostics> criticality_diagnostics{};
};

/// §9.1.13.5, eNB to MME.
struct PwsRestartIndication {
  static constexpr MessageType kType = MessageType::pws_restart_indication;
  List<Ecgi> ecgi_list_for_restart{};  ///< At most 256.
  GlobalEnbId global_enb_id{};
  List<Tai> tai_list_for_restart{};  ///< At most 2048.
  List<std::array<std::uint8_t, 3>>
      emergency_area_id_list_for_restart{};  ///< At most 256; empty when absent.
};

/// §9.1.13.6, eNB to MME.
struct PwsFailureIndication {
  static constexpr MessageType kType = MessageType::pws_failure_indication;
  List<Ecgi> pws_failed_ecgi_list{};  ///< At most 256.
  GlobalEnbId global_enb_id{};
};

}  // namespace zerocell::s1ap
