// SPDX-License-Identifier: Apache-2.0
#include "egress/rule.hpp"

#include <catch2/catch.hpp>

namespace zerocell::egress {
namespace {

/// "proto remote:port" as a flow that the UE begins.
upf::FlowQuery flow(std::uint8_t protocol, std::string_view remote, std::uint16_t port = 0) {
  upf::FlowQuery query;
  const IpAddress address = IpAddress::parse(remote).value();
  query.v6 = !address.is_v4();
  std::ranges::copy(address.octets(), query.remote.begin());
  query.protocol = protocol;
  query.ports = protocol == 6 || protocol == 17;
  query.remote_port = port;
  query.local_port = 40000;
  return query;
}
upf::FlowQuery begun_by_network(upf::FlowQuery query) {
  query.from_network = true;
  std::swap(query.remote_port, query.local_port);
  return query;
}

TEST_CASE("rules_come_back_as_they_were_written") {
  for (const char* text : {
           "allow dst 10.99.0.0/24 proto tcp port 80,443",
           "allow dst 10.99.0.1 proto udp port 53",
           "deny dst not 10.0.0.0/8,192.168.0.0/16",
           "allow dst 2001:db8::/32 proto icmp",
           "allow from 192.0.2.0/24 proto tcp port 22",
           "allow from any proto icmp",
           "allow proto sctp,esp,gre,99",
           "deny port 25,1000-2000",
           "deny proto tcp,udp port not 53",
           "allow any",
           "deny any",
       }) {
    INFO(text);
    const auto rule = parse_rule(text);
    REQUIRE(rule);
    CHECK(rule->text() == text);
    CHECK(parse_rule(rule->text()) == rule);
  }
}

TEST_CASE("other_spellings_of_a_rule_are_accepted") {
  CHECK(parse_rule("  allow   proto tcp  port 80 dst 10.0.0.1/32 ")->text() ==
        "allow dst 10.0.0.1 proto tcp port 80");
  CHECK(parse_rule("allow dst any")->text() == "allow any");
  CHECK(parse_rule("deny dst any proto 58")->text() == "deny proto icmp");
  CHECK(parse_rule("allow dst any proto 6 port 80-80")->text() == "allow proto tcp port 80");
}

TEST_CASE("errors_say_where_and_what_was_expected") {
  struct Row {
    const char* text;
    std::size_t column;
    const char* message;
  };
  for (const Row& row : {
           Row{"", 1, "expected allow or deny, found the end"},
           Row{"permit any", 1, "expected allow or deny, found \"permit\""},
           Row{"allow", 6, "expected any, dst, from, proto or port, found the end"},
           Row{"allow any proto tcp", 11, "expected nothing behind \"any\", found \"proto\""},
           Row{"allow to 10.0.0.1", 7, "expected dst, from, proto or port, found \"to\""},
           Row{"allow dst", 10, "expected an address, a prefix such as 10.0.0.0/8, or any, found the end"},
           Row{"allow dst 10.0.0", 11,
               "expected an address, a prefix such as 10.0.0.0/8, or any, found \"10.0.0\""},
           Row{"allow dst 10.0.0.1/8", 11,
               "expected a prefix length that fits, and no bits set behind it, found \"10.0.0.1/8\""},
           Row{"allow dst 10.0.0.0/33", 11,
               "expected a prefix length that fits, and no bits set behind it, found \"10.0.0.0/33\""},
           Row{"allow dst 10.0.0.1,", 20,
               "expected an address, a prefix such as 10.0.0.0/8, or any, found the end"},
           Row{"allow dst 10.0.0.1,,10.0.0.2", 20,
               "expected an address, a prefix such as 10.0.0.0/8, or any, found \",\""},
           Row{"allow proto tpc", 13,
               "expected tcp, udp, icmp, sctp, esp, gre or a protocol number of 0 to 255, found \"tpc\""},
           Row{"allow proto 256", 13,
               "expected tcp, udp, icmp, sctp, esp, gre or a protocol number of 0 to 255, found \"256\""},
           Row{"allow port 65536", 12,
               "expected a port of 0 to 65535, or a range such as 1000-2000, found \"65536\""},
           Row{"allow port 90-80", 12,
               "expected a range whose first port is not above its last, found \"90-80\""},
           Row{"allow proto icmp port 80", 18, "ports need proto tcp, udp, both or none"},
           Row{"allow port 80 proto icmp", 15, "ports need proto tcp, udp, both or none"},
           Row{"allow proto not tcp port 80", 21, "ports need proto tcp, udp, both or none"},
           Row{"allow proto tcp proto udp", 17, "\"proto\" stands here twice"},
           Row{"allow dst 10.0.0.1 from 10.0.0.2", 20, "a rule has one of \"dst\" and \"from\", once"},
       }) {
    INFO(row.text);
    const auto rule = parse_rule(row.text);
    REQUIRE_FALSE(rule);
    CHECK(rule.error() == RuleError{row.column, row.message});
  }
  CHECK_FALSE(parse_rule(std::string(kRuleOctetsMax + 1, ' ')));
}

TEST_CASE("rule_matches_by_destination_protocol_and_port") {
  const Rule rule = parse_rule("allow dst 10.99.0.0/24 proto tcp port 80,443,8000-8099").value();
  CHECK(rule.matches(flow(6, "10.99.0.1", 80)));
  CHECK(rule.matches(flow(6, "10.99.0.255", 8099)));
  CHECK_FALSE(rule.matches(flow(6, "10.99.1.0", 80)));
  CHECK_FALSE(rule.matches(flow(6, "10.98.255.255", 80)));
  CHECK_FALSE(rule.matches(flow(6, "10.99.0.1", 8100)));
  CHECK_FALSE(rule.matches(flow(17, "10.99.0.1", 80)));
  CHECK_FALSE(rule.matches(begun_by_network(flow(6, "10.99.0.1", 80))));
}

TEST_CASE("prefixes_match_to_the_bit_and_only_their_family") {
  const Rule rule = parse_rule("allow dst 10.99.0.128/25,2001:db8:8000::/33").value();
  CHECK(rule.matches(flow(1, "10.99.0.128")));
  CHECK_FALSE(rule.matches(flow(1, "10.99.0.127")));
  CHECK(rule.matches(flow(58, "2001:db8:ffff::1")));
  CHECK_FALSE(rule.matches(flow(58, "2001:db8:7fff::1")));
  CHECK_FALSE(parse_rule("allow dst 0.0.0.0/0")->matches(flow(58, "::1")));
}

TEST_CASE("rule_with_from_matches_what_the_network_begins_by_the_ues_port") {
  const Rule rule = parse_rule("allow from 192.0.2.0/24 proto tcp port 22").value();
  CHECK(rule.matches(begun_by_network(flow(6, "192.0.2.9", 22))));
  CHECK_FALSE(rule.matches(begun_by_network(flow(6, "192.0.2.9", 23))));
  CHECK_FALSE(rule.matches(flow(6, "192.0.2.9", 22)));
}

TEST_CASE("port_without_protocol_matches_tcp_and_udp_only") {
  const Rule rule = parse_rule("deny port not 53").value();
  CHECK(rule.matches(flow(6, "10.0.0.1", 80)));
  CHECK(rule.matches(flow(17, "10.0.0.1", 54)));
  CHECK_FALSE(rule.matches(flow(17, "10.0.0.1", 53)));
  CHECK_FALSE(rule.matches(flow(1, "10.0.0.1")));
}

TEST_CASE("icmp_is_of_both_families") {
  const Rule rule = parse_rule("allow proto icmp").value();
  CHECK(rule.matches(flow(1, "10.0.0.1")));
  CHECK(rule.matches(flow(58, "2001:db8::1")));
  CHECK_FALSE(rule.matches(flow(17, "10.0.0.1", 1)));
}

}  // namespace
}  // namespace zerocell::egress
