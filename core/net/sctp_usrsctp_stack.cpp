// SPDX-License-Identifier: Apache-2.0
#include "core/net/sctp_usrsctp_stack.hpp"

#include <arpa/inet.h>
#include <usrsctp.h>

#include <random>

#include "core/net/sctp_usrsctp_engine.hpp"
#include "core/types/assert.hpp"

namespace zerocell::net {

namespace {

constexpr std::size_t kNumbers = 65536;

std::uint64_t mixed(std::uint64_t value) {
  value = (value ^ value >> 32) * 0xd6e8feb86659fd93;
  value = (value ^ value >> 32) * 0xd6e8feb86659fd93;
  return value ^ value >> 32;
}

std::uint16_t port_at(const std::uint8_t* octets) {
  return static_cast<std::uint16_t>(octets[0] << 8 | octets[1]);
}

int output(void*, void* buffer, std::size_t length, std::uint8_t, std::uint8_t) {
  auto* octets = static_cast<std::uint8_t*>(buffer);
  if (UsrsctpEngine* engine = UsrsctpStack::instance().engine(port_at(octets))) {
    engine->output(port_at(octets + 2), {octets, length});
  }
  return 0;  // What is lost below is SCTP's to repeat.
}

}  // namespace

UsrsctpStack& UsrsctpStack::instance() {
  // Lives as long as the process: usrsctp cannot be ended while anything of it is under way.
  static auto* const stack = new UsrsctpStack();
  return *stack;
}

UsrsctpStack::UsrsctpStack() : links_(kNumbers), promises_(kNumbers) {
  std::random_device random;
  for (auto& word : secret_) word = std::uint64_t{random()} << 32 | random();
  usrsctp_init_nothreads(0, &output, nullptr);
  // The driver fills in and verifies checksums.
  usrsctp_enable_crc32c_offload();
  // The driver answers what belongs to no association, where an answer is due.
  usrsctp_sysctl_set_sctp_blackhole(2);
  // Extensions that no S1AP or Diameter peer needs.
  usrsctp_sysctl_set_sctp_ecn_enable(0);
  usrsctp_sysctl_set_sctp_asconf_enable(0);
  usrsctp_sysctl_set_sctp_auth_enable(0);
  usrsctp_sysctl_set_sctp_reconfig_enable(0);
  usrsctp_sysctl_set_sctp_nrsack_enable(0);
  usrsctp_sysctl_set_sctp_pktdrop_enable(0);
  usrsctp_sysctl_set_sctp_pr_enable(0);
  usrsctp_sysctl_set_sctp_max_chunks_on_queue(65535);
  usrsctp_sysctl_set_sctp_initial_cwnd(10);  // As RFC 6928 for TCP: an attach storm starts faster.
  usrsctp_register_address(anchor());
}

std::optional<std::uint16_t> UsrsctpStack::add(UsrsctpEngine& engine, struct socket* with) {
  for (std::size_t tries = 0; tries < kFirstLink; ++tries) {
    last_engine_ = static_cast<std::uint16_t>(last_engine_ % (kFirstLink - 1) + 1);
    if (engines_[last_engine_] != nullptr) continue;
    sockaddr_conn name{};
    name.sconn_family = AF_CONN;
    name.sconn_port = htons(last_engine_);
    name.sconn_addr = anchor();
    // The port of an engine that was closed may still be taken for a while.
    if (usrsctp_bind(with, reinterpret_cast<sockaddr*>(&name), sizeof name) != 0) continue;
    if (usrsctp_listen(with, 1) != 0) return std::nullopt;
    engines_[last_engine_] = &engine;
    return last_engine_;
  }
  return std::nullopt;
}

void UsrsctpStack::remove(UsrsctpEngine& engine, std::uint16_t number) {
  for (auto& link : links_) {
    if (link && link->engine == &engine) link.reset();
  }
  if (engines_[number] == &engine) engines_[number] = nullptr;
}

UsrsctpLink& UsrsctpStack::open(UsrsctpEngine& engine, std::uint16_t number) {
  ZC_ASSERT(is_free(number));
  auto& place = links_[number];
  place = std::make_unique<UsrsctpLink>();
  place->number = number;
  place->generation = next_generation();
  place->engine = &engine;
  return *place;
}

std::uint64_t UsrsctpStack::seed_of(std::uint16_t engine, std::uint16_t local_port, const IpAddress& peer,
                                    std::uint16_t peer_port) const {
  std::uint64_t hash = secret_[0];
  const Bytes octets = peer.octets();
  for (std::size_t i = 0; i < octets.size(); i += 4) {
    std::uint32_t word;
    std::memcpy(&word, octets.data() + i, 4);
    hash = mixed(hash ^ word);
  }
  return mixed(hash ^ (std::uint64_t{engine} << 32 | std::uint64_t{local_port} << 16 | peer_port)) ^
         secret_[1];
}

std::uint16_t UsrsctpStack::candidate(std::uint64_t seed, unsigned attempt) {
  return static_cast<std::uint16_t>(kFirstLink + mixed(seed ^ attempt) % (kNumbers - kFirstLink));
}

std::optional<std::uint16_t> UsrsctpStack::choose(std::uint64_t seed, unsigned first) const {
  std::optional<std::uint16_t> best;
  std::uint32_t best_age = 0;
  for (unsigned attempt = first; attempt < first + kCandidates; ++attempt) {
    const auto number = candidate(seed, attempt);
    if (!is_free(number)) continue;
    const Promise& promise = promises_[number];
    // INIT repeated: the number that the peer was promised before.
    if (promise.at == 0 || promise.peer == static_cast<std::uint32_t>(seed)) return number;
    const std::uint32_t age = promised_ - promise.at;
    if (best && age <= best_age) continue;
    best = number;
    best_age = age;
  }
  return best;
}

void UsrsctpStack::promise(std::uint16_t number, std::uint64_t seed) {
  if (++promised_ == 0) ++promised_;
  promises_[number] = {static_cast<std::uint32_t>(seed), promised_};
}

void UsrsctpStack::run_timers(Time now) {
  if (!timers_at_) timers_at_ = now;
  const auto passed = std::chrono::floor<std::chrono::milliseconds>(now - *timers_at_);
  if (passed.count() <= 0) return;
  *timers_at_ += passed;
  usrsctp_handle_timers(static_cast<std::uint32_t>(passed.count()));
}

}  // namespace zerocell::net
