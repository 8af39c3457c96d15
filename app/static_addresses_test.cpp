// SPDX-License-Identifier: Apache-2.0
#include "app/static_addresses.hpp"

#include <sqlite3.h>

#include "core/store/memory_subscribers.hpp"
#include "core/store/test_subscribers.hpp"
#include "core/telemetry/log.hpp"
#include "pgw/test_gateway.hpp"

using namespace zerocell;
using namespace zerocell::pgw::test;

TEST_CASE("static_address_of_a_sim_is_nobody_elses_and_its_framed_routes_are_known_once_it_is_provisioned") {
  VirtualLoop loop{1};
  const auto database = std::make_shared<store::MemoryDatabase>();
  store::MemorySubscribers operators(database);
  store::SubscriberStore subscribers(
      loop, std::make_unique<store::MemorySubscribers>(database),
      store::SubscriberStore::Options{.execution = store::SubscriberStore::Execution::on_loop});
  Gateway gateway;
  // Known at the start, and no more.
  app::StaticAddresses addresses(loop, subscribers, gateway.pgw, {*IpAddress::parse("10.45.0.2")});
  const auto next = [&](unsigned number) {
    return now(gateway.sgw.create_session(request(number, gtp::PdnType::ipv4)))->address.v4.text();
  };
  CHECK(next(1) == "10.45.0.3");

  store::Subscriber card;
  card.imsi = *Imsi::parse("001010000000009");
  card.static_addresses = {{.context_id = 1, .ipv4 = *Ipv4Address::parse("10.45.0.4")}};
  REQUIRE(operators.insert(card));
  subscribers.look_for_changes();
  loop.run_ready();
  CHECK(next(2) == "10.45.0.5");
  // What no SIM has any longer is given like the others.
  card.static_addresses.clear();
  REQUIRE(operators.update(card));
  subscribers.look_for_changes();
  loop.run_ready();
  std::vector<store::OwnedRoute> routes;
  addresses.on_routes([&](const auto& known) { routes = known; });
  loop.run_ready();
  CHECK(routes.empty());
  card.framed_routes = {{.context_id = 1, .prefixes = {*IpPrefix::parse("192.168.7.0/24")}}};
  REQUIRE(operators.update(card));
  subscribers.look_for_changes();
  loop.run_ready();
  CHECK(routes == std::vector{store::OwnedRoute{card.imsi, *IpPrefix::parse("192.168.7.0/24")}});
  CHECK(next(3) == "10.45.0.6");
  CHECK(next(4) == "10.45.0.2");
}

TEST_CASE("framed_routes_that_cannot_be_read_are_told_and_read_again_later") {
  const store::testing::TemporaryDirectory directory;
  const std::string path = directory.file("sims.db");
  VirtualLoop loop{1};
  auto opened = store::open_sqlite({.path = path});
  REQUIRE(opened);
  store::Subscriber card = store::testing::subscriber(1);
  card.framed_routes = {{.context_id = 1, .prefixes = {*IpPrefix::parse("192.168.7.0/24")}}};
  REQUIRE((*opened)->insert(card));
  const auto sql = [&](const char* statement) {
    sqlite3* handle = nullptr;
    sqlite3_open(path.c_str(), &handle);
    CHECK(sqlite3_exec(handle, statement, nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(handle);
  };
  sql("ALTER TABLE framed_route RENAME TO away");
  store::SubscriberStore subscribers(
      loop, std::move(*opened),
      store::SubscriberStore::Options{.execution = store::SubscriberStore::Execution::on_loop});
  Gateway gateway;
  app::StaticAddresses addresses(loop, subscribers, gateway.pgw, {});
  std::optional<std::vector<store::OwnedRoute>> routes;
  {
    const log::Capture told(log::Level::warning);
    addresses.on_routes([&](const auto& known) { routes = known; });
    loop.run_ready();
    INFO(told.text());
    CHECK(told.text().find("framed_routes_not_read") != std::string::npos);
    CHECK(told.text().find("static_addresses_not_read") == std::string::npos);
  }
  CHECK_FALSE(routes);
  sql("ALTER TABLE away RENAME TO framed_route");
  loop.run_for(std::chrono::seconds(6));
  REQUIRE(routes);
  CHECK(*routes == std::vector{store::OwnedRoute{card.imsi, *IpPrefix::parse("192.168.7.0/24")}});
}
