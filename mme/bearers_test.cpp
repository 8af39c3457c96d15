// SPDX-License-Identifier: Apache-2.0
#include "mme/bearers.hpp"

#include <catch2/catch.hpp>

namespace zerocell::mme {
namespace {

std::vector<unsigned> ebis(Bearers& bearers, const UeRecord& ue) {
  std::vector<unsigned> all;
  for (const BearerRecord& bearer : bearers.of(ue)) all.push_back(bearer.ebi);
  return all;
}

Bearers table(std::uint32_t capacity) {
  return Bearers(*Bearers::Records::open({"", capacity}));
}

}  // namespace

TEST_CASE("bearers_of_a_ue_stand_in_order_whatever_order_they_came_in") {
  Bearers bearers = table(8);
  UeRecord ue;
  CHECK(bearers.free_ebi(ue) == 5);
  for (const std::uint8_t ebi : {std::uint8_t{7}, std::uint8_t{5}, std::uint8_t{6}}) bearers.add(ue, ebi, 5);
  CHECK(ebis(bearers, ue) == std::vector<unsigned>{5, 6, 7});
  CHECK(bearers.free_ebi(ue) == 8);
  bearers.remove(ue, 6);
  CHECK(ebis(bearers, ue) == std::vector<unsigned>{5, 7});
  CHECK(bearers.free_ebi(ue) == 6);
  CHECK(bearers.find(ue, 6) == nullptr);
}

TEST_CASE("pdn_connection_goes_with_all_its_bearers_and_no_other") {
  Bearers bearers = table(8);
  UeRecord ue;
  bearers.add(ue, 5, 5);
  bearers.add(ue, 6, 6);
  bearers.add(ue, 7, 5);
  bearers.add(ue, 8, 6);
  CHECK(bearers.pdn_connections(ue) == 2);
  bearers.remove_connection(ue, 5);
  CHECK(ebis(bearers, ue) == std::vector<unsigned>{6, 8});
  bearers.remove_all(ue);
  CHECK(bearers.of(ue).empty());
  CHECK(bearers.size() == 0);
}

TEST_CASE("full_table_gives_no_bearer_and_eleven_are_all_a_ue_has") {
  Bearers bearers = table(11);
  UeRecord ue;
  for (unsigned i = 0; i < 11; ++i) {
    const auto ebi = bearers.free_ebi(ue);
    REQUIRE(ebi);
    REQUIRE(bearers.add(ue, *ebi, 5) != nullptr);
  }
  CHECK(!bearers.free_ebi(ue));
  UeRecord other;
  CHECK(bearers.add(other, 5, 5) == nullptr);
  CHECK(bearers.of(other).empty());
}

TEST_CASE("ue_ambr_is_the_subscribed_one_or_the_sum_of_the_apns_where_that_is_lower") {
  Bearers bearers = table(8);
  UeRecord ue;
  ue.ue_ambr = {5'000, 50'000};
  bearers.add(ue, 5, 5)->ambr = {2'000, 20'000};
  CHECK(bearers.used_ue_ambr(ue) == gtp::Ambr{2'000, 20'000});
  bearers.add(ue, 6, 6)->ambr = {4'000, 20'000};
  CHECK(bearers.used_ue_ambr(ue) == gtp::Ambr{5'000, 40'000});
}

}  // namespace zerocell::mme
