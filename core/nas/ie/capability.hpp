// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "core/nas/ie/octets.hpp"

namespace zerocell::nas {

/// UE network capability, TS 24.301 §9.9.3.34: 2 to 13 octets, kept as they came, since they are replayed.
/// Plain data.
struct UeNetworkCapability {
  ShortOctets<13> octets{};

  /// Algorithm `number` (0 to 7) is supported for ciphering or integrity.
  constexpr bool eea(unsigned number) const { return octets[0] >> (7 - number) & 1; }
  constexpr bool eia(unsigned number) const { return octets[1] >> (7 - number) & 1; }
  /// One octet each: bit 8 is algorithm 0.
  constexpr std::uint8_t eea_octet() const { return octets[0]; }
  constexpr std::uint8_t eia_octet() const { return octets[1]; }
  constexpr bool control_plane_ciot() const { return octets[5] & 0x04; }
  constexpr bool user_plane_ciot() const { return octets[5] & 0x08; }
  constexpr bool s1_u_data() const { return octets[5] & 0x10; }
  constexpr bool attach_without_pdn() const { return octets[5] & 0x20; }
  constexpr bool header_compression_control_plane() const { return octets[5] & 0x40; }
  constexpr bool extended_pco() const { return octets[5] & 0x80; }
  constexpr bool restrict_enhanced_coverage() const { return octets[6] & 0x04; }
  constexpr bool control_plane_backoff() const { return octets[6] & 0x08; }
  constexpr bool dual_connectivity_nr() const { return octets[6] & 0x10; }
  constexpr bool n1_mode() const { return octets[6] & 0x20; }
  constexpr bool service_gap_control() const { return octets[6] & 0x40; }
  constexpr bool fifteen_bearers() const { return octets[6] & 0x80; }
  constexpr bool radio_capability_signalling_optimisation() const { return octets[7] & 0x01; }

  friend constexpr bool operator==(const UeNetworkCapability&, const UeNetworkCapability&) = default;
};

/// MS network capability, TS 24.008 §10.5.5.12: 2 to 8 octets. Plain data.
struct MsNetworkCapability {
  ShortOctets<8> octets{};
  /// GEA/1 to GEA/7 in bits 7 to 1, as the UE security capability wants them.
  constexpr std::uint8_t gea_octet() const {
    return static_cast<std::uint8_t>((octets[0] & 0x80) >> 1 | (octets[1] >> 1 & 0x3F));
  }
  friend constexpr bool operator==(const MsNetworkCapability&, const MsNetworkCapability&) = default;
};

/// UE security capability, TS 24.301 §9.9.3.36: 2 to 5 octets (EEA, EIA, UEA, UIA, GEA). Plain data.
struct UeSecurityCapability {
  ShortOctets<5> octets{};
  constexpr bool eea(unsigned number) const { return octets[0] >> (7 - number) & 1; }
  constexpr bool eia(unsigned number) const { return octets[1] >> (7 - number) & 1; }
  friend constexpr bool operator==(const UeSecurityCapability&, const UeSecurityCapability&) = default;
};

/// What a SECURITY MODE COMMAND replays of what the UE sent in ATTACH or TRACKING AREA UPDATE REQUEST, TS
/// 24.301 §5.4.3.2 and §9.9.3.36. The UE compares with the same function.
UeSecurityCapability replayed_security_capability(const UeNetworkCapability& network,
                                                  const std::optional<MsNetworkCapability>& ms);

/// UE additional security capability, TS 24.301 §9.9.3.53: 5G-EA0 to 15 and 5G-IA0 to 15; bit 16 is
/// algorithm 0.
struct UeAdditionalSecurityCapability {
  std::uint16_t ea = 0;
  std::uint16_t ia = 0;
  friend constexpr bool operator==(const UeAdditionalSecurityCapability&,
                                   const UeAdditionalSecurityCapability&) = default;
};

bool decode_value(Bytes value, UeNetworkCapability& out);
void encode_value(const UeNetworkCapability& capability, Writer& out);
bool decode_value(Bytes value, MsNetworkCapability& out);
void encode_value(const MsNetworkCapability& capability, Writer& out);
bool decode_value(Bytes value, UeSecurityCapability& out);
void encode_value(const UeSecurityCapability& capability, Writer& out);
bool decode_value(Bytes value, UeAdditionalSecurityCapability& out);
void encode_value(const UeAdditionalSecurityCapability& capability, Writer& out);

}  // namespace zerocell::nas
