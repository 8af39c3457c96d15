// SPDX-License-Identifier: Apache-2.0
// What a subscription gives beside a default bearer, from the operator's word to the UE and the user plane.
#include <catch2/catch.hpp>

#include "test/lives/network.hpp"

using namespace zerocell;
using namespace std::chrono_literals;

namespace {

struct Core {
  Core() { REQUIRE(lab::finish(network.loop, network.enbs[0]->connect())->has_value()); }
  void attach() {
    const auto attached = lab::finish(network.loop, ue.attach());
    REQUIRE(attached);
    REQUIRE(*attached);
    wait();
  }
  void wait() { network.loop.run_for(1s); }
  /// The operator's edit of the SIM, and the core's next look.
  void edit(const std::function<void(store::Subscriber&, store::Profile&)>& change) {
    store::Subscriber card = (*network.operators.find(network.imsi(0)))->subscriber;
    store::Profile profile = *card.profile;
    change(card, profile);
    card.profile = std::make_shared<const store::Profile>(profile);
    REQUIRE(network.operators.update(card));
    network.core.subscribers->look_for_changes();
    wait();
  }
  bool leads_to_a_ue(const char* address) {
    return network.core.user_plane->table().routes.find(Ipv4Address::parse(address)->octets.data(), 4) !=
           nullptr;
  }
  std::vector<unsigned> dedicated_qcis() const {
    std::vector<unsigned> qcis;
    for (const lab::Bearer& bearer : ue.bearers())
      if (bearer.linked_identity != bearer.eps_bearer_identity) qcis.push_back(bearer.qci);
    return qcis;
  }

  lives::Network network{2, 1,
                         1};  // Its SIM has a bearer of QCI 1 and 192.168.0.0/24; its UE does not sleep.
  lab::Ue& ue = *network.ues[0];
};

using Qcis = std::vector<unsigned>;
const std::vector<gtp::BearerRule> kVideo{{.name = "video", .qci = 7, .filters = {"both with 203.0.113.7"}}};

}  // namespace

TEST_CASE("ue_gets_the_bearers_and_routes_of_its_subscription_as_it_attaches") {
  Core core;
  CHECK_FALSE(core.leads_to_a_ue("192.168.0.9"));
  core.attach();
  CHECK(core.dedicated_qcis() == Qcis{1});
  CHECK(core.leads_to_a_ue("192.168.0.9"));
  CHECK(core.network.inconsistencies(false).empty());
  REQUIRE(*lab::finish(core.network.loop, core.ue.detach()));
  CHECK_FALSE(core.leads_to_a_ue("192.168.0.9"));
}

TEST_CASE("edited_subscription_reaches_a_connected_ue_at_once") {
  Core core;
  core.attach();
  core.edit([](store::Subscriber& card, store::Profile& profile) {
    card.framed_routes[0].prefixes = {*IpPrefix::parse("192.168.9.0/24")};
    profile.apns[0].bearers = kVideo;
    profile.apns[0].ambr = {3'008'000, 4'032'000};
  });
  CHECK(core.dedicated_qcis() == Qcis{7});
  CHECK(core.leads_to_a_ue("192.168.9.9"));
  CHECK_FALSE(core.leads_to_a_ue("192.168.0.9"));
  REQUIRE(core.ue.bearers().front().ambr);
  CHECK(core.ue.bearers().front().ambr->downlink == 4032);
  core.edit([](store::Subscriber& card, store::Profile& profile) {
    card.framed_routes.clear();
    profile.apns[0].bearers = {};
  });
  CHECK(core.dedicated_qcis().empty());
  CHECK_FALSE(core.leads_to_a_ue("192.168.9.9"));
  CHECK(core.network.inconsistencies(false).empty());
}

TEST_CASE("edited_routes_of_an_idle_ue_hold_at_once_and_edited_bearers_page_it") {
  Core core;
  core.attach();
  core.network.enbs[0]->request_release(*core.ue.connection());
  core.wait();
  REQUIRE_FALSE(core.ue.connection());
  core.edit([](store::Subscriber& card, store::Profile&) {
    card.framed_routes[0].prefixes = {*IpPrefix::parse("192.168.9.0/24")};
  });
  CHECK(core.leads_to_a_ue("192.168.9.9"));
  CHECK(core.ue.pages() == 0);
  lab::Running answering(core.ue.answer_page(3600s));
  core.edit([](store::Subscriber&, store::Profile& profile) { profile.apns[0].bearers = kVideo; });
  REQUIRE(core.network.loop.run_until([&] { return answering.done(); }, 3600s));
  core.network.loop.run_for(10s);
  CHECK(core.dedicated_qcis() == Qcis{7});
  CHECK(core.network.inconsistencies(false).empty());
}
