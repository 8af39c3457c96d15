// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

namespace zerocell::upf {

/// Says whether the reading thread may still hold pointers that it took from the owner: its turn is odd while
/// it works on a batch. The reader never waits. Pointers are exchanged with sequential consistency, so that
/// an owner who has replaced one and then sees no reader at work knows that none will see the old one.
class ReaderGate {
 public:
  /// Reader only: around everything that reads pointers; nests.
  class Reading {
   public:
    explicit Reading(ReaderGate& gate) noexcept : gate_(gate) {
      if (gate_.depth_++ == 0) gate_.turn_.fetch_add(1, std::memory_order_seq_cst);
    }
    Reading(const Reading&) = delete;
    ~Reading() {
      if (--gate_.depth_ == 0) gate_.turn_.fetch_add(1, std::memory_order_seq_cst);
    }

   private:
    ReaderGate& gate_;
  };

  std::uint64_t turn() const noexcept { return turn_.load(std::memory_order_seq_cst); }

 private:
  std::atomic<std::uint64_t> turn_{0};
  unsigned depth_ = 0;
};

/// Owner only: what was replaced, until no reader can hold it.
class Retired {
 public:
  explicit Retired(const ReaderGate& gate) : gate_(gate) {}
  /// After the pointer to it was replaced.
  void add(std::shared_ptr<const void> replaced) {
    collect();
    if (const std::uint64_t turn = gate_.turn(); turn % 2 != 0 && replaced)
      waiting_.push_back({turn, std::move(replaced)});
  }
  void collect() {
    const std::uint64_t turn = gate_.turn();
    std::erase_if(waiting_, [turn](const Waiting& one) { return one.turn != turn; });
  }
  std::size_t waiting() const { return waiting_.size(); }

 private:
  struct Waiting {
    std::uint64_t turn;
    std::shared_ptr<const void> held;
  };
  const ReaderGate& gate_;
  std::vector<Waiting> waiting_;
};

}  // namespace zerocell::upf
