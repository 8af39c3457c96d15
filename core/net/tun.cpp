// SPDX-License-Identifier: Apache-2.0
#include "core/net/tun.hpp"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/net/link.hpp"

namespace zerocell::net {
namespace {

// Since Linux 6.2; older headers lack the names.
constexpr unsigned kOffloadUso4 = 0x20;
constexpr unsigned kOffloadUso6 = 0x40;
constexpr unsigned kOffloadTcp = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN;

std::string advice(int error, const std::string& name) {
  switch (error) {
    case EPERM:
      return "; making a TUN device needs CAP_NET_ADMIN: run as root, give it to the program with \"setcap "
             "cap_net_admin+ep zerocell\", or make the device beforehand with \"ip tuntap add dev " +
             name + " mode tun user $USER\"";
    case EBUSY:
      return "; another process holds the device: choose another name in egress.tun";
    case EINVAL:
      return "; there is an interface of this name that is no TUN device: choose another name";
    case ENOENT:
    case ENODEV:
      return "; this kernel has no TUN: load the module \"tun\", or give /dev/net/tun to the container";
    case EACCES:
      return "; the user may not open /dev/net/tun";
    default:
      return {};
  }
}

std::unexpected<NetError> failed(int error, const std::string& name) {
  return std::unexpected(
      NetError{error, "cannot open TUN device " + name + ": " + std::strerror(error) + advice(error, name)});
}

/// Whether the interface already has all that we would set; then a lack of rights is no error.
bool has_addresses(const TunOptions& options) {
  const auto present = local_addresses();
  return std::ranges::all_of(options.addresses, [&](const TunOptions::Address& wanted) {
    return std::ranges::find(present, wanted.address) != present.end();
  });
}

}  // namespace

std::expected<Tun, NetError> Tun::open(const TunOptions& options) {
  if (options.name.empty() || options.name.size() >= IFNAMSIZ)
    return std::unexpected(NetError{
        EINVAL, "cannot open TUN device \"" + options.name + "\": expected a name of 1 to 15 characters"});
  Descriptor descriptor(::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (!descriptor.open()) return failed(errno, options.name);
  ifreq request{};
  options.name.copy(request.ifr_name, IFNAMSIZ - 1);
  request.ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR;
  if (::ioctl(descriptor.get(), TUNSETIFF, &request) < 0) return failed(errno, options.name);
  int header_octets = sizeof(TunHeader);
  if (::ioctl(descriptor.get(), TUNSETVNETHDRSZ, &header_octets) < 0) return failed(errno, options.name);

  Tun tun(std::move(descriptor), request.ifr_name);
  tun.interface_index_ = ::if_nametoindex(request.ifr_name);
  tun.segments_udp_ =
      ::ioctl(tun.descriptor(), TUNSETOFFLOAD, kOffloadTcp | kOffloadUso4 | kOffloadUso6) == 0;
  if (!tun.segments_udp_ && ::ioctl(tun.descriptor(), TUNSETOFFLOAD, kOffloadTcp) < 0)
    return failed(errno, options.name);

  for (const TunOptions::Address& address : options.addresses) {
    const auto added = add_address(tun.interface_index_, address.address, address.prefix_length);
    if (!added && !(added.error().code == EPERM && has_addresses(options)))
      return std::unexpected(added.error());
  }
  if (const auto up = set_link_up(tun.interface_index_, options.mtu);
      !up && !(up.error().code == EPERM && has_addresses(options)))
    return std::unexpected(up.error());
  tun.accepts_own_sources_ = net::accept_own_sources(tun.name_);
  for (const IpPrefix& route : options.routes) {
    const auto added = add_route(tun.interface_index_, route);
    // Without the capability it is the administrator's to route, as it was to make the device.
    if (!added && !(added.error().code == EPERM && has_addresses(options)))
      return std::unexpected(added.error());
  }
  return tun;
}

std::optional<std::size_t> Tun::read(TunHeader& header, MutableBytes packet) noexcept {
  std::array<iovec, 2> pieces{iovec{&header, sizeof header}, iovec{packet.data(), packet.size()}};
  const ssize_t octets = ::readv(descriptor_.get(), pieces.data(), pieces.size());
  if (octets < static_cast<ssize_t>(sizeof header)) return std::nullopt;
  return static_cast<std::size_t>(octets) - sizeof header;
}

bool Tun::write(std::span<const iovec> pieces) noexcept {
  return ::writev(descriptor_.get(), pieces.data(), static_cast<int>(pieces.size())) > 0;
}

}  // namespace zerocell::net
