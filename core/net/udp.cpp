// SPDX-License-Identifier: Apache-2.0
#include "core/net/udp.hpp"

#include <netinet/ip.h>
#include <netinet/udp.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace zerocell::net {
namespace {

// <netinet/udp.h> of glibc 2.36 has both; the names are kept apart from its macros.
constexpr int kUdpSegment = 103;
constexpr int kUdpGro = 104;

/// How long a full socket buffer is waited for.
constexpr int kSendWaitMs = 2;

std::unexpected<NetError> failed(int error, const Endpoint& local) {
  std::string message = "cannot open UDP " + local.text() + ": " + std::strerror(error);
  if (error == EADDRINUSE) message += "; another process uses this port: stop it, or choose another address";
  if (error == EADDRNOTAVAIL) message += "; no interface of this machine has this address";
  if (error == EACCES) message += "; ports below 1024 need CAP_NET_BIND_SERVICE";
  return std::unexpected(NetError{error, std::move(message)});
}

/// The segment size that a message carries; 0 for none.
std::uint16_t segment_of(msghdr& message) {
  std::uint16_t octets = 0;
  for (cmsghdr* control = CMSG_FIRSTHDR(&message); control != nullptr;
       control = CMSG_NXTHDR(&message, control))
    if (control->cmsg_level == IPPROTO_UDP) std::memcpy(&octets, CMSG_DATA(control), sizeof octets);
  return octets;
}

void set(int socket, int level, int option, int value) {
  (void)::setsockopt(socket, level, option, &value, sizeof value);
}

}  // namespace

socklen_t to_sockaddr(const Endpoint& endpoint, sockaddr_in6& out) noexcept {
  if (const Ipv4Address* v4 = endpoint.address.v4()) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(endpoint.port);
    std::memcpy(&address.sin_addr, v4->octets.data(), 4);
    std::memcpy(&out, &address, sizeof address);
    return sizeof address;
  }
  out = {};
  out.sin6_family = AF_INET6;
  out.sin6_port = htons(endpoint.port);
  std::memcpy(&out.sin6_addr, endpoint.address.v6()->octets.data(), 16);
  return sizeof out;
}

Endpoint from_sockaddr(const sockaddr_in6& address) noexcept {
  if (address.sin6_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, &address, sizeof v4);
    Ipv4Address octets;
    std::memcpy(octets.octets.data(), &v4.sin_addr, 4);
    return {octets, ntohs(v4.sin_port)};
  }
  Ipv6Address octets;
  std::memcpy(octets.octets.data(), &address.sin6_addr, 16);
  return {octets, ntohs(address.sin6_port)};
}

std::expected<UdpSocket, NetError> UdpSocket::open(const Endpoint& local, const UdpOptions& options) {
  const bool v4 = local.address.is_v4();
  Descriptor descriptor(::socket(v4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!descriptor.open()) return failed(errno, local);
  const int number = descriptor.get();
  if (!v4) set(number, IPPROTO_IPV6, IPV6_V6ONLY, 1);
  // The privileged option passes the machine's limit; the other takes what the limit allows.
  const int octets = static_cast<int>(options.buffer_octets);
  set(number, SOL_SOCKET, SO_RCVBUF, octets);
  set(number, SOL_SOCKET, SO_SNDBUF, octets);
  set(number, SOL_SOCKET, SO_RCVBUFFORCE, octets);
  set(number, SOL_SOCKET, SO_SNDBUFFORCE, octets);
  set(number, IPPROTO_UDP, kUdpGro, 1);
  if (options.may_fragment) {
    if (v4) set(number, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT);
    if (!v4) set(number, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_DONT);
  }
  sockaddr_in6 name{};
  const socklen_t size = to_sockaddr(local, name);
  if (::bind(number, reinterpret_cast<const sockaddr*>(&name), size) < 0) return failed(errno, local);
  socklen_t bound = sizeof name;
  if (::getsockname(number, reinterpret_cast<sockaddr*>(&name), &bound) < 0) return failed(errno, local);
  return UdpSocket(std::move(descriptor), from_sockaddr(name));
}

UdpReceiver::UdpReceiver(std::size_t datagrams, std::size_t headroom)
    : stride_((kDatagramOctetsMax + headroom + 63) / 64 * 64),
      headroom_(headroom),
      memory_(std::make_unique_for_overwrite<std::uint8_t[]>(stride_ * datagrams)),
      messages_(datagrams),
      pieces_(datagrams),
      names_(datagrams),
      controls_(datagrams) {
  received_.reserve(datagrams);
  for (std::size_t i = 0; i < datagrams; ++i)
    pieces_[i] = {memory_.get() + i * stride_ + headroom_, kDatagramOctetsMax};
}

std::span<const UdpReceiver::Received> UdpReceiver::receive(const UdpSocket& socket) noexcept {
  received_.clear();
  for (std::size_t i = 0; i < messages_.size(); ++i) {
    messages_[i] = {};
    msghdr& header = messages_[i].msg_hdr;
    header.msg_name = &names_[i];
    header.msg_namelen = sizeof names_[i];
    header.msg_iov = &pieces_[i];
    header.msg_iovlen = 1;
    header.msg_control = controls_[i].octets.data();
    header.msg_controllen = controls_[i].octets.size();
  }
  const int count = ::recvmmsg(socket.descriptor(), messages_.data(), static_cast<unsigned>(messages_.size()),
                               MSG_DONTWAIT, nullptr);
  for (int i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    msghdr& header = messages_[at].msg_hdr;
    Received received{.octets = {static_cast<std::uint8_t*>(pieces_[at].iov_base), messages_[at].msg_len},
                      .from = from_sockaddr(names_[at])};
    for (cmsghdr* control = CMSG_FIRSTHDR(&header); control != nullptr;
         control = CMSG_NXTHDR(&header, control)) {
      if (control->cmsg_level != IPPROTO_UDP || control->cmsg_type != kUdpGro) continue;
      int segment = 0;
      std::memcpy(&segment, CMSG_DATA(control), sizeof segment);
      if (segment > 0 && segment <= 0xFFFF) received.segment_octets = static_cast<std::uint16_t>(segment);
    }
    received_.push_back(received);
  }
  return received_;
}

UdpSender::UdpSender()
    : messages_(kMessagesMax), pieces_(kPiecesMax), names_(kMessagesMax), controls_(kMessagesMax) {}

template <class T>
void UdpSender::control(int level, int type, T value) noexcept {
  msghdr& header = messages_[used_ - 1].msg_hdr;
  auto& octets = controls_[used_ - 1].octets;
  auto* message = reinterpret_cast<cmsghdr*>(octets.data() + header.msg_controllen);
  message->cmsg_level = level;
  message->cmsg_type = type;
  message->cmsg_len = CMSG_LEN(sizeof value);
  std::memcpy(CMSG_DATA(message), &value, sizeof value);
  header.msg_control = octets.data();
  header.msg_controllen += CMSG_SPACE(sizeof value);
}

bool UdpSender::begin(const Endpoint& to, std::uint8_t dscp) noexcept {
  if (used_ == kMessagesMax || pieces_used_ == kPiecesMax) return false;
  messages_[used_] = {};
  msghdr& header = messages_[used_].msg_hdr;
  header.msg_name = &names_[used_];
  header.msg_namelen = to_sockaddr(to, names_[used_]);
  header.msg_iov = &pieces_[pieces_used_];
  ++used_;
  // The lower two bits are those of ECN, RFC 3168 §5.
  if (dscp != 0 && to.address.is_v4()) control(IPPROTO_IP, IP_TOS, int{dscp} << 2);
  if (dscp != 0 && !to.address.is_v4()) control(IPPROTO_IPV6, IPV6_TCLASS, int{dscp} << 2);
  return true;
}

void UdpSender::add(const void* data, std::size_t octets) noexcept {
  pieces_[pieces_used_++] = {const_cast<void*>(data), octets};
  ++messages_[used_ - 1].msg_hdr.msg_iovlen;
}

void UdpSender::segment(std::uint16_t octets) noexcept {
  control(IPPROTO_UDP, kUdpSegment, octets);
}

UdpSender::Sent UdpSender::flush(const UdpSocket& socket) noexcept {
  Sent outcome;
  std::size_t at = 0;
  bool waited = false;
  while (at < used_) {
    const int sent = ::sendmmsg(socket.descriptor(), messages_.data() + at, static_cast<unsigned>(used_ - at),
                                MSG_DONTWAIT);
    if (sent > 0) {
      at += static_cast<std::size_t>(sent);
      outcome.messages += static_cast<std::size_t>(sent);
      continue;
    }
    if (errno == EINTR) continue;
    if ((errno == EAGAIN || errno == ENOBUFS) && !waited) {
      pollfd writable{socket.descriptor(), POLLOUT, 0};
      (void)::poll(&writable, 1, kSendWaitMs);
      waited = true;
      continue;
    }
    // This message is lost (no route, too large, no buffer); the others may do better.
    if (errno == EINVAL || errno == EMSGSIZE) {
      if (const std::uint16_t segment = segment_of(messages_[at].msg_hdr); segment != 0)
        outcome.refused_segment_octets =
            outcome.refused_segment_octets == 0 ? segment : std::min(outcome.refused_segment_octets, segment);
    }
    ++at;
    ++outcome.failed;
  }
  clear();
  return outcome;
}

void UdpSender::clear() noexcept {
  used_ = 0;
  pieces_used_ = 0;
}

}  // namespace zerocell::net
