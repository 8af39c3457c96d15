// SPDX-License-Identifier: Apache-2.0
#include "upf/flow_table.hpp"

#include <algorithm>
#include <bit>

#include "upf/inner_packet.hpp"

namespace zerocell::upf {

std::uint32_t idle_seconds(const Flow& flow) noexcept {
  if ((flow.flags & kFlowAllowed) == 0) return kDeniedIdleSeconds;
  switch (flow.key.protocol) {
    case kProtocolTcp: {
      const bool open = (flow.flags & kFlowAnswered) != 0 && (flow.flags & kFlowClosing) == 0;
      return open ? kTcpIdleSeconds : kTcpTransitorySeconds;
    }
    case kProtocolIcmp:
    case kProtocolIcmpv6:
      return kIcmpIdleSeconds;
    default:
      return kUdpIdleSeconds;
  }
}

FlowTable::FlowTable(std::uint32_t flows_max, std::array<std::uint64_t, 4> secret)
    : secret_(secret),
      set_mask_(std::bit_ceil((std::size_t{flows_max} + kWays - 1) / kWays) - 1),
      sets_(set_mask_ + 1),
      flows_((set_mask_ + 1) * kWays) {}

std::uint64_t FlowTable::hash(const FlowKey& key) const noexcept {
  const auto words = std::bit_cast<std::array<std::uint64_t, 5>>(key);
  const auto fold = [](std::uint64_t a, std::uint64_t b) {
    const auto product = static_cast<unsigned __int128>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  };
  const std::uint64_t first = fold(words[0] ^ secret_[0], words[1] ^ secret_[1]);
  const std::uint64_t second = fold(words[2] ^ secret_[2], words[3] ^ secret_[3]);
  return fold(first ^ second ^ secret_[1], words[4] ^ second ^ secret_[3]);
}

void FlowTable::prefetch_flow(std::uint64_t hash) const noexcept {
  const std::size_t at = set_of(hash);
  const auto& tags = sets_[at].tags;
  const std::uint16_t tag = tag_of(hash);
  for (std::size_t way = 0; way < kWays; ++way)
    if (tags[way] == tag) return __builtin_prefetch(&flows_[at * kWays + way], 1);
}

std::optional<std::uint32_t> FlowTable::find(const FlowKey& key, std::uint64_t hash) const noexcept {
  const std::size_t at = set_of(hash);
  const auto& tags = sets_[at].tags;
  const std::uint16_t tag = tag_of(hash);
  for (std::size_t way = 0; way < kWays; ++way) {
    if (tags[way] != tag) continue;
    const std::size_t index = at * kWays + way;
    if (flows_[index].key == key) return static_cast<std::uint32_t>(index);
  }
  return std::nullopt;
}

std::optional<std::uint32_t> FlowTable::insert(const FlowKey& key, std::uint64_t hash, bool allowed,
                                               std::uint32_t now_s, std::optional<Flow>& displaced) noexcept {
  constexpr std::int64_t kGoesFirst = std::int64_t{1} << 32;
  const std::size_t at = set_of(hash);
  auto& tags = sets_[at].tags;
  std::size_t chosen = 0;
  std::int64_t most_idle = -1;
  for (std::size_t way = 0; way < kWays; ++way) {
    if (tags[way] == 0) {
      chosen = way;
      most_idle = kGoesFirst;
      break;
    }
    const Flow& flow = flows_[at * kWays + way];
    const std::uint32_t idle = now_s - flow.seen_s;
    const bool goes_first = (flow.flags & kFlowAllowed) == 0 || idle >= idle_seconds(flow);
    const std::int64_t rank = std::int64_t{idle} + (goes_first ? kGoesFirst : 0);
    if (rank > most_idle) {
      most_idle = rank;
      chosen = way;
    }
  }
  if (!allowed && most_idle < kGoesFirst) return std::nullopt;
  const auto index = static_cast<std::uint32_t>(at * kWays + chosen);
  Flow& flow = flows_[index];
  if (tags[chosen] != 0) displaced = flow;
  tags[chosen] = tag_of(hash);
  flow = Flow{};
  flow.key = key;
  flow.seen_s = now_s;
  flow.flags = static_cast<std::uint8_t>(kFlowLive | (allowed ? kFlowAllowed : 0));
  return index;
}

void FlowTable::erase(std::uint32_t index) noexcept {
  sets_[index / kWays].tags[index % kWays] = 0;
  flows_[index].flags = 0;
}

}  // namespace zerocell::upf
