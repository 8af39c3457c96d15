// SPDX-License-Identifier: Apache-2.0
#include "mme/paging_assistance.hpp"

#include <catch2/catch.hpp>

#include "asn1/s1ap/paging.hpp"
#include "mme/test_world.hpp"

using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

const Plmn kPlmn = *Plmn::parse("00101");

/// What one PAGING said for the eNodeB's own choice of cells.
struct Page {
  std::vector<Ecgi> cells{};
  std::vector<std::optional<std::uint16_t>> seconds{};
  std::optional<Ecgi> ce_cell{};
  ByteVector ce_level{};
  std::optional<s1ap::PagingAttemptInformation> attempt{};
  std::optional<s1ap::PagingPriority> priority{};
};

/// One registered UE, not yet idle; an eNodeB that recommends the next one, which has two of the four of its
/// area.
class Recommending : public World {
 public:
  Recommending() : enb(add_enb(1)), next(add_enb(2)), other(add_enb(3)), far(add_enb(4)), ue(add_ue(enb, 1)) {
    far.settings_mutable().tracking_area.tac = 8;
    ZC_ASSERT(lab::finish(loop, far.setup()).has_value());
    for (lab::Enb* one : {&enb, &next, &other, &far})
      one->on_message = [this, one](const s1ap::Message& message) { listen(*one, message); };
    enb.behaviour().recommended_cells = {{.eutran_cgi = {kPlmn, 0x100}, .time_stayed_in_cell = 12},
                                         {.eutran_cgi = {kPlmn, 0x203}}};
    enb.behaviour().recommended_enbs = {{s1ap::GlobalEnbId{kPlmn, s1ap::MacroEnbId{2}}}};
    ZC_ASSERT(attach(ue).has_value());
    wait(100ms);
  }
  std::size_t pages_of(const lab::Enb& where) { return pages[&where].size(); }

  lab::Enb& enb;
  lab::Enb& next;
  lab::Enb& other;
  lab::Enb& far;
  lab::Ue& ue;
  std::map<const lab::Enb*, std::vector<Page>> pages{};

 private:
  void listen(const lab::Enb& where, const s1ap::Message& message) {
    const auto* paging = message.as<s1ap::Paging>();
    if (paging == nullptr) return;
    Page page;
    page.priority = paging->paging_priority;
    if (const auto& told = paging->assistance_data_for_paging) {
      page.attempt = told->paging_attempt_information;
      if (const auto& cells = told->assistance_data_for_recommended_cells)
        for (const auto& cell : cells->recommended_cells_for_paging.recommended_cell_list) {
          page.cells.push_back(cell.eutran_cgi);
          page.seconds.push_back(cell.time_stayed_in_cell);
        }
      if (const auto& coverage = told->assistance_data_for_ce_capable_ues) {
        const auto& level = coverage->cell_identifier_and_ce_level_for_ce_capable_ues;
        page.ce_cell = level.global_cell_id;
        page.ce_level.assign(level.ce_level.begin(), level.ce_level.end());
      }
    }
    pages[&where].push_back(page);
  }
};

}  // namespace

TEST_CASE("recommended_enbs_are_paged_first_with_the_recommended_cells_and_then_all_without_them") {
  Recommending world;
  world.go_idle(world.enb, world.ue);
  world.downlink_packet(1);
  world.wait(1s);
  REQUIRE(world.pages_of(world.enb) == 1);
  REQUIRE(world.pages_of(world.next) == 1);
  CHECK(world.pages_of(world.other) == 0);
  const Page& first = world.pages[&world.next][0];
  CHECK(first.cells == std::vector{Ecgi{kPlmn, 0x100}, Ecgi{kPlmn, 0x203}});
  CHECK(first.seconds == std::vector<std::optional<std::uint16_t>>{12, std::nullopt});
  world.wait(6s);
  CHECK(world.pages_of(world.next) == 2);
  REQUIRE(world.pages_of(world.other) == 1);
  CHECK(world.pages[&world.other][0].cells.empty());
  CHECK(world.complaints() == "");
}

TEST_CASE("recommended_tracking_area_stands_for_its_enbs_and_what_the_ue_may_not_be_at_is_left_out") {
  Recommending world;
  auto& recommended = world.enb.behaviour().recommended_enbs;
  SECTION("an area of its list") {
    recommended = {{Tai{kPlmn, 8}}};
    world.go_idle(world.enb, world.ue);
    world.downlink_packet(1);
    world.wait(1s);
    CHECK(world.pages_of(world.far) == 1);
    CHECK(world.pages_of(world.next) == 0);
  }
  SECTION("an area and an eNodeB that nobody knows") {
    recommended = {{Tai{kPlmn, 77}}, {s1ap::GlobalEnbId{kPlmn, s1ap::HomeEnbId{2}}}};
    world.go_idle(world.enb, world.ue);
    world.downlink_packet(1);
    world.wait(1s);
    CHECK(world.pages_of(world.next) == 0);
    CHECK(world.pages_of(world.far) == 0);
  }
  SECTION("an eNodeB outside of its list") {
    world.network.tacs = {{7, 7}};
    recommended = {{s1ap::GlobalEnbId{kPlmn, s1ap::MacroEnbId{4}}}};
    world.go_idle(world.enb, world.ue);
    world.downlink_packet(1);
    world.wait(1s);
    CHECK(world.pages_of(world.far) == 0);
  }
  CHECK(world.pages_of(world.enb) == 1);
}

TEST_CASE("paging_counts_its_attempts_and_says_when_it_will_look_elsewhere") {
  Recommending world;
  world.go_idle(world.enb, world.ue);
  world.downlink_packet(1);
  world.wait(1min);
  const auto& pages = world.pages[&world.enb];
  REQUIRE(pages.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    REQUIRE(pages[i].attempt);
    CHECK(pages[i].attempt->paging_attempt_count == i + 1);
    CHECK(pages[i].attempt->intended_number_of_paging_attempts == 3);
  }
  CHECK(pages[0].attempt->next_paging_area_scope == s1ap::NextPagingAreaScope::changed);
  CHECK(pages[1].attempt->next_paging_area_scope == s1ap::NextPagingAreaScope::same);
  CHECK_FALSE(pages[2].attempt->next_paging_area_scope);
}

TEST_CASE("coverage_level_that_the_enb_told_is_in_each_paging") {
  Recommending world;
  world.enb.behaviour().recommended_cells.clear();
  world.enb.behaviour().ce_level = {0x30, 0x41};
  world.go_idle(world.enb, world.ue);
  world.downlink_packet(1);
  world.wait(7s);
  REQUIRE(world.pages_of(world.enb) == 2);
  REQUIRE(world.pages_of(world.other) == 1);
  for (const Page& page : {world.pages[&world.enb][0], world.pages[&world.other][0]}) {
    CHECK(page.ce_cell == Ecgi{kPlmn, 0x101});
    CHECK(page.ce_level == ByteVector{0x30, 0x41});
    CHECK(page.cells.empty());
  }
}

TEST_CASE("coverage_level_that_is_too_long_to_be_one_is_not_kept") {
  Recommending world;
  world.enb.behaviour().recommended_cells.clear();
  world.enb.behaviour().ce_level = ByteVector(PagingAssistance::kCeLevelOctetsMax + 1, 0xFF);
  world.go_idle(world.enb, world.ue);
  CHECK(world.mme->paging_assistance().size() == 0);
}

TEST_CASE("recommendation_holds_until_the_ue_shows_itself_again") {
  Recommending world;
  world.go_idle(world.enb, world.ue);
  REQUIRE(world.mme->paging_assistance().size() == 1);
  REQUIRE(lab::finish(world.loop, world.ue.service_request()));
  CHECK(world.mme->paging_assistance().size() == 0);
  SECTION("the next release tells nothing") {
    world.wait(100ms);
    world.enb.behaviour().recommended_cells.clear();
    world.go_idle(world.enb, world.ue);
  }
  SECTION("the eNodeB breaks and releases nobody") {
    world.enb.abort();
    world.wait(1s);
    REQUIRE(lab::finish(world.loop, world.enb.connect()));
  }
  world.downlink_packet(1);
  world.wait(1s);
  REQUIRE(world.pages_of(world.enb) == 1);
  CHECK(world.pages[&world.enb][0].cells.empty());
  CHECK(world.pages_of(world.next) == 0);
}

TEST_CASE("recommendation_ends_with_the_registration_and_when_the_ue_is_looked_for_no_more") {
  Recommending world;
  SECTION("a UE that detaches leaves none") {
    REQUIRE(lab::finish(world.loop, world.ue.detach()));
    world.wait(1s);
  }
  SECTION("a UE whose periodic update does not come is not paged any more") {
    world.go_idle(world.enb, world.ue);
    world.wait(std::chrono::seconds(world.settings.t3412_seconds +
                                    world.settings.mobile_reachable_margin_seconds + 1));
  }
  CHECK(world.mme->paging_assistance().size() == 0);
}

TEST_CASE("paging_priority_is_what_is_configured_for_the_bearers_arp_and_none_otherwise") {
  Recommending world;
  world.settings.paging_priorities = {{.arp_priority = 2, .priority = 1}, {.arp_priority = 3, .priority = 4}};
  world.go_idle(world.enb, world.ue);
  world.downlink_packet(1, 9);
  world.wait(1s);
  REQUIRE(world.pages_of(world.enb) == 1);
  CHECK_FALSE(world.pages[&world.enb][0].priority);
  // A page with priority does not wait for the end of one without, nor a higher one for a lower one.
  world.downlink_packet(1, 3);
  world.wait(100ms);
  REQUIRE(world.pages_of(world.enb) == 2);
  CHECK(world.pages[&world.enb][1].priority == s1ap::PagingPriority::priolevel4);
  CHECK(world.pages[&world.enb][1].attempt->paging_attempt_count == 1);
  world.downlink_packet(1, 3);
  world.wait(100ms);
  CHECK(world.pages_of(world.enb) == 2);
  world.downlink_packet(1, 2);
  world.downlink_packet(1, 3);
  world.wait(7s);
  REQUIRE(world.pages_of(world.enb) == 4);
  CHECK(world.pages[&world.enb][2].priority == s1ap::PagingPriority::priolevel1);
  CHECK(world.pages[&world.enb][3].priority == s1ap::PagingPriority::priolevel1);
  CHECK(world.complaints() == "");
}

TEST_CASE("bearer_that_the_network_wants_has_its_idle_ue_paged_with_the_priority_of_its_arp") {
  Recommending world;
  world.settings.paging_priorities = {{.arp_priority = 2, .priority = 3}};
  world.go_idle(world.enb, world.ue);
  sgw::CreateBearerRequest request{.session = sgw::SessionId{1}, .imsi = test_imsi(1), .qos = {.qci = 8}};
  request.qos.arp.priority = 9;
  lab::Running ordinary(world.mme->create_bearer(request));
  world.wait(1s);
  REQUIRE(world.pages_of(world.enb) == 1);
  CHECK_FALSE(world.pages[&world.enb][0].priority);
  request.qos.arp.priority = 2;
  lab::Running urgent(world.mme->create_bearer(request));
  world.wait(1s);
  REQUIRE(world.pages_of(world.enb) == 2);
  CHECK(world.pages[&world.enb][1].priority == s1ap::PagingPriority::priolevel3);
  world.wait(1min);
  CHECK(ordinary.done());
  CHECK(urgent.done());
  CHECK(world.mme->paging().size() == 0);
}
