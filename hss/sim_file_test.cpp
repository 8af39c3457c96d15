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
    "static_addresses":[{"context_id":1,"ipv4":"10.0.0.1"}]},
    17, {"imsi":"2","profile":{"group":"a b"}}, {"imsi":true}])",
                         SimFormat::json);
  REQUIRE(json.rows.size() == 1);
  CHECK(json.rows[0].fields[0].second == "600");
  CHECK(json.rows[0].static_addresses->front().ipv4 == *Ipv4Address::parse("10.0.0.1"));
  REQUIRE(json.problems.size() == 3);
  CHECK(json.problems[0].message == "expected an object");
  CHECK(json.problems[1].line == 3);
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
