// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unordered_map>

#include "core/net/sctp_usrsctp_ports.hpp"
#include "core/net/sctp_usrsctp_stack.hpp"

namespace zerocell::net {

/// A transport's share of usrsctp: its raw sockets, its associations and what waits for its handlers. All on
/// one loop's thread, but for `output` and `received`.
class UsrsctpEngine final : public std::enable_shared_from_this<UsrsctpEngine> {
 public:
  UsrsctpEngine(Loop& loop, const SctpOptions& options);
  ~UsrsctpEngine();
  UsrsctpEngine(const UsrsctpEngine&) = delete;
  UsrsctpEngine& operator=(const UsrsctpEngine&) = delete;

  std::expected<void, NetError> start();
  /// Aborts every association. Handlers hear nothing more.
  void close();

  std::expected<void, NetError> listen(const std::vector<Endpoint>& local, SctpHandler& handler);
  std::expected<AssociationId, NetError> connect(const std::vector<Endpoint>& local, const Endpoint& remote,
                                                 SctpHandler& handler);
  SendOutcome send(AssociationId id, std::uint16_t stream, std::uint32_t ppid, Bytes message);
  void shutdown(AssociationId id);
  void abort(AssociationId id);
  Duration waiting() const;

  // Called back by usrsctp, on any engine's thread, under the stack's mutex.

  /// A packet to the peer of that number.
  void output(std::uint16_t number, MutableBytes packet);
  /// A message, or a notification, that usrsctp allocated with malloc and that is ours now.
  void received(std::uint16_t number, void* data, std::size_t size, std::uint16_t stream, std::uint32_t ppid,
                int flags);

 private:
  struct Event;
  struct PeerKey {
    const UsrsctpEndpoint* endpoint;
    IpAddress address;
    std::uint16_t port;
    friend bool operator==(const PeerKey&, const PeerKey&) = default;
  };
  struct PeerHash {
    std::size_t operator()(const PeerKey& key) const;
  };
  /// The packet that is being given to usrsctp: answers to it go back where it came from.
  struct Arrival {
    UsrsctpEndpoint* endpoint = nullptr;
    std::uint16_t number = 0;
    SctpHeader header;
    SctpPath back;
    Bytes packet;
  };
  /// Addresses of a peer that sent INIT, until its COOKIE ECHO.
  struct InitSeen {
    const UsrsctpEndpoint* endpoint = nullptr;
    IpAddress source;
    std::uint16_t port = 0;
    std::array<IpAddress, kSctpPeerAddressesMax> addresses;
    std::size_t count = 0;
  };

  std::expected<UsrsctpEndpoint*, NetError> open_endpoint(const std::vector<Endpoint>& local,
                                                          std::string_view doing, bool lock);
  void close_endpoint(UsrsctpEndpoint& endpoint);
  bool readable(UsrsctpInterface& interface);
  void input(UsrsctpInterface& interface, const SctpReceiver::Packet& packet);
  void input_from_unknown(const SctpHeader& header, const SctpReceiver::Packet& packet, SctpChunk first);
  void feed(std::uint16_t number, const SctpReceiver::Packet& packet);
  UsrsctpLink* find_link(const UsrsctpEndpoint& endpoint, const SctpHeader& header, const IpAddress& source,
                         std::uint8_t first_chunk);
  UsrsctpLink* own(AssociationId id);
  UsrsctpLink& open_link(UsrsctpEndpoint& endpoint, std::uint16_t number, const SctpPath& path,
                         std::uint16_t peer_port, SctpHandler& handler);
  void close_link(UsrsctpLink& link);
  void remember_init(const IpAddress& source, std::uint16_t port, Bytes init);
  void recall_init(UsrsctpLink& link);
  void association_changed(UsrsctpLink& link, std::uint16_t state, std::uint32_t usrsctp_id,
                           std::uint16_t outbound, std::uint16_t inbound);
  void went_up(UsrsctpLink& link, std::uint32_t usrsctp_id, std::uint16_t outbound, std::uint16_t inbound);
  void went_down(UsrsctpLink& link, AssociationEnd why, bool restarted);
  AssociationEnd why_lost(const UsrsctpLink& link) const;
  bool end(UsrsctpLink& link, std::uint16_t flag);
  void choose_path(UsrsctpLink& link);

  void tick();
  void be_busy();
  void wake();
  void turn();
  void drain();
  void tell(Event& event);
  void flush();

  Loop& loop_;
  SctpOptions options_;
  UsrsctpStack& stack_;
  std::uint16_t number_ = 0;
  struct socket* socket_ = nullptr;
  bool closed_ = false;
  bool in_turn_ = false;  // What is queued will be flushed at the end of this turn.
  bool draining_ = false;
  bool wake_posted_ = false;  // Under the stack's mutex.
  bool busy_ = false;
  bool was_busy_ = false;
  std::size_t links_ = 0;
  UsrsctpPorts ports_;
  std::unordered_map<PeerKey, UsrsctpLink*, PeerHash> by_peer_;
  std::unordered_map<std::uint32_t, UsrsctpLink*> by_tag_;  // Of multi-homed peers.
  std::optional<Arrival> arrival_;
  std::array<InitSeen, 64> inits_;
  std::size_t next_init_ = 0;
  SctpReceiver receiver_;
  SctpSender sender_;           // Under the stack's mutex.
  std::vector<Event> pending_;  // Under the stack's mutex.
  std::vector<Event> batch_;
  CallbackTimer tick_;
};

}  // namespace zerocell::net
