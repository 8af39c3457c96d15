// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/crypto/authentication.hpp"

namespace zerocell {

/// MILENAGE, TS 35.206, with the constants c1..c5 and r1..r5 of its §4.1. RES has 8 octets.
class Milenage final : public AuthenticationAlgorithm {
 public:
  Milenage(KeyView<16> k, KeyView<16> op_c) noexcept : k_(k.reveal()), op_c_(op_c.reveal()) {}

  /// OPc of a subscriber from the operator's OP, TS 35.206 §4.1: what is kept, so that OP need not be.
  static Key<16> op_c(KeyView<16> k, KeyView<16> op);

  Vector f1_to_f5(const Rand& rand, Sqn sqn, Amf amf) const override;
  Keys f2_to_f5(const Rand& rand) const override;
  AuthenticationMac f1(const Rand& rand, Sqn sqn, Amf amf) const override;
  AuthenticationMac f1_star(const Rand& rand, Sqn sqn, Amf amf) const override;
  AnonymityKey f5_star(const Rand& rand) const override;

 private:
  Key<16> k_;
  Key<16> op_c_;
};

}  // namespace zerocell
