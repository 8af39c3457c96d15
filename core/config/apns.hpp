// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "core/types/apn.hpp"
#include "core/types/ip.hpp"

namespace zerocell::config {

class Fields;
class Report;

/// PDN types that an APN offers; the numbers are those of TS 24.301 §9.9.4.10.
enum class PdnType : std::uint8_t { ipv4 = 1, ipv6 = 2, ipv4v6 = 3 };

/// One item of section `apns`: a packet data network, its addresses, and what its default bearers get.
struct ApnConfig {
  Apn name = {};
  std::vector<PdnType> pdn_types{PdnType::ipv4};
  std::optional<IpPrefix> ipv4_pool = {};  ///< At most /30 long.
  std::optional<Ipv4Address> ipv4_gateway =
      {};                                  ///< Inside the pool; answers ping. Default: the first address.
  std::optional<IpPrefix> ipv6_pool = {};  ///< Each session gets a /64 of it; 32 to 63 bits long.
  std::vector<IpAddress> dns = {};         ///< Given to UEs in PCO, in this order.
  std::uint16_t mtu = 1400;                ///< IPv4 link MTU of PCO and MTU of the router advertisement.
  std::uint8_t qci = 9;                    ///< Of a default bearer, where the subscription says nothing.
  std::uint8_t arp_priority = 8;           ///< 1 (highest) to 15.
  bool arp_preempts = false;               ///< Pre-emption capability.
  bool arp_preemptable = true;             ///< Pre-emption vulnerability.
  std::uint64_t ambr_uplink_bps = 1'000'000'000;  ///< Bits per second.
  std::uint64_t ambr_downlink_bps = 1'000'000'000;

  bool offers(PdnType type) const;
  /// `ipv4_gateway`, or the pool's first address. Only with an IPv4 pool.
  Ipv4Address gateway() const;
  friend bool operator==(const ApnConfig&, const ApnConfig&) = default;
};

void describe(Fields& fields, ApnConfig& apn);
void validate(const ApnConfig& apn, const Report& report);
/// What holds between APNs: names differ, pools do not overlap.
void validate(const std::vector<ApnConfig>& apns, const Report& report);

}  // namespace zerocell::config
