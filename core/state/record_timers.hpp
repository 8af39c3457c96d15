// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <optional>

#include "core/types/assert.hpp"

namespace zerocell {

/// One timer, living in the record that waits; linked by index, so that it is plain data like its record.
struct RecordTimer {
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;
  static constexpr std::uint16_t kNotArmed = 0xFFFF;

  std::uint32_t next = kNone;
  std::uint32_t previous = kNone;
  std::uint32_t due = 0;  ///< Tick.
  std::uint16_t slot = kNotArmed;
  bool armed() const { return slot != kNotArmed; }
};

/// Hierarchical timer wheel over the records of one table: arming, disarming and firing cost the same for one
/// record and for millions, and nothing costs anything between expiries. `NodeOf` gives a record's timer:
/// `RecordTimer& operator()(std::uint32_t index)`. What a tick is, the owner says; a timer fires at its tick.
template <class NodeOf>
class RecordTimers {
 public:
  using Index = std::uint32_t;

  explicit RecordTimers(NodeOf node_of, std::uint32_t now = 0) : node_of_(node_of), now_(now) {
    for (auto& level : heads_) level.fill(RecordTimer::kNone);
  }

  /// Fires at tick `due`, or at the next one if that has passed. An armed timer is moved.
  void arm(Index index, std::uint32_t due) {
    disarm(index);
    node_of_(index).due = std::max(due, now_ + 1);
    insert(index);
    ++armed_;
  }
  void disarm(Index index) {
    RecordTimer& node = node_of_(index);
    if (!node.armed()) return;
    unlink(node);
    --armed_;
  }
  std::size_t armed() const { return armed_; }

  /// When `advance` is needed next: never later than the first timer. Nothing while none is armed.
  std::optional<std::uint32_t> next() const {
    for (unsigned level = 0; level < kLevels; ++level) {
      const unsigned shift = level * kBits;
      const unsigned here = now_ >> shift & (kSlots - 1);
      // Every armed timer of a level is ahead of `here`, in the same turn of that level's wheel.
      const std::uint64_t ahead =
          here == kSlots - 1 ? 0 : occupied_[level] & (~std::uint64_t{0} << (here + 1));
      if (ahead == 0) continue;
      const auto slot = static_cast<std::uint32_t>(std::countr_zero(ahead));
      const std::uint32_t turn = shift + kBits >= 32 ? 0 : now_ >> (shift + kBits) << (shift + kBits);
      return turn | slot << shift;
    }
    return std::nullopt;
  }

  /// Moves to tick `now` and calls `fire(index)` for every timer due by then, each disarmed already; it may
  /// arm and disarm any.
  template <class Fire>
  void advance(std::uint32_t now, Fire fire) {
    for (auto due = next(); due && *due <= now; due = next()) {
      now_ = *due;
      // From the coarsest level down: a slot that is reached falls into finer ones, or is due.
      for (unsigned level = kLevels; level-- > 0;) drain(level, fire);
    }
    now_ = std::max(now_, now);
  }

 private:
  static constexpr unsigned kBits = 6;
  static constexpr unsigned kSlots = 1u << kBits;
  static constexpr unsigned kLevels = 6;  // 36 bits: every tick that there is.

  template <class Fire>
  void drain(unsigned level, Fire& fire) {
    if (level > 0 && (now_ & ((1u << level * kBits) - 1)) != 0) return;
    const unsigned slot = now_ >> (level * kBits) & (kSlots - 1);
    while (heads_[level][slot] != RecordTimer::kNone) {
      const Index index = heads_[level][slot];
      RecordTimer& node = node_of_(index);
      unlink(node);
      if (node.due > now_) {
        insert(index);
      } else {
        --armed_;
        fire(index);
      }
    }
  }
  void insert(Index index) {
    RecordTimer& node = node_of_(index);
    const auto level = static_cast<unsigned>(std::bit_width(node.due ^ now_) - 1) / kBits;
    const unsigned slot = node.due >> (level * kBits) & (kSlots - 1);
    node.slot = static_cast<std::uint16_t>(level * kSlots + slot);
    node.previous = RecordTimer::kNone;
    node.next = heads_[level][slot];
    if (node.next != RecordTimer::kNone) node_of_(node.next).previous = index;
    heads_[level][slot] = index;
    occupied_[level] |= std::uint64_t{1} << slot;
  }
  void unlink(RecordTimer& node) {
    const unsigned level = node.slot / kSlots;
    const unsigned slot = node.slot % kSlots;
    if (node.previous != RecordTimer::kNone)
      node_of_(node.previous).next = node.next;
    else
      heads_[level][slot] = node.next;
    if (node.next != RecordTimer::kNone) node_of_(node.next).previous = node.previous;
    if (heads_[level][slot] == RecordTimer::kNone) occupied_[level] &= ~(std::uint64_t{1} << slot);
    node.next = node.previous = RecordTimer::kNone;
    node.slot = RecordTimer::kNotArmed;
  }

  NodeOf node_of_;
  std::uint32_t now_;
  std::size_t armed_ = 0;
  std::array<std::uint64_t, kLevels> occupied_{};
  std::array<std::array<Index, kSlots>, kLevels> heads_{};
};

}  // namespace zerocell
