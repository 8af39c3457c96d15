// SPDX-License-Identifier: Apache-2.0
#include "core/config/network.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/config/fields.hpp"
#include "core/config/report.hpp"

namespace zerocell::config {

constexpr std::size_t kPlmnsMax = 6;             // TS 36.413 maxnoofBPLMNs
constexpr std::size_t kTacRangesMax = 256;       // Ours.
constexpr std::size_t kEquivalentPlmnsMax = 15;  // TS 24.008 §10.5.1.13
constexpr std::size_t kMmeNameMax = 150;         // TS 36.413 §9.1.8.5
constexpr std::size_t kNetworkNameMax =
    60;  // Ours: 251 octets of TS 24.008 §10.5.3.5a, and no phone shows more.

bool Network::serves(const Plmn& plmn) const {
  return std::ranges::find(plmns, plmn) != plmns.end();
}

bool Network::serves(const Tai& tai) const {
  return serves(tai.plmn) && std::ranges::any_of(tacs, [&tai](const TacRange& range) {
           return range.first <= tai.tac && tai.tac <= range.last;
         });
}

std::vector<Gummei> Network::gummeis() const {
  std::vector<Gummei> all;
  for (const Plmn& plmn : plmns) all.push_back({plmn, mme_group_id, mme_code});
  return all;
}

bool Network::has_code(std::uint8_t code) const {
  return code == mme_code || std::ranges::find(more_codes, code) != more_codes.end();
}

bool Network::is_ours(const Gummei& gummei) const {
  const bool group =
      gummei.group == mme_group_id || std::ranges::find(more_group_ids, gummei.group) != more_group_ids.end();
  return group && has_code(gummei.code) && serves(gummei.plmn);
}

std::vector<std::uint16_t> Network::group_ids() const {
  std::vector<std::uint16_t> all{mme_group_id};
  all.insert(all.end(), more_group_ids.begin(), more_group_ids.end());
  return all;
}

std::vector<std::uint8_t> Network::codes() const {
  std::vector<std::uint8_t> all{mme_code};
  all.insert(all.end(), more_codes.begin(), more_codes.end());
  return all;
}

void describe(Fields& fields, Network& network) {
  fields.required("plmns", network.plmns, "PLMNs that are served, each as \"MCC/MNC\". 1 to 6",
                  {1, kPlmnsMax});
  fields.key("tacs", network.tacs,
             "Tracking area codes that are served in each PLMN: numbers, or ranges such as 100-199",
             {1, kTacRangesMax});
  fields.key("mme_group_id", network.mme_group_id, "MME group id, the middle part of the GUMMEI");
  fields.key("mme_code", network.mme_code, "MME code, the last part of the GUMMEI");
  fields.key("more_group_ids", network.more_group_ids,
             "Further group ids whose GUTIs are served: those of an MME that this one replaces", {0, 256});
  fields.key("more_codes", network.more_codes, "Further MME codes whose GUTIs are served", {0, 255});
  fields.key("mme_name", network.mme_name, "Name that eNodeBs are told: printable ASCII", {1, kMmeNameMax});
  fields.key("relative_capacity", network.relative_capacity,
             "Share of new UEs that an eNodeB sends here, against the other MMEs of the pool");
  fields.key("equivalent_plmns", network.equivalent_plmns, "PLMNs that UEs treat as this one; at most 15",
             {0, kEquivalentPlmnsMax});
  fields.key("full_name", network.full_name, "Network name that phones show; empty: not sent",
             {0, kNetworkNameMax});
  fields.key("short_name", network.short_name, "Short network name; empty: not sent", {0, kNetworkNameMax});
  fields.key(
      "time_zone", network.time_zone,
      "Time that UEs are told: with the machine's zone, UTC, or a fixed offset; none: no time is sent");
}

void validate(const Network& network, const Report& report) {
  // PrintableString: TS 36.413 §9.3.4.
  constexpr std::string_view kPrintable =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 '()+,-./:=?";
  if (const auto bad = network.mme_name.find_first_not_of(kPrintable); bad != std::string::npos)
    report("mme_name",
           fmt::format("has {} at position {}; expected letters, digits, space and '()+,-./:=? only",
                       quoted(network.mme_name.substr(bad, 1)), bad + 1));
  for (std::size_t i = 1; i < network.plmns.size(); ++i)
    if (std::find(network.plmns.begin(), network.plmns.begin() + static_cast<std::ptrdiff_t>(i),
                  network.plmns[i]) != network.plmns.begin() + static_cast<std::ptrdiff_t>(i))
      report(fmt::format("plmns[{}]", i), "stands in the list twice; remove one");
}

}  // namespace zerocell::config
