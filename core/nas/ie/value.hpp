// SPDX-License-Identifier: Apache-2.0
#pragma once

// How values of no structure of their own stand on the wire. Inside core/nas only; the others have their
// functions beside their types.

#include <type_traits>

#include "core/nas/emm.hpp"
#include "core/nas/esm.hpp"

namespace zerocell::nas {

/// Bits of half an octet that a value takes; the others are spare.
template <class T>
constexpr std::uint8_t kHalfMask = 0x7;
template <>
inline constexpr std::uint8_t kHalfMask<ServiceType> = 0xF;
template <>
inline constexpr std::uint8_t kHalfMask<LinkedBearer> = 0xF;
template <>
inline constexpr std::uint8_t kHalfMask<ConnectivityType> = 0xF;
template <>
inline constexpr std::uint8_t kHalfMask<AdditionalUpdateResult> = 0x3;
template <>
inline constexpr std::uint8_t kHalfMask<WlanOffload> = 0x3;
template <>
inline constexpr std::uint8_t kHalfMask<ReleaseAssistance> = 0x3;
template <>
inline constexpr std::uint8_t kHalfMask<TmsiStatus> = 0x1;
template <>
inline constexpr std::uint8_t kHalfMask<GutiType> = 0x1;
template <>
inline constexpr std::uint8_t kHalfMask<DeviceProperties> = 0x1;
template <>
inline constexpr std::uint8_t kHalfMask<MsNetworkFeatureSupport> = 0x1;
template <>
inline constexpr std::uint8_t kHalfMask<Non3gppPolicies> = 0x1;
template <>
inline constexpr std::uint8_t kHalfMask<NetworkPolicy> = 0x1;
template <>
inline constexpr std::uint8_t kHalfMask<RadioCapabilityUpdate> = 0x1;
template <>
inline constexpr std::uint8_t kHalfMask<EsmInformationTransfer> = 0x1;
template <>
inline constexpr std::uint8_t kHalfMask<ControlPlaneOnly> = 0x1;

template <class T>
  requires std::is_enum_v<T>
void decode_half(std::uint8_t nibble, T& out) {
  out = static_cast<T>(nibble & kHalfMask<T>);
}
template <class T>
  requires std::is_enum_v<T>
std::uint8_t encode_half(T value) {
  return static_cast<std::uint8_t>(value) & kHalfMask<T>;
}

inline void decode_half(std::uint8_t nibble, NasKeySetIdentifier& out) {
  out = {.value = static_cast<std::uint8_t>(nibble & 7), .mapped = (nibble & 8) != 0};
}
inline std::uint8_t encode_half(const NasKeySetIdentifier& ksi) {
  return static_cast<std::uint8_t>((ksi.value & 7) | (ksi.mapped ? 8 : 0));
}
inline void decode_half(std::uint8_t nibble, EpsUpdateType& out) {
  out = {.value = static_cast<EpsUpdateType::Value>(nibble & 7), .active = (nibble & 8) != 0};
}
inline std::uint8_t encode_half(const EpsUpdateType& type) {
  return static_cast<std::uint8_t>((static_cast<unsigned>(type.value) & 7) | (type.active ? 8 : 0));
}
inline void decode_half(std::uint8_t nibble, UeDetachType& out) {
  out = {.value = static_cast<UeDetachType::Value>(nibble & 7), .switch_off = (nibble & 8) != 0};
}
inline std::uint8_t encode_half(const UeDetachType& type) {
  return static_cast<std::uint8_t>((static_cast<unsigned>(type.value) & 7) | (type.switch_off ? 8 : 0));
}
inline void decode_half(std::uint8_t nibble, ControlPlaneServiceType& out) {
  out = {.mobile_terminating = (nibble & 1) != 0, .active = (nibble & 8) != 0};
}
inline std::uint8_t encode_half(const ControlPlaneServiceType& type) {
  return static_cast<std::uint8_t>((type.mobile_terminating ? 1 : 0) | (type.active ? 8 : 0));
}
inline void decode_half(std::uint8_t nibble, AdditionalUpdateType& out) {
  out = {.sms_only = (nibble & 1) != 0,
         .signalling_active = (nibble & 2) != 0,
         .preferred_ciot = static_cast<AdditionalUpdateType::Ciot>(nibble >> 2 & 3)};
}
inline std::uint8_t encode_half(const AdditionalUpdateType& type) {
  return static_cast<std::uint8_t>((type.sms_only ? 1 : 0) | (type.signalling_active ? 2 : 0) |
                                   (static_cast<unsigned>(type.preferred_ciot) & 3) << 2);
}
inline void decode_half(std::uint8_t nibble, ExtendedEmmCause& out) {
  out = {.e_utran_not_allowed = (nibble & 1) != 0,
         .eps_optimization_not_supported = (nibble & 2) != 0,
         .nb_iot_not_allowed = (nibble & 4) != 0};
}
inline std::uint8_t encode_half(const ExtendedEmmCause& cause) {
  return static_cast<std::uint8_t>((cause.e_utran_not_allowed ? 1 : 0) |
                                   (cause.eps_optimization_not_supported ? 2 : 0) |
                                   (cause.nb_iot_not_allowed ? 4 : 0));
}

/// Bits of an octet that a value takes.
template <class T>
constexpr std::uint8_t kOctetMask = 0xFF;
template <>
inline constexpr std::uint8_t kOctetMask<PagingIdentity> = 0x1;
template <>
inline constexpr std::uint8_t kOctetMask<DaylightSavingTime> = 0x3;

template <class T>
  requires std::is_enum_v<T>
bool decode_value(Bytes value, T& out) {
  if (value.empty()) return false;
  out = static_cast<T>(value[0] & kOctetMask<T>);
  return true;
}
template <class T>
  requires std::is_enum_v<T>
void encode_value(const T& value, Writer& out) {
  out.u8(static_cast<std::uint8_t>(value) & kOctetMask<T>);
}

template <class T>
  requires std::unsigned_integral<T>
bool decode_value(Bytes value, T& out) {
  if (value.size() < sizeof(T)) return false;
  std::uint32_t word = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) word = word << 8 | value[i];
  out = static_cast<T>(word);
  return true;
}
template <class T>
  requires std::unsigned_integral<T>
void encode_value(const T& value, Writer& out) {
  static_assert(sizeof(T) <= 4);
  for (std::size_t i = sizeof(T); i-- > 0;) out.u8(static_cast<std::uint8_t>(std::uint32_t{value} >> 8 * i));
}

template <std::size_t N>
bool decode_value(Bytes value, std::array<std::uint8_t, N>& out) {
  if (value.size() < N) return false;
  std::ranges::copy(value.first(N), out.begin());
  return true;
}
template <std::size_t N>
void encode_value(const std::array<std::uint8_t, N>& value, Writer& out) {
  out.bytes(value);
}

template <std::size_t kMax>
bool decode_value(Bytes value, ShortOctets<kMax>& out) {
  return out.assign(value);
}
template <std::size_t kMax>
void encode_value(const ShortOctets<kMax>& value, Writer& out) {
  out.bytes(value.bytes());
}

inline bool decode_value(Bytes value, Octets& out) {
  out = value;
  return true;
}
inline void encode_value(const Octets& value, Writer& out) {
  out.bytes(value);
}

inline bool decode_value(Bytes value, Apn& out) {
  const auto apn = Apn::from_wire(value);
  if (apn) out = *apn;
  return apn.has_value();
}
inline void encode_value(const Apn& apn, Writer& out) {
  apn.to_wire(out);
}

}  // namespace zerocell::nas
