// SPDX-License-Identifier: Apache-2.0
// The user plane with the kernel as UE, eNodeB and internet (test/wire/in_netns).
#include <netinet/tcp.h>
#include <sys/wait.h>

#include <fstream>

#include "core/runtime/virtual_loop.hpp"
#include "core/types/ip.hpp"
#include "test/wire/upf_lab.hpp"
#include "upf/test_packet_builder.hpp"

using namespace zerocell;
using namespace zerocell::wire;

namespace {

sockaddr_in6 name_of(const char* address, std::uint16_t port) {
  sockaddr_in6 name{};
  (void)net::to_sockaddr({IpAddress::parse(address).value(), port}, name);
  return name;
}
socklen_t size_of(const sockaddr_in6& name) {
  return name.sin6_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
}
int socket_for(const char* address, int type) {
  return ::socket(IpAddress::parse(address)->is_v4() ? AF_INET : AF_INET6, type, 0);
}
void time_out(int socket, int seconds) {
  const timeval limit{.tv_sec = seconds, .tv_usec = 0};
  (void)::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  (void)::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

/// The octet at a place of the transfer: no two windows of the stream are alike.
std::uint8_t octet_at(std::size_t place) {
  return static_cast<std::uint8_t>((place * 2654435761u) >> 13);
}
void send_pattern(int socket, std::size_t octets) {
  ByteVector chunk(256 * 1024);
  for (std::size_t at = 0; at < octets;) {
    const std::size_t size = std::min(chunk.size(), octets - at);
    for (std::size_t i = 0; i < size; ++i) chunk[i] = octet_at(at + i);
    for (std::size_t sent = 0; sent < size;) {
      const ssize_t now = ::send(socket, chunk.data() + sent, size - sent, MSG_NOSIGNAL);
      if (now <= 0) return;
      sent += static_cast<std::size_t>(now);
    }
    at += size;
  }
  ::shutdown(socket, SHUT_WR);
}
/// Octets that came and were right.
std::size_t receive_pattern(int socket) {
  ByteVector chunk(256 * 1024);
  std::size_t at = 0;
  for (;;) {
    const ssize_t now = ::recv(socket, chunk.data(), chunk.size(), 0);
    if (now <= 0) return at;
    for (ssize_t i = 0; i < now; ++i, ++at)
      if (chunk[static_cast<std::size_t>(i)] != octet_at(at)) return at;
  }
}

/// The UE connects to the host, and one of them sends. Gives what arrived.
std::size_t transfer(UpfLab& lab, const char* host, bool uplink, std::size_t octets) {
  std::size_t arrived = 0;
  std::promise<void> listening;
  auto served = lab.internet.start([&] {
    const int listener = socket_for(host, SOCK_STREAM);
    const int on = 1;
    (void)::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const auto name = name_of(host, 8080);
    REQUIRE(::bind(listener, reinterpret_cast<const sockaddr*>(&name), size_of(name)) == 0);
    REQUIRE(::listen(listener, 1) == 0);
    listening.set_value();
    time_out(listener, 10);
    const int peer = ::accept(listener, nullptr, nullptr);
    time_out(peer, 10);
    if (uplink) arrived = receive_pattern(peer);
    if (!uplink) send_pattern(peer, octets);
    ::close(peer);
    ::close(listener);
  });
  listening.get_future().get();
  lab.radio.run([&] {
    const int ue = socket_for(host, SOCK_STREAM);
    time_out(ue, 10);
    const auto name = name_of(host, 8080);
    if (::connect(ue, reinterpret_cast<const sockaddr*>(&name), size_of(name)) == 0) {
      if (uplink) send_pattern(ue, octets);
      if (!uplink) arrived = receive_pattern(ue);
      // The other side has all of it before the connection goes.
      std::uint8_t end = 0;
      if (uplink) (void)!::recv(ue, &end, 1, 0);
    }
    ::close(ue);
  });
  served.get();
  return arrived;
}

/// Waits for a condition that other threads bring about.
bool comes_true(const std::function<bool()>& condition) {
  for (int i = 0; i < 200 && !condition(); ++i) ::usleep(10'000);
  return condition();
}

/// What tshark prints about a capture, one packet a line.
std::vector<std::string> read_capture(const std::string& file, const std::string& arguments) {
  std::vector<std::string> lines;
  FILE* output = ::popen(("tshark -r " + file + " " + arguments + " 2>/dev/null").c_str(), "r");
  std::array<char, 4096> line{};
  while (std::fgets(line.data(), line.size(), output) != nullptr) lines.emplace_back(line.data());
  ::pclose(output);
  return lines;
}

TEST_CASE("ue_reaches_the_internet_and_its_gateway_and_nothing_else") {
  UpfLab lab;
  lab.radio.run([] {
    sh("ping -q -n -c 5 -i 0.01 -W 2 198.51.100.7");
    sh("ping -q -n -c 1 -W 2 -s 1372 -M do 198.51.100.7");  // The whole MTU.
    sh("ping -q -n -c 1 -W 2 -s 4000 198.51.100.7");        // In fragments, both ways.
    sh("ping -q -n -c 2 -i 0.01 -W 2 10.45.0.1");
    sh("! ping -q -n -c 1 -W 1 172.16.0.1 -I 10.45.0.2");    // The core.
    sh("! ping -q -n -c 1 -W 1 198.51.100.1 -I 10.45.0.9");  // An address that is not its own.
  });
  const auto& path = lab.driver->path();
  CHECK(path.count(upf::Verdict::answered) >= 2);
  CHECK(lab.plane.usage(lab.session.session)->uplink_packets >= 5);
}

TEST_CASE("ue_configures_ipv6_from_the_router_advertisement") {
  UpfLab lab;
  lab.radio.run([] {
    sh("for i in $(seq 50); do ip -6 address show dev ue0 scope global | grep -q 2001:db8:45:2: && exit 0; "
       "sleep 0.1; done; ip -6 address show dev ue0; exit 1");
    sh("ip -6 route show default | grep -q 'via fe80::1 dev ue0'");
    sh("grep -qx 1400 /proc/sys/net/ipv6/conf/ue0/mtu");
    sh("ping -6 -q -n -c 2 -i 0.01 -W 2 fe80::1%ue0");
    sh("ping -6 -q -n -c 5 -i 0.01 -W 2 2001:db8:99::7");
    sh("ping -6 -q -n -c 2 -i 0.01 -W 2 2001:db8:45::1");
    // The first answer meets a path MTU that the host does not know yet.
    sh("ping -6 -q -n -c 3 -i 0.1 -W 2 -s 4000 2001:db8:99::7");
  });
}

TEST_CASE("tcp_carries_fifty_megabytes_each_way") {
  UpfLab lab;
  constexpr std::size_t kOctets = 50'000'000;
  CHECK(transfer(lab, "198.51.100.7", true, kOctets) == kOctets);
  CHECK(transfer(lab, "198.51.100.7", false, kOctets) == kOctets);
  const auto& counts = lab.driver->counts();
  CHECK(counts.uplink_failed == 0);
  CHECK(counts.downlink_failed == 0);
  // Joined on the way up, cut on the way down.
  CHECK(counts.uplink_frames * 3 < counts.uplink_datagrams * 2);
  CHECK(counts.downlink_reads * 3 < counts.downlink_datagrams * 2);
}

TEST_CASE("ipv6_tcp_carries_ten_megabytes_each_way") {
  UpfLab lab;
  lab.radio.run([] {
    sh("for i in $(seq 50); do ip -6 route show default | grep -q fe80::1 && exit 0; sleep 0.1; done; exit "
       "1");
  });
  CHECK(transfer(lab, "2001:db8:99::7", true, 10'000'000) == 10'000'000);
  CHECK(transfer(lab, "2001:db8:99::7", false, 10'000'000) == 10'000'000);
}

TEST_CASE("tcp_survives_a_narrower_radio_link") {
  UpfLab lab;
  // Below the outer size of full packets: the outer packets are fragmented.
  sh("ip link set ran0 mtu 1300");
  lab.radio.run([] { sh("ip link set enb0 mtu 1300"); });
  CHECK(transfer(lab, "198.51.100.7", true, 2'000'000) == 2'000'000);
  CHECK(transfer(lab, "198.51.100.7", false, 2'000'000) == 2'000'000);
}

TEST_CASE("tcp_survives_a_narrower_internet") {
  UpfLab lab;
  sh("ip link set inet0 mtu 1200");
  lab.internet.run([] { sh("ip link set host0 mtu 1200"); });
  CHECK(transfer(lab, "198.51.100.7", true, 2'000'000) == 2'000'000);
  CHECK(transfer(lab, "198.51.100.7", false, 2'000'000) == 2'000'000);
}

TEST_CASE("host_hears_the_mtu_of_a_session_that_is_narrower_than_the_device") {
  UpfLab lab;
  upf::SessionEstablishment request;
  request.control_seid = 2;
  request.security_id = lab.security_id;
  request.ue_ipv4 = Ipv4Address::parse("10.45.0.3");
  request.link_mtu = 1300;
  request.downlink.action = upf::DownlinkAction::forward;
  request.downlink.peer = {.teid = UpfLab::kOwnTeid + 1, .v4 = Ipv4Address::parse("172.16.0.9")};
  REQUIRE(lab.plane.establish(request));
  lab.internet.run([] {
    const int host = socket_for("198.51.100.7", SOCK_DGRAM);
    const auto own = name_of("198.51.100.7", 9000);
    REQUIRE(::bind(host, reinterpret_cast<const sockaddr*>(&own), size_of(own)) == 0);
    const auto name = name_of("10.45.0.3", 7000);
    REQUIRE(::connect(host, reinterpret_cast<const sockaddr*>(&name), size_of(name)) == 0);
    const int discover = IP_PMTUDISC_DO;
    REQUIRE(::setsockopt(host, IPPROTO_IP, IP_MTU_DISCOVER, &discover, sizeof discover) == 0);
    const ByteVector datagram(1350 - 28);
    REQUIRE(::send(host, datagram.data(), datagram.size(), 0) > 0);
    const auto mtu = [&] {
      int value = 0;
      socklen_t size = sizeof value;
      (void)::getsockopt(host, IPPROTO_IP, IP_MTU, &value, &size);
      return value;
    };
    CHECK(comes_true([&] { return mtu() == 1300; }));
    CHECK(::send(host, datagram.data(), datagram.size(), 0) < 0);
    CHECK(errno == EMSGSIZE);
    ::close(host);
  });
}

TEST_CASE("denied_connection_goes_nowhere") {
  UpfLab lab;
  lab.radio.run([] {
    const int ue = socket_for("198.51.100.7", SOCK_STREAM);
    time_out(ue, 1);
    const auto name = name_of("198.51.100.7", 666);
    CHECK(::connect(ue, reinterpret_cast<const sockaddr*>(&name), size_of(name)) < 0);
    CHECK((errno == EINPROGRESS || errno == EAGAIN || errno == ETIMEDOUT));
    ::close(ue);
  });
  CHECK(lab.driver->path().count(upf::Verdict::denied) > 0);
}

TEST_CASE("datagrams_of_any_size_arrive_both_ways_whole") {
  UpfLab lab;
  std::promise<void> bound;
  auto echoed = lab.internet.start([&] {
    const int host = socket_for("198.51.100.7", SOCK_DGRAM);
    time_out(host, 20);  // Longer than the UE waits before it sends again.
    const auto name = name_of("198.51.100.7", 7000);
    REQUIRE(::bind(host, reinterpret_cast<const sockaddr*>(&name), size_of(name)) == 0);
    bound.set_value();
    ByteVector datagram(65536);
    for (;;) {
      sockaddr_in6 from{};
      socklen_t size = sizeof from;
      const ssize_t octets =
          ::recvfrom(host, datagram.data(), datagram.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
      if (octets <= 1) break;
      (void)!::sendto(host, datagram.data(), static_cast<std::size_t>(octets), 0,
                      reinterpret_cast<const sockaddr*>(&from), size);
    }
    ::close(host);
  });
  bound.get_future().get();
  lab.radio.run([] {
    const int ue = socket_for("198.51.100.7", SOCK_DGRAM);
    time_out(ue, 5);
    const auto name = name_of("198.51.100.7", 7000);
    REQUIRE(::connect(ue, reinterpret_cast<const sockaddr*>(&name), size_of(name)) == 0);
    for (const std::size_t octets : {2u, 100u, 1371u, 1372u, 1373u, 1400u, 1500u, 3000u, 20000u, 60000u}) {
      INFO(octets);
      ByteVector datagram(octets);
      for (std::size_t i = 0; i < octets; ++i) datagram[i] = octet_at(i + octets);
      ByteVector back(65536);
      ssize_t came = -1;
      // The first large one may meet a path MTU that is not yet known.
      for (int attempt = 0; attempt < 3 && came < 0; ++attempt) {
        (void)!::send(ue, datagram.data(), datagram.size(), 0);
        came = ::recv(ue, back.data(), back.size(), 0);
      }
      REQUIRE(came == static_cast<ssize_t>(octets));
      back.resize(octets);
      CHECK(back == datagram);
    }
    (void)!::send(ue, "", 1, 0);
    ::close(ue);
  });
  echoed.get();
}

TEST_CASE("idle_ue_gets_what_was_buffered_in_order_when_it_is_back") {
  UpfLab lab;
  REQUIRE(lab.plane.modify(lab.session.session,
                           {.downlink = upf::Downlink{.action = upf::DownlinkAction::buffer}}));
  lab.internet.run([] {
    const int host = socket_for("198.51.100.7", SOCK_DGRAM);
    const auto name = name_of("10.45.0.2", 7000);
    for (std::uint8_t i = 0; i < 20; ++i)
      (void)!::sendto(host, &i, 1, 0, reinterpret_cast<const sockaddr*>(&name), size_of(name));
    ::close(host);
  });
  REQUIRE(comes_true([&] { return lab.driver->path().count(upf::Verdict::buffered) == 20; }));
  int ue = -1;
  lab.radio.run([&] {
    ue = socket_for("10.45.0.2", SOCK_DGRAM);
    time_out(ue, 5);
    const auto name = name_of("10.45.0.2", 7000);
    REQUIRE(::bind(ue, reinterpret_cast<const sockaddr*>(&name), size_of(name)) == 0);
  });
  upf::Downlink back{.action = upf::DownlinkAction::forward};
  back.peer = {.teid = UpfLab::kOwnTeid, .v4 = Ipv4Address::parse("172.16.0.9")};
  REQUIRE(lab.plane.modify(lab.session.session, {.downlink = back}));
  for (std::uint8_t i = 0; i < 20; ++i) {
    std::uint8_t came = 255;
    REQUIRE(::recv(ue, &came, 1, 0) == 1);
    CHECK(came == i);
  }
  ::close(ue);
}

TEST_CASE("tshark_finds_nothing_malformed_on_the_radio_side") {
  UpfLab lab;
  const std::string file = "/tmp/zerocell_wire_" + std::to_string(::getpid()) + ".pcapng";
  pid_t capture = -1;
  lab.radio.run([&] {
    capture = ::fork();
    if (capture == 0) {
      ::freopen("/dev/null", "w", stderr);
      ::execlp("dumpcap", "dumpcap", "-q", "-i", "enb0", "-w", file.c_str(), nullptr);
      ::_exit(127);
    }
    REQUIRE(comes_true([&] { return std::ifstream(file).good(); }));
    sh("sleep 0.5");
    sh("ping -q -n -c 3 -i 0.01 -W 2 198.51.100.7");
    sh("ping -6 -q -n -c 2 -i 0.01 -W 2 fe80::1%ue0");
    sh("ping -q -n -c 1 -W 2 -s 4000 198.51.100.7");
  });
  CHECK(transfer(lab, "198.51.100.7", true, 300'000) == 300'000);
  CHECK(transfer(lab, "198.51.100.7", false, 300'000) == 300'000);
  // What else the path says by itself.
  lab.radio.run([&] {
    lab.enb->send(from_hex("32010004 00000000 00070000").value());  // Echo Request.
    const auto inner = upf::build::echo("10.45.0.2", "198.51.100.7");
    lab.enb->send(upf::build::gpdu(0xfffffffe, inner));                         // Unknown tunnel.
    lab.enb->send(from_hex("34ff0008 00000001 000000 ff 01 0000 00").value());  // Unknown extension.
  });
  upf::Downlink moved{.action = upf::DownlinkAction::forward};
  moved.peer = {.teid = UpfLab::kOwnTeid + 1, .v4 = Ipv4Address::parse("172.16.0.9")};
  moved.end_marker_to_old_peer = true;
  REQUIRE(lab.plane.modify(lab.session.session, {.downlink = moved}));
  CHECK(comes_true([&] { return lab.enb->end_markers == 1 && lab.enb->error_indications == 1; }));
  ::usleep(300'000);
  ::kill(capture, SIGINT);
  ::waitpid(capture, nullptr, 0);

  // Everything is GTP-U (and ARP, ND of the link itself); nothing is malformed or an error to the dissectors.
  const auto all = read_capture(file, "-Y gtp");
  CHECK(all.size() > 300);
  CHECK(read_capture(file, "-Y '_ws.malformed'").empty());
  for (const auto& line : read_capture(file, "-Y '_ws.expert.severity >= 0x800000'")) UNSCOPED_INFO(line);
  CHECK(read_capture(file, "-Y '_ws.expert.severity >= 0x800000'").empty());
  // Each kind of message that the core sends is there, and each inner checksum is right.
  for (const int type : {2, 26, 31, 254, 255}) {
    INFO(type);
    CHECK_FALSE(
        read_capture(file, "-Y 'gtp.message==" + std::to_string(type) + " && ip.src==172.16.0.1'").empty());
  }
  // Whatever carries a packet of the UE's bearer is marked, joined ones too, and the End Marker that follows
  // them; nothing else is.
  const std::string ours = "-Y 'ip.src==172.16.0.1 && gtp.message";
  CHECK(read_capture(file, ours + ">=254 && !(ip.dsfield.dscp==18)'").empty());
  CHECK(read_capture(file, ours + "<254 && ip.dsfield.dscp==18'").empty());
  const std::string verify =
      "-o tcp.check_checksum:TRUE -o ip.check_checksum:TRUE -Y 'gtp && ip.src==172.16.0.1 && "
      "(tcp.checksum.status==0 || icmp.checksum.status==0 || icmpv6.checksum.status==0)'";
  CHECK(read_capture(file, verify).empty());
  CHECK_FALSE(read_capture(file,
                           "-o tcp.check_checksum:TRUE -Y 'gtp && ip.src==172.16.0.1 && "
                           "tcp.checksum.status==1'")
                  .empty());
  ::unlink(file.c_str());
}

TEST_CASE("driver_stops_and_starts_again") {
  UpfLab lab;
  lab.driver->stop();
  lab.driver->stop();
  lab.radio.run([] { sh("! ping -q -n -c 1 -W 1 198.51.100.7"); });
  lab.driver->start();
  lab.radio.run([] { sh("ping -q -n -c 1 -W 2 198.51.100.7"); });
}

TEST_CASE("port_in_use_and_missing_rights_are_told_with_what_to_do") {
  UpfLab lab;
  VirtualLoop loop(1);
  SystemRandom random;
  upf::UserPlane second(UpfLab::settings(), random, loop);
  const auto busy = net::Tun::open({.name = "zerocell0"});
  REQUIRE_FALSE(busy);
  CHECK(busy.error().message.find("another process holds the device") != std::string::npos);
  auto tun = net::Tun::open({.name = "zerocell1"});
  REQUIRE(tun);
  const auto opened = upf::SocketsDriver::open(second, lab.egress, random, std::move(*tun));
  REQUIRE_FALSE(opened);
  CHECK(opened.error().message.find("172.16.0.1:2152") != std::string::npos);
  CHECK(opened.error().message.find("another process uses this port") != std::string::npos);
  sh("! ip link show zerocell1");  // It went with its owner.
}

}  // namespace
