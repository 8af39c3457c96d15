// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "core/net/descriptor.hpp"
#include "core/net/net_error.hpp"
#include "core/runtime/loop.hpp"
#include "core/types/ip.hpp"

namespace zerocell::api {

/// What is said to one request.
struct HttpResponse {
  std::string_view status = "200 OK";
  std::string_view type = "application/json";
  std::string body{};
};

/// What somebody asks for. Valid during the call only.
struct HttpRequest {
  enum class Method : std::uint8_t { get, post };  ///< HEAD is answered as GET, without the body.
  Method method = Method::get;
  std::string_view target;  ///< The path with its query, as it was sent.
};

using HttpAnswer = std::function<HttpResponse(const HttpRequest& request)>;

/// Serves GET, HEAD and POST without a body over HTTP/1.1. Each connection carries one request; who is slow
/// or says too much is let go. Belongs to the loop's thread.
class HttpServer {
 public:
  static constexpr std::size_t kConnectionsMax = 32;
  static constexpr std::size_t kRequestOctetsMax = 8192;
  static constexpr Duration kPatience = std::chrono::seconds(5);  ///< For request and answer together.
  using Opened = std::expected<std::unique_ptr<HttpServer>, net::NetError>;

  /// The error says what to do where the address is in use or not this machine's.
  static Opened open(Loop& loop, const Endpoint& endpoint, HttpAnswer answer);
  /// A socket in the file system, for its owner alone: the file's permissions say who may ask. One that a
  /// dead process left is replaced; the error says so where a process still answers there. Removed at the
  /// end.
  static Opened open(Loop& loop, const std::string& path, HttpAnswer answer);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// Where it listens, of an address: the port that was given where port 0 was asked for.
  Endpoint local() const;
  std::size_t connections() const { return connections_.size(); }

 private:
  class Connection;
  HttpServer(Loop& loop, net::Descriptor listener, HttpAnswer answer, std::string path);
  void accept();

  Loop& loop_;
  net::Descriptor listener_;
  const HttpAnswer answer_;
  const std::string path_;  ///< Of the socket's file; empty: it has none.
  std::map<int, std::unique_ptr<Connection>> connections_;
  std::unique_ptr<Watch> watch_;
};

}  // namespace zerocell::api
