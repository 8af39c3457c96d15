// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "core/types/assert.hpp"

namespace zerocell {

/// Where a table's records live: a file of its own (on a tmpfs, so that they outlive the process), or memory
/// that ends with the process.
struct RecordStorage {
  std::string path;            ///< Empty: anonymous memory.
  std::uint32_t capacity = 0;  ///< Records at most. Pages are touched only as records are used.
};

namespace detail {

/// What stands before every record.
struct SlotHeader {
  std::uint32_t live;      ///< 1 while the slot holds a record.
  std::uint32_t sequence;  ///< Odd while the owner writes: after a crash such a record is not to be trusted.
  std::uint32_t generation;  ///< Counts the uses of the slot; never goes back.
  std::uint32_t reserved;
};

/// The untyped part: a mapping with a header, and fixed-size slots.
class SlotMapping {
 public:
  static std::expected<SlotMapping, std::string> open(const RecordStorage& storage, std::uint32_t slot_octets,
                                                      std::uint32_t layout_version, const char* what);
  SlotMapping(SlotMapping&& other) noexcept;
  SlotMapping& operator=(SlotMapping&& other) noexcept;
  ~SlotMapping();

  std::uint32_t capacity() const { return capacity_; }
  /// Slots that were ever used: those past it have never been written.
  std::uint32_t high_water() const;
  void raise_high_water(std::uint32_t slots);
  std::byte* slot(std::uint32_t index) { return slots_ + std::size_t{index} * slot_octets_; }

 private:
  SlotMapping() = default;
  void unmap() noexcept;

  std::byte* mapping_ = nullptr;
  std::size_t mapping_octets_ = 0;
  std::byte* slots_ = nullptr;
  std::uint32_t slot_octets_ = 0;
  std::uint32_t capacity_ = 0;
};

}  // namespace detail

/// Records of one fixed layout in mapped memory: no pointers in them, only indexes, so that a process that
/// starts again finds them by a scan. One owner thread writes. A record's index stays the same for its life.
///
/// `Record` states `kLayoutVersion` (raised with every change of its layout) and `kName` (for errors).
template <class Record>
class RecordTable {
  static_assert(std::is_trivially_copyable_v<Record>);
  struct Slot {
    detail::SlotHeader header;
    Record record;
  };

 public:
  using Index = std::uint32_t;
  static constexpr std::size_t kSlotOctets = sizeof(Slot);

  /// Maps the table; records that are there already are kept. An error, for a person, when the storage cannot
  /// be had or has another layout.
  static std::expected<RecordTable, std::string> open(const RecordStorage& storage) {
    auto mapping = detail::SlotMapping::open(storage, sizeof(Slot), Record::kLayoutVersion, Record::kName);
    if (!mapping) return std::unexpected(mapping.error());
    return RecordTable(std::move(*mapping));
  }

  /// A new record, zeroed and then default-initialised; nothing when the table is full.
  std::optional<Index> allocate() {
    Index index;
    if (!free_.empty()) {
      index = free_.back();
      free_.pop_back();
    } else if (mapping_.high_water() < mapping_.capacity()) {
      index = mapping_.high_water();
      mapping_.raise_high_water(index + 1);
    } else {
      return std::nullopt;
    }
    Slot& slot = at(index);
    ++slot.header.generation;
    slot.record = Record{};
    slot.header.sequence = 0;
    slot.header.live = 1;
    ++size_;
    return index;
  }

  /// Ends a record. Its memory is cleared, since it holds keys.
  void release(Index index) {
    Slot& slot = at(index);
    ZC_ASSERT(slot.header.live == 1);
    slot.header.live = 0;
    __builtin_memset(static_cast<void*>(&slot.record), 0, sizeof slot.record);
    asm volatile("" ::"r"(&slot.record) : "memory");  // The clearing is not to be optimised away.
    free_.push_back(index);
    --size_;
  }

  bool live(Index index) const {
    return index < mapping_.high_water() && const_cast<RecordTable*>(this)->at(index).header.live == 1;
  }
  /// The record; it must be live.
  Record& operator[](Index index) {
    Slot& slot = at(index);
    ZC_ASSERT(slot.header.live == 1);
    return slot.record;
  }
  const Record& operator[](Index index) const { return const_cast<RecordTable&>(*this)[index]; }
  /// How often the slot was used: two records in one slot differ in it.
  std::uint32_t generation(Index index) const {
    return const_cast<RecordTable*>(this)->at(index).header.generation;
  }

  /// Marks the record as being written for as long as the guard lives, so that a crash in between is seen
  /// afterwards.
  class Update {
   public:
    explicit Update(detail::SlotHeader& header) : header_(header) {
      ++header_.sequence;
      asm volatile("" ::: "memory");
    }
    Update(const Update&) = delete;
    ~Update() {
      asm volatile("" ::: "memory");
      ++header_.sequence;
    }

   private:
    detail::SlotHeader& header_;
  };
  [[nodiscard]] Update update(Index index) { return Update(at(index).header); }

  std::size_t size() const { return size_; }
  /// Records have indexes below it.
  Index index_limit() const { return mapping_.high_water(); }
  std::uint32_t capacity() const { return mapping_.capacity(); }

  /// Visits every record, after a start too: `keep(index, record)` says whether it stays. Records that were
  /// being written when the process ended are dropped.
  template <class Keep>
  void recover(Keep keep) {
    free_.clear();
    size_ = 0;
    const Index end = mapping_.high_water();
    for (Index index = 0; index < end; ++index) {
      Slot& slot = at(index);
      fetch_ahead(slot);
      if (slot.header.live == 1 && slot.header.sequence % 2 == 0 && keep(index, slot.record)) {
        ++size_;
        continue;
      }
      if (slot.header.live != 0) {
        slot.header.live = 0;
        __builtin_memset(static_cast<void*>(&slot.record), 0, sizeof slot.record);
      }
      free_.push_back(index);
    }
  }
  template <class Visit>
  void for_each(Visit visit) {
    const Index end = mapping_.high_water();
    for (Index index = 0; index < end; ++index) {
      Slot& slot = at(index);
      fetch_ahead(slot);
      if (slot.header.live == 1) visit(index, slot.record);
    }
  }

 private:
  explicit RecordTable(detail::SlotMapping mapping) : mapping_(std::move(mapping)) {
    recover([](Index, const Record&) { return true; });
  }
  /// A scan reads the beginning of each slot, and waits for memory unless it is asked for in time. A place
  /// behind the mapping does no harm.
  static void fetch_ahead(const Slot& slot) {
    __builtin_prefetch(reinterpret_cast<const char*>(&slot) + kAheadOctets);
  }
  static constexpr std::size_t kAheadOctets = 16 * sizeof(Slot);
  Slot& at(Index index) { return *reinterpret_cast<Slot*>(mapping_.slot(index)); }

  detail::SlotMapping mapping_;
  std::vector<Index> free_;
  std::size_t size_ = 0;
};

}  // namespace zerocell
