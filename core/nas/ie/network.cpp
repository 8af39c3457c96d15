// SPDX-License-Identifier: Apache-2.0
#include "core/nas/ie/network.hpp"

namespace zerocell::nas {
namespace {

/// Characters that ASCII and the GSM 7 bit default alphabet (TS 23.038 §6.2.1) code alike.
bool same_in_gsm(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= ' ' && c <= '?' && c != '$');
}

/// Two decimal digits, the low one in the high half.
std::optional<std::uint8_t> swapped_digits(std::uint8_t octet) {
  const std::uint8_t tens = octet & 0xF;
  const std::uint8_t units = octet >> 4;
  if (tens > 9 || units > 9) return std::nullopt;
  return static_cast<std::uint8_t>(tens * 10 + units);
}
std::uint8_t to_swapped_digits(std::uint8_t value) {
  return static_cast<std::uint8_t>(value % 10 << 4 | value / 10 % 10);
}

}  // namespace

std::optional<NetworkName> NetworkName::from_text(std::string_view letters) {
  if (letters.empty() || letters.size() > kNetworkNameOctetsMax * 8 / 7) return std::nullopt;
  if (!std::ranges::all_of(letters, same_in_gsm)) return std::nullopt;
  NetworkName name;
  const std::size_t bits = letters.size() * 7;
  name.text.size = static_cast<std::uint8_t>((bits + 7) / 8);
  name.spare_bits = static_cast<std::uint8_t>(name.text.size * 8 - bits);
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const std::size_t at = i * 7;
    const unsigned shifted = static_cast<unsigned>(letters[i]) << at % 8;
    name.text.data[at / 8] |= static_cast<std::uint8_t>(shifted);
    if (shifted > 0xFF) name.text.data[at / 8 + 1] |= static_cast<std::uint8_t>(shifted >> 8);
  }
  return name;
}

std::string NetworkName::to_text() const {
  std::string letters;
  if (coding == Coding::ucs2) {
    for (std::size_t i = 0; i + 1 < text.size; i += 2)
      letters +=
          text[i] == 0 && text[i + 1] >= 0x20 && text[i + 1] < 0x7F ? static_cast<char>(text[i + 1]) : '?';
    return letters;
  }
  const std::size_t bits = text.size * 8u > spare_bits ? text.size * 8u - spare_bits : 0;
  for (std::size_t at = 0; at + 7 <= bits; at += 7) {
    const unsigned pair = static_cast<unsigned>(text[at / 8] | text[at / 8 + 1] << 8);
    const char letter = static_cast<char>(pair >> at % 8 & 0x7F);
    letters += same_in_gsm(letter) ? letter : '?';
  }
  return letters;
}

bool decode_value(Bytes value, NetworkName& out) {
  if (value.empty()) return false;
  out.coding = static_cast<NetworkName::Coding>(value[0] >> 4 & 7);
  out.add_country_initials = value[0] & 0x08;
  out.spare_bits = value[0] & 7;
  return out.text.assign(value.subspan(1));
}
void encode_value(const NetworkName& name, Writer& out) {
  out.u8(static_cast<std::uint8_t>(0x80 | (static_cast<unsigned>(name.coding) & 7) << 4 |
                                   (name.add_country_initials ? 0x08 : 0) | (name.spare_bits & 7)));
  out.bytes(name.text.bytes());
}

// The tens have three bits, since the fourth is the sign, TS 23.040 §9.2.3.11.
bool decode_value(Bytes value, TimeZone& out) {
  if (value.empty()) return false;
  const auto quarters = swapped_digits(value[0] & 0xF7);
  if (!quarters) return false;
  out.quarters = static_cast<std::int8_t>(value[0] & 0x08 ? -*quarters : *quarters);
  return true;
}
void encode_value(const TimeZone& zone, Writer& out) {
  const bool negative = zone.quarters < 0;
  const auto quarters = static_cast<std::uint8_t>(std::min(negative ? -zone.quarters : zone.quarters, 79));
  out.u8(static_cast<std::uint8_t>(to_swapped_digits(quarters) | (negative ? 0x08 : 0)));
}

bool decode_value(Bytes value, UniversalTime& out) {
  if (value.size() < 7) return false;
  std::uint8_t* const parts[] = {&out.year, &out.month, &out.day, &out.hour, &out.minute, &out.second};
  for (std::size_t i = 0; i < std::size(parts); ++i) {
    const auto part = swapped_digits(value[i]);
    if (!part) return false;
    *parts[i] = *part;
  }
  return decode_value(value.subspan(6), out.zone);
}
void encode_value(const UniversalTime& time, Writer& out) {
  for (const std::uint8_t part : {time.year, time.month, time.day, time.hour, time.minute, time.second})
    out.u8(to_swapped_digits(part));
  encode_value(time.zone, out);
}

bool decode_value(Bytes value, EmergencyNumberList& out) {
  Reader in(value);
  out = {};
  while (!in.empty()) {
    Reader one(in.take(in.u8()));
    if (!in.ok() || one.empty()) return false;
    EmergencyNumber number;
    number.category = one.u8() & 0x1F;
    bool decimal = true;
    while (!one.empty()) {
      const std::uint8_t octet = one.u8();
      decimal = decimal && number.digits.push(octet & 0xF);
      const bool filler = octet >> 4 == 0xF && one.empty();
      if (!filler) decimal = decimal && number.digits.push(octet >> 4);
    }
    if (decimal && !number.digits.empty() && out.size < kEmergencyNumbersMax)
      out.numbers[out.size++] = number;
  }
  return out.size != 0;
}
void encode_value(const EmergencyNumberList& list, Writer& out) {
  for (const EmergencyNumber& number : list.list()) {
    const std::size_t count = number.digits.size();
    out.u8(static_cast<std::uint8_t>(1 + (count + 1) / 2));
    out.u8(number.category & 0x1F);
    for (std::size_t i = 0; i < count; i += 2)
      out.u8(static_cast<std::uint8_t>((i + 1 < count ? number.digits[i + 1] : 0xF) << 4 | number.digits[i]));
  }
}

}  // namespace zerocell::nas
