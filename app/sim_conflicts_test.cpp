// SPDX-License-Identifier: Apache-2.0
#include "app/sim_conflicts.hpp"

#include "core/store/test_subscribers.hpp"

using namespace zerocell;
using namespace zerocell::store::testing;

namespace {

struct Command {
  /// As a command does it: what is wrong with the SIM; nothing when it is stored.
  std::string put(const store::Subscriber& card) {
    const auto problem = must(conflicts.look_at(card));
    if (problem) return *problem;
    if (must(subscribers.find(card.imsi)))
      must(subscribers.update(card));
    else
      must(subscribers.insert(card));
    return "";
  }

  store::MemorySubscribers subscribers{};
  app::SimConflicts conflicts{nullptr, subscribers};
};

store::Subscriber with_route(unsigned number, const char* prefix) {
  store::Subscriber card = subscriber(number);
  card.framed_routes = {{.context_id = 1, .prefixes = {*IpPrefix::parse(prefix)}}};
  return card;
}
store::Subscriber with_ipv4(unsigned number, const char* address) {
  store::Subscriber card = subscriber(number);
  card.static_addresses = {{.context_id = 1, .ipv4 = *Ipv4Address::parse(address)}};
  return card;
}
store::Subscriber with_ipv6(unsigned number, const char* prefix) {
  store::Subscriber card = subscriber(number);
  card.static_addresses = {{.context_id = 1, .ipv4 = {}, .ipv6_prefix = *Ipv6Address::parse(prefix)}};
  return card;
}

}  // namespace

TEST_CASE("what_a_sim_gives_up_is_free_for_the_next_one_of_the_same_command") {
  Command command;
  REQUIRE(command.put(with_ipv4(1, "192.168.7.9")) == "");
  CHECK(command.put(with_route(2, "192.168.7.0/24")) ==
        "framed route 192.168.7.0/24 holds the static address 192.168.7.9 of SIM " + imsi(1).text() +
            "; choose another prefix");
  REQUIRE(command.put(with_ipv4(1, "192.168.8.9")) == "");
  REQUIRE(command.put(with_route(2, "192.168.7.0/24")) == "");
  CHECK(command.put(with_ipv4(3, "192.168.7.9")) ==
        "static address 192.168.7.9 lies in the framed route 192.168.7.0/24 of SIM " + imsi(2).text() +
            "; choose another address");
  // Also where it keeps none at all.
  REQUIRE(command.put(subscriber(2)) == "");
  REQUIRE(command.put(with_ipv4(3, "192.168.7.9")) == "");
}

TEST_CASE("sim_that_is_refused_keeps_what_it_had") {
  Command command;
  REQUIRE(command.put(with_route(1, "192.168.7.0/24")) == "");
  REQUIRE(command.put(with_ipv4(2, "192.168.8.9")) == "");
  CHECK(command.put(with_route(1, "192.168.8.0/24")) != "");
  CHECK(command.put(with_ipv4(3, "192.168.7.9")).find("lies in the framed route 192.168.7.0/24") !=
        std::string::npos);
}

TEST_CASE("static_ipv6_prefix_and_a_longer_framed_route_in_it_meet_either_way") {
  Command command;
  REQUIRE(command.put(with_ipv6(1, "2001:db8:7:1::")) == "");
  CHECK(command.put(with_route(2, "2001:db8:7:1:8::/80")) ==
        "framed route 2001:db8:7:1:8::/80 overlaps the static prefix 2001:db8:7:1::/64 of SIM " +
            imsi(1).text() + "; choose another prefix");
  REQUIRE(command.put(with_route(2, "2001:db8:7:2:8::/80")) == "");
  CHECK(command.put(with_ipv6(3, "2001:db8:7:2::")) ==
        "static prefix 2001:db8:7:2::/64 overlaps the framed route 2001:db8:7:2:8::/80 of SIM " +
            imsi(2).text() + "; choose another prefix");
  // Its own may no more be within each other.
  store::Subscriber both = with_ipv6(4, "2001:db8:7:4::");
  both.framed_routes = {{.context_id = 1, .prefixes = {*IpPrefix::parse("2001:db8:7:4:8::/80")}}};
  CHECK(command.put(both) != "");
}
