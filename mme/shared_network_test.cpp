// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "asn1/s1ap/messages.hpp"
#include "mme/test_world.hpp"

/// UEs that are handed over between two networks which share this MME: TS 23.251 §4.2, §5.2, TS 23.401
/// §5.5.1.
using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

const Plmn kOwn = *Plmn::parse("00101");
const Plmn kPartner = *Plmn::parse("00102");

/// A UE at an eNodeB of one network, and beside it an eNodeB whose cell is the other's. NR beside E-UTRA is
/// not for this UE, and so its eNodeB always has restrictions.
struct Shared : World {
  Shared() {
    network.plmns.push_back(kPartner);
    network.equivalent_plmns = {kOwn, kPartner};
    hss.restrictions.set(hss::AccessRestriction::nr_as_secondary_rat);
    set_up(own, kOwn);
    set_up(partner, kPartner);
    for (lab::Enb* enb : {&own, &partner})
      enb->on_message = [this, enb](const s1ap::Message& message) {
        const auto note = [&](const auto* known) {
          if (known != nullptr && known->handover_restriction_list)
            told[enb] = known->handover_restriction_list->serving_plmn;
        };
        note(message.as<s1ap::InitialContextSetupRequest>());
        note(message.as<s1ap::DownlinkNasTransport>());
        note(message.as<s1ap::HandoverRequest>());
        note(message.as<s1ap::PathSwitchRequestAcknowledge>());
      };
    REQUIRE(attach(ue));
    wait(1s);
  }
  void set_up(lab::Enb& enb, const Plmn& plmn) {
    enb.settings_mutable().tracking_area.plmn = plmn;
    enb.settings_mutable().broadcast_plmns = {kOwn, kPartner};
    REQUIRE(lab::finish(loop, enb.setup())->has_value());
  }
  void hand_over(bool over_x2, lab::Enb& from, lab::Enb& to) {
    const auto at_source = *ue.connection();
    if (over_x2) {
      REQUIRE(lab::finish(loop, to.take_over(from, at_source))->has_value());
    } else {
      const auto order = lab::finish(loop, from.prepare_handover(at_source, to.as_target(), true));
      REQUIRE((order && *order));
      to.notify_arrival(from, at_source, (*order)->connection);
    }
    CHECK(told[&to] == to.settings().tracking_area.plmn);
    wait(3s);
    told.erase(&from);
  }
  /// Where it is now, as everybody sees it.
  void check_in(const Plmn& plmn) {
    CHECK(record(1)->tai == Tai{plmn, 7});
    // TS 24.301 §5.5.3.2.2: it is in no area of its list, and updates.
    const auto updated = lab::finish(loop, ue.tracking_area_update());
    REQUIRE((updated && *updated));
    wait(1s);
    for (const Tai& tai : (*updated)->tai_list.tais()) CHECK(tai.plmn == plmn);
    CHECK((*updated)->tai_list.contains({plmn, 7}));
    REQUIRE((*updated)->guti);
    CHECK((*updated)->guti->gummei == Gummei{plmn, 0x8001, 0x1A});
    CHECK(ue.guti() == (*updated)->guti);
    CHECK(hss.located.back().first == plmn);
  }

  lab::Enb& own = add_enb(1);
  lab::Enb& partner = add_enb(2);
  lab::Ue& ue = add_ue(own, 1);
  /// The serving PLMN that restrictions were last told for.
  std::map<lab::Enb*, Plmn> told{};
};

}  // namespace

TEST_CASE("ue_that_is_handed_over_to_another_network_of_the_same_mme_is_served_in_that_ones_name") {
  const bool over_x2 = GENERATE(true, false);
  INFO((over_x2 ? "X2" : "S1"));
  Shared world;
  CHECK(world.ue.guti()->gummei == Gummei{kOwn, 0x8001, 0x1A});
  CHECK(world.told[&world.own] == kOwn);
  world.hand_over(over_x2, world.own, world.partner);
  world.check_in(kPartner);
  world.hand_over(over_x2, world.partner, world.own);
  world.check_in(kOwn);

  // It is found there, and it can go.
  world.go_idle(world.own, world.ue);
  world.downlink_packet(1);
  world.wait(1s);
  CHECK(world.ue.pages() == 1);
  REQUIRE(*lab::finish(world.loop, world.ue.service_request()));
  REQUIRE(*lab::finish(world.loop, world.ue.detach()));
  CHECK(world.complaints() == "");
}
