// SPDX-License-Identifier: Apache-2.0
#include "mme/mme.hpp"

namespace zerocell::mme {

UeState Mme::state_of(UeDirectory::Index index) {
  const UeRecord& record = directory_[index];
  UeState state{.imsi = record.imsi,
                .emm = record.emm_state,
                .connected = record.connection != UeRecord::kNoConnection,
                .tai = record.tai};
  if (state.connected || state.emm != EmmState::registered) return state;
  auto listens = until_ue_listens(record, 0);
  if (const auto by_old_name = until_ue_listens(record, 1);
      by_old_name && (!listens || *by_old_name < *listens))
    listens = by_old_name;
  if (!listens)
    state.asleep_until = parts_.loop.wall_time() + until_ue_wakes(record);
  else if (record.edrx_cycle != UeRecord::kNoEdrx ||
           (record.old_m_tmsi != 0 && record.old_edrx_cycle != UeRecord::kNoEdrx))
    state.listens_in = listens;
  return state;
}

}  // namespace zerocell::mme
