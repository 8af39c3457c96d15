// SPDX-License-Identifier: Apache-2.0
#include "upf/sockets_driver.hpp"

#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>

#include <cerrno>
#include <cstring>

#include "core/telemetry/log.hpp"

namespace zerocell::upf {
namespace {

/// The path is called at least so often, for what is due by time.
constexpr int kTickMs = 100;

/// Octets before a packet that is read from TUN, so that packets begin at cache lines.
constexpr std::size_t kReadHeadroom = 64;
static_assert(kReadHeadroom >= kHeadroom);
constexpr std::size_t kPacketOctetsMax = 65536;

Time monotonic_now() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return Time(std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec));
}

void add(std::atomic<std::uint64_t>& counter, std::uint64_t count) {
  counter.store(counter.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
}

std::unexpected<net::NetError> failed(const char* what) {
  return std::unexpected(net::NetError{errno, std::string(what) + ": " + std::strerror(errno)});
}

/// What a virtio header says, in the path's words. False for what we did not ask the kernel for.
bool offload_of(const net::TunHeader& header, Offload& offload) {
  offload.checksum_partial = (header.flags & net::kTunNeedsChecksum) != 0;
  switch (header.gso_type & ~net::kTunGsoEcn) {
    case net::kTunGsoNone:
      offload.segment_octets = 0;
      return true;
    case net::kTunGsoTcpV4:
    case net::kTunGsoTcpV6:
    case net::kTunGsoUdp:
      offload.segment_octets = header.segment_octets;
      return header.segment_octets != 0;
    default:
      return false;
  }
}

}  // namespace

std::expected<std::unique_ptr<SocketsDriver>, net::NetError> SocketsDriver::open(UserPlane& plane,
                                                                                 FlowPolicy& policy,
                                                                                 Random& random,
                                                                                 net::Tun tun) {
  std::vector<net::UdpSocket> sockets;
  for (const IpAddress& address : plane.settings().gtpu_addresses) {
    auto socket = net::UdpSocket::open({address, plane.settings().gtpu_port});
    if (!socket) return std::unexpected(socket.error());
    sockets.push_back(std::move(*socket));
  }
  net::Descriptor epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll.open()) return failed("cannot make an epoll descriptor");
  net::Descriptor wake(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!wake.open()) return failed("cannot make an event descriptor");
  const auto watch = [&](int descriptor) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = descriptor;
    return ::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, descriptor, &event) == 0;
  };
  bool watched = watch(tun.descriptor()) && watch(wake.get());
  for (const auto& socket : sockets) watched = watched && watch(socket.descriptor());
  if (!watched) return failed("cannot watch the packet path's descriptors");
  return std::unique_ptr<SocketsDriver>(new SocketsDriver(
      plane, policy, random, std::move(tun), std::move(sockets), std::move(epoll), std::move(wake)));
}

SocketsDriver::SocketsDriver(UserPlane& plane, FlowPolicy& policy, Random& random, net::Tun tun,
                             std::vector<net::UdpSocket> sockets, net::Descriptor epoll, net::Descriptor wake)
    : signals_(plane.signals()),
      tun_(std::move(tun)),
      sockets_(std::move(sockets)),
      epoll_(std::move(epoll)),
      wake_(std::move(wake)),
      path_(plane.settings(), plane.table(), plane.signals(), policy, random),
      receiver_(kReceiveMessages, kHeadroom),
      coalescer_(tun_.segments_udp()),
      radio_(socket_of(true), socket_of(false), plane.settings().gtpu_port, plane.settings().gtpu_mtu),
      sources_(kReceiveMessages),
      read_memory_(std::make_unique_for_overwrite<std::uint8_t[]>(kReadOctets)),
      pieces_(1 + Coalescer::kPacketsMax) {
  datagrams_.reserve(4096);
  packets_.reserve(kReadsMax);
  signals_.wake_path = [this] {
    if (!asleep_.exchange(false)) return;
    const std::uint64_t one = 1;
    (void)!::write(wake_.get(), &one, sizeof one);
  };
}

SocketsDriver::~SocketsDriver() {
  stop();
  signals_.wake_path = [] {};
}

const net::UdpSocket* SocketsDriver::socket_of(bool v4) const {
  for (const auto& socket : sockets_)
    if (socket.local().address.is_v4() == v4) return &socket;
  return nullptr;
}

void SocketsDriver::start() {
  if (thread_.joinable()) return;
  stopping_ = false;
  thread_ = std::thread([this] { run(); });
  (void)::pthread_setname_np(thread_.native_handle(), "zerocell-upf");
}

void SocketsDriver::stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  asleep_ = true;
  signals_.wake_path();
  thread_.join();
}

void SocketsDriver::run() {
  Time next_tick = monotonic_now();
  while (!stopping_) {
    wait();
    // Both directions get their turns until neither has anything left.
    for (bool busy = true; busy && !stopping_;) {
      busy = false;
      for (const auto& socket : sockets_) busy |= receive_uplink(socket);
      busy |= read_downlink();
      const Time now = monotonic_now();
      if (!signals_.commands.empty() || now >= next_tick) {
        next_tick = now + std::chrono::milliseconds(kTickMs);
        path_.run_due(now);
        deliver();
        note_cpu();
      }
    }
  }
  note_cpu();
}

void SocketsDriver::wait() {
  asleep_.store(true);
  // A command that was put before we were asleep woke nobody.
  const int timeout = signals_.commands.empty() ? kTickMs : 0;
  std::array<epoll_event, 4> events;
  (void)::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), timeout);
  asleep_.store(false);
  std::uint64_t woken = 0;
  (void)!::read(wake_.get(), &woken, sizeof woken);
}

bool SocketsDriver::receive_uplink(const net::UdpSocket& socket) {
  const auto received = receiver_.receive(socket);
  if (received.empty()) return false;
  datagrams_.clear();
  for (std::size_t i = 0; i < received.size(); ++i) {
    const auto& joined = received[i];
    sources_[i] = {OuterAddress::of(joined.from.address), joined.from.port};
    const std::size_t step = joined.segment_octets == 0 ? joined.octets.size() : joined.segment_octets;
    for (std::size_t at = 0; at < joined.octets.size(); at += step)
      datagrams_.push_back({joined.octets.data() + at,
                            static_cast<std::uint32_t>(std::min(step, joined.octets.size() - at)),
                            &sources_[i]});
  }
  path_.uplink(datagrams_, monotonic_now());
  add(counts_.uplink_datagrams, datagrams_.size());
  deliver();
  return received.size() == kReceiveMessages;
}

bool SocketsDriver::read_downlink() {
  packets_.clear();
  std::size_t used = 0;
  while (packets_.size() < kReadsMax && used + kReadHeadroom + kPacketOctetsMax <= kReadOctets) {
    std::uint8_t* at = read_memory_.get() + used + kReadHeadroom;
    net::TunHeader header;
    const auto octets = tun_.read(header, {at, kPacketOctetsMax});
    if (!octets) break;
    NetworkPacket packet{.octets = at, .size = static_cast<std::uint32_t>(*octets), .offload = {}};
    if (!offload_of(header, packet.offload)) continue;
    packets_.push_back(packet);
    used += kReadHeadroom + (*octets + 63) / 64 * 64;
  }
  if (packets_.empty()) return false;
  path_.downlink(packets_, monotonic_now());
  add(counts_.downlink_reads, packets_.size());
  deliver();
  return true;
}

void SocketsDriver::deliver() {
  PathOutput& output = path_.output();
  if (!output.messages.empty()) radio_.send(std::span<const PeerMessage>(output.messages));
  if (!output.radio.empty()) radio_.send(std::span<const RadioPacket>(output.radio));
  if (!output.egress.empty()) write_frames();
  output.clear();
  counts_.downlink_datagrams.store(radio_.counts().datagrams, std::memory_order_relaxed);
  counts_.downlink_failed.store(radio_.counts().failed_messages, std::memory_order_relaxed);
}

void SocketsDriver::write_frames() {
  const std::vector<EgressPacket>& packets = path_.output().egress;
  for (const Frame& frame : coalescer_.join(packets, path_.flows())) {
    const EgressPacket& first = packets[frame.first];
    net::TunHeader header;
    if (frame.packets > 1) {
      const FrameOffload offload = upf::offload_of(first);
      header.flags = net::kTunNeedsChecksum;
      header.gso_type = !offload.tcp               ? net::kTunGsoUdp
                        : first.inner.version == 4 ? net::kTunGsoTcpV4
                                                   : net::kTunGsoTcpV6;
      header.header_octets = frame.header_octets;
      header.segment_octets = frame.segment_octets;
      header.checksum_start = offload.transport_start;
      header.checksum_offset = offload.checksum_offset;
    }
    std::size_t used = 0;
    pieces_[used++] = {&header, sizeof header};
    pieces_[used++] = {first.octets, first.size};
    for (std::uint32_t i = coalescer_.next(frame.first); i != kNoIndex; i = coalescer_.next(i))
      pieces_[used++] = {packets[i].octets + frame.header_octets, packets[i].size - frame.header_octets};
    if (tun_.write(std::span(pieces_).first(used))) {
      add(counts_.uplink_frames, 1);
    } else {
      add(counts_.uplink_failed, frame.packets);
    }
  }
}

void SocketsDriver::note_cpu() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  counts_.cpu_ns.store(
      static_cast<std::uint64_t>(used.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(used.tv_nsec),
      std::memory_order_relaxed);
}

}  // namespace zerocell::upf
