// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace zerocell {

/// Finds a record's index by one of its members: a hash table of four octets an entry, since the key itself
/// is read from the record. `KeyOf(index)` gives the key of a live record; it must not change while the
/// record is in here.
template <class Key, class KeyOf>
class RecordIndex {
 public:
  using Index = std::uint32_t;
  explicit RecordIndex(KeyOf key_of) : key_of_(std::move(key_of)), places_(16, kEmpty) {}

  std::optional<Index> find(const Key& key) const {
    for (std::size_t place = home(key);; place = next(place)) {
      if (places_[place] == kEmpty) return std::nullopt;
      if (key_of_(places_[place]) == key) return places_[place];
    }
  }
  /// The key must not be in the table.
  void insert(const Key& key, Index index) {
    reserve(size_ + 1);
    put(key, index);
    ++size_;
  }
  /// Call it while the record still has its key.
  void erase(const Key& key) {
    std::size_t hole = home(key);
    while (places_[hole] != kEmpty && key_of_(places_[hole]) != key) hole = next(hole);
    if (places_[hole] == kEmpty) return;
    // Entries behind the hole move up, so that none is separated from its home by an empty place.
    for (std::size_t place = next(hole); places_[place] != kEmpty; place = next(place)) {
      const std::size_t wanted = home(key_of_(places_[place]));
      if (((place - wanted) & mask()) >= ((place - hole) & mask())) {
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
    if (places != places_.size()) grow(places);
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
      __builtin_prefetch(&into_.places_[into_.home(key)], 1);
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
  std::size_t octets() const { return places_.size() * sizeof(Index); }

 private:
  static constexpr Index kEmpty = 0xFFFFFFFF;

  std::size_t mask() const { return places_.size() - 1; }
  std::size_t next(std::size_t place) const { return (place + 1) & mask(); }
  /// std::hash of a number is the number itself, and keys such as packed digits differ in few of its low
  /// bits: without the product their entries would crowd into a part of the table.
  std::size_t home(const Key& key) const {
    return std::uint64_t{std::hash<Key>{}(key)} * 0x9E3779B97F4A7C15u >> 32 & mask();
  }
  void put(const Key& key, Index index) {
    std::size_t place = home(key);
    while (places_[place] != kEmpty) place = next(place);
    places_[place] = index;
  }
  void grow(std::size_t places) {
    std::vector<Index> old(places, kEmpty);
    old.swap(places_);
    for (const Index index : old)
      if (index != kEmpty) put(key_of_(index), index);
  }

  KeyOf key_of_;
  std::vector<Index> places_;
  std::size_t size_ = 0;
};

}  // namespace zerocell
