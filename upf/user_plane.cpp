// SPDX-License-Identifier: Apache-2.0
#include "upf/user_plane.hpp"

#include <utility>

#include "core/crypto/random.hpp"
#include "core/telemetry/metrics.hpp"
#include "core/types/inline_list.hpp"
#include "upf/inner_packet.hpp"

std::size_t std::hash<zerocell::upf::PeerTunnel>::operator()(
    const zerocell::upf::PeerTunnel& tunnel) const noexcept {
  std::uint64_t hash = tunnel.teid * 0x9E3779B97F4A7C15u;
  for (const std::size_t at : {0u, 8u})
    hash = (hash ^ zerocell::upf::load_u64(tunnel.peer.octets.data() + at)) * 0xD6E8FEB86659FD93u;
  return hash ^ hash >> 32;
}

namespace zerocell::upf {
namespace {

inline Counter commands_lost{"zerocell_upf_commands_lost_total",
                             "End markers and path changes that found the queue to the packet path full."};
inline Gauge sessions_now{"zerocell_upf_sessions", "Sessions of the user plane."};

/// DL Buffering Duration tells at most 31 x 10 h, TS 29.274 §8.74.
constexpr std::int64_t kBufferingSecondsMax = 310 * 3600;
/// A wake-up costs both threads more than most commands do: those that nobody waits for gather so long, or
/// until there are so many.
constexpr Duration kGatherTime = std::chrono::milliseconds(1);
constexpr std::size_t kGatheredMax = 64;

SessionId session_id(std::uint32_t index, std::uint32_t generation) {
  return SessionId{std::uint64_t{generation} << 32 | index};
}

/// Of a failed path, looked at in one turn of the loop: some tens of microseconds.
constexpr std::uint32_t kSessionsPerTurn = 1024;

bool forwards(const DownlinkLine& line) {
  return (line.flags & kLineLive) != 0 && line.action == DownlinkAction::forward;
}

OuterAddress peer_of(const DownlinkLine& line) {
  return {line.peer, (line.flags & kLineOuterV6) != 0};
}

PeerTunnel tunnel_of(const DownlinkLine& line) {
  return {peer_of(line), line.peer_teid};
}

std::uint64_t upper_half(const Ipv6Address& address) {
  return load_u64(address.octets.data());
}

}  // namespace

OuterAddress OuterAddress::of(const IpAddress& address) {
  OuterAddress outer;
  outer.v6 = !address.is_v4();
  std::ranges::copy(address.octets(), outer.octets.begin());
  return outer;
}

IpAddress OuterAddress::address() const {
  return address_at(octets.data(), v6 ? 6 : 4);
}

PeerTunnel UserPlane::TunnelOf::operator()(std::uint32_t index) const {
  if (index >= plane->table_.bearers_at) return plane->bearer_slots_[index - plane->table_.bearers_at].tunnel;
  return tunnel_of(plane->table_.downlinks[index].own());
}

UserPlane::UserPlane(Settings settings, Random& random, Loop& loop)
    : settings_(std::move(settings)),
      random_(random),
      loop_(loop),
      table_(settings_, random),
      controls_(settings_.sessions_max),
      bearer_slots_(settings_.bearers_max),
      bearer_indexes_(table_.bearers_at, settings_.bearers_max),
      forwarding_indexes_(table_.forwarding_at, settings_.forwarding_tunnels_max) {
  signals_.wake_owner = [&loop, posted = delivery_posted_, self = self_] {
    if (posted->exchange(true)) return;
    loop.post([posted, self] {
      posted->store(false);
      if (*self != nullptr) (*self)->deliver_reports();
    });
  };
}

UserPlane::~UserPlane() {
  *self_ = nullptr;
}

std::optional<std::uint32_t> UserPlane::take_slot() {
  if (high_water_ < settings_.sessions_max) return high_water_++;
  if (free_head_ == kNoIndex) return std::nullopt;
  const std::uint32_t index = free_head_;
  free_head_ = controls_[index].next_free;
  if (free_head_ == kNoIndex) free_tail_ = kNoIndex;
  return index;
}

void UserPlane::give_slot(std::uint32_t index) {
  controls_[index] = {.control_seid = 0, .generation = 0, .next_free = kNoIndex};
  if (free_tail_ != kNoIndex) controls_[free_tail_].next_free = index;
  if (free_head_ == kNoIndex) free_head_ = index;
  free_tail_ = index;
}

void UserPlane::tell(const Command& command, Urgency urgency) {
  if (!signals_.commands.put(command)) commands_lost.add();
  ++untold_;
  if (urgency == Urgency::soon && untold_ < kGatheredMax) {
    if (untold_ == 1) loop_.arm(wake_timer_, kGatherTime);
    return;
  }
  // One wake-up serves all that this turn of the loop has to say.
  if (std::exchange(*wake_posted_, true)) return;
  loop_.post([posted = wake_posted_, self = self_] {
    *posted = false;
    if (*self != nullptr) (*self)->wake_path();
  });
}

void UserPlane::wake_path() {
  untold_ = 0;
  wake_timer_.disarm();
  signals_.wake_path();
}

std::expected<UserPlane::Slot, N4Error> UserPlane::find(SessionId session) const {
  const auto index = static_cast<std::uint32_t>(session);
  const auto generation = static_cast<std::uint32_t>(static_cast<std::uint64_t>(session) >> 32);
  if (index >= high_water_ || generation == 0 || controls_[index].generation != generation)
    return std::unexpected(N4Error::no_session);
  return Slot{index, table_.downlinks[index].own()};
}

std::optional<OuterAddress> UserPlane::reachable(const gtp::Fteid& peer) const {
  if (peer.teid == 0) return std::nullopt;
  std::optional<IpAddress> chosen;
  for (const IpAddress& own : settings_.gtpu_addresses) {
    if (own.is_v4() && peer.v4) chosen = *peer.v4;
    if (!own.is_v4() && peer.v6 && !chosen) chosen = *peer.v6;
  }
  return chosen.transform(&OuterAddress::of);
}

std::expected<void, N4Error> UserPlane::apply(const Downlink& downlink, DownlinkLine& line) const {
  if (downlink.action == DownlinkAction::forward) {
    const auto outer = reachable(downlink.peer);
    if (!outer) return std::unexpected(N4Error::bad_peer);
    line.peer = outer->octets;
    line.peer_teid = downlink.peer.teid;
    line.flags = static_cast<std::uint8_t>((line.flags & ~kLineOuterV6) | (outer->v6 ? kLineOuterV6 : 0));
  }
  line.action = downlink.action;
  return {};
}

gtp::Fteid UserPlane::local_fteid(gtp::Teid teid) const {
  gtp::Fteid local{.teid = teid};
  for (const IpAddress& own : settings_.gtpu_addresses) {
    if (own.is_v4()) local.v4 = *own.v4();
    if (!own.is_v4()) local.v6 = *own.v6();
  }
  return local;
}

gtp::Teid UserPlane::new_teid(std::uint32_t index) {
  gtp::Teid teid = 0;
  const gtp::Teid last = table_.uplinks[index].own().teid;
  while (teid == 0 || teid == last) teid = table_.teids.encode(index, random_.u32());
  return teid;
}

void UserPlane::end_uplink(std::uint32_t index) {
  UplinkLine ended;
  ended.teid = table_.uplinks[index].own().teid;  // Kept, so that it is not given twice in a row.
  table_.uplinks[index].publish(ended);
}

void UserPlane::index_tunnel(std::uint32_t index, const PeerTunnel& tunnel) {
  // An eNB that lost a session and gave its TEID again: the newer session is the one that it means.
  if (tunnels_.find(tunnel)) tunnels_.erase(tunnel);
  tunnels_.insert(tunnel, index);
  if (peers_[tunnel.peer.address()]++ == 0) tell({.kind = Command::Kind::peer_added, .peer = tunnel.peer});
}

void UserPlane::forget_tunnel(std::uint32_t index, const PeerTunnel& tunnel) {
  if (tunnels_.find(tunnel) == index) tunnels_.erase(tunnel);
  const auto peer = peers_.find(tunnel.peer.address());
  if (peer == peers_.end() || --peer->second > 0) return;
  peers_.erase(peer);
  tell({.kind = Command::Kind::peer_removed, .peer = tunnel.peer});
}

void UserPlane::publish(std::uint32_t index, const DownlinkLine& before, const DownlinkLine& after) {
  const bool moved = forwards(before) != forwards(after) || before.peer_teid != after.peer_teid ||
                     peer_of(before) != peer_of(after);
  if (moved && forwards(before)) forget_tunnel(index, tunnel_of(before));
  table_.downlinks[index].publish(after);
  if (moved && forwards(after)) index_tunnel(index, tunnel_of(after));
}

std::expected<SessionEstablished, N4Error> UserPlane::establish(const SessionEstablishment& request) {
  if (!request.ue_ipv4 && !request.ue_ipv6_prefix) return std::unexpected(N4Error::no_address);
  if (request.ebi < 5 || request.ebi > 15) return std::unexpected(N4Error::bad_bearer);
  const auto usable = [](const AddressIndex::Place& place) -> std::expected<void, N4Error> {
    if (place.session == nullptr || place.gateway) return std::unexpected(N4Error::address_not_served);
    if (place.session->load(std::memory_order_relaxed) != 0) return std::unexpected(N4Error::address_in_use);
    return {};
  };
  DownlinkLine downlink;
  downlink.flags = kLineLive;
  AddressIndex::Place v4;
  AddressIndex::Place v6;
  if (request.ue_ipv4) {
    downlink.ue_ipv4 = request.ue_ipv4->to_host();
    downlink.flags |= kLineV4;
    v4 = table_.addresses.find_v4(downlink.ue_ipv4);
    if (const auto checked = usable(v4); !checked) return std::unexpected(checked.error());
  }
  if (request.ue_ipv6_prefix) {
    downlink.ue_prefix = upper_half(*request.ue_ipv6_prefix);
    downlink.prefix_length = table_.addresses.prefix_length(downlink.ue_prefix);
    if (downlink.prefix_length < 64) downlink.ue_prefix &= ~std::uint64_t{0} << (64 - downlink.prefix_length);
    downlink.flags |= kLineV6;
    v6 = table_.addresses.find_v6(downlink.ue_prefix);
    if (const auto checked = usable(v6); !checked) return std::unexpected(checked.error());
  }
  if (const auto applied = apply(request.downlink, downlink); !applied)
    return std::unexpected(applied.error());
  const auto index = take_slot();
  if (!index) return std::unexpected(N4Error::no_resources);

  std::uint32_t generation = 0;
  while (generation == 0) generation = random_.u32();
  if (const auto routed = set_routes(request.framed_routes, *index, generation); !routed) {
    give_slot(*index);
    return std::unexpected(routed.error());
  }
  const gtp::Teid teid = new_teid(*index);
  controls_[*index] = {.control_seid = request.control_seid, .generation = generation, .next_free = kNoIndex};

  UplinkLine uplink;
  uplink.teid = teid;
  uplink.session = *index;
  uplink.session_generation = generation;
  uplink.security_id = downlink.security_id = request.security_id;
  uplink.ue_ipv4 = downlink.ue_ipv4;
  uplink.ue_prefix = downlink.ue_prefix;
  uplink.prefix_length = downlink.prefix_length;
  if (request.ue_rate) {
    uplink.ue_rate = downlink.ue_rate = join_rate(ue_rates_, request.ue_rate->ue, request.ue_rate->rate);
    set_rate(uplink.ue_rate, request.ue_rate->rate);
  }
  (void)set_ambr(request.ambr_share, request.ambr, uplink, downlink);
  if (!request.framed_routes.empty()) downlink.flags |= kLineRouted;
  uplink.link_mtu = downlink.link_mtu = request.link_mtu == 0 ? settings_.link_mtu : request.link_mtu;
  uplink.flags = static_cast<std::uint8_t>((downlink.flags & (kLineLive | kLineV4 | kLineV6 | kLineRouted)) |
                                           (request.uplink_open ? kLineOpen : 0));
  uplink.ebi = downlink.ebi = request.ebi;
  downlink.dscp = settings_.dscp[request.qci];
  downlink.session_generation = generation;
  publish(*index, {}, downlink);
  table_.uplinks[*index].publish(uplink);
  // Last: what an index leads to is complete.
  if (v4.session != nullptr) v4.session->store(*index + 1, std::memory_order_release);
  if (v6.session != nullptr) v6.session->store(*index + 1, std::memory_order_release);
  sessions_now.set(static_cast<std::int64_t>(++live_));
  if (forwards(downlink))
    tell({.kind = Command::Kind::downlink_changed, .session = *index, .session_generation = generation});

  return SessionEstablished{.session = session_id(*index, generation), .uplink = local_fteid(teid)};
}

std::expected<void, N4Error> UserPlane::modify(SessionId session, const SessionModification& request) {
  const auto slot = find(session);
  if (!slot) return std::unexpected(slot.error());
  const DownlinkLine before = slot->line;
  DownlinkLine after = before;
  if (request.downlink)
    if (const auto applied = apply(*request.downlink, after); !applied)
      return std::unexpected(applied.error());
  UplinkLine uplink = table_.uplinks[slot->index].own();
  if (request.framed_routes) {
    if (const auto routed = set_routes(*request.framed_routes, slot->index, before.session_generation);
        !routed)
      return std::unexpected(routed.error());
    const auto flagged = [&](std::uint8_t flags) {
      return static_cast<std::uint8_t>((flags & ~kLineRouted) |
                                       (request.framed_routes->empty() ? 0 : kLineRouted));
    };
    uplink.flags = flagged(uplink.flags);
    after.flags = flagged(after.flags);
  }
  if (request.security_id) uplink.security_id = after.security_id = *request.security_id;
  const auto left_share = set_ambr(request.ambr_share, request.ambr, uplink, after);
  if (request.qci) after.dscp = settings_.dscp[*request.qci];
  if (request.uplink_open)
    uplink.flags =
        static_cast<std::uint8_t>((uplink.flags & ~kLineOpen) | (*request.uplink_open ? kLineOpen : 0));
  const bool joins_rate = request.ue_rate && before.ue_rate == kNoIndex;
  if (joins_rate)
    uplink.ue_rate = after.ue_rate = join_rate(ue_rates_, request.ue_rate->ue, request.ue_rate->rate);
  if (request.ue_rate) set_rate(after.ue_rate, request.ue_rate->rate);
  const bool uplink_changed = request.security_id || request.ambr || request.ambr_share ||
                              request.uplink_open || request.framed_routes || joins_rate;
  if (uplink_changed) table_.uplinks[slot->index].publish(uplink);
  publish(slot->index, before, after);
  const auto extras = extras_.find(slot->index);
  if (request.filters) {
    Extras& filtered = extras_[slot->index];
    filtered.default_filters = *request.filters;
    publish_bearers(slot->index, filtered);
    drop_extras_if_empty(slot->index);
  } else if (extras != extras_.end() && uplink_changed) {
    publish_bearers(slot->index, extras->second);  // Their uplink lines carry the same.
  }

  if (left_share) leave_rate(ambr_shares_, *left_share);

  Command command{.session = slot->index, .session_generation = before.session_generation};
  const auto tell_of = [&](Command::Kind kind, Urgency urgency) {
    command.kind = kind;
    tell(command, urgency);
  };
  const bool settles = request.drop_buffered || (request.downlink && forwards(after));
  const Urgency urgency = settles ? settle_waiting(slot->index) : Urgency::soon;
  const bool leaves = before.peer_teid != after.peer_teid || peer_of(before) != peer_of(after);
  if (request.downlink && request.downlink->end_marker_to_old_peer && forwards(before) && leaves)
    tell({.kind = Command::Kind::end_marker,
          .teid = before.peer_teid,
          .peer = peer_of(before),
          .dscp = before.dscp},
         Urgency::now);
  if (request.drop_buffered) tell_of(Command::Kind::drop_buffered, urgency);
  if (request.downlink) tell_of(Command::Kind::downlink_changed, urgency);
  if (request.buffering) {
    command.seconds = static_cast<std::uint32_t>(
        std::clamp<std::int64_t>(request.buffering->count(), 1, kBufferingSecondsMax));
    command.packets = request.suggested_packets;
    tell_of(Command::Kind::keep_buffered, Urgency::now);
  }
  return {};
}

Usage UserPlane::read_usage(const Slot& slot) const {
  const Meter& meter = table_.meters[slot.index];
  if (meter.generation.load(std::memory_order_acquire) != slot.line.session_generation) return {};
  return {meter.uplink_octets.load(std::memory_order_relaxed),
          meter.uplink_packets.load(std::memory_order_relaxed),
          meter.downlink_octets.load(std::memory_order_relaxed),
          meter.downlink_packets.load(std::memory_order_relaxed)};
}

std::expected<Usage, N4Error> UserPlane::usage(SessionId session) const {
  const auto slot = find(session);
  if (!slot) return std::unexpected(slot.error());
  return read_usage(*slot);
}

std::expected<Usage, N4Error> UserPlane::release(SessionId session) {
  const auto slot = find(session);
  if (!slot) return std::unexpected(slot.error());
  const DownlinkLine& line = slot->line;
  if ((line.flags & kLineV4) != 0)
    table_.addresses.find_v4(line.ue_ipv4).session->store(0, std::memory_order_release);
  if ((line.flags & kLineV6) != 0)
    table_.addresses.find_v6(line.ue_prefix).session->store(0, std::memory_order_release);
  end_uplink(slot->index);
  end_extras(slot->index);
  publish(slot->index, table_.downlinks[slot->index].own(), {});
  if (line.ue_rate != kNoIndex) leave_rate(ue_rates_, line.ue_rate);
  if (line.ambr_shared) leave_rate(ambr_shares_, line.ambr_units);
  tell({.kind = Command::Kind::drop_buffered,
        .session = slot->index,
        .session_generation = line.session_generation},
       settle_waiting(slot->index));
  const Usage usage = read_usage(*slot);
  give_slot(slot->index);
  sessions_now.set(static_cast<std::int64_t>(--live_));
  return usage;
}

void UserPlane::deliver_reports() {
  while (const auto report = signals_.reports.take()) deliver(*report);
}

void UserPlane::deliver(const Report& report) {
  if (reports_ == nullptr) return;
  switch (report.kind) {
    case Report::Kind::downlink_data: {
      if (report.session >= high_water_) return;
      const Control& control = controls_[report.session];
      if (control.generation == 0 || control.generation != report.session_generation) return;
      waiting_.insert(report.session);
      return reports_->downlink_data(session_id(report.session, control.generation), control.control_seid,
                                     report.ebi);
    }
    case Report::Kind::error_indication:
      return deliver_error_indication(report);
    case Report::Kind::path_failure:
      failed_paths_.push_back({report.peer});
      walk_failed_paths_later();
      return reports_->path_failure(report.peer.address());
    case Report::Kind::path_recovered:
      std::erase_if(failed_paths_, [&](const FailedPath& path) { return path.peer == report.peer; });
      return reports_->path_recovered(report.peer.address());
    case Report::Kind::peer_silent:
      return reports_->peer_silent(report.peer.address());
    case Report::Kind::none:
      return;
  }
}

void UserPlane::walk_failed_paths_later() {
  if (std::exchange(walk_posted_, true)) return;
  loop_.post([self = self_] {
    if (*self != nullptr) (*self)->walk_failed_paths();
  });
}

void UserPlane::walk_failed_paths() {
  walk_posted_ = false;
  if (failed_paths_.empty()) return;
  FailedPath& path = failed_paths_.front();
  const std::uint32_t end = std::min(high_water_, path.next + kSessionsPerTurn);
  for (; path.next < end; ++path.next) report_on_path(path.next, path.peer);
  if (path.next >= high_water_) failed_paths_.pop_front();
  if (!failed_paths_.empty()) walk_failed_paths_later();
}

void UserPlane::report_on_path(std::uint32_t session, const OuterAddress& peer) {
  const Control control = controls_[session];
  if (control.generation == 0) return;
  // All of them first: the receiver may change what it hears of.
  InlineList<std::uint8_t, kBearersPerSessionMax + 1> ebis;
  const DownlinkLine line = table_.downlinks[session].own();
  if (forwards(line) && peer_of(line) == peer) ebis.push_back(line.ebi);
  if (const Extras* extras = extras_of(session))
    for (const OwnBearer& own : extras->bearers)
      if (own.bearer.action == DownlinkAction::forward && own.bearer.peer == peer)
        ebis.push_back(own.bearer.ebi);
  for (const std::uint8_t ebi : ebis)
    if (reports_ != nullptr)
      reports_->bearer_path_failure(session_id(session, control.generation), control.control_seid, ebi);
}

void UserPlane::deliver_error_indication(const Report& report) {
  const auto index = tunnels_.find({report.peer, report.teid});
  if (!index) return;
  const bool dedicated = *index >= table_.bearers_at;
  const std::uint32_t session = dedicated ? bearer_slots_[*index - table_.bearers_at].session : *index;
  std::uint8_t ebi = table_.downlinks[session].own().ebi;
  if (dedicated)
    for (const OwnBearer& own : extras_[session].bearers)
      if (own.bearer.slot == *index) ebi = own.bearer.ebi;
  const Control& control = controls_[session];
  gtp::Fteid peer{.teid = report.teid, .v4 = {}, .v6 = {}};
  const IpAddress address = report.peer.address();
  if (address.is_v4()) peer.v4 = *address.v4();
  if (!address.is_v4()) peer.v6 = *address.v6();
  reports_->error_indication(session_id(session, control.generation), control.control_seid, ebi, peer);
}

}  // namespace zerocell::upf
