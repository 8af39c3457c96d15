// SPDX-License-Identifier: Apache-2.0
// What of ICMP is answered, and what passes with the flow that it is about.
#include "upf/answers.hpp"

#include <catch2/catch.hpp>

#include "upf/test_path.hpp"

namespace zerocell::upf {
namespace {

using namespace fixture;
using build::echo;
using build::icmp;
using build::ip;
using build::pattern;
using build::udp;

ByteVector error_about(const ByteVector& quoted, const char* from, const char* to,
                       std::size_t octets = 1200) {
  const bool v4 = ip(from).is_v4();
  ByteVector body(4);
  body.insert(body.end(), quoted.begin(),
              quoted.begin() + static_cast<std::ptrdiff_t>(std::min(octets, quoted.size())));
  return icmp(from, to, v4 ? 3 : 2, v4 ? 4 : 0, body);
}

/// The IPv6 packet with these headers in front of its transport header, the first of this type.
ByteVector with_headers(ByteVector packet, std::uint8_t first, std::string_view headers_hex) {
  const auto headers = from_hex(headers_hex).value();
  packet[6] = first;
  packet.insert(packet.begin() + 40, headers.begin(), headers.end());
  store_u16(packet.data() + 4, static_cast<std::uint16_t>(packet.size() - 40));
  return packet;
}

TEST_CASE("ipv6_error_about_a_packet_with_extension_headers_reaches_the_ue") {
  Plane plane;
  constexpr const char* kRouter = "2001:db8:aa::1";
  const auto plain = udp(kUe6, 4000, kHost6, 53, pattern(900));
  const auto other = udp(kUe6, 4000, kHost6, 54, pattern(900));
  const auto optional = "1100000000000000";
  const auto first = "1100000100000007";
  const auto later = "1100038100000007";
  CHECK(plane.downlink(error_about(with_headers(plain, 60, optional), kRouter, kUe6)) == Verdict::denied);
  CHECK(plane.from_ue(with_headers(plain, 44, first)) == Verdict::to_egress);
  for (const std::size_t quoted : {1200, 56 + 8, 56 + 100}) {
    CHECK(plane.downlink(error_about(with_headers(plain, 60, optional), kRouter, kUe6, quoted)) ==
          Verdict::to_radio);
    CHECK(plane.downlink(error_about(with_headers(plain, 44, first), kRouter, kUe6, quoted)) ==
          Verdict::to_radio);
  }
  CHECK(plane.downlink(error_about(with_headers(other, 60, optional), kRouter, kUe6)) == Verdict::denied);
  // A later fragment shows no ports, but belongs to the first one.
  CHECK(plane.downlink(error_about(with_headers(plain, 44, later), kRouter, kUe6)) == Verdict::to_radio);
  CHECK(plane.downlink(error_about(with_headers(plain, 44, "1100038100000008"), kRouter, kUe6)) ==
        Verdict::denied);
  // A chain that has no end within what is quoted.
  CHECK(plane.downlink(error_about(with_headers(plain, 60, "3cff000000000000"), kRouter, kUe6)) ==
        Verdict::denied);
}

TEST_CASE("error_about_a_later_ipv4_fragment_goes_by_its_first_one_and_not_by_what_looks_like_ports") {
  Plane plane;
  const auto fragment = [](std::uint16_t field, std::uint16_t id) {
    return udp(kUe4, 4000, kHost4, 53, pattern(16),
               {.dont_fragment = false, .id = id, .fragment_field = field});
  };
  CHECK(plane.from_ue(fragment(0x2000, 5)) == Verdict::to_egress);
  CHECK(plane.downlink(error_about(fragment(0x2003, 5), "192.0.2.1", kUe4)) == Verdict::to_radio);
  CHECK(plane.downlink(error_about(fragment(0x2003, 6), "192.0.2.1", kUe4)) == Verdict::denied);
}

TEST_CASE("error_about_an_echo_reply_reaches_who_sent_it") {
  struct Pings final : FlowPolicy {
    FlowDecision decide(const FlowQuery&) noexcept override { return {.allowed = true, .epoch = epoch()}; }
  };
  Plane plane;
  Pings all;
  PacketPath path(plane.plane.settings(), plane.plane.table(), plane.plane.signals(), all, plane.random);
  const auto down = [&](ByteVector packet) {
    packet.insert(packet.begin(), kHeadroom, 0);
    const NetworkPacket one{
        packet.data() + kHeadroom, static_cast<std::uint32_t>(packet.size() - kHeadroom), {}};
    Verdict verdict{};
    path.downlink({&one, 1}, plane.now(), {&verdict, 1});
    path.output().clear();
    return verdict;
  };
  for (const auto& [host, ue, router] :
       {std::tuple{kHost4, kUe4, "192.0.2.1"}, std::tuple{kHost6, kUe6, "2001:db8:aa::1"}}) {
    CHECK(down(error_about(echo(ue, host, true), router, ue)) == Verdict::denied);
    CHECK(down(echo(host, ue)) == Verdict::to_radio);
    CHECK(down(error_about(echo(ue, host, true), router, ue)) == Verdict::to_radio);
  }
}

TEST_CASE("solicitation_that_is_not_valid_is_discarded") {
  const build::IpOptions ns{.hop_limit = 255};
  const std::string gateway = "00000000 fe800000000000000000000000000001";
  struct Wrong {
    const char* description;
    const char* from;
    const char* to;
    std::uint8_t type;
    std::uint8_t code;
    std::string body;
  };
  const auto verdict = [&](const Wrong& one) {
    Plane plane;
    const Verdict came_to =
        plane.from_ue(icmp(one.from, one.to, one.type, one.code, from_hex(one.body).value(), ns));
    CHECK(plane.path.output().radio.size() ==
          (came_to == Verdict::answered && one.from != std::string("::") ? 1 : 0));
    return came_to;
  };
  const std::string link_layer = "0101020304050607";
  const std::vector<Wrong> valid = {
      {"with its link-layer address", kUeLinkLocal, "ff02::2", 133, 0, "00000000" + link_layer},
      {"with an unknown option", kUeLinkLocal, "ff02::2", 133, 0,
       "00000000 0e02000000000000 0000000000000000"},
      {"of a neighbour", kUeLinkLocal, "ff02::1:ff00:1", 135, 0, gateway + link_layer},
      {"of an address to be", "::", "ff02::1:ff00:2", 135, 0, "00000000 fe800000000000000000000000000002"}};
  for (const Wrong& one : valid) {
    INFO(one.description);
    CHECK(verdict(one) == Verdict::answered);
  }
  const std::vector<Wrong> wrong = {
      {"another code", kUeLinkLocal, "ff02::2", 133, 1, "00000000"},
      {"an option of no length", kUeLinkLocal, "ff02::2", 133, 0, "00000000 0100000000000000"},
      {"an option that is cut off", kUeLinkLocal, "ff02::2", 133, 0, "00000000 0102020304050607"},
      {"half an option", kUeLinkLocal, "ff02::2", 133, 0, "00000000 01010203"},
      {"a link-layer address without a source", "::", "ff02::2", 133, 0, "00000000" + link_layer},
      {"another code", kUeLinkLocal, "ff02::1:ff00:1", 135, 1, gateway},
      {"no target", kUeLinkLocal, "ff02::1:ff00:1", 135, 0, "00000000 fe80000000000000"},
      {"a multicast target", kUeLinkLocal, "ff02::1:ff00:1", 135, 0,
       "00000000 ff020000000000000000000000000001"},
      {"an option of no length", kUeLinkLocal, "ff02::1:ff00:1", 135, 0, gateway + "0100000000000000"},
      {"no source, not to a solicited-node address", "::", "fe80::1", 135, 0, gateway},
      {"a link-layer address without a source", "::", "ff02::1:ff00:1", 135, 0, gateway + link_layer}};
  for (const Wrong& one : wrong) {
    INFO(one.description);
    CHECK(verdict(one) == Verdict::bad_inner);
  }
  for (const Wrong& one : valid) {
    Plane plane;
    auto broken = icmp(one.from, one.to, one.type, one.code, from_hex(one.body).value(), ns);
    broken[42] ^= 0x01;
    CHECK(plane.from_ue(broken) == Verdict::bad_inner);
  }
}

TEST_CASE("router_advertisement_tells_of_dhcp_where_there_is_something_to_ask_it_for") {
  const std::vector<Ipv6Address> servers = {*Ipv6Address::parse("2001:db8:99::53")};
  for (const bool some : {false, true}) {
    std::array<std::uint8_t, 256> memory{};
    REQUIRE(write_router_advertisement(memory, 1, 1400, some ? servers : std::vector<Ipv6Address>{}) > 0);
    CHECK(memory[45] == (some ? 0x40 : 0x00));
  }
}

TEST_CASE("options_that_only_the_first_fragment_has_are_not_in_those_that_the_core_makes") {
  Plane plane;
  (void)plane.from_ue(udp(kUe4, 4000, kHost4, 53, pattern(8)));
  auto large = udp(kHost4, 53, kUe4, 4000, pattern(3000), {.dont_fragment = false});
  // No operation, record route (in the first one alone), router alert (in all), end.
  const auto options = from_hex("01 070704 00000000 94040000").value();
  large.insert(large.begin() + 20, options.begin(), options.end());
  large[0] = 0x48;
  store_u16(large.data() + 2, static_cast<std::uint16_t>(large.size()));
  REQUIRE(plane.downlink(large) == Verdict::to_radio);
  const auto& radio = plane.path.output().radio;
  REQUIRE(radio.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    const Bytes header(radio[i].octets, 32);
    CHECK(to_hex(header.subspan(20)) == (i == 0 ? "010707040000000094040000" : "010101010101010194040000"));
    CHECK(build::reference_checksum(header) == 0);
  }
}

}  // namespace
}  // namespace zerocell::upf
