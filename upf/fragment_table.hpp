// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "upf/flow_table.hpp"

namespace zerocell::upf {

/// What the later fragments of a packet need to know of its first one, which alone shows ports.
struct alignas(64) Fragments {
  FlowKey key;  ///< With kFlowFragments.
  SecurityId security_id = 0;
  std::uint32_t epoch = 0;
  std::uint32_t seen_s = 0;  ///< When its last fragment passed, seconds of the loop's clock.
  std::uint32_t made = 0;    ///< Counts up; 0: no packet.
  std::uint16_t egress = 0;
  bool last_seen = false;   ///< The one without "more fragments": others can only be late.
  std::uint8_t bearer = 0;  ///< Place in its set, from 1, of the first one's bearer.
};
static_assert(sizeof(Fragments) == 64);

// How long the fragments of a packet are waited for, seconds.
constexpr std::uint32_t kFragmentsIdleSeconds = 15;  // RFC 791 §3.2; hosts give up later (RFC 8200: 60 s).
constexpr std::uint32_t kFragmentsLateSeconds = 2;   // After the last one, which others may overtake.

/// Packets whose fragments are under way: a cache of fixed size in which each session has one set, and in it
/// a share, where its own oldest packet makes room. One thread uses it.
class FragmentTable {
 public:
  static constexpr std::size_t kWays = 64;
  static constexpr std::size_t kSessionMax = 32;  ///< Packets of one session.

  /// `secret` keeps UEs from aiming at another one's set.
  FragmentTable(std::uint32_t sessions_max, std::array<std::uint64_t, 2> secret);

  /// Null where no first fragment was seen, or too long ago.
  Fragments* find(const FlowKey& key, std::uint32_t now_s) noexcept;
  /// The place of a packet, new or known, with its key set.
  Fragments& insert(const FlowKey& key, std::uint32_t now_s) noexcept;

 private:
  std::size_t set_of(const FlowKey& key) const noexcept;

  std::array<std::uint64_t, 2> secret_;
  std::size_t set_mask_;
  std::uint32_t made_ = 0;
  MappedArray<Fragments> places_;
};

}  // namespace zerocell::upf
