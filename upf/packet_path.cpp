// SPDX-License-Identifier: Apache-2.0
#include "upf/packet_path.hpp"

#include <bit>

#include "core/crypto/random.hpp"
#include "core/telemetry/metrics.hpp"
#include "upf/answers.hpp"
#include "upf/transport.hpp"

namespace zerocell::upf {
namespace {

inline Counter buffered_expired{"zerocell_upf_buffered_expired_total",
                                "Downlink packets that waited too long for their UE."};

inline Gauge buffered_octets_now{"zerocell_upf_buffered_octets", "Downlink octets that wait for their UEs."};

/// A whole sweep of the flow table takes this many turns of 100 ms.
constexpr std::size_t kSweepTurns = 100;
/// And all buffers are looked at in this many.
constexpr std::size_t kExpiryTurns = 10;
constexpr Duration kSweepInterval = std::chrono::milliseconds(100);

/// A token bucket holds a tenth of a second, but at least four packets of 1500 octets.
constexpr std::int64_t kBucketMilliseconds = 100;
constexpr std::int64_t kBucketOctetsMin = 6000;
constexpr std::int64_t kBucketOctetsMax = 1 << 30;
/// It is filled at most so often, which spares most packets a division.
constexpr std::uint32_t kFillMicroseconds = 1000;
/// An empty one is full after so long, even at the lowest rate: 125 octets a second.
constexpr std::uint32_t kFullMicroseconds = 48'000'000;

/// What tells a UE's IPv6 addresses apart: it may have more than one /64.
std::uint64_t local_interface(const std::uint8_t* address) {
  return load_u64(address + 8) ^ std::rotl(load_u64(address), 32);
}

std::uint64_t now_seconds(Time now) {
  return static_cast<std::uint64_t>(now.time_since_epoch() / std::chrono::seconds(1));
}

}  // namespace

PacketPath::PacketPath(const Settings& settings, SessionTable& table, Signals& signals, FlowPolicy& policy,
                       Random& random)
    : settings_(settings),
      table_(table),
      signals_(signals),
      policy_(policy),
      flows_(settings.flows_max, {random.u64(), random.u64(), random.u64(), random.u64()}),
      session_flows_(flows_.capacity(), settings.sessions_max),
      fragments_(settings.sessions_max, {random.u64(), random.u64()}),
      buffer_({.packets_max = settings.buffered_packets_max,
               .octets_max = settings.buffered_octets_max,
               .lifetime_seconds = settings.buffered_seconds_max}),
      peers_(settings),
      core_addresses_(settings.core_addresses),
      session_errors_(settings.sessions_max) {
  for (const IpAddress& own : settings.gtpu_addresses) core_addresses_.push_back(own);
  between_ues_.reserve(kChunk);
  delivering_.reserve(kChunk);
}

void PacketPath::set_time(Time now) {
  now_ = now;
  // Never 0, which stands for "never" in meters.
  const std::uint32_t now_s = static_cast<std::uint32_t>(now_seconds(now)) + 1;
  if (now_s != now_s_) looks_left_ = SessionFlows::kLooksPerSecond;
  now_s_ = now_s;
  now_us_ = static_cast<std::uint32_t>(now.time_since_epoch() / std::chrono::microseconds(1));
}

void PacketPath::count(std::span<const Packet> chunk, std::span<Verdict> verdicts) {
  for (std::size_t i = 0; i < chunk.size(); ++i) {
    auto& counter = counts_[static_cast<std::size_t>(chunk[i].verdict)];
    counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    if (!verdicts.empty()) verdicts[i] = chunk[i].verdict;
  }
}

void PacketPath::uplink(std::span<const GtpuDatagram> batch, Time now, std::span<Verdict> verdicts) {
  const ReaderGate::Reading reading(table_.gate);
  set_time(now);
  for (std::size_t at = 0; at < batch.size(); at += kChunk) {
    const std::size_t size = std::min(kChunk, batch.size() - at);
    const std::span chunk(chunk_.data(), size);
    for (std::size_t i = 0; i < size; ++i) {
      const GtpuDatagram& datagram = batch[at + i];
      chunk[i].begin(datagram.octets, datagram.size, false);
      chunk[i].source = datagram.source;
    }
    // Between the lines something is fetched that the next line needs.
    run<&PacketPath::outer_header>(chunk);
    run<&PacketPath::uplink_session, &PacketPath::inner_packet, &PacketPath::own_source,
        &PacketPath::permitted_destination, &PacketPath::flow_key>(chunk);
    for (const Packet& packet : chunk)
      if (packet.verdict == Verdict::pass) flows_.prefetch_flow(packet.hash);
    // A later fragment goes by the flow of its first one, which may have come just before it.
    run<&PacketPath::uplink_bearer, &PacketPath::flow, &PacketPath::segment_size, &PacketPath::uplink_rate,
        &PacketPath::to_egress>(chunk);
    count(chunk, verdicts.empty() ? verdicts : verdicts.subspan(at, size));
    if (!between_ues_.empty()) {
      std::swap(between_ues_, delivering_);
      downlink(delivering_, now);
      delivering_.clear();
    }
  }
  checked_source_ = nullptr;  // Its memory may hold another source in the next batch.
}

void PacketPath::downlink(std::span<const NetworkPacket> batch, Time now, std::span<Verdict> verdicts) {
  const ReaderGate::Reading reading(table_.gate);
  set_time(now);
  for (std::size_t at = 0; at < batch.size(); at += kChunk) {
    const std::size_t size = std::min(kChunk, batch.size() - at);
    const std::span chunk(chunk_.data(), size);
    for (std::size_t i = 0; i < size; ++i) {
      const NetworkPacket& incoming = batch[at + i];
      chunk[i].begin(incoming.octets, incoming.size, true);
      chunk[i].offload = incoming.offload;
    }
    run<&PacketPath::inner_packet, &PacketPath::known_ue>(chunk);
    run<&PacketPath::downlink_session, &PacketPath::flow_key>(chunk);
    for (const Packet& packet : chunk)
      if (packet.verdict == Verdict::pass) flows_.prefetch_flow(packet.hash);
    run<&PacketPath::flow, &PacketPath::downlink_bearer, &PacketPath::fits_link, &PacketPath::segment_size,
        &PacketPath::downlink_rate, &PacketPath::to_radio>(chunk);
    count(chunk, verdicts.empty() ? verdicts : verdicts.subspan(at, size));
  }
}

void PacketPath::run_due(Time now) {
  const ReaderGate::Reading reading(table_.gate);
  set_time(now);
  while (const auto command = signals_.commands.take()) obey(*command);
  peers_.tick(now, output_, signals_);
  if (now < next_sweep_) return;
  next_sweep_ = now + kSweepInterval;
  if (const std::size_t expired = buffer_.expire(kExpiryTurns, now_s_); expired > 0)
    buffered_expired.add(expired);
  buffered_octets_now.set(buffer_.octets());
  flows_.sweep(flows_.sets() / kSweepTurns + 1, now_s_,
               [this](std::uint32_t index) { uncount_flow(index, flows_[index]); });
}

Meter& PacketPath::meter_of(std::uint32_t session, std::uint32_t generation) {
  Meter& meter = table_.meters[session];
  if (meter.generation.load(std::memory_order_relaxed) == generation) return meter;
  // Another session had the slot before.
  drop_queue(meter.buffer);
  meter.flows = 0;
  for (auto* counter :
       {&meter.uplink_octets, &meter.downlink_octets, &meter.uplink_packets, &meter.downlink_packets})
    counter->store(0, std::memory_order_relaxed);
  meter.uplink_tokens = meter.downlink_tokens = 0;
  meter.uplink_filled_us = meter.downlink_filled_us = now_us_ - kFullMicroseconds;
  meter.announce_due = 0;
  meter.generation.store(generation, std::memory_order_release);
  return meter;
}

const BearerSet* PacketPath::bearers_of(std::uint32_t session, std::uint32_t generation) const {
  const BearerSet* set = table_.bearer_sets[session].load(std::memory_order_seq_cst);
  return set != nullptr && set->session_generation == generation ? set : nullptr;
}

BearerMeter& PacketPath::meter_of(const Bearer& bearer) {
  BearerMeter& meter = table_.bearer_meters[bearer.slot - table_.bearers_at];
  if (meter.generation == bearer.generation) return meter;
  if (meter.buffer != 0) drop_queue(meter.buffer);
  meter = {.generation = bearer.generation,
           .uplink_tokens = 0,
           .uplink_filled_us = now_us_ - kFullMicroseconds,
           .downlink_tokens = 0,
           .downlink_filled_us = now_us_ - kFullMicroseconds,
           .buffer = 0};
  return meter;
}

SharedRate& PacketPath::shared_rate(std::uint32_t index) {
  SharedRate& shared = table_.shared_rates[index];
  const std::uint32_t generation = shared.generation.load(std::memory_order_relaxed);
  if (shared.metered == generation) return shared;
  shared.metered = generation;
  shared.uplink_tokens = shared.downlink_tokens = 0;
  shared.uplink_filled_us = shared.downlink_filled_us = now_us_ - kFullMicroseconds;
  return shared;
}

void PacketPath::fill(const Bucket& bucket) const {
  const std::uint32_t elapsed = now_us_ - *bucket.filled_us;
  if (elapsed < kFillMicroseconds) return;
  // A unit is a bit a millisecond.
  const std::uint64_t earned = std::uint64_t{bucket.units} * elapsed / 8000;
  const std::int64_t depth =
      std::clamp(bucket.units * kBucketMilliseconds / 8, kBucketOctetsMin, kBucketOctetsMax);
  if (static_cast<std::int64_t>(earned) >= depth - *bucket.tokens) {
    *bucket.tokens = static_cast<std::int32_t>(depth);
    *bucket.filled_us = now_us_;
    return;
  }
  *bucket.tokens += static_cast<std::int32_t>(earned);
  // The time of what is less than an octet is not lost.
  *bucket.filled_us += static_cast<std::uint32_t>(earned * 8000 / bucket.units);
}

/// A packet may take more than there is, and the next ones wait for it: a read of many segments is one packet
/// here, and larger than what a slow bucket holds.
bool PacketPath::take_tokens(const Buckets& buckets, std::uint32_t octets) {
  for (const Bucket& bucket : buckets) {
    fill(bucket);
    if (*bucket.tokens <= 0) return false;
  }
  for (const Bucket& bucket : buckets) *bucket.tokens -= static_cast<std::int32_t>(octets);
  return true;
}

bool PacketPath::keeps_rates(const Packet& packet, Meter& meter, std::uint32_t octets) {
  const bool down = packet.from_network;
  Buckets buckets;
  const auto limit = [&](std::uint32_t units, auto& of) {
    if (units == 0) return;
    buckets.push_back(down ? Bucket{units, &of.downlink_tokens, &of.downlink_filled_us}
                           : Bucket{units, &of.uplink_tokens, &of.uplink_filled_us});
  };
  bool guaranteed = false;
  if (packet.bearer != nullptr) {
    const Bearer& bearer = *packet.bearer;
    guaranteed = down ? bearer.guaranteed_downlink : bearer.guaranteed_uplink;
    limit(down ? bearer.mbr_downlink_units : bearer.mbr_uplink_units, meter_of(bearer));
  }
  // APN-AMBR and UE-AMBR are of all that is not guaranteed, TS 23.401 §4.7.3: of the other direction of a
  // bearer that is guaranteed in one, too, which would have no limit else.
  if (!guaranteed) {
    const auto limit_shared = [&](std::uint32_t place) {
      SharedRate& shared = shared_rate(place);
      limit((down ? shared.downlink_units : shared.uplink_units).load(std::memory_order_relaxed), shared);
    };
    const std::uint32_t ambr = down ? packet.down.ambr_units : packet.up.ambr_units;
    if (down ? packet.down.ambr_shared : packet.up.ambr_shared)
      limit_shared(ambr);
    else
      limit(ambr, meter);
    const std::uint32_t ue_rate = down ? packet.down.ue_rate : packet.up.ue_rate;
    if (ue_rate != kNoIndex) limit_shared(ue_rate);
  }
  return buckets.empty() || take_tokens(buckets, octets);
}

Verdict PacketPath::inner_packet(Packet& packet) {
  if (packet.size == 0) return Verdict::empty;
  const auto inner = parse_inner({packet.octets, packet.size});
  if (!inner) return Verdict::bad_inner;
  packet.inner = *inner;
  packet.size = static_cast<std::uint32_t>(inner->octets());
  return Verdict::pass;
}

Verdict PacketPath::flow_key(Packet& packet) {
  const InnerPacket& inner = packet.inner;
  const std::uint8_t* octets = packet.octets;
  FlowKey key;
  const std::uint8_t* remote = nullptr;
  if (inner.version == 4) {
    remote = octets + (packet.from_network ? 12 : 16);
    std::memcpy(key.remote.data(), remote, 4);
    // Behind a framed route there are several hosts.
    if (packet.routed) key.local_interface = load_u32(octets + (packet.from_network ? 16 : 12));
  } else {
    remote = packet.from_network ? ipv6_source(octets) : ipv6_destination(octets);
    std::memcpy(key.remote.data(), remote, 16);
    key.local_interface =
        local_interface(packet.from_network ? ipv6_destination(octets) : ipv6_source(octets));
    key.kind = kFlowV6;
  }
  key.session = packet.session;
  key.session_generation = packet.generation();
  key.protocol = inner.protocol;
  if (!inner.first_fragment) {
    packet.key = key;
    key = fragments_key(packet);
  } else if (inner.ports) {
    key.remote_port = packet.from_network ? inner.source_port : inner.destination_port;
    key.local_port = packet.from_network ? inner.destination_port : inner.source_port;
  } else if ((inner.protocol == kProtocolIcmp || inner.protocol == kProtocolIcmpv6) &&
             inner.transport_octets >= 8) {
    // An echo's identifier stands where the side that asks would have its port.
    const std::uint8_t* icmp = octets + inner.header_octets;
    const std::uint8_t request = inner.version == 4 ? kIcmpEchoRequest : kIcmpv6EchoRequest;
    const std::uint8_t reply = inner.version == 4 ? kIcmpEchoReply : kIcmpv6EchoReply;
    const bool asked_by_ue = icmp[0] == (packet.from_network ? reply : request);
    const bool asked_by_network = icmp[0] == (packet.from_network ? request : reply);
    if (asked_by_ue) key.local_port = load_u16(icmp + 4);
    if (asked_by_network) key.remote_port = load_u16(icmp + 4);
  }
  packet.key = key;
  packet.hash = flows_.hash(key);
  flows_.prefetch(packet.hash);
  __builtin_prefetch(&table_.meters[packet.session], 1);
  return Verdict::pass;
}

FlowDecision PacketPath::decide(const Packet& packet, bool from_network) {
  FlowQuery query;
  query.security_id = packet.security_id();
  query.remote = packet.key.remote;
  query.v6 = (packet.key.kind & kFlowV6) != 0;
  query.from_network = from_network;
  query.protocol = packet.key.protocol;
  query.ports = packet.key.protocol == kProtocolTcp || packet.key.protocol == kProtocolUdp;
  query.remote_port = packet.key.remote_port;
  query.local_port = packet.key.local_port;
  return policy_.decide(query);
}

/// Whether the session may have another flow: at its limit, one that is idle, `spare`, would end for it.
bool PacketPath::has_room_for_flow(const Packet& packet, std::uint32_t& spare) {
  spare = kNoIndex;
  if (meter_of(packet.session, packet.generation()).flows < settings_.flows_per_session_max) return true;
  std::uint32_t most = 0;
  for (std::size_t look = 0; look < SessionFlows::kLooksMax; ++look) {
    if (look >= SessionFlows::kLooks && (spare != kNoIndex || looks_left_ == 0)) break;
    if (look >= SessionFlows::kLooks) --looks_left_;
    const std::uint32_t index = session_flows_.next(packet.session);
    if (index == kNoIndex) break;
    if (flows_[index].key.session_generation != packet.generation()) {
      end_flow(index);  // Of the session that had the slot before.
      continue;
    }
    const std::uint32_t dispensable = dispensability(flows_[index], now_s_);
    if (dispensable <= most) continue;
    most = dispensable;
    spare = index;
  }
  return spare != kNoIndex;
}

/// Allowed flows count among the session's; denied ones, which strangers make, do not.
std::optional<std::uint32_t> PacketPath::remember_flow(const Packet& packet, const FlowKey& key,
                                                       std::uint64_t hash, bool allowed) {
  std::optional<Flow> displaced;
  const auto index = flows_.insert(key, hash, allowed, now_s_, displaced);
  if (displaced) uncount_flow(*index, *displaced);
  if (allowed) {
    ++meter_of(packet.session, packet.generation()).flows;
    session_flows_.add(packet.session, *index);
  }
  return index;
}

void PacketPath::end_flow(std::uint32_t index) {
  uncount_flow(index, flows_[index]);
  flows_.erase(index);
}

void PacketPath::uncount_flow(std::uint32_t index, const Flow& flow) {
  if ((flow.flags & kFlowAllowed) == 0) return;
  session_flows_.remove(flow.key.session, index);
  Meter& meter = table_.meters[flow.key.session];
  if (meter.generation.load(std::memory_order_relaxed) == flow.key.session_generation && meter.flows > 0)
    --meter.flows;
}

Verdict PacketPath::decide_anew(const Packet& packet, std::uint32_t index) {
  Flow& flow = flows_[index];
  const bool was_allowed = (flow.flags & kFlowAllowed) != 0;
  std::uint32_t spare = kNoIndex;
  if (!was_allowed && !has_room_for_flow(packet, spare)) return Verdict::flow_limit;
  const bool from_network = was_allowed ? (flow.flags & kFlowFromNetwork) != 0 : packet.from_network;
  const FlowDecision decision = decide(packet, from_network);
  if (was_allowed) uncount_flow(index, flow);
  if (decision.allowed) {
    if (spare != kNoIndex) end_flow(spare);
    ++meter_of(packet.session, packet.generation()).flows;
    session_flows_.add(packet.session, index);
  }
  flow.flags = static_cast<std::uint8_t>(flow.flags & ~(kFlowAllowed | kFlowFromNetwork));
  flow.flags |= (decision.allowed ? kFlowAllowed : 0) | (from_network ? kFlowFromNetwork : 0);
  flow.epoch = decision.epoch;
  flow.egress = decision.egress;
  flow.security_id = packet.security_id();
  return Verdict::pass;
}

Verdict PacketPath::flow(Packet& packet) {
  if (is_icmp_error(packet.octets, packet.inner)) return related_flow(packet);
  if (!packet.inner.first_fragment) return later_fragment(packet);
  auto index = flows_.find(packet.key, packet.hash);
  if (!index) {
    std::uint32_t spare = kNoIndex;
    if (!has_room_for_flow(packet, spare)) return Verdict::flow_limit;
    const FlowDecision decision = decide(packet, packet.from_network);
    if (decision.allowed && spare != kNoIndex) end_flow(spare);
    index = remember_flow(packet, packet.key, packet.hash, decision.allowed);
    if (!index) return Verdict::denied;
    Flow& made = flows_[*index];
    if (packet.from_network) made.flags |= kFlowFromNetwork;
    made.epoch = decision.epoch;
    made.egress = decision.egress;
    made.security_id = packet.security_id();
  }
  Flow& found = flows_[*index];
  const bool began_here = ((found.flags & kFlowFromNetwork) != 0) == packet.from_network;
  const bool stale = found.epoch != policy_.epoch() || found.security_id != packet.security_id();
  // A denied flow may still be begun by the other side. What is stale was decided by another policy.
  if (stale || ((found.flags & kFlowAllowed) == 0 && !began_here))
    if (const Verdict decided = decide_anew(packet, *index); decided != Verdict::pass) return decided;
  packet.flow = *index;
  if ((found.flags & kFlowAllowed) == 0) return Verdict::denied;
  packet.egress = found.egress;
  found.seen_s = now_s_;
  if (((found.flags & kFlowFromNetwork) != 0) != packet.from_network) found.flags |= kFlowAnswered;
  if (packet.inner.ports && packet.inner.protocol == kProtocolTcp) {
    const std::uint8_t tcp = tcp_flags(packet.octets, packet.inner);
    if ((tcp & (kTcpFin | kTcpRst)) != 0) found.flags |= kFlowClosing;
    if ((tcp & kTcpSyn) != 0) found.flags = static_cast<std::uint8_t>(found.flags & ~kFlowClosing);
  }
  if (packet.inner.fragment && packet.inner.first_fragment) remember_fragments(packet);
  return Verdict::pass;
}

FlowKey PacketPath::fragments_key(const Packet& packet) {
  FlowKey key = packet.key;
  key.kind |= kFlowFragments | (packet.from_network ? kFlowDownFragments : 0);
  // What the fragment header names may be another header, which only the first fragment shows.
  if (packet.inner.version == 6) key.protocol = 0;
  key.remote_port = static_cast<std::uint16_t>(packet.inner.fragment_id >> 16);
  key.local_port = static_cast<std::uint16_t>(packet.inner.fragment_id);
  return key;
}

void PacketPath::remember_fragments(const Packet& packet) {
  const Flow& whole = flows_[packet.flow];
  Fragments& fragments = fragments_.insert(fragments_key(packet), now_s_);
  fragments.security_id = whole.security_id;
  fragments.epoch = whole.epoch;
  fragments.egress = whole.egress;
  fragments.seen_s = now_s_;
  fragments.last_seen = false;
  // A downlink packet's bearer is still to be found.
  fragments.bearer =
      packet.from_network ? std::uint8_t{0} : static_cast<std::uint8_t>(packet.bearer_position + 1);
}

Verdict PacketPath::later_fragment(Packet& packet) {
  Fragments* fragments = fragments_.find(packet.key, now_s_);
  if (fragments == nullptr || fragments->epoch != policy_.epoch() ||
      fragments->security_id != packet.security_id())
    return Verdict::no_first_fragment;
  packet.egress = fragments->egress;
  fragments->seen_s = now_s_;
  if (!packet.inner.more_fragments) fragments->last_seen = true;
  return Verdict::pass;
}

const Bearer* PacketPath::bearer_of_first_fragment(const Packet& packet, const BearerSet& set) {
  const Fragments* fragments = fragments_.find(packet.key, now_s_);
  if (fragments == nullptr || fragments->bearer == 0) return nullptr;
  return set.by_position(static_cast<std::uint8_t>(fragments->bearer - 1));
}

/// An ICMP error is of the flow that it quotes, and goes to the quoted packet's sender.
Verdict PacketPath::related_flow(Packet& packet) {
  const auto quoted = quoted_packet(packet.octets, packet.inner);
  if (!quoted) return Verdict::denied;
  const bool v4 = packet.inner.version == 4;
  const std::size_t octets = v4 ? 4 : 16;
  const std::uint8_t* source = quoted->packet + (v4 ? 12 : 8);
  const std::uint8_t* destination = source + octets;
  const std::uint8_t* told = packet.octets + (v4 ? 16 : 24);
  if (std::memcmp(source, told, octets) != 0) return Verdict::denied;
  const std::uint8_t* ue = packet.from_network ? source : destination;
  bool routed = packet.routed;
  if (!packet.from_network) {
    // A UE that is a router speaks for the hosts behind it.
    routed = !is_assigned(packet, ue);
    if (routed && !is_routed(packet, ue)) return Verdict::denied;
  }
  FlowKey key;
  std::memcpy(key.remote.data(), packet.from_network ? destination : source, octets);
  if (!v4) {
    key.local_interface = local_interface(ue);
    key.kind = kFlowV6;
  } else if (routed) {
    key.local_interface = load_u32(ue);
  }
  key.session = packet.session;
  key.session_generation = packet.generation();
  key.protocol = quoted->protocol;
  if (quoted->later_fragment) {
    // It shows no ports; its first fragment did.
    if (!v4) key.protocol = 0;
    key.kind |= kFlowFragments | (packet.from_network ? 0 : kFlowDownFragments);
    key.remote_port = static_cast<std::uint16_t>(quoted->fragment_id >> 16);
    key.local_port = static_cast<std::uint16_t>(quoted->fragment_id);
    const Fragments* whole = fragments_.find(key, now_s_);
    const bool known =
        whole != nullptr && whole->epoch == policy_.epoch() && whole->security_id == packet.security_id();
    return known ? Verdict::pass : Verdict::denied;
  }
  key.remote_port = packet.from_network ? quoted->destination_port : quoted->source_port;
  key.local_port = packet.from_network ? quoted->source_port : quoted->destination_port;
  const auto index = flows_.find(key, flows_.hash(key));
  if (!index) return Verdict::denied;
  const Flow& about = flows_[*index];
  const bool current = about.epoch == policy_.epoch() && about.security_id == packet.security_id();
  if (!current || (about.flags & kFlowAllowed) == 0) return Verdict::denied;
  packet.flow = kNoIndex;
  return Verdict::pass;
}

Verdict PacketPath::segment_size(Packet& packet) {
  if (packet.inner.ports && packet.inner.protocol == kProtocolTcp &&
      (tcp_flags(packet.octets, packet.inner) & kTcpSyn) != 0)
    clamp_mss(packet.octets, packet.inner, packet.link_mtu());
  return Verdict::pass;
}

void PacketPath::send_message(const OuterSource& to, std::uint16_t port, const Writer& written,
                              const std::uint8_t* memory) {
  output_.messages.push_back({to.address, port, memory, static_cast<std::uint32_t>(written.size())});
}

}  // namespace zerocell::upf
