// SPDX-License-Identifier: Apache-2.0
#include "core/nas/filter_text.hpp"

#include <catch2/catch.hpp>

using namespace zerocell;
using namespace zerocell::nas;

namespace {

std::string tft(std::string_view text) {
  const auto filter = parse_filter(text);
  REQUIRE(filter);
  return to_hex(write_tft(Tft::Operation::create, {&*filter, 1}));
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
  CHECK(tft("both tos 0/0") ==
        "21"
        "30"
        "00"
        "03"
        "700000");
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
  CHECK(refusal("both") == "5: expected what packets to match, such as proto or port");
  CHECK(refusal("down label 5 proto udp") == "1: a packet filter whose components exclude each other");
  CHECK(refusal("down colour red").starts_with("6: \"colour\" is unknown; expected from, to"));
  CHECK(refusal("down port 80 spi 1") == "1: a packet filter whose components exclude each other");
}
