// SPDX-License-Identifier: Apache-2.0
#include "asn1/s1ap/paging.hpp"
#include "asn1/s1ap/shapes.hpp"
#include "asn1/s1ap/tables_all.hpp"

namespace zerocell::aper {

ZC_SEQUENCE(TaiItem, ZC_MEMBER(tai));

ZC_CONTAINER(TaiItem, tai_item, ignore, TAIItem);

ZC_SEQUENCE(AssistanceDataForRecommendedCells, ZC_MEMBER(recommended_cells_for_paging));

ZC_SEQUENCE(AssistanceDataForCeCapableUes, ZC_MEMBER(cell_identifier_and_ce_level_for_ce_capable_ues));

ZC_SEQUENCE(PagingAttemptInformation, ZC_MEMBER(paging_attempt_count),
            ZC_MEMBER(intended_number_of_paging_attempts), ZC_MEMBER(next_paging_area_scope));

ZC_SEQUENCE(AssistanceDataForPaging, ZC_MEMBER(assistance_data_for_recommended_cells),
            ZC_MEMBER(assistance_data_for_ce_capable_ues), ZC_MEMBER(paging_attempt_information));

ZC_SEQUENCE(PagingEdrxInformation, ZC_MEMBER(paging_edrx_cycle), ZC_MEMBER(paging_time_window));

ZC_SEQUENCE(NbIotPagingEdrxInformation, ZC_MEMBER(nb_iot_paging_edrx_cycle),
            ZC_MEMBER(nb_iot_paging_time_window));

ZC_SEQUENCE(WusAssistanceInformation, ZC_MEMBER(paging_probability_information));

}  // namespace zerocell::aper

namespace zerocell::s1ap {
namespace {

namespace paging {
using T = Paging;
constexpr std::array kIes{
    ZC_IE(ue_identity_index_value, ignore, mandatory, UEIdentityIndexValue),
    ZC_IE(ue_paging_id, ignore, mandatory, UEPagingID),
    ZC_IE(paging_drx, ignore, optional, PagingDRX),
    ZC_IE(cn_domain, ignore, mandatory, CNDomain),
    ZC_IE(tai_list, ignore, mandatory, TAIList),
    ZC_IE(csg_id_list, ignore, optional, CSG_IdList),
    ZC_IE(paging_priority, ignore, optional, PagingPriority),
    ZC_IE(ue_radio_capability_for_paging, ignore, optional, UERadioCapabilityForPaging),
    ZC_IE(assistance_data_for_paging, ignore, optional, AssistanceDataForPaging),
    ZC_IE(paging_edrx_information, ignore, optional, Paging_eDRXInformation),
    ZC_IE(extended_ue_identity_index_value, ignore, optional, Extended_UEIdentityIndexValue),
    ZC_IE(nb_iot_paging_edrx_information, ignore, optional, NB_IoT_Paging_eDRXInformation),
    ZC_IE(nb_iot_ue_identity_index_value, ignore, optional, NB_IoT_UEIdentityIndexValue),
    ZC_IE(enhanced_coverage_restricted, ignore, optional, EnhancedCoverageRestricted),
    ZC_IE(ce_mode_b_restricted, ignore, optional, CE_ModeBRestricted),
    ZC_IE(data_size, ignore, optional, DataSize),
    ZC_IE(wus_assistance_information, ignore, optional, WUS_Assistance_Information),
    ZC_IE(nb_iot_paging_drx, ignore, optional, NB_IoT_PagingDRX),
    ZC_IE(paging_cause, ignore, optional, PagingCause),
};
}  // namespace paging

}  // namespace

namespace tables {

constinit const MessageTable paging =
    message_table<Paging>("Paging", Procedure::paging, PduKind::initiating_message, s1ap::paging::kIes);

}  // namespace tables
}  // namespace zerocell::s1ap
