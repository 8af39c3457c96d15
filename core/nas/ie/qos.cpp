// SPDX-License-Identifier: Apache-2.0
#include "core/nas/ie/qos.hpp"

namespace zerocell::nas {
namespace {

// The ladder of TS 24.301 table 9.9.4.3.1, in kbit/s: one octet up to 8,640, an extension octet up to 256 M,
// and for EPS QoS a second one up to 10 G. Each octet counts in rungs: from `octet` on, `step` each, above
// `base`.
struct Rung {
  std::uint32_t octet;
  BitRate base;
  BitRate step;
};
constexpr Rung kBase[] = {{1, 0, 1}, {64, 56, 8}, {128, 512, 64}};
constexpr std::uint32_t kBaseLast = 254;
constexpr BitRate kBaseMax = 8640;
constexpr std::uint8_t kBaseZero = 255;
constexpr Rung kExtended[] = {{1, 8600, 100}, {75, 16000, 1000}, {187, 128000, 2000}};
constexpr std::uint32_t kExtendedLast = 250;
constexpr BitRate kExtendedMax = 256'000;
constexpr Rung kExtended2[] = {{1, 256'000, 4000}, {62, 500'000, 10'000}, {162, 1'500'000, 100'000}};
constexpr std::uint32_t kExtended2Last = 246;
constexpr BitRate kAmbrStep = 256'000;  // Of the APN-AMBR's second extension, table 9.9.4.2.1.
constexpr BitRate kAmbrStepsMax = 255;

/// The rate that `octet` tells; octets behind the last mean the last.
BitRate climb(std::span<const Rung> rungs, std::uint32_t last, std::uint32_t octet) {
  octet = std::min(octet, last);
  const Rung* rung = &rungs[0];
  for (const Rung& candidate : rungs)
    if (octet >= candidate.octet) rung = &candidate;
  return rung->base + (octet - rung->octet + 1) * rung->step;
}

/// The lowest octet whose rate is not below `rate`; the last one beyond that.
std::uint8_t reach(std::span<const Rung> rungs, std::uint32_t last, BitRate rate) {
  for (std::size_t i = 0; i < rungs.size(); ++i) {
    const std::uint32_t last_of_rung = i + 1 < rungs.size() ? rungs[i + 1].octet - 1 : last;
    if (rate > climb(rungs, last, last_of_rung)) continue;
    const BitRate above = rate > rungs[i].base ? rate - rungs[i].base : 1;
    return static_cast<std::uint8_t>(rungs[i].octet + (above - 1) / rungs[i].step);
  }
  return static_cast<std::uint8_t>(last);
}

struct RateOctets {
  std::uint8_t base = 0;
  std::uint8_t extended = 0;
  std::uint8_t extended_2 = 0;
};

RateOctets base_and_extended(BitRate rate) {
  if (rate == kSubscribedBitRate) return {};
  if (rate == 0) return {.base = kBaseZero};
  if (rate <= kBaseMax) return {.base = reach(kBase, kBaseLast, rate)};
  return {.base = kBaseLast, .extended = reach(kExtended, kExtendedLast, std::min(rate, kExtendedMax))};
}

RateOctets qos_octets(BitRate rate) {
  RateOctets octets = base_and_extended(rate);
  if (rate != kSubscribedBitRate && rate > kExtendedMax)
    octets.extended_2 = reach(kExtended2, kExtended2Last, rate);
  return octets;
}

BitRate qos_rate(const RateOctets& octets) {
  if (octets.extended_2 != 0) return climb(kExtended2, kExtended2Last, octets.extended_2);
  if (octets.extended != 0) return climb(kExtended, kExtendedLast, octets.extended);
  if (octets.base == 0) return kSubscribedBitRate;
  return octets.base == kBaseZero ? 0 : climb(kBase, kBaseLast, octets.base);
}

RateOctets ambr_octets(BitRate rate) {
  const BitRate steps = rate == 0 ? 0 : std::min((rate - 1) / kAmbrStep, kAmbrStepsMax);
  RateOctets octets = base_and_extended(std::min(rate - steps * kAmbrStep, kAmbrStep));
  octets.extended_2 = static_cast<std::uint8_t>(steps);
  return octets;
}

BitRate ambr_rate(RateOctets octets) {
  const BitRate steps = octets.extended_2;
  octets.extended_2 = 0;
  const BitRate rest = qos_rate(octets);
  return steps * kAmbrStep + (rest == kSubscribedBitRate ? 0 : rest);
}

// Units of TS 24.301 tables 9.9.4.29.1 and 9.9.4.30.1: 1 is 200 kbit/s, 2 is 1 Mbit/s, then four times as
// much each, with a fresh start at every thousand (4 T after 1 T, not after 1024 G). An APN-AMBR does not use
// the first two.
constexpr std::uint8_t kUnitMax = 21;
constexpr std::uint8_t kQosUnitMin = 1;
constexpr std::uint8_t kApnAmbrUnitMin = 3;
BitRate unit_rate(std::uint8_t unit) {
  if (unit <= 1) return 200;
  unit = std::min(unit, kUnitMax);
  BitRate rate = 1000;
  for (std::uint8_t i = 2; i < unit; ++i) rate = i % 5 == 1 ? rate / 256 * 1000 : rate * 4;
  return rate;
}

/// The finest unit, of `finest` and above, that tells both rates exactly, or else the finest that reaches
/// them.
std::uint8_t unit_for(BitRate a, BitRate b, std::uint8_t finest) {
  const BitRate rate = std::max(a, b);
  while (finest < kUnitMax && (rate - (rate != 0)) / unit_rate(finest) >= 0xFFFF) ++finest;
  // Not every unit is a multiple of the one before: 1 Gbit/s is none of 256 Mbit/s.
  for (std::uint8_t unit = finest; unit <= kUnitMax; ++unit)
    if (a % unit_rate(unit) == 0 && b % unit_rate(unit) == 0) return unit;
  return finest;
}
std::uint16_t in_units(BitRate rate, std::uint8_t unit) {
  const BitRate step = unit_rate(unit);
  return static_cast<std::uint16_t>(std::min<BitRate>(rate / step + (rate % step != 0), 0xFFFF));
}

}  // namespace

bool decode_value(Bytes value, EpsQos& out) {
  Reader in(value);
  out = {.qci = in.u8()};
  if (!in.ok()) return false;
  if (in.empty()) return true;
  std::array<RateOctets, 4> rates;
  for (auto& rate : rates) rate.base = in.u8();
  if (!in.empty())
    for (auto& rate : rates) rate.extended = in.u8();
  if (!in.empty())
    for (auto& rate : rates) rate.extended_2 = in.u8();
  out.rates = {.mbr_uplink = qos_rate(rates[0]),
               .mbr_downlink = qos_rate(rates[1]),
               .gbr_uplink = qos_rate(rates[2]),
               .gbr_downlink = qos_rate(rates[3])};
  return in.ok();
}
void encode_value(const EpsQos& qos, Writer& out) {
  out.u8(qos.qci);
  if (!qos.rates) return;
  const RateOctets rates[] = {qos_octets(qos.rates->mbr_uplink), qos_octets(qos.rates->mbr_downlink),
                              qos_octets(qos.rates->gbr_uplink), qos_octets(qos.rates->gbr_downlink)};
  const bool second = std::ranges::any_of(rates, [](const RateOctets& rate) { return rate.extended_2 != 0; });
  const bool first = std::ranges::any_of(rates, [](const RateOctets& rate) { return rate.extended != 0; });
  for (const auto& rate : rates) out.u8(rate.base);
  if (first || second)
    for (const auto& rate : rates) out.u8(rate.extended);
  if (second)
    for (const auto& rate : rates) out.u8(rate.extended_2);
}

bool decode_value(Bytes value, ApnAmbr& out) {
  Reader in(value);
  RateOctets downlink{.base = in.u8()};
  RateOctets uplink{.base = in.u8()};
  if (!in.empty()) {
    downlink.extended = in.u8();
    uplink.extended = in.u8();
  }
  if (!in.empty()) {
    downlink.extended_2 = in.u8();
    uplink.extended_2 = in.u8();
  }
  out = {.downlink = ambr_rate(downlink), .uplink = ambr_rate(uplink)};
  return in.ok();
}
void encode_value(const ApnAmbr& ambr, Writer& out) {
  const RateOctets downlink = ambr_octets(ambr.downlink);
  const RateOctets uplink = ambr_octets(ambr.uplink);
  out.u8(downlink.base);
  out.u8(uplink.base);
  const bool second = downlink.extended_2 != 0 || uplink.extended_2 != 0;
  if (second || downlink.extended != 0 || uplink.extended != 0) {
    out.u8(downlink.extended);
    out.u8(uplink.extended);
  }
  if (second) {
    out.u8(downlink.extended_2);
    out.u8(uplink.extended_2);
  }
}

bool decode_value(Bytes value, ExtendedEpsQos& out) {
  Reader in(value);
  const BitRate mbr = unit_rate(in.u8());
  out.rates.mbr_uplink = in.u16() * mbr;
  out.rates.mbr_downlink = in.u16() * mbr;
  const BitRate gbr = unit_rate(in.u8());
  out.rates.gbr_uplink = in.u16() * gbr;
  out.rates.gbr_downlink = in.u16() * gbr;
  return in.ok();
}
void encode_value(const ExtendedEpsQos& qos, Writer& out) {
  const std::uint8_t mbr = unit_for(qos.rates.mbr_uplink, qos.rates.mbr_downlink, kQosUnitMin);
  out.u8(mbr);
  out.u16(in_units(qos.rates.mbr_uplink, mbr));
  out.u16(in_units(qos.rates.mbr_downlink, mbr));
  const std::uint8_t gbr = unit_for(qos.rates.gbr_uplink, qos.rates.gbr_downlink, kQosUnitMin);
  out.u8(gbr);
  out.u16(in_units(qos.rates.gbr_uplink, gbr));
  out.u16(in_units(qos.rates.gbr_downlink, gbr));
}

bool decode_value(Bytes value, ExtendedApnAmbr& out) {
  Reader in(value);
  // A value in a unit that is not used says nothing.
  const auto rate = [&in]() -> BitRate {
    const std::uint8_t unit = in.u8();
    const std::uint16_t value = in.u16();
    return unit < kApnAmbrUnitMin ? 0 : value * unit_rate(unit);
  };
  out.downlink = rate();
  out.uplink = rate();
  return in.ok();
}
void encode_value(const ExtendedApnAmbr& ambr, Writer& out) {
  const std::uint8_t downlink = unit_for(ambr.downlink, 0, kApnAmbrUnitMin);
  out.u8(downlink);
  out.u16(in_units(ambr.downlink, downlink));
  const std::uint8_t uplink = unit_for(ambr.uplink, 0, kApnAmbrUnitMin);
  out.u8(uplink);
  out.u16(in_units(ambr.uplink, uplink));
}

}  // namespace zerocell::nas
