// SPDX-License-Identifier: Apache-2.0
#include "app/control_client.hpp"

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "app/command_frame.hpp"
#include "app/configuration.hpp"

namespace zerocell::app {

namespace http = boost::beast::http;

void add_core_options(CLI::App* command, const std::shared_ptr<CoreOptions>& options) {
  options->config = kDefaultConfiguration;
  command->add_option("-c,--config", options->config, "Configuration of the core that runs")
      ->type_name("FILE")
      ->capture_default_str();
  command->add_option("--socket", options->socket,
                      "Control socket of the core; no configuration is read then");
}

ControlClient::ControlClient(const CoreOptions& options) : socket_(options.socket) {
  if (!socket_.empty()) return;
  const auto config = load_configuration(options.config);
  if (!config) fail("", kBadConfiguration);
  socket_ = config::control_socket(*config);
}

nlohmann::json ControlClient::ask(const char* method, const std::string& target) const {
  boost::asio::io_context context;
  boost::asio::local::stream_protocol::socket connection(context);
  boost::system::error_code error;
  connection.connect(boost::asio::local::stream_protocol::endpoint(socket_), error);
  if (error)
    fail(fmt::format("{}: {}; is a core running with this configuration, and are you its user?", socket_,
                     error.message()));
  http::request<http::empty_body> request(http::string_to_verb(method), target, 11);
  request.set(http::field::host, "core");
  http::write(connection, request, error);
  boost::beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(64 << 20);
  if (!error) http::read(connection, buffer, parser, error);
  if (error) fail(fmt::format("{}: the core did not answer: {}", socket_, error.message()));
  nlohmann::json answer = nlohmann::json::parse(parser.get().body(), nullptr, false);
  if (parser.get().result() == http::status::ok) return answer;
  fail(answer.is_object() ? answer.value("error", "the core refused") : "the core refused");
}

}  // namespace zerocell::app
