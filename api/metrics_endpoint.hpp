// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <map>
#include <memory>
#include <string>

#include "core/net/descriptor.hpp"
#include "core/net/net_error.hpp"
#include "core/runtime/loop.hpp"
#include "core/types/ip.hpp"

namespace zerocell::api {

/// Serves `GET /metrics` over HTTP/1.1: every metric of the process in Prometheus text format 0.0.4. Each
/// connection carries one request; who is slow or says too much is let go. Belongs to the loop's thread.
class MetricsEndpoint {
 public:
  static constexpr std::size_t kConnectionsMax = 32;
  static constexpr std::size_t kRequestOctetsMax = 8192;
  static constexpr Duration kPatience = std::chrono::seconds(5);  ///< For request and answer together.

  /// The error says what to do where the address is in use or not this machine's.
  static std::expected<std::unique_ptr<MetricsEndpoint>, net::NetError> open(Loop& loop,
                                                                             const Endpoint& endpoint);
  ~MetricsEndpoint();
  MetricsEndpoint(const MetricsEndpoint&) = delete;
  MetricsEndpoint& operator=(const MetricsEndpoint&) = delete;

  /// Where it listens: the port that was given where port 0 was asked for.
  Endpoint local() const;
  std::size_t connections() const { return connections_.size(); }

 private:
  class Connection;
  MetricsEndpoint(Loop& loop, net::Descriptor listener);
  void accept();

  Loop& loop_;
  net::Descriptor listener_;
  std::map<int, std::unique_ptr<Connection>> connections_;
  std::unique_ptr<Watch> watch_;
};

}  // namespace zerocell::api
