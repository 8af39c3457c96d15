// SPDX-License-Identifier: Apache-2.0
#include "upf/session_flows.hpp"

#include <algorithm>

namespace zerocell::upf {

void SessionFlows::add(std::uint32_t session, std::uint32_t flow) noexcept {
  std::uint32_t& hand = hands_[session];
  Link& link = links_[flow];
  if (hand == 0) {
    hand = link.before = link.after = flow + 1;
    return;
  }
  // Behind the hand, which comes there last.
  Link& at_hand = links_[hand - 1];
  link = {.before = at_hand.before, .after = hand};
  links_[at_hand.before - 1].after = flow + 1;
  at_hand.before = flow + 1;
}

void SessionFlows::remove(std::uint32_t session, std::uint32_t flow) noexcept {
  Link& link = links_[flow];
  if (link.before == 0) return;
  if (hands_[session] == flow + 1) hands_[session] = link.after == flow + 1 ? 0 : link.after;
  links_[link.before - 1].after = link.after;
  links_[link.after - 1].before = link.before;
  link = {};
}

std::uint32_t SessionFlows::next(std::uint32_t session) noexcept {
  std::uint32_t& hand = hands_[session];
  if (hand == 0) return kNoIndex;
  const std::uint32_t flow = hand - 1;
  hand = links_[flow].after;
  return flow;
}

std::uint32_t dispensability(const Flow& flow, std::uint32_t now_s) noexcept {
  constexpr std::uint32_t kLongIdle = 1000;  // Thousandths of what it may be idle.
  const std::uint32_t idle = now_s - flow.seen_s;
  const std::uint32_t most = idle_seconds(flow);
  if (idle == 0) return 0;
  const std::uint32_t share = idle >= most ? kLongIdle : idle * kLongIdle / most;
  if (most == kTcpIdleSeconds && idle < most) return idle < kTcpTransitorySeconds ? 0 : share;
  return kLongIdle + share;
}

}  // namespace zerocell::upf
