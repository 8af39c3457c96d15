// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/types/ip.hpp"

/// What S11 and S5/S8 say about sessions, in the terms of TS 29.274 §8, whichever binding carries it.
namespace zerocell::gtp {

/// Cause values, TS 29.274 §8.4, as far as a node of ours gives them.
enum class Cause : std::uint8_t {
  request_accepted = 16,
  new_pdn_type_network_preference = 18,
  new_pdn_type_single_address_bearer_only = 19,
  context_not_found = 64,
  mandatory_ie_incorrect = 69,
  system_failure = 72,
  no_resources_available = 73,
  missing_or_unknown_apn = 78,
  preferred_pdn_type_not_supported = 83,
  all_dynamic_addresses_occupied = 84,
  ue_not_responding = 87,
  service_denied = 89,
  apn_access_denied = 93,
  request_rejected = 94,
  remote_peer_not_responding = 100,
};
std::string_view to_string(Cause cause);

/// PDN type, TS 29.274 §8.34 (its values).
enum class PdnType : std::uint8_t { ipv4 = 1, ipv6 = 2, ipv4v6 = 3 };
constexpr bool has_ipv4(PdnType type) {
  return type != PdnType::ipv6;
}
constexpr bool has_ipv6(PdnType type) {
  return type != PdnType::ipv4;
}

/// PDN address allocation, TS 29.274 §8.14. The IPv6 address is the /64 prefix with the interface identifier
/// that the UE is to form its link-local address from (TS 23.401 §5.3.1.2.2).
struct PdnAddress {
  PdnType type = PdnType::ipv4;
  Ipv4Address v4;
  Ipv6Address v6;
  friend bool operator==(const PdnAddress&, const PdnAddress&) = default;
};

/// Allocation and retention priority, TS 29.212 §5.3.45 ff.
struct Arp {
  std::uint8_t priority = 15;    ///< 1, the highest, to 15.
  bool may_preempt = false;      ///< Pre-emption capability.
  bool may_be_preempted = true;  ///< Pre-emption vulnerability.
  friend bool operator==(const Arp&, const Arp&) = default;
};

/// Bearer QoS, TS 29.274 §8.15, of a non-GBR bearer.
struct BearerQos {
  std::uint8_t qci = 9;
  Arp arp;
  friend bool operator==(const BearerQos&, const BearerQos&) = default;
};

/// Aggregate maximum bit rate, TS 29.274 §8.7; bits per second.
struct Ambr {
  std::uint64_t uplink_bps = 0;
  std::uint64_t downlink_bps = 0;
  friend bool operator==(const Ambr&, const Ambr&) = default;
};

}  // namespace zerocell::gtp
