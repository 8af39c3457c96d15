// SPDX-License-Identifier: Apache-2.0
#include "core/net/sctp_usrsctp_engine.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <usrsctp.h>

#include <cstdlib>
#include <random>

#include "core/telemetry/metrics.hpp"
#include "core/types/assert.hpp"

namespace zerocell::net {

using namespace std::chrono_literals;

namespace {

constexpr Duration kTickBusy = 10ms;  // usrsctp's own granularity.
constexpr Duration kTickQuiet = 100ms;
constexpr Duration kTickIdle = 1s;
constexpr std::uint32_t kSackDelay_ms =
    50;  // Below the shortest RTO that a peer like us uses; RFC 9260 §6.2.
constexpr std::uint16_t kFirstEphemeralPort = 32768;
constexpr std::uint16_t kEphemeralPorts = 28232;  // Linux' default range.
// Of the numbers for a peer: usrsctp may still know an association of the first.
constexpr unsigned kConnectTries = 4;

int receive_callback(struct socket*, sctp_sockstore from, void* data, std::size_t size, sctp_rcvinfo info,
                     int flags, void* engine) {
  if (data == nullptr) return 1;
  static_cast<UsrsctpEngine*>(engine)->received(ntohs(from.sconn.sconn_port), data, size, info.rcv_sid,
                                                ntohl(info.rcv_ppid), flags);
  return 1;
}

template <class T>
bool set_option(struct socket* on, int name, const T& value) {
  return usrsctp_setsockopt(on, IPPROTO_SCTP, name, &value, sizeof value) == 0;
}

std::uint32_t milliseconds(Duration duration) {
  return static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

sockaddr_conn name_of(void* anchor, std::uint16_t number) {
  sockaddr_conn name{};
  name.sconn_family = AF_CONN;
  name.sconn_port = htons(number);
  name.sconn_addr = anchor;
  return name;
}

}  // namespace

Duration UsrsctpEngine::waiting() const {
  Duration longest{};
  for (const auto& each : ports_.interfaces()) longest = std::max(longest, each->waits.lately(loop_.now()));
  return longest;
}

/// What waits for a handler.
struct UsrsctpEngine::Event {
  enum class Kind : std::uint8_t { up, message, down, closed };  // `closed` is `down` and frees the link.
  Kind kind;
  AssociationEnd why = AssociationEnd::shutdown;
  std::uint16_t stream = 0;
  std::uint32_t ppid = 0;
  UsrsctpLink* link = nullptr;
  AssociationId id{};
  void* data = nullptr;
  std::size_t size = 0;
};

std::size_t UsrsctpEngine::PeerHash::operator()(const PeerKey& key) const {
  // Only peers that shook hands are in the table, so that nobody fills a bucket with addresses that are not
  // theirs.
  std::uint64_t hash = reinterpret_cast<std::uintptr_t>(key.endpoint) ^ key.port;
  const Bytes octets = key.address.octets();
  for (std::size_t i = 0; i < octets.size(); i += 4) {
    std::uint32_t word;
    std::memcpy(&word, octets.data() + i, 4);
    hash = (hash ^ word) * 0x9e3779b97f4a7c15;
    hash ^= hash >> 29;
  }
  return hash;
}

UsrsctpEngine::UsrsctpEngine(Loop& loop, const SctpOptions& options)
    : loop_(loop),
      options_(options),
      stack_(UsrsctpStack::instance()),
      ports_(loop, [this](UsrsctpInterface& interface) { return readable(interface); }),
      tick_([this] { tick(); }) {}

UsrsctpEngine::~UsrsctpEngine() {
  close();
}

std::expected<void, NetError> UsrsctpEngine::start() {
  const UsrsctpStack::Use use(stack_, *this);
  socket_ = usrsctp_socket(AF_CONN, SOCK_SEQPACKET, IPPROTO_SCTP, &receive_callback, nullptr, 0, this);
  if (socket_ == nullptr) return std::unexpected(NetError{errno, "usrsctp gives no socket: out of memory"});
  usrsctp_set_non_blocking(socket_, 1);

  const int send_octets = static_cast<int>(options_.send_buffer_octets);
  // usrsctp hands over a part of a message when half the buffer is full of it.
  const int receive_octets =
      static_cast<int>(std::max<std::size_t>(4 * options_.message_octets_max, 256 * 1024));
  usrsctp_setsockopt(socket_, SOL_SOCKET, SO_SNDBUF, &send_octets, sizeof send_octets);
  usrsctp_setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_octets, sizeof receive_octets);
  set_option(socket_, SCTP_PARTIAL_DELIVERY_POINT,
             static_cast<std::uint32_t>(options_.message_octets_max + 1));
  set_option(socket_, SCTP_NODELAY, 1);

  sctp_initmsg init{};
  init.sinit_num_ostreams = options_.outbound_streams;
  init.sinit_max_instreams = options_.inbound_streams_max;
  init.sinit_max_attempts = static_cast<std::uint16_t>(options_.init_max_attempts);
  init.sinit_max_init_timeo = static_cast<std::uint16_t>(std::min(milliseconds(options_.rto_max), 65535u));
  set_option(socket_, SCTP_INITMSG, init);
  sctp_rtoinfo rto{};
  rto.srto_initial = milliseconds(options_.rto_initial);
  rto.srto_min = milliseconds(options_.rto_min);
  rto.srto_max = milliseconds(options_.rto_max);
  set_option(socket_, SCTP_RTOINFO, rto);
  sctp_assocparams association{};
  association.sasoc_asocmaxrxt = static_cast<std::uint16_t>(options_.association_max_retransmits);
  set_option(socket_, SCTP_ASSOCINFO, association);
  sctp_paddrparams path{};
  path.spp_address.ss_family = AF_CONN;
  path.spp_hbinterval = milliseconds(options_.heartbeat);
  path.spp_pathmaxrxt = static_cast<std::uint16_t>(options_.path_max_retransmits);
  path.spp_pathmtu = SctpSender::kPacketOctets;
  path.spp_flags = SPP_HB_ENABLE | SPP_PMTUD_DISABLE;
  set_option(socket_, SCTP_PEER_ADDR_PARAMS, path);
  sctp_sack_info sack{};
  sack.sack_delay = kSackDelay_ms;
  sack.sack_freq = 2;
  set_option(socket_, SCTP_DELAYED_SACK, sack);
  for (const std::uint16_t type : {SCTP_ASSOC_CHANGE, SCTP_PARTIAL_DELIVERY_EVENT}) {
    sctp_event event{};
    event.se_assoc_id = SCTP_FUTURE_ASSOC;
    event.se_type = type;
    event.se_on = 1;
    set_option(socket_, SCTP_EVENT, event);
  }

  const auto number = stack_.add(*this, socket_);
  if (!number) return std::unexpected(NetError{EMFILE, "usrsctp takes no more transports in one process"});
  number_ = *number;
  loop_.arm(tick_, kTickIdle);
  return {};
}

void UsrsctpEngine::close() {
  if (closed_) return;
  closed_ = true;
  tick_.disarm();
  ports_.unwatch();
  const UsrsctpStack::Use use(stack_, *this);
  if (socket_ != nullptr) {
    linger abort{1, 0};
    usrsctp_setsockopt(socket_, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
    usrsctp_set_ulpinfo(socket_, this);
    usrsctp_close(socket_);
    sender_.flush();
    stack_.remove(*this, number_);
  }
  for (const Event& event : pending_) std::free(event.data);
  pending_.clear();
}

// --- Local ports ---

std::expected<UsrsctpEndpoint*, NetError> UsrsctpEngine::open_endpoint(const std::vector<Endpoint>& local,
                                                                       std::string_view doing, bool lock) {
  auto opened = ports_.open(local, doing, lock);
  if (!opened && !in_turn_) ports_.forget_closed();
  return opened;
}

void UsrsctpEngine::close_endpoint(UsrsctpEndpoint& endpoint) {
  flush();  // Packets on their way to the kernel may still name a socket that goes.
  ports_.close(endpoint);
  if (!in_turn_) ports_.forget_closed();
}

std::expected<void, NetError> UsrsctpEngine::listen(const std::vector<Endpoint>& local,
                                                    SctpHandler& handler) {
  if (local.empty()) return std::unexpected(NetError{EINVAL, "cannot listen: no address was given"});
  auto opened = open_endpoint(local, "listen on", true);
  if (!opened) return std::unexpected(opened.error());
  (*opened)->listener = &handler;
  return {};
}

std::expected<AssociationId, NetError> UsrsctpEngine::connect(const std::vector<Endpoint>& local,
                                                              const Endpoint& remote, SctpHandler& handler) {
  const auto fail = [&](int code) {
    return std::unexpected(describe_socket_error(code, "connect to", remote));
  };
  if (links_ >= options_.associations_max) {
    return std::unexpected(NetError{ENOBUFS, "there are as many associations as the configuration allows"});
  }
  std::vector<Endpoint> from = local;
  if (from.empty()) {
    from.push_back({remote.address.is_v4() ? IpAddress(Ipv4Address{}) : IpAddress(Ipv6Address{}), 0});
  }
  const auto first = std::ranges::find(from, remote.address.is_v4(),
                                       [](const Endpoint& each) { return each.address.is_v4(); });
  if (first == from.end()) return fail(EAFNOSUPPORT);
  const IpAddress source = first->address;
  const bool chosen = from.front().port == 0;
  if (chosen) {
    std::random_device random;
    std::uint16_t port = 0;
    do {
      port = static_cast<std::uint16_t>(kFirstEphemeralPort + random() % kEphemeralPorts);
    } while (std::ranges::any_of(from,
                                 [&](const Endpoint& each) { return ports_.conflicts(each.address, port); }));
    for (Endpoint& each : from) each.port = port;
  }
  UsrsctpEndpoint* endpoint = ports_.find(from);
  if (endpoint == nullptr) {
    auto opened = open_endpoint(from, "connect from", !chosen);
    if (!opened) return std::unexpected(opened.error());
    endpoint = *opened;
  }
  if (by_peer_.contains({endpoint, remote.address, remote.port})) return fail(EISCONN);
  const SctpPath path{(*ports_.interface(source))->socket.get(), source, remote.address};

  std::optional<AssociationId> id;
  int code = EADDRNOTAVAIL;
  {
    const UsrsctpStack::Use use(stack_, *this);
    const auto seed = stack_.seed_of(number_, endpoint->port, remote.address, remote.port);
    for (unsigned tries = 0; tries < kConnectTries && !id; ++tries) {
      const auto number = stack_.choose(seed, tries * UsrsctpStack::kCandidates);
      if (!number) continue;
      UsrsctpLink& link = open_link(*endpoint, *number, path, remote.port, handler);
      link.connected_out = true;
      sockaddr_conn name = name_of(stack_.anchor(), *number);
      if (usrsctp_connect(socket_, reinterpret_cast<sockaddr*>(&name), sizeof name) == 0 ||
          errno == EINPROGRESS) {
        id = link.id();
      } else {
        code = errno;
        close_link(link);
      }
    }
  }
  if (!id) {
    if (endpoint->links == 0 && endpoint->listener == nullptr) close_endpoint(*endpoint);
    return fail(code);
  }
  be_busy();
  if (!in_turn_) wake();
  return *id;
}

// --- Links ---

UsrsctpLink& UsrsctpEngine::open_link(UsrsctpEndpoint& endpoint, std::uint16_t number, const SctpPath& path,
                                      std::uint16_t peer_port, SctpHandler& handler) {
  UsrsctpLink& link = stack_.open(*this, number);
  link.endpoint = &endpoint;
  link.handler = &handler;
  link.path = path;
  link.peer_port = peer_port;
  link.peers[0] = path.peer;
  link.peer_count = 1;
  link.heard = loop_.now();
  by_peer_[{&endpoint, path.peer, peer_port}] = &link;
  ++endpoint.links;
  ++links_;
  return link;
}

void UsrsctpEngine::close_link(UsrsctpLink& link) {
  by_peer_.erase({link.endpoint, link.peers[0], link.peer_port});
  by_tag_.erase(link.local_tag);
  --link.endpoint->links;
  --links_;
  stack_.close(link);
}

UsrsctpLink* UsrsctpEngine::own(AssociationId id) {
  const auto number = static_cast<std::uint32_t>(static_cast<std::uint64_t>(id));
  if (number > 0xffff) return nullptr;
  UsrsctpLink* link = stack_.link(static_cast<std::uint16_t>(number));
  return link != nullptr && link->engine == this && link->id() == id ? link : nullptr;
}

// --- What usrsctp reports ---

void UsrsctpEngine::received(std::uint16_t number, void* data, std::size_t size, std::uint16_t stream,
                             std::uint32_t ppid, int flags) {
  UsrsctpLink* link = stack_.link(number);
  if (closed_ || link == nullptr || link->engine != this) return std::free(data);
  if ((flags & MSG_NOTIFICATION) == 0) {
    if (link->state != UsrsctpLink::State::up || link->aborting) return std::free(data);
    const bool whole = (flags & MSG_EOR) != 0 && size <= options_.message_octets_max;
    // A part of a message is too long a message: no data marks it.
    if (!whole) std::free(data);
    pending_.push_back({.kind = Event::Kind::message,
                        .stream = stream,
                        .ppid = ppid,
                        .link = link,
                        .id = link->id(),
                        .data = whole ? data : nullptr,
                        .size = size});
  } else {
    sctp_assoc_change change{};
    std::memcpy(&change, data, std::min(size, sizeof change));
    std::free(data);
    if (change.sac_type != SCTP_ASSOC_CHANGE) return;
    association_changed(*link, change.sac_state, change.sac_assoc_id, change.sac_outbound_streams,
                        change.sac_inbound_streams);
  }
  if (stack_.calling() != this) wake();
}

void UsrsctpEngine::association_changed(UsrsctpLink& link, std::uint16_t state, std::uint32_t usrsctp_id,
                                        std::uint16_t outbound, std::uint16_t inbound) {
  if (link.state == UsrsctpLink::State::down) return;
  switch (state) {
    case SCTP_COMM_UP:
      went_up(link, usrsctp_id, outbound, inbound);
      break;
    case SCTP_RESTART:
      by_tag_.erase(link.local_tag);
      if (link.told_up) {
        // The peer forgot everything: for the handler the old association ended and a new one began.
        went_down(link, AssociationEnd::abort, true);
        link.generation = stack_.next_generation();
        link.told_up = link.closing = link.aborting = false;
      }
      went_up(link, usrsctp_id, outbound, inbound);
      break;
    case SCTP_COMM_LOST:
      went_down(link, why_lost(link), false);
      break;
    case SCTP_SHUTDOWN_COMP:
      went_down(link, AssociationEnd::shutdown, false);
      break;
    case SCTP_CANT_STR_ASSOC:
      went_down(link, AssociationEnd::refused, false);
      break;
    default:
      break;
  }
}

void UsrsctpEngine::went_up(UsrsctpLink& link, std::uint32_t usrsctp_id, std::uint16_t outbound,
                            std::uint16_t inbound) {
  link.state = UsrsctpLink::State::up;
  link.usrsctp_id = usrsctp_id;
  link.outbound_streams = outbound;
  link.inbound_streams = inbound;
  if (!link.connected_out) {
    link.peer_count = 1;
    recall_init(link);
  }
  if (arrival_ && arrival_->number == link.number) {
    link.local_tag = arrival_->header.verification_tag;
    if (link.peer_count > 1) by_tag_[link.local_tag] = &link;
  }
  pending_.push_back({.kind = Event::Kind::up, .link = &link, .id = link.id()});
}

void UsrsctpEngine::went_down(UsrsctpLink& link, AssociationEnd why, bool restarted) {
  if (!restarted) link.state = UsrsctpLink::State::down;
  pending_.push_back({.kind = restarted ? Event::Kind::down : Event::Kind::closed,
                      .why = why,
                      .link = &link,
                      .id = link.id()});
}

AssociationEnd UsrsctpEngine::why_lost(const UsrsctpLink& link) const {
  if (link.state == UsrsctpLink::State::coming) return AssociationEnd::refused;
  // While a packet is processed the peer aborted, or broke the protocol; else a timer gave up.
  const bool arrived = arrival_ && arrival_->number == link.number;
  return link.aborting || arrived ? AssociationEnd::abort : AssociationEnd::lost;
}

// --- What handlers ask for ---

SendOutcome UsrsctpEngine::send(AssociationId id, std::uint16_t stream, std::uint32_t ppid, Bytes message) {
  ZC_ASSERT(!message.empty());
  ssize_t sent = 0;
  int code = 0;
  {
    const UsrsctpStack::Use use(stack_, *this);
    UsrsctpLink* link = own(id);
    if (link == nullptr || link->state != UsrsctpLink::State::up || link->closing || link->aborting) {
      return SendOutcome::gone;
    }
    sctp_sndinfo info{};
    info.snd_sid = std::min<std::uint16_t>(stream, link->outbound_streams - 1);
    info.snd_ppid = htonl(ppid);
    info.snd_assoc_id = link->usrsctp_id;
    sent = usrsctp_sendv(socket_, message.data(), message.size(), nullptr, 0, &info, sizeof info,
                         SCTP_SENDV_SNDINFO, 0);
    code = errno;
    if (!in_turn_) wake();
  }
  be_busy();
  if (sent >= 0) return SendOutcome::sent;
  const bool full = code == EWOULDBLOCK || code == EMSGSIZE || code == ENOBUFS || code == ENOMEM;
  return full ? SendOutcome::full : SendOutcome::gone;
}

bool UsrsctpEngine::end(UsrsctpLink& link, std::uint16_t flag) {
  sctp_sndinfo info{};
  info.snd_flags = flag;
  info.snd_assoc_id = link.usrsctp_id;
  if (info.snd_assoc_id == 0) {
    sockaddr_conn name = name_of(stack_.anchor(), link.number);
    info.snd_assoc_id = usrsctp_getassocid(socket_, reinterpret_cast<sockaddr*>(&name));
  }
  return usrsctp_sendv(socket_, "", 0, nullptr, 0, &info, sizeof info, SCTP_SENDV_SNDINFO, 0) >= 0;
}

void UsrsctpEngine::shutdown(AssociationId id) {
  bool coming = false;
  {
    const UsrsctpStack::Use use(stack_, *this);
    UsrsctpLink* link = own(id);
    if (link == nullptr || link->closing || link->state == UsrsctpLink::State::down) return;
    coming = link->state == UsrsctpLink::State::coming;
    if (!coming) {
      link->closing = true;
      end(*link, SCTP_EOF);
    }
    wake();
  }
  if (coming) abort(id);
  be_busy();
}

void UsrsctpEngine::abort(AssociationId id) {
  const UsrsctpStack::Use use(stack_, *this);
  UsrsctpLink* link = own(id);
  if (link == nullptr || link->aborting || link->state == UsrsctpLink::State::down) return;
  link->aborting = true;
  end(*link, SCTP_ABORT);
  if (link->state != UsrsctpLink::State::down) went_down(*link, why_lost(*link), false);
  wake();
}

// --- Turns of the loop ---

void UsrsctpEngine::be_busy() {
  busy_ = true;
  if (was_busy_ || closed_) return;
  was_busy_ = true;
  loop_.arm(tick_, kTickBusy);
}

void UsrsctpEngine::tick() {
  const auto keep = shared_from_this();
  was_busy_ = busy_;
  busy_ = false;
  loop_.arm(tick_, was_busy_ ? kTickBusy : links_ != 0 ? kTickQuiet : kTickIdle);
  {
    const UsrsctpStack::Use use(stack_, *this);
    stack_.run_timers(loop_.now());
  }
  turn();
}

void UsrsctpEngine::wake() {
  if (wake_posted_ || closed_) return;
  wake_posted_ = true;
  loop_.post([weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self || self->closed_) return;
    {
      const UsrsctpStack::Use use(self->stack_, *self);
      self->wake_posted_ = false;
    }
    self->turn();
  });
}

void UsrsctpEngine::turn() {
  in_turn_ = true;
  drain();
  if (closed_) return;
  in_turn_ = false;
  flush();
  ports_.forget_closed();
}

void UsrsctpEngine::flush() {
  const UsrsctpStack::Use use(stack_, *this);
  if (!sender_.empty()) sender_.flush();
}

void UsrsctpEngine::drain() {
  if (draining_) return;  // A handler's call led here; the drain under way goes on with what it caused.
  draining_ = true;
  while (!closed_) {
    {
      const UsrsctpStack::Use use(stack_, *this);
      batch_.swap(pending_);
    }
    if (batch_.empty()) break;
    for (Event& event : batch_) {
      if (!closed_) tell(event);
      std::free(event.data);
    }
    batch_.clear();
  }
  draining_ = false;
}

void UsrsctpEngine::tell(Event& event) {
  UsrsctpLink& link = *event.link;
  SctpHandler& handler = *link.handler;
  switch (event.kind) {
    case Event::Kind::up: {
      if (link.id() != event.id || link.aborting) return;
      link.told_up = true;
      AssociationInfo info;
      for (std::size_t i = 0; i < link.peer_count; ++i) info.peer.push_back({link.peers[i], link.peer_port});
      for (const IpAddress& address : link.endpoint->addresses) {
        info.local.push_back(
            {SctpRawSocket::is_any(address) ? link.path.local : address, link.endpoint->port});
      }
      info.outbound_streams = link.outbound_streams;
      info.inbound_streams = link.inbound_streams;
      return handler.association_up(event.id, info);
    }
    case Event::Kind::message:
      if (link.id() != event.id || link.aborting) return;
      if (event.data == nullptr) return abort(event.id);
      return handler.message(event.id, event.stream, event.ppid,
                             {static_cast<std::uint8_t*>(event.data), event.size});
    case Event::Kind::down:
      return handler.association_down(event.id, event.why);
    case Event::Kind::closed: {
      const bool hears = link.told_up || link.connected_out;
      const AssociationEnd why = link.told_up ? event.why : AssociationEnd::refused;
      UsrsctpEndpoint& endpoint = *link.endpoint;
      {
        const UsrsctpStack::Use use(stack_, *this);
        close_link(link);
      }
      if (endpoint.links == 0 && endpoint.listener == nullptr) close_endpoint(endpoint);
      if (hears) handler.association_down(event.id, why);
    }
  }
}

}  // namespace zerocell::net
