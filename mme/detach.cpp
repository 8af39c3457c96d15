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

}  // namespace

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
  // 2. Whether the UE answers or not (TS 24.301 §5.5.2.3.4 a), and whatever becomes of its connection
  // meanwhile, it is detached.
  const DetachedInAnyCase detached(ue, {type, cause});
  const auto answer = co_await transact(
      ue, std::chrono::milliseconds(settings.t3422_ms), settings.emm_retransmissions,
      [&] { return ue.mme.send_nas(ue, nas::SecurityHeader::integrity_ciphered, request.bytes()); },
      [](const UeEvent& event) {
        return event.verified &&
               (event.is(nas::EmmType::detach_accept) || event.is(nas::EmmType::detach_request));
      });
  // §5.5.2.3.4 c: a UE that detaches at the same moment is answered, and both have what they want.
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

}  // namespace zerocell::mme
