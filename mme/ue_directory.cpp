// SPDX-License-Identifier: Apache-2.0
#include "mme/ue_directory.hpp"

namespace zerocell::mme {

UeDirectory::UeDirectory(Records records, Random& random)
    : records_(std::move(records)), cipher_(random.octets<16>()), by_imsi_(ImsiOf{this}) {
  ZC_ASSERT(records_.capacity() <= kRecordsMax);
  by_imsi_.reserve(records_.size());
  decltype(by_imsi_)::Bulk all(by_imsi_);
  records_.for_each([&](Index index, UeRecord& record) { all.insert(record.imsi, index); });
}

std::optional<UeDirectory::Index> UeDirectory::find_by_m_tmsi(std::uint32_t m_tmsi) const {
  const Index index = cipher_.decrypt(m_tmsi) & (kRecordsMax - 1);
  if (m_tmsi == 0 || !records_.live(index)) return std::nullopt;
  const UeRecord& record = records_[index];
  if (record.m_tmsi != m_tmsi && record.old_m_tmsi != m_tmsi) return std::nullopt;
  return index;
}

std::optional<UeDirectory::Index> UeDirectory::find_or_add(const Imsi& imsi) {
  if (const auto found = by_imsi_.find(imsi)) return found;
  auto index = records_.allocate();
  if (!index) {
    if (!evict()) return std::nullopt;
    index = records_.allocate();
  }
  records_[*index].imsi = imsi;
  // A slot used again goes on with other generation bits, so that the M-TMSIs of its last UE find nothing.
  records_[*index].tmsi_generation = static_cast<std::uint8_t>(records_.generation(*index) * 31);
  by_imsi_.insert(imsi, *index);
  return index;
}

void UeDirectory::remove(Index index) {
  by_imsi_.erase(records_[index].imsi);
  records_.release(index);
}

std::optional<UeDirectory::Index> UeDirectory::evict() {
  for (Index looked_at = 0; looked_at < records_.capacity(); ++looked_at) {
    const Index candidate = eviction_hand_;
    eviction_hand_ = (eviction_hand_ + 1) % records_.capacity();
    if (!records_.live(candidate)) continue;
    UeRecord& record = records_[candidate];
    if (record.emm_state != EmmState::deregistered || record.connection != UeRecord::kNoConnection) continue;
    forgotten(candidate, record);
    remove(candidate);
    return candidate;
  }
  return std::nullopt;
}

std::uint32_t UeDirectory::reallocate_m_tmsi(Index index) {
  UeRecord& record = records_[index];
  if (record.old_m_tmsi == 0) {
    record.old_m_tmsi = record.m_tmsi;
    record.old_listed_from = record.listed_from;
    record.old_listed_access = record.listed_access;
    record.old_t3324_seconds = record.t3324_seconds;
    record.old_edrx_cycle = record.edrx_cycle;
    record.old_edrx_window = record.edrx_window;
  }
  do {
    const std::uint32_t plain = std::uint32_t{++record.tmsi_generation} << 24 | index;
    record.m_tmsi = cipher_.encrypt(plain);
    // TS 23.003 §2.4: all ones means that the SIM has no valid TMSI; 0 is ours for none.
  } while (record.m_tmsi == 0 || record.m_tmsi == 0xFFFFFFFF || record.m_tmsi == record.old_m_tmsi);
  return record.m_tmsi;
}

void UeDirectory::take_back_m_tmsi(Index index) {
  UeRecord& record = records_[index];
  record.m_tmsi = std::exchange(record.old_m_tmsi, 0);
  record.listed_from = record.old_listed_from;
  record.listed_access = record.old_listed_access;
  record.t3324_seconds = record.old_t3324_seconds;
  record.edrx_cycle = record.old_edrx_cycle;
  record.edrx_window = record.old_edrx_window;
}

}  // namespace zerocell::mme
