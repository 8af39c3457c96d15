// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <utility>

namespace zerocell {

/// Finds a record's index by one of its members: a hash table of four octets an entry, since the key itself
/// is read from the record. `KeyOf(index)` gives the key of a live record; it must not change while the
/// record is in here. The table grows a few entries at a time: no insertion waits for all of them.
template <class Key, class KeyOf>
class RecordIndex {
 public:
  using Index = std::uint32_t;  ///< Below 2^32 - 2.
  explicit RecordIndex(KeyOf key_of) : key_of_(std::move(key_of)), places_(16) {}

  std::optional<Index> find(const Key& key) const {
    const std::uint32_t mixed = mix(key);
    if (const std::size_t place = seek(places_, mixed, key); places_[place] != kEmpty)
      return places_[place] - 1;
    if (left_.size() == 0) return std::nullopt;
    const std::size_t place = seek(left_, mixed, key);
    if (left_[place] == kEmpty) return std::nullopt;
    return left_[place] - 1;
  }
  /// The key must not be in the table.
  void insert(const Key& key, Index index) {
    if (left_.size() != 0)
      move(kMovedAtOnce);
    else if ((size_ + 1) * 4 > places_.size() * 3)
      grow(places_.size() * 2);
    put(mix(key), index + 1);
    ++size_;
  }
  /// Call it while the record still has its key.
  void erase(const Key& key) {
    const std::uint32_t mixed = mix(key);
    std::size_t hole = seek(places_, mixed, key);
    if (places_[hole] == kEmpty) return erase_left(mixed, key);
    // Entries behind the hole move up, so that none is separated from its home by an empty place.
    for (std::size_t place = places_.next(hole); places_[place] != kEmpty; place = places_.next(place)) {
      const std::size_t wanted = places_.home(mix(key_of_(places_[place] - 1)));
      if (((place - wanted) & places_.mask()) >= ((place - hole) & places_.mask())) {
        places_[hole] = places_[place];
        hole = place;
      }
    }
    places_[hole] = kEmpty;
    --size_;
  }
  /// Makes room for `count` entries at once.
  void reserve(std::size_t count) {
    std::size_t places = places_.size();
    while (count * 4 > places * 3) places *= 2;
    if (places == places_.size()) return;
    move(left_.size());
    grow(places);
    move(left_.size());
  }
  /// Puts many entries in, after a start: their places are all over the table, and each is fetched while
  /// those before it are put in. The last ones are there when it ends.
  class Bulk {
   public:
    explicit Bulk(RecordIndex& into) : into_(into) {}
    Bulk(const Bulk&) = delete;
    ~Bulk() {
      for (std::size_t left = std::min(count_, kAhead); left > 0; --left) put((count_ - left) % kAhead);
    }
    void insert(const Key& key, Index index) {
      const std::size_t slot = count_++ % kAhead;
      if (count_ > kAhead) put(slot);
      waiting_[slot] = {key, index};
      __builtin_prefetch(&into_.places_[into_.places_.home(mix(key))], 1);
    }

   private:
    static constexpr std::size_t kAhead = 16;  // More misses than that no core has under way.
    struct Entry {
      Key key{};
      Index index = 0;
    };
    void put(std::size_t slot) { into_.insert(waiting_[slot].key, waiting_[slot].index); }

    RecordIndex& into_;
    std::array<Entry, kAhead> waiting_{};
    std::size_t count_ = 0;
  };

  std::size_t size() const { return size_; }
  std::size_t octets() const { return (places_.size() + left_.size()) * sizeof(Index); }

 private:
  // What a place holds: an index and one, or
  static constexpr Index kEmpty = 0;
  static constexpr Index kGone = 0xFFFFFFFF;  ///< nothing any more, in a table that is being left.
  /// Places looked at for each insertion. The table is left before the next one is full: from two on.
  static constexpr std::size_t kMovedAtOnce = 8;

  /// A power of two of them, all empty: zeroed memory, which large tables touch as they are filled.
  class Places {
   public:
    explicit Places(std::size_t size)
        : size_(size), places_(static_cast<Index*>(std::calloc(size, sizeof(Index)))) {
      if (!places_) throw std::bad_alloc();
    }
    Places() = default;
    std::size_t size() const { return size_; }
    std::size_t mask() const { return size_ - 1; }
    std::size_t home(std::uint32_t mixed) const { return mixed & mask(); }
    std::size_t next(std::size_t place) const { return (place + 1) & mask(); }
    Index& operator[](std::size_t place) { return places_.get()[place]; }
    Index operator[](std::size_t place) const { return places_.get()[place]; }

   private:
    struct Free {
      void operator()(Index* places) const { std::free(places); }
    };
    std::size_t size_ = 0;
    std::unique_ptr<Index, Free> places_;
  };

  /// std::hash of a number is the number itself, and keys such as packed digits differ in few of their bits,
  /// low or high ones: without this their entries would crowd into a part of the table.
  static std::uint32_t mix(const Key& key) {
    const std::uint64_t hash = std::hash<Key>{}(key);
    return static_cast<std::uint32_t>((hash ^ hash >> 32) * 0x9E3779B97F4A7C15u >> 32);
  }
  /// The place of the key, or the empty one where it is not.
  std::size_t seek(const Places& places, std::uint32_t mixed, const Key& key) const {
    std::size_t place = places.home(mixed);
    while (places[place] != kEmpty && (places[place] == kGone || key_of_(places[place] - 1) != key))
      place = places.next(place);
    return place;
  }
  void put(std::uint32_t mixed, Index entry) {
    std::size_t place = places_.home(mixed);
    while (places_[place] != kEmpty) place = places_.next(place);
    places_[place] = entry;
  }
  void erase_left(std::uint32_t mixed, const Key& key) {
    if (left_.size() == 0) return;
    const std::size_t place = seek(left_, mixed, key);
    if (left_[place] == kEmpty) return;
    left_[place] = kGone;
    --size_;
  }
  void grow(std::size_t places) {
    left_ = std::exchange(places_, Places(places));
    looked_at_ = 0;
  }
  /// Moves what is in the next `count` places of the table that is being left.
  void move(std::size_t count) {
    for (; count > 0 && looked_at_ < left_.size(); --count, ++looked_at_) {
      const Index entry = left_[looked_at_];
      if (entry == kEmpty || entry == kGone) continue;
      left_[looked_at_] = kGone;
      put(mix(key_of_(entry - 1)), entry);
    }
    if (looked_at_ == left_.size()) left_ = Places();
  }

  KeyOf key_of_;
  Places places_;
  Places left_;  ///< The table before, while it still has entries.
  std::size_t looked_at_ = 0;
  std::size_t size_ = 0;
};

}  // namespace zerocell
