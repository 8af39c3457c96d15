// SPDX-License-Identifier: Apache-2.0
#include "pgw/pgw.hpp"

#include <algorithm>
#include <utility>

#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"
#include "pgw/network.hpp"

namespace zerocell::pgw {
namespace {

Gauge active_sessions{"zerocell_pgw_sessions", "PDN connections that exist."};
Counter created_sessions{"zerocell_pgw_sessions_created_total", "PDN connections that were created."};
Counter refused_sessions{"zerocell_pgw_sessions_refused_total", "PDN connections that were refused."};

/// Ours: how long the packets of a UE that is not to be paged make no more notifications.
constexpr auto kQuietAfterRefusal = std::chrono::seconds(5);

/// TS 23.401 §5.3.1.2.2: any interface identifier will do but zero; bit 7 of the first octet says that it is
/// not derived from a hardware address.
std::uint64_t make_interface_id(Random& random) {
  std::array<std::uint8_t, 8> octets;
  random.fill(octets);
  octets[0] &= 0xFD;
  octets[7] |= 1;
  Reader in(octets);
  return in.u64();
}

Ipv6Address join(const Ipv6Address& prefix, std::uint64_t interface_id) {
  Ipv6Address address = prefix;
  for (std::size_t i = 16; i-- > 8; interface_id >>= 8)
    address.octets[i] = static_cast<std::uint8_t>(interface_id);
  return address;
}

std::uint64_t lower_half(const Ipv6Address& address) {
  return Reader(Bytes(address.octets).subspan(8)).u64();
}

Ipv6Address upper_half(Ipv6Address address) {
  std::fill(address.octets.begin() + 8, address.octets.end(), std::uint8_t{0});
  return address;
}

gtp::Cause cause_of(PoolError error) {
  // A static address that is taken or impossible is the subscription's fault, not the pool's.
  return error == PoolError::exhausted ? gtp::Cause::all_dynamic_addresses_occupied
                                       : gtp::Cause::request_rejected;
}

gtp::Cause cause_of(upf::N4Error error) {
  if (error == upf::N4Error::bad_route) return gtp::Cause::request_rejected;  // As a bad static address.
  return error == upf::N4Error::no_resources ? gtp::Cause::no_resources_available
                                             : gtp::Cause::system_failure;
}

std::optional<upf::UeRate> ue_rate(const CreateSessionRequest& request) {
  if (request.ue_ambr == gtp::Ambr{}) return std::nullopt;
  return ue_rate_of(request.imsi, request.ue_ambr);
}

std::uint64_t lower(std::uint64_t asked, std::uint64_t most) {
  return asked == 0 ? most : std::min(asked, most);
}

}  // namespace

/// Addresses that go back unless a session keeps them.
class Pgw::AddressLease {
 public:
  AddressLease(Network& network, Time now) : network_(&network), now_(now) {}
  AddressLease(const AddressLease&) = delete;
  ~AddressLease() {
    if (v4_) network_->ipv4->give_up(*v4_);
    if (v6_) network_->ipv6->give_up(*v6_);
  }

  std::expected<void, PoolError> take_ipv4(Ipv4Address wanted) {
    if (!wanted.unspecified()) {
      if (auto taken = network_->ipv4->allocate(wanted); !taken) return taken;
      v4_ = wanted;
      return {};
    }
    const auto given = network_->ipv4->allocate(now_);
    if (!given) return std::unexpected(given.error());
    v4_ = *given;
    return {};
  }
  std::expected<void, PoolError> take_ipv6(const Ipv6Address& wanted) {
    if (!wanted.unspecified()) {
      if (auto taken = network_->ipv6->allocate(wanted); !taken) return taken;
      v6_ = network_->ipv6->prefix_of(wanted);
      return {};
    }
    const auto given = network_->ipv6->allocate(now_);
    if (!given) return std::unexpected(given.error());
    v6_ = *given;
    return {};
  }
  std::optional<Ipv4Address> v4() const { return v4_; }
  std::optional<Ipv6Address> v6() const { return v6_; }
  void keep() {
    v4_.reset();
    v6_.reset();
  }

 private:
  Network* network_;
  Time now_;
  std::optional<Ipv4Address> v4_;
  std::optional<Ipv6Address> v6_;
};

Pgw::Pgw(const std::vector<config::ApnConfig>& apns, Sessions sessions, upf::N4& user_plane,
         egress::Egress& egress, Random& random, Loop& loop)
    : networks_(apns.begin(), apns.end()),
      sessions_(std::move(sessions)),
      user_plane_(user_plane),
      egress_(egress),
      random_(random),
      loop_(loop),
      next_charging_id_(random.u32()),
      addresses_(sessions_),
      connections_(sessions_),
      bearers_(sessions_.capacity()),
      procedures_(loop) {
  user_plane_.set_reports(this);
}

Pgw::~Pgw() {
  user_plane_.set_reports(nullptr);
}

std::optional<std::uint16_t> Pgw::find_network(const Apn& apn) const {
  for (std::size_t i = 0; i < networks_.size(); ++i)
    if (networks_[i].config.name == apn) return static_cast<std::uint16_t>(i);
  return std::nullopt;
}

SessionId Pgw::id_of(Sessions::Index index) const {
  return SessionId{std::uint64_t{sessions_.generation(index)} << 32 | index};
}

std::optional<Pgw::Sessions::Index> Pgw::find(SessionId session) const {
  const auto value = std::to_underlying(session);
  const auto index = static_cast<Sessions::Index>(value);
  if (!sessions_.live(index) || sessions_.generation(index) != value >> 32) return std::nullopt;
  return index;
}

std::optional<gtp::PdnAddress> Pgw::address_of(SessionId session) const {
  const auto index = find(session);
  if (!index) return std::nullopt;
  return sessions_[*index].address;
}

std::expected<PdnTypeChoice, gtp::Cause> choose_pdn_type(const config::ApnConfig& apn,
                                                         gtp::PdnType requested) {
  const bool v4 = apn.offers(config::PdnType::ipv4);
  const bool v6 = apn.offers(config::PdnType::ipv6);
  const bool both = apn.offers(config::PdnType::ipv4v6);
  switch (requested) {
    case gtp::PdnType::ipv4:
      if (v4 || both) return PdnTypeChoice{gtp::PdnType::ipv4};
      break;
    case gtp::PdnType::ipv6:
      if (v6 || both) return PdnTypeChoice{gtp::PdnType::ipv6};
      break;
    case gtp::PdnType::ipv4v6:
      if (both) return PdnTypeChoice{gtp::PdnType::ipv4v6};
      if (v4 && v6)
        return PdnTypeChoice{gtp::PdnType::ipv4, gtp::Cause::new_pdn_type_single_address_bearer_only};
      if (v4) return PdnTypeChoice{gtp::PdnType::ipv4, gtp::Cause::new_pdn_type_network_preference};
      if (v6) return PdnTypeChoice{gtp::PdnType::ipv6, gtp::Cause::new_pdn_type_network_preference};
      break;
  }
  return std::unexpected(gtp::Cause::preferred_pdn_type_not_supported);
}

Task<Answer<CreateSessionResponse>> Pgw::create_session(CreateSessionRequest request) {
  const auto offer = judge_session(request);
  if (offer)
    if (auto holders = reclaim(request, *offer); !holders.empty()) co_await gone(std::move(holders));
  auto answer =
      offer ? create(request, *offer) : Answer<CreateSessionResponse>(std::unexpected(offer.error()));
  if (answer) {
    created_sessions.add();
    active_sessions.add();
  } else {
    refused_sessions.add();
    log::warning("session_refused", {.imsi = request.imsi, .procedure = "create_session"},
                 {{"apn", request.apn.text()}, {"cause", gtp::to_string(answer.error())}});
  }
  co_return answer;
}

/// What a PDN connection is made of, or why there is none.
Answer<Pgw::Offer> Pgw::judge_session(const CreateSessionRequest& request) const {
  const auto which = find_network(request.apn);
  if (!which) return std::unexpected(gtp::Cause::missing_or_unknown_apn);
  const config::ApnConfig& apn = networks_[*which].config;
  if (!gtp::apn_restriction_allows(request.maximum_apn_restriction, apn.restriction))
    return std::unexpected(gtp::Cause::apn_restriction_incompatible);
  const auto choice = choose_pdn_type(apn, request.pdn_type);
  if (!choice) return std::unexpected(choice.error());
  return Offer{*which, *choice};
}

Answer<CreateSessionResponse> Pgw::create(const CreateSessionRequest& request, const Offer& offer) {
  Network& network = networks_[offer.apn];
  const PdnTypeChoice& choice = offer.choice;
  AddressLease lease(network, loop_.now());
  if (gtp::has_ipv4(choice.type))
    if (const auto taken = lease.take_ipv4(request.static_ipv4); !taken)
      return std::unexpected(cause_of(taken.error()));
  if (gtp::has_ipv6(choice.type))
    if (const auto taken = lease.take_ipv6(request.static_ipv6_prefix); !taken)
      return std::unexpected(cause_of(taken.error()));

  const auto index = sessions_.allocate();
  if (!index) return std::unexpected(gtp::Cause::no_resources_available);
  const auto admitted = egress_.admit({.imsi = request.imsi,
                                       .imei = request.imei,
                                       .group = request.policy_group,
                                       .apn = request.apn,
                                       .rat = egress::Rat::eutran,
                                       .tai = request.location.tai});
  if (!admitted) {
    sessions_.release(*index);
    log::warning("identity_not_admitted", {.imsi = request.imsi, .procedure = "create_session"},
                 {{"reason", admitted.error().message}});
    return std::unexpected(gtp::Cause::no_resources_available);
  }

  CreateSessionResponse response;
  response.cause = choice.cause;
  response.session = id_of(*index);
  response.address.type = choice.type;
  if (lease.v4()) response.address.v4 = *lease.v4();
  if (lease.v6()) response.address.v6 = join(*lease.v6(), make_interface_id(random_));
  response.qos = request.qos;
  response.ambr = {lower(request.ambr.uplink_bps, network.config.ambr_uplink_bps),
                   lower(request.ambr.downlink_bps, network.config.ambr_downlink_bps)};
  if (!request.pco.empty()) response.pco = answer_pco(request.pco, request.extended_pco, network.config);
  response.charging_id = next_charging_id_++;
  response.apn_restriction = network.config.restriction;

  // TS 23.401 §4.7.3: with the UE's other connections to the APN, whose limit becomes this one's. An
  // emergency connection has what the configuration gives it, and shares with none.
  const auto beside = request.emergency ? std::nullopt : connections_.find(request.imsi, offer.apn);
  std::optional<std::uint64_t> ambr_share;
  if (beside) ambr_share = connections_.share_of(request.imsi, offer.apn);
  const auto established = user_plane_.establish(
      {.control_seid = std::to_underlying(response.session),
       .security_id = *admitted,
       .ue_ipv4 = lease.v4(),
       .ue_ipv6_prefix = lease.v6(),
       .ue_interface_id = lease.v6() ? lower_half(response.address.v6) : 0,
       .ebi = request.ebi,
       .qci = request.qos.qci,
       .link_mtu = network.config.mtu,
       .ambr = {response.ambr.uplink_bps, response.ambr.downlink_bps},
       .ambr_share = ambr_share,
       .ue_rate = ue_rate(request),
       .framed_routes = framed_routes(network, request.imsi, choice.type, request.framed_routes),
       .uplink_open = true,
       // Until the eNodeB is known there is nowhere to send to.
       .downlink = {.action = upf::DownlinkAction::buffer}});
  if (!established) {
    if (established.error() == upf::N4Error::bad_route)
      log::warning("framed_routes_refused", {.imsi = request.imsi, .procedure = "create_session"},
                   {{"reason", upf::to_string(established.error())}});
    egress_.leave(*admitted);
    sessions_.release(*index);
    return std::unexpected(cause_of(established.error()));
  }
  response.user_plane = established->uplink;
  if (beside) (void)user_plane_.modify(sessions_[*beside].user_plane, {.ambr_share = ambr_share});

  const auto update = sessions_.update(*index);
  SessionRecord& record = sessions_[*index];
  record.imsi = request.imsi;
  record.user_plane = established->session;
  record.access = established->uplink;
  record.security_id = *admitted;
  record.charging_id = response.charging_id;
  record.address = response.address;
  record.ambr = response.ambr;
  record.qos = response.qos;
  record.apn = offer.apn;
  record.ebi = request.ebi;
  record.emergency = request.emergency;
  record.rules_due = rules_for(network, request.policy_group) | SessionRecord::kNotUp;
  record.quarantined = request.quarantined;
  record.configured_rules = static_cast<std::uint8_t>(configured_rules(network.config, request.policy_group));
  if (!request.framed_routes.empty() || !request.bearers.empty())
    subscribed_[*index] = {.routes = request.framed_routes, .rules = request.bearers};
  lease.keep();
  addresses_.insert(*index, record.address);
  if (!record.emergency) connections_.insert(*index, record.imsi, record.apn);
  return response;
}

/// Opens the downlink of one bearer; gives the endpoint of its uplink.
Answer<gtp::Fteid> Pgw::open_access(const SessionRecord& record, const BearerAccess& access,
                                    bool path_switch) {
  const upf::Downlink downlink{
      .action = upf::DownlinkAction::forward, .peer = access.access, .end_marker_to_old_peer = path_switch};
  const auto refused = [](upf::N4Error error) {
    return std::unexpected(error == upf::N4Error::bad_peer ? gtp::Cause::mandatory_ie_incorrect
                                                           : cause_of(error));
  };
  if (access.ebi == record.ebi) {
    upf::SessionModification change;
    change.downlink = downlink;
    if (const auto modified = user_plane_.modify(record.user_plane, change); !modified)
      return refused(modified.error());
    return record.access;
  }
  const DedicatedBearerRecord* bearer = bearers_.find(record, access.ebi);
  if (bearer == nullptr) return std::unexpected(gtp::Cause::context_not_found);
  const auto modified =
      user_plane_.modify_bearer(record.user_plane, bearer->user_plane, {.downlink = downlink});
  if (!modified) return refused(modified.error());
  return bearer->uplink;
}

Task<Answer<ModifyBearerResponse>> Pgw::modify_bearer(ModifyBearerRequest request) {
  const auto index = find(request.session);
  if (!index) co_return std::unexpected(gtp::Cause::context_not_found);
  SessionRecord& record = sessions_[*index];
  ModifyBearerResponse response;
  auto refused = gtp::Cause::context_not_found;
  // One that cannot be reached takes no other along: it has its own cause (TS 29.274 §7.2.8).
  for (const BearerAccess& bearer : request.bearers) {
    const auto uplink = open_access(record, bearer, request.path_switch);
    if (uplink)
      response.bearers.push_back({bearer.ebi, *uplink});
    else if (uplink.error() != gtp::Cause::context_not_found)
      refused = uplink.error();
  }
  if (response.bearers.empty() && !request.bearers.empty()) co_return std::unexpected(refused);
  // The session is up: the UE has its default bearer.
  if (response.bearers.empty()) co_return response;
  awaited_.erase(*index);
  const std::uint16_t due = std::exchange(record.rules_due, std::uint16_t{0});
  if ((due & ~SessionRecord::kNotUp) != 0 || (due != 0 && subscribed_.contains(*index)))
    procedures_.start(request.session, create_due_bearers(request.session, due));
  co_return response;
}

Task<Answer<void>> Pgw::suspend_downlink(SessionId session) {
  const auto index = find(session);
  if (!index) co_return std::unexpected(gtp::Cause::context_not_found);
  const SessionRecord& record = sessions_[*index];
  upf::SessionModification change;
  change.downlink = upf::Downlink{.action = upf::DownlinkAction::buffer};
  if (const auto modified = user_plane_.modify(record.user_plane, change); !modified)
    co_return std::unexpected(cause_of(modified.error()));
  bearers_.for_each(record, [&](const DedicatedBearerRecord& bearer) {
    // One that the MME has not answered for has no far end that could be closed.
    if (bearer.ebi != 0)
      (void)user_plane_.modify_bearer(record.user_plane, bearer.user_plane, {.downlink = change.downlink});
  });
  co_return Answer<void>();
}

Task<Answer<CreateIndirectTunnelResponse>> Pgw::create_indirect_tunnel(CreateIndirectTunnelRequest request) {
  const auto index = find(request.session);
  if (!index) co_return std::unexpected(gtp::Cause::context_not_found);
  const SessionRecord& record = sessions_[*index];
  CreateIndirectTunnelResponse response;
  std::optional<upf::N4Error> refused;
  const auto open = [&](const auto& asked, auto& made) {
    for (const BearerAccess& bearer : asked) {
      const DedicatedBearerRecord* dedicated = bearers_.find(record, bearer.ebi);
      if (bearer.ebi != record.ebi && dedicated == nullptr) continue;
      const std::uint8_t qci = dedicated != nullptr ? dedicated->qos.qci : record.qos.qci;
      const auto local = user_plane_.forward(record.user_plane, bearer.access, qci);
      if (local)
        made.push_back({bearer.ebi, *local});
      else
        refused = local.error();
    }
  };
  open(request.downlink, response.downlink);
  open(request.uplink, response.uplink);
  if (response.downlink.empty() && response.uplink.empty())
    co_return std::unexpected(refused ? cause_of(*refused) : gtp::Cause::context_not_found);
  co_return response;
}

Task<Answer<void>> Pgw::delete_indirect_tunnel(SessionId session) {
  const auto index = find(session);
  if (!index) co_return std::unexpected(gtp::Cause::context_not_found);
  user_plane_.stop_forwarding(sessions_[*index].user_plane);
  co_return Answer<void>();
}

std::vector<Pgw::BearerState> Pgw::bearers_of(SessionId session) {
  const auto index = find(session);
  if (!index) return {};
  const SessionRecord& record = sessions_[*index];
  std::vector<BearerState> states{{record.ebi, record.qos, record.access}};
  bearers_.for_each(record, [&](const DedicatedBearerRecord& bearer) {
    states.push_back({bearer.ebi, bearer.qos, bearer.uplink});
  });
  return states;
}

std::size_t Pgw::addresses_in_use() const {
  std::size_t count = 0;
  for (const Network& network : networks_)
    count += (network.ipv4 ? network.ipv4->in_use() : 0) + (network.ipv6 ? network.ipv6->in_use() : 0);
  return count;
}

void Pgw::discard_downlink(SessionId session) {
  const auto index = find(session);
  if (!index) return;
  awaited_.erase(*index);
  upf::SessionModification change;
  change.drop_buffered = true;
  // A session that the user plane does not have has nothing buffered.
  (void)user_plane_.modify(sessions_[*index].user_plane, change);
}

bool Pgw::has_bearer_above(const SessionRecord& record, std::uint8_t priority) {
  bool above = record.qos.arp.priority < priority;
  bearers_.for_each(record, [&](const DedicatedBearerRecord& bearer) {
    above = above || bearer.qos.arp.priority < priority;
  });
  return above;
}

void Pgw::downlink_data(upf::SessionId, std::uint64_t control_seid, std::uint8_t ebi) {
  const SessionId session{control_seid};
  const auto index = find(session);
  if (!index || sgw_ == nullptr) return;
  const SessionRecord& record = sessions_[*index];
  const DedicatedBearerRecord* dedicated = bearers_.find(record, ebi);
  const gtp::Arp arp = dedicated != nullptr ? dedicated->qos.arp : record.qos.arp;
  const auto answer = sgw_->downlink_data({.session = session, .imsi = record.imsi, .ebi = ebi, .arp = arp});
  // The session may have ended in that call.
  if (!find(session)) return;
  if (answer.cause == gtp::Cause::request_accepted) awaited_.insert(*index);
  upf::SessionModification change;
  if (answer.buffering) {
    change.buffering = *answer.buffering;
    change.suggested_packets = answer.suggested_packets.value_or(0);
  } else if (answer.cause == gtp::Cause::unable_to_page_ue || answer.cause == gtp::Cause::context_not_found) {
    // A more urgent bearer may be paged for where this one is not: then what waits here waits for that. So it
    // does where a packet that came before is paged for, since when the MME has come under load.
    if (has_bearer_above(record, arp.priority)) return;
    if (answer.cause == gtp::Cause::unable_to_page_ue && awaited_.contains(*index)) return;
    // What comes next is not told of one by one, nor kept.
    change.drop_buffered = true;
    change.buffering = kQuietAfterRefusal;
    change.suggested_packets = upf::kSuggestNone;
  } else {
    return;  // The UE is paged; or the MME will say more when what it does now is over.
  }
  (void)user_plane_.modify(record.user_plane, change);
}

void Pgw::lose_access(upf::SessionId session, std::uint64_t control_seid, std::uint8_t ebi,
                      gtp::Cause cause) {
  const SessionId about{control_seid};
  const auto index = find(about);
  if (!index) return;
  const upf::Downlink wait{.action = upf::DownlinkAction::buffer};
  const SessionRecord& record = sessions_[*index];
  const DedicatedBearerRecord* dedicated = bearers_.find(record, ebi);
  if (ebi == record.ebi) {
    upf::SessionModification change;
    change.downlink = wait;
    (void)user_plane_.modify(session, change);
  } else if (dedicated != nullptr) {
    (void)user_plane_.modify_bearer(session, dedicated->user_plane, {.downlink = wait});
  } else {
    return;
  }
  if (sgw_ == nullptr) return;
  // The MME lets the UE go; the next packet has it paged. Without an MME's help packets wait all the same.
  (void)sgw_->downlink_data({.session = about,
                             .imsi = record.imsi,
                             .ebi = ebi,
                             .arp = dedicated != nullptr ? dedicated->qos.arp : record.qos.arp,
                             .cause = cause});
}

void Pgw::error_indication(upf::SessionId session, std::uint64_t control_seid, std::uint8_t ebi,
                           const gtp::Fteid&) {
  // TS 23.007 §21: the eNodeB has forgotten the bearer.
  lose_access(session, control_seid, ebi, gtp::Cause::error_indication_received);
}

void Pgw::bearer_path_failure(upf::SessionId session, std::uint64_t control_seid, std::uint8_t ebi) {
  lose_access(session, control_seid, ebi, gtp::Cause::s1_u_path_failure);
}

void Pgw::path_failure(const IpAddress& peer) {
  log::warning("user_plane_path_failed", {{"peer", peer.text()}});
}

void Pgw::peer_silent(const IpAddress& peer) {
  log::info("user_plane_peer_answers_no_echo", {{"peer", peer.text()}});
}

void Pgw::path_recovered(const IpAddress& peer) {
  log::info("user_plane_path_recovered", {{"peer", peer.text()}});
}

Task<Answer<void>> Pgw::delete_session(DeleteSessionRequest request) {
  const auto index = find(request.session);
  if (!index) co_return std::unexpected(gtp::Cause::context_not_found);
  end_session(*index);
  co_return Answer<void>();
}

void Pgw::end_session(Sessions::Index index) {
  bearers_.remove_all(sessions_[index]);
  subscribed_.erase(index);
  awaited_.erase(index);
  missing_routes_.erase(index);
  const SessionRecord record = sessions_[index];
  // The user plane first: once an address is free, no packet of the old session may pass under it.
  const auto usage = user_plane_.release(record.user_plane);
  egress_.leave(record.security_id);
  Network& network = networks_[record.apn];
  if (gtp::has_ipv4(record.address.type)) network.ipv4->release(record.address.v4, loop_.now());
  if (gtp::has_ipv6(record.address.type)) network.ipv6->release(upper_half(record.address.v6), loop_.now());
  addresses_.erase(record.address);
  if (!record.emergency) connections_.erase(index, record.imsi, record.apn);
  sessions_.release(index);
  active_sessions.subtract();
  install_missing_routes();
  if (usage)
    log::info("session_deleted", {.imsi = record.imsi, .procedure = "delete_session"},
              {{"uplink_octets", usage->uplink_octets}, {"downlink_octets", usage->downlink_octets}});
}

}  // namespace zerocell::pgw
