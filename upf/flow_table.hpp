// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>
#include <optional>

#include "core/state/mapped_array.hpp"
#include "upf/forwarding_line.hpp"

namespace zerocell::upf {

/// A flow, from the UE's side. Without padding, so that it is compared and hashed as octets.
struct FlowKey {
  std::array<std::uint8_t, 16> remote{};  ///< IPv4 in the first four octets.
  std::uint64_t local_interface = 0;      ///< Lower half of the UE's IPv6 address.
  std::uint32_t session = 0;
  std::uint32_t session_generation = 0;
  std::uint16_t remote_port = 0;  ///< Of TCP and UDP; else what tells flows apart (an ICMP identifier).
  std::uint16_t local_port = 0;
  std::uint8_t protocol = 0;
  std::uint8_t kind = 0;  ///< kFlowV6; of a key of Fragments kFlowFragments, too.
  std::array<std::uint8_t, 2> zero{};

  friend bool operator==(const FlowKey& a, const FlowKey& b) { return std::memcmp(&a, &b, sizeof a) == 0; }
};
static_assert(sizeof(FlowKey) == 40 && std::has_unique_object_representations_v<FlowKey>);

constexpr std::uint8_t kFlowV6 = 0x01;
constexpr std::uint8_t kFlowFragments = 0x02;  ///< Later fragments of one packet; the ports hold its id.
constexpr std::uint8_t kFlowDownFragments =
    0x04;  ///< The same towards the UE, whose sender counts by itself.

/// A flow and what was decided about it.
struct alignas(64) Flow {
  FlowKey key;
  SecurityId security_id = 0;
  std::uint32_t epoch = 0;
  std::uint32_t seen_s = 0;  ///< When its last packet passed, seconds of the loop's clock.
  std::uint32_t batch = 0;   ///< Used by whoever groups packets of one batch.
  std::uint32_t group = 0;
  std::uint16_t egress = 0;
  std::uint8_t flags = 0;
  std::uint8_t reserved = 0;
};
static_assert(sizeof(Flow) == 64);

constexpr std::uint8_t kFlowLive = 0x01;
constexpr std::uint8_t kFlowAllowed = 0x02;
constexpr std::uint8_t kFlowFromNetwork = 0x04;
constexpr std::uint8_t kFlowAnswered = 0x08;  ///< Packets went both ways.
constexpr std::uint8_t kFlowClosing = 0x10;   ///< TCP: FIN or RST was seen.

// How long a flow is remembered without a packet, seconds.
constexpr std::uint32_t kTcpIdleSeconds = 7440;       // RFC 5382 REQ-5: at least 2 h 4 min.
constexpr std::uint32_t kTcpTransitorySeconds = 240;  // RFC 5382 REQ-5: at least 4 min.
constexpr std::uint32_t kUdpIdleSeconds = 300;        // RFC 4787 REQ-5: 5 min recommended.
constexpr std::uint32_t kIcmpIdleSeconds = 60;        // RFC 5508 REQ-2: at least 60 s.
constexpr std::uint32_t kDeniedIdleSeconds = 10;      // A denied flow is remembered to spare the policy.
std::uint32_t idle_seconds(const Flow& flow) noexcept;

/// Verdicts of flows: a set-associative cache of fixed size. When a set is full, what is expired or denied
/// makes room first, then the flow that was idle longest. One thread uses it.
class FlowTable {
 public:
  static constexpr std::size_t kWays = 8;

  /// Room for at least `flows_max` flows. `secret` keeps UEs from aiming at one set.
  FlowTable(std::uint32_t flows_max, std::array<std::uint64_t, 4> secret);

  std::uint64_t hash(const FlowKey& key) const noexcept;
  void prefetch(std::uint64_t hash) const noexcept { __builtin_prefetch(&sets_[set_of(hash)]); }
  /// Fetches the flow that a tag promises.
  void prefetch_flow(std::uint64_t hash) const noexcept;

  /// The index of the live flow; nothing when it is unknown.
  std::optional<std::uint32_t> find(const FlowKey& key, std::uint64_t hash) const noexcept;

  /// A place for a flow that is not in the table, with its key set and live; `displaced` gets what stood
  /// there. A denied flow displaces none that is allowed and not expired: then there is no place.
  std::optional<std::uint32_t> insert(const FlowKey& key, std::uint64_t hash, bool allowed,
                                      std::uint32_t now_s, std::optional<Flow>& displaced) noexcept;
  void erase(std::uint32_t index) noexcept;

  Flow& operator[](std::uint32_t index) noexcept { return flows_[index]; }
  const Flow& operator[](std::uint32_t index) const noexcept { return flows_[index]; }
  std::size_t capacity() const noexcept { return flows_.size(); }

  /// Ends flows that were idle for too long in the next `sets` sets; `ended(index)` hears of each
  /// while it still stands there.
  template <class Ended>
  void sweep(std::size_t sets, std::uint32_t now_s, Ended ended) {
    for (std::size_t i = 0; i < sets; ++i, swept_ = (swept_ + 1) & set_mask_) {
      const Set& set = sets_[swept_];
      for (std::size_t way = 0; way < kWays; ++way) {
        if (set.tags[way] == 0) continue;
        const auto index = static_cast<std::uint32_t>(swept_ * kWays + way);
        if (now_s - flows_[index].seen_s < idle_seconds(flows_[index])) continue;
        ended(index);
        erase(index);
      }
    }
  }
  std::size_t sets() const noexcept { return set_mask_ + 1; }

 private:
  struct Set {
    std::array<std::uint16_t, kWays> tags;  // 0: no flow.
  };
  std::size_t set_of(std::uint64_t hash) const noexcept { return hash & set_mask_; }
  static std::uint16_t tag_of(std::uint64_t hash) noexcept {
    return static_cast<std::uint16_t>(hash >> 48 | 1);
  }

  std::array<std::uint64_t, 4> secret_;
  std::size_t set_mask_;
  std::size_t swept_ = 0;
  MappedArray<Set> sets_;
  MappedArray<Flow> flows_;
};

}  // namespace zerocell::upf
