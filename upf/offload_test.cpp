// SPDX-License-Identifier: Apache-2.0
// Joining and cutting: what the coalescer joins, the sender cuts into the very same packets.
#include <poll.h>

#include <random>

#include <catch2/catch.hpp>

#include "core/gtp/gtpu.hpp"
#include "upf/coalescer.hpp"
#include "upf/radio_sender.hpp"
#include "upf/test_packet_builder.hpp"

namespace zerocell::upf {
namespace {

/// Packets of one batch, each in a flow that its number names.
struct Batch {
  void add(ByteVector packet, std::uint32_t flow) {
    packet.insert(packet.begin(), kHeadroom, 0);
    memory.push_back(std::move(packet));
    flow_of.push_back(flow);
  }
  std::vector<EgressPacket> packets() {
    std::vector<EgressPacket> made;
    for (std::size_t i = 0; i < memory.size(); ++i) {
      std::uint8_t* octets = memory[i].data() + kHeadroom;
      const auto size = static_cast<std::uint32_t>(memory[i].size() - kHeadroom);
      made.push_back({octets, size, flow_of[i], 0, parse_inner({octets, size}).value()});
    }
    return made;
  }
  std::vector<ByteVector> memory;
  std::vector<std::uint32_t> flow_of;
};

/// The frame as the kernel would get it.
ByteVector gathered(const Coalescer& coalescer, const Frame& frame,
                    const std::vector<EgressPacket>& packets) {
  ByteVector whole(packets[frame.first].octets, packets[frame.first].octets + packets[frame.first].size);
  for (auto i = coalescer.next(frame.first); i != kNoIndex; i = coalescer.next(i))
    whole.insert(whole.end(), packets[i].octets + frame.header_octets, packets[i].octets + packets[i].size);
  return whole;
}

/// What the sender makes of packets, as an eNB would receive it: inner packets without their headers.
std::vector<ByteVector> sent(const std::vector<RadioPacket>& packets, std::uint16_t mtu = 1500) {
  const IpAddress loopback = build::ip("127.0.0.1");
  const auto enb = net::UdpSocket::open({loopback, 0}).value();
  const auto upf = net::UdpSocket::open({loopback, 0}).value();
  RadioSender sender(&upf, nullptr, enb.local().port, mtu);
  auto addressed = packets;
  for (RadioPacket& packet : addressed) packet.peer = OuterAddress::of(loopback);
  sender.send(std::span<const RadioPacket>(addressed));
  CHECK(sender.counts().failed_messages == 0);
  std::vector<ByteVector> arrived;
  net::UdpReceiver receiver(32, 0);
  while (arrived.size() < sender.counts().datagrams) {
    pollfd readable{enb.descriptor(), POLLIN, 0};
    REQUIRE(::poll(&readable, 1, 2000) == 1);
    for (const auto& received : receiver.receive(enb)) {
      const std::size_t step =
          received.segment_octets == 0 ? received.octets.size() : received.segment_octets;
      for (std::size_t at = 0; at < received.octets.size(); at += step) {
        const auto datagram = received.octets.subspan(at, std::min(step, received.octets.size() - at));
        const auto message = gtp::decode_gtpu(datagram);
        REQUIRE(message);
        CHECK(message->teid == 77);
        CHECK(message->payload.size() + 8 == datagram.size());
        arrived.emplace_back(message->payload.begin(), message->payload.end());
      }
    }
  }
  return arrived;
}

RadioPacket radio_packet(ByteVector& memory, const Offload& offload) {
  memory.insert(memory.begin(), kHeadroom, 0);
  std::uint8_t* octets = memory.data() + kHeadroom;
  const auto size = static_cast<std::uint32_t>(memory.size() - kHeadroom);
  return {octets, size, offload, 77, {}, parse_inner({octets, size}).value()};
}

/// Segments of one TCP connection, in sequence.
std::vector<ByteVector> train(bool v4, std::size_t count, std::size_t payload, std::size_t last_payload) {
  std::vector<ByteVector> made;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t octets = i + 1 == count ? last_payload : payload;
    const build::TcpOptions tcp{.sequence = static_cast<std::uint32_t>(0xFFFFF000 + i * payload),
                                .flags = static_cast<std::uint8_t>(i + 1 == count ? 0x18 : 0x10)};
    made.push_back(build::tcp(v4 ? "10.45.0.2" : "2001:db8:45:2::1", 4000,
                              v4 ? "198.51.100.7" : "2001:db8:99::7", 443,
                              build::pattern(octets, static_cast<std::uint8_t>(i)), tcp,
                              {.id = static_cast<std::uint16_t>(0xFFFE + i)}));
  }
  return made;
}

TEST_CASE("datagrams_carry_the_mark_of_their_bearer_over_both_families") {
  for (const bool v4 : {true, false}) {
    const IpAddress loopback = build::ip(v4 ? "127.0.0.1" : "::1");
    const auto enb = net::UdpSocket::open({loopback, 0}).value();
    const auto upf = net::UdpSocket::open({loopback, 0}).value();
    const int on = 1;
    REQUIRE(::setsockopt(enb.descriptor(), v4 ? IPPROTO_IP : IPPROTO_IPV6, v4 ? IP_RECVTOS : IPV6_RECVTCLASS,
                         &on, sizeof on) == 0);
    const int off = 0;  // Each datagram by itself.
    (void)::setsockopt(enb.descriptor(), IPPROTO_UDP, 104 /* UDP_GRO */, &off, sizeof off);
    RadioSender sender(v4 ? &upf : nullptr, v4 ? nullptr : &upf, enb.local().port, 1500);
    std::vector<ByteVector> memory;
    std::vector<RadioPacket> packets;
    const std::vector<std::uint8_t> marks{0, 46, 46, 10, 0};
    for (std::size_t i = 0; i < marks.size(); ++i)
      memory.push_back(build::udp("198.51.100.7", 53, "10.45.0.2", 4000, build::pattern(100)));
    for (std::size_t i = 0; i < marks.size(); ++i) {
      packets.push_back(radio_packet(memory[i], {}));
      packets.back().peer = OuterAddress::of(loopback);
      packets.back().dscp = marks[i];
    }
    sender.send(std::span<const RadioPacket>(packets));
    CHECK(sender.counts().failed_messages == 0);
    std::vector<PeerMessage> messages;
    for (const std::uint8_t mark : marks)
      messages.push_back(
          {OuterAddress::of(loopback), enb.local().port, memory[0].data(), std::uint32_t{8 + 128}, mark});
    sender.send(std::span<const PeerMessage>(messages));
    auto expected = marks;
    expected.insert(expected.end(), marks.begin(), marks.end());
    std::vector<std::uint8_t> arrived;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      std::array<std::uint8_t, 2048> octets;
      alignas(cmsghdr) std::array<std::uint8_t, 256> control;
      iovec piece{octets.data(), octets.size()};
      msghdr message{};
      message.msg_iov = &piece;
      message.msg_iovlen = 1;
      message.msg_control = control.data();
      message.msg_controllen = control.size();
      pollfd readable{enb.descriptor(), POLLIN, 0};
      REQUIRE(::poll(&readable, 1, 2000) == 1);
      REQUIRE(::recvmsg(enb.descriptor(), &message, 0) == 8 + 128);
      // The lowest octet of an int is the first one here; IPv4 gives a single octet.
      for (cmsghdr* at = CMSG_FIRSTHDR(&message); at != nullptr; at = CMSG_NXTHDR(&message, at))
        arrived.push_back(static_cast<std::uint8_t>(*CMSG_DATA(at) >> 2));
    }
    CHECK(arrived == expected);
  }
}

TEST_CASE("joined_tcp_segments_are_cut_into_the_same_segments_again") {
  for (const bool v4 : {true, false}) {
    FlowTable flows(64, {1, 2, 3, 4});
    Coalescer coalescer(true);
    const auto original = train(v4, 40, 1348, 700);
    Batch batch;
    for (const ByteVector& packet : original) batch.add(packet, 3);
    const auto packets = batch.packets();
    const auto frames = coalescer.join(packets, flows);
    REQUIRE(frames.size() == 1);
    CHECK(frames[0].packets == 40);
    CHECK(frames[0].segment_octets == 1348);
    auto whole = gathered(coalescer, frames[0], packets);
    CHECK(whole.size() == frames[0].octets);
    const auto packet = radio_packet(whole, {.segment_octets = 1348, .checksum_partial = true});
    CHECK(sent({packet}) == original);
  }
}

TEST_CASE("joined_datagrams_are_cut_into_the_same_datagrams_again") {
  for (const bool v4 : {true, false}) {
    FlowTable flows(64, {1, 2, 3, 4});
    Coalescer coalescer(true);
    std::vector<ByteVector> original;
    Batch batch;
    for (std::uint16_t i = 0; i < 30; ++i) {
      original.push_back(build::udp(v4 ? "10.45.0.2" : "2001:db8:45:2::1", 4000,
                                    v4 ? "198.51.100.7" : "2001:db8:99::7", 443,
                                    build::pattern(i == 29 ? 10 : 1200, static_cast<std::uint8_t>(i)),
                                    {.dont_fragment = false, .id = static_cast<std::uint16_t>(7 + i)}));
      batch.add(original.back(), 3);
    }
    const auto packets = batch.packets();
    const auto frames = coalescer.join(packets, flows);
    REQUIRE(frames.size() == 1);
    auto whole = gathered(coalescer, frames[0], packets);
    const auto packet = radio_packet(whole, {.segment_octets = 1200, .checksum_partial = true});
    CHECK(sent({packet}) == original);
  }
}

TEST_CASE("flows_that_alternate_are_joined_apart_and_keep_their_order") {
  FlowTable flows(64, {1, 2, 3, 4});
  Coalescer coalescer(true);
  const auto one = train(true, 10, 1000, 1000);
  const auto two = train(false, 10, 900, 900);
  Batch batch;
  for (std::size_t i = 0; i < 10; ++i) {
    batch.add(one[i], 3);
    batch.add(two[i], 9);
  }
  const auto packets = batch.packets();
  const auto frames = coalescer.join(packets, flows);
  REQUIRE(frames.size() == 2);
  CHECK(frames[0].packets == 10);
  CHECK(frames[1].packets == 10);
  // The next batch starts afresh.
  Batch next;
  next.add(one[0], 3);
  const auto again = next.packets();
  CHECK(coalescer.join(again, flows).size() == 1);
}

TEST_CASE("what_a_card_would_not_cut_back_is_not_joined") {
  const auto base = train(true, 2, 1000, 1000);
  struct Row {
    const char* description;
    std::size_t at;  // The octet of the second packet that is changed, checksums made right again.
    std::uint8_t value;
  };
  for (const Row& row :
       {Row{"another type of service", 1, 0x10}, Row{"another TTL", 8, 63}, Row{"the may-fragment bit", 6, 0},
        Row{"a gap in the sequence", 27, 0x77}, Row{"another acknowledgement", 31, 0x77},
        Row{"a SYN", 33, 0x12}, Row{"a FIN", 33, 0x11}, Row{"a RST", 33, 0x14}, Row{"urgent data", 33, 0x30},
        Row{"another window", 34, 0x11}}) {
    INFO(row.description);
    FlowTable flows(64, {1, 2, 3, 4});
    Coalescer coalescer(true);
    auto second = base[1];
    second[row.at] = row.value;
    store_u16(second.data() + 10, 0);
    store_u16(second.data() + 10, build::reference_checksum(Bytes(second).first(20)));
    store_u16(second.data() + 36, 0);
    const auto sum = build::reference_pseudo_sum(build::ip("10.45.0.2"), build::ip("198.51.100.7"), 6, 1020);
    store_u16(second.data() + 36, build::reference_checksum(Bytes(second).subspan(20), sum));
    Batch batch;
    batch.add(base[0], 3);
    batch.add(second, 3);
    const auto packets = batch.packets();
    const auto frames = coalescer.join(packets, flows);
    REQUIRE(frames.size() == 2);
    CHECK(gathered(coalescer, frames[0], packets) == base[0]);
    CHECK(gathered(coalescer, frames[1], packets) == second);
  }
}

TEST_CASE("packet_with_a_wrong_checksum_stays_wrong") {
  for (const std::size_t damaged : {0u, 1u, 2u}) {
    INFO(damaged);
    FlowTable flows(64, {1, 2, 3, 4});
    Coalescer coalescer(true);
    auto original = train(true, 4, 1000, 1000);
    original[damaged][500] ^= 1;
    Batch batch;
    for (const ByteVector& packet : original) batch.add(packet, 3);
    const auto packets = batch.packets();
    bool seen = false;
    for (const Frame& frame : coalescer.join(packets, flows))
      seen |= frame.packets == 1 && gathered(coalescer, frame, packets) == original[damaged];
    CHECK(seen);
  }
}

TEST_CASE("packets_without_a_flow_pass_in_order_of_arrival") {
  FlowTable flows(64, {1, 2, 3, 4});
  Coalescer coalescer(true);
  Batch batch;
  batch.add(build::echo("10.45.0.2", "198.51.100.7"), kNoIndex);
  batch.add(build::echo("10.45.0.2", "198.51.100.7"), 5);
  batch.add(build::echo("10.45.0.2", "198.51.100.7"), 5);
  const auto packets = batch.packets();
  const auto frames = coalescer.join(packets, flows);
  REQUIRE(frames.size() == 3);
  for (std::uint32_t i = 0; i < 3; ++i) CHECK(frames[i].first == i);
}

TEST_CASE("packets_of_all_sizes_reach_the_enb_whole_and_in_order") {
  std::mt19937 chance(5);
  std::vector<ByteVector> original;
  std::vector<ByteVector> memory;
  for (int i = 0; i < 300; ++i) {
    const std::size_t octets = i % 3 == 0 ? 1372 : chance() % 1373;
    original.push_back(build::udp("198.51.100.7", 53, "10.45.0.2", 4000,
                                  build::pattern(octets, static_cast<std::uint8_t>(i))));
  }
  memory = original;
  std::vector<RadioPacket> packets;
  for (ByteVector& packet : memory) packets.push_back(radio_packet(packet, {}));
  CHECK(sent(packets) == original);
}

TEST_CASE("datagram_larger_than_the_link_is_left_to_ip_fragmentation") {
  std::vector<ByteVector> original;
  for (std::uint8_t i = 0; i < 10; ++i)
    original.push_back(build::udp("198.51.100.7", 53, "10.45.0.2", 4000, build::pattern(1372, i)));
  auto memory = original;
  std::vector<RadioPacket> packets;
  for (ByteVector& packet : memory) packets.push_back(radio_packet(packet, {}));
  CHECK(sent(packets, 1300) == original);
}

}  // namespace
}  // namespace zerocell::upf
