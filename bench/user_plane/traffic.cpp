// SPDX-License-Identifier: Apache-2.0
#include "bench/user_plane/traffic.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <new>
#include <random>
#include <vector>

#include "core/gtp/gtpu.hpp"
#include "core/types/bytes.hpp"

namespace zerocell::bench {
namespace {

constexpr std::uint32_t kIpOctets = 20;
constexpr std::uint32_t kUdpOctets = 8;
constexpr std::uint32_t kPayloadOctets = kPacketOctets - kIpOctets - kUdpOctets;
constexpr std::uint32_t kDatagramOctets = kPacketOctets + gtp::kGtpuHeaderOctets;
constexpr std::uint32_t kJoinedMax = 65507 / kDatagramOctets;
constexpr unsigned kUesAtOnce = 8;   ///< UEs whose trains an eNodeB sends at the same time, packet by packet.
constexpr int kSegmentOption = 103;  // UDP_SEGMENT
constexpr int kGroOption = 104;      // UDP_GRO

std::uint32_t sum_words(const std::uint8_t* data, std::size_t octets) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i + 1 < octets; i += 2)
    sum += static_cast<std::uint32_t>(data[i] << 8 | data[i + 1]);
  return sum;
}
std::uint16_t fold(std::uint32_t sum) {
  while (sum >> 16 != 0) sum = (sum & 0xFFFF) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}
void put16(std::uint8_t* to, std::uint32_t value) {
  to[0] = static_cast<std::uint8_t>(value >> 8);
  to[1] = static_cast<std::uint8_t>(value);
}
void put32(std::uint8_t* to, std::uint32_t value) {
  put16(to, value >> 16);
  put16(to + 2, value);
}
std::uint32_t address_of(const char* text) {
  in_addr address{};
  ::inet_pton(AF_INET, text, &address);
  return ntohl(address.s_addr);
}
sockaddr_in name_of(std::uint32_t address, std::uint16_t port) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(port);
  name.sin_addr.s_addr = htonl(address);
  return name;
}

/// A socket that takes whatever comes, joined, and keeps none of it: its buffer is full at once.
int sink(std::uint32_t address, std::uint16_t port) {
  const int number = ::socket(AF_INET, SOCK_DGRAM, 0);
  const int on = 1;
  const int little = 1;
  const int much = 32 << 20;
  (void)::setsockopt(number, IPPROTO_UDP, kGroOption, &on, sizeof on);
  (void)::setsockopt(number, SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
  (void)::setsockopt(number, SOL_SOCKET, SO_SNDBUFFORCE, &much, sizeof much);
  const sockaddr_in name = name_of(address, port);
  if (::bind(number, reinterpret_cast<const sockaddr*>(&name), sizeof name) < 0)
    fail("the sink has no socket");
  return number;
}

void send_joined(int socket, const sockaddr_in& to, const std::uint8_t* data, std::size_t octets,
                 std::uint16_t segment) {
  iovec piece{const_cast<std::uint8_t*>(data), octets};
  alignas(cmsghdr) std::array<std::uint8_t, CMSG_SPACE(sizeof(std::uint16_t))> control{};
  msghdr header{};
  header.msg_name = const_cast<sockaddr_in*>(&to);
  header.msg_namelen = sizeof to;
  header.msg_iov = &piece;
  header.msg_iovlen = 1;
  if (octets > segment) {
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    cmsghdr* const message = CMSG_FIRSTHDR(&header);
    message->cmsg_level = IPPROTO_UDP;
    message->cmsg_type = kSegmentOption;
    message->cmsg_len = CMSG_LEN(sizeof segment);
    std::memcpy(CMSG_DATA(message), &segment, sizeof segment);
  }
  // What does not fit is lost, as on any wire; the other side counts.
  (void)::sendmsg(socket, &header, 0);
}

/// UEs in an order that never repeats within a round.
class RandomUes {
 public:
  RandomUes() : order_(kUes) {
    for (std::uint32_t i = 0; i < kUes; ++i) order_[i] = i;
    std::shuffle(order_.begin(), order_.end(), random_);
  }
  std::uint32_t next() { return order_[at_++ % kUes]; }

 private:
  std::mt19937 random_{2152};
  std::vector<std::uint32_t> order_;
  std::size_t at_ = 0;
};

/// G-PDUs of many UEs, joined as a network card hands them up: one eNodeB sends to one address.
class RadioTraffic {
 public:
  explicit RadioTraffic(Shared& shared) : shared_(shared), memory_(kJoinedMax * kDatagramOctets, 0x5A) {
    for (std::uint32_t i = 0; i < kJoinedMax; ++i) make_headers(&memory_[i * kDatagramOctets]);
    body_sum_ = sum_words(&memory_[gtp::kGtpuHeaderOctets + kIpOctets + kUdpOctets], kPayloadOctets);
  }

  std::uint32_t send(int socket, std::uint32_t packets) {
    const bool baseline = shared_.to_baseline;
    const std::uint32_t count = std::min(packets, kJoinedMax);
    for (std::uint32_t i = 0; i < count; ++i) fill(&memory_[i * kDatagramOctets], baseline);
    send_joined(socket, name_of(address_of(baseline ? kBaselineRadioAddress : kCoreRadioAddress), 2152),
                memory_.data(), std::size_t{count} * kDatagramOctets, kDatagramOctets);
    return count;
  }

 private:
  void make_headers(std::uint8_t* datagram) {
    datagram[0] = 0x30;
    datagram[1] = 255;
    put16(datagram + 2, kPacketOctets);
    std::uint8_t* const ip = datagram + gtp::kGtpuHeaderOctets;
    std::memset(ip, 0, kIpOctets + kUdpOctets);
    ip[0] = 0x45;
    put16(ip + 2, kPacketOctets);
    ip[6] = 0x40;
    ip[8] = 64;
    ip[9] = IPPROTO_UDP;
    put32(ip + 16, address_of(kHostAddress));
    put16(ip + kIpOctets, kUePort);
    put16(ip + kIpOctets + 2, kHostPort);
    put16(ip + kIpOctets + 4, kPacketOctets - kIpOctets);
  }
  void fill(std::uint8_t* datagram, bool baseline) {
    Train& train = trains_[turn_++ % kUesAtOnce];
    if (train.left == 0) train = {ues_.next(), shared_.train};
    --train.left;
    put32(datagram + 4, shared_.teids[train.ue].load(std::memory_order_relaxed));
    std::uint8_t* const ip = datagram + gtp::kGtpuHeaderOctets;
    put32(ip + 12, (baseline ? kBaselinePool : kCorePool) + kFirstUe + train.ue);
    put16(ip + 10, 0);
    put16(ip + 10, fold(sum_words(ip, kIpOctets)));
    std::uint8_t* const udp = ip + kIpOctets;
    put16(udp + 6, 0);
    put16(udp + 6, fold(sum_words(ip + 12, 8) + IPPROTO_UDP + (kPacketOctets - kIpOctets) +
                        sum_words(udp, kUdpOctets) + body_sum_));
  }

  struct Train {
    std::uint32_t ue = 0;
    std::uint32_t left = 0;
  };
  Shared& shared_;
  std::vector<std::uint8_t> memory_;
  std::uint32_t body_sum_ = 0;
  RandomUes ues_;
  std::array<Train, kUesAtOnce> trains_{};
  unsigned turn_ = 0;
};

/// Datagrams to many UEs; those of a train leave joined, as a server's kernel sends them.
class NetworkTraffic {
 public:
  explicit NetworkTraffic(Shared& shared) : shared_(shared), memory_(65507, 0x5A) {}

  std::uint32_t send(int socket, std::uint32_t packets) {
    const std::uint32_t count = std::min(packets, shared_.train.load());
    const std::uint32_t pool = shared_.to_baseline ? kBaselinePool : kCorePool;
    send_joined(socket, name_of(pool + kFirstUe + ues_.next(), kUePort), memory_.data(),
                std::size_t{count} * kPayloadOctets, kPayloadOctets);
    return count;
  }

 private:
  Shared& shared_;
  std::vector<std::uint8_t> memory_;
  RandomUes ues_;
};

std::uint64_t received_octets(const char* device) {
  std::uint64_t octets = 0;
  std::ifstream file("/proc/self/net/dev");  // Of this namespace: /sys shows the one that it was mounted in.
  for (std::string line; std::getline(file, line);)
    if (const auto at = line.find(std::string(device) + ":"); at != std::string::npos)
      octets = std::strtoull(line.c_str() + at + std::strlen(device) + 1, nullptr, 10);
  return octets;
}

template <class Traffic>
[[noreturn]] void serve(Shared& shared, int socket, const char* device) {
  Traffic traffic(shared);
  shared.ready = true;
  while (!shared.stop) {
    const std::uint64_t sent = shared.sent.load(std::memory_order_relaxed);
    const std::uint64_t allowed = shared.allowed.load(std::memory_order_acquire);
    if (sent >= allowed) {
      shared.swallowed_octets = received_octets(device);
      const timespec moment{.tv_sec = 0, .tv_nsec = 50'000};
      ::nanosleep(&moment, nullptr);
      continue;
    }
    const std::uint32_t more =
        traffic.send(socket, static_cast<std::uint32_t>(std::min<std::uint64_t>(allowed - sent, 1u << 16)));
    shared.sent.store(sent + more, std::memory_order_release);
  }
  std::_Exit(0);
}

void be_radio(Shared& shared) {
  sh("ip link set lo up; ip address add " + std::string(kEnbAddress) + "/24 dev enb0; ip link set enb0 up");
  serve<RadioTraffic>(shared, sink(address_of(kEnbAddress), 2152), "enb0");
}

void be_network(Shared& shared) {
  sh("ip link set lo up; ip address add " + std::string(kHostAddress) +
     "/24 dev host0; ip link set host0 up; "
     "ip route add default via " +
     std::string(kCoreNetworkAddress));
  serve<NetworkTraffic>(shared, sink(address_of(kHostAddress), kHostPort), "host0");
}

}  // namespace

void fail(const std::string& why) {
  std::fprintf(stderr, "user_plane_bench: %s\n", why.c_str());
  std::exit(1);
}

void sh(const std::string& command) {
  if (std::system(command.c_str()) != 0) fail("failed: " + command);
}

void pin(int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor % static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN)), &set);
  (void)::sched_setaffinity(0, sizeof set, &set);
}

TrafficProcess::TrafficProcess(Side side) {
  void* const memory =
      ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) fail("no shared memory");
  shared_ = ::new (memory) Shared;
  const bool radio = side == Side::radio;
  process_ = ::fork();
  if (process_ < 0) fail("cannot fork");
  if (process_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::unshare(CLONE_NEWNET) != 0) fail("no network namespace");
    shared_->ready = true;
    while (shared_->ready) ::usleep(1000);  // Until the device is here.
    pin(0);
    radio ? be_radio(*shared_) : be_network(*shared_);
    std::_Exit(1);
  }
  const auto wait_until = [&](bool state) {
    for (int i = 0; i < 5000 && shared_->ready != state; ++i) ::usleep(1000);
    if (shared_->ready != state) fail("a side of the lab did not start");
  };
  wait_until(true);
  const std::string near = radio ? "ran0" : "inet0";
  const std::string far = radio ? "enb0" : "host0";
  sh("ip link add " + near + " type veth peer name " + far + " && ip link set " + far + " netns " +
     std::to_string(process_) + " && ip link set " + near + " up");
  shared_->ready = false;
  ::usleep(10'000);
  wait_until(true);
}

TrafficProcess::~TrafficProcess() {
  shared_->stop = true;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
  ::munmap(shared_, sizeof(Shared));
}

std::uint64_t TrafficProcess::cpu_ns() const {
  clockid_t clock{};
  timespec time{};
  if (::clock_getcpuclockid(process_, &clock) != 0 || ::clock_gettime(clock, &time) != 0) return 0;
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(time.tv_nsec);
}

std::uint64_t TrafficProcess::halt() {
  shared_->allowed = 0;
  std::uint64_t sent = 0;
  do {
    sent = shared_->sent;
    ::usleep(2000);
  } while (sent != shared_->sent);
  return sent;
}

}  // namespace zerocell::bench
