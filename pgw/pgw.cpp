// SPDX-License-Identifier: Apache-2.0
#include "pgw/pgw.hpp"

#include <algorithm>
#include <utility>

#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"

namespace zerocell::pgw {
namespace {

Gauge active_sessions{"zerocell_pgw_sessions", "PDN connections that exist."};
Counter created_sessions{"zerocell_pgw_sessions_created_total", "PDN connections that were created."};
Counter refused_sessions{"zerocell_pgw_sessions_refused_total", "PDN connections that were refused."};

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
  return error == upf::N4Error::no_resources ? gtp::Cause::no_resources_available
                                             : gtp::Cause::system_failure;
}

std::uint64_t lower(std::uint64_t asked, std::uint64_t most) {
  return asked == 0 ? most : std::min(asked, most);
}

}  // namespace

/// A packet data network: its configuration and what is left of its addresses.
struct Pgw::Network {
  explicit Network(const config::ApnConfig& apn) : config(apn) {
    if (apn.ipv4_pool) ipv4.emplace(*apn.ipv4_pool, apn.gateway());
    if (apn.ipv6_pool) ipv6.emplace(*apn.ipv6_pool);
  }
  config::ApnConfig config;
  std::optional<Ipv4Pool> ipv4;
  std::optional<Ipv6Pool> ipv6;
};

/// Addresses that go back unless a session keeps them.
class Pgw::AddressLease {
 public:
  explicit AddressLease(Network& network) : network_(&network) {}
  AddressLease(const AddressLease&) = delete;
  ~AddressLease() {
    if (v4_) network_->ipv4->release(*v4_);
    if (v6_) network_->ipv6->release(*v6_);
  }

  std::expected<void, PoolError> take_ipv4(Ipv4Address wanted) {
    if (!wanted.unspecified()) {
      if (auto taken = network_->ipv4->allocate(wanted); !taken) return taken;
      v4_ = wanted;
      return {};
    }
    const auto given = network_->ipv4->allocate();
    if (!given) return std::unexpected(given.error());
    v4_ = *given;
    return {};
  }
  std::expected<void, PoolError> take_ipv6(const Ipv6Address& wanted) {
    if (!wanted.unspecified()) {
      if (auto taken = network_->ipv6->allocate(upper_half(wanted)); !taken) return taken;
      v6_ = upper_half(wanted);
      return {};
    }
    const auto given = network_->ipv6->allocate();
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
  std::optional<Ipv4Address> v4_;
  std::optional<Ipv6Address> v6_;
};

Pgw::Pgw(const std::vector<config::ApnConfig>& apns, Sessions sessions, upf::N4& user_plane,
         egress::Egress& egress, Random& random)
    : networks_(apns.begin(), apns.end()),
      sessions_(std::move(sessions)),
      user_plane_(user_plane),
      egress_(egress),
      random_(random),
      next_charging_id_(random.u32()) {
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
  auto answer = create(request);
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

Answer<CreateSessionResponse> Pgw::create(const CreateSessionRequest& request) {
  const auto which = find_network(request.apn);
  if (!which) return std::unexpected(gtp::Cause::missing_or_unknown_apn);
  Network& network = networks_[*which];
  const auto choice = choose_pdn_type(network.config, request.pdn_type);
  if (!choice) return std::unexpected(choice.error());

  AddressLease lease(network);
  if (gtp::has_ipv4(choice->type))
    if (const auto taken = lease.take_ipv4(request.static_ipv4); !taken)
      return std::unexpected(cause_of(taken.error()));
  if (gtp::has_ipv6(choice->type))
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
  response.cause = choice->cause;
  response.session = id_of(*index);
  response.address.type = choice->type;
  if (lease.v4()) response.address.v4 = *lease.v4();
  if (lease.v6()) response.address.v6 = join(*lease.v6(), make_interface_id(random_));
  response.qos = request.qos;
  response.ambr = {lower(request.ambr.uplink_bps, network.config.ambr_uplink_bps),
                   lower(request.ambr.downlink_bps, network.config.ambr_downlink_bps)};
  if (!request.pco.empty()) response.pco = answer_pco(request.pco, request.extended_pco, network.config);
  response.charging_id = next_charging_id_++;

  const auto established =
      user_plane_.establish({.control_seid = std::to_underlying(response.session),
                             .security_id = *admitted,
                             .ue_ipv4 = lease.v4(),
                             .ue_ipv6_prefix = lease.v6(),
                             .ue_interface_id = lease.v6() ? lower_half(response.address.v6) : 0,
                             .ebi = request.ebi,
                             .link_mtu = network.config.mtu,
                             .ambr = {response.ambr.uplink_bps, response.ambr.downlink_bps},
                             .uplink_open = true,
                             // Until the eNodeB is known there is nowhere to send to.
                             .downlink = {.action = upf::DownlinkAction::buffer}});
  if (!established) {
    egress_.leave(*admitted);
    sessions_.release(*index);
    return std::unexpected(cause_of(established.error()));
  }
  response.user_plane = established->uplink;

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
  record.apn = *which;
  record.ebi = request.ebi;
  lease.keep();
  return response;
}

Task<Answer<ModifyBearerResponse>> Pgw::modify_bearer(ModifyBearerRequest request) {
  const auto index = find(request.session);
  if (!index) co_return std::unexpected(gtp::Cause::context_not_found);
  const SessionRecord& record = sessions_[*index];
  ModifyBearerResponse response;
  for (const BearerAccess& bearer : request.bearers) {
    if (bearer.ebi != record.ebi) continue;
    upf::SessionModification change;
    change.downlink = upf::Downlink{.action = upf::DownlinkAction::forward,
                                    .peer = bearer.access,
                                    .end_marker_to_old_peer = request.path_switch};
    if (const auto modified = user_plane_.modify(record.user_plane, change); !modified)
      co_return std::unexpected(modified.error() == upf::N4Error::bad_peer
                                    ? gtp::Cause::mandatory_ie_incorrect
                                    : cause_of(modified.error()));
    response.bearers.push_back({bearer.ebi, record.access});
  }
  if (response.bearers.empty()) co_return std::unexpected(gtp::Cause::context_not_found);
  co_return response;
}

Task<Answer<void>> Pgw::suspend_downlink(SessionId session) {
  const auto index = find(session);
  if (!index) co_return std::unexpected(gtp::Cause::context_not_found);
  upf::SessionModification change;
  change.downlink = upf::Downlink{.action = upf::DownlinkAction::buffer};
  if (const auto modified = user_plane_.modify(sessions_[*index].user_plane, change); !modified)
    co_return std::unexpected(cause_of(modified.error()));
  co_return Answer<void>();
}

void Pgw::discard_downlink(SessionId session) {
  const auto index = find(session);
  if (!index) return;
  upf::SessionModification change;
  change.drop_buffered = true;
  // A session that the user plane does not have has nothing buffered.
  (void)user_plane_.modify(sessions_[*index].user_plane, change);
}

Task<Answer<void>> Pgw::bearer_resource_command(BearerResourceCommand) {
  co_return std::unexpected(gtp::Cause::service_not_supported);
}

Task<Answer<void>> Pgw::delete_bearer_command(DeleteBearerCommand) {
  co_return std::unexpected(gtp::Cause::context_not_found);
}

Task<Answer<void>> Pgw::modify_bearer_command(ModifyBearerCommand) {
  co_return std::unexpected(gtp::Cause::service_not_supported);
}

void Pgw::downlink_data(upf::SessionId, std::uint64_t control_seid, std::uint8_t ebi) {
  const SessionId session{control_seid};
  const auto index = find(session);
  if (!index || sgw_ == nullptr) return;
  const SessionRecord& record = sessions_[*index];
  (void)sgw_->downlink_data({.session = session, .imsi = record.imsi, .ebi = ebi, .arp = record.qos.arp});
}

void Pgw::error_indication(upf::SessionId session, std::uint64_t control_seid, const gtp::Fteid&) {
  // TS 23.007 §21: the eNodeB has forgotten the bearer; packets wait, and the next one has the UE paged.
  if (!find(SessionId{control_seid})) return;
  upf::SessionModification change;
  change.downlink = upf::Downlink{.action = upf::DownlinkAction::buffer};
  (void)user_plane_.modify(session, change);
}

void Pgw::path_failure(const IpAddress& peer) {
  log::warning("user_plane_path_failed", {{"peer", peer.text()}});
}

void Pgw::path_recovered(const IpAddress& peer) {
  log::info("user_plane_path_recovered", {{"peer", peer.text()}});
}

Task<Answer<void>> Pgw::delete_session(DeleteSessionRequest request) {
  const auto index = find(request.session);
  if (!index) co_return std::unexpected(gtp::Cause::context_not_found);
  const SessionRecord record = sessions_[*index];
  // The user plane first: once an address is free, no packet of the old session may pass under it.
  const auto usage = user_plane_.release(record.user_plane);
  egress_.leave(record.security_id);
  Network& network = networks_[record.apn];
  if (gtp::has_ipv4(record.address.type)) network.ipv4->release(record.address.v4);
  if (gtp::has_ipv6(record.address.type)) network.ipv6->release(upper_half(record.address.v6));
  sessions_.release(*index);
  active_sessions.subtract();
  if (usage)
    log::info("session_deleted", {.imsi = record.imsi, .procedure = "delete_session"},
              {{"uplink_octets", usage->uplink_octets}, {"downlink_octets", usage->downlink_octets}});
  co_return Answer<void>();
}

void Pgw::reserve(const Apn& apn, const IpAddress& address) {
  const auto which = find_network(apn);
  if (!which) return;
  if (address.is_v4() && networks_[*which].ipv4) networks_[*which].ipv4->reserve(*address.v4());
  if (!address.is_v4() && networks_[*which].ipv6) networks_[*which].ipv6->reserve(upper_half(*address.v6()));
}

void Pgw::unreserve(const Apn& apn, const IpAddress& address) {
  const auto which = find_network(apn);
  if (!which) return;
  if (address.is_v4() && networks_[*which].ipv4) networks_[*which].ipv4->unreserve(*address.v4());
  if (!address.is_v4() && networks_[*which].ipv6)
    networks_[*which].ipv6->unreserve(upper_half(*address.v6()));
}

}  // namespace zerocell::pgw
