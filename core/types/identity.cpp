// SPDX-License-Identifier: Apache-2.0
#include "core/types/identity.hpp"

namespace zerocell {

std::optional<Imei> Imei::parse(std::string_view text) {
  if (text.size() < 14 || text.size() > 16) return std::nullopt;
  for (const char c : text)
    if (c < '0' || c > '9') return std::nullopt;
  Imei imei;
  imei.equipment = *DecimalDigits<15>::parse(text.substr(0, 14));
  if (text.size() == 16)
    imei.software_version = static_cast<std::uint8_t>((text[14] - '0') * 10 + (text[15] - '0'));
  return imei;
}

std::string Imei::text() const {
  std::string digits = equipment.text();
  if (software_version != kNoVersion) {
    digits += static_cast<char>('0' + software_version / 10);
    digits += static_cast<char>('0' + software_version % 10);
  }
  return digits;
}

std::optional<Plmn> Plmn::parse(std::string_view text) {
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == 3 && (text[i] == '/' || text[i] == '-')) continue;
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    digits += text[i];
  }
  if (digits.size() != 5 && digits.size() != 6) return std::nullopt;
  const auto digit = [&](std::size_t i) { return static_cast<std::uint8_t>(digits[i] - '0'); };
  const std::uint8_t third = digits.size() == 6 ? digit(5) : std::uint8_t{15};
  return Plmn({static_cast<std::uint8_t>(digit(1) << 4 | digit(0)),
               static_cast<std::uint8_t>(third << 4 | digit(2)),
               static_cast<std::uint8_t>(digit(4) << 4 | digit(3))});
}

std::string Plmn::mcc() const {
  return {static_cast<char>('0' + (octets_[0] & 15)), static_cast<char>('0' + (octets_[0] >> 4)),
          static_cast<char>('0' + (octets_[1] & 15))};
}

std::string Plmn::mnc() const {
  std::string digits{static_cast<char>('0' + (octets_[2] & 15)), static_cast<char>('0' + (octets_[2] >> 4))};
  if (octets_[1] >> 4 != 15) digits += static_cast<char>('0' + (octets_[1] >> 4));
  return digits;
}

bool Plmn::valid() const {
  const auto is_digit = [](int nibble) { return nibble <= 9; };
  const int third = octets_[1] >> 4;
  return is_digit(octets_[0] & 15) && is_digit(octets_[0] >> 4) && is_digit(octets_[1] & 15) &&
         is_digit(octets_[2] & 15) && is_digit(octets_[2] >> 4) && (is_digit(third) || third == 15);
}

bool Plmn::is_home_of(const Imsi& imsi) const {
  return imsi.text().starts_with(text());
}

}  // namespace zerocell
