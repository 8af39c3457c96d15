// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <vector>

#include "core/config/apns.hpp"
#include "core/state/record_table.hpp"
#include "pgw/packet_filters.hpp"
#include "pgw/session_record.hpp"

namespace zerocell::config {
struct Config;
class Report;
}  // namespace zerocell::config

namespace zerocell::pgw {

/// What a dedicated bearer is made from: a PCC rule of TS 23.203 §6.3.1. Filters without identifiers and
/// precedences of their own get free ones.
struct BearerRule {
  std::string name;
  gtp::BearerQos qos;
  std::vector<nas::PacketFilter> filters;
};

/// What is wrong with the bearers of the APNs, beyond what config/ itself sees: the filters' texts.
void check_bearer_rules(const config::Config& config, const config::Report& report);
/// Of a description whose filters parse: one that passed check_bearer_rules, or a subscription's.
BearerRule make_rule(const gtp::BearerRule& rule);

/// Those of a rule's filters that a PDN connection of this type can use, with one for uplink packets; empty
/// where there is none to use.
std::vector<nas::PacketFilter> filters_for(gtp::PdnType type, std::vector<nas::PacketFilter> filters);

/// A guaranteed bearer of a rule whose other direction has no rate of its own: there its packets are within
/// the APN-AMBR (TS 23.401 §4.7.3), which UE and eNodeB hear as its maximum, since 0 would forbid them.
gtp::BearerQos with_maximum_rates(gtp::BearerQos qos, const gtp::Ambr& ambr);

/// A dedicated bearer at the PDN gateway: plain data in a mapped table, in a list of its session's.
struct DedicatedBearerRecord {
  static constexpr std::uint32_t kLayoutVersion = 2;
  static constexpr const char* kName = "dedicated bearer";
  static constexpr std::size_t kTftOctetsMax = 255;
  static constexpr std::uint8_t kNoRule = 0xFF;

  upf::BearerId user_plane{};
  gtp::Fteid uplink;  ///< Where its uplink packets go.
  gtp::BearerQos qos;
  std::uint32_t charging_id = 0;
  std::uint32_t next = SessionRecord::kNoBearer;
  std::uint8_t ebi = 0;  ///< 0 until the MME has given it one.
  bool requested_by_ue = false;
  std::uint8_t rule = kNoRule;  ///< Place among the rules of the configuration that it was made from.
  std::uint8_t tft_octets = 0;
  std::array<std::uint8_t, kTftOctetsMax> tft{};  ///< As "create new TFT", TS 24.008 §10.5.6.12.

  std::vector<nas::PacketFilter> filters() const;
  /// False, and unchanged, when they do not fit into a TFT.
  bool set_filters(std::span<const nas::PacketFilter> filters);
};

/// The dedicated bearers of all sessions.
class DedicatedBearers {
 public:
  using Records = RecordTable<DedicatedBearerRecord>;
  explicit DedicatedBearers(std::uint32_t capacity);

  /// Calls `visit(record)` for each bearer of the session. It must not add or remove any.
  template <class Visit>
  void for_each(const SessionRecord& session, Visit visit) {
    for (std::uint32_t at = session.first_bearer; at != SessionRecord::kNoBearer; at = records_[at].next)
      visit(records_[at]);
  }
  /// Null when the session has no such bearer. References last until the bearer is removed.
  DedicatedBearerRecord* find(const SessionRecord& session, std::uint8_t ebi);
  DedicatedBearerRecord* find(const SessionRecord& session, upf::BearerId bearer);
  /// Null when the table is full.
  DedicatedBearerRecord* add(SessionRecord& session, upf::BearerId bearer);
  void remove(SessionRecord& session, upf::BearerId bearer);
  void remove_all(SessionRecord& session);
  std::size_t size() const { return records_.size(); }

 private:
  Records records_;
};

/// Gives filters identifiers that are free in a TFT with `existing`, and precedences that are free in the PDN
/// connection, whose taken ones are in `taken` (one bit each; it is updated): the wanted one, or the next
/// free one behind it. False when there is no room.
bool number_filters(std::vector<nas::PacketFilter>& filters, std::span<const nas::PacketFilter> existing,
                    std::array<bool, 256>& taken);

}  // namespace zerocell::pgw
