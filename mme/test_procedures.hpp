// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "mme/test_bearing.hpp"

/// Procedures of one UE, for tests that disturb each of them at each of its steps: everything must end as in
/// an undisturbed run.
namespace zerocell::mme {

/// One UE, the eNodeB that it begins at, one that it can be handed over to, and one that has no part in it.
struct ProcedureWorld : World {
  ProcedureWorld() {
    ue.trace = [this](Direction direction, std::string_view name, std::string) {
      if (direction == Direction::downlink) heard += std::string(name) + "; ";
    };
  }
  /// Where the UE is.
  lab::Enb& at() {
    for (const auto& enb : enbs)
      if (static_cast<const lab::Radio*>(enb.get()) == &ue.radio()) return *enb;
    ZC_ASSERT(false);
    return source;
  }
  sgw::CreateBearerRequest dedicated() {
    return {.session = kSession,
            .imsi = test_imsi(1),
            .qos = voice_qos(),
            .tft = tft(),
            .user_plane = {.teid = 0x2000, .v4 = Ipv4Address::parse("10.0.0.1")}};
  }

  lab::Enb& source = add_enb(1);
  lab::Enb& target = add_enb(2);
  lab::Enb& stranger = add_enb(3);
  lab::Ue& ue = add_ue(source, 1);
  std::string heard{};  ///< By the UE.
};

/// `begins`: what the UE is before it.
struct Procedure {
  enum class Begins { unknown, connected, idle };
  const char* name;
  Begins begins;
  Task<bool> (*run)(ProcedureWorld& world);
  void (*prepare)(ProcedureWorld& world) = nullptr;
};

namespace procedures {

inline void with_dedicated(ProcedureWorld& world) {
  REQUIRE(*lab::finish(world.loop, world.mme->create_bearer(world.dedicated())));
}
inline void with_ims(ProcedureWorld& world) {
  REQUIRE(*lab::finish(world.loop, world.ue.connect_pdn(Apn::parse("ims"))));
}
inline void with_guti_due(ProcedureWorld& world) {
  world.settings.guti_services_max = 1;
}

inline Task<bool> attach(ProcedureWorld& world) {
  co_return (co_await world.ue.attach()).has_value();
}
inline Task<bool> service_request(ProcedureWorld& world) {
  co_return (co_await world.ue.service_request()).has_value();
}
inline Task<bool> update(ProcedureWorld& world) {
  co_return (co_await world.ue.tracking_area_update()).has_value();
}
inline Task<bool> connectivity(ProcedureWorld& world) {
  co_return (co_await world.ue.connect_pdn(Apn::parse("ims"))).has_value();
}
inline Task<bool> disconnect(ProcedureWorld& world) {
  co_return (co_await world.ue.disconnect_pdn(6)).has_value();
}
inline Task<bool> create(ProcedureWorld& world) {
  co_return (co_await world.mme->create_bearer(world.dedicated())).has_value();
}
inline Task<bool> modify(ProcedureWorld& world) {
  co_return (co_await world.mme->update_bearer(
                 {.session = kSession, .imsi = test_imsi(1), .ebi = 6, .qos = voice_qos(128)}))
      .has_value();
}
inline Task<bool> remove(ProcedureWorld& world) {
  co_return (co_await world.mme->delete_bearer({.session = kSession, .imsi = test_imsi(1), .ebi = 6}))
      .has_value();
}
inline Task<bool> x2_handover(ProcedureWorld& world) {
  co_return (co_await world.target.take_over(world.source, *world.ue.connection())).has_value();
}
inline Task<bool> s1_handover(ProcedureWorld& world) {
  const auto at_source = *world.ue.connection();
  const auto order = co_await world.source.prepare_handover(at_source, world.target.as_target(), true);
  if (!order) co_return false;
  world.target.notify_arrival(world.source, at_source, order->connection);
  co_return true;
}
inline Task<bool> detach(ProcedureWorld& world) {
  co_return (co_await world.ue.detach()).has_value();
}
inline Task<bool> network_detach(ProcedureWorld& world) {
  world.mme->detach(*world.mme->directory().find(test_imsi(1)), nas::NetworkDetachType::reattach_not_required,
                    std::nullopt);
  co_return (co_await world.ue.network_detach(std::chrono::seconds(10))).has_value();
}
inline Task<bool> release(ProcedureWorld& world) {
  world.source.request_release(*world.ue.connection());
  co_return (co_await world.ue.idle(std::chrono::seconds(10))).has_value();
}

}  // namespace procedures

inline const Procedure kProcedures[] = {
    {"attach", Procedure::Begins::unknown, procedures::attach},
    {"attach again", Procedure::Begins::idle, procedures::attach},
    {"service request", Procedure::Begins::idle, procedures::service_request},
    {"GUTI reallocation", Procedure::Begins::idle, procedures::service_request, procedures::with_guti_due},
    {"tracking area update", Procedure::Begins::idle, procedures::update},
    {"tracking area update, connected", Procedure::Begins::connected, procedures::update},
    {"PDN connectivity", Procedure::Begins::connected, procedures::connectivity},
    {"PDN disconnect", Procedure::Begins::connected, procedures::disconnect, procedures::with_ims},
    {"dedicated bearer", Procedure::Begins::connected, procedures::create},
    {"bearer modification", Procedure::Begins::connected, procedures::modify, procedures::with_dedicated},
    {"bearer deletion", Procedure::Begins::connected, procedures::remove, procedures::with_dedicated},
    {"X2 handover", Procedure::Begins::connected, procedures::x2_handover},
    {"S1 handover", Procedure::Begins::connected, procedures::s1_handover},
    {"detach", Procedure::Begins::connected, procedures::detach},
    {"detach by the network", Procedure::Begins::connected, procedures::network_detach},
    {"S1 release", Procedure::Begins::connected, procedures::release},
};

/// Runs it, and says all that came of it, in words. With a step it is disturbed so many milliseconds after it
/// began; without one `took_ms` is how long it takes.
inline std::string outcome_of(const Procedure& procedure, ProcedureWorld& world,
                              std::optional<unsigned> step_ms, const std::function<void()>& disturb,
                              unsigned* took_ms = nullptr) {
  if (procedure.begins != Procedure::Begins::unknown) REQUIRE(world.attach(world.ue));
  world.wait(std::chrono::seconds(1));
  if (procedure.prepare) procedure.prepare(world);
  if (procedure.begins == Procedure::Begins::idle) world.go_idle(world.source, world.ue);
  world.wait(std::chrono::seconds(5));
  world.heard.clear();
  world.net.faults().delay_min = world.net.faults().delay_max = std::chrono::milliseconds(1);
  lab::Running running(procedure.run(world));
  if (step_ms) {
    world.wait(std::chrono::milliseconds(*step_ms));
    disturb();
  }
  for (unsigned ms = 0; took_ms != nullptr && !running.done() && ms < 1000; *took_ms = ++ms)
    world.wait(std::chrono::milliseconds(1));
  world.wait(std::chrono::seconds(30));

  const UeRecord* record = world.record(1);
  REQUIRE(record != nullptr);
  std::size_t bearers = 0;
  for ([[maybe_unused]] const BearerRecord& bearer : world.mme->bearers().of(*record)) ++bearers;
  std::string text = !running.done() ? "never ended" : running.result() ? "succeeded" : "failed";
  const auto add = [&text](const char* name, std::uint64_t value) {
    text += std::string(", ") + name + " " + std::to_string(value);
  };
  text += "\nheard: " + world.heard + "\nIMEI " + record->imei.text();
  add("uplink COUNT", record->security.uplink_count);
  add("downlink COUNT", record->security.downlink_count);
  add("key set", record->security.ksi);
  add("state", static_cast<std::uint64_t>(record->emm_state));
  add("bearers", bearers);
  add("sessions", world.gateway.sessions.size());
  for (const auto& [id, session] : world.gateway.sessions)
    if (session.access) text += ", access at " + session.access->v4->text();
  add("UEs connected", world.mme->connected_ues());
  add("vectors", world.hss.vectors_given);
  add("messages to the source", world.source.received_total());
  add("to the target", world.target.received_total());
  if (world.ue.connected()) add("E-RABs", world.at().erabs(*world.ue.connection()).size());
  return text + "\ncomplaints: " + world.complaints();
}

/// Disturbs every procedure at each of its steps; nothing may come of it.
template <class World, class Disturb>
void disturb_every_procedure(Disturb disturb) {
  for (const Procedure& procedure : kProcedures) {
    unsigned took_ms = 0;
    World untouched;
    const std::string undisturbed = outcome_of(procedure, untouched, std::nullopt, {}, &took_ms);
    INFO(procedure.name << " of " << took_ms << " ms");
    CHECK(undisturbed.starts_with("succeeded"));
    CHECK(undisturbed.ends_with("complaints: "));
    for (unsigned step_ms = 0; step_ms <= took_ms + 5; ++step_ms) {
      INFO("at " << step_ms << " ms");
      World world;
      CHECK(outcome_of(procedure, world, step_ms, [&] { disturb(world); }) == undisturbed);
    }
  }
}

}  // namespace zerocell::mme
