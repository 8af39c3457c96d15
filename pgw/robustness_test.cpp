// SPDX-License-Identifier: Apache-2.0
// Rows of messages that broke other gateways, as far as they exist in process.
#include "pgw/test_gateway.hpp"
#include "upf/user_plane.hpp"

using namespace zerocell;
using namespace zerocell::pgw;
using namespace zerocell::pgw::test;

TEST_CASE("G3_endpoint_without_an_address_changes_nothing") {
  // With the user plane itself, which judges endpoints.
  VirtualLoop loop{1};
  SeededRandom random{1};
  upf::Settings settings;
  settings.gtpu_addresses = {*IpAddress::parse("10.0.0.1")};
  settings.pools = {{*IpPrefix::parse("10.45.0.0/29"), *IpAddress::parse("10.45.0.1")}};
  settings.sessions_max = 4;
  upf::UserPlane user_plane(settings, random, loop);
  TestEgress egress;
  Pgw pgw{{internet()}, *Pgw::Sessions::open({"", 4}), user_plane, egress, random, loop};
  sgw::CombinedSgw sgw{pgw, loop, 8};
  const auto created = now(sgw.create_session(request(1, gtp::PdnType::ipv4)));
  REQUIRE(created);
  const auto modify = [&](const gtp::Fteid& access) {
    const auto modified = now(sgw.modify_bearer({.session = created->session, .bearers = {{5, access}}}));
    return modified ? gtp::Cause::request_accepted : modified.error();
  };
  CHECK(modify({.teid = 7}) == gtp::Cause::mandatory_ie_incorrect);
  CHECK(modify({.teid = 0, .v4 = Ipv4Address::parse("10.0.0.9")}) == gtp::Cause::mandatory_ie_incorrect);
  CHECK(modify({.teid = 7, .v6 = Ipv6Address::parse("fd00::9")}) == gtp::Cause::mandatory_ie_incorrect);
  CHECK(user_plane.table().downlinks[0].own().action == upf::DownlinkAction::buffer);
  CHECK(modify({.teid = 7, .v4 = Ipv4Address::parse("10.0.0.9")}) == gtp::Cause::request_accepted);
  CHECK(now(sgw.create_indirect_tunnel({.session = created->session, .downlink = {{5, {.teid = 7}}}}))
            .error() == gtp::Cause::system_failure);
  CHECK(user_plane.forwarding_tunnels() == 0);
}

TEST_CASE("G7_bearer_context_that_nobody_has_is_left_out_of_the_answer") {
  Gateway gateway;
  const auto created = now(gateway.sgw.create_session(request()));
  REQUIRE(created);
  const gtp::Fteid access{.teid = 99, .v4 = Ipv4Address::parse("10.0.0.9")};
  const auto modified = now(gateway.sgw.modify_bearer(
      {.session = created->session, .bearers = {{15, access}, {5, access}, {0, access}, {255, access}}}));
  REQUIRE(modified);
  REQUIRE(modified->bearers.size() == 1);
  CHECK(modified->bearers[0].ebi == 5);
}

TEST_CASE("G8_flood_of_sessions_and_bearers_ends_at_the_limits_and_everything_comes_back") {
  Gateway gateway;
  for (int round = 0; round < 3; ++round) {
    std::vector<SessionId> sessions;
    for (unsigned number = 1; number <= 9; ++number)
      if (const auto created = now(gateway.sgw.create_session(request(number))))
        sessions.push_back(created->session);
    CHECK(sessions.size() == 4);
    for (const SessionId session : sessions) {
      // Without an MME nothing comes of it, and nothing stays.
      for (int i = 0; i < 50; ++i)
        CHECK(now(gateway.pgw.create_dedicated_bearer(session, {})).error() ==
              gtp::Cause::remote_peer_not_responding);
      REQUIRE(now(gateway.sgw.delete_session({session})));
    }
    CHECK(gateway.pgw.sessions() == 0);
    CHECK(gateway.pgw.dedicated_bearers() == 0);
    CHECK(gateway.user_plane.bearers.empty());
    CHECK(gateway.egress.admitted.empty());
  }
}
