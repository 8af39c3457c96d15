// SPDX-License-Identifier: Apache-2.0
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "core/store/test_subscribers.hpp"

namespace {

using nlohmann::json;
using zerocell::store::testing::TemporaryDirectory;

constexpr const char* kKeys = " --k 465b5ce8b199b49faa5f0a2ee238a6bc --opc cd63cb71954a9f4e48a5994e37a02baf";

struct Outcome {
  int status = -1;
  std::string output;
  std::string errors;
};

struct Lab {
  Outcome sim(const std::string& arguments, const std::string& input = "") const {
    return run("sim " + arguments + " --store " + store, input);
  }
  Outcome run(const std::string& arguments, const std::string& input = "") const {
    std::ofstream(directory.file("in")) << input;
    const std::string command = std::string(ZEROCELL_BINARY) + " " + arguments + " <" + directory.file("in") +
                                " >" + directory.file("out") + " 2>" + directory.file("err");
    const int status = std::system(command.c_str());
    return {WEXITSTATUS(status), read("out"), read("err")};
  }
  std::string read(const std::string& name) const {
    std::ostringstream contents;
    contents << std::ifstream(directory.file(name)).rdbuf();
    return contents.str();
  }
  json show(const std::string& imsi, const std::string& more = "") const {
    const Outcome outcome = sim("show " + imsi + " --json " + more);
    INFO(outcome.errors);
    REQUIRE(outcome.status == 0);
    return json::parse(outcome.output);
  }
  std::string file(const std::string& name, const std::string& contents) const {
    std::ofstream(directory.file(name)) << contents;
    return directory.file(name);
  }

  TemporaryDirectory directory;
  std::string store = directory.file("sims.db");
};

}  // namespace

TEST_CASE("sim_that_is_added_is_shown_without_its_keys") {
  const Lab lab;
  const Outcome added = lab.sim(std::string("add 001010000000001") + kKeys +
                                " --msisdn 491700000001 --iccid 8949000000000000001 --group meters"
                                " --ue-ambr 10M/20M --apn internet,type=ipv4,ipv4=10.45.0.7 --apn ims,qci=5"
                                " --access-restrictions nb_iot+lte_m --sqn 000000000200");
  INFO(added.errors);
  REQUIRE(added.status == 0);
  CHECK(added.output == "added 1 SIM\n");
  const Outcome shown = lab.sim("show 001010000000001");
  CHECK(shown.output.find("465b5ce8") == std::string::npos);
  CHECK(shown.output.find("hidden") != std::string::npos);
  CHECK(shown.output.find("internet,type=ipv4,ipv4=10.45.0.7;ims,qci=5") != std::string::npos);
  const json sim = lab.show("001010000000001");
  CHECK_FALSE(sim.contains("k"));
  CHECK(sim["keys_hidden"] == true);
  CHECK(sim["sqn"] == "000000000200");
  CHECK(sim["profile"]["group"] == "meters");
  CHECK(sim["profile"]["ue_ambr"]["downlink_bps"] == 20'000'000);
  CHECK(sim["profile"]["access_restrictions"] == ((1 << 6) | (1 << 11)));
  CHECK(sim["static_addresses"][0]["ipv4"] == "10.45.0.7");
  CHECK(lab.show("--msisdn 491700000001", "--with-keys")["k"] == "465b5ce8b199b49faa5f0a2ee238a6bc");
  CHECK(lab.show("--iccid 8949000000000000001")["imsi"] == "001010000000001");
}

TEST_CASE("framed_routes_and_bearers_are_added_shown_and_edited") {
  const Lab lab;
  const Outcome added = lab.sim(
      std::string("add 001010000000001") + kKeys +
      " --apn internet --apn iot --framed-route 192.168.8.0/24 --framed-route "
      "iot=192.168.9.0/24+2001:db8:9::/48 --framed-route 192.168.7.0/24"
      " --bearer 'voice qci=1 gbr=64k/64k: both with 203.0.113.0/24 proto udp | up proto udp port 5060'"
      " --bearer 'iot=meter qci=8: up proto udp port 5683'");
  INFO(added.errors);
  REQUIRE(added.status == 0);
  const std::string shown = lab.sim("show 001010000000001").output;
  CHECK(shown.find("internet=192.168.7.0/24+192.168.8.0/24;iot=192.168.9.0/24+2001:db8:9::/48\n") !=
        std::string::npos);
  CHECK(shown.find("internet=voice qci=1 gbr=64k/64k: both with 203.0.113.0/24 proto udp | up proto udp port "
                   "5060;iot=meter qci=8: up proto udp port 5683\n") != std::string::npos);
  json sim = lab.show("001010000000001");
  CHECK(sim["framed_routes"][0] ==
        json({{"context_id", 1}, {"prefixes", {"192.168.7.0/24", "192.168.8.0/24"}}}));
  CHECK(sim["profile"]["apns"][0]["bearers"][0]["gbr_uplink_bps"] == 64'000);
  CHECK(sim["profile"]["apns"][1]["bearers"][0]["filters"][0] == "up proto udp port 5683");

  REQUIRE(lab.sim("edit 001010000000001 --framed-route 192.168.6.0/24 --bearer none").status == 0);
  sim = lab.show("001010000000001");
  CHECK(sim["framed_routes"] == json::array({{{"context_id", 1}, {"prefixes", {"192.168.6.0/24"}}}}));
  CHECK_FALSE(sim["profile"]["apns"][0].contains("bearers"));
  REQUIRE(lab.sim("edit 001010000000001 --framed-route none").status == 0);
  CHECK(lab.show("001010000000001")["framed_routes"].empty());
}

TEST_CASE("framed_route_that_is_somebody_elses_is_refused_with_what_to_do") {
  const Lab lab;
  std::ofstream(lab.directory.file("zerocell.yaml"))
      << "network: {plmns: [\"00101\"]}\n"
      << "s1ap: {bind: [192.168.100.1]}\nupf: {gtpu_bind: [127.0.0.1], gtpu_peers: [127.0.0.0/8]}\n"
      << "apns:\n  - name: internet\n    ipv4_pool: 10.45.0.0/16\n    subscribed_gbr_downlink_bps_max: "
         "100000\n"
      << "    bearers: [{name: all, qci: 6, filters: [both tos 0/0]}]\n"
      << "    framed_routes: [{imsi: \"001010000000009\", prefixes: [192.168.90.0/24]}]\n"
      << "store: {path: " << lab.store << "}\n";
  const auto add = [&](unsigned number, const std::string& fields, bool configured = true) {
    const std::string imsi = "00101000000000" + std::to_string(number);
    return configured ? lab.run("sim add " + imsi + kKeys + " " + fields + " -c " +
                                lab.directory.file("zerocell.yaml"))
                      : lab.sim("add " + imsi + kKeys + " " + fields);
  };
  REQUIRE(add(1, "--framed-route 192.168.7.0/24").status == 0);
  const auto refused = [&](const std::string& fields, const std::string& words, bool configured = true) {
    const Outcome outcome = add(2, fields, configured);
    INFO(outcome.errors);
    CHECK(outcome.status == 1);
    CHECK(outcome.errors.find("subscriber 001010000000002: " + words) != std::string::npos);
  };
  refused("--framed-route 192.168.7.128/25",
          "framed route 192.168.7.128/25 overlaps 192.168.7.0/24 of SIM 001010000000001; take it from");
  refused("--framed-route 10.45.7.0/24",
          "framed route 10.45.7.0/24 overlaps the pool 10.45.0.0/16 of APN internet; choose");
  refused("--framed-route 192.168.64.0/18",
          "framed route 192.168.64.0/18 overlaps 192.168.90.0/24, which the configuration of APN internet "
          "gives to "
          "SIM 001010000000009");
  refused("--framed-route 192.168.100.0/24",
          "framed route 192.168.100.0/24 holds 192.168.100.1, which the core itself listens on; choose");
  refused(
      "--apn internet,ipv4=192.168.7.9",
      "static address 192.168.7.9 lies in the framed route 192.168.7.0/24 of SIM 001010000000001; choose");
  refused("--bearer 'voice qci=1 gbr=64k/101k: both port 9'",
          "bearers of APN internet: bearers guarantee 101000 bit/s in all, and "
          "subscribed_gbr_downlink_bps_max is "
          "100000");
  std::string ten;
  for (char name = 'a'; name < 'k'; ++name) ten += std::string(" --bearer '") + name + " qci=7: both port 9'";
  refused(ten, "bearers of APN internet: 10 bearers and 1 of the configuration; a UE has room for 10");
  // Where no configuration is read, SIMs are compared all the same.
  REQUIRE(add(3, "--apn internet,ipv4=10.46.0.9", false).status == 0);
  refused("--framed-route 10.46.0.0/24",
          "framed route 10.46.0.0/24 holds the static address 10.46.0.9 of SIM 001010000000003; choose "
          "another prefix",
          false);
  CHECK(lab.sim("show 001010000000002").status == 1);
  // In a file each wrong row is told.
  const std::string file = lab.file("sims.csv",
                                    "imsi,k,opc,framed_routes,bearers\n"
                                    "001010000000004,465b5ce8b199b49faa5f0a2ee238a6bc,"
                                    "cd63cb71954a9f4e48a5994e37a02baf,192.168.4.0/24,\n"
                                    "001010000000005,465b5ce8b199b49faa5f0a2ee238a6bc,"
                                    "cd63cb71954a9f4e48a5994e37a02baf,192.168.4.0/25,\n"
                                    "001010000000006,465b5ce8b199b49faa5f0a2ee238a6bc,"
                                    "cd63cb71954a9f4e48a5994e37a02baf,10.46.0.9/32,\n"
                                    "001010000000007,465b5ce8b199b49faa5f0a2ee238a6bc,"
                                    "cd63cb71954a9f4e48a5994e37a02baf,,voice: down port x\n");
  const Outcome imported = lab.sim("import " + file);
  CHECK(imported.errors.find(":3: subscriber 001010000000005: framed route 192.168.4.0/25 overlaps") !=
        std::string::npos);
  CHECK(imported.errors.find(":4: subscriber 001010000000006: framed route 10.46.0.9/32 holds") !=
        std::string::npos);
  CHECK(imported.errors.find(":5: bearers: voice: filter \"down port x\", character 11: port: expected") !=
        std::string::npos);
  CHECK(imported.errors.find("3 wrong rows") != std::string::npos);
}

TEST_CASE("sim_whose_stored_filters_are_not_allowed_any_more_may_be_edited_and_no_such_filter_be_given") {
  const Lab lab;
  REQUIRE(
      lab.sim(std::string("add 001010000000001") + kKeys + " --bearer 'voice qci=7: both port 9'").status ==
      0);
  // As a version wrote it that took a filter which says nothing.
  sqlite3* handle = nullptr;
  REQUIRE(sqlite3_open(lab.store.c_str(), &handle) == SQLITE_OK);
  CHECK(sqlite3_exec(handle, "UPDATE profile SET definition = replace(definition, 'both port 9', 'both')",
                     nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(handle);
  const Outcome edited = lab.sim("edit 001010000000001 --state suspended");
  INFO(edited.errors);
  CHECK(edited.status == 0);
  CHECK(lab.show("001010000000001")["state"] == "suspended");
  CHECK(lab.show("001010000000001")["profile"]["apns"][0]["bearers"][0]["filters"] == json::array({"both"}));
  // With what is allowed today it gets a new profile, of which nothing is old.
  const Outcome faster = lab.sim("edit 001010000000001 --ue-ambr 1M/2M");
  INFO(faster.errors);
  CHECK(faster.status != 0);
  CHECK(faster.errors.find("filter") != std::string::npos);
  const Outcome same = lab.sim("edit 001010000000001 --bearer 'voice qci=7: both'");
  CHECK(same.status != 0);
  CHECK(same.errors.find("filter \"both\", character 5: expected what packets to match") !=
        std::string::npos);
  CHECK(lab.sim(std::string("add 001010000000002") + kKeys + " --bearer 'voice qci=7: both'").status != 0);
  CHECK(lab.sim("edit 001010000000001 --bearer none").status == 0);
}

TEST_CASE("op_is_turned_into_opc_and_not_kept") {
  const Lab lab;
  // TS 35.208 §4.3, test set 1.
  REQUIRE(lab.sim("add 001010000000001 --k 465b5ce8b199b49faa5f0a2ee238a6bc --op "
                  "cdc202d5123e20f62b6d676ac72cb318")
              .status == 0);
  CHECK(lab.show("001010000000001", "--with-keys")["opc"] == "cd63cb71954a9f4e48a5994e37a02baf");
  CHECK(lab.read("sims.db").find("\xcd\xc2\x02\xd5") == std::string::npos);
}

TEST_CASE("bad_value_is_refused_with_what_was_expected_and_without_the_key") {
  const Lab lab;
  const auto refused = [&](const std::string& arguments, const std::string& words) {
    const Outcome outcome = lab.sim("add " + arguments);
    CHECK(outcome.status == 64);
    CHECK(outcome.errors.find(words) != std::string::npos);
    CHECK(outcome.errors.find("465b5ce8") == std::string::npos);
    if (outcome.errors.find(words) == std::string::npos) WARN(outcome.errors);
  };
  const std::string keys = kKeys;
  refused("00101" + keys, "imsi: expected 6 to 15 digits");
  refused("0010100000000012" + keys, "imsi: expected 6 to 15 digits");
  refused("001010000000001 --opc cd63cb71954a9f4e48a5994e37a02baf", "k: missing");
  refused("001010000000001 --k 465b5ce8b199b49faa5f0a2ee238a6bc", "opc: missing");
  refused("001010000000001 --k 465b5ce8b199b49faa5f0a2ee238a6b --opc cd63cb71954a9f4e48a5994e37a02baf",
          "k: expected 32 hexadecimal digits");
  refused("001010000000001 --op cdc202d5123e20f62b6d676ac72cb318" + keys, "op and opc: give one");
  refused("001010000000001 --state asleep" + keys, "state: expected inactive, active, suspended or test");
  refused("001010000000001 --apn internet,colour=red" + keys, "\"colour\" is unknown");
  refused("001010000000001 --apn internet,qci=1" + keys, "QCI 1 cannot be a default bearer's");
  refused("001010000000001 --apn internet --apn internet" + keys, "internet stands there twice");
  refused("001010000000001 --ue-ambr fast" + keys, "ue_ambr: expected UPLINK/DOWNLINK");
  refused("001010000000001 --sqn 12" + keys, "sqn: expected 12 hexadecimal digits");
  CHECK(lab.sim("list").errors.find("there is none yet") != std::string::npos);
}

TEST_CASE("row_of_sims_is_added_edited_and_removed_at_once") {
  const Lab lab;
  REQUIRE(lab.sim(std::string("add 001010000000008 --count 5 --msisdn 4917000008 --apn a,ipv4=10.0.0.254") +
                  kKeys)
              .output == "added 5 SIMs\n");
  const json last = lab.show("001010000000012");
  CHECK(last["msisdn"] == "4917000012");
  CHECK(last["static_addresses"][0]["ipv4"] == "10.0.1.2");
  CHECK(lab.sim("edit 001010000000010 --count 2 --state suspended").status == 0);
  const json listed = json::parse(lab.sim("list --json --state suspended").output);
  REQUIRE(listed.size() == 2);
  CHECK(listed[0]["imsi"] == "001010000000010");
  // All or nothing: the last one is not there.
  CHECK(lab.sim("edit 001010000000010 --count 4 --state active").status == 1);
  CHECK(json::parse(lab.sim("list --json --state suspended").output).size() == 2);
  CHECK(lab.sim("remove 001010000000010 --count 4").status == 1);
  CHECK(lab.sim("remove 001010000000009 --count 4").status == 0);
  CHECK(json::parse(lab.sim("list --json").output).size() == 1);
  CHECK(lab.sim(std::string("add 999999999999999 --count 2") + kKeys).errors.find("too many digits") !=
        std::string::npos);
}

TEST_CASE("drawn_keys_differ_from_sim_to_sim") {
  const Lab lab;
  REQUIRE(lab.sim("add 001010000000001 --count 2 --k random --opc random").status == 0);
  CHECK(lab.show("001010000000001", "--with-keys")["k"] != lab.show("001010000000002", "--with-keys")["k"]);
}

TEST_CASE("export_imports_again_as_it_was") {
  const Lab lab;
  REQUIRE(lab.sim(std::string("add 001010000000001 --count 3 --msisdn 1 --group \"a,b\" --sqn 000000001000 "
                              "--apn internet,ambr=1M/2M --apn '*,type=ipv6' --rau-tau-timer-seconds 600 "
                              "--framed-route 192.168.7.0/24 --bearer 'voice qci=1 gbr=64k/0: both tos 0/0 | "
                              "up proto udp'") +
                  kKeys)
              .status == 0);
  REQUIRE(lab.sim("add 001010000000009 --algorithm tuak --tuak-res-octets 16 --state test --roaming denied "
                  "--k fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0efeeedecebeae9e8e7e6e5e4e3e2e1e0 "
                  "--opc 305425427e18c503c8a4b294ea72c95d0c36c6c6b29d0c65de5974d5977f8524")
              .status == 0);
  for (const std::string format : {"csv", "json"}) {
    const std::string whole = lab.directory.file("whole." + format);
    REQUIRE(lab.sim("export --with-keys " + whole).status == 0);
    struct stat status{};
    REQUIRE(::stat(whole.c_str(), &status) == 0);
    CHECK((status.st_mode & 077) == 0);
    const Lab other;
    const Outcome imported = other.sim("import " + whole);
    INFO(imported.errors);
    CHECK(imported.output == "imported 4 SIMs\n");
    CHECK(other.sim("export --with-keys --format " + format).output == lab.read("whole." + format));
    // Without keys nothing secret leaves, and SIMs that are there keep theirs.
    const std::string bare = lab.sim("export --format " + format).output;
    CHECK(bare.find("465b5ce8") == std::string::npos);
    CHECK(bare.find("cd63cb71") == std::string::npos);
    CHECK(other.sim("import --update --format " + format + " -", bare).output == "imported 4 SIMs\n");
    CHECK(other.sim("export --with-keys --format " + format).output == lab.read("whole." + format));
  }
}

TEST_CASE("import_with_wrong_rows_names_their_lines_and_stores_nothing") {
  const Lab lab;
  const std::string good = ",465b5ce8b199b49faa5f0a2ee238a6bc,cd63cb71954a9f4e48a5994e37a02baf,\n";
  const std::string file = lab.file("sims.csv",
                                    "imsi,k,opc,apns\n"
                                    "001010000000001" +
                                        good + "00101" + good +
                                        "001010000000003,465b,cd63cb71954a9f4e48a5994e37a02baf,\n"
                                        "001010000000001" +
                                        good +
                                        "001010000000005,1,2\n"
                                        "\"001010000000006\"" +
                                        good);
  const Outcome outcome = lab.sim("import " + file);
  CHECK(outcome.status == 1);
  CHECK(outcome.errors.find(file + ":3: imsi: expected 6 to 15 digits: MCC, MNC, MSIN\n") !=
        std::string::npos);
  CHECK(outcome.errors.find(file + ":4: k: expected 32 hexadecimal digits") != std::string::npos);
  CHECK(outcome.errors.find(file + ":5: subscriber 001010000000001: already exists") != std::string::npos);
  CHECK(outcome.errors.find(file + ":6: 3 cells, but the header names 4 columns\n") != std::string::npos);
  CHECK(outcome.errors.find("4 wrong rows") != std::string::npos);
  CHECK(json::parse(lab.sim("list --json").output).empty());
  CHECK(lab.sim("import " + lab.file("x.csv", "imsi,colour\n"))
            .errors.find(":1: column \"colour\" is unknown") != std::string::npos);
  const Outcome broken =
      lab.sim("import " + lab.file("x.json", "[\n{\"imsi\": \"001010000000001\"},\n{\"x\": 1}\n"));
  CHECK(broken.status == 1);
  CHECK(broken.errors.find("x.json:2: k: missing") != std::string::npos);
  CHECK(broken.errors.find("x.json:3: \"x\" is unknown") != std::string::npos);
  CHECK(broken.errors.find("not JSON") != std::string::npos);
}

TEST_CASE("slips_are_noted_against_the_configuration") {
  const Lab lab;
  std::ofstream(lab.directory.file("zerocell.yaml"))
      << "network: {plmns: [\"00101\"]}\n"
      << "s1ap: {bind: [127.0.0.1]}\nupf: {gtpu_bind: [127.0.0.1], gtpu_peers: [127.0.0.0/8]}\n"
      << "apns: [{name: internet, ipv4_pool: 10.45.0.0/16}]\n"
      << "store: {path: " << lab.store << "}\n";
  const std::string command = std::string(ZEROCELL_BINARY) + " sim add 26242000000001 -c " +
                              lab.directory.file("zerocell.yaml") + kKeys + " --apn elsewhere --json 2>&1";
  FILE* pipe = ::popen(command.c_str(), "r");
  std::array<char, 4096> buffer;
  const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe);
  ::pclose(pipe);
  const std::string answer(buffer.data(), size);
  INFO(answer);
  const json parsed = json::parse(answer, nullptr, false);
  REQUIRE_FALSE(parsed.is_discarded());
  CHECK(parsed["added"] == 1);
  REQUIRE(parsed["notes"].size() == 3);
}

TEST_CASE("store_that_cannot_be_used_is_a_clear_error") {
  const Lab lab;
  lab.file("sims.db", "this is no database, whatever its name says, and it goes on for more than one page");
  const Outcome outcome = lab.sim(std::string("add 001010000000001") + kKeys);
  CHECK(outcome.status == 1);
  CHECK(outcome.errors.find("damaged, or no database") != std::string::npos);
  CHECK(outcome.errors.find(lab.store) != std::string::npos);
}
