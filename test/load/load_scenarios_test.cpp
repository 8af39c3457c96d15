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
  settings = settings_for(world, Scenario::attach);
  settings.duration = 600s;
  settings.slice = 1ms;
  CHECK(problem_of(settings) == "--slice: --seconds has more than 10000 of them, the most that are kept");
}

// ---- every scenario, to the end ---------------------------------------------------------------------------

/// Packets for UEs that the gateway of a World has: they wait until its UE has bearers, which it is paged
/// for.
class PacketsOfWorld final : public UserData {
 public:
  explicit PacketsOfWorld(mme::World& world) : world_(world), timer_([this] { deliver(); }) { deliver(); }
  bool send(const Ipv4Address& ue, std::uint32_t number) override {
    const std::uint64_t session = ue.to_host() - 0x0A2D0000 - 1;
    const auto found = world_.gateway.sessions.find(session);
    if (found == world_.gateway.sessions.end()) return false;
    waiting_.push_back({session, number});
    if (!found->second.access)
      (void)world_.mme->downlink_data({.session = sgw::SessionId{session}, .imsi = found->second.imsi});
    return true;
  }

 private:
  void deliver() {
    std::erase_if(waiting_, [this](const auto& packet) {
      const auto found = world_.gateway.sessions.find(packet.first);
      if (found == world_.gateway.sessions.end() || !found->second.access) return false;
      on_packet(found->second.access->teid, packet.second);
      return true;
    });
    world_.loop.arm(timer_, 1ms);
  }
  mme::World& world_;
  std::vector<std::pair<std::uint64_t, std::uint32_t>> waiting_;
  CallbackTimer timer_;
};

TEST_CASE("every_scenario_runs_to_its_end_without_a_failure") {
  struct Case {
    Scenario scenario;
    std::vector<Procedure> shows;
  };
  const Case each = GENERATE(values<Case>({
      {Scenario::service_request, {Procedure::service_request, Procedure::release}},
      {Scenario::tracking_area, {Procedure::tracking_area}},
      {Scenario::paging, {Procedure::paging, Procedure::release}},
      {Scenario::x2_handover, {Procedure::x2_handover}},
      {Scenario::s1_handover, {Procedure::s1_handover}},
      {Scenario::iot_day,
       {Procedure::service_request, Procedure::tracking_area, Procedure::x2_handover, Procedure::detach,
        Procedure::attach, Procedure::release}},
  }));
  INFO(name_of(each.scenario));
  mme::World world;
  const auto transport = world.net.make_transport();
  Settings settings = settings_for(world, each.scenario);
  settings.rate = 50;
  std::optional<PacketsOfWorld> packets;
  if (each.scenario == Scenario::paging) packets.emplace(world);
  settings.receive_packets = packets.has_value();
  Generator generator({.loop = world.loop,
                       .sctp = *transport,
                       .alarm = make_wheel_alarm,
                       .user_data = packets ? &*packets : nullptr},
                      settings);
  run(world, generator);
  const Outcome& outcome = generator.outcome();
  CHECK(troubles(outcome) == "");
  CHECK(outcome.arrived == Approx(500).epsilon(0.2));
  CHECK(outcome.done == outcome.arrived);
  CHECK(outcome.nobody_free + outcome.never_begun == 0);
  for (const Procedure procedure : each.shows) {
    INFO(name_of(procedure));
    const auto& counted = outcome.measured.of(procedure);
    CHECK(counted.done != 0);
    CHECK(counted.took.count() == counted.done);
    if (each.scenario != Scenario::iot_day) CHECK(counted.done == outcome.arrived);
  }
  nothing_is_left(world);
}

// ---- what nobody may hide ---------------------------------------------------------------------------------

Settings fixed_arrivals(const mme::World& world, double rate) {
  Settings settings = settings_for(world, Scenario::attach);
  settings.rate = rate;
  settings.arrivals = ArrivalKind::fixed;
  return settings;
}

TEST_CASE("a_core_that_stalls_for_two_seconds_is_seen_in_the_percentiles") {
  mme::World world;
  const auto transport = world.net.make_transport();
  Generator generator({.loop = world.loop, .sctp = *transport, .alarm = make_wheel_alarm},
                      fixed_arrivals(world, 100));
  const Time stalls = world.loop.now() + 5s;
  CallbackTimer stall([&] {
    const Time now = world.loop.now();
    world.hss.delay = now < stalls || now >= stalls + 2s ? Duration::zero() : stalls + 2s - now;
    world.loop.arm(stall, 1ms);
  });
  world.loop.arm(stall, 1ms);
  run(world, generator);
  const Outcome& outcome = generator.outcome();
  CHECK(troubles(outcome) == "");
  CHECK(outcome.arrived == 999);  // The thousandth is due when the time is over.
  CHECK(outcome.done == 999);
  CHECK(outcome.nobody_free + outcome.never_begun == 0);
  const Histogram& took = outcome.measured.of(Procedure::attach).took;
  CHECK(took.count() == 999);
  CHECK(took.at(0.5) < 100ms);
  CHECK(took.at(0.99) > 1800ms);
  CHECK(took.at(0.99) < 2100ms);
  CHECK(outcome.measured.of(Sent::attach_request).at(0.99) > 1800ms);
}

/// Does not ring in a time of its own; what it was set to in it rings at the end.
AlarmMaker deaf(Time from, Time until) {
  class Deaf final : public Alarm {
   public:
    Deaf(std::unique_ptr<Alarm> alarm, Time from, Time until)
        : alarm_(std::move(alarm)), from_(from), until_(until) {}
    void set(Time when) override { alarm_->set(when >= from_ && when < until_ ? until_ : when); }

   private:
    std::unique_ptr<Alarm> alarm_;
    Time from_;
    Time until_;
  };
  return [=](Loop& loop, std::function<void()> ring) {
    return std::make_unique<Deaf>(make_wheel_alarm(loop, std::move(ring)), from, until);
  };
}

TEST_CASE("a_generator_that_stalls_tells_its_own_lateness_and_it_is_in_every_time") {
  mme::World world;
  const auto transport = world.net.make_transport();
  const Time stalls = world.loop.now() + 5s;
  Generator generator({.loop = world.loop, .sctp = *transport, .alarm = deaf(stalls, stalls + 2s)},
                      fixed_arrivals(world, 100));
  run(world, generator);
  const Outcome& outcome = generator.outcome();
  CHECK(outcome.done == 999);
  CHECK(outcome.never_begun == 0);
  CHECK(outcome.lateness.count() == 999);
  CHECK(outcome.lateness.at(0.99) > 1800ms);
  CHECK(outcome.measured.of(Procedure::attach).took.at(0.99) > 1800ms);
}

TEST_CASE("arrivals_that_are_owed_when_the_time_is_over_are_counted_and_told_loudly") {
  mme::World world;
  const auto transport = world.net.make_transport();
  const Time stalls = world.loop.now() + 5s;
  const Settings settings = fixed_arrivals(world, 100);
  Generator generator({.loop = world.loop, .sctp = *transport, .alarm = deaf(stalls, stalls + 1h)}, settings);
  run(world, generator);
  const Outcome& outcome = generator.outcome();
  CHECK(outcome.arrived == 999);
  CHECK(outcome.never_begun > 400);
  CHECK(outcome.done + outcome.never_begun == 999);
  const std::string text = text_report(settings, outcome);
  INFO(text);
  const std::string owed = std::to_string(outcome.never_begun);
  CHECK(text.find("NOT THE RATE THAT WAS ASKED FOR: " + owed + " arrivals were due, and never begun") !=
        std::string::npos);
  CHECK(text.find("no time above has: 0 procedures that failed, 0 arrivals that found no UE free, " + owed) !=
        std::string::npos);
  CHECK(nlohmann::json::parse(json_report(settings, outcome))["never_begun"] == outcome.never_begun);
}

TEST_CASE("an_arrival_finds_the_few_ues_that_are_free_however_many_are_busy") {
  mme::World world;
  const auto transport = world.net.make_transport();
  Settings settings = fixed_arrivals(world, 100);
  settings.patience = 2min;
  Generator generator({.loop = world.loop, .sctp = *transport, .alarm = make_wheel_alarm}, settings);
  // The first 270 of 300 wait for the whole run.
  world.hss.delay = 30s;
  CallbackTimer busy([&] {
    if (generator.outcome().arrived >= 270)
      world.hss.delay = {};
    else
      world.loop.arm(busy, 1ms);
  });
  world.loop.arm(busy, 1ms);
  run(world, generator);
  const Outcome& outcome = generator.outcome();
  CHECK(outcome.arrived == 999);
  CHECK(outcome.nobody_free == 0);
}

TEST_CASE("a_procedure_whose_patience_ends_is_counted_as_not_answered_and_has_no_time") {
  mme::World world;
  world.hss.delay = 1h;
  const auto transport = world.net.make_transport();
  Settings settings = fixed_arrivals(world, 10);
  settings.patience = 1s;
  Generator generator({.loop = world.loop, .sctp = *transport, .alarm = make_wheel_alarm}, settings);
  std::optional<std::expected<void, std::string>> ended;
  generator.start([&](std::expected<void, std::string> how) { ended = std::move(how); });
  REQUIRE(world.loop.run_until([&] { return ended.has_value(); }, 5min));
  const Outcome& outcome = generator.outcome();
  CHECK(outcome.arrived == 99);
  CHECK(outcome.done == 0);
  CHECK(outcome.measured.of(Procedure::attach).failed == 99);
  CHECK(outcome.measured.of(Procedure::attach).took.count() == 0);
  CHECK(outcome.measured.failures ==
        std::map<std::string, std::uint64_t>{{"attach: no answer to attach_request", 99}});
}

TEST_CASE("a_core_is_itself_again_when_slices_in_a_row_are_as_most_before_the_storm_and_work_gets_done") {
  const mme::World world;
  Settings settings = settings_for(world, Scenario::attach);
  settings.storm = {.rate = 500, .ues = 20, .after = 1s, .duration = 1s};
  settings.slice = 100ms;
  settings.duration = 3s;
  Outcome outcome;
  outcome.slices.resize(30);
  const auto slice = [&](std::size_t i, Duration answer, std::uint64_t done) {
    outcome.slices[i] = {.begun = 100, .done = done, .failed = 100 - done};
    outcome.slices[i].answers.add(answer);
  };
  for (std::size_t i = 0; i < 30; ++i) slice(i, 100us, 100);
  slice(5, 1s, 100);  // What came once before is not usual.
  REQUIRE(usual_before_storm(settings, outcome));
  CHECK(usual_before_storm(settings, outcome)->p99 < 153us);
  CHECK(recovery(settings, outcome) == 100ms);
  slice(21, 500ms, 100);  // One good slice is none.
  slice(23, 100us, 20);   // Who sends everybody away answers fast.
  CHECK(recovery(settings, outcome) == 500ms);
  slice(28, 500ms, 100);
  slice(25, 500ms, 100);
  CHECK_FALSE(recovery(settings, outcome));
}

TEST_CASE("a_percentile_of_too_few_is_not_printed") {
  const mme::World world;
  Outcome outcome;
  auto& attaches = outcome.measured.of(Procedure::attach);
  attaches.begun = 99;
  for (int i = 0; i < 99; ++i) attaches.took.add(2ms);
  const auto line = [&] {
    const std::string text = text_report(settings_for(world, Scenario::attach), outcome);
    const std::size_t at = text.find("  attach  ");
    return text.substr(at, text.find('\n', at) - at);
  };
  CHECK(line().ends_with("99     2.00 ms           -           -     2.00 ms"));
  attaches.took.add(2ms);
  CHECK(line().ends_with("100     2.00 ms     2.00 ms           -     2.00 ms"));
}

}  // namespace
}  // namespace zerocell::load
