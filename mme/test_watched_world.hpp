// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>

#include <catch2/catch.hpp>

#include "mme/test_world.hpp"

namespace zerocell::mme {

/// A record as it stands in memory, padding and all, but for its links to neighbours in a list of timers.
inline ByteVector octets_of(const UeRecord* record) {
  ByteVector octets(record == nullptr ? 0 : sizeof(UeRecord));
  if (record == nullptr) return octets;
  std::memcpy(octets.data(), record, sizeof(UeRecord));
  std::memset(octets.data() + offsetof(UeRecord, idle_timer), 0, offsetof(RecordTimer, due));
  return octets;
}

/// A world with one registered, idle UE that nobody touches.
class Watched : public World {
 public:
  Watched() : enb(add_enb(1)), other_enb(add_enb(2)), bystander(add_ue(enb, 900)) {
    ZC_ASSERT(attach(bystander).has_value());
    enb.request_release(*bystander.connection());
    wait(std::chrono::seconds(1));
    before_ = octets_of(record(900));
  }
  bool bystander_unchanged() {
    wait(std::chrono::seconds(1));
    return before_ == octets_of(record(900)) && gateway.sessions.contains(1);
  }
  /// A plain message on a connection of its own, as a UE's first.
  lab::Ue& first_message(unsigned number, Bytes octets) {
    auto& ue = add_ue(enb, number);
    ue.send_octets(octets);
    wait(std::chrono::milliseconds(100));
    return ue;
  }

  lab::Enb& enb;
  lab::Enb& other_enb;
  lab::Ue& bystander;

 private:
  ByteVector before_;
};

inline ByteVector attach_request(const Imsi& imsi, std::size_t filler = 0) {
  nas::AttachRequest request;
  request.eps_mobile_identity = imsi;
  request.ue_network_capability = nas::UeNetworkCapability{{.data = {0xF0, 0x70}, .size = 2}};
  const PlainMessage esm(nas::PdnConnectivityRequest{.procedure_transaction_identity = 1});
  ByteVector container(esm.bytes().begin(), esm.bytes().end());
  container.resize(container.size() + filler, 0x28);
  request.esm_message_container = nas::Octets(Bytes(container));
  ByteVector octets(4096);
  Writer out(octets);
  REQUIRE(nas::encode(request, out));
  octets.resize(out.size());
  return octets;
}

}  // namespace zerocell::mme
