// SPDX-License-Identifier: Apache-2.0
#include "lab/app/core_process.hpp"

#include <csignal>
#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

namespace zerocell::lab {
namespace {

constexpr Duration kCommandPatience = std::chrono::seconds(60);
constexpr Duration kStartPatience = std::chrono::seconds(60);
constexpr Duration kStopPatience = std::chrono::seconds(5);

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

Task<std::expected<void, std::string>> CoreProcess::add(SimCard card) {
  Host::Start start;
  start.arguments = {options_.core, "sim",
                     "add",         card.imsi.text(),
                     "--k",         to_hex(card.k.reveal()),
                     "--opc",       to_hex(card.op_c.reveal()),
                     "--config",    options_.config};
  start.directory = options_.directory;
  auto command = co_await host_.run(loop_, start, kCommandPatience);
  if (!command) co_return std::unexpected(command.error());
  if (command->status() != 0) co_return std::unexpected("zerocell sim add: " + command->output());
  co_return std::expected<void, std::string>();
}

Task<std::expected<void, std::string>> CoreProcess::start() {
  Host::Start start;
  start.arguments = {options_.core, "run", "--config", options_.config};
  if (!options_.pcap.empty()) {
    start.arguments.push_back("--pcap");
    start.arguments.push_back(options_.pcap);
  }
  start.directory = options_.directory;
  start.output = log_file();
  auto started = host_.start(start);
  if (!started) co_return std::unexpected(started.error());
  process_ = std::move(*started);
  const Time give_up = loop_.now() + kStartPatience;
  while (read_file(log_file()).find("s1ap_listening") == std::string::npos) {
    if (!process_.running())
      co_return std::unexpected("the core ended with status " + std::to_string(process_.status()));
    if (loop_.now() >= give_up)
      co_return std::unexpected(std::string("the core does not listen for eNodeBs"));
    co_await sleep(loop_, std::chrono::milliseconds(2));
  }
  co_return std::expected<void, std::string>();
}

Task<std::optional<std::string>> CoreProcess::denial_of(std::string address, Duration patience) {
  const Time give_up = loop_.now() + patience;
  do {
    std::istringstream lines(read_file(log_file()));
    for (std::string line; std::getline(lines, line);) {
      const auto entry = nlohmann::json::parse(line, nullptr, false);
      if (entry.is_object() && entry.value("event", "") == "flow_denied" &&
          entry.value("remote", "") == address)
        co_return entry.value("why", "no reason given");
    }
    co_await sleep(loop_, std::chrono::milliseconds(20));
  } while (loop_.now() < give_up);
  co_return std::nullopt;
}

Task<bool> CoreProcess::stop() {
  process_.signal(SIGTERM);
  const Time give_up = loop_.now() + kStopPatience;
  while (process_.running() && loop_.now() < give_up) co_await sleep(loop_, std::chrono::milliseconds(5));
  const bool in_order = !process_.running() && process_.status() == 0;
  process_.kill();
  co_return in_order;
}

std::string CoreProcess::last_log_lines(unsigned count) const {
  const std::string text = read_file(log_file());
  std::size_t begin = text.empty() ? 0 : text.size() - 1;
  for (; begin > 0; --begin)
    if (text[begin - 1] == '\n' && --count == 0) break;
  return text.substr(begin);
}

}  // namespace zerocell::lab
