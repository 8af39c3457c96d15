// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "core/telemetry/metrics.hpp"
#include "mme/every_uplink_message.hpp"

/// What becomes of a SIM in a device that it is not bound to, who hears of it, and what a device says of
/// itself that counts.
using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

const Imei kBound = *Imei::parse("3588640112345601");
const Imei kDevice = lab::UeSettings{}.imei;

struct Locked : World {
  explicit Locked(std::string_view text, ImeiMismatch action = ImeiMismatch::reject) {
    ImeiLock lock{.on_mismatch = action};
    REQUIRE(parse_imei_lock(text, lock));
    hss.imei_locks[test_imsi(1)] = lock;
  }
  lab::Enb& enb = add_enb();
  lab::Ue& ue = add_ue(enb, 1);
};

unsigned long mismatches(std::string_view action) {
  const std::string all = prometheus_text();
  const std::string name = "\nzerocell_mme_imei_mismatches_total{action=\"" + std::string(action) + "\"} ";
  REQUIRE(all.contains(name));
  return std::stoul(all.substr(all.find(name) + name.size()));
}

struct Treatment {
  ImeiMismatch action;
  const char* name;
  bool served;
  const char* policy_group;
};
const Treatment kTreatments[] = {{ImeiMismatch::alarm, "alarm", true, ""},
                                 {ImeiMismatch::quarantine, "quarantine", true, "quarantine"},
                                 {ImeiMismatch::reject, "reject", false, ""}};

}  // namespace

TEST_CASE("sim_in_another_device_is_treated_counted_and_logged_as_its_lock_says") {
  // One device, a type allocation code, and what was learnt before.
  for (const char* lock : {"35886401123456", "35886401", "learn:35886401123456"})
    for (const Treatment& row : kTreatments) {
      INFO(lock << " " << row.name);
      Locked world(lock, row.action);
      std::map<std::string, unsigned long> before;
      for (const Treatment& one : kTreatments) before[one.name] = mismatches(one.name);
      const log::Capture told(log::Level::warning);
      const auto result = world.attach(world.ue);
      world.wait(1s);
      CHECK(result.has_value() == row.served);
      if (!row.served) CHECK(result.error().emm_cause == nas::EmmCause::illegal_me);
      CHECK(world.gateway.created == (row.served ? 1 : 0));
      if (row.served) {
        CHECK(world.gateway.sessions.at(1).policy_group == row.policy_group);
        CHECK(world.gateway.sessions.at(1).quarantined == (row.action == ImeiMismatch::quarantine));
      }
      for (const Treatment& one : kTreatments)
        CHECK(mismatches(one.name) == before[one.name] + (one.action == row.action ? 1 : 0));
      INFO(told.text());
      CHECK(told.text().contains("imei_mismatch"));
      CHECK(told.text().contains(test_imsi(1).text()));
      CHECK(told.text().contains("imei=" + kDevice.text()));
      CHECK(told.text().contains("action=" + std::string(row.name)));
      CHECK(told.text().contains(std::string("lock=") + lock));
      CHECK(imei_lock_text(world.hss.imei_locks[test_imsi(1)]) == lock);
    }
}

TEST_CASE("sim_in_its_own_device_or_in_the_first_one_raises_no_alarm_whatever_its_lock_would_do") {
  for (const char* lock : {"35349006987331", "35349006", "learn:35349006987331", "learn"})
    for (const Treatment& row : kTreatments) {
      INFO(lock << " " << row.name);
      Locked world(lock, row.action);
      const auto before = mismatches(row.name);
      const log::Capture told(log::Level::warning);
      CHECK(world.attach(world.ue));
      CHECK(mismatches(row.name) == before);
      CHECK_FALSE(told.text().contains("imei_mismatch"));
      CHECK_FALSE(world.gateway.sessions.at(1).quarantined);
      if (std::string_view(lock) == "learn")
        CHECK(imei_lock_text(world.hss.imei_locks[test_imsi(1)]) == "learn:35349006987331");
    }
}

namespace {

/// At this step of an attach somebody says the IMEISV that the SIM is bound to, without security.
void claims_to_be_the_bound_device(Locked& world, lab::Running<lab::UeResult<lab::Registration>>& attaching,
                                   unsigned step_ms) {
  world.wait(std::chrono::milliseconds(step_ms));
  const PlainMessage claim(nas::IdentityResponse{kBound});
  if (world.ue.connection()) {
    world.enb.uplink_nas(*world.ue.connection(), claim.bytes());
    for (const std::uint8_t header : {1, 2, 3, 4})
      world.enb.uplink_nas(*world.ue.connection(), with_mac(claim.bytes(), header, 0, 0));
  }
  world.wait(2min);
  REQUIRE(attaching.done());
  CHECK(std::ranges::find(world.hss.terminals, kBound) == world.hss.terminals.end());
  if (const UeRecord* record = world.record(1)) CHECK_FALSE(record->imei == kBound);
}

}  // namespace

TEST_CASE("imeisv_that_is_said_without_security_is_not_kept_and_satisfies_no_lock_at_any_step") {
  // With the IMEISV in SECURITY MODE COMPLETE, with a question for it, and with a device that answers none.
  enum class Says { in_complete, when_asked, never };
  for (const Says says : {Says::in_complete, Says::when_asked, Says::never})
    for (const bool unknown_guti : {false, true})
      for (unsigned step_ms = 1; step_ms <= 24; ++step_ms) {
        INFO(static_cast<int>(says) << " " << unknown_guti << " at " << step_ms << " ms");
        Locked world("35886401123456");
        world.settings.request_imeisv = says == Says::in_complete;
        world.settings.t3470_ms = 1000;
        if (says == Says::never) world.ue.behaviour().deaf_to = {nas::EmmType::identity_request};
        if (unknown_guti && says != Says::never)
          world.ue.set_guti(Guti{{world.network.plmns.front(), 0x8001, 0x1A}, 0x1234});
        world.net.faults().delay_min = world.net.faults().delay_max = 1ms;
        lab::Running attaching(world.ue.attach());
        claims_to_be_the_bound_device(world, attaching, step_ms);
        CHECK_FALSE(attaching.result());
        CHECK(world.gateway.created == 0);
      }
}

TEST_CASE("lock_that_is_to_learn_learns_nothing_that_is_said_without_security") {
  for (unsigned step_ms = 1; step_ms <= 24; ++step_ms) {
    INFO("at " << step_ms << " ms");
    Locked world("learn");
    world.settings.request_imeisv = false;
    world.net.faults().delay_min = world.net.faults().delay_max = 1ms;
    lab::Running attaching(world.ue.attach());
    claims_to_be_the_bound_device(world, attaching, step_ms);
    CHECK(attaching.result());
    CHECK(imei_lock_text(world.hss.imei_locks[test_imsi(1)]) == "learn:35349006987331");
    CHECK(world.complaints() == "");
  }
}
