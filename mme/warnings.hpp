// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "asn1/s1ap/warning.hpp"
#include "core/runtime/task.hpp"
#include "core/types/bytes.hpp"

namespace zerocell::mme {

class Mme;
struct Enb;

using EmergencyAreaId = std::array<std::uint8_t, 3>;

/// Where a warning goes, TS 36.413 §9.2.1.46. Cells, tracking areas or emergency areas: one kind at most, and
/// none of them is everywhere; `enbs` narrows it to these eNodeBs.
struct WarningArea {
  std::vector<Ecgi> cells{};
  std::vector<Tai> tracking_areas{};
  std::vector<EmergencyAreaId> emergency_areas{};
  std::vector<s1ap::GlobalEnbId> enbs{};

  /// At most one kind of area.
  bool valid() const;
};

/// A warning message, TS 23.041 §9.4.1.
struct Warning {
  std::uint16_t message_identifier = 0;
  std::uint16_t serial_number = 0;
  std::uint32_t repetition_seconds = 0;  ///< 0 to 131071; 0: broadcast once.
  std::uint16_t broadcasts = 1;          ///< 0: until it is killed.
  std::optional<std::uint16_t> type{};   ///< Of ETWS.
  std::uint8_t data_coding_scheme = 0;
  ByteVector contents{};    ///< Pages as TS 23.041 §9.4.2.2.5 has them; at most 9600 octets.
  bool concurrent = false;  ///< It does not replace another warning (CMAS).
  WarningArea area{};
};

/// What became of a warning at one eNodeB.
struct WarningAnswer {
  s1ap::GlobalEnbId enb{};
  bool answered = false;
  bool not_understood = false;  ///< It answered with an Error Indication.
  std::vector<Ecgi> cells{};    ///< That broadcast it, or stopped to.
  std::uint32_t broadcasts =
      0;  ///< Of a warning that was killed: how often it had been broadcast, in all cells.
};

/// Public warning system, TS 36.413 §8.12, TS 23.041 §9.1.3.4. Part of the MME.
class Warnings {
 public:
  explicit Warnings(Mme& mme) : mme_(mme) {}

  /// WRITE-REPLACE WARNING to every eNodeB of the area. Ends when all have answered, or have had
  /// s1_response_ms to; an area that is not valid reaches nobody. So below.
  Task<std::vector<WarningAnswer>> broadcast(Warning warning);
  /// KILL.
  Task<std::vector<WarningAnswer>> cancel(std::uint16_t message_identifier, std::uint16_t serial_number,
                                          WarningArea area = {});
  /// KILL of every warning that is broadcast in the area.
  Task<std::vector<WarningAnswer>> cancel_all(WarningArea area = {});

  // From eNodeBs.
  void answered(const Enb& enb, const s1ap::WriteReplaceWarningResponse& response);
  void answered(const Enb& enb, const s1ap::KillResponse& response);
  /// An Error Indication about one, or about a KILL.
  void not_understood(const Enb& enb, bool kill);
  void lost(const Enb& enb, const s1ap::PwsRestartIndication& indication);
  void lost(const Enb& enb, const s1ap::PwsFailureIndication& indication);

 private:
  class Running;
  Task<std::vector<WarningAnswer>> kill(s1ap::KillRequest request, WarningArea area);

  Mme& mme_;
  std::vector<Running*> running_;  ///< Whose answers are awaited, in the order that they were sent in.
};

}  // namespace zerocell::mme
