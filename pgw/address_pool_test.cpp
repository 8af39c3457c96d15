// SPDX-License-Identifier: Apache-2.0
#include "pgw/address_pool.hpp"

#include <set>

#include <catch2/catch.hpp>

using namespace zerocell;
using namespace zerocell::pgw;
using namespace std::chrono_literals;

constexpr Time kNow{};

TEST_CASE("pool_gives_every_address_once_but_network_gateway_and_broadcast") {
  Ipv4Pool pool(*IpPrefix::parse("10.45.0.0/28"), *Ipv4Address::parse("10.45.0.1"));
  std::set<Ipv4Address> given;
  while (const auto address = pool.allocate(kNow)) CHECK(given.insert(*address).second);
  CHECK(given.size() == 13);
  CHECK_FALSE(given.contains(*Ipv4Address::parse("10.45.0.0")));
  CHECK_FALSE(given.contains(*Ipv4Address::parse("10.45.0.1")));
  CHECK_FALSE(given.contains(*Ipv4Address::parse("10.45.0.15")));
  CHECK(pool.allocate(kNow).error() == PoolError::exhausted);
  pool.release(*Ipv4Address::parse("10.45.0.7"), kNow);
  CHECK(pool.allocate(kNow) == *Ipv4Address::parse("10.45.0.7"));
}

TEST_CASE("IP_address_reallocation_interval_address_given_back_rests_until_all_others_were_given") {
  Ipv4Pool pool(*IpPrefix::parse("10.45.0.0/29"), *Ipv4Address::parse("10.45.0.1"));
  const auto first = *pool.allocate(kNow);
  const auto second = *pool.allocate(kNow);
  pool.release(second, kNow);
  pool.release(first, kNow);
  for (int i = 0; i < 3; ++i) CHECK(*pool.allocate(kNow) > second);
  CHECK(*pool.allocate(kNow) == second);
  CHECK(*pool.allocate(kNow) == first);
}

TEST_CASE("address_given_back_rests_for_the_configured_time_before_somebody_else_gets_it") {
  Ipv4Pool pool(*IpPrefix::parse("10.45.0.0/29"), *Ipv4Address::parse("10.45.0.1"), 60s);
  const auto first = *pool.allocate(kNow);
  while (pool.allocate(kNow)) {
  }
  pool.release(first, kNow + 10s);
  CHECK(pool.allocate(kNow + 69s).error() == PoolError::exhausted);
  CHECK(pool.allocate(kNow + 71s) == first);
  // One that nobody came to use need not rest.
  pool.give_up(first);
  CHECK(pool.allocate(kNow + 71s) == first);
  // Whoever names it has it at once, and then it rests anew.
  pool.release(first, kNow + 80s);
  CHECK(pool.allocate(first));
  pool.release(first, kNow + 130s);
  CHECK(pool.allocate(kNow + 150s).error() == PoolError::exhausted);
  CHECK(pool.allocate(kNow + 211s) == first);
  // So does one that was a subscription's.
  pool.reserve(first);
  pool.release(first, kNow + 300s);
  pool.unreserve(first, kNow + 310s);
  CHECK(pool.allocate(kNow + 340s).error() == PoolError::exhausted);
  CHECK(pool.allocate(kNow + 371s) == first);
}

TEST_CASE("reserved_address_goes_to_who_asks_for_it_by_name_and_to_nobody_else") {
  Ipv4Pool pool(*IpPrefix::parse("10.45.0.0/29"), *Ipv4Address::parse("10.45.0.1"));
  const auto reserved = *Ipv4Address::parse("10.45.0.3");
  pool.reserve(reserved);
  for (int i = 0; i < 4; ++i) CHECK(*pool.allocate(kNow) != reserved);
  CHECK_FALSE(pool.allocate(kNow));
  CHECK(pool.allocate(reserved));
  CHECK(pool.allocate(reserved).error() == PoolError::in_use);
  pool.release(reserved, kNow);
  CHECK_FALSE(pool.allocate(kNow));
  pool.unreserve(reserved, kNow);
  CHECK(pool.allocate(kNow) == reserved);
  CHECK(pool.allocate(*Ipv4Address::parse("10.45.0.1")).error() == PoolError::not_assignable);
  CHECK(pool.allocate(*Ipv4Address::parse("10.46.0.1")).error() == PoolError::outside);
}

TEST_CASE("ipv6_pool_gives_slash_64s_but_for_the_gateways") {
  Ipv6Pool pool(*IpPrefix::parse("fd00:45::/62"));
  CHECK(pool.allocate(kNow)->text() == "fd00:45:0:1::");
  CHECK(pool.allocate(*Ipv6Address::parse("fd00:45:0:2::")));
  CHECK(pool.allocate(kNow)->text() == "fd00:45:0:3::");
  CHECK(pool.allocate(kNow).error() == PoolError::exhausted);
  pool.release(*Ipv6Address::parse("fd00:45:0:2::"), kNow);
  CHECK(pool.allocate(kNow)->text() == "fd00:45:0:2::");
  CHECK(pool.allocate(*Ipv6Address::parse("fd00:45::")).error() == PoolError::not_assignable);
  CHECK(pool.allocate(*Ipv6Address::parse("fd00:46::")).error() == PoolError::outside);
  Ipv6Pool large(*IpPrefix::parse("fd00::/32"));
  CHECK(large.allocate(kNow));
}
