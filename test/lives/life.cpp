// SPDX-License-Identifier: Apache-2.0
#include "test/lives/life.hpp"

#include <fmt/format.h>

#include "lab/scenarios.hpp"
#include "test/lives/network.hpp"

namespace zerocell::lives {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr unsigned kAttemptsAtPeace = 3;  // A USIM may have to resynchronise, a connection to be let go.

/// Mostly at once, so that procedures meet; sometimes long enough for every timer.
Duration pause(Network& network) {
  switch (network.draw(8)) {
    case 0:
      return seconds(network.draw(7200));
    case 1:
    case 2:
      return seconds(network.draw(40));
    default:
      return milliseconds(network.draw(60));
  }
}

void misbehave(Network& network, lab::UeBehaviour& behaviour) {
  behaviour = {};
  switch (network.draw(12)) {
    case 0:
      behaviour.wrong_res = true;
      return;
    case 1:
      behaviour.wrong_mac = true;
      return;
    case 2:
      behaviour.plain_after_security = true;
      return;
    case 3:
      behaviour.rejects_security_mode = true;
      return;
    case 4:
      behaviour.withholds_attach_complete = true;
      return;
    case 5:
      behaviour.wrong_k_enb = true;
      return;
    case 6:
      behaviour.replays = true;
      return;
    default:
      return;
  }
}

struct Story {
  Network& network;
  const RunSettings& settings;
  RunResult result{};
  bool peace = false;
};

Task<void> one_step(Story& story, unsigned who) {
  Network& network = story.network;
  lab::Ue& ue = *network.ues[who];
  ++story.result.procedures;
  switch (network.draw(10)) {
    case 0:
    case 1:
    case 2: {
      const auto identity = network.draw(4) == 0 ? lab::UeIdentity::imsi : lab::UeIdentity::guti_if_known;
      if (co_await ue.attach(identity)) ++story.result.attached;
      co_return;
    }
    case 3:
      (void)co_await ue.detach(network.draw(2) == 0);
      co_return;
    case 4:
      if (ue.connection())
        for (const auto& enb : network.enbs)
          if (enb->mme_ue_s1ap_id(*ue.connection())) enb->request_release(*ue.connection());
      co_return;
    case 5:
    case 6:
      if (ue.registered()) (void)co_await ue.service_request();
      co_return;
    case 7:
      ue.lose_radio();
      co_return;
    case 8:
      ue.move_to(network.any_enb());
      co_return;
    default:
      misbehave(network, ue.behaviour());
      co_return;
  }
}

Task<bool> live(Story& story, unsigned who) {
  for (unsigned step = 0; step < story.settings.steps; ++step) {
    co_await sleep(story.network.loop, pause(story.network));
    co_await one_step(story, who);
  }
  co_return true;
}

/// What goes wrong around the UEs, until there is peace.
Task<bool> trouble(Story& story) {
  Network& network = story.network;
  while (!story.peace) {
    co_await sleep(network.loop, pause(network));
    if (story.peace) break;
    lab::Enb& enb = network.any_enb();
    switch (network.draw(9)) {
      case 0:
        if (enb.associated()) (void)co_await enb.reset();
        break;
      case 1:
        if (enb.associated()) enb.abort();
        break;
      case 2:
        if (const auto association = enb.association(); association && enb.associated())
          network.net.lose(*association);
        break;
      case 3:
        network.set_state(network.draw(story.settings.ues), store::SimState::suspended);
        break;
      case 4:
        network.set_state(network.draw(story.settings.ues), store::SimState::active);
        break;
      case 5:
        enb.behaviour() = {};
        enb.behaviour().fails_initial_context_setup = network.draw(4) == 0;
        enb.behaviour().ignores_initial_context_setup = network.draw(4) == 0;
        enb.behaviour().ignores_release_command = network.draw(4) == 0;
        break;
      default:
        network.downlink_packet();
        break;
    }
    for (const auto& each : network.enbs)
      if (!each->associated()) (void)co_await each->connect();
  }
  co_return true;
}

void make_faults(Network& network) {
  net::SimulatedFaults& faults = network.net.faults();
  faults.delay_min = milliseconds(0);
  faults.delay_max = milliseconds(network.draw(30));
  // Some runs have no losses: then the peers' complaints count.
  if (network.draw(3) == 0) return;
  faults.dropped_per_million = network.draw(60'000);
  faults.duplicated_per_million = network.draw(60'000);
  faults.aborted_per_million = network.draw(300);
}

Task<bool> in_order(Story& story, unsigned who) {
  Network& network = story.network;
  lab::Ue& ue = *network.ues[who];
  std::string why = "nothing was tried";
  for (unsigned attempt = 0; attempt < kAttemptsAtPeace; ++attempt) {
    const auto registration =
        co_await ue.attach(attempt == 0 ? lab::UeIdentity::guti_if_known : lab::UeIdentity::imsi);
    if (registration) {
      const auto detached = co_await ue.detach();
      if (!detached)
        story.result.violations.push_back(
            fmt::format("UE {}: cannot detach: {}", network.imsi(who).text(), detached.error().text()));
      (void)co_await ue.idle(seconds(10));
      co_return true;
    }
    why = registration.error().text();
    co_await sleep(network.loop, seconds(20));
  }
  story.result.violations.push_back(fmt::format("UE {} is stuck: {}", network.imsi(who).text(), why));
  co_return false;
}

template <class Start>
void all_ues(Story& story, Duration limit, const char* what, Start start) {
  std::vector<std::unique_ptr<lab::Running<bool>>> running;
  for (unsigned who = 0; who < story.settings.ues; ++who)
    running.push_back(std::make_unique<lab::Running<bool>>(start(who)));
  const bool ended = story.network.loop.run_until(
      [&] { return std::ranges::all_of(running, [](const auto& one) { return one->done(); }); }, limit);
  if (!ended) story.result.violations.push_back(std::string(what) + " did not end");
}

void make_peace(Story& story, lab::Running<bool>& trouble) {
  Network& network = story.network;
  story.peace = true;
  network.net.faults() = {};
  if (!network.loop.run_until([&] { return trouble.done(); }, hours(4)))
    story.result.violations.push_back("the eNodeBs' procedures did not end");
  for (unsigned who = 0; who < story.settings.ues; ++who) {
    network.set_state(who, store::SimState::active);
    network.ues[who]->lose_radio();
    network.ues[who]->behaviour() = {};
  }
  for (const auto& enb : network.enbs) {
    enb->behaviour() = {};
    if (enb->associated()) enb->abort();
  }
  network.loop.run_for(minutes(1));
  for (auto& wrong : network.inconsistencies()) story.result.violations.push_back(std::move(wrong));
  for (const auto& enb : network.enbs) {
    const auto connected = lab::finish(network.loop, enb->connect());
    if (!connected || !*connected) story.result.violations.push_back("an eNodeB cannot connect again");
  }
}

}  // namespace

RunResult run(const RunSettings& settings) {
  Network network(settings.seed, settings.ues, settings.enbs);
  Story story{.network = network, .settings = settings};
  for (const auto& enb : network.enbs) {
    const auto connected = lab::finish(network.loop, enb->connect());
    if (!connected || !*connected) story.result.violations.push_back("an eNodeB cannot connect");
  }
  make_faults(network);
  {
    lab::Running<bool> troubles(trouble(story));
    all_ues(story, hours(24 * 30), "a life", [&](unsigned who) { return live(story, who); });
    make_peace(story, troubles);
  }
  all_ues(story, hours(1), "an attach in peace", [&](unsigned who) { return in_order(story, who); });
  for (const auto& enb : network.enbs) enb->shutdown();
  network.loop.run_for(hours(2));
  network.ues.clear();
  network.enbs.clear();
  network.radios.clear();
  network.loop.run_for(hours(1));
  for (auto& left : network.leftovers()) story.result.violations.push_back(std::move(left));
  return std::move(story.result);
}

}  // namespace zerocell::lives
