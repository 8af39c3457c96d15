// SPDX-License-Identifier: Apache-2.0
#include "egress/policy_egress.hpp"

#include <atomic>
#include <thread>

#include <catch2/catch.hpp>

#include "core/runtime/virtual_loop.hpp"

namespace zerocell::egress {
namespace {

config::EgressGroup group(std::string name, std::vector<const char*> rules,
                          std::vector<const char*> sims = {}) {
  config::EgressGroup made{.name = std::move(name), .rules = {}, .sims = {}};
  for (const char* rule : rules) made.rules.push_back({rule, 0, 0});
  for (const char* sim : sims) made.sims.push_back(Imsi::parse(sim).value());
  return made;
}
PolicySet policies(std::vector<config::EgressGroup> groups) {
  config::Egress egress;
  egress.groups = std::move(groups);
  return compile(egress).value();
}
Identity identity(const char* imsi, std::string group = {}) {
  Identity made;
  made.imsi = Imsi::parse(imsi).value();
  made.group = std::move(group);
  return made;
}
upf::FlowQuery to(SecurityId id, std::uint16_t port) {
  upf::FlowQuery query;
  query.security_id = id;
  query.remote = {10, 99, 0, 1};
  query.protocol = 6;
  query.ports = true;
  query.remote_port = port;
  return query;
}

constexpr const char* kSim = "001010000000001";
constexpr const char* kOther = "001010000000002";

TEST_CASE("Per_user_packet_filtering_first_rule_that_matches_decides_and_the_default_is_deny") {
  VirtualLoop loop(1);
  PolicyEgress egress(
      policies({group("iot", {"deny port 81", "allow port 80-90", "deny any"}), group("empty", {})}), 8, 10,
      loop);
  const SecurityId iot = egress.admit(identity(kSim, "iot")).value();
  CHECK(egress.decide(to(iot, 80)).allowed);
  CHECK(egress.decide(to(iot, 80)).rule == 2);
  CHECK_FALSE(egress.decide(to(iot, 81)).allowed);
  CHECK(egress.decide(to(iot, 81)).rule == 1);
  CHECK(egress.decide(to(iot, 100)).rule == 3);
  const SecurityId empty = egress.admit(identity(kOther, "empty")).value();
  CHECK_FALSE(egress.decide(to(empty, 80)).allowed);
  CHECK(egress.decide(to(empty, 80)).rule == 0);
}

TEST_CASE("group_of_the_subscription_comes_before_membership_and_default") {
  VirtualLoop loop(1);
  PolicyEgress egress(policies({group("a", {"allow port 1"}), group("b", {"allow port 2"}, {kSim}),
                                group("default", {"allow port 3"})}),
                      8, 10, loop);
  const auto allowed = [&](const Identity& who) {
    const SecurityId id = egress.admit(who).value();
    std::string ports;
    for (const std::uint16_t port : {1, 2, 3})
      if (egress.decide(to(id, port)).allowed) ports += std::to_string(port);
    egress.leave(id);
    return ports;
  };
  CHECK(allowed(identity(kSim, "a")) == "1");
  CHECK(allowed(identity(kSim)) == "2");
  CHECK(allowed(identity(kOther)) == "3");
  CHECK(allowed(identity(kOther, "nobody knows it")) == "3");
}

TEST_CASE("without_a_policy_everything_is_denied") {
  VirtualLoop loop(1);
  PolicyEgress egress(policies({group("a", {"allow any"})}), 8, 10, loop);
  const SecurityId id = egress.admit(identity(kSim)).value();
  CHECK_FALSE(egress.decide(to(id, 80)).allowed);
}

TEST_CASE("security_id_that_was_given_back_or_made_up_is_denied") {
  VirtualLoop loop(1);
  PolicyEgress egress(policies({group("default", {"allow any"})}), 2, 10, loop);
  const SecurityId id = egress.admit(identity(kSim)).value();
  CHECK(egress.decide(to(id, 80)).allowed);
  egress.leave(id);
  egress.leave(id);
  for (const SecurityId made_up : {0u, id, 2u, 3u, 0xFFFFFFFFu})
    CHECK_FALSE(egress.decide(to(made_up, 80)).allowed);
  CHECK(egress.admit(identity(kSim)));
  CHECK(egress.admit(identity(kOther)));
  const auto full = egress.admit(identity(kOther));
  REQUIRE_FALSE(full);
  CHECK(full.error().message == "all 2 sessions of the egress are taken; raise upf.sessions_max");
}

TEST_CASE("every_change_moves_the_epoch") {
  VirtualLoop loop(1);
  PolicyEgress egress(policies({group("a", {"allow any"}), group("b", {})}), 8, 10, loop);
  const SecurityId id = egress.admit(identity(kSim, "a")).value();
  const auto first = egress.decide(to(id, 80));
  CHECK(first.allowed);
  CHECK(first.epoch == egress.epoch());
  egress.update(id, identity(kSim, "b"));
  CHECK(first.epoch != egress.epoch());
  CHECK_FALSE(egress.decide(to(id, 80)).allowed);
  const auto before = egress.epoch();
  egress.set_policies(policies({group("b", {"allow any"})}));
  CHECK(before != egress.epoch());
  CHECK(egress.decide(to(id, 80)).allowed);
}

TEST_CASE("group_that_is_configured_later_serves_sessions_that_were_there_before") {
  VirtualLoop loop(1);
  PolicyEgress egress(policies({}), 8, 10, loop);
  const SecurityId id = egress.admit(identity(kSim, "late")).value();
  CHECK_FALSE(egress.decide(to(id, 80)).allowed);
  egress.set_policies(policies({group("x", {}), group("late", {"allow any"})}));
  CHECK(egress.decide(to(id, 80)).allowed);
}

TEST_CASE("rules_may_change_while_the_path_decides") {
  VirtualLoop loop(1);
  PolicyEgress egress(policies({group("default", {"allow any"})}), 8, 10, loop);
  const SecurityId id = egress.admit(identity(kSim)).value();
  std::atomic<bool> stop{false};
  std::atomic<int> decided{0};
  std::thread path([&] {
    while (!stop) {
      // Both policies allow this port; a torn or freed one would not, or would crash under ASan.
      if (egress.decide(to(id, 80)).allowed) ++decided;
    }
  });
  for (int i = 0; i < 2000 || decided == 0; ++i)
    egress.set_policies(policies({group("default", {i % 2 == 0 ? "allow port 80" : "allow any"})}));
  stop = true;
  path.join();
  CHECK(egress.decide(to(id, 80)).epoch == egress.epoch());
  CHECK(decided > 0);
}

TEST_CASE("problems_of_rules_are_all_told_with_their_places") {
  config::Egress egress;
  egress.groups.push_back({.name = "a", .rules = {{"allow any", 3, 9}, {"allow dst 10", 4, 9}}, .sims = {}});
  egress.groups.push_back({.name = "b", .rules = {{"block", 0, 0}}, .sims = {}});
  const auto set = compile(egress);
  REQUIRE_FALSE(set);
  REQUIRE(set.error().size() == 2);
  CHECK(set.error()[0].key == "egress.groups[0].rules[1]");
  CHECK(set.error()[0].line == 4);
  CHECK(set.error()[0].column == 19);
  CHECK(set.error()[1].key == "egress.groups[1].rules[0]");
  CHECK(set.error()[1].line == 0);
}

}  // namespace
}  // namespace zerocell::egress
