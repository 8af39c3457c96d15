// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <functional>
#include <optional>

#include "core/types/bytes.hpp"

namespace zerocell {

/// Up to `kMax` decimal digits, four bits each, in one word; the count of digits is in the lowest four bits.
/// Leading zeros count. Plain data: it lives in UE records.
template <std::size_t kMax>
class DecimalDigits {
  static_assert(kMax <= 15);

 public:
  constexpr DecimalDigits() = default;

  /// Nothing unless `text` is 1 to kMax decimal digits.
  static constexpr std::optional<DecimalDigits> parse(std::string_view text) {
    if (text.empty() || text.size() > kMax) return std::nullopt;
    DecimalDigits digits;
    for (const char c : text)
      if (c < '0' || c > '9' || !digits.push(static_cast<std::uint8_t>(c - '0'))) return std::nullopt;
    return digits;
  }

  constexpr std::size_t size() const { return packed_ & 15; }
  constexpr bool empty() const { return size() == 0; }
  /// The digit at `index`, counted from the left, from 0.
  constexpr std::uint8_t operator[](std::size_t index) const {
    return static_cast<std::uint8_t>(packed_ >> (60 - 4 * index) & 15);
  }
  /// Appends a digit; false, and unchanged, when it is full or `digit` is over 9.
  constexpr bool push(std::uint8_t digit) {
    if (digit > 9 || size() == kMax) return false;
    packed_ = (packed_ | std::uint64_t{digit} << (60 - 4 * size())) + 1;
    return true;
  }
  std::string text() const {
    std::string text;
    for (std::size_t i = 0; i < size(); ++i) text += static_cast<char>('0' + (*this)[i]);
    return text;
  }
  /// One word that is equal exactly for equal digits; stable across runs.
  constexpr std::uint64_t packed() const { return packed_; }
  static constexpr DecimalDigits from_packed(std::uint64_t packed) {
    DecimalDigits digits;
    digits.packed_ = packed;
    return digits;
  }

  friend constexpr auto operator<=>(const DecimalDigits&, const DecimalDigits&) = default;

 private:
  std::uint64_t packed_ = 0;
};

/// International Mobile Subscriber Identity, TS 23.003 §2.2: MCC, MNC, MSIN; at most 15 digits.
class Imsi : public DecimalDigits<15> {
 public:
  constexpr Imsi() = default;
  constexpr Imsi(DecimalDigits<15> digits) : DecimalDigits<15>(digits) {}  // NOLINT: the digits are the IMSI.
  /// Nothing unless `text` is 6 to 15 digits.
  static constexpr std::optional<Imsi> parse(std::string_view text) {
    const auto digits = text.size() < 6 ? std::nullopt : DecimalDigits<15>::parse(text);
    return digits ? std::optional<Imsi>(*digits) : std::nullopt;
  }
};

/// Mobile subscriber number in international format without '+', TS 23.003 §3.3; at most 15 digits.
using Msisdn = DecimalDigits<15>;

/// IMEI (TS 23.003 §6.2.1: 14 digits and a check digit) or IMEISV (16 digits), kept as the 14 digits that
/// identify the equipment and, for an IMEISV, its software version.
struct Imei {
  DecimalDigits<15> equipment;                 ///< TAC (8 digits) and SNR (6 digits).
  std::uint8_t software_version = kNoVersion;  ///< 0 to 99, or kNoVersion where only an IMEI is known.
  static constexpr std::uint8_t kNoVersion = 255;

  constexpr bool known() const { return equipment.size() == 14; }
  /// Accepts 14 digits, 15 (the check digit is dropped) or 16 (IMEISV).
  static std::optional<Imei> parse(std::string_view text);
  /// 14 digits, or 16 where the software version is known.
  std::string text() const;
  friend constexpr bool operator==(const Imei&, const Imei&) = default;
};

/// PLMN identity, kept as the three octets that stand on every wire, TS 24.008 §10.5.1.13.
class Plmn {
 public:
  constexpr Plmn() = default;
  constexpr explicit Plmn(std::array<std::uint8_t, 3> octets) : octets_(octets) {}
  static constexpr std::optional<Plmn> from_wire(Bytes octets) {
    if (octets.size() != 3) return std::nullopt;
    return Plmn({octets[0], octets[1], octets[2]});
  }
  /// "00101" or "001/01" or "001-01": MCC of three digits, MNC of two or three.
  static std::optional<Plmn> parse(std::string_view text);

  constexpr const std::array<std::uint8_t, 3>& octets() const { return octets_; }
  std::string mcc() const;
  std::string mnc() const;
  /// MCC and MNC with nothing between them: "00101".
  std::string text() const { return mcc() + mnc(); }
  /// False for octets off the wire that are no digits where digits must be.
  bool valid() const;
  /// Whether the IMSI belongs to this network: its first digits are the MCC and MNC.
  bool is_home_of(const Imsi& imsi) const;

  friend constexpr auto operator<=>(const Plmn&, const Plmn&) = default;

 private:
  std::array<std::uint8_t, 3> octets_{};
};

/// Tracking Area Identity, TS 23.003 §19.4.2.3.
struct Tai {
  Plmn plmn;
  std::uint16_t tac = 0;
  friend constexpr auto operator<=>(const Tai&, const Tai&) = default;
};

/// E-UTRAN Cell Global Identifier, TS 23.003 §19.6.
struct Ecgi {
  Plmn plmn;
  std::uint32_t cell = 0;  ///< 28 bits.
  friend constexpr auto operator<=>(const Ecgi&, const Ecgi&) = default;
};

/// Globally Unique MME Identifier, TS 23.003 §2.8.1.
struct Gummei {
  Plmn plmn;
  std::uint16_t group = 0;
  std::uint8_t code = 0;
  friend constexpr auto operator<=>(const Gummei&, const Gummei&) = default;
};

/// Globally Unique Temporary UE Identity, TS 23.003 §2.8.1.
struct Guti {
  Gummei gummei;
  std::uint32_t m_tmsi = 0;
  friend constexpr auto operator<=>(const Guti&, const Guti&) = default;
};

/// S-TMSI: what is left of a GUTI inside one MME pool, TS 23.003 §2.9.
struct STmsi {
  std::uint8_t mme_code = 0;
  std::uint32_t m_tmsi = 0;
  friend constexpr auto operator<=>(const STmsi&, const STmsi&) = default;
};

}  // namespace zerocell

template <>
struct std::hash<zerocell::Imsi> {
  std::size_t operator()(const zerocell::Imsi& imsi) const noexcept {
    return imsi.packed() * 0x9E3779B97F4A7C15u >> 16;
  }
};
