// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <vector>

#include "core/state/mapped_array.hpp"
#include "upf/bearer_set.hpp"
#include "upf/forwarding_line.hpp"
#include "upf/framed_routes.hpp"
#include "upf/settings.hpp"

namespace zerocell {
class Random;
}

namespace zerocell::upf {

/// TEIDs that are an index and generation bits from a CSPRNG, blended so that each TEID by itself is uniform
/// over 32 bits: the generation bits shift the index by a secret function of them.
class TeidCoder {
 public:
  /// `capacity` indexes, at least 1; `secret` from a CSPRNG.
  TeidCoder(std::uint32_t capacity, std::uint64_t secret);
  gtp::Teid encode(std::uint32_t index, std::uint32_t generation) const noexcept {
    const std::uint32_t high = generation << index_bits_;
    return high | (index ^ shift(high));
  }
  std::uint32_t index(gtp::Teid teid) const noexcept { return (teid ^ shift(teid)) & index_mask_; }

 private:
  std::uint32_t shift(std::uint32_t teid) const noexcept {
    const std::uint64_t generation = teid & ~index_mask_;
    return static_cast<std::uint32_t>(generation * secret_ >> 32 ^ secret_ >> 7) & index_mask_;
  }
  std::uint64_t secret_;
  unsigned index_bits_;
  std::uint32_t index_mask_;
};

/// Finds the session of a UE's address: one array a pool. The owner writes, the packet path reads.
class AddressIndex {
 public:
  explicit AddressIndex(const std::vector<Pool>& pools);

  struct Place {
    std::atomic<std::uint32_t>* session = nullptr;  ///< Session index + 1; 0 for none. Null: in no pool.
    bool gateway = false;
  };
  /// Both addresses in host order; the prefix is the upper half of an IPv6 address.
  Place find_v4(std::uint32_t address) const noexcept {
    for (const auto& pool : v4_)
      if ((address & pool.mask) == pool.base)
        return {&pool.sessions[address - pool.base], address == pool.gateway};
    return {};
  }
  Place find_v6(std::uint64_t prefix) const noexcept {
    for (const auto& pool : v6_)
      if ((prefix & pool.mask) == pool.base)
        return {&pool.sessions[(prefix - pool.base) >> pool.shift], prefix == pool.gateway};
    return {};
  }
  /// How long the prefixes are that UEs get in the pool that holds this one; 64 outside of all.
  std::uint8_t prefix_length(std::uint64_t prefix) const noexcept {
    for (const auto& pool : v6_)
      if ((prefix & pool.mask) == pool.base) return static_cast<std::uint8_t>(64 - pool.shift);
    return 64;
  }
  /// Whether an address of the prefix lies in a pool, or the other way round.
  bool overlaps(const IpPrefix& prefix) const noexcept;
  /// The gateway of the pool that holds `address`, or of the first pool; 0 without one.
  std::uint32_t gateway_v4(std::uint32_t address) const noexcept;
  /// The same for IPv6; unspecified without one.
  Ipv6Address gateway_v6(std::uint64_t prefix) const noexcept;
  /// DNS servers of the pool that holds the prefix; none outside of all.
  const std::vector<Ipv6Address>& dns_servers(std::uint64_t prefix) const noexcept;

 private:
  template <class Word>
  struct Indexed {
    Word base = 0;
    Word mask = 0;
    Word gateway = 0;  // IPv6: its /64, which is no UE's either.
    Ipv6Address gateway_address;
    std::vector<Ipv6Address> dns_servers;
    unsigned shift = 0;  // IPv6: bits of the /64 that are the UE's own.
    mutable MappedArray<std::atomic<std::uint32_t>> sessions;
  };
  std::vector<Indexed<std::uint32_t>> v4_;
  std::vector<Indexed<std::uint64_t>> v6_;
};

/// What the packet path counts for a session, its own memory. Counters are read by the owner too.
struct alignas(64) Meter {
  std::atomic<std::uint32_t> generation;  ///< Of the session that the counters belong to.
  std::uint32_t flows;
  std::atomic<std::uint64_t> uplink_octets;
  std::atomic<std::uint64_t> downlink_octets;
  std::atomic<std::uint64_t> uplink_packets;
  std::atomic<std::uint64_t> downlink_packets;
  std::int32_t uplink_tokens;
  std::uint32_t uplink_filled_us;
  std::int32_t downlink_tokens;
  std::uint32_t downlink_filled_us;
  std::uint32_t buffer;        ///< Index + 1 of what is buffered for it; 0 for nothing.
  std::uint32_t announce_due;  ///< When the next router advertisement is due, seconds; 0: none was sent.
};
static_assert(sizeof(Meter) == 64);

/// The same for a dedicated bearer: its packet path's own memory.
struct alignas(32) BearerMeter {
  std::uint32_t generation;  ///< Of the bearer that it belongs to.
  std::int32_t uplink_tokens;
  std::uint32_t uplink_filled_us;
  std::int32_t downlink_tokens;
  std::uint32_t downlink_filled_us;
  std::uint32_t buffer;  ///< Index + 1; 0 for nothing.
};

/// A session is in two at most: its UE-AMBR and its APN-AMBR; and one goes from one to another at a time.
constexpr std::size_t shared_rates_max(std::uint32_t sessions_max) {
  return std::size_t{sessions_max} * 2 + 1;
}

/// A limit that several sessions share.
struct alignas(64) SharedRate {
  // The owner writes, the packet path reads.
  std::atomic<std::uint32_t> uplink_units;
  std::atomic<std::uint32_t> downlink_units;
  std::atomic<std::uint32_t> generation;  ///< Counts those that had the place.
  // The packet path's own.
  std::uint32_t metered;  ///< Generation that the tokens are of.
  std::int32_t uplink_tokens;
  std::uint32_t uplink_filled_us;
  std::int32_t downlink_tokens;
  std::uint32_t downlink_filled_us;
  // The owner's own.
  std::uint32_t sessions;
  std::uint32_t next_free;
  std::uint64_t key;
};

/// All sessions of the user plane, as the packet path sees them: lines, indexes, meters. Uplink lines of
/// default bearers stand at the index of their session, those of dedicated bearers and of forwarding tunnels
/// behind all of them.
struct SessionTable {
  SessionTable(const Settings& settings, Random& random);

  std::uint32_t bearers_at;     ///< Index of the first dedicated bearer's uplink line.
  std::uint32_t forwarding_at;  ///< Index of the first forwarding tunnel's.
  TeidCoder teids;
  AddressIndex addresses;
  MappedArray<Published<UplinkLine>> uplinks;
  MappedArray<Published<DownlinkLine>> downlinks;
  MappedArray<Meter> meters;
  MappedArray<std::atomic<const BearerSet*>> bearer_sets;  ///< By session; null for most.
  MappedArray<BearerMeter> bearer_meters;                  ///< By slot less `bearers_at`.
  MappedArray<SharedRate> shared_rates;                    ///< UE-AMBRs, and APN-AMBRs of several sessions.
  ReaderGate gate;
  Retired retired{gate};
  FramedRoutes routes{retired};
};

}  // namespace zerocell::upf
