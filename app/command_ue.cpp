// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include <CLI/App.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/configuration.hpp"

namespace zerocell::app {
namespace {

namespace http = boost::beast::http;
using Json = nlohmann::json;

struct Options {
  std::string config = kDefaultConfiguration;
  std::string socket;
  std::string imsi;
  bool json = false;
};

/// Where the core answers; nothing when the configuration was wrong, which has been said.
std::optional<std::string> socket_of(const Options& options) {
  if (!options.socket.empty()) return options.socket;
  const auto config = load_configuration(options.config);
  if (!config) return std::nullopt;
  return config::control_socket(*config);
}

/// What the core answers on its socket. Says what is wrong, and gives nothing, where there is no answer.
std::optional<Json> ask(const std::string& socket, const std::string& target) {
  boost::asio::io_context context;
  boost::asio::local::stream_protocol::socket connection(context);
  boost::system::error_code error;
  connection.connect(boost::asio::local::stream_protocol::endpoint(socket), error);
  if (error) {
    fmt::print(stderr, "zerocell: {}: {}; is a core running with this configuration, and are you its user?\n",
               socket, error.message());
    return std::nullopt;
  }
  http::request<http::empty_body> request(http::verb::get, target, 11);
  request.set(http::field::host, "core");
  http::write(connection, request, error);
  http::response<http::string_body> response;
  boost::beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(64 << 20);
  if (!error) http::read(connection, buffer, parser, error);
  if (error) {
    fmt::print(stderr, "zerocell: {}: the core did not answer: {}\n", socket, error.message());
    return std::nullopt;
  }
  Json answer = Json::parse(parser.get().body(), nullptr, false);
  if (parser.get().result() == http::status::ok) return answer;
  fmt::print(stderr, "zerocell: {}\n",
             answer.is_object() ? answer.value("error", "the core refused") : "the core refused");
  return std::nullopt;
}

/// What a person wants to know of its reachability.
std::string when_of(const Json& ue) {
  if (ue.contains("awake_at")) return "awake at " + ue["awake_at"].get<std::string>();
  if (ue.contains("listens_in_seconds"))
    return fmt::format("listens in {:.0f} s", ue["listens_in_seconds"].get<double>());
  return "";
}

std::string addresses_of(const Json& ue) {
  std::string text;
  for (const Json& connection : ue["connections"])
    for (const char* family : {"ipv4", "ipv6_prefix"})
      if (connection.contains(family))
        text += (text.empty() ? "" : ", ") + connection[family].get<std::string>();
  return text;
}

int list(const Options& options) {
  const auto socket = socket_of(options);
  if (!socket) return kBadConfiguration;
  std::size_t count = 0;
  std::string array = "[";  // Printed when it is whole: half an answer would be no JSON.
  for (std::string target = "/ues"; !target.empty();) {
    const auto page = ask(*socket, target);
    if (!page) return kFailed;
    for (const Json& ue : (*page)["ues"]) {
      const bool first = count++ == 0;
      if (options.json) {
        array += (first ? "\n" : ",\n") + ue.dump();
        continue;
      }
      if (first)
        fmt::print("{:<16} {:<10} {:<14} {:<40} {}\n", "IMSI", "STATE", "TAI", "ADDRESSES", "REACHABLE");
      fmt::print("{:<16} {:<10} {:<14} {:<40} {}\n", ue["imsi"].get<std::string>(),
                 ue["state"].get<std::string>(), ue.value("tai", "-"), addresses_of(ue), when_of(ue));
    }
    target = page->contains("next") ? fmt::format("/ues?from={}", (*page)["next"].get<std::uint32_t>()) : "";
  }
  if (options.json)
    fmt::print("{}{}]\n", array, count == 0 ? "" : "\n");
  else if (count == 0)
    fmt::print("no UE is known to the core\n");
  return kDone;
}

int show(const Options& options) {
  const auto socket = socket_of(options);
  if (!socket) return kBadConfiguration;
  const auto ue = ask(*socket, "/ues/" + options.imsi);
  if (!ue) return kFailed;
  if (options.json) {
    fmt::print("{}\n", ue->dump());
    return kDone;
  }
  for (const auto& [key, value] : ue->items()) {
    if (key == "connections") continue;
    fmt::print("{:<20} {}\n", key, value.is_string() ? value.get<std::string>() : value.dump());
  }
  for (const Json& connection : (*ue)["connections"]) {
    fmt::print("connection           {}\n", connection["apn"].get<std::string>());
    for (const auto& [key, value] : connection.items())
      if (key != "apn")
        fmt::print("  {:<18} {}\n", key, value.is_string() ? value.get<std::string>() : value.dump());
  }
  return kDone;
}

void add_options(CLI::App* command, const std::shared_ptr<Options>& options, const char* json) {
  command->add_option("-c,--config", options->config, "Configuration of the core that runs")
      ->type_name("FILE")
      ->capture_default_str();
  command->add_option("--socket", options->socket,
                      "Control socket of the core; no configuration is read then");
  command->add_flag("--json", options->json, json);
}

}  // namespace

void add_ue_command(CLI::App& root, int& status) {
  CLI::App* command = root.add_subcommand("ue", "List and show the UEs of a core that runs");
  command->require_subcommand(1);
  const auto options = std::make_shared<Options>();
  CLI::App* all =
      command->add_subcommand("list", "List all UEs: where they are, and when one that sleeps is awake");
  add_options(all, options, "Print a JSON array, with one object for each UE");
  all->callback([options, &status] { status = list(*options); });
  CLI::App* one = command->add_subcommand("show", "Show everything about one UE");
  one->add_option("imsi", options->imsi, "IMSI of the UE")->required();
  add_options(one, options, "Print one JSON object");
  one->callback([options, &status] { status = show(*options); });
}

}  // namespace zerocell::app
