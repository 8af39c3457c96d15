// SPDX-License-Identifier: Apache-2.0
#include "core/nas/ie/mobile_identity.hpp"

namespace zerocell::nas {
namespace {

// Types of identity, TS 24.008 §10.5.1.4 and TS 24.301 §9.9.3.12.
constexpr std::uint8_t kTypeNone = 0;
constexpr std::uint8_t kTypeImsi = 1;
constexpr std::uint8_t kTypeImei = 2;
constexpr std::uint8_t kTypeImeisv = 3;
constexpr std::uint8_t kTypeEpsImei = 3;
constexpr std::uint8_t kTypeTmsi = 4;
constexpr std::uint8_t kTypeGuti = 6;
constexpr std::uint8_t kOdd = 0x08;

constexpr std::size_t kDigitsMax = 16;  // IMEISV

struct Digits {
  std::array<std::uint8_t, kDigitsMax> digits{};
  std::size_t size = 0;

  template <std::size_t kMax>
  std::optional<DecimalDigits<kMax>> first(std::size_t count) const {
    DecimalDigits<kMax> out;
    for (std::size_t i = 0; i < count; ++i)
      if (!out.push(digits[i])) return std::nullopt;
    return out;
  }
};

/// Digits of an identity: the first beside the type, then two an octet; an even count ends in a filler of
/// ones.
std::optional<Digits> read_digits(Bytes value) {
  const bool odd = value[0] & kOdd;
  const std::size_t count = 2 * value.size() - (odd ? 1 : 2);
  if (count > kDigitsMax) return std::nullopt;
  if (!odd && (value.size() == 1 || value.back() >> 4 != 0xF)) return std::nullopt;
  Digits out;
  out.size = count;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint8_t octet = value[(i + 1) / 2];
    out.digits[i] = i % 2 == 0 ? octet >> 4 : octet & 0xF;
    if (out.digits[i] > 9) return std::nullopt;
  }
  return out;
}

template <class DigitAt>
void write_digits(std::uint8_t type, std::size_t count, DigitAt digit, Writer& out) {
  const bool odd = count % 2 == 1;
  out.u8(static_cast<std::uint8_t>((count == 0 ? 0xF : digit(0)) << 4 | (odd ? kOdd : 0) | type));
  for (std::size_t i = 1; i < count; i += 2)
    out.u8(static_cast<std::uint8_t>((i + 1 < count ? digit(i + 1) : 0xF) << 4 | digit(i)));
}

void write_imsi(const Imsi& imsi, Writer& out) {
  write_digits(kTypeImsi, imsi.size(), [&](std::size_t i) { return imsi[i]; }, out);
}

/// 15 digits, of which the last is sent as 0 (TS 23.003 §6.2.1), or the 16 of an IMEISV.
void write_imei(const Imei& imei, std::uint8_t type, bool with_version, Writer& out) {
  const auto digit = [&](std::size_t i) -> std::uint8_t {
    if (i < imei.equipment.size()) return imei.equipment[i];
    if (!with_version) return 0;
    return i == 14 ? imei.software_version / 10 : imei.software_version % 10;
  };
  write_digits(type, with_version ? 16 : 15, digit, out);
}

std::optional<Imsi> imsi_from(const Digits& digits) {
  if (digits.size < 6) return std::nullopt;
  const auto read = digits.first<15>(std::min<std::size_t>(digits.size, 15));
  if (!read || digits.size > 15) return std::nullopt;
  return Imsi(*read);
}

std::optional<Imei> imei_from(const Digits& digits) {
  if (digits.size < 15) return std::nullopt;
  Imei imei;
  imei.equipment = *digits.first<15>(14);
  if (digits.size == 16)
    imei.software_version = static_cast<std::uint8_t>(digits.digits[14] * 10 + digits.digits[15]);
  return imei;
}

template <class T, class Identity>
bool assign(const std::optional<T>& value, Identity& out) {
  if (value) out = Identity(*value);
  return value.has_value();
}

}  // namespace

bool decode_value(Bytes value, EpsMobileIdentity& out) {
  if (value.empty()) return false;
  const std::uint8_t type = value[0] & 7;
  if (type == kTypeGuti) {
    if (value.size() < 11) return false;
    Reader in(value.subspan(1));
    Guti guti;
    guti.gummei.plmn = *Plmn::from_wire(in.take(3));
    guti.gummei.group = in.u16();
    guti.gummei.code = in.u8();
    guti.m_tmsi = in.u32();
    out = guti;
    return true;
  }
  if (type != kTypeImsi && type != kTypeEpsImei) return false;
  const auto digits = read_digits(value);
  if (!digits) return false;
  if (type == kTypeImsi) return assign(imsi_from(*digits), out);
  return digits->size == 15 && assign(imei_from(*digits), out);
}

void encode_value(const EpsMobileIdentity& identity, Writer& out) {
  if (const Guti* guti = identity.guti()) {
    out.u8(0xF0 | kTypeGuti);
    out.bytes(guti->gummei.plmn.octets());
    out.u16(guti->gummei.group);
    out.u8(guti->gummei.code);
    out.u32(guti->m_tmsi);
  } else if (const Imsi* imsi = identity.imsi()) {
    write_imsi(*imsi, out);
  } else {
    write_imei(*identity.imei(), kTypeEpsImei, false, out);
  }
}

bool decode_value(Bytes value, MobileIdentity& out) {
  if (value.empty()) return false;
  const std::uint8_t type = value[0] & 7;
  switch (type) {
    case kTypeNone:
      out = MobileIdentity();
      return true;
    case kTypeTmsi:
      if (value.size() < 5) return false;
      out = Tmsi{Reader(value.subspan(1)).u32()};
      return true;
    case kTypeImsi:
    case kTypeImei:
    case kTypeImeisv: {
      const auto digits = read_digits(value);
      if (!digits) return false;
      if (type == kTypeImsi) return assign(imsi_from(*digits), out);
      return digits->size == (type == kTypeImei ? 15u : 16u) && assign(imei_from(*digits), out);
    }
    default:
      return false;
  }
}

void encode_value(const MobileIdentity& identity, Writer& out) {
  if (const Tmsi* tmsi = identity.tmsi()) {
    out.u8(0xF0 | kTypeTmsi);
    out.u32(tmsi->value);
  } else if (const Imsi* imsi = identity.imsi()) {
    write_imsi(*imsi, out);
  } else if (const Imei* imei = identity.imei()) {
    const bool with_version = imei->software_version <= 99;
    write_imei(*imei, with_version ? kTypeImeisv : kTypeImei, with_version, out);
  } else {
    out.u24(kTypeNone);  // "No identity": three octets, its digits zeros.
  }
}

}  // namespace zerocell::nas
