// SPDX-License-Identifier: Apache-2.0
// Beside each of ours stands B3/NAME: the same work through OpenSSL's EVP interface, plainly, one call at a
// time.
#include <benchmark/benchmark.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <memory>

#include "core/crypto/aes_evp.hpp"
#include "core/crypto/eps_algorithms.hpp"
#include "core/crypto/eps_keys.hpp"
#include "core/crypto/milenage.hpp"
#include "core/crypto/milenage_outputs.hpp"
#include "core/crypto/random.hpp"
#include "core/crypto/tuak.hpp"

namespace zerocell {

namespace {

constexpr std::size_t kSubscribers =
    1024;  ///< Each turn takes another one's keys, as an authentication centre does.

struct Subscriber {
  Key<16> k;
  Key<16> op_c;
  Key<32> k_asme;
};

const std::vector<Subscriber>& subscribers() {
  static const auto all = [] {
    SeededRandom random(1);
    std::vector<Subscriber> made;
    for (std::size_t i = 0; i < kSubscribers; ++i)
      made.push_back({random.key<16>(), random.key<16>(), random.key<32>()});
    return made;
  }();
  return all;
}

/// From K and OPc as they are stored to a whole vector: key expansion, f1 to f5, AUTN.
void milenage_vector(benchmark::State& state) {
  const auto& all = subscribers();
  Rand rand{1, 2, 3};
  std::size_t i = 0;
  for (auto _ : state) {
    const auto& subscriber = all[i++ % kSubscribers];
    const auto vector = make_vector(Milenage(subscriber.k, subscriber.op_c), rand, Sqn(i), kAmfEps);
    benchmark::DoNotOptimize(vector);
  }
}

void milenage_vector_by_evp(benchmark::State& state) {
  const auto& all = subscribers();
  Rand rand{1, 2, 3};
  std::size_t i = 0;
  for (auto _ : state) {
    const auto& subscriber = all[i++ % kSubscribers];
    milenage::Outputs outputs;
    milenage::outputs_by_evp(subscriber.k, subscriber.op_c, rand, i, outputs);
    benchmark::DoNotOptimize(outputs);
  }
}

void tuak_vector(benchmark::State& state) {
  const auto& all = subscribers();
  Rand rand{1, 2, 3};
  std::size_t i = 0;
  for (auto _ : state) {
    const auto& subscriber = all[i++ % kSubscribers];
    const auto vector =
        make_vector(Tuak::make(subscriber.k.reveal(), subscriber.k_asme).value(), rand, Sqn(i), kAmfEps);
    benchmark::DoNotOptimize(vector);
  }
}

/// One key from K_ASME.
void kdf_key(benchmark::State& state) {
  const auto& all = subscribers();
  std::size_t i = 0;
  for (auto _ : state) {
    const auto key = k_nas_int(all[i++ % kSubscribers].k_asme, IntegrityAlgorithm::eia2);
    benchmark::DoNotOptimize(key);
  }
}

void kdf_key_by_evp(benchmark::State& state) {
  const auto& all = subscribers();
  const std::uint8_t s[] = {0x15, 2, 0, 1, 2, 0, 1};
  std::size_t i = 0;
  for (auto _ : state) {
    const auto key = all[i++ % kSubscribers].k_asme.reveal();
    std::uint8_t out[32];
    std::size_t length = 0;
    EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA256", nullptr, key.data(), key.size(), s, sizeof(s), out,
              sizeof(out), &length);
    benchmark::DoNotOptimize(out);
  }
}

/// A NAS message of 64 octets ciphered and its MAC taken, TS 24.301 §4.4.3: keys in the octets that a UE
/// record stores, so both expansions are in the time.
template <IntegrityAlgorithm kIntegrity, CipheringAlgorithm kCiphering>
void protect(benchmark::State& state) {
  const auto& all = subscribers();
  std::array<std::uint8_t, 64> message{};
  std::uint32_t count = 0;
  for (auto _ : state) {
    const auto& subscriber = all[count % kSubscribers];
    CipheringKey(kCiphering, subscriber.k).apply(count, 0, Direction::downlink, message);
    const auto mac = IntegrityKey(kIntegrity, subscriber.op_c).mac(count, 0, Direction::downlink, message);
    benchmark::DoNotOptimize(mac);
    ++count;
  }
}

void protect_by_evp(benchmark::State& state) {
  const auto& all = subscribers();
  std::array<std::uint8_t, 72> message{};
  std::uint32_t count = 0;
  for (auto _ : state) {
    const auto& subscriber = all[count % kSubscribers];
    std::array<std::uint8_t, 16> counter{};
    counter[3] = static_cast<std::uint8_t>(count++);
    EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
    int written = 0;
    EVP_EncryptInit_ex(context, EVP_aes_128_ctr(), nullptr, subscriber.k.reveal().data(), counter.data());
    EVP_EncryptUpdate(context, message.data() + 8, &written, message.data() + 8, 64);
    EVP_CIPHER_CTX_free(context);
    std::uint8_t mac[16];
    std::size_t length = 0;
    const auto key = subscriber.op_c.reveal();
    EVP_Q_mac(nullptr, "CMAC", nullptr, "AES-128-CBC", nullptr, key.data(), key.size(), message.data(),
              message.size(), mac, sizeof(mac), &length);
    benchmark::DoNotOptimize(mac);
  }
}

void random_u32(benchmark::State& state) {
  SystemRandom random;
  for (auto _ : state) benchmark::DoNotOptimize(random.u32());
}

BENCHMARK(milenage_vector)->Name("crypto.milenage");
BENCHMARK(milenage_vector_by_evp)->Name("B3/crypto.milenage");
BENCHMARK(kdf_key)->Name("crypto.kdf");
BENCHMARK(kdf_key_by_evp)->Name("B3/crypto.kdf");
BENCHMARK(protect<IntegrityAlgorithm::eia2, CipheringAlgorithm::eea2>)->Name("nas.eia2_eea2_64");
BENCHMARK(protect_by_evp)->Name("B3/nas.eia2_eea2_64");
BENCHMARK(protect<IntegrityAlgorithm::eia1, CipheringAlgorithm::eea1>)->Name("nas.eia1_eea1_64");
BENCHMARK(protect<IntegrityAlgorithm::eia3, CipheringAlgorithm::eea3>)->Name("nas.eia3_eea3_64");
BENCHMARK(tuak_vector)->Name("crypto.tuak");
BENCHMARK(random_u32)->Name("crypto.random_u32");

}  // namespace

}  // namespace zerocell
