// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <string>

#include "core/crypto/authentication.hpp"

namespace zerocell {

/// Lengths that an operator chooses, TS 35.231 §5.3, in octets, and how often Keccak is iterated (§6.1: at
/// least 1).
struct TuakParameters {
  std::uint8_t key_octets = 16;  ///< K: 16 or 32.
  std::uint8_t mac_octets = 8;   ///< MAC-A, MAC-S: 8, 16 or 32. AUTN and AUTS of TS 33.102 hold 8.
  std::uint8_t res_octets = 8;   ///< RES: 4, 8, 16 or 32. EPS carries up to 16.
  std::uint8_t ck_octets = 16;   ///< 16 or 32. EPS takes 16.
  std::uint8_t ik_octets = 16;   ///< 16 or 32. EPS takes 16.
  std::uint8_t iterations = 1;
  friend bool operator==(const TuakParameters&, const TuakParameters&) = default;
};

/// The functions of TS 35.231 with every length that it allows. `key` has parameters.key_octets.
struct TuakFunctions {
  using Long = Key<32>;  ///< The first octets count, as many as the parameters say; the rest is zero.
  struct Keys {
    Long res;
    Long ck;
    Long ik;
    AnonymityKey ak{};
  };

  /// An error that says which parameter is out of range.
  static std::expected<void, std::string> check(const TuakParameters& parameters);

  static Key<32> top_c(const TuakParameters& parameters, Bytes key, KeyView<32> top);
  static Long f1(const TuakParameters& parameters, Bytes key, KeyView<32> top_c, const Rand& rand, Sqn sqn,
                 Amf amf);
  static Long f1_star(const TuakParameters& parameters, Bytes key, KeyView<32> top_c, const Rand& rand,
                      Sqn sqn, Amf amf);
  static Keys f2_to_f5(const TuakParameters& parameters, Bytes key, KeyView<32> top_c, const Rand& rand);
  static AnonymityKey f5_star(const TuakParameters& parameters, Bytes key, KeyView<32> top_c,
                              const Rand& rand);
};

/// TUAK as EPS uses it: MAC of 8 octets, RES of 4, 8 or 16, CK and IK of 16.
class Tuak final : public AuthenticationAlgorithm {
 public:
  /// An error for a key that is not 16 or 32 octets long, or another RES. TOPc from TuakFunctions::top_c.
  static std::expected<Tuak, std::string> make(Bytes key, KeyView<32> top_c, std::uint8_t res_octets = 8,
                                               std::uint8_t iterations = 1);

  Vector f1_to_f5(const Rand& rand, Sqn sqn, Amf amf) const override;
  Keys f2_to_f5(const Rand& rand) const override;
  AuthenticationMac f1(const Rand& rand, Sqn sqn, Amf amf) const override;
  AuthenticationMac f1_star(const Rand& rand, Sqn sqn, Amf amf) const override;
  AnonymityKey f5_star(const Rand& rand) const override;

 private:
  Tuak(const TuakParameters& parameters, Bytes key, KeyView<32> top_c);
  Bytes key() const { return k_.reveal().first(parameters_.key_octets); }

  TuakParameters parameters_;
  Key<32> k_;
  Key<32> top_c_;
};

}  // namespace zerocell
