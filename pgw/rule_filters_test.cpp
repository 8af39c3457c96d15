// SPDX-License-Identifier: Apache-2.0
// What of a rule's filters a bearer gets.
#include <set>

#include "core/config/config.hpp"
#include "pgw/test_network.hpp"

using namespace zerocell;
using namespace zerocell::pgw;
using namespace zerocell::pgw::test;

namespace {

using Direction = nas::PacketFilter::Direction;

config::ApnConfig with_filters(std::vector<config::LocatedText> filters) {
  auto apn = internet();
  apn.bearers = {{.name = "test", .qci = 7, .filters = std::move(filters)}};
  return apn;
}

CreateSessionRequest with_rules(std::vector<gtp::BearerRule> rules,
                                gtp::PdnType type = gtp::PdnType::ipv4v6) {
  auto wanted = request(1, type);
  wanted.bearers = std::move(rules);
  return wanted;
}

gtp::BearerRule rule_with(std::vector<std::string> filters, std::string name = "test") {
  return {.name = std::move(name), .qci = 7, .filters = std::move(filters)};
}

/// The filters of a UE that does as it is told; it has none of a bearer whose TFT it must refuse.
struct UeFilters {
  std::map<std::uint8_t, nas::PacketFilter> all;
  void take(Bytes octets) {
    const auto tft = nas::decode_tft(octets);
    REQUIRE(tft);
    CHECK_FALSE(nas::rule_error(*tft));
    for (const nas::PacketFilter& filter : tft->list()) {
      if (tft->operation == nas::Tft::Operation::delete_filters)
        CHECK(all.erase(filter.identifier) == 1);
      else
        all[filter.identifier] = filter;
    }
    std::set<std::uint8_t> precedences;
    bool uplink = false;
    for (const auto& [identifier, filter] : all) {
      CHECK(precedences.insert(filter.precedence).second);
      uplink |= filter.direction == Direction::uplink || filter.direction == Direction::both;
    }
    CHECK(uplink);
  }
};

constexpr const char* kDown = "down from 203.0.113.0/24 proto udp port 5060";

}  // namespace

TEST_CASE("rule_for_downlink_alone_gets_a_filter_by_which_a_ue_sends_nothing") {
  Network network(with_filters({{kDown}}));
  network.attach_complete();
  REQUIRE(network.mme.created.size() == 1);
  CHECK(to_hex(network.mme.created[0].tft) ==
        "22"
        "10960e"
        "10cb007100ffffff00"
        "3011"
        "5013c4"
        "21f005"
        "3011"
        "500009");
  const auto& filters = network.bearer().made.filters;
  REQUIRE(filters.size() == 2);
  CHECK(filters[1].direction == upf::PacketFilter::Direction::uplink);
  // Each bearer has one of its own.
  Network other(internet(), with_rules({rule_with({kDown}, "a"), rule_with({kDown}, "b")}));
  other.attach_complete();
  REQUIRE(other.mme.created.size() == 2);
  CHECK(to_hex(other.mme.created[0].tft)
            .ends_with("21f00530115"
                       "00009"));
  CHECK(to_hex(other.mme.created[1].tft)
            .ends_with("21f10530115"
                       "00009"));
}

TEST_CASE("bearer_has_a_filter_for_uplink_packets_through_all_steps_of_a_change") {
  const std::vector<std::vector<std::string>> steps = {
      {"up to 203.0.113.1", "down from 203.0.113.2", "down from 203.0.113.3"},
      {"down from 203.0.113.2", "down from 203.0.113.4"},
      {"down from 203.0.113.2", "down from 203.0.113.4", "up to 203.0.113.5", "down from 203.0.113.6"},
      {"down from 203.0.113.7", "up to 203.0.113.5"},
      {"up to 203.0.113.8"},
      {"down from 203.0.113.9"},
      {"down from 203.0.113.9", "down from 203.0.113.10", "down from 203.0.113.11"},
      {"both with 203.0.113.12"}};
  Network network(internet(), with_rules({rule_with(steps[0])}));
  network.attach_complete();
  REQUIRE(network.mme.created.size() == 1);
  UeFilters ue;
  ue.take(network.mme.created[0].tft);
  for (const auto& filters : steps) {
    network.mme.updated.clear();
    ModifyBearerCommand command{
        .session = network.session, .ambr = {1'000'000, 2'000'000}, .qos = request().qos};
    command.bearers = std::vector{rule_with(filters)};
    REQUIRE(now(network.sgw.modify_bearer_command(std::move(command))));
    network.loop.run_ready();
    for (const auto& updated : network.mme.updated) ue.take(updated.tft);
    const auto wanted = filters_for(gtp::PdnType::ipv4v6, make_rule(rule_with(filters)).filters);
    REQUIRE(ue.all.size() == wanted.size());
    for (const nas::PacketFilter& filter : wanted)
      CHECK(std::ranges::any_of(ue.all, [&](const auto& had) {
        return had.second.contents == filter.contents && had.second.direction == filter.direction;
      }));
    CHECK(network.bearer().made.filters.size() == wanted.size());
  }
}

TEST_CASE("rule_for_downlink_alone_that_leaves_no_room_for_another_filter_is_refused") {
  const auto problems = [](int filters) {
    std::string text =
        "network: {plmns: [\"001/01\"]}\napns:\n  - name: internet\n    ipv4_pool: 10.45.0.0/16\n"
        "    bearers:\n      - name: voice\n        qci: 5\n        filters:\n";
    for (int i = 0; i < filters; ++i) text += "          - down port " + std::to_string(5000 + i) + "\n";
    constexpr std::array<config::Check, 1> checks{&check_bearer_rules};
    const auto parsed = config::parse(text, "z.yaml", checks);
    return parsed ? std::size_t{0} : parsed.error().size();
  };
  CHECK(problems(14) == 0);
  CHECK(problems(15) == 1);
}

TEST_CASE("filters_of_a_family_that_the_connection_does_not_have_are_left_out_of_its_bearers") {
  const std::vector<std::string> mixed = {"both with 2001:db8::/32", "down from 203.0.113.9", "both port 7"};
  const std::vector<std::string> six = {"both label 5", "both with 2001:db8::/32"};
  auto apn = with_filters({{mixed[0]}, {mixed[1]}, {mixed[2]}});
  apn.bearers.push_back({.name = "six", .qci = 6, .filters = {{six[0]}, {six[1]}}});
  const auto made = [&](gtp::PdnType type) {
    Network network(apn, with_rules({rule_with(mixed, "mixed"), rule_with(six, "six")}, type));
    network.attach_complete();
    std::vector<std::size_t> filters;
    for (const auto& created : network.mme.created)
      filters.push_back(nas::decode_tft(created.tft)->filter_count);
    // Nor does what the connection cannot have come later.
    network.attach_complete();
    CHECK(network.mme.created.size() == filters.size());
    CHECK(network.user_plane.bearers.size() == filters.size());
    return filters;
  };
  using Counts = std::vector<std::size_t>;
  CHECK(made(gtp::PdnType::ipv4v6) == Counts{3, 2, 3, 2});
  CHECK(made(gtp::PdnType::ipv4) == Counts{2, 2});
  CHECK(made(gtp::PdnType::ipv6) == Counts{2, 2, 2, 2});
}

namespace {

/// The session's only rule has this filter from now on.
void change_filter(Network& network, std::string filter) {
  ModifyBearerCommand command{
      .session = network.session, .ambr = {1'000'000, 2'000'000}, .qos = request().qos};
  command.bearers = std::vector{rule_with({std::move(filter)})};
  REQUIRE(now(network.sgw.modify_bearer_command(std::move(command))));
  network.loop.run_ready();
}

}  // namespace

TEST_CASE("bearer_of_a_rule_that_becomes_one_for_the_other_family_ends") {
  Network network(internet(), with_rules({rule_with({"both with 203.0.113.9"})}, gtp::PdnType::ipv4));
  network.attach_complete();
  REQUIRE(network.user_plane.bearers.size() == 1);
  change_filter(network, "both with 2001:db8::/32");
  CHECK(network.mme.deleted.size() == 1);
  CHECK(network.user_plane.bearers.empty());
  change_filter(network, "both with 203.0.113.9");
  CHECK(network.user_plane.bearers.size() == 1);
}

TEST_CASE("bearer_of_a_rule_for_the_other_family_ends_also_when_its_ue_was_away_at_first") {
  Network network(internet(), with_rules({rule_with({"both with 203.0.113.9"})}, gtp::PdnType::ipv4));
  network.attach_complete();
  network.mme.refuses = gtp::Cause::unable_to_page_ue;
  change_filter(network, "both with 2001:db8::/32");
  CHECK(network.user_plane.bearers.size() == 1);
  network.mme.refuses.reset();
  change_filter(network, "both with 2001:db8:1::/48");
  CHECK(network.user_plane.bearers.empty());
}

TEST_CASE("maximum_that_is_the_ambr_changes_with_it") {
  gtp::BearerRule camera{.name = "camera", .qci = 2, .gbr_uplink_bps = 512'000, .filters = {"both port 554"}};
  auto apn = internet();
  bool configured = false;
  SECTION("a rule of the subscription") {}
  SECTION("a rule of the configuration") {
    configured = true;
    apn = with_filters({{"both port 554"}});
    apn.bearers[0].qci = 2;
    apn.bearers[0].gbr_uplink_bps = 512'000;
  }
  Network network(apn, configured ? request() : with_rules({camera}));
  network.attach_complete();
  ModifyBearerCommand command{
      .session = network.session, .ambr = {1'000'000, 1'000'000}, .qos = request().qos};
  if (!configured) command.bearers = std::vector{camera};
  REQUIRE(now(network.sgw.modify_bearer_command(std::move(command))));
  network.loop.run_ready();
  REQUIRE_FALSE(network.mme.updated.empty());
  REQUIRE(network.mme.updated.back().qos);
  CHECK(network.mme.updated.back().qos->mbr == gtp::BearerRates{512, 1000});
}

TEST_CASE("direction_without_a_rate_of_a_guaranteed_bearer_is_told_the_ambr_for_its_maximum") {
  gtp::BearerRule camera{.name = "camera", .qci = 2, .gbr_uplink_bps = 512'000, .filters = {"both port 554"}};
  Network network(internet(), with_rules({camera}));
  network.attach_complete();
  REQUIRE(network.mme.created.size() == 1);
  CHECK(network.mme.created[0].qos.gbr == gtp::BearerRates{512, 0});
  CHECK(network.mme.created[0].qos.mbr == gtp::BearerRates{512, 2000});
  CHECK(network.bearer().made.mbr.downlink_bps == 2'000'000);
  // The same of the configuration's; one that is given stays.
  auto apn = with_filters({{"both port 554"}});
  apn.bearers[0].qci = 2;
  apn.bearers[0].gbr_downlink_bps = 64'000;
  apn.bearers[0].mbr_uplink_bps = 32'000;
  Network other(apn);
  other.attach_complete();
  REQUIRE(other.mme.created.size() == 1);
  CHECK(other.mme.created[0].qos.mbr == gtp::BearerRates{32, 64});
  apn.bearers[0].mbr_uplink_bps = 0;
  Network third(apn);
  third.attach_complete();
  CHECK(third.mme.created.at(0).qos.mbr == gtp::BearerRates{1000, 64});
}
