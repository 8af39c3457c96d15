// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <thread>

#include "core/net/tun.hpp"
#include "core/net/udp.hpp"
#include "upf/coalescer.hpp"
#include "upf/packet_path.hpp"
#include "upf/radio_sender.hpp"
#include "upf/user_plane.hpp"

namespace zerocell::upf {

/// What the driver moved, counted by its thread.
struct DriverCounts {
  std::atomic<std::uint64_t> uplink_datagrams{0};
  std::atomic<std::uint64_t> uplink_frames{0};   ///< Writes to the TUN device.
  std::atomic<std::uint64_t> uplink_failed{0};   ///< Packets that the TUN device did not take.
  std::atomic<std::uint64_t> downlink_reads{0};  ///< Reads from the TUN device.
  std::atomic<std::uint64_t> downlink_datagrams{0};
  std::atomic<std::uint64_t> downlink_failed{0};  ///< Messages that a socket did not take.
  std::atomic<std::uint64_t> cpu_ns{0};           ///< Of the thread; renewed every 100 ms or more often.
};

/// Runs a packet path over sockets, in a thread of its own: GTP-U on UDP, the network side on a TUN device.
/// Both in batches, with the kernel's offloads both ways.
class SocketsDriver {
 public:
  /// Opens the GTP-U sockets at the addresses of the settings; the TUN device is given. `plane`, `policy` and
  /// `random` must outlive the driver; from now on the path's thread uses `random`.
  static std::expected<std::unique_ptr<SocketsDriver>, net::NetError> open(UserPlane& plane,
                                                                           FlowPolicy& policy, Random& random,
                                                                           net::Tun tun);
  /// Stops, when it runs.
  ~SocketsDriver();

  void start();
  /// Returns when the thread has finished its batch and ended.
  void stop();

  const DriverCounts& counts() const { return counts_; }
  const PacketPath& path() const { return path_; }
  const net::Tun& tun() const { return tun_; }

 private:
  /// Datagrams of one recvmmsg call; each may be 64 KiB of joined ones.
  static constexpr std::size_t kReceiveMessages = 16;
  static constexpr std::size_t kReadsMax = 64;  ///< Packets from TUN in one batch.
  /// Few enough to be in the second cache still when they are sent.
  static constexpr std::size_t kReadOctets = 1u << 18;

  SocketsDriver(UserPlane& plane, FlowPolicy& policy, Random& random, net::Tun tun,
                std::vector<net::UdpSocket> sockets, net::Descriptor epoll, net::Descriptor wake);
  const net::UdpSocket* socket_of(bool v4) const;

  void run();
  void wait();
  bool receive_uplink(const net::UdpSocket& socket);
  bool read_downlink();
  void deliver();
  void write_frames();
  void note_cpu();

  Signals& signals_;
  net::Tun tun_;
  std::vector<net::UdpSocket> sockets_;
  net::Descriptor epoll_;
  net::Descriptor wake_;
  PacketPath path_;
  net::UdpReceiver receiver_;
  Coalescer coalescer_;
  RadioSender radio_;
  std::vector<OuterSource> sources_;
  std::vector<GtpuDatagram> datagrams_;
  std::vector<NetworkPacket> packets_;
  std::unique_ptr<std::uint8_t[]> read_memory_;
  std::vector<iovec> pieces_;
  DriverCounts counts_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> asleep_{false};
  std::thread thread_;
};

}  // namespace zerocell::upf
