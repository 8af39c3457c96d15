// SPDX-License-Identifier: Apache-2.0
#include "upf/user_plane.hpp"

#include <set>
#include <thread>

#include <catch2/catch.hpp>

#include "upf/test_path.hpp"

namespace zerocell::upf {
namespace {

using namespace fixture;

TEST_CASE("ue_memory_of_the_user_plane_is_two_lines_a_meter_and_small_indexes") {
  CHECK(sizeof(Published<UplinkLine>) == 64);
  CHECK(sizeof(Published<DownlinkLine>) == 64);
  CHECK(sizeof(Meter) == 64);
}

TEST_CASE("refused_sessions_take_nothing") {
  Plane plane;
  const auto refusal = [&](const SessionEstablishment& request) {
    const auto answer = plane.plane.establish(request);
    return answer ? std::string("accepted") : std::string(to_string(answer.error()));
  };
  const auto v4 = [](const char* text) { return Ipv4Address::parse(text); };
  CHECK(refusal({}) == to_string(N4Error::no_address));
  CHECK(refusal({.ue_ipv4 = v4("10.45.0.9"), .ebi = 4}) == to_string(N4Error::bad_bearer));
  CHECK(refusal({.ue_ipv4 = v4("10.45.0.9"), .ebi = 16}) == to_string(N4Error::bad_bearer));
  CHECK(refusal({.ue_ipv4 = v4("10.46.0.9")}) == to_string(N4Error::address_not_served));
  CHECK(refusal({.ue_ipv4 = v4(kGateway4)}) == to_string(N4Error::address_not_served));
  CHECK(refusal({.ue_ipv4 = v4(kUe4)}) == to_string(N4Error::address_in_use));
  CHECK(refusal({.ue_ipv6_prefix = Ipv6Address::parse("2001:db8:46::")}) ==
        to_string(N4Error::address_not_served));
  CHECK(refusal({.ue_ipv6_prefix = Ipv6Address::parse(kUe6)}) == to_string(N4Error::address_in_use));
  CHECK(refusal({.ue_ipv4 = v4("10.45.0.9"), .ue_ipv6_prefix = Ipv6Address::parse(kUe6)}) ==
        to_string(N4Error::address_in_use));
  CHECK(refusal({.ue_ipv4 = v4("10.45.0.9"), .downlink = Plane::forward_to(kEnb4, 0)}) ==
        to_string(N4Error::bad_peer));
  CHECK(plane.plane.sessions() == 2);
  CHECK(refusal({.ue_ipv4 = v4("10.45.0.9")}) == "accepted");
}

TEST_CASE("ids_of_ended_sessions_name_nothing_and_their_addresses_are_free") {
  Plane plane;
  const auto old = plane.ue;
  REQUIRE(plane.plane.release(old.session));
  CHECK(plane.plane.release(old.session).error() == N4Error::no_session);
  CHECK(plane.plane.modify(old.session, {}).error() == N4Error::no_session);
  CHECK(plane.plane.usage(old.session).error() == N4Error::no_session);
  const auto packet = build::udp(kUe4, 4000, kHost4, 53, build::pattern(8));
  CHECK(plane.from_ue(packet) == Verdict::unknown_tunnel);
  CHECK(plane.downlink(build::udp(kHost4, 53, kUe4, 4000, build::pattern(8))) == Verdict::unknown_ue);
  const auto again = plane.establish(kUe4, kUe6, 5, 50);
  REQUIRE(again);
  CHECK(again->session != old.session);
  CHECK(again->uplink.teid != old.uplink.teid);
}

TEST_CASE("full_table_refuses_and_serves_again_after_a_release") {
  auto made = settings();
  made.sessions_max = 3;
  Plane plane(made);
  REQUIRE(plane.establish("10.45.0.10", nullptr, 5, 1));
  CHECK(plane.establish("10.45.0.11", nullptr, 5, 2).error() == N4Error::no_resources);
  REQUIRE(plane.plane.release(plane.ue.session));
  CHECK(plane.establish("10.45.0.11", nullptr, 5, 2));
  CHECK(plane.plane.sessions() == 3);
}

// 33.250: TEID uniqueness, Unpredictable GTP TEID.
TEST_CASE("TEID_uniqueness_and_Unpredictable_GTP_TEID_no_two_are_equal_and_none_tells_of_another") {
  auto made = settings();
  made.sessions_max = 4096;
  Plane plane(made, Plane::no_sessions);
  std::set<gtp::Teid> teids;
  std::array<int, 32> ones{};
  for (std::uint32_t i = 0; i < 4096; ++i) {
    const auto v4 = Ipv4Address::from_host(Ipv4Address::parse("10.45.1.0")->to_host() + i);
    const auto session = plane.plane.establish({.ue_ipv4 = v4});
    REQUIRE(session);
    teids.insert(session->uplink.teid);
    for (std::size_t bit = 0; bit < 32; ++bit) ones[bit] += session->uplink.teid >> bit & 1;
  }
  CHECK(teids.size() == 4096);
  for (const int count : ones) {
    CHECK(count > 1800);
    CHECK(count < 2300);
  }
}

TEST_CASE("teid_coder_finds_every_index_again") {
  for (const std::uint32_t capacity : {1u, 2u, 3u, 1000u, 1u << 20, 1u << 24}) {
    const TeidCoder coder(capacity, 0x123456789abcdef1);
    for (std::uint32_t i = 0; i < 5000; ++i) {
      const std::uint32_t index = i * 7919 % capacity;
      REQUIRE(coder.index(coder.encode(index, i * 2654435761u)) == index);
    }
  }
}

TEST_CASE("reader_of_a_line_never_sees_half_a_change") {
  Published<DownlinkLine> line;
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> read{0};
  std::atomic<std::uint64_t> torn{0};
  std::thread reader([&] {
    while (!stop) {
      const auto seen = line.read();
      if (!seen) continue;
      ++read;
      const bool whole = seen->peer_teid == seen->security_id && seen->ue_prefix == seen->peer_teid &&
                         seen->bearers == seen->peer_teid;
      if (!whole && seen->sequence != 0) ++torn;
    }
  });
  for (std::uint32_t i = 1; i < 200'000 || read < 1000; ++i) {
    DownlinkLine next;
    next.peer_teid = next.security_id = next.bearers = i;
    next.ue_prefix = i;
    line.publish(next);
  }
  stop = true;
  reader.join();
  CHECK(torn == 0);
}

TEST_CASE("reader_does_not_wait_for_a_writer_that_stopped_halfway") {
  // A line whose sequence is odd, as a stopped writer leaves it.
  Published<DownlinkLine> line;
  const std::uint64_t odd = 1;
  std::memcpy(static_cast<void*>(&line), &odd, sizeof odd);
  CHECK_FALSE(line.read());
}

TEST_CASE("newest_session_is_meant_when_a_peer_uses_a_teid_twice") {
  Plane plane;
  struct Reports final : N4Reports {
    void downlink_data(SessionId, std::uint64_t, std::uint8_t) override {}
    void error_indication(SessionId, std::uint64_t seid, std::uint8_t, const gtp::Fteid&) override {
      said = seid;
    }
    void path_failure(const IpAddress&) override {}
    void bearer_path_failure(SessionId, std::uint64_t, std::uint8_t) override {}
    void path_recovered(const IpAddress&) override {}
    void peer_silent(const IpAddress&) override {}
    std::uint64_t said = 0;
  } reports;
  plane.plane.set_reports(&reports);
  const auto newer = plane.establish("10.45.0.20", nullptr, kEnbTeid, 70);
  REQUIRE(newer);
  const auto indicate = [&] {
    reports.said = 0;
    std::array<std::uint8_t, 64> memory;
    Writer out(memory);
    gtp::encode_error_indication(out, {kEnbTeid, build::ip(kEnb4), std::nullopt});
    (void)plane.uplink({out.written().begin(), out.written().end()});
    plane.loop.run_ready();
    return reports.said;
  };
  CHECK(indicate() == 70);
  REQUIRE(plane.plane.release(plane.ue.session));  // The older one leaves the newer one's entry alone.
  CHECK(indicate() == 70);
  REQUIRE(plane.plane.release(newer->session));
  CHECK(indicate() == 0);
}

TEST_CASE("settings_that_do_not_hold_together_are_refused") {
  CHECK(validate(settings()));
  auto two = settings();
  two.gtpu_addresses.push_back(build::ip("192.0.2.1"));
  CHECK(validate(two).error() == "GTP-U addresses: expected at most one of each family");
  auto outside = settings();
  outside.pools[0].gateway = build::ip("10.46.0.1");
  CHECK(validate(outside).error() == "pool 10.45.0.0/16: expected a gateway inside it, not 10.46.0.1");
  auto narrow = settings();
  narrow.pools[1].prefix.length = 64;
  CHECK(validate(narrow).error() ==
        "pool 2001:db8:45::/64: expected a length of 32 to 63, since each UE gets a /64");
  auto often = settings();
  often.echo_interval_seconds = 30;
  CHECK_FALSE(validate(often));
}

}  // namespace
}  // namespace zerocell::upf
