// SPDX-License-Identifier: Apache-2.0
// The path with its state kept over a sequence of hostile packets from both sides and changes of the session.
// Whatever comes, what leaves towards the network has the UE's own source and never the core as its
// destination, and what leaves towards the radio lies in memory that is its own.
#include "core/types/assert.hpp"
#include "upf/path_fixtures.hpp"

namespace {

using namespace zerocell;
using namespace zerocell::upf;
using namespace zerocell::upf::fixture;

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
    ZC_ASSERT(packet.teid == kEnbTeid && packet.size == packet.inner.octets());
    // Its memory, headroom included, is there to be written.
    packet.octets[-8] = packet.octets[packet.size - 1];
    volatile std::uint8_t last = packet.octets[packet.size - 1];
    (void)last;
  }
  for (const PeerMessage& message : plane.path.output().messages)
    ZC_ASSERT(gtp::decode_gtpu({message.octets, message.size}));
}

void change_session(Plane& plane, std::uint8_t what) {
  switch (what % 5) {
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
      plane.ue = plane.establish(kUe4, kUe6, kEnbTeid, 7).value();
      return;
    }
    default:
      plane.loop.run_for(std::chrono::seconds(1u << (what >> 4)));
      return;
  }
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
    switch (what % 6) {
      case 0:
        (void)plane.uplink(packet);
        break;
      case 1:  // A datagram of any form into the UE's tunnel.
        if (packet.size() >= 8) store_u32(packet.data() + 4, plane.ue.uplink.teid);
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
        (void)plane.from_ue(packet);
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
