// SPDX-License-Identifier: Apache-2.0
#include "mme/next_hop.hpp"

#include <algorithm>

#include "core/crypto/eps_keys.hpp"

namespace zerocell::mme {
namespace {

constexpr unsigned kChainingCounts = 8;  // Three bits, TS 33.401 §7.2.8.1.1.

}  // namespace

void NextHop::begin(KeyView<32> k_asme, KeyView<32> k_enb) {
  k_asme_ = Key<32>(k_asme.reveal());
  key_ = next_hop(k_asme_, k_enb);
  chaining_count_ = 1;
  ahead_ = 1;
  behind_given_.reset();
}

void NextHop::advance() {
  if (ahead_ == kChainingCounts - 1) return;
  ++ahead_;
  if (behind_given_) ++*behind_given_;
  key_ = next_hop(k_asme_, key_);
  chaining_count_ = static_cast<std::uint8_t>((chaining_count_ + 1) % kChainingCounts);
}

void NextHop::advance_for_switch() {
  ahead_ = std::min(behind_given_.value_or(ahead_), ahead_);
  advance();
  behind_given_ = 0;
}

void NextHop::taken() {
  ahead_ = 0;
  behind_given_.reset();
}

}  // namespace zerocell::mme
