// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "core/types/bytes.hpp"

namespace zerocell::nas {

/// GPRS timer and GPRS timer 2, TS 24.008 §10.5.7.3 and §10.5.7.4: units of 2 s, 1 min or 6 min (decihours),
/// or deactivated. Kept as the octet of the wire.
struct GprsTimer {
  std::uint8_t octet = 0xE0;

  static constexpr GprsTimer deactivated() { return {0xE0}; }
  /// The timer for `seconds`, rounded up to what can be told; the largest, 11,160 s, beyond that.
  static GprsTimer from_seconds(std::uint32_t seconds);
  /// Nothing when the timer is deactivated.
  std::optional<std::uint32_t> seconds() const;
  friend constexpr bool operator==(const GprsTimer&, const GprsTimer&) = default;
};

/// GPRS timer 3, TS 24.008 §10.5.7.4a: units from 2 s to 320 h, or deactivated.
struct GprsTimer3 {
  std::uint8_t octet = 0xE0;

  static constexpr GprsTimer3 deactivated() { return {0xE0}; }
  /// Rounded up to what can be told; the largest, 31 * 320 h, beyond that.
  static GprsTimer3 from_seconds(std::uint32_t seconds);
  std::optional<std::uint32_t> seconds() const;
  friend constexpr bool operator==(const GprsTimer3&, const GprsTimer3&) = default;
};

/// DRX parameter, TS 24.008 §10.5.5.6: two octets.
struct DrxParameter {
  std::uint8_t split_pg_cycle_code = 0;
  std::uint8_t octet_3 = 0;  ///< CN specific DRX cycle length and DRX value for S1 mode in bits 8 to 5.
  /// 6 to 9 mean a cycle of 32, 64, 128, 256 radio frames; others mean that the UE gave none.
  constexpr std::uint8_t s1_cycle_code() const { return octet_3 >> 4; }
  friend constexpr bool operator==(const DrxParameter&, const DrxParameter&) = default;
};

/// Extended DRX parameters, TS 24.008 §10.5.5.32: paging time window and eDRX value, 4 bits each; a second
/// octet (release 17) extends them.
struct ExtendedDrxParameters {
  std::uint8_t paging_time_window =
      0;                        ///< 0 to 15; in NB-S1 mode (n+1) * 2.56 s, in WB-S1 mode (n+1) * 1.28 s.
  std::uint8_t edrx_value = 0;  ///< 0 to 15, table 10.5.5.32.
  std::optional<std::uint8_t> extension{};
  friend constexpr bool operator==(const ExtendedDrxParameters&, const ExtendedDrxParameters&) = default;
};

bool decode_value(Bytes value, GprsTimer& out);
void encode_value(const GprsTimer& timer, Writer& out);
bool decode_value(Bytes value, GprsTimer3& out);
void encode_value(const GprsTimer3& timer, Writer& out);
bool decode_value(Bytes value, DrxParameter& out);
void encode_value(const DrxParameter& parameter, Writer& out);
bool decode_value(Bytes value, ExtendedDrxParameters& out);
void encode_value(const ExtendedDrxParameters& parameters, Writer& out);

}  // namespace zerocell::nas
