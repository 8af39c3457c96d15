// SPDX-License-Identifier: Apache-2.0
#include "core/config/config.hpp"

#include <fstream>
#include <set>
#include <sstream>

#include <catch2/catch.hpp>

using namespace zerocell;
using namespace zerocell::config;

namespace {

constexpr std::string_view kSmall = R"(network:
  plmns: ["001/01"]
)";

/// Every problem of the text, as a person reads it.
std::vector<std::string> problems_of(std::string_view yaml) {
  const auto config = parse(yaml, "f");
  std::vector<std::string> texts;
  if (!config)
    for (const Problem& problem : config.error()) texts.push_back(problem.text());
  return texts;
}

/// What is wrong with one more piece of an otherwise good file.
std::vector<std::string> problems_after(std::string_view yaml) {
  return problems_of(std::string(kSmall) + std::string(yaml));
}

std::string contents(const std::string& path) {
  std::ifstream in(std::string(ZEROCELL_SOURCE_DIR) + "/" + path);
  REQUIRE(in);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("smallest_configuration_names_its_plmn_and_binds_nothing") {
  const auto config = parse(kSmall, "f");
  REQUIRE(config);
  CHECK(config->network.plmns == std::vector{*Plmn::parse("00101")});
  CHECK(config->s1ap.bind.empty());
  CHECK(config->upf.gtpu_bind.empty());
  CHECK_FALSE(config->metrics.bind);
  CHECK(config->egress.groups.empty());
}

TEST_CASE("timers_default_to_those_of_ts_24301") {
  const Mme mme;
  CHECK(mme.t3402_seconds == 12 * 60);
  CHECK(mme.t3412_seconds == 54 * 60);
  CHECK(std::set{mme.t3422_ms, mme.t3450_ms, mme.t3460_ms, mme.t3470_ms} == std::set{6000u});
  CHECK(std::set{mme.t3485_ms, mme.t3486_ms, mme.t3495_ms} == std::set{8000u});
  CHECK(mme.t3489_ms == 4000);
  CHECK(mme.emm_retransmissions == 4);
  CHECK(mme.t3489_retransmissions == 2);
  CHECK(mme.mobile_reachable_margin_seconds == 4 * 60);
}

TEST_CASE("all_problems_are_reported_in_the_order_of_the_file") {
  CHECK(
      problems_of("network:\n"
                  "  plmn: [x]\n"
                  "  tacs: [007, 5-3]\n"
                  "s1ap:\n"
                  "  port: 70000\n"
                  "surprise: 1\n") ==
      Lines{"f:1:1: network.plmns: is missing; expected: PLMNs that are served, each as \"MCC/MNC\". 1 to 6",
            "f:2:3: network: unknown key \"plmn\"; did you mean \"plmns\"?",
            "f:3:10: network.tacs[0]: 007 starts with 0, which YAML readers take for octal; expected "
            "integer 1 to 65533",
            "f:3:15: network.tacs[1]: \"5-3\" is not valid here; expected a range FIRST-LAST that ascends",
            "f:5:9: s1ap.port: \"70000\" is not valid here; expected integer 1 to 65535",
            "f:6:1: unknown key \"surprise\"; expected one of: network, s1ap, mme, upf, apns, egress, "
            "store, hss, log, "
            "pcap, metrics, control, runtime"});
}

TEST_CASE("plmn_without_quotes_that_yaml_reads_as_octal_is_explained") {
  CHECK(problems_of("network: {plmns: [00101]}") ==
        Lines{"f:1:19: network.plmns[0]: 00101 without quotes is an octal number to YAML; write \"00101\", "
              "or MCC/MNC"});
  for (const std::string_view good : {"\"00101\"", "'001/01'", "001/01", "001-01"})
    CHECK(parse("network: {plmns: [" + std::string(good) + "]}", "f")->network.plmns[0] ==
          *Plmn::parse("00101"));
  CHECK(parse("network: {plmns: [26201, 310410]}", "f")->network.plmns ==
        std::vector{*Plmn::parse("26201"), *Plmn::parse("310410")});
}

TEST_CASE("imsi_without_quotes_that_yaml_reads_as_octal_is_explained") {
  CHECK(problems_after("egress: {groups: [{name: a, sims: [001010000000001]}]}") ==
        Lines{"f:3:36: egress.groups[0].sims[0]: 001010000000001 without quotes is an octal number to YAML; "
              "write "
              "\"001010000000001\""});
}

TEST_CASE("null_integrity_is_refused_with_its_reason") {
  CHECK(problems_after("mme: {integrity: [eia2, eia0]}") ==
        Lines{"f:3:25: mme.integrity[1]: eia0 is no integrity protection, and is never used for a normal UE "
              "(TS 33.401 "
              "§5.1.4.1 allows it for unauthenticated emergency calls only); expected eia1 | eia2 | eia3"});
}

TEST_CASE("null_ciphering_is_no_default_but_can_be_chosen") {
  CHECK(std::ranges::count(Mme{}.ciphering, Ciphering::eea0) == 0);
  CHECK(parse(std::string(kSmall) + "mme: {ciphering: [eea0]}", "f")->mme.ciphering ==
        std::vector{Ciphering::eea0});
}

TEST_CASE("key_that_stands_twice_is_an_error_at_its_second_place") {
  CHECK(problems_after("s1ap:\n  port: 1\n  port: 2\n") ==
        Lines{"f:5:3: s1ap.port: stands here a second time; remove one"});
}

TEST_CASE("value_of_the_wrong_shape_says_which_was_expected") {
  CHECK(problems_after("s1ap: {bind: 10.0.0.1}") ==
        Lines{"f:3:14: s1ap.bind: is a single value; expected a list"});
  CHECK(problems_after("s1ap: [1]") == Lines{"f:3:1: s1ap: is a list; expected a map of keys"});
  CHECK(problems_after("s1ap:") == Lines{"f:3:1: s1ap: is no value; expected a map of keys"});
  CHECK(problems_after("s1ap: {port: [1]}") ==
        Lines{"f:3:8: s1ap.port: is a list; expected integer 1 to 65535"});
  CHECK(problems_after("s1ap: {port: }") ==
        Lines{"f:3:8: s1ap.port: is no value; expected integer 1 to 65535"});
  CHECK(problems_after("apns: [internet]") ==
        Lines{"f:3:8: apns[0]: is a single value; expected a map of keys"});
  CHECK(problems_after("mme: {request_imeisv: yes}") ==
        Lines{"f:3:23: mme.request_imeisv: \"yes\" is not valid here; expected true or false"});
  CHECK(problems_of("network: {plmns: []}") ==
        Lines{"f:1:11: network.plmns: has 0 items; expected at least 1"});
  CHECK(problems_of("- a") == Lines{"f:1:1: is a list; expected sections such as network:"});
}

TEST_CASE("numbers_are_decimal_or_hexadecimal_and_within_their_limits") {
  CHECK(
      parse("network: {plmns: [001/01], mme_group_id: 0x8001, tacs: [0xFFFD]}", "f")->network.mme_group_id ==
      0x8001);
  for (const std::string_view bad :
       {"-1", "65536", "1.5", "1e3", "0x", "0x10000", "1_000", "", "00", "99999999999999999999"})
    CHECK(problems_of("network: {plmns: [001/01], mme_group_id: \"" + std::string(bad) + "\"}").size() == 1);
}

TEST_CASE("text_that_is_no_yaml_says_where_and_what") {
  CHECK(problems_of("a: [1, 2\nb: 3\n") == Lines{"f:2:2: not valid YAML: end of sequence flow not found"});
  CHECK(problems_of("network:\n\tplmns: []\n") ==
        Lines{"f:2:7: indented by a tab; YAML is indented by spaces only"});
  CHECK(problems_after("log: {file: \"x}\n") == Lines{"f:3:13: this quote is never closed"});
  CHECK(problems_after("---\na: 1\n").at(0).ends_with("a second document (---); a configuration is one"));
  CHECK(problems_after("s1ap: &x {port: 1}\n") ==
        Lines{"f:3:7: anchors (&name) are not supported; write the value out"});
  CHECK(problems_after("s1ap: *x\n").size() == 1);
  CHECK(problems_after("s1ap: {port: !!int 1}\n") ==
        Lines{"f:3:14: tags (!name) are not supported; remove it"});
  CHECK(problems_of(std::string("a: \0", 4)) ==
        Lines{"f:1:4: a control character; a configuration is text in UTF-8"});
  CHECK(problems_of(std::string(100000, '[')).size() == 1);
  CHECK(problems_of(std::string(kSmall) + "x: " + std::string(40, '[') + std::string(40, ']')).size() == 1);
}

TEST_CASE("empty_file_is_told_what_is_missing") {
  CHECK(problems_of("").at(0).starts_with("f: network.plmns: is missing; expected: PLMNs"));
  CHECK(problems_of("# nothing\n").size() == 1);
}

TEST_CASE("file_that_cannot_be_read_says_why") {
  CHECK(load("/nonexistent/zerocell.yaml").error().at(0).text() ==
        "/nonexistent/zerocell.yaml: cannot be read: No such file or directory; expected a YAML file");
  CHECK(load("/").error().at(0).text() == "/: is a directory; expected a YAML file");
}

TEST_CASE("paging_priority_stands_once_for_an_arp_priority_level") {
  const auto config =
      parse(std::string(kSmall) + "mme: {paging_priorities: [{arp_priority: 2, priority: 8}]}\n", "f");
  REQUIRE(config);
  CHECK(config->mme.paging_priority_of(2) == 8);
  CHECK_FALSE(config->mme.paging_priority_of(1));
  CHECK(problems_after(
            "mme: {paging_priorities: [{arp_priority: 2, priority: 8}, {arp_priority: 2, priority: 1}]}\n")
            .at(0)
            .ends_with("mme.paging_priorities[1].arp_priority: 2 stands in the list twice; remove one"));
  CHECK(problems_after("mme: {paging_priorities: [{arp_priority: 16, priority: 9}]}\n").size() == 2);
  CHECK(problems_after("upf: {dscp: [{qci: 1, dscp: 46}, {qci: 1, dscp: 0}]}\n")
            .at(0)
            .ends_with("upf.dscp[1].qci: 1 stands in the list twice; remove one"));
}

TEST_CASE("rule_remembers_the_place_of_its_first_character") {
  const auto config = parse(std::string(kSmall) +
                                "egress:\n"
                                "  groups:\n"
                                "    - name: default\n"
                                "      rules:\n"
                                "        - allow any\n"
                                "        - \"deny any\"\n",
                            "f");
  REQUIRE(config);
  const auto& rules = config->egress.group("default")->rules;
  CHECK((rules[0].text == "allow any" && rules[0].line == 7 && rules[0].column == 11));
  CHECK((rules[1].text == "deny any" && rules[1].line == 8 && rules[1].column == 12));
}

TEST_CASE("what_does_not_hold_together_is_reported_at_its_key") {
  CHECK(problems_after("apns:\n- name: a\n") == Lines{"f:4:3: apns[0].ipv4_pool: is missing, but pdn_types "
                                                      "offers IPv4; expected a prefix such as 10.45.0.0/16"});
  CHECK(problems_after("apns:\n- {name: a, ipv4_pool: 10.0.0.0/8}\n- {name: A, ipv4_pool: 10.1.0.0/16}\n") ==
        Lines{"f:5:10: apns[1].name: \"a\" stands in the list twice; remove one",
              "f:5:24: apns[1].ipv4_pool: 10.1.0.0/16 overlaps 10.0.0.0/8 of APN \"a\"; expected pools that "
              "share no address"});
  CHECK(problems_after("apns: [{name: a, ipv4_pool: 10.0.0.0/24, ipv4_gateway: 10.0.0.255}]") ==
        Lines{"f:3:56: apns[0].ipv4_gateway: is 10.0.0.255; expected a host address inside 10.0.0.0/24"});
  CHECK(problems_after("apns: [{name: a, ipv4_pool: 10.0.0.1/24}]").size() == 1);
  CHECK(problems_after("apns: [{name: a, ipv4_pool: \"fd00::/48\"}]").size() == 1);
  CHECK(problems_after("apns: [{name: a, pdn_types: [ipv6], ipv6_pool: \"fd00::/64\"}]").size() == 1);
  CHECK(problems_after("apns: [{name: a, ipv4_pool: 10.0.0.0/24, qci: 1}]").size() == 1);
  CHECK(problems_after("apns: [{name: a, ipv4_pool: 10.0.0.0/24, qci: 72}]").size() == 1);
  CHECK(problems_after("apns: [{name: a, ipv4_pool: 10.0.0.0/24, requested_qcis: [0, 8, 255]}]").size() == 2);
  const std::string routed =
      "apns:\n- {name: a, ipv4_pool: 10.0.0.0/24, framed_routes: [{imsi: \"001010000000001\", prefixes: "
      "[10.7.0.0/16]}";
  const std::string second = ", {imsi: \"001010000000002\", prefixes: [";
  CHECK(problems_after(routed + second + "10.8.0.0/16]}]}\n").empty());
  CHECK(
      problems_after(routed + second + "10.7.9.0/24]}]}\n") ==
      Lines{
          "f:4:142: apns[0].framed_routes[1].prefixes[0]: 10.7.9.0/24 overlaps 10.7.0.0/16 of another SIM"});
  const std::string other = "]}\n- {name: b, ipv4_pool: ";
  CHECK(problems_after(routed + other + "10.7.1.0/24}\n") ==
        Lines{"f:5:24: apns[1].ipv4_pool: 10.7.1.0/24 overlaps the framed route 10.7.0.0/16 of APN \"a\""});
  CHECK(
      problems_after(routed + other + "10.1.0.0/24, framed_routes: [{imsi: \"001010000000002\", prefixes: " +
                     "[10.0.0.0/23, 10.7.9.0/24]}]}\n") ==
      Lines{"f:5:90: apns[1].framed_routes[0].prefixes[0]: 10.0.0.0/23 overlaps the pool 10.0.0.0/24 of APN "
            "\"a\"",
            "f:5:103: apns[1].framed_routes[0].prefixes[1]: 10.7.9.0/24 overlaps 10.7.0.0/16 of APN \"a\""});
  CHECK(problems_after("upf: {gtpu_bind: [10.0.0.1, 10.0.0.2]}").size() == 1);
  CHECK(problems_after("upf: {gtpu_bind: [0.0.0.0]}").size() == 1);
  CHECK(problems_after("upf: {echo_interval_seconds: 30}").size() == 1);
  CHECK(problems_after("mme: {t3412_seconds: 3241}").size() == 1);
  CHECK(problems_after("mme: {integrity: [eia2, eia2]}").size() == 1);
  CHECK(problems_after("s1ap: {setup_wait_seconds: 3}").size() == 1);
  CHECK(problems_after("metrics: {bind: 10.0.0.1:9090}").size() == 1);
  CHECK(problems_after("metrics: {bind: \"[::1]:9090\"}").empty());
  CHECK(problems_after("pcap: {file: a, imsis: [{imsi: \"001010000000001\", file: a}]}").size() == 1);
  CHECK(problems_after("egress: {groups: [{name: a, sims: [\"001010000000001\"]}, {name: b, sims: "
                       "[\"001010000000001\"]}]}")
            .size() == 1);
  CHECK(problems_after("hss: {sqn_ind_bits: 8, sqn_delta: 1099511627776}").size() == 1);
}

TEST_CASE("gateway_defaults_to_the_first_address_of_the_pool") {
  ApnConfig apn;
  apn.ipv4_pool = IpPrefix::parse("10.45.0.0/16");
  CHECK(apn.gateway().text() == "10.45.0.1");
  apn.ipv4_gateway = Ipv4Address::parse("10.45.255.254");
  CHECK(apn.gateway().text() == "10.45.255.254");
}

TEST_CASE("network_serves_its_plmns_in_its_tracking_areas_only") {
  const auto network = parse("network: {plmns: [001/01, 001/02], tacs: [1, 10-12]}", "f")->network;
  const Plmn second = *Plmn::parse("00102");
  CHECK(network.serves(Tai{second, 12}));
  CHECK_FALSE(network.serves(Tai{second, 13}));
  CHECK_FALSE(network.serves(Tai{*Plmn::parse("00103"), 1}));
  CHECK(network.gummeis() == std::vector{Gummei{network.plmns[0], 1, 1}, Gummei{second, 1, 1}});
}

TEST_CASE("dump_reads_back_as_the_same_configuration") {
  for (const std::string& yaml :
       {std::string(kSmall), contents("configs/zerocell.yaml"), contents("test/corpus/config_fuzz/apns.yaml"),
        contents("test/corpus/config_fuzz/egress.yaml"),
        std::string("network: {plmns: [001/01], full_name: \"a\\\"\\\\ b: #\", time_zone: \"-03:45\"}\nlog: "
                    "{file: \"no\"}")}) {
    const auto config = parse(yaml, "f");
    REQUIRE(config);
    INFO(dump(*config));
    CHECK(parse(dump(*config), "dump") == *config);
  }
}

TEST_CASE("documentation_has_every_key_with_its_type_default_and_meaning_and_no_other") {
  const std::string text = contents("docs/configuration.md");
  constexpr std::string_view kBegin = "<!-- keys: `zerocell config keys` -->\n\n";
  constexpr std::string_view kEnd = "\n<!-- end of keys -->\n";
  const auto begin = text.find(kBegin);
  const auto end = text.find(kEnd);
  REQUIRE(begin != std::string::npos);
  REQUIRE(end != std::string::npos);
  // Mend a difference by pasting what `zerocell config keys` prints.
  std::istringstream documented(text.substr(begin + kBegin.size(), end - begin - kBegin.size()));
  std::istringstream real(keys_as_markdown());
  std::string documented_line;
  std::string real_line;
  while (std::getline(real, real_line)) {
    std::getline(documented, documented_line);
    REQUIRE(documented_line == real_line);
  }
  CHECK_FALSE(std::getline(documented, documented_line));
}

TEST_CASE("every_key_says_what_it_means") {
  std::set<std::string> paths;
  for (const KeyInfo& key : keys()) {
    INFO(key.path);
    CHECK(key.meaning.size() > 5);
    CHECK(paths.insert(key.path).second);
  }
  CHECK(paths.contains("apns[].ipv4_pool"));
  CHECK(paths.size() > 80);
}
