// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "core/config/network.hpp"
#include "core/crypto/random.hpp"
#include "core/gtp/session_types.hpp"
#include "core/nas/ie/cause.hpp"
#include "hss/s6a.hpp"

namespace zerocell::mme {

/// Why a UE is refused; `connectivity_cause` says why its PDN connection was, where that is the reason.
struct Rejection {
  nas::EmmCause cause{};
  std::optional<nas::EsmCause> connectivity_cause{};
  std::uint8_t transaction = 0;        ///< PTI of the PDN connectivity request that is refused.
  std::uint32_t back_off_seconds = 0;  ///< T3346; with congestion. 0: none.
  bool silent = false;  ///< The UE hears nothing: its connection is released, or it was told already.
  /// It was told, by AUTHENTICATION REJECT: it is not registered any more (TS 24.301 §5.4.2.5).
  bool authentication_failed = false;

  static Rejection esm(nas::EsmCause why, std::uint8_t transaction) {
    return {.cause = nas::EmmCause::esm_failure, .connectivity_cause = why, .transaction = transaction};
  }
  static Rejection without_answer() { return {.silent = true}; }
  static Rejection by_authentication_reject() { return {.silent = true, .authentication_failed = true}; }
};

/// Why a UE is not served.
enum class Unserved : std::uint8_t {
  unknown_sim,         ///< Nobody has heard of it.
  unknown_guest,       ///< Nobody here has: it is another network's.
  no_packet_service,   ///< Its subscription has none.
  no_service_in_plmn,  ///< It has none in this PLMN.
  no_area_here,        ///< Its group is served in no tracking area.
  not_in_this_area,    ///< It is in others.
  not_over_this_rat,   ///< Its subscription forbids the radio access.
  trouble_of_ours,     ///< Nothing is wrong with it.
};
/// The EMM cause for each, TS 24.301 §5.5.1.2.5, chosen for what the UE then does.
struct RejectRow {
  Unserved reason{};
  nas::EmmCause cause{};
  const char* then = "";  ///< What the UE does, and so why this cause and no other.
};
std::span<const RejectRow> reject_rows();
nas::EmmCause cause_of(Unserved reason);

/// Whether a UE that hears this in TRACKING AREA UPDATE REJECT or SERVICE REJECT is EMM-DEREGISTERED from
/// then on, TS 24.301 §5.5.3.2.5, §5.6.1.5. Causes that say that it was not registered are not meant.
bool ends_registration(nas::EmmCause cause);

/// What a UE hears of an answer of the HSS, TS 29.272 annex A. Each line's reason is what the UE does with
/// it: a cause that bars the SIM is used only where trying again cannot help.
nas::EmmCause emm_cause(const hss::S6aError& error);
/// The same about this SIM as a rejection: with a back-off where the HSS wants one, spread so that many do
/// not come again at once.
Rejection rejection_of(const hss::S6aError& error, const Imsi& imsi, const config::Network& network,
                       Random& random);

/// What a UE hears of a gateway's refusal, TS 29.274 annex C.
nas::EsmCause esm_cause(gtp::Cause cause);
/// The same of a PDN connection of this type.
nas::EsmCause esm_cause(gtp::Cause cause, gtp::PdnType wanted);

}  // namespace zerocell::mme
