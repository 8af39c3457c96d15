// SPDX-License-Identifier: Apache-2.0
#include "test/lives/network.hpp"

#include <fmt/format.h>

#include "core/runtime/frame_pool.hpp"

namespace zerocell::lives {
namespace {

constexpr std::uint32_t kSessionsMax = 256;

lab::SimCard card(const Imsi& imsi, unsigned number) {
  lab::SimCard made{.imsi = imsi};
  for (std::size_t i = 0; i < 16; ++i) {
    made.k.reveal_mutable()[i] = static_cast<std::uint8_t>(number * 7 + i);
    made.op_c.reveal_mutable()[i] = static_cast<std::uint8_t>(0x50 + i);
  }
  return made;
}

store::Profile two_apns() {
  store::Profile profile;
  store::ApnSubscription internet, ims;
  internet.apn = *Apn::parse("internet");
  ims.context_id = 2;
  ims.apn = *Apn::parse("ims");
  ims.qci = 5;
  profile.apns = {internet, ims};
  return profile;
}

constexpr unsigned kRoutedNetworks = 24;  // 192.168.0.0/24 and so on: fewer than would do for all at once.

IpPrefix routed_network(unsigned number) {
  return {Ipv4Address::from_host(0xC0A80000u + (number % kRoutedNetworks << 8)), 24};
}

/// A bearer that a subscription gives; `variant` tells which.
gtp::BearerRule rule(const char* name, unsigned variant) {
  gtp::BearerRule made{.name = name,
                       .qci = static_cast<std::uint8_t>(variant % 3 == 0 ? 1 : 6 + variant % 3)};
  if (variant % 3 == 0) made.gbr_uplink_bps = made.gbr_downlink_bps = 64'000 * (1 + variant / 3 % 2);
  for (unsigned i = 0; i <= variant / 6 % 3; ++i)
    made.filters.push_back(fmt::format("both proto udp port {}", 5000 + 10 * (variant % 4) + i));
  return made;
}

/// The prefix whose usable addresses are just enough: network, gateway and broadcast are nobody's.
unsigned pool_length(unsigned ues) {
  unsigned length = 30;
  while ((1u << (32 - length)) - 3 < ues) --length;
  return length;
}

}  // namespace

config::Config Network::configuration(std::uint64_t seed, unsigned ue_count) {
  config::Config made;
  made.network.plmns = {*Plmn::parse("00101")};
  made.network.tacs = {{7, 9}};
  made.network.mme_name = "zerocell";
  made.s1ap.bind = {*IpAddress::parse("127.0.1.100")};
  made.upf.gtpu_bind = {*IpAddress::parse("127.0.1.101")};
  made.upf.sessions_max = kSessionsMax;
  made.mme.ues_max = 1024;
  made.egress.groups = {{.name = "default", .rules = {{"allow any"}}},
                        {.name = "emergency", .rules = {{"allow any"}}}};
  config::ApnConfig internet;
  internet.name = *Apn::parse("internet");
  internet.pdn_types = {config::PdnType::ipv4, config::PdnType::ipv6, config::PdnType::ipv4v6};
  internet.ipv4_pool = IpPrefix::parse("10.45.0.0/" + std::to_string(pool_length(ue_count)));
  internet.ipv6_pool = IpPrefix::parse("fd00:45::/56");
  config::ApnConfig ims = internet;
  ims.name = *Apn::parse("ims");
  ims.ipv4_pool = IpPrefix::parse("10.46.0.0/" + std::to_string(pool_length(ue_count)));
  ims.ipv6_pool = IpPrefix::parse("fd00:46::/56");
  config::ApnConfig emergency = internet;
  emergency.name = *Apn::parse(made.mme.emergency_apn);
  emergency.ipv4_pool = IpPrefix::parse("10.47.0.0/" + std::to_string(pool_length(ue_count)));
  emergency.ipv6_pool = IpPrefix::parse("fd00:47::/56");
  for (config::ApnConfig* apn : {&internet, &ims}) {
    apn->requested_gbr_uplink_bps_max = apn->requested_gbr_downlink_bps_max = 200'000;
    if (draw(2) == 0) continue;
    config::BearerRule rule;
    rule.name = "configured";
    rule.qci = 8;
    rule.filters = {{"both with 203.0.113.7 proto udp port 7000"}};
    apn->bearers = {rule};
  }
  made.apns = {internet, ims, emergency};
  constexpr config::EmergencyAttach kEmergency[] = {
      config::EmergencyAttach::off, config::EmergencyAttach::authenticated, config::EmergencyAttach::any};
  made.mme.emergency_attach = kEmergency[draw(3)];
  if (draw(2) == 0) {
    made.mme.congestion.low_priority_procedures = 2 + draw(3);
    made.mme.congestion.all_procedures = 4 + draw(4);
    made.mme.congestion.clear_procedures = 1 + draw(2);
  }
  if (draw(4) == 0) made.mme.access = {{.group = "default", .tacs = {{7, 8}}}};
  constexpr std::uint32_t kServices[] = {0, 1, 3};
  made.mme.guti_services_max = kServices[draw(3)];
  made.mme.power_saving = {{.group = "default", .psm = true, .t3412_min_seconds = 60, .edrx = true}};
  made.mme.purge_seconds = 3600;
  made.mme.release_delay_ms = seed % 4 == 0 ? 200 : 0;
  return made;
}

Network::Network(std::uint64_t seed, unsigned ue_count, unsigned enb_count)
    : loop(seed),
      random(seed),
      chance(seed),
      net(loop, seed),
      operators(database),
      core(loop, random, configuration(seed, ue_count)) {
  provision(ue_count);
  start();

  for (unsigned i = 0; i < enb_count; ++i) {
    lab::EnbSettings enb;
    enb.enb_id = i + 1;
    enb.tracking_area = {core.config.network.plmns.front(), static_cast<std::uint16_t>(7 + i % 3)};
    enb.local = {{*IpAddress::parse("127.0.2." + std::to_string(i + 1)), 36412}};
    enb.mme = {core.config.s1ap.bind.front(), core.config.s1ap.port};
    enb.gtpu_v4 = Ipv4Address::from_host(0x7F000201 + i);
    radios.push_back(net.make_transport());
    enbs.push_back(std::make_unique<lab::Enb>(loop, *radios.back(), enb));
  }
  for (unsigned i = 0; i < ue_count; ++i) {
    constexpr nas::PdnType kTypes[] = {nas::PdnType::ipv4, nas::PdnType::ipv4, nas::PdnType::ipv4v6};
    lab::UeSettings ue{.sim = card(imsi(i), i), .pdn_type = kTypes[draw(3)]};
    if (draw(4) == 0) ue.apn = Apn::parse("internet");
    if (draw(4) == 0) {
      ue.t3324_seconds = 2 * draw(30);
      if (draw(2) == 0) ue.t3412_extended_seconds = 600 * (1 + draw(20));
    }
    if (draw(4) == 0)
      ue.edrx = nas::ExtendedDrxParameters{.paging_time_window = static_cast<std::uint8_t>(draw(4)),
                                           .edrx_value = static_cast<std::uint8_t>(draw(14))};
    ue.low_priority = draw(4) == 0;
    ues.push_back(std::make_unique<lab::Ue>(loop, any_enb(), ue));
  }
}

Imsi Network::imsi(unsigned number) const {
  return *Imsi::parse(fmt::format("00101{:010}", number + 1));
}

store::Subscriber Network::subscriber(unsigned number) const {
  const lab::SimCard sim = card(imsi(number), number);
  store::Subscriber made;
  made.imsi = sim.imsi;
  std::ranges::copy(sim.k.reveal(), made.secrets.k.reveal_mutable().begin());
  std::ranges::copy(sim.op_c.reveal(), made.secrets.op_c.reveal_mutable().begin());
  store::Profile profile = two_apns();
  if (number % 3 == 0) profile.apns.front().bearers = std::vector{rule("voice", number)};
  made.profile = std::make_shared<const store::Profile>(std::move(profile));
  if (number % 4 == 0) made.framed_routes = {{.context_id = 1, .prefixes = {routed_network(number)}}};
  return made;
}

void Network::provision(unsigned count) {
  for (unsigned i = 0; i < count; ++i) ZC_ASSERT(operators.insert(subscriber(i)).has_value());
}

void Network::start() {
  auto watching = std::make_unique<Watch>(net.make_transport());
  watch = watching.get();
  const auto opened = core.open(std::make_unique<store::MemorySubscribers>(database), std::move(watching));
  ZC_ASSERT(opened.has_value());
  watch->use(core.mme.get());
  loop.run_ready();
  timers_before_ = loop.timers_armed();
  frames_before_ = frames_in_use();
}

std::size_t Network::place_of(const lab::Radio& radio) const {
  const auto found = std::ranges::find_if(
      enbs, [&](const auto& enb) { return static_cast<lab::Radio*>(enb.get()) == &radio; });
  ZC_ASSERT(found != enbs.end());
  return static_cast<std::size_t>(found - enbs.begin());
}

const mme::BearerRecord* Network::any_bearer_of(unsigned number) {
  const auto index = core.mme->directory().find(imsi(number));
  if (!index) return nullptr;
  std::vector<const mme::BearerRecord*> all;
  for (const mme::BearerRecord& bearer : core.mme->bearers().of(core.mme->directory()[*index]))
    all.push_back(&bearer);
  return all.empty() ? nullptr : all[draw(static_cast<unsigned>(all.size()))];
}

void Network::set_state(unsigned number, store::SimState state) {
  auto record = operators.find(imsi(number));
  ZC_ASSERT(record.has_value());
  if (*record) {
    (*record)->subscriber.state = state;
    ZC_ASSERT(operators.update((*record)->subscriber).has_value());
  } else {
    store::Subscriber again = subscriber(number);
    again.state = state;
    if (!operators.insert(again)) {
      again.framed_routes.clear();  // Another SIM has got them meanwhile.
      ZC_ASSERT(operators.insert(again).has_value());
    }
  }
  core.subscribers->look_for_changes();
}

void Network::remove(unsigned number) {
  const auto record = operators.find(imsi(number));
  if (!record || !*record) return;
  watch->network_begins(imsi(number), Begins::cancel_location);
  ZC_ASSERT(operators.remove(imsi(number)).has_value());
  core.subscribers->look_for_changes();
}

void Network::change_subscription(unsigned number) {
  auto record = operators.find(imsi(number));
  if (!record || !*record) return;
  store::Profile profile = two_apns();
  profile.ue_ambr = {1'000'000u * (1 + draw(100)), 1'000'000u * (1 + draw(100))};
  for (store::ApnSubscription& apn : profile.apns) {
    apn.ambr = {1'000'000u * (1 + draw(100)), 1'000'000u * (1 + draw(100))};
    apn.qci = static_cast<std::uint8_t>(8 + draw(2));
    std::vector<gtp::BearerRule> rules;
    for (const char* name : {"voice", "video"})
      if (draw(2) == 0) rules.push_back(rule(name, draw(18)));
    apn.bearers = std::move(rules);
  }
  if (draw(4) == 0) profile.apns.pop_back();
  store::Subscriber& subscriber = (*record)->subscriber;
  subscriber.profile = std::make_shared<const store::Profile>(std::move(profile));
  subscriber.framed_routes.clear();
  if (draw(3) != 0)
    subscriber.framed_routes = {{.context_id = 1, .prefixes = {routed_network(draw(kRoutedNetworks))}}};
  if (!operators.update(subscriber)) {
    // Another SIM has that network.
    subscriber.framed_routes.clear();
    ZC_ASSERT(operators.update(subscriber).has_value());
  }
  core.subscribers->look_for_changes();
}

void Network::downlink_packet() {
  const unsigned first = draw(kSessionsMax);
  for (unsigned i = 0; i < kSessionsMax; ++i) {
    const std::uint32_t index = (first + i) % kSessionsMax;
    const upf::DownlinkLine line = core.user_plane->table().downlinks[index].own();
    if ((line.flags & upf::kLineLive) == 0 || line.action != upf::DownlinkAction::buffer) continue;
    (void)core.user_plane->signals().reports.put({.kind = upf::Report::Kind::downlink_data,
                                                  .ebi = line.ebi,
                                                  .session = index,
                                                  .session_generation = line.session_generation});
    core.user_plane->signals().wake_owner();
    return;
  }
}

std::vector<std::string> Network::inconsistencies(bool without_enbs) const {
  std::vector<std::string> found;
  std::size_t connections = 0;
  core.mme->directory().records().for_each([&](mme::UeDirectory::Index, const mme::UeRecord& record) {
    const std::size_t of_ue = core.mme->bearers().pdn_connections(record);
    connections += of_ue;
    std::size_t emergencies = 0;
    for (const mme::BearerRecord& bearer : core.mme->bearers().of(record))
      emergencies += bearer.is_default() && bearer.emergency ? 1 : 0;
    if (emergencies > 1) found.push_back(record.imsi.text() + " has several emergency connections");
    if (record.emm_state == mme::EmmState::registered && record.emergency != (emergencies == of_ue))
      found.push_back(record.imsi.text() + " has other bearers than it is attached for");
    if (record.emm_state == mme::EmmState::deregistered && record.first_bearer != mme::UeRecord::kNoBearer)
      found.push_back(record.imsi.text() + " is deregistered and has bearers");
    if (record.emm_state == mme::EmmState::registered && record.first_bearer == mme::UeRecord::kNoBearer)
      found.push_back(record.imsi.text() + " is registered and has no bearer");
  });
  core.mme->directory().records().for_each([&](mme::UeDirectory::Index, const mme::UeRecord& record) {
    for (const mme::BearerRecord& connection : core.mme->bearers().of(record)) {
      if (!connection.is_default()) continue;
      auto at_gateway = core.pgw->bearers_of(connection.session);
      for (const mme::BearerRecord& bearer : core.mme->bearers().of(record)) {
        if (bearer.linked_ebi != connection.ebi) continue;
        const auto same = std::ranges::find(at_gateway, bearer.ebi, &pgw::Pgw::BearerState::ebi);
        if (same == at_gateway.end()) {
          found.push_back(fmt::format("the gateway has no bearer {} of {}", bearer.ebi, record.imsi.text()));
          continue;
        }
        if (same->qos != bearer.qos || same->uplink != bearer.user_plane)
          found.push_back(
              fmt::format("MME and gateway know another bearer {} of {}", bearer.ebi, record.imsi.text()));
        at_gateway.erase(same);
      }
      for (const auto& more : at_gateway)
        found.push_back(fmt::format("the MME has no bearer {} of {}", more.ebi, record.imsi.text()));
    }
  });
  if (connections != core.pgw->sessions() || connections != core.user_plane->sessions())
    found.push_back(
        fmt::format("{} PDN connections in the MME, {} sessions in the PDN gateway, {} in the user plane",
                    connections, core.pgw->sessions(), core.user_plane->sessions()));
  std::size_t dedicated = core.mme->bearers().size() - connections;
  if (dedicated != core.pgw->dedicated_bearers() || dedicated != core.user_plane->bearers())
    found.push_back(
        fmt::format("{} dedicated bearers in the MME, {} in the PDN gateway, {} in the user plane", dedicated,
                    core.pgw->dedicated_bearers(), core.user_plane->bearers()));
  core.mme->for_each_connection([&](const mme::Ue& ue) {
    // Nothing that waits for an answer waits that long.
    if (ue.procedure.busy())
      found.push_back(fmt::format("{} of {} has not ended", ue.procedure_name(), ue.imsi().text()));
    if (ue.in_handover()) found.push_back("a handover of " + ue.imsi().text() + " has not ended");
    if (!ue.record) found.push_back("a connection of nobody");
    if (ue.record && !ue.context_set_up && !ue.procedure.busy())
      found.push_back(ue.imsi().text() + " is connected, and nothing runs that ends it");
  });
  if (core.mme->background().running() != 0)
    found.push_back(
        fmt::format("{} tasks run in the background of the MME", core.mme->background().running()));
  if (without_enbs && core.mme->connected_ues() != 0)
    found.push_back(fmt::format("{} UEs are connected without an eNodeB", core.mme->connected_ues()));
  return found;
}

std::string Network::waited_for() const {
  std::string all;
  core.mme->directory().records().for_each([&](mme::UeDirectory::Index index, const mme::UeRecord& record) {
    if (!core.mme->is_waited_for(index)) return;
    const mme::Ue* ue = core.mme->connected(index);
    all +=
        fmt::format(" {} ({}, {}, cycle {}, active time {})", record.imsi.text(),
                    record.emm_state == mme::EmmState::registered ? "registered" : "deregistered",
                    ue != nullptr ? fmt::format("connected, {}", ue->procedure_name()) : std::string("idle"),
                    record.edrx_cycle, record.t3324_seconds);
  });
  return all;
}

std::vector<std::string> Network::leftovers() const {
  std::vector<std::string> found;
  const auto none = [&](const char* what, std::size_t count) {
    if (count != 0) found.push_back(fmt::format("{} {} left", count, what));
  };
  none("S1 connections", core.mme->connected_ues());
  none("eNodeBs", core.mme->enbs());
  none("bearers in the MME", core.mme->bearers().size());
  none("records of UEs", core.mme->directory().size());
  none("UEs that are waited for", core.mme->waits());
  none("UEs with recommended cells", core.mme->paging_assistance().size());
  none("sessions in the PDN gateway", core.pgw->sessions());
  none("sessions in the user plane", core.user_plane->sessions());
  none("dedicated bearers in the PDN gateway", core.pgw->dedicated_bearers());
  none("dedicated bearers in the user plane", core.user_plane->bearers());
  none("addresses", core.pgw->addresses_in_use());
  none("sessions whose packets are waited for", core.pgw->awaited());
  none("handovers that forward packets", core.mme->forwarding().size());
  none("sessions with what their subscription gives", core.pgw->subscribed());
  none("framed routes", core.user_plane->table().routes.empty(4) ? 0 : 1);
  none("forwarding tunnels", core.user_plane->forwarding_tunnels());
  none("ends of associations", net.ends());
  none("tasks in the background of the MME", core.mme->background().running());
  none("armed timers", loop.timers_armed() - timers_before_);
  none("frames of procedures", static_cast<std::size_t>(frames_in_use() - frames_before_));
  none("errands of the HSS", core.hss->quiet() ? 0 : 1);
  return found;
}

}  // namespace zerocell::lives
