// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "asn1/s1ap/messages.hpp"
#include "mme/test_watched_world.hpp"

/// S1AP that crashed or misled other cores, sent to ours by an eNodeB that has set up S1.
using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

/// The fields of the two ids, as INITIAL CONTEXT SETUP RESPONSE has them.
ByteVector ids_of(std::uint32_t mme_id, std::uint32_t enb_id) {
  ByteVector octets(20);
  Writer out(octets);
  out.u16(0);
  out.u8(0x40);
  out.u8(5);
  out.u8(0xC0);  // Four octets.
  out.u32(mme_id);
  out.u16(8);
  out.u8(0x40);
  out.u8(4);
  out.u8(0x80);  // Three octets.
  out.u8(static_cast<std::uint8_t>(enb_id >> 16));
  out.u16(static_cast<std::uint16_t>(enb_id));
  octets.resize(out.size());
  return octets;
}

s1ap::S1SetupRequest setup_request(const std::vector<s1ap::SupportedTasItem>& areas) {
  s1ap::S1SetupRequest request;
  request.global_enb_id = {*Plmn::parse("00101"), s1ap::MacroEnbId{77}};
  request.supported_tas = areas;
  return request;
}

}  // namespace

TEST_CASE("R2_every_message_without_a_single_ie_disturbs_nobody") {
  Watched world;
  auto& ue = world.add_ue(world.enb, 1);
  REQUIRE(world.attach(ue));
  for (unsigned code = 0; code <= 70; ++code)
    for (const std::uint8_t kind : {0x00, 0x20, 0x40})
      for (const std::uint8_t criticality : {0x00, 0x40, 0x80})
        world.enb.send_octets(ByteVector{kind, static_cast<std::uint8_t>(code), criticality, 3, 0, 0, 0});
  world.wait(1s);
  CHECK(world.enb.associated());
  CHECK(ue.connected());
  CHECK(world.mme->enbs() == 2);
  auto& late = world.add_ue(world.enb, 2);
  CHECK(world.attach(late));
  CHECK(world.bystander_unchanged());
}

TEST_CASE("R8_initial_context_setup_response_without_its_list_ends_the_attach_and_gives_everything_back") {
  Watched world;
  world.enb.behaviour().ignores_initial_context_setup = true;
  auto& ue = world.add_ue(world.enb, 1);
  lab::Running running(ue.attach());
  world.wait(1s);
  REQUIRE(world.gateway.sessions.size() == 2);
  ByteVector octets{0x20, 0x09, 0x00, 20, 0, 0, 2};
  const auto ids = ids_of(*world.enb.mme_ue_s1ap_id(*ue.connection()), *ue.connection());
  octets.insert(octets.end(), ids.begin(), ids.end());
  octets[3] = static_cast<std::uint8_t>(octets.size() - 4);
  world.enb.send_octets(octets, 1);
  world.wait(60s);
  CHECK(world.gateway.sessions.size() == 1);
  CHECK(world.mme->connected_ues() == 0);
  CHECK(world.bystander_unchanged());
}

TEST_CASE("10_3_4_2_answer_with_an_ie_that_had_to_be_understood_ends_its_procedure_at_once") {
  Watched world;
  world.enb.behaviour().ignores_initial_context_setup = true;
  auto& ue = world.add_ue(world.enb, 1);
  lab::Running running(ue.attach());
  world.wait(1s);
  REQUIRE(world.gateway.sessions.size() == 2);
  ByteVector octets{0x20, 0x09, 0x00, 0, 0, 0, 3};
  const auto ids = ids_of(*world.enb.mme_ue_s1ap_id(*ue.connection()), *ue.connection());
  octets.insert(octets.end(), ids.begin(), ids.end());
  octets.insert(octets.end(), {0x77, 0x77, 0x00, 0x01, 0x00});  // An id that there is not, to be rejected.
  octets[3] = static_cast<std::uint8_t>(octets.size() - 4);
  world.enb.send_octets(octets, 1);
  // And not when the eNodeB has had its time to answer.
  world.wait(1s);
  CHECK(world.gateway.sessions.size() == 1);
  CHECK(world.mme->connected_ues() == 0);
  CHECK(world.bystander_unchanged());
}

TEST_CASE("R10_s1_setup_with_256_tracking_areas_of_6_plmns_is_served_in_each") {
  Watched world;
  world.network.plmns.clear();
  for (unsigned i = 1; i <= 6; ++i) world.network.plmns.push_back(*Plmn::parse("0010" + std::to_string(i)));
  world.network.tacs = {{0, 300}};
  lab::EnbSettings described = world.enb.settings();
  described.enb_id = 77;
  described.local = {{*IpAddress::parse("127.0.2.77"), 36412}};
  const auto radio = world.net.make_transport();
  lab::Enb large(world.loop, *radio, described);
  REQUIRE(lab::finish(world.loop, large.associate()));
  std::vector<s1ap::SupportedTasItem> areas(256);
  for (std::size_t i = 0; i < areas.size(); ++i)
    areas[i] = {static_cast<std::uint16_t>(i), world.network.plmns, {}};
  large.send(setup_request(areas));
  world.wait(100ms);
  CHECK(large.received(s1ap::MessageType::s1_setup_response) == 1);
  s1ap::EnbConfigurationUpdate update;
  update.supported_tas = areas;
  large.send(update);
  world.wait(100ms);
  CHECK(large.received(s1ap::MessageType::enb_configuration_update_acknowledge) == 1);
  // The last area of the last PLMN is as good as the first.
  large.settings_mutable().tracking_area = {world.network.plmns.back(), 255};
  auto& ue = world.add_ue(large, 1);
  CHECK(world.attach(ue));
  CHECK(world.bystander_unchanged());
  world.ues.pop_back();
}

TEST_CASE("R13_reset_with_a_cause_of_a_later_version_resets_all_the_same") {
  Watched world;
  auto& ue = world.add_ue(world.enb, 1);
  REQUIRE(world.attach(ue));
  // Cause: radio network, an enumerator that this version does not have. Reset type: everything.
  world.enb.send_octets(*from_hex("000e000e000002000240020bf0005c000100"));
  world.wait(100ms);
  CHECK(world.enb.received(s1ap::MessageType::reset_acknowledge) == 1);
  CHECK(world.mme->connected_ues() == 0);
  CHECK(world.record(1)->emm_state == EmmState::registered);
  // A sixth of five groups of causes is no cause at all, and resets nothing.
  auto& other = world.add_ue(world.enb, 2);
  REQUIRE(world.attach(other));
  const auto errors = world.enb.received(s1ap::MessageType::error_indication);
  world.enb.send_octets(*from_hex("000e000e0000020002400250 00005c000100"));
  world.wait(100ms);
  CHECK(world.enb.received(s1ap::MessageType::error_indication) == errors + 1);
  CHECK(world.mme->connected_ues() == 1);
  CHECK(world.bystander_unchanged());
}

TEST_CASE("R16_one_sim_that_registers_twice_at_once_is_registered_once") {
  for (unsigned apart_ms = 0; apart_ms < 12; apart_ms += 2) {
    Watched world;
    world.net.faults().delay_min = world.net.faults().delay_max = 1ms;
    auto& first = world.add_ue(world.enb, 1);
    auto& second = world.add_ue(world.other_enb, 1);
    lab::Running one(first.attach());
    world.wait(std::chrono::milliseconds(apart_ms));
    lab::Running two(second.attach());
    world.wait(300s);
    REQUIRE((one.done() && two.done()));
    CHECK(world.mme->connected_ues() <= 1);
    CHECK(world.gateway.sessions.size() == 2);
    REQUIRE(world.record(1));
    CHECK(world.record(1)->emm_state == EmmState::registered);
    CHECK(world.bystander_unchanged());
  }
}
