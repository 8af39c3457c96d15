// SPDX-License-Identifier: Apache-2.0
// The packets of UsrsctpEngine: to whom those that come belong, and the way that those that go take.
#include <usrsctp.h>

#include <algorithm>

#include "core/net/sctp_usrsctp_engine.hpp"
#include "core/telemetry/metrics.hpp"

namespace zerocell::net {

namespace {

Counter packets_bad{"zerocell_sctp_packets_bad_total",
                    "SCTP packets with a wrong checksum, header or first chunk, dropped."};
Counter packets_unknown{"zerocell_sctp_packets_unknown_total",
                        "SCTP packets of no association, answered or dropped."};
Counter associations_refused{
    "zerocell_sctp_associations_refused_total",
    "Associations not accepted because there are as many as the configuration allows."};

Counter cookies_useless{
    "zerocell_sctp_cookies_useless_total",
    "Packets with COOKIE ECHO that opened no association: forged, too old, or from before a restart."};

constexpr int kReceiveRounds = 8;          // Then other descriptors of the loop have their turn.
constexpr unsigned kSilentPacketsMax = 3;  // Then another address of the peer is tried.

void put_port(std::uint8_t* at, std::uint16_t port) {
  at[0] = static_cast<std::uint8_t>(port >> 8);
  at[1] = static_cast<std::uint8_t>(port);
}

}  // namespace

// --- Whose packet ---

UsrsctpLink* UsrsctpEngine::find_link(const UsrsctpEndpoint& endpoint, const SctpHeader& header,
                                      const IpAddress& source, std::uint8_t first_chunk) {
  const auto found = by_peer_.find({&endpoint, source, header.source_port});
  if (found != by_peer_.end()) return found->second;
  // Another address of a multi-homed peer counts only for who knows the tag: an INIT that names a stranger's
  // address as its own must not keep the stranger out.
  if (by_tag_.empty() || first_chunk == chunk::kInit || first_chunk == chunk::kCookieEcho) return nullptr;
  const auto tagged = by_tag_.find(header.verification_tag);
  if (tagged == by_tag_.end()) return nullptr;
  UsrsctpLink& link = *tagged->second;
  const std::span peers(link.peers.data(), link.peer_count);
  const bool theirs = link.endpoint == &endpoint && link.peer_port == header.source_port &&
                      std::ranges::find(peers, source) != peers.end();
  return theirs ? &link : nullptr;
}

void UsrsctpEngine::remember_init(const IpAddress& source, std::uint16_t port, Bytes init) {
  InitSeen seen{arrival_->endpoint, source, port, {}, 0};
  // What it said before counts no more, also where it now names no further address.
  for (InitSeen& before : inits_) {
    if (before.endpoint == seen.endpoint && before.source == source && before.port == port) before = {};
  }
  seen.count = read_init_addresses(init, seen.addresses);
  if (seen.count == 0) return;
  inits_[next_init_++ % inits_.size()] = seen;
}

void UsrsctpEngine::recall_init(UsrsctpLink& link) {
  for (const InitSeen& seen : inits_) {
    if (seen.endpoint != link.endpoint || seen.source != link.peers[0] || seen.port != link.peer_port)
      continue;
    for (std::size_t i = 0; i < seen.count && link.peer_count < link.peers.size(); ++i) {
      if (seen.addresses[i] != link.peers[0]) link.peers[link.peer_count++] = seen.addresses[i];
    }
    return;
  }
}

void UsrsctpEngine::choose_path(UsrsctpLink& link) {
  if (link.peer_count < 2 || link.sent_since_heard < kSilentPacketsMax ||
      loop_.now() - link.heard < 2 * options_.rto_initial) {
    return;
  }
  const std::span peers(link.peers.data(), link.peer_count);
  const auto now = static_cast<std::size_t>(std::ranges::find(peers, link.path.peer) - peers.begin());
  for (std::size_t step = 1; step < peers.size(); ++step) {
    const IpAddress& next = peers[(now + step) % peers.size()];
    for (const auto& each : ports_.interfaces()) {
      const auto port = each->ports.find(link.endpoint->port);
      if (port == each->ports.end() || port->second != link.endpoint ||
          each->socket->local().is_v4() != next.is_v4()) {
        continue;
      }
      link.path = {each->socket.get(), each->socket->local(), next};
      link.sent_since_heard = 0;
      return;
    }
  }
}

// --- In and out ---

bool UsrsctpEngine::readable(UsrsctpInterface& interface) {
  const auto keep = shared_from_this();
  bool found = false;
  // To ask once more costs less than to wait and be told, and answers of one round do not wait for the next.
  for (int round = 0; round < kReceiveRounds; ++round) {
    const auto packets = receiver_.receive(*interface.socket);
    const auto came = receiver_.first_came();
    interface.waits.add(loop_.now(), came ? std::max(loop_.wall_time() - *came, Duration{}) : Duration{});
    if (packets.empty()) break;
    found = true;
    in_turn_ = true;
    for (const auto& packet : packets) {
      input(interface, packet);
      if (closed_) return true;
    }
    in_turn_ = false;
    flush();
  }
  ports_.forget_closed();
  if (found) be_busy();
  return found;
}

void UsrsctpEngine::input(UsrsctpInterface& interface, const SctpReceiver::Packet& packet) {
  const auto header = read_sctp_packet(packet.octets);
  if (!header) return packets_bad.add();
  const auto port = interface.ports.find(header->destination_port);
  if (port == interface.ports.end()) return;
  UsrsctpEndpoint& endpoint = *port->second;
  std::size_t offset = kSctpHeaderOctets;
  const SctpChunk first = *next_chunk(packet.octets, offset);
  {
    const UsrsctpStack::Use use(stack_, *this);
    arrival_ = Arrival{
        &endpoint, 0, *header, {interface.socket.get(), packet.destination, packet.source}, packet.octets};
    if (UsrsctpLink* link = find_link(endpoint, *header, packet.source, first.type)) {
      if (first.type == chunk::kInit) remember_init(packet.source, header->source_port, first.value);
      if (first.type == chunk::kInitAck && link->state == UsrsctpLink::State::coming) {
        std::array<IpAddress, kSctpPeerAddressesMax - 1> others;
        const std::size_t count = read_init_addresses(first.value, others);
        link->peer_count = 1;
        for (std::size_t i = 0; i < count; ++i) {
          if (others[i] != link->peers[0]) link->peers[link->peer_count++] = others[i];
        }
      }
      feed(link->number, packet);
      if (link->state == UsrsctpLink::State::up) {
        link->heard = loop_.now();
        link->sent_since_heard = 0;
        // A heartbeat is answered where it came from, and moves nothing else.
        if (first.type == chunk::kData || first.type == chunk::kSack) link->path = arrival_->back;
      }
    } else {
      input_from_unknown(*header, packet, first);
    }
    arrival_.reset();
  }
  drain();
}

void UsrsctpEngine::input_from_unknown(const SctpHeader& header, const SctpReceiver::Packet& packet,
                                       SctpChunk first) {
  UsrsctpEndpoint& endpoint = *arrival_->endpoint;
  const bool opens = first.type == chunk::kInit || first.type == chunk::kCookieEcho;
  if (!opens || endpoint.listener == nullptr) {
    packets_unknown.add();
    // On all addresses, others' packets cannot be told from ours.
    if (arrival_->back.socket->any()) return;
    std::array<std::uint8_t, 16> answer;
    const auto said = answer_out_of_the_blue(packet.octets, header, answer);
    if (!said.empty()) sender_.queue(arrival_->back, 0, said);
    return;
  }
  if (links_ >= options_.associations_max) return associations_refused.add();
  if (first.type == chunk::kInit) remember_init(packet.source, header.source_port, first.value);
  const auto seed = stack_.seed_of(number_, endpoint.port, packet.source, header.source_port);
  if (first.type == chunk::kInit) {
    const auto number = stack_.choose(seed);
    if (!number) return packets_unknown.add();
    stack_.promise(*number, seed);
    return feed(*number, packet);
  }
  // Which of the numbers the INIT was answered with, only its cookie knows.
  for (unsigned attempt = 0; attempt < UsrsctpStack::kCandidates; ++attempt) {
    const auto number = UsrsctpStack::candidate(seed, attempt);
    if (!stack_.is_free(number)) continue;
    UsrsctpLink& link = open_link(endpoint, number, arrival_->back, header.source_port, *endpoint.listener);
    feed(number, packet);
    if (link.state != UsrsctpLink::State::coming) return;
    close_link(link);
  }
  cookies_useless.add();
}

void UsrsctpEngine::feed(std::uint16_t number, const SctpReceiver::Packet& packet) {
  arrival_->number = number;
  put_port(packet.octets.data(), number);
  put_port(packet.octets.data() + 2, number_);
  usrsctp_conninput(stack_.anchor(), packet.octets.data(), packet.octets.size(), 0);
}

void UsrsctpEngine::output(std::uint16_t number, MutableBytes packet) {
  if (packet.size() < kSctpHeaderOctets + kSctpChunkHeaderOctets) return;
  UsrsctpLink* link = stack_.link(number);
  if (link != nullptr && link->engine != this) return;
  const bool answers = arrival_ && arrival_->number == number;
  if (link == nullptr && !answers) return;
  const UsrsctpEndpoint& endpoint = link != nullptr ? *link->endpoint : *arrival_->endpoint;
  put_port(packet.data(), endpoint.port);
  put_port(packet.data() + 2, link != nullptr ? link->peer_port : arrival_->header.source_port);
  if (link != nullptr && !answers) {
    ++link->sent_since_heard;
    choose_path(*link);
  }
  const SctpPath& path = answers ? arrival_->back : link->path;
  const std::uint8_t type = packet[kSctpHeaderOctets];
  if (endpoint.addresses.size() > 1 && (type == chunk::kInit || type == chunk::kInitAck)) {
    std::array<std::uint8_t, 2048> grown;
    if (packet.size() > grown.size()) return;
    std::ranges::copy(packet, grown.begin());
    const auto length = append_init_addresses(grown, packet.size(), endpoint.addresses);
    sender_.queue(path, 0, Bytes(grown).first(length));
  } else {
    sender_.queue(path, link != nullptr ? number : 0, packet);
  }
  if (stack_.calling() != this) wake();
}

}  // namespace zerocell::net
