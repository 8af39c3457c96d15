// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "asn1/s1ap/message_type.hpp"
#include "asn1/s1ap/trace_activation.hpp"

/// Trace and location reporting, TS 36.413 §8.10, §8.11.
namespace zerocell::s1ap {

/// §9.1.12.1, MME to eNB.
struct LocationReportingControl {
  static constexpr MessageType kType = MessageType::location_reporting_control;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  RequestType request_type{};
};

/// §9.1.12.2, eNB to MME.
struct LocationReportingFailureIndication {
  static constexpr MessageType kType = MessageType::location_reporting_failure_indication;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  Cause cause{};
};

/// §9.1.12.3, eNB to MME.
struct LocationReport {
  static constexpr MessageType kType = MessageType::location_report;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  Ecgi eutran_cgi{};
  Tai tai{};
  RequestType request_type{};
  std::optional<PsCellInformation> ps_cell_information{};
  std::optional<LteNtnTaiInformation> lte_ntn_tai_information{};
};

/// §9.1.11.1, MME to eNB.
struct TraceStart {
  static constexpr MessageType kType = MessageType::trace_start;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  TraceActivation trace_activation{};
};

/// §9.1.11.2, eNB to MME.
struct TraceFailureIndication {
  static constexpr MessageType kType = MessageType::trace_failure_indication;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  std::array<std::uint8_t, 8> eutran_trace_id{};
  Cause cause{};
};

/// §9.1.11.3, MME to eNB.
struct DeactivateTrace {
  static constexpr MessageType kType = MessageType::deactivate_trace;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  std::array<std::uint8_t, 8> eutran_trace_id{};
};

/// §9.1.18, eNB to MME.
struct CellTrafficTrace {
  static constexpr MessageType kType = MessageType::cell_traffic_trace;
  std::uint32_t mme_ue_s1ap_id = 0;
  std::uint32_t enb_ue_s1ap_id = 0;  ///< 0 to 16777215.
  std::array<std::uint8_t, 8> eutran_trace_id{};
  Ecgi eutran_cgi{};
  TransportLayerAddress trace_collection_entity_ip_address{};
  std::optional<PrivacyIndicator> privacy_indicator{};
};

}  // namespace zerocell::s1ap
