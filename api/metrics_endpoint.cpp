// SPDX-License-Identifier: Apache-2.0
#include "api/metrics_endpoint.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "core/net/udp.hpp"
#include "core/telemetry/metrics.hpp"

namespace zerocell::api {
namespace {

Counter scrapes{"zerocell_metrics_scrapes_total", "Requests for /metrics that were answered."};

std::string response(std::string_view status, std::string_view type, std::string_view body, bool with_body) {
  return fmt::format(
      "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\nCache-Control: "
      "no-store\r\n\r\n{}",
      status, type, body.size(), with_body ? body : std::string_view());
}

/// `request` is all that came until the empty line, RFC 9112 §2.1.
std::string answer(std::string_view request) {
  const std::string_view line = request.substr(0, request.find("\r\n"));
  const std::string_view method = line.substr(0, line.find(' '));
  const std::string_view rest = line.substr(std::min(line.size(), method.size() + 1));
  const std::string_view target = rest.substr(0, rest.find(' '));
  const std::string_view version = rest.substr(std::min(rest.size(), target.size() + 1));
  constexpr std::string_view kPlain = "text/plain; charset=utf-8";
  if (!version.starts_with("HTTP/1."))
    return response("400 Bad Request", kPlain, "expected a request of HTTP/1.1\n", true);
  if (method != "GET" && method != "HEAD")
    return response("405 Method Not Allowed\r\nAllow: GET, HEAD", kPlain, "expected GET\n", true);
  if (target.substr(0, target.find('?')) != "/metrics")
    return response("404 Not Found", kPlain, "only /metrics is here\n", method == "GET");
  scrapes.add();
  return response("200 OK", "text/plain; version=0.0.4; charset=utf-8", prometheus_text(), method == "GET");
}

}  // namespace

/// One request and its answer.
class MetricsEndpoint::Connection {
 public:
  Connection(MetricsEndpoint& owner, net::Descriptor socket)
      : owner_(owner), socket_(std::move(socket)), deadline_([this] { end(); }) {
    owner_.loop_.arm(deadline_, kPatience);
    watch_ = owner_.loop_.watch_readable(socket_.get(), [this] { read(); });
  }

 private:
  void end() { owner_.connections_.erase(socket_.get()); }

  void read() {
    std::array<char, 2048> piece;
    const ssize_t got = ::recv(socket_.get(), piece.data(), piece.size(), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) return end();
    request_.append(piece.data(), static_cast<std::size_t>(got));
    if (request_.find("\r\n\r\n") == std::string::npos) {
      if (request_.size() > kRequestOctetsMax) end();
      return;
    }
    left_ = answer(request_);
    // A loop watches a descriptor once: from here on it is only written to.
    watch_.reset();
    watch_ = owner_.loop_.watch_writable(socket_.get(), [this] { write(); });
  }

  void write() {
    const ssize_t sent = ::send(socket_.get(), left_.data(), left_.size(), MSG_NOSIGNAL);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (sent <= 0) return end();
    left_.erase(0, static_cast<std::size_t>(sent));
    if (!left_.empty()) return;
    ::shutdown(socket_.get(), SHUT_WR);
    end();
  }

  MetricsEndpoint& owner_;
  net::Descriptor socket_;
  CallbackTimer deadline_;
  std::string request_;
  std::string left_;
  std::unique_ptr<Watch> watch_;  // Before the socket: it goes first.
};

std::expected<std::unique_ptr<MetricsEndpoint>, net::NetError> MetricsEndpoint::open(
    Loop& loop, const Endpoint& endpoint) {
  const auto failed = [&endpoint] {
    const int error = errno;
    std::string advice;
    if (error == EADDRINUSE) advice = "; another process here uses that address and port";
    if (error == EADDRNOTAVAIL) advice = "; no interface of this machine has this address";
    return std::unexpected(
        net::NetError{error, fmt::format("{}: {}{}", endpoint.text(), std::strerror(error), advice)});
  };
  sockaddr_in6 name{};
  const socklen_t size = net::to_sockaddr(endpoint, name);
  net::Descriptor listener(
      ::socket(endpoint.address.is_v4() ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!listener.open()) return failed();
  const int on = 1;
  ::setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(listener.get(), reinterpret_cast<const sockaddr*>(&name), size) != 0 ||
      ::listen(listener.get(), kConnectionsMax) != 0)
    return failed();
  return std::unique_ptr<MetricsEndpoint>(new MetricsEndpoint(loop, std::move(listener)));
}

MetricsEndpoint::MetricsEndpoint(Loop& loop, net::Descriptor listener)
    : loop_(loop),
      listener_(std::move(listener)),
      watch_(loop.watch_readable(listener_.get(), [this] { accept(); })) {}

MetricsEndpoint::~MetricsEndpoint() {
  watch_.reset();
}

Endpoint MetricsEndpoint::local() const {
  sockaddr_in6 name{};
  socklen_t size = sizeof name;
  ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&name), &size);
  return net::from_sockaddr(name);
}

void MetricsEndpoint::accept() {
  net::Descriptor socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!socket.open() || connections_.size() >= kConnectionsMax) return;
  const int number = socket.get();
  connections_[number] = std::make_unique<Connection>(*this, std::move(socket));
}

}  // namespace zerocell::api
