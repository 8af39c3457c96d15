// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "asn1/s1ap/messages.hpp"
#include "mme/test_world.hpp"

/// What becomes of UEs and of what is under way when an eNodeB is another one than before: TS 36.413 §8.7.3,
/// §8.7.4.
using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

s1ap::GlobalEnbId enb_id(std::uint32_t number) {
  return {*Plmn::parse("00101"), s1ap::MacroEnbId{number}};
}

/// A UE that is connected, and one that is idle, at an eNodeB in area 7.
struct Served : World {
  Served() {
    REQUIRE(attach(connected));
    REQUIRE(attach(idle));
    wait(1s);
    go_idle(enb, idle);
  }
  bool move_area(std::uint16_t tac) {
    enb.settings_mutable().tracking_area.tac = tac;
    const auto updated = lab::finish(loop, enb.configuration_update("elsewhere"));
    REQUIRE(updated);
    return updated->has_value();
  }
  void check_served(std::uint16_t tac) {
    // The idle one is found, and comes.
    const auto pages = idle.pages();
    downlink_packet(2);
    wait(1s);
    CHECK(idle.pages() == pages + 1);
    REQUIRE(*lab::finish(loop, idle.service_request(s1ap::RrcEstablishmentCause::mt_access)));
    wait(1s);
    CHECK(record(2)->tai.tac == tac);
    // The connected one goes on where it is, and comes back when it was away.
    CHECK(connected.connected());
    CHECK(enb.erabs(*connected.connection()).size() == 1);
    REQUIRE(*lab::finish(loop, connected.connect_pdn(Apn::parse("ims"))));
    wait(1s);
    REQUIRE(*lab::finish(loop, connected.disconnect_pdn(6)));
    wait(1s);
    go_idle(enb, connected);
    REQUIRE(*lab::finish(loop, connected.service_request()));
    wait(1s);
    go_idle(enb, idle);
    CHECK(record(1)->tai.tac == tac);
    CHECK(complaints() == "");
  }

  lab::Enb& enb = add_enb(1);
  lab::Ue& connected = add_ue(enb, 1);
  lab::Ue& idle = add_ue(enb, 2);
};

}  // namespace

TEST_CASE("ues_of_an_enb_that_withdraws_their_area_are_found_and_served_in_the_one_that_it_has_now") {
  Served world;
  REQUIRE(world.move_area(8));
  CHECK(world.mme->connected_ues() == 1);
  world.check_served(8);
  REQUIRE(*lab::finish(world.loop, world.connected.tracking_area_update()));
  REQUIRE(world.move_area(7));
  world.check_served(7);
}

TEST_CASE("idle_ue_whose_area_no_enb_has_any_more_is_paged_nowhere_and_comes_back_by_an_update") {
  Served world;
  const Plmn partner = *Plmn::parse("00102");
  world.network.plmns.push_back(partner);
  // Its list is of the network that it is in; the eNodeB is another one's from now on.
  world.enb.settings_mutable().tracking_area.plmn = partner;
  world.enb.settings_mutable().broadcast_plmns = {partner};
  const auto moved = lab::finish(world.loop, world.enb.configuration_update("elsewhere"));
  REQUIRE((moved && *moved));
  world.downlink_packet(2);
  world.wait(30s);
  CHECK(world.enb.received(s1ap::MessageType::paging) == 0);
  CHECK(world.idle.pages() == 0);
  CHECK(world.record(2)->emm_state == EmmState::registered);
  CHECK(world.connected.connected());
  const auto updated = lab::finish(world.loop, world.idle.tracking_area_update());
  REQUIRE((updated && *updated));
  world.wait(1s);
  CHECK((*updated)->tai_list.contains({partner, 7}));
  CHECK(world.record(2)->tai == Tai{partner, 7});
  if (world.idle.connected()) world.go_idle(world.enb, world.idle);
  world.downlink_packet(2);
  world.wait(1s);
  CHECK(world.idle.pages() == 1);
  CHECK(world.complaints() == "");
}

TEST_CASE("configuration_update_that_is_refused_leaves_areas_and_ues_as_they_were") {
  Served world;
  const std::vector<Plmn> foreigners{*Plmn::parse("99999")};
  const std::vector<Plmn> ours{*Plmn::parse("00101")};
  const std::pair<s1ap::SupportedTasItem, const char*> rows[] = {{{1000, ours, {}}, "unspecified"},
                                                                 {{7, foreigners, {}}, "unknown-PLMN"}};
  for (const auto& [area, cause] : rows) {
    std::string told;
    world.enb.on_message = [&](const s1ap::Message& message) {
      if (const auto* failure = message.as<s1ap::EnbConfigurationUpdateFailure>())
        told = s1ap::name(failure->cause);
    };
    s1ap::EnbConfigurationUpdate update;
    update.supported_tas = {&area, 1};
    update.enb_name = "elsewhere";
    world.enb.send(update);
    world.wait(100ms);
    CHECK(told == cause);
    CHECK(world.mme->connected_ues() == 1);
    const auto warned = lab::finish(
        world.loop, world.mme->warnings().broadcast({.area = {.tracking_areas = {{ours.front(), 7}}}}));
    REQUIRE(warned);
    CHECK(warned->size() == 1);
    world.check_served(7);
  }
}

namespace {

/// An eNodeB that has restarted: it comes on another association, and SCTP has not noticed that the old one
/// is dead.
class Restarted {
 public:
  Restarted(World& world, lab::Enb& before) : world_(world), radio_(world.net.make_transport()) {
    const std::size_t enbs = world.mme->enbs();
    world.net.vanish(*before.association());
    lab::EnbSettings described = before.settings();
    described.local = {{*IpAddress::parse("127.0.3.1"), 36412}};
    enb_ = std::make_unique<lab::Enb>(world.loop, *radio_, described);
    REQUIRE(lab::finish(world.loop, enb_->connect())->has_value());
    world.wait(1s);
    CHECK(enb_->complaints().empty());
    CHECK(world.mme->enbs() == enbs);
  }
  /// The one that counts, with a UE that comes to it.
  void check_served(std::size_t enbs) {
    world_.wait(1min);
    CHECK(enb_->associated());
    CHECK(world_.mme->enbs() == enbs);
    lab::Ue ue(world_.loop, *enb_, {.sim = test_sim(50)});
    CHECK(world_.attach(ue));
    world_.wait(1s);
    CHECK(*lab::finish(world_.loop, ue.detach()));
    world_.wait(1s);
    CHECK(enb_->complaints().empty());
    CHECK(world_.gateway.forwarding.empty());
  }
  lab::Enb& enb() { return *enb_; }

 private:
  World& world_;
  std::unique_ptr<net::SctpTransport> radio_;
  std::unique_ptr<lab::Enb> enb_;
};

struct Handed : World {
  Handed() {
    REQUIRE(attach(ue));
    wait(1s);
  }
  lab::Enb& source = add_enb(1);
  /// A handover with indirect forwarding, which its target answers or does not.
  auto prepare(bool answered) {
    target.behaviour().ignores_handover_request = !answered;
    target.behaviour().forwards = true;
    return source.prepare_handover(*ue.connection(), target.as_target(), false);
  }
  lab::Enb& target = add_enb(2);
  lab::Ue& ue = add_ue(source, 1);
};

}  // namespace

TEST_CASE("source_of_a_handover_that_restarts_while_it_is_prepared_or_waited_for_leaves_nothing_of_it") {
  const bool prepared = GENERATE(true, false);
  INFO((prepared ? "the UE was told to go" : "the target has not answered"));
  Handed world;
  lab::Running preparing(world.prepare(prepared));
  world.wait(100ms);
  CHECK(preparing.done() == prepared);
  CHECK(world.mme->connected_ues() == 2);
  Restarted again(world, world.source);
  CHECK(world.target.connections() == 0);
  CHECK(world.record(1)->emm_state == EmmState::registered);
  CHECK_FALSE(world.gateway.sessions.begin()->second.access);
  again.check_served(2);
  CHECK(world.mme->connected_ues() == 0);
  // One that has answered nothing has nothing that it could release.
  if (prepared) CHECK(world.target.complaints().empty());
}

TEST_CASE("target_of_a_handover_that_restarts_while_it_is_prepared_or_waited_for_leaves_the_ue_where_it_is") {
  const bool prepared = GENERATE(true, false);
  INFO((prepared ? "the UE was told to go" : "the target has not answered"));
  Handed world;
  lab::Running preparing(world.prepare(prepared));
  world.wait(100ms);
  CHECK(preparing.done() == prepared);
  Restarted again(world, world.target);
  REQUIRE(preparing.done());
  CHECK(preparing.result().has_value() == prepared);
  CHECK(world.mme->connected_ues() == 1);
  CHECK(world.ue.connected());
  again.check_served(2);
  CHECK(world.mme->connected_ues() == 1);
  CHECK(world.gateway.sessions.begin()->second.access->v4 == world.source.settings().gtpu_v4);
  CHECK(*lab::finish(world.loop, world.ue.connect_pdn(Apn::parse("ims"))));
  // A new handover goes to the one that is there now.
  const auto order = lab::finish(
      world.loop, world.source.prepare_handover(*world.ue.connection(), again.enb().as_target(), true));
  REQUIRE((order && *order));
  CHECK(again.enb().connections() == 1);
  CHECK(world.source.complaints().empty());
}

TEST_CASE("enb_that_comes_again_while_our_reset_of_it_waits_is_not_let_go_for_it") {
  Handed world;
  world.source.behaviour().ignores_reset = true;
  REQUIRE(world.mme->reset_enb(enb_id(1), s1ap::CauseMisc::om_intervention));
  world.wait(100ms);
  CHECK(world.mme->connected_ues() == 0);
  Restarted again(world, world.source);
  again.check_served(2);
  CHECK(again.enb().received(s1ap::MessageType::reset) == 0);
}

TEST_CASE("enb_that_comes_again_while_a_warning_waits_for_it_is_told_of_as_silent_and_can_be_warned") {
  Handed world;
  world.source.behaviour().ignores_warnings = true;
  const Warning warning{.message_identifier = 4371, .serial_number = 1, .contents = ByteVector(84, 1)};
  lab::Running warned(world.mme->warnings().broadcast(warning));
  world.wait(100ms);
  CHECK_FALSE(warned.done());
  Restarted again(world, world.source);
  world.wait(1min);
  REQUIRE(warned.done());
  REQUIRE(warned.result().size() == 2);
  for (const WarningAnswer& answer : warned.result()) CHECK(answer.answered == (answer.enb == enb_id(2)));
  Warning next = warning;
  next.serial_number = 2;
  const auto answers = lab::finish(world.loop, world.mme->warnings().broadcast(next));
  REQUIRE(answers);
  CHECK(std::ranges::count_if(*answers, &WarningAnswer::answered) == 2);
  again.check_served(2);
}
