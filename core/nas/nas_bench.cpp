// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include "core/nas/examples/examples.hpp"
#include "core/nas/security.hpp"

namespace zerocell::nas {
namespace {

void decode_attach_request(benchmark::State& state) {
  const ByteVector message = examples::octets_of(examples::ordinary_attach_request());
  for (auto _ : state) {
    auto decoded = decode<AttachRequest>(message);
    benchmark::DoNotOptimize(decoded);
  }
}
BENCHMARK(decode_attach_request);

void decode_any_attach_request(benchmark::State& state) {
  const ByteVector message = examples::octets_of(examples::ordinary_attach_request());
  for (auto _ : state) {
    auto decoded = decode_emm(message, Direction::uplink);
    benchmark::DoNotOptimize(decoded);
  }
}
BENCHMARK(decode_any_attach_request);

void encode_attach_accept(benchmark::State& state) {
  const EmmMessage* message = nullptr;
  const auto all = examples::every_emm_message();
  for (const auto& example : all)
    if (std::holds_alternative<AttachAccept>(example.message)) message = &example.message;
  AttachAccept accept = std::get<AttachAccept>(*message);
  accept = {.t3412_value = accept.t3412_value,
            .tai_list = accept.tai_list,
            .esm_message_container = accept.esm_message_container,
            .guti = accept.guti,
            .eps_network_feature_support = accept.eps_network_feature_support};
  std::array<std::uint8_t, 512> room;
  for (auto _ : state) {
    Writer out(room);
    benchmark::DoNotOptimize(encode(accept, out));
    benchmark::DoNotOptimize(room);
  }
}
BENCHMARK(encode_attach_accept);

constexpr std::size_t kPlainOctets = 64;

EpsSecurityContext context() {
  return new_context(*Key<32>::from_hex(std::string(64, '7')), 1,
                     {.ciphering = CipheringAlgorithm::eea2, .integrity = IntegrityAlgorithm::eia2});
}

/// COUNT starts again now and then: a run is longer than a context may live.
void protect_64(benchmark::State& state) {
  EpsSecurityContext network = context();
  ByteVector plain(kPlainOctets, 0x55);
  plain[0] = kEmmDiscriminator;
  std::array<std::uint8_t, 128> room;
  for (auto _ : state) {
    network.downlink_count &= 0xFFFF;
    auto message = protect(network, Role::network, SecurityHeader::integrity_ciphered, plain, room);
    benchmark::DoNotOptimize(message);
  }
}
BENCHMARK(protect_64);

void open_64(benchmark::State& state) {
  EpsSecurityContext network = context();
  EpsSecurityContext ue = network;
  ByteVector plain(kPlainOctets, 0x55);
  plain[0] = kEmmDiscriminator;
  std::array<std::uint8_t, 128> room;
  std::array<std::uint8_t, 128> scratch;
  const ByteVector sent = [&] {
    const auto message = protect(network, Role::network, SecurityHeader::integrity_ciphered, plain, room);
    return ByteVector(message->begin(), message->end());
  }();
  for (auto _ : state) {
    ue.downlink_count = 0;
    auto opened = open(ue, Role::ue, sent, scratch);
    benchmark::DoNotOptimize(opened);
  }
}
BENCHMARK(open_64);

/// What of it is cryptography: the same keys, made for each message, over the same octets.
void crypto_of_64(benchmark::State& state) {
  const EpsSecurityContext network = context();
  std::array<std::uint8_t, kPlainOctets + 1> octets{};
  for (auto _ : state) {
    const CipheringKey ciphering(network.algorithms.ciphering, network.k_nas_enc);
    ciphering.apply(1, 0, Direction::downlink, MutableBytes(octets).subspan(1));
    const IntegrityKey integrity(network.algorithms.integrity, network.k_nas_int);
    benchmark::DoNotOptimize(integrity.mac(1, 0, Direction::downlink, octets));
  }
}
BENCHMARK(crypto_of_64);

}  // namespace
}  // namespace zerocell::nas
