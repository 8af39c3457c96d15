// SPDX-License-Identifier: Apache-2.0
#include "asn1/s1ap/paging.hpp"

#include <catch2/catch.hpp>

#include "mme/test_world.hpp"

using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

/// A world with one registered UE that is idle, two eNodeBs of its tracking area, and one of another in its
/// list.
class Idle : public World {
 public:
  explicit Idle(std::optional<nas::DrxParameter> drx = {})
      : enb(add_enb(1)), neighbour(add_enb(2)), far(add_far_enb()), ue(add_ue(enb, 1)) {
    ue.settings().drx_parameter = drx;
    ZC_ASSERT(attach(ue).has_value());
    wait(100ms);
    go_idle(enb, ue);
  }
  std::size_t pages(const lab::Enb& where) const { return where.received(s1ap::MessageType::paging); }

  lab::Enb& enb;
  lab::Enb& neighbour;
  lab::Enb& far;
  lab::Ue& ue;

 private:
  lab::Enb& add_far_enb() {
    auto& added = add_enb(3);
    added.settings_mutable().tracking_area.tac = 8;
    ZC_ASSERT(lab::finish(loop, added.setup()).has_value());
    return added;
  }
};

}  // namespace

TEST_CASE("packet_for_an_idle_ue_pages_it_and_its_answer_ends_the_paging") {
  Idle world;
  lab::Running<lab::UeResult<void>> answering(world.ue.answer_page(1min));
  const auto told = world.downlink_packet(1);
  CHECK(told.cause == gtp::Cause::request_accepted);
  CHECK_FALSE(told.buffering);
  world.wait(1s);
  REQUIRE(answering.done());
  CHECK(answering.result());
  CHECK(world.gateway.sessions.at(1).access);
  CHECK(world.mme->paging().size() == 0);
  world.wait(1min);
  CHECK(world.pages(world.enb) == 1);
  CHECK_FALSE(world.gateway.sessions.at(1).failed);
  CHECK(world.complaints() == "");
}

TEST_CASE("paging_names_the_ue_by_s_tmsi_and_says_when_it_listens") {
  Idle world(nas::DrxParameter{.octet_3 = 0x80});
  std::optional<STmsi> named;
  std::uint16_t index = 0;
  std::optional<s1ap::PagingDrx> drx;
  std::size_t areas = 0;
  ByteVector capability;
  world.enb.on_message = [&](const s1ap::Message& message) {
    const auto* paging = message.as<s1ap::Paging>();
    if (paging == nullptr) return;
    named = std::get<STmsi>(paging->ue_paging_id);
    index = paging->ue_identity_index_value;
    drx = paging->paging_drx;
    areas = paging->tai_list.size();
    if (paging->ue_radio_capability_for_paging)
      capability.assign(paging->ue_radio_capability_for_paging->begin(),
                        paging->ue_radio_capability_for_paging->end());
  };
  world.downlink_packet(1);
  world.wait(100ms);
  CHECK(named == STmsi{0x1A, world.ue.guti()->m_tmsi});
  CHECK(index == 1010000000001ull % 1024);  // IMSI 001010000000001.
  CHECK(drx == s1ap::PagingDrx::v128);
  CHECK(areas == 3);
  CHECK(capability == ByteVector{0x00, 0x08, 0x00});
}

TEST_CASE("ue_is_looked_for_where_it_was_last_then_wherever_its_list_lets_it_be_and_then_no_more") {
  Idle world;
  world.downlink_packet(1);
  world.wait(1s);
  CHECK(world.pages(world.enb) == 1);
  CHECK(world.pages(world.neighbour) == 0);
  world.wait(6s);
  CHECK(world.pages(world.enb) == 2);
  CHECK(world.pages(world.neighbour) == 1);
  CHECK(world.pages(world.far) == 1);
  world.wait(1min);
  CHECK(world.pages(world.enb) == 3);
  CHECK(world.pages(world.far) == 2);
  CHECK(world.gateway.sessions.at(1).failed);
  CHECK(world.mme->paging().size() == 0);
  CHECK(world.record(1)->emm_state == EmmState::registered);
}

TEST_CASE("ue_that_moved_to_another_area_of_its_list_answers_the_second_paging") {
  Idle world;
  world.ue.move_to(world.far);
  lab::Running<lab::UeResult<void>> answering(world.ue.answer_page(1min));
  world.downlink_packet(1);
  world.wait(7s);
  REQUIRE(answering.done());
  CHECK(answering.result());
  CHECK(world.gateway.sessions.at(1).access->v4 == world.far.settings().gtpu_v4);
  CHECK(world.complaints() == "");
}

TEST_CASE("more_packets_while_a_ue_is_paged_page_it_no_more_unless_they_are_more_urgent") {
  Idle world;
  world.downlink_packet(1, 9);
  world.wait(7s);
  REQUIRE(world.pages(world.enb) == 2);
  world.downlink_packet(1, 9);
  world.wait(100ms);
  CHECK(world.pages(world.enb) == 2);
  world.downlink_packet(1, 2);
  world.wait(100ms);
  CHECK(world.pages(world.enb) == 3);
}

TEST_CASE("packet_that_comes_while_the_ue_is_being_released_pages_it_afterwards") {
  Idle world;
  REQUIRE(lab::finish(world.loop, world.ue.service_request()));
  world.wait(100ms);
  world.enb.behaviour().ignores_release_command = true;
  world.enb.request_release(*world.ue.connection());
  world.wait(100ms);
  CHECK(world.downlink_packet(1).cause == gtp::Cause::request_accepted);
  CHECK(world.pages(world.enb) == 0);
  world.wait(10s);
  CHECK(world.mme->connected_ues() == 0);
  CHECK(world.pages(world.enb) >= 1);
}

TEST_CASE("ue_whose_service_request_comes_by_itself_is_not_paged_again") {
  Idle world;
  world.downlink_packet(1);
  REQUIRE(lab::finish(world.loop, world.ue.service_request()));
  world.wait(1min);
  CHECK(world.pages(world.enb) == 1);
  CHECK_FALSE(world.gateway.sessions.at(1).failed);
}

TEST_CASE("packets_for_a_connected_or_an_unknown_ue_page_nobody") {
  Idle world;
  REQUIRE(lab::finish(world.loop, world.ue.service_request()));
  world.wait(100ms);
  CHECK(world.downlink_packet(1).cause == gtp::Cause::request_accepted);
  CHECK(world.mme->downlink_data({.session = sgw::SessionId{77}, .imsi = test_imsi(1)}).cause ==
        gtp::Cause::context_not_found);
  CHECK(world.mme->downlink_data({.session = sgw::SessionId{1}, .imsi = test_imsi(9)}).cause ==
        gtp::Cause::context_not_found);
  world.wait(1min);
  CHECK(world.pages(world.enb) == 0);
  CHECK(world.mme->paging().size() == 0);
}

TEST_CASE("ue_that_answers_and_cannot_be_served_is_not_paged_for_ever") {
  Idle world;
  world.enb.behaviour().fails_initial_context_setup = true;
  world.downlink_packet(1);
  for (int i = 0; i < 20; ++i) {
    lab::Running<lab::UeResult<void>> answering(world.ue.answer_page(30s));
    world.wait(30s);
  }
  CHECK(world.mme->paging().size() == 0);
  CHECK(world.gateway.sessions.at(1).failed);
  CHECK(world.pages(world.enb) <= 12);
}

TEST_CASE("network_detach_of_an_idle_ue_pages_it_and_then_tells_it") {
  Idle world;
  const auto index = *world.mme->directory().find(test_imsi(1));
  SECTION("it answers") {
    lab::Running<lab::UeResult<void>> answering(world.ue.answer_page(1min));
    world.mme->detach(index, nas::NetworkDetachType::reattach_not_required, std::nullopt);
    world.wait(1s);
    CHECK(world.ue.received(nas::EmmType::detach_request) == 1);
    CHECK_FALSE(world.ue.registered());
  }
  SECTION("it does not") {
    world.mme->detach(index, nas::NetworkDetachType::reattach_not_required, std::nullopt);
    world.wait(1min);
    CHECK(world.ue.received(nas::EmmType::detach_request) == 0);
  }
  CHECK(world.record(1)->emm_state == EmmState::deregistered);
  CHECK(world.gateway.sessions.empty());
  CHECK(world.mme->connected_ues() == 0);
}

TEST_CASE("a_thousand_ues_are_paged_at_once_and_each_is_found") {
  World world;
  auto& enb = world.add_enb();
  std::vector<lab::Ue*> ues;
  for (unsigned i = 1; i <= 1000; ++i) {
    ues.push_back(&world.add_ue(enb, i));
    ZC_ASSERT(world.attach(*ues.back()).has_value());
    world.go_idle(enb, *ues.back());
  }
  std::vector<std::unique_ptr<lab::Running<lab::UeResult<void>>>> answering;
  for (lab::Ue* ue : ues)
    answering.push_back(std::make_unique<lab::Running<lab::UeResult<void>>>(ue->answer_page(1min)));
  for (unsigned i = 1; i <= 1000; ++i) world.downlink_packet(i);
  world.wait(10s);
  for (const auto& answer : answering) {
    REQUIRE(answer->done());
    CHECK(answer->result());
  }
  CHECK(world.mme->paging().size() == 0);
  CHECK(world.mme->connected_ues() == 1000);
}

TEST_CASE("ue_is_paged_in_the_areas_that_it_was_told_wherever_it_was_since") {
  // TS 24.301 §5.6.2: of 20 areas it was told 16, that where it attached and the first others.
  World world;
  world.network.tacs = {{1, 20}};
  const auto enb_of = [&](unsigned number, std::uint16_t tac) -> lab::Enb& {
    auto& made = world.add_enb(number);
    made.settings_mutable().tracking_area.tac = tac;
    ZC_ASSERT(lab::finish(world.loop, made.setup())->has_value());
    return made;
  };
  auto& home = enb_of(1, 18);
  auto& away = enb_of(2, 3);
  auto& elsewhere = enb_of(3, 17);
  auto& ue = world.add_ue(home, 1);
  REQUIRE(world.attach(ue));
  world.wait(100ms);
  world.go_idle(home, ue);
  ue.move_to(away);
  REQUIRE(lab::finish(world.loop, ue.service_request())->has_value());
  world.wait(100ms);
  world.go_idle(away, ue);
  ue.move_to(home);
  lab::Running<lab::UeResult<void>> answering(ue.answer_page(1min));
  world.downlink_packet(1);
  world.wait(8s);
  REQUIRE(answering.done());
  CHECK(answering.result());
  CHECK(home.received(s1ap::MessageType::paging) == 1);
  CHECK(elsewhere.received(s1ap::MessageType::paging) == 0);
  CHECK(world.complaints() == "");
}

TEST_CASE("drx_cycle_of_a_device_ends_with_the_next_attach_of_its_sim") {
  Idle world(nas::DrxParameter{.split_pg_cycle_code = 0, .octet_3 = 0x60});
  CHECK(world.record(1)->drx_cycle == 6);
  world.ue.settings().drx_parameter.reset();
  REQUIRE(lab::finish(world.loop, world.ue.detach()));
  world.wait(1s);
  REQUIRE(world.attach(world.ue));
  CHECK(world.record(1)->drx_cycle == 0);
}
