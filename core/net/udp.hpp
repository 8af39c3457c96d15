// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <expected>
#include <memory>
#include <span>
#include <vector>

#include "core/net/descriptor.hpp"
#include "core/net/net_error.hpp"
#include "core/types/bytes.hpp"
#include "core/types/ip.hpp"

namespace zerocell::net {

struct UdpOptions {
  std::size_t buffer_octets = 8u << 20;  ///< Of the kernel, each way; less where the machine allows less.
  /// Large datagrams are cut by IP fragmentation where the path is narrower, not refused.
  bool may_fragment = true;
};

/// A bound UDP socket that does not block, with UDP_GRO where the kernel has it.
class UdpSocket {
 public:
  /// An error says which address, and what to do.
  static std::expected<UdpSocket, NetError> open(const Endpoint& local, const UdpOptions& options = {});

  int descriptor() const noexcept { return descriptor_.get(); }
  /// Where it is bound; the port that the kernel chose where 0 was asked for.
  const Endpoint& local() const noexcept { return local_; }

 private:
  UdpSocket(Descriptor descriptor, Endpoint local) : descriptor_(std::move(descriptor)), local_(local) {}
  Descriptor descriptor_;
  Endpoint local_;
};

/// Receives many datagrams with one call. What the kernel joined (UDP_GRO) stays joined.
class UdpReceiver {
 public:
  static constexpr std::size_t kDatagramOctetsMax = 65536;

  /// `datagrams` at once; `headroom` octets before each belong to the receiver's user.
  UdpReceiver(std::size_t datagrams, std::size_t headroom);

  struct Received {
    MutableBytes octets;
    std::uint16_t segment_octets = 0;  ///< Each datagram in `octets` but the last has so many; 0: it is one.
    Endpoint from;
  };
  /// What waits; empty when nothing does. Valid until the next call.
  std::span<const Received> receive(const UdpSocket& socket) noexcept;

 private:
  struct Control {
    alignas(cmsghdr) std::array<std::uint8_t, 64> octets;
  };
  std::size_t stride_;
  std::size_t headroom_;
  std::unique_ptr<std::uint8_t[]> memory_;
  std::vector<mmsghdr> messages_;
  std::vector<iovec> pieces_;
  std::vector<sockaddr_in6> names_;
  std::vector<Control> controls_;
  std::vector<Received> received_;
};

/// Collects datagrams and sends them with few calls. Datagrams of one size to one address can share a message
/// (UDP_SEGMENT). Its memory is fixed when it is made.
class UdpSender {
 public:
  static constexpr std::size_t kMessagesMax = 256;
  static constexpr std::size_t kPiecesMax = 8192;
  static constexpr std::size_t kSegmentsMax = 64;          ///< UDP_MAX_SEGMENTS of older kernels.
  static constexpr std::size_t kMessageOctetsMax = 65000;  ///< All segments together.

  UdpSender();

  /// Starts a message to `to`, marked with this Differentiated Services Code Point, 0 to 63. False when there
  /// is no room: flush first.
  bool begin(const Endpoint& to, std::uint8_t dscp = 0) noexcept;
  /// Room for `count` more pieces in the last message.
  bool has_room(std::size_t count) const noexcept { return pieces_used_ + count <= kPiecesMax; }
  /// Adds a piece to message `message`, which must be the last one begun.
  void add(const void* data, std::size_t octets) noexcept;
  /// The last message is cut into datagrams of so many octets.
  void segment(std::uint16_t octets) noexcept;

  std::size_t messages() const noexcept { return used_; }
  struct Sent {
    std::size_t messages = 0;
    std::size_t failed = 0;  ///< Messages that the kernel refused.
    /// Smallest segment of a segmented message that was refused as larger than the way's MTU; 0 for none.
    std::uint16_t refused_segment_octets = 0;
  };
  /// Sends all. Waits briefly for a full socket buffer; after that, messages are lost and counted.
  Sent flush(const UdpSocket& socket) noexcept;
  void clear() noexcept;

 private:
  /// A mark and the size of segments.
  static constexpr std::size_t kControlOctets = CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(std::uint16_t));
  struct Control {
    alignas(cmsghdr) std::array<std::uint8_t, kControlOctets> octets;
  };
  /// Adds to what goes with the last message.
  template <class T>
  void control(int level, int type, T value) noexcept;

  std::vector<mmsghdr> messages_;
  std::vector<iovec> pieces_;
  std::vector<sockaddr_in6> names_;
  std::vector<Control> controls_;
  std::size_t used_ = 0;
  std::size_t pieces_used_ = 0;
};

/// The kernel's form of an endpoint; returns its size.
socklen_t to_sockaddr(const Endpoint& endpoint, sockaddr_in6& out) noexcept;
Endpoint from_sockaddr(const sockaddr_in6& address) noexcept;

}  // namespace zerocell::net
