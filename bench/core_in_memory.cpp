// SPDX-License-Identifier: Apache-2.0
#include "bench/core_in_memory.hpp"

#include <time.h>

#include <cstdio>
#include <cstdlib>

#include "bench/sim_range.hpp"

namespace zerocell::bench {
namespace {

Duration thread_cpu() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

load::SimKeys keys() {
  load::SimKeys made;
  for (std::size_t i = 0; i < 16; ++i) {
    made.k.reveal_mutable()[i] = static_cast<std::uint8_t>(i * 7 + 1);
    made.op_c.reveal_mutable()[i] = static_cast<std::uint8_t>(0x50 + i);
  }
  return made;
}

store::Subscriber first_subscriber() {
  const load::SimKeys secrets = keys();
  store::Subscriber made;
  made.imsi = *Imsi::parse("001010000000001");
  std::ranges::copy(secrets.k.reveal(), made.secrets.k.reveal_mutable().begin());
  std::ranges::copy(secrets.op_c.reveal(), made.secrets.op_c.reveal_mutable().begin());
  return made;
}

config::Config configuration(std::uint32_t ues) {
  config::Config made;
  made.network.plmns = {*Plmn::parse("00101")};
  made.network.tacs = {{1, 1}};
  made.network.mme_name = "zerocell";
  made.s1ap.bind = {*IpAddress::parse("127.0.1.100")};
  made.upf.gtpu_bind = {*IpAddress::parse("127.0.1.100")};
  made.upf.sessions_max = made.mme.ues_max = ues;
  config::ApnConfig internet;
  internet.name = *Apn::parse("internet");
  internet.pdn_types = {config::PdnType::ipv4};
  internet.ipv4_pool = IpPrefix::parse("10.0.0.0/8");
  made.apns = {internet};
  made.egress.groups = {{.name = "default", .rules = {{"allow any"}}}};
  return made;
}

}  // namespace

CoreInMemory::CoreInMemory(std::uint32_t ues)
    : net_(outside_, 1), core_(inside_, random_, configuration(ues)) {
  auto sctp = std::make_unique<WaitingSctp>(net_.make_transport());
  sctp_ = sctp.get();
  const auto opened = core_.open(std::make_unique<SimRange>(first_subscriber(), ues), std::move(sctp));
  ZC_ASSERT(opened.has_value());
}

CoreInMemory::Result CoreInMemory::run(load::Settings settings, const Look& look) {
  settings.mme = {core_.config.s1ap.bind.front(), core_.config.s1ap.port};
  settings.plmn = core_.config.network.plmns.front();
  settings.imsi_first = first_subscriber().imsi;
  settings.keys = keys();
  settings.rate = 0;
  settings.window = 256;
  const auto radio = net_.make_transport();
  load::Generator generator({.loop = outside_, .sctp = *radio, .alarm = load::make_wheel_alarm}, settings);
  std::optional<std::expected<void, std::string>> ended;
  generator.start([&](std::expected<void, std::string> how) { ended = std::move(how); });
  Result result;
  Spent whole;
  while (!ended) {
    const load::Phase phase = generator.progress().phase;
    const Duration begun = thread_cpu();
    sctp_->flush();
    outside_.turn();
    const Duration at = thread_cpu();
    sctp_->deliver();
    inside_.turn();
    const Duration done = thread_cpu();
    // The packet path's thread is not part of it: what it is told goes nowhere.
    while (core_.user_plane->signals().commands.take()) {
    }
    whole.core += done - at;
    whole.others += at - begun;
    if (look) look(generator, whole);
    if (phase != load::Phase::running && phase != load::Phase::draining) continue;
    result.spent.core += done - at;
    result.spent.others += at - begun;
  }
  const load::Outcome& outcome = generator.outcome();
  if (!*ended || outcome.done == 0) {
    std::fprintf(stderr, "core in memory: %s\n", *ended ? "nothing ended well" : ended->error().c_str());
    std::exit(1);
  }
  result.done = outcome.done;
  for (const auto* statistics : {&outcome.prepared, &outcome.measured})
    for (const auto& [what, times] : statistics->failures) result.failures[what] += times;
  for (const auto& [what, times] : outcome.complaints) result.failures[what] += times;
  if (sctp_->refused() != 0) result.failures["messages that the network did not take"] = sctp_->refused();
  return result;
}

}  // namespace zerocell::bench
