// SPDX-License-Identifier: Apache-2.0
#include "core/nas/traffic_flow_aggregate.hpp"
#include "core/telemetry/log.hpp"
#include "pgw/network.hpp"

/// What UEs and serving nodes ask for: each command is answered at once, and the procedure that it leads to
/// follows. What a UE asks for is judged when its turn comes, by what the session has then.
namespace zerocell::pgw {
namespace {

using Operation = nas::Tft::Operation;

constexpr std::uint64_t kBitsPerKilobit = 1000;

std::unexpected<gtp::Cause> refuse(gtp::Cause cause) {
  return std::unexpected(cause);
}

/// A traffic flow aggregate of a PDN connection of this type: filters of another family match nothing in it.
Answer<nas::Tft> read_aggregate(gtp::PdnType type, Bytes octets) {
  auto aggregate = nas::read_aggregate(octets);
  if (!aggregate) return refuse(tad_cause(aggregate.error().cause));
  for (const nas::PacketFilter& filter : aggregate->list())
    if (!fits(type, filter)) return refuse(gtp::Cause::semantic_errors_in_packet_filters);
  return *aggregate;
}

auto identified(std::vector<nas::PacketFilter>& filters, std::uint8_t identifier) {
  return std::ranges::find(filters, identifier, &nas::PacketFilter::identifier);
}

}  // namespace

/// Whether the UE may have this, and how much of it: what is outside of the AMBRs of all that it asked for
/// itself, but for one bearer, on all its connections to the APN, stays within the APN's limits (TS 23.401
/// §4.7.3). That is up to the maximum
/// bit rate, which is lowered to what is left; the guaranteed one is had or not.
Answer<gtp::BearerQos> Pgw::permit_qos(const SessionRecord& record, gtp::BearerQos qos,
                                       std::uint8_t but_for) {
  if (qos.guaranteed() != gtp::is_gbr_qci(qos.qci)) return refuse(gtp::Cause::service_denied);
  const auto fits = [&](std::uint32_t gtp::BearerRates::* direction, std::uint64_t bps_max) {
    if (qos.gbr.*direction == 0) return true;
    std::uint64_t taken = 0;
    const auto add = [&](const DedicatedBearerRecord& bearer) {
      if (bearer.requested_by_ue && (bearer.ebi != but_for || but_for == 0) && bearer.qos.gbr.*direction != 0)
        taken += bearer.qos.mbr.*direction;
    };
    const auto sharing = connections_.sharing(record.imsi, record.apn);
    for (const Sessions::Index index : sharing) bearers_.for_each(sessions_[index], add);
    if (sharing.empty()) bearers_.for_each(record, add);
    const std::uint64_t most = bps_max / kBitsPerKilobit;
    const std::uint64_t left = most - std::min(most, taken);
    qos.mbr.*direction = static_cast<std::uint32_t>(std::min<std::uint64_t>(qos.mbr.*direction, left));
    return qos.gbr.*direction <= qos.mbr.*direction;
  };
  const config::ApnConfig& apn = networks_[record.apn].config;
  if (!fits(&gtp::BearerRates::uplink_kbps, apn.requested_gbr_uplink_bps_max) ||
      !fits(&gtp::BearerRates::downlink_kbps, apn.requested_gbr_downlink_bps_max))
    return refuse(gtp::Cause::service_denied);
  return qos;
}

/// A request of a UE that leads to no bearer procedure: the UE hears of it (TS 24.301 §6.5.3.4, §6.5.4.4),
/// and does not ask again. Nothing is said where it was not the UE's, `pti` being 0.
std::unexpected<gtp::Cause> Pgw::fail_request(SessionId session, std::uint8_t ebi, std::uint8_t pti,
                                              gtp::Cause cause) {
  const auto index = find(session);
  if (pti != 0 && index && sgw_ != nullptr) {
    const Imsi imsi = sessions_[*index].imsi;
    log::info("bearer_resource_refused", {.imsi = imsi, .procedure = "bearer_resource_command"},
              {{"cause", gtp::to_string(cause)}});
    sgw_->bearer_resource_failed({.session = session, .imsi = imsi, .ebi = ebi, .pti = pti, .cause = cause});
  }
  return refuse(cause);
}

/// The bearer that a UE asks for, or why it does not get it.
Answer<BearerRule> Pgw::judge_allocation(const SessionRecord& record, const BearerResourceCommand& command) {
  const auto aggregate = read_aggregate(record.address.type, command.traffic_flow_aggregate);
  if (!aggregate) return refuse(aggregate.error());
  if (aggregate->operation != Operation::create) return refuse(gtp::Cause::semantic_error_in_tad_operation);
  if (!command.flow_qos) return refuse(gtp::Cause::mandatory_ie_incorrect);
  gtp::BearerQos qos = *command.flow_qos;
  const config::ApnConfig& apn = networks_[record.apn].config;
  if (qos.qci == 0)
    qos.qci = apn.qci;  // The network chooses, TS 24.301 §9.9.4.3.
  else if (std::ranges::find(apn.requested_qcis, qos.qci) == apn.requested_qcis.end())
    return refuse(gtp::Cause::service_denied);
  qos.arp = record.qos.arp;
  const auto permitted = permit_qos(record, qos, 0);
  if (!permitted) return refuse(permitted.error());
  return BearerRule{.name = "requested by the UE",
                    .qos = *permitted,
                    .filters = {aggregate->list().begin(), aggregate->list().end()}};
}

/// The request whose turn has come, as the UE last sent it. From here on the MME knows its transaction.
Task<void> Pgw::serve_request(SessionId session, std::uint8_t pti) {
  BearerResourceCommand command = std::move(waiting_requests_.extract({session, pti}).mapped());
  co_await (command.ebi == 0 ? allocate_resource(std::move(command)) : modify_resource(std::move(command)));
}

/// UE requested bearer resource allocation, TS 23.401 §5.4.5: a bearer of its own.
Task<void> Pgw::allocate_resource(BearerResourceCommand command) {
  const auto index = find(command.session);
  if (!index) co_return;
  auto rule = judge_allocation(sessions_[*index], command);
  if (!rule)
    (void)fail_request(command.session, command.ebi, command.pti, rule.error());
  else
    (void)co_await create_dedicated_bearer(command.session, std::move(*rule), command.pti);
}

/// The filters that a bearer has after this operation of its UE, which `listed` are told with; nothing: it is
/// none. TS 24.301 §6.5.4.4 b: one to be replaced that the bearer does not have is added, and one to be
/// deleted that it does not have is deleted.
Answer<std::optional<std::vector<nas::PacketFilter>>> Pgw::filters_after(
    const SessionRecord& record, const DedicatedBearerRecord& bearer, Operation operation,
    std::vector<nas::PacketFilter>& listed) {
  std::vector<nas::PacketFilter> filters = bearer.filters();
  auto taken = precedences(record);
  switch (operation) {
    case Operation::add_filters:
      if (filters.size() + listed.size() > nas::kPacketFiltersMax || !number_filters(listed, filters, taken))
        return refuse(gtp::Cause::syntactic_errors_in_packet_filters);
      filters.insert(filters.end(), listed.begin(), listed.end());
      return filters;
    case Operation::replace_filters:
      // Filters may change places with each other.
      for (const nas::PacketFilter& filter : listed)
        if (const auto replaced = identified(filters, filter.identifier); replaced != filters.end())
          taken[replaced->precedence] = false;
      for (const nas::PacketFilter& filter : listed) {
        if (std::exchange(taken[filter.precedence], true))
          return refuse(gtp::Cause::syntactic_errors_in_packet_filters);
        const auto replaced = identified(filters, filter.identifier);
        if (replaced != filters.end())
          *replaced = filter;
        else
          filters.push_back(filter);
      }
      if (filters.size() > nas::kPacketFiltersMax)
        return refuse(gtp::Cause::syntactic_errors_in_packet_filters);
      return filters;
    case Operation::delete_filters:
      for (const nas::PacketFilter& filter : listed)
        std::erase_if(filters, [&](const auto& each) { return each.identifier == filter.identifier; });
      return filters;
    case Operation::delete_existing:
      return std::vector<nas::PacketFilter>();
    case Operation::no_operation:
      return std::nullopt;
    default:
      return refuse(gtp::Cause::semantic_error_in_tad_operation);
  }
}

/// How the bearer is to change that a UE asks about, or why it does not. Without filters it is to end.
Answer<Pgw::BearerChange> Pgw::judge_modification(const SessionRecord& record,
                                                  const BearerResourceCommand& command) {
  const auto aggregate = read_aggregate(record.address.type, command.traffic_flow_aggregate);
  if (!aggregate) return refuse(aggregate.error());
  const DedicatedBearerRecord* bearer = bearers_.find(record, command.ebi);
  if (bearer == nullptr)
    return refuse(command.ebi == record.ebi ? gtp::Cause::service_denied : gtp::Cause::context_not_found);
  // What the operator's rules gave is the operator's to change.
  if (!bearer->requested_by_ue) return refuse(gtp::Cause::service_denied);

  BearerChange change;
  std::vector<nas::PacketFilter> listed(aggregate->list().begin(), aggregate->list().end());
  auto filters = filters_after(record, *bearer, aggregate->operation, listed);
  if (!filters) return refuse(filters.error());
  change.filters = std::move(*filters);
  // A bearer that ends needs no quality of service, whatever the UE says of it.
  if (change.filters && change.filters->empty()) return change;
  if (command.flow_qos) {
    gtp::BearerQos qos = *command.flow_qos;
    if (qos.qci == 0) qos.qci = bearer->qos.qci;
    // TS 24.301 §6.5.4.2: the QCI of a bearer is not the UE's to change.
    if (qos.qci != bearer->qos.qci) return refuse(gtp::Cause::service_denied);
    qos.arp = bearer->qos.arp;
    const auto permitted = permit_qos(record, qos, command.ebi);
    if (!permitted) return refuse(permitted.error());
    change.qos = *permitted;
  }
  if (!change.filters && !change.qos) return refuse(gtp::Cause::semantic_error_in_tad_operation);
  if (change.filters) change.tft = write_tft(aggregate->operation, listed);
  return change;
}

/// UE requested bearer resource modification, TS 23.401 §5.4.5, and TS 24.301 §6.5.4.
Task<void> Pgw::modify_resource(BearerResourceCommand command) {
  const auto index = find(command.session);
  if (!index) co_return;
  auto change = judge_modification(sessions_[*index], command);
  if (!change)
    (void)fail_request(command.session, command.ebi, command.pti, change.error());
  else if (change->filters && change->filters->empty())
    // Without filters it would carry everything, TS 23.401 §5.4.5 step 4.
    (void)co_await delete_bearer(command.session, command.ebi, command.pti);
  else
    (void)co_await modify_dedicated_bearer(command.session, command.ebi, std::move(*change), command.pti);
}

Task<Answer<void>> Pgw::bearer_resource_command(BearerResourceCommand command) {
  const auto index = find(command.session);
  if (!index || command.linked_ebi != sessions_[*index].ebi)
    co_return std::unexpected(gtp::Cause::context_not_found);
  const SessionId session = command.session;
  const std::uint8_t pti = command.pti;
  // TS 24.301 §6.5.3.5 a, §6.5.4.5 a: a UE whose T3480 ends before its request's turn comes sends it again.
  // One that has given the transaction up may use it for something else, and wants that alone.
  const bool waits = waiting_requests_.contains({session, pti});
  waiting_requests_[{session, pti}] = std::move(command);
  if (!waits) procedures_.start(session, serve_request(session, pti));
  co_return Answer<void>();
}

/// A bearer that a rule gives comes again when the UE's bearers are next set up.
void Pgw::note_lost(Sessions::Index index, const DedicatedBearerRecord& bearer) {
  SessionRecord& record = sessions_[index];
  if (bearer.rule != DedicatedBearerRecord::kNoRule)
    record.rules_due |= static_cast<std::uint16_t>(1u << bearer.rule);
  const auto known = subscribed_.find(index);
  if (known == subscribed_.end()) return;
  for (Subscribed::Made& made : known->second.made) {
    if (made.bearer != bearer.user_plane || made.lost) continue;
    made.lost = true;
    record.rules_due |= SessionRecord::kSubscribedRulesDue;
  }
}

/// The eNodeB lost the radio bearers, TS 23.401 §5.4.4.2: the bearers end in the whole network.
Task<Answer<void>> Pgw::delete_bearer_command(DeleteBearerCommand command) {
  const auto index = find(command.session);
  if (!index) co_return std::unexpected(gtp::Cause::context_not_found);
  bool known = false;
  for (const std::uint8_t ebi : command.ebis) {
    const DedicatedBearerRecord* bearer = bearers_.find(sessions_[*index], ebi);
    if (bearer == nullptr) continue;
    known = true;
    note_lost(*index, *bearer);
    procedures_.start(command.session, delete_lost_bearer(command.session, ebi, bearer->user_plane));
  }
  if (!known) co_return std::unexpected(gtp::Cause::context_not_found);
  co_return Answer<void>();
}

/// Packets go by the policy of the new group at once; the bearers that the configuration gave the old one
/// stay to the session's end.
void Pgw::change_group(const SessionRecord& record, const std::string& group) {
  if (record.quarantined) return;
  egress_.update(record.security_id, {.imsi = record.imsi,
                                      .group = group,
                                      .apn = networks_[record.apn].config.name,
                                      .rat = egress::Rat::eutran});
  log::info("policy_group_changed", {.imsi = record.imsi, .procedure = "modify_bearer"}, {{"group", group}});
}

/// HSS initiated subscribed QoS modification, TS 23.401 §5.4.2.2; and what else the subscription says anew.
Task<Answer<void>> Pgw::modify_bearer_command(ModifyBearerCommand command) {
  const auto index = find(command.session);
  if (!index) co_return std::unexpected(gtp::Cause::context_not_found);
  if (command.policy_group) {
    change_group(sessions_[*index], *command.policy_group);
    co_return Answer<void>();
  }
  if (command.ue_ambr) {
    const SessionRecord& record = sessions_[*index];
    // TS 23.401 §4.7.3: eNodeBs enforce it too, as soon as they are told.
    if (const auto changed =
            user_plane_.modify(record.user_plane, {.ue_rate = ue_rate_of(record.imsi, *command.ue_ambr)});
        !changed)
      co_return std::unexpected(gtp::Cause::system_failure);
    co_return Answer<void>();
  }
  if (gtp::is_gbr_qci(command.qos.qci) || command.qos.guaranteed())
    co_return std::unexpected(gtp::Cause::mandatory_ie_incorrect);  // No default bearer is, TS 23.203 §6.1.7.
  SessionRecord& record = sessions_[*index];
  const config::ApnConfig& apn = networks_[record.apn].config;
  const auto lower = [](std::uint64_t asked, std::uint64_t most) {
    return asked == 0 ? most : std::min(asked, most);
  };
  const gtp::Ambr ambr{lower(command.ambr.uplink_bps, apn.ambr_uplink_bps),
                       lower(command.ambr.downlink_bps, apn.ambr_downlink_bps)};
  if (command.framed_routes) change_routes(*index, *command.framed_routes);
  const bool other_ambr = record.ambr != ambr;
  procedures_.start(command.session, change_default_bearer(command.session, {ambr, command.qos}));
  if (other_ambr) procedures_.start(command.session, follow_ambr(command.session));
  // A UE that has yet to get its default bearer gets the others after it. A rate that no rule names goes by
  // the APN-AMBR.
  if (command.bearers && (change_rules(*index, *command.bearers) || other_ambr) &&
      (record.rules_due & SessionRecord::kNotUp) == 0)
    procedures_.start(command.session, apply_subscribed_rules(command.session));
  co_return Answer<void>();
}

}  // namespace zerocell::pgw
