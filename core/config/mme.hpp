// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/network.hpp"

namespace zerocell::config {

class Fields;
class Report;

/// NAS integrity algorithms for a normal UE; the numbers are those of TS 24.301 §9.9.3.23. EIA0 is not
/// among them: TS 33.401 §5.1.4.1 allows it for unauthenticated emergency calls only.
enum class Integrity : std::uint8_t { eia1 = 1, eia2 = 2, eia3 = 3 };
/// NAS ciphering algorithms; the numbers are those of TS 24.301 §9.9.3.23.
enum class Ciphering : std::uint8_t { eea0 = 0, eea1 = 1, eea2 = 2, eea3 = 3 };

/// One item of `access`: where the SIMs of a policy group are served.
struct Access {
  std::string group = {};           ///< As subscriptions name it; `default` is for groups without an item.
  std::vector<TacRange> tacs = {};  ///< Elsewhere they are refused.

  bool allows(std::uint16_t tac) const;
  friend bool operator==(const Access&, const Access&) = default;
};

/// Section `mme`: security choice, and the timers of TS 24.301 §10.2 and §10.3 with their defaults.
struct Mme {
  /// In order of preference; the first that the UE supports is taken.
  std::vector<Integrity> integrity{Integrity::eia2, Integrity::eia1, Integrity::eia3};
  std::vector<Ciphering> ciphering{Ciphering::eea2, Ciphering::eea1, Ciphering::eea3};
  bool request_imeisv = true;   ///< In Security Mode Command.
  bool emm_information = true;  ///< Send EMM INFORMATION with name and time after attach.

  std::uint32_t ues_max = 1u << 20;  ///< UEs that are kept, registered or detached.

  std::uint32_t t3402_seconds = 720;
  std::uint32_t t3412_seconds = 3240;
  std::uint32_t mobile_reachable_margin_seconds = 240;  ///< Added to T3412, §5.3.5.
  std::uint32_t implicit_detach_seconds = 240;          ///< After the mobile reachable timer.
  std::uint32_t t3413_ms = 6000;                        ///< Paging; the network's choice.
  std::uint32_t paging_retransmissions = 2;
  std::uint32_t t3422_ms = 6000;
  std::uint32_t t3450_ms = 6000;
  std::uint32_t t3460_ms = 6000;
  std::uint32_t t3470_ms = 6000;
  std::uint32_t emm_retransmissions = 4;  ///< Of T3422, T3450, T3460, T3470: the fifth expiry aborts.
  std::uint32_t t3485_ms = 8000;
  std::uint32_t t3486_ms = 8000;
  std::uint32_t t3489_ms = 4000;
  std::uint32_t t3495_ms = 8000;
  std::uint32_t esm_retransmissions = 4;    ///< Of T3485, T3486, T3495: the fifth expiry aborts.
  std::uint32_t t3489_retransmissions = 2;  ///< The third expiry aborts.

  std::uint32_t s1_response_ms = 5000;           ///< How long an eNodeB may take to answer an S1AP request.
  std::uint32_t handover_completion_ms = 10000;  ///< From Handover Command to Handover Notify.
  std::uint32_t forwarding_ms = 1000;  ///< How long the source of an S1 handover may still forward packets.
  std::uint32_t attach_guard_ms = 30000;  ///< A whole attach, however its steps behave.

  std::vector<Access> access = {};  ///< Groups without an item are served everywhere.

  /// The item for a policy group; null: it has none, and there is none for `default`.
  const Access* access_of(std::string_view group) const;

  friend bool operator==(const Mme&, const Mme&) = default;
};

void describe(Fields& fields, Access& access);
void describe(Fields& fields, Mme& mme);
void validate(const Mme& mme, const Report& report);

}  // namespace zerocell::config
