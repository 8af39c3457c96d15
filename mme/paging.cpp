// SPDX-License-Identifier: Apache-2.0
#include "mme/paging.hpp"

#include "asn1/s1ap/paging.hpp"
#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"
#include "mme/mme.hpp"

namespace zerocell::mme {
namespace {

Counter pagings{"zerocell_mme_pagings_total", "UEs that were looked for by paging."};
Counter pagings_sent{"zerocell_mme_paging_messages_total", "PAGING messages sent, one an eNodeB."};
Counter pagings_in_vain{"zerocell_mme_pagings_in_vain_total", "UEs that did not answer any paging."};
Counter pagings_spared{"zerocell_mme_pagings_spared_total",
                       "Packets of low priority that UEs were not looked for, under load."};
Gauge paged_now{"zerocell_mme_ues_paged", "UEs that are looked for, or that packets wait for."};

constexpr std::uint64_t kIdentityIndex = 1024;           // TS 36.304 §7.1: IMSI mod 1024.
constexpr std::uint64_t kExtendedIdentityIndex = 16384;  // For P-RNTI on MPDCCH: IMSI mod 16384.

constexpr unsigned kRoundsMax = 3;                              // Ours.
constexpr Duration kBufferedAnyway = std::chrono::seconds(10);  // Ours: no longer than a paging may take.

std::uint64_t number_of(const Imsi& imsi) {
  std::uint64_t number = 0;
  for (const char digit : imsi.text()) number = number * 10 + static_cast<std::uint64_t>(digit - '0');
  return number;
}

/// The UE's own cycle, where it told one; else the eNodeB uses its cell's (TS 36.413 §9.2.1.16).
std::optional<s1ap::PagingDrx> drx_of(const UeRecord& record) {
  if (record.drx_cycle < 6 || record.drx_cycle > 9) return std::nullopt;
  return static_cast<s1ap::PagingDrx>(record.drx_cycle - 6);
}

/// With it the eNodeB knows the window too, TS 36.413 §9.2.1.111; the shortest cycle has none.
std::optional<s1ap::PagingEdrxInformation> edrx_of(std::uint8_t cycle, std::uint8_t window) {
  if (cycle == UeRecord::kNoEdrx) return std::nullopt;
  s1ap::PagingEdrxInformation information{static_cast<s1ap::PagingEdrxCycle>(cycle), std::nullopt};
  if (cycle > 0) information.paging_time_window = static_cast<s1ap::PagingTimeWindow>(window);
  return information;
}

/// TS 36.413 §9.2.1.103. Recommended cells are for the eNodeBs that were recommended with them: elsewhere
/// they would keep an eNodeB from its other cells. The attempt is counted for all alike (TS 23.401 §5.3.4.3).
s1ap::AssistanceDataForPaging assistance_of(const PagingAssistance::Told* told, bool narrow, unsigned sent,
                                            unsigned intended) {
  s1ap::AssistanceDataForPaging assistance;
  s1ap::PagingAttemptInformation attempt{
      .paging_attempt_count = static_cast<std::uint8_t>(sent + 1),
      .intended_number_of_paging_attempts = static_cast<std::uint8_t>(intended)};
  if (sent + 1 < intended)
    attempt.next_paging_area_scope =
        narrow ? s1ap::NextPagingAreaScope::changed : s1ap::NextPagingAreaScope::same;
  assistance.paging_attempt_information = attempt;
  if (told == nullptr) return assistance;
  if (narrow && !told->cells.empty())
    assistance.assistance_data_for_recommended_cells = s1ap::AssistanceDataForRecommendedCells{
        .recommended_cells_for_paging = {.recommended_cell_list = {told->cells.begin(), told->cells.size()}}};
  if (!told->ce_level.empty())
    assistance.assistance_data_for_ce_capable_ues = s1ap::AssistanceDataForCeCapableUes{
        .cell_identifier_and_ce_level_for_ce_capable_ues = {
            .global_cell_id = told->ce_cell, .ce_level = {told->ce_level.begin(), told->ce_level.size()}}};
  return assistance;
}

/// The paging proceed flag, TS 23.401 §4.3.5.2: a UE whose periodic update did not come is not looked for.
bool may_be_paged(const UeRecord& record) {
  return record.emm_state == EmmState::registered && record.idle_wait != IdleWait::implicit_detach;
}

}  // namespace

Paging::Entry& Paging::entry(UeDirectory::Index index) {
  Entry& found = entries_[index];
  paged_now.set(static_cast<std::int64_t>(entries_.size()));
  return found;
}

sgw::DownlinkDataAcknowledge Paging::notify(UeDirectory::Index index,
                                            const sgw::DownlinkDataNotification& about) {
  const UeRecord& record = mme_.directory()[index];
  Ue* ue = mme_.connected(index);
  if (ue == nullptr && !may_be_paged(record)) return {.cause = gtp::Cause::unable_to_page_ue};
  const bool new_here = !entries_.contains(index);
  // TS 23.401 §4.3.7.4.1a: under load the packets of low priority do not make more of it.
  if (ue == nullptr && new_here && mme_.congestion().load() == Load::all_refused &&
      mme_.until_ue_listens(record) == Duration::zero() &&
      about.arp.priority > mme_.settings().congestion.paged_arp_priority) {
    pagings_spared.add();
    return {.cause = gtp::Cause::unable_to_page_ue};
  }
  Entry& waiting = entry(index);
  if (std::ranges::find(waiting.sessions, about.session) == waiting.sessions.end() &&
      !waiting.sessions.full())
    waiting.sessions.push_back(about.session);
  const bool more_urgent = about.arp.priority < waiting.priority;
  waiting.priority = std::min(waiting.priority, about.arp.priority);
  const bool has_priority = raise_priority(waiting, about.arp);
  if (ue != nullptr) {
    // Its connection is about to go: what waits is kept as for one that is idle.
    if (ue->runs(ProcedureKind::s1_release)) return kept_for(record);
    // Its procedure ends with bearers, or without a connection; both are seen to then. With a connection that
    // has no bearers and no procedure they are set up at once (§5.3.4.3 step 3).
    if (!ue->procedure.busy())
      mme_.loop().post([this, index] {
        if (Ue* still = mme_.connected(index); still != nullptr && !still->procedure.busy()) served(*still);
      });
    return {};
  }
  const auto told = kept_for(record);
  // Step 2: a bearer of higher priority has a UE that is looked for already looked for again, at once; and so
  // has one that raises the Paging Priority, which eNodeBs do not know yet.
  if (new_here || (more_urgent && waiting.sent > 1) || (has_priority && waiting.sent > 0))
    begin(index, waiting);
  return told;
}

std::optional<Duration> Paging::waits(const UeRecord& record) const {
  Duration time{};
  Duration waited{};
  for (unsigned attempt = 0; attempt <= mme_.settings().paging_retransmissions; ++attempt) {
    const auto wait = mme_.until_ue_listens(record, attempt, time);
    if (!wait) return std::nullopt;
    waited += *wait;
    time += *wait + std::chrono::milliseconds(mme_.settings().t3413_ms);
  }
  return waited;
}

sgw::DownlinkDataAcknowledge Paging::kept_for(const UeRecord& record) const {
  // TS 23.401 §5.3.4.3 step 2: for a UE that sleeps the gateway keeps packets until it can be reached, by
  // whichever of its attempts.
  const auto waited = waits(record);
  if (waited && *waited <= kBufferedAnyway) return {};
  const Duration paged =
      std::chrono::milliseconds(mme_.settings().t3413_ms) * (mme_.settings().paging_retransmissions + 1);
  sgw::DownlinkDataAcknowledge told;
  told.buffering =
      std::chrono::ceil<std::chrono::seconds>((waited ? *waited : mme_.until_ue_is_missed(record)) + paged);
  told.suggested_packets = static_cast<std::uint16_t>(mme_.settings().sleep_buffer_packets);
  log::info("downlink_data_for_a_sleeping_ue", {.imsi = record.imsi, .procedure = "paging"},
            {{"buffering_seconds", told.buffering->count()}});
  return told;
}

bool Paging::raise_priority(Entry& entry, const gtp::Arp& arp) {
  const auto configured = mme_.settings().paging_priority_of(arp.priority);
  if (!configured || (entry.paging_priority && *entry.paging_priority <= *configured)) return false;
  entry.paging_priority = configured;
  return true;
}

Task<Ue*> Paging::reach(UeDirectory::Index index, std::optional<gtp::Arp> arp) {
  struct Waiting {
    Waiting(Paging& paging_, UeDirectory::Index index_) : paging(paging_), index(index_) {
      paging.entry(index).waiters.push_back(&found);
    }
    Waiting(const Waiting&) = delete;
    ~Waiting() {
      const auto entry = paging.entries_.find(index);
      if (entry != paging.entries_.end()) std::erase(entry->second.waiters, &found);
      std::erase_if(paging.resuming_, [this](const Resuming& other) { return other.waiter == &found; });
    }
    Paging& paging;
    UeDirectory::Index index;
    Promised<Ue*> found{};
  };

  Ue* ue = mme_.connected(index);
  if (ue != nullptr && !ue->procedure.busy()) co_return ue;
  const UeRecord& record = mme_.directory()[index];
  if (ue == nullptr && (!may_be_paged(record) || !mme_.until_ue_listens(record))) co_return nullptr;
  const bool new_here = !entries_.contains(index);
  Waiting waiting(*this, index);
  Entry& wanted = entries_.at(index);
  const bool has_priority = arp && raise_priority(wanted, *arp);
  if (ue == nullptr && (new_here || (has_priority && wanted.sent > 0))) begin(index, wanted);
  co_return co_await waiting.found;
}

void Paging::begin(UeDirectory::Index index, Entry& entry) {
  entry.sent = 0;
  pagings.add();
  log::debug("paging_begun", {.imsi = mme_.directory()[index].imsi, .procedure = "paging"},
             {{"sessions", entry.sessions.size()}, {"procedures", entry.waiters.size()}});
  page_when_it_listens(index, entry);
}

void Paging::page_when_it_listens(UeDirectory::Index index, Entry& entry) {
  const UeRecord& record = mme_.directory()[index];
  const auto wait = mme_.until_ue_listens(record, entry.sent);
  if (!wait) return fell_asleep(index, entry);
  if (*wait == Duration::zero()) return page(index, entry);
  // TS 23.401 §5.3.4.3: while the UE sleeps nobody looks for it.
  await(index, entry, *wait);
}

void Paging::fell_asleep(UeDirectory::Index index, Entry& entry) {
  if (entry.sessions.empty()) return end(index, false);
  // TS 23.682 §4.5.4: it comes by itself, with whatever signalling that takes. Packets wait for that, or
  // until its update is overdue; procedures do not.
  entry.timer.reset();
  resume(std::exchange(entry.waiters, {}), index, false);
}

void Paging::await(UeDirectory::Index index, Entry& entry, Duration time) {
  if (!entry.timer) entry.timer.emplace([this, index] { expired(index); });
  mme_.loop().arm(*entry.timer, time);
}

void Paging::page(UeDirectory::Index index, Entry& entry) {
  const UeRecord& record = mme_.directory()[index];
  const auto& settings = mme_.settings();
  const TrackingAreas::Paged found_in = mme_.tracking_areas().paged(record);
  const std::span areas(found_in.begin(), found_in.size());

  // First where the UE was last, and where its eNodeB recommended to look; then wherever it may be without
  // having told; there at once where no other paging comes before it sleeps again.
  const PagingAssistance::Told* told = mme_.paging_assistance().find(index);
  targets_.clear();
  if (entry.sent == 0 && settings.paging_retransmissions > 0 && waits(record) == Duration::zero())
    mme_.enbs_to_begin_with(record, areas, told, targets_);
  const bool narrow = !targets_.empty();
  if (!narrow) mme_.enbs_of_areas(areas, targets_);

  std::array<s1ap::TaiItem, TrackingAreas::kPagedMax> tais;
  for (std::size_t i = 0; i < areas.size(); ++i) tais[i].tai = areas[i];
  const std::uint64_t imsi = number_of(record.imsi);
  s1ap::Paging message;
  message.ue_identity_index_value = static_cast<std::uint16_t>(imsi % kIdentityIndex);
  message.extended_ue_identity_index_value = static_cast<std::uint16_t>(imsi % kExtendedIdentityIndex);
  message.ue_paging_id = STmsi{mme_.network().mme_code, record.m_tmsi};
  message.paging_drx = drx_of(record);
  message.cn_domain = s1ap::CnDomain::ps;
  message.tai_list = {tais.data(), areas.size()};
  message.paging_edrx_information = edrx_of(record.edrx_cycle, record.edrx_window);
  if (const Bytes capability = mme_.radio_capabilities().get(record.paging_capability); !capability.empty())
    message.ue_radio_capability_for_paging = capability;
  if (entry.paging_priority)
    message.paging_priority = static_cast<s1ap::PagingPriority>(*entry.paging_priority - 1);
  message.assistance_data_for_paging =
      assistance_of(told, narrow, entry.sent, settings.paging_retransmissions + 1);
  mme_.send(targets_, message);
  // Both M-TMSIs are valid while the UE has not confirmed the new one: it may answer to either (TS 24.301
  // §5.4.1.6 a, §5.5.1.2.7 c, §5.5.3.2.7 c).
  if (record.old_m_tmsi != 0) {
    message.ue_paging_id = STmsi{mme_.network().mme_code, record.old_m_tmsi};
    message.paging_edrx_information = edrx_of(record.old_edrx_cycle, record.old_edrx_window);
    mme_.send(targets_, message);
  }
  pagings_sent.add(targets_.size());
  ++entry.sent;
  await(index, entry, std::chrono::milliseconds(settings.t3413_ms));
}

void Paging::expired(UeDirectory::Index index) {
  Entry& entry = entries_.at(index);
  if (entry.sent <= mme_.settings().paging_retransmissions) return page_when_it_listens(index, entry);
  pagings_in_vain.add();
  log::info("paging_in_vain", {.imsi = mme_.directory()[index].imsi, .procedure = "paging"},
            {{"sent", entry.sent}});
  end(index, false);
}

void Paging::end(UeDirectory::Index index, bool found) {
  const auto ended = entries_.extract(index);
  if (!ended) return;
  paged_now.set(static_cast<std::int64_t>(entries_.size()));
  if (!found)
    for (const sgw::SessionId session : ended.mapped().sessions)
      mme_.gateway().downlink_data_failed({.session = session});
  resume(std::move(ended.mapped().waiters), index, found);
}

void Paging::resume(std::vector<Promised<Ue*>*> waiters, UeDirectory::Index index, bool found) {
  for (Promised<Ue*>* waiter : waiters) resuming_.push_back({waiter, index, found});
  // Each may give the UE a procedure, end its connection, or end others that wait: what holds is looked at
  // anew.
  while (!resuming_.empty()) {
    const Resuming next = resuming_.back();
    resuming_.pop_back();
    next.waiter->set(next.found ? mme_.connected(next.index) : nullptr);
  }
}

void Paging::connected(UeDirectory::Index index) {
  const auto found = entries_.find(index);
  if (found != entries_.end()) found->second.timer.reset();
}

void Paging::served(Ue& ue) {
  if (entries_.empty() || !ue.record) return;
  const UeDirectory::Index index = *ue.record;
  const auto found = entries_.find(index);
  if (found == entries_.end() || ue.stored().connection != ue.place) return;
  if (!found->second.sessions.empty() && ue.active_bearers == 0 &&
      ue.stored().emm_state == EmmState::registered)
    return mme_.set_up_bearers(ue);
  end(index, true);
}

void Paging::idle(UeDirectory::Index index) {
  const auto found = entries_.find(index);
  if (found == entries_.end()) return;
  // It answers, and cannot be served: not for ever.
  if (mme_.directory()[index].emm_state != EmmState::registered || ++found->second.rounds > kRoundsMax)
    return abandon(index);
  begin(index, found->second);
}

void Paging::abandon(UeDirectory::Index index) {
  end(index, false);
}

bool Paging::downlink_waits(UeDirectory::Index index) const {
  const auto found = entries_.find(index);
  return found != entries_.end() && !found->second.sessions.empty();
}

void Paging::cancel() {
  entries_.clear();
  resuming_.clear();
}

}  // namespace zerocell::mme
