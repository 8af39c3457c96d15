// SPDX-License-Identifier: Apache-2.0
// The sockets driver between two hosts, with 65,536 UEs in random order, beside baseline B2 on the same
// links. A rate is packets per second of processor time of the thread that forwards, the kernel's share
// included: what one core carries when it has nothing else to do. Runs in a network namespace of its own
// (test/wire/in_netns).
#include <fmt/format.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>

#include "bench/row/row.hpp"
#include "bench/user_plane/plain_forwarder.hpp"
#include "bench/user_plane/traffic.hpp"
#include "core/crypto/random.hpp"
#include "core/runtime/virtual_loop.hpp"
#include "egress/policy_egress.hpp"
#include "upf/sockets_driver.hpp"

namespace {

using namespace zerocell;
using namespace zerocell::bench;
using std::chrono::steady_clock;

constexpr std::uint64_t kWindow =
    4096;  ///< Packets under way: less than any buffer between, so that none need be lost.
/// Nothing takes that long; what has not come by then is lost.
constexpr std::chrono::milliseconds kStall(400);
constexpr std::uint32_t kTrain = 32;  ///< As long as what a TCP sender hands its card at once, 44 KiB.

std::uint64_t thread_cpu_ns(int thread) {
  timespec time{};
  // A thread's clock, as pthread_getcpuclockid makes it of the kernel's thread id.
  const auto clock = static_cast<clockid_t>(~static_cast<unsigned>(thread) << 3 | 6u);
  if (::clock_gettime(clock, &time) != 0) fail("a thread has no clock");
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(time.tv_nsec);
}

int thread_called(std::string_view wanted) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream file(entry.path() / "comm");
    std::string name;
    std::getline(file, name);
    if (name == wanted) return std::stoi(entry.path().filename().string());
  }
  fail("the forwarder has no thread");
}

upf::Settings settings() {
  upf::Settings made;
  made.gtpu_addresses = {IpAddress::parse(kCoreRadioAddress).value()};
  made.core_addresses = {IpAddress::parse(kCoreRadioAddress).value()};
  made.pools = {{IpPrefix::parse("10.44.0.0/15").value(), IpAddress::parse("10.44.0.1").value()}};
  made.sessions_max = 2 * kUes;
  made.flows_max = 4 * kUes;
  return made;
}

egress::PolicySet policies() {
  config::Egress egress;
  config::EgressGroup group;
  group.name = "default";
  for (const char* rule : {"allow dst 198.51.100.0/24", "allow from 198.51.100.7"})
    group.rules.push_back({rule, 0, 0});
  egress.groups.push_back(group);
  auto compiled = egress::compile(egress);
  if (!compiled) fail("the rules do not compile: " + compiled.error().front().message);
  return std::move(*compiled);
}

/// The core's user plane, as `zerocell run` builds it, with a session for every UE.
class Core {
 public:
  explicit Core(Shared& radio)
      : plane_(settings(), random_, loop_), egress_(policies(), 2 * kUes, 10, loop_) {
    auto tun = net::Tun::open(
        {.name = "zerocell0", .mtu = 1400, .addresses = {{IpAddress::parse("10.44.0.1").value(), 15}}});
    if (!tun) fail(tun.error().message);
    sh("ip link set zerocell0 txqueuelen 10000");
    auto opened = upf::SocketsDriver::open(plane_, egress_, path_random_, std::move(*tun));
    if (!opened) fail(opened.error().message);
    driver_ = std::move(*opened);
    driver_->start();
    for (std::uint32_t ue = 0; ue < kUes; ++ue) establish(ue, radio);
    thread_ = thread_called("zerocell-upf");
  }

  const upf::DriverCounts& counts() const { return driver_->counts(); }
  int thread() const { return thread_; }

 private:
  void establish(std::uint32_t ue, Shared& radio) {
    egress::Identity identity;
    identity.imsi = Imsi::parse(fmt::format("00101{:010}", ue + 1)).value();
    upf::SessionEstablishment request;
    request.control_seid = ue + 1;
    request.security_id = egress_.admit(identity).value();
    const std::uint32_t address = kCorePool + kFirstUe + ue;
    request.ue_ipv4 =
        Ipv4Address{{static_cast<std::uint8_t>(address >> 24), static_cast<std::uint8_t>(address >> 16),
                     static_cast<std::uint8_t>(address >> 8), static_cast<std::uint8_t>(address)}};
    request.downlink.action = upf::DownlinkAction::forward;
    request.downlink.peer = {.teid = ue + 1, .v4 = Ipv4Address::parse(kEnbAddress)};
    auto session = plane_.establish(request);
    if (!session) fail("no session for a UE");
    radio.teids[ue] = session->uplink.teid;
  }

  SystemRandom random_;
  SystemRandom path_random_;
  VirtualLoop loop_{1};
  upf::UserPlane plane_;
  egress::PolicyEgress egress_;
  std::unique_ptr<upf::SocketsDriver> driver_;
  int thread_ = 0;
};

/// One forwarder in one direction: who sends to it, and what it says that it forwarded.
struct Lane {
  TrafficProcess& from;
  TrafficProcess& to;
  bool baseline = false;
  int thread = 0;
  std::function<std::uint64_t()> forwarded;
  std::function<std::uint64_t()> frames{};  ///< Reads or writes of the TUN device for them.
};

struct Measured {
  double per_second = 0;
  double generator_share = 0;  ///< Its processor time to that of the forwarder.
  double lost = 0;             ///< Share of the packets.
  double per_frame = 1;        ///< Packets of one read or write of the TUN device.
};

/// Waits for what must come soon.
bool settles(const std::function<bool()>& condition) {
  const auto end = steady_clock::now() + kStall;
  while (!condition()) {
    if (steady_clock::now() > end) return false;
    ::usleep(200);
  }
  return true;
}

/// Sends for `duration`, as fast as the lane forwards.
Measured measure(const Lane& lane, std::uint32_t train, std::chrono::milliseconds duration,
                 std::uint64_t at_least) {
  Shared& shared = lane.from.shared();
  const std::uint64_t sent_before = lane.from.halt();
  shared.train = train;
  shared.to_baseline = lane.baseline;
  const std::uint64_t swallowed_before = lane.to.shared().swallowed_octets;
  const std::uint64_t forwarded_before = lane.forwarded();
  const std::uint64_t frames_before = lane.frames ? lane.frames() : 0;
  const std::uint64_t cpu_before = thread_cpu_ns(lane.thread);
  const std::uint64_t generator_before = lane.from.cpu_ns();
  const auto end = steady_clock::now() + duration;
  std::uint64_t lost = 0;
  std::uint64_t done = 0;
  auto progress = steady_clock::now();
  while (steady_clock::now() < end || done < at_least) {
    const std::uint64_t now_done = lane.forwarded() - forwarded_before;
    if (now_done != done) progress = steady_clock::now();
    done = now_done;
    // What did not come within this time has been lost: make room for more.
    if (steady_clock::now() - progress > kStall) {
      lost = shared.sent - sent_before - done;
      progress = steady_clock::now();
      if (done == 0 && steady_clock::now() > end + std::chrono::seconds(2)) fail("nothing was forwarded");
    }
    shared.allowed.store(sent_before + done + lost + kWindow, std::memory_order_release);
    ::usleep(30);
  }
  const std::uint64_t sent = lane.from.halt() - sent_before;
  (void)settles([&] { return (done = lane.forwarded() - forwarded_before) >= sent; });
  const double cpu = static_cast<double>(thread_cpu_ns(lane.thread) - cpu_before);
  const auto arrived = [&] { return lane.to.shared().swallowed_octets - swallowed_before; };
  if (!settles([&] { return arrived() >= done * (kPacketOctets - 28) / 10 * 9; }))
    fail(fmt::format("{} packets were forwarded, and only {} octets arrived", done, arrived()));
  return {.per_second = static_cast<double>(done) * 1e9 / cpu,
          .generator_share = static_cast<double>(lane.from.cpu_ns() - generator_before) / cpu,
          .lost = sent > done ? static_cast<double>(sent - done) / static_cast<double>(sent) : 0,
          .per_frame = lane.frames
                           ? static_cast<double>(done) / static_cast<double>(lane.frames() - frames_before)
                           : 1};
}

Row compare(const std::string& name, const Lane& core, const Lane& baseline, std::uint32_t train,
            bool quick) {
  const int repetitions = quick ? 2 : 9;
  const std::chrono::milliseconds duration(quick ? 20 : 200);
  std::vector<double> rates, baselines, lost, shares, per_frame;
  for (int i = 0; i < repetitions; ++i) {
    const Measured ours = measure(core, train, duration, 0);
    const Measured theirs = measure(baseline, train, duration, 0);
    rates.push_back(ours.per_second);
    baselines.push_back(theirs.per_second);
    lost.push_back(ours.lost);
    shares.push_back(ours.generator_share);
    per_frame.push_back(ours.per_frame);
  }
  Row row = make_row(name, "1/s", std::move(rates), baselines);
  row.note = fmt::format(
      "{} UEs in random order, {} packets of one after the other, {:.1f} in a frame of the TUN device; lost "
      "{:.2f}%; the generator used {:.1f} times the forwarder's CPU",
      kUes, train, spread(per_frame).median, spread(lost).median * 100, spread(shares).median);
  return row;
}

constexpr std::array<const char*, 4> kRows{"up.uplink.1400", "up.downlink.1400", "up.uplink.1400.alone",
                                           "up.downlink.1400.alone"};

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments = read_arguments(argc, argv, kRows);
  TrafficProcess radio(Side::radio);
  TrafficProcess network(Side::network);
  sh(fmt::format(
      "ip address add {}/24 dev ran0 && ip address add {}/24 dev ran0 && ip address add {}/24 dev inet0",
      kCoreRadioAddress, kBaselineRadioAddress, kCoreNetworkAddress));
  sh("sysctl -qw net.ipv4.ip_forward=1");
  pin(1);  // Every thread that forwards; the generators have the other one.
  Core core(radio.shared());
  PlainForwarder plain;
  pin(0);

  const Lane up{radio,
                network,
                false,
                core.thread(),
                [&] { return core.counts().uplink_datagrams.load() - core.counts().uplink_failed.load(); },
                [&] { return core.counts().uplink_frames.load(); }};
  const Lane down{network,
                  radio,
                  false,
                  core.thread(),
                  [&] { return core.counts().downlink_datagrams.load(); },
                  [&] { return core.counts().downlink_reads.load(); }};
  const Lane plain_up{radio, network, true, plain.up().thread_id, [&] { return plain.up().packets.load(); }};
  const Lane plain_down{network, radio, true, plain.down().thread_id,
                        [&] { return plain.down().packets.load(); }};

  // Warm: every UE has its flow, and every neighbour is known.
  const std::uint64_t each = arguments.quick ? 1000 : kUes + kUes / 8;
  for (const Lane* lane : {&up, &down}) (void)measure(*lane, 1, std::chrono::milliseconds(1), each);
  for (const Lane* lane : {&plain_up, &plain_down})
    (void)measure(*lane, 1, std::chrono::milliseconds(1), 1000);

  for (const char* const name : kRows) {
    if (!arguments.wants(name)) continue;
    const bool uplink = std::string_view(name).starts_with("up.uplink");
    const std::uint32_t train = std::string_view(name).ends_with("alone") ? 1 : kTrain;
    print(uplink ? compare(name, up, plain_up, train, arguments.quick)
                 : compare(name, down, plain_down, train, arguments.quick));
  }
}
