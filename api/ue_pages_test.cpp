// SPDX-License-Identifier: Apache-2.0
#include "api/ue_pages.hpp"

#include <set>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace zerocell;
using namespace zerocell::api;
using Json = nlohmann::json;

namespace {

Imsi imsi(unsigned number) {
  return *Imsi::parse("00101" + std::string("000000000") + std::to_string(number));
}

/// Seven UEs, the places of whose records have gaps.
class SomeUes final : public Ues {
 public:
  std::optional<UeView> find(const Imsi& wanted) override {
    for (unsigned i = 0; i < 7; ++i)
      if (imsi(i) == wanted) return view(i);
    return std::nullopt;
  }
  Part list(std::uint32_t from, std::uint32_t count) override {
    Part part;
    for (std::uint32_t place = from; place < 14; ++place) {
      if (place % 2 == 1) continue;
      if (part.ues.size() == count) {
        part.next = place;
        break;
      }
      part.ues.push_back(view(place / 2));
    }
    return part;
  }

 private:
  static UeView view(unsigned number) {
    UeView ue{.imsi = imsi(number), .state = UeView::State::asleep};
    ue.awake_at = WallTime(std::chrono::seconds(1'800'000'000));
    ue.tai = Tai{*Plmn::parse("00101"), 7};
    ue.connections = {
        {.apn = *Apn::parse("internet"), .ebi = 5, .qci = 9, .ipv4 = Ipv4Address::parse("10.45.0.2")}};
    return ue;
  }
};

}  // namespace

TEST_CASE("ue_is_shown_with_its_state_its_place_its_addresses_and_when_it_is_awake") {
  SomeUes ues;
  const HttpResponse response = ue_pages(ues, "/ues/001010000000003");
  CHECK(response.status == "200 OK");
  CHECK(Json::parse(response.body) ==
        Json::parse(R"({"imsi": "001010000000003", "state": "asleep", "tai": "00101-7",
                        "awake_at": "2027-01-15T08:00:00Z",
                        "connections": [{"apn": "internet", "ebi": 5, "qci": 9, "dedicated_bearers": 0,
                                         "ipv4": "10.45.0.2"}]})"));
}

TEST_CASE("list_of_ues_comes_in_parts_and_each_ue_once") {
  SomeUes ues;
  std::vector<std::string> seen;
  std::string target = "/ues?count=3";
  for (int parts = 1;; ++parts) {
    const Json part = Json::parse(ue_pages(ues, target).body);
    for (const Json& ue : part["ues"]) seen.push_back(ue["imsi"]);
    if (!part.contains("next")) {
      CHECK(parts == 3);
      break;
    }
    target = "/ues?count=3&from=" + std::to_string(part["next"].get<int>());
  }
  CHECK(seen.size() == 7);
  CHECK(std::set<std::string>(seen.begin(), seen.end()).size() == 7);
}

TEST_CASE("request_for_what_is_not_there_says_what_is_wrong") {
  SomeUes ues;
  for (const auto* target :
       {"/", "/ue", "/uesx", "/metrics", "/ues/001010000000009", "/ues/001010000000009/"})
    CHECK(ue_pages(ues, target).status != "200 OK");
  for (const auto* target : {"/ues?from=x", "/ues?from=-1", "/ues?count=0", "/ues?count=1001", "/ues?from=",
                             "/ues?count=99999999999", "/ues/", "/ues/12%00", "/ues/0010100000000011"}) {
    INFO(target);
    const HttpResponse response = ue_pages(ues, target);
    CHECK(response.status == "400 Bad Request");
    CHECK(Json::parse(response.body).contains("error"));
  }
}
