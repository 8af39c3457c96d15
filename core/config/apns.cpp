// SPDX-License-Identifier: Apache-2.0
#include "core/config/apns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

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

bool overlap(const IpPrefix& a, const IpPrefix& b) {
  return a.contains(b.address) || b.contains(a.address);
}

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
}

}  // namespace

bool ApnConfig::offers(PdnType type) const {
  return std::ranges::find(pdn_types, type) != pdn_types.end();
}

Ipv4Address ApnConfig::gateway() const {
  if (ipv4_gateway || !ipv4_pool || !ipv4_pool->address.is_v4()) return ipv4_gateway.value_or(Ipv4Address{});
  return Ipv4Address::from_host(ipv4_pool->address.v4()->to_host() + 1);
}

void describe(Fields& fields, ApnConfig& apn) {
  fields.required("name", apn.name, "Access point name");
  fields.key("pdn_types", apn.pdn_types, "PDN types that a UE may have here", {1, 3});
  fields.key("ipv4_pool", apn.ipv4_pool, "Prefix that IPv4 addresses are taken from, 8 to 30 bits");
  fields.key("ipv4_gateway", apn.ipv4_gateway,
             "Our address in the pool, which answers ping; by default the pool's first");
  fields.key("ipv6_pool", apn.ipv6_pool, "Prefix that each session gets a /64 of, 36 to 63 bits");
  fields.key("dns", apn.dns, "DNS servers that UEs are told, in this order", {0, 8});
  fields.key("mtu", apn.mtu, "Link MTU that UEs are told, octets", {1280, 9000});
  fields.key("qci", apn.qci, "QCI of a default bearer, where the subscription says nothing", {1, 254});
  fields.key("arp_priority", apn.arp_priority, "Priority level of its ARP, 1 is the highest", {1, 15});
  fields.key("arp_preempts", apn.arp_preempts,
             "Whether it may take resources from bearers of lower priority");
  fields.key("arp_preemptable", apn.arp_preemptable,
             "Whether bearers of higher priority may take its resources");
  fields.key("ambr_uplink_bps", apn.ambr_uplink_bps, "APN-AMBR uplink, bits per second", kAmbr);
  fields.key("ambr_downlink_bps", apn.ambr_downlink_bps, "APN-AMBR downlink, bits per second", kAmbr);
}

void validate(const ApnConfig& apn, const Report& report) {
  // QCI 1 to 4, 65 to 67 and 75 are GBR: no default bearer is, TS 23.203 §6.1.7.
  if (apn.qci <= 4 || (apn.qci >= 65 && apn.qci <= 67) || apn.qci == 75 || (apn.qci >= 82 && apn.qci <= 85))
    report("qci",
           fmt::format(
               "is {}, a guaranteed bit rate; a default bearer has none: expected 5 to 9, 69, 70, 79 or 80",
               apn.qci));
  validate_ipv4(apn, report);
  validate_ipv6(apn, report);
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
        if (mine && other && overlap(*mine, *other))
          here(key, fmt::format("{} overlaps {} of APN {}; expected pools that share no address",
                                mine->text(), other->text(), quoted(apns[j].name.text())));
      };
      complain("ipv4_pool", apns[i].ipv4_pool, apns[j].ipv4_pool);
      complain("ipv6_pool", apns[i].ipv6_pool, apns[j].ipv6_pool);
    }
  }
}

}  // namespace zerocell::config
