// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "core/gtp/bearer_rule.hpp"
#include "core/types/apn.hpp"
#include "core/types/identity.hpp"
#include "core/types/imei_lock.hpp"
#include "core/types/short_text.hpp"

/// What a subscription grants, as S6a carries it, TS 29.272 §7.3; free of how a store keeps it.
namespace zerocell::hss {

/// One bit of a flags AVP, and the set of them.
template <class Bit>
class Flags {
 public:
  constexpr Flags() = default;
  constexpr Flags(std::initializer_list<Bit> bits) {
    for (const Bit bit : bits) set(bit);
  }
  /// As in the AVP: bit 0 is the lowest. Bits that we do not know are kept.
  static constexpr Flags from_wire(std::uint32_t value) {
    Flags flags;
    flags.value_ = value;
    return flags;
  }
  constexpr std::uint32_t to_wire() const { return value_; }
  constexpr bool has(Bit bit) const { return (value_ & mask(bit)) != 0; }
  constexpr void set(Bit bit, bool on = true) { value_ = on ? value_ | mask(bit) : value_ & ~mask(bit); }
  constexpr bool none() const { return value_ == 0; }
  friend constexpr bool operator==(Flags, Flags) = default;

 private:
  static constexpr std::uint32_t mask(Bit bit) { return std::uint32_t{1} << static_cast<unsigned>(bit); }
  std::uint32_t value_ = 0;
};

/// RAT-Type, TS 29.212 §5.3.31, as far as an MME reports it.
enum class RatType : std::uint16_t {
  utran = 1000,
  geran = 1001,
  eutran = 1004,  ///< WB-E-UTRAN.
  eutran_nb_iot = 1005,
  nr = 1006,
  lte_m = 1007,
};

/// Subscriber-Status, §7.3.29.
enum class SubscriberStatus : std::uint8_t { service_granted = 0, operator_determined_barring = 1 };

/// Operator-Determined-Barring, §7.3.30; the bits that concern packet services.
enum class Barring : std::uint8_t {
  all_packet_services = 0,
  roamer_access_to_hplmn_apn = 1,
  roamer_access_to_vplmn_apn = 2,
};

/// Access-Restriction-Data, §7.3.31.
enum class AccessRestriction : std::uint8_t {
  utran = 0,
  geran = 1,
  gan = 2,
  i_hspa_evolution = 3,
  wb_eutran = 4,
  handover_to_non_3gpp = 5,
  nb_iot = 6,
  enhanced_coverage = 7,
  nr_as_secondary_rat = 8,
  unlicensed_as_secondary_rat = 9,
  nr_in_5gs = 10,
  lte_m = 11,
  wb_eutran_except_lte_m = 12,
};
using AccessRestrictions = Flags<AccessRestriction>;

/// Network-Access-Mode, §7.3.21.
enum class NetworkAccessMode : std::uint8_t { packet_and_circuit = 0, only_packet = 2 };

/// PDN-Type, §7.3.62: the numbers are not those of NAS and GTP.
enum class PdnType : std::uint8_t {
  ipv4 = 0,
  ipv6 = 1,
  ipv4v6 = 2,
  ipv4_or_ipv6 = 3,  ///< Either of the two at a time, as the UE asks.
};

/// APN-Configuration, §7.3.35.
struct ApnConfiguration {
  std::uint32_t context_id = 1;  ///< 1 to 50, §7.3.27.
  Apn apn{};                     ///< Service-Selection; empty is the wildcard "*", §7.3.36.
  bool wildcard() const { return apn.empty(); }
  PdnType pdn_type = PdnType::ipv4;
  std::uint8_t qci = 9;  ///< EPS-Subscribed-QoS-Profile, §7.3.37: 5 to 9, or an operator's non-GBR value.
  gtp::Arp arp{};
  gtp::Ambr ambr{};
  /// Served-Party-IP-Address: static; unspecified: dynamic. The IPv6 address is a /64 prefix.
  Ipv4Address static_ipv4{};
  Ipv6Address static_ipv6_prefix{};
  bool vplmn_dynamic_address_allowed = false;
  std::uint16_t charging_characteristics = 0;  ///< TS 32.251 annex A; 0: not given.
  /// Prefixes behind the UE (TS 29.061 §16.4), and dedicated bearers that its PDN connections get. Ours
  /// alone: vendor-specific AVPs on the wire.
  std::vector<IpPrefix> framed_routes{};
  gtp::BearerRules bearers{};
  friend bool operator==(const ApnConfiguration&, const ApnConfiguration&) = default;
};

/// APN-Configuration-Profile, §7.3.34.
struct ApnConfigurationProfile {
  std::uint32_t default_context_id = 1;
  std::vector<ApnConfiguration> configurations{};  ///< In ascending order of context_id.

  const ApnConfiguration* by_context(std::uint32_t context_id) const;
  /// The configuration that names `apn`, else the wildcard's, else nothing.
  const ApnConfiguration* by_apn(const Apn& apn) const;
  /// What a UE gets that names no APN.
  const ApnConfiguration* default_configuration() const { return by_context(default_context_id); }
  friend bool operator==(const ApnConfigurationProfile&, const ApnConfigurationProfile&) = default;
};

/// Shared by all subscribers that have the same, and never changed: an edit makes another.
using ApnProfile = std::shared_ptr<const ApnConfigurationProfile>;

/// Subscription-Data, §7.3.2. Copying it allocates nothing.
struct SubscriptionData {
  SubscriberStatus status = SubscriberStatus::service_granted;
  Flags<Barring> barring{};  ///< Meaningful with operator_determined_barring.
  Msisdn msisdn{};           ///< Empty where there is none.
  NetworkAccessMode network_access_mode = NetworkAccessMode::only_packet;
  AccessRestrictions access_restrictions{};
  gtp::Ambr ue_ambr{};
  ApnProfile apns{};  ///< Never null in an answer that carries a subscription.
  std::optional<std::uint32_t> rau_tau_timer_seconds{};  ///< Subscribed-Periodic-RAU-TAU-Timer, §7.3.134.
  std::uint16_t charging_characteristics = 0;            ///< 0: not given.
  /// Egress policy group; empty: the default one. Ours alone: a vendor-specific AVP on the wire.
  GroupName policy_group{};
  /// The device that the SIM is bound to. Ours alone, as the group.
  ImeiLock imei_lock{};

  /// Whether the subscription forbids this radio access, §7.3.31.
  bool forbids(RatType rat) const;
  friend bool operator==(const SubscriptionData&, const SubscriptionData&);
};

/// What Insert Subscriber Data changes: what is present replaces, what is absent stays, §5.2.2.1.2.
struct SubscriptionChange {
  std::optional<SubscriberStatus> status{};
  std::optional<Flags<Barring>> barring{};
  std::optional<Msisdn> msisdn{};
  std::optional<NetworkAccessMode> network_access_mode{};
  std::optional<AccessRestrictions> access_restrictions{};
  std::optional<gtp::Ambr> ue_ambr{};
  ApnProfile apns{};              ///< Null: unchanged.
  bool all_apns_included = true;  ///< False: `apns` adds to and replaces single configurations, §7.3.33.
  std::optional<std::uint32_t> rau_tau_timer_seconds{};  ///< 0: none any more.
  std::optional<std::uint16_t> charging_characteristics{};
  std::optional<GroupName> policy_group{};
  std::optional<ImeiLock> imei_lock{};

  bool empty() const;
};

/// What differs in `after`; applying it to `before` gives `after`.
SubscriptionChange change_between(const SubscriptionData& before, const SubscriptionData& after);
void apply(const SubscriptionChange& change, SubscriptionData& data);

}  // namespace zerocell::hss
