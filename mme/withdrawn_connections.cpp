// SPDX-License-Identifier: Apache-2.0
#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"
#include "mme/esm_procedures.hpp"

/// PDN connections to access points that a subscription grants no more, TS 23.401 §5.10.3.
namespace zerocell::mme {
namespace {

Counter withdrawn{"zerocell_mme_pdn_connections_withdrawn_total",
                  "PDN connections that ended since the subscription grants their APN no more."};

Task<Next> end_connection(Ue& ue, sgw::SessionId session) {
  const BearerRecord* bearer = ue.mme.bearers().default_of(ue.stored(), session);
  if (bearer == nullptr) co_return Next::stay();
  withdrawn.add();
  if (ue.mme.bearers().pdn_connections(ue.stored()) == 1)
    co_return co_await detach_by_network(ue, nas::NetworkDetachType::reattach_required, std::nullopt);
  const std::uint8_t ebi = bearer->ebi;
  log::info("pdn_connection_ended", {.imsi = ue.imsi(), .procedure = ue.procedure_name()},
            {{"ebi", ebi}, {"reason", "its APN is not subscribed to any more"}});
  ue.mme.delete_session(session);
  const Ebis erabs = take_out(ue, ebi);
  co_await deactivate_at_ue(ue, ebi, erabs, 0, nas::EsmCause::regular_deactivation);
  co_return Next::stay();
}

}  // namespace

EndsAnyway::~EndsAnyway() {
  if (mme_ == nullptr) return;
  mme_->background().start([](Mme& mme, Imsi imsi, End end) -> Task<void> {
    co_await sleep(mme.loop(), std::chrono::seconds(1));
    if (const auto index = mme.directory().find(imsi)) end(mme, *index);
  }(*mme_, imsi_, std::move(end_)));
}

void Mme::withdraw_connection(UeDirectory::Index index, sgw::SessionId session) {
  UeRecord& record = directory_[index];
  const BearerRecord* bearer = bearers_.default_of(record, session);
  if (bearer == nullptr || record.emm_state != EmmState::registered) return;
  Ue* ue = connected(index);
  if (ue != nullptr && (ue->procedure.busy() || ue->context_set_up)) {
    EndsAnyway ends(*this, record.imsi,
                    [session](Mme& mme, UeDirectory::Index then) { mme.withdraw_connection(then, session); });
    at_turn(*ue, ProcedureKind::pdn_disconnection, [ends = std::move(ends), session](Ue& target) mutable {
      ends.begin();
      return end_connection(target, session);
    });
    return;
  }
  if (bearers_.pdn_connections(record) == 1)
    return detach(index, nas::NetworkDetachType::reattach_required, std::nullopt);
  // Nobody is paged for it: an idle UE gets no radio bearer for it, or is told by the bearer status.
  withdrawn.add();
  delete_session(session);
  bearers_.remove_connection(record, bearer->ebi);
}

}  // namespace zerocell::mme
