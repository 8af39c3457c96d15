// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "asn1/s1ap/messages.hpp"
#include "mme/test_world.hpp"

/// Which connections a reset is about, and what its answer lists: TS 36.413 §8.7.1.
using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

using Connections = std::vector<s1ap::UeAssociatedLogicalS1ConnectionItem>;

/// Three UEs at one eNodeB and one at another, and what the first one hears of its reset.
struct FourUes : World {
  FourUes() {
    for (unsigned number = 1; number <= 4; ++number) {
      auto& ue = add_ue(number == 4 ? other : enb, number);
      ZC_ASSERT(attach(ue).has_value());
    }
    wait(1s);
  }
  lab::Ue& ue(unsigned number) { return *ues[number - 1]; }
  std::uint32_t enb_id(unsigned number) { return *ue(number).connection(); }
  std::uint32_t mme_id(unsigned number) {
    return *(number == 4 ? other : enb).mme_ue_s1ap_id(enb_id(number));
  }
  /// Resets these connections; the eNodeB itself does not act.
  void reset(const Connections& listed) {
    echoed.reset();
    enb.on_message = [this](const s1ap::Message& message) {
      if (const auto* acknowledge = message.as<s1ap::ResetAcknowledge>())
        echoed.emplace(acknowledge->ue_associated_logical_s1_connection_list.begin(),
                       acknowledge->ue_associated_logical_s1_connection_list.end());
    };
    s1ap::Reset message;
    message.cause = s1ap::CauseMisc::unspecified;
    message.reset_type = s1ap::PartOfS1Interface{listed};
    enb.send(message);
    wait(100ms);
    enb.on_message = nullptr;
    REQUIRE(echoed);
    REQUIRE(echoed->size() == listed.size());
    for (std::size_t i = 0; i < listed.size(); ++i) {
      CHECK((*echoed)[i].mme_ue_s1ap_id == listed[i].mme_ue_s1ap_id);
      CHECK((*echoed)[i].enb_ue_s1ap_id == listed[i].enb_ue_s1ap_id);
    }
  }
  /// Numbers of the UEs that the MME holds a connection of.
  std::vector<unsigned> still_connected() {
    std::vector<unsigned> numbers;
    for (unsigned number = 1; number <= 4; ++number)
      if (record(number)->connection != UeRecord::kNoConnection) numbers.push_back(number);
    return numbers;
  }

  lab::Enb& enb = add_enb(1);
  lab::Enb& other = add_enb(2);
  std::optional<Connections> echoed;
};

using Numbers = std::vector<unsigned>;

}  // namespace

TEST_CASE("connection_is_reset_by_either_id_or_both_and_the_answer_lists_it_as_it_was_listed") {
  FourUes world;
  SECTION("by the id that the MME gave") {
    world.reset({{world.mme_id(2), std::nullopt}});
  }
  SECTION("by the id that the eNodeB gave") {
    world.reset({{std::nullopt, world.enb_id(2)}});
  }
  SECTION("by both") {
    world.reset({{world.mme_id(2), world.enb_id(2)}});
  }
  SECTION("twice") {
    world.reset({{world.mme_id(2), std::nullopt}, {std::nullopt, world.enb_id(2)}});
  }
  CHECK(world.still_connected() == Numbers{1, 3, 4});
  CHECK(world.record(2)->emm_state == EmmState::registered);
}

TEST_CASE("connection_whose_enb_has_not_told_its_id_yet_is_reset_by_both_too") {
  FourUes world;
  std::optional<std::uint32_t> leg;
  world.enb.behaviour().ignores_handover_request = true;
  world.enb.on_message = [&](const s1ap::Message& message) {
    if (const auto* request = message.as<s1ap::HandoverRequest>()) leg = request->mme_ue_s1ap_id;
  };
  lab::Running order(world.other.prepare_handover(world.enb_id(4), world.enb.as_target()));
  world.wait(100ms);
  REQUIRE(leg);
  world.reset({{*leg, 77}});
  REQUIRE(order.done());
  CHECK_FALSE(order.result());
  CHECK(world.mme->connected_ues() == 4);
  CHECK(world.still_connected() == Numbers{1, 2, 3, 4});
}

TEST_CASE("connections_are_reset_in_whatever_order_they_are_listed") {
  FourUes world;
  world.reset({{std::nullopt, world.enb_id(3)}, {world.mme_id(1), std::nullopt}, {5555, 77}});
  CHECK(world.still_connected() == Numbers{2, 4});
}

TEST_CASE("reset_touches_nothing_that_it_does_not_name_rightly") {
  FourUes world;
  world.reset({{world.mme_id(1), world.enb_id(2)},  // Ids that do not go together.
               {world.mme_id(4), std::nullopt},     // Another eNodeB's.
               {world.mme_id(4), world.enb_id(1)},
               {std::nullopt, 0xFFFFFF},  // Nobody's.
               {std::nullopt, std::nullopt}});
  CHECK(world.still_connected() == Numbers{1, 2, 3, 4});
  CHECK(world.enb.associated());
}

TEST_CASE("as_many_connections_as_a_reset_can_list_are_listed_in_its_answer") {
  FourUes world;
  Connections listed(256, {4242, 42});
  for (std::uint32_t i = 0; i < 256; ++i) listed[i] = {i + 1, std::nullopt};
  listed[255] = {world.mme_id(3), world.enb_id(3)};
  world.reset(listed);
  CHECK(world.still_connected() == Numbers{1, 2, 4});
}

TEST_CASE("answer_to_our_reset_that_lists_something_else_ends_it_and_what_the_enb_kept_ends_when_it_speaks") {
  FourUes world;
  world.enb.behaviour().ignores_reset = true;
  const auto at_enb = world.enb_id(2);
  REQUIRE(world.mme->reset_ues(world.enb.global_id(), {test_imsi(2)}, s1ap::CauseMisc::om_intervention));
  world.wait(100ms);
  s1ap::ResetAcknowledge acknowledge;
  const Connections wrong{{world.mme_id(1), world.enb_id(1)}};
  if (GENERATE(false, true)) acknowledge.ue_associated_logical_s1_connection_list = wrong;
  world.enb.send(acknowledge);
  world.wait(1min);
  CHECK(world.enb.received(s1ap::MessageType::reset) == 1);
  CHECK(world.enb.associated());
  CHECK(world.still_connected() == Numbers{1, 3, 4});
  // The eNodeB still has it: what it says of it is an error, and that ends it there too.
  REQUIRE(world.ue(2).connection() == at_enb);
  world.enb.request_release(at_enb);
  world.wait(100ms);
  CHECK(world.enb.received(s1ap::MessageType::error_indication) == 1);
  CHECK_FALSE(world.ue(2).connected());
}

TEST_CASE("answers_to_a_reset_that_nobody_asked_for_reset_nothing") {
  FourUes world;
  s1ap::ResetAcknowledge acknowledge;
  const Connections some{{world.mme_id(1), world.enb_id(1)}};
  world.enb.send(acknowledge);
  acknowledge.ue_associated_logical_s1_connection_list = some;
  world.enb.send(acknowledge);
  world.wait(1s);
  CHECK(world.still_connected() == Numbers{1, 2, 3, 4});
  CHECK(world.enb.received(s1ap::MessageType::error_indication) == 0);
}

TEST_CASE("ue_that_comes_before_a_reset_is_answered_goes_with_it_when_it_is_asked_again") {
  FourUes world;
  world.enb.behaviour().ignores_reset = true;
  REQUIRE(world.mme->reset_enb(world.enb.global_id(), s1ap::CauseMisc::om_intervention));
  for (unsigned number = 1; number <= 3; ++number) world.ue(number).lose_radio();
  world.wait(2s);
  CHECK(world.still_connected() == Numbers{4});
  REQUIRE(*lab::finish(world.loop, world.ue(2).service_request()));
  CHECK(world.still_connected() == Numbers{2, 4});
  world.enb.behaviour().ignores_reset = false;
  world.wait(5s);
  CHECK(world.enb.received(s1ap::MessageType::reset) == 2);
  CHECK(world.still_connected() == Numbers{4});
  CHECK(world.enb.connections() == 0);
  CHECK(world.gateway.sessions.size() == 4);
}

TEST_CASE("s1_setup_ends_what_the_enb_was_asked_about_the_connection_before") {
  FourUes world;
  world.enb.behaviour().ignores_reset = true;
  world.enb.behaviour().refuses_configuration = 1;
  REQUIRE(world.mme->reset_enb(world.enb.global_id(), s1ap::CauseMisc::om_intervention));
  world.mme->update_configuration();
  world.wait(100ms);
  REQUIRE(lab::finish(world.loop, world.enb.setup())->has_value());
  world.wait(1min);
  CHECK(world.enb.received(s1ap::MessageType::reset) == 1);
  CHECK(world.enb.received(s1ap::MessageType::mme_configuration_update) == 1);
  CHECK(world.enb.associated());
}
