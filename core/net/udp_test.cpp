// SPDX-License-Identifier: Apache-2.0
#include "core/net/udp.hpp"

#include <poll.h>

#include <catch2/catch.hpp>

#include "core/net/tun.hpp"

namespace zerocell::net {
namespace {

Endpoint loopback(bool v4, std::uint16_t port = 0) {
  return {IpAddress::parse(v4 ? "127.0.0.1" : "::1").value(), port};
}

void wait_readable(const UdpSocket& socket) {
  pollfd readable{socket.descriptor(), POLLIN, 0};
  REQUIRE(::poll(&readable, 1, 2000) == 1);
}

TEST_CASE("datagrams_arrive_in_order_over_both_families") {
  for (const bool v4 : {true, false}) {
    const auto receiver_socket = UdpSocket::open(loopback(v4)).value();
    const auto sender_socket = UdpSocket::open(loopback(v4)).value();
    UdpSender sender;
    std::array<ByteVector, 3> sent{ByteVector(1, 1), ByteVector(1000, 2), ByteVector(9000, 3)};
    for (const ByteVector& datagram : sent) {
      REQUIRE(sender.begin(receiver_socket.local()));
      sender.add(datagram.data(), datagram.size() / 2);
      sender.add(datagram.data() + datagram.size() / 2, datagram.size() - datagram.size() / 2);
    }
    const auto outcome = sender.flush(sender_socket);
    CHECK(outcome.messages == 3);
    CHECK(outcome.failed == 0);
    UdpReceiver receiver(8, 16);
    std::vector<ByteVector> arrived;
    while (arrived.size() < 3) {
      wait_readable(receiver_socket);
      for (const auto& received : receiver.receive(receiver_socket)) {
        CHECK(received.from == sender_socket.local());
        CHECK(received.segment_octets == 0);
        arrived.emplace_back(received.octets.begin(), received.octets.end());
      }
    }
    CHECK(arrived == std::vector<ByteVector>(sent.begin(), sent.end()));
    CHECK(receiver.receive(receiver_socket).empty());
  }
}

TEST_CASE("segmented_message_arrives_as_its_datagrams") {
  const auto receiver_socket = UdpSocket::open(loopback(true)).value();
  const auto sender_socket = UdpSocket::open(loopback(true)).value();
  UdpSender sender;
  ByteVector all(1000 * 3 + 10);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint8_t>(i / 1000);
  REQUIRE(sender.begin(receiver_socket.local()));
  sender.add(all.data(), all.size());
  sender.segment(1000);
  CHECK(sender.flush(sender_socket).messages == 1);
  UdpReceiver receiver(8, 0);
  ByteVector arrived;
  std::vector<std::size_t> sizes;
  while (arrived.size() < all.size()) {
    wait_readable(receiver_socket);
    for (const auto& received : receiver.receive(receiver_socket)) {
      const std::size_t step =
          received.segment_octets == 0 ? received.octets.size() : received.segment_octets;
      for (std::size_t at = 0; at < received.octets.size(); at += step)
        sizes.push_back(std::min(step, received.octets.size() - at));
      arrived.insert(arrived.end(), received.octets.begin(), received.octets.end());
    }
  }
  CHECK(arrived == all);
  CHECK(sizes == std::vector<std::size_t>{1000, 1000, 1000, 10});
}

TEST_CASE("refused_message_does_not_hold_up_the_others") {
  const auto receiver_socket = UdpSocket::open(loopback(true)).value();
  const auto sender_socket = UdpSocket::open(loopback(true)).value();
  UdpSender sender;
  const ByteVector huge(65535 + 100);
  const ByteVector small(10);
  REQUIRE(sender.begin(receiver_socket.local()));
  sender.add(huge.data(), huge.size());
  REQUIRE(sender.begin(receiver_socket.local()));
  sender.add(small.data(), small.size());
  const auto outcome = sender.flush(sender_socket);
  CHECK(outcome.failed == 1);
  CHECK(outcome.messages == 1);
  wait_readable(receiver_socket);
}

TEST_CASE("socket_errors_say_what_to_do") {
  const auto held = UdpSocket::open(loopback(true)).value();
  const auto taken = UdpSocket::open(held.local());
  REQUIRE_FALSE(taken);
  CHECK(taken.error().message.find("another process uses this port") != std::string::npos);
  const auto foreign = UdpSocket::open({IpAddress::parse("192.0.2.1").value(), 0});
  REQUIRE_FALSE(foreign);
  CHECK(foreign.error().message.find("no interface of this machine has this address") != std::string::npos);
  const auto unnamed = Tun::open({.name = "a name that is too long"});
  REQUIRE_FALSE(unnamed);
  CHECK(unnamed.error().message.find("expected a name of 1 to 15 characters") != std::string::npos);
}

}  // namespace
}  // namespace zerocell::net
