// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "asn1/s1ap/context.hpp"
#include "asn1/s1ap/s1ap.hpp"
#include "core/nas/emm.hpp"
#include "core/nas/security.hpp"
#include "core/runtime/exchange.hpp"
#include "core/runtime/frame_pool.hpp"
#include "core/runtime/task.hpp"
#include "mme/criticality_diagnostics.hpp"
#include "mme/enb.hpp"
#include "mme/next_hop.hpp"
#include "mme/observers.hpp"
#include "mme/procedure_kind.hpp"
#include "mme/ue_directory.hpp"
#include "sgw/s11.hpp"

namespace zerocell::mme {

class Mme;

/// Something that came from a UE or, about it, from its eNodeB. Views are valid until the receiver waits
/// again.
struct UeEvent {
  /// Of the last two there is nothing else to tell. `handover_over`: the UE has arrived, or stays where it
  /// is; `update_waits`: Ue::later_update is there. `nonsense`: too short, of another protocol, or a
  /// protected message within another one.
  enum class Kind : std::uint8_t { nonsense, emm, esm, s1ap, handover_over, update_waits };
  Kind kind{};
  Bytes nas;  ///< Of emm and esm: the plain message.
  nas::EmmType emm_type{};
  nas::EsmType esm_type{};
  bool verified = false;    ///< Its integrity was verified: only then it may change anything.
  std::uint32_t count = 0;  ///< The uplink COUNT that it used up, where it is verified.
  const s1ap::Message* s1ap = nullptr;

  bool is(nas::EmmType type) const { return kind == Kind::emm && emm_type == type; }
  bool is(nas::EsmType type) const { return kind == Kind::esm && esm_type == type; }
  bool is(s1ap::MessageType type) const { return kind == Kind::s1ap && s1ap->type == type; }
};

/// A detach by the network, from its request to its end.
struct NetworkDetach {
  nas::NetworkDetachType type{};
  std::optional<nas::EmmCause> cause{};

  /// Whether an attach that the UE begins meanwhile goes on; else it is ignored (TS 24.301 §5.5.2.3.5 d). Who
  /// calls for help is served in any case, on purpose: it would be kept waiting for T3410, and emergency
  /// services ask for no subscription (TS 23.401 §4.3.12.1), so that the end of one is no reason to.
  bool lets_attach(bool emergency) const {
    return type != nas::NetworkDetachType::reattach_not_required || emergency;
  }
  /// §5.5.2.3.5 d to f: what a UE begins before it has heard that it is detached comes to nothing, but its
  /// own detach, and an attach that it may begin.
  bool ignores(const UeEvent& event) const;
};

/// What becomes of a UE's connection when its procedure has ended.
struct Next {
  enum class Kind : std::uint8_t { stay, release, gone };
  Kind kind = Kind::stay;
  s1ap::Cause cause = s1ap::CauseNas::normal_release;

  static Next stay() { return {}; }
  static Next release(s1ap::Cause why) { return {Kind::release, why}; }
  static Next gone() { return {Kind::gone, {}}; }
};

/// What a UE asks for the time when it has no connection, in Attach Request or Tracking Area Update Request.
struct IdleModeWanted {
  std::optional<nas::DrxParameter> drx{};
  std::optional<nas::GprsTimer> t3324{};  ///< Asks for PSM.
  std::optional<nas::GprsTimer3> t3412_extended{};
  std::optional<nas::ExtendedDrxParameters> edrx{};
  bool extended_periodic_timers = false;  ///< It knows T3412 extended value.
  bool low_priority = false;
};

/// What a Tracking Area Update Request asks for beyond what an attach does.
struct UpdateWanted {
  nas::EpsUpdateType type{};
  std::optional<nas::EpsBearerContextStatus> bearers{};
  bool signalling_active = false;
  bool radio_capability_changed = false;
};

/// What an Attach Request, or a Tracking Area Update Request, asks for, kept for the length of the procedure;
/// the octets it came in do not last.
struct AttachIntent {
  nas::EpsAttachType type = nas::EpsAttachType::eps;
  nas::EpsMobileIdentity identity;
  nas::NasKeySetIdentifier key_set;
  std::optional<nas::NasKeySetIdentifier> other_key_set{};  ///< Native, and not in use: it has that one too.
  nas::UeNetworkCapability ue_network_capability;
  nas::MsNetworkCapability ms_network_capability;
  std::optional<nas::UeAdditionalSecurityCapability> additional_capability;
  bool verified = false;  ///< It came under the stored context, with a right MAC.
  ByteVector message;  ///< The plain Attach Request: for HASH_MME, and to tell a repetition from another one.
  ByteVector esm_container;
  IdleModeWanted idle_mode{};
  std::optional<UpdateWanted> update{};  ///< It is a Tracking Area Update Request.
};

/// A bit for each EPS bearer; none for an E-RAB ID that no bearer can have (TS 36.413 §9.2.1.2: it is
/// extensible).
constexpr std::uint16_t bit_of(std::uint8_t ebi) {
  return ebi < 16 ? static_cast<std::uint16_t>(1u << ebi) : 0;
}

/// A downlink NAS message that waits for the end of a handover; it is protected only when it leaves.
struct HeldNas {
  nas::SecurityHeader header{};
  ByteVector plain;
  bool given_back = false;    ///< By the eNodeB: it was sent before.
  bool of_procedure = false;  ///< It goes with the one that ran then: that has timers, or has ended in vain.
};
// Ours: what lasts longer than that many messages is sent again by its timer.
constexpr std::size_t kHeldNasMax = 8;

/// The request of a UE that a procedure answers, TS 24.301 §6.3: by itself, or after the gateway has asked
/// for it (TS 23.401 §5.4.5).
struct EsmTransaction {
  std::uint8_t pti = 0;  ///< 0: none.
  ByteVector request;    ///< Plain; empty where the gateway asks: then it was for bearer resources.

  /// Whether the UE says that again. Its PTI alone does not tell: it is the UE's to use for another request
  /// as soon as it has its answer, while the eNodeB's may still be due.
  bool repeated_by(Bytes message) const;
};

/// A UE while it has a UE-associated logical S1 connection (ECM-CONNECTED): the owner of its running
/// procedure. What outlives the connection is in its UeRecord, which it has only once the UE has proven who
/// it is.
class Ue {
 public:
  struct OnEnd {
    Ue* ue;
    void operator()(Next next) const;
  };
  struct OnMobilityEnd {
    Ue* ue;
    void operator()(Next next) const;
  };
  /// Stands for the eNB UE S1AP ID of a connection whose eNodeB has not told it yet: more than 24 bits.
  static constexpr std::uint32_t kNoEnbUeS1apId = 0xFFFFFFFF;

  Ue(Mme& mme_, Enb& enb_, std::uint32_t place_, std::uint32_t mme_ue_s1ap_id_, std::uint32_t enb_ue_s1ap_id_)
      : mme(mme_),
        enb(&enb_),
        place(place_),
        mme_ue_s1ap_id(mme_ue_s1ap_id_),
        enb_ue_s1ap_id(enb_ue_s1ap_id_),
        procedure(OnEnd{this}),
        mobility(OnMobilityEnd{this}) {}
  // From the pool of coroutine frames: a connection comes and goes as often as a procedure.
  static void* operator new(std::size_t size) { return allocate_frame(size); }
  static void operator delete(void* ue, std::size_t size) noexcept { release_frame(ue, size); }

  Mme& mme;
  // The S1 connection. A handover puts another one in its place; only the MME's table changes these.
  Enb* enb;
  std::uint32_t place;
  std::uint32_t mme_ue_s1ap_id;
  std::uint32_t enb_ue_s1ap_id;
  std::size_t place_at_enb = 0;  ///< In Enb::ues.
  std::uint16_t stream = 0;
  Tai tai;
  Ecgi ecgi;

  std::optional<UeDirectory::Index> record;  ///< Set only after authentication, or a verified NAS message.
  /// The context under which NAS messages are opened and protected: `fresh` from Security Mode Command on
  /// until it is complete, then the record's. Null: only plain messages.
  nas::EpsSecurityContext* security = nullptr;
  nas::EpsSecurityContext fresh;
  Imsi fresh_of;  ///< Whose keys they are, by proof; empty: nobody's.
  /// What `fresh` was when it gave way to a request under the keys in use; the UE may have taken it all the
  /// same.
  nas::EpsSecurityContext aborted;
  bool equipment_read = false;    ///< The record's IMEI was told on this connection, under security.
  bool secure_exchange = false;   ///< TS 24.301 §4.4.2.3: from here on nothing plain is taken.
  std::uint32_t k_enb_count = 0;  ///< Uplink COUNT that K_eNB is derived with, TS 33.401 §7.2.6.
  Imsi claimed_imsi;              ///< For logs only: what the UE says it is.
  /// Of its radio connection.
  s1ap::RrcEstablishmentCause establishment_cause = s1ap::RrcEstablishmentCause::mo_signalling;
  bool context_requested = false;    ///< INITIAL CONTEXT SETUP REQUEST was sent, and is not answered yet.
  bool context_set_up = false;       ///< Initial Context Setup is done at the eNodeB.
  std::uint16_t active_bearers = 0;  ///< A bit for each EBI whose E-RAB is set up.
  std::optional<Time> nas_sent_at;   ///< The last DOWNLINK NAS TRANSPORT.
  bool release_commanded = false;    ///< UE CONTEXT RELEASE COMMAND was sent.
  bool guti_not_taken = false;       ///< It came under the GUTI before its last one, and is to get another.
  bool access_lost = false;          ///< The gateway cannot reach its eNodeB: it is about to be let go.
  /// A bit for each E-RAB that the eNodeB has, or was asked for and has not refused.
  std::uint16_t erabs_at_enb = 0;
  /// What it has set up in an answer that no procedure waited for any more.
  InlineList<sgw::BearerAccess, sgw::kBearersMax> erabs_answered_late{};
  /// HANDOVER RESTRICTION LIST says something else than its eNodeB was told: it goes with the next NAS
  /// message.
  bool restrictions_changed = false;
  bool access_keys_old = false;  ///< NAS keys came after the eNodeB's were derived.
  NextHop next_hop;              ///< For the next eNodeB; from Initial Context Setup on.

  /// An S1 handover has two connections: the UE's own, and one at the target, which is a `Ue` without a
  /// record whose procedure is the handover. Each knows the other while it lasts.
  Ue* handover_target = nullptr;
  Ue* handover_source = nullptr;
  /// Of the connection at the target: what its source is owed with the answer to HANDOVER REQUIRED.
  KeptDiagnostics handover_diagnostics;
  bool handover_commanded = false;         ///< Of the connection at the target: the UE was told to go there.
  std::optional<NetworkDetach> detaching;  ///< The network detaches it, within whatever procedure.
  bool hold_nas = false;                   ///< A handover runs: downlink NAS messages wait in `held_nas`.
  std::vector<HeldNas> held_nas;
  std::uint8_t handovers_unmet = 0;  ///< So many that it spoke of, one after the other, did not come.
  bool handover_expected = false;    ///< Its eNodeB spoke of one: it is taken for over after a while.
  bool ambr_asked = false;           ///< UE CONTEXT MODIFICATION REQUEST with it is not answered yet.
  bool ambr_untold = false;          ///< Its eNodeB refused the UE-AMBR for a handover: once that is over.
  std::uint8_t ambr_refusals = 0;    ///< How often it did, one after the other.

  // What goes on at its eNodeB until it is stopped, and at the next one after a handover.
  bool location_at_enb = false;  ///< Reports of each change of its cell.
  std::optional<TraceId> trace_at_enb;

  std::optional<bool> voice_support_match;  ///< What the eNodeB found, TS 36.413 §8.3.6.

  std::optional<AttachIntent> attach_intent;  ///< Of the attach, or the update, that runs.
  std::optional<AttachIntent> later_update;   ///< An update that came while another procedure runs.
  std::optional<Next> update_ended;  ///< How one ended that was served within it, where the UE does not stay.
  std::uint8_t bearer_in_question = 0;  ///< EBI that the procedure has asked the UE about; 0: none.
  /// Where its E-RAB is since a path switch took it along, before the UE has answered.
  std::optional<gtp::Fteid> access_in_question;
  bool attach_accepted = false;  ///< ATTACH ACCEPT was sent, ATTACH COMPLETE not yet received.

  Exchange<UeEvent> inbox;
  TaskSlot<Next, OnEnd> procedure;
  ProcedureKind procedure_kind = ProcedureKind::none;
  EsmTransaction transaction;  ///< That the running procedure answers.
  std::optional<CallbackTimer> guard;
  /// A path switch, which runs beside whatever NAS procedure is under way (TS 23.401 §5.5.1.1).
  TaskSlot<Next, OnMobilityEnd> mobility;

  ~Ue() {
    nas::wipe(fresh);
    nas::wipe(aborted);
  }
  bool calls_for_help() const { return establishment_cause == s1ap::RrcEstablishmentCause::emergency; }
  /// TS 24.301 §5.3.9, annex D: access classes 11 to 15.
  bool has_priority() const {
    return establishment_cause == s1ap::RrcEstablishmentCause::high_priority_access;
  }
  bool answers_page() const { return establishment_cause == s1ap::RrcEstablishmentCause::mt_access; }
  bool runs(ProcedureKind kind) const { return procedure_kind == kind; }
  std::string_view procedure_name() const { return name_of(procedure_kind); }  ///< For logs.
  UeRecord& stored();
  /// How a NAS message to it is protected: where it has shown that it has the keys in use, it hears nothing
  /// without them (TS 24.301 §4.4.2.3).
  nas::SecurityHeader header() const {
    return secure_exchange ? nas::SecurityHeader::integrity_ciphered : nas::SecurityHeader::plain;
  }
  /// Its record's owner has proven to be who `fresh` is for.
  bool fresh_is_own() { return record && !fresh.null_integrity && fresh_of == stored().imsi; }
  /// Other keys than those of its record are being agreed on: until it has answered under them it may not be
  /// able to open what it is sent.
  bool keys_in_doubt() { return !record || security != &stored().security || !secure_exchange; }
  bool has_active(std::uint8_t ebi) const { return (active_bearers & bit_of(ebi)) != 0; }
  bool has_erab(std::uint8_t ebi) const { return (erabs_at_enb & bit_of(ebi)) != 0; }
  /// A handover is under way: what concerns E-RABs has to wait (TS 23.401 §5.5.1.2.1).
  bool in_handover() const { return handover_target != nullptr || mobility.busy(); }
  void activate(std::uint8_t ebi) {
    active_bearers = static_cast<std::uint16_t>(active_bearers | bit_of(ebi));
  }
  void deactivate(std::uint8_t ebi) {
    active_bearers = static_cast<std::uint16_t>(active_bearers & ~bit_of(ebi));
  }
  void add_erab(std::uint8_t ebi) { erabs_at_enb = static_cast<std::uint16_t>(erabs_at_enb | bit_of(ebi)); }
  void remove_erab(std::uint8_t ebi) {
    erabs_at_enb = static_cast<std::uint16_t>(erabs_at_enb & ~bit_of(ebi));
  }
  /// The proven IMSI, else the claimed one; for logs.
  Imsi imsi() const;
};

/// How an eNodeB names a UE, TS 36.413 §9.2.3.4: unique in that eNodeB.
struct UeAtEnb {
  const Enb* enb = nullptr;
  std::uint32_t enb_ue_s1ap_id = 0;
  friend bool operator==(const UeAtEnb&, const UeAtEnb&) = default;
};

}  // namespace zerocell::mme

template <>
struct std::hash<zerocell::mme::UeAtEnb> {
  std::size_t operator()(const zerocell::mme::UeAtEnb& key) const noexcept {
    // Ids are counted up by each eNodeB: the odd factor spreads what many of them have in common.
    const auto enb = reinterpret_cast<std::uintptr_t>(key.enb) >> 4;
    return static_cast<std::size_t>((enb * 0x9E3779B97F4A7C15u + key.enb_ue_s1ap_id) * 0x9E3779B97F4A7C15u >>
                                    32);
  }
};
