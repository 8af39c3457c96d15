// SPDX-License-Identifier: Apache-2.0
#include "api/http_server.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "core/net/udp.hpp"

namespace zerocell::api {
namespace {

std::string text_of(const HttpResponse& response, bool with_body) {
  return fmt::format(
      "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\nCache-Control: "
      "no-store\r\n\r\n{}",
      response.status, response.type, response.body.size(),
      with_body ? std::string_view(response.body) : std::string_view());
}

/// `request` is all that came until the empty line, RFC 9112 §2.1.
std::string answer_to(std::string_view request, const HttpAnswer& answer) {
  const std::string_view line = request.substr(0, request.find("\r\n"));
  const std::string_view method = line.substr(0, line.find(' '));
  const std::string_view rest = line.substr(std::min(line.size(), method.size() + 1));
  const std::string_view target = rest.substr(0, rest.find(' '));
  const std::string_view version = rest.substr(std::min(rest.size(), target.size() + 1));
  constexpr std::string_view kPlain = "text/plain; charset=utf-8";
  if (!version.starts_with("HTTP/1."))
    return text_of({"400 Bad Request", kPlain, "expected a request of HTTP/1.1\n"}, true);
  if (method != "GET" && method != "HEAD" && method != "POST")
    return text_of({"405 Method Not Allowed\r\nAllow: GET, HEAD, POST", kPlain, "expected GET or POST\n"},
                   true);
  const auto asked = method == "POST" ? HttpRequest::Method::post : HttpRequest::Method::get;
  return text_of(answer({asked, target}), method != "HEAD");
}

std::unexpected<net::NetError> failed(const std::string& where, std::string_view advice = {}) {
  const int error = errno;
  return std::unexpected(net::NetError{error, fmt::format("{}: {}{}", where, std::strerror(error), advice)});
}

/// A socket's file whose process is dead: nobody answers there.
bool is_left_over(const sockaddr_un& name) {
  struct stat found{};
  if (::lstat(name.sun_path, &found) != 0 || !S_ISSOCK(found.st_mode)) return false;
  const net::Descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return probe.open() && ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0 &&
         errno == ECONNREFUSED;
}

}  // namespace

/// One request and its answer.
class HttpServer::Connection {
 public:
  Connection(HttpServer& owner, net::Descriptor socket)
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
    left_ = answer_to(request_, owner_.answer_);
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

  HttpServer& owner_;
  net::Descriptor socket_;
  CallbackTimer deadline_;
  std::string request_;
  std::string left_;
  std::unique_ptr<Watch> watch_;  // Before the socket: it goes first.
};

HttpServer::Opened HttpServer::open(Loop& loop, const Endpoint& endpoint, HttpAnswer answer) {
  sockaddr_in6 name{};
  const socklen_t size = net::to_sockaddr(endpoint, name);
  net::Descriptor listener(
      ::socket(endpoint.address.is_v4() ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!listener.open()) return failed(endpoint.text());
  const int on = 1;
  ::setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(listener.get(), reinterpret_cast<const sockaddr*>(&name), size) != 0 ||
      ::listen(listener.get(), kConnectionsMax) != 0)
    return failed(endpoint.text(), errno == EADDRINUSE ? "; another process here uses that address and port"
                                   : errno == EADDRNOTAVAIL
                                       ? "; no interface of this machine has this address"
                                       : "");
  return std::unique_ptr<HttpServer>(new HttpServer(loop, std::move(listener), std::move(answer), {}));
}

HttpServer::Opened HttpServer::open(Loop& loop, const std::string& path, HttpAnswer answer) {
  sockaddr_un name{.sun_family = AF_UNIX, .sun_path = {}};
  if (path.empty() || path.size() >= sizeof name.sun_path)
    return std::unexpected(net::NetError{
        ENAMETOOLONG, fmt::format("{}: the path of a socket has 1 to {} octets; choose a shorter one", path,
                                  sizeof name.sun_path - 1)});
  std::memcpy(name.sun_path, path.data(), path.size());
  net::Descriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!listener.open()) return failed(path);
  if (is_left_over(name)) ::unlink(path.c_str());
  if (::fchmod(listener.get(), 0600) != 0 ||
      ::bind(listener.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0 ||
      ::listen(listener.get(), kConnectionsMax) != 0)
    return failed(path, errno == EADDRINUSE ? "; another process here answers on that socket" : "");
  return std::unique_ptr<HttpServer>(new HttpServer(loop, std::move(listener), std::move(answer), path));
}

HttpServer::HttpServer(Loop& loop, net::Descriptor listener, HttpAnswer answer, std::string path)
    : loop_(loop),
      listener_(std::move(listener)),
      answer_(std::move(answer)),
      path_(std::move(path)),
      watch_(loop.watch_readable(listener_.get(), [this] { accept(); })) {}

HttpServer::~HttpServer() {
  watch_.reset();
  if (!path_.empty()) ::unlink(path_.c_str());
}

Endpoint HttpServer::local() const {
  sockaddr_in6 name{};
  socklen_t size = sizeof name;
  ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&name), &size);
  return net::from_sockaddr(name);
}

void HttpServer::accept() {
  net::Descriptor socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!socket.open() || connections_.size() >= kConnectionsMax) return;
  const int number = socket.get();
  connections_[number] = std::make_unique<Connection>(*this, std::move(socket));
}

}  // namespace zerocell::api
