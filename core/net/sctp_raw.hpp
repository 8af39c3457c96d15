// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <memory>
#include <utility>
#include <vector>

#include "core/net/sctp.hpp"

namespace zerocell::net {

/// An address as the kernel takes it. Port 0: raw sockets have none.
struct SocketAddress {
  union {
    sockaddr any;
    sockaddr_in v4;
    sockaddr_in6 v6;
  };
  socklen_t length = 0;

  SocketAddress() : v6{} {}
  explicit SocketAddress(const IpAddress& address, std::uint16_t port = 0);
  IpAddress address() const;
  std::uint16_t port() const;
};

/// Packets of one turn of a loop, received and to be sent, in memory that is there from the start.
class SctpRawSocket;

/// Receives up to `kPackets` packets in one system call. The packets are valid until the next call.
class SctpReceiver {
 public:
  static constexpr std::size_t kPackets = 32;

  struct Packet {
    IpAddress source;
    IpAddress destination;
    MutableBytes octets;  ///< From the SCTP header on.
  };

  SctpReceiver();
  ~SctpReceiver();
  SctpReceiver(const SctpReceiver&) = delete;
  SctpReceiver& operator=(const SctpReceiver&) = delete;

  /// What is there now, without waiting.
  std::span<const Packet> receive(const SctpRawSocket& socket);
  /// When the first of the packets came to this host, by the wall clock; nothing where the kernel does not
  /// say.
  std::optional<WallTime> first_came() const { return first_came_; }

 private:
  struct Memory;
  std::unique_ptr<Memory> memory_;
  std::optional<WallTime> first_came_;
};

/// A raw socket for SCTP on one local address (or on all of a family), which sees only packets for the ports
/// it is told: what other stacks in the same network namespace receive costs it nothing.
class SctpRawSocket {
 public:
  /// The error says which capability is missing, or that the address is not this host's.
  static std::expected<std::unique_ptr<SctpRawSocket>, NetError> open(const IpAddress& local);
  ~SctpRawSocket();
  SctpRawSocket(const SctpRawSocket&) = delete;
  SctpRawSocket& operator=(const SctpRawSocket&) = delete;

  int descriptor() const { return descriptor_; }
  const IpAddress& local() const { return local_; }
  bool any() const { return any_; }
  static bool is_any(const IpAddress& address) {
    return address.is_v4() ? address.v4()->unspecified() : address.v6()->unspecified();
  }

  /// Packets to other ports stay out, as far as the kernel takes so long a list: else all come in.
  void listen_to(std::span<const std::uint16_t> ports) const;

 private:
  SctpRawSocket(int descriptor, const IpAddress& local);
  int descriptor_;
  IpAddress local_;
  bool any_;
};

/// Holds an address and port against other processes of ours in the same network namespace, which a raw
/// socket does not.
class SctpPortLock {
 public:
  static std::expected<SctpPortLock, NetError> take(const Endpoint& endpoint);
  SctpPortLock(SctpPortLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  SctpPortLock& operator=(SctpPortLock&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~SctpPortLock();

 private:
  explicit SctpPortLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

/// What to tell a person about `code` from a socket call on `local`; `doing` is "listen on" or the like.
NetError describe_socket_error(int code, std::string_view doing, const Endpoint& local);

}  // namespace zerocell::net
