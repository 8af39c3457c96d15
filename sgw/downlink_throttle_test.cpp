// SPDX-License-Identifier: Apache-2.0
#include "pgw/test_network.hpp"

using namespace zerocell;
using namespace zerocell::pgw;
using namespace zerocell::pgw::test;
using namespace std::chrono_literals;

TEST_CASE("notifications_of_low_priority_are_left_out_as_an_mme_under_load_asks") {
  Network network;
  network.attach_complete();
  const auto reached = [&](std::uint8_t priority, std::optional<gtp::Cause> cause = {}) {
    network.mme.notified.clear();
    for (int i = 0; i < 100; ++i) {
      const auto answer = network.sgw.downlink_data({.session = network.session,
                                                     .imsi = request().imsi,
                                                     .arp = {.priority = priority},
                                                     .cause = cause});
      if (answer.cause == gtp::Cause::request_accepted) continue;
      CHECK(answer.cause == gtp::Cause::unable_to_page_ue);
    }
    return network.mme.notified.size();
  };
  CHECK(reached(9) == 100);
  const auto ask = [&](std::uint8_t percent, std::chrono::seconds delay) {
    network.mme.acknowledge.throttling = DownlinkThrottling{percent, delay};
    CHECK(reached(1) == 100);
    network.mme.acknowledge.throttling.reset();
  };
  ask(30, 10s);
  CHECK(reached(9) == 70);
  CHECK(reached(15) == 70);
  CHECK(reached(8) == 100);
  CHECK(reached(9, gtp::Cause::error_indication_received) == 100);
  // The last word holds.
  ask(100, 10s);
  CHECK(reached(9) == 0);
  ask(0, 10s);
  CHECK(reached(9) == 100);
  ask(100, 10s);
  network.loop.run_for(1min);
  CHECK(reached(9) == 100);
}

TEST_CASE("packet_whose_notification_is_left_out_is_dropped_but_not_those_that_the_ue_is_paged_for") {
  auto wanted = request();
  wanted.qos.arp.priority = 9;
  Network network(internet(), wanted);
  network.attach_complete();
  network.mme.acknowledge.throttling = DownlinkThrottling{100, 10s};
  const auto report = [&] {
    network.user_plane.changes.clear();
    network.user_plane.reports->downlink_data(upf::SessionId{1}, std::to_underlying(network.session), 5);
  };
  report();
  CHECK(network.mme.notified.size() == 1);
  CHECK(network.user_plane.changes.empty());
  report();
  CHECK(network.mme.notified.size() == 1);
  CHECK(network.user_plane.changes.empty());
  network.sgw.downlink_data_failed({.session = network.session});
  report();
  CHECK(network.mme.notified.size() == 1);
  REQUIRE(network.user_plane.changes.size() == 1);
  CHECK(network.user_plane.changes[0].drop_buffered);
}
