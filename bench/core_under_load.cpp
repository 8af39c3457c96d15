// SPDX-License-Identifier: Apache-2.0
#include "bench/core_under_load.hpp"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

namespace zerocell::bench {
namespace {

constexpr const char* kFirstImsi = "001010000000001";
constexpr const char* kK = "00112233445566778899aabbccddeeff";
constexpr const char* kOpC = "63bfa50ee6523365ff14c1f45f88737d";
constexpr int kStartPatience_ms = 30'000;

/// Starts a program on one processor, which ends with us. Its output goes to a file, or nowhere.
int start_program(const std::vector<std::string>& arguments, int processor, const std::string& output) {
  std::vector<char*> words;
  for (const std::string& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor % static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN)), &set);
  (void)::sched_setaffinity(0, sizeof set, &set);
  const int file = ::open(output.empty() ? "/dev/null" : output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  ::dup2(file, 1);
  if (!output.empty()) ::dup2(file, 2);
  ::execv(words[0], words.data());
  ::_exit(127);
}

bool wait_for(int process) {
  int status = 0;
  return process > 0 && ::waitpid(process, &status, 0) == process && WIFEXITED(status) &&
         WEXITSTATUS(status) == 0;
}

}  // namespace

bool run_program(const std::vector<std::string>& arguments, int processor) {
  return wait_for(start_program(arguments, processor, {}));
}

bool somebody_listens() {
  // The kernel lists its SCTP endpoints; ours, over raw IP, hold their port with an abstract name.
  std::ifstream names("/proc/net/unix");
  std::ostringstream text;
  text << names.rdbuf();
  std::ifstream kernel("/proc/net/sctp/eps");
  text << kernel.rdbuf();
  return text.str().find("zerocell-sctp-") != std::string::npos ||
         text.str().find("36412") != std::string::npos;
}

CoreRoom::CoreRoom(const Options& options) : options_(options) {
  std::string name = std::filesystem::temp_directory_path() / "zerocell-bench-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) return;
  directory_ = name;
  std::ofstream(file("core.yaml")) << "network:\n  plmns: [\"001/01\"]\n  tacs: [1]\n"
                                   << "s1ap:\n  bind: [" << kCoreAddress << "]\n"
                                   << "upf:\n  gtpu_bind: [" << kCoreAddress << "]\n  sessions_max: 2097152\n"
                                   << "apns:\n  - name: internet\n    pdn_types: [ipv4]\n"
                                   << "    ipv4_pool: 10.64.0.0/10\n"
                                   << "egress:\n  tun: zcbench0\n  groups:\n    - name: default\n"
                                   << "      rules: [\"allow any\", \"allow from any\"]\n"
                                   << "store:\n  path: " << file("core.db") << "\n"
                                   << "log:\n  level: " << options_.log_level << "\n"
                                   << options_.more;
  ready_ = run_program({options_.program, "sim", "add", kFirstImsi, "--count", std::to_string(options_.sims),
                        "--k", kK, "--opc", kOpC, "--config", file("core.yaml")},
                       kCoreProcessor);
}

CoreRoom::~CoreRoom() {
  std::error_code ignored;
  if (!directory_.empty()) std::filesystem::remove_all(directory_, ignored);
}

int CoreRoom::start() const {
  return start_program({options_.program, "run", "--config", file("core.yaml")}, kCoreProcessor,
                       file("core.log"));
}

CoreUnderLoad::CoreUnderLoad(const Options& options) : room_(options) {
  if (!room_.ready()) return;
  process_ = room_.start();
  // With the level `warning` it says nothing when it is ready.
  for (int waited_ms = 0; waited_ms < kStartPatience_ms && !somebody_listens(); waited_ms += 20) {
    if (::waitpid(process_, nullptr, WNOHANG) != 0) {
      process_ = 0;
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

CoreUnderLoad::~CoreUnderLoad() {
  if (process_ <= 0) return;
  ::kill(process_, SIGTERM);
  ::waitpid(process_, nullptr, 0);
}

std::optional<nlohmann::json> CoreUnderLoad::load(std::vector<std::string> arguments) {
  const std::string report = room_.file("report.json");
  std::vector<std::string> words = {room_.program(), "bench",
                                    "--mme",         kCoreAddress,
                                    "--enb-address", kEnbAddress,
                                    "--imsi",        kFirstImsi,
                                    "--k",           kK,
                                    "--opc",         kOpC,
                                    "--pid",         std::to_string(process_),
                                    "--json",        report};
  words.insert(words.end(), std::make_move_iterator(arguments.begin()),
               std::make_move_iterator(arguments.end()));
  if (!running() || !run_program(words, kLoadProcessor)) return std::nullopt;
  std::ifstream file(report);
  auto read = nlohmann::json::parse(file, nullptr, false);
  if (!read.is_object()) return std::nullopt;
  return read;
}

}  // namespace zerocell::bench
