// SPDX-License-Identifier: Apache-2.0
// The load generator against the MME in virtual time: hundreds of UEs, each scenario, without one failure,
// and nothing left in the core afterwards.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "lab/load/generator.hpp"
#include "lab/load/report.hpp"
#include "mme/test_world.hpp"

namespace zerocell::load {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kUes = 300;

Settings settings_for(const mme::World& world, Scenario scenario) {
  Settings settings;
  settings.mme = {world.s1ap.bind.front(), world.s1ap.port};
  settings.plmn = world.network.plmns.front();
  settings.tac_first = 7;
  settings.tac_count = 2;
  settings.enbs = 8;
  settings.ues = kUes;
  for (unsigned i = 1; i <= kUes; ++i) {
    const lab::SimCard card = mme::test_sim(i);
    settings.sims.push_back({card.imsi, {card.k, card.op_c}});
  }
  settings.scenario = scenario;
  settings.rate = 200;
  settings.duration = 10s;
  return settings;
}

/// Everything that went wrong, in one text.
std::string troubles(const Outcome& outcome) {
  std::string text;
  for (const auto* statistics : {&outcome.prepared, &outcome.measured, &outcome.cleared})
    for (const auto& [what, count] : statistics->failures) text += std::to_string(count) + " " + what + "\n";
  for (const auto& [what, count] : outcome.complaints) text += std::to_string(count) + " " + what + "\n";
  return text;
}

/// Runs to the end, eNodeBs gone.
void run(mme::World& world, Generator& generator) {
  std::optional<std::expected<void, std::string>> ended;
  generator.start([&](std::expected<void, std::string> how) { ended = std::move(how); });
  REQUIRE(world.loop.run_until([&] { return ended.has_value(); }, 30min));
  INFO((ended->has_value() ? std::string() : ended->error()));
  REQUIRE(ended->has_value());
  world.wait(1min);
}

void nothing_is_left(mme::World& world) {
  CHECK(world.mme->connected_ues() == 0);
  CHECK(world.mme->enbs() == 0);
  CHECK(world.gateway.sessions.empty());
  CHECK(world.net.ends() == 0);
}

TEST_CASE("an_attach_storm_leaves_nothing_behind") {
  mme::World world;
  const auto transport = world.net.make_transport();
  Generator generator({.loop = world.loop, .sctp = *transport, .alarm = make_wheel_alarm},
                      settings_for(world, Scenario::attach));
  run(world, generator);
  const Outcome& outcome = generator.outcome();
  CHECK(troubles(outcome) == "");
  CHECK(outcome.arrived == Approx(2000).epsilon(0.1));
  CHECK(outcome.nobody_free == 0);
  CHECK(outcome.measured.of(Procedure::attach).done == outcome.arrived);
  CHECK(outcome.measured.of(Procedure::detach).done == outcome.arrived);
  CHECK(outcome.measured.of(Sent::security_mode_complete).count() == outcome.arrived);
  CHECK(world.gateway.created == outcome.arrived);
  nothing_is_left(world);
}

TEST_CASE("a_network_fills_and_every_ue_stays_registered") {
  mme::World world;
  const auto transport = world.net.make_transport();
  Settings settings = settings_for(world, Scenario::registration);
  settings.rate = 0;
  settings.keep = true;
  Generator generator({.loop = world.loop, .sctp = *transport, .alarm = make_wheel_alarm}, settings);
  run(world, generator);
  CHECK(troubles(generator.outcome()) == "");
  CHECK(generator.registered() == kUes);
  CHECK(generator.outcome().measured.of(Procedure::release).done == kUes);
  CHECK(world.gateway.sessions.size() == kUes);
  CHECK(world.mme->connected_ues() == 0);
}

TEST_CASE("attaches_by_guti_need_no_challenge") {
  mme::World world;
  const auto transport = world.net.make_transport();
  Settings settings = settings_for(world, Scenario::attach);
  settings.by_guti = true;
  settings.duration = 5s;
  Generator generator({.loop = world.loop, .sctp = *transport, .alarm = make_wheel_alarm}, settings);
  run(world, generator);
  CHECK(troubles(generator.outcome()) == "");
  CHECK(generator.outcome().measured.of(Sent::authentication_response).count() == kUes);
  CHECK(generator.outcome().measured.of(Procedure::attach).done > kUes);
  nothing_is_left(world);
}

TEST_CASE("the_same_seed_gives_the_same_run") {
  const auto report = [] {
    mme::World world(5);
    const auto transport = world.net.make_transport();
    Settings settings = settings_for(world, Scenario::attach);
    settings.duration = 2s;
    Generator generator({.loop = world.loop, .sctp = *transport, .alarm = make_wheel_alarm}, settings);
    run(world, generator);
    Outcome outcome = generator.outcome();
    outcome.own_cpu = {};  // This one is of the machine.
    return json_report(settings, outcome);
  };
  CHECK(report() == report());
}

TEST_CASE("a_report_has_every_setting_that_its_run_was_made_with") {
  const mme::World world;
  Settings settings = settings_for(world, Scenario::x2_handover);
  settings.enb_addresses = {*IpAddress::parse("127.0.2.1"), *IpAddress::parse("127.0.2.2")};
  settings.apn = *Apn::parse("meters");
  settings.pdn_type = nas::PdnType::ipv4v6;
  settings.by_guti = true;
  settings.storm = {.rate = 500, .ues = 20, .after = 2s, .duration = 1500ms};
  settings.slice = 50ms;
  settings.arrivals_max = 9;
  settings.patience = 7s;
  settings.keep = true;
  settings.receive_packets = true;
  settings.sctp = net::SctpKind::usrsctp;
  settings.spin = true;
  const nlohmann::json told = nlohmann::json::parse(json_report(settings, {}))["settings"];
  const nlohmann::json expected = {{"mme", settings.mme.address.text()},
                                   {"port", settings.mme.port},
                                   {"sctp", "usrsctp"},
                                   {"enb_address", {"127.0.2.1", "127.0.2.2"}},
                                   {"plmn", settings.plmn.text()},
                                   {"tac", "7-8"},
                                   {"enbs", 8},
                                   {"enb_id", 1},
                                   {"ues", 300},
                                   {"imsi", nullptr},
                                   {"sims", 300},
                                   {"apn", "meters"},
                                   {"pdn_type", "ipv4v6"},
                                   {"identity", "guti"},
                                   {"scenario", "x2-handover"},
                                   {"rate", 200.0},
                                   {"window", 64},
                                   {"arrivals", "poisson"},
                                   {"seconds", 10.0},
                                   {"count", 9},
                                   {"storm_rate", 500.0},
                                   {"storm_ues", 20},
                                   {"storm_after", 2.0},
                                   {"storm_seconds", 1.5},
                                   {"slice", 0.05},
                                   {"seed", 1},
                                   {"patience", 7.0},
                                   {"keep", true},
                                   {"spin", true},
                                   {"gtpu", "127.0.0.1"}};
  CHECK(told == expected);
}

TEST_CASE("a_load_that_is_stopped_while_ues_get_ready_begins_no_work_and_detaches_them") {
  mme::World world;
  const auto transport = world.net.make_transport();
  Settings settings = settings_for(world, Scenario::service_request);
  settings.window = 4;
  Generator generator({.loop = world.loop, .sctp = *transport, .alarm = make_wheel_alarm}, settings);
  std::optional<std::expected<void, std::string>> ended;
  generator.start([&](std::expected<void, std::string> how) { ended = std::move(how); });
  REQUIRE(world.loop.run_until([&] { return generator.registered() >= 10; }, 1min));
  REQUIRE(generator.progress().phase == Phase::preparing);
  generator.stop();
  REQUIRE(world.loop.run_until([&] { return ended.has_value(); }, 1min));
  CHECK(ended->has_value());
  CHECK(generator.outcome().arrived == 0);
  CHECK(generator.registered() == 0);
  world.wait(1min);
  nothing_is_left(world);
}

TEST_CASE("what_fails_is_not_counted_as_done") {
  mme::World world;
  world.hss.refused[mme::test_imsi(1)] = hss::S6aError{hss::S6aResult::user_unknown};
  const auto transport = world.net.make_transport();
  Settings settings = settings_for(world, Scenario::attach);
  settings.ues = 2;
  settings.rate = 10;
  settings.arrivals_max = 20;
  Generator generator({.loop = world.loop, .sctp = *transport, .alarm = make_wheel_alarm}, settings);
  run(world, generator);
  const Outcome& outcome = generator.outcome();
  const std::uint64_t failed = outcome.measured.of(Procedure::attach).failed;
  CHECK(failed != 0);
  CHECK(outcome.done != 0);
  CHECK(outcome.done_in_time <= outcome.done);
  CHECK(outcome.done + failed + outcome.nobody_free == outcome.arrived);
}

TEST_CASE("a_text_says_how_many_arrivals_failed_and_gives_no_time_of_what_never_ended") {
  const mme::World world;
  Outcome outcome;
  outcome.ran = 2s;
  outcome.arrived = 5;
  outcome.done_in_time = 2;
  outcome.done = 3;
  outcome.measured.of(Procedure::attach).begun = 2;
  const std::string text = text_report(settings_for(world, Scenario::attach), outcome);
  INFO(text);
  CHECK(text.find("5 arrivals in 2.0 s: 2 done in that time (1/s), 1 done later, 2 failed\n") !=
        std::string::npos);
  CHECK(text.find("  attach  ") != std::string::npos);
  CHECK(text.find("         0           -           -") != std::string::npos);
}

TEST_CASE("a_storm_is_shed_and_the_core_is_itself_again") {
  mme::World world;
  world.settings.congestion.low_priority_procedures = 20;
  world.settings.congestion.all_procedures = 40;
  world.settings.congestion.clear_procedures = 10;
  world.hss.delay = 50ms;
  const auto transport = world.net.make_transport();
  Settings settings = settings_for(world, Scenario::attach);
  settings.rate = 50;
  settings.storm = {.rate = 2000, .ues = 200, .after = 2s, .duration = 100ms};
  settings.slice = 200ms;
  settings.duration = 6s;
  Generator generator({.loop = world.loop, .sctp = *transport, .alarm = make_wheel_alarm}, settings);
  run(world, generator);
  const Outcome& outcome = generator.outcome();
  INFO(troubles(outcome));
  CHECK(outcome.overload.starts >= settings.enbs);
  CHECK(outcome.measured.failures.contains("attach: barred by overload to attach_request"));
  const auto recovered = recovery(settings, outcome);
  REQUIRE(recovered);
  CHECK(*recovered < 1s);
  CHECK(outcome.measured.of(Procedure::attach).done > 200);
  CHECK(world.mme->congestion().load() == mme::Load::normal);
  nothing_is_left(world);
}

TEST_CASE("every_failure_is_counted_by_its_cause") {
  mme::World world;
  world.hss.refused[mme::test_imsi(1)] = hss::S6aError{hss::S6aResult::user_unknown};
  world.hss.barred[mme::test_imsi(2)] = hss::S6aError{hss::S6aResult::rat_not_allowed};
  const auto transport = world.net.make_transport();
  Settings settings = settings_for(world, Scenario::attach);
  settings.sims[2].keys.k = mme::test_key(0x99);
  settings.duration = 5s;
  Generator generator({.loop = world.loop, .sctp = *transport, .alarm = make_wheel_alarm}, settings);
  run(world, generator);
  const auto& failures = generator.outcome().measured.failures;
  INFO(troubles(generator.outcome()));
  CHECK(failures.size() == 3);
  CHECK(failures.contains("attach: the network does not know the SIM's key"));
  CHECK(std::ranges::count_if(failures, [](const auto& failure) {
          return failure.first.starts_with("attach: rejected, #");
        }) == 2);
  CHECK(world.mme->connected_ues() == 0);
}

TEST_CASE("a_load_that_nobody_answers_says_so") {
  mme::World world;
  const auto transport = world.net.make_transport();
  Settings settings = settings_for(world, Scenario::attach);
  settings.mme.port = 9;
  Generator generator({.loop = world.loop, .sctp = *transport, .alarm = make_wheel_alarm}, settings);
  std::optional<std::expected<void, std::string>> ended;
  generator.start([&](std::expected<void, std::string> how) { ended = std::move(how); });
  REQUIRE(world.loop.run_until([&] { return ended.has_value(); }, 1min));
  REQUIRE_FALSE(ended->has_value());
  CHECK(ended->error().find("nobody answers there") != std::string::npos);
}

TEST_CASE("what_cannot_be_run_is_refused_with_its_reason") {
  mme::World world;
  Settings settings = settings_for(world, Scenario::x2_handover);
  CHECK_FALSE(problem_of(settings));
  settings.enbs = 3;
  CHECK(problem_of(settings) ==
        "--enbs: scenario x2-handover needs two eNodeBs in each tracking area, here at least 4");
  settings = settings_for(world, Scenario::attach);
  settings.ues = kUes + 1;
  CHECK(problem_of(settings) == "--sims: the file has 300 SIMs, too few for 301 UEs (--ues)");
  settings.ues = 0;
  CHECK(problem_of(settings));
}

}  // namespace
}  // namespace zerocell::load
