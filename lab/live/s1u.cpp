// SPDX-License-Identifier: Apache-2.0
#include "lab/live/s1u.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace zerocell::lab {
namespace {

constexpr std::uint16_t kPort = 2152;  // TS 29.281 §4.4.2
constexpr std::size_t kDatagramOctetsMax = 65535;
constexpr unsigned kDatagramsAtOnce = 64;
constexpr int kBufferOctets = 4 << 20;

socklen_t to_sockaddr(const IpAddress& address, sockaddr_storage& out) {
  out = {};
  if (const auto* v4 = address.v4()) {
    auto& in = reinterpret_cast<sockaddr_in&>(out);
    in.sin_family = AF_INET;
    in.sin_port = htons(kPort);
    std::memcpy(&in.sin_addr, v4->octets.data(), v4->octets.size());
    return sizeof in;
  }
  auto& in = reinterpret_cast<sockaddr_in6&>(out);
  in.sin6_family = AF_INET6;
  in.sin6_port = htons(kPort);
  std::memcpy(&in.sin6_addr, address.v6()->octets.data(), 16);
  return sizeof in;
}

}  // namespace

std::expected<std::unique_ptr<S1u>, std::string> S1u::open(Loop& loop, const IpAddress& local) {
  const int socket =
      ::socket(local.is_v4() ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_storage name;
  const socklen_t octets = to_sockaddr(local, name);
  if (socket < 0 || ::bind(socket, reinterpret_cast<const sockaddr*>(&name), octets) != 0) {
    const std::string why = std::strerror(errno);
    if (socket >= 0) ::close(socket);
    return std::unexpected("GTP-U on " + Endpoint{local, kPort}.text() + ": " + why);
  }
  ::setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &kBufferOctets, sizeof kBufferOctets);
  return std::unique_ptr<S1u>(new S1u(loop, socket, local));
}

S1u::S1u(Loop& loop, int socket, IpAddress local)
    : socket_(socket), local_(local), watch_(loop.watch_readable(socket, [this] { readable(); })) {}

S1u::~S1u() {
  watch_.reset();
  ::close(socket_);
}

void S1u::add(const Erab& erab, std::function<void(Bytes)> to_ue) {
  tunnels_[erab.downlink_teid] = std::move(to_ue);
}

void S1u::remove(std::uint32_t downlink_teid) {
  tunnels_.erase(downlink_teid);
}

void S1u::uplink(const Erab& erab, Bytes packet) {
  std::array<std::uint8_t, gtp::kGtpuHeaderOctets> header;
  gtp::write_gpdu_header(header.data(), erab.uplink_teid, packet.size());
  sockaddr_storage name;
  // §4.4: of a core with two families the one that this endpoint has.
  const IpAddress core = local_.is_v4() ? IpAddress(erab.core_v4.value_or(Ipv4Address{}))
                                        : IpAddress(erab.core_v6.value_or(Ipv6Address{}));
  const socklen_t name_octets = to_sockaddr(core, name);
  std::array<iovec, 2> pieces = {iovec{header.data(), header.size()},
                                 iovec{const_cast<std::uint8_t*>(packet.data()), packet.size()}};
  msghdr message{};
  message.msg_name = &name;
  message.msg_namelen = name_octets;
  message.msg_iov = pieces.data();
  message.msg_iovlen = pieces.size();
  if (::sendmsg(socket_, &message, 0) >= 0) ++counts_.uplink;
}

void S1u::readable() {
  static thread_local std::array<std::uint8_t, kDatagramOctetsMax> octets;
  for (unsigned i = 0; i < kDatagramsAtOnce; ++i) {
    sockaddr_storage from;
    socklen_t from_octets = sizeof from;
    const ssize_t got = ::recvfrom(socket_, octets.data(), octets.size(), 0,
                                   reinterpret_cast<sockaddr*>(&from), &from_octets);
    if (got < 0) return;
    datagram(Bytes(octets).first(static_cast<std::size_t>(got)), &from, from_octets);
  }
}

void S1u::datagram(Bytes octets, const void* from, unsigned from_octets) {
  const auto message = gtp::decode_gtpu(octets);
  if (!message) {
    ++counts_.malformed;
    return;
  }
  std::array<std::uint8_t, 64> room;
  Writer answer(room);
  switch (message->type) {
    case gtp::GtpuType::g_pdu: {
      const auto tunnel = tunnels_.find(message->teid);
      if (tunnel != tunnels_.end()) {
        ++counts_.downlink;
        return tunnel->second(message->payload);
      }
      ++counts_.unknown_teid;
      gtp::encode_error_indication(answer, {.teid = message->teid, .peer = local_, .udp_port = {}});
      break;
    }
    case gtp::GtpuType::echo_request:
      ++counts_.echoes;
      gtp::encode_echo_response(answer, message->sequence.value_or(0));
      break;
    case gtp::GtpuType::error_indication:
      ++counts_.error_indications;
      return;
    case gtp::GtpuType::end_marker:
      ++counts_.end_markers;
      return;
    default:
      return;
  }
  const Bytes written = answer.written();
  ::sendto(socket_, written.data(), written.size(), 0, static_cast<const sockaddr*>(from), from_octets);
}

}  // namespace zerocell::lab
