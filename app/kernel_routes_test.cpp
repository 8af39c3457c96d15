// SPDX-License-Identifier: Apache-2.0
#include "app/kernel_routes.hpp"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <functional>
#include <future>
#include <set>

#include <catch2/catch.hpp>

#include "core/net/tun.hpp"
#include "core/telemetry/log.hpp"

using namespace zerocell;

namespace {

using Prefixes = std::set<std::string>;

const Imsi kFirst = *Imsi::parse("001010000000001");
const Imsi kSecond = *Imsi::parse("001010000000002");

store::OwnedRoute route(const Imsi& imsi, const char* prefix) {
  return {imsi, *IpPrefix::parse(prefix)};
}

/// A machine that has a TUN device, which stays as one that was made beforehand does, and an interface of
/// others: its loopback.
struct Machine {
  static constexpr unsigned kLoopback = 1;

  explicit Machine(net::Tun made) : tun(std::move(made)) {
    REQUIRE(net::set_link_up(kLoopback, 65'536));
    config.apns.emplace_back().name = *Apn::parse("internet");
  }
  /// Routes that lead there, as KernelRoutes makes them.
  static Prefixes into(unsigned interface_index) {
    Prefixes found;
    const auto all = net::LinkRoutes(interface_index).all();
    REQUIRE(all);
    for (const net::LinkRoutes::Route& each : *all)
      if (each.ours) found.insert(each.prefix.text());
    return found;
  }
  Prefixes into_tun() const { return into(tun.interface_index()); }
  static void add(unsigned interface_index, const char* prefix) {
    REQUIRE(net::LinkRoutes(interface_index).add(*IpPrefix::parse(prefix)));
  }

  net::Tun tun;
  config::Config config{};
};

/// In a network namespace of its own, in a thread of its own. Nothing is shown where that is not allowed.
void on_a_machine(const std::function<void(Machine&)>& job) {
  const bool shown = std::async(std::launch::async, [&] {
                       if (::unshare(CLONE_NEWNET) != 0) return false;
                       auto tun = net::Tun::open({.name = "zct0",
                                                  .mtu = 1400,
                                                  .addresses = {{*IpAddress::parse("10.45.0.1"), 16},
                                                                {*IpAddress::parse("fd45::1"), 64}},
                                                  .routes = {}});
                       if (!tun) return false;
                       Machine machine(std::move(*tun));
                       job(machine);
                       return true;
                     }).get();
  if (!shown) WARN("no network namespace or TUN device of our own here: nothing was shown");
}

/// The calling thread's user only: without its capabilities, and with them again.
bool be_user(uid_t user) {
  return ::syscall(SYS_setresuid, -1, user, -1) == 0;
}

}  // namespace

TEST_CASE("prefix_that_the_machine_routes_elsewhere_is_left_out_and_stays_where_it_was") {
  on_a_machine([](Machine& machine) {
    Machine::add(Machine::kLoopback, "192.168.7.0/24");
    app::KernelRoutes routes(machine.tun.interface_index(), machine.config);
    {
      const log::Capture told(log::Level::warning);
      const std::vector wanted{route(kFirst, "192.168.7.0/24"), route(kFirst, "192.168.8.0/24"),
                               route(kSecond, "2001:db8:7::/48")};
      routes.set(wanted);
      routes.set(wanted);
      const std::string text = told.text();
      INFO(text);
      CHECK(text.find("framed_route_not_routed") != std::string::npos);
      CHECK(text.find("192.168.7.0/24") != std::string::npos);
      CHECK(text.find("the machine routes it elsewhere") != std::string::npos);
      CHECK(text.find(kFirst.text()) != std::string::npos);
      CHECK(std::count(text.begin(), text.end(), '\n') == 1);
    }
    CHECK(machine.into_tun() == Prefixes{"192.168.8.0/24", "2001:db8:7::/48"});
    routes.set({});
    CHECK(machine.into_tun().empty());
    CHECK(Machine::into(Machine::kLoopback) == Prefixes{"192.168.7.0/24"});
  });
}

TEST_CASE("routes_of_sims_leave_a_device_that_outlives_the_process") {
  on_a_machine([](Machine& machine) {
    {
      app::KernelRoutes routes(machine.tun.interface_index(), machine.config);
      routes.set({route(kFirst, "192.168.7.0/24"), route(kSecond, "2001:db8:7::/48")});
      CHECK(machine.into_tun().size() == 2);
    }
    CHECK(machine.into_tun().empty());
  });
}

TEST_CASE("routes_that_a_crash_has_left_are_taken_back_unless_a_sim_or_the_configuration_has_them") {
  on_a_machine([](Machine& machine) {
    machine.config.apns.front().framed_routes = {
        {.imsi = kSecond, .prefixes = {*IpPrefix::parse("192.168.9.0/24")}}};
    for (const char* left : {"192.168.7.0/24", "192.168.8.0/24", "192.168.9.0/24", "2001:db8:7::/48"})
      Machine::add(machine.tun.interface_index(), left);
    const log::Capture told(log::Level::warning);
    {
      app::KernelRoutes routes(machine.tun.interface_index(), machine.config);
      routes.set({route(kFirst, "192.168.7.0/24"), route(kSecond, "192.168.9.0/24")});
      CHECK(machine.into_tun() == Prefixes{"192.168.7.0/24", "192.168.9.0/24"});
    }
    CHECK(machine.into_tun() == Prefixes{"192.168.9.0/24"});
    CHECK(told.text() == "");
  });
}

TEST_CASE("prefix_that_was_left_out_for_one_sim_is_routed_once_it_is_anothers") {
  on_a_machine([](Machine& machine) {
    machine.config.apns.front().framed_routes = {
        {.imsi = kSecond, .prefixes = {*IpPrefix::parse("192.168.90.0/25")}}};
    app::KernelRoutes routes(machine.tun.interface_index(), machine.config);
    {
      const log::Capture told(log::Level::warning);
      routes.set({route(kFirst, "192.168.90.0/24")});
      CHECK(told.text().find("gives to SIM " + kSecond.text()) != std::string::npos);
    }
    CHECK(machine.into_tun().empty());
    routes.set({route(kSecond, "192.168.90.0/24")});
    CHECK(machine.into_tun() == Prefixes{"192.168.90.0/24"});
    const log::Capture told(log::Level::warning);
    routes.set({route(kFirst, "192.168.90.0/24")});
    CHECK(machine.into_tun().empty());
  });
}

TEST_CASE("route_that_cannot_be_taken_back_is_told_and_tried_again") {
  on_a_machine([](Machine& machine) {
    app::KernelRoutes routes(machine.tun.interface_index(), machine.config);
    routes.set({route(kFirst, "192.168.7.0/24")});
    const uid_t self = ::geteuid();
    constexpr uid_t kNobody = 65'534;
    if (self != 0 || !be_user(kNobody)) return;
    const log::Capture told(log::Level::warning);
    routes.set({});
    CHECK(be_user(self));
    CHECK(told.text().find("framed_route_still_routed") != std::string::npos);
    CHECK(told.text().find(kFirst.text()) != std::string::npos);
    CHECK(machine.into_tun() == Prefixes{"192.168.7.0/24"});
    routes.set({});
    CHECK(machine.into_tun().empty());
  });
}
