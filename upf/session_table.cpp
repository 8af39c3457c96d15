// SPDX-License-Identifier: Apache-2.0
#include "upf/session_table.hpp"

#include <bit>

#include "core/crypto/random.hpp"
#include "upf/inner_packet.hpp"

namespace zerocell::upf {

TeidCoder::TeidCoder(std::uint32_t capacity, std::uint64_t secret)
    : secret_(secret | 1),
      index_bits_(capacity < 2 ? 1 : static_cast<unsigned>(std::bit_width(capacity - 1))),
      index_mask_((std::uint32_t{1} << index_bits_) - 1) {}

AddressIndex::AddressIndex(const std::vector<Pool>& pools) {
  for (const Pool& pool : pools) {
    const std::uint8_t length = pool.prefix.length;
    if (const Ipv4Address* v4 = pool.prefix.address.v4()) {
      Indexed<std::uint32_t> indexed;
      indexed.base = v4->to_host();
      indexed.mask = length == 0 ? 0 : ~std::uint32_t{0} << (32 - length);
      if (const auto* gateway = pool.gateway.v4()) indexed.gateway = gateway->to_host();
      indexed.sessions = MappedArray<std::atomic<std::uint32_t>>(std::size_t{~indexed.mask} + 1);
      v4_.push_back(std::move(indexed));
    } else {
      Indexed<std::uint64_t> indexed;
      indexed.base = load_u64(pool.prefix.address.v6()->octets.data());
      indexed.mask = length == 0 ? 0 : ~std::uint64_t{0} << (64 - length);
      if (const auto* gateway = pool.gateway.v6()) {
        indexed.gateway = load_u64(gateway->octets.data());
        indexed.gateway_address = *gateway;
      }
      indexed.dns_servers = pool.dns_servers;
      indexed.shift = 64u - pool.ue_prefix_length;
      indexed.sessions =
          MappedArray<std::atomic<std::uint32_t>>((std::size_t{~indexed.mask} >> indexed.shift) + 1);
      v6_.push_back(std::move(indexed));
    }
  }
}

std::uint32_t AddressIndex::gateway_v4(std::uint32_t address) const noexcept {
  for (const auto& pool : v4_)
    if ((address & pool.mask) == pool.base) return pool.gateway;
  return v4_.empty() ? 0 : v4_.front().gateway;
}

Ipv6Address AddressIndex::gateway_v6(std::uint64_t prefix) const noexcept {
  for (const auto& pool : v6_)
    if ((prefix & pool.mask) == pool.base) return pool.gateway_address;
  return v6_.empty() ? Ipv6Address{} : v6_.front().gateway_address;
}

const std::vector<Ipv6Address>& AddressIndex::dns_servers(std::uint64_t prefix) const noexcept {
  static const std::vector<Ipv6Address> kNone;
  for (const auto& pool : v6_)
    if ((prefix & pool.mask) == pool.base) return pool.dns_servers;
  return kNone;
}

bool AddressIndex::overlaps(const IpPrefix& prefix) const noexcept {
  const auto meets = [&](const auto& pool, auto first, unsigned bits) {
    const auto mask = prefix.length >= bits ? ~decltype(first){0}
                      : prefix.length == 0  ? decltype(first){0}
                                            : ~decltype(first){0} << (bits - prefix.length);
    const auto shorter = mask & pool.mask;
    return (first & shorter) == (pool.base & shorter);
  };
  if (const Ipv4Address* v4 = prefix.address.v4()) {
    for (const auto& pool : v4_)
      if (meets(pool, v4->to_host(), 32)) return true;
    return false;
  }
  for (const auto& pool : v6_)
    if (meets(pool, load_u64(prefix.address.v6()->octets.data()), 64)) return true;
  return false;
}

SessionTable::SessionTable(const Settings& settings, Random& random)
    : bearers_at(settings.sessions_max),
      forwarding_at(settings.sessions_max + settings.bearers_max),
      teids(forwarding_at + settings.forwarding_tunnels_max, random.u64()),
      addresses(settings.pools),
      uplinks(forwarding_at + settings.forwarding_tunnels_max),
      downlinks(settings.sessions_max),
      meters(settings.sessions_max),
      bearer_sets(settings.sessions_max),
      bearer_meters(settings.bearers_max),
      shared_rates(shared_rates_max(settings.sessions_max)) {}

}  // namespace zerocell::upf
