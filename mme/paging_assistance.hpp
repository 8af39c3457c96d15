// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unordered_map>

#include "asn1/s1ap/context.hpp"
#include "core/types/inline_list.hpp"
#include "mme/ue_directory.hpp"

namespace zerocell::mme {

/// What the eNodeB that released a UE told for finding it again (TS 36.413 §8.3.3.2, TS 23.401 §5.3.5 step
/// 6). Only UEs of which one told something have an entry; it holds until the UE shows itself again.
class PagingAssistance {
 public:
  static constexpr std::size_t kUesMax = 65'536;  // Ours: half a kilobyte each. Others are paged without.
  static constexpr std::size_t kCellsMax = 16;    // TS 36.413 maxnoofRecommendedCells
  static constexpr std::size_t kTargetsMax = 16;  // TS 36.413 maxnoofRecommendedENBs
  // Ours: TS 36.413 §9.2.1.109 sets no limit; UEPagingCoverageInformation of TS 36.331 has a few octets.
  static constexpr std::size_t kCeLevelOctetsMax = 32;

  struct Told {
    InlineList<s1ap::RecommendedCellItem, kCellsMax> cells{};
    InlineList<s1ap::MmePagingTarget, kTargetsMax> targets{};
    Ecgi ce_cell{};                                          ///< With `ce_level`.
    InlineList<std::uint8_t, kCeLevelOctetsMax> ce_level{};  ///< Empty: none was told.
  };
  static_assert(std::is_trivially_copyable_v<Told> && sizeof(Told) <= 560);

  /// What the message has of it replaces what was known.
  void keep(UeDirectory::Index index, const s1ap::UeContextReleaseComplete& complete);
  void forget(UeDirectory::Index index) { ues_.erase(index); }
  /// Null: nothing was told. Valid until the next change.
  const Told* find(UeDirectory::Index index) const;
  std::size_t size() const { return ues_.size(); }

 private:
  std::unordered_map<UeDirectory::Index, Told> ues_;
};

}  // namespace zerocell::mme
