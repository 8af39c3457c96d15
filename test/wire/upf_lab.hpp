// SPDX-License-Identifier: Apache-2.0
// The user plane between a radio side and an internet, each a host with the kernel's own network stack: an
// eNodeB that is nothing but encapsulation, with one UE behind it, and a host that answers.
#pragma once

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sys/ioctl.h>

#include <atomic>

#include "core/crypto/random.hpp"
#include "core/runtime/live_loop.hpp"
#include "egress/policy_egress.hpp"
#include "test/wire/hosts.hpp"
#include "upf/sockets_driver.hpp"

namespace zerocell::wire {

/// A UE and its eNodeB: what the UE's kernel sends leaves in G-PDUs, packet by packet, and back. Knows GTP-U
/// from TS 29.281 alone.
class PlainEnb {
 public:
  PlainEnb(const char* address, const char* upf, std::uint32_t uplink_teid, std::uint32_t own_teid)
      : uplink_teid_(uplink_teid), own_teid_(own_teid) {
    tun_ = ::open("/dev/net/tun", O_RDWR | O_NONBLOCK);
    REQUIRE(tun_ >= 0);
    ifreq request{};
    std::string("ue0").copy(request.ifr_name, IFNAMSIZ - 1);
    request.ifr_flags = IFF_TUN | IFF_NO_PI;
    REQUIRE(::ioctl(tun_, TUNSETIFF, &request) == 0);
    udp_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    const int large = 64 << 20;  // It must not lose what a slow test machine lets wait.
    (void)::setsockopt(udp_, SOL_SOCKET, SO_RCVBUFFORCE, &large, sizeof large);
    const auto bind_to = sockaddr_of(address);
    REQUIRE(::bind(udp_, reinterpret_cast<const sockaddr*>(&bind_to), sizeof bind_to) == 0);
    const auto connect_to = sockaddr_of(upf);
    REQUIRE(::connect(udp_, reinterpret_cast<const sockaddr*>(&connect_to), sizeof connect_to) == 0);
    thread_ = std::thread([this] { relay(); });
  }
  ~PlainEnb() {
    stop_ = true;
    thread_.join();
    ::close(tun_);
    ::close(udp_);
  }
  std::atomic<int> end_markers{0};
  std::atomic<int> error_indications{0};
  /// Sends as is.
  void send(const ByteVector& datagram) { REQUIRE(::send(udp_, datagram.data(), datagram.size(), 0) > 0); }

 private:
  static sockaddr_in sockaddr_of(const char* address) {
    sockaddr_in made{};
    made.sin_family = AF_INET;
    made.sin_port = htons(2152);
    const auto octets = Ipv4Address::parse(address).value().octets;
    std::memcpy(&made.sin_addr, octets.data(), 4);
    return made;
  }
  void relay() {
    ByteVector packet(70000);
    std::array<pollfd, 2> watched{pollfd{tun_, POLLIN, 0}, pollfd{udp_, POLLIN, 0}};
    while (!stop_) {
      ::poll(watched.data(), watched.size(), 50);
      ssize_t octets = 0;
      while ((octets = ::read(tun_, packet.data() + 8, packet.size() - 8)) > 0) {
        packet[0] = 0x30;
        packet[1] = 255;
        packet[2] = static_cast<std::uint8_t>(octets >> 8);
        packet[3] = static_cast<std::uint8_t>(octets);
        for (int i = 0; i < 4; ++i)
          packet[static_cast<std::size_t>(4 + i)] = static_cast<std::uint8_t>(uplink_teid_ >> (24 - 8 * i));
        (void)!::send(udp_, packet.data(), static_cast<std::size_t>(octets) + 8, 0);
      }
      while ((octets = ::recv(udp_, packet.data(), packet.size(), 0)) > 0) {
        const std::uint32_t teid = std::uint32_t{packet[4]} << 24 | std::uint32_t{packet[5]} << 16 |
                                   std::uint32_t{packet[6]} << 8 | packet[7];
        if (packet[1] == 254) ++end_markers;
        if (packet[1] == 26) ++error_indications;
        if (packet[0] == 0x30 && packet[1] == 255 && teid == own_teid_)
          (void)!::write(tun_, packet.data() + 8, static_cast<std::size_t>(octets) - 8);
      }
    }
  }
  int tun_ = -1;
  int udp_ = -1;
  std::uint32_t uplink_teid_;
  std::uint32_t own_teid_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

/// The test process's own namespace is the core.
struct UpfLab {
  static constexpr std::uint32_t kOwnTeid = 0x00e0b001;

  static upf::Settings settings() {
    upf::Settings made;
    made.gtpu_addresses = {IpAddress::parse("172.16.0.1").value()};
    made.core_addresses = {IpAddress::parse("172.16.0.1").value()};
    made.pools = {{IpPrefix::parse("10.45.0.0/16").value(), IpAddress::parse("10.45.0.1").value()},
                  {IpPrefix::parse("2001:db8:45::/48").value(), IpAddress::parse("2001:db8:45::1").value()}};
    made.dscp[9] = 18;
    made.sessions_max = 1024;
    made.flows_max = 4096;
    return made;
  }
  static egress::PolicySet policies() {
    config::Egress egress;
    config::EgressGroup group;
    group.name = "default";
    for (const char* rule : {"deny proto tcp port 666", "allow dst 198.51.100.0/24,2001:db8:99::/64",
                             "allow from 198.51.100.7 proto udp port 7000"})
      group.rules.push_back({rule, 0, 0});
    egress.groups.push_back(group);
    return egress::compile(egress).value();
  }

  UpfLab() : plane(settings(), random, loop), egress(policies(), 1024, 10, loop) {
    sh("ip link add ran0 type veth peer name enb0");
    sh("ip link set enb0 netns " + radio.id());
    sh("ip address add 172.16.0.1/24 dev ran0");
    // The kernel cuts what leaves joined, so that a capture on the other side sees what a wire would carry.
    sh("ip link set ran0 up gso_max_segs 1");
    sh("ip link add inet0 type veth peer name host0");
    sh("ip link set host0 netns " + internet.id());
    sh("ip address add 198.51.100.1/24 dev inet0");
    sh("ip -6 address add 2001:db8:99::1/64 dev inet0 nodad");
    sh("ip link set inet0 up");
    sh("sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1");
    internet.run([] {
      sh("ip address add 198.51.100.7/24 dev host0");
      sh("ip -6 address add 2001:db8:99::7/64 dev host0 nodad");
      sh("ip link set host0 up");
      sh("ip route add 10.45.0.0/16 via 198.51.100.1");
      sh("ip -6 route add 2001:db8:45::/48 via 2001:db8:99::1");
    });

    auto tun = net::Tun::open({.name = "zerocell0",
                               .mtu = 1400,
                               .addresses = {{IpAddress::parse("10.45.0.1").value(), 16},
                                             {IpAddress::parse("2001:db8:45::1").value(), 48}}});
    INFO((tun ? std::string() : tun.error().message));
    REQUIRE(tun);
    auto opened = upf::SocketsDriver::open(plane, egress, path_random, std::move(*tun));
    INFO((opened ? std::string() : opened.error().message));
    REQUIRE(opened);
    driver = std::move(*opened);

    egress::Identity identity;
    identity.imsi = Imsi::parse("001010000000001").value();
    upf::SessionEstablishment request;
    request.control_seid = 1;
    request.security_id = security_id = egress.admit(identity).value();
    request.ue_ipv4 = Ipv4Address::parse("10.45.0.2");
    request.ue_ipv6_prefix = Ipv6Address::parse("2001:db8:45:2::");
    session = plane.establish(request).value();

    radio.run([this] {
      sh("ip address add 172.16.0.9/24 dev enb0");
      sh("ip link set enb0 up");
      enb = std::make_unique<PlainEnb>("172.16.0.9", "172.16.0.1", session.uplink.teid, kOwnTeid);
      sh("sysctl -qw net.ipv6.conf.ue0.accept_ra=2 net.ipv6.conf.ue0.addr_gen_mode=1");
      sh("ip address add 10.45.0.2/32 dev ue0");
      sh("ip -6 address add fe80::2/64 dev ue0 nodad");
      sh("ip link set ue0 up mtu 1400");
      sh("ip route add default dev ue0");
    });
    driver->start();
    upf::Downlink downlink{.action = upf::DownlinkAction::forward};
    downlink.peer = {.teid = kOwnTeid, .v4 = Ipv4Address::parse("172.16.0.9")};
    REQUIRE(plane.modify(session.session, {.downlink = downlink}));
  }
  ~UpfLab() {
    driver->stop();
    radio.run([this] { enb.reset(); });
    // The kernel takes its time with the namespaces of hosts that have gone.
    sh("ip link delete ran0 && ip link delete inet0");
  }

  SystemRandom random;
  SystemRandom path_random;
  LiveLoop loop;  // Never runs: the packet path looks by itself, ten times a second.
  upf::UserPlane plane;
  egress::PolicyEgress egress;
  Host radio;
  Host internet;
  std::unique_ptr<upf::SocketsDriver> driver;
  upf::SecurityId security_id{};
  upf::SessionEstablished session;
  std::unique_ptr<PlainEnb> enb;
};

}  // namespace zerocell::wire
