// SPDX-License-Identifier: Apache-2.0
#include "app/core_functions.hpp"

#include <fmt/format.h>

#include "upf/settings.hpp"

namespace zerocell::app {
namespace {

using Failed = std::unexpected<std::string>;

/// Room for bearers of all UEs: most have one, and some have several. Memory is only touched as it is used.
std::uint32_t bearers_max(std::uint32_t ues_max) {
  return ues_max * 2 + 1024;
}

/// Everything that the core listens on: no UE reaches it.
std::vector<IpAddress> core_addresses(const config::Config& config) {
  std::vector<IpAddress> addresses = config.s1ap.bind;
  addresses.insert(addresses.end(), config.upf.gtpu_bind.begin(), config.upf.gtpu_bind.end());
  return addresses;
}

std::string listing(const std::vector<egress::PolicyProblem>& problems) {
  std::string text;
  for (const auto& problem : problems)
    text += fmt::format("{}line {}:{}: {}: {}", text.empty() ? "" : "\n", problem.line, problem.column,
                        problem.key, problem.message);
  return text;
}

}  // namespace

CoreFunctions::~CoreFunctions() {
  if (pgw) pgw->end_procedures();
  if (mme) mme->end_procedures();
  if (pgw) pgw->use(nullptr);
  if (sgw) sgw->use(nullptr);
}

CoreFunctions::Opened CoreFunctions::open_hss(Database database,
                                              const store::SubscriberStore::Options& options) {
  auto addresses = database->static_addresses();
  if (!addresses) return Failed(addresses.error().message);
  static_at_start = std::move(*addresses);
  subscribers = std::make_unique<store::SubscriberStore>(loop, std::move(database), options);
  auto opened = hss::Hss::open(loop, *subscribers, random, config.hss);
  if (!opened) return Failed("hss: " + opened.error().message);
  hss = std::move(*opened);
  return {};
}

CoreFunctions::Opened CoreFunctions::open_user_plane() {
  auto policies = egress::compile(config.egress);
  if (!policies) return Failed("egress: " + listing(policies.error()));
  const upf::Settings settings = upf::make_settings(config.upf, config.apns, core_addresses(config));
  if (const auto valid = upf::validate(settings); !valid) return Failed("upf: " + valid.error());
  egress = std::make_unique<egress::PolicyEgress>(std::move(*policies), settings.sessions_max,
                                                  config.egress.denials_logged_per_second, loop);
  user_plane = std::make_unique<upf::UserPlane>(settings, random, loop);
  return {};
}

CoreFunctions::Opened CoreFunctions::open_gateways() {
  auto sessions = pgw::Pgw::Sessions::open({.path = "", .capacity = user_plane->settings().sessions_max});
  if (!sessions) return Failed(sessions.error());
  pgw = std::make_unique<pgw::Pgw>(config.apns, std::move(*sessions), *user_plane, *egress, random, loop);
  static_addresses = std::make_unique<StaticAddresses>(loop, *subscribers, *pgw, std::move(static_at_start));
  sgw = std::make_unique<sgw::CombinedSgw>(*pgw, loop, config.mme.congestion.paged_arp_priority);
  return {};
}

CoreFunctions::Opened CoreFunctions::open_mme(std::unique_ptr<net::SctpTransport> transport,
                                              SignallingCapture* capture) {
  sctp = std::move(transport);
  auto records = mme::UeDirectory::Records::open({.path = "", .capacity = config.mme.ues_max});
  if (!records) return Failed(records.error());
  auto bearers = mme::Bearers::Records::open({.path = "", .capacity = bearers_max(config.mme.ues_max)});
  if (!bearers) return Failed(bearers.error());
  mme = std::make_unique<mme::Mme>(mme::MmeParts{.loop = loop,
                                                 .random = random,
                                                 .sctp = *sctp,
                                                 .gateway = *sgw,
                                                 .network = config.network,
                                                 .s1ap = config.s1ap,
                                                 .settings = config.mme,
                                                 .capture = capture},
                                   std::move(*records), std::move(*bearers));
  sgw->use(mme.get());
  pgw->use(sgw.get());
  s6a = hss->connect(*mme, config.network.mme_name);
  if (!s6a) return Failed("hss: too many MMEs were ever known to this store");
  mme->use(*s6a);
  if (const auto listening = mme->start(); !listening) return Failed("s1ap: " + listening.error().message);
  return {};
}

CoreFunctions::Opened CoreFunctions::open(Database database, std::unique_ptr<net::SctpTransport> transport) {
  if (auto opened = open_hss(std::move(database), {.execution = store::SubscriberStore::Execution::on_loop});
      !opened)
    return opened;
  if (auto opened = open_user_plane(); !opened) return opened;
  if (auto opened = open_gateways(); !opened) return opened;
  return open_mme(std::move(transport));
}

}  // namespace zerocell::app
