// SPDX-License-Identifier: Apache-2.0
#include "pgw/dedicated_bearers.hpp"

#include "core/config/report.hpp"
#include "core/telemetry/log.hpp"
#include "core/types/assert.hpp"

namespace zerocell::pgw {

void check_bearer_rules(const config::Config& config, const config::Report& report) {
  for (std::size_t i = 0; i < config.apns.size(); ++i)
    for (std::size_t j = 0; j < config.apns[i].bearers.size(); ++j) {
      const config::BearerRule& rule = config.apns[i].bearers[j];
      const config::Report here = report.in("apns", i).in("bearers", j);
      for (std::size_t k = 0; k < rule.filters.size(); ++k) {
        const config::LocatedText& text = rule.filters[k];
        const auto filter = parse_filter(text.text);
        if (filter) continue;
        const auto column = static_cast<std::uint32_t>(text.column + filter.error().column - 1);
        here.at({text.line, column}, "filters[" + std::to_string(k) + "]", filter.error().message);
      }
      if (DedicatedBearerRecord record;
          !record.set_filters(filters_for(gtp::PdnType::ipv4v6, make_rule(rule.rule()).filters)))
        here("filters", "do not fit into a traffic flow template; expected fewer or shorter ones");
    }
}

BearerRule make_rule(const gtp::BearerRule& rule) {
  BearerRule made{.name = rule.name, .qos = rule.qos(), .filters = {}};
  for (const std::string& text : rule.filters)
    if (auto filter = parse_filter(text))
      made.filters.push_back(*filter);
    else
      log::warning("bearer_filter_left_out", {.procedure = "create_bearer"},
                   {{"bearer", rule.name}, {"filter", text}, {"reason", filter.error().message}});
  return made;
}

std::vector<nas::PacketFilter> filters_for(gtp::PdnType type, std::vector<nas::PacketFilter> filters) {
  std::erase_if(filters, [type](const nas::PacketFilter& filter) { return !fits(type, filter); });
  if (!filters.empty() && !nas::has_uplink(filters)) filters.push_back(nas::nothing_useful_uplink());
  return filters;
}

gtp::BearerQos with_maximum_rates(gtp::BearerQos qos, const gtp::Ambr& ambr) {
  if (!qos.guaranteed()) return qos;
  const auto kilobits = [](std::uint64_t bps) {
    return static_cast<std::uint32_t>(std::min<std::uint64_t>((bps + 999) / 1000, 0xFFFFFFFF));
  };
  if (qos.mbr.uplink_kbps == 0) qos.mbr.uplink_kbps = kilobits(ambr.uplink_bps);
  if (qos.mbr.downlink_kbps == 0) qos.mbr.downlink_kbps = kilobits(ambr.downlink_bps);
  return qos;
}

std::vector<nas::PacketFilter> DedicatedBearerRecord::filters() const {
  const auto decoded = nas::decode_tft(Bytes(tft).first(tft_octets));
  if (!decoded) return {};
  return {decoded->list().begin(), decoded->list().end()};
}

bool DedicatedBearerRecord::set_filters(std::span<const nas::PacketFilter> filters) {
  const ByteVector written = write_tft(nas::Tft::Operation::create, filters);
  if (written.empty() || written.size() > kTftOctetsMax) return false;
  std::ranges::copy(written, tft.begin());
  tft_octets = static_cast<std::uint8_t>(written.size());
  return true;
}

DedicatedBearers::DedicatedBearers(std::uint32_t capacity)
    : records_([&] {
        auto opened = Records::open({.path = "", .capacity = capacity});
        ZC_ASSERT(opened.has_value());  // Memory that is only reserved.
        return std::move(*opened);
      }()) {}

DedicatedBearerRecord* DedicatedBearers::find(const SessionRecord& session, std::uint8_t ebi) {
  for (std::uint32_t at = session.first_bearer; at != SessionRecord::kNoBearer; at = records_[at].next)
    if (records_[at].ebi == ebi && ebi != 0) return &records_[at];
  return nullptr;
}

DedicatedBearerRecord* DedicatedBearers::find(const SessionRecord& session, upf::BearerId bearer) {
  for (std::uint32_t at = session.first_bearer; at != SessionRecord::kNoBearer; at = records_[at].next)
    if (records_[at].user_plane == bearer) return &records_[at];
  return nullptr;
}

DedicatedBearerRecord* DedicatedBearers::add(SessionRecord& session, upf::BearerId bearer) {
  const auto index = records_.allocate();
  if (!index) return nullptr;
  DedicatedBearerRecord& record = records_[*index];
  record.user_plane = bearer;
  record.next = std::exchange(session.first_bearer, *index);
  return &record;
}

void DedicatedBearers::remove(SessionRecord& session, upf::BearerId bearer) {
  std::uint32_t* link = &session.first_bearer;
  while (*link != SessionRecord::kNoBearer && records_[*link].user_plane != bearer)
    link = &records_[*link].next;
  if (*link == SessionRecord::kNoBearer) return;
  const std::uint32_t removed = *link;
  *link = records_[removed].next;
  records_.release(removed);
}

void DedicatedBearers::remove_all(SessionRecord& session) {
  while (session.first_bearer != SessionRecord::kNoBearer) {
    const std::uint32_t removed = session.first_bearer;
    session.first_bearer = records_[removed].next;
    records_.release(removed);
  }
}

bool number_filters(std::vector<nas::PacketFilter>& filters, std::span<const nas::PacketFilter> existing,
                    std::array<bool, 256>& taken) {
  std::array<bool, 16> identifiers{};
  for (const nas::PacketFilter& filter : existing) identifiers[filter.identifier] = true;
  for (nas::PacketFilter& filter : filters) {
    const auto identifier = std::ranges::find(identifiers, false);
    auto precedence = std::find(taken.begin() + filter.precedence, taken.end(), false);
    if (precedence == taken.end()) precedence = std::ranges::find(taken, false);
    if (identifier == identifiers.end() || precedence == taken.end()) return false;
    *identifier = *precedence = true;
    filter.identifier = static_cast<std::uint8_t>(identifier - identifiers.begin());
    filter.precedence = static_cast<std::uint8_t>(precedence - taken.begin());
  }
  return true;
}

}  // namespace zerocell::pgw
