// SPDX-License-Identifier: Apache-2.0
#include "lab/usim.hpp"

#include "core/crypto/eps_keys.hpp"

namespace zerocell::lab {
namespace {

constexpr std::uint64_t seq_of(Sqn sqn) {
  return sqn.value() >> Usim::kIndBits;
}
constexpr unsigned ind_of(Sqn sqn) {
  return static_cast<unsigned>(sqn.value() & ((1u << Usim::kIndBits) - 1));
}

}  // namespace

Sqn Usim::highest() const {
  return Sqn(accepted_seq_[highest_ind_] << kIndBits | highest_ind_);
}

void Usim::set_highest(Sqn sqn) {
  highest_ind_ = ind_of(sqn);
  accepted_seq_.fill(seq_of(sqn));
}

Usim::Answer Usim::authenticate(const Rand& rand, const Autn& autn, const Plmn& serving_network) {
  const auto opened = open_autn(algorithm_, rand, autn);
  if (!opened) return MacFailure{};
  if (!separation_bit(opened->amf)) return NonEpsAuthentication{};

  // TS 33.102 §C.2.2: fresh within its entry, and no jump that would burn the numbers.
  const std::uint64_t seq = seq_of(opened->sqn);
  const unsigned ind = ind_of(opened->sqn);
  const std::uint64_t seq_ms = accepted_seq_[highest_ind_];
  if (seq <= accepted_seq_[ind] || (seq > seq_ms && seq - seq_ms > kDelta))
    return SynchFailure{make_auts(algorithm_, rand, highest())};
  accepted_seq_[ind] = seq;
  if (seq > seq_ms) highest_ind_ = ind;

  const std::array<std::uint8_t, 6> sqn_xor_ak = conceal(opened->sqn, opened->keys.ak);
  return Proven{opened->keys.res,
                zerocell::k_asme(opened->keys.ck, opened->keys.ik, serving_network, sqn_xor_ak)};
}

}  // namespace zerocell::lab
