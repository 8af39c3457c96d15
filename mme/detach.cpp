// SPDX-License-Identifier: Apache-2.0
#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"
#include "mme/procedures.hpp"

namespace zerocell::mme {
namespace {

CounterBy<3> detaches{"zerocell_mme_detaches_total",
                      "Detach procedures, by who began them.",
                      "by",
                      {"ue", "ue_switch_off", "network"}};
enum By : std::size_t { kUe, kUeSwitchOff, kNetwork };

/// The UE has no sessions and no registration any more; what lets it attach again by GUTI stays.
void deregister(Ue& ue, const char* by) {
  UeRecord& record = ue.stored();
  ue.mme.delete_sessions(record);
  record.emm_state = EmmState::deregistered;
  log::info("detached", {.imsi = record.imsi, .procedure = "detach"}, {{"by", by}});
}

/// Deregisters the UE at the end of its detach, also where that is cut short.
class DetachedInAnyCase {
 public:
  DetachedInAnyCase(Ue& ue, NetworkDetach how) : ue_(ue) { ue_.detaching = how; }
  DetachedInAnyCase(const DetachedInAnyCase&) = delete;
  ~DetachedInAnyCase() {
    ue_.detaching.reset();
    // Without its record it has come back under another connection, which has taken care of it.
    if (ue_.record) deregister(ue_, "network");
  }

 private:
  Ue& ue_;
};

/// What new keys are to be bound to, of a UE that says nothing of it now: what it did on this connection, or
/// else before.
void take_capabilities(AttachIntent& intent, const UeRecord& record,
                       const std::optional<AttachIntent>& said) {
  intent.ue_network_capability = said ? said->ue_network_capability : record.ue_network_capability;
  intent.ms_network_capability = said ? said->ms_network_capability : record.ms_network_capability;
  intent.additional_capability = said ? said->additional_capability : record.additional_capability;
}

/// Registered, and able to prove who it is.
bool may_be_detached(const UeRecord& record) {
  return record.emm_state == EmmState::registered && !record.security.null_integrity;
}

}  // namespace

void Mme::begin_detach(Ue& ue, const UeEvent& event) {
  const auto request = nas::decode<nas::DetachRequestUeOriginating>(event.nas);
  if (!request) {
    if (event.verified && !request.error().ignore()) send_emm_status(ue, request.error().emm_cause());
    return;
  }
  const bool releasing = ue.runs(ProcedureKind::s1_release);
  if (!event.verified || !ue.record) {
    // It says so again while it is asked to prove it.
    if (releasing || ue.runs(ProcedureKind::detach)) return;
    const auto claimed = find_by_guti(request->eps_mobile_identity);
    if (claimed && may_be_detached(directory_[*claimed]) && !request->detach_type.switch_off) {
      // §4.4.4.3: whoever it is, the UE that has this name is detached only by itself; it is challenged
      // before anything else is done. Where it is the UE's answer to something else that the challenge, or
      // new keys, wait for, that would be no proof of this: anybody who can speak on the UE's connection
      // could have the UE itself confirm a detach that it never wanted. One that is meant comes again at
      // T3421's expiry (§5.5.2.2.6 c), and under the keys that were agreed on meanwhile.
      if (ue.procedure.busy() && !ue.secure_exchange) return not_expected(ue, "DETACH REQUEST", false);
      const UeRecord& record = directory_[*claimed];
      cancel_procedure(ue);
      AttachIntent intent{.key_set = request->nas_key_set_identifier};
      take_capabilities(intent, record, ue.attach_intent);
      ue.attach_intent = std::move(intent);
      ue.claimed_imsi = record.imsi;
      return run(ue, ProcedureKind::detach, detach_by_claimed_ue(ue, record.imsi));
    }
    // A claimed identity detaches nobody (§4.4.4.3: of a switch-off there is nothing to be asked, and it may
    // be ignored). The sender is let go with what it wants to hear.
    if (!request->detach_type.switch_off)
      send_nas(ue, ue.header(), PlainMessage(nas::DetachAccept{}).bytes());
    // §5.4.2.7, §5.4.3.7, §5.4.4.6: whatever asked who it is, or gave it keys, ends with it.
    return supersede_with_release(ue, s1ap::CauseNas::detach);
  }
  if (request->detach_type.value == nas::UeDetachType::Value::imsi && !request->detach_type.switch_off) {
    // TS 24.301 §5.5.2.2.3: it leaves a CS domain that it is not in here, and keeps what it has of EPS.
    send_nas(ue, nas::SecurityHeader::integrity_ciphered, PlainMessage(nas::DetachAccept{}).bytes());
    if (!ue.procedure.busy() && ue.active_bearers == 0) begin_release(ue, s1ap::CauseNas::normal_release);
    return;
  }
  // What runs is the step 12 that there would be.
  if (releasing) return take_detach(ue, request->detach_type.switch_off);
  // TS 24.301 §5.5.1.2.7: a detach ends an attach that runs.
  supersede(ue, ProcedureKind::detach, detach_by_ue(ue, request->detach_type.switch_off));
}

void take_detach(Ue& ue, bool switch_off) {
  detaches.add(switch_off ? kUeSwitchOff : kUe);
  // 2-10. Delete Session; in the figure's order before the accept.
  deregister(ue, switch_off ? "ue, switched off" : "ue");
  // 11. A UE that switches off does not wait for it.
  if (!switch_off)
    ue.mme.send_nas(ue, nas::SecurityHeader::integrity_ciphered, PlainMessage(nas::DetachAccept{}).bytes());
}

Task<Next> detach_by_ue(Ue& ue, bool switch_off) {
  take_detach(ue, switch_off);
  // 12.
  co_return Next::release(s1ap::CauseNas::detach);
}

Task<Next> detach_by_claimed_ue(Ue& ue, Imsi imsi) {
  auto subscriber = co_await authenticate(ue, imsi, IdentitySource::guti);
  if (!subscriber) co_return release_after(subscriber.error());
  const auto secured = co_await take_security_into_use(ue, std::move(*subscriber));
  if (!secured) co_return release_after(secured.error());
  ue.attach_intent.reset();
  co_return co_await detach_by_ue(ue, false);
}

void deregister_for(Ue& ue, nas::EmmCause cause, bool has_emergency) {
  if (!ends_registration(cause) || has_emergency) return;
  ue.mme.cancel_procedure(ue);
  deregister(ue, "refusal");
  ue.active_bearers = 0;  // Those that its eNodeB still has are nobody's.
}

Task<Next> detach_by_network(Ue& ue, nas::NetworkDetachType type, std::optional<nas::EmmCause> cause) {
  detaches.add(kNetwork);
  const auto& settings = ue.mme.settings();
  const PlainMessage request(nas::DetachRequestUeTerminated{.detach_type = type, .emm_cause = cause});
  // 2. Whether the UE answers or not (TS 24.301 §5.5.2.3.5 a), and whatever becomes of its connection
  // meanwhile, it is detached.
  const DetachedInAnyCase detached(ue, {type, cause});
  const auto answer = co_await transact(
      ue, std::chrono::milliseconds(settings.t3422_ms), settings.emm_retransmissions,
      [&] { return ue.mme.send_nas(ue, nas::SecurityHeader::integrity_ciphered, request.bytes()); },
      [](const UeEvent& event) {
        return event.verified &&
               (event.is(nas::EmmType::detach_accept) || event.is(nas::EmmType::detach_request));
      });
  // §5.5.2.3.5 c: a UE that detaches at the same moment is answered, and both have what they want.
  if (answer && (*answer)->is(nas::EmmType::detach_request)) {
    const auto crossing = nas::decode<nas::DetachRequestUeOriginating>((*answer)->nas);
    if (crossing && !crossing->detach_type.switch_off)
      ue.mme.send_nas(ue, nas::SecurityHeader::integrity_ciphered, PlainMessage(nas::DetachAccept{}).bytes());
  }
  co_return Next::release(s1ap::CauseNas::detach);
}

bool NetworkDetach::ignores(const UeEvent& event) const {
  if (event.is(nas::EmmType::detach_request)) return false;
  if (!event.is(nas::EmmType::attach_request)) return true;
  const auto request = nas::decode<nas::AttachRequest>(event.nas);
  return !lets_attach(request && request->eps_attach_type == nas::EpsAttachType::emergency);
}

std::optional<NetworkDetach> Mme::detach_under_way(UeDirectory::Index index) {
  const Ue* ue = connected(index);
  return ue != nullptr ? ue->detaching : std::nullopt;
}

void Mme::detach(Ue& ue, nas::NetworkDetachType type, std::optional<nas::EmmCause> cause) {
  // One that has detached has only its connection to lose.
  const bool is_gone = ue.runs(ProcedureKind::s1_release) && ue.stored().emm_state == EmmState::deregistered;
  if (ue.runs(ProcedureKind::detach) || is_gone) return;
  if (ue.record && !ue.runs(ProcedureKind::attach) && keeps_emergency(*ue.record)) return;
  supersede(ue, ProcedureKind::detach, detach_by_network(ue, type, cause));
}

void Mme::detach(UeDirectory::Index index, nas::NetworkDetachType type, std::optional<nas::EmmCause> cause) {
  if (Ue* ue = connected(index)) return detach(*ue, type, cause);
  if (keeps_emergency(index)) return;
  background_.start(
      [](Mme& mme, Imsi imsi, nas::NetworkDetachType kind, std::optional<nas::EmmCause> why) -> Task<void> {
        const auto idle = mme.directory().find(imsi);
        if (!idle) co_return;
        Ue* ue = co_await mme.reach(*idle);
        if (ue != nullptr) co_return mme.detach(*ue, kind, why);
        // In vain: it learns of it when it next comes.
        const auto still = mme.directory().find(imsi);
        if (!still || mme.connected(*still) != nullptr) co_return;
        mme.deregister(mme.directory()[*still]);
        mme.went_idle(*still);
      }(*this, directory_[index].imsi, type, cause));
}

}  // namespace zerocell::mme
