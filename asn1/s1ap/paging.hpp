// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "asn1/s1ap/message_type.hpp"
#include "asn1/s1ap/values.hpp"

/// Paging, TS 36.413 §8.5.
namespace zerocell::s1ap {

struct UePagingId : std::variant<STmsi, ImsiOctets> {
  using variant::variant;
};

struct TaiItem {
  Tai tai{};
};

/// §9.2.1.104.
struct AssistanceDataForRecommendedCells {
  RecommendedCellsForPaging recommended_cells_for_paging{};
};

/// §9.2.1.108.
struct AssistanceDataForCeCapableUes {
  CellIdentifierAndCeLevelForCeCapableUes cell_identifier_and_ce_level_for_ce_capable_ues{};
};

/// §9.2.1.110.
struct PagingAttemptInformation {
  std::uint8_t paging_attempt_count = 0;                ///< 1 to 16, extensible.
  std::uint8_t intended_number_of_paging_attempts = 0;  ///< 1 to 16, extensible.
  std::optional<NextPagingAreaScope> next_paging_area_scope{};
};

/// §9.2.1.103.
struct AssistanceDataForPaging {
  std::optional<AssistanceDataForRecommendedCells> assistance_data_for_recommended_cells{};
  std::optional<AssistanceDataForCeCapableUes> assistance_data_for_ce_capable_ues{};
  std::optional<PagingAttemptInformation> paging_attempt_information{};
};

/// §9.2.1.111.
struct PagingEdrxInformation {
  PagingEdrxCycle paging_edrx_cycle{};
  std::optional<PagingTimeWindow> paging_time_window{};
};

/// §9.2.1.115.
struct NbIotPagingEdrxInformation {
  NbIotPagingEdrxCycle nb_iot_paging_edrx_cycle{};
  std::optional<NbIotPagingTimeWindow> nb_iot_paging_time_window{};
};

/// §9.2.1.158.
struct WusAssistanceInformation {
  PagingProbabilityInformation paging_probability_information{};
};

/// §9.1.6, MME to eNB.
struct Paging {
  static constexpr MessageType kType = MessageType::paging;
  std::uint16_t ue_identity_index_value = 0;  ///< 10 bits.
  UePagingId ue_paging_id{};
  std::optional<PagingDrx> paging_drx{};
  CnDomain cn_domain{};
  List<TaiItem> tai_list{};           ///< At most 256.
  List<CsgIdListItem> csg_id_list{};  ///< At most 256; empty when absent.
  std::optional<PagingPriority> paging_priority{};
  std::optional<Bytes> ue_radio_capability_for_paging{};
  std::optional<AssistanceDataForPaging> assistance_data_for_paging{};
  std::optional<PagingEdrxInformation> paging_edrx_information{};
  std::optional<std::uint16_t> extended_ue_identity_index_value{};  ///< 14 bits.
  std::optional<NbIotPagingEdrxInformation> nb_iot_paging_edrx_information{};
  std::optional<std::uint16_t> nb_iot_ue_identity_index_value{};  ///< 12 bits.
  std::optional<EnhancedCoverageRestricted> enhanced_coverage_restricted{};
  std::optional<CeModeBRestricted> ce_mode_b_restricted{};
  std::optional<std::uint16_t> data_size{};  ///< 1 to 4095, extensible.
  std::optional<WusAssistanceInformation> wus_assistance_information{};
  std::optional<NbIotPagingDrx> nb_iot_paging_drx{};
  std::optional<PagingCause> paging_cause{};
};

}  // namespace zerocell::s1ap
