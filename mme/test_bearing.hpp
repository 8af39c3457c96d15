// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mme/test_attached.hpp"

namespace zerocell::mme {

constexpr sgw::SessionId kSession{1};

/// A TFT with one filter: UDP to these ports of the other side.
inline ByteVector tft(nas::Tft::Operation operation = nas::Tft::Operation::create,
                      std::uint16_t port = 5060) {
  nas::Tft value{.operation = operation};
  nas::PacketFilter filter{.identifier = 0, .precedence = 1};
  filter.contents.protocol = 17;
  filter.contents.remote_port = nas::PortRange{port, static_cast<std::uint16_t>(port + 9)};
  REQUIRE(value.add(filter));
  ByteVector octets(255);
  Writer out(octets);
  REQUIRE(nas::encode_tft(value, out));
  octets.resize(out.size());
  return octets;
}

inline gtp::BearerQos voice_qos(std::uint32_t kbps = 64) {
  return {.qci = 1, .arp = {.priority = 2}, .mbr = {kbps, kbps}, .gbr = {kbps, kbps}};
}

/// One UE that is attached, and what a gateway does about its bearers.
struct Bearing : Attached {
  sgw::CreateBearerRequest create_request(std::uint8_t pti = 0) {
    return {.session = kSession,
            .imsi = test_imsi(1),
            .pti = pti,
            .qos = voice_qos(),
            .tft = tft(),
            .user_plane = {.teid = 0x2000u + next_teid++, .v4 = Ipv4Address::parse("10.0.0.1")}};
  }
  sgw::Answer<sgw::CreateBearerResponse> create(std::uint8_t pti = 0) {
    auto answer = lab::finish(world.loop, world.mme->create_bearer(create_request(pti)));
    REQUIRE(answer);
    if (*answer) world.gateway.sessions.at(1).dedicated[(*answer)->ebi] = (*answer)->access;
    return *answer;
  }
  sgw::Answer<void> update(sgw::UpdateBearerRequest request) {
    request.session = kSession;
    request.imsi = test_imsi(1);
    auto answer = lab::finish(world.loop, world.mme->update_bearer(std::move(request)));
    REQUIRE(answer);
    return *answer;
  }
  sgw::Answer<void> remove(std::uint8_t ebi, std::optional<gtp::Cause> cause = {},
                           sgw::SessionId session = kSession) {
    auto answer = lab::finish(
        world.loop,
        world.mme->delete_bearer({.session = session, .imsi = test_imsi(1), .ebi = ebi, .cause = cause}));
    REQUIRE(answer);
    world.wait(std::chrono::seconds(1));
    return *answer;
  }
  std::size_t erabs() { return enb.erabs(*ue.connection()).size(); }
  const BearerRecord* kept(std::uint8_t ebi) { return world.mme->bearers().find(*world.record(1), ebi); }
  std::uint32_t next_teid = 0;
};

}  // namespace zerocell::mme
