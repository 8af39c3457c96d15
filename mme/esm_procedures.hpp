// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mme/bearer_exchange.hpp"
#include "mme/handover.hpp"

/// EPS session management of an attached and connected UE, TS 24.301 clause 6. Roots run in Ue::procedure,
/// each when its turn comes; `message` is a plain NAS message that decodes.
namespace zerocell::mme {

/// Whose resources a refused request was too much for.
enum class Scarce : std::uint8_t {
  core,   ///< The gateways', or the MME's: the access point is to be left alone for a while.
  radio,  ///< The cell's: another one, or the same a moment later, may have them.
  turns,  ///< The UE's own: more of it waits here already than is kept.
};

/// UE requested PDN connectivity, TS 23.401 §5.10.2, TS 24.301 §6.5.1.
Task<Next> pdn_connectivity(Ue& ue, ByteVector message);
/// UE requested PDN disconnection, TS 23.401 §5.10.3, TS 24.301 §6.5.2.
Task<Next> pdn_disconnect(Ue& ue, ByteVector message);

/// Dedicated bearer activation, TS 23.401 §5.4.1, TS 24.301 §6.4.2.
Task<Next> activate_dedicated_bearer(Ue& ue, sgw::CreateBearerRequest request,
                                     Reply<sgw::CreateBearerResponse> reply);
/// Bearer modification by the PDN gateway, TS 23.401 §5.4.2.1 and §5.4.3, TS 24.301 §6.4.3.
Task<Next> modify_bearer(Ue& ue, sgw::UpdateBearerRequest request, Reply<void> reply);
/// Bearer deactivation by the PDN gateway, TS 23.401 §5.4.4.1, TS 24.301 §6.4.4.
Task<Next> deactivate_bearer(Ue& ue, sgw::DeleteBearerRequest request, Reply<void> reply);

/// UE requested bearer resource allocation and modification, TS 23.401 §5.4.5, TS 24.301 §6.5.3 and §6.5.4.
Task<Next> allocate_bearer_resource(Ue& ue, ByteVector message);
Task<Next> modify_bearer_resource(Ue& ue, ByteVector message);
/// The UE hears that such a request has come to nothing: about a bearer of its own, or (`ebi` 0) about one
/// that it has yet to get.
void refuse_bearer_resource(Ue& ue, std::uint8_t ebi, std::uint8_t transaction, nas::EsmCause cause,
                            Scarce scarce = Scarce::core);

/// The eNodeB, or the UE itself, has lost these bearers: dedicated ones are given back, TS 23.401 §5.4.4.2;
/// with its default bearer goes the whole PDN connection. The UE needs no word about it.
Task<Next> give_up_bearers(Ue& ue, Ebis lost);
/// Those of them whose E-RABs the UE has got nowhere else since.
Task<Next> give_up_lost_bearers(Ue& ue, Ebis lost);
/// Those whose E-RABs stand where no gateway can send packets to.
Task<Next> give_up_unreachable_bearers(Ue& ue, Ebis ebis);
/// The same of a bearer that the UE says it does not have (#43), TS 24.301 §6.4.3.4, §6.7. Without its last
/// PDN connection it is not attached: it is told so, and is to attach again.
Task<Next> end_unknown_bearer(Ue& ue, std::uint8_t ebi);

/// E-RAB MODIFICATION INDICATION, TS 36.413 §8.2.4: downlink packets of some bearers go to another node now.
struct ErabsMoved {
  InlineList<sgw::BearerAccess, sgw::kBearersMax> moved{};
  ErabsLost unknown{};  ///< Of identities that no bearer can have.
  /// What the indication says of the UE's bearers does not fit what it has, TS 36.413 §8.2.4.4: it is
  /// released for this.
  std::optional<s1ap::Cause> inconsistent{};
  KeptDiagnostics diagnostics{};
};
ErabsMoved moved_in(Ue& ue, const s1ap::ErabModificationIndication& indication);
/// `from`: the eNodeB that said so.
Task<Next> move_erabs(Ue& ue, net::AssociationId from, ErabsMoved erabs);

// Parts.

/// A refusal of a UE's request. One for the lack of resources of the core says for how long the UE is to
/// leave that access point alone: T3396, TS 24.301 §6.5.1.4.1, §6.5.3.4.1, §6.5.4.4.1.
template <class Reject>
PlainMessage esm_refusal(Ue& ue, std::uint8_t transaction, nas::EsmCause cause,
                         Scarce scarce = Scarce::core) {
  Reject reject{.procedure_transaction_identity = transaction, .esm_cause = cause};
  if constexpr (requires { reject.back_off_timer_value; })
    if (cause == nas::EsmCause::insufficient_resources && scarce == Scarce::core)
      reject.back_off_timer_value = ue.mme.congestion().t3396();
  return PlainMessage(reject);
}

/// A turn that is to end connections, and what ends them all the same where it does not come, since the UE
/// goes away before. Later: requests are dropped in the middle of whatever ends a connection.
class EndsAnyway {
 public:
  using End = std::move_only_function<void(Mme&, UeDirectory::Index)>;

  EndsAnyway(Mme& mme, const Imsi& imsi, End end) : mme_(&mme), imsi_(imsi), end_(std::move(end)) {}
  EndsAnyway(EndsAnyway&& other) noexcept
      : mme_(std::exchange(other.mme_, nullptr)), imsi_(other.imsi_), end_(std::move(other.end_)) {}
  EndsAnyway& operator=(EndsAnyway&&) = delete;
  ~EndsAnyway();
  /// The turn has come.
  void begin() { mme_ = nullptr; }

 private:
  Mme* mme_;
  Imsi imsi_;
  End end_;
};

/// Takes a bearer out of the UE's record, a default one with all of its PDN connection; what is returned are
/// the E-RABs that stand without bearers now.
Ebis take_out(Ue& ue, std::uint8_t ebi);
/// DEACTIVATE EPS BEARER CONTEXT REQUEST for a bearer that `take_out` took, in an E-RAB RELEASE COMMAND for
/// its E-RABs. Ends with the answers or without: the bearer is gone in any case (TS 24.301 §6.4.4.5 a).
Task<void> deactivate_at_ue(Ue& ue, std::uint8_t ebi, Ebis erabs, std::uint8_t transaction,
                            nas::EsmCause cause);
/// The same where the UE has the bearer for certain, with or without a radio bearer.
Task<void> ask_to_deactivate(Ue& ue, std::uint8_t ebi, Ebis erabs, std::uint8_t transaction,
                             nas::EsmCause cause);
/// What an activation that failed has left behind: TS 24.301 §6.4.1.4, §6.4.2.4 and the cases a of §6.4.1.6
/// and §6.4.2.6. A UE that has accepted is told that the bearer is none.
Task<void> undo_activation(Ue& ue, std::uint8_t ebi, BearerAnswers answers);

/// Counts, and logs, what an eNodeB reports of traffic over a secondary radio access, by itself (TS 36.413
/// §8.19.1) or in what it says of contexts and E-RABs (§8.2.2.2, §8.2.3.2, §8.2.4.2, §8.3.2.2, §8.3.3.2).
void note_secondary_rat_usage(const Ue& ue, const s1ap::Message& message);

}  // namespace zerocell::mme
