// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>

#include "test/lives/life.hpp"
#include "test/lives/network.hpp"

namespace zerocell::lives {

/// What a UE does, or what is done about it.
enum class Act : std::uint8_t {
  attach_by_imsi,
  attach_by_guti,
  attach_by_strange_guti,  ///< An old one of its own, another UE's, or nobody's.
  attach_with_other_capabilities,
  repeat_request,  ///< The last attach or update request, as it was.
  detach,
  switch_off,
  service_request,
  extended_service_request,
  cs_fallback,
  answer_page,
  tracking_area_update,
  periodic_update,
  update_with_active_flag,
  connect_pdn,
  disconnect_pdn,
  allocate_resource,
  modify_resource,
  call,  ///< A PDN connection for emergency bearer services.
  attach_for_emergency,
  junk,  ///< A message that begins nothing.
  go_idle,
  lose_radio,
  move,
  misbehave,
  s1_handover,
  x2_handover,
  lose_erabs,
  // By the network.
  network_detach,
  cancel_location,
  suspend,
  remove_sim,
  change_subscription,
  create_bearer,
  modify_bearer,
  delete_bearer,
  downlink_packet,
  error_indication,
  reset_by_enb,
  reset_by_mme,
};
constexpr unsigned kActs = std::to_underlying(Act::reset_by_mme) + 1;

struct Story {
  Network& network;
  const RunSettings& settings;
  RunResult result{};
  bool peace = false;
  /// What runs beside the UEs' own steps; `sweep_errands` takes out what has ended.
  std::list<std::unique_ptr<lab::Running<bool>>> errands{};
  /// eNodeBs that wait for an answer of the MME's: each waits for one at a time.
  std::vector<bool> busy = std::vector<bool>(settings.enbs, false);
  std::vector<Guti> old_gutis{};  ///< Of all UEs; the newest last.

  void errand(Task<bool> task) { errands.push_back(std::make_unique<lab::Running<bool>>(std::move(task))); }
  void sweep_errands() {
    std::erase_if(errands, [](const auto& one) { return one->done(); });
  }
};

/// The eNodeB says from now on that it is about to hand its UEs over, whether or not it does.
void announce_handovers(Network& network, lab::Enb& enb);
/// Mostly at once, so that procedures meet; sometimes long enough for every timer.
Duration pause(Network& network);
/// Does one thing, to its end. One that cannot be now is none.
Task<void> act(Story& story, unsigned who, Act what);
/// Of `act`: what the network does about a UE, at once.
void network_acts(Story& story, unsigned who, Act what);
/// Does one thing, and another one at some moment in its middle, where the MME waits for this UE.
Task<void> overlap(Story& story, unsigned who);
/// What goes wrong around the UEs, until there is peace.
Task<bool> trouble(Story& story);

}  // namespace zerocell::lives
