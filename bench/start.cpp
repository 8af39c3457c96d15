// SPDX-License-Identifier: Apache-2.0
// How soon a core serves: from the exec of `zerocell run` to S1 SETUP RESPONSE at an eNodeB on the other
// processor, with few SIMs and with many in its store. Runs in a network namespace (test/wire/in_netns).
//
//   start_bench --zerocell FILE [--quick] NAME...
#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "bench/core_under_load.hpp"
#include "bench/row/row.hpp"
#include "core/runtime/live_loop.hpp"
#include "lab/enb.hpp"

namespace {

using namespace zerocell;
using namespace zerocell::bench;
using std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience(30);
constexpr useconds_t kLook_us = 200;  ///< How often we look whether the core listens.

[[noreturn]] void fail(const std::string& why) {
  fmt::print(stderr, "start_bench: {}\n", why);
  std::exit(1);
}

double ms_since(steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(steady_clock::now() - start).count();
}

/// The eNodeB that waits for a core.
class WaitingEnb {
 public:
  WaitingEnb() {
    net::SctpOptions options;
    // An INIT that comes between the name of the port and its socket is lost: soon there is another one.
    options.rto_initial = options.rto_min = std::chrono::milliseconds(10);
    auto made = net::make_sctp_transport(loop_, net::SctpKind::automatic, options);
    if (!made) fail(made.error().message);
    transport_ = std::move(*made);
  }

  /// Association and S1 Setup, as often as it takes.
  void set_up(steady_clock::time_point give_up) {
    while (true) {
      // Each time another one: the core may still know the association that went with the last core.
      lab::Enb enb(loop_, *transport_, settings());
      bool done = false;
      const auto ended = [&](lab::EnbResult<lab::MmeDescription> result) {
        done = result.has_value();
        loop_.stop();
      };
      TaskSlot<lab::EnbResult<lab::MmeDescription>, decltype(ended)> setup(ended);
      loop_.post([&] { setup.start(enb.connect()); });
      loop_.run();
      if (done) return;
      if (steady_clock::now() > give_up) fail("no S1 Setup succeeds");
      ::usleep(kLook_us);
    }
  }

 private:
  static lab::EnbSettings settings() {
    lab::EnbSettings settings;
    settings.tracking_area = {Plmn::parse("00101").value(), 1};
    settings.local = {{IpAddress::parse(kEnbAddress).value(), 0}};
    settings.mme = {IpAddress::parse(kCoreAddress).value(), net::kPortS1ap};
    return settings;
  }

  LiveLoop loop_;
  std::unique_ptr<net::SctpTransport> transport_;
};

struct Start {
  double listening_ms = 0;
  double served_ms = 0;
};

Start start(const CoreRoom& room, WaitingEnb& enb) {
  const auto begin = steady_clock::now();
  const int process = room.start();
  while (!somebody_listens()) {
    if (::waitpid(process, nullptr, WNOHANG) != 0) fail("the core ended before it listened");
    if (steady_clock::now() > begin + kPatience) fail("the core does not listen");
    ::usleep(kLook_us);
  }
  Start measured{.listening_ms = ms_since(begin)};
  enb.set_up(begin + kPatience);
  measured.served_ms = ms_since(begin);
  // The second signal ends it without a farewell to eNodeBs.
  ::kill(process, SIGTERM);
  ::kill(process, SIGINT);
  int status = 0;
  if (::waitpid(process, &status, 0) != process || status != 0) fail("the core did not end in order");
  return measured;
}

/// What the kernel keeps of the file in memory goes.
void forget_pages_of(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) fail("no store " + path);
  (void)::fdatasync(file);
  (void)::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
  ::close(file);
}

void measure(const std::string& name, const std::string& program, std::uint32_t sims, bool quick,
             WaitingEnb& enb) {
  const CoreRoom room({.program = program, .sims = sims});
  if (!room.ready()) fail("the SIMs were not added");
  (void)start(room, enb);
  std::vector<double> served_ms;
  std::vector<double> listening_ms;
  for (int i = 0; i < (quick ? 1 : 11); ++i) {
    const Start measured = start(room, enb);
    served_ms.push_back(measured.served_ms);
    listening_ms.push_back(measured.listening_ms);
  }
  Row row = make_row(name, "ms", std::move(served_ms));
  forget_pages_of(room.file("core.db"));
  row.note =
      fmt::format("{} SIMs; it listens after {:.1f} ms; {:.1f} ms with the store out of the page cache", sims,
                  spread(listening_ms).median, start(room, enb).served_ms);
  print(row);
}

}  // namespace

int main(int argc, char** argv) {
  std::string program;
  std::vector<std::string> names;
  bool quick = false;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--zerocell" && i + 1 < argc)
      program = argv[++i];
    else if (word == "--quick")
      quick = true;
    else
      names.push_back(word);
  }
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(kLoadProcessor % static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN)), &set);
  (void)::sched_setaffinity(0, sizeof set, &set);
  WaitingEnb enb;
  for (const std::string& name : names) {
    if (name == "start.10")
      measure(name, program, 10, quick, enb);
    else if (name == "start.1m")
      measure(name, program, quick ? 1000 : 1'000'000, quick, enb);
    else
      fail("no row is called " + name);
  }
}
