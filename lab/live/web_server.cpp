// SPDX-License-Identifier: Apache-2.0
#include "lab/live/web_server.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace zerocell::lab {
namespace {

constexpr std::size_t kVisitorsMax = 64;
constexpr std::size_t kRequestOctetsMax = 8192;

}  // namespace

std::expected<std::unique_ptr<WebServer>, std::string> WebServer::open(Loop& loop, const Host& host,
                                                                       std::uint16_t port, std::string page) {
  int listener = -1;
  const auto made = host.within([&]() -> std::expected<void, std::string> {
    // One IPv6 socket hears both families, RFC 3493 §5.3.
    listener = ::socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_in6 name{};
    name.sin6_family = AF_INET6;
    name.sin6_port = htons(port);
    const int zero = 0;
    ::setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &zero, sizeof zero);
    if (listener < 0 || ::bind(listener, reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0 ||
        ::listen(listener, kVisitorsMax) != 0)
      return std::unexpected(std::string("web server: ") + std::strerror(errno));
    return {};
  });
  if (!made) {
    if (listener >= 0) ::close(listener);
    return std::unexpected(made.error());
  }
  return std::unique_ptr<WebServer>(new WebServer(loop, listener, std::move(page)));
}

WebServer::WebServer(Loop& loop, int listener, std::string page)
    : loop_(loop),
      listener_(listener),
      page_(std::move(page)),
      watch_(loop.watch_readable(listener, [this] { greet(); })) {}

WebServer::~WebServer() {
  while (!visitors_.empty()) leave(visitors_.begin()->first);
  watch_.reset();
  ::close(listener_);
}

void WebServer::greet() {
  const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (socket < 0) return;
  if (visitors_.size() >= kVisitorsMax) {
    ::close(socket);
    return;
  }
  visitors_[socket].watch = loop_.watch_readable(socket, [this, socket] { hear(socket); });
}

void WebServer::hear(int socket) {
  Visitor& visitor = visitors_.at(socket);
  std::array<char, 2048> piece;
  const ssize_t got = ::recv(socket, piece.data(), piece.size(), 0);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0 || visitor.heard.size() > kRequestOctetsMax) return leave(socket);
  visitor.heard.append(piece.data(), static_cast<std::size_t>(got));
  if (visitor.heard.find("\r\n\r\n") == std::string::npos) return;
  ++requests_;
  visitor.left = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: " +
                 std::to_string(page_.size()) + "\r\n\r\n" + page_;
  // A loop watches a descriptor once: from here on it is only written to.
  visitor.watch.reset();
  visitor.watch = loop_.watch_writable(socket, [this, socket] { say(socket); });
}

void WebServer::say(int socket) {
  Visitor& visitor = visitors_.at(socket);
  const ssize_t sent = ::send(socket, visitor.left.data(), visitor.left.size(), MSG_NOSIGNAL);
  if (sent < 0 && errno == EAGAIN) return;
  if (sent <= 0) return leave(socket);
  visitor.left.erase(0, static_cast<std::size_t>(sent));
  if (visitor.left.empty()) leave(socket);
}

void WebServer::leave(int socket) {
  visitors_.erase(socket);
  ::close(socket);
}

}  // namespace zerocell::lab
