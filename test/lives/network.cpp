// SPDX-License-Identifier: Apache-2.0
#include "test/lives/network.hpp"

#include <fmt/format.h>

#include "core/config/upf.hpp"
#include "upf/settings.hpp"

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

/// The prefix whose usable addresses are just enough: network, gateway and broadcast are nobody's.
unsigned pool_length(unsigned ues) {
  unsigned length = 30;
  while ((1u << (32 - length)) - 3 < ues) --length;
  return length;
}

}  // namespace

Network::Network(std::uint64_t seed, unsigned ue_count, unsigned enb_count)
    : loop(seed), random(seed), chance(seed), net(loop, seed), operators(database) {
  described.plmns = {*Plmn::parse("00101")};
  described.tacs = {{7, 9}};
  described.mme_name = "zerocell";
  s1ap.bind = {*IpAddress::parse("127.0.1.100")};
  config::ApnConfig internet;
  internet.name = *Apn::parse("internet");
  internet.pdn_types = {config::PdnType::ipv4, config::PdnType::ipv6, config::PdnType::ipv4v6};
  internet.ipv4_pool = IpPrefix::parse("10.45.0.0/" + std::to_string(pool_length(ue_count)));
  internet.ipv6_pool = IpPrefix::parse("fd00:45::/56");
  apns = {internet};
  provision(ue_count);
  start();

  for (unsigned i = 0; i < enb_count; ++i) {
    lab::EnbSettings enb;
    enb.enb_id = i + 1;
    enb.tracking_area = {described.plmns.front(), static_cast<std::uint16_t>(7 + i % 3)};
    enb.local = {{*IpAddress::parse("127.0.2." + std::to_string(i + 1)), 36412}};
    enb.mme = {s1ap.bind.front(), s1ap.port};
    enb.gtpu_v4 = Ipv4Address::from_host(0x7F000201 + i);
    radios.push_back(net.make_transport());
    enbs.push_back(std::make_unique<lab::Enb>(loop, *radios.back(), enb));
  }
  for (unsigned i = 0; i < ue_count; ++i) {
    constexpr nas::PdnType kTypes[] = {nas::PdnType::ipv4, nas::PdnType::ipv4, nas::PdnType::ipv4v6};
    ues.push_back(std::make_unique<lab::Ue>(
        loop, any_enb(), lab::UeSettings{.sim = card(imsi(i), i), .pdn_type = kTypes[draw(3)]}));
  }
}

Network::~Network() {
  ues.clear();
  enbs.clear();
  radios.clear();
  pgw->end_procedures();
  mme->end_procedures();
  pgw->use(nullptr);
  sgw->use(nullptr);
  s6a.reset();
}

Imsi Network::imsi(unsigned number) const {
  return *Imsi::parse(fmt::format("00101{:010}", number + 1));
}

void Network::provision(unsigned count) {
  for (unsigned i = 0; i < count; ++i) {
    const lab::SimCard sim = card(imsi(i), i);
    store::Subscriber subscriber;
    subscriber.imsi = sim.imsi;
    std::ranges::copy(sim.k.reveal(), subscriber.secrets.k.reveal_mutable().begin());
    std::ranges::copy(sim.op_c.reveal(), subscriber.secrets.op_c.reveal_mutable().begin());
    ZC_ASSERT(operators.insert(subscriber).has_value());
  }
}

void Network::start() {
  subscribers = std::make_unique<store::SubscriberStore>(
      loop, std::make_unique<store::MemorySubscribers>(database),
      store::SubscriberStore::Options{.execution = store::SubscriberStore::Execution::on_loop});
  hss = std::move(*hss::Hss::open(loop, *subscribers, random, hss_settings));
  config::Egress rules;
  rules.groups = {{.name = "default", .rules = {{"allow any"}}}};
  egress = std::make_unique<egress::PolicyEgress>(std::move(*egress::compile(rules)), kSessionsMax, 10, loop);
  config::Upf upf;
  upf.gtpu_bind = {*IpAddress::parse("127.0.1.101")};
  upf.sessions_max = kSessionsMax;
  user_plane = std::make_unique<upf::UserPlane>(upf::make_settings(upf, apns, {}), random, loop);
  pgw = std::make_unique<pgw::Pgw>(apns, *pgw::Pgw::Sessions::open({"", kSessionsMax}), *user_plane, *egress,
                                   random, loop);
  sgw = std::make_unique<sgw::CombinedSgw>(*pgw);
  core_sctp = net.make_transport();
  mme = std::make_unique<mme::Mme>(mme::MmeParts{.loop = loop,
                                                 .random = random,
                                                 .sctp = *core_sctp,
                                                 .gateway = *sgw,
                                                 .network = described,
                                                 .s1ap = s1ap,
                                                 .settings = settings},
                                   *mme::UeDirectory::Records::open({"", 1024}),
                                   *mme::Bearers::Records::open({"", 1024}));
  sgw->use(mme.get());
  pgw->use(sgw.get());
  s6a = hss->connect(*mme, described.mme_name);
  mme->use(*s6a);
  ZC_ASSERT(mme->start().has_value());
  loop.run_ready();
  timers_before_ = loop.timers_armed();
}

void Network::set_state(unsigned number, store::SimState state) {
  auto record = operators.find(imsi(number));
  ZC_ASSERT(record.has_value() && record->has_value());
  (*record)->subscriber.state = state;
  ZC_ASSERT(operators.update((*record)->subscriber).has_value());
  subscribers->look_for_changes();
}

void Network::downlink_packet() {
  const unsigned first = draw(kSessionsMax);
  for (unsigned i = 0; i < kSessionsMax; ++i) {
    const std::uint32_t index = (first + i) % kSessionsMax;
    const upf::DownlinkLine line = user_plane->table().downlinks[index].own();
    if ((line.flags & upf::kLineLive) == 0 || line.action != upf::DownlinkAction::buffer) continue;
    (void)user_plane->signals().reports.put({.kind = upf::Report::Kind::downlink_data,
                                             .ebi = line.ebi,
                                             .session = index,
                                             .session_generation = line.session_generation});
    user_plane->signals().wake_owner();
    return;
  }
}

std::vector<std::string> Network::inconsistencies() const {
  std::vector<std::string> found;
  std::size_t connections = 0;
  mme->directory().records().for_each([&](mme::UeDirectory::Index, const mme::UeRecord& record) {
    connections += mme->bearers().pdn_connections(record);
    if (record.emm_state == mme::EmmState::deregistered && record.first_bearer != mme::UeRecord::kNoBearer)
      found.push_back(record.imsi.text() + " is deregistered and has bearers");
    if (record.emm_state == mme::EmmState::registered && record.first_bearer == mme::UeRecord::kNoBearer)
      found.push_back(record.imsi.text() + " is registered and has no bearer");
  });
  if (connections != pgw->sessions() || connections != user_plane->sessions())
    found.push_back(
        fmt::format("{} PDN connections in the MME, {} sessions in the PDN gateway, {} in the user plane",
                    connections, pgw->sessions(), user_plane->sessions()));
  if (mme->connected_ues() != 0)
    found.push_back(fmt::format("{} UEs are connected without an eNodeB", mme->connected_ues()));
  return found;
}

std::vector<std::string> Network::leftovers() const {
  std::vector<std::string> found;
  const auto none = [&](const char* what, std::size_t count) {
    if (count != 0) found.push_back(fmt::format("{} {} left", count, what));
  };
  none("S1 connections", mme->connected_ues());
  none("eNodeBs", mme->enbs());
  none("bearers in the MME", mme->bearers().size());
  none("sessions in the PDN gateway", pgw->sessions());
  none("sessions in the user plane", user_plane->sessions());
  none("dedicated bearers in the PDN gateway", pgw->dedicated_bearers());
  none("dedicated bearers in the user plane", user_plane->bearers());
  none("forwarding tunnels", user_plane->forwarding_tunnels());
  none("ends of associations", net.ends());
  none("tasks in the background of the MME", mme->background().running());
  // Records of detached UEs wait to be purged, all with one timer.
  none("armed timers", loop.timers_armed() - timers_before_ - (mme->directory().size() != 0 ? 1 : 0));
  none("errands of the HSS", hss->quiet() ? 0 : 1);
  mme->directory().records().for_each([&](mme::UeDirectory::Index, const mme::UeRecord& record) {
    if (record.connection != mme::UeRecord::kNoConnection)
      found.push_back(record.imsi.text() + " has a connection in its record");
    if (record.emm_state != mme::EmmState::deregistered)
      found.push_back(record.imsi.text() + " is registered although it detached");
    if (record.first_bearer != mme::UeRecord::kNoBearer)
      found.push_back(record.imsi.text() + " has bearers in its record");
  });
  return found;
}

}  // namespace zerocell::lives
