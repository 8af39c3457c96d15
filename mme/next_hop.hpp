// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "core/crypto/key.hpp"

namespace zerocell::mme {

/// Next Hop and its chaining counter, TS 33.401 §7.2.8: the keys of the eNodeBs that a UE comes to follow
/// from these, so that none of them can compute the key of the one after its next.
class NextHop {
 public:
  /// An initial AS security context was set up with this K_eNB: its own pair is the virtual {-, 0}, and the
  /// one kept for later is {NH, 1} (§7.2.8.1.1). A K_ASME that comes later counts only from the next such
  /// set-up on (§7.2.10).
  void begin(KeyView<32> k_asme, KeyView<32> k_enb);
  /// The next pair (annex A.4), for every Handover Required; or the last one once more where a UE that has
  /// taken none of those before could not tell it from its own: it counts by three bits, and computes pairs
  /// until the counter is the one that it is told (§7.2.8.4.4).
  void advance();
  /// The same for a Path Switch Request, with which the eNodeB that has the UE now is given the pair. The UE
  /// has gone by the one that the eNodeB before it had been given, if it had.
  void advance_for_switch();
  /// The UE has gone by the last pair: it has come over S1.
  void taken();

  const Key<32>& key() const { return key_; }
  std::uint8_t chaining_count() const { return chaining_count_; }  ///< 0 to 7; 0 before `begin`.

 private:
  Key<32> k_asme_;
  Key<32> key_;
  std::uint8_t chaining_count_ = 0;
  std::uint8_t ahead_ = 0;                    ///< How many pairs the UE may be behind, at most.
  std::optional<std::uint8_t> behind_given_;  ///< How many ago the UE's eNodeB was given one.
};

}  // namespace zerocell::mme
