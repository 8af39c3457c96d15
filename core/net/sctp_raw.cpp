// SPDX-License-Identifier: Apache-2.0
#include "core/net/sctp_raw.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/filter.h>
#include <netinet/ip.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace zerocell::net {

namespace {

constexpr std::size_t kPacketOctetsMax = 65536;  // IPv4's and, without jumbograms, IPv6's.
constexpr int kSocketBufferOctets = 4 * 1024 * 1024;
constexpr std::size_t kFilterPortsMax = 1000;  // A filter has at most BPF_MAXINSNS instructions: 4096.

template <class T>
void set_option(int descriptor, int level, int name, const T& value) {
  // What the kernel refuses here is a lesser service, not a failure.
  (void)::setsockopt(descriptor, level, name, &value, sizeof value);
}

}  // namespace

SocketAddress::SocketAddress(const IpAddress& address, std::uint16_t port) : v6{} {
  if (const Ipv4Address* four = address.v4()) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&v4.sin_addr, four->octets.data(), 4);
    length = sizeof v4;
  } else {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    std::memcpy(&v6.sin6_addr, address.v6()->octets.data(), 16);
    length = sizeof v6;
  }
}

IpAddress SocketAddress::address() const {
  if (any.sa_family == AF_INET) {
    Ipv4Address four;
    std::memcpy(four.octets.data(), &v4.sin_addr, 4);
    return four;
  }
  Ipv6Address six;
  std::memcpy(six.octets.data(), &v6.sin6_addr, 16);
  return six;
}

std::uint16_t SocketAddress::port() const {
  return ntohs(any.sa_family == AF_INET ? v4.sin_port : v6.sin6_port);
}

struct SctpReceiver::Memory {
  struct alignas(cmsghdr) Control {
    std::array<std::uint8_t, CMSG_SPACE(sizeof(in6_pktinfo)) + CMSG_SPACE(sizeof(timespec))> octets;
  };

  // Not cleared: only the pages that packets reach become memory.
  std::unique_ptr<std::uint8_t[]> octets =
      std::make_unique_for_overwrite<std::uint8_t[]>(kPackets * kPacketOctetsMax);
  std::array<SocketAddress, kPackets> sources;
  std::array<Control, kPackets> controls;
  std::array<iovec, kPackets> vectors;
  std::array<mmsghdr, kPackets> messages;
  std::array<Packet, kPackets> packets;
};

SctpReceiver::SctpReceiver() : memory_(std::make_unique<Memory>()) {
  for (std::size_t i = 0; i < kPackets; ++i) {
    memory_->vectors[i] = {memory_->octets.get() + i * kPacketOctetsMax, kPacketOctetsMax};
  }
}
SctpReceiver::~SctpReceiver() = default;

namespace {
std::optional<WallTime> came_at(msghdr& header) {
  for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_TIMESTAMPNS) continue;
    timespec came;
    std::memcpy(&came, CMSG_DATA(part), sizeof came);
    return WallTime(std::chrono::seconds(came.tv_sec) + std::chrono::nanoseconds(came.tv_nsec));
  }
  return std::nullopt;
}
}  // namespace

std::span<const SctpReceiver::Packet> SctpReceiver::receive(const SctpRawSocket& socket) {
  Memory& memory = *memory_;
  const bool v4 = socket.local().is_v4();
  for (std::size_t i = 0; i < kPackets; ++i) {
    msghdr& header = memory.messages[i].msg_hdr;
    header = {};
    header.msg_name = &memory.sources[i].any;
    header.msg_namelen = sizeof(sockaddr_in6);
    header.msg_iov = &memory.vectors[i];
    header.msg_iovlen = 1;
    if (i == 0 || (!v4 && socket.any())) {
      header.msg_control = memory.controls[i].octets.data();
      header.msg_controllen = memory.controls[i].octets.size();
    }
  }
  const int count = ::recvmmsg(socket.descriptor(), memory.messages.data(), kPackets, MSG_DONTWAIT, nullptr);
  first_came_ = count > 0 ? came_at(memory.messages[0].msg_hdr) : std::nullopt;
  std::size_t kept = 0;
  for (int i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    MutableBytes octets(static_cast<std::uint8_t*>(memory.vectors[at].iov_base), memory.messages[at].msg_len);
    IpAddress destination = socket.local();
    if (v4) {
      // IPv4 raw sockets give the IP header too.
      if (octets.size() < sizeof(iphdr)) continue;
      const std::size_t header = (octets[0] & 0x0fu) * 4u;
      if (header < sizeof(iphdr) || header > octets.size()) continue;
      Ipv4Address address;
      std::ranges::copy(octets.subspan(offsetof(iphdr, daddr), 4), address.octets.begin());
      destination = address;
      octets = octets.subspan(header);
    } else if (socket.any()) {
      msghdr& header = memory.messages[at].msg_hdr;
      for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
        if (part->cmsg_level != IPPROTO_IPV6 || part->cmsg_type != IPV6_PKTINFO) continue;
        in6_pktinfo info;
        std::memcpy(&info, CMSG_DATA(part), sizeof info);
        Ipv6Address address;
        std::memcpy(address.octets.data(), &info.ipi6_addr, 16);
        destination = address;
      }
    }
    memory.packets[kept++] = {memory.sources[at].address(), destination, octets};
  }
  return {memory.packets.data(), kept};
}

std::expected<std::unique_ptr<SctpRawSocket>, NetError> SctpRawSocket::open(const IpAddress& local) {
  const int family = local.is_v4() ? AF_INET : AF_INET6;
  const int descriptor = ::socket(family, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_SCTP);
  if (descriptor < 0) return std::unexpected(describe_socket_error(errno, "use SCTP on", {local, 0}));
  std::unique_ptr<SctpRawSocket> made(new SctpRawSocket(descriptor, local));
  made->listen_to({});
  set_option(descriptor, SOL_SOCKET, SO_RCVBUF, kSocketBufferOctets);
  set_option(descriptor, SOL_SOCKET, SO_SNDBUF, kSocketBufferOctets);
  set_option(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, kSocketBufferOctets);
  set_option(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, kSocketBufferOctets);
  set_option(descriptor, SOL_SOCKET, SO_TIMESTAMPNS, 1);
  if (local.is_v4()) {
    // Packets stay below any usual path MTU; a smaller one fragments them.
    set_option(descriptor, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT);
  } else {
    set_option(descriptor, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_DONT);
    set_option(descriptor, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
  }
  if (!made->any()) {
    const SocketAddress name(local);
    if (::bind(descriptor, &name.any, name.length) != 0) {
      return std::unexpected(describe_socket_error(errno, "use", {local, 0}));
    }
  }
  return made;
}

SctpRawSocket::SctpRawSocket(int descriptor, const IpAddress& local)
    : descriptor_(descriptor), local_(local), any_(is_any(local)) {}

SctpRawSocket::~SctpRawSocket() {
  ::close(descriptor_);
}

void SctpRawSocket::listen_to(std::span<const std::uint16_t> ports) const {
  constexpr std::uint32_t kPortOffset = 2;
  std::vector<sock_filter> program;
  if (local_.is_v4()) {
    // The IPv4 header comes first: its length into X.
    program.push_back(BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0));
    program.push_back(BPF_STMT(BPF_LD | BPF_H | BPF_IND, kPortOffset));
  } else {
    program.push_back(BPF_STMT(BPF_LD | BPF_H | BPF_ABS, kPortOffset));
  }
  if (ports.size() <= kFilterPortsMax) {
    for (const std::uint16_t port : ports) {
      program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, port, 0, 1));
      program.push_back(BPF_STMT(BPF_RET | BPF_K, 0xffffffff));
    }
    program.push_back(BPF_STMT(BPF_RET | BPF_K, 0));
  } else {
    program.push_back(BPF_STMT(BPF_RET | BPF_K, 0xffffffff));
  }
  const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  if (::setsockopt(descriptor_, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) == 0) return;
  // The filter from before would keep new ports out. A socket has net.core.optmem_max octets for filters,
  // which on older kernels end after some 400 ports.
  set_option(descriptor_, SOL_SOCKET, SO_DETACH_FILTER, 0);
}

std::expected<SctpPortLock, NetError> SctpPortLock::take(const Endpoint& endpoint) {
  const int descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return std::unexpected(describe_socket_error(errno, "use", endpoint));
  SctpPortLock lock(descriptor);
  // Abstract names live in the network namespace, as ports do, and end with the process.
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  const std::string text = fmt::format("zerocell-sctp-{}", endpoint.text());
  std::memcpy(name.sun_path + 1, text.data(), text.size());
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + text.size());
  if (::bind(descriptor, reinterpret_cast<const sockaddr*>(&name), length) != 0) {
    return std::unexpected(describe_socket_error(errno, "use", endpoint));
  }
  return lock;
}

SctpPortLock::~SctpPortLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

NetError describe_socket_error(int code, std::string_view doing, const Endpoint& local) {
  const std::string where = local.port == 0 ? local.address.text() : local.text();
  std::string why;
  switch (code) {
    case EADDRINUSE:
      why = "another process here uses that address and port; stop it, or choose another port";
      break;
    case EADDRNOTAVAIL:
      why = "no interface of this host has that address; correct it, or add it with `ip address add`";
      break;
    case EPERM:
    case EACCES:
      why =
          "SCTP over raw IP needs the capability CAP_NET_RAW; run as root, or give it with "
          "`setcap cap_net_raw,cap_net_admin+ep` on the program";
      break;
    case EMFILE:
    case ENFILE:
      why = "too many open files; raise the limit (`ulimit -n`)";
      break;
    case EPROTONOSUPPORT:
    case ESOCKTNOSUPPORT:
      why = "this kernel has no SCTP; load it with `modprobe sctp`, or configure `net.sctp: usrsctp`";
      break;
    case EAFNOSUPPORT:
      why = "this kernel has no IPv6; use an IPv4 address";
      break;
    default:
      why = std::strerror(code);
  }
  return {code, fmt::format("cannot {} {}: {}", doing, where, why)};
}

}  // namespace zerocell::net
