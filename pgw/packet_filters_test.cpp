// SPDX-License-Identifier: Apache-2.0
#include "pgw/packet_filters.hpp"

#include <catch2/catch.hpp>

#include "core/config/config.hpp"
#include "pgw/dedicated_bearers.hpp"

using namespace zerocell;
using namespace zerocell::pgw;

namespace {

std::string tft(std::string_view text) {
  const auto filter = parse_filter(text);
  REQUIRE(filter);
  return to_hex(write_tft(nas::Tft::Operation::create, {&*filter, 1}));
}

std::string refusal(std::string_view text) {
  const auto filter = parse_filter(text);
  return filter ? "accepted" : std::to_string(filter.error().column) + ": " + filter.error().message;
}

}  // namespace

TEST_CASE("filter_in_words_is_the_one_of_nas") {
  // TS 24.008 §10.5.6.12: operation and count, direction and identifier, precedence, length, components.
  CHECK(tft("down from 203.0.113.0/24 proto udp port 5060") ==
        "21"
        "10"
        "00"
        "0e"
        "10cb007100ffffff00"
        "3011"
        "5013c4");
  CHECK(tft("up to 203.0.113.9 proto tcp port 80-90") ==
        "21"
        "20"
        "00"
        "10"
        "10cb007109ffffffff"
        "3006"
        "510050005a");
  CHECK(tft("both  with 2001:db8::/32  local-port 9") ==
        "21"
        "30"
        "00"
        "15"
        "2120010db800000000000000000000000020"
        "400009");
  CHECK(tft("both tos 0xb8/0xfc") ==
        "21"
        "30"
        "00"
        "03"
        "70b8fc");
  CHECK(tft("down proto esp spi 0x11223344") ==
        "21"
        "10"
        "00"
        "07"
        "3032"
        "6011223344");
  CHECK(tft("down label 0xabcde") ==
        "21"
        "10"
        "00"
        "04"
        "800abcde");
  CHECK(tft("both") ==
        "21"
        "30"
        "00"
        "00");
}

TEST_CASE("wrong_filter_says_where_and_what_was_expected") {
  CHECK(refusal("") == "1: expected up, down or both");
  CHECK(refusal("sideways") == "1: expected up, down or both");
  CHECK(refusal("down port") == "10: port: expected one port or range, such as 5060-5070");
  CHECK(refusal("down port 70000").starts_with("11: port"));
  CHECK(refusal("down port 90-80").starts_with("11: port"));
  CHECK(refusal("down from 203.0.113.9/24").starts_with("11: from"));
  CHECK(refusal("down from 203.0.113.9 with 203.0.113.8").starts_with("28: with"));
  CHECK(refusal("down proto smtp").starts_with("12: proto"));
  CHECK(refusal("down label 0x100000").starts_with("12: label"));
  CHECK(refusal("down colour red").starts_with("6: \"colour\" is unknown; expected from, to"));
  CHECK(refusal("down port 80 spi 1") == "1: a packet filter that no packet can match");
}

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
  CHECK(to_user_plane(*parse_filter("both")).version == 0);
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
