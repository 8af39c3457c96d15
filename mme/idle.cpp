// SPDX-License-Identifier: Apache-2.0
#include "asn1/s1ap/enb_id.hpp"
#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"
#include "mme/mme.hpp"

/// UEs without a connection: how long they may stay silent, and how they are reached.
namespace zerocell::mme {
namespace {

Counter implicit_detaches{"zerocell_mme_implicit_detaches_total",
                          "UEs that were detached since their periodic update did not come."};
Counter purges{"zerocell_mme_purges_total", "Detached UEs of which nothing is kept any more."};

bool has_cell(const s1ap::GlobalEnbId& enb, const Ecgi& cell) {
  return enb.plmn_identity == cell.plmn && s1ap::has_cell(enb.enb_id, cell.cell);
}

bool serves_an_area(const Enb& enb, std::span<const Tai> areas) {
  return std::ranges::any_of(areas, [&](const Tai& tai) { return enb.supports(tai); });
}

/// TS 36.413 §9.2.1.107: an eNodeB, or all of a tracking area.
bool is_target(const Enb& enb, const s1ap::MmePagingTarget& target) {
  if (const auto* id = std::get_if<s1ap::GlobalEnbId>(&target)) return enb.id == *id;
  return enb.supports(std::get<Tai>(target));
}

}  // namespace

void Mme::enbs_to_begin_with(const UeRecord& record, std::span<const Tai> areas,
                             const PagingAssistance::Told* told, std::vector<Enb*>& found) {
  const auto recommended = [&](const Enb& enb) {
    return told != nullptr && std::ranges::any_of(told->targets, [&](const s1ap::MmePagingTarget& target) {
             return is_target(enb, target);
           });
  };
  // Outside of its areas the UE would have told; and an eNodeB that has none of them any more pages nobody.
  for (auto& [id, enb] : enbs_)
    if (enb->set_up && serves_an_area(*enb, areas) && (has_cell(enb->id, record.ecgi) || recommended(*enb)))
      found.push_back(enb.get());
}

void Mme::enbs_of_areas(std::span<const Tai> areas, std::vector<Enb*>& found) {
  for (auto& [id, enb] : enbs_)
    if (enb->set_up && serves_an_area(*enb, areas)) found.push_back(enb.get());
}

void Mme::went_idle(UeDirectory::Index index) {
  UeRecord& record = directory_[index];
  record.idle_since = idle_timers_.now();
  if (record.emm_state == EmmState::registered) {
    idle_timers_.arm(index, IdleWait::mobile_reachable,
                     update_due(record) - record.idle_since + settings().mobile_reachable_margin_seconds);
  } else {
    paging_assistance_.forget(index);
    idle_timers_.arm(index, IdleWait::purge, settings().purge_seconds);
  }
  paging_.idle(index);
}

void Mme::idle_timer_expired(UeDirectory::Index index) {
  UeRecord& record = directory_[index];
  switch (std::exchange(record.idle_wait, IdleWait::none)) {
    case IdleWait::mobile_reachable:
      // TS 23.401 §4.3.5.2: not paged any more, and with time to come back.
      paging_assistance_.forget(index);
      idle_timers_.arm(index, IdleWait::implicit_detach, settings().implicit_detach_seconds);
      log::info("ue_not_reachable", {.imsi = record.imsi, .procedure = "mobile_reachable"}, {});
      return paging_.abandon(index);
    case IdleWait::implicit_detach:
      // TS 23.401 §5.3.8.3: nobody is told but the gateways.
      implicit_detaches.add();
      log::info("detached", {.imsi = record.imsi, .procedure = "implicit_detach"}, {{"by", "time"}});
      deregister(record);
      return went_idle(index);
    case IdleWait::purge:
      purges.add();
      directory_.forgotten(index, record);
      return directory_.remove(index);
    case IdleWait::none:
      return;
  }
}

}  // namespace zerocell::mme
