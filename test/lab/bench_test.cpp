// SPDX-License-Identifier: Apache-2.0
// What scripts/bench gives its reader. No time is judged: every run is --quick.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace {

using nlohmann::json;

struct Result {
  int status = -1;
  std::string shown;
  json rows;
};

/// `zerocell-bench --quick`, with the list and what it is to measure.
Result measure(const std::string& list, const std::string& names = "") {
  const auto file =
      std::filesystem::temp_directory_path() / ("bench_test." + std::to_string(::getpid()) + ".json");
  const std::string command = std::string(ZEROCELL_BENCH) + " --build " ZEROCELL_BUILD " --quick --list " +
                              list + " --json " + file.string() + " " + names + " 2>&1";
  Result result;
  std::FILE* const pipe = ::popen(command.c_str(), "r");
  char part[4096];
  for (std::size_t n; (n = std::fread(part, 1, sizeof part, pipe)) > 0;) result.shown.append(part, n);
  result.status = WEXITSTATUS(::pclose(pipe));
  if (std::ifstream written(file); written) result.rows = json::parse(written, nullptr, false);
  std::filesystem::remove(file);
  return result;
}

/// A list of one row whose program is a line of shell.
std::string list_of(const std::string& name, const std::string& command) {
  const auto file =
      std::filesystem::temp_directory_path() / ("bench_test." + std::to_string(::getpid()) + ".list");
  const auto program = file.string() + ".sh";
  std::ofstream(program) << command << '\n';
  std::ofstream(file) << name << " <=10 none sh " << program << '\n';
  return file.string();
}

std::set<std::string> listed_names() {
  std::ifstream file("bench/rows.list");
  std::set<std::string> names;
  for (std::string line; std::getline(file, line);)
    if (!line.empty() && line[0] != '#') names.insert(line.substr(0, line.find(' ')));
  return names;
}

const std::string kGood = R"({"name": "a.row", "value": 9.0, "unit": "ns", "baseline": null, "ratio": null})";

TEST_CASE("every_listed_row_is_measured_and_well_formed") {
  const Result result = measure("bench/rows.list");
  INFO(result.shown);
  CHECK(result.status == 0);
  REQUIRE(result.rows.is_array());
  const std::set<std::string> units = {"ns", "us", "ms", "s", "B", "1/s", "UEs"};
  std::set<std::string> seen;
  for (const json& row : result.rows) {
    INFO(row.dump());
    const std::string name = row.at("name");
    CHECK(seen.insert(name).second);
    CHECK(result.shown.find(name + " ") != std::string::npos);
    CHECK(row.at("value").is_number());
    CHECK(row.at("value").get<double>() > 0);
    CHECK(units.contains(row.at("unit")));
    CHECK(row.at("baseline").is_number() == row.at("ratio").is_number());
    if (row.at("ratio").is_number()) CHECK(row["ratio"].get<double>() > 0);
  }
  for (const std::string& name : listed_names()) {
    INFO(name);
    CHECK(seen.contains(name));
  }
}

TEST_CASE("beginning_of_a_name_chooses_its_rows") {
  const Result result = measure("bench/rows.list", "crypto");
  CHECK(result.status == 0);
  REQUIRE(result.rows.is_array());
  REQUIRE(!result.rows.empty());
  for (const json& row : result.rows) CHECK(row.at("name").get<std::string>().starts_with("crypto."));
}

TEST_CASE("unknown_name_is_refused") {
  CHECK(measure("bench/rows.list", "no.such.row").status == 2);
}

TEST_CASE("aim_is_compared_with_the_value") {
  const Result met = measure(list_of("a.row", "echo '" + kGood + "'"));
  CHECK(met.status == 0);
  CHECK(met.shown.find("<=10 met") != std::string::npos);
  std::string slow = kGood;
  slow.replace(slow.find("9.0"), 3, "11.");
  slow.replace(slow.find("11."), 3, "11.5");
  CHECK(measure(list_of("a.row", "echo '" + slow + "'")).shown.find("<=10 missed") != std::string::npos);
}

TEST_CASE("program_that_fails_fails_the_whole") {
  CHECK(measure(list_of("a.row", "echo '" + kGood + "'; exit 3")).status == 1);
}

TEST_CASE("program_that_says_something_else_fails_the_whole") {
  CHECK(measure(list_of("a.row", "echo hello; echo '" + kGood + "'")).status == 1);
}

TEST_CASE("program_that_leaves_its_row_out_fails_the_whole") {
  const Result result = measure(list_of("b.row", "echo '" + kGood + "'"));
  CHECK(result.status == 1);
  CHECK(result.shown.find("b.row") != std::string::npos);
}

}  // namespace
