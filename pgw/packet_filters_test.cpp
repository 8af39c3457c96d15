// SPDX-License-Identifier: Apache-2.0
#include "pgw/packet_filters.hpp"

#include <catch2/catch.hpp>

#include "core/config/config.hpp"
#include "pgw/dedicated_bearers.hpp"

using namespace zerocell;
using namespace zerocell::pgw;

TEST_CASE("user_plane_gets_the_same_filter") {
  const auto made = to_user_plane(*parse_filter("down from 203.0.113.0/24 proto udp port 5060-5070"));
  CHECK(made.direction == upf::PacketFilter::Direction::downlink);
  CHECK(made.version == 4);
  REQUIRE(made.remote);
  CHECK(to_hex(made.remote->value).starts_with("cb00710000"));
  CHECK(to_hex(made.remote->mask).starts_with("ffffff0000"));
  CHECK(made.protocol == 17);
  CHECK(made.remote_port == upf::PacketFilter::Ports{5060, 5070});
  const auto six = to_user_plane(*parse_filter("both with 2001:db8:8000::/33"));
  CHECK(six.version == 6);
  CHECK(to_hex(six.remote->mask) == "ffffffff800000000000000000000000");
  CHECK(to_user_plane(*parse_filter("both label 5")).version == 6);
  CHECK(to_user_plane(*parse_filter("both tos 0/0")).version == 0);
}

TEST_CASE("filters_get_free_identifiers_and_precedences") {
  std::array<bool, 256> taken{};
  taken[0] = taken[1] = taken[255] = true;
  std::vector<nas::PacketFilter> filters(3);
  filters[1].precedence = 255;
  filters[2].precedence = 9;
  const std::vector<nas::PacketFilter> existing{{.identifier = 0}, {.identifier = 2}};
  REQUIRE(number_filters(filters, existing, taken));
  CHECK(filters[0].identifier == 1);
  CHECK(filters[1].identifier == 3);
  CHECK(filters[2].identifier == 4);
  CHECK(filters[0].precedence == 2);
  CHECK(filters[1].precedence == 3);
  CHECK(filters[2].precedence == 9);
  taken.fill(true);
  CHECK_FALSE(number_filters(filters, {}, taken));
}

TEST_CASE("wrong_filter_of_a_configured_bearer_is_reported_at_its_place") {
  const std::string text = R"(
network: {plmns: ["001/01"]}
apns:
  - name: internet
    ipv4_pool: 10.45.0.0/16
    bearers:
      - name: voice
        qci: 5
        filters:
          - down proto udp port 5060
          - down proto smtp
)";
  constexpr std::array<config::Check, 1> checks{&check_bearer_rules};
  const auto parsed = config::parse(text, "z.yaml", checks);
  REQUIRE_FALSE(parsed);
  bool found = false;
  for (const config::Problem& problem : parsed.error())
    found |= problem.line == 11 && problem.column == 24 && problem.key == "apns[0].bearers[0].filters[1]";
  CHECK(found);
}
