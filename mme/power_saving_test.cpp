// SPDX-License-Identifier: Apache-2.0
#include "mme/power_saving.hpp"

#include <catch2/catch.hpp>

#include "asn1/s1ap/paging.hpp"
#include "mme/test_world.hpp"

using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

config::PowerSaving sensors() {
  return {.group = "default",
          .psm = true,
          .t3324_min_seconds = 10,
          .t3324_max_seconds = 60,
          .t3412_min_seconds = 7200,
          .t3412_max_seconds = 86'400,
          .edrx = true,
          .edrx_cycle_max_ms = 81'920,
          .edrx_window_max_ms = 5120};
}

/// A world whose UE asks for what `wanted` says; it attaches, and goes idle.
class Sleepy : public World {
 public:
  explicit Sleepy(const std::function<void(lab::UeSettings&)>& wanted) : enb(add_enb(1)), ue(add_ue(enb, 1)) {
    settings.power_saving = {sensors()};
    settings.hyper_frame_epoch_unix_seconds = 0;
    wanted(ue.settings());
    auto attached = attach(ue);
    ZC_ASSERT(attached.has_value());
    granted = attached->idle_mode;
    wait(100ms);
    go_idle(enb, ue);
  }
  std::size_t pages() const { return enb.received(s1ap::MessageType::paging); }
  UeState state() { return mme->state_of(*mme->directory().find(test_imsi(1))); }

  lab::Enb& enb;
  lab::Ue& ue;
  lab::IdleMode granted;
};

void asks_for_psm(lab::UeSettings& settings) {
  settings.t3324_seconds = 20;
  settings.t3412_extended_seconds = 36'000;
}

void asks_for_nothing(lab::UeSettings&) {}

void asks_for_edrx(lab::UeSettings& settings) {
  settings.edrx = nas::ExtendedDrxParameters{.paging_time_window = 15, .edrx_value = 9};
}

}  // namespace

TEST_CASE("ue_gets_the_timers_that_it_asks_for_within_the_limits_of_its_group") {
  World world;
  auto& enb = world.add_enb();
  world.settings.power_saving = {sensors()};
  struct Row {
    std::uint32_t t3324, t3412, granted_t3324, granted_t3412;
  };
  unsigned number = 0;
  for (const Row row : {Row{20, 36'000, 20, 36'000}, Row{2, 600, 10, 7200}, Row{600, 864'000, 60, 86'400}}) {
    auto& ue = world.add_ue(enb, ++number);
    ue.settings().t3324_seconds = row.t3324;
    ue.settings().t3412_extended_seconds = row.t3412;
    const auto attached = world.attach(ue);
    REQUIRE(attached);
    CHECK(attached->idle_mode.t3324_seconds == row.granted_t3324);
    CHECK(attached->idle_mode.t3412_extended_seconds == row.granted_t3412);
  }
}

TEST_CASE("ue_that_asks_for_nothing_or_whose_group_may_have_nothing_gets_nothing") {
  World world;
  auto& enb = world.add_enb();
  auto& ue = world.add_ue(enb, 1);
  SECTION("it asks for nothing") {
    world.settings.power_saving = {sensors()};
  }
  SECTION("no group has an item") {
    asks_for_psm(ue.settings());
  }
  SECTION("only another group may") {
    asks_for_psm(ue.settings());
    ue.settings().edrx = nas::ExtendedDrxParameters{.paging_time_window = 1, .edrx_value = 5};
    world.settings.power_saving = {sensors()};
    world.settings.power_saving.front().group = "meters";
  }
  const auto attached = world.attach(ue);
  REQUIRE(attached);
  CHECK_FALSE(attached->idle_mode.t3324_seconds);
  CHECK_FALSE(attached->idle_mode.t3412_extended_seconds);
  CHECK_FALSE(attached->idle_mode.edrx);
}

TEST_CASE("ue_in_psm_is_paged_while_it_is_active_and_not_while_it_sleeps") {
  Sleepy world(asks_for_psm);
  CHECK(world.granted.t3324_seconds == 20);
  world.wait(10s);
  CHECK_FALSE(world.state().asleep_until);
  // It may be asleep before the last attempt.
  REQUIRE(world.downlink_packet(1).buffering);
  world.wait(100ms);
  CHECK(world.pages() == 1);
  // Nor does it answer: then its packets wait for it to come.
  world.wait(1h);
  CHECK(world.pages() == 2);
  CHECK_FALSE(world.gateway.sessions.at(1).failed);
}

TEST_CASE("ue_in_psm_whose_active_time_is_long_enough_is_paged_as_any_other") {
  Sleepy world(asks_for_psm);
  world.ue.settings().t3324_seconds = 60;
  REQUIRE(*lab::finish(world.loop, world.ue.tracking_area_update()));
  world.wait(10s);
  CHECK_FALSE(world.downlink_packet(1).buffering);
  world.wait(20s);
  CHECK(world.pages() == 3);
  CHECK(world.gateway.sessions.at(1).failed);
}

TEST_CASE("packets_for_a_sleeping_ue_wait_at_the_gateway_until_it_comes_by_itself") {
  Sleepy world(asks_for_psm);
  world.wait(1h);
  const auto state = world.state();
  REQUIRE(state.asleep_until);
  // It sleeps until its periodic update is due, ten hours after it went idle.
  CHECK(*state.asleep_until - world.loop.wall_time() > 8h + 59min);
  CHECK(*state.asleep_until - world.loop.wall_time() < 9h + 1min);
  const auto told = world.downlink_packet(1);
  CHECK(told.cause == gtp::Cause::request_accepted);
  REQUIRE(told.buffering);
  CHECK(*told.buffering >= 9h - 1min);
  CHECK(told.suggested_packets == 16);
  world.wait(1h);
  CHECK(world.pages() == 0);
  CHECK_FALSE(world.gateway.sessions.at(1).failed);

  // TS 23.401 §5.3.3: packets wait, so that it gets its bearers though it did not ask for them.
  REQUIRE(
      *lab::finish(world.loop, world.ue.tracking_area_update({.type = nas::EpsUpdateType::Value::periodic})));
  world.wait(1s);
  CHECK(world.ue.connected());
  CHECK(world.gateway.sessions.at(1).access);
  CHECK(world.pages() == 0);
  CHECK(world.mme->paging().size() == 0);
  CHECK(world.complaints() == "");
}

TEST_CASE("sleeping_ue_that_does_not_come_when_its_update_is_due_has_its_packets_thrown_away") {
  Sleepy world(asks_for_psm);
  world.wait(1min);
  CHECK(world.downlink_packet(1).buffering);
  world.wait(10h + 10min);
  CHECK(world.gateway.sessions.empty());
  CHECK(world.record(1)->emm_state == EmmState::deregistered);
  CHECK(world.pages() == 0);
  CHECK(world.mme->paging().size() == 0);
}

TEST_CASE("packets_of_a_ue_in_psm_are_kept_until_it_has_had_the_time_to_come_when_its_update_is_due") {
  // TS 23.682 §4.5.4: due does not mean there; TS 24.301 §5.3.5 says how long it is waited for.
  Sleepy world(asks_for_psm);
  world.wait(1h);
  REQUIRE(world.downlink_packet(1).buffering);
  world.wait(9h + 20s);
  CHECK_FALSE(world.gateway.sessions.at(1).failed);
  const auto told = world.downlink_packet(1);
  REQUIRE(told.buffering);
  CHECK(*told.buffering > 200s);
  world.wait(60s);
  CHECK_FALSE(world.gateway.sessions.at(1).failed);
  REQUIRE(
      *lab::finish(world.loop, world.ue.tracking_area_update({.type = nas::EpsUpdateType::Value::periodic})));
  world.wait(1s);
  CHECK(world.gateway.sessions.at(1).access);
  CHECK(world.pages() == 0);
  CHECK(world.complaints() == "");
}

TEST_CASE("procedure_that_a_ue_is_paged_for_ends_when_the_ue_falls_asleep_and_its_packets_go_on_waiting") {
  Sleepy world(asks_for_psm);
  world.wait(10s);
  const bool packets = GENERATE(false, true);
  if (packets) world.downlink_packet(1);
  lab::Running<Ue*> reaching(world.mme->reach(*world.mme->directory().find(test_imsi(1))));
  world.wait(30s);
  REQUIRE(reaching.done());
  CHECK(reaching.result() == nullptr);
  CHECK(world.mme->paging().size() == (packets ? 1 : 0));
  CHECK_FALSE(world.gateway.sessions.at(1).failed);
}

TEST_CASE("hss_hears_that_a_ue_that_sleeps_or_has_fallen_silent_is_not_reachable_for_paging") {
  const bool sleeps = GENERATE(true, false);
  Sleepy world(sleeps ? asks_for_psm : asks_for_nothing);
  const auto told = [&] {
    const auto answer = lab::finish(
        world.loop,
        world.mme->insert_subscriber_data({.imsi = test_imsi(1), .flags = {hss::IdrFlag::eps_user_state}}));
    REQUIRE(answer);
    REQUIRE(*answer);
    return (*answer)->user_state;
  };
  CHECK(told() == hss::UserState::attached_reachable_for_paging);
  if (sleeps)
    world.wait(1min);
  else
    world.wait(std::chrono::seconds(3240 + 240 + 20));
  CHECK(world.record(1)->emm_state == EmmState::registered);
  CHECK(told() == hss::UserState::attached_not_reachable_for_paging);
}

TEST_CASE("frame_check_sequence_is_the_crc_of_its_definition") {
  const std::string_view text = "123456789";
  CHECK(frame_check_sequence(Bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size())) ==
        0xFC891918);
}

TEST_CASE("paging_time_window_opens_once_a_cycle_for_its_length") {
  constexpr std::uint32_t kMTmsi = 0xC0FFEE01;
  constexpr std::uint8_t kCycle = 5;   // 81.92 s.
  constexpr std::uint8_t kWindow = 3;  // 5.12 s.
  // Open for 5.12 s less what is no use at its end, in every 81.92 s; and it says truly how long until then.
  unsigned open = 0;
  for (Duration time = 200s; time < 200s + 819'200ms; time += 10ms) {
    const Duration wait = until_paging_window(kMTmsi, kCycle, kWindow, time);
    REQUIRE(wait >= 0s);
    REQUIRE(wait < 81'920ms);
    if (wait == 0s) ++open;
    REQUIRE(until_paging_window(kMTmsi, kCycle, kWindow, time + wait) == 0s);
  }
  CHECK(open == 10 * 384);
  // UEs are spread over hyper-frames and the quarters of one.
  std::map<Duration, unsigned> begins;
  for (std::uint32_t m_tmsi = 1; m_tmsi <= 1000; ++m_tmsi) ++begins[until_paging_window(m_tmsi, 5, 0, 0s)];
  CHECK(begins.size() == 32);
}

TEST_CASE("ue_in_edrx_is_paged_in_its_window_and_the_enb_is_told_of_it") {
  Sleepy world(asks_for_edrx);
  REQUIRE(world.granted.edrx);
  CHECK(world.granted.edrx->edrx_value == 5);          // 81.92 s at most.
  CHECK(world.granted.edrx->paging_time_window == 3);  // 5.12 s at most.
  std::optional<s1ap::PagingEdrxInformation> told;
  std::vector<Duration> paged_at;
  world.enb.on_message = [&](const s1ap::Message& message) {
    const auto* paging = message.as<s1ap::Paging>();
    if (paging == nullptr) return;
    told = paging->paging_edrx_information;
    paged_at.push_back(world.loop.wall_time().time_since_epoch());
  };
  // Wherever in its cycle the packet comes.
  for (int i = 0; i < 8; ++i) {
    world.wait(13s);
    lab::Running<lab::UeResult<void>> answering(world.ue.answer_page(3min));
    // Each of its three attempts is in a window of its own.
    const auto acknowledged = world.downlink_packet(1);
    REQUIRE(acknowledged.buffering);
    CHECK(*acknowledged.buffering > 2 * 81s);
    CHECK(*acknowledged.buffering < 3 * 82s + 18s);
    world.wait(90s);
    REQUIRE(answering.done());
    CHECK(answering.result());
    world.go_idle(world.enb, world.ue);
  }
  REQUIRE(told);
  CHECK(told->paging_edrx_cycle == s1ap::PagingEdrxCycle::hf8);
  CHECK(told->paging_time_window == s1ap::PagingTimeWindow::s4);
  CHECK(paged_at.size() == 8);
  for (const Duration time : paged_at)
    CHECK(until_paging_window(world.ue.guti()->m_tmsi, 5, 3, time - 20ms) <= 20ms);
  CHECK(world.complaints() == "");
}

TEST_CASE("ue_that_is_not_paged_twice_in_a_window_is_looked_for_in_all_its_areas_at_once") {
  const bool edrx = GENERATE(true, false);
  Sleepy world(edrx ? asks_for_edrx : asks_for_psm);
  auto& elsewhere = world.add_enb(2);
  world.ue.move_to(elsewhere);
  world.wait(10s);
  lab::Running<lab::UeResult<void>> answering(world.ue.answer_page(3min));
  world.downlink_packet(1);
  world.wait(edrx ? 85s : 1s);
  REQUIRE(answering.done());
  CHECK(answering.result());
  CHECK(elsewhere.received(s1ap::MessageType::paging) == 1);
  CHECK(world.complaints() == "");
}

TEST_CASE("packet_that_comes_while_a_ue_with_edrx_is_released_is_kept_until_its_window") {
  Sleepy world(asks_for_edrx);
  REQUIRE(*lab::finish(world.loop, world.ue.service_request()));
  world.wait(100ms);
  world.enb.behaviour().ignores_release_command = true;
  world.enb.request_release(*world.ue.connection());
  world.wait(100ms);
  const auto told = world.downlink_packet(1);
  CHECK(told.cause == gtp::Cause::request_accepted);
  REQUIRE(told.buffering);
  CHECK(*told.buffering > 2 * 81s);
}

TEST_CASE("ue_in_edrx_whose_guti_is_in_doubt_is_paged_in_the_windows_of_both") {
  Sleepy world(asks_for_edrx);
  world.ue.behaviour().deaf_to = {nas::EmmType::tracking_area_update_accept};
  REQUIRE_FALSE(*lab::finish(world.loop, world.ue.tracking_area_update()));
  world.wait(1min);
  const UeRecord& record = *world.record(1);
  REQUIRE(record.old_m_tmsi != 0);
  bool old_first = false;
  for (int i = 0; i < 20; ++i) {
    world.wait(7s);
    const Duration time = world.loop.wall_time().time_since_epoch();
    const Duration by_new = until_paging_window(record.m_tmsi, 5, 3, time);
    const Duration by_old = until_paging_window(record.old_m_tmsi, 5, 3, time);
    old_first = old_first || by_old < by_new;
    CHECK(world.state().listens_in == std::min(by_new, by_old));
  }
  CHECK(old_first);
}

TEST_CASE("ue_that_may_not_have_heard_of_another_cycle_is_paged_in_the_windows_of_the_last") {
  // TS 24.301 §5.3.12: it uses what the last accept that it had gave.
  Sleepy world(asks_for_edrx);
  const std::uint32_t old_m_tmsi = world.record(1)->m_tmsi;
  world.ue.settings().edrx.reset();
  world.ue.behaviour().deaf_to = {nas::EmmType::tracking_area_update_accept};
  REQUIRE_FALSE(*lab::finish(world.loop, world.ue.tracking_area_update()));
  world.wait(1min);
  REQUIRE(world.record(1)->old_m_tmsi == old_m_tmsi);
  CHECK(world.state().listens_in == 0s);
  unsigned in_window = 0;
  world.enb.on_message = [&](const s1ap::Message& message) {
    const auto* paging = message.as<s1ap::Paging>();
    if (paging == nullptr) return;
    const bool old = std::get<STmsi>(paging->ue_paging_id).m_tmsi == old_m_tmsi;
    CHECK(paging->paging_edrx_information.has_value() == old);
    const Duration time = world.loop.wall_time().time_since_epoch();
    if (old && until_paging_window(old_m_tmsi, 5, 3, time) == 0s) ++in_window;
  };
  world.downlink_packet(1);
  world.wait(3min);
  CHECK(world.pages() == 6);
  CHECK(in_window > 0);
}

TEST_CASE("ue_that_may_not_have_heard_that_it_may_sleep_is_paged") {
  Sleepy world(asks_for_nothing);
  asks_for_psm(world.ue.settings());
  world.ue.behaviour().deaf_to = {nas::EmmType::tracking_area_update_accept};
  REQUIRE_FALSE(*lab::finish(world.loop, world.ue.tracking_area_update()));
  world.wait(5min);
  REQUIRE(world.record(1)->t3324_seconds == 20);
  CHECK_FALSE(world.state().asleep_until);
  world.downlink_packet(1);
  world.wait(100ms);
  CHECK(world.pages() > 0);
}

TEST_CASE("cycle_of_half_a_hyper_frame_has_no_windows") {
  // TS 24.008 table 10.5.5.32: 5.12 s, within which the UE listens once.
  Sleepy world([](lab::UeSettings& settings) {
    settings.edrx = nas::ExtendedDrxParameters{.paging_time_window = 3, .edrx_value = 0};
  });
  REQUIRE(world.granted.edrx);
  CHECK(world.granted.edrx->edrx_value == 0);
  unsigned paged = 0;
  world.enb.on_message = [&](const s1ap::Message& message) {
    const auto* paging = message.as<s1ap::Paging>();
    if (paging == nullptr) return;
    ++paged;
    REQUIRE(paging->paging_edrx_information);
    CHECK(paging->paging_edrx_information->paging_edrx_cycle == s1ap::PagingEdrxCycle::hfhalf);
    CHECK_FALSE(paging->paging_edrx_information->paging_time_window);
  };
  world.downlink_packet(1);
  world.wait(100ms);
  CHECK(paged == 1);
}

TEST_CASE("ue_with_edrx_and_psm_has_no_window_after_its_active_time") {
  Sleepy world([](lab::UeSettings& settings) {
    asks_for_psm(settings);
    asks_for_edrx(settings);
  });
  unsigned asleep = 0;
  for (auto left = 20s; left > 0s; left -= 1s) {
    const auto state = world.state();
    if (state.asleep_until) ++asleep;
    CHECK((state.asleep_until || (state.listens_in && *state.listens_in <= left + 1s)));
    world.wait(1s);
  }
  CHECK(asleep > 0);
  CHECK(world.downlink_packet(1).buffering > 9h);
  CHECK(world.pages() == 0);
}

TEST_CASE("edrx_is_not_granted_in_nb_iot_cells_where_its_codes_are_other_times") {
  Sleepy world(asks_for_edrx);
  REQUIRE(world.granted.edrx);
  auto& narrow = world.add_enb(77);
  narrow.settings_mutable().tracking_area.tac = 8;
  narrow.settings_mutable().nb_iot = true;
  REQUIRE(lab::finish(world.loop, narrow.setup())->has_value());
  world.ue.move_to(narrow);
  const auto updated = lab::finish(world.loop, world.ue.tracking_area_update());
  REQUIRE(*updated);
  CHECK_FALSE((*updated)->idle_mode.edrx);
  world.wait(1s);
  CHECK_FALSE(world.state().listens_in);
}

TEST_CASE("hyper_frame_0_began_with_gps_time_which_stops_for_no_leap_second") {
  // 2025-01-01, a Wednesday, in GPS week 2347.
  CHECK(1'735'689'600 - config::Mme{}.hyper_frame_epoch_unix_seconds == 2347 * 604'800 + 3 * 86'400 + 18);
}

TEST_CASE("update_asks_for_other_timers_and_gets_them_and_one_without_them_gives_them_up") {
  Sleepy world(asks_for_psm);
  world.ue.settings().t3324_seconds = 40;
  auto updated = lab::finish(world.loop, world.ue.tracking_area_update());
  REQUIRE(*updated);
  CHECK((*updated)->idle_mode.t3324_seconds == 40);
  world.wait(1s);
  world.ue.settings().t3324_seconds.reset();
  updated = lab::finish(world.loop, world.ue.tracking_area_update());
  REQUIRE(*updated);
  CHECK_FALSE((*updated)->idle_mode.t3324_seconds);
  world.wait(1h);
  CHECK_FALSE(world.state().asleep_until);
}

TEST_CASE("periodic_update_that_a_ue_is_told_is_the_one_that_it_is_waited_for_with") {
  World world;
  world.hss.periodic_update_seconds = 3600;
  world.gateway.delay = 2s;
  auto& ue = world.add_ue(world.add_enb(), 1);
  lab::Running attaching(ue.attach());
  world.wait(1s);
  hss::InsertSubscriberDataRequest insert{.imsi = test_imsi(1)};
  insert.change.rau_tau_timer_seconds = 7200;
  REQUIRE(lab::finish(world.loop, world.mme->insert_subscriber_data(insert))->has_value());
  world.wait(5s);
  REQUIRE(attaching.done());
  REQUIRE(attaching.result());
  CHECK(attaching.result()->t3412_seconds == 3600);
  CHECK(world.record(1)->t3412_seconds == 3600);
  // The next attach has what was said meanwhile.
  CHECK(world.record(1)->t3412_subscribed == 7200);
}
