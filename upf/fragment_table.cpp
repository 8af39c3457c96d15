// SPDX-License-Identifier: Apache-2.0
#include "upf/fragment_table.hpp"

#include <algorithm>
#include <bit>

namespace zerocell::upf {
namespace {

constexpr std::uint32_t kSetsMax = 4096;

bool is_over(const Fragments& packet, std::uint32_t now_s) {
  return now_s - packet.seen_s >= (packet.last_seen ? kFragmentsLateSeconds : kFragmentsIdleSeconds);
}

bool of_same_session(const FlowKey& a, const FlowKey& b) {
  return a.session == b.session && a.session_generation == b.session_generation;
}

}  // namespace

FragmentTable::FragmentTable(std::uint32_t sessions_max, std::array<std::uint64_t, 2> secret)
    : secret_(secret),
      set_mask_(std::bit_ceil(std::size_t{std::min(sessions_max, kSetsMax)}) - 1),
      places_((set_mask_ + 1) * kWays) {}

std::size_t FragmentTable::set_of(const FlowKey& key) const noexcept {
  const std::uint64_t session = std::uint64_t{key.session_generation} << 32 | key.session;
  const auto product = static_cast<unsigned __int128>(session ^ secret_[0]) * (secret_[1] | 1);
  return (static_cast<std::uint64_t>(product >> 64) ^ static_cast<std::uint64_t>(product)) & set_mask_;
}

Fragments* FragmentTable::find(const FlowKey& key, std::uint32_t now_s) noexcept {
  Fragments* const set = &places_[set_of(key) * kWays];
  for (Fragments* at = set; at != set + kWays; ++at)
    if (at->made != 0 && at->key == key) return is_over(*at, now_s) ? nullptr : at;
  return nullptr;
}

Fragments& FragmentTable::insert(const FlowKey& key, std::uint32_t now_s) noexcept {
  Fragments* const set = &places_[set_of(key) * kWays];
  Fragments* room = nullptr;
  Fragments* oldest = set;
  Fragments* own_oldest = nullptr;
  Fragments* same = nullptr;
  std::size_t own = 0;
  const auto older = [this](const Fragments& a, const Fragments& b) {
    return made_ - a.made > made_ - b.made;  // It may have begun again at 1.
  };
  for (Fragments* at = set; at != set + kWays; ++at) {
    const bool used = at->made != 0;
    if (used && at->key == key) {  // Another datagram of that identification.
      same = at;
      break;
    }
    if (!used || is_over(*at, now_s)) {
      room = at;
      continue;
    }
    if (older(*at, *oldest)) oldest = at;
    if (!of_same_session(at->key, key)) continue;
    ++own;
    if (own_oldest == nullptr || older(*at, *own_oldest)) own_oldest = at;
  }
  Fragments& chosen = same != nullptr      ? *same
                      : own >= kSessionMax ? *own_oldest
                      : room != nullptr    ? *room
                                           : *oldest;
  if (++made_ == 0) made_ = 1;
  chosen = Fragments{.key = key, .seen_s = now_s, .made = made_};
  return chosen;
}

}  // namespace zerocell::upf
