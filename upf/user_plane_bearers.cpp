// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/crypto/random.hpp"
#include "core/telemetry/metrics.hpp"
#include "upf/user_plane.hpp"

/// Dedicated bearers and forwarding tunnels of the user plane.
namespace zerocell::upf {
namespace {

inline Gauge bearers_now{"zerocell_upf_dedicated_bearers", "Dedicated bearers of the user plane."};
inline Gauge forwarding_now{"zerocell_upf_forwarding_tunnels", "Indirect forwarding tunnels that exist."};

BearerId bearer_id(const Bearer& bearer) {
  return BearerId{std::uint64_t{bearer.generation} << 32 | bearer.slot};
}

bool forwards(const Bearer& bearer) {
  return bearer.action == DownlinkAction::forward;
}

void set_rates(Bearer& bearer, const BitRate& mbr) {
  bearer.mbr_uplink_units = rate_units(mbr.uplink_bps);
  bearer.mbr_downlink_units = rate_units(mbr.downlink_bps);
}

void set_guaranteed(Bearer& bearer, const BitRate& gbr) {
  bearer.guaranteed_uplink = gbr.uplink_bps != 0;
  bearer.guaranteed_downlink = gbr.downlink_bps != 0;
}

}  // namespace

std::optional<std::uint32_t> UserPlane::IndexRange::take() {
  if (next_ < end_) return next_++;
  if (free_.empty()) return std::nullopt;
  const std::uint32_t index = free_.front();
  free_.pop_front();
  return index;
}

UserPlane::Extras* UserPlane::extras_of(std::uint32_t session) {
  const auto found = extras_.find(session);
  return found == extras_.end() ? nullptr : &found->second;
}

void UserPlane::drop_extras_if_empty(std::uint32_t session) {
  if (const Extras* extras = extras_of(session); extras != nullptr && extras->empty()) extras_.erase(session);
}

UserPlane::OwnBearer* UserPlane::find_bearer(std::uint32_t session, BearerId bearer) {
  Extras* extras = extras_of(session);
  if (extras == nullptr) return nullptr;
  for (OwnBearer& own : extras->bearers)
    if (bearer_id(own.bearer) == bearer) return &own;
  return nullptr;
}

std::shared_ptr<const BearerSet> UserPlane::make_set(std::uint32_t session, const Extras& extras) const {
  if (extras.bearers.empty() && extras.default_filters.empty()) return nullptr;
  auto set = std::make_shared<BearerSet>();
  set->session_generation = controls_[session].generation;
  set->default_filtered = !extras.default_filters.empty();
  set->bearers.push_back({.slot = session, .ebi = table_.downlinks[session].own().ebi});
  for (const PacketFilter& filter : extras.default_filters) set->filters.push_back({filter, 0, true});
  for (const OwnBearer& own : extras.bearers) {
    const auto position = static_cast<std::uint8_t>(set->bearers.size());
    set->bearers.push_back(own.bearer);
    for (const PacketFilter& filter : own.filters) set->filters.push_back({filter, position, own.installed});
  }
  std::ranges::sort(set->filters, {},
                    [](const auto& one) { return std::pair(one.filter.precedence, one.bearer); });
  return set;
}

void UserPlane::publish_bearers(std::uint32_t session, Extras& extras) {
  // The UE's own lines are what a dedicated bearer's are made of.
  UplinkLine own = table_.uplinks[session].own();
  DownlinkLine downlink = table_.downlinks[session].own();
  auto before = std::exchange(extras.set, make_set(session, extras));
  table_.bearer_sets[session].store(extras.set.get(), std::memory_order_seq_cst);
  for (const OwnBearer& bearer : extras.bearers) {
    UplinkLine line = own;
    line.teid = table_.uplinks[bearer.bearer.slot].own().teid;
    line.flags = static_cast<std::uint8_t>((own.flags & ~kLineFiltered) | kLineDedicated);
    line.ebi = bearer.bearer.ebi;
    table_.uplinks[bearer.bearer.slot].publish(line);
  }
  const bool filtered = !extras.default_filters.empty();
  own.flags = static_cast<std::uint8_t>((own.flags & ~kLineFiltered) | (filtered ? kLineFiltered : 0));
  table_.uplinks[session].publish(own);
  downlink.bearers = extras.set != nullptr ? session : kNoIndex;
  table_.downlinks[session].publish(downlink);
  table_.retired.add(std::move(before));
}

void UserPlane::move_tunnel(const Bearer& before, const Bearer& after) {
  const PeerTunnel old{before.peer, before.peer_teid};
  const PeerTunnel now{after.peer, after.peer_teid};
  if (forwards(before) == forwards(after) && (old == now || !forwards(after))) return;
  if (forwards(before)) forget_tunnel(after.slot, old);
  bearer_slots_[after.slot - table_.bearers_at].tunnel = now;
  if (forwards(after)) index_tunnel(after.slot, now);
}

std::expected<BearerEstablished, N4Error> UserPlane::establish_bearer(SessionId session,
                                                                      const BearerEstablishment& request) {
  const auto slot = find(session);
  if (!slot) return std::unexpected(slot.error());
  const Extras* has = extras_of(slot->index);
  if (has != nullptr && has->bearers.size() >= kBearersPerSessionMax)
    return std::unexpected(N4Error::no_resources);
  const auto index = bearer_indexes_.take();
  if (!index) return std::unexpected(N4Error::no_resources);
  OwnBearer own;
  own.bearer.slot = *index;
  while (own.bearer.generation == 0) own.bearer.generation = random_.u32();
  own.bearer.dedicated = true;
  set_guaranteed(own.bearer, request.gbr);
  own.bearer.dscp = settings_.dscp[request.qci];
  set_rates(own.bearer, request.mbr);
  own.filters = request.filters;
  bearer_slots_[*index - table_.bearers_at] = {
      .generation = own.bearer.generation, .session = slot->index, .tunnel = {}};

  UplinkLine line;
  line.teid = new_teid(*index);
  table_.uplinks[*index].publish(line);
  const BearerEstablished established{.bearer = bearer_id(own.bearer), .uplink = local_fteid(line.teid)};
  Extras& extras = extras_[slot->index];
  extras.bearers.push_back(std::move(own));
  publish_bearers(slot->index, extras);
  bearers_now.set(static_cast<std::int64_t>(++bearers_live_));
  return established;
}

std::expected<void, N4Error> UserPlane::apply(const BearerModification& request, OwnBearer& own) const {
  Bearer& bearer = own.bearer;
  if (request.ebi) {
    if (*request.ebi < 5 || *request.ebi > 15) return std::unexpected(N4Error::bad_bearer);
    bearer.ebi = *request.ebi;
  }
  if (request.downlink) {
    if (request.downlink->action == DownlinkAction::forward) {
      const auto outer = reachable(request.downlink->peer);
      if (!outer) return std::unexpected(N4Error::bad_peer);
      bearer.peer = *outer;
      bearer.peer_teid = request.downlink->peer.teid;
    }
    bearer.action = request.downlink->action;
    own.installed |= bearer.action != DownlinkAction::drop;
  }
  if (request.mbr) set_rates(bearer, *request.mbr);
  if (request.gbr) set_guaranteed(bearer, *request.gbr);
  if (request.qci) bearer.dscp = settings_.dscp[*request.qci];
  if (request.filters) own.filters = *request.filters;
  return {};
}

std::expected<void, N4Error> UserPlane::modify_bearer(SessionId session, BearerId bearer,
                                                      const BearerModification& request) {
  const auto slot = find(session);
  if (!slot) return std::unexpected(slot.error());
  OwnBearer* own = find_bearer(slot->index, bearer);
  if (own == nullptr) return std::unexpected(N4Error::no_bearer);
  const Bearer before = own->bearer;
  OwnBearer after = *own;
  if (const auto applied = apply(request, after); !applied) return applied;
  *own = std::move(after);
  move_tunnel(before, own->bearer);
  publish_bearers(slot->index, extras_[slot->index]);
  if (!request.downlink) return {};
  // TS 29.281 §7.3.2: it is the last packet of a tunnel, which one that stays in use does not end with.
  const bool leaves = before.peer_teid != own->bearer.peer_teid || before.peer != own->bearer.peer;
  if (request.downlink->end_marker_to_old_peer && forwards(before) && leaves)
    tell({.kind = Command::Kind::end_marker,
          .teid = before.peer_teid,
          .peer = before.peer,
          .dscp = before.dscp},
         Urgency::now);
  // Which bearer of the session the packets wait for was not kept.
  tell({.kind = Command::Kind::downlink_changed,
        .session = slot->index,
        .session_generation = slot->line.session_generation,
        .bearer = before.slot},
       waiting_.contains(slot->index) ? Urgency::now : Urgency::soon);
  return {};
}

void UserPlane::end_bearer(std::uint32_t session, const OwnBearer& ended) {
  const Bearer& bearer = ended.bearer;
  end_uplink(bearer.slot);
  if (forwards(bearer)) forget_tunnel(bearer.slot, {bearer.peer, bearer.peer_teid});
  bearer_slots_[bearer.slot - table_.bearers_at] = {};
  bearer_indexes_.give(bearer.slot);
  bearers_now.set(static_cast<std::int64_t>(--bearers_live_));
  tell({.kind = Command::Kind::bearer_ended,
        .session = session,
        .session_generation = bearer.generation,
        .bearer = bearer.slot});
}

std::expected<void, N4Error> UserPlane::release_bearer(SessionId session, BearerId bearer) {
  const auto slot = find(session);
  if (!slot) return std::unexpected(slot.error());
  OwnBearer* own = find_bearer(slot->index, bearer);
  if (own == nullptr) return std::unexpected(N4Error::no_bearer);
  Extras& extras = extras_[slot->index];
  const OwnBearer ended = std::move(*own);
  extras.bearers.erase(extras.bearers.begin() + (own - extras.bearers.data()));
  publish_bearers(slot->index, extras);
  end_bearer(slot->index, ended);
  drop_extras_if_empty(slot->index);
  return {};
}

void UserPlane::end_extras(std::uint32_t session) {
  Extras* extras = extras_of(session);
  if (extras == nullptr) return;
  const std::vector<OwnBearer> ended = std::exchange(extras->bearers, {});
  extras->default_filters.clear();
  if (extras->set != nullptr) {
    table_.bearer_sets[session].store(nullptr, std::memory_order_seq_cst);
    table_.retired.add(std::exchange(extras->set, nullptr));
  }
  for (const OwnBearer& bearer : ended) end_bearer(session, bearer);
  for (const std::uint32_t index : extras->forwarding) end_forwarding(index);
  for (const IpPrefix& route : extras->routes) table_.routes.remove(route);
  extras_.erase(session);
}

std::expected<gtp::Fteid, N4Error> UserPlane::forward(SessionId session, const gtp::Fteid& peer,
                                                      std::uint8_t qci) {
  const auto slot = find(session);
  if (!slot) return std::unexpected(slot.error());
  const auto outer = reachable(peer);
  if (!outer) return std::unexpected(N4Error::bad_peer);
  const auto index = forwarding_indexes_.take();
  if (!index) return std::unexpected(N4Error::no_resources);
  UplinkLine line;
  line.teid = new_teid(*index);
  line.session = slot->index;
  line.session_generation = slot->line.session_generation;
  line.ue_ipv4 = peer.teid;
  line.peer = outer->octets;
  line.dscp = settings_.dscp[qci];
  line.flags = static_cast<std::uint8_t>(kLineLive | kLineRelay | (outer->v6 ? kLineOuterV6 : 0));
  table_.uplinks[*index].publish(line);
  extras_[slot->index].forwarding.push_back(*index);
  forwarding_now.set(static_cast<std::int64_t>(++forwarding_live_));
  const Duration lifetime = std::chrono::seconds(settings_.forwarding_seconds);
  forwarding_ends_.push_back({loop_.now() + lifetime, *index, line.teid});
  if (!forwarding_timer_.armed()) loop_.arm(forwarding_timer_, lifetime);
  return local_fteid(line.teid);
}

void UserPlane::end_forwarding(std::uint32_t index) {
  end_uplink(index);
  forwarding_indexes_.give(index);
  forwarding_now.set(static_cast<std::int64_t>(--forwarding_live_));
  if (forwarding_live_ > 0) return;
  forwarding_ends_.clear();
  forwarding_timer_.disarm();
}

void UserPlane::stop_forwarding(SessionId session) {
  const auto slot = find(session);
  Extras* extras = slot ? extras_of(slot->index) : nullptr;
  if (extras == nullptr) return;
  for (const std::uint32_t index : std::exchange(extras->forwarding, {})) end_forwarding(index);
  drop_extras_if_empty(slot->index);
}

void UserPlane::expire_forwarding() {
  while (!forwarding_ends_.empty() && forwarding_ends_.front().at <= loop_.now()) {
    const Expiry expiry = forwarding_ends_.front();
    forwarding_ends_.pop_front();
    const UplinkLine line = table_.uplinks[expiry.index].own();
    // It may have ended before, and its index may be another's now.
    if ((line.flags & kLineRelay) == 0 || line.teid != expiry.teid) continue;
    if (Extras* extras = extras_of(line.session); extras != nullptr) {
      std::erase(extras->forwarding, expiry.index);
      drop_extras_if_empty(line.session);
    }
    end_forwarding(expiry.index);
  }
  if (!forwarding_ends_.empty()) loop_.arm(forwarding_timer_, forwarding_ends_.front().at - loop_.now());
}

}  // namespace zerocell::upf
