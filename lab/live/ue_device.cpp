// SPDX-License-Identifier: Apache-2.0
#include "lab/live/ue_device.hpp"

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace zerocell::lab {
namespace {

constexpr const char* kName = "ue0";
constexpr std::size_t kPacketOctetsMax = 65535;
constexpr unsigned kPacketsAtOnce = 64;

}  // namespace

std::expected<std::unique_ptr<UeDevice>, std::string> UeDevice::open(Loop& loop, const Host& host,
                                                                     std::function<void(Bytes)> on_packet) {
  int descriptor = -1;
  const auto made = host.within([&]() -> std::expected<void, std::string> {
    descriptor = ::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0)
      return std::unexpected(std::string("/dev/net/tun: ") + std::strerror(errno) +
                             "; the lab needs it: modprobe tun, and mode 0666");
    ifreq request{};
    request.ifr_flags = IFF_TUN | IFF_NO_PI;
    std::strncpy(request.ifr_name, kName, IFNAMSIZ - 1);
    if (::ioctl(descriptor, TUNSETIFF, &request) != 0)
      return std::unexpected(std::string("TUN device: ") + std::strerror(errno));
    return {};
  });
  if (!made) {
    if (descriptor >= 0) ::close(descriptor);
    return std::unexpected(made.error());
  }
  return std::unique_ptr<UeDevice>(new UeDevice(loop, host, descriptor, std::move(on_packet)));
}

UeDevice::UeDevice(Loop& loop, const Host& host, int descriptor, std::function<void(Bytes)> on_packet)
    : host_(host),
      descriptor_(descriptor),
      on_packet_(std::move(on_packet)),
      watch_(loop.watch_readable(descriptor, [this] { readable(); })) {}

UeDevice::~UeDevice() {
  watch_.reset();
  ::close(descriptor_);
}

std::expected<void, std::string> UeDevice::configure(const Bearer& bearer) {
  std::string commands = "link set dev ue0 addrgenmode none\nlink set dev ue0 mtu " +
                         std::to_string(bearer.ipv4_mtu.value_or(1400)) + " up\n";
  if (!bearer.ipv4.unspecified())
    commands += "addr add " + bearer.ipv4.text() + "/32 dev ue0\nroute add default dev ue0\n";
  if (bearer.ipv6_interface_id != std::array<std::uint8_t, 8>{}) {
    // Not what the host's administrator prefers: a UE takes its prefix from the network, RFC 7066 §5.
    if (auto set = host_.sysctl("net/ipv6/conf/ue0/accept_ra", "2"); !set) return set;
    Ipv6Address link_local{{0xFE, 0x80}};
    std::ranges::copy(bearer.ipv6_interface_id, link_local.octets.begin() + 8);
    commands += "addr add " + link_local.text() + "/64 dev ue0\n";
  }
  return host_.ip(commands);
}

void UeDevice::clear() {
  (void)host_.ip("addr flush dev ue0\nlink set dev ue0 down\n");
}

void UeDevice::deliver(Bytes packet) {
  // A full device loses packets, as a radio does.
  [[maybe_unused]] const auto written = ::write(descriptor_, packet.data(), packet.size());
}

void UeDevice::readable() {
  static thread_local std::array<std::uint8_t, kPacketOctetsMax> packet;
  for (unsigned i = 0; i < kPacketsAtOnce; ++i) {
    const ssize_t got = ::read(descriptor_, packet.data(), packet.size());
    if (got <= 0) return;
    on_packet_(Bytes(packet).first(static_cast<std::size_t>(got)));
  }
}

}  // namespace zerocell::lab
