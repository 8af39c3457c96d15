// SPDX-License-Identifier: Apache-2.0
#include "core/net/sctp_kernel.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/sctp.h>
#include <unistd.h>

#include <cerrno>

#include "core/net/sctp_raw.hpp"
#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"
#include "core/types/assert.hpp"

namespace zerocell::net {

namespace {

constexpr int kBacklog = 128;
constexpr Duration kAcceptPause = std::chrono::milliseconds(100);  // After the system had nothing to give.
constexpr int kMessagesPerTurn = 64;         // Then other descriptors of the loop have their turn.
constexpr std::uint32_t kSackDelay_ms = 50;  // As the usrsctp transport.

Counter associations_refused{
    "zerocell_sctp_kernel_associations_refused_total",
    "Associations ended at once because there are as many as the configuration allows."};

Counter accepts_paused{"zerocell_sctp_kernel_accepts_paused_total",
                       "Pauses in accepting associations for want of descriptors or memory."};

std::uint32_t milliseconds(Duration duration) {
  return static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

template <class T>
void set_option(int descriptor, int level, int name, const T& value) {
  // A kernel that does not know an option works without it.
  (void)::setsockopt(descriptor, level, name, &value, sizeof value);
}

void set_options(int descriptor, const SctpOptions& options) {
  sctp_initmsg init{};
  init.sinit_num_ostreams = options.outbound_streams;
  init.sinit_max_instreams = options.inbound_streams_max;
  init.sinit_max_attempts = static_cast<std::uint16_t>(options.init_max_attempts);
  init.sinit_max_init_timeo = static_cast<std::uint16_t>(std::min(milliseconds(options.rto_max), 65535u));
  set_option(descriptor, IPPROTO_SCTP, SCTP_INITMSG, init);
  sctp_rtoinfo rto{};
  rto.srto_initial = milliseconds(options.rto_initial);
  rto.srto_min = milliseconds(options.rto_min);
  rto.srto_max = milliseconds(options.rto_max);
  set_option(descriptor, IPPROTO_SCTP, SCTP_RTOINFO, rto);
  sctp_assocparams association{};
  association.sasoc_asocmaxrxt = static_cast<std::uint16_t>(options.association_max_retransmits);
  set_option(descriptor, IPPROTO_SCTP, SCTP_ASSOCINFO, association);
  sctp_paddrparams path{};
  path.spp_hbinterval = milliseconds(options.heartbeat);
  path.spp_pathmaxrxt = static_cast<std::uint16_t>(options.path_max_retransmits);
  path.spp_flags = SPP_HB_ENABLE;
  set_option(descriptor, IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS, path);
  sctp_sack_info sack{};
  sack.sack_delay = kSackDelay_ms;
  sack.sack_freq = 2;
  set_option(descriptor, IPPROTO_SCTP, SCTP_DELAYED_SACK, sack);
  set_option(descriptor, IPPROTO_SCTP, SCTP_NODELAY, 1);
  set_option(descriptor, IPPROTO_SCTP, SCTP_RECVRCVINFO, 1);
  sctp_event_subscribe events{};
  events.sctp_association_event = 1;
  set_option(descriptor, IPPROTO_SCTP, SCTP_EVENTS, events);
  const int send_octets = static_cast<int>(options.send_buffer_octets);
  set_option(descriptor, SOL_SOCKET, SO_SNDBUF, send_octets);
  set_option(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, send_octets);
  // The receive buffer stays the kernel's: one that was set by hand is a hard limit to Linux. Full of what
  // came out of order, it takes the missing chunk no more, and the association hangs for ever.
}

/// A socket bound to all of `local`, which may be empty, of the family that holds them and `remote`.
std::expected<int, NetError> open_socket(const std::vector<Endpoint>& local, const Endpoint* remote,
                                         std::string_view doing, const SctpOptions& options) {
  bool six = remote != nullptr && !remote->address.is_v4();
  for (const Endpoint& each : local) six = six || !each.address.is_v4();
  const Endpoint named = !local.empty() ? local.front() : remote != nullptr ? *remote : Endpoint{};
  const int descriptor =
      ::socket(six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_SCTP);
  if (descriptor < 0) return std::unexpected(describe_socket_error(errno, doing, named));
  set_options(descriptor, options);
  for (const Endpoint& each : local) {
    SocketAddress name(each.address, each.port);
    if (::sctp_bindx(descriptor, &name.any, 1, SCTP_BINDX_ADD_ADDR) != 0) {
      const NetError error = describe_socket_error(errno, doing, each);
      ::close(descriptor);
      return std::unexpected(error);
    }
  }
  return descriptor;
}

template <class Get, class Free>
std::vector<Endpoint> addresses_of(int descriptor, Get get, Free free) {
  std::vector<Endpoint> result;
  sockaddr* first = nullptr;
  const int count = get(descriptor, 0, &first);
  if (count <= 0) return result;
  const auto* at = reinterpret_cast<const std::uint8_t*>(first);
  for (int i = 0; i < count; ++i) {
    SocketAddress address;
    std::memcpy(&address.any, at, sizeof(sockaddr_in));
    address.length = address.any.sa_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
    std::memcpy(&address.any, at, address.length);
    at += address.length;
    result.push_back({address.address(), address.port()});
  }
  free(first);
  return result;
}

/// One association: one socket of the kernel's one-to-one style, so that a peer that reads nothing fills only
/// its own buffer.
struct Association {
  enum class State : std::uint8_t { unused, connecting, up, down };

  std::uint32_t index = 0;
  std::uint32_t generation = 0;
  State state = State::unused;
  bool closing = false;
  int descriptor = -1;
  std::uint16_t outbound_streams = 0;
  SctpHandler* handler = nullptr;
  std::unique_ptr<Watch> watch;

  AssociationId id() const { return AssociationId{std::uint64_t{generation} << 32 | index}; }
};

struct Listener {
  int descriptor = -1;
  Endpoint local;
  SctpHandler* handler = nullptr;
  std::unique_ptr<Watch> watch;  // None during a pause.
  std::unique_ptr<CallbackTimer> pause;
};

/// Shared with the calls under way, so that a handler may destroy the transport.
class Sockets final : public std::enable_shared_from_this<Sockets> {
 public:
  Sockets(Loop& loop, const SctpOptions& options)
      : loop_(loop), options_(options), buffer_(options.message_octets_max + 1) {}
  ~Sockets() { close(); }

  void close();
  std::expected<void, NetError> listen(const std::vector<Endpoint>& local, SctpHandler& handler);
  std::expected<AssociationId, NetError> connect(const std::vector<Endpoint>& local, const Endpoint& remote,
                                                 SctpHandler& handler);
  SendOutcome send(AssociationId id, std::uint16_t stream, std::uint32_t ppid, Bytes message);
  void shutdown(AssociationId id);
  void abort(AssociationId id);

 private:
  Association& open(int descriptor, SctpHandler& handler);
  void release(Association& association);
  Association* find(AssociationId id);
  void watch(Listener& listener);
  void accept(Listener& listener);
  void pause(Listener& listener, int code);
  void connected(Association& association);
  void went_up(Association& association);
  void readable(Association& association);
  bool read_one(Association& association);
  void notified(Association& association, Bytes notification);
  void ended(Association& association, AssociationEnd why);

  Loop& loop_;
  SctpOptions options_;
  bool closed_ = false;
  std::size_t used_ = 0;
  std::vector<std::unique_ptr<Association>> associations_;
  std::vector<std::uint32_t> free_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  ByteVector buffer_;
};

void Sockets::close() {
  if (closed_) return;
  closed_ = true;
  for (auto& each : listeners_) {
    each->watch.reset();
    each->pause->disarm();
    ::close(each->descriptor);
  }
  for (auto& each : associations_) {
    if (each->descriptor < 0) continue;
    each->watch.reset();
    set_option(each->descriptor, SOL_SOCKET, SO_LINGER, linger{1, 0});
    ::close(each->descriptor);
    each->descriptor = -1;
  }
}

Association& Sockets::open(int descriptor, SctpHandler& handler) {
  if (free_.empty()) {
    associations_.push_back(std::make_unique<Association>());
    associations_.back()->index = static_cast<std::uint32_t>(associations_.size() - 1);
    free_.push_back(associations_.back()->index);
  }
  Association& association = *associations_[free_.back()];
  free_.pop_back();
  ++association.generation;
  ++used_;
  association.state = Association::State::connecting;
  association.closing = false;
  association.descriptor = descriptor;
  association.handler = &handler;
  return association;
}

void Sockets::release(Association& association) {
  association.watch.reset();
  if (association.descriptor >= 0) ::close(std::exchange(association.descriptor, -1));
  association.state = Association::State::unused;
  --used_;
  free_.push_back(association.index);
}

Association* Sockets::find(AssociationId id) {
  const auto index = static_cast<std::uint32_t>(static_cast<std::uint64_t>(id));
  if (index >= associations_.size()) return nullptr;
  Association& found = *associations_[index];
  return found.state != Association::State::unused && found.id() == id ? &found : nullptr;
}

std::expected<void, NetError> Sockets::listen(const std::vector<Endpoint>& local, SctpHandler& handler) {
  if (local.empty()) return std::unexpected(NetError{EINVAL, "cannot listen: no address was given"});
  const auto descriptor = open_socket(local, nullptr, "listen on", options_);
  if (!descriptor) return std::unexpected(descriptor.error());
  if (::listen(*descriptor, kBacklog) != 0) {
    const NetError error = describe_socket_error(errno, "listen on", local.front());
    ::close(*descriptor);
    return std::unexpected(error);
  }
  auto made = std::make_unique<Listener>();
  Listener* const at = made.get();
  at->descriptor = *descriptor;
  at->local = local.front();
  at->handler = &handler;
  at->pause = std::make_unique<CallbackTimer>([this, at] { watch(*at); });
  watch(*at);
  listeners_.push_back(std::move(made));
  return {};
}

void Sockets::watch(Listener& listener) {
  listener.watch = loop_.watch_readable(listener.descriptor, [this, &listener] { accept(listener); });
}

/// What waits to be accepted stays, and with it the listener readable: the loop would spin.
void Sockets::pause(Listener& listener, int code) {
  accepts_paused.add();
  static log::RateLimit limit(1);
  limit.warning("associations_not_accepted",
                {{"reason", describe_socket_error(code, "accept associations on", listener.local).message}});
  listener.watch.reset();
  loop_.arm(*listener.pause, kAcceptPause);
}

void Sockets::accept(Listener& listener) {
  const auto keep = shared_from_this();
  while (!closed_) {
    const int descriptor = ::accept4(listener.descriptor, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor < 0) {
      const int code = errno;
      if (code == ECONNABORTED || code == EINTR) continue;
      if (code == EMFILE || code == ENFILE || code == ENOBUFS || code == ENOMEM) pause(listener, code);
      return;
    }
    if (used_ >= options_.associations_max) {
      associations_refused.add();
      set_option(descriptor, SOL_SOCKET, SO_LINGER, linger{1, 0});
      ::close(descriptor);
      continue;
    }
    went_up(open(descriptor, *listener.handler));
  }
}

std::expected<AssociationId, NetError> Sockets::connect(const std::vector<Endpoint>& local,
                                                        const Endpoint& remote, SctpHandler& handler) {
  if (used_ >= options_.associations_max) {
    return std::unexpected(NetError{ENOBUFS, "there are as many associations as the configuration allows"});
  }
  const auto descriptor = open_socket(local, &remote, "connect from", options_);
  if (!descriptor) return std::unexpected(descriptor.error());
  const SocketAddress name(remote.address, remote.port);
  if (::connect(*descriptor, &name.any, name.length) != 0 && errno != EINPROGRESS) {
    const NetError error = describe_socket_error(errno, "connect to", remote);
    ::close(*descriptor);
    return std::unexpected(error);
  }
  Association& association = open(*descriptor, handler);
  association.watch = loop_.watch_writable(*descriptor, [this, &association] { connected(association); });
  return association.id();
}

void Sockets::connected(Association& association) {
  const auto keep = shared_from_this();
  int code = 0;
  socklen_t length = sizeof code;
  (void)::getsockopt(association.descriptor, SOL_SOCKET, SO_ERROR, &code, &length);
  if (code != 0) return ended(association, AssociationEnd::refused);
  went_up(association);
}

void Sockets::went_up(Association& association) {
  sctp_status status{};
  socklen_t length = sizeof status;
  if (::getsockopt(association.descriptor, IPPROTO_SCTP, SCTP_STATUS, &status, &length) != 0) {
    // Gone before we looked.
    if (association.watch) return ended(association, AssociationEnd::refused);
    return release(association);
  }
  association.state = Association::State::up;
  association.outbound_streams = status.sstat_outstrms;
  AssociationInfo info;
  info.peer = addresses_of(association.descriptor, ::sctp_getpaddrs, ::sctp_freepaddrs);
  info.local = addresses_of(association.descriptor, ::sctp_getladdrs, ::sctp_freeladdrs);
  info.outbound_streams = status.sstat_outstrms;
  info.inbound_streams = status.sstat_instrms;
  association.watch.reset();  // A loop takes one watch a descriptor.
  association.watch =
      loop_.watch_readable(association.descriptor, [this, &association] { readable(association); });
  association.handler->association_up(association.id(), info);
}

void Sockets::readable(Association& association) {
  const auto keep = shared_from_this();
  const AssociationId id = association.id();
  for (int i = 0; i < kMessagesPerTurn; ++i) {
    if (!read_one(association)) return;
    // The handler may have ended anything.
    if (closed_ || find(id) == nullptr || association.state != Association::State::up) return;
  }
}

bool Sockets::read_one(Association& association) {
  union {
    std::array<std::uint8_t, CMSG_SPACE(sizeof(sctp_rcvinfo))> octets;
    cmsghdr align;
  } control;
  iovec vector{buffer_.data(), buffer_.size()};
  msghdr header{};
  header.msg_iov = &vector;
  header.msg_iovlen = 1;
  header.msg_control = control.octets.data();
  header.msg_controllen = control.octets.size();
  const ssize_t size = ::recvmsg(association.descriptor, &header, MSG_DONTWAIT);
  if (size < 0) {
    if (errno == EAGAIN || errno == EWOULDBLOCK) return false;
    if (errno == EINTR) return true;
    ended(association, errno == ETIMEDOUT ? AssociationEnd::lost : AssociationEnd::abort);
    return false;
  }
  if (size == 0) {
    ended(association, AssociationEnd::shutdown);
    return false;
  }
  const Bytes octets(buffer_.data(), static_cast<std::size_t>(size));
  if ((header.msg_flags & MSG_NOTIFICATION) != 0) {
    notified(association, octets);
    return true;
  }
  if ((header.msg_flags & MSG_EOR) == 0 || octets.size() > options_.message_octets_max) {
    abort(association.id());
    return false;
  }
  sctp_rcvinfo info{};
  for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
    if (part->cmsg_level == IPPROTO_SCTP && part->cmsg_type == SCTP_RCVINFO) {
      std::memcpy(&info, CMSG_DATA(part), sizeof info);
    }
  }
  association.handler->message(association.id(), info.rcv_sid, ntohl(info.rcv_ppid), octets);
  return true;
}

void Sockets::notified(Association& association, Bytes notification) {
  sctp_assoc_change change{};
  std::memcpy(&change, notification.data(), std::min(notification.size(), sizeof change));
  if (change.sac_type != SCTP_ASSOC_CHANGE) return;
  // After our own shutdown the socket never becomes readable again for an end of file.
  if (change.sac_state == SCTP_SHUTDOWN_COMP) return ended(association, AssociationEnd::shutdown);
  if (change.sac_state != SCTP_RESTART) return;
  // The peer forgot everything: for the handler the old association ended and a new one began.
  SctpHandler& handler = *association.handler;
  const AssociationId old = association.id();
  ++association.generation;
  const AssociationId restarted = association.id();
  handler.association_down(old, AssociationEnd::abort);
  if (!closed_ && find(restarted) != nullptr) went_up(association);
}

void Sockets::ended(Association& association, AssociationEnd why) {
  SctpHandler& handler = *association.handler;
  const AssociationId id = association.id();
  release(association);
  handler.association_down(id, why);
}

SendOutcome Sockets::send(AssociationId id, std::uint16_t stream, std::uint32_t ppid, Bytes message) {
  ZC_ASSERT(!message.empty());
  Association* association = find(id);
  if (association == nullptr || association->state != Association::State::up || association->closing) {
    return SendOutcome::gone;
  }
  sctp_sndinfo info{};
  info.snd_sid = std::min<std::uint16_t>(stream, association->outbound_streams - 1);
  info.snd_ppid = htonl(ppid);
  union {
    std::array<std::uint8_t, CMSG_SPACE(sizeof(sctp_sndinfo))> octets;
    cmsghdr align;
  } control{};
  control.align = {CMSG_LEN(sizeof info), IPPROTO_SCTP, SCTP_SNDINFO};
  std::memcpy(CMSG_DATA(&control.align), &info, sizeof info);
  iovec vector{const_cast<std::uint8_t*>(message.data()), message.size()};
  msghdr header{};
  header.msg_iov = &vector;
  header.msg_iovlen = 1;
  header.msg_control = control.octets.data();
  header.msg_controllen = control.octets.size();
  if (::sendmsg(association->descriptor, &header, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) return SendOutcome::sent;
  const bool full = errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS || errno == EMSGSIZE;
  return full ? SendOutcome::full : SendOutcome::gone;
}

void Sockets::shutdown(AssociationId id) {
  Association* association = find(id);
  if (association == nullptr || association->closing) return;
  if (association->state != Association::State::up) return abort(id);
  association->closing = true;
  if (::shutdown(association->descriptor, SHUT_WR) != 0) abort(id);
}

void Sockets::abort(AssociationId id) {
  Association* association = find(id);
  if (association == nullptr || association->state == Association::State::down) return;
  const bool was_up = association->state == Association::State::up;
  association->state = Association::State::down;
  association->watch.reset();
  set_option(association->descriptor, SOL_SOCKET, SO_LINGER, linger{1, 0});
  ::close(std::exchange(association->descriptor, -1));
  loop_.post([weak = weak_from_this(), id, was_up] {
    const auto self = weak.lock();
    Association* found = self && !self->closed_ ? self->find(id) : nullptr;
    if (found != nullptr) self->ended(*found, was_up ? AssociationEnd::abort : AssociationEnd::refused);
  });
}

/// Owns the sockets.
class KernelSctp final : public SctpTransport {
 public:
  KernelSctp(Loop& loop, const SctpOptions& options) : sockets_(std::make_shared<Sockets>(loop, options)) {}
  ~KernelSctp() override { sockets_->close(); }

  std::string_view name() const override { return "kernel"; }
  std::expected<void, NetError> listen(const std::vector<Endpoint>& local, SctpHandler& handler) override {
    return sockets_->listen(local, handler);
  }
  std::expected<AssociationId, NetError> connect(const std::vector<Endpoint>& local, const Endpoint& remote,
                                                 SctpHandler& handler) override {
    return sockets_->connect(local, remote, handler);
  }
  SendOutcome send(AssociationId id, std::uint16_t stream, std::uint32_t ppid, Bytes message) override {
    return sockets_->send(id, stream, ppid, message);
  }
  void shutdown(AssociationId id) override { sockets_->shutdown(id); }
  void abort(AssociationId id) override { sockets_->abort(id); }

 private:
  std::shared_ptr<Sockets> sockets_;
};

}  // namespace

std::expected<void, NetError> kernel_has_sctp() {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_SCTP);
  const Endpoint loopback{Ipv4Address{{127, 0, 0, 1}}, 0};
  if (descriptor < 0) {
    const int code = errno;
    return std::unexpected(NetError{
        code, code == EPROTONOSUPPORT || code == ESOCKTNOSUPPORT
                  ? "this kernel has no SCTP; load it with `modprobe sctp`, or configure `net.sctp: usrsctp`"
                  : describe_socket_error(code, "use the kernel's SCTP on", loopback).message});
  }
  const int listens = ::listen(descriptor, 1);
  const int code = errno;
  ::close(descriptor);
  if (listens == 0) return {};
  return std::unexpected(NetError{
      code, fmt::format("this kernel's SCTP cannot listen ({}); see `sysctl net.sctp.cookie_hmac_alg`, or "
                        "configure `net.sctp: usrsctp`",
                        std::strerror(code))});
}

std::expected<std::unique_ptr<SctpTransport>, NetError> make_kernel_sctp_transport(
    Loop& loop, const SctpOptions& options) {
  if (auto has = kernel_has_sctp(); !has) return std::unexpected(has.error());
  return std::make_unique<KernelSctp>(loop, options);
}

}  // namespace zerocell::net
