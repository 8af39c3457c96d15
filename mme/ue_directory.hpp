// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>

#include "core/crypto/random.hpp"
#include "core/state/id_cipher.hpp"
#include "core/state/record_index.hpp"
#include "core/state/record_table.hpp"
#include "mme/ue_record.hpp"

namespace zerocell::mme {

/// The records of all UEs, found by IMSI and by M-TMSI. An M-TMSI is the record's index with eight generation
/// bits, behind a keyed permutation: it finds its record without a table, and tells an observer nothing.
class UeDirectory {
 public:
  using Records = RecordTable<UeRecord>;
  using Index = Records::Index;
  static constexpr std::uint32_t kRecordsMax = 1u << 24;  // What an M-TMSI's index bits can tell.

  /// Records that are in the table already are indexed.
  UeDirectory(Records records, Random& random);

  UeRecord& operator[](Index index) { return records_[index]; }
  Records& records() { return records_; }
  std::size_t size() const { return records_.size(); }

  std::optional<Index> find(const Imsi& imsi) const { return by_imsi_.find(imsi); }
  /// The record whose current M-TMSI, or whose last one that is not yet replaced for certain, this is.
  std::optional<Index> find_by_m_tmsi(std::uint32_t m_tmsi) const;

  /// The record of this IMSI, a new one if need be. Where the table is full, a UE that is detached and not
  /// connected is forgotten for it (`forgotten` is told); nothing when all are in use.
  std::optional<Index> find_or_add(const Imsi& imsi);
  void remove(Index index);

  /// Gives the UE another M-TMSI; the one before stays valid until `confirm_m_tmsi`, and so does the TAI list
  /// that the UE has with it (TS 24.301 §5.4.1.6, §5.5.3.2.7 c).
  std::uint32_t reallocate_m_tmsi(Index index);
  void confirm_m_tmsi(Index index) { records_[index].old_m_tmsi = 0; }
  /// The UE goes on under the one before: it has neither taken the other, nor the areas that came with it.
  void take_back_m_tmsi(Index index);

  /// Called with a record that makes room for another one, before it goes.
  std::function<void(Index, UeRecord&)> forgotten = [](Index, UeRecord&) {};

 private:
  struct ImsiOf {
    UeDirectory* directory;
    const Imsi& operator()(std::uint32_t index) const { return directory->records_[index].imsi; }
  };
  std::optional<Index> evict();

  Records records_;
  IdCipher cipher_;
  RecordIndex<Imsi, ImsiOf> by_imsi_;
  Index eviction_hand_ = 0;
};

}  // namespace zerocell::mme
