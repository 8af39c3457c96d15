// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/crypto/authentication.hpp"
#include "core/gtp/bearer_rule.hpp"
#include "core/store/error.hpp"
#include "core/types/apn.hpp"
#include "core/types/identity.hpp"
#include "core/types/imei_lock.hpp"
#include "core/types/short_text.hpp"

/// What is kept of a subscriber: TS 23.008 §2, as far as EPS needs it, and what a private network adds.
namespace zerocell::store {

/// Life cycle of a SIM.
enum class SimState : std::uint8_t {
  inactive,   ///< Provisioned, not yet in service: turned away for now.
  active,     ///< In service.
  suspended,  ///< Taken out of service: turned away for good.
  test,       ///< In service, and marked as the operator's own.
};

enum class Algorithm : std::uint8_t { milenage, tuak };

enum class PdnType : std::uint8_t { ipv4, ipv6, ipv4v6, ipv4_or_ipv6 };

std::string_view to_string(SimState state);
std::string_view to_string(Algorithm algorithm);
std::string_view to_string(PdnType type);
std::optional<SimState> parse_sim_state(std::string_view text);
std::optional<Algorithm> parse_algorithm(std::string_view text);
std::optional<PdnType> parse_pdn_type(std::string_view text);

/// One APN that a subscription grants.
struct ApnSubscription {
  std::uint32_t context_id = 1;  ///< 1 to 50.
  Apn apn{};                     ///< Empty: any APN, the wildcard "*" of TS 23.003 §9.2.
  PdnType pdn_type = PdnType::ipv4v6;
  std::uint8_t qci = 9;  ///< Non-GBR: 5 to 9, 69, 70, 79, 80, or an operator's 128 to 254.
  gtp::Arp arp{.priority = 8, .may_preempt = false, .may_be_preempted = true};
  gtp::Ambr ambr{.uplink_bps = 1'000'000'000, .downlink_bps = 1'000'000'000};
  bool vplmn_dynamic_address_allowed = false;
  std::uint16_t charging_characteristics = 0;  ///< 0: none.
  gtp::BearerRules bearers{};                  ///< Dedicated bearers that its PDN connections get.
  friend bool operator==(const ApnSubscription&, const ApnSubscription&) = default;
};

/// All of a subscription that is not one SIM's own. SIMs with equal profiles share one, in the store and in
/// memory.
struct Profile {
  gtp::Ambr ue_ambr{.uplink_bps = 1'000'000'000, .downlink_bps = 1'000'000'000};
  std::uint32_t access_restrictions = 0;  ///< Bits of TS 29.272 §7.3.31.
  std::uint32_t barring = 0;              ///< Operator-determined barring: bits of TS 29.272 §7.3.30.
  bool packet_only = true;                ///< Network access mode, TS 23.008 §2.1.1.2.
  bool roaming_allowed = true;            ///< In networks that are not the IMSI's own.
  std::optional<std::uint32_t> rau_tau_timer_seconds{};
  std::uint16_t charging_characteristics = 0;  ///< 0: none.
  GroupName group{};                           ///< Egress policy group; empty: the default one.
  std::uint32_t default_context_id = 1;
  std::vector<ApnSubscription> apns{ApnSubscription{}};  ///< In ascending order of context_id.
  friend bool operator==(const Profile&, const Profile&) = default;
};
using SharedProfile = std::shared_ptr<const Profile>;

/// The profile of a SIM about which nothing was said: APN "internet", IPv4 and IPv6.
const SharedProfile& default_profile();

/// The first thing wrong with a profile, for a person; nothing when it may be stored.
/// `stored`: what was allowed when it was written is no problem, though it is not any more.
std::optional<std::string> problem_with(const Profile& profile, bool stored = false);

/// A profile as canonical JSON, equal exactly for equal profiles: how a database keeps it.
std::string to_json(const Profile& profile);
/// The error names the member and what was expected. Unknown members are errors.
std::expected<Profile, std::string> profile_from_json(std::string_view json, bool stored = false);

/// Addresses of one SIM at one APN. Unspecified: dynamic.
struct StaticAddress {
  std::uint32_t context_id = 1;
  Ipv4Address ipv4{};
  Ipv6Address ipv6_prefix{};  ///< A /64.
  friend bool operator==(const StaticAddress&, const StaticAddress&) = default;
};

constexpr std::size_t kFramedRoutesMax = 16;  ///< Ours: of one SIM at one APN.

/// Prefixes behind one SIM at one APN: Framed-Route and Framed-IPv6-Route of TS 29.061 §16.4. They belong to
/// this SIM alone.
struct FramedRoutes {
  std::uint32_t context_id = 1;
  std::vector<IpPrefix> prefixes{};  ///< In ascending order.
  friend bool operator==(const FramedRoutes&, const FramedRoutes&) = default;
};

/// What the SIM card and the authentication centre share. OP is never kept: OPc (TOPc for TUAK) is.
struct SimSecrets {
  Algorithm algorithm = Algorithm::milenage;
  std::uint8_t k_octets = 16;  ///< 16; TUAK also 32.
  Key<32> k{};                 ///< The first k_octets count; the rest is zero.
  Key<32> op_c{};              ///< MILENAGE: the first 16 octets count. TUAK: all 32.
  std::uint8_t tuak_res_octets = 8;
  std::uint8_t tuak_iterations = 1;

  Bytes k_bytes() const { return Bytes(k.reveal()).first(k_octets); }
  Bytes op_c_bytes() const { return Bytes(op_c.reveal()).first(algorithm == Algorithm::tuak ? 32 : 16); }
  friend bool operator==(const SimSecrets&, const SimSecrets&) = default;
};

/// ICCID, ITU-T E.118: 18 to 20 digits; some are printed with a trailing F, which is dropped.
using Iccid = ShortText<20>;
std::optional<Iccid> parse_iccid(std::string_view text);

struct Subscriber {
  Imsi imsi{};
  Msisdn msisdn{};  ///< Empty: none. Unique.
  Iccid iccid{};    ///< Empty: unknown. Unique.
  SimState state = SimState::active;
  SimSecrets secrets{};
  ImeiLock imei_lock{};
  Amf amf = kAmfEps;  ///< The separation bit is set in every EPS vector, whatever stands here.
  std::vector<StaticAddress> static_addresses{};
  std::vector<FramedRoutes> framed_routes{};  ///< In ascending order of context_id; none without prefixes.
  SharedProfile profile = default_profile();

  friend bool operator==(const Subscriber& a, const Subscriber& b);
};

/// The first thing wrong with a subscriber, for a person; nothing when it may be stored.
/// `profile_stored`: it keeps the profile that it was stored with.
std::optional<std::string> problem_with(const Subscriber& subscriber, bool profile_stored = false);

/// Which MME serves a subscriber, TS 23.008 §2.14: what Update Location left behind.
struct Location {
  std::string mme{};  ///< Its name: the Diameter identity. Empty: never registered.
  Plmn visited_plmn{};
  std::uint16_t rat_type = 0;  ///< TS 29.212 §5.3.31.
  bool purged = false;         ///< The MME has forgotten the subscriber, TS 23.008 "UE purged in MME".
  Imei terminal{};
  std::int64_t updated_at = 0;  ///< Unix time, seconds.
  friend bool operator==(const Location&, const Location&) = default;
};

/// Where a subscriber's sequence numbers continue; see Subscribers::open_sequence_grant.
struct SequenceState {
  std::int64_t offset = 0;
  std::uint64_t written_at_grant = 0;
};

/// All that an HSS needs to serve a subscriber, read at once.
struct SubscriberRecord {
  Subscriber subscriber{};
  SequenceState sequence{};
  Location location{};
};

}  // namespace zerocell::store
