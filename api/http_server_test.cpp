// SPDX-License-Identifier: Apache-2.0
#include "api/http_server.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <thread>

#include <catch2/catch.hpp>

#include "api/metrics_page.hpp"
#include "core/net/udp.hpp"
#include "core/runtime/live_loop.hpp"
#include "core/telemetry/metrics.hpp"

using namespace zerocell;
using namespace zerocell::api;

namespace {

Counter answers{"zerocell_api_test_answers_total", "Forty-two, in a test of the endpoint."};

net::Descriptor connect_to(const Endpoint& endpoint) {
  sockaddr_in6 name{};
  const socklen_t size = net::to_sockaddr(endpoint, name);
  net::Descriptor socket(
      ::socket(endpoint.address.is_v4() ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  REQUIRE(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&name), size) == 0);
  return socket;
}

/// Says `request` and hears until the end.
std::string ask(const Endpoint& endpoint, std::string_view request) {
  const net::Descriptor socket = connect_to(endpoint);
  if (::send(socket.get(), request.data(), request.size(), MSG_NOSIGNAL) < 0) return "not heard";
  std::string heard;
  std::array<char, 4096> piece;
  for (ssize_t got; (got = ::recv(socket.get(), piece.data(), piece.size(), 0)) > 0;)
    heard.append(piece.data(), static_cast<std::size_t>(got));
  return heard;
}

/// An endpoint on a free port, and its loop on a thread.
class Served {
 public:
  Served() {
    auto opened = HttpServer::open(loop_, Endpoint{*IpAddress::parse("127.0.0.1"), 0}, metrics_page);
    REQUIRE(opened);
    endpoint_ = std::move(*opened);
    local = endpoint_->local();
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~Served() {
    loop_.post([this] { loop_.stop(); });  // The thread may not have begun yet.
    thread_.join();
    endpoint_.reset();
  }
  Endpoint local;

 private:
  LiveLoop loop_;
  std::unique_ptr<HttpServer> endpoint_;
  std::thread thread_;
};

}  // namespace

TEST_CASE("prometheus_reads_every_metric") {
  answers.add(42);
  const Served served;
  const std::string heard = ask(served.local, "GET /metrics HTTP/1.1\r\nHost: core\r\n\r\n");
  CHECK(heard.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4"));
  CHECK(
      heard.find("\n# TYPE zerocell_api_test_answers_total counter\nzerocell_api_test_answers_total 42\n") !=
      std::string::npos);
  const auto body = heard.find("\r\n\r\n") + 4;
  CHECK(heard.find("Content-Length: " + std::to_string(heard.size() - body) + "\r\n") != std::string::npos);
  CHECK(ask(served.local, "HEAD /metrics HTTP/1.1\r\n\r\n").ends_with("\r\n\r\n"));
}

TEST_CASE("whoever_asks_for_something_else_is_told_what_there_is") {
  const Served served;
  CHECK(ask(served.local, "GET / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 404 "));
  CHECK(ask(served.local, "DELETE /metrics HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 405 "));
  CHECK(ask(served.local, "POST /metrics HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 405 "));
  for (const auto* nonsense : {"\r\n\r\n", "GET\r\n\r\n", "GET /metrics\r\n\r\n", " \r\n\r\n"})
    CHECK(ask(served.local, nonsense).starts_with("HTTP/1.1 400 "));
}

TEST_CASE("request_without_an_end_is_let_go_at_its_limit_and_disturbs_nobody") {
  const Served served;
  const std::string endless(HttpServer::kRequestOctetsMax + 4096, 'a');
  CHECK(ask(served.local, endless) == "");
  CHECK(ask(served.local, "GET /metrics HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 200 "));
}

TEST_CASE("connections_beyond_the_maximum_are_closed_and_silent_ones_end_in_time") {
  const Served served;
  std::vector<net::Descriptor> silent;
  for (std::size_t i = 0; i < HttpServer::kConnectionsMax; ++i) silent.push_back(connect_to(served.local));
  // All of them are accepted before this one, which is the one too many.
  std::array<char, 16> piece;
  const net::Descriptor extra = connect_to(served.local);
  CHECK(::recv(extra.get(), piece.data(), piece.size(), 0) <= 0);
  for (const auto& one : silent) CHECK(::recv(one.get(), piece.data(), piece.size(), 0) <= 0);
  CHECK(ask(served.local, "GET /metrics HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 200 "));
}

TEST_CASE("endpoint_that_cannot_listen_says_what_to_do") {
  const Served served;
  LiveLoop loop;
  const auto second = HttpServer::open(loop, served.local, metrics_page);
  REQUIRE_FALSE(second);
  CHECK(second.error().message.find("another process here uses that address and port") != std::string::npos);
}

TEST_CASE("socket_in_the_file_system_is_its_owners_alone_and_goes_with_the_server") {
  const std::string path = "/tmp/zerocell-api-test." + std::to_string(::getpid());
  LiveLoop loop;
  const auto answer = [](const HttpRequest&) { return HttpResponse{}; };
  {
    const auto first = HttpServer::open(loop, path, answer);
    REQUIRE(first);
    struct stat found{};
    REQUIRE(::stat(path.c_str(), &found) == 0);
    CHECK((found.st_mode & 0777) == 0600);
    const auto second = HttpServer::open(loop, path, answer);
    REQUIRE_FALSE(second);
    CHECK(second.error().message.find("another process here answers on that socket") != std::string::npos);
  }
  CHECK(::access(path.c_str(), F_OK) != 0);
  CHECK_FALSE(HttpServer::open(loop, std::string(200, 'a'), answer));
}

TEST_CASE("socket_that_a_dead_process_left_is_taken_over_and_another_file_is_not_touched") {
  const std::string path = "/tmp/zerocell-api-test." + std::to_string(::getpid());
  sockaddr_un name{.sun_family = AF_UNIX, .sun_path = {}};
  std::copy(path.begin(), path.end(), name.sun_path);
  LiveLoop loop;
  const auto answer = [](const HttpRequest&) { return HttpResponse{}; };
  {
    const net::Descriptor dead(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(::bind(dead.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0);
  }
  CHECK(HttpServer::open(loop, path, answer));
  std::fclose(std::fopen(path.c_str(), "w"));
  CHECK_FALSE(HttpServer::open(loop, path, answer));
  CHECK(::access(path.c_str(), F_OK) == 0);
  ::unlink(path.c_str());
}
