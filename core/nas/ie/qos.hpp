// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "core/types/bytes.hpp"

namespace zerocell::nas {

/// A bit rate in kbit/s. On the wire a rate has steps: encoding rounds up to the next that can be told, and
/// what is beyond the last becomes the last.
using BitRate = std::uint64_t;
constexpr BitRate kSubscribedBitRate = ~BitRate{0};  ///< "Subscribed" from the UE, reserved to it.

/// MBR and GBR, both directions, in kbit/s.
struct BearerBitRates {
  BitRate mbr_uplink = 0;
  BitRate mbr_downlink = 0;
  BitRate gbr_uplink = 0;
  BitRate gbr_downlink = 0;
  friend constexpr bool operator==(const BearerBitRates&, const BearerBitRates&) = default;
};

/// EPS quality of service, TS 24.301 §9.9.4.3: 1, 5, 9 or 13 octets; up to 10 Gbit/s. Above that the Extended
/// EPS QoS IE stands beside it.
struct EpsQos {
  std::uint8_t qci = 9;
  std::optional<BearerBitRates> rates{};
  friend constexpr bool operator==(const EpsQos&, const EpsQos&) = default;
};

/// Extended quality of service, TS 24.301 §9.9.4.30: rates beyond 10 Gbit/s, in steps of 200 kbit/s * 4^n.
struct ExtendedEpsQos {
  BearerBitRates rates{};
  friend constexpr bool operator==(const ExtendedEpsQos&, const ExtendedEpsQos&) = default;
};

/// APN aggregate maximum bit rate, TS 24.301 §9.9.4.2, in kbit/s: 2, 4 or 6 octets; up to 65,280 + 256
/// Mbit/s.
struct ApnAmbr {
  BitRate downlink = 0;
  BitRate uplink = 0;
  friend constexpr bool operator==(const ApnAmbr&, const ApnAmbr&) = default;
};

/// Extended APN aggregate maximum bit rate, TS 24.301 §9.9.4.29: beyond 65,280 Mbit/s.
struct ExtendedApnAmbr {
  BitRate downlink = 0;
  BitRate uplink = 0;
  friend constexpr bool operator==(const ExtendedApnAmbr&, const ExtendedApnAmbr&) = default;
};

bool decode_value(Bytes value, EpsQos& out);
void encode_value(const EpsQos& qos, Writer& out);
bool decode_value(Bytes value, ExtendedEpsQos& out);
void encode_value(const ExtendedEpsQos& qos, Writer& out);
bool decode_value(Bytes value, ApnAmbr& out);
void encode_value(const ApnAmbr& ambr, Writer& out);
bool decode_value(Bytes value, ExtendedApnAmbr& out);
void encode_value(const ExtendedApnAmbr& ambr, Writer& out);

}  // namespace zerocell::nas
