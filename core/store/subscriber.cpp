// SPDX-License-Identifier: Apache-2.0
#include "core/store/subscriber.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/nas/filter_text.hpp"
#include "core/store/subscribers.hpp"

namespace zerocell::store {

namespace {

constexpr std::array<std::string_view, 4> kSimStates{"inactive", "active", "suspended", "test"};
constexpr std::array<std::string_view, 2> kAlgorithms{"milenage", "tuak"};
constexpr std::array<std::string_view, 4> kPdnTypes{"ipv4", "ipv6", "ipv4v6", "ipv4_or_ipv6"};

template <class Enum, std::size_t N>
std::optional<Enum> parse_name(const std::array<std::string_view, N>& names, std::string_view text) {
  const auto found = std::ranges::find(names, text);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

constexpr std::uint32_t kContextIdMax = 50;               // TS 29.272 §7.3.27
constexpr std::uint64_t kBitRateMin = 1000;               // NAS and GTP count in kbit/s.
constexpr std::uint64_t kBitRateMax = 4'000'000'000'000;  // Extended AMBR of NAS, TS 24.301 §9.9.4.29
constexpr std::uint32_t kRauTauTimerSecondsMax = 320 * 3600 * 31;  // T3412 extended, TS 24.008 §10.5.7.4a

/// QCIs that a default bearer may have: non-GBR, TS 23.203 table 6.1.7, and those an operator defines.
bool is_non_gbr(std::uint8_t qci) {
  return (qci >= 5 && qci <= 10) || qci == 69 || qci == 70 || qci == 79 || qci == 80 ||
         (qci >= 128 && qci <= 254);
}

std::optional<std::string> problem_with_ambr(const gtp::Ambr& ambr, std::string_view which, bool stored) {
  if (stored) return std::nullopt;
  for (const std::uint64_t rate : {ambr.uplink_bps, ambr.downlink_bps})
    if (rate < kBitRateMin || rate > kBitRateMax)
      return fmt::format("{}: {} bit/s; expected {} to {} bit/s in each direction", which, rate, kBitRateMin,
                         kBitRateMax);
  return std::nullopt;
}

/// A name that CSV and command lines carry without quotes.
bool is_rule_name(std::string_view name) {
  return std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
  });
}

std::optional<std::string> problem_with(const gtp::BearerRule& rule, bool stored) {
  if (!is_rule_name(rule.name)) return "name: expected letters, digits, '.', '-' and '_'";
  for (const gtp::RuleProblem& problem : gtp::problems_with(rule))
    return fmt::format("{} {}", problem.member, problem.message);
  if (stored)
    return std::nullopt;  // Filters that no UE would take: the gateway says so, and leaves them out.
  std::vector<nas::PacketFilter> filters;
  for (const std::string& text : rule.filters) {
    const auto filter = nas::parse_filter(text);
    if (!filter)
      return fmt::format("filter \"{}\", character {}: {}", text, filter.error().column,
                         filter.error().message);
    filters.push_back(*filter);
  }
  if (!nas::has_uplink(filters)) filters.push_back(nas::nothing_useful_uplink());
  if (nas::write_tft(nas::Tft::Operation::create, filters).empty())
    return "filters do not fit into a traffic flow template; expected fewer or shorter ones";
  return std::nullopt;
}

std::optional<std::string> problem_with(const gtp::BearerRules& rules, bool stored) {
  if (rules.size() > gtp::kBearerRulesMax)
    return fmt::format("{} bearers; a UE has room for {} beside its default bearer", rules.size(),
                       gtp::kBearerRulesMax);
  for (const gtp::BearerRule& rule : rules) {
    if (const auto problem = problem_with(rule, stored))
      return fmt::format("bearer \"{}\": {}", rule.name, *problem);
    if (std::ranges::count(rules, rule.name, &gtp::BearerRule::name) > 1)
      return fmt::format("bearer \"{}\" stands there twice; rename one", rule.name);
  }
  return std::nullopt;
}

/// What no network has behind a UE; null for others.
const char* never_routed(const IpPrefix& prefix) {
  struct Never {
    const char* text;
    const char* why;
  };
  constexpr std::array kNever{Never{"0.0.0.0/8", "this network"},    Never{"127.0.0.0/8", "loopback"},
                              Never{"169.254.0.0/16", "link-local"}, Never{"224.0.0.0/4", "multicast"},
                              Never{"240.0.0.0/4", "reserved"},      Never{"::/8", "reserved"},
                              Never{"fe80::/10", "link-local"},      Never{"ff00::/8", "multicast"}};
  for (const Never& never : kNever)
    if (IpPrefix::parse(never.text)->overlaps(prefix)) return never.why;
  return nullptr;
}

std::optional<std::string> problem_with(const FramedRoutes& routes, const ApnSubscription& apn) {
  if (routes.prefixes.empty() || routes.prefixes.size() > kFramedRoutesMax)
    return fmt::format("{} prefixes at APN context {}; expected 1 to {}", routes.prefixes.size(),
                       routes.context_id, kFramedRoutesMax);
  for (const IpPrefix& prefix : routes.prefixes) {
    if (const char* why = never_routed(prefix))
      return fmt::format("{} holds {} addresses, which are behind no UE", prefix.text(), why);
    if (apn.pdn_type == (prefix.address.is_v4() ? PdnType::ipv6 : PdnType::ipv4))
      return fmt::format("{}: APN context {} is {} only", prefix.text(), routes.context_id,
                         prefix.address.is_v4() ? "IPv6" : "IPv4");
  }
  if (!std::ranges::is_sorted(routes.prefixes))
    return fmt::format("prefixes at APN context {}: expected in ascending order", routes.context_id);
  return std::nullopt;
}

std::optional<std::string> problem_with_routes(const Subscriber& subscriber) {
  std::vector<IpPrefix> known;
  for (const FramedRoutes& routes : subscriber.framed_routes) {
    const auto apn =
        std::ranges::find(subscriber.profile->apns, routes.context_id, &ApnSubscription::context_id);
    if (apn == subscriber.profile->apns.end())
      return fmt::format("framed route: no APN has context {}", routes.context_id);
    if (std::ranges::count(subscriber.framed_routes, routes.context_id, &FramedRoutes::context_id) > 1)
      return fmt::format("framed routes: APN context {} stands there twice", routes.context_id);
    if (const auto problem = problem_with(routes, *apn)) return "framed route: " + *problem;
    for (const IpPrefix& prefix : routes.prefixes) {
      for (const IpPrefix& other : known)
        if (other.overlaps(prefix))
          return fmt::format("framed route: {} and {} overlap; remove one", other.text(), prefix.text());
      known.push_back(prefix);
    }
  }
  if (!std::ranges::is_sorted(subscriber.framed_routes, {}, &FramedRoutes::context_id))
    return "framed routes: expected in ascending order of their contexts";
  return std::nullopt;
}

std::optional<std::string> problem_with(const ApnSubscription& apn, bool stored) {
  const std::string which =
      fmt::format("apn {} (context {})", apn.apn.empty() ? "*" : apn.apn.text(), apn.context_id);
  if (apn.context_id < 1 || apn.context_id > kContextIdMax)
    return fmt::format("{}: expected a context from 1 to {}", which, kContextIdMax);
  if (!is_non_gbr(apn.qci))
    return fmt::format(
        "{}: QCI {} cannot be a default bearer's; expected 5 to 10, 69, 70, 79, 80 or 128 to 254", which,
        apn.qci);
  if (apn.arp.priority < 1 || apn.arp.priority > 15)
    return fmt::format("{}: ARP priority {}; expected 1 to 15", which, apn.arp.priority);
  if (const auto problem = problem_with(apn.bearers, stored)) return fmt::format("{}: {}", which, *problem);
  return problem_with_ambr(apn.ambr, which + ": ambr", stored);
}

}  // namespace

std::string_view to_string(SimState state) {
  return kSimStates[static_cast<std::size_t>(state)];
}
std::string_view to_string(Algorithm algorithm) {
  return kAlgorithms[static_cast<std::size_t>(algorithm)];
}
std::string_view to_string(PdnType type) {
  return kPdnTypes[static_cast<std::size_t>(type)];
}
std::optional<SimState> parse_sim_state(std::string_view text) {
  return parse_name<SimState>(kSimStates, text);
}
std::optional<Algorithm> parse_algorithm(std::string_view text) {
  return parse_name<Algorithm>(kAlgorithms, text);
}
std::optional<PdnType> parse_pdn_type(std::string_view text) {
  return parse_name<PdnType>(kPdnTypes, text);
}

const SharedProfile& default_profile() {
  static const SharedProfile profile = [] {
    Profile made;
    made.apns.front().apn = *Apn::parse("internet");
    return std::make_shared<const Profile>(std::move(made));
  }();
  return profile;
}

std::optional<std::string> problem_with(const Profile& profile, bool stored) {
  if (auto problem = problem_with_ambr(profile.ue_ambr, "ue_ambr", stored)) return problem;
  if (profile.apns.empty()) return "apns: expected at least one";
  if (profile.apns.size() > kContextIdMax) return fmt::format("apns: more than {}", kContextIdMax);
  bool default_found = false;
  for (const ApnSubscription& apn : profile.apns) {
    if (auto problem = problem_with(apn, stored)) return problem;
    default_found = default_found || apn.context_id == profile.default_context_id;
    if (apn.context_id == profile.default_context_id && apn.apn.empty())
      return "default_context_id: names the wildcard APN; a UE that asks for no APN needs a real one";
    for (const ApnSubscription& other : profile.apns) {
      if (&other == &apn) break;
      if (other.context_id == apn.context_id)
        return fmt::format("apns: context {} stands there twice", apn.context_id);
      if (other.apn == apn.apn)
        return fmt::format("apns: {} stands there twice", apn.apn.empty() ? "*" : apn.apn.text());
    }
  }
  if (!default_found)
    return fmt::format("default_context_id: no APN has context {}", profile.default_context_id);
  if (profile.rau_tau_timer_seconds &&
      (*profile.rau_tau_timer_seconds < 2 || *profile.rau_tau_timer_seconds > kRauTauTimerSecondsMax))
    return fmt::format("rau_tau_timer_seconds: expected 2 to {}", kRauTauTimerSecondsMax);
  return std::nullopt;
}

std::optional<Iccid> parse_iccid(std::string_view text) {
  if (!text.empty() && (text.back() == 'F' || text.back() == 'f')) text.remove_suffix(1);
  if (text.size() < 18 || text.size() > 20) return std::nullopt;
  if (!std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
  return Iccid::parse(text);
}

void Changes::list_each_once() {
  std::ranges::sort(subscribers);
  const auto repeated = std::ranges::unique(subscribers);
  subscribers.erase(repeated.begin(), repeated.end());
}

std::string route_taken(const Imsi& imsi, const IpPrefix& wanted, const OwnedRoute& taken) {
  return fmt::format("subscriber {}: framed route {} overlaps {} of SIM {}; take it from that one first",
                     imsi.text(), wanted.text(), taken.prefix.text(), taken.imsi.text());
}

bool operator==(const Subscriber& a, const Subscriber& b) {
  return a.imsi == b.imsi && a.msisdn == b.msisdn && a.iccid == b.iccid && a.state == b.state &&
         a.imei_lock == b.imei_lock && a.secrets == b.secrets && a.amf == b.amf &&
         a.static_addresses == b.static_addresses && a.framed_routes == b.framed_routes &&
         (a.profile == b.profile || (a.profile && b.profile && *a.profile == *b.profile));
}

std::optional<std::string> problem_with(const Subscriber& subscriber, bool profile_stored) {
  if (subscriber.imsi.size() < 6) return "imsi: expected 6 to 15 digits";
  const SimSecrets& secrets = subscriber.secrets;
  if (secrets.k_octets != 16 && (secrets.k_octets != 32 || secrets.algorithm != Algorithm::tuak))
    return "k: expected 16 octets (32 hexadecimal digits), or with TUAK also 32";
  if (secrets.algorithm == Algorithm::tuak) {
    if (secrets.tuak_res_octets != 4 && secrets.tuak_res_octets != 8 && secrets.tuak_res_octets != 16)
      return "tuak_res_octets: expected 4, 8 or 16";
    if (secrets.tuak_iterations < 1) return "tuak_iterations: expected 1 to 255";
  }
  if (!subscriber.profile) return "profile: there is none";
  if (auto problem = problem_with(*subscriber.profile, profile_stored)) return problem;
  for (const StaticAddress& address : subscriber.static_addresses) {
    const auto apn =
        std::ranges::find(subscriber.profile->apns, address.context_id, &ApnSubscription::context_id);
    if (apn == subscriber.profile->apns.end())
      return fmt::format("static address: no APN has context {}", address.context_id);
    if (apn->pdn_type == PdnType::ipv4 && !address.ipv6_prefix.unspecified())
      return fmt::format("static address: APN context {} is IPv4 only", address.context_id);
    if (apn->pdn_type == PdnType::ipv6 && !address.ipv4.unspecified())
      return fmt::format("static address: APN context {} is IPv6 only", address.context_id);
    if (!std::ranges::all_of(std::span(address.ipv6_prefix.octets).last<8>(),
                             [](std::uint8_t octet) { return octet == 0; }))
      return fmt::format("static address: {} has bits beyond /64", address.ipv6_prefix.text());
  }
  return problem_with_routes(subscriber);
}

}  // namespace zerocell::store
