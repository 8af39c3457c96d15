// SPDX-License-Identifier: Apache-2.0
#include "mme/bearers.hpp"

#include <algorithm>

namespace zerocell::mme {

Bearers::Connections Bearers::connections_of(const UeRecord& ue) {
  Connections connections;
  for (const BearerRecord& bearer : of(ue))
    if (bearer.is_default()) connections.push_back({bearer.session, bearer.ebi, bearer.emergency});
  return connections;
}

BearerRecord* Bearers::find(const UeRecord& ue, std::uint8_t ebi) {
  for (BearerRecord& bearer : of(ue))
    if (bearer.ebi == ebi) return &bearer;
  return nullptr;
}

BearerRecord* Bearers::default_of(const UeRecord& ue, sgw::SessionId session) {
  for (BearerRecord& bearer : of(ue))
    if (bearer.session == session && bearer.is_default()) return &bearer;
  return nullptr;
}

const BearerRecord* Bearers::emergency_of(const UeRecord& ue) const {
  for (std::uint32_t index = ue.first_bearer; index != UeRecord::kNoBearer; index = records_[index].next)
    if (records_[index].emergency && records_[index].is_default()) return &records_[index];
  return nullptr;
}

std::optional<std::uint8_t> Bearers::free_ebi(const UeRecord& ue) {
  std::uint8_t candidate = kFirstEbi;
  for (const BearerRecord& bearer : of(ue)) {
    if (bearer.ebi != candidate) break;
    ++candidate;
  }
  if (candidate > kLastEbi) return std::nullopt;
  return candidate;
}

BearerRecord* Bearers::add(UeRecord& ue, std::uint8_t ebi, std::uint8_t linked_ebi) {
  const auto index = records_.allocate();
  if (!index) return nullptr;
  BearerRecord& added = records_[*index];
  added.ebi = ebi;
  added.linked_ebi = linked_ebi;
  std::uint32_t* link = &ue.first_bearer;
  while (*link != UeRecord::kNoBearer && records_[*link].ebi < ebi) link = &records_[*link].next;
  ZC_ASSERT(*link == UeRecord::kNoBearer || records_[*link].ebi != ebi);
  added.next = *link;
  *link = *index;
  return &added;
}

void Bearers::remove(UeRecord& ue, std::uint8_t ebi) {
  for (std::uint32_t* link = &ue.first_bearer; *link != UeRecord::kNoBearer; link = &records_[*link].next) {
    if (records_[*link].ebi != ebi) continue;
    const std::uint32_t removed = *link;
    *link = records_[removed].next;
    records_.release(removed);
    return;
  }
}

void Bearers::remove_connection(UeRecord& ue, std::uint8_t linked_ebi) {
  std::uint32_t* link = &ue.first_bearer;
  while (*link != UeRecord::kNoBearer) {
    BearerRecord& bearer = records_[*link];
    if (bearer.linked_ebi != linked_ebi) {
      link = &bearer.next;
      continue;
    }
    const std::uint32_t removed = *link;
    *link = bearer.next;
    records_.release(removed);
  }
  note_emergency_alone(ue);
}

void Bearers::note_emergency_alone(UeRecord& ue) {
  bool emergency_alone = ue.first_bearer != UeRecord::kNoBearer;
  for (const BearerRecord& left : of(ue)) emergency_alone = emergency_alone && left.emergency;
  if (!emergency_alone) return;
  ue.emergency = true;
  ue.access = UeRecord::kAnywhere;
}

void Bearers::remove_with_connection(UeRecord& ue, const BearerRecord& bearer) {
  if (bearer.is_default())
    remove_connection(ue, bearer.ebi);
  else
    remove(ue, bearer.ebi);
}

void Bearers::remove_all(UeRecord& ue) {
  while (ue.first_bearer != UeRecord::kNoBearer) {
    const std::uint32_t removed = ue.first_bearer;
    ue.first_bearer = records_[removed].next;
    records_.release(removed);
  }
}

std::size_t Bearers::pdn_connections(const UeRecord& ue) {
  std::size_t count = 0;
  for (const BearerRecord& bearer : of(ue)) count += bearer.is_default() ? 1 : 0;
  return count;
}

std::uint8_t Bearers::maximum_apn_restriction(const UeRecord& ue) {
  std::uint8_t highest = 0;
  for (const BearerRecord& bearer : of(ue)) highest = std::max(highest, bearer.apn_restriction);
  return highest;
}

gtp::Ambr Bearers::used_ue_ambr(const UeRecord& ue) {
  gtp::Ambr sum;
  for (const BearerRecord& bearer : of(ue)) {
    if (!bearer.is_default()) continue;
    sum.uplink_bps += bearer.ambr.uplink_bps;
    sum.downlink_bps += bearer.ambr.downlink_bps;
  }
  const auto lower = [](std::uint64_t a, std::uint64_t b) { return a == 0 ? b : std::min(a, b); };
  return {lower(ue.ue_ambr.uplink_bps, sum.uplink_bps), lower(ue.ue_ambr.downlink_bps, sum.downlink_bps)};
}

}  // namespace zerocell::mme
