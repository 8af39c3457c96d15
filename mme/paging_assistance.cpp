// SPDX-License-Identifier: Apache-2.0
#include "mme/paging_assistance.hpp"

#include "core/telemetry/metrics.hpp"

namespace zerocell::mme {
namespace {

Counter not_kept{"zerocell_mme_paging_assistance_not_kept_total",
                 "UEs whose recommended cells for paging were not kept, since too many have some."};

}  // namespace

void PagingAssistance::keep(UeDirectory::Index index, const s1ap::UeContextReleaseComplete& complete) {
  forget(index);
  const auto& recommended = complete.information_on_recommended_cells_and_enbs_for_paging;
  const auto& coverage = complete.cell_identifier_and_ce_level_for_ce_capable_ues;
  const bool has_level =
      coverage && !coverage->ce_level.empty() && coverage->ce_level.size() <= kCeLevelOctetsMax;
  if (!recommended && !has_level) return;
  if (ues_.size() >= kUesMax) return not_kept.add();
  Told& told = ues_[index];
  if (recommended) {
    for (const auto& cell : recommended->recommended_cells_for_paging.recommended_cell_list)
      if (!told.cells.full()) told.cells.push_back(cell);
    for (const auto& enb : recommended->recommend_enbs_for_paging.recommended_enb_list)
      if (!told.targets.full()) told.targets.push_back(enb.mme_paging_target);
  }
  if (!has_level) return;
  told.ce_cell = coverage->global_cell_id;
  for (const std::uint8_t octet : coverage->ce_level) told.ce_level.push_back(octet);
}

const PagingAssistance::Told* PagingAssistance::find(UeDirectory::Index index) const {
  const auto found = ues_.find(index);
  return found == ues_.end() ? nullptr : &found->second;
}

}  // namespace zerocell::mme
