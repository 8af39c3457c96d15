// SPDX-License-Identifier: Apache-2.0
#include "core/telemetry/log.hpp"
#include "mme/mme.hpp"

/// Associations with eNodeBs: how many there may be, and how they end.
namespace zerocell::mme {

Enb* Mme::find_enb(const s1ap::GlobalEnbId& id) {
  const auto found = std::ranges::find_if(
      enbs_, [&](const auto& entry) { return entry.second->set_up && entry.second->id == id; });
  return found == enbs_.end() ? nullptr : found->second.get();
}

bool Mme::has_room_for(const Endpoint& peer) const {
  std::size_t not_set_up = 0;
  std::size_t of_peer = 0;
  for (const auto& [id, enb] : enbs_) {
    if (enb->set_up) continue;
    ++not_set_up;
    if (enb->peer.address == peer.address) ++of_peer;
  }
  return not_set_up < kNotSetUpMax && of_peer < kNotSetUpPerPeerMax;
}

void Mme::guard_set_up(Enb& enb) {
  enb.set_up_guard.emplace([this, &enb] {
    log::warning("s1_not_set_up", {{"peer", enb.peer}});
    end_association(enb);
  });
  parts_.loop.arm(*enb.set_up_guard, kSetUpWithin);
}

bool Mme::full_without(const s1ap::GlobalEnbId& id) const {
  const auto others = std::ranges::count_if(
      enbs_, [&](const auto& entry) { return entry.second->set_up && entry.second->id != id; });
  return static_cast<std::size_t>(others) >= parts_.s1ap.enbs_max;
}

void Mme::supersede_association(const Enb& newer) {
  // TS 36.413 §8.7.3: an eNodeB that sets S1 up anew has lost what it had, whether or not SCTP has noticed.
  for (auto& [id, enb] : enbs_) {
    if (enb.get() == &newer || !enb->set_up || enb->id != newer.id) continue;
    log::warning("enb_came_again",
                 {{"enb", newer}, {"old_peer", enb->peer}, {"peer", newer.peer}, {"ues", enb->ues.size()}});
    drop_ues_of(*enb);
    enb->set_up = false;
    end_association(*enb);
  }
}

void Mme::end_association(Enb& enb) {
  parts_.sctp.abort(enb.association);
}

void Mme::drop_ues_of(Enb& enb) {
  while (!enb.ues.empty()) drop(*ues_[enb.ues.back()]);
}

}  // namespace zerocell::mme
