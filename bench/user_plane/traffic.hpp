// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <string>

/// Both sides of a user plane, each a process in a network namespace of its own: they make the traffic, and
/// swallow what comes out. Their processor time is theirs alone.
namespace zerocell::bench {

constexpr std::uint32_t kUes = 65536;
constexpr std::uint32_t kPacketOctets = 1400;  ///< The UE's IP packet.
constexpr const char* kCoreRadioAddress = "172.16.0.1";
constexpr const char* kBaselineRadioAddress = "172.16.0.2";
constexpr const char* kEnbAddress = "172.16.0.9";
constexpr const char* kCoreNetworkAddress = "198.51.100.1";
constexpr const char* kHostAddress = "198.51.100.7";
constexpr std::uint16_t kUePort = 40000;
constexpr std::uint16_t kHostPort = 7000;
/// UE `i` has address `pool + 256 + i`; a pool is a /15.
constexpr std::uint32_t kCorePool = 0x0A2C0000;      // 10.44.0.0
constexpr std::uint32_t kBaselinePool = 0x0A300000;  // 10.48.0.0
constexpr std::uint32_t kFirstUe = 256;

/// What the processes share. A side sends while `sent < allowed`.
struct Shared {
  std::array<std::atomic<std::uint32_t>, kUes> teids;  ///< Of the core, for the uplink.
  std::atomic<std::uint64_t> allowed{0};               ///< Packets.
  std::atomic<std::uint64_t> sent{0};
  std::atomic<std::uint32_t> train{1};  ///< Packets that a UE sends or gets one after the other.
  std::atomic<bool> to_baseline{false};
  std::atomic<bool> stop{false};
  std::atomic<bool> ready{false};
  std::atomic<std::uint64_t> swallowed_octets{0};  ///< What the device that is the sink has received so far.
};

enum class Side : std::uint8_t { radio, network };

/// A process that is one side. It ends with its object, or with its parent.
class TrafficProcess {
 public:
  /// Makes the veth pair that leads there; its near end, ran0 or inet0, is up.
  explicit TrafficProcess(Side side);
  ~TrafficProcess();
  TrafficProcess(const TrafficProcess&) = delete;

  Shared& shared() { return *shared_; }
  /// User and system time so far, ns.
  std::uint64_t cpu_ns() const;
  /// Stops the sending, and returns what was sent in all.
  std::uint64_t halt();

 private:
  Shared* shared_;
  pid_t process_ = -1;
};

/// Ends the program, with what went wrong.
[[noreturn]] void fail(const std::string& why);
/// Runs a shell command in this process's namespace; fails when it does.
void sh(const std::string& command);
/// Runs on this processor from now on, and threads that are started later too.
void pin(int processor);

}  // namespace zerocell::bench
