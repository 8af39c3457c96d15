// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <variant>

#include "core/crypto/milenage.hpp"
#include "core/types/identity.hpp"

namespace zerocell::lab {

/// What is printed in a SIM: the subscriber's identity and the secrets that the authentication centre shares.
struct SimCard {
  Imsi imsi;
  Key<16> k;
  Key<16> op_c;
};

/// A USIM with MILENAGE, TS 33.102 §6.3.3, on a card that outlives the power of its phone.
class Usim {
 public:
  static constexpr unsigned kIndBits = 5;                          // TS 33.102 §C.3.2: 32 entries.
  static constexpr std::uint64_t kDelta = std::uint64_t{1} << 28;  // TS 33.102 §C.2.1

  explicit Usim(const SimCard& card) : imsi_(card.imsi), algorithm_(card.k, card.op_c) {}

  const Imsi& imsi() const { return imsi_; }

  struct Proven {
    Response res;
    Key<32> k_asme;
  };
  struct MacFailure {};
  struct SynchFailure {
    Auts auts{};
  };
  struct NonEpsAuthentication {};  ///< The separation bit of AMF is 0, TS 33.401 §6.1.1.
  using Answer = std::variant<Proven, MacFailure, SynchFailure, NonEpsAuthentication>;

  /// Checks AUTN and answers a challenge of `serving_network`; what it accepted once it never accepts again.
  Answer authenticate(const Rand& rand, const Autn& autn, const Plmn& serving_network);

  /// SQN_MS: the highest sequence number that was accepted.
  Sqn highest() const;
  /// As if the network had used this number: one far ahead makes the next challenge a synch failure.
  void set_highest(Sqn sqn);

 private:
  Imsi imsi_;
  Milenage algorithm_;
  std::array<std::uint64_t, 1u << kIndBits> accepted_seq_{};
  unsigned highest_ind_ = 0;
};

}  // namespace zerocell::lab
