// SPDX-License-Identifier: Apache-2.0
#include "lab/app/demo.hpp"

#include <fmt/format.h>

#include <csignal>
#include <cstdio>

namespace zerocell::lab {
namespace {

constexpr Duration kS1Patience = std::chrono::seconds(30);
constexpr int kPings = 5;

/// The demo SIM: of the test network 001/01, with the keys of TS 35.208 test set 3.
SimCard demo_sim() {
  return {*Imsi::parse("001010000000001"), *Key<16>::from_hex("fec86ba6eb707ed08905757b1bb44b8f"),
          *Key<16>::from_hex("1006020f0a478bf6b699f15c062e42b3")};
}

constexpr const char* kPage = "Hello from the lab's internet. You came through Zerocell's egress.\n";

double milliseconds(Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

}  // namespace

Demo::Demo(Loop& loop, Options options)
    : loop_(loop), options_(std::move(options)), core_(loop, hosts_.core, options_) {}

Demo::~Demo() = default;

Task<Result> Demo::run() {
  const Step done = co_await all();
  if (!done) {
    result_.failure = done.error();
    screen_.step(false, done.error());
  }
  if (enb_)
    for (const std::string& complaint : enb_->complaints()) screen_.step(false, "eNodeB", complaint);
  if (ue_)
    for (const std::string& complaint : ue_->complaints()) screen_.step(false, "device", complaint);
  const bool complained = (enb_ && !enb_->complaints().empty()) || (ue_ && !ue_->complaints().empty());
  if (complained && result_.failure.empty()) result_.failure = "the core broke a rule of the specifications";
  if (!result_.good()) {
    screen_.title("Last lines of the core's log");
    screen_.text(core_.last_log_lines(20));
  }
  co_return result_;
}

Task<Demo::Step> Demo::all() {
  screen_.title("Lab");
  if (Step done = wire(); !done) co_return done;
  if (Step done = co_await start_core(); !done) co_return done;
  screen_.title("Attach");
  if (Step done = co_await attach(); !done) co_return done;
  screen_.title("Internet");
  if (Step done = co_await ping(); !done) co_return done;
  if (Step done = co_await fetch(); !done) co_return done;
  if (Step done = co_await denied(); !done) co_return done;
  screen_.title("Off, and on again by GUTI");
  auto done = co_await detach_and_return();
  co_return done;
}

Demo::Step Demo::wire() {
  if (Step made = hosts_.create(); !made) return made;
  auto web = WebServer::open(loop_, hosts_.inet, 80, kPage);
  if (!web) return std::unexpected(web.error());
  web_ = std::move(*web);
  if (!options_.pcap_wire.empty()) {
    auto capture = hosts_.core.start({.arguments = {"dumpcap", "-q", "-i", "s1", "-w", options_.pcap_wire}});
    if (!capture) return std::unexpected(capture.error());
    capture_ = std::move(*capture);
  }
  screen_.note("ue ~ ran ── core ── inet", "four network namespaces, no way out of them");
  // From here on this process is the eNodeB's machine.
  return hosts_.ran.enter();
}

Task<Demo::Step> Demo::start_core() {
  const SimCard sim = demo_sim();
  if (Step added = co_await core_.add(sim); !added) co_return added;
  screen_.step(true, "SIM " + sim.imsi.text(), "zerocell sim add");
  const Time begun = loop_.now();
  if (Step started = co_await core_.start(); !started) co_return started;
  if (Step up = co_await start_radio(); !up) co_return up;
  result_.ready_ms = milliseconds(loop_.now() - begun);
  result_.pcap = options_.pcap;
  screen_.step(true, "S1 Setup",
               fmt::format("{:.0f} ms after the core's start, SCTP by {}", *result_.ready_ms, result_.sctp));
  co_return Step();
}

Task<Demo::Step> Demo::start_radio() {
  auto transport = net::make_sctp_transport(loop_, net::SctpKind::automatic, {});
  if (!transport) co_return std::unexpected(transport.error().message);
  sctp_ = std::move(*transport);
  result_.sctp = sctp_->name();
  const Ipv4Address own = *Ipv4Address::parse(Topology::kEnb);
  const Ipv6Address own_v6 = *Ipv6Address::parse(Topology::kEnbV6);
  auto s1u = S1u::open(loop_, options_.s1u_ipv6 ? IpAddress(own_v6) : IpAddress(own));
  if (!s1u) co_return std::unexpected(s1u.error());
  s1u_ = std::move(*s1u);
  enb_ =
      std::make_unique<Enb>(loop_, *sctp_,
                            EnbSettings{.tracking_area = {*Plmn::parse("001/01"), 1},
                                        .broadcast_plmns = {},
                                        .local = {{own, 0}},
                                        .mme = {*IpAddress::parse(Topology::kCore), net::kPortS1ap},
                                        .gtpu_v4 = options_.s1u_ipv6 ? std::nullopt : std::optional(own),
                                        .gtpu_v6 = options_.s1u_ipv6 ? std::optional(own_v6) : std::nullopt});
  const auto mme = co_await bring_up(loop_, *enb_, kS1Patience);
  if (!mme) co_return std::unexpected(mme.error());
  auto device = UeDevice::open(loop_, hosts_.ue, [this](Bytes packet) {
    if (erab_) s1u_->uplink(*erab_, packet);
  });
  if (!device) co_return std::unexpected(device.error());
  device_ = std::move(*device);
  co_return Step();
}

void Demo::bearer_changed(const Bearer& bearer, bool up) {
  // The device is configured behind what runs now: a modem does not wait for its host.
  if (!up) {
    if (erab_) s1u_->remove(erab_->downlink_teid);
    erab_.reset();
    loop_.post([this] { device_->clear(); });
    return;
  }
  erab_ = bearer.erab;
  s1u_->add(*erab_, [this](Bytes packet) { device_->deliver(packet); });
  loop_.post([this, bearer] {
    if (const auto configured = device_->configure(bearer); !configured && result_.failure.empty())
      result_.failure = configured.error();
  });
}

Task<Demo::Step> Demo::attach() {
  UeSettings settings{.sim = demo_sim()};
  settings.pdn_type = nas::PdnType::ipv4v6;
  settings.apn = Apn::parse("internet");
  ue_ = std::make_unique<Ue>(loop_, *enb_, settings);
  ue_->trace = [this](Direction direction, std::string_view name, const std::string& detail) {
    direction == Direction::uplink ? screen_.uplink(name, detail) : screen_.downlink(name, detail);
  };
  ue_->on_bearer = [this](const Bearer& bearer, bool up) { bearer_changed(bearer, up); };
  const auto registration = co_await attach_by_imsi(*ue_);
  if (!registration) co_return std::unexpected(registration.error());
  const Bearer& bearer = registration->bearer;
  result_.attached = true;
  result_.attach_ms = milliseconds(registration->took);
  if (!bearer.ipv4.unspecified()) result_.ue_ipv4 = bearer.ipv4.text();
  result_.ciphering = "EEA" + std::to_string(static_cast<unsigned>(ue_->security().algorithms.ciphering));
  // EMM information comes behind the accept; the screen should show it in its place.
  for (int i = 0; i < 20 && ue_->network_name().empty(); ++i)
    co_await sleep(loop_, std::chrono::milliseconds(5));
  screen_.step(true, fmt::format("attached in {:.1f} ms", *result_.attach_ms),
               fmt::format("{}, APN {}, MTU {}", result_.ue_ipv4, bearer.apn.text(),
                           bearer.ipv4_mtu ? std::to_string(*bearer.ipv4_mtu) : "not told"));
  auto routed = co_await global_ipv6();
  co_return routed;
}

/// The kernel of the UE solicits a router; its address comes from the core's advertisement.
Task<Demo::Step> Demo::global_ipv6() {
  for (int i = 0; i < 100; ++i) {
    auto shown = co_await hosts_.ue.run(
        loop_, {.arguments = {"ip", "-6", "-o", "addr", "show", "dev", "ue0", "scope", "global"}},
        std::chrono::seconds(2));
    if (!shown) co_return std::unexpected(shown.error());
    const std::string text = shown->output();
    const auto begin = text.find("inet6 ");
    if (begin != std::string::npos && text.find("tentative") == std::string::npos) {
      result_.ue_ipv6 = text.substr(begin + 6, text.find('/', begin) - begin - 6);
      screen_.step(true, "IPv6 by router advertisement", result_.ue_ipv6);
      co_return Step();
    }
    co_await sleep(loop_, std::chrono::milliseconds(50));
  }
  co_return std::unexpected(std::string("no router advertisement gave the device an IPv6 address"));
}

Task<Demo::Step> Demo::ping() {
  auto command = co_await hosts_.ue.run(loop_,
                                        {.arguments = {"ping", "-n", "-q", "-c", std::to_string(kPings), "-i",
                                                       "0.2", "-W", "2", Topology::kInternetHost}},
                                        std::chrono::seconds(15));
  if (!command) co_return std::unexpected(command.error());
  const std::string text = command->output();
  int sent = 0;
  int received = 0;
  if (const auto line = text.find(" packets transmitted"); line != std::string::npos) {
    const auto begin = text.rfind('\n', line);
    std::sscanf(text.c_str() + begin + 1, "%d packets transmitted, %d received", &sent, &received);
  }
  result_.pings_sent = sent;
  result_.pings_received = received;
  double least = 0;
  double average = 0;
  if (const auto line = text.find("rtt min/avg"); line != std::string::npos)
    std::sscanf(text.c_str() + line, "rtt min/avg/max/mdev = %lf/%lf", &least, &average);
  screen_.step(sent > 0 && sent == received, std::string("ping ") + Topology::kInternetHost,
               sent == 0 ? first_line(text)
                         : fmt::format("{} of {} answered, {:.2f} ms on average", received, sent, average));
  co_return Step();
}

Task<Demo::Step> Demo::fetch() {
  const std::string url = std::string("http://") + Topology::kInternetHost + "/";
  auto command =
      co_await hosts_.ue.run(loop_, {.arguments = {"curl", "-sS", "--noproxy", "*", "--max-time", "5", url}},
                             std::chrono::seconds(8));
  if (!command) co_return std::unexpected(command.error());
  const std::string text = command->output();
  result_.fetch_ok = command->status() == 0 && text == kPage;
  screen_.step(result_.fetch_ok, url, "\"" + first_line(text) + "\"");
  co_return Step();
}

Task<Demo::Step> Demo::denied() {
  const std::string url = std::string("http://") + Topology::kDeniedHost + "/";
  const std::size_t visits = web_->requests();
  auto command =
      co_await hosts_.ue.run(loop_, {.arguments = {"curl", "-sS", "--noproxy", "*", "--max-time", "2", url}},
                             std::chrono::seconds(5));
  if (!command) co_return std::unexpected(command.error());
  const auto why = co_await core_.denial_of(Topology::kDeniedHost, std::chrono::seconds(2));
  result_.denied_by = why.value_or("");
  result_.denied_ok = command->status() != 0 && web_->requests() == visits && why.has_value();
  screen_.step(
      result_.denied_ok, url,
      why ? "denied by " + *why
          : "the core's log does not tell that it was denied; curl: " + first_line(command->output()));
  co_return Step();
}

Task<Demo::Step> Demo::detach_and_return() {
  const auto detached = co_await lab::detach(*ue_);
  if (!detached) co_return std::unexpected(detached.error());
  const auto registration = co_await attach_by_guti(*ue_);
  if (!registration) co_return std::unexpected(registration.error());
  result_.reattached = true;
  screen_.step(true, fmt::format("attached in {:.1f} ms", milliseconds(registration->took)),
               registration->bearer.ipv4.text());
  co_return Step();
}

void Demo::invite() {
  screen_.title("The lab is up. Ctrl-C ends it and leaves nothing behind.");
  screen_.text(
      fmt::format("\n  Add a SIM to this core, from another terminal (it takes the SIM at once):\n"
                  "    {} sim add 001010000000002 \\\n"
                  "      --k 465b5ce8b199b49faa5f0a2ee238a6bc --opc cd63cb71954a9f4e48a5994e37a02baf \\\n"
                  "      --config {}\n"
                  "\n  Connect an eNodeB of your own: the lab has no way out, so run the core beside it.\n"
                  "    1. In a copy of configs/zerocell.yaml, set s1ap.bind and upf.gtpu_bind to this "
                  "machine's address,\n"
                  "       and upf.gtpu_peers to the eNodeB's network.\n"
                  "    2. sudo {} run --config YOUR.yaml\n"
                  "    3. In the eNodeB: MME address as in step 1, MCC 001, MNC 01, TAC 1.\n"
                  "\n  Log of this core: {}\n  Signalling:       {}  (for Wireshark)",
                  options_.core, options_.config, options_.core, core_.log_file(), options_.pcap));
}

Task<bool> Demo::stop() {
  if (ue_) ue_->trace = nullptr;
  if (ue_ && ue_->registered()) (void)co_await lab::switch_off(*ue_);
  if (enb_) enb_->shutdown();
  co_await sleep(loop_, std::chrono::milliseconds(50));
  // dumpcap writes what it has every 250 ms, and forgets the last of it when it is ended.
  if (capture_.running()) co_await sleep(loop_, std::chrono::milliseconds(400));
  capture_.signal(SIGINT);
  const bool in_order = co_await core_.stop();
  for (int i = 0; i < 200 && capture_.running(); ++i) co_await sleep(loop_, std::chrono::milliseconds(10));
  co_return in_order;
}

}  // namespace zerocell::lab
