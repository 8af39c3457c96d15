// SPDX-License-Identifier: Apache-2.0
#pragma once

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
    if ((size_ + 1) * 4 > places_.size() * 3) grow();
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
    while (count * 4 > places_.size() * 3) grow();
  }
  std::size_t size() const { return size_; }
  std::size_t octets() const { return places_.size() * sizeof(Index); }

 private:
  static constexpr Index kEmpty = 0xFFFFFFFF;

  std::size_t mask() const { return places_.size() - 1; }
  std::size_t next(std::size_t place) const { return (place + 1) & mask(); }
  std::size_t home(const Key& key) const { return std::hash<Key>{}(key)&mask(); }
  void put(const Key& key, Index index) {
    std::size_t place = home(key);
    while (places_[place] != kEmpty) place = next(place);
    places_[place] = index;
  }
  void grow() {
    std::vector<Index> old(places_.size() * 2, kEmpty);
    old.swap(places_);
    for (const Index index : old)
      if (index != kEmpty) put(key_of_(index), index);
  }

  KeyOf key_of_;
  std::vector<Index> places_;
  std::size_t size_ = 0;
};

}  // namespace zerocell
