// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/types/identity.hpp"

namespace zerocell::config {

class Fields;
class Report;

/// Tracking area codes from `first` to `last`, both included. In the file: 7, 0x1F, or "100-199".
struct TacRange {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
  friend constexpr auto operator<=>(const TacRange&, const TacRange&) = default;
};

/// What EMM INFORMATION tells a UE about local time, TS 24.301 §8.2.13.
struct TimeZone {
  enum class Kind : std::uint8_t {
    none,    ///< Neither time nor zone is sent.
    local,   ///< The machine's zone, with its daylight saving time.
    offset,  ///< A fixed offset from UTC; "utc" is an offset of 0.
  };
  Kind kind = Kind::local;
  std::int8_t quarter_hours = 0;  ///< Offset east of UTC, -48 to 56; for Kind::offset.
  friend constexpr bool operator==(const TimeZone&, const TimeZone&) = default;
};

/// Section `network`: who this network is to its eNodeBs and UEs.
struct Network {
  std::vector<Plmn> plmns =
      {};  ///< Served; the first is the one that GUTIs carry. Never empty once validated.
  std::vector<TacRange> tacs{{1, 1}};  ///< Served in each of the PLMNs.
  std::uint16_t mme_group_id = 1;
  std::uint8_t mme_code = 1;
  /// Further group ids and codes whose GUTIs are ours too: those of an MME that this one replaces.
  std::vector<std::uint16_t> more_group_ids = {};
  std::vector<std::uint8_t> more_codes = {};
  std::string mme_name = "zerocell";        ///< At most 150 characters, TS 36.413 §9.2.3.4 MME Name.
  std::uint8_t relative_capacity = 255;     ///< TS 36.413 §9.2.3.17.
  std::vector<Plmn> equivalent_plmns = {};  ///< At most 15, TS 24.008 §10.5.1.13.
  std::string full_name = {};               ///< Shown by phones; empty: not sent.
  std::string short_name = {};
  TimeZone time_zone = {};

  bool serves(const Plmn& plmn) const;
  bool serves(const Tai& tai) const;
  /// Whether this MME has given, or answers for, GUTIs of this GUMMEI.
  bool is_ours(const Gummei& gummei) const;
  bool has_code(std::uint8_t code) const;
  /// All that are ours, the one of new GUTIs first.
  std::vector<std::uint16_t> group_ids() const;
  std::vector<std::uint8_t> codes() const;
  /// One for each PLMN.
  std::vector<Gummei> gummeis() const;
  friend bool operator==(const Network&, const Network&) = default;
};

void describe(Fields& fields, Network& network);
void validate(const Network& network, const Report& report);

}  // namespace zerocell::config
