// SPDX-License-Identifier: Apache-2.0
#pragma once

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
  /// The next pair (annex A.4): for every Path Switch Request and every Handover Required.
  void advance();

  const Key<32>& key() const { return key_; }
  std::uint8_t chaining_count() const { return chaining_count_; }  ///< 0 to 7; 0 before `begin`.

 private:
  Key<32> k_asme_;
  Key<32> key_;
  std::uint8_t chaining_count_ = 0;
};

}  // namespace zerocell::mme
