// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <expected>
#include <optional>

#include "core/crypto/key.hpp"
#include "core/types/identity.hpp"

namespace zerocell {

using Rand = std::array<std::uint8_t, 16>;              ///< The challenge, TS 33.102 §6.3.2.
using Autn = std::array<std::uint8_t, 16>;              ///< SQN ⊕ AK, AMF, MAC-A, TS 33.102 §6.3.2.
using Auts = std::array<std::uint8_t, 14>;              ///< SQN_MS ⊕ AK, MAC-S, TS 33.102 §6.3.3.
using AuthenticationMac = std::array<std::uint8_t, 8>;  ///< MAC-A or MAC-S.
using AnonymityKey = std::array<std::uint8_t, 6>;       ///< AK.

/// Authentication management field, TS 33.102 annex H; its first bit is the separation bit.
using Amf = std::array<std::uint8_t, 2>;
inline constexpr Amf kAmfEps = {0x80,
                                0x00};  ///< Separation bit set: the vector is for EPS, TS 33.401 §6.1.2.
inline constexpr Amf kAmfResync = {0x00, 0x00};  ///< In MAC-S, TS 33.102 §6.3.3.
/// Whether the vector is for EPS, which a UE on E-UTRAN demands, TS 33.401 §6.1.1.
constexpr bool separation_bit(Amf amf) {
  return (amf[0] & 0x80) != 0;
}

/// Sequence number, 48 bits: SEQ ‖ IND, TS 33.102 annex C.1.1.1.
class Sqn {
 public:
  static constexpr std::uint64_t kMax = (std::uint64_t{1} << 48) - 1;

  constexpr Sqn() = default;
  /// The lowest 48 bits of `value`.
  constexpr explicit Sqn(std::uint64_t value) : value_(value & kMax) {}
  constexpr explicit Sqn(const std::array<std::uint8_t, 6>& octets) {
    for (const auto octet : octets) value_ = value_ << 8 | octet;
  }

  constexpr std::uint64_t value() const { return value_; }
  constexpr std::array<std::uint8_t, 6> octets() const {
    std::array<std::uint8_t, 6> out{};
    for (std::size_t i = 0; i < 6; ++i) out[i] = static_cast<std::uint8_t>(value_ >> (40 - 8 * i));
    return out;
  }
  friend constexpr auto operator<=>(const Sqn&, const Sqn&) = default;

 private:
  std::uint64_t value_ = 0;
};

/// SQN ⊕ AK, as it stands in AUTN and enters K_ASME.
constexpr std::array<std::uint8_t, 6> conceal(Sqn sqn, const AnonymityKey& ak) {
  auto out = sqn.octets();
  for (std::size_t i = 0; i < 6; ++i) out[i] ^= ak[i];
  return out;
}

/// RES or XRES: 4 to 16 octets, TS 24.301 §9.9.3.4. Plain data; compares in constant time; cannot be printed.
class Response {
 public:
  static constexpr std::size_t kOctetsMax = 16;

  constexpr Response() = default;
  template <std::size_t N>
    requires(N >= 4 && N <= kOctetsMax)
  explicit Response(std::span<const std::uint8_t, N> octets) noexcept : size_(N) {
    detail::copy(octets, octets_.data());
  }
  /// Nothing unless 4 to 16 octets.
  static std::optional<Response> from(Bytes octets);

  Bytes octets() const noexcept { return Bytes(octets_.data(), size_); }
  bool matches(Bytes received) const noexcept {
    return size_ != 0 && equal_in_constant_time(octets(), received);
  }
  friend bool operator==(const Response& a, const Response& b) noexcept { return a.matches(b.octets()); }
  template <class Stream>
  friend Stream& operator<<(Stream&, const Response&) = delete;

 private:
  std::array<std::uint8_t, kOctetsMax> octets_{};
  std::uint8_t size_ = 0;
};

/// The functions f1 to f5* of TS 33.102 §6.3 for one subscriber: what an authentication centre and a USIM
/// both hold. Milenage (milenage.hpp) and Tuak (tuak.hpp).
class AuthenticationAlgorithm {
 public:
  /// f2, f3, f4, f5.
  struct Keys {
    Response res;
    Key<16> ck;
    Key<16> ik;
    AnonymityKey ak{};
  };
  /// f1, and f2 to f5.
  struct Vector {
    AuthenticationMac mac_a{};
    Keys keys;
  };

  virtual ~AuthenticationAlgorithm() = default;
  virtual Vector f1_to_f5(const Rand& rand, Sqn sqn, Amf amf) const = 0;
  virtual Keys f2_to_f5(const Rand& rand) const = 0;
  virtual AuthenticationMac f1(const Rand& rand, Sqn sqn, Amf amf) const = 0;
  virtual AuthenticationMac f1_star(const Rand& rand, Sqn sqn, Amf amf) const = 0;
  virtual AnonymityKey f5_star(const Rand& rand) const = 0;
};

/// What an authentication centre computes from one RAND and one SQN, TS 33.102 §6.3.2.
struct AuthenticationVector {
  Rand rand{};
  Response xres;
  Key<16> ck;
  Key<16> ik;
  Autn autn{};
};
AuthenticationVector make_vector(const AuthenticationAlgorithm& algorithm, const Rand& rand, Sqn sqn,
                                 Amf amf);

/// What the MME gets, TS 33.401 §6.1.2. CK and IK stay in the HSS.
struct EpsVector {
  Rand rand{};
  Response xres;
  Autn autn{};
  Key<32> k_asme;
};
EpsVector make_eps_vector(const AuthenticationAlgorithm& algorithm, const Rand& rand, Sqn sqn,
                          const Plmn& serving_network, Amf amf = kAmfEps);

/// The USIM's side of AUTN, TS 33.102 §6.3.3: SQN and keys if MAC-A is right, nothing otherwise (MAC
/// failure). Whether the SQN is fresh, and whether the separation bit is set, are the caller's next
/// questions.
struct OpenedAutn {
  Sqn sqn;
  Amf amf{};
  AuthenticationAlgorithm::Keys keys;
};
std::optional<OpenedAutn> open_autn(const AuthenticationAlgorithm& algorithm, const Rand& rand,
                                    const Autn& autn);

/// The USIM's answer to an SQN that is not fresh, TS 33.102 §6.3.3.
Auts make_auts(const AuthenticationAlgorithm& algorithm, const Rand& rand, Sqn sqn_ms);

/// SQN_MS if MAC-S is right, nothing otherwise, TS 33.102 §6.3.5. `rand` is the challenge that AUTS answers.
/// Any octets off the wire will do: another length than 14 is a wrong AUTS.
std::optional<Sqn> open_auts(const AuthenticationAlgorithm& algorithm, const Rand& rand, Bytes auts);

}  // namespace zerocell
