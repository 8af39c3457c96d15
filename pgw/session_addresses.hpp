// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "core/state/record_index.hpp"
#include "core/state/record_table.hpp"
#include "pgw/session_record.hpp"

namespace zerocell::pgw {

/// Who has an address, or a prefix: no two sessions have one.
class SessionAddresses {
 public:
  using Sessions = RecordTable<SessionRecord>;
  using Index = Sessions::Index;

  /// The table must outlive it.
  explicit SessionAddresses(const Sessions& sessions) : v4_({&sessions}), v6_({&sessions}) {}

  /// From when the record has its address until it has gone.
  void insert(Index index, const gtp::PdnAddress& address) {
    if (gtp::has_ipv4(address.type)) v4_.insert(address.v4.to_host(), index);
    if (gtp::has_ipv6(address.type)) v6_.insert(prefix_of(address.v6), index);
  }
  void erase(const gtp::PdnAddress& address) {
    if (gtp::has_ipv4(address.type)) v4_.erase(address.v4.to_host());
    if (gtp::has_ipv6(address.type)) v6_.erase(prefix_of(address.v6));
  }
  /// Of a prefix the first address, as the pool gives it.
  std::optional<Index> holder_of(const IpAddress& address) const {
    return address.is_v4() ? v4_.find(address.v4()->to_host()) : v6_.find(prefix_of(*address.v6()));
  }

 private:
  static std::uint64_t prefix_of(const Ipv6Address& address) { return Reader(address.octets).u64(); }
  struct V4Of {
    const Sessions* sessions;
    std::uint32_t operator()(Index index) const { return (*sessions)[index].address.v4.to_host(); }
  };
  struct V6Of {
    const Sessions* sessions;
    std::uint64_t operator()(Index index) const { return prefix_of((*sessions)[index].address.v6); }
  };

  RecordIndex<std::uint32_t, V4Of> v4_;
  RecordIndex<std::uint64_t, V6Of> v6_;
};

}  // namespace zerocell::pgw
