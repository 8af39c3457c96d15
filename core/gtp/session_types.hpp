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
  error_indication_received = 6,
  reactivation_requested = 8,
  request_accepted = 16,
  request_accepted_partially = 17,
  new_pdn_type_network_preference = 18,
  new_pdn_type_single_address_bearer_only = 19,
  context_not_found = 64,
  service_not_supported = 68,
  mandatory_ie_incorrect = 69,
  system_failure = 72,
  no_resources_available = 73,
  semantic_error_in_tft_operation = 74,
  syntactic_error_in_tft_operation = 75,
  semantic_errors_in_packet_filters = 76,
  syntactic_errors_in_packet_filters = 77,
  missing_or_unknown_apn = 78,
  preferred_pdn_type_not_supported = 83,
  all_dynamic_addresses_occupied = 84,
  ue_not_responding = 87,
  ue_refuses = 88,
  service_denied = 89,
  unable_to_page_ue = 90,
  apn_access_denied = 93,
  request_rejected = 94,
  semantic_error_in_tad_operation = 97,
  syntactic_error_in_tad_operation = 98,
  remote_peer_not_responding = 100,
  apn_restriction_incompatible = 104,
  data_forwarding_not_supported = 106,
  temporarily_rejected_due_to_handover = 110,
  ue_temporarily_not_reachable_due_to_power_saving = 123,
  s1_u_path_failure = 128,
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

/// Bit rates of one bearer, each way; kilobits per second, as TS 29.274 §8.15 counts them. 0: none.
struct BearerRates {
  std::uint32_t uplink_kbps = 0;
  std::uint32_t downlink_kbps = 0;
  friend bool operator==(const BearerRates&, const BearerRates&) = default;
};

/// APN restriction, TS 29.274 §8.57: 0 none, 1 and 2 public, 3 and 4 private. Whether a PDN connection of one
/// may stand beside others, the most stringent of which is `highest`: TS 23.060 table 7.
constexpr bool apn_restriction_allows(std::uint8_t highest, std::uint8_t added) {
  if (highest == 0) return true;
  return highest < 4 && added + highest <= 4;
}

/// Whether a standardized QCI is one of a guaranteed bit rate, TS 23.203 table 6.1.7-A.
constexpr bool is_gbr_qci(std::uint8_t qci) {
  return (qci >= 1 && qci <= 4) || (qci >= 65 && qci <= 67) || (qci >= 71 && qci <= 76) ||
         (qci >= 82 && qci <= 85);
}

/// Bearer QoS, TS 29.274 §8.15. The rates are those of a GBR bearer; a default bearer has none.
struct BearerQos {
  std::uint8_t qci = 9;
  Arp arp;
  BearerRates mbr{};
  BearerRates gbr{};
  /// Whether it is a GBR bearer: guaranteed in one direction at least.
  bool guaranteed() const { return gbr.uplink_kbps != 0 || gbr.downlink_kbps != 0; }
  friend bool operator==(const BearerQos&, const BearerQos&) = default;
};

/// Aggregate maximum bit rate, TS 29.274 §8.7; bits per second.
struct Ambr {
  std::uint64_t uplink_bps = 0;
  std::uint64_t downlink_bps = 0;
  friend bool operator==(const Ambr&, const Ambr&) = default;
};

}  // namespace zerocell::gtp
