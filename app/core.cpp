// SPDX-License-Identifier: Apache-2.0
#include "app/core.hpp"

#include <algorithm>

#include "app/core_functions.hpp"
#include "app/kernel_routes.hpp"
#include "app/operations.hpp"
#include "app/ue_views.hpp"
#include "core/crypto/random.hpp"
#include "core/net/link.hpp"
#include "core/store/sqlite_subscribers.hpp"
#include "core/telemetry/log.hpp"
#include "core/telemetry/pcap.hpp"
#include "mme/enb.hpp"

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
  options.associations_max = s1ap.enbs_max + mme::kNotSetUpMax;
  options.message_octets_max = s1ap.message_size_max;
  return options;
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

/// UEs attach, and yet reach nothing: what a first day most often fails by. Not ours to change: it is the
/// whole machine's.
void warn_where_kernel_does_not_forward(const upf::Settings& settings) {
  const auto warn = [&](bool v4, const char* family, const char* setting) {
    const auto is_of_family = [v4](const auto& pool) { return pool.prefix.address.is_v4() == v4; };
    if (std::ranges::none_of(settings.pools, is_of_family) || net::forwarding_enabled(v4)) return;
    log::warning("kernel_does_not_forward",
                 {{"family", family}, {"remedy", std::string("sysctl -w ") + setting}});
  };
  warn(true, "ipv4", "net.ipv4.ip_forward=1");
  warn(false, "ipv6", "net.ipv6.conf.all.forwarding=1");
}

std::unique_ptr<Random> make_random(const config::Runtime& runtime) {
  if (runtime.lab_seed) return std::make_unique<SeededRandom>(*runtime.lab_seed);
  return std::make_unique<SystemRandom>();
}

}  // namespace

struct Core::Parts {
  Parts(LiveLoop& on, const config::Config& from)
      : loop(on), random(make_random(from.runtime)), functions(on, *random, from) {}

  std::expected<void, std::string> open_store();
  std::expected<void, std::string> open_user_plane();
  void route_sims();
  std::expected<void, std::string> open_mme();
  std::expected<void, std::string> open_control();

  LiveLoop& loop;
  std::unique_ptr<Random> random;
  std::unique_ptr<Random> path_random;  ///< Of the packet path's thread.
  std::unique_ptr<SignallingCapture> capture;
  std::unique_ptr<KernelRoutes> kernel_routes;
  CoreFunctions functions;
  const config::Config& config = functions.config;
  std::unique_ptr<UeViews> ue_views;
  std::unique_ptr<Operations> operations;
  std::unique_ptr<api::HttpServer> control;
};

std::expected<void, std::string> Core::Parts::open_store() {
  auto database =
      store::open_sqlite({.path = config.store.path, .busy_timeout_ms = config.store.busy_timeout_ms});
  if (!database) return Failed(database.error().message);
  return functions.open_hss(std::move(*database),
                            {.collect_for = std::chrono::milliseconds(config.hss.writes_grouped_ms)});
}

std::expected<void, std::string> Core::Parts::open_user_plane() {
  if (const auto opened = functions.open_user_plane(); !opened) return Failed(opened.error());
  auto tun = net::Tun::open(tun_options(config.egress.tun, functions.user_plane->settings(), config.apns));
  if (!tun) return Failed("egress.tun: " + tun.error().message);
  if (const auto& accepts = tun->accepts_own_sources(); !accepts)
    log::warning("fragmentation_needed_is_not_heard", {{"reason", accepts.error().message}});
  warn_where_kernel_does_not_forward(functions.user_plane->settings());
  path_random = make_random(config.runtime);
  auto opened =
      upf::SocketsDriver::open(*functions.user_plane, *functions.egress, *path_random, std::move(*tun));
  if (!opened) return Failed("upf: " + opened.error().message);
  functions.driver = std::move(*opened);
  functions.driver->start();
  log::info("user_plane_started", {{"gtpu", Endpoint{config.upf.gtpu_bind.front(), config.upf.gtpu_port}},
                                   {"tun", functions.driver->tun().name()}});
  return {};
}

void Core::Parts::route_sims() {
  kernel_routes = std::make_unique<KernelRoutes>(functions.driver->tun().interface_index(), config);
  functions.static_addresses->on_routes([this](const auto& routes) { kernel_routes->set(routes); });
}

std::expected<void, std::string> Core::Parts::open_mme() {
  auto transport = net::make_sctp_transport(loop, sctp_kind(config.s1ap.sctp), sctp_options(config.s1ap));
  if (!transport) return Failed("s1ap: " + transport.error().message);
  const auto opened = functions.open_mme(std::move(*transport), capture.get());
  if (!opened) return opened;
  log::info("s1ap_listening", {{"address", Endpoint{config.s1ap.bind.front(), config.s1ap.port}},
                               {"sctp", functions.sctp->name()}});
  return {};
}

std::expected<void, std::string> Core::Parts::open_control() {
  ue_views = std::make_unique<UeViews>(*functions.mme, *functions.pgw);
  operations = std::make_unique<Operations>(*functions.mme);
  const auto answer = [this](const api::HttpRequest& request) {
    if (request.method == api::HttpRequest::Method::get && !request.target.starts_with("/enbs"))
      return api::ue_pages(*ue_views, request.target);
    return api::operator_pages(*operations, request);
  };
  auto opened = api::HttpServer::open(loop, config::control_socket(config), answer);
  if (!opened) return Failed("control.socket: " + opened.error().message);
  control = std::move(*opened);
  return {};
}

std::expected<std::unique_ptr<Core>, std::string> Core::start(LiveLoop& loop, const config::Config& config) {
  auto parts = std::make_unique<Parts>(loop, config);
  auto capture = SignallingCapture::open(config.pcap);
  if (!capture) return Failed("pcap: " + capture.error());
  parts->capture = std::move(*capture);
  if (const auto opened = parts->open_store(); !opened) return Failed(opened.error());
  if (const auto opened = parts->open_user_plane(); !opened) return Failed(opened.error());
  if (const auto opened = parts->functions.open_gateways(); !opened) return Failed(opened.error());
  parts->route_sims();
  if (const auto opened = parts->open_mme(); !opened) return Failed(opened.error());
  if (const auto opened = parts->open_control(); !opened) return Failed(opened.error());
  return std::unique_ptr<Core>(new Core(std::move(parts)));
}

Core::Core(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Core::~Core() = default;

void Core::stop_serving() {
  parts_->functions.mme->stop();
}

}  // namespace zerocell::app
