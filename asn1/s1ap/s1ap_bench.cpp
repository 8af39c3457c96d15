// SPDX-License-Identifier: Apache-2.0
// Messages that each attach has, as eNodeBs and this core send them. A codec that takes memory from the heap
// fails its run.
#include <benchmark/benchmark.h>

#include "asn1/s1ap/messages.hpp"
#include "asn1/s1ap/s1ap.hpp"
#include "test/catch/allocations.hpp"

namespace zerocell::s1ap {
namespace {

/// Attach Request by GUTI, with PDN Connectivity Request, old TAI, network capabilities and voice preference.
const ByteVector kAttachRequest = *from_hex(
    "0741710bf600f110000201030003e605f07000001000050215d011d15200f11030395c0a003103e5e0349011035758a65d0100e0"
    "c1");

/// Integrity protected and ciphered Attach Accept, with a default bearer, GUTI and TAI list.
const ByteVector kAttachAccept(131, 0x5A);

InitialUeMessage initial_ue_message() {
  return {.enb_ue_s1ap_id = 0x012345,
          .nas_pdu = kAttachRequest,
          .tai = {*Plmn::parse("00101"), 7},
          .eutran_cgi = {*Plmn::parse("00101"), 0x19B01},
          .rrc_establishment_cause = RrcEstablishmentCause::mo_signalling};
}

/// Counts what the heap gave from here on, and fails the run for it.
class NoAllocation {
 public:
  explicit NoAllocation(benchmark::State& state) : state_(state), before_(allocations()) {}
  ~NoAllocation() {
    if (allocations() != before_) state_.SkipWithError("memory was taken from the heap");
  }

 private:
  benchmark::State& state_;
  std::uint64_t before_;
};

void decode_initial_ue_message(benchmark::State& state) {
  std::array<std::uint8_t, 1024> buffer;
  const Bytes octets = *encode(initial_ue_message(), buffer);
  static InlineArena<kArenaOctets> arena;
  const NoAllocation none(state);
  for (auto _ : state) {
    arena.reset();
    const Inbound inbound = decode(octets, arena);
    const auto* const message = inbound.message.as<InitialUeMessage>();
    if (inbound.verdict != Verdict::act || !message || message->nas_pdu.size() != kAttachRequest.size()) {
      state.SkipWithError("the message was not understood");
      break;
    }
    benchmark::DoNotOptimize(message);
  }
}
BENCHMARK(decode_initial_ue_message)->Name("s1ap.decode.initial_ue_message");

void encode_initial_context_setup_request(benchmark::State& state) {
  const std::array items{ErabToBeSetupItemCtxtSuReq{
      .erab_id = 5,
      .erab_level_qos_parameters = {.qci = 9, .allocation_retention_priority = {.priority_level = 8}},
      .transport_layer_address = TransportLayerAddress::of(*IpAddress::parse("127.0.1.100")),
      .gtp_teid = 0x01020304,
      .nas_pdu = kAttachAccept}};
  InitialContextSetupRequest message{.mme_ue_s1ap_id = 0xDEADBEEF, .enb_ue_s1ap_id = 0x012345};
  message.ue_aggregate_maximum_bitrate = {.ue_aggregate_maximum_bit_rate_dl = 1'000'000'000,
                                          .ue_aggregate_maximum_bit_rate_ul = 500'000'000};
  message.erab_to_be_setup_list = items;
  message.ue_security_capabilities = {.encryption_algorithms = 0xE000,
                                      .integrity_protection_algorithms = 0xE000};
  message.security_key.fill(0x5A);
  std::array<std::uint8_t, 1024> buffer;
  const NoAllocation none(state);
  for (auto _ : state) {
    const auto octets = encode(message, buffer);
    if (!octets) {
      state.SkipWithError(octets.error().reason);
      break;
    }
    benchmark::DoNotOptimize(octets->data());
    benchmark::ClobberMemory();
  }
}
BENCHMARK(encode_initial_context_setup_request)->Name("s1ap.encode.initial_context_setup_request");

}  // namespace
}  // namespace zerocell::s1ap
