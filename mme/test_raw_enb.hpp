// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "asn1/s1ap/messages.hpp"
#include "mme/test_world.hpp"

namespace zerocell::mme {

/// One SCTP association to the core that answers nothing: what comes is kept with the stream that it came on.
class RawEnb final : private net::SctpHandler {
 public:
  struct Received {
    s1ap::MessageType type{};
    std::uint16_t stream = 0;
    std::uint32_t ppid = 0;
  };

  /// From this address, on the transport of a host of its own.
  RawEnb(World& world, const std::string& address, std::uint16_t port = 36412)
      : world_(world), transport_(world.net.make_transport()) {
    const auto begun = transport_->connect({{*IpAddress::parse(address), port}},
                                           {world.s1ap.bind.front(), world.s1ap.port}, *this);
    ZC_ASSERT(begun.has_value());
    id_ = *begun;
    world.wait(std::chrono::milliseconds(100));
  }

  template <class M>
  void send(const M& message, std::uint16_t stream = 0, std::uint32_t ppid = s1ap::kPayloadProtocol) {
    std::array<std::uint8_t, 4096> room;
    const auto octets = s1ap::encode(message, room);
    ZC_ASSERT(octets.has_value());
    send_octets(*octets, stream, ppid);
  }
  void send_octets(Bytes octets, std::uint16_t stream = 0, std::uint32_t ppid = s1ap::kPayloadProtocol) {
    (void)transport_->send(id_, stream, ppid, octets);
    world_.wait(std::chrono::milliseconds(100));
  }
  void set_up(std::uint32_t number) {
    const std::vector<Plmn> plmns{world_.network.plmns.front()};
    const s1ap::SupportedTasItem area{7, plmns, {}};
    s1ap::S1SetupRequest request;
    request.global_enb_id = {plmns.front(), s1ap::MacroEnbId{number}};
    request.supported_tas = {&area, 1};
    send(request);
  }
  bool up() const { return up_; }
  const std::vector<Received>& received() const { return received_; }
  std::size_t received(s1ap::MessageType type) const {
    return static_cast<std::size_t>(std::ranges::count(received_, type, &Received::type));
  }

 private:
  void association_up(net::AssociationId id, const net::AssociationInfo&) override {
    id_ = id;
    up_ = true;
  }
  void message(net::AssociationId, std::uint16_t stream, std::uint32_t ppid, Bytes octets) override {
    InlineArena<16 * 1024> arena;
    received_.push_back({s1ap::decode(octets, arena).message.type, stream, ppid});
  }
  void association_down(net::AssociationId, net::AssociationEnd) override { up_ = false; }

  World& world_;
  std::unique_ptr<net::SctpTransport> transport_;
  net::AssociationId id_{};
  bool up_ = false;
  std::vector<Received> received_;
};

}  // namespace zerocell::mme
