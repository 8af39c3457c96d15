// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "app/core_functions.hpp"
#include "core/crypto/random.hpp"
#include "core/net/sctp_simulated.hpp"
#include "lab/load/generator.hpp"

namespace zerocell::bench {

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

/// All functions of the core as `zerocell run` has them, but for the packet path's thread and the store's;
/// and the load generator's UEs, over a network in memory and on one thread.
///
/// The two sides take turns, and each one's are timed by the thread's processor time: a turn of the core's is
/// all that has come for it meanwhile, as it reads from a socket when it is busy. In its time are its timers
/// and its store (in memory).
class CoreInMemory {
 public:
  /// Room for `ues`; each has a SIM from kFirstImsi on.
  explicit CoreInMemory(std::uint32_t ues);

  /// Processor time of the thread.
  struct Spent {
    Duration core{};
    Duration others{};  ///< The generator's, and the network's.
  };
  using Look = std::function<void(const load::Generator&, const Spent&)>;
  struct Result {
    std::uint64_t done = 0;  ///< Errands that ended well while work arrived, or after it,
    Spent spent{};           ///< and what was spent meanwhile.
    std::map<std::string, std::uint64_t> failures{};
  };
  /// Runs the load to its end, 256 UEs at a time. `look` is called after each turn, with what was spent since
  /// the beginning. Ends the program where nothing is possible.
  Result run(load::Settings settings, const Look& look = {});

  app::CoreFunctions& functions() { return core_; }

 private:
  SideLoop outside_;  ///< The network's and the generator's.
  SideLoop inside_;
  SystemRandom random_;
  net::SimulatedNetwork net_;
  app::CoreFunctions core_;
  WaitingSctp* sctp_ = nullptr;
};

}  // namespace zerocell::bench
