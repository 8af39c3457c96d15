// SPDX-License-Identifier: Apache-2.0
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace {

struct Outcome {
  int status = -1;
  std::string output;  ///< Standard output and standard error.
};

Outcome zerocell(const std::string& arguments) {
  Outcome outcome;
  FILE* pipe = ::popen((std::string(ZEROCELL_BINARY) + " " + arguments + " 2>&1").c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::array<char, 4096> buffer;
  for (std::size_t count; (count = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    outcome.output.append(buffer.data(), count);
  outcome.status = WEXITSTATUS(::pclose(pipe));
  return outcome;
}

/// A file that is gone when the test is done.
struct TemporaryFile {
  explicit TemporaryFile(const std::string& contents) {
    char name[] = "/tmp/zerocell-test-XXXXXX";
    ::close(::mkstemp(name));
    path = name;
    std::ofstream(path) << contents;
  }
  ~TemporaryFile() { ::unlink(path.c_str()); }
  std::string path;
};

/// In place of a core: answers each connection to a control socket with the next of some JSON texts.
class ControlSocket {
 public:
  explicit ControlSocket(std::vector<std::string> answers) : file_("") {
    ::unlink(path().c_str());
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path().copy(address.sun_path, sizeof address.sun_path - 1);
    socket_ = ::socket(AF_UNIX, SOCK_STREAM, 0);
    REQUIRE(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(socket_, 8) == 0);
    thread_ = std::thread([this, answers = std::move(answers)] {
      for (const std::string& answer : answers) serve(answer);
    });
  }
  ~ControlSocket() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }
  const std::string& path() const { return file_.path; }
  /// Its limits, as the kernel lists them, when the last one asked.
  const std::string& limits_of_peer() const { return limits_; }

 private:
  void serve(const std::string& answer) {
    const int peer = ::accept(socket_, nullptr, nullptr);
    if (peer < 0) return;
    ucred who{};
    socklen_t size = sizeof who;
    ::getsockopt(peer, SOL_SOCKET, SO_PEERCRED, &who, &size);
    std::ostringstream limits;
    limits << std::ifstream("/proc/" + std::to_string(who.pid) + "/limits").rdbuf();
    limits_ = limits.str();
    std::array<char, 4096> request;
    (void)!::read(peer, request.data(), request.size());
    const std::string text =
        "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(answer.size()) + "\r\n\r\n" + answer;
    (void)!::write(peer, text.data(), text.size());
    ::close(peer);
  }
  TemporaryFile file_;
  std::string limits_;
  int socket_ = -1;
  std::thread thread_;
};

std::size_t times_in(const std::string& text, const std::string& what) {
  std::size_t times = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++times;
  return times;
}

constexpr const char* kExample = ZEROCELL_SOURCE_DIR "/configs/zerocell.yaml";

}  // namespace

TEST_CASE("version_is_printed") {
  const Outcome outcome = zerocell("version");
  CHECK(outcome.status == 0);
  CHECK(outcome.output.starts_with("zerocell 0."));
  const Outcome flag = zerocell("--version");
  CHECK(flag.status == 0);
  CHECK(flag.output == outcome.output);
}

TEST_CASE("help_says_what_to_begin_with") {
  const Outcome outcome = zerocell("--help");
  CHECK(outcome.status == 0);
  const auto check = outcome.output.find("zerocell check-config FILE");
  const auto add = outcome.output.find("zerocell sim add IMSI --k K --opc OPC");
  const auto run = outcome.output.find("zerocell run -c FILE");
  CHECK(check < add);
  CHECK(add < run);
  CHECK(run != std::string::npos);
  CHECK(zerocell("sim --help").output.find("To begin with") == std::string::npos);
}

TEST_CASE("help_fits_a_terminal") {
  std::istringstream lines(zerocell("bench --help").output);
  for (std::string line; std::getline(lines, line);) {
    INFO(line);
    CHECK(line.size() <= 110);
  }
}

TEST_CASE("example_configuration_is_right") {
  const Outcome outcome = zerocell(std::string("check-config ") + kExample);
  CHECK(outcome.output == std::string(kExample) + ": OK\n");
  CHECK(outcome.status == 0);
}

TEST_CASE("examples_of_the_documentation_are_right") {
  std::ifstream in(ZEROCELL_SOURCE_DIR "/docs/configuration.md");
  std::ostringstream contents;
  contents << in.rdbuf();
  const std::string text = contents.str();
  constexpr std::string_view kFence = "```yaml\n";
  int examples = 0;
  for (auto at = text.find(kFence); at != std::string::npos; at = text.find(kFence, at + 1)) {
    const auto start = at + kFence.size();
    const TemporaryFile file(text.substr(start, text.find("```", start) - start));
    CHECK(zerocell("check-config " + file.path).output == file.path + ": OK\n");
    ++examples;
  }
  CHECK(examples == 4);
}

TEST_CASE("wrong_configuration_ends_with_code_2_and_every_problem") {
  const TemporaryFile file("network: {plmns: [00101], color: red}\n");
  for (const std::string& command :
       {"check-config " + file.path, "config dump " + file.path, "run --config " + file.path}) {
    const Outcome outcome = zerocell(command);
    CHECK(outcome.status == 2);
    CHECK(outcome.output.find(file.path + ":1:19: network.plmns[0]: ") != std::string::npos);
    CHECK(outcome.output.find(file.path + ":1:27: network: unknown key \"color\"") != std::string::npos);
    CHECK(outcome.output.find("2 problems") != std::string::npos);
  }
}

TEST_CASE("rule_that_cannot_be_read_is_a_problem_at_its_place") {
  const TemporaryFile file(
      "network: {plmns: [001/01], color: red}\n"
      "egress:\n"
      "  groups:\n"
      "    - name: default\n"
      "      rules:\n"
      "        - \"allow proto tcq\"\n");
  const Outcome outcome = zerocell("check-config " + file.path);
  CHECK(outcome.status == 2);
  CHECK(outcome.output.find(file.path + ":1:28: network: unknown key") != std::string::npos);
  CHECK(outcome.output.find(file.path + ":6:24: egress.groups[0].rules[0]: ") != std::string::npos);
}

TEST_CASE("missing_configuration_ends_with_code_2_and_its_name") {
  const Outcome outcome = zerocell("run --config /nonexistent.yaml");
  CHECK(outcome.status == 2);
  CHECK(outcome.output.find("/nonexistent.yaml: cannot be read: No such file or directory") !=
        std::string::npos);
}

TEST_CASE("dump_is_a_configuration_again") {
  const Outcome dumped = zerocell(std::string("config dump ") + kExample);
  REQUIRE(dumped.status == 0);
  const TemporaryFile file(dumped.output);
  CHECK(zerocell("config dump " + file.path).output == dumped.output);
}

TEST_CASE("every_metric_of_the_binary_has_a_valid_name_and_help") {
  const Outcome outcome = zerocell("config metrics");
  INFO(outcome.output);
  CHECK(outcome.status == 0);
  CHECK(outcome.output.find("# HELP zerocell_log_lines_dropped_total ") != std::string::npos);
}

TEST_CASE("wrong_command_line_ends_with_code_64_and_says_what_was_expected") {
  CHECK(zerocell("").status == 64);
  CHECK(zerocell("fly").status == 64);
  const Outcome role = zerocell("run --roles mme,cook");
  CHECK(role.status == 64);
  CHECK(role.output.find("\"cook\" is no role; expected mme, hss, sgw, pgw or upf") != std::string::npos);
  const Outcome imsi = zerocell("run --pcap-imsi 12=a");
  CHECK(imsi.status == 64);
  CHECK(imsi.output.find("\"12=a\" is not IMSI=FILE") != std::string::npos);
}

TEST_CASE("log_file_that_cannot_be_opened_ends_with_code_1") {
  const TemporaryFile file("network: {plmns: [001/01]}\nlog: {file: /nonexistent/zerocell.log}\n");
  const Outcome outcome = zerocell("run --config " + file.path);
  CHECK(outcome.status == 1);
  CHECK(outcome.output ==
        "zerocell: log.file: cannot open /nonexistent/zerocell.log for writing: No such file or directory\n");
}

TEST_CASE("start_that_fails_is_said_once_and_in_the_log_file_too") {
  const TemporaryFile file("network: {plmns: [001/01]}\n");
  CHECK(times_in(zerocell("run -c " + file.path).output, "s1ap.bind: name an address") == 1);
  const TemporaryFile log("");
  const TemporaryFile logged("network: {plmns: [001/01]}\nlog: {file: " + log.path + "}\n");
  CHECK(times_in(zerocell("run -c " + logged.path).output, "s1ap.bind: name an address") == 1);
  std::ostringstream lines;
  lines << std::ifstream(log.path).rdbuf();
  CHECK(times_in(lines.str(), "s1ap.bind: name an address") == 1);
}

TEST_CASE("list_of_ues_as_json_is_one_array_over_all_pages") {
  const ControlSocket core({R"({"ues": [{"imsi": "001010000000001"}], "next": 1})",
                            R"({"ues": [{"imsi": "001010000000002"}]})", R"({"ues": []})"});
  const Outcome two = zerocell("ue list --json --socket " + core.path());
  CHECK(two.status == 0);
  const auto ues = nlohmann::json::parse(two.output, nullptr, false);
  INFO(two.output);
  REQUIRE(ues.is_array());
  REQUIRE(ues.size() == 2);
  CHECK(ues[1]["imsi"] == "001010000000002");
  CHECK(zerocell("ue list --json --socket " + core.path()).output == "[]\n");
}

TEST_CASE("list_of_enbs_is_a_table_or_one_array") {
  const std::string enb =
      R"({"id": "00101-macro-0x1", "name": "yard", "address": "10.0.0.7:36412", "tais": ["00101-1", "00101-2"],)"
      R"( "connected_ues": 3})";
  const ControlSocket core({"{\"enbs\": [" + enb + "]}", "{\"enbs\": [" + enb + "]}", R"({"enbs": []})"});
  const Outcome table = zerocell("enb list --socket " + core.path());
  CHECK(table.status == 0);
  CHECK(table.output.find("00101-macro-0x1 ") != std::string::npos);
  CHECK(table.output.find(" 3  00101-1, 00101-2\n") != std::string::npos);
  const Outcome json = zerocell("enb list --json --socket " + core.path());
  CHECK(nlohmann::json::parse(json.output, nullptr, false) ==
        nlohmann::json::array({nlohmann::json::parse(enb)}));
  CHECK(zerocell("enb list --socket " + core.path()).output == "no eNodeB is connected to the core\n");
}

TEST_CASE("word_about_a_ue_that_is_not_connected_fails_or_says_that_it_holds_from_later_on") {
  const ControlSocket core({R"({"done": false})", R"({"done": false})", R"({"done": true})"});
  const std::string of_ue = " 001010000000001 --socket " + core.path();
  const Outcome once = zerocell("ue locate" + of_ue);
  CHECK(once.status == 1);
  CHECK(once.output == "zerocell: UE 001010000000001 is not connected to an eNodeB\n");
  const Outcome always = zerocell("ue locate --changes" + of_ue);
  CHECK(always.status == 0);
  CHECK(always.output.find("from its next connection on") != std::string::npos);
  CHECK(zerocell("ue detach" + of_ue).output == "UE 001010000000001 is being detached\n");
  const Outcome trace = zerocell("ue trace --id 00f1100000010001" + of_ue);
  CHECK(trace.status == 64);
  CHECK(trace.output == "zerocell: --collector or --stop: one of them is needed\n");
}

TEST_CASE("as_many_descriptors_as_the_system_gives_are_taken") {
  const ControlSocket core({R"({"ues": []})"});
  const std::string command =
      "ulimit -Sn 256; exec " ZEROCELL_BINARY " ue list --socket " + core.path() + " >/dev/null 2>&1";
  REQUIRE(::system(command.c_str()) == 0);
  const std::string& limits = core.limits_of_peer();
  INFO(limits);
  std::string soft;
  std::string hard;
  std::istringstream(limits.substr(std::min(limits.size(), limits.find("Max open files")))) >> soft >> soft >>
      soft >> soft >> hard;
  CHECK(!soft.empty());
  CHECK(soft == hard);
}

TEST_CASE("bench_refuses_what_cannot_be_and_names_the_option") {
  const std::string bench =
      "bench --mme 127.0.1.9 --imsi 001010000000001 --k 465B5CE8B199B49FAA5F0A2EE238A6BC "
      "--opc E8ED289DEBA952E4283B54E88E6183CA ";
  const auto refuses = [&](const std::string& options, const std::string& why) {
    const Outcome outcome = zerocell(bench + options);
    INFO(options << ": " << outcome.output);
    CHECK(outcome.status == 64);
    CHECK(outcome.output.find(why) != std::string::npos);
  };
  refuses("--ues 0", "zerocell: --ues: expected 1 to 16777216\n");
  refuses("--enbs 2 --tac 1-3", "zerocell: --tac: 3 tracking areas need as many eNodeBs; --enbs is 2\n");
  refuses("--scenario x2-handover --enbs 1", "zerocell: --enbs: scenario x2-handover needs two eNodeBs");
  refuses("--seconds 0", "zerocell: --seconds: ");
  refuses("--patience 0", "zerocell: --patience: ");
  refuses("--window 0", "zerocell: --window: ");
  refuses("--slice 0.0001", "zerocell: --slice: ");
  refuses("--storm-rate 5", "zerocell: --storm-ues: ");
  refuses("--rate -1", "zerocell: --rate: ");
  refuses("--rate nan", "zerocell: --rate: ");
  refuses("--storm-rate 2e6 --storm-ues 5", "zerocell: --storm-rate: ");
  refuses("--storm-after -1", "zerocell: --storm-after: ");
  refuses("--storm-seconds -1", "zerocell: --storm-seconds: ");
  for (const char* areas : {"0", "65535", "3-2"}) refuses(std::string("--tac ") + areas, "zerocell: --tac: ");
  refuses("--scenario paging", "zerocell: --gtpu: scenario paging ");
  refuses("--enb-id 1048570 --enbs 7", "zerocell: --enb-id: ");
  refuses("--scenario fly", "registration");
  refuses("--scenario fly", "--scenario: fly not in {");
}

TEST_CASE("bench_says_at_once_that_its_report_cannot_be_written") {
  const Outcome outcome = zerocell(
      "bench --mme 127.0.1.9 --imsi 001010000000001 --k 465B5CE8B199B49FAA5F0A2EE238A6BC "
      "--opc E8ED289DEBA952E4283B54E88E6183CA --json /nonexistent/report.json");
  CHECK(outcome.status == 1);
  CHECK(outcome.output ==
        "zerocell: --json: cannot write /nonexistent/report.json: No such file or directory\n");
}

TEST_CASE("core_without_an_address_for_enbs_ends_with_code_1_and_says_what_is_missing") {
  const TemporaryFile file("network: {plmns: [001/01]}\n");
  const Outcome outcome = zerocell("run --config " + file.path);
  CHECK(outcome.status == 1);
  CHECK(outcome.output.ends_with("zerocell: s1ap.bind: name an address for eNodeBs to connect to\n"));
  const TemporaryFile other("network: {plmns: [001/01]}\ns1ap: {bind: [127.0.0.1]}\n");
  CHECK(zerocell("run --config " + other.path).output.find("upf.gtpu_bind: name an address") !=
        std::string::npos);
}
