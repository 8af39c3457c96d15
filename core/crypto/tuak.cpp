// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/tuak.hpp"

#include "core/crypto/keccak.hpp"
#include "core/types/assert.hpp"

namespace zerocell {

namespace {

// The octets of the Keccak state that each input and output takes, TS 35.231 §6.2 to 6.7. Every field stands
// with its last octet first.
constexpr std::size_t kTopAt = 0;
constexpr std::size_t kInstanceAt = 32;
constexpr std::size_t kAlgorithmNameAt = 33;
constexpr std::size_t kRandAt = 40;
constexpr std::size_t kAmfAt = 56;
constexpr std::size_t kSqnAt = 58;
constexpr std::size_t kKeyAt = 64;
constexpr std::size_t kPaddingAt = 96;
constexpr std::size_t kPaddingEndAt = 135;
constexpr std::size_t kCkAt = 32;
constexpr std::size_t kIkAt = 64;
constexpr std::size_t kAkAt = 96;

constexpr std::array<std::uint8_t, 7> kAlgorithmName = {'T', 'U', 'A', 'K', '1', '.', '0'};

/// Bits 0 and 1 of INSTANCE: which function. Bit 0 is the most significant.
enum class Function : std::uint8_t { f1 = 0x00, f1_star = 0x80, f2_to_f5 = 0x40, f5_star = 0xc0 };

/// Bits 2 to 4 of INSTANCE for a MAC or RES of `octets`; none for the shortest RES.
std::uint8_t length_bits(std::uint8_t octets) {
  return octets == 4 ? 0 : octets;  // 8, 16 and 32 octets are 001, 010 and 100.
}

std::uint8_t key_bit(const TuakParameters& parameters) {
  return parameters.key_octets == 32 ? 0x01 : 0x00;
}

class State {
 public:
  State(const TuakParameters& parameters, Bytes key, KeyView<32> top, std::uint8_t instance)
      : iterations_(parameters.iterations) {
    ZC_ASSERT(key.size() == parameters.key_octets);
    put(kTopAt, top.reveal());
    octets_[kInstanceAt] = instance;
    put(kAlgorithmNameAt, kAlgorithmName);
    put(kKeyAt, key);
    octets_[kPaddingAt] = 0x1f;
    octets_[kPaddingEndAt] = 0x80;
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { wipe(octets_); }

  State& rand(const Rand& rand) {
    put(kRandAt, rand);
    return *this;
  }
  State& sqn_amf(Sqn sqn, Amf amf) {
    put(kAmfAt, amf);
    put(kSqnAt, sqn.octets());
    return *this;
  }
  State& permute() {
    for (unsigned i = 0; i < iterations_; ++i) keccak_f1600(octets_);
    return *this;
  }
  void take(std::size_t at, MutableBytes out) const {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = octets_[at + out.size() - 1 - i];
  }
  Key<32> take_key(std::size_t at, std::size_t octets) const {
    Key<32> key;
    take(at, key.reveal_mutable().first(octets));
    return key;
  }

 private:
  void put(std::size_t at, Bytes field) {
    for (std::size_t i = 0; i < field.size(); ++i) octets_[at + i] = field[field.size() - 1 - i];
  }

  alignas(8) std::array<std::uint8_t, 200> octets_{};
  unsigned iterations_;
};

AnonymityKey take_ak(const State& state) {
  AnonymityKey ak;
  state.take(kAkAt, ak);
  return ak;
}

Key<32> mac(Function function, const TuakParameters& parameters, Bytes key, KeyView<32> top_c,
            const Rand& rand, Sqn sqn, Amf amf) {
  const auto instance = static_cast<std::uint8_t>(static_cast<std::uint8_t>(function) |
                                                  length_bits(parameters.mac_octets) | key_bit(parameters));
  State state(parameters, key, top_c, instance);
  return state.rand(rand).sqn_amf(sqn, amf).permute().take_key(0, parameters.mac_octets);
}

AuthenticationMac short_mac(const Key<32>& mac) {
  AuthenticationMac out;
  std::ranges::copy(mac.reveal().first<8>(), out.begin());
  return out;
}

}  // namespace

std::expected<void, std::string> TuakFunctions::check(const TuakParameters& parameters) {
  const auto one_of = [](std::uint8_t value, auto... allowed) { return ((value == allowed) || ...); };
  if (!one_of(parameters.key_octets, 16, 32)) return std::unexpected("TUAK: K has 16 or 32 octets");
  if (!one_of(parameters.mac_octets, 8, 16, 32)) return std::unexpected("TUAK: MAC has 8, 16 or 32 octets");
  if (!one_of(parameters.res_octets, 4, 8, 16, 32))
    return std::unexpected("TUAK: RES has 4, 8, 16 or 32 octets");
  if (!one_of(parameters.ck_octets, 16, 32)) return std::unexpected("TUAK: CK has 16 or 32 octets");
  if (!one_of(parameters.ik_octets, 16, 32)) return std::unexpected("TUAK: IK has 16 or 32 octets");
  if (parameters.iterations == 0) return std::unexpected("TUAK: Keccak runs at least once");
  return {};
}

Key<32> TuakFunctions::top_c(const TuakParameters& parameters, Bytes key, KeyView<32> top) {
  State state(parameters, key, top, key_bit(parameters));
  return state.permute().take_key(0, 32);
}

Key<32> TuakFunctions::f1(const TuakParameters& parameters, Bytes key, KeyView<32> top_c, const Rand& rand,
                          Sqn sqn, Amf amf) {
  return mac(Function::f1, parameters, key, top_c, rand, sqn, amf);
}

Key<32> TuakFunctions::f1_star(const TuakParameters& parameters, Bytes key, KeyView<32> top_c,
                               const Rand& rand, Sqn sqn, Amf amf) {
  return mac(Function::f1_star, parameters, key, top_c, rand, sqn, amf);
}

TuakFunctions::Keys TuakFunctions::f2_to_f5(const TuakParameters& parameters, Bytes key, KeyView<32> top_c,
                                            const Rand& rand) {
  const auto instance =
      static_cast<std::uint8_t>(static_cast<std::uint8_t>(Function::f2_to_f5) |
                                length_bits(parameters.res_octets) | (parameters.ck_octets == 32 ? 0x04 : 0) |
                                (parameters.ik_octets == 32 ? 0x02 : 0) | key_bit(parameters));
  State state(parameters, key, top_c, instance);
  state.rand(rand).permute();
  return {state.take_key(0, parameters.res_octets), state.take_key(kCkAt, parameters.ck_octets),
          state.take_key(kIkAt, parameters.ik_octets), take_ak(state)};
}

AnonymityKey TuakFunctions::f5_star(const TuakParameters& parameters, Bytes key, KeyView<32> top_c,
                                    const Rand& rand) {
  const auto instance =
      static_cast<std::uint8_t>(static_cast<std::uint8_t>(Function::f5_star) | key_bit(parameters));
  State state(parameters, key, top_c, instance);
  state.rand(rand).permute();
  return take_ak(state);
}

std::expected<Tuak, std::string> Tuak::make(Bytes key, KeyView<32> top_c, std::uint8_t res_octets,
                                            std::uint8_t iterations) {
  if (key.size() != 16 && key.size() != 32) return std::unexpected("TUAK: K has 16 or 32 octets");
  if (res_octets > Response::kOctetsMax) return std::unexpected("TUAK: in EPS, RES has 4, 8 or 16 octets");
  const TuakParameters parameters{.key_octets = static_cast<std::uint8_t>(key.size()),
                                  .res_octets = res_octets,
                                  .iterations = iterations};
  if (auto checked = TuakFunctions::check(parameters); !checked)
    return std::unexpected(std::move(checked.error()));
  return Tuak(parameters, key, top_c);
}

Tuak::Tuak(const TuakParameters& parameters, Bytes key, KeyView<32> top_c)
    : parameters_(parameters), top_c_(top_c.reveal()) {
  std::ranges::copy(key, k_.reveal_mutable().begin());
}

AuthenticationAlgorithm::Vector Tuak::f1_to_f5(const Rand& rand, Sqn sqn, Amf amf) const {
  return {f1(rand, sqn, amf), f2_to_f5(rand)};
}

AuthenticationAlgorithm::Keys Tuak::f2_to_f5(const Rand& rand) const {
  const auto keys = TuakFunctions::f2_to_f5(parameters_, key(), top_c_, rand);
  const auto res = Response::from(keys.res.reveal().first(parameters_.res_octets));
  ZC_ASSERT(res);
  return {*res, Key<16>(keys.ck.reveal().first<16>()), Key<16>(keys.ik.reveal().first<16>()), keys.ak};
}

AuthenticationMac Tuak::f1(const Rand& rand, Sqn sqn, Amf amf) const {
  return short_mac(TuakFunctions::f1(parameters_, key(), top_c_, rand, sqn, amf));
}

AuthenticationMac Tuak::f1_star(const Rand& rand, Sqn sqn, Amf amf) const {
  return short_mac(TuakFunctions::f1_star(parameters_, key(), top_c_, rand, sqn, amf));
}

AnonymityKey Tuak::f5_star(const Rand& rand) const {
  return TuakFunctions::f5_star(parameters_, key(), top_c_, rand);
}

}  // namespace zerocell
