// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mme/pdn_connection.hpp"
#include "mme/radio_bearers.hpp"

/// A request about a bearer goes to the eNodeB with a NAS message inside for the UE (TS 36.413 §8.2), and
/// each of the two answers, in any order.
namespace zerocell::mme {

/// E-RAB SETUP REQUEST for one bearer of the UE's record, with the UE-AMBR that holds with it. `nas` is
/// plain, and protected here. False when it could not be sent; so below.
bool send_erab_setup(Ue& ue, const BearerRecord& bearer, Bytes nas);
/// E-RAB MODIFY REQUEST for one bearer.
bool send_erab_modify(Ue& ue, std::uint8_t ebi, const gtp::BearerQos& qos, Bytes nas);
/// E-RAB RELEASE COMMAND for bearers whose E-RABs are set up. `nas` may be empty.
using Ebis = InlineList<std::uint8_t, sgw::kBearersMax>;
bool send_erab_release(Ue& ue, const Ebis& ebis, s1ap::Cause cause, Bytes nas);
/// UE CONTEXT MODIFICATION REQUEST with the UE-AMBR in use, TS 36.413 §8.3.4; its answer changes nothing
/// here.
void send_ue_ambr(Ue& ue);
/// QoS as NAS tells it, TS 24.301 §9.9.4.3: with rates for a GBR bearer.
nas::EpsQos nas_qos(const gtp::BearerQos& qos);

/// TS 36.413 §8.2.1.4 and its siblings: the eNodeB does nothing that would disturb a handover which it is
/// about to begin. The same is asked again when that is over (TS 23.401 §5.5.1.1.1, §5.5.1.2.1).
bool refuses_for_handover(const s1ap::Cause& cause);
/// Ours: after that many times a request that always meets handovers fails.
constexpr unsigned kAskedForHandoversMax = 4;
/// Waits until the handover that an eNodeB spoke of is over, or did not come.
Task<void> await_handover(Ue& ue);

/// How a request to the UE about a bearer left.
enum class Sent : std::uint8_t {
  no,
  alone,              ///< As a NAS message, which no E-RAB has to do with.
  with_erab_request,  ///< Inside a request that the eNodeB answers.
};
/// An E-RAB SETUP REQUEST for a bearer of this session, while the UE's record has it.
std::move_only_function<Sent(Ue&)> erab_setup(std::uint8_t ebi, sgw::SessionId session, Bytes nas);

/// What is asked about a bearer, and which answers belong to it.
struct BearerQuestion {
  std::uint8_t ebi = 0;
  std::uint8_t pti = 0;         ///< Of the UE's request that led to it; 0: none.
  std::uint8_t linked_ebi = 0;  ///< A PDN DISCONNECT REQUEST for it ends the wait; 0: it does not.
  Bytes nas{};                  ///< Plain, sent again at each expiry of the timer.
  /// Sends the whole request; again after a handover that the eNodeB refused it for.
  std::move_only_function<Sent(Ue&)> send{};
  Duration timer{};  ///< T3485, T3486 or T3495.
  nas::EsmType accept{};
  nas::EsmType reject{};            ///< As `accept`, where a UE cannot refuse.
  s1ap::MessageType erab_answer{};  ///< What the eNodeB answers, where it is asked.
};

struct BearerAnswers {
  enum class Nas : std::uint8_t {
    none,  ///< The timer expired too often, or the eNodeB could not reach the UE.
    accepted,
    rejected,  ///< With `esm_cause`; ESM STATUS counts as one (TS 24.301 §6.7).
    collided,  ///< The UE disconnects the PDN connection that the bearer belongs to: its request waits.
  };
  bool sent = false;
  bool radio = false;        ///< The eNodeB did what it was asked for, if it was.
  bool answered = false;     ///< The eNodeB answered at all, or was not asked.
  bool in_handover = false;  ///< It did not since the UE is handed over all the time.
  bool moved = false;        ///< The UE went to another eNodeB, which may have the bearer as it was.
  gtp::Fteid access;         ///< Of an E-RAB that was set up.
  Nas nas = Nas::none;
  nas::EsmCause esm_cause{};

  bool done() const { return radio && nas == Nas::accepted; }
};

/// Sends the request and waits for both answers. An eNodeB that refuses has not passed the NAS message on (TS
/// 36.413 §8.2.1.2), so its answer ends the wait; unless it refuses for a handover, or the UE has left it
/// before it answered.
Task<BearerAnswers> ask_about_bearer(Ue& ue, BearerQuestion question);

/// Releases E-RABs that stand without their bearers, and waits for the answer.
Task<void> release_erabs(Ue& ue, Ebis ebis, s1ap::Cause cause);

}  // namespace zerocell::mme
