// SPDX-License-Identifier: Apache-2.0
#include "pgw/address_pool.hpp"

#include <set>

#include <catch2/catch.hpp>

using namespace zerocell;
using namespace zerocell::pgw;

TEST_CASE("pool_gives_every_address_once_but_network_gateway_and_broadcast") {
  Ipv4Pool pool(*IpPrefix::parse("10.45.0.0/28"), *Ipv4Address::parse("10.45.0.1"));
  std::set<Ipv4Address> given;
  while (const auto address = pool.allocate()) CHECK(given.insert(*address).second);
  CHECK(given.size() == 13);
  CHECK_FALSE(given.contains(*Ipv4Address::parse("10.45.0.0")));
  CHECK_FALSE(given.contains(*Ipv4Address::parse("10.45.0.1")));
  CHECK_FALSE(given.contains(*Ipv4Address::parse("10.45.0.15")));
  CHECK(pool.allocate().error() == PoolError::exhausted);
  pool.release(*Ipv4Address::parse("10.45.0.7"));
  CHECK(pool.allocate() == *Ipv4Address::parse("10.45.0.7"));
}

TEST_CASE("IP_address_reallocation_interval_address_given_back_rests_until_all_others_were_given") {
  Ipv4Pool pool(*IpPrefix::parse("10.45.0.0/29"), *Ipv4Address::parse("10.45.0.1"));
  const auto first = *pool.allocate();
  const auto second = *pool.allocate();
  pool.release(second);
  pool.release(first);
  for (int i = 0; i < 3; ++i) CHECK(*pool.allocate() > second);
  CHECK(*pool.allocate() == second);
  CHECK(*pool.allocate() == first);
}

TEST_CASE("reserved_address_goes_to_who_asks_for_it_by_name_and_to_nobody_else") {
  Ipv4Pool pool(*IpPrefix::parse("10.45.0.0/29"), *Ipv4Address::parse("10.45.0.1"));
  const auto reserved = *Ipv4Address::parse("10.45.0.3");
  pool.reserve(reserved);
  for (int i = 0; i < 4; ++i) CHECK(*pool.allocate() != reserved);
  CHECK_FALSE(pool.allocate());
  CHECK(pool.allocate(reserved));
  CHECK(pool.allocate(reserved).error() == PoolError::in_use);
  pool.release(reserved);
  CHECK_FALSE(pool.allocate());
  pool.unreserve(reserved);
  CHECK(pool.allocate() == reserved);
  CHECK(pool.allocate(*Ipv4Address::parse("10.45.0.1")).error() == PoolError::not_assignable);
  CHECK(pool.allocate(*Ipv4Address::parse("10.46.0.1")).error() == PoolError::outside);
}

TEST_CASE("ipv6_pool_gives_slash_64s_but_for_the_gateways") {
  Ipv6Pool pool(*IpPrefix::parse("fd00:45::/62"));
  CHECK(pool.allocate()->text() == "fd00:45:0:1::");
  CHECK(pool.allocate(*Ipv6Address::parse("fd00:45:0:2::")));
  CHECK(pool.allocate()->text() == "fd00:45:0:3::");
  CHECK(pool.allocate().error() == PoolError::exhausted);
  pool.release(*Ipv6Address::parse("fd00:45:0:2::"));
  CHECK(pool.allocate()->text() == "fd00:45:0:2::");
  CHECK(pool.allocate(*Ipv6Address::parse("fd00:45::")).error() == PoolError::not_assignable);
  CHECK(pool.allocate(*Ipv6Address::parse("fd00:46::")).error() == PoolError::outside);
  Ipv6Pool large(*IpPrefix::parse("fd00::/32"));
  CHECK(large.allocate());
}
