// SPDX-License-Identifier: Apache-2.0
#include "bench/user_plane/plain_forwarder.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "bench/user_plane/traffic.hpp"

namespace zerocell::bench {
namespace {

constexpr std::size_t kHeader = 8;  // GTP-U without options, TS 29.281 §5.1.

sockaddr_in name_of(const char* address) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(2152);
  ::inet_pton(AF_INET, address, &name.sin_addr);
  return name;
}

}  // namespace

PlainForwarder::PlainForwarder() {
  socket_ = ::socket(AF_INET, SOCK_DGRAM, 0);
  const int much = 32 << 20;
  (void)::setsockopt(socket_, SOL_SOCKET, SO_RCVBUFFORCE, &much, sizeof much);
  (void)::setsockopt(socket_, SOL_SOCKET, SO_SNDBUFFORCE, &much, sizeof much);
  // So that the threads end: they look whether they should.
  const timeval moment{.tv_sec = 0, .tv_usec = 100'000};
  (void)::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &moment, sizeof moment);
  const sockaddr_in name = name_of(kBaselineRadioAddress);
  if (::bind(socket_, reinterpret_cast<const sockaddr*>(&name), sizeof name) < 0)
    fail("the baseline has no socket");
  tun_ = ::open("/dev/net/tun", O_RDWR);
  ifreq request{};
  std::memcpy(request.ifr_name, "b2tun", 6);
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  if (tun_ < 0 || ::ioctl(tun_, TUNSETIFF, &request) < 0) fail("the baseline has no TUN device");
  sh("ip address add 10.48.0.1/15 dev b2tun && ip link set b2tun up mtu 1400 txqueuelen 10000");
  up_.thread = std::thread([this] { run_up(); });
  down_.thread = std::thread([this] { run_down(); });
  while (up_.thread_id == 0 || down_.thread_id == 0) ::usleep(1000);
}

PlainForwarder::~PlainForwarder() {
  stop_ = true;
  // A packet wakes the reader of the TUN device, which else waits for ever.
  const int waker = ::socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in name = name_of("10.48.1.1");
  (void)::sendto(waker, "", 0, 0, reinterpret_cast<const sockaddr*>(&name), sizeof name);
  ::close(waker);
  up_.thread.join();
  down_.thread.join();
  ::close(socket_);
  ::close(tun_);
}

void PlainForwarder::run_up() {
  up_.thread_id = ::gettid();
  std::array<std::uint8_t, 2048> packet;
  while (!stop_) {
    sockaddr_in from{};
    socklen_t size = sizeof from;
    const ssize_t octets =
        ::recvfrom(socket_, packet.data(), packet.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
    if (octets <= static_cast<ssize_t>(kHeader)) continue;
    if (::write(tun_, packet.data() + kHeader, static_cast<std::size_t>(octets) - kHeader) > 0)
      up_.packets.store(up_.packets.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
}

void PlainForwarder::run_down() {
  down_.thread_id = ::gettid();
  std::array<std::uint8_t, 2048> packet{0x30, 255};
  const sockaddr_in to = name_of(kEnbAddress);
  while (!stop_) {
    const ssize_t octets = ::read(tun_, packet.data() + kHeader, packet.size() - kHeader);
    if (octets <= 0) continue;
    packet[2] = static_cast<std::uint8_t>(octets >> 8);
    packet[3] = static_cast<std::uint8_t>(octets);
    if (::sendto(socket_, packet.data(), static_cast<std::size_t>(octets) + kHeader, 0,
                 reinterpret_cast<const sockaddr*>(&to), sizeof to) > 0)
      down_.packets.store(down_.packets.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
}

}  // namespace zerocell::bench
