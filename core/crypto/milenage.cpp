// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/milenage.hpp"

#include "core/crypto/aes_evp.hpp"
#include "core/crypto/aes_ni.hpp"
#include "core/crypto/milenage_outputs.hpp"

namespace zerocell {

using milenage::Outputs;

namespace milenage {

namespace {

using Block = std::array<std::uint8_t, 16>;

/// IN1 of TS 35.206 §4.1: SQN ‖ AMF ‖ SQN ‖ AMF.
Block input1(std::uint64_t sqn_amf) {
  Block in1;
  for (std::size_t i = 0; i < in1.size(); ++i)
    in1[i] = static_cast<std::uint8_t>(sqn_amf >> (56 - 8 * (i % 8)));
  return in1;
}

/// rot(block, 8 · octets) ⊕ constant, TS 35.206 §4.1: towards the most significant end.
Block turned(const Block& block, std::size_t octets, std::uint8_t constant) {
  Block out;
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = block[(i + octets) % out.size()];
  out[15] ^= constant;
  return out;
}

Block operator^(const Block& a, const Block& b) {
  Block out;
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = a[i] ^ b[i];
  return out;
}

Block block_of(std::span<const std::uint8_t, 16> octets) {
  Block block;
  std::ranges::copy(octets, block.begin());
  return block;
}

}  // namespace

// r1 to r5 are 64, 0, 32, 64 and 96 bits; c1 to c5 are 0, 1, 2, 4 and 8.

ZC_AES_NI void outputs_by_aes_ni(KeyView<16> k, KeyView<16> op_c, const Rand& rand, std::uint64_t sqn_amf,
                                 Outputs& outputs) {
  const aes_ni::Schedule schedule(k);
  const __m128i op = aes_ni::load(op_c.reveal().data());
  __m128i temp[1] = {_mm_xor_si128(aes_ni::load(rand.data()), op)};
  schedule.encrypt(temp);
  const __m128i in1 = _mm_set1_epi64x(static_cast<long long>(__builtin_bswap64(sqn_amf)));
  const __m128i turned_in1 = _mm_shuffle_epi32(_mm_xor_si128(in1, op), 0b01'00'11'10);
  const __m128i t = _mm_xor_si128(temp[0], op);
  __m128i out[5] = {
      _mm_xor_si128(temp[0], turned_in1),
      _mm_xor_si128(t, _mm_set_epi32(1 << 24, 0, 0, 0)),
      _mm_xor_si128(_mm_alignr_epi8(t, t, 4), _mm_set_epi32(2 << 24, 0, 0, 0)),
      _mm_xor_si128(_mm_alignr_epi8(t, t, 8), _mm_set_epi32(4 << 24, 0, 0, 0)),
      _mm_xor_si128(_mm_alignr_epi8(t, t, 12), _mm_set_epi32(8 << 24, 0, 0, 0)),
  };
  schedule.encrypt(out);
#pragma GCC unroll 5
  for (std::size_t i = 0; i < 5; ++i) aes_ni::store(outputs[i].data(), _mm_xor_si128(out[i], op));
}

void outputs_by_evp(KeyView<16> k, KeyView<16> op_c, const Rand& rand, std::uint64_t sqn_amf,
                    Outputs& outputs) {
  const auto op = block_of(op_c.reveal());
  Block temp = rand ^ op;
  aes128_by_evp(k, temp);
  outputs[0] = temp ^ turned(input1(sqn_amf) ^ op, 8, 0);
  outputs[1] = turned(temp ^ op, 0, 1);
  outputs[2] = turned(temp ^ op, 4, 2);
  outputs[3] = turned(temp ^ op, 8, 4);
  outputs[4] = turned(temp ^ op, 12, 8);
  aes128_by_evp(k, MutableBytes(outputs.front().data(), sizeof(Outputs)));
  for (auto& out : outputs) out = out ^ op;
}

}  // namespace milenage

namespace {

/// OUT1 to OUT5; wiped at the end, for CK and IK are among them.
class Computed {
 public:
  Computed(KeyView<16> k, KeyView<16> op_c, const Rand& rand, Sqn sqn = {}, Amf amf = {}) {
    const std::uint64_t sqn_amf = sqn.value() << 16 | static_cast<std::uint64_t>(amf[0] << 8 | amf[1]);
    if (aes_ni_available()) [[likely]]
      milenage::outputs_by_aes_ni(k, op_c, rand, sqn_amf, out_);
    else
      milenage::outputs_by_evp(k, op_c, rand, sqn_amf, out_);
  }
  Computed(const Computed&) = delete;
  Computed& operator=(const Computed&) = delete;
  ~Computed() { wipe(MutableBytes(out_.front().data(), sizeof(out_))); }

  AuthenticationMac f1() const { return part<8>(0, 0); }
  AuthenticationMac f1_star() const { return part<8>(0, 8); }
  AnonymityKey f5() const { return part<6>(1, 0); }
  AnonymityKey f5_star() const { return part<6>(4, 0); }
  void f2_to_f5(AuthenticationAlgorithm::Keys& keys) const {
    keys.res = Response(std::span(out_[1]).subspan<8, 8>());
    std::memcpy(keys.ck.reveal_mutable().data(), out_[2].data(), 16);
    std::memcpy(keys.ik.reveal_mutable().data(), out_[3].data(), 16);
    keys.ak = f5();
  }

 private:
  template <std::size_t N>
  std::array<std::uint8_t, N> part(std::size_t output, std::size_t at) const {
    std::array<std::uint8_t, N> octets;
    std::memcpy(octets.data(), &out_[output][at], N);
    return octets;
  }

  Outputs out_;
};

}  // namespace

Key<16> Milenage::op_c(KeyView<16> k, KeyView<16> op) {
  Key<16> encrypted(op.reveal());
  aes128_by_evp(k, encrypted.reveal_mutable());
  for (std::size_t i = 0; i < 16; ++i) encrypted.reveal_mutable()[i] ^= op.reveal()[i];
  return encrypted;
}

AuthenticationAlgorithm::Vector Milenage::f1_to_f5(const Rand& rand, Sqn sqn, Amf amf) const {
  const Computed computed(k_, op_c_, rand, sqn, amf);
  Vector vector;
  vector.mac_a = computed.f1();
  computed.f2_to_f5(vector.keys);
  return vector;
}

AuthenticationAlgorithm::Keys Milenage::f2_to_f5(const Rand& rand) const {
  Keys keys;
  Computed(k_, op_c_, rand).f2_to_f5(keys);
  return keys;
}

AuthenticationMac Milenage::f1(const Rand& rand, Sqn sqn, Amf amf) const {
  return Computed(k_, op_c_, rand, sqn, amf).f1();
}

AuthenticationMac Milenage::f1_star(const Rand& rand, Sqn sqn, Amf amf) const {
  return Computed(k_, op_c_, rand, sqn, amf).f1_star();
}

AnonymityKey Milenage::f5_star(const Rand& rand) const {
  return Computed(k_, op_c_, rand).f5_star();
}

}  // namespace zerocell
