// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/crypto/authentication.hpp"
#include "mme/mme.hpp"
#include "mme/reject_cause.hpp"

namespace zerocell::mme {

/// Where the claimed IMSI comes from: a GUTI may be another UE's by now.
enum class IdentitySource : std::uint8_t { imsi, guti };

/// Proof that the UE holds the key of this IMSI's SIM, TS 33.401 §6.1. Only `authenticate` makes one.
class AuthenticatedUe {
 public:
  const Imsi& imsi() const { return imsi_; }
  KeyView<32> k_asme() const { return k_asme_; }
  std::uint8_t key_set() const { return key_set_; }

 private:
  friend Task<std::expected<AuthenticatedUe, Rejection>> authenticate(Ue& ue, Imsi imsi,
                                                                      IdentitySource source);
  AuthenticatedUe(const Imsi& imsi, const Key<32>& k_asme, std::uint8_t key_set)
      : imsi_(imsi), k_asme_(k_asme), key_set_(key_set) {}
  Imsi imsi_;
  Key<32> k_asme_;
  std::uint8_t key_set_;
};

/// Proof that NAS messages of this UE are protected with keys of its own, and that it has its record. Only
/// `take_security_into_use` and `resume_security` make one.
class SecuredUe {
 public:
  UeRecord& record() const { return ue_->stored(); }
  const Imsi& imsi() const { return record().imsi; }

 private:
  friend Task<std::expected<SecuredUe, Rejection>> take_security_into_use(Ue& ue, AuthenticatedUe subscriber);
  friend std::expected<SecuredUe, Rejection> resume_security(Ue& ue);
  explicit SecuredUe(Ue& ue) : ue_(&ue) {}
  Ue* ue_;
};

// Roots: each runs in Ue::procedure.

/// Attach, TS 23.401 §5.3.2.1 and TS 24.301 §5.5.1.2. What is asked for stands in Ue::attach_intent.
Task<Next> attach(Ue& ue);
/// Detach by the UE, TS 23.401 §5.3.8.2.1, TS 24.301 §5.5.2.2. The request was verified.
Task<Next> detach_by_ue(Ue& ue, bool switch_off);
/// The same of a UE that is no more than said to be this one: it has to prove it first (TS 24.301 §4.4.4.3).
/// What it says of its keys stands in Ue::attach_intent.
Task<Next> detach_by_claimed_ue(Ue& ue, Imsi imsi);
/// Its steps 2 to 11: the same without a release, of a UE whose connection is being released already.
void take_detach(Ue& ue, bool switch_off);
/// A UE that has proven who it is is refused something: where the cause ends its registration
/// (`ends_registration`), it ends here too, with whatever runs. Not that of one with emergency bearers.
void deregister_for(Ue& ue, nas::EmmCause cause, bool has_emergency);
/// Detach by the network, TS 23.401 §5.3.8.3, TS 24.301 §5.5.2.3. The UE is connected.
Task<Next> detach_by_network(Ue& ue, nas::NetworkDetachType type, std::optional<nas::EmmCause> cause);
/// S1 release, TS 23.401 §5.3.5, steps 2 to 6.
Task<Next> release(Ue& ue, s1ap::Cause cause);

/// Service request, TS 23.401 §5.3.4.1 steps 4 to 12, TS 24.301 §5.6.1: all bearers of a registered UE get
/// their radio side. `status` is what the UE says of its bearers, where it said it.
Task<Next> service_request(Ue& ue, std::optional<nas::EpsBearerContextStatus> status);

/// Tracking area update, TS 23.401 §5.3.3, TS 24.301 §5.5.3. What is asked for stands in Ue::attach_intent.
/// `within_procedure`: another one goes on after it, and is what the UE stays for.
Task<Next> tracking_area_update(Ue& ue, bool within_procedure = false);
/// Serves Ue::later_update within the procedure that runs: a UE sends no ESM message before it has its answer
/// (TS 24.301 §4.2), so that who waits for one must not have it wait. False: the connection is to end, and
/// the procedure with it, whatever it returns.
Task<bool> serve_waiting_updates(Ue& ue);
/// GUTI reallocation, TS 24.301 §5.4.1: the UE is registered and connected.
Task<Next> reallocate_guti(Ue& ue);

// Parts.

/// Identification, TS 24.301 §5.4.4: asks for the IMSI.
Task<std::expected<Imsi, Rejection>> identify(Ue& ue);
/// Authentication, TS 24.301 §5.4.2, TS 33.401 §6.1. An IMSI that only a GUTI told us is asked for when the
/// proof fails.
Task<std::expected<AuthenticatedUe, Rejection>> authenticate(Ue& ue, Imsi imsi, IdentitySource source);
/// Security mode control, TS 24.301 §5.4.3: afterwards the UE is bound to its record and everything is
/// protected.
Task<std::expected<SecuredUe, Rejection>> take_security_into_use(Ue& ue, AuthenticatedUe subscriber);
/// The identity that this network may have given: a UE that comes from another radio access puts the one of
/// there first, and its own GUTI of here beside it (TS 24.301 §5.5.1.2.2, §5.5.3.2.2).
nas::EpsMobileIdentity native_identity(const nas::AttachRequest& request);
nas::EpsMobileIdentity native_identity(const nas::TrackingAreaUpdateRequest& request);
/// What an update request says, into an intent that has the rest.
void take_update(AttachIntent& intent, const nas::TrackingAreaUpdateRequest& request);
/// The UE's message was verified under the context in its record: that stays in use.
std::expected<SecuredUe, Rejection> resume_security(Ue& ue);
/// Takes the whole Attach Request, or update, that the UE sent again inside SECURITY MODE COMPLETE: what came
/// first was changed on its way (TS 24.301 §5.4.3.4, TS 33.401 §7.2.4.4). False: it makes no sense.
bool take_replayed_request(AttachIntent& intent, Bytes message);
/// The UE has taken the keys that it was asked to take, as SECURITY MODE COMPLETE of this uplink COUNT says:
/// they are those of its record, to which it is bound.
void keep_new_keys(Ue& ue, std::uint32_t complete_count);
/// Keys that the UE was asked to take, and has not, are given up: what was in use before stays so.
void keep_previous_keys(Ue& ue);
/// How the connection of a UE that was refused ends.
inline Next release_after(const Rejection& why) {
  return Next::release(why.authentication_failed ? s1ap::CauseNas::authentication_failure
                                                 : s1ap::CauseNas::normal_release);
}

/// What the UE wants for its PDN connection, from PDN CONNECTIVITY REQUEST and, where it said so, ESM
/// INFORMATION RESPONSE.
struct ConnectivityWanted {
  std::uint8_t transaction = 0;  ///< PTI, for the answer.
  nas::RequestType request = nas::RequestType::initial;
  gtp::PdnType type = gtp::PdnType::ipv4;
  std::optional<Apn> apn;
  ByteVector pco;
  bool extended_pco = false;
};
/// `message`, the plain PDN CONNECTIVITY REQUEST, must outlive the call.
Task<std::expected<ConnectivityWanted, Rejection>> wanted_connectivity(Ue& ue, Bytes message);

/// Sends with `send()`, waits for an event that `wanted(event)` takes, and sends again at each expiry of the
/// timer, at most `retransmissions` times (TS 24.301 §10.2: the fifth expiry of most timers aborts).
/// Failure::timeout when all were in vain, Failure::rejected when the message could not be sent.
template <class Send, class Wanted>
Task<std::expected<UeEvent*, Failure>> transact(Ue& ue, Duration timer, unsigned retransmissions, Send send,
                                                Wanted wanted) {
  for (unsigned sent = 0; sent <= retransmissions; ++sent) {
    if (!send()) co_return std::unexpected(Failure::rejected);
    auto event = co_await ue.inbox.receive(ue.mme.loop(), timer, wanted);
    if (event || event.error() != Failure::timeout) co_return event;
  }
  co_return std::unexpected(Failure::timeout);
}

}  // namespace zerocell::mme
