// SPDX-License-Identifier: Apache-2.0
#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"
#include "pgw/network.hpp"

/// What the network wants of a session's bearers: TS 23.401 §5.4.1 to §5.4.4, each to the gateway's part of
/// the figure.
namespace zerocell::pgw {
namespace {

Counter created_bearers{"zerocell_pgw_bearers_created_total", "Dedicated bearers that were created."};
Counter refused_bearers{"zerocell_pgw_bearers_refused_total",
                        "Dedicated bearers that the gateway, the MME or the UE refused."};

constexpr std::uint64_t kBitsPerKilobit = 1000;

upf::BitRate bits(const gtp::BearerRates& rates) {
  return {rates.uplink_kbps * kBitsPerKilobit, rates.downlink_kbps * kBitsPerKilobit};
}

/// The lower of two limits; 0 is none.
upf::BitRate lower_limit(const upf::BitRate& a, const upf::BitRate& b) {
  const auto lower = [](std::uint64_t one, std::uint64_t other) {
    return one == 0 || other == 0 ? std::max(one, other) : std::min(one, other);
  };
  return {lower(a.uplink_bps, b.uplink_bps), lower(a.downlink_bps, b.downlink_bps)};
}

upf::BearerModification rates_of(const gtp::BearerQos& qos) {
  return {.mbr = bits(qos.mbr), .gbr = bits(qos.gbr)};
}

/// What holds while a bearer changes, and where the UE refuses: neither QoS gives more than this.
upf::BearerModification least_of(const gtp::BearerQos& before, const gtp::BearerQos& after) {
  return {.mbr = lower_limit(bits(before.mbr), bits(after.mbr)),
          .gbr = bits({std::min(before.gbr.uplink_kbps, after.gbr.uplink_kbps),
                       std::min(before.gbr.downlink_kbps, after.gbr.downlink_kbps)})};
}

/// The filters that a bearer has, and for uplink packets those that the UE is told of: it may send by either
/// before it has answered.
std::vector<upf::PacketFilter> with_uplink(std::span<const nas::PacketFilter> before,
                                           std::span<const nas::PacketFilter> after) {
  std::vector<upf::PacketFilter> both = to_user_plane(before);
  for (upf::PacketFilter& filter : to_user_plane(after)) {
    if (filter.direction == upf::PacketFilter::Direction::downlink) continue;
    filter.direction = upf::PacketFilter::Direction::uplink;
    both.push_back(filter);
  }
  return both;
}

}  // namespace

/// A bearer of the user plane and its record, which go again unless the MME takes the bearer.
class Pgw::PendingBearer {
 public:
  PendingBearer(Pgw& pgw, SessionId session, upf::BearerId bearer)
      : pgw_(pgw), session_(session), bearer_(bearer) {}
  PendingBearer(const PendingBearer&) = delete;
  ~PendingBearer() {
    if (kept_) return;
    const auto index = pgw_.find(session_);
    if (!index) return;  // It went with its session.
    (void)pgw_.user_plane_.release_bearer(pgw_.sessions_[*index].user_plane, bearer_);
    pgw_.bearers_.remove(pgw_.sessions_[*index], bearer_);
  }
  void keep() { kept_ = true; }

 private:
  Pgw& pgw_;
  SessionId session_;
  upf::BearerId bearer_;
  bool kept_ = false;
};

std::array<bool, 256> Pgw::precedences(const SessionRecord& record) {
  std::array<bool, 256> taken{};
  bearers_.for_each(record, [&](const DedicatedBearerRecord& bearer) {
    for (const nas::PacketFilter& filter : bearer.filters()) taken[filter.precedence] = true;
  });
  return taken;
}

/// Dedicated bearer activation, TS 23.401 §5.4.1.
Task<Answer<std::uint8_t>> Pgw::create_dedicated_bearer(SessionId session, BearerRule rule,
                                                        std::uint8_t pti) {
  const auto index = find(session);
  if (!index) co_return std::unexpected(gtp::Cause::context_not_found);
  if (sgw_ == nullptr) co_return std::unexpected(gtp::Cause::remote_peer_not_responding);
  SessionRecord& record = sessions_[*index];

  // 1. The rule becomes a bearer that has no far end yet.
  const auto refused = [this, session, pti] {
    return fail_request(session, 0, pti, gtp::Cause::no_resources_available);
  };
  auto taken = precedences(record);
  if (!number_filters(rule.filters, {}, taken)) co_return refused();
  const auto established =
      user_plane_.establish_bearer(record.user_plane, {.gbr = bits(rule.qos.gbr),
                                                       .mbr = bits(rule.qos.mbr),
                                                       .filters = to_user_plane(rule.filters),
                                                       .qci = rule.qos.qci});
  if (!established) co_return refused();
  PendingBearer pending(*this, session, established->bearer);
  DedicatedBearerRecord* bearer = bearers_.add(record, established->bearer);
  if (bearer == nullptr || !bearer->set_filters(rule.filters)) co_return refused();
  bearer->uplink = established->uplink;
  bearer->qos = rule.qos;
  bearer->requested_by_ue = pti != 0;
  bearer->charging_id = next_charging_id_++;

  // 2-11. Create Bearer Request and its response, with the UE between them.
  CreateBearerRequest request{.session = session,
                              .imsi = record.imsi,
                              .linked_ebi = record.ebi,
                              .pti = pti,
                              .qos = rule.qos,
                              .tft = write_tft(nas::Tft::Operation::create, rule.filters),
                              .user_plane = established->uplink,
                              .charging_id = bearer->charging_id};
  const Imsi imsi = record.imsi;
  const auto answer = co_await sgw_->create_bearer(std::move(request));
  const auto still = find(session);
  if (!still) co_return std::unexpected(gtp::Cause::context_not_found);
  if (!answer) {
    refused_bearers.add();
    log::warning("bearer_refused", {.imsi = imsi, .procedure = "create_bearer"},
                 {{"rule", rule.name}, {"cause", gtp::to_string(answer.error())}});
    co_return std::unexpected(answer.error());
  }

  // 12. Downlink packets may take it now.
  const auto opened = user_plane_.modify_bearer(
      sessions_[*still].user_plane, established->bearer,
      {.ebi = answer->ebi,
       .downlink = upf::Downlink{.action = upf::DownlinkAction::forward, .peer = answer->access}});
  if (!opened) {
    // The UE has it, and its eNodeB cannot be reached: there it ends too.
    co_await sgw_->delete_bearer({.session = session, .imsi = imsi, .ebi = answer->ebi});
    co_return std::unexpected(gtp::Cause::mandatory_ie_incorrect);
  }
  bearers_.find(sessions_[*still], established->bearer)->ebi = answer->ebi;
  pending.keep();
  created_bearers.add();
  log::info("bearer_created", {.imsi = imsi, .procedure = "create_bearer"},
            {{"rule", rule.name}, {"ebi", answer->ebi}});
  co_return answer->ebi;
}

/// Bearer modification, TS 23.401 §5.4.2.1 and §5.4.3. Lower rates hold before the UE agrees, and whether it
/// does or not: the gateway enforces them (§4.7.3). Only its own wish is nothing where it fails.
Task<Answer<void>> Pgw::modify_dedicated_bearer(SessionId session, std::uint8_t ebi, BearerChange change,
                                                std::uint8_t pti) {
  const auto index = find(session);
  DedicatedBearerRecord* bearer = index ? bearers_.find(sessions_[*index], ebi) : nullptr;
  if (bearer == nullptr) co_return std::unexpected(gtp::Cause::context_not_found);
  if (sgw_ == nullptr) co_return std::unexpected(gtp::Cause::remote_peer_not_responding);
  DedicatedBearerRecord changed = *bearer;
  if (change.qos) changed.qos = *change.qos;
  if (change.filters) {
    if (!changed.set_filters(*change.filters))
      co_return fail_request(session, ebi, pti, gtp::Cause::semantic_error_in_tft_operation);
    if (change.tft.empty()) change.tft.assign(changed.tft.begin(), changed.tft.begin() + changed.tft_octets);
    // What the UE has under these identifiers is replaced: it cannot be told to create what it has.
    if (change.tft[0] >> 5 == static_cast<unsigned>(nas::Tft::Operation::create))
      change.tft = write_tft(nas::Tft::Operation::replace_filters, *change.filters);
  }

  const upf::BearerId id = bearer->user_plane;
  const upf::BearerModification least = least_of(bearer->qos, changed.qos);
  upf::BearerModification meanwhile = change.qos ? least : upf::BearerModification{};
  if (change.filters) meanwhile.filters = with_uplink(bearer->filters(), *change.filters);
  (void)user_plane_.modify_bearer(sessions_[*index].user_plane, id, meanwhile);
  UpdateBearerRequest request{.session = session,
                              .imsi = sessions_[*index].imsi,
                              .ebi = ebi,
                              .pti = pti,
                              .qos = change.qos,
                              .tft = change.tft};
  const auto answer = co_await sgw_->update_bearer(std::move(request));

  const auto still = find(session);
  bearer = still ? bearers_.find(sessions_[*still], id) : nullptr;
  if (bearer == nullptr) co_return std::unexpected(answer ? gtp::Cause::context_not_found : answer.error());
  if (answer) {
    bearer->qos = changed.qos;
    bearer->tft = changed.tft;
    bearer->tft_octets = changed.tft_octets;
  }
  upf::BearerModification settled;
  if (change.qos) settled = answer || pti != 0 ? rates_of(bearer->qos) : least;
  if (change.qos) settled.qci = bearer->qos.qci;
  if (change.filters) settled.filters = to_user_plane(bearer->filters());
  (void)user_plane_.modify_bearer(sessions_[*still].user_plane, id, settled);
  co_return answer;
}

/// The most that the UE has taken on one of the connections that share its APN-AMBR. They are modified one
/// after another (TS 23.401 §5.4.2.2 step 5), and the limit is one of all of them (§4.7.3).
gtp::Ambr Pgw::agreed_ambr(const SessionRecord& record) const {
  gtp::Ambr agreed = record.ambr;
  if (record.emergency) return agreed;
  for (const Sessions::Index index : connections_.sharing(record.imsi, record.apn)) {
    const gtp::Ambr& other = sessions_[index].ambr;
    agreed = {std::max(agreed.uplink_bps, other.uplink_bps),
              std::max(agreed.downlink_bps, other.downlink_bps)};
  }
  return agreed;
}

void Pgw::enforce(const SessionRecord& record, const gtp::Ambr& ambr) {
  upf::SessionModification change;
  change.ambr = upf::BitRate{ambr.uplink_bps, ambr.downlink_bps};
  (void)user_plane_.modify(record.user_plane, change);
}

void Pgw::enforce(const SessionRecord& record, const DedicatedBearerRecord& bearer) {
  (void)user_plane_.modify_bearer(record.user_plane, bearer.user_plane, rates_of(bearer.qos));
}

void Pgw::enforce_least(const SessionRecord& record, const DedicatedBearerRecord& bearer,
                        const gtp::BearerQos& wanted) {
  (void)user_plane_.modify_bearer(record.user_plane, bearer.user_plane, least_of(bearer.qos, wanted));
}

/// Bearer deactivation, TS 23.401 §5.4.4.1.
Task<Answer<void>> Pgw::delete_bearer(SessionId session, std::uint8_t ebi, std::uint8_t pti,
                                      std::optional<gtp::Cause> cause) {
  const auto index = find(session);
  if (!index) co_return std::unexpected(gtp::Cause::context_not_found);
  const bool whole = sessions_[*index].ebi == ebi;
  const DedicatedBearerRecord* bearer = bearers_.find(sessions_[*index], ebi);
  if (!whole && bearer == nullptr) co_return std::unexpected(gtp::Cause::context_not_found);
  if (sgw_ == nullptr) co_return std::unexpected(gtp::Cause::remote_peer_not_responding);
  const upf::BearerId id = whole ? upf::BearerId{} : bearer->user_plane;
  DeleteBearerRequest request{
      .session = session, .imsi = sessions_[*index].imsi, .ebi = ebi, .pti = pti, .cause = cause};
  const auto answer = co_await sgw_->delete_bearer(std::move(request));
  // What the MME has no more is deleted there already.
  if (!answer && answer.error() != gtp::Cause::context_not_found) co_return std::unexpected(answer.error());

  const auto still = find(session);
  if (!still) co_return Answer<void>();
  if (whole) {
    end_session(*still);
    co_return Answer<void>();
  }
  (void)user_plane_.release_bearer(sessions_[*still].user_plane, id);
  bearers_.remove(sessions_[*still], id);
  co_return Answer<void>();
}

/// The rest of a bearer that the MME has lost. What ran before it may have made another, to which the MME has
/// given the same EBI: that one stays, and there is nobody to be asked about the first.
Task<void> Pgw::delete_lost_bearer(SessionId session, std::uint8_t ebi, upf::BearerId bearer) {
  const auto index = find(session);
  if (!index || bearers_.find(sessions_[*index], bearer) == nullptr) co_return;
  // The newest is found first.
  const DedicatedBearerRecord* holder = bearers_.find(sessions_[*index], ebi);
  if (holder == nullptr || holder->user_plane == bearer) {
    (void)co_await delete_bearer(session, ebi);
    co_return;
  }
  (void)user_plane_.release_bearer(sessions_[*index].user_plane, bearer);
  bearers_.remove(sessions_[*index], bearer);
}

/// Change of APN-AMBR or of the default bearer's QoS, TS 23.401 §5.4.2.2. A lower APN-AMBR holds before the
/// UE agrees, and whether it does or not: the gateway enforces it (§4.7.3). A higher one holds for all
/// connections that share it as soon as the UE has taken it on one.
Task<Answer<void>> Pgw::modify_default_bearer(SessionId session, gtp::Ambr ambr, gtp::BearerQos qos) {
  const auto index = find(session);
  if (!index) co_return std::unexpected(gtp::Cause::context_not_found);
  if (sgw_ == nullptr) co_return std::unexpected(gtp::Cause::remote_peer_not_responding);
  const gtp::Ambr agreed = agreed_ambr(sessions_[*index]);
  const gtp::Ambr least{std::min(agreed.uplink_bps, ambr.uplink_bps),
                        std::min(agreed.downlink_bps, ambr.downlink_bps)};
  enforce(sessions_[*index], least);
  UpdateBearerRequest request{.session = session,
                              .imsi = sessions_[*index].imsi,
                              .ebi = sessions_[*index].ebi,
                              .qos = qos,
                              .ambr = ambr};
  const auto answer = co_await sgw_->update_bearer(std::move(request));
  if (!answer) co_return std::unexpected(answer.error());

  const auto still = find(session);
  if (!still) co_return std::unexpected(gtp::Cause::context_not_found);
  SessionRecord& record = sessions_[*still];
  record.ambr = ambr;
  record.qos = qos;
  upf::SessionModification change;
  change.ambr = upf::BitRate{ambr.uplink_bps, ambr.downlink_bps};
  change.qci = qos.qci;
  (void)user_plane_.modify(record.user_plane, change);
  co_return Answer<void>();
}

std::uint16_t Pgw::rules_for(const Network& network, const std::string& group) const {
  std::uint16_t due = 0;
  for (std::size_t i = 0; i < network.rules.size() && i < config::kBearerRulesMax; ++i)
    if (network.config.bearers[i].serves(group)) due |= static_cast<std::uint16_t>(1u << i);
  return due;
}

/// Bearers of the configuration whose rule names no maximum in a direction: there it is the APN-AMBR.
Task<void> Pgw::follow_ambr(SessionId session) {
  const auto index = find(session);
  if (!index) co_return;
  const SessionRecord& record = sessions_[*index];
  std::vector<std::pair<std::uint8_t, gtp::BearerQos>> changed;
  bearers_.for_each(record, [&](const DedicatedBearerRecord& bearer) {
    if (bearer.rule == DedicatedBearerRecord::kNoRule) return;
    const gtp::BearerQos& rule = networks_[record.apn].rules[bearer.rule].qos;
    const gtp::BearerQos whole = with_maximum_rates(rule, record.ambr);
    gtp::BearerQos qos = bearer.qos;
    if (rule.mbr.uplink_kbps == 0) qos.mbr.uplink_kbps = whole.mbr.uplink_kbps;
    if (rule.mbr.downlink_kbps == 0) qos.mbr.downlink_kbps = whole.mbr.downlink_kbps;
    if (qos != bearer.qos) changed.emplace_back(bearer.ebi, qos);
  });
  for (const auto& [ebi, qos] : changed) (void)co_await modify_dedicated_bearer(session, ebi, {.qos = qos});
}

/// What the subscription and the configuration give to each session, in this order: so the filters of the
/// subscription are asked first. A bearer that is refused is not tried again: whoever refuses
/// it would refuse it again, and the default bearer carries its packets. One that the UE was only not there
/// for is.
Task<void> Pgw::create_due_bearers(SessionId session, std::uint16_t rules) {
  co_await apply_subscription(session);
  for (std::size_t i = 0; i < config::kBearerRulesMax; ++i) {
    if ((rules >> i & 1) == 0) continue;
    const auto index = find(session);
    if (!index) co_return;
    BearerRule rule = networks_[sessions_[*index].apn].rules[i];
    rule.filters = filters_for(sessions_[*index].address.type, std::move(rule.filters));
    if (rule.filters.empty()) continue;
    rule.qos = with_maximum_rates(rule.qos, sessions_[*index].ambr);
    const auto created = co_await create_dedicated_bearer(session, std::move(rule));
    const auto still = find(session);
    if (!still) co_return;
    if (!created && is_only_away(created.error()))
      sessions_[*still].rules_due |= static_cast<std::uint16_t>(1u << i);
    DedicatedBearerRecord* bearer = created ? bearers_.find(sessions_[*still], *created) : nullptr;
    if (bearer != nullptr) bearer->rule = static_cast<std::uint8_t>(i);
  }
}

}  // namespace zerocell::pgw
