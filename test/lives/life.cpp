// SPDX-License-Identifier: Apache-2.0
#include "test/lives/life.hpp"

#include <fmt/format.h>

#include "test/lives/story.hpp"

namespace zerocell::lives {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr unsigned kAttemptsAtPeace = 3;  // A USIM may have to resynchronise, a connection to be let go.

/// What UEs do when nothing collides, and how often.
constexpr Act kSteps[] = {
    Act::attach_by_guti,
    Act::attach_by_guti,
    Act::attach_by_imsi,
    Act::attach_by_strange_guti,
    Act::detach,
    Act::switch_off,
    Act::go_idle,
    Act::go_idle,
    Act::service_request,
    Act::service_request,
    Act::answer_page,
    Act::extended_service_request,
    Act::tracking_area_update,
    Act::periodic_update,
    Act::update_with_active_flag,
    Act::connect_pdn,
    Act::disconnect_pdn,
    Act::allocate_resource,
    Act::modify_resource,
    Act::call,
    Act::attach_for_emergency,
    Act::s1_handover,
    Act::s1_handover,
    Act::x2_handover,
    Act::x2_handover,
    Act::lose_radio,
    Act::move,
    Act::move,
    Act::misbehave,
    Act::lose_erabs,
    Act::cs_fallback,
    Act::junk,
};

Task<bool> live(Story& story, unsigned who) {
  Network& network = story.network;
  for (unsigned step = 0; step < story.settings.steps; ++step) {
    co_await sleep(network.loop, pause(network));
    if (network.draw(2) == 0)
      co_await overlap(story, who);
    else if (!network.ues[who]->registered() && network.draw(2) == 0)
      co_await act(story, who, Act::attach_by_guti);
    else
      co_await act(story, who, kSteps[network.draw(std::size(kSteps))]);
  }
  co_return true;
}

void make_faults(Network& network) {
  net::SimulatedFaults& faults = network.net.faults();
  faults.delay_min = milliseconds(0);
  faults.delay_max = milliseconds(network.draw(30));
  if (network.draw(3) == 0) return;
  faults.dropped_per_million = network.draw(60'000);
  faults.duplicated_per_million = network.draw(60'000);
  faults.aborted_per_million = network.draw(300);
}

/// A UE whose registration the network may not know any more: it tries what a UE tries, and attaches.
Task<lab::UeResult<lab::Registration>> come_back(Story& story, lab::Ue& ue) {
  Network& network = story.network;
  auto registration = lab::UeResult<lab::Registration>(std::unexpect);
  ue.settings().emergency = false;
  if (ue.registered() && network.draw(2) == 0) (void)co_await ue.tracking_area_update();
  for (unsigned attempt = 0; attempt < kAttemptsAtPeace; ++attempt) {
    registration = co_await ue.attach(attempt == 0 ? lab::UeIdentity::guti_if_known : lab::UeIdentity::imsi);
    if (registration) break;
    co_await sleep(network.loop, seconds(20));
  }
  co_return std::move(registration);
}

Task<bool> in_order(Story& story, unsigned who) {
  Network& network = story.network;
  lab::Ue& ue = *network.ues[who];
  const auto wrong = [&](std::string_view what, const std::string& why) {
    story.result.violations.push_back(fmt::format("UE {} {}: {}", network.imsi(who).text(), what, why));
  };
  const auto registration = co_await come_back(story, ue);
  if (!registration) {
    wrong("is stuck", registration.error().text());
    co_return false;
  }
  co_await sleep(network.loop, seconds(1));
  if (ue.connection()) network.enb_of(ue).request_release(*ue.connection());
  if (!co_await ue.idle(seconds(10))) wrong("does not become idle", "no release");
  if (const auto served = co_await ue.service_request(); !served)
    wrong("is not served", served.error().text());
  co_await sleep(network.loop, seconds(1));
  if (const auto detached = co_await ue.detach(); !detached) wrong("cannot detach", detached.error().text());
  (void)co_await ue.idle(seconds(10));
  co_return true;
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

/// The longest that the MME, or a gateway, waits for anything of a UE that is not asleep.
constexpr Duration kLongestWait = minutes(5);
constexpr Duration kLongestSleep = hours(6);

void make_peace(Story& story, lab::Running<bool>& trouble) {
  Network& network = story.network;
  story.peace = true;
  network.net.faults() = {};
  if (!network.loop.run_until([&] { return trouble.done(); }, hours(4)))
    story.result.violations.push_back("the eNodeBs' procedures did not end");
  network.core.mme->congestion().stop_overload();
  network.core.config.mme.congestion = {};
  network.core.config.mme.access.clear();
  for (unsigned who = 0; who < story.settings.ues; ++who) {
    network.set_state(who, store::SimState::active);
    network.ues[who]->lose_radio();
    network.ues[who]->behaviour() = {};
  }
  for (const auto& enb : network.enbs) enb->behaviour() = {};
  // Either everything around the MME starts anew, or it must come to terms with what is there.
  const bool anew = network.draw(2) == 0;
  for (const auto& enb : network.enbs)
    if (anew && enb->associated()) enb->abort();
  network.loop.run_for(kLongestWait);
  // A UE that sleeps by eDRX or PSM may be waited for until it wakes.
  if (!network.loop.run_until([&] { return network.core.mme->waits() == 0; }, kLongestSleep))
    story.result.violations.push_back("UEs are waited for for ever:" + network.waited_for());
  network.loop.run_for(kLongestWait);
  for (auto& wrong : network.inconsistencies(anew)) story.result.violations.push_back(std::move(wrong));
  for (const auto& enb : network.enbs) {
    if (enb->associated()) continue;
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
  story.sweep_errands();
  if (!story.errands.empty())
    story.result.violations.push_back(
        fmt::format("{} procedures of gateways did not end", story.errands.size()));
  story.errands.clear();
  network.ues.clear();
  network.enbs.clear();
  network.radios.clear();
  network.loop.run_for(hours(1));
  story.result.overlaps = network.watch->overlaps();
  for (auto& left : network.leftovers()) story.result.violations.push_back(std::move(left));
  return std::move(story.result);
}

}  // namespace zerocell::lives
