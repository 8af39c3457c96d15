// SPDX-License-Identifier: Apache-2.0
#include "hss/sim_file.hpp"

#include <catch2/catch.hpp>

#include "core/store/test_subscribers.hpp"

using namespace zerocell;
using namespace zerocell::hss;

namespace {

struct Read {
  std::vector<SimRow> rows;
  std::vector<SimFileProblem> problems;
};
Read read(std::string_view text, SimFormat format) {
  Read result;
  read_sims(
      text, format, [&](SimRow& row) { result.rows.push_back(row); },
      [&](SimFileProblem problem) { result.problems.push_back(std::move(problem)); });
  return result;
}

}  // namespace

TEST_CASE("csv_cells_may_be_quoted_and_lines_end_either_way") {
  const Read csv =
      read("\xEF\xBB\xBFimsi,group,apns\r\n\r\n001010000000001,\"a\"\"b\",\"x,qci=5\"\n001010000000002,,",
           SimFormat::csv);
  CHECK(csv.problems.empty());
  REQUIRE(csv.rows.size() == 2);
  CHECK(csv.rows[0].line == 3);
  CHECK(csv.rows[0].fields[0].second == "a\"b");
  CHECK(csv.rows[0].fields[1].second == "x,qci=5");
  CHECK(csv.rows[1].line == 4);
  CHECK(csv.rows[1].fields.empty());
}

TEST_CASE("csv_that_is_broken_names_the_line") {
  CHECK(read("", SimFormat::csv).problems[0].message == "the file is empty");
  CHECK(read("k\n", SimFormat::csv).problems[0].message.find("must be imsi") != std::string::npos);
  CHECK(read("imsi,imsi\n", SimFormat::csv).problems[0].message == "column \"imsi\" stands there twice");
  const Read csv = read("imsi,group\n1,\"x\ny\"z\n2,\"open\n", SimFormat::csv);
  REQUIRE(csv.problems.size() == 2);
  CHECK(csv.problems[0].line == 2);
  CHECK(csv.problems[0].message == "text behind a quoted cell");
  CHECK(csv.problems[1].line == 4);
  CHECK(csv.problems[1].message == "a quoted cell has no end");
}

TEST_CASE("json_takes_numbers_and_text_and_forgets_each_row") {
  const Read json = read(R"([{"imsi":"001010000000001","rau_tau_timer_seconds":600,"keys_hidden":true,
    "static_addresses":[{"context_id":1,"ipv4":"10.0.0.1"}],
    "framed_routes":[{"context_id":1,"prefixes":["192.168.8.0/24","192.168.7.0/24"]}]},
    17, {"imsi":"2","profile":{"group":"a b"}}, {"imsi":true}])",
                         SimFormat::json);
  REQUIRE(json.rows.size() == 1);
  CHECK(json.rows[0].fields[0].second == "600");
  CHECK(json.rows[0].static_addresses->front().ipv4 == *Ipv4Address::parse("10.0.0.1"));
  CHECK(json.rows[0].framed_routes->front().prefixes.front().text() == "192.168.7.0/24");
  REQUIRE(json.problems.size() == 3);
  CHECK(json.problems[0].message == "expected an object");
  CHECK(json.problems[1].line == 4);
  CHECK(json.problems[1].message.find("profile: group: expected") == 0);
  CHECK(json.problems[2].message == "imsi: expected text");
  CHECK(read("{}", SimFormat::json).problems[0].message == "expected a list of objects");
  CHECK(read("[", SimFormat::json).problems[0].message.find("not JSON") == 0);
}

TEST_CASE("every_field_reads_what_it_writes") {
  SimDraft draft;
  const std::vector<std::pair<std::string, std::string>> values{
      {"msisdn", "491700000001"},
      {"iccid", "8949000000000000001"},
      {"state", "suspended"},
      {"imei_lock", "35349006"},
      {"imei_mismatch", "quarantine"},
      {"algorithm", "tuak"},
      {"k", std::string(64, 'a')},
      {"opc", std::string(64, 'b')},
      {"amf", "9001"},
      {"tuak_res_octets", "16"},
      {"tuak_iterations", "2"},
      {"group", "meters"},
      {"ue_ambr", "64k/1001"},
      {"apns",
       "b.example,context=7,type=ipv4,qci=70,arp=3,preempts=yes,preemptable=no,ambr=2G/3M,ipv4=10.0.0.1,"
       "charging=0800,vplmn=yes;*,type=ipv4_or_ipv6,ipv6=fd00::"},
      {"default_apn", "b.example"},
      {"framed_routes", "*=2001:db8:8::/48;b.example=192.168.7.0/24"},
      {"bearers", "b.example=voice qci=1 gbr=64k/64k: both proto udp port 5060"},
      {"access_restrictions", "geran+nb_iot"},
      {"barring", "roamer_access_to_hplmn_apn"},
      {"roaming", "denied"},
      {"network_access", "packet_and_circuit"},
      {"rau_tau_timer_seconds", "3600"},
      {"charging_characteristics", "0800"},
  };
  REQUIRE_FALSE(set_imsi(draft, "001010000000001"));
  std::size_t readable = 0;
  for (const SimField& field : sim_fields()) readable += field.get != nullptr;
  CHECK(values.size() == readable);
  for (const auto& [name, text] : values) {
    INFO(name);
    const auto problem = find_sim_field(name)->set(draft, text);
    CHECK(problem.value_or("") == "");
  }
  const auto subscriber = draft.finish();
  REQUIRE(subscriber.has_value());
  for (const auto& [name, text] : values) CHECK(find_sim_field(name)->get(*subscriber) == text);
}

namespace {

std::string problem_with(const char* field, std::string_view text, SimDraft draft = {}) {
  return find_sim_field(field)->set(draft, text).value_or("");
}

/// A SIM with an APN beside the default one.
SimDraft two_apns() {
  SimDraft draft = SimDraft::of(store::testing::subscriber(1));
  REQUIRE_FALSE(find_sim_field("apns")->set(draft, "internet;iot.example"));
  return draft;
}

}  // namespace

TEST_CASE("framed_routes_are_of_the_default_apn_or_of_the_one_that_is_named") {
  SimDraft draft = two_apns();
  REQUIRE_FALSE(find_sim_field("framed_routes")
                    ->set(draft, "iot.example=192.168.8.0/24+2001:db8:8::/48;192.168.7.0/24;192.168.6.0/24"));
  const auto made = draft.finish();
  REQUIRE(made);
  CHECK(find_sim_field("framed_routes")->get(*made) ==
        "internet=192.168.6.0/24+192.168.7.0/24;iot.example=192.168.8.0/24+2001:db8:8::/48");
  // The APNs are written anew: who stays keeps its routes, whatever its place, and who goes takes them along.
  REQUIRE_FALSE(find_sim_field("apns")->set(draft, "other;iot.example"));
  CHECK(find_sim_field("framed_routes")->get(*draft.finish()) ==
        "iot.example=192.168.8.0/24+2001:db8:8::/48");
  REQUIRE_FALSE(find_sim_field("framed_routes")->set(draft, "none"));
  CHECK(draft.finish()->framed_routes.empty());
}

TEST_CASE("wrong_framed_route_or_bearer_says_what_and_what_was_expected") {
  CHECK(problem_with("framed_routes", "192.168.7.1/24").starts_with("\"192.168.7.1/24\"; expected a prefix"));
  CHECK(problem_with("framed_routes", "other=192.168.7.0/24", two_apns()) ==
        "\"other\" is none of the SIM's APNs; expected internet, iot.example");
  CHECK(problem_with("framed_routes", "internet=").starts_with("\"\"; expected"));
  CHECK(problem_with("bearers", "voice qci=1") ==
        "voice: filter \"\", character 1: expected up, down or both");
  CHECK(
      problem_with("bearers", "voice colour=red: both port 9") ==
      "voice: \"colour\" is unknown; expected qci, arp, preempts, preemptable, gbr, mbr, and ':' before the "
      "filters");
  CHECK(problem_with("bearers", "voice gbr=fast: both port 9") ==
        "voice: gbr=\"fast\"; expected UPLINK/DOWNLINK in bit/s, such as 64k/128k");
  CHECK(problem_with("bearers", "voice: both port 9 | down port x") ==
        "voice: filter \"down port x\", character 11: port: expected one port or range, such as 5060-5070");
  CHECK(problem_with("bearers", "other=voice: both port 9", two_apns()).starts_with("\"other\" is none of"));
  SimDraft draft = two_apns();
  REQUIRE_FALSE(find_sim_field("bearers")->set(draft, "voice qci=1: both port 9"));
  CHECK(draft.finish().error() ==
        "apn internet (context 1): bearer \"voice\": qci is 1, a guaranteed bit rate; expected "
        "gbr_uplink_bps or "
        "gbr_downlink_bps, or another QCI");
}

TEST_CASE("bearers_read_what_they_write_and_stay_with_their_apn") {
  SimDraft draft = two_apns();
  const std::string text =
      "internet=voice qci=1 arp=2 preempts=yes preemptable=no gbr=64k/0 mbr=128k/1M: both with "
      "203.0.113.0/24 "
      "proto udp port 5004-5060 | down from 2001:db8::/32;internet=video qci=7: both tos "
      "0xb8/0xfc;iot.example=meter qci=8: up proto udp port 5683";
  REQUIRE_FALSE(find_sim_field("bearers")->set(draft, text));
  const auto made = draft.finish();
  REQUIRE(made);
  CHECK(find_sim_field("bearers")->get(*made) == text);
  REQUIRE(made->profile->apns[0].bearers.size() == 2);
  const gtp::BearerRule& voice = *made->profile->apns[0].bearers.begin();
  CHECK(voice.gbr_uplink_bps == 64'000);
  CHECK(voice.qos().mbr.downlink_kbps == 1000);
  CHECK(voice.filters[1] == "down from 2001:db8::/32");
  REQUIRE_FALSE(find_sim_field("apns")->set(draft, "iot.example"));
  CHECK(find_sim_field("bearers")->get(*draft.finish()) == "iot.example=meter qci=8: up proto udp port 5683");
  REQUIRE_FALSE(find_sim_field("bearers")->set(draft, "none"));
  CHECK(draft.finish()->profile->apns[0].bearers.empty());
}

TEST_CASE("sims_in_a_row_get_the_next_framed_routes_of_the_same_size") {
  SimDraft draft = SimDraft::of(store::testing::subscriber(1));
  REQUIRE_FALSE(find_sim_field("framed_routes")->set(draft, "192.168.254.0/24+2001:db8:ff::/48"));
  const auto first = draft.finish();
  REQUIRE(first);
  const auto text = [&](std::uint64_t step) {
    const auto made = nth_of_range(*first, step);
    return made ? find_sim_field("framed_routes")->get(*made) : made.error();
  };
  CHECK(text(1) == "internet=192.168.255.0/24+2001:db8:100::/48");
  CHECK(text(3) == "internet=192.169.1.0/24+2001:db8:102::/48");
  CHECK(text(1u << 24) == "framed route 192.168.254.0/24 + 16777216 overflows");
}

TEST_CASE("framed_routes_of_sims_in_a_row_stay_in_order_where_a_large_one_passes_a_small_one") {
  SimDraft draft = SimDraft::of(store::testing::subscriber(1));
  REQUIRE_FALSE(find_sim_field("framed_routes")->set(draft, "10.0.0.0/16+10.1.0.0/24"));
  const auto made = nth_of_range(*draft.finish(), 2);
  REQUIRE(made);
  CHECK(find_sim_field("framed_routes")->get(*made) == "internet=10.1.2.0/24+10.2.0.0/16");
  CHECK(store::problem_with(*made) == std::nullopt);
}

TEST_CASE("edit_keeps_what_it_does_not_name") {
  store::Subscriber before = store::testing::subscriber(1);
  before.msisdn = *Msisdn::parse("1");
  SimDraft draft = SimDraft::of(before);
  REQUIRE_FALSE(find_sim_field("group")->set(draft, "meters"));
  const auto after = draft.finish();
  REQUIRE(after.has_value());
  CHECK(after->secrets == before.secrets);
  CHECK(after->msisdn == before.msisdn);
  CHECK(after->profile->apns == before.profile->apns);
  CHECK(after->profile->group.text() == "meters");
}
