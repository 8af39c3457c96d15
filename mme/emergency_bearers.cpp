// SPDX-License-Identifier: Apache-2.0
#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"
#include "mme/esm_procedures.hpp"

/// Emergency bearers that outlast what a UE had a right to, and that end when nobody uses them, TS 23.401
/// §4.3.12.
namespace zerocell::mme {
namespace {

Counter inactive{"zerocell_mme_emergency_released_total",
                 "Emergency PDN connections that ended since their UE did nothing."};
Counter limited{"zerocell_mme_emergency_only_total",
                "UEs that lost the right to all their PDN connections but the emergency one."};

using Connection = Bearers::Connection;
using Connections = Bearers::Connections;

Connections normal_connections(Bearers& bearers, const UeRecord& record) {
  Connections normal;
  for (const Connection& connection : bearers.connections_of(record))
    if (!connection.emergency) normal.push_back(connection);
  return normal;
}

/// Whether the UE has these connections still, or has attached anew since.
bool has_any(Bearers& bearers, const UeRecord& record, const Connections& connections) {
  return std::ranges::any_of(connections, [&](const Connection& connection) {
    return bearers.default_of(record, connection.session) != nullptr;
  });
}

/// MME requested PDN disconnection of all that is no emergency, TS 23.401 §5.10.3. Out of the record first,
/// all of it: what the UE has no right to does not stay, however this goes on.
Task<Next> end_normal_service(Ue& ue, Connections wrongly) {
  if (!has_any(ue.mme.bearers(), ue.stored(), wrongly)) co_return Next::stay();
  // Its call has ended before its turn: nothing is left that it has a right to, unless an attach says so.
  if (ue.mme.bearers().emergency_of(ue.stored()) == nullptr)
    co_return co_await detach_by_network(ue, nas::NetworkDetachType::reattach_required, std::nullopt);
  struct Ended {
    std::uint8_t ebi = 0;
    Ebis erabs;
  };
  InlineList<Ended, sgw::kBearersMax> ended;
  for (const Connection& connection : normal_connections(ue.mme.bearers(), ue.stored())) {
    ue.mme.delete_session(connection.session);
    ended.push_back({connection.ebi, take_out(ue, connection.ebi)});
  }
  if (!ended.empty()) limited.add();
  for (const Ended& connection : ended) {
    log::info("pdn_connection_ended", {.imsi = ue.imsi(), .procedure = ue.procedure_name()},
              {{"ebi", connection.ebi}, {"reason", "only emergency bearers are served"}});
    co_await deactivate_at_ue(ue, connection.ebi, connection.erabs, 0, nas::EsmCause::regular_deactivation);
  }
  co_return Next::stay();
}

}  // namespace

void Mme::end_normal_connections(UeRecord& record) {
  const auto ended = normal_connections(bearers_, record);
  if (!ended.empty()) limited.add();
  for (const Connection& connection : ended) {
    log::info("pdn_connection_ended", {.imsi = record.imsi, .procedure = "emergency"},
              {{"ebi", connection.ebi}, {"reason", "only emergency bearers are served"}});
    delete_session(connection.session);
    bearers_.remove_connection(record, connection.ebi);
  }
}

void Mme::keep_emergency_only(UeDirectory::Index index) {
  UeRecord& record = directory_[index];
  Ue* ue = connected(index);
  // TS 24.301 §6.4.4.2: nobody is paged for it.
  if (ue == nullptr || (!ue->procedure.busy() && !ue->context_set_up)) return end_normal_connections(record);
  const Connections wrongly = normal_connections(bearers_, record);
  EndsAnyway ends(*this, record.imsi, [wrongly](Mme& mme, UeDirectory::Index then) {
    const UeRecord& left = mme.directory()[then];
    if (left.emm_state != EmmState::registered || !has_any(mme.bearers(), left, wrongly)) return;
    if (mme.bearers().emergency_of(left) != nullptr) return mme.keep_emergency_only(then);
    mme.detach(then, nas::NetworkDetachType::reattach_required, std::nullopt);
  });
  at_turn(*ue, ProcedureKind::pdn_disconnection, [ends = std::move(ends), wrongly](Ue& target) mutable {
    ends.begin();
    return end_normal_service(target, wrongly);
  });
}

void Mme::emergency_idle(UeDirectory::Index index) {
  if (!directory_[index].emergency && bearers_.emergency_of(directory_[index]) == nullptr) return;
  // TS 23.401 §4.3.12.1: bearers that are not used are let go, and so is who has no others.
  const std::uint8_t idles = ++directory_[index].emergency_idles;
  const Imsi imsi = directory_[index].imsi;
  background_.start([](Mme& mme, Imsi who, std::uint8_t was) -> Task<void> {
    co_await sleep(mme.loop(), std::chrono::seconds(mme.settings().emergency_inactive_seconds));
    const auto still = mme.directory().find(who);
    if (!still) co_return;
    UeRecord& record = mme.directory()[*still];
    if (record.emergency_idles != was || record.connection != UeRecord::kNoConnection) co_return;
    const BearerRecord* bearer = mme.bearers().emergency_of(record);
    if (!record.emergency) {
      if (bearer == nullptr) co_return;
      inactive.add();
      log::info("pdn_connection_ended", {.imsi = who, .procedure = "emergency"}, {{"reason", "inactivity"}});
      mme.delete_session(bearer->session);
      co_return mme.bearers().remove_connection(record, bearer->ebi);
    }
    // One that has detached meanwhile is only forgotten, where nobody can come again as it.
    const bool registered = record.emm_state == EmmState::registered;
    mme.delete_sessions(record);
    record.emm_state = EmmState::deregistered;
    record.emergency = false;
    if (registered) {
      inactive.add();
      log::info("detached", {.imsi = who, .procedure = "emergency"}, {{"by", "inactivity"}});
    }
    if (!record.security.null_integrity && !registered) co_return;
    if (!record.security.null_integrity) co_return mme.went_idle(*still);
    // Nobody can come again as it.
    mme.idle_timers_.disarm(*still);
    mme.directory_.forgotten(*still, record);
    mme.directory_.remove(*still);
  }(*this, imsi, idles));
}

bool Mme::keeps_emergency(UeDirectory::Index index) {
  // TS 23.401 §5.3.8.3, §5.3.8.4: who calls for help is not detached for it.
  const UeRecord& record = directory_[index];
  if (record.emm_state != EmmState::registered || bearers_.emergency_of(record) == nullptr) return false;
  keep_emergency_only(index);
  return true;
}

}  // namespace zerocell::mme
