// SPDX-License-Identifier: Apache-2.0
#include "app/core.hpp"

#include <fmt/format.h>

#include "app/static_addresses.hpp"
#include "app/ue_views.hpp"
#include "core/crypto/random.hpp"
#include "core/store/sqlite_subscribers.hpp"
#include "core/store/subscriber_store.hpp"
#include "core/telemetry/log.hpp"
#include "core/telemetry/pcap.hpp"
#include "egress/policy_egress.hpp"
#include "hss/hss.hpp"
#include "mme/mme.hpp"
#include "pgw/pgw.hpp"
#include "sgw/sgw.hpp"
#include "upf/sockets_driver.hpp"
#include "upf/user_plane.hpp"

namespace zerocell::app {
namespace {

using Failed = std::unexpected<std::string>;

net::SctpKind sctp_kind(config::SctpStack stack) {
  switch (stack) {
    case config::SctpStack::kernel:
      return net::SctpKind::kernel;
    case config::SctpStack::usrsctp:
      return net::SctpKind::usrsctp;
    case config::SctpStack::automatic:
      break;
  }
  return net::SctpKind::automatic;
}

net::SctpOptions sctp_options(const config::S1ap& s1ap) {
  net::SctpOptions options;
  options.outbound_streams = s1ap.streams;
  options.inbound_streams_max = s1ap.streams;
  options.heartbeat = std::chrono::milliseconds(s1ap.heartbeat_ms);
  options.associations_max = s1ap.enbs_max;
  options.message_octets_max = s1ap.message_size_max;
  return options;
}

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

/// The egress `direct`: what leaves comes out of this device, and what the kernel routes to the pools goes
/// into it.
net::TunOptions tun_options(const std::string& name, const upf::Settings& settings,
                            const std::vector<config::ApnConfig>& apns) {
  net::TunOptions options{.name = name, .mtu = settings.link_mtu};
  for (const auto& pool : settings.pools) options.addresses.push_back({pool.gateway, pool.prefix.length});
  for (const auto& apn : apns)
    for (const auto& behind : apn.framed_routes)
      options.routes.insert(options.routes.end(), behind.prefixes.begin(), behind.prefixes.end());
  return options;
}

std::unique_ptr<Random> make_random(const config::Runtime& runtime) {
  if (runtime.lab_seed) return std::make_unique<SeededRandom>(*runtime.lab_seed);
  return std::make_unique<SystemRandom>();
}

}  // namespace

/// In the order in which each may use those before it; destroyed from the last to the first.
struct Core::Functions {
  Functions(LiveLoop& on, const config::Config& from)
      : loop(on), config(from), random(make_random(from.runtime)) {}

  std::expected<void, std::string> open_store();
  std::expected<void, std::string> open_user_plane();
  std::expected<void, std::string> open_gateways();
  std::expected<void, std::string> open_mme();
  std::expected<void, std::string> open_control();

  LiveLoop& loop;
  const config::Config config;
  std::unique_ptr<Random> random;
  std::unique_ptr<SignallingCapture> capture;
  std::unique_ptr<store::SubscriberStore> subscribers;
  std::unique_ptr<hss::Hss> hss;
  std::unique_ptr<egress::PolicyEgress> egress;
  std::unique_ptr<upf::UserPlane> user_plane;
  std::unique_ptr<Random> path_random;  ///< Of the packet path's thread.
  std::unique_ptr<upf::SocketsDriver> driver;
  std::unique_ptr<pgw::Pgw> pgw;
  std::vector<IpAddress> static_at_start;  ///< Addresses of SIMs that nobody else may have.
  std::unique_ptr<StaticAddresses> static_addresses;
  std::unique_ptr<sgw::CombinedSgw> sgw;
  std::unique_ptr<net::SctpTransport> sctp;
  std::unique_ptr<mme::Mme> mme;
  std::unique_ptr<hss::S6a> s6a;
  std::unique_ptr<UeViews> ue_views;
  std::unique_ptr<api::HttpServer> control;

  ~Functions() {
    control.reset();
    if (pgw) pgw->end_procedures();
    if (mme) mme->end_procedures();
    if (pgw) pgw->use(nullptr);
    if (sgw) sgw->use(nullptr);
  }
};

std::expected<void, std::string> Core::Functions::open_store() {
  auto database =
      store::open_sqlite({.path = config.store.path, .busy_timeout_ms = config.store.busy_timeout_ms});
  if (!database) return Failed(database.error().message);
  auto addresses = (*database)->static_addresses();
  if (!addresses) return Failed(addresses.error().message);
  static_at_start = std::move(*addresses);
  subscribers = std::make_unique<store::SubscriberStore>(
      loop, std::move(*database),
      store::SubscriberStore::Options{.collect_for =
                                          std::chrono::milliseconds(config.hss.writes_grouped_ms)});
  auto opened = hss::Hss::open(loop, *subscribers, *random, config.hss);
  if (!opened) return Failed("hss: " + opened.error().message);
  hss = std::move(*opened);
  return {};
}

std::expected<void, std::string> Core::Functions::open_user_plane() {
  auto policies = egress::compile(config.egress);
  if (!policies) return Failed("egress: " + listing(policies.error()));
  const upf::Settings settings = upf::make_settings(config.upf, config.apns, core_addresses(config));
  if (const auto valid = upf::validate(settings); !valid) return Failed("upf: " + valid.error());
  egress = std::make_unique<egress::PolicyEgress>(std::move(*policies), settings.sessions_max,
                                                  config.egress.denials_logged_per_second, loop);
  user_plane = std::make_unique<upf::UserPlane>(settings, *random, loop);
  auto tun = net::Tun::open(tun_options(config.egress.tun, settings, config.apns));
  if (!tun) return Failed("egress.tun: " + tun.error().message);
  path_random = make_random(config.runtime);
  auto opened = upf::SocketsDriver::open(*user_plane, *egress, *path_random, std::move(*tun));
  if (!opened) return Failed("upf: " + opened.error().message);
  driver = std::move(*opened);
  driver->start();
  log::info("user_plane_started", {{"gtpu", Endpoint{config.upf.gtpu_bind.front(), config.upf.gtpu_port}},
                                   {"tun", driver->tun().name()}});
  return {};
}

std::expected<void, std::string> Core::Functions::open_gateways() {
  auto sessions = pgw::Pgw::Sessions::open({.path = "", .capacity = user_plane->settings().sessions_max});
  if (!sessions) return Failed(sessions.error());
  pgw = std::make_unique<pgw::Pgw>(config.apns, std::move(*sessions), *user_plane, *egress, *random, loop);
  static_addresses = std::make_unique<StaticAddresses>(*subscribers, *pgw, std::move(static_at_start));
  sgw = std::make_unique<sgw::CombinedSgw>(*pgw);
  return {};
}

std::expected<void, std::string> Core::Functions::open_mme() {
  auto transport = net::make_sctp_transport(loop, sctp_kind(config.s1ap.sctp), sctp_options(config.s1ap));
  if (!transport) return Failed("s1ap: " + transport.error().message);
  sctp = std::move(*transport);
  auto records = mme::UeDirectory::Records::open({.path = "", .capacity = config.mme.ues_max});
  if (!records) return Failed(records.error());
  auto bearers = mme::Bearers::Records::open({.path = "", .capacity = bearers_max(config.mme.ues_max)});
  if (!bearers) return Failed(bearers.error());
  mme = std::make_unique<mme::Mme>(mme::MmeParts{.loop = loop,
                                                 .random = *random,
                                                 .sctp = *sctp,
                                                 .gateway = *sgw,
                                                 .network = config.network,
                                                 .s1ap = config.s1ap,
                                                 .settings = config.mme,
                                                 .capture = capture.get()},
                                   std::move(*records), std::move(*bearers));
  sgw->use(mme.get());
  pgw->use(sgw.get());
  s6a = hss->connect(*mme, config.network.mme_name);
  if (!s6a) return Failed("hss: too many MMEs were ever known to this store");
  mme->use(*s6a);
  if (const auto listening = mme->start(); !listening) return Failed("s1ap: " + listening.error().message);
  log::info("s1ap_listening",
            {{"address", Endpoint{config.s1ap.bind.front(), config.s1ap.port}}, {"sctp", sctp->name()}});
  return {};
}

std::expected<void, std::string> Core::Functions::open_control() {
  ue_views = std::make_unique<UeViews>(*mme, *pgw);
  auto opened = api::HttpServer::open(loop, config::control_socket(config), [this](std::string_view target) {
    return api::ue_pages(*ue_views, target);
  });
  if (!opened) return Failed("control.socket: " + opened.error().message);
  control = std::move(*opened);
  return {};
}

std::expected<std::unique_ptr<Core>, std::string> Core::start(LiveLoop& loop, const config::Config& config) {
  auto functions = std::make_unique<Functions>(loop, config);
  auto capture = SignallingCapture::open(config.pcap);
  if (!capture) return Failed("pcap: " + capture.error());
  functions->capture = std::move(*capture);
  if (const auto opened = functions->open_store(); !opened) return Failed(opened.error());
  if (const auto opened = functions->open_user_plane(); !opened) return Failed(opened.error());
  if (const auto opened = functions->open_gateways(); !opened) return Failed(opened.error());
  if (const auto opened = functions->open_mme(); !opened) return Failed(opened.error());
  if (const auto opened = functions->open_control(); !opened) return Failed(opened.error());
  return std::unique_ptr<Core>(new Core(std::move(functions)));
}

Core::Core(std::unique_ptr<Functions> functions) : functions_(std::move(functions)) {}
Core::~Core() = default;

void Core::stop_serving() {
  functions_->mme->stop();
}

}  // namespace zerocell::app
