// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "upf/test_path.hpp"

namespace zerocell::upf {
namespace {

using namespace fixture;
using build::gpdu;
using build::pattern;
using build::udp;

constexpr BitRate kOneMegabyte{8'000'000, 8'000'000};
constexpr int kBucketPackets = 101;

/// Sessions at addresses from 10.45.0.10 on, each with a flow. Packets have 1000 octets.
struct Sharing {
  explicit Sharing(const Settings& made = settings()) : plane(made, Plane::no_sessions) {}

  std::size_t establish(std::optional<std::uint64_t> share, BitRate ambr = kOneMegabyte,
                        std::optional<UeRate> ue_rate = {}) {
    const std::size_t place = sessions.size();
    sessions.push_back(plane.plane
                           .establish({.control_seid = 1,
                                       .ue_ipv4 = Ipv4Address::parse(address(place)),
                                       .ambr = ambr,
                                       .ambr_share = share,
                                       .ue_rate = ue_rate,
                                       .downlink = Plane::forward_to(kEnb4, 1)})
                           .value());
    return place;
  }
  static std::string address(std::size_t which) { return "10.45.0." + std::to_string(10 + which); }
  Verdict up(std::size_t which) { return up(which, sessions[which].uplink.teid, 53); }
  Verdict up(std::size_t which, gtp::Teid teid, std::uint16_t port) {
    return plane.uplink(gpdu(teid, udp(address(which), 4000, kHost4, port, pattern(972))));
  }
  Verdict down(std::size_t which, std::uint16_t port = 53) {
    return plane.downlink(udp(kHost4, port, address(which), 4000, pattern(972)));
  }
  void modify(std::size_t which, const SessionModification& change) {
    REQUIRE(plane.plane.modify(sessions[which].session, change));
  }
  void release(std::size_t which) { REQUIRE(plane.plane.release(sessions[which].session)); }
  /// Buckets fill, and each session has its flow.
  void rest() {
    for (std::size_t i = 0; i < sessions.size(); ++i) (void)up(i);
    plane.loop.run_for(std::chrono::seconds(2));
  }
  /// Of 2000 packets in a second.
  template <class Send>
  int passed(Send send) {
    int passed = 0;
    for (int i = 0; i < 2000; ++i) {
      const Verdict verdict = send();
      passed += verdict == Verdict::to_egress || verdict == Verdict::to_radio ? 1 : 0;
      plane.loop.run_for(std::chrono::microseconds(500));
    }
    return passed;
  }
  int up_of(std::size_t one, std::size_t other) {
    return passed([&, turn = false]() mutable { return up((turn = !turn) ? one : other); });
  }
  int down_of(std::size_t one, std::size_t other) {
    return passed([&, turn = false]() mutable { return down((turn = !turn) ? one : other); });
  }

  Plane plane;
  std::vector<SessionEstablished> sessions;
};

/// What a megabyte a second lets pass, with what a bucket holds.
bool one_megabyte(int passed) {
  return passed >= 990 && passed <= 1000 + kBucketPackets;
}

TEST_CASE("sessions_of_one_ue_at_one_apn_share_its_apn_ambr_and_others_do_not") {
  Sharing ue;
  const auto first = ue.establish(1);
  const auto second = ue.establish(1);
  const auto other = ue.establish(2);
  const auto alone = ue.establish({});
  ue.rest();
  CHECK(one_megabyte(ue.up_of(first, second)));
  ue.rest();
  CHECK(one_megabyte(ue.down_of(first, second)));
  ue.rest();
  CHECK(ue.up_of(first, other) == 2000);
  ue.rest();
  CHECK(ue.down_of(second, alone) == 2000);
}

TEST_CASE("number_of_a_share_is_not_that_of_a_ue") {
  Sharing ue;
  const auto first = ue.establish(77, {}, UeRate{78, kOneMegabyte});
  const auto second = ue.establish(78, {}, UeRate{77, kOneMegabyte});
  ue.rest();
  CHECK(ue.up_of(first, second) == 2000);
}

TEST_CASE("session_that_joins_a_share_later_takes_over_its_rate") {
  Sharing ue;
  const auto first = ue.establish({}, {80'000'000, 80'000'000});
  const auto second = ue.establish(5);
  ue.rest();
  CHECK(ue.passed([&] { return ue.up(first); }) == 2000);
  ue.modify(first, {.ambr_share = 5});
  ue.rest();
  CHECK(one_megabyte(ue.up_of(first, second)));
  ue.rest();
  CHECK(one_megabyte(ue.down_of(first, second)));
}

TEST_CASE("first_session_of_a_share_brings_its_own_rate") {
  Sharing ue;
  const auto first = ue.establish({});
  ue.modify(first, {.ambr_share = 5});
  ue.modify(first, {.ambr_share = 6});
  ue.rest();
  CHECK(one_megabyte(ue.up_of(first, first)));
}

TEST_CASE("changed_rate_of_a_share_holds_for_all_its_sessions") {
  Sharing ue;
  const auto first = ue.establish(1, {80'000'000, 80'000'000});
  const auto second = ue.establish(1, {80'000'000, 80'000'000});
  ue.modify(first, {.ambr = kOneMegabyte});
  ue.rest();
  CHECK(one_megabyte(ue.passed([&] { return ue.up(second); })));
  ue.rest();
  CHECK(one_megabyte(ue.down_of(first, second)));
  // That of a session that joins, too.
  const auto third = ue.establish(1, {80'000'000, 80'000'000});
  ue.rest();
  CHECK(ue.up_of(second, third) == 2000);
}

TEST_CASE("session_keeps_its_limit_when_the_others_of_its_share_end") {
  Sharing ue;
  const auto first = ue.establish(1);
  const auto second = ue.establish(1);
  ue.release(first);
  // Its place is not free for the next ones.
  (void)ue.establish(2, {80'000'000, 80'000'000});
  (void)ue.establish(3, {80'000'000, 80'000'000});
  ue.rest();
  CHECK(one_megabyte(ue.passed([&] { return ue.up(second); })));
  // Another UE's session has the place of the first.
  const auto other = ue.establish({});
  ue.rest();
  CHECK(ue.up_of(second, other) == 2000);
}

TEST_CASE("bearers_without_guarantee_of_sessions_that_share_an_ambr_share_it_too") {
  Sharing ue;
  const auto first = ue.establish({});
  const auto second = ue.establish(1);
  const auto dedicate = [&](std::size_t which, std::uint16_t port, const BitRate& gbr) {
    auto& n4 = ue.plane.plane;
    const auto made = n4.establish_bearer(ue.sessions[which].session,
                                          {.gbr = gbr, .filters = {udp_filter(kHost4, port, 10)}})
                          .value();
    REQUIRE(n4.modify_bearer(ue.sessions[which].session, made.bearer,
                             {.ebi = 6, .downlink = Plane::forward_to(kEnb4, port)}));
    return made.uplink.teid;
  };
  const auto one = dedicate(first, 5060, {});
  const auto other = dedicate(second, 5061, {});
  const auto voice = dedicate(second, 5062, {1, 1});
  ue.modify(first, {.ambr_share = 1});  // Their lines follow.
  ue.rest();
  bool turn = false;
  CHECK(one_megabyte(
      ue.passed([&] { return (turn = !turn) ? ue.up(first, one, 5060) : ue.up(second, other, 5061); })));
  ue.rest();
  CHECK(
      one_megabyte(ue.passed([&] { return (turn = !turn) ? ue.down(first, 5060) : ue.down(second, 5061); })));
  CHECK(ue.passed([&] { return ue.up(second, voice, 5062); }) == 2000);
  CHECK(ue.passed([&] { return ue.down(second, 5062); }) == 2000);
}

TEST_CASE("places_of_shared_limits_come_back_with_full_buckets_and_are_enough_for_all_sessions") {
  Settings made = settings();
  made.sessions_max = 2;
  Sharing ue(made);
  for (std::uint64_t round = 0; round < 20; ++round) {
    // Each in a limit of its own UE and a share of its own: four places.
    const auto first = ue.establish(2 * round, {64'000, 64'000}, UeRate{2 * round, {}});
    const auto second = ue.establish(2 * round + 1, {64'000, 64'000}, UeRate{2 * round + 1, {}});
    for (const auto which : {first, second}) {
      // What the bucket holds, and no debts of who had the place before.
      int passed = 0;
      while (ue.up(which) == Verdict::to_egress) ++passed;
      CHECK(passed == 6);
    }
    // A move from one share to another gives the place back.
    ue.modify(first, {.ambr_share = 1000 + round});
    CHECK(ue.up(first) == Verdict::to_egress);
    ue.release(first);
    ue.release(second);
  }
}

}  // namespace
}  // namespace zerocell::upf
