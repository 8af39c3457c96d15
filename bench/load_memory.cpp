// SPDX-License-Identifier: Apache-2.0
// What signalling costs the core without a kernel's or any other SCTP: all functions of the core, wired as
// the application does, and the load generator's UEs, over a network in memory and on one thread.
//
// The two sides take turns, and the core's turns are timed by the thread's processor time: a turn is all that
// has come for the core meanwhile, as it reads from a socket when it is busy. In its time are its timers and
// its store (in memory); what the generator and the network do is not.
#include <time.h>

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/core_functions.hpp"
#include "bench/row/row.hpp"
#include "core/crypto/random.hpp"
#include "core/net/sctp_simulated.hpp"
#include "core/store/memory_subscribers.hpp"
#include "lab/load/generator.hpp"

namespace {

using namespace zerocell;
using namespace zerocell::bench;

constexpr std::uint32_t kSessionsMax = 65'536;
constexpr std::array<const char*, 2> kRows = {"attach.rate.memory", "service_request.rate.memory"};

Duration thread_cpu() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

/// One side's loop, in real time: it runs when it is told to.
class SideLoop final : public Loop {
 public:
  SideLoop() : Loop(steady()) {}
  Time now() const override { return steady(); }
  WallTime wall_time() const override {
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  }
  void post(Job job) override { jobs_.push_back(std::move(job)); }
  std::unique_ptr<Watch> watch_readable(int, std::function<void()>) override { return nullptr; }
  std::unique_ptr<Watch> watch_writable(int, std::function<void()>) override { return nullptr; }

  /// Everything that is ready, and what that makes ready.
  void turn() {
    timers_.advance(now());
    while (!jobs_.empty()) {
      running_.swap(jobs_);
      for (Job& job : running_) job();
      running_.clear();
    }
  }

 private:
  static Time steady() {
    return Time(std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch()));
  }
  void armed() override {}
  std::vector<Job> jobs_;
  std::vector<Job> running_;
};

/// The core's end of the network: what arrives waits for the core's turn, and what it sends for the
/// network's.
class WaitingSctp final : public net::SctpTransport, private net::SctpHandler {
 public:
  explicit WaitingSctp(std::unique_ptr<net::SctpTransport> network) : network_(std::move(network)) {}

  void deliver() {
    // What the core's answers bring back comes in the next turn.
    arrived_.swap(delivered_);
    octets_.swap(octets_delivered_);
    for (const Arrival& one : delivered_) {
      if (one.kind == Kind::up)
        core_->association_up(one.id, one.info);
      else if (one.kind == Kind::down)
        core_->association_down(one.id, one.why);
      else
        core_->message(one.id, one.stream, one.ppid, Bytes(octets_delivered_).subspan(one.at, one.size));
    }
    delivered_.clear();
    octets_delivered_.clear();
  }

  std::string_view name() const override { return network_->name(); }
  std::expected<void, net::NetError> listen(const std::vector<Endpoint>& local,
                                            net::SctpHandler& handler) override {
    core_ = &handler;
    return network_->listen(local, *this);
  }
  std::expected<net::AssociationId, net::NetError> connect(const std::vector<Endpoint>& local,
                                                           const Endpoint& remote,
                                                           net::SctpHandler& handler) override {
    return network_->connect(local, remote, handler);
  }
  net::SendOutcome send(net::AssociationId id, std::uint16_t stream, std::uint32_t ppid,
                        Bytes message) override {
    sent_.push_back(
        {.stream = stream, .ppid = ppid, .at = octets_sent_.size(), .size = message.size(), .id = id});
    octets_sent_.insert(octets_sent_.end(), message.begin(), message.end());
    return net::SendOutcome::sent;
  }
  void shutdown(net::AssociationId id) override {
    flush();
    network_->shutdown(id);
  }
  void abort(net::AssociationId id) override {
    flush();
    network_->abort(id);
  }
  void flush() {
    for (const Arrival& one : sent_)
      if (network_->send(one.id, one.stream, one.ppid, Bytes(octets_sent_).subspan(one.at, one.size)) ==
          net::SendOutcome::full)
        ++refused_;
    sent_.clear();
    octets_sent_.clear();
  }
  /// Messages that the network did not take.
  std::uint64_t refused() const { return refused_; }

 private:
  enum class Kind : std::uint8_t { up, message, down };
  struct Arrival {
    Kind kind = Kind::message;
    net::AssociationEnd why{};
    std::uint16_t stream = 0;
    std::uint32_t ppid = 0;
    std::size_t at = 0;
    std::size_t size = 0;
    net::AssociationId id{};
    net::AssociationInfo info{};
  };
  void association_up(net::AssociationId id, const net::AssociationInfo& info) override {
    arrived_.push_back({.kind = Kind::up, .id = id, .info = info});
  }
  void message(net::AssociationId id, std::uint16_t stream, std::uint32_t ppid, Bytes message) override {
    arrived_.push_back(
        {.stream = stream, .ppid = ppid, .at = octets_.size(), .size = message.size(), .id = id});
    octets_.insert(octets_.end(), message.begin(), message.end());
  }
  void association_down(net::AssociationId id, net::AssociationEnd why) override {
    arrived_.push_back({.kind = Kind::down, .why = why, .id = id});
  }

  std::unique_ptr<net::SctpTransport> network_;
  net::SctpHandler* core_ = nullptr;
  std::vector<Arrival> arrived_;
  std::vector<Arrival> delivered_;
  std::vector<Arrival> sent_;
  ByteVector octets_;
  ByteVector octets_delivered_;
  ByteVector octets_sent_;
  std::uint64_t refused_ = 0;
};

load::SimKeys keys() {
  load::SimKeys made;
  for (std::size_t i = 0; i < 16; ++i) {
    made.k.reveal_mutable()[i] = static_cast<std::uint8_t>(i * 7 + 1);
    made.op_c.reveal_mutable()[i] = static_cast<std::uint8_t>(0x50 + i);
  }
  return made;
}

const Imsi kFirstImsi = *Imsi::parse("001010000000001");

config::Config configuration() {
  config::Config made;
  made.network.plmns = {*Plmn::parse("00101")};
  made.network.tacs = {{1, 1}};
  made.network.mme_name = "zerocell";
  made.s1ap.bind = {*IpAddress::parse("127.0.1.100")};
  made.upf.gtpu_bind = {*IpAddress::parse("127.0.1.100")};
  made.upf.sessions_max = made.mme.ues_max = kSessionsMax;
  config::ApnConfig internet;
  internet.name = *Apn::parse("internet");
  internet.pdn_types = {config::PdnType::ipv4};
  internet.ipv4_pool = IpPrefix::parse("10.64.0.0/12");
  made.apns = {internet};
  made.egress.groups = {{.name = "default", .rules = {{"allow any"}}}};
  return made;
}

/// The core as `zerocell run` has it, but for the packet path's thread and the store's.
class MemoryCore {
 public:
  explicit MemoryCore(std::uint32_t sims) : net_(outside, 1), core_(inside, random_, configuration()) {
    provision(sims);
    auto sctp = std::make_unique<WaitingSctp>(net_.make_transport());
    sctp_ = sctp.get();
    const auto opened = core_.open(std::make_unique<store::MemorySubscribers>(database_), std::move(sctp));
    ZC_ASSERT(opened.has_value());
  }

  struct Result {
    double rate = 0;       ///< Errands a second of the core's time.
    double core_us = 0;    ///< For each,
    double others_us = 0;  ///< and of the generator's and the network's.
    std::map<std::string, std::uint64_t> failures{};
  };
  Result run(load::Settings settings) {
    settings.mme = {core_.config.s1ap.bind.front(), core_.config.s1ap.port};
    settings.plmn = core_.config.network.plmns.front();
    settings.imsi_first = kFirstImsi;
    settings.keys = keys();
    settings.rate = 0;
    settings.window = 256;
    const auto radio = net_.make_transport();
    load::Generator generator({.loop = outside, .sctp = *radio, .alarm = load::make_wheel_alarm}, settings);
    std::optional<std::expected<void, std::string>> ended;
    generator.start([&](std::expected<void, std::string> how) { ended = std::move(how); });
    Duration core{};
    Duration all{};
    while (!ended) {
      const load::Phase phase = generator.progress().phase;
      const Duration begun = thread_cpu();
      sctp_->flush();
      outside.turn();
      const Duration at = thread_cpu();
      sctp_->deliver();
      inside.turn();
      const Duration done = thread_cpu();
      // The packet path's thread is not part of it: what it is told goes nowhere.
      while (core_.user_plane->signals().commands.take()) {
      }
      if (phase != load::Phase::running && phase != load::Phase::draining) continue;
      core += done - at;
      all += done - begun;
    }
    const load::Outcome& outcome = generator.outcome();
    Result result;
    if (!*ended || outcome.ended == 0) {
      std::fprintf(stderr, "load_memory: %s\n", *ended ? "nothing ended well" : ended->error().c_str());
      std::exit(1);
    }
    const auto count = static_cast<double>(outcome.ended);
    result.core_us = std::chrono::duration<double, std::micro>(core).count() / count;
    result.others_us = std::chrono::duration<double, std::micro>(all - core).count() / count;
    result.rate = 1e6 / result.core_us;
    for (const auto* statistics : {&outcome.prepared, &outcome.measured})
      for (const auto& [what, times] : statistics->failures) result.failures[what] += times;
    for (const auto& [what, times] : outcome.complaints) result.failures[what] += times;
    if (sctp_->refused() != 0) result.failures["messages that the network did not take"] = sctp_->refused();
    return result;
  }

 private:
  void provision(std::uint32_t count) {
    store::MemorySubscribers operators(database_);
    const load::SimKeys secrets = keys();
    for (std::uint32_t i = 0; i < count; ++i) {
      store::Subscriber subscriber;
      std::string digits = std::to_string(i + 1);
      subscriber.imsi = *Imsi::parse("00101" + std::string(10 - digits.size(), '0') + digits);
      std::ranges::copy(secrets.k.reveal(), subscriber.secrets.k.reveal_mutable().begin());
      std::ranges::copy(secrets.op_c.reveal(), subscriber.secrets.op_c.reveal_mutable().begin());
      ZC_ASSERT(operators.insert(subscriber).has_value());
    }
  }

  SideLoop outside;  ///< The network's and the generator's.
  SideLoop inside;
  SystemRandom random_;
  net::SimulatedNetwork net_;
  std::shared_ptr<store::MemoryDatabase> database_ = std::make_shared<store::MemoryDatabase>();
  app::CoreFunctions core_;
  WaitingSctp* sctp_ = nullptr;
};

void measure(const char* name, load::Scenario scenario, const char* what, bool quick) {
  load::Settings settings;
  settings.ues = quick ? 500 : 20'000;
  settings.scenario = scenario;
  settings.keep = scenario != load::Scenario::attach;
  MemoryCore core(settings.ues);
  // Subscribers are read from the store at their first attach.
  load::Settings first = settings;
  first.scenario = load::Scenario::attach;
  first.keep = false;
  first.arrivals_max = settings.ues;
  first.duration = std::chrono::seconds(60);
  const auto cold = core.run(first);
  settings.duration = quick ? std::chrono::milliseconds(50) : std::chrono::milliseconds(1200);
  std::vector<double> rates;
  std::map<std::string, std::uint64_t> failures;
  MemoryCore::Result last;
  for (int i = 0; i < (quick ? 1 : 5); ++i) {
    last = core.run(settings);
    rates.push_back(last.rate);
    for (const auto& [why, times] : last.failures) failures[why] += times;
  }
  Row row = make_row(name, "1/s", rates);
  char text[256];
  std::snprintf(text, sizeof text,
                "a second of the core's own processor time, of which %s takes %.2f us; the generator and the "
                "network took %.2f us more on the same thread",
                what, 1e6 / *row.value, last.others_us);
  row.note = text;
  if (scenario == load::Scenario::attach) {
    std::snprintf(text, sizeof text, "; the first time %.1f us", cold.core_us);
    row.note += text;
  }
  for (const auto& [why, times] : failures) row.note += "; " + std::to_string(times) + " " + why;
  print(row);
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments = read_arguments(argc, argv, kRows);
  if (arguments.wants(kRows[0]))
    measure(kRows[0], load::Scenario::attach, "an attach with its detach", arguments.quick);
  if (arguments.wants(kRows[1]))
    measure(kRows[1], load::Scenario::service_request, "a service request with its release", arguments.quick);
}
