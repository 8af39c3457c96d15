// SPDX-License-Identifier: Apache-2.0
// The path with its state kept over a sequence of hostile packets from both sides and changes of the session.
// Whatever comes, what leaves towards the network has the UE's own source and never the core as its
// destination, and what leaves towards the radio lies in memory that is its own.
#include "core/types/assert.hpp"
#include "upf/test_path.hpp"

namespace {

using namespace zerocell;
using namespace zerocell::upf;
using namespace zerocell::upf::fixture;

constexpr std::uint32_t kDedicatedTeid = 0x0e0b0100;
constexpr std::size_t kDedicatedMax = 10;

/// What the UE's session has beside its default bearer.
struct Beside {
  std::vector<BearerEstablished> bearers;
  std::vector<gtp::Fteid> tunnels;
};
Beside& beside() {
  static Beside all;
  return all;
}

void check_egress(const EgressPacket& packet) {
  const auto inner = parse_inner({packet.octets, packet.size});
  ZC_ASSERT(inner && inner->octets() == packet.size);
  if (inner->version == 4) {
    const std::uint32_t source = ipv4_source(packet.octets);
    const std::uint32_t destination = ipv4_destination(packet.octets);
    const auto own = Ipv4Address::parse(kUe4)->to_host();
    const auto gateway = Ipv4Address::parse(kGateway4)->to_host();  // Tells senders of too large packets.
    ZC_ASSERT(source == own || source == gateway);
    ZC_ASSERT(source == gateway || destination != Ipv4Address::parse(kCore4)->to_host());
    ZC_ASSERT(source == gateway || destination >> 16 != own >> 16);
  } else {
    const std::uint64_t prefix = load_u64(ipv6_source(packet.octets));
    const auto own = load_u64(Ipv6Address::parse(kUe6)->octets.data());
    const auto gateway = load_u64(Ipv6Address::parse(kGateway6)->octets.data());
    ZC_ASSERT(prefix == own || prefix == gateway);
  }
}

void check_output(Plane& plane) {
  for (const EgressPacket& packet : plane.path.output().egress) check_egress(packet);
  for (const RadioPacket& packet : plane.path.output().radio) {
    ZC_ASSERT((packet.teid == kEnbTeid || packet.teid == kDedicatedTeid) &&
              packet.size == packet.inner.octets());
    // Its memory, headroom included, is there to be written.
    packet.octets[-8] = packet.octets[packet.size - 1];
    volatile std::uint8_t last = packet.octets[packet.size - 1];
    (void)last;
  }
  for (const PeerMessage& message : plane.path.output().messages)
    ZC_ASSERT(gtp::decode_gtpu({message.octets, message.size}));
}

PacketFilter filter_of(std::uint8_t what) {
  PacketFilter filter{.direction = static_cast<PacketFilter::Direction>(1 + what % 3), .precedence = what};
  if ((what & 0x10) != 0) filter.protocol = kProtocolUdp;
  if ((what & 0x20) != 0) filter.remote_port = {0, static_cast<std::uint16_t>(what * 256)};
  if ((what & 0x40) != 0) filter.version = 6;
  if ((what & 0x80) != 0) filter.type_of_service = {what, 0xF0};
  return filter;
}

/// Bearers and tunnels come, change and go.
void change_bearers(Plane& plane, std::uint8_t what) {
  Beside& all = beside();
  const SessionId session = plane.ue.session;
  if (what % 4 == 0 && all.bearers.size() < kDedicatedMax)
    all.bearers.push_back(
        plane.plane.establish_bearer(session, {.mbr = {what * 1000u, 0}, .filters = {filter_of(what)}})
            .value());
  if (what % 4 == 1 && all.tunnels.size() < kDedicatedMax)
    all.tunnels.push_back(
        plane.plane.forward(session, {.teid = 1u + what, .v4 = Ipv4Address::parse("172.16.0.10")}, 9)
            .value());
  if (all.bearers.empty()) return;
  const BearerId bearer = all.bearers[what / 4 % all.bearers.size()].bearer;
  if (what % 4 == 2) {
    const bool idle = (what & 0x80) != 0;
    (void)plane.plane.modify_bearer(session, bearer,
                                    {.ebi = 6,
                                     .downlink = idle ? Downlink{.action = DownlinkAction::buffer}
                                                      : Plane::forward_to(kEnb4, kDedicatedTeid)});
  }
  if (what % 4 == 3) {
    ZC_ASSERT(plane.plane.release_bearer(session, bearer));
    all.bearers.erase(all.bearers.begin() + what / 4 % static_cast<std::ptrdiff_t>(all.bearers.size()));
  }
}

void change_session(Plane& plane, std::uint8_t what) {
  switch (what % 6) {
    case 0:
      (void)plane.plane.modify(plane.ue.session, {.downlink = Downlink{.action = DownlinkAction::buffer}});
      return;
    case 1:
      (void)plane.plane.modify(plane.ue.session, {.downlink = Plane::forward_to(kEnb4, kEnbTeid)});
      return;
    case 2:
      (void)plane.plane.modify(plane.ue.session, {.downlink = Downlink{}});
      return;
    case 3: {
      (void)plane.plane.release(plane.ue.session);
      beside() = {};
      ZC_ASSERT(plane.plane.bearers() == 0 && plane.plane.forwarding_tunnels() == 0);
      plane.ue = plane.establish(kUe4, kUe6, kEnbTeid, 7).value();
      return;
    }
    case 4: {
      SessionModification sleep;
      sleep.buffering = std::chrono::seconds(what);
      sleep.drop_buffered = (what & 0x80) != 0;
      sleep.filters = std::vector<PacketFilter>((what & 0x40) != 0 ? 1 : 0, filter_of(what));
      (void)plane.plane.modify(plane.ue.session, sleep);
      return;
    }
    default:
      plane.loop.run_for(std::chrono::seconds(1u << (what >> 4)));
      return;
  }
}

/// The tunnel that a datagram is sent into: the default bearer's, or one beside it.
gtp::Teid teid_of(const Plane& plane, std::uint8_t what) {
  const Beside& all = beside();
  const std::size_t which = what >> 4;
  if (which < all.bearers.size()) return all.bearers[which].uplink.teid;
  if (which < all.bearers.size() + all.tunnels.size()) return all.tunnels[which - all.bearers.size()].teid;
  return plane.ue.uplink.teid;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Plane plane;
  (void)plane.plane.release(plane.other.session);
  Reader in(Bytes(data, size));
  for (int step = 0; step < 32 && !in.empty(); ++step) {
    const std::uint8_t what = in.u8();
    const std::size_t octets = std::min<std::size_t>(in.u16() & 0x7FF, in.remaining());
    const Bytes taken = in.take(octets);
    ByteVector packet(taken.begin(), taken.end());
    switch (what % 7) {
      case 0:
        (void)plane.uplink(packet);
        break;
      case 1:  // A datagram of any form into the UE's tunnel.
        if (packet.size() >= 8) store_u32(packet.data() + 4, teid_of(plane, what));
        (void)plane.uplink(packet);
        break;
      case 2:
        (void)plane.from_ue(packet);
        break;
      case 3:  // An inner packet with the UE's source.
        if (packet.size() >= 40) {
          if (packet[0] >> 4 == 4) std::ranges::copy(Ipv4Address::parse(kUe4)->octets, packet.begin() + 12);
          if (packet[0] >> 4 == 6) std::ranges::copy(Ipv6Address::parse(kUe6)->octets, packet.begin() + 8);
        }
        (void)plane.uplink(build::gpdu(teid_of(plane, what), packet));
        break;
      case 4: {  // A packet for the UE, perhaps one of several joined.
        if (packet.size() >= 40) {
          if (packet[0] >> 4 == 4) std::ranges::copy(Ipv4Address::parse(kUe4)->octets, packet.begin() + 16);
          if (packet[0] >> 4 == 6) std::ranges::copy(Ipv6Address::parse(kUe6)->octets, packet.begin() + 24);
        }
        const Offload offload{.segment_octets = static_cast<std::uint16_t>((what & 0x40) != 0 ? 100 : 0),
                              .checksum_partial = (what & 0x80) != 0};
        (void)plane.downlink(packet, offload);
        break;
      }
      case 5:
        change_bearers(plane, static_cast<std::uint8_t>(octets));
        break;
      default:
        plane.path.output().clear();
        change_session(plane, static_cast<std::uint8_t>(octets));
        plane.path.run_due(plane.now());
    }
    check_output(plane);
  }
  plane.path.output().clear();
  return 0;
}
