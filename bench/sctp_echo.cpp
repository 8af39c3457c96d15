// SPDX-License-Identifier: Apache-2.0
// Baseline B4: what an SCTP echo costs its server, over the core's own transport and a minimal program. The
// rows `sctp.echo` and `sctp.echo.alone` are the mean over the sizes of the exchanges of an attach, with 16
// UEs and with one UE under way. Server and client are two processes in a network namespace of their own,
// each on its own processor. The CPU time is the server's, user and system, per echoed message; the client's
// is not in it. The row `sctp.echo.latency` is the time from a message until its echo, where neither side
// ever sleeps: what no core can be faster than over this transport.
#include <fmt/format.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>

#include "bench/row/row.hpp"
#include "core/net/sctp.hpp"
#include "core/runtime/live_loop.hpp"

using namespace zerocell;
using namespace zerocell::net;

namespace {

constexpr std::uint32_t kPpidEcho = 1;
constexpr std::uint32_t kPpidCpu = 2;  // Is answered with the server's CPU time in ns, as text.
/// Not the core's: it may run beside it, as for bench/load_rows.
const Endpoint kServer{Ipv4Address{{127, 0, 1, 200}}, 36412};

/// Octets of S1AP in the exchanges of an attach: request, authentication, security mode, accept, complete.
constexpr std::array<unsigned, 5> kAttachSizes = {140, 72, 64, 200, 80};

constexpr std::string_view kLatencyRow = "sctp.echo.latency";
constexpr Duration kForEver = std::chrono::hours(24);

struct Settings {
  SctpKind kind = SctpKind::automatic;
  unsigned count = 100'000;
  std::vector<unsigned> sizes = {64, 128, 256};
  std::vector<unsigned> windows = {1, 16};
  bool rows = false;
  bool quick = false;
  std::vector<std::string> names;
};

[[noreturn]] void fail(std::string_view why) {
  fmt::print(stderr, "sctp_echo: {}\n", why);
  std::_Exit(1);
}

void pin(int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor % static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN)), &set);
  (void)::sched_setaffinity(0, sizeof set, &set);
}

std::int64_t cpu_ns() {
  timespec time;
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec * 1'000'000'000LL + time.tv_nsec;
}

std::unique_ptr<SctpTransport> transport(Loop& loop, SctpKind kind) {
  auto made = make_sctp_transport(loop, kind, {});
  if (!made) fail(made.error().message);
  return std::move(*made);
}

class Server final : public SctpHandler {
 public:
  Server(SctpKind kind, Duration busy_poll) : loop_(busy_poll), transport_(transport(loop_, kind)) {}

  [[noreturn]] void run() {
    if (auto listening = transport_->listen({kServer}, *this); !listening) fail(listening.error().message);
    loop_.run();
    std::_Exit(0);
  }

 private:
  void association_up(AssociationId, const AssociationInfo&) override {}
  void association_down(AssociationId, AssociationEnd) override {}
  void message(AssociationId id, std::uint16_t stream, std::uint32_t ppid, Bytes message) override {
    if (ppid == kPpidEcho) {
      (void)transport_->send(id, stream, ppid, message);
    } else {
      const std::string text = std::to_string(cpu_ns());
      (void)transport_->send(id, stream, ppid,
                             {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    }
  }

  LiveLoop loop_;
  std::unique_ptr<SctpTransport> transport_;
};

class Client final : public SctpHandler {
 public:
  Client(SctpKind kind, Duration busy_poll) : loop_(busy_poll), transport_(transport(loop_, kind)) {
    connect();
  }

  /// The server's CPU time per echo, in ns.
  double measure(unsigned size, unsigned window, unsigned count) {
    message_.assign(size, 0x5a);
    echo(window, std::max(count / 10, window));
    const std::int64_t before = server_cpu_ns();
    echo(window, count);
    return static_cast<double>(server_cpu_ns() - before) / count;
  }
  /// The median of the times until a message's echo, one by one, in ns.
  double latency(unsigned size, unsigned count) {
    message_.assign(size, 0x5a);
    echo(1, std::max(count / 10, 1u));
    latencies_ns_.clear();
    latencies_ns_.reserve(count);
    echo(1, count);
    const auto middle = latencies_ns_.begin() + static_cast<std::ptrdiff_t>(latencies_ns_.size() / 2);
    std::ranges::nth_element(latencies_ns_, middle);
    return *middle;
  }
  std::string_view transport_name() const { return transport_->name(); }

 private:
  void connect() {
    if (!transport_->connect({}, kServer, *this)) fail("no association can begin");
    loop_.run();
  }
  void association_up(AssociationId id, const AssociationInfo&) override {
    id_ = id;
    loop_.stop();
  }
  void association_down(AssociationId, AssociationEnd) override { fail("the association ended"); }
  void message(AssociationId, std::uint16_t, std::uint32_t ppid, Bytes message) override {
    if (ppid == kPpidCpu) {
      answer_.assign(message.begin(), message.end());
      return loop_.stop();
    }
    if (latencies_ns_.size() < latencies_ns_.capacity())
      latencies_ns_.push_back(static_cast<double>((loop_.now() - sent_at_).count()));
    if (++received_ == count_) return loop_.stop();
    if (sent_ < count_) send_one();
  }
  void send_one() {
    ++sent_;
    sent_at_ = loop_.now();
    if (transport_->send(id_, 1, kPpidEcho, message_) != SendOutcome::sent) fail("the send buffer is full");
  }
  void echo(unsigned window, unsigned count) {
    count_ = count;
    sent_ = received_ = 0;
    while (sent_ < std::min(window, count)) send_one();
    loop_.run();
  }
  std::int64_t server_cpu_ns() {
    (void)transport_->send(id_, 0, kPpidCpu, message_);
    loop_.run();
    std::int64_t value = 0;
    std::from_chars(answer_.data(), answer_.data() + answer_.size(), value);
    return value;
  }

  LiveLoop loop_;
  std::unique_ptr<SctpTransport> transport_;
  AssociationId id_{};
  ByteVector message_;
  std::string answer_;
  unsigned count_ = 0;
  unsigned sent_ = 0;
  unsigned received_ = 0;
  Time sent_at_{};
  std::vector<double> latencies_ns_;  // As many as there is room for.
};

std::vector<unsigned> numbers(const char* text) {
  std::vector<unsigned> result;
  for (const char* at = text; *at != '\0';) {
    char* end = nullptr;
    result.push_back(static_cast<unsigned>(std::strtoul(at, &end, 10)));
    at = *end == ',' ? end + 1 : end;
    if (end == text || result.back() == 0) fail("a list of numbers, such as 64,128, was expected");
  }
  return result;
}

Settings read_settings(int argc, char** argv) {
  Settings settings;
  for (int i = 1; i < argc; ++i) {
    const std::string_view option = argv[i];
    if (option == "--rows" || option == "--quick" || !option.starts_with("--")) {
      settings.rows |= option == "--rows";
      settings.quick |= option == "--quick";
      if (!option.starts_with("--")) settings.names.emplace_back(option);
      continue;
    }
    if (++i == argc) fail("an option wants a value");
    const std::string_view value = argv[i];
    if (option == "--transport") {
      settings.kind = value == "kernel"    ? SctpKind::kernel
                      : value == "usrsctp" ? SctpKind::usrsctp
                                           : SctpKind::automatic;
    } else if (option == "--count") {
      settings.count = numbers(argv[i]).front();
    } else if (option == "--sizes") {
      settings.sizes = numbers(argv[i]);
    } else if (option == "--windows") {
      settings.windows = numbers(argv[i]);
    } else {
      fail(
          "options: --transport auto|kernel|usrsctp, --count N, --sizes OCTETS,..., --windows MESSAGES,...; "
          "or for "
          "scripts/bench [--quick] --rows NAME.... Runs in a network namespace whose loopback is up "
          "(test/wire/in_netns).");
    }
  }
  return settings;
}

void show_table(Client& client, const Settings& settings) {
  for (const unsigned window : settings.windows) {
    for (const unsigned size : settings.sizes) {
      const double us = client.measure(size, window, settings.count) / 1000;
      fmt::print("{:4} octets, window {:3} {:8.3f} us CPU an echo ({})\n", size, window, us,
                 client.transport_name());
    }
  }
}

/// The mean over the sizes of the exchanges of an attach, of what `measure` says of one of them in ns.
bench::Row row_of(const std::string& name, const Client& client, bool quick,
                  const std::function<double(unsigned size, unsigned count)>& measure) {
  std::vector<double> means_us;
  for (int i = 0; i < (quick ? 2 : 9); ++i) {
    double sum_us = 0;
    for (const unsigned size : kAttachSizes) sum_us += measure(size, quick ? 200 : 4000) / 1000;
    means_us.push_back(sum_us / kAttachSizes.size());
  }
  bench::Row row = bench::make_row(name, "us", std::move(means_us));
  row.note = client.transport_name();
  return row;
}

void print_row(const std::string& name, Client& client, bool quick) {
  if (name == kLatencyRow) {
    bench::print(row_of(name, client, quick,
                        [&](unsigned size, unsigned count) { return client.latency(size, count); }));
    return;
  }
  const unsigned window = name == "sctp.echo" ? 16 : name == "sctp.echo.alone" ? 1 : 0;
  if (window == 0) fail(fmt::format("no row is called {}", name));
  bench::print(row_of(name, client, quick,
                      [&](unsigned size, unsigned count) { return client.measure(size, window, count); }));
}

/// Runs `use` with a client, beside a server that ends with it.
void with_server(SctpKind kind, Duration busy_poll, const std::function<void(Client&)>& use) {
  // A server that cannot serve has said why: nobody waits for its answers.
  (void)::signal(SIGCHLD, [](int) { std::_Exit(1); });
  const pid_t server = ::fork();
  if (server < 0) fail("cannot fork");
  if (server == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    pin(1);
    Server(kind, busy_poll).run();
  }
  pin(0);
  ::usleep(100'000);  // The server listens by then; else INIT is repeated.
  {
    Client client(kind, busy_poll);
    use(client);
  }
  (void)::signal(SIGCHLD, SIG_DFL);
  ::kill(server, SIGKILL);
  ::waitpid(server, nullptr, 0);
}

}  // namespace

int main(int argc, char** argv) {
  const Settings settings = read_settings(argc, argv);
  if (!settings.rows) with_server(settings.kind, {}, [&](Client& client) { show_table(client, settings); });
  for (const std::string& name : settings.names)
    with_server(settings.kind, name == kLatencyRow ? kForEver : Duration::zero(),
                [&](Client& client) { print_row(name, client, settings.quick); });
}
