// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "core/runtime/live_loop.hpp"
#include "lab/app/demo.hpp"
#include "lab/app/isolation.hpp"

namespace zerocell::lab {
namespace {

constexpr int kGood = 0;
constexpr int kFailed = 1;
constexpr int kInterrupted = 130;  // As a shell says it for SIGINT.

/// Inside the isolation: the lab's whole life.
int live(const Options& options) {
  LiveLoop loop;
  int status = kFailed;
  bool stopping = false;
  bool finished = false;
  Demo demo(loop, options);

  const auto write_result = [&](const Result& result) {
    if (options.json.empty()) return true;
    std::ofstream file(options.json);
    file << result.json();
    return static_cast<bool>(file.flush());
  };
  auto on_stopped = [&](bool in_order) {
    if (!in_order && status == kGood) status = kFailed;
    loop.stop();
  };
  TaskSlot<bool, decltype(on_stopped)> end(on_stopped);
  const auto stop = [&] {
    if (std::exchange(stopping, true)) return;
    loop.post([&] { end.start(demo.stop()); });
  };
  auto on_result = [&](const Result& result) {
    finished = true;
    status = result.good() ? kGood : kFailed;
    if (!write_result(result)) {
      std::fprintf(stderr, "zerocell-lab: cannot write %s\n", options.json.c_str());
      status = kFailed;
    }
    if (options.once || !result.good()) return stop();
    demo.invite();
  };
  TaskSlot<Result, decltype(on_result)> show(on_result);
  loop.on_signals({SIGINT, SIGTERM}, [&](int) {
    if (!finished) {
      show.cancel();
      status = kInterrupted;
    }
    stop();
  });
  loop.post([&] { show.start(demo.run()); });
  loop.run();
  std::fflush(nullptr);
  return status;
}

/// The lab's own copy, whose database has an absolute path: `zerocell sim add` is called from anywhere.
bool copy_configuration(const std::string& from, const std::string& to, const std::string& directory) {
  constexpr std::string_view kPath = "path: ";
  std::ifstream original(from);
  std::ofstream copy(to);
  for (std::string line; std::getline(original, line);) {
    if (line.ends_with("path: zerocell.db")) line.insert(line.find(kPath) + kPath.size(), directory + "/");
    copy << line << '\n';
  }
  return original.eof() && static_cast<bool>(copy.flush());
}

int run(Options options) {
  namespace fs = std::filesystem;
  std::error_code error;
  std::string directory = (fs::temp_directory_path() / "zerocell-lab.XXXXXX").string();
  if (::mkdtemp(directory.data()) == nullptr) {
    std::perror("zerocell-lab: a temporary directory");
    return kFailed;
  }
  options.directory = directory;
  const std::string config = directory + "/zerocell.yaml";
  if (!copy_configuration(options.config, config, directory)) {
    std::fprintf(stderr, "zerocell-lab: cannot read %s\n", options.config.c_str());
    fs::remove_all(directory, error);
    return kFailed;
  }
  options.config = config;
  for (std::string* path : {&options.core, &options.json, &options.pcap, &options.pcap_wire})
    if (!path->empty()) *path = fs::absolute(*path).string();
  if (!options.pcap.empty()) fs::create_directories(fs::path(options.pcap).parent_path(), error);
  const int status = run_isolated([&options] { return live(options); });
  fs::remove_all(directory, error);
  return status;
}

}  // namespace
}  // namespace zerocell::lab

int main(int argc, char** argv) {
  zerocell::lab::Options options;
  CLI::App app("Runs a core with a simulated eNodeB, device and internet, in network namespaces of its own",
               "zerocell-lab");
  app.add_flag("--once", options.once, "Show everything once and exit");
  app.add_flag("--s1u-ipv6", options.s1u_ipv6, "GTP-U over IPv6");
  app.add_option("--core", options.core, "The zerocell binary")->type_name("FILE")->required()->take_last();
  app.add_option("--config", options.config, "Its configuration")->type_name("FILE")->required()->take_last();
  app.add_option("--json", options.json, "Write the result here")->type_name("FILE")->take_last();
  app.add_option("--pcap", options.pcap, "Signalling as the core captures it")
      ->type_name("FILE")
      ->take_last();
  app.add_option("--pcap-wire", options.pcap_wire, "Capture every packet between eNodeB and core")
      ->type_name("FILE");
  CLI11_PARSE(app, argc, argv);
  return zerocell::lab::run(std::move(options));
}
