// SPDX-License-Identifier: Apache-2.0
#include "core/nas/ie/timer.hpp"

namespace zerocell::nas {
namespace {

constexpr std::uint32_t kValueMax = 31;
constexpr std::uint8_t kDeactivatedUnit = 7;

struct Unit {
  std::uint8_t code;
  std::uint32_t seconds;
};
// TS 24.008 table 10.5.172, smallest first.
constexpr Unit kTimerUnits[] = {{0, 2}, {1, 60}, {2, 360}};
// TS 24.008 table 10.5.163a, smallest first.
constexpr Unit kTimer3Units[] = {{3, 2}, {4, 30}, {5, 60}, {0, 600}, {1, 3600}, {2, 36000}, {6, 1152000}};

std::uint8_t octet_for(std::span<const Unit> units, std::uint32_t seconds) {
  for (const Unit& unit : units) {
    const std::uint32_t value = seconds / unit.seconds + (seconds % unit.seconds != 0);
    if (value <= kValueMax) return static_cast<std::uint8_t>(unit.code << 5 | value);
  }
  return static_cast<std::uint8_t>(units.back().code << 5 | kValueMax);
}

/// Codes that are not listed mean minutes.
std::uint32_t seconds_of(std::span<const Unit> units, std::uint8_t octet) {
  for (const Unit& unit : units)
    if (unit.code == octet >> 5) return unit.seconds * (octet & kValueMax);
  return 60u * (octet & kValueMax);
}

bool decode_octet(Bytes value, std::uint8_t& out) {
  if (value.empty()) return false;
  out = value[0];
  return true;
}

}  // namespace

GprsTimer GprsTimer::from_seconds(std::uint32_t seconds) {
  return {octet_for(kTimerUnits, seconds)};
}
std::optional<std::uint32_t> GprsTimer::seconds() const {
  if (octet >> 5 == kDeactivatedUnit) return std::nullopt;
  return seconds_of(kTimerUnits, octet);
}

GprsTimer3 GprsTimer3::from_seconds(std::uint32_t seconds) {
  return {octet_for(kTimer3Units, seconds)};
}
std::optional<std::uint32_t> GprsTimer3::seconds() const {
  if (octet >> 5 == kDeactivatedUnit) return std::nullopt;
  return seconds_of(kTimer3Units, octet);
}

bool decode_value(Bytes value, GprsTimer& out) {
  return decode_octet(value, out.octet);
}
void encode_value(const GprsTimer& timer, Writer& out) {
  out.u8(timer.octet);
}
bool decode_value(Bytes value, GprsTimer3& out) {
  return decode_octet(value, out.octet);
}
void encode_value(const GprsTimer3& timer, Writer& out) {
  out.u8(timer.octet);
}

bool decode_value(Bytes value, DrxParameter& out) {
  Reader in(value);
  out.split_pg_cycle_code = in.u8();
  out.octet_3 = in.u8();
  return in.ok();
}
void encode_value(const DrxParameter& parameter, Writer& out) {
  out.u8(parameter.split_pg_cycle_code);
  out.u8(parameter.octet_3);
}

bool decode_value(Bytes value, ExtendedDrxParameters& out) {
  Reader in(value);
  const std::uint8_t octet = in.u8();
  out.paging_time_window = octet >> 4;
  out.edrx_value = octet & 0xF;
  out.extension.reset();
  if (!in.empty()) out.extension = in.u8();
  return in.ok();
}
void encode_value(const ExtendedDrxParameters& parameters, Writer& out) {
  out.u8(static_cast<std::uint8_t>(parameters.paging_time_window << 4 | (parameters.edrx_value & 0xF)));
  if (parameters.extension) out.u8(*parameters.extension);
}

}  // namespace zerocell::nas
