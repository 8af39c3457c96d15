// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "asn1/s1ap/warning.hpp"
#include "core/types/bytes.hpp"

namespace zerocell::mme {

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

}  // namespace zerocell::mme
