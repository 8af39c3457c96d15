// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/uio.h>

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/net/descriptor.hpp"
#include "core/net/net_error.hpp"
#include "core/types/bytes.hpp"
#include "core/types/ip.hpp"

namespace zerocell::net {

/// What stands before each packet of a TUN device with offloads: struct virtio_net_hdr (virtio 1.2 §5.1.6),
/// in the machine's octet order.
struct TunHeader {
  std::uint8_t flags = 0;
  std::uint8_t gso_type = 0;
  std::uint16_t header_octets = 0;    ///< IP and transport header, with a GSO type.
  std::uint16_t segment_octets = 0;   ///< Transport payload of each segment, with a GSO type.
  std::uint16_t checksum_start = 0;   ///< With kTunNeedsChecksum: where the transport header begins,
  std::uint16_t checksum_offset = 0;  ///< and where in it the checksum stands.
};
static_assert(sizeof(TunHeader) == 10);

constexpr std::uint8_t kTunNeedsChecksum = 1;
constexpr std::uint8_t kTunGsoNone = 0;
constexpr std::uint8_t kTunGsoTcpV4 = 1;
constexpr std::uint8_t kTunGsoTcpV6 = 4;
constexpr std::uint8_t kTunGsoUdp = 5;     ///< VIRTIO_NET_HDR_GSO_UDP_L4, since Linux 6.2.
constexpr std::uint8_t kTunGsoEcn = 0x80;  ///< Beside a TCP type.

struct TunOptions {
  std::string name;  ///< At most 15 characters.
  unsigned mtu = 1400;
  struct Address {
    IpAddress address;
    std::uint8_t prefix_length = 0;
  };
  std::vector<Address> addresses{};
  std::vector<IpPrefix> routes{};  ///< What the kernel routes into it beside the prefixes of the addresses.
};

/// A TUN device: what the kernel routes into it is read here, what is written here comes out of it. It is
/// opened where it exists (a persistent device that an administrator made needs no capability then), else
/// created, and then it goes when this object goes.
class Tun {
 public:
  /// Opens, sets addresses, MTU, up, routes, and that packets may come out of it that are from its own
  /// addresses. An error says what is missing and what to do.
  static std::expected<Tun, NetError> open(const TunOptions& options);

  int descriptor() const noexcept { return descriptor_.get(); }
  const std::string& name() const noexcept { return name_; }
  unsigned interface_index() const noexcept { return interface_index_; }
  /// Whether the kernel takes IPv4 packets from it whose source is an address of its own, such as the ICMP
  /// errors of a gateway; otherwise why not, and what to do.
  const std::expected<void, NetError>& accepts_own_sources() const noexcept { return accepts_own_sources_; }
  /// Whether UDP segmentation works too (Linux 6.2): both ways.
  bool segments_udp() const noexcept { return segments_udp_; }

  /// The octets of the next packet; nothing when none waits or `packet` is too small for it.
  std::optional<std::size_t> read(TunHeader& header, MutableBytes packet) noexcept;
  /// Writes one packet from its pieces, whose first is a TunHeader. False when the kernel took it not.
  bool write(std::span<const iovec> pieces) noexcept;

 private:
  Tun(Descriptor descriptor, std::string name) : descriptor_(std::move(descriptor)), name_(std::move(name)) {}

  Descriptor descriptor_;
  std::string name_;
  unsigned interface_index_ = 0;
  bool segments_udp_ = false;
  std::expected<void, NetError> accepts_own_sources_;
};

}  // namespace zerocell::net
