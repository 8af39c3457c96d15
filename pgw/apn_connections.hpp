// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "core/state/record_index.hpp"
#include "core/state/record_table.hpp"
#include "pgw/session_record.hpp"

namespace zerocell::pgw {

struct ApnOfUe {
  std::uint64_t imsi = 0;  ///< Packed.
  std::uint16_t apn = 0;   ///< Index into the configured APNs.
  friend auto operator<=>(const ApnOfUe&, const ApnOfUe&) = default;
};

}  // namespace zerocell::pgw

template <>
struct std::hash<zerocell::pgw::ApnOfUe> {
  std::size_t operator()(const zerocell::pgw::ApnOfUe& key) const noexcept {
    return (key.imsi ^ key.apn) * 0x9E3779B97F4A7C15u >> 16;
  }
};

namespace zerocell::pgw {

/// Which connections a UE has to an APN, and the share in which those are that share its APN-AMBR
/// (TS 23.401 §4.7.3). Most UEs have one, and no share.
class ApnConnections {
 public:
  using Sessions = RecordTable<SessionRecord>;
  using Index = Sessions::Index;

  /// The table must outlive it.
  explicit ApnConnections(const Sessions& sessions) : newest_({&sessions}) {}

  /// The one that the UE has to the APN already, the newest of several.
  std::optional<Index> find(const Imsi& imsi, std::uint16_t apn) const {
    return newest_.find({imsi.packed(), apn});
  }
  /// The number of the share that a connection beside another one is in, or will be with it.
  std::uint64_t share_of(const Imsi& imsi, std::uint16_t apn) const {
    const auto found = shares_.find({imsi.packed(), apn});
    return found == shares_.end() ? next_share_ : found->second.number;
  }
  /// Those that share the UE's APN-AMBR; none where it has a single one.
  std::span<const Index> sharing(const Imsi& imsi, std::uint16_t apn) const {
    const auto found = shares_.find({imsi.packed(), apn});
    if (found == shares_.end()) return {};
    return found->second.sessions;
  }
  /// From when the record has its IMSI and APN until it has gone.
  void insert(Index index, const Imsi& imsi, std::uint16_t apn) {
    const Key key{imsi.packed(), apn};
    if (const auto other = newest_.find(key)) {
      auto [share, fresh] = shares_.try_emplace(key);
      if (fresh) share->second = {next_share_++, {*other}};
      share->second.sessions.push_back(index);
      newest_.erase(key);
    }
    newest_.insert(key, index);
  }
  void erase(Index index, const Imsi& imsi, std::uint16_t apn) {
    const Key key{imsi.packed(), apn};
    const bool newest = newest_.find(key) == index;
    if (newest) newest_.erase(key);
    const auto share = shares_.find(key);
    if (share == shares_.end()) return;
    std::erase(share->second.sessions, index);
    if (share->second.sessions.empty())
      shares_.erase(share);
    else if (newest)
      newest_.insert(key, share->second.sessions.back());
  }

 private:
  using Key = ApnOfUe;
  struct KeyOf {
    const Sessions* sessions;
    Key operator()(Index index) const {
      const SessionRecord& record = (*sessions)[index];
      return {record.imsi.packed(), record.apn};
    }
  };
  struct Share {
    std::uint64_t number = 0;
    std::vector<Index> sessions{};  ///< The one that is left stays in it.
  };

  RecordIndex<Key, KeyOf> newest_;
  std::map<Key, Share> shares_;
  std::uint64_t next_share_ = 1;
};

}  // namespace zerocell::pgw
