// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/config/egress.hpp"
#include "core/gtp/bearer_rule.hpp"
#include "core/types/apn.hpp"
#include "core/types/ip.hpp"

namespace zerocell::config {

class Fields;
class Report;

/// PDN types that an APN offers; the numbers are those of TS 24.301 §9.9.4.10.
enum class PdnType : std::uint8_t { ipv4 = 1, ipv6 = 2, ipv4v6 = 3 };

/// One item of `apns[].bearers`: a dedicated bearer that sessions get as soon as they are up (a predefined
/// rule, TS 23.203 §4.3.1).
struct BearerRule {
  std::string name = {};
  std::uint8_t qci = 1;
  std::uint8_t arp_priority = 8;
  bool arp_preempts = false;
  bool arp_preemptable = true;
  std::uint64_t gbr_uplink_bps = 0;  ///< Guaranteed; only with a QCI of guaranteed bit rate.
  std::uint64_t gbr_downlink_bps = 0;
  std::uint64_t mbr_uplink_bps = 0;  ///< 0: as the guaranteed one.
  std::uint64_t mbr_downlink_bps = 0;
  std::vector<LocatedText> filters = {};  ///< pgw/ parses them.
  std::vector<std::string> groups = {};   ///< Policy groups whose SIMs get it; empty: all.

  /// Whether SIMs of this policy group get it.
  bool serves(std::string_view group) const;
  /// The same without its groups.
  gtp::BearerRule rule() const;
  friend bool operator==(const BearerRule&, const BearerRule&) = default;
};

/// One item of `apns[].framed_routes`: prefixes behind the UE with this SIM.
struct FramedRoutes {
  Imsi imsi = {};
  std::vector<IpPrefix> prefixes = {};
  friend bool operator==(const FramedRoutes&, const FramedRoutes&) = default;
};

using gtp::kBearerRulesMax;

/// One item of section `apns`: a packet data network, its addresses, and what its default bearers get.
struct ApnConfig {
  Apn name = {};
  std::vector<PdnType> pdn_types{PdnType::ipv4};
  std::optional<IpPrefix> ipv4_pool = {};  ///< At most /30 long.
  std::optional<Ipv4Address> ipv4_gateway =
      {};                                  ///< Inside the pool; answers ping. Default: the first address.
  std::optional<IpPrefix> ipv6_pool = {};  ///< 36 to 63 bits long.
  /// What each session gets of it: a /64; or more, of which the first /64 is the UE's link and the rest is
  /// delegated to it (TS 23.401 §5.3.1.2.6).
  std::uint8_t ipv6_prefix_length = 64;
  std::uint32_t address_rest_seconds = 0;  ///< Before what was given back is given to another.
  std::vector<IpAddress> dns = {};         ///< Given to UEs in PCO, in this order.
  std::vector<IpAddress> p_cscf = {};      ///< The same: where IMS begins (TS 23.228 §5.1.1).
  std::uint16_t mtu = 1400;                ///< IPv4 link MTU of PCO and MTU of the router advertisement.
  std::uint8_t qci = 9;                    ///< Of a bearer that a UE asks for and leaves the QCI to us.
  std::uint64_t ambr_uplink_bps = 1'000'000'000;  ///< Bits per second.
  std::uint64_t ambr_downlink_bps = 1'000'000'000;
  std::uint8_t restriction = 0;  ///< APN restriction, TS 23.060 §15.4; 0: none.
  std::vector<BearerRule> bearers = {};
  /// What a UE may ask for by itself. Those of IMS signalling (5), of mission critical services (65 to 67,
  /// 69, 70), of vehicles (75, 79) and the later ones are for an operator to give, TS 23.203 table 6.1.7-A.
  std::vector<std::uint8_t> requested_qcis{1, 2, 3, 4, 6, 7, 8, 9};
  /// The same of bit rates in one PDN connection, bits per second; 0: no guaranteed bit rate.
  std::uint64_t requested_gbr_uplink_bps_max = 0;
  std::uint64_t requested_gbr_downlink_bps_max = 0;
  /// What the dedicated bearers of a subscription may have in one PDN connection, bits per second.
  std::uint64_t subscribed_gbr_uplink_bps_max = gtp::kRuleBpsMax;
  std::uint64_t subscribed_gbr_downlink_bps_max = gtp::kRuleBpsMax;
  std::vector<FramedRoutes> framed_routes = {};

  bool offers(PdnType type) const;
  /// `ipv4_gateway`, or the pool's first address. Only with an IPv4 pool.
  Ipv4Address gateway() const;
  friend bool operator==(const ApnConfig&, const ApnConfig&) = default;
};

void describe(Fields& fields, BearerRule& rule);
void describe(Fields& fields, FramedRoutes& routes);
void describe(Fields& fields, ApnConfig& apn);
void validate(const ApnConfig& apn, const Report& report);
/// What holds between APNs: names differ, pools do not overlap.
void validate(const std::vector<ApnConfig>& apns, const Report& report);

}  // namespace zerocell::config
