// SPDX-License-Identifier: Apache-2.0
#include "core/config/apns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "core/config/fields.hpp"
#include "core/config/report.hpp"

namespace zerocell::config {

template <>
struct Names<PdnType> {
  static constexpr std::array<std::pair<std::string_view, PdnType>, 3> kNames{
      {{"ipv4", PdnType::ipv4}, {"ipv6", PdnType::ipv6}, {"ipv4v6", PdnType::ipv4v6}}};
};

namespace {

constexpr std::uint64_t kAmbrMax =
    10'000'000'000'000;  // Ours: 10 Tbit/s, far over TS 24.301 §9.9.4.2's extensions.
constexpr Limits kAmbr{1000, kAmbrMax};
constexpr Limits kBitRate{0, gtp::kRuleBpsMax};
constexpr std::size_t kRoutesMax = 64;  // Ours.

bool wants(const ApnConfig& apn, PdnType family) {
  return apn.offers(family) || apn.offers(PdnType::ipv4v6);
}

void validate_ipv4(const ApnConfig& apn, const Report& report) {
  if (!apn.ipv4_pool) {
    if (wants(apn, PdnType::ipv4))
      report("ipv4_pool", "is missing, but pdn_types offers IPv4; expected a prefix such as 10.45.0.0/16");
    if (apn.ipv4_gateway) report("ipv4_gateway", "has no ipv4_pool that it could be in");
    return;
  }
  if (!apn.ipv4_pool->address.is_v4() || apn.ipv4_pool->length < 8 || apn.ipv4_pool->length > 30)
    return report("ipv4_pool",
                  fmt::format("is {}; expected an IPv4 prefix of 8 to 30 bits", apn.ipv4_pool->text()));
  const std::uint32_t first = apn.ipv4_pool->address.v4()->to_host();
  const std::uint32_t last =
      first | static_cast<std::uint32_t>((std::uint64_t{1} << (32 - apn.ipv4_pool->length)) - 1);
  const std::uint32_t gateway = apn.gateway().to_host();
  if (gateway <= first || gateway >= last)
    report("ipv4_gateway", fmt::format("is {}; expected a host address inside {}", apn.gateway().text(),
                                       apn.ipv4_pool->text()));
}

void validate_ipv6(const ApnConfig& apn, const Report& report) {
  if (!apn.ipv6_pool) {
    if (wants(apn, PdnType::ipv6))
      report("ipv6_pool", "is missing, but pdn_types offers IPv6; expected a prefix such as fd00:45::/48");
    return;
  }
  if (apn.ipv6_pool->address.is_v4() || apn.ipv6_pool->length < 36 || apn.ipv6_pool->length > 63)
    report("ipv6_pool",
           fmt::format("is {}; expected an IPv6 prefix of 36 to 63 bits: each session gets a /64 of it",
                       apn.ipv6_pool->text()));
  else if (apn.ipv6_prefix_length <= apn.ipv6_pool->length)
    report("ipv6_prefix_length",
           fmt::format("is {}; expected more than the {} bits of {}", apn.ipv6_prefix_length,
                       apn.ipv6_pool->length, apn.ipv6_pool->text()));
}

void validate_bearers(const ApnConfig& apn, const Report& report) {
  if (apn.bearers.size() > kBearerRulesMax)
    report("bearers", fmt::format("has {} items; a UE has room for {} beside its default bearer",
                                  apn.bearers.size(), kBearerRulesMax));
  for (std::size_t i = 0; i < apn.bearers.size(); ++i) {
    const BearerRule& rule = apn.bearers[i];
    const Report here = report.in("bearers", i);
    if (std::ranges::find(apn.bearers, rule.name, &BearerRule::name) !=
        apn.bearers.begin() + static_cast<std::ptrdiff_t>(i))
      here("name", fmt::format("{} stands in the list twice; rename one", quoted(rule.name)));
    for (gtp::RuleProblem& problem : gtp::problems_with(rule.rule()))
      here(problem.member, std::move(problem.message));
  }
}

/// The route of another SIM that shares addresses with this prefix; null: there is none.
const IpPrefix* overlapped_route(const ApnConfig& apn, const Imsi& imsi, const IpPrefix& prefix,
                                 std::size_t items) {
  for (const FramedRoutes& routes : std::span(apn.framed_routes).first(items))
    for (const IpPrefix& other : routes.prefixes)
      if (routes.imsi != imsi && other.overlaps(prefix)) return &other;
  return nullptr;
}

/// What routes of one APN and pools and routes of another say of the same addresses.
void validate_routes_between(const ApnConfig& apn, const ApnConfig& other, const Report& report) {
  const auto name = [&] { return quoted(other.name.text()); };
  for (std::size_t i = 0; i < apn.framed_routes.size(); ++i) {
    const FramedRoutes& routes = apn.framed_routes[i];
    for (std::size_t j = 0; j < routes.prefixes.size(); ++j) {
      const IpPrefix& prefix = routes.prefixes[j];
      const auto complain = [&](std::string_view what, const IpPrefix& with) {
        report.in("framed_routes", i)(
            fmt::format("prefixes[{}]", j),
            fmt::format("{} overlaps {}{} of APN {}", prefix.text(), what, with.text(), name()));
      };
      for (const auto& pool : {other.ipv4_pool, other.ipv6_pool})
        if (pool && pool->overlaps(prefix)) complain("the pool ", *pool);
      if (const IpPrefix* taken = overlapped_route(other, routes.imsi, prefix, other.framed_routes.size()))
        complain("", *taken);
    }
  }
}

void validate_routes(const ApnConfig& apn, const Report& report) {
  std::vector<IpPrefix> known;
  for (std::size_t i = 0; i < apn.framed_routes.size(); ++i) {
    const FramedRoutes& routes = apn.framed_routes[i];
    const Report here = report.in("framed_routes", i);
    for (std::size_t j = 0; j < routes.prefixes.size(); ++j) {
      const IpPrefix& prefix = routes.prefixes[j];
      const std::string key = fmt::format("prefixes[{}]", j);
      for (const auto& pool : {apn.ipv4_pool, apn.ipv6_pool})
        if (pool && pool->address.is_v4() == prefix.address.is_v4() && pool->overlaps(prefix))
          here(key, fmt::format("{} overlaps the pool {}", prefix.text(), pool->text()));
      if (std::ranges::find(known, prefix) != known.end())
        here(key, fmt::format("{} stands in the list twice; remove one", prefix.text()));
      else if (const IpPrefix* taken = overlapped_route(apn, routes.imsi, prefix, i))
        here(key, fmt::format("{} overlaps {} of another SIM", prefix.text(), taken->text()));
      known.push_back(prefix);
    }
  }
}

}  // namespace

bool BearerRule::serves(std::string_view group) const {
  return groups.empty() || std::ranges::find(groups, group) != groups.end();
}

gtp::BearerRule BearerRule::rule() const {
  gtp::BearerRule made{.name = name,
                       .qci = qci,
                       .arp = {arp_priority, arp_preempts, arp_preemptable},
                       .gbr_uplink_bps = gbr_uplink_bps,
                       .gbr_downlink_bps = gbr_downlink_bps,
                       .mbr_uplink_bps = mbr_uplink_bps,
                       .mbr_downlink_bps = mbr_downlink_bps};
  for (const LocatedText& filter : filters) made.filters.push_back(filter.text);
  return made;
}

bool ApnConfig::offers(PdnType type) const {
  return std::ranges::find(pdn_types, type) != pdn_types.end();
}

Ipv4Address ApnConfig::gateway() const {
  if (ipv4_gateway || !ipv4_pool || !ipv4_pool->address.is_v4()) return ipv4_gateway.value_or(Ipv4Address{});
  return Ipv4Address::from_host(ipv4_pool->address.v4()->to_host() + 1);
}

void describe(Fields& fields, BearerRule& rule) {
  fields.required("name", rule.name, "What logs call the bearer", {1, gtp::kRuleNameMax});
  fields.key("qci", rule.qci, "QCI of the bearer", {1, 254});
  fields.key("arp_priority", rule.arp_priority, "Priority level of its ARP, 1 is the highest", {1, 15});
  fields.key("arp_preempts", rule.arp_preempts,
             "Whether it may take resources from bearers of lower priority");
  fields.key("arp_preemptable", rule.arp_preemptable,
             "Whether bearers of higher priority may take its resources");
  fields.key("gbr_uplink_bps", rule.gbr_uplink_bps, "Guaranteed bit rate uplink, bits per second", kBitRate);
  fields.key("gbr_downlink_bps", rule.gbr_downlink_bps, "Guaranteed bit rate downlink, bits per second",
             kBitRate);
  fields.key("mbr_uplink_bps", rule.mbr_uplink_bps,
             "Maximum bit rate uplink, bits per second; 0: the guaranteed one, or the APN-AMBR", kBitRate);
  fields.key("mbr_downlink_bps", rule.mbr_downlink_bps,
             "Maximum bit rate downlink, bits per second; 0: the guaranteed one, or the APN-AMBR", kBitRate);
  fields.key("filters", rule.filters,
             "Packets that take the bearer, such as `down from 203.0.113.0/24 proto udp port 5060`",
             {1, gtp::kRuleFiltersMax});
  fields.key("groups", rule.groups, "Policy groups whose SIMs get the bearer; empty: all SIMs", {0, 64});
}

void describe(Fields& fields, FramedRoutes& routes) {
  fields.required("imsi", routes.imsi, "The SIM");
  fields.key("prefixes", routes.prefixes, "Prefixes that are routed to it", {1, kRoutesMax});
}

void describe(Fields& fields, ApnConfig& apn) {
  fields.required("name", apn.name, "Access point name");
  fields.key("pdn_types", apn.pdn_types, "PDN types that a UE may have here", {1, 3});
  fields.key("ipv4_pool", apn.ipv4_pool, "Prefix that IPv4 addresses are taken from, 8 to 30 bits");
  fields.key("ipv4_gateway", apn.ipv4_gateway,
             "Our address in the pool, which answers ping; by default the pool's first");
  fields.key("ipv6_pool", apn.ipv6_pool, "Prefix that each session gets its own of, 36 to 63 bits");
  fields.key("ipv6_prefix_length", apn.ipv6_prefix_length,
             "Length of the prefix that each session gets; below 64 the rest is delegated by DHCPv6",
             {48, 64});
  fields.key("address_rest_seconds", apn.address_rest_seconds,
             "How long an address that was given back is given to nobody else", {0, 86'400});
  fields.key("dns", apn.dns, "DNS servers that UEs are told, in this order", {0, 8});
  fields.key("p_cscf", apn.p_cscf, "P-CSCF addresses that UEs are told, in this order", {0, 8});
  fields.key("mtu", apn.mtu, "Link MTU that UEs are told, octets", {1280, 9000});
  fields.key("qci", apn.qci, "QCI of a bearer that a UE asks for where it leaves the QCI to the network",
             {1, 254});
  fields.key("ambr_uplink_bps", apn.ambr_uplink_bps, "APN-AMBR uplink, bits per second", kAmbr);
  fields.key("ambr_downlink_bps", apn.ambr_downlink_bps, "APN-AMBR downlink, bits per second", kAmbr);
  fields.key("restriction", apn.restriction,
             "APN restriction: beside which others a UE may have it; 0 none, 1 and 2 public, 3 and 4 private",
             {0, 4});
  fields.sections("bearers", apn.bearers, "Dedicated bearers that each session gets");
  fields.key("requested_qcis", apn.requested_qcis, "QCIs that a UE may ask for", {0, 254});
  fields.key(
      "requested_gbr_uplink_bps_max", apn.requested_gbr_uplink_bps_max,
      "Guaranteed bit rate uplink that a UE may ask for in all, bits per second; the maximum bit rates of "
      "these bearers too",
      kBitRate);
  fields.key(
      "requested_gbr_downlink_bps_max", apn.requested_gbr_downlink_bps_max,
      "Guaranteed bit rate downlink that a UE may ask for in all, bits per second; the maximum bit rates "
      "of these bearers too",
      kBitRate);
  fields.key(
      "subscribed_gbr_uplink_bps_max", apn.subscribed_gbr_uplink_bps_max,
      "Guaranteed bit rate uplink that the dedicated bearers of a subscription may have in all, bits per "
      "second",
      kBitRate);
  fields.key(
      "subscribed_gbr_downlink_bps_max", apn.subscribed_gbr_downlink_bps_max,
      "Guaranteed bit rate downlink that the dedicated bearers of a subscription may have in all, bits per "
      "second",
      kBitRate);
  fields.sections("framed_routes", apn.framed_routes, "Networks behind UEs");
}

void validate(const ApnConfig& apn, const Report& report) {
  // Who leaves the QCI to the network names no rate.
  if (gtp::is_gbr_qci(apn.qci))
    report(
        "qci",
        fmt::format("is {}, a guaranteed bit rate, which nobody asked for: expected 5 to 9, 69, 70, 79 or 80",
                    apn.qci));
  for (std::size_t i = 0; i < apn.requested_qcis.size(); ++i)
    if (apn.requested_qcis[i] < 1 || apn.requested_qcis[i] > 254)
      report(fmt::format("requested_qcis[{}]", i),
             fmt::format("is {}; expected 1 to 254", apn.requested_qcis[i]));
  validate_ipv4(apn, report);
  validate_ipv6(apn, report);
  validate_bearers(apn, report);
  validate_routes(apn, report);
}

void validate(const std::vector<ApnConfig>& apns, const Report& report) {
  for (std::size_t i = 0; i < apns.size(); ++i) {
    const Report here = report.in("", i);
    if (!here.clean()) continue;
    validate(apns[i], here);
    for (std::size_t j = 0; j < i; ++j) {
      if (apns[i].name == apns[j].name)
        here("name", fmt::format("{} stands in the list twice; remove one", quoted(apns[i].name.text())));
      const auto complain = [&](std::string_view key, const auto& mine, const auto& other) {
        if (mine && other && mine->overlaps(*other))
          here(key, fmt::format("{} overlaps {} of APN {}; expected pools that share no address",
                                mine->text(), other->text(), quoted(apns[j].name.text())));
      };
      complain("ipv4_pool", apns[i].ipv4_pool, apns[j].ipv4_pool);
      complain("ipv6_pool", apns[i].ipv6_pool, apns[j].ipv6_pool);
      validate_routes_between(apns[i], apns[j], here);
      for (const auto& [key, pool] :
           {std::pair("ipv4_pool", &apns[i].ipv4_pool), std::pair("ipv6_pool", &apns[i].ipv6_pool)})
        if (*pool)
          if (const IpPrefix* route = overlapped_route(apns[j], {}, **pool, apns[j].framed_routes.size()))
            here(key, fmt::format("{} overlaps the framed route {} of APN {}", (*pool)->text(), route->text(),
                                  quoted(apns[j].name.text())));
    }
  }
}

}  // namespace zerocell::config
