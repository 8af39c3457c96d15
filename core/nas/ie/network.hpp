// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "core/nas/ie/octets.hpp"
#include "core/types/identity.hpp"

namespace zerocell::nas {

constexpr std::size_t kNetworkNameOctetsMax = 64;  // Ours: 73 letters; TS 24.008 §10.5.3.5a sets no limit.

/// Network name, TS 24.008 §10.5.3.5a.
struct NetworkName {
  enum class Coding : std::uint8_t { gsm_7bit = 0, ucs2 = 1 };
  Coding coding{};
  bool add_country_initials = false;
  std::uint8_t spare_bits = 0;  ///< 0 to 7: bits of the last octet that are no text.
  ShortOctets<kNetworkNameOctetsMax> text{};

  /// From letters, digits and the punctuation that ASCII and GSM 03.38 code alike; nothing for any other
  /// character or a text of more than 73 of them.
  static std::optional<NetworkName> from_text(std::string_view text);
  /// Back to text; '?' for a character outside that set or any UCS-2 beyond ASCII.
  std::string to_text() const;
  friend constexpr bool operator==(const NetworkName&, const NetworkName&) = default;
};

/// Time zone, TS 24.008 §10.5.3.8: difference to universal time in quarters of an hour, -79 to 79.
struct TimeZone {
  std::int8_t quarters = 0;
  friend constexpr bool operator==(const TimeZone&, const TimeZone&) = default;
};

/// Time zone and time, TS 24.008 §10.5.3.9. Universal time; the zone is told apart.
struct UniversalTime {
  std::uint8_t year = 0;   ///< 0 to 99, of the century.
  std::uint8_t month = 1;  ///< 1 to 12.
  std::uint8_t day = 1;
  std::uint8_t hour = 0;
  std::uint8_t minute = 0;
  std::uint8_t second = 0;
  TimeZone zone{};
  friend constexpr bool operator==(const UniversalTime&, const UniversalTime&) = default;
};

/// Daylight saving time, TS 24.008 §10.5.3.12: hours added to the time zone.
enum class DaylightSavingTime : std::uint8_t { none = 0, plus_one_hour = 1, plus_two_hours = 2 };

/// One number of an emergency number list.
struct EmergencyNumber {
  std::uint8_t category = 0;  ///< Emergency service category value, 5 bits, TS 24.008 §10.5.4.33.
  DecimalDigits<15> digits{};
  friend constexpr bool operator==(const EmergencyNumber&, const EmergencyNumber&) = default;
};

constexpr std::size_t kEmergencyNumbersMax = 10;  // TS 24.301 §5.5.1.2.4: a UE keeps ten.

/// Emergency number list, TS 24.008 §10.5.3.13: 3 to 48 octets. A number that is no row of decimal digits is
/// left out when it is read.
struct EmergencyNumberList {
  std::array<EmergencyNumber, kEmergencyNumbersMax> numbers{};
  std::uint8_t size = 0;
  constexpr std::span<const EmergencyNumber> list() const { return {numbers.data(), size}; }
  friend constexpr bool operator==(const EmergencyNumberList& a, const EmergencyNumberList& b) {
    return std::ranges::equal(a.list(), b.list());
  }
};

bool decode_value(Bytes value, NetworkName& out);
void encode_value(const NetworkName& name, Writer& out);
bool decode_value(Bytes value, TimeZone& out);
void encode_value(const TimeZone& zone, Writer& out);
bool decode_value(Bytes value, UniversalTime& out);
void encode_value(const UniversalTime& time, Writer& out);
bool decode_value(Bytes value, EmergencyNumberList& out);
void encode_value(const EmergencyNumberList& list, Writer& out);

}  // namespace zerocell::nas
