// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/nas/security.hpp"
#include "core/runtime/clock.hpp"
#include "core/types/identity.hpp"
#include "core/types/ip.hpp"
#include "lab/load/procedure.hpp"

namespace zerocell::load {

/// MME UE S1AP ID of a UE that has none and had none.
inline constexpr std::uint32_t kNoMmeId = 0xFFFFFFFF;

/// One UE with its USIM and its connection: plain data, millions of them in one array. Its number in the
/// array is its eNB UE S1AP ID, and in its TEIDs.
struct LoadUe {
  nas::EpsSecurityContext security;
  StoredKey<32> challenged;  ///< K_ASME of the challenge that was answered last.
  Imsi imsi;
  std::uint64_t sqn_highest = 0;  ///< The USIM accepts only higher ones, TS 33.102 §C.2.
  Time begun;                     ///< The procedure: when it was due.
  Time sent_at;
  Gummei gummei;             ///< Of the GUTI;
  std::uint32_t m_tmsi = 0;  ///< 0: it has none.
  std::uint32_t mme_ue_s1ap_id = kNoMmeId;
  std::uint32_t target_mme_ue_s1ap_id = 0;  ///< At the target of an S1 handover.
  std::uint32_t k_enb_count = 0;            ///< Uplink COUNT that K_eNB follows from, TS 33.401 §7.2.6.2.
  std::uint32_t uplink_teid = 0;
  Ipv4Address ipv4;
  std::uint32_t not_before_s = 0;  ///< T3346 runs until this second of the run, TS 24.301 §5.3.9.
  std::uint16_t enb = 0;           ///< Where it camps, or is connected.
  std::uint16_t target_enb = 0;
  std::uint32_t turn = 0;  ///< Counts procedures: tells whose patience ends.
  Procedure procedure{};
  Sent sent = Sent::nothing;    ///< What waits for an answer.
  std::uint8_t errand = 0;      ///< Of kErrands; 0: none.
  std::uint8_t step = 0;        ///< Of the errand.
  std::uint8_t statistics = 0;  ///< Which of them its procedures are counted in.
  std::uint8_t challenged_ksi = nas::NasKeySetIdentifier::kNoKey;
  std::uint8_t transaction = 0;
  std::uint8_t erab_id = 0;
  std::uint8_t path = 0;          ///< Counts handovers: each has its own TEID.
  std::uint8_t packets_sent = 0;  ///< To the UE, in this procedure.
  std::uint8_t packets_here = 0;  ///< In order, each once.
  bool registered : 1 = false;
  bool connected : 1 = false;     ///< There is an S1 connection, as far as its eNodeB knows.
  bool mme_id_known : 1 = false;  ///< The MME has told its identity for it.
  bool secure_exchange : 1 = false;
  bool accepted : 1 = false;        ///< What it asked for was accepted; the release is to come.
  bool at_target : 1 = false;       ///< Of a handover: the source's release is to come.
  bool switched : 1 = false;        ///< Of a path switch: it was acknowledged.
  bool old_path_ended : 1 = false;  ///< The End Marker is here.
  bool listed : 1 = false;          ///< Among those that are free.
};
static_assert(sizeof(LoadUe) <= 256, "a million UEs of a load are a quarter of a gigabyte");

}  // namespace zerocell::load
